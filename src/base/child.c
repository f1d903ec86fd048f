/* posix_spawn of /proc/self/exe: this program as it runs, also when its file has been replaced meanwhile. A fork of a process with threads could
 * do nothing but the same. */
#include "base/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/os.h"

enum { MOST_WORDS = 32, LOOK_MS = 20 };

extern char **environ;

static void close_fd(int *fd)
{
    if (*fd >= 0) {
        (void)close(*fd);
    }
    *fd = -1;
}

static int spawn(const char *const *words, int in, int out, pid_t *pid)
{
    static char name[] = "ansinh";
    char *argv[MOST_WORDS + 2] = {name};
    posix_spawn_file_actions_t actions;
    int n = 1;
    for (; *words && n <= MOST_WORDS; words++) {
        argv[n++] = (char *)(uintptr_t)*words; /* execve only reads them */
    }
    if (posix_spawn_file_actions_init(&actions) != 0) {
        return ENOMEM;
    }
    int failed = posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
    failed = failed ? failed : posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
    failed = failed ? failed : posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
    failed = failed ? failed : posix_spawn(pid, "/proc/self/exe", &actions, NULL, argv, environ);
    (void)posix_spawn_file_actions_destroy(&actions);
    return failed;
}

ans_err ans_child_start(ans_cx *cx, const char *const *words, ans_child *out)
{
    int in[2] = {-1, -1}, print[2] = {-1, -1};
    pid_t pid = 0;
    int failed = pipe2(in, O_CLOEXEC) != 0 || pipe2(print, O_CLOEXEC) != 0 ? errno : 0;
    failed = failed ? failed : spawn(words, in[0], print[1], &pid);
    close_fd(&in[0]);
    close_fd(&print[1]);
    if (failed) {
        close_fd(&in[1]);
        close_fd(&print[0]);
        return ans_issue_add(cx, ANS_E_IO, ANS_STR_NONE, "cannot start another process: %s", strerror(failed));
    }
    *out = (ans_child){.pid = pid, .in = in[1], .out = print[0]};
    return ANS_OK;
}

size_t ans_child_read(const ans_child *c, char *out, size_t n, uint32_t ms)
{
    struct pollfd p = {.fd = c->out, .events = POLLIN};
    ssize_t got = poll(&p, 1, (int)ms) > 0 ? read(c->out, out, n) : 0;
    return got > 0 ? (size_t)got : 0;
}

static bool reap(ans_child *c, int flags, int *out_code)
{
    int status = 0;
    pid_t got = waitpid(c->pid, &status, flags);
    if (got == 0 || (got < 0 && errno == EINTR)) {
        return false;
    }
    *out_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    close_fd(&c->in);
    close_fd(&c->out);
    c->pid = 0;
    return true;
}

bool ans_child_ended(ans_child *c, int *out_code)
{
    return c->pid > 0 && reap(c, WNOHANG, out_code);
}

void ans_child_end(ans_child *c, uint32_t grace_ms)
{
    int code;
    if (c->pid <= 0) {
        return;
    }
    close_fd(&c->in);
    for (uint32_t waited = 0; waited < grace_ms; waited += LOOK_MS) {
        if (reap(c, WNOHANG, &code)) {
            return;
        }
        (void)poll(NULL, 0, LOOK_MS);
    }
    (void)kill(c->pid, SIGKILL);
    while (!reap(c, 0, &code)) {
    }
}

/* ---- in the child ---- */

typedef struct watch {
    void (*ended)(void *arg);
    void *arg;
} watch;

static void *wait_for_end(void *arg)
{
    static char heard[256];
    const watch *w = arg;
    for (ssize_t n = 1; n > 0 || (n < 0 && errno == EINTR);) {
        n = read(STDIN_FILENO, heard, sizeof heard); /* nothing is ever said there; it ends */
    }
    w->ended(w->arg);
    return NULL;
}

bool ans_child_watch(void (*ended)(void *arg), void *arg)
{
    static watch w; /* as long as the process */
    pthread_t thread;
    w = (watch){ended, arg};
    return pthread_create(&thread, NULL, wait_for_end, &w) == 0 && pthread_detach(thread) == 0;
}
