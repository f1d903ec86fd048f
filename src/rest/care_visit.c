/* Care rules of the visit: who signs, and what a facility may do.
 *
 * The one idea: a signature is one's own, and a technique is done by a facility that may do it. What a facility may do is data: its
 * licence and its approved list are HealthcareService resources it provides (docs/licence.md), with the days they are in force. */
#include "rest/care_int.h"

#define DOCUMENTS "urn:ansinh:document"
#define LICENCES "urn:ansinh:licence"
#define TECHNIQUES "urn:ansinh:list:techniques"
#define OUTSIDE "urn:ansinh:extension:outside-list"
#define VALID "urn:ansinh:valid-period"

/* ---- concepts ---- */

/* code NULL: any code of the system. out may be NULL. */
static bool has_coding(care *c, const ans_json *doc, ans_jnode concept, const char *system, const char *code, ans_str *out)
{
    ans_jnode list = concept == ANS_JNONE ? ANS_JNONE : ans_json_get(doc, concept, ANS_STR("coding"));
    if (list == ANS_JNONE) {
        return false;
    }
    ANS_JSON_EACH(doc, list, one) {
        ans_str got = ans_json_get_string(c->cx, doc, one, ANS_STR("code"));
        if (ans_str_is(ans_json_get_string(c->cx, doc, one, ANS_STR("system")), system) && got.n && (!code || ans_str_is(got, code))) {
            if (out) {
                *out = got;
            }
            return true;
        }
    }
    return false;
}

static bool any_has_coding(care *c, const ans_json *doc, const char *member, const char *system, const char *code)
{
    ans_jnode list = ans_json_get(doc, 0, ans_str_of(member));
    if (list == ANS_JNONE) {
        return false;
    }
    ANS_JSON_EACH(doc, list, one) {
        if (has_coding(c, doc, one, system, code, NULL)) {
            return true;
        }
    }
    return false;
}

static ans_jnode extension(care *c, const ans_json *doc, const char *url)
{
    ans_jnode list = ans_json_get(doc, 0, ANS_STR("extension"));
    if (list == ANS_JNONE) {
        return ANS_JNONE;
    }
    ANS_JSON_EACH(doc, list, one) {
        if (ans_str_is(ans_json_get_string(c->cx, doc, one, ANS_STR("url")), url)) {
            return one;
        }
    }
    return ANS_JNONE;
}

/* ---- signing ---- */

static bool same_ref(ans_ref a, ans_ref b)
{
    return a.type == b.type && a.id.n && ans_str_eq(a.id, b.id);
}

static bool had_signed(care *c, const care_change *x, ans_ref who)
{
    ans_jnode list = x->old.count ? ans_json_get(&x->old, 0, ANS_STR("attester")) : ANS_JNONE;
    if (list == ANS_JNONE) {
        return false;
    }
    ANS_JSON_EACH(&x->old, list, one) {
        if (same_ref(who, care_reference(c, &x->old, ans_json_get(&x->old, one, ANS_STR("party"))))) {
            return true;
        }
    }
    return false;
}

/* Nobody signs for another, and nobody signs ahead of the clock. */
static ans_err check_attesters(care *c, const care_change *x, bool *out_mine)
{
    ans_jnode list = ans_json_get(&x->now, 0, ANS_STR("attester"));
    *out_mine = false;
    if (list == ANS_JNONE) {
        return ANS_OK;
    }
    ANS_JSON_EACH(&x->now, list, one) {
        ans_ref who = care_reference(c, &x->now, ans_json_get(&x->now, one, ANS_STR("party")));
        bool mine = care_is_me(c, who);
        *out_mine = *out_mine || mine;
        if (!who.id.n || had_signed(c, x, who)) {
            continue;
        }
        if (!mine) {
            return care_refuse(c, x, "attester.party", "everybody signs with their own account: this signature is another's");
        }
        care_time time = care_time_at(c, &x->now, one, "time");
        if (time.is_there && time.low > c->time + CARE_AHEAD) {
            return care_refuse(c, x, "attester.time", "the signature lies more than %d minutes in the future", CARE_AHEAD_MINUTES);
        }
    }
    return ANS_OK;
}

static bool is_visit(care *c, const ans_json *doc)
{
    ans_jnode type = ans_json_get(doc, 0, ANS_STR("type"));
    return has_coding(c, doc, type, DOCUMENTS, "visit", NULL) || has_coding(c, doc, type, DOCUMENTS, "visit-addendum", NULL);
}

static bool was_signed(care *c, const care_change *x)
{
    ans_jnode list = x->old.count ? ans_json_get(&x->old, 0, ANS_STR("attester")) : ANS_JNONE;
    return list != ANS_JNONE && (care_status_is(c, &x->old, "final") || care_status_is(c, &x->old, "amended"));
}

ans_err care_signature(care *c, const care_change *x)
{
    bool mine;
    if (!x->now.count || care_status_is(c, &x->now, "entered-in-error")) {
        return ANS_OK;
    }
    ans_err err = check_attesters(c, x, &mine);
    bool done = care_status_is(c, &x->now, "final") || care_status_is(c, &x->now, "amended");
    if (err != ANS_OK || !done || !is_visit(c, &x->now) || was_signed(c, x)) {
        return err;
    }
    if (!mine || !care_is_author(c, &x->now)) {
        return care_refuse(c, x, "attester", "a visit is finished by the signature of its author");
    }
    return ans_pass_operation(c->j->pass, "sign-visit")
               ? ANS_OK
               : care_refuse(c, x, "author", "no role of this account may sign a visit: a doctor or an assistant doctor does");
}

/* ---- licence and list ---- */

typedef struct licence {
    care *c;
    care_time day;
    ans_str technique;
    bool treats, lists;
} licence;

static bool in_force(licence *l, const ans_json *doc)
{
    ans_jnode at = extension(l->c, doc, VALID);
    ans_jnode period = at == ANS_JNONE ? ANS_JNONE : ans_json_get(doc, at, ANS_STR("valuePeriod"));
    if (period == ANS_JNONE) {
        return at == ANS_JNONE;
    }
    care_time start = care_time_at(l->c, doc, period, "start"), end = care_time_at(l->c, doc, period, "end");
    return (!start.is_there || l->day.high > start.low) && (!end.is_there || l->day.low < end.high);
}

static void look_at_licence(licence *l, const ans_json *doc)
{
    care *c = l->c;
    ans_jnode active = ans_json_get(doc, 0, ANS_STR("active"));
    bool is_off = active != ANS_JNONE && ans_json_kind_of(doc, active) == ANS_JSON_FALSE;
    if (is_off || !any_has_coding(c, doc, "category", LICENCES, NULL) || !in_force(l, doc)) {
        return;
    }
    l->treats = l->treats || any_has_coding(c, doc, "category", LICENCES, "treatment");
    l->lists = l->lists || any_has_coding(c, doc, "type", TECHNIQUES, ans_arena_dup(c->cx->arena, l->technique).p);
}

static ans_err visit_licence(void *arg, const ans_version *v, bool *more)
{
    licence *l = arg;
    ans_json doc;
    if (ans_cx_is_late(l->c->cx)) {
        return ANS_E_TIMEOUT;
    }
    ans_err err = ans_json_parse(l->c->cx, v->body, NULL, &doc);
    if (err == ANS_OK) {
        look_at_licence(l, &doc);
    }
    *more = !(l->treats && l->lists);
    return err;
}

/* The facility of the visit in which it is done. id empty: nobody says. */
static ans_err facility_of(care *c, const care_change *x, ans_ref *out)
{
    ans_json visit;
    ans_ref at = care_reference(c, &x->now, ans_json_get(&x->now, 0, ANS_STR("encounter")));
    ans_err err = care_read(c, at, &visit);
    *out = (ans_ref){0};
    if (err == ANS_OK && visit.count) {
        *out = care_reference(c, &visit, ans_json_get(&visit, 0, ANS_STR("serviceProvider")));
    }
    return err;
}

/* Why it was done although it is not on the list: a code and words. */
static bool is_explained(care *c, const care_change *x, bool in_emergency)
{
    ans_jnode at = extension(c, &x->now, OUTSIDE);
    ans_jnode why = at == ANS_JNONE ? ANS_JNONE : ans_json_get(&x->now, at, ANS_STR("valueCodeableConcept"));
    return why != ANS_JNONE && ans_str_trim(ans_json_get_string(c->cx, &x->now, why, ANS_STR("text"))).n &&
           has_coding(c, &x->now, why, "urn:ansinh:outside-list", in_emergency ? "emergency" : NULL, NULL);
}

static ans_err judge_technique(care *c, const care_change *x, const licence *l)
{
    if (l->treats && l->lists) {
        return ANS_OK;
    }
    if (!l->treats && !is_explained(c, x, true)) {
        return care_refuse(c, x, "code", "the facility has no licence to treat on that day: only an emergency, said in the extension " OUTSIDE);
    }
    return is_explained(c, x, false)
               ? ANS_OK
               : care_refuse(c, x, "code", "the technique is not on the facility's approved list of that day: say why in the extension " OUTSIDE);
}

static bool is_done(care *c, const ans_json *doc)
{
    return doc->count && !care_status_is(c, doc, "not-done") && !care_status_is(c, doc, "entered-in-error");
}

ans_err care_technique(care *c, const care_change *x)
{
    licence l = {.c = c};
    ans_str before;
    ans_jnode code = x->now.count ? ans_json_get(&x->now, 0, ANS_STR("code")) : ANS_JNONE;
    if (!is_done(c, &x->now) || !has_coding(c, &x->now, code, TECHNIQUES, NULL, &l.technique)) {
        return ANS_OK;
    }
    bool stood = is_done(c, &x->old) && has_coding(c, &x->old, ans_json_get(&x->old, 0, ANS_STR("code")), TECHNIQUES, NULL, &before);
    if (stood && ans_str_eq(before, l.technique)) { /* judged when it was first recorded */
        return ANS_OK;
    }
    ans_jnode period = ans_json_get(&x->now, 0, ANS_STR("performedPeriod"));
    l.day = period == ANS_JNONE ? care_time_at(c, &x->now, 0, "performedDateTime") : care_time_at(c, &x->now, period, "start");
    if (!l.day.is_there) {
        l.day = (care_time){.low = c->time, .high = c->time + 1, .is_there = true};
    }
    if (l.day.low > c->time + CARE_AHEAD) {
        return care_refuse(c, x, "performed", "what was done lies more than %d minutes in the future", CARE_AHEAD_MINUTES);
    }
    ans_ref facility;
    ans_err err = facility_of(c, x, &facility);
    if (err == ANS_OK && !facility.id.n) {
        return care_refuse(c, x, "encounter", "a technique is recorded with its visit, and the visit names the facility (serviceProvider)");
    }
    ans_search_request rq = {.type = ans_fhir_type_named(ANS_STR("HealthcareService")),
                             .strict = true,
                             .query = ans_arena_fmt(c->cx->arena, "organization=Organization/%.*s", ANS_FMT(facility.id))};
    err = err == ANS_OK ? ans_search_each(c->j->rest->o.search, c->cx, c->rd, &rq, visit_licence, &l) : err;
    return err == ANS_OK ? judge_technique(c, x, &l) : err;
}
