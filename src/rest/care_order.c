/* Care rules of orders for medicines: who prescribes, what is copied from outside, and what may become of an order that stands.
 *
 * The one idea: an order says in whose name it stands, and that is never somebody who did not write it. What was copied from a paper from
 * outside (reportedBoolean) has a recorder and no prescriber of this house, and is given only after a second person has compared it with
 * the paper. An order that stands is not rewritten: another takes its place and names it (priorPrescription). */
#include "rest/care_int.h"

#define CHECK "urn:ansinh:extension:second-check"
/* An order that ends in the moment the copy is checked: whoever may prescribe has said so in copying. */
#define ENDS "urn:ansinh:extension:replaces-when-checked"

static bool stands(care *c, const ans_json *doc)
{
    return doc->count && (care_status_is(c, doc, "active") || care_status_is(c, doc, "on-hold"));
}

static bool is_copied(const ans_json *doc)
{
    ans_jnode n = doc->count ? ans_json_get(doc, 0, ANS_STR("reportedBoolean")) : ANS_JNONE;
    return n != ANS_JNONE && ans_json_kind_of(doc, n) == ANS_JSON_TRUE;
}

static ans_ref member(care *c, const ans_json *doc, const char *name)
{
    ans_jnode n = ans_json_get(doc, 0, ans_str_of(name));
    return n == ANS_JNONE ? (ans_ref){0} : care_reference(c, doc, n);
}

static bool is_staff(care *c, ans_ref who)
{
    ans_type type = who.id.n ? ans_search_type_of(c->j->rest->o.search, who.type) : 0;
    return type && (ans_str_is(ans_fhir_type_name(type), "Practitioner") || ans_str_is(ans_fhir_type_name(type), "PractitionerRole"));
}

/* ---- the second check ---- */

static ans_jnode part_of(care *c, const ans_json *doc, ans_jnode extension, const char *name)
{
    ans_jnode list = ans_json_get(doc, extension, ANS_STR("extension"));
    if (list == ANS_JNONE) {
        return ANS_JNONE;
    }
    ANS_JSON_EACH(doc, list, one) {
        if (ans_str_is(ans_json_get_string(c->cx, doc, one, ANS_STR("url")), name)) {
            return one;
        }
    }
    return ANS_JNONE;
}

/* Who compared it with the paper, the last of them; *count: how many did. */
static ans_ref checker(care *c, const ans_json *doc, uint32_t *count)
{
    ans_ref who = {0};
    ans_jnode list = doc->count ? ans_json_get(doc, 0, ANS_STR("extension")) : ANS_JNONE;
    *count = 0;
    if (list == ANS_JNONE) {
        return who;
    }
    ANS_JSON_EACH(doc, list, one) {
        if (ans_str_is(ans_json_get_string(c->cx, doc, one, ANS_STR("url")), CHECK)) {
            ans_jnode part = part_of(c, doc, one, "who");
            ans_jnode reference = part == ANS_JNONE ? ANS_JNONE : ans_json_get(doc, part, ANS_STR("valueReference"));
            who = reference == ANS_JNONE ? (ans_ref){0} : care_reference(c, doc, reference);
            (*count)++;
        }
    }
    return who;
}

/* The next order behind *at (ANS_JNONE: the first) that ends with the check of the copy; id empty: there is none. */
static ans_ref next_end(care *c, const ans_json *doc, ans_jnode *at)
{
    ans_jnode list = ans_json_get(doc, 0, ANS_STR("extension"));
    bool is_behind = *at == ANS_JNONE;
    if (list == ANS_JNONE) {
        return (ans_ref){0};
    }
    ANS_JSON_EACH(doc, list, one) {
        ans_jnode value = is_behind && ans_str_is(ans_json_get_string(c->cx, doc, one, ANS_STR("url")), ENDS) ? ans_json_get(doc, one, ANS_STR("valueReference")) : ANS_JNONE;
        ans_ref order = value == ANS_JNONE ? (ans_ref){0} : care_reference(c, doc, value);
        is_behind = is_behind || one == *at;
        if (order.id.n) {
            *at = one;
            return order;
        }
    }
    return (ans_ref){0};
}

/* From the check on both would be given. */
static ans_err judge_replaced(care *c, const care_change *x, ans_ref replaced, const char *where)
{
    ans_json order;
    ans_err err = care_read(c, replaced, &order);
    return err == ANS_OK && stands(c, &order)
               ? care_refuse(c, x, where, "the order that this copy replaces still stands: it is stopped in the same transaction, by who may prescribe, or because the copy says so")
               : err;
}

static ans_err judge_check(care *c, const care_change *x)
{
    uint32_t before, now;
    ans_jnode at = ANS_JNONE;
    (void)checker(c, &x->old, &before);
    ans_ref who = checker(c, &x->now, &now);
    if (now != before + 1 || !care_is_me(c, who)) {
        return care_refuse(c, x, "extension", "the second check of a copied order is one's own, and one at a time");
    }
    if (care_is_me(c, member(c, &x->now, "recorder"))) {
        return care_refuse(c, x, "extension", "who copied the order does not check it: another person compares it with the paper");
    }
    ans_err err = judge_replaced(c, x, member(c, &x->now, "priorPrescription"), "priorPrescription");
    for (ans_ref order; err == ANS_OK && (order = next_end(c, &x->now, &at)).id.n;) {
        err = judge_replaced(c, x, order, "extension");
    }
    return err;
}

/* ---- a new order ---- */

static ans_err judge_copy(care *c, const care_change *x)
{
    uint32_t checks;
    ans_jnode at = ANS_JNONE;
    (void)checker(c, &x->now, &checks);
    if (next_end(c, &x->now, &at).id.n && !ans_pass_operation(c->j->pass, "prescribe")) {
        return care_refuse(c, x, "extension", "only who may prescribe says beforehand that an order ends when this copy is checked");
    }
    if (is_staff(c, member(c, &x->now, "requester"))) {
        return care_refuse(c, x, "requester", "a copied order names its prescriber in words: nobody of this house prescribed it");
    }
    if (!care_is_me(c, member(c, &x->now, "recorder"))) {
        return care_refuse(c, x, "recorder", "who copies an order is its recorder");
    }
    return checks ? care_refuse(c, x, "extension", "a copied order is checked after it was recorded, by another person") : ANS_OK;
}

static ans_err judge_new(care *c, const care_change *x)
{
    if (is_copied(&x->now)) {
        return judge_copy(c, x);
    }
    ans_ref requester = member(c, &x->now, "requester");
    if (is_staff(c, requester) && !care_is_me(c, requester)) {
        return care_refuse(c, x, "requester", "everybody prescribes in their own name");
    }
    return ans_pass_operation(c->j->pass, "prescribe")
               ? ANS_OK
               : care_refuse(c, x, "requester", "no role of this account may prescribe: an order from outside is copied (reportedBoolean), with its prescriber in words");
}

/* ---- an order that stands ---- */

static bool names(care *c, const ans_json *doc, ans_ref other)
{
    ans_jnode list = doc->count ? ans_json_get(doc, 0, ANS_STR("link")) : ANS_JNONE;
    if (list == ANS_JNONE) {
        return false;
    }
    ANS_JSON_EACH(doc, list, one) {
        ans_jnode at = ans_json_get(doc, one, ANS_STR("other"));
        ans_ref got = at == ANS_JNONE ? (ans_ref){0} : care_reference(c, doc, at);
        if (got.type == other.type && other.id.n && ans_str_eq(got.id, other.id)) {
            return true;
        }
    }
    return false;
}

/* Two records of one person become one, or two again, in this very transaction: the order goes along, as it is. */
bool care_goes_along(care *c, const care_change *x)
{
    static const char *const whose[] = {"subject", "encounter", NULL}, *const nothing[] = {NULL};
    ans_ref from = member(c, &x->old, "subject"), to = member(c, &x->now, "subject");
    const care_change *a = from.id.n ? care_changed(c, from) : NULL, *b = to.id.n ? care_changed(c, to) : NULL;
    return a && b && a != b && (names(c, &a->now, to) || names(c, &a->old, to)) && care_is_kept(c, x, whose, nothing);
}

/* The stay of its person ends in this very transaction: medicines end with the stay, whoever ends it (care_come.c asks for it). */
bool care_ends_with_stay(care *c, const care_change *x)
{
    ans_ref person = member(c, &x->now, "subject");
    bool ends = false;
    for (uint32_t i = 0; i < c->count && care_status_is(c, &x->now, "stopped") && person.id.n && !ends; i++) {
        const care_change *y = &c->list[i];
        ans_ref of = y->type == c->t_encounter && y->now.count ? member(c, &y->now, "subject") : (ans_ref){0};
        ends = of.type == person.type && ans_str_eq(of.id, person.id) && care_status_is(c, &y->now, "finished") && y->old.count && care_comes_or_goes(c, y);
    }
    return ends;
}

/* ---- the end of a stay is taken back ---- */

enum { TAKEN_BACK_MINUTES = 5 };

static bool is_as_before(care *c, const care_change *x)
{
    static const char *const nothing[] = {NULL};
    ans_version v;
    care_change since = {.now = x->now};
    bool was = x->old_vid > 1 && ans_store_vread(c->cx, c->rd, x->change->ref, x->old_vid - 1, &v) == ANS_OK && v.body.n;
    return was && ans_json_parse(c->cx, v.body, NULL, &since.old) == ANS_OK && stands(c, &since.old) && care_is_kept(c, &since, nothing, nothing);
}

/* Nobody prescribes by it: the end was a slip of the hand, seen at once, and what ended with it stands as whoever ordered it had left it. Later a
 * prescriber says of each whether it goes on. */
bool care_returns_with_stay(care *c, const care_change *x)
{
    ans_ref person = member(c, &x->now, "subject");
    bool soon = x->old.count && c->time - x->old_us * 10 < (ans_tick)TAKEN_BACK_MINUTES * 60 * ANS_TICKS_PER_SECOND;
    bool returns = false;
    for (uint32_t i = 0; i < c->count && soon && person.id.n && care_status_is(c, &x->old, "stopped") && !returns; i++) {
        const care_change *y = &c->list[i];
        ans_ref of = y->type == c->t_encounter && y->now.count ? member(c, &y->now, "subject") : (ans_ref){0};
        returns = of.type == person.type && ans_str_eq(of.id, person.id) && y->old_us == x->old_us && care_status_is(c, &y->old, "finished") && care_comes_or_goes(c, y);
    }
    return returns && is_as_before(c, x);
}

/* It differs from its paper. Who copied it may say so at any time; nothing was given by one that nobody has compared yet, and who compares it and sees
 * that it is wrong strikes it. */
static bool is_miscopied(care *c, const care_change *x)
{
    uint32_t checks;
    (void)checker(c, &x->old, &checks);
    return is_copied(&x->old) && care_status_is(c, &x->now, "entered-in-error") && (!checks || care_is_me(c, member(c, &x->old, "recorder")));
}

/* A copy for the same person that takes its place is checked in this very transaction, and who may prescribe has said in copying that it ends then. */
static bool ends_with_check(care *c, const care_change *x)
{
    ans_ref person = member(c, &x->old, "subject");
    bool ends = false;
    for (uint32_t i = 0; i < c->count && care_status_is(c, &x->now, "stopped") && !ends; i++) {
        const care_change *y = &c->list[i];
        uint32_t before = 1, now = 0;
        ans_ref of = y->type == c->t_order && y->now.count && is_copied(&y->old) && stands(c, &y->old) ? member(c, &y->old, "subject") : (ans_ref){0};
        if (of.id.n && of.type == person.type && ans_str_eq(of.id, person.id)) {
            (void)checker(c, &y->old, &before);
            (void)checker(c, &y->now, &now);
        }
        ans_jnode at = ANS_JNONE;
        /* as it was copied: the check adds no others */
        for (ans_ref order; !before && now && !ends && (order = next_end(c, &y->old, &at)).id.n;) {
            ends = order.type == x->change->ref.type && ans_str_eq(order.id, x->change->ref.id);
        }
    }
    return ends;
}

static ans_err judge_standing(care *c, const care_change *x)
{
    static const char *const nothing[] = {NULL}, *const end[] = {"status", "statusReason", NULL}, *const notes[] = {"note", NULL},
                      *const extension[] = {"extension", NULL};
    if (care_is_kept(c, x, nothing, nothing) || care_goes_along(c, x)) {
        return ANS_OK;
    }
    if (is_copied(&x->old) && care_is_kept(c, x, nothing, extension)) {
        return judge_check(c, x);
    }
    if (!care_is_kept(c, x, end, notes)) {
        return care_refuse(c, x, "", "an order that stands is not rewritten: stop it, and write another with priorPrescription");
    }
    return is_miscopied(c, x) || care_ends_with_stay(c, x) || ends_with_check(c, x) || ans_pass_operation(c->j->pass, "prescribe")
               ? ANS_OK
               : care_refuse(c, x, "status", "only who may prescribe stops, holds or resumes an order");
}

/* Closed from the start it asks for nothing, and still stands in somebody's name. */
static bool is_done(care *c, const ans_json *doc)
{
    return care_status_is(c, doc, "completed") || care_status_is(c, doc, "stopped");
}

ans_err care_order(care *c, const care_change *x)
{
    if (care_is_by_word(c, &x->old) || care_is_by_word(c, &x->now)) {
        return care_word(c, x);
    }
    if (!x->now.count) {
        return ANS_OK;
    }
    if (stands(c, &x->old)) {
        return judge_standing(c, x);
    }
    bool begins = stands(c, &x->now) || (!x->old.count && is_done(c, &x->now));
    return begins && !care_returns_with_stay(c, x) ? judge_new(c, x) : ANS_OK;
}

/* ---- its doses ---- */

ans_err care_checked(care *c, const care_change *x)
{
    ans_json order;
    uint32_t checks;
    bool given = x->now.count && (care_status_is(c, &x->now, "completed") || care_status_is(c, &x->now, "in-progress"));
    bool stood = care_status_is(c, &x->old, "completed") || care_status_is(c, &x->old, "in-progress");
    if (!given || stood) {
        return ANS_OK;
    }
    ans_err err = care_read(c, member(c, &x->now, "request"), &order);
    if (err != ANS_OK || !is_copied(&order)) {
        return err;
    }
    (void)checker(c, &order, &checks);
    return checks ? ANS_OK : care_refuse(c, x, "request", "this order was copied from outside, and nobody has compared it with the paper yet");
}
