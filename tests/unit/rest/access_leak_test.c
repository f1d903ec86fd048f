/* Attempts to see, count, reach or move what is not for one: through ids, chains, includes, orders, totals, pages, versions, Bundles,
 * conditions and references. What is not seen must answer to the letter as what is not there. */
#include "unit/rest/access_kit.h"

#include "fhir/value.h"

#define SAME(got, want) assert_string_equal((got), (want))
#define ACT "http://terminology.hl7.org/CodeSystem/v3-ActCode"

static void observation(country *c, const char *id, const char *person, const char *code, const char *more)
{
    put(c, "{\"resourceType\":\"Observation\",\"id\":\"%s\",\"status\":\"final\",\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"%s\"}]},"
           "\"subject\":{\"reference\":\"Patient/%s\"}%s}", id, code, person, more ? more : "");
}

static void same_as_nothing(country *c, const char *as, const char *hidden, const char *absent, const char *body, const ans_rest_question *more)
{
    int status = ask_with(c, as, hidden, body, more);
    ans_rest_answer first = c->got;
    assert_int_equal(ask_with(c, as, absent, body, more), status);
    assert_true(ans_str_eq(first.body, c->got.body));
    assert_true(ans_str_eq(first.etag, c->got.etag) && ans_str_eq(first.last_modified, c->got.last_modified));
    assert_int_not_equal(status / 100, 5);
}

static void total_is(country *c, const char *as, const char *what, const char *want)
{
    assert_int_equal(ask(c, as, what, NULL), 200);
    if (strcmp(look(c, "total"), want) != 0) {
        print_error("%s: %s: %s, expected %s\n", as, what, look(c, "total"), want);
        fail();
    }
}

/* ---- whose a Binary is ---- */

/* A Binary is of the person it names as its securityContext. An address in front would make it the house's, for everybody there to read: it is
 * refused, however it is written. */
static void binary_of_a_person(void **state)
{
    static const char body[] = "{\"resourceType\":\"Binary\",\"contentType\":\"text/plain\",\"data\":\"eA==\",\"securityContext\":{\"reference\":\"%s\"}}";
    static const char *const wrong[] = {"http://127.0.0.1:8080/fhir/Patient/p1", "https://example.org/Patient/p1", "/Patient/p1", "fhir/Patient/p1", "http://127.0.0.1/fhir/Patient/p1/_history/1"};
    country *c = *state;
    for (size_t i = 0; i < COUNT(wrong); i++) {
        const char *one = text(c, body, wrong[i]);
        int status = ask(c, "doctor", "POST Binary", one);
        if (status != 422) {
            print_error("%s: %d\n", wrong[i], status);
        }
        assert_int_equal(status, 422);
        assert_int_equal(ask(c, "doctor", "POST ", text(c, "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[{\"resource\":%s,\"request\":{\"method\":\"POST\",\"url\":\"Binary\"}}]}", one)), 422);
    }
    assert_int_equal(ask(c, "doctor", "POST Binary", text(c, body, "Patient/p2")), 201);
    const char *id = look(c, "id");
    assert_int_equal(ask(c, "doctor", text(c, "GET Binary/%s", id), NULL), 200);
    assert_int_equal(ask(c, "nurse-2", text(c, "GET Binary/%s", id), NULL), 200);
    same_as_nothing(c, "nurse", text(c, "GET Binary/%s", id), "GET Binary/nothing", NULL, NULL); /* another ward */
    same_as_nothing(c, "doctor-f2", text(c, "GET Binary/%s", id), "GET Binary/nothing", NULL, NULL);
    assert_int_equal(ask(c, "doctor", text(c, "PUT Binary/%s", id), text(c, "{\"resourceType\":\"Binary\",\"id\":\"%s\",\"contentType\":\"text/plain\",\"securityContext\":{\"reference\":\"/Patient/p2\"}}", id)), 422);
}

/* ---- ids ---- */

static void ids_guessed(void **state)
{
    country *c = *state;
    observation(c, "o3", "p3", "8480-6", NULL);
    observation(c, "gone3", "p3", "8480-6", NULL);
    assert_int_equal(ask(c, "open", "DELETE Observation/gone3", NULL), 204);
    put(c, "{\"resourceType\":\"Observation\",\"id\":\"2f0d4a5e-52ab-4d36-8c2f-0a55c31e0c11\",\"subject\":{\"reference\":\"Patient/p3\"}}");
    same_as_nothing(c, "nurse", "GET Patient/p3", "GET Patient/nobody", NULL, NULL);
    same_as_nothing(c, "nurse", "GET Observation/o3", "GET Observation/nothing", NULL, NULL);
    same_as_nothing(c, "nurse", "GET Observation/gone3", "GET Observation/nothing", NULL, NULL);
    same_as_nothing(c, "nurse", "GET Observation/o3/_history/1", "GET Observation/nothing/_history/1", NULL, NULL);
    same_as_nothing(c, "nurse", "GET Observation/gone3/_history/1", "GET Observation/nothing/_history/1", NULL, NULL);
    same_as_nothing(c, "nurse", "GET Observation/o3/_history", "GET Observation/nothing/_history", NULL, NULL);
    same_as_nothing(c, "nurse", "GET Observation/gone3/_history", "GET Observation/nothing/_history", NULL, NULL);
    same_as_nothing(c, "nurse", "GET Observation/o3?_summary=true", "GET Observation/nothing?_summary=true", NULL, NULL);
    same_as_nothing(c, "nurse", "DELETE Observation/o3", "DELETE Observation/nothing", NULL, NULL);
    same_as_nothing(c, "doctor", "DELETE Observation/o3", "DELETE Observation/nothing", NULL, NULL);
    same_as_nothing(c, "doctor", "DELETE Observation/gone3", "DELETE Observation/nothing", NULL, NULL);
    const ans_rest_question match = {.if_match = ANS_STR("W/\"1\"")}, any = {.if_match = ANS_STR("*")}, none = {.if_none_match = ANS_STR("*")};
    same_as_nothing(c, "doctor", "DELETE Observation/o3", "DELETE Observation/nothing", NULL, &match);
    const ans_rest_question *const conditions[] = {NULL, &match, &any, &none};
    for (size_t i = 0; i < COUNT(conditions); i++) {
        int status = ask_with(c, "nurse", "PUT Observation/o3", "{\"resourceType\":\"Observation\",\"id\":\"o3\",\"subject\":{\"reference\":\"Patient/p1\"}}", conditions[i]);
        ans_rest_answer first = c->got;
        assert_int_equal(ask_with(c, "nurse", "PUT Observation/oo", "{\"resourceType\":\"Observation\",\"id\":\"oo\",\"subject\":{\"reference\":\"Patient/p1\"}}", conditions[i]), status);
        assert_true(ans_str_eq(first.body, c->got.body));
        assert_int_equal(status, 404);
    }
    /* a UUID cannot be guessed, so a client may choose it; one that is taken is as good as forbidden */
    assert_int_equal(ask(c, "nurse", "PUT Observation/2f0d4a5e-52ab-4d36-8c2f-0a55c31e0c12",
                         "{\"resourceType\":\"Observation\",\"id\":\"2f0d4a5e-52ab-4d36-8c2f-0a55c31e0c12\",\"subject\":{\"reference\":\"Patient/p1\"}}"), 201);
    assert_int_equal(ask(c, "nurse", "PUT Observation/2f0d4a5e-52ab-4d36-8c2f-0a55c31e0c11",
                         "{\"resourceType\":\"Observation\",\"id\":\"2f0d4a5e-52ab-4d36-8c2f-0a55c31e0c11\",\"subject\":{\"reference\":\"Patient/p1\"}}"), 404);
    assert_int_equal(ask(c, "open", "GET Observation/2f0d4a5e-52ab-4d36-8c2f-0a55c31e0c11", NULL), 200);
    SAME(look(c, "subject.reference"), "Patient/p3");
}

/* ---- search ---- */

static void searches(void **state)
{
    country *c = *state;
    observation(c, "o1", "p1", "8480-6", ",\"hasMember\":[{\"reference\":\"Observation/o3\"}]");
    observation(c, "o3", "p3", "8480-6", NULL);
    observation(c, "h1", "p1", "75622-1", NULL); /* an HIV test */
    put(c, "{\"resourceType\":\"List\",\"id\":\"l3\",\"status\":\"current\",\"mode\":\"working\",\"subject\":{\"reference\":\"Patient/p3\"},"
           "\"entry\":[{\"item\":{\"reference\":\"Observation/o1\"}}]}");
    static const struct {
        const char *as, *what, *total;
    } cases[] = {
        {"nurse", "GET Patient?_summary=count", "2"},
        {"nurse", "GET Patient?name=Name&_total=accurate&_count=1", "2"},
        {"nurse", "GET Patient?_id=p1,p2,p3,p4,p5&_sort=-_id", "2"},
        {"nurse", "GET Patient?_id:not=p1&_total=accurate", "1"},
        {"nurse", "GET Patient?name:missing=false&_total=accurate", "2"},
        {"nurse", "GET Observation?_summary=count", "1"},
        {"nurse-2", "GET Observation?_summary=count", "0"},
        {"nurse-a", "GET Observation?_summary=count", "2"},
        {"nurse", "GET Observation?code=75622-1&_total=accurate", "0"},
        {"nurse-a", "GET Observation?code=75622-1&_total=accurate", "1"},
        {"nurse", "GET Observation?_security=HIV&_total=accurate", "0"},
        {"nurse-a", "GET Observation?_security=HIV&_total=accurate", "1"},
        {"nurse", "GET Observation?patient=p1&code=8480-6,75622-1&_sort=date", "1"},
        {"nurse", "GET Observation?patient=p3&_total=accurate", "0"},
        {"nurse", "GET Observation?patient=p1&patient=p3&_total=accurate", "0"},
        {"nurse", "GET Observation?patient=p1,p3&_total=accurate", "1"},
        {"nurse", "GET Observation?subject:Patient.name=Name&_total=accurate", "1"},
        {"nurse", "GET Observation?subject:Patient._id=p3&_total=accurate", "0"},
        {"nurse", "GET Observation?has-member:Observation.code=8480-6&_total=accurate", "0"},
        {"nurse", "GET Observation?has-member:Observation.subject:Patient.name=Name&_total=accurate", "0"},
        {"nurse", "GET Organization?_has:Patient:organization:name=Name&_total=accurate", "1"},
        {"nurse", "GET Patient?_has:Observation:patient:code=75622-1&_total=accurate", "0"},
        {"nurse-a", "GET Patient?_has:Observation:patient:code=75622-1&_total=accurate", "1"},
        {"nurse", "GET Patient?_has:Observation:patient:_has:Observation:has-member:code=8480-6&_total=accurate", "0"},
        {"nurse", "GET Observation?_list=l3&_total=accurate", "0"},
        {"open", "GET Observation?_list=l3&_total=accurate", "1"},
        {"nurse", "GET Location?_has:Encounter:location:subject=Patient/p3&_total=accurate", "0"},
        {"nurse", "GET Organization?_summary=count", "8"}, /* all of the line, and what is public; not fx */
        {"nurse", "GET Organization?_id=fx&_total=accurate", "0"},
        {"police-officer", "GET Organization?_id=fx,f1&_total=accurate", "1"},
        /* who stands below whom: the authority is public, whoever is below it is not */
        {"nurse", "GET OrganizationAffiliation?_summary=count", "5"},
        {"nurse", "GET OrganizationAffiliation?participating-organization=fx&_total=accurate", "0"},
        {"nurse", "GET OrganizationAffiliation?primary-organization=px&_total=accurate", "0"},
        {"nurse", "GET OrganizationAffiliation?specialty=urn:ansinh:line|public-security&_total=accurate", "0"},
        {"nurse", "GET Organization?_has:OrganizationAffiliation:primary-organization:participating-organization=fx&_total=accurate", "0"},
        {"nurse", "GET OrganizationAffiliation?participating-organization=f2&_total=accurate", "1"},
        {"ministry-officer", "GET OrganizationAffiliation?participating-organization=fx&_total=accurate", "0"},
        {"province-officer", "GET OrganizationAffiliation?participating-organization=fx&_total=accurate", "0"},
        {"police-officer", "GET OrganizationAffiliation?participating-organization=fx,f1&_total=accurate", "1"},
        {"doctor-x", "GET OrganizationAffiliation?participating-organization=fx&_total=accurate", "1"},
        {"administrator", "GET OrganizationAffiliation?_summary=count", "6"},
        {"police-officer", "GET Patient?_summary=count", "1"},
        {"province-officer-p", "GET Patient?_summary=count", "3"},
        {"doctor-x", "GET Patient?_summary=count", "1"},
        {"nurse", "GET ?_type=Patient,Observation&_total=accurate", "3"},
        {"nurse", "GET ?_type=Patient,Claim&_total=accurate", "2"},
        {"nurse", "GET Observation?_count=1&_count=1000&_id=o3&_id=o1&_total=accurate", "0"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        total_is(c, cases[i].as, cases[i].what, cases[i].total);
    }
    assert_int_equal(ask(c, "province-officer", "GET Patient?_summary=count", NULL), 403);
    assert_int_equal(ask(c, "administrator", "GET Patient", NULL), 403);
    reopen_gate(c); /* the same from the rows of a start */
    total_is(c, "nurse", "GET OrganizationAffiliation?_summary=count", "5");
    total_is(c, "police-officer", "GET OrganizationAffiliation?participating-organization=fx,f1&_total=accurate", "1");
    same_as_nothing(c, "nurse", "GET OrganizationAffiliation/below-fx", "GET OrganizationAffiliation/below-nothing", NULL, NULL);
    /* a head tells of the house, and does not put it under another authority */
    static const char below[] = "{\"resourceType\":\"OrganizationAffiliation\",\"id\":\"below-f1\",\"organization\":{\"reference\":\"Organization/so2\"},\"participatingOrganization\":{\"reference\":\"Organization/f1\"}}";
    assert_int_equal(ask(c, "facility-head", "PUT OrganizationAffiliation/below-f1", below), 403);
    assert_int_equal(ask(c, "administrator", "PUT OrganizationAffiliation/below-f1", below), 200);
}

static void included(void **state)
{
    country *c = *state;
    observation(c, "o3", "p3", "8480-6", NULL);
    observation(c, "h1", "p1", "75622-1", NULL);
    observation(c, "o1", "p1", "8480-6", ",\"hasMember\":[{\"reference\":\"Observation/o3\"},{\"reference\":\"Observation/h2\"}]");
    assert_int_equal(ask(c, "nurse", "GET Observation?_id=o1&_include=Observation:has-member&_include=Observation:subject", NULL), 200);
    assert_int_equal(entries(c), 2);
    assert_int_equal(ask(c, "nurse", "GET Organization?_id=f2&_revinclude=Patient:organization&_revinclude:iterate=Encounter:subject", NULL), 200);
    assert_int_equal(entries(c), 1);
    assert_int_equal(ask(c, "nurse", "GET Patient?_id=p1&_revinclude=Observation:subject", NULL), 200);
    assert_int_equal(entries(c), 2);
    assert_int_equal(ask(c, "nurse-a", "GET Patient?_id=p1&_revinclude=Observation:subject", NULL), 200);
    assert_int_equal(entries(c), 3);
    assert_int_equal(ask(c, "records-clerk", "GET Patient?_id=p1&_revinclude=Observation:subject", NULL), 200);
    assert_int_equal(entries(c), 1);
}

static const char *next_page(country *c)
{
    ans_jnode links = ans_json_get(&c->doc, 0, ANS_STR("link"));
    ans_cx cx = {.arena = c->brief};
    ANS_JSON_EACH(&c->doc, links, n) {
        if (ans_str_is(ans_json_get_string(&cx, &c->doc, n, ANS_STR("relation")), "next")) {
            ans_str url = ans_json_get_string(&cx, &c->doc, n, ANS_STR("url"));
            return ans_arena_dup(c->brief, ans_str_from(url, sizeof "http://localhost/fhir/" - 1)).p;
        }
    }
    return NULL;
}

static void pages(void **state)
{
    country *c = *state;
    for (int i = 0; i < 6; i++) {
        observation(c, text(c, "a%d", i), "p1", "8480-6", NULL);
        observation(c, text(c, "b%d", i), "p3", "8480-6", NULL);
    }
    const char *const asked[] = {"GET Observation?_count=2", "GET Observation?_count=2&_sort=_id", "GET Observation/_history?_count=2", "GET _history?_count=2"};
    for (size_t i = 0; i < COUNT(asked); i++) {
        assert_int_equal(ask(c, "nurse", asked[i], NULL), 200);
        if (i >= 2) {
            SAME(look(c, "total"), "-");
        }
        const char *next = next_page(c);
        assert_non_null(next);
        const char *link = text(c, "GET %s", next);
        assert_int_equal(ask(c, "nurse-a", link, NULL), 400); /* a link is for one person */
        assert_int_equal(ask(c, "open", link, NULL), 400);
        int seen = 2;
        for (; next && i < 3; seen += (int)entries(c), next = next_page(c)) {
            assert_int_equal(ask(c, "nurse", text(c, "GET %s", next), NULL), 200);
            assert_true(entries(c) <= 2);
        }
        assert_int_equal(i < 3 ? seen : 6, 6);
    }
    /* between two pages the resident is moved away: today's eyes */
    assert_int_equal(ask(c, "nurse", "GET Observation?_count=2", NULL), 200);
    const char *link = text(c, "GET %s", next_page(c));
    resident(c, "p1", "f1", "b2");
    assert_int_equal(ask(c, "nurse", link, NULL), 200);
    assert_int_equal(entries(c), 0);
    assert_int_equal(ask(c, "nurse", "GET Observation/a0", NULL), 404);
    assert_int_equal(ask(c, "nurse", "GET Observation/a0/_history", NULL), 404);
    assert_int_equal(ask(c, "nurse-2", "GET Observation/a0", NULL), 200);
}

/* ---- versions ---- */

static void versions(void **state)
{
    country *c = *state;
    observation(c, "o1", "p1", "75622-1", NULL);  /* what was an HIV test ... */
    observation(c, "o1", "p1", "8480-6", NULL);   /* ... was a slip of the pen */
    observation(c, "s1", "p3", "8480-6", NULL);   /* written down at the wrong person */
    observation(c, "s1", "p1", "8480-6", NULL);
    assert_int_equal(ask(c, "nurse", "GET Observation/o1", NULL), 200);
    assert_int_equal(ask(c, "nurse", "GET Observation/o1/_history/2", NULL), 200);
    assert_int_equal(ask(c, "nurse", "GET Observation/o1/_history/1", NULL), 404);
    assert_int_equal(ask(c, "nurse-a", "GET Observation/o1/_history/1", NULL), 200);
    assert_int_equal(ask(c, "nurse", "GET Observation/o1/_history", NULL), 200);
    assert_int_equal(entries(c), 1);
    assert_int_equal(ask(c, "nurse", "GET Observation/s1/_history/1", NULL), 404);
    assert_int_equal(ask(c, "nurse", "GET Observation/_history", NULL), 200);
    assert_int_equal(entries(c), 2);
    assert_int_equal(ask(c, "nurse", "GET Observation/_history?_at=2020-01-01", NULL), 200);
    assert_int_equal(entries(c), 0);
    assert_int_equal(ask(c, "rehab-technician", "GET Condition/_history", NULL), 403);
    observation(c, "d1", "p1", "8480-6", NULL);
    assert_int_equal(ask(c, "doctor", "DELETE Observation/d1", NULL), 204);
    assert_int_equal(ask(c, "nurse", "GET Observation/d1", NULL), 410);
    reopen_gate(c);
    assert_int_equal(ask(c, "nurse", "GET Observation/d1", NULL), 410); /* found from its last version */
    assert_int_equal(ask(c, "nurse-2", "GET Observation/d1", NULL), 404);
    assert_int_equal(ask(c, "nurse", "GET Observation/d1/_history/1", NULL), 200);
}

/* ---- writing ---- */

static void written(void **state)
{
    country *c = *state;
    observation(c, "o1", "p1", "8480-6", NULL);
    put(c, "{\"resourceType\":\"Patient\",\"id\":\"p3\",\"identifier\":[{\"system\":\"urn:x\",\"value\":\"3\"}],\"managingOrganization\":{\"reference\":\"Organization/f2\"}}");
    static const char made[] = "{\"resourceType\":\"Observation\",\"subject\":{\"reference\":\"Patient/%s\"}%s}";
    /* a person not seen is a person not there */
    int status = ask(c, "nurse", "POST Observation", text(c, made, "p3", ""));
    ans_str said = c->got.body;
    assert_int_equal(status, 422);
    assert_int_equal(ask(c, "nurse", "POST Observation", text(c, made, "nobody", "")), 422);
    assert_true(ans_str_eq(said, c->got.body));
    assert_int_equal(ask(c, "nurse", "POST Observation", text(c, made, "p2", "")), 403);
    assert_int_equal(ask(c, "nurse", "POST Observation", text(c, made, "p1", ",\"hasMember\":[{\"reference\":\"Observation/none\"}]")), 422);
    assert_int_equal(ask(c, "nurse", "POST Observation", text(c, made, "p1", "")), 201);
    /* moving something to another person */
    static const char moved[] = "{\"resourceType\":\"Observation\",\"id\":\"o1\",\"subject\":{\"reference\":\"Patient/%s\"}}";
    assert_int_equal(ask(c, "nurse", "PUT Observation/o1", text(c, moved, "p3")), 422);
    assert_int_equal(ask(c, "nurse", "PUT Observation/o1", text(c, moved, "p2")), 403);
    assert_int_equal(ask(c, "nurse", "PUT Observation/o1", "{\"resourceType\":\"Observation\",\"id\":\"o1\"}"), 200);
    SAME(look(c, "meta.tag.0.code"), "f1"); /* it names nobody: the house keeps it */
    /* conditions meet only what is seen */
    const ans_rest_question exists = {.if_none_exist = ANS_STR("identifier=urn:x|3")};
    assert_int_equal(ask_with(c, "records-clerk", "POST Patient", "{\"resourceType\":\"Patient\",\"managingOrganization\":{\"reference\":\"Organization/f1\"}}", &exists), 201);
    same_as_nothing(c, "doctor", "DELETE Observation?identifier=urn:y|1", "DELETE Observation?identifier=urn:y|2", NULL, NULL);
    /* Bundles */
    static const char bundle[] = "{\"resourceType\":\"Bundle\",\"type\":\"%s\",\"entry\":[{\"fullUrl\":\"urn:uuid:0b0e5d3c-77a5-4a0f-8f2c-5d2d4e9a1c11\",\"resource\":"
                                 "{\"resourceType\":\"Observation\",\"subject\":{\"reference\":\"%s\"}},\"request\":{\"method\":\"POST\",\"url\":\"Observation\"}},"
                                 "{\"request\":{\"method\":\"GET\",\"url\":\"Patient/%s\"}}]}";
    assert_int_equal(ask(c, "nurse", "POST ", text(c, bundle, "transaction", "Patient/p3", "p1")), 422);
    assert_int_equal(ask(c, "nurse", "POST ", text(c, bundle, "transaction", "Patient?identifier=urn:x|3", "p1")), 412);
    said = c->got.body;
    assert_int_equal(ask(c, "nurse", "POST ", text(c, bundle, "transaction", "Patient?identifier=urn:x|4", "p1")), 412);
    assert_true(ans_str_eq(said, c->got.body));
    assert_int_equal(ask(c, "nurse", "POST ", text(c, bundle, "batch", "Patient/p1", "p3")), 200);
    SAME(look(c, "entry.0.response.status"), "201 Created");
    SAME(look(c, "entry.1.response.status"), "404 Not Found");
    assert_int_equal(ask(c, "nurse", "POST ", text(c, bundle, "transaction", "Patient/p1", "p3")), 200);
    SAME(look(c, "entry.1.response.status"), "404 Not Found");
    assert_int_equal(ask(c, "carer", "POST ", "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[{\"request\":{\"method\":\"GET\",\"url\":\"Condition\"}}]}"), 403);
    /* a person and the stay in one transaction, at one's own facility and at another's */
    static const char admission[] =
        "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[{\"fullUrl\":\"urn:uuid:0b0e5d3c-77a5-4a0f-8f2c-5d2d4e9a1c11\",\"resource\":{\"resourceType\":\"Patient\","
        "\"managingOrganization\":{\"reference\":\"Organization/%s\"}},\"request\":{\"method\":\"POST\",\"url\":\"Patient\"}},{\"resource\":{\"resourceType\":\"Encounter\",\"status\":\"in-progress\","
        "\"subject\":{\"reference\":\"urn:uuid:0b0e5d3c-77a5-4a0f-8f2c-5d2d4e9a1c11\"},\"serviceProvider\":{\"reference\":\"Organization/%s\"}},\"request\":{\"method\":\"POST\",\"url\":\"Encounter\"}}]}";
    assert_int_equal(ask(c, "records-clerk", "POST ", text(c, admission, "f1", "f1")), 200);
    assert_int_equal(ask(c, "records-clerk", "POST ", text(c, admission, "f2", "f2")), 403);
    assert_int_equal(ask(c, "nurse", "POST ", text(c, admission, "f1", "f1")), 200); /* at night nobody else is there */
    assert_int_equal(ask(c, "nurse", "POST ", text(c, admission, "f2", "f2")), 403);
    assert_int_equal(ask(c, "carer", "POST ", text(c, admission, "f1", "f1")), 403);
    assert_int_equal(ask(c, "pharmacist", "POST ", text(c, admission, "f1", "f1")), 403);
}

static void persons_moved(void **state)
{
    country *c = *state;
    put(c, "{\"resourceType\":\"DocumentReference\",\"id\":\"d1\",\"subject\":{\"reference\":\"Patient/p1\"}}");
    assert_int_equal(ask(c, "social-worker-a", "GET DocumentReference/d1", NULL), 200); /* by being assigned alone */
    assert_int_equal(ask(c, "social-worker", "GET DocumentReference/d1", NULL), 404);
    static const char p1[] = "{\"resourceType\":\"Patient\",\"id\":\"p1\",\"managingOrganization\":{\"reference\":\"Organization/%s\"}}";
    assert_int_equal(ask(c, "assistant-doctor", "PUT Patient/p1", text(c, p1, "f2")), 403);
    assert_int_equal(ask(c, "assistant-doctor", "PUT Patient/p1", text(c, p1, "fx")), 422);
    assert_int_equal(ask(c, "assistant-doctor", "PUT Patient/p1", text(c, p1, "f1")), 200);
    assert_int_equal(ask(c, "nurse", "PUT Encounter/stay-p1",
                         "{\"resourceType\":\"Encounter\",\"id\":\"stay-p1\",\"status\":\"in-progress\",\"class\":{\"code\":\"IMP\"},\"subject\":{\"reference\":\"Patient/p1\"},"
                         "\"serviceProvider\":{\"reference\":\"Organization/f2\"}}"), 403);
    assert_int_equal(ask(c, "doctor-f2", "GET Patient/p1", NULL), 404);
    assert_int_equal(ask(c, "social-worker", "PUT Encounter/stay-p1",
                         "{\"resourceType\":\"Encounter\",\"id\":\"stay-p1\",\"status\":\"finished\",\"subject\":{\"reference\":\"Patient/p1\"}}"), 200);
    assert_int_equal(ask(c, "nurse", "GET Observation?patient=p1&_total=accurate", NULL), 200);
    assert_int_equal(ask(c, "social-worker", "PUT Patient/p1", text(c, p1, "f2")), 200);
    assert_int_equal(ask(c, "doctor-f2", "GET Patient/p1", NULL), 200);
    assert_int_equal(ask(c, "doctor", "GET Patient/p1", NULL), 404);
    assert_int_equal(ask(c, "doctor-a", "GET Patient/p1", NULL), 404); /* assigned, but no longer theirs */
    assert_int_equal(ask(c, "social-worker-a", "GET DocumentReference/d1", NULL), 404);
}

/* ---- compartments ---- */

static void compartments(void **state)
{
    country *c = *state;
    static const char condition[] = "{\"resourceType\":\"Condition\",\"subject\":{\"reference\":\"Patient/p1\"},\"code\":{\"coding\":[{\"system\":\"http://hl7.org/fhir/sid/icd-10\",\"code\":\"%s\"}]}}";
    static const struct {
        const char *code, *label;
    } codes[] = {{"B20", "HIV"}, {"B24", "HIV"}, {"B22.1", "HIV"}, {"Z21", "HIV"}, {"F11.2", "ETH"}, {"T74.1", "SDV"}, {"Y07.0", "SDV"}, {"X99", "SDV"},
                 {"B19.9", "-"}, {"B25", "-"}, {"F17.2", "-"}, {"F20.0", "-"}, {"Y10", "-"}, {"E11.9", "-"}};
    for (size_t i = 0; i < COUNT(codes); i++) {
        assert_int_equal(ask(c, "doctor", "POST Condition", text(c, condition, codes[i].code)), 201);
        SAME(look(c, "meta.security.0.code"), codes[i].label);
        const char *id = look(c, "id");
        bool hidden = codes[i].label[0] != '-';
        assert_int_equal(ask(c, "doctor", text(c, "GET Condition/%s", id), NULL), hidden ? 404 : 200);
        assert_int_equal(ask(c, "doctor-a", text(c, "GET Condition/%s", id), NULL), 200);
        if (hidden) { /* what is left out is not taken away */
            assert_int_equal(ask(c, "doctor-a", text(c, "PUT Condition/%s", id), text(c, "{\"resourceType\":\"Condition\",\"id\":\"%s\",\"subject\":{\"reference\":\"Patient/p1\"}}", id)), 200);
            SAME(look(c, "meta.security.0.code"), codes[i].label);
            assert_int_equal(ask(c, "doctor", text(c, "PUT Condition/%s", id), text(c, "{\"resourceType\":\"Condition\",\"id\":\"%s\",\"subject\":{\"reference\":\"Patient/p1\"}}", id)), 404);
        }
    }
    assert_int_equal(ask(c, "doctor", "POST MedicationRequest",
                         "{\"resourceType\":\"MedicationRequest\",\"subject\":{\"reference\":\"Patient/p1\"},\"medicationCodeableConcept\":{\"coding\":[{\"system\":\"http://www.whocc.no/atc\",\"code\":\"J05AR10\"}]}}"), 201);
    SAME(look(c, "meta.security.0.code"), "HIV");
    assert_int_equal(ask(c, "doctor", "POST DocumentReference",
                         "{\"resourceType\":\"DocumentReference\",\"subject\":{\"reference\":\"Patient/p1\"},\"type\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"34788-0\"}]}}"), 201);
    SAME(look(c, "meta.security.0.code"), "PSY");
}

static void inherited(void **state)
{
    country *c = *state;
    observation(c, "h1", "p1", "75622-1", NULL);
    put(c, "{\"resourceType\":\"DiagnosticReport\",\"id\":\"r1\",\"subject\":{\"reference\":\"Patient/p1\"},\"result\":[{\"reference\":\"Observation/h1\"}]}");
    put(c, "{\"resourceType\":\"DocumentReference\",\"id\":\"d1\",\"subject\":{\"reference\":\"Patient/p1\"},\"context\":{\"related\":[{\"reference\":\"Observation/h1\"}]},"
           "\"relatesTo\":[{\"code\":\"appends\",\"target\":{\"reference\":\"DiagnosticReport/r1\"}}]}");
    assert_int_equal(ask(c, "doctor", "GET DiagnosticReport/r1", NULL), 404);
    assert_int_equal(ask(c, "doctor", "GET DocumentReference/d1", NULL), 404);
    assert_int_equal(ask(c, "doctor-a", "GET DocumentReference/d1", NULL), 200);
    put(c, "{\"resourceType\":\"Provenance\",\"id\":\"v1\",\"target\":[{\"reference\":\"Observation/h1\"}]}");
    assert_int_equal(ask(c, "doctor", "GET Provenance/v1", NULL), 404);
    assert_int_equal(ask(c, "doctor-a", "GET Provenance/v1", NULL), 200);
    assert_int_equal(ask(c, "doctor-f2", "GET Provenance/v1", NULL), 404);
    /* a hidden one cannot be told from none by referring to it */
    static const char report[] = "{\"resourceType\":\"DiagnosticReport\",\"subject\":{\"reference\":\"Patient/p1\"},\"result\":[{\"reference\":\"Observation/%s\"}]}";
    assert_int_equal(ask(c, "doctor", "POST DiagnosticReport", text(c, report, "h1")), 422);
    ans_str said = c->got.body;
    assert_int_equal(ask(c, "doctor", "POST DiagnosticReport", text(c, report, "none")), 422);
    assert_true(ans_str_eq(said, c->got.body));
    assert_int_equal(ask(c, "doctor-a", "POST DiagnosticReport", text(c, report, "h1")), 201);
    /* nor by an element that no search parameter knows */
    static const char drug[] = "{\"resourceType\":\"MedicationRequest\",\"subject\":{\"reference\":\"Patient/p1\"},\"reasonReference\":[{\"reference\":\"Condition/%s\"}]}";
    put(c, "{\"resourceType\":\"Condition\",\"id\":\"hiv\",\"subject\":{\"reference\":\"Patient/p1\"},\"code\":{\"coding\":[{\"system\":\"http://hl7.org/fhir/sid/icd-10\",\"code\":\"B20\"}]}}");
    assert_int_equal(ask(c, "doctor", "POST MedicationRequest", text(c, drug, "hiv")), 422);
    said = c->got.body;
    assert_int_equal(ask(c, "doctor", "POST MedicationRequest", text(c, drug, "none")), 422);
    assert_true(ans_str_eq(said, c->got.body));
    assert_int_equal(ask(c, "doctor-a", "POST MedicationRequest", text(c, drug, "hiv")), 201);
    SAME(look(c, "meta.security.0.code"), "HIV");
    /* within one transaction, whichever comes first */
    assert_int_equal(ask(c, "doctor", "POST ",
                         "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[{\"resource\":{\"resourceType\":\"DiagnosticReport\",\"subject\":{\"reference\":\"Patient/p1\"},"
                         "\"result\":[{\"reference\":\"urn:uuid:0b0e5d3c-77a5-4a0f-8f2c-5d2d4e9a1c11\"}]},\"request\":{\"method\":\"POST\",\"url\":\"DiagnosticReport\"}},"
                         "{\"fullUrl\":\"urn:uuid:0b0e5d3c-77a5-4a0f-8f2c-5d2d4e9a1c11\",\"resource\":{\"resourceType\":\"Observation\",\"subject\":{\"reference\":\"Patient/p1\"},"
                         "\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"75622-1\"}]}},\"request\":{\"method\":\"POST\",\"url\":\"Observation\"}}]}"), 200);
    total_is(c, "doctor", "GET DiagnosticReport?_total=accurate", "0");
    total_is(c, "doctor-a", "GET DiagnosticReport?_security=HIV&_total=accurate", "3");
    /* a handover names many: it is for the roles that may know, of the house */
    static const char handover[] = "{\"resourceType\":\"Composition\",\"status\":\"preliminary\",\"subject\":{\"reference\":\"Location/w1\"},\"custodian\":{\"reference\":\"Organization/f1\"},"
                                   "\"section\":[{\"entry\":[{\"reference\":\"Patient/p1\"}],\"section\":[{\"entry\":[{\"reference\":\"Observation/h1\"}]}]}]}";
    assert_int_equal(ask(c, "nurse", "POST Composition", handover), 422);
    assert_int_equal(ask(c, "nurse-a", "POST Composition", handover), 201);
    SAME(look(c, "meta.security.0.code"), "HIV");
    const char *given = text(c, "GET Composition/%s", look(c, "id"));
    assert_int_equal(ask(c, "nurse-2", given, NULL), 200);
    assert_int_equal(ask(c, "carer-a", given, NULL), 404);
    assert_int_equal(ask(c, "doctor-f2", given, NULL), 404);
    /* who sees a part may change the whole, and keeps what others wrote */
    put(c, "{\"resourceType\":\"Encounter\",\"id\":\"stay-p1\",\"status\":\"in-progress\",\"class\":{\"code\":\"IMP\"},\"subject\":{\"reference\":\"Patient/p1\"},\"serviceProvider\":{\"reference\":\"Organization/f1\"},"
           "\"location\":[{\"location\":{\"reference\":\"Location/b1\"}}],\"reasonReference\":[{\"reference\":\"Observation/o9\"}]}");
    assert_int_equal(ask(c, "nurse", "PUT Encounter/stay-p1",
                         "{\"resourceType\":\"Encounter\",\"id\":\"stay-p1\",\"status\":\"onleave\",\"class\":{\"code\":\"IMP\"},\"subject\":{\"reference\":\"Patient/p1\"},\"serviceProvider\":{\"reference\":\"Organization/f1\"},"
                         "\"location\":[{\"location\":{\"reference\":\"Location/b1\"}}],\"reasonReference\":[{\"reference\":\"Observation/o9\"}]}"), 200);
}

/* ---- places and times ---- */

static int64_t clock_us;

static int64_t clock_now(void)
{
    return clock_us;
}

static void roles_in_time(void **state)
{
    country *c = *state;
    static const char role[] = "{\"resourceType\":\"PractitionerRole\",\"id\":\"role-nurse\",\"practitioner\":{\"reference\":\"Practitioner/nurse\"},\"organization\":{\"reference\":\"Organization/f1\"},"
                               "\"period\":{\"start\":\"%s\",\"end\":\"%s\"},\"code\":[{\"coding\":[{\"system\":\"urn:ansinh:role\",\"code\":\"%s\"}]}]}";
    clock_us = ans_now_us();
    assert_int_equal(ask(c, "nurse", "GET Encounter/stay-p1", NULL), 200);
    put(c, role, "2024-01-01", "2025-12-31", "nurse");
    assert_int_equal(ask(c, "nurse", "GET Encounter/stay-p1", NULL), 403);
    put(c, role, "2024-01-01", "2990-12-31", "system"); /* no resource makes anybody the program */
    assert_int_equal(ask(c, "nurse", "GET Encounter/stay-p1", NULL), 403);
    put(c, role, "2030-01-01", "2030-01-31", "nurse");
    assert_int_equal(ask(c, "nurse", "GET Encounter/stay-p1", NULL), 403);
    ans_clock_set(clock_now);
    clock_us = INT64_C(1893456000000000) - 7 * INT64_C(3600000000); /* 2030-01-01 in Vietnam */
    assert_int_equal(ask(c, "nurse", "GET Encounter/stay-p1", NULL), 200);
    clock_us += 31 * INT64_C(86400000000) - 1;
    assert_int_equal(ask(c, "nurse", "GET Encounter/stay-p1", NULL), 200);
    clock_us += 1;
    assert_int_equal(ask(c, "nurse", "GET Encounter/stay-p1", NULL), 403);
    ans_clock_set(NULL);
}

static void assigned(void **state)
{
    country *c = *state;
    observation(c, "h1", "p1", "75622-1", NULL);
    assert_int_equal(ask(c, "nurse-a", "GET Observation/h1", NULL), 200);
    assert_int_equal(ask(c, "carer-a", "GET Observation/h1", NULL), 404); /* the table does not let carers */
    put(c, "{\"resourceType\":\"CareTeam\",\"id\":\"team-p1\",\"status\":\"inactive\",\"subject\":{\"reference\":\"Patient/p1\"},\"participant\":[{\"member\":{\"reference\":\"Practitioner/nurse-a\"}}]}");
    assert_int_equal(ask(c, "nurse-a", "GET Observation/h1", NULL), 404);
    put(c, "{\"resourceType\":\"CareTeam\",\"id\":\"team-p1\",\"status\":\"active\",\"subject\":{\"reference\":\"Patient/p1\"},\"participant\":[{\"member\":{\"reference\":\"Practitioner/nurse-a\"},"
           "\"period\":{\"start\":\"2020-01-01\",\"end\":\"2099-01-01\"}}]}");
    assert_int_equal(ask(c, "nurse-a", "GET Observation/h1", NULL), 200);
    put(c, "{\"resourceType\":\"CareTeam\",\"id\":\"team-p1\",\"status\":\"active\",\"subject\":{\"reference\":\"Patient/p1\"},\"participant\":[{\"member\":{\"reference\":\"Practitioner/nurse-a\"},"
           "\"period\":{\"start\":\"2020-01-01\",\"end\":\"2021-01-01\"}}]}");
    assert_int_equal(ask(c, "nurse-a", "GET Observation/h1", NULL), 404); /* over, though still on the list */
    put(c, "{\"resourceType\":\"CareTeam\",\"id\":\"team-p1\",\"status\":\"inactive\",\"subject\":{\"reference\":\"Patient/p1\"},\"participant\":[{\"member\":{\"reference\":\"Practitioner/nurse-a\"}}]}");
    /* nobody assigns themselves without the right to */
    assert_int_equal(ask(c, "nurse", "POST CareTeam",
                         "{\"resourceType\":\"CareTeam\",\"status\":\"active\",\"subject\":{\"reference\":\"Patient/p1\"},\"participant\":[{\"member\":{\"reference\":\"Practitioner/nurse\"}}]}"), 403);
    assert_int_equal(ask(c, "nurse", "POST PractitionerRole",
                         "{\"resourceType\":\"PractitionerRole\",\"practitioner\":{\"reference\":\"Practitioner/nurse\"},\"organization\":{\"reference\":\"Organization/f1\"},"
                         "\"code\":[{\"coding\":[{\"system\":\"urn:ansinh:role\",\"code\":\"doctor\"}]}]}"), 403);
    assert_int_equal(ask(c, "facility-head", "POST CareTeam",
                         "{\"resourceType\":\"CareTeam\",\"status\":\"active\",\"subject\":{\"reference\":\"Patient/p1\"},\"participant\":[{\"member\":{\"reference\":\"Practitioner/nurse\"}}]}"), 201);
    assert_int_equal(ask(c, "nurse", "GET Observation/h1", NULL), 200);
}

static void wards(void **state)
{
    country *c = *state;
    observation(c, "o1", "p1", "8480-6", NULL);
    assert_int_equal(ask(c, "nurse", "GET Observation/o1", NULL), 200);
    put(c, "{\"resourceType\":\"Location\",\"id\":\"r1\",\"managingOrganization\":{\"reference\":\"Organization/f1\"},\"partOf\":{\"reference\":\"Location/w2\"}}");
    assert_int_equal(ask(c, "nurse", "GET Observation/o1", NULL), 404); /* the room went over to the other ward */
    assert_int_equal(ask(c, "nurse-2", "GET Observation/o1", NULL), 200);
    assert_int_equal(ask(c, "nurse-2", "PUT Encounter/stay-p1",
                         "{\"resourceType\":\"Encounter\",\"id\":\"stay-p1\",\"status\":\"in-progress\",\"class\":{\"code\":\"IMP\"},\"subject\":{\"reference\":\"Patient/p1\"},\"serviceProvider\":{\"reference\":\"Organization/f1\"},"
                         "\"location\":[{\"location\":{\"reference\":\"Location/b2\"},\"status\":\"completed\"},{\"location\":{\"reference\":\"Location/w1\"},\"status\":\"active\"}]}"), 200);
    assert_int_equal(ask(c, "nurse", "GET Observation/o1", NULL), 200);
    assert_int_equal(ask(c, "nurse-2", "GET Observation/o1", NULL), 404);
    reopen_gate(c);
    assert_int_equal(ask(c, "nurse", "GET Observation/o1", NULL), 200);
    assert_int_equal(ask(c, "nurse-2", "GET Observation/o1", NULL), 404);
}

/* Nobody widens what they see by what they may write: a visit or a second stay in one's own ward, oneself on a team, a house under another one. */
static void widened(void **state)
{
    country *c = *state;
    static const char come[] = "{\"resourceType\":\"Encounter\",\"status\":\"%s\",%s\"subject\":{\"reference\":\"Patient/p2\"},\"serviceProvider\":{\"reference\":\"Organization/f1\"},"
                               "\"location\":[{\"location\":{\"reference\":\"Location/r1\"},\"status\":\"active\"}]}";
    static const struct {
        const char *status, *class;
        int want;
    } comes[] = {{"in-progress", "\"class\":{\"code\":\"AMB\"},", 201}, {"in-progress", "", 201}, {"arrived", "\"class\":{\"code\":\"AMB\"},", 201},
                 {"in-progress", "\"class\":{\"code\":\"IMP\"},\"partOf\":{\"reference\":\"Encounter/stay-p2\"},", 201}, {"planned", "\"class\":{\"code\":\"IMP\"},", 201},
                 {"in-progress", "\"class\":{\"code\":\"IMP\"},", 422}, {"onleave", "\"class\":{\"code\":\"IMP\"},", 422}, {"arrived", "\"class\":{\"code\":\"IMP\"},", 422},
                 {"triaged", "\"class\":{\"code\":\"IMP\"},", 422}};
    observation(c, "o2", "p2", "8480-6", NULL);
    observation(c, "h1", "p1", "75622-1", NULL);
    for (size_t i = 0; i < COUNT(comes); i++) {
        int status = ask(c, "nurse", "POST Encounter", text(c, come, comes[i].status, comes[i].class));
        if (status != comes[i].want || ask(c, "nurse", "GET Observation/o2", NULL) != 404) {
            print_error("%s %s: %d\n", comes[i].status, comes[i].class, status);
            fail();
        }
    }
    reopen_gate(c);
    assert_int_equal(ask(c, "nurse", "GET Observation/o2", NULL), 404);
    /* on a team by one's own hand: as Practitioner, by a role, by switching a team on, by giving it to another person */
    static const char team[] = "{\"resourceType\":\"CareTeam\",\"id\":\"%s\",\"status\":\"%s\",\"subject\":{\"reference\":\"Patient/%s\"},\"participant\":[{\"member\":{\"reference\":\"%s\"}}]}";
    const char *const alone[] = {"doctor", "facility-head"};
    for (size_t i = 0; i < COUNT(alone); i++) {
        const char *as = alone[i], *me = text(c, "Practitioner/%s", as);
        assert_int_equal(ask(c, as, "PUT CareTeam/team-p1", text(c, team, "team-p1", "active", "p1", me)), 422);
        SAME(look(c, "issue.0.expression.0"), "CareTeam.participant");
        assert_int_equal(ask(c, as, "POST CareTeam", text(c, team, "x", "active", "p1", text(c, "PractitionerRole/role-%s", as))), 422);
        put(c, team, "off", "inactive", "p1", me);
        assert_int_equal(ask(c, as, "PUT CareTeam/off", text(c, team, "off", "active", "p1", me)), 422);
        put(c, team, "other", "active", "p2", me);
        assert_int_equal(ask(c, as, "PUT CareTeam/other", text(c, team, "other", "active", "p1", me)), 422);
        assert_int_equal(ask(c, as, "PUT CareTeam/other", text(c, team, "other", "active", "p2", me)), 200); /* as it was */
        assert_int_equal(ask(c, as, "GET Observation/h1", NULL), 404);
    }
    assert_int_equal(ask(c, "facility-head", "PUT CareTeam/team-p1", text(c, team, "team-p1", "active", "p1", "Practitioner/doctor")), 200); /* another hand */
    assert_int_equal(ask(c, "doctor", "GET Observation/h1", NULL), 200);
    /* a house */
    static const char house[] = "{\"resourceType\":\"Organization\",\"id\":\"f1\",\"name\":\"%s\",\"type\":[{\"coding\":[{\"code\":\"%s\",\"system\":\"urn:ansinh:organization-kind\"}]}]%s}";
    assert_int_equal(ask(c, "facility-head", "PUT Organization/f1", text(c, house, "f1", "authority", "")), 422);
    assert_int_equal(ask(c, "facility-head", "PUT Organization/f1", text(c, house, "f1", "facility", ",\"partOf\":{\"reference\":\"Organization/f2\"}")), 422);
    assert_int_equal(ask(c, "facility-head", "PUT Organization/f1", text(c, house, "f1", "facility", ",\"active\":false")), 422);
    assert_int_equal(ask(c, "facility-head", "PUT Organization/f1",
                         text(c, house, "f1", "facility", ",\"extension\":[{\"url\":\"urn:ansinh:extension:dated-kind\",\"extension\":[{\"url\":\"value\",\"valueCoding\":{\"code\":\"authority\"}}]}]")), 422);
    assert_int_equal(ask(c, "facility-head", "PUT Organization/f1", text(c, house, "a new name", "facility", ",\"extension\":[{\"url\":\"urn:x\",\"valueString\":\"y\"}]")), 200);
    assert_int_equal(ask(c, "administrator", "PUT Organization/f1", text(c, house, "f1", "authority", "")), 200);
}

/* A record from before: codes without labels, found when the marks are made. */
static void unlabelled(void **state)
{
    country *c = *state;
    ans_rest *open;
    ans_rest_answer a;
    ans_rest_options r = {.store = c->store, .search = c->search, .threads = 1, .version = "test"};
    assert_int_equal(ans_rest_new(&c->cx, &r, &open), ANS_OK);
    assert_int_equal(ans_rest_apply(open, &c->cx, ANS_STR("{\"resourceType\":\"Condition\",\"id\":\"old\",\"subject\":{\"reference\":\"Patient/p1\"},"
                                                          "\"code\":{\"coding\":[{\"system\":\"http://hl7.org/fhir/sid/icd-10\",\"code\":\"B20.1\"}]}}"), &a), ANS_OK);
    ans_rest_free(open);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(ask(c, "doctor", "GET Condition/old", NULL), 404);
        assert_int_equal(ask(c, "doctor-a", "GET Condition/old", NULL), 200);
        if (i == 0) {
            reopen_gate(c);
        }
    }
}

/* ---- break-glass ---- */

static ans_err open_glass(country *c, const char *as, const char *person, const char *purpose, const char *reason, uint32_t minutes)
{
    ans_cx cx = {.arena = c->brief};
    ans_who who = who_of(as);
    const ans_pass *pass;
    ans_reader *rd;
    ans_glass g;
    assert_int_equal(ans_gate_pass(c->gate, &cx, &who, &pass), ANS_OK);
    assert_int_equal(ans_reader_open(&cx, c->store, &rd), ANS_OK);
    ans_err err = ans_glass_check(c->gate, &cx, rd, pass, &who, ans_str_of(person), ans_str_of(purpose), ans_str_of(reason), minutes, &g);
    ans_reader_close(rd);
    return err == ANS_OK ? ans_glass_open(c->gate, &cx, &g) : err;
}

static uint32_t glass_count(country *c, const char *as)
{
    ans_cx cx = {.arena = c->brief};
    ans_who who = who_of(as);
    const ans_pass *pass;
    ans_glass *list;
    uint32_t count;
    assert_int_equal(ans_gate_pass(c->gate, &cx, &who, &pass), ANS_OK);
    assert_int_equal(ans_glass_list(c->gate, &cx, pass, &who, &list, &count), ANS_OK);
    return count;
}

static void broken_glass(void **state)
{
    country *c = *state;
    observation(c, "h1", "p1", "75622-1", NULL);
    observation(c, "o2", "p2", "8480-6", NULL);
    put(c, "{\"resourceType\":\"DocumentReference\",\"id\":\"a1\",\"meta\":{\"security\":[{\"system\":\"urn:ansinh:label\",\"code\":\"ADOPT\"}]},\"subject\":{\"reference\":\"Patient/p1\"}}");
    assert_int_equal(open_glass(c, "carer", "p1", "ETREAT", "co giật, cần biết tiền sử", 30), ANS_E_FORBIDDEN);
    assert_int_equal(open_glass(c, "nurse", "p3", "ETREAT", "co giật, cần biết tiền sử", 30), ANS_E_NOTFOUND);
    assert_int_equal(open_glass(c, "nurse", "nobody", "ETREAT", "co giật, cần biết tiền sử", 30), ANS_E_NOTFOUND);
    assert_int_equal(open_glass(c, "nurse", "p1", "ETREAT", "vì cần   ", 30), ANS_E_VALUE);
    assert_int_equal(open_glass(c, "nurse", "p1", "NOSY", "co giật, cần biết tiền sử", 30), ANS_E_VALUE);
    assert_int_equal(open_glass(c, "nurse", "p1", "ETREAT", "co giật, cần biết tiền sử", 61), ANS_E_VALUE);
    assert_int_equal(open_glass(c, "nurse", "p1", "ETREAT", "co giật, cần biết tiền sử", 30), ANS_OK);
    assert_int_equal(ask(c, "nurse", "GET Observation/h1", NULL), 200);
    assert_int_equal(ask(c, "nurse-2", "GET Observation/h1", NULL), 404);
    assert_int_equal(ask(c, "nurse", "GET Observation/o2", NULL), 404);          /* another person */
    assert_int_equal(ask(c, "nurse", "GET DocumentReference/a1", NULL), 404);   /* another compartment */
    total_is(c, "nurse", "GET Observation?patient=p1&_total=accurate", "1");
    assert_int_equal(open_glass(c, "nurse-2", "p1", "ETREAT", "co giật, cần biết tiền sử", 5), ANS_OK);
    assert_int_equal(ask(c, "nurse-2", "GET Observation/h1", NULL), 200);        /* of another ward of the house */
    assert_int_equal(ask(c, "nurse-2", "PUT Observation/h1", "{\"resourceType\":\"Observation\",\"id\":\"h1\",\"subject\":{\"reference\":\"Patient/p1\"}}"), 403);
    assert_int_equal(glass_count(c, "facility-head"), 2);
    assert_int_equal(glass_count(c, "auditor"), 2);
    assert_int_equal(glass_count(c, "nurse"), 1);
    assert_int_equal(glass_count(c, "doctor-f2"), 0);
    clock_us = ans_now_us() + 6 * INT64_C(60000000);
    ans_clock_set(clock_now);
    assert_int_equal(ask(c, "nurse-2", "GET Observation/h1", NULL), 404);
    assert_int_equal(ask(c, "nurse", "GET Observation/h1", NULL), 200);
    clock_us += 25 * INT64_C(60000000);
    assert_int_equal(ask(c, "nurse", "GET Observation/h1", NULL), 404);
    assert_int_equal(glass_count(c, "facility-head"), 2);
    ans_clock_set(NULL);
}

/* This record's own address in front changes nothing: it is the person's, for whom alone it can be written and read. */
static void own_address(country *c)
{
    static const char *const subjects[] = {"Patient/p1", "http://localhost/fhir/Patient/p1"};
    static const char *const writers[] = {"nurse", "nurse-a", "doctor-a", "nurse-2"};
    for (size_t w = 0; w < COUNT(writers); w++) {
        int status[2];
        for (int i = 0; i < 2; i++) {
            status[i] = ask(c, writers[w], "POST Observation",
                            text(c, "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"x\"},\"subject\":{\"reference\":\"%s\"},"
                                    "\"meta\":{\"security\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-ActCode\",\"code\":\"HIV\"}]}}", subjects[i]));
        }
        assert_int_equal(status[0], status[1]);
        assert_int_not_equal(status[1], 422);
    }
    assert_int_equal(ask(c, "nurse", "PUT Observation/o1",
                         "{\"resourceType\":\"Observation\",\"id\":\"o1\",\"status\":\"final\",\"code\":{\"text\":\"x\"},\"subject\":{\"reference\":\"http://localhost/fhir/Patient/p1\"}}"), 200);
    assert_true(ans_str_search(c->got.body, ANS_STR("{\"reference\":\"Patient/p1\"}")) >= 0);
    assert_int_equal(ask(c, "nurse-2", "GET Observation/o1", NULL), 404);
    assert_int_equal(ask(c, "nurse-2", "GET Observation?subject=http://localhost/fhir/Patient/p1&_summary=count", NULL), 200);
    assert_true(ans_str_search(c->got.body, ANS_STR("\"total\":0")) >= 0);
}

/* What names its person by an address that is not followed would be the house's: everybody there would read it. */
static void addressed(void **state)
{
    static const char *const subjects[] = {"https://localhost/fhir/Patient/p1", "http://localhost/fhir//Patient/p1", "http://localhost/fhir/./Patient/p1",
                                           "/Patient/p1", "./Patient/p1", "https://elsewhere.example/Patient/p1"};
    country *c = *state;
    for (size_t i = 0; i < COUNT(subjects); i++) {
        const char *body = text(c, "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"x\"},\"subject\":{\"reference\":\"%s\"},"
                                   "\"meta\":{\"security\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-ActCode\",\"code\":\"HIV\"}]}}", subjects[i]);
        assert_int_equal(ask(c, "nurse-a", "POST Observation", body), 422);
        assert_int_equal(ask(c, "doctor-a", "POST Observation", body), 422);
    }
    static const char *const nobody[] = {"", ",\"subject\":{\"display\":\"x\"}", ",\"subject\":{\"identifier\":{\"value\":\"7\"}}"};
    for (size_t i = 0; i < COUNT(nobody); i++) {
        const char *body = text(c, "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"x\"}%s,"
                                   "\"meta\":{\"security\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-ActCode\",\"code\":\"HIV\"}]}}", nobody[i]);
        assert_int_equal(ask(c, "doctor-a", "POST Observation", body), 422);
    }
    observation(c, "h1", "p1", "75622-1", NULL);
    assert_int_equal(ask(c, "doctor-a", "PUT Observation/h1", "{\"resourceType\":\"Observation\",\"id\":\"h1\",\"status\":\"final\",\"code\":{\"text\":\"x\"}}"), 403);
    assert_int_equal(ask(c, "nurse-2", "GET Observation/h1", NULL), 404);
    observation(c, "o1", "p1", "8480-6", NULL);
    own_address(c);
    assert_int_equal(ask(c, "nurse", "POST Observation",
                         "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"x\"},\"subject\":{\"reference\":\"Patient/p1\"},"
                         "\"note\":[{\"authorReference\":{\"reference\":\"http://elsewhere.example/Patient/7\"},\"text\":\"x\"}]}"), 201);
}

/* The tag of a board moves with the record of everybody: it must not count it, nor be one account's for another. */
static void board_tags(void **state)
{
    country *c = *state;
    char first[64];
    ans_rest_question again = {0};
    clock_us = ans_now_us();
    ans_clock_set(clock_now);
    assert_int_equal(ask(c, "nurse", "GET Location/w1/$board", NULL), 200);
    assert_int_equal(c->got.etag.n, 20); /* W/"16 hexadecimal digits" */
    (void)snprintf(first, sizeof first, "%.*s", ANS_FMT(c->got.etag));
    again.if_none_match = ans_str_of(first);
    assert_int_equal(ask_with(c, "nurse", "GET Location/w1/$board", NULL, &again), 304);
    assert_int_equal(ask_with(c, "nurse-a", "GET Location/w1/$board", NULL, &again), 200);
    observation(c, "elsewhere", "p5", "8480-6", NULL);
    assert_int_equal(ask_with(c, "nurse", "GET Location/w1/$board", NULL, &again), 200);
    ans_clock_set(NULL);
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, open_country, close_country)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(binary_of_a_person),WITH(ids_guessed), WITH(searches), WITH(included), WITH(pages), WITH(versions), WITH(written), WITH(persons_moved),
                                       WITH(compartments), WITH(inherited), WITH(roles_in_time), WITH(assigned), WITH(wards), WITH(widened), WITH(unlabelled),
                                       WITH(broken_glass), WITH(board_tags), WITH(addressed)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
