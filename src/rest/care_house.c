/* Care rules of who belongs to what: nobody assigns themselves to a person in care, and what kind of house it is, and what it is a part of, is
 * the administration's to say. Both decide who sees what: the rights over teams and over one's own house alone must not.
 *
 * Assigned is who stands on an active CareTeam of the person. Whoever needs to see at once breaks the glass, which is told to the head. */
#include "rest/care_int.h"

/* ---- teams ---- */

static bool is_member(care *c, const ans_json *doc)
{
    ans_jnode list = doc->count && care_status_is(c, doc, "active") ? ans_json_get(doc, 0, ANS_STR("participant")) : ANS_JNONE;
    if (list == ANS_JNONE || ans_json_kind_of(doc, list) != ANS_JSON_ARRAY) {
        return false;
    }
    ANS_JSON_EACH(doc, list, one) {
        if (care_is_me(c, care_reference(c, doc, ans_json_get(doc, one, ANS_STR("member"))))) {
            return true;
        }
    }
    return false;
}

static bool was_replaced(care *c, ans_ref person)
{
    const care_change *x = care_changed(c, person);
    return x && x->old.count && care_is_replaced(c, &x->old);
}

/* Of the same person; or of the other record of the same person, when two become one or two again. */
static ans_err is_same_person(care *c, const care_change *x, bool *out)
{
    ans_json person;
    ans_ref was = care_reference(c, &x->old, ans_json_get(&x->old, 0, ANS_STR("subject"))), now = care_reference(c, &x->now, ans_json_get(&x->now, 0, ANS_STR("subject")));
    *out = was.id.n && was.type == now.type && ans_str_eq(was.id, now.id);
    if (*out || !was.id.n || was.type != now.type) {
        return ANS_OK;
    }
    ans_err err = care_read(c, was, &person);
    *out = err == ANS_OK && ((person.count && care_is_replaced(c, &person)) || was_replaced(c, now));
    return err;
}

ans_err care_team(care *c, const care_change *x)
{
    bool same = false;
    if (!x->now.count || !is_member(c, &x->now)) {
        return ANS_OK;
    }
    ans_err err = is_member(c, &x->old) ? is_same_person(c, x, &same) : ANS_OK;
    return err != ANS_OK || same ? err
                                 : care_refuse(c, x, "participant", "nobody assigns themselves: somebody else who keeps teams does, or the glass is broken, with a reason");
}

/* ---- houses ---- */

/* The nth of our extensions that say what a house is in law. */
static ans_jnode nth_in_law(care *c, const ans_json *doc, uint32_t nth)
{
    static const char *const urls[] = {"urn:ansinh:extension:dated-kind", "urn:ansinh:extension:responsibility", "urn:ansinh:extension:administrative-level"};
    ans_jnode list = ans_json_get(doc, 0, ANS_STR("extension"));
    for (ans_jnode n = list == ANS_JNONE ? list : ans_json_first(doc, list); n != ANS_JNONE; n = ans_json_next(doc, list, n)) {
        ans_str url = ans_json_get_string(c->cx, doc, n, ANS_STR("url"));
        for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
            if (ans_str_is(url, urls[i]) && nth-- == 0) {
                return n;
            }
        }
    }
    return ANS_JNONE;
}

static bool is_same_value(care *c, const care_change *x, ans_jnode was, ans_jnode now)
{
    return was == ANS_JNONE || now == ANS_JNONE ? was == now : care_same(c, &x->old, was, &x->now, now);
}

ans_err care_house(care *c, const care_change *x)
{
    static const char *const members[] = {"active", "type", "partOf"};
    if (!x->now.count || !x->old.count || gate_is_open(c->j) || ans_pass_may(c->j->pass, x->type, ANS_RIGHT_CREATE)) {
        return ANS_OK;
    }
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        ans_str name = ans_str_of(members[i]);
        if (!is_same_value(c, x, ans_json_get(&x->old, 0, name), ans_json_get(&x->now, 0, name))) {
            return care_refuse(c, x, members[i], "what kind of house this is, and what it is a part of, is said by who may make houses");
        }
    }
    for (uint32_t i = 0;; i++) {
        ans_jnode was = nth_in_law(c, &x->old, i), now = nth_in_law(c, &x->now, i);
        if (!is_same_value(c, x, was, now)) {
            return care_refuse(c, x, "extension", "its kind, level and responsibilities in law are said by who may make houses");
        }
        if (was == ANS_JNONE) {
            return ANS_OK;
        }
    }
}
