/* The keeping room's inside: what the front (store.c, read.c, writer.c, apply.c, care.c) and the
 * back ends share.
 *
 * The one idea: a back end is a table of small primitives over five kinds of thing - resources,
 * versions, rows, names and settings - on a connection. Everything with a meaning (conditions,
 * outcomes, version numbers, the clock of the log, packing of bodies, which rows a change adds or
 * takes away) is decided once, in the front. So a back end is short, two back ends cannot disagree
 * on meaning, and a third one is a file of SQL.
 *
 * A connection (`conn`) belongs to one thread at a time. The writer's is made first and is the only
 * one that writes. Primitives answer ANS_E_NOTFOUND silently; every other failure comes with an
 * issue. */
#ifndef ANS_STORE_STORE_INT_H
#define ANS_STORE_STORE_INT_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/buf.h"
#include "base/os.h"
#include "store/codec.h"
#include "store/journal.h"

#define ANS_STORE_FORMAT 2u /* of the data folder; a folder with a larger one is refused */
#define ANS_CURSOR_MAX 64
#define ANS_ROW_MAX_BYTES 32768u
#define ANS_ID_MAX_BYTES 256u /* FHIR allows 64 */

/* A version as a back end keeps it: the body packed. Views live until the next call on the same
 * connection. */
typedef struct ans_rec {
    ans_ref ref; /* id is set by `current` and `current_rid` only */
    ans_rid rid;
    uint32_t vid; /* 0: the resource is only referred to, there is no version */
    ans_pos pos;
    ans_pos prev; /* position of the version before; 0 for the first */
    int64_t when_us;
    bool is_delete;
    ans_hash hash;   /* of the unpacked body; zero for a deletion */
    ans_packed body; /* empty when not asked for */
} ans_rec;

/* Versions of one resource (rid) or of one type, at positions lo..hi, both included. */
typedef struct ans_span {
    ans_rid rid;
    uint16_t type;
    ans_pos lo, hi;
    bool forward;
} ans_span;

/* A commit's entries in the journal, or a part of them. */
typedef struct ans_block {
    uint64_t seq; /* of its first entry */
    uint32_t count;
    int64_t from_us, to_us; /* times of its first and last */
    uint8_t hash[ANS_CHAIN_BYTES]; /* of its last */
    ans_str keys;
    ans_packed body;
} ans_block;

/* The keys of many blocks: entries seq to last. */
typedef struct ans_group {
    uint64_t seq, last;
    ans_str keys;
} ans_group;

/* One change of the ordered set of rows. */
typedef struct ans_rowop {
    ans_str key;
    bool is_add;
} ans_rowop;

struct ans_store_ops {
    const char *name;
    /* Open or make the data set; sets store->be, hash_key and the writer's connection (NULL when
     * read_only). */
    ans_err (*open)(ans_cx *cx, const ans_store_options *options, ans_store *store);
    void (*close)(ans_store *store);
    ans_err (*conn_open)(ans_cx *cx, ans_store *store, void **out);
    void (*conn_close)(void *conn);

    /* reading, on any connection */
    /* *out_pos, *out_rid: last position and largest rid of the moment. */
    ans_err (*begin)(ans_cx *cx, void *conn, ans_pos *out_pos, ans_rid *out_rid);
    void (*end)(void *conn);
    bool is_snapshot_dear; /* begin and end cost system calls: keep one open as long as it is new */
    ans_err (*head)(ans_cx *cx, void *conn, ans_pos *out_pos, ans_rid *out_rid);
    /* The resource with its current version: NOTFOUND when there is no rid, vid 0 when only
     * referred to. */
    ans_err (*current)(ans_cx *cx, void *conn, ans_ref ref, bool with_body, ans_rec *out);
    ans_err (*current_rid)(ans_cx *cx, void *conn, ans_rid rid, bool with_body, ans_rec *out);
    ans_err (*rid_of)(ans_cx *cx, void *conn, ans_ref ref, ans_rid *out);
    ans_err (*version)(ans_cx *cx, void *conn, ans_pos pos, bool with_body, ans_rec *out);
    /* Position of version vid of a resource. */
    ans_err (*version_pos)(ans_cx *cx, void *conn, ans_rid rid, uint32_t vid, ans_pos *out);
    /* Up to *count positions of the span in order; *count becomes how many. span->rid or span->type
     * is set. */
    ans_err (*list)(ans_cx *cx, void *conn, const ans_span *span, ans_pos *out, uint32_t *count);
    ans_err (*count)(ans_cx *cx, void *conn, const ans_span *span, uint64_t *out);

    /* rows. high.n == 0: no upper bound */
    ans_err (*cursor_open)(ans_cx *cx, void *conn, ans_str low, ans_str high, void **out);
    ans_err (*cursor_seek)(ans_cx *cx, void *cursor, ans_str key, ans_str *out);
    ans_err (*cursor_next)(ans_cx *cx, void *cursor, ans_str *out);
    void (*cursor_close)(void *cursor);
    ans_err (*count_rows)(ans_cx *cx, void *conn, ans_str low, ans_str high, uint64_t limit,
                          uint64_t *out);

    /* names and settings */
    ans_err (*name_get)(ans_cx *cx, void *conn, ans_str name, uint16_t *out);
    ans_err (*name_add)(ans_cx *cx, void *conn, ans_str name, uint16_t *out);
    ans_err (*meta_get)(ans_cx *cx, void *conn, ans_str key, ans_str *out); /* in cx->arena */
    ans_err (*meta_set)(ans_cx *cx, void *conn, ans_str key, ans_str value);

    /* writing, on the writer's connection, between write_begin and commit or rollback */
    ans_err (*write_begin)(ans_cx *cx, void *conn);
    ans_err (*write_commit)(ans_cx *cx, void *conn);
    void (*write_rollback)(void *conn);
    ans_err (*resource_add)(ans_cx *cx, void *conn, ans_rid rid, ans_ref ref, ans_pos pos);
    ans_err (*resource_set)(ans_cx *cx, void *conn, ans_rid rid, ans_ref ref, ans_pos pos);
    ans_err (*version_add)(ans_cx *cx, void *conn, const ans_rec *rec);
    /* Sorted, each key once. */
    ans_err (*rows_apply)(ans_cx *cx, void *conn, const ans_rowop *ops, uint32_t count);
    /* A new index in place of the old one: clear, any number of adds in any order, finish. */
    ans_err (*bulk_clear)(ans_cx *cx, void *conn);
    ans_err (*bulk_add)(ans_cx *cx, void *conn, ans_str key);
    ans_err (*bulk_finish)(ans_cx *cx, void *conn);
    /* The journal (journal_int.h). block_at, group_at: the one with the largest first seq at or below `seq`; head_at: the
     * nearest at or below, or with forward at or above. NOTFOUND. Views live until the next call on the connection. */
    ans_err (*block_add)(ans_cx *cx, void *conn, const ans_block *b);
    ans_err (*block_at)(ans_cx *cx, void *conn, uint64_t seq, bool with_body, ans_block *out);
    ans_err (*group_add)(ans_cx *cx, void *conn, const ans_group *g);
    ans_err (*group_at)(ans_cx *cx, void *conn, uint64_t seq, ans_group *out);
    ans_err (*head_add)(ans_cx *cx, void *conn, const ans_head *h);
    ans_err (*head_at)(ans_cx *cx, void *conn, uint64_t seq, bool forward, ans_head *out);
    /* House-keeping by the writer thread between batches; true: more is left to do, call again
     * later. */
    bool (*tidy)(ans_store *store, bool is_idle);

    /* care */
    ans_err (*verify)(ans_cx *cx, void *conn, uint64_t *out_faults);
    ans_err (*backup)(ans_cx *cx, ans_store *store, void *conn, const char *to,
                      ans_progress_fn *progress, void *arg);
    void (*stats)(ans_store *store, ans_store_stats *out);
};

extern const struct ans_store_ops ans_store_mem_ops, ans_store_sqlite_ops;

typedef struct ans_writer ans_writer;
typedef struct ans_hot ans_hot;
typedef struct ans_journal ans_journal;

#define ANS_WATCH_MAX 8

typedef struct ans_watcher {
    ans_watch_fn *fn;
    void *arg;
} ans_watcher;

struct ans_store {
    const struct ans_store_ops *ops;
    void *be; /* the back end's own */
    void *write_conn;
    ans_codec *codec;
    ans_index_fn *index;
    void *index_arg;
    bool read_only;
    uint8_t hash_key[16];
    ans_writer *writer; /* NULL when read_only */
    ans_journal *journal; /* the same */
    ans_hot *hot;       /* hot.h; NULL: nothing is kept */
    pthread_mutex_t readers_lock;
    ans_reader *readers;     /* all that are open */
    pthread_mutex_t care_lock;
    ans_reader *care; /* reads of names and settings, under care_lock */
    ans_watcher watchers[ANS_WATCH_MAX]; /* fixed before the first write */
    uint32_t watcher_count;
    atomic_uint_fast64_t commits, changes, pos;
};

struct ans_cursor {
    ans_reader *rd;
    void *be; /* NULL: free */
};

/* A snapshot is kept open after the call that needed it, and used again by the next call when nothing was committed
 * since: at rest that saves a reader three system calls a read. As an open snapshot stands in the way of checkpoints,
 * the writer may end it (ans_readers_settle) while the reader is between calls; `busy` says who has the connection. */
struct ans_reader {
    ans_store *store;
    void *conn;
    ans_unpacker unpacker;
    atomic_bool busy; /* taken for a call, for begin..end, or by the writer */
    bool is_kept;     /* a snapshot is open; its moment is `seen` */
    bool may_keep;
    atomic_uint_fast64_t uses; /* moments asked for; the reader's thread alone counts */
    uint64_t seen;    /* store->commits when the snapshot was begun, or earlier */
    ans_pos pos;      /* the snapshot's last position */
    ans_rid rid;      /* and largest rid */
    ans_buf copy;     /* of the version that was last read from store->hot */
    bool is_open;     /* between begin and end */
    bool is_writer;   /* a guard's reader, on the writer's connection */
    uint32_t cursor_count;
    ans_reader *next;
    ans_cursor cursors[ANS_CURSOR_MAX];
};

/* A transaction's hidden part, made by submit in the transaction's arena. */
typedef struct ans_pack {
    ans_packed *bodies; /* one per change */
    uint64_t bytes;     /* what it weighs in the queue */
    void *waiter;       /* of ans_store_commit, or NULL */
} ans_pack;

/* read.c */
void ans_reader_close_cursors(ans_reader *rd);
/* End the snapshots that idle readers keep. By the writer thread, in front of a checkpoint. */
void ans_readers_settle(ans_store *store);
/* How often all readers that are open have asked for a moment. */
uint64_t ans_readers_uses(ans_store *store);
ans_err ans_rec_to_version(ans_cx *cx, ans_reader *rd, const ans_rec *rec, bool with_body,
                           ans_version *out);

/* writer.c */
ans_err ans_writer_start(ans_cx *cx, ans_store *store);
void ans_writer_stop(ans_store *store);
uint64_t ans_writer_queued(ans_store *store);
bool ans_writer_is_here(const ans_store *store);
/* Something else than a transaction waits: look again when to wake up. */
void ans_writer_wake(ans_store *store);
/* Run fn alone in a write transaction of its own on the writer thread, and wait for it. */
ans_err ans_writer_job(ans_cx *cx, ans_store *store, ans_err (*fn)(ans_txn *txn, ans_reader *rd),
                       void *arg);

#endif
