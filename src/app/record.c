#include "app/trail.h"
#include "json/json.h"

ans_err record_open(ans_cx *cx, const options *o, record_door *out)
{
    *out = (record_door){.o = o};
    ans_str path = local_path(cx, o);
    if (!path.p) {
        return ans_cx_nomem(cx);
    }
    int fd = ans_http_local_connect(path.p);
    if (fd >= 0) {
        ans_rest_answer hello;
        out->has_server = true;
        return local_ask(cx, fd, ANS_STR("GET"), ANS_STR("/health"), ANS_STR_NONE, &hello);
    }
    ans_err err = folder_open(cx, o, FOLDER_CREATE, &out->f);
    err = err == ANS_OK ? folder_rest(cx, o, &out->f, &out->rest) : err;
    return err == ANS_OK ? trail_open(cx, o, &out->f, &out->audit) : err;
}

static ans_err ask_server(ans_cx *cx, const record_door *r, const char *method, ans_str path, ans_str body, ans_rest_answer *out)
{
    ans_str socket = local_path(cx, r->o), full = ans_arena_fmt(cx->arena, "/fhir%s%.*s", path.n ? "/" : "", ANS_FMT(path));
    if (!socket.p || !full.p) {
        return ans_cx_nomem(cx);
    }
    int fd = ans_http_local_connect(socket.p);
    return fd >= 0 ? local_ask(cx, fd, ans_str_of(method), full, body, out)
                   : ans_issue_add(cx, ANS_E_IO, ANS_STR_NONE, "the server went away");
}

ans_err record_ask(ans_cx *cx, record_door *r, const char *method, ans_str path, ans_str body, ans_rest_answer *out)
{
    const ans_who owner = {.kind = ANS_WHO_LOCAL};
    if (r->has_server) {
        return ask_server(cx, r, method, path, body, out);
    }
    ans_rest_question q = {.method = ans_str_of(method), .body = body};
    q.query = path;
    if (!ans_str_cut(&q.query, '?', &q.path)) {
        q.query = ANS_STR_NONE;
    }
    return ans_rest_ask(r->rest, cx, &owner, &q, out);
}

ans_err record_refused(ans_cx *cx, const ans_rest_answer *answer)
{
    ans_json doc;
    ans_str text = ANS_STR_NONE;
    if (answer->body.n && ans_json_parse(cx, answer->body, NULL, &doc) == ANS_OK) {
        ans_jnode issues = ans_json_get(&doc, 0, ANS_STR("issue"));
        ans_jnode first = issues == ANS_JNONE ? ANS_JNONE : ans_json_first(&doc, issues);
        text = first == ANS_JNONE ? ANS_STR_NONE : ans_json_get_string(cx, &doc, first, ANS_STR("diagnostics"));
    }
    return ans_issue_add(cx, ANS_E_INVALID, ANS_STR_NONE, "the record refused it (%d): %.*s", answer->status,
                         ANS_FMT(text.n ? text : ANS_STR("without a reason")));
}

void record_close(record_door *r)
{
    if (r->rest) {
        ans_rest_free(r->rest);
    }
    folder_close(&r->f);
    ans_audit_free(r->audit); /* the store signs its last head while it closes */
    *r = (record_door){0};
}
