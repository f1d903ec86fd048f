/* Writing answers: head and body in one sendmsg where the socket takes them; the rest when it has
 * room again.
 *
 * A connection that ends after an answer while the peer may still be sending is not closed at once:
 * closing a socket with unread bytes sends a reset, which can destroy the answer before the peer
 * has read it. So we send our FIN, throw away what comes, and close at the peer's FIN, after a few
 * seconds, or after one largest body. */
#include "http/http_int.h"

#include <errno.h>

#define LINGER_US ((int64_t)5 * 1000000)

static bool may_have_body(const ans_http_job *job)
{
    return job->status != 204 && job->status != 304 && !ans_str_is(job->call.method, "HEAD");
}

/* The server's flag and not the loop's: an answer given after ans_http_stop is then always the
 * last. */
static bool is_stopping(const ans_http_conn *conn)
{
    return atomic_load_explicit(&conn->loop->server->is_stopping, memory_order_relaxed);
}

static void end_conn(ans_http_conn *conn, bool may_have_unread)
{
    if (!may_have_unread || is_stopping(conn) || !ans_http_wire_shut(conn)) {
        ans_http_conn_close(conn);
        return;
    }
    conn->place = ANS_HTTP_LINGER;
    conn->deadline_us = conn->loop->now_us + LINGER_US;
    conn->moved = 0;
}

/* The answer is out. */
static void finish(ans_http_conn *conn)
{
    ans_http_job *job = conn->job;
    const ans_http_options *options = &conn->loop->server->options;
    if (options->logged) {
        options->logged(options->arg, &job->call, job->status, (size_t)conn->moved);
    }
    bool keep_alive = job->keep_alive && !is_stopping(conn);
    bool may_have_unread = job->is_refusal || conn->can_read;
    ans_free(conn->out_own);
    conn->out_own = NULL;
    conn->job = NULL;
    ans_http_job_give(job);
    conn->in_at = conn->next_at;
    conn->in_seen = 0;
    conn->has_started = false;
    conn->place = ANS_HTTP_HEAD;
    if (conn->in_at == conn->in_n) {
        conn->in_at = conn->in_n = 0;
    }
    if (!keep_alive) {
        end_conn(conn, may_have_unread || conn->in_n > 0);
    }
}

/* Write on from head[0..head_n) and out_body; true when all of it is out. Advances conn->moved and
 * what is passed. */
static bool write_some(ans_http_conn *conn, ans_str *head)
{
    while (head->n + conn->out_body.n > 0) {
        ssize_t n = ans_http_wire_write(conn, *head, conn->out_body);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            return false;
        }
        if (n < 0) {
            ans_http_conn_close(conn);
            return false;
        }
        size_t of_head = (size_t)n < head->n ? (size_t)n : head->n;
        if (of_head > 0) {
            *head = ans_str_from(*head, of_head);
        }
        if ((size_t)n > of_head) {
            conn->out_body = ans_str_from(conn->out_body, (size_t)n - of_head);
        }
        conn->moved += (uint64_t)n;
    }
    return true;
}

void ans_http_conn_send(ans_http_conn *conn)
{
    ans_http_loop *loop = conn->loop;
    ans_http_job *job = conn->job;
    job->keep_alive = job->keep_alive && !is_stopping(conn);
    ans_str head = {loop->scratch, ans_http_reply_head(loop, job)};
    conn->place = ANS_HTTP_WRITE;
    conn->out_body = may_have_body(job) ? job->reply_body : ANS_STR_NONE;
    ans_http_conn_start_window(conn);
    if (write_some(conn, &head)) {
        finish(conn);
        return;
    }
    if (conn->place == ANS_HTTP_DEAD || head.n == 0) {
        return;
    }
    conn->out_own = ans_alloc(head.n); /* the scratch buffer is everybody's */
    if (!conn->out_own) {
        ans_http_conn_close(conn);
        return;
    }
    memcpy(conn->out_own, head.p, head.n);
    conn->out_at = 0;
    conn->out_n = head.n;
}

bool ans_http_step_write(ans_http_conn *conn)
{
    ans_str head = ANS_STR_NONE;
    if (conn->out_own) {
        head = (ans_str){conn->out_own + conn->out_at, conn->out_n - conn->out_at};
    }
    bool is_out = write_some(conn, &head);
    if (conn->place == ANS_HTTP_DEAD) {
        return false;
    }
    conn->out_at = conn->out_n - head.n;
    if (is_out) {
        finish(conn);
    }
    return is_out;
}

bool ans_http_step_linger(ans_http_conn *conn)
{
    ans_http_loop *loop = conn->loop;
    ssize_t n = ans_http_conn_receive(conn, loop->scratch, sizeof loop->scratch);
    if (n > 0 && conn->moved > loop->server->options.max_body_bytes + 1024 * 1024) {
        ans_http_conn_close(conn);
        return false;
    }
    return n > 0;
}
