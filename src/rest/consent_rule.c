/* Care rules about consent: one is written only when the right people gave it, and what was given or withdrawn is never changed afterwards.
 * docs/conformance.md tells them. Who the right people are is auth/consent.h's; here the record is asked, as it will be after the whole
 * transaction, and what is missing is said in words. */
#include "rest/consent_int.h"

#include "base/os.h"

enum { MOST_RECIPIENTS = 4 };

typedef struct asking {
    care *c;
    const care_change *x;
    paper p;            /* the Consent */
    ans_ref patient;
    const ans_purpose *purpose;
    ans_day on;
    standing s;
    ans_need need;
} asking;

/* ---- the record after this transaction ---- */

static bool is_of(asking *a, const ans_json *doc, const char *name)
{
    ans_ref r = care_reference(a->c, doc, ans_json_get(doc, 0, ans_str_of(name)));
    return r.type == a->patient.type && ans_str_eq(r.id, a->patient.id);
}

static ans_err take(asking *a, ans_str id, const ans_json *doc, bool related)
{
    if (!is_of(a, doc, related ? "patient" : "subject")) {
        return ANS_OK;
    }
    return related ? standing_related(a->c->cx, id, doc, &a->s) : standing_decision(a->c->cx, doc, &a->s);
}

static ans_err visit(asking *a, const ans_version *v, bool related)
{
    ans_json *doc = ANS_NEW(a->c->cx->arena, ans_json);
    if (care_changed(a->c, v->ref)) {
        return ANS_OK; /* it will be otherwise */
    }
    ans_str body = ans_arena_dup(a->c->cx->arena, v->body);
    if (!doc || !body.p) {
        return ans_cx_nomem(a->c->cx);
    }
    ans_err err = ans_json_parse(a->c->cx, body, NULL, doc);
    return err == ANS_OK ? take(a, v->ref.id, doc, related) : err;
}

static ans_err visit_related(void *arg, const ans_version *v, bool *more)
{
    *more = true;
    return visit(arg, v, true);
}

static ans_err visit_decision(void *arg, const ans_version *v, bool *more)
{
    *more = true;
    return visit(arg, v, false);
}

static ans_err gather(asking *a)
{
    care *c = a->c;
    ans_json person;
    const ans_type related = ans_fhir_type_named(ANS_STR("RelatedPerson")), basic = ans_fhir_type_named(ANS_STR("Basic"));
    ans_err err = care_read(c, a->patient, &person);
    if (err == ANS_OK && person.count) {
        standing_patient(c->cx, &person, &a->s);
    }
    for (uint32_t i = 0; err == ANS_OK && i < c->count; i++) {
        const care_change *x = &c->list[i];
        if (x->now.count && (x->type == related || x->type == basic)) {
            err = take(a, x->change->ref.id, &x->now, x->type == related);
        }
    }
    ans_search_request rq = {.type = related, .strict = true, .query = ans_arena_fmt(c->cx->arena, "patient=Patient/%.*s", ANS_FMT(a->patient.id))};
    err = err == ANS_OK ? ans_search_each(c->j->rest->o.search, c->cx, c->rd, &rq, visit_related, a) : err;
    rq.type = basic;
    rq.query = ans_arena_fmt(c->cx->arena, "subject=Patient/%.*s", ANS_FMT(a->patient.id));
    return err == ANS_OK ? ans_search_each(c->j->rest->o.search, c->cx, c->rd, &rq, visit_decision, a) : err;
}

/* ---- what is asked for ---- */

static ans_err refuse(asking *a, const char *where, const char *text)
{
    return care_refuse(a->c, a->x, where, "%s", text);
}

bool paper_has_only(const paper *p, ans_jnode object, const char *known)
{
    ANS_JSON_EACH(p->doc, object, m) {
        ans_str word = ans_arena_fmt(p->cx->arena, " %.*s ", ANS_FMT(ans_json_key(p->doc, m)));
        if (!word.p || ans_str_search(ans_str_of(known), word) < 0) {
            return false;
        }
    }
    return true;
}

/* A compulsory measure is no consent, wherever it is claimed. */
static bool claims_decision(const paper *p)
{
    for (ans_jnode n = 1; n < p->doc->count; n++) {
        if (ans_str_is(ans_json_key(p->doc, n), "system") && ans_str_is(ans_json_string(p->cx, p->doc, n), DECISION_SYSTEM)) {
            return true;
        }
    }
    return false;
}

static ans_err check_purpose(asking *a)
{
    const ans_purposes *all = a->c->j->rest->purposes;
    ans_jnode provision = paper_at(&a->p, 0, "provision"), list = paper_at(&a->p, provision, "purpose");
    bool one = list != ANS_JNONE && ans_json_count(a->p.doc, list) == 1;
    ans_jnode first = one ? ans_json_first(a->p.doc, list) : ANS_JNONE;
    uint32_t i = one && ans_str_is(paper_text(&a->p, first, "system"), ANS_PURPOSE_SYSTEM) ? ans_purpose_named(all, paper_text(&a->p, first, "code"))
                                                                                       : UINT32_MAX;
    if (i == UINT32_MAX) {
        return refuse(a, "provision.purpose", "exactly one purpose of " ANS_PURPOSE_SYSTEM " is wanted: one consent, one purpose");
    }
    a->purpose = &all->list[i];
    if (a->purpose->basis == ANS_BASIS_LAW) {
        return refuse(a, "provision.purpose", "this purpose rests on law, nobody is asked: a consent would claim a choice that is none");
    }
    if (a->purpose->basis == ANS_BASIS_DECISION || claims_decision(&a->p)) {
        return refuse(a, a->purpose->basis == ANS_BASIS_DECISION ? "provision.purpose" : "",
                      "what an authority decided is recorded as a decision (Basic with a code of " DECISION_SYSTEM "), never as a consent");
    }
    if (!ans_str_is(paper_text(&a->p, provision, "type"), "permit") || !paper_has_only(&a->p, provision, " id type period actor purpose ") ||
        paper_at(&a->p, 0, "modifierExtension") != ANS_JNONE) {
        return refuse(a, "provision", "a provision here permits one purpose to named actors for a period; what narrows it otherwise would not be kept to");
    }
    return ANS_OK;
}

static ans_err check_actors(asking *a)
{
    ans_jnode list = paper_at(&a->p, paper_at(&a->p, 0, "provision"), "actor");
    uint32_t count = list == ANS_JNONE ? 0 : ans_json_count(a->p.doc, list), orgs = 0;
    for (ans_jnode n = count ? ans_json_first(a->p.doc, list) : ANS_JNONE; n != ANS_JNONE; n = ans_json_next(a->p.doc, list, n)) {
        ans_ref r = care_reference(a->c, a->p.doc, paper_at(&a->p, n, "reference"));
        ans_type t = r.id.n ? ans_search_type_of(a->c->j->rest->o.search, r.type) : 0;
        orgs += t && ans_str_is(ans_fhir_type_name(t), "Organization");
    }
    if (a->purpose->to_recipient && (count == 0 || count > MOST_RECIPIENTS || orgs != count)) {
        return care_refuse(a->c, a->x, "provision.actor", "1 to %d Organizations that get the data are named, as Organization/id", MOST_RECIPIENTS);
    }
    return !a->purpose->to_recipient && orgs ? refuse(a, "provision.actor", "for this purpose data go to no organisation") : ANS_OK;
}

static bool is_verified(const paper *p)
{
    ans_jnode list = paper_at(p, 0, "verification");
    for (ans_jnode n = list == ANS_JNONE ? list : ans_json_first(p->doc, list); n != ANS_JNONE; n = ans_json_next(p->doc, list, n)) {
        ans_jnode yes = paper_at(p, n, "verified");
        ans_day day;
        if (yes != ANS_JNONE && ans_json_kind_of(p->doc, yes) == ANS_JSON_TRUE && paper_day(paper_text(p, n, "verificationDate"), false, &day)) {
            return true;
        }
    }
    return false;
}

static bool has_source(const paper *p)
{
    return paper_at(p, 0, "sourceAttachment") != ANS_JNONE || paper_at(p, 0, "sourceReference") != ANS_JNONE;
}

static ans_err check_when(asking *a)
{
    ans_str when = paper_text(&a->p, 0, "dateTime");
    care_time t = care_time_at(a->c, a->p.doc, 0, "dateTime");
    if (when.n < sizeof "2026-01-01" - 1 || !paper_day(when, false, &a->on)) {
        return refuse(a, "dateTime", "the day on which it was given is wanted");
    }
    return t.low > a->c->time + CARE_AHEAD ? refuse(a, "dateTime", "it was given in the future") : ANS_OK;
}

/* ---- who gave it ---- */

static bool represents(const asking *a, ans_str id)
{
    for (uint8_t i = 0; i < a->need.may_count; i++) {
        if (ans_str_eq(a->s.list[a->need.may[i]].id, id)) {
            return true;
        }
    }
    return false;
}

static ans_err check_performers(asking *a)
{
    ans_jnode list = paper_at(&a->p, 0, "performer");
    bool self = false, another = false;
    for (ans_jnode n = list == ANS_JNONE ? list : ans_json_first(a->p.doc, list); n != ANS_JNONE; n = ans_json_next(a->p.doc, list, n)) {
        ans_ref r = care_reference(a->c, a->p.doc, n);
        ans_type t = r.id.n ? ans_search_type_of(a->c->j->rest->o.search, r.type) : 0;
        bool is_self = r.type == a->patient.type && ans_str_eq(r.id, a->patient.id);
        bool is_related = t && ans_str_is(ans_fhir_type_name(t), "RelatedPerson");
        if (!is_self && (!is_related || !a->need.another || !represents(a, r.id))) {
            return refuse(a, "performer", is_related && a->need.another
                                              ? "who gave it did not represent this person in this on that day (as a parent of a child, or by a decision with number, day and who decided)"
                                              : "consent is given by the person or by who represents them, and here by nobody else");
        }
        self = self || is_self;
        another = another || !is_self;
    }
    if (a->need.self && !self) {
        return refuse(a, "performer", a->need.why == ANS_NEED_TOGETHER ? "the child is old enough to be asked too: its own consent is missing"
                                                                        : "the person's own consent is missing");
    }
    return a->need.another && !another ? refuse(a, "performer", "the consent of who represents the person is missing") : ANS_OK;
}

/* Given for a child, it ends at the birthday from which somebody else has to be asked. */
static ans_err check_end(asking *a)
{
    ans_day end = ANS_DAY_MAX;
    ans_str text = paper_text(&a->p, paper_at(&a->p, paper_at(&a->p, 0, "provision"), "period"), "end");
    if (text.n && !paper_day(text, true, &end)) {
        return refuse(a, "provision.period.end", "the end is no date");
    }
    return a->need.until != ANS_DAY_MAX && end >= a->need.until ? care_refuse(a->c, a->x, "provision.period.end", "from %.*s on somebody else has to consent: it ends before that day",
                                              ANS_FMT(ans_day_print(a->c->cx->arena, a->need.until)))
                                : ANS_OK;
}

static ans_err check_given(asking *a)
{
    ans_consent_need(a->c->j->rest->purposes, a->purpose, &a->s.subject, a->on, &a->need);
    if (a->need.why == ANS_NEED_NO_BIRTH || a->need.why == ANS_NEED_DEAD) {
        return refuse(a, "patient", a->need.why == ANS_NEED_DEAD ? "the person had died: nobody can consent for them"
                                                                 : "no birth date is known, so nobody can say who has to consent: record at least the year");
    }
    ans_err err = check_performers(a);
    err = err == ANS_OK ? check_end(a) : err;
    if (err == ANS_OK && a->need.written && !has_source(&a->p)) {
        return refuse(a, "source", "consent to this test by somebody else is in writing: the paper is wanted as source");
    }
    if (err == ANS_OK && !has_source(&a->p) && !is_verified(&a->p)) {
        return refuse(a, "source", "a consent can be proved: the paper as source, or a verification (verified, with its day)");
    }
    return err;
}

static ans_err check_new(asking *a)
{
    ans_err err = check_purpose(a);
    err = err == ANS_OK ? check_actors(a) : err;
    err = err == ANS_OK ? check_when(a) : err;
    err = err == ANS_OK ? gather(a) : err;
    return err == ANS_OK ? check_given(a) : err;
}

/* ---- what was given stays ---- */

static bool was_performer(asking *a, ans_ref who)
{
    ans_jnode list = ans_json_get(&a->x->old, 0, ANS_STR("performer"));
    for (ans_jnode n = list == ANS_JNONE ? list : ans_json_first(&a->x->old, list); n != ANS_JNONE; n = ans_json_next(&a->x->old, list, n)) {
        ans_ref r = care_reference(a->c, &a->x->old, n);
        if (r.type == who.type && ans_str_eq(r.id, who.id)) {
            return true;
        }
    }
    return false;
}

/* When and by whom: the person always, who gave it, or who represents the person today. */
static ans_err check_withdrawal(asking *a)
{
    static const char *const status[] = {"status", NULL}, *const grows[] = {"extension", "verification", NULL};
    ans_jnode w = paper_extension(&a->p, 0, WITHDRAWAL);
    ans_str when = paper_text(&a->p, paper_extension(&a->p, w, "when"), "valueDateTime");
    ans_ref by = care_reference(a->c, a->p.doc, paper_at(&a->p, paper_extension(&a->p, w, "by"), "valueReference"));
    ans_day day;
    if (!care_is_kept(a->c, a->x, status, grows)) {
        return refuse(a, "", "a consent that was given stays as it is: withdraw it with everything else as it was");
    }
    care_time t = care_time_at(a->c, a->p.doc, paper_extension(&a->p, w, "when"), "valueDateTime");
    if (w == ANS_JNONE || !paper_day(when, false, &day) || t.low > a->c->time + CARE_AHEAD || !by.id.n) {
        return refuse(a, "extension", "a withdrawal says when and by whom (" WITHDRAWAL ": when, by)");
    }
    bool self = by.type == a->patient.type && ans_str_eq(by.id, a->patient.id);
    if (self || was_performer(a, by)) {
        return ANS_OK;
    }
    ans_err err = gather(a);
    for (uint32_t i = 0; err == ANS_OK && i < a->s.subject.count; i++) {
        const ans_representative *r = &a->s.list[i];
        ans_type t_by = ans_search_type_of(a->c->j->rest->o.search, by.type);
        if (t_by && ans_str_is(ans_fhir_type_name(t_by), "RelatedPerson") && ans_str_eq(r->id, by.id) && r->from <= day && day <= r->to) {
            return ANS_OK;
        }
    }
    return err == ANS_OK ? refuse(a, "extension", "withdrawn is by the person, by who gave it, or by who represents the person") : err;
}

static ans_err keep(asking *a)
{
    static const char *const nothing[] = {NULL}, *const status[] = {"status", NULL}, *const why[] = {"extension", NULL};
    static const char *const proof[] = {"verification", "sourceAttachment", "sourceReference", NULL};
    care *c = a->c;
    bool active = care_status_is(c, &a->x->old, "active"), struck = care_status_is(c, &a->x->old, "entered-in-error");
    if (!a->x->now.count) {
        return refuse(a, "", "a consent that was given or withdrawn is never deleted: withdraw it, or mark it entered-in-error");
    }
    if (!struck && care_status_is(c, &a->x->now, "entered-in-error")) {
        return care_is_kept(c, a->x, status, why) && care_has_reason(c, &a->x->now)
                   ? ANS_OK
                   : refuse(a, "", "marked entered-in-error with a reason (urn:ansinh:extension:reason) and everything else as it was");
    }
    if (active && care_status_is(c, &a->x->now, "inactive")) {
        return check_withdrawal(a);
    }
    return care_is_kept(c, a->x, nothing, active ? proof : nothing)
               ? ANS_OK
               : refuse(a, "status", active ? "a consent that was given stays as it is: withdraw it, or add what proves it"
                                            : "what was withdrawn or struck through stays so: record a new consent");
}

ans_err consent_rule(care *c, const care_change *x)
{
    asking a = {.c = c, .x = x, .p = {c->cx, &x->now}};
    const ans_json *doc = x->now.count ? &x->now : &x->old;
    bool stands = care_status_is(c, &x->old, "active") || care_status_is(c, &x->old, "inactive") || care_status_is(c, &x->old, "entered-in-error");
    a.patient = care_reference(c, doc, ans_json_get(doc, 0, ANS_STR("patient")));
    if (stands) {
        return keep(&a);
    }
    if (!x->now.count || (!care_status_is(c, &x->now, "active") && !care_status_is(c, &x->now, "inactive"))) {
        return ANS_OK; /* drafts and refusals */
    }
    if (care_status_is(c, &x->now, "inactive")) {
        return refuse(&a, "status", "only what was given can be withdrawn");
    }
    ans_type t = a.patient.id.n ? ans_search_type_of(c->j->rest->o.search, a.patient.type) : 0;
    return t == c->t_patient && t ? check_new(&a) : refuse(&a, "patient", "a consent names its person, as Patient/id");
}

ans_err consent_alone(care *c, const care_change *x, ans_str related, bool *out)
{
    const ans_json *doc = x->old.count ? &x->old : &x->now;
    asking a = {.c = c, .x = x, .p = {c->cx, doc}};
    a.patient = care_reference(c, doc, ans_json_get(doc, 0, ANS_STR("patient")));
    ans_jnode list = paper_at(&a.p, paper_at(&a.p, 0, "provision"), "purpose");
    ans_str code = list == ANS_JNONE || !ans_json_count(doc, list) ? ANS_STR_NONE : paper_text(&a.p, ans_json_first(doc, list), "code");
    uint32_t i = ans_purpose_named(c->j->rest->purposes, code);
    ans_err err = gather(&a);
    *out = false;
    if (err != ANS_OK || i == UINT32_MAX) {
        return err;
    }
    ans_consent_need(c->j->rest->purposes, &c->j->rest->purposes->list[i], &a.s.subject, ans_day_of(ans_now_us()), &a.need);
    *out = related.n ? a.need.another && !a.need.self && represents(&a, related) : a.need.self && !a.need.another;
    return ANS_OK;
}

/* ---- representation and decisions ---- */

static ans_err check_decided(care *c, const care_change *x, const paper *p, const char *what)
{
    return paper_is_decided(p, 0) ? ANS_OK
                                  : care_refuse(c, x, "extension", "%s needs its decision (" DECISION ": number, date, by)", what);
}

static bool is_ground(care *c, const ans_json *doc)
{
    paper p = {c->cx, doc};
    return doc->count && ans_str_is(paper_code(&p, paper_at(&p, 0, "code"), DECISION_SYSTEM), "sharing-ground");
}

static ans_err check_order(care *c, const care_change *x, const paper *p, ans_jnode period, const char *where)
{
    ans_day from = ANS_DAY_MIN, to = ANS_DAY_MAX;
    ans_str start = paper_text(p, period, "start"), end = paper_text(p, period, "end");
    bool fine = (!start.n || paper_day(start, false, &from)) && (!end.n || paper_day(end, true, &to)) && from <= to;
    return fine ? ANS_OK : care_refuse(c, x, where, "the end lies before the beginning");
}

/* A guardian is made by a decision; a parent is one. Coded by us, since v3 GUARD also stands in lists of relatives that came from elsewhere. */
ans_err representation_rule(care *c, const care_change *x)
{
    paper p = {c->cx, &x->now};
    ans_jnode list = x->now.count ? paper_at(&p, 0, "relationship") : ANS_JNONE;
    ans_err err = x->now.count ? check_order(c, x, &p, paper_at(&p, 0, "period"), "period") : ANS_OK;
    for (ans_jnode n = list == ANS_JNONE ? list : ans_json_first(&x->now, list); err == ANS_OK && n != ANS_JNONE; n = ans_json_next(&x->now, list, n)) {
        ans_str code = paper_code(&p, n, "urn:ansinh:representation");
        if (ans_str_is(code, "guardian") || ans_str_is(code, "legal-representative")) {
            err = check_decided(c, x, &p, "a guardian or legal representative");
        } else if (code.n && !ans_str_is(code, "parent")) {
            err = care_refuse(c, x, "relationship", "urn:ansinh:representation knows parent, guardian and legal-representative");
        }
    }
    return err;
}

/* ---- grounds for handing data on without consent ---- */

static ans_err check_ground(care *c, const care_change *x, const paper *p)
{
    ans_jnode ground = paper_extension(p, 0, GROUND), period = paper_at(p, paper_extension(p, 0, PERIOD), "valuePeriod");
    ans_ref subject = care_reference(c, &x->now, paper_at(p, 0, "subject"));
    ans_ref to = care_reference(c, &x->now, paper_at(p, paper_extension(p, ground, "recipient"), "valueReference"));
    ans_type t_to = to.id.n ? ans_search_type_of(c->j->rest->o.search, to.type) : 0;
    uint32_t i = ans_purpose_named(c->j->rest->purposes, paper_text(p, paper_extension(p, ground, "purpose"), "valueCode"));
    if (!subject.id.n || ans_search_type_of(c->j->rest->o.search, subject.type) != c->t_patient) {
        return care_refuse(c, x, "subject", "a ground names its person, as Patient/id");
    }
    if (i == UINT32_MAX || c->j->rest->purposes->list[i].basis != ANS_BASIS_GROUND) {
        return care_refuse(c, x, "extension", "a ground is of a purpose that takes one (" GROUND ": purpose)");
    }
    if (!t_to || !ans_str_is(ans_fhir_type_name(t_to), "Organization") || !ans_str_trim(paper_text(p, paper_extension(p, ground, "number"), "valueString")).n) {
        return care_refuse(c, x, "extension", "a ground names one Organization that gets the data, and the paper it rests on (" GROUND ": recipient, number)");
    }
    if (!paper_text(p, period, "start").n || !paper_text(p, period, "end").n) {
        return care_refuse(c, x, "extension", "a ground says from when until when it holds (" PERIOD ")");
    }
    return check_order(c, x, p, period, "extension");
}

/* What went out because of it must be found again: it stays, and is ended by saying when. */
static ans_err keep_ground(care *c, const care_change *x, const paper *p)
{
    static const char *const nothing[] = {NULL}, *const grows[] = {"extension", NULL};
    paper old = {c->cx, &x->old};
    if (!x->now.count) {
        return care_refuse(c, x, "", "a ground that was recorded is never deleted: say when it ended (" WITHDRAWAL ": when)");
    }
    if (care_is_kept(c, x, nothing, nothing)) {
        return ANS_OK;
    }
    care_time when = care_time_at(c, &x->now, paper_extension(p, paper_extension(p, 0, WITHDRAWAL), "when"), "valueDateTime");
    bool ends = care_is_kept(c, x, nothing, grows) && paper_extension(&old, 0, WITHDRAWAL) == ANS_JNONE && when.is_there && when.low <= c->time + CARE_AHEAD;
    return ends ? ANS_OK : care_refuse(c, x, "extension", "a ground stays as it was recorded: say when it ended (" WITHDRAWAL ": when), and record another");
}

static ans_err ground_rule(care *c, const care_change *x)
{
    paper p = {c->cx, &x->now};
    return x->old.count && is_ground(c, &x->old) ? keep_ground(c, x, &p) : check_ground(c, x, &p);
}

/* capacity-*, compulsory-*: what somebody decided, with number and day. */
ans_err decision_rule(care *c, const care_change *x)
{
    paper p = {c->cx, &x->now};
    if (is_ground(c, &x->now) || is_ground(c, &x->old)) {
        return ground_rule(c, x);
    }
    ans_str code = x->now.count ? paper_code(&p, paper_at(&p, 0, "code"), DECISION_SYSTEM) : ANS_STR_NONE;
    if (!ans_str_starts(code, ANS_STR("capacity-")) && !ans_str_starts(code, ANS_STR("compulsory-"))) {
        return ANS_OK;
    }
    ans_jnode period = paper_at(&p, paper_extension(&p, 0, PERIOD), "valuePeriod");
    ans_ref subject = care_reference(c, &x->now, paper_at(&p, 0, "subject"));
    if (!subject.id.n || ans_search_type_of(c->j->rest->o.search, subject.type) != c->t_patient) {
        return care_refuse(c, x, "subject", "a decision names its person, as Patient/id");
    }
    ans_err err = check_decided(c, x, &p, "what is recorded as decided");
    err = err == ANS_OK ? check_order(c, x, &p, period, "extension") : err;
    return err == ANS_OK && !paper_text(&p, period, "start").n ? care_refuse(c, x, "extension", "a decision says from when it holds (" PERIOD ")") : err;
}
