/* Inside the handling of Bundles: bundle.c reads, writes and answers them; bundle_ref.c knows what the entries of a transaction mean
 * by each other. */
#ifndef ANS_BUNDLE_INT_H
#define ANS_BUNDLE_INT_H

#include "rest/rest_int.h"

typedef struct entry entry;
struct entry {
    ans_jnode node, resource;
    ans_str full_url;
    request rq;
    route route;
    ans_str id;             /* of the resource written */
    ans_change *change;     /* NULL: a read, a deletion of nothing, or a conditional create that met one */
    ans_str condition;      /* query to prove again */
    bool met;               /* the condition matched `id` */
    bool id_made;           /* `id` was made here */
    uint32_t patched_vid;   /* what its patch was applied to; 0: it is none */
    ans_version found;      /* what the condition met, as it was then; vid 0: nothing, or a twin */
    const entry *twin;      /* met: another entry of this transaction, which makes it */
    answer an;
};

typedef struct remembered {
    ans_str condition, target; /* "Practitioner?identifier=..." -> "Practitioner/1" */
} remembered;

struct bundle_job {
    job *job;
    ans_json doc;
    bool is_batch, is_collection;
    bool is_call;           /* it came to this server's address, which references may have in front */
    bool is_history;        /* a batch whose oldest entry is the last */
    entry *entries;
    uint32_t count;
    uint32_t *map;          /* fullUrl hash -> entry index + 1 */
    uint32_t *touched;      /* type and id hash -> entry index + 1, of what is deleted or updated; NULL: of a collection */
    uint32_t map_size;      /* of both */
    struct made *made;      /* what the entries write, by type, for conditions */
    const ans_rest_wait *wait;
    ans_reader *rd;
    remembered *memory;     /* MEMORY_SIZE places, made at the first conditional reference */
    uint32_t at;            /* entry whose body is being written */
    ans_str beside;         /* base of its fullUrl when that is a URL: where its relative references point */
};

/* "Bundle.entry[i]" and what follows */
ans_str bundle_at(ans_cx *cx, uint32_t i, const char *rest);

/* bundle_ref.c */
ANS_MUST_USE ans_err refs_new(struct bundle_job *b);
/* An entry that deletes or updates; its id is known. */
void refs_touch(struct bundle_job *b, uint32_t i);
/* When every entry has its id: two with one fullUrl are refused. */
ANS_MUST_USE ans_err refs_make_map(struct bundle_job *b);
/* What the condition of an entry finds, of one that writes once the deletions of this transaction are done: out is the match when it
 * is one. */
ANS_MUST_USE ans_err refs_condition(struct bundle_job *b, ans_reader *rd, const entry *e, ans_str query, uint32_t *out_count, ans_version *out);
/* How many of the resources that this transaction creates meet a condition. */
ANS_MUST_USE ans_err refs_created(struct bundle_job *b, ans_type type, ans_str query, uint32_t *out_count);
/* For canon_hook; arg is the bundle_job, whose `at` and `beside` are those of the entry. */
ANS_MUST_USE ans_err refs_rewrite(void *arg, ans_cx *cx, ans_type type, ans_str key, ans_str value, ans_str *out);

#endif
