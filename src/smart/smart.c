/* The life of the room, who asks by an access token, and what people see of what they allowed. */
#include "smart/smart_int.h"

#include "base/os.h"
#include "base/sort.h"
#include "search/search.h"

static const struct {
    const char *code, *text;
    int http;
} oauths[] = {
    {"ok", "done", 200},
#define ANS_OAUTH(name, code, http, text) {code, text, http},
#include "smart/oauth.def"
#undef ANS_OAUTH
};

const char *ans_oauth_code(ans_oauth o)
{
    return oauths[o].code;
}

const char *ans_oauth_text(ans_oauth o)
{
    return oauths[o].text;
}

int ans_oauth_http(ans_oauth o)
{
    return oauths[o].http;
}

/* ---- small things ---- */

void smart_id(char out[ID_BYTES])
{
    static const char letters[] = "abcdefghijkmnpqrstuvwxyz23456789";
    uint8_t random[ID_BYTES - 1];
    ans_random(random, sizeof random);
    for (size_t i = 0; i < sizeof random; i++) {
        out[i] = letters[random[i] & 31];
    }
    out[ID_BYTES - 1] = '\0';
}

void text_copy(char *to, size_t size, ans_str s)
{
    size_t n = s.n < size ? s.n : 0;
    if (n) {
        memcpy(to, s.p, n);
    }
    memset(to + n, 0, size - n);
}

ans_str form_get(ans_cx *cx, ans_str form, const char *name, bool *twice)
{
    ans_str one, key, found = ANS_STR_NONE;
    for (bool more = form.n > 0; more;) {
        more = ans_str_cut(&form, '&', &one);
        bool has_value = ans_str_cut(&one, '=', &key);
        ans_str plain = ans_query_decode(cx, key);
        if (!plain.p || !ans_str_is(plain, name)) {
            continue;
        }
        *twice = *twice || found.p;
        found = ans_query_decode(cx, has_value ? one : ANS_STR(""));
        *twice = *twice || !found.p; /* not UTF-8: as bad */
    }
    return found;
}

/* ---- life ---- */

ans_err ans_smart_open(ans_cx *cx, ans_accounts *accounts, ans_smart **out)
{
    ans_smart *s = ans_alloc(sizeof *s);
    if (!s) {
        return ans_cx_nomem(cx);
    }
    *s = (ans_smart){.accounts = accounts};
    (void)pthread_mutex_init(&s->change, NULL);
    (void)pthread_rwlock_init(&s->lock, NULL);
    ans_err err = apps_load(cx, s);
    if (err != ANS_OK) {
        ans_smart_close(s);
        return err;
    }
    *out = s;
    return ANS_OK;
}

void ans_smart_close(ans_smart *s)
{
    if (!s) {
        return;
    }
    apps_free(s);
    (void)pthread_mutex_destroy(&s->change);
    (void)pthread_rwlock_destroy(&s->lock);
    ans_free(s);
}

/* ---- who asks ---- */

/* Under the read lock. */
static bool describe(ans_smart *s, ans_cx *cx, const app_grant *g, const client *c, ans_who *out, ans_str *scope, ans_str *patient)
{
    ans_who_by_account(s->accounts, cx->arena, ans_str_of(g->account), g->since_us, out);
    if (out->kind == ANS_WHO_NOBODY || (g->is_online && !ans_account_is_here(s->accounts, ans_str_of(g->account)))) {
        return false;
    }
    out->session = ans_arena_dup(cx->arena, ans_str_of(g->id));
    out->client = ans_arena_dup(cx->arena, ans_str_of(c->id));
    if (*c->purpose && !out->purpose.n) { /* an account that is bound to a purpose of its own stays so */
        out->purpose = ans_arena_dup(cx->arena, ans_str_of(c->purpose));
        out->recipient = ans_arena_dup(cx->arena, ans_str_of(c->organization));
    }
    *scope = ans_arena_dup(cx->arena, ans_str_of(g->scope));
    *patient = ans_arena_dup(cx->arena, ans_str_of(g->patient));
    return out->session.p && out->client.p && out->purpose.p && out->recipient.p && scope->p && patient->p;
}

void ans_smart_who(ans_smart *s, ans_cx *cx, ans_str token, ans_who *out)
{
    uint8_t digest[ANS_DIGEST_BYTES];
    ans_permits permits;
    ans_str scope, patient;
    ans_limit *limit = ANS_NEW(cx->arena, ans_limit);
    int64_t now = ans_now_us();
    bool found = false;
    if (limit && token.n == ANS_TOKEN_BYTES) {
        ans_secret_digest(token, digest);
        (void)pthread_rwlock_rdlock(&s->lock);
        app_grant *g = find_by_access(s, digest);
        const client *c = g && now < g->access_until_us ? find_client(s, ans_str_of(g->client)) : NULL;
        found = c && !c->is_disabled && describe(s, cx, g, c, out, &scope, &patient);
        if (found) {
            __atomic_store_n(&g->used_us, now, __ATOMIC_RELAXED);
        }
        (void)pthread_rwlock_unlock(&s->lock);
    }
    if (!found || ans_permits_read(cx, scope, &permits) != ANS_OK || ans_permits_limit(cx, &permits, patient, limit) != ANS_OK) {
        *out = (ans_who){.kind = ANS_WHO_NOBODY};
        return;
    }
    out->limit = limit;
}

/* ---- what people allowed ---- */

static int newest_first(const void *p, const void *q)
{
    const ans_smart_grant *a = p, *b = q;
    return a->since_us < b->since_us ? 1 : a->since_us > b->since_us ? -1 : ans_str_cmp(a->id, b->id);
}

static bool copy_grant(ans_cx *cx, const ans_smart *s, const app_grant *g, ans_smart_grant *out)
{
    ans_client view = {0};
    const client *c = find_client(s, ans_str_of(g->client));
    ans_str body = c ? ans_arena_dup(cx->arena, (ans_str){c->body, c->body_n}) : ANS_STR_NONE;
    *out = (ans_smart_grant){.id = ans_arena_dup(cx->arena, ans_str_of(g->id)),
                             .client = ans_arena_dup(cx->arena, ans_str_of(g->client)),
                             .scope = ans_arena_dup(cx->arena, ans_str_of(g->scope)),
                             .patient = ans_arena_dup(cx->arena, ans_str_of(g->patient)),
                             .since_us = g->since_us,
                             .used_us = __atomic_load_n(&g->used_us, __ATOMIC_RELAXED),
                             .until_us = g->refresh_until_us > g->access_until_us ? g->refresh_until_us : g->access_until_us};
    out->client_name = body.p && client_view(cx, body, &view) ? view.name : out->client;
    return out->id.p && out->client.p && out->scope.p && out->patient.p;
}

ans_err ans_smart_grants(ans_cx *cx, ans_smart *s, ans_str account, ans_smart_grant **out, uint32_t *out_count)
{
    uint32_t n = 0;
    int64_t now = ans_now_us();
    (void)pthread_rwlock_rdlock(&s->lock);
    ans_smart_grant *list = ANS_NEW_N(cx->arena, ans_smart_grant, s->grant_count + 1);
    bool copied = list != NULL;
    for (uint32_t i = 0; copied && i < s->grant_count; i++) {
        const app_grant *g = s->grants[i];
        ans_who who;
        ans_who_by_account(s->accounts, cx->arena, account, g->since_us, &who);
        if (ans_str_is(account, g->account) && !is_grant_over(g, now) && who.kind != ANS_WHO_NOBODY) {
            copied = copy_grant(cx, s, g, &list[n++]);
        }
    }
    (void)pthread_rwlock_unlock(&s->lock);
    if (!copied) {
        return ans_cx_nomem(cx);
    }
    ans_sort(list, n, sizeof *list, newest_first);
    *out = list;
    *out_count = n;
    return ANS_OK;
}

ans_oauth end_grants(ans_cx *cx, ans_smart *s, app_grant *const *list, uint32_t count)
{
    writing w = {.cx = cx, .s = s};
    for (uint32_t i = 0; i < count; i++) {
        write_gone(&w, ANS_BESIDE_GRANT, list[i]->id);
    }
    if (!write_all(&w)) {
        return ANS_OAUTH_FAILED;
    }
    for (uint32_t i = 0; i < count; i++) {
        drop_grant(s, list[i]);
    }
    return ANS_OAUTH_OK;
}

ans_oauth ans_smart_end(ans_cx *cx, ans_smart *s, ans_str account, ans_str id)
{
    (void)pthread_mutex_lock(&s->change);
    app_grant *g = find_grant(s, id);
    ans_oauth o = g && ans_str_is(account, g->account) ? end_grants(cx, s, &g, 1) : ANS_OAUTH_NOT_FOUND;
    (void)pthread_mutex_unlock(&s->change);
    return o;
}
