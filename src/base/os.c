/* The door to the operating system. */
#include "base/os.h"

#include "base/buf.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sodium.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#define LONGEST_LOG_BYTES 1024

bool ans_base_start(void)
{
    return sodium_init() >= 0; /* 1: started before */
}

static int64_t (*clock_hook)(void);

static int64_t read_clock(clockid_t id)
{
    struct timespec t;
    (void)clock_gettime(id, &t); /* cannot fail for these two clocks */
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

void ans_thread_stand_back(int nice)
{
    (void)setpriority(PRIO_PROCESS, (id_t)gettid(), nice); /* asked, not needed */
}

int64_t ans_now_us(void)
{
    return clock_hook ? clock_hook() : read_clock(CLOCK_REALTIME);
}

int64_t ans_mono_us(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

int64_t ans_boot_us(void)
{
    return read_clock(CLOCK_BOOTTIME);
}

bool ans_cond_wait(pthread_cond_t *cond, pthread_mutex_t *lock, uint32_t ms)
{
    int64_t until = ans_mono_us() + (int64_t)ms * 1000;
    struct timespec t = {.tv_sec = (time_t)(until / 1000000), .tv_nsec = (long)(until % 1000000 * 1000)};
    return pthread_cond_clockwait(cond, lock, CLOCK_MONOTONIC, &t) == 0;
}

void ans_clock_set(int64_t (*now_us)(void))
{
    clock_hook = now_us;
}

void ans_random(void *p, size_t n)
{
    randombytes_buf(p, n);
}

static ans_err io_issue(ans_cx *cx, const char *path, const char *what)
{
    int saved = errno;
    ans_err err = saved == ENOENT ? ANS_E_NOTFOUND
                  : saved == ENOSPC || saved == EDQUOT ? ANS_E_NOSPACE
                                                       : ANS_E_IO;
    return ans_issue_add(cx, err, ANS_STR_NONE, "%s %s: %s", what, path, strerror(saved));
}

static ans_err read_all(ans_cx *cx, int fd, const char *path, size_t max_bytes, ans_str *out)
{
    struct stat st;
    if (fstat(fd, &st) != 0) {
        return io_issue(cx, path, "cannot look at");
    }
    if (S_ISDIR(st.st_mode)) {
        return ans_issue_add(cx, ANS_E_IO, ANS_STR_NONE, "%s is a folder", path);
    }
    ans_buf b;
    ans_buf_init_arena(&b, cx->arena, max_bytes + 1);
    size_t step = st.st_size > 0 ? (size_t)st.st_size + 1 : 65536;
    for (;;) {
        if (step > max_bytes + 1 - b.n) {
            step = max_bytes + 1 - b.n;
        }
        if (step == 0) {
            return ans_issue_add(cx, ANS_E_TOOBIG, ANS_STR_NONE, "%s is larger than %zu bytes", path, max_bytes);
        }
        char *to = ans_buf_room(&b, step);
        if (!to) {
            return ans_cx_nomem(cx);
        }
        ssize_t n = read(fd, to, step);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return io_issue(cx, path, "cannot read");
        }
        if (n == 0) {
            return ans_buf_finish(&b, out);
        }
        b.n += (size_t)n;
        step = 65536;
    }
}

ans_err ans_file_read(ans_cx *cx, const char *path, size_t max_bytes, ans_str *out)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return io_issue(cx, path, "cannot open");
    }
    ans_err err = read_all(cx, fd, path, max_bytes, out);
    (void)close(fd); /* read only: nothing can be lost */
    return err;
}

static bool write_all(int fd, ans_str s)
{
    while (s.n) {
        ssize_t n = write(fd, s.p, s.n);
        if (n < 0 && errno != EINTR) {
            return false;
        }
        s = ans_str_from(s, n > 0 ? (size_t)n : 0);
    }
    return true;
}

static ans_str folder_of(ans_cx *cx, const char *path)
{
    ptrdiff_t slash = ans_str_rfind(ans_str_of(path), '/');
    return slash > 0    ? ans_arena_dup(cx->arena, (ans_str){path, (size_t)slash})
           : slash == 0 ? ANS_STR("/")
                        : ANS_STR(".");
}

static bool sync_folder(ans_str folder)
{
    int fd = open(folder.p, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool done = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0) {
        (void)close(fd);
    }
    return done;
}

ans_err ans_file_replace(ans_cx *cx, const char *path, ans_str bytes)
{
    ans_str temporary = ans_arena_fmt(cx->arena, "%s.tmp", path);
    if (!temporary.p) {
        return ans_cx_nomem(cx);
    }
    int fd = open(temporary.p, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0) {
        return io_issue(cx, temporary.p, "cannot create");
    }
    bool written = write_all(fd, bytes) && fsync(fd) == 0;
    int saved = errno;
    bool closed = close(fd) == 0;
    if (!written || !closed) {
        errno = written ? errno : saved;
        ans_err err = io_issue(cx, temporary.p, "cannot write");
        (void)unlink(temporary.p);
        return err;
    }
    return ans_file_place(cx, temporary.p, path);
}

ans_err ans_file_place(ans_cx *cx, const char *part, const char *path)
{
    ans_str folder = folder_of(cx, path);
    if (!folder.p) {
        return ans_cx_nomem(cx);
    }
    if (rename(part, path) == 0 && sync_folder(folder)) {
        return ANS_OK;
    }
    ans_err err = io_issue(cx, path, "cannot put in place");
    (void)unlink(part); /* gone already when only the folder could not be synced */
    return err;
}

bool ans_stream_sync(FILE *file)
{
    return fflush(file) == 0 && fsync(fileno(file)) == 0;
}

ans_err ans_dir_make(ans_cx *cx, const char *path)
{
    ans_str copy = ans_arena_dup(cx->arena, ans_str_of(path));
    if (!copy.p) {
        return ans_cx_nomem(cx);
    }
    char *p = (char *)copy.p; /* our own copy */
    for (size_t i = 1; i <= copy.n; i++) {
        if (p[i] != '/' && p[i] != '\0') {
            continue;
        }
        char kept = p[i];
        p[i] = '\0';
        if (mkdir(p, 0700) != 0 && errno != EEXIST) {
            return io_issue(cx, p, "cannot make the folder");
        }
        p[i] = kept;
    }
    struct stat st;
    if (stat(path, &st) != 0 || !S_ISDIR(st.st_mode)) {
        errno = ENOTDIR;
        return io_issue(cx, path, "cannot use as a folder");
    }
    return ANS_OK;
}

/* What lies in the open folder; folders in it only while `deep` allows. False: something stayed. */
static bool empty_folder(int fd, int deep)
{
    DIR *dir = fdopendir(fd); /* takes fd */
    bool done = dir != NULL;
    if (!dir) {
        (void)close(fd);
    }
    for (struct dirent *e = dir ? readdir(dir) : NULL; e; e = readdir(dir)) {
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0) {
            continue;
        }
        int below = deep > 0 ? openat(dirfd(dir), e->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) : -1;
        bool is_folder = below >= 0;
        done = (!is_folder || empty_folder(below, deep - 1)) && unlinkat(dirfd(dir), e->d_name, is_folder ? AT_REMOVEDIR : 0) == 0 && done;
    }
    if (dir) {
        (void)closedir(dir);
    }
    return done;
}

ans_err ans_dir_remove(ans_cx *cx, const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) {
        return errno == ENOENT ? ANS_OK : io_issue(cx, path, "cannot take the folder away");
    }
    bool done = empty_folder(fd, 1);
    return done && rmdir(path) == 0 ? ANS_OK : io_issue(cx, path, "cannot take the folder away");
}

bool ans_file_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

ans_err ans_file_private(ans_cx *cx, const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0) {
        return ANS_OK; /* whoever reads it will say why not */
    }
    if (!S_ISREG(st.st_mode)) {
        return ans_issue_add(cx, ANS_E_FORBIDDEN, ANS_STR_NONE, "%s is no file", path);
    }
    return st.st_mode & (S_IRWXG | S_IRWXO)
               ? ans_issue_add(cx, ANS_E_FORBIDDEN, ANS_STR_NONE,
                               "%s can be read by others than its owner (mode %04o): chmod 600 it, and ask who may have read it", path,
                               (unsigned)(st.st_mode & 07777))
               : ANS_OK;
}

bool ans_disk_free(const char *path, uint64_t *out_bytes)
{
    struct statvfs s;
    if (statvfs(path, &s) != 0) {
        return false;
    }
    *out_bytes = (uint64_t)s.f_bavail * s.f_frsize;
    return true;
}

static atomic_bool quiet;

void ans_log_quiet(bool on)
{
    atomic_store(&quiet, on);
}

void ans_log(const char *level, const char *fmt, ...)
{
    char line[LONGEST_LOG_BYTES];
    if (atomic_load(&quiet)) {
        return;
    }
    int64_t now = ans_now_us();
    time_t seconds = (time_t)(now / 1000000);
    struct tm tm;
    (void)gmtime_r(&seconds, &tm);
    size_t n = strftime(line, sizeof line, "ts=%Y-%m-%dT%H:%M:%S", &tm);
    n += (size_t)snprintf(line + n, sizeof line - n, ".%03dZ level=%s ", (int)(now / 1000 % 1000), level);
    va_list args;
    va_start(args, fmt);
    int more = vsnprintf(line + n, sizeof line - n - 1, fmt, args);
    va_end(args);
    n += more < 0 ? 0 : (size_t)more;
    if (n > sizeof line - 2) {
        n = sizeof line - 2; /* cut short: the last byte written is a NUL */
    }
    line[n++] = '\n';
    /* one write, so that lines of several threads do not mix; a full or closed stderr must not stop the server */
    ssize_t written = write(STDERR_FILENO, line, n);
    (void)written;
}
