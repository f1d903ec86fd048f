/* Buffers: growth against a plain model, the maximum to the byte, the error that sticks. */
#include "unit.h"

#include "base/buf.h"

static void assert_bytes(ans_buf *b, const char *want, size_t n)
{
    ans_str s;
    assert_int_equal(ans_buf_finish(b, &s), ANS_OK);
    assert_int_equal(s.n, n);
    assert_memory_equal(s.p, want, n);
}

static void buf__maximum_is_exact(void **state)
{
    (void)state;
    static const size_t maxima[] = {0, 1, 255, 256, 257, 511, 512, 513, 100000};
    for (size_t i = 0; i < COUNT_OF(maxima); i++) {
        ans_buf b;
        ans_str s;
        ans_buf_init(&b, maxima[i]);
        for (size_t n = 0; n < maxima[i]; n++)
            ans_buf_add_c(&b, 'x');
        assert_int_equal(ans_buf_finish(&b, &s), ANS_OK);
        assert_int_equal(s.n, maxima[i]);
        ans_buf_add_c(&b, 'y');
        assert_int_equal(ans_buf_finish(&b, &s), ANS_E_TOOBIG);
        ans_buf_done(&b);
        assert_null(b.p);
    }
}

static void buf__error_sticks_until_reset(void **state)
{
    (void)state;
    ans_buf b;
    ans_str s;
    ans_buf_init(&b, 4);
    ANS_BUF_LIT(&b, "abc");
    ANS_BUF_LIT(&b, "de");
    ans_buf_add_c(&b, 'f'); /* would fit, but something is missing already */
    assert_int_equal(ans_buf_finish(&b, &s), ANS_E_TOOBIG);
    assert_null(ans_buf_room(&b, 0));
    ans_buf_reset(&b);
    ANS_BUF_LIT(&b, "abcd");
    assert_bytes(&b, "abcd", 4);
    assert_null(ans_buf_room(&b, SIZE_MAX));
    assert_int_equal(ans_buf_finish(&b, &s), ANS_E_TOOBIG);
    ans_buf_done(&b);
}

static void buf__empty(void **state)
{
    (void)state;
    ans_buf b;
    ans_str s;
    ans_buf_init(&b, 10);
    ans_buf_add(&b, ANS_STR_NONE);
    ans_buf_add_mem(&b, NULL, 0);
    assert_int_equal(ans_buf_finish(&b, &s), ANS_OK);
    assert_non_null(s.p);
    assert_int_equal(s.n, 0);
    ans_buf_done(&b);
}

static void buf__numbers_and_formats(void **state)
{
    (void)state;
    static const struct {
        uint64_t v;
        const char *text;
    } rows[] = {{0, "0"},
                {9, "9"},
                {10, "10"},
                {1234567890, "1234567890"},
                {UINT64_MAX, "18446744073709551615"}};
    ans_buf b;
    ans_buf_init(&b, 1000);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        ans_buf_reset(&b);
        ans_buf_u64(&b, rows[i].v);
        assert_bytes(&b, rows[i].text, strlen(rows[i].text));
    }
    ans_buf_reset(&b);
    ans_buf_fmt(&b, "%s-%03d", "a", 7);
    ans_buf_fmt(&b, "%s", "");
    ans_buf_fmt(&b, "%300d", 1);
    ans_str s;
    assert_int_equal(ans_buf_finish(&b, &s), ANS_OK);
    assert_int_equal(s.n, 305);
    assert_true(ans_str_starts(s, ANS_STR("a-007   ")));
    assert_int_equal(s.p[304], '1');
    ans_buf_fmt(&b, "%1000d", 1);
    assert_int_equal(ans_buf_finish(&b, &s), ANS_E_TOOBIG);
    ans_buf_done(&b);
}

/* Pieces of growing size, on the heap and in an arena, against the same bytes in an array. */
static void grow_by_pieces(ans_buf *b)
{
    static char model[60000];
    size_t n = 0;
    for (size_t piece = 0; n + piece < sizeof model; piece = piece * 3 / 2 + 1) {
        memset(model + n, 'a' + (int)(piece % 26), piece);
        if (piece % 2) {
            ans_buf_add_mem(b, model + n, piece);
        } else {
            char *room = ans_buf_room(b, piece);
            assert_non_null(room);
            memcpy(room, model + n, piece);
            b->n += piece;
        }
        n += piece;
        assert_bytes(b, model, n);
    }
    assert_true(n > 20000);
}

static void buf__grows(void **state)
{
    (void)state;
    ans_buf b;
    ans_buf_init(&b, 100000);
    grow_by_pieces(&b);
    ans_buf_done(&b);
    ans_arena *arena = ans_arena_new((size_t)1 << 20);
    ans_buf_init_arena(&b, arena, 100000);
    grow_by_pieces(&b);
    ans_buf_done(&b);
    ans_arena_free(arena);
}

static void buf__arena_full_is_too_big(void **state)
{
    (void)state;
    ans_arena *arena = ans_arena_new(1000);
    ans_buf b;
    ans_str s;
    ans_buf_init_arena(&b, arena, 100000);
    for (int i = 0; i < 2000; i++)
        ans_buf_add_c(&b, 'x');
    assert_int_equal(ans_buf_finish(&b, &s), ANS_E_TOOBIG);
    ans_arena_free(arena);
}

static bool fail_at(uint64_t n, bool forever)
{
    ans_buf b;
    ans_str s;
    ans_alloc_fail_after(n, forever);
    ans_buf_init(&b, 100000);
    for (int i = 0; i < 3000; i++)
        ans_buf_fmt(&b, "%d,", i);
    ans_err err = ans_buf_finish(&b, &s);
    bool reached = ans_alloc_fail_after(0, false) >= n;
    ans_buf_done(&b);
    assert_int_equal(err, reached ? ANS_E_NOMEM : ANS_OK);
    assert_true(err || s.n == 13890);
    return reached;
}

static void buf__every_allocation_fails(void **state)
{
    (void)state;
    for (int forever = 0; forever < 2; forever++) {
        uint64_t n = 1;
        while (fail_at(n, forever))
            n++;
        assert_in_range(n, 5, 50);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(buf__maximum_is_exact),
        cmocka_unit_test(buf__error_sticks_until_reset),
        cmocka_unit_test(buf__empty),
        cmocka_unit_test(buf__numbers_and_formats),
        cmocka_unit_test(buf__grows),
        cmocka_unit_test(buf__arena_full_is_too_big),
        cmocka_unit_test(buf__every_allocation_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
