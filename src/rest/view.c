/* ViewDefinition/$run: rows of a view given with the call, over resources given with it, or over those of the record that the
 * caller may see. spec: https://sql-on-fhir.org/ig/latest/OperationDefinition-ViewDefinitionRun.html */
#include "rest/rest_int.h"
#include "view/view.h"

#define MOST_BYTES ((size_t)64 << 20)

enum { MOST_TOLD = 100000 }; /* resources that one entry of the audit can name, each with its person */

typedef struct view_call {
    job *j;
    const ans_view *view;
    ans_view_printer printer;
    ans_json doc;      /* the Parameters posted */
    ans_jnode parameters;
    uint64_t limit;    /* rows; 0: all */
    ans_cx work;       /* of one resource: emptied behind it */
} view_call;

static ans_jnode next_named(view_call *c, const char *name, ans_jnode after)
{
    ans_jnode p = after == ANS_JNONE ? ans_json_first(&c->doc, c->parameters) : ans_json_next(&c->doc, c->parameters, after);
    while (p != ANS_JNONE && !ans_str_is(ans_json_get_string(c->j->cx, &c->doc, p, ANS_STR("name")), name)) {
        p = ans_json_next(&c->doc, c->parameters, p);
    }
    return p;
}

static ans_err read_view(view_call *c)
{
    ans_cx *cx = c->j->cx;
    if (!c->j->rq.body.n) {
        return ans_issue_add(cx, ANS_E_INVALID, ANS_STR("http.body"), "post a Parameters resource with viewResource");
    }
    ans_err err = ans_json_parse(cx, c->j->rq.body, NULL, &c->doc);
    if (err != ANS_OK) {
        return err;
    }
    c->parameters = ans_json_get(&c->doc, 0, ANS_STR("parameter"));
    if (c->parameters == ANS_JNONE || ans_json_kind_of(&c->doc, c->parameters) != ANS_JSON_ARRAY) {
        return ans_issue_add(cx, ANS_E_INVALID, ANS_STR("Parameters.parameter"), "post a Parameters resource with viewResource");
    }
    ans_jnode p = next_named(c, "viewResource", ANS_JNONE);
    ans_jnode view = p == ANS_JNONE ? ANS_JNONE : ans_json_get(&c->doc, p, ANS_STR("resource"));
    if (view == ANS_JNONE) {
        return ans_issue_add(cx, ANS_E_INVALID, ANS_STR("Parameters.parameter"), "viewResource is missing: views are not kept here yet");
    }
    return ans_view_compile(cx, cx->arena, &c->doc, view, &c->view);
}

static ans_err read_format(view_call *c)
{
    ans_str text = operation_param(c->j, "_format"), limit = operation_param(c->j, "_limit");
    c->printer.format = ANS_VIEW_NDJSON;
    if (text.n && !ans_view_format_named(text, &c->printer.format)) {
        return ans_issue_add(c->j->cx, ANS_E_VALUE, ANS_STR("http._format"), "rows come as ndjson, json or csv");
    }
    if (limit.n && (!ans_str_u64(limit, &c->limit) || c->limit == 0)) {
        return ans_issue_add(c->j->cx, ANS_E_VALUE, ANS_STR("http._limit"), "_limit takes a number from 1");
    }
    return ANS_OK;
}

static bool is_full(const view_call *c)
{
    return c->limit && c->printer.rows >= c->limit;
}

/* Rows behind the limit are made, and left out. */
static ans_err add_row(void *arg, ans_cx *cx, const ans_view *view, const ans_items *cells)
{
    view_call *c = arg;
    return is_full(c) ? ANS_OK : ans_view_print(&c->printer, cx, view, cells);
}

static ans_err add_resource(view_call *c, const ans_json *doc, ans_jnode root)
{
    c->work.deadline_us = c->j->cx->deadline_us;
    ans_err err = ans_view_run(&c->work, c->view, ans_search_zone(c->j->rest->o.search), doc, root, add_row, c);
    err = ans_issue_pass(c->j->cx, &c->work, err);
    ans_arena_reset(c->work.arena);
    c->work.issues = c->work.last_ = NULL;
    return err;
}

/* What gave rows is in the answer. */
static ans_err tell(view_call *c, const ans_version *v)
{
    audit_touch(c->j, v);
    return c->j->touched.count <= MOST_TOLD
               ? ANS_OK
               : ans_issue_add(c->j->cx, ANS_E_COSTLY, ANS_STR("http._limit"),
                               "rows of more than %d resources: ask with patient, _since or _limit", MOST_TOLD);
}

static ans_err add_body(void *arg, const ans_version *v, bool *more)
{
    view_call *c = arg;
    ans_json doc;
    uint64_t before = c->printer.rows;
    ans_str body = ans_search_body(c->work.arena, v);
    ans_err err = body.p ? ans_json_parse(&c->work, body, NULL, &doc) : ans_cx_nomem(c->j->cx);
    err = err == ANS_OK ? add_resource(c, &doc, 0) : err;
    *more = !is_full(c);
    return err == ANS_OK && c->printer.rows > before ? tell(c, v) : err;
}

static ans_err given_resources(view_call *c, bool *out_any)
{
    ans_err err = ANS_OK;
    *out_any = false;
    for (ans_jnode p = next_named(c, "resource", ANS_JNONE); err == ANS_OK && p != ANS_JNONE; p = next_named(c, "resource", p)) {
        ans_jnode r = ans_json_get(&c->doc, p, ANS_STR("resource"));
        *out_any = true;
        err = r == ANS_JNONE ? ans_issue_add(c->j->cx, ANS_E_INVALID, ANS_STR("Parameters.parameter"), "the parameter has no resource")
                             : add_resource(c, &c->doc, r);
    }
    return err;
}

/* ---- the record ---- */

/* What was decoded is written as a query again: "+07:00" keeps its plus, and an ampersand begins no other parameter. */
static void add_criterion(ans_buf *b, const char *name, ans_str value)
{
    static const char digits[] = "0123456789ABCDEF";
    if (!value.n) {
        return;
    }
    ans_buf_fmt(b, "%s%s", b->n ? "&" : "", name);
    for (size_t i = 0; i < value.n; i++) {
        uint8_t c = (uint8_t)value.p[i];
        bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || memchr("-._~/:,", c, 7);
        if (!plain) {
            ans_buf_add_c(b, '%');
            ans_buf_add_c(b, digits[c >> 4]);
        }
        ans_buf_add_c(b, plain ? (char)c : digits[c & 15]);
    }
}

static ans_err kept_resources(view_call *c, ans_reader *rd)
{
    ans_search_request rq = {.type = ans_view_type(c->view), .strict = true, .filter = gate_filter(c->j)};
    ans_buf b;
    ans_buf_init_arena(&b, c->j->cx->arena, (size_t)1 << 20);
    add_criterion(&b, "patient=", operation_param(c->j, "patient"));
    add_criterion(&b, "_lastUpdated=ge", operation_param(c->j, "_since"));
    ans_err err = ans_buf_finish(&b, &rq.query);
    return err == ANS_OK ? ans_search_each(c->j->rest->o.search, c->j->cx, rd, &rq, add_body, c) : err;
}

ans_err view_run(job *j, ans_reader *rd)
{
    ans_buf b;
    bool any = false;
    view_call c = {.j = j, .printer = {.out = &b}};
    ans_buf_init_arena(&b, j->cx->arena, MOST_BYTES);
    ans_err err = read_view(&c);
    err = err == ANS_OK ? read_format(&c) : err;
    c.work.arena = err == ANS_OK ? ans_arena_new((size_t)256 << 20) : NULL;
    if (err != ANS_OK || !c.work.arena) {
        return err != ANS_OK ? err : ans_cx_nomem(j->cx);
    }
    ans_view_print_begin(&c.printer, c.view);
    err = given_resources(&c, &any);
    err = err == ANS_OK && !any ? kept_resources(&c, rd) : err;
    ans_view_print_end(&c.printer);
    ans_arena_free(c.work.arena);
    if (err == ANS_E_TOOBIG) {
        return ans_issue_add(j->cx, err, ANS_STR("http._limit"), "the rows are more than 64 MiB: ask with _limit, or use ansinh view run");
    }
    j->an.status = 200;
    j->an.content_type = ans_view_media_type(c.printer.format);
    return err == ANS_OK ? ans_buf_finish(&b, &j->an.body) : err;
}
