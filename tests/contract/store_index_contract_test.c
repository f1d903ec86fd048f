/* What store.h promises around the resources: rows of the index, snapshots, names and settings, care, watching. */
#include "contract/store_both.h"

/* ---- rows ---- */

static void rows_follow_the_current_version(void **state)
{
    kit *k = *state;
    ans_str rows[8];
    kit_do(k, kit_put(k, 1, "a", "one\nx||1\nx||2\nx||2"));
    assert_int_equal(kit_rows(k, k->rd, "x", "y", rows, 8), 2);
    assert_true(ans_str_eq(rows[0], (ans_str){"x1\0\0\0\1", 6}));
    assert_true(ans_str_eq(rows[1], (ans_str){"x2\0\0\0\1", 6}));
    kit_do(k, kit_put(k, 1, "a", "two\nx||2\nx||3"));
    assert_int_equal(kit_rows(k, k->rd, "x", "y", rows, 8), 2);
    assert_true(ans_str_eq(rows[0], (ans_str){"x2\0\0\0\1", 6}));
    assert_true(ans_str_eq(rows[1], (ans_str){"x3\0\0\0\1", 6}));
    assert_int_equal(ans_row_rid(rows[1]), 1);
    kit_do(k, kit_delete(1, "a"));
    assert_int_equal(kit_rows(k, k->rd, "", "", rows, 8), 0);
    kit_check_clean(k);
}

static void references_are_rids(void **state)
{
    kit *k = *state;
    ans_str rows[8];
    ans_rid rid;
    ans_version v;
    kit_do(k, kit_put(k, 1, "a", "one\nx|2/later|t\nx|1/a|self"));
    assert_int_equal(ans_store_rid(&k->cx, k->rd, kit_ref(2, "later"), &rid), ANS_OK);
    assert_int_equal(rid, 2);
    assert_int_equal(ans_store_read(&k->cx, k->rd, kit_ref(2, "later"), &v), ANS_E_NOTFOUND);
    assert_int_equal(ans_store_read_rid(&k->cx, k->rd, 2, true, &v), ANS_E_NOTFOUND);
    assert_int_equal(kit_rows(k, k->rd, "x", "y", rows, 8), 2);
    assert_true(ans_str_eq(rows[0], (ans_str){"x\0\0\0\1self\0\0\0\1", 13}));
    assert_true(ans_str_eq(rows[1], (ans_str){"x\0\0\0\2t\0\0\0\1", 10}));
    ans_change c = kit_do(k, kit_put(k, 2, "later", "there now\nx||"));
    assert_int_equal(c.outcome, ANS_CREATED);
    assert_int_equal(c.rid, 2);
    assert_int_equal(c.vid, 1);
    assert_int_equal(kit_do(k, kit_put(k, 2, "new", "n")).rid, 3);
    kit_check_clean(k);
}

static void references_within_a_transaction(void **state)
{
    kit *k = *state;
    ans_str rows[8];
    ans_change c[] = {kit_put(k, 1, "a", "one\nx|1/b|"), kit_put(k, 1, "b", "two\nx|1/a|\nx|1/c|"),
                      kit_put(k, 1, "c", "three")};
    assert_int_equal(kit_commit(k, c, 3), ANS_OK);
    assert_int_equal(c[0].rid, 1);
    assert_int_equal(c[1].rid, 2);
    assert_int_equal(c[2].rid, 3);
    assert_int_equal(kit_rows(k, k->rd, "x", "y", rows, 8), 3);
    assert_true(ans_str_eq(rows[0], (ans_str){"x\0\0\0\1\0\0\0\2", 9}));
    kit_check_clean(k);
}

static void cursors(void **state)
{
    kit *k = *state;
    ans_cursor *cur, *other;
    ans_str row;
    for (char i = 'a'; i <= 'j'; i++) {
        char body[16], id[2] = {i, 0};
        (void)snprintf(body, sizeof body, "%c\nx||%c", i, i);
        kit_do(k, kit_put(k, 1, id, body));
    }
    assert_int_equal(ans_cursor_open(&k->cx, k->rd, ANS_STR("xb"), ANS_STR("xe"), &cur), ANS_OK);
    assert_int_equal(ans_cursor_open(&k->cx, k->rd, ANS_STR("x"), ANS_STR_NONE, &other), ANS_OK);
    assert_int_equal(ans_cursor_seek(&k->cx, cur, ANS_STR_NONE, &row), ANS_OK);
    assert_int_equal(row.p[1], 'b'); /* never before low */
    assert_int_equal(ans_cursor_seek(&k->cx, other, ANS_STR("xi"), &row), ANS_OK);
    assert_int_equal(row.p[1], 'i');
    assert_int_equal(ans_cursor_next(&k->cx, cur, &row), ANS_OK);
    assert_int_equal(row.p[1], 'c');
    assert_int_equal(ans_cursor_seek(&k->cx, cur, row, &row), ANS_OK); /* to where it stands */
    assert_int_equal(row.p[1], 'c');
    assert_int_equal(ans_cursor_next(&k->cx, cur, &row), ANS_OK);
    assert_int_equal(row.p[1], 'd');
    assert_int_equal(ans_cursor_next(&k->cx, cur, &row), ANS_OK);
    assert_null(row.p);
    assert_int_equal(ans_cursor_next(&k->cx, cur, &row), ANS_OK);
    assert_null(row.p);
    assert_int_equal(ans_cursor_seek(&k->cx, cur, ANS_STR("xa"), &row), ANS_OK); /* back again */
    assert_int_equal(row.p[1], 'b');
    assert_int_equal(ans_cursor_seek(&k->cx, cur, ANS_STR("xda"), &row), ANS_OK);
    assert_null(row.p);
    assert_int_equal(ans_cursor_seek(&k->cx, cur, ANS_STR("xz"), &row), ANS_OK);
    assert_null(row.p);
    assert_int_equal(ans_cursor_next(&k->cx, other, &row), ANS_OK);
    assert_int_equal(row.p[1], 'j');
    assert_int_equal(ans_cursor_next(&k->cx, other, &row), ANS_OK);
    assert_null(row.p);
    ans_cursor_close(cur);
    ans_cursor_close(other);
    for (int i = 0; i < 64; i++)
        assert_int_equal(ans_cursor_open(&k->cx, k->rd, ANS_STR("x"), ANS_STR("y"), &cur), ANS_OK);
    assert_int_equal(ans_cursor_open(&k->cx, k->rd, ANS_STR("x"), ANS_STR("y"), &cur),
                     ANS_E_COSTLY);
    ans_reader_end(k->rd);
    assert_int_equal(ans_cursor_open(&k->cx, k->rd, ANS_STR("x"), ANS_STR("y"), &cur), ANS_OK);
    ans_cursor_close(cur);
}

static uint64_t count(kit *k, const char *low, const char *high, uint64_t limit)
{
    uint64_t n;
    assert_int_equal(ans_store_count_rows(&k->cx, k->rd, kit_str(low), kit_str(high), limit, &n),
                     ANS_OK);
    return n;
}

static void counting_rows(void **state)
{
    kit *k = *state;
    kit_do(k, kit_put(k, 1, "a", "\nx||1\nx||2\nx||3\ny||1\nz||1"));
    assert_int_equal(count(k, "x", "y", 0), 3);
    assert_int_equal(count(k, "x2", "y", 0), 2);
    assert_int_equal(count(k, "x", "y", 2), 2);
    assert_int_equal(count(k, "x", "y", 3), 3);
    assert_int_equal(count(k, "x", "y", 99), 3);
    assert_int_equal(count(k, "", "", 0), 5);
    assert_int_equal(count(k, "", "", 4), 4);
    assert_int_equal(count(k, "y", "", 0), 2);
    assert_int_equal(count(k, "y", "x", 0), 0);
    assert_int_equal(count(k, "q", "r", 0), 0);
}

/* ---- snapshots ---- */

static void a_snapshot_stands_still(void **state)
{
    kit *k = *state;
    ans_reader *old;
    ans_str rows[8];
    ans_version v;
    ans_pos pos;
    ans_rid rid;
    ans_cursor *cur;
    ans_str row;
    kit_do(k, kit_put(k, 1, "a", "one\nx||1"));
    kit_do(k, kit_put(k, 1, "b", "b\nx||b"));
    assert_int_equal(ans_reader_open(&k->cx, k->store, &old), ANS_OK);
    assert_int_equal(ans_reader_begin(&k->cx, old), ANS_OK);
    assert_int_equal(ans_cursor_open(&k->cx, old, ANS_STR("x"), ANS_STR("y"), &cur), ANS_OK);
    assert_int_equal(ans_cursor_seek(&k->cx, cur, ANS_STR("x"), &row), ANS_OK);
    kit_do(k, kit_put(k, 1, "a", "two\nx||2\nx|1/c|"));
    kit_do(k, kit_delete(1, "b"));
    kit_do(k, kit_put(k, 1, "d", "new\nx||0"));
    assert_int_equal(ans_cursor_next(&k->cx, cur, &row), ANS_OK);
    assert_true(ans_str_eq(row, (ans_str){"xb\0\0\0\2", 6}));
    assert_int_equal(ans_store_read(&k->cx, old, kit_ref(1, "a"), &v), ANS_OK);
    kit_assert_str(v.body, "one\nx||1");
    assert_int_equal(v.vid, 1);
    assert_int_equal(ans_store_read(&k->cx, old, kit_ref(1, "b"), &v), ANS_OK);
    assert_int_equal(ans_store_read(&k->cx, old, kit_ref(1, "d"), &v), ANS_E_NOTFOUND);
    assert_int_equal(ans_store_vread(&k->cx, old, kit_ref(1, "a"), 2, &v), ANS_E_NOTFOUND);
    assert_int_equal(ans_store_rid(&k->cx, old, kit_ref(1, "c"), &rid), ANS_E_NOTFOUND);
    assert_int_equal(ans_store_read_rid(&k->cx, old, 4, false, &v), ANS_E_NOTFOUND);
    assert_int_equal(ans_store_head(&k->cx, old, &pos, &rid), ANS_OK);
    assert_int_equal(pos, 2);
    assert_int_equal(rid, 2);
    assert_int_equal(kit_rows(k, old, "x", "y", rows, 8), 2);
    ans_history_query q = {.limit = 10};
    ans_version *versions;
    uint32_t n;
    assert_int_equal(ans_store_history(&k->cx, old, &q, &versions, &n), ANS_OK);
    assert_int_equal(n, 2);
    assert_int_equal(ans_reader_begin(&k->cx, old), ANS_E_BUG);
    ans_reader_end(old);
    assert_int_equal(ans_store_read(&k->cx, old, kit_ref(1, "a"), &v), ANS_OK);
    assert_int_equal(v.vid, 2);
    assert_int_equal(kit_rows(k, old, "x", "y", rows, 8), 3);
    ans_reader_close(old);
}

/* ---- names, settings, care ---- */

static void names_keep_their_numbers(void **state)
{
    kit *k = *state;
    ans_str names[] = {ANS_STR("Patient"), ANS_STR("code"), ANS_STR("Patient")};
    uint16_t first[3], again[3], more[1];
    assert_int_equal(ans_store_names(&k->cx, k->store, names, 3, first), ANS_OK);
    assert_true(first[0] > 0 && first[1] > 0 && first[0] != first[1]);
    assert_int_equal(first[2], first[0]);
    assert_int_equal(ans_store_names(&k->cx, k->store, names, 3, again), ANS_OK);
    assert_memory_equal(first, again, sizeof first);
    ans_str third = ANS_STR("Ng\xc6\xb0\xe1\xbb\x9di");
    assert_int_equal(ans_store_names(&k->cx, k->store, &third, 1, more), ANS_OK);
    assert_true(more[0] != first[0] && more[0] != first[1] && more[0] > 0);
    if (!k->in_memory) {
        kit_close(k);
        kit_open(k);
        assert_int_equal(ans_store_names(&k->cx, k->store, names, 3, again), ANS_OK);
        assert_memory_equal(first, again, sizeof first);
    }
}

static void settings(void **state)
{
    kit *k = *state;
    ans_str value;
    assert_int_equal(ans_store_meta_get(&k->cx, k->store, ANS_STR("zone"), &value), ANS_OK);
    assert_null(value.p);
    assert_int_equal(ans_store_meta_set(&k->cx, k->store, ANS_STR("zone"), ANS_STR("a")), ANS_OK);
    assert_int_equal(ans_store_meta_set(&k->cx, k->store, ANS_STR("zone"), ANS_STR("b\0c")),
                     ANS_OK);
    assert_int_equal(ans_store_meta_set(&k->cx, k->store, ANS_STR("empty"), ANS_STR("")), ANS_OK);
    assert_int_equal(ans_store_meta_get(&k->cx, k->store, ANS_STR("zone"), &value), ANS_OK);
    assert_true(ans_str_eq(value, ANS_STR("b\0c")));
    assert_int_equal(ans_store_meta_get(&k->cx, k->store, ANS_STR("empty"), &value), ANS_OK);
    assert_non_null(value.p);
    assert_int_equal(value.n, 0);
}

static void figures(void **state)
{
    kit *k = *state;
    ans_store_stats s;
    kit_do(k, kit_put(k, 1, "a", "one"));
    kit_do(k, kit_put(k, 1, "a", "one"));
    kit_do(k, kit_put(k, 1, "a", "two"));
    ans_store_stats_get(k->store, &s);
    assert_int_equal(s.pos, 2);
    assert_int_equal(s.changes, 2);
    assert_int_equal(s.queued, 0);
    assert_true(s.commits >= 2);
    assert_true(s.file_bytes > 0);
    assert_true(k->in_memory || s.syncs > 0);
}

static void checking_a_good_store(void **state)
{
    kit *k = *state;
    ans_check_report r;
    kit_do(k, kit_put(k, 1, "a", "one\nx||1\nx|1/z|2"));
    kit_do(k, kit_put(k, 1, "b", "one\nx||1"));
    kit_do(k, kit_put(k, 1, "a", "two\nx||2"));
    kit_do(k, kit_delete(1, "b"));
    assert_int_equal(ans_store_check(&k->cx, k->store, NULL, NULL, &r), ANS_OK);
    assert_int_equal(r.resources, 1);
    assert_int_equal(r.versions, 4);
    assert_int_equal(r.rows, 1);
    assert_int_equal(r.bad_bodies + r.bad_rows + r.log_gaps + r.other, 0);
}

static ans_err other_index(void *arg, ans_cx *cx, uint16_t type, ans_str body, ans_rows *out)
{
    ans_row *row = ANS_NEW(cx->arena, ans_row);
    (void)arg;
    (void)type;
    *row = (ans_row){
        .head = ANS_STR("new"), .ref = {7, ANS_STR("first-met")}, .tail = ans_str_head(body, 1)};
    *out = (ans_rows){row, 1};
    return ANS_OK;
}

static void note_progress(void *arg, uint64_t done, uint64_t total)
{
    assert_true(done <= total);
    *(uint64_t *)arg = total;
}

static void reindexing(void **state)
{
    kit *k = *state;
    ans_check_report r;
    ans_rid rid;
    uint64_t total = 0;
    if (k->in_memory)
        return; /* an index function can change only over a restart */
    kit_do(k, kit_put(k, 1, "a", "one\nx||1\nx|1/z|2"));
    kit_do(k, kit_put(k, 1, "b", "two\nx||1"));
    kit_do(k, kit_put(k, 1, "c", "three\nx||1"));
    kit_do(k, kit_delete(1, "c"));
    kit_close(k);
    ans_store_options o = kit_options(k);
    o.index = other_index;
    assert_int_equal(ans_store_open(&k->cx, &o, &k->store), ANS_OK);
    assert_int_equal(ans_reader_open(&k->cx, k->store, &k->rd), ANS_OK);
    assert_int_equal(ans_store_check(&k->cx, k->store, NULL, NULL, &r), ANS_OK);
    assert_int_equal(r.bad_rows, 2 + 3); /* two missing, three too many */
    assert_int_equal(ans_store_reindex(&k->cx, k->store, note_progress, &total), ANS_OK);
    assert_int_equal(total, 4);
    kit_check_clean(k);
    assert_int_equal(ans_store_rid(&k->cx, k->rd, kit_ref(7, "first-met"), &rid), ANS_OK);
    assert_int_equal(rid, 5);
    assert_int_equal(count(k, "new", "nex", 0), 2);
    assert_int_equal(count(k, "", "", 0), 2);
    assert_int_equal(kit_do(k, kit_put(k, 1, "d", "four")).rid, 6);
}

static void reindexing_unchanged(void **state)
{
    kit *k = *state;
    kit_do(k, kit_put(k, 1, "a", "one\nx||1\nx|1/z|2\nx||1"));
    kit_do(k, kit_put(k, 1, "b", "two\nx||1"));
    assert_int_equal(ans_store_reindex(&k->cx, k->store, NULL, NULL), ANS_OK);
    assert_int_equal(count(k, "", "", 0), 3);
    kit_check_clean(k);
    kit_do(k, kit_put(k, 1, "a", "three\nx||9"));
    kit_check_clean(k);
}

/* ---- watching ---- */

typedef struct watched {
    char text[400];
    const bool *is_told; /* of the transaction being committed */
} watched;

static void note_changes(void *arg, const ans_txn *txn)
{
    watched *w = arg;
    assert_false(w->is_told && *w->is_told); /* before its done */
    for (uint32_t i = 0; i < txn->count; i++) {
        const ans_change *c = &txn->changes[i];
        size_t n = strlen(w->text);
        (void)snprintf(w->text + n, sizeof w->text - n, "%.*s:%d@%llu=%.*s ", ANS_FMT(c->ref.id), c->outcome,
                       (unsigned long long)c->pos, ANS_FMT(c->body));
    }
}

static void note_done(ans_txn *txn, ans_err err)
{
    (void)err;
    *(bool *)txn->arg = true;
}

static void watchers_see_what_is_committed(void **state)
{
    kit *k = *state;
    watched first = {{0}, NULL}, second = {{0}, NULL};
    bool is_told = false;
    assert_int_equal(ans_store_watch(&k->cx, k->store, note_changes, &first), ANS_OK);
    assert_int_equal(ans_store_watch(&k->cx, k->store, note_changes, &second), ANS_OK);
    first.is_told = &is_told;
    ans_change both[] = {kit_put(k, 1, "a", "one"), kit_put(k, 1, "b", "two")};
    ans_txn txn = {.cx = &k->cx, .changes = both, .count = 2, .done = note_done, .arg = &is_told};
    assert_int_equal(ans_store_commit(k->store, &txn), ANS_OK);
    assert_true(is_told);
    first.is_told = NULL;
    ans_change refused = kit_put(k, 1, "a", "three");
    refused.if_vid = 7;
    assert_int_equal(kit_commit(k, &refused, 1), ANS_E_PRECOND);
    kit_do(k, kit_put(k, 1, "b", "two"));
    kit_do(k, kit_delete(1, "a"));
    assert_string_equal(first.text, "a:0@1=one b:0@2=two b:2@2=two a:3@3= ");
    assert_string_equal(second.text, first.text);
    for (int i = 2; i < 8; i++)
        assert_int_equal(ans_store_watch(&k->cx, k->store, note_changes, &second), ANS_OK);
    assert_int_equal(ans_store_watch(&k->cx, k->store, note_changes, &second), ANS_E_BUG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(rows_follow_the_current_version),
        BOTH(references_are_rids),
        BOTH(references_within_a_transaction),
        BOTH(cursors),
        BOTH(counting_rows),
        BOTH(a_snapshot_stands_still),
        BOTH(names_keep_their_numbers),
        BOTH(settings),
        BOTH(figures),
        BOTH(checking_a_good_store),
        BOTH(reindexing),
        BOTH(reindexing_unchanged),
        BOTH(watchers_see_what_is_committed),
    };
    int failed;
    BOTH_RUN(&failed, "store_index_contract", tests);
    return failed;
}
