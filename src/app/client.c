/* client: programs that may ask for a person's yes, or come in by themselves (docs/smart.md), from the command line (owner.h). Secrets
 * are shown once, on standard output, and stand nowhere else. */
#include <stdio.h>

#include "app/owner.h"

enum { MOST_KEYS_BYTES = 16384 };

static void put(ans_jw *w, const char *key, const char *value)
{
    if (value) {
        ans_jw_kv(w, ans_str_of(key), ans_str_of(value));
    }
}

/* "https://a,https://b" */
static void put_redirects(ans_jw *w, const char *list)
{
    ans_str left = ans_str_of(list ? list : ""), one;
    ans_jw_key(w, ANS_STR("redirects"));
    ans_jw_begin(w, '[');
    for (bool more = left.n > 0; more;) {
        more = ans_str_cut(&left, ',', &one);
        ans_jw_str(w, ans_str_trim(one));
    }
    ans_jw_end(w, ']');
}

/* Programs by themselves prove who they are by keys, those of people by nothing unless it is said. */
static const char *kind_of(const options *o)
{
    return o->kind ? o->kind : o->account || o->keys || o->keys_url ? "key" : "public";
}

static ans_err write_body(ans_cx *cx, const options *o, ans_str *out)
{
    ans_buf b;
    ans_jw w;
    ans_str keys = ANS_STR_NONE;
    ans_err err = o->keys ? input_read(cx, o->keys, MOST_KEYS_BYTES, &keys) : ANS_OK;
    if (err != ANS_OK) {
        return err;
    }
    ans_buf_init_arena(&b, cx->arena, (size_t)1 << 17);
    ans_jw_init(&w, &b);
    ans_jw_begin(&w, '{');
    put(&w, "name", o->args[1]);
    put(&w, "kind", kind_of(o));
    put(&w, "id", o->id);
    put(&w, "scope", o->scope);
    put(&w, "launch", o->launch);
    put(&w, "keysUrl", o->keys_url);
    put(&w, "organization", o->recipient);
    put(&w, "purpose", o->purpose);
    put(&w, "basis", o->basis);
    put(&w, "account", o->account);
    put(&w, "practitioner", o->practitioner);
    put(&w, "directRole", o->role);
    put_redirects(&w, o->redirect);
    if (keys.n) {
        ans_jw_kv(&w, ANS_STR("keys"), keys);
    }
    if (o->introspect) {
        ans_jw_key(&w, ANS_STR("introspect"));
        ans_jw_bool(&w, true);
    }
    ans_jw_end(&w, '}');
    return ans_buf_finish(&b, out);
}

static int client_add(ans_cx *cx, const options *o)
{
    ans_str body;
    owner_reply r = {0};
    ans_err err = write_body(cx, o, &body);
    err = err == ANS_OK ? owner_ask(cx, o, "POST", ANS_STR("/auth/clients"), body, &r) : err;
    int code = owner_outcome(cx, err, &r);
    if (code == EXIT_DONE) {
        ans_str secret = owner_text(cx, &r, 0, "secret");
        say("%s is known as client_id %.*s%s", o->args[1], ANS_FMT(owner_text(cx, &r, 0, "id")), secret.n ? "; its secret, shown this once:" : "");
        printf("%.*s\n", ANS_FMT(secret.n ? secret : owner_text(cx, &r, 0, "id")));
    }
    return code;
}

static int client_list(ans_cx *cx, const options *o)
{
    owner_reply r;
    ans_err err = owner_ask(cx, o, "GET", ANS_STR("/auth/clients"), ANS_STR_NONE, &r);
    int code = owner_outcome(cx, err, &r);
    if (code != EXIT_DONE) {
        return code;
    }
    ANS_JSON_EACH(&r.doc, 0, c)
    {
        ans_jnode off = ans_json_get(&r.doc, c, ANS_STR("disabled"));
        ans_str account = owner_text(cx, &r, c, "account");
        printf("%-20.*s %-7.*s %-16.*s %s%.*s\n", ANS_FMT(owner_text(cx, &r, c, "id")), ANS_FMT(owner_text(cx, &r, c, "kind")),
               ANS_FMT(account.n ? account : ANS_STR("-")), ans_json_kind_of(&r.doc, off) == ANS_JSON_TRUE ? "off " : "",
               ANS_FMT(owner_text(cx, &r, c, "name")));
    }
    return EXIT_DONE;
}

static ans_err ask_about(ans_cx *cx, const options *o, const char *method, const char *what, owner_reply *out)
{
    for (const char *c = o->args[1]; *c; c++) { /* ids hold nothing else, so nothing has to be encoded */
        if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789._-", *c)) {
            return ans_issue_add(cx, ANS_E_VALUE, ANS_STR_NONE, "ids of programs consist of a-z, digits and . _ -");
        }
    }
    return owner_ask(cx, o, method, ans_arena_fmt(cx->arena, "/auth/clients/%s%s", o->args[1], what), ANS_STR_NONE, out);
}

static int client_switch(ans_cx *cx, const options *o)
{
    owner_reply r = {0};
    ans_err err = ask_about(cx, o, "POST", owner_switch(o), &r);
    return owner_outcome(cx, err, &r);
}

static int client_remove(ans_cx *cx, const options *o)
{
    owner_reply r = {0};
    ans_err err = ask_about(cx, o, "DELETE", "", &r);
    return owner_outcome(cx, err, &r);
}

static int client_secret(ans_cx *cx, const options *o)
{
    owner_reply r = {0};
    ans_err err = ask_about(cx, o, "POST", "/secret", &r);
    int code = owner_outcome(cx, err, &r);
    if (code == EXIT_DONE) {
        say("new secret of %s; the one before is worth nothing any more:", o->args[1]);
        printf("%.*s\n", ANS_FMT(owner_text(cx, &r, 0, "secret")));
    }
    return code;
}

static const owner_act acts[] = {
    {"add", 2, client_add},       {"list", 1, client_list},     {"enable", 2, client_switch},
    {"disable", 2, client_switch}, {"remove", 2, client_remove}, {"secret", 2, client_secret},
};

int run_client(ans_cx *cx, const options *o)
{
    return owner_run(cx, o, acts, sizeof acts / sizeof *acts, "ansinh client add NAME | enable|disable|remove|secret ID | list; see: ansinh help client");
}
