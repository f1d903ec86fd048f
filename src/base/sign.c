/* https://doc.libsodium.org/public-key_cryptography/public-key_signatures */
#include "base/sign.h"

#include <sodium.h>

_Static_assert(crypto_sign_SEEDBYTES == ANS_KEY_SEED_BYTES && crypto_sign_PUBLICKEYBYTES == ANS_KEY_PUBLIC_BYTES &&
                   crypto_sign_BYTES == ANS_SIGNATURE_BYTES && crypto_sign_SECRETKEYBYTES == 64,
               "Ed25519");

void ans_key_make(const uint8_t seed[ANS_KEY_SEED_BYTES], ans_key_pair *out)
{
    (void)crypto_sign_seed_keypair(out->public, out->secret_, seed); /* always 0 */
}

void ans_key_wipe(ans_key_pair *pair)
{
    sodium_memzero(pair, sizeof *pair);
}

void ans_key_sign(const ans_key_pair *pair, ans_str message, uint8_t out[ANS_SIGNATURE_BYTES])
{
    (void)crypto_sign_detached(out, NULL, (const uint8_t *)message.p, message.n, pair->secret_); /* always 0 */
}

bool ans_key_verify(const uint8_t public[ANS_KEY_PUBLIC_BYTES], ans_str message, const uint8_t signature[ANS_SIGNATURE_BYTES])
{
    return crypto_sign_verify_detached(signature, (const uint8_t *)message.p, message.n, public) == 0;
}
