/* A set of rids as one bit each. rids are dense and a node holds at most a few million resources, so a set costs
 * 125 KB a million and every operation is a plain loop over words. */
#include "search/search_int.h"

static size_t words_of(ans_rid top)
{
    return ((size_t)top >> 6) + 1;
}

ans_err rids_init(ans_cx *cx, rids *set, ans_rid top)
{
    *set = (rids){.bits = ANS_NEW_N(cx->arena, uint64_t, words_of(top)), .top = top};
    return set->bits ? ANS_OK : ans_cx_nomem(cx);
}

bool rids_add(rids *set, ans_rid rid)
{
    if (rid > set->top || rids_has(set, rid)) {
        return false;
    }
    set->bits[rid >> 6] |= UINT64_C(1) << (rid & 63);
    set->count++;
    return true;
}

static void recount(rids *set)
{
    uint64_t n = 0;
    for (size_t i = 0; i < words_of(set->top); i++) {
        n += (uint64_t)__builtin_popcountll(set->bits[i]);
    }
    set->count = n;
}

void rids_and(rids *set, const rids *other)
{
    for (size_t i = 0; i < words_of(set->top); i++) {
        set->bits[i] &= other->bits[i];
    }
    recount(set);
}

void rids_or(rids *set, const rids *other)
{
    for (size_t i = 0; i < words_of(set->top); i++) {
        set->bits[i] |= other->bits[i];
    }
    recount(set);
}

void rids_minus(rids *set, const rids *other)
{
    for (size_t i = 0; i < words_of(set->top); i++) {
        set->bits[i] &= ~other->bits[i];
    }
    recount(set);
}

ans_rid rids_after(const rids *set, ans_rid rid)
{
    if (rid >= set->top) {
        return 0;
    }
    ans_rid next = rid + 1;
    size_t i = next >> 6;
    uint64_t word = set->bits[i] & (UINT64_MAX << (next & 63));
    while (word == 0) {
        if (++i >= words_of(set->top)) {
            return 0;
        }
        word = set->bits[i];
    }
    return (ans_rid)(i << 6 | (size_t)__builtin_ctzll(word));
}
