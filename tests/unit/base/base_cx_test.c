/* Issues and the error table. */
#include "unit.h"

#include "base/cx.h"
#include "base/os.h"

static void cx__issues_keep_their_order(void **state)
{
    (void)state;
    ans_cx cx = {.arena = ans_arena_new(100000)};
    char path[] = "Patient.name[0]";
    assert_int_equal(ans_issue_add(&cx, ANS_E_VALUE, ans_str_of(path), "%d of %d", 1, 2),
                     ANS_E_VALUE);
    path[0] = 'X'; /* the issue has its own copy */
    ans_issue_warn(&cx, "informational", ANS_STR_NONE, "odd");
    assert_int_equal(ans_issue_add(&cx, ANS_E_NOTFOUND, ANS_STR_NONE, "none"), ANS_E_NOTFOUND);

    ans_issue *issue = cx.issues;
    assert_int_equal(issue->err, ANS_E_VALUE);
    assert_string_equal(issue->code, "value");
    assert_string_equal(issue->severity, "error");
    assert_true(ans_str_is(issue->expression, "Patient.name[0]"));
    assert_true(ans_str_is(issue->text, "1 of 2"));
    issue = issue->next;
    assert_int_equal(issue->err, ANS_OK);
    assert_string_equal(issue->code, "informational");
    assert_string_equal(issue->severity, "warning");
    assert_int_equal(issue->expression.n, 0);
    issue = issue->next;
    assert_string_equal(issue->code, "not-found");
    assert_null(issue->next);
    assert_ptr_equal(issue, cx.last_);
    ans_arena_free(cx.arena);
}

/* Long text is cut, but never inside a letter. */
static void cx__long_text_is_cut_between_letters(void **state)
{
    (void)state;
    char text[1200];
    for (size_t shift = 0; shift < 3; shift++) {
        ans_cx cx = {.arena = ans_arena_new(100000)};
        memset(text, 'x', shift);
        for (size_t at = shift; at + 3 < sizeof text; at += 3)
            memcpy(text + at, "\xE1\xBB\x85", 4);
        (void)ans_issue_add(&cx, ANS_E_RULE, ANS_STR_NONE, "%s", text);
        assert_true(ans_str_utf8(cx.issues->text));
        assert_in_range(cx.issues->text.n, 500, 600);
        ans_arena_free(cx.arena);
    }
}

/* Without room for the issue the code still goes up. */
static void cx__no_room_for_the_issue(void **state)
{
    (void)state;
    ans_cx cx = {.arena = ans_arena_new(16)};
    assert_int_equal(ans_issue_add(&cx, ANS_E_CONFLICT, ANS_STR_NONE, "text"), ANS_E_CONFLICT);
    assert_null(cx.issues);
    assert_int_equal(ans_cx_nomem(&cx), ANS_E_TOOBIG);
    ans_arena_free(cx.arena);

    cx = (ans_cx){.arena = ans_arena_new(100000)};
    assert_int_equal(ans_cx_nomem(&cx), ANS_E_NOMEM);
    assert_null(ans_arena_alloc(cx.arena, 200000));
    assert_int_equal(ans_cx_nomem(&cx), ANS_E_TOOBIG);
    assert_non_null(cx.issues);
    ans_arena_free(cx.arena);

    cx = (ans_cx){0};
    assert_int_equal(ans_issue_add(&cx, ANS_E_IO, ANS_STR_NONE, "text"), ANS_E_IO);
}

static void cx__every_allocation_fails(void **state)
{
    (void)state;
    for (uint64_t n = 1;; n++) {
        assert_true(n < 50);
        ans_cx cx = {.arena = ans_arena_new(100000)};
        ans_alloc_fail_after(n, true);
        for (int i = 0; i < 3; i++)
            assert_int_equal(ans_issue_add(&cx, ANS_E_RULE, ANS_STR("a.b"), "%5000d", i),
                             ANS_E_RULE);
        uint64_t seen = ans_alloc_fail_after(0, false);
        size_t count = 0;
        for (ans_issue *issue = cx.issues; issue; issue = issue->next)
            count++;
        assert_true(count <= 3 && (seen >= n || count == 3));
        ans_arena_free(cx.arena);
        if (seen < n)
            break;
    }
}

static void cx__deadline(void **state)
{
    (void)state;
    ans_cx cx = {0};
    assert_false(ans_cx_is_late(&cx));
    cx.deadline_us = ans_mono_us() + 60000000;
    assert_false(ans_cx_is_late(&cx));
    cx.deadline_us = 1;
    assert_true(ans_cx_is_late(&cx));
}

/* http://hl7.org/fhir/R4/valueset-issue-type.html */
static const char *const issue_codes[] = {
    "invalid",       "structure", "required",         "value",         "invariant",  "security",
    "login",         "unknown",   "expired",          "forbidden",     "suppressed", "processing",
    "not-supported", "duplicate", "multiple-matches", "not-found",     "deleted",    "too-long",
    "code-invalid",  "extension", "too-costly",       "business-rule", "conflict",   "transient",
    "lock-error",    "no-store",  "exception",        "timeout",       "incomplete", "throttled",
    "informational",
};

static void err__table(void **state)
{
    (void)state;
    assert_string_equal(ans_err_name(ANS_OK), "OK");
    assert_int_equal(ans_err_http(ANS_OK), 200);
    for (int e = 0; e < ANS_ERR_COUNT; e++) {
        bool known = false;
        for (size_t i = 0; i < COUNT_OF(issue_codes); i++)
            known = known || strcmp(issue_codes[i], ans_err_issue((ans_err)e)) == 0;
        if (!known)
            fail_msg("%s: no issue code of FHIR", ans_err_name((ans_err)e));
        assert_true(e == 0 || (ans_err_http((ans_err)e) >= 400 && ans_err_http((ans_err)e) < 600));
        assert_true(strlen(ans_err_text((ans_err)e)) > 0);
        for (int other = 0; other < e; other++)
            assert_string_not_equal(ans_err_name((ans_err)e), ans_err_name((ans_err)other));
    }
    assert_string_equal(ans_err_name((ans_err)9999), "BUG");
    assert_int_equal(ans_err_http((ans_err)-1), 500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cx__issues_keep_their_order),
        cmocka_unit_test(cx__long_text_is_cut_between_letters),
        cmocka_unit_test(cx__no_room_for_the_issue),
        cmocka_unit_test(cx__every_allocation_fails),
        cmocka_unit_test(cx__deadline),
        cmocka_unit_test(err__table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
