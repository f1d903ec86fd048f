/* The wrapper of cjose: import, verify, sign. Sizes are looked at before, since what cjose allocates is not our arena's. */
#include "smart/jose.h"

#include <cjose/base64.h>
#include <cjose/cjose.h>

enum { LEAST_RSA_BITS = 2048, MOST_RSA_BITS = 8192, P384_BITS = 384, MOST_KID_BYTES = 256 };

/* ---- base64url ---- */

ans_str ans_base64url(ans_arena *arena, const void *p, size_t n)
{
    char *text = NULL;
    size_t length = 0;
    cjose_err err;
    if (!cjose_base64url_encode(p, n, &text, &length, &err)) {
        return ANS_STR_NONE;
    }
    ans_str out = ans_arena_dup(arena, (ans_str){text, length});
    cjose_get_dealloc()(text);
    return out;
}

static bool is_base64url(ans_str text)
{
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') && c != '-' && c != '_') {
            return false;
        }
    }
    return text.n > 0 && text.n % 4 != 1;
}

ans_str ans_base64url_read(ans_arena *arena, ans_str text)
{
    uint8_t *bytes = NULL;
    size_t length = 0;
    cjose_err err;
    if (!is_base64url(text) || !cjose_base64url_decode(text.p, text.n, &bytes, &length, &err)) {
        return ANS_STR_NONE;
    }
    ans_str out = ans_arena_dup(arena, (ans_str){(const char *)bytes, length});
    cjose_get_dealloc()(bytes);
    return out;
}

/* ---- reading ---- */

static bool read_object(ans_cx *cx, ans_str part, ans_json *out)
{
    const ans_json_limits limits = {.max_depth = 8, .max_bytes = ANS_JWT_MOST_BYTES};
    ans_cx quiet = {.arena = cx->arena}; /* the issue would quote what stands in it */
    ans_str text = ans_base64url_read(cx->arena, part);
    return text.p && ans_json_parse(&quiet, text, &limits, out) == ANS_OK && ans_json_kind_of(out, 0) == ANS_JSON_OBJECT;
}

static ans_err no_token(ans_cx *cx)
{
    return ans_issue_add(cx, ANS_E_VALUE, ANS_STR_NONE, "this is no signed token");
}

ans_err ans_jwt_read(ans_cx *cx, ans_str text, ans_jwt *out)
{
    ans_str rest = text, head, claims;
    ans_json header;
    *out = (ans_jwt){.text = text};
    bool three = text.n <= ANS_JWT_MOST_BYTES && ans_str_cut(&rest, '.', &head) && ans_str_cut(&rest, '.', &claims) && is_base64url(rest);
    if (!three || !read_object(cx, head, &header) || !read_object(cx, claims, &out->claims)) {
        return no_token(cx);
    }
    out->alg = ans_json_get_string(cx, &header, 0, ANS_STR("alg"));
    out->kid = ans_json_get_string(cx, &header, 0, ANS_STR("kid"));
    /* what must be understood (crit) is not, and a body that is not encoded (b64) is another one than we read */
    bool odd = ans_json_get(&header, 0, ANS_STR("crit")) != ANS_JNONE || ans_json_get(&header, 0, ANS_STR("b64")) != ANS_JNONE;
    return odd || !out->alg.n || out->kid.n > MOST_KID_BYTES ? no_token(cx) : ANS_OK;
}

/* ---- keys of programs ---- */

/* "RSA" or "EC" for the algorithms that count; NULL for all others: none, HS256 ... */
static const char *kind_for(ans_str alg)
{
    return ans_str_is(alg, "RS384") ? "RSA" : ans_str_is(alg, "ES384") ? "EC" : NULL;
}

static bool is_member(ans_cx *cx, const ans_json *set, ans_jnode key, const char *name, const char *wanted, bool or_absent)
{
    ans_jnode n = ans_json_get(set, key, ans_str_of(name));
    return n == ANS_JNONE ? or_absent : ans_str_is(ans_json_string(cx, set, n), wanted);
}

static bool has_secret(const ans_json *set, ans_jnode key)
{
    static const char *const names[] = {"d", "p", "q", "dp", "dq", "qi", "k", "oth"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (ans_json_get(set, key, ans_str_of(names[i])) != ANS_JNONE) {
            return true;
        }
    }
    return false;
}

/* cjose ends the program over text that is no base64: it sees none. An exponent of more than 64 bits only costs time. */
static bool has_numbers(ans_cx *cx, const ans_json *set, ans_jnode key, bool rsa)
{
    ans_str first = ans_json_get_string(cx, set, key, rsa ? ANS_STR("n") : ANS_STR("x"));
    ans_str second = ans_json_get_string(cx, set, key, rsa ? ANS_STR("e") : ANS_STR("y"));
    return is_base64url(first) && is_base64url(second) && (!rsa || second.n <= 11);
}

/* May a program sign with it? alg empty: with any that counts. */
static bool fits(ans_cx *cx, const ans_json *set, ans_jnode key, ans_str alg)
{
    ans_str kty = ans_json_get_string(cx, set, key, ANS_STR("kty"));
    bool rsa = ans_str_is(kty, "RSA"), ec = ans_str_is(kty, "EC") && is_member(cx, set, key, "crv", "P-384", false);
    const char *kind = alg.n ? kind_for(alg) : rsa ? "RSA" : "EC";
    return (rsa || ec) && kind && ans_str_is(kty, kind) && has_numbers(cx, set, key, rsa) && !has_secret(set, key) && is_member(cx, set, key, "use", "sig", true) &&
           is_member(cx, set, key, "alg", rsa ? "RS384" : "ES384", true);
}

/* NULL: it cannot be read, or is too weak or too big. */
static cjose_jwk_t *import(const ans_json *set, ans_jnode key)
{
    ans_str text = ans_json_raw(set, key);
    cjose_err err;
    cjose_jwk_t *jwk = cjose_jwk_import(text.p, text.n, &err);
    if (!jwk) {
        return NULL;
    }
    size_t bits = cjose_jwk_get_keysize(jwk, &err);
    bool rsa = cjose_jwk_get_kty(jwk, &err) == CJOSE_JWK_KTY_RSA;
    if (rsa ? bits < LEAST_RSA_BITS || bits > MOST_RSA_BITS : bits != P384_BITS) {
        (void)cjose_jwk_release(jwk);
        return NULL;
    }
    return jwk;
}

static bool read_set(ans_cx *cx, ans_str jwks, ans_json *out, ans_jnode *out_keys)
{
    const ans_json_limits limits = {.max_depth = 8, .max_bytes = ANS_JWKS_MOST_BYTES};
    ans_cx quiet = {.arena = cx->arena};
    if (jwks.n > ANS_JWKS_MOST_BYTES || ans_json_parse(&quiet, jwks, &limits, out) != ANS_OK) {
        return false;
    }
    *out_keys = ans_json_get(out, 0, ANS_STR("keys"));
    return *out_keys != ANS_JNONE && ans_json_kind_of(out, *out_keys) == ANS_JSON_ARRAY && ans_json_count(out, *out_keys) <= ANS_JWKS_MOST_KEYS;
}

static bool verify(const ans_jwt *jwt, const cjose_jwk_t *key)
{
    cjose_err err;
    cjose_jws_t *jws = cjose_jws_import(jwt->text.p, jwt->text.n, &err);
    bool good = jws && cjose_jws_verify(jws, key, &err);
    if (jws) {
        cjose_jws_release(jws);
    }
    return good;
}

ans_jwt_state ans_jwt_is_signed(ans_cx *cx, const ans_jwt *jwt, ans_str jwks)
{
    ans_json set;
    ans_jnode keys;
    ans_jwt_state state = ANS_JWT_NO_KEY;
    if (!kind_for(jwt->alg)) {
        return ANS_JWT_FORGED;
    }
    if (!jwks.n || !read_set(cx, jwks, &set, &keys)) {
        return ANS_JWT_NO_KEY;
    }
    ANS_JSON_EACH(&set, keys, key)
    {
        ans_str kid = ans_json_get_string(cx, &set, key, ANS_STR("kid"));
        bool named = jwt->kid.n ? ans_str_eq(kid, jwt->kid) : true;
        cjose_jwk_t *jwk = named && fits(cx, &set, key, jwt->alg) ? import(&set, key) : NULL;
        if (!jwk) {
            continue;
        }
        bool good = verify(jwt, jwk);
        (void)cjose_jwk_release(jwk);
        if (good) {
            return ANS_JWT_SIGNED;
        }
        state = ANS_JWT_FORGED;
    }
    return state;
}

ans_err ans_jwks_check(ans_cx *cx, ans_str jwks)
{
    ans_json set;
    ans_jnode keys;
    uint32_t usable = 0;
    if (!read_set(cx, jwks, &set, &keys)) {
        return ans_issue_add(cx, ANS_E_VALUE, ANS_STR("keys"), "not a JSON Web Key Set of at most %d keys and %d bytes", ANS_JWKS_MOST_KEYS,
                             ANS_JWKS_MOST_BYTES);
    }
    ANS_JSON_EACH(&set, keys, key)
    {
        if (ans_json_kind_of(&set, key) == ANS_JSON_OBJECT && has_secret(&set, key)) {
            return ans_issue_add(cx, ANS_E_VALUE, ANS_STR("keys"), "there is a secret key in it: keep that one, and give the public one");
        }
        cjose_jwk_t *jwk = fits(cx, &set, key, ANS_STR_NONE) ? import(&set, key) : NULL;
        if (jwk) {
            usable++;
            (void)cjose_jwk_release(jwk);
        }
    }
    return usable ? ANS_OK
                  : ans_issue_add(cx, ANS_E_VALUE, ANS_STR("keys"), "none of the keys can be used: RSA (2048 to 8192 bits, RS384) or EC P-384 (ES384)");
}

/* ---- our own key ---- */

static ans_err failed(ans_cx *cx)
{
    return ans_issue_add(cx, ANS_E_NOMEM, ANS_STR_NONE, "a key or a signature could not be made");
}

ans_err ans_jose_new_key(ans_cx *cx, ans_str kid, ans_str *out)
{
    static const uint8_t e[] = {1, 0, 1};
    cjose_err err;
    cjose_jwk_t *jwk = cjose_jwk_create_RSA_random(LEAST_RSA_BITS, e, sizeof e, &err);
    char *json = jwk && cjose_jwk_set_kid(jwk, kid.p, kid.n, &err) ? cjose_jwk_to_json(jwk, true, &err) : NULL;
    *out = json ? ans_arena_dup(cx->arena, ans_str_of(json)) : ANS_STR_NONE;
    if (json) {
        memset(json, 0, strlen(json));
        cjose_get_dealloc()(json);
    }
    if (jwk) {
        (void)cjose_jwk_release(jwk);
    }
    return out->p ? ANS_OK : failed(cx);
}

ans_err ans_jose_public(ans_cx *cx, ans_str private_key, ans_str *out)
{
    ans_json doc;
    ans_buf b;
    ans_jw w;
    ans_err err = ans_json_parse(cx, private_key, NULL, &doc);
    if (err != ANS_OK) {
        return err;
    }
    ans_buf_init_arena(&b, cx->arena, ANS_JWKS_MOST_BYTES);
    ans_jw_init(&w, &b);
    ans_jw_begin(&w, '{');
    static const char *const names[] = {"kty", "kid", "n", "e"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        ans_jw_kv(&w, ans_str_of(names[i]), ans_json_get_string(cx, &doc, 0, ans_str_of(names[i])));
    }
    ans_jw_kv(&w, ANS_STR("alg"), ANS_STR("RS256"));
    ans_jw_kv(&w, ANS_STR("use"), ANS_STR("sig"));
    ans_jw_end(&w, '}');
    return ans_buf_finish(&b, out);
}

static bool sign(const cjose_jwk_t *jwk, ans_str claims, cjose_header_t *head, ans_cx *cx, ans_str *out)
{
    cjose_err err;
    const char *kid = cjose_jwk_get_kid(jwk, &err), *text = NULL;
    bool ready = kid && cjose_header_set(head, CJOSE_HDR_ALG, CJOSE_HDR_ALG_RS256, &err) && cjose_header_set(head, CJOSE_HDR_KID, kid, &err) &&
                 cjose_header_set(head, "typ", "JWT", &err);
    cjose_jws_t *jws = ready ? cjose_jws_sign(jwk, head, (const uint8_t *)claims.p, claims.n, &err) : NULL;
    bool done = jws && cjose_jws_export(jws, &text, &err);
    *out = done ? ans_arena_dup(cx->arena, ans_str_of(text)) : ANS_STR_NONE;
    if (jws) {
        cjose_jws_release(jws);
    }
    return out->p != NULL;
}

ans_err ans_jwt_sign(ans_cx *cx, ans_str private_key, ans_str claims, ans_str *out)
{
    cjose_err err;
    cjose_jwk_t *jwk = cjose_jwk_import(private_key.p, private_key.n, &err);
    cjose_header_t *head = jwk ? cjose_header_new(&err) : NULL;
    bool done = head && sign(jwk, claims, head, cx, out);
    if (head) {
        cjose_header_release(head);
    }
    if (jwk) {
        (void)cjose_jwk_release(jwk);
    }
    return done ? ANS_OK : failed(cx);
}
