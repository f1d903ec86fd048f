/* Sorting: a sort key is a byte string per match that compares as the value does; the smallest value of several counts when
 * ascending, the largest when descending, and who has none comes last (search.html#sort). Keys of dates and plain strings are
 * already in the index rows: what a walk at a bedside has found has its dates there (bedside.c); other matches, when they are a fair part of
 * a parameter's rows, read all of these in one walk; else each reads its own body.
 *
 * A page ends at a place (the keys and the rid of its last match), so that writes between two pages shift nothing. */
#include "search/search_int.h"

#include <stdlib.h>

#define MOST_KEYS 8

typedef struct item {
    ans_rid rid;
    ans_str keys[]; /* p NULL: no value */
} item;

typedef struct sorting {
    exec *x;
    const query *queries; /* each type has its own parameters behind the keys */
    uint32_t query_count;
    const sort_key *keys; /* the first one's, for what all have in common */
    uint32_t key_count;
    size_t item_bytes;
    char *items;
    uint64_t count;
} sorting;

static item *item_at(const sorting *s, uint64_t i)
{
    return (item *)(void *)(s->items + i * s->item_bytes);
}

static int compare(const sorting *s, const item *a, const item *b)
{
    for (uint32_t i = 0; i < s->key_count; i++) {
        if (!a->keys[i].p != !b->keys[i].p) {
            return a->keys[i].p ? -1 : 1;
        }
        int order = a->keys[i].p ? ans_str_cmp(a->keys[i], b->keys[i]) : 0;
        if (order) {
            return s->keys[i].descending ? -order : order;
        }
    }
    return a->rid < b->rid ? -1 : a->rid > b->rid;
}

static int compare_items(const void *a, const void *b, void *arg)
{
    return compare(arg, a, b);
}

/* Keep the better of two keys for this direction; the winner is copied unless it stays. */
static ans_err offer(sorting *s, uint32_t k, ans_str *slot, ans_str key)
{
    int order = slot->p ? ans_str_cmp(key, *slot) : 0;
    if (slot->p && (s->keys[k].descending ? order <= 0 : order >= 0)) {
        return ANS_OK;
    }
    *slot = ans_arena_dup(s->x->cx->arena, key);
    return slot->p ? ANS_OK : ans_cx_nomem(s->x->cx);
}

/* ---- keys from bodies ---- */

static ans_str key_of_value(exec *x, ans_arena *arena, const sv *v)
{
    ans_buf b;
    ans_str out = ANS_STR_NONE, unit = ANS_STR_NONE;
    ans_decimal from = v->from, to = v->to;
    ans_buf_init_arena(&b, arena, 1024);
    switch ((ans_sp_type)v->type) {
    case ANS_SP_DATE:
        put_tick(&b, v->low);
        break;
    case ANS_SP_NUMBER:
    case ANS_SP_QUANTITY: /* 500 mg before 1 g */
        (void)(v->type == ANS_SP_QUANTITY && search_canonical(v, &from, &to, &unit));
        put_number(&b, v->from_open ? -1.0 / 0.0 : ans_decimal_double(unit.n ? from : v->from));
        break;
    case ANS_SP_STRING:
        ans_buf_add(&b, ans_str_head(ans_text_fold(arena, v->text), FOLDED_MAX));
        break;
    case ANS_SP_TOKEN:
        ans_buf_add(&b, ans_str_head(v->code.n ? v->code : v->text, 200));
        break;
    case ANS_SP_REFERENCE:
        if (v->target.type) {
            ans_buf_add(&b, ans_fhir_type_name(v->target.type));
            ans_buf_add_c(&b, '/');
            ans_buf_add(&b, v->target.id);
        } else {
            ans_buf_add(&b, ans_str_head(v->text.n ? v->text : v->code, 200));
        }
        break;
    default:
        ans_buf_add(&b, ans_str_head(v->text, 200));
        break;
    }
    (void)x;
    return ans_buf_finish(&b, &out) == ANS_OK ? out : ANS_STR_NONE;
}

static ans_err keys_of_body(sorting *s, item *it, const bool *wanted)
{
    exec *x = s->x;
    ans_cx cx = {.arena = x->scratch, .deadline_us = x->cx->deadline_us};
    ans_version v;
    ans_json doc;
    ans_item root;
    ans_err err = exec_body(x, &cx, it->rid, &v, &doc, &root);
    const query *q = s->queries;
    while (err == ANS_OK && q < s->queries + s->query_count - 1 && q->type->number != v.ref.type) {
        q++;
    }
    for (uint32_t k = 0; err == ANS_OK && k < s->key_count; k++) {
        svs values = {0};
        if (!wanted[k]) {
            continue;
        }
        err = search_values(x->s, &cx, q->sort[k].param, &root, &values);
        for (uint32_t i = 0; err == ANS_OK && i < values.count; i++) {
            if (!values.at[i].body_only) {
                err = offer(s, k, &it->keys[k], key_of_value(x, x->scratch, &values.at[i]));
            }
        }
    }
    ans_arena_reset(x->scratch);
    return err;
}

/* ---- keys from rows and from the version table ---- */

static ans_err keys_of_version(sorting *s, item *it, uint32_t k)
{
    ans_version v;
    ans_err err = ans_store_read_rid(s->x->cx, s->x->rd, it->rid, false, &v);
    if (err != ANS_OK) {
        return err;
    }
    if (s->keys[k].by_id) {
        it->keys[k] = v.ref.id;
        return ANS_OK;
    }
    char bytes[8];
    for (int i = 0; i < 8; i++) {
        bytes[i] = (char)(v.pos >> (56 - 8 * i));
    }
    return offer(s, k, &it->keys[k], (ans_str){bytes, 8});
}

/* The key inside a row's payload, p NULL when this row does not hold it. */
static ans_str key_of_payload(const param *p, ans_str bytes)
{
    if (p->sp->type == ANS_SP_DATE) {
        return bytes.n > 8 ? (ans_str){bytes.p + 1, 8} : ANS_STR_NONE;
    }
    ptrdiff_t end = ans_str_find(bytes, 0);
    return end < 0 || (bytes.p[end + 1] & STRING_NAME) ? ANS_STR_NONE : ans_str_head(bytes, (size_t)end);
}

static item *find_item(const sorting *s, ans_rid rid)
{
    uint64_t low = 0, high = s->count;
    while (low < high) {
        uint64_t middle = (low + high) / 2;
        if (item_at(s, middle)->rid < rid) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return item_at(s, low);
}

/* R4's own `date` of a type has one value at most; somebody's parameter of that name may have several, and one may be outside of what is asked. */
static bool has_one_date(const type_info *ti)
{
    return ti->date->sp == ans_sp_named(ti->type, ANS_STR("date"));
}

/* The keys of all matches from these rows. bedside: they are of that walk; NULL: of the slot of the parameter. */
static ans_err keys_of_range(sorting *s, uint32_t k, const param *p, const pred *bedside, const range *r, const rids *matches)
{
    exec *x = s->x;
    ans_cursor *cur;
    ans_str row;
    ans_err err = ans_cursor_open(x->cx, x->rd, r->low, r->high, &cur);
    if (err != ANS_OK) {
        return err;
    }
    for (err = ans_cursor_seek(x->cx, cur, r->low, &row); err == ANS_OK && row.p;) {
        ans_rid rid = ans_row_rid(row);
        ans_str bytes = bedside ? bedside_date(bedside, row) : (ans_str){row.p + 2, row.n - 6};
        ans_str key = rids_has(matches, rid) ? key_of_payload(p, bytes) : ANS_STR_NONE;
        if (key.p) {
            err = offer(s, k, &find_item(s, rid)->keys[k], key);
        }
        if (err == ANS_OK && ans_cx_is_late(x->cx)) {
            err = ans_issue_add(x->cx, ANS_E_TIMEOUT, ANS_STR_NONE, "sorting took too long: narrow the search");
        }
        bool skips = bedside && !key.p && has_one_date(s->queries->type) && !bedside_fits(x, bedside, row);
        err = err != ANS_OK ? err : skips ? bedside_skip(x, bedside, cur, row, &row) : ans_cursor_next(x->cx, cur, &row);
    }
    ans_cursor_close(cur);
    return err;
}

static ans_err keys_of_slot(sorting *s, uint32_t k, const param *p, const rids *matches)
{
    ranges all = {0};
    ans_err err = range_add_prefix(s->x->cx, &all, slot_key(s->x->cx, p->slot, ANS_STR_NONE), false);
    return err == ANS_OK ? keys_of_range(s, k, p, NULL, &all.at[0], matches) : err;
}

/* The walk at a bedside whose rows hold the keys; NULL: there is none. */
static const pred *bedside_of(const sorting *s, uint32_t k)
{
    const query *q = s->queries;
    for (uint32_t i = 0; s->query_count == 1 && q->sort[k].param == q->type->date && i < q->count; i++) {
        if (q->preds[i].kind == PRED_BEDSIDE) {
            return &q->preds[i];
        }
    }
    return NULL;
}

static ans_err keys_of_bedside(sorting *s, uint32_t k, const pred *bedside, const rids *matches)
{
    ans_err err = ANS_OK;
    for (uint32_t i = 0; err == ANS_OK && i < bedside->ranges.count; i++) {
        err = keys_of_range(s, k, s->queries->type->date, bedside, &bedside->ranges.at[i], matches);
    }
    return err;
}

/* A slot of whole human names has turned rows only: their first says so. */
static ans_err rows_hold_keys(exec *x, const param *p, bool *out)
{
    ranges all = {0};
    ans_cursor *cur;
    ans_str row;
    *out = false;
    if (!param_has_rows(p) || (p->sp->type != ANS_SP_DATE && p->sp->type != ANS_SP_STRING)) {
        return ANS_OK;
    }
    ans_err err = range_add_prefix(x->cx, &all, slot_key(x->cx, p->slot, ANS_STR_NONE), false);
    err = err == ANS_OK ? ans_cursor_open(x->cx, x->rd, all.at[0].low, all.at[0].high, &cur) : err;
    if (err != ANS_OK) {
        return err;
    }
    err = ans_cursor_seek(x->cx, cur, all.at[0].low, &row);
    *out = err == ANS_OK && (!row.p || key_of_payload(p, (ans_str){row.p + 2, row.n - 6}).p);
    ans_cursor_close(cur);
    return err;
}

/* Is one walk over the slots less work than reading the bodies? */
static ans_err is_walk_worth_it(const sorting *s, uint32_t k, bool *out)
{
    uint64_t most = s->count * COST_OF_A_BODY, rows = 0;
    ans_err err = ANS_OK;
    *out = true;
    for (uint32_t i = 0; err == ANS_OK && *out && i < s->query_count; i++) {
        const param *p = s->queries[i].sort[k].param;
        ranges all = {0};
        uint64_t n = 0;
        err = rows_hold_keys(s->x, p, out);
        err = err == ANS_OK && *out ? range_add_prefix(s->x->cx, &all, slot_key(s->x->cx, p->slot, ANS_STR_NONE), false) : err;
        err = err == ANS_OK && *out ? ans_store_count_about(s->x->cx, s->x->rd, all.at[0].low, all.at[0].high, most + 1, &n) : err;
        rows += n;
        *out = *out && rows <= most;
    }
    return err;
}

static ans_err keys_of_versions(sorting *s, uint32_t k)
{
    ans_err err = ANS_OK;
    for (uint64_t i = 0; err == ANS_OK && i < s->count; i++) {
        err = keys_of_version(s, item_at(s, i), k);
    }
    return err;
}

static ans_err fill_keys(sorting *s, const rids *matches)
{
    bool from_body[MOST_KEYS] = {false}, any_body = false;
    ans_err err = ANS_OK;
    for (uint32_t k = 0; err == ANS_OK && k < s->key_count; k++) {
        const pred *bedside = bedside_of(s, k);
        bool walks = false;
        if (!s->keys[k].param) {
            err = keys_of_versions(s, k);
            continue;
        }
        if (bedside) {
            err = keys_of_bedside(s, k, bedside, matches);
            continue;
        }
        err = is_walk_worth_it(s, k, &walks);
        for (uint32_t i = 0; err == ANS_OK && walks && i < s->query_count; i++) {
            err = keys_of_slot(s, k, s->queries[i].sort[k].param, matches);
        }
        from_body[k] = !walks;
        any_body = any_body || !walks;
    }
    for (uint64_t i = 0; err == ANS_OK && any_body && i < s->count; i++) {
        err = keys_of_body(s, item_at(s, i), from_body);
        if (err == ANS_OK && i % 256 == 255 && ans_cx_is_late(s->x->cx)) {
            err = ans_issue_add(s->x->cx, ANS_E_TIMEOUT, ANS_STR_NONE, "sorting took too long: narrow the search");
        }
    }
    return err;
}

/* ---- places ---- */

static ans_err write_place(sorting *s, const item *it, ans_str *out)
{
    ans_buf b;
    ans_buf_init_arena(&b, s->x->cx->arena, 4096);
    put_u32(&b, it->rid);
    for (uint32_t k = 0; k < s->key_count; k++) {
        put_u16(&b, it->keys[k].p ? (uint16_t)(it->keys[k].n + 1) : 0);
        ans_buf_add(&b, it->keys[k]);
    }
    return ans_buf_finish(&b, out);
}

static bool read_place(const sorting *s, ans_str place, item *out)
{
    if (place.n < 4) {
        return false;
    }
    out->rid = ans_row_rid(ans_str_head(place, 4));
    place = ans_str_from(place, 4);
    for (uint32_t k = 0; k < s->key_count; k++) {
        if (place.n < 2) {
            return false;
        }
        size_t n = (size_t)(uint8_t)place.p[0] << 8 | (uint8_t)place.p[1];
        place = ans_str_from(place, 2);
        if (n > place.n + 1) {
            return false;
        }
        out->keys[k] = n ? ans_str_head(place, n - 1) : ANS_STR_NONE;
        place = ans_str_from(place, n ? n - 1 : 0);
    }
    return true;
}

static ans_err add_matches(sorting *s, const rids *matches)
{
    exec *x = s->x;
    s->count = matches->count;
    s->items = ans_arena_zalloc(x->cx->arena, s->item_bytes * (size_t)(s->count + 1));
    if (!s->items) {
        return ans_cx_nomem(x->cx);
    }
    uint64_t i = 0;
    for (ans_rid rid = 0; (rid = rids_after(matches, rid)) != 0 && i < s->count; i++) {
        item_at(s, i)->rid = rid;
    }
    return ANS_OK;
}

static ans_err gather(exec *x, query *queries, uint32_t query_count, rids *out)
{
    ans_err err = rids_init(x, out, x->top);
    for (uint32_t i = 0; err == ANS_OK && i < query_count; i++) {
        rids one;
        err = rids_init(x, &one, x->top);
        err = err == ANS_OK ? exec_set(x, &queries[i], &one) : err;
        if (err == ANS_OK) {
            rids_or(out, &one);
        }
    }
    return err;
}

ans_err exec_sorted(exec *x, query *queries, uint32_t query_count, ans_str after, uint32_t limit, ans_rid *out,
                    uint32_t *out_count, ans_str *out_place, uint64_t *out_total)
{
    sorting s = {.x = x, .queries = queries, .query_count = query_count, .keys = queries[0].sort, .key_count = queries[0].sort_count};
    rids matches;
    if (s.key_count > MOST_KEYS) {
        return ans_issue_add(x->cx, ANS_E_COSTLY, ANS_STR("_sort"), "at most %d sort keys", MOST_KEYS);
    }
    s.item_bytes = (sizeof(item) + s.key_count * sizeof(ans_str) + 7) & ~(size_t)7;
    ans_err err = gather(x, queries, query_count, &matches);
    err = err == ANS_OK ? add_matches(&s, &matches) : err;
    err = err == ANS_OK ? fill_keys(&s, &matches) : err;
    if (err != ANS_OK) {
        return err;
    }
    qsort_r(s.items, s.count, s.item_bytes, compare_items, &s);
    uint64_t first = 0;
    if (after.n) {
        item *place = item_at(&s, s.count); /* the spare one at the end */
        if (!read_place(&s, after, place)) {
            return ans_issue_add(x->cx, ANS_E_VALUE, ANS_STR("_page"), "this page link does not belong to this search");
        }
        uint64_t high = s.count;
        while (first < high) {
            uint64_t middle = (first + high) / 2;
            if (compare(&s, item_at(&s, middle), place) <= 0) {
                first = middle + 1;
            } else {
                high = middle;
            }
        }
    }
    *out_count = 0;
    *out_total = s.count;
    while (*out_count < limit && first < s.count) {
        out[(*out_count)++] = item_at(&s, first++)->rid;
    }
    *out_place = ANS_STR_NONE;
    return first < s.count && *out_count ? write_place(&s, item_at(&s, first - 1), out_place) : ANS_OK;
}
