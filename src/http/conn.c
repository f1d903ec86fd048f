/* One connection: its places and how it moves between them.
 *
 *   HEAD -> BODY -> CALL -> WRITE -> HEAD ...
 *                            WRITE -> LINGER: our last words are out, we wait for the peer's FIN
 *
 * The idea: ans_http_conn_go runs the step of the present place again and again until a step says
 * that it would wait. Sockets are registered once, edge-triggered, for reading and writing;
 * can_read remembers what the kernel said last, so a request costs one recv, one send and a share
 * of an epoll_wait. Nothing is read while a call is with the handler: what the peer sends meanwhile
 * stays in the read buffer and in the kernel, and that is all the backpressure there is. */
#include "http/http_int.h"

#include "base/os.h"

#include <linux/sockios.h>
#include <sys/ioctl.h>

/* Requests answered for one connection before the others get their turn. */
#define TURNS 32

ans_http_conn *ans_http_conn_new(ans_http_loop *loop, int fd)
{
    ans_http_conn *conn = ans_alloc(sizeof *conn);
    if (!conn) {
        return NULL;
    }
    *conn = (ans_http_conn){.fd = fd, .loop = loop, .next = loop->conns};
    const ans_http_options *o = &loop->server->options;
    conn->deadline_us = loop->now_us + (int64_t)(o->tls ? o->head_timeout_ms : o->idle_timeout_ms) * 1000;
    if (loop->conns) {
        loop->conns->prev = conn;
    }
    loop->conns = conn;
    loop->conn_count++;
    return conn;
}

static void unlink_conn(ans_http_conn *conn)
{
    ans_http_loop *loop = conn->loop;
    if (conn->prev) {
        conn->prev->next = conn->next;
    } else {
        loop->conns = conn->next;
    }
    if (conn->next) {
        conn->next->prev = conn->prev;
    }
    loop->conn_count--;
    conn->place = ANS_HTTP_DEAD;
    conn->dead_next = loop->dead;
    loop->dead = conn;
}

static void give_job(ans_http_conn *conn, bool is_logged)
{
    const ans_http_options *options = &conn->loop->server->options;
    if (is_logged && options->logged) {
        options->logged(options->arg, &conn->job->call, 0, (size_t)conn->moved);
    }
    ans_http_job_give(conn->job);
    conn->job = NULL;
}

static void give_buffer(ans_http_conn *conn)
{
    if (conn->in) {
        ans_http_buffer_give(conn->loop, conn->in);
    }
    conn->in = NULL;
    conn->in_at = conn->in_n = conn->in_seen = 0;
}

void ans_http_conn_close(ans_http_conn *conn)
{
    if (conn->fd >= 0) {
        ans_http_wire_close(conn);
        atomic_fetch_sub_explicit(&conn->loop->server->open, 1, memory_order_relaxed);
    }
    if (conn->place == ANS_HTTP_CALL) {
        conn->place = ANS_HTTP_GONE; /* the call still points into the read buffer */
        return;
    }
    if (conn->place == ANS_HTTP_GONE || conn->place == ANS_HTTP_DEAD) {
        return;
    }
    if (conn->job) {
        give_job(conn, conn->place == ANS_HTTP_WRITE);
    }
    ans_free(conn->out_own);
    conn->out_own = NULL;
    give_buffer(conn);
    unlink_conn(conn);
}

void ans_http_conn_refuse(ans_http_conn *conn, int status, const char *reason)
{
    if (!conn->job) {
        conn->job = ans_http_job_take(conn->loop, conn);
    }
    if (!conn->job) {
        ans_http_conn_close(conn);
        return;
    }
    ans_http_reply_refusal(conn->job, status, reason);
    ans_http_conn_send(conn);
}

/* An idle connection keeps nothing but itself. */
static void rest(ans_http_conn *conn)
{
    const ans_http_options *options = &conn->loop->server->options;
    if (conn->place == ANS_HTTP_LINGER) {
        give_buffer(conn);
    }
    if (conn->place != ANS_HTTP_HEAD) {
        return;
    }
    if (conn->in_at == conn->in_n) {
        give_buffer(conn);
        conn->deadline_us = conn->loop->now_us + (int64_t)options->idle_timeout_ms * 1000;
    } else if (!conn->has_started) {
        conn->has_started = true;
        conn->deadline_us = conn->loop->now_us + (int64_t)options->head_timeout_ms * 1000;
    }
}

void ans_http_conn_go(ans_http_conn *conn)
{
    ans_http_loop *loop = conn->loop;
    bool goes_on = true;
    for (int turns = 0; goes_on && turns < TURNS * 4; turns++) {
        switch (conn->place) {
        case ANS_HTTP_HEAD:
            goes_on = ans_http_step_head(conn);
            break;
        case ANS_HTTP_BODY:
            goes_on = ans_http_step_body(conn);
            break;
        case ANS_HTTP_WRITE:
            goes_on = ans_http_step_write(conn);
            break;
        case ANS_HTTP_LINGER:
            goes_on = ans_http_step_linger(conn);
            break;
        case ANS_HTTP_CALL:
        case ANS_HTTP_GONE:
        case ANS_HTTP_DEAD:
            goes_on = false;
            break;
        }
    }
    if (goes_on && !conn->is_again) {
        conn->is_again = true;
        conn->again_next = loop->again;
        loop->again = conn;
    }
    rest(conn);
}

void ans_http_conn_answer(ans_http_conn *conn)
{
    if (conn->place == ANS_HTTP_GONE) {
        give_job(conn, true);
        give_buffer(conn);
        unlink_conn(conn);
        return;
    }
    ans_http_conn_send(conn);
    ans_http_conn_go(conn);
}

/* ---- clocks ---- */

static int64_t window_length_us(const ans_http_conn *conn)
{
    return (int64_t)conn->loop->server->options.body_timeout_ms * 1000 / 4;
}

void ans_http_conn_start_window(ans_http_conn *conn)
{
    conn->moved = 0;
    conn->window_bytes = 0;
    conn->window_us = conn->loop->now_us + window_length_us(conn);
}

/* Bytes the peer has sent us, or has taken from us: what still waits in the kernel's send queue
 * does not count, else a large queue would hide a slow reader and punish a steady one. */
static uint64_t bytes_through(const ans_http_conn *conn)
{
    int queued = 0;
    if (conn->place == ANS_HTTP_WRITE && ioctl(conn->fd, SIOCOUTQ, &queued) != 0) {
        queued = 0;
    }
    return conn->moved > (uint64_t)queued ? conn->moved - (uint64_t)queued : 0;
}

/* The rate rule: 1 KiB per second, on the average of each window. */
static bool is_too_slow(ans_http_conn *conn)
{
    if (conn->loop->now_us < conn->window_us) {
        return false;
    }
    uint64_t through = bytes_through(conn);
    uint64_t wanted = conn->window_bytes + 1024 * (uint64_t)window_length_us(conn) / 1000000;
    conn->window_bytes = through;
    conn->window_us = conn->loop->now_us + window_length_us(conn);
    return through < wanted;
}

void ans_http_conn_tick(ans_http_conn *conn)
{
    bool is_late = conn->loop->now_us >= conn->deadline_us;
    switch (conn->place) {
    case ANS_HTTP_HEAD:
        if (is_late && conn->has_started) {
            ans_http_conn_refuse(conn, 408, "the head of the request did not arrive in time");
            ans_http_conn_go(conn);
        } else if (is_late) {
            ans_http_conn_close(conn);
        }
        break;
    case ANS_HTTP_BODY:
        if (is_late || is_too_slow(conn)) {
            ans_http_conn_refuse(conn, 408, "the body of the request did not arrive in time");
            ans_http_conn_go(conn);
        }
        break;
    case ANS_HTTP_WRITE:
        if (is_too_slow(conn)) {
            ans_http_conn_close(conn);
        }
        break;
    case ANS_HTTP_LINGER:
        if (is_late) {
            ans_http_conn_close(conn);
        }
        break;
    case ANS_HTTP_CALL:
    case ANS_HTTP_GONE:
    case ANS_HTTP_DEAD:
        break;
    }
}

/* A request that had arrived whole before the stop is still answered, so an idle connection is read
 * once more. */
void ans_http_conn_stop(ans_http_conn *conn)
{
    if (conn->place == ANS_HTTP_HEAD) {
        conn->can_read = true;
        ans_http_conn_go(conn);
    }
    if (conn->place == ANS_HTTP_HEAD || conn->place == ANS_HTTP_LINGER) {
        ans_http_conn_close(conn);
    }
}
