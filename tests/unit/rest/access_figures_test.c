/* Organization/$sensitive-counts: who may ask, whom it counts and where, in time, and that small numbers are not in it. */
#include "unit/rest/access_kit.h"

#define SAME(got, want) assert_string_equal((got), (want))
#define ASK "GET Organization/$sensitive-counts?about=hiv&date="

static void lives(country *c, const char *id, const char *stay, const char *org, const char *from, const char *to)
{
    put(c, "{\"resourceType\":\"Encounter\",\"id\":\"%s-%s\",\"status\":\"%s\",\"class\":{\"code\":\"IMP\"},\"subject\":{\"reference\":\"Patient/%s\"},"
           "\"serviceProvider\":{\"reference\":\"Organization/%s\"},\"period\":{\"start\":\"%s\"%s%s%s}}", stay, id, to ? "finished" : "in-progress", id, org, from,
        to ? ",\"end\":\"" : "", to ? to : "", to ? "\"" : "");
}

static void person(country *c, const char *id, const char *org, const char *sex, const char *born)
{
    put(c, "{\"resourceType\":\"Patient\",\"id\":\"%s\",\"gender\":\"%s\",\"birthDate\":\"%s\",\"managingOrganization\":{\"reference\":\"Organization/%s\"}}", id, sex, born, org);
}

static void ill(country *c, const char *id, const char *code, const char *since)
{
    put(c, "{\"resourceType\":\"Condition\",\"id\":\"ill-%s-%.1s\",\"subject\":{\"reference\":\"Patient/%s\"},\"recordedDate\":\"%s\","
           "\"code\":{\"coding\":[{\"system\":\"http://hl7.org/fhir/sid/icd-10\",\"code\":\"%s\"}]}}", id, code, id, since, code);
}

static void many(country *c, const char *org, const char *sex, const char *born, int count)
{
    for (int i = 0; i < count; i++) {
        const char *id = text(c, "%s-%s-%.4s-%d", org, sex, born, i);
        person(c, id, org, sex, born);
        lives(c, id, "s", org, "2025-01-01", NULL);
        ill(c, id, "B20", "2025-06-01");
    }
}

static ans_jnode part_of(country *c, ans_jnode parts, const char *name, uint32_t nth)
{
    ans_cx cx = {.arena = c->brief};
    for (ans_jnode n = parts == ANS_JNONE ? parts : ans_json_first(&c->doc, parts); n != ANS_JNONE; n = ans_json_next(&c->doc, parts, n)) {
        if (ans_str_is(ans_json_get_string(&cx, &c->doc, n, ANS_STR("name")), name) && nth-- == 0) {
            return n;
        }
    }
    return ANS_JNONE;
}

/* "f1: 6 7 - ...: 20": counts and total of a row ("" is the row of all), x where one is hidden; "-": there is no such row */
static const char *row(country *c, const char *org)
{
    ans_cx cx = {.arena = c->brief};
    ans_jnode list = ans_json_get(&c->doc, 0, ANS_STR("parameter"));
    const char *want = text(c, "Organization/%s", org);
    char out[400] = "";
    for (uint32_t i = 0;; i++) {
        ans_jnode n = part_of(c, list, org[0] ? "row" : "all", i);
        if (n == ANS_JNONE) {
            return "-";
        }
        ans_jnode parts = ans_json_get(&c->doc, n, ANS_STR("part"));
        ans_jnode named = ans_json_get(&c->doc, part_of(c, parts, "organization", 0), ANS_STR("valueReference"));
        if (org[0] && !ans_str_is(ans_json_get_string(&cx, &c->doc, named, ANS_STR("reference")), want)) {
            continue;
        }
        for (uint32_t k = 0; k < 8; k++) {
            ans_jnode value = part_of(c, parts, k < 7 ? "count" : "total", k < 7 ? k : 0), number = ans_json_get(&c->doc, value, ANS_STR("valueInteger"));
            size_t at = strlen(out);
            (void)snprintf(out + at, sizeof out - at, "%s%.*s", k ? " " : "", number == ANS_JNONE ? 1 : (int)ans_json_raw(&c->doc, number).n,
                           number == ANS_JNONE ? "x" : ans_json_raw(&c->doc, number).p);
        }
        return text(c, "%s", out);
    }
}

static bool has_small(const char *row)
{
    ans_str left = ans_str_of(row), one;
    uint64_t n;
    for (bool more = true; more;) {
        more = ans_str_cut(&left, ' ', &one);
        if (ans_str_u64(one, &n) && n >= 1 && n <= 4) {
            return true;
        }
    }
    return false;
}

static const char *value(country *c, const char *name, const char *key)
{
    ans_cx cx = {.arena = c->brief};
    ans_jnode n = part_of(c, ans_json_get(&c->doc, 0, ANS_STR("parameter")), name, 0);
    return ans_arena_dup(c->brief, ans_json_get_string(&cx, &c->doc, n, ans_str_of(key))).p;
}

static void small_country(country *c)
{
    many(c, "f1", "male", "1980-05-01", 6);
    many(c, "f1", "female", "1980-05-01", 7);
    many(c, "f2", "male", "1980-05-01", 8);
    many(c, "f2", "female", "1980-05-01", 9);
    many(c, "f3", "male", "1950-05-01", 11);
    many(c, "fx", "male", "1980-05-01", 12);
}

static void who_may(void **state)
{
    country *c = *state;
    small_country(c);
    static const char *const none[] = {"carer", "nurse-all", "social-worker", "pharmacist", "records-clerk", "auditor", "administrator", "nobody", "recipient-law"};
    for (size_t i = 0; i < COUNT(none); i++) {
        int status = ask(c, none[i], ASK "2025-12-31", NULL);
        if (status != 403) {
            print_error("%s: %d\n", none[i], status);
            fail();
        }
    }
    assert_int_equal(ask(c, "province-officer", ASK "2025-12-31", NULL), 200);
    SAME(row(c, "f1"), "0 6 0 0 7 0 0 13");
    SAME(row(c, "f2"), "0 8 0 0 9 0 0 17");
    SAME(row(c, "f3"), "-");
    SAME(row(c, "fx"), "-");
    SAME(row(c, ""), "0 14 0 0 16 0 0 30");
    SAME(value(c, "asOf", "valueDate"), "2025-12-31");
    assert_int_equal(ans_str_search(c->got.body, ANS_STR("Patient/")), -1);
    assert_int_equal(ask(c, "ministry-officer", ASK "2025-12-31", NULL), 200);
    SAME(row(c, "so"), "0 14 0 0 16 0 0 30");
    SAME(row(c, "so2"), "0 0 11 0 0 0 0 11");
    SAME(row(c, "px"), "-");
    SAME(row(c, ""), "0 14 11 0 16 0 0 41");
    assert_int_equal(ask(c, "police-officer", ASK "2025-12-31", NULL), 200);
    SAME(row(c, "fx"), "0 12 0 0 0 0 0 12");
    SAME(row(c, "f1"), "-");
    assert_int_equal(ask(c, "facility-head", ASK "2025-12-31", NULL), 200);
    SAME(row(c, "f1"), "0 6 0 0 7 0 0 13");
    /* another's organisation, or a part of one's own: that would be a second break-down */
    static const char *const others[] = {"so2", "f1", "min", "px"};
    for (size_t i = 0; i < COUNT(others); i++) {
        int status = ask(c, "province-officer", text(c, ASK "2025-12-31&organization=Organization/%s", others[i]), NULL);
        assert_true(status == 403 || status == 404);
    }
    assert_int_equal(ask(c, "open", ASK "2025-12-31", NULL), 400);
    assert_int_equal(ask(c, "open", ASK "2025-12-31&organization=so", NULL), 200);
    SAME(row(c, "f1"), "0 6 0 0 7 0 0 13");
    assert_int_equal(ask(c, "province-officer", "GET Organization/$sensitive-counts?date=2025-12-31", NULL), 400);
    assert_int_equal(ask(c, "province-officer", "GET Organization/$sensitive-counts?about=cancer", NULL), 400);
    assert_int_equal(ask(c, "province-officer", ASK "yesterday", NULL), 400);
}

static void small_numbers(void **state)
{
    country *c = *state;
    small_country(c);
    many(c, "f1", "female", "1950-05-01", 2);
    many(c, "f1", "other", "1980-05-01", 5);
    assert_int_equal(ask(c, "province-officer", ASK "2025-12-31", NULL), 200);
    /* the two, and what they could be worked out from: another of the row, and a way back through the other row or the totals */
    const char *first = row(c, "f1"), *all = row(c, "");
    assert_false(has_small(first) || has_small(row(c, "f2")) || has_small(all));
    SAME(first + strlen(first) - 2, "20");
    SAME(all + strlen(all) - 2, "37");
    assert_true(strchr(first, 'x') != strrchr(first, 'x'));
    assert_non_null(strchr(all, 'x'));
    /* where everybody is few, nothing is left but that */
    assert_int_equal(ask(c, "province-officer", "GET Organization/$sensitive-counts?about=violence&date=2025-12-31", NULL), 200);
    SAME(row(c, ""), "0 0 0 0 0 0 0 0");
    SAME(row(c, "f1"), "0 0 0 0 0 0 0 0"); /* also of nobody there is a row */
    ill(c, "f1-male-1980-0", "T74", "2025-06-01");
    assert_int_equal(ask(c, "province-officer", "GET Organization/$sensitive-counts?about=violence&date=2025-12-31", NULL), 200);
    all = row(c, "");
    SAME(all + strlen(all) - 1, "x");
}

static void in_time(void **state)
{
    country *c = *state;
    small_country(c);
    /* known from June on; struck; of before; somebody twice; without a stay; in a visit only */
    assert_int_equal(ask(c, "province-officer", ASK "2025-05-31", NULL), 200);
    SAME(row(c, ""), "0 0 0 0 0 0 0 0");
    ill(c, "f1-male-1980-0", "B23", "2025-07-01");
    person(c, "away", "f1", "male", "1980-05-01");
    ill(c, "away", "B20", "2025-06-01");
    put(c, "{\"resourceType\":\"Encounter\",\"id\":\"visit\",\"status\":\"finished\",\"class\":{\"code\":\"AMB\"},\"subject\":{\"reference\":\"Patient/away\"},"
           "\"serviceProvider\":{\"reference\":\"Organization/f1\"},\"period\":{\"start\":\"2025-12-30\",\"end\":\"2026-01-02\"}}");
    person(c, "wrong", "f1", "male", "1980-05-01");
    lives(c, "wrong", "s", "f1", "2025-01-01", NULL);
    put(c, "{\"resourceType\":\"Condition\",\"id\":\"wrong\",\"subject\":{\"reference\":\"Patient/wrong\"},\"recordedDate\":\"2025-06-01\",\"verificationStatus\":{\"coding\":[{\"system\":"
           "\"http://terminology.hl7.org/CodeSystem/condition-ver-status\",\"code\":\"refuted\"}]},\"code\":{\"coding\":[{\"system\":\"http://hl7.org/fhir/sid/icd-10\",\"code\":\"B20\"}]}}");
    assert_int_equal(ask(c, "province-officer", ASK "2025-12-31", NULL), 200);
    SAME(row(c, "f1"), "0 6 0 0 7 0 0 13");
    /* a day within a month is the end of the month before: from one day to the next a difference would be a person */
    assert_int_equal(ask(c, "province-officer", ASK "2026-01-30", NULL), 200);
    SAME(value(c, "asOf", "valueDate"), "2025-12-31");
    SAME(row(c, "f1"), "0 6 0 0 7 0 0 13");
    assert_int_equal(ask(c, "province-officer", ASK "2990-01-30", NULL), 200);
    assert_true(strcmp(value(c, "asOf", "valueDate"), "2990") < 0);
    /* somebody moves: counted where they lived that day */
    lives(c, "f1-male-1980-0", "s", "f1", "2025-01-01", "2026-02-10");
    lives(c, "f1-male-1980-0", "t", "f2", "2026-02-10", NULL);
    assert_int_equal(ask(c, "province-officer", ASK "2026-01-31", NULL), 200);
    SAME(row(c, "f2"), "0 8 0 0 9 0 0 17");
    assert_int_equal(ask(c, "province-officer", ASK "2026-02-28", NULL), 200);
    SAME(row(c, "f1"), "0 5 0 0 7 0 0 12");
    SAME(row(c, "f2"), "0 9 0 0 9 0 0 18");
    /* the second facility goes over to the other province: a past day is told by the tree of that day, to whom today's tree lets */
    put(c, "{\"resourceType\":\"OrganizationAffiliation\",\"id\":\"below-f2\",\"organization\":{\"reference\":\"Organization/so\"},\"participatingOrganization\":{\"reference\":\"Organization/f2\"},"
           "\"period\":{\"start\":\"2020-01-01\",\"end\":\"2026-03-14\"},\"code\":[{\"coding\":[{\"system\":\"urn:ansinh:organization-relation\",\"code\":\"parent\"}]}],"
           "\"specialty\":[{\"coding\":[{\"system\":\"urn:ansinh:line\",\"code\":\"health\"}]}]}");
    put(c, "{\"resourceType\":\"OrganizationAffiliation\",\"id\":\"below-f2-2\",\"organization\":{\"reference\":\"Organization/so2\"},\"participatingOrganization\":{\"reference\":\"Organization/f2\"},"
           "\"period\":{\"start\":\"2026-03-15\"},\"code\":[{\"coding\":[{\"system\":\"urn:ansinh:organization-relation\",\"code\":\"parent\"}]}],"
           "\"specialty\":[{\"coding\":[{\"system\":\"urn:ansinh:line\",\"code\":\"health\"}]}]}");
    assert_int_equal(ask(c, "ministry-officer", ASK "2026-02-28", NULL), 200);
    SAME(row(c, "so"), "0 14 0 0 16 0 0 30");
    SAME(row(c, "so2"), "0 0 11 0 0 0 0 11");
    assert_int_equal(ask(c, "ministry-officer", ASK "2026-03-31", NULL), 200);
    SAME(row(c, "so"), "0 5 0 0 7 0 0 12");
    SAME(row(c, "so2"), "0 9 11 0 9 0 0 29");
    assert_int_equal(ask(c, "province-officer", ASK "2026-02-28", NULL), 200);
    SAME(row(c, "f1"), "0 5 0 0 7 0 0 12");
    SAME(row(c, ""), "0 5 0 0 7 0 0 12");
}

static void screenings(void **state)
{
    country *c = *state;
    for (int i = 0; i < 6; i++) {
        const char *id = text(c, "q%d", i);
        person(c, id, "f1", "female", "1980-05-01");
        lives(c, id, "s", "f1", "2024-01-01", NULL);
        put(c, "{\"resourceType\":\"Task\",\"id\":\"t-%s\",\"status\":\"requested\",\"intent\":\"order\",\"authoredOn\":\"2025-06-01T08:00:00+07:00\",\"for\":{\"reference\":\"Patient/%s\"},"
               "\"code\":{\"coding\":[{\"system\":\"urn:ansinh:task\",\"code\":\"screening-follow-up\"},{\"system\":\"urn:ansinh:score\",\"code\":\"%s\"}]}}", id, id, i < 5 ? "phq-9" : "audit");
    }
    assert_int_equal(ask(c, "province-officer", "GET Organization/$sensitive-counts?about=screening-mental&date=2025-12-31", NULL), 200);
    SAME(row(c, "f1"), "0 0 0 0 5 0 0 5");
    assert_int_equal(ask(c, "province-officer", "GET Organization/$sensitive-counts?about=screening-mental&date=2026-06-30", NULL), 200);
    SAME(row(c, "f1"), "0 0 0 0 0 0 0 0"); /* of the last year only */
    assert_int_equal(ask(c, "province-officer", "GET Organization/$sensitive-counts?about=screening-substance&date=2025-12-31", NULL), 200);
    const char *all = row(c, "");
    SAME(all + strlen(all) - 1, "x");
}

/* Who sees figures and no persons gets them nowhere else: no count of people, by whatever they are broken down, is had by another door. */
static void nowhere_else(void **state)
{
    static const char *const as[] = {"province-officer", "ministry-officer", "auditor", "administrator"};
    static const char *const types[] = {"Patient", "Person", "RelatedPerson", "Encounter", "EpisodeOfCare", "CareTeam", "Consent", "Basic", "AllergyIntolerance", "Flag", "Observation", "Condition",
                                        "Procedure", "DiagnosticReport", "AdverseEvent", "MedicationRequest", "MedicationStatement", "MedicationAdministration", "QuestionnaireResponse", "RiskAssessment",
                                        "CarePlan", "ServiceRequest", "Task", "Composition", "List", "Appointment", "DocumentReference", "Coverage", "Claim", "Provenance"};
    /* of what they may read, those that people are behind */
    static const char *const behind[] = {"Organization?_has:Patient:organization:gender=male", "Organization?_has:Encounter:service-provider:class=IMP", "Organization?_has:Patient:organization:_has:Condition:patient:code=B20",
                                         "Practitioner?_has:CareTeam:participant:subject:Patient.gender=male", "?_type=Patient,Condition,Encounter"};
    country *c = *state;
    small_country(c);
    for (size_t i = 0; i < COUNT(as); i++) {
        for (size_t k = 0; k < COUNT(types); k++) {
            const char *const doors[] = {"GET %s?_summary=count", "GET %s?_count=0&_total=accurate", "GET %s?_elements=id", "GET %s/_history?_count=1"};
            for (size_t d = 0; d < COUNT(doors); d++) {
                int status = ask(c, as[i], text(c, doors[d], types[k]), NULL);
                if (status != 403) {
                    print_error("%s: %s of %s: %d\n", as[i], doors[d], types[k], status);
                    fail();
                }
            }
            const char *view = text(c, "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"viewResource\",\"resource\":{\"resourceType\":\"ViewDefinition\",\"status\":\"active\",\"resource\":\"%s\","
                                       "\"select\":[{\"column\":[{\"name\":\"x\",\"path\":\"id\"}]}]}}]}", types[k]);
            int status = ask(c, as[i], "POST ViewDefinition/$run?_format=json", view);
            assert_true(status == 403 || (status == 200 && ans_str_is(ans_str_trim(c->got.body), "[]")));
        }
        for (size_t k = 0; k < COUNT(behind); k++) {
            int status = ask(c, as[i], text(c, "GET %s%s_total=accurate", behind[k], "&"), NULL);
            if (status != 403 && (status != 200 || strcmp(look(c, "total"), "0") != 0)) {
                print_error("%s: %s: %d %s\n", as[i], behind[k], status, look(c, "total"));
                fail();
            }
        }
        assert_int_equal(ask(c, as[i], "GET $sql?query=select%201", NULL), 403);
        assert_int_equal(ask(c, as[i], "GET _history?_count=1000", NULL), 200);
        assert_true(ans_str_search(c->got.body, ANS_STR("Patient/")) < 0 && ans_str_search(c->got.body, ANS_STR("\"Condition\"")) < 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(who_may, open_country, close_country),
        cmocka_unit_test_setup_teardown(small_numbers, open_country, close_country),
        cmocka_unit_test_setup_teardown(in_time, open_country, close_country),
        cmocka_unit_test_setup_teardown(screenings, open_country, close_country),
        cmocka_unit_test_setup_teardown(nowhere_else, open_country, close_country),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
