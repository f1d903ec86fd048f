/* user: accounts from the command line, for whoever owns the data folder. A running server is asked through DATA/ansinh.sock;
 * without one the folder is opened here. Either way it is the same request to the same code below /auth, so both
 * refuse the same things. One-time passwords and tokens are shown once, on standard output, and stand nowhere else. */
#include <stdio.h>

#include "app/app.h"
#include "auth/account.h"
#include "auth/audit.h"
#include "base/os.h"
#include "json/json.h"

enum { MOST_PASSWORD_BYTES = 1100 };

typedef struct reply {
    int status;
    ans_json doc; /* count 0: no body */
} reply;

/* ---- asking ---- */

static ans_err ask_folder(ans_cx *cx, const options *o, ans_str method, ans_str path, ans_str body, ans_rest_answer *out)
{
    folder f;
    ans_accounts *accounts = NULL;
    ans_audit *audit = NULL;
    const ans_accounts_options where = {.dir = o->data};
    ans_err err = folder_open(cx, o, FOLDER_CREATE, &f);
    if (err != ANS_OK) {
        return err;
    }
    err = ans_audit_new(cx, f.store, o->data, &audit);
    err = err == ANS_OK ? ans_accounts_open(cx, &where, &accounts) : err;
    err = err == ANS_OK ? ans_rest_sign_local(cx, accounts, audit, method, path, body, out) : err;
    ans_accounts_close(accounts);
    folder_close(&f);
    ans_audit_free(audit); /* the store signs its last head while it closes */
    return err;
}

static ans_err ask(ans_cx *cx, const options *o, const char *method, ans_str path, ans_str body, reply *out)
{
    ans_rest_answer answer;
    ans_str socket_path = local_path(cx, o);
    if (!socket_path.p || !path.p) {
        return ans_cx_nomem(cx);
    }
    int fd = ans_http_local_connect(socket_path.p);
    ans_err err = fd >= 0 ? local_ask(cx, fd, ans_str_of(method), path, body, &answer)
                          : ask_folder(cx, o, ans_str_of(method), path, body, &answer);
    *out = (reply){0};
    if (err == ANS_OK && answer.body.n) {
        err = ans_json_parse(cx, answer.body, NULL, &out->doc);
    }
    out->status = answer.status;
    return err;
}

/* ---- answers ---- */

static ans_str text_of(ans_cx *cx, const reply *r, ans_jnode at, const char *name)
{
    return r->doc.count ? ans_json_get_string(cx, &r->doc, at, ans_str_of(name)) : ANS_STR_NONE;
}

static int outcome(ans_cx *cx, ans_err err, const reply *r)
{
    if (err != ANS_OK) {
        return fail(cx, err);
    }
    if (r->status >= 300) {
        ans_str text = text_of(cx, r, 0, "text");
        say("%.*s", ANS_FMT(text.n ? text : ANS_STR("refused")));
        return EXIT_FINDINGS;
    }
    return EXIT_DONE;
}

static void print_member(ans_cx *cx, const reply *r, const char *name)
{
    printf("%.*s\n", ANS_FMT(text_of(cx, r, 0, name)));
}

/* ---- the commands ---- */

static int no_role(const char *role)
{
    say("--role takes administrator, auditor, system or recipient, not %s: other roles belong to a PractitionerRole (give --practitioner)", role);
    return EXIT_USAGE;
}

static bool is_direct_role(const char *role)
{
    return !role || strcmp(role, "administrator") == 0 || strcmp(role, "auditor") == 0 || strcmp(role, "system") == 0 ||
           strcmp(role, "recipient") == 0;
}

static void put(ans_jw *w, const char *key, const char *value)
{
    if (value) {
        ans_jw_kv(w, ans_str_of(key), ans_str_of(value));
    }
}

static ans_err add(ans_cx *cx, const options *o, const char *password, bool is_program, const char *role, reply *out)
{
    ans_buf b;
    ans_jw w;
    ans_str body;
    ans_buf_init_arena(&b, cx->arena, (size_t)1 << 16);
    ans_jw_init(&w, &b);
    ans_jw_begin(&w, '{');
    put(&w, "name", o->args[1]);
    put(&w, "display", o->display);
    put(&w, "practitioner", o->practitioner);
    put(&w, "directRole", role);
    put(&w, "purpose", o->purpose);
    put(&w, "recipient", o->recipient);
    put(&w, "basis", o->basis);
    put(&w, "password", password);
    if (is_program) {
        ans_jw_key(&w, ANS_STR("program"));
        ans_jw_bool(&w, true);
    }
    ans_jw_end(&w, '}');
    ans_err err = ans_buf_finish(&b, &body);
    return err == ANS_OK ? ask(cx, o, "POST", ANS_STR("/auth/users"), body, out) : err;
}

static int user_add(ans_cx *cx, const options *o)
{
    char line[MOST_PASSWORD_BYTES];
    reply r;
    if (!is_direct_role(o->role)) {
        return no_role(o->role);
    }
    if (o->password_stdin) {
        if (!fgets(line, sizeof line, stdin)) {
            say("there is no password on standard input");
            return EXIT_USAGE;
        }
        line[strcspn(line, "\r\n")] = '\0';
    }
    ans_err err = add(cx, o, o->password_stdin ? line : NULL, false, o->role, &r);
    int code = outcome(cx, err, &r);
    if (code == EXIT_DONE && !o->password_stdin) {
        say("one-time password of %s, to be changed at the first sign-in:", o->args[1]);
        print_member(cx, &r, "password");
    }
    return code;
}

static ans_str path_of(ans_cx *cx, const char *name, const char *what)
{
    for (const char *c = name; *c; c++) { /* names hold nothing else, so nothing has to be encoded */
        if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-@", *c)) {
            return ANS_STR_NONE;
        }
    }
    return *name ? ans_arena_fmt(cx->arena, "/auth/users/%s%s", name, what) : ANS_STR_NONE;
}

static ans_err ask_about(ans_cx *cx, const options *o, const char *method, const char *what, reply *out)
{
    ans_str path = path_of(cx, o->args[1], what);
    return path.p ? ask(cx, o, method, path, ANS_STR_NONE, out)
                  : ans_issue_add(cx, ANS_E_VALUE, ANS_STR_NONE, "names of accounts consist of letters, digits and . _ - @");
}

static int user_list(ans_cx *cx, const options *o)
{
    reply r;
    ans_err err = ask(cx, o, "GET", ANS_STR("/auth/users"), ANS_STR_NONE, &r);
    int code = outcome(cx, err, &r);
    if (code != EXIT_DONE) {
        return code;
    }
    ANS_JSON_EACH(&r.doc, 0, u) {
        ans_jnode off = ans_json_get(&r.doc, u, ANS_STR("disabled")), program = ans_json_get(&r.doc, u, ANS_STR("program"));
        ans_str role = text_of(cx, &r, u, "directRole"), practitioner = text_of(cx, &r, u, "practitioner");
        ans_str purpose = text_of(cx, &r, u, "purpose"), recipient = text_of(cx, &r, u, "recipient");
        printf("%-24.*s %-16.*s %-24.*s %s%s%s%.*s%s%.*s\n", ANS_FMT(text_of(cx, &r, u, "name")), ANS_FMT(role.n ? role : ANS_STR("-")),
               ANS_FMT(practitioner.n ? practitioner : ANS_STR("-")),
               ans_json_kind_of(&r.doc, program) == ANS_JSON_TRUE ? "program" : "person",
               ans_json_kind_of(&r.doc, off) == ANS_JSON_TRUE ? " off" : "", purpose.n ? " for " : "", ANS_FMT(purpose),
               purpose.n ? " to " : "", ANS_FMT(recipient));
    }
    return EXIT_DONE;
}

static int user_switch(ans_cx *cx, const options *o)
{
    reply r;
    ans_err err = ask_about(cx, o, "POST", strcmp(o->args[0], "enable") == 0 ? "/enable" : "/disable", &r);
    return outcome(cx, err, &r);
}

static int user_reset(ans_cx *cx, const options *o)
{
    reply r;
    ans_err err = ask_about(cx, o, "POST", "/reset", &r);
    int code = outcome(cx, err, &r);
    if (code == EXIT_DONE) {
        say("one-time password of %s, to be changed at the next sign-in; PIN, second factor and sessions are gone:", o->args[1]);
        print_member(cx, &r, "password");
    }
    return code;
}

static int user_token(ans_cx *cx, const options *o)
{
    reply r;
    if (!is_direct_role(o->role)) {
        return no_role(o->role);
    }
    if (!o->purpose != !o->recipient) {
        say("--purpose and --recipient go together: for what, and for whom");
        return EXIT_USAGE;
    }
    ans_err err = ask_about(cx, o, o->revoke ? "DELETE" : "POST", "/token", &r);
    if (err == ANS_OK && r.status == 404 && !o->revoke) {
        const char *role = o->role || o->practitioner ? o->role : o->purpose ? "recipient" : "system";
        say("%s is a new program account with the role %s", o->args[1], role ? role : "of its Practitioner");
        err = add(cx, o, NULL, true, role, &r);
        err = err == ANS_OK && r.status < 300 ? ask_about(cx, o, "POST", "/token", &r) : err;
    }
    int code = outcome(cx, err, &r);
    if (code == EXIT_DONE && !o->revoke) {
        print_member(cx, &r, "token");
    }
    return code;
}

static const struct {
    const char *name;
    int args;
    int (*run)(ans_cx *cx, const options *o);
} acts[] = {
    {"add", 2, user_add},      {"list", 1, user_list},   {"enable", 2, user_switch},
    {"disable", 2, user_switch}, {"reset", 2, user_reset}, {"token", 2, user_token},
};

int run_user(ans_cx *cx, const options *o)
{
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) {
        if (strcmp(o->args[0], acts[i].name) == 0 && o->arg_count == acts[i].args) {
            return acts[i].run(cx, o);
        }
    }
    say("usage: ansinh user add|disable|enable|reset|token NAME, or: ansinh user list; see: ansinh help user");
    return EXIT_USAGE;
}
