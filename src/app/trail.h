/* Entries of the audit about what the program itself does. */
#ifndef ANS_APP_TRAIL_H
#define ANS_APP_TRAIL_H

#include "app/app.h"
#include "auth/audit.h"

/* The audit of an open folder; free it (ans_audit_free) after the folder is closed: the store signs its last head then. */
ANS_MUST_USE ans_err trail_open(ans_cx *cx, const options *o, const folder *f, ans_audit **out);
/* By the owner of the folder. audit NULL: nothing is kept. parameters: figures and names, never content of the record. */
ANS_MUST_USE ans_err trail_tell(ans_cx *cx, ans_audit *audit, uint8_t deed, const char *operation, ans_str parameters, ans_str subject);

#endif
