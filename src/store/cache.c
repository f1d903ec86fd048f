/* Sets of four, the least recently used one of a set makes room. The table starts small and grows
 * with use up to 65,536 entries (5.5 MB), so that a small facility's server stays small. */
#include "store/cache.h"

#include "base/arena.h"
#include "base/hash.h"
#include "base/os.h"

enum { WAYS = 4, FIRST_SETS = 1 << 8, MOST_SETS = 1 << 14, ID_MAX = 64 };

typedef struct entry {
    ans_rid rid; /* 0: free */
    uint32_t used;
    uint16_t type;
    uint8_t n;
    char id[ID_MAX];
} entry;

struct ans_ridcache {
    entry *at;
    uint32_t sets, pushed_out, clock;
    uint8_t key[16];
};

ans_ridcache *ans_ridcache_new(void)
{
    ans_ridcache *c = ans_alloc(sizeof *c);

    if (!c)
        return NULL;
    *c = (ans_ridcache){.sets = FIRST_SETS};
    ans_random(c->key, sizeof c->key);
    c->at = ans_alloc(sizeof(entry) * WAYS * c->sets);
    if (!c->at) {
        ans_free(c);
        return NULL;
    }
    ans_ridcache_clear(c);
    return c;
}

ans_ridcache *ans_ridcache_free(ans_ridcache *cache)
{
    if (cache)
        ans_free(cache->at);
    ans_free(cache);
    return NULL;
}

static entry *set_of(const ans_ridcache *c, entry *at, uint32_t sets, uint16_t type, ans_str id)
{
    uint64_t h = ans_hash64(c->key, id) + type * UINT64_C(0x9E3779B97F4A7C15);

    return at + (size_t)WAYS * ((uint32_t)(h ^ h >> 32) & (sets - 1));
}

static bool is_of(const entry *e, ans_ref ref)
{
    return e->rid && e->type == ref.type && e->n == ref.id.n && memcmp(e->id, ref.id.p, e->n) == 0;
}

ans_rid ans_ridcache_get(ans_ridcache *cache, ans_ref ref)
{
    entry *set;

    if (ref.id.n > ID_MAX || ref.id.n == 0)
        return 0;
    set = set_of(cache, cache->at, cache->sets, ref.type, ref.id);
    for (int i = 0; i < WAYS; i++) {
        if (is_of(&set[i], ref)) {
            set[i].used = ++cache->clock;
            return set[i].rid;
        }
    }
    return 0;
}

static entry *oldest_of(entry *set)
{
    entry *e = set;

    for (int i = 0; i < WAYS && e->rid; i++) {
        if (!set[i].rid || set[i].used < e->used)
            e = &set[i];
    }
    return e;
}

/* Failing to grow is harmless: the cache goes on with the size it has. */
static void grow(ans_ridcache *c)
{
    uint32_t sets = c->sets * 4;
    entry *at = ans_alloc(sizeof(entry) * WAYS * sets);

    c->pushed_out = 0;
    if (!at)
        return;
    memset(at, 0, sizeof(entry) * WAYS * sets);
    for (size_t i = 0; i < (size_t)WAYS * c->sets; i++) {
        const entry *e = &c->at[i];
        if (e->rid)
            *oldest_of(set_of(c, at, sets, e->type, (ans_str){e->id, e->n})) = *e;
    }
    ans_free(c->at);
    c->at = at;
    c->sets = sets;
}

void ans_ridcache_put(ans_ridcache *cache, ans_ref ref, ans_rid rid)
{
    entry *e;

    if (ref.id.n > ID_MAX || ref.id.n == 0)
        return;
    if (cache->sets < MOST_SETS && cache->pushed_out > cache->sets / 4)
        grow(cache);
    e = oldest_of(set_of(cache, cache->at, cache->sets, ref.type, ref.id));
    cache->pushed_out += e->rid != 0;
    e->rid = rid;
    e->used = ++cache->clock;
    e->type = ref.type;
    e->n = (uint8_t)ref.id.n;
    memcpy(e->id, ref.id.p, ref.id.n);
}

void ans_ridcache_clear(ans_ridcache *cache)
{
    memset(cache->at, 0, sizeof(entry) * WAYS * cache->sets);
    cache->pushed_out = 0;
}
