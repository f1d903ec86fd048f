/* Ed25519 signatures, by libsodium: proofs that something stood at some time, checked by anybody with the public key. */
#ifndef ANS_BASE_SIGN_H
#define ANS_BASE_SIGN_H

#include "base/str.h"

#define ANS_KEY_SEED_BYTES 32
#define ANS_KEY_PUBLIC_BYTES 32
#define ANS_SIGNATURE_BYTES 64

/* Both halves from 32 random bytes; the seed is the secret to keep. */
typedef struct ans_key_pair {
    uint8_t public[ANS_KEY_PUBLIC_BYTES];
    uint8_t secret_[64];
} ans_key_pair;
void ans_key_make(const uint8_t seed[ANS_KEY_SEED_BYTES], ans_key_pair *out);
void ans_key_wipe(ans_key_pair *pair);
void ans_key_sign(const ans_key_pair *pair, ans_str message, uint8_t out[ANS_SIGNATURE_BYTES]);
bool ans_key_verify(const uint8_t public[ANS_KEY_PUBLIC_BYTES], ans_str message, const uint8_t signature[ANS_SIGNATURE_BYTES]);

#endif
