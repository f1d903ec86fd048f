/* The table of codes: what is put in is found, by its letters or in any case, and long codes that differ only at their ends do not meet in
 * one place: counted, not timed, by how often the table asks for a code that stands in its way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/os.h"
#include "term/term_int.h"

enum { CODES = 4000, MOST = 400 };

static char codes[CODES][MOST];
static uint64_t asked;

static ans_str code_at(const void *arg, uint32_t i)
{
    (void)arg;
    asked++;
    return ans_str_of(codes[i]);
}

static void fill(unsigned before, const char *letters)
{
    for (int i = 0; i < CODES; i++) {
        memset(codes[i], 'a', before);
        (void)snprintf(codes[i] + before, MOST - before, "%s%d", letters, i);
    }
}

static void found_in_every_length(void **state)
{
    (void)state;
    static const unsigned lengths[] = {0, 1, 50, 110, 117, 119, 120, 121, 128, 240, 250, 390};
    ans_arena *arena = ans_arena_new((size_t)16 << 20);
    for (size_t n = 0; n < sizeof lengths / sizeof *lengths; n++) {
        for (int folds = 0; folds < 2; folds++) {
            code_table t;
            uint32_t at;
            fill(lengths[n], "K");
            assert_int_equal(table_make(arena, CODES, folds, &t), ANS_OK);
            asked = 0;
            for (uint32_t i = 0; i < CODES; i++) {
                assert_true(table_add(&t, code_at, NULL, i, &at));
            }
            assert_in_range(asked, CODES, CODES * 4); /* itself, and few in the way */
            for (uint32_t i = 0; i < CODES; i++) {
                assert_int_equal(table_find(&t, code_at, NULL, ans_str_of(codes[i])), i);
                assert_false(table_add(&t, code_at, NULL, i, &at));
                assert_int_equal(at, i);
            }
            char other[MOST];
            (void)snprintf(other, sizeof other, "%s", codes[7]);
            *strchr(other, 'K') = 'k';
            assert_int_equal(table_find(&t, code_at, NULL, ans_str_of(other)), folds ? 7 : ANS_TERM_NONE);
            ans_arena_reset(arena);
        }
    }
    ans_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(found_in_every_length)};
    assert_true(ans_base_start());
    return cmocka_run_group_tests(tests, NULL, NULL);
}
