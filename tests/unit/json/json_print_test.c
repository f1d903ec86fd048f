/* Printing and the writer, by table, and the property that ties parser and printer together:
 * whatever is parsed, printed and parsed again gives the same tape. Random documents; the seed is
 * printed on failure and can be given as ANS_TEST_SEED. */
#include "fixture.h"

#include <stdlib.h>

#include "base/os.h"

#define MAX ((size_t)16 << 20)

static ans_str print(ans_cx *cx, const ans_json *doc, ans_jnode n, bool pretty)
{
    ans_buf b;
    ans_str s = ANS_STR_NONE;
    ans_buf_init_arena(&b, cx->arena, MAX);
    ans_json_print(doc, n, pretty, &b);
    assert_int_equal(ans_buf_finish(&b, &s), ANS_OK);
    return s;
}

static void assert_text(ans_str got, const char *want)
{
    if (!ans_str_is(got, want))
        fail_msg("wanted\n%s\ngot\n%.*s", want, ANS_FMT(got));
}

static const struct {
    const char *text, *minified, *pretty;
} prints[] = {
    {" null ", "null", "null"},
    {"1.50", "1.50", "1.50"},
    {"\"a\\u00e9 \\\" \\\\\"", "\"a\\u00e9 \\\" \\\\\"", "\"a\\u00e9 \\\" \\\\\""},
    {"[ ]", "[]", "[]"},
    {"{\n}", "{}", "{}"},
    {"[ 1 ,\t2 ]", "[1,2]", "[\n  1,\n  2\n]"},
    {"{ \"a b\" : \" c , d : [ \" }", "{\"a b\":\" c , d : [ \"}",
     "{\n  \"a b\": \" c , d : [ \"\n}"},
    {"{\"a\":[{},[ ],{\"b\":true}]}", "{\"a\":[{},[],{\"b\":true}]}",
     "{\n  \"a\": [\n    {},\n    [],\n    {\n      \"b\": true\n    }\n  ]\n}"},
};

static void json_print__documents(void **state)
{
    (void)state;
    ans_cx cx = cx_make();
    for (size_t i = 0; i < sizeof prints / sizeof *prints; i++) {
        ans_json doc;
        assert_int_equal(ans_json_parse(&cx, ans_str_of(prints[i].text), NULL, &doc), ANS_OK);
        assert_text(print(&cx, &doc, 0, false), prints[i].minified);
        assert_text(print(&cx, &doc, 0, true), prints[i].pretty);
    }
    cx_end(&cx);
}

static void json_print__subtrees(void **state)
{
    (void)state;
    ans_cx cx = cx_make();
    ans_json doc;
    ans_str text = ANS_STR("{\"a\":[1, {\"b\": 2}], \"c\":\"x\\ny\", \"d\" : -0.10}");
    assert_int_equal(ans_json_parse(&cx, text, NULL, &doc), ANS_OK);
    assert_text(print(&cx, &doc, ans_json_get(&doc, 0, ANS_STR("a")), false), "[1,{\"b\":2}]");
    assert_text(print(&cx, &doc, ans_json_get(&doc, 0, ANS_STR("c")), false), "\"x\\ny\"");
    assert_text(print(&cx, &doc, ans_json_get(&doc, 0, ANS_STR("d")), true), "-0.10");
    cx_end(&cx);
}

#define BAD_CHAR "\xEF\xBF\xBD"

static const struct {
    ans_str plain;
    const char *quoted;
} strings[] = {
    {{NULL, 0}, "\"\""},
    {{"", 0}, "\"\""},
    {{"plain", 5}, "\"plain\""},
    {{"a\"b\\c/", 6}, "\"a\\\"b\\\\c/\""},
    {{"\b\f\n\r\t\x01\x1F\x7F", 8}, "\"\\b\\f\\n\\r\\t\\u0001\\u001f\x7F\""},
    {{"a\0b", 3}, "\"a" BAD_CHAR "b\""},
    {{"Nguy\xE1\xBB\x85n \xC4\x90\xF0\x9F\x98\x80", 15},
     "\"Nguy\xE1\xBB\x85n \xC4\x90\xF0\x9F\x98\x80\""},
    {{"\x80", 1}, "\"" BAD_CHAR "\""},
    {{"x\xC3", 2}, "\"x" BAD_CHAR "\""},
    {{"\xC3\"", 2}, "\"" BAD_CHAR "\\\"\""},
    {{"\xED\xA0\x80z", 4}, "\"" BAD_CHAR BAD_CHAR BAD_CHAR "z\""},
    {{"\xF5\xC3\x81", 3}, "\"" BAD_CHAR "\xC3\x81\""},
    {{"0123456789abcdef\n", 17}, "\"0123456789abcdef\\n\""},
};

static void json_print__strings(void **state)
{
    (void)state;
    ans_cx cx = cx_make();
    for (size_t i = 0; i < sizeof strings / sizeof *strings; i++) {
        ans_buf b;
        ans_str s, text = tight(strings[i].plain);
        ans_json doc;
        ans_buf_init_arena(&b, cx.arena, MAX);
        ans_json_print_string(&b, strings[i].plain.p ? text : strings[i].plain);
        assert_int_equal(ans_buf_finish(&b, &s), ANS_OK);
        assert_text(s, strings[i].quoted);
        assert_int_equal(ans_json_parse(&cx, s, NULL, &doc), ANS_OK);
        ans_free((void *)text.p);
    }
    cx_end(&cx);
}

static void json_print__stops_at_the_maximum(void **state)
{
    (void)state;
    ans_cx cx = cx_make();
    ans_json doc;
    assert_int_equal(ans_json_parse(&cx, ANS_STR("{\"a\":[1,2,{\"b\":\"c\"}]}"), NULL, &doc),
                     ANS_OK);
    for (int pretty = 0; pretty < 2; pretty++) {
        size_t need = print(&cx, &doc, 0, pretty).n;
        for (size_t max = 0; max <= need; max++) {
            ans_buf b;
            ans_str s;
            ans_buf_init(&b, max);
            ans_json_print(&doc, 0, pretty, &b);
            assert_int_equal(ans_buf_finish(&b, &s), max < need ? ANS_E_TOOBIG : ANS_OK);
            ans_buf_done(&b);
        }
    }
    cx_end(&cx);
}

static void json_print__writer(void **state)
{
    (void)state;
    ans_cx cx = cx_make();
    ans_buf b;
    ans_jw w;
    ans_str s;
    ans_buf_init_arena(&b, cx.arena, MAX);
    ans_jw_init(&w, &b);
    ans_jw_begin(&w, '{');
    ans_jw_kv(&w, ANS_STR("a\n"), ANS_STR("b\"c"));
    ans_jw_key(&w, ANS_STR("list"));
    ans_jw_begin(&w, '[');
    ans_jw_int(&w, INT64_MIN);
    ans_jw_int(&w, INT64_MAX);
    ans_jw_int(&w, 0);
    ans_jw_bool(&w, true);
    ans_jw_begin(&w, '[');
    ans_jw_end(&w, ']');
    ans_jw_begin(&w, '{');
    ans_jw_end(&w, '}');
    ans_jw_raw(&w, ANS_STR("1.50"));
    ans_jw_str(&w, ANS_STR("x"));
    ans_jw_end(&w, ']');
    ans_jw_key(&w, ANS_STR("no"));
    ans_jw_bool(&w, false);
    ans_jw_end(&w, '}');
    assert_int_equal(ans_buf_finish(&b, &s), ANS_OK);
    assert_text(
        s, "{\"a\\n\":\"b\\\"c\",\"list\":[-9223372036854775808,9223372036854775807,0,true,[],{},"
           "1.50,\"x\"],\"no\":false}");
    cx_end(&cx);
}

static void json_print__writer_has_no_depth_limit(void **state)
{
    (void)state;
    ans_cx cx = cx_make();
    ans_buf b;
    ans_jw w;
    ans_str s;
    ans_json doc;
    ans_json_limits limits = {.max_depth = 500};
    ans_buf_init_arena(&b, cx.arena, MAX);
    ans_jw_init(&w, &b);
    for (int i = 0; i < 500; i++) {
        ans_jw_begin(&w, '[');
        ans_jw_int(&w, i);
    }
    for (int i = 0; i < 500; i++)
        ans_jw_end(&w, ']');
    assert_int_equal(ans_buf_finish(&b, &s), ANS_OK);
    assert_int_equal(ans_json_parse(&cx, s, &limits, &doc), ANS_OK);
    assert_int_equal(doc.count, 1000);
    cx_end(&cx);
}

/* ---- random documents ---- */

static uint64_t rng;

static uint32_t roll(uint32_t n)
{
    rng ^= rng << 13;
    rng ^= rng >> 7;
    rng ^= rng << 17;
    return (uint32_t)(rng >> 33) % n;
}

static void make_space(ans_buf *b)
{
    for (uint32_t n = roll(4) ? 0 : roll(20); n > 0; n--)
        ans_buf_add_c(b, " \n\t\r"[roll(8) ? 0 : roll(4)]);
}

static void make_text(ans_buf *b)
{
    static const char *const parts[] = {
        "a",    "Zz",     "\xC3\xA9", "\xE1\xBB\x85", "\xF0\x9F\x98\x80",
        "\\n",  "\\\\",   "\\\"",     "\\u1ec5",      "\\ud83d\\ude00",
        "{",    "]",      ",",        ": ",           "\x7F",
        "    ", "\\u000a"};
    for (uint32_t n = roll(12); n > 0; n--)
        ans_buf_add(b, ans_str_of(parts[roll(sizeof parts / sizeof *parts)]));
}

static void make_scalar(ans_buf *b)
{
    static const char *const values[] = {
        "null", "true",  "false",  "0",        "-0",
        "1.50", "-12e3", "1E+999", "0.000001", "98765432109876543210"};
    uint32_t which = roll(20);
    if (which < sizeof values / sizeof *values) {
        ans_buf_add(b, ans_str_of(values[which]));
        return;
    }
    ans_buf_add_c(b, '"');
    make_text(b);
    ans_buf_add_c(b, '"');
}

static void make_value(ans_buf *b, uint32_t depth)
{
    bool object = roll(2);
    make_space(b);
    if (depth == 0 || roll(3) == 0) {
        make_scalar(b);
        make_space(b);
        return;
    }
    ans_buf_add_c(b, object ? '{' : '[');
    uint32_t n = roll(40) ? roll(6) : roll(80);
    make_space(b);
    for (uint32_t i = 0; i < n; i++) {
        if (i)
            ans_buf_add_c(b, ',');
        if (object) {
            make_space(b);
            ans_buf_add_c(b, '"');
            make_text(b);
            ans_buf_fmt(b, "%u\"", i); /* makes it the only one of its name */
            make_space(b);
            ans_buf_add_c(b, ':');
        }
        make_value(b, depth - 1);
    }
    ans_buf_add_c(b, object ? '}' : ']');
    make_space(b);
}

static const char *round_trip_fault(ans_cx *cx, ans_str text)
{
    ans_json doc, again;
    if (ans_json_parse(cx, text, NULL, &doc))
        return "refused";
    if (tape_fault(&doc, text.n))
        return tape_fault(&doc, text.n);
    ans_str minified = print(cx, &doc, 0, false), pretty = print(cx, &doc, 0, true);
    if (ans_json_parse(cx, minified, NULL, &again) || !tape_same(&doc, &again))
        return "minified differs";
    if (!ans_str_eq(print(cx, &again, 0, false), minified))
        return "printing minified text is no identity";
    if (!ans_str_eq(print(cx, &again, 0, true), pretty))
        return "pretty text depends on white space";
    if (ans_json_parse(cx, pretty, NULL, &again) || !tape_same(&doc, &again))
        return "pretty differs";
    return NULL;
}

/* Every decoded string, quoted again and parsed, decodes to itself. */
static const char *string_fault(ans_cx *cx, ans_str text)
{
    ans_json doc, again;
    if (ans_json_parse(cx, text, NULL, &doc))
        return "refused";
    for (ans_jnode n = 0; n < doc.count; n++) {
        ans_str s = ans_json_string(cx, &doc, n), quoted;
        if (!s.p)
            continue;
        ans_buf b;
        ans_buf_init_arena(&b, cx->arena, MAX);
        ans_json_print_string(&b, s);
        if (ans_buf_finish(&b, &quoted) || ans_json_parse(cx, quoted, NULL, &again) ||
            !ans_str_eq(ans_json_string(cx, &again, 0), s))
            return "string changed";
    }
    return NULL;
}

static void json_print__parse_print_parse_is_identity(void **state)
{
    (void)state;
    ans_cx cx = cx_make();
    const char *given = getenv("ANS_TEST_SEED");
    uint64_t seed = given ? strtoull(given, NULL, 10) : (uint64_t)ans_now_us();
    for (uint32_t round = 0; round < 2000; round++) {
        ans_buf b;
        ans_str text = ANS_STR_NONE;
        rng = (seed + round) * UINT64_C(0x9E3779B97F4A7C15) | 1;
        cx_again(&cx);
        ans_buf_init_arena(&b, cx.arena, MAX);
        make_value(&b, roll(7));
        assert_int_equal(ans_buf_finish(&b, &text), ANS_OK);
        const char *fault = round_trip_fault(&cx, text);
        if (!fault)
            fault = string_fault(&cx, text);
        if (fault)
            fail_msg("ANS_TEST_SEED=%llu: %s", (unsigned long long)(seed + round), fault);
    }
    cx_end(&cx);
}

/* One byte changed anywhere: refused, or taken with a sound tape; never anything else. */
static void json_print__damaged_text(void **state)
{
    (void)state;
    ans_cx cx = cx_make();
    uint64_t seed = (uint64_t)ans_now_us(), taken = 0, refused = 0;
    for (uint32_t round = 0; round < 3000; round++) {
        ans_buf b;
        ans_json doc;
        ans_str text = ANS_STR_NONE;
        rng = (seed + round) * UINT64_C(0x9E3779B97F4A7C15) | 1;
        cx_again(&cx);
        ans_buf_init_arena(&b, cx.arena, MAX);
        make_value(&b, 3);
        assert_int_equal(ans_buf_finish(&b, &text), ANS_OK);
        char *bytes = ans_arena_alloc(cx.arena, text.n);
        memcpy(bytes, text.p, text.n);
        bytes[roll((uint32_t)text.n)] = (char)roll(256);
        text.p = bytes;
        ans_err err = ans_json_parse(&cx, text, NULL, &doc);
        taken += err == ANS_OK;
        refused += err == ANS_E_SYNTAX;
        if (err != ANS_OK && err != ANS_E_SYNTAX)
            fail_msg("seed %llu: %s", (unsigned long long)(seed + round), ans_err_name(err));
        if (err == ANS_OK && (tape_fault(&doc, text.n) || round_trip_fault(&cx, text)))
            fail_msg("seed %llu: unsound", (unsigned long long)(seed + round));
    }
    assert_true(taken > 100 && refused > 100);
    cx_end(&cx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_print__documents),
        cmocka_unit_test(json_print__subtrees),
        cmocka_unit_test(json_print__strings),
        cmocka_unit_test(json_print__stops_at_the_maximum),
        cmocka_unit_test(json_print__writer),
        cmocka_unit_test(json_print__writer_has_no_depth_limit),
        cmocka_unit_test(json_print__parse_print_parse_is_identity),
        cmocka_unit_test(json_print__damaged_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
