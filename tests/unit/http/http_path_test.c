/* Paths: decoded strictly or refused. */
#include "http/http.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

static const struct {
    const char *raw;
    const char *want; /* NULL: refused */
} rows[] = {
    {"/", "/"},
    {"/fhir/Patient/1", "/fhir/Patient/1"},
    {"/fhir/Patient/", "/fhir/Patient/"},
    {"//a", "//a"},
    {"/a+b", "/a+b"},
    {"/%41%62", "/Ab"},
    {"/%C3%A9", "/\xc3\xa9"},
    {"/%e1%bb%85", "/\xe1\xbb\x85"},
    {"/a%20b", "/a b"},
    {"/%25", "/%"},
    {"/%2541", "/%41"}, /* decoded once */
    {"/...", "/..."},
    {"/.well-known", "/.well-known"},
    {"/a.", "/a."},
    {"/a..b/..c", "/a..b/..c"},
    {"/$export", "/$export"},
    {"", NULL},
    {"a", NULL},
    {"*", NULL},
    {"/.", NULL},
    {"/..", NULL},
    {"/./a", NULL},
    {"/a/../b", NULL},
    {"/a/..", NULL},
    {"/%2e", NULL},
    {"/%2E%2e/b", NULL},
    {"/.%2e", NULL},
    {"/a%2fb", NULL},
    {"/..%2F", NULL},
    {"/a%5cb", NULL},
    {"/a\\b", NULL},
    {"/%00", NULL},
    {"/a%0a", NULL},
    {"/a%0D%0Ab", NULL},
    {"/%7f", NULL},
    {"/%", NULL},
    {"/%4", NULL},
    {"/%4g", NULL},
    {"/%g4", NULL},
    {"/%%41", NULL},
    {"/%u0041", NULL},
    {"/%+1", NULL},
    {"/%80", NULL},
    {"/%c0%af", NULL},       /* overlong '/' */
    {"/%c0%ae%c0%ae", NULL}, /* overlong dots */
    {"/%ed%a0%80", NULL},    /* surrogate */
    {"/%f4%90%80%80", NULL}, /* beyond U+10FFFF */
    {"/%e1%bb", NULL},       /* cut */
};

static void http_path__rows(void **state)
{
    (void)state;
    ans_arena *arena = ans_arena_new(1 << 20);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ans_str got = ans_http_path_decode(arena, ans_str_of(rows[i].raw));
        if ((got.p != NULL) != (rows[i].want != NULL) ||
            (got.p && !ans_str_is(got, rows[i].want))) {
            fail_msg("%s: got %.*s", rows[i].raw, ANS_FMT(got));
        }
    }
    ans_arena_free(arena);
}

static void http_path__full_arena_refuses(void **state)
{
    (void)state;
    ans_arena *arena = ans_arena_new(8);
    assert_null(ans_http_path_decode(arena, ANS_STR("/longer-than-the-arena")).p);
    assert_true(ans_arena_is_full(arena));
    ans_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(http_path__rows),
        cmocka_unit_test(http_path__full_arena_refuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
