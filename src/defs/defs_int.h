/* Inside defs: what gen/defs.c leaves of R4's definitions, and the register's own tables. */
#ifndef ANS_DEFS_INT_H
#define ANS_DEFS_INT_H

#include <pthread.h>
#include <stdatomic.h>

#include "defs/defs.h"

/* ---- generated ---- */

typedef struct ans_defs_core {
    const char *url, *version, *id;
    uint32_t at, bytes; /* packed, in ans_defs_core_bytes */
    uint32_t full_bytes;
    uint8_t kind;       /* which of core.c's types */
    uint8_t is_retired;
} ans_defs_core;

extern const ans_defs_core ans_defs_core_table[]; /* sorted by url, then version */
extern const uint32_t ans_defs_core_count;
extern const char ans_defs_core_bytes[];
extern const char ans_defs_core_dictionary[];
extern const uint32_t ans_defs_core_dictionary_bytes;

/* ---- one definition ---- */

/* Why nothing can be made of a definition. */
typedef struct defs_failure {
    ans_err err;
    ans_str expression, text;
} defs_failure;

typedef struct defs_node {
    ans_def def; /* first: callers hold a pointer to it */
    enum { DEFS_FROM_CORE, DEFS_FROM_CONTENT, DEFS_FROM_STORE } from;
    union {
        const ans_defs_core *core;
        ans_str body; /* content's */
        struct {
            uint16_t type;
            uint32_t vid;
            ans_pos pos;
        } store;
    };
    atomic_bool leans;          /* what is made of it is made of others of its type, too */
    uint32_t holders;           /* the table and the views that list it; built-in ones live as long as the register */
    ans_arena *arena;           /* of doc; made at first use */
    _Atomic(const ans_json *) doc;
    ans_arena *made_arenas[ANS_DEF_SLOTS];
    _Atomic(const void *) made[ANS_DEF_SLOTS];
    _Atomic(const defs_failure *) failed[ANS_DEF_SLOTS]; /* in arena */
} defs_node;

/* Numbers of nodes by the hash of their URL: a list a hash. */
typedef struct defs_index {
    uint32_t mask;
    uint32_t *first; /* by hash: number + 1, 0 none */
    uint32_t *next;  /* by number: number + 1 of the next with the same place */
} defs_index;

struct ans_defs_view {
    ans_defs *defs;
    uint64_t edition;
    uint32_t holders;
    uint32_t count;
    defs_node **at; /* of the record */
    defs_index index;
};

typedef struct defs_changed {
    uint16_t type;
    ans_str id;
} defs_changed;

enum { DEFS_TYPES = 14 }; /* that the register follows in the record: store.c */

struct ans_defs {
    ans_store *store;
    const ans_search *search;
    uint8_t key[16];
    defs_node *built_in; /* core first, then content */
    uint32_t core_count, built_in_count;
    defs_index index;

    pthread_mutex_t lock; /* table, views and their holders */
    defs_node **at;       /* the record's, as far as they were read */
    uint32_t count, cap;
    ans_defs_view *now;   /* NULL: something changed */
    uint64_t edition;
    bool is_loaded;

    pthread_mutex_t read_lock; /* reader and documents; taken behind lock and make_lock */
    ans_reader *rd;
    void *dctx;                /* of zstd, with the core's dictionary */

    pthread_mutex_t make_lock;

    pthread_mutex_t change_lock; /* the writer's thread waits for nothing else */
    defs_changed *changes;
    uint32_t change_count, change_cap;
    bool is_all_changed;         /* too many to list */
};

/* core.c */
ANS_MUST_USE ans_err defs_built_in(ans_cx *cx, ans_defs *defs, const ans_defs_options *o); /* R4's own and content's nodes */
/* The text of one of R4's own, in arena. With read_lock held. */
ANS_MUST_USE ans_err defs_core_text(ans_cx *cx, ans_defs *defs, const ans_defs_core *core, ans_arena *arena, ans_str *out);
/* What the register wants to know of a body; the strings live in cx->arena. out->type is left alone. */
ANS_MUST_USE ans_err defs_read_head(ans_cx *cx, ans_str body, ans_def *out);

/* index.c: the list of a URL's nodes. count URLs at `at`, of which the i-th is url_of(arg, i). */
typedef ans_str defs_url_fn(const void *arg, uint32_t i);
ANS_MUST_USE ans_err defs_index_make(const uint8_t key[16], uint32_t count, defs_url_fn *url_of, const void *arg, defs_index *out);
void defs_index_done(defs_index *x);
/* First number of the URL's place, UINT32_MAX: none; then along defs_index_next. Others may share the place: compare. */
uint32_t defs_index_first(const defs_index *x, const uint8_t key[16], ans_str url);
static inline uint32_t defs_index_next(const defs_index *x, uint32_t i)
{
    return x->next[i] - 1;
}

/* store.c: the record's definitions */
ANS_MUST_USE ans_err defs_follow(ans_cx *cx, ans_defs *defs);  /* start watching */
ANS_MUST_USE ans_err defs_catch_up(ans_cx *cx, ans_defs *defs); /* with lock held: the table is as the record is */
bool defs_is_changed(ans_defs *defs);
ANS_MUST_USE ans_err defs_stored_text(ans_cx *cx, ans_defs *defs, const defs_node *node, ans_arena *arena, ans_str *out);

/* node.c */
void defs_node_let_go(defs_node *node); /* of the record, with lock held: freed with its last holder */
void defs_node_empty(defs_node *node);

#endif
