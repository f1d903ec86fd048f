/* Rules of the visit: everybody signs with their own account, only who may signs a visit, what was signed can be proved, and a
 * technique is done by a facility whose licence and list allow it on that day, or says why not. */
#include "unit/rest/access_kit.h"

#include "fhir/value.h"

#define VISIT_AS(id, kind, status, author, attesters) \
    "{\"resourceType\":\"Composition\",\"id\":\"" id "\",\"status\":\"" status "\",\"type\":{\"coding\":[{\"system\":\"urn:ansinh:document\",\"code\":\"" kind "\"}]}," \
    "\"subject\":{\"reference\":\"Patient/p1\"},\"date\":\"2026-01-01T08:00:00+07:00\",\"author\":[{\"reference\":\"Practitioner/" author "\"}],\"title\":\"x\"," \
    "\"attester\":[" attesters "]}"
#define BY(who) "{\"mode\":\"professional\",\"time\":\"2026-01-01T08:05:00+07:00\",\"party\":{\"reference\":\"" who "\",\"display\":\"Name\"}}"
#define VISIT(id, status, who) VISIT_AS(id, "visit", status, who, BY("Practitioner/" who))

static void write_is(country *c, const char *as, const char *url, const char *body, int want, const char *where)
{
    int status = ask(c, as, url, body);
    if (status != want) {
        print_error("%s %s: %d, expected %d: %.*s\n", as, url, status, want, ANS_FMT(c->got.body));
    }
    assert_int_equal(status, want);
    if (where) {
        assert_string_equal(look(c, "issue.0.code"), "business-rule");
        assert_string_equal(look(c, "issue.0.expression.0"), where);
    }
}

/* People begin with POST; these begin as drafts of nobody, so that they have ids. */
static void begin(country *c)
{
    for (int i = 1; i <= 5; i++) {
        put(c, "{\"resourceType\":\"Composition\",\"id\":\"v%d\",\"status\":\"preliminary\",\"type\":{\"text\":\"x\"},\"subject\":{\"reference\":\"Patient/p1\"},"
               "\"date\":\"2026-01-01\",\"author\":[{\"display\":\"x\"}],\"title\":\"x\"}", i);
        put(c, "{\"resourceType\":\"Procedure\",\"id\":\"t%d\",\"status\":\"not-done\",\"subject\":{\"reference\":\"Patient/p1\"}}", i);
    }
}

static void only_oneself(void **state)
{
    country *c = *state;
    begin(c);
    write_is(c, "doctor", "PUT Composition/v1", VISIT("v1", "final", "doctor"), 200, NULL);
    write_is(c, "assistant-doctor", "PUT Composition/v2", VISIT("v2", "final", "assistant-doctor"), 200, NULL);
    write_is(c, "doctor", "PUT Composition/v3", VISIT("v3", "final", "doctor-a"), 422, "Composition.attester.party");
    write_is(c, "nurse", "PUT Composition/v3", VISIT("v3", "preliminary", "doctor"), 422, "Composition.attester.party");
    write_is(c, "doctor", "PUT Composition/v3", VISIT_AS("v3", "visit", "final", "doctor-a", BY("Practitioner/doctor")), 422, "Composition.attester");
    write_is(c, "doctor", "PUT Composition/v3", VISIT_AS("v3", "visit", "final", "doctor", ""), 422, NULL); /* an empty list is no FHIR, and no signature */
    write_is(c, "doctor", "PUT Composition/v4", VISIT_AS("v4", "visit", "final", "doctor", BY("PractitionerRole/role-doctor")), 200, NULL);
    write_is(c, "doctor", "PUT Composition/v5",
             "{\"resourceType\":\"Composition\",\"id\":\"v5\",\"status\":\"final\",\"type\":{\"coding\":[{\"system\":\"urn:ansinh:document\",\"code\":\"visit\"}]},"
             "\"subject\":{\"reference\":\"Patient/p1\"},\"date\":\"2026-01-01\",\"author\":[{\"reference\":\"Practitioner/doctor\"}],\"title\":\"x\"}",
             422, "Composition.attester");
}

static void only_who_may(void **state)
{
    country *c = *state;
    begin(c);
    write_is(c, "nurse", "PUT Composition/v1", VISIT("v1", "final", "nurse"), 422, "Composition.author");
    write_is(c, "nurse", "PUT Composition/v1", VISIT("v1", "preliminary", "nurse"), 200, NULL);
    write_is(c, "nurse", "PUT Composition/v1", VISIT("v1", "final", "nurse"), 422, "Composition.author");
    write_is(c, "nurse", "PUT Composition/v3", VISIT_AS("v3", "handover", "final", "nurse", BY("Practitioner/nurse")), 200, NULL);
    char when[ANS_INSTANT_BYTES];
    ans_instant_print(ans_now_us() + INT64_C(600000000), when);
    const char *early = text(c, VISIT_AS("v2", "visit", "final", "doctor", "{\"mode\":\"professional\",\"time\":\"%.*s\",\"party\":{\"reference\":\"Practitioner/doctor\"}}"),
                             ANS_INSTANT_BYTES, when);
    write_is(c, "doctor", "PUT Composition/v2", early, 422, "Composition.attester.time");
}

static const char *param(country *c, const char *name)
{
    for (int i = 0; i < 12; i++) {
        if (strcmp(look(c, text(c, "parameter.%d.name", i)), name) == 0) {
            const char *value = look(c, text(c, "parameter.%d.valueString", i));
            return strcmp(value, "-") == 0 ? look(c, text(c, "parameter.%d.valueBoolean", i)) : value;
        }
    }
    return "-";
}

static void signature(void **state)
{
    country *c = *state;
    begin(c);
    write_is(c, "doctor", "PUT Composition/v1", VISIT_AS("v1", "visit", "preliminary", "doctor", BY("Practitioner/doctor")), 200, NULL);
    write_is(c, "doctor", "GET Composition/v1/$signature", NULL, 200, NULL);
    assert_string_equal(param(c, "signed"), "false");
    assert_string_equal(param(c, "hash"), "-");
    write_is(c, "doctor", "PUT Composition/v1", VISIT("v1", "final", "doctor"), 200, NULL);
    write_is(c, "doctor", "GET Composition/v1/$signature", NULL, 200, NULL);
    assert_string_equal(param(c, "signed"), "true");
    assert_string_equal(param(c, "unchanged"), "true");
    assert_int_equal(strlen(param(c, "hash")), 64);
    const char *hash = param(c, "hash");
    /* struck through: what was signed is still told, and that it is not the current one */
    const char *struck = "{\"resourceType\":\"Composition\",\"id\":\"v1\",\"status\":\"entered-in-error\",\"extension\":[{\"url\":\"urn:ansinh:extension:reason\","
                         "\"valueString\":\"wrong person\"}],\"type\":{\"coding\":[{\"system\":\"urn:ansinh:document\",\"code\":\"visit\"}]},"
                         "\"subject\":{\"reference\":\"Patient/p1\"},\"date\":\"2026-01-01T08:00:00+07:00\",\"author\":[{\"reference\":\"Practitioner/doctor\"}],"
                         "\"title\":\"x\",\"attester\":[" BY("Practitioner/doctor") "]}";
    write_is(c, "doctor", "PUT Composition/v1", struck, 200, NULL);
    write_is(c, "doctor", "GET Composition/v1/$signature", NULL, 200, NULL);
    assert_string_equal(param(c, "hash"), hash);
    assert_string_equal(param(c, "unchanged"), "false");
    /* who may not see the document is not told of it */
    write_is(c, "doctor-f2", "GET Composition/v1/$signature", NULL, 404, NULL);
    write_is(c, "doctor", "GET Composition/none/$signature", NULL, 404, NULL);
}

/* ---- techniques ---- */

#define PROCEDURE(id, status, code, when, more) \
    "{\"resourceType\":\"Procedure\",\"id\":\"" id "\",\"status\":\"" status "\",\"code\":{\"coding\":[{\"system\":\"urn:ansinh:list:techniques\",\"code\":\"" code "\"}]}," \
    "\"subject\":{\"reference\":\"Patient/p1\"},\"encounter\":{\"reference\":\"Encounter/stay-p1\"},\"performedDateTime\":\"" when "\"" more "}"
#define WHY(code, words) \
    ",\"extension\":[{\"url\":\"urn:ansinh:extension:outside-list\",\"valueCodeableConcept\":{\"coding\":[{\"system\":\"urn:ansinh:outside-list\",\"code\":\"" code "\"}]," \
    "\"text\":\"" words "\"}}]"
#define DAY "2026-03-10T09:00:00+07:00"

static void licence(country *c, const char *id, const char *category, const char *types, const char *start, const char *end, bool active)
{
    put(c, "{\"resourceType\":\"HealthcareService\",\"id\":\"%s\",\"active\":%s,\"providedBy\":{\"reference\":\"Organization/f1\"},"
           "\"extension\":[{\"url\":\"urn:ansinh:valid-period\",\"valuePeriod\":{\"start\":\"%s\",\"end\":\"%s\"}}],"
           "\"category\":[{\"coding\":[{\"system\":\"urn:ansinh:licence\",\"code\":\"%s\"}]}]%s}", id, active ? "true" : "false", start, end, category, types);
}

#define TYPES ",\"type\":[{\"coding\":[{\"system\":\"urn:ansinh:list:techniques\",\"code\":\"1.10\"}]}]"

static void outside_licence(void **state)
{
    country *c = *state;
    begin(c);
    write_is(c, "doctor", "PUT Procedure/t1", PROCEDURE("t1", "completed", "1.10", DAY, ""), 422, "Procedure.code");
    write_is(c, "doctor", "PUT Procedure/t1", PROCEDURE("t1", "completed", "1.10", DAY, WHY("other", "wanted")), 422, "Procedure.code");
    write_is(c, "doctor", "PUT Procedure/t1", PROCEDURE("t1", "completed", "1.10", DAY, WHY("emergency", " ")), 422, NULL);
    write_is(c, "doctor", "PUT Procedure/t1", PROCEDURE("t1", "completed", "1.10", DAY, WHY("emergency", "bleeding")), 200, NULL);
    write_is(c, "doctor", "PUT Procedure/t2", PROCEDURE("t2", "not-done", "1.10", DAY, ""), 200, NULL);
    write_is(c, "doctor", "PUT Procedure/t2", PROCEDURE("t2", "completed", "1.10", DAY, ""), 422, "Procedure.code");
    /* no technique of the list: counselling, free text */
    write_is(c, "doctor", "POST Procedure", "{\"resourceType\":\"Procedure\",\"status\":\"completed\",\"code\":{\"text\":\"x\"},\"subject\":{\"reference\":\"Patient/p1\"}}", 201, NULL);
}

static void outside_list(void **state)
{
    country *c = *state;
    begin(c);
    licence(c, "lic", "treatment", "", "2025-01-01", "2026-06-30", true);
    write_is(c, "doctor", "PUT Procedure/t1", PROCEDURE("t1", "completed", "1.10", DAY, ""), 422, "Procedure.code");
    write_is(c, "doctor", "PUT Procedure/t1", PROCEDURE("t1", "completed", "1.10", DAY, WHY("other", "teacher beside")), 200, NULL);
    licence(c, "list", "list", TYPES, "2026-01-01", "2026-12-31", true);
    write_is(c, "doctor", "PUT Procedure/t2", PROCEDURE("t2", "completed", "1.10", DAY, ""), 200, NULL);
    write_is(c, "doctor", "PUT Procedure/t2", PROCEDURE("t2", "completed", "1.11", DAY, ""), 422, "Procedure.code"); /* another technique */
    write_is(c, "doctor", "PUT Procedure/t3", PROCEDURE("t3", "completed", "1.10", "2025-06-01", ""), 422, "Procedure.code"); /* before the list */
    write_is(c, "doctor", "PUT Procedure/t3", PROCEDURE("t3", "completed", "1.10", "2026-08-01", ""), 422, "Procedure.code"); /* the licence is over */
    write_is(c, "doctor", "PUT Procedure/t3", PROCEDURE("t3", "completed", "1.10", "2999-01-01", ""), 422, "Procedure.performed");
    licence(c, "list", "list", TYPES, "2026-01-01", "2026-12-31", false);
    write_is(c, "doctor", "PUT Procedure/t4", PROCEDURE("t4", "completed", "1.10", DAY, ""), 422, "Procedure.code");
    /* what stood is not judged again */
    write_is(c, "doctor", "PUT Procedure/t2", PROCEDURE("t2", "completed", "1.10", DAY, ",\"note\":[{\"text\":\"x\"}]"), 200, NULL);
    write_is(c, "open", "PUT Procedure/t5", PROCEDURE("t5", "completed", "1.10", DAY, ""), 200, NULL);
}

static void without_visit(void **state)
{
    country *c = *state;
    begin(c);
    write_is(c, "doctor", "POST Procedure", "{\"resourceType\":\"Procedure\",\"status\":\"completed\",\"code\":{\"coding\":[{\"system\":\"urn:ansinh:list:techniques\",\"code\":\"1.10\"}]},"
             "\"subject\":{\"reference\":\"Patient/p1\"}}", 422, "Procedure.encounter");
}

int main(void)
{
#define CASE(fn) cmocka_unit_test_setup_teardown(fn, open_country, close_country)
    const struct CMUnitTest tests[] = {
        CASE(only_oneself), CASE(only_who_may), CASE(signature), CASE(outside_licence), CASE(outside_list), CASE(without_visit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
