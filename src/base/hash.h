/* Hashes, by libsodium: a keyed 64-bit hash for index keys, a 128-bit content hash, SHA-256 for proofs. */
#ifndef ANS_BASE_HASH_H
#define ANS_BASE_HASH_H

#include "base/str.h"

#define ANS_HASH_BYTES 16

typedef struct ans_hash {
    uint8_t b[ANS_HASH_BYTES];
} ans_hash;

/* SipHash-2-4 with the store's own key, so that nobody outside can build collisions. */
uint64_t ans_hash64(const uint8_t key[16], ans_str s);
/* BLAKE2b-128 of the bytes. */
ans_hash ans_hash_content(ans_str s);
/* The same in pieces, for files. */
typedef struct ans_hasher {
    _Alignas(64) uint8_t state_[384];
} ans_hasher;
void ans_hasher_start(ans_hasher *h);
void ans_hasher_add(ans_hasher *h, ans_str s);
ans_hash ans_hasher_finish(ans_hasher *h);

/* BLAKE2b-256, for chains. */
void ans_hash256(ans_str s, uint8_t out[32]);
void ans_sha256(ans_str s, uint8_t out[32]);
/* Sealing: what is sealed for one purpose and one reader (`context`) with a store's key can be opened, unchanged, for that context
 * alone. XChaCha20-Poly1305; the key is a hash of key and context. out has room for s.n + ANS_SEAL_BYTES. */
#define ANS_SEAL_BYTES 40
void ans_seal(const uint8_t key[16], ans_str context, ans_str s, uint8_t *out);
/* out has room for sealed.n - ANS_SEAL_BYTES; false: not sealed by that, or changed. */
bool ans_unseal(const uint8_t key[16], ans_str context, ans_str sealed, uint8_t *out);

bool ans_hash_eq(const ans_hash *a, const ans_hash *b);

#endif
