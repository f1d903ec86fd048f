/* The parser against a table: what it takes, what it refuses and where it says the fault is. */
#include "fixture.h"

typedef struct good {
    const char *text;
    const char *tape; /* one letter a node, in order: n f t # s [ { */
} good;

static const good goods[] = {
    {"null", "n"},
    {"true", "t"},
    {"false", "f"},
    {" \t\r\n 0 \n", "#"},
    {"-0", "#"},
    {"10", "#"},
    {"105.00", "#"},
    {"-1.5e+10", "#"},
    {"1E5", "#"},
    {"1e-05", "#"},
    {"1e999", "#"},
    {"123456789012345678901234567890.123456789012345678901234567890", "#"},
    {"\"\"", "s"},
    {"\"a\"", "s"},
    {"\"12345678\"", "s"},
    {"\"1234567\\\"9\"", "s"},
    {"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\uDE00\\ud7ff\\uE000\\uffff\"", "s"},
    {"\"Nguy\xE1\xBB\x85n Th\xE1\xBB\x8B \xC3\x81nh\"", "s"},
    {"\"\x7F\"", "s"},
    {"\"\xC2\x80\xDF\xBF\xE0\xA0\x80\xED\x9F\xBF\xEE\x80\x80\xEF\xBF\xBF\"", "s"},
    {"\"\xF0\x90\x80\x80\xF4\x8F\xBF\xBF\"", "s"},
    {"[]", "["},
    {"[ ]", "["},
    {"{}", "{"},
    {"{ \n }", "{"},
    {"[[],{},[{}]]", "[[{[{"},
    {"[1,\"x\",null]", "[#sn"},
    {"{\"a\":[1,{\"b\":2}],\"c\":{}}", "{[#{#{"},
    {" { \"a\" : [ 1 , { \"b\" : 2 } ] } ", "{[#{#"},
    {"{\"\":1,\" \":2}", "{##"},
    {"{\"a\":1,\"A\":2,\"aa\":3,\"a \":4,\"aaaaaaaaa\":5,\"aaaaaaaab\":6}", "{######"},
    {"{\"value\":{\"value\":1}}", "{{#"},
    {"[{\"a\":1},{\"a\":1}]", "[{#{#"},
};

static void json_parse__takes(void **state)
{
    (void)state;
    ans_cx cx = cx_make();
    for (size_t i = 0; i < sizeof goods / sizeof *goods; i++) {
        ans_json doc;
        ans_str text = tight(ans_str_of(goods[i].text));
        cx_again(&cx);
        if (ans_json_parse(&cx, text, NULL, &doc) != ANS_OK)
            fail_msg("%s: %.*s", goods[i].text, ANS_FMT(cx.last_->text));
        if (tape_fault(&doc, text.n))
            fail_msg("%s: %s", goods[i].text, tape_fault(&doc, text.n));
        char tape[64] = "";
        for (uint32_t n = 0; n < doc.count && n < sizeof tape - 1; n++)
            tape[n] = "nft#s[{"[doc.nodes[n].kind];
        assert_string_equal(tape, goods[i].tape);
        assert_null(cx.issues);
        ans_free((void *)text.p);
    }
    cx_end(&cx);
}

typedef struct bad {
    ans_str text;
    uint32_t line, column; /* where the message must point */
    const char *expected;  /* part of the message */
} bad;

#define BAD(text, line, column, expected)                                                          \
    {                                                                                              \
        {(text), sizeof(text) - 1}, (line), (column), (expected)                                   \
    }

static const bad bads[] = {
    BAD("", 1, 1, "a value, found the end"),
    BAD("  \n ", 2, 2, "a value, found the end"),
    BAD("\xEF\xBB\xBF{}", 1, 1, "byte order mark"),
    BAD("\xFF\xFE{\0}\0", 1, 1, "a value"),
    BAD("nul", 1, 1, "a value"),
    BAD("nulL", 1, 1, "a value"),
    BAD("nulll", 1, 5, "the end of the text"),
    BAD("True", 1, 1, "a value"),
    BAD("NaN", 1, 1, "a value"),
    BAD("Infinity", 1, 1, "a value"),
    BAD("-Infinity", 1, 2, "a digit"),
    BAD("'a'", 1, 1, "a value"),
    BAD("+1", 1, 1, "a value"),
    BAD(".5", 1, 1, "a value"),
    BAD("-", 1, 2, "a digit"),
    BAD("--1", 1, 2, "a digit"),
    BAD("01", 1, 2, "leading zeros"),
    BAD("-012", 1, 3, "leading zeros"),
    BAD("1.", 1, 3, "decimal point"),
    BAD("1.e5", 1, 3, "decimal point"),
    BAD("1e", 1, 3, "exponent"),
    BAD("1e+", 1, 4, "exponent"),
    BAD("1e5.5", 1, 4, "the end of the text"),
    BAD("0x10", 1, 2, "the end of the text"),
    BAD("1_000", 1, 2, "the end of the text"),
    BAD("1 2", 1, 3, "the end of the text"),
    BAD("{}{}", 1, 3, "the end of the text"),
    BAD("{}\0", 1, 3, "the end of the text"),
    BAD("\v1", 1, 1, "a value"),
    BAD("\xC2\xA0"
        "1",
        1, 1, "a value"),
    BAD("// x\n1", 1, 1, "a value"),
    BAD("[1,]", 1, 4, "a value"),
    BAD("[,1]", 1, 2, "a value"),
    BAD("[1 2]", 1, 4, "',' or ']'"),
    BAD("[1}", 1, 3, "',' or ']'"),
    BAD("[1", 1, 3, "',' or ']', found the end"),
    BAD("[", 1, 2, "a value"),
    BAD("]", 1, 1, "a value"),
    BAD("{", 1, 2, "a member name"),
    BAD("}", 1, 1, "a value"),
    BAD("{]", 1, 2, "a member name"),
    BAD("{a:1}", 1, 2, "a member name"),
    BAD("{'a':1}", 1, 2, "a member name"),
    BAD("{1:1}", 1, 2, "a member name"),
    BAD("{\"a\"}", 1, 5, "':'"),
    BAD("{\"a\",1}", 1, 5, "':'"),
    BAD("{\"a\":}", 1, 6, "a value"),
    BAD("{\"a\":1,}", 1, 8, "a member name"),
    BAD("{\"a\":1]", 1, 7, "',' or '}'"),
    BAD("{\"a\":1 \"b\":2}", 1, 8, "',' or '}'"),
    BAD("{\n \"a\": 1,\n \"b\": ?\n}", 3, 7, "a value"),
    BAD("\"a", 1, 3, "a closing quote"),
    BAD("\"a\\", 1, 4, "behind the backslash"),
    BAD("\"a\\\"", 1, 5, "a closing quote"),
    BAD("\"\\a\"", 1, 2, "one of"),
    BAD("\"\\x41\"", 1, 2, "one of"),
    BAD("\"\\U0041\"", 1, 2, "one of"),
    BAD("\"\\u12\"", 1, 2, "four hexadecimal"),
    BAD("\"\\u12g4\"", 1, 2, "four hexadecimal"),
    BAD("\"\\u 123\"", 1, 2, "four hexadecimal"),
    BAD("\"\\u0000\"", 1, 2, "\\u0000"),
    BAD("{\"\\u0000\":1}", 1, 3, "\\u0000"),
    BAD("\"\\ud800\"", 1, 2, "surrogate"),
    BAD("\"\\udc00\"", 1, 2, "surrogate"),
    BAD("\"\\ud800x\"", 1, 2, "surrogate"),
    BAD("\"\\ud800\\n00000\"", 1, 2, "surrogate"),
    BAD("\"\\ud800\\ud800\"", 1, 2, "surrogate"),
    BAD("\"\\ud800\\u0041\"", 1, 2, "surrogate"),
    BAD("\"\\udc00\\ud800\"", 1, 2, "surrogate"),
    BAD("\"a\nb\"", 1, 3, "control characters"),
    BAD("\"12345678\t\"", 1, 10, "control characters"),
    BAD("\"\0\"", 1, 2, "control characters"),
    BAD("\"\x1F\"", 1, 2, "control characters"),
    /* every class of ill-formed UTF-8 (The Unicode Standard, table 3-7) */
    BAD("\"\x80\"", 1, 2, "UTF-8"), /* continuation alone */
    BAD("\"\xBF\"", 1, 2, "UTF-8"),
    BAD("\"\xC0\x80\"", 1, 2, "UTF-8"), /* overlong, two bytes */
    BAD("\"\xC1\xBF\"", 1, 2, "UTF-8"),
    BAD("\"\xC2\"", 1, 2, "UTF-8"), /* cut short */
    BAD("\"\xC2\xC2\x80\"", 1, 2, "UTF-8"),
    BAD("\"\xE0\x9F\xBF\"", 1, 2, "UTF-8"), /* overlong, three bytes */
    BAD("\"\xE1\x80\"", 1, 2, "UTF-8"),
    BAD("\"\xE1\x80\xC0\"", 1, 2, "UTF-8"),
    BAD("\"\xED\xA0\x80\"", 1, 2, "UTF-8"), /* surrogate */
    BAD("\"\xED\xBF\xBF\"", 1, 2, "UTF-8"),
    BAD("\"\xF0\x8F\xBF\xBF\"", 1, 2, "UTF-8"), /* overlong, four bytes */
    BAD("\"\xF1\x80\x80\"", 1, 2, "UTF-8"),
    BAD("\"\xF1\x80\x80\x7F\"", 1, 2, "UTF-8"),
    BAD("\"\xF4\x90\x80\x80\"", 1, 2, "UTF-8"), /* above U+10FFFF */
    BAD("\"\xF5\x80\x80\x80\"", 1, 2, "UTF-8"),
    BAD("\"\xFE\"", 1, 2, "UTF-8"),
    BAD("\"\xFF\"", 1, 2, "UTF-8"),
    BAD("\"\xE1\xBB", 1, 2, "UTF-8"), /* the text ends inside a letter */
    BAD("{\"\xC3\x28\":1}", 1, 3, "UTF-8"),
    BAD("\"\xC3\x81\xC3\x81 \xFF\"", 1, 5, "UTF-8"), /* columns count letters */
    BAD("{\"a\":1,\"a\":2}", 1, 9, "does not have yet"),
    BAD("{\"\":1,\"\":2}", 1, 8, "does not have yet"),
    BAD("{\"a\":1,\"\\u0061\":2}", 1, 9, "does not have yet"),
    BAD("{\"\\u0061\":1,\"b\":0,\"\\u0061\":2}", 1, 20, "does not have yet"),
    BAD("[{\"x\":{\"id\":{\"y\":[1,2]},\"z\":1,\"id\":2}}]", 1, 32, "does not have yet"),
    BAD("{\"valueCodeableConcept\":1,\"valueCode\":2,\n\"valueCodeableConcept\":3}", 2, 2,
        "does not have yet"),
};

static void json_parse__refuses(void **state)
{
    (void)state;
    ans_cx cx = cx_make();
    for (size_t i = 0; i < sizeof bads / sizeof *bads; i++) {
        ans_json doc = {0};
        ans_str text = tight(bads[i].text);
        char place[64];
        cx_again(&cx);
        ans_err err = ans_json_parse(&cx, text, NULL, &doc);
        if (err != ANS_E_SYNTAX)
            fail_msg("row %zu: %s", i, ans_err_name(err));
        assert_null(doc.nodes);
        assert_non_null(cx.issues);
        assert_ptr_equal(cx.issues, cx.last_);
        (void)snprintf(place, sizeof place, "JSON line %u column %u: expected ", bads[i].line,
                       bads[i].column);
        ans_str said = cx.issues->text;
        if (!ans_str_starts(said, ans_str_of(place)) ||
            ans_str_search(said, ans_str_of(bads[i].expected)) < 0)
            fail_msg("row %zu: wanted %s...%s, got %.*s", i, place, bads[i].expected,
                     ANS_FMT(said));
        ans_free((void *)text.p);
    }
    cx_end(&cx);
}

static const char sample[] =
    "{\"resourceType\":\"Observation\",\"id\":\"b\\u00e9\",\"meta\":{\"tag\":[]},\n"
    " \"code\" : { \"coding\":[{\"code\":\"8480-6\"},{}], \"text\":\"Huy\xE1\xBA\xBFt \xC3\xA1p\"},"
    "\"v\":[105.00,-1.5e-3,true,false,null,\"\\ud83d\\ude00\"]}";

static void json_parse__every_prefix_is_refused(void **state)
{
    (void)state;
    ans_cx cx = cx_make();
    ans_json doc;
    assert_int_equal(ans_json_parse(&cx, ANS_STR(sample), NULL, &doc), ANS_OK);
    for (size_t n = 0; n < sizeof sample - 1; n++) {
        ans_str text = tight((ans_str){sample, n});
        cx_again(&cx);
        if (ans_json_parse(&cx, text, NULL, &doc) != ANS_E_SYNTAX)
            fail_msg("cut to %zu bytes it was taken", n);
        ans_free((void *)text.p);
    }
    cx_end(&cx);
}

/* The message never repeats what the record says. */
static void json_parse__quotes_nothing(void **state)
{
    (void)state;
    ans_cx cx = cx_make();
    ans_json doc;
    static const char *const texts[] = {
        "{\"SECRET\":1,\"SECRET\":2}",
        "{\"SECRET\" \"SECRET\"}",
        "[\"SECRET\x01\"]",
        "[SECRET]",
        "\"SECRET",
        "{\"SECRET\":SECRET}",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        cx_again(&cx);
        assert_int_equal(ans_json_parse(&cx, ans_str_of(texts[i]), NULL, &doc), ANS_E_SYNTAX);
        assert_true(ans_str_search(cx.issues->text, ANS_STR("SECRET")) < 0);
    }
    cx_end(&cx);
}

static ans_str nested(ans_arena *arena, uint32_t levels, bool objects)
{
    static const char open[] = "{\"a\":";
    ans_buf b;
    ans_str s = ANS_STR_NONE;
    ans_buf_init_arena(&b, arena, ARENA_BYTES);
    for (uint32_t i = 0; i < levels; i++)
        ans_buf_add_mem(&b, objects ? open : "[", objects ? sizeof open - 1 : 1);
    ans_buf_add_c(&b, '1');
    for (uint32_t i = 0; i < levels; i++)
        ans_buf_add_c(&b, objects ? '}' : ']');
    assert_int_equal(ans_buf_finish(&b, &s), ANS_OK);
    return s;
}

static void json_parse__depth(void **state)
{
    (void)state;
    static const struct {
        uint32_t limit, levels;
        ans_err err;
    } rows[] = {
        {0, 64, ANS_OK},           {0, 65, ANS_E_TOOBIG},    {1, 1, ANS_OK},
        {1, 2, ANS_E_TOOBIG},      {3, 3, ANS_OK},           {3, 4, ANS_E_TOOBIG},
        {0, 100000, ANS_E_TOOBIG}, {100000, 100000, ANS_OK},
    };
    ans_cx cx = cx_make();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        for (int objects = 0; objects < 2; objects++) {
            ans_json doc;
            cx_again(&cx);
            ans_str text = nested(cx.arena, rows[i].levels, objects);
            ans_json_limits limits = {.max_depth = rows[i].limit};
            assert_int_equal(ans_json_parse(&cx, text, &limits, &doc), rows[i].err);
            if (rows[i].err)
                assert_true(ans_str_search(cx.issues->text, ANS_STR("levels of nesting")) > 0);
            else
                assert_null(tape_fault(&doc, text.n));
        }
    }
    cx_end(&cx);
}

static void json_parse__size(void **state)
{
    (void)state;
    ans_cx cx = cx_make();
    ans_json doc;
    ans_json_limits limits = {.max_bytes = 8};
    assert_int_equal(ans_json_parse(&cx, ANS_STR("[1,2,34]"), &limits, &doc), ANS_OK);
    assert_int_equal(ans_json_parse(&cx, ANS_STR("[1,2,345]"), &limits, &doc), ANS_E_TOOBIG);
    assert_true(ans_str_search(cx.issues->text, ANS_STR("limit of 8 bytes")) > 0);
    cx_again(&cx);
    limits.max_bytes = SIZE_MAX; /* offsets have 32 bits: nothing longer is even looked at */
    ans_str huge = {"", (size_t)UINT32_MAX};
    assert_int_equal(ans_json_parse(&cx, huge, &limits, &doc), ANS_E_TOOBIG);
    cx_end(&cx);
}

static void json_parse__arena_full_is_too_big(void **state)
{
    (void)state;
    ans_cx cx = {.arena = ans_arena_new(2000)};
    ans_json doc;
    char text[4001];
    for (size_t i = 0; i < sizeof text; i += 2)
        memcpy(text + i, i ? ",1" : "[1", i + 2 <= sizeof text ? 2 : 1);
    text[sizeof text - 1] = ']';
    assert_int_equal(ans_json_parse(&cx, (ans_str){text, sizeof text}, NULL, &doc), ANS_E_TOOBIG);
    cx_end(&cx);
}

static void json_parse__long_names(void **state)
{
    (void)state;
    static const struct {
        size_t n;
        ans_err err;
    } rows[] = {{65535, ANS_OK}, {65536, ANS_E_TOOBIG}};
    ans_cx cx = cx_make();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ans_json doc;
        cx_again(&cx);
        char *text = ans_arena_alloc(cx.arena, rows[i].n + 6);
        memset(text, 'k', rows[i].n + 6);
        memcpy(text, "{\"", 2);
        memcpy(text + 2 + rows[i].n, "\":1}", 4);
        assert_int_equal(ans_json_parse(&cx, (ans_str){text, rows[i].n + 6}, NULL, &doc),
                         rows[i].err);
        if (rows[i].err == ANS_OK)
            assert_int_equal(ans_json_key(&doc, 1).n, rows[i].n);
    }
    cx_end(&cx);
}

/* An object of n members in a shuffled order; member `twin` takes the name of member 0 (0: none
 * does). */
static ans_str wide(ans_arena *arena, uint32_t n, uint32_t twin, bool escape)
{
    ans_buf b;
    ans_str s = ANS_STR_NONE;
    ans_buf_init_arena(&b, arena, ARENA_BYTES);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t number = twin && i == twin ? 0 : i * 7919u % n;
        ans_buf_fmt(&b, "%c\"%sommon-beginning-%u\":%u", i ? ',' : '{',
                    escape && i == twin ? "\\u0063" : "c", number, i);
    }
    ans_buf_add_c(&b, '}');
    assert_int_equal(ans_buf_finish(&b, &s), ANS_OK);
    return s;
}

static void json_parse__twins_in_wide_objects(void **state)
{
    (void)state;
    static const uint32_t widths[] = {2, 3, 16, 17, 31, 32, 33, 34, 64, 100, 1000, 20000};
    ans_cx cx = cx_make();
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        uint32_t n = widths[i];
        for (uint32_t twin = 0; twin<n; twin += n> 100 ? n - 1 : 1) {
            for (int escape = 0; escape < 2; escape++) {
                ans_json doc;
                cx_again(&cx);
                ans_err err = ans_json_parse(&cx, wide(cx.arena, n, twin, escape), NULL, &doc);
                if (err != (twin ? ANS_E_SYNTAX : ANS_OK))
                    fail_msg("width %u twin %u escape %d: %s", n, twin, escape, ans_err_name(err));
            }
        }
    }
    cx_end(&cx);
}

static void json_parse__access(void **state)
{
    (void)state;
    ans_cx cx = cx_make();
    ans_json doc;
    ans_str text =
        ANS_STR("{\"a\":[1,{\"b\":2}],\"\\u0064\":\"x\\u1ec5\\n\\ud83d\\ude00\\/\",\"e\":\"\","
                "\"f\":\"plain\",\"g\":{}}");
    assert_int_equal(ans_json_parse(&cx, text, NULL, &doc), ANS_OK);
    assert_int_equal(doc.count, 9);
    assert_int_equal(ans_json_count(&doc, 0), 5);
    ans_jnode a = ans_json_get(&doc, 0, ANS_STR("a"));
    assert_int_equal(a, 1);
    assert_true(ans_str_is(ans_json_raw(&doc, a), "[1,{\"b\":2}]"));
    assert_int_equal(ans_json_count(&doc, a), 2);
    assert_int_equal(ans_json_get(&doc, a, ANS_STR("b")), ANS_JNONE);
    assert_int_equal(ans_json_get(&doc, ANS_JNONE, ANS_STR("b")), ANS_JNONE);
    assert_int_equal(ans_json_get(&doc, 0, ANS_STR("b")), ANS_JNONE);
    assert_int_equal(ans_json_get(&doc, 0, ANS_STR_NONE), ANS_JNONE);
    assert_true(ans_str_is(ans_json_key(&doc, a), "a"));
    ans_jnode second = ans_json_next(&doc, a, ans_json_first(&doc, a));
    assert_int_equal(second, 3);
    assert_int_equal(ans_json_next(&doc, a, second), ANS_JNONE);
    assert_int_equal(ans_json_first(&doc, ans_json_get(&doc, 0, ANS_STR("g"))), ANS_JNONE);
    assert_true(ans_str_is(ans_json_get_string(&cx, &doc, 0, ANS_STR("d")),
                           "x\xE1\xBB\x85\n\xF0\x9F\x98\x80/"));
    ans_str empty = ans_json_get_string(&cx, &doc, 0, ANS_STR("e"));
    assert_non_null(empty.p);
    assert_int_equal(empty.n, 0);
    ans_str plain = ans_json_get_string(&cx, &doc, 0, ANS_STR("f"));
    assert_in_range((uintptr_t)plain.p, (uintptr_t)text.p, (uintptr_t)text.p + text.n);
    assert_null(ans_json_get_string(&cx, &doc, 0, ANS_STR("a")).p);
    assert_null(ans_json_get_string(&cx, &doc, 0, ANS_STR("nowhere")).p);
    cx_end(&cx);
}

static void json_parse__escapes_decode(void **state)
{
    (void)state;
    static const struct {
        const char *escaped, *plain;
    } rows[] = {
        {"\"\\\"\\\\\\/\"", "\"\\/"},
        {"\"\\b\\f\\n\\r\\t\"", "\b\f\n\r\t"},
        {"\"\\u0001\\u007f\"", "\x01\x7F"},
        {"\"\\u0080\\u07FF\"", "\xC2\x80\xDF\xBF"},
        {"\"\\u0800\\ud7ff\\uE000\\uFffF\"", "\xE0\xA0\x80\xED\x9F\xBF\xEE\x80\x80\xEF\xBF\xBF"},
        {"\"\\ud800\\udc00\\uDBFF\\uDFFF\"", "\xF0\x90\x80\x80\xF4\x8F\xBF\xBF"},
        {"\"a\\u0110b\"", "a\xC4\x90"
                          "b"},
    };
    ans_cx cx = cx_make();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ans_json doc;
        assert_int_equal(ans_json_parse(&cx, ans_str_of(rows[i].escaped), NULL, &doc), ANS_OK);
        assert_int_equal(doc.nodes[0].flags, ANS_JSON_ESCAPED);
        ans_str s = ans_json_string(&cx, &doc, 0);
        assert_int_equal(s.n, strlen(rows[i].plain));
        assert_memory_equal(s.p, rows[i].plain, s.n);
    }
    cx_end(&cx);
}

static void json_parse__line_column(void **state)
{
    (void)state;
    static const struct {
        size_t at;
        uint32_t line, column;
    } rows[] = {{0, 1, 1}, {1, 1, 2}, {2, 2, 1}, {3, 2, 2}, {5, 2, 3}, {6, 3, 1}, {99, 3, 2}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint32_t line, column;
        ans_json_line_column(ANS_STR("a\nb\xC3\x81\nc"), rows[i].at, &line, &column);
        assert_int_equal(line, rows[i].line);
        assert_int_equal(column, rows[i].column);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_parse__takes),
        cmocka_unit_test(json_parse__refuses),
        cmocka_unit_test(json_parse__every_prefix_is_refused),
        cmocka_unit_test(json_parse__quotes_nothing),
        cmocka_unit_test(json_parse__depth),
        cmocka_unit_test(json_parse__size),
        cmocka_unit_test(json_parse__arena_full_is_too_big),
        cmocka_unit_test(json_parse__long_names),
        cmocka_unit_test(json_parse__twins_in_wide_objects),
        cmocka_unit_test(json_parse__access),
        cmocka_unit_test(json_parse__escapes_decode),
        cmocka_unit_test(json_parse__line_column),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
