/* A set of rids: a table with one place for every 512 of them, and a block of 512 bits where there are any. Most sets of a big record hold
 * a few resources (the readings of one person), so what a set costs is its table, 16 KB a million rids; a dense one is plain bits.
 *
 * Memory that runs out while a set grows is kept in the exec and told once, at the end of the search (run.c). */
#include "search/search_int.h"

enum { BLOCK_RIDS = 512, BLOCK_WORDS = BLOCK_RIDS / 64 };

static size_t places_of(ans_rid top)
{
    return (size_t)(top / BLOCK_RIDS) + 1;
}

ans_err rids_init(exec *x, rids *set, ans_rid top)
{
    *set = (rids){.blocks = ANS_NEW_N(x->cx->arena, uint64_t *, places_of(top)), .x = x, .top = top};
    return set->blocks ? ANS_OK : ans_cx_nomem(x->cx);
}

static uint64_t *block_at(rids *set, size_t place)
{
    if (!set->blocks[place]) {
        set->blocks[place] = ANS_NEW_N(set->x->cx->arena, uint64_t, BLOCK_WORDS);
        set->x->starved = set->x->starved || !set->blocks[place];
    }
    return set->blocks[place];
}

bool rids_has(const rids *set, ans_rid rid)
{
    const uint64_t *block = rid <= set->top ? set->blocks[rid / BLOCK_RIDS] : NULL;
    return block && (block[rid % BLOCK_RIDS / 64] >> (rid & 63) & 1);
}

bool rids_add(rids *set, ans_rid rid)
{
    if (rid > set->top || rids_has(set, rid)) {
        return false;
    }
    uint64_t *block = block_at(set, rid / BLOCK_RIDS);
    if (!block) {
        return false;
    }
    block[rid % BLOCK_RIDS / 64] |= UINT64_C(1) << (rid & 63);
    set->count++;
    return true;
}

static uint64_t count_of(const uint64_t *block)
{
    uint64_t n = 0;
    for (int i = 0; i < BLOCK_WORDS; i++) {
        n += (uint64_t)__builtin_popcountll(block[i]);
    }
    return n;
}

void rids_or(rids *set, const rids *other)
{
    size_t count = places_of(set->top < other->top ? set->top : other->top);
    for (size_t at = 0; at < count; at++) {
        const uint64_t *from = other->blocks[at];
        uint64_t *to = from ? block_at(set, at) : NULL;
        if (to) {
            set->count -= count_of(to);
            for (int i = 0; i < BLOCK_WORDS; i++) {
                to[i] |= from[i];
            }
            set->count += count_of(to);
        }
    }
}

void rids_minus(rids *set, const rids *other)
{
    size_t count = places_of(set->top < other->top ? set->top : other->top);
    for (size_t at = 0; at < count; at++) {
        const uint64_t *from = other->blocks[at];
        uint64_t *to = set->blocks[at];
        if (from && to) {
            set->count -= count_of(to);
            for (int i = 0; i < BLOCK_WORDS; i++) {
                to[i] &= ~from[i];
            }
            set->count += count_of(to);
        }
    }
}

ans_rid rids_after(const rids *set, ans_rid rid)
{
    if (rid >= set->top) {
        return 0;
    }
    ans_rid next = rid + 1;
    size_t count = places_of(set->top);
    uint32_t word = next % BLOCK_RIDS / 64;
    uint64_t from = UINT64_MAX << (next & 63);
    for (size_t at = next / BLOCK_RIDS; at < count; at++, word = 0, from = UINT64_MAX) {
        const uint64_t *block = set->blocks[at];
        for (; block && word < BLOCK_WORDS; word++, from = UINT64_MAX) {
            uint64_t bits = block[word] & from;
            if (bits) {
                return (ans_rid)(at * BLOCK_RIDS + word * 64 + (uint32_t)__builtin_ctzll(bits));
            }
        }
    }
    return 0;
}
