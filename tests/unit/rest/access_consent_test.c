/* Programs bound to a purpose and a recipient: whom they see, by which door, and from when until when. What consent does not open must
 * answer to the letter as what is not there. */
#include "unit/rest/access_kit.h"

#include "auth/consent.h"

#define SAME(got, want) assert_string_equal((got), (want))

static void observation(country *c, const char *id, const char *person, const char *code)
{
    put(c, "{\"resourceType\":\"Observation\",\"id\":\"%s\",\"status\":\"final\",\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"%s\"}]},"
           "\"subject\":{\"reference\":\"Patient/%s\"}}", id, code, person);
}

/* more: members behind the provision's type; rest: of the Consent */
static void consent(country *c, const char *status, const char *person, const char *purpose, const char *to, const char *more, const char *rest)
{
    put(c, "{\"resourceType\":\"Consent\",\"id\":\"x1\",\"status\":\"%s\",\"patient\":{\"reference\":\"Patient/%s\"},\"dateTime\":\"2026-01-01\","
           "\"provision\":{\"type\":\"permit\",\"purpose\":[{\"system\":\"urn:ansinh:consent-purpose\",\"code\":\"%s\"}],"
           "\"actor\":[{\"reference\":{\"reference\":\"Organization/%s\"}}]%s}%s}", status, person, purpose, to, more, rest);
}

static void total_is(country *c, const char *as, const char *what, const char *want)
{
    int status = ask(c, as, what, NULL);
    if (status != 200 || strcmp(look(c, "total"), want) != 0) {
        print_error("%s: %s: %d %s, expected %s\n", as, what, status, look(c, "total"), want);
        fail();
    }
}

static void same_as_nothing(country *c, const char *as, const char *hidden, const char *absent)
{
    int status = ask(c, as, hidden, NULL);
    ans_rest_answer first = c->got;
    assert_int_equal(ask(c, as, absent, NULL), status);
    assert_true(ans_str_eq(first.body, c->got.body));
    assert_int_not_equal(status, 200);
}

/* ---- every door ---- */

static void doors(void **state)
{
    country *c = *state;
    sharing(c);
    observation(c, "o1", "p1", "8480-6");
    observation(c, "o1", "p1", "8462-4");
    observation(c, "o2", "p2", "8480-6");
    observation(c, "h1", "p1", "75622-1"); /* an HIV test: no program's, whatever was agreed to */
    put(c, "{\"resourceType\":\"Task\",\"id\":\"t1\",\"status\":\"requested\",\"intent\":\"order\",\"for\":{\"reference\":\"Patient/p1\"}}");
    put(c, "{\"resourceType\":\"List\",\"id\":\"l1\",\"status\":\"current\",\"mode\":\"working\",\"subject\":{\"reference\":\"Patient/p1\"},"
           "\"entry\":[{\"item\":{\"reference\":\"Observation/o2\"}},{\"item\":{\"reference\":\"Observation/o1\"}}]}");
    static const struct {
        const char *what, *total;
    } cases[] = {
        {"GET Patient?_summary=count", "1"},
        {"GET Patient?name=Name&_total=accurate&_count=1", "1"},
        {"GET Patient?_id:not=p1&_total=accurate", "0"},
        {"GET Observation?_summary=count", "1"},
        {"GET Observation?code=8480-6&_total=accurate", "0"},
        {"GET Observation?subject:Patient.name=Name&_total=accurate", "1"},
        {"GET Observation?subject:Patient._id=p2&_total=accurate", "0"},
        {"GET Observation?_security=HIV&_total=accurate", "0"},
        {"GET Patient?_has:Observation:patient:code=75622-1&_total=accurate", "0"},
        {"GET Patient?_has:Encounter:patient:status=in-progress&_total=accurate", "1"},
        {"GET Encounter?patient=p1,p2,p3&_total=accurate", "1"},
        {"GET Observation?_list=l1&_total=accurate", "0"}, /* a List is no part of the purpose */
        {"GET ?_type=Patient,Observation,Encounter&_total=accurate", "3"},
    };
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < COUNT(cases); i++) {
            total_is(c, "recipient", cases[i].what, cases[i].total);
            if (strncmp(cases[i].what, "GET ?", 5) != 0) {
                total_is(c, "recipient-else", cases[i].what, "0");
            }
        }
        same_as_nothing(c, "recipient", "GET Patient/p2", "GET Patient/nobody");
        same_as_nothing(c, "recipient", "GET Observation/o2", "GET Observation/nothing");
        same_as_nothing(c, "recipient", "GET Observation/h1", "GET Observation/nothing");
        same_as_nothing(c, "recipient", "GET Observation/o2/_history", "GET Observation/nothing/_history");
        same_as_nothing(c, "recipient-else", "GET Patient/p1", "GET Patient/nobody");
        same_as_nothing(c, "recipient-else", "GET Observation/o1/_history/1", "GET Observation/nothing/_history/1");
        assert_int_equal(ask(c, "recipient", "GET Observation/o1/_history", NULL), 200);
        assert_int_equal(entries(c), 2);
        assert_int_equal(ask(c, "recipient", "GET Observation/_history", NULL), 200);
        assert_int_equal(entries(c), 2);
        assert_int_equal(ask(c, "recipient", "GET Patient?_id=p1&_revinclude=Observation:subject&_revinclude=Task:patient&_include=Patient:organization", NULL), 200);
        assert_int_equal(entries(c), 2); /* p1 and o1 */
        static const char *const shut[] = {"Task/t1", "Consent/s1", "Task", "Consent", "Practitioner", "CareTeam", "AuditEvent", "Location", "Claim"};
        for (size_t i = 0; i < COUNT(shut); i++) {
            assert_int_equal(ask(c, "recipient", text(c, "GET %s", shut[i]), NULL), 403);
        }
        if (round == 0) {
            reopen_gate(c);
        }
    }
    assert_int_equal(ask(c, "recipient", "POST Observation", "{\"resourceType\":\"Observation\",\"subject\":{\"reference\":\"Patient/p1\"}}"), 403);
    assert_int_equal(ask(c, "recipient", "PUT Patient/p1", "{\"resourceType\":\"Patient\",\"id\":\"p1\"}"), 403);
    assert_int_equal(ask(c, "recipient", "DELETE Patient/p1", NULL), 403);
}

/* ---- which consents open ---- */

static bool sees(country *c, const char *as, const char *person)
{
    int status = ask(c, as, text(c, "GET Patient/%s", person), NULL);
    assert_true(status == 200 || status == 404);
    return status == 200;
}

static void kinds(void **state)
{
    country *c = *state;
    sharing(c);
    static const struct {
        const char *status, *person, *purpose, *to, *more, *rest;
        bool opens;
    } cases[] = {
        {"active", "p2", "provider", "hx", "", "", true},
        {"active", "p2", "provider", "hy", "", "", false},
        {"active", "p2", "research", "hx", "", "", false},
        {"active", "p2", "anything", "hx", "", "", false},
        {"inactive", "p2", "provider", "hx", "", "", false},
        {"draft", "p2", "provider", "hx", "", "", false},
        {"rejected", "p2", "provider", "hx", "", "", false},
        {"entered-in-error", "p2", "provider", "hx", "", "", false},
        {"active", "p2", "provider", "hx", ",\"period\":{\"start\":\"2020-01-01\"}", "", true},
        {"active", "p2", "provider", "hx", ",\"period\":{\"start\":\"2020-01-01\",\"end\":\"2021-01-01\"}", "", false},
        {"active", "p2", "provider", "hx", ",\"period\":{\"start\":\"2120-01-01\"}", "", false},
        {"active", "p2", "provider", "hx", ",\"period\":{\"end\":\"soon\"}", "", false},
        /* what narrows in a way that is not known here opens nothing */
        {"active", "p2", "provider", "hx", ",\"class\":[{\"system\":\"http://hl7.org/fhir/resource-types\",\"code\":\"Observation\"}]", "", false},
        {"active", "p2", "provider", "hx", ",\"provision\":[{\"type\":\"deny\"}]", "", false},
        {"active", "p2", "provider", "hx", ",\"dataPeriod\":{\"start\":\"2026-01-01\"}", "", false},
        {"active", "p2", "provider", "hx", "", ",\"modifierExtension\":[{\"url\":\"urn:x\",\"valueBoolean\":true}]", false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        consent(c, cases[i].status, cases[i].person, cases[i].purpose, cases[i].to, cases[i].more, cases[i].rest);
        if (sees(c, "recipient", "p2") != cases[i].opens || !sees(c, "recipient", "p1") || sees(c, "recipient", "p3")) {
            print_error("case %zu\n", i);
            fail();
        }
    }
    consent(c, "active", "p2", "provider", "hx", ",\"period\":{\"start\":\"2020-01-01\"}", "");
    put(c, "{\"resourceType\":\"Consent\",\"id\":\"x2\",\"status\":\"active\",\"patient\":{\"reference\":\"Patient/p3\"},\"provision\":{\"type\":\"permit\","
           "\"purpose\":[{\"system\":\"urn:ansinh:consent-purpose\",\"code\":\"provider\"}],\"actor\":[{\"reference\":{\"reference\":\"Organization/hx\"}}],"
           "\"securityLabel\":[{\"code\":\"R\"}]}}");
    reopen_gate(c);
    assert_true(sees(c, "recipient", "p2") && sees(c, "recipient", "p1") && !sees(c, "recipient", "p3"));
}

static void withdrawn(void **state)
{
    country *c = *state;
    sharing(c);
    observation(c, "o1", "p1", "8480-6");
    assert_true(sees(c, "recipient", "p1"));
    total_is(c, "recipient", "GET Observation?_summary=count", "1");
    put(c, "{\"resourceType\":\"Consent\",\"id\":\"s1\",\"status\":\"inactive\",\"patient\":{\"reference\":\"Patient/p1\"},\"dateTime\":\"2026-01-01\"}");
    assert_false(sees(c, "recipient", "p1")); /* the very next request */
    total_is(c, "recipient", "GET Observation?_summary=count", "0");
    same_as_nothing(c, "recipient", "GET Observation/o1/_history/1", "GET Observation/nothing/_history/1");
    sharing(c);
    assert_true(sees(c, "recipient", "p1"));
    assert_int_equal(ask(c, "open", "DELETE Consent/s1", NULL), 204);
    assert_false(sees(c, "recipient", "p1"));
    /* one whose subject was put right */
    consent(c, "active", "p1", "provider", "hx", "", "");
    assert_true(sees(c, "recipient", "p1"));
    consent(c, "active", "p2", "provider", "hx", "", "");
    assert_true(!sees(c, "recipient", "p1") && sees(c, "recipient", "p2"));
}

/* A consent begins and ends by itself, without a write. */
static void begins_and_ends(void **state)
{
    country *c = *state;
    char from[ANS_INSTANT_BYTES], to[ANS_INSTANT_BYTES];
    sharing(c);
    int64_t now = ans_now_us();
    ans_instant_print(now + 2000000, from);
    ans_instant_print(now + 6000000, to);
    consent(c, "active", "p2", "provider", "hx", text(c, ",\"period\":{\"start\":\"%.*s\",\"end\":\"%.*s\"}", ANS_INSTANT_BYTES, from, ANS_INSTANT_BYTES, to), "");
    bool early = sees(c, "recipient", "p2");
    assert_true(!early || ans_now_us() >= now + 2000000); /* a busy machine may be late, never early */
    while (ans_now_us() < now + 2000000) {
    }
    bool during = sees(c, "recipient", "p2");
    assert_true(during || ans_now_us() >= now + 6000000);
    while (ans_now_us() < now + 6002000) {
    }
    assert_false(sees(c, "recipient", "p2"));
}

/* ---- grounds, law, and roles ---- */

static void grounds(void **state)
{
    country *c = *state;
    sharing(c);
    static const char ground[] = "{\"resourceType\":\"Basic\",\"id\":\"g1\",\"code\":{\"coding\":[{\"system\":\"urn:ansinh:decision\",\"code\":\"sharing-ground\"}]},"
                                 "\"subject\":{\"reference\":\"Patient/p3\"},\"extension\":[{\"url\":\"urn:ansinh:extension:ground\",\"extension\":["
                                 "{\"url\":\"purpose\",\"valueCode\":\"%s\"},{\"url\":\"recipient\",\"valueReference\":{\"reference\":\"Organization/%s\"}}%s]}]}";
    static const char number[] = ",{\"url\":\"number\",\"valueString\":\"12/GCV\"}";
    assert_false(ans_consent_allows(c->gate, ANS_STR("p3"), ANS_STR("hx"), ANS_STR("treatment"), ans_now_us()));
    put(c, ground, "treatment", "hx", number);
    assert_true(ans_consent_allows(c->gate, ANS_STR("p3"), ANS_STR("hx"), ANS_STR("treatment"), ans_now_us()));
    assert_false(ans_consent_allows(c->gate, ANS_STR("p3"), ANS_STR("hy"), ANS_STR("treatment"), ans_now_us()));
    assert_false(ans_consent_allows(c->gate, ANS_STR("p1"), ANS_STR("hx"), ANS_STR("treatment"), ans_now_us()));
    assert_true(ans_consent_allows(c->gate, ANS_STR("p1"), ANS_STR("hx"), ANS_STR("provider"), ans_now_us()));
    /* ended before its days were over: from that moment on; an end that is none opens nothing */
    static const char *const ends[] = {"2026-01-01T00:00:00+07:00", "yesterday", ""};
    for (size_t i = 0; i < COUNT(ends); i++) {
        put(c, ground, "treatment", "hx", text(c, "%s]},{\"url\":\"urn:ansinh:extension:withdrawal\",\"extension\":[{\"url\":\"when\",\"valueDateTime\":\"%s\"}", number, ends[i]));
        assert_false(ans_consent_allows(c->gate, ANS_STR("p3"), ANS_STR("hx"), ANS_STR("treatment"), ans_now_us()));
    }
    put(c, ground, "treatment", "hx", text(c, "%s]},{\"url\":\"urn:ansinh:extension:withdrawal\",\"extension\":[{\"url\":\"when\",\"valueDateTime\":\"2999-01-01\"}", number));
    assert_true(ans_consent_allows(c->gate, ANS_STR("p3"), ANS_STR("hx"), ANS_STR("treatment"), ans_now_us()));
    put(c, ground, "treatment", "hx", ""); /* without its paper */
    assert_false(ans_consent_allows(c->gate, ANS_STR("p3"), ANS_STR("hx"), ANS_STR("treatment"), ans_now_us()));
    put(c, ground, "provider", "hx", number); /* where only consent will do */
    assert_false(ans_consent_allows(c->gate, ANS_STR("p3"), ANS_STR("hx"), ANS_STR("provider"), ans_now_us()));
    assert_false(sees(c, "recipient", "p3"));
    /* by law: everybody, but only what the purpose names; by a role of one facility, its people */
    total_is(c, "recipient-law", "GET Patient?_summary=count", "5");
    total_is(c, "recipient-f1", "GET Patient?_summary=count", "2");
    assert_int_equal(ask(c, "recipient-law", "GET Observation", NULL), 403);
    assert_int_equal(ask(c, "recipient-law", "GET MedicationRequest", NULL), 403);
    assert_false(sees(c, "recipient-f1", "p3"));
}

/* ---- the whole record of one ---- */

static uint32_t everything(country *c, const char *as, const char *query, uint32_t *out_pages)
{
    uint32_t seen = 0;
    const char *next = text(c, "GET Patient/p1/$everything%s", query);
    for (*out_pages = 0; next; (*out_pages)++) {
        int status = ask(c, as, next, NULL);
        if (status != 200) {
            print_error("%s: %d %.*s\n", next, status, ANS_FMT(c->got.body));
            fail();
        }
        assert_null(strstr(text(c, "%.*s", ANS_FMT(c->got.body)), "Patient/p2"));
        seen += entries(c);
        next = NULL;
        ans_jnode links = ans_json_get(&c->doc, 0, ANS_STR("link"));
        ans_cx cx = {.arena = c->brief};
        ANS_JSON_EACH(&c->doc, links, n) {
            ans_str url = ans_json_get_string(&cx, &c->doc, n, ANS_STR("url"));
            bool it = ans_str_is(ans_json_get_string(&cx, &c->doc, n, ANS_STR("relation")), "next");
            next = it ? text(c, "GET %.*s", ANS_FMT(ans_str_from(url, sizeof "http://localhost/fhir/" - 1))) : next;
        }
        assert_true(*out_pages < 100);
    }
    return seen;
}

static void whole_records(void **state)
{
    country *c = *state;
    uint32_t pages;
    sharing(c);
    for (int i = 0; i < 5; i++) {
        observation(c, text(c, "a%d", i), "p1", "8480-6");
        observation(c, text(c, "b%d", i), "p2", "8480-6");
    }
    observation(c, "h1", "p1", "75622-1");
    put(c, "{\"resourceType\":\"Task\",\"id\":\"t1\",\"status\":\"requested\",\"intent\":\"order\",\"for\":{\"reference\":\"Patient/p1\"}}");
    assert_int_equal(everything(c, "recipient", "", &pages), 7); /* p1, its stay, 5 readings */
    assert_int_equal(pages, 1);
    assert_string_equal(look(c, "entry.0.resource.resourceType"), "Patient");
    for (int count = 1; count < 9; count++) {
        assert_int_equal(everything(c, "recipient", text(c, "?_count=%d", count), &pages), 7);
        assert_true(pages >= (7u + (unsigned)count - 1) / (unsigned)count);
    }
    assert_int_equal(everything(c, "nurse", "?_count=2", &pages), 10); /* team, task and Consent as well; not the HIV test */
    assert_int_equal(everything(c, "nurse-a", "?_count=2", &pages), 11);
    assert_int_equal(everything(c, "open", "?_count=3", &pages), 11);
    assert_int_equal(ask(c, "recipient", "GET Patient/p2/$everything", NULL), 404);
    assert_int_equal(ask(c, "recipient", "GET Patient/nobody/$everything", NULL), 404);
    assert_int_equal(ask(c, "recipient-else", "GET Patient/p1/$everything", NULL), 404);
    assert_int_equal(ask(c, "administrator", "GET Patient/p1/$everything", NULL), 403);
    assert_int_equal(ask(c, "nurse", "GET Patient/p1/$everything?_count=0", NULL), 400);
    assert_int_equal(ask(c, "nurse", "GET Patient/p1/$everything?_page=Nothing~x", NULL), 400);
    assert_int_equal(ask(c, "nurse", "GET Patient/p1/$everything?_page=Observation~forged", NULL), 400);
}

/* Whatever else is said of it, a bound account is bound. */
static void not_open(void **state)
{
    country *c = *state;
    sharing(c);
    static const char *const roles[] = {"system", "administrator", "auditor", "recipient", "nurse", ""};
    for (size_t i = 0; i < COUNT(roles); i++) {
        const ans_pass *pass;
        ans_cx cx = {.arena = c->brief};
        const ans_who who = {.kind = ANS_WHO_PROGRAM, .account = ANS_STR("z"), .direct_role = ans_str_of(roles[i]), .purpose = ANS_STR("provider"),
                             .recipient = ANS_STR("hy")};
        assert_int_equal(ans_gate_pass(c->gate, &cx, &who, &pass), ANS_OK);
        assert_false(ans_pass_is_open(pass));
        for (int p = 1; p <= 5; p++) {
            ans_rid rid;
            ans_reader *rd;
            ans_type patient = ans_fhir_type_named(ANS_STR("Patient"));
            const ans_ref ref = {ans_search_type_number(c->search, patient), ans_str_of(text(c, "p%d", p))};
            assert_int_equal(ans_reader_open(&cx, c->store, &rd), ANS_OK);
            assert_int_equal(ans_store_rid(&cx, rd, ref, &rid), ANS_OK);
            assert_false(ans_pass_sees(pass, patient, rid, ANS_RIGHT_READ));
            ans_reader_close(rd);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(doors, open_country, close_country),
        cmocka_unit_test_setup_teardown(kinds, open_country, close_country),
        cmocka_unit_test_setup_teardown(withdrawn, open_country, close_country),
        cmocka_unit_test_setup_teardown(begins_and_ends, open_country, close_country),
        cmocka_unit_test_setup_teardown(grounds, open_country, close_country),
        cmocka_unit_test_setup_teardown(whole_records, open_country, close_country),
        cmocka_unit_test_setup_teardown(not_open, open_country, close_country),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
