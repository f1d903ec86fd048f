/* The 24-hour pack, made by itself every evening for each facility: DIR/<facility>/<day>T<HHMMSS>Z/ with a PDF for each ward, its sealed part,
 * and pack.json, which is written last. A pack is whole or not there: it is made in a folder *.part that gets its name at the end; what a
 * cut-off run left is thrown away by the next one. The two newest are kept. Files are 0600: they are the record, in another form
 * (docs/security.md). */
#ifndef ANS_APP_EVENING_H
#define ANS_APP_EVENING_H

#include "app/app.h"
#include "auth/audit.h"
#include "paper/keep.h"

typedef struct evening evening;

/* "18:00" -> 1080; "off" -> -1; false: neither. NULL: the usual. */
bool evening_time(const char *text, int32_t *out_minute);
/* When a pack was last due: the newest moment of that minute on the zone's clock that is not after now. */
int64_t evening_due(const ans_zone *zone, int32_t at_minute, int64_t now_us);

ANS_MUST_USE ans_err evening_start(ans_cx *cx, const options *o, const folder *f, ans_audit *audit, evening **out);
const ans_packs *evening_packs(evening *e); /* NULL for NULL */
/* From now on each pack leaves its entry in the audit before it is there, and the head of a facility is told by a Task when none could be made,
 * until one was. audit NULL: none is kept. Accepts NULL. */
void evening_tell_by(evening *e, ans_rest *rest);
/* Ends between two wards, at once otherwise: then nothing is made or told any more; before the rest goes that it tells by. evening_free when
 * nobody asks for packs any more. Both accept NULL. */
void evening_stop(evening *e);
void evening_free(evening *e);

/* The packs of every facility (or of one) into the folder `to`, now: for the command line. */
typedef struct evening_made {
    uint32_t facilities, wards, people, pages;
} evening_made;
ANS_MUST_USE ans_err evening_make_all(ans_cx *cx, const folder *f, const char *to, evening_made *out);

#endif
