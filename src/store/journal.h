/* The journal: what was done with the record, as a chain of entries in the same file as the record. The store knows bytes
 * here too; what an entry says is src/auth/audit.h.
 *
 * Ideas.
 * - An entry of a change commits WITH the change (ans_txn.journal): neither is ever there without the other. Entries of reads
 *   are gathered in memory (ans_journal_later) and become durable with the next commit, or within a second.
 * - Entries are numbered 1, 2, 3 ... (seq) without gaps, their times never run backwards, and each has a hash that
 *   takes in the one before:  h(i) = BLAKE2b-256(h(i-1) | seq 8 | time 8 | number of keys 4 | keys 4 each | bytes), numbers
 *   big-endian, h(0) zeros. An entry that was removed, changed or put elsewhere does not fit any more.
 * - What nobody can see from inside a chain is that its end was cut off, or all of it made anew. So heads of it are signed
 *   now and then: about every hour, every 10,000 entries, and when the store closes.
 * - A commit's entries stand together in one row, a block, with the sorted set of their keys; a search by key passes
 *   over blocks without it, and over groups of 256 blocks at once.
 * - Keys are 32-bit numbers: rids as they are, anything else by its user's agreement. */
#ifndef ANS_STORE_JOURNAL_H
#define ANS_STORE_JOURNAL_H

#include "store/store.h"

#define ANS_CHAIN_BYTES 32u
#define ANS_NOTE_MAX_BYTES 65536u /* of one entry */
#define ANS_NOTE_MAX_KEYS 262144u

/* An entry that is not in the chain yet. The bytes and keys are copied by whoever takes it. */
struct ans_note {
    ans_str bytes;
    const uint32_t *keys;
    uint32_t key_count;
};

/* Keep an entry that belongs to no change. Any thread, never waits for the disk.
 * errors   ANS_E_BUSY 16 MiB are waiting, or the last try to write them failed: refuse what you were about to do;
 *          ANS_E_TOOBIG; ANS_E_NOMEM; ANS_E_UNSUPPORTED the store is open for reading. Issues are added to cx. */
ANS_MUST_USE ans_err ans_journal_later(ans_cx *cx, ans_store *store, const ans_note *note);
/* An entry that must be on disk before something happens: a transaction without changes, with `journal` set, given to
 * ans_store_submit or ans_store_commit. */

/* ---- reading ---- */

typedef struct ans_entry {
    uint64_t seq;
    int64_t when_us;
    ans_str bytes;
    const uint32_t *keys;
    uint32_t key_count;
    uint8_t hash[ANS_CHAIN_BYTES]; /* filled in by ans_journal_last only */
} ans_entry;

typedef struct ans_journal_query {
    uint64_t before;         /* only entries with a smaller seq; 0: from the newest */
    uint64_t after;          /* only entries with a larger seq */
    int64_t since_us;        /* at or after; 0: all */
    int64_t until_us;        /* at or before; 0: all */
    const uint32_t *any;     /* entries with at least one of these keys; none: all entries */
    uint32_t any_count;
    const uint32_t *all;     /* and with all of these */
    uint32_t all_count;
} ans_journal_query;

/* Entries newest first. The visitor says whether to go on; views hold until it returns, and it may read with rd meanwhile.
 * One moment: the reader's snapshot, or one of its own. */
typedef bool ans_journal_visit(void *arg, const ans_entry *entry);
ANS_MUST_USE ans_err ans_journal_walk(ans_cx *cx, ans_reader *rd, const ans_journal_query *q, ans_journal_visit *visit,
                                      void *arg);
/* One entry, in cx->arena; ANS_E_NOTFOUND. */
ANS_MUST_USE ans_err ans_journal_get(ans_cx *cx, ans_reader *rd, uint64_t seq, ans_entry *out);
/* Number, time and hash of the last entry of this snapshot; seq 0: there is none. */
ANS_MUST_USE ans_err ans_journal_last(ans_cx *cx, ans_reader *rd, ans_entry *out);

/* ---- signed heads ---- */

typedef struct ans_head {
    uint64_t seq;      /* of the entry that the hash is of */
    uint64_t prev;     /* seq of the head before; 0: none. Signed too, so that no head can be taken away between two others */
    int64_t when_us;   /* when it was signed */
    uint8_t hash[ANS_CHAIN_BYTES];
    uint8_t key_id[8];
    uint8_t signature[64];
} ans_head;

#define ANS_HEAD_MESSAGE_BYTES (16 + 24 + ANS_CHAIN_BYTES)
/* What is signed: "ansinh journal 1", seq 8, prev 8, when 8, hash 32; numbers big-endian. */
void ans_head_message(const ans_head *head, uint8_t out[ANS_HEAD_MESSAGE_BYTES]);

/* Fills key_id and signature. On the writer's thread. Failing, the head is left for later. */
typedef ans_err ans_head_sign(void *arg, ans_cx *cx, ans_head *head);
/* From now on heads are signed; before that, none. fn NULL: no more. */
void ans_journal_set_signer(ans_store *store, ans_head_sign *fn, void *arg);

/* ---- care ---- */

typedef struct ans_journal_report {
    uint64_t entries, blocks, heads;
    uint64_t bad_seq;      /* the first entry that does not fit; 0: all fit */
    const char *what;      /* why, one constant sentence; NULL */
    uint64_t bad_heads;    /* signatures that do not hold, or stand for another hash */
    uint64_t strange_heads; /* by a key that is not known here: nothing can be said */
    uint64_t signed_seq;   /* entries up to here are under a good signature; 0: none */
    ans_entry last;        /* bytes and keys empty */
} ans_journal_report;

typedef enum ans_head_state { ANS_HEAD_GOOD, ANS_HEAD_BAD, ANS_HEAD_STRANGE } ans_head_state;
typedef struct ans_journal_check {
    ans_head_state (*signature)(void *arg, const ans_head *head); /* NULL: signatures are not looked at */
    void *arg;
    uint64_t noted_seq; /* entry that must have this hash, known from elsewhere; 0: none */
    uint8_t noted_hash[ANS_CHAIN_BYTES];
    ans_progress_fn *progress;
    void *progress_arg;
} ans_journal_check;

/* Walk the whole chain as of one moment. ANS_OK also when it is broken: the report says it. */
ANS_MUST_USE ans_err ans_journal_verify(ans_cx *cx, ans_reader *rd, const ans_journal_check *how, ans_journal_report *out);

#endif
