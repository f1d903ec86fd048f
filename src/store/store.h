/* The keeping room: every version of every resource, its index rows and the log, atomically. It knows bytes, not FHIR.
 *
 * Ideas.
 * - A logical resource is (type, id) and owns a small number, its rid, for ever: 1, 2, 3 ... in order of first mention. A
 *   resource that is only referred to also has a rid, and no version. References in index rows are rids.
 * - A version is appended, never changed. Its position `pos` (1, 2, 3 ... without gaps) is the log: what happened, in
 *   the order it became durable. A deletion is a version without a body.
 * - Index rows are byte strings in one ordered set, compared as memcmp: head | rid of the referred resource (4 bytes,
 *   big-endian, only for rows with a ref) | tail | rid of the owner (4 bytes, big-endian). They exist for the current version
 *   only. The store never looks inside; search gives them meaning (docs/schema.md).
 * - When a resource changes, the rows of the old body are computed again by the `index` function given at open, and only
 *   the difference is written. `check` and `reindex` use the same function, so "index equals rebuild" can be proved.
 * - One writer thread takes everything queued, one transaction, one sync, then answers all: group commit without a timer.
 * - Readers see a snapshot and never wait for the writer.
 * - Numbers on disk for names (types, index slots) are given once by ans_store_name and kept with the data.
 *
 * Back ends: mem (the model, in memory) and sqlite, behind ans_store_ops (store_int.h). A PostgreSQL one will follow.
 * `space` names a data set within a folder ("main"; a rehearsal copy is another): each is a file of its own. */
#ifndef ANS_STORE_STORE_H
#define ANS_STORE_STORE_H

#include "base/cx.h"
#include "base/hash.h"

typedef struct ans_store ans_store;
typedef struct ans_reader ans_reader; /* one read connection: one thread at a time */
typedef struct ans_cursor ans_cursor;
typedef uint32_t ans_rid;  /* 0: none */
typedef uint64_t ans_pos;  /* 0: none */

typedef struct ans_ref {
    uint16_t type; /* number from ans_store_name */
    ans_str id;
} ans_ref;

typedef struct ans_row {
    ans_str head; /* starts with the slot, 2 bytes big-endian */
    ans_ref ref;  /* type 0: the row refers to nothing */
    ans_str tail;
} ans_row;

typedef struct ans_rows {
    ans_row *at;
    uint32_t count;
} ans_rows;

/* Compute the index rows of a body. Deterministic. Called on reader and on writer threads. Rows live in cx->arena. */
typedef ans_err ans_index_fn(void *arg, ans_cx *cx, uint16_t type, ans_str body, ans_rows *out);

typedef struct ans_store_options {
    const char *dir;        /* data folder; mem ignores it */
    const char *space;      /* NULL: "main" */
    bool create;            /* make the folder and the files when absent */
    bool read_only;         /* no writer, no lock: check, export and backup beside a server */
    bool in_memory;         /* the mem back end */
    bool keep_warm;         /* a server's: read the file at the start and while questions come, so that it is near */
    bool sync_normal;       /* synchronous=NORMAL: only for comparison in bench; serve never sets it */
    ans_str dictionary;     /* zstd dictionary for a new store; kept in it, a later start uses the kept one */
    ans_index_fn *index;
    void *index_arg;
} ans_store_options;

/* Open the folder. Takes the folder's lock unless read_only.
 * errors   ANS_E_BUSY another process holds it (the issue names its pid); ANS_E_UNSUPPORTED the folder's format is newer
 *          than this program (nothing is touched); ANS_E_NOTFOUND no store there and create is off; ANS_E_CORRUPT; ANS_E_IO */
ANS_MUST_USE ans_err ans_store_open(ans_cx *cx, const ans_store_options *options, ans_store **out);
/* Writes what is queued, then closes. Readers must be closed before. */
void ans_store_close(ans_store *store);

/* The number that stands for a name in this store, given at first use and durable. Start-up only (writer's side); a
 * read-only store answers 0 for names it does not know. */
ANS_MUST_USE ans_err ans_store_names(ans_cx *cx, ans_store *store, const ans_str *names,
                                     uint32_t count, uint16_t *out_numbers);
/* 16 random bytes made at creation: the key for ans_hash64 in index rows. */
const uint8_t *ans_store_hash_key(const ans_store *store);
/* Small durable settings kept with the data (time zone, index edition). get: p NULL when absent. */
ANS_MUST_USE ans_err ans_store_meta_get(ans_cx *cx, ans_store *store, ans_str key, ans_str *out);
ANS_MUST_USE ans_err ans_store_meta_set(ans_cx *cx, ans_store *store, ans_str key, ans_str value);

/* ---- writing ---- */

#define ANS_VID_ANY 0u          /* no version condition */
#define ANS_VID_ABSENT UINT32_MAX /* there must be no current version (never written, or deleted) */

typedef enum ans_outcome {
    ANS_CREATED,   /* first version, or the first after a deletion */
    ANS_UPDATED,
    ANS_UNCHANGED, /* the content hash equals the current one: nothing was written */
    ANS_DELETED,
    ANS_ABSENT     /* a deletion of what is not there: nothing was written */
} ans_outcome;

typedef struct ans_change {
    ans_ref ref;
    bool is_delete;
    ans_str body;        /* canonical bytes, without version and time */
    ans_hash hash;       /* ans_hash_content(body) */
    ans_rows rows;
    uint32_t if_vid;     /* ANS_VID_ANY, ANS_VID_ABSENT, or the current version it must meet */
    /* results, set before done is called with ANS_OK */
    ans_outcome outcome;
    ans_rid rid;
    uint32_t vid;        /* version now current (of a deletion: the tombstone's; 0 when never written) */
    ans_pos pos;
    int64_t when_us;     /* commit time of that version, UTC microseconds, never going backwards along the log */
} ans_change;

typedef struct ans_note ans_note; /* journal.h */
typedef struct ans_txn ans_txn;
struct ans_txn {
    ans_cx *cx;          /* its arena outlives done; issues of a failure are added here, by the writer thread */
    ans_change *changes; /* all or nothing, in order; one resource may appear once only */
    uint32_t count;
    /* Optional. Runs on the writer thread inside the write transaction, before the changes, seeing all that came before. Any
     * error fails the transaction with it (ANS_E_RETRY: prepare again). Used to prove a condition still holds. */
    ans_err (*guard)(ans_txn *txn, ans_reader *rd);
    void *guard_arg;
    /* Optional. The entry that the journal keeps of this transaction: durable with its changes, or not at all. Runs on the writer
     * thread after they were applied (outcome, rid, vid, pos and when_us are set), perhaps twice (a batch that failed is tried
     * singly); rd sees them. What it fills in is copied at once. An error is the machine's and fails the batch. A transaction with
     * no changes and no guard may carry an entry too. */
    ans_err (*journal)(ans_txn *txn, ans_reader *rd, ans_note *out);
    /* Called once, on the writer thread, after the commit is on disk or the transaction has failed. */
    void (*done)(ans_txn *txn, ans_err err);
    void *arg;
    ans_txn *next_;
    void *pack_;
    ans_err err_;
};

/* Queue a transaction; returns at once. Any thread.
 * errors (through done)  ANS_E_PRECOND if_vid does not hold; what guard returned; ANS_E_NOSPACE, ANS_E_IO: nothing was written;
 *                        ANS_E_BUSY: the queue is full (more than 100,000 changes or 256 MiB waiting) or the store closes */
void ans_store_submit(ans_store *store, ans_txn *txn);
/* The same, waiting for the result. Not on an event loop or the writer thread. */
ANS_MUST_USE ans_err ans_store_commit(ans_store *store, ans_txn *txn);

/* Called on the writer thread for every transaction that was committed, in the order of the log, with the results in its changes and
 * before its `done`: what is kept in memory beside the store is up to date before anybody hears of the write. Quick, and without
 * reading or writing the store. */
typedef void ans_watch_fn(void *arg, const ans_txn *txn);
/* Start-up only: while nobody writes. At most 8.
 * errors   ANS_E_BUG: too many */
ANS_MUST_USE ans_err ans_store_watch(ans_cx *cx, ans_store *store, ans_watch_fn *fn, void *arg);

/* ---- reading ---- */

typedef struct ans_version {
    ans_ref ref;
    ans_rid rid;
    uint32_t vid;    /* from 1, per resource */
    ans_pos pos;
    int64_t when_us;
    bool is_delete;
    bool is_first;   /* vid 1 */
    ans_str body;    /* in cx->arena; empty for a deletion */
} ans_version;

ANS_MUST_USE ans_err ans_reader_open(ans_cx *cx, ans_store *store, ans_reader **out);
void ans_reader_close(ans_reader *rd);
/* Between begin and end all reads and cursors see one moment. Without it each call sees the newest. Nesting is a bug. */
ANS_MUST_USE ans_err ans_reader_begin(ans_cx *cx, ans_reader *rd);
void ans_reader_end(ans_reader *rd);

/* Current version. errors ANS_E_NOTFOUND never written; ANS_E_GONE deleted (out is set: the tombstone) */
ANS_MUST_USE ans_err ans_store_read(ans_cx *cx, ans_reader *rd, ans_ref ref, ans_version *out);
ANS_MUST_USE ans_err ans_store_vread(ans_cx *cx, ans_reader *rd, ans_ref ref, uint32_t vid,
                                     ans_version *out);
/* Current version by rid; with_body false leaves body empty (cheap: reference and version only). */
ANS_MUST_USE ans_err ans_store_read_rid(ans_cx *cx, ans_reader *rd, ans_rid rid, bool with_body,
                                        ans_version *out);
/* The rid of a resource, also of one only referred to; ANS_E_NOTFOUND. */
ANS_MUST_USE ans_err ans_store_rid(ans_cx *cx, ans_reader *rd, ans_ref ref, ans_rid *out);
/* Last log position and largest rid of this snapshot. */
ANS_MUST_USE ans_err ans_store_head(ans_cx *cx, ans_reader *rd, ans_pos *out_pos, ans_rid *out_rid);

typedef struct ans_history_query {
    ans_rid rid;        /* of one resource, or 0 */
    uint16_t type;      /* of one type, or 0 (with rid 0: the whole store) */
    ans_pos before;     /* only positions smaller than this; 0: from the newest */
    ans_pos from;       /* with forward: positions from this on */
    bool forward;       /* oldest first (the log's own order) */
    int64_t since_us;   /* only versions at or after; 0: all */
    int64_t until_us;   /* only versions at or before; 0: all */
    uint32_t limit;
    bool with_body;
} ans_history_query;

/* Versions newest first (or the log forward). Versions live in cx->arena. */
ANS_MUST_USE ans_err ans_store_history(ans_cx *cx, ans_reader *rd, const ans_history_query *q,
                                       ans_version **out, uint32_t *out_count);
/* Number of versions that the query (without before/from/limit) would list. */
ANS_MUST_USE ans_err ans_store_history_count(ans_cx *cx, ans_reader *rd, const ans_history_query *q,
                                             uint64_t *out);

/* ---- index rows ---- */

/* A cursor walks rows of [low, high) in order. It lives until ans_cursor_close or the reader's end; at most 64 at once on
 * a reader. A key is the whole row; the view is valid until the next call on the same cursor.
 * seek goes to the first row >= key (never before low), next to the following one; *out.p is NULL at the end. An empty
 * high means no upper bound. */
ANS_MUST_USE ans_err ans_cursor_open(ans_cx *cx, ans_reader *rd, ans_str low, ans_str high,
                                     ans_cursor **out);
ANS_MUST_USE ans_err ans_cursor_seek(ans_cx *cx, ans_cursor *cur, ans_str key, ans_str *out);
ANS_MUST_USE ans_err ans_cursor_next(ans_cx *cx, ans_cursor *cur, ans_str *out);
void ans_cursor_close(ans_cursor *cur);
/* Number of rows in [low, high), counting no further than limit (0: no limit). An empty high means no upper bound. */
ANS_MUST_USE ans_err ans_store_count_rows(ans_cx *cx, ans_reader *rd, ans_str low, ans_str high,
                                          uint64_t limit, uint64_t *out);

/* The same, perhaps as it was up to 1,000 positions ago or will be: for plans, which ask the same again and again. */
ANS_MUST_USE ans_err ans_store_count_about(ans_cx *cx, ans_reader *rd, ans_str low, ans_str high,
                                           uint64_t limit, uint64_t *out);

static inline ans_rid ans_row_rid(ans_str row)
{
    const uint8_t *p = (const uint8_t *)row.p + row.n - 4;
    return (ans_rid)p[0] << 24 | (ans_rid)p[1] << 16 | (ans_rid)p[2] << 8 | (ans_rid)p[3];
}

/* ---- care of the folder ---- */

typedef struct ans_check_report {
    uint64_t resources, versions, rows;
    uint64_t bad_bodies;   /* unreadable or not hashing to what was written */
    uint64_t bad_rows;     /* rows missing from or standing too many in the index */
    uint64_t log_gaps;
    uint64_t other;        /* dangling internal pointers, a broken journal, back end's own integrity check */
    uint64_t entries;      /* of the journal, up to its end or to where it breaks */
} ans_check_report;

typedef void ans_progress_fn(void *arg, uint64_t done, uint64_t total);

/* Read everything, compare everything; changes nothing. Works on a read_only store beside a server (one snapshot). Findings
 * are also added as issues (at most 100). */
ANS_MUST_USE ans_err ans_store_check(ans_cx *cx, ans_store *store, ans_progress_fn *progress,
                                     void *arg, ans_check_report *out);
/* Throw away all rows and compute them anew, in one transaction: searches see the old index until it is whole. */
ANS_MUST_USE ans_err ans_store_reindex(ans_cx *cx, ans_store *store, ans_progress_fn *progress, void *arg);
/* A consistent copy of a store (open, or read_only beside a server) into an empty or new folder, or, when its space is not
 * "main", beside what is there; verified by reading it. */
ANS_MUST_USE ans_err ans_store_backup(ans_cx *cx, ans_store *store, const char *to,
                                      ans_progress_fn *progress, void *arg);

/* Figures for /metrics. */
typedef struct ans_store_stats {
    uint64_t commits, changes, syncs, queued;
    ans_pos pos;
    uint64_t file_bytes;
} ans_store_stats;
void ans_store_stats_get(ans_store *store, ans_store_stats *out);

#endif
