/* The clock of a server, watched while it runs and over its restarts: DATA/clock holds the last time that was believed, so that what is
 * written at a wrong time is not the measure of the next start. */
#ifndef ANS_APP_CLOCK_H
#define ANS_APP_CLOCK_H

#include "app/app.h"
#include "base/clock.h"

typedef struct clock_keeper clock_keeper;

/* In the arena of cx; says what is wrong. A thread looks every 10 s until clock_stop. */
ANS_MUST_USE ans_err clock_start(ans_cx *cx, const options *o, ans_store *store, clock_keeper **out);
ans_clock *clock_of(clock_keeper *k); /* NULL for NULL */
void clock_stop(clock_keeper *k);     /* accepts NULL and one that did not start */

#endif
