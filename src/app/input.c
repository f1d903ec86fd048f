#include <stdio.h>

#include "app/app.h"
#include "base/os.h"

enum { CHUNK_BYTES = 1 << 16 };

/* Read as a stream: a pipe or socket cannot be opened again by its name. */
static ans_err read_stdin(ans_cx *cx, size_t max_bytes, ans_str *out)
{
    ans_buf b;
    ans_buf_init_arena(&b, cx->arena, max_bytes);
    for (size_t n = 1; n > 0;) {
        char *room = ans_buf_room(&b, CHUNK_BYTES);
        n = room ? fread(room, 1, CHUNK_BYTES, stdin) : 0;
        b.n += n;
    }
    if (ferror(stdin)) {
        return ans_issue_add(cx, ANS_E_IO, ANS_STR_NONE, "cannot read standard input");
    }
    return ans_buf_finish(&b, out);
}

ans_err input_read(ans_cx *cx, const char *path, size_t max_bytes, ans_str *out)
{
    return strcmp(path, "-") == 0 ? read_stdin(cx, max_bytes, out) : ans_file_read(cx, path, max_bytes, out);
}
