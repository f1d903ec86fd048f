/* RFC 6238 over RFC 4226. SHA-1 by libcrypto: libsodium leaves it out, and authenticators ignore any other choice. */
#include "auth/totp.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

enum { STEP_SECONDS = 30, DIGITS = 6, MODULUS = 1000000, BASE32_BYTES = ANS_TOTP_SECRET_BYTES * 8 / 5 };

uint32_t ans_totp_code(const uint8_t secret[ANS_TOTP_SECRET_BYTES], int64_t step)
{
    uint8_t message[8], mac[EVP_MAX_MD_SIZE];
    unsigned n = 0;
    for (int i = 0; i < 8; i++) {
        message[i] = (uint8_t)((uint64_t)step >> (56 - 8 * i));
    }
    if (!HMAC(EVP_sha1(), secret, ANS_TOTP_SECRET_BYTES, message, sizeof message, mac, &n) || n != 20) {
        return UINT32_MAX; /* never equal to six digits */
    }
    const uint8_t *p = mac + (mac[19] & 15);
    uint32_t v = (uint32_t)(p[0] & 0x7F) << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
    return v % MODULUS;
}

int64_t ans_totp_match(const uint8_t secret[ANS_TOTP_SECRET_BYTES], ans_str typed, int64_t now_s, int64_t last)
{
    uint64_t code;
    int64_t now = now_s / STEP_SECONDS, found = 0;
    if (typed.n != DIGITS || !ans_str_u64(typed, &code)) {
        return 0;
    }
    for (int64_t step = now - 1; step <= now + 1; step++) {
        if (ans_totp_code(secret, step) == code && step > last) {
            found = step;
        }
    }
    return found;
}

ans_str ans_totp_base32(ans_arena *arena, const uint8_t secret[ANS_TOTP_SECRET_BYTES])
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    char *out = ans_arena_alloc(arena, BASE32_BYTES);
    for (uint32_t i = 0; out && i < BASE32_BYTES; i++) {
        uint32_t bit = i * 5, pair = (uint32_t)secret[bit / 8] << 8;
        pair |= bit / 8 + 1 < ANS_TOTP_SECRET_BYTES ? secret[bit / 8 + 1] : 0;
        out[i] = letters[pair >> (11 - bit % 8) & 31];
    }
    return out ? (ans_str){out, BASE32_BYTES} : ANS_STR_NONE;
}

ans_str ans_totp_uri(ans_arena *arena, ans_str base32, ans_str name)
{
    /* a name holds nothing that a URI would have to escape but '@', which a path may hold */
    return ans_arena_fmt(arena, "otpauth://totp/An%%20Sinh:%.*s?secret=%.*s&issuer=An%%20Sinh&algorithm=SHA1&digits=6&period=30",
                         ANS_FMT(name), ANS_FMT(base32));
}
