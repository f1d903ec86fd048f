/* Versions stand in rings: a new one goes over the oldest. There are several of everything, each with its lock, so that readers
 * seldom meet. See hot.h for why nothing here can be wrong. */
#include "store/hot.h"

#include "store/cache.h"

enum {
    SHARDS = 16,
    RING_BYTES = 5 << 19, /* 40 MiB in all */
    SLOTS = 1 << 14,      /* per shard; a packed version takes some 300 bytes with its id */
    WAYS = 4,
    ID_SHARDS = 2,
    BODY_MAX = 64 << 10,
    COUNTS = 1 << 12, /* 96 KiB */
    COUNT_NEAR = 1000,
    CHUNK_RIDS = 1 << 16, /* 256 KiB of positions */
    CHUNKS = 96           /* six million rids; beyond, the store is asked */
};

#define POS_NONE 0u            /* never heard of */
#define POS_UNSURE UINT32_MAX /* ask the store, until the writer says better */

typedef struct kept {
    ans_pos pos, prev;
    int64_t when_us;
    ans_hash hash;
    ans_rid rid;
    uint32_t vid, body_n;
    int32_t dict;
    uint16_t type, id_n;
    bool is_delete;
} kept;

typedef struct slot {
    ans_pos pos;
    uint64_t at; /* bytes ever written into the ring before this one */
} slot;

typedef struct shard {
    pthread_mutex_t lock;
    char *ring;
    slot *slots;
    uint64_t end; /* bytes ever written */
    uint64_t asked, asked_before;
} shard;

typedef struct id_shard {
    pthread_mutex_t lock;
    ans_ridcache *cache;
} id_shard;

typedef struct chunk {
    atomic_uint pos[CHUNK_RIDS];
} chunk;

typedef struct counted {
    uint64_t key;
    ans_pos pos;
    uint64_t n;
} counted;

struct ans_hot {
    shard shards[SHARDS];
    id_shard ids[ID_SHARDS];
    _Atomic(chunk *) chunks[CHUNKS];
    pthread_mutex_t count_lock;
    counted *counts;
    uint8_t count_key[16];
    atomic_bool is_blind; /* the writer could not say what it moved: believe no position any more */
};

/* ---- life ---- */

ans_hot *ans_hot_new(void)
{
    ans_hot *hot = ans_alloc(sizeof *hot);

    if (!hot)
        return NULL;
    memset(hot, 0, sizeof *hot);
    for (int i = 0; i < SHARDS; i++)
        pthread_mutex_init(&hot->shards[i].lock, NULL);
    pthread_mutex_init(&hot->count_lock, NULL);
    ans_random(hot->count_key, sizeof hot->count_key);
    bool ok = true;
    for (int i = 0; i < ID_SHARDS; i++) {
        pthread_mutex_init(&hot->ids[i].lock, NULL);
        hot->ids[i].cache = ans_ridcache_new();
        ok = ok && hot->ids[i].cache;
    }
    return ok ? hot : ans_hot_free(hot);
}

ans_hot *ans_hot_free(ans_hot *hot)
{
    if (!hot)
        return NULL;
    for (int i = 0; i < SHARDS; i++) {
        ans_free(hot->shards[i].ring);
        pthread_mutex_destroy(&hot->shards[i].lock);
    }
    for (int i = 0; i < ID_SHARDS; i++) {
        ans_ridcache_free(hot->ids[i].cache);
        pthread_mutex_destroy(&hot->ids[i].lock);
    }
    for (int i = 0; i < CHUNKS; i++)
        ans_free(atomic_load(&hot->chunks[i]));
    pthread_mutex_destroy(&hot->count_lock);
    ans_free(hot->counts);
    ans_free(hot);
    return NULL;
}

/* ---- counts ---- */

uint64_t ans_hot_count_key(ans_hot *hot, ans_str low, ans_str high, uint64_t limit)
{
    uint64_t h = ans_hash64(hot->count_key, low) * UINT64_C(0x9E3779B97F4A7C15);

    return (h ^ ans_hash64(hot->count_key, high) ^ h >> 31) + limit * UINT64_C(0xD6E8FEB86659FD93);
}

bool ans_hot_count(ans_hot *hot, uint64_t key, ans_pos now, uint64_t *out)
{
    bool found = false;

    pthread_mutex_lock(&hot->count_lock);
    const counted *c = hot->counts ? &hot->counts[key % COUNTS] : NULL;
    if (c && c->key == key && (c->pos < now ? now - c->pos : c->pos - now) <= COUNT_NEAR) {
        *out = c->n;
        found = true;
    }
    pthread_mutex_unlock(&hot->count_lock);
    return found;
}

void ans_hot_put_count(ans_hot *hot, uint64_t key, ans_pos now, uint64_t n)
{
    pthread_mutex_lock(&hot->count_lock);
    if (!hot->counts) {
        hot->counts = ans_alloc(COUNTS * sizeof *hot->counts);
        if (hot->counts)
            memset(hot->counts, 0, COUNTS * sizeof *hot->counts);
    }
    if (hot->counts)
        hot->counts[key % COUNTS] = (counted){key, now, n};
    pthread_mutex_unlock(&hot->count_lock);
}

/* ---- ids ---- */

static id_shard *id_shard_of(ans_hot *hot, ans_ref ref)
{
    uint32_t h = ref.type; /* ids often begin alike and end in chance */

    for (size_t i = ref.id.n > 4 ? ref.id.n - 4 : 0; i < ref.id.n; i++)
        h = h * 31 + (uint8_t)ref.id.p[i];
    return &hot->ids[(h ^ h >> 5) % ID_SHARDS];
}

ans_rid ans_hot_rid(ans_hot *hot, ans_ref ref)
{
    id_shard *s = id_shard_of(hot, ref);

    pthread_mutex_lock(&s->lock);
    ans_rid rid = ans_ridcache_get(s->cache, ref);
    pthread_mutex_unlock(&s->lock);
    return rid;
}

void ans_hot_put_rid(ans_hot *hot, ans_ref ref, ans_rid rid)
{
    id_shard *s = id_shard_of(hot, ref);

    pthread_mutex_lock(&s->lock);
    if (ans_ridcache_get(s->cache, ref) == 0)
        ans_ridcache_put(s->cache, ref, rid);
    pthread_mutex_unlock(&s->lock);
}

/* ---- which version is current ---- */

static chunk *chunk_of(ans_hot *hot, ans_rid rid, bool make)
{
    uint32_t number = rid / CHUNK_RIDS;

    if (number >= CHUNKS)
        return NULL;
    chunk *c = atomic_load_explicit(&hot->chunks[number], memory_order_acquire), *none = NULL;
    if (c || !make)
        return c;
    c = ans_alloc(sizeof *c);
    if (!c)
        return NULL;
    for (int i = 0; i < CHUNK_RIDS; i++)
        atomic_init(&c->pos[i], POS_NONE);
    if (atomic_compare_exchange_strong(&hot->chunks[number], &none, c))
        return c;
    ans_free(c); /* another was faster */
    return none;
}

ans_pos ans_hot_current(ans_hot *hot, ans_rid rid, ans_pos now)
{
    const chunk *c = chunk_of(hot, rid, false);
    uint32_t pos = c && !atomic_load(&hot->is_blind) ? atomic_load_explicit(&c->pos[rid % CHUNK_RIDS], memory_order_acquire) : 0;

    return pos < POS_UNSURE && pos <= now ? pos : 0;
}

void ans_hot_moved(ans_hot *hot, ans_rid rid, ans_pos pos)
{
    if (rid / CHUNK_RIDS >= CHUNKS)
        return;
    chunk *c = chunk_of(hot, rid, true);
    if (c)
        atomic_store(&c->pos[rid % CHUNK_RIDS], pos < POS_UNSURE ? (uint32_t)pos : POS_UNSURE);
    else /* a reader could come with the old position later */
        atomic_store(&hot->is_blind, true);
}

void ans_hot_undone(ans_hot *hot, ans_pos last)
{
    for (int i = 0; i < CHUNKS; i++) {
        chunk *c = atomic_load(&hot->chunks[i]);
        for (int k = 0; c && k < CHUNK_RIDS; k++) {
            if (atomic_load_explicit(&c->pos[k], memory_order_relaxed) > last)
                atomic_store(&c->pos[k], POS_UNSURE);
        }
    }
}

static void put_position(ans_hot *hot, ans_rid rid, ans_pos pos)
{
    chunk *c = pos < POS_UNSURE ? chunk_of(hot, rid, true) : NULL;
    uint32_t none = POS_NONE;

    if (c) /* only where nothing is: what stands there is the writer's word, or as good as ours */
        (void)atomic_compare_exchange_strong(&c->pos[rid % CHUNK_RIDS], &none, (uint32_t)pos);
}

/* ---- versions ---- */

static uint64_t mixed(ans_pos pos)
{
    uint64_t h = pos * UINT64_C(0x9E3779B97F4A7C15);

    return h ^ h >> 29;
}

static slot *set_of(shard *s, uint64_t h)
{
    return &s->slots[(h >> 8) % (SLOTS / WAYS) * WAYS];
}

/* Still in the ring, not overwritten. */
static bool is_alive(const shard *s, const slot *at)
{
    return at->pos && at->at + RING_BYTES >= s->end;
}

static const kept *find(shard *s, ans_pos pos)
{
    slot *set = s->ring ? set_of(s, mixed(pos)) : NULL;

    for (int i = 0; set && i < WAYS; i++) {
        if (set[i].pos == pos && is_alive(s, &set[i]))
            return (const kept *)(s->ring + set[i].at % RING_BYTES);
    }
    return NULL;
}

static bool give(const kept *k, bool with_body, ans_buf *copy, ans_rec *out)
{
    const char *tail = (const char *)(k + 1);

    ans_buf_reset(copy);
    ans_buf_add_mem(copy, tail, k->id_n + (with_body ? k->body_n : 0));
    if (copy->err_)
        return false;
    *out = (ans_rec){.ref = {k->type, {copy->p, k->id_n}}, .rid = k->rid, .vid = k->vid, .pos = k->pos, .prev = k->prev};
    out->when_us = k->when_us;
    out->is_delete = k->is_delete;
    out->hash = k->hash;
    if (with_body)
        out->body = (ans_packed){{copy->p + k->id_n, k->body_n}, k->dict};
    return true;
}

bool ans_hot_version(ans_hot *hot, ans_pos pos, bool with_body, ans_buf *copy, ans_rec *out)
{
    shard *s = &hot->shards[mixed(pos) % SHARDS];

    pthread_mutex_lock(&s->lock);
    const kept *k = find(s, pos);
    bool found = k && give(k, with_body, copy, out);
    s->asked++;
    pthread_mutex_unlock(&s->lock);
    return found;
}

static bool has_ring(shard *s)
{
    if (s->ring)
        return true;
    s->ring = ans_alloc(RING_BYTES + SLOTS * sizeof *s->slots);
    if (!s->ring)
        return false;
    s->slots = (slot *)(s->ring + RING_BYTES);
    memset(s->slots, 0, SLOTS * sizeof *s->slots);
    s->end = RING_BYTES; /* so that offset 0 means long ago */
    return true;
}

static slot *oldest_of(slot *set)
{
    slot *old = set;

    for (int i = 1; i < WAYS; i++) {
        if (set[i].at < old->at)
            old = &set[i];
    }
    return old;
}

static void keep(shard *s, const ans_rec *rec)
{
    size_t n = (sizeof(kept) + rec->ref.id.n + rec->body.bytes.n + 15) & ~(size_t)15;
    slot *to = oldest_of(set_of(s, mixed(rec->pos)));
    kept k = {.pos = rec->pos, .prev = rec->prev, .when_us = rec->when_us, .hash = rec->hash, .rid = rec->rid, .vid = rec->vid};

    if (s->end % RING_BYTES + n > RING_BYTES) /* never across the end */
        s->end += RING_BYTES - s->end % RING_BYTES;
    k.body_n = (uint32_t)rec->body.bytes.n;
    k.dict = rec->body.dict;
    k.type = rec->ref.type;
    k.id_n = (uint16_t)rec->ref.id.n;
    k.is_delete = rec->is_delete;
    char *p = s->ring + s->end % RING_BYTES;
    memcpy(p, &k, sizeof k);
    if (k.id_n > 0)
        memcpy(p + sizeof k, rec->ref.id.p, k.id_n);
    if (k.body_n > 0)
        memcpy(p + sizeof k + k.id_n, rec->body.bytes.p, k.body_n);
    *to = (slot){rec->pos, s->end};
    s->end += n;
}

void ans_hot_put_current(ans_hot *hot, const ans_rec *rec, bool with_body)
{
    shard *s = &hot->shards[mixed(rec->pos) % SHARDS];

    if (rec->vid == 0)
        return;
    put_position(hot, rec->rid, rec->pos);
    if (!with_body || rec->body.bytes.n > BODY_MAX)
        return;
    pthread_mutex_lock(&s->lock);
    if (has_ring(s) && !find(s, rec->pos))
        keep(s, rec);
    pthread_mutex_unlock(&s->lock);
}

void ans_hot_cool(ans_hot *hot)
{
    for (int i = 0; i < SHARDS; i++) {
        shard *s = &hot->shards[i];
        pthread_mutex_lock(&s->lock);
        if (s->asked == s->asked_before) {
            ans_free(s->ring);
            s->ring = NULL;
        }
        s->asked_before = s->asked;
        pthread_mutex_unlock(&s->lock);
    }
}
