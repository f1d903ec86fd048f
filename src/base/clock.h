/* Is the wall clock to be believed? A small PC whose battery is empty wakes up in the year 2000; somebody sets the wrong month; what is
 * written then stands at the wrong place for ever.
 *
 * The one idea: the last moment that was believed, and how much time has truly passed since (the clock of this boot, which nobody
 * sets), say what time it should be. Over a restart only the first half is known: then a clock may be ahead by as long as a house
 * may be shut. A clock that comes back to where it should be is believed again by itself; another one when somebody says so. */
#ifndef ANS_BASE_CLOCK_H
#define ANS_BASE_CLOCK_H

#include <pthread.h>

#include "base/str.h"

#define ANS_CLOCK_EARLIEST_US (INT64_C(1760000000) * 1000000) /* before this program was written (October 2025) */
#define ANS_CLOCK_STEP_US (INT64_C(120) * 1000000)            /* small corrections are what time servers make */
#define ANS_CLOCK_SHUT_US (INT64_C(60) * 86400 * 1000000)     /* so long nothing may have run */

typedef enum ans_clock_state {
    ANS_CLOCK_RIGHT,
    ANS_CLOCK_EARLY,  /* before this program was written */
    ANS_CLOCK_BEHIND, /* before what was believed */
    ANS_CLOCK_AHEAD   /* further on than time can have passed */
} ans_clock_state;

typedef struct ans_clock {
    pthread_mutex_t lock;
    int64_t believed_us; /* wall time of the last look that was believed; 0: none */
    int64_t boot_us;     /* the clock of this boot at that look; -1: it was before this start */
} ans_clock;

/* newest_us: the last wall time that is believed from before; 0: nothing is known. */
void ans_clock_init(ans_clock *c, int64_t newest_us);
void ans_clock_done(ans_clock *c);
/* The state at this moment. Any thread. */
ans_clock_state ans_clock_look(ans_clock *c, int64_t wall_us, int64_t boot_us);
/* Somebody has looked at a watch: this is the time. False: it is before this program was written, and set it must be. */
bool ans_clock_accept(ans_clock *c, int64_t wall_us, int64_t boot_us);
int64_t ans_clock_believed_us(ans_clock *c);
const char *ans_clock_name(ans_clock_state state); /* "right", "early", "behind", "ahead" */

#endif
