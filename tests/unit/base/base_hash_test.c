/* Hashes against published vectors. Keys and content hashes are kept on disk: their bytes must
 * never change. */
#include "unit.h"

#include "base/hash.h"

static void to_hex(const uint8_t *p, size_t n, char *out)
{
    for (size_t i = 0; i < n; i++)
        (void)snprintf(out + 2 * i, 3, "%02x", p[i]);
}

static void hash__sha256(void **state)
{
    (void)state;
    static const struct {
        const char *text, *hex;
    } rows[] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        uint8_t out[32];
        char hex[65];
        ans_sha256(ans_str_of(rows[i].text), out);
        to_hex(out, sizeof out, hex);
        assert_string_equal(hex, rows[i].hex);
    }
}

static void hash__content_is_blake2b_128(void **state)
{
    (void)state;
    static const struct {
        const char *text, *hex;
    } rows[] = {
        {"", "cae66941d9efbd404e4d88758ea67670"},
        {"abc", "cf4ab791c62b8d2b2109c90275287816"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        ans_hash h = ans_hash_content(ans_str_of(rows[i].text));
        char hex[33];
        to_hex(h.b, sizeof h.b, hex);
        assert_string_equal(hex, rows[i].hex);
    }
    ans_hash a = ans_hash_content(ANS_STR("a")), b = a;
    assert_true(ans_hash_eq(&a, &b));
    b.b[15] ^= 1;
    assert_false(ans_hash_eq(&a, &b));
    b = ans_hash_content(ANS_STR_NONE);
    a = ans_hash_content(ANS_STR(""));
    assert_true(ans_hash_eq(&a, &b));
}

/* In pieces of any size it is the same hash. */
static void hash__in_pieces(void **state)
{
    (void)state;
    char text[3000];
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)(i * 31);
    ans_hash whole = ans_hash_content((ans_str){text, sizeof text});
    for (size_t step = 1; step <= sizeof text; step += 257) {
        ans_hasher h;
        ans_hasher_start(&h);
        for (size_t at = 0; at < sizeof text; at += step)
            ans_hasher_add(&h, ans_str_head(ans_str_from((ans_str){text, sizeof text}, at), step));
        ans_hash pieces = ans_hasher_finish(&h);
        assert_true(ans_hash_eq(&whole, &pieces));
    }
}

/* https://github.com/veorq/SipHash vectors.h: key 00..0f, text 00..0e gives a129ca6149be45e5 as a
 * little-endian number. */
static void hash__siphash(void **state)
{
    (void)state;
    uint8_t key[16], other[16];
    char text[15];
    for (uint8_t i = 0; i < 16; i++)
        key[i] = other[i] = i;
    for (char i = 0; i < 15; i++)
        text[(int)i] = i;
    assert_true(__builtin_bswap64(ans_hash64(key, (ans_str){text, 15})) ==
                UINT64_C(0xa129ca6149be45e5));
    other[15] ^= 1;
    assert_true(ans_hash64(key, ANS_STR("x")) != ans_hash64(other, ANS_STR("x")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hash__sha256),
        cmocka_unit_test(hash__content_is_blake2b_128),
        cmocka_unit_test(hash__in_pieces),
        cmocka_unit_test(hash__siphash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
