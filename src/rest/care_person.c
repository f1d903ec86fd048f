/* Care rules of editing who somebody is: a birth and a death that fit the stays, and a change in the name of who makes it. */
#include "rest/care_int.h"

/* ---- born before coming, and not dead ---- */

typedef struct born {
    care *c;
    care_time birth, death; /* the new ones; not there: it did not change */
    bool late, early; /* some stay began before the birth; after the death */
} born;

static void look_at(born *b, const ans_json *doc)
{
    care *c = b->c;
    ans_str class = ans_json_get_string(c->cx, doc, ans_json_get(doc, 0, ANS_STR("class")), ANS_STR("code"));
    bool counts = care_status_is(c, doc, "in-progress") || care_status_is(c, doc, "onleave") || care_status_is(c, doc, "finished");
    care_time start = care_time_at(c, doc, ans_json_get(doc, 0, ANS_STR("period")), "start");
    bool is_stay = counts && ans_str_is(class, "IMP") && start.is_there && !care_is_elsewhere(c, doc, "serviceProvider");
    b->late = b->late || (is_stay && b->birth.is_there && b->birth.low >= start.high);
    b->early = b->early || (is_stay && b->death.is_there && start.low >= b->death.high);
}

static ans_err visit_stay(void *arg, const ans_version *v, bool *more)
{
    born *b = arg;
    ans_json doc;
    if (care_changed(b->c, v->ref)) {
        return ANS_OK; /* it will be otherwise */
    }
    ans_err err = ans_json_parse(b->c->cx, v->body, NULL, &doc);
    if (err == ANS_OK) {
        look_at(b, &doc);
    }
    *more = !b->late && !b->early;
    return err;
}

static care_time changed_time(care *c, const care_change *x, const char *name)
{
    bool same = ans_str_eq(care_string(c, &x->now, name), care_string(c, &x->old, name));
    return same ? (care_time){0} : care_time_at(c, &x->now, 0, name);
}

ans_err care_born(care *c, const care_change *x)
{
    born b = {.c = c, .birth = changed_time(c, x, "birthDate"), .death = changed_time(c, x, "deceasedDateTime")};
    if (!x->now.count || !x->old.count || (!b.birth.is_there && !b.death.is_there)) {
        return ANS_OK; /* whoever is new has no stay but those of this transaction, which begin today */
    }
    for (uint32_t i = 0; i < c->count; i++) {
        const care_change *e = &c->list[i];
        ans_ref subject = e->type == c->t_encounter && e->now.count ? care_reference(c, &e->now, ans_json_get(&e->now, 0, ANS_STR("subject"))) : (ans_ref){0};
        if (subject.id.n && subject.type == x->change->ref.type && ans_str_eq(subject.id, x->change->ref.id)) {
            look_at(&b, &e->now);
        }
    }
    ans_search_request rq = {.type = c->t_encounter,
                             .strict = true,
                             .query = ans_arena_fmt(c->cx->arena, "class=IMP&patient=Patient/%.*s", ANS_FMT(x->change->ref.id))};
    ans_err err = b.late || b.early ? ANS_OK : ans_search_each(c->j->rest->o.search, c->cx, c->rd, &rq, visit_stay, &b);
    if (err == ANS_OK && b.early) {
        return care_refuse(c, x, "deceased", "the death lies before a stay of this person began");
    }
    return err == ANS_OK && b.late ? care_refuse(c, x, "birthDate", "the day of birth lies after a stay of this person began") : err;
}

/* ---- who changed it ---- */

#define CHANGE "urn:ansinh:extension:change"

typedef struct said {
    ans_ref who;
    ans_str at;
} said;

static said said_in(care *c, const ans_json *doc)
{
    said s = {0};
    ans_jnode list = doc->count ? ans_json_get(doc, 0, ANS_STR("extension")) : ANS_JNONE;
    if (list == ANS_JNONE) {
        return s;
    }
    ANS_JSON_EACH(doc, list, one) {
        ans_jnode parts = ans_json_get(doc, one, ANS_STR("extension"));
        if (parts == ANS_JNONE || !ans_str_is(ans_json_get_string(c->cx, doc, one, ANS_STR("url")), CHANGE)) {
            continue;
        }
        ANS_JSON_EACH(doc, parts, part) {
            ans_str url = ans_json_get_string(c->cx, doc, part, ANS_STR("url"));
            if (ans_str_is(url, "who")) {
                s.who = care_reference(c, doc, ans_json_get(doc, part, ANS_STR("valueReference")));
            } else if (ans_str_is(url, "at")) {
                s.at = ans_json_get_string(c->cx, doc, part, ANS_STR("valueDateTime"));
            }
        }
    }
    return s;
}

/* What an earlier version said may be carried along by any write. */
ans_err care_change_by(care *c, const care_change *x)
{
    said now = said_in(c, &x->now), old = said_in(c, &x->old);
    bool carried = now.who.type == old.who.type && ans_str_eq(now.who.id, old.who.id) && ans_str_eq(now.at, old.at);
    if (!now.who.id.n || carried || care_is_me(c, now.who)) {
        return ANS_OK;
    }
    return care_refuse(c, x, "extension", "who changes it says so in their own name: " CHANGE " names somebody else");
}
