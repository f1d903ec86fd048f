/* The planner: for every predicate the ranges to walk and a count of their rows. Counts are made with a cap that grows only
 * until one predicate is under it: a question with one telling part is planned in a few microseconds at any size. The sum of
 * the estimates, along all chains, is the cost; too much is refused here, before anything was walked. */
#include "search/search_int.h"

#define COST_OF_A_BODY 30 /* reading and judging a body, in row steps */
#define WIDEST_CAP 65536    /* for sets: every row of the leading one is walked */
#define PAGE_CAP 8192       /* for pages: about sqrt(page x rows) at a few million rows */
#define WALK_CAP 2048       /* where walk.c leaves ranking */
#define FIRST_CAP 64

static ans_err count_ranges(exec *x, const ranges *r, uint64_t cap, uint64_t *out)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < r->count && sum <= cap; i++) {
        uint64_t n = 0;
        ans_err err = ans_store_count_about(x->cx, x->rd, r->at[i].low, r->at[i].high, cap + 1 - sum, &n);
        if (err != ANS_OK) {
            return err;
        }
        sum += n;
    }
    *out = sum;
    return ANS_OK;
}

static ans_err plan_inner(exec *x, pred *p)
{
    p->estimate = 0;
    for (uint32_t i = 0; i < (p->kind == PRED_HAS ? 1 : p->inner_count); i++) {
        ans_err err = exec_plan(x, &p->inner[i]);
        if (err != ANS_OK) {
            return err;
        }
    }
    p->estimate = x->top;
    return ANS_OK;
}

static ans_err plan_pred(exec *x, pred *p)
{
    p->planned = true;
    p->estimate = x->top;
    if (p->kind == PRED_CHAIN || p->kind == PRED_HAS) {
        return plan_inner(x, p);
    }
    if (p->kind == PRED_ID) {
        p->estimate = p->modifier == M_NOT ? x->top : p->value_count;
        return ANS_OK;
    }
    if (p->kind == PRED_VALUES && p->modifier == M_TEXT) {
        p->estimate = (uint64_t)x->top * COST_OF_A_BODY;
        return ANS_OK;
    }
    ans_err err = ANS_OK;
    for (uint32_t i = 0; p->kind == PRED_VALUES && err == ANS_OK && i < p->value_count; i++) {
        err = pvalue_ranges(x->s, x->cx, x->rd, p, &p->values[i], &p->ranges);
    }
    return err;
}

static bool is_counted(const pred *p)
{
    return p->kind == PRED_BEDSIDE || (p->kind == PRED_VALUES && p->modifier != M_NOT && p->modifier != M_TEXT);
}

static bool is_exact(const pred *p)
{
    for (uint32_t i = 0; i < p->ranges.count; i++) {
        if (!p->ranges.at[i].exact) {
            return false;
        }
    }
    return true;
}

/* Not a set: it ends when a page is full. */
static bool is_page(const query *q)
{
    return q->page_size > 0 && q->sort_count == 0 && !q->count_only && !q->total_accurate;
}

/* How far counting may go. A predicate alone leads whatever its count is: only a walk wants to know whether it is small. A page
 * stops when it is full, so between two broad predicates a long count costs more than it saves. */
static uint64_t widest_cap(const query *q)
{
    if (q->count == 1) {
        return is_exact(&q->preds[0]) ? FIRST_CAP : WALK_CAP;
    }
    return is_page(q) ? PAGE_CAP : WIDEST_CAP;
}

/* One patient's rows lead whatever their count is. */
static bool is_bedside_alone(query *q)
{
    uint32_t others = 0, bedside = 0;
    for (uint32_t i = 0; i < q->count; i++) {
        bedside += q->preds[i].kind == PRED_BEDSIDE;
        others += q->preds[i].kind != PRED_BEDSIDE && q->preds[i].kind != PRED_CONSUMED;
    }
    for (uint32_t i = 0; bedside == 1 && others == 0 && i < q->count; i++) {
        q->preds[i].estimate = q->preds[i].kind == PRED_BEDSIDE ? WALK_CAP : q->preds[i].estimate;
    }
    return bedside == 1 && others == 0;
}

static ans_err estimate(exec *x, query *q)
{
    uint64_t widest = widest_cap(q);
    if (is_page(q) && is_bedside_alone(q)) {
        return ANS_OK;
    }
    for (uint64_t cap = FIRST_CAP, last = 0; last < widest; last = cap, cap = cap * 32 < widest ? cap * 32 : widest) {
        bool found = false;
        for (uint32_t i = 0; i < q->count; i++) {
            pred *p = &q->preds[i];
            if (!is_counted(p) || (p->estimate <= last && last > 0)) {
                found = found || (p->kind == PRED_ID && p->modifier != M_NOT);
                continue;
            }
            uint64_t n = 0;
            ans_err err = count_ranges(x, &p->ranges, cap, &n);
            if (err != ANS_OK) {
                return err;
            }
            p->estimate = n > cap ? (x->top > n ? x->top : n) : n;
            found = found || n <= cap;
        }
        if (found) {
            break;
        }
    }
    return ANS_OK;
}

ans_err exec_plan(exec *x, query *q)
{
    ans_err err = bedside_plan(x, q);
    for (uint32_t i = 0; err == ANS_OK && i < q->count; i++) {
        if (!q->preds[i].planned) {
            err = plan_pred(x, &q->preds[i]);
        }
    }
    if (err == ANS_OK) {
        err = estimate(x, q);
    }
    for (uint32_t i = 0; i < q->count; i++) {
        const pred *p = &q->preds[i];
        bool is_short = q->count == 1 && is_page(q) && is_counted(p) && p->estimate > WALK_CAP;
        x->cost += p->kind == PRED_CONSUMED ? 0 : is_short ? WALK_CAP : p->estimate;
    }
    if (err == ANS_OK && x->cost > x->max_cost && x->filter) { /* how many rows there are is not theirs to know */
        return ans_issue_add(x->cx, ANS_E_COSTLY, ANS_STR_NONE, "this search would take too much work: narrow it");
    }
    if (err == ANS_OK && x->cost > x->max_cost) {
        return ans_issue_add(x->cx, ANS_E_COSTLY, ANS_STR_NONE,
                             "this search would take about %llu index steps, %llu are allowed: narrow it",
                             (unsigned long long)x->cost, (unsigned long long)x->max_cost);
    }
    return err;
}

/* ---- patient|code|date ---- */

/* The one patient a predicate asks for; 0 when it is not of that simple form, UINT32_MAX when nobody has that id. */
static ans_err one_patient(exec *x, const type_info *ti, const pred *p, ans_rid *out)
{
    *out = 0;
    bool fits = p->kind == PRED_VALUES && ti->patient && (p->param == ti->patient || p->param == ti->patient->alias) &&
                (p->modifier == M_NONE || p->modifier == M_TYPE) && p->value_count == 1 &&
                p->values[0].target_count == 1 && !p->values[0].is_url;
    if (!fits || !ans_str_is(ans_fhir_type_name(p->values[0].targets[0].type), "Patient")) {
        return ANS_OK;
    }
    ans_ref ref = {ans_search_type_number(x->s, p->values[0].targets[0].type), p->values[0].targets[0].id};
    ans_err err = ans_store_rid(x->cx, x->rd, ref, out);
    if (err == ANS_E_NOTFOUND) {
        *out = UINT32_MAX;
        return ANS_OK;
    }
    return err;
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

/* The dates become what judges the rows of a walk; without codes also what bounds it. */
static ans_err take_dates(exec *x, const type_info *ti, ans_rid patient, const pred *dates, pred *made)
{
    pred *kept = ANS_NEW(x->cx->arena, pred);
    ans_err err = ANS_OK;
    if (!kept) {
        return ans_cx_nomem(x->cx);
    }
    *kept = *dates;
    made->dates = kept;
    for (uint32_t i = 0; !made->flag && err == ANS_OK && i < dates->value_count; i++) {
        err = date_ranges(x->cx, bedside_key(x, ti->pd_slot, patient, ANS_STR_NONE), &dates->values[i], &made->ranges);
    }
    return err;
}

static bool is_date(const type_info *ti, const pred *p)
{
    return p->kind == PRED_VALUES && p->modifier == M_NONE && ti->pd_slot && p->param == ti->date;
}

/* date=ge..&date=lt..: the second is a walk of its own among the same patient's rows, for a resource may have several dates. Left
 * to itself it would be asked of each candidate's body. */
static ans_err further_dates(exec *x, query *q, ans_rid patient)
{
    ans_err err = ANS_OK;
    for (uint32_t i = 0; err == ANS_OK && i < q->count; i++) {
        pred *p = &q->preds[i];
        if (is_date(q->type, p)) {
            pred made = {.kind = PRED_BEDSIDE, .planned = true, .estimate = x->top, .param = p->param};
            err = take_dates(x, q->type, patient, p, &made);
            *p = made;
        }
    }
    return err;
}

/* Turn patient + code (+ date), or patient + date, into one walk. The row's own bytes judge the date. */
ans_err bedside_plan(exec *x, query *q)
{
    const type_info *ti = q->type;
    pred *who = NULL, *codes = NULL, *dates = NULL;
    ans_rid patient = 0;
    for (uint32_t i = 0; i < q->count; i++) {
        pred *p = &q->preds[i];
        if (!who) {
            ans_err err = one_patient(x, ti, p, &patient);
            if (err != ANS_OK) {
                return err;
            }
            who = patient ? p : NULL;
        }
        bool plain = p->kind == PRED_VALUES && p->modifier == M_NONE;
        codes = plain && ti->pc_slot && p->param == ti->code && !codes && all_have_codes(p) ? p : codes;
        dates = is_date(ti, p) && !dates ? p : dates;
    }
    if (!who || patient == UINT32_MAX || (!codes && !dates)) {
        return ANS_OK;
    }
    pred made = {.kind = PRED_BEDSIDE, .planned = true, .estimate = x->top, .param = who->param, .flag = codes != NULL};
    ans_err err = codes ? code_ranges(x, ti, patient, codes, &made.ranges) : ANS_OK;
    if (err == ANS_OK && dates) {
        err = take_dates(x, ti, patient, dates, &made);
        *dates = (pred){.kind = PRED_CONSUMED, .planned = true};
    }
    if (codes) {
        *codes = (pred){.kind = PRED_CONSUMED, .planned = true};
    }
    *who = made;
    return err == ANS_OK ? further_dates(x, q, patient) : err;
}
