/* What was read lately, for all readers of a store, so that reading it again needs neither SQLite nor the disk.
 *
 * The one idea: keep only what cannot become wrong. A version never changes, so it is kept by its position; a resource's rid never
 * changes either. What does change, which version of a resource is current, is one number per rid. The writer moves that
 * number before its commit can be seen; a reader believes it when it is not beyond the reader's own moment, and a number that a
 * reader brings from the store is taken only where there is none yet. So a snapshot never gets what it would not have read itself.
 *
 * Everything here may fail to be kept; nothing depends on it. */
#ifndef ANS_STORE_HOT_H
#define ANS_STORE_HOT_H

#include "base/buf.h"
#include "store/store_int.h"

/* NULL when there is no memory: the store works without. */
ans_hot *ans_hot_new(void);
ans_hot *ans_hot_free(ans_hot *hot);

/* 0: not known. A rid may be younger than the caller's snapshot. Any thread, as all below. */
ans_rid ans_hot_rid(ans_hot *hot, ans_ref ref);
/* Position of the current version as of moment `now`; 0: not known. */
ans_pos ans_hot_current(ans_hot *hot, ans_rid rid, ans_pos now);
/* The version at a position; what *out points to is in copy. False: not kept. */
bool ans_hot_version(ans_hot *hot, ans_pos pos, bool with_body, ans_buf *copy, ans_rec *out);

/* rec was read as the current version of a resource that has an id, in a snapshot. */
void ans_hot_put_current(ans_hot *hot, const ans_rec *rec, bool with_body);
void ans_hot_put_rid(ans_hot *hot, ans_ref ref, ans_rid rid);

/* Counts of rows, for plans: near enough when made within COUNT_NEAR positions. key: a hash of what was counted. */
uint64_t ans_hot_count_key(ans_hot *hot, ans_str low, ans_str high, uint64_t limit);
bool ans_hot_count(ans_hot *hot, uint64_t key, ans_pos now, uint64_t *out);
void ans_hot_put_count(ans_hot *hot, uint64_t key, ans_pos now, uint64_t n);

/* By the writer: pos is going to be the current version; every position behind `last` will not come. */
void ans_hot_moved(ans_hot *hot, ans_rid rid, ans_pos pos);
void ans_hot_undone(ans_hot *hot, ans_pos last);
/* By the writer when it has time: give versions back when nobody asked for one since the last call. */
void ans_hot_cool(ans_hot *hot);

#endif
