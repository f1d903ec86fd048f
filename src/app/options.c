/* Options of all commands in one table: name, where it goes, who knows it, what help says. `--name
 * value` and `--name=value` mean the same; what an option does not know is refused, never ignored.
 */
#include "app/app.h"

#include <stdio.h>

typedef enum kind { K_TEXT, K_FLAG, K_COUNT, K_SEED, K_LIMIT } kind; /* K_LIMIT: 0 is none */

typedef struct option {
    const char *name, *value, *text; /* text NULL: hidden, for tests and bench */
    size_t at;
    uint32_t commands;
    uint64_t max;
    uint8_t kind;
} option;

#define AT(field) offsetof(options, field)

static const option table[] = {
    {"data", "DIR", "the data folder (default ./data)", AT(data), C_DATA, 0, K_TEXT},
    {"timezone", "ZONE",
     "how dates without a zone are read; kept with the data (default " DEFAULT_ZONE ")",
     AT(timezone), C_SERVE | C_IMPORT | C_REINDEX | C_DEMO | C_CONTENT | C_LIST, 0, K_TEXT},
    {"listen", "HOST:PORT",
     "address to listen on; port 0 takes any free one (default 127.0.0.1:8080)", AT(listen),
     C_SERVE | C_SERVICE, 0, K_TEXT},
    {"user", "NAME", "started as root: take the address, then become this user for good (root: stay root)", AT(user), C_SERVE | C_SERVICE, 0, K_TEXT},
    {"auth", "off",
     "no sign-in: whoever can use this machine may read and write; loopback addresses only", AT(auth),
     C_SERVE, 0, K_TEXT},
    {"alerts", "on|off", "raise alerts from the rules (default on; with --auth off, where the record holds what it is given, off)", AT(alerts), C_SERVE, 0, K_TEXT},
    {"pack", "HH:MM|off", "when the 24-hour packs are made every day, by the clock of the place (default 18:00; with --auth off, off)", AT(pack), C_SERVE, 0, K_TEXT},
    {"start", "DAY", "the first day on the paper (2026-11-21; default: as the form has it)", AT(start), C_PAPER, 0, K_TEXT},
    {"end", "DAY", "the last day on the paper (default: today)", AT(end), C_PAPER, 0, K_TEXT},
    {"tls", NULL, "speak https, with a certificate of our own in DATA/tls (made when there is none)", AT(tls), C_SERVE | C_SERVICE, 0, K_FLAG},
    {"tls-cert", "FILE", "speak https with this certificate (PEM, with its chain); read anew when it changes", AT(tls_cert), C_SERVE | C_SERVICE, 0,
     K_TEXT},
    {"tls-key", "FILE", "the key of --tls-cert (PEM, readable by its owner alone)", AT(tls_key), C_SERVE | C_SERVICE, 0, K_TEXT},
    {"base-url", "URL",
     "address of the FHIR service as clients see it (default: from the Host header)", AT(base_url),
     C_SERVE | C_SERVICE, 0, K_TEXT},
    {"validate", "MODE",
     "resources that break their definitions: reject, form, warn or off, and Type=MODE behind commas (default form)", AT(validate),
     C_SERVE | C_IMPORT, 0, K_TEXT},
    {"threads", "N", "threads for searches and writes (default: one per processor, at least 2)",
     AT(threads), C_SERVE, 64, K_COUNT},
    {"loops", "N", "threads for connections (default: one per two processors)", AT(loops), C_SERVE,
     64, K_COUNT},
    {"rate-account", "N", "requests a second of a person's account, a minute's worth at once; 0: no limit (default 100)", AT(rate_account),
     C_SERVE, 1000000, K_LIMIT},
    {"rate-program", "N", "the same of an account with a token (default 50000)", AT(rate_program), C_SERVE, 1000000, K_LIMIT},
    {"rate-address", "N", "the same of an address from which nobody has signed in (default 100)", AT(rate_address), C_SERVE, 1000000, K_LIMIT},
    {"quota-program", "MIB", "what an account with a token may write in a day; 0: no limit (default 16384)", AT(day_mib), C_SERVE, 1 << 30, K_LIMIT},
    {"disk-reserve", "MIB", "with less than this free on the disk nothing new is written; 0: until it is full (default 256)", AT(reserve_mib),
     C_SERVE, 1 << 30, K_LIMIT},
    {"quiet", NULL, "no log line per request, no progress", AT(quiet), C_DATA, 0, K_FLAG},
    {"again", NULL, "also import files that were imported before", AT(again), C_IMPORT, 0, K_FLAG},
    {"plain", NULL, "write .ndjson instead of .ndjson.zst", AT(plain), C_EXPORT, 0, K_FLAG},
    {"repair", NULL, "when the index has findings, make it anew", AT(repair), C_CHECK, 0, K_FLAG},
    {"facilities", "N", "how many facilities: elderly, mental, drugs, veterans, in turn (default 4)",
     AT(facilities), C_DEMO, 2000, K_COUNT},
    {"residents", "N", "how many people live in them (default 500)", AT(residents), C_DEMO, 1000000,
     K_COUNT},
    {"days", "N", "demo: days of readings (default 14); rule dry-run: days to look back (default 90)", AT(days), C_DEMO | C_RULE, 365, K_COUNT},
    {"training", NULL, "a new folder that is for training and nothing else: whoever serves it says so on every screen", AT(for_training), C_DEMO, 0, K_FLAG},
    {"training", "on", "also start the training server, which the head or an administrator can start from a screen", AT(training), C_SERVE, 0, K_TEXT},
    {"end-with-input", NULL, NULL, AT(end_with_input), C_SERVE, 0, K_FLAG},
    {"seed", "N", "another number, other people (default 1)", AT(seed), C_DEMO, 0, K_SEED},
    {"role", "ROLE", "administrator, auditor, system, or recipient (with --purpose); others belong to a PractitionerRole", AT(role), C_USER | C_CLIENT, 0, K_TEXT},
    {"purpose", "CODE", "a purpose of content/access/purposes.json: only whose data may go to --recipient for it", AT(purpose),
     C_USER | C_EXPORT | C_CLIENT, 0, K_TEXT},
    {"recipient", "ID", "the Organization that gets the data of --purpose", AT(recipient), C_USER | C_EXPORT | C_CLIENT, 0, K_TEXT},
    {"basis", "TEXT", "the document that entitles it, where --purpose rests on law", AT(basis), C_USER | C_EXPORT | C_CLIENT, 0, K_TEXT},
    {"display", "TEXT", "the name that others see", AT(display), C_USER, 0, K_TEXT},
    {"practitioner", "ID", "the Practitioner whose roles the account has", AT(practitioner), C_USER | C_CLIENT, 0, K_TEXT},
    {"patient", "ID", "user add: the account of a person in care: they see their own record, and nothing else", AT(patient), C_USER, 0, K_TEXT},
    {"related", "ID", "user add: the account of who represents a person (a RelatedPerson), as long as the record says so", AT(related), C_USER, 0, K_TEXT},
    {"birth", "DATE", "user add --patient, --related: the year or day (1950, 1950-03-02) the person in care was born; must agree with the record", AT(birth), C_USER, 0, K_TEXT},
    {"password-stdin", NULL, "user add: the password is the first line of standard input", AT(password_stdin), C_USER, 0, K_FLAG},
    {"kind", "KIND", "client add: public, secret or key: how it proves who it is (default: key with keys, else public)", AT(kind), C_CLIENT, 0, K_TEXT},
    {"id", "ID", "client add: its client_id (default: one is made)", AT(id), C_CLIENT, 0, K_TEXT},
    {"scope", "SCOPES", "client add: the most it may be given, as SMART writes it", AT(scope), C_CLIENT, 0, K_TEXT},
    {"redirect", "URL,URL", "client add: where a person's browser may be sent back to", AT(redirect), C_CLIENT, 0, K_TEXT},
    {"launch", "URL", "client add: where it is opened from a person's page", AT(launch), C_CLIENT, 0, K_TEXT},
    {"keys", "FILE", "client add: its public keys (JWKS; - is standard input)", AT(keys), C_CLIENT, 0, K_TEXT},
    {"keys-url", "URL", "client add: where its public keys are", AT(keys_url), C_CLIENT, 0, K_TEXT},
    {"account", "NAME", "client add: it comes in by itself, as this program account (made with --practitioner or --role)", AT(account), C_CLIENT, 0, K_TEXT},
    {"introspect", NULL, "client add: it may ask about tokens of other programs", AT(introspect), C_CLIENT, 0, K_FLAG},
    {"fetch-loopback", NULL, "keys of programs may also be fetched from this machine itself: for tests", AT(fetch_loopback), C_SERVE, 0, K_FLAG},
    {"format", "FORMAT", "ndjson, json or csv (default ndjson)", AT(format), C_VIEW | C_SQL, 0, K_TEXT},
    {"dry-run", NULL, "say what would be done, write nothing", AT(dry_run), C_PACKAGE | C_LIST | C_RESTORE, 0, K_FLAG},
    {"force", NULL, "package remove: also when something stands on it", AT(force), C_PACKAGE, 0, K_FLAG},
    {"settle", NULL, "questionnaire calculate: go on until nothing changes", AT(settle), C_FORM, 0, K_FLAG},
    {"content", NULL, "questionnaire check, rule check: also what a form or rule of content/ says of itself", AT(content), C_FORM | C_RULE, 0, K_FLAG},
    {"revoke", NULL, "user token: end the tokens of the account", AT(revoke), C_USER, 0, K_FLAG},
    {"leave-out", NULL, "list import: leave rows out that cannot be taken, and list them", AT(leave_out), C_LIST, 0, K_FLAG},
    {"edition", "NAME", "list import: which edition this is; without it the newest one is brought up to date", AT(edition), C_LIST, 0, K_TEXT},
    {"from-date", "DAY", "list import: the day from which this edition is valid", AT(from_date), C_LIST, 0, K_TEXT},
    {"key", "HEX", "audit verify: believe only this public key", AT(key), C_AUDIT, 0, K_TEXT},
    {"key", "FILE", "the key of sealed backups: FILE.pub to make one, FILE to open it", AT(key), C_BACKUP | C_RESTORE, 0, K_TEXT},
    {"noted", "N:HASH", "audit verify: entry N must have this hash", AT(noted), C_AUDIT, 0, K_TEXT},
    {"expression", "EXPR", "the expression; -e for short", AT(expression), C_FHIRPATH, 0, K_TEXT},
    {"batch", "CASES", "evaluate every line of a JSON lines file", AT(batch), C_FHIRPATH, 0,
     K_TEXT},
    {"inputs", "DIR", "where the input files of --batch are (default .)", AT(inputs), C_FHIRPATH, 0,
     K_TEXT},
    {"memory", NULL, NULL, AT(memory), C_SERVE, 0, K_FLAG},
    {"sync-normal", NULL, NULL, AT(sync_normal), C_SERVE | C_IMPORT, 0, K_FLAG},
    {"pack-after", "S", NULL, AT(pack_after), C_SERVE, 3600, K_COUNT},
    {"help", NULL, NULL, AT(help), UINT32_MAX, 0, K_FLAG},
};

enum { OPTION_COUNT = sizeof table / sizeof *table };

static bool take(const option *op, ans_str value, options *out)
{
    char *field = (char *)out + op->at;
    uint64_t n = 0;
    if (op->kind == K_TEXT) {
        *(const char **)(void *)field = value.p;
        return true;
    }
    if (op->kind == K_FLAG) {
        *(bool *)(void *)field = true;
        return true;
    }
    if (!ans_str_u64(value, &n) || (op->kind == K_COUNT && (n == 0 || n > op->max))) {
        if (op->kind == K_COUNT) {
            say("--%s takes a number from 1 to %llu", op->name, (unsigned long long)op->max);
        } else {
            say("--%s takes a number", op->name);
        }
        return false;
    }
    if (op->kind == K_LIMIT && n > op->max) {
        say("--%s takes a number from 0 to %llu", op->name, (unsigned long long)op->max);
        return false;
    }
    if (op->kind == K_SEED || op->kind == K_LIMIT) {
        *(uint64_t *)(void *)field = n;
    } else {
        *(uint32_t *)(void *)field = (uint32_t)n;
    }
    return true;
}

static const option *option_named(const command *c, ans_str name)
{
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        if (ans_str_is(name, table[i].name) && table[i].commands & c->bit) {
            return &table[i];
        }
    }
    return NULL;
}

/* One "--name[=value]"; *at moves on when the value is the next word. */
static bool parse_one(const command *c, int argc, char **argv, int *at, options *out)
{
    ans_str value = ans_str_of(argv[*at]), name;
    bool has_value = false;
    if (ans_str_is(value, "-e")) {
        value = ANS_STR("expression");
    } else if (ans_str_is(value, "-h")) {
        value = ANS_STR("help");
    } else {
        value = ans_str_from(value, 2);
    }
    has_value = ans_str_find(value, '=') >= 0;
    (void)ans_str_cut(&value, '=', &name);
    const option *op = option_named(c, name);
    if (!op) {
        say("%s does not know the option %s; see: ansinh help %s", c->name, argv[*at], c->name);
        return false;
    }
    if (op->kind == K_FLAG && has_value) {
        say("--%s takes no value", op->name);
        return false;
    }
    if (op->kind != K_FLAG && !has_value) {
        if (*at + 1 >= argc) {
            say("--%s needs a value: %s", op->name, op->value);
            return false;
        }
        value = ans_str_of(argv[++*at]);
    }
    return take(op, value, out);
}

bool options_parse(const command *c, int argc, char **argv, options *out)
{
    *out = (options){.data = "./data",
                     .listen = "127.0.0.1:8080",
                     .inputs = ".",
                     .facilities = 4,
                     .residents = 500,
                     .days = 14,
                     .seed = 1,
                     .rate_account = 100,
                     .rate_program = 50000,
                     .rate_address = 100,
                     .day_mib = 16384,
                     .reserve_mib = 256};
    out->args = argv;
    bool only_args = false;
    for (int i = 0; i < argc; i++) {
        const char *word = argv[i];
        if (!only_args && strcmp(word, "--") == 0) {
            only_args = true;
        } else if (only_args || word[0] != '-' || word[1] == '\0') {
            argv[out->arg_count++] = argv[i]; /* never ahead of i */
        } else if (!parse_one(c, argc, argv, &i, out)) {
            return false;
        }
    }
    if (out->help ||
        (out->arg_count >= c->min_args && (c->max_args < 0 || out->arg_count <= c->max_args))) {
        return true;
    }
    say("usage: ansinh %s%s%s [OPTION...]; see: ansinh help %s", c->name, *c->args ? " " : "",
        c->args, c->name);
    return false;
}

void options_print(const command *c)
{
    bool first = true;
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        const option *op = &table[i];
        if (!op->text || !(op->commands & c->bit)) {
            continue;
        }
        char left[64];
        (void)snprintf(left, sizeof left, "--%s%s%s", op->name, op->value ? " " : "",
                       op->value ? op->value : "");
        printf("%s  %-22s %s\n", first ? "\nOptions\n" : "", left, op->text);
        first = false;
    }
}
