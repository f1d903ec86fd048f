/* HTTP/1.1 for one small server: sockets, framing, limits. Never heard of FHIR.
 *
 * n event loops (epoll, one thread each, SO_REUSEPORT) own their connections and never block. A
 * request whose head and body have arrived whole is handed to the handler on its loop thread. The
 * handler answers at once (cheap reads) or keeps the call and answers later from any thread;
 * replies cross back by a queue and one wake-up per loop. Keep-alive and pipelining are kept in
 * order. The framer is strict: what two readers could understand differently is refused with a 4xx
 * and the connection is closed (RFC 9112; docs/security.md). */
#ifndef ANS_HTTP_HTTP_H
#define ANS_HTTP_HTTP_H

#include "base/cx.h"
#include "http/tls.h"

typedef struct ans_http_server ans_http_server;

typedef struct ans_http_header {
    ans_str name; /* as received; compare without case */
    ans_str value;
} ans_http_header;

typedef struct ans_http_call {
    ans_cx cx; /* arena with a cap; request id; deadline. Reset after the reply has been written */
    ans_str method; /* "GET" */
    ans_str target; /* as received: "/fhir/Patient?name=a" */
    ans_str path;   /* percent-decoded, without query: UTF-8, no control bytes, no dot segments */
    ans_str query;  /* behind '?', still encoded */
    const ans_http_header *headers;
    uint32_t header_count;
    ans_str body; /* whole; Content-Encoding: gzip is left to the handler */
    ans_str host;
    ans_str peer;  /* address of the other side, without port: "127.0.0.1"; empty when is_local */
    bool is_local; /* came through ans_http_listen_local, from a process of the same user */
    int64_t arrived_us; /* ans_mono_us when the request was whole */
    uint32_t loop;      /* number of the loop thread, from 0: index for per-loop readers */
    void *user;         /* for the handler */
    /* private */
    void *conn_;
} ans_http_call;

/* First header of that name, or p = NULL. */
ans_str ans_http_header_get(const ans_http_call *call, const char *name);

/* Answer. Any thread, exactly once per call. Headers and body must live in call->cx.arena or be
 * constant; they are sent before the arena is reset. Content-Length, Date and Connection are added:
 * do not give them. For HEAD the body is counted and not sent. status 204 and 304 send no body.
 * Headers over 16 KiB, or with control bytes, become a 500. */
void ans_http_reply(ans_http_call *call, int status, const ans_http_header *headers,
                    uint32_t header_count, ans_str body);

typedef struct ans_http_options {
    ans_str listen;           /* "127.0.0.1:8080", "[::1]:0"; port 0: any */
    ans_tls *tls;             /* NULL: plain HTTP; lives longer than the server */
    uint32_t loops;           /* 0: one */
    uint32_t max_connections; /* 0: 4096; one more is answered 503 and closed */
    size_t max_head_bytes;    /* 0: 32 KiB -> 431 */
    size_t max_body_bytes;    /* 0: 64 MiB -> 413, before reading it */
    size_t max_arena_bytes;   /* 0: 512 MiB, per call */
    uint32_t head_timeout_ms; /* 0: 10 s for a whole head -> 408 and close */
    uint32_t body_timeout_ms; /* 0: 60 s for a whole body, and at least 1 KiB/s */
    uint32_t idle_timeout_ms; /* 0: 60 s between requests */
    uint32_t call_timeout_ms; /* 0: 60 s: becomes cx.deadline_us */
    void (*handle)(void *arg, ans_http_call *call);
    void *arg;
    /* After the reply was written or the peer went away: the one place to log a request. status 0:
     * peer went first. Also for refusals: then user is NULL, and method, target and path are empty
     * when the head could not be read. */
    void (*logged)(void *arg, const ans_http_call *call, int status, size_t bytes_sent);
    /* Optional: the body of a refusal the framer makes itself (a 4xx or 503; the handler never saw
     * the call). Without it, or when it returns p = NULL: reason as text/plain. reason is one
     * constant sentence. Loop threads. */
    ans_str (*refusal_body)(void *arg, int status, const char *reason, ans_str *content_type,
                            ans_arena *arena);
} ans_http_options;

/* Bind and listen (start accepting with ans_http_run).
 * errors   ANS_E_VALUE listen cannot be read; ANS_E_BUSY the port is taken; ANS_E_IO */
ANS_MUST_USE ans_err ans_http_open(ans_cx *cx, const ans_http_options *options,
                                   ans_http_server **out);
/* Also listen on a Unix socket at path (mode 0600; one left over from before is replaced, so the caller holds whatever lock says
 * that no other server uses it). Only processes of the same user, or of root, are let in. Removed again by
 * ans_http_close. After open, before run.
 * errors   ANS_E_IO */
ANS_MUST_USE ans_err ans_http_listen_local(ans_cx *cx, ans_http_server *server, const char *path);
/* The other end, for the command line: a connected blocking socket, or -1 with errno (ENOENT, ECONNREFUSED: no server). */
int ans_http_local_connect(const char *path);
/* "127.0.0.1:41873": the address bound to; lives as long as the server. */
ans_str ans_http_address(const ans_http_server *server);
/* options.tls, when it is known only after the address is taken. Before ans_http_run. */
void ans_http_use_tls(ans_http_server *server, ans_tls *tls);
bool ans_http_is_loopback(const ans_http_server *server);
/* Run the loops; returns after ans_http_stop when every call has been answered or grace_ms have
 * passed. A handler's thread may still answer a left-over call after that; ans_http_reply must have
 * returned everywhere before ans_http_close. */
void ans_http_run(ans_http_server *server);
/* Stop accepting, close idle connections, let running calls finish. Async-signal-safe, any thread.
 */
void ans_http_stop(ans_http_server *server, uint32_t grace_ms);
void ans_http_close(ans_http_server *server);

typedef struct ans_http_stats {
    uint64_t accepted, open, requests, refused; /* refused: 4xx made by the framer itself */
} ans_http_stats;
void ans_http_stats_get(const ans_http_server *server, ans_http_stats *out);

/* The framer by itself, for its tests and its fuzzer: one request from a byte buffer. */
typedef enum ans_frame_state { ANS_FRAME_MORE, ANS_FRAME_DONE, ANS_FRAME_BAD } ans_frame_state;
typedef struct ans_frame {
    ans_str method, target, host;
    ans_http_header *headers; /* room for max_headers, given by the caller */
    uint32_t header_count, max_headers;
    bool has_length, is_chunked, keep_alive, expect_continue;
    uint64_t content_length;
    size_t head_bytes;  /* bytes of the head with its empty line, when DONE */
    int status;         /* when BAD: 400, 413, 414, 417, 431 or 505 */
    const char *reason; /* when BAD: one constant sentence */
} ans_frame;
ans_frame_state ans_frame_head(ans_str bytes, size_t max_head_bytes, ans_frame *out);
/* Percent-decode a path strictly into the arena; p NULL when it is refused. */
ans_str ans_http_path_decode(ans_arena *arena, ans_str raw);

/* Chunked bodies, piece by piece. Start from a zeroed struct. next takes from the front of *bytes
 * and sets *out_data to the payload found, which may be empty. MORE: call again with what is left,
 * or with more bytes; DONE: what is left belongs to the next request; BAD: reason says why.
 * Extensions and trailers are refused. */
typedef struct ans_chunk {
    uint64_t total;     /* payload bytes announced so far: compare with a limit after each call */
    const char *reason; /* when BAD */
    uint64_t left_;
    uint8_t place_, digits_;
} ans_chunk;
ans_frame_state ans_chunk_next(ans_chunk *chunk, ans_str *bytes, ans_str *out_data);

#endif
