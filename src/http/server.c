/* The server as a whole: its options, its sockets, its threads.
 *
 * Every loop has a listening socket of its own on the same port (SO_REUSEPORT) and the kernel
 * spreads connections over them. The first socket binds without that option, and only then allows
 * sharing: otherwise a second server of the same user would be let in beside us and each would get
 * half of the requests. */
#include "http/http_int.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#define BACKLOG 1024
#define MAX_LOOPS 64

/* ---- addresses ---- */

typedef union any_address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
} any_address;

static bool parse_address(ans_str listen, any_address *out)
{
    ptrdiff_t colon = ans_str_rfind(listen, ':');
    uint64_t port;
    if (colon <= 0 || !ans_str_u64(ans_str_from(listen, (size_t)colon + 1), &port) ||
        port > 65535) {
        return false;
    }
    ans_str host = ans_str_head(listen, (size_t)colon);
    bool is_v6 = host.p[0] == '[' && host.p[host.n - 1] == ']';
    if (is_v6) {
        host = (ans_str){host.p + 1, host.n - 2};
    }
    if (ans_str_is(host, "localhost")) {
        host = ANS_STR("127.0.0.1");
    }
    char text[INET6_ADDRSTRLEN];
    if (host.n >= sizeof text) {
        return false;
    }
    memcpy(text, host.p, host.n);
    text[host.n] = '\0';
    memset(out, 0, sizeof *out);
    out->any.sa_family = is_v6 ? AF_INET6 : AF_INET;
    if (is_v6) {
        out->v6.sin6_port = htons((uint16_t)port);
        return inet_pton(AF_INET6, text, &out->v6.sin6_addr) == 1;
    }
    out->v4.sin_port = htons((uint16_t)port);
    return inet_pton(AF_INET, text, &out->v4.sin_addr) == 1;
}

static socklen_t address_size(const any_address *a)
{
    return a->any.sa_family == AF_INET6 ? sizeof a->v6 : sizeof a->v4;
}

static void name_address(ans_http_server *server, const any_address *a)
{
    char text[INET6_ADDRSTRLEN] = "";
    if (a->any.sa_family == AF_INET6) {
        (void)inet_ntop(AF_INET6, &a->v6.sin6_addr, text, sizeof text);
        server->is_loopback = IN6_IS_ADDR_LOOPBACK(&a->v6.sin6_addr);
        (void)snprintf(server->address, sizeof server->address, "[%s]:%u", text,
                       (unsigned)ntohs(a->v6.sin6_port));
        return;
    }
    (void)inet_ntop(AF_INET, &a->v4.sin_addr, text, sizeof text);
    server->is_loopback = ntohl(a->v4.sin_addr.s_addr) >> 24 == 127;
    (void)snprintf(server->address, sizeof server->address, "%s:%u", text,
                   (unsigned)ntohs(a->v4.sin_port));
}

/* ---- sockets ---- */

static bool set_flag(int fd, int level, int name)
{
    const int on = 1;
    return setsockopt(fd, level, name, &on, sizeof on) == 0;
}

/* A bound and listening socket, or -1 with errno. address gets the port that was chosen. */
static int listen_at(any_address *address, bool is_first, bool is_shared)
{
    int fd = socket(address->any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return -1;
    }
    socklen_t size = address_size(address);
    bool ok = set_flag(fd, SOL_SOCKET, SO_REUSEADDR) &&
              set_flag(fd, IPPROTO_TCP, TCP_NODELAY) && /* accepted sockets inherit it */
              (address->any.sa_family != AF_INET6 || set_flag(fd, IPPROTO_IPV6, IPV6_V6ONLY)) &&
              (is_first || set_flag(fd, SOL_SOCKET, SO_REUSEPORT)) &&
              bind(fd, &address->any, size) == 0 &&
              (!is_first || !is_shared || set_flag(fd, SOL_SOCKET, SO_REUSEPORT)) &&
              listen(fd, BACKLOG) == 0 && getsockname(fd, &address->any, &size) == 0;
    if (!ok) {
        int saved = errno;
        (void)close(fd);
        errno = saved;
        return -1;
    }
    return fd;
}

static uint32_t or_default(uint32_t value, uint32_t otherwise)
{
    return value ? value : otherwise;
}

static ans_http_options with_defaults(ans_http_options o)
{
    const size_t mib = (size_t)1024 * 1024;
    o.loops = or_default(o.loops, 1);
    o.max_connections = or_default(o.max_connections, 4096);
    o.max_head_bytes = o.max_head_bytes ? o.max_head_bytes : (size_t)32 * 1024;
    o.max_body_bytes = o.max_body_bytes ? o.max_body_bytes : 64 * mib;
    o.max_arena_bytes = o.max_arena_bytes ? o.max_arena_bytes : 512 * mib;
    o.head_timeout_ms = or_default(o.head_timeout_ms, 10000);
    o.body_timeout_ms = or_default(o.body_timeout_ms, 60000);
    o.idle_timeout_ms = or_default(o.idle_timeout_ms, 60000);
    o.call_timeout_ms = or_default(o.call_timeout_ms, 60000);
    return o;
}

/* Often enough for the shortest time limit, rarely enough to cost nothing. */
static int64_t tick_length_us(const ans_http_options *o)
{
    uint32_t shortest = o->head_timeout_ms;
    shortest = o->body_timeout_ms < shortest ? o->body_timeout_ms : shortest;
    shortest = o->idle_timeout_ms < shortest ? o->idle_timeout_ms : shortest;
    uint32_t ms = shortest / 4;
    return (int64_t)(ms < 10 ? 10 : ms > 250 ? 250 : ms) * 1000;
}

static ans_http_loop *new_loop(ans_http_server *server, uint32_t number, any_address *address)
{
    ans_http_loop *loop = ans_alloc(sizeof *loop);
    if (!loop) {
        errno = ENOMEM;
        return NULL;
    }
    memset(loop, 0, sizeof *loop);
    loop->server = server;
    loop->number = number;
    loop->epoll_fd = loop->wake_fd = loop->local_fd = -1;
    loop->listen_fd = listen_at(address, number == 0, server->loop_count > 1);
    if (loop->listen_fd < 0 || !ans_http_loop_open(loop)) {
        int saved = errno;
        ans_http_loop_done(loop);
        ans_free(loop);
        errno = saved;
        return NULL;
    }
    return loop;
}

ans_err ans_http_open(ans_cx *cx, const ans_http_options *options, ans_http_server **out)
{
    ans_http_options o = with_defaults(*options);
    any_address address;
    if (!parse_address(o.listen, &address)) {
        return ans_issue_add(cx, ANS_E_VALUE, ANS_STR_NONE,
                             "the address to listen on is not HOST:PORT or [IPV6]:PORT: %.*s",
                             ANS_FMT(o.listen));
    }
    if (o.loops > MAX_LOOPS || o.max_head_bytes > (size_t)16 * 1024 * 1024 || !o.handle) {
        return ans_issue_add(cx, ANS_E_VALUE, ANS_STR_NONE,
                             "at most %d loops and heads of at most 16 MiB", MAX_LOOPS);
    }
    size_t bytes = sizeof(ans_http_server) + sizeof(ans_http_loop *) * o.loops;
    ans_http_server *server = ans_alloc(bytes);
    if (!server) {
        return ans_issue_add(cx, ANS_E_NOMEM, ANS_STR_NONE, "no memory for the HTTP server");
    }
    memset(server, 0, bytes);
    server->options = o;
    server->loop_count = o.loops;
    server->tick_length_us = tick_length_us(&o);
    for (uint32_t i = 0; i < o.loops; i++) {
        server->loops[i] = new_loop(server, i, &address);
        if (!server->loops[i]) {
            int saved = errno;
            ans_http_close(server);
            return ans_issue_add(cx, saved == EADDRINUSE ? ANS_E_BUSY : ANS_E_IO, ANS_STR_NONE,
                                 "cannot listen on %.*s: %s", ANS_FMT(o.listen), strerror(saved));
        }
    }
    name_address(server, &address);
    *out = server;
    return ANS_OK;
}

ans_err ans_http_listen_local(ans_cx *cx, ans_http_server *server, const char *path)
{
    size_t n = strlen(path) + 1;
    server->local_path = ans_alloc(n);
    if (!server->local_path) {
        return ans_issue_add(cx, ANS_E_NOMEM, ANS_STR_NONE, "no memory for the HTTP server");
    }
    memcpy(server->local_path, path, n);
    int fd = ans_http_local_open(path);
    if (fd < 0 || !ans_http_loop_watch_local(server->loops[0], fd)) {
        return ans_issue_add(cx, ANS_E_IO, ANS_STR_NONE, "cannot listen on %s: %s", path, strerror(errno));
    }
    return ANS_OK;
}

ans_str ans_http_address(const ans_http_server *server)
{
    return ans_str_of(server->address);
}

void ans_http_use_tls(ans_http_server *server, ans_tls *tls)
{
    server->options.tls = tls;
}

bool ans_http_is_loopback(const ans_http_server *server)
{
    return server->is_loopback;
}

/* ---- running ---- */

static void *run_thread(void *arg)
{
    ans_http_loop_run(arg);
    return NULL;
}

void ans_http_run(ans_http_server *server)
{
    sigset_t all, before;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before); /* signals are for the caller's thread */
    uint32_t running = 1;
    while (running < server->loop_count) {
        ans_http_loop *loop = server->loops[running];
        if (pthread_create(&loop->thread, NULL, run_thread, loop) != 0) {
            break;
        }
        running++;
    }
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    for (uint32_t i = running; i < server->loop_count; i++) {
        (void)close(server->loops[i]->listen_fd); /* else the kernel would send it connections */
        server->loops[i]->listen_fd = -1;
    }
    ans_http_loop_run(server->loops[0]);
    for (uint32_t i = 1; i < running; i++) {
        (void)pthread_join(server->loops[i]->thread, NULL);
    }
}

void ans_http_stop(ans_http_server *server, uint32_t grace_ms)
{
    int saved = errno; /* may run inside a signal handler */
    atomic_store(&server->grace_ms, grace_ms);
    atomic_store(&server->is_stopping, true);
    for (uint32_t i = 0; i < server->loop_count; i++) {
        ans_http_loop_wake(server->loops[i]);
    }
    errno = saved;
}

void ans_http_close(ans_http_server *server)
{
    if (!server) {
        return;
    }
    for (uint32_t i = 0; i < server->loop_count; i++) {
        if (server->loops[i]) {
            ans_http_loop_done(server->loops[i]);
            ans_free(server->loops[i]);
        }
    }
    if (server->local_path) {
        (void)unlink(server->local_path);
        ans_free(server->local_path);
    }
    ans_free(server);
}

void ans_http_stats_get(const ans_http_server *server, ans_http_stats *out)
{
    *out = (ans_http_stats){.open = atomic_load(&server->open)};
    for (uint32_t i = 0; i < server->loop_count; i++) {
        const ans_http_loop *loop = server->loops[i];
        out->accepted += atomic_load_explicit(&loop->accepted, memory_order_relaxed);
        out->requests += atomic_load_explicit(&loop->requests, memory_order_relaxed);
        out->refused += atomic_load_explicit(&loop->refused, memory_order_relaxed);
    }
}

ans_str ans_http_header_get(const ans_http_call *call, const char *name)
{
    ans_str wanted = ans_str_of(name);
    for (uint32_t i = 0; i < call->header_count; i++) {
        if (ans_str_ieq(call->headers[i].name, wanted)) {
            return call->headers[i].value;
        }
    }
    return ANS_STR_NONE;
}
