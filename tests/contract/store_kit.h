/* What the store's tests share: a store in a folder of its own (or in memory), and a body format
 * whose index rows are written in the body itself, so that a test says which rows it wants:
 *
 *     any first line
 *     head|type/id|tail      a row that refers to a resource; type is a number
 *     head||tail             a row that does not
 */
#ifndef ANS_TEST_STORE_KIT_H
#define ANS_TEST_STORE_KIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/os.h"
#include "store/store.h"

typedef struct kit {
    bool in_memory;
    char dir[200];
    ans_cx cx;
    ans_store *store;
    ans_reader *rd;
} kit;

static inline ans_str kit_str(const char *z)
{
    return ans_str_of(z);
}

/* ---- the index function ---- */

static inline bool kit_row(ans_str line, ans_row *out)
{
    ans_str head, ref, type;
    uint64_t number = 0;
    if (!ans_str_cut(&line, '|', &head) || !ans_str_cut(&line, '|', &ref))
        return false;
    *out = (ans_row){.head = head, .tail = line};
    if (ans_str_cut(&ref, '/', &type) && ans_str_u64(type, &number))
        out->ref = (ans_ref){(uint16_t)number, ref};
    return true;
}

static inline ans_err kit_index(void *arg, ans_cx *cx, uint16_t type, ans_str body, ans_rows *out)
{
    uint32_t lines = 1;
    ans_str line;
    (void)arg;
    (void)type;
    for (size_t i = 0; i < body.n; i++)
        lines += body.p[i] == '\n';
    ans_rows rows = {ANS_NEW_N(cx->arena, ans_row, lines), 0};
    if (!rows.at)
        return ans_cx_nomem(cx);
    for (ans_str left = body; left.n > 0;) {
        ans_str_cut(&left, '\n', &line);
        rows.count += kit_row(line, &rows.at[rows.count]);
    }
    *out = rows;
    return ANS_OK;
}

/* ---- a store ---- */

static inline ans_store_options kit_options(const kit *k)
{
    return (ans_store_options){
        .dir = k->dir, .create = true, .in_memory = k->in_memory, .index = kit_index};
}

static inline void kit_open(kit *k)
{
    ans_store_options o = kit_options(k);
    assert_int_equal(ans_store_open(&k->cx, &o, &k->store), ANS_OK);
    assert_int_equal(ans_reader_open(&k->cx, k->store, &k->rd), ANS_OK);
}

static inline void kit_close(kit *k)
{
    ans_reader_close(k->rd);
    ans_store_close(k->store);
    k->rd = NULL;
    k->store = NULL;
}

static inline void kit_dir(char *out, size_t n)
{
    const char *base = getenv("TMPDIR");
    (void)snprintf(out, n, "%s/ansinh-test-XXXXXX", base && *base ? base : P_tmpdir);
    assert_non_null(mkdtemp(out));
}

static inline void kit_remove(const char *dir)
{
    char command[300];
    (void)snprintf(command, sizeof command, "rm -rf '%s'", dir);
    assert_int_equal(system(command), 0);
}

static inline void kit_init(kit *k, bool in_memory)
{
    *k = (kit){.in_memory = in_memory};
    k->cx.arena = ans_arena_new((size_t)1 << 30);
    assert_non_null(k->cx.arena);
    kit_dir(k->dir, sizeof k->dir);
}

static inline void kit_done(kit *k)
{
    if (k->store)
        kit_close(k);
    kit_remove(k->dir);
    ans_arena_free(k->cx.arena);
}

static inline void kit_start(kit *k, bool in_memory)
{
    kit_init(k, in_memory);
    kit_open(k);
}

/* ---- changes ---- */

static inline ans_change kit_put(kit *k, uint16_t type, const char *id, const char *body)
{
    ans_change c = {.ref = {type, kit_str(id)}, .body = kit_str(body)};
    c.hash = ans_hash_content(c.body);
    assert_int_equal(kit_index(NULL, &k->cx, type, c.body, &c.rows), ANS_OK);
    return c;
}

static inline ans_change kit_delete(uint16_t type, const char *id)
{
    return (ans_change){.ref = {type, kit_str(id)}, .is_delete = true};
}

static inline ans_err kit_commit(kit *k, ans_change *changes, uint32_t count)
{
    ans_txn txn = {.cx = &k->cx, .changes = changes, .count = count};
    return ans_store_commit(k->store, &txn);
}

/* One change that must succeed. */
static inline ans_change kit_do(kit *k, ans_change c)
{
    assert_int_equal(kit_commit(k, &c, 1), ANS_OK);
    return c;
}

static inline ans_ref kit_ref(uint16_t type, const char *id)
{
    return (ans_ref){type, kit_str(id)};
}

static inline void kit_assert_str(ans_str s, const char *z)
{
    if (!ans_str_is(s, z))
        fail_msg("expected \"%s\", got \"%.*s\"", z, ANS_FMT(s));
}

/* All rows of [low, high), each "head.tail.owner" readable: rids of references and owners in
 * decimal between < >. Only for rows whose heads and tails are text; rows with references have them
 * after a head of `head_n` bytes. */
static inline uint64_t kit_rows(kit *k, ans_reader *rd, const char *low, const char *high,
                                ans_str *out, uint32_t max)
{
    ans_cursor *cur;
    ans_str row;
    uint64_t n = 0;
    assert_int_equal(ans_cursor_open(&k->cx, rd, kit_str(low), kit_str(high), &cur), ANS_OK);
    assert_int_equal(ans_cursor_seek(&k->cx, cur, kit_str(low), &row), ANS_OK);
    while (row.p) {
        if (n < max)
            out[n] = ans_arena_dup(k->cx.arena, row);
        n++;
        assert_int_equal(ans_cursor_next(&k->cx, cur, &row), ANS_OK);
    }
    ans_cursor_close(cur);
    return n;
}

static inline void kit_check_clean(kit *k)
{
    ans_check_report r;
    assert_int_equal(ans_store_check(&k->cx, k->store, NULL, NULL, &r), ANS_OK);
    if (r.bad_bodies || r.bad_rows || r.log_gaps || r.other)
        fail_msg("check: %llu bodies, %llu rows, %llu gaps, %llu other: %.*s",
                 (unsigned long long)r.bad_bodies, (unsigned long long)r.bad_rows,
                 (unsigned long long)r.log_gaps, (unsigned long long)r.other,
                 k->cx.last_ ? (int)k->cx.last_->text.n : 0,
                 k->cx.last_ ? k->cx.last_->text.p : "");
}

#endif
