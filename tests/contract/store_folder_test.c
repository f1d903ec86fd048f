/* The data folder of the sqlite back end: who may open it, what is refused, what damage is found,
 * what a copy is worth. */
#include "contract/store_kit.h"

#include <dirent.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "store/store_test.h"

static int setup(void **state)
{
    kit *k = malloc(sizeof *k);
    assert_non_null(k);
    kit_init(k, false);
    *state = k;
    return 0;
}

static int teardown(void **state)
{
    kit_done(*state);
    free(*state);
    return 0;
}

/* ---- files by hand ---- */

static const char *path_of(const kit *k, const char *name)
{
    static char path[300];
    (void)snprintf(path, sizeof path, "%s/%s", k->dir, name);
    return path;
}

static ans_str file_read(kit *k, const char *name)
{
    ans_str s;
    assert_int_equal(ans_file_read(&k->cx, path_of(k, name), (size_t)64 << 20, &s), ANS_OK);
    return s;
}

static void file_patch(const kit *k, const char *name, size_t at, const void *bytes, size_t n)
{
    FILE *f = fopen(path_of(k, name), "r+b");
    assert_non_null(f);
    assert_int_equal(fseek(f, (long)at, SEEK_SET), 0);
    assert_int_equal(fwrite(bytes, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
}

/* Change the only place where these bytes stand in the file. */
static void file_damage(kit *k, const char *name, ans_str find, const char *to)
{
    ans_str all = file_read(k, name);
    ptrdiff_t at = ans_str_search(all, find);
    assert_true(at > 0);
    file_patch(k, name, (size_t)at, to, find.n);
}

static ans_err open_as(kit *k, ans_store_options o, ans_store **out)
{
    k->cx.issues = k->cx.last_ = NULL;
    return ans_store_open(&k->cx, &o, out);
}

static ans_err try_open(kit *k, ans_store_options o)
{
    ans_store *store;
    ans_err err = open_as(k, o, &store);
    if (!err)
        ans_store_close(store);
    return err;
}

static bool issue_says(const kit *k, const char *part)
{
    return k->cx.last_ && ans_str_search(k->cx.last_->text, kit_str(part)) >= 0;
}

static void make_store(kit *k)
{
    kit_open(k);
    kit_do(k, kit_put(k, 1, "a", "resource a\nfirst||row\nref|2/c|x"));
    kit_do(k, kit_put(k, 1, "b", "resource b\nfirst||row"));
    kit_do(k, kit_put(k, 1, "a", "resource A\nsecond||row"));
    kit_do(k, kit_delete(1, "b"));
    kit_close(k);
}

/* ---- opening ---- */

static void no_store_is_not_made_unasked(void **state)
{
    kit *k = *state;
    ans_store_options o = kit_options(k);
    o.create = false;
    assert_int_equal(try_open(k, o), ANS_E_NOTFOUND);
    o.create = true;
    o.read_only = true;
    assert_int_equal(try_open(k, o), ANS_E_NOTFOUND);
    DIR *dir = opendir(k->dir);
    assert_non_null(dir);
    int entries = 0;
    while (readdir(dir))
        entries++;
    closedir(dir);
    assert_int_equal(entries, 2); /* nothing was made */
    make_store(k);
    o.space = "other";
    assert_int_equal(try_open(k, o), ANS_E_NOTFOUND);
    o.space = "../up";
    assert_int_equal(try_open(k, o), ANS_E_INVALID);
    o.space = "";
    assert_int_equal(try_open(k, o), ANS_E_INVALID);
}

static void a_newer_format_is_left_alone(void **state)
{
    kit *k = *state;
    make_store(k);
    file_patch(k, "FORMAT", 13, "3", 1);
    assert_int_equal(try_open(k, kit_options(k)), ANS_E_UNSUPPORTED);
    assert_true(issue_says(k, "format 3"));
    file_patch(k, "FORMAT", 13, "2", 1);
    assert_int_equal(try_open(k, kit_options(k)), ANS_OK);
    const uint8_t three[4] = {0, 0, 0, 3};
    file_patch(k, "main.db", 60, three, 4); /* user_version */
    ans_str newer = file_read(k, "main.db");
    assert_int_equal(try_open(k, kit_options(k)), ANS_E_UNSUPPORTED);
    assert_true(issue_says(k, "format 3"));
    ans_store_options o = kit_options(k);
    o.read_only = true;
    assert_int_equal(try_open(k, o), ANS_E_UNSUPPORTED);
    assert_true(ans_str_eq(newer, file_read(k, "main.db")));
    file_patch(k, "FORMAT", 0, "something else", 14);
    assert_int_equal(try_open(k, kit_options(k)), ANS_E_CORRUPT);
}

/* A store of format 1 has no table for rows that wait, and none for the journal. */
static void an_older_format_is_brought_up(void **state)
{
    kit *k = *state;
    sqlite3 *db;
    char path[300];
    make_store(k);
    (void)snprintf(path, sizeof path, "%s/main.db", k->dir);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "DROP TABLE pending; DROP TABLE journal; PRAGMA user_version = 1", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    file_patch(k, "FORMAT", 13, "1", 1);
    ans_store_options o = kit_options(k);
    o.read_only = true; /* looks, changes nothing */
    assert_int_equal(ans_store_open(&k->cx, &o, &k->store), ANS_OK);
    kit_check_clean(k);
    ans_store_close(k->store);
    k->store = NULL;
    assert_true(ans_str_starts(file_read(k, "FORMAT"), ANS_STR("ansinh-store 1")));
    kit_open(k);
    kit_do(k, kit_put(k, 1, "later", "a||1"));
    kit_check_clean(k);
    kit_close(k);
    assert_true(ans_str_starts(file_read(k, "FORMAT"), ANS_STR("ansinh-store 2")));
}

/* Another process, and a copy, see the rows that are not in the index yet. */
static void rows_that_wait_are_seen_by_all(void **state)
{
    kit *k = *state;
    ans_store *other;
    ans_reader *rd;
    ans_check_report r;
    uint64_t here, there;
    char id[16], to[400];
    kit_open(k);
    for (int i = 0; i < 20; i++) {
        (void)snprintf(id, sizeof id, "id-%d", i % 15);
        kit_do(k, kit_put(k, 1, id, i % 2 ? "a||1\nb||2" : "b||2\nc||3"));
    }
    ans_store_options o = kit_options(k);
    o.read_only = true;
    assert_int_equal(ans_store_open(&k->cx, &o, &other), ANS_OK);
    assert_int_equal(ans_reader_open(&k->cx, other, &rd), ANS_OK);
    assert_int_equal(ans_store_count_rows(&k->cx, k->rd, ANS_STR_NONE, ANS_STR_NONE, 0, &here), ANS_OK);
    assert_int_equal(ans_store_count_rows(&k->cx, rd, ANS_STR_NONE, ANS_STR_NONE, 0, &there), ANS_OK);
    assert_true(here == 30 && there == here);
    assert_int_equal(ans_store_check(&k->cx, other, NULL, NULL, &r), ANS_OK);
    assert_true(r.rows == here && r.bad_rows == 0 && r.other == 0);
    ans_reader_close(rd);
    ans_store_close(other);
    (void)snprintf(to, sizeof to, "%s/copy", k->dir);
    assert_int_equal(ans_store_backup(&k->cx, k->store, to, NULL, NULL), ANS_OK); /* verified */
    kit_close(k);
}

/* A server's store reads its file while it is written to, and stops when told. */
static void kept_warm(void **state)
{
    kit *k = *state;
    ans_store_options o = kit_options(k);
    o.keep_warm = true;
    for (int i = 0; i < 5; i++) {
        assert_int_equal(ans_store_open(&k->cx, &o, &k->store), ANS_OK);
        assert_int_equal(ans_reader_open(&k->cx, k->store, &k->rd), ANS_OK);
        kit_do(k, kit_put(k, 1, "a", i % 2 ? "a||1" : "a||2"));
        assert_int_equal(try_open(k, kit_options(k)), ANS_E_BUSY); /* the lock stands although a file was closed */
        kit_check_clean(k);
        kit_close(k);
    }
}

static void strangers_are_refused(void **state)
{
    kit *k = *state;
    make_store(k);
    file_patch(k, "main.db", 68, "nope", 4); /* application_id */
    assert_int_equal(try_open(k, kit_options(k)), ANS_E_CORRUPT);
    file_patch(k, "main.db", 0, "no database at all", 18);
    assert_int_equal(try_open(k, kit_options(k)), ANS_E_CORRUPT);
}

static void one_holder_at_a_time(void **state)
{
    kit *k = *state;
    char pid[32];
    int status;
    kit_open(k);
    (void)snprintf(pid, sizeof pid, "process %ld ", (long)getpid());
    assert_int_equal(try_open(k, kit_options(k)), ANS_E_BUSY); /* from this process */
    assert_true(issue_says(k, pid));
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) { /* and from another */
        ans_cx cx = {.arena = ans_arena_new(1 << 20)};
        ans_store_options o = kit_options(k);
        ans_store *store;
        ans_err err = ans_store_open(&cx, &o, &store);
        _exit(err == ANS_E_BUSY && cx.last_ && ans_str_search(cx.last_->text, kit_str(pid)) >= 0
                  ? 0
                  : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    kit_do(k, kit_put(k, 1, "a", "still ours"));
    ans_store_options o = kit_options(k);
    o.space = "rehearsal"; /* another data set in the same folder */
    assert_int_equal(try_open(k, o), ANS_OK);
    kit_close(k);
    assert_int_equal(try_open(k, kit_options(k)), ANS_OK);
}

static void creation_is_resumed(void **state)
{
    kit *k = *state;
    ans_version v;
    make_store(k);
    assert_int_equal(unlink(path_of(k, "FORMAT")),
                     0); /* as if the machine died in front of the last step */
    ans_store_options o = kit_options(k);
    o.create = false;
    assert_int_equal(try_open(k, o), ANS_E_NOTFOUND);
    kit_open(k);
    assert_int_equal(ans_store_read(&k->cx, k->rd, kit_ref(1, "a"), &v), ANS_OK);
    kit_close(k);
    assert_int_equal(try_open(k, o), ANS_OK);
}

static void settings_survive(void **state)
{
    kit *k = *state;
    uint8_t key[16];
    ans_version v;
    ans_store_options o = kit_options(k);
    o.dictionary =
        ANS_STR("a dictionary of words that come again and again in every resource of this store");
    assert_int_equal(open_as(k, o, &k->store), ANS_OK);
    memcpy(key, ans_store_hash_key(k->store), sizeof key);
    kit_do(k,
           kit_put(k, 1, "a", "words that come again and again in every resource of this store"));
    ans_store_close(k->store);
    k->store = NULL;
    o.dictionary = ANS_STR("another dictionary, which comes too late");
    assert_int_equal(open_as(k, o, &k->store), ANS_OK);
    assert_int_equal(ans_reader_open(&k->cx, k->store, &k->rd), ANS_OK);
    assert_memory_equal(key, ans_store_hash_key(k->store), sizeof key);
    assert_int_equal(ans_store_read(&k->cx, k->rd, kit_ref(1, "a"), &v), ANS_OK);
    kit_assert_str(v.body, "words that come again and again in every resource of this store");
    kit_check_clean(k);
}

static int64_t early(void)
{
    return 1000;
}

static void time_does_not_run_back_over_a_restart(void **state)
{
    kit *k = *state;
    kit_open(k);
    int64_t first = kit_do(k, kit_put(k, 1, "a", "one")).when_us;
    kit_close(k);
    ans_clock_set(early);
    kit_open(k);
    assert_int_equal(kit_do(k, kit_put(k, 1, "a", "two")).when_us, first);
    ans_clock_set(NULL);
}

/* ---- beside a writer ---- */

static void reading_beside_a_writer(void **state)
{
    kit *k = *state;
    ans_store *other;
    ans_reader *rd;
    ans_version v;
    ans_check_report r;
    uint16_t numbers[2];
    ans_str names[] = {ANS_STR("known"), ANS_STR("unknown")};
    kit_open(k);
    assert_int_equal(ans_store_names(&k->cx, k->store, names, 1, numbers), ANS_OK);
    kit_do(k, kit_put(k, 1, "a", "one\nx||1"));
    ans_store_options o = kit_options(k);
    o.read_only = true;
    assert_int_equal(open_as(k, o, &other), ANS_OK);
    assert_int_equal(ans_reader_open(&k->cx, other, &rd), ANS_OK);
    assert_int_equal(ans_store_read(&k->cx, rd, kit_ref(1, "a"), &v), ANS_OK);
    kit_do(k, kit_put(k, 1, "a", "two\nx||2"));
    assert_int_equal(ans_store_read(&k->cx, rd, kit_ref(1, "a"), &v), ANS_OK);
    assert_int_equal(v.vid, 2);
    assert_int_equal(ans_store_names(&k->cx, other, names, 2, numbers), ANS_OK);
    assert_true(numbers[0] > 0);
    assert_int_equal(numbers[1], 0);
    assert_int_equal(ans_store_check(&k->cx, other, NULL, NULL, &r), ANS_OK);
    assert_int_equal(r.versions, 2);
    assert_int_equal(r.bad_bodies + r.bad_rows + r.log_gaps + r.other, 0);
    ans_change c = kit_put(k, 1, "b", "no");
    ans_txn txn = {.cx = &k->cx, .changes = &c, .count = 1};
    assert_int_equal(ans_store_commit(other, &txn), ANS_E_UNSUPPORTED);
    assert_int_equal(ans_store_meta_set(&k->cx, other, ANS_STR("k"), ANS_STR("v")),
                     ANS_E_UNSUPPORTED);
    ans_reader_close(rd);
    ans_store_close(other);
    kit_do(k, kit_put(k, 1, "c", "three"));
}

/* A reader keeps its snapshot between calls; the writer takes it away when it wants to empty the
 * log. */
static void an_idle_reader_does_not_hold_the_log(void **state)
{
    kit *k = *state;
    ans_version v;
    kit_open(k);
    kit_do(k, kit_put(k, 1, "a", "one"));
    assert_int_equal(ans_store_read(&k->cx, k->rd, kit_ref(1, "a"), &v), ANS_OK);
    kit_do(k, kit_put(k, 1, "a", "written into the file"));
    bool is_written = false;
    for (int i = 0; i < 1000 && !is_written; i++) {
        usleep(10000);
        is_written = ans_str_search(file_read(k, "main.db"), kit_str("written into the file")) > 0;
    }
    assert_true(is_written);
    assert_int_equal(ans_store_read(&k->cx, k->rd, kit_ref(1, "a"), &v), ANS_OK);
    assert_int_equal(v.vid, 2);
    assert_int_equal(ans_reader_begin(&k->cx, k->rd), ANS_OK); /* but one in use is let be */
    kit_do(k, kit_put(k, 1, "a", "three"));
    usleep(500000);
    assert_int_equal(ans_store_read(&k->cx, k->rd, kit_ref(1, "a"), &v), ANS_OK);
    assert_int_equal(v.vid, 2);
    ans_reader_end(k->rd);
    assert_int_equal(ans_store_read(&k->cx, k->rd, kit_ref(1, "a"), &v), ANS_OK);
    assert_int_equal(v.vid, 3);
}

/* ---- damage ---- */

static ans_check_report check(kit *k)
{
    ans_check_report r;
    kit_open(k);
    assert_int_equal(ans_store_check(&k->cx, k->store, NULL, NULL, &r), ANS_OK);
    kit_close(k);
    return r;
}

static void damage_is_found(void **state)
{
    kit *k = *state;
    ans_version v;
    make_store(k);
    ans_check_report r = check(k);
    assert_int_equal(r.resources, 1);
    assert_int_equal(r.versions, 4);
    assert_int_equal(r.rows, 1);
    file_damage(k, "main.db", ANS_STR("resource b"), "resource B");
    r = check(k);
    assert_int_equal(r.bad_bodies, 1);
    assert_int_equal(r.bad_rows + r.log_gaps + r.other, 0);
    assert_non_null(k->cx.last_);
    assert_int_equal(ans_str_search(k->cx.last_->text, kit_str("resource B")),
                     -1); /* no content in messages */
    file_damage(k, "main.db", ANS_STR("resource B"), "resource b");
    assert_int_equal(check(k).bad_bodies, 0);
    file_damage(k, "main.db", ANS_STR("secondrow\0\0\0\1"), "secondraw\0\0\0\1");
    r = check(k);
    assert_int_equal(r.bad_rows, 2); /* one missing, one too many */
    assert_int_equal(r.bad_bodies + r.log_gaps, 0);
    kit_open(k);
    assert_int_equal(ans_store_reindex(&k->cx, k->store, NULL, NULL), ANS_OK);
    kit_check_clean(k);
    assert_int_equal(ans_store_read(&k->cx, k->rd, kit_ref(1, "a"), &v), ANS_OK);
}

/* Each page in turn is full of zeros; whatever it held, somebody notices and nobody falls over. */
static void a_lost_page_is_found(void **state)
{
    kit *k = *state;
    char zeros[4096] = {0};
    ans_check_report r;
    kit_open(k);
    for (int i = 0; i < 150; i++) {
        char id[16], body[80];
        (void)snprintf(id, sizeof id, "%d", i);
        (void)snprintf(body, sizeof body, "%d\nx||%d\ny||%d", i, i, i * 7919 % 300);
        kit_do(k, kit_put(k, 1, id, body));
    }
    kit_close(k);
    ans_str all = file_read(k, "main.db");
    for (uint64_t page = 1; page < all.n / sizeof zeros;
         page++) { /* without the first, which is no store any more */
        file_patch(k, "main.db", page * sizeof zeros, zeros, sizeof zeros);
        ans_store_options o = kit_options(k);
        ans_store *store;
        bool is_found = false;
        ans_err err = open_as(k, o, &store);
        if (!err) {
            err = ans_store_check(&k->cx, store, NULL, NULL, &r);
            is_found = !err && (r.bad_bodies || r.bad_rows || r.log_gaps || r.other);
            ans_store_close(store);
        }
        if (!is_found && err != ANS_E_CORRUPT)
            fail_msg("page %llu: %s", (unsigned long long)page, ans_err_name(err));
        file_patch(k, "main.db", 0, all.p, all.n);
    }
    kit_open(k);
    kit_check_clean(k);
}

/* ---- copies ---- */

static void copies(void **state)
{
    kit *k = *state;
    kit copy = {.cx = k->cx};
    char to[300];
    ans_version v;
    make_store(k);
    kit_open(k);
    (void)snprintf(copy.dir, sizeof copy.dir, "%.150s/copies/one", k->dir);
    assert_int_equal(ans_store_backup(&k->cx, k->store, copy.dir, NULL, NULL), ANS_OK);
    assert_int_equal(ans_store_backup(&k->cx, k->store, copy.dir, NULL, NULL),
                     ANS_E_CONFLICT); /* not empty now */
    kit_do(k, kit_put(k, 1, "a", "after the copy"));
    ans_store_options o = kit_options(&copy);
    o.read_only = true;
    assert_int_equal(open_as(&copy, o, &copy.store), ANS_OK);
    assert_int_equal(ans_reader_open(&copy.cx, copy.store, &copy.rd), ANS_OK);
    kit_check_clean(&copy);
    assert_int_equal(ans_store_read(&copy.cx, copy.rd, kit_ref(1, "a"), &v), ANS_OK);
    kit_assert_str(v.body, "resource A\nsecond||row");
    assert_memory_equal(ans_store_hash_key(copy.store), ans_store_hash_key(k->store), 16);
    (void)snprintf(to, sizeof to, "%.150s/copies/two",
                   k->dir); /* a copy of the copy, as restore does */
    assert_int_equal(ans_store_backup(&copy.cx, copy.store, to, NULL, NULL), ANS_OK);
    kit_close(&copy);
    (void)snprintf(copy.dir, sizeof copy.dir, "%.190s", to);
    kit_open(&copy);
    kit_check_clean(&copy);
    assert_int_equal(kit_do(&copy, kit_put(&copy, 1, "a", "written in the copy")).vid, 3);
    kit_close(&copy);
}

static void a_failed_copy_is_no_store(void **state)
{
    kit *k = *state;
    char to[300];
    int failed = 0;
    make_store(k);
    kit_open(k);
    for (uint64_t n = 1; n < 60; n++) {
        (void)snprintf(to, sizeof to, "%s/copy-%d", k->dir, (int)n);
        ans_store_fault_set(ANS_FAULT_IO, n, true);
        ans_err err = ans_store_backup(&k->cx, k->store, to, NULL, NULL);
        ans_store_fault_set(ANS_FAULT_NONE, 0, false);
        ans_store_options o = kit_options(k);
        o.dir = to;
        o.create = false;
        o.read_only = true;
        /* the one file that may be left behind is FORMAT, when not even deleting works: then the
         * check says what it is */
        ans_store *copied;
        ans_err opened = open_as(k, o, &copied);
        if (!opened) {
            ans_check_report r;
            assert_int_equal(ans_store_check(&k->cx, copied, NULL, NULL, &r), ANS_OK);
            assert_int_equal(r.versions, 4);
            assert_int_equal(r.bad_bodies + r.bad_rows + r.log_gaps + r.other, 0);
            ans_store_close(copied);
        }
        assert_true(err || !opened);
        failed += err != ANS_OK;
    }
    assert_true(failed > 10);
    kit_check_clean(k);
}

static void note_total(void *arg, uint64_t done, uint64_t total)
{
    assert_true(done <= total);
    *(uint64_t *)arg = total;
}

static void a_copy_while_writing(void **state)
{
    kit *k = *state;
    char to[300];
    uint64_t total = 0;
    ans_cx cx = {.arena = ans_arena_new(1 << 20)};
    kit_open(k);
    for (int i = 0; i < 200; i++) {
        char id[16];
        (void)snprintf(id, sizeof id, "%d", i);
        kit_do(k, kit_put(k, 1, id, "a body\nx||1"));
    }
    ans_change c = kit_put(k, 1, "late", "a late one");
    ans_txn txn = {.cx = &cx, .changes = &c, .count = 1};
    ans_store_submit(k->store, &txn);
    (void)snprintf(to, sizeof to, "%s/copy", k->dir);
    assert_int_equal(ans_store_backup(&k->cx, k->store, to, note_total, &total), ANS_OK);
    assert_true(total > 4);
    kit_close(k);
    ans_arena_free(cx.arena);
}

/* ---- how SQLite answers ---- */

static void no_statement_scans(void **state)
{
    kit *k = *state;
    ans_str plans, line;
    int lines = 0;
    kit_open(k);
    kit_do(k, kit_put(k, 1, "a", "one"));
    assert_int_equal(ans_store_plans(&k->cx, k->store, &plans), ANS_OK);
    while (plans.n > 0) {
        ans_str_cut(&plans, '\n', &line);
        lines++;
        bool is_scan = ans_str_search(line, kit_str("SCAN")) >= 0 ||
                       ans_str_search(line, kit_str("TEMP B-TREE")) >= 0;
        /* the feed is the batch itself, the counted subquery is limited */
        bool is_allowed = ans_str_starts(line, kit_str("ROWS_ADD: SCAN feed")) ||
                          ans_str_search(line, kit_str("SCAN (subquery")) >= 0;
        if (is_scan && !is_allowed)
            fail_msg("%.*s", ANS_FMT(line));
    }
    assert_true(lines > 25);
}

#define ONE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ONE(no_store_is_not_made_unasked),
        ONE(a_newer_format_is_left_alone),
        ONE(kept_warm),
        ONE(an_older_format_is_brought_up),
        ONE(rows_that_wait_are_seen_by_all),
        ONE(strangers_are_refused),
        ONE(one_holder_at_a_time),
        ONE(creation_is_resumed),
        ONE(settings_survive),
        ONE(time_does_not_run_back_over_a_restart),
        ONE(reading_beside_a_writer),
        ONE(an_idle_reader_does_not_hold_the_log),
        ONE(damage_is_found),
        ONE(a_lost_page_is_found),
        ONE(copies),
        ONE(a_failed_copy_is_no_store),
        ONE(a_copy_while_writing),
        ONE(no_statement_scans),
    };
    return cmocka_run_group_tests_name("store_folder", tests, NULL, NULL);
}
