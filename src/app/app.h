/* The program: one table of commands (main.c), one of options (options.c), one way to open a data
 * folder (folder.c).
 *
 * A command gets parsed options and answers with an exit code. Errors have left their story in
 * cx->issues; say_issues prints it. What a command reports goes to standard output, what it says on
 * the way goes to standard error. */
#ifndef ANS_APP_APP_H
#define ANS_APP_APP_H

#include "auth/audit.h"
#include "rest/rest.h"

#define ANS_VERSION "0.1.0"
#define DEFAULT_ZONE "Asia/Ho_Chi_Minh"

enum { EXIT_DONE = 0, EXIT_FINDINGS = 1, EXIT_USAGE = 2, EXIT_BUSY = 75 };

typedef enum command_bit {
    C_SERVE = 1 << 0,
    C_IMPORT = 1 << 1,
    C_EXPORT = 1 << 2,
    C_CHECK = 1 << 3,
    C_BACKUP = 1 << 4,
    C_RESTORE = 1 << 5,
    C_REINDEX = 1 << 6,
    C_DEMO = 1 << 7,
    C_FHIRPATH = 1 << 8,
    C_VERSION = 1 << 9,
    C_HELP = 1 << 10,
    C_USER = 1 << 11,
    C_AUDIT = 1 << 12,
    C_VIEW = 1 << 13,
    C_CONTENT = 1 << 14,
    C_PACKAGE = 1 << 15,
    C_FORM = 1 << 16,
    C_SQL = 1 << 17,
    C_LIST = 1 << 18,
    C_SERVICE = 1 << 19,
    C_RULE = 1 << 20,
    C_CLOCK = 1 << 21,
    C_CLIENT = 1 << 22,
    C_PACK = 1 << 23,
    C_PAPER = 1 << 24,
    C_DATA = C_SERVE | C_CONTENT | C_PACKAGE | C_IMPORT | C_EXPORT | C_CHECK | C_BACKUP | C_RESTORE | C_REINDEX | C_DEMO | C_USER | C_AUDIT | C_VIEW | C_SQL | C_LIST | C_SERVICE | C_RULE | C_CLOCK | C_CLIENT | C_PACK | C_PAPER
} command_bit;

typedef struct options {
    const char *key, *noted, *user;
    const char *data, *timezone, *listen, *auth, *alerts, *base_url, *tls_cert, *tls_key, *expression, *batch, *inputs, *role, *format, *display, *practitioner, *patient, *related, *birth, *purpose, *recipient, *basis, *validate, *edition, *from_date;
    const char *training; /* serve: on */
    const char *pack, *start, *end;
    const char *id, *kind, *scope, *redirect, *launch, *keys, *keys_url, *account;
    uint32_t threads, loops, facilities, residents, days, pack_after;
    uint64_t seed, rate_account, rate_program, rate_address, day_mib, reserve_mib;
    bool again, plain, repair, quiet, memory, sync_normal, tls, password_stdin, revoke, dry_run, force, settle, content, leave_out, introspect, fetch_loopback, for_training, end_with_input, help;
    char **args; /* what is no option, in order */
    int arg_count;
} options;

typedef struct command {
    const char *name, *args, *summary, *text; /* text: for `ansinh help NAME` */
    int (*run)(ans_cx *cx, const options *o);
    uint32_t bit; /* command_bit */
    int min_args, max_args;
} command;

extern const command commands[]; /* ends with a blank name */
const command *command_named(const char *name);

/* options.c. False after saying what is wrong. */
bool options_parse(const command *c, int argc, char **argv, options *out);
void options_print(const command *c); /* those that a command knows */

/* folder.c: a data folder with its search, ready for use. */
typedef enum folder_use { FOLDER_READ, FOLDER_WRITE, FOLDER_CREATE, FOLDER_SERVE } folder_use; /* each does what the one before does */

typedef struct folder {
    ans_store *store;
    ans_search *search;
    ans_defs *defs; /* NULL when only read */
    ans_search *
        *hook; /* for the store's index function; lives in the arena of the cx it was opened with */
    ans_str zone_name;
    ans_str parameters; /* search parameters beside R4's own, as ans_search_extend takes them */
    bool is_new;
} folder;

/* errors   as ans_store_open; ANS_E_CONFLICT: another time zone than the folder's, or a reindex
 * that was not finished */
ANS_MUST_USE ans_err folder_open(ans_cx *cx, const options *o, folder_use use, folder *out);
/* For reindex: whatever the zone was, it becomes the one given (if one is given). */
ANS_MUST_USE ans_err folder_open_anew(ans_cx *cx, const options *o, folder *out);
/* Remember that the index is being made anew, and that it is whole again. */
ANS_MUST_USE ans_err folder_reindex_begin(ans_cx *cx, const folder *f);
ANS_MUST_USE ans_err folder_reindex_end(ans_cx *cx, const folder *f);
void folder_close(folder *f);
/* DATA/ansinh.sock: where a running server is asked by the command line. */
ans_str local_path(ans_cx *cx, const options *o);
/* A rest over it without sockets. */
ANS_MUST_USE ans_err folder_rest(ans_cx *cx, const options *o, const folder *f, ans_rest **out);

/* local.c: one request of the folder's owner to the server that holds it. fd: of ans_http_local_connect, closed here.
 * owns     out->body in cx->arena; status and body are all that is filled in */
ANS_MUST_USE ans_err local_ask(ans_cx *cx, int fd, ans_str method, ans_str path, ans_str body, ans_rest_answer *out);

/* record.c: the record of a data folder, asked in FHIR as its owner: through the server that holds it, or by opening the folder. */
typedef struct record_door {
    const options *o;
    bool has_server;
    folder f;
    ans_rest *rest;
    ans_audit *audit;
} record_door;

ANS_MUST_USE ans_err record_open(ans_cx *cx, const options *o, record_door *out);
/* path: "ValueSet?url=urn:a", "" for a Bundle. A refusal by status is an answer, not an error. */
ANS_MUST_USE ans_err record_ask(ans_cx *cx, record_door *r, const char *method, ans_str path, ans_str body, ans_rest_answer *out);
/* The issue of a refusal, added to cx; always an error. */
ans_err record_refused(ans_cx *cx, const ans_rest_answer *answer);
void record_close(record_door *r); /* accepts one that never opened */

/* input.c: a file whole, or standard input for "-". errors as ans_file_read */
ANS_MUST_USE ans_err input_read(ans_cx *cx, const char *path, size_t max_bytes, ans_str *out);

/* say.c */
void say(const char *fmt, ...) ANS_PRINTF(1, 2); /* "ansinh: ..." on standard error */
void say_issues(const ans_cx *cx, ans_err err);  /* the issues, or the error's own text */
int exit_for(ans_err err);                       /* BUSY: 75, else 1 */
int fail(const ans_cx *cx, ans_err err);         /* say_issues and exit_for */

/* care.c: the same for a folder that cannot be opened: another time zone is wrong usage */
int say_open_failed(const ans_cx *cx, ans_err err);

/* progress.c: a bar on a terminal, a plain line now and then elsewhere; on standard error. */
typedef struct progress {
    const char *what, *unit;
    int64_t started_us, said_us;
    bool is_terminal, is_quiet;
} progress;

void progress_start(progress *p, const char *what, const char *unit, bool quiet);
/* done of total decides the bar and the time left; count is what the rate is of. */
void progress_show(progress *p, uint64_t done, uint64_t total, uint64_t count);
void progress_end(progress *p);
void progress_store(void *p, uint64_t done, uint64_t total); /* an ans_progress_fn */

/* The commands. */
int run_serve(ans_cx *cx, const options *o);
int run_import(ans_cx *cx, const options *o);
int run_export(ans_cx *cx, const options *o);
int run_check(ans_cx *cx, const options *o);
int run_backup(ans_cx *cx, const options *o);
int run_restore(ans_cx *cx, const options *o);
int run_content(ans_cx *cx, const options *o);
int run_package(ans_cx *cx, const options *o);
int run_lists(ans_cx *cx, const options *o);
int run_reindex(ans_cx *cx, const options *o);
int run_demo(ans_cx *cx, const options *o);
int run_user(ans_cx *cx, const options *o);
int run_client(ans_cx *cx, const options *o);
int run_access(ans_cx *cx, const options *o);
int run_audit(ans_cx *cx, const options *o);
int run_fhirpath(ans_cx *cx, const options *o);
int run_view(ans_cx *cx, const options *o);
int run_view_keep(ans_cx *cx, const options *o);
int run_view_drop(ans_cx *cx, const options *o);
int run_view_list(ans_cx *cx, const options *o);
int run_sql(ans_cx *cx, const options *o);
int run_questionnaire(ans_cx *cx, const options *o);
int run_rule(ans_cx *cx, const options *o);
int run_backup_key(ans_cx *cx, const options *o);
int run_pack(ans_cx *cx, const options *o);
int run_paper(ans_cx *cx, const options *o);
int run_clock(ans_cx *cx, const options *o);
int run_service(ans_cx *cx, const options *o);
int run_version(ans_cx *cx, const options *o);
int run_help(ans_cx *cx, const options *o);

#endif
