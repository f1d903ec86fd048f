/* Rules of orders: everybody prescribes in their own name, what is copied from outside has no prescriber here and is given only after a second
 * person has checked it, what was given by word is signed by who gave it, and an order that stands is replaced and never rewritten. */
#include "unit/rest/access_kit.h"

#define ORDER(status, more) \
    "{\"resourceType\":\"MedicationRequest\",\"id\":\"o1\",\"status\":\"" status "\",\"intent\":\"order\",\"subject\":{\"reference\":\"Patient/p1\"}," \
    "\"medicationCodeableConcept\":{\"text\":\"x\"}" more "}"
#define FROM(who) ",\"requester\":{\"reference\":\"" who "\"}"
#define COPY(status, recorder, more) \
    ORDER(status, ",\"reportedBoolean\":true,\"recorder\":{\"reference\":\"Practitioner/" recorder "\"},\"requester\":{\"display\":\"BS X\"}" more)
#define WHO(who) "{\"url\":\"urn:ansinh:extension:second-check\",\"extension\":[{\"url\":\"who\",\"valueReference\":{\"reference\":\"Practitioner/" who "\"}}]}"
#define CHECKED(who) ",\"extension\":[" WHO(who) "]"

static void write_is(country *c, const char *as, const char *url, const char *body, int want, const char *where)
{
    int status = ask(c, as, url, body);
    if (status != want) {
        print_error("%s %s %s: %d, expected %d: %.*s\n", as, url, body, status, want, ANS_FMT(c->got.body));
    }
    assert_int_equal(status, want);
    if (where) {
        assert_string_equal(look(c, "issue.0.code"), "business-rule");
        assert_string_equal(look(c, "issue.0.expression.0"), where);
    }
}

/* A draft binds nobody: what comes after it does. */
static void begin(country *c)
{
    put(c, "%s", ORDER("draft", ""));
}

static void who_prescribes(void **state)
{
    country *c = *state;
    write_is(c, "doctor", "POST MedicationRequest", ORDER("active", FROM("Practitioner/doctor")), 201, NULL);
    write_is(c, "assistant-doctor", "POST MedicationRequest", ORDER("active", FROM("PractitionerRole/role-assistant-doctor")), 201, NULL);
    write_is(c, "doctor", "POST MedicationRequest", ORDER("active", ""), 201, NULL);
    write_is(c, "doctor", "POST MedicationRequest", ORDER("active", FROM("Practitioner/doctor-a")), 422, "MedicationRequest.requester");
    write_is(c, "nurse", "POST MedicationRequest", ORDER("active", FROM("Practitioner/doctor")), 422, "MedicationRequest.requester");
    write_is(c, "nurse", "POST MedicationRequest", ORDER("active", FROM("Practitioner/nurse")), 422, "MedicationRequest.requester");
    write_is(c, "nurse", "POST MedicationRequest", ORDER("active", ""), 422, "MedicationRequest.requester");
    write_is(c, "pharmacist", "POST MedicationRequest", ORDER("on-hold", ""), 422, "MedicationRequest.requester");
    write_is(c, "nurse", "POST MedicationRequest", ORDER("draft", ""), 201, NULL);
    begin(c);
    write_is(c, "nurse", "PUT MedicationRequest/o1", ORDER("active", ""), 422, "MedicationRequest.requester");
    write_is(c, "doctor", "PUT MedicationRequest/o1", ORDER("active", FROM("Practitioner/doctor")), 200, NULL);
}

static void what_is_copied(void **state)
{
    country *c = *state;
    write_is(c, "nurse", "POST MedicationRequest", COPY("active", "nurse", ""), 201, NULL);
    write_is(c, "nurse", "POST MedicationRequest", COPY("active", "nurse-a", ""), 422, "MedicationRequest.recorder");
    write_is(c, "nurse", "POST MedicationRequest", COPY("active", "nurse", CHECKED("nurse-a")), 422, "MedicationRequest.extension");
    write_is(c, "doctor", "POST MedicationRequest", ORDER("active", ",\"reportedBoolean\":true,\"recorder\":{\"reference\":\"Practitioner/doctor\"}" FROM("Practitioner/doctor")), 422,
             "MedicationRequest.requester");
    /* false is not copied */
    write_is(c, "nurse", "POST MedicationRequest", ORDER("active", ",\"reportedBoolean\":false"), 422, "MedicationRequest.requester");
}

static void dose_is(country *c, int want)
{
    write_is(c, "nurse", "POST MedicationAdministration",
             "{\"resourceType\":\"MedicationAdministration\",\"status\":\"completed\",\"medicationCodeableConcept\":{\"text\":\"x\"},\"subject\":{\"reference\":\"Patient/p1\"},"
             "\"effectiveDateTime\":\"2026-01-02T08:00:00+07:00\",\"request\":{\"reference\":\"MedicationRequest/o1\"}}", want, want == 422 ? "MedicationAdministration.request" : NULL);
}

static void second_check(void **state)
{
    country *c = *state;
    begin(c);
    write_is(c, "nurse", "PUT MedicationRequest/o1", COPY("active", "nurse", ""), 200, NULL);
    dose_is(c, 422);
    write_is(c, "nurse", "PUT MedicationRequest/o1", COPY("active", "nurse", CHECKED("nurse")), 422, "MedicationRequest.extension");
    write_is(c, "nurse", "PUT MedicationRequest/o1", COPY("active", "nurse", CHECKED("nurse-a")), 422, "MedicationRequest.extension"); /* for another */
    write_is(c, "nurse-a", "PUT MedicationRequest/o1", COPY("active", "nurse", ",\"extension\":[{\"url\":\"urn:ansinh:extension:second-check\"}]"), 422, NULL);
    write_is(c, "nurse-a", "PUT MedicationRequest/o1", COPY("active", "nurse", ",\"extension\":[{\"url\":\"urn:x\",\"valueString\":\"x\"}]"), 422, "MedicationRequest.extension");
    dose_is(c, 422);
    write_is(c, "nurse-a", "PUT MedicationRequest/o1", COPY("active", "nurse", CHECKED("nurse-a")), 200, NULL);
    dose_is(c, 201);
    /* given once more is given: the check does not come off */
    write_is(c, "nurse", "PUT MedicationRequest/o1", COPY("active", "nurse", ""), 422, "MedicationRequest");
}

/* A copy that takes the place of an order is valid only when that one is stopped: else both are given. */
static void a_copy_replaces(void **state)
{
    country *c = *state;
    const char *url = "PUT MedicationRequest/o1";
#define O9(status) \
    "{\"resourceType\":\"MedicationRequest\",\"id\":\"o9\",\"status\":\"" status "\",\"intent\":\"order\",\"subject\":{\"reference\":\"Patient/p1\"}," \
    "\"medicationCodeableConcept\":{\"text\":\"x\"}}"
#define INSTEAD ",\"priorPrescription\":{\"reference\":\"MedicationRequest/o9\"}"
#define COPY_AND_O9(first, second) \
    "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[{\"resource\":" first ",\"request\":{\"method\":\"PUT\",\"url\":\"MedicationRequest/o1\"}}," \
    "{\"resource\":" second ",\"request\":{\"method\":\"PUT\",\"url\":\"MedicationRequest/o9\"}}]}"
    put(c, "%s", O9("active"));
    put(c, "%s", COPY("active", "nurse", INSTEAD));
    write_is(c, "nurse-a", url, COPY("active", "nurse", INSTEAD CHECKED("nurse-a")), 422, "MedicationRequest.priorPrescription");
    write_is(c, "doctor", url, COPY("active", "nurse", INSTEAD CHECKED("doctor")), 422, "MedicationRequest.priorPrescription");
    write_is(c, "nurse-a", "POST ", COPY_AND_O9(COPY("active", "nurse", INSTEAD CHECKED("nurse-a")), O9("stopped")), 422, "Bundle.entry[1].resource.status");
    write_is(c, "doctor", "POST ", COPY_AND_O9(COPY("active", "nurse", INSTEAD CHECKED("doctor")), O9("on-hold")), 422, "Bundle.entry[0].resource.priorPrescription");
    write_is(c, "doctor", "POST ", COPY_AND_O9(COPY("active", "nurse", INSTEAD CHECKED("doctor")), O9("stopped")), 200, NULL);
    /* one that is stopped already stands in nobody's way */
    put(c, "%s", COPY("active", "nurse", INSTEAD));
    write_is(c, "nurse-a", url, COPY("active", "nurse", INSTEAD CHECKED("nurse-a")), 200, NULL);
}

/* Whoever may prescribe says in copying what ends with the check; then the check ends it, whoever checks, and nothing ends before. */
static void a_copy_ends_others(void **state)
{
    country *c = *state;
    const char *url = "PUT MedicationRequest/o1";
#define ENDS "{\"url\":\"urn:ansinh:extension:replaces-when-checked\",\"valueReference\":{\"reference\":\"MedicationRequest/o9\"}}"
#define CHECK(who) \
    "{\"url\":\"urn:ansinh:extension:second-check\",\"extension\":[{\"url\":\"who\",\"valueReference\":{\"reference\":\"Practitioner/" who "\"}}," \
    "{\"url\":\"when\",\"valueDateTime\":\"2026-01-02T08:00:00+07:00\"}]}"
    put(c, "%s", O9("active"));
    begin(c);
    write_is(c, "nurse", url, COPY("active", "nurse", ",\"extension\":[" ENDS "]"), 422, "MedicationRequest.extension");
    write_is(c, "doctor", url, COPY("active", "doctor", ",\"extension\":[" ENDS "]"), 200, NULL);
    write_is(c, "nurse", url, COPY("active", "doctor", ",\"extension\":[" ENDS "," CHECK("nurse") "]"), 422, "MedicationRequest.extension");
    /* not without the check, nor with another's */
    write_is(c, "nurse", "PUT MedicationRequest/o9", O9("stopped"), 422, "MedicationRequest.status");
    write_is(c, "nurse", "POST ", COPY_AND_O9(COPY("active", "doctor", ",\"extension\":[" ENDS "]"), O9("stopped")), 422, "Bundle.entry[1].resource.status");
    write_is(c, "nurse", "POST ", COPY_AND_O9(COPY("active", "doctor", ",\"extension\":[" ENDS "," CHECK("doctor") "]"), O9("stopped")), 422, "Bundle.entry[0].resource.extension");
    write_is(c, "nurse", "POST ", COPY_AND_O9(COPY("active", "doctor", ",\"extension\":[" ENDS "," CHECK("nurse") "]"), O9("on-hold")), 422, NULL);
    write_is(c, "nurse", "POST ", COPY_AND_O9(COPY("active", "doctor", ",\"extension\":[" ENDS "," CHECK("nurse") "]"), O9("stopped")), 200, NULL);
    /* an order of another person does not end with it */
    static const char elsewhere[] = "{\"resourceType\":\"MedicationRequest\",\"id\":\"o9\",\"status\":\"%s\",\"intent\":\"order\",\"subject\":{\"reference\":\"Patient/p2\"},"
                                    "\"medicationCodeableConcept\":{\"text\":\"x\"}}";
    put(c, elsewhere, "active");
    put(c, "%s", COPY("active", "doctor", ",\"extension\":[" ENDS "]"));
    write_is(c, "nurse-all", "POST ", text(c, "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[{\"resource\":%s,\"request\":{\"method\":\"PUT\",\"url\":\"MedicationRequest/o1\"}},"
                                          "{\"resource\":%s,\"request\":{\"method\":\"PUT\",\"url\":\"MedicationRequest/o9\"}}]}",
                                          COPY("active", "doctor", ",\"extension\":[" ENDS "," CHECK("nurse-all") "]"), text(c, elsewhere, "stopped")), 422, "Bundle.entry[1].resource.status");
    /* what a check adds beside itself ends nothing, neither then nor with a further check */
    put(c, "%s", O9("active"));
    put(c, "%s", COPY("active", "nurse-a", ""));
    write_is(c, "nurse", "POST ", COPY_AND_O9(COPY("active", "nurse-a", ",\"extension\":[" ENDS "," CHECK("nurse") "]"), O9("stopped")), 422, "Bundle.entry[1].resource.status");
    put(c, "%s", COPY("active", "nurse-a", ",\"extension\":[" ENDS "," CHECK("doctor") "]"));
    write_is(c, "nurse", "POST ", COPY_AND_O9(COPY("active", "nurse-a", ",\"extension\":[" ENDS "," CHECK("doctor") "," CHECK("nurse") "]"), O9("stopped")), 422, "Bundle.entry[1].resource.status");
}

static void what_stands(void **state)
{
    country *c = *state;
    put(c, "%s", ORDER("active", FROM("Practitioner/doctor")));
    const char *url = "PUT MedicationRequest/o1";
    write_is(c, "doctor", url, ORDER("active", FROM("Practitioner/doctor")), 200, NULL); /* sent once more */
    write_is(c, "doctor", url, ORDER("active", FROM("Practitioner/doctor") ",\"dosageInstruction\":[{\"text\":\"2\"}]"), 422, "MedicationRequest");
    write_is(c, "doctor", url, ORDER("stopped", FROM("Practitioner/doctor") ",\"dosageInstruction\":[{\"text\":\"2\"}]"), 422, "MedicationRequest");
    write_is(c, "doctor", url, ORDER("active", FROM("Practitioner/doctor-a")), 422, "MedicationRequest");
    write_is(c, "nurse", url, ORDER("stopped", FROM("Practitioner/doctor")), 422, "MedicationRequest.status");
    write_is(c, "doctor-a", url, ORDER("on-hold", FROM("Practitioner/doctor") ",\"statusReason\":{\"text\":\"x\"},\"note\":[{\"text\":\"y\"}]"), 200, NULL);
    write_is(c, "doctor", url, ORDER("stopped", FROM("Practitioner/doctor") ",\"note\":[{\"text\":\"y\"}]"), 200, NULL);
    /* to another person it goes with two records that become one, and not by touching both */
    static const char moved[] = "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"p1\","
                                "\"managingOrganization\":{\"reference\":\"Organization/f1\"}},\"request\":{\"method\":\"PUT\",\"url\":\"Patient/p1\"}},{\"resource\":{"
                                "\"resourceType\":\"Patient\",\"id\":\"p2\",\"managingOrganization\":{\"reference\":\"Organization/f1\"}},\"request\":{\"method\":\"PUT\",\"url\":"
                                "\"Patient/p2\"}},{\"resource\":{\"resourceType\":\"MedicationRequest\",\"id\":\"o2\",\"status\":\"active\",\"intent\":\"order\",\"subject\":{"
                                "\"reference\":\"Patient/p2\"},\"medicationCodeableConcept\":{\"text\":\"x\"}},\"request\":{\"method\":\"PUT\",\"url\":\"MedicationRequest/o2\"}}]}";
    put(c, "{\"resourceType\":\"MedicationRequest\",\"id\":\"o2\",\"status\":\"active\",\"intent\":\"order\",\"subject\":{\"reference\":\"Patient/p1\"},"
           "\"medicationCodeableConcept\":{\"text\":\"x\"}}");
    write_is(c, "doctor", "POST ", moved, 422, "Bundle.entry[2].resource");
    /* the one that takes its place */
    write_is(c, "doctor", "POST MedicationRequest", ORDER("active", FROM("Practitioner/doctor") ",\"priorPrescription\":{\"reference\":\"MedicationRequest/o1\"}"), 201, NULL);
    /* a slip in copying: one's own, and one that is seen before anybody has said that it is right */
    put(c, "%s", COPY("active", "nurse", CHECKED("nurse-a")));
    write_is(c, "nurse-a", url, COPY("entered-in-error", "nurse", CHECKED("nurse-a")), 422, "MedicationRequest.status");
    write_is(c, "nurse", url, COPY("entered-in-error", "nurse", CHECKED("nurse-a")), 200, NULL);
    put(c, "%s", COPY("active", "nurse", ""));
    write_is(c, "nurse-a", url, COPY("stopped", "nurse", ""), 422, "MedicationRequest.status");
    write_is(c, "nurse-a", url, COPY("entered-in-error", "nurse", ",\"dosageInstruction\":[{\"text\":\"2\"}]"), 422, "MedicationRequest");
    write_is(c, "nurse-a", url, COPY("entered-in-error", "nurse", ""), 200, NULL);
    write_is(c, "open", url, ORDER("active", ""), 200, NULL); /* not bound by care rules */
}

/* Who ends a stay ends its medicines: a nurse too, in that transaction, of that person, and no other way. */
static void ends_with_the_stay(void **state)
{
    country *c = *state;
#define STAY(who, status, period) \
    "{\"resourceType\":\"Encounter\",\"id\":\"e-" who "\",\"status\":\"" status "\",\"class\":{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-ActCode\",\"code\":\"IMP\"}," \
    "\"subject\":{\"reference\":\"Patient/" who "\"},\"serviceProvider\":{\"reference\":\"Organization/f1\"},\"period\":{" period "}}"
#define OPEN(who) STAY(who, "in-progress", "\"start\":\"2026-01-01\"")
#define OVER(who) STAY(who, "finished", "\"start\":\"2026-01-01\",\"end\":\"2026-11-01\"")
#define OF(who, status) \
    "{\"resourceType\":\"MedicationRequest\",\"id\":\"o-" who "\",\"status\":\"" status "\",\"intent\":\"order\",\"subject\":{\"reference\":\"Patient/" who "\"}," \
    "\"medicationCodeableConcept\":{\"text\":\"x\"}}"
#define PUT_OF(url, body) "{\"resource\":" body ",\"request\":{\"method\":\"PUT\",\"url\":\"" url "\"}}"
#define BOTH(a, b) "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[" a "," b "]}"
    static const char *const made[] = {
        "{\"resourceType\":\"Patient\",\"id\":\"s1\",\"managingOrganization\":{\"reference\":\"Organization/f1\"}}",
        "{\"resourceType\":\"Patient\",\"id\":\"s2\",\"managingOrganization\":{\"reference\":\"Organization/f1\"}}",
        OPEN("s1"), OPEN("s2"), OF("s1", "active"), OF("s2", "active"),
    };
    for (size_t i = 0; i < sizeof made / sizeof *made; i++) {
        put(c, "%s", made[i]);
    }
    write_is(c, "nurse-all", "PUT MedicationRequest/o-s1", OF("s1", "stopped"), 422, "MedicationRequest.status");
    write_is(c, "nurse-all", "POST ", BOTH(PUT_OF("Encounter/e-s1", OPEN("s1")), PUT_OF("MedicationRequest/o-s1", OF("s1", "stopped"))), 422, "Bundle.entry[1].resource.status");
    write_is(c, "nurse-all", "POST ", BOTH(PUT_OF("Encounter/e-s1", OVER("s1")), PUT_OF("MedicationRequest/o-s2", OF("s2", "stopped"))), 422, NULL); /* another's */
    write_is(c, "nurse-all", "POST ", BOTH(PUT_OF("Encounter/e-s1", OVER("s1")), PUT_OF("MedicationRequest/o-s1", OF("s1", "on-hold"))), 422, NULL); /* held is not ended */
    write_is(c, "nurse-all", "POST ", BOTH(PUT_OF("Encounter/e-s1", OVER("s1")), PUT_OF("MedicationRequest/o-s1", OF("s1", "stopped"))), 200, NULL);
}

/* The end was a slip and is taken back at once: what stopped with it stands again exactly as it stood, and nothing else does. */
static void returns_with_the_stay(void **state)
{
#define AS(who, status, more) \
    "{\"resourceType\":\"MedicationRequest\",\"id\":\"o-" who "\",\"status\":\"" status "\",\"intent\":\"order\",\"subject\":{\"reference\":\"Patient/" who "\"}," \
    "\"medicationCodeableConcept\":{\"text\":\"x\"}" more "}"
#define BACK(who, order) BOTH(PUT_OF("Encounter/e-" who, OPEN(who)), PUT_OF("MedicationRequest/o-" who, order))
    country *c = *state;
    put(c, "{\"resourceType\":\"Patient\",\"id\":\"s1\",\"managingOrganization\":{\"reference\":\"Organization/f1\"}}");
    put(c, "%s", OPEN("s1"));
    put(c, "%s", AS("s1", "active", FROM("Practitioner/doctor")));
    write_is(c, "nurse-all", "POST ", BOTH(PUT_OF("Encounter/e-s1", OVER("s1")), PUT_OF("MedicationRequest/o-s1", AS("s1", "stopped", FROM("Practitioner/doctor")))), 200, NULL);
    write_is(c, "nurse-all", "PUT MedicationRequest/o-s1", AS("s1", "active", FROM("Practitioner/doctor")), 422, NULL); /* without its stay */
    write_is(c, "nurse-all", "POST ", BACK("s1", AS("s1", "active", FROM("Practitioner/doctor") ",\"note\":[{\"text\":\"y\"}]")), 422, NULL); /* not as it stood */
    write_is(c, "nurse-all", "POST ", BACK("s1", AS("s1", "on-hold", FROM("Practitioner/doctor"))), 422, NULL);
    write_is(c, "nurse-all", "POST ", BACK("s1", AS("s1", "active", FROM("Practitioner/doctor"))), 200, NULL);
    /* stopped by a doctor before the stay ended: it does not come back with it */
    write_is(c, "doctor", "PUT MedicationRequest/o-s1", AS("s1", "stopped", FROM("Practitioner/doctor")), 200, NULL);
    write_is(c, "nurse-all", "PUT Encounter/e-s1", OVER("s1"), 200, NULL);
    write_is(c, "nurse-all", "POST ", BACK("s1", AS("s1", "active", FROM("Practitioner/doctor"))), 422, NULL);
}

/* An order of a compartment that is shut to somebody does not tell them of itself by refusing the end of a stay; who sees it ends it first. */
static void shut_orders_hold_nobody_up(void **state)
{
    country *c = *state;
#define GUARDED(who) \
    "{\"resourceType\":\"MedicationRequest\",\"id\":\"o-" who "\",\"meta\":{\"security\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-ActCode\",\"code\":\"HIV\"}]}," \
    "\"status\":\"active\",\"intent\":\"order\",\"subject\":{\"reference\":\"Patient/" who "\"},\"medicationCodeableConcept\":{\"text\":\"x\"}}"
#define FAILS "{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"p1\",\"birthDate\":\"2999-01-01\",\"managingOrganization\":{\"reference\":\"Organization/f1\"}}," \
              "\"request\":{\"method\":\"PUT\",\"url\":\"Patient/p1\"}}"
    put(c, "%s", GUARDED("p1"));
    put(c, "%s", OPEN("p1"));
    /* tried without leaving a trace: the end of the stay, beside something that cannot be */
    write_is(c, "nurse", "POST ", BOTH(PUT_OF("Encounter/e-p1", OVER("p1")), FAILS), 422, "Bundle.entry[1].resource.birthDate");
    write_is(c, "nurse-a", "POST ", BOTH(PUT_OF("Encounter/e-p1", OVER("p1")), FAILS), 422, NULL);
    write_is(c, "nurse-a", "PUT Encounter/e-p1", OVER("p1"), 422, "Encounter.status");
    assert_true(ans_str_search(c->got.body, ANS_STR("medicines are still ordered")) >= 0);
    write_is(c, "nurse", "PUT Encounter/e-p1", OVER("p1"), 200, NULL);
    /* an order that anybody in the house may know of holds up who sees no medicines, too */
    put(c, "{\"resourceType\":\"Patient\",\"id\":\"s1\",\"managingOrganization\":{\"reference\":\"Organization/f1\"}}");
    put(c, "%s", OPEN("s1"));
    put(c, "%s", OF("s1", "active"));
    write_is(c, "records-clerk", "PUT Encounter/e-s1", OVER("s1"), 422, "Encounter.status");
}

/* ---- given by word ---- */

#define SAID(readback, typed) \
    "{\"url\":\"urn:ansinh:extension:by-word\",\"extension\":[{\"url\":\"read-back\",\"valueBoolean\":" readback "},{\"url\":\"typed\",\"valueDateTime\":\"" typed "\"}]}"
#define STATE(code) ",\"category\":[{\"coding\":[{\"system\":\"urn:ansinh:order-by-word\",\"code\":\"" code "\"}]}]"
#define NAMES(requester, recorder) FROM("Practitioner/" requester) ",\"recorder\":{\"reference\":\"Practitioner/" recorder "\"}"
#define WORD(status, state, names, when, extensions) ORDER(status, STATE(state) names ",\"authoredOn\":\"" when "\",\"extension\":[" extensions "]")
#define NIGHT "2026-01-02T02:10:00+07:00"
#define MORNING "2026-01-02T06:00:00+07:00"
#define HEARD SAID("true", MORNING)
#define SIGNED(who, when) \
    ",{\"url\":\"urn:ansinh:extension:order-signature\",\"extension\":[{\"url\":\"who\",\"valueReference\":{\"reference\":\"Practitioner/" who "\"}},{\"url\":\"when\",\"valueDateTime\":\"" when "\"}]}"
#define BY_WORD(status) WORD(status, "unsigned", NAMES("doctor", "nurse"), NIGHT, HEARD)

static void word_is(country *c, const char *as, const char *body, int want, const char *where)
{
    write_is(c, as, "POST MedicationRequest", body, want, where);
}

static void given_by_word(void **state)
{
    country *c = *state;
    word_is(c, "nurse", BY_WORD("active"), 201, NULL);
    word_is(c, "nurse", BY_WORD("completed"), 201, NULL);
    word_is(c, "nurse", WORD("active", "unsigned", NAMES("assistant-doctor", "nurse"), NIGHT, HEARD), 201, NULL);
    word_is(c, "head-nurse", WORD("active", "unsigned", NAMES("doctor", "head-nurse"), NIGHT, HEARD), 201, NULL);
    word_is(c, "assistant-doctor", WORD("active", "unsigned", NAMES("doctor", "assistant-doctor"), NIGHT, HEARD), 201, NULL);
    /* who may not: the carer's role writes no orders, the pharmacist's hears none, the doctor's prescribes */
    assert_int_equal(ask(c, "carer", "POST MedicationRequest", WORD("active", "unsigned", NAMES("doctor", "carer"), NIGHT, HEARD)), 403);
    word_is(c, "pharmacist", WORD("active", "unsigned", NAMES("doctor", "pharmacist"), NIGHT, HEARD), 422, "MedicationRequest.recorder");
    word_is(c, "doctor", WORD("active", "unsigned", NAMES("doctor-a", "doctor"), NIGHT, HEARD), 422, "MedicationRequest.recorder");
    /* in whose name */
    word_is(c, "nurse", WORD("active", "unsigned", NAMES("doctor", "nurse-a"), NIGHT, HEARD), 422, "MedicationRequest.recorder");
    word_is(c, "nurse", WORD("active", "unsigned", NAMES("nurse", "nurse"), NIGHT, HEARD), 422, "MedicationRequest.requester");
    word_is(c, "nurse", WORD("active", "unsigned", NAMES("nurse-a", "nurse"), NIGHT, HEARD), 422, "MedicationRequest.requester");
    word_is(c, "nurse", WORD("active", "unsigned", NAMES("social-worker", "nurse"), NIGHT, HEARD), 422, "MedicationRequest.requester");
    word_is(c, "nurse", WORD("active", "unsigned", ",\"requester\":{\"display\":\"BS X\"},\"recorder\":{\"reference\":\"Practitioner/nurse\"}", NIGHT, HEARD), 422, "MedicationRequest.requester");
    /* read back, to the minute, not signed by who wrote it down */
    word_is(c, "nurse", WORD("active", "unsigned", NAMES("doctor", "nurse"), NIGHT, SAID("false", MORNING)), 422, "MedicationRequest.extension");
    word_is(c, "nurse", ORDER("active", STATE("unsigned") NAMES("doctor", "nurse") ",\"authoredOn\":\"" NIGHT "\""), 422, "MedicationRequest.extension");
    word_is(c, "nurse", WORD("active", "unsigned", NAMES("doctor", "nurse"), "2026-01-02", HEARD), 422, "MedicationRequest.authoredOn");
    word_is(c, "nurse", WORD("active", "unsigned", NAMES("doctor", "nurse"), NIGHT, SAID("true", "2026-01-02T01:00:00+07:00")), 422, "MedicationRequest.extension");
    word_is(c, "nurse", WORD("active", "unsigned", NAMES("doctor", "nurse"), NIGHT, SAID("true", "2999-01-02T01:00:00+07:00")), 422, "MedicationRequest.extension");
    word_is(c, "nurse", WORD("active", "unsigned", NAMES("doctor", "nurse"), "2999-01-02T02:10:00+07:00", HEARD), 422, NULL);
    word_is(c, "nurse", WORD("active", "signed", NAMES("doctor", "nurse"), NIGHT, HEARD SIGNED("doctor", MORNING)), 422, "MedicationRequest.category");
    word_is(c, "nurse", WORD("active", "unsigned", NAMES("doctor", "nurse"), NIGHT, HEARD SIGNED("nurse", MORNING)), 422, "MedicationRequest.category");
    word_is(c, "nurse", WORD("on-hold", "unsigned", NAMES("doctor", "nurse"), NIGHT, HEARD), 422, "MedicationRequest.status");
    word_is(c, "nurse", WORD("active", "unsigned", NAMES("doctor", "nurse") ",\"reportedBoolean\":true", NIGHT, HEARD), 422, "MedicationRequest.reportedBoolean");
    /* without saying so nobody stands as prescriber, also of what is closed from the start */
    word_is(c, "nurse", ORDER("completed", NAMES("doctor", "nurse")), 422, "MedicationRequest.requester");
    word_is(c, "nurse", ORDER("stopped", ""), 422, "MedicationRequest.requester");
    word_is(c, "doctor", ORDER("completed", FROM("Practitioner/doctor")), 201, NULL);
    /* what was written otherwise does not become one */
    put(c, "%s", ORDER("stopped", FROM("Practitioner/doctor")));
    write_is(c, "nurse", "PUT MedicationRequest/o1", BY_WORD("stopped"), 422, "MedicationRequest.category");
}

static void signed_later(void **state)
{
    country *c = *state;
    const char *url = "PUT MedicationRequest/o1";
    static const char *const statuses[] = {"active", "completed"};
    static const char *const with_sign[] = {WORD("active", "signed", NAMES("doctor", "nurse"), NIGHT, HEARD SIGNED("doctor", MORNING)),
                                            WORD("completed", "signed", NAMES("doctor", "nurse"), NIGHT, HEARD SIGNED("doctor", MORNING))};
    static const char *const bare[] = {BY_WORD("active"), BY_WORD("completed")};
    for (size_t i = 0; i < COUNT(statuses); i++) {
        begin(c);
        write_is(c, "nurse", url, bare[i], 200, NULL);
        dose_is(c, 201); /* at once: nobody waits for the signature */
        write_is(c, "nurse", url, bare[i], 200, NULL); /* sent once more */
        write_is(c, "nurse", url, with_sign[i], 422, "MedicationRequest.extension");
        write_is(c, "doctor-a", url, with_sign[i], 422, "MedicationRequest.extension");
        write_is(c, "doctor", url, WORD("active", "signed", NAMES("doctor", "nurse"), NIGHT, HEARD), 422, NULL);
        write_is(c, "doctor", url, WORD("active", "unsigned", NAMES("doctor", "nurse"), NIGHT, HEARD SIGNED("doctor", MORNING)), 422, NULL);
        write_is(c, "doctor", url, WORD("active", "signed", NAMES("doctor", "nurse"), NIGHT, HEARD SIGNED("doctor", "2999-01-01T00:00:00Z")), 422, NULL);
        write_is(c, "nurse", url, ORDER("active", NAMES("doctor", "nurse") ",\"authoredOn\":\"" NIGHT "\""), 422, "MedicationRequest"); /* it does not stop being one */
        write_is(c, "doctor", url, with_sign[i], 200, NULL);
        write_is(c, "doctor", url, WORD("active", "signed", NAMES("doctor", "nurse"), NIGHT, HEARD SIGNED("doctor", MORNING) SIGNED("doctor", MORNING)), 422, NULL);
        write_is(c, "doctor", url, bare[i], 422, NULL); /* nor does the signature come off */
        write_is(c, "nurse", url, WORD("entered-in-error", "signed", NAMES("doctor", "nurse"), NIGHT, HEARD SIGNED("doctor", MORNING)), 422, "MedicationRequest.status");
        write_is(c, "doctor", "DELETE MedicationRequest/o1", NULL, 422, "MedicationRequest");
        put(c, "%s", ORDER("draft", ""));
    }
}

/* The writer's own slip before it is signed; ended by who prescribes, and by nobody's rewriting. */
static void a_slip_and_an_end(void **state)
{
    country *c = *state;
    const char *url = "PUT MedicationRequest/o1";
    begin(c);
    write_is(c, "nurse", url, BY_WORD("active"), 200, NULL);
    write_is(c, "nurse", url, BY_WORD("completed"), 422, "MedicationRequest.status");
    write_is(c, "nurse", url, WORD("active", "unsigned", NAMES("doctor", "nurse"), MORNING, HEARD), 422, "MedicationRequest");
    write_is(c, "doctor", url, WORD("active", "unsigned", NAMES("doctor", "nurse"), MORNING, HEARD), 422, "MedicationRequest");
    write_is(c, "nurse-a", url, BY_WORD("entered-in-error"), 422, "MedicationRequest.status");
    write_is(c, "doctor", url, BY_WORD("stopped"), 200, NULL);
    write_is(c, "doctor", url, BY_WORD("active"), 422, "MedicationRequest.status"); /* over is over */
    write_is(c, "doctor", url, WORD("stopped", "signed", NAMES("doctor", "nurse"), NIGHT, HEARD SIGNED("doctor", MORNING)), 200, NULL);
    put(c, "%s", ORDER("draft", ""));
    write_is(c, "nurse", url, BY_WORD("active"), 200, NULL);
    write_is(c, "nurse", url, BY_WORD("entered-in-error"), 200, NULL);
    write_is(c, "nurse", url, BY_WORD("active"), 422, "MedicationRequest.status");
}

/* "I did not say that": by whom it names, once, and it asks for nothing from then on. */
static void denied_by_its_doctor(void **state)
{
#define DENIED(who, when) \
    ",{\"url\":\"urn:ansinh:extension:order-denial\",\"extension\":[{\"url\":\"who\",\"valueReference\":{\"reference\":\"Practitioner/" who "\"}},{\"url\":\"when\",\"valueDateTime\":\"" when "\"}]}"
#define NOT_SAID(status, more) WORD(status, "denied", NAMES("doctor", "nurse"), NIGHT, HEARD more)
    country *c = *state;
    const char *url = "PUT MedicationRequest/o1";
    begin(c);
    word_is(c, "nurse", NOT_SAID("stopped", DENIED("doctor", MORNING)), 422, "MedicationRequest.category");
    word_is(c, "nurse", WORD("active", "unsigned", NAMES("doctor", "nurse"), NIGHT, HEARD DENIED("doctor", MORNING)), 422, "MedicationRequest.category");
    write_is(c, "nurse", url, BY_WORD("active"), 200, NULL);
    dose_is(c, 201);
    /* nobody else, in no other name, not in the future, not without a name, and it does not go on standing */
    write_is(c, "nurse", url, NOT_SAID("stopped", DENIED("doctor", MORNING)), 422, "MedicationRequest.extension");
    write_is(c, "doctor-a", url, NOT_SAID("stopped", DENIED("doctor-a", MORNING)), 422, "MedicationRequest.extension");
    write_is(c, "doctor", url, NOT_SAID("stopped", DENIED("doctor-a", MORNING)), 422, "MedicationRequest.extension");
    write_is(c, "doctor", url, NOT_SAID("stopped", DENIED("doctor", "2999-01-01T00:00:00Z")), 422, "MedicationRequest.extension");
    write_is(c, "doctor", url, NOT_SAID("stopped", ""), 422, "MedicationRequest.extension");
    write_is(c, "doctor", url, NOT_SAID("stopped", DENIED("doctor", MORNING) SIGNED("doctor", MORNING)), 422, "MedicationRequest.extension");
    write_is(c, "doctor", url, NOT_SAID("active", DENIED("doctor", MORNING)), 422, "MedicationRequest.status");
    write_is(c, "doctor", url, NOT_SAID("entered-in-error", DENIED("doctor", MORNING)), 422, "MedicationRequest.status");
    write_is(c, "doctor", url, WORD("stopped", "denied", NAMES("doctor", "nurse"), MORNING, HEARD DENIED("doctor", MORNING)), 422, "MedicationRequest.status");
    write_is(c, "doctor", url, NOT_SAID("stopped", DENIED("doctor", MORNING)), 200, NULL);
    /* once: it is neither signed nor said after all, nor a slip of who wrote it down */
    write_is(c, "doctor", url, WORD("stopped", "signed", NAMES("doctor", "nurse"), NIGHT, HEARD DENIED("doctor", MORNING) SIGNED("doctor", MORNING)), 422, NULL);
    write_is(c, "doctor", url, BY_WORD("stopped"), 422, NULL);
    write_is(c, "doctor", url, NOT_SAID("active", DENIED("doctor", MORNING)), 422, NULL);
    write_is(c, "nurse", url, NOT_SAID("entered-in-error", DENIED("doctor", MORNING)), 422, "MedicationRequest.status");
    put(c, "%s", ORDER("draft", ""));
    /* what was given at once stays completed */
    write_is(c, "nurse", url, BY_WORD("completed"), 200, NULL);
    write_is(c, "doctor", url, NOT_SAID("stopped", DENIED("doctor", MORNING)), 422, "MedicationRequest.status");
    write_is(c, "doctor", url, NOT_SAID("completed", DENIED("doctor", MORNING)), 200, NULL);
    put(c, "%s", ORDER("draft", ""));
    /* what was signed is not denied any more */
    write_is(c, "nurse", url, BY_WORD("active"), 200, NULL);
    write_is(c, "doctor", url, WORD("active", "signed", NAMES("doctor", "nurse"), NIGHT, HEARD SIGNED("doctor", MORNING)), 200, NULL);
    write_is(c, "doctor", url, WORD("stopped", "denied", NAMES("doctor", "nurse"), NIGHT, HEARD SIGNED("doctor", MORNING) DENIED("doctor", MORNING)), 422, "MedicationRequest.extension");
}

/* Typed at 06:00 of a night that somebody did not live through, or left in: closed, at its own time, never after the end. */
static void typed_after_the_end(void **state)
{
    static const char *const ends[] = {"dead", "left"};
    country *c = *state;
    for (size_t i = 0; i < COUNT(ends); i++) {
        put(c, "{\"resourceType\":\"Patient\",\"id\":\"%s\",\"managingOrganization\":{\"reference\":\"Organization/f1\"}%s}", ends[i], i == 0 ? ",\"deceasedDateTime\":\"2026-01-02T03:00:00+07:00\"" : "");
        put(c, "{\"resourceType\":\"Encounter\",\"id\":\"stay-%1$s\",\"status\":\"finished\",\"class\":{\"code\":\"IMP\"},\"subject\":{\"reference\":\"Patient/%1$s\"},"
               "\"serviceProvider\":{\"reference\":\"Organization/f1\"},\"period\":{\"start\":\"2025-01-01\",\"end\":\"2026-01-02T03:00:00+07:00\"}}", ends[i]);
#define OF_ONE(status, when) \
    "{\"resourceType\":\"MedicationRequest\",\"status\":\"" status "\",\"intent\":\"order\",\"subject\":{\"reference\":\"Patient/%s\"},\"medicationCodeableConcept\":{\"text\":\"x\"}" \
    STATE("unsigned") NAMES("doctor", "nurse-all") ",\"authoredOn\":\"" when "\",\"extension\":[" SAID("true", "2026-01-02T06:00:00+07:00") "]}"
#define DOSE_OF_ONE(when) "{\"resourceType\":\"MedicationAdministration\",\"status\":\"completed\",\"medicationCodeableConcept\":{\"text\":\"x\"}," \
    "\"subject\":{\"reference\":\"Patient/%s\"},\"effectiveDateTime\":\"" when "\"}"
        word_is(c, "nurse-all", text(c, OF_ONE("active", NIGHT), ends[i]), 422, "MedicationRequest.status");
        word_is(c, "nurse-all", text(c, OF_ONE("completed", NIGHT), ends[i]), 201, NULL);
        word_is(c, "nurse-all", text(c, OF_ONE("stopped", NIGHT), ends[i]), 201, NULL);
        word_is(c, "nurse-all", text(c, OF_ONE("completed", "2026-01-02T03:05:00+07:00"), ends[i]), 422, "MedicationRequest.authoredOn");
        word_is(c, "nurse-all", text(c, OF_ONE("completed", "2024-01-02T03:05:00+07:00"), ends[i]), 422, "MedicationRequest.authoredOn");
        write_is(c, "nurse-all", "POST MedicationAdministration", text(c, DOSE_OF_ONE("2026-01-02T02:15:00+07:00"), ends[i]), 201, NULL);
        write_is(c, "nurse-all", "POST MedicationAdministration", text(c, DOSE_OF_ONE("2026-01-02T03:15:00+07:00"), ends[i]), 422, NULL);
    }
}

int main(void)
{
#define CASE(fn) cmocka_unit_test_setup_teardown(fn, open_country, close_country)
    const struct CMUnitTest tests[] = {CASE(who_prescribes), CASE(what_is_copied), CASE(second_check), CASE(a_copy_replaces), CASE(a_copy_ends_others), CASE(what_stands), CASE(ends_with_the_stay), CASE(returns_with_the_stay), CASE(shut_orders_hold_nobody_up),
                                       CASE(given_by_word), CASE(signed_later), CASE(a_slip_and_an_end), CASE(denied_by_its_doctor), CASE(typed_after_the_end)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
