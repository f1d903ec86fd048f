/* Notices of the server as Tasks. */
#include "rest/notice.h"

#include "base/os.h"
#include "fhir/value.h"
#include "rule/put.h"

#define TASK_BYTES ((size_t)64 << 10)

static const ans_who program = {.kind = ANS_WHO_OPEN};

/* Whose it is stands in meta.tag: nothing else in it says so. */
static void put_head(ans_jw *w, const ans_notice *n)
{
    ans_jw_kv(w, ANS_STR("resourceType"), ANS_STR("Task"));
    ans_jw_key(w, ANS_STR("meta"));
    ans_jw_begin(w, '{');
    ans_jw_key(w, ANS_STR("tag"));
    ans_jw_begin(w, '[');
    ans_put_coding(w, "urn:ansinh:tag:facility", n->facility);
    ans_jw_end(w, ']');
    ans_jw_end(w, '}');
    if (n->system) {
        ans_jw_key(w, ANS_STR("identifier"));
        ans_jw_begin(w, '[');
        ans_jw_begin(w, '{');
        ans_jw_kv(w, ANS_STR("system"), ans_str_of(n->system));
        ans_jw_kv(w, ANS_STR("value"), n->name);
        ans_jw_end(w, '}');
        ans_jw_end(w, ']');
    }
}

static ans_err body_of(ans_cx *cx, const ans_notice *n, ans_str *out)
{
    ans_buf b;
    ans_jw w;
    char now[ANS_INSTANT_BYTES];
    ans_instant_print(ans_now_us(), now);
    ans_buf_init_arena(&b, cx->arena, TASK_BYTES);
    ans_jw_init(&w, &b);
    ans_jw_begin(&w, '{');
    put_head(&w, n);
    ans_jw_kv(&w, ANS_STR("status"), ANS_STR("requested"));
    ans_jw_kv(&w, ANS_STR("intent"), ANS_STR("order"));
    ans_jw_kv(&w, ANS_STR("priority"), n->is_urgent ? ANS_STR("urgent") : ANS_STR("routine"));
    ans_put_concept(&w, "code", "urn:ansinh:task", ans_str_of(n->code));
    ans_jw_kv(&w, ANS_STR("description"), n->text);
    ans_put_english(&w, "_description", n->text_en);
    ans_put_reference(&w, "focus", n->focus, ANS_STR_NONE);
    if (n->about.n) {
        ans_put_reference(&w, "for", n->about, ANS_STR_NONE);
    }
    ans_jw_kv(&w, ANS_STR("authoredOn"), (ans_str){now, sizeof now});
    ans_jw_key(&w, ANS_STR("performerType"));
    ans_jw_begin(&w, '[');
    ans_put_concept(&w, NULL, "urn:ansinh:role", ANS_STR("facility-head"));
    ans_jw_end(&w, ']');
    ans_jw_end(&w, '}');
    return ans_buf_finish(&b, out);
}

static ans_err outcome(ans_cx *cx, const ans_rest_answer *a)
{
    ans_err err = a->status < 300 ? ANS_OK : a->status == 507 ? ANS_E_NOSPACE : a->status >= 500 ? ANS_E_BUSY : ANS_E_RULE;
    return err == ANS_OK ? err : ans_issue_add(cx, err, ANS_STR("Task"), "the record does not take a notice (%d)", a->status);
}

static ans_str open_of(ans_cx *cx, const char *code, ans_str focus)
{
    return ans_arena_fmt(cx->arena, "code=urn:ansinh:task|%s&focus=%.*s&status=requested,received,accepted,in-progress", code, ANS_FMT(focus));
}

ans_err ans_rest_notice(ans_rest *rest, ans_cx *cx, const ans_notice *n)
{
    ans_rest_answer answer;
    ans_rest_question q = {.method = ANS_STR("POST"), .path = ANS_STR("Task"), .prefer = ANS_STR("return=minimal"),
                           .if_none_exist = n->system ? ans_arena_fmt(cx->arena, "identifier=%s|%.*s", n->system, ANS_FMT(n->name)) : open_of(cx, n->code, n->focus)};
    ans_err err = body_of(cx, n, &q.body);
    err = err == ANS_OK && !q.if_none_exist.p ? ans_cx_nomem(cx) : err;
    err = err == ANS_OK ? ans_rest_ask(rest, cx, &program, &q, &answer) : err;
    return err == ANS_OK ? outcome(cx, &answer) : err;
}

/* ---- over ---- */

/* The same Task, completed. */
static ans_err complete(ans_rest *rest, ans_cx *cx, const ans_json *doc, ans_jnode task)
{
    ans_buf b;
    ans_jw w;
    ans_rest_answer answer;
    ans_str version = ans_json_get_string(cx, doc, ans_json_get(doc, task, ANS_STR("meta")), ANS_STR("versionId"));
    ans_rest_question q = {.method = ANS_STR("PUT"), .prefer = ANS_STR("return=minimal"),
                           .path = ans_arena_fmt(cx->arena, "Task/%.*s", ANS_FMT(ans_json_get_string(cx, doc, task, ANS_STR("id")))),
                           .if_match = ans_arena_fmt(cx->arena, "W/\"%.*s\"", ANS_FMT(version))};
    ans_buf_init_arena(&b, cx->arena, TASK_BYTES);
    ans_jw_init(&w, &b);
    ans_jw_begin(&w, '{');
    ANS_JSON_EACH(doc, task, n) {
        ans_str key = ans_json_key(doc, n);
        ans_jw_key(&w, key);
        if (ans_str_is(key, "status")) {
            ans_jw_str(&w, ANS_STR("completed"));
        } else {
            ans_jw_copy(&w, doc, n);
        }
    }
    ans_jw_end(&w, '}');
    ans_err err = q.path.p && q.if_match.p ? ans_buf_finish(&b, &q.body) : ans_cx_nomem(cx);
    err = err == ANS_OK ? ans_rest_ask(rest, cx, &program, &q, &answer) : err;
    return err != ANS_OK ? err : answer.status == 412 || answer.status == 409 ? ANS_OK : outcome(cx, &answer); /* somebody is at it */
}

ans_err ans_rest_notice_over(ans_rest *rest, ans_cx *cx, const char *code, ans_str focus)
{
    ans_json doc;
    ans_rest_answer answer;
    ans_rest_question q = {.method = ANS_STR("GET"), .path = ANS_STR("Task"), .is_inner = true, .query = open_of(cx, code, focus)};
    ans_err err = q.query.p ? ans_rest_ask(rest, cx, &program, &q, &answer) : ans_cx_nomem(cx);
    err = err == ANS_OK ? outcome(cx, &answer) : err;
    err = err == ANS_OK ? ans_json_parse(cx, answer.body, NULL, &doc) : err;
    ans_jnode list = err == ANS_OK ? ans_json_get(&doc, 0, ANS_STR("entry")) : ANS_JNONE;
    if (err != ANS_OK || list == ANS_JNONE) {
        return err;
    }
    ANS_JSON_EACH(&doc, list, one) {
        ans_jnode task = ans_json_get(&doc, one, ANS_STR("resource"));
        err = err == ANS_OK && task != ANS_JNONE ? complete(rest, cx, &doc, task) : err;
    }
    return err;
}
