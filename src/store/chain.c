/* The form of the journal on disk: the chain of hashes, blocks of entries, sets of keys. Pure functions over bytes. */

#include "store/journal_int.h"
#include "base/sort.h"

enum { VARINT_MAX_BYTES = 10, BLOCK_MAX_BYTES = 256 << 20 };

/* ---- numbers ---- */

static void put_varint(ans_buf *b, uint64_t v)
{
    char *p = ans_buf_room(b, VARINT_MAX_BYTES);

    if (!p)
        return;
    while (v > 0x7F) {
        *p++ = (char)(v | 0x80);
        v >>= 7;
        b->n++;
    }
    *p = (char)v;
    b->n++;
}

static bool get_varint(ans_str *s, uint64_t *out)
{
    uint64_t v = 0;

    for (unsigned i = 0; i < s->n && i < VARINT_MAX_BYTES; i++) {
        uint8_t c = (uint8_t)s->p[i];
        v |= (uint64_t)(c & 0x7F) << (7 * i);
        if (c & 0x80)
            continue;
        *s = ans_str_from(*s, i + 1);
        *out = v;
        return true;
    }
    return false;
}

static void put_be(uint8_t *p, uint64_t v, int bytes)
{
    for (int i = bytes - 1; i >= 0; i--) {
        p[i] = (uint8_t)v;
        v >>= 8;
    }
}

/* ---- the chain ---- */

ans_err ans_chain_next(ans_chain *chain, ans_buf *room, int64_t when_us, const ans_note *note)
{
    size_t n = ANS_CHAIN_BYTES + 20 + (size_t)note->key_count * 4 + note->bytes.n;

    ans_buf_reset(room);
    uint8_t *p = (uint8_t *)ans_buf_room(room, n);
    if (!p)
        return ANS_E_NOMEM;
    uint8_t *at = p;
    memcpy(at, chain->hash, ANS_CHAIN_BYTES);
    at += ANS_CHAIN_BYTES;
    put_be(at, chain->seq + 1, 8);
    put_be(at + 8, (uint64_t)when_us, 8);
    put_be(at + 16, note->key_count, 4);
    at += 20;
    for (uint32_t i = 0; i < note->key_count; i++, at += 4)
        put_be(at, note->keys[i], 4);
    if (note->bytes.n > 0)
        memcpy(at, note->bytes.p, note->bytes.n);
    ans_hash256((ans_str){(const char *)p, n}, chain->hash);
    chain->seq++;
    chain->when_us = when_us;
    return ANS_OK;
}

void ans_head_message(const ans_head *head, uint8_t out[ANS_HEAD_MESSAGE_BYTES])
{
    static const char title[] = "ansinh journal 1"; /* its NUL is not signed */

    memcpy(out, title, 16);
    put_be(out + 16, head->seq, 8);
    put_be(out + 24, head->prev, 8);
    put_be(out + 32, (uint64_t)head->when_us, 8);
    memcpy(out + 40, head->hash, ANS_CHAIN_BYTES);
}

/* ---- sets of keys ---- */

ans_err ans_keyset_add(ans_keyset *set, const uint32_t *keys, size_t count)
{
    if (count == 0)
        return ANS_OK;
    if (set->count + count > set->cap) {
        size_t cap = (set->count + count) * 2 + 64;
        uint32_t *at = ans_realloc(set->at, cap * sizeof *at);
        if (!at)
            return ANS_E_NOMEM;
        set->at = at;
        set->cap = cap;
    }
    memcpy(set->at + set->count, keys, count * sizeof *keys);
    set->count += count;
    return ANS_OK;
}

void ans_keyset_done(ans_keyset *set)
{
    ans_free(set->at);
    *set = (ans_keyset){0};
}

static int compare_keys(const void *pa, const void *pb)
{
    uint32_t a = *(const uint32_t *)pa, b = *(const uint32_t *)pb;

    return (a > b) - (a < b);
}

void ans_keyset_sort(ans_keyset *set)
{
    size_t kept = 0;

    if (set->count > 1)
        ans_sort(set->at, set->count, sizeof *set->at, compare_keys);
    for (size_t i = 0; i < set->count; i++) {
        if (i == 0 || set->at[i] != set->at[i - 1])
            set->at[kept++] = set->at[i];
    }
    set->count = kept;
}

ans_err ans_keyset_pack(ans_cx *cx, const ans_keyset *set, ans_str *out)
{
    uint32_t last = 0;
    ans_buf b;

    ans_buf_init_arena(&b, cx->arena, set->count * 5 + VARINT_MAX_BYTES + 1);
    for (size_t i = 0; i < set->count; i++) {
        put_varint(&b, set->at[i] - last);
        last = set->at[i];
    }
    return ans_buf_finish(&b, out) ? ans_cx_nomem(cx) : ANS_OK;
}

/* The next key of a short form in *key, which holds the last one (0 before the first). */
static bool next_key(ans_str *left, uint64_t *key)
{
    uint64_t step;

    if (!get_varint(left, &step) || step > UINT32_MAX - *key)
        return false;
    *key += step;
    return true;
}

ans_err ans_keyset_unpack(ans_keyset *set, ans_str packed)
{
    uint64_t key = 0;

    while (packed.n > 0) {
        if (!next_key(&packed, &key))
            return ANS_E_CORRUPT;
        uint32_t one = (uint32_t)key;
        if (ans_keyset_add(set, &one, 1))
            return ANS_E_NOMEM;
    }
    return ANS_OK;
}

bool ans_keyset_meets(ans_str packed, const uint32_t *keys, uint32_t count)
{
    uint64_t key = 0;

    for (uint32_t i = 0; i < count && next_key(&packed, &key);) {
        while (i < count && keys[i] < key)
            i++;
        if (i < count && keys[i] == key)
            return true;
    }
    return false;
}

/* ---- blocks ---- */

void ans_blockmaker_init(ans_blockmaker *m)
{
    *m = (ans_blockmaker){0};
    ans_buf_init(&m->body, BLOCK_MAX_BYTES);
    ans_buf_init(&m->room, BLOCK_MAX_BYTES);
}

void ans_blockmaker_reset(ans_blockmaker *m)
{
    m->count = 0;
    m->keys.count = 0;
    ans_buf_reset(&m->body);
}

void ans_blockmaker_done(ans_blockmaker *m)
{
    ans_buf_done(&m->body);
    ans_buf_done(&m->room);
    ans_keyset_done(&m->keys);
}

ans_err ans_block_put(ans_blockmaker *m, ans_chain *chain, int64_t when_us, const ans_note *note)
{
    ans_str done;
    ans_err err = ans_chain_next(chain, &m->room, when_us, note);

    if (!err)
        err = ans_keyset_add(&m->keys, note->keys, note->key_count);
    if (err)
        return err;
    if (m->count == 0) {
        m->first_seq = chain->seq;
        m->from_us = m->to_us = when_us;
    }
    put_varint(&m->body, (uint64_t)(when_us - m->to_us));
    put_varint(&m->body, note->key_count);
    for (uint32_t i = 0; i < note->key_count; i++)
        put_varint(&m->body, note->keys[i]);
    put_varint(&m->body, note->bytes.n);
    ans_buf_add(&m->body, note->bytes);
    m->to_us = when_us;
    m->count++;
    return ans_buf_finish(&m->body, &done) ? ANS_E_NOMEM : ANS_OK;
}

static bool bad(ans_blockwalk *w)
{
    w->is_bad = true;
    return false;
}

static bool read_keys(ans_blockwalk *w, ans_arena *arena, uint64_t count, ans_entry *out)
{
    uint32_t *keys = NULL;
    uint64_t key;

    if (count > w->left.n) /* a key takes a byte at least */
        return false;
    if (count > 0)
        keys = ans_arena_alloc(arena, (size_t)count * sizeof *keys);
    if (count > 0 && !keys)
        return false;
    for (uint64_t i = 0; i < count; i++) {
        if (!get_varint(&w->left, &key) || key > UINT32_MAX)
            return false;
        keys[i] = (uint32_t)key;
    }
    out->keys = keys;
    out->key_count = (uint32_t)count;
    return true;
}

bool ans_blockwalk_next(ans_blockwalk *w, ans_arena *arena, ans_entry *out)
{
    uint64_t step, count, n;

    if (w->left.n == 0)
        return false;
    *out = (ans_entry){.seq = w->seq};
    if (w->when_us < 0 || !get_varint(&w->left, &step) || step > (uint64_t)(INT64_MAX - w->when_us) || !get_varint(&w->left, &count))
        return bad(w);
    if (!read_keys(w, arena, count, out) || !get_varint(&w->left, &n) || n > w->left.n)
        return bad(w);
    w->when_us += (int64_t)step;
    w->seq++;
    out->when_us = w->when_us;
    out->bytes = ans_str_head(w->left, (size_t)n);
    w->left = ans_str_from(w->left, (size_t)n);
    return true;
}
