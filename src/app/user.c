/* user: accounts from the command line, for whoever owns the data folder (owner.h). One-time passwords and tokens are shown once, on standard output, and stand nowhere else. */
#include <stdio.h>

#include "app/app.h"
#include "app/owner.h"

enum { MOST_PASSWORD_BYTES = 1100 };

static void print_member(ans_cx *cx, const owner_reply *r, const char *name)
{
    printf("%.*s\n", ANS_FMT(owner_text(cx, r, 0, name)));
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

static ans_err add(ans_cx *cx, const options *o, const char *password, bool is_program, const char *role, owner_reply *out)
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
    if (o->patient || o->related) {
        ans_jw_kv(&w, ANS_STR("person"), ans_arena_fmt(cx->arena, "%s/%s", o->patient ? "Patient" : "RelatedPerson", o->patient ? o->patient : o->related));
    }
    put(&w, "birth", o->birth);
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
    return err == ANS_OK ? owner_ask(cx, o, "POST", ANS_STR("/auth/users"), body, out) : err;
}

static int user_add(ans_cx *cx, const options *o)
{
    char line[MOST_PASSWORD_BYTES];
    owner_reply r;
    if (!is_direct_role(o->role)) {
        return no_role(o->role);
    }
    if ((o->patient || o->related) && (o->practitioner || o->role || (o->patient && o->related))) {
        say("an account is of staff (--practitioner, --role), of a person in care (--patient) or of who represents them (--related): of one of these");
        return EXIT_USAGE;
    }
    if ((o->patient || o->related) != (o->birth != NULL)) {
        say("--patient and --related go with --birth, the year or day of birth of the person in care: it must agree with the record");
        return EXIT_USAGE;
    }
    if (o->password_stdin) {
        if (!fgets(line, sizeof line, stdin)) {
            say("there is no password on standard input");
            return EXIT_USAGE;
        }
        line[strcspn(line, "\r\n")] = '\0';
    }
    ans_err err = add(cx, o, o->password_stdin ? line : NULL, false, o->role, &r);
    int code = owner_outcome(cx, err, &r);
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

static ans_err ask_about(ans_cx *cx, const options *o, const char *method, const char *what, owner_reply *out)
{
    ans_str path = path_of(cx, o->args[1], what);
    return path.p ? owner_ask(cx, o, method, path, ANS_STR_NONE, out)
                  : ans_issue_add(cx, ANS_E_VALUE, ANS_STR_NONE, "names of accounts consist of letters, digits and . _ - @");
}

static int user_list(ans_cx *cx, const options *o)
{
    owner_reply r;
    ans_err err = owner_ask(cx, o, "GET", ANS_STR("/auth/users"), ANS_STR_NONE, &r);
    int code = owner_outcome(cx, err, &r);
    if (code != EXIT_DONE) {
        return code;
    }
    ANS_JSON_EACH(&r.doc, 0, u) {
        ans_jnode off = ans_json_get(&r.doc, u, ANS_STR("disabled")), program = ans_json_get(&r.doc, u, ANS_STR("program"));
        ans_str role = owner_text(cx, &r, u, "directRole"), practitioner = owner_text(cx, &r, u, "practitioner");
        ans_str person = owner_text(cx, &r, u, "person");
        practitioner = person.n ? person : practitioner;
        ans_str purpose = owner_text(cx, &r, u, "purpose"), recipient = owner_text(cx, &r, u, "recipient");
        printf("%-24.*s %-16.*s %-24.*s %s%s%s%.*s%s%.*s\n", ANS_FMT(owner_text(cx, &r, u, "name")), ANS_FMT(role.n ? role : ANS_STR("-")),
               ANS_FMT(practitioner.n ? practitioner : ANS_STR("-")),
               ans_json_kind_of(&r.doc, program) == ANS_JSON_TRUE ? "program" : "person",
               ans_json_kind_of(&r.doc, off) == ANS_JSON_TRUE ? " off" : "", purpose.n ? " for " : "", ANS_FMT(purpose),
               purpose.n ? " to " : "", ANS_FMT(recipient));
    }
    return EXIT_DONE;
}

static int user_switch(ans_cx *cx, const options *o)
{
    owner_reply r;
    ans_err err = ask_about(cx, o, "POST", owner_switch(o), &r);
    return owner_outcome(cx, err, &r);
}

static int user_reset(ans_cx *cx, const options *o)
{
    owner_reply r;
    ans_err err = ask_about(cx, o, "POST", "/reset", &r);
    int code = owner_outcome(cx, err, &r);
    if (code == EXIT_DONE) {
        say("one-time password of %s, to be changed at the next sign-in; PIN, second factor and sessions are gone:", o->args[1]);
        print_member(cx, &r, "password");
    }
    return code;
}

static int user_token(ans_cx *cx, const options *o)
{
    owner_reply r;
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
    int code = owner_outcome(cx, err, &r);
    if (code == EXIT_DONE && !o->revoke) {
        print_member(cx, &r, "token");
    }
    return code;
}

static const owner_act acts[] = {
    {"add", 2, user_add},      {"list", 1, user_list},   {"enable", 2, user_switch},
    {"disable", 2, user_switch}, {"reset", 2, user_reset}, {"token", 2, user_token},
};

int run_user(ans_cx *cx, const options *o)
{
    return owner_run(cx, o, acts, sizeof acts / sizeof *acts, "ansinh user add|disable|enable|reset|token NAME, or: ansinh user list; see: ansinh help user");
}
