/* A small world for search tests: random residents, facilities, readings, stays ... written as FHIR, kept in a store and, beside
 * it, in a plain list. Words, codes and units come from tables that say how each is folded or converted, so that the slow model
 * (search_model.h) needs none of the code it judges. */
#ifndef TEST_SEARCH_WORLD_H
#define TEST_SEARCH_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/os.h"
#include "search/search.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define MOST_DOCS 6000

typedef struct doc {
    ans_type type;
    char id[24];
    bool alive;
    ans_str body;
    ans_json json;
    ans_rid rid;
    uint32_t vid;
    int64_t when_us;
    uint32_t changed; /* step of the last write */
} doc;

typedef struct world {
    ans_cx cx;        /* lives as long as the world */
    ans_arena *brief; /* reset after each question */
    ans_search *search;
    ans_store *store;
    ans_reader *rd;
    const ans_zone *zone;
    doc *docs;
    uint32_t count, step;
    uint32_t kinds; /* the first so many of the types are written */
    uint32_t most;  /* so many documents at most */
    uint64_t random;
    uint64_t veil;  /* not 0: a third of all documents is hidden from who asks, another third with each value */
    char dir[200];
} world;

/* ---- randomness: splitmix64 ---- */

static inline uint64_t next(world *w)
{
    uint64_t z = (w->random += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static inline uint32_t below(world *w, size_t n)
{
    return n ? (uint32_t)(next(w) % n) : 0;
}

static inline bool chance(world *w, uint32_t percent)
{
    return below(w, 100) < percent;
}

/* ---- what is not for who asks ---- */

static inline bool is_hidden(uint64_t veil, ans_rid rid)
{
    return veil && ((veil ^ rid * UINT64_C(0x9e3779b97f4a7c15)) * UINT64_C(0xbf58476d1ce4e5b9) >> 40) % 3 == 0;
}

/* Is it there, for who asks? */
static inline bool is_there(const world *w, const doc *d)
{
    return d->alive && !is_hidden(w->veil, d->rid);
}

static inline void any_veil(world *w)
{
    w->veil = chance(w, 50) ? next(w) | 1 : 0;
}

/* ---- vocabularies ---- */

/* A written word and its letters without marks, one a letter ("\xCC" forms are decomposed: they are used whole). */
typedef struct word {
    const char *text, *folded;
} word;

static const word words[] = {
    {"Nguyễn", "nguyen"}, {"Nguye\xCC\x82\xCC\x83n", "nguyen"}, {"Trần", "tran"}, {"Lê", "le"}, {"Đặng", "dang"},
    {"Dang", "dang"}, {"Đỗ", "do"}, {"Đo", "do"}, {"Hòa", "hoa"}, {"Hoà", "hoa"}, {"Hoa", "hoa"}, {"Thúy", "thuy"},
    {"Thuý", "thuy"}, {"Văn", "van"}, {"Thị", "thi"}, {"An", "an"}, {"Anh", "anh"}, {"Ánh", "anh"}, {"ĐỨC", "duc"},
    {"Quỳnh", "quynh"}, {"Bình", "binh"}, {"A", "a"}, {"Ân", "an"}, {"Ưng", "ung"}, {"smith-jones", "smith-jones"},
    {"O'Neil", "o'neil"}, {"x,y", "x,y"}, {"50$", "50$"}, {"a|b", "a|b"}, {"back\\slash", "back\\slash"},
};
#define WHOLE_WORDS 24 /* from here on words hold signs that queries escape */

static const char *const systems[] = {"http://loinc.org", "http://snomed.info/sct", "urn:oid:1.2.3", "http://s.example/a|b", ""};
static const char *const codes[] = {"8480-6", "8462-4", "a", "A", "a,b", "x$y", "p|q", "back\\slash", "final", "m"};

typedef struct unit {
    const char *code, *text;
    int dimension;      /* 0: mass, 1: volume, 2: time, 3: a plain number, -1: no unit of UCUM */
    int64_t factor;     /* to the smallest unit of the dimension */
} unit;

static const unit units[] = {
    {"ug", "ug", 0, 1}, {"mg", "mg", 0, 1000}, {"g", "gram", 0, 1000000}, {"kg", "kg", 0, 1000000000},
    {"mL", "ml", 1, 1}, {"dL", "dL", 1, 100}, {"L", "litre", 1, 1000}, {"s", "s", 2, 1}, {"min", "min", 2, 60},
    {"h", "hours", 2, 3600}, {"d", "days", 2, 86400}, {"{score}", "score", 3, 1}, {"kinh", "kinh", -1, 1},
};
#define UCUM "http://unitsofmeasure.org"

/* Days on which Vietnam's clocks were changed stand among ordinary ones. */
static const char *const dates[] = {"1931-04-30", "1945-03-15", "1955-06-30", "1959-12-31", "1975-06-12", "1975-06-13", "1990-02-28",
                                    "2000-02-29", "2024-12-31", "2025-01-01", "2026-11-20", "2026-11-21"};
static const char *const times[] = {"T00:00:00Z",      "T16:59:59Z", "T17:00:00Z",      "T23:30:00+07:00", "T00:00:00+07:00",
                                    "T12:00:00-05:00", "T08:30:15Z", "T08:30:15.250Z", "T23:59:59.999+07:00"};
static const char *const urls[] = {"http://acme.org/fhir", "http://acme.org/fhir/", "http://acme.org/fhir/ValueSet/1", "http://acme.org/fhir/ValueSet/12",
                                   "http://acme.org/fhir/ValueSet/12/x", "urn:oid:1.2", "urn:oid:1.2.3",
                                   "http://long.example/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456",
                                   "http://long.example/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456/tail",
                                   "http://long.example/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456/other"};
static const char *const numbers[] = {"0", "0.5", "0.50", "0.500", "1", "1.0", "5.4", "5.40", "5.35", "5.45", "7", "70", "99.5", "100",
                                      "100.00", "-3.5", "1000", "0.001", "1500", "2", "60", "24"};
static const char *const kinds[] = {"Patient", "Organization", "Observation", "Encounter", "Condition", "RiskAssessment", "ValueSet", "List"};

static inline const char *pick_word(world *w)
{
    return words[chance(w, 90) ? below(w, WHOLE_WORDS) : below(w, COUNT(words))].text;
}
#define PICK(w, list) (list)[below(w, COUNT(list))]

/* ---- writing FHIR ---- */

typedef struct pen {
    world *w;
    ans_buf b;
    ans_jw j;
} pen;

static inline void key(pen *p, const char *name)
{
    ans_jw_key(&p->j, ans_str_of(name));
}

static inline void text(pen *p, const char *name, const char *value)
{
    ans_jw_kv(&p->j, ans_str_of(name), ans_str_of(value));
}

static inline void open_as(pen *p, const char *name, char bracket)
{
    if (name) {
        key(p, name);
    }
    ans_jw_begin(&p->j, bracket);
}

static inline void shut(pen *p, char bracket)
{
    ans_jw_end(&p->j, bracket);
}

static inline const char *phrase(pen *p, uint32_t most)
{
    char out[400];
    size_t n = 0;
    for (uint32_t i = 0, count = 1 + below(p->w, most); i < count; i++) {
        n += (size_t)snprintf(out + n, sizeof out - n, "%s%s", i ? (chance(p->w, 10) ? "  " : " ") : "", pick_word(p->w));
    }
    return ans_arena_dup(p->w->cx.arena, (ans_str){out, n}).p;
}

static inline const char *moment(pen *p)
{
    char out[64];
    const char *day = PICK(p->w, dates);
    uint32_t how = below(p->w, 10);
    (void)snprintf(out, sizeof out, "%.*s%s", how == 0 ? 4 : how == 1 ? 7 : 10, day, how > 5 ? PICK(p->w, times) : "");
    return ans_arena_dup(p->w->cx.arena, ans_str_of(out)).p;
}

static inline void period(pen *p, const char *name)
{
    const char *a = moment(p), *b = moment(p);
    open_as(p, name, '{');
    uint32_t how = below(p->w, 10);
    if (how > 1) {
        text(p, "start", strcmp(a, b) < 0 ? a : b);
    }
    if (how != 2 && how != 0) {
        text(p, "end", strcmp(a, b) < 0 ? b : a);
    }
    shut(p, '}');
}

static inline void coding(pen *p, const char *name)
{
    open_as(p, name, '{');
    const char *system = PICK(p->w, systems);
    if (*system) {
        text(p, "system", system);
    }
    if (!*system || chance(p->w, 92)) {
        text(p, "code", PICK(p->w, codes));
    }
    if (chance(p->w, 30)) {
        text(p, "display", phrase(p, 2));
    }
    shut(p, '}');
}

static inline void concept(pen *p, const char *name)
{
    open_as(p, name, '{');
    uint32_t how = below(p->w, 10);
    if (how > 0) {
        open_as(p, "coding", '[');
        for (uint32_t i = 0; i < 1 + how / 8; i++) {
            coding(p, NULL);
        }
        shut(p, ']');
    }
    if (how < 3) {
        text(p, "text", phrase(p, 3));
    }
    shut(p, '}');
}

static inline void identifier(pen *p, const char *name)
{
    open_as(p, name, '{');
    if (chance(p->w, 30)) {
        concept(p, "type");
    }
    const char *system = PICK(p->w, systems);
    if (*system) {
        text(p, "system", system);
    }
    text(p, "value", PICK(p->w, codes));
    shut(p, '}');
}

static inline void reference(pen *p, const char *name, const char *type)
{
    char at[100];
    uint32_t how = below(p->w, 20);
    open_as(p, name, '{');
    (void)snprintf(at, sizeof at, "%s%s/%s%u%s", how == 0 ? "http://other.example/fhir/" : "", type, how == 1 ? "nobody-" : "r",
                   below(p->w, 30), how == 2 ? "/_history/1" : "");
    if (how == 3) {
        identifier(p, "identifier");
    } else if (how == 4) {
        text(p, "reference", "#inside");
    } else if (how == 5) {
        text(p, "reference", "urn:uuid:0b0e5d3c-77a5-4a0f-8f2c-5d2d4e9a1c11");
    } else {
        text(p, "reference", at);
    }
    shut(p, '}');
}

static inline void number(pen *p, const char *name)
{
    key(p, name);
    ans_jw_raw(&p->j, ans_str_of(PICK(p->w, numbers)));
}

static inline void quantity(pen *p, const char *name)
{
    const unit *u = &PICK(p->w, units);
    open_as(p, name, '{');
    uint32_t how = below(p->w, 12);
    if (how > 0) {
        number(p, "value");
    }
    if (how > 1) {
        text(p, "unit", u->text);
    }
    if (how > 2) {
        text(p, "system", u->dimension < 0 ? "http://vn.example/units" : UCUM);
        text(p, "code", u->code);
    }
    shut(p, '}');
}

static inline void range(pen *p, const char *name, const char *low, const char *high, const unit *u)
{
    open_as(p, name, '{');
    for (int end = 0; end < 2; end++) {
        if (end ? high : low) {
            open_as(p, end ? "high" : "low", '{');
            key(p, "value");
            ans_jw_raw(&p->j, ans_str_of(end ? high : low));
            if (u) {
                text(p, "system", UCUM);
                text(p, "code", u->code);
            }
            shut(p, '}');
        }
    }
    shut(p, '}');
}

static inline void human_name(pen *p)
{
    open_as(p, NULL, '{');
    uint32_t how = below(p->w, 8);
    if (how == 0) {
        text(p, "text", phrase(p, 4));
    }
    if (how > 0) {
        text(p, "family", phrase(p, 1));
        open_as(p, "given", '[');
        for (uint32_t i = 0; i < 1 + how / 4; i++) {
            ans_jw_str(&p->j, ans_str_of(phrase(p, how == 7 ? 2 : 1)));
        }
        shut(p, ']');
    }
    if (how == 2) {
        text(p, "text", phrase(p, 3));
    }
    if (how == 3) {
        open_as(p, "prefix", '[');
        ans_jw_str(&p->j, ANS_STR("BS."));
        shut(p, ']');
    }
    shut(p, '}');
}

static inline void address(pen *p)
{
    open_as(p, "address", '[');
    open_as(p, NULL, '{');
    text(p, "use", chance(p->w, 50) ? "home" : "work");
    open_as(p, "line", '[');
    ans_jw_str(&p->j, ans_str_of(phrase(p, 4)));
    shut(p, ']');
    text(p, "city", phrase(p, 2));
    if (chance(p->w, 30)) {
        text(p, "state", phrase(p, 2));
        text(p, "country", "VN");
    }
    shut(p, '}');
    shut(p, ']');
}

static inline void several(pen *p, const char *name, void (*one)(pen *, const char *), uint32_t most)
{
    uint32_t count = below(p->w, most + 1);
    if (count) {
        open_as(p, name, '[');
        for (uint32_t i = 0; i < count; i++) {
            one(p, NULL);
        }
        shut(p, ']');
    }
}

static inline void meta(pen *p)
{
    open_as(p, "meta", '{');
    several(p, "tag", coding, 2);
    if (chance(p->w, 20)) {
        open_as(p, "profile", '[');
        ans_jw_str(&p->j, ans_str_of(PICK(p->w, urls)));
        shut(p, ']');
    }
    if (chance(p->w, 20)) {
        text(p, "source", PICK(p->w, urls));
    }
    shut(p, '}');
    if (chance(p->w, 20)) {
        text(p, "language", "vi");
    }
}

/* ---- types ---- */

static inline void write_patient(pen *p)
{
    several(p, "identifier", identifier, 2);
    if (chance(p->w, 80)) {
        key(p, "active");
        ans_jw_bool(&p->j, chance(p->w, 70));
    }
    open_as(p, "name", '[');
    for (uint32_t i = 0, count = 1 + below(p->w, 2); i < count; i++) {
        human_name(p);
    }
    shut(p, ']');
    if (chance(p->w, 80)) {
        text(p, "gender", chance(p->w, 50) ? "male" : "female");
        const char *when = moment(p);
        ans_jw_kv(&p->j, ANS_STR("birthDate"), ans_str_head(ans_str_of(when), 10));
        address(p);
    }
    if (chance(p->w, 30)) {
        open_as(p, "telecom", '[');
        open_as(p, NULL, '{');
        text(p, "system", chance(p->w, 50) ? "phone" : "email");
        text(p, "value", PICK(p->w, codes));
        shut(p, '}');
        shut(p, ']');
        text(p, "deceasedDateTime", moment(p));
    } else if (chance(p->w, 30)) {
        key(p, "deceasedBoolean");
        ans_jw_bool(&p->j, chance(p->w, 50));
    }
    reference(p, "managingOrganization", "Organization");
}

static inline void write_organization(pen *p)
{
    several(p, "identifier", identifier, 1);
    text(p, "name", phrase(p, 5));
    if (chance(p->w, 30)) {
        open_as(p, "alias", '[');
        ans_jw_str(&p->j, ans_str_of(phrase(p, 20)));
        shut(p, ']');
    }
    address(p);
    if (chance(p->w, 60)) {
        reference(p, "partOf", "Organization");
    }
}

static inline void observed(pen *p)
{
    switch (below(p->w, 7)) {
    case 0:
        concept(p, "valueCodeableConcept");
        break;
    case 1:
        text(p, "valueString", phrase(p, 3));
        break;
    case 2:
        text(p, "valueDateTime", moment(p));
        break;
    case 3:
        period(p, "valuePeriod");
        break;
    case 4:
        break;
    default:
        quantity(p, "valueQuantity");
        break;
    }
}

static inline void component(pen *p, const char *name)
{
    (void)name;
    open_as(p, NULL, '{');
    concept(p, "code");
    observed(p);
    shut(p, '}');
}

static inline void write_observation(pen *p)
{
    several(p, "identifier", identifier, 1);
    text(p, "status", chance(p->w, 80) ? "final" : "preliminary");
    several(p, "category", concept, 2);
    concept(p, "code");
    reference(p, "subject", chance(p->w, 90) ? "Patient" : "Group");
    reference(p, "encounter", "Encounter");
    uint32_t how = below(p->w, 5);
    if (how == 0) {
        period(p, "effectivePeriod");
    } else if (how < 4) {
        text(p, "effectiveDateTime", moment(p));
    }
    if (chance(p->w, 20)) {
        open_as(p, "performer", '[');
        reference(p, NULL, "Organization");
        reference(p, NULL, "Patient");
        shut(p, ']');
    }
    observed(p);
    several(p, "component", component, 2);
}

static inline void write_encounter(pen *p)
{
    text(p, "status", "finished");
    coding(p, "class");
    several(p, "type", concept, 1);
    reference(p, "subject", "Patient");
    if (chance(p->w, 80)) {
        period(p, "period");
    }
    if (chance(p->w, 60)) {
        quantity(p, "length");
    }
    reference(p, "serviceProvider", "Organization");
    if (chance(p->w, 30)) {
        reference(p, "partOf", "Encounter");
    }
}

static inline void write_condition(pen *p)
{
    concept(p, "clinicalStatus");
    concept(p, "code");
    reference(p, "subject", "Patient");
    reference(p, "encounter", "Encounter");
    uint32_t how = below(p->w, 5);
    if (how == 0) {
        text(p, "onsetDateTime", moment(p));
    } else if (how == 1) {
        period(p, "onsetPeriod");
    } else if (how == 2) {
        quantity(p, "onsetAge");
    } else if (how == 3) {
        const char *low = chance(p->w, 80) ? "2" : NULL, *high = !low || chance(p->w, 80) ? "7" : NULL;
        range(p, "onsetRange", low, high, &PICK(p->w, units));
    } else {
        text(p, "onsetString", phrase(p, 3));
    }
    text(p, "recordedDate", moment(p));
}

static inline void prediction(pen *p, const char *name)
{
    (void)name;
    open_as(p, NULL, '{');
    if (chance(p->w, 70)) {
        number(p, "probabilityDecimal");
    } else {
        const char *low = chance(p->w, 80) ? "0.5" : NULL, *high = !low || chance(p->w, 80) ? "5.4" : NULL;
        range(p, "probabilityRange", low, high, NULL);
    }
    shut(p, '}');
}

static inline void write_risk(pen *p)
{
    text(p, "status", "final");
    concept(p, "method");
    reference(p, "subject", "Patient");
    reference(p, "condition", "Condition");
    text(p, "occurrenceDateTime", moment(p));
    several(p, "prediction", prediction, 2);
}

static inline void write_value_set(pen *p)
{
    if (chance(p->w, 90)) {
        text(p, "url", PICK(p->w, urls));
    }
    several(p, "identifier", identifier, 1);
    text(p, "version", PICK(p->w, numbers));
    text(p, "name", phrase(p, 2));
    text(p, "title", phrase(p, 15));
    text(p, "status", "active");
    text(p, "date", moment(p));
    text(p, "description", phrase(p, 20));
    several(p, "jurisdiction", concept, 1);
    open_as(p, "useContext", '[');
    open_as(p, NULL, '{');
    coding(p, "code");
    if (chance(p->w, 50)) {
        quantity(p, "valueQuantity");
    } else {
        concept(p, "valueCodeableConcept");
    }
    shut(p, '}');
    shut(p, ']');
}

static inline void item(pen *p, const char *name)
{
    (void)name;
    open_as(p, NULL, '{');
    reference(p, "item", PICK(p->w, kinds));
    shut(p, '}');
}

static inline void write_list(pen *p)
{
    text(p, "status", "current");
    text(p, "title", phrase(p, 4));
    concept(p, "code");
    reference(p, "subject", "Patient");
    several(p, "entry", item, 6);
}

static inline ans_str write_resource(world *w, ans_type type, const char *id)
{
    static void (*const writers[])(pen *) = {write_patient,   write_organization, write_observation, write_encounter,
                                             write_condition, write_risk,         write_value_set,   write_list};
    pen p = {.w = w};
    ans_str out;
    ans_buf_init_arena(&p.b, w->cx.arena, 65536);
    ans_jw_init(&p.j, &p.b);
    ans_jw_begin(&p.j, '{');
    ans_jw_kv(&p.j, ANS_STR("resourceType"), ans_fhir_type_name(type));
    text(&p, "id", id);
    meta(&p);
    for (size_t i = 0; i < COUNT(kinds); i++) {
        if (ans_str_is(ans_fhir_type_name(type), kinds[i])) {
            writers[i](&p);
        }
    }
    ans_jw_end(&p.j, '}');
    assert_int_equal(ans_buf_finish(&p.b, &out), ANS_OK);
    return ans_arena_dup(w->cx.arena, out);
}

/* ---- the store beside the list ---- */

static int64_t world_clock_us = INT64_C(1795000000000000); /* 2026-11 */

static inline int64_t world_now(void)
{
    return world_clock_us;
}

static inline doc *find_doc(world *w, ans_type type, ans_str id)
{
    for (uint32_t i = 0; i < w->count; i++) {
        if (w->docs[i].type == type && ans_str_is(id, w->docs[i].id)) {
            return &w->docs[i];
        }
    }
    return NULL;
}

static inline void commit(world *w, doc *d, bool is_delete)
{
    ans_cx cx = {.arena = w->brief};
    ans_change c = {.ref = {ans_search_type_number(w->search, d->type), ans_str_of(d->id)}, .is_delete = is_delete};
    if (!is_delete) {
        assert_int_equal(ans_json_parse(&w->cx, d->body, NULL, &d->json), ANS_OK);
        c.body = d->body;
        c.hash = ans_hash_content(d->body);
        assert_int_equal(ans_search_index(w->search, &cx, d->type, &d->json, 0, &c.rows), ANS_OK);
    }
    ans_txn txn = {.cx = &cx, .changes = &c, .count = 1};
    world_clock_us += 1 + below(w, chance(w, 50) ? 900 : 90000000);
    assert_int_equal(ans_store_commit(w->store, &txn), ANS_OK);
    d->alive = !is_delete;
    d->rid = c.rid ? c.rid : d->rid;
    d->vid = c.vid;
    d->when_us = c.when_us;
    d->changed = ++w->step;
    ans_arena_reset(w->brief);
}

/* Write a random version of a random resource of this type (new or known), or delete a known one. */
static inline void change(world *w, uint32_t fresh_percent, uint32_t delete_percent)
{
    doc *d = w->count ? &w->docs[below(w, w->count)] : NULL;
    if ((!d || chance(w, fresh_percent)) && w->count < w->most) {
        char id[24];
        ans_type type = ans_fhir_type_named(ans_str_of(kinds[below(w, w->kinds)]));
        (void)snprintf(id, sizeof id, "r%u", below(w, chance(w, 50) ? 30 : MOST_DOCS));
        d = find_doc(w, type, ans_str_of(id));
        if (!d) {
            d = &w->docs[w->count++];
            *d = (doc){.type = type};
            memcpy(d->id, id, sizeof id);
        }
    }
    if (d->alive && chance(w, delete_percent)) {
        commit(w, d, true);
        return;
    }
    d->body = write_resource(w, d->type, d->id);
    commit(w, d, false);
}

static inline void world_open(world *w, bool in_memory, uint64_t seed)
{
    *w = (world){.cx = {.arena = ans_arena_new((size_t)2 << 30)}, .brief = ans_arena_new((size_t)512 << 20), .random = seed, .kinds = COUNT(kinds)};
    assert_true(ans_base_start());
    assert_int_equal(ans_zone_open(&w->cx, ANS_STR("Asia/Ho_Chi_Minh"), &w->zone), ANS_OK);
    assert_int_equal(ans_search_new(&w->cx, w->zone, &w->search), ANS_OK);
    const char *base = getenv("TMPDIR");
    (void)snprintf(w->dir, sizeof w->dir, "%s/ansinh-test-XXXXXX", base && *base ? base : P_tmpdir);
    assert_non_null(mkdtemp(w->dir));
    ans_store_options o = {.dir = w->dir, .create = true, .in_memory = in_memory, .index = ans_search_index_body, .index_arg = w->search};
    assert_int_equal(ans_store_open(&w->cx, &o, &w->store), ANS_OK);
    assert_int_equal(ans_search_bind(&w->cx, w->search, w->store), ANS_OK);
    assert_int_equal(ans_reader_open(&w->cx, w->store, &w->rd), ANS_OK);
    w->docs = ANS_NEW_N(w->cx.arena, doc, MOST_DOCS);
    assert_non_null(w->docs);
    ans_clock_set(world_now);
}

static inline void world_close(world *w)
{
    char line[300];
    ans_check_report report;
    assert_int_equal(ans_store_check(&w->cx, w->store, NULL, NULL, &report), ANS_OK);
    assert_int_equal(report.bad_rows + report.bad_bodies + report.log_gaps + report.other, 0);
    ans_reader_close(w->rd);
    ans_store_close(w->store);
    ans_search_free(w->search);
    ans_clock_set(NULL);
    ans_arena_free(w->brief);
    ans_arena_free(w->cx.arena);
    (void)snprintf(line, sizeof line, "rm -rf '%s'", w->dir);
    assert_int_equal(system(line), 0);
}

#endif
