/* Who is served by a house without lying in one of its wards: every ward of that house may look after them, no other house, and nobody longer or
 * more than that. */
#include "unit/rest/access_kit.h"

#define CLIENT(id, person, org, status, system) \
    "{\"resourceType\":\"EpisodeOfCare\",\"id\":\"" id "\",\"status\":\"" status "\",\"patient\":{\"reference\":\"Patient/" person "\"},\"managingOrganization\":{\"reference\":\"Organization/" org "\"}," \
    "\"type\":[{\"coding\":[{\"system\":\"" system "\",\"code\":\"day\"}]}]}"
#define STAY(person, org, status, more) \
    "{\"resourceType\":\"Encounter\",\"id\":\"in-" person "\",\"status\":\"" status "\",\"class\":{\"code\":\"IMP\"},\"subject\":{\"reference\":\"Patient/" person "\"}," \
    "\"serviceProvider\":{\"reference\":\"Organization/" org "\"}" more "}"
#define IN(bed) ",\"location\":[{\"location\":{\"reference\":\"Location/" bed "\"},\"status\":\"active\"}]"

/* What is written about the person, and finding it; who they are is for the whole house to know (identity: facility), and for no other. */
static void seen_by(country *c, const char *person, const char *as, bool want)
{
    int read = ask(c, as, text(c, "GET Patient/%s", person), NULL);
    int about = ask(c, as, text(c, "GET Observation/o-%s", person), NULL);
    assert_int_equal(ask(c, as, text(c, "GET Observation?patient=%s&_summary=count", person), NULL), 200);
    int found = atoi(look(c, "total"));
    bool is_other = strcmp(as, "doctor-f2") == 0 || strcmp(as, "doctor-x") == 0;
    if ((want && read != 200) || (is_other && !want && read != 404) || about != (want ? 200 : 404) || found != want) {
        print_error("%s sees %s: %d %d %d, expected %d\n", as, person, read, about, found, want);
        fail();
    }
}

static void person(country *c, const char *id, const char *org)
{
    resident(c, id, org, NULL);
    put(c, "{\"resourceType\":\"Observation\",\"id\":\"o-%s\",\"status\":\"final\",\"code\":{\"text\":\"x\"},\"subject\":{\"reference\":\"Patient/%s\"}}", id, id);
    put(c, "{\"resourceType\":\"Observation\",\"id\":\"h-%s\",\"status\":\"final\",\"meta\":{\"security\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-ActCode\",\"code\":\"HIV\"}]},"
           "\"code\":{\"text\":\"x\"},\"subject\":{\"reference\":\"Patient/%s\"}}", id, id);
}

static void wards_see(country *c, const char *person, bool one, bool two)
{
    for (int starts = 0; starts < 2; starts++) { /* also as it is read from the rows at a start */
        seen_by(c, person, "nurse", one);
        seen_by(c, person, "carer", one);
        seen_by(c, person, "nurse-2", two);
        seen_by(c, person, "doctor", true);
        seen_by(c, person, "doctor-f2", false);
        seen_by(c, person, "doctor-x", false);
        assert_int_equal(ask(c, "nurse", text(c, "GET Observation/h-%s", person), NULL), 404); /* a compartment stays one */
        assert_int_equal(ask(c, "doctor-f2", text(c, "GET Observation/h-%s", person), NULL), 404);
        if (!starts) {
            reopen_gate(c);
        }
    }
    ans_gate_free(c->gate_before);
    c->gate_before = NULL;
}

static void who_comes_for_the_day(void **state)
{
    country *c = *state;
    person(c, "d", "f1");
    wards_see(c, "d", false, false); /* known to the house only */
}

static void a_client(void **state)
{
    country *c = *state;
    person(c, "d", "f1");
    put(c, CLIENT("e", "d", "f1", "active", "urn:ansinh:client"));
    wards_see(c, "d", true, true);
}

/* Of nobody it says more than it does: another kind of episode, one that is planned, one that is over, one of another house. */
static void what_makes_no_client(void **state)
{
    country *c = *state;
    person(c, "d", "f1");
    static const char *const none[] = {CLIENT("e", "d", "f1", "active", "urn:ansinh:beneficiary-group"), CLIENT("e", "d", "f1", "planned", "urn:ansinh:client"),
                                       CLIENT("e", "d", "f1", "finished", "urn:ansinh:client"), CLIENT("e", "d", "f1", "entered-in-error", "urn:ansinh:client")};
    for (size_t i = 0; i < COUNT(none); i++) {
        put(c, CLIENT("e", "d", "f1", "active", "urn:ansinh:client"));
        seen_by(c, "d", "nurse", true);
        put(c, "%s", none[i]);
        seen_by(c, "d", "nurse", false);
        seen_by(c, "d", "nurse-2", false);
    }
    put(c, CLIENT("e", "d", "f2", "active", "urn:ansinh:client"));
    seen_by(c, "d", "nurse", false);
    seen_by(c, "d", "doctor-f2", true); /* theirs to look after */
}

/* Who lies in a ward is that ward's, whatever an episode says besides. */
static void who_lies_in_a_ward(void **state)
{
    country *c = *state;
    person(c, "d", "f1");
    put(c, CLIENT("e", "d", "f1", "active", "urn:ansinh:client"));
    put(c, STAY("d", "f1", "in-progress", IN("b2")));
    wards_see(c, "d", false, true);
}

/* Taken in, and no bed yet. */
static void without_a_bed(void **state)
{
    country *c = *state;
    person(c, "d", "f1");
    put(c, STAY("d", "f1", "arrived", ""));
    seen_by(c, "d", "nurse", true);
    put(c, STAY("d", "f1", "in-progress", IN("b1")));
    seen_by(c, "d", "nurse", true);
    seen_by(c, "d", "nurse-2", false);
    put(c, STAY("d", "f1", "finished", ""));
    seen_by(c, "d", "nurse", false);
    put(c, STAY("d", "f1", "onleave", "")); /* whose bed was given up comes back to whoever takes them in */
    seen_by(c, "d", "nurse", false);
    put(c, STAY("d", "f1", "planned", ""));
    seen_by(c, "d", "nurse", false);
    put(c, STAY("d", "f1", "in-progress", ",\"partOf\":{\"reference\":\"Encounter/x\"}"));
    seen_by(c, "d", "nurse", false); /* a visit within is no stay */
}

/* A nurse measures who comes for the day; another house's writes nothing about them. */
static void who_writes(void **state)
{
    country *c = *state;
    static const char vital[] = "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"x\"},\"subject\":{\"reference\":\"Patient/d\"}}";
    person(c, "d", "f1");
    int none = ask(c, "nurse", "POST Observation", "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"x\"},\"subject\":{\"reference\":\"Patient/nobody\"}}");
    assert_int_equal(none, 422);
    assert_int_equal(ask(c, "nurse", "POST Observation", vital), 403);
    /* who may take in anybody of the house (a nurse at night) lets nobody see who lies in another ward by it */
    static const char other[] = "{\"resourceType\":\"EpisodeOfCare\",\"status\":\"active\",\"patient\":{\"reference\":\"Patient/p2\"},\"managingOrganization\":"
                                "{\"reference\":\"Organization/f1\"},\"type\":[{\"coding\":[{\"system\":\"urn:ansinh:client\",\"code\":\"day\"}]}]}";
    put(c, "{\"resourceType\":\"Observation\",\"id\":\"o-p2\",\"status\":\"final\",\"code\":{\"text\":\"x\"},\"subject\":{\"reference\":\"Patient/p2\"}}");
    assert_int_equal(ask(c, "nurse", "POST EpisodeOfCare", other), 201);
    assert_int_equal(ask(c, "nurse", "POST Encounter", "{\"resourceType\":\"Encounter\",\"status\":\"arrived\",\"class\":{\"code\":\"IMP\"},\"subject\":{\"reference\":\"Patient/p2\"},"
        "\"serviceProvider\":{\"reference\":\"Organization/f1\"}}"), 422);
    seen_by(c, "p2", "nurse", false);
    seen_by(c, "p2", "nurse-2", true);
    put(c, CLIENT("e", "d", "f1", "active", "urn:ansinh:client"));
    assert_int_equal(ask(c, "nurse", "POST Observation", vital), 201);
    assert_int_equal(ask(c, "nurse-2", "POST Observation", vital), 201);
    assert_int_equal(ask(c, "doctor-f2", "POST Observation", vital), none);
}

int main(void)
{
#define CASE(fn) cmocka_unit_test_setup_teardown(fn, open_country, close_country)
    const struct CMUnitTest tests[] = {
        CASE(who_comes_for_the_day), CASE(a_client), CASE(what_makes_no_client), CASE(who_lies_in_a_ward), CASE(without_a_bed), CASE(who_writes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
