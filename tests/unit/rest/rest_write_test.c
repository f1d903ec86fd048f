/* create, update, delete and their conditions, one interaction at a time. */
#include "unit/rest/fixture.h"

#define PATIENT(id) "{\"resourceType\":\"Patient\",\"id\":\"" id "\"}"
#define NAMED(id, name) "{\"resourceType\":\"Patient\",\"id\":\"" id "\",\"name\":[{\"family\":\"" name "\"}]}"
#define WITH_NUMBER(number) "{\"resourceType\":\"Patient\",\"identifier\":[{\"value\":\"" number "\"}]}"

static void versions(void **state)
{
    fixture f;
    (void)state;
    fixture_open(&f);
    SAME(call(&f, "PUT Patient/a", PATIENT("a"), NULL), "201 Created");
    SAME(look(&f, "entry.0.response.etag"), "W/\"1\"");
    SAME(look(&f, "entry.0.response.location"), "http://localhost/fhir/Patient/a/_history/1");
    SAME(call(&f, "PUT Patient/a", PATIENT("a"), NULL), "200 OK"); /* nothing new: the same version */
    SAME(look(&f, "entry.0.response.etag"), "W/\"1\"");
    SAME(call(&f, "PUT Patient/a", "{\"id\":\"a\",\"meta\":{\"versionId\":\"9\",\"lastUpdated\":\"2020-01-01T00:00:00Z\"},\"resourceType\":\"Patient\"}", NULL), "200 OK");
    SAME(look(&f, "entry.0.response.etag"), "W/\"1\"");
    SAME(call(&f, "PUT Patient/a", NAMED("a", "x"), NULL), "200 OK");
    SAME(look(&f, "entry.0.response.etag"), "W/\"2\"");
    SAME(call(&f, "GET Patient/a/_history/1", NULL, NULL), "200 OK");
    SAME(look(&f, "entry.0.resource.meta.versionId"), "1");
    SAME(call(&f, "DELETE Patient/a", NULL, NULL), "204 No Content");
    SAME(look(&f, "entry.0.response.etag"), "W/\"3\"");
    SAME(call(&f, "DELETE Patient/a", NULL, NULL), "204 No Content");
    SAME(look(&f, "entry.0.response.etag"), "W/\"3\"");
    SAME(call(&f, "DELETE Patient/never", NULL, NULL), "204 No Content");
    SAME(call(&f, "GET Patient/a", NULL, NULL), "410 Gone");
    SAME(call(&f, "GET Patient/a/_history/3", NULL, NULL), "410 Gone");
    SAME(call(&f, "GET Patient/a/_history/4", NULL, NULL), "404 Not Found");
    SAME(call(&f, "GET Patient/never", NULL, NULL), "404 Not Found");
    SAME(call(&f, "PUT Patient/a", PATIENT("a"), NULL), "201 Created");
    SAME(look(&f, "entry.0.response.etag"), "W/\"4\"");
    SAME(call(&f, "GET Patient/a/_history", NULL, NULL), "200 OK");
    SAME(look(&f, "entry.0.resource.total"), "4");
    SAME(look(&f, "entry.0.resource.entry.1.request.method"), "DELETE");
    SAME(look(&f, "entry.0.resource.entry.1.resource.id"), "-");
    fixture_close(&f);
}

static void if_match(void **state)
{
    fixture f;
    (void)state;
    fixture_open(&f);
    SAME(call(&f, "PUT Patient/a", PATIENT("a"), "\"ifMatch\":\"W/\\\"1\\\"\""), "412 Precondition Failed");
    SAME(call(&f, "PUT Patient/a", PATIENT("a"), "\"ifMatch\":\"*\""), "412 Precondition Failed"); /* there must be one */
    SAME(call(&f, "DELETE Patient/a", NULL, "\"ifMatch\":\"*\""), "412 Precondition Failed");
    SAME(call(&f, "GET Patient/a", NULL, NULL), "404 Not Found");
    SAME(call(&f, "PUT Patient/a", PATIENT("a"), NULL), "201 Created");
    SAME(call(&f, "PUT Patient/a", NAMED("a", "x"), "\"ifMatch\":\"W/\\\"2\\\"\""), "412 Precondition Failed");
    SAME(call(&f, "PUT Patient/a", NAMED("a", "x"), "\"ifMatch\":\"W/\\\"0\\\"\""), "412 Precondition Failed");
    SAME(call(&f, "PUT Patient/a", NAMED("a", "x"), "\"ifMatch\":\"abc\""), "412 Precondition Failed");
    SAME(call(&f, "PUT Patient/a", NAMED("a", "x"), "\"ifMatch\":\"W/\\\"4294967295\\\"\""), "412 Precondition Failed");
    SAME(call(&f, "PUT Patient/a", NAMED("a", "x"), "\"ifMatch\":\"W/\\\"1\\\"\""), "200 OK");
    SAME(call(&f, "PUT Patient/a", NAMED("a", "y"), "\"ifMatch\":\"2\""), "200 OK");
    SAME(call(&f, "PUT Patient/a", NAMED("a", "z"), "\"ifMatch\":\"*\""), "200 OK");
    SAME(call(&f, "DELETE Patient/a", NULL, "\"ifMatch\":\"W/\\\"1\\\"\""), "412 Precondition Failed");
    SAME(call(&f, "DELETE Patient/a", NULL, "\"ifMatch\":\"W/\\\"4\\\"\""), "204 No Content");
    SAME(call(&f, "PUT Patient/a", PATIENT("a"), "\"ifMatch\":\"W/\\\"5\\\"\""), "412 Precondition Failed"); /* a tombstone is no version to change */
    SAME(call(&f, "PUT Patient/b", PATIENT("b"), "\"ifNoneMatch\":\"*\""), "201 Created");
    SAME(call(&f, "PUT Patient/b", NAMED("b", "x"), "\"ifNoneMatch\":\"*\""), "412 Precondition Failed");
    fixture_close(&f);
}

static void conditional(void **state)
{
    fixture f;
    (void)state;
    fixture_open(&f);
    SAME(call(&f, "POST Patient", WITH_NUMBER("1"), "\"ifNoneExist\":\"identifier=1\""), "201 Created");
    SAME(call(&f, "POST Patient", WITH_NUMBER("1"), "\"ifNoneExist\":\"identifier=1\""), "200 OK");
    SAME(call(&f, "POST Patient", WITH_NUMBER("1"), "\"ifNoneExist\":\"?identifier=1&_count=0\""), "200 OK");
    SAME(call(&f, "POST Patient", WITH_NUMBER("1"), NULL), "201 Created");
    SAME(call(&f, "POST Patient", WITH_NUMBER("1"), "\"ifNoneExist\":\"identifier=1\""), "412 Precondition Failed");
    SAME(call(&f, "POST Patient", WITH_NUMBER("1"), "\"ifNoneExist\":\"nothing=1\""), "400");
    SAME(call(&f, "POST Patient", WITH_NUMBER("1"), "\"ifNoneExist\":\"_format=json\""), "412 Precondition Failed");
    SAME(call(&f, "DELETE Patient?identifier=1", NULL, NULL), "412 Precondition Failed");
    SAME(call(&f, "DELETE Patient?_summary=true", NULL, NULL), "412 Precondition Failed");
    SAME(call(&f, "DELETE Patient", NULL, NULL), "412 Precondition Failed");
    SAME(call(&f, "DELETE Patient?identifier=2", NULL, NULL), "204 No Content");
    SAME(call(&f, "PUT Patient?identifier=2", WITH_NUMBER("2"), NULL), "201 Created");
    SAME(call(&f, "PUT Patient?identifier=2", WITH_NUMBER("2"), NULL), "200 OK");
    SAME(look(&f, "entry.0.response.etag"), "W/\"1\"");
    SAME(call(&f, "PUT Patient?identifier=2", NAMED("other", "x"), NULL), "400"); /* the match has another id */
    SAME(call(&f, "PUT Patient?identifier=3", NAMED("three", "x"), NULL), "201 Created");
    SAME(look(&f, "entry.0.response.location"), "http://localhost/fhir/Patient/three/_history/1");
    SAME(call(&f, "PUT Patient?identifier=4", NAMED("three", "y"), NULL), "412 Precondition Failed"); /* nothing matches, and the id is taken */
    SAME(call(&f, "PUT Patient?identifier=1", WITH_NUMBER("1"), NULL), "412 Precondition Failed");
    SAME(call(&f, "DELETE Patient?identifier=2", NULL, NULL), "204 No Content");
    SAME(call(&f, "GET Patient?identifier=2", NULL, NULL), "200 OK");
    SAME(look(&f, "entry.0.resource.total"), "0");
    fixture_close(&f);
}

/* Both kinds of condition at once: what cannot hold is a 412, not a retry without end. */
static void conditions_together(void **state)
{
    fixture f;
    (void)state;
    fixture_open(&f);
    SAME(call(&f, "PUT Patient?identifier=1", WITH_NUMBER("1"), "\"ifMatch\":\"W/\\\"1\\\"\""), "412 Precondition Failed");
    SAME(call(&f, "PUT Patient?identifier=1", WITH_NUMBER("1"), "\"ifMatch\":\"*\""), "412 Precondition Failed");
    SAME(call(&f, "PUT Patient?identifier=1", WITH_NUMBER("1"), "\"ifNoneMatch\":\"*\""), "201 Created");
    SAME(call(&f, "PUT Patient?identifier=1", WITH_NUMBER("1"), "\"ifNoneMatch\":\"*\""), "412 Precondition Failed");
    SAME(call(&f, "PUT Patient?identifier=1", WITH_NUMBER("1"), "\"ifMatch\":\"W/\\\"2\\\"\""), "412 Precondition Failed");
    SAME(call(&f, "PUT Patient?identifier=1", WITH_NUMBER("1"), "\"ifMatch\":\"W/\\\"1\\\"\""), "200 OK");
    SAME(call(&f, "DELETE Patient?identifier=1", NULL, "\"ifMatch\":\"W/\\\"2\\\"\""), "412 Precondition Failed");
    SAME(call(&f, "DELETE Patient?identifier=1", NULL, "\"ifMatch\":\"W/\\\"1\\\"\""), "204 No Content");
    SAME(call(&f, "DELETE Patient?identifier=1", NULL, "\"ifMatch\":\"W/\\\"1\\\"\""), "412 Precondition Failed");
    fixture_close(&f);
}

static void refused(void **state)
{
    static const struct {
        const char *what, *body, *status;
    } rows[] = {
        {"PUT Patient/a", PATIENT("b"), "400"},
        {"PUT Patient/a", "{\"resourceType\":\"Patient\"}", "400"},
        {"PUT Patient/a", "{\"resourceType\":\"Group\",\"id\":\"a\"}", "400"},
        {"PUT Patient/a", "{\"resourceType\":\"Patient\",\"id\":7}", "400"},
        {"PUT Patient/a", "{\"resourceType\":\"Patient\",\"id\":\"a\",\"meta\":7}", "400"},
        {"PUT Patient/a", "[]", "400"},
        {"PUT Patient/a", "{}", "400"},
        {"PUT Patient/a", NULL, "400"},
        {"PUT Patient/a_b", PATIENT("a_b"), "400"},
        {"PUT Patient?identifier=1", "{\"resourceType\":\"Patient\",\"id\":\"a/b\"}", "400"},
        {"POST Patient", "{\"resourceType\":\"Nothing\"}", "400"},
        {"POST Patient", "{\"resourceType\":\"DomainResource\"}", "400"},
        {"POST Patient", "{\"resourceType\":\"HumanName\"}", "400"},
        {"POST Patient/a", PATIENT("a"), "405"},
        {"POST DomainResource", PATIENT("a"), "404 Not Found"},
        {"PATCH Patient/a", PATIENT("a"), "400"},
        {"get Patient/a", NULL, "405"},
        {"GET Patient/a/b", NULL, "404 Not Found"},
        {"GET Patient/a/_history/1/x", NULL, "404 Not Found"},
        {"GET Patient/a/_history/0", NULL, "404 Not Found"},
        {"GET Patient/a/_history/-1", NULL, "404 Not Found"},
        {"GET Patient/a/_history/99999999999999999999", NULL, "404 Not Found"},
        {"GET Patient/a/_history/4294967295", NULL, "404 Not Found"},
        {"GET Patient/never/_history", NULL, "404 Not Found"},
        {"GET Patient/$everything", NULL, "400"},
        {"GET Nobody?x=1", NULL, "404 Not Found"},
        {"GET metadata", NULL, "400"},
        {"GET Patient?birthdate=x", NULL, "400"},
        {"GET Patient?_count=x", NULL, "400"},
    };
    fixture f;
    (void)state;
    fixture_open(&f);
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *got = call(&f, rows[i].what, rows[i].body, NULL);
        if (strncmp(got, rows[i].status, 3) != 0) {
            fail_msg("%s %s: %s", rows[i].what, rows[i].body ? rows[i].body : "", got);
        }
        SAME(look(&f, "entry.0.response.outcome.resourceType"), "OperationOutcome");
        assert_true(strlen(look(&f, "entry.0.response.outcome.issue.0.diagnostics")) > 5);
        assert_true(strlen(look(&f, "entry.0.response.outcome.issue.0.expression.0")) > 1);
    }
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(versions),
        cmocka_unit_test(if_match),
        cmocka_unit_test(conditional),
        cmocka_unit_test(conditions_together),
        cmocka_unit_test(refused),
    };
    ans_log_quiet(true);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
