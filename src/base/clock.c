/* One comparison; what it means stands in clock.h. */
#include "base/clock.h"

void ans_clock_init(ans_clock *c, int64_t newest_us)
{
    (void)pthread_mutex_init(&c->lock, NULL);
    c->believed_us = newest_us;
    c->boot_us = -1;
}

void ans_clock_done(ans_clock *c)
{
    (void)pthread_mutex_destroy(&c->lock);
}

static ans_clock_state judge(const ans_clock *c, int64_t wall_us, int64_t boot_us)
{
    bool same_start = c->boot_us >= 0;
    int64_t least = c->believed_us + (same_start ? boot_us - c->boot_us : 0);
    if (wall_us < ANS_CLOCK_EARLIEST_US) {
        return ANS_CLOCK_EARLY;
    }
    if (c->believed_us == 0) {
        return ANS_CLOCK_RIGHT;
    }
    return wall_us < least - ANS_CLOCK_STEP_US                                             ? ANS_CLOCK_BEHIND
           : wall_us > least + (same_start ? ANS_CLOCK_STEP_US : ANS_CLOCK_SHUT_US) ? ANS_CLOCK_AHEAD
                                                                                           : ANS_CLOCK_RIGHT;
}

static void believe(ans_clock *c, int64_t wall_us, int64_t boot_us)
{
    c->believed_us = wall_us;
    c->boot_us = boot_us;
}

ans_clock_state ans_clock_look(ans_clock *c, int64_t wall_us, int64_t boot_us)
{
    (void)pthread_mutex_lock(&c->lock);
    ans_clock_state state = judge(c, wall_us, boot_us);
    if (state == ANS_CLOCK_RIGHT) {
        believe(c, wall_us, boot_us);
    }
    (void)pthread_mutex_unlock(&c->lock);
    return state;
}

bool ans_clock_accept(ans_clock *c, int64_t wall_us, int64_t boot_us)
{
    if (wall_us < ANS_CLOCK_EARLIEST_US) {
        return false;
    }
    (void)pthread_mutex_lock(&c->lock);
    believe(c, wall_us, boot_us);
    (void)pthread_mutex_unlock(&c->lock);
    return true;
}

int64_t ans_clock_believed_us(ans_clock *c)
{
    (void)pthread_mutex_lock(&c->lock);
    int64_t us = c->believed_us;
    (void)pthread_mutex_unlock(&c->lock);
    return us;
}

const char *ans_clock_name(ans_clock_state state)
{
    static const char *const names[] = {"right", "early", "behind", "ahead"};
    return names[state];
}
