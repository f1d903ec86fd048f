/* The planner: for every predicate the ranges to walk and a count of their rows. Counts are made with a cap that grows only
 * until one predicate is under it: a question with one telling part is planned in a few microseconds at any size. The sum of
 * the estimates, along all chains, is the cost; too much is refused here, before anything was walked. */
#include "search/search_int.h"

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

/* Positions have no gaps: how many lie in a span of time is a difference. As a set each of them is looked up, whatever its type. */
static ans_err plan_updated(exec *x, pred *p)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < p->value_count; i++) {
        ans_history_query h;
        uint64_t n = 0;
        exec_updated_span(&p->values[i], &h);
        ans_err err = ans_store_history_count(x->cx, x->rd, &h, &n);
        if (err != ANS_OK) {
            return err;
        }
        sum += n * COST_OF_A_VERSION;
    }
    p->estimate = sum < x->top ? sum : x->top;
    return ANS_OK;
}

static ans_err plan_pred(exec *x, pred *p);

static ans_err plan_any(exec *x, pred *p)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < p->inner->count; i++) {
        pred *member = &p->inner->preds[i];
        uint64_t n = 0;
        ans_err err = plan_pred(x, member); /* these hold no others */
        err = err == ANS_OK ? count_ranges(x, &member->ranges, WIDEST_CAP, &n) : err;
        if (err != ANS_OK) {
            return err;
        }
        sum += n > WIDEST_CAP ? x->top : n;
    }
    p->estimate = sum < x->top ? sum : x->top;
    return ANS_OK;
}

static ans_err plan_pred(exec *x, pred *p)
{
    p->planned = true;
    p->estimate = x->top;
    if (p->kind == PRED_ANY) {
        return plan_any(x, p);
    }
    if (p->kind == PRED_CHAIN || p->kind == PRED_HAS) {
        return plan_inner(x, p);
    }
    if (p->kind == PRED_ID) {
        p->estimate = p->modifier == M_NOT ? x->top : p->value_count;
        return ANS_OK;
    }
    if (p->kind == PRED_UPDATED) {
        return plan_updated(x, p);
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
    return p->kind == PRED_VALUES && p->modifier != M_NOT && p->modifier != M_TEXT;
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

/* Known without counting, and small. */
static bool is_known(const pred *p, uint64_t cap)
{
    bool is_id = p->kind == PRED_ID && p->modifier != M_NOT;
    return is_id || ((p->kind == PRED_UPDATED || p->kind == PRED_BEDSIDE || p->kind == PRED_ANY) && p->estimate <= cap);
}

static ans_err estimate(exec *x, query *q)
{
    uint64_t widest = widest_cap(q);
    for (uint64_t cap = FIRST_CAP, last = 0; last < widest; last = cap, cap = cap * 32 < widest ? cap * 32 : widest) {
        bool found = false;
        for (uint32_t i = 0; i < q->count; i++) {
            pred *p = &q->preds[i];
            if (!is_counted(p) || (p->estimate <= last && last > 0)) {
                found = found || is_known(p, cap);
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
