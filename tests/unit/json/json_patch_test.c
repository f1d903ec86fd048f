/* JSON Patch: the examples of RFC 6902's appendix, text that must not change, hostile patches, and random patches against a
 * slow model that rebuilds the whole document. */
#include "json/patch.h"

#include <stdlib.h>

#include "unit/json/fixture.h"

typedef struct row {
    const char *name, *text, *patch, *wanted; /* wanted NULL: an error */
    ans_err err;
} row;

static const row rows[] = {
    {"A.1 a member", "{\"foo\":\"bar\"}", "[{\"op\":\"add\",\"path\":\"/baz\",\"value\":\"qux\"}]", "{\"foo\":\"bar\",\"baz\":\"qux\"}", ANS_OK},
    {"A.2 an element", "{\"foo\":[\"bar\",\"baz\"]}", "[{\"op\":\"add\",\"path\":\"/foo/1\",\"value\":\"qux\"}]", "{\"foo\":[\"bar\",\"qux\",\"baz\"]}", ANS_OK},
    {"A.3 remove a member", "{\"baz\":\"qux\",\"foo\":\"bar\"}", "[{\"op\":\"remove\",\"path\":\"/baz\"}]", "{\"foo\":\"bar\"}", ANS_OK},
    {"remove the last member", "{\"baz\":\"qux\",\"foo\":\"bar\"}", "[{\"op\":\"remove\",\"path\":\"/foo\"}]", "{\"baz\":\"qux\"}", ANS_OK},
    {"remove the only member", "{\"foo\":\"bar\"}", "[{\"op\":\"remove\",\"path\":\"/foo\"}]", "{}", ANS_OK},
    {"A.4 remove an element", "{\"foo\":[\"bar\",\"qux\",\"baz\"]}", "[{\"op\":\"remove\",\"path\":\"/foo/1\"}]", "{\"foo\":[\"bar\",\"baz\"]}", ANS_OK},
    {"A.5 replace", "{\"baz\":\"qux\",\"foo\":\"bar\"}", "[{\"op\":\"replace\",\"path\":\"/baz\",\"value\":\"boo\"}]", "{\"baz\":\"boo\",\"foo\":\"bar\"}", ANS_OK},
    {"A.6 move a value", "{\"foo\":{\"bar\":\"baz\",\"waldo\":\"fred\"},\"qux\":{\"corge\":\"grault\"}}",
     "[{\"op\":\"move\",\"from\":\"/foo/waldo\",\"path\":\"/qux/thud\"}]", "{\"foo\":{\"bar\":\"baz\"},\"qux\":{\"corge\":\"grault\",\"thud\":\"fred\"}}", ANS_OK},
    {"A.7 move an element", "{\"foo\":[\"all\",\"grass\",\"cows\",\"eat\"]}", "[{\"op\":\"move\",\"from\":\"/foo/1\",\"path\":\"/foo/3\"}]",
     "{\"foo\":[\"all\",\"cows\",\"eat\",\"grass\"]}", ANS_OK},
    {"A.8 test", "{\"baz\":\"qux\",\"foo\":[\"a\",2,\"c\"]}",
     "[{\"op\":\"test\",\"path\":\"/baz\",\"value\":\"qux\"},{\"op\":\"test\",\"path\":\"/foo/1\",\"value\":2}]", "{\"baz\":\"qux\",\"foo\":[\"a\",2,\"c\"]}", ANS_OK},
    {"A.9 test fails", "{\"baz\":\"qux\"}", "[{\"op\":\"test\",\"path\":\"/baz\",\"value\":\"bar\"}]", NULL, ANS_E_RULE},
    {"A.10 an object in an object", "{\"foo\":\"bar\"}", "[{\"op\":\"add\",\"path\":\"/child\",\"value\":{\"grandchild\":{}}}]",
     "{\"foo\":\"bar\",\"child\":{\"grandchild\":{}}}", ANS_OK},
    {"A.11 unknown members are ignored", "{\"foo\":\"bar\"}", "[{\"op\":\"add\",\"path\":\"/baz\",\"value\":\"qux\",\"xyz\":123}]", "{\"foo\":\"bar\",\"baz\":\"qux\"}", ANS_OK},
    {"A.12 a parent that is not there", "{\"foo\":\"bar\"}", "[{\"op\":\"add\",\"path\":\"/baz/bat\",\"value\":\"qux\"}]", NULL, ANS_E_RULE},
    {"A.14 ~ escapes", "{\"/\":9,\"~1\":10}", "[{\"op\":\"test\",\"path\":\"/~01\",\"value\":10}]", "{\"/\":9,\"~1\":10}", ANS_OK},
    {"A.15 a string is no number", "{\"/\":9,\"~1\":10}", "[{\"op\":\"test\",\"path\":\"/~01\",\"value\":\"10\"}]", NULL, ANS_E_RULE},
    {"A.16 an array behind the last", "{\"foo\":[\"bar\"]}", "[{\"op\":\"add\",\"path\":\"/foo/-\",\"value\":[\"abc\",\"def\"]}]", "{\"foo\":[\"bar\",[\"abc\",\"def\"]]}", ANS_OK},
    {"add over a member", "{\"foo\":null}", "[{\"op\":\"add\",\"path\":\"/foo\",\"value\":1}]", "{\"foo\":1}", ANS_OK},
    {"add to what is empty", "{\"a\":[],\"o\":{}}", "[{\"op\":\"add\",\"path\":\"/a/0\",\"value\":1},{\"op\":\"add\",\"path\":\"/o/x\",\"value\":2}]", "{\"a\":[1],\"o\":{\"x\":2}}", ANS_OK},
    {"the whole", "{\"a\":1}", "[{\"op\":\"replace\",\"path\":\"\",\"value\":{\"b\":2}},{\"op\":\"add\",\"path\":\"/c\",\"value\":3}]", "{\"b\":2,\"c\":3}", ANS_OK},
    {"an empty name", "{\"\":1}", "[{\"op\":\"replace\",\"path\":\"/\",\"value\":2}]", "{\"\":2}", ANS_OK},
    {"escaped names are the same names", "{\"\\u0061\":1}", "[{\"op\":\"replace\",\"path\":\"/a\",\"value\":2}]", "{\"\\u0061\":2}", ANS_OK},
    {"numbers by their value", "{\"a\":[105.00,1e2,-0,0.5]}",
     "[{\"op\":\"test\",\"path\":\"/a\",\"value\":[105,100.0,0,5E-1]}]", "{\"a\":[105.00,1e2,-0,0.5]}", ANS_OK},
    {"numbers that differ behind the 17th digit", "{\"a\":0.12345678901234567891}", "[{\"op\":\"test\",\"path\":\"/a\",\"value\":0.12345678901234567892}]", NULL, ANS_E_RULE},
    {"members in any order", "{\"a\":{\"x\":1,\"y\":[true,null]}}", "[{\"op\":\"test\",\"path\":\"/a\",\"value\":{\"y\":[true,null],\"x\":1}}]", "{\"a\":{\"x\":1,\"y\":[true,null]}}", ANS_OK},
    {"strings decoded", "{\"a\":\"\\u1ec7\"}", "[{\"op\":\"test\",\"path\":\"/a\",\"value\":\"ệ\"}]", "{\"a\":\"\\u1ec7\"}", ANS_OK},
    {"what is not touched keeps its text", "{ \"v\" : 105.00 , \"s\":\"\\u0041\" }", "[{\"op\":\"add\",\"path\":\"/x\",\"value\":1.50}]", "{ \"v\" : 105.00 , \"s\":\"\\u0041\",\"x\":1.50 }", ANS_OK},
    {"copy", "{\"a\":{\"b\":1}}", "[{\"op\":\"copy\",\"from\":\"/a\",\"path\":\"/a/c\"}]", "{\"a\":{\"b\":1,\"c\":{\"b\":1}}}", ANS_OK},
    {"move to where it is", "{\"a\":1,\"b\":2}", "[{\"op\":\"move\",\"from\":\"/a\",\"path\":\"/a\"}]", "{\"a\":1,\"b\":2}", ANS_OK},
    {"move into itself", "{\"a\":[{},{}]}", "[{\"op\":\"move\",\"from\":\"/a/0\",\"path\":\"/a/0/x\"}]", NULL, ANS_E_INVALID},
    {"no more than the end", "{\"a\":[1]}", "[{\"op\":\"add\",\"path\":\"/a/2\",\"value\":1}]", NULL, ANS_E_RULE},
    {"a leading zero is no index", "{\"a\":[1,2]}", "[{\"op\":\"remove\",\"path\":\"/a/01\"}]", NULL, ANS_E_RULE},
    {"an index beyond all numbers", "{\"a\":[1]}", "[{\"op\":\"remove\",\"path\":\"/a/99999999999999999999999\"}]", NULL, ANS_E_RULE},
    {"- is nothing to remove", "{\"a\":[1]}", "[{\"op\":\"remove\",\"path\":\"/a/-\"}]", NULL, ANS_E_RULE},
    {"beyond -", "{\"a\":[1]}", "[{\"op\":\"add\",\"path\":\"/a/-/x\",\"value\":1}]", NULL, ANS_E_RULE},
    {"inside a string", "{\"a\":\"b\"}", "[{\"op\":\"add\",\"path\":\"/a/0\",\"value\":1}]", NULL, ANS_E_RULE},
    {"the whole cannot go", "{\"a\":1}", "[{\"op\":\"remove\",\"path\":\"\"}]", NULL, ANS_E_INVALID},
    {"a lone ~", "{\"a\":1}", "[{\"op\":\"remove\",\"path\":\"/~2\"}]", NULL, ANS_E_INVALID},
    {"no slash", "{\"a\":1}", "[{\"op\":\"remove\",\"path\":\"a\"}]", NULL, ANS_E_INVALID},
    {"no such operation", "{\"a\":1}", "[{\"op\":\"spam\",\"path\":\"/a\"}]", NULL, ANS_E_INVALID},
    {"no operation", "{\"a\":1}", "[{\"path\":\"/a\"}]", NULL, ANS_E_INVALID},
    {"no path", "{\"a\":1}", "[{\"op\":\"remove\"}]", NULL, ANS_E_INVALID},
    {"no value", "{\"a\":1}", "[{\"op\":\"add\",\"path\":\"/b\"}]", NULL, ANS_E_INVALID},
    {"no from", "{\"a\":1}", "[{\"op\":\"copy\",\"path\":\"/b\"}]", NULL, ANS_E_INVALID},
    {"an operation that is no object", "{\"a\":1}", "[1]", NULL, ANS_E_INVALID},
    {"no list", "{\"a\":1}", "{\"op\":\"remove\",\"path\":\"/a\"}", NULL, ANS_E_INVALID},
    {"nothing to do", "{\"a\":1}", "[]", "{\"a\":1}", ANS_OK},
};

static ans_err run(ans_cx *cx, ans_str text, ans_str patch_text, ans_str *out)
{
    ans_json patch;
    assert_int_equal(ans_json_parse(cx, patch_text, NULL, &patch), ANS_OK);
    return ans_json_patch(cx, text, &patch, out);
}

static void examples(void **state)
{
    (void)state;
    ans_cx cx = cx_make();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ans_str out = ANS_STR("untouched"), text = tight(ans_str_of(rows[i].text));
        ans_err err = run(&cx, text, ans_str_of(rows[i].patch), &out);
        if (err != rows[i].err || !ans_str_is(out, rows[i].wanted ? rows[i].wanted : "untouched")) {
            fail_msg("%s: error %d, %.*s", rows[i].name, err, ANS_FMT(out));
        }
        assert_true((err == ANS_OK) == (cx.issues == NULL));
        ans_free((void *)(uintptr_t)text.p);
        cx_again(&cx);
    }
    cx_end(&cx);
}

static void no_issue_quotes_the_document(void **state)
{
    (void)state;
    ans_cx cx = cx_make();
    ans_str out;
    assert_int_equal(run(&cx, ANS_STR("{\"name\":\"Secret\"}"), ANS_STR("[{\"op\":\"test\",\"path\":\"/name\",\"value\":\"Other\"}]"), &out), ANS_E_RULE);
    for (const ans_issue *i = cx.issues; i; i = i->next) {
        assert_true(ans_str_search(i->text, ANS_STR("Secret")) < 0);
    }
    cx_end(&cx);
}

/* A patch that doubles what is there comes to its bound, and costs no more memory than that. */
static void growth_is_bounded(void **state)
{
    (void)state;
    ans_cx cx = cx_make();
    ans_buf b;
    ans_str patch, out;
    ans_buf_init_arena(&b, cx.arena, (size_t)1 << 20);
    ANS_BUF_LIT(&b, "[{\"op\":\"test\",\"path\":\"\",\"value\":{\"a\":[0]}}");
    for (int i = 0; i < 60; i++) {
        ANS_BUF_LIT(&b, ",{\"op\":\"copy\",\"from\":\"/a\",\"path\":\"/a/-\"}");
    }
    ANS_BUF_LIT(&b, "]");
    assert_int_equal(ans_buf_finish(&b, &patch), ANS_OK);
    ans_err err = run(&cx, ANS_STR("{\"a\":[0]}"), patch, &out);
    assert_true(err == ANS_E_TOOBIG || err == ANS_E_SYNTAX); /* too much text, or nested too deep */
    cx_again(&cx);
    ans_buf_init_arena(&b, cx.arena, (size_t)1 << 20);
    ANS_BUF_LIT(&b, "[");
    for (int i = 0; i < 1001; i++) {
        ans_buf_add(&b, i ? ANS_STR(",") : ANS_STR_NONE);
        ANS_BUF_LIT(&b, "{\"op\":\"test\",\"path\":\"/a\",\"value\":[0]}");
    }
    ANS_BUF_LIT(&b, "]");
    assert_int_equal(ans_buf_finish(&b, &patch), ANS_OK);
    assert_int_equal(run(&cx, ANS_STR("{\"a\":[0]}"), patch, &out), ANS_E_INVALID);
    cx_end(&cx);
}

/* ---- against a model: a flat list of numbers, put, taken and moved by hand ---- */

enum { MOST = 12, ROUNDS = 400 };

static uint32_t dice(uint64_t *seed, uint32_t below)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*seed >> 33) % below;
}

static void model_put(int *list, uint32_t *n, uint32_t at, int value)
{
    memmove(list + at + 1, list + at, (*n - at) * sizeof *list);
    list[at] = value;
    (*n)++;
}

static int model_take(int *list, uint32_t *n, uint32_t at)
{
    int value = list[at];
    memmove(list + at, list + at + 1, (*n - at - 1) * sizeof *list);
    (*n)--;
    return value;
}

static ans_str list_text(ans_cx *cx, const int *list, uint32_t n)
{
    ans_buf b;
    ans_str out;
    ans_buf_init_arena(&b, cx->arena, 4096);
    ANS_BUF_LIT(&b, "{\"a\":[");
    for (uint32_t i = 0; i < n; i++) {
        ans_buf_fmt(&b, "%s%d", i ? "," : "", list[i]);
    }
    ANS_BUF_LIT(&b, "]}");
    assert_int_equal(ans_buf_finish(&b, &out), ANS_OK);
    return out;
}

static void lists_against_a_model(void **state)
{
    (void)state;
    const char *given = getenv("SEED");
    uint64_t seed = given ? strtoull(given, NULL, 10) : 20261122;
    ans_cx cx = cx_make();
    for (int round = 0; round < ROUNDS; round++) {
        int list[2 * MOST + 2];
        uint32_t n = dice(&seed, MOST);
        for (uint32_t i = 0; i < n; i++) {
            list[i] = (int)dice(&seed, 1000);
        }
        ans_str text = list_text(&cx, list, n), patch, got;
        ans_buf b;
        ans_buf_init_arena(&b, cx.arena, 8192);
        ANS_BUF_LIT(&b, "[");
        for (uint32_t ops = 0, wanted = 1 + dice(&seed, MOST); ops < wanted; ops++) {
            uint32_t what = n ? dice(&seed, 3) : 0, at = dice(&seed, what ? n : n + 1), value = dice(&seed, 1000);
            ans_buf_add(&b, ops ? ANS_STR(",") : ANS_STR_NONE);
            if (what == 0) {
                model_put(list, &n, at, (int)value);
                ans_buf_fmt(&b, "{\"op\":\"add\",\"path\":\"/a/%u\",\"value\":%u}", at, value);
            } else if (what == 1) {
                (void)model_take(list, &n, at);
                ans_buf_fmt(&b, "{\"op\":\"remove\",\"path\":\"/a/%u\"}", at);
            } else {
                int moved = model_take(list, &n, at);
                uint32_t to = dice(&seed, n + 1);
                model_put(list, &n, to, moved);
                ans_buf_fmt(&b, "{\"op\":\"move\",\"from\":\"/a/%u\",\"path\":\"/a/%u\"}", at, to);
            }
        }
        ANS_BUF_LIT(&b, "]");
        assert_int_equal(ans_buf_finish(&b, &patch), ANS_OK);
        assert_int_equal(run(&cx, text, patch, &got), ANS_OK);
        if (!ans_str_eq(got, list_text(&cx, list, n))) {
            fail_msg("seed %s: %.*s patched by %.*s is %.*s", given ? given : "20261122", ANS_FMT(text), ANS_FMT(patch), ANS_FMT(got));
        }
        cx_again(&cx);
    }
    cx_end(&cx);
}

/* Every allocation fails once: an error, or the same answer; never a half. */
/* The table of RFC 7396's appendix, and what is ours: text that is not touched stays. */
static void merging(void **state)
{
    static const char *const cases[][3] = {
        {"{\"a\":\"b\"}", "{\"a\":\"c\"}", "{\"a\":\"c\"}"},
        {"{\"a\":\"b\"}", "{\"b\":\"c\"}", "{\"a\":\"b\",\"b\":\"c\"}"},
        {"{\"a\":\"b\"}", "{\"a\":null}", "{}"},
        {"{\"a\":\"b\",\"b\":\"c\"}", "{\"a\":null}", "{\"b\":\"c\"}"},
        {"{\"a\":[\"b\"]}", "{\"a\":\"c\"}", "{\"a\":\"c\"}"},
        {"{\"a\":\"c\"}", "{\"a\":[\"b\"]}", "{\"a\":[\"b\"]}"},
        {"{\"a\":{\"b\":\"c\"}}", "{\"a\":{\"b\":\"d\",\"c\":null}}", "{\"a\":{\"b\":\"d\"}}"},
        {"{\"a\":[{\"b\":\"c\"}]}", "{\"a\":[1]}", "{\"a\":[1]}"},
        {"{\"e\":null}", "{\"a\":1}", "{\"e\":null,\"a\":1}"},
        {"[1,2]", "{\"a\":\"b\",\"c\":null}", "{\"a\":\"b\"}"},
        {"{}", "{\"a\":{\"bb\":{\"ccc\":null}}}", "{\"a\":{\"bb\":{}}}"},
        {"{ \"v\" : 105.00 , \"s\":\"\\u0041\" }", "{\"x\":1.50}", "{\"v\":105.00,\"s\":\"\\u0041\",\"x\":1.50}"},
        {"{\"a\":\"b\"}", "[\"c\"]", NULL},
        {"{\"a\":\"b\"}", "null", NULL},
        {"{\"a\":\"b\"}", "\"bar\"", NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ans_cx cx = cx_make();
        ans_json doc, patch;
        ans_str out = ANS_STR_NONE;
        assert_int_equal(ans_json_parse(&cx, ans_str_of(cases[i][0]), NULL, &doc), ANS_OK);
        assert_int_equal(ans_json_parse(&cx, ans_str_of(cases[i][1]), NULL, &patch), ANS_OK);
        ans_err err = ans_json_merge(&cx, &doc, &patch, &out);
        if (cases[i][2] ? err != ANS_OK || !ans_str_is(out, cases[i][2]) : err != ANS_E_INVALID) {
            fail_msg("%s merged with %s: %d %.*s", cases[i][0], cases[i][1], err, ANS_FMT(out));
        }
        cx_end(&cx);
    }
}

/* An object with very many members, merged with one as large: refused before it takes its square. */
static void merging_is_bounded(void **state)
{
    ans_cx cx = cx_make();
    ans_json doc;
    ans_str text, out;
    ans_buf b;
    (void)state;
    ans_buf_init_arena(&b, cx.arena, 1 << 20);
    for (int i = 0; i < 20000; i++) {
        ans_buf_fmt(&b, "%c\"m%d\":%d", i ? ',' : '{', i, i);
    }
    ans_buf_add_c(&b, '}');
    assert_int_equal(ans_buf_finish(&b, &text), ANS_OK);
    assert_int_equal(ans_json_parse(&cx, text, NULL, &doc), ANS_OK);
    assert_int_equal(ans_json_merge(&cx, &doc, &doc, &out), ANS_E_TOOBIG);
    cx_end(&cx);
}

static void memory_runs_out(void **state)
{
    (void)state;
    for (uint64_t n = 1;; n++) {
        ans_cx cx = cx_make();
        ans_str out = ANS_STR_NONE;
        ans_json patch;
        (void)ans_alloc_fail_after(n, true);
        ans_err err = ans_json_parse(&cx, ANS_STR("[{\"op\":\"add\",\"path\":\"/b~1\",\"value\":\"\\u0041\"},{\"op\":\"test\",\"path\":\"/b~1\",\"value\":\"A\"}]"), NULL, &patch);
        err = err == ANS_OK ? ans_json_patch(&cx, ANS_STR("{\"a\":1}"), &patch, &out) : err;
        (void)ans_alloc_fail_after(0, false);
        assert_true(err == ANS_OK ? ans_str_is(out, "{\"a\":1,\"b/\":\"\\u0041\"}") : out.p == NULL);
        cx_end(&cx);
        if (err == ANS_OK) {
            break;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(examples),
        cmocka_unit_test(no_issue_quotes_the_document),
        cmocka_unit_test(growth_is_bounded),
        cmocka_unit_test(lists_against_a_model),
        cmocka_unit_test(merging),
        cmocka_unit_test(merging_is_bounded),
        cmocka_unit_test(memory_runs_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
