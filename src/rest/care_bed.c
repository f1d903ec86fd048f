/* Care rules of beds: one person a bed, nobody into a closed one, and no bed is closed under anybody. Who is on leave keeps theirs. */
#include "rest/care_int.h"

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
            if (care_status_is(c, &place, "inactive")) {
                return care_refuse(c, x, "location", "bed %.*s (Location/%.*s) is out of use", ANS_FMT(care_string(c, &place, "name")), ANS_FMT(l.bed.id));
            }
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

bool care_closes_bed(care *c, const care_change *x)
{
    return x->type == c->t_location && x->now.count && care_status_is(c, &x->now, "inactive") && is_bed(c, &x->now);
}

/* Out of use from now on, though somebody lies there: the page would show them nowhere. One that was closed before is asked nothing. */
ans_err care_bed_closed(care *c, const care_change *x)
{
    lying l = {.c = c, .own = x, .bed = x->change->ref};
    ans_err err = ANS_OK;
    if (!care_closes_bed(c, x) || (x->old.count && care_status_is(c, &x->old, "inactive"))) {
        return ANS_OK;
    }
    err = look_for_others(&l);
    return err == ANS_OK && l.taken ? care_refuse(c, x, "status", "somebody lies in this bed: it cannot be put out of use") : err;
}
