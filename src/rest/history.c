/* history of one resource, of a type, of everything; newest first. Pages are cut by log position: what is written
 * between two pages has larger positions and shifts nothing. http://hl7.org/fhir/R4/http.html#history */
#include "rest/rest_int.h"

#define PAGE_DEFAULT 20
#define PAGE_MAX 1000

#define LOOK_AT 256 /* versions looked at in one go for _at */

typedef struct span {
    ans_history_query q;
    uint64_t page;
    bool at;         /* only what was current at some time of [at_us, q.until_us] */
    int64_t at_us;
} span;

static ans_err read_time(job *j, const char *name, ans_tick *low, ans_tick *high, bool *out_given)
{
    ans_datetime d;
    const ans_zone *utc;
    ans_str text = ans_query_get(j->cx, j->rq.query, name);
    *out_given = text.n > 0;
    if (!text.n) {
        return ANS_OK;
    }
    if (!ans_datetime_parse(text, true, &d)) {
        return ans_issue_add(j->cx, ANS_E_VALUE, ans_str_of(name), "'%s' must be an instant such as 2026-11-21T07:30:00+07:00", name);
    }
    ans_err err = ans_zone_open(j->cx, ANS_STR("UTC"), &utc);
    if (err == ANS_OK) {
        ans_datetime_range(&d, utc, low, high);
    }
    return err;
}

static ans_err read_span(job *j, span *out)
{
    bool since = false, at = false;
    ans_tick low = 0, high = 0, at_low = 0, at_high = 0;
    ans_str count = ans_query_get(j->cx, j->rq.query, "_count"), page = ans_query_get(j->cx, j->rq.query, "_page");
    uint64_t n = PAGE_DEFAULT;
    *out = (span){.q = {.with_body = true}};
    if (count.n && !ans_str_u64(count, &n)) {
        return ans_issue_add(j->cx, ANS_E_VALUE, ANS_STR("_count"), "_count must be a number from 0 to %d", PAGE_MAX);
    }
    out->page = n > PAGE_MAX ? PAGE_MAX : n;
    bool is_later = page.n > 0;
    if (is_later && gate_filter(j)) { /* positions count what everybody does: sealed */
        page = ans_page_open(j->rest->o.search, j->cx, j->filter.seal, page);
    }
    if (is_later && !ans_str_u64(page, &out->q.before)) {
        return ans_issue_add(j->cx, ANS_E_VALUE, ANS_STR("_page"), "this page link cannot be read: start again");
    }
    ans_err err = read_time(j, "_since", &low, &high, &since);
    err = err == ANS_OK ? read_time(j, "_at", &at_low, &at_high, &at) : err;
    out->q.since_us = since ? low / 10 : 0;
    out->q.until_us = at ? (at_high - 1) / 10 : 0;
    out->at = at;
    out->at_us = at_low / 10;
    out->q.limit = (uint32_t)out->page + 1;
    return err;
}

static ans_err scope(job *j, ans_reader *rd, ans_history_query *q)
{
    if (!j->route.type) {
        return ANS_OK;
    }
    q->type = ans_search_type_number(j->rest->o.search, j->route.type);
    if (!j->route.id.n) {
        return ANS_OK;
    }
    ans_err err = ans_store_rid(j->cx, rd, (ans_ref){q->type, j->route.id}, &q->rid);
    if (err == ANS_OK) {
        ans_version v;
        err = ans_store_read_rid(j->cx, rd, q->rid, true, &v);
        bool there = err == ANS_OK || err == ANS_E_GONE;
        err = !there ? err : gate_shows(j, rd, &v, ANS_RIGHT_READ) ? ANS_OK : ANS_E_NOTFOUND;
        if (err == ANS_OK && !gate_shows(j, rd, &v, ANS_RIGHT_HISTORY)) {
            return ans_issue_add(j->cx, ANS_E_FORBIDDEN, ANS_STR("http.url"), "no role of this account may see earlier versions of this %s",
                                 ans_fhir_types[j->route.type].name);
        }
    }
    return err == ANS_E_NOTFOUND
               ? ans_issue_add(j->cx, err, ANS_STR_NONE, "there is no such %s", ans_fhir_types[j->route.type].name)
               : err;
}

/* A tombstone is a version like others here. */
static ans_err vread(ans_cx *cx, ans_reader *rd, const ans_version *of, uint32_t vid, ans_version *out)
{
    ans_err err = ans_store_vread(cx, rd, of->ref, vid, out);
    return err == ANS_E_GONE ? ANS_OK : err;
}

/* A version is current from its own time until the next one's; a deletion counts only when it happened. */
static ans_err was_current(ans_cx *cx, ans_reader *rd, const span *s, const ans_version *v, bool *out)
{
    ans_version next;
    *out = v->when_us >= s->at_us;
    if (*out || v->is_delete) {
        return ANS_OK;
    }
    ans_err err = vread(cx, rd, v, v->vid + 1, &next);
    *out = err == ANS_E_NOTFOUND || (err == ANS_OK && next.when_us > s->at_us);
    return err == ANS_E_NOTFOUND ? ANS_OK : err;
}

/* Is it for who asks? By the mark first, which costs nothing; then by what the version itself says. */
static ans_err pick(job *j, ans_reader *rd, const ans_version *v, ans_version *kept, uint32_t *n)
{
    if (!gate_is_open(j) && !ans_pass_sees(j->pass, ans_search_type_of(j->rest->o.search, v->ref.type), v->rid, ANS_RIGHT_HISTORY)) {
        return ANS_OK;
    }
    ans_err err = vread(j->cx, rd, v, v->vid, &kept[*n]);
    *n += err == ANS_OK && gate_shows(j, rd, &kept[*n], ANS_RIGHT_HISTORY);
    return err;
}

/* The page of versions for _at, or for one who does not see everything: the log backwards, looked at without bodies. */
static ans_err versions_picked(job *j, ans_reader *rd, const span *s, ans_version **out, uint32_t *out_count)
{
    ans_history_query q = s->q;
    ans_cx brief = {.arena = ans_arena_new((size_t)16 << 20)};
    ans_version *kept = ANS_NEW_N(j->cx->arena, ans_version, s->q.limit), *list;
    ans_err err = brief.arena && kept ? ANS_OK : ANS_E_NOMEM;
    uint32_t n = 0;
    q.with_body = false;
    q.limit = LOOK_AT;
    for (uint32_t count = LOOK_AT; err == ANS_OK && count == LOOK_AT && n < s->q.limit;) {
        err = ans_store_history(&brief, rd, &q, &list, &count);
        for (uint32_t i = 0; err == ANS_OK && i < count && n < s->q.limit; i++) {
            bool current = true;
            err = s->at ? was_current(&brief, rd, s, &list[i], &current) : ANS_OK;
            if (err == ANS_OK && current) {
                err = pick(j, rd, &list[i], kept, &n);
            }
            q.before = list[i].pos;
        }
        ans_arena_reset(brief.arena);
        if (err == ANS_OK && ans_cx_is_late(j->cx)) {
            err = ans_issue_add(j->cx, ANS_E_TIMEOUT, ANS_STR_NONE, "looking through the history took too long: name a type or a resource");
        }
    }
    ans_arena_free(brief.arena);
    *out = kept;
    *out_count = n;
    return err;
}

static ans_err write_entry(job *j, ans_jw *w, const format *f, const ans_version *v)
{
    const char *type = ans_fhir_types[ans_search_type_of(j->rest->o.search, v->ref.type)].name;
    ans_cx *cx = j->cx;
    ans_str body = ANS_STR_NONE;
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("fullUrl"), ans_arena_fmt(cx->arena, "%.*s/%s/%.*s", ANS_FMT(j->base), type, ANS_FMT(v->ref.id)));
    if (!v->is_delete) {
        body = ans_search_body(cx->arena, v);
        ans_err err = body.p ? format_resource(cx, f, body, &body) : ans_cx_nomem(cx);
        if (err != ANS_OK) {
            return err;
        }
        ans_jw_key(w, ANS_STR("resource"));
        ans_jw_raw(w, body);
    }
    ans_jw_key(w, ANS_STR("request"));
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("method"), v->is_delete ? ANS_STR("DELETE") : v->is_first ? ANS_STR("POST") : ANS_STR("PUT"));
    bool named = v->is_delete || !v->is_first;
    ans_jw_kv(w, ANS_STR("url"), named ? ans_arena_fmt(cx->arena, "%s/%.*s", type, ANS_FMT(v->ref.id)) : ans_str_of(type));
    ans_jw_end(w, '}');
    ans_jw_key(w, ANS_STR("response"));
    ans_jw_begin(w, '{');
    char when[ANS_INSTANT_BYTES];
    ans_instant_print(v->when_us, when);
    ans_jw_kv(w, ANS_STR("status"), v->is_delete ? ANS_STR("204") : v->is_first ? ANS_STR("201") : ANS_STR("200"));
    ans_jw_kv(w, ANS_STR("etag"), etag_of(cx, v->vid));
    ans_jw_kv(w, ANS_STR("lastModified"), (ans_str){when, sizeof when});
    ans_jw_end(w, '}');
    ans_jw_end(w, '}');
    return ANS_OK;
}

static void write_link(ans_jw *w, const char *relation, ans_str url)
{
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("relation"), ans_str_of(relation));
    ans_jw_kv(w, ANS_STR("url"), url);
    ans_jw_end(w, '}');
}

/* The query without _page, as it came (still encoded). */
static ans_str without_page(ans_cx *cx, ans_str query)
{
    ans_buf b;
    ans_str pair, out = ANS_STR_NONE;
    ans_buf_init_arena(&b, cx->arena, query.n + 1);
    for (bool more = query.n > 0; more;) {
        more = ans_str_cut(&query, '&', &pair);
        if (!ans_str_starts(pair, ANS_STR("_page="))) {
            ans_buf_add(&b, b.n ? ANS_STR("&") : ANS_STR_NONE);
            ans_buf_add(&b, pair);
        }
    }
    return ans_buf_finish(&b, &out) == ANS_OK ? out : ANS_STR_NONE;
}

static void write_links(job *j, ans_jw *w, ans_pos next)
{
    ans_cx *cx = j->cx;
    ans_str query = without_page(cx, j->rq.query);
    ans_str self = ans_arena_fmt(cx->arena, "%.*s/%.*s%s%.*s", ANS_FMT(j->base), ANS_FMT(j->rq.path), query.n ? "?" : "", ANS_FMT(query));
    ans_jw_key(w, ANS_STR("link"));
    ans_jw_begin(w, '[');
    write_link(w, "self", self);
    if (next) {
        ans_str page = ans_arena_fmt(cx->arena, "%llu", (unsigned long long)next);
        page = gate_filter(j) ? ans_page_seal(j->rest->o.search, cx, j->filter.seal, page) : page;
        write_link(w, "next", ans_arena_fmt(cx->arena, "%.*s%s_page=%.*s", ANS_FMT(self), query.n ? "&" : "?", ANS_FMT(page)));
    }
    ans_jw_end(w, ']');
}

ans_err history_run(job *j, ans_reader *rd)
{
    span s;
    format f;
    ans_version *list;
    uint32_t count;
    uint64_t total = 0;
    ans_cx *cx = j->cx;
    ans_err err = read_span(j, &s);
    err = err == ANS_OK ? format_read(cx, j->rq.query, &f) : err;
    err = err == ANS_OK ? scope(j, rd, &s.q) : err;
    bool picked = s.at || gate_filter(j); /* a total would count what is not seen */
    if (err == ANS_OK && picked) {
        err = versions_picked(j, rd, &s, &list, &count);
    } else {
        err = err == ANS_OK ? ans_store_history_count(cx, rd, &s.q, &total) : err;
        err = err == ANS_OK ? ans_store_history(cx, rd, &s.q, &list, &count) : err;
    }
    if (err != ANS_OK) {
        return err;
    }
    bool more = count > s.page;
    count = more ? (uint32_t)s.page : count;
    ans_buf b;
    ans_jw w;
    ans_buf_init_arena(&b, cx->arena, (size_t)256 << 20);
    ans_jw_init(&w, &b);
    ans_jw_begin(&w, '{');
    ans_jw_kv(&w, ANS_STR("resourceType"), ANS_STR("Bundle"));
    ans_jw_kv(&w, ANS_STR("type"), ANS_STR("history"));
    if (!picked) {
        ans_jw_key(&w, ANS_STR("total"));
        ans_jw_int(&w, (int64_t)total);
    }
    write_links(j, &w, more && count ? list[count - 1].pos : 0);
    if (count) {
        ans_jw_key(&w, ANS_STR("entry"));
        ans_jw_begin(&w, '[');
        for (uint32_t i = 0; err == ANS_OK && i < count; i++) {
            audit_touch(j, &list[i]);
            err = write_entry(j, &w, &f, &list[i]);
        }
        ans_jw_end(&w, ']');
    }
    ans_jw_end(&w, '}');
    j->an.status = 200;
    err = err == ANS_OK ? ans_buf_finish(&b, &j->an.body) : err;
    return err == ANS_OK ? format_pretty(cx, &f, &j->an.body) : err;
}
