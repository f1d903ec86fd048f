/* History. Positions have no gaps and times never run backwards along them, so the whole log is
 * arithmetic: a time becomes a position by halving, a count is a difference, a page is a run of
 * numbers. Only the histories of one resource or one type need an index. */
#include "store/store_int.h"

/* The smallest position at or after that time; end + 1 when there is none. */
static ans_err pos_at(ans_cx *cx, ans_reader *rd, ans_pos end, int64_t when_us, ans_pos *out)
{
    ans_pos lo = 1, hi = end + 1;

    while (lo < hi) {
        ans_pos mid = lo + (hi - lo) / 2;
        ans_rec rec;
        ans_err err = rd->store->ops->version(cx, rd->conn, mid, false, &rec);
        if (err)
            return err == ANS_E_NOTFOUND ? ans_issue_add(cx, ANS_E_CORRUPT, ANS_STR_NONE,
                                                         "the log has a gap at position %llu",
                                                         (unsigned long long)mid)
                                         : err;
        if (rec.when_us >= when_us)
            hi = mid;
        else
            lo = mid + 1;
    }
    *out = lo;
    return ANS_OK;
}

static ans_err span_of(ans_cx *cx, ans_reader *rd, const ans_history_query *q, ans_span *out)
{
    ans_span s = {.rid = q->rid, .type = q->rid ? 0 : q->type, .lo = 1, .forward = q->forward};
    ans_pos end, pos;
    ans_rid rid;
    ans_err err = rd->store->ops->head(cx, rd->conn, &end, &rid);

    s.hi = end;
    if (!err && q->since_us) {
        err = pos_at(cx, rd, end, q->since_us, &pos);
        s.lo = err ? s.lo : pos;
    }
    if (!err && q->until_us && q->until_us < INT64_MAX) {
        err = pos_at(cx, rd, end, q->until_us + 1, &pos);
        s.hi = err ? s.hi : pos - 1;
    }
    *out = s;
    return err;
}

static ans_err positions(ans_cx *cx, ans_reader *rd, const ans_span *s, ans_pos *at,
                         uint32_t *count)
{
    uint32_t n = 0;

    if (s->lo > s->hi) {
        *count = 0;
        return ANS_OK;
    }
    if (s->rid || s->type)
        return rd->store->ops->list(cx, rd->conn, s, at, count);
    for (ans_pos left = s->hi - s->lo + 1; left > 0 && n < *count; left--)
        at[n++] = s->forward ? s->hi - left + 1 : s->lo + left - 1;
    *count = n;
    return ANS_OK;
}

/* The id stands with the resource. Consecutive versions of one resource share it. */
static ans_err name_owner(ans_cx *cx, ans_reader *rd, const ans_version *last, ans_version *v)
{
    ans_rec owner;
    ans_err err;

    if (last && last->rid == v->rid) {
        v->ref = last->ref;
        return ANS_OK;
    }
    err = rd->store->ops->current_rid(cx, rd->conn, v->rid, false, &owner);
    if (err)
        return err == ANS_E_NOTFOUND ? ans_issue_add(cx, ANS_E_CORRUPT, ANS_STR_NONE,
                                                     "resource number %u is missing", v->rid)
                                     : err;
    v->ref.type = owner.ref.type;
    v->ref.id = ans_arena_dup(cx->arena, owner.ref.id);
    return v->ref.id.p ? ANS_OK : ans_cx_nomem(cx);
}

static ans_err fetch(ans_cx *cx, ans_reader *rd, const ans_history_query *q, ans_pos pos,
                     const ans_version *last, ans_version *out)
{
    ans_rec rec;
    ans_err err = rd->store->ops->version(cx, rd->conn, pos, q->with_body, &rec);

    if (err)
        return err == ANS_E_NOTFOUND
                   ? ans_issue_add(cx, ANS_E_CORRUPT, ANS_STR_NONE,
                                   "the log has a gap at position %llu", (unsigned long long)pos)
                   : err;
    err = ans_rec_to_version(cx, rd, &rec, q->with_body, out);
    return err ? err : name_owner(cx, rd, last, out);
}

static ans_err history(ans_cx *cx, ans_reader *rd, const ans_history_query *q, ans_version **out,
                       uint32_t *out_count)
{
    ans_span s;
    ans_err err = span_of(cx, rd, q, &s);

    if (err)
        return err;
    if (q->forward && q->from > s.lo)
        s.lo = q->from;
    if (!q->forward && q->before && q->before - 1 < s.hi)
        s.hi = q->before - 1;
    uint32_t count = q->limit;
    if (s.lo > s.hi)
        count = 0;
    else if (s.hi - s.lo + 1 < count)
        count = (uint32_t)(s.hi - s.lo + 1);
    ans_pos *at = ANS_NEW_N(cx->arena, ans_pos, count + 1);
    ans_version *versions = ANS_NEW_N(cx->arena, ans_version, count + 1);
    if (!at || !versions)
        return ans_cx_nomem(cx);
    err = positions(cx, rd, &s, at, &count);
    for (uint32_t i = 0; !err && i < count; i++)
        err = fetch(cx, rd, q, at[i], i ? &versions[i - 1] : NULL, &versions[i]);
    if (err)
        return err;
    *out = versions;
    *out_count = count;
    return ANS_OK;
}

static ans_err history_count(ans_cx *cx, ans_reader *rd, const ans_history_query *q, uint64_t *out)
{
    ans_span s;
    ans_err err = span_of(cx, rd, q, &s);

    if (err)
        return err;
    if (s.lo > s.hi)
        *out = 0;
    else if (s.rid || s.type)
        return rd->store->ops->count(cx, rd->conn, &s, out);
    else
        *out = s.hi - s.lo + 1;
    return ANS_OK;
}

ans_err ans_store_history(ans_cx *cx, ans_reader *rd, const ans_history_query *q, ans_version **out,
                          uint32_t *out_count)
{
    bool was_open = rd->is_open;
    ans_err err = was_open ? ANS_OK : ans_reader_begin(cx, rd);

    if (err)
        return err;
    err = history(cx, rd, q, out, out_count);
    if (!was_open)
        ans_reader_end(rd);
    return err;
}

ans_err ans_store_history_count(ans_cx *cx, ans_reader *rd, const ans_history_query *q,
                                uint64_t *out)
{
    bool was_open = rd->is_open;
    ans_err err = was_open ? ANS_OK : ans_reader_begin(cx, rd);

    if (err)
        return err;
    err = history_count(cx, rd, q, out);
    if (!was_open)
        ans_reader_end(rd);
    return err;
}
