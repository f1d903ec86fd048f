/* Text functions, one table each. */
#include "unit.h"

#include "base/str.h"

static int sign(int v)
{
    return (v > 0) - (v < 0);
}

static void str__cmp(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        int order;
    } rows[] = {{"", "", 0},     {"a", "a", 0},   {"", "a", -1},        {"a", "b", -1},
                {"a", "aa", -1}, {"ab", "b", -1}, {"\x7F", "\x80", -1}, {"B", "a", -1}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        ans_str a = ans_str_of(rows[i].a), b = ans_str_of(rows[i].b);
        assert_int_equal(sign(ans_str_cmp(a, b)), rows[i].order);
        assert_int_equal(sign(ans_str_cmp(b, a)), -rows[i].order);
        assert_int_equal(ans_str_eq(a, b), rows[i].order == 0);
    }
    assert_int_equal(ans_str_cmp(ANS_STR_NONE, ANS_STR("")), 0);
    assert_true(ans_str_eq(ANS_STR_NONE, ANS_STR("")));
    assert_true(ans_str_is(ANS_STR("ab"), "ab"));
    assert_true(ans_str_is(ANS_STR_NONE, NULL));
    assert_false(ans_str_eq(ANS_STR("a\0b"), ANS_STR("a\0c")));
}

static void str__find(void **state)
{
    (void)state;
    static const struct {
        const char *s;
        char c;
        ptrdiff_t first, last;
    } rows[] = {{"", 'a', -1, -1},
                {"a", 'a', 0, 0},
                {"b", 'a', -1, -1},
                {"a/b/c", '/', 1, 3},
                {"//", '/', 0, 1}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(ans_str_find(ans_str_of(rows[i].s), rows[i].c), rows[i].first);
        assert_int_equal(ans_str_rfind(ans_str_of(rows[i].s), rows[i].c), rows[i].last);
    }
    assert_int_equal(ans_str_find(ANS_STR_NONE, 'a'), -1);
    assert_int_equal(ans_str_find(ans_str_head(ANS_STR("xxa"), 2), 'a'), -1);
}

static void str__search(void **state)
{
    (void)state;
    static const struct {
        const char *s, *part;
        ptrdiff_t at;
    } rows[] = {{"", "", 0},      {"a", "", 0},        {"", "a", -1},    {"abc", "abc", 0},
                {"abc", "bc", 1}, {"abc", "abcd", -1}, {"aab", "ab", 1}, {"abc", "x", -1}};
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_int_equal(ans_str_search(ans_str_of(rows[i].s), ans_str_of(rows[i].part)),
                         rows[i].at);
    assert_int_equal(ans_str_search(ANS_STR_NONE, ANS_STR("a")), -1);
}

static void str__cut(void **state)
{
    (void)state;
    static const struct {
        const char *s, *head, *rest;
        bool found;
    } rows[] = {{"a,b", "a", "b", true}, {"a,", "a", "", true}, {",b", "", "b", true},
                {",", "", "", true},     {"a", "a", "", false}, {"a,b,c", "a", "b,c", true},
                {"", "", "", false}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        ans_str s = ans_str_of(rows[i].s), head;
        assert_int_equal(ans_str_cut(&s, ',', &head), rows[i].found);
        assert_true(ans_str_is(head, rows[i].head));
        assert_true(ans_str_is(s, rows[i].rest));
    }
    ans_str none = ANS_STR_NONE, head;
    assert_false(ans_str_cut(&none, ',', &head));
    assert_int_equal(head.n + none.n, 0);
}

static void str__slices(void **state)
{
    (void)state;
    ans_str s = ANS_STR("abc");
    assert_true(ans_str_is(ans_str_from(s, 0), "abc"));
    assert_true(ans_str_is(ans_str_from(s, 2), "c"));
    assert_true(ans_str_is(ans_str_from(s, 3), ""));
    assert_true(ans_str_is(ans_str_from(s, 9), ""));
    assert_int_equal(ans_str_from(ANS_STR_NONE, 5).n, 0);
    assert_true(ans_str_is(ans_str_head(s, 2), "ab"));
    assert_true(ans_str_is(ans_str_head(s, 9), "abc"));
    assert_true(ans_str_starts(s, ANS_STR("ab")));
    assert_true(ans_str_starts(s, ANS_STR_NONE));
    assert_false(ans_str_starts(s, ANS_STR("abcd")));
    assert_false(ans_str_starts(ANS_STR_NONE, s));
}

static void str__trim(void **state)
{
    (void)state;
    static const struct {
        const char *s, *trimmed;
    } rows[] = {{"", ""},     {"a", "a"},
                {" a ", "a"}, {"\t\r\n a b \n", "a b"},
                {"   ", ""},  {"\xC2\xA0x", "\xC2\xA0x"},
                {"\v", "\v"}};
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_true(ans_str_is(ans_str_trim(ans_str_of(rows[i].s)), rows[i].trimmed));
    assert_int_equal(ans_str_trim(ANS_STR_NONE).n, 0);
}

static void str__ieq(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        bool equal;
    } rows[] = {{"", "", true},
                {"Content-Length", "content-LENGTH", true},
                {"a", "b", false},
                {"a", "aa", false},
                {"@", "`", false},
                {"[", "{", false},
                {"\xC3\x81", "\xC3\xA1", false}};
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_int_equal(ans_str_ieq(ans_str_of(rows[i].a), ans_str_of(rows[i].b)), rows[i].equal);
}

static void str__u64(void **state)
{
    (void)state;
    static const struct {
        const char *s;
        bool good;
        uint64_t v;
    } rows[] = {{"0", true, 0},
                {"007", true, 7},
                {"18446744073709551615", true, UINT64_MAX},
                {"18446744073709551616", false, 0},
                {"18446744073709551620", false, 0},
                {"99999999999999999999", false, 0},
                {"100000000000000000000", false, 0},
                {"", false, 0},
                {"-1", false, 0},
                {"+1", false, 0},
                {" 1", false, 0},
                {"1 ", false, 0},
                {"1a", false, 0},
                {"0x1", false, 0},
                {"1.0", false, 0},
                {"\xD9\xA1", false, 0}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        uint64_t v = 42;
        assert_int_equal(ans_str_u64(ans_str_of(rows[i].s), &v), rows[i].good);
        assert_true(v == (rows[i].good ? rows[i].v : 42));
    }
    uint64_t v = 42;
    assert_false(ans_str_u64((ans_str){"1\0", 2}, &v));
    assert_false(ans_str_u64(ANS_STR_NONE, &v));
}

static void str__utf8(void **state)
{
    (void)state;
    static const struct {
        const char *s;
        bool good;
    } rows[] = {
        {"", true},
        {"plain", true},
        {"Nguy\xE1\xBB\x85n \xC4\x90\xF0\x9F\x98\x80", true},
        {"\xC2\x80\xDF\xBF\xE0\xA0\x80\xEC\xBF\xBF\xED\x9F\xBF\xEE\x80\x80\xEF\xBF\xBF", true},
        {"\xF0\x90\x80\x80\xF3\xBF\xBF\xBF\xF4\x8F\xBF\xBF", true},
        {"\x80", false},
        {"\xC0\x80", false},
        {"\xC1\xBF", false},
        {"\xC2", false},
        {"\xC2\x41", false},
        {"\xE0\x9F\xBF", false},
        {"\xE1\x80", false},
        {"\xE1\x80\x41", false},
        {"\xED\xA0\x80", false},
        {"\xF0\x8F\xBF\xBF", false},
        {"\xF1\x80\x80", false},
        {"\xF1\x80\x80\xC0", false},
        {"\xF4\x90\x80\x80", false},
        {"\xF5\x80\x80\x80", false},
        {"\xFE", false},
        {"\xFF", false},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(ans_str_utf8(ans_str_of(rows[i].s)), rows[i].good);
        char framed[64];
        int n = snprintf(framed, sizeof framed, "ab%scd", rows[i].s);
        assert_int_equal(ans_str_utf8((ans_str){framed, (size_t)n}), rows[i].good);
    }
    assert_true(ans_str_utf8((ans_str){"a\0b", 3}));
    assert_true(ans_str_utf8(ANS_STR_NONE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(str__cmp), cmocka_unit_test(str__find),   cmocka_unit_test(str__search),
        cmocka_unit_test(str__cut), cmocka_unit_test(str__slices), cmocka_unit_test(str__trim),
        cmocka_unit_test(str__ieq), cmocka_unit_test(str__u64),    cmocka_unit_test(str__utf8),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
