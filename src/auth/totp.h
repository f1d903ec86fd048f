/* The second factor: time-based one-time codes, RFC 6238 with SHA-1, 30 seconds, six digits (what every authenticator on a
 * telephone understands). The only file that sees libcrypto. */
#ifndef ANS_AUTH_TOTP_H
#define ANS_AUTH_TOTP_H

#include "base/cx.h"

#define ANS_TOTP_SECRET_BYTES 20

/* Six digits of a step (Unix seconds / 30). */
uint32_t ans_totp_code(const uint8_t secret[ANS_TOTP_SECRET_BYTES], int64_t step);
/* The step a typed code belongs to: that of now, or one before or behind it, but none that is not newer than last (a code is
 * good once); 0: none. */
int64_t ans_totp_match(const uint8_t secret[ANS_TOTP_SECRET_BYTES], ans_str typed, int64_t now_s, int64_t last);
/* The secret as base32 (RFC 4648), for typing; and otpauth://totp/An%20Sinh:NAME?... for a QR code. In the arena. */
ans_str ans_totp_base32(ans_arena *arena, const uint8_t secret[ANS_TOTP_SECRET_BYTES]);
ans_str ans_totp_uri(ans_arena *arena, ans_str base32, ans_str name);

#endif
