/* Waits: a small hash table of 8-way sets. When a set is full, the one with the fewest wrong tries makes room: a flood of made-up
 * names pushes out its like, never a name that is being guessed at. */
#include "auth/delay.h"

#include "base/hash.h"
#include "base/os.h"

enum { WAYS = 8 };

void ans_delays_init(ans_delays *d)
{
    memset(d, 0, sizeof *d);
    ans_random(d->key, sizeof d->key);
}

static uint64_t number_of(const ans_delays *d, char kind, ans_str who)
{
    char text[1 + 128];
    size_t n = who.n < 128 ? who.n : 128;
    text[0] = kind;
    memcpy(text + 1, who.n ? who.p : "", n);
    uint64_t v = ans_hash64(d->key, (ans_str){text, n + 1});
    return v ? v : 1;
}

static const ans_delay *find(const ans_delays *d, uint64_t who)
{
    const ans_delay *set = &d->at[who % (ANS_DELAY_PLACES / WAYS) * WAYS];
    for (uint32_t i = 0; i < WAYS; i++) {
        if (set[i].who == who) {
            return &set[i];
        }
    }
    return NULL;
}

static bool is_old(const ans_delay *x, int64_t now_us)
{
    return now_us - x->last_us >= (int64_t)ANS_DELAY_FORGET_SECONDS * 1000000;
}

static bool is_weaker(const ans_delay *a, const ans_delay *b, int64_t now_us)
{
    uint32_t of_a = is_old(a, now_us) ? 0 : a->wrong, of_b = is_old(b, now_us) ? 0 : b->wrong;
    return of_a != of_b ? of_a < of_b : a->last_us < b->last_us;
}

uint32_t ans_delay_left(const ans_delays *d, char kind, ans_str who, uint32_t free_tries, int64_t now_us)
{
    const ans_delay *x = find(d, number_of(d, kind, who));
    if (!x || x->wrong <= free_tries || is_old(x, now_us)) {
        return 0;
    }
    uint32_t over = x->wrong - free_tries - 1;
    int64_t wait = over < 6 ? 1 << over : ANS_DELAY_MOST_SECONDS;
    int64_t left_us = x->last_us + wait * 1000000 - now_us;
    if (left_us > wait * 1000000) {
        left_us = wait * 1000000; /* the clock was set back: never longer than the wait itself */
    }
    return left_us > 0 ? (uint32_t)((left_us + 999999) / 1000000) : 0;
}

void ans_delay_wrong(ans_delays *d, char kind, ans_str who, int64_t now_us)
{
    uint64_t number = number_of(d, kind, who);
    ans_delay *x = (ans_delay *)find(d, number); /* d is ours to change */
    if (!x) {
        x = &d->at[number % (ANS_DELAY_PLACES / WAYS) * WAYS];
        for (ans_delay *y = x + 1, *end = x + WAYS; y < end; y++) {
            x = is_weaker(y, x, now_us) ? y : x;
        }
        *x = (ans_delay){.who = number};
    }
    x->wrong = is_old(x, now_us) ? 1 : x->wrong < 1000 ? x->wrong + 1 : x->wrong;
    x->last_us = now_us;
}

void ans_delay_clear(ans_delays *d, char kind, ans_str who)
{
    ans_delay *x = (ans_delay *)find(d, number_of(d, kind, who));
    if (x) {
        *x = (ans_delay){0};
    }
}
