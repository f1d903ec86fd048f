/* What is published of a sensitive table, against a slow reader who tries every table there could be: no small count, inside or total, has
 * the same value in all tables that show the same. SEED=n repeats a run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "auth/suppress.h"
#include "base/os.h"

enum { MOST = 6, TABLES = 700, PLACES = 12 }; /* MOST: what a count may be in a table that is tried */

static uint64_t seed;

static uint32_t roll(uint32_t n)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (uint32_t)(seed >> 33) % n;
}

/* Everything of a table in one list: counts, totals of rows, totals of columns, the total of all. */
static uint32_t list_of(uint32_t rows, uint32_t columns, const uint64_t *counts, uint64_t out[PLACES])
{
    uint32_t n = 0;
    uint64_t all = 0;
    for (uint32_t i = 0; i < rows * columns; i++) {
        out[n++] = counts[i];
        all += counts[i];
    }
    for (uint32_t r = 0; r < rows; r++) {
        out[n] = 0;
        for (uint32_t c = 0; c < columns; c++) {
            out[n] += counts[r * columns + c];
        }
        n++;
    }
    for (uint32_t c = 0; c < columns; c++) {
        out[n] = 0;
        for (uint32_t r = 0; r < rows; r++) {
            out[n] += counts[r * columns + c];
        }
        n++;
    }
    out[n++] = all;
    return n;
}

static void hidden_of(const ans_table *t, const ans_hidden *h, bool out[PLACES])
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < t->rows * t->columns; i++) {
        out[n++] = h->cells[i];
    }
    for (uint32_t i = 0; i < t->rows; i++) {
        out[n++] = h->rows[i];
    }
    for (uint32_t i = 0; i < t->columns; i++) {
        out[n++] = h->columns[i];
    }
    out[n] = h->all;
}

/* Every table that shows the same: may[i] where place i has another value in one of them. */
static void try_all(const ans_table *t, const uint64_t *is, const bool *hidden, bool may[PLACES])
{
    uint32_t cells = t->rows * t->columns;
    uint64_t tries = 1, other[PLACES], list[PLACES];
    for (uint32_t i = 0; i < cells; i++) {
        tries *= hidden[i] ? MOST + 1 : 1;
    }
    for (uint64_t n = 0; n < tries; n++) {
        uint64_t left = n;
        bool same = true;
        for (uint32_t i = 0; i < cells; i++) {
            other[i] = hidden[i] ? left % (MOST + 1) : t->counts[i];
            left /= hidden[i] ? MOST + 1 : 1;
        }
        uint32_t places = list_of(t->rows, t->columns, other, list);
        for (uint32_t i = 0; i < places && same; i++) {
            same = hidden[i] || list[i] == is[i];
        }
        for (uint32_t i = 0; i < places && same; i++) {
            may[i] = may[i] || list[i] != is[i];
        }
    }
}

static void nothing_is_known(void **state)
{
    (void)state;
    uint64_t small = 0, shown = 0;
    for (int n = 0; n < TABLES; n++) {
        ans_cx cx = {.arena = ans_arena_new((size_t)1 << 20)};
        uint64_t counts[6], is[PLACES], began = seed;
        bool hidden[PLACES] = {false}, may[PLACES] = {false};
        ans_table t = {1 + roll(2), 1 + roll(3), counts};
        ans_hidden h;
        for (uint32_t i = 0; i < 6; i++) {
            counts[i] = roll(3) ? roll(MOST) : 0; /* below MOST: one more or less is among those tried */
        }
        uint32_t places = list_of(t.rows, t.columns, counts, is);
        assert_int_equal(ans_suppress(&cx, &t, &h), ANS_OK);
        hidden_of(&t, &h, hidden);
        try_all(&t, is, hidden, may);
        for (uint32_t i = 0; i < places; i++) {
            bool secret = is[i] >= 1 && is[i] <= ANS_SMALL_MOST;
            if (secret && (!hidden[i] || !may[i])) {
                fail_msg("SEED=%llu: place %u of a table %u x %u is %s", (unsigned long long)began, i, t.rows, t.columns, hidden[i] ? "known" : "shown");
            }
            small += secret;
            shown += !hidden[i];
        }
        ans_arena_free(cx.arena);
    }
    assert_true(small > 1000); /* the tables were of the kind that needs it, */
    assert_true(shown > 500);  /* and hiding all is no answer */
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(nothing_is_known)};
    const char *given = getenv("SEED");
    uint64_t n;
    seed = given && ans_str_u64(ans_str_of(given), &n) ? n : (uint64_t)ans_now_us() | 1;
    print_message("SEED=%llu\n", (unsigned long long)seed);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
