/* Inside rest: ward stock (docs/stock.md). stock.c reads cards, movements and counts and sums them up; care_stock.c is its care rules;
 * stock_run.c answers Location/[id]/$stock. */
#ifndef ANS_STOCK_INT_H
#define ANS_STOCK_INT_H

#include "rest/consent_int.h"

#define STOCK_SYSTEM "urn:ansinh:stock"
/* A page of a card: "<id of the card>/<month of the movement in UTC>", which the movement puts something on, or takes something from. */
#define STOCK_IN "urn:ansinh:stock:in"
#define STOCK_OUT "urn:ansinh:stock:out"
#define STOCK_AMOUNT "urn:ansinh:extension:amount"
#define STOCK_TAKEN "urn:ansinh:extension:taken"
#define STOCK_WITNESS "urn:ansinh:extension:witness"
#define STOCK_CONTROLLED "urn:ansinh:extension:controlled"

/* Amounts are whole thousandths of the card's unit. */
#define STOCK_ONE INT64_C(1000)
#define STOCK_MOST (INT64_C(1000000000) * STOCK_ONE)

/* One medicine in one ward: what may be there, and in what it is counted. Texts are views of doc. */
typedef struct stock_card {
    ans_str id, ward, item, unit;
    int64_t level, minimum; /* minimum -1: none is said */
    bool is_open, is_controlled;
} stock_card;

/* What a movement or a dose says of cards. */
typedef struct stock_move {
    ans_str in, out, in_month, out_month; /* ids of the cards; empty: none */
    ans_str unit, lot, expires;
    ans_tick at;
    int64_t amount; /* -1: it says none that can be counted */
    bool is_timed, is_dose, stands; /* stands: it was done and is not struck through */
} stock_move;

typedef struct stock_lot {
    ans_str lot, expires; /* expires as written, may be empty */
    int64_t in, out, left; /* left: a guess, what expires first having been used first */
} stock_lot;

/* What a card says now. */
typedef struct stock_sum {
    ans_str count; /* id of the count it begins with; empty: never counted, or in this very transaction */
    ans_tick counted_at;
    int64_t counted, in, out, given, balance;
    uint32_t unknown; /* doses and movements since whose amount is in no unit of the card */
    bool is_counted;
    stock_lot *lots;
    uint32_t lot_count, lot_cap;
} stock_sum;

/* Asking. care NULL: the record as it is; else as it will be after the transaction. One thread. */
typedef struct stock_ask {
    ans_cx *cx;
    ans_reader *rd;
    ans_search *search;
    const ans_zone *zone;
    ans_tick now;
    care *care;
} stock_ask;

/* False: the resource is no card. */
bool stock_card_read(ans_cx *cx, const ans_json *doc, ans_str id, stock_card *out);
/* False: it names no card. */
bool stock_move_read(ans_cx *cx, const ans_zone *zone, const ans_json *doc, stock_move *out);
bool stock_is_count(ans_cx *cx, const ans_json *doc);
/* A Quantity as thousandths, not below 0. False: it is none, has more than three digits behind the point, or is too large. */
bool stock_amount(const paper *p, ans_jnode quantity, int64_t *out, ans_str *out_unit);
/* "2026-11" of an instant, in UTC; in the arena */
ans_str stock_month(ans_cx *cx, ans_tick at);
/* "12.5" */
ans_str stock_print(ans_cx *cx, int64_t amount);

/* The balance: what was counted last and what was moved since. Reads the movements of the pages since, and of the last twelve months those
 * between stores, for lots; never all doses of all time.
 * owns     texts in cx's arena
 * errors   those of searching; ANS_E_COSTLY when it was not counted for longer than five years */
ANS_MUST_USE ans_err stock_sum_up(const stock_ask *a, const stock_card *card, stock_sum *out);

/* A span of time of one card: what was there, what came, what went, what a count found otherwise, what is left. */
typedef struct stock_span {
    int64_t opening, received, given, wasted, out, difference, closing;
    uint32_t unknown;
} stock_span;
/* stock_span.c. Of [from, to). Errors as above, and ANS_E_COSTLY for more than a hundred thousand facts. */
ANS_MUST_USE ans_err stock_span_up(const stock_ask *a, const stock_card *card, ans_tick from, ans_tick to, stock_span *out);

/* For both: the counts of a card that stand, the newest first, and what stands on its pages of these months (year * 12 + month - 1). The
 * document lives until take returns. */
typedef struct stock_walk {
    const stock_ask *a;
    const stock_card *card;
    ans_cx work; /* its arena is emptied after each resource */
    ans_err (*take)(void *arg, ans_cx *work, const ans_json *doc, ans_str id, bool *more);
    void *arg;
} stock_walk;
ANS_MUST_USE ans_err stock_each_count(stock_walk *w, const char *date_query);
ANS_MUST_USE ans_err stock_each_move(stock_walk *w, int from, int to);               /* between stores */
ANS_MUST_USE ans_err stock_each_dose(stock_walk *w, int from, int to, ans_tick since); /* since 0: all */
int stock_month_number(ans_tick at);
/* False: this count has no line of the card, or does not stand. */
bool stock_counted(ans_cx *cx, const ans_zone *zone, const ans_json *doc, ans_str card, int64_t *out, ans_tick *out_at);
enum { STOCK_MOST_MONTHS = 60 };
#define STOCK_SCRATCH ((size_t)16 << 20)

/* stock_run.c */
ans_err stock_run(job *j, ans_reader *rd);

/* care_stock.c: care rules */
ans_err care_card(care *c, const care_change *x);
ans_err care_move(care *c, const care_change *x);
ans_err care_count(care *c, const care_change *x);
ans_err care_taken(care *c, const care_change *x);
/* Could it leave less on a card than there was? */
bool care_takes_stock(care *c, const care_change *x);

#endif
