/* The journal of imports: what it says after it was closed, cut short, or told to begin again. */
#include "fixture.h"

#include "app/journal.h"

static journal *opened(fixture *f)
{
    journal *j;
    assert_int_equal(journal_open(&f->cx, f->folder, &j), ANS_OK);
    return j;
}

static journal *reopened(fixture *f, journal *j)
{
    journal_close(j);
    return opened(f);
}

static const ans_hash one = {{1, 0xab}}, two = {{2}};

static void remembers(void **state)
{
    fixture *f = *state;
    journal *j = opened(f);
    journal_place place = journal_find(j, &one);
    assert_true(!place.is_done && place.offset == 0 && place.line == 1);
    assert_int_equal(journal_to(&f->cx, j, &one, 1000, 11), ANS_OK);
    assert_int_equal(journal_to(&f->cx, j, &one, UINT64_C(1) << 40, 2000000), ANS_OK);
    assert_int_equal(journal_done(&f->cx, j, &two, "a name\nof two lines"), ANS_OK);
    j = reopened(f, j);
    place = journal_find(j, &one);
    assert_true(!place.is_done && place.offset == UINT64_C(1) << 40 && place.line == 2000000);
    assert_true(journal_find(j, &two).is_done);
    journal_close(j);
}

static void finds_attempts(void **state)
{
    fixture *f = *state;
    journal *j = opened(f);
    assert_int_equal(journal_try(&f->cx, j, &one, 5, 0, ANS_STR("Patient/a")), ANS_OK);
    assert_int_equal(journal_try(&f->cx, j, &one, 5, 3, ANS_STR("Patient/b")), ANS_OK);
    assert_int_equal(journal_try(&f->cx, j, &one, 5, 3, ANS_STR("Patient/c")), ANS_OK);
    j = reopened(f, j);
    assert_true(ans_str_is(journal_tried(j, &one, 5, 0), "Patient/a"));
    assert_true(ans_str_is(journal_tried(j, &one, 5, 3), "Patient/c")); /* the last one counts */
    assert_null(journal_tried(j, &one, 6, 0).p);
    assert_null(journal_tried(j, &one, 5, 1).p);
    assert_null(journal_tried(j, &two, 5, 0).p);
    journal_close(j);
}

static void begins_again(void **state)
{
    fixture *f = *state;
    journal *j = opened(f);
    assert_int_equal(journal_try(&f->cx, j, &one, 0, 0, ANS_STR("Patient/a")), ANS_OK);
    assert_int_equal(journal_done(&f->cx, j, &one, "x"), ANS_OK);
    j = reopened(f, j);
    assert_int_equal(journal_again(&f->cx, j, &one), ANS_OK);
    assert_int_equal(journal_again(&f->cx, j, &two), ANS_OK); /* never seen: nothing to undo */
    for (int i = 0; i < 2; i++) {
        assert_false(journal_find(j, &one).is_done);
        assert_null(journal_tried(j, &one, 0, 0).p);
        j = reopened(f, j);
    }
    journal_close(j);
}

/* Wherever a crash cuts the file, what stands before the cut counts, and what is written next is
 * whole. */
static void survives_a_cut_anywhere(void **state)
{
    fixture *f = *state;
    ans_str text;
    journal *j = opened(f);
    assert_int_equal(journal_to(&f->cx, j, &one, 77, 7), ANS_OK);
    assert_int_equal(journal_try(&f->cx, j, &one, 99, 0, ANS_STR("Patient/abc")), ANS_OK);
    assert_int_equal(journal_done(&f->cx, j, &one, "name"), ANS_OK);
    journal_close(j);
    assert_int_equal(journal_read(&f->cx, f->folder, &text), ANS_OK);
    assert_true(text.n > 100);
    for (size_t cut = 0; cut <= text.n; cut++) {
        assert_int_equal(journal_write(&f->cx, f->folder, ans_str_head(text, cut)), ANS_OK);
        j = opened(f);
        journal_place place = journal_find(j, &one);
        assert_int_equal(place.is_done, cut == text.n);
        assert_true(place.offset == 0 || place.offset == 77);
        ans_str tried = journal_tried(j, &one, 99, 0);
        assert_true(!tried.p || ans_str_is(tried, "Patient/abc"));
        assert_int_equal(journal_done(&f->cx, j, &two, "next"), ANS_OK);
        j = reopened(f, j);
        assert_true(journal_find(j, &two).is_done);
        journal_close(j);
    }
}

static void passes_over_what_it_does_not_know(void **state)
{
    fixture *f = *state;
    static const char text[] = "\n\nnonsense\nto\nto zz 1 2\n"
                               "to 01ab0000000000000000000000000000\n"
                               "to 01ab0000000000000000000000000000 x y\n"
                               "to 01ab0000000000000000000000000000 1 99999999999999999999\n"
                               "try 01ab0000000000000000000000000000 1 1\n"
                               "later 01ab0000000000000000000000000000 5 6 words\n";
    assert_int_equal(journal_write(&f->cx, f->folder, ans_str_of(text)), ANS_OK);
    journal *j = opened(f);
    journal_place place = journal_find(j, &one);
    assert_true(!place.is_done && place.offset == 0 && place.line == 1);
    assert_null(journal_tried(j, &one, 1, 1).p);
    journal_close(j);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(remembers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(finds_attempts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(begins_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(survives_a_cut_anywhere, set_up, tear_down),
        cmocka_unit_test_setup_teardown(passes_over_what_it_does_not_know, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("app_journal", tests, NULL, NULL);
}
