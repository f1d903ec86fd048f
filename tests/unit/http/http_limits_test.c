/* The server against what goes wrong: hostile heads on the wire, sizes, slow peers, too many of
 * them, no memory, stop. */
#include "unit/http/server_fixture.h"

#define GET(path) "GET " path " HTTP/1.1\r\nHost: h\r\n\r\n"

#if defined(__SANITIZE_ADDRESS__)
#define HAS_PAGE_PER_ALLOCATION 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_PAGE_PER_ALLOCATION 1
#endif
#endif

/* The framer's own table is in http_frame_test.c; here: each kind is answered and the connection is
 * closed. */
static const struct {
    const char *bytes;
    int status;
} hostile[] = {
    {"GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400},
    {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nTransfer-Encoding: "
     "chunked\r\n\r\n0\r\n\r\n",
     400},
    {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost : h\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: h\r\nHost: h\r\n\r\n", 400},
    {"GET / HTTP/1.1\n\n", 400},
    {"GET /%2e%2e/etc HTTP/1.1\r\nHost: h\r\n\r\n", 400},
    {"GET /%00 HTTP/1.1\r\nHost: h\r\n\r\n", 400},
    {"GET /a%2fb HTTP/1.1\r\nHost: h\r\n\r\n", 400},
    {"GET /%ff HTTP/1.1\r\nHost: h\r\n\r\n", 400},
    {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
    {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1;x\r\na\r\n0\r\n\r\n", 400},
    {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: y\r\n\r\n", 400},
    {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10001\r\n\r\n", 413},
    {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999999999999999\r\n\r\n", 413},
    {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFF\r\n", 413},
    {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2712\r\n", 413},
};

static void http_limits__hostile_is_refused_and_closed(void **state)
{
    (void)state;
    fixture f;
    fixture_start(&f, (ans_http_options){.max_body_bytes = 10000});
    size_t count = sizeof hostile / sizeof *hostile;
    for (size_t i = 0; i < count; i++) {
        int fd = client_connect(&f);
        assert_true(client_send(fd, ans_str_of(hostile[i].bytes)));
        /* What follows a refused request must never be read as a request. */
        (void)client_send(fd, ANS_STR("\r\n\r\n" GET("/echo")));
        reply r;
        if (!client_reply(fd, false, &r) || r.status != hostile[i].status) {
            fail_msg("row %zu: %d %s", i, r.status, r.body ? r.body : "");
        }
        assert_non_null(strstr(r.head, "Connection: close\r\n"));
        assert_non_null(strstr(r.head, "Content-Type: text/plain\r\n"));
        assert_true(r.body_n > 10);
        reply_done(&r);
        expect_end(fd);
    }
    ans_http_stats stats;
    ans_http_stats_get(f.server, &stats);
    assert_int_equal(stats.refused, count);
    assert_int_equal(stats.requests, 0);
    fixture_stop(&f);
    assert_int_equal(f.logged, count);
    assert_int_equal(f.logged_user, 0);
}

static ans_str render(void *arg, int status, const char *reason, ans_str *content_type,
                      ans_arena *arena)
{
    (void)arg;
    *content_type = ANS_STR("application/x-test");
    return ans_arena_fmt(arena, "%d!%s", status, reason);
}

static void http_limits__refusals_can_be_rendered(void **state)
{
    (void)state;
    fixture f;
    fixture_start(&f, (ans_http_options){.refusal_body = render});
    int fd = client_connect(&f);
    SEND(fd, GET("/echo") "GET / HTTP/1.1\r\n\r\n");
    assert_false(expect(fd, 200, NULL));
    reply r;
    assert_true(client_reply(fd, false, &r));
    assert_int_equal(r.status, 400);
    assert_string_equal(r.body, "400!Host is missing");
    assert_non_null(strstr(r.head, "Content-Type: application/x-test\r\n"));
    reply_done(&r);
    expect_end(fd);
    fixture_stop(&f);
}

static void http_limits__long_heads(void **state)
{
    (void)state;
    fixture f;
    fixture_start(&f, (ans_http_options){.max_head_bytes = 2000});
    char bytes[4000];
    memset(bytes, 'x', sizeof bytes);
    memcpy(bytes, "GET /", 5);
    int fd = client_connect(&f);
    assert_true(client_send(fd, (ans_str){bytes, sizeof bytes}));
    assert_true(expect(fd, 414, NULL));
    expect_end(fd);
    static const char start[] = "GET / HTTP/1.1\r\nHost: h\r\nX: ";
    memcpy(bytes, start, sizeof start - 1);
    fd = client_connect(&f);
    assert_true(client_send(fd, (ans_str){bytes, sizeof bytes}));
    assert_true(expect(fd, 431, NULL));
    expect_end(fd);
    fd = client_connect(&f);
    SEND(fd, "GET / HTTP/1.1\r\nHost: h\r\n");
    for (int i = 0; i < 100; i++) {
        SEND(fd, "A:\r\n");
    }
    SEND(fd, "\r\n");
    assert_true(expect(fd, 431, NULL));
    expect_end(fd);
    fixture_stop(&f);
}

/* A peer that goes on sending a body which was refused from its head still gets to read why. */
static void http_limits__refused_upload_hears_why(void **state)
{
    (void)state;
    fixture f;
    fixture_start(&f, (ans_http_options){.max_body_bytes = 1 << 20});
    char *body = ans_alloc(1500000);
    memset(body, 'x', 1500000);
    int fd = client_connect(&f);
    SEND(fd, "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 1500000\r\n\r\n");
    assert_true(client_send(fd, (ans_str){body, 1500000}));
    assert_true(expect(fd, 413, NULL));
    expect_end(fd);
    ans_free(body);
    fixture_stop(&f);
}

/* Property: whatever arrives in whatever pieces, every answer is well-formed, the connection ends,
 * the server lives. */
static void http_limits__damaged_streams(void **state)
{
    (void)state;
    static const char stream[] =
        GET("/echo?a=b") "POST /later HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello"
                         "PUT /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: "
                         "chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
                         "HEAD /%65 HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: "
                         "2\r\n\r\nok" GET("/later");
    static const char telling[] = "\r\n :0123456789abf,;\t%./\\\0\x7f";
    unsigned seed = (unsigned)ans_mono_us();
    print_message("seed %u\n", seed);
    fixture f;
    fixture_start(&f,
                  (ans_http_options){.loops = 2, .max_head_bytes = 200, .max_body_bytes = 9999});
    char *answers = ans_alloc(100000);
    for (int round = 0; round < 400; round++) {
        char bytes[sizeof stream];
        memcpy(bytes, stream, sizeof stream);
        for (int i = rand_r(&seed) % 4; i > 0; i--) {
            bytes[(size_t)rand_r(&seed) % sizeof bytes] =
                telling[(size_t)rand_r(&seed) % (sizeof telling - 1)];
        }
        int fd = client_connect(&f);
        ans_str rest = {bytes,
                        sizeof bytes - 1 - (size_t)(rand_r(&seed) % 3 ? 0 : rand_r(&seed) % 200)};
        while (rest.n > 0) {
            size_t piece = (size_t)rand_r(&seed) % 400 + 1;
            (void)client_send(fd, ans_str_head(rest, piece)); /* it may have closed already */
            rest = ans_str_from(rest, piece);
        }
        (void)shutdown(fd, SHUT_WR);
        size_t n = 0;
        ssize_t got;
        while (n < 100000 && (got = client_receive(fd, answers + n, 100000 - n)) > 0) {
            n += (size_t)got;
        }
        if (got != 0 || (n > 0 && memcmp(answers, "HTTP/1.1 ", 9) != 0)) {
            fail_msg("seed %u round %d: %zd after %zu bytes", seed, round, got, n);
        }
        (void)close(fd);
    }
    ans_free(answers);
    int fd = client_connect(&f);
    SEND(fd, GET("/echo"));
    assert_false(expect(fd, 200, NULL));
    (void)close(fd);
    fixture_stop(&f);
}

/* ---- slow peers ---- */

/* The rate rule looks at quarters of the body's time: here every 300 ms. The upper bounds below are
 * loose, for a loaded machine; each stays below what it would take if the limit under test were not
 * there. */
#define SHORT_TIMES                                                                                \
    (ans_http_options)                                                                             \
    {                                                                                              \
        .head_timeout_ms = 200, .body_timeout_ms = 1200, .idle_timeout_ms = 200                    \
    }

static bool has_bytes(int fd)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    return poll(&p, 1, 0) == 1;
}

static void http_limits__slow_heads(void **state)
{
    (void)state;
    fixture f;
    fixture_start(&f, SHORT_TIMES);
    int idle = client_connect(&f), cut = client_connect(&f), drip = client_connect(&f);
    SEND(cut, "GET / HTTP/1.1\r\nHo");
    SEND(drip, "GET /");
    int drops = 0; /* a byte now and then does not prolong the time */
    while (drops < 150 && !has_bytes(drip) && client_send(drip, ANS_STR("x"))) {
        sleep_ms(20);
        drops++;
    }
    assert_true(drops > 3 && drops < 150);
    assert_true(expect(drip, 408, NULL));
    (void)close(drip);
    assert_true(expect(cut, 408, NULL));
    expect_end(cut);
    expect_end(idle); /* without a word */
    int later = client_connect(&f);
    SEND(later, GET("/echo"));
    assert_false(expect(later, 200, NULL));
    expect_end(later); /* idle after a request */
    fixture_stop(&f);
}

static void http_limits__slow_bodies(void **state)
{
    (void)state;
    fixture f;
    fixture_start(&f, SHORT_TIMES);
    static const char *const starts[] = {
        "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nabc",
        "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 500000\r\n\r\nabc",
        "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc",
    };
    int fds[3];
    int64_t start = ans_mono_us();
    for (int i = 0; i < 3; i++) {
        fds[i] = client_connect(&f);
        assert_true(client_send(fds[i], ans_str_of(starts[i])));
    }
    for (int i = 0; i < 3; i++) {
        assert_true(expect(fds[i], 408, NULL));
        assert_true(ans_mono_us() - start <
                    1100000); /* the rate rule, before the whole time was over */
        expect_end(fds[i]);
    }
    fixture_stop(&f);
}

static void http_limits__reader_who_stops_is_dropped(void **state)
{
    (void)state;
    fixture f;
    fixture_start(&f, SHORT_TIMES);
    int fd = client_connect(&f);
    SEND(fd, GET("/big?50000000"));
    assert_true(wait_for(&f.logged_gone, 1)); /* we read nothing; the answer is given up */
    assert_true(f.last_bytes < 50000000);
    (void)close(fd);
    fixture_stop(&f);
}

/* Slow but moving: in all longer than any limit here, and never cut. */
static void http_limits__slow_reader_is_served(void **state)
{
    (void)state;
    fixture f;
    fixture_start(&f, SHORT_TIMES);
    int fd = client_connect(&f);
    SEND(fd, GET("/big?16000000"));
    char *to = ans_alloc(500000);
    size_t n = 0;
    for (int i = 0; i < 32; i++) {
        ssize_t got = 1;
        for (size_t step = 0; step < 500000 && got > 0; step += (size_t)got) {
            got = client_receive(fd, to, 500000 - step);
            n += got > 0 ? (size_t)got : 0;
        }
        sleep_ms(45);
    }
    assert_int_equal(n, 16000000); /* its head included, the answer is longer still */
    ans_free(to);
    (void)close(fd);
    fixture_stop(&f);
}

/* ---- too many ---- */

static void http_limits__connections(void **state)
{
    (void)state;
    fixture f;
    fixture_start(&f, (ans_http_options){.max_connections = 2});
    int a = client_connect(&f), b = client_connect(&f);
    SEND(a, GET("/echo"));
    SEND(b, GET("/echo"));
    assert_false(expect(a, 200, NULL));
    assert_false(expect(b, 200, NULL));
    int c = client_connect(&f);
    assert_true(expect(c, 503, NULL));
    expect_end(c);
    (void)close(a);
    for (int i = 0; i < 1000; i++) { /* a's place becomes free in a moment */
        ans_http_stats stats;
        ans_http_stats_get(f.server, &stats);
        if (stats.open < 2) {
            break;
        }
        sleep_ms(1);
    }
    c = client_connect(&f);
    SEND(c, GET("/echo"));
    assert_false(expect(c, 200, NULL));
    (void)close(b);
    (void)close(c);
    fixture_stop(&f);
}

/* ---- memory ---- */

/* Steady load takes nothing from the heap: hundreds of requests cost no more allocations than a
 * few. Under AddressSanitizer an arena makes a page of every allocation on purpose; then there is
 * nothing to measure. */
static void http_limits__no_allocation_per_request(void **state)
{
    (void)state;
#ifdef HAS_PAGE_PER_ALLOCATION
    skip();
#endif
    uint64_t seen[2];
    for (int run = 0; run < 2; run++) {
        uint64_t count = run ? 200 : 10;
        ans_alloc_fail_after((uint64_t)1 << 60, false); /* counts, never fails */
        fixture f;
        fixture_start(&f, (ans_http_options){0});
        int fd = client_connect(&f);
        for (uint64_t i = 0; i < count; i++) {
            SEND(fd, GET("/%65cho") GET("/later"));
            (void)expect(fd, 200, NULL);
            (void)expect(fd, 200, NULL);
        }
        (void)close(fd);
        fixture_stop(&f);
        seen[run] =
            ans_alloc_fail_after(0, false) - 2 * count; /* the client takes a block per answer */
    }
    /* A tick that falls between two requests may trim a spare buffer and a spare job, to be taken
     * anew. */
    assert_true(seen[1] <= seen[0] + 20);
}

/* One conversation while the n-th allocation fails; returns how many allocations it made. */
static uint64_t talk_without_memory(uint64_t n)
{
    static const char *const requests[] = {
        GET("/%65cho"), GET("/later"),
        "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n",
        "GET /bad HTTP/1.1\r\n\r\n"};
    char answer[4096];
    ans_alloc_fail_after(n, false);
    fixture f;
    if (!fixture_try_start(&f, (ans_http_options){.refusal_body = render})) {
        return ans_alloc_fail_after(0, false);
    }
    for (int i = 0; i < 4; i++) {
        int fd = client_connect(&f);
        (void)client_send(fd, ans_str_of(requests[i]));
        (void)shutdown(fd, SHUT_WR);
        while (client_receive(fd, answer, sizeof answer) > 0) {
            /* an answer, a refusal or an early end: each will do, as long as the server lives */
        }
        (void)close(fd);
    }
    int served = 0; /* one of two may meet the failure, if it has not happened yet */
    for (int i = 0; i < 2; i++) {
        int fd = client_connect(&f);
        (void)client_send(fd, ANS_STR(GET("/echo")));
        served += client_receive(fd, answer, sizeof answer) > 12 &&
                  memcmp(answer, "HTTP/1.1 200", 12) == 0;
        (void)close(fd);
    }
    assert_true(served >= 1);
    fixture_stop(&f);
    return ans_alloc_fail_after(0, false);
}

static void http_limits__every_allocation_may_fail(void **state)
{
    (void)state;
    uint64_t n = 1;
    while (talk_without_memory(n) >= n) {
        n++;
        assert_true(n < 200);
    }
    assert_true(n > 10); /* it did fail on the way */
}

/* ---- stop ---- */

static void http_limits__stop_waits_for_running_calls(void **state)
{
    (void)state;
    fixture f;
    fixture_start(&f, (ans_http_options){.loops = 2});
    int busy = client_connect(&f), idle = client_connect(&f), half = client_connect(&f);
    SEND(half, "GET / HT");
    SEND(busy, GET("/hold") GET("/echo"));
    ans_http_call *call = fixture_take_held(&f);
    ans_http_stop(f.server, 5000);
    expect_end(idle);
    expect_end(half);
    reply_echo(call);
    assert_true(expect(busy, 200, "GET /hold ? tag= host=h n=0 sum=1"));
    expect_end(busy);
    int64_t start = ans_mono_us();
    fixture_join(&f);
    assert_true(ans_mono_us() - start < 1000000);
    fixture_close(&f);
    assert_int_equal(f.logged, 1);
}

static void http_limits__stop_gives_up_after_grace(void **state)
{
    (void)state;
    fixture f;
    fixture_start(&f, (ans_http_options){0});
    int answered_late = client_connect(&f), never = client_connect(&f);
    SEND(answered_late, GET("/hold"));
    ans_http_call *call = fixture_take_held(&f);
    SEND(never, GET("/hold"));
    (void)fixture_take_held(&f);
    ans_http_stop(f.server, 50);
    fixture_join(&f);
    assert_int_equal(f.logged, 0);
    reply_echo(call); /* too late, but not a fault */
    expect_end(answered_late);
    expect_end(never);
    fixture_close(&f);
    assert_int_equal(f.logged_gone, 2);
}

static void http_limits__stop_before_run(void **state)
{
    (void)state;
    ans_cx cx = {.arena = ans_arena_new(1 << 16)};
    ans_http_options options = {.listen = ANS_STR("127.0.0.1:0"), .handle = handle, .loops = 2};
    ans_http_server *server;
    assert_int_equal(ans_http_open(&cx, &options, &server), ANS_OK);
    ans_http_stop(server, 1000);
    ans_http_run(server);
    ans_http_close(server);
    ans_arena_free(cx.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(http_limits__hostile_is_refused_and_closed),
        cmocka_unit_test(http_limits__refusals_can_be_rendered),
        cmocka_unit_test(http_limits__long_heads),
        cmocka_unit_test(http_limits__refused_upload_hears_why),
        cmocka_unit_test(http_limits__damaged_streams),
        cmocka_unit_test(http_limits__slow_heads),
        cmocka_unit_test(http_limits__slow_bodies),
        cmocka_unit_test(http_limits__reader_who_stops_is_dropped),
        cmocka_unit_test(http_limits__slow_reader_is_served),
        cmocka_unit_test(http_limits__connections),
        cmocka_unit_test(http_limits__no_allocation_per_request),
        cmocka_unit_test(http_limits__every_allocation_may_fail),
        cmocka_unit_test(http_limits__stop_waits_for_running_calls),
        cmocka_unit_test(http_limits__stop_gives_up_after_grace),
        cmocka_unit_test(http_limits__stop_before_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
