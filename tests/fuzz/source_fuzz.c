/* Files for import: whatever the bytes are, the pieces follow each other, lines are whole lines,
 * and it ends. The file lies in memory. */
#define _GNU_SOURCE 1
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "app/source.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds) {
        abort();
    }
}

static void read_pieces(ans_cx *cx, source *s)
{
    source_piece piece;
    uint64_t offset = 0;
    uint32_t line = 1;
    bool more = true;
    while (source_next(cx, s, &piece, &more) == ANS_OK && more) {
        check(piece.refused || (piece.offset == offset && piece.line == line && piece.text.n > 0));
        for (size_t i = 0; i < piece.text.n; i++) {
            line += piece.text.p[i] == '\n';
        }
        offset += piece.text.n;
        check(piece.refused || piece.next_line == line);
        if (piece.refused) {
            return; /* places jump from here on */
        }
        ans_buf_done(&piece.text);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ans_cx cx = {.arena = ans_arena_new((size_t)64 << 20)};
    char path[64];
    source *s;
    int fd = memfd_create("source", MFD_CLOEXEC);
    check(cx.arena && fd >= 0 && write(fd, data, size) == (ssize_t)size);
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    if (source_open(&cx, path, &s) == ANS_OK) {
        read_pieces(&cx, s);
        source_close(s);
    }
    (void)close(fd);
    ans_arena_free(cx.arena);
    return 0;
}
