/* The framer on its own: one request shape a row. Every row is also tried cut at every byte,
 * because a verdict must not depend on how the bytes arrived. */
#include "http/http.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

#define MAX_HEAD 1024
#define MAX_HEADERS 10

typedef struct row {
    const char *what;
    ans_str bytes;
    int status; /* 0: accepted */
} row;

#define LINE "GET / HTTP/1.1\r\n"
#define HOST "Host: a\r\n"
#define END "\r\n"
#define ROW(what, status, bytes)                                                                   \
    {                                                                                              \
        what, {bytes, sizeof(bytes) - 1}, status                                                   \
    }

static const row rows[] = {
    ROW("plain", 0, LINE HOST END),
    ROW("one empty line before", 0, "\r\n" LINE HOST END),
    ROW("HTTP/1.0 without Host", 0, "GET / HTTP/1.0\r\n" END),
    ROW("absolute form", 0, "GET http://A/x HTTP/1.1\r\n" HOST END),
    ROW("asterisk", 0, "OPTIONS * HTTP/1.1\r\n" HOST END),
    ROW("length", 0, LINE HOST "Content-Length: 5\r\n" END),
    ROW("length zero padded", 0, LINE HOST "Content-Length: 005\r\n" END),
    ROW("chunked", 0, LINE HOST "Transfer-Encoding: Chunked\r\n" END),
    ROW("blanks around a value", 0, "GET / HTTP/1.1\r\nHost:\t a \t\r\n" END),
    ROW("empty value", 0, LINE HOST "X:\r\n" END),
    ROW("bytes over 127 in a value", 0, LINE HOST "X: \xc3\xa9\xff\r\n" END),
    ROW("tab inside a long value", 0, LINE HOST "X: 0123456789\tabcdefghijklmnop\tq\r\n" END),
    ROW("unknown method", 0, "BREW / HTTP/1.1\r\n" HOST END),
    ROW("bar in the query", 0, "GET /?identifier=a|b HTTP/1.1\r\n" HOST END),
    ROW("IPv6 host", 0, LINE "Host: [::1]:80\r\n" END),

    ROW("length repeated and different", 400,
        LINE HOST "Content-Length: 1\r\nContent-Length: 2\r\n" END),
    ROW("length repeated and equal", 400,
        LINE HOST "Content-Length: 1\r\ncontent-length: 1\r\n" END),
    ROW("length as a list", 400, LINE HOST "Content-Length: 1, 1\r\n" END),
    ROW("length with a sign", 400, LINE HOST "Content-Length: +1\r\n" END),
    ROW("length negative", 400, LINE HOST "Content-Length: -1\r\n" END),
    ROW("length hexadecimal", 400, LINE HOST "Content-Length: 0x10\r\n" END),
    ROW("length with a fraction", 400, LINE HOST "Content-Length: 1.0\r\n" END),
    ROW("length with a blank inside", 400, LINE HOST "Content-Length: 1 2\r\n" END),
    ROW("length empty", 400, LINE HOST "Content-Length:\r\n" END),
    ROW("length over 64 bits", 413, LINE HOST "Content-Length: 18446744073709551616\r\n" END),
    ROW("length and coding", 400,
        LINE HOST "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n" END),
    ROW("coding and length", 400,
        LINE HOST "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n" END),
    ROW("coding unknown", 400, LINE HOST "Transfer-Encoding: gzip\r\n" END),
    ROW("coding a list", 400, LINE HOST "Transfer-Encoding: gzip, chunked\r\n" END),
    ROW("coding twice", 400,
        LINE HOST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n" END),
    ROW("coding identity", 400, LINE HOST "Transfer-Encoding: identity\r\n" END),
    ROW("coding quoted", 400, LINE HOST "Transfer-Encoding: \"chunked\"\r\n" END),
    ROW("coding with a parameter", 400, LINE HOST "Transfer-Encoding: chunked;q=1\r\n" END),
    ROW("coding with a vertical tab", 400, LINE HOST "Transfer-Encoding: \vchunked\r\n" END),
    ROW("coding empty", 400, LINE HOST "Transfer-Encoding:\r\n" END),
    ROW("coding in HTTP/1.0", 400, "GET / HTTP/1.0\r\n" HOST "Transfer-Encoding: chunked\r\n" END),
    ROW("blank before the colon", 400, LINE HOST "Content-Length : 1\r\n" END),
    ROW("tab before the colon", 400, LINE HOST "X\t: 1\r\n" END),
    ROW("no colon", 400, LINE HOST "X\r\n" END),
    ROW("empty name", 400, LINE HOST ": x\r\n" END),
    ROW("name not a token", 400, LINE HOST "X(y): 1\r\n" END),
    ROW("name over 127", 400, LINE HOST "X\xc3\xa9: 1\r\n" END),
    ROW("no Host", 400, LINE END),
    ROW("Host repeated", 400, LINE HOST HOST END),
    ROW("Host repeated in HTTP/1.0", 400, "GET / HTTP/1.0\r\n" HOST HOST END),
    ROW("Host empty", 400, LINE "Host:\r\n" END),
    ROW("Host with a path", 400, LINE "Host: a/b\r\n" END),
    ROW("Host with a user", 400, LINE "Host: u@a\r\n" END),
    ROW("Host with a blank", 400, LINE "Host: a b\r\n" END),
    ROW("Host a list", 400, LINE "Host: a,b\r\n" END),
    ROW("bare LF after the request line", 400, "GET / HTTP/1.1\nHost: a\r\n" END),
    ROW("bare LF after a header", 400, LINE "Host: a\n" END),
    ROW("bare LF as the empty line", 400, LINE HOST "\n"),
    ROW("bare LF before", 400, "\n" LINE HOST END),
    ROW("two empty lines before", 400, "\r\n\r\n" LINE HOST END),
    ROW("bare CR in the request line", 400, "GET / HTTP/1.1\rHost: a\r\n" END),
    ROW("bare CR in a value", 400, LINE HOST "X: a\rb\r\n" END),
    ROW("CR CR LF", 400, LINE HOST "X: a\r\r\n" END),
    ROW("folded with a blank", 400, LINE HOST "X: a\r\n b\r\n" END),
    ROW("folded with a tab", 400, LINE HOST "X: a\r\n\tb\r\n" END),
    ROW("folded first line", 400, LINE " " HOST END),
    ROW("NUL in the method", 400, "G\0T / HTTP/1.1\r\n" HOST END),
    ROW("NUL in the target", 400, "GET /\0 HTTP/1.1\r\n" HOST END),
    ROW("NUL in a name", 400, LINE HOST "X\0: 1\r\n" END),
    ROW("NUL in a value", 400, LINE HOST "X: 12345678\0\r\n" END),
    ROW("escape byte in a value", 400, LINE HOST "X: 1\x1b\r\n" END),
    ROW("DEL in a long value", 400,
        LINE HOST "X: 0123456789\x7f"
                  "0123456789\r\n" END),
    ROW("no method", 400, " / HTTP/1.1\r\n" HOST END),
    ROW("method not a token", 400, "GE(T / HTTP/1.1\r\n" HOST END),
    ROW("method too long", 400, "ABCDEFGHIJKLMNOPQRSTUVWXYZ / HTTP/1.1\r\n" HOST END),
    ROW("two blanks after the method", 400, "GET  / HTTP/1.1\r\n" HOST END),
    ROW("tab after the method", 400, "GET\t/ HTTP/1.1\r\n" HOST END),
    ROW("no target", 400, "GET HTTP/1.1\r\n" HOST END),
    ROW("two blanks before the version", 400, "GET /  HTTP/1.1\r\n" HOST END),
    ROW("blank in the target", 400, "GET /a b HTTP/1.1\r\n" HOST END),
    ROW("fragment", 400, "GET /a#b HTTP/1.1\r\n" HOST END),
    ROW("raw UTF-8 in the target", 400, "GET /\xc3\xa9 HTTP/1.1\r\n" HOST END),
    ROW("relative target", 400, "GET a HTTP/1.1\r\n" HOST END),
    ROW("asterisk for GET", 400, "GET * HTTP/1.1\r\n" HOST END),
    ROW("authority form", 400, "CONNECT a:443 HTTP/1.1\r\n" HOST END),
    ROW("absolute form for another host", 400, "GET http://b/ HTTP/1.1\r\n" HOST END),
    ROW("absolute form with a user", 400, "GET http://u@a/ HTTP/1.1\r\n" HOST END),
    ROW("absolute form without host", 400, "GET http:///x HTTP/1.1\r\n" HOST END),
    ROW("other scheme", 400, "GET ftp://a/x HTTP/1.1\r\n" HOST END),
    ROW("HTTP/0.9", 400, "GET /\r\n"),
    ROW("HTTP/2 preface", 505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    ROW("HTTP/1.2", 505, "GET / HTTP/1.2\r\n" HOST END),
    ROW("HTTP/1.10", 400, "GET / HTTP/1.10\r\n" HOST END),
    ROW("lower-case version", 400, "GET / http/1.1\r\n" HOST END),
    ROW("blank after the version", 400, "GET / HTTP/1.1 \r\n" HOST END),
    ROW("version without minor", 400, "GET / HTTP/1 \r\n" HOST END),
    ROW("TLS hello", 400, "\x16\x03\x01\x02\x00\x01\x00"),
    ROW("expectation unknown", 417, LINE HOST "Expect: coffee\r\n" END),
    ROW("too many headers", 431,
        LINE HOST "A:\r\nB:\r\nC:\r\nD:\r\nE:\r\nF:\r\nG:\r\nH:\r\nI:\r\nJ:\r\n" END),
};

static ans_frame_state frame_of(ans_str bytes, ans_frame *out)
{
    static ans_http_header headers[MAX_HEADERS];
    *out = (ans_frame){.headers = headers, .max_headers = MAX_HEADERS};
    /* A copy of the exact size: reading past the end is then seen by AddressSanitizer. */
    static char *copy;
    ans_free(copy);
    copy = ans_alloc(bytes.n);
    assert_non_null(copy);
    memcpy(copy, bytes.p, bytes.n);
    return ans_frame_head((ans_str){copy, bytes.n}, MAX_HEAD, out);
}

static void http_frame__verdicts(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const row *r = &rows[i];
        ans_frame frame;
        ans_frame_state got = frame_of(r->bytes, &frame);
        if (got != (r->status ? ANS_FRAME_BAD : ANS_FRAME_DONE) || frame.status != r->status) {
            fail_msg("%s: state %d status %d (%s), wanted %d", r->what, (int)got, frame.status,
                     frame.reason ? frame.reason : "-", r->status);
        }
        assert_true(!r->status || frame.reason);
        assert_true(r->status || frame.head_bytes == r->bytes.n);
    }
}

static void http_frame__same_verdict_however_cut(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const row *r = &rows[i];
        for (size_t n = 1; n < r->bytes.n; n++) {
            ans_frame frame;
            ans_frame_state got = frame_of(ans_str_head(r->bytes, n), &frame);
            bool is_early = got == ANS_FRAME_BAD && r->status && frame.status == r->status;
            if (got != ANS_FRAME_MORE && !is_early) {
                fail_msg("%s cut at %zu: state %d status %d", r->what, n, (int)got, frame.status);
            }
        }
    }
}

static void http_frame__fields(void **state)
{
    (void)state;
    ans_frame f;
    ans_str bytes =
        ANS_STR("PUT /fhir/Patient/1?a=b HTTP/1.1\r\nhost:  x.vn:8080 \r\nIf-Match: W/\"1\"\r\n"
                "Content-Length: 12\r\nExpect: 100-Continue\r\n\r\n{\"left\":true}");
    assert_int_equal(frame_of(bytes, &f), ANS_FRAME_DONE);
    assert_true(ans_str_is(f.method, "PUT"));
    assert_true(ans_str_is(f.target, "/fhir/Patient/1?a=b"));
    assert_true(ans_str_is(f.host, "x.vn:8080"));
    assert_int_equal(f.header_count, 4);
    assert_true(ans_str_is(f.headers[0].name, "host"));
    assert_true(ans_str_is(f.headers[1].value, "W/\"1\""));
    assert_true(f.has_length && !f.is_chunked && f.keep_alive && f.expect_continue);
    assert_int_equal(f.content_length, 12);
    assert_int_equal(f.head_bytes, bytes.n - 13);
}

static void http_frame__keep_alive(void **state)
{
    (void)state;
    static const struct {
        ans_str bytes;
        bool keeps;
    } cases[] = {
        {ANS_STR(LINE HOST END), true},
        {ANS_STR(LINE HOST "Connection: close\r\n" END), false},
        {ANS_STR(LINE HOST "Connection: x, Close ,y\r\n" END), false},
        {ANS_STR(LINE HOST "Connection: keep-alive\r\nConnection: close\r\n" END), false},
        {ANS_STR(LINE HOST "Connection: closed, upgrade\r\n" END), true},
        {ANS_STR("GET / HTTP/1.0\r\n" END), false},
        {ANS_STR("GET / HTTP/1.0\r\nConnection: keep-alive\r\n" END), false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ans_frame f;
        assert_int_equal(frame_of(cases[i].bytes, &f), ANS_FRAME_DONE);
        assert_int_equal(f.keep_alive, cases[i].keeps);
    }
}

static void http_frame__size_limit_is_exact(void **state)
{
    (void)state;
    char bytes[MAX_HEAD + 100];
    for (size_t n = MAX_HEAD - 1; n <= MAX_HEAD + 1; n++) {
        static const char start[] = LINE HOST "X: ";
        memset(bytes, 'x', sizeof bytes);
        memcpy(bytes, start, sizeof start - 1);
        memcpy(bytes + n - 4, "\r\n\r\n", 4);
        ans_frame f;
        ans_frame_state got = frame_of((ans_str){bytes, sizeof bytes}, &f);
        assert_int_equal(got, n <= MAX_HEAD ? ANS_FRAME_DONE : ANS_FRAME_BAD);
        assert_int_equal(f.status, n <= MAX_HEAD ? 0 : 431);
    }
    memset(bytes, 'x', sizeof bytes);
    memcpy(bytes, "GET /", 5);
    ans_frame f;
    assert_int_equal(frame_of((ans_str){bytes, MAX_HEAD - 1}, &f), ANS_FRAME_MORE);
    assert_int_equal(frame_of((ans_str){bytes, MAX_HEAD}, &f), ANS_FRAME_BAD);
    assert_int_equal(f.status, 414);
}

/* Every byte value at every place of a small head: whatever is accepted must be told apart in the
 * same way by a reader who only knows CR LF, the colon and blanks. */
static void http_frame__no_control_byte_gets_in(void **state)
{
    (void)state;
    static const char good[] = LINE "Host: a\r\nX-Long-Name: 0123456789abcdef\r\n" END;
    for (size_t at = 0; at < sizeof good - 1; at++) {
        for (int c = 0; c < 256; c++) {
            char bytes[sizeof good];
            memcpy(bytes, good, sizeof good);
            bytes[at] = (char)c;
            ans_frame f;
            bool is_control = (c < 0x20 && c != '\t') || c == 0x7f;
            bool got_in = frame_of((ans_str){bytes, sizeof good - 1}, &f) == ANS_FRAME_DONE;
            if (got_in && is_control && bytes[at] != good[at]) {
                fail_msg("byte %d at %zu was accepted", c, at);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(http_frame__verdicts),
        cmocka_unit_test(http_frame__same_verdict_however_cut),
        cmocka_unit_test(http_frame__fields),
        cmocka_unit_test(http_frame__keep_alive),
        cmocka_unit_test(http_frame__size_limit_is_exact),
        cmocka_unit_test(http_frame__no_control_byte_gets_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
