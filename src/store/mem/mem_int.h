/* The mem back end's inside. Everything is kept for ever in growing arrays, so a snapshot is three numbers: how many versions,
 * how many resources, and the commit (epoch) at which rows are looked at. One reader-writer lock is held for the
 * length of a primitive and never longer: a reader's open snapshot does not stop the writer. */
#ifndef ANS_STORE_MEM_MEM_INT_H
#define ANS_STORE_MEM_MEM_INT_H

#include "store/store_int.h"

typedef struct mem_rowset mem_rowset;

#define MEM_EPOCH_NONE UINT64_MAX

/* An ordered set with a past: each row has the epoch that added it and the one that took it away. */
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
uint64_t mem_rowset_count(const mem_rowset *set, ans_str low, ans_str high, uint64_t limit, uint64_t epoch);
uint64_t mem_rowset_bytes(const mem_rowset *set);

#endif
