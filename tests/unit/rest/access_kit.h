/* A small country behind the gate, in memory: two lines of command, four facilities, wards, residents, one member of staff per role
 * (each also once assigned to a resident), and questions asked as any of them.
 *
 *   health:  min > so > f1 (wards w1, w2; p1, p2), f2 (w3; p3)      min > so2 > f3 (p4)
 *   public-security:  px > fx (p5) */
#ifndef TEST_ACCESS_KIT_H
#define TEST_ACCESS_KIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "auth/gate.h"
#include "auth/org.h"
#include "auth/rights.h"
#include "base/os.h"
#include "rest/rest.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

typedef struct country {
    ans_cx cx;          /* of the country */
    ans_arena *brief;   /* of a question; reset by ask */
    ans_search *search;
    ans_store *store;
    ans_orgs *orgs;
    ans_gate *gate, *gate_before;
    ans_rest *rest;
    ans_rest_answer got;
    ans_json doc;       /* of the last answer, when it is JSON */
} country;

typedef struct account {
    const char *name, *role;
    const char *org, *ward; /* NULL: a direct role; no ward: the whole facility */
    bool assigned;          /* to p1 */
    bool purpose;
} account;

static const account accounts[] = {
    {"carer", "carer", "f1", "w1", false, false},
    {"carer-a", "carer", "f1", "w1", true, false},
    {"nurse", "nurse", "f1", "w1", false, false},
    {"nurse-a", "nurse", "f1", "w1", true, false},
    {"nurse-2", "nurse", "f1", "w2", false, false},
    {"nurse-all", "nurse", "f1", NULL, false, false},
    {"head-nurse", "head-nurse", "f1", "w1", false, false},
    {"head-nurse-a", "head-nurse", "f1", "w1", true, false},
    {"assistant-doctor", "assistant-doctor", "f1", "w1", false, false},
    {"assistant-doctor-a", "assistant-doctor", "f1", "w1", true, false},
    {"doctor", "doctor", "f1", NULL, false, false},
    {"doctor-a", "doctor", "f1", NULL, true, false},
    {"doctor-f2", "doctor", "f2", NULL, false, false},
    {"doctor-x", "doctor", "fx", NULL, false, false},
    {"rehab-technician", "rehab-technician", "f1", "w1", false, false},
    {"rehab-technician-a", "rehab-technician", "f1", "w1", true, false},
    {"social-worker", "social-worker", "f1", NULL, false, false},
    {"social-worker-a", "social-worker", "f1", NULL, true, false},
    {"pharmacist", "pharmacist", "f1", NULL, false, false},
    {"pharmacist-a", "pharmacist", "f1", NULL, true, false},
    {"records-clerk", "records-clerk", "f1", NULL, false, false},
    {"facility-head", "facility-head", "f1", NULL, false, false},
    {"facility-head-a", "facility-head", "f1", NULL, true, false},
    {"province-officer", "province-officer", "so", NULL, false, false},
    {"province-officer-p", "province-officer", "so", NULL, false, true},
    {"police-officer", "province-officer", "px", NULL, false, true},
    {"ministry-officer", "ministry-officer", "min", NULL, false, false},
    {"auditor", "auditor", NULL, NULL, false, false},
    {"administrator", "administrator", NULL, NULL, false, false},
    {"nobody", "", NULL, NULL, false, false}, /* an account without any role */
    {"person-p1", "person", NULL, NULL, false, false},
    {"child-p2", "person", NULL, NULL, false, false},
    {"mother-p2", "representative", NULL, NULL, false, false},
    {"recipient", "recipient", NULL, NULL, false, false},
    {"recipient-else", "recipient", NULL, NULL, false, false},
    {"recipient-law", "recipient", NULL, NULL, false, false},
    {"recipient-f1", "recipient", "f1", NULL, false, false},
};

/* Programs bound to a purpose: of which account, for what, to whom. */
static const struct bound {
    const char *name, *purpose, *to;
} bounds[] = {
    {"recipient", "provider", "hx"},
    {"recipient-else", "provider", "hy"},
    {"recipient-law", "statutory-report", "so"},
    {"recipient-f1", "statutory-report", "so"},
};

static inline const struct bound *bound_of(const char *name)
{
    for (size_t i = 0; i < COUNT(bounds); i++) {
        if (strcmp(bounds[i].name, name) == 0) {
            return &bounds[i];
        }
    }
    return NULL;
}

/* Accounts of a person in care, and of who represents one: p1 is old, p2 is a child of about ten with a mother. */
static const struct own {
    const char *name, *person, *patient;
    bool decides; /* about the HIV test */
} owns[] = {
    {"person-p1", "Patient/p1", "p1", true},
    {"child-p2", "Patient/p2", "p2", false},
    {"mother-p2", "RelatedPerson/mother", "p2", true},
};

static inline const struct own *own_of(const char *name)
{
    for (size_t i = 0; i < COUNT(owns); i++) {
        if (strcmp(owns[i].name, name) == 0) {
            return &owns[i];
        }
    }
    return NULL;
}

static inline const char *text(country *c, const char *fmt, ...)
{
    char out[4096];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(out, sizeof out, fmt, args);
    va_end(args);
    return ans_arena_dup(c->brief, ans_str_of(out)).p;
}

static inline ans_who who_of(const char *name)
{
    for (size_t i = 0; i < COUNT(accounts); i++) {
        if (strcmp(accounts[i].name, name) == 0) {
            const account *a = &accounts[i];
            const struct bound *b = bound_of(name);
            const struct own *own = own_of(name);
            return (ans_who){.kind = b ? ANS_WHO_PROGRAM : ANS_WHO_PERSON,
                             .purpose = ans_str_of(b ? b->purpose : ""),
                             .recipient = ans_str_of(b ? b->to : ""),
                             .account = ans_str_of(a->name),
                             .name = ans_str_of(a->name),
                             .practitioner = ans_str_of(a->org ? a->name : ""),
                             .person = ans_str_of(own ? own->person : ""),
                             .direct_role = ans_str_of(a->org || own ? "" : a->role)};
        }
    }
    assert_string_equal(name, "open");
    return (ans_who){.kind = ANS_WHO_OPEN};
}

/* "GET Patient/p1", "GET Observation?code=x", "POST Patient". The answer's status; its JSON is in c->doc. */
static inline int ask_with(country *c, const char *as, const char *what, const char *body, const ans_rest_question *more)
{
    ans_rest_question q = more ? *more : (ans_rest_question){0};
    ans_str url = ans_str_of(what);
    ans_cx cx = {.arena = c->brief};
    ans_who who = who_of(as);
    (void)ans_str_cut(&url, ' ', &q.method);
    q.query = url;
    (void)ans_str_cut(&q.query, '?', &q.path);
    q.body = ans_str_of(body ? body : "");
    assert_int_equal(ans_rest_ask(c->rest, &cx, &who, &q, &c->got), ANS_OK);
    c->doc = (ans_json){0};
    if (c->got.body.n) {
        assert_int_equal(ans_json_parse(&cx, c->got.body, NULL, &c->doc), ANS_OK);
    }
    return c->got.status;
}

static inline int ask(country *c, const char *as, const char *what, const char *body)
{
    return ask_with(c, as, what, body, NULL);
}

/* Put as the program itself. */
static inline void put(country *c, const char *fmt, ...)
{
    char out[4096];
    ans_rest_answer a;
    ans_cx cx = {.arena = c->brief};
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(out, sizeof out, fmt, args);
    va_end(args);
    ans_err err = ans_rest_apply(c->rest, &cx, ans_arena_dup(c->brief, ans_str_of(out)), &a);
    if (err != ANS_OK) {
        print_error("%s: %s\n", out, cx.last_ ? cx.last_->text.p : ans_err_name(err));
    }
    assert_int_equal(err, ANS_OK);
}

/* "total" or "entry.0.resource.id" of the last answer; "-" when it is not there */
static inline const char *look(country *c, const char *path)
{
    ans_cx cx = {.arena = c->brief};
    ans_str rest = ans_str_of(path), step;
    ans_jnode at = c->doc.count ? 0 : ANS_JNONE;
    for (bool more = true; more && at != ANS_JNONE;) {
        uint64_t index;
        more = ans_str_cut(&rest, '.', &step);
        if (!ans_str_u64(step, &index)) {
            at = ans_json_get(&c->doc, at, step);
            continue;
        }
        ans_jnode parent = at;
        at = ans_json_first(&c->doc, at);
        for (; index > 0 && at != ANS_JNONE; index--) {
            at = ans_json_next(&c->doc, parent, at);
        }
    }
    if (at == ANS_JNONE) {
        return "-";
    }
    ans_str s = ans_json_string(&cx, &c->doc, at);
    return ans_arena_dup(c->brief, s.p ? s : ans_json_raw(&c->doc, at)).p;
}

static inline uint32_t entries(country *c)
{
    ans_jnode list = ans_json_get(&c->doc, 0, ANS_STR("entry"));
    return list == ANS_JNONE ? 0 : ans_json_count(&c->doc, list);
}

/* ---- the country ---- */

static inline void organisation(country *c, const char *id, const char *kind, const char *above, const char *line)
{
    put(c, "{\"resourceType\":\"Organization\",\"id\":\"%s\",\"name\":\"%s\",\"type\":[{\"coding\":[{\"system\":\"urn:ansinh:organization-kind\",\"code\":\"%s\"}]}]}", id, id, kind);
    if (above) {
        put(c, "{\"resourceType\":\"OrganizationAffiliation\",\"id\":\"below-%s\",\"organization\":{\"reference\":\"Organization/%s\"},"
               "\"participatingOrganization\":{\"reference\":\"Organization/%s\"},\"period\":{\"start\":\"2020-01-01\"},"
               "\"code\":[{\"coding\":[{\"system\":\"urn:ansinh:organization-relation\",\"code\":\"parent\"}]}],"
               "\"specialty\":[{\"coding\":[{\"system\":\"urn:ansinh:line\",\"code\":\"%s\"}]}]}", id, above, id, line);
    }
}

static inline void place(country *c, const char *id, const char *part_of, const char *org)
{
    put(c, "{\"resourceType\":\"Location\",\"id\":\"%s\",\"name\":\"%s\",\"managingOrganization\":{\"reference\":\"Organization/%s\"}%s%s%s}", id, id, org,
        part_of ? ",\"partOf\":{\"reference\":\"Location/" : "", part_of ? part_of : "", part_of ? "\"}" : "");
}

/* The first of January so many years ago. */
static inline const char *born(country *c, int years)
{
    int year, month, day;
    ans_civil_from_days(ans_day_of(ans_now_us()), &year, &month, &day);
    return text(c, "%04d-01-01", year - years);
}

static inline void resident(country *c, const char *id, const char *org, const char *bed)
{
    const char *birth = strcmp(id, "p1") == 0 ? born(c, 80) : strcmp(id, "p2") == 0 ? born(c, 10) : NULL;
    put(c, "{\"resourceType\":\"Patient\",\"id\":\"%s\",\"name\":[{\"text\":\"Name %s\"}],%s%s%s\"managingOrganization\":{\"reference\":\"Organization/%s\"}}", id, id,
        birth ? "\"birthDate\":\"" : "", birth ? birth : "", birth ? "\"," : "", org);
    if (bed) {
        put(c, "{\"resourceType\":\"Encounter\",\"id\":\"stay-%s\",\"status\":\"in-progress\",\"class\":{\"code\":\"IMP\"},\"subject\":{\"reference\":\"Patient/%s\"},"
               "\"serviceProvider\":{\"reference\":\"Organization/%s\"},\"location\":[{\"location\":{\"reference\":\"Location/%s\"},\"status\":\"active\"}]}", id, id, org, bed);
    }
}

static inline void staff(country *c, const account *a)
{
    if (!a->org) {
        return;
    }
    put(c, "{\"resourceType\":\"Practitioner\",\"id\":\"%s\",\"name\":[{\"text\":\"%s\"}]}", a->name, a->name);
    put(c, "{\"resourceType\":\"PractitionerRole\",\"id\":\"role-%s\",%s\"practitioner\":{\"reference\":\"Practitioner/%s\"},\"organization\":{\"reference\":\"Organization/%s\"},"
           "\"period\":{\"start\":\"2024-01-01\"},\"code\":[{\"coding\":[{\"system\":\"urn:ansinh:role\",\"code\":\"%s\"}]}]%s%s%s}", a->name,
        a->purpose ? "\"extension\":[{\"url\":\"urn:ansinh:extension:purpose\",\"valueString\":\"programme 1942, decision 12\"}]," : "", a->name, a->org,
        a->role, a->ward ? ",\"location\":[{\"reference\":\"Location/" : "", a->ward ? a->ward : "", a->ward ? "\"}]" : "");
}

/* Two hospitals outside; of p1 there is a Consent that data go to the first. */
static inline void sharing(country *c)
{
    organisation(c, "hx", "external", NULL, NULL);
    organisation(c, "hy", "external", NULL, NULL);
    put(c, "{\"resourceType\":\"Consent\",\"id\":\"s1\",\"status\":\"active\",\"patient\":{\"reference\":\"Patient/p1\"},\"dateTime\":\"2026-01-01\","
           "\"provision\":{\"type\":\"permit\",\"purpose\":[{\"system\":\"urn:ansinh:consent-purpose\",\"code\":\"provider\"}],"
           "\"actor\":[{\"reference\":{\"reference\":\"Organization/hx\"}}]}}");
}

static inline void people(country *c)
{
    char team[2000] = "";
    for (size_t i = 0; i < COUNT(accounts); i++) {
        staff(c, &accounts[i]);
        if (accounts[i].assigned) {
            size_t n = strlen(team);
            (void)snprintf(team + n, sizeof team - n, "%s{\"member\":{\"reference\":\"Practitioner/%s\"}}", n ? "," : "", accounts[i].name);
        }
    }
    put(c, "{\"resourceType\":\"RelatedPerson\",\"id\":\"mother\",\"active\":true,\"patient\":{\"reference\":\"Patient/p2\"},\"name\":[{\"text\":\"Mother\"}],"
           "\"relationship\":[{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-RoleCode\",\"code\":\"MTH\"}]}]}");
    put(c, "{\"resourceType\":\"CareTeam\",\"id\":\"team-p1\",\"status\":\"active\",\"subject\":{\"reference\":\"Patient/p1\"},\"participant\":[%s]}", team);
}

static inline void build_country(country *c)
{
    organisation(c, "min", "ministry", NULL, NULL);
    organisation(c, "so", "authority", "min", "health");
    organisation(c, "so2", "authority", "min", "health");
    organisation(c, "px", "authority", NULL, NULL);
    organisation(c, "f1", "facility", "so", "health");
    organisation(c, "f2", "facility", "so", "health");
    organisation(c, "f3", "facility", "so2", "health");
    organisation(c, "fx", "facility", "px", "public-security");
    put(c, "{\"resourceType\":\"Organization\",\"id\":\"f1-dep\",\"name\":\"dep\",\"partOf\":{\"reference\":\"Organization/f1\"},"
           "\"type\":[{\"coding\":[{\"system\":\"urn:ansinh:organization-kind\",\"code\":\"department\"}]}]}");
    place(c, "w1", NULL, "f1");
    place(c, "r1", "w1", "f1");
    place(c, "b1", "r1", "f1");
    place(c, "w2", NULL, "f1");
    place(c, "b2", "w2", "f1");
    place(c, "w3", NULL, "f2");
    place(c, "b3", "w3", "f2");
    resident(c, "p1", "f1", "b1");
    resident(c, "p2", "f1", "b2");
    resident(c, "p3", "f2", "b3");
    resident(c, "p4", "f3", NULL);
    resident(c, "p5", "fx", NULL);
    people(c);
}

static inline void open_gate(country *c)
{
    const ans_gate_options g = {.store = c->store, .search = c->search, .orgs = c->orgs};
    assert_int_equal(ans_gate_new(&c->cx, &g, &c->gate), ANS_OK);
    ans_rest_options r = {.store = c->store, .search = c->search, .orgs = c->orgs, .gate = c->gate, .threads = 1, .version = "test"};
    assert_int_equal(ans_rest_new(&c->cx, &r, &c->rest), ANS_OK);
}

static inline int open_country(void **state)
{
    const ans_zone *zone;
    country *c = calloc(1, sizeof *c);
    assert_non_null(c);
    c->cx.arena = ans_arena_new((size_t)1 << 30);
    c->brief = ans_arena_new((size_t)1 << 30);
    assert_true(ans_base_start());
    ans_log_quiet(true);
    assert_int_equal(ans_zone_open(&c->cx, ANS_STR("Asia/Ho_Chi_Minh"), &zone), ANS_OK);
    assert_int_equal(ans_search_new(&c->cx, zone, &c->search), ANS_OK);
    ans_store_options o = {.in_memory = true, .create = true, .index = ans_search_index_body, .index_arg = c->search};
    assert_int_equal(ans_store_open(&c->cx, &o, &c->store), ANS_OK);
    assert_int_equal(ans_search_bind(&c->cx, c->search, c->store), ANS_OK);
    assert_int_equal(ans_orgs_new(&c->cx, c->store, c->search, &c->orgs), ANS_OK);
    open_gate(c);
    build_country(c);
    *state = c;
    return 0;
}

/* The same country after a restart of the program: marks made from the rows. */
static inline void reopen_gate(country *c)
{
    ans_rest_free(c->rest);
    ans_gate_stop(c->gate); /* the one before goes on being told, and does nothing */
    c->gate_before = c->gate;
    open_gate(c);
}

static inline int close_country(void **state)
{
    country *c = *state;
    ans_rest_free(c->rest);
    ans_gate_stop(c->gate);
    ans_store_close(c->store);
    ans_gate_free(c->gate);
    ans_gate_free(c->gate_before);
    ans_orgs_free(c->orgs);
    ans_search_free(c->search);
    ans_arena_free(c->brief);
    ans_arena_free(c->cx.arena);
    free(c);
    return 0;
}

#endif
