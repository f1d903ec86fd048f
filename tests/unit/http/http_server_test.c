/* The server over real loopback sockets: order, framing of answers, bodies, cutting, ends. */
#include "unit/http/server_fixture.h"

#define GET(path) "GET " path " HTTP/1.1\r\nHost: h\r\n\r\n"

static void http_server__keeps_alive(void **state)
{
    (void)state;
    fixture f;
    fixture_start(&f, (ans_http_options){0});
    assert_true(ans_http_is_loopback(f.server));
    int fd = client_connect(&f);
    for (int i = 0; i < 3; i++) {
        SEND(fd, "GET /echo?a=%20b HTTP/1.1\r\nHost: h\r\nX-Tag: t\r\n\r\n");
        assert_false(expect(fd, 200, "GET /echo ?a=%20b tag=t host=h n=0 sum=1"));
    }
    SEND(fd, "GET http://H/%41?q HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    assert_true(expect(fd, 200, "GET /A ?q tag= host=H n=0 sum=1"));
    expect_end(fd);
    ans_http_stats stats;
    ans_http_stats_get(f.server, &stats);
    assert_int_equal(stats.requests, 4);
    assert_int_equal(stats.accepted, 1);
    assert_int_equal(stats.refused, 0);
    fixture_stop(&f);
    assert_int_equal(f.logged, 4);
    assert_int_equal(f.logged_gone, 0);
    assert_true(f.last_bytes > 100);
}

static void http_server__heads_and_empty_statuses(void **state)
{
    (void)state;
    fixture f;
    fixture_start(&f, (ans_http_options){0});
    int fd = client_connect(&f);
    reply r;
    SEND(fd, "HEAD /big?12345 HTTP/1.1\r\nHost: h\r\n\r\n");
    assert_true(client_reply(fd, true, &r));
    assert_non_null(strstr(r.head, "Content-Length: 12345\r\n"));
    const char *date = strstr(r.head, "Date: ");
    assert_non_null(date);
    assert_memory_equal(date + 6 + 25, " GMT\r\n", 6);
    reply_done(&r);
    static const char *const bare[] = {GET("/status?204"), GET("/status?304")};
    for (int i = 0; i < 2; i++) {
        assert_true(client_send(fd, ans_str_of(bare[i])));
        assert_true(client_reply(fd, true, &r));
        assert_null(strstr(r.head, "Content-Length"));
        reply_done(&r);
    }
    SEND(fd, GET("/status?299"));
    assert_false(expect(fd, 299, "a body"));
    SEND(fd, GET("/headers"));
    assert_false(expect(fd, 500, NULL));
    SEND(fd, GET("/huge-head"));
    assert_false(expect(fd, 500, NULL));
    SEND(fd, "GET /echo HTTP/1.0\r\n\r\n");
    assert_true(expect(fd, 200, "GET /echo ? tag= host= n=0 sum=1"));
    expect_end(fd);
    fixture_stop(&f);
}

static void http_server__pipelined_in_order(void **state)
{
    (void)state;
    fixture f;
    fixture_start(&f, (ans_http_options){0});
    int fd = client_connect(&f);
    char all[20000], want[100];
    size_t n = 0;
    for (int i = 0; i < 100; i++) {
        const char *path = i % 3 == 1 ? "/later" : "/echo";
        n += (size_t)snprintf(
            all + n, sizeof all - n,
            "POST %s HTTP/1.1\r\nHost: h\r\nX-Tag: %d\r\nContent-Length: 2\r\n\r\n%02d", path, i,
            i);
    }
    assert_true(client_send(fd, (ans_str){all, n}));
    for (int i = 0; i < 100; i++) {
        char body[3];
        (void)snprintf(body, sizeof body, "%02d", i);
        (void)snprintf(want, sizeof want, "POST %s ? tag=%d host=h n=2 sum=%u",
                       i % 3 == 1 ? "/later" : "/echo", i, (unsigned)sum_of(ans_str_of(body)));
        assert_false(expect(fd, 200, want));
    }
    (void)close(fd);
    fixture_stop(&f);
}

#define CUT_HEAD "POST /echo HTTP/1.1\r\nHost: h\r\nX-Tag: cut\r\n"
static const char *const cut_requests[] = {
    CUT_HEAD "Content-Length: 5\r\n\r\nhello",
    CUT_HEAD "Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
};
#define CUT_ANSWER "POST /echo ? tag=cut host=h n=5 sum=127791473"

static void http_server__cut_at_every_byte(void **state)
{
    (void)state;
    fixture f;
    fixture_start(&f, (ans_http_options){0});
    int fd = client_connect(&f);
    for (int kind = 0; kind < 2; kind++) {
        ans_str whole = ans_str_of(cut_requests[kind]);
        for (size_t at = 1; at < whole.n; at++) {
            assert_true(client_send(fd, ans_str_head(whole, at)));
            struct timespec pause = {0, 300000};
            (void)nanosleep(&pause, NULL); /* lets the server see the first part alone, mostly */
            assert_true(client_send(fd, ans_str_from(whole, at)));
            assert_false(expect(fd, 200, CUT_ANSWER));
        }
    }
    (void)close(fd);
    fixture_stop(&f);
}

static size_t add_chunked(char *to, ans_str body, unsigned *seed)
{
    size_t n = 0;
    while (body.n > 0) {
        size_t piece = (size_t)(rand_r(seed) % 3000) + 1;
        ans_str part = ans_str_head(body, piece);
        n += (size_t)sprintf(to + n, "%zx\r\n", part.n);
        memcpy(to + n, part.p, part.n);
        n += part.n;
        memcpy(to + n, "\r\n", 2);
        n += 2;
        body = ans_str_from(body, part.n);
    }
    memcpy(to + n, "0\r\n\r\n", 5);
    return n + 5;
}

/* Property: a valid request gives the same answer in whatever pieces it comes, and whatever stood
 * before it. */
static void http_server__random_pieces(void **state)
{
    (void)state;
    unsigned seed = (unsigned)ans_mono_us();
    print_message("seed %u\n", seed);
    fixture f;
    fixture_start(&f, (ans_http_options){.max_head_bytes = 2048});
    int fd = client_connect(&f);
    char *body = ans_alloc(100000), *all = ans_alloc(300000);
    for (int round = 0; round < 60; round++) {
        size_t body_n = (size_t)rand_r(&seed) % (round % 2 ? 100000 : 3000);
        for (size_t i = 0; i < body_n; i++) {
            body[i] = (char)rand_r(&seed);
        }
        bool is_chunked = rand_r(&seed) % 2;
        size_t n = (size_t)sprintf(all, "PUT /%s?%d HTTP/1.1\r\nHost: h\r\n",
                                   rand_r(&seed) % 2 ? "later" : "echo", round);
        size_t pad = (size_t)rand_r(&seed) % 1500;
        n += (size_t)sprintf(all + n, "X-Pad: %0*d\r\n", (int)pad + 1, 0);
        n += is_chunked ? (size_t)sprintf(all + n, "Transfer-Encoding: chunked\r\n\r\n")
                        : (size_t)sprintf(all + n, "Content-Length: %zu\r\n\r\n", body_n);
        ans_str want_body = {body, body_n};
        if (is_chunked) {
            n += add_chunked(all + n, want_body, &seed);
        } else {
            memcpy(all + n, body, body_n);
            n += body_n;
        }
        ans_str rest = {all, n};
        while (rest.n > 0) {
            size_t piece = (size_t)rand_r(&seed) % (rand_r(&seed) % 2 ? 40000 : 200) + 1;
            assert_true(client_send(fd, ans_str_head(rest, piece)));
            rest = ans_str_from(rest, piece);
        }
        reply r;
        assert_true(client_reply(fd, false, &r));
        char want[100];
        (void)snprintf(want, sizeof want, "?%d tag= host=h n=%zu sum=%u", round, body_n,
                       (unsigned)sum_of(want_body));
        if (r.status != 200 || !strstr(r.body, want)) {
            fail_msg("seed %u round %d: %d %s, wanted %s", seed, round, r.status, r.body, want);
        }
        reply_done(&r);
    }
    ans_free(body);
    ans_free(all);
    (void)close(fd);
    fixture_stop(&f);
}

static void http_server__large_bodies_both_ways(void **state)
{
    (void)state;
    fixture f;
    fixture_start(&f, (ans_http_options){0});
    int fd = client_connect(&f);
    size_t n = 5000000;
    char *body = ans_alloc(n), want[100];
    for (size_t i = 0; i < n; i++) {
        body[i] = (char)(i * 7);
    }
    SEND(fd, "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 5000000\r\n\r\n");
    assert_true(client_send(fd, (ans_str){body, n}));
    (void)snprintf(want, sizeof want, "POST /echo ? tag= host=h n=5000000 sum=%u",
                   (unsigned)sum_of((ans_str){body, n}));
    assert_false(expect(fd, 200, want));
    ans_free(body);

    SEND(fd, GET("/big?30000000") GET("/echo"));
    sleep_ms(
        30); /* the answer is larger than what the sockets hold, so the server must wait for us */
    reply r;
    assert_true(client_reply(fd, false, &r));
    assert_int_equal(r.body_n, 30000000);
    for (size_t i = 0; i < r.body_n; i++) {
        assert_true(r.body[i] == 'b');
    }
    reply_done(&r);
    assert_false(expect(fd, 200, "GET /echo ? tag= host=h n=0 sum=1"));
    (void)close(fd);
    fixture_stop(&f);
}

static void http_server__expect_continue(void **state)
{
    (void)state;
    fixture f;
    fixture_start(&f, (ans_http_options){.max_body_bytes = 1000});
    int fd = client_connect(&f);
    SEND(fd, "POST /echo HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n");
    reply r;
    assert_true(client_reply(fd, true, &r));
    assert_int_equal(r.status, 100);
    reply_done(&r);
    SEND(fd, "x");
    assert_false(expect(fd, 200, "POST /echo ? tag= host=h n=1 sum=151"));
    /* With the body already there nobody waits for a 100. */
    SEND(fd,
         "POST /echo HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\nx");
    assert_false(expect(fd, 200, "POST /echo ? tag= host=h n=1 sum=151"));
    /* Too large: told before it is sent. */
    SEND(fd,
         "POST /echo HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 1001\r\n\r\n");
    assert_true(expect(fd, 413, NULL));
    expect_end(fd);
    fixture_stop(&f);
}

static void http_server__half_close_is_answered(void **state)
{
    (void)state;
    fixture f;
    fixture_start(&f, (ans_http_options){0});
    static const char *const requests[] = {GET("/echo"), GET("/later"), GET("/later") GET("/echo")};
    for (int i = 0; i < 3; i++) {
        int fd = client_connect(&f);
        assert_true(client_send(fd, ans_str_of(requests[i])));
        assert_int_equal(shutdown(fd, SHUT_WR), 0);
        for (int k = 0; k < (i == 2 ? 2 : 1); k++) {
            (void)expect(fd, 200, NULL);
        }
        expect_end(fd);
    }
    fixture_stop(&f);
}

static void reset(int fd)
{
    const struct linger hard = {1, 0};
    (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    (void)close(fd);
}

static void http_server__peer_goes_first(void **state)
{
    (void)state;
    fixture f;
    fixture_start(&f, (ans_http_options){0});
    char some[1000];

    int fd = client_connect(&f); /* in the middle of an answer */
    SEND(fd, GET("/big?30000000"));
    assert_true(client_receive(fd, some, sizeof some) > 0);
    reset(fd);
    assert_true(wait_for(&f.logged_gone, 1));

    fd = client_connect(&f); /* while the handler has the call */
    SEND(fd, GET("/hold"));
    ans_http_call *call = fixture_take_held(&f);
    reset(fd);
    sleep_ms(20);
    assert_true(ans_str_is(call->path, "/hold")); /* the call is still whole */
    reply_echo(call);
    assert_true(wait_for(&f.logged_gone, 2));

    fd = client_connect(&f); /* in the middle of a body */
    SEND(fd, "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nabc");
    reset(fd);

    fd = client_connect(&f); /* and the server still works */
    SEND(fd, GET("/echo"));
    (void)expect(fd, 200, NULL);
    (void)close(fd);
    fixture_stop(&f);
    assert_int_equal(f.logged_gone, 2);
    assert_int_equal(f.logged, 3);
}

static void http_server__several_loops(void **state)
{
    (void)state;
    fixture f;
    fixture_start(&f, (ans_http_options){.loops = 3});
    int fds[48];
    for (int round = 0; round < 5; round++) {
        for (int i = 0; i < 48; i++) {
            fds[i] = round ? fds[i] : client_connect(&f);
            assert_true(client_send(fds[i], i % 2 ? ANS_STR(GET("/echo") GET("/later"))
                                                  : ANS_STR(GET("/later") GET("/echo"))));
        }
        for (int i = 0; i < 96; i++) {
            (void)expect(fds[i / 2], 200, NULL);
        }
    }
    ans_http_stats stats;
    ans_http_stats_get(f.server, &stats);
    assert_int_equal(stats.open, 48);
    assert_int_equal(stats.accepted, 48);
    assert_int_equal(stats.requests, 48 * 10);
    for (int i = 0; i < 48; i++) {
        (void)close(fds[i]);
    }
    fixture_stop(&f);
}

static void http_server__addresses(void **state)
{
    (void)state;
    static const struct {
        const char *listen;
        bool opens, is_loopback;
    } cases[] = {
        {"127.0.0.1:0", true, true},
        {"localhost:0", true, true},
        {"0.0.0.0:0", true, false},
        {"127.9.9.9:0", true, true},
        {"127.0.0.1", false, false},
        {"127.0.0.1:", false, false},
        {":0", false, false},
        {"127.0.0.1:65536", false, false},
        {"1.2.3:0", false, false},
        {"::1:0", false, false},
        {"[::1:0", false, false},
        {"", false, false},
        {"nowhere.example:0", false, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ans_cx cx = {.arena = ans_arena_new(1 << 16)};
        ans_http_options options = {.listen = ans_str_of(cases[i].listen), .handle = handle};
        ans_http_server *server = NULL;
        ans_err err = ans_http_open(&cx, &options, &server);
        if (err != (cases[i].opens ? ANS_OK : ANS_E_VALUE)) {
            fail_msg("%s: %s", cases[i].listen, ans_err_name(err));
        }
        if (server) {
            assert_int_equal(ans_http_is_loopback(server), cases[i].is_loopback);
        }
        ans_http_close(server);
        ans_arena_free(cx.arena);
    }
}

static void http_server__taken_port_is_busy(void **state)
{
    (void)state;
    for (uint32_t loops = 1; loops <= 2; loops++) {
        fixture f;
        fixture_start(&f, (ans_http_options){.loops = loops});
        for (uint32_t others = 1; others <= 2; others++) {
            ans_cx cx = {.arena = ans_arena_new(1 << 16)};
            ans_http_options options = {
                .listen = ans_http_address(f.server), .handle = handle, .loops = others};
            ans_http_server *server = NULL;
            assert_int_equal(ans_http_open(&cx, &options, &server), ANS_E_BUSY);
            assert_non_null(cx.issues);
            ans_arena_free(cx.arena);
        }
        fixture_stop(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(http_server__keeps_alive),
        cmocka_unit_test(http_server__heads_and_empty_statuses),
        cmocka_unit_test(http_server__pipelined_in_order),
        cmocka_unit_test(http_server__cut_at_every_byte),
        cmocka_unit_test(http_server__random_pieces),
        cmocka_unit_test(http_server__large_bodies_both_ways),
        cmocka_unit_test(http_server__expect_continue),
        cmocka_unit_test(http_server__half_close_is_answered),
        cmocka_unit_test(http_server__peer_goes_first),
        cmocka_unit_test(http_server__several_loops),
        cmocka_unit_test(http_server__addresses),
        cmocka_unit_test(http_server__taken_port_is_busy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
