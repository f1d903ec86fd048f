/* Hashes by libsodium: https://doc.libsodium.org/hashing */
#include "base/hash.h"

#include <sodium.h>

_Static_assert(crypto_shorthash_BYTES == 8 && crypto_shorthash_KEYBYTES == 16, "SipHash-2-4");

uint64_t ans_hash64(const uint8_t key[16], ans_str s)
{
    uint8_t out[8];
    uint64_t v = 0;
    (void)crypto_shorthash(out, (const uint8_t *)s.p, s.n, key); /* always 0 */
    for (int i = 0; i < 8; i++) {
        v = v << 8 | out[i];
    }
    return v;
}

ans_hash ans_hash_content(ans_str s)
{
    ans_hash h;
    (void)crypto_generichash(h.b, sizeof h.b, (const uint8_t *)s.p, s.n, NULL, 0); /* sizes are constant */
    return h;
}

_Static_assert(sizeof(crypto_generichash_state) <= sizeof(ans_hasher), "room for libsodium's state");

static crypto_generichash_state *state_of(ans_hasher *h)
{
    return (crypto_generichash_state *)(void *)h->state_;
}

void ans_hasher_start(ans_hasher *h)
{
    (void)crypto_generichash_init(state_of(h), NULL, 0, ANS_HASH_BYTES); /* sizes are constant */
}

void ans_hasher_add(ans_hasher *h, ans_str s)
{
    (void)crypto_generichash_update(state_of(h), (const uint8_t *)s.p, s.n); /* always 0 */
}

ans_hash ans_hasher_finish(ans_hasher *h)
{
    ans_hash out;
    (void)crypto_generichash_final(state_of(h), out.b, sizeof out.b);
    return out;
}

void ans_hash256(ans_str s, uint8_t out[32])
{
    (void)crypto_generichash(out, 32, (const uint8_t *)s.p, s.n, NULL, 0); /* sizes are constant */
}

void ans_sha256(ans_str s, uint8_t out[32])
{
    (void)crypto_hash_sha256(out, (const uint8_t *)s.p, s.n);
}

enum { NONCE_BYTES = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES };
_Static_assert(NONCE_BYTES + crypto_aead_xchacha20poly1305_ietf_ABYTES == ANS_SEAL_BYTES, "nonce and tag");

static void seal_key(const uint8_t key[16], ans_str context, uint8_t out[crypto_aead_xchacha20poly1305_ietf_KEYBYTES])
{
    (void)crypto_generichash(out, crypto_aead_xchacha20poly1305_ietf_KEYBYTES, (const uint8_t *)context.p, context.n, key, 16);
}

void ans_seal(const uint8_t key[16], ans_str context, ans_str s, uint8_t *out)
{
    uint8_t k[crypto_aead_xchacha20poly1305_ietf_KEYBYTES];
    seal_key(key, context, k);
    randombytes_buf(out, NONCE_BYTES);
    (void)crypto_aead_xchacha20poly1305_ietf_encrypt(out + NONCE_BYTES, NULL, (const uint8_t *)s.p, s.n, NULL, 0, NULL, out, k);
    sodium_memzero(k, sizeof k);
}

bool ans_unseal(const uint8_t key[16], ans_str context, ans_str sealed, uint8_t *out)
{
    uint8_t k[crypto_aead_xchacha20poly1305_ietf_KEYBYTES];
    const uint8_t *p = (const uint8_t *)sealed.p;
    if (sealed.n < ANS_SEAL_BYTES) {
        return false;
    }
    seal_key(key, context, k);
    int failed = crypto_aead_xchacha20poly1305_ietf_decrypt(out, NULL, NULL, p + NONCE_BYTES, sealed.n - NONCE_BYTES, NULL, 0, p, k);
    sodium_memzero(k, sizeof k);
    return failed == 0;
}

bool ans_hash_eq(const ans_hash *a, const ans_hash *b)
{
    return memcmp(a->b, b->b, sizeof a->b) == 0;
}
