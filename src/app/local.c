/* One request to the server that holds the folder, through its socket: the owner of the folder asks (ANS_WHO_LOCAL). */
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "app/app.h"

enum { MOST_ANSWER_BYTES = 64 << 20 };

static bool send_all(int fd, ans_str s)
{
    while (s.n) {
        ssize_t n = send(fd, s.p, s.n, MSG_NOSIGNAL);
        if (n < 0 && errno != EINTR) {
            return false;
        }
        s = ans_str_from(s, n > 0 ? (size_t)n : 0);
    }
    return true;
}

static ans_err receive_all(ans_cx *cx, int fd, ans_str *out)
{
    ans_buf b;
    ans_buf_init_arena(&b, cx->arena, MOST_ANSWER_BYTES);
    for (;;) {
        char *to = ans_buf_room(&b, 65536);
        ssize_t n = to ? recv(fd, to, 65536, 0) : -1;
        if (n < 0 && to && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return n < 0 ? ANS_E_IO : ans_buf_finish(&b, out);
        }
        b.n += (size_t)n;
    }
}

/* "HTTP/1.1 200 OK\r\n...\r\n\r\nbody" of a connection that was closed behind it. */
static bool read_answer(ans_str bytes, int *out_status, ans_str *out_body)
{
    ptrdiff_t end = ans_str_search(bytes, ANS_STR("\r\n\r\n"));
    uint64_t status;
    if (end < 0 || !ans_str_starts(bytes, ANS_STR("HTTP/1.1 ")) || !ans_str_u64(ans_str_head(ans_str_from(bytes, 9), 3), &status)) {
        return false;
    }
    *out_status = (int)status;
    *out_body = ans_str_from(bytes, (size_t)end + 4);
    return true;
}

ans_err local_ask(ans_cx *cx, int fd, ans_str method, ans_str path, ans_str body, ans_rest_answer *out)
{
    ans_str bytes;
    ans_str request = ans_arena_fmt(cx->arena,
                                    "%.*s %.*s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n"
                                    "Content-Length: %zu\r\n\r\n%.*s",
                                    ANS_FMT(method), ANS_FMT(path), body.n, ANS_FMT(body));
    bool asked = request.p && send_all(fd, request) && receive_all(cx, fd, &bytes) == ANS_OK;
    (void)close(fd);
    if (!asked || !read_answer(bytes, &out->status, &out->body)) {
        return ans_issue_add(cx, ANS_E_IO, ANS_STR_NONE, "the server did not answer through its socket");
    }
    return ANS_OK;
}
