/* Asking as the owner of the data folder: a running server through its socket, or the folder itself. */
#include "app/owner.h"

#include "auth/account.h"
#include "auth/audit.h"

/* ---- asking ---- */

static ans_err ask_folder(ans_cx *cx, const options *o, ans_str method, ans_str path, ans_str body, ans_rest_answer *out)
{
    folder f;
    ans_accounts *accounts = NULL;
    ans_smart *smart = NULL;
    ans_audit *audit = NULL;
    const ans_accounts_options where = {.dir = o->data};
    ans_err err = folder_open(cx, o, FOLDER_CREATE, &f);
    if (err != ANS_OK) {
        return err;
    }
    err = ans_audit_new(cx, f.store, o->data, &audit);
    err = err == ANS_OK ? ans_accounts_open(cx, &where, &accounts) : err;
    err = err == ANS_OK ? ans_smart_open(cx, accounts, &smart) : err;
    err = err == ANS_OK ? ans_rest_sign_local(cx, accounts, smart, audit, method, path, body, out) : err;
    ans_smart_close(smart);
    ans_accounts_close(accounts);
    folder_close(&f);
    ans_audit_free(audit); /* the store signs its last head while it closes */
    return err;
}

ans_err owner_ask(ans_cx *cx, const options *o, const char *method, ans_str path, ans_str body, owner_reply *out)
{
    ans_rest_answer answer;
    ans_str socket_path = local_path(cx, o);
    if (!socket_path.p || !path.p) {
        return ans_cx_nomem(cx);
    }
    int fd = ans_http_local_connect(socket_path.p);
    ans_err err = fd >= 0 ? local_ask(cx, fd, ans_str_of(method), path, body, &answer)
                          : ask_folder(cx, o, ans_str_of(method), path, body, &answer);
    *out = (owner_reply){0};
    if (err == ANS_OK && answer.body.n) {
        err = ans_json_parse(cx, answer.body, NULL, &out->doc);
    }
    out->status = answer.status;
    return err;
}

/* ---- answers ---- */

ans_str owner_text(ans_cx *cx, const owner_reply *r, ans_jnode at, const char *name)
{
    return r->doc.count ? ans_json_get_string(cx, &r->doc, at, ans_str_of(name)) : ANS_STR_NONE;
}

int owner_outcome(ans_cx *cx, ans_err err, const owner_reply *r)
{
    if (err != ANS_OK) {
        return fail(cx, err);
    }
    if (r->status >= 300) {
        ans_str text = owner_text(cx, r, 0, "text"), detail = owner_text(cx, r, 0, "detail");
        say("%.*s%s%.*s", ANS_FMT(text.n ? text : ANS_STR("refused")), detail.n ? ": " : "", ANS_FMT(detail));
        return EXIT_FINDINGS;
    }
    return EXIT_DONE;
}

/* ---- acts ---- */

int owner_run(ans_cx *cx, const options *o, const owner_act *acts, size_t count, const char *usage)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(o->args[0], acts[i].name) == 0 && o->arg_count == acts[i].args) {
            return acts[i].run(cx, o);
        }
    }
    say("usage: %s", usage);
    return EXIT_USAGE;
}

const char *owner_switch(const options *o)
{
    return strcmp(o->args[0], "enable") == 0 ? "/enable" : "/disable";
}
