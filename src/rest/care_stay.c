/* Care rules that look at other resources: is the person there for this dose, and is the bed free? */
#include "rest/care_int.h"

/* ---- doses ---- */

/* The state after this transaction, one stay after another. */
typedef struct stays {
    care *c;
    ans_ref patient;
    care_time dose;
    bool any, covered;
} stays;

static void look_at_stay(stays *s, const ans_json *doc)
{
    care *c = s->c;
    ans_str status = care_string(c, doc, "status");
    bool over = ans_str_is(status, "finished");
    bool open = ans_str_is(status, "in-progress") || ans_str_is(status, "onleave") || ans_str_is(status, "arrived") || ans_str_is(status, "triaged");
    ans_str class = ans_json_get_string(c->cx, doc, ans_json_get(doc, 0, ANS_STR("class")), ANS_STR("code"));
    if (!over && !open) {
        return; /* planned, cancelled, an error */
    }
    ans_jnode period = ans_json_get(doc, 0, ANS_STR("period"));
    care_time start = care_time_at(c, doc, period, "start"), end = care_time_at(c, doc, period, "end");
    bool begun = !start.is_there || s->dose.high > start.low;
    bool lasts = end.is_there ? s->dose.low < end.high : open;
    s->any = s->any || ans_str_is(class, "IMP");
    s->covered = s->covered || (begun && lasts);
}

static bool is_of(stays *s, const ans_json *doc)
{
    ans_ref subject = care_reference(s->c, doc, ans_json_get(doc, 0, ANS_STR("subject")));
    return subject.type == s->patient.type && ans_str_eq(subject.id, s->patient.id);
}

static ans_err visit_stay(void *arg, const ans_version *v, bool *more)
{
    stays *s = arg;
    ans_json doc;
    if (care_changed(s->c, v->ref)) {
        return ANS_OK; /* it will be otherwise */
    }
    ans_err err = ans_json_parse(s->c->cx, v->body, NULL, &doc);
    if (err == ANS_OK) {
        look_at_stay(s, &doc);
    }
    *more = !s->covered;
    return err;
}

static ans_err look_at_stays(stays *s)
{
    care *c = s->c;
    for (uint32_t i = 0; i < c->count && !s->covered; i++) {
        const care_change *x = &c->list[i];
        if (x->type == c->t_encounter && x->now.count && is_of(s, &x->now)) {
            look_at_stay(s, &x->now);
        }
    }
    ans_str query = ans_arena_fmt(c->cx->arena, "patient=Patient/%.*s", ANS_FMT(s->patient.id));
    ans_search_request rq = {.type = c->t_encounter, .strict = true, .query = query};
    return s->covered ? ANS_OK : ans_search_each(c->j->rest->o.search, c->cx, c->rd, &rq, visit_stay, s);
}

static ans_err alive(care *c, const care_change *x, const ans_json *person, const char *where, care_time dose)
{
    care_time death = care_time_at(c, person, 0, "deceasedDateTime");
    ans_jnode flag = person->count ? ans_json_get(person, 0, ANS_STR("deceasedBoolean")) : ANS_JNONE;
    if (death.is_there && dose.low >= death.high) {
        return care_refuse(c, x, where, "the dose lies after the death of the person");
    }
    return flag != ANS_JNONE && ans_json_kind_of(person, flag) == ANS_JSON_TRUE
               ? care_refuse(c, x, where, "the person has died, and when is not known: record the time of the death first")
               : ANS_OK;
}

/* A dose that stood before was judged when it was given: it may be signed a second time, or struck through, whatever came later. */
ans_err care_dose(care *c, const care_change *x)
{
    bool stood = care_status_is(c, &x->old, "completed") || care_status_is(c, &x->old, "entered-in-error");
    if (!x->now.count || stood || care_status_is(c, &x->now, "entered-in-error")) {
        return ANS_OK;
    }
    ans_jnode period = ans_json_get(&x->now, 0, ANS_STR("effectivePeriod"));
    const char *where = period == ANS_JNONE ? "effective" : "effective.start";
    stays s = {.c = c,
               .patient = care_reference(c, &x->now, ans_json_get(&x->now, 0, ANS_STR("subject"))),
               .dose = period == ANS_JNONE ? care_time_at(c, &x->now, 0, "effectiveDateTime") : care_time_at(c, &x->now, period, "start")};
    if (s.dose.is_there && s.dose.low > c->time + CARE_AHEAD) {
        return care_refuse(c, x, where, "the dose lies more than %d minutes in the future", CARE_AHEAD_MINUTES);
    }
    bool is_person = s.patient.id.n && ans_search_type_of(c->j->rest->o.search, s.patient.type) == c->t_patient;
    if (!is_person || !s.dose.is_there || care_status_is(c, &x->now, "not-done")) {
        return ANS_OK;
    }
    ans_json person;
    ans_err err = care_read(c, s.patient, &person);
    err = err == ANS_OK ? alive(c, x, &person, where, s.dose) : err;
    err = err == ANS_OK ? look_at_stays(&s) : err;
    return err == ANS_OK && s.any && !s.covered ? care_refuse(c, x, where, "the person has no stay in progress at the time of this dose") : err;
}

/* ---- beds ---- */

static bool is_active(care *c, const ans_json *doc, ans_jnode place)
{
    ans_str status = ans_json_get_string(c->cx, doc, place, ANS_STR("status"));
    ans_jnode period = ans_json_get(doc, place, ANS_STR("period"));
    return status.n ? ans_str_is(status, "active") : ans_json_get(doc, period, ANS_STR("end")) == ANS_JNONE;
}

/* Who is on leave keeps the bed, unless its place was ended. */
static bool is_here(care *c, const ans_json *doc)
{
    return doc->count && (care_status_is(c, doc, "in-progress") || care_status_is(c, doc, "onleave"));
}

/* Is the stay open, in this place now? */
static bool lies_in(care *c, const ans_json *doc, ans_ref bed)
{
    ans_jnode list = is_here(c, doc) ? ans_json_get(doc, 0, ANS_STR("location")) : ANS_JNONE;
    if (list == ANS_JNONE) {
        return false;
    }
    ANS_JSON_EACH(doc, list, one) {
        ans_ref at = care_reference(c, doc, ans_json_get(doc, one, ANS_STR("location")));
        if (at.type == bed.type && at.id.n && ans_str_eq(at.id, bed.id) && is_active(c, doc, one)) {
            return true;
        }
    }
    return false;
}

static bool is_bed(care *c, const ans_json *place)
{
    ans_jnode kind = place->count ? ans_json_get(place, 0, ANS_STR("physicalType")) : ANS_JNONE;
    ans_jnode list = ans_json_get(place, kind, ANS_STR("coding"));
    if (list == ANS_JNONE) {
        return false;
    }
    ANS_JSON_EACH(place, list, one) {
        if (ans_str_is(ans_json_get_string(c->cx, place, one, ANS_STR("code")), "bd")) {
            return true;
        }
    }
    return false;
}

typedef struct lying {
    care *c;
    const care_change *own;
    ans_ref bed, subject;
    bool taken;
} lying;

static bool is_other(lying *l, const ans_json *doc)
{
    ans_ref subject = care_reference(l->c, doc, ans_json_get(doc, 0, ANS_STR("subject")));
    bool same_one = subject.id.n && subject.type == l->subject.type && ans_str_eq(subject.id, l->subject.id);
    return !same_one && lies_in(l->c, doc, l->bed);
}

static ans_err visit_lying(void *arg, const ans_version *v, bool *more)
{
    lying *l = arg;
    ans_json doc;
    if (care_changed(l->c, v->ref)) {
        return ANS_OK;
    }
    ans_err err = ans_json_parse(l->c->cx, v->body, NULL, &doc);
    l->taken = err == ANS_OK && is_other(l, &doc);
    *more = !l->taken;
    return err;
}

static ans_err look_for_others(lying *l)
{
    care *c = l->c;
    for (uint32_t i = 0; i < c->count && !l->taken; i++) {
        const care_change *x = &c->list[i];
        l->taken = x != l->own && x->type == c->t_encounter && x->now.count && is_other(l, &x->now);
    }
    ans_search_request rq = {.type = c->t_encounter,
                             .strict = true,
                             .query = ans_arena_fmt(c->cx->arena, "status=in-progress,onleave&location=Location/%.*s", ANS_FMT(l->bed.id))};
    return l->taken ? ANS_OK : ans_search_each(c->j->rest->o.search, c->cx, c->rd, &rq, visit_lying, l);
}

/* A place where this stay is now and was not before, from `from` on; ANS_JNONE: no more. */
static ans_jnode new_place(care *c, const care_change *x, ans_jnode list, ans_jnode from, ans_ref *out)
{
    for (ans_jnode n = from; n != ANS_JNONE; n = ans_json_next(&x->now, list, n)) {
        *out = care_reference(c, &x->now, ans_json_get(&x->now, n, ANS_STR("location")));
        if (out->id.n && is_active(c, &x->now, n) && !lies_in(c, &x->old, *out)) {
            return n;
        }
    }
    return ANS_JNONE;
}

static ans_jnode places_of(care *c, const care_change *x)
{
    return is_here(c, &x->now) ? ans_json_get(&x->now, 0, ANS_STR("location")) : ANS_JNONE;
}

bool care_takes_bed(care *c, const care_change *x)
{
    ans_ref place;
    care_change seen = *x;
    ans_jnode list = places_of(c, x);
    if (x->change->if_vid == ANS_VID_ANY) { /* what was there may be gone when this comes */
        seen.old = (ans_json){0};
    }
    return list != ANS_JNONE && new_place(c, &seen, list, ans_json_first(&x->now, list), &place) != ANS_JNONE;
}

ans_err care_bed(care *c, const care_change *x)
{
    ans_jnode list = places_of(c, x);
    lying l = {.c = c, .own = x};
    ans_err err = ANS_OK;
    if (list == ANS_JNONE) {
        return ANS_OK;
    }
    l.subject = care_reference(c, &x->now, ans_json_get(&x->now, 0, ANS_STR("subject")));
    ans_jnode n = new_place(c, x, list, ans_json_first(&x->now, list), &l.bed);
    while (err == ANS_OK && n != ANS_JNONE) {
        ans_json place;
        err = care_read(c, l.bed, &place);
        if (err == ANS_OK && is_bed(c, &place)) {
            err = look_for_others(&l);
        }
        if (err == ANS_OK && l.taken) {
            ans_str name = care_string(c, &place, "name");
            return care_refuse(c, x, "location", "bed %.*s (Location/%.*s) is taken", ANS_FMT(name), ANS_FMT(l.bed.id));
        }
        n = new_place(c, x, list, ans_json_next(&x->now, list, n), &l.bed);
    }
    return err;
}
