/* What the program says to the person who typed the command. */
#include "app/app.h"

#include <stdarg.h>
#include <stdio.h>

void say(const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    flockfile(stderr);
    fputs("ansinh: ", stderr);
    vfprintf(stderr, fmt, args);
    fputc('\n', stderr);
    funlockfile(stderr);
    va_end(args);
}

void say_issues(const ans_cx *cx, ans_err err)
{
    bool said = false;
    for (const ans_issue *i = cx->issues; i; i = i->next) {
        if (i->expression.n) {
            say("%.*s: %.*s", ANS_FMT(i->expression), ANS_FMT(i->text));
        } else {
            say("%.*s", ANS_FMT(i->text));
        }
        said = true;
    }
    if (!said && err != ANS_OK) {
        say("%s", ans_err_text(err));
    }
}

int exit_for(ans_err err)
{
    return err == ANS_OK ? EXIT_DONE : err == ANS_E_BUSY ? EXIT_BUSY : EXIT_FINDINGS;
}

int fail(const ans_cx *cx, ans_err err)
{
    say_issues(cx, err);
    return exit_for(err);
}
