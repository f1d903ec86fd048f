/* Calls become jobs: what can be answered at once is, on the loop's thread; the rest waits for a pool thread. Answers go out
 * from whatever thread finished them, once. */
#include "rest/rest_int.h"

#include <unistd.h>

#include "base/os.h"

#define MOST_TRIES 16

/* ---- sending ---- */

static const char *const security_headers[][2] = {
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "no-referrer"},
};
static const char page_policy[] = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
                                  "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

static bool is_at(ans_str path, const char *prefix)
{
    ans_str p = ans_str_of(prefix);
    return ans_str_starts(path, p) && (path.n == p.n || path.p[p.n] == '/');
}

void job_reply(job *j)
{
    if (!audit_before_reply(j)) {
        return;
    }
    answer_pack(j);
    ans_http_header h[24];
    uint32_t n = 0;
    answer *an = &j->an;
    ans_str type = an->content_type ? ans_str_of(an->content_type) : ANS_STR("application/fhir+json; charset=utf-8");
    if (an->body.n) {
        h[n++] = (ans_http_header){ANS_STR("Content-Type"), type};
    }
    if (an->etag.n) {
        h[n++] = (ans_http_header){ANS_STR("ETag"), an->etag};
    }
    if (an->when_us) {
        h[n++] = (ans_http_header){ANS_STR("Last-Modified"), http_date(j->cx, an->when_us)};
    }
    if (an->location.n) {
        h[n++] = (ans_http_header){ANS_STR("Location"), an->location};
    }
    if (an->is_gzip) {
        h[n++] = (ans_http_header){ANS_STR("Content-Encoding"), ANS_STR("gzip")};
    }
    if (j->rest->o.is_https_only) {
        h[n++] = (ans_http_header){ANS_STR("Strict-Transport-Security"), ANS_STR("max-age=31536000")};
    }
    if (an->is_asset) {
        h[n++] = (ans_http_header){ANS_STR("Content-Security-Policy"), ans_str_of(page_policy)};
    }
    if (an->is_varied) {
        h[n++] = (ans_http_header){ANS_STR("Vary"), ANS_STR("Accept-Encoding")};
    }
    for (size_t i = 0; i < 2; i++) {
        if (an->cookies[i].n) {
            h[n++] = (ans_http_header){ANS_STR("Set-Cookie"), an->cookies[i]};
        }
    }
    if (an->retry_seconds) {
        h[n++] = (ans_http_header){ANS_STR("Retry-After"), ans_arena_fmt(j->cx->arena, "%u", an->retry_seconds)};
    }
    if (an->status == 401 && an->authenticate) {
        h[n++] = (ans_http_header){ANS_STR("WWW-Authenticate"), ans_str_of(an->authenticate)};
    } else if (an->status == 401 && j->route.what != I_SIGN) { /* a page asks by itself: no box of the browser's own */
        h[n++] = (ans_http_header){ANS_STR("WWW-Authenticate"), ANS_STR("Bearer")};
    }
    if (an->status == 405) {
        h[n++] = (ans_http_header){ANS_STR("Allow"), smart_is_at(j)                  ? smart_allowed(j)
                                                     : is_at(j->call->path, "/fhir") ? route_allowed(j)
                                                     : is_at(j->call->path, "/auth") ? sign_allowed(j)
                                                                                     : ANS_STR("GET, HEAD")};
    }
    n += cors_headers(j, &h[n]);
    h[n++] = (ans_http_header){ANS_STR("Cache-Control"), ans_str_of(an->cache ? an->cache : "no-store")};
    for (size_t i = 0; i < 2; i++) {
        h[n++] = (ans_http_header){ans_str_of(security_headers[i][0]), ans_str_of(security_headers[i][1])};
    }
    ans_http_header *kept = ans_arena_alloc(j->cx->arena, sizeof h);
    if (kept) {
        memcpy(kept, h, n * sizeof *h);
    }
    atomic_fetch_add(&j->rest->by_status[an->status / 100 % 6], 1);
    ans_rest *rest = j->rest;
    ans_http_reply(j->call, an->status, kept, kept ? n : 0, an->body); /* from here on j may be gone */
    atomic_fetch_sub(&rest->running, 1); /* the last touch: ans_rest_free waits for it */
}

void job_fail(job *j, ans_err err)
{
    j->an.status = outcome_status(j->cx, err);
    j->an.location = ANS_STR_NONE;
    j->an.body = outcome_body(j->cx, err, ANS_STR("http.url"));
    paper_refuse(j);
    if (j->an.status >= 500 && err != ANS_E_BUSY && err != ANS_E_TIMEOUT) {
        ans_log("error", "event=failed id=%llu error=%s", (unsigned long long)j->cx->request_id, ans_err_name(err));
    }
}

static void finish(job *j, ans_err err)
{
    if (err != ANS_OK) {
        job_fail(j, err);
    }
    job_reply(j);
}

/* ---- the pool ---- */

void job_later(job *j, void (*step)(job *j, ans_reader *rd))
{
    ans_rest *rest = j->rest;
    j->step = step;
    j->next = NULL;
    (void)pthread_mutex_lock(&rest->lock);
    if (rest->last) {
        rest->last->next = j;
    } else {
        rest->first = j;
    }
    rest->last = j;
    rest->waiting++;
    (void)pthread_cond_signal(&rest->work);
    (void)pthread_mutex_unlock(&rest->lock);
}

static job *take(ans_rest *rest)
{
    (void)pthread_mutex_lock(&rest->lock);
    while (!rest->first && !rest->ending) {
        (void)pthread_cond_wait(&rest->work, &rest->lock);
    }
    job *j = rest->first;
    if (j) {
        rest->first = j->next;
        rest->last = rest->first ? rest->last : NULL;
        rest->waiting--;
    }
    (void)pthread_mutex_unlock(&rest->lock);
    return j;
}

static void *pool_thread(void *arg)
{
    ans_rest *rest = arg;
    ans_cx cx = {.arena = ans_arena_new((size_t)1 << 20)};
    ans_reader *rd = NULL;
    if (!cx.arena || ans_reader_open(&cx, rest->o.store, &rd) != ANS_OK) {
        ans_log("error", "event=pool_thread error=no_reader");
    }
    for (job *j; (j = take(rest)) != NULL;) {
        if (!rd) {
            finish(j, ANS_E_NOMEM);
        } else if (ans_cx_is_late(j->cx)) {
            finish(j, ANS_E_TIMEOUT);
        } else {
            j->step(j, rd);
        }
    }
    if (rd) {
        ans_reader_close(rd);
    }
    ans_arena_free(cx.arena);
    return NULL;
}

/* ---- interactions ---- */

static ans_err run_read(job *j, ans_reader *rd)
{
    ans_err err;
    gate_lend(j, rd);
    if (audit_owns(j->rest, j->route.type)) {
        return audit_run(j, rd);
    }
    if (j->route.what == I_READ || j->route.what == I_VREAD) {
        return read_run(j, rd); /* one look at the store is one moment by itself */
    }
    err = ans_reader_begin(j->cx, rd);
    if (err != ANS_OK) {
        return err;
    }
    switch ((interaction)j->route.what) {
    case I_HISTORY:
        err = history_run(j, rd);
        break;
    case I_SEARCH:
        err = search_run(j, rd);
        break;
    case I_CAPABILITIES:
        err = capabilities_run(j);
        break;
    case I_HEALTH:
        err = health_run(j, rd);
        break;
    case I_METRICS:
        err = metrics_run(j);
        break;
    case I_OPERATION:
        err = j->route.op->run(j, rd);
        break;
    default:
        err = ANS_E_BUG;
        break;
    }
    ans_reader_end(rd);
    return err;
}

static bool is_write(const job *j)
{
    return j->route.what == I_CREATE || j->route.what == I_UPDATE || j->route.what == I_DELETE;
}

static ans_err prepare(job *j, ans_reader *rd)
{
    ans_err err = ans_reader_begin(j->cx, rd);
    gate_lend(j, rd);
    if (err == ANS_OK) {
        err = j->route.what == I_BUNDLE ? bundle_prepare(j, rd) : write_prepare(j, rd);
        ans_reader_end(rd);
        err = err == ANS_OK && j->txn.count ? limit_room(j) : err;
        err = err == ANS_OK && j->txn.count ? doubt_mark(j) : err;
    }
    gate_lend(j, NULL); /* the guard has the writer's */
    return err;
}

ans_err job_now(job *j, ans_reader *rd)
{
    ans_err err = route_find(j->cx, j->rest, &j->rq, &j->route);
    if (err != ANS_OK) {
        return err;
    }
    if (j->route.what == I_BUNDLE || j->route.what == I_CAPABILITIES) {
        return ans_issue_add(j->cx, ANS_E_UNSUPPORTED, ANS_STR("request.url"), "this interaction cannot stand in a Bundle");
    }
    if (j->route.is_patch && (err = bundle_patch_read(j)) != ANS_OK) {
        return err;
    }
    err = gate_enter(j);
    if (err != ANS_OK || !is_write(j)) {
        return err != ANS_OK ? err : run_read(j, rd);
    }
    for (int i = 0; i < MOST_TRIES; i++) {
        err = prepare(j, rd);
        if (err != ANS_OK || j->txn.count == 0) {
            return err;
        }
        audit_attach(j);
        err = ans_store_commit(j->rest->o.store, &j->txn);
        if (err != ANS_E_RETRY) {
            break;
        }
    }
    j->is_audited = err == ANS_OK && j->txn.journal;
    write_finish(j, err);
    return ANS_OK;
}

static void write_step(job *j, ans_reader *rd);

static void reads_step(job *j, ans_reader *rd)
{
    bundle_reads(j, rd);
    bundle_finish(j, ANS_OK);
    job_reply(j);
}

/* On the writer's thread, after the commit. */
static void committed(ans_txn *txn, ans_err err)
{
    job *j = txn->arg;
    if (err == ANS_E_RETRY && ++j->tries < MOST_TRIES) {
        job_later(j, write_step);
        return;
    }
    j->is_audited = err == ANS_OK && txn->journal;
    if (j->route.what != I_BUNDLE) {
        write_finish(j, err);
    } else if (err == ANS_OK && bundle_has_reads(j)) {
        job_later(j, reads_step);
        return;
    } else {
        bundle_finish(j, err);
    }
    job_reply(j);
}

static void write_step(job *j, ans_reader *rd)
{
    ans_err err = body_open(j);
    err = err == ANS_OK ? prepare(j, rd) : err;
    if (err == ANS_OK && j->route.what == I_BUNDLE && bundle_is_batch(j)) {
        finish(j, bundle_batch(j, rd));
        return;
    }
    if (err != ANS_OK || (j->route.what != I_BUNDLE && j->txn.count == 0)) {
        finish(j, err);
        return;
    }
    if (j->txn.count == 0) {
        reads_step(j, rd);
        return;
    }
    j->txn.done = committed;
    audit_attach(j);
    ans_store_submit(j->rest->o.store, &j->txn);
}

static void read_step(job *j, ans_reader *rd)
{
    ans_err err = body_open(j);
    finish(j, err == ANS_OK ? run_read(j, rd) : err);
}

/* A pool thread may wait for the gate's marks, a loop may not. */
static void enter_step(job *j, ans_reader *rd)
{
    ans_err err = gate_enter(j);
    if (err != ANS_OK) {
        finish(j, err);
    } else if (is_write(j) || j->route.what == I_BUNDLE) {
        write_step(j, rd);
    } else {
        read_step(j, rd);
    }
}

/* ---- calls ---- */

static bool is_json(ans_str type)
{
    ans_str head;
    (void)ans_str_cut(&type, ';', &head);
    head = ans_str_trim(head);
    return ans_str_ieq(head, ANS_STR("application/fhir+json")) || ans_str_ieq(head, ANS_STR("application/json")) ||
           ans_str_ieq(head, ANS_STR("text/json")) || ans_str_ieq(head, ANS_STR("application/json+fhir")) ||
           ans_str_ieq(head, ANS_STR("json"));
}

/* application/fhir+json; fhirVersion=4.0 (http.html#version-parameter): another version is another format. */
static bool is_r4(ans_str media_type)
{
    ans_str name = ANS_STR("fhirVersion="), version;
    ptrdiff_t at = ans_str_search(media_type, name);
    if (at < 0) {
        return true;
    }
    media_type = ans_str_from(media_type, (size_t)at + name.n);
    (void)ans_str_cut(&media_type, ';', &version);
    version = ans_str_trim(version);
    if (version.n >= 2 && version.p[0] == '"' && version.p[version.n - 1] == '"') {
        version = (ans_str){version.p + 1, version.n - 2};
    }
    return ans_str_is(version, "4.0") || ans_str_is(version, "4.0.1");
}

/* JSON is all we speak: an Accept that names only other formats is refused, as is another _format. */
static ans_err check_accept(job *j)
{
    if (j->route.what == I_OPERATION && j->route.op->is_own_format) {
        return ANS_OK;
    }
    ans_str wanted = j->rq.query.n ? ans_query_get(j->cx, j->rq.query, "_format") : ANS_STR_NONE;
    ans_str accept = ans_http_header_get(j->call, "accept"), one;
    if (wanted.n) {
        return is_json(wanted) || ans_str_search(wanted, ANS_STR("json")) >= 0
                   ? ANS_OK
                   : ans_issue_add(j->cx, ANS_E_ACCEPT, ANS_STR("http._format"), "this server answers in JSON only");
    }
    for (bool more = accept.n > 0; more;) {
        more = ans_str_cut(&accept, ',', &one);
        ans_str bare = one, head;
        (void)ans_str_cut(&bare, ';', &head);
        head = ans_str_trim(head);
        if ((is_json(one) && is_r4(one)) || ans_str_is(head, "*/*") || ans_str_is(head, "application/*")) {
            return ANS_OK;
        }
        if (!more) {
            return ans_issue_add(j->cx, ANS_E_ACCEPT, ANS_STR("http.Accept"), "this server answers in JSON of FHIR 4.0 only");
        }
    }
    return ANS_OK;
}

/* A patch that comes as plain JSON is what it looks like: a list of operations, or an object to be merged. */
static ans_err check_patch(job *j, ans_str type)
{
    j->rq.is_merge = ans_str_ieq(type, ANS_STR("application/merge-patch+json"));
    j->rq.is_maybe_merge = ans_str_ieq(type, ANS_STR("application/json"));
    j->rq.is_fhir_patch = ans_str_ieq(type, ANS_STR("application/fhir+json"));
    return j->rq.is_merge || j->rq.is_fhir_patch || j->rq.is_maybe_merge || ans_str_ieq(type, ANS_STR("application/json-patch+json"))
               ? ANS_OK
               : ans_issue_add(j->cx, ANS_E_MEDIA, ANS_STR("http.Content-Type"), "PATCH takes application/json-patch+json, application/fhir+json (Parameters) or application/merge-patch+json");
}

static ans_err check_type(job *j)
{
    ans_str type = ans_http_header_get(j->call, "content-type"), head = type, bare;
    if (j->rq.body.n == 0) {
        return ANS_OK;
    }
    ans_str packing = ans_http_header_get(j->call, "content-encoding");
    j->rq.is_packed = ans_str_ieq(packing, ANS_STR("gzip")) || ans_str_ieq(packing, ANS_STR("x-gzip"));
    if (packing.n && !j->rq.is_packed && !ans_str_ieq(packing, ANS_STR("identity"))) {
        return ans_issue_add(j->cx, ANS_E_MEDIA, ANS_STR("http.Content-Encoding"), "a body may come as it is or packed with gzip");
    }
    (void)ans_str_cut(&head, ';', &bare);
    bare = ans_str_trim(bare);
    if (!is_r4(type)) {
        return ans_issue_add(j->cx, ANS_E_MEDIA, ANS_STR("http.Content-Type"), "this server takes FHIR 4.0 only");
    }
    if (j->route.is_patch) {
        return check_patch(j, bare);
    }
    if (ans_str_is(ans_fhir_type_name(j->route.type), "Binary") && is_write(j)) {
        j->rq.is_raw = type.n && !is_json(type);
        j->rq.is_maybe_raw = ans_str_ieq(bare, ANS_STR("application/json"));
    }
    j->rq.is_form = !j->rq.is_raw && (ans_str_ieq(bare, ANS_STR("application/x-www-form-urlencoded")) ||
                                      (!type.n && j->route.what == I_SEARCH)); /* HAPI's client packs a form and loses its type */
    if (j->rq.is_form ? j->route.what == I_SEARCH : j->rq.is_raw || is_json(type)) {
        return ANS_OK;
    }
    return ans_issue_add(j->cx, ANS_E_MEDIA, ANS_STR("http.Content-Type"), "send application/fhir+json%s",
                         j->route.what == I_SEARCH ? " or application/x-www-form-urlencoded" : "");
}

static void read_headers(job *j)
{
    const ans_http_call *call = j->call;
    j->rq.if_match = ans_http_header_get(call, "if-match");
    j->rq.if_none_match = ans_http_header_get(call, "if-none-match");
    j->rq.if_none_exist = ans_http_header_get(call, "if-none-exist");
    j->rq.if_modified_since = ans_http_header_get(call, "if-modified-since");
    j->rq.prefer = ans_http_header_get(call, "prefer");
}

ans_str job_base(job *j)
{
    const ans_rest *rest = j->rest;
    if (rest->o.base_url.n || !j->call) {
        return rest->o.base_url;
    }
    ans_str host = j->call->host.n ? j->call->host : ANS_STR("localhost"), out;
    ans_buf b;
    ans_buf_init_arena(&b, j->cx->arena, host.n + 16);
    ans_buf_add(&b, rest->o.is_https ? ANS_STR("https://") : ANS_STR("http://"));
    ans_buf_add(&b, host);
    ANS_BUF_LIT(&b, "/fhir");
    return ans_buf_finish(&b, &out) == ANS_OK ? out : ANS_STR_NONE;
}

static ans_err start_fhir(job *j)
{
    ans_http_call *call = j->call;
    j->base = job_base(j);
    j->rq.path = ans_str_from(call->path, sizeof "/fhir" - 1);
    if (j->rq.path.n && j->rq.path.p[0] == '/') {
        j->rq.path = ans_str_from(j->rq.path, 1);
    }
    read_headers(j);
    ans_err err = route_find(j->cx, j->rest, &j->rq, &j->route);
    err = err == ANS_OK ? check_accept(j) : err;
    return err == ANS_OK ? check_type(j) : err;
}

static ans_err start(job *j)
{
    ans_str path = j->call->path;
    bool get = ans_str_is(j->rq.method, "GET") || ans_str_is(j->rq.method, "HEAD");
    if (smart_is_at(j)) {
        j->route.what = I_SMART;
        return ANS_OK;
    }
    if (is_at(path, "/fhir")) {
        ans_err err = who_check(j);
        return err == ANS_OK ? start_fhir(j) : err;
    }
    j->route.what = ans_str_is(path, "/health")    ? I_HEALTH
                    : ans_str_is(path, "/metrics") ? I_METRICS
                    : is_at(path, "/auth")         ? I_SIGN
                                                   : I_ASSET;
    if (j->route.what == I_METRICS) {
        ans_err err = who_check(j);
        if (err != ANS_OK) {
            return err;
        }
    }
    return get || j->route.what == I_SIGN ? ANS_OK : ans_issue_add(j->cx, ANS_E_METHOD, ANS_STR("http.method"), "only GET is for this address");
}

/* At the loop: pages, and reads of one resource, which cost less than handing them over. */
static bool is_quick(const job *j)
{
    return !audit_owns(j->rest, j->route.type) &&
           (j->route.what == I_READ || j->route.what == I_VREAD || j->route.what == I_HEALTH || j->route.what == I_METRICS);
}

static bool is_full(ans_rest *rest)
{
    (void)pthread_mutex_lock(&rest->lock);
    bool full = rest->waiting >= rest->o.max_waiting || rest->closing;
    (void)pthread_mutex_unlock(&rest->lock);
    return full;
}

static void throttle(job *j, uint32_t seconds)
{
    if (is_at(j->call->path, "/auth")) {
        sign_throttle(j, seconds);
        return;
    }
    j->an.retry_seconds = seconds;
    finish(j, ans_issue_add(j->cx, ANS_E_THROTTLED, ANS_STR("http"), "too many requests, nothing was done: wait %u s", seconds));
}

void ans_rest_handle(void *arg, ans_http_call *call)
{
    ans_rest *rest = arg;
    static const ans_str no_memory = ANS_STR("{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":\"error\",\"code\":\"throttled\"}]}");
    job *j = ANS_NEW(call->cx.arena, job);
    if (!j) {
        ans_http_reply(call, 503, NULL, 0, no_memory);
        return;
    }
    *j = (job){.rest = rest,
               .call = call,
               .cx = &call->cx,
               .who = {.kind = ANS_WHO_OPEN},
               .rq = {.method = call->method, .path = call->path, .query = call->query, .body = call->body}};
    j->address = who_address(j);
    call->user = j;
    atomic_fetch_add(&rest->running, 1);
    cors_find(j);
    who_find(j);
    uint32_t wait = limit_wait(j);
    if (wait) {
        throttle(j, wait);
        return;
    }
    if (cors_is_preflight(j)) {
        cors_preflight(j);
        job_reply(j);
        return;
    }
    ans_err err = start(j);
    err = err == ANS_OK && (is_write(j) || j->route.what == I_BUNDLE) ? limit_bytes(j) : err;
    bool late = err == ANS_OK && gate_is_waiting(j);
    err = err == ANS_OK && !late ? gate_enter(j) : err;
    if (err != ANS_OK) {
        finish(j, err);
    } else if (late && !is_full(rest)) {
        job_later(j, enter_step);
    } else if (j->route.what == I_SIGN) {
        sign_run(j, is_full(rest));
    } else if (j->route.what == I_SMART) {
        smart_run(j, is_full(rest));
    } else if (j->route.what == I_ASSET) {
        asset_run(j);
        job_reply(j);
    } else if (is_quick(j)) {
        finish(j, run_read(j, rest->loop_readers[call->loop]));
    } else if (is_full(rest)) {
        finish(j, ans_issue_add(j->cx, ANS_E_BUSY, ANS_STR_NONE, "too many calls are waiting, nothing was done: try again"));
    } else {
        job_later(j, is_write(j) || j->route.what == I_BUNDLE ? write_step : read_step);
    }
}

void ans_rest_logged(void *arg, const ans_http_call *call, int status, size_t bytes_sent)
{
    static const char *const names[] = {"refused", "read", "vread", "create", "update", "delete", "history", "search", "bundle",
                                        "capabilities", "health", "metrics", "page", "sign", "operation", "smart"};
    const ans_rest *rest = arg;
    const job *j = call->user;
    if (!rest->o.log_requests) {
        return;
    }
    ans_log("info", "event=request id=%llu what=%s type=%s status=%d bytes=%zu us=%lld",
            (unsigned long long)call->cx.request_id, j ? names[j->route.what] : names[0],
            j && j->route.type ? ans_fhir_types[j->route.type].name : "-", status, bytes_sent,
            (long long)(call->arrived_us ? ans_mono_us() - call->arrived_us : 0));
}

ans_str ans_rest_refusal(void *arg, int status, const char *reason, ans_str *content_type, ans_arena *arena)
{
    (void)arg;
    *content_type = ANS_STR("application/fhir+json; charset=utf-8");
    return ans_arena_fmt(arena,
                         "{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":\"error\",\"code\":\"%s\",\"diagnostics\":"
                         "\"%s\",\"expression\":[\"http\"]}]}",
                         status == 413 || status == 431 ? "too-long" : status == 503 ? "throttled" : "structure", reason);
}

void ans_rest_set_http(ans_rest *rest, const ans_http_server *server)
{
    rest->http = server;
}

/* ---- life ---- */

static ans_err open_readers(ans_cx *cx, ans_rest *rest)
{
    for (uint32_t i = 0; i < rest->o.loops; i++) {
        ans_err err = ans_reader_open(cx, rest->o.store, &rest->loop_readers[i]);
        if (err != ANS_OK) {
            return err;
        }
    }
    return ANS_OK;
}

ans_err ans_rest_new(ans_cx *cx, const ans_rest_options *options, ans_rest **out)
{
    ans_rest *rest = ans_alloc(sizeof *rest);
    if (!rest) {
        return ANS_E_NOMEM;
    }
    *rest = (ans_rest){.o = *options, .started_us = ans_now_us()};
    rest->o.threads = options->threads ? options->threads : 2;
    rest->o.loops = options->loops ? options->loops : 1;
    rest->o.max_waiting = options->max_waiting ? options->max_waiting : 1024;
    (void)pthread_mutex_init(&rest->lock, NULL);
    (void)pthread_cond_init(&rest->work, NULL);
    rest->loop_readers = ans_alloc(rest->o.loops * sizeof *rest->loop_readers);
    rest->threads = ans_alloc(rest->o.threads * sizeof *rest->threads);
    uint32_t wanted = rest->o.threads;
    rest->o.threads = 0;
    ans_err err = rest->loop_readers && rest->threads ? validate_configure(cx, rest) : ANS_E_NOMEM;
    if (rest->loop_readers) {
        memset(rest->loop_readers, 0, rest->o.loops * sizeof *rest->loop_readers);
    }
    rest->paces = options->accounts ? ans_alloc(sizeof *rest->paces) : NULL;
    if (rest->paces) {
        ans_paces_init(rest->paces);
    }
    err = err == ANS_OK && options->accounts && !rest->paces ? ANS_E_NOMEM : err;
    err = err == ANS_OK ? ans_term_closures_new(cx, &rest->closures) : err;
    err = err == ANS_OK ? ans_purposes_read(cx, ANS_STR_NONE, &rest->purposes) : err;
    err = err == ANS_OK ? ans_requests_read(cx, ANS_STR_NONE, &rest->requests) : err;
    err = err == ANS_OK ? open_readers(cx, rest) : err;
    while (err == ANS_OK && rest->o.threads < wanted) {
        if (pthread_create(&rest->threads[rest->o.threads], NULL, pool_thread, rest) != 0) {
            err = ans_issue_add(cx, ANS_E_NOMEM, ANS_STR_NONE, "cannot start a thread");
        } else {
            rest->o.threads++;
        }
    }
    err = err == ANS_OK && rest->o.smart ? smart_start(cx, rest) : err;
    if (err != ANS_OK) {
        ans_rest_free(rest);
        return err;
    }
    *out = rest;
    return ANS_OK;
}

void ans_rest_free(ans_rest *rest)
{
    if (!rest) {
        return;
    }
    (void)pthread_mutex_lock(&rest->lock);
    rest->closing = true;
    (void)pthread_mutex_unlock(&rest->lock);
    while (atomic_load(&rest->running)) { /* also those the store's writer has: it answers them, or hands them back here */
        (void)usleep(1000);
    }
    smart_stop(rest);
    (void)pthread_mutex_lock(&rest->lock);
    rest->ending = true;
    (void)pthread_cond_broadcast(&rest->work);
    (void)pthread_mutex_unlock(&rest->lock);
    for (uint32_t i = 0; i < rest->o.threads; i++) {
        (void)pthread_join(rest->threads[i], NULL);
    }
    for (uint32_t i = 0; rest->loop_readers && i < rest->o.loops; i++) {
        if (rest->loop_readers[i]) {
            ans_reader_close(rest->loop_readers[i]);
        }
    }
    ans_term_closures_free(rest->closures);
    if (rest->paces) {
        ans_paces_done(rest->paces);
        ans_free(rest->paces);
    }
    ans_free(rest->loop_readers);
    ans_free(rest->threads);
    (void)pthread_cond_destroy(&rest->work);
    (void)pthread_mutex_destroy(&rest->lock);
    ans_free(rest);
}
