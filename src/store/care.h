/* What the care of a store shares with the back ends. */
#ifndef ANS_STORE_CARE_H
#define ANS_STORE_CARE_H

#include "store/store_int.h"

/* Open the copy, read all of it, and compare it with the snapshot it was made from (conn is inside
 * begin..end). errors   ANS_E_CORRUPT the copy is not good */
ANS_MUST_USE ans_err ans_care_verify_copy(ans_cx *cx, ans_store *store, void *conn,
                                          const ans_store_options *copy);

#endif
