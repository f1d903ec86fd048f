/* Loaded before the program by tests/app/clock.mjs: the wall clock is off by so many seconds as the first 8 bytes of the file named by
 * ANSINH_TEST_CLOCK say. The program itself has no such door. */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static const volatile int64_t *offset;

__attribute__((constructor)) static void begin(void)
{
    const char *path = getenv("ANSINH_TEST_CLOCK");
    int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    void *p = fd >= 0 ? mmap(NULL, sizeof *offset, PROT_READ, MAP_SHARED, fd, 0) : MAP_FAILED;
    offset = p == MAP_FAILED ? NULL : p;
    if (fd >= 0) {
        (void)close(fd);
    }
}

int clock_gettime(clockid_t id, struct timespec *out)
{
    long done = syscall(SYS_clock_gettime, id, out);
    if (done == 0 && id == CLOCK_REALTIME && offset) {
        out->tv_sec += (time_t)*offset;
    }
    return (int)done;
}
