/* A training server beside the real one: its own folder (DATA/training, made by the demo), its own process, the next free port of the same
 * address, the same certificate. Started and begun anew when the head or an administrator asks for it; it ends with this process, however
 * that ends (docs/training.md).
 *
 * One thread keeps it and is the only one that starts, reads and ends the other process. */
#ifndef ANS_APP_TRAINING_H
#define ANS_APP_TRAINING_H

#include "app/app.h"

typedef struct training training;

/* address: of the real server. At once, when --training on.
 * owns     out until training_stop; o and address live longer */
ANS_MUST_USE ans_err training_start(ans_cx *cx, const options *o, ans_str address, training **out);
const ans_training *training_door(training *t); /* NULL for NULL */
void training_stop(training *t); /* accepts NULL */

/* Is this folder one for training? What was made as such stays one, wherever it is copied. */
ANS_MUST_USE ans_err training_is_marked(ans_cx *cx, ans_store *store, bool *out);
ANS_MUST_USE ans_err training_mark(ans_cx *cx, ans_store *store);

#endif
