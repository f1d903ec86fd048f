/* Care rules of ward stock (docs/stock.md): nobody takes what is not there.
 *
 * The one idea: what takes something off a card (a return, waste, a transfer, a receipt that is struck through) is refused when less than
 * nothing would be left, asked again where nothing comes between; so of two who take the last tablet one is told. A dose is no
 * such thing. It was given, so it is kept whatever the card says, and a balance below nothing says that card and cupboard differ.
 * All of a facility read its cupboards; what opens, fills, empties or counts one is for who works in its ward, or for the whole facility. */
#include "rest/stock_int.h"

/* What each kind of movement does to cards, and what it has to say. */
static const struct kind {
    const char *code;
    bool in, out, has_reason;
} kinds[] = {
    {"receipt", true, false, false},
    {"return", false, true, false},
    {"waste", false, true, true},
    {"transfer", true, true, false},
};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

static paper paper_of(care *c, const ans_json *doc)
{
    return (paper){c->cx, doc};
}

static bool is_move(care *c, const ans_json *doc, stock_move *m)
{
    return doc->count && stock_move_read(c->cx, c->zone, doc, m);
}

/* Does a role of the caller that has this right to movements reach this ward? A ward that comes with this very transaction is open to who may make it. */
static ans_err works_there(care *c, const care_change *x, ans_str ward, ans_right right)
{
    const ans_type moves = ans_fhir_type_named(ANS_STR("SupplyDelivery"));
    if (c->at_commit || gate_is_open(c->j)) { /* it was asked before, and no other write moves it */
        return ANS_OK;
    }
    const care_change *place = care_changed(c, (ans_ref){ans_search_type_number(c->j->rest->o.search, c->t_location), ward});
    bool is_new = place && !place->old.count;
    if (is_new || ans_pass_allows(c->j->pass, moves, ans_gate_mark_of_place(c->j->rest->o.gate, ward), right)) {
        return ANS_OK;
    }
    return ans_issue_add(c->cx, ANS_E_FORBIDDEN, ans_fhir_type_name(x->type), "no role of this account keeps the cupboard of this ward");
}

static ans_err sum_up(care *c, const stock_card *card, stock_sum *out)
{
    const stock_ask a = {.cx = c->cx, .rd = c->rd, .search = c->j->rest->o.search, .zone = c->zone, .now = c->time, .care = c};
    return stock_sum_up(&a, card, out);
}

/* The card of a page. is_there false: it is none. */
static ans_err read_card(care *c, ans_str id, stock_card *out, bool *is_there)
{
    ans_json *doc = ANS_NEW(c->cx->arena, ans_json);
    ans_ref ref = {ans_search_type_number(c->j->rest->o.search, ans_fhir_type_named(ANS_STR("SupplyRequest"))), id};
    if (!doc) {
        return ans_cx_nomem(c->cx);
    }
    ans_err err = care_read(c, ref, doc);
    *is_there = err == ANS_OK && doc->count && stock_card_read(c->cx, doc, id, out);
    return err;
}

/* ---- cards ---- */

ans_err care_card(care *c, const care_change *x)
{
    static const char *const is_free[] = {"status", "quantity", "parameter", NULL}, *const grows[] = {"note", NULL};
    stock_card old, now;
    bool was = x->old.count && stock_card_read(c->cx, &x->old, x->change->ref.id, &old);
    bool is = x->now.count && stock_card_read(c->cx, &x->now, x->change->ref.id, &now);
    if (!was && !is) {
        return ANS_OK;
    }
    if (was && (!is || !care_is_kept(c, x, is_free, grows) || !ans_str_eq(old.unit, now.unit))) {
        return care_refuse(c, x, "", "a stock card stays: its level and its status may change, not the medicine, the unit or the ward; end it and open another");
    }
    if (!now.ward.n || !now.item.n) {
        return care_refuse(c, x, now.ward.n ? "item" : "deliverTo", "a stock card names one medicine (itemCodeableConcept.text) and one ward");
    }
    if (now.level < 0 || !now.unit.n) {
        return care_refuse(c, x, "quantity", "the level of a stock card is a number from 0 on, with the unit it is counted in");
    }
    return works_there(c, x, now.ward, ANS_RIGHT_CREATE);
}

/* ---- movements ---- */

static const struct kind *kind_of(care *c, const ans_json *doc)
{
    paper p = paper_of(c, doc);
    ans_jnode type = paper_at(&p, 0, "type");
    ans_str code = type == ANS_JNONE ? ANS_STR_NONE : paper_code(&p, type, STOCK_SYSTEM);
    for (int i = 0; i < KINDS; i++) {
        if (ans_str_is(code, kinds[i].code)) {
            return &kinds[i];
        }
    }
    return NULL;
}

static bool names_me(care *c, const ans_json *doc, const char *name)
{
    ans_jnode n = ans_json_get(doc, 0, ans_str_of(name));
    if (n == ANS_JNONE) {
        return false;
    }
    if (ans_json_kind_of(doc, n) != ANS_JSON_ARRAY) {
        return care_is_me(c, care_reference(c, doc, n));
    }
    ANS_JSON_EACH(doc, n, one) {
        if (care_is_me(c, care_reference(c, doc, one))) {
            return true;
        }
    }
    return false;
}

/* A second person of the staff, who is not the caller. */
static ans_err has_witness(care *c, const ans_json *doc, bool *out)
{
    paper p = paper_of(c, doc);
    ans_jnode extension = paper_extension(&p, 0, STOCK_WITNESS);
    ans_jnode who = extension == ANS_JNONE ? extension : paper_at(&p, extension, "valueReference");
    ans_ref ref = who == ANS_JNONE ? (ans_ref){0} : care_reference(c, doc, who);
    ans_type type = ref.id.n ? ans_search_type_of(c->j->rest->o.search, ref.type) : 0;
    ans_json person = {0};
    *out = false;
    if (!type || !ans_str_is(ans_fhir_type_name(type), "Practitioner") || care_is_me(c, ref)) {
        return ANS_OK;
    }
    ans_err err = care_read(c, ref, &person);
    *out = err == ANS_OK && person.count;
    return err;
}

/* One page of a movement: is there such a card, and is it the page of the day? */
static ans_err check_page(care *c, const care_change *x, const stock_move *m, ans_str id, ans_str month, stock_card *card)
{
    bool is_there = false;
    ans_err err = read_card(c, id, card, &is_there);
    if (err != ANS_OK) {
        return err;
    }
    if (!is_there) {
        return care_refuse(c, x, "identifier", "there is no such stock card");
    }
    if (!m->is_timed || !ans_str_eq(month, stock_month(c->cx, m->at))) {
        return care_refuse(c, x, "identifier", "the page of a stock card is the month (in UTC) in which it happened");
    }
    return ANS_OK;
}

static ans_err check_amount(care *c, const care_change *x, const stock_move *m, const stock_card *card)
{
    if (!card->is_open) {
        return care_refuse(c, x, "identifier", "this stock card was ended");
    }
    if (m->amount <= 0) {
        return care_refuse(c, x, "suppliedItem.quantity", "the amount is more than 0, with at most three digits behind the point");
    }
    return ans_str_eq(m->unit, card->unit) ? ANS_OK
                                            : care_refuse(c, x, "suppliedItem.quantity", "the amount is not in the unit in which this stock card is counted");
}

/* Is there so much of that lot, as far as lots were written down? */
static bool lot_falls_short(const stock_sum *sum, ans_str lot)
{
    for (uint32_t i = 0; lot.n && i < sum->lot_count; i++) {
        if (ans_str_eq(sum->lots[i].lot, lot)) {
            return sum->lots[i].out > sum->lots[i].in;
        }
    }
    return false;
}

static ans_err check_left(care *c, const care_change *x, ans_str id, ans_str lot)
{
    stock_card card;
    stock_sum sum;
    bool is_there = false;
    ans_err err = read_card(c, id, &card, &is_there);
    if (err != ANS_OK || !is_there) {
        return err;
    }
    err = sum_up(c, &card, &sum);
    if (err == ANS_OK && sum.balance < 0) {
        return care_refuse(c, x, "suppliedItem.quantity", "there is not so much left on this stock card: count it, or take less");
    }
    return err == ANS_OK && lot_falls_short(&sum, lot) ? care_refuse(c, x, "suppliedItem", "there is not so much left of this lot") : err;
}

static ans_err check_people(care *c, const care_change *x, const struct kind *kind, bool is_controlled)
{
    bool witnessed = true;
    if (!names_me(c, &x->now, "supplier") && !names_me(c, &x->now, "receiver")) {
        return care_refuse(c, x, "supplier", "who records a movement of stock is its supplier or a receiver");
    }
    if (kind->has_reason && !care_has_reason(c, &x->now)) {
        return care_refuse(c, x, "extension", "waste says why (urn:ansinh:extension:reason)");
    }
    ans_err err = is_controlled ? has_witness(c, &x->now, &witnessed) : ANS_OK;
    return err == ANS_OK && !witnessed ? care_refuse(c, x, "extension", "a controlled medicine is moved by two people: the second stands in " STOCK_WITNESS) : err;
}

static ans_err check_cards(care *c, const care_change *x, const struct kind *kind, const stock_move *m)
{
    stock_card from = {0}, to = {0};
    ans_err err = kind->out ? check_page(c, x, m, m->out, m->out_month, &from) : ANS_OK;
    err = err == ANS_OK && kind->out ? check_amount(c, x, m, &from) : err;
    err = err == ANS_OK && kind->in ? check_page(c, x, m, m->in, m->in_month, &to) : err;
    err = err == ANS_OK && kind->in ? check_amount(c, x, m, &to) : err;
    err = err == ANS_OK ? works_there(c, x, kind->out ? from.ward : to.ward, ANS_RIGHT_CREATE) : err; /* a transfer is written where it leaves */
    if (err == ANS_OK && kind->in && kind->out && (ans_str_eq(from.id, to.id) || !ans_str_eq(from.item, to.item))) {
        return care_refuse(c, x, "identifier", "a transfer goes from one card to another one of the same medicine");
    }
    return err == ANS_OK ? check_people(c, x, kind, from.is_controlled || to.is_controlled) : err;
}

static ans_err check_new(care *c, const care_change *x, const stock_move *m)
{
    const struct kind *kind = kind_of(c, &x->now);
    if (!kind || kind->in != (m->in.n > 0) || kind->out != (m->out.n > 0)) {
        return care_refuse(c, x, "type", "a movement of stock is a receipt (in), a return or waste (out), or a transfer (out and in)");
    }
    if (!m->stands) {
        return care_refuse(c, x, "status", "a movement of stock is recorded when it is completed");
    }
    if (!m->is_timed || m->at > c->time + CARE_AHEAD) {
        return care_refuse(c, x, "occurrence", "a movement of stock says when it was (occurrenceDateTime), not more than %d minutes ahead", CARE_AHEAD_MINUTES);
    }
    ans_err err = check_cards(c, x, kind, m);
    return err == ANS_OK && kind->out ? check_left(c, x, m->out, m->lot) : err;
}

static ans_err check_whose(care *c, const care_change *x, ans_str id)
{
    stock_card card;
    bool is_there = false;
    ans_err err = read_card(c, id, &card, &is_there);
    return err == ANS_OK && is_there ? works_there(c, x, card.ward, ANS_RIGHT_CREATE) : err;
}

/* Struck through, it is as if it had not been: what came may have been given since. */
static ans_err check_strike(care *c, const care_change *x, const stock_move *was)
{
    static const char *const status[] = {"status", NULL}, *const why[] = {"extension", NULL}, *const nothing[] = {NULL};
    if (care_is_kept(c, x, nothing, nothing)) {
        return ANS_OK;
    }
    bool strikes = was->stands && care_status_is(c, &x->now, "entered-in-error") && care_is_kept(c, x, status, why);
    if (!strikes || !care_has_reason(c, &x->now)) {
        return care_refuse(c, x, "", "a movement of stock stays as it is: mark it entered-in-error with a reason (urn:ansinh:extension:reason), and record the right one");
    }
    ans_err err = check_whose(c, x, was->out.n ? was->out : was->in);
    return err == ANS_OK && was->in.n ? check_left(c, x, was->in, ANS_STR_NONE) : err;
}

ans_err care_move(care *c, const care_change *x)
{
    stock_move old = {0}, now = {0};
    bool was = is_move(c, &x->old, &old), is = is_move(c, &x->now, &now);
    if (was && !x->now.count) {
        return care_refuse(c, x, "", "a movement of stock is never deleted: mark it entered-in-error");
    }
    if (was) {
        return check_strike(c, x, &old);
    }
    return is || (x->now.count && kind_of(c, &x->now)) ? check_new(c, x, &now) : ANS_OK;
}

bool care_takes_stock(care *c, const care_change *x)
{
    stock_move old = {0}, now = {0};
    bool is = is_move(c, &x->now, &now), was = is_move(c, &x->old, &old);
    return (is && now.stands && now.out.n && !now.is_dose) || (was && old.stands && old.in.n && !now.stands);
}

/* ---- counts ---- */

static ans_err check_line(care *c, const care_change *x, const paper *p, ans_jnode entry, ans_str ward)
{
    stock_card card;
    ans_str unit;
    int64_t amount;
    bool is_there = false;
    ans_jnode extension = paper_extension(p, entry, STOCK_AMOUNT), item = paper_at(p, entry, "item");
    ans_ref ref = item == ANS_JNONE ? (ans_ref){0} : care_reference(c, &x->now, item);
    ans_type type = ref.id.n ? ans_search_type_of(c->j->rest->o.search, ref.type) : 0;
    ans_err err = type && ans_str_is(ans_fhir_type_name(type), "SupplyRequest") ? read_card(c, ref.id, &card, &is_there) : ANS_OK;
    if (err != ANS_OK) {
        return err;
    }
    if (!is_there || !ans_str_eq(card.ward, ward)) {
        return care_refuse(c, x, "entry.item", "each line of a stock count names a stock card of this ward");
    }
    bool is_amount = extension != ANS_JNONE && stock_amount(p, paper_at(p, extension, "valueQuantity"), &amount, &unit);
    return is_amount && ans_str_eq(unit, card.unit)
               ? ANS_OK
               : care_refuse(c, x, "entry.extension", "each line of a stock count says how much there was, from 0 on, in the unit of its card");
}

static ans_err check_count(care *c, const care_change *x)
{
    paper p = paper_of(c, &x->now);
    ans_jnode list = paper_at(&p, 0, "entry"), subject = paper_at(&p, 0, "subject");
    ans_ref ward = subject == ANS_JNONE ? (ans_ref){0} : care_reference(c, &x->now, subject);
    care_time when = care_time_at(c, &x->now, 0, "date");
    if (!care_status_is(c, &x->now, "current") || !when.is_there || when.low > c->time + CARE_AHEAD) {
        return care_refuse(c, x, when.is_there ? "status" : "date", "a stock count is current and says when it was, not more than %d minutes ahead", CARE_AHEAD_MINUTES);
    }
    if (!names_me(c, &x->now, "source")) {
        return care_refuse(c, x, "source", "who counts signs for the count");
    }
    if (ward.type != ans_search_type_number(c->j->rest->o.search, c->t_location) || list == ANS_JNONE) {
        return care_refuse(c, x, "subject", "a stock count is of one ward, and has lines");
    }
    ans_err err = works_there(c, x, ward.id, ANS_RIGHT_READ);
    ANS_JSON_EACH(&x->now, list, one) {
        err = err == ANS_OK ? check_line(c, x, &p, one, ward.id) : err;
    }
    return err;
}

ans_err care_count(care *c, const care_change *x)
{
    static const char *const status[] = {"status", NULL}, *const why[] = {"extension", NULL}, *const nothing[] = {NULL};
    bool was = x->old.count && stock_is_count(c->cx, &x->old), is = x->now.count && stock_is_count(c->cx, &x->now);
    if (!was) {
        return is ? check_count(c, x) : ANS_OK;
    }
    bool strikes = x->now.count && care_status_is(c, &x->now, "entered-in-error") && care_is_kept(c, x, status, why) && care_has_reason(c, &x->now);
    paper p = paper_of(c, &x->old);
    ans_jnode subject = paper_at(&p, 0, "subject");
    ans_ref ward = subject == ANS_JNONE ? (ans_ref){0} : care_reference(c, &x->old, subject);
    if (strikes) {
        return works_there(c, x, ward.id, ANS_RIGHT_READ);
    }
    return x->now.count && care_is_kept(c, x, nothing, nothing)
               ? ANS_OK
               : care_refuse(c, x, "", "a stock count stays as it is: mark it entered-in-error with a reason (urn:ansinh:extension:reason), and count again");
}

/* ---- doses ---- */

/* A dose says which card it was taken from, or none; how much was left there stops it never. */
ans_err care_taken(care *c, const care_change *x)
{
    stock_move m;
    stock_card card;
    if (x->old.count || !is_move(c, &x->now, &m)) {
        return ANS_OK;
    }
    if (m.in.n || !m.out.n) {
        return care_refuse(c, x, "identifier", "a dose takes from a stock card, and puts nothing on it");
    }
    return check_page(c, x, &m, m.out, m.out_month, &card);
}
