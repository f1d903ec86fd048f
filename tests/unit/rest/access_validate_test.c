/* $validate behind the gate: a constraint that follows a reference sees what the caller sees, and what is hidden is as what is not there. */
#include "access_kit.h"

#include "defs/defs.h"

#define URL "http://example.org/StructureDefinition/named-subject"

static const char profile[] =
    "{\"resourceType\":\"StructureDefinition\",\"id\":\"named-subject\",\"url\":\"" URL "\",\"name\":\"n\",\"status\":\"active\",\"kind\":\"resource\",\"type\":\"Observation\","
    "\"derivation\":\"constraint\",\"snapshot\":{\"element\":[{\"id\":\"Observation\",\"path\":\"Observation\",\"min\":0,\"max\":\"*\",\"constraint\":[{\"key\":\"named\","
    "\"severity\":\"error\",\"human\":\"the subject has a name\",\"expression\":\"subject.resolve().name.exists()\"}]}]}}";

/* The country with definitions; the register must outlive the store. */
static ans_defs *open_with_definitions(country *c)
{
    static const ans_defs_text content[] = {{{profile, sizeof profile - 1}}};
    const ans_defs_options d = {.content = content, .content_count = 1};
    ans_defs *defs;
    assert_int_equal(ans_defs_open(&c->cx, &d, &defs), ANS_OK);
    ans_rest_free(c->rest);
    ans_rest_options r = {.store = c->store, .search = c->search, .orgs = c->orgs, .gate = c->gate, .defs = defs, .threads = 1, .version = "test"};
    assert_int_equal(ans_rest_new(&c->cx, &r, &c->rest), ANS_OK);
    return defs;
}

/* Copied out: the next question empties the arena. */
static char *validated(country *c, const char *as, const char *person)
{
    const char *body = text(c, "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"x\"},\"meta\":{\"profile\":[\"" URL "\"]},"
                               "\"subject\":{\"reference\":\"Patient/%s\"}}", person);
    assert_int_equal(ask(c, as, "POST Observation/$validate", body), 200);
    char *copy = calloc(1, c->got.body.n + 1);
    assert_non_null(copy);
    memcpy(copy, c->got.body.p, c->got.body.n);
    return copy;
}

static void validate_sees_what_the_caller_sees(void **state)
{
    country *c = *state;
    ans_defs *defs = open_with_definitions(c);
    char *seen = validated(c, "doctor", "p1"), *hidden = validated(c, "doctor-f2", "p1"), *absent = validated(c, "doctor-f2", "not-there");
    assert_null(strstr(seen, "the subject has a name"));
    assert_non_null(strstr(absent, "the subject has a name"));
    assert_string_equal(hidden, absent);
    free(seen);
    free(hidden);
    free(absent);
    assert_int_equal(ask(c, "doctor", "GET Patient/p1/$validate", NULL), 200);
    assert_int_equal(ask(c, "doctor-f2", "GET Patient/p1/$validate", NULL), 404);
    assert_int_equal(ask(c, "doctor-f2", "GET Patient/not-there/$validate", NULL), 404);
    assert_int_equal(ask(c, "nobody", "POST Patient/$validate", "{\"resourceType\":\"Patient\"}"), 403);
    ans_rest_free(c->rest);
    ans_rest_options r = {.store = c->store, .search = c->search, .orgs = c->orgs, .gate = c->gate, .threads = 1, .version = "test"};
    assert_int_equal(ans_rest_new(&c->cx, &r, &c->rest), ANS_OK);
    ans_defs_stop(defs);
    ans_defs_free(defs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(validate_sees_what_the_caller_sees, open_country, close_country)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
