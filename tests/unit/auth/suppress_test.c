/* Suppression by hand: what is hidden, and that no more is than must be. Every table tried against every other one: tests/prop/suppress_random_test.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "auth/suppress.h"

static char mark(bool hidden)
{
    return hidden ? 'x' : '.';
}

static void by_hand(void **state)
{
    (void)state;
    static const struct {
        uint32_t rows, columns;
        uint64_t counts[9];
        const char *hidden; /* x hidden, . shown: cells, totals of rows, totals of columns, all */
    } cases[] = {
        {1, 3, {10, 20, 30}, "... . ... ."},
        {1, 3, {0, 20, 30}, "... . ... ."},        /* nobody is no small number */
        {1, 3, {3, 20, 30}, "xx. . xx. ."},        /* the smallest of the others goes with it */
        {1, 3, {3, 2, 30}, "xx. . xx. ."},
        {1, 1, {3}, "x x x x"},                    /* the total is the cell */
        {1, 1, {5}, ". . . ."},
        {2, 2, {3, 10, 20, 30}, "xxxx .. .. ."},
        {3, 3, {3, 10, 50, 20, 30, 60, 70, 80, 90}, "xx.xx.... ... ... ."},
        {3, 3, {10, 10, 50, 20, 30, 60, 70, 80, 90}, "......... ... ... ."},
        {2, 3, {3, 10, 20, 5, 6, 7}, "xx.xx. .. ... ."},
        {2, 2, {1, 0, 0, 9}, "xxxx xx xx ."},      /* a small total is hidden like a small count, and needs others */
        {2, 2, {0, 0, 0, 0}, ".... .. .. ."},
        {3, 1, {2, 2, 2}, "xxx xxx . ."},
        {2, 1, {2, 2}, "xx xx x x"},               /* four people in all */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ans_cx cx = {.arena = ans_arena_new((size_t)1 << 20)};
        ans_table t = {cases[i].rows, cases[i].columns, cases[i].counts};
        ans_hidden h;
        char got[40];
        size_t n = 0;
        assert_int_equal(ans_suppress(&cx, &t, &h), ANS_OK);
        for (uint32_t k = 0; k < t.rows * t.columns; k++) {
            got[n++] = mark(h.cells[k]);
        }
        got[n++] = ' ';
        for (uint32_t r = 0; r < t.rows; r++) {
            got[n++] = mark(h.rows[r]);
        }
        got[n++] = ' ';
        for (uint32_t c = 0; c < t.columns; c++) {
            got[n++] = mark(h.columns[c]);
        }
        got[n++] = ' ';
        got[n++] = mark(h.all);
        got[n] = '\0';
        assert_string_equal(got, cases[i].hidden);
        ans_arena_free(cx.arena);
    }
}

/* A country of many facilities in bounded time; a table without end is none. */
static void large(void **state)
{
    (void)state;
    ans_cx cx = {.arena = ans_arena_new((size_t)64 << 20)};
    enum { ROWS = 300, COLUMNS = 9 };
    uint64_t *counts = ANS_NEW_N(cx.arena, uint64_t, ROWS * COLUMNS);
    ans_hidden h;
    assert_non_null(counts);
    for (uint32_t i = 0; i < ROWS * COLUMNS; i++) {
        counts[i] = i * 7919 % 23;
    }
    assert_int_equal(ans_suppress(&cx, &(ans_table){ROWS, COLUMNS, counts}, &h), ANS_OK);
    for (uint32_t i = 0; i < ROWS * COLUMNS; i++) {
        assert_true(h.cells[i] || counts[i] == 0 || counts[i] > ANS_SMALL_MOST);
    }
    assert_false(h.all);
    assert_int_equal(ans_suppress(&cx, &(ans_table){0, 3, counts}, &h), ANS_E_VALUE);
    assert_int_equal(ans_suppress(&cx, &(ans_table){3, 0, counts}, &h), ANS_E_VALUE);
    assert_int_equal(ans_suppress(&cx, &(ans_table){ANS_TABLE_MOST + 1, 3, counts}, &h), ANS_E_VALUE);
    ans_arena_free(cx.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(by_hand), cmocka_unit_test(large)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
