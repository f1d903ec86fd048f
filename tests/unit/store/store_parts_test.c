/* The small parts of the store: packing of bodies, packing of ids, the cache of rids, the netting
 * of rows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "store/cache.h"
#include "store/codec.h"
#include "store/rows.h"
#include "store/sqlite/sqlite_int.h"

static ans_cx cx;

static int setup(void **state)
{
    (void)state;
    cx = (ans_cx){.arena = ans_arena_new((size_t)256 << 20)};
    return cx.arena ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    ans_arena_free(cx.arena);
    return 0;
}

/* ---- codec ---- */

static void pack_and_unpack(ans_codec *codec, ans_str body, int32_t expected_dict)
{
    ans_unpacker u = {0};
    ans_packed packed;
    ans_str back;
    assert_int_equal(ans_codec_pack(&cx, codec, body, &packed), ANS_OK);
    assert_int_equal(packed.dict, expected_dict);
    assert_true(packed.bytes.n <= body.n);
    assert_int_equal(ans_codec_unpack(&cx, codec, &u, packed, &back), ANS_OK);
    assert_true(ans_str_eq(back, body));
    ans_unpacker_done(&u);
}

static void codec__round_trip(void **state)
{
    ans_codec *plain, *with;
    char random[2000];
    ans_str text = ANS_STR("{\"resourceType\":\"Observation\",\"status\":\"final\","
                           "\"valueQuantity\":{\"value\":120.0}}");
    (void)state;
    assert_int_equal(ans_codec_new(&cx, ANS_STR_NONE, 1, &plain), ANS_OK);
    assert_int_equal(ans_codec_new(&cx, text, 7, &with), ANS_OK);
    ans_random(random, sizeof random);
    pack_and_unpack(plain, ANS_STR(""), ANS_DICT_RAW);
    pack_and_unpack(plain, ANS_STR("short"), ANS_DICT_RAW);
    pack_and_unpack(plain, (ans_str){random, sizeof random}, ANS_DICT_RAW);
    pack_and_unpack(
        plain, ANS_STR("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
        ANS_DICT_NONE);
    pack_and_unpack(with, text, 7);
    ans_codec_free(plain);
    ans_codec_free(with);
}

static void codec__damage_is_an_error(void **state)
{
    ans_codec *plain, *with;
    ans_unpacker u = {0};
    ans_packed packed, other;
    ans_str back,
        text = ANS_STR("again and again and again and again and again and again and again");
    (void)state;
    assert_int_equal(ans_codec_new(&cx, ANS_STR_NONE, 1, &plain), ANS_OK);
    assert_int_equal(ans_codec_new(&cx, text, 2, &with), ANS_OK);
    assert_int_equal(ans_codec_pack(&cx, with, text, &packed), ANS_OK);
    assert_int_equal(ans_codec_unpack(&cx, plain, &u, packed, &back),
                     ANS_E_CORRUPT); /* no such dictionary */
    assert_int_equal(ans_codec_pack(&cx, plain, text, &packed), ANS_OK);
    for (size_t cut = 0; cut < packed.bytes.n; cut++) {
        other = packed;
        other.bytes.n = cut;
        assert_int_equal(ans_codec_unpack(&cx, plain, &u, other, &back), ANS_E_CORRUPT);
    }
    for (size_t at = 0; at < packed.bytes.n; at++) { /* an error or other bytes, never a fall */
        other.bytes = ans_arena_dup(cx.arena, packed.bytes);
        ((char *)other.bytes.p)[at] ^= 0x55;
        ans_err err = ans_codec_unpack(&cx, plain, &u, other, &back);
        assert_true(err == ANS_OK || err == ANS_E_CORRUPT || err == ANS_E_TOOBIG);
    }
    ans_unpacker_done(&u);
    ans_codec_free(plain);
    ans_codec_free(with);
}

/* ---- ids ---- */

static void id__pack(void **state)
{
    static const struct {
        const char *id;
        bool is_packed;
    } rows[] = {
        {"00000000-0000-0000-0000-000000000000", true},
        {"0b6e1f3c-9d2a-4f5b-8c7d-1e2f3a4b5c6d", true},
        {"ffffffff-ffff-ffff-ffff-ffffffffffff", true},
        {"FFFFFFFF-ffff-ffff-ffff-ffffffffffff", false},
        {"0b6e1f3c_9d2a-4f5b-8c7d-1e2f3a4b5c6d", false},
        {"0b6e1f3c-9d2a-4f5b-8c7d-1e2f3a4b5c6", false},
        {"0b6e1f3c-9d2a-4f5b-8c7d-1e2f3a4b5c6dd", false},
        {"0b6e1f3c-9d2a-4f5b-8c7d-1e2f3a4b5c6g", false},
        {"0b6e1f3-c9d2a-4f5b-8c7d-1e2f3a4b5c6d", false},
        {"", false},
        {"a", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint8_t packed[16];
        char back[36];
        assert_int_equal(sq_id_pack(ans_str_of(rows[i].id), packed), rows[i].is_packed);
        if (!rows[i].is_packed)
            continue;
        sq_id_unpack(packed, back);
        assert_memory_equal(back, rows[i].id, sizeof back);
    }
}

/* ---- cache ---- */

static void cache__remembers_the_latest(void **state)
{
    enum { MANY = 200000, LATE = 20000 };
    ans_ridcache *c = ans_ridcache_new();
    int missing = 0;
    (void)state;
    assert_non_null(c);
    for (uint32_t i = 1; i <= MANY; i++) {
        char id[16];
        int n = snprintf(id, sizeof id, "%u", i);
        ans_ref ref = {(uint16_t)(1 + i % 3), {id, (size_t)n}};
        assert_int_equal(ans_ridcache_get(c, ref), 0);
        ans_ridcache_put(c, ref, i);
        assert_int_equal(ans_ridcache_get(c, ref), i);
    }
    for (uint32_t i = 1; i <= MANY; i++) {
        char id[16];
        int n = snprintf(id, sizeof id, "%u", i);
        ans_rid rid = ans_ridcache_get(c, (ans_ref){(uint16_t)(1 + i % 3), {id, (size_t)n}});
        assert_true(rid == 0 || rid == i);
        missing += i > MANY - LATE && rid == 0;
        assert_int_equal(
            ans_ridcache_get(c, (ans_ref){(uint16_t)(1 + (i + 1) % 3), {id, (size_t)n}}), 0);
    }
    assert_true(missing < LATE / 20);
    ans_ridcache_clear(c);
    assert_int_equal(ans_ridcache_get(c, (ans_ref){(uint16_t)(1 + MANY % 3), ANS_STR("200000")}),
                     0);
    char longest[65];
    memset(longest, 'x', sizeof longest);
    ans_ridcache_put(c, (ans_ref){1, {longest, 64}}, 5);
    assert_int_equal(ans_ridcache_get(c, (ans_ref){1, {longest, 64}}), 5);
    ans_ridcache_put(c, (ans_ref){1, {longest, 65}}, 6); /* too long to be kept */
    assert_int_equal(ans_ridcache_get(c, (ans_ref){1, {longest, 65}}), 0);
    ans_ridcache_free(c);
}

/* ---- rows ---- */

static void rows__key(void **state)
{
    ans_row row = {.head = ANS_STR("h"), .ref = {3, ANS_STR("x")}, .tail = ANS_STR("t")};
    char key[16];
    (void)state;
    assert_int_equal(ans_row_key_bytes(&row), 10);
    ans_row_key_put(key, &row, 0x01020304, 0xA0B0C0D0);
    assert_memory_equal(key, "h\1\2\3\4t\xA0\xB0\xC0\xD0", 10);
    assert_int_equal(ans_row_rid((ans_str){key, 10}), 0xA0B0C0D0);
    row.ref.type = 0;
    assert_int_equal(ans_row_key_bytes(&row), 6);
    ans_row_key_put(key, &row, 77, 1);
    assert_memory_equal(key, "ht\0\0\0\1", 6);
}

/* Each line: operations in turn, and what is left of them. "+a" adds row a. */
static void rows__netting(void **state)
{
    static const struct {
        const char *in, *out;
    } rows[] = {
        {"", ""},
        {"+a", "+a"},
        {"-a", "-a"},
        {"+b+a+c", "+a+b+c"},
        {"+a+a", "+a"},
        {"-a+a", ""},
        {"+a-a", ""},
        {"-a-a+b+b", "-a+b"},
        {"-a-b+b+c", "-a+c"},
        {"+a-a+a", "+a"},
        {"-a+a-a", "-a"},
        {"-a+a-a+a", ""},
        {"-c+c+d-d+a", "+a"},
    };
    ans_rowlist list = {0};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const ans_rowop *ops;
        uint32_t count;
        char out[64] = "";
        for (const char *p = rows[i].in; *p; p += 2) {
            ans_row row = {.head = {p + 1, 1}};
            assert_int_equal(ans_rowlist_add(&cx, &list, &row, 0, 9, *p == '+'), ANS_OK);
        }
        assert_int_equal(ans_rowlist_net(&cx, &list, &ops, &count), ANS_OK);
        for (uint32_t k = 0; k < count; k++) {
            assert_int_equal(ops[k].key.n, 5);
            (void)snprintf(out + 2 * k, sizeof out - 2 * k, "%c%c", ops[k].is_add ? '+' : '-',
                           ops[k].key.p[0]);
        }
        assert_string_equal(out, rows[i].out);
        ans_rowlist_reset(&list);
    }
    ans_rowlist_done(&list);
}

static void rows__order_is_memcmp(void **state)
{
    enum { MANY = 5000 };
    ans_rowlist list = {0};
    const ans_rowop *ops;
    uint32_t count;
    uint64_t x = 1;
    (void)state;
    for (int i = 0; i < MANY; i++) {
        char bytes[24];
        for (size_t k = 0; k < sizeof bytes; k++) {
            x = x * 6364136223846793005u + 1442695040888963407u;
            bytes[k] = (char)((x >> 60) % 3 == 0 ? 0xFF : (x >> 60) % 3 == 1 ? 0 : 'a');
        }
        ans_row row = {.head = {bytes, x % sizeof bytes}};
        assert_int_equal(ans_rowlist_add(&cx, &list, &row, 0, (ans_rid)i, true), ANS_OK);
    }
    assert_int_equal(ans_rowlist_net(&cx, &list, &ops, &count), ANS_OK);
    assert_int_equal(count, MANY);
    for (uint32_t i = 1; i < count; i++)
        assert_true(ans_str_cmp(ops[i - 1].key, ops[i].key) < 0);
    ans_rowlist_done(&list);
}

static void rows__too_long(void **state)
{
    ans_rowlist list = {0};
    char *p = calloc(1, ANS_ROW_MAX_BYTES);
    (void)state;
    assert_non_null(p);
    ans_row row = {.head = {p, ANS_ROW_MAX_BYTES - 4}};
    assert_int_equal(ans_rowlist_add(&cx, &list, &row, 0, 1, true), ANS_OK);
    row.head.n++;
    assert_int_equal(ans_rowlist_add(&cx, &list, &row, 0, 1, true), ANS_E_TOOBIG);
    ans_rowlist_done(&list);
    free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codec__round_trip),
        cmocka_unit_test(codec__damage_is_an_error),
        cmocka_unit_test(id__pack),
        cmocka_unit_test(cache__remembers_the_latest),
        cmocka_unit_test(rows__key),
        cmocka_unit_test(rows__netting),
        cmocka_unit_test(rows__order_is_memcmp),
        cmocka_unit_test(rows__too_long),
    };
    return cmocka_run_group_tests_name("store_parts", tests, setup, teardown);
}
