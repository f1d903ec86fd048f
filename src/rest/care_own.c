/* Care rules for accounts of a person in care and of who represents them: they give and withdraw consent in their own name, today, and ask for
 * what they have a right to. Nothing else of theirs is written, and nobody's name but their own stands under it. Who has to consent is
 * consent_rule's, which is asked as well. */
#include "rest/consent_int.h"

enum { MOST_DAYS = 7, MOST_WORDS_BYTES = 4000 }; /* a line that was down for so long; a page of words */

typedef struct owning {
    care *c;
    const care_change *x;
    paper now;
    ans_own own;
} owning;

static ans_err refuse(owning *o, const char *where, const char *text)
{
    return care_refuse(o->c, o->x, where, "%s", text);
}

/* Their own Patient or RelatedPerson. */
static bool is_me(const owning *o, ans_jnode reference)
{
    ans_ref r = care_reference(o->c, &o->x->now, reference);
    const char *type = o->own.related.n ? "RelatedPerson" : "Patient";
    ans_type t = r.id.n ? ans_search_type_of(o->c->j->rest->o.search, r.type) : 0;
    return t && ans_str_is(ans_fhir_type_name(t), type) && ans_str_eq(r.id, o->own.related.n ? o->own.related : o->own.patient);
}

static bool is_person(const owning *o, const char *name)
{
    ans_ref r = care_reference(o->c, &o->x->now, paper_at(&o->now, 0, name));
    return r.id.n && ans_search_type_of(o->c->j->rest->o.search, r.type) == o->c->t_patient && ans_str_eq(r.id, o->own.patient);
}

static bool is_fresh(const owning *o, ans_jnode object, const char *name)
{
    care_time t = care_time_at(o->c, &o->x->now, object, name);
    return t.is_there && t.low <= o->c->time + CARE_AHEAD && t.high >= o->c->time - (ans_tick)MOST_DAYS * 24 * 3600 * ANS_TICKS_PER_SECOND;
}

static uint32_t count_of(const owning *o, const char *name)
{
    ans_jnode list = paper_at(&o->now, 0, name);
    return list == ANS_JNONE ? 0 : ans_json_count(&o->x->now, list);
}

/* ---- consent ---- */

/* What another has decided, or decides too, is not undone from a phone. */
static ans_err check_alone(owning *o, const char *where, const char *why)
{
    bool alone;
    ans_err err = consent_alone(o->c, o->x, o->own.related, &alone);
    return err == ANS_OK && !alone ? refuse(o, where, why) : err;
}

static ans_err check_given(owning *o)
{
    ans_jnode performers = paper_at(&o->now, 0, "performer");
    if (!care_status_is(o->c, &o->x->now, "active") && !care_status_is(o->c, &o->x->now, "rejected")) {
        return refuse(o, "status", "from this account a consent is given, or refused");
    }
    if (!is_person(o, "patient") || count_of(o, "performer") != 1 || !is_me(o, ans_json_first(&o->x->now, performers))) {
        return refuse(o, "performer", "from this account consent is given for this person and in one's own name; where two have to agree, both sign at the facility");
    }
    if (!paper_has_only(&o->now, 0, " resourceType id meta identifier status scope category patient dateTime performer organization policy policyRule verification provision ")) {
        return refuse(o, "", "from this account a consent says who, for what and when; papers are taken in at the facility");
    }
    if (!is_fresh(o, 0, "dateTime")) {
        return refuse(o, "dateTime", "from this account consent is given today");
    }
    return care_status_is(o->c, &o->x->now, "rejected") ? check_alone(o, "status", "who may not consent alone may not refuse alone either: make a request, the facility asks whoever decides")
                                                        : ANS_OK; /* who gives it is asked by consent_rule */
}

static ans_err check_withdrawn(owning *o)
{
    ans_jnode w = paper_extension(&o->now, 0, WITHDRAWAL);
    bool ends = care_status_is(o->c, &o->x->old, "active") && care_status_is(o->c, &o->x->now, "inactive");
    if (!ends || !is_me(o, paper_at(&o->now, paper_extension(&o->now, w, "by"), "valueReference"))) {
        return refuse(o, "status", "from this account a consent is withdrawn, in one's own name; nothing else of it is changed");
    }
    if (!is_fresh(o, paper_extension(&o->now, w, "when"), "valueDateTime")) {
        return refuse(o, "extension", "from this account it is withdrawn today");
    }
    return check_alone(o, "status", "who may not consent alone may not withdraw alone: make a request (withdraw), the facility answers it with whoever decides");
}

/* ---- requests ---- */

static bool is_signed_by_account(owning *o)
{
    ans_jnode list = paper_at(&o->now, 0, "identifier"), first = count_of(o, "identifier") ? ans_json_first(&o->x->now, list) : ANS_JNONE;
    uint32_t ours = 0;
    for (ans_jnode n = first; n != ANS_JNONE; n = ans_json_next(&o->x->now, list, n)) {
        if (ans_str_is(paper_text(&o->now, n, "system"), ANS_ACCOUNT_SYSTEM)) {
            ours += ans_str_eq(paper_text(&o->now, n, "value"), o->c->j->who.account) ? 1 : 2;
        }
    }
    return ours == 1;
}

static ans_err check_request(owning *o)
{
    if (!ans_request_named(o->c->j->rest->requests, paper_code(&o->now, paper_at(&o->now, 0, "code"), ANS_REQUEST_SYSTEM))) {
        return refuse(o, "code", "from this account a request about one's data is made");
    }
    if (!is_person(o, "for") || !is_me(o, paper_at(&o->now, 0, "requester")) || !is_signed_by_account(o)) {
        return refuse(o, "requester", "a request names its person, who asks, and the account it came from (identifier of " ANS_ACCOUNT_SYSTEM ")");
    }
    if (!care_status_is(o->c, &o->x->now, "requested") || !is_fresh(o, 0, "authoredOn") ||
        !paper_has_only(&o->now, 0, " resourceType id meta identifier status intent code description for authoredOn requester ")) {
        return refuse(o, "", "a request says what is asked for and when; the facility writes the rest");
    }
    return paper_text(&o->now, 0, "description").n <= MOST_WORDS_BYTES ? ANS_OK : refuse(o, "description", "at most a page of words");
}

ans_err care_own(care *c, const care_change *x)
{
    owning o = {.c = c, .x = x, .now = {c->cx, &x->now}};
    ans_err err = ans_gate_own(c->j->rest->o.gate, c->cx, &c->j->who, &o.own);
    if (err != ANS_OK) {
        return err;
    }
    bool consent = ans_str_is(ans_fhir_type_name(x->type), "Consent"), task = ans_str_is(ans_fhir_type_name(x->type), "Task");
    if (o.own.state != ANS_OWN_OPEN || !x->now.count || (!consent && (!task || x->old.count))) {
        return refuse(&o, "", "this account gives and withdraws consent, and makes requests; nothing else");
    }
    return task ? check_request(&o) : x->old.count ? check_withdrawn(&o) : check_given(&o);
}
