/* Requests of data subjects: the days they come to, and the table read strictly. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "auth/request.h"
#include "auth/rights.h"
#include "base/os.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static ans_cx cx;
static const ans_requests *requests;

static void days(void **state)
{
    (void)state;
    static const struct {
        const char *kind, *received;
        bool third_party, extended;
        const char *acknowledge, *answer;
    } cases[] = {
        {"access", "2026-11-23", false, false, "2026-11-25", "2026-12-03"}, /* a Monday */
        {"access", "2026-11-20", false, false, "2026-11-24", "2026-11-30"}, /* a Friday: Saturday and Sunday do not count */
        {"access", "2026-11-21", false, false, "2026-11-24", "2026-12-01"},
        {"access", "2026-11-23", true, false, "2026-11-25", "2026-12-08"},
        {"access", "2026-11-23", true, true, "2026-11-25", "2026-12-18"},
        {"withdraw", "2026-11-23", false, false, "2026-11-25", "2026-12-08"},
        {"object", "2026-11-23", true, true, "2026-11-25", "2026-12-28"},
        {"erase", "2026-11-23", false, false, "2026-11-25", "2026-12-13"},
        {"erase", "2026-11-23", true, true, "2026-11-25", "2027-01-12"},
        {"protect", "2026-11-23", true, true, "2026-11-25", "2026-12-08"}, /* neither is known for it */
        {"copy", "2026-12-31", false, false, "2027-01-05", "2027-01-10"},  /* New Year's Day, and a weekend */
        {"copy", "2026-02-13", false, false, "2026-02-24", "2026-02-23"},  /* Tet */
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        ans_day received;
        const ans_request_kind *k = ans_request_named(requests, ans_str_of(cases[i].kind));
        assert_non_null(k);
        assert_true(ans_day_parse(ans_str_of(cases[i].received), &received));
        ans_request_due due = ans_request_due_of(requests, k, received, cases[i].third_party, cases[i].extended);
        assert_string_equal(ans_day_print(cx.arena, due.acknowledge).p, cases[i].acknowledge);
        assert_string_equal(ans_day_print(cx.arena, due.answer).p, cases[i].answer);
    }
    assert_null(ans_request_named(requests, ANS_STR("forget")));
}

static void strict(void **state)
{
    (void)state;
    static const char *const slips[] = {
        "{\"holidays\":[\"02-30\"],\"kinds\":{}}",
        "{\"holidays\":[\"2026-1-1\"],\"kinds\":{}}",
        "{\"holidays\":[]}",
        "{\"holidays\":[],\"kinds\":{\"x\":{\"title\":{\"vi\":\"a\",\"en\":\"b\"},\"days\":3}}}",
        "{\"holidays\":[],\"kinds\":{\"x\":{\"title\":{\"vi\":\"a\",\"en\":\"b\"},\"acknowledge\":2,\"days\":-3}}}",
        "{\"holidays\":[],\"kinds\":{\"x\":{\"title\":{\"vi\":\"a\",\"en\":\"b\"},\"acknowledge\":2,\"days\":100000}}}",
        "{\"holidays\":[],\"kinds\":{\"x\":{\"title\":{\"vi\":\"a\",\"en\":\"b\"},\"acknowledge\":2,\"days\":3,\"third-party\":3}}}",
        "{\"holidays\":[],\"kinds\":{},\"more\":1}",
    };
    for (size_t i = 0; i < COUNT(slips); i++) {
        const ans_requests *q;
        assert_int_equal(ans_requests_read(&cx, ans_str_of(slips[i]), &q), ANS_E_INVALID);
    }
}

int main(void)
{
    if (!ans_base_start()) {
        return 1;
    }
    cx.arena = ans_arena_new((size_t)16 << 20);
    if (ans_requests_read(&cx, ANS_STR_NONE, &requests) != ANS_OK) {
        return 1;
    }
    const struct CMUnitTest tests[] = {cmocka_unit_test(days), cmocka_unit_test(strict)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    ans_arena_free(cx.arena);
    return failed;
}
