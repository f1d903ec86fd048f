/* Entries of the audit about what the program itself does. */
#ifndef ANS_APP_TRAIL_H
#define ANS_APP_TRAIL_H

#include "app/app.h"
#include "auth/audit.h"

/* The audit of an open folder; free it (ans_audit_free) after the folder is closed: the store signs its last head then. */
ANS_MUST_USE ans_err trail_open(ans_cx *cx, const options *o, const folder *f, ans_audit **out);
/* By the owner of the folder. audit NULL: nothing is kept. parameters: figures and names, never content of the record. */
ANS_MUST_USE ans_err trail_tell(ans_cx *cx, ans_audit *audit, uint8_t deed, const char *operation, ans_str parameters, ans_str subject);

/* Something is about to be read, printed or taken out at the machine: told first, by a running server or in the folder itself, with the name of
 * the system's user. deed: ANS_DID_EXPORT or ANS_DID_PRINT; parameters: names and codes, no ids of persons. A folder that nobody can write (a
 * backup on a shelf) is read all the same, with a word on standard error: whoever holds the files can read them without this program. */
void trail_take(ans_cx *cx, const options *o, uint8_t deed, const char *operation, ans_str parameters);

#endif
