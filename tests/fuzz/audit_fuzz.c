/* Entries and blocks of the journal from arbitrary bytes: refused, or read; what is read can be written and read again. */
#include <stdlib.h>

#include "auth/audit.h"
#include "store/journal_int.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int holds)
{
    if (!holds)
        abort();
}

static void one_event(ans_cx *cx, const ans_entry *entry)
{
    ans_event e, again;
    ans_note note;
    if (ans_event_decode(cx, entry, &e) != ANS_OK)
        return;
    must(ans_event_encode(cx, &e, &note) == ANS_OK);
    const ans_entry back = {.bytes = note.bytes, .keys = note.keys, .key_count = note.key_count};
    must(ans_event_decode(cx, &back, &again) == ANS_OK);
    must(again.deed == e.deed && again.status == e.status && again.request == e.request && again.resource_count == e.resource_count);
}

/* First byte: how many of the bytes behind it are keys. */
static void as_event(ans_cx *cx, const uint8_t *data, size_t size)
{
    uint32_t keys[255];
    ans_entry entry = {.keys = keys, .key_count = size ? data[0] : 0};
    if (size == 0 || size - 1 < entry.key_count)
        return;
    for (uint32_t i = 0; i < entry.key_count; i++)
        keys[i] = data[1 + i];
    size_t n = size - 1 - entry.key_count;
    char *copy = ans_arena_alloc(cx->arena, n + 1); /* exactly as many, for the sanitizer */
    must(copy != NULL);
    memcpy(copy, data + 1 + entry.key_count, n);
    entry.bytes = (ans_str){copy, n};
    one_event(cx, &entry);
}

/* Entries of a block, put into a block again, are the same; and its set of keys has each of theirs. */
static void as_block(ans_cx *cx, const uint8_t *data, size_t size)
{
    ans_blockwalk w = {.left = {(const char *)data, size}, .seq = 1}, second;
    ans_blockmaker m;
    ans_chain chain = {0};
    ans_entry e, f;
    ans_str set;
    ans_blockmaker_init(&m);
    while (ans_blockwalk_next(&w, cx->arena, &e)) {
        const ans_note note = {e.bytes, e.keys, e.key_count};
        must(ans_block_put(&m, &chain, e.when_us, &note) == ANS_OK);
    }
    ans_keyset_sort(&m.keys);
    must(ans_keyset_pack(cx, &m.keys, &set) == ANS_OK);
    w = (ans_blockwalk){.left = {(const char *)data, size}, .seq = 1};
    second = (ans_blockwalk){.left = {m.body.p, m.body.n}, .seq = 1, .when_us = m.from_us};
    while (ans_blockwalk_next(&w, cx->arena, &e)) {
        must(ans_blockwalk_next(&second, cx->arena, &f));
        must(e.when_us == f.when_us && ans_str_eq(e.bytes, f.bytes) && e.key_count == f.key_count);
        for (uint32_t i = 0; i < e.key_count; i++)
            must(e.keys[i] == f.keys[i] && ans_keyset_meets(set, &e.keys[i], 1));
        one_event(cx, &e);
    }
    must(second.left.n == 0);
    ans_blockmaker_done(&m);
}

static void as_keys(const uint8_t *data, size_t size)
{
    ans_keyset set = {0};
    const uint32_t some[] = {1, 5, 77, 1000000};
    const ans_str packed = {(const char *)data, size};
    (void)ans_keyset_meets(packed, some, 4);
    ans_err err = ans_keyset_unpack(&set, packed);
    must(err == ANS_OK || err == ANS_E_CORRUPT);
    ans_keyset_done(&set);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ans_cx cx = {.arena = ans_arena_new((size_t)64 << 20)};
    if (size < 65536) {
        as_event(&cx, data, size);
        as_block(&cx, data, size);
        as_keys(data, size);
    }
    ans_arena_free(cx.arena);
    return 0;
}
