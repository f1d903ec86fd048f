/* Another process of this very program: here it is this test, which plays the child when it is given a word. */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/child.h"

static void gone(void *arg)
{
    (void)arg;
    _exit(7);
}

/* What the child does. 3 is the first file it must not have. */
static int play(const char *part)
{
    if (strcmp(part, "say") == 0) {
        printf("listening on %s\n", fcntl(3, F_GETFD) < 0 && errno == EBADF ? "nothing of yours" : "your files");
        (void)fflush(stdout);
    }
    if (strcmp(part, "end") == 0) {
        return 5;
    }
    if (strcmp(part, "deaf") != 0 && !ans_child_watch(gone, NULL)) {
        return 1;
    }
    for (;;) {
        (void)pause();
    }
}

static ans_child begin(ans_cx *cx, const char *part)
{
    const char *const words[] = {part, NULL};
    ans_child c = {0};
    assert_int_equal(ans_child_start(cx, words, &c), ANS_OK);
    assert_true(c.pid > 0);
    return c;
}

static int code_of(ans_child *c)
{
    int code = -1;
    for (int i = 0; i < 6000 && !ans_child_ended(c, &code); i++) {
        (void)usleep(10000);
    }
    return code;
}

static void child__speaks_and_has_nothing_of_ours(void **state)
{
    (void)state;
    ans_cx cx = {.arena = ans_arena_new((size_t)1 << 20)};
    char said[64] = "";
    size_t n = 0;
    int file = open("/dev/null", O_RDONLY); /* on purpose without O_CLOEXEC */
    ans_child c = begin(&cx, "say");
    for (int i = 0; i < 600 && !memchr(said, '\n', n); i++) {
        n += ans_child_read(&c, said + n, sizeof said - n, 100);
    }
    assert_memory_equal(said, "listening on nothing of yours\n", 30);
    ans_child_end(&c, 60000);
    assert_int_equal(c.pid, 0);
    assert_int_equal(ans_child_read(&c, said, sizeof said, 0), 0);
    (void)close(file);
    ans_arena_free(cx.arena);
}

static void child__its_end_is_noticed(void **state)
{
    (void)state;
    ans_cx cx = {.arena = ans_arena_new((size_t)1 << 20)};
    ans_child c = begin(&cx, "end");
    assert_int_equal(code_of(&c), 5);
    c = begin(&cx, "wait");
    (void)kill(c.pid, SIGKILL);
    assert_int_equal(code_of(&c), 128 + SIGKILL);
    int code;
    assert_false(ans_child_ended(&c, &code)); /* there is none any more */
    ans_child_end(&c, 1000);
    ans_arena_free(cx.arena);
}

static void child__hears_that_we_are_gone(void **state)
{
    (void)state;
    ans_cx cx = {.arena = ans_arena_new((size_t)1 << 20)};
    ans_child c = begin(&cx, "wait");
    (void)close(c.in); /* as when this process ends, however it ends */
    c.in = -1;
    assert_int_equal(code_of(&c), 7);
    ans_arena_free(cx.arena);
}

static void child__deaf_to_it_is_killed(void **state)
{
    (void)state;
    ans_cx cx = {.arena = ans_arena_new((size_t)1 << 20)};
    ans_child c = begin(&cx, "deaf");
    pid_t pid = c.pid;
    ans_child_end(&c, 50);
    assert_int_equal(c.pid, 0);
    assert_int_equal(kill(pid, 0), -1);
    ans_arena_free(cx.arena);
}

int main(int argc, char **argv)
{
    if (argc > 1) {
        return play(argv[1]);
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(child__speaks_and_has_nothing_of_ours),
        cmocka_unit_test(child__its_end_is_noticed),
        cmocka_unit_test(child__hears_that_we_are_gone),
        cmocka_unit_test(child__deaf_to_it_is_killed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
