#include "paper/ward.h"

#include "base/buf.h"
#include "base/sort.h"
#include "fhir/timing.h"

enum { MOST_PEOPLE = 5000, MOST_DEPTH = 5, MOST_IN_QUERY = 200, MOST_ROUNDS = 48, SCORE_HOURS = 48 };
#define AWAY "urn:ansinh:extension:away"

/* ---- places ---- */

typedef struct ids {
    ans_str *at;
    uint32_t count, cap;
} ids;

static ans_err add_id(paper *p, ids *to, ans_str id)
{
    ans_str *at = ans_arena_grow(p->cx->arena, to->at, to->count, &to->cap, 64, sizeof *at);
    if (!at) {
        return ans_cx_nomem(p->cx);
    }
    to->at = at;
    at[to->count++] = id;
    return ANS_OK;
}

/* "Location/a,Location/b" of [from, to) */
static ans_str named_in_query(paper *p, const ids *of, const char *type, uint32_t from, uint32_t to)
{
    ans_buf b;
    ans_str out;
    ans_buf_init_arena(&b, p->cx->arena, (size_t)1 << 20);
    for (uint32_t i = from; i < to; i++) {
        ans_buf_fmt(&b, "%s%s%.*s", i > from ? "," : "", type, ANS_FMT(of->at[i]));
    }
    return ans_buf_finish(&b, &out) == ANS_OK ? out : ANS_STR("");
}

/* The place and what is in it, level by level. */
static ans_err places_below(paper *p, ids *out)
{
    ans_err err = add_id(p, out, p->ask->id);
    uint32_t from = 0;
    for (int depth = 0; err == ANS_OK && depth < MOST_DEPTH && from < out->count; depth++) {
        uint32_t end = out->count;
        for (; err == ANS_OK && from < end; from = from + MOST_IN_QUERY < end ? from + MOST_IN_QUERY : end) {
            list l;
            uint32_t to = from + MOST_IN_QUERY < end ? from + MOST_IN_QUERY : end;
            err = ask_list(p, "Location", fmt(p, "partof=%.*s", ANS_FMT(named_in_query(p, out, "Location/", from, to))), NULL, &l);
            for (uint32_t i = 0; err == ANS_OK && i < l.count; i++) {
                err = add_id(p, out, l.at[i].id);
            }
        }
    }
    return err;
}

/* ---- people ---- */

static int by_bed(const void *x, const void *y)
{
    const lodger *a = x, *b = y;
    int order = ans_str_cmp(a->who.ward, b->who.ward);
    order = order ? order : ans_str_cmp(a->who.room, b->who.room);
    order = order ? order : ans_str_cmp(a->who.bed, b->who.bed);
    return order ? order : ans_str_cmp(a->who.id, b->who.id);
}

/* The time away that has no end yet: the last of them that says none. */
static void read_away(paper *p, const ans_json *stay, lodger *l)
{
    ans_jnode all = ans_json_get(stay, 0, ANS_STR("extension"));
    for (ans_jnode e = all != ANS_JNONE ? ans_json_first(stay, all) : ANS_JNONE; e != ANS_JNONE; e = ans_json_next(stay, all, e)) {
        ans_jnode parts = ans_json_get(stay, e, ANS_STR("extension"));
        if (!ans_str_is(text_at(p, stay, e, "url"), AWAY) || parts == ANS_JNONE) {
            continue;
        }
        struct {
            const char *url, *value;
            ans_str text;
        } said[] = {{"kind", "valueCode", ANS_STR("")}, {"from", "valueDateTime", ANS_STR("")}, {"until", "valueDateTime", ANS_STR("")},
                    {"where", "valueString", ANS_STR("")}, {"with", "valueString", ANS_STR("")}, {"back", "valueDateTime", ANS_STR("")}};
        ANS_JSON_EACH(stay, parts, one) {
            for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
                said[i].text = ans_str_is(text_at(p, stay, one, "url"), said[i].url) ? text_at(p, stay, one, said[i].value) : said[i].text;
            }
        }
        if (!said[5].text.n) {
            l->away_kind = said[0].text;
            l->away_from = said[1].text;
            l->away_until = said[2].text;
            l->away_where = said[3].text;
            l->away_with = said[4].text;
        }
    }
}

static ans_err take_stay(paper *p, const ans_json *stay, ward *out)
{
    const ans_json *patient;
    ans_str id = reference_at(p, stay, 0, "subject");
    ans_err err = ask_one(p, "Patient", id, &patient);
    if (err != ANS_OK || !patient) { /* who is not seen is not there */
        return err;
    }
    if (out->count == MOST_PEOPLE) {
        return ans_issue_add(p->cx, ANS_E_COSTLY, ANS_STR_NONE, "a paper has at most %d people: ask for a smaller place", MOST_PEOPLE);
    }
    lodger *l = &out->at[out->count++];
    l->is_away = ans_str_is(text_at(p, stay, 0, "status"), "onleave");
    if (l->is_away) {
        read_away(p, stay, l);
    }
    return ask_who_of(p, patient, stay, &l->who);
}

static ans_err stays_of(paper *p, ans_str which, ward *out)
{
    list l;
    ans_err err = ask_list(p, "Encounter", fmt(p, "status=in-progress,onleave&%.*s", ANS_FMT(which)), NULL, &l);
    for (uint32_t i = 0; err == ANS_OK && i < l.count; i++) {
        err = take_stay(p, l.at[i].doc, out);
    }
    return err;
}

/* Two open stays of one person are one line; who moved out of the place while the stay goes on is not in it. */
static void settle(ward *w, const ids *places)
{
    uint32_t kept = 0;
    ans_sort(w->at, w->count, sizeof *w->at, by_bed);
    for (uint32_t i = 0; i < w->count; i++) {
        bool is_here = places->count == 0 || w->at[i].who.ward_id.n;
        for (uint32_t k = kept; k > 0 && is_here; k--) {
            is_here = !ans_str_eq(w->at[k - 1].who.id, w->at[i].who.id);
        }
        if (is_here) {
            w->at[kept++] = w->at[i];
        }
    }
    w->count = kept;
}

/* Who is here, then who is away, each in the order they had. */
static ans_err part(paper *p, ward *w)
{
    uint32_t kept = 0;
    w->away = ANS_NEW_N(p->cx->arena, lodger, w->count + 1);
    if (!w->away) {
        return ans_cx_nomem(p->cx);
    }
    for (uint32_t i = 0; i < w->count; i++) {
        if (w->at[i].is_away) {
            w->away[w->away_count++] = w->at[i];
        } else {
            w->at[kept++] = w->at[i];
        }
    }
    w->count = kept;
    return ANS_OK;
}

static ans_err of_facility(paper *p, ward *out)
{
    const ans_json *doc;
    ids none = {0};
    ans_err err = ask_one(p, "Organization", p->ask->id, &doc);
    if (err == ANS_OK && !doc) {
        return ans_issue_add(p->cx, ANS_E_NOTFOUND, ANS_STR("http.url"), "there is no such Organization");
    }
    err = err == ANS_OK ? stays_of(p, fmt(p, "service-provider=Organization/%.*s", ANS_FMT(p->ask->id)), out) : err;
    out->facility_id = p->ask->id;
    settle(out, &none);
    uint32_t kept = 0;
    for (uint32_t i = 0; p->ask->without_place && i < out->count; i++) {
        if (!out->at[i].who.ward_id.n) {
            out->at[kept++] = out->at[i];
        }
    }
    out->count = p->ask->without_place ? kept : out->count;
    out->name = p->ask->without_place ? word(p, "no-place") : ANS_STR("");
    return err;
}

static ans_err of_place(paper *p, ward *out)
{
    const named *place;
    ids places = {0};
    ans_err err = ask_place(p, p->ask->id, &place);
    if (err == ANS_OK && !place) {
        return ans_issue_add(p->cx, ANS_E_NOTFOUND, ANS_STR("http.url"), "there is no such Location");
    }
    if (err == ANS_OK) {
        out->name = place->name;
        out->facility_id = place->body;
    }
    err = err == ANS_OK ? places_below(p, &places) : err;
    for (uint32_t from = 0; err == ANS_OK && from < places.count; from += MOST_IN_QUERY) {
        uint32_t to = from + MOST_IN_QUERY < places.count ? from + MOST_IN_QUERY : places.count;
        err = stays_of(p, fmt(p, "location=%.*s", ANS_FMT(named_in_query(p, &places, "Location/", from, to))), out);
    }
    if (err == ANS_OK) {
        settle(out, &places);
    }
    return err;
}

static ans_str phones(paper *p, const ans_json *doc, ans_jnode of)
{
    ans_str text = ANS_STR("");
    ans_jnode all = ans_json_get(doc, of, ANS_STR("telecom"));
    for (ans_jnode t = all != ANS_JNONE ? ans_json_first(doc, all) : ANS_JNONE; t != ANS_JNONE; t = ans_json_next(doc, all, t)) {
        text = ans_str_is(text_at(p, doc, t, "system"), "phone") ? join(p, text, ", ", text_at(p, doc, t, "value")) : text;
    }
    return text;
}

ans_err ask_ward(paper *p, ward *out)
{
    const ans_json *doc = NULL;
    *out = (ward){.at = ANS_NEW_N(p->cx->arena, lodger, MOST_PEOPLE)};
    if (!out->at) {
        return ans_cx_nomem(p->cx);
    }
    ans_err err = ans_str_is(p->ask->type, "Organization") ? of_facility(p, out) : of_place(p, out);
    err = err == ANS_OK ? part(p, out) : err;
    err = err == ANS_OK && out->facility_id.n ? ask_facility(p, out->facility_id, &out->house) : err;
    err = err == ANS_OK && out->facility_id.n ? ask_one(p, "Organization", out->facility_id, &doc) : err;
    out->phone = doc ? phones(p, doc, 0) : ANS_STR("");
    p->who.facility = out->house.facility;
    p->who.body = out->house.body;
    p->who.ward = out->name;
    p->shown = out->count;
    return err;
}

/* ---- one person ---- */

static ans_err warnings_of(paper *p, lodger *l)
{
    list all;
    ans_err err = ask_list(p, "AllergyIntolerance", of_person(p, l->who.id, "clinical-status=active"), "recordedDate", &all);
    for (uint32_t i = 0; err == ANS_OK && i < all.count; i++) {
        const ans_json *doc = all.at[i].doc;
        ans_jnode code = ans_json_get(doc, 0, ANS_STR("code"));
        bool is_none = has_code(p, doc, code, NULL, "716186003"), is_wrong = has_code(p, doc, ans_json_get(doc, 0, ANS_STR("verificationStatus")), NULL, "refuted");
        if (!is_none && !is_wrong && !is_struck(p, doc) && !is_guarded(p, doc)) {
            l->allergies = join(p, l->allergies, "; ", concept_text(p, doc, code));
        }
    }
    err = err == ANS_OK ? ask_list(p, "Flag", of_person(p, l->who.id, ""), NULL, &all) : err; /* R4 knows no search by status */
    for (uint32_t i = 0; err == ANS_OK && i < all.count; i++) {
        const ans_json *doc = all.at[i].doc;
        if (ans_str_is(text_at(p, doc, 0, "status"), "active") && !is_guarded(p, doc)) {
            l->risks = join(p, l->risks, "; ", concept_text(p, doc, ans_json_get(doc, 0, ANS_STR("code"))));
        }
    }
    return err;
}

static ans_err diet_of(paper *p, lodger *l)
{
    list all;
    ans_err err = ask_list(p, "NutritionOrder", of_person(p, l->who.id, "status=active"), "dateTime", &all);
    for (uint32_t i = 0; err == ANS_OK && i < all.count; i++) {
        const ans_json *doc = all.at[i].doc;
        ans_jnode types = ans_json_get(doc, node_at(doc, 0, "oralDiet"), ANS_STR("type"));
        for (ans_jnode t = types != ANS_JNONE ? ans_json_first(doc, types) : ANS_JNONE; t != ANS_JNONE; t = ans_json_next(doc, types, t)) {
            l->diet = join(p, l->diet, "; ", concept_text(p, doc, t));
        }
        l->diet = join(p, l->diet, "; ", text_at(p, doc, 0, "oralDiet.instruction"));
    }
    return err;
}

static ans_err relatives_of(paper *p, lodger *l)
{
    list all;
    ans_err err = ask_list(p, "RelatedPerson", of_person(p, l->who.id, "active=true"), NULL, &all);
    for (uint32_t i = 0; err == ANS_OK && i < all.count; i++) {
        const ans_json *doc = all.at[i].doc;
        ans_str name = text_at(p, doc, 0, "name.text"), relation = concept_text(p, doc, node_at(doc, 0, "relationship")), phone = phones(p, doc, 0);
        ans_str who = relation.n && name.n ? fmt(p, "%.*s (%.*s)", ANS_FMT(name), ANS_FMT(relation)) : name;
        l->relatives = phone.n && !is_guarded(p, doc) ? join(p, l->relatives, "; ", join(p, who, ": ", phone)) : l->relatives;
    }
    return err;
}

static ans_err score_of(paper *p, lodger *l)
{
    char since[ANS_INSTANT_BYTES];
    list all;
    reading r;
    ans_instant_print(p->ask->now_us - SCORE_HOURS * US_PER_HOUR, since);
    ans_str more = fmt(p, "code=urn:ansinh:score|news2&date=ge%.*s", ANS_INSTANT_BYTES, since);
    ans_err err = ask_list(p, "Observation", of_person(p, l->who.id, more.p), "effectiveDateTime", &all);
    for (uint32_t i = all.count; err == ANS_OK && i > 0 && !l->score.n; i--) {
        const struct found *f = &all.at[i - 1];
        if (!is_struck(p, f->doc) && read_sign(p, f, &r)) {
            l->score = fmt(p, "%.*s (%.*s %.*s)", ANS_FMT(r.text), ANS_FMT(clock_text(p, f->us)), ANS_FMT(day_short(p, day_of(p, f->us))));
        }
    }
    return err;
}

/* ---- orders besides medicines ---- */

typedef struct rounds {
    paper *p;
    lodger *l;
} rounds;

static ans_err add_round(void *arg, const ans_moment *m)
{
    const rounds *r = arg;
    lodger *l = r->l;
    if (!l->rounds) {
        l->rounds = ANS_NEW_N(r->p->cx->arena, int64_t, MOST_ROUNDS);
    }
    if (!l->rounds) {
        return ans_cx_nomem(r->p->cx);
    }
    if (l->round_count < MOST_ROUNDS) {
        l->rounds[l->round_count++] = m->us;
    }
    return ANS_OK;
}

/* "Xoay trở: mỗi 2 giờ", "Đo đường huyết: 06:00, 17:00" */
static ans_str order_text(paper *p, const ans_json *doc, ans_str kind)
{
    ans_jnode code = ans_json_get(doc, 0, ANS_STR("code")), repeat = node_at(doc, 0, "occurrenceTiming.repeat");
    ans_str name = text_at(p, doc, code, "text"), when = ANS_STR("");
    ans_jnode times = ans_json_get(doc, repeat, ANS_STR("timeOfDay")), period = ans_json_get(doc, repeat, ANS_STR("period"));
    name = name.n ? name : word(p, fmt(p, "care.%.*s", ANS_FMT(kind)).p);
    for (ans_jnode t = times != ANS_JNONE ? ans_json_first(doc, times) : ANS_JNONE; t != ANS_JNONE; t = ans_json_next(doc, times, t)) {
        when = join(p, when, ", ", ans_str_head(ans_json_string(p->cx, doc, t), 5));
    }
    if (!when.n && period != ANS_JNONE) {
        ans_str unit = word(p, fmt(p, "unit.%.*s", ANS_FMT(text_at(p, doc, repeat, "periodUnit"))).p);
        when = fmt(p, "%.*s %.*s %.*s", ANS_FMT(word(p, "every")), ANS_FMT(ans_json_raw(doc, period)), ANS_FMT(unit));
    }
    return join(p, name, ": ", when);
}

static int by_instant(const void *x, const void *y)
{
    int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;
    return a < b ? -1 : a > b;
}

static ans_err orders_of(paper *p, lodger *l, int64_t from_us, int64_t until_us)
{
    list all;
    rounds r = {p, l};
    ans_err err = ask_list(p, "ServiceRequest", of_person(p, l->who.id, "status=active"), "authoredOn", &all);
    for (uint32_t i = 0; err == ANS_OK && i < all.count; i++) {
        const ans_json *doc = all.at[i].doc;
        ans_jnode code = ans_json_get(doc, 0, ANS_STR("code"));
        ans_str kind = code_of(p, doc, code, CARE);
        ans_timing t;
        if (is_guarded(p, doc)) {
            continue;
        }
        if (has_code(p, doc, code, LOINC, "85353-1")) {
            l->needs_rounds = true;
            ans_timing_read(p->cx, doc, ans_json_get(doc, 0, ANS_STR("occurrenceTiming")), p->zone, all.at[i].us, time_of(p, l->who.since), &t);
            err = ans_timing_each(&t, p->zone, from_us, until_us, add_round, &r);
        } else if (kind.n) {
            l->care = join(p, l->care, "; ", order_text(p, doc, kind));
        }
    }
    ans_sort(l->rounds, l->round_count, sizeof *l->rounds, by_instant);
    return err;
}

ans_err ask_lodger(paper *p, lodger *l, int64_t from_us, int64_t until_us)
{
    l->is_unseen = is_unseen(p, l->who.id);
    ans_err err = warnings_of(p, l);
    err = err == ANS_OK ? diet_of(p, l) : err;
    err = err == ANS_OK ? relatives_of(p, l) : err;
    err = err == ANS_OK ? score_of(p, l) : err;
    return err == ANS_OK ? orders_of(p, l, from_us, until_us) : err;
}

/* ---- where somebody lives ---- */

ans_err ans_paper_places(ans_cx *cx, const ans_paper_view *view, ans_str facility, int64_t now_us, ans_paper_place **out, uint32_t *out_count)
{
    const ans_paper_ask ask = {.view = *view, .type = ANS_STR("Organization"), .id = facility, .now_us = now_us};
    paper p = {.cx = cx, .ask = &ask, .zone = ans_search_zone(view->search), .form = ANS_JNONE};
    ward w;
    ans_err err = paper_table_read(cx, &p.table);
    err = err == ANS_OK ? ask_ward(&p, &w) : err;
    ans_paper_place *at = err == ANS_OK ? ANS_NEW_N(cx->arena, ans_paper_place, w.count + w.away_count + 1) : NULL;
    *out_count = 0;
    for (uint32_t i = 0; at && i < w.count + w.away_count; i++) { /* by the name of their ward: two wards of one name may take turns */
        const identity *who = i < w.count ? &w.at[i].who : &w.away[i - w.count].who;
        bool is_known = false;
        for (uint32_t k = 0; k < *out_count && !is_known; k++) {
            is_known = ans_str_eq(at[k].id, who->ward_id);
        }
        if (!is_known) {
            at[(*out_count)++] = (ans_paper_place){who->ward_id, who->ward};
        }
    }
    *out = at;
    return err == ANS_OK && !at ? ans_cx_nomem(cx) : err;
}

typedef struct houses {
    ans_cx *cx;
    ans_str *at;
    uint32_t count, most;
} houses;

static ans_err note_house(void *arg, const ans_version *v, bool *more)
{
    houses *h = arg;
    ans_json doc;
    ans_reference r;
    ans_cx one = {.arena = ans_arena_new((size_t)8 << 20)};
    ans_err err = one.arena ? ans_json_parse(&one, v->body, NULL, &doc) : ans_cx_nomem(h->cx);
    ans_jnode n = err == ANS_OK ? ans_json_get(&doc, 0, ANS_STR("serviceProvider")) : ANS_JNONE;
    ans_reference_parse(n == ANS_JNONE ? ANS_STR_NONE : ans_json_get_string(&one, &doc, n, ANS_STR("reference")), &r);
    bool is_known = r.kind != ANS_REF_LOCAL || h->count == h->most;
    for (uint32_t i = h->count; i > 0 && !is_known; i--) { /* the last one first: they come in rows */
        is_known = ans_str_eq(h->at[i - 1], r.id);
    }
    if (err == ANS_OK && !is_known) {
        h->at[h->count] = ans_arena_dup(h->cx->arena, r.id);
        err = h->at[h->count].p ? ANS_OK : ans_cx_nomem(h->cx);
        h->count += err == ANS_OK;
    }
    ans_arena_free(one.arena);
    *more = err == ANS_OK;
    return err;
}

static int by_text(const void *a, const void *b)
{
    return ans_str_cmp(*(const ans_str *)a, *(const ans_str *)b);
}

ans_err ans_paper_facilities(ans_cx *cx, const ans_paper_view *view, ans_str *out, uint32_t most, uint32_t *out_count)
{
    houses h = {.cx = cx, .at = out, .most = most};
    ans_search_request rq = {.type = ans_fhir_type_named(ANS_STR("Encounter")), .query = ANS_STR("status=in-progress"), .strict = true, .filter = view->filter};
    ans_err err = ans_search_each(view->search, cx, view->rd, &rq, note_house, &h);
    ans_sort(out, h.count, sizeof *out, by_text);
    *out_count = h.count;
    return err;
}
