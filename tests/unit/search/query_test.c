/* Reading queries: escapes, modifiers, chains, result parameters, and what is refused with which error. */
#include "unit/search/fixture.h"

static void put_people(fixture *f)
{
    put(f, "{\"resourceType\":\"Organization\",\"id\":\"org\",\"name\":\"Trung tâm\",\"identifier\":[{\"value\":\"O1\"}]}");
    put(f, "{\"resourceType\":\"Patient\",\"id\":\"a\",\"name\":[{\"family\":\"Nguyễn\",\"given\":[\"An\"]}],\"gender\":\"male\","
           "\"identifier\":[{\"system\":\"http://s\",\"value\":\"x,y\"}],\"managingOrganization\":{\"reference\":\"Organization/org\"}}");
    put(f, "{\"resourceType\":\"Patient\",\"id\":\"b\",\"name\":[{\"family\":\"Trần\",\"given\":[\"Bình\"]}],\"gender\":\"female\","
           "\"identifier\":[{\"system\":\"http://s\",\"value\":\"x$y|z\\\\\"}]}");
    put(f, "{\"resourceType\":\"Observation\",\"id\":\"o1\",\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"8480-6\"}]},"
           "\"subject\":{\"reference\":\"Patient/a\"},\"valueQuantity\":{\"value\":120}}");
    put(f, "{\"resourceType\":\"Observation\",\"id\":\"o2\",\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"8462-4\"}]},"
           "\"subject\":{\"reference\":\"Patient/b\"},\"valueQuantity\":{\"value\":80}}");
}

static void understood(void **state)
{
    fixture f;
    static const row rows[] = {
        {"Patient?", "a b"},
        {"Patient?&&", "a b"},
        {"Patient?=x", "a b"},
        {"Patient?gender=male&gender=female", "-"},
        {"Patient?gender=male,female", "a b"},
        {"Patient?gender=mal%65", "a"},
        {"Patient?%67ender=male", "a"},
        {"Patient?identifier=x%5C,y", "a"},
        {"Patient?identifier=x%5c%2Cy", "a"},
        {"Patient?identifier=x,y", "-"},
        {"Patient?identifier=http://s%7Cx%5C$y%5C%7Cz%5C%5C", "b"},
        {"Patient?identifier=http%3A%2F%2Fs%7Cx%5C%24y%5C%7Cz%5C%5C", "b"},
        {"Patient?name=nguyen+an", "a"},
        {"Patient?name:exact=An", "a"},
        {"Patient?name:exact=an", "-"},
        {"Patient?name:contains=guy", "a"},
        {"Patient?organization.name=trung", "a"},
        {"Patient?organization:Organization.name=trung", "a"},
        {"Patient?organization:Organization._id=org", "a"},
        {"Patient?organization._id=org,x", "a"},
        {"Observation?subject:Patient.organization.identifier=O1", "o1"},
        {"Observation?subject.name=binh", "o2"},
        {"Observation?patient.gender:not=male", "o2"},
        {"Observation?patient.organization:missing=true", "o2"},
        {"Patient?_has:Observation:patient:code=8480-6", "a"},
        {"Patient?_has:Observation:subject:code:not=8480-6", "b"},
        {"Patient?_has:Observation:patient:code=8480-6,8462-4", "a b"},
        {"Organization?_has:Patient:organization:_has:Observation:patient:code=8480-6", "org"},
        {"Observation?code-value-quantity=8480-6$gt100", "o1"},
        {"Observation?code-value-quantity=http://loinc.org%7C8480-6$lt100", "-"},
        {"Patient?_count=1", "a"},
        {"Patient?_count=5000", "a b"},
        {"Patient?_count=0", "-"},
        {"Patient?_summary=count", "-"},
        {"Patient?_total=accurate&_format=json&_pretty=true&_elements=name", "a b"},
        {"Patient?_sort=-name", "b a"},
        {"Patient?_sort=-_id", "b a"},
        {"Patient?_sort=", "a b"},
        {"Patient?_sort=-name&_sort=", "b a"},
        {"Patient?_sort=gender,-name&_sort=_id,birthdate", "b a"},
        {"Observation?_include=Observation:subject", "o1 o2 | a b"},
        {"Observation?_include=Observation:subject:Group", "o1 o2"},
        {"Observation?code=8480-6&_include=*&_include:iterate=Patient:organization", "o1 | a org"},
        {"Patient?gender=male&_revinclude=Observation:patient", "a | o1"},
        {"Patient?gender=male&_revinclude=Observation:*&_include=Patient:*", "a | o1 org"},
    };
    (void)state;
    fixture_open(&f);
    put_people(&f);
    check_rows(&f, rows, COUNT(rows));
    fixture_close(&f);
}

/* Patients with codes or dates are walks of their own, and sorted by the dates in their rows; a span of time by its beginning. */
static void at_a_bedside(void **state)
{
    fixture f;
    static const row rows[] = {
        {"Observation?patient=a,b,nobody&code=x", "late early other"},
        {"Observation?patient=a,b&code=x&_sort=date", "late early other"},
        {"Observation?patient=a,b&code=x&_sort=-date", "other early late"},
        {"Observation?patient=a,b&date=ge2022", "late other"},
        {"Observation?patient=a,b&date=ge2022&_sort=date", "late other"},
        {"Observation?patient=a,b&date=ge2022&_sort=-date", "other late"},
        {"Observation?patient=a,b&date=ge2020&date=lt2023&_sort=-date", "early late"},
        {"Observation?patient=a&date=lt2023&_sort=-date,_id", "early late"},
        {"Observation?patient=nobody,none&code=x", "-"},
        {"Observation?patient=a,b&code=x,y&_sort=date", "late early other undated"},
        {"Observation?patient=a,b&_lastUpdated=ge2000&_sort=-date", "other early late undated"},
        {"Observation?patient=a,b&code=x&_lastUpdated=lt2000", "-"},
    };
    (void)state;
    fixture_open(&f);
    put_people(&f);
    take_away(&f, "Observation", "o1");
    take_away(&f, "Observation", "o2");
    put(&f, "{\"resourceType\":\"Observation\",\"id\":\"late\",\"code\":{\"coding\":[{\"code\":\"x\"}]},\"subject\":{\"reference\":\"Patient/a\"},"
            "\"effectiveTiming\":{\"event\":[\"2020-01-01\",\"2024-01-01\"]}}");
    put(&f, "{\"resourceType\":\"Observation\",\"id\":\"early\",\"code\":{\"coding\":[{\"code\":\"x\"}]},\"subject\":{\"reference\":\"Patient/a\"},"
            "\"effectiveDateTime\":\"2021-01-01\"}");
    put(&f, "{\"resourceType\":\"Observation\",\"id\":\"other\",\"code\":{\"coding\":[{\"code\":\"x\"}]},\"subject\":{\"reference\":\"Patient/b\"},"
            "\"effectiveDateTime\":\"2023-01-01\"}");
    put(&f, "{\"resourceType\":\"Observation\",\"id\":\"undated\",\"code\":{\"coding\":[{\"code\":\"y\"}]},\"subject\":{\"reference\":\"Patient/b\"}}");
    check_rows(&f, rows, COUNT(rows));
    fixture_close(&f);
}

static void refused(void **state)
{
    fixture f;
    static const row rows[] = {
        {"Patient?name=%", "!SYNTAX"},
        {"Patient?name=%4", "!SYNTAX"},
        {"Patient?name=%zz", "!SYNTAX"},
        {"Patient?name=%00", "!SYNTAX"},
        {"Patient?name=%FF", "!SYNTAX"},
        {"Patient?na%C3me=x", "!SYNTAX"},
        {"Patient?gender=", "!VALUE"},
        {"Patient?gender", "!VALUE"},
        {"Patient?gender=male,", "!VALUE"},
        {"Patient?name=%20", "!VALUE"},
        {"Patient?name=%CC%81", "!VALUE"},
        {"Patient?birthdate=soon", "!VALUE"},
        {"Patient?birthdate=2026-13", "!VALUE"},
        {"Patient?birthdate:exact=2026", "!VALUE"},
        {"Patient?name:not=x", "!VALUE"},
        {"Patient?gender:missing=1", "!VALUE"},
        {"Patient?gender.x=1", "!VALUE"},
        {"Patient?nothing=1", "!UNSUPPORTED"},
        {"Patient?organization.nothing=1", "!UNSUPPORTED"},
        {"Patient?_has=1", "!UNSUPPORTED"},
        {"Patient?_has:Observation=1", "!VALUE"},
        {"Patient?_has:Observation:code:code=1", "!VALUE"},
        {"Patient?_has:Patient:organization:name=1", "!VALUE"},
        {"Patient?_has:Observation:patient:nothing=1", "!UNSUPPORTED"},
        {"Observation?code-value-quantity=8480-6", "!VALUE"},
        {"Observation?code-value-quantity=8480-6$1$2", "!VALUE"},
        {"Observation?value-quantity=abc%7C%7Cmg", "!VALUE"},
        {"Patient?_count=many", "!VALUE"},
        {"Patient?_count=-1", "!VALUE"},
        {"Patient?_count=99999999999999999999", "!VALUE"},
        {"Patient?_total=some", "!VALUE"},
        {"Patient?_sort=nothing", "!VALUE"},
        {"Patient?_sort=name,,gender", "!VALUE"},
        {"Observation?_sort=code-value-quantity", "!VALUE"},
        {"Patient?_include=Nobody:x", "!VALUE"},
        {"Patient?_include=Patient:name", "!VALUE"},
        {"Patient?_include=Patient:organization:Nobody", "!VALUE"},
        {"Patient?_include:twice=Patient:organization", "!VALUE"},
        {"Patient?_revinclude=*", "!VALUE"},
        {"Patient?_sort=name,gender,birthdate,name,gender,birthdate,name,gender,birthdate", "!COSTLY"},
    };
    (void)state;
    fixture_open(&f);
    put_people(&f);
    check_rows(&f, rows, COUNT(rows));
    ans_search_request lenient = {.strict = false};
    assert_true(ans_str_is(ask_as(&f, "Patient?nothing=1&gender=male", lenient), "a"));
    assert_non_null(f.cx.issues); /* a warning */
    assert_true(ans_str_is(f.last.self, "gender=male"));
    fixture_close(&f);
}

/* One parameter text repeated with a joint between. */
static const char *repeated(fixture *f, const char *start, const char *one, const char *joint, uint32_t count, const char *end)
{
    ans_buf b;
    ans_str out;
    ans_buf_init_arena(&b, f->cx.arena, (size_t)16 << 20);
    ans_buf_fmt(&b, "%s", start);
    for (uint32_t i = 0; i < count; i++) {
        ans_buf_fmt(&b, "%s%s", i ? joint : "", one);
    }
    ans_buf_fmt(&b, "%s", end);
    assert_int_equal(ans_buf_finish(&b, &out), ANS_OK);
    return ans_arena_dup(f->cx.arena, out).p;
}

/* Much is answered or refused before it costs anything. */
static void much(void **state)
{
    fixture f;
    (void)state;
    fixture_open(&f);
    put_people(&f);
    assert_true(ans_str_is(ask(&f, repeated(&f, "Patient?", "gender=male", "&", 200, "")), "a"));
    assert_true(ans_str_is(ask(&f, repeated(&f, "Patient?", "gender=male", "&", 300, "")), "!COSTLY"));
    assert_true(ans_str_is(ask(&f, repeated(&f, "Patient?gender=", "male", ",", 4000, "")), "a"));
    assert_true(ans_str_is(ask(&f, repeated(&f, "Patient?gender=", "male", ",", 5000, "")), "!COSTLY"));
    assert_true(ans_str_is(ask(&f, repeated(&f, "Observation?focus=", "a", ",", 4000, "")), "-"));
    assert_true(ans_str_is(ask(&f, repeated(&f, "Patient?name=", "n", "+", 4000, "")), "-"));
    assert_true(ans_str_is(ask(&f, repeated(&f, "Patient?name=", "n", "", 100000, "")), "-"));
    assert_true(ans_str_is(ask(&f, repeated(&f, "Patient?name:exact=", "%C3%A0", "", 50000, "")), "-"));
    assert_true(ans_str_is(ask(&f, repeated(&f, "Patient?", "link:Patient", ".", 7, ".name=nguyen")), "-"));
    assert_true(ans_str_is(ask(&f, repeated(&f, "Patient?", "link:Patient", ".", 9, ".name=nguyen")), "!COSTLY"));
    assert_true(ans_str_is(ask(&f, repeated(&f, "Patient?", "_has:Patient:link:", "", 9, "name=nguyen")), "!COSTLY"));
    int64_t start = ans_mono_us();
    assert_true(ans_str_is(ask(&f, repeated(&f, "MedicationStatement?", "part-of", ".", 7, ".performer.name=x")), "!COSTLY"));
    assert_true(ans_str_is(ask(&f, repeated(&f, "Task?", "subject", ".", 8, ".name=x")), "!VALUE")); /* any type: name one */
    assert_true(ans_mono_us() - start < 20 * 1000000);
    ans_search_request thrifty = {.strict = true, .max_cost = 3};
    assert_true(ans_str_is(ask_as(&f, "Patient?gender:not=male", thrifty), "!COSTLY"));
    fixture_close(&f);
}

/* What a conditional operation asks: the match alone, and whether anything narrows. */
static void limited(void **state)
{
    fixture f;
    ans_search_request two = {.strict = true, .limit = 2};
    (void)state;
    fixture_open(&f);
    put_people(&f);
    assert_true(ans_str_is(ask_as(&f, "Patient?gender=male&_count=0", two), "a"));
    assert_true(ans_str_is(ask_as(&f, "Patient?gender=male&_summary=count", two), "a"));
    assert_true(ans_str_is(ask_as(&f, "Patient?gender=male&_include=Patient:organization", two), "a"));
    assert_true(ans_str_is(ask_as(&f, "Patient?gender=male&_sort=name&_page=ffffffff0000", two), "a"));
    assert_int_equal(f.last.criteria, 1);
    assert_true(ans_str_is(ask_as(&f, "Patient?_format=json&_count=1", two), "a b"));
    assert_int_equal(f.last.criteria, 0);
    fixture_close(&f);
}

static void query_values(void **state)
{
    ans_cx cx = {.arena = ans_arena_new(1 << 20)};
    ans_str query = ANS_STR("a=1&_count=%35&b&_x=+%2B&_bad=%zz&_count=7");
    (void)state;
    assert_true(ans_str_is(ans_query_get(&cx, query, "_count"), "5"));
    assert_true(ans_str_is(ans_query_get(&cx, query, "_x"), " +"));
    assert_non_null(ans_query_get(&cx, query, "b").p);
    assert_int_equal(ans_query_get(&cx, query, "b").n, 0);
    assert_null(ans_query_get(&cx, query, "_bad").p);
    assert_null(ans_query_get(&cx, query, "absent").p);
    assert_null(ans_query_get(&cx, ANS_STR_NONE, "a").p);
    ans_arena_free(cx.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(understood), cmocka_unit_test(at_a_bedside), cmocka_unit_test(refused), cmocka_unit_test(much),
                                       cmocka_unit_test(limited), cmocka_unit_test(query_values)};
    ans_log_quiet(true);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
