/* The packs of a server as others ask for them: the one who makes them every evening (app/evening.h) hands this table to the rest. */
#ifndef ANS_PAPER_KEEP_H
#define ANS_PAPER_KEEP_H

#include "base/cx.h"

typedef struct ans_pack_ward {
    ans_str id, name; /* empty: people without a bed */
    uint32_t people, pages;
    uint64_t bytes;
} ans_pack_ward;

typedef struct ans_pack_state {
    int32_t at_minute;  /* of the day, when packs are made by themselves; -1: they are not */
    int64_t made_us;    /* of the newest whole one; 0: there is none */
    int64_t failed_us;  /* since when it could not be made; 0: the last one could */
    const char *failed; /* name of the error (base/err.def) */
    bool is_making;
    ans_pack_ward *wards;
    uint32_t ward_count;
} ans_pack_state;

/* Who asked for one, as their entry in the audit names them: id and name of the account, how others know them, their Practitioner. */
typedef struct ans_pack_asker {
    ans_str account, name, display, practitioner;
} ans_pack_asker;

typedef struct ans_packs {
    void *arg;
    /* owns     out->wards in cx->arena */
    ans_err (*look)(void *arg, ans_cx *cx, ans_str facility, ans_pack_state *out);
    void (*make)(void *arg, ans_str facility, const ans_pack_asker *by); /* soon, on a thread of its own; of several who asked the last is named */
    uint64_t (*failed_count)(void *arg);       /* facilities whose last pack could not be made */
    int64_t (*oldest_us)(void *arg);           /* age matters: when the oldest of the newest ones was made; 0: there is none */
} ans_packs;

#endif
