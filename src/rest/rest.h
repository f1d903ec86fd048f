/* The door for programs: FHIR R4 interactions over the store and the search, free of sockets. http hands calls in, `ansinh
 * import` and batch entries come through the same functions.
 *
 * Life of a call: route (loop thread) -> read and vread are answered there; everything else goes to a small pool of threads,
 * each with its own reader. A write is prepared there (parse, canonical bytes, hash, index rows), queued at the store, and
 * answered from the writer's thread after its commit is on disk.
 *
 * spec: http://hl7.org/fhir/R4/http.html */
#ifndef ANS_REST_REST_H
#define ANS_REST_REST_H

#include "auth/who.h"
#include "base/clock.h"
#include "defs/defs.h"
#include "http/http.h"
#include "paper/keep.h"
#include "rest/official.h"
#include "rule/alert.h"
#include "search/search.h"
#include "smart/smart.h"

typedef struct ans_rest ans_rest;

/* A file of the browser application, embedded in the program. */
typedef struct ans_asset {
    const char *path;  /* "/index.html" */
    const char *type;  /* "text/html; charset=utf-8" */
    const uint8_t *bytes;
    size_t n;
    const uint8_t *gzip; /* NULL: not worth it */
    size_t gzip_n;
    bool is_immutable;   /* the name holds a hash: cache for a year */
} ans_asset;

/* The training server beside this one, as the doors of sign-in ask for it. Any thread. */
typedef enum ans_training_state { ANS_TRAINING_OFF, ANS_TRAINING_MAKING, ANS_TRAINING_ON, ANS_TRAINING_FAILED } ans_training_state;
typedef enum ans_training_wish { ANS_TRAINING_NO_WISH, ANS_TRAINING_BEGIN, ANS_TRAINING_ANEW, ANS_TRAINING_END } ans_training_wish;
typedef struct ans_training_status {
    ans_training_state state;
    const char *why; /* FAILED: "disk", "port", "folder", "ended", "proxy" */
    uint32_t port;   /* ON: where it listens, at this server's own address */
} ans_training_status;
typedef struct ans_training {
    void *arg;
    void (*status)(void *arg, ans_training_status *out);
    void (*want)(void *arg, ans_training_wish wish); /* done by and by: status says how it goes */
} ans_training;

/* What one caller may have. 0: as much as there is. */
typedef struct ans_rest_limits {
    uint32_t per_account, per_program, per_address; /* requests a second; a minute's worth at once */
    uint64_t program_day_bytes;                     /* bytes that a program account may write in a day */
    uint64_t disk_reserve_bytes;                    /* with less than this free nothing new is written */
} ans_rest_limits;

typedef struct ans_rest_options {
    ans_store *store;
    ans_search *search;
    ans_defs *defs; /* profiles, codes, forms; NULL: operations on them are not offered and nothing is validated */
    const char *views_path; /* of the kept views' tables; NULL: there are none */
    ans_orgs *orgs; /* NULL: operations on organisations are not offered */
    /* Sign-in: all of them, or none (--auth off: whoever reaches the address may do everything). */
    ans_accounts *accounts;
    ans_gate *gate;
    ans_audit *audit;
    ans_smart *smart;         /* NULL: programs of others are not let in */
    bool may_fetch_loopback;  /* keys of programs may lie on this machine itself: for tests */
    ans_alerts *alerts;      /* NULL: nobody asks the rules */
    ans_rest_limits limits;
    ans_clock *clock;        /* NULL: it is believed */
    const ans_training *training; /* NULL: none can be asked for */
    bool is_training;         /* this is one: its cookies have another name, and its pages say so */
    ans_str training_logins;  /* of such a one: JSON, who may sign in; empty: nothing is said */
    const ans_lists *lists;  /* NULL: official lists are not taken */
    const ans_packs *packs;  /* NULL: no 24-hour packs are made */
    const char *data_dir;    /* whose disk is watched; NULL: none is */
    ans_str validate;        /* what is written: "warn,Observation=reject"; empty: form */
    uint32_t threads;        /* of the pool; 0: 2 */
    uint32_t loops;          /* loop threads that will call ans_rest_handle; 0: 1 */
    uint32_t max_waiting;    /* calls in the pool's queue before 503; 0: 1024 */
    const char *version;     /* of the program */
    ans_str base_url;        /* "https://example.org/fhir"; empty: from the Host header */
    bool is_https;           /* the server itself speaks TLS */
    bool is_https_only;      /* and browsers may be told never to try without (a certificate that others vouch for) */
    const ans_asset *assets;
    uint32_t asset_count;
    bool log_requests;
} ans_rest_options;

ANS_MUST_USE ans_err ans_rest_new(ans_cx *cx, const ans_rest_options *options, ans_rest **out);
/* Lets running jobs finish, then ends the pool. Before the store closes. */
void ans_rest_free(ans_rest *rest);

/* For ans_http_options: handle, logged, refusal_body (arg is the ans_rest). */
void ans_rest_handle(void *rest, ans_http_call *call);
void ans_rest_logged(void *rest, const ans_http_call *call, int status, size_t bytes_sent);
ans_str ans_rest_refusal(void *rest, int status, const char *reason, ans_str *content_type, ans_arena *arena);
/* Figures of the HTTP server for /metrics, once it exists. */
void ans_rest_set_http(ans_rest *rest, const ans_http_server *server);

/* ---- without sockets ---- */

typedef struct ans_rest_answer {
    int status;
    ans_str body;       /* resource or OperationOutcome; may be empty */
    ans_str etag, location, last_modified;
} ans_rest_answer;

/* One call below /auth by the owner of the data folder (ANS_WHO_LOCAL), done at once: for the command line without a server.
 * Leaves its entry in the audit (NULL: none is kept), on disk when this returns. smart may be NULL where nothing is asked of it.
 * What would answer with the state of a browser's session has no body here.
 * owns     out->body in cx->arena */
ANS_MUST_USE ans_err ans_rest_sign_local(ans_cx *cx, ans_accounts *accounts, ans_smart *smart, ans_audit *audit, ans_str method,
                                         ans_str path, ans_str body, ans_rest_answer *out);

/* Apply a Bundle (transaction, batch, or collection: its resources are put one by one in one transaction) or one
 * resource (put under its own id), and wait for the commit. Not on the writer's thread.
 * owns     out->body in cx->arena
 * errors   as the interaction's; the issues say which entry */
ANS_MUST_USE ans_err ans_rest_apply(ans_rest *rest, ans_cx *cx, ans_str body, ans_rest_answer *out);

/* One interaction as somebody, and wait for it: what a call over HTTP does, without a socket. The path is below the base:
 * "Patient/1", "Observation", "" for a Bundle. Not on the writer's thread.
 * owns     out in cx->arena; an error of the interaction is an answer, not an error of this function */
typedef struct ans_rest_question {
    ans_str method, path, query, body;
    ans_str if_match, if_none_match, if_none_exist, prefer;
    bool is_inner; /* a reading of the program for itself, shown to nobody: it leaves no entry in the audit */
} ans_rest_question;
ANS_MUST_USE ans_err ans_rest_ask(ans_rest *rest, ans_cx *cx, const ans_who *who, const ans_rest_question *question,
                                  ans_rest_answer *out);

/* The same in two steps, for import: prepare on one thread, have it committed later. The txn is complete but for done and
 * arg. A batch becomes one transaction here; when it fails, ans_rest_apply does its entries one by one. done may say ANS_E_RETRY (a condition of the Bundle moved because an earlier one landed): prepare the same body again.
 * wait is called when a conditional reference finds nothing, so that earlier transactions in flight can land first; it returns
 * false when none is left to wait for. */
typedef struct ans_rest_wait {
    bool (*wait)(void *arg);
    void *arg;
} ans_rest_wait;
ANS_MUST_USE ans_err ans_rest_prepare(ans_rest *rest, ans_cx *cx, ans_reader *rd, ans_str body,
                                      const ans_rest_wait *wait, ans_txn *out);

#endif
