/* Inside of the http room: connection, job and loop, and what its files call in each other.
 *
 * Who owns what. A loop owns its connections; a connection holds a read buffer and a job only while
 * it has something to do and gives both back to the loop's pools when it falls idle, so that an
 * idle connection is one ans_http_conn. A job is one call with its arena; from handle() until
 * ans_http_reply it belongs to the handler and the loop does not look at it. All of it is bound to
 * the loop's thread, except ans_http_reply and ans_http_stop. */
#ifndef ANS_HTTP_INT_H
#define ANS_HTTP_INT_H

#include "http/http.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/types.h>

#define ANS_HTTP_MAX_HEADERS 100
#define ANS_HTTP_REPLY_HEAD_BYTES ((size_t)16 * 1024)
/* Room behind the largest head, so that a body always has somewhere to begin. */
#define ANS_HTTP_SLACK_BYTES ((size_t)4 * 1024)
#define ANS_HTTP_PEER_BYTES 46 /* INET6_ADDRSTRLEN */

typedef struct ans_http_conn ans_http_conn;
typedef struct ans_http_loop ans_http_loop;

typedef struct ans_http_job ans_http_job;
struct ans_http_job {
    ans_http_job *next; /* in the pool, or in the queue of replies */
    ans_http_call call;
    ans_http_conn *conn;
    ans_http_loop *loop;
    uint64_t length;                         /* Content-Length */
    bool is_chunked, keep_alive, is_refusal; /* refusal: made here, the handler never saw it */
    ans_chunk chunk;
    char *body_own; /* heap; for bodies that do not fit behind their head in the read buffer */
    size_t body_n, body_cap;
    int status; /* the answer; 0: none yet */
    const ans_http_header *reply_headers;
    uint32_t reply_header_count;
    ans_str reply_body;
    ans_http_header headers[ANS_HTTP_MAX_HEADERS];
};

/* GONE: the socket is closed, but the handler still has the call. DEAD: to be freed when this round
 * of events is over. */
typedef enum ans_http_place {
    ANS_HTTP_HEAD,
    ANS_HTTP_BODY,
    ANS_HTTP_CALL,
    ANS_HTTP_WRITE,
    ANS_HTTP_LINGER,
    ANS_HTTP_GONE,
    ANS_HTTP_DEAD
} ans_http_place;

struct ans_http_conn {
    int fd;
    ans_tls_conn *tls; /* NULL: plain */
    bool is_greeted;   /* with TLS: the first byte has been looked at */
    ans_http_place place;
    bool can_read;    /* the socket may hold bytes: false only after it said so */
    bool is_half;     /* the peer has sent its FIN; there may still be bytes before it */
    bool is_again;    /* in loop->again */
    bool is_local;    /* came through the Unix socket */
    bool has_started; /* the bytes of a head have begun to come: the head's clock runs */
    uint32_t in_at, in_n, in_seen; /* next unread byte; end; bytes of this head already looked at */
    uint32_t next_at;              /* first byte behind the request being answered */
    char *in;
    ans_http_job *job;
    ans_http_loop *loop;
    ans_http_conn *prev, *next; /* all connections of the loop */
    ans_http_conn *again_next, *dead_next;
    int64_t deadline_us;
    int64_t window_us;     /* end of the current window of the rate rule */
    uint64_t window_bytes; /* moved when the window began */
    uint64_t moved; /* body bytes received, or reply bytes written, or bytes thrown away while
                       lingering */
    char *out_own;  /* rest of a reply head that the socket would not take */
    size_t out_at, out_n;
    ans_str out_body;
    char peer[ANS_HTTP_PEER_BYTES];
};

/* Spare buffers or jobs, last in first out so that the warm one is taken. low: fewest seen since
 * the last trim. */
typedef struct ans_http_pool {
    void *first; /* each spare begins with the pointer to the next one */
    uint32_t n, low;
} ans_http_pool;

struct ans_http_loop {
    ans_http_server *server;
    uint32_t number;
    int epoll_fd, listen_fd, wake_fd, local_fd; /* local_fd: the Unix socket, of the first loop; -1 */
    bool is_listen_paused; /* no descriptors left; tried again at the next tick */
    pthread_t thread;
    ans_http_conn *conns, *again, *dead;
    uint32_t conn_count;
    ans_http_pool buffers, jobs;
    ans_http_job *handling; /* the call handle() is being run for */
    bool is_answered;       /* it was answered before handle() returned */
    bool is_stopping;
    uint64_t sequence; /* of request ids */
    int64_t now_us, tick_us, stop_began_us;
    int64_t date_s;
    char date[32];
    char scratch[ANS_HTTP_REPLY_HEAD_BYTES];
    ans_http_header headers[ANS_HTTP_MAX_HEADERS];
    atomic_uint_fast64_t accepted, requests, refused; /* written by the loop only */
    char apart_[64]; /* what other threads write stands on cache lines of its own */
    _Atomic(ans_http_job *)
        replies;           /* newest first; pushed by any thread, taken whole by the loop */
    atomic_bool is_asleep; /* the pusher must write to wake_fd */
    char apart_too_[64];
};

struct ans_http_server {
    ans_http_options options; /* with the defaults filled in */
    char address[80];
    char *local_path; /* heap */
    bool is_loopback;
    atomic_uint open;
    atomic_bool is_stopping;
    atomic_uint grace_ms;
    int64_t tick_length_us;
    uint32_t loop_count;
    ans_http_loop *loops[];
};

/* path.c */
ans_str ans_http_target_host(ans_str target); /* of http://host/...; p NULL for other forms */
/* A path of a target that decodes to itself, so that it need not be copied; most are. */
bool ans_http_path_is_plain(ans_str raw);
void ans_http_target_split(ans_str target, ans_str *out_path, ans_str *out_query);

/* reply.c */
/* Status line and headers of job's answer into loop->scratch; may turn an answer that cannot be
 * sent into a 500. */
size_t ans_http_reply_head(ans_http_loop *loop, ans_http_job *job);
/* Make job's answer a refusal. */
void ans_http_reply_refusal(ans_http_job *job, int status, const char *reason);

/* local.c: the Unix socket */
int ans_http_local_open(const char *path); /* listening, or -1 with errno */
bool ans_http_local_is_own(int fd);        /* the peer is a process of our user */

/* conn.c */
ans_http_conn *ans_http_conn_new(ans_http_loop *loop, int fd);
/* Go on until it would wait. */
void ans_http_conn_go(ans_http_conn *conn);
/* conn->job has been answered by another thread: send it and go on. */
void ans_http_conn_answer(ans_http_conn *conn);
/* Answer with a refusal and close after it. Follow with ans_http_conn_go where that is not running
 * already. */
void ans_http_conn_refuse(ans_http_conn *conn, int status, const char *reason);
/* Close the socket; the connection stays as GONE while a handler has its call. */
void ans_http_conn_close(ans_http_conn *conn);
/* Look at the clocks. */
void ans_http_conn_tick(ans_http_conn *conn);
/* The server stops: close unless an answer is owed. */
void ans_http_conn_stop(ans_http_conn *conn);
void ans_http_conn_start_window(ans_http_conn *conn);

/* conn_in.c: one step of reading; true: go on at once. */
bool ans_http_step_head(ans_http_conn *conn);
bool ans_http_step_body(ans_http_conn *conn);
/* recv; 0: nothing now; -1: the end, and the connection has been closed. */
ssize_t ans_http_conn_receive(ans_http_conn *conn, char *to, size_t room);

/* The local socket needs none. */
static inline bool ans_http_conn_wants_tls(const ans_http_conn *conn)
{
    return conn->loop->server->options.tls && !conn->is_local;
}

/* wire.c: the socket, with or without TLS. As recv, sendmsg and shutdown. */
ssize_t ans_http_wire_read(ans_http_conn *conn, char *to, size_t room);
/* head, then body; bytes of both together. */
ssize_t ans_http_wire_write(ans_http_conn *conn, ans_str head, ans_str body);
bool ans_http_wire_shut(ans_http_conn *conn);
void ans_http_wire_close(ans_http_conn *conn);

/* conn_out.c */
void ans_http_conn_send(ans_http_conn *conn); /* begin to write conn->job's answer */
bool ans_http_step_write(ans_http_conn *conn);
bool ans_http_step_linger(ans_http_conn *conn);

/* pool.c */
char *ans_http_buffer_take(ans_http_loop *loop);
void ans_http_buffer_give(ans_http_loop *loop, char *buffer);
ans_http_job *ans_http_job_take(ans_http_loop *loop, ans_http_conn *conn);
void ans_http_job_give(ans_http_job *job);
/* Free what was not needed since the last call; everything when all. */
void ans_http_pools_trim(ans_http_loop *loop, bool all);

/* loop.c */
ANS_MUST_USE bool ans_http_loop_open(ans_http_loop *loop);
ANS_MUST_USE bool ans_http_loop_watch_local(ans_http_loop *loop, int fd);
void ans_http_loop_run(ans_http_loop *loop);
void ans_http_loop_wake(ans_http_loop *loop);
/* After the run: take the late answers, free everything. Closes the descriptors. */
void ans_http_loop_done(ans_http_loop *loop);
void ans_http_loop_count(atomic_uint_fast64_t *counter);

#endif
