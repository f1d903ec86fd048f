/* Unsorted pages in the order of rids: exact ranges of the leading predicate are each in that order, so they are merged and left when the
 * page is full; a predicate that has no such ranges is made a set first. A place between pages is a rid, or (walk.c) a row. */
#include "search/search_int.h"

typedef struct stream {
    ans_cursor *cur;
    ans_rid rid; /* 0: at its end */
} stream;

static ans_err stream_next(exec *x, stream *s)
{
    ans_str row;
    ans_err err = ans_cursor_next(x->cx, s->cur, &row);
    s->rid = err == ANS_OK && row.p ? ans_row_rid(row) : 0;
    return err;
}

static ans_err stream_open(exec *x, const range *r, ans_rid after, stream *out)
{
    ans_str row, from = r->low;
    char four[4] = {(char)((after + 1) >> 24), (char)((after + 1) >> 16), (char)((after + 1) >> 8), (char)(after + 1)};
    ans_buf b;
    ans_buf_init_arena(&b, x->cx->arena, 512);
    ans_buf_add(&b, r->low);
    ans_buf_add_mem(&b, four, 4);
    ans_err err = ans_buf_finish(&b, &from);
    err = err == ANS_OK ? ans_cursor_open(x->cx, x->rd, r->low, r->high, &out->cur) : err;
    err = err == ANS_OK ? ans_cursor_seek(x->cx, out->cur, from, &row) : err;
    out->rid = err == ANS_OK && row.p ? ans_row_rid(row) : 0;
    return err;
}

static ans_rid smallest(const stream *s, uint32_t count)
{
    ans_rid best = 0;
    for (uint32_t i = 0; i < count; i++) {
        best = s[i].rid && (!best || s[i].rid < best) ? s[i].rid : best;
    }
    return best;
}

/* Exact ranges are each in rid order: merge them, and stop when the page is full. */
static ans_err merged_page(exec *x, query *q, const pred *lead, const ranges *r, ans_rid after, uint32_t limit, page_item *out,
                           uint32_t *out_count)
{
    stream s[MOST_SEEKABLE] = {{0}};
    uint32_t open = 0;
    uint64_t step = 0;
    ans_err err = exec_prepare(x, q, lead, (uint64_t)limit * 4);
    for (; err == ANS_OK && open < r->count; open++) {
        err = stream_open(x, &r->at[open], after, &s[open]);
    }
    for (ans_rid rid; err == ANS_OK && *out_count < limit && (rid = smallest(s, open)) != 0 && rid <= x->top;) {
        bool fits;
        err = exec_others_fit(x, q, lead, rid, &fits);
        if (err == ANS_OK && fits) {
            out[(*out_count)++] = (page_item){.rid = rid};
        }
        for (uint32_t i = 0; err == ANS_OK && i < open; i++) {
            err = s[i].rid == rid ? stream_next(x, &s[i]) : ANS_OK;
        }
        err = err == ANS_OK ? exec_late(x, ++step) : err;
    }
    for (uint32_t i = 0; i < open; i++) {
        if (s[i].cur) {
            ans_cursor_close(s[i].cur);
        }
    }
    return err;
}

static ans_err page_of_set(exec *x, query *q, pred *lead, ans_rid after, uint32_t limit, page_item *out, uint32_t *out_count)
{
    ans_err err = exec_pred_set(x, q->type, lead);
    err = err == ANS_OK ? exec_prepare(x, q, lead, lead->set.count) : err;
    for (ans_rid rid = after; err == ANS_OK && *out_count < limit && (rid = rids_after(&lead->set, rid)) != 0;) {
        bool fits;
        err = exec_others_fit(x, q, lead, rid, &fits);
        if (err == ANS_OK && fits) {
            out[(*out_count)++] = (page_item){.rid = rid};
        }
        err = err == ANS_OK ? exec_late(x, rid) : err;
    }
    return err;
}

/* Everything of the type, each predicate asked: for what is mostly true (status:not=entered-in-error). */
static ans_err page_of_all(exec *x, query *q, ans_rid after, uint32_t limit, page_item *out, uint32_t *out_count)
{
    ranges all = {0};
    ans_err err = range_add_prefix(x->cx, &all, slot_key(x->cx, q->type->all_slot, ANS_STR_NONE), true);
    return err == ANS_OK ? merged_page(x, q, NULL, &all, after, limit, out, out_count) : err;
}

ans_err exec_page(exec *x, query *q, ans_str after, uint32_t limit, page_item *out, uint32_t *out_count)
{
    pred *lead = exec_leading(q);
    ans_err err;
    *out_count = 0;
    bool by_rid = after.n == 5 && after.p[0] == PLACE_RID;
    ans_rid rid = by_rid ? ans_row_rid(after) : 0;
    if (after.n && !by_rid && !q->lead) {
        return ans_issue_add(x->cx, ANS_E_VALUE, ANS_STR("_page"), "this page link does not belong to this search");
    }
    if (q->lead) {
        err = exec_walk(x, q, q->lead, after, limit, out, out_count);
    } else if (lead && exec_is_seekable(lead) && lead->modifier != M_NOT) {
        err = merged_page(x, q, lead, &lead->ranges, rid, limit, out, out_count);
    } else if (exec_walks(lead) && !by_rid) {
        err = exec_walk(x, q, lead, after, limit, out, out_count);
    } else if (!lead || (exec_is_seekable(lead) && lead->modifier == M_NOT)) {
        err = page_of_all(x, q, rid, limit, out, out_count);
    } else {
        err = page_of_set(x, q, lead, rid, limit, out, out_count);
    }
    exec_close_cursors(q);
    return err;
}
