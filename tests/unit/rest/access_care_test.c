/* The care rules, asked of the real interactions: what is refused is refused as a call of its own, as an entry of a batch and as one
 * of a transaction, at the place it is about; what is allowed goes through in each of them; races end with the rule kept. */
#include "unit/rest/care_kit.h"

#include <pthread.h>

enum { RACERS = 8, ROUNDS = 12 };

/* ---- what was signed ---- */

#define NOTE(title, status, more) \
    "{\"resourceType\":\"Composition\",\"id\":\"c%1$d\",\"status\":\"" status "\",\"type\":{\"text\":\"x\"},\"subject\":{\"reference\":\"Patient/p1\"}," \
    "\"date\":\"2026-01-01T08:00:00+07:00\",\"author\":[{\"reference\":\"Practitioner/nurse\"}],\"title\":\"" title "\"" more "}"
#define SIGNED_BY(who) ",\"attester\":[{\"mode\":\"professional\",\"party\":{\"reference\":\"Practitioner/" who "\"}}]"
#define SIGNED SIGNED_BY("nurse")
#define WHY ",\"extension\":[{\"url\":\"urn:ansinh:extension:reason\",\"valueString\":\"wrong person\"}]"

static void signed_document(void **state)
{
    country *c = *state;
    put_each(c, NOTE("A", "final", SIGNED));
    each(c, "nurse", "PUT", "Composition/c%1$d", NOTE("B", "final", SIGNED), 422, "status");
    each(c, "nurse", "PUT", "Composition/c%1$d", NOTE("A", "amended", SIGNED), 422, "status");
    each(c, "nurse", "PUT", "Composition/c%1$d", NOTE("A", "final", ""), 422, "status");
    each(c, "nurse", "PUT", "Composition/c%1$d", NOTE("A", "final", SIGNED WHY), 422, "status");
    each(c, "nurse", "PUT", "Composition/c%1$d", NOTE("A", "entered-in-error", SIGNED), 422, "extension");
    each(c, "nurse", "PUT", "Composition/c%1$d", NOTE("B", "entered-in-error", SIGNED WHY), 422, "");
    each(c, "nurse-a", "PUT", "Composition/c%1$d", NOTE("A", "entered-in-error", SIGNED WHY), 422, "status");
    each(c, "nurse", "PUT", "Composition/c%1$d", NOTE("A", "final", SIGNED), 200, NULL); /* sent once more */
    each(c, "nurse", "PUT", "Composition/c%1$d", NOTE("A", "entered-in-error", SIGNED WHY), 200, NULL);
    each(c, "nurse", "PUT", "Composition/c%1$d", NOTE("A", "final", SIGNED), 422, "status");
    each(c, "nurse", "POST", "Composition", NOTE("More", "final", SIGNED ",\"relatesTo\":[{\"code\":\"appends\",\"targetReference\":{\"reference\":\"Composition/c0\"}}]"), 201, NULL);
}

static void unsigned_document(void **state)
{
    country *c = *state;
    put_each(c, NOTE("A", "preliminary", SIGNED)); /* by the first of two */
    each(c, "nurse-a", "PUT", "Composition/c%1$d", NOTE("B", "preliminary", SIGNED), 200, NULL);
    each(c, "nurse-a", "PUT", "Composition/c%1$d", NOTE("B", "final", SIGNED), 200, NULL);
    each(c, "nurse-a", "PUT", "Composition/c%1$d", NOTE("C", "final", SIGNED), 422, "status");
    put_each(c, NOTE("A", "final", "")); /* the program itself is not bound; nobody signed this */
    each(c, "nurse", "PUT", "Composition/c%1$d", NOTE("B", "final", ""), 200, NULL);
}

#define ANSWERS(value, status, more) \
    "{\"resourceType\":\"QuestionnaireResponse\",\"id\":\"q%1$d\",\"status\":\"" status "\",\"subject\":{\"reference\":\"Patient/p1\"}," \
    "\"author\":{\"reference\":\"Practitioner/doctor\"},\"item\":[{\"linkId\":\"1\",\"answer\":[{\"valueInteger\":" value "}]}]" more "}"
#define SIGNATURE "{\"url\":\"http://hl7.org/fhir/StructureDefinition/questionnaireresponse-signature\",\"valueSignature\":{\"who\":{\"reference\":\"Practitioner/doctor\"}}}"
#define INKED ",\"extension\":[" SIGNATURE "]"
#define INKED_WHY ",\"extension\":[" SIGNATURE ",{\"url\":\"urn:ansinh:extension:reason\",\"valueString\":\"wrong person\"}]"

static void signed_answers(void **state)
{
    country *c = *state;
    put_each(c, ANSWERS("1", "completed", INKED));
    each(c, "doctor", "PUT", "QuestionnaireResponse/q%1$d", ANSWERS("2", "completed", INKED), 422, "status");
    each(c, "doctor", "DELETE", "QuestionnaireResponse/q%1$d", NULL, 422, "");
    each(c, "doctor", "PUT", "QuestionnaireResponse/q%1$d", ANSWERS("1", "entered-in-error", INKED_WHY), 200, NULL);
    each(c, "doctor", "DELETE", "QuestionnaireResponse/q%1$d", NULL, 422, "");
    put_each(c, ANSWERS("1", "completed", ""));
    each(c, "doctor", "PUT", "QuestionnaireResponse/q%1$d", ANSWERS("2", "completed", ""), 200, NULL);
    each(c, "doctor", "DELETE", "QuestionnaireResponse/q%1$d", NULL, 204, NULL);
}

/* ---- doses ---- */

#define DOSE_AT(person, when, status, value, performers, more) \
    "{\"resourceType\":\"MedicationAdministration\",\"id\":\"m%1$d\",\"status\":\"" status "\",\"medicationCodeableConcept\":{\"text\":\"x\"}," \
    "\"subject\":{\"reference\":\"Patient/" person "\"},\"effectiveDateTime\":\"" when "\",\"performer\":[" performers "]," \
    "\"dosage\":{\"dose\":{\"value\":" value "}}" more "}"
#define BY(who) "{\"actor\":{\"reference\":\"Practitioner/" who "\"}}"
#define DOSE(status, value, performers, more) DOSE_AT("p1", "2026-01-02T08:00:00+07:00", status, value, performers, more)
#define WRONG ",\"statusReason\":[{\"text\":\"wrong tablet\"}]"

static void dose_given(void **state)
{
    country *c = *state;
    const char *url = "MedicationAdministration/m%1$d";
    put_each(c, DOSE("completed", "1.0", BY("nurse"), ""));
    each(c, "nurse", "PUT", url, DOSE("completed", "2", BY("nurse"), ""), 422, "status");
    each(c, "nurse", "PUT", url, DOSE("not-done", "1.0", BY("nurse"), ""), 422, "status");
    each(c, "nurse", "PUT", url, DOSE("entered-in-error", "2", BY("nurse"), WRONG), 422, "");
    each(c, "nurse", "PUT", url, DOSE("completed", "1.0", BY("nurse-a"), ""), 422, "status");
    each(c, "nurse", "PUT", url, DOSE("completed", "1.0", BY("nurse") "," BY("nurse"), ""), 422, "status");   /* twice oneself */
    each(c, "nurse", "PUT", url, DOSE("completed", "1.0", BY("nurse") "," BY("nurse-a"), ""), 422, "status"); /* for another */
    each(c, "doctor", "DELETE", url, NULL, 422, "");
    each(c, "nurse-a", "PUT", url, DOSE("completed", "1", BY("nurse") "," BY("nurse-a"), ""), 200, NULL);
    each(c, "nurse", "PUT", url, DOSE("entered-in-error", "1", BY("nurse") "," BY("nurse-a"), WRONG), 200, NULL);
    each(c, "nurse", "PUT", url, DOSE("completed", "1", BY("nurse") "," BY("nurse-a"), ""), 422, "status");
    each(c, "doctor", "DELETE", url, NULL, 422, "");
}

static void dose_not_given(void **state)
{
    country *c = *state;
    put_each(c, DOSE("not-done", "1", BY("nurse"), ""));
    each(c, "nurse", "PUT", "MedicationAdministration/m%1$d", DOSE("not-done", "2", BY("nurse"), ""), 200, NULL);
    each(c, "doctor", "DELETE", "MedicationAdministration/m%1$d", NULL, 204, NULL);
}

/* A dose for that person, so many minutes from now. */
static void dose_is(country *c, const char *person, int minutes, const char *status, int want)
{
    const char *body = text(c, "{\"resourceType\":\"MedicationAdministration\",\"status\":\"%s\",\"medicationCodeableConcept\":{\"text\":\"x\"},"
                               "\"subject\":{\"reference\":\"Patient/%s\"},\"effectiveDateTime\":\"%s\"}", status, person, at(c, minutes));
    each(c, "nurse-all", "POST", "MedicationAdministration", body, want, want == 422 ? "effective" : NULL);
    const char *span = text(c, "{\"resourceType\":\"MedicationAdministration\",\"status\":\"%s\",\"medicationCodeableConcept\":{\"text\":\"x\"},"
                               "\"subject\":{\"reference\":\"Patient/%s\"},\"effectivePeriod\":{\"start\":\"%s\"}}", status, person, at(c, minutes));
    each(c, "nurse-all", "POST", "MedicationAdministration", span, want, want == 422 ? "effective.start" : NULL);
}

static void dose_in_time(void **state)
{
    country *c = *state;
    resident(c, "new", "f1", NULL);
    resident(c, "left", "f1", NULL);
    resident(c, "guest", "f1", NULL);
    stay(c, "stay-left", "left", "finished", "IMP", at(c, -10 * DAY), at(c, -DAY));
    stay(c, "visit-guest", "guest", "finished", "AMB", at(c, -10 * DAY), at(c, -9 * DAY));
    dose_is(c, "p1", 0, "completed", 201); /* a stay without dates */
    dose_is(c, "p1", 4, "completed", 201);
    dose_is(c, "p1", 6, "completed", 422);
    dose_is(c, "p1", 6, "not-done", 422);
    dose_is(c, "new", 0, "completed", 201);
    dose_is(c, "guest", 0, "completed", 201); /* never lived here */
    dose_is(c, "left", 0, "completed", 422);
    dose_is(c, "left", 0, "in-progress", 422);
    dose_is(c, "left", 0, "not-done", 201);
    dose_is(c, "left", -2 * DAY, "completed", 201);
    dose_is(c, "left", -12 * DAY, "completed", 422);
    dose_is(c, "left", -10 * DAY - HOUR, "completed", 201); /* the first dose, before the desk had written the admission */
    stay(c, "stay-again", "left", "planned", "IMP", at(c, -HOUR), NULL);
    dose_is(c, "left", 0, "completed", 422);
    stay(c, "stay-again", "left", "in-progress", "IMP", at(c, -HOUR), NULL);
    dose_is(c, "left", 0, "completed", 201);
}

static void dose_after_death(void **state)
{
    country *c = *state;
    resident(c, "dead", "f1", NULL);
    stay(c, "stay-dead", "dead", "in-progress", "IMP", at(c, -10 * DAY), NULL);
    put(c, "{\"resourceType\":\"Patient\",\"id\":\"dead\",\"managingOrganization\":{\"reference\":\"Organization/f1\"},\"deceasedDateTime\":\"%s\"}", at(c, -DAY));
    dose_is(c, "dead", -DAY - 1, "completed", 201);
    dose_is(c, "dead", -DAY + 1, "completed", 422);
    dose_is(c, "dead", 0, "completed", 422);
    dose_is(c, "dead", 0, "not-done", 201);
    put(c, "{\"resourceType\":\"Patient\",\"id\":\"dead\",\"managingOrganization\":{\"reference\":\"Organization/f1\"},\"deceasedBoolean\":true}");
    dose_is(c, "dead", 0, "completed", 422);
    put(c, "{\"resourceType\":\"Patient\",\"id\":\"dead\",\"managingOrganization\":{\"reference\":\"Organization/f1\"},\"deceasedBoolean\":false}");
    dose_is(c, "dead", 0, "completed", 201);
}

/* The state after the whole transaction counts, whatever the order of its entries. */
static void dose_beside_stay(void **state)
{
    country *c = *state;
    static const char bundle[] =
        "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[{\"resource\":{\"resourceType\":\"MedicationAdministration\",\"status\":\"completed\","
        "\"medicationCodeableConcept\":{\"text\":\"x\"},\"subject\":{\"reference\":\"Patient/left\"},\"effectiveDateTime\":\"%s\"},\"request\":{\"method\":\"POST\","
        "\"url\":\"MedicationAdministration\"}},{\"resource\":{\"resourceType\":\"Encounter\"%s,\"status\":\"%s\",\"class\":{\"code\":\"IMP\"},\"subject\":{\"reference\":"
        "\"Patient/left\"},\"serviceProvider\":{\"reference\":\"Organization/f1\"},\"period\":{\"start\":\"%s\"%s}},\"request\":{\"method\":\"%s\",\"url\":\"Encounter%s\"}}]}";
    resident(c, "left", "f1", NULL);
    stay(c, "old", "left", "finished", "IMP", at(c, -10 * DAY), at(c, -DAY));
    assert_int_equal(ask(c, "doctor", "POST ", text(c, bundle, at(c, 0), "", "planned", at(c, -HOUR), "", "POST", "")), 422);
    assert_string_equal(look(c, "issue.0.expression.0"), "Bundle.entry[0].resource.effective");
    assert_int_equal(ask(c, "doctor", "POST ", text(c, bundle, at(c, 0), "", "in-progress", at(c, -HOUR), "", "POST", "")), 200);
    const char *made = look(c, "entry.1.response.location");
    ans_str id = ans_str_head(ans_str_from(ans_str_of(made), sizeof "Encounter/" - 1), 20);
    const char *own = text(c, ",\"id\":\"%.*s\"", ANS_FMT(id)), *end = text(c, ",\"end\":\"%s\"", at(c, -1));
    assert_int_equal(ask(c, "doctor", "POST ", text(c, bundle, at(c, 0), own, "finished", at(c, -HOUR), end, "PUT", text(c, "/%.*s", ANS_FMT(id)))), 422);
    assert_int_equal(ask(c, "doctor", "POST ", text(c, bundle, at(c, -2), own, "finished", at(c, -HOUR), end, "PUT", text(c, "/%.*s", ANS_FMT(id)))), 200);
}

/* ---- days ---- */

static void person_is(country *c, const char *members, int want, const char *where)
{
    each(c, "social-worker", "POST", "Patient",
         text(c, "{\"resourceType\":\"Patient\",\"managingOrganization\":{\"reference\":\"Organization/f1\"},%s}", members), want, where);
}

static void birth_and_death(void **state)
{
    country *c = *state;
    person_is(c, "\"birthDate\":\"1950\"", 201, NULL);
    person_is(c, "\"birthDate\":\"2999-01-01\"", 422, "birthDate");
    person_is(c, text(c, "\"birthDate\":\"%.10s\"", at(c, 2 * DAY)), 422, "birthDate");
    person_is(c, "\"birthDate\":\"1950-05-05\",\"deceasedDateTime\":\"1950-05-05\"", 201, NULL);
    person_is(c, "\"birthDate\":\"1950\",\"deceasedDateTime\":\"1950-02\"", 201, NULL); /* may well be */
    person_is(c, "\"birthDate\":\"1950-05-05\",\"deceasedDateTime\":\"1950-05-04\"", 422, "deceased");
    person_is(c, "\"birthDate\":\"1950-05-05\",\"deceasedDateTime\":\"1949\"", 422, "deceased");
    person_is(c, text(c, "\"deceasedDateTime\":\"%s\"", at(c, HOUR)), 422, "deceased");
    put_each(c, "{\"resourceType\":\"Patient\",\"id\":\"d%1$d\",\"birthDate\":\"1950-05-05\",\"managingOrganization\":{\"reference\":\"Organization/f1\"}}");
    each(c, "social-worker", "PUT", "Patient/d%1$d", "{\"resourceType\":\"Patient\",\"id\":\"d%1$d\",\"birthDate\":\"1950-05-05\",\"deceasedDateTime\":\"1940-01-01\","
         "\"managingOrganization\":{\"reference\":\"Organization/f1\"}}", 422, "deceased");
}

static void stay_is(country *c, const char *type, const char *status, const char *start, const char *end, int want)
{
    bool encounter = strcmp(type, "Encounter") == 0;
    each(c, "doctor", "POST", type,
         text(c, "{\"resourceType\":\"%s\",\"status\":\"%s\",\"%s\":{\"reference\":\"Patient/p1\"},\"period\":{\"start\":\"%s\",\"end\":\"%s\"}}", type, status,
              encounter ? "subject" : "patient", start, end), want, want == 422 ? "period.end" : NULL);
}

static void admission_and_discharge(void **state)
{
    country *c = *state;
    stay_is(c, "Encounter", "finished", "2026-01-02T08:00:00+07:00", "2026-01-01T08:00:00+07:00", 422);
    stay_is(c, "Encounter", "finished", "2026-01-02T08:00:00+07:00", "2026-01-02T08:00:01+07:00", 201);
    stay_is(c, "Encounter", "finished", "2026-01-02T08:00:00+07:00", "2026-01-02", 201);
    stay_is(c, "Encounter", "entered-in-error", "2026-01-02", "2026-01-01", 201);
    stay_is(c, "EpisodeOfCare", "finished", "2026-01-02", "2026-01-01", 422);
    stay_is(c, "EpisodeOfCare", "finished", "2026-01-02", "2026-01-02", 201);
}

/* ---- beds ---- */

#define LYING(id, person, bed, status, more) \
    "{\"resourceType\":\"Encounter\"" id ",\"status\":\"in-progress\",\"class\":{\"code\":\"SS\"},\"subject\":{\"reference\":\"Patient/" person "\"}," \
    "\"serviceProvider\":{\"reference\":\"Organization/f1\"},\"location\":[{\"location\":{\"reference\":\"Location/" bed "\"},\"status\":\"" status "\"}]" more "}"
#define ID(id) ",\"id\":\"" id "\""
#define SEND(method, url, resource) "{\"resource\":" resource ",\"request\":{\"method\":\"" method "\",\"url\":\"" url "\"}}"
#define BUNDLE(kind, entries) "{\"resourceType\":\"Bundle\",\"type\":\"" kind "\",\"entry\":[" entries "]}"

static void make_beds(country *c)
{
    static const char *const beds[] = {"bed-1", "bed-2", "bed-3"};
    for (size_t i = 0; i < COUNT(beds); i++) {
        put(c, "{\"resourceType\":\"Location\",\"id\":\"%s\",\"name\":\"G%zu\",\"physicalType\":{\"coding\":[{\"code\":\"bd\"}]},\"partOf\":{\"reference\":\"Location/w1\"},"
               "\"managingOrganization\":{\"reference\":\"Organization/f1\"}}", beds[i], i + 1);
    }
    resident(c, "x", "f1", "bed-1");
    resident(c, "y", "f1", "bed-2");
    resident(c, "z", "f1", NULL);
}

static void two_in_a_bed(void **state)
{
    country *c = *state;
    make_beds(c);
    each(c, "doctor", "POST", "Encounter", LYING("", "z", "bed-1", "active", ""), 422, "location");
    assert_true(ans_str_search(c->got.body, ANS_STR("bed G1 (Location/bed-1) is taken")) >= 0);
    assert_true(ans_str_search(c->got.body, ANS_STR("Patient/")) < 0);
    each(c, "doctor", "PUT", "Encounter/stay-y", LYING(ID("stay-y"), "y", "bed-1", "active", ""), 422, "location");
    each(c, "doctor", "PUT", "Encounter/stay-x", LYING(ID("stay-x"), "x", "bed-1", "active", ",\"priority\":{\"text\":\"%1$d\"}"), 200, NULL); /* stays where it lies */
    each(c, "doctor", "POST", "Encounter", LYING("", "z", "bed-1", "completed", ""), 201, NULL);
    each(c, "doctor", "POST", "Encounter", LYING("", "z", "bed-1", "planned", ""), 201, NULL);
    each(c, "doctor", "POST", "Encounter", LYING("", "x", "bed-1", "active", ""), 201, NULL); /* the same person */
    each(c, "doctor", "POST", "Encounter", LYING("", "z", "r1", "active", ""), 201, NULL);    /* no bed */
    each(c, "open", "POST", "Encounter", LYING("", "z", "bed-2", "active", ""), 201, NULL);   /* not bound by care rules */
}

static void beds_in_bundles(void **state)
{
    country *c = *state;
    make_beds(c);
    /* change places */
    assert_int_equal(ask(c, "doctor", "POST ", BUNDLE("transaction", SEND("PUT", "Encounter/stay-x", LYING(ID("stay-x"), "x", "bed-2", "active", "")) ","
                                                                     SEND("PUT", "Encounter/stay-y", LYING(ID("stay-y"), "y", "bed-1", "active", "")))), 200);
    /* one leaves, another comes */
    assert_int_equal(ask(c, "doctor", "POST ", BUNDLE("transaction", SEND("POST", "Encounter", LYING("", "z", "bed-2", "active", "")) ","
                                                                     SEND("PUT", "Encounter/stay-x", LYING(ID("stay-x"), "x", "bed-2", "completed", "")))), 200);
    /* two at once */
    assert_int_equal(ask(c, "doctor", "POST ", BUNDLE("transaction", SEND("POST", "Encounter", LYING("", "x", "bed-3", "active", "")) ","
                                                                     SEND("POST", "Encounter", LYING("", "z", "bed-3", "active", "")))), 422);
    assert_int_equal(ask(c, "doctor", "POST ", BUNDLE("batch", SEND("POST", "Encounter", LYING("", "x", "bed-3", "active", "")) ","
                                                               SEND("POST", "Encounter", LYING("", "z", "bed-3", "active", "")))), 200);
    assert_string_equal(look(c, "entry.0.response.status"), "201 Created");
    assert_string_equal(look(c, "entry.1.response.status"), "422 Unprocessable Entity");
    /* one who stays, and one who comes */
    assert_int_equal(ask(c, "doctor", "POST ", BUNDLE("transaction", SEND("PUT", "Encounter/stay-y", LYING(ID("stay-y"), "y", "bed-1", "active", ",\"priority\":{\"text\":\"1\"}")) ","
                                                                     SEND("POST", "Encounter", LYING("", "z", "bed-1", "active", "")))), 422);
    assert_string_equal(look(c, "issue.0.expression.0"), "Bundle.entry[1].resource.location");
}

/* Who is on leave keeps the bed until the place is ended. */
static void bed_on_leave(void **state)
{
    country *c = *state;
    static const char away[] = "{\"resourceType\":\"Encounter\",\"id\":\"stay-x\",\"status\":\"onleave\",\"class\":{\"code\":\"IMP\"},\"subject\":{\"reference\":\"Patient/x\"},"
                               "\"serviceProvider\":{\"reference\":\"Organization/f1\"},\"location\":[{\"location\":{\"reference\":\"Location/bed-1\"},\"status\":\"%s\"}]}";
    make_beds(c);
    assert_int_equal(ask(c, "doctor", "PUT Encounter/stay-x", text(c, away, "active")), 200);
    each(c, "doctor", "POST", "Encounter", LYING("", "z", "bed-1", "active", ""), 422, "location");
    assert_int_equal(ask(c, "doctor", "PUT Encounter/stay-x", text(c, away, "completed")), 200);
    assert_int_equal(ask(c, "doctor", "POST Encounter", LYING("", "z", "bed-1", "active", "")), 201);
    assert_int_equal(ask(c, "doctor", "PUT Encounter/stay-x", text(c, away, "active")), 422); /* back to a bed that another one has */
}

/* No bed is put out of use under anybody, also not by somebody on leave who keeps it; a bed nobody lies in is, and takes nobody then. */
static void bed_closed(void **state)
{
    country *c = *state;
    static const char bed[] = "{\"resourceType\":\"Location\",\"id\":\"%s\",\"name\":\"G\",\"status\":\"%s\",\"physicalType\":{\"coding\":[{\"code\":\"bd\"}]},"
                              "\"partOf\":{\"reference\":\"Location/w1\"},\"managingOrganization\":{\"reference\":\"Organization/f1\"}}";
    make_beds(c);
    assert_int_equal(ask(c, "facility-head", "PUT Location/bed-1", text(c, bed, "bed-1", "inactive")), 422);
    assert_string_equal(look(c, "issue.0.expression.0"), "Location.status");
    assert_true(ans_str_search(c->got.body, ANS_STR("Patient/")) < 0);
    assert_int_equal(ask(c, "facility-head", "PUT Location/bed-1", text(c, bed, "bed-1", "active")), 200);
    assert_int_equal(ask(c, "doctor", "PUT Encounter/stay-y", text(c, "{\"resourceType\":\"Encounter\",\"id\":\"stay-y\",\"status\":\"onleave\",\"class\":{\"code\":\"IMP\"},\"subject\":{\"reference\":\"Patient/y\"},"
                                                                      "\"serviceProvider\":{\"reference\":\"Organization/f1\"},\"location\":[{\"location\":{\"reference\":\"Location/bed-2\"},\"status\":\"active\"}]}")), 200);
    assert_int_equal(ask(c, "facility-head", "PUT Location/bed-2", text(c, bed, "bed-2", "inactive")), 422);
    assert_int_equal(ask(c, "facility-head", "PUT Location/bed-3", text(c, bed, "bed-3", "inactive")), 200);
    /* nor does anybody come into it, until it is opened again */
    each(c, "doctor", "POST", "Encounter", LYING("", "z", "bed-3", "active", ""), 422, "location");
    assert_int_equal(ask(c, "facility-head", "PUT Location/bed-3", text(c, bed, "bed-3", "active")), 200);
    assert_int_equal(ask(c, "doctor", "POST Encounter", LYING("", "z", "bed-3", "active", "")), 201);
    /* the stay leaves it: now it can be closed */
    assert_int_equal(ask(c, "doctor", "PUT Encounter/stay-x", text(c, LYING(ID("stay-x"), "x", "bed-1", "completed", ""), 1)), 200);
    assert_int_equal(ask(c, "facility-head", "PUT Location/bed-1", text(c, bed, "bed-1", "inactive")), 200);
}

/* ---- coming and going ---- */

#define STAY(id, person, status, times, more) \
    "{\"resourceType\":\"Encounter\"" id ",\"status\":\"" status "\",\"class\":{\"code\":\"IMP\"},\"subject\":{\"reference\":\"Patient/" person "\"}," \
    "\"serviceProvider\":{\"reference\":\"Organization/f1\"},\"period\":{" times "}" more "}"
#define SINCE "\"start\":\"2026-01-02T08:00:00+07:00\""

static void one_stay_at_a_time(void **state)
{
    country *c = *state;
    resident(c, "x", "f1", "b1");
    resident(c, "free", "f1", NULL);
    each(c, "doctor", "POST", "Encounter", STAY("", "x", "in-progress", SINCE, ""), 422, "subject");
    each(c, "doctor", "POST", "Encounter", STAY("", "x", "onleave", SINCE, ""), 422, "subject");
    each(c, "doctor", "POST", "Encounter", STAY("", "x", "planned", SINCE, ""), 201, NULL);
    each(c, "doctor", "POST", "Encounter", STAY("", "x", "finished", "\"start\":\"2025-01-1%1$dT08:00:00+07:00\",\"end\":\"2025-01-1%1$dT09:00:00+07:00\"", ""), 201, NULL);
    each(c, "doctor", "POST", "Encounter", STAY("", "x", "in-progress", SINCE, ",\"partOf\":{\"reference\":\"Encounter/stay-x\"}"), 201, NULL);
    each(c, "doctor", "PUT", "Encounter/stay-x", STAY(ID("stay-x"), "x", "in-progress", SINCE, ",\"priority\":{\"text\":\"%1$d\"}"), 200, NULL); /* goes on */
    /* the one ends and the other begins, together */
    assert_int_equal(ask(c, "doctor", "POST ", BUNDLE("transaction", SEND("PUT", "Encounter/stay-x", STAY(ID("stay-x"), "x", "finished", SINCE ",\"end\":\"2026-02-02\"", "")) ","
                                                                     SEND("POST", "Encounter", STAY("", "x", "in-progress", "\"start\":\"2026-02-02T10:00:00+07:00\"", "")))), 200);
    /* two at once */
    assert_int_equal(ask(c, "doctor", "POST ", BUNDLE("transaction", SEND("POST", "Encounter", STAY("", "free", "in-progress", SINCE, "")) ","
                                                                     SEND("POST", "Encounter", STAY("", "free", "in-progress", SINCE, "")))), 422);
    each(c, "open", "POST", "Encounter", STAY("", "x", "in-progress", SINCE, ""), 201, NULL); /* not bound by care rules */
}

static void stays_in_time(void **state)
{
    country *c = *state;
    resident(c, "dead", "f1", NULL);
    resident(c, "new", "f1", NULL);
    put(c, "{\"resourceType\":\"Patient\",\"id\":\"dead\",\"managingOrganization\":{\"reference\":\"Organization/f1\"},\"deceasedDateTime\":\"2026-01-01T08:00:00+07:00\"}");
    each(c, "doctor", "POST", "Encounter", STAY("", "dead", "in-progress", SINCE, ""), 422, "period.start");
    each(c, "doctor", "POST", "Encounter", STAY("", "new", "in-progress", "\"start\":\"2999-01-01\"", ""), 422, "period.start");
    each(c, "doctor", "POST", "Encounter", STAY("", "new", "planned", "\"start\":\"2999-01-01\"", ""), 201, NULL);
    each(c, "doctor", "POST", "Encounter", STAY("", "new", "finished", SINCE ",\"end\":\"2999-01-01\"", ""), 422, "period.end");
    assert_int_equal(ask(c, "doctor", "POST Encounter", text(c, STAY("", "new", "in-progress", "\"start\":\"%s\"", ""), at(c, 4))), 201); /* clocks differ */
}

static void medicines_end_with_the_stay(void **state)
{
    country *c = *state;
    static const char order[] = "{\"resourceType\":\"MedicationRequest\",\"id\":\"%s\",\"status\":\"%s\",\"intent\":\"order\",\"subject\":{\"reference\":\"Patient/x\"},"
                                "\"medicationCodeableConcept\":{\"text\":\"x\"}}";
    const char *over = STAY(ID("stay-x"), "x", "finished", SINCE ",\"end\":\"2026-02-02\"", "");
    resident(c, "x", "f1", "b1");
    put(c, order, "o1", "active");
    put(c, order, "o2", "completed");
    each(c, "doctor", "PUT", "Encounter/stay-x", over, 422, "status");
    assert_int_equal(ask(c, "doctor", "POST ", text(c, BUNDLE("transaction", SEND("PUT", "Encounter/stay-x", "%s") "," SEND("PUT", "MedicationRequest/o1", "%s")), over,
                                                    text(c, order, "o1", "active"))), 422);
    assert_int_equal(ask(c, "doctor", "POST ", text(c, BUNDLE("transaction", SEND("PUT", "Encounter/stay-x", "%s") "," SEND("PUT", "MedicationRequest/o1", "%s")), over,
                                                    text(c, order, "o1", "stopped"))), 200);
    assert_int_equal(ask(c, "facility-head", "DELETE Encounter/stay-x", NULL), 204); /* what is deleted says nothing */
}

/* ---- two records of one person ---- */

#define PERSON(id, more) "{\"resourceType\":\"Patient\",\"id\":\"" id "\",\"managingOrganization\":{\"reference\":\"Organization/f1\"}" more "}"
#define LINK(other, type) "{\"other\":{\"reference\":\"Patient/" other "\"},\"type\":\"" type "\"}"
#define MERGED(gone, stays) SEND("PUT", "Patient/" stays, PERSON(stays, ",\"link\":[" LINK(gone, "replaces") "]")) "," \
    SEND("PUT", "Patient/" gone, PERSON(gone, ",\"active\":false,\"link\":[" LINK(stays, "replaced-by") "]"))
#define PARTED(gone, stays) SEND("PUT", "Patient/" stays, PERSON(stays, "")) "," SEND("PUT", "Patient/" gone, PERSON(gone, ",\"active\":true"))

static void records_of_one_person(void **state)
{
    country *c = *state;
    resident(c, "s", "f1", NULL);
    resident(c, "m", "f1", NULL);
    /* one side alone */
    each(c, "social-worker", "PUT", "Patient/s", PERSON("s", ",\"link\":[" LINK("m", "replaces") "]"), 422, "link");
    each(c, "social-worker", "PUT", "Patient/m", PERSON("m", ",\"active\":false,\"link\":[" LINK("s", "replaced-by") "]"), 422, "link");
    each(c, "social-worker", "PUT", "Patient/m", PERSON("m", ",\"link\":[" LINK("s", "replaced-by") "]"), 422, "active");
    each(c, "social-worker", "PUT", "Patient/m", PERSON("m", ",\"active\":false,\"link\":[" LINK("m", "replaced-by") "," LINK("m", "replaces") "]"), 422, "link");
    /* what is still going on does not stay behind */
    put(c, "{\"resourceType\":\"Encounter\",\"id\":\"sm\",\"status\":\"in-progress\",\"class\":{\"code\":\"IMP\"},\"subject\":{\"reference\":\"Patient/m\"},\"serviceProvider\":{\"reference\":\"Organization/f1\"}}");
    put(c, "{\"resourceType\":\"MedicationRequest\",\"id\":\"om\",\"status\":\"active\",\"intent\":\"order\",\"subject\":{\"reference\":\"Patient/m\"},\"medicationCodeableConcept\":{\"text\":\"x\"}}");
    assert_int_equal(ask(c, "doctor", "POST ", BUNDLE("transaction", MERGED("m", "s"))), 422);
    assert_true(ans_str_search(c->got.body, ANS_STR("open stay")) >= 0);
    put(c, "{\"resourceType\":\"Encounter\",\"id\":\"sm\",\"status\":\"finished\",\"class\":{\"code\":\"IMP\"},\"subject\":{\"reference\":\"Patient/m\"},\"serviceProvider\":{\"reference\":\"Organization/f1\"}}");
    assert_int_equal(ask(c, "doctor", "POST ", BUNDLE("transaction", MERGED("m", "s"))), 422);
    assert_true(ans_str_search(c->got.body, ANS_STR("medicines are still ordered")) >= 0);
    assert_int_equal(ask(c, "doctor", "POST ", BUNDLE("transaction", MERGED("m", "s") "," SEND("PUT", "MedicationRequest/om",
        "{\"resourceType\":\"MedicationRequest\",\"id\":\"om\",\"status\":\"active\",\"intent\":\"order\",\"subject\":{\"reference\":\"Patient/s\"},\"medicationCodeableConcept\":{\"text\":\"x\"}}"))), 200);
    /* the replaced one takes no stay, is not deleted, and is no longer replaced by one side alone */
    each(c, "doctor", "POST", "Encounter", STAY("", "m", "in-progress", SINCE, ""), 422, "subject");
    each(c, "facility-head", "DELETE", "Patient/m", NULL, 422, "");
    each(c, "social-worker", "PUT", "Patient/m", PERSON("m", ""), 422, "link");
    each(c, "social-worker", "PUT", "Patient/s", PERSON("s", ""), 422, "link");
    /* no circle */
    assert_int_equal(ask(c, "doctor", "POST ", BUNDLE("transaction", SEND("PUT", "Patient/s", PERSON("s", ",\"active\":false,\"link\":[" LINK("m", "replaces") "," LINK("m", "replaced-by") "]")) ","
                                                                     SEND("PUT", "Patient/m", PERSON("m", ",\"active\":false,\"link\":[" LINK("s", "replaced-by") "," LINK("s", "replaces") "]")))), 422);
    assert_int_equal(ask(c, "social-worker", "POST ", BUNDLE("transaction", PARTED("m", "s"))), 200);
}

static void counts(country *c, const char *as, const char *query, const char *want)
{
    assert_int_equal(ask(c, as, text(c, "GET %s&_summary=count", query), NULL), 200);
    if (strcmp(look(c, "total"), want) != 0) {
        print_error("%s %s: %s, expected %s\n", as, query, look(c, "total"), want);
    }
    assert_string_equal(look(c, "total"), want);
}

/* What was written under either is found from the survivor, by whoever sees the survivor, also after a start; and only there. */
static void found_from_the_survivor(void **state)
{
    country *c = *state;
    static const char *const texts[] = {"m", "t", "s"};
    make_beds(c);
    resident(c, "s", "f1", "bed-3");
    resident(c, "m", "f1", NULL);
    resident(c, "t", "f1", NULL);
    for (size_t i = 0; i < COUNT(texts); i++) {
        put(c, "{\"resourceType\":\"Observation\",\"id\":\"o%s\",\"status\":\"final\",\"code\":{\"text\":\"x\"},\"subject\":{\"reference\":\"Patient/%s\"}}", texts[i], texts[i]);
    }
    assert_int_equal(ask(c, "nurse", "GET Observation/om", NULL), 404); /* not in the nurse's ward */
    counts(c, "nurse", "Observation?patient=s", "1");
    assert_int_equal(ask(c, "doctor", "POST ", BUNDLE("transaction", MERGED("t", "m"))), 200);
    counts(c, "doctor", "Observation?patient=m", "2");
    assert_int_equal(ask(c, "doctor", "POST ", BUNDLE("transaction",
        SEND("PUT", "Patient/s", PERSON("s", ",\"link\":[" LINK("m", "replaces") "]")) ","
        SEND("PUT", "Patient/m", PERSON("m", ",\"active\":false,\"link\":[" LINK("s", "replaced-by") "," LINK("t", "replaces") "]")))), 200);
    for (int start = 0; start < 2; start++) {
        counts(c, "doctor", "Observation?patient=s", "3");
        counts(c, "doctor", "Observation?patient=Patient%2Fs,p1", "3");
        counts(c, "doctor", "Observation?subject=Patient/s", "3");
        counts(c, "doctor", "Observation?subject:Patient=s", "3");
        counts(c, "doctor", "Observation?patient=m", "2");
        counts(c, "doctor", "Observation?patient=t", "1");
        counts(c, "nurse", "Observation?patient=s", "3"); /* where the survivor lies */
        assert_int_equal(ask(c, "nurse", "GET Observation/ot", NULL), 200);
        counts(c, "doctor-f2", "Observation?patient=s", "0"); /* another house */
        if (start == 0) {
            reopen_gate(c);
        }
    }
    assert_int_equal(ask(c, "doctor", "POST ", BUNDLE("transaction",
        SEND("PUT", "Patient/s", PERSON("s", "")) "," SEND("PUT", "Patient/m", PERSON("m", ",\"active\":true,\"link\":[" LINK("t", "replaces") "]")))), 200);
    counts(c, "doctor", "Observation?patient=s", "1");
    counts(c, "doctor", "Observation?patient=m", "2");
    assert_int_equal(ask(c, "nurse", "GET Observation/om", NULL), 404);
}

/* ---- races ---- */

typedef struct racer {
    country *c;
    const char *what, *body;
    pthread_barrier_t *start;
    int status;
} racer;

static void *race(void *arg)
{
    racer *r = arg;
    ans_cx cx = {.arena = ans_arena_new((size_t)64 << 20)};
    ans_who who = who_of("doctor");
    ans_rest_question q = {.body = ans_str_of(r->body), .path = ans_str_of(r->what)};
    ans_rest_answer got;
    (void)ans_str_cut(&q.path, ' ', &q.method);
    (void)pthread_barrier_wait(r->start);
    r->status = ans_rest_ask(r->c->rest, &cx, &who, &q, &got) == ANS_OK ? got.status : 0;
    ans_arena_free(cx.arena);
    return NULL;
}

static void run_race(racer *racers)
{
    pthread_t threads[RACERS];
    pthread_barrier_t start;
    assert_int_equal(pthread_barrier_init(&start, NULL, RACERS), 0);
    for (int i = 0; i < RACERS; i++) {
        racers[i].start = &start;
        assert_int_equal(pthread_create(&threads[i], NULL, race, &racers[i]), 0);
    }
    for (int i = 0; i < RACERS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    (void)pthread_barrier_destroy(&start);
}

static void one_bed_many_hands(void **state)
{
    country *c = *state;
    make_beds(c);
    for (int round = 0; round < ROUNDS; round++) {
        racer racers[RACERS];
        int won = 0;
        put(c, "{\"resourceType\":\"Location\",\"id\":\"race-%d\",\"name\":\"R\",\"physicalType\":{\"coding\":[{\"code\":\"bd\"}]},\"partOf\":{\"reference\":\"Location/w1\"},"
               "\"managingOrganization\":{\"reference\":\"Organization/f1\"}}", round);
        for (int i = 0; i < RACERS; i++) {
            char id[32];
            (void)snprintf(id, sizeof id, "race-%d-%d", round, i);
            resident(c, id, "f1", NULL);
            const char *body = text(c, "{\"resourceType\":\"Encounter\",\"status\":\"in-progress\",\"class\":{\"code\":\"IMP\"},\"subject\":{\"reference\":\"Patient/%s\"},\"serviceProvider\":"
                                       "{\"reference\":\"Organization/f1\"},\"location\":[{\"location\":{\"reference\":\"Location/race-%d\"},\"status\":\"active\"}]}", id, round);
            racers[i] = (racer){.c = c,
                                .what = i % 2 ? "POST Encounter" : "POST ",
                                .body = i % 2 ? body : in_bundle(c, "transaction", "POST", "Encounter", body)};
        }
        run_race(racers);
        for (int i = 0; i < RACERS; i++) {
            won += racers[i].status == (i % 2 ? 201 : 200);
            assert_true(racers[i].status == (i % 2 ? 201 : 200) || racers[i].status == 422);
        }
        assert_int_equal(won, 1);
    }
}

/* Several doors admit one person at once, each into a bed of its own: one of them does. */
static void one_person_many_doors(void **state)
{
    country *c = *state;
    for (int round = 0; round < ROUNDS; round++) {
        racer racers[RACERS];
        int won = 0;
        char id[32];
        (void)snprintf(id, sizeof id, "door-%d", round);
        resident(c, id, "f1", NULL);
        const char *body = text(c, "{\"resourceType\":\"Encounter\",\"status\":\"in-progress\",\"class\":{\"code\":\"IMP\"},\"subject\":{\"reference\":\"Patient/%s\"},\"serviceProvider\":"
                                   "{\"reference\":\"Organization/f1\"}}", id);
        for (int i = 0; i < RACERS; i++) {
            racers[i] = (racer){.c = c, .what = "POST Encounter", .body = body};
        }
        run_race(racers);
        for (int i = 0; i < RACERS; i++) {
            won += racers[i].status == 201;
            assert_true(racers[i].status == 201 || racers[i].status == 422);
        }
        assert_int_equal(won, 1);
    }
}

/* Some change places while others, late, say that the first one still lies there. */
static void moving_against_staying(void **state)
{
    static const char lying[] = "{\"resourceType\":\"Encounter\",\"id\":\"stay-%1$s\",\"status\":\"in-progress\",\"class\":{\"code\":\"IMP\"},\"subject\":{\"reference\":\"Patient/%1$s\"},"
                                "\"serviceProvider\":{\"reference\":\"Organization/f1\"},\"location\":[{\"location\":{\"reference\":\"Location/%2$s\"},\"status\":\"active\"}]}";
    country *c = *state;
    for (int round = 0; round < ROUNDS; round++) {
        racer racers[RACERS];
        const char *first = text(c, "first-%d", round), *second = text(c, "second-%d", round), *bed = text(c, "stale-%d", round);
        put(c, "{\"resourceType\":\"Location\",\"id\":\"%s\",\"name\":\"S\",\"physicalType\":{\"coding\":[{\"code\":\"bd\"}]},\"partOf\":{\"reference\":\"Location/w1\"},"
               "\"managingOrganization\":{\"reference\":\"Organization/f1\"}}", bed);
        resident(c, first, "f1", bed);
        resident(c, second, "f1", "r1");
        const char *stays = text(c, lying, first, bed), *comes = text(c, lying, second, bed), *goes = text(c, lying, first, "r1");
        const char *move = text(c, BUNDLE("transaction", SEND("PUT", "Encounter/stay-%s", "%s") "," SEND("PUT", "Encounter/stay-%s", "%s")), goes, first, comes, second);
        for (int i = 0; i < RACERS; i++) {
            racers[i] = (racer){.c = c, .what = i % 2 ? text(c, "PUT Encounter/stay-%s", first) : "POST ", .body = i % 2 ? stays : move};
        }
        run_race(racers);
        int lie = 0;
        for (int i = 0; i < 2; i++) {
            assert_int_equal(ask(c, "doctor", text(c, "GET Encounter/stay-%s", i ? second : first), NULL), 200);
            lie += strcmp(look(c, "location.0.location.reference"), text(c, "Location/%s", bed)) == 0;
        }
        assert_int_equal(lie, 1);
        for (int i = 0; i < RACERS; i++) {
            assert_true(racers[i].status == 200 || racers[i].status == 422);
        }
    }
}

/* One signs while others go on writing without looking: what was signed stays. */
static void signing_against_writing(void **state)
{
    country *c = *state;
    for (int round = 0; round < ROUNDS; round++) {
        racer racers[RACERS];
        put(c, "%s", text(c, NOTE("draft", "preliminary", ""), round + 100));
        const char *what = text(c, "PUT Composition/c%d", round + 100);
        for (int i = 0; i < RACERS; i++) {
            racers[i] = (racer){.c = c, .what = what, .body = i == RACERS / 2 ? text(c, NOTE("signed", "final", SIGNED_BY("doctor")), round + 100) : text(c, NOTE("other %2$d", "preliminary", ""), round + 100, i)};
        }
        run_race(racers);
        assert_int_equal(racers[RACERS / 2].status, 200);
        assert_int_equal(ask(c, "doctor", text(c, "GET Composition/c%d", round + 100), NULL), 200);
        assert_string_equal(look(c, "title"), "signed");
    }
}

int main(void)
{
#define CASE(fn) cmocka_unit_test_setup_teardown(fn, open_country, close_country)
    const struct CMUnitTest tests[] = {
        CASE(signed_document), CASE(unsigned_document), CASE(signed_answers), CASE(dose_given), CASE(dose_not_given), CASE(dose_in_time), CASE(dose_after_death),
        CASE(dose_beside_stay), CASE(birth_and_death), CASE(admission_and_discharge), CASE(two_in_a_bed), CASE(beds_in_bundles), CASE(bed_on_leave), CASE(bed_closed), CASE(one_stay_at_a_time),
        CASE(stays_in_time), CASE(medicines_end_with_the_stay), CASE(records_of_one_person), CASE(found_from_the_survivor), CASE(one_bed_many_hands), CASE(one_person_many_doors),
        CASE(moving_against_staying), CASE(signing_against_writing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
