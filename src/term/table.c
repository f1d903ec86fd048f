/* From code to place: open addressing over a keyed hash, so that nobody who writes a code system can make its codes collide. */
#include "base/hash.h"
#include "base/os.h"
#include "term/term_int.h"

enum { BLOCK = 120 };

static uint8_t hash_key[16];
static pthread_once_t key_made = PTHREAD_ONCE_INIT;

static void make_key(void)
{
    ans_random(hash_key, sizeof hash_key);
}

/* The whole code, a block at a time: what only differs far behind is told apart as well. */
static uint32_t hash_of(const code_table *t, ans_str code)
{
    char block[BLOCK + sizeof(uint64_t)];
    uint64_t hash = 0;
    size_t before = 0; /* bytes of the block's beginning that are the hash of what came before */
    if (!t->folds && code.n <= BLOCK) {
        return (uint32_t)ans_hash64(hash_key, code);
    }
    do {
        size_t n = code.n < BLOCK ? code.n : BLOCK;
        memcpy(block, &hash, before);
        for (size_t i = 0; i < n; i++) {
            char c = code.p[i];
            block[before + i] = t->folds && c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
        }
        hash = ans_hash64(hash_key, (ans_str){block, before + n});
        code = ans_str_from(code, n);
        before = sizeof hash;
    } while (code.n);
    return (uint32_t)hash;
}

ans_err table_make(ans_arena *arena, uint32_t count, bool folds, code_table *out)
{
    uint32_t size = 4;
    (void)pthread_once(&key_made, make_key); /* cannot fail with a valid control */
    while (size < UINT32_C(1) << 30 && size / 2 < count) {
        size *= 2;
    }
    *out = (code_table){.slots = ANS_NEW_N(arena, uint32_t, size), .mask = size - 1, .folds = folds};
    return out->slots ? ANS_OK : ans_arena_err(arena);
}

uint32_t table_find(const code_table *t, table_code *code_of, const void *arg, ans_str code)
{
    uint32_t folded = ANS_TERM_NONE;
    for (uint32_t i = hash_of(t, code) & t->mask; t->slots[i]; i = (i + 1) & t->mask) {
        ans_str there = code_of(arg, t->slots[i] - 1);
        if (ans_str_eq(there, code)) {
            return t->slots[i] - 1;
        }
        if (t->folds && folded == ANS_TERM_NONE && ans_str_ieq(there, code)) {
            folded = t->slots[i] - 1;
        }
    }
    return folded;
}

bool table_add(code_table *t, table_code *code_of, const void *arg, uint32_t at, uint32_t *out_at)
{
    ans_str code = code_of(arg, at);
    uint32_t i = hash_of(t, code) & t->mask;
    for (; t->slots[i]; i = (i + 1) & t->mask) {
        if (ans_str_eq(code_of(arg, t->slots[i] - 1), code)) {
            *out_at = t->slots[i] - 1;
            return false;
        }
    }
    t->slots[i] = at + 1;
    *out_at = at;
    return true;
}
