/* Care rules of coming and going: one stay at a time, days that can be, and medicines that end with the stay.
 *
 * A stay is an Encounter of class IMP that is part of no other, of a house of this record: who lies in a hospital keeps the stay here. It is open while it is in progress or on leave. */
#include "rest/care_int.h"

static bool is_stay(care *c, const ans_json *doc)
{
    ans_str class = ans_json_get_string(c->cx, doc, ans_json_get(doc, 0, ANS_STR("class")), ANS_STR("code"));
    return ans_str_is(class, "IMP") && ans_json_get(doc, 0, ANS_STR("partOf")) == ANS_JNONE && !care_is_elsewhere(c, doc, "serviceProvider");
}

static bool is_open(care *c, const ans_json *doc)
{
    return doc->count && (care_status_is(c, doc, "in-progress") || care_status_is(c, doc, "onleave")) && is_stay(c, doc);
}

/* In the house, or about to be taken in: from then on the ward sees the person (auth/place.c). */
static bool is_here(care *c, const ans_json *doc)
{
    return doc->count && (care_status_is(c, doc, "arrived") || care_status_is(c, doc, "triaged")) ? is_stay(c, doc) : is_open(c, doc);
}

static ans_ref subject_of(care *c, const ans_json *doc)
{
    return care_reference(c, doc, ans_json_get(doc, 0, ANS_STR("subject")));
}

static bool is_same(ans_ref a, ans_ref b)
{
    return a.id.n && a.type == b.type && ans_str_eq(a.id, b.id);
}

/* What was there may be gone when a change without a version comes. */
static bool was_open(care *c, const care_change *x)
{
    return x->change->if_vid != ANS_VID_ANY && is_open(c, &x->old) && is_same(subject_of(c, &x->old), subject_of(c, &x->now));
}

static bool was_here(care *c, const care_change *x)
{
    return x->change->if_vid != ANS_VID_ANY && is_here(c, &x->old) && is_same(subject_of(c, &x->old), subject_of(c, &x->now));
}

static bool opens(care *c, const care_change *x)
{
    return (is_open(c, &x->now) && !was_open(c, x)) || (is_here(c, &x->now) && !was_here(c, x));
}

static bool ends(care *c, const care_change *x)
{
    return is_open(c, &x->old) && x->now.count && care_status_is(c, &x->now, "finished");
}

bool care_comes_or_goes(care *c, const care_change *x)
{
    return x->type == c->t_encounter && (opens(c, x) || ends(c, x));
}

/* ---- one stay at a time ---- */

typedef struct elsewhere {
    care *c;
    const care_change *own;
    ans_ref subject;
    bool found;
} elsewhere;

static bool is_another(elsewhere *e, const ans_json *doc)
{
    return is_here(e->c, doc) && is_same(subject_of(e->c, doc), e->subject);
}

static ans_err visit_elsewhere(void *arg, const ans_version *v, bool *more)
{
    elsewhere *e = arg;
    ans_json doc;
    if (care_changed(e->c, v->ref)) {
        return ANS_OK;
    }
    ans_err err = ans_json_parse(e->c->cx, v->body, NULL, &doc);
    e->found = err == ANS_OK && is_another(e, &doc);
    *more = !e->found;
    return err;
}

ans_err care_has_open_stay(care *c, ans_ref subject, const care_change *but, bool *out)
{
    elsewhere l = {.c = c, .own = but, .subject = subject}, *e = &l;
    for (uint32_t i = 0; i < c->count && !e->found; i++) {
        const care_change *x = &c->list[i];
        e->found = x != e->own && x->type == c->t_encounter && x->now.count && is_another(e, &x->now);
    }
    ans_search_request rq = {.type = c->t_encounter,
                             .strict = true,
                             .query = ans_arena_fmt(c->cx->arena, "status=in-progress,onleave,arrived,triaged&patient=Patient/%.*s", ANS_FMT(e->subject.id))};
    ans_err err = e->found ? ANS_OK : ans_search_each(c->j->rest->o.search, c->cx, c->rd, &rq, visit_elsewhere, e);
    *out = e->found;
    return err;
}

static ans_err check_days(care *c, const care_change *x)
{
    ans_jnode period = ans_json_get(&x->now, 0, ANS_STR("period"));
    care_time start = care_time_at(c, &x->now, period, "start"), end = care_time_at(c, &x->now, period, "end");
    if (start.is_there && start.low > c->time + CARE_AHEAD) {
        return care_refuse(c, x, "period.start", "the stay begins in the future: it may be planned, not in progress");
    }
    return end.is_there && end.low > c->time + CARE_AHEAD ? care_refuse(c, x, "period.end", "the end lies in the future") : ANS_OK;
}

static ans_err check_alive(care *c, const care_change *x, ans_ref subject)
{
    ans_json person;
    ans_jnode period = ans_json_get(&x->now, 0, ANS_STR("period"));
    ans_err err = care_read(c, subject, &person);
    if (err != ANS_OK || !person.count) {
        return err;
    }
    if (care_is_replaced(c, &person)) {
        return care_refuse(c, x, "subject", "this record was replaced by another one of the same person: the stay belongs there");
    }
    care_time start = care_time_at(c, &x->now, period, "start"), death = care_time_at(c, &person, 0, "deceasedDateTime");
    return start.is_there && death.is_there && start.low >= death.high ? care_refuse(c, x, "period.start", "the stay begins after the death of the person")
                                                                       : ANS_OK;
}

/* ---- no two at a time ---- */

typedef struct overlap {
    care *c;
    const care_change *own;
    ans_ref subject;
    ans_tick from, to; /* the time it surely holds: its latest beginning, its earliest end */
    bool found;
} overlap;

static bool sure_span(care *c, const ans_json *doc, ans_tick *out_from, ans_tick *out_to)
{
    ans_jnode period = ans_json_get(doc, 0, ANS_STR("period"));
    care_time start = care_time_at(c, doc, period, "start"), end = care_time_at(c, doc, period, "end");
    bool open = is_open(c, doc);
    *out_from = start.high;
    *out_to = end.is_there ? end.low : INT64_MAX;
    return start.is_there && (open || (care_status_is(c, doc, "finished") && end.is_there)) && is_stay(c, doc);
}

static bool overlaps(overlap *o, const ans_json *doc)
{
    ans_tick from, to;
    bool its = is_same(subject_of(o->c, doc), o->subject) && sure_span(o->c, doc, &from, &to);
    return its && (from > o->from ? from : o->from) < (to < o->to ? to : o->to);
}

static ans_err visit_overlap(void *arg, const ans_version *v, bool *more)
{
    overlap *o = arg;
    ans_json doc;
    if (care_changed(o->c, v->ref)) {
        return ANS_OK;
    }
    ans_err err = ans_json_parse(o->c->cx, v->body, NULL, &doc);
    o->found = err == ANS_OK && overlaps(o, &doc);
    *more = !o->found;
    return err;
}

/* It was there, and holds no more time than it did; or it goes over from another record of the person. */
static bool was_within(care *c, const care_change *x, const overlap *o)
{
    ans_tick from, to;
    if (!x->old.count || !(is_open(c, &x->old) || care_status_is(c, &x->old, "finished"))) {
        return false;
    }
    return !is_same(subject_of(c, &x->old), o->subject) || (sure_span(c, &x->old, &from, &to) && from <= o->from && o->to <= to);
}

/* A stay that is over and typed in later lies beside the others, not in them. What dates leave open is let through. */
static ans_err check_overlap(care *c, const care_change *x, ans_ref subject)
{
    overlap o = {.c = c, .own = x, .subject = subject};
    if (!sure_span(c, &x->now, &o.from, &o.to) || was_within(c, x, &o)) {
        return ANS_OK;
    }
    for (uint32_t i = 0; i < c->count && !o.found; i++) {
        const care_change *y = &c->list[i];
        o.found = y != x && y->type == c->t_encounter && y->now.count && overlaps(&o, &y->now);
    }
    ans_search_request rq = {.type = c->t_encounter,
                             .strict = true,
                             .query = ans_arena_fmt(c->cx->arena, "class=IMP&status=in-progress,onleave,finished&patient=Patient/%.*s", ANS_FMT(subject.id))};
    ans_err err = o.found ? ANS_OK : ans_search_each(c->j->rest->o.search, c->cx, c->rd, &rq, visit_overlap, &o);
    return err == ANS_OK && o.found ? care_refuse(c, x, "period", "the stay overlaps another stay of the person") : err;
}

/* ---- medicines end with the stay ---- */

typedef struct orders {
    care *c;
    ans_ref subject;
    uint32_t left;
} orders;

static bool is_left(orders *o, const ans_json *doc)
{
    return doc->count && care_status_is(o->c, doc, "active") && is_same(subject_of(o->c, doc), o->subject);
}

/* An order of a compartment that is shut to the caller holds nobody up: to be refused because of it would tell that it is there. It stays as
 * it is for those who are assigned to the person; no dose of it is taken outside a stay. */
static bool is_shut(const orders *o, ans_rid rid)
{
    const job *j = o->c->j;
    return !gate_is_open(j) && ans_gate_mark(j->rest->o.gate, rid).labels && !ans_pass_sees(j->pass, o->c->t_order, rid, ANS_RIGHT_READ);
}

static ans_err visit_order(void *arg, const ans_version *v, bool *more)
{
    orders *o = arg;
    const care_change *x = care_changed(o->c, v->ref);
    o->left += x ? is_left(o, &x->now) : !is_shut(o, v->rid);
    *more = o->left < 100;
    return ANS_OK;
}

ans_err care_orders_left(care *c, ans_ref subject, uint32_t *out)
{
    orders o = {.c = c, .subject = subject};
    ans_search_request rq = {.type = c->t_order,
                             .strict = true,
                             .query = ans_arena_fmt(c->cx->arena, "status=active&patient=Patient/%.*s", ANS_FMT(subject.id))};
    ans_err err = ans_search_each(c->j->rest->o.search, c->cx, c->rd, &rq, visit_order, &o);
    *out = o.left;
    return err;
}

static ans_err check_orders(care *c, const care_change *x, ans_ref subject)
{
    uint32_t left = 0;
    ans_err err = care_orders_left(c, subject, &left);
    return err == ANS_OK && left ? care_refuse(c, x, "status", "medicines are still ordered: they end with the stay, in the same transaction") : err;
}

ans_err care_come(care *c, const care_change *x)
{
    bool elsewhere_too = false;
    if (!x->now.count || !is_stay(c, &x->now)) { /* what is deleted says nothing */
        return ANS_OK;
    }
    ans_ref subject = subject_of(c, &x->now);
    bool is_person = subject.id.n && ans_search_type_of(c->j->rest->o.search, subject.type) == c->t_patient;
    ans_err err = is_open(c, &x->now) || care_status_is(c, &x->now, "finished") ? check_days(c, x) : ANS_OK;
    if (err != ANS_OK || !is_person) {
        return err;
    }
    bool opening = opens(c, x);
    err = opening ? ANS_OK : check_overlap(c, x, subject);
    if (err != ANS_OK) {
        return err;
    }
    if (ends(c, x)) {
        return check_orders(c, x, subject);
    }
    if (!opening) {
        return ANS_OK;
    }
    err = check_alive(c, x, subject);
    err = err == ANS_OK ? care_has_open_stay(c, subject, x, &elsewhere_too) : err;
    err = err == ANS_OK && elsewhere_too ? care_refuse(c, x, "subject", "the person has another stay that is still open: end it first") : err;
    return err == ANS_OK ? check_overlap(c, x, subject) : err;
}
