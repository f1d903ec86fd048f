/* The token endpoint (RFC 6749, 4.1.3, 4.4, 6), revocation (RFC 7009), introspection (RFC 7662), the id_token and our keys. */
#include "smart/smart_int.h"

#include <stdio.h>

#include "base/hash.h"
#include "base/os.h"

/* ---- our key ---- */

/* Callers hold change. A tenth of a second's work, once in the life of a folder. */
static bool need_key(ans_cx *cx, ans_smart *s)
{
    char id[ID_BYTES];
    ans_str key;
    writing w = {.cx = cx, .s = s};
    if (s->key) {
        return true;
    }
    smart_id(id);
    if (ans_jose_new_key(cx, ans_str_of(id), &key) != ANS_OK) {
        return false;
    }
    char *held = ans_alloc(key.n + 1);
    write_text(&w, ANS_BESIDE_KEY, id, key);
    if (!held || !write_all(&w)) {
        ans_free(held);
        return false;
    }
    memcpy(held, key.p, key.n);
    held[key.n] = '\0';
    (void)pthread_rwlock_wrlock(&s->lock);
    s->key = held;
    (void)pthread_rwlock_unlock(&s->lock);
    return true;
}

ans_oauth ans_smart_keys(ans_cx *cx, ans_smart *s, ans_str *out_json)
{
    ans_str key = ANS_STR_NONE;
    (void)pthread_mutex_lock(&s->change);
    bool made = need_key(cx, s) && ans_jose_public(cx, ans_str_of(s->key), &key) == ANS_OK;
    (void)pthread_mutex_unlock(&s->change);
    *out_json = made ? ans_arena_fmt(cx->arena, "{\"keys\":[%.*s]}", ANS_FMT(key)) : ANS_STR_NONE;
    return out_json->p ? ANS_OAUTH_OK : ANS_OAUTH_FAILED;
}

/* ---- the answer ---- */

typedef struct token_call {
    ans_cx *cx;
    ans_smart *s;
    const ans_smart_call *call;
    ans_smart_answer *out;
    prover p;
    int64_t now_us;
    bool twice;
    ans_str access, refresh; /* just made; empty: none */
} token_call;

static ans_str param(token_call *t, const char *name)
{
    return form_get(t->cx, t->call->form, name, &t->twice);
}

static ans_str fhir_user(token_call *t)
{
    const ans_who *who = &t->out->who;
    return who->practitioner.n ? ans_arena_fmt(t->cx->arena, "%.*s/Practitioner/%.*s", ANS_FMT(t->call->base), ANS_FMT(who->practitioner)) : ANS_STR_NONE;
}

static void put_seconds(ans_jw *w, const char *key, int64_t seconds)
{
    ans_jw_key(w, ans_str_of(key));
    ans_jw_int(w, seconds);
}

/* The context of the launch, beside the tokens and in an introspection. */
static void put_about(ans_jw *w, const app_grant *g)
{
    if (*g->patient) {
        ans_jw_kv(w, ANS_STR("patient"), ans_str_of(g->patient));
    }
    if (*g->encounter) {
        ans_jw_kv(w, ANS_STR("encounter"), ans_str_of(g->encounter));
    }
}

/* OpenID Connect Core 1.0, 2 */
static bool id_token(token_call *t, const app_grant *g, const ans_permits *given, ans_str *out)
{
    ans_buf b;
    ans_jw w;
    ans_str claims;
    ans_buf_init_arena(&b, t->cx->arena, 8192);
    ans_jw_init(&w, &b);
    ans_jw_begin(&w, '{');
    ans_jw_kv(&w, ANS_STR("iss"), t->call->base);
    ans_jw_kv(&w, ANS_STR("sub"), t->out->who.account);
    ans_jw_kv(&w, ANS_STR("aud"), ans_str_of(g->client));
    put_seconds(&w, "iat", t->now_us / SECOND);
    put_seconds(&w, "exp", t->now_us / SECOND + ANS_ACCESS_SECONDS);
    if (*g->nonce) {
        ans_jw_kv(&w, ANS_STR("nonce"), ans_str_of(g->nonce));
    }
    ans_str user = given->flags & (ANS_PERMIT_FHIR_USER | ANS_PERMIT_PROFILE) ? fhir_user(t) : ANS_STR_NONE;
    if (user.n) {
        ans_jw_kv(&w, ANS_STR("fhirUser"), user);
    }
    if (given->flags & ANS_PERMIT_PROFILE) {
        ans_jw_kv(&w, ANS_STR("name"), t->out->who.display);
    }
    ans_jw_end(&w, '}');
    return need_key(t->cx, t->s) && ans_buf_finish(&b, &claims) == ANS_OK && ans_jwt_sign(t->cx, ans_str_of(t->s->key), claims, out) == ANS_OK;
}

static ans_oauth write_tokens(token_call *t, const app_grant *g)
{
    ans_buf b;
    ans_jw w;
    ans_permits given;
    ans_str signed_id = ANS_STR_NONE;
    if (ans_permits_read(t->cx, ans_str_of(g->scope), &given) != ANS_OK) {
        return ANS_OAUTH_FAILED;
    }
    if (!g->is_own && (given.flags & ANS_PERMIT_OPENID) && !id_token(t, g, &given, &signed_id)) {
        return ANS_OAUTH_FAILED;
    }
    ans_buf_init_arena(&b, t->cx->arena, 32 << 10);
    ans_jw_init(&w, &b);
    ans_jw_begin(&w, '{');
    ans_jw_kv(&w, ANS_STR("access_token"), t->access);
    ans_jw_kv(&w, ANS_STR("token_type"), ANS_STR("Bearer"));
    put_seconds(&w, "expires_in", (g->access_until_us - t->now_us) / SECOND);
    ans_jw_kv(&w, ANS_STR("scope"), ans_str_of(g->scope));
    if (t->refresh.n) {
        ans_jw_kv(&w, ANS_STR("refresh_token"), t->refresh);
    }
    put_about(&w, g);
    if (signed_id.n) {
        ans_jw_kv(&w, ANS_STR("id_token"), signed_id);
    }
    ans_jw_end(&w, '}');
    return ans_buf_finish(&b, &t->out->json) == ANS_OK ? ANS_OAUTH_OK : ANS_OAUTH_FAILED;
}

/* ---- making tokens ---- */

static bool new_access(token_call *t, app_grant *g, int64_t seconds)
{
    char token[ANS_TOKEN_BYTES + 1];
    ans_secret_token(token);
    t->access = ans_arena_dup(t->cx->arena, ans_str_of(token));
    ans_secret_digest(ans_str_of(token), g->access);
    g->access_until_us = t->now_us + seconds * SECOND;
    return t->access.p != NULL;
}

/* family: the part that stays; empty: a new one. */
static bool new_refresh(token_call *t, app_grant *g, ans_str family)
{
    char token[ANS_TOKEN_BYTES + 1], first[ANS_TOKEN_BYTES + 1];
    ans_secret_token(token);
    ans_secret_token(first);
    family = family.n ? family : (ans_str){first, FAMILY_CHARS};
    t->refresh = ans_arena_fmt(t->cx->arena, "%.*s.%s", ANS_FMT(family), token);
    ans_secret_digest(family, g->family);
    ans_secret_digest(ans_str_of(token), g->refresh);
    g->refresh_until_us = t->now_us + ANS_REFRESH_SECONDS * SECOND;
    return t->refresh.p != NULL;
}

/* The new state on the disk, with the assertion that was used; then in place. */
static ans_oauth keep_grant(token_call *t, const app_grant *g)
{
    writing w = {.cx = t->cx, .s = t->s};
    write_tidy(&w, t->now_us);
    for (uint32_t i = 0; i < w.count; i++) { /* what is written anew is not over any more */
        w.failed = w.failed || ans_str_is(w.list[i].id, g->id);
    }
    write_grant(&w, g);
    if (*t->p.assertion.id) {
        write_taken(&w, &t->p.assertion);
    }
    if (!write_all(&w) || !put_grant(t->s, g)) {
        return ANS_OAUTH_FAILED;
    }
    write_tidied(&w, t->now_us);
    return ANS_OAUTH_OK;
}

static bool set_who(token_call *t, const app_grant *g)
{
    ans_who *who = &t->out->who;
    ans_who_by_account(t->s->accounts, t->cx->arena, ans_str_of(g->account), g->since_us, who);
    who->client = ans_arena_dup(t->cx->arena, ans_str_of(g->client));
    who->session = ans_arena_dup(t->cx->arena, ans_str_of(g->id));
    return who->kind != ANS_WHO_NOBODY && who->client.p && who->session.p;
}

static ans_oauth end_misused(token_call *t, app_grant *g)
{
    t->out->has_ended = true;
    ans_oauth o = end_grants(t->cx, t->s, &g, 1);
    return o == ANS_OAUTH_OK ? ANS_OAUTH_GRANT : o;
}

/* ---- a code ---- */

static bool is_verified(token_call *t, const app_grant *g, ans_str verifier)
{
    uint8_t digest[32];
    if (verifier.n < 43 || verifier.n > 128) {
        return false;
    }
    ans_sha256(verifier, digest);
    ans_str challenge = ans_base64url(t->cx->arena, digest, sizeof digest);
    return challenge.n == CHALLENGE_BYTES - 1 && ans_secret_same((const uint8_t *)challenge.p, (const uint8_t *)g->challenge, challenge.n);
}

static ans_oauth by_code(token_call *t)
{
    uint8_t digest[ANS_DIGEST_BYTES], redirect[ANS_DIGEST_BYTES];
    ans_str code = param(t, "code"), uri = param(t, "redirect_uri"), verifier = param(t, "code_verifier");
    if (t->twice || !code.n || !uri.n) {
        return ANS_OAUTH_REQUEST;
    }
    ans_secret_digest(code, digest);
    ans_secret_digest(uri, redirect);
    app_grant *g = find_by_code(t->s, digest);
    if (!g || strcmp(g->client, t->p.c->id) != 0) {
        return ANS_OAUTH_GRANT;
    }
    bool fits = !g->code_used && t->now_us < g->code_until_us && ans_secret_same(redirect, g->redirect, sizeof redirect) && is_verified(t, g, verifier);
    if (!set_who(t, g) || !fits) { /* used twice, or by somebody who only has the code: what came of it ends (RFC 9700, 2.1.1) */
        return end_misused(t, g);
    }
    app_grant *next = ANS_NEW(t->cx->arena, app_grant);
    ans_permits given;
    if (!next || ans_permits_read(t->cx, ans_str_of(g->scope), &given) != ANS_OK) {
        return ANS_OAUTH_FAILED;
    }
    *next = *g;
    next->code_used = true;
    bool lasting = given.flags & (ANS_PERMIT_OFFLINE | ANS_PERMIT_ONLINE);
    if (!new_access(t, next, ANS_ACCESS_SECONDS) || (lasting && !new_refresh(t, next, ANS_STR_NONE))) {
        return ANS_OAUTH_FAILED;
    }
    ans_oauth o = write_tokens(t, next);
    return o == ANS_OAUTH_OK ? keep_grant(t, next) : o;
}

/* ---- a refresh token ---- */

/* Less may be asked for; what is given stays less. */
static ans_oauth narrow(token_call *t, app_grant *g, ans_str scope)
{
    ans_permits asked, held, given;
    ans_str text;
    if (ans_permits_read(t->cx, scope, &asked) != ANS_OK || ans_permits_read(t->cx, ans_str_of(g->scope), &held) != ANS_OK ||
        ans_permits_meet(t->cx, &asked, &held, &given) != ANS_OK) {
        return ANS_OAUTH_SCOPE;
    }
    if ((!given.count && !given.flags) || ans_permits_print(t->cx, &given, &text) != ANS_OK) {
        return ANS_OAUTH_SCOPE;
    }
    text_copy(g->scope, sizeof g->scope, text);
    return ANS_OAUTH_OK;
}

static app_grant *grant_of_refresh(token_call *t, ans_str token, bool *is_current, ans_str *out_family)
{
    uint8_t family[ANS_DIGEST_BYTES], rest[ANS_DIGEST_BYTES];
    ans_str last = token;
    if (!ans_str_cut(&last, '.', out_family) || out_family->n != FAMILY_CHARS) {
        return NULL;
    }
    ans_secret_digest(*out_family, family);
    ans_secret_digest(last, rest);
    app_grant *g = find_by_family(t->s, family);
    *is_current = g && ans_secret_same(rest, g->refresh, sizeof rest);
    return g;
}

/* A program without a secret proves nothing by saying its name, and some libraries leave it out (RFC 6749, 6 does not ask for it). */
static bool is_holder(token_call *t, const app_grant *g)
{
    const client *c = t->p.c ? t->p.c : find_client(t->s, ans_str_of(g->client));
    return c && strcmp(g->client, c->id) == 0 && !c->is_disabled && (t->p.c || c->kind == ANS_CLIENT_PUBLIC);
}

static bool is_nameless(token_call *t)
{
    static const char *const names[] = {"client_id", "client_secret", "client_assertion"};
    bool named = t->call->authorization.p != NULL;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        named = named || param(t, names[i]).p;
    }
    return !named;
}

static ans_oauth by_refresh(token_call *t)
{
    bool current = false;
    ans_str token = param(t, "refresh_token"), scope = param(t, "scope"), family;
    if (t->twice || !token.n) {
        return ANS_OAUTH_REQUEST;
    }
    app_grant *g = grant_of_refresh(t, token, &current, &family);
    if (!g || !is_holder(t, g)) {
        return ANS_OAUTH_GRANT;
    }
    bool present = !g->is_online || ans_account_is_here(t->s->accounts, ans_str_of(g->account));
    if (!set_who(t, g) || !current || t->now_us >= g->refresh_until_us) { /* one that was used before: a copy is about */
        return end_misused(t, g);
    }
    app_grant *next = present ? ANS_NEW(t->cx->arena, app_grant) : NULL;
    if (!next) {
        return present ? ANS_OAUTH_FAILED : ANS_OAUTH_GRANT;
    }
    *next = *g;
    ans_oauth o = scope.n ? narrow(t, next, scope) : ANS_OAUTH_OK;
    if (o == ANS_OAUTH_OK && (!new_access(t, next, ANS_ACCESS_SECONDS) || !new_refresh(t, next, family))) {
        return ANS_OAUTH_FAILED;
    }
    o = o == ANS_OAUTH_OK ? write_tokens(t, next) : o;
    return o == ANS_OAUTH_OK ? keep_grant(t, next) : o;
}

/* ---- a client by itself ---- */

/* The oldest live one when there are too many. */
static app_grant *oldest_own(const token_call *t)
{
    app_grant *oldest = NULL;
    uint32_t n = 0;
    for (uint32_t i = 0; i < t->s->grant_count; i++) {
        app_grant *g = t->s->grants[i];
        if (g->is_own && strcmp(g->client, t->p.c->id) == 0 && !is_grant_over(g, t->now_us)) {
            oldest = !oldest || g->since_us < oldest->since_us ? g : oldest;
            n++;
        }
    }
    return n >= MOST_OF_BACKEND ? oldest : NULL;
}

static ans_oauth by_itself(token_call *t)
{
    ans_client view = {.id = ans_str_of(t->p.c->id)};
    ans_permits asked, allowed, given;
    ans_str scope = param(t, "scope"), text;
    app_grant *g = ANS_NEW(t->cx->arena, app_grant);
    if (!g || !client_view(t->cx, (ans_str){t->p.c->body, t->p.c->body_n}, &view)) {
        return ANS_OAUTH_FAILED;
    }
    if (!view.account.n) {
        return ANS_OAUTH_UNAUTHORIZED;
    }
    if (t->twice || !scope.n) {
        return t->twice ? ANS_OAUTH_REQUEST : ANS_OAUTH_SCOPE;
    }
    if (ans_permits_read(t->cx, scope, &asked) != ANS_OK || ans_permits_read(t->cx, view.scope, &allowed) != ANS_OK ||
        ans_permits_meet(t->cx, &asked, &allowed, &given) != ANS_OK || !given.count || ans_permits_print(t->cx, &given, &text) != ANS_OK) {
        return ANS_OAUTH_SCOPE;
    }
    smart_id(g->id);
    text_copy(g->client, sizeof g->client, view.id);
    text_copy(g->account, sizeof g->account, view.account);
    text_copy(g->scope, sizeof g->scope, text);
    g->is_own = true;
    g->since_us = t->now_us;
    if (!set_who(t, g)) {
        return ANS_OAUTH_CLIENT; /* its account is switched off */
    }
    app_grant *oldest = oldest_own(t);
    ans_oauth o = oldest ? end_grants(t->cx, t->s, &oldest, 1) : ANS_OAUTH_OK;
    if (o != ANS_OAUTH_OK || t->s->grant_count >= MOST_GRANTS) {
        return o != ANS_OAUTH_OK ? o : ANS_OAUTH_FULL;
    }
    o = new_access(t, g, ANS_BACKEND_SECONDS) ? write_tokens(t, g) : ANS_OAUTH_FAILED;
    return o == ANS_OAUTH_OK ? keep_grant(t, g) : o;
}

/* ---- the doors ---- */

static const struct {
    const char *name;
    ans_oauth (*run)(token_call *t);
} ways[] = {{"authorization_code", by_code}, {"refresh_token", by_refresh}, {"client_credentials", by_itself}};

/* RFC 6749, 5.2. An answer that cannot be written is an empty one. */
static void write_error(ans_cx *cx, ans_oauth o, ans_smart_answer *out)
{
    out->json = ans_arena_fmt(cx->arena, "{\"error\":\"%s\",\"error_description\":\"%s\"}", ans_oauth_code(o), ans_oauth_text(o));
}

static token_call begin(ans_cx *cx, ans_smart *s, const ans_smart_call *call, ans_smart_answer *out)
{
    *out = (ans_smart_answer){.what = ""};
    (void)pthread_mutex_lock(&s->change);
    return (token_call){.cx = cx, .s = s, .call = call, .out = out, .now_us = ans_now_us()};
}

static ans_oauth end(token_call *t, ans_oauth o)
{
    (void)pthread_mutex_unlock(&t->s->change);
    if (o != ANS_OAUTH_OK) {
        write_error(t->cx, o, t->out);
    }
    return o;
}

static ans_oauth token(token_call *t)
{
    ans_str type = param(t, "grant_type");
    if (t->twice || !type.n) {
        return ANS_OAUTH_REQUEST;
    }
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        if (ans_str_is(type, ways[i].name)) {
            t->out->what = ways[i].name;
            bool nameless = ways[i].run == by_refresh && is_nameless(t);
            ans_oauth o = nameless ? ANS_OAUTH_OK : prove_client(t->cx, t->s, t->call, &t->p, t->out);
            return o == ANS_OAUTH_OK ? ways[i].run(t) : o;
        }
    }
    return ANS_OAUTH_GRANT_TYPE;
}

ans_oauth ans_smart_token(ans_cx *cx, ans_smart *s, const ans_smart_call *call, ans_smart_answer *out)
{
    token_call t = begin(cx, s, call, out);
    return end(&t, token(&t));
}

/* By whatever it is: an access token, or a refresh token that is current. */
static app_grant *grant_of(token_call *t, ans_str text, bool *is_refresh)
{
    uint8_t digest[ANS_DIGEST_BYTES];
    ans_str family;
    bool current = false;
    app_grant *g = grant_of_refresh(t, text, &current, &family);
    *is_refresh = g != NULL;
    if (g) {
        return current && t->now_us < g->refresh_until_us ? g : NULL;
    }
    ans_secret_digest(text, digest);
    g = find_by_access(t->s, digest);
    return g && t->now_us < g->access_until_us ? g : NULL;
}

static ans_oauth revoke(token_call *t)
{
    bool refresh;
    ans_str text = param(t, "token");
    t->out->what = "revoke";
    ans_oauth o = t->twice || !text.n ? ANS_OAUTH_REQUEST : prove_client(t->cx, t->s, t->call, &t->p, t->out);
    if (o != ANS_OAUTH_OK) {
        return o;
    }
    app_grant *g = grant_of(t, text, &refresh);
    if (!g || strcmp(g->client, t->p.c->id) != 0) {
        return ANS_OAUTH_OK; /* RFC 7009, 2.2: what is not valid needs no revoking */
    }
    (void)set_who(t, g);
    if (refresh || !g->refresh_until_us) {
        return end_grants(t->cx, t->s, &g, 1);
    }
    app_grant *next = ANS_NEW(t->cx->arena, app_grant);
    if (!next) {
        return ANS_OAUTH_FAILED;
    }
    *next = *g;
    next->access_until_us = 0;
    return keep_grant(t, next);
}

ans_oauth ans_smart_revoke(ans_cx *cx, ans_smart *s, const ans_smart_call *call, ans_smart_answer *out)
{
    token_call t = begin(cx, s, call, out);
    return end(&t, revoke(&t));
}

static ans_oauth write_active(token_call *t, const app_grant *g, bool is_refresh)
{
    ans_buf b;
    ans_jw w;
    ans_str user = fhir_user(t);
    ans_buf_init_arena(&b, t->cx->arena, 16 << 10);
    ans_jw_init(&w, &b);
    ans_jw_begin(&w, '{');
    ans_jw_key(&w, ANS_STR("active"));
    ans_jw_bool(&w, true);
    ans_jw_kv(&w, ANS_STR("scope"), ans_str_of(g->scope));
    ans_jw_kv(&w, ANS_STR("client_id"), ans_str_of(g->client));
    ans_jw_kv(&w, ANS_STR("token_type"), ANS_STR("Bearer"));
    put_seconds(&w, "exp", (is_refresh ? g->refresh_until_us : g->access_until_us) / SECOND);
    put_seconds(&w, "iat", g->since_us / SECOND);
    ans_jw_kv(&w, ANS_STR("iss"), t->call->base);
    ans_jw_kv(&w, ANS_STR("sub"), ans_str_of(g->account));
    put_about(&w, g);
    if (user.n) {
        ans_jw_kv(&w, ANS_STR("fhirUser"), user);
    }
    ans_jw_end(&w, '}');
    return ans_buf_finish(&b, &t->out->json) == ANS_OK ? ANS_OAUTH_OK : ANS_OAUTH_FAILED;
}

static ans_oauth introspect(token_call *t)
{
    bool refresh;
    ans_str text = param(t, "token");
    t->out->what = "introspect";
    ans_oauth o = t->twice || !text.n ? ANS_OAUTH_REQUEST : prove_client(t->cx, t->s, t->call, &t->p, t->out);
    o = o == ANS_OAUTH_OK && t->p.c->kind == ANS_CLIENT_PUBLIC ? ANS_OAUTH_CLIENT : o;
    if (o != ANS_OAUTH_OK) {
        return o;
    }
    const app_grant *g = grant_of(t, text, &refresh);
    const client *holder = g ? find_client(t->s, ans_str_of(g->client)) : NULL;
    bool may_know = holder && (holder == t->p.c || t->p.c->may_introspect);
    bool here = g && (!g->is_online || ans_account_is_here(t->s->accounts, ans_str_of(g->account)));
    if (may_know && here && !holder->is_disabled && set_who(t, g)) {
        return write_active(t, g, refresh);
    }
    t->out->who = (ans_who){0};
    t->out->json = ANS_STR("{\"active\":false}");
    return ANS_OAUTH_OK;
}

ans_oauth ans_smart_introspect(ans_cx *cx, ans_smart *s, const ans_smart_call *call, ans_smart_answer *out)
{
    token_call t = begin(cx, s, call, out);
    return end(&t, introspect(&t));
}
