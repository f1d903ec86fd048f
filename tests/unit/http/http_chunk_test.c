/* Chunked bodies: the grammar, and the same result however the bytes are cut. */
#include "http/http.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

#define ROW(bytes, state, body, left)                                                              \
    {                                                                                              \
        {bytes, sizeof(bytes) - 1}, state, body, left                                              \
    }

static const struct row {
    ans_str bytes;
    ans_frame_state state;
    const char *body;
    size_t left; /* bytes behind the body, when DONE */
} rows[] = {
    ROW("0\r\n\r\n", ANS_FRAME_DONE, "", 0),
    ROW("5\r\nhello\r\n0\r\n\r\n", ANS_FRAME_DONE, "hello", 0),
    ROW("5\r\nhello\r\n0\r\n\r\nGET /", ANS_FRAME_DONE, "hello", 5),
    ROW("1\r\na\r\nA\r\n0123456789\r\n0b\r\nABCDEFGHIJK\r\n000\r\n\r\n", ANS_FRAME_DONE,
        "a0123456789ABCDEFGHIJK", 0),
    ROW("2\r\n\r\n\r\n0\r\n\r\n", ANS_FRAME_DONE, "\r\n", 0),
    ROW("5\r\nhel", ANS_FRAME_MORE, "hel", 0),
    ROW("00000001\r\na\r\n0\r\n\r\n", ANS_FRAME_DONE, "a", 0),
    ROW("000000001\r\n", ANS_FRAME_BAD, "", 0),
    ROW("fffffffff\r\n", ANS_FRAME_BAD, "", 0),
    ROW("\r\n", ANS_FRAME_BAD, "", 0),
    ROW("5;ext=1\r\n", ANS_FRAME_BAD, "", 0),
    ROW("5 \r\n", ANS_FRAME_BAD, "", 0),
    ROW(" 5\r\n", ANS_FRAME_BAD, "", 0),
    ROW("0x5\r\n", ANS_FRAME_BAD, "", 0),
    ROW("-5\r\n", ANS_FRAME_BAD, "", 0),
    ROW("+5\r\n", ANS_FRAME_BAD, "", 0),
    ROW("5\nhello\n0\n\n", ANS_FRAME_BAD, "", 0),
    ROW("5\rhello", ANS_FRAME_BAD, "", 0),
    ROW("g\r\n", ANS_FRAME_BAD, "", 0),
    ROW("1\r\nab\r\n0\r\n\r\n", ANS_FRAME_BAD, "a", 0),
    ROW("1\r\na\n0\r\n\r\n", ANS_FRAME_BAD, "a", 0),
    ROW("1\r\na\r\r\n", ANS_FRAME_BAD, "a", 0),
    ROW("0\r\nX-Trailer: 1\r\n\r\n", ANS_FRAME_BAD, "", 0),
    ROW("0\r\n\n", ANS_FRAME_BAD, "", 0),
    ROW("0\r\n\rx", ANS_FRAME_BAD, "", 0),
};

/* Feed bytes in pieces of step, the first one of first bytes. */
static ans_frame_state feed(ans_str bytes, size_t first, size_t step, char *to, size_t *out_n,
                            size_t *out_left)
{
    ans_chunk chunk = {0};
    ans_frame_state state = ANS_FRAME_MORE;
    size_t next = first;
    *out_n = 0;
    while (bytes.n > 0 && state == ANS_FRAME_MORE) {
        ans_str piece = ans_str_head(bytes, next);
        size_t given = piece.n;
        while (piece.n > 0 && state == ANS_FRAME_MORE) {
            ans_str data;
            state = ans_chunk_next(&chunk, &piece, &data);
            if (data.n) {
                memcpy(to + *out_n, data.p, data.n);
            }
            *out_n += data.n;
        }
        bytes = ans_str_from(bytes, given - piece.n);
        next = step;
    }
    assert_true((state == ANS_FRAME_BAD) == (chunk.reason != NULL));
    *out_left = bytes.n;
    return state;
}

static void check(const struct row *r, size_t first, size_t step)
{
    char body[256];
    size_t n, left;
    ans_frame_state state = feed(r->bytes, first, step, body, &n, &left);
    if (state != r->state || !ans_str_is((ans_str){body, n}, r->body) ||
        (state == ANS_FRAME_DONE && left != r->left)) {
        fail_msg("%.*s first %zu step %zu: state %d, %zu bytes, %zu left", ANS_FMT(r->bytes), first,
                 step, (int)state, n, left);
    }
}

static void http_chunk__rows_cut_everywhere(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        for (size_t first = 1; first <= rows[i].bytes.n; first++) {
            check(&rows[i], first, rows[i].bytes.n);
            check(&rows[i], first, 1);
        }
    }
}

static void http_chunk__total_is_known_before_the_data(void **state)
{
    (void)state;
    ans_chunk chunk = {0};
    ans_str bytes = ANS_STR("ffffffff\r\n"), data;
    assert_int_equal(ans_chunk_next(&chunk, &bytes, &data), ANS_FRAME_MORE);
    assert_int_equal(chunk.total, 0xffffffffu);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(http_chunk__rows_cut_everywhere),
        cmocka_unit_test(http_chunk__total_is_known_before_the_data),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
