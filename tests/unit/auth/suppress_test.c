/* Suppression: cases by hand, and small tables of which every possible one is tried. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "auth/suppress.h"

static void by_hand(void **state)
{
    (void)state;
    static const struct {
        uint32_t rows, columns;
        bool row_totals, column_totals;
        uint64_t counts[9];
        const char *hidden; /* x hidden, . shown; "!": the whole */
    } cases[] = {
        {1, 3, true, false, {10, 20, 30}, "..."},
        {1, 3, true, false, {0, 20, 30}, "..."},      /* nobody is no small number */
        {1, 3, true, false, {3, 20, 30}, "xx."},      /* the smallest of the others goes with it */
        {1, 3, true, false, {3, 2, 30}, "xx."},
        {1, 3, true, false, {3, 0, 0}, "xx."},        /* a zero hides it as well: it might be 2 and 1 */
        {1, 1, true, false, {3}, "!"},                /* the total is the cell */
        {2, 2, true, true, {3, 10, 20, 30}, "xxxx"},
        {3, 3, true, true, {3, 10, 50, 20, 30, 60, 70, 80, 90}, "xx.xx...."},
        {3, 3, true, true, {10, 10, 50, 20, 30, 60, 70, 80, 90}, "........."},
        {2, 3, true, false, {3, 10, 20, 5, 6, 7}, "xx...."},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ans_cx cx = {.arena = ans_arena_new((size_t)1 << 20)};
        bool hidden[9], whole;
        char got[10] = "!";
        ans_table t = {cases[i].rows, cases[i].columns, cases[i].counts, cases[i].row_totals, cases[i].column_totals};
        assert_int_equal(ans_suppress(&cx, &t, hidden, &whole), ANS_OK);
        for (uint32_t k = 0; !whole && k < t.rows * t.columns; k++) {
            got[k] = hidden[k] ? 'x' : '.';
            got[k + 1] = '\0';
        }
        assert_string_equal(got, cases[i].hidden);
        ans_arena_free(cx.arena);
    }
}

/* Is there another table with the same totals, equal where shown, that differs at cell i? Every one is tried. */
static bool has_other(const ans_table *t, const bool *hidden, uint32_t i, uint64_t most)
{
    uint32_t cells = t->rows * t->columns;
    uint64_t other[6], tries = 1;
    for (uint32_t k = 0; k < cells; k++) {
        tries *= hidden[k] ? most + 1 : 1;
    }
    for (uint64_t n = 0; n < tries; n++) {
        uint64_t left = n;
        bool fits = true;
        for (uint32_t k = 0; k < cells; k++) {
            other[k] = hidden[k] ? left % (most + 1) : t->counts[k];
            left /= hidden[k] ? most + 1 : 1;
        }
        for (uint32_t r = 0; r < t->rows && fits; r++) {
            int64_t sum = 0;
            for (uint32_t c = 0; c < t->columns; c++) {
                sum += (int64_t)other[r * t->columns + c] - (int64_t)t->counts[r * t->columns + c];
            }
            fits = sum == 0;
        }
        for (uint32_t c = 0; t->column_totals && c < t->columns && fits; c++) {
            int64_t sum = 0;
            for (uint32_t r = 0; r < t->rows; r++) {
                sum += (int64_t)other[r * t->columns + c] - (int64_t)t->counts[r * t->columns + c];
            }
            fits = sum == 0;
        }
        if (fits && other[i] != t->counts[i]) {
            return true;
        }
    }
    return false;
}

static void tried_out(void **state)
{
    (void)state;
    unsigned seed = 20261122;
    uint32_t hidden_cells = 0;
    for (int n = 0; n < 1500; n++) {
        ans_cx cx = {.arena = ans_arena_new((size_t)1 << 20)};
        uint64_t counts[6];
        bool hidden[6], whole;
        ans_table t = {2, 2 + (uint32_t)(rand_r(&seed) % 2), counts, true, rand_r(&seed) % 2 != 0};
        for (uint32_t i = 0; i < 6; i++) {
            counts[i] = (uint64_t)(rand_r(&seed) % 3 ? rand_r(&seed) % 9 : 0);
        }
        assert_int_equal(ans_suppress(&cx, &t, hidden, &whole), ANS_OK);
        for (uint32_t i = 0; !whole && i < t.rows * t.columns; i++) {
            bool small = counts[i] >= 1 && counts[i] <= ANS_SMALL_MOST;
            assert_true(!small || hidden[i]);
            assert_true(!small || has_other(&t, hidden, i, 9));
            hidden_cells += small;
        }
        ans_arena_free(cx.arena);
    }
    assert_true(hidden_cells > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(by_hand), cmocka_unit_test(tried_out)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
