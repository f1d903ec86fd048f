/* The doors for programs of others: what a program is told of this server (.well-known), where it sends a person's browser
 * (/oauth/authorize), and where it gets, shows and gives back tokens. The rules are in smart/; here are addresses, media types and
 * threads. A person's own yes and no is asked by our page, through /auth/authorize (smart_page.c).
 *
 *   loop             what is said of the server; the way to the page
 *   accounts' thread tokens, which are on the disk before the answer
 *   fetcher          a program's keys at its own address: one thread, so that a slow address costs nobody else */
#include <stdio.h>

#include "auth/account.h"
#include "base/os.h"
#include "http/fetch.h"
#include "rest/rest_int.h"
#include "smart/jose.h"

enum { MOST_FORM_BYTES = 32 << 10, MOST_WAITING = 16 };

typedef struct smart_call smart_call;

typedef struct smart_door {
    const char *method, *path;
    ans_oauth (*run)(ans_cx *cx, ans_smart *smart, const ans_smart_call *call, ans_smart_answer *out); /* on the accounts' thread */
    void (*say)(job *j);                                                                               /* at once */
} smart_door;

struct smart_call {
    ans_accounts_task task; /* first */
    job *j;
    const smart_door *door;
    ans_smart_call call;
    ans_smart_answer out;
    ans_oauth result;
    smart_call *next;
};

struct fetcher {
    ans_rest *rest;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t work;
    smart_call *first, *last;
    uint32_t waiting;
    bool ending, has_thread;
};

/* ---- what is said of the server ---- */

/* "https://example.org" of "https://example.org/fhir": our doors stand beside the service. */
static ans_str root_of(job *j)
{
    ans_str base = job_base(j), own = ANS_STR("/fhir");
    bool ends = base.n > own.n && ans_str_eq(ans_str_from(base, base.n - own.n), own);
    return ends ? ans_str_head(base, base.n - own.n) : base;
}

static void put_list(ans_jw *w, const char *key, const char *const *list)
{
    ans_jw_key(w, ans_str_of(key));
    ans_jw_begin(w, '[');
    for (; *list; list++) {
        ans_jw_str(w, ans_str_of(*list));
    }
    ans_jw_end(w, ']');
}

static void put_url(job *j, ans_jw *w, const char *key, const char *path)
{
    ans_jw_kv(w, ans_str_of(key), ans_arena_fmt(j->cx->arena, "%.*s%s", ANS_FMT(root_of(j)), path));
}

/* One answer for SMART and for OpenID: each finds its members. */
static void say_configuration(job *j)
{
    static const char *const grants[] = {"authorization_code", "refresh_token", "client_credentials", NULL};
    static const char *const ways[] = {"client_secret_basic", "client_secret_post", "private_key_jwt", NULL};
    static const char *const signing[] = {"RS384", "ES384", NULL};
    static const char *const scopes[] = {"openid",        "fhirUser",       "profile",          "launch",           "launch/patient", "launch/encounter",
                                         "offline_access", "online_access", "patient/*.cruds", "user/*.cruds", "system/*.cruds", NULL};
    static const char *const capabilities[] = {
        "launch-ehr", "launch-standalone", "client-public", "client-confidential-symmetric", "client-confidential-asymmetric",
        "sso-openid-connect", "context-ehr-patient", "context-ehr-encounter", "context-standalone-patient", "context-standalone-encounter", "permission-offline", "permission-online", "permission-patient",
        "permission-user", "permission-v1", "permission-v2", NULL};
    static const char *const code[] = {"code", NULL}, *const s256[] = {"S256", NULL}, *const rs256[] = {"RS256", NULL}, *const subjects[] = {"public", NULL};
    ans_buf b;
    ans_jw w;
    ans_buf_init_arena(&b, j->cx->arena, 16 << 10);
    ans_jw_init(&w, &b);
    ans_jw_begin(&w, '{');
    ans_jw_kv(&w, ANS_STR("issuer"), job_base(j));
    put_url(j, &w, "jwks_uri", "/oauth/jwks");
    put_url(j, &w, "authorization_endpoint", "/oauth/authorize");
    put_url(j, &w, "token_endpoint", "/oauth/token");
    put_url(j, &w, "introspection_endpoint", "/oauth/introspect");
    put_url(j, &w, "revocation_endpoint", "/oauth/revoke");
    put_url(j, &w, "management_endpoint", "/#/account");
    put_list(&w, "grant_types_supported", grants);
    put_list(&w, "token_endpoint_auth_methods_supported", ways);
    put_list(&w, "token_endpoint_auth_signing_alg_values_supported", signing);
    put_list(&w, "response_types_supported", code);
    put_list(&w, "code_challenge_methods_supported", s256);
    put_list(&w, "id_token_signing_alg_values_supported", rs256);
    put_list(&w, "subject_types_supported", subjects);
    put_list(&w, "scopes_supported", scopes);
    put_list(&w, "capabilities", capabilities);
    ans_jw_end(&w, '}');
    j->an.status = ans_buf_finish(&b, &j->an.body) == ANS_OK ? 200 : 503;
    j->an.content_type = "application/json";
}

void smart_security(job *j, ans_jw *w)
{
    if (!j->rest->o.smart) {
        return;
    }
    const struct {
        const char *name, *path;
    } list[] = {{"authorize", "/oauth/authorize"}, {"token", "/oauth/token"}, {"introspect", "/oauth/introspect"}, {"revoke", "/oauth/revoke"}};
    ans_jw_key(w, ANS_STR("security"));
    ans_jw_begin(w, '{');
    ans_jw_key(w, ANS_STR("extension"));
    ans_jw_begin(w, '[');
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("url"), ANS_STR("http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris"));
    ans_jw_key(w, ANS_STR("extension"));
    ans_jw_begin(w, '[');
    for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
        ans_jw_begin(w, '{');
        ans_jw_kv(w, ANS_STR("url"), ans_str_of(list[i].name));
        put_url(j, w, "valueUri", list[i].path);
        ans_jw_end(w, '}');
    }
    ans_jw_end(w, ']');
    ans_jw_end(w, '}');
    ans_jw_end(w, ']');
    ans_jw_key(w, ANS_STR("service"));
    ans_jw_raw(w, ANS_STR("[{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/restful-security-service\",\"code\":\"SMART-on-FHIR\"}]}]"));
    ans_jw_end(w, '}');
}

/* The page finds what was asked behind its '#'. It is the same query, so that nothing is read twice in two ways. */
static void say_authorize(job *j)
{
    j->an.location = ans_arena_fmt(j->cx->arena, "/#/authorize?%.*s", ANS_FMT(j->call->query));
    j->an.status = j->an.location.p ? 303 : 503;
}

static ans_oauth run_keys(ans_cx *cx, ans_smart *smart, const ans_smart_call *call, ans_smart_answer *out)
{
    (void)call;
    *out = (ans_smart_answer){.what = "keys"};
    return ans_smart_keys(cx, smart, &out->json);
}

/* ---- the table ---- */

static const smart_door doors[] = {
    {"GET", "/fhir/.well-known/smart-configuration", NULL, say_configuration},
    {"GET", "/fhir/.well-known/openid-configuration", NULL, say_configuration},
    {"GET", "/oauth/authorize", NULL, say_authorize},
    {"GET", "/oauth/jwks", run_keys, NULL},
    {"POST", "/oauth/token", ans_smart_token, NULL},
    {"POST", "/oauth/introspect", ans_smart_introspect, NULL},
    {"POST", "/oauth/revoke", ans_smart_revoke, NULL},
};

bool smart_is_at(const job *j)
{
    ans_str path = j->call->path;
    return ans_str_starts(path, ANS_STR("/oauth/")) || ans_str_starts(path, ANS_STR("/fhir/.well-known/"));
}

static const smart_door *find_door(const job *j, int *out_status)
{
    bool head = ans_str_is(j->rq.method, "HEAD");
    *out_status = 404;
    for (size_t i = 0; i < sizeof doors / sizeof *doors; i++) {
        if (ans_str_is(j->call->path, doors[i].path)) {
            *out_status = 405;
            if (ans_str_is(j->rq.method, doors[i].method) || (head && doors[i].say)) {
                return &doors[i];
            }
        }
    }
    return NULL;
}

ans_str smart_allowed(const job *j)
{
    ans_str list = ANS_STR_NONE;
    for (size_t i = 0; i < sizeof doors / sizeof *doors; i++) {
        if (ans_str_is(j->call->path, doors[i].path)) {
            list = ans_arena_fmt(j->cx->arena, "%.*s%s%s%s", ANS_FMT(list), list.n ? ", " : "", doors[i].method, doors[i].say ? ", HEAD" : "");
        }
    }
    return list;
}

/* ---- answers ---- */

static void refuse(job *j, int status, const char *error, const char *text)
{
    j->an.status = status;
    j->an.content_type = "application/json";
    j->an.body = ans_arena_fmt(j->cx->arena, "{\"error\":\"%s\",\"error_description\":\"%s\"}", error, text);
    job_reply(j);
}

/* A token that was given, and a grant that ended because somebody used a copy. Others prove nothing but that somebody knows our address. */
static bool tell(smart_call *c)
{
    job *j = c->j;
    bool given = c->result == ANS_OAUTH_OK && c->out.who.client.n && c->door->run != ans_smart_introspect;
    if (!j->rest->o.audit || (!given && !c->out.has_ended)) {
        return true;
    }
    ans_event e = {.deed = c->out.has_ended || c->door->run == ans_smart_revoke ? ANS_DID_APP_END : ANS_DID_APP_TOKEN,
                   .status = (uint16_t)ans_oauth_http(c->result),
                   .who = c->out.who,
                   .role = c->out.who.direct_role,
                   .address = j->address,
                   .operation = ans_str_of(c->out.what),
                   .subject = c->out.who.client,
                   .request = j->cx->request_id};
    return ans_audit_later(j->rest->o.audit, j->cx, &e) == ANS_OK;
}

static void answer_call(smart_call *c)
{
    job *j = c->j;
    if (!tell(c)) {
        c->result = ANS_OAUTH_FAILED;
        c->out.json = ANS_STR("{\"error\":\"server_error\"}"); /* a token whose giving could not be told is not handed out */
    }
    if (c->result == ANS_OAUTH_FAILED) {
        ans_log("error", "event=smart_failed id=%llu", (unsigned long long)j->cx->request_id);
    }
    if (c->out.has_ended) {
        ans_log("warn", "event=token_misused id=%llu client=%.*s", (unsigned long long)j->cx->request_id, ANS_FMT(c->out.who.client));
    }
    j->an.status = ans_oauth_http(c->result);
    j->an.body = c->out.json;
    j->an.content_type = "application/json";
    j->an.authenticate = c->result == ANS_OAUTH_CLIENT && c->out.wants_basic ? "Basic realm=\"ansinh\"" : NULL;
    j->an.retry_seconds = c->result == ANS_OAUTH_FULL ? 1 : 0;
    job_reply(j);
}

/* ---- fetching keys ---- */

static void run_on_accounts(ans_accounts_task *task);

static bool fetch_later(struct fetcher *f, smart_call *c)
{
    c->next = NULL;
    (void)pthread_mutex_lock(&f->lock);
    bool taken = f->waiting < MOST_WAITING && !f->ending;
    if (taken) {
        *(f->last ? &f->last->next : &f->first) = c;
        f->last = c;
        f->waiting++;
        (void)pthread_cond_signal(&f->work);
    }
    (void)pthread_mutex_unlock(&f->lock);
    return taken;
}

static smart_call *take(struct fetcher *f)
{
    (void)pthread_mutex_lock(&f->lock);
    while (!f->first && !f->ending) {
        (void)pthread_cond_wait(&f->work, &f->lock);
    }
    smart_call *c = f->first;
    if (c) {
        f->first = c->next;
        f->last = f->first ? f->last : NULL;
        f->waiting--;
    }
    (void)pthread_mutex_unlock(&f->lock);
    return c;
}

/* Keys that are no keys are as good as none. */
static void fetch_keys(struct fetcher *f, smart_call *c)
{
    job *j = c->j;
    const ans_fetch fetch = {.url = c->out.fetch_url, .most_bytes = ANS_JWKS_MOST_BYTES, .may_loopback = f->rest->o.may_fetch_loopback};
    ans_cx cx = {.arena = j->cx->arena};
    ans_str keys = ANS_STR_NONE;
    ans_err err = ans_http_fetch(&cx, &fetch, &keys);
    err = err == ANS_OK ? ans_jwks_check(&cx, keys) : err;
    if (err != ANS_OK) {
        ans_log("warn", "event=keys_not_fetched client=%.*s error=%s", ANS_FMT(c->out.fetch_client), ans_err_name(err));
    }
    ans_smart_set_keys(f->rest->o.smart, c->out.fetch_client, err == ANS_OK ? keys : ANS_STR_NONE);
    c->call.has_fetched = true;
    if (!ans_accounts_submit(f->rest->o.accounts, &c->task, false)) {
        refuse(j, 503, "temporarily_unavailable", ans_oauth_text(ANS_OAUTH_FULL));
    }
}

static void *fetcher_main(void *arg)
{
    struct fetcher *f = arg;
    for (smart_call *c; (c = take(f)) != NULL;) {
        fetch_keys(f, c);
    }
    return NULL;
}

ans_err smart_start(ans_cx *cx, ans_rest *rest)
{
    struct fetcher *f = ans_alloc(sizeof *f);
    if (!f) {
        return ans_cx_nomem(cx);
    }
    *f = (struct fetcher){.rest = rest};
    (void)pthread_mutex_init(&f->lock, NULL);
    (void)pthread_cond_init(&f->work, NULL);
    rest->fetcher = f;
    f->has_thread = pthread_create(&f->thread, NULL, fetcher_main, f) == 0;
    return f->has_thread ? ANS_OK : ans_issue_add(cx, ANS_E_NOMEM, ANS_STR_NONE, "cannot start a thread");
}

/* When no call is left: nothing waits here any more. */
void smart_stop(ans_rest *rest)
{
    struct fetcher *f = rest->fetcher;
    if (!f) {
        return;
    }
    (void)pthread_mutex_lock(&f->lock);
    f->ending = true;
    (void)pthread_cond_broadcast(&f->work);
    (void)pthread_mutex_unlock(&f->lock);
    if (f->has_thread) {
        (void)pthread_join(f->thread, NULL);
    }
    (void)pthread_cond_destroy(&f->work);
    (void)pthread_mutex_destroy(&f->lock);
    ans_free(f);
    rest->fetcher = NULL;
}

/* ---- the way of a call ---- */

static void run_on_accounts(ans_accounts_task *task)
{
    smart_call *c = (smart_call *)(void *)task; /* its first member */
    c->result = c->door->run(c->j->cx, c->j->rest->o.smart, &c->call, &c->out);
    if (c->result != ANS_OAUTH_KEYS) {
        answer_call(c);
    } else if (!fetch_later(c->j->rest->fetcher, c)) {
        refuse(c->j, 503, "temporarily_unavailable", ans_oauth_text(ANS_OAUTH_FULL));
    }
}

static bool is_form(const job *j)
{
    ans_str type = ans_http_header_get(j->call, "content-type"), bare;
    (void)ans_str_cut(&type, ';', &bare);
    return ans_str_ieq(ans_str_trim(bare), ANS_STR("application/x-www-form-urlencoded"));
}

void smart_run(job *j, bool is_full)
{
    int status;
    const smart_door *door = find_door(j, &status);
    smart_call *c = ANS_NEW(j->cx->arena, smart_call);
    if (!door || !j->rest->o.smart) {
        refuse(j, door ? 404 : status, "not_found", door ? "programs sign in only where people do: this server runs with --auth off" : "there is nothing at this address");
        return;
    }
    if (door->say) {
        door->say(j);
        job_reply(j);
        return;
    }
    bool post = strcmp(door->method, "POST") == 0;
    if (post && (!is_form(j) || j->rq.body.n > MOST_FORM_BYTES)) {
        refuse(j, j->rq.body.n > MOST_FORM_BYTES ? 413 : 415, "invalid_request", "send application/x-www-form-urlencoded, at most 32 KiB");
        return;
    }
    if (!c || is_full) {
        refuse(j, 503, "temporarily_unavailable", ans_oauth_text(ANS_OAUTH_FULL));
        return;
    }
    *c = (smart_call){.task = {.run = run_on_accounts},
                      .j = j,
                      .door = door,
                      .call = {.form = j->rq.body,
                               .authorization = ans_http_header_get(j->call, "authorization"),
                               .token_url = ans_arena_fmt(j->cx->arena, "%.*s/oauth/token", ANS_FMT(root_of(j))),
                               .base = job_base(j)}};
    j->smart = c;
    if (!c->call.token_url.p || !ans_accounts_submit(j->rest->o.accounts, &c->task, false)) {
        refuse(j, 503, "temporarily_unavailable", ans_oauth_text(ANS_OAUTH_FULL));
    }
}
