/* Waits instead of lockouts. A wrong try of somebody makes the next one wait: 1, 2, 4 ... 60 s. Who they are is a keyed hash of
 * a name or an address, so that names that do not exist are treated like those that do, and nothing readable is kept.
 * In memory, of bounded size, forgotten after 15 quiet minutes: a wait is at most 60 s long, and nobody is ever locked out. */
#ifndef ANS_AUTH_DELAY_H
#define ANS_AUTH_DELAY_H

#include "base/str.h"

#define ANS_DELAY_PLACES 4096
#define ANS_DELAY_MOST_SECONDS 60
#define ANS_DELAY_FORGET_SECONDS 900

typedef struct ans_delay {
    uint64_t who; /* 0: free */
    int64_t last_us;
    uint32_t wrong;
} ans_delay;

typedef struct ans_delays {
    uint8_t key[16];
    ans_delay at[ANS_DELAY_PLACES];
} ans_delays;

void ans_delays_init(ans_delays *d);
/* kind: 'n' a name, 'a' an address. free: so many wrong tries cost nothing. Seconds still to wait, rounded up; 0: go on. */
uint32_t ans_delay_left(const ans_delays *d, char kind, ans_str who, uint32_t free_tries, int64_t now_us);
void ans_delay_wrong(ans_delays *d, char kind, ans_str who, int64_t now_us);
void ans_delay_clear(ans_delays *d, char kind, ans_str who);

#endif
