/* Clients: what a program must be to be registered, and the list of them. Registering is an administrator's act; what is written
 * here is shown to people who decide whether to trust it, so nothing in it may be half said. */
#include "smart/smart_int.h"

#include "base/os.h"
#include "base/sort.h"

static const char *const kinds[] = {[ANS_CLIENT_PUBLIC] = "public", [ANS_CLIENT_SECRET] = "secret", [ANS_CLIENT_KEY] = "key"};
enum { KIND_COUNT = sizeof kinds / sizeof *kinds, MOST_NAME_BYTES = 200, MOST_BODY_BYTES = 64 << 10 };

const char *ans_client_kind_name(ans_client_kind kind)
{
    return kinds[kind];
}

/* ---- addresses ---- */

static bool is_url_text(ans_str url)
{
    for (size_t i = 0; i < url.n; i++) {
        unsigned char c = (unsigned char)url.p[i];
        if (c <= 0x20 || c >= 0x7F || c == '"' || c == '<' || c == '>' || c == '\\' || c == '#' || c == '`') {
            return false;
        }
    }
    return url.n > 0 && url.n <= MOST_URL_BYTES;
}

/* "host" or "host:port" behind the scheme, up to the path. Nobody's name and password in front. */
static bool host_of(ans_str url, size_t scheme, ans_str *out)
{
    ans_str rest = ans_str_from(url, scheme);
    size_t n = 0;
    while (n < rest.n && rest.p[n] != '/' && rest.p[n] != '?') {
        n++;
    }
    *out = ans_str_head(rest, n);
    return n > 0 && ans_str_find(*out, '@') < 0;
}

static bool is_this_machine(ans_str host)
{
    static const char *const names[] = {"localhost", "127.0.0.1", "[::1]"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        ans_str name = ans_str_of(names[i]);
        if (ans_str_eq(host, name) || (ans_str_starts(host, name) && host.p[name.n] == ':')) {
            return true;
        }
    }
    return false;
}

static bool is_web(ans_str url)
{
    ans_str host;
    if (!is_url_text(url)) {
        return false;
    }
    if (ans_str_starts(url, ANS_STR("https://"))) {
        return host_of(url, 8, &host);
    }
    return ans_str_starts(url, ANS_STR("http://")) && host_of(url, 7, &host) && is_this_machine(host);
}

/* Also a scheme of an app's own (RFC 8252, 7.1): one with a point in it, which no browser runs or opens by itself. */
bool ans_client_is_redirect(ans_str url)
{
    ptrdiff_t colon = ans_str_find(url, ':');
    ans_str scheme = colon < 0 ? ANS_STR_NONE : ans_str_head(url, (size_t)colon);
    bool own = ans_str_find(scheme, '.') > 0;
    for (size_t i = 0; own && i < scheme.n; i++) {
        char c = scheme.p[i];
        own = (c >= 'a' && c <= 'z') || (i > 0 && ((c >= '0' && c <= '9') || c == '.' || c == '-'));
    }
    return is_web(url) || (own && is_url_text(url));
}

/* As a browser names it: no path, the host in small letters, no port where it is the scheme's own. Empty: a scheme of an app's own. */
static ans_str origin_of(ans_cx *cx, ans_str url)
{
    bool https = ans_str_starts(url, ANS_STR("https://"));
    ans_str host, own = https ? ANS_STR(":443") : ANS_STR(":80");
    if (!is_web(url) || !host_of(url, https ? 8 : 7, &host)) {
        return ANS_STR_NONE;
    }
    bool implied = host.n > own.n && ans_str_eq(ans_str_from(host, host.n - own.n), own);
    host = ans_arena_dup(cx->arena, ans_str_head(host, implied ? host.n - own.n : host.n));
    for (size_t i = 0; i < host.n; i++) {
        char *c = (char *)&host.p[i];
        *c = *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c;
    }
    return host.p ? ans_arena_fmt(cx->arena, "%s%.*s", https ? "https://" : "http://", ANS_FMT(host)) : ANS_STR_NONE;
}

/* ---- what may be registered ---- */

static ans_oauth bad(ans_cx *cx, const char *what)
{
    (void)ans_issue_add(cx, ANS_E_VALUE, ANS_STR("client"), "%s", what);
    return ANS_OAUTH_BAD;
}

static bool is_client_id(ans_str id)
{
    for (size_t i = 0; i < id.n; i++) {
        char c = id.p[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '.' && c != '_' && c != '-') {
            return false;
        }
    }
    return id.n >= 1 && id.n < CLIENT_ID_BYTES;
}

static bool is_reference(ans_str id)
{
    for (size_t i = 0; i < id.n; i++) {
        char c = id.p[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') && c != '.' && c != '-') {
            return false;
        }
    }
    return id.n < REFERENCE_BYTES;
}

static bool is_code(ans_str code)
{
    for (size_t i = 0; i < code.n; i++) {
        if (!(code.p[i] >= 'a' && code.p[i] <= 'z') && code.p[i] != '-') {
            return false;
        }
    }
    return code.n <= 32;
}

static bool is_name(ans_str name)
{
    for (size_t i = 0; i < name.n; i++) {
        if ((unsigned char)name.p[i] < 0x20 || name.p[i] == 0x7F) {
            return false;
        }
    }
    return name.n > 0 && name.n <= MOST_NAME_BYTES && ans_str_utf8(name);
}

static ans_oauth check_scope(ans_cx *cx, const ans_client *n)
{
    ans_permits p;
    if (ans_permits_read(cx, n->scope, &p) != ANS_OK) {
        return ANS_OAUTH_BAD;
    }
    if (p.unknown) {
        return bad(cx, "a scope is not known here");
    }
    if (n->account.n ? p.count == 0 || p.flags || ans_permits_has(&p, ANS_OF_PATIENT) || ans_permits_has(&p, ANS_OF_USER)
                     : ans_permits_has(&p, ANS_OF_SYSTEM)) {
        return bad(cx, n->account.n ? "a program with an account of its own has system/ scopes only" : "system/ scopes are for programs with an account of their own");
    }
    return p.count || p.flags & ANS_PERMIT_OPENID ? ANS_OAUTH_OK : bad(cx, "there is no scope");
}

static ans_oauth check_keys(ans_cx *cx, const ans_client *n)
{
    if (n->kind != ANS_CLIENT_KEY) {
        return n->jwks.n || n->jwks_url.n ? bad(cx, "keys are for programs of the kind 'key'") : ANS_OAUTH_OK;
    }
    if ((n->jwks.n != 0) == (n->jwks_url.n != 0)) {
        return bad(cx, "a program of the kind 'key' gives its public keys, or the address where they are: one of the two");
    }
    if (n->jwks_url.n) {
        return is_web(n->jwks_url) ? ANS_OAUTH_OK : bad(cx, "the address of the keys begins with https://");
    }
    return ans_jwks_check(cx, n->jwks) == ANS_OK ? ANS_OAUTH_OK : ANS_OAUTH_BAD;
}

static ans_oauth check(ans_cx *cx, const ans_client *n)
{
    if (!is_name(n->name)) {
        return bad(cx, "a name of 1 to 200 bytes is needed");
    }
    if (!is_reference(n->organization) || !is_code(n->purpose) || n->account.n >= ACCOUNT_BYTES || (n->purpose.n && !n->organization.n)) {
        return bad(cx, "a purpose is a code of the purposes of consent, and names the organisation (its id) that gets the data");
    }
    if (n->account.n && n->purpose.n) {
        return bad(cx, "the purpose of a program by itself is that of its account");
    }
    if (n->account.n ? n->redirect_count || n->launch_url.n : !n->redirect_count && !n->may_introspect) {
        return bad(cx, n->account.n ? "a program with an account of its own has no address to come back to" : "an address to come back to is needed");
    }
    for (uint32_t i = 0; i < n->redirect_count; i++) {
        if (!ans_client_is_redirect(n->redirects[i])) {
            return bad(cx, "an address to come back to begins with https://, with http:// of this machine, or with a scheme of its own such as vn.example.app:, "
                           "and has no '#'");
        }
    }
    if (n->launch_url.n && !is_web(n->launch_url)) {
        return bad(cx, "the address to open it begins with https://");
    }
    if ((n->account.n && n->kind != ANS_CLIENT_KEY) || (n->may_introspect && n->kind == ANS_CLIENT_PUBLIC)) {
        return bad(cx, n->account.n ? "a program with an account of its own proves itself by keys" : "a program without a secret cannot ask about tokens");
    }
    ans_oauth o = check_keys(cx, n);
    return o == ANS_OAUTH_OK && !(n->may_introspect && !n->scope.n) ? check_scope(cx, n) : o;
}

/* ---- the document ---- */

static void put(ans_jw *w, const char *key, ans_str value)
{
    if (value.n) {
        ans_jw_kv(w, ans_str_of(key), value);
    }
}

static void put_flag(ans_jw *w, const char *key, bool v)
{
    if (v) {
        ans_jw_key(w, ans_str_of(key));
        ans_jw_bool(w, true);
    }
}

/* secret: 32 bytes, or NULL */
static ans_str body_of(ans_cx *cx, const ans_client *n, const uint8_t *secret)
{
    ans_buf b;
    ans_jw w;
    ans_str out;
    ans_buf_init_arena(&b, cx->arena, MOST_BODY_BYTES);
    ans_jw_init(&w, &b);
    ans_jw_begin(&w, '{');
    put(&w, "name", n->name);
    ans_jw_kv(&w, ANS_STR("kind"), ans_str_of(kinds[n->kind]));
    put(&w, "scope", n->scope);
    put(&w, "organization", n->organization);
    put(&w, "purpose", n->purpose);
    put(&w, "account", n->account);
    put(&w, "launch", n->launch_url);
    put(&w, "jwks", n->jwks);
    put(&w, "jwksUrl", n->jwks_url);
    ans_jw_key(&w, ANS_STR("redirects"));
    ans_jw_begin(&w, '[');
    for (uint32_t i = 0; i < n->redirect_count; i++) {
        ans_jw_str(&w, n->redirects[i]);
    }
    ans_jw_end(&w, ']');
    put_flag(&w, "disabled", n->is_disabled);
    put_flag(&w, "introspect", n->may_introspect);
    ans_jw_key(&w, ANS_STR("created"));
    ans_jw_int(&w, n->created_us);
    if (secret) {
        put(&w, "secret", ans_base64url(cx->arena, secret, ANS_DIGEST_BYTES));
    }
    ans_jw_end(&w, '}');
    return ans_buf_finish(&b, &out) == ANS_OK ? out : ANS_STR_NONE;
}

bool client_view(ans_cx *cx, ans_str body, ans_client *out)
{
    ans_json doc;
    uint64_t created = 0;
    if (ans_json_parse(cx, body, NULL, &doc) != ANS_OK) {
        return false;
    }
    const struct {
        const char *name;
        ans_str *to;
    } texts[] = {{"name", &out->name},       {"scope", &out->scope},        {"organization", &out->organization}, {"purpose", &out->purpose},
                 {"account", &out->account}, {"launch", &out->launch_url}, {"jwks", &out->jwks},                 {"jwksUrl", &out->jwks_url}};
    ans_str id = out->id;
    *out = (ans_client){.id = id, .kind = KIND_COUNT};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        *texts[i].to = ans_json_get_string(cx, &doc, 0, ans_str_of(texts[i].name));
    }
    ans_str kind = ans_json_get_string(cx, &doc, 0, ANS_STR("kind"));
    for (uint8_t i = 0; i < KIND_COUNT; i++) {
        out->kind = ans_str_is(kind, kinds[i]) ? i : out->kind;
    }
    ans_jnode list = ans_json_get(&doc, 0, ANS_STR("redirects")), off = ans_json_get(&doc, 0, ANS_STR("disabled")),
              asks = ans_json_get(&doc, 0, ANS_STR("introspect")), at = ans_json_get(&doc, 0, ANS_STR("created"));
    if (list != ANS_JNONE) {
        ANS_JSON_EACH(&doc, list, n)
        {
            if (out->redirect_count < ANS_REDIRECT_MOST) {
                out->redirects[out->redirect_count++] = ans_json_string(cx, &doc, n);
            }
        }
    }
    out->is_disabled = off != ANS_JNONE && ans_json_kind_of(&doc, off) == ANS_JSON_TRUE;
    out->may_introspect = asks != ANS_JNONE && ans_json_kind_of(&doc, asks) == ANS_JSON_TRUE;
    bool dated = at != ANS_JNONE && ans_str_u64(ans_json_raw(&doc, at), &created);
    out->created_us = dated ? (int64_t)created : 0;
    return out->kind < KIND_COUNT && out->name.n;
}

bool client_read(ans_cx *cx, ans_str id, ans_str body, client *out)
{
    ans_client view = {.id = id};
    ans_json doc;
    *out = (client){0};
    if (!is_client_id(id) || !client_view(cx, body, &view) || ans_json_parse(cx, body, NULL, &doc) != ANS_OK) {
        return false;
    }
    ans_str secret = ans_json_get_string(cx, &doc, 0, ANS_STR("secret"));
    ans_str digest = secret.n ? ans_base64url_read(cx->arena, secret) : ANS_STR_NONE;
    if ((view.kind == ANS_CLIENT_SECRET) != (digest.n == ANS_DIGEST_BYTES) || view.account.n >= ACCOUNT_BYTES ||
        view.organization.n >= REFERENCE_BYTES || view.purpose.n > 32) {
        return false;
    }
    text_copy(out->id, sizeof out->id, id);
    text_copy(out->account, sizeof out->account, view.account);
    text_copy(out->organization, sizeof out->organization, view.organization);
    text_copy(out->purpose, sizeof out->purpose, view.purpose);
    out->kind = view.kind;
    out->is_disabled = view.is_disabled;
    out->may_introspect = view.may_introspect;
    if (digest.n) {
        memcpy(out->secret, digest.p, sizeof out->secret);
    }
    for (uint32_t i = 0; view.kind == ANS_CLIENT_PUBLIC && i < view.redirect_count; i++) {
        ans_str origin = origin_of(cx, view.redirects[i]);
        if (origin.n) {
            ans_secret_digest(origin, out->origins[out->origin_count++]);
        }
    }
    return true;
}

/* ---- looking ---- */

bool ans_smart_is_origin(ans_smart *s, ans_str origin)
{
    uint8_t digest[ANS_DIGEST_BYTES];
    bool found = false;
    ans_secret_digest(origin, digest);
    (void)pthread_rwlock_rdlock(&s->lock);
    for (uint32_t i = 0; i < s->client_count && !found; i++) {
        const client *c = s->clients[i];
        for (uint32_t k = 0; k < c->origin_count && !c->is_disabled && !found; k++) {
            found = memcmp(c->origins[k], digest, sizeof digest) == 0;
        }
    }
    (void)pthread_rwlock_unlock(&s->lock);
    return found;
}

/* Under a lock: the copy lives in the arena. */
static bool copy_out(ans_cx *cx, const client *c, ans_client *out)
{
    ans_str body = ans_arena_dup(cx->arena, (ans_str){c->body, c->body_n});
    *out = (ans_client){.id = ans_arena_dup(cx->arena, ans_str_of(c->id))};
    return body.p && out->id.p && client_view(cx, body, out);
}

ans_oauth ans_client_get(ans_cx *cx, ans_smart *s, ans_str id, ans_client *out)
{
    (void)pthread_rwlock_rdlock(&s->lock);
    const client *c = find_client(s, id);
    bool copied = c && copy_out(cx, c, out);
    (void)pthread_rwlock_unlock(&s->lock);
    return !c ? ANS_OAUTH_NOT_FOUND : copied ? ANS_OAUTH_OK : ANS_OAUTH_FAILED;
}

static int by_name(const void *p, const void *q)
{
    const ans_client *a = p, *b = q;
    int order = ans_str_cmp(a->name, b->name);
    return order ? order : ans_str_cmp(a->id, b->id);
}

ans_err ans_client_list(ans_cx *cx, ans_smart *s, ans_client **out, uint32_t *out_count)
{
    (void)pthread_rwlock_rdlock(&s->lock);
    uint32_t n = s->client_count;
    ans_client *list = ANS_NEW_N(cx->arena, ans_client, n + 1);
    bool copied = list != NULL;
    for (uint32_t i = 0; copied && i < n; i++) {
        copied = copy_out(cx, s->clients[i], &list[i]);
    }
    (void)pthread_rwlock_unlock(&s->lock);
    if (!copied) {
        return ans_cx_nomem(cx);
    }
    ans_sort(list, n, sizeof *list, by_name);
    *out = list;
    *out_count = n;
    return ANS_OK;
}

/* ---- changing: callers hold change ---- */

static ans_oauth keep_client(ans_cx *cx, ans_smart *s, const ans_client *n, const uint8_t *secret)
{
    writing w = {.cx = cx, .s = s};
    client next;
    ans_str body = body_of(cx, n, secret);
    if (!body.p || !client_read(cx, n->id, body, &next)) {
        return ANS_OAUTH_FAILED;
    }
    write_text(&w, ANS_BESIDE_CLIENT, next.id, body);
    return write_all(&w) && put_client(s, &next, body) ? ANS_OAUTH_OK : ANS_OAUTH_FAILED;
}

static ans_oauth make_secret(ans_cx *cx, uint8_t digest[ANS_DIGEST_BYTES], ans_str *out)
{
    char token[ANS_TOKEN_BYTES + 1];
    ans_secret_token(token);
    *out = ans_arena_dup(cx->arena, ans_str_of(token));
    ans_secret_digest(ans_str_of(token), digest);
    return out->p ? ANS_OAUTH_OK : ANS_OAUTH_FAILED;
}

static ans_oauth may_add(ans_cx *cx, const ans_smart *s, const ans_client *n)
{
    if (n->id.n && !is_client_id(n->id)) {
        return bad(cx, "an id has 1 to 40 of a-z 0-9 . _ -");
    }
    if ((n->id.n && find_client(s, n->id)) || s->client_count >= MOST_CLIENTS) {
        return s->client_count >= MOST_CLIENTS ? ANS_OAUTH_FULL : ANS_OAUTH_TAKEN;
    }
    return check(cx, n);
}

ans_oauth ans_client_check(ans_cx *cx, ans_smart *s, const ans_client *n, bool is_own)
{
    ans_client as = *n;
    as.account = is_own ? ANS_STR("x") : as.account;
    (void)pthread_mutex_lock(&s->change);
    ans_oauth o = may_add(cx, s, &as);
    (void)pthread_mutex_unlock(&s->change);
    return o;
}

static ans_oauth add(ans_cx *cx, ans_smart *s, ans_client *n, ans_str *out_secret)
{
    char id[ID_BYTES];
    uint8_t secret[ANS_DIGEST_BYTES];
    ans_oauth o = may_add(cx, s, n);
    if (o == ANS_OAUTH_OK && !n->id.n) {
        smart_id(id);
        n->id = ans_arena_dup(cx->arena, ans_str_of(id));
        o = n->id.p ? o : ANS_OAUTH_FAILED;
    }
    n->created_us = ans_now_us();
    *out_secret = ANS_STR_NONE;
    o = o == ANS_OAUTH_OK && n->kind == ANS_CLIENT_SECRET ? make_secret(cx, secret, out_secret) : o;
    return o == ANS_OAUTH_OK ? keep_client(cx, s, n, out_secret->n ? secret : NULL) : o;
}

ans_oauth ans_client_add(ans_cx *cx, ans_smart *s, const ans_client *n, ans_client *out, ans_str *out_secret)
{
    ans_client next = *n;
    (void)pthread_mutex_lock(&s->change);
    ans_oauth o = add(cx, s, &next, out_secret);
    (void)pthread_mutex_unlock(&s->change);
    return o == ANS_OAUTH_OK ? ans_client_get(cx, s, next.id, out) : o;
}

ans_oauth ans_client_switch(ans_cx *cx, ans_smart *s, ans_str id, bool on)
{
    ans_client view;
    ans_oauth o = ANS_OAUTH_NOT_FOUND;
    (void)pthread_mutex_lock(&s->change);
    const client *c = find_client(s, id);
    if (c) {
        uint8_t secret[ANS_DIGEST_BYTES];
        memcpy(secret, c->secret, sizeof secret);
        bool copied = copy_out(cx, c, &view);
        view.is_disabled = !on;
        o = copied ? keep_client(cx, s, &view, view.kind == ANS_CLIENT_SECRET ? secret : NULL) : ANS_OAUTH_FAILED;
    }
    (void)pthread_mutex_unlock(&s->change);
    return o;
}

ans_oauth ans_client_new_secret(ans_cx *cx, ans_smart *s, ans_str id, ans_str *out_secret)
{
    ans_client view;
    uint8_t secret[ANS_DIGEST_BYTES];
    (void)pthread_mutex_lock(&s->change);
    const client *c = find_client(s, id);
    ans_oauth o = !c ? ANS_OAUTH_NOT_FOUND : c->kind != ANS_CLIENT_SECRET ? ANS_OAUTH_UNAUTHORIZED : ANS_OAUTH_OK;
    o = o == ANS_OAUTH_OK ? make_secret(cx, secret, out_secret) : o;
    o = o == ANS_OAUTH_OK && !copy_out(cx, c, &view) ? ANS_OAUTH_FAILED : o;
    o = o == ANS_OAUTH_OK ? keep_client(cx, s, &view, secret) : o;
    (void)pthread_mutex_unlock(&s->change);
    return o;
}

ans_oauth ans_client_remove(ans_cx *cx, ans_smart *s, ans_str id)
{
    writing w = {.cx = cx, .s = s};
    ans_oauth o = ANS_OAUTH_NOT_FOUND;
    (void)pthread_mutex_lock(&s->change);
    client *c = find_client(s, id);
    if (c) {
        app_grant **held = ANS_NEW_N(cx->arena, app_grant *, s->grant_count + 1);
        uint32_t n = 0;
        for (uint32_t i = 0; held && i < s->grant_count; i++) {
            if (strcmp(s->grants[i]->client, c->id) == 0) {
                held[n++] = s->grants[i];
                write_gone(&w, ANS_BESIDE_GRANT, s->grants[i]->id);
            }
        }
        write_gone(&w, ANS_BESIDE_CLIENT, c->id);
        o = held && write_all(&w) ? ANS_OAUTH_OK : ANS_OAUTH_FAILED;
        for (uint32_t i = 0; o == ANS_OAUTH_OK && i < n; i++) {
            drop_grant(s, held[i]);
        }
        if (o == ANS_OAUTH_OK) {
            drop_client(s, c);
        }
    }
    (void)pthread_mutex_unlock(&s->change);
    return o;
}
