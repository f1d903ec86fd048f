/* One event loop: epoll over its own listening socket, its own connections and one eventfd.
 *
 * Answers given by other threads come in through a lock-free stack that the loop takes whole, and
 * at most one write to the eventfd while the loop sleeps. The order that makes this safe: the loop
 * first says that it is asleep and then looks at the stack; a pusher first pushes and then looks
 * whether the loop is asleep. One of the two sees the other. */
#include "http/http_int.h"

#include "base/os.h"

#include <assert.h>
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#define EVENTS 64
#define ACCEPTS_PER_ROUND 64
/* Connections over the limit that are told so; more are closed without a word. */
#define TOLD_OVER_LIMIT 64

static _Thread_local ans_http_loop *current_loop;

void ans_http_loop_count(atomic_uint_fast64_t *counter)
{
    /* One writer: no locked instruction needed. */
    atomic_store_explicit(counter, atomic_load_explicit(counter, memory_order_relaxed) + 1,
                          memory_order_relaxed);
}

static bool watch(ans_http_loop *loop, int op, int fd, uint32_t what, void *tag)
{
    struct epoll_event event = {.events = what, .data.ptr = tag};
    return epoll_ctl(loop->epoll_fd, op, fd, &event) == 0;
}

bool ans_http_loop_open(ans_http_loop *loop)
{
    loop->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    loop->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    return loop->epoll_fd >= 0 && loop->wake_fd >= 0 &&
           watch(loop, EPOLL_CTL_ADD, loop->wake_fd, EPOLLIN, &loop->wake_fd) &&
           watch(loop, EPOLL_CTL_ADD, loop->listen_fd, EPOLLIN, &loop->listen_fd);
}

bool ans_http_loop_watch_local(ans_http_loop *loop, int fd)
{
    loop->local_fd = fd;
    return watch(loop, EPOLL_CTL_ADD, fd, EPOLLIN, &loop->local_fd);
}

void ans_http_loop_wake(ans_http_loop *loop)
{
    const uint64_t one = 1;
    ssize_t n = write(loop->wake_fd, &one, sizeof one);
    (void)n; /* it fails only when the counter is full, and then the loop is awake */
}

/* ---- answers ---- */

void ans_http_reply(ans_http_call *call, int status, const ans_http_header *headers,
                    uint32_t header_count, ans_str body)
{
    ans_http_job *job = call->conn_;
    ans_http_loop *loop = job->loop;
    assert(status >= 200 && status <= 599);
    assert(job->status == 0); /* answered once */
    job->status = status;
    job->reply_headers = headers;
    job->reply_header_count = header_count;
    job->reply_body = body;
    if (current_loop == loop && loop->handling == job) {
        loop->is_answered = true;
        return;
    }
    job->next = atomic_load_explicit(&loop->replies, memory_order_relaxed);
    while (!atomic_compare_exchange_weak(&loop->replies, &job->next, job)) {
    }
    if (atomic_load(&loop->is_asleep) && atomic_exchange(&loop->is_asleep, false)) {
        ans_http_loop_wake(loop);
    }
}

static void take_replies(ans_http_loop *loop)
{
    ans_http_job *newest = atomic_exchange(&loop->replies, NULL);
    ans_http_job *oldest = NULL;
    while (newest) {
        ans_http_job *next = newest->next;
        newest->next = oldest;
        oldest = newest;
        newest = next;
    }
    while (oldest) {
        ans_http_job *next = oldest->next;
        ans_http_conn_answer(oldest->conn);
        oldest = next;
    }
}

/* ---- connections ---- */

static void close_new(ans_http_loop *loop, int fd)
{
    (void)close(fd);
    atomic_fetch_sub_explicit(&loop->server->open, 1, memory_order_relaxed);
}

typedef union peer_address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
} peer_address;

static void name_peer(ans_http_conn *conn, const peer_address *peer)
{
    if (peer->any.sa_family == AF_INET) {
        (void)inet_ntop(AF_INET, &peer->v4.sin_addr, conn->peer, sizeof conn->peer);
    } else if (peer->any.sa_family == AF_INET6) {
        (void)inet_ntop(AF_INET6, &peer->v6.sin6_addr, conn->peer, sizeof conn->peer);
    }
}

static void add_conn(ans_http_loop *loop, int fd, bool is_local, const peer_address *peer)
{
    ans_http_server *server = loop->server;
    uint32_t before = atomic_fetch_add_explicit(&server->open, 1, memory_order_relaxed);
    ans_http_loop_count(&loop->accepted);
    if (before >= server->options.max_connections + TOLD_OVER_LIMIT) {
        close_new(loop, fd);
        return;
    }
    ans_http_conn *conn = ans_http_conn_new(loop, fd);
    if (!conn) {
        close_new(loop, fd);
        return;
    }
    conn->is_local = is_local;
    if (!is_local) {
        name_peer(conn, peer);
    }
    if (!watch(loop, EPOLL_CTL_ADD, fd, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, conn)) {
        ans_http_conn_close(conn);
        return;
    }
    if (before >= server->options.max_connections) {
        ans_http_conn_refuse(conn, 503, "too many connections, try again");
        ans_http_conn_go(conn);
    }
}

/* False when there is nothing left to accept for now. */
static bool accept_one(ans_http_loop *loop)
{
    peer_address peer = {0};
    socklen_t size = sizeof peer;
    int fd = accept4(loop->listen_fd, &peer.any, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) {
        add_conn(loop, fd, false, &peer);
        return true;
    }
    if (errno == EINTR || errno == ECONNABORTED) {
        return true;
    }
    if (errno != EAGAIN && errno != EWOULDBLOCK) {
        /* No descriptors or no memory: the socket stays readable and would spin; look again at the
         * next tick. */
        loop->is_listen_paused = watch(loop, EPOLL_CTL_MOD, loop->listen_fd, 0, &loop->listen_fd);
    }
    return false;
}

/* The Unix socket: rare calls of the command line. One at a time; level-triggered, so the next one is told again. */
static void accept_local(ans_http_loop *loop)
{
    int fd = accept4(loop->local_fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) {
        return;
    }
    if (!ans_http_local_is_own(fd)) {
        (void)close(fd);
        return;
    }
    add_conn(loop, fd, true, NULL);
}

static void accept_some(ans_http_loop *loop)
{
    int n = 0;
    while (n < ACCEPTS_PER_ROUND && accept_one(loop)) {
        n++;
    }
}

static void on_event(ans_http_loop *loop, const struct epoll_event *event)
{
    if (event->data.ptr == &loop->wake_fd) {
        uint64_t count;
        ssize_t n = read(loop->wake_fd, &count, sizeof count);
        (void)n; /* only its readiness mattered */
        return;
    }
    if (event->data.ptr == &loop->listen_fd) {
        accept_some(loop);
        return;
    }
    if (event->data.ptr == &loop->local_fd) {
        accept_local(loop);
        return;
    }
    ans_http_conn *conn = event->data.ptr;
    if (conn->place == ANS_HTTP_DEAD || conn->place == ANS_HTTP_GONE) {
        return; /* closed earlier in this round */
    }
    bool is_reset = event->events & EPOLLERR;
    bool is_hung_up =
        event->events & EPOLLHUP; /* both directions are shut; there may be bytes left to read */
    if (is_reset || (is_hung_up && conn->place == ANS_HTTP_CALL)) {
        ans_http_conn_close(conn);
        return;
    }
    conn->is_half = conn->is_half || is_hung_up || (event->events & EPOLLRDHUP);
    /* a handshake may wait to write before it can read */
    conn->can_read = conn->can_read || conn->is_half || conn->tls || (event->events & EPOLLIN);
    ans_http_conn_go(conn);
}

static void run_again(ans_http_loop *loop)
{
    ans_http_conn *conn = loop->again;
    loop->again = NULL;
    while (conn) {
        ans_http_conn *next = conn->again_next;
        conn->is_again = false;
        ans_http_conn_go(conn);
        conn = next;
    }
}

/* Free the dead; one that still waits for its turn in the again list stays until it has had it. */
static void bury(ans_http_loop *loop)
{
    ans_http_conn *conn = loop->dead;
    loop->dead = NULL;
    while (conn) {
        ans_http_conn *next = conn->dead_next;
        if (conn->is_again) {
            conn->dead_next = loop->dead;
            loop->dead = conn;
        } else {
            ans_free(conn);
        }
        conn = next;
    }
}

static void each_conn(ans_http_loop *loop, void (*visit)(ans_http_conn *conn))
{
    ans_http_conn *conn = loop->conns;
    while (conn) {
        ans_http_conn *next = conn->next; /* a visit takes away no other connection */
        visit(conn);
        conn = next;
    }
}

/* ---- time ---- */

static void tick(ans_http_loop *loop)
{
    if (loop->now_us < loop->tick_us) {
        return;
    }
    loop->tick_us = loop->now_us + loop->server->tick_length_us;
    each_conn(loop, ans_http_conn_tick);
    ans_http_pools_trim(loop, false);
    if (loop->is_listen_paused) {
        loop->is_listen_paused =
            !watch(loop, EPOLL_CTL_MOD, loop->listen_fd, EPOLLIN, &loop->listen_fd);
    }
}

/* How long epoll may wait; says that we are asleep before it looks at what others may have pushed.
 */
static int fall_asleep(ans_http_loop *loop)
{
    atomic_store(&loop->is_asleep, true);
    if (loop->again || loop->dead || atomic_load(&loop->replies)) {
        return 0;
    }
    bool is_at_rest = loop->conn_count == 0 && loop->buffers.n == 0 && loop->jobs.n == 0 &&
                      !loop->is_listen_paused && !loop->is_stopping;
    if (is_at_rest) {
        return -1;
    }
    int64_t left_us = loop->tick_us - ans_mono_us();
    return left_us > 0 ? (int)(left_us / 1000 + 1) : 0;
}

/* ---- stop ---- */

static void begin_stop(ans_http_loop *loop)
{
    loop->is_stopping = true;
    loop->stop_began_us = loop->now_us;
    while (accept_one(loop)) {
        /* who got through the door before it closed is still heard */
    }
    (void)close(loop->listen_fd);
    loop->listen_fd = -1;
    if (loop->local_fd >= 0) {
        (void)close(loop->local_fd);
        loop->local_fd = -1;
    }
    loop->is_listen_paused = false;
    each_conn(loop, ans_http_conn_stop);
}

static bool is_finished(const ans_http_loop *loop)
{
    int64_t grace_us = (int64_t)atomic_load(&loop->server->grace_ms) * 1000;
    return loop->is_stopping &&
           (loop->conn_count == 0 || loop->now_us - loop->stop_began_us >= grace_us);
}

void ans_http_loop_run(ans_http_loop *loop)
{
    current_loop = loop;
    loop->now_us = ans_mono_us();
    while (!is_finished(loop)) {
        struct epoll_event events[EVENTS];
        int n = epoll_wait(loop->epoll_fd, events, EVENTS, fall_asleep(loop));
        atomic_store(&loop->is_asleep, false);
        loop->now_us = ans_mono_us();
        for (int i = 0; i < n; i++) {
            on_event(loop, &events[i]);
        }
        take_replies(loop);
        run_again(loop);
        tick(loop);
        if (atomic_load(&loop->server->is_stopping) && !loop->is_stopping) {
            begin_stop(loop);
        }
        bury(loop);
    }
    each_conn(loop, ans_http_conn_close);
    current_loop = NULL;
}

static void free_left_over(ans_http_conn *conn)
{
    ans_http_conn_close(conn);
    if (conn->place == ANS_HTTP_GONE) {
        ans_http_conn_answer(conn); /* nobody answered, and by contract nobody will */
    }
}

void ans_http_loop_done(ans_http_loop *loop)
{
    each_conn(loop, ans_http_conn_close);
    take_replies(loop);
    each_conn(loop, free_left_over);
    run_again(loop);
    bury(loop);
    ans_http_pools_trim(loop, true);
    const int fds[] = {loop->listen_fd, loop->local_fd, loop->wake_fd, loop->epoll_fd};
    for (size_t i = 0; i < sizeof fds / sizeof *fds; i++) {
        if (fds[i] >= 0) {
            (void)close(fds[i]);
        }
    }
}
