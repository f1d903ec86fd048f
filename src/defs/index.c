#include "defs/defs_int.h"

#include "base/hash.h"

ans_err defs_index_make(const uint8_t key[16], uint32_t count, defs_url_fn *url_of, const void *arg, defs_index *out)
{
    uint32_t places = 16;
    while (places < count * 2) {
        places *= 2;
    }
    *out = (defs_index){.mask = places - 1, .first = ans_alloc(places * sizeof(uint32_t)), .next = ans_alloc((count + 1) * sizeof(uint32_t))};
    if (!out->first || !out->next) {
        defs_index_done(out);
        return ANS_E_NOMEM;
    }
    memset(out->first, 0, places * sizeof(uint32_t));
    for (uint32_t i = count; i-- > 0;) { /* backwards: a list runs in the order of its numbers */
        uint32_t *place = &out->first[(uint32_t)ans_hash64(key, url_of(arg, i)) & out->mask];
        out->next[i] = *place;
        *place = i + 1;
    }
    return ANS_OK;
}

void defs_index_done(defs_index *x)
{
    ans_free(x->first);
    ans_free(x->next);
    *x = (defs_index){0};
}

uint32_t defs_index_first(const defs_index *x, const uint8_t key[16], ans_str url)
{
    return x->first[(uint32_t)ans_hash64(key, url) & x->mask] - 1;
}
