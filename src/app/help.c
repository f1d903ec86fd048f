/* help and version: printed from the same tables that parse. */
#include <stdio.h>

#include "app/app.h"
#include "app/embedded.h"

static void print_overview(void)
{
    puts("ansinh keeps a FHIR R4 record in one folder and serves it.\n\nusage: ansinh COMMAND "
         "[ARGUMENT...] [OPTION...]\n");
    for (const command *c = commands; c->name; c++) {
        printf("  %-10s %s\n", c->name, c->summary);
    }
    puts("\nEvery command that touches data takes --data DIR (default ./data). More: ansinh help "
         "COMMAND\n"
         "Exit code: 0 done, 1 something was found or refused, 2 wrong usage, 75 another process "
         "holds the data folder.");
}

int run_help(ans_cx *cx, const options *o)
{
    (void)cx;
    if (o->arg_count == 0) {
        print_overview();
        return EXIT_DONE;
    }
    const command *c = command_named(o->args[0]);
    if (!c) {
        say("there is no command '%s'; see: ansinh help", o->args[0]);
        return EXIT_USAGE;
    }
    printf("usage: ansinh %s%s%s [OPTION...]\n\n%s\n", c->name, *c->args ? " " : "", c->args,
           *c->text ? c->text : c->summary);
    options_print(c);
    return EXIT_DONE;
}

int run_version(ans_cx *cx, const options *o)
{
    (void)cx;
    (void)o;
    printf("ansinh %s, FHIR R4 (4.0.1), %s pages\n", ANS_VERSION,
           ans_web_asset_count ? "with" : "without");
    return EXIT_DONE;
}
