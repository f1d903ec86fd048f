/* The mem back end's inside. Everything is kept for ever in growing arrays, so a snapshot is three
 * numbers: how many versions, how many resources, and the commit (epoch) at which rows are looked
 * at. One reader-writer lock is held for the length of a primitive and never longer: a reader's
 * open snapshot does not stop the writer. */
#ifndef ANS_STORE_MEM_MEM_INT_H
#define ANS_STORE_MEM_MEM_INT_H

#include "store/store_int.h"

typedef struct mem_rowset mem_rowset;

#define MEM_EPOCH_NONE UINT64_MAX

/* An ordered set with a past: each row has the epoch that added it and the one that took it away.
 */
mem_rowset *mem_rowset_new(void);
mem_rowset *mem_rowset_free(mem_rowset *set);
/* ANS_E_NOMEM without an issue. Adding what is there and taking away what is not change nothing. */
ans_err mem_rowset_add(mem_rowset *set, ans_str key, uint64_t epoch);
ans_err mem_rowset_remove(mem_rowset *set, ans_str key, uint64_t epoch);
ans_err mem_rowset_clear(mem_rowset *set, uint64_t epoch);
/* Undo all that this epoch did. */
void mem_rowset_rollback(mem_rowset *set, uint64_t epoch);
/* The epoch stands. Rows that no snapshot can see any more are freed when nobody holds one. */
void mem_rowset_commit(mem_rowset *set, bool may_free);
/* First row at or (after) behind key that the epoch sees; p NULL: none. */
ans_str mem_rowset_seek(const mem_rowset *set, ans_str key, bool is_after, uint64_t epoch);
uint64_t mem_rowset_count(const mem_rowset *set, ans_str low, ans_str high, uint64_t limit,
                          uint64_t epoch);
uint64_t mem_rowset_bytes(const mem_rowset *set);

typedef struct mem_resource {
    uint16_t type;
    ans_str id;  /* own allocation */
    ans_pos pos; /* newest version, committed or not */
} mem_resource;

typedef struct mem_setting {
    ans_str key, value; /* one allocation */
    uint64_t epoch;
} mem_setting;

/* A growing array; it never shrinks, so a view into what an element points to lives as long as the
 * store. */
typedef struct mem_array {
    char *at;
    size_t count, cap;
} mem_array;

/* What a moment sees. */
typedef struct mem_moment {
    uint64_t epoch;
    ans_pos pos;
    ans_rid rid;
    size_t names, blocks, groups, heads;
} mem_moment;

typedef struct mem_store {
    pthread_rwlock_t lock;
    mem_array resources, versions; /* of mem_resource, of ans_rec */
    mem_array names, settings;     /* of ans_str, of mem_setting */
    mem_array blocks, groups, heads; /* of ans_block, ans_group, ans_head: the journal */
    ans_rid *map;                  /* (type, id) to rid, open addressing, 0 free */
    size_t map_size;
    mem_rowset *rows;
    mem_moment now;
    uint64_t snapshots, body_bytes;
    uint8_t hash_key[16];
} mem_store;

typedef struct mem_cursor {
    struct mem_conn *conn;
    bool is_used;
    ans_buf low, high, at; /* at: the row we stand on, empty when none */
} mem_cursor;

typedef struct mem_conn {
    mem_store *m;
    bool is_writer, is_open;
    mem_moment moment; /* while is_open */
    mem_cursor cursors[ANS_CURSOR_MAX];
} mem_conn;

/* mem.c */
ans_err mem_no_memory(ans_cx *cx);
mem_resource *mem_resource_at(const mem_store *m, ans_rid rid);
ans_rec *mem_version_at(const mem_store *m, ans_pos pos);
/* What a connection sees: its snapshot, the newest, or for the writer what is not committed too. */
mem_moment mem_moment_of(const mem_conn *c);
/* The newest version of a resource that the moment sees, 0: none. */
ans_pos mem_pos_seen(const mem_store *m, ans_rid rid, const mem_moment *now);
ans_err mem_map_make(mem_store *m, size_t size);
void mem_map_put(mem_store *m, ans_rid rid);
mem_moment mem_read_lock(mem_conn *c);
void mem_unlock(mem_conn *c);

/* journal.c */
ans_err mem_block_add(ans_cx *cx, void *conn, const ans_block *b);
ans_err mem_block_at(ans_cx *cx, void *conn, uint64_t seq, bool with_body, ans_block *out);
ans_err mem_group_add(ans_cx *cx, void *conn, const ans_group *g);
ans_err mem_group_at(ans_cx *cx, void *conn, uint64_t seq, ans_group *out);
ans_err mem_head_add(ans_cx *cx, void *conn, const ans_head *h);
ans_err mem_head_at(ans_cx *cx, void *conn, uint64_t seq, bool forward, ans_head *out);
void mem_journal_cut(mem_store *m, size_t blocks, size_t groups, size_t heads);

/* write.c */
/* A new last place; NULL without memory. */
void *mem_array_add(mem_array *a, size_t size);
ans_err mem_name_get(ans_cx *cx, void *conn, ans_str name, uint16_t *out);
ans_err mem_name_add(ans_cx *cx, void *conn, ans_str name, uint16_t *out);
ans_err mem_meta_get(ans_cx *cx, void *conn, ans_str key, ans_str *out);
ans_err mem_meta_set(ans_cx *cx, void *conn, ans_str key, ans_str value);
ans_err mem_write_begin(ans_cx *cx, void *conn);
ans_err mem_write_commit(ans_cx *cx, void *conn);
void mem_write_rollback(void *conn);
ans_err mem_resource_add(ans_cx *cx, void *conn, ans_rid rid, ans_ref ref, ans_pos pos);
ans_err mem_resource_set(ans_cx *cx, void *conn, ans_rid rid, ans_ref ref, ans_pos pos);
ans_err mem_version_add(ans_cx *cx, void *conn, const ans_rec *rec);
ans_err mem_rows_apply(ans_cx *cx, void *conn, const ans_rowop *ops, uint32_t count);
ans_err mem_bulk_clear(ans_cx *cx, void *conn);
ans_err mem_bulk_add(ans_cx *cx, void *conn, ans_str key);
ans_err mem_bulk_finish(ans_cx *cx, void *conn);
bool mem_tidy(ans_store *store, bool is_idle);

#endif
