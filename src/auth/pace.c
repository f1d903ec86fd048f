/* Buckets: a small hash table of 8-way sets. When a set is full, the bucket that is nearest to being full again makes room. */
#include "auth/pace.h"

#include "base/hash.h"
#include "base/os.h"

enum { WAYS = 8, SETS = ANS_PACE_PLACES / WAYS, MOST_SECONDS = 86400, LONGEST_NAME = 128 };

void ans_paces_init(ans_paces *p)
{
    memset(p, 0, sizeof *p);
    ans_random(p->key, sizeof p->key);
    for (uint32_t i = 0; i < ANS_PACE_LOCKS; i++) {
        (void)pthread_mutex_init(&p->locks[i], NULL);
    }
}

void ans_paces_done(ans_paces *p)
{
    for (uint32_t i = 0; i < ANS_PACE_LOCKS; i++) {
        (void)pthread_mutex_destroy(&p->locks[i]);
    }
}

static uint64_t number_of(const ans_paces *p, char kind, ans_str who)
{
    char text[1 + LONGEST_NAME];
    size_t n = who.n < LONGEST_NAME ? who.n : LONGEST_NAME;
    text[0] = kind;
    memcpy(text + 1, who.n ? who.p : "", n);
    uint64_t v = ans_hash64(p->key, (ans_str){text, n + 1});
    return v ? v : 1;
}

static ans_pace *place_of(ans_paces *p, uint64_t who)
{
    ans_pace *set = &p->at[who % SETS * WAYS], *out = set;
    for (uint32_t i = 0; i < WAYS; i++) {
        if (set[i].who == who) {
            return &set[i];
        }
        out = set[i].full_us < out->full_us ? &set[i] : out;
    }
    *out = (ans_pace){.who = who};
    return out;
}

/* The time in which so many units come back; both factors are bounded so that it fits. */
static int64_t time_of(const ans_pace_limit *limit, uint64_t units)
{
    double us = (double)units * (double)limit->per_us / (double)limit->units;
    return us < (double)INT64_MAX / 4 ? (int64_t)us : INT64_MAX / 4;
}

uint32_t ans_pace_take(ans_paces *p, char kind, ans_str who, const ans_pace_limit *limit, uint64_t cost, int64_t mono_us)
{
    if (limit->per_us == 0 || limit->units == 0 || cost == 0) {
        return 0;
    }
    uint64_t number = number_of(p, kind, who);
    pthread_mutex_t *lock = &p->locks[number % SETS % ANS_PACE_LOCKS];
    int64_t whole = time_of(limit, limit->most), wanted = time_of(limit, cost < limit->most ? cost : limit->most);
    (void)pthread_mutex_lock(lock);
    ans_pace *x = place_of(p, number);
    int64_t from = x->full_us > mono_us ? x->full_us : mono_us;
    int64_t over = from + wanted - mono_us - whole;
    if (over <= 0) {
        x->full_us = from + wanted;
    }
    (void)pthread_mutex_unlock(lock);
    int64_t seconds = over <= 0 ? 0 : (over + 999999) / 1000000;
    return seconds < MOST_SECONDS ? (uint32_t)seconds : MOST_SECONDS;
}
