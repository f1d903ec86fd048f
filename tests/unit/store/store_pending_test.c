/* Rows in front of the table: runs merged in any order of batches say what a plain set says, and their bytes come back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"
#include "store/sqlite/pending.h"

enum { KEYS = 300, BATCH_MAX = 60 };

static char keys[KEYS][48];
static bool base[KEYS], now[KEYS]; /* in the table; with what waits */
static uint64_t random_state;

static uint32_t dice(uint32_t n)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (uint32_t)(random_state >> 33) % n;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(a, b);
}

static ans_str key_at(int i)
{
    return ans_str_of(keys[i]);
}

static void start(uint64_t seed)
{
    random_state = seed * UINT64_C(0x9E3779B97F4A7C15) | 1;
    for (int i = 0; i < KEYS; i++) /* many share their first 8 bytes */
        (void)snprintf(keys[i], sizeof keys[i], "%s%03d%s", i % 2 ? "same-beginning-" : "k", i, i % 7 ? "" : "longer");
    qsort(keys, KEYS, sizeof keys[0], by_text);
    for (int i = 0; i < KEYS; i++)
        base[i] = now[i] = dice(2);
}

/* A batch turns some rows round. */
static uint32_t make_batch(ans_rowop *ops)
{
    uint32_t n = 0, from = dice(KEYS), step = 1 + dice(5);
    for (uint32_t i = from; i < KEYS && n < 1 + dice(BATCH_MAX); i += step) {
        now[i] = !now[i];
        ops[n++] = (ans_rowop){key_at((int)i), now[i]};
    }
    return n;
}

static void check_count(const pending_view *v)
{
    int low = (int)dice(KEYS), high = low + (int)dice(KEYS - (uint32_t)low + 1);
    uint64_t more, less;
    int64_t wanted = 0;
    for (int i = low; i < high; i++)
        wanted += now[i] - base[i];
    pending_count(v, key_at(low), high < KEYS ? key_at(high) : ANS_STR_NONE, &more, &less);
    if (high > low || high == KEYS)
        assert_int_equal((int64_t)more - (int64_t)less, wanted);
}

static void check_walk(const pending_view *v)
{
    pending_cursor cur = {.view = v};
    ans_rowop op;
    int i = (int)dice(KEYS);
    for (pending_seek(&cur, key_at(i)); pending_peek(&cur, &op); pending_pass(&cur, op.key)) {
        for (; !ans_str_eq(key_at(i), op.key); i++) {
            assert_true(i < KEYS - 1); /* in order */
            assert_int_equal(now[i], base[i]); /* nobody changed what is not told */
        }
        assert_int_equal(op.is_add, now[i]);
        i++;
    }
    for (; i < KEYS; i++)
        assert_int_equal(now[i], base[i]);
}

static void check_all(const pending_view *v)
{
    uint32_t count;
    bool after[KEYS];
    ans_rowop *ops = pending_all(v, &count);
    assert_non_null(ops);
    memcpy(after, base, sizeof after);
    for (uint32_t k = 0; k < count; k++) {
        assert_true(k == 0 || ans_str_cmp(ops[k - 1].key, ops[k].key) < 0);
        for (int i = 0; i < KEYS; i++) {
            if (ans_str_eq(key_at(i), ops[k].key))
                after[i] = ops[k].is_add;
        }
    }
    assert_memory_equal(after, now, sizeof after);
    ans_free(ops);
}

/* Some of the leaving run's rows go into the table, perhaps the last ones. */
static pending_view *leave(pending_view *v)
{
    uint32_t n;
    bool ok = true;
    pending_view *next = v->leaving ? pending_view_use(v) : pending_view_leaving(v, -1, 0);
    assert_non_null(next);
    ans_rowop *ops = pending_next(next, dice(80), &n);
    for (uint32_t k = 0; k < n; k++) {
        for (int i = 0; i < KEYS; i++)
            base[i] = ans_str_eq(key_at(i), ops[k].key) ? ops[k].is_add : base[i];
    }
    ans_free(ops);
    pending_view *after = pending_view_leaving(next, next->lo - 1, next->gone + n);
    assert_non_null(after);
    assert_int_equal(pending_before(after, pending_front(after).p ? pending_front(after) : ANS_STR("~")), after->gone);
    pending_view_done(next);
    if (!pending_front(after).p) {
        next = pending_view_left(after, after->leaving + 1, &ok);
        assert_true(ok);
        pending_view_done(after);
        after = next;
    }
    return after;
}

static void pending__is_the_set(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        pending_view *v = NULL, *old = NULL;
        start(seed);
        for (int64_t seq = 1; seq <= 120; seq++) {
            ans_rowop ops[BATCH_MAX];
            uint32_t n = make_batch(ops);
            pending_view *next = pending_view_with(v, pending_run_new(ops, n), seq);
            assert_non_null(next);
            pending_view_done(old); /* the last but one stays for a while, as under a reader */
            old = v;
            v = next;
            assert_true(v->hi == seq && v->count < 16);
            check_count(v);
            if (seed % 2 && seq % 3 == 0) {
                next = leave(v);
                pending_view_done(v);
                v = next;
            }
            if (!v)
                continue;
            check_count(v);
            check_walk(v);
        }
        if (v)
            check_all(v);
        pending_view_done(old);
        pending_view_done(v);
    }
}

static void pending__bytes(void **state)
{
    ans_rowop ops[KEYS];
    ans_buf b;
    (void)state;
    start(7);
    ans_buf_init(&b, 1 << 20);
    for (int i = 0; i < KEYS; i++)
        ops[i] = (ans_rowop){key_at(i), i % 3 == 0};
    assert_true(pending_encode(&b, ops, KEYS));
    pending_view *v = pending_view_with(NULL, pending_run_decode((ans_str){b.p, b.n}), 5);
    assert_non_null(v);
    uint32_t count;
    ans_rowop *back = pending_all(v, &count);
    assert_int_equal(count, KEYS);
    for (int i = 0; i < KEYS; i++)
        assert_true(ans_str_eq(back[i].key, ops[i].key) && back[i].is_add == ops[i].is_add);
    ans_free(back);
    pending_view_done(v);
    for (size_t n = 0; n < b.n; n++) /* cut anywhere: refused */
        assert_null(pending_run_decode((ans_str){b.p, n}));
    for (size_t i = 0; i < b.n; i++) { /* changed anywhere: refused or something else, but no harm */
        char *copy = malloc(b.n);
        assert_non_null(copy);
        memcpy(copy, b.p, b.n);
        copy[i] = (char)(copy[i] ^ (1 << dice(8)));
        pending_run_free(pending_run_decode((ans_str){copy, b.n}));
        free(copy);
    }
    ans_buf_done(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pending__is_the_set),
        cmocka_unit_test(pending__bytes),
    };
    return cmocka_run_group_tests_name("store_pending", tests, NULL, NULL);
}
