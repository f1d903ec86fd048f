/* Scope x operation: what a token lets through, for each letter, each context and each way to ask, in the small country of access_kit.h.
 * Whatever the token says, the account's own rights are the most there is. */
#include "access_kit.h"

#include "auth/limit.h"
#include "smart/scope.h"

static ans_limit limit;
static ans_who app;

/* As an account, through a token with these scopes, for this person. */
static int through(country *c, const char *as, const char *scope, const char *patient, const char *what, const char *body)
{
    ans_rest_question q = {0};
    ans_str url = ans_str_of(what);
    ans_cx cx = {.arena = c->brief};
    ans_permits p;
    assert_int_equal(ans_permits_read(&cx, ans_str_of(scope), &p), ANS_OK);
    assert_int_equal(p.unknown, 0);
    assert_int_equal(ans_permits_limit(&cx, &p, ans_str_of(patient), &limit), ANS_OK);
    app = who_of(as);
    app.kind = ANS_WHO_PROGRAM;
    app.client = ANS_STR("app");
    app.session = ANS_STR("g1");
    app.limit = &limit;
    (void)ans_str_cut(&url, ' ', &q.method);
    q.query = url;
    (void)ans_str_cut(&q.query, '?', &q.path);
    q.body = ans_str_of(body ? body : "");
    assert_int_equal(ans_rest_ask(c->rest, &cx, &app, &q, &c->got), ANS_OK);
    c->doc = (ans_json){0};
    if (c->got.body.n) {
        assert_int_equal(ans_json_parse(&cx, c->got.body, NULL, &c->doc), ANS_OK);
    }
    return c->got.status;
}

static void observation(country *c, const char *id, const char *patient, const char *category, const char *status)
{
    put(c, "{\"resourceType\":\"Observation\",\"id\":\"%s\",\"status\":\"%s\",\"category\":[{\"coding\":[{\"system\":\"urn:cat\",\"code\":\"%s\"}]}],"
           "\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"8867-4\"}]},\"subject\":{\"reference\":\"Patient/%s\"}}", id, status, category, patient);
}

static void fill(country *c)
{
    observation(c, "o1", "p1", "vital", "final");
    observation(c, "o1lab", "p1", "lab", "final");
    observation(c, "o1pre", "p1", "lab", "preliminary");
    observation(c, "o2", "p2", "vital", "final");
    observation(c, "o3", "p3", "vital", "final");
    put(c, "{\"resourceType\":\"Condition\",\"id\":\"c1\",\"subject\":{\"reference\":\"Patient/p1\"},\"code\":{\"text\":\"x\"}}");
}

#define NEW "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"x\"},\"subject\":{\"reference\":\"Patient/p1\"}}"
#define NEW2 "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"x\"},\"subject\":{\"reference\":\"Patient/p2\"}}"
#define AGAIN "{\"resourceType\":\"Observation\",\"id\":\"o1\",\"status\":\"amended\",\"category\":[{\"coding\":[{\"system\":\"urn:cat\",\"code\":\"vital\"}]}],\"code\":{\"text\":\"x\"},\"subject\":{\"reference\":\"Patient/p1\"}}"
#define AWAY "{\"resourceType\":\"Observation\",\"id\":\"o1\",\"status\":\"amended\",\"code\":{\"text\":\"x\"},\"subject\":{\"reference\":\"Patient/p2\"}}"

/* Every letter against every interaction. What is allowed is found by the letters alone: a wrong one may open nothing. */
static void matrix(void **state)
{
    static const struct {
        const char *what, *body;
        const char *needs; /* one of these letters; update also needs to see what is there */
        bool reads;
    } asks[] = {
        {"GET Observation/o1", NULL, "r", false},
        {"GET Observation/o1/_history/1", NULL, "r", false},
        {"GET Observation/o1/_history", NULL, "r", false},
        {"GET Observation", NULL, "s", false},
        {"GET Observation?_summary=count", NULL, "s", false},
        {"GET Observation/_history", NULL, "s", false},
        {"POST Observation", NEW, "c", false},
        {"PUT Observation/o1", AGAIN, "u", true},
        {"DELETE Observation/o1lab", NULL, "d", true},
    };
    static const char *const contexts[] = {"patient", "user", "system"};
    country *c = *state;
    fill(c);
    (void)ask(c, "doctor", "DELETE Observation/o1pre", NULL);
    bool deletes = ask(c, "doctor", "GET Observation/o1pre", NULL) == 410; /* the role may, by itself */
    for (size_t k = 0; k < COUNT(contexts); k++) {
        for (unsigned bits = 1; bits < 32; bits++) {
            char some[6] = "", scope[64];
            for (int i = 0, n = 0; i < 5; i++) {
                if (bits >> i & 1) {
                    some[n++] = "cruds"[i];
                }
            }
            (void)snprintf(scope, sizeof scope, "%s/Observation.%s", contexts[k], some);
            for (size_t i = 0; i < COUNT(asks); i++) {
                bool may = strpbrk(some, asks[i].needs) != NULL && (!asks[i].reads || strpbrk(some, "rs"));
                int status = through(c, "doctor", scope, "p1", asks[i].what, asks[i].body);
                bool did = status < 300;
                if (asks[i].needs[0] == 'd') { /* what is not seen is answered as if it were not there, which is no error */
                    may = may && deletes;
                    did = ask(c, "doctor", "GET Observation/o1lab", NULL) == 410;
                    observation(c, "o1lab", "p1", "lab", "final");
                }
                if (did != may) {
                    fail_msg("%s: %s: %d", scope, asks[i].what, status);
                }
            }
        }
    }
    assert_true(deletes); /* otherwise the letter d would be tried by nobody */
}

/* The account's own rights stay the most there is. */
static void never_more(void **state)
{
    country *c = *state;
    static const char all[] = "patient/*.cruds user/*.cruds system/*.cruds";
    fill(c);
    for (size_t i = 0; i < COUNT(accounts); i++) {
        static const char *const whats[] = {"GET Patient/p1", "GET Patient/p2", "GET Patient/p3", "GET Patient/p5", "GET Observation/o1", "GET Observation/o3", "GET Condition/c1",
                                            "GET Observation", "GET Patient", "GET Practitioner", "GET AuditEvent", "GET Organization/fx"};
        for (size_t k = 0; k < COUNT(whats); k++) {
            int own = ask(c, accounts[i].name, whats[k], NULL);
            uint32_t n = entries(c);
            int given = through(c, accounts[i].name, all, "p1", whats[k], NULL);
            if (own_of(accounts[i].name)) { /* no program asks in the name of a person in care */
                assert_int_equal(given, 403);
                continue;
            }
            if (own != given || n != entries(c)) {
                fail_msg("%s: %s: %d by itself (%u), %d with every scope (%u)", accounts[i].name, whats[k], own, n, given, entries(c));
            }
        }
    }
    assert_int_equal(through(c, "doctor", all, "p1", "GET Patient/p5", NULL), 404);
    assert_int_equal(through(c, "administrator", all, "p1", "GET Patient/p1", NULL), ask(c, "administrator", "GET Patient/p1", NULL));
}

static void one_person(void **state)
{
    country *c = *state;
    static const char scope[] = "patient/Patient.rs patient/Observation.cruds";
    fill(c);
    assert_int_equal(through(c, "doctor", scope, "p1", "GET Patient/p1", NULL), 200);
    assert_int_equal(through(c, "doctor", scope, "p1", "GET Patient/p2", NULL), 404);
    assert_int_equal(through(c, "doctor", scope, "p2", "GET Patient/p2", NULL), 200);
    assert_int_equal(through(c, "doctor", scope, "p3", "GET Patient/p3", NULL), 404); /* of another facility: the role says no */
    assert_int_equal(through(c, "doctor", scope, "", "GET Patient/p1", NULL), 404);   /* a token without a person */
    assert_int_equal(through(c, "doctor", scope, "nobody", "GET Patient/p1", NULL), 404);
    assert_int_equal(through(c, "doctor", scope, "p1", "GET Patient", NULL), 200);
    assert_string_equal(look(c, "total"), "1");
    assert_int_equal(through(c, "doctor", scope, "p1", "GET Observation?patient=p2", NULL), 200);
    assert_string_equal(look(c, "total"), "0");
    assert_int_equal(through(c, "doctor", scope, "p1", "GET Observation?_sort=-_lastUpdated&_total=accurate", NULL), 200);
    assert_string_equal(look(c, "total"), "3");
    assert_true(through(c, "doctor", scope, "p1", "POST Observation", NEW2) >= 400);
    assert_true(through(c, "doctor", scope, "p1", "PUT Observation/o1", AWAY) >= 400);
    assert_true(through(c, "doctor", scope, "p1", "PUT Observation/o2", AGAIN) >= 400);
    assert_int_equal(through(c, "doctor", scope, "p1", "PUT Observation/o1", AGAIN), 200);
    assert_int_equal(through(c, "doctor", scope, "p1", "GET Encounter/stay-p1", NULL), 403);
    assert_int_equal(through(c, "doctor", "patient/*.rs", "p1", "GET Encounter/stay-p1", NULL), 200);
    assert_int_equal(through(c, "doctor", "patient/*.rs", "p1", "GET Encounter/stay-p2", NULL), 404);
    assert_int_equal(through(c, "doctor", "patient/*.rs", "p1", "GET Practitioner/doctor", NULL), 404); /* nobody's compartment */
    assert_int_equal(through(c, "doctor", "user/Practitioner.rs", "", "GET Practitioner/doctor", NULL), 200);
}

static void conditions(void **state)
{
    country *c = *state;
    static const char lab[] = "patient/Observation.rs?category=urn:cat|lab", final_lab[] = "patient/Observation.rs?category=urn:cat|lab&status=final";
    static const char either[] = "user/Observation.rs?category=urn:cat|lab,urn:cat|vital", other[] = "user/Observation.rs?category=urn:other|lab";
    fill(c);
    assert_int_equal(through(c, "doctor", lab, "p1", "GET Observation", NULL), 200);
    assert_string_equal(look(c, "total"), "2");
    assert_int_equal(through(c, "doctor", lab, "p1", "GET Observation/o1lab", NULL), 200);
    assert_int_equal(through(c, "doctor", lab, "p1", "GET Observation/o1", NULL), 404);
    assert_int_equal(through(c, "doctor", final_lab, "p1", "GET Observation", NULL), 200);
    assert_string_equal(look(c, "total"), "1");
    assert_int_equal(through(c, "doctor", final_lab, "p1", "GET Observation/o1pre", NULL), 404);
    assert_int_equal(through(c, "doctor", either, "", "GET Observation", NULL), 200);
    assert_string_equal(look(c, "total"), "4");
    assert_int_equal(through(c, "doctor", other, "", "GET Observation", NULL), 200);
    assert_string_equal(look(c, "total"), "0");
    assert_int_equal(through(c, "doctor", lab, "p1", "POST Observation", NEW), 403);
    /* what lost its code is gone from sight */
    observation(c, "o1pre", "p1", "vital", "preliminary");
    assert_int_equal(through(c, "doctor", lab, "p1", "GET Observation/o1pre", NULL), 404);
    /* in a transaction and a batch as alone */
    assert_int_equal(through(c, "doctor", lab, "p1", "POST ", "{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":[{\"request\":{\"method\":\"GET\",\"url\":\"Observation/o1\"}},"
                                                              "{\"request\":{\"method\":\"GET\",\"url\":\"Observation/o1lab\"}},{\"request\":{\"method\":\"GET\",\"url\":\"Observation\"}}]}"),
                     200);
    assert_string_equal(look(c, "entry.0.response.status"), "404 Not Found");
    assert_string_equal(look(c, "entry.1.response.status"), "200 OK");
    assert_string_equal(look(c, "entry.2.resource.total"), "1");
}

static void no_leak(void **state)
{
    country *c = *state;
    static const char scope[] = "patient/Observation.rs";
    fill(c);
    assert_int_equal(through(c, "doctor", scope, "p1", "GET Observation?subject:Patient.name=Name", NULL), 200);
    assert_string_equal(look(c, "total"), "0");
    assert_int_equal(through(c, "doctor", "patient/Observation.rs patient/Patient.r", "p1", "GET Observation?subject:Patient.name=Name", NULL), 200);
    assert_string_equal(look(c, "total"), "0"); /* read by id is no search by name */
    assert_int_equal(through(c, "doctor", "patient/Observation.rs patient/Patient.s", "p1", "GET Observation?subject:Patient.name=Name", NULL), 200);
    assert_string_equal(look(c, "total"), "3");
    assert_int_equal(through(c, "doctor", scope, "p1", "GET Observation?_include=Observation:subject", NULL), 200);
    assert_int_equal(entries(c), 3);
    assert_int_equal(through(c, "doctor", "patient/Patient.rs", "p1", "GET Patient?_has:Observation:patient:status=final", NULL), 200);
    assert_string_equal(look(c, "total"), "0");
    assert_int_equal(through(c, "doctor", "patient/Patient.rs", "p1", "GET Patient?_revinclude=Observation:patient", NULL), 200);
    assert_int_equal(entries(c), 1);
    assert_int_equal(through(c, "doctor", scope, "p1", "GET ?_type=Patient,Condition", NULL), 200);
    assert_int_equal(entries(c), 0);
    assert_int_equal(through(c, "doctor", scope, "p1", "GET _history", NULL), 200);
    assert_int_equal(entries(c), 3);
    assert_int_equal(through(c, "doctor", scope, "p1", "GET $sql?query=select+1", NULL), 403);
    assert_int_equal(through(c, "doctor", scope, "p1", "GET Organization/$tree", NULL), 403);
    assert_int_equal(through(c, "doctor", "patient/Observation.c", "p1", "POST Observation", NEW), 201);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(matrix, open_country, close_country),
        cmocka_unit_test_setup_teardown(never_more, open_country, close_country),
        cmocka_unit_test_setup_teardown(one_person, open_country, close_country),
        cmocka_unit_test_setup_teardown(conditions, open_country, close_country),
        cmocka_unit_test_setup_teardown(no_leak, open_country, close_country),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
