/* Files, folders, clock, log lines. Everything happens in a folder of its own that is removed at
 * the end. */
#include "unit.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/os.h"

static char folder[512];

/* The tests stand in a folder of their own, so that names in them are short. */
static int enter_folder(void **state)
{
    (void)state;
    const char *place = getenv("TMPDIR");
    (void)snprintf(folder, sizeof folder, "%s/ansinh-os-XXXXXX", place ? place : P_tmpdir);
    return mkdtemp(folder) ? chdir(folder) : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    static const char *const names[] = {"file", "big", "a/b/c", "a/b", "a", "plain", "occupied"};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        (void)remove(names[i]);
    return chdir("/") == 0 ? rmdir(folder) : -1; /* fails when something was left lying about */
}

static ans_cx cx_make(void)
{
    ans_cx cx = {.arena = ans_arena_new((size_t)4 << 20)};
    assert_non_null(cx.arena);
    return cx;
}

static void assert_file(const char *path, const char *want)
{
    ans_cx cx = cx_make();
    ans_str s = ANS_STR_NONE;
    assert_int_equal(ans_file_read(&cx, path, 1000, &s), ANS_OK);
    assert_true(ans_str_is(s, want));
    ans_arena_free(cx.arena);
}

static void os__replace_and_read(void **state)
{
    (void)state;
    ans_cx cx = cx_make();
    const char *path = "file";
    static const char *const contents[] = {"first", "", "second, longer than the first", "3"};
    assert_false(ans_file_exists(path));
    for (size_t i = 0; i < COUNT_OF(contents); i++) {
        assert_int_equal(ans_file_replace(&cx, path, ans_str_of(contents[i])), ANS_OK);
        assert_file(path, contents[i]);
        assert_false(ans_file_exists("file.tmp"));
    }
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    ans_arena_free(cx.arena);
}

/* Without a folder to put it in, or with a folder in its place, the old state stays and nothing is
 * left lying about. */
static void os__replace_refused(void **state)
{
    (void)state;
    ans_cx cx = cx_make();
    assert_int_equal(ans_file_replace(&cx, "nowhere/file", ANS_STR("x")), ANS_E_NOTFOUND);
    assert_int_equal(ans_dir_make(&cx, "occupied"), ANS_OK);
    assert_int_equal(ans_file_replace(&cx, "occupied", ANS_STR("x")), ANS_E_IO);
    assert_false(ans_file_exists("occupied.tmp"));
    assert_true(cx.issues && cx.issues->next);
    ans_arena_free(cx.arena);
}

static void os__read_keeps_its_limit(void **state)
{
    (void)state;
    static char bytes[200000];
    static const size_t sizes[] = {0, 1, 65535, 65536, 65537, sizeof bytes};
    memset(bytes, 'x', sizeof bytes);
    const char *path = "big";
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        ans_cx cx = cx_make();
        ans_str s;
        assert_int_equal(ans_file_replace(&cx, path, (ans_str){bytes, sizes[i]}), ANS_OK);
        assert_int_equal(ans_file_read(&cx, path, sizes[i], &s), ANS_OK);
        assert_int_equal(s.n, sizes[i]);
        assert_memory_equal(s.p, bytes, s.n);
        if (sizes[i])
            assert_int_equal(ans_file_read(&cx, path, sizes[i] - 1, &s), ANS_E_TOOBIG);
        ans_arena_free(cx.arena);
    }
}

static void os__read_refused(void **state)
{
    (void)state;
    ans_cx cx = cx_make();
    ans_str s;
    assert_int_equal(ans_file_read(&cx, "missing", 10, &s), ANS_E_NOTFOUND);
    assert_true(ans_str_search(cx.last_->text, ANS_STR("missing")) >= 0);
    assert_int_equal(ans_file_read(&cx, folder, 10, &s), ANS_E_IO);
    ans_arena_free(cx.arena);
}

/* A file of no stated size is read to its end. */
static void os__read_pipe_like_file(void **state)
{
    (void)state;
    ans_cx cx = cx_make();
    ans_str s;
    assert_int_equal(ans_file_read(&cx, "/proc/self/status", 100000, &s), ANS_OK);
    assert_true(s.n > 100);
    assert_int_equal(ans_file_read(&cx, "/proc/self/status", 100, &s), ANS_E_TOOBIG);
    ans_arena_free(cx.arena);
}

static void os__folders(void **state)
{
    (void)state;
    ans_cx cx = cx_make();
    struct stat st;
    assert_int_equal(ans_dir_make(&cx, "a/b/c"), ANS_OK);
    assert_int_equal(stat("a/b/c", &st), 0);
    assert_true(S_ISDIR(st.st_mode));
    assert_int_equal(st.st_mode & 0777, 0700);
    assert_int_equal(ans_dir_make(&cx, "a/b/c"), ANS_OK);
    assert_int_equal(ans_dir_make(&cx, "a//b/"), ANS_OK);
    assert_null(cx.issues);
    assert_int_equal(ans_file_replace(&cx, "plain", ANS_STR("x")), ANS_OK);
    assert_int_equal(ans_dir_make(&cx, "plain"), ANS_E_IO);
    assert_int_equal(ans_dir_make(&cx, "plain/below"), ANS_E_IO);
    assert_int_equal(ans_dir_make(&cx, ""), ANS_E_IO);
    ans_arena_free(cx.arena);
}

/* Whatever allocation fails: the file is old or new, never half, and the error is the right one. */
static bool fail_replace_at(uint64_t n, bool forever)
{
    const char *path = "./file";
    ans_cx cx = cx_make();
    assert_int_equal(ans_file_replace(&cx, path, ANS_STR("old")), ANS_OK);
    ans_arena_free(cx.arena);
    ans_alloc_fail_after(n, forever);
    cx.arena = ans_arena_new(100000);
    ans_err err = cx.arena ? ans_file_replace(&cx, path, ANS_STR("new")) : ANS_E_NOMEM;
    bool reached = ans_alloc_fail_after(0, false) >= n;
    ans_arena_free(cx.arena);
    assert_int_equal(err, reached ? ANS_E_NOMEM : ANS_OK);
    assert_file(path, err ? "old" : "new");
    return reached;
}

static bool fail_read_at(uint64_t n, bool forever)
{
    ans_str s = ANS_STR_NONE;
    ans_alloc_fail_after(n, forever);
    ans_cx cx = {.arena = ans_arena_new(1000000)};
    ans_err err = cx.arena ? ans_file_read(&cx, "big", 300000, &s) : ANS_E_NOMEM;
    bool reached = ans_alloc_fail_after(0, false) >= n;
    ans_arena_free(cx.arena);
    assert_int_equal(err, reached ? ANS_E_NOMEM : ANS_OK);
    return reached;
}

static void os__every_allocation_fails(void **state)
{
    (void)state;
    static char bytes[150000];
    ans_cx cx = cx_make();
    assert_int_equal(ans_file_replace(&cx, "big", (ans_str){bytes, sizeof bytes}), ANS_OK);
    ans_arena_free(cx.arena);
    for (int forever = 0; forever < 2; forever++) {
        uint64_t n = 1;
        while (fail_replace_at(n, forever))
            n++;
        assert_in_range(n, 3, 50);
        n = 1;
        while (fail_read_at(n, forever))
            n++;
        assert_in_range(n, 3, 50);
    }
}

static int64_t fixed_time(void)
{
    return INT64_C(1700000000123456); /* 2023-11-14T22:13:20.123456Z */
}

static void os__clock(void **state)
{
    (void)state;
    ans_clock_set(fixed_time);
    assert_true(ans_now_us() == fixed_time());
    int64_t before = ans_mono_us();
    assert_true(ans_mono_us() >= before);
    ans_clock_set(NULL);
    assert_true(ans_now_us() > fixed_time());
}

/* What ans_log writes to standard error while fn runs. */
static size_t capture(void (*fn)(void), char *out, size_t size)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    int kept = dup(STDERR_FILENO);
    assert_int_not_equal(dup2(ends[1], STDERR_FILENO), -1);
    (void)close(ends[1]);
    fn();
    assert_int_not_equal(dup2(kept, STDERR_FILENO), -1);
    (void)close(kept);
    ssize_t n = read(ends[0], out, size);
    (void)close(ends[0]);
    return n < 0 ? 0 : (size_t)n;
}

static void log_short(void)
{
    ans_log("info", "what=%s n=%d", "start", 7);
}

static void log_long(void)
{
    ans_log("info", "%5000d", 1);
}

static void log_quiet(void)
{
    ans_log_quiet(true);
    ans_log("info", "nothing");
    ans_log_quiet(false);
}

static void os__log_lines(void **state)
{
    (void)state;
    char line[8192];
    ans_clock_set(fixed_time);
    size_t n = capture(log_short, line, sizeof line);
    assert_true(
        ans_str_is((ans_str){line, n}, "ts=2023-11-14T22:13:20.123Z level=info what=start n=7\n"));
    n = capture(log_long, line, sizeof line);
    assert_in_range(n, 500, 1024);
    assert_int_equal(line[n - 1], '\n');
    assert_null(memchr(line, '\0', n));
    assert_int_equal(capture(log_quiet, line, sizeof line), 0);
    ans_clock_set(NULL);
}

static void touch(const char *path)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_int_equal(fclose(f), 0);
}

/* Two storeys and no more; a link is taken away and what it leads to is not. */
static void os__folder_removed(void **state)
{
    (void)state;
    ans_cx cx = cx_make();
    assert_int_equal(ans_dir_remove(&cx, "t"), ANS_OK); /* nothing there */
    assert_int_equal(ans_dir_make(&cx, "t/b"), ANS_OK);
    touch("kept");
    touch("t/x");
    touch("t/b/y");
    assert_int_equal(symlink("../kept", "t/link"), 0);
    assert_int_equal(symlink("/", "t/b/all"), 0);
    assert_int_equal(ans_dir_remove(&cx, "t"), ANS_OK);
    assert_false(ans_file_exists("t"));
    assert_true(ans_file_exists("kept"));
    assert_int_equal(ans_dir_make(&cx, "t/b/c"), ANS_OK);
    assert_int_equal(ans_dir_remove(&cx, "t"), ANS_E_IO); /* too deep to be ours */
    assert_true(ans_file_exists("t/b/c"));
    assert_int_equal(symlink("t", "link"), 0);
    assert_int_equal(ans_dir_remove(&cx, "link"), ANS_E_IO);
    assert_true(ans_file_exists("t/b/c"));
    ans_arena_free(cx.arena);
    (void)remove("kept");
    (void)remove("link");
    (void)remove("t/b/c");
    (void)remove("t/b");
    (void)remove("t");
}

static void os__random(void **state)
{
    (void)state;
    uint8_t a[32] = {0}, b[32] = {0};
    ans_random(a, sizeof a);
    ans_random(b, sizeof b);
    assert_memory_not_equal(a, b, sizeof a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(os__replace_and_read),
        cmocka_unit_test(os__replace_refused),
        cmocka_unit_test(os__read_keeps_its_limit),
        cmocka_unit_test(os__read_refused),
        cmocka_unit_test(os__read_pipe_like_file),
        cmocka_unit_test(os__folders),
        cmocka_unit_test(os__every_allocation_fails),
        cmocka_unit_test(os__clock),
        cmocka_unit_test(os__log_lines),
        cmocka_unit_test(os__folder_removed),
        cmocka_unit_test(os__random),
    };
    return cmocka_run_group_tests(tests, enter_folder, remove_folder);
}
