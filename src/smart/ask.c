/* Asking a person: the authorization request (RFC 6749, 4.1.1, with PKCE), their yes, the code; and launches from a person's page. */
#include "smart/smart_int.h"

#include "base/os.h"

/* ---- the request ---- */

static bool is_challenge(ans_str text)
{
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') && c != '-' && c != '_') {
            return false;
        }
    }
    return text.n == CHALLENGE_BYTES - 1; /* a SHA-256 */
}

/* The address of the service with or without a slash at its end. */
static bool is_base(ans_str aud, ans_str base)
{
    return ans_str_eq(aud, base) || (aud.n == base.n + 1 && aud.p[base.n] == '/' && ans_str_starts(aud, base));
}

static bool knows_redirect(const ans_client *c, ans_str uri)
{
    for (uint32_t i = 0; i < c->redirect_count; i++) {
        if (ans_str_eq(c->redirects[i], uri)) { /* byte for byte: RFC 9700, 2.1 */
            return true;
        }
    }
    return false;
}

static launch *find_launch(ans_smart *s, ans_str token)
{
    uint8_t digest[ANS_DIGEST_BYTES];
    ans_secret_digest(token, digest);
    for (uint32_t i = 0; i < s->launch_count; i++) {
        if (ans_secret_same(s->launches[i].digest, digest, sizeof digest)) {
            return &s->launches[i];
        }
    }
    return NULL;
}

/* The person that a launch was made for, and the stay. */
static ans_oauth read_launch(ans_cx *cx, ans_smart *s, const ans_who *who, ans_smart_ask *ask)
{
    if (!(ask->permits.flags & ANS_PERMIT_LAUNCH)) {
        return ANS_OAUTH_OK;
    }
    if (ask->launch.n != ANS_TOKEN_BYTES) {
        return ANS_OAUTH_LAUNCH;
    }
    (void)pthread_mutex_lock(&s->change);
    const launch *l = find_launch(s, ask->launch);
    bool fits = l && ans_now_us() < l->until_us && ans_str_is(ask->client.id, l->client) && ans_str_is(who->account, l->account);
    ask->about.patient = fits ? ans_arena_dup(cx->arena, ans_str_of(l->patient)) : ANS_STR_NONE;
    ask->about.encounter = fits ? ans_arena_dup(cx->arena, ans_str_of(l->encounter)) : ANS_STR_NONE;
    (void)pthread_mutex_unlock(&s->change);
    return fits ? ANS_OAUTH_OK : ANS_OAUTH_LAUNCH;
}

static ans_oauth read_scope(ans_cx *cx, ans_str scope, ans_smart_ask *ask)
{
    ans_permits asked, allowed;
    ans_cx quiet = {.arena = cx->arena};
    if (ans_permits_read(&quiet, scope, &asked) != ANS_OK || ans_permits_read(&quiet, ask->client.scope, &allowed) != ANS_OK ||
        ans_permits_meet(&quiet, &asked, &allowed, &ask->permits) != ANS_OK) {
        return ANS_OAUTH_SCOPE;
    }
    return ask->permits.count || ask->permits.flags & ANS_PERMIT_OPENID ? ANS_OAUTH_OK : ANS_OAUTH_SCOPE;
}

/* Once the program and its address are proved: what it wants. */
static ans_oauth read_rest(ans_cx *cx, ans_smart *s, ans_str query, ans_str base, const ans_who *who, ans_smart_ask *ask)
{
    bool twice = false;
    ans_str type = form_get(cx, query, "response_type", &twice), scope = form_get(cx, query, "scope", &twice);
    ans_str method = form_get(cx, query, "code_challenge_method", &twice), aud = form_get(cx, query, "aud", &twice);
    ask->challenge = form_get(cx, query, "code_challenge", &twice);
    ask->nonce = form_get(cx, query, "nonce", &twice);
    ask->launch = form_get(cx, query, "launch", &twice);
    if (twice || ask->nonce.n >= NONCE_BYTES) {
        return ANS_OAUTH_REQUEST;
    }
    if (!ans_str_is(type, "code")) {
        return type.n ? ANS_OAUTH_RESPONSE_TYPE : ANS_OAUTH_REQUEST;
    }
    if (!ans_str_is(method, "S256") || !is_challenge(ask->challenge)) {
        return ANS_OAUTH_PKCE;
    }
    if (!is_base(aud, base)) {
        return ANS_OAUTH_AUD;
    }
    ans_oauth o = read_scope(cx, scope, ask);
    o = o == ANS_OAUTH_OK ? read_launch(cx, s, who, ask) : o;
    bool of_stay = ask->permits.flags & ANS_PERMIT_LAUNCH_ENCOUNTER; /* a stay is somebody's: the person is chosen with it */
    bool of_person = of_stay || ask->permits.flags & ANS_PERMIT_LAUNCH_PATIENT || ans_permits_has(&ask->permits, ANS_OF_PATIENT);
    ask->needs_patient = of_person && !ask->about.patient.n;
    ask->needs_encounter = of_stay && !ask->about.encounter.n;
    return o;
}

ans_oauth ans_smart_read_ask(ans_cx *cx, ans_smart *s, ans_str query, ans_str base, const ans_who *who, ans_smart_ask *out, bool *out_redirect)
{
    bool twice = false;
    *out = (ans_smart_ask){0};
    *out_redirect = false;
    ans_str id = form_get(cx, query, "client_id", &twice);
    out->redirect_uri = form_get(cx, query, "redirect_uri", &twice);
    out->state = form_get(cx, query, "state", &twice);
    if (twice || !id.n) {
        return ANS_OAUTH_REQUEST;
    }
    ans_oauth o = ans_client_get(cx, s, id, &out->client);
    if (o != ANS_OAUTH_OK || out->client.is_disabled || out->client.account.n) {
        return o == ANS_OAUTH_FAILED ? o : ANS_OAUTH_CLIENT;
    }
    if (!knows_redirect(&out->client, out->redirect_uri)) {
        return ANS_OAUTH_REDIRECT;
    }
    *out_redirect = true;
    return read_rest(cx, s, query, base, who, out);
}

/* ---- yes ---- */

/* What was unticked is taken away; nothing can be added. */
static ans_oauth keep_ticked(ans_cx *cx, const ans_smart_ask *ask, ans_str kept, ans_permits *out)
{
    ans_permits ticked;
    ans_cx quiet = {.arena = cx->arena};
    if (ans_permits_read(&quiet, kept, &ticked) != ANS_OK || ans_permits_meet(&quiet, &ticked, &ask->permits, out) != ANS_OK) {
        return ANS_OAUTH_REQUEST;
    }
    out->flags |= ask->permits.flags & (ANS_PERMIT_LAUNCH | ANS_PERMIT_LAUNCH_PATIENT | ANS_PERMIT_LAUNCH_ENCOUNTER);
    return out->count || out->flags & ANS_PERMIT_OPENID ? ANS_OAUTH_OK : ANS_OAUTH_SCOPE;
}

/* The oldest of this account, when it has too many. NULL: there is room. */
static app_grant *too_many(const ans_smart *s, ans_str account)
{
    app_grant *oldest = NULL;
    uint32_t n = 0;
    for (uint32_t i = 0; i < s->grant_count; i++) {
        app_grant *g = s->grants[i];
        if (!g->is_own && ans_str_is(account, g->account)) {
            oldest = !oldest || g->since_us < oldest->since_us ? g : oldest;
            n++;
        }
    }
    return n >= MOST_OF_ACCOUNT ? oldest : NULL;
}

static ans_oauth fill_grant(ans_cx *cx, const ans_smart_ask *ask, const ans_who *who, const ans_permits *given, const ans_smart_about *about,
                            app_grant *g, ans_str *out_code)
{
    char code[ANS_TOKEN_BYTES + 1];
    ans_str scope;
    ans_cx quiet = {.arena = cx->arena};
    if (ans_permits_print(&quiet, given, &scope) != ANS_OK) {
        return ANS_OAUTH_SCOPE;
    }
    int64_t now = ans_now_us();
    ans_secret_token(code);
    *out_code = ans_arena_dup(cx->arena, ans_str_of(code));
    smart_id(g->id);
    text_copy(g->client, sizeof g->client, ask->client.id);
    text_copy(g->account, sizeof g->account, who->account);
    text_copy(g->patient, sizeof g->patient, about->patient);
    text_copy(g->encounter, sizeof g->encounter, about->encounter);
    text_copy(g->scope, sizeof g->scope, scope);
    text_copy(g->nonce, sizeof g->nonce, ask->nonce);
    text_copy(g->challenge, sizeof g->challenge, ask->challenge);
    g->is_online = (given->flags & ANS_PERMIT_ONLINE) && !(given->flags & ANS_PERMIT_OFFLINE);
    g->since_us = now;
    g->code_until_us = now + ANS_CODE_SECONDS * SECOND;
    ans_secret_digest(*out_code, g->code);
    ans_secret_digest(ask->redirect_uri, g->redirect);
    return out_code->p ? ANS_OAUTH_OK : ANS_OAUTH_FAILED;
}

/* Callers hold change. */
static ans_oauth add_grant(ans_cx *cx, ans_smart *s, const ans_smart_ask *ask, const app_grant *g)
{
    writing w = {.cx = cx, .s = s};
    int64_t now = ans_now_us();
    launch *l = ask->permits.flags & ANS_PERMIT_LAUNCH ? find_launch(s, ask->launch) : NULL;
    if ((ask->permits.flags & ANS_PERMIT_LAUNCH) && (!l || now >= l->until_us)) {
        return ANS_OAUTH_LAUNCH; /* somebody was quicker */
    }
    if (s->grant_count >= MOST_GRANTS) {
        return ANS_OAUTH_FULL;
    }
    app_grant *oldest = too_many(s, ans_str_of(g->account));
    if (oldest && !is_grant_over(oldest, now)) {
        write_gone(&w, ANS_BESIDE_GRANT, oldest->id);
    }
    write_tidy(&w, now);
    write_grant(&w, g);
    if (!write_all(&w) || !put_grant(s, g)) {
        return ANS_OAUTH_FAILED;
    }
    if (oldest && !is_grant_over(oldest, now)) {
        drop_grant(s, oldest);
    }
    write_tidied(&w, now);
    if (l) {
        *l = s->launches[--s->launch_count]; /* good once */
    }
    return ANS_OAUTH_OK;
}

/* What was asked for, chosen or of the launch: nothing else is told to the program. */
static bool choose(bool needed, ans_str of_launch, ans_str chosen, ans_str *out)
{
    *out = needed ? chosen : of_launch;
    return !needed || (out->n && out->n < REFERENCE_BYTES);
}

ans_oauth ans_smart_allow(ans_cx *cx, ans_smart *s, const ans_smart_ask *ask, const ans_who *who, ans_str kept, const ans_smart_about *chosen,
                          ans_str *out_code)
{
    ans_permits given;
    ans_smart_about about;
    app_grant *g = ANS_NEW(cx->arena, app_grant);
    ans_oauth o = g ? keep_ticked(cx, ask, kept, &given) : ANS_OAUTH_FAILED;
    bool whole = choose(ask->needs_patient, ask->about.patient, chosen->patient, &about.patient) &&
                 choose(ask->needs_encounter, ask->about.encounter, chosen->encounter, &about.encounter);
    o = o == ANS_OAUTH_OK && !whole ? ANS_OAUTH_REQUEST : o;
    o = o == ANS_OAUTH_OK ? fill_grant(cx, ask, who, &given, &about, g, out_code) : o;
    if (o == ANS_OAUTH_OK) {
        (void)pthread_mutex_lock(&s->change);
        o = add_grant(cx, s, ask, g);
        (void)pthread_mutex_unlock(&s->change);
    }
    return o;
}

/* ---- launches ---- */

ans_oauth ans_smart_launch(ans_cx *cx, ans_smart *s, const ans_who *who, ans_str id, const ans_smart_about *about, ans_str *out_launch)
{
    char token[ANS_TOKEN_BYTES + 1];
    launch one = {.until_us = ans_now_us() + ANS_LAUNCH_SECONDS * SECOND};
    ans_client c;
    ans_oauth o = ans_client_get(cx, s, id, &c);
    if (o != ANS_OAUTH_OK || c.is_disabled || !c.launch_url.n || about->patient.n >= REFERENCE_BYTES || about->encounter.n >= REFERENCE_BYTES) {
        return o == ANS_OAUTH_FAILED ? o : ANS_OAUTH_NOT_FOUND;
    }
    ans_secret_token(token);
    *out_launch = ans_arena_dup(cx->arena, ans_str_of(token));
    ans_secret_digest(ans_str_of(token), one.digest);
    text_copy(one.client, sizeof one.client, id);
    text_copy(one.account, sizeof one.account, who->account);
    text_copy(one.patient, sizeof one.patient, about->patient);
    text_copy(one.encounter, sizeof one.encounter, about->encounter);
    (void)pthread_mutex_lock(&s->change);
    for (uint32_t i = 0; i < s->launch_count;) {
        if (ans_now_us() >= s->launches[i].until_us) {
            s->launches[i] = s->launches[--s->launch_count];
        } else {
            i++;
        }
    }
    o = s->launch_count >= MOST_LAUNCHES ? ANS_OAUTH_FULL : ANS_OAUTH_OK;
    if (o == ANS_OAUTH_OK && (!out_launch->p || !apps_grow(&s->launches, s->launch_count, &s->launch_cap, sizeof one))) {
        o = ANS_OAUTH_FAILED;
    }
    if (o == ANS_OAUTH_OK) {
        s->launches[s->launch_count++] = one;
    }
    (void)pthread_mutex_unlock(&s->change);
    return o;
}

/* ---- going back ---- */

static void put_param(ans_buf *b, bool *first, const char *name, ans_str value)
{
    static const char hex[] = "0123456789ABCDEF";
    ans_buf_add_c(b, *first ? '?' : '&');
    *first = false;
    ans_buf_add(b, ans_str_of(name));
    ans_buf_add_c(b, '=');
    for (size_t i = 0; i < value.n; i++) {
        unsigned char c = (unsigned char)value.p[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == '~';
        if (plain) {
            ans_buf_add_c(b, (char)c);
        } else {
            ans_buf_add_c(b, '%');
            ans_buf_add_c(b, hex[c >> 4]);
            ans_buf_add_c(b, hex[c & 15]);
        }
    }
}

ans_str ans_smart_launch_url(ans_cx *cx, ans_str launch_url, ans_str base, ans_str token)
{
    ans_buf b;
    ans_str out;
    bool first = ans_str_find(launch_url, '?') < 0;
    ans_buf_init_arena(&b, cx->arena, 8 << 10);
    ans_buf_add(&b, launch_url);
    put_param(&b, &first, "iss", base);
    put_param(&b, &first, "launch", token);
    return ans_buf_finish(&b, &out) == ANS_OK ? out : ANS_STR_NONE;
}

ans_str ans_smart_redirect(ans_cx *cx, const ans_smart_ask *ask, ans_str code, ans_oauth error)
{
    ans_buf b;
    ans_str out;
    bool first = ans_str_find(ask->redirect_uri, '?') < 0;
    ans_buf_init_arena(&b, cx->arena, 64 << 10);
    ans_buf_add(&b, ask->redirect_uri);
    if (error == ANS_OAUTH_OK) {
        put_param(&b, &first, "code", code);
    } else {
        put_param(&b, &first, "error", ans_str_of(ans_oauth_code(error)));
        put_param(&b, &first, "error_description", ans_str_of(ans_oauth_text(error)));
    }
    if (ask->state.p) {
        put_param(&b, &first, "state", ask->state);
    }
    return ans_buf_finish(&b, &out) == ANS_OK ? out : ANS_STR_NONE;
}
