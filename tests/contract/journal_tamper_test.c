/* Somebody who can write the file changes the journal: every byte of a small chain (every bit with ANS_TEST_FULL=1), every number, every row taken
 * away, rows exchanged. Verify must find it, or nothing may have changed: the entries read as before. */
#include "contract/journal_kit.h"

#include <sqlite3.h>

typedef struct scene {
    kit k;
    sqlite3 *db;
    ans_str text; /* of all entries, untouched */
    ans_journal_report good;
    uint64_t tried, found;
} scene;

/* ---- SQL from outside ---- */

static void sql(scene *s, const char *text)
{
    if (sqlite3_exec(s->db, text, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", text, sqlite3_errmsg(s->db));
}

static void open_outside(scene *s)
{
    char path[300];
    (void)snprintf(path, sizeof path, "%s/main.db", s->k.dir);
    assert_int_equal(sqlite3_open(path, &s->db), SQLITE_OK);
    sql(s, "PRAGMA synchronous = OFF");
}

/* ---- a chain of every shape: one entry, many, packed, empty ones, with and without keys, under five heads ---- */

static void make_chain(scene *s)
{
    kit *k = &s->k;
    char text[120];
    ans_journal_set_signer(k->store, sign_plainly, NULL);
    for (uint32_t i = 0; i < 40; i++) {
        const uint32_t keys[] = {i + 1, 7, 0x80000000u | i};
        (void)snprintf(text, sizeof text, "an entry of a read that is like the one before it, number %u", i);
        assert_int_equal(note_later(k, i == 5 ? "" : text, keys, i % 4), ANS_OK);
        if (i % 13 != 12)
            continue;
        noted n = {.text = "a change", .keys = keys, .key_count = 2};
        ans_change c = kit_put(k, 1, "a", text);
        assert_int_equal(note_commit(k, &c, 1, &n), ANS_OK);
    }
    for (int i = 0; i < 3; i++) {
        kit_close(k); /* each close signs */
        kit_open(k);
        ans_journal_set_signer(k->store, sign_plainly, NULL);
        assert_int_equal(note_now(k, i ? "once more" : "before a restart"), ANS_OK);
    }
    kit_close(k);
}

static void open_to_read(scene *s)
{
    const ans_store_options o = {.dir = s->k.dir, .read_only = true};
    assert_int_equal(ans_store_open(&s->k.cx, &o, &s->k.store), ANS_OK);
    assert_int_equal(ans_reader_open(&s->k.cx, s->k.store, &s->k.rd), ANS_OK);
}

/* All entries with times and keys; empty when they cannot be read. */
static bool print_one(void *arg, const ans_entry *e)
{
    ans_buf *b = arg;
    ans_buf_fmt(b, "%llu %lld %.*s", (unsigned long long)e->seq, (long long)e->when_us, ANS_FMT(e->bytes));
    for (uint32_t i = 0; i < e->key_count; i++)
        ans_buf_fmt(b, " %u", e->keys[i]);
    ans_buf_add_c(b, '\n');
    return true;
}

static ans_str print_all(scene *s)
{
    ans_buf b;
    ans_str out;
    ans_buf_init_arena(&b, s->k.cx.arena, 1 << 20);
    ans_err err = ans_journal_walk(&s->k.cx, s->k.rd, &(ans_journal_query){0}, print_one, &b);
    return err || ans_buf_finish(&b, &out) ? ANS_STR_NONE : out;
}

static bool is_found(const ans_journal_report *r, const scene *s)
{
    return r->bad_seq || r->strange_heads || r->heads < s->good.heads;
}

static void must_find(scene *s, const char *what, int64_t row, int column, size_t at)
{
    const ans_journal_check how = {.signature = judge_plainly};
    ans_journal_report r = {0};
    ans_err err = ans_journal_verify(&s->k.cx, s->k.rd, &how, &r);
    s->tried++;
    if (err != ANS_OK && err != ANS_E_CORRUPT)
        fail_msg("%s: %s", what, ans_err_name(err));
    bool is_seen = err == ANS_E_CORRUPT || is_found(&r, s);
    s->found += is_seen;
    if (!is_seen && !ans_str_eq(print_all(s), s->text))
        fail_msg("%s, row %lld, column %d, byte %zu: not found", what, (long long)row, column, at);
    ans_arena_reset(s->k.cx.arena); /* text is in an arena of its own */
    s->k.cx.issues = s->k.cx.last_ = NULL;
}

static int setup(void **state)
{
    scene *s = calloc(1, sizeof *s);
    assert_non_null(s);
    kit_start(&s->k, false);
    make_chain(s);
    open_to_read(s);
    open_outside(s);
    ans_str text = print_all(s);
    char *kept = malloc(text.n + 1);
    assert_non_null(kept);
    memcpy(kept, text.p, text.n);
    s->text = (ans_str){kept, text.n};
    s->good = journal_verify(&s->k);
    assert_int_equal(s->good.bad_seq, 0);
    assert_int_equal(s->good.heads, 5);
    assert_int_equal(s->good.signed_seq, s->good.entries);
    assert_true(s->good.entries > 40 && s->good.blocks > 5);
    *state = s;
    return 0;
}

static int teardown(void **state)
{
    scene *s = *state;
    assert_int_equal(journal_verify(&s->k).bad_seq, 0); /* everything was put back */
    sqlite3_close(s->db);
    free((void *)s->text.p);
    kit_done(&s->k);
    free(s);
    return 0;
}

/* ---- every row, every column ---- */

typedef struct table {
    const char *name, *columns[8];
} table;

static const table tables[] = {
    {"journal", {"seq", "count", "from_us", "to_us", "hash", "keys", "dict", "body"}},
    {"journal_head", {"seq", "prev", "when_us", "hash", "key_id", "signature", NULL, NULL}},
};

static sqlite3_stmt *prepare(scene *s, const char *format, const char *a, const char *b)
{
    char text[200];
    sqlite3_stmt *st = NULL;
    (void)snprintf(text, sizeof text, format, a, b);
    if (sqlite3_prepare_v2(s->db, text, -1, &st, NULL) != SQLITE_OK)
        fail_msg("%s: %s", text, sqlite3_errmsg(s->db));
    return st;
}

static void run(scene *s, sqlite3_stmt *st)
{
    if (sqlite3_step(st) != SQLITE_DONE)
        fail_msg("%s", sqlite3_errmsg(s->db));
    sqlite3_reset(st);
}

static void set_blob(scene *s, sqlite3_stmt *set, int64_t row, const uint8_t *p, size_t n)
{
    sqlite3_bind_blob64(set, 1, n ? (const void *)p : "", n, SQLITE_STATIC);
    sqlite3_bind_int64(set, 2, row);
    run(s, set);
}

static void spoil_blob(scene *s, const char *what, sqlite3_stmt *set, int64_t row, int column, const uint8_t *bytes, size_t n)
{
    uint8_t *copy = malloc(n + 1);
    assert_non_null(copy);
    memcpy(copy, bytes, n);
    for (size_t at = 0; at < n; at++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            if (!getenv("ANS_TEST_FULL") && bit != (at + (size_t)row) % 8)
                continue;
            copy[at] = (uint8_t)(bytes[at] ^ 1u << bit);
            set_blob(s, set, row, copy, n);
            must_find(s, what, row, column, at);
        }
        copy[at] = bytes[at];
    }
    if (n > 0) { /* shorter, and longer */
        set_blob(s, set, row, copy, n - 1);
        must_find(s, what, row, column, n);
    }
    copy[n] = 1;
    set_blob(s, set, row, copy, n + 1);
    must_find(s, what, row, column, n + 1);
    set_blob(s, set, row, copy, n);
    free(copy);
}

/* Numbers are moved by one either way; seq is the key, so it is moved where nothing is. */
static void spoil_number(scene *s, const char *what, sqlite3_stmt *set, int64_t row, int column, int64_t value)
{
    const int64_t wrong[] = {value - 1, value + 1, value + 1000000, -value - 1, 0};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        if (wrong[i] == value)
            continue;
        sqlite3_bind_int64(set, 1, wrong[i]);
        sqlite3_bind_int64(set, 2, row);
        if (sqlite3_step(set) == SQLITE_DONE) {
            sqlite3_reset(set);
            must_find(s, what, row, column, i);
            sqlite3_bind_int64(set, 1, value);
            sqlite3_bind_int64(set, 2, column == 0 ? wrong[i] : row);
            run(s, set);
        }
        sqlite3_reset(set);
    }
}

static void spoil_cell(scene *s, const table *t, int64_t row, int column)
{
    sqlite3_stmt *get = prepare(s, "SELECT %s FROM %s WHERE seq = ?1", t->columns[column], t->name);
    sqlite3_stmt *set = prepare(s, "UPDATE %2$s SET %1$s = ?1 WHERE seq = ?2", t->columns[column], t->name);
    sqlite3_bind_int64(get, 1, row);
    assert_int_equal(sqlite3_step(get), SQLITE_ROW);
    if (sqlite3_column_type(get, 0) == SQLITE_BLOB) {
        size_t n = (size_t)sqlite3_column_bytes(get, 0);
        uint8_t *copy = malloc(n + 1);
        assert_non_null(copy);
        if (n > 0)
            memcpy(copy, sqlite3_column_blob(get, 0), n);
        sqlite3_reset(get);
        spoil_blob(s, t->name, set, row, column, copy, n);
        free(copy);
    } else if (sqlite3_column_type(get, 0) == SQLITE_INTEGER) {
        int64_t value = sqlite3_column_int64(get, 0);
        sqlite3_reset(get);
        spoil_number(s, t->name, set, row, column, value);
    }
    sqlite3_finalize(get);
    sqlite3_finalize(set);
}

static uint32_t rows_of(scene *s, const table *t, int64_t *out, uint32_t max)
{
    sqlite3_stmt *st = prepare(s, "SELECT seq FROM %s ORDER BY seq%s", t->name, "");
    uint32_t n = 0;
    while (sqlite3_step(st) == SQLITE_ROW && n < max)
        out[n++] = sqlite3_column_int64(st, 0);
    sqlite3_finalize(st);
    return n;
}

static void every_byte(void **state)
{
    scene *s = *state;
    int64_t rows[64];
    for (size_t t = 0; t < sizeof tables / sizeof *tables; t++) {
        uint32_t n = rows_of(s, &tables[t], rows, 64);
        for (uint32_t i = 0; i < n; i++) {
            for (int column = 0; column < 8 && tables[t].columns[column]; column++)
                spoil_cell(s, &tables[t], rows[i], column);
        }
    }
    print_message("%llu changes, %llu found, the others changed nothing\n", (unsigned long long)s->tried, (unsigned long long)s->found);
    assert_true(s->tried > 1500);
    assert_true(s->found * 100 >= s->tried * 99);
}

/* ---- whole rows ---- */

static void try_sql(scene *s, const char *text)
{
    sql(s, "BEGIN");
    sql(s, text);
    sql(s, "COMMIT");
}

static void rows_taken_away(void **state)
{
    scene *s = *state;
    char text[200];
    int64_t rows[64];
    for (size_t t = 0; t < sizeof tables / sizeof *tables; t++) {
        uint32_t n = rows_of(s, &tables[t], rows, 64);
        for (uint32_t i = 0; i < n; i++) {
            (void)snprintf(text, sizeof text, "CREATE TABLE kept AS SELECT * FROM %s WHERE seq = %lld; DELETE FROM %s WHERE seq = %lld",
                           tables[t].name, (long long)rows[i], tables[t].name, (long long)rows[i]);
            try_sql(s, text);
            uint64_t before = s->found;
            must_find(s, "a row taken away", rows[i], 0, 0);
            assert_int_equal(s->found, before + 1);
            (void)snprintf(text, sizeof text, "INSERT INTO %s SELECT * FROM kept; DROP TABLE kept", tables[t].name);
            try_sql(s, text);
        }
    }
}

static void rows_exchanged(void **state)
{
    scene *s = *state;
    int64_t rows[64];
    char there[400], back[400];
    uint32_t n = rows_of(s, &tables[0], rows, 64);
    static const char *const bodies = "UPDATE journal AS a SET (count, from_us, to_us, hash, keys, dict, body) ="
                                      " (SELECT count, from_us, to_us, hash, keys, dict, body FROM temp.pair AS b WHERE b.seq = %lld + %lld - a.seq)"
                                      " WHERE seq IN (%lld, %lld)";
    for (uint32_t i = 1; i < n; i++) {
        long long x = rows[i - 1], y = rows[i];
        (void)snprintf(back, sizeof back, "CREATE TEMP TABLE pair AS SELECT * FROM journal WHERE seq IN (%lld, %lld)", x, y);
        sql(s, back);
        (void)snprintf(there, sizeof there, bodies, x, y, x, y);
        try_sql(s, there);
        uint64_t before = s->found;
        must_find(s, "two blocks exchanged", x, 0, 0);
        assert_int_equal(s->found, before + 1);
        sql(s, "DROP TABLE temp.pair");
        sql(s, back);
        try_sql(s, there);
        sql(s, "DROP TABLE temp.pair");
    }
}

/* The end cut off together with the heads that know it cannot be seen from inside; a hash that was noted tells. */
static void an_end_cut_off(void **state)
{
    scene *s = *state;
    ans_journal_check how = {.signature = judge_plainly, .noted_seq = s->good.last.seq};
    ans_journal_report r;
    memcpy(how.noted_hash, s->good.last.hash, sizeof how.noted_hash);
    assert_int_equal(ans_journal_verify(&s->k.cx, s->k.rd, &how, &r), ANS_OK);
    assert_int_equal(r.bad_seq, 0);
    how.noted_hash[3] ^= 1;
    assert_int_equal(ans_journal_verify(&s->k.cx, s->k.rd, &how, &r), ANS_OK);
    assert_int_equal(r.bad_seq, s->good.last.seq);
    how.noted_hash[3] ^= 1;
    sql(s, "CREATE TABLE kept AS SELECT * FROM journal WHERE seq > 20; CREATE TABLE heads AS SELECT * FROM journal_head WHERE seq > 15;"
           "DELETE FROM journal WHERE seq > 20; DELETE FROM journal_head WHERE seq > 15");
    assert_int_equal(journal_verify(&s->k).bad_seq, 0);
    assert_int_equal(ans_journal_verify(&s->k.cx, s->k.rd, &how, &r), ANS_OK);
    assert_true(r.bad_seq > 0);
    sql(s, "INSERT INTO journal SELECT * FROM kept; INSERT INTO journal_head SELECT * FROM heads; DROP TABLE kept; DROP TABLE heads");
}

/* ---- groups ---- */

static void groups_tell_the_truth(void **state)
{
    kit k;
    scene s = {0};
    int64_t value;
    (void)state;
    kit_start(&k, false);
    for (uint32_t i = 1; i <= 600; i++) {
        noted n = {.text = "x", .keys = &i, .key_count = 1};
        assert_int_equal(note_commit(&k, NULL, 0, &n), ANS_OK);
    }
    assert_int_equal(journal_verify(&k).bad_seq, 0);
    kit_close(&k);
    s.k = k;
    open_to_read(&s);
    open_outside(&s);
    static const struct {
        const char *spoil, *mend;
    } t[] = {
        {"UPDATE journal_group SET last = last - 1 WHERE seq = 1", "UPDATE journal_group SET last = last + 1 WHERE seq = 1"},
        {"UPDATE journal_group SET last = last + 1 WHERE seq = 257", "UPDATE journal_group SET last = last - 1 WHERE seq = 257"},
        {"UPDATE journal_group SET last = last + 100 WHERE seq = 257", "UPDATE journal_group SET last = last - 100 WHERE seq = 257"},
        {"UPDATE journal_group SET seq = 2 WHERE seq = 1", "UPDATE journal_group SET seq = 1 WHERE seq = 2"},
        {"UPDATE journal_group SET keys = CAST(substr(keys, 2) AS BLOB) WHERE seq = 1", "UPDATE journal_group SET keys = CAST(x'01' || keys AS BLOB) WHERE seq = 1"},
        {"UPDATE journal_group SET keys = CAST(keys || x'01' AS BLOB) WHERE seq = 257",
         "UPDATE journal_group SET keys = CAST(substr(keys, 1, length(keys) - 1) AS BLOB) WHERE seq = 257"},
    };
    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        sql(&s, t[i].spoil);
        if (journal_verify(&s.k).bad_seq == 0)
            fail_msg("%s: not found", t[i].spoil);
        sql(&s, t[i].mend);
        assert_int_equal(journal_verify(&s.k).bad_seq, 0);
    }
    sqlite3_stmt *st = prepare(&s, "SELECT count(*) FROM %s%s", "journal_group", "");
    assert_int_equal(sqlite3_step(st), SQLITE_ROW);
    value = sqlite3_column_int64(st, 0);
    sqlite3_finalize(st);
    assert_int_equal(value, 2);
    sqlite3_close(s.db);
    kit_done(&s.k);
}

/* ---- a folder from before the journal ---- */

static void an_older_folder(void **state)
{
    scene s = {0};
    ans_version v;
    (void)state;
    kit_start(&s.k, false);
    kit_do(&s.k, kit_put(&s.k, 1, "a", "from before"));
    kit_close(&s.k);
    open_outside(&s);
    sql(&s, "DROP TABLE journal; DROP TABLE journal_group; DROP TABLE journal_head");
    sqlite3_close(s.db);
    open_to_read(&s); /* as it is */
    assert_int_equal(journal_end(&s.k), 0);
    assert_int_equal(journal_verify(&s.k).entries, 0);
    assert_int_equal(ans_store_read(&s.k.cx, s.k.rd, kit_ref(1, "a"), &v), ANS_OK);
    kit_check_clean(&s.k);
    kit_close(&s.k);
    kit_open(&s.k);
    assert_int_equal(note_now(&s.k, "the first"), ANS_OK);
    assert_int_equal(journal_verify(&s.k).entries, 1);
    kit_check_clean(&s.k);
    kit_done(&s.k);
}

/* A journal that was damaged does not stop the record: it is written on, and verify says where it broke. */
static void damage_does_not_stop_writing(void **state)
{
    scene s = {0};
    (void)state;
    kit_start(&s.k, false);
    for (int i = 0; i < 5; i++)
        assert_int_equal(note_now(&s.k, "x"), ANS_OK);
    kit_close(&s.k);
    open_outside(&s);
    sql(&s, "DELETE FROM journal WHERE seq = 3; UPDATE journal SET keys = x'FF' WHERE seq = 4");
    sqlite3_close(s.db);
    kit_open(&s.k);
    assert_int_equal(note_now(&s.k, "after"), ANS_OK);
    assert_int_equal(journal_end(&s.k), 6);
    assert_int_equal(journal_verify(&s.k).bad_seq, 3);
    ans_check_report r;
    assert_int_equal(ans_store_check(&s.k.cx, s.k.store, NULL, NULL, &r), ANS_OK);
    assert_int_equal(r.other, 1);
    kit_done(&s.k);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_byte, setup, teardown),
        cmocka_unit_test_setup_teardown(rows_taken_away, setup, teardown),
        cmocka_unit_test_setup_teardown(rows_exchanged, setup, teardown),
        cmocka_unit_test_setup_teardown(an_end_cut_off, setup, teardown),
        cmocka_unit_test(groups_tell_the_truth),
        cmocka_unit_test(an_older_folder),
        cmocka_unit_test(damage_does_not_stop_writing),
    };
    return cmocka_run_group_tests_name("journal_tamper", tests, NULL, NULL);
}
