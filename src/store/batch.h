/* A batch: transactions that share one commit. This is the meaning of a write, without threads and
 * without SQL: conditions, outcomes, version numbers, the clock, rids, rows. The writer thread
 * (writer.c) is its only user.
 *
 * Each transaction is taken in two steps. First everything that may refuse it is looked at (guard,
 * conditions) while nothing of it is written, so a refused transaction needs no undoing and its
 * neighbours never notice. Then it is written; a failure from there on is the machine's, not the
 * client's, and ends the whole batch. */
#ifndef ANS_STORE_BATCH_H
#define ANS_STORE_BATCH_H

#include "store/cache.h"
#include "store/rows.h"

/* Where the log stands. */
typedef struct ans_log_end {
    ans_pos pos;
    ans_rid rid;
    int64_t when_us;
} ans_log_end;

typedef struct ans_batch {
    ans_store *store;
    void *conn;
    ans_reader rd;      /* for guards: sees what the batch has written so far */
    ans_cx cx, scratch; /* of the batch; of one change */
    ans_rowlist rows;   /* not yet applied */
    ans_ridcache *cache;
    ans_log_end now, kept; /* with this batch; committed */
    uint64_t written;      /* versions */
} ans_batch;

ANS_MUST_USE ans_err ans_batch_init(ans_cx *cx, ans_batch *b, ans_store *store);
void ans_batch_done(ans_batch *b);

ANS_MUST_USE ans_err ans_batch_begin(ans_batch *b);
/* A refusal of the transaction is in txn->err_; an error returned spoils the batch: roll back. */
ANS_MUST_USE ans_err ans_batch_apply(ans_batch *b, ans_txn *txn);
ANS_MUST_USE ans_err ans_batch_commit(ans_batch *b);
void ans_batch_rollback(ans_batch *b);
/* The batch whose guard is running with this reader. */
ans_batch *ans_batch_of(ans_reader *rd);
/* The rid of a resource that is referred to, given now when it has none. */
ANS_MUST_USE ans_err ans_batch_rid(ans_batch *b, ans_ref ref, ans_rid *out);
/* The rid of a resource as the batch's reader sees it, mostly without the disk; NOTFOUND. */
ANS_MUST_USE ans_err ans_batch_find(ans_reader *rd, ans_cx *cx, ans_ref ref, ans_rid *out);
/* Forget what the batch allocated. After done was called for all. */
void ans_batch_reset(ans_batch *b);

#endif
