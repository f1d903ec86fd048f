/* How fast somebody may go on: a bucket that holds so much and fills again at an even pace (GCRA: one time per bucket says all).
 *
 * Who they are is a keyed hash of an account or an address, in a table of fixed size: made-up addresses push out what is nearly
 * full again, and cost no memory. A bucket that was pushed out is a full one when it is met again, so the table forgives, it never
 * locks out. In memory: a restart fills every bucket. Time is the monotonic clock, so no wrong date stops anybody. */
#ifndef ANS_AUTH_PACE_H
#define ANS_AUTH_PACE_H

#include <pthread.h>

#include "base/str.h"

#define ANS_PACE_PLACES 8192
#define ANS_PACE_LOCKS 16

typedef struct ans_pace_limit {
    uint64_t units;  /* so much ... */
    uint64_t per_us; /* ... comes back in this time; 0: there is no limit */
    uint64_t most;   /* and so much may come at once */
} ans_pace_limit;

typedef struct ans_pace {
    uint64_t who;    /* 0: free */
    int64_t full_us; /* when the bucket will be full again */
} ans_pace;

typedef struct ans_paces {
    uint8_t key[16];
    pthread_mutex_t locks[ANS_PACE_LOCKS]; /* each for its share of the sets */
    ans_pace at[ANS_PACE_PLACES];
} ans_paces;

void ans_paces_init(ans_paces *p);
void ans_paces_done(ans_paces *p);
/* Take cost from a bucket. kind keeps accounts and addresses apart. 0: taken; else the seconds, rounded up and at most a day, after
 * which it will be there, and nothing was taken. A cost above limit->most waits for a full bucket and takes all of it. Any thread. */
uint32_t ans_pace_take(ans_paces *p, char kind, ans_str who, const ans_pace_limit *limit, uint64_t cost, int64_t mono_us);

#endif
