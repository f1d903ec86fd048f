/* Pages in the order of the rows. A name search reads best sorted by name, and a broad one must not collect a million
 * matches to show twenty: when the leading predicate walks ranges, the page is cut from the walk itself.
 *
 * Few rows: all are collected, each match keeps its best row, those written with the very accents of the question come first
 * (Hòa before Hoa for "hòa"), and the page is cut from the sorted list. Many rows: the walk is the order; a resource with
 * several rows in it counts at its first one, which its body tells.
 *
 * Others may write between two pages: what leads, by which words, and whether it is ranked are decided for the first page and stand in
 * the place, with the row it ended at. Within a value the ranges are walked in the order of their rows, so a range that comes or goes
 * shifts nothing. */
#include "search/search_int.h"
#include "base/sort.h"

#define MOST_RANKED 2048
#define MOST_WALKED_VALUES 64

typedef struct hit {
    ans_rid rid;
    uint8_t rank;
    uint16_t range, value; /* the value the range stands for, by its place in the predicate */
    ans_str row;
} hit;

static int by_order(const hit *x, const hit *y)
{
    if (x->rank != y->rank) {
        return x->rank < y->rank ? -1 : 1;
    }
    return x->value != y->value ? (x->value < y->value ? -1 : 1) : ans_str_cmp(x->row, y->row);
}

/* ---- places: kind 1 | ranked 1 | predicate 1 | rank 1 | value 1 | number of values 1 | the word of each | row ---- */

enum { PLACE_HEAD = 6 };

static ans_str write_place(ans_cx *cx, const query *q, const pred *lead, const hit *h)
{
    char head[PLACE_HEAD] = {PLACE_ROW, q->ranked, (char)(lead - q->preds), (char)h->rank, (char)h->value, (char)lead->value_count};
    ans_buf b;
    ans_str out = ANS_STR_NONE;
    ans_buf_init_arena(&b, cx->arena, 1024);
    ans_buf_add_mem(&b, head, sizeof head);
    for (uint32_t i = 0; i < lead->value_count; i++) {
        ans_buf_add_c(&b, (char)lead->values[i].word);
    }
    ans_buf_add(&b, h->row);
    return ans_buf_finish(&b, &out) == ANS_OK ? out : ANS_STR_NONE;
}

bool exec_resume(query *q, ans_str place)
{
    const uint8_t *p = (const uint8_t *)place.p;
    if (place.n < PLACE_HEAD || p[2] >= q->count || place.n < PLACE_HEAD + p[5] + 6u) {
        return false;
    }
    pred *lead = &q->preds[p[2]];
    if (lead->kind != PRED_VALUES || lead->value_count != p[5]) {
        return false;
    }
    for (uint32_t i = 0; i < lead->value_count; i++) {
        lead->values[i].word = p[PLACE_HEAD + i] <= lead->values[i].word_count ? p[PLACE_HEAD + i] : 0;
    }
    q->lead = lead;
    q->ranked = p[1] != 0;
    return true;
}

static hit read_place(ans_str place)
{
    const uint8_t *p = (const uint8_t *)place.p; /* exec_resume has looked at it */
    hit h = {.rank = p[3], .value = p[4], .row = ans_str_from(place, PLACE_HEAD + p[5])};
    h.rid = ans_row_rid(h.row);
    return h;
}

static ans_err emit(exec *x, const query *q, const pred *lead, const hit *h, page_item *out, uint32_t *out_count)
{
    out[*out_count] = (page_item){h->rid, write_place(x->cx, q, lead, h)};
    return out[(*out_count)++].place.p ? ANS_OK : ans_cx_nomem(x->cx);
}

/* ---- the order of the walk: values as asked, ranges of one value by their rows ---- */

static int by_value_and_low(const void *a, const void *b)
{
    const range *x = a, *y = b;
    return x->value != y->value ? (x->value < y->value ? -1 : 1) : ans_str_cmp(x->low, y->low);
}

static uint16_t value_of(const pred *p, uint32_t index)
{
    return (uint16_t)(p->ranges.at[index].value - p->values);
}

/* ---- rank ---- */

/* Words with their tone behind them (fold.c): the letters begin alike and the tone is the same. */
static bool tone_word_fits(ans_str name, ans_str asked)
{
    char tone_name = name.n && name.p[name.n - 1] < 6 ? name.p[name.n - 1] : 0;
    char tone_asked = asked.n && asked.p[asked.n - 1] < 6 ? asked.p[asked.n - 1] : 0;
    name.n -= tone_name != 0;
    asked.n -= tone_asked != 0;
    return tone_name == tone_asked && ans_str_starts(name, asked);
}

static bool is_ranked(const pred *p)
{
    return p->kind == PRED_VALUES && p->param->sp->type == ANS_SP_STRING && p->modifier == M_NONE;
}

/* asked: the words of the question, with tones */
static uint8_t rank_of(exec *x, ans_str asked, ans_str row)
{
    ans_str bytes = {row.p + 2, row.n - 6};
    ptrdiff_t end = ans_str_find(bytes, 0);
    ans_str original = end < 0 ? ANS_STR_NONE : ans_str_from(bytes, (size_t)end + 2);
    ans_str name = ans_text_tones(x->scratch, original.n ? original : ans_str_head(bytes, end < 0 ? 0 : (size_t)end));
    ans_str want, have;
    bool fits = true;
    for (bool more = asked.n > 0; more && fits;) {
        more = ans_str_cut(&asked, ' ', &want);
        ans_str rest = name;
        fits = false;
        for (bool words = rest.n > 0; words && !fits;) {
            words = ans_str_cut(&rest, ' ', &have);
            fits = tone_word_fits(have, want);
        }
    }
    ans_arena_reset(x->scratch);
    return fits ? 0 : 1;
}

/* ---- few rows ---- */

/* What was met, in the order of the walk. A resource counts at its best row; when a better one comes, the one before is struck
 * out (rid 0). The table finds a resource's hit: place + 1, open addressing. */
typedef struct hits {
    hit *at;
    uint32_t count, cap;
    uint32_t *table, mask;
    uint32_t live;
    uint32_t exact; /* of rank 0, behind the place where the page begins */
} hits;

enum { FIRST_TABLE = 256 };

static uint32_t *place_of_rid(const hits *all, ans_rid rid)
{
    uint32_t i = rid * UINT32_C(2654435761) & all->mask;
    while (all->table[i] && all->at[all->table[i] - 1].rid != rid) {
        i = (i + 1) & all->mask;
    }
    return &all->table[i];
}

static ans_err make_table(exec *x, hits *all)
{
    if (all->table && all->count * 2 < all->mask) {
        return ANS_OK;
    }
    uint32_t size = all->table ? (all->mask + 1) * 4 : FIRST_TABLE;
    all->table = ANS_NEW_N(x->cx->arena, uint32_t, size);
    if (!all->table) {
        return ans_cx_nomem(x->cx);
    }
    all->mask = size - 1;
    for (uint32_t i = 0; i < all->count; i++) {
        if (all->at[i].rid) {
            *place_of_rid(all, all->at[i].rid) = i + 1;
        }
    }
    return ANS_OK;
}

static ans_err collect_row(exec *x, ans_type type, const pred *p, hit h, ans_str asked, const hit *after, hits *all)
{
    bool fits;
    ans_err err = exec_row_fits(x, p, &p->ranges.at[h.range], h.row, &fits);
    if (err != ANS_OK || !fits || h.rid > x->top || !exec_sees(x, type, h.rid)) {
        return err;
    }
    hit *at = ans_arena_grow(x->cx->arena, all->at, all->count, &all->cap, 64, sizeof *at);
    if (!at) {
        return ans_cx_nomem(x->cx);
    }
    all->at = at;
    err = make_table(x, all);
    if (err != ANS_OK) {
        return err;
    }
    uint32_t *place = place_of_rid(all, h.rid);
    hit *before = *place ? &at[*place - 1] : NULL;
    h.rank = asked.p && !(before && before->rank == 0) ? rank_of(x, asked, h.row) : 0;
    if (before && before->rank <= h.rank) {
        return ANS_OK;
    }
    h.row = ans_arena_dup(x->cx->arena, h.row);
    if (!h.row.p) {
        return ans_cx_nomem(x->cx);
    }
    if (before) {
        before->rid = 0;
        all->live--;
    }
    at[all->count++] = h;
    *place = all->count;
    all->live++;
    all->exact += h.rank == 0 && (!after || by_order(&h, after) > 0);
    return ANS_OK;
}

/* Enough: so many of the best rank, none of which another row can push back. */
static ans_err collect(exec *x, ans_type type, const pred *p, const hit *after, uint32_t enough, hits *all)
{
    ans_err err = ANS_OK;
    for (uint32_t i = 0; err == ANS_OK && i < p->ranges.count && all->exact < enough; i++) {
        const range *r = &p->ranges.at[i];
        ans_cursor *cur;
        ans_str row, asked = ANS_STR_NONE;
        if (is_ranked(p)) {
            asked = ans_text_tones(x->cx->arena, r->value->text);
        }
        err = ans_cursor_open(x->cx, x->rd, r->low, r->high, &cur);
        if (err != ANS_OK) {
            return err;
        }
        err = ans_cursor_seek(x->cx, cur, r->low, &row);
        while (err == ANS_OK && row.p && all->exact < enough) {
            hit h = {.rid = ans_row_rid(row), .range = (uint16_t)i, .value = value_of(p, i), .row = row};
            err = collect_row(x, type, p, h, asked, after, all);
            err = err == ANS_OK ? ans_cursor_next(x->cx, cur, &row) : err;
        }
        ans_cursor_close(cur);
    }
    return err;
}

/* Within a rank the walk's order is the order. */
static ans_err page_of_rank(exec *x, query *q, const pred *lead, const hits *all, uint8_t rank, const hit *after, uint32_t limit,
                            page_item *out, uint32_t *out_count)
{
    ans_err err = ANS_OK;
    for (uint32_t i = 0; err == ANS_OK && i < all->count && *out_count < limit; i++) {
        const hit *h = &all->at[i];
        bool fits;
        if (!h->rid || h->rank != rank || (after && by_order(h, after) <= 0)) {
            continue;
        }
        err = exec_others_fit(x, q, lead, h->rid, &fits);
        if (err == ANS_OK && fits) {
            err = emit(x, q, lead, h, out, out_count);
        }
    }
    return err;
}

static ans_err ranked_page(exec *x, query *q, const pred *lead, const hit *after, uint32_t limit, page_item *out, uint32_t *out_count)
{
    hits all = {0};
    ans_err err = collect(x, q->type->type, lead, after, q->count == 1 ? limit : UINT32_MAX, &all);
    err = err == ANS_OK ? exec_prepare(x, q, lead, all.live) : err;
    for (uint8_t rank = 0; err == ANS_OK && rank <= 1; rank++) {
        err = page_of_rank(x, q, lead, &all, rank, after, limit, out, out_count);
    }
    return err;
}

/* ---- many rows ---- */

static bool is_earlier(const pred *p, uint16_t index, ans_str row, uint16_t than_index, ans_str than_row)
{
    const range *r = &p->ranges.at[index];
    bool within = ans_str_cmp(row, r->low) >= 0 && ans_str_cmp(row, r->high) < 0;
    return within && (index < than_index || (index == than_index && ans_str_cmp(row, than_row) < 0));
}

/* Does another row of the same resource come earlier in the walk? */
static ans_err is_first_row(exec *x, const pred *p, uint16_t index, ans_str row, bool *out)
{
    ans_cx cx = {.arena = x->scratch, .deadline_us = x->cx->deadline_us};
    ans_version v;
    ans_json doc;
    ans_item root;
    svs values = {0};
    payloads list = {0};
    *out = true;
    const param *kept = p->param->alias ? p->param->alias : p->param;
    ans_err err = exec_body(x, &cx, ans_row_rid(row), &v, &doc, &root);
    err = err == ANS_OK ? search_values(x->s, &cx, kept, &root, &values) : err;
    err = err == ANS_OK ? search_payloads(x->s, &cx, &values, &list) : err;
    for (uint32_t i = 0; err == ANS_OK && *out && i < list.count; i++) {
        ans_buf b;
        ans_str other;
        ans_buf_init_arena(&b, cx.arena, 4096);
        put_u16(&b, kept->slot);
        ans_buf_add(&b, list.at[i].head);
        put_u32(&b, ans_row_rid(row));
        err = ans_buf_finish(&b, &other);
        for (uint32_t k = 0; err == ANS_OK && *out && k <= index; k++) {
            bool fits = false;
            if (is_earlier(p, (uint16_t)k, other, index, row)) {
                err = p->ranges.at[k].exact ? (fits = true, ANS_OK) : ANS_OK;
                fits = fits || pvalue_test(x->s, p, p->ranges.at[k].value, (ans_str){other.p + 2, other.n - 6}) != NO;
            }
            *out = !fits;
        }
    }
    ans_arena_reset(x->scratch);
    return err == ANS_E_NOTFOUND || err == ANS_E_GONE ? ANS_OK : err;
}

static bool is_among(const page_item *items, uint32_t count, ans_rid rid)
{
    for (uint32_t i = 0; i < count; i++) {
        if (items[i].rid == rid) {
            return true;
        }
    }
    return false;
}

/* What a walk from the start has met is on the page; only what an earlier page may have shown must be told by the body. */
static ans_err judge_row(exec *x, query *q, const pred *lead, const hit *h, bool is_from_start, const page_item *items, uint32_t count,
                         bool *out)
{
    ans_err err = ANS_OK;
    *out = h->rid <= x->top;
    if (*out) {
        err = exec_row_fits(x, lead, &lead->ranges.at[h->range], h->row, out);
    }
    if (err == ANS_OK && *out) {
        err = exec_others_fit(x, q, lead, h->rid, out);
    }
    if (err == ANS_OK && *out && is_from_start) {
        *out = !is_among(items, count, h->rid);
        return ANS_OK;
    }
    return err == ANS_OK && *out ? is_first_row(x, lead, h->range, h->row, out) : err;
}

static ans_err walk_range(exec *x, query *q, const pred *lead, uint16_t index, const hit *after, ans_str behind, uint32_t limit,
                          page_item *out, uint32_t *out_count)
{
    const range *r = &lead->ranges.at[index];
    ans_cursor *cur;
    ans_str row;
    uint64_t step = 0;
    ans_err err = ans_cursor_open(x->cx, x->rd, r->low, r->high, &cur);
    if (err != ANS_OK) {
        return err;
    }
    err = ans_cursor_seek(x->cx, cur, behind.n ? behind : r->low, &row);
    if (err == ANS_OK && row.p && ans_str_eq(row, behind)) {
        err = ans_cursor_next(x->cx, cur, &row);
    }
    while (err == ANS_OK && row.p && *out_count < limit) {
        hit h = {.rid = ans_row_rid(row), .range = index, .value = value_of(lead, index), .row = row};
        bool fits;
        err = judge_row(x, q, lead, &h, !after, out, *out_count, &fits);
        if (err == ANS_OK && fits) {
            err = emit(x, q, lead, &h, out, out_count);
        }
        err = err == ANS_OK ? exec_late(x, ++step) : err;
        err = err == ANS_OK ? ans_cursor_next(x->cx, cur, &row) : err;
    }
    ans_cursor_close(cur);
    return err;
}

static ans_err walked_page(exec *x, query *q, const pred *lead, const hit *after, uint32_t limit, page_item *out, uint32_t *out_count)
{
    ans_err err = exec_prepare(x, q, lead, (uint64_t)limit * 4);
    for (uint32_t i = 0; err == ANS_OK && i < lead->ranges.count && *out_count < limit; i++) {
        bool same = after && value_of(lead, i) == after->value;
        if (after && (same ? ans_str_cmp(lead->ranges.at[i].high, after->row) <= 0 : value_of(lead, i) < after->value)) {
            continue; /* shown before */
        }
        ans_str behind = same && ans_str_cmp(lead->ranges.at[i].low, after->row) <= 0 ? after->row : ANS_STR_NONE;
        err = walk_range(x, q, lead, (uint16_t)i, after, behind, limit, out, out_count);
    }
    return err;
}

static bool may_walk(const pred *lead)
{
    return lead && lead->kind == PRED_VALUES && lead->modifier != M_NOT && lead->modifier != M_TEXT &&
           lead->param->sp->type != ANS_SP_REFERENCE && lead->ranges.count < UINT16_MAX && lead->value_count <= MOST_WALKED_VALUES;
}

bool exec_walks(const pred *lead)
{
    return may_walk(lead) && (lead->param->member_count == 0 || lead->estimate <= MOST_RANKED);
}

ans_err exec_walk(exec *x, query *q, pred *lead, ans_str place, uint32_t limit, page_item *out, uint32_t *out_count)
{
    hit after = place.n ? read_place(place) : (hit){0};
    const hit *behind = place.n ? &after : NULL;
    if (behind && (!may_walk(lead) || (!q->ranked && lead->param->member_count))) {
        return ans_issue_add(x->cx, ANS_E_VALUE, ANS_STR("_page"), "this page link does not belong to this search");
    }
    q->ranked = behind ? q->ranked : lead->estimate <= MOST_RANKED;
    if (lead->ranges.count) {
        ans_sort(lead->ranges.at, lead->ranges.count, sizeof *lead->ranges.at, by_value_and_low);
    }
    return q->ranked ? ranked_page(x, q, lead, behind, limit, out, out_count) : walked_page(x, q, lead, behind, limit, out, out_count);
}
