/* ansinh: a FHIR R4 record for social-care facilities, in one program. Where everything starts: a
 * table of commands. */
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>

#include "app/app.h"
#include "base/os.h"

#define PROCESS_BYTES                                                                              \
    ((size_t)1 << 34) /* an upper bound for what commands keep while they run, not what they use   \
                       */

/* A line of text here is a line on the screen. */
/* clang-format off */
const command commands[] = {
    {"serve", "", "keep the record and answer FHIR over HTTP",
     "Opens the data folder (making it when it is new) and serves FHIR R4 below /fhir and the\n"
     "pages at /. The first line on standard output is `listening on http://HOST:PORT`; a log\n"
     "line per request goes to standard error. SIGTERM or SIGINT lets running requests finish\n"
     "and ends; a second one ends at once. People sign in: a new folder's first start says a\n"
     "one-time code for making the first administrator (see also: ansinh help user). Addresses\n"
     "other than loopback need TLS, its own (--tls) or a proxy's (--base-url https://...), and are not served as\n"
     "root: --user NAME takes the address, then becomes NAME for good; --user root stays (a container).",
     run_serve, C_SERVE, 0, 0},
    {"service", "", "print a systemd unit that runs serve with little else within its reach",
     "`ansinh service --data /var/lib/ansinh --listen 0.0.0.0:443 --tls --user ansinh` prints the unit; its first\n"
     "lines say how to install it. The options are those of serve.",
     run_service, C_SERVICE, 0, 0},
    {"import", "FILE|DIR...", "put files of FHIR resources into the record",
     "Takes Bundles (a transaction is kept whole or not at all, other Bundles resource by\n"
     "resource), single resources and NDJSON, plain or compressed (.gz, .zst). Files of a\n"
     "folder are taken in the order of their names. What cannot be taken is listed in\n"
     "DIR/rejects-<time>.ndjson as {file,line,type,id,reason}, the rest goes on, and the exit\n"
     "code is 1. An interrupted import goes on where it stopped; a file that was imported is\n"
     "not imported twice (see --again).",
     run_import, C_IMPORT, 1, -1},
    {"export", "TO", "write all current resources as NDJSON, one file per type",
     "One moment of the record, also beside a running server. TO must be new or empty.",
     run_export, C_EXPORT, 1, 1},
    {"check", "", "read everything and compare everything",
     "Is every body readable and hashing to what was written, is the log without gaps, does\n"
     "the index equal a rebuild? Changes nothing unless --repair is given. Works beside a\n"
     "running server. Exit code 1 when something is wrong.",
     run_check, C_CHECK, 0, 0},
    {"backup", "TO", "make a verified copy of the data folder",
     "One moment of the record, also beside a running server. Without --key TO is a folder, new or empty, that\n"
     "anybody can read who gets it. With `--key FILE.pub` TO is one sealed file, which this machine cannot open\n"
     "again: only the secret half of the key can (ansinh backup-key; docs/backup.md). It needs room for a second\n"
     "copy within the data folder while it runs.",
     run_backup, C_BACKUP, 1, 1},
    {"backup-key", "FILE", "make a key for sealed backups",
     "FILE gets both halves and is the only way into backups made with it: keep it away from this machine, twice\n"
     "(docs/backup.md). FILE.pub gets the half that seals; it is no secret. Lines of several .pub files in one\n"
     "file make backups that each of their secrets opens.",
     run_backup_key, C_HELP, 1, 1},
    {"restore", "FROM", "make a data folder from a backup",
     "Only into a folder that is new or empty. The copy is verified by reading it. A sealed backup is read to its\n"
     "end with `--key FILE` first: nothing is written when a byte of it is missing or wrong. --dry-run stops there.",
     run_restore, C_RESTORE, 1, 1},
    {"reindex", "", "make the search index anew",
     "Needed to change the time zone (--timezone), after check has found the index wrong, and\n"
     "when release notes say so. Searches see the old index until the new one is whole.",
     run_reindex, C_REINDEX, 0, 0},
    {"content", "load|check|list [DIR]", "what the program knows of the country: organisations and code lists",
     "load puts it into the record, or brings it up to date: what was changed or removed here since stays\n"
     "as it is. serve does that by itself when people sign in, and demo too. check reads the tables, looks for\n"
     "codes and references that do not exist and for periods that overlap, and writes nothing. list prints\n"
     "the resources as NDJSON. DIR: a folder like content/ in place of what is built in.",
     run_content, C_CONTENT, 1, 2},
    {"package", "add|list|remove [FILE.tgz|DIR|NAME]", "profiles, codes and forms that others publish",
     "`package add FILE.tgz` (or an unpacked folder) puts a FHIR package for R4 into the record: its definitions can be used at\n"
     "once, a version that was there before is replaced, what it no longer has goes. --dry-run reads and compares without\n"
     "writing. `package list` says which are here. `package remove NAME` says what stands on it and removes it only when nothing\n"
     "does, or with --force; versions stay in the history. Search parameters of a package can be searched by after\n"
     "`ansinh reindex`. Works beside a running server, through DATA/ansinh.sock.",
     run_package, C_PACKAGE, 1, 2},
    {"list", "import KIND FILE | undo KIND", "official lists of codes: ICD-10, techniques, provinces, wards",
     "`ansinh list import KIND FILE` makes a CodeSystem and a ValueSet of a table (.tsv, .csv or the first\n"
     "sheet of an .xlsx) whose columns are found by their heads. KIND: icd10, icd10-chapters (first, for the\n"
     "names of chapters), techniques, techniques-tt43, provinces, wards. What would be new, renamed and gone is shown first;\n"
     "--dry-run stops there. Editions of one list stand beside each other, each valid from a day:\n"
     "`--edition 2026 --from-date 2026-07-01`. `ansinh list undo KIND` puts back what the last import changed.\n"
     "Not beside a running server, except with --dry-run: its page \"Official lists\" does the same.",
     run_lists, C_LIST, 2, 3},
    {"demo", "", "write a province of invented people into the record",
     "Facilities of four kinds below three authorities, wards, staff, residents with papers,\n"
     "problems, medicines, doses, vital signs, incidents and notes, all invented by the program:\n"
     "for trying things out, with one account a role (printed). --facilities 1 --residents 40 makes one small facility.",
     run_demo, C_DEMO, 0, 0},
    {"user", "ACT [NAME]", "accounts: who may come in",
     "`user add NAME` makes an account and prints its one-time password (or takes one line of\n"
     "standard input with --password-stdin); `user list`; `user disable|enable NAME`; `user\n"
     "reset NAME` prints a new one-time password and takes PIN, second factor and sessions away;\n"
     "`user token NAME` prints a bearer token for a program, making a program account when the\n"
     "name is new; `user token NAME --revoke` ends its tokens. With --purpose and --recipient the new\n"
     "program sees only whose data may go to that organisation for that purpose, by consent, by a\n"
     "recorded ground or by law (--basis names the document); it never writes. With --patient or --related\n"
     "the account belongs to a person in care, or to who represents them, and sees that one record;\n"
     "--birth says when that person was born, so that nobody is given another's record, and the server must run.\n"
     "Works beside a running server, through DATA/ansinh.sock.",
     run_user, C_USER, 1, 2},
    {"paper", "FORM TYPE/ID FILE", "an official paper of the record as PDF",
     "`ansinh paper vitals Patient/ID FILE` writes the PDF of a form (vitals, care, medicine, disclosure ... of a Patient; pack,\n"
     "sealed ... of a Location or Organization); FILE - is standard output. docs/paper.md tells of the forms. Reads the folder\n"
     "itself, so it works beside a running server and on a backup, and shows everything: it is for the owner of the folder.",
     run_paper, C_PAPER, 3, 3},
    {"pack", "TO", "the 24-hour packs for a power cut, now, into a folder",
     "`ansinh pack TO` makes what a server makes every evening in DATA/pack: for each facility a folder with a PDF for each ward\n"
     "(who lies where, allergies, medicines of the next 24 hours with boxes to tick, tables to fill in) and its sealed part.\n"
     "Works beside a running server and on a backup.",
     run_pack, C_PACK, 1, 1},
    {"clock", "[accept]", "is the clock of this machine believed",
     "A server whose machine woke up in the wrong year goes on, marks what is written and lets nobody sign until the clock is\n"
     "right again, or until somebody looked at a watch and says `ansinh clock accept`. Works beside a running server, through\n"
     "DATA/ansinh.sock. Exit code 1 while it is in doubt.",
     run_clock, C_CLOCK, 0, 1},
    {"client", "ACT [NAME|ID]", "programs of others that may come in (SMART App Launch)",
     "`client add NAME` makes a program known: for people with --redirect and --scope 'openid fhirUser launch/patient\n"
     "patient/*.rs', by itself with --account, --keys and --scope 'system/Observation.rs'; prints its client_id, or its\n"
     "secret (--kind secret). `client list`; `client disable|enable|remove ID`; `client secret ID` makes a new secret.\n"
     "Works beside a running server, through DATA/ansinh.sock. The whole way is told in docs/smart.md.",
     run_client, C_CLIENT, 1, 2},
    {"access", "", "print who may see and do what",
     "The table of rights built into the program (content/access/rights.json) as a page: role,\n"
     "group of data, rights and their scope, compartments.",
     run_access, C_VERSION, 0, 0},
    {"audit", "ACT", "the chain of what was done: is it whole",
     "`audit verify` reads every entry and every signed head of the audit and says whether they\n"
     "fit: nothing taken away, changed or put elsewhere. Exit code 1 with the place when not.\n"
     "`--key` believes that key alone (as `audit key` prints it); `--noted N:HASH` also asks\n"
     "whether entry N still has the hash that an earlier verify printed, which shows an end cut\n"
     "off or a chain made anew. Works beside a running server and on a backup. `audit key` prints\n"
     "the public key of the folder.",
     run_audit, C_AUDIT, 1, 1},
    {"sql", "QUERY", "ask the kept views in SQL",
     "One SELECT over the tables of `ansinh view list`, printed as CSV (--format ndjson or json). Works beside a running\n"
     "server, whose follower keeps the tables within a second of the record; without one they are brought up to date first.",
     run_sql, C_SQL, 1, 1},
    {"view", "run|keep|drop|list [VIEW] [FILE...]", "rows of a view over the record, or over files",
     "`ansinh view run VIEW.json` prints the rows of a ViewDefinition (SQL on FHIR) over the record\n"
     "of --data, which a server may hold meanwhile; with FILEs over the resources in them (JSON,\n"
     "Bundles, NDJSON, .gz, .zst). --format ndjson (as it is), json or csv. `view keep VIEW.json` makes it a table\n"
     "that follows the record and can be asked with `ansinh sql`; `view drop NAME` ends that; `view list` says which there are.",
     run_view, C_VIEW, 1, -1},
    {"questionnaire", "ACT FILE...", "forms: calculate, check, validate",
     "`questionnaire calculate FORM RESPONSE` prints the QuestionnaireResponse with the calculated items of\n"
     "the Questionnaire filled in (- is standard input). Every expression sees the response as it was\n"
     "given; with --settle the calculation goes on until items that are calculated from calculated\n"
     "items have their values too. `questionnaire validate FORM RESPONSE` says which answer breaks which\n"
     "rule of the form. `questionnaire check FORM...` says what is wrong with forms: expressions,\n"
     "conditions, options, value sets, units, limits; --content: also licence, source, translation and\n"
     "review, which every form of content/ shows. Exit code 1 when there are errors.",
     run_questionnaire, C_FORM, 2, -1},
    {"rule", "check|list|dry-run [FILE|ID...]", "rules of alerts: check, list, rehearse",
     "`rule check FILE...` says what is wrong with rules (PlanDefinitions of type eca-rule); --content: also source, review and\n"
     "English, which every rule of content/ has. `rule list` says which rules there are, how often each raised an alert in\n"
     "the last 90 days and what became of them. `rule dry-run FILE` (or the id of a rule that is there) says how many alerts it would\n"
     "have raised, by day and ward; --days 30 looks back 30 days. Works beside a running server, through DATA/ansinh.sock.",
     run_rule, C_RULE, 1, -1},
    {"fhirpath", "[FILE]", "evaluate a FHIRPath expression on a resource",
     "`ansinh fhirpath -e EXPR FILE` prints one result per line (FILE - is standard input).\n"
     "`ansinh fhirpath --batch CASES --inputs DIR` evaluates every line of a JSON lines file.",
     run_fhirpath, C_FHIRPATH, 0, 1},
    {"version", "", "say which version this is", "", run_version, C_VERSION, 0, 0},
    {"help", "[COMMAND]", "say what the commands do", "", run_help, C_HELP, 0, 1},
    {NULL, NULL, NULL, NULL, NULL, 0, 0, 0},
};
/* clang-format on */

const command *command_named(const char *name)
{
    for (const command *c = commands; c->name; c++) {
        if (strcmp(c->name, name) == 0) {
            return c;
        }
    }
    return NULL;
}

int main(int argc, char **argv)
{
    const char *name = argc < 2 ? "help" : argv[1];
    char *topic[1];
    options o;
    (void)umask(077); /* what we write is for its owner alone */
    (void)signal(
        SIGPIPE,
        SIG_IGN); /* a reader that goes away is an error of a write, not the end of the program */
    name = strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 ? "help"
           : strcmp(name, "--version") == 0                       ? "version"
                                                                  : name;
    const command *c = command_named(name);
    if (!c) {
        say("there is no command '%s'; see: ansinh help", name);
        return EXIT_USAGE;
    }
    if (!options_parse(c, argc > 2 ? argc - 2 : 0, argv + 2, &o)) {
        return EXIT_USAGE;
    }
    if (o.help) {
        topic[0] = (char *)c->name; /* help only reads it */
        o = (options){.args = topic, .arg_count = 1};
        c = command_named("help");
    }
    if (!ans_base_start()) {
        say("libsodium does not start");
        return EXIT_FINDINGS;
    }
    ans_cx cx = {.arena = ans_arena_new(PROCESS_BYTES)};
    int code = cx.arena ? c->run(&cx, &o) : EXIT_FINDINGS;
    ans_arena_free(cx.arena);
    return fflush(stdout) == 0 ? code : EXIT_FINDINGS;
}
