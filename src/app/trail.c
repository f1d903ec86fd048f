/* What the program itself did to a data folder leaves its entries in the audit: that a server began and ended, that something was
 * imported or invented, that accounts were made; and what was read or taken out at the machine, past the gate. Each is on disk when
 * it is told. A beginning without its end was cut short. */
#include "app/trail.h"

#include "base/os.h"
#include "base/user.h"

ans_err trail_open(ans_cx *cx, const options *o, const folder *f, ans_audit **out)
{
    return ans_audit_new(cx, f->store, o->memory ? NULL : o->data, out);
}

ans_err trail_tell(ans_cx *cx, ans_audit *audit, uint8_t deed, const char *operation, ans_str parameters, ans_str subject)
{
    const ans_event e = {.deed = deed,
                         .status = 200,
                         .who = {.kind = ANS_WHO_LOCAL},
                         .operation = ans_str_of(operation),
                         .parameters = parameters,
                         .subject = subject};
    return audit ? ans_audit_now(audit, cx, &e) : ANS_OK;
}

/* ---- at the machine ---- */

static ans_err tell_server(ans_cx *cx, int fd, uint8_t deed, const char *operation, ans_str parameters, ans_str user)
{
    ans_rest_answer answer;
    ans_buf b;
    ans_jw w;
    ans_str body;
    ans_buf_init_arena(&b, cx->arena, 4096);
    ans_jw_init(&w, &b);
    ans_jw_begin(&w, '{');
    ans_jw_kv(&w, ANS_STR("deed"), ans_str_of(ans_deed_name(deed)));
    ans_jw_kv(&w, ANS_STR("operation"), ans_str_of(operation));
    ans_jw_kv(&w, ANS_STR("parameters"), parameters);
    ans_jw_kv(&w, ANS_STR("by"), user);
    ans_jw_end(&w, '}');
    ans_err err = ans_buf_finish(&b, &body);
    err = err == ANS_OK ? local_ask(cx, fd, ANS_STR("POST"), ANS_STR("/auth/told"), body, &answer) : err;
    return err == ANS_OK && answer.status >= 300 ? ANS_E_IO : err;
}

static ans_err tell_folder(ans_cx *cx, const options *o, const ans_event *e)
{
    folder f;
    ans_audit *audit = NULL;
    ans_err err = folder_open(cx, o, FOLDER_WRITE, &f);
    if (err != ANS_OK) {
        return err;
    }
    err = trail_open(cx, o, &f, &audit);
    err = err == ANS_OK ? ans_audit_now(audit, cx, e) : err;
    folder_close(&f);
    ans_audit_free(audit); /* the store signs its last head while it closes */
    return err;
}

void trail_take(ans_cx *cx, const options *o, uint8_t deed, const char *operation, ans_str parameters)
{
    ans_cx own = {.arena = cx->arena}; /* its issues are not those of the command */
    ans_str user = ans_user_self(cx->arena), path = local_path(&own, o);
    const ans_event e = {.deed = deed, .status = 200, .who = {.kind = ANS_WHO_LOCAL, .name = user}, .operation = ans_str_of(operation), .parameters = parameters};
    if (o->memory || !user.p || !path.p || !ans_file_exists(o->data)) {
        return;
    }
    int fd = ans_http_local_connect(path.p);
    ans_err err = fd >= 0 ? tell_server(&own, fd, deed, operation, parameters, user) : tell_folder(&own, o, &e);
    if (err != ANS_OK) {
        say("the audit of %s keeps no entry of this %s: %s", o->data, operation, own.last_ ? own.last_->text.p : "the server takes none");
    }
}
