/* Patient, code and date as one walk. Rows of patient|code|date and patient|date (docs/schema.md) answer the questions of a bedside:
 * patient=a&code=x&date=ge.., and those of a ward, patient=a,b,c.., by one short walk for each of the people, however much
 * there is of others and of other times. */
#include "search/search_int.h"

/* Beyond so many ranges the walks cost more than sets. */
#define MOST_RANGES 2048
#define ROWS_OF_A_RANGE 32 /* taken as given: to count them costs as much as to walk them */

/* The people a predicate asks for, when it is of that simple form. *out_count stays 0 when it is not, or when none of them is known. */
static ans_err people_of(exec *x, const type_info *ti, const pred *p, ans_rid **out, uint32_t *out_count)
{
    *out_count = 0;
    bool fits = p->kind == PRED_VALUES && ti->patient && (p->param == ti->patient || p->param == ti->patient->alias) &&
                (p->modifier == M_NONE || p->modifier == M_TYPE);
    for (uint32_t i = 0; fits && i < p->value_count; i++) {
        const pvalue *v = &p->values[i];
        fits = v->target_count == 1 && !v->is_url && ans_str_is(ans_fhir_type_name(v->targets[0].type), "Patient");
    }
    if (!fits) {
        return ANS_OK;
    }
    *out = ANS_NEW_N(x->cx->arena, ans_rid, p->value_count + 1);
    if (!*out) {
        return ans_cx_nomem(x->cx);
    }
    for (uint32_t i = 0; i < p->value_count; i++) {
        ans_ref ref = {ans_search_type_number(x->s, p->values[i].targets[0].type), p->values[i].targets[0].id};
        ans_err err = ans_store_rid(x->cx, x->rd, ref, &(*out)[*out_count]);
        if (err != ANS_OK && err != ANS_E_NOTFOUND) {
            return err;
        }
        *out_count += err == ANS_OK;
    }
    return ANS_OK;
}

static bool all_have_codes(const pred *p)
{
    for (uint32_t i = 0; i < p->value_count; i++) {
        if (p->values[i].code.n == 0) {
            return false;
        }
    }
    return p->value_count > 0;
}

static ans_str bedside_key(exec *x, uint16_t slot, ans_rid patient, ans_str tail)
{
    ans_buf b;
    ans_str out = ANS_STR_NONE;
    ans_buf_init_arena(&b, x->cx->arena, 64);
    put_u16(&b, slot);
    put_u32(&b, patient);
    ans_buf_add(&b, tail);
    return ans_buf_finish(&b, &out) == ANS_OK ? out : ANS_STR_NONE;
}

static ans_err code_ranges(exec *x, const type_info *ti, ans_rid patient, const pred *codes, ranges *out)
{
    ans_err err = ANS_OK;
    for (uint32_t i = 0; err == ANS_OK && i < codes->value_count; i++) {
        const pvalue *v = &codes->values[i];
        for (int implied = 0; err == ANS_OK && implied <= (v->has_system ? 1 : 0); implied++) {
            ans_buf b;
            ans_str token;
            ans_buf_init_arena(&b, x->cx->arena, 16);
            put_token(x->s, &b, v->system, v->code, implied);
            err = ans_buf_finish(&b, &token);
            token.n = v->has_system ? TOKEN_BYTES : 6;
            if (err == ANS_OK) {
                err = range_add_prefix(x->cx, out, bedside_key(x, ti->pc_slot, patient, token), false);
            }
        }
    }
    return err;
}

/* The dates become what judges the rows of a walk, and what it skips by. */
static ans_err take_dates(exec *x, const type_info *ti, const pred *dates, pred *made)
{
    pred *kept = ANS_NEW(x->cx->arena, pred);
    ans_err err = ANS_OK;
    if (!kept) {
        return ans_cx_nomem(x->cx);
    }
    *kept = *dates;
    made->dates = kept;
    for (uint32_t k = 0; !made->flag && err == ANS_OK && k < made->patient_count; k++) {
        err = range_add_prefix(x->cx, &made->ranges, bedside_key(x, ti->pd_slot, made->patients[k], ANS_STR_NONE), false);
    }
    return err;
}

static bool is_date(const type_info *ti, const pred *p)
{
    return p->kind == PRED_VALUES && p->modifier == M_NONE && ti->pd_slot && p->param == ti->date;
}

static pred made_of(exec *x, const param *what, const ans_rid *patients, uint32_t count)
{
    return (pred){.kind = PRED_BEDSIDE, .planned = true, .estimate = x->top, .param = what, .patients = patients, .patient_count = count};
}

static void guess(exec *x, pred *p)
{
    uint64_t rows = (uint64_t)p->ranges.count * ROWS_OF_A_RANGE;
    p->estimate = rows < x->top ? rows : x->top;
}

/* date=ge..&date=lt..: the second is a walk of its own among the same patients' rows, for a resource may have several dates. Left
 * to itself it would be asked of each candidate's body. */
static ans_err further_dates(exec *x, query *q, const pred *first)
{
    ans_err err = ANS_OK;
    for (uint32_t i = 0; err == ANS_OK && i < q->count; i++) {
        pred *p = &q->preds[i];
        if (is_date(q->type, p)) {
            pred made = made_of(x, p->param, first->patients, first->patient_count);
            err = take_dates(x, q->type, p, &made);
            guess(x, &made);
            *p = made;
        }
    }
    return err;
}

static bool is_too_wide(uint32_t people, const pred *codes)
{
    return people > 1 && (uint64_t)people * (codes ? codes->value_count * 2 : 1) > MOST_RANGES;
}

/* Turn patients + code (+ date), or patients + date, into one walk. The row's own bytes judge the date. */
ans_err bedside_plan(exec *x, query *q)
{
    const type_info *ti = q->type;
    pred *who = NULL, *codes = NULL, *dates = NULL;
    ans_rid *people = NULL;
    uint32_t count = 0;
    for (uint32_t i = 0; i < q->count; i++) {
        pred *p = &q->preds[i];
        if (!who) {
            ans_err err = people_of(x, ti, p, &people, &count);
            if (err != ANS_OK) {
                return err;
            }
            who = count ? p : NULL;
        }
        bool plain = p->kind == PRED_VALUES && p->modifier == M_NONE;
        codes = plain && ti->pc_slot && p->param == ti->code && !codes && all_have_codes(p) ? p : codes;
        dates = is_date(ti, p) && !dates ? p : dates;
    }
    if (!who || (!codes && !dates) || is_too_wide(count, codes)) {
        return ANS_OK;
    }
    pred made = made_of(x, who->param, people, count);
    ans_err err = ANS_OK;
    made.flag = codes != NULL;
    for (uint32_t k = 0; codes && err == ANS_OK && k < count; k++) {
        err = code_ranges(x, ti, people[k], codes, &made.ranges);
    }
    if (err == ANS_OK && dates) {
        err = take_dates(x, ti, dates, &made);
        *dates = (pred){.kind = PRED_CONSUMED, .planned = true};
    }
    if (codes) {
        *codes = (pred){.kind = PRED_CONSUMED, .planned = true};
    }
    guess(x, &made);
    *who = made;
    return err == ANS_OK ? further_dates(x, q, who) : err;
}

/* ---- its rows: slot 2 | patient 4 | token 9, with codes | class 1 | beginning 8 .. | rid 4; without a date they end behind the token ---- */

static size_t head_of(const pred *p)
{
    return 6 + (p->flag ? TOKEN_BYTES : 0);
}

ans_str bedside_date(const pred *p, ans_str row)
{
    return ans_str_from((ans_str){row.p, row.n - 4}, head_of(p));
}

bool bedside_fits(exec *x, const pred *p, ans_str row)
{
    ans_str date = bedside_date(p, row);
    for (uint32_t i = 0; p->dates && date.n && i < p->dates->value_count; i++) {
        if (pvalue_test(x->s, p->dates, &p->dates->values[i], date) == YES) {
            return true;
        }
    }
    return !p->dates;
}

/* What is next behind this date for any of the values: a date of the same class, or (INT64_MAX) the next class. The date itself: no
 * value lets anything be skipped. */
static ans_tick next_tick(const pred *dates, int date_class, ans_tick at)
{
    ans_tick next = INT64_MAX;
    for (uint32_t i = 0; i < dates->value_count; i++) {
        ans_tick from, to;
        date_bounds(&dates->values[i], date_class, &from, &to);
        ans_tick of_this = at < from ? from : at < to ? at : INT64_MAX;
        next = of_this < next ? of_this : next;
    }
    return next;
}

ans_err bedside_skip(exec *x, const pred *p, ans_cursor *cur, ans_str row, ans_str *out)
{
    ans_str date = bedside_date(p, row), key;
    ans_buf b;
    ans_tick at = date.n > 8 ? get_tick(date.p + 1) : 0, next = date.n > 8 && p->dates ? next_tick(p->dates, date.p[0], at) : at;
    if (next == at) {
        return ans_cursor_next(x->cx, cur, out);
    }
    ans_buf_init_arena(&b, x->cx->arena, 64);
    ans_buf_add(&b, ans_str_head(row, head_of(p)));
    ans_buf_add_c(&b, (char)(next == INT64_MAX ? date.p[0] + 1 : date.p[0]));
    if (next != INT64_MAX) {
        put_tick(&b, next);
    }
    return ans_buf_finish(&b, &key) == ANS_OK ? ans_cursor_seek(x->cx, cur, key, out) : ans_cx_nomem(x->cx);
}
