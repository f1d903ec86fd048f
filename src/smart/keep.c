/* On the disk: a client, a grant, an assertion that was taken and our key are each a JSON document beside the accounts
 * (auth/beside.h; their form: docs/schema.md). Times are microseconds. A start leaves out what is over. */
#include "smart/smart_int.h"

#include "auth/flat.h"
#include "base/os.h"

/* ---- writing ---- */

void write_text(writing *w, ans_beside_kind kind, const char *id, ans_str body)
{
    ans_beside *list = ans_arena_grow(w->cx->arena, w->list, w->count, &w->cap, 8, sizeof *list);
    if (!list) {
        w->failed = true;
        return;
    }
    w->list = list;
    list[w->count] = (ans_beside){.kind = (uint8_t)kind, .id = ans_arena_dup(w->cx->arena, ans_str_of(id)), .body = body};
    w->failed = w->failed || !list[w->count].id.p;
    w->count++;
}

void write_gone(writing *w, ans_beside_kind kind, const char *id)
{
    write_text(w, kind, id, ANS_STR_NONE);
}

static void put_digest(ans_jw *w, const char *key, const uint8_t *digest)
{
    ans_jw_key(w, ans_str_of(key));
    ans_flat_bytes(w, digest, ANS_DIGEST_BYTES);
}

static void begin(writing *w, ans_buf *b, ans_jw *j)
{
    ans_buf_init_arena(b, w->cx->arena, (size_t)1 << 16);
    ans_jw_init(j, b);
    ans_jw_begin(j, '{');
}

static void finish(writing *w, ans_buf *b, ans_jw *j, ans_beside_kind kind, const char *id)
{
    ans_str body = ANS_STR_NONE;
    ans_jw_end(j, '}');
    w->failed = w->failed || ans_buf_finish(b, &body) != ANS_OK;
    write_text(w, kind, id, body);
}

void write_grant(writing *w, const app_grant *g)
{
    ans_buf b;
    ans_jw j;
    begin(w, &b, &j);
    ans_flat_text(&j, "client", g->client);
    ans_flat_text(&j, "account", g->account);
    ans_flat_text(&j, "patient", g->patient);
    ans_flat_text(&j, "encounter", g->encounter);
    ans_flat_text(&j, "scope", g->scope);
    ans_flat_text(&j, "nonce", g->nonce);
    ans_flat_text(&j, "challenge", g->challenge);
    ans_flat_flag(&j, "own", g->is_own);
    ans_flat_flag(&j, "online", g->is_online);
    ans_flat_flag(&j, "codeUsed", g->code_used);
    ans_flat_time(&j, "since", g->since_us);
    if (g->code_until_us) {
        ans_flat_time(&j, "codeUntil", g->code_until_us);
        put_digest(&j, "code", g->code);
        put_digest(&j, "redirect", g->redirect);
    }
    if (g->access_until_us) {
        ans_flat_time(&j, "accessUntil", g->access_until_us);
        put_digest(&j, "access", g->access);
    }
    if (g->refresh_until_us) {
        ans_flat_time(&j, "refreshUntil", g->refresh_until_us);
        put_digest(&j, "family", g->family);
        put_digest(&j, "refresh", g->refresh);
    }
    finish(w, &b, &j, ANS_BESIDE_GRANT, g->id);
}

void write_taken(writing *w, const taken *t)
{
    ans_buf b;
    ans_jw j;
    begin(w, &b, &j);
    ans_flat_time(&j, "until", t->until_us);
    put_digest(&j, "digest", t->digest);
    finish(w, &b, &j, ANS_BESIDE_ASSERTION, t->id);
}

bool write_all(writing *w)
{
    return !w->failed && (w->count == 0 || ans_beside_keep(w->cx, w->s->accounts, w->list, w->count) == ANS_OK);
}

/* ---- what is over ---- */

void write_tidy(writing *w, int64_t now_us)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < w->s->grant_count && n < TIDY_AT_ONCE; i++) {
        if (is_grant_over(w->s->grants[i], now_us)) {
            write_gone(w, ANS_BESIDE_GRANT, w->s->grants[i]->id);
            n++;
        }
    }
    for (uint32_t i = 0; i < w->s->taken_count && n < 2 * TIDY_AT_ONCE; i++) {
        if (now_us >= w->s->taken[i].until_us) {
            write_gone(w, ANS_BESIDE_ASSERTION, w->s->taken[i].id);
            n++;
        }
    }
}

/* The same ones as were written, found by the same look: nothing else changes them meanwhile. */
void write_tidied(writing *w, int64_t now_us)
{
    ans_smart *s = w->s;
    uint32_t n = 0;
    for (uint32_t k = 0; k < w->count; k++) {
        const ans_beside *one = &w->list[k];
        app_grant *g = one->kind == ANS_BESIDE_GRANT && !one->body.n ? find_grant(s, one->id) : NULL;
        if (g && is_grant_over(g, now_us)) {
            drop_grant(s, g);
        }
    }
    for (uint32_t i = 0; i < s->taken_count; i++) {
        bool gone = false;
        for (uint32_t k = 0; !gone && now_us >= s->taken[i].until_us && k < w->count; k++) {
            gone = w->list[k].kind == ANS_BESIDE_ASSERTION && !w->list[k].body.n && ans_str_is(w->list[k].id, s->taken[i].id);
        }
        if (!gone) {
            s->taken[n++] = s->taken[i];
        }
    }
    s->taken_count = n;
}

/* ---- reading at a start ---- */

typedef struct loader {
    ans_smart *s;
    ans_flat doc;
} loader;

static void get_digest(loader *l, const char *key, uint8_t *to)
{
    ans_flat_get_bytes(&l->doc, ans_json_get(&l->doc.doc, 0, ans_str_of(key)), to, ANS_DIGEST_BYTES);
}

static bool start(loader *l, ans_cx *cx, ans_str body)
{
    l->doc = (ans_flat){.cx = cx};
    return ans_json_parse(cx, body, NULL, &l->doc.doc) == ANS_OK;
}

static ans_err load_client(void *arg, ans_cx *cx, ans_str id, ans_str body)
{
    loader *l = arg;
    client c;
    return client_read(cx, id, body, &c) && put_client(l->s, &c, body) ? ANS_OK : ANS_E_CORRUPT;
}

static ans_err load_grant(void *arg, ans_cx *cx, ans_str id, ans_str body)
{
    loader *l = arg;
    app_grant *g = ANS_NEW(cx->arena, app_grant);
    if (!g || !start(l, cx, body)) {
        return g ? ANS_E_CORRUPT : ans_cx_nomem(cx);
    }
    text_copy(g->id, sizeof g->id, id);
    ans_flat_get_text(&l->doc, 0, "client", g->client, sizeof g->client);
    ans_flat_get_text(&l->doc, 0, "account", g->account, sizeof g->account);
    ans_flat_get_text(&l->doc, 0, "patient", g->patient, sizeof g->patient);
    ans_flat_get_text(&l->doc, 0, "encounter", g->encounter, sizeof g->encounter);
    ans_flat_get_text(&l->doc, 0, "scope", g->scope, sizeof g->scope);
    ans_flat_get_text(&l->doc, 0, "nonce", g->nonce, sizeof g->nonce);
    ans_flat_get_text(&l->doc, 0, "challenge", g->challenge, sizeof g->challenge);
    g->is_own = ans_flat_get_flag(&l->doc, "own");
    g->is_online = ans_flat_get_flag(&l->doc, "online");
    g->code_used = ans_flat_get_flag(&l->doc, "codeUsed");
    g->since_us = ans_flat_get_time(&l->doc, 0, "since");
    if ((g->code_until_us = ans_flat_get_time(&l->doc, 0, "codeUntil")) != 0) {
        get_digest(l, "code", g->code);
        get_digest(l, "redirect", g->redirect);
    }
    if ((g->access_until_us = ans_flat_get_time(&l->doc, 0, "accessUntil")) != 0) {
        get_digest(l, "access", g->access);
    }
    if ((g->refresh_until_us = ans_flat_get_time(&l->doc, 0, "refreshUntil")) != 0) {
        get_digest(l, "family", g->family);
        get_digest(l, "refresh", g->refresh);
    }
    return !l->doc.bad && put_grant(l->s, g) ? ANS_OK : ANS_E_CORRUPT;
}

static ans_err load_taken(void *arg, ans_cx *cx, ans_str id, ans_str body)
{
    loader *l = arg;
    taken t = {0};
    if (!start(l, cx, body)) {
        return ANS_E_CORRUPT;
    }
    text_copy(t.id, sizeof t.id, id);
    t.until_us = ans_flat_get_time(&l->doc, 0, "until");
    get_digest(l, "digest", t.digest);
    if (l->doc.bad) {
        return ANS_E_CORRUPT;
    }
    if (!apps_grow(&l->s->taken, l->s->taken_count, &l->s->taken_cap, sizeof t)) {
        return ans_cx_nomem(cx);
    }
    l->s->taken[l->s->taken_count++] = t;
    return ANS_OK;
}

static ans_err load_key(void *arg, ans_cx *cx, ans_str id, ans_str body)
{
    loader *l = arg;
    char *key = ans_alloc(body.n + 1);
    (void)id;
    if (!key) {
        return ans_cx_nomem(cx);
    }
    memcpy(key, body.p, body.n);
    key[body.n] = '\0';
    ans_free(l->s->key);
    l->s->key = key;
    return ANS_OK;
}

ans_err apps_load(ans_cx *cx, ans_smart *s)
{
    static ans_beside_visit *const visits[ANS_BESIDE_COUNT] = {
        [ANS_BESIDE_CLIENT] = load_client, [ANS_BESIDE_GRANT] = load_grant, [ANS_BESIDE_ASSERTION] = load_taken, [ANS_BESIDE_KEY] = load_key};
    loader l = {.s = s};
    ans_err err = ANS_OK;
    for (int i = 0; err == ANS_OK && i < ANS_BESIDE_COUNT; i++) {
        err = visits[i] ? ans_beside_each(cx, s->accounts, (ans_beside_kind)i, visits[i], &l) : ANS_OK; /* others keep things there too */
    }
    return err;
}
