/* Reading requests: head, body, and the hand-over to the handler.
 *
 * The read buffer holds one largest head and some slack. A body that fits behind its head is used
 * where it lies; a longer or chunked one grows on the heap as its bytes arrive, so memory follows
 * what was sent and never what was promised. */
#include "http/http_int.h"

#include "base/os.h"

#include <errno.h>

#define FIRST_BODY_BYTES ((size_t)64 * 1024)

static size_t head_limit(const ans_http_conn *conn)
{
    return conn->loop->server->options.max_head_bytes;
}

static size_t buffer_size(const ans_http_conn *conn)
{
    return head_limit(conn) + ANS_HTTP_SLACK_BYTES;
}

ssize_t ans_http_conn_receive(ans_http_conn *conn, char *to, size_t room)
{
    while (conn->can_read) {
        ssize_t n = ans_http_wire_read(conn, to, room);
        if (n > 0) {
            /* A short read emptied the socket; new bytes come with a new edge. A FIN does not: then
             * read to the end. With TLS a read is short at the end of a record, too. */
            conn->can_read = (size_t)n == room || conn->is_half || conn->tls;
            conn->moved += (uint64_t)n;
            return n;
        }
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            conn->can_read = false;
        } else if (n == 0 || errno != EINTR) {
            ans_http_conn_close(conn);
            return -1;
        }
    }
    return 0;
}

/* Read into the buffer up to limit; true when bytes came. */
static bool fill(ans_http_conn *conn, size_t limit)
{
    if (!conn->can_read) {
        return false;
    }
    if (!conn->in) {
        conn->in = ans_http_buffer_take(conn->loop);
    }
    if (!conn->in) {
        ans_http_conn_close(conn);
        return false;
    }
    ssize_t n = ans_http_conn_receive(conn, conn->in + conn->in_n, limit - conn->in_n);
    if (n <= 0) {
        return false;
    }
    conn->in_n += (uint32_t)n;
    return true;
}

static void move_to_front(ans_http_conn *conn)
{
    memmove(conn->in, conn->in + conn->in_at, conn->in_n - conn->in_at);
    conn->in_n -= conn->in_at;
    conn->in_at = 0;
}

/* Heads are read only up to head_limit, which leaves the slack for the first bytes of a body. */
static bool fill_head(ans_http_conn *conn)
{
    if (conn->in_n >= head_limit(conn)) {
        move_to_front(conn);
    }
    return fill(conn, head_limit(conn));
}

/* ---- hand over ---- */

static bool hand_over(ans_http_conn *conn, ans_str body)
{
    ans_http_loop *loop = conn->loop;
    const ans_http_options *options = &loop->server->options;
    ans_http_job *job = conn->job;
    job->call.body = body;
    job->call.arrived_us = ans_mono_us();
    job->call.cx.deadline_us = job->call.arrived_us + (int64_t)options->call_timeout_ms * 1000;
    ans_http_loop_count(&loop->requests);
    conn->place = ANS_HTTP_CALL;
    conn->moved = 0;
    loop->handling = job;
    loop->is_answered = false;
    options->handle(options->arg, &job->call);
    loop->handling = NULL;
    if (!loop->is_answered) {
        return false; /* the job may belong to another thread by now */
    }
    ans_http_conn_send(conn);
    return true;
}

/* ---- bodies ---- */

/* Room for more bytes on the heap: at least one, at most max in all. */
static bool grow_body(ans_http_job *job, size_t more, uint64_t max)
{
    size_t want = job->body_n + more;
    if (want <= job->body_cap) {
        return true;
    }
    size_t cap = job->body_cap * 2 > FIRST_BODY_BYTES ? job->body_cap * 2 : FIRST_BODY_BYTES;
    cap = cap < want ? want : cap;
    cap = cap > max ? (size_t)max : cap;
    char *p = ans_realloc(job->body_own, cap);
    if (p) {
        job->body_own = p;
        job->body_cap = cap;
    }
    return p != NULL;
}

static bool refuse_nomem(ans_http_conn *conn)
{
    ans_http_conn_refuse(conn, 503, "out of memory, nothing was done");
    return true;
}

static bool step_long_body(ans_http_conn *conn)
{
    ans_http_job *job = conn->job;
    size_t in_buffer = conn->in_n - conn->next_at;
    if (job->body_n == job->length) {
        return hand_over(conn, (ans_str){job->body_own, job->body_n});
    }
    if (!grow_body(job, in_buffer ? in_buffer : 1, job->length)) {
        return refuse_nomem(conn);
    }
    if (in_buffer) {
        memcpy(job->body_own + job->body_n, conn->in + conn->next_at, in_buffer);
        job->body_n += in_buffer;
        conn->in_n = conn->next_at;
        return true;
    }
    ssize_t n =
        ans_http_conn_receive(conn, job->body_own + job->body_n, job->body_cap - job->body_n);
    if (n <= 0) {
        return false;
    }
    job->body_n += (size_t)n;
    return true;
}

static bool add_data(ans_http_job *job, ans_str data, uint64_t max)
{
    if (data.n == 0) {
        return true;
    }
    if (!grow_body(job, data.n, max)) {
        return false;
    }
    memcpy(job->body_own + job->body_n, data.p, data.n);
    job->body_n += data.n;
    return true;
}

static bool step_chunked(ans_http_conn *conn)
{
    ans_http_job *job = conn->job;
    uint64_t max = conn->loop->server->options.max_body_bytes;
    ans_str bytes = {conn->in + conn->next_at, conn->in_n - conn->next_at};
    ans_frame_state state = ANS_FRAME_MORE;
    while (bytes.n > 0 && state == ANS_FRAME_MORE) {
        ans_str data;
        state = ans_chunk_next(&job->chunk, &bytes, &data);
        if (job->chunk.total > max) {
            ans_http_conn_refuse(conn, 413, "the body is over the size limit");
            return true;
        }
        if (!add_data(job, data, max)) {
            return refuse_nomem(conn);
        }
    }
    if (state == ANS_FRAME_BAD) {
        ans_http_conn_refuse(conn, 400, job->chunk.reason);
        return true;
    }
    if (state == ANS_FRAME_DONE) {
        conn->next_at = conn->in_n - (uint32_t)bytes.n;
        return hand_over(conn, (ans_str){job->body_own, job->body_n});
    }
    conn->in_n = conn->next_at; /* every byte was used */
    return fill(conn, buffer_size(conn));
}

bool ans_http_step_body(ans_http_conn *conn)
{
    ans_http_job *job = conn->job;
    if (job->is_chunked) {
        return step_chunked(conn);
    }
    if (job->body_n > 0 || job->length > buffer_size(conn) - conn->next_at) {
        return step_long_body(conn);
    }
    if (conn->in_n - conn->next_at < job->length) {
        return fill(conn, buffer_size(conn));
    }
    ans_str body = {conn->in + conn->next_at, (size_t)job->length};
    conn->next_at += (uint32_t)job->length;
    return hand_over(conn, body);
}

static void begin_body(ans_http_conn *conn, bool expects_continue)
{
    static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
    conn->place = ANS_HTTP_BODY;
    conn->deadline_us =
        conn->loop->now_us + (int64_t)conn->loop->server->options.body_timeout_ms * 1000;
    ans_http_conn_start_window(conn);
    if (expects_continue && conn->in_n == conn->next_at) {
        /* All earlier answers are out, so the socket takes these bytes; and if it should not, the
         * peer sends its body after a while anyway. */
        (void)ans_http_wire_write(conn, ANS_STR(go_on), ANS_STR_NONE);
    }
}

/* ---- heads ---- */

static bool fill_call(ans_http_conn *conn, const ans_frame *frame)
{
    ans_http_loop *loop = conn->loop;
    ans_http_job *job = conn->job;
    ans_http_call *call = &job->call;
    memcpy(job->headers, frame->headers, sizeof *frame->headers * frame->header_count);
    call->header_count = frame->header_count;
    call->method = frame->method;
    call->target = frame->target;
    call->host = frame->host;
    call->peer = ans_str_of(conn->peer);
    call->is_local = conn->is_local;
    call->cx.request_id = ++loop->sequence * loop->server->loop_count + loop->number;
    job->length = frame->content_length;
    job->is_chunked = frame->is_chunked;
    job->keep_alive = frame->keep_alive;
    ans_str raw;
    ans_http_target_split(call->target, &raw, &call->query);
    bool is_itself = ans_http_path_is_plain(raw) || ans_str_is(raw, "*");
    call->path = is_itself ? raw : ans_http_path_decode(call->cx.arena, raw);
    return call->path.p != NULL;
}

static bool begin_call(ans_http_conn *conn, const ans_frame *frame)
{
    conn->job = ans_http_job_take(conn->loop, conn);
    if (!conn->job) {
        ans_http_conn_close(conn);
        return false;
    }
    if (ans_http_conn_wants_tls(conn) && !conn->tls) {
        conn->next_at = conn->in_n;
        ans_http_conn_refuse(conn, 400, "this address speaks https: write https:// in front of it");
        return true;
    }
    conn->next_at = conn->in_at + (uint32_t)frame->head_bytes;
    conn->has_started = false;
    if (!fill_call(conn, frame)) {
        ans_http_conn_refuse(
            conn, 400,
            "the path cannot be decoded, or has a part that is refused ('.', '..', "
            "%2F, a back slash, a control byte)");
        return true;
    }
    if (frame->content_length > conn->loop->server->options.max_body_bytes) {
        ans_http_conn_refuse(conn, 413, "the body is over the size limit");
        return true;
    }
    if (!frame->is_chunked && frame->content_length == 0) {
        return hand_over(conn, ANS_STR_NONE);
    }
    begin_body(conn, frame->expect_continue);
    return true;
}

/* A head is framed again from its start each time; so look only when its first bytes have come,
 * when another line has ended, or when it is full. A peer that sends byte by byte then costs one
 * pass per line, not one per byte. */
static bool is_worth_a_look(const ans_http_conn *conn)
{
    size_t n = conn->in_n - conn->in_at;
    return n > 0 && (conn->in_seen == 0 || n >= head_limit(conn) ||
                     (n > conn->in_seen &&
                      memchr(conn->in + conn->in_at + conn->in_seen, '\n', n - conn->in_seen)));
}

bool ans_http_step_head(ans_http_conn *conn)
{
    if (conn->in_n > head_limit(conn) && conn->in_at > 0) {
        move_to_front(conn);
    }
    if (!is_worth_a_look(conn)) {
        return fill_head(conn);
    }
    ans_frame frame = {.headers = conn->loop->headers, .max_headers = ANS_HTTP_MAX_HEADERS};
    ans_str bytes = {conn->in + conn->in_at, conn->in_n - conn->in_at};
    switch (ans_frame_head(bytes, head_limit(conn), &frame)) {
    case ANS_FRAME_DONE:
        return begin_call(conn, &frame);
    case ANS_FRAME_BAD:
        conn->next_at = conn->in_n;
        ans_http_conn_refuse(conn, frame.status, frame.reason);
        return true;
    case ANS_FRAME_MORE:
        break;
    }
    conn->in_seen = (uint32_t)bytes.n;
    return fill_head(conn);
}
