/* One page of an answer. What a page token holds is told in token.c. */
#include "search/search_int.h"

#define DEFAULT_MAX_COST UINT64_C(50000000)
#define SCRATCH_BYTES ((size_t)64 << 20)

typedef struct run {
    exec x;
    const ans_search_request *request;
    query *queries;
    uint32_t query_count;
    page_token token;
    ans_search_result *out;
} run;

/* ---- reading the request ---- */

static ans_err add_query(run *r, ans_type t, uint16_t place, bool strict, ans_buf *self)
{
    ans_cx *cx = r->x.cx;
    type_info *ti = search_type(r->x.s, t);
    query *q = &r->queries[r->query_count];
    ans_buf ignored;
    ans_buf_init_arena(&ignored, cx->arena, (size_t)1 << 20);
    ans_err err = ti ? query_parse(r->x.s, cx, ti, r->request->query, r->request->base, strict, q, self ? self : &ignored) : ANS_E_NOMEM;
    err = err == ANS_OK && r->request->within ? query_within(r->x.s, cx, r->request->within, r->request->within_id, q) : err;
    q->place = place;
    r->query_count += err == ANS_OK;
    return err;
}

static bool has_query(const run *r, ans_type t)
{
    for (uint32_t i = 0; i < r->query_count; i++) {
        if (r->queries[i].type->type == t) {
            return true;
        }
    }
    return false;
}

static ans_err named_types(run *r, ans_str names, ans_buf *self)
{
    ans_str one;
    for (bool more = names.n > 0; more;) {
        more = ans_str_cut(&names, ',', &one);
        ans_type t = ans_fhir_type_named(one);
        if (!t || !ans_fhir_is_resource(t)) {
            return ans_issue_add(r->x.cx, ANS_E_VALUE, ANS_STR("_type"), "'%.*s' is no resource type", ANS_FMT(one));
        }
        ans_err err = has_query(r, t) ? ANS_OK : add_query(r, t, (uint16_t)r->query_count, true, r->query_count ? NULL : self);
        if (err != ANS_OK) {
            return err;
        }
    }
    return ANS_OK;
}

/* Types that hold nothing are left out before they are even compiled. */
static ans_err all_types(run *r, ans_buf *self)
{
    ans_search *s = r->x.s;
    ans_err err = ANS_OK;
    for (uint16_t i = 0; err == ANS_OK && i < s->count; i++) {
        ranges all = {0};
        uint64_t n = 0;
        err = range_add_prefix(r->x.cx, &all, slot_key(r->x.cx, s->types[i].all_slot, ANS_STR_NONE), true);
        err = err == ANS_OK ? ans_store_count_rows(r->x.cx, r->x.rd, all.at[0].low, all.at[0].high, 1, &n) : err;
        if (err == ANS_OK && n) {
            err = add_query(r, s->types[i].type, i, true, r->query_count ? NULL : self);
        }
    }
    return err;
}

static ans_err read_request(run *r)
{
    ans_cx *cx = r->x.cx;
    ans_buf self;
    ans_buf_init_arena(&self, cx->arena, (size_t)1 << 20);
    r->queries = ANS_NEW_N(cx->arena, query, r->request->type ? 1 : ans_fhir_type_count);
    if (!r->queries) {
        return ans_cx_nomem(cx);
    }
    ans_err err;
    if (r->request->type) {
        err = add_query(r, r->request->type, 0, r->request->strict, &self);
    } else {
        ans_str types = ans_query_get(cx, r->request->query, "_type");
        err = types.n ? named_types(r, types, &self) : all_types(r, &self);
    }
    err = err == ANS_OK ? ans_buf_finish(&self, &r->out->self) : err;
    r->out->criteria = r->query_count ? r->queries[0].count : 0;
    r->token.top = r->x.top;
    if (err == ANS_OK && r->request->limit) {
        for (uint32_t i = 0; i < r->query_count; i++) {
            query *q = &r->queries[i];
            q->count_only = false;
            q->sort_count = q->include_count = 0;
            q->page = ANS_STR_NONE;
        }
    }
    if (err == ANS_OK && r->query_count && r->queries[0].page.n && !token_read(&r->x, r->queries[0].page, &r->token)) {
        return ans_issue_add(cx, ANS_E_VALUE, ANS_STR("_page"), "this page link cannot be read: start the search again");
    }
    r->x.top = r->token.top < r->x.top ? r->token.top : r->x.top;
    for (uint32_t i = 0; err == ANS_OK && i < r->query_count; i++) {
        query *q = &r->queries[i];
        bool walked = q->place == r->token.type_at && r->token.place.n && r->token.place.p[0] == PLACE_ROW && !q->sort_count;
        if (walked && !exec_resume(q, r->token.place)) {
            return ans_issue_add(cx, ANS_E_VALUE, ANS_STR("_page"), "this page link does not belong to this search");
        }
    }
    return err;
}

/* ---- answering ---- */

static ans_err read_entries(run *r, const ans_rid *list, uint32_t count)
{
    ans_cx *cx = r->x.cx;
    r->out->entries = ANS_NEW_N(cx->arena, ans_search_entry, count + 1);
    if (!r->out->entries) {
        return ans_cx_nomem(cx);
    }
    for (uint32_t i = 0; i < count; i++) {
        ans_search_entry *e = &r->out->entries[r->out->count];
        ans_err err = ans_store_read_rid(cx, r->x.rd, list[i], true, &e->version);
        if (err != ANS_OK) {
            return err == ANS_E_GONE || err == ANS_E_NOTFOUND
                       ? ans_issue_add(cx, ANS_E_CORRUPT, ANS_STR_NONE, "the index names a resource that is not there: run ansinh check")
                       : err;
        }
        e->mode = ANS_MATCH;
        r->out->count++;
    }
    return ANS_OK;
}

static ans_err sorted_page(run *r, uint32_t limit)
{
    ans_rid *list = ANS_NEW_N(r->x.cx->arena, ans_rid, limit + 1);
    uint32_t count = 0;
    ans_str place;
    if (!list) {
        return ans_cx_nomem(r->x.cx);
    }
    ans_err err = exec_sorted(&r->x, r->queries, r->query_count, r->token.place, limit, list, &count, &place, &r->out->total);
    if (err != ANS_OK) {
        return err;
    }
    r->out->has_total = true;
    if (place.n && !r->request->limit) {
        r->out->next = token_write(&r->x, &(page_token){.top = r->x.top, .place = place});
    }
    return read_entries(r, list, count);
}

static ans_str place_of(ans_cx *cx, const page_item *f)
{
    char five[5] = {PLACE_RID, (char)(f->rid >> 24), (char)(f->rid >> 16), (char)(f->rid >> 8), (char)f->rid};
    return f->place.n ? f->place : ans_arena_dup(cx->arena, (ans_str){five, 5});
}

/* Types one after the other, each in its own order. One more than the page is asked for: is there a next? */
static ans_err plain_page(run *r, uint32_t limit)
{
    ans_cx *cx = r->x.cx;
    /* not zeroed: a limit of thousands is a bound, and most find few */
    page_item *list = ans_arena_alloc(cx->arena, sizeof *list * ((size_t)limit + 2));
    ans_rid *shown = ans_arena_alloc(cx->arena, sizeof *shown * ((size_t)limit + 2));
    uint32_t count = 0, at = 0, last_at = 0;
    bool first_page = r->token.place.n == 0;
    if (!list || !shown) {
        return ans_cx_nomem(cx);
    }
    while (at < r->query_count && r->queries[at].place < r->token.type_at) {
        at++; /* a type may have come or gone since the last page */
    }
    for (; at < r->query_count && count <= limit; at++) {
        uint32_t got = 0;
        ans_str after = r->queries[at].place == r->token.type_at ? r->token.place : ANS_STR_NONE;
        ans_err err = exec_page(&r->x, &r->queries[at], after, limit + 1 - count, list + count, &got);
        if (err != ANS_OK) {
            return err;
        }
        last_at = got && count < limit ? r->queries[at].place : last_at;
        count += got;
    }
    for (uint32_t i = 0; i < count; i++) {
        shown[i] = list[i].rid;
    }
    if (count > limit && limit && !r->request->limit) {
        r->out->next = token_write(&r->x, &(page_token){.top = r->x.top, .type_at = (uint16_t)last_at, .place = place_of(cx, &list[limit - 1])});
    } else if (first_page && count <= limit) {
        r->out->has_total = true;
        r->out->total = count;
    }
    return read_entries(r, shown, count > limit ? limit : count);
}

static ans_err total(run *r)
{
    r->out->total = 0;
    r->out->has_total = true;
    for (uint32_t i = 0; i < r->query_count; i++) {
        uint64_t n = 0;
        ans_err err = exec_count(&r->x, &r->queries[i], &n);
        if (err != ANS_OK) {
            return err;
        }
        r->out->total += n;
    }
    return ANS_OK;
}

static ans_err answer(run *r)
{
    ans_err err = ANS_OK;
    for (uint32_t i = 0; err == ANS_OK && i < r->query_count; i++) {
        err = exec_plan(&r->x, &r->queries[i]);
    }
    if (err != ANS_OK || r->query_count == 0) {
        r->out->has_total = true;
        return err;
    }
    const query *q = &r->queries[0];
    if (q->count_only || r->request->count_only) {
        return total(r);
    }
    uint32_t limit = r->request->limit ? r->request->limit : q->page_size;
    err = q->sort_count ? sorted_page(r, limit) : plain_page(r, limit);
    if (err == ANS_OK && q->total_accurate && !r->out->has_total) {
        err = total(r);
    }
    r->out->has_total = r->out->has_total && !q->total_none;
    return err == ANS_OK ? exec_includes(&r->x, q, r->out) : err;
}

ans_err ans_search_run(ans_search *search, ans_cx *cx, ans_reader *rd, const ans_search_request *request,
                       ans_search_result *out)
{
    run r = {.x = {.s = search, .cx = cx, .rd = rd, .max_cost = request->max_cost ? request->max_cost : DEFAULT_MAX_COST,
                   .filter = request->filter},
             .request = request,
             .out = out};
    ans_pos pos;
    *out = (ans_search_result){0};
    ans_err err = ans_store_head(cx, rd, &pos, &r.x.top);
    if (err != ANS_OK) {
        return err;
    }
    r.x.scratch = ans_arena_new(SCRATCH_BYTES);
    if (!r.x.scratch) {
        return ANS_E_NOMEM;
    }
    err = read_request(&r);
    err = err == ANS_OK ? answer(&r) : err;
    ans_arena_free(r.x.scratch);
    return err == ANS_OK && r.x.starved ? ans_cx_nomem(cx) : err;
}
