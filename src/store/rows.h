/* The changes of the index that a batch of transactions makes, gathered and then applied once in
 * key order: rows that stand together are written together, and a row that one change takes away
 * and the next puts back is not touched at all. */
#ifndef ANS_STORE_ROWS_H
#define ANS_STORE_ROWS_H

#include "store/store_int.h"

typedef struct ans_rowlist_entry ans_rowlist_entry;

/* Zero it before the first use. */
typedef struct ans_rowlist {
    ans_rowlist_entry *at;
    uint32_t count, cap;
    char *bytes; /* all keys, one behind the other */
    size_t used, size;
    ans_rowop *ops;
    uint32_t ops_cap;
} ans_rowlist;

/* Length of the key that a row becomes. */
size_t ans_row_key_bytes(const ans_row *row);
/* head | ref | tail | owner into p, which has room for ans_row_key_bytes. */
void ans_row_key_put(char *p, const ans_row *row, ans_rid ref, ans_rid owner);

/* errors ANS_E_NOMEM; ANS_E_TOOBIG a key over ANS_ROW_MAX_BYTES */
ANS_MUST_USE ans_err ans_rowlist_add(ans_cx *cx, ans_rowlist *list, const ans_row *row, ans_rid ref,
                                     ans_rid owner, bool is_add);
/* Sorted and each key once: what remains to be done when all is taken in turn. The keys are views
 * into the list. */
ANS_MUST_USE ans_err ans_rowlist_net(ans_cx *cx, ans_rowlist *list, const ans_rowop **out,
                                     uint32_t *out_count);
/* Empty again; memory over what an ordinary batch needs is given back. */
void ans_rowlist_reset(ans_rowlist *list);
void ans_rowlist_done(ans_rowlist *list);

#endif
