/* A server on a free loopback port with a small handler, and a client of a few functions. The
 * handler knows:
 *
 *   /echo        at once: what it saw (method, path, query, x-tag, length and a sum of the body)
 *   /later       the same, from another thread
 *   /hold        the call is kept until the test releases it
 *   /big?N       N bytes of 'b'
 *   /status?N    status N with a body, which 204 and 304 must not send
 *   /headers     a header with a line break in it
 *   /huge-head   headers over the limit */
#ifndef ANS_TEST_HTTP_FIXTURE_H
#define ANS_TEST_HTTP_FIXTURE_H

#include "base/os.h"
#include "http/http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#define PATIENCE_MS 4000

typedef struct fixture {
    ans_http_server *server;
    ans_arena *arena;
    pthread_t thread, worker;
    uint16_t port;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    ans_http_call *later[1024]; /* for the worker, in order */
    size_t later_in, later_out;
    ans_http_call *held;
    bool is_over;
    atomic_int logged, logged_gone,
        logged_user; /* calls of logged: all; with status 0; with user set */
    atomic_int last_status;
    atomic_size_t last_bytes;
} fixture;

static inline void sleep_ms(int ms)
{
    struct timespec t = {ms / 1000, (ms % 1000) * 1000000L};
    (void)nanosleep(&t, NULL);
}

/* ---- the handler ---- */

static inline uint32_t sum_of(ans_str s)
{
    uint32_t sum = 1;
    for (size_t i = 0; i < s.n; i++) {
        sum = sum * 31 + (uint8_t)s.p[i];
    }
    return sum;
}

static inline void reply_echo(ans_http_call *call)
{
    static const ans_http_header type = {{"Content-Type", 12}, {"text/plain", 10}};
    ans_str tag = ans_http_header_get(call, "X-Tag");
    ans_str body = ans_arena_fmt(call->cx.arena, "%.*s %.*s ?%.*s tag=%.*s host=%.*s n=%zu sum=%u",
                                 ANS_FMT(call->method), ANS_FMT(call->path), ANS_FMT(call->query),
                                 ANS_FMT(tag), ANS_FMT(call->host), call->body.n,
                                 (unsigned)sum_of(call->body));
    if (!body.p) { /* as a handler would: no memory, no work */
        ans_http_reply(call, 503, NULL, 0, ANS_STR_NONE);
        return;
    }
    ans_http_reply(call, 200, &type, 1, body);
}

static inline uint64_t number_in(ans_str query)
{
    uint64_t n = 0;
    (void)ans_str_u64(query, &n);
    return n;
}

static inline void reply_big(ans_http_call *call)
{
    size_t n = (size_t)number_in(call->query);
    char *p = ans_arena_alloc(call->cx.arena, n ? n : 1);
    if (!p) {
        ans_http_reply(call, 507, NULL, 0, ANS_STR_NONE);
        return;
    }
    memset(p, 'b', n);
    ans_http_reply(call, 200, NULL, 0, (ans_str){p, n});
}

static inline void keep_call(fixture *f, ans_http_call *call, bool is_held)
{
    (void)pthread_mutex_lock(&f->lock);
    if (is_held) {
        f->held = call;
    } else {
        f->later[f->later_in++ % 1024] = call;
    }
    (void)pthread_cond_broadcast(&f->changed);
    (void)pthread_mutex_unlock(&f->lock);
}

static inline void handle(void *arg, ans_http_call *call)
{
    static char long_value[20000];
    static const ans_http_header split = {{"X", 1}, {"a\r\nSet-Cookie: b", 16}};
    static const ans_http_header huge = {{"X", 1}, {long_value, sizeof long_value}};
    call->user = arg;
    if (ans_str_is(call->path, "/later") || ans_str_is(call->path, "/hold")) {
        keep_call(arg, call, ans_str_is(call->path, "/hold"));
    } else if (ans_str_is(call->path, "/big")) {
        reply_big(call);
    } else if (ans_str_is(call->path, "/status")) {
        ans_http_reply(call, (int)number_in(call->query), NULL, 0, ANS_STR("a body"));
    } else if (ans_str_is(call->path, "/headers")) {
        ans_http_reply(call, 200, &split, 1, ANS_STR("x"));
    } else if (ans_str_is(call->path, "/huge-head")) {
        memset(long_value, 'v', sizeof long_value);
        ans_http_reply(call, 200, &huge, 1, ANS_STR("x"));
    } else {
        reply_echo(call);
    }
}

static inline void *work(void *arg)
{
    fixture *f = arg;
    (void)pthread_mutex_lock(&f->lock);
    while (!f->is_over) {
        if (f->later_in == f->later_out) {
            (void)pthread_cond_wait(&f->changed, &f->lock);
            continue;
        }
        ans_http_call *call = f->later[f->later_out++ % 1024];
        (void)pthread_mutex_unlock(&f->lock);
        reply_echo(call);
        (void)pthread_mutex_lock(&f->lock);
    }
    (void)pthread_mutex_unlock(&f->lock);
    return NULL;
}

static inline void count_logged(void *arg, const ans_http_call *call, int status, size_t bytes_sent)
{
    fixture *f = arg;
    atomic_fetch_add(&f->logged, 1);
    atomic_fetch_add(&f->logged_gone, status == 0);
    atomic_fetch_add(&f->logged_user, call->user != NULL);
    atomic_store(&f->last_status, status);
    atomic_store(&f->last_bytes, bytes_sent);
}

/* ---- its life ---- */

static inline void *run_server(void *arg)
{
    ans_http_run(arg);
    return NULL;
}

/* False when the server could not be opened, which only a test of failing memory expects. */
static inline bool fixture_try_start(fixture *f, ans_http_options options)
{
    *f = (fixture){.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};
    f->arena = ans_arena_new(1 << 20);
    ans_cx cx = {.arena = f->arena};
    options.listen = options.listen.p ? options.listen : ANS_STR("127.0.0.1:0");
    options.handle = handle;
    options.logged = count_logged;
    options.arg = f;
    if (!f->arena || ans_http_open(&cx, &options, &f->server) != ANS_OK) {
        f->arena = ans_arena_free(f->arena);
        return false;
    }
    uint64_t port;
    ans_str address = ans_http_address(f->server);
    assert_true(ans_str_u64(ans_str_from(address, (size_t)ans_str_rfind(address, ':') + 1), &port));
    f->port = (uint16_t)port;
    assert_int_equal(pthread_create(&f->worker, NULL, work, f), 0);
    assert_int_equal(pthread_create(&f->thread, NULL, run_server, f->server), 0);
    return true;
}

static inline void fixture_start(fixture *f, ans_http_options options)
{
    assert_true(fixture_try_start(f, options));
}

static inline void fixture_join(fixture *f)
{
    (void)pthread_join(f->thread, NULL);
}

static inline void fixture_close(fixture *f)
{
    (void)pthread_mutex_lock(&f->lock);
    f->is_over = true;
    (void)pthread_cond_broadcast(&f->changed);
    (void)pthread_mutex_unlock(&f->lock);
    (void)pthread_join(f->worker, NULL);
    ans_http_close(f->server);
    f->arena = ans_arena_free(f->arena);
}

static inline void fixture_stop(fixture *f)
{
    ans_http_stop(f->server, 2000);
    fixture_join(f);
    fixture_close(f);
}

/* The call that /hold keeps, once it has arrived. */
static inline ans_http_call *fixture_take_held(fixture *f)
{
    (void)pthread_mutex_lock(&f->lock);
    while (!f->held) {
        (void)pthread_cond_wait(&f->changed, &f->lock);
    }
    ans_http_call *call = f->held;
    f->held = NULL;
    (void)pthread_mutex_unlock(&f->lock);
    return call;
}

/* Until *counter is at least n, or patience ends. */
static inline bool wait_for(atomic_int *counter, int n)
{
    for (int ms = 0; ms < PATIENCE_MS && atomic_load(counter) < n; ms++) {
        sleep_ms(1);
    }
    return atomic_load(counter) >= n;
}

/* ---- the client ---- */

static inline int client_connect(const fixture *f)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(f->port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int on = 1;
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

/* False when the server has closed meanwhile. */
static inline bool client_send(int fd, ans_str bytes)
{
    while (bytes.n > 0) {
        ssize_t n = send(fd, bytes.p, bytes.n, MSG_NOSIGNAL);
        if (n <= 0) {
            return false;
        }
        bytes = ans_str_from(bytes, (size_t)n);
    }
    return true;
}

#define SEND(fd, lit) assert_true(client_send((fd), ANS_STR(lit)))

/* Bytes now, 0 at the end, -1 on error or when nothing comes within patience. */
static inline ssize_t client_receive(int fd, char *to, size_t room)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    if (poll(&p, 1, PATIENCE_MS) != 1) {
        return -1;
    }
    return recv(fd, to, room, 0);
}

typedef struct reply {
    int status;
    char head[2048];
    char *body; /* heap */
    size_t body_n;
} reply;

static inline void reply_done(reply *r)
{
    ans_free(r->body);
    r->body = NULL;
}

/* One answer; byte by byte in the head, so that nothing of the next one is taken. False when there
 * is none. */
static inline bool client_reply(int fd, bool is_head, reply *out)
{
    *out = (reply){0};
    size_t n = 0;
    while (n < 4 || memcmp(out->head + n - 4, "\r\n\r\n", 4) != 0) {
        if (n == sizeof out->head - 1 || client_receive(fd, out->head + n, 1) != 1) {
            return false;
        }
        n++;
    }
    assert_memory_equal(out->head, "HTTP/1.1 ", 9);
    out->status = atoi(out->head + 9);
    const char *length = strstr(out->head, "Content-Length: ");
    size_t want = length && !is_head ? (size_t)atol(length + 16) : 0;
    out->body = ans_alloc(want + 1);
    assert_non_null(out->body);
    while (out->body_n < want) {
        ssize_t got = client_receive(fd, out->body + out->body_n, want - out->body_n);
        if (got <= 0) {
            reply_done(out);
            return false;
        }
        out->body_n += (size_t)got;
    }
    out->body[want] = '\0';
    return true;
}

/* The next answer has this status and, unless NULL, this body; true when it says that the
 * connection closes. */
static inline bool expect(int fd, int status, const char *body)
{
    reply r;
    if (!client_reply(fd, false, &r)) {
        fail_msg("no answer, wanted %d %s", status, body ? body : "");
    }
    if (r.status != status || (body && strcmp(r.body, body) != 0)) {
        fail_msg("answer %d %s, wanted %d %s", r.status, r.body, status, body ? body : "");
    }
    bool closes = strstr(r.head, "Connection: close\r\n") != NULL;
    reply_done(&r);
    return closes;
}

/* Nothing more comes, and the end is an orderly one. */
static inline void expect_end(int fd)
{
    char c;
    assert_int_equal(client_receive(fd, &c, 1), 0);
    (void)close(fd);
}

#endif
