/* A search answered as a Bundle. http://hl7.org/fhir/R4/http.html#search */
#include "rest/rest_int.h"

#define MOST_ROOM_BYTES ((size_t)64 << 20)

static void write_link(ans_jw *w, const char *relation, ans_str url)
{
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("relation"), ans_str_of(relation));
    ans_jw_kv(w, ANS_STR("url"), url);
    ans_jw_end(w, '}');
}

static void write_links(job *j, ans_jw *w, const ans_search_result *r, ans_str path)
{
    ans_cx *cx = j->cx;
    ans_str self = ans_arena_fmt(cx->arena, "%.*s%s%.*s%s%.*s", ANS_FMT(j->base), path.n ? "/" : "", ANS_FMT(path), r->self.n ? "?" : "",
                                 ANS_FMT(r->self));
    ans_jw_key(w, ANS_STR("link"));
    ans_jw_begin(w, '[');
    write_link(w, "self", self);
    if (r->next.n) {
        write_link(w, "next", ans_arena_fmt(cx->arena, "%.*s%s_page=%.*s", ANS_FMT(self), r->self.n ? "&" : "?", ANS_FMT(r->next)));
    }
    ans_jw_end(w, ']');
}

/* base/type/id: once an entry, and printf is dear */
static ans_str full_url(ans_cx *cx, ans_str base, ans_str type, ans_str id)
{
    ans_str out = ANS_STR_NONE;
    ans_buf b;
    ans_buf_init_arena(&b, cx->arena, base.n + type.n + id.n + 2);
    ans_buf_add(&b, base);
    ans_buf_add_c(&b, '/');
    ans_buf_add(&b, type);
    ans_buf_add_c(&b, '/');
    ans_buf_add(&b, id);
    return ans_buf_finish(&b, &out) == ANS_OK ? out : ANS_STR_NONE;
}

static ans_err write_entry(job *j, ans_jw *w, const format *f, const ans_search_entry *e)
{
    ans_cx *cx = j->cx;
    const char *type = ans_fhir_types[ans_search_type_of(j->rest->o.search, e->version.ref.type)].name;
    ans_str body = f->changes ? ans_search_body(cx->arena, &e->version) : ANS_STR_NONE;
    ans_err err = f->changes && !body.p ? ans_cx_nomem(cx) : format_resource(cx, f, body, &body);
    if (err != ANS_OK) {
        return err;
    }
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("fullUrl"), full_url(cx, j->base, ans_str_of(type), e->version.ref.id));
    ans_jw_key(w, ANS_STR("resource"));
    ans_jw_raw(w, body);
    if (!f->changes && !ans_search_body_add(w->buf, &e->version)) { /* straight to its place */
        return ans_issue_add(cx, ANS_E_CORRUPT, ANS_STR_NONE, "a stored body has no place for its version");
    }
    ans_jw_key(w, ANS_STR("search"));
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("mode"), e->mode == ANS_MATCH ? ANS_STR("match") : ANS_STR("include"));
    ans_jw_end(w, '}');
    ans_jw_end(w, '}');
    return ANS_OK;
}

/* Warnings (an ignored parameter) come as an entry of their own. */
static void write_warnings(job *j, ans_jw *w)
{
    if (!j->cx->issues) {
        return;
    }
    ans_jw_begin(w, '{');
    ans_jw_key(w, ANS_STR("resource"));
    ans_jw_raw(w, outcome_body(j->cx, ANS_OK, ANS_STR("http.url")));
    ans_jw_key(w, ANS_STR("search"));
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("mode"), ANS_STR("outcome"));
    ans_jw_end(w, '}');
    ans_jw_end(w, '}');
}

/* About what the answer will take; the buffer grows from there. */
static size_t bundle_bytes(const job *j, const ans_search_result *r)
{
    size_t n = 1024 + 2 * (r->self.n + r->next.n);
    for (uint32_t i = 0; i < r->count; i++) {
        n += r->entries[i].version.body.n + j->base.n + 320;
    }
    return n < MOST_ROOM_BYTES ? n : MOST_ROOM_BYTES;
}

ans_err searchset_write(job *j, const ans_search_result *r, const format *f, ans_str path)
{
    ans_buf b;
    ans_jw w;
    ans_err err = ANS_OK;
    ans_buf_init_arena(&b, j->cx->arena, (size_t)256 << 20);
    (void)ans_buf_room(&b, bundle_bytes(j, r)); /* as a rule one piece of memory is enough */
    ans_jw_init(&w, &b);
    ans_jw_begin(&w, '{');
    ans_jw_kv(&w, ANS_STR("resourceType"), ANS_STR("Bundle"));
    ans_jw_kv(&w, ANS_STR("type"), ANS_STR("searchset"));
    if (r->has_total) {
        ans_jw_key(&w, ANS_STR("total"));
        ans_jw_int(&w, (int64_t)r->total);
    }
    write_links(j, &w, r, path);
    if (r->count || j->cx->issues) {
        ans_jw_key(&w, ANS_STR("entry"));
        ans_jw_begin(&w, '[');
        for (uint32_t i = 0; err == ANS_OK && i < r->count; i++) {
            err = write_entry(j, &w, f, &r->entries[i]);
        }
        write_warnings(j, &w);
        ans_jw_end(&w, ']');
    }
    ans_jw_end(&w, '}');
    return err == ANS_OK ? ans_buf_finish(&b, &j->an.body) : err;
}

ans_err search_run(job *j, ans_reader *rd)
{
    format f;
    ans_search_result result;
    ans_cx *cx = j->cx;
    ans_str query = j->rq.query;
    if (j->rq.is_form && j->rq.body.n) {
        query = query.n ? ans_arena_fmt(cx->arena, "%.*s&%.*s", ANS_FMT(query), ANS_FMT(j->rq.body)) : j->rq.body;
    }
    ans_str within_id = j->route.within_id;
    ans_err err = same_person_query(j, rd, &query);
    err = err == ANS_OK && within_id.n ? same_person_within(j, rd, &within_id) : err;
    ans_search_request rq = {.type = j->route.type,
                             .query = query,
                             .base = j->base,
                             .strict = ans_str_search(j->rq.prefer, ANS_STR("handling=strict")) >= 0,
                             .within = j->route.within,
                             .within_id = within_id,
                             .filter = gate_filter(j)};
    err = err == ANS_OK ? format_read(cx, query, &f) : err;
    err = err == ANS_OK ? ans_search_run(j->rest->o.search, cx, rd, &rq, &result) : err;
    if (err == ANS_OK) {
        gate_drop_hidden(j, &result);
    }
    for (uint32_t i = 0; err == ANS_OK && i < result.count; i++) {
        audit_touch(j, &result.entries[i].version);
    }
    ans_str path = j->route.type ? ans_fhir_type_name(j->route.type) : ANS_STR_NONE;
    if (j->route.within) {
        path = ans_arena_fmt(cx->arena, "%s/%.*s/%.*s", ans_fhir_types[j->route.within].name, ANS_FMT(j->route.within_id),
                             ANS_FMT(path.n ? path : ANS_STR("*")));
    }
    err = err == ANS_OK ? searchset_write(j, &result, &f, path) : err;
    j->an.status = 200;
    return err == ANS_OK ? format_pretty(cx, &f, &j->an.body) : err;
}
