/* The disk's floor: how often a second 4 KiB can be appended to a file and made durable, one after the other.
 *
 *     bench_fsync DIR [SECONDS]
 *
 * Prints one number. The file stands in DIR, so that it is the disk of the data that is measured. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
    static char page[4096] = "fsync";
    char path[4096];
    double seconds = argc > 2 ? strtod(argv[2], NULL) : 1, start;
    unsigned long n = 0;
    if (argc < 2) {
        return fprintf(stderr, "usage: bench_fsync DIR [SECONDS]\n"), 2;
    }
    (void)snprintf(path, sizeof path, "%s/fsync.bench", argv[1]);
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    if (fd < 0) {
        return perror(path), 1;
    }
    for (start = now_s(); now_s() - start < seconds; n++) {
        if (write(fd, page, sizeof page) != (ssize_t)sizeof page || fdatasync(fd) != 0) {
            return perror(path), 1;
        }
    }
    printf("%.0f\n", (double)n / (now_s() - start));
    (void)close(fd);
    return unlink(path) == 0 ? 0 : 1;
}
