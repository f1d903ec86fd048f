/* Inside the journal: how entries stand in a block, and what the writer keeps between commits. */
#ifndef ANS_STORE_JOURNAL_INT_H
#define ANS_STORE_JOURNAL_INT_H

#include "store/journal.h"
#include "store/store_int.h"

enum {
    ANS_BLOCK_ENTRIES = 4096,     /* at most */
    ANS_BLOCK_BYTES = 256 << 10,  /* begin another when over */
    ANS_GROUP_BLOCKS = 256,
    ANS_JOURNAL_WAITING = 16 << 20,
    ANS_JOURNAL_SOON = 4 << 20,   /* written at once, without waiting for the second to pass */
    ANS_JOURNAL_DELAY_MS = 900, /* and the commit: within a second */
    ANS_HEAD_ENTRIES = 10000,
};
#define ANS_HEAD_US (INT64_C(3600) * 1000000)

/* ---- chain.c: the form of blocks ----
 * body:  per entry  time since the one before (since from_us) | number of keys | keys | number of bytes | bytes
 * keys:  the sorted set of all keys, each as the distance from the one before
 * Numbers are varints: 7 bits a byte, the lowest first. */

typedef struct ans_chain {
    uint64_t seq;
    int64_t when_us;
    uint8_t hash[ANS_CHAIN_BYTES];
} ans_chain;

/* Zero it before the first use. */
typedef struct ans_keyset {
    uint32_t *at;
    size_t count, cap;
} ans_keyset;

/* A block being filled. */
typedef struct ans_blockmaker {
    uint64_t first_seq;
    uint32_t count;
    int64_t from_us, to_us;
    ans_buf body, room;
    ans_keyset keys;
} ans_blockmaker;
void ans_blockmaker_init(ans_blockmaker *m);
void ans_blockmaker_reset(ans_blockmaker *m); /* empty, memory kept */
void ans_blockmaker_done(ans_blockmaker *m);

/* Append an entry: the chain moves on. when_us is not before the chain's. ANS_E_NOMEM without an issue. */
ANS_MUST_USE ans_err ans_block_put(ans_blockmaker *m, ans_chain *chain, int64_t when_us, const ans_note *note);
/* Sort the keys, each once. */
void ans_keyset_sort(ans_keyset *set);
/* A sorted set in its short form, in cx->arena. */
ANS_MUST_USE ans_err ans_keyset_pack(ans_cx *cx, const ans_keyset *set, ans_str *out);
/* Add all keys of a short form; ANS_E_CORRUPT, ANS_E_NOMEM without an issue. */
ANS_MUST_USE ans_err ans_keyset_unpack(ans_keyset *set, ans_str packed);
ANS_MUST_USE ans_err ans_keyset_add(ans_keyset *set, const uint32_t *keys, size_t count);
/* Is one of these (sorted) in the short form? */
bool ans_keyset_meets(ans_str packed, const uint32_t *keys, uint32_t count);
void ans_keyset_done(ans_keyset *set);

/* Reading a body forward; keys are made in the arena. False at the end, or where the bytes make no sense (then is_bad is
 * set). Start with the block's body, first seq and from_us. */
typedef struct ans_blockwalk {
    ans_str left;
    uint64_t seq; /* of the next entry */
    int64_t when_us;
    bool is_bad;
} ans_blockwalk;
bool ans_blockwalk_next(ans_blockwalk *w, ans_arena *arena, ans_entry *out);

/* The chain moves on over an entry; room is scratch that grows. ANS_E_NOMEM without an issue. */
ANS_MUST_USE ans_err ans_chain_next(ans_chain *chain, ans_buf *room, int64_t when_us, const ans_note *note);

/* ---- journal.c: the writer's side ---- */

ANS_MUST_USE ans_err ans_journal_open(ans_cx *cx, ans_store *store, ans_journal **out);
void ans_journal_free(ans_journal *j);

/* Of a batch, on the writer's thread. begin takes what is waiting; add keeps a transaction's entry; write puts all of it
 * into the open write transaction; then the commit stood (settle) or the batch was taken back (undo). */
ANS_MUST_USE ans_err ans_journal_begin(ans_journal *j, ans_cx *cx);
ANS_MUST_USE ans_err ans_journal_add(ans_journal *j, ans_cx *cx, ans_txn *txn, ans_reader *rd, int64_t when_us);
ANS_MUST_USE ans_err ans_journal_write(ans_journal *j, ans_cx *cx, void *conn);
void ans_journal_settle(ans_journal *j);
void ans_journal_undo(ans_journal *j);

/* Milliseconds until waiting entries must be written: 0 now, -1 nothing waits. */
int64_t ans_journal_due_ms(ans_journal *j);
/* A flush by itself failed: reads are refused until one succeeds. */
void ans_journal_stuck(ans_journal *j);
/* The last words: sign what is not under a head. True when there is something to write. */
bool ans_journal_closing(ans_journal *j);

#endif
