/* Signed tokens (JWT, RFC 7519) and keys (JWK, RFC 7517). The only file of the program that sees cjose.
 *
 * What a token says of itself is never believed: which algorithms count is fixed here (RS384 and ES384 from programs, RS256 for what
 * we sign), a key must be of the kind that the algorithm needs, and a symmetric key is no key. */
#ifndef ANS_SMART_JOSE_H
#define ANS_SMART_JOSE_H

#include "json/json.h"

#define ANS_JWT_MOST_BYTES 8192
#define ANS_JWKS_MOST_BYTES 16384
#define ANS_JWKS_MOST_KEYS 16

typedef struct ans_jwt {
    ans_str text;
    ans_str alg, kid;
    ans_json claims; /* an object; not to be believed before ans_jwt_is_signed */
} ans_jwt;

/* Take a compact token apart. errors ANS_E_VALUE (no issue tells what was in it) */
ANS_MUST_USE ans_err ans_jwt_read(ans_cx *cx, ans_str text, ans_jwt *out);

typedef enum ans_jwt_state { ANS_JWT_SIGNED, ANS_JWT_NO_KEY, ANS_JWT_FORGED } ans_jwt_state;
/* Was it signed by a key of this set (text of a JWKS)? NO_KEY: the set has none of that kid and kind. */
ans_jwt_state ans_jwt_is_signed(ans_cx *cx, const ans_jwt *jwt, ans_str jwks);

/* A set with at least one key that a program may sign with; nothing secret in it.
 * errors ANS_E_VALUE: the issue says what is wrong */
ANS_MUST_USE ans_err ans_jwks_check(ans_cx *cx, ans_str jwks);

/* ---- our own key ---- */

/* A new RSA key of 2048 bits as a private JWK, with a kid. Works for a tenth of a second. */
ANS_MUST_USE ans_err ans_jose_new_key(ans_cx *cx, ans_str kid, ans_str *out_private);
/* Its public half, with alg and use. */
ANS_MUST_USE ans_err ans_jose_public(ans_cx *cx, ans_str private_key, ans_str *out_public);
ANS_MUST_USE ans_err ans_jwt_sign(ans_cx *cx, ans_str private_key, ans_str claims, ans_str *out);

/* Base64url without padding, in the arena; p NULL: no memory, or (decoding) not that. */
ans_str ans_base64url(ans_arena *arena, const void *p, size_t n);
ans_str ans_base64url_read(ans_arena *arena, ans_str text);

#endif
