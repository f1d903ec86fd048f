/* The first step of a call: who asks, and may they ask anything at all. What they may see is the gate's business.
 *
 * - A Bearer token (of an account, or of a program that was let in: smart/smart.h), else our cookie, else the Unix socket, else nobody.
 * - A browser sends cookies by itself, so whatever changes something and came with one needs a header that no form and no other
 *   site's script can send (X-Ansinh: 1), and an Origin, when there is one, must be ours. To the page of a program of others
 *   (cors.c) our cookie is none.
 * - A page says for whom its screens were made (X-Ansinh-Account), since the cookie is the browser's: another tab may have handed it to
 *   somebody else. What was typed by one person is never written in the name of another.
 * - Calls that a page makes by itself (X-Ansinh-Background) do not count as use: they must not keep a session awake. */
#include "auth/account.h"
#include "rest/rest_int.h"

/* A browser keeps cookies by host, not by port: a training server on the next port would take the real one's for its own. */
ans_str who_cookie_name(const ans_rest *rest, bool of_device)
{
    if (rest->o.is_training) {
        return of_device ? ANS_STR("ansinh-training-device") : ANS_STR("ansinh-training");
    }
    return of_device ? ANS_STR("ansinh-device") : ANS_STR("ansinh");
}

static ans_str cookie_of(const ans_http_call *call, ans_str wanted)
{
    for (uint32_t i = 0; i < call->header_count; i++) {
        ans_str left = call->headers[i].value, one, name;
        if (!ans_str_ieq(call->headers[i].name, ANS_STR("cookie"))) {
            continue;
        }
        for (bool more = true; more;) {
            more = ans_str_cut(&left, ';', &one);
            one = ans_str_trim(one);
            if (ans_str_cut(&one, '=', &name) && ans_str_eq(name, wanted)) {
                return one;
            }
        }
    }
    return ANS_STR_NONE;
}

ans_str who_device_token(const job *j)
{
    return cookie_of(j->call, who_cookie_name(j->rest, true));
}

static bool is_background(const job *j)
{
    return ans_http_header_get(j->call, "x-ansinh-background").n || ans_str_is(j->call->path, "/auth/me");
}

void who_find(job *j)
{
    ans_accounts *accounts = j->rest->o.accounts;
    if (!accounts) {
        j->who = (ans_who){.kind = ANS_WHO_OPEN};
        return;
    }
    if (j->call->is_local) {
        j->who = (ans_who){.kind = ANS_WHO_LOCAL};
        return;
    }
    ans_str given = ans_http_header_get(j->call, "authorization"), token;
    if (given.p) {
        ans_str scheme;
        token = given;
        (void)ans_str_cut(&token, ' ', &scheme);
        token = ans_str_ieq(scheme, ANS_STR("bearer")) ? ans_str_trim(token) : ANS_STR_NONE;
        ans_who_by_bearer(accounts, j->cx->arena, token, &j->who);
        if (j->who.kind == ANS_WHO_NOBODY && j->rest->o.smart) {
            ans_smart_who(j->rest->o.smart, j->cx, token, &j->who);
        }
        return;
    }
    token = j->cors.n ? ANS_STR_NONE : cookie_of(j->call, who_cookie_name(j->rest, false));
    ans_who_by_session(accounts, j->cx->arena, token, !is_background(j), &j->who);
}

/* Behind a proxy that ends TLS every call comes from loopback; the proxy adds whom it serves as the last one. Whoever can
 * call loopback by himself could lie here: that costs the wait of an address, not that of an account. */
ans_str who_address(const job *j)
{
    ans_str peer = j->call->peer, list = ans_http_header_get(j->call, "x-forwarded-for");
    bool proxied = list.n && ans_str_starts(j->rest->o.base_url, ANS_STR("https://")) &&
                   (ans_str_starts(peer, ANS_STR("127.")) || ans_str_is(peer, "::1"));
    ptrdiff_t comma = ans_str_rfind(list, ',');
    return proxied ? ans_str_trim(ans_str_from(list, (size_t)(comma + 1))) : peer;
}

/* ---- forged requests ---- */

static bool is_safe(ans_str method)
{
    return ans_str_is(method, "GET") || ans_str_is(method, "HEAD") || ans_str_is(method, "OPTIONS");
}

/* "https://example.org" of "https://example.org/fhir". */
static ans_str origin_of(ans_str url)
{
    ptrdiff_t at = ans_str_search(url, ANS_STR("://"));
    ans_str host = ans_str_from(url, at < 0 ? url.n : (size_t)at + 3);
    ptrdiff_t slash = ans_str_find(host, '/');
    return slash < 0 ? url : ans_str_head(url, (size_t)at + 3 + (size_t)slash);
}

bool who_is_own_origin(const job *j, ans_str origin)
{
    if (j->rest->o.base_url.n && ans_str_ieq(origin, origin_of(j->rest->o.base_url))) {
        return true;
    }
    ans_str bare = origin;
    if (ans_str_starts(bare, ANS_STR("http://"))) {
        bare = ans_str_from(bare, 7);
    } else if (ans_str_starts(bare, ANS_STR("https://"))) {
        bare = ans_str_from(bare, 8);
    }
    return bare.n < origin.n && ans_str_ieq(bare, j->call->host);
}

bool who_is_forged(const job *j)
{
    if (!j->rest->o.accounts || is_safe(j->rq.method) || j->call->is_local || ans_http_header_get(j->call, "authorization").p) {
        return false;
    }
    ans_str origin = ans_http_header_get(j->call, "origin");
    bool has_cookie = cookie_of(j->call, who_cookie_name(j->rest, false)).p || cookie_of(j->call, who_cookie_name(j->rest, true)).p;
    return (origin.p && !who_is_own_origin(j, origin)) || (has_cookie && !ans_str_is(ans_http_header_get(j->call, "x-ansinh"), "1"));
}

bool who_is_another(const job *j)
{
    ans_str meant = j->call ? ans_http_header_get(j->call, "x-ansinh-account") : ANS_STR_NONE;
    return j->who.kind == ANS_WHO_PERSON && meant.p && !is_safe(j->rq.method) && !ans_str_eq(meant, j->who.account);
}

/* ---- without sign-in ---- */

/* 127.x.y.z, digits and points only. */
static bool is_loopback_number(ans_str host)
{
    for (size_t i = 0; i < host.n; i++) {
        if (host.p[i] != '.' && (host.p[i] < '0' || host.p[i] > '9')) {
            return false;
        }
    }
    return ans_str_starts(host, ANS_STR("127."));
}

/* A page of a stranger's name that was made to point to this machine (DNS rebinding) asks with that name: only this machine's own
 * names and --base-url count. */
static bool is_known_host(const job *j)
{
    ans_str host = j->call->host, own = origin_of(j->rest->o.base_url);
    ptrdiff_t scheme = ans_str_search(own, ANS_STR("://")), colon;
    if (host.n == 0 || (scheme >= 0 && ans_str_ieq(host, ans_str_from(own, (size_t)scheme + 3)))) {
        return true;
    }
    if (ans_str_starts(host, ANS_STR("[::1]"))) {
        return host.n == 5 || host.p[5] == ':';
    }
    colon = ans_str_find(host, ':');
    host = colon < 0 ? host : ans_str_head(host, (size_t)colon);
    return ans_str_ieq(host, ANS_STR("localhost")) || is_loopback_number(host);
}

/* ---- at the door of FHIR ---- */

ans_err who_check(job *j)
{
    ans_str path = j->call->path;
    bool metrics = ans_str_is(path, "/metrics");
    if (!j->rest->o.accounts && !j->call->is_local && !is_known_host(j)) {
        return ans_issue_add(j->cx, ANS_E_FORBIDDEN, ANS_STR("http.Host"), "without sign-in only this machine's own names are answered: localhost, 127.0.0.1");
    }
    if (j->who.kind == ANS_WHO_OPEN || j->who.kind == ANS_WHO_LOCAL || ans_str_is(path, "/fhir/metadata")) {
        return ANS_OK;
    }
    if (j->who.kind == ANS_WHO_NOBODY) {
        return ans_issue_add(j->cx, ANS_E_LOGIN, ANS_STR("http.Authorization"), "sign in first");
    }
    if (who_is_forged(j)) {
        return ans_issue_add(j->cx, ANS_E_FORBIDDEN, ANS_STR("http.X-Ansinh"), "csrf: the request did not come from our own pages");
    }
    if (who_is_another(j)) {
        return ans_issue_add(j->cx, ANS_E_FORBIDDEN, ANS_STR("http.X-Ansinh-Account"), "other-account: somebody else is signed in here now");
    }
    if (j->who.is_locked) {
        return ans_issue_add(j->cx, ANS_E_FORBIDDEN, ANS_STR("http.Cookie"), "locked: unlock the session first");
    }
    if (j->who.must_change) {
        return ans_issue_add(j->cx, ANS_E_FORBIDDEN, ANS_STR("http.Cookie"), "the password was given by somebody else: change it first");
    }
    if (metrics && !ans_str_is(j->who.direct_role, "administrator") && !ans_str_is(j->who.direct_role, "system")) {
        return ans_issue_add(j->cx, ANS_E_FORBIDDEN, ANS_STR("http.url"), "only for administrators");
    }
    return ANS_OK;
}
