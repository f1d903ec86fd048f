/* From one house to another: who sees the record when, before, while and after somebody moves; and who a change says it is by. */
#include "unit/rest/access_kit.h"

#include "fhir/value.h"

static const char *at(country *c, int minutes)
{
    char when[ANS_INSTANT_BYTES];
    ans_instant_print(ans_now_us() + (int64_t)minutes * 60000000, when);
    return text(c, "%.*s", ANS_INSTANT_BYTES, when);
}

static void observation(country *c, const char *id, const char *person)
{
    put(c, "{\"resourceType\":\"Observation\",\"id\":\"%s\",\"status\":\"final\",\"code\":{\"text\":\"x\"},\"subject\":{\"reference\":\"Patient/%s\"}}", id, person);
}

static const char *planned(country *c, const char *person, const char *house)
{
    return text(c, "{\"resourceType\":\"EpisodeOfCare\",\"status\":\"planned\",\"patient\":{\"reference\":\"Patient/%s\"},\"managingOrganization\":{\"reference\":\"Organization/%s\"}}",
                person, house);
}

#define STAY(id, person, status, house, bed, more) \
    "{\"resourceType\":\"Encounter\"" id ",\"status\":\"" status "\",\"class\":{\"code\":\"IMP\"},\"subject\":{\"reference\":\"Patient/" person "\"}," \
    "\"serviceProvider\":{\"reference\":\"Organization/" house "\"},\"location\":[{\"location\":{\"reference\":\"Location/" bed "\"},\"status\":\"active\"}]" more "}"
#define FROM(house) ",\"hospitalization\":{\"origin\":{\"reference\":\"Organization/" house "\"}}"

/* What doctor-f2 does when p1 comes: the stay before ends, the new one begins, the person belongs to the new house. */
static int take_over(country *c, const char *as)
{
    const char *end = text(c, ",\"period\":{\"end\":\"%s\"}", at(c, -1));
    const char *body = text(c,
        "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":["
        "{\"resource\":{\"resourceType\":\"Encounter\",\"id\":\"stay-p1\",\"status\":\"finished\",\"class\":{\"code\":\"IMP\"},\"subject\":{\"reference\":\"Patient/p1\"},"
        "\"serviceProvider\":{\"reference\":\"Organization/f1\"}%s},\"request\":{\"method\":\"PUT\",\"url\":\"Encounter/stay-p1\"}},"
        "{\"resource\":" STAY("", "p1", "in-progress", "f2", "b3x", FROM("f1")) ",\"request\":{\"method\":\"POST\",\"url\":\"Encounter\"}},"
        "{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"p1\",\"name\":[{\"text\":\"Name p1\"}],\"managingOrganization\":{\"reference\":\"Organization/f2\"}},"
        "\"request\":{\"method\":\"PUT\",\"url\":\"Patient/p1\"}}]}", end);
    return ask(c, as, "POST ", body);
}

static void sees(country *c, const char *as, const char *what, bool is_there)
{
    int got = ask(c, as, text(c, "GET %s", what), NULL);
    if ((got == 200) != is_there) {
        fail_msg("%s %s: %d", as, what, got);
    }
}

static void moved(country *c)
{
    place(c, "b3x", "w3", "f2");
    observation(c, "before", "p1");
    put(c, "{\"resourceType\":\"Condition\",\"id\":\"guarded\",\"subject\":{\"reference\":\"Patient/p1\"},\"code\":{\"coding\":[{\"system\":\"http://hl7.org/fhir/sid/icd-10\",\"code\":\"B20\"}]}}");
    assert_int_equal(ask(c, "doctor", "POST EpisodeOfCare", planned(c, "p1", "f2")), 201);
    assert_int_equal(take_over(c, "doctor-f2"), 200);
    observation(c, "after", "p1");
}

static void asking_opens(void **state)
{
    country *c = *state;
    place(c, "b3x", "w3", "f2");
    observation(c, "before", "p1");
    sees(c, "doctor-f2", "Patient/p1", false);
    assert_int_equal(take_over(c, "doctor-f2"), 404); /* nobody asked them */
    assert_int_equal(ask(c, "nurse-all", "POST EpisodeOfCare", planned(c, "p1", "f2")), 403);
    assert_int_equal(ask(c, "social-worker", "POST EpisodeOfCare", planned(c, "p1", "f2")), 201);
    const char *id = look(c, "id");
    sees(c, "doctor-f2", "Patient/p1", true);
    sees(c, "doctor-f2", "Observation/before", true);
    sees(c, "doctor", "Observation/before", true);
    const char *off = text(c, "{\"resourceType\":\"EpisodeOfCare\",\"id\":\"%s\",\"status\":\"cancelled\",\"patient\":{\"reference\":\"Patient/p1\"},"
                              "\"managingOrganization\":{\"reference\":\"Organization/f2\"}}", id);
    assert_int_equal(ask(c, "social-worker", text(c, "PUT EpisodeOfCare/%s", id), off), 200);
    sees(c, "doctor-f2", "Patient/p1", false);
}

static void look_back(country *c)
{
    sees(c, "doctor-f2", "Observation/before", true);
    sees(c, "doctor-f2", "Observation/after", true);
    sees(c, "doctor", "Patient/p1", true);
    sees(c, "doctor", "Observation/before", true);
    sees(c, "doctor", "Observation/after", false);
    sees(c, "doctor", "Observation/before/_history", false); /* the current version only */
    sees(c, "doctor-a", "Condition/guarded", false);         /* assigned no more */
    sees(c, "nurse-all", "Observation/before", true);
    sees(c, "nurse", "Observation/before", false);           /* of a ward */
    sees(c, "doctor-x", "Observation/before", false);
    assert_int_equal(ask(c, "doctor", "GET Observation?patient=p1", NULL), 200);
    assert_int_equal(entries(c), 1);
    assert_int_equal(ask(c, "doctor", "PUT Observation/before", "{\"resourceType\":\"Observation\",\"id\":\"before\",\"status\":\"amended\",\"code\":{\"text\":\"y\"},\"subject\":{\"reference\":\"Patient/p1\"}}"), 404);
    assert_int_not_equal(ask(c, "doctor", "POST Observation", "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"y\"},\"subject\":{\"reference\":\"Patient/p1\"}}"), 201);
}

static void what_was_theirs(void **state)
{
    country *c = *state;
    moved(c);
    look_back(c);
    reopen_gate(c);
    look_back(c);
    /* the stay there is over as well: it stays so */
    assert_int_equal(ask(c, "doctor-f2", "GET Encounter?patient=p1&status=in-progress", NULL), 200);
    const char *id = look(c, "entry.0.resource.id");
    put(c, "{\"resourceType\":\"Encounter\",\"id\":\"%s\",\"status\":\"finished\",\"class\":{\"code\":\"IMP\"},\"subject\":{\"reference\":\"Patient/p1\"},"
           "\"serviceProvider\":{\"reference\":\"Organization/f2\"}" FROM("f1") "}", id);
    look_back(c);
    /* taken back as an error: nothing of it counts */
    put(c, "{\"resourceType\":\"Encounter\",\"id\":\"%s\",\"status\":\"entered-in-error\",\"class\":{\"code\":\"IMP\"},\"subject\":{\"reference\":\"Patient/p1\"},"
           "\"serviceProvider\":{\"reference\":\"Organization/f2\"}" FROM("f1") "}", id);
    sees(c, "doctor", "Observation/before", false);
}

/* Nobody opens a record to another house by saying that the person came from there. */
static void origin_is_true(void **state)
{
    country *c = *state;
    sharing(c);
    place(c, "b3x", "w3", "f2");
    assert_int_equal(ask(c, "doctor-f2", "PUT Encounter/stay-p3", STAY(",\"id\":\"stay-p3\"", "p3", "in-progress", "f2", "b3", FROM("f1"))), 403);
    assert_int_equal(ask(c, "doctor-f2", "PUT Encounter/stay-p3", STAY(",\"id\":\"stay-p3\"", "p3", "in-progress", "f2", "b3", FROM("hx"))), 200);
    moved(c);
    assert_int_equal(ask(c, "doctor-f2", "GET Encounter?patient=p1&status=in-progress", NULL), 200);
    const char *id = look(c, "entry.0.resource.id");
    const char *again = text(c, STAY(",\"id\":\"%s\"", "p1", "onleave", "f2", "b3x", FROM("f1")), id);
    assert_int_equal(ask(c, "doctor-f2", text(c, "PUT Encounter/%s", id), again), 200); /* said before */
}

/* Who takes somebody over ends the stay before, in the other house, also without a right to move people; and moves nobody by that. */
static void ends_elsewhere(void **state)
{
    country *c = *state;
    assert_int_equal(ask(c, "doctor-f2", "POST EpisodeOfCare", planned(c, "p3", "f1")), 201);
    const char *end = text(c, ",\"period\":{\"end\":\"%s\"}", at(c, -1));
    static const char stay[] = "{\"resourceType\":\"Encounter\",\"id\":\"stay-p3\",\"status\":\"finished\",\"class\":{\"code\":\"IMP\"},\"subject\":{\"reference\":\"Patient/p3\"},"
                               "\"serviceProvider\":{\"reference\":\"Organization/%s\"}%s}";
    assert_int_equal(ask(c, "nurse-all", "PUT Encounter/stay-p3", text(c, stay, "f3", end)), 403);
    assert_int_equal(ask(c, "nurse-all", "PUT Encounter/stay-p3", text(c, stay, "f2", end)), 200);
}

/* Whom another house asks to take is directed to a ward; then its nurse takes them over, and no other ward's. */
static int nurse_takes(country *c, const char *as)
{
    const char *end = text(c, ",\"period\":{\"end\":\"%s\"}", at(c, -1));
    return ask(c, as, "POST ", text(c,
        "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":["
        "{\"resource\":{\"resourceType\":\"Encounter\",\"id\":\"stay-p3\",\"status\":\"finished\",\"class\":{\"code\":\"IMP\"},\"subject\":{\"reference\":\"Patient/p3\"},"
        "\"serviceProvider\":{\"reference\":\"Organization/f2\"}%s},\"request\":{\"method\":\"PUT\",\"url\":\"Encounter/stay-p3\"}},"
        "{\"resource\":" STAY("", "p3", "in-progress", "f1", "b1x", FROM("f2")) ",\"request\":{\"method\":\"POST\",\"url\":\"Encounter\"}},"
        "{\"resource\":{\"resourceType\":\"MedicationRequest\",\"id\":\"m3\",\"status\":\"stopped\",\"intent\":\"order\",\"medicationCodeableConcept\":{\"text\":\"x\"},"
        "\"subject\":{\"reference\":\"Patient/p3\"}},\"request\":{\"method\":\"PUT\",\"url\":\"MedicationRequest/m3\"}},"
        "{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"p3\",\"name\":[{\"text\":\"Name p3\"}],\"managingOrganization\":{\"reference\":\"Organization/f1\"}},"
        "\"request\":{\"method\":\"PUT\",\"url\":\"Patient/p3\"}}]}", end));
}

static void a_ward_takes_over(void **state)
{
    country *c = *state;
#define EXPECTED(ward) ",\"extension\":[{\"url\":\"urn:ansinh:extension:expected-ward\",\"valueReference\":{\"reference\":\"Location/" ward "\"}}]"
#define EPISODE(id, more) "{\"resourceType\":\"EpisodeOfCare\"" id ",\"status\":\"planned\",\"patient\":{\"reference\":\"Patient/p3\"},\"managingOrganization\":{\"reference\":\"Organization/f1\"}" more "}"
    place(c, "b1x", "r1", "f1");
    observation(c, "theirs", "p3");
    put(c, "{\"resourceType\":\"MedicationRequest\",\"id\":\"m3\",\"status\":\"active\",\"intent\":\"order\",\"medicationCodeableConcept\":{\"text\":\"x\"},\"subject\":{\"reference\":\"Patient/p3\"}}");
    assert_int_equal(ask(c, "doctor-f2", "POST EpisodeOfCare", EPISODE("", EXPECTED("w1"))), 422); /* the sender names no ward of theirs */
    assert_int_equal(ask(c, "doctor-f2", "POST EpisodeOfCare", EPISODE("", "")), 201);
    const char *id = ans_arena_dup(c->cx.arena, ans_str_of(look(c, "id"))).p;
    sees(c, "nurse", "Patient/p3", true); /* of the house, as everybody to come */
    sees(c, "nurse", "Observation/theirs", false);
    assert_int_equal(nurse_takes(c, "nurse"), 403); /* seen to be coming, and nobody of their ward yet */
    const char *url = text(c, "PUT EpisodeOfCare/%s", id), *directed = text(c, EPISODE(",\"id\":\"%s\"", EXPECTED("w1")), id);
    assert_int_equal(ask(c, "nurse", url, directed), 403); /* nobody draws them into their own ward */
    assert_int_equal(ask(c, "nurse", "POST EpisodeOfCare", EPISODE("", EXPECTED("w1"))), 403); /* nor by another episode */
    sees(c, "nurse", "Observation/theirs", false);
    assert_int_equal(ask(c, "social-worker", url, directed), 200);
    sees(c, "nurse", "Observation/theirs", true);
    sees(c, "nurse-2", "Observation/theirs", false);
    assert_int_equal(nurse_takes(c, "nurse-2"), 403);
    reopen_gate(c);
    sees(c, "nurse-2", "Observation/theirs", false);
    assert_int_equal(nurse_takes(c, "nurse"), 200);
    sees(c, "nurse", "Observation/theirs", true);
    sees(c, "doctor-f2", "Observation/theirs", true);
    /* afterwards it is the bed that counts, whatever was expected */
    put(c, "{\"resourceType\":\"EpisodeOfCare\",\"id\":\"%s\",\"status\":\"active\",\"patient\":{\"reference\":\"Patient/p3\"},\"managingOrganization\":{\"reference\":\"Organization/f1\"}" EXPECTED("w2") "}", id);
    sees(c, "nurse-2", "Observation/theirs", false);
}

#define PERSON(members) "{\"resourceType\":\"Patient\",\"id\":\"p1\",\"name\":[{\"text\":\"Name p1\"}],\"managingOrganization\":{\"reference\":\"Organization/f1\"}" members "}"
#define CHANGED(who, when) \
    ",\"extension\":[{\"url\":\"urn:ansinh:extension:change\",\"extension\":[{\"url\":\"at\",\"valueDateTime\":\"" when "\"}," \
    "{\"url\":\"who\",\"valueReference\":{\"reference\":\"Practitioner/" who "\"}}]}]"

static void born_before_coming(void **state)
{
    country *c = *state;
    put(c, STAY(",\"id\":\"stay-p1\"", "p1", "in-progress", "f1", "b1", ",\"period\":{\"start\":\"2026-03-05T08:00:00+07:00\"}"));
    static const struct { const char *birth; int want; } rows[] = {
        {"1950", 200}, {"2026-03-05", 200}, {"2026", 200}, {"2026-03", 200}, {"2026-03-06", 422}, {"2026-04", 422}, {"2026-03-04", 200},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        int got = ask(c, "social-worker", "PUT Patient/p1", text(c, PERSON(",\"birthDate\":\"%s\""), rows[i].birth));
        if (got != rows[i].want) {
            fail_msg("%s: %d", rows[i].birth, got);
        }
        if (got == 422) {
            assert_string_equal(look(c, "issue.0.expression.0"), "Patient.birthDate");
        }
    }
    put(c, STAY(",\"id\":\"stay-p1\"", "p1", "entered-in-error", "f1", "b1", ",\"period\":{\"start\":\"2026-03-05T08:00:00+07:00\"}"));
    assert_int_equal(ask(c, "social-worker", "PUT Patient/p1", PERSON(",\"birthDate\":\"2026-03-06\"")), 200);
}

static void changed_by_oneself(void **state)
{
    country *c = *state;
    assert_int_equal(ask(c, "social-worker", "PUT Patient/p1", PERSON(CHANGED("doctor", "2026-03-05T08:00:00+07:00"))), 422);
    assert_string_equal(look(c, "issue.0.expression.0"), "Patient.extension");
    assert_int_equal(ask(c, "social-worker", "PUT Patient/p1", PERSON(CHANGED("social-worker", "2026-03-05T08:00:00+07:00"))), 200);
    assert_int_equal(ask(c, "doctor", "PUT Patient/p1", PERSON(",\"birthDate\":\"1950\"" CHANGED("social-worker", "2026-03-05T08:00:00+07:00"))), 200); /* carried along */
    assert_int_equal(ask(c, "doctor", "PUT Patient/p1", PERSON(CHANGED("social-worker", "2026-03-06T08:00:00+07:00"))), 422);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(asking_opens, open_country, close_country),
        cmocka_unit_test_setup_teardown(what_was_theirs, open_country, close_country),
        cmocka_unit_test_setup_teardown(origin_is_true, open_country, close_country),
        cmocka_unit_test_setup_teardown(ends_elsewhere, open_country, close_country),
        cmocka_unit_test_setup_teardown(a_ward_takes_over, open_country, close_country),
        cmocka_unit_test_setup_teardown(born_before_coming, open_country, close_country),
        cmocka_unit_test_setup_teardown(changed_by_oneself, open_country, close_country),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
