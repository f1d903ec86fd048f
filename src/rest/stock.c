/* Ward stock: what a card says now.
 *
 * The one idea: a count is a checkpoint. The balance of a card is what was counted last, plus what came, less what went and what was
 * given since; whatever lies before the count is in it. Movements and doses carry the page of the card they stand on as an identifier
 * (card and month), so that those of the few months since are found in the index, however long the record. An amount that came
 * puts its page under STOCK_IN, one that went under STOCK_OUT; a transfer has both, and is one resource. */
#include "rest/stock_int.h"

#include "base/sort.h"

enum { LOT_MONTHS = 12, MOST_LOTS = 200, FIRST_LOTS = 8, RECENT_DAYS = 62 };
#define TICKS_PER_DAY (INT64_C(86400) * ANS_TICKS_PER_SECOND)

/* ---- reading ---- */

bool stock_amount(const paper *p, ans_jnode quantity, int64_t *out, ans_str *out_unit)
{
    ans_decimal d;
    ans_jnode n = quantity == ANS_JNONE ? quantity : paper_at(p, quantity, "value");
    if (n == ANS_JNONE || ans_json_kind_of(p->doc, n) != ANS_JSON_NUMBER || !ans_decimal_parse(ans_json_raw(p->doc, n), &d) ||
        (d.negative && d.digits)) {
        return false;
    }
    for (; d.scale > 3 && d.digits % 10 == 0; d.scale--) {
        d.digits /= 10;
    }
    for (; d.scale < 3 && d.digits <= (unsigned __int128)STOCK_MOST; d.scale++) {
        d.digits *= 10;
    }
    if (d.scale != 3 || d.digits > (unsigned __int128)STOCK_MOST) {
        return false;
    }
    ans_str unit = paper_text(p, quantity, "unit");
    *out = (int64_t)d.digits;
    *out_unit = unit.n ? unit : paper_text(p, quantity, "code");
    return true;
}

ans_str stock_print(ans_cx *cx, int64_t amount)
{
    uint64_t n = (uint64_t)(amount < 0 ? -amount : amount), whole = n / STOCK_ONE, part = n % STOCK_ONE;
    const char *sign = amount < 0 ? "-" : "";
    int digits = 3;
    for (; part && part % 10 == 0; part /= 10) {
        digits--;
    }
    return part ? ans_arena_fmt(cx->arena, "%s%llu.%0*llu", sign, (unsigned long long)whole, digits, (unsigned long long)part)
                : ans_arena_fmt(cx->arena, "%s%llu", sign, (unsigned long long)whole);
}

ans_str stock_month(ans_cx *cx, ans_tick at)
{
    char text[ANS_INSTANT_BYTES];
    ans_instant_print(at / 10, text);
    return ans_arena_dup(cx->arena, (ans_str){text, sizeof "2026-11" - 1});
}

static ans_str id_of_type(const paper *p, ans_jnode reference, const char *type)
{
    ans_reference r;
    ans_reference_parse(reference == ANS_JNONE ? ANS_STR_NONE : paper_text(p, reference, "reference"), &r);
    return r.kind == ANS_REF_LOCAL && r.type && ans_str_is(ans_fhir_type_name(r.type), type) ? r.id : ANS_STR_NONE;
}

static bool is_type(const paper *p, const char *type)
{
    return p->doc->count && ans_str_is(paper_text(p, 0, "resourceType"), type);
}

bool stock_card_read(ans_cx *cx, const ans_json *doc, ans_str id, stock_card *out)
{
    paper p = {cx, doc};
    ans_str unit;
    if (!is_type(&p, "SupplyRequest") || !ans_str_is(paper_code(&p, paper_at(&p, 0, "category"), STOCK_SYSTEM), "card")) {
        return false;
    }
    ans_jnode controlled = paper_extension(&p, 0, STOCK_CONTROLLED), item = paper_at(&p, 0, "itemCodeableConcept");
    ans_jnode said = controlled == ANS_JNONE ? controlled : paper_at(&p, controlled, "valueBoolean");
    *out = (stock_card){.id = id,
                        .ward = id_of_type(&p, paper_at(&p, 0, "deliverTo"), "Location"),
                        .item = item == ANS_JNONE ? ANS_STR_NONE : ans_str_trim(paper_text(&p, item, "text")),
                        .level = -1,
                        .minimum = -1,
                        .is_open = ans_str_is(paper_text(&p, 0, "status"), "active"),
                        .is_controlled = said != ANS_JNONE && ans_json_kind_of(doc, said) == ANS_JSON_TRUE};
    (void)stock_amount(&p, paper_at(&p, 0, "quantity"), &out->level, &out->unit);
    ans_jnode list = paper_at(&p, 0, "parameter");
    for (ans_jnode n = list == ANS_JNONE ? list : ans_json_first(doc, list); n != ANS_JNONE; n = ans_json_next(doc, list, n)) {
        ans_jnode code = paper_at(&p, n, "code");
        if (code != ANS_JNONE && ans_str_is(paper_code(&p, code, STOCK_SYSTEM), "minimum")) {
            (void)stock_amount(&p, paper_at(&p, n, "valueQuantity"), &out->minimum, &unit);
        }
    }
    return true;
}

/* "<card>/<month>" of the first identifier of that system. */
static void page_of(const paper *p, const char *system, ans_str *card, ans_str *month)
{
    ans_jnode list = paper_at(p, 0, "identifier");
    bool many = list != ANS_JNONE && ans_json_kind_of(p->doc, list) == ANS_JSON_ARRAY;
    for (ans_jnode n = many ? ans_json_first(p->doc, list) : ANS_JNONE; n != ANS_JNONE; n = ans_json_next(p->doc, list, n)) {
        if (ans_str_is(paper_text(p, n, "system"), system)) {
            *month = paper_text(p, n, "value");
            (void)ans_str_cut(month, '/', card);
            return;
        }
    }
}

static void read_lot(const paper *p, stock_move *out)
{
    ans_jnode list = paper_at(p, 0, "contained");
    ans_jnode first = list == ANS_JNONE ? list : ans_json_first(p->doc, list);
    ans_jnode batch = first == ANS_JNONE ? first : paper_at(p, first, "batch");
    if (batch != ANS_JNONE) {
        out->lot = ans_str_trim(paper_text(p, batch, "lotNumber"));
        out->expires = paper_text(p, batch, "expirationDate");
    }
}

static void read_time(const paper *p, const ans_zone *zone, ans_jnode object, const char *name, stock_move *out)
{
    ans_datetime d;
    ans_tick high;
    ans_str text = object == ANS_JNONE ? ANS_STR_NONE : paper_text(p, object, name);
    out->is_timed = text.n && ans_datetime_parse(text, true, &d);
    if (out->is_timed) {
        ans_datetime_range(&d, zone, &out->at, &high);
    }
}

/* What a dose took from the shelf: what it says so, or else the dose itself. */
static void read_dose(const paper *p, stock_move *out)
{
    ans_jnode taken = paper_extension(p, 0, STOCK_TAKEN), dosage = paper_at(p, 0, "dosage");
    ans_jnode quantity = taken != ANS_JNONE ? paper_at(p, taken, "valueQuantity") : dosage == ANS_JNONE ? dosage : paper_at(p, dosage, "dose");
    if (!stock_amount(p, quantity, &out->amount, &out->unit)) {
        out->amount = -1;
    }
}

bool stock_move_read(ans_cx *cx, const ans_zone *zone, const ans_json *doc, stock_move *out)
{
    paper p = {cx, doc};
    *out = (stock_move){.amount = -1, .is_dose = is_type(&p, "MedicationAdministration")};
    if (!out->is_dose && !is_type(&p, "SupplyDelivery")) {
        return false;
    }
    page_of(&p, STOCK_IN, &out->in, &out->in_month);
    page_of(&p, STOCK_OUT, &out->out, &out->out_month);
    ans_str status = paper_text(&p, 0, "status");
    out->stands = ans_str_is(status, "completed") || (out->is_dose && ans_str_is(status, "in-progress"));
    if (out->is_dose) {
        ans_jnode period = paper_at(&p, 0, "effectivePeriod");
        read_time(&p, zone, period == ANS_JNONE ? 0 : period, period == ANS_JNONE ? "effectiveDateTime" : "start", out);
        read_dose(&p, out);
    } else {
        ans_jnode item = paper_at(&p, 0, "suppliedItem");
        read_time(&p, zone, 0, "occurrenceDateTime", out);
        read_lot(&p, out);
        if (item != ANS_JNONE && !stock_amount(&p, paper_at(&p, item, "quantity"), &out->amount, &out->unit)) {
            out->amount = -1;
        }
    }
    return out->in.n || out->out.n;
}

/* ---- counts ---- */

bool stock_is_count(ans_cx *cx, const ans_json *doc)
{
    paper p = {cx, doc};
    ans_jnode code = is_type(&p, "List") ? paper_at(&p, 0, "code") : ANS_JNONE;
    return code != ANS_JNONE && ans_str_is(paper_code(&p, code, STOCK_SYSTEM), "count");
}

/* How much of the card was counted, all its lines together. False: it was not. */
static bool counted_of(const paper *p, ans_str card, int64_t *out)
{
    bool found = false;
    int64_t one;
    ans_str unit;
    ans_jnode list = paper_at(p, 0, "entry");
    *out = 0;
    for (ans_jnode n = list == ANS_JNONE ? list : ans_json_first(p->doc, list); n != ANS_JNONE; n = ans_json_next(p->doc, list, n)) {
        ans_jnode extension = paper_extension(p, n, STOCK_AMOUNT);
        bool mine = extension != ANS_JNONE && ans_str_eq(id_of_type(p, paper_at(p, n, "item"), "SupplyRequest"), card);
        if (mine && stock_amount(p, paper_at(p, extension, "valueQuantity"), &one, &unit) && *out <= STOCK_MOST) {
            *out += one;
            found = true;
        }
    }
    return found;
}

bool stock_counted(ans_cx *cx, const ans_zone *zone, const ans_json *doc, ans_str card, int64_t *out, ans_tick *out_at)
{
    paper p = {cx, doc};
    stock_move when = {0};
    read_time(&p, zone, 0, "date", &when);
    *out_at = when.at;
    return when.is_timed && stock_is_count(cx, doc) && ans_str_is(paper_text(&p, 0, "status"), "current") && counted_of(&p, card, out);
}

/* ---- walking ---- */

static ans_err visit(void *arg, const ans_version *v, bool *more)
{
    stock_walk *w = arg;
    ans_json doc;
    if (w->a->care && care_changed(w->a->care, v->ref)) {
        return ANS_OK; /* it will be otherwise */
    }
    ans_err err = ans_cx_is_late(w->a->cx) ? ANS_E_TIMEOUT : ans_json_parse(&w->work, v->body, NULL, &doc);
    err = err == ANS_OK ? w->take(w->arg, &w->work, &doc, v->ref.id, more) : err;
    err = ans_issue_pass(w->a->cx, &w->work, err);
    w->work.issues = w->work.last_ = NULL;
    ans_arena_reset(w->work.arena);
    return err;
}

static ans_err walk(stock_walk *w, const char *type, ans_str query)
{
    ans_search_request rq = {.type = ans_fhir_type_named(ans_str_of(type)), .strict = true, .query = query};
    return query.p ? ans_search_each(w->a->search, w->a->cx, w->a->rd, &rq, visit, w) : ans_cx_nomem(w->a->cx);
}

ans_err stock_each_count(stock_walk *w, const char *date_query)
{
    return walk(w, "List", ans_arena_fmt(w->a->cx->arena, "item=SupplyRequest/%.*s&code=" STOCK_SYSTEM "|count&status=current%s&_sort=-date",
                                         ANS_FMT(w->card->id), date_query));
}

int stock_month_number(ans_tick at)
{
    int year, month, day;
    int64_t us = at / 10, days = us / 86400000000 - (us % 86400000000 < 0);
    ans_civil_from_days(days, &year, &month, &day);
    return year * 12 + month - 1;
}

/* Whatever stands on a page of these months, by a comma list of pages. */
static ans_err each_page(stock_walk *w, const char *type, const char *const *systems, int from, int to, const char *more)
{
    ans_buf b;
    ans_str query = ANS_STR_NONE;
    ans_buf_init_arena(&b, w->a->cx->arena, (size_t)1 << 20);
    ans_buf_add(&b, ANS_STR("identifier="));
    for (const char *const *system = systems; *system; system++) {
        for (int month = from; month <= to; month++) {
            ans_buf_fmt(&b, "%s%s|%.*s/%04d-%02d", month == from && system == systems ? "" : ",", *system, ANS_FMT(w->card->id), month / 12, month % 12 + 1);
        }
    }
    ans_buf_add(&b, ans_str_of(more));
    ans_err err = ans_buf_finish(&b, &query);
    return err == ANS_OK ? walk(w, type, query) : err;
}

ans_err stock_each_move(stock_walk *w, int from, int to)
{
    static const char *const both[] = {STOCK_IN, STOCK_OUT, NULL};
    return each_page(w, "SupplyDelivery", both, from, to, "");
}

ans_err stock_each_dose(stock_walk *w, int from, int to, ans_tick since)
{
    static const char *const out[] = {STOCK_OUT, NULL};
    char more[sizeof "&effective-time=ge" + ANS_INSTANT_BYTES] = "&effective-time=ge";
    ans_instant_print(since / 10, more + sizeof "&effective-time=ge" - 1);
    return each_page(w, "MedicationAdministration", out, from, to, since ? more : "");
}

/* ---- the balance ---- */

typedef struct summing {
    const stock_ask *a;
    const stock_card *card;
    stock_sum *sum;
    stock_walk walk;
} summing;

static bool take_count(summing *s, ans_cx *work, const ans_json *doc, ans_str id)
{
    int64_t amount;
    ans_tick at;
    stock_sum *sum = s->sum;
    if (!stock_counted(work, s->a->zone, doc, s->card->id, &amount, &at) || (sum->is_counted && at <= sum->counted_at)) {
        return false;
    }
    sum->is_counted = true;
    sum->counted = amount;
    sum->counted_at = at;
    sum->count = ans_arena_dup(s->a->cx->arena, id);
    return true;
}

static ans_err visit_count(void *arg, ans_cx *work, const ans_json *doc, ans_str id, bool *more)
{
    *more = !take_count(arg, work, doc, id); /* the newest comes first */
    return ANS_OK;
}

/* The newest count of the record, then of this transaction. Those of the last weeks are few; only without one all are looked at. */
static ans_err last_count(summing *s)
{
    char recent[sizeof "&date=ge" + ANS_INSTANT_BYTES] = "&date=ge";
    ans_instant_print((s->a->now - RECENT_DAYS * TICKS_PER_DAY) / 10, recent + sizeof "&date=ge" - 1);
    s->walk.take = visit_count;
    ans_err err = stock_each_count(&s->walk, recent);
    err = err == ANS_OK && !s->sum->is_counted ? stock_each_count(&s->walk, "") : err;
    for (uint32_t i = 0; err == ANS_OK && s->a->care && i < s->a->care->count; i++) {
        const care_change *x = &s->a->care->list[i];
        if (x->now.count) {
            (void)take_count(s, s->a->cx, &x->now, x->change->ref.id);
        }
    }
    return err;
}

static stock_lot *lot_named(summing *s, const stock_move *m)
{
    stock_sum *sum = s->sum;
    ans_arena *arena = s->a->cx->arena;
    for (uint32_t i = 0; i < sum->lot_count; i++) {
        if (ans_str_eq(sum->lots[i].lot, m->lot)) {
            return &sum->lots[i];
        }
    }
    stock_lot *at = sum->lot_count == MOST_LOTS ? NULL : ans_arena_grow(arena, sum->lots, sum->lot_count, &sum->lot_cap, FIRST_LOTS, sizeof *at);
    if (!at) {
        return NULL;
    }
    sum->lots = at;
    at[sum->lot_count] = (stock_lot){.lot = ans_arena_dup(arena, m->lot)};
    return &at[sum->lot_count++];
}

static void take_lot(summing *s, const stock_move *m, bool is_in)
{
    stock_lot *lot = m->lot.n ? lot_named(s, m) : NULL;
    if (!lot) {
        return;
    }
    if (m->expires.n && !lot->expires.n) {
        lot->expires = ans_arena_dup(s->a->cx->arena, m->expires);
    }
    lot->in += is_in ? m->amount : 0;
    lot->out += is_in ? 0 : m->amount;
}

static void take_move(summing *s, ans_cx *work, const ans_json *doc)
{
    stock_move m;
    stock_sum *sum = s->sum;
    if (!stock_move_read(work, s->a->zone, doc, &m) || !m.stands || !m.is_timed) {
        return;
    }
    bool is_in = ans_str_eq(m.in, s->card->id), is_out = ans_str_eq(m.out, s->card->id), is_since = !sum->is_counted || m.at > sum->counted_at;
    if (!is_in && !is_out) {
        return;
    }
    if (m.amount < 0 || !ans_str_eq(m.unit, s->card->unit)) {
        sum->unknown += is_since;
        return;
    }
    if (is_since) {
        sum->in += is_in ? m.amount : 0;
        sum->out += is_out && !m.is_dose ? m.amount : 0;
        sum->given += is_out && m.is_dose ? m.amount : 0;
    }
    take_lot(s, &m, is_in);
}

static ans_err visit_move(void *arg, ans_cx *work, const ans_json *doc, ans_str id, bool *more)
{
    (void)id;
    (void)more;
    take_move(arg, work, doc);
    return ANS_OK;
}

static ans_err take_moves(summing *s, int from, int to)
{
    s->walk.take = visit_move;
    ans_err err = stock_each_move(&s->walk, to - LOT_MONTHS < from ? to - LOT_MONTHS : from, to);
    err = err == ANS_OK ? stock_each_dose(&s->walk, from, to, s->sum->is_counted ? s->sum->counted_at : 0) : err;
    for (uint32_t i = 0; err == ANS_OK && s->a->care && i < s->a->care->count; i++) {
        const care_change *x = &s->a->care->list[i];
        if (x->now.count) {
            take_move(s, s->a->cx, &x->now);
        }
    }
    return err;
}

static int by_expiry(const void *x, const void *y)
{
    const stock_lot *a = x, *b = y;
    int order = a->expires.n && b->expires.n ? ans_str_cmp(a->expires, b->expires) : a->expires.n ? -1 : b->expires.n ? 1 : 0;
    return order ? order : ans_str_cmp(a->lot, b->lot);
}

/* Nobody writes down of which box a tablet was: what expires first is taken to have been used first, so what is left is of the latest. */
static void share_out(stock_sum *sum)
{
    int64_t left = sum->balance;
    ans_sort(sum->lots, sum->lot_count, sizeof *sum->lots, by_expiry);
    for (uint32_t i = sum->lot_count; i > 0; i--) {
        stock_lot *lot = &sum->lots[i - 1];
        int64_t most = lot->in - lot->out;
        lot->left = left <= 0 || most <= 0 ? 0 : most < left ? most : left;
        left -= lot->left;
    }
}

ans_err stock_sum_up(const stock_ask *a, const stock_card *card, stock_sum *out)
{
    *out = (stock_sum){0};
    summing s = {.a = a, .card = card, .sum = out};
    s.walk = (stock_walk){.a = a, .card = card, .work = {.arena = ans_arena_new(STOCK_SCRATCH), .deadline_us = a->cx->deadline_us}, .arg = &s};
    if (!s.walk.work.arena) {
        return ans_cx_nomem(a->cx);
    }
    ans_err err = last_count(&s);
    int to = stock_month_number(a->now + CARE_AHEAD), from = out->is_counted ? stock_month_number(out->counted_at) : to - STOCK_MOST_MONTHS + 1;
    if (err == ANS_OK && to - from >= STOCK_MOST_MONTHS) {
        err = ans_issue_add(a->cx, ANS_E_COSTLY, ANS_STR_NONE, "this medicine was not counted for more than %d months: count it first", STOCK_MOST_MONTHS);
    }
    err = err == ANS_OK ? take_moves(&s, from, to) : err;
    out->balance = out->counted + out->in - out->out - out->given;
    share_out(out);
    ans_arena_free(s.walk.work.arena);
    return err;
}
