/* A month of a card (xuất, nhập, tồn): the same facts as the balance, told in the order in which they were. The reckoning begins with the last
 * count before the span, and each count within it sets the balance; what it found otherwise is a line of its own, never spread. */
#include "rest/stock_int.h"

#include "base/sort.h"

enum { MOST_FACTS = 100000, FIRST_FACTS = 256 };

typedef enum fact_kind { FACT_IN, FACT_OUT, FACT_WASTE, FACT_GIVEN, FACT_COUNT } fact_kind;

typedef struct fact {
    ans_tick at;
    int64_t amount;
    fact_kind kind;
} fact;

typedef struct telling {
    const stock_ask *a;
    const stock_card *card;
    stock_span *out;
    ans_tick from, to, anchor; /* anchor: of the last count before from */
    bool is_anchored;
    fact *facts;
    uint32_t count, cap;
} telling;

static ans_err add(telling *t, fact one)
{
    ans_arena *arena = t->a->cx->arena;
    if (t->count == MOST_FACTS) {
        return ans_issue_add(t->a->cx, ANS_E_COSTLY, ANS_STR_NONE, "more than %d movements of one medicine: count it more often", MOST_FACTS);
    }
    fact *more = ans_arena_grow(arena, t->facts, t->count, &t->cap, FIRST_FACTS, sizeof one);
    if (!more) {
        return ans_cx_nomem(t->a->cx);
    }
    t->facts = more;
    more[t->count++] = one;
    return ANS_OK;
}

static ans_err take_anchor(void *arg, ans_cx *work, const ans_json *doc, ans_str id, bool *more)
{
    telling *t = arg;
    int64_t amount;
    ans_tick at;
    (void)id;
    if (!stock_counted(work, t->a->zone, doc, t->card->id, &amount, &at) || at >= t->from) {
        return ANS_OK;
    }
    *more = false;
    t->is_anchored = true;
    t->anchor = at;
    return add(t, (fact){at, amount, FACT_COUNT});
}

static ans_err take_count(void *arg, ans_cx *work, const ans_json *doc, ans_str id, bool *more)
{
    telling *t = arg;
    int64_t amount;
    ans_tick at;
    (void)id;
    (void)more;
    bool mine = stock_counted(work, t->a->zone, doc, t->card->id, &amount, &at) && at >= t->from && at < t->to;
    return mine ? add(t, (fact){at, amount, FACT_COUNT}) : ANS_OK;
}

static bool is_waste(ans_cx *work, const ans_json *doc)
{
    paper p = {work, doc};
    ans_jnode type = paper_at(&p, 0, "type");
    return type != ANS_JNONE && ans_str_is(paper_code(&p, type, STOCK_SYSTEM), "waste");
}

static ans_err take_move(void *arg, ans_cx *work, const ans_json *doc, ans_str id, bool *more)
{
    telling *t = arg;
    stock_move m;
    (void)id;
    (void)more;
    if (!stock_move_read(work, t->a->zone, doc, &m) || !m.stands || !m.is_timed || m.at >= t->to || (t->is_anchored && m.at <= t->anchor)) {
        return ANS_OK;
    }
    if (m.amount < 0 || !ans_str_eq(m.unit, t->card->unit)) {
        t->out->unknown += m.at >= t->from;
        return ANS_OK;
    }
    fact_kind kind = ans_str_eq(m.in, t->card->id) ? FACT_IN : m.is_dose ? FACT_GIVEN : is_waste(work, doc) ? FACT_WASTE : FACT_OUT;
    return add(t, (fact){m.at, m.amount, kind});
}

/* What was moved at the instant of a count is in it. */
static int by_time(const void *x, const void *y)
{
    const fact *a = x, *b = y;
    return a->at != b->at ? (a->at < b->at ? -1 : 1) : (a->kind == FACT_COUNT) - (b->kind == FACT_COUNT);
}

static void tell(telling *t)
{
    stock_span *o = t->out;
    int64_t balance = 0;
    ans_sort(t->facts, t->count, sizeof *t->facts, by_time);
    for (uint32_t i = 0; i < t->count; i++) {
        const fact *f = &t->facts[i];
        int64_t change = f->kind == FACT_COUNT ? f->amount - balance : f->kind == FACT_IN ? f->amount : -f->amount;
        balance += change;
        if (f->at < t->from || (f->kind == FACT_COUNT && i == 0)) { /* what a card begins with is no difference */
            o->opening = balance;
            continue;
        }
        o->received += f->kind == FACT_IN ? f->amount : 0;
        o->out += f->kind == FACT_OUT ? f->amount : 0;
        o->wasted += f->kind == FACT_WASTE ? f->amount : 0;
        o->given += f->kind == FACT_GIVEN ? f->amount : 0;
        o->difference += f->kind == FACT_COUNT ? change : 0;
    }
    o->closing = balance;
}

static ans_err gather(telling *t, stock_walk *w)
{
    char until[ANS_INSTANT_BYTES], since[ANS_INSTANT_BYTES];
    ans_arena *arena = t->a->cx->arena;
    ans_instant_print(t->from / 10, since);
    ans_instant_print(t->to / 10, until);
    w->take = take_anchor;
    ans_err err = stock_each_count(w, ans_arena_fmt(arena, "&date=lt%.*s", ANS_INSTANT_BYTES, since).p);
    w->take = take_count;
    err = err == ANS_OK ? stock_each_count(w, ans_arena_fmt(arena, "&date=ge%.*s&date=lt%.*s", ANS_INSTANT_BYTES, since, ANS_INSTANT_BYTES, until).p) : err;
    int last = stock_month_number(t->to - 1), first = t->is_anchored ? stock_month_number(t->anchor) : last - STOCK_MOST_MONTHS + 1;
    if (err == ANS_OK && last - first >= STOCK_MOST_MONTHS) {
        err = ans_issue_add(t->a->cx, ANS_E_COSTLY, ANS_STR_NONE, "this medicine was not counted for more than %d months", STOCK_MOST_MONTHS);
    }
    w->take = take_move;
    err = err == ANS_OK ? stock_each_move(w, first, last) : err;
    return err == ANS_OK ? stock_each_dose(w, first, last, t->is_anchored ? t->anchor : 0) : err;
}

ans_err stock_span_up(const stock_ask *a, const stock_card *card, ans_tick from, ans_tick to, stock_span *out)
{
    *out = (stock_span){0};
    telling t = {.a = a, .card = card, .out = out, .from = from, .to = to};
    stock_walk w = {.a = a, .card = card, .work = {.arena = ans_arena_new(STOCK_SCRATCH), .deadline_us = a->cx->deadline_us}, .arg = &t};
    if (!w.work.arena) {
        return ans_cx_nomem(a->cx);
    }
    ans_err err = gather(&t, &w);
    if (err == ANS_OK) {
        tell(&t);
    }
    ans_arena_free(w.work.arena);
    return err;
}
