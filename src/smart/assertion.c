/* Programs prove who they are: nothing (public), a secret (client_secret_basic or _post), or a signed assertion (private_key_jwt, RFC
 * 7523) that is good once. One way a call: two are refused. */
#include "smart/smart_int.h"

#include "base/os.h"
#include "search/search.h"

static const char ASSERTION_TYPE[] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
enum { MOST_JTI_BYTES = 256 };

/* ---- secrets ---- */

/* Basic: form-encoded id and secret in base64 (RFC 6749, 2.3.1). Tokens of ours have no letters that the encoding changes. */
static bool read_basic(ans_cx *cx, ans_str header, ans_str *out_id, ans_str *out_secret)
{
    ans_str rest = header, scheme;
    if (!ans_str_cut(&rest, ' ', &scheme) || !ans_str_ieq(scheme, ANS_STR("basic"))) {
        return false;
    }
    rest = ans_str_trim(rest);
    char *url = ans_arena_alloc(cx->arena, rest.n + 1); /* the other alphabet, without padding */
    if (!url) {
        return false;
    }
    size_t n = 0;
    while (n < rest.n && rest.p[n] != '=') {
        url[n] = rest.p[n] == '+' ? '-' : rest.p[n] == '/' ? '_' : rest.p[n];
        n++;
    }
    ans_str plain = ans_base64url_read(cx->arena, (ans_str){url, n}), id;
    if (!plain.p || !ans_str_cut(&plain, ':', &id)) {
        return false;
    }
    *out_id = ans_query_decode(cx, id);
    *out_secret = ans_query_decode(cx, plain);
    return out_id->n && out_secret->n;
}

static ans_oauth prove_secret(const client *c, ans_str secret)
{
    uint8_t digest[ANS_DIGEST_BYTES];
    if (c->kind != ANS_CLIENT_SECRET) {
        return ANS_OAUTH_CLIENT;
    }
    ans_secret_digest(secret, digest);
    return ans_secret_same(digest, c->secret, sizeof digest) ? ANS_OAUTH_OK : ANS_OAUTH_CLIENT;
}

/* ---- assertions ---- */

static bool number(const ans_json *doc, const char *name, int64_t *out)
{
    uint64_t v;
    ans_jnode n = ans_json_get(doc, 0, ans_str_of(name));
    ans_str raw = n == ANS_JNONE || ans_json_kind_of(doc, n) != ANS_JSON_NUMBER ? ANS_STR_NONE : ans_json_raw(doc, n);
    ptrdiff_t point = ans_str_find(raw, '.'); /* fractions of a second mean nothing here */
    bool fine = ans_str_u64(point < 0 ? raw : ans_str_head(raw, (size_t)point), &v) && v < (uint64_t)1 << 40;
    *out = fine ? (int64_t)v : 0;
    return fine;
}

static bool has_audience(ans_cx *cx, const ans_json *doc, ans_str wanted)
{
    ans_jnode aud = ans_json_get(doc, 0, ANS_STR("aud"));
    if (aud == ANS_JNONE) {
        return false;
    }
    if (ans_json_kind_of(doc, aud) == ANS_JSON_STRING) {
        return ans_str_eq(ans_json_string(cx, doc, aud), wanted);
    }
    bool found = false;
    if (ans_json_kind_of(doc, aud) == ANS_JSON_ARRAY) {
        ANS_JSON_EACH(doc, aud, n)
        {
            found = found || ans_str_eq(ans_json_string(cx, doc, n), wanted);
        }
    }
    return found;
}

/* Times of RFC 7523, 3, and no more than five minutes ahead. */
static bool is_in_time(const ans_json *doc, int64_t now_s, int64_t *out_exp)
{
    int64_t early;
    if (!number(doc, "exp", out_exp) || *out_exp <= now_s || *out_exp > now_s + ANS_ASSERTION_SECONDS + ANS_CLOCK_SECONDS) {
        return false;
    }
    static const char *const starts[] = {"nbf", "iat"};
    for (size_t i = 0; i < 2; i++) {
        bool there = ans_json_get(doc, 0, ans_str_of(starts[i])) != ANS_JNONE;
        if (there && (!number(doc, starts[i], &early) || early > now_s + ANS_CLOCK_SECONDS)) {
            return false;
        }
    }
    return true;
}

static bool was_taken(const ans_smart *s, const uint8_t digest[ANS_DIGEST_BYTES])
{
    for (uint32_t i = 0; i < s->taken_count; i++) {
        if (memcmp(s->taken[i].digest, digest, ANS_DIGEST_BYTES) == 0) {
            return true;
        }
    }
    return false;
}

/* In memory at once, so that no second call finds it unused; on the disk with what it came to. */
static ans_oauth take(ans_cx *cx, ans_smart *s, const client *c, ans_str jti, int64_t exp_s, taken *out)
{
    ans_str text = ans_arena_fmt(cx->arena, "%s\n%.*s", c->id, ANS_FMT(jti));
    *out = (taken){.until_us = exp_s * SECOND};
    if (!text.p) {
        return ANS_OAUTH_FAILED;
    }
    ans_secret_digest(text, out->digest);
    if (was_taken(s, out->digest)) {
        return ANS_OAUTH_CLIENT;
    }
    if (s->taken_count >= MOST_ASSERTIONS || !apps_grow(&s->taken, s->taken_count, &s->taken_cap, sizeof *out)) {
        return ANS_OAUTH_FULL;
    }
    smart_id(out->id);
    s->taken[s->taken_count++] = *out;
    return ANS_OAUTH_OK;
}

/* Keys given once, or found at the client's address: those for an hour, and anew when a key is not among them, twice a minute at most. */
static ans_oauth check_signature(ans_cx *cx, const client *c, const ans_jwt *jwt, const ans_smart_call *call, ans_smart_answer *out)
{
    ans_client view = {.id = ans_str_of(c->id)};
    if (!client_view(cx, (ans_str){c->body, c->body_n}, &view)) {
        return ANS_OAUTH_FAILED;
    }
    int64_t now = ans_mono_us();
    bool fresh = c->keys && now - c->keys_us < ANS_KEYS_SECONDS * SECOND;
    ans_str keys = !view.jwks_url.n ? view.jwks : fresh ? (ans_str){c->keys, c->keys_n} : ANS_STR_NONE;
    ans_jwt_state state = ans_jwt_is_signed(cx, jwt, keys);
    bool may_fetch = view.jwks_url.n && state == ANS_JWT_NO_KEY && !call->has_fetched &&
                     (!c->tried_us || now - c->tried_us >= ANS_KEYS_AGAIN_SECONDS * SECOND);
    if (may_fetch) {
        out->fetch_client = ans_arena_dup(cx->arena, view.id);
        out->fetch_url = ans_arena_dup(cx->arena, view.jwks_url);
        return out->fetch_client.p && out->fetch_url.p ? ANS_OAUTH_KEYS : ANS_OAUTH_FAILED;
    }
    return state == ANS_JWT_SIGNED ? ANS_OAUTH_OK : ANS_OAUTH_CLIENT;
}

static ans_oauth prove_key(ans_cx *cx, ans_smart *s, const ans_smart_call *call, ans_str id, ans_str text, prover *p, ans_smart_answer *out)
{
    ans_jwt jwt;
    int64_t exp;
    ans_cx quiet = {.arena = cx->arena};
    if (ans_jwt_read(&quiet, text, &jwt) != ANS_OK) {
        return ANS_OAUTH_CLIENT;
    }
    ans_str sub = ans_json_get_string(cx, &jwt.claims, 0, ANS_STR("sub")), iss = ans_json_get_string(cx, &jwt.claims, 0, ANS_STR("iss"));
    ans_str jti = ans_json_get_string(cx, &jwt.claims, 0, ANS_STR("jti"));
    const client *c = ans_str_eq(sub, iss) && (!id.n || ans_str_eq(id, sub)) ? find_client(s, sub) : NULL;
    if (!c || c->is_disabled || c->kind != ANS_CLIENT_KEY || !jti.n || jti.n > MOST_JTI_BYTES ||
        !has_audience(cx, &jwt.claims, call->token_url) || !is_in_time(&jwt.claims, ans_now_us() / SECOND, &exp)) {
        return ANS_OAUTH_CLIENT;
    }
    ans_oauth o = check_signature(cx, c, &jwt, call, out);
    o = o == ANS_OAUTH_OK ? take(cx, s, c, jti, exp, &p->assertion) : o;
    p->c = o == ANS_OAUTH_OK ? c : NULL;
    return o;
}

ans_oauth prove_client(ans_cx *cx, ans_smart *s, const ans_smart_call *call, prover *p, ans_smart_answer *out)
{
    bool twice = false;
    ans_str id = form_get(cx, call->form, "client_id", &twice), secret = form_get(cx, call->form, "client_secret", &twice);
    ans_str type = form_get(cx, call->form, "client_assertion_type", &twice), assertion = form_get(cx, call->form, "client_assertion", &twice);
    ans_str basic_id = ANS_STR_NONE, basic_secret = ANS_STR_NONE;
    bool basic = call->authorization.p != NULL;
    *p = (prover){0};
    out->wants_basic = basic;
    if (twice) {
        return ANS_OAUTH_REQUEST;
    }
    if ((basic && !read_basic(cx, call->authorization, &basic_id, &basic_secret)) || (basic && id.n && !ans_str_eq(id, basic_id))) {
        return ANS_OAUTH_CLIENT;
    }
    if ((basic != 0) + (secret.n != 0) + (assertion.n != 0) > 1) {
        return ANS_OAUTH_REQUEST;
    }
    if (assertion.n) {
        return ans_str_is(type, ASSERTION_TYPE) ? prove_key(cx, s, call, id, assertion, p, out) : ANS_OAUTH_CLIENT;
    }
    const client *c = find_client(s, basic ? basic_id : id);
    if (!c || c->is_disabled) {
        return id.n || basic ? ANS_OAUTH_CLIENT : ANS_OAUTH_REQUEST;
    }
    ans_oauth o = basic || secret.n ? prove_secret(c, basic ? basic_secret : secret) : c->kind == ANS_CLIENT_PUBLIC ? ANS_OAUTH_OK : ANS_OAUTH_CLIENT;
    p->c = o == ANS_OAUTH_OK ? c : NULL;
    return o;
}

/* ---- keys from outside ---- */

void ans_smart_set_keys(ans_smart *s, ans_str id, ans_str jwks)
{
    char *text = jwks.n && jwks.n <= ANS_JWKS_MOST_BYTES ? ans_alloc(jwks.n) : NULL;
    if (text) {
        memcpy(text, jwks.p, jwks.n);
    }
    (void)pthread_mutex_lock(&s->change);
    (void)pthread_rwlock_wrlock(&s->lock);
    client *c = find_client(s, id);
    char *unused = text;
    if (c) {
        c->tried_us = ans_mono_us();
    }
    if (c && text) { /* keys that were there stay until their hour is over when nothing came */
        unused = c->keys;
        c->keys = text;
        c->keys_n = jwks.n;
        c->keys_us = c->tried_us;
    }
    (void)pthread_rwlock_unlock(&s->lock);
    (void)pthread_mutex_unlock(&s->change);
    ans_free(unused);
}
