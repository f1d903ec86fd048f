/* What the program itself did to a data folder leaves its entries in the audit: that a server began and ended, that something was
 * imported or invented, that accounts were made. Each is on disk when it is told. A beginning without its end was cut short. */
#include "app/trail.h"

ans_err trail_open(ans_cx *cx, const options *o, const folder *f, ans_audit **out)
{
    return ans_audit_new(cx, f->store, o->memory ? NULL : o->data, out);
}

ans_err trail_tell(ans_cx *cx, ans_audit *audit, uint8_t deed, const char *operation, ans_str parameters, ans_str subject)
{
    const ans_event e = {.deed = deed,
                         .status = 200,
                         .who = {.kind = ANS_WHO_LOCAL},
                         .operation = ans_str_of(operation),
                         .parameters = parameters,
                         .subject = subject};
    return audit ? ans_audit_now(audit, cx, &e) : ANS_OK;
}
