/* Who is seen and whose care is seen are two things: of whom a search that finds nothing says nothing, for each role, and never more than that. */
#include "unit/rest/access_kit.h"

static const char *unseen_of(country *c, const char *as, const char *patients)
{
    assert_int_equal(ask(c, as, text(c, "GET Patient/$unseen?patient=%s", patients), NULL), 200);
    const char *all = "";
    for (int i = 0; strcmp(look(c, text(c, "parameter.%d.name", i)), "patient") == 0; i++) {
        all = text(c, "%s%s%s", all, *all ? " " : "", look(c, text(c, "parameter.%d.valueReference.reference", i)));
    }
    return all;
}

static void by_role(void **state)
{
    country *c = *state;
    static const struct {
        const char *as, *want;
    } roles[] = {
        {"nurse", "Patient/p2"}, {"nurse-2", "Patient/p1"}, {"nurse-all", ""}, {"head-nurse", "Patient/p2"}, {"assistant-doctor", "Patient/p2"}, {"doctor", ""},
        {"pharmacist", ""}, {"social-worker", ""}, {"rehab-technician", "Patient/p2"}, {"facility-head", ""}, {"records-clerk", ""}, {"open", ""},
    };
    for (size_t i = 0; i < COUNT(roles); i++) {
        assert_string_equal(unseen_of(c, roles[i].as, "p1,p2"), roles[i].want);
    }
    /* of whom is not seen at all, or is not there, nothing is told: not even that */
    assert_string_equal(unseen_of(c, "nurse", "p3,p4,p5,none,,p2"), "Patient/p2");
    assert_string_equal(unseen_of(c, "carer", "p2"), "");
    assert_int_equal(ask(c, "nurse", "GET Patient/$unseen", NULL), 400);
    assert_int_equal(ask(c, "nurse", "GET Patient/$unseen?ward=w2", NULL), 200);
    assert_string_equal(look(c, "parameter.0.valueReference.display"), "Name p2");
    assert_string_equal(look(c, "parameter.1.valueBoolean"), "true");
    assert_int_equal(ask(c, "nurse", "GET Patient/$unseen?ward=w1", NULL), 200);
    assert_string_equal(look(c, "parameter.0.valueBoolean"), "false");
    /* who does not see who lives there is not told that nobody does; of an empty ward nothing is unseen */
    place(c, "w9", NULL, "f1");
    static const struct {
        const char *as, *ward, *all;
    } wards[] = {{"carer", "w2", "true"}, {"carer", "w1", "false"}, {"nurse", "w9", "false"}, {"nurse-all", "w2", "false"}, {"carer", "w9", "true"}, {"open", "w9", "false"}};
    for (size_t i = 0; i < COUNT(wards); i++) {
        assert_int_equal(ask(c, wards[i].as, text(c, "GET Patient/$unseen?ward=%s", wards[i].ward), NULL), 200);
        assert_string_equal(look(c, "parameter.0.name"), "all");
        assert_string_equal(look(c, "parameter.0.valueBoolean"), wards[i].all);
    }
    assert_int_equal(ask(c, "nurse", "GET Patient/$unseen?ward=none", NULL), 404);
    assert_int_equal(ask(c, "nobody", "GET Patient/$unseen?patient=p1", NULL), 403);
}

/* It agrees with what a search finds: whoever is told of sees none of what there is, and nobody else is told of. */
static void as_searches_find(void **state)
{
    country *c = *state;
    static const char *const types[] = {"Observation", "MedicationRequest", "MedicationAdministration", "AllergyIntolerance", "Condition", "ServiceRequest"};
    for (int p = 1; p <= 2; p++) {
        put(c, "{\"resourceType\":\"Observation\",\"id\":\"o%d\",\"status\":\"final\",\"code\":{\"text\":\"x\"},\"subject\":{\"reference\":\"Patient/p%d\"}}", p, p);
        put(c, "{\"resourceType\":\"MedicationRequest\",\"id\":\"m%d\",\"status\":\"draft\",\"intent\":\"order\",\"medicationCodeableConcept\":{\"text\":\"x\"},\"subject\":{\"reference\":\"Patient/p%d\"}}", p, p);
        put(c, "{\"resourceType\":\"MedicationAdministration\",\"id\":\"g%d\",\"status\":\"not-done\",\"medicationCodeableConcept\":{\"text\":\"x\"},\"effectiveDateTime\":\"2026-01-02\",\"subject\":{\"reference\":\"Patient/p%d\"}}", p, p);
        put(c, "{\"resourceType\":\"AllergyIntolerance\",\"id\":\"a%d\",\"code\":{\"text\":\"x\"},\"clinicalStatus\":{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical\",\"code\":\"active\"}]},\"patient\":{\"reference\":\"Patient/p%d\"}}", p, p);
        put(c, "{\"resourceType\":\"ServiceRequest\",\"id\":\"r%d\",\"status\":\"draft\",\"intent\":\"order\",\"code\":{\"text\":\"x\"},\"subject\":{\"reference\":\"Patient/p%d\"}}", p, p);
        put(c, "{\"resourceType\":\"Condition\",\"id\":\"c%d\",\"code\":{\"text\":\"x\"},\"subject\":{\"reference\":\"Patient/p%d\"}}", p, p);
    }
    for (size_t i = 0; i < COUNT(accounts); i++) {
        const char *as = accounts[i].name;
        for (int p = 1; p <= 2; p++) {
            if (own_of(as) || ask(c, as, text(c, "GET Patient/p%d", p), NULL) != 200) { /* people in care call other operations */
                continue;
            }
            bool is_missing = false;
            for (size_t t = 0; t < COUNT(types); t++) {
                is_missing = is_missing || (ask(c, as, text(c, "GET %s?patient=p%d", types[t], p), NULL) == 200 && entries(c) == 0);
            }
            bool is_told = *unseen_of(c, as, text(c, "p%d", p)) != 0;
            if (is_told != is_missing) {
                print_error("%s of p%d: told %d, missing %d\n", as, p, is_told, is_missing);
            }
            assert_int_equal(is_told, is_missing);
        }
    }
}

static void on_the_board(void **state)
{
    country *c = *state;
    assert_int_equal(ask(c, "nurse", "GET Location/w2/$board", NULL), 200);
    assert_non_null(strstr(text(c, "%.*s", ANS_FMT(c->got.body)), "{\"name\":\"unseen\",\"valueBoolean\":true}"));
    for (int i = 0; i < 2; i++) {
        assert_int_equal(ask(c, i ? "nurse" : "nurse-2", i ? "GET Location/w1/$board" : "GET Location/w2/$board", NULL), 200);
        assert_null(strstr(text(c, "%.*s", ANS_FMT(c->got.body)), "unseen"));
    }
}

/* A paper of somebody without medicines would be believed. */
static void on_paper(void **state)
{
    country *c = *state;
    static const char *const forms[] = {"vitals", "care", "medicine", "disclosure", "services", "summary", "referral"};
    for (size_t i = 0; i < COUNT(forms); i++) {
        assert_int_equal(ask(c, "nurse", text(c, "GET Patient/p2/$paper?form=%s", forms[i]), NULL), 403);
    }
}

int main(void)
{
#define CASE(fn) cmocka_unit_test_setup_teardown(fn, open_country, close_country)
    const struct CMUnitTest tests[] = {CASE(by_role), CASE(as_searches_find), CASE(on_the_board), CASE(on_paper)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
