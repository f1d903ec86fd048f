/* GET [base]/Location/<ward>/$stock: what is there of each medicine of a ward, in one answer (docs/stock.md).
 *
 * Balances are sums over the whole record, as the care rules reckon them: a tablet that was given to somebody the caller may not see is gone
 * all the same. So the answer names amounts and cards, never a dose or a person. Cards are those the caller sees.
 * With month=2026-11 it tells that month instead: opening, received, given, wasted, out, difference, closing. */
#include "rest/stock_int.h"

#include "auth/limit.h"
#include "base/os.h"
#include "rest/params.h"

enum { MOST_CARDS = 400 };
#define ANSWER_BYTES ((size_t)8 << 20)

static void amount(ans_cx *cx, ans_jw *w, const char *name, int64_t value)
{
    params_raw(w, name, "valueDecimal", stock_print(cx, value));
}

static void put_lots(ans_cx *cx, ans_jw *w, const stock_sum *sum)
{
    for (uint32_t i = 0; i < sum->lot_count; i++) {
        const stock_lot *lot = &sum->lots[i];
        if (lot->left > 0) {
            params_part(w, "lot");
            params_text(w, "number", "valueString", lot->lot);
            params_text(w, "expires", "valueDate", ans_str_head(lot->expires, sizeof "2026-11-22" - 1));
            amount(cx, w, "left", lot->left);
            params_end_part(w);
        }
    }
}

static void put_card(ans_cx *cx, ans_jw *w, const stock_card *card, const stock_sum *sum)
{
    params_part(w, "card");
    params_reference(cx, w, "medicine", "SupplyRequest", card->id, card->item);
    params_text(w, "unit", "valueString", card->unit);
    amount(cx, w, "balance", sum->balance);
    if (sum->balance < 0 || sum->unknown) {
        params_raw(w, "differs", "valueBoolean", ANS_STR("true"));
    }
    if (sum->unknown) {
        params_raw(w, "unknown", "valueInteger", ans_arena_fmt(cx->arena, "%u", sum->unknown));
    }
    if (card->level >= 0) {
        amount(cx, w, "level", card->level);
    }
    if (card->minimum >= 0) {
        amount(cx, w, "minimum", card->minimum);
    }
    if (card->is_controlled) {
        params_raw(w, "controlled", "valueBoolean", ANS_STR("true"));
    }
    if (sum->is_counted) {
        params_part(w, "counted");
        params_reference(cx, w, "count", "List", sum->count, ANS_STR_NONE);
        params_instant(w, "at", sum->counted_at / 10);
        amount(cx, w, "amount", sum->counted);
        params_end_part(w);
    }
    amount(cx, w, "in", sum->in);
    amount(cx, w, "out", sum->out);
    amount(cx, w, "given", sum->given);
    put_lots(cx, w, sum);
    params_end_part(w);
}

static void put_span(ans_cx *cx, ans_jw *w, const stock_card *card, const stock_span *span)
{
    params_part(w, "card");
    params_reference(cx, w, "medicine", "SupplyRequest", card->id, card->item);
    params_text(w, "unit", "valueString", card->unit);
    amount(cx, w, "opening", span->opening);
    amount(cx, w, "received", span->received);
    amount(cx, w, "given", span->given);
    amount(cx, w, "wasted", span->wasted);
    amount(cx, w, "out", span->out);
    amount(cx, w, "difference", span->difference);
    amount(cx, w, "closing", span->closing);
    if (span->unknown) {
        params_raw(w, "unknown", "valueInteger", ans_arena_fmt(cx->arena, "%u", span->unknown));
    }
    if (card->is_controlled) {
        params_raw(w, "controlled", "valueBoolean", ANS_STR("true"));
    }
    params_end_part(w);
}

typedef struct shelf {
    job *j;
    stock_ask ask;
    ans_jw *w;
    ans_str only; /* id of one card; empty: all */
    ans_tick from, to; /* of a month; to 0: as it is now */
    ans_cx work;  /* of one card */
    uint32_t count;
} shelf;

static ans_err put_one(shelf *s, const ans_version *v)
{
    ans_json doc;
    stock_card card;
    stock_sum sum;
    stock_span span;
    stock_ask ask = s->ask;
    ask.cx = &s->work;
    ans_err err = ans_json_parse(&s->work, v->body, NULL, &doc);
    if (err != ANS_OK || !stock_card_read(&s->work, &doc, v->ref.id, &card)) {
        return err;
    }
    if (++s->count > MOST_CARDS) {
        return ans_issue_add(&s->work, ANS_E_COSTLY, ANS_STR_NONE, "more than %d stock cards in one ward: end those that are not used", MOST_CARDS);
    }
    audit_touch(s->j, v);
    if (s->to) {
        err = stock_span_up(&ask, &card, s->from, s->to, &span);
    } else {
        err = stock_sum_up(&ask, &card, &sum);
    }
    if (err == ANS_OK && s->to) {
        put_span(&s->work, s->w, &card, &span);
    } else if (err == ANS_OK) {
        put_card(&s->work, s->w, &card, &sum);
    }
    return err;
}

static ans_err visit_card(void *arg, const ans_version *v, bool *more)
{
    shelf *s = arg;
    (void)more;
    ans_err err = s->only.n && !ans_str_eq(s->only, v->ref.id) ? ANS_OK : put_one(s, v);
    err = ans_issue_pass(s->j->cx, &s->work, err);
    s->work.issues = s->work.last_ = NULL;
    ans_arena_reset(s->work.arena);
    return err;
}

static ans_err check(job *j, ans_reader *rd)
{
    bool sees = false;
    ans_type moves = ans_fhir_type_named(ANS_STR("SupplyDelivery"));
    if (!gate_is_open(j) && !(ans_pass_may(j->pass, moves, ANS_RIGHT_READ) && ans_pass_within(j->pass, moves, ANS_LIMIT_SEARCH))) {
        return ans_issue_add(j->cx, ANS_E_FORBIDDEN, ANS_STR("http.url"), "no role of this account sees stock");
    }
    ans_version v;
    ans_ref ward = {ans_search_type_number(j->rest->o.search, j->route.type), j->route.id};
    ans_err err = gate_sees_ref(j, rd, ward, &sees);
    err = err == ANS_OK && sees ? ans_store_read(j->cx, rd, ward, &v) : err == ANS_OK ? ANS_E_NOTFOUND : err;
    return err == ANS_E_NOTFOUND || err == ANS_E_GONE ? ans_issue_add(j->cx, ANS_E_NOTFOUND, ANS_STR_NONE, "there is no such Location") : err;
}

/* A month of the place's clock. */
static ans_err read_month(shelf *s)
{
    ans_datetime d;
    ans_str given = operation_param(s->j, "month");
    if (!given.n) {
        return ANS_OK;
    }
    if (given.n != sizeof "2026-11" - 1 || !ans_datetime_parse(given, false, &d) || d.precision != ANS_PREC_MONTH) {
        return ans_issue_add(s->j->cx, ANS_E_VALUE, ANS_STR("http.month"), "month is written YYYY-MM");
    }
    ans_datetime_range(&d, s->ask.zone, &s->from, &s->to);
    return s->to > 0 ? ANS_OK : ans_issue_add(s->j->cx, ANS_E_VALUE, ANS_STR("http.month"), "that month was before this program's time");
}

static ans_err put_cards(shelf *s)
{
    job *j = s->j;
    ans_search_request rq = {.type = ans_fhir_type_named(ANS_STR("SupplyRequest")),
                             .strict = true,
                             .filter = gate_filter(j),
                             .query = ans_arena_fmt(j->cx->arena, "category=" STOCK_SYSTEM "|card&subject=Location/%.*s%s", ANS_FMT(j->route.id), s->to ? "" : "&status=active")};
    s->only = operation_param(j, "card");
    s->work = (ans_cx){.arena = ans_arena_new((size_t)32 << 20), .deadline_us = j->cx->deadline_us};
    ans_err err = rq.query.p && s->work.arena ? ans_search_each(j->rest->o.search, j->cx, s->ask.rd, &rq, visit_card, s) : ans_cx_nomem(j->cx);
    if (s->work.arena) {
        ans_arena_free(s->work.arena);
    }
    return err;
}

ans_err stock_run(job *j, ans_reader *rd)
{
    ans_buf b;
    ans_jw w;
    shelf s = {.j = j,
               .w = &w,
               .ask = {.rd = rd, .search = j->rest->o.search, .zone = ans_search_zone(j->rest->o.search), .now = ans_now_us() * 10}};
    ans_err err = check(j, rd);
    err = err == ANS_OK ? read_month(&s) : err;
    if (err != ANS_OK) {
        return err;
    }
    ans_buf_init_arena(&b, j->cx->arena, ANSWER_BYTES);
    ans_jw_init(&w, &b);
    params_open(&w);
    params_instant(&w, "now", s.ask.now / 10);
    params_reference(j->cx, &w, "place", "Location", j->route.id, ANS_STR_NONE);
    err = put_cards(&s);
    params_close(&w);
    return err == ANS_OK ? operation_answer(j, &b) : err;
}
