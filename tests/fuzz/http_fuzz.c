/* The framer against bytes from anywhere. The input is one connection's worth of bytes: heads are
 * framed one after the other, each with its path decoded and its chunked body read. Beyond not
 * crashing, three promises are checked: what a frame points to lies inside the input, a head that
 * is whole is not whole one byte earlier, and a chunked body comes out the same in one piece and
 * byte by byte. */
#include "http/http.h"

#include <stdlib.h>

#define MAX_HEAD_BYTES 4096
#define MAX_HEADERS 20

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds) {
        abort();
    }
}

static void must_lie_in(ans_str part, ans_str whole)
{
    must(part.n == 0 || (part.p >= whole.p && part.p + part.n <= whole.p + whole.n));
}

static void check_frame(const ans_frame *frame, ans_str bytes)
{
    must(frame->head_bytes <= bytes.n && frame->head_bytes <= MAX_HEAD_BYTES);
    ans_str head = ans_str_head(bytes, frame->head_bytes);
    must_lie_in(frame->method, head);
    must_lie_in(frame->target, head);
    must_lie_in(frame->host, head);
    must(frame->header_count <= MAX_HEADERS && frame->method.n > 0 && frame->target.n > 0);
    must(!(frame->is_chunked && frame->has_length));
    for (uint32_t i = 0; i < frame->header_count; i++) {
        must_lie_in(frame->headers[i].name, head);
        must_lie_in(frame->headers[i].value, head);
        must(!memchr(frame->headers[i].name.p, ':', frame->headers[i].name.n));
        must(frame->headers[i].value.n == 0 ||
             !memchr(frame->headers[i].value.p, '\n', frame->headers[i].value.n));
    }
    ans_http_header again[MAX_HEADERS];
    ans_frame shorter = {.headers = again, .max_headers = MAX_HEADERS};
    must(ans_frame_head(ans_str_head(bytes, frame->head_bytes - 1), MAX_HEAD_BYTES, &shorter) ==
         ANS_FRAME_MORE);
}

static void check_path(ans_arena *arena, ans_str target)
{
    ans_str raw, rest = target;
    (void)ans_str_cut(&rest, '?', &raw);
    ans_str path = ans_http_path_decode(arena, raw);
    if (path.p) {
        must(path.n > 0 && path.n <= raw.n && path.p[0] == '/' && path.p[path.n] == '\0');
        must(!memchr(path.p, '\0', path.n) && ans_str_search(path, ANS_STR("/../")) < 0);
        must(ans_str_utf8(path));
    }
}

/* Sum of the payload, so that two readings can be compared. */
static ans_frame_state read_chunks(ans_str *bytes, size_t step, uint64_t *out_sum, size_t *out_n)
{
    ans_chunk chunk = {0};
    ans_frame_state state = ANS_FRAME_MORE;
    *out_sum = *out_n = 0;
    while (bytes->n > 0 && state == ANS_FRAME_MORE) {
        ans_str piece = ans_str_head(*bytes, step), data;
        size_t before = piece.n;
        state = ans_chunk_next(&chunk, &piece, &data);
        *bytes = ans_str_from(*bytes, before - piece.n);
        for (size_t i = 0; i < data.n; i++) {
            *out_sum = *out_sum * 31 + (uint8_t)data.p[i];
        }
        *out_n += data.n;
        must(*out_n <= chunk.total);
    }
    must(state != ANS_FRAME_BAD || chunk.reason);
    return state;
}

static ans_frame_state check_chunks(ans_str *bytes)
{
    ans_str slowly = *bytes;
    uint64_t sum, slow_sum;
    size_t n, slow_n;
    ans_frame_state state = read_chunks(bytes, bytes->n, &sum, &n);
    must(read_chunks(&slowly, 1, &slow_sum, &slow_n) == state);
    must(sum == slow_sum && n == slow_n && slowly.n == bytes->n);
    return state;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ans_http_header headers[MAX_HEADERS];
    ans_str bytes = {(const char *)data, size};
    ans_arena *arena = ans_arena_new(1024 * 1024);
    must(arena != NULL);
    ans_frame frame = {.headers = headers, .max_headers = MAX_HEADERS};
    while (ans_frame_head(bytes, MAX_HEAD_BYTES, &frame) == ANS_FRAME_DONE) {
        check_frame(&frame, bytes);
        check_path(arena, frame.target);
        bytes = ans_str_from(bytes, frame.head_bytes);
        if (frame.is_chunked && check_chunks(&bytes) != ANS_FRAME_DONE) {
            break;
        }
        if (frame.content_length > bytes.n) {
            break;
        }
        bytes = ans_str_from(bytes, (size_t)frame.content_length);
    }
    must(frame.status == 0 || frame.reason);
    arena = ans_arena_free(arena);
    return 0;
}
