/* Transactions: all or nothing, references rewritten, conditions met, overlaps refused; batches: each for itself. */
#include "unit/rest/fixture.h"

#define BUNDLE(entries) "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[" entries "]}"
#define BATCH(entries) "{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":[" entries "]}"
#define PUT(id) "{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"" id "\"},\"request\":{\"method\":\"PUT\",\"url\":\"Patient/" id "\"}}"
#define URN "urn:uuid:11111111-1111-1111-1111-111111111111"
#define URN2 "urn:uuid:22222222-2222-2222-2222-222222222222"

static bool is_there(fixture *f, const char *url)
{
    return strcmp(call(f, ans_arena_fmt(f->cx.arena, "GET %s", url).p, NULL, NULL), "200 OK") == 0;
}

static void all_or_nothing(void **state)
{
    fixture f;
    (void)state;
    fixture_open(&f);
    SAME(apply(&f, BUNDLE(PUT("a") "," PUT("b"))), "200");
    SAME(look(&f, "type"), "transaction-response");
    SAME(look(&f, "entry.0.response.status"), "201 Created");
    SAME(look(&f, "entry.1.response.location"), "Patient/b/_history/1");
    SAME(apply(&f, BUNDLE(PUT("c") ",{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"d\"},\"request\":{\"method\":\"PUT\",\"url\":\"Patient/e\"}}")), "!INVALID");
    assert_false(is_there(&f, "Patient/c"));
    SAME(apply(&f, BUNDLE(PUT("c") ",{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"a\",\"active\":true},\"request\":{\"method\":\"PUT\",\"url\":\"Patient/a\",\"ifMatch\":\"W/\\\"7\\\"\"}}")), "!PRECOND");
    assert_non_null(f.cx.last_);
    assert_false(is_there(&f, "Patient/c"));
    SAME(apply(&f, BUNDLE(PUT("c") ",{\"request\":{\"method\":\"DELETE\",\"url\":\"Patient/a\",\"ifMatch\":\"W/\\\"1\\\"\"}}")), "200");
    SAME(look(&f, "entry.1.response.status"), "204 No Content");
    assert_true(is_there(&f, "Patient/c"));
    assert_false(is_there(&f, "Patient/a"));
    SAME(apply(&f, BUNDLE("")), "200");
    SAME(apply(&f, "{\"resourceType\":\"Bundle\",\"type\":\"transaction\"}"), "200");
    fixture_close(&f);
}

static void overlaps(void **state)
{
    static const char *const entries[] = {
        PUT("a") "," PUT("a"),
        PUT("a") ",{\"request\":{\"method\":\"DELETE\",\"url\":\"Patient/a\"}}",
        PUT("one") ",{\"resource\":{\"resourceType\":\"Patient\",\"identifier\":[{\"value\":\"1\"}]},\"request\":{\"method\":\"PUT\",\"url\":\"Patient?identifier=1\"}}",
        "{\"request\":{\"method\":\"DELETE\",\"url\":\"Patient?identifier=1\"}},{\"request\":{\"method\":\"DELETE\",\"url\":\"Patient/one\"}}",
    };
    fixture f;
    (void)state;
    fixture_open(&f);
    SAME(call(&f, "PUT Patient/one", "{\"resourceType\":\"Patient\",\"id\":\"one\",\"identifier\":[{\"value\":\"1\"}]}", NULL), "201 Created");
    for (size_t i = 0; i < COUNT(entries); i++) {
        SAME(apply(&f, ans_arena_fmt(f.cx.arena, BUNDLE("%s"), entries[i]).p), "!INVALID");
        assert_true(is_there(&f, "Patient/one/_history/1"));
        assert_false(is_there(&f, "Patient/one/_history/2"));
    }
    fixture_close(&f);
}

#define OBSERVATION(more) "{\"fullUrl\":\"" URN2 "\",\"resource\":{\"resourceType\":\"Observation\",\"status\":\"final\"" more "},\"request\":{\"method\":\"POST\",\"url\":\"Observation\"}}"
#define NEW_PATIENT "{\"fullUrl\":\"" URN "\",\"resource\":{\"resourceType\":\"Patient\",\"link\":[{\"other\":{\"reference\":\"" URN "\"}}]},\"request\":{\"method\":\"POST\",\"url\":\"Patient\"}}"

static void references(void **state)
{
    fixture f;
    (void)state;
    fixture_open(&f);
    /* the referring one first: order does not matter */
    SAME(apply(&f, BUNDLE(OBSERVATION(",\"subject\":{\"reference\":\"" URN "\",\"identifier\":{\"system\":\"" URN "\",\"value\":\"" URN "\"}},"
                                      "\"note\":[{\"text\":\"" URN "\"}],\"focus\":[{\"reference\":\"urn:uuid:33333333-3333-3333-3333-333333333333\"}],"
                                      "\"contained\":[{\"resourceType\":\"Patient\",\"id\":\"p\",\"managingOrganization\":{\"reference\":\"" URN "\"}}],"
                                      "\"extension\":[{\"url\":\"http://x\",\"valueReference\":{\"reference\":\"" URN "\"}},{\"url\":\"http://y\",\"valueString\":\"" URN "\"},"
                                      "{\"url\":\"http://z\",\"valueUri\":\"" URN "\"}]") "," NEW_PATIENT)),
         "200");
    ans_str location = ans_str_of(look(&f, "entry.1.response.location")), id;
    (void)ans_str_cut(&location, '/', &id);
    (void)ans_str_cut(&location, '/', &id);
    const char *patient = ans_arena_fmt(f.cx.arena, "Patient/%.*s", ANS_FMT(id)).p;
    SAME(call(&f, "GET Observation?", NULL, NULL), "200 OK");
    SAME(look(&f, "entry.0.resource.entry.0.resource.subject.reference"), patient);
    SAME(look(&f, "entry.0.resource.entry.0.resource.subject.identifier.system"), patient); /* a uri */
    SAME(look(&f, "entry.0.resource.entry.0.resource.subject.identifier.value"), URN);      /* a string */
    SAME(look(&f, "entry.0.resource.entry.0.resource.note.0.text"), URN);
    SAME(look(&f, "entry.0.resource.entry.0.resource.focus.0.reference"), "urn:uuid:33333333-3333-3333-3333-333333333333");
    SAME(look(&f, "entry.0.resource.entry.0.resource.contained.0.managingOrganization.reference"), patient);
    SAME(look(&f, "entry.0.resource.entry.0.resource.extension.0.valueReference.reference"), patient);
    SAME(look(&f, "entry.0.resource.entry.0.resource.extension.1.valueString"), URN);
    SAME(look(&f, "entry.0.resource.entry.0.resource.extension.2.valueUri"), patient);
    SAME(call(&f, "GET Patient?", NULL, NULL), "200 OK");
    SAME(look(&f, "entry.0.resource.entry.0.resource.link.0.other.reference"), patient); /* itself */
    fixture_close(&f);
}

/* Within a Bundle `Patient/1` means the entry whose fullUrl is that beside the referring entry's own (bundle.html#references). */
static void relative_references(void **state)
{
    fixture f;
    (void)state;
    fixture_open(&f);
    SAME(apply(&f, BUNDLE("{\"fullUrl\":\"http://old.example/fhir/Observation/7\",\"resource\":{\"resourceType\":\"Observation\",\"status\":\"final\","
                          "\"subject\":{\"reference\":\"Patient/1\"},\"focus\":[{\"reference\":\"http://old.example/fhir/Patient/1\"},"
                          "{\"reference\":\"Patient/2\"}]},\"request\":{\"method\":\"POST\",\"url\":\"Observation\"}},"
                          "{\"fullUrl\":\"http://old.example/fhir/Patient/1\",\"resource\":{\"resourceType\":\"Patient\"},\"request\":{\"method\":\"POST\",\"url\":\"Patient\"}}")),
         "200");
    ans_str location = ans_str_of(look(&f, "entry.1.response.location"));
    location.n = (size_t)ans_str_search(location, ANS_STR("/_history"));
    SAME(call(&f, "GET Observation?", NULL, NULL), "200 OK");
    assert_true(ans_str_is(location, look(&f, "entry.0.resource.entry.0.resource.subject.reference")));
    assert_true(ans_str_is(location, look(&f, "entry.0.resource.entry.0.resource.focus.0.reference")));
    SAME(look(&f, "entry.0.resource.entry.0.resource.focus.1.reference"), "Patient/2"); /* not in the Bundle */
    fixture_close(&f);
}

static void conditional_references(void **state)
{
    fixture f;
    (void)state;
    fixture_open(&f);
    SAME(call(&f, "PUT Patient/one", "{\"resourceType\":\"Patient\",\"id\":\"one\",\"identifier\":[{\"value\":\"1\"}]}", NULL), "201 Created");
    SAME(apply(&f, BUNDLE(OBSERVATION(",\"subject\":{\"reference\":\"Patient?identifier=1\"},\"focus\":[{\"reference\":\"Patient?identifier=1\"}]"))), "200");
    SAME(call(&f, "GET Observation?subject=Patient/one", NULL, NULL), "200 OK");
    SAME(look(&f, "entry.0.resource.total"), "1");
    SAME(look(&f, "entry.0.resource.entry.0.resource.focus.0.reference"), "Patient/one");
    SAME(apply(&f, BUNDLE(OBSERVATION(",\"subject\":{\"reference\":\"Patient?identifier=2\"}"))), "!PRECOND");
    SAME(call(&f, "PUT Patient/two", "{\"resourceType\":\"Patient\",\"id\":\"two\",\"identifier\":[{\"value\":\"1\"}]}", NULL), "201 Created");
    SAME(apply(&f, BUNDLE(OBSERVATION(",\"subject\":{\"reference\":\"Patient?identifier=1\"}"))), "!MULTI");
    SAME(apply(&f, BUNDLE(OBSERVATION(",\"subject\":{\"reference\":\"Patient?nothing=1\"}"))), "!UNSUPPORTED");
    SAME(apply(&f, BUNDLE(OBSERVATION(",\"subject\":{\"reference\":\"Patient?_count=1\"}"))), "!PRECOND");
    fixture_close(&f);
}

#define CREATE_IF_NONE(urn, number) "{\"fullUrl\":\"" urn "\",\"resource\":{\"resourceType\":\"Patient\",\"identifier\":[{\"value\":\"" number "\"}]},\"request\":{\"method\":\"POST\",\"url\":\"Patient\",\"ifNoneExist\":\"identifier=" number "\"}}"

static void conditional_entries(void **state)
{
    fixture f;
    (void)state;
    fixture_open(&f);
    SAME(apply(&f, BUNDLE(CREATE_IF_NONE(URN, "1"))), "200");
    SAME(look(&f, "entry.0.response.status"), "201 Created");
    SAME(apply(&f, BUNDLE(CREATE_IF_NONE(URN, "1") "," OBSERVATION(",\"subject\":{\"reference\":\"" URN "\"}"))), "200");
    SAME(look(&f, "entry.0.response.status"), "200 OK");
    const char *met = look(&f, "entry.0.response.location");
    SAME(call(&f, "GET Observation?", NULL, NULL), "200 OK");
    assert_int_equal(strncmp(met, look(&f, "entry.0.resource.entry.0.resource.subject.reference"), strlen(look(&f, "entry.0.resource.entry.0.resource.subject.reference"))), 0);
    /* the same condition twice in one Bundle: one is made, and both entries mean it */
    SAME(apply(&f, BUNDLE(CREATE_IF_NONE(URN, "5") "," CREATE_IF_NONE(URN2, "5"))), "200");
    SAME(call(&f, "GET Patient?identifier=5", NULL, NULL), "200 OK");
    SAME(look(&f, "entry.0.resource.total"), "1");
    SAME(apply(&f, BUNDLE("{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"n\"},\"request\":{\"method\":\"PUT\",\"url\":\"Patient/n\",\"ifMatch\":\"*\"}}")), "!PRECOND");
    SAME(apply(&f, BUNDLE("{\"resource\":{\"resourceType\":\"Patient\",\"identifier\":[{\"value\":\"9\"}]},\"request\":{\"method\":\"PUT\",\"url\":\"Patient?identifier=9\"}}")), "200");
    SAME(look(&f, "entry.0.response.status"), "201 Created");
    SAME(apply(&f, BUNDLE("{\"request\":{\"method\":\"DELETE\",\"url\":\"Patient?identifier=9\"}}")), "200");
    SAME(look(&f, "entry.0.response.status"), "204 No Content");
    SAME(apply(&f, BUNDLE("{\"request\":{\"method\":\"DELETE\",\"url\":\"Patient?_format=json\"}}")), "!PRECOND");
    SAME(apply(&f, BUNDLE("{\"request\":{\"method\":\"DELETE\",\"url\":\"Patient?identifier=none\"}}")), "200");
    fixture_close(&f);
}

#define PUT_AS(id, number) "{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"" id "\",\"identifier\":[{\"value\":\"" number "\"}]},\"request\":{\"method\":\"PUT\",\"url\":\"Patient/" id "\"}}"
#define DELETE(id) "{\"request\":{\"method\":\"DELETE\",\"url\":\"Patient/" id "\"}}"

/* Several meet a condition, and how many are left when the deletions are done decides. */
static void deletions_come_first(void **state)
{
    fixture f;
    (void)state;
    fixture_open(&f);
    SAME(apply(&f, BUNDLE(PUT_AS("a", "7") "," PUT_AS("b", "7") "," PUT_AS("c", "7"))), "200");
    SAME(apply(&f, BUNDLE(CREATE_IF_NONE(URN, "7") "," DELETE("a"))), "!MULTI");
    SAME(apply(&f, BUNDLE(CREATE_IF_NONE(URN, "7") "," DELETE("a") "," DELETE("b"))), "200");
    SAME(look(&f, "entry.0.response.location"), "Patient/c/_history/1");
    SAME(apply(&f, BUNDLE(OBSERVATION(",\"subject\":{\"reference\":\"Patient?identifier=7\"}") "," DELETE("c") "," PUT_AS("d", "7"))), "200");
    SAME(call(&f, "GET Observation?subject=Patient/d", NULL, NULL), "200 OK");
    SAME(look(&f, "entry.0.resource.total"), "1");
    /* what is there still meets it, and another is made: two; a chain is asked of the record alone */
    SAME(apply(&f, BUNDLE(OBSERVATION(",\"subject\":{\"reference\":\"Patient?identifier=7\"}") "," PUT_AS("e", "7"))), "!MULTI");
    SAME(apply(&f, BUNDLE(OBSERVATION(",\"subject\":{\"reference\":\"Patient?general-practitioner:Practitioner.active=true\"}") "," PUT_AS("e", "7"))), "!PRECOND");
    SAME(apply(&f, BUNDLE(OBSERVATION(",\"subject\":{\"reference\":\"Patient?nothing=7\"}") "," PUT_AS("e", "7"))), "!UNSUPPORTED");
    /* the condition of a deletion is about what is there before it, also when it is proved */
    SAME(apply(&f, BUNDLE("{\"request\":{\"method\":\"DELETE\",\"url\":\"Patient?identifier=7\"}}," CREATE_IF_NONE(URN, "7"))), "200");
    SAME(look(&f, "entry.0.response.status"), "204 No Content");
    SAME(look(&f, "entry.1.response.status"), "201 Created");
    fixture_close(&f);
}

/* Many of one Bundle that ask for each other by the same parameter: each meets its own, also where it is written with signs escaped or
 * stands twice, and what two meet is refused. */
static void many_conditions(void **state)
{
    enum { MANY = 300 };
    fixture f;
    ans_buf b;
    ans_str text;
    (void)state;
    fixture_open(&f);
    for (int twice = 1; twice >= 0; twice--) { /* what is refused leaves nothing behind */
        ans_buf_init_arena(&b, f.cx.arena, (size_t)1 << 20);
        for (int i = 0; i < MANY; i++) {
            ans_buf_add(&b, ans_arena_fmt(f.cx.arena, "%s{\"resource\":{\"resourceType\":\"Patient\",\"gender\":\"%s\",\"identifier\":[{\"system\":\"urn:x\",\"value\":\"%sp%d\"}%s]},"
                                          "\"request\":{\"method\":\"POST\",\"url\":\"Patient\"}}", i ? "," : "", i % 2 ? "male" : "female", i == 7 ? "\\u0061" : "a",
                                          i, i == 9 ? ",{\"value\":\"ap9\"}" : twice && i == 10 ? ",{\"value\":\"ap14\"}" : ""));
            ans_buf_add(&b, ans_arena_fmt(f.cx.arena, ",{\"resource\":{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"x\"},\"device\":{\"display\":\"d%d\"},"
                                          "\"identifier\":[{\"value\":\"o%d\"}],\"subject\":{\"reference\":\"Patient?gender=%s&identifier=%sap%d\"}},\"request\":{\"method\":\"PUT\",\"url\":\"Observation?identifier=o%d\"}}",
                                          i, i, i % 2 ? "male" : "female", i % 3 ? "" : i == 9 ? "" : "urn:x|", i, i));
        }
        assert_int_equal(ans_buf_finish(&b, &text), ANS_OK);
        SAME(apply(&f, ans_arena_fmt(f.cx.arena, BUNDLE("%.*s"), ANS_FMT(text)).p), twice ? "!MULTI" : "200");
    }
    for (int i = 0; i < MANY; i += 7) {
        SAME(call(&f, ans_arena_fmt(f.cx.arena, "GET Observation?identifier=o%d&subject.identifier=ap%d", i, i).p, NULL, NULL), "200 OK");
        SAME(look(&f, "entry.0.resource.total"), "1");
    }
    fixture_close(&f);
}

static void reads_come_last(void **state)
{
    fixture f;
    (void)state;
    fixture_open(&f);
    SAME(apply(&f, BUNDLE("{\"request\":{\"method\":\"GET\",\"url\":\"Patient/a\"}}," PUT("a") ",{\"request\":{\"method\":\"GET\",\"url\":\"Patient?_id=a\"}},"
                          "{\"request\":{\"method\":\"GET\",\"url\":\"Patient/none\"}},{\"request\":{\"method\":\"GET\",\"url\":\"Patient/a\",\"ifNoneMatch\":\"W/\\\"1\\\"\"}}")),
         "200");
    SAME(look(&f, "entry.0.response.status"), "200 OK");
    SAME(look(&f, "entry.0.resource.id"), "a");
    SAME(look(&f, "entry.2.resource.total"), "1");
    SAME(look(&f, "entry.3.response.status"), "404 Not Found");
    SAME(look(&f, "entry.4.response.status"), "304 Not Modified");
    SAME(apply(&f, BUNDLE("{\"request\":{\"method\":\"GET\",\"url\":\"Patient/a\"}}")), "200");
    SAME(look(&f, "entry.0.response.status"), "200 OK");
    fixture_close(&f);
}

static void batches(void **state)
{
    fixture f;
    (void)state;
    fixture_open(&f);
    SAME(apply(&f, BATCH(PUT("a") ",{\"request\":{\"method\":\"GET\",\"url\":\"Patient/a\"}},{\"request\":{\"method\":\"GET\",\"url\":\"Patient/b\"}},"
                         "{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"x\"},\"request\":{\"method\":\"PUT\",\"url\":\"Patient/y\"}}," PUT("a") ","
                         "{\"request\":{\"method\":\"POST\",\"url\":\"\"},\"resource\":{\"resourceType\":\"Bundle\",\"type\":\"batch\"}}")),
         "200");
    SAME(look(&f, "type"), "batch-response");
    SAME(look(&f, "entry.0.response.status"), "201 Created");
    SAME(look(&f, "entry.1.response.status"), "200 OK");
    SAME(look(&f, "entry.2.response.status"), "404 Not Found");
    SAME(look(&f, "entry.3.response.status"), "400");
    SAME(look(&f, "entry.4.response.status"), "200 OK");
    SAME(look(&f, "entry.5.response.status"), "400");
    fixture_close(&f);
}

static void collections_and_lone_resources(void **state)
{
    fixture f;
    (void)state;
    fixture_open(&f);
    SAME(apply(&f, "{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"a\"}},"
                   "{\"resource\":{\"resourceType\":\"Group\",\"id\":\"a\"}}]}"),
         "200");
    assert_true(is_there(&f, "Group/a"));
    SAME(apply(&f, "{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[{\"resource\":{\"resourceType\":\"Patient\"}}]}"), "!VALUE");
    SAME(apply(&f, "{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[{}]}"), "!INVALID");
    SAME(apply(&f, "{\"resourceType\":\"Patient\",\"id\":\"lone\"}"), "200");
    assert_true(is_there(&f, "Patient/lone"));
    SAME(apply(&f, "{\"resourceType\":\"Patient\"}"), "!VALUE");
    SAME(apply(&f, "{\"resourceType\":\"Bundle\",\"id\":\"x\"}"), "200"); /* of no type and without entries: nothing to do */
    fixture_close(&f);
}

static void refused(void **state)
{
    static const struct {
        const char *entry, *error;
    } rows[] = {
        {"7", "!INVALID"},
        {"{}", "!INVALID"},
        {"{\"request\":{}}", "!INVALID"},
        {"{\"request\":{\"method\":\"GET\"}}", "!INVALID"},
        {"{\"request\":{\"method\":\"GET\",\"url\":7}}", "!INVALID"},
        {"{\"request\":{\"method\":\"BREW\",\"url\":\"Patient\"}}", "!METHOD"},
        {"{\"request\":{\"method\":\"POST\",\"url\":\"Patient\"}}", "!INVALID"},
        {"{\"request\":{\"method\":\"POST\",\"url\":\"Patient\"},\"resource\":7}", "!INVALID"},
        {"{\"request\":{\"method\":\"POST\",\"url\":\"Patient\"},\"resource\":{\"resourceType\":\"Group\"}}", "!INVALID"},
        {"{\"request\":{\"method\":\"POST\",\"url\":\"Nothing\"},\"resource\":{\"resourceType\":\"Nothing\"}}", "!NOTFOUND"},
        {"{\"request\":{\"method\":\"GET\",\"url\":\"metadata\"}}", "!UNSUPPORTED"},
        {"{\"request\":{\"method\":\"POST\",\"url\":\"/\"},\"resource\":{\"resourceType\":\"Bundle\",\"type\":\"batch\"}}", "!UNSUPPORTED"},
        {"{\"fullUrl\":\"" URN "\",\"resource\":{\"resourceType\":\"Patient\"},\"request\":{\"method\":\"POST\",\"url\":\"Patient\"}},"
         "{\"fullUrl\":\"" URN "\",\"resource\":{\"resourceType\":\"Group\"},\"request\":{\"method\":\"POST\",\"url\":\"Group\"}}",
         "!INVALID"},
    };
    fixture f;
    (void)state;
    fixture_open(&f);
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *got = apply(&f, ans_arena_fmt(f.cx.arena, BUNDLE("%s"), rows[i].entry).p);
        if (strcmp(got, rows[i].error) != 0) {
            fail_msg("%s: %s", rows[i].entry, got);
        }
        assert_non_null(f.cx.issues);
    }
    SAME(apply(&f, ""), "!SYNTAX");
    SAME(apply(&f, "[]"), "!INVALID");
    SAME(apply(&f, "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":7}"), "!INVALID");
    SAME(apply(&f, "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":{\"a\":{}}}"), "!INVALID");
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_or_nothing),         cmocka_unit_test(overlaps),
        cmocka_unit_test(references),             cmocka_unit_test(relative_references),
        cmocka_unit_test(conditional_references), cmocka_unit_test(conditional_entries), cmocka_unit_test(many_conditions),
        cmocka_unit_test(deletions_come_first),   cmocka_unit_test(reads_come_last),
        cmocka_unit_test(batches),
        cmocka_unit_test(collections_and_lone_resources), cmocka_unit_test(refused),
    };
    ans_log_quiet(true);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
