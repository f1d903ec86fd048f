/* Packages from elsewhere: whatever the archive's bytes are, the files of it lie within its bytes, names are text within limits, and it
 * ends; and what comes of it as a package has names that make ids. The file lies in memory. */
#define _GNU_SOURCE 1
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "app/package.h"
#include "app/tar.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds) {
        abort();
    }
}

static ans_err visit(void *arg, ans_str path, ans_str bytes)
{
    size_t *seen = arg;
    unsigned sum = 0;
    for (size_t i = 0; i < bytes.n; i++) {
        sum += (unsigned char)bytes.p[i]; /* all of them can be read */
    }
    check(path.n <= 8192 && bytes.p[bytes.n] == '\0');
    *seen += bytes.n + (sum > UINT32_MAX - 1);
    return ANS_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ans_cx cx = {.arena = ans_arena_new((size_t)512 << 20)};
    char path[64];
    size_t seen = 0;
    package p;
    int fd = memfd_create("tar", MFD_CLOEXEC);
    check(cx.arena && fd >= 0 && write(fd, data, size) == (ssize_t)size);
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    if (tar_each(&cx, path, visit, &seen) != ANS_OK) {
        check(cx.last_ != NULL);
    }
    if (package_read(&cx, path, &p) == ANS_OK) {
        check(p.name.n > 0 && p.name.n <= 56 && p.version.n > 0);
        for (uint32_t i = 0; i < p.count; i++) {
            check(ans_id_is_valid(p.at[i].id) && p.at[i].url.n > 0 && ans_fhir_is_resource(p.at[i].type));
        }
    }
    (void)close(fd);
    ans_arena_free(cx.arena);
    return 0;
}
