/* A map from 64-bit keys (hashes, or numbers) to numbers: open addressing, linear probing, removal by moving back. */
#include "auth/gate_int.h"

static uint32_t slot_of(const num_map *m, uint64_t key)
{
    return (uint32_t)((key * UINT64_C(0x9e3779b97f4a7c15)) >> 32) & (m->size - 1);
}

uint32_t num_map_get(const num_map *m, uint64_t key)
{
    if (!m->size || !key) {
        return 0;
    }
    for (uint32_t i = slot_of(m, key); m->keys[i]; i = (i + 1) & (m->size - 1)) {
        if (m->keys[i] == key) {
            return m->values[i];
        }
    }
    return 0;
}

static void insert(num_map *m, uint64_t key, uint32_t value)
{
    uint32_t i = slot_of(m, key);
    while (m->keys[i] && m->keys[i] != key) {
        i = (i + 1) & (m->size - 1);
    }
    m->count += !m->keys[i];
    m->keys[i] = key;
    m->values[i] = value;
}

static bool grow(num_map *m)
{
    num_map bigger = {.size = m->size ? m->size * 2 : 64};
    bigger.keys = ans_alloc(bigger.size * sizeof *bigger.keys);
    bigger.values = ans_alloc(bigger.size * sizeof *bigger.values);
    if (!bigger.keys || !bigger.values) {
        num_map_done(&bigger);
        return false;
    }
    memset(bigger.keys, 0, bigger.size * sizeof *bigger.keys);
    for (uint32_t i = 0; i < m->size; i++) {
        if (m->keys[i]) {
            insert(&bigger, m->keys[i], m->values[i]);
        }
    }
    num_map_done(m);
    *m = bigger;
    return true;
}

bool num_map_put(num_map *m, uint64_t key, uint32_t value)
{
    if ((m->count + 1) * 2 > m->size && !grow(m)) {
        return false;
    }
    insert(m, key, value);
    return true;
}

void num_map_move(num_map *m, uint64_t key, uint32_t value)
{
    if (num_map_get(m, key)) {
        insert(m, key, value);
    }
}

void num_map_drop(num_map *m, uint64_t key)
{
    if (!m->size || !key) {
        return;
    }
    uint32_t mask = m->size - 1, i = slot_of(m, key);
    while (m->keys[i] && m->keys[i] != key) {
        i = (i + 1) & mask;
    }
    if (!m->keys[i]) {
        return;
    }
    m->count--;
    for (uint32_t k = (i + 1) & mask; m->keys[k]; k = (k + 1) & mask) {
        uint32_t home = slot_of(m, m->keys[k]);
        if (((k - home) & mask) >= ((k - i) & mask)) { /* it may stand at i */
            m->keys[i] = m->keys[k];
            m->values[i] = m->values[k];
            i = k;
        }
    }
    m->keys[i] = 0;
}

void num_map_done(num_map *m)
{
    ans_free(m->keys);
    ans_free(m->values);
    *m = (num_map){0};
}
