/* The sqlite back end's inside. One file <space>.db per data set in WAL mode, 4 KB pages; tables in
 * docs/schema.md.
 *
 * A connection keeps each statement it ever used, prepared once. A primitive binds, steps, copies
 * what it needs into the connection's buffer and resets, so no read transaction stays open behind a
 * caller's back. */
#ifndef ANS_STORE_SQLITE_SQLITE_INT_H
#define ANS_STORE_SQLITE_SQLITE_INT_H

#include "store/sqlite/pending.h"
#include "store/sqlite/vfs.h"
#include "store/store_int.h"
#include "store/store_test.h"

#define ANS_SQLITE_APP_ID 0x414E5331 /* "ANS1" */

enum { SQ_VIEWS = 32 }; /* how many commits a reader may sleep through before it must read the table `pending` itself */

/* A plain file through SQLite's door. */
typedef struct sq_file {
    sqlite3_file *f;
    const char *name;
} sq_file;

typedef struct sq_warm sq_warm;

typedef struct sq_folder {
    char *dir, *space, *db_path, *lock_path, *format_path;
    sq_file lock; /* held while the store is open for writing */
    bool sync_normal;
    bool has_journal; /* its tables are there */
    atomic_uint_fast64_t wal_bytes; /* largest since it was last truncated */
    bool has_pending; /* an older store, opened for reading only, has no such table */
    sq_warm *warm;    /* NULL: nobody keeps the file near */
    pthread_mutex_t views_lock;
    pending_view *views[SQ_VIEWS]; /* the last ones, a ring */
    uint32_t view_at;
} sq_folder;

/* Statements: name and text, in statements.def. */
typedef enum sq_st {
#define ANS_ST(name, sql) SQ_##name,
#include "store/sqlite/statements.def"
#undef ANS_ST
    SQ_COUNT
} sq_st;

typedef struct sq_conn sq_conn;

typedef struct sq_cursor {
    sq_conn *conn;
    sqlite3_stmt *st[2]; /* of its own: without and with an upper bound */
    bool is_on;          /* a row was stepped to */
    ans_str row;         /* that row */
    bool is_taken;       /* with pending rows: it was given, the next one is wanted */
    pending_cursor pending; /* view NULL: none */
    bool is_used;
    char *low; /* low, high and the key last sought, one behind the other */
    size_t low_n, high_n, cap;
} sq_cursor;

struct sq_conn {
    sqlite3 *db;
    sq_folder *folder;
    sqlite3_stmt *st[SQ_COUNT];
    sq_cursor cursors[ANS_CURSOR_MAX];
    const ans_rowop *feed; /* what the table `feed` holds: feed.c */
    uint32_t feed_count;
    char *copy; /* of what the last primitive read */
    size_t copy_size;
    pending_view *view;  /* of the snapshot; the writer's: with what it has not committed yet */
    pending_view *view_kept; /* the writer's: committed */
    int64_t pending_seq, pending_mark; /* the writer's: the last number given, the last mark's */
    sqlite3_stmt *bulk;  /* while a whole new index is made */
    bool is_commit_lost; /* the last commit failed */
    int wal_frames;      /* the writer's: in the log since it was last restarted */
    int wal_next;        /* how many make a checkpoint due */
};

/* conn.c */
ans_err sq_fail(ans_cx *cx, sq_conn *c, int rc, const char *doing);
ans_err sq_conn_new(ans_cx *cx, sq_folder *folder, const char *path, int flags, sq_conn **out);
void sq_conn_free(void *conn);
ans_err sq_exec(ans_cx *cx, sq_conn *c, const char *sql);
const char *sq_text(sq_st which);
/* The prepared statement, reset and without bindings. */
ans_err sq_prepare(ans_cx *cx, sq_conn *c, sq_st which, sqlite3_stmt **out);
/* Step once: ANS_OK with *out_row telling whether there is a row. Resets on error. */
ans_err sq_step(ans_cx *cx, sq_conn *c, sqlite3_stmt *st, bool *out_row);
/* Step a statement that answers nothing, then reset. */
ans_err sq_run(ans_cx *cx, sq_conn *c, sqlite3_stmt *st);
/* Room for n bytes in c->copy; NULL with an issue. */
char *sq_copy_room(ans_cx *cx, sq_conn *c, size_t n);
int sq_bind_blob(sqlite3_stmt *st, int at, ans_str s);
int sq_bind_id(sqlite3_stmt *st, int at, ans_str id, uint8_t packed[16]);
ans_str sq_column(sqlite3_stmt *st, int at);

/* id.c: a UUID in its usual writing is kept as 16 bytes */
bool sq_id_pack(ans_str id, uint8_t out[16]);
void sq_id_unpack(const uint8_t packed[16], char out[36]);

/* feed.c */
int sq_feed_register(sq_conn *c);

/* folder.c */
ans_err sq_open(ans_cx *cx, const ans_store_options *options, ans_store *store);
void sq_close(ans_store *store);
ans_err sq_conn_open(ans_cx *cx, ans_store *store, void **out);
ans_err sq_folder_new(ans_cx *cx, const ans_store_options *o, sq_folder **out);
void sq_folder_free(sq_folder *f);
ans_err sq_write_format(ans_cx *cx, const char *path);
int sq_file_open(const char *path, int flags, sq_file *out);
void sq_file_close(sq_file *file);
int sq_file_delete(const char *path);

/* warm.c */
void sq_warm_start(ans_store *store);
void sq_warm_stop(sq_folder *f);

/* fetch.c */
ans_err sq_begin(ans_cx *cx, void *conn, ans_pos *out_pos, ans_rid *out_rid);
void sq_end(void *conn);
ans_err sq_head(ans_cx *cx, void *conn, ans_pos *out_pos, ans_rid *out_rid);
ans_err sq_current(ans_cx *cx, void *conn, ans_ref ref, bool with_body, ans_rec *out);
ans_err sq_current_rid(ans_cx *cx, void *conn, ans_rid rid, bool with_body, ans_rec *out);
ans_err sq_rid_of(ans_cx *cx, void *conn, ans_ref ref, ans_rid *out);
ans_err sq_version(ans_cx *cx, void *conn, ans_pos pos, bool with_body, ans_rec *out);
ans_err sq_version_pos(ans_cx *cx, void *conn, ans_rid rid, uint32_t vid, ans_pos *out);
ans_err sq_list(ans_cx *cx, void *conn, const ans_span *span, ans_pos *out, uint32_t *count);
ans_err sq_count(ans_cx *cx, void *conn, const ans_span *span, uint64_t *out);

/* cursor.c */
ans_err sq_cursor_open(ans_cx *cx, void *conn, ans_str low, ans_str high, void **out);
ans_err sq_cursor_seek(ans_cx *cx, void *cursor, ans_str key, ans_str *out);
ans_err sq_cursor_next(ans_cx *cx, void *cursor, ans_str *out);
void sq_cursor_close(void *cursor);
ans_err sq_count_rows(ans_cx *cx, void *conn, ans_str low, ans_str high, uint64_t limit,
                      uint64_t *out);

/* write.c */
ans_err sq_write_begin(ans_cx *cx, void *conn);
ans_err sq_write_commit(ans_cx *cx, void *conn);
void sq_write_rollback(void *conn);
ans_err sq_resource_add(ans_cx *cx, void *conn, ans_rid rid, ans_ref ref, ans_pos pos);
ans_err sq_resource_set(ans_cx *cx, void *conn, ans_rid rid, ans_ref ref, ans_pos pos);
ans_err sq_version_add(ans_cx *cx, void *conn, const ans_rec *rec);
ans_err sq_rows_apply(ans_cx *cx, void *conn, const ans_rowop *ops, uint32_t count);
ans_err sq_name_get(ans_cx *cx, void *conn, ans_str name, uint16_t *out);
ans_err sq_name_add(ans_cx *cx, void *conn, ans_str name, uint16_t *out);
ans_err sq_meta_get(ans_cx *cx, void *conn, ans_str key, ans_str *out);
ans_err sq_meta_set(ans_cx *cx, void *conn, ans_str key, ans_str value);

/* journal.c */
ans_err sq_block_add(ans_cx *cx, void *conn, const ans_block *b);
ans_err sq_block_at(ans_cx *cx, void *conn, uint64_t seq, bool with_body, ans_block *out);
ans_err sq_group_add(ans_cx *cx, void *conn, const ans_group *g);
ans_err sq_group_at(ans_cx *cx, void *conn, uint64_t seq, ans_group *out);
ans_err sq_head_add(ans_cx *cx, void *conn, const ans_head *h);
ans_err sq_head_at(ans_cx *cx, void *conn, uint64_t seq, bool forward, ans_head *out);

/* Straight into the table. Sorted, each key once; what is done already stays done. */
ans_err sq_key_apply(ans_cx *cx, sq_conn *c, const ans_rowop *ops, uint32_t count);

/* pending.c: index rows that are not in `key` yet (pending.h) */
/* In a snapshot that was just begun; at its end. */
ans_err sq_pending_see(ans_cx *cx, sq_conn *c);
void sq_pending_unsee(sq_conn *c);
/* The writer's, in the order of a transaction's life. */
ans_err sq_pending_open(ans_cx *cx, sq_conn *c);
void sq_pending_commit(sq_conn *c); /* in front of the commit */
void sq_pending_committed(sq_conn *c);
void sq_pending_rollback(sq_conn *c);
/* Forget them: a whole new index is coming. */
ans_err sq_pending_drop(ans_cx *cx, sq_conn *c);
/* All into `key`, in a transaction of its own. False: not now. */
bool sq_pending_settle(sq_conn *c);
void sq_pending_forget(sq_folder *f);

/* care.c */
ans_err sq_bulk_clear(ans_cx *cx, void *conn);
ans_err sq_bulk_add(ans_cx *cx, void *conn, ans_str key);
ans_err sq_bulk_finish(ans_cx *cx, void *conn);
bool sq_tidy(ans_store *store, bool is_idle);
ans_err sq_verify(ans_cx *cx, void *conn, uint64_t *out_faults);
ans_err sq_backup(ans_cx *cx, ans_store *store, void *conn, const char *to,
                  ans_progress_fn *progress, void *arg);
void sq_stats(ans_store *store, ans_store_stats *out);

#endif
