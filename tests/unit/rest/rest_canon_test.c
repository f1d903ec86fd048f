/* The bytes that are kept: minified, meta ours, everything else to the letter; and what is left out of answers on request. */
#include "unit/rest/fixture.h"

#include "rest/rest_int.h"

/* The kept form of a resource, "!NAME" when it is refused. */
static const char *kept(ans_cx *cx, const char *text)
{
    ans_json doc;
    ans_type type;
    ans_str out;
    ans_err err = ans_json_parse(cx, ans_arena_dup(cx->arena, ans_str_of(text)), NULL, &doc);
    err = err == ANS_OK ? canon_type(cx, &doc, 0, ANS_STR("resourceType"), &type) : err;
    err = err == ANS_OK ? canon_body(cx, &doc, 0, type, ANS_STR("a"), NULL, &out) : err;
    return err == ANS_OK ? ans_arena_dup(cx->arena, out).p : ans_arena_fmt(cx->arena, "!%s", ans_err_name(err)).p;
}

static void bytes(void **state)
{
    static const struct {
        const char *given, *kept;
    } rows[] = {
        {"{\"resourceType\":\"Patient\"}", "{\"resourceType\":\"Patient\",\"id\":\"a\",\"meta\":{}}"},
        {" { \"active\" : true , \"resourceType\" : \"Patient\" } ", "{\"resourceType\":\"Patient\",\"id\":\"a\",\"meta\":{},\"active\":true}"},
        {"{\"id\":\"other\",\"resourceType\":\"Patient\",\"meta\":{\"versionId\":\"3\",\"lastUpdated\":\"2020\",\"tag\":[ ],\"source\":\"x\"}}",
         "{\"resourceType\":\"Patient\",\"id\":\"a\",\"meta\":{\"tag\":[],\"source\":\"x\"}}"},
        {"{\"resourceType\":\"Observation\",\"valueQuantity\":{\"value\":105.00,\"x\":1e2,\"y\":-0.0,\"z\":12345678901234567890.123456789}}",
         "{\"resourceType\":\"Observation\",\"id\":\"a\",\"meta\":{},\"valueQuantity\":{\"value\":105.00,\"x\":1e2,\"y\":-0.0,\"z\":12345678901234567890.123456789}}"},
        {"{\"resourceType\":\"Patient\",\"_birthDate\":{\"extension\":[null,{}]},\"name\":[{\"family\":\"\\u0110\\\"\\\\/\"}]}",
         "{\"resourceType\":\"Patient\",\"id\":\"a\",\"meta\":{},\"_birthDate\":{\"extension\":[null,{}]},\"name\":[{\"family\":\"\\u0110\\\"\\\\/\"}]}"},
        {"{\"resourceType\":\"Patient\",\"contained\":[{\"resourceType\":\"Group\",\"id\":\"g\",\"meta\":{\"versionId\":\"1\"}}]}",
         "{\"resourceType\":\"Patient\",\"id\":\"a\",\"meta\":{},\"contained\":[{\"resourceType\":\"Group\",\"id\":\"g\",\"meta\":{\"versionId\":\"1\"}}]}"},
        {"{\"resourceType\":\"Patient\",\"meta\":null}", "!INVALID"},
        {"{\"resourceType\":\"Patient\",\"meta\":[]}", "!INVALID"},
        {"{\"resourceType\":\"Patient\",\"meta\":\"x\"}", "!INVALID"},
        {"{\"resourceType\":7}", "!INVALID"},
        {"{\"resourceType\":\"patient\"}", "!INVALID"},
        {"{}", "!INVALID"},
        {"7", "!INVALID"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        ans_cx cx = {.arena = ans_arena_new(1 << 22)};
        const char *once = kept(&cx, rows[i].given);
        SAME(once, rows[i].kept);
        if (once[0] == '{') {
            SAME(kept(&cx, once), once); /* canonical already */
        }
        ans_arena_free(cx.arena);
    }
}

/* Names written with escapes are those names all the same: no second id or meta slips in. */
static void escaped_names(void **state)
{
    static const char *const texts[] = {
        "{\"resourceType\":\"Patient\",\"\\u0069d\":\"b\",\"birthDate\":\"1950\"}",
        "{\"resourceType\":\"Patient\",\"me\\u0074a\":{\"\\u0076ersionId\":\"7\",\"source\":\"s\"},\"id\":\"b\"}",
        "{\"\\u0072esourceType\":\"Patient\",\"id\":\"b\"}",
    };
    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        ans_cx cx = {.arena = ans_arena_new(1 << 22)};
        ans_json doc;
        const char *text = kept(&cx, texts[i]);
        assert_int_equal(ans_json_parse(&cx, ans_str_of(text), NULL, &doc), ANS_OK);
        assert_true(ans_str_is(ans_json_get_string(&cx, &doc, 0, ANS_STR("id")), "a"));
        assert_int_equal(ans_json_get(&doc, ans_json_get(&doc, 0, ANS_STR("meta")), ANS_STR("versionId")), ANS_JNONE);
        SAME(kept(&cx, text), text);
        ans_arena_free(cx.arena);
    }
}

static void shown(void **state)
{
    ans_cx cx = {.arena = ans_arena_new(1 << 22)};
    ans_version v = {.vid = 7, .when_us = INT64_C(1795246860123456), .body = ans_str_of(kept(&cx, "{\"resourceType\":\"Patient\",\"active\":true}"))};
    (void)state;
    SAME(ans_arena_dup(cx.arena, ans_search_body(cx.arena, &v)).p,
         "{\"resourceType\":\"Patient\",\"id\":\"a\",\"meta\":{\"versionId\":\"7\",\"lastUpdated\":\"2026-11-21T07:41:00.123Z\"},\"active\":true}");
    v.body = ans_str_of(kept(&cx, "{\"resourceType\":\"Patient\",\"meta\":{\"source\":\"s\"}}"));
    SAME(ans_arena_dup(cx.arena, ans_search_body(cx.arena, &v)).p,
         "{\"resourceType\":\"Patient\",\"id\":\"a\",\"meta\":{\"versionId\":\"7\",\"lastUpdated\":\"2026-11-21T07:41:00.123Z\",\"source\":\"s\"}}");
    v.body = ANS_STR("{\"no\":\"such place\"}");
    assert_null(ans_search_body(cx.arena, &v).p);
    ans_arena_free(cx.arena);
}

#define SUBSETTED "{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-ObservationValue\",\"code\":\"SUBSETTED\"}"
#define WHOLE                                                                                                                            \
    "{\"resourceType\":\"Observation\",\"id\":\"a\",\"meta\":{\"versionId\":\"1\"},\"text\":{\"status\":\"generated\",\"div\":\"<div/>\"}," \
    "\"status\":\"final\",\"code\":{\"text\":\"c\"},\"issued\":\"2026\",\"note\":[{\"text\":\"n\"}],\"component\":[{\"code\":{\"text\":\"d\"},\"referenceRange\":[{\"text\":\"r\"}]}]}"

static void formats(void **state)
{
    static const struct {
        const char *query, *expected;
    } rows[] = {
        {"", WHOLE},
        {"_summary=false", WHOLE},
        {"_summary=count", WHOLE},
        {"_elements=", WHOLE},
        {"_summary=true", "{\"resourceType\":\"Observation\",\"id\":\"a\",\"meta\":{\"versionId\":\"1\",\"tag\":[" SUBSETTED "]},\"status\":\"final\",\"code\":{\"text\":\"c\"},"
                          "\"issued\":\"2026\",\"component\":[{\"code\":{\"text\":\"d\"}}]}"},
        {"_summary=text", "{\"resourceType\":\"Observation\",\"id\":\"a\",\"meta\":{\"versionId\":\"1\",\"tag\":[" SUBSETTED "]},\"text\":{\"status\":\"generated\",\"div\":\"<div/>\"},"
                          "\"status\":\"final\",\"code\":{\"text\":\"c\"}}"},
        {"_summary=data", "{\"resourceType\":\"Observation\",\"id\":\"a\",\"meta\":{\"versionId\":\"1\",\"tag\":[" SUBSETTED "]},\"status\":\"final\",\"code\":{\"text\":\"c\"},"
                          "\"issued\":\"2026\",\"note\":[{\"text\":\"n\"}],\"component\":[{\"code\":{\"text\":\"d\"},\"referenceRange\":[{\"text\":\"r\"}]}]}"},
        {"_elements=note", "{\"resourceType\":\"Observation\",\"id\":\"a\",\"meta\":{\"versionId\":\"1\",\"tag\":[" SUBSETTED "]},\"status\":\"final\",\"code\":{\"text\":\"c\"},"
                           "\"note\":[{\"text\":\"n\"}]}"},
        {"_elements=Observation.note,Patient.name,issued", "{\"resourceType\":\"Observation\",\"id\":\"a\",\"meta\":{\"versionId\":\"1\",\"tag\":[" SUBSETTED "]},\"status\":\"final\","
                                                           "\"code\":{\"text\":\"c\"},\"issued\":\"2026\",\"note\":[{\"text\":\"n\"}]}"},
        {"_summary=some", "!VALUE"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        ans_cx cx = {.arena = ans_arena_new(1 << 22)};
        format f;
        ans_str out;
        ans_err err = format_read(&cx, ans_str_of(rows[i].query), &f);
        err = err == ANS_OK ? format_resource(&cx, &f, ANS_STR(WHOLE), &out) : err;
        SAME(err == ANS_OK ? ans_arena_dup(cx.arena, out).p : ans_arena_fmt(cx.arena, "!%s", ans_err_name(err)).p, rows[i].expected);
        ans_arena_free(cx.arena);
    }
}

static void tags_that_are_there(void **state)
{
    ans_cx cx = {.arena = ans_arena_new(1 << 22)};
    format f;
    ans_str out;
    ans_json doc;
    (void)state;
    assert_int_equal(format_read(&cx, ANS_STR("_summary=true&_pretty=true"), &f), ANS_OK);
    static const char *const metas[] = {"{\"tag\":[{\"code\":\"x\"}]}", "{\"tag\":[]}", "{}", "{\"tag\":7}", "{\"tag\":{\"code\":\"x\"}}"};
    for (size_t i = 0; i < COUNT(metas); i++) {
        ans_str body = ans_arena_fmt(cx.arena, "{\"resourceType\":\"Patient\",\"id\":\"a\",\"meta\":%s}", metas[i]);
        assert_int_equal(format_resource(&cx, &f, body, &out), ANS_OK);
        assert_int_equal(ans_json_parse(&cx, out, NULL, &doc), ANS_OK); /* one tag, well-formed */
        assert_int_equal(format_pretty(&cx, &f, &out), ANS_OK);
        assert_true(ans_str_search(out, ANS_STR("SUBSETTED")) > 0);
    }
    ans_arena_free(cx.arena);
}

static void etags_and_dates(void **state)
{
    static const struct {
        const char *text;
        uint32_t vid;
    } rows[] = {{"W/\"1\"", 1}, {"\"12\"", 12}, {"7", 7}, {" W/\"3\" ", 3}, {"W/\"4294967294\"", 4294967294u}, {"W/\"4294967295\"", 0}, {"W/\"0\"", 0},
                {"", 0},        {"W/", 0},      {"\"", 0}, {"W/\"\"", 0},   {"W/\"-1\"", 0},                   {"W/\"1.0\"", 0},         {"*", 0}};
    ans_cx cx = {.arena = ans_arena_new(1 << 20)};
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        uint32_t vid = 0;
        assert_int_equal(etag_vid(ans_str_of(rows[i].text), &vid), rows[i].vid != 0);
        assert_int_equal(vid, rows[i].vid);
    }
    assert_true(ans_str_is(http_date(&cx, 0), "Thu, 01 Jan 1970 00:00:00 GMT"));
    assert_true(ans_str_is(http_date(&cx, INT64_C(1795246860123456)), "Sat, 21 Nov 2026 07:41:00 GMT"));
    assert_true(ans_str_is(http_date(&cx, INT64_C(951782400000000)), "Tue, 29 Feb 2000 00:00:00 GMT"));
    ans_arena_free(cx.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes),   cmocka_unit_test(escaped_names),       cmocka_unit_test(shown),
        cmocka_unit_test(formats), cmocka_unit_test(tags_that_are_there), cmocka_unit_test(etags_and_dates),
    };
    ans_log_quiet(true);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
