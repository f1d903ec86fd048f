/* serve: the address first (a taken port or a wrong address must not touch the data), then the
 * folder, then requests until a signal comes. Order of going: the loops answer what runs, the pool
 * ends, the store writes what is queued. */
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "app/alerts.h"
#include "app/app.h"
#include "app/clock.h"
#include "app/content.h"
#include "app/demo.h"
#include "app/embedded.h"
#include "app/evening.h"
#include "app/list.h"
#include "app/tls.h"
#include "app/trail.h"
#include "app/training.h"
#include "app/views.h"
#include "auth/account.h"
#include "auth/audit.h"
#include "auth/gate.h"
#include "auth/org.h"
#include "base/child.h"
#include "base/os.h"
#include "base/user.h"

enum { GRACE_MS = 20000, MOST_DEFAULT_THREADS = 8 };

typedef struct server {
    ans_http_server *http;
    ans_rest *rest; /* set before the loops run */
    ans_accounts *accounts; /* NULL: --auth off */
    ans_audit *audit;       /* the same */
    ans_smart *smart;       /* the same */
    ans_orgs *orgs;
    ans_kept *kept;
    ans_gate *gate; /* NULL: --auth off */
    clock_keeper *clock;
    alert_door *alerts;     /* NULL: rules are off */
    evening *evening;       /* NULL: no packs are made */
    tls_keeper *tls;        /* NULL: plain HTTP */
    list_door *lists;
    training *training;     /* NULL: this is one, or there can be none */
    bool is_training;
    folder folder;
} server;

/* ---- the HTTP server exists before the rest: these hand over ---- */

static void handle(void *arg, ans_http_call *call)
{
    ans_rest_handle(((server *)arg)->rest, call);
}

static void logged(void *arg, const ans_http_call *call, int status, size_t bytes_sent)
{
    ans_rest_logged(((server *)arg)->rest, call, status, bytes_sent);
}

static ans_str refusal(void *arg, int status, const char *reason, ans_str *content_type,
                       ans_arena *arena)
{
    return ans_rest_refusal(((server *)arg)->rest, status, reason, content_type, arena);
}

/* ---- signals ---- */

static ans_http_server *_Atomic stopping_server;
static atomic_int signals_seen;

static void on_signal(int number)
{
    ans_http_server *http = atomic_load(&stopping_server);
    if (atomic_fetch_add(&signals_seen, 1) > 0 || !http) {
        _exit(128 + number);
    }
    ans_http_stop(http, GRACE_MS);
}

static void catch_signals(ans_http_server *http)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    atomic_store(&stopping_server, http);
    (void)sigemptyset(&action.sa_mask);
    (void)sigaction(SIGTERM, &action, NULL); /* these two signals can always be caught */
    (void)sigaction(SIGINT, &action, NULL);
}

/* ---- opening ---- */

static uint32_t processors(void)
{
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n < 1 ? 1 : n > MOST_DEFAULT_THREADS ? MOST_DEFAULT_THREADS : (uint32_t)n;
}

static uint32_t thread_count(const options *o)
{
    uint32_t n = processors();
    return o->threads ? o->threads : n < 2 ? 2 : n;
}

static uint32_t loop_count(const options *o)
{
    return o->loops ? o->loops : (processors() + 1) / 2;
}

static bool is_alerts_understood(const options *o)
{
    if (o->alerts && strcmp(o->alerts, "on") != 0 && strcmp(o->alerts, "off") != 0) {
        say("--alerts is on or off");
        return false;
    }
    return true;
}

static bool is_training_understood(const options *o)
{
    if (o->training && (strcmp(o->training, "on") != 0 || o->auth || o->memory)) {
        say("--training knows only on, for a server with a folder and with sign-in");
        return false;
    }
    return true;
}

static bool is_pack_understood(const options *o)
{
    int32_t minute;
    if (!evening_time(o->pack, &minute)) {
        say("--pack is a time of the day (18:00), or off");
        return false;
    }
    return true;
}

/* Papers for a power cut watch over people as alerts do: with --auth off, only when asked for. */
static bool has_packs(const options *o)
{
    return !o->memory && (o->pack ? strcmp(o->pack, "off") != 0 : !o->auth);
}

static bool is_auth_understood(const options *o)
{
    if (o->auth && strcmp(o->auth, "off") != 0) {
        say("--auth knows only off: without it people and programs sign in");
        return false;
    }
    return true;
}

/* "https://example.org/fhir", without the slash that people like to put behind it. p NULL: not an
 * address. */
static ans_str base_url(const options *o)
{
    ans_str url = ans_str_of(o->base_url ? o->base_url : "");
    while (url.n && url.p[url.n - 1] == '/') {
        url.n--;
    }
    bool is_address =
        ans_str_starts(url, ANS_STR("http://")) || ans_str_starts(url, ANS_STR("https://"));
    return !o->base_url || (is_address && url.n > 8) ? url : ANS_STR_NONE;
}

static bool has_tls(const options *o)
{
    return o->tls || o->tls_cert;
}

static ans_err open_http(ans_cx *cx, const options *o, server *s)
{
    ans_http_options http = {
        .listen = ans_str_of(o->listen),
        .loops = loop_count(o),
        .handle = handle,
        .arg = s,
        .logged = logged,
        .refusal_body = refusal,
    };
    return ans_http_open(cx, &http, &s->http);
}

/* After the folder: its lock says that no other server uses the socket. */
static ans_err open_accounts(ans_cx *cx, const options *o, server *s)
{
    const ans_accounts_options accounts = {.dir = o->data, .in_memory = o->memory};
    return ans_accounts_open(cx, &accounts, &s->accounts);
}

/* Where the folder's owner asks: ansinh user, package, list. */
static ans_err open_local(ans_cx *cx, const options *o, server *s)
{
    ans_str path = local_path(cx, o);
    return path.p ? ans_http_listen_local(cx, s->http, path.p) : ans_cx_nomem(cx);
}

/* After the folder, which may hold the certificate. */
static ans_err open_tls(ans_cx *cx, const options *o, server *s)
{
    ans_err err = has_tls(o) ? tls_start(cx, o, &s->tls) : ANS_OK;
    ans_http_use_tls(s->http, tls_of(s->tls));
    return err;
}

static ans_err load_content(ans_cx *cx, server *s)
{
    content_report report;
    ans_err err = content_load(cx, s->folder.store, s->rest, NULL, &report);
    if (err == ANS_OK) {
        content_say(&report);
    }
    return err;
}

/* Tables that can be made anew are no reason to keep a ward waiting: without them the server says so and goes on. NULL: there are none. */
static const char *open_views(ans_cx *cx, const options *o, server *s)
{
    ans_err err = views_open(cx, o, &s->folder, true, &s->kept);
    if (err == ANS_OK) {
        return views_path(cx, o).p;
    }
    say("the kept views are off until this is mended:");
    say_issues(cx, err);
    cx->issues = cx->last_ = NULL;
    return NULL;
}

static bool has_alerts(const options *o)
{
    return o->alerts ? strcmp(o->alerts, "on") == 0 : !o->auth;
}

/* Alerts are watched over by people too: without them the server says so and goes on. NULL: there are none. */
static ans_alerts *open_alerts(ans_cx *cx, const options *o, server *s)
{
    ans_err err = alerts_open(cx, o, &s->folder, &s->alerts);
    if (err == ANS_OK) {
        return alerts_of(s->alerts);
    }
    say("alerts are off until this is mended:");
    say_issues(cx, err);
    cx->issues = cx->last_ = NULL;
    return NULL;
}

/* ---- training ---- */

static void on_input_end(void *arg)
{
    ans_http_stop(arg, 0);
    (void)sleep(5); /* then whatever still runs is in nobody's way any more */
    _exit(EXIT_DONE);
}

/* Of a training server, before the rest: what it says of itself. Of a real one: the keeper of the one beside it. */
static ans_err open_training(ans_cx *cx, const options *o, server *s, ans_rest_options *rest)
{
    ans_err err = o->memory ? ANS_OK : training_is_marked(cx, s->folder.store, &s->is_training);
    bool can_have_one = !s->is_training && !o->memory && !o->auth;
    err = err == ANS_OK && s->is_training ? demo_logins(cx, &rest->training_logins) : err;
    err = err == ANS_OK && can_have_one ? training_start(cx, o, ans_http_address(s->http), &s->training) : err;
    rest->is_training = s->is_training;
    rest->training = training_door(s->training);
    return err;
}

static ans_rest_limits limits_of(const options *o)
{
    return (ans_rest_limits){.per_account = (uint32_t)o->rate_account,
                             .per_program = (uint32_t)o->rate_program,
                             .per_address = (uint32_t)o->rate_address,
                             .program_day_bytes = o->day_mib << 20,
                             .disk_reserve_bytes = o->reserve_mib << 20};
}

static ans_err open_rest(ans_cx *cx, const options *o, server *s)
{
    ans_rest_options rest = {
        .store = s->folder.store,
        .search = s->folder.search,
        .threads = thread_count(o),
        .loops = loop_count(o),
        .version = ANS_VERSION,
        .base_url = base_url(o),
        .assets = ans_web_assets,
        .asset_count = ans_web_asset_count,
        .log_requests = !o->quiet,
        .validate = ans_str_of(o->validate),
        .limits = limits_of(o),
        .data_dir = o->memory ? NULL : o->data,
        .is_https = has_tls(o),
        .is_https_only = o->tls_cert,
    };
    ans_err err = folder_open(cx, o, FOLDER_SERVE, &s->folder);
    if (err != ANS_OK) {
        return err;
    }
    rest.store = s->folder.store;
    rest.search = s->folder.search;
    rest.defs = s->folder.defs;
    rest.views_path = o->memory ? NULL : open_views(cx, o, s);
    err = clock_start(cx, o, s->folder.store, &s->clock);
    err = err == ANS_OK ? ans_orgs_new(cx, s->folder.store, s->folder.search, &s->orgs) : err;
    rest.clock = clock_of(s->clock);
    err = err == ANS_OK ? open_tls(cx, o, s) : err;
    err = err == ANS_OK && !o->auth ? open_accounts(cx, o, s) : err;
    err = err == ANS_OK && !o->memory ? open_local(cx, o, s) : err;
    err = err == ANS_OK ? open_training(cx, o, s, &rest) : err;
    err = err == ANS_OK && !o->auth && !s->is_training ? ans_smart_open(cx, s->accounts, &s->smart) : err; /* programs have no business in training */
    err = err == ANS_OK && !o->auth ? ans_audit_new(cx, s->folder.store, o->memory ? NULL : o->data, &s->audit) : err;
    if (err != ANS_OK) {
        return err;
    }
    const ans_gate_options gate = {.store = s->folder.store, .search = s->folder.search, .orgs = s->orgs};
    err = o->auth ? ANS_OK : ans_gate_new(cx, &gate, &s->gate);
    if (err != ANS_OK) {
        return err;
    }
    rest.alerts = has_alerts(o) ? open_alerts(cx, o, s) : NULL; /* behind the gate: what it watches is marked by then */
    rest.is_https_only = rest.is_https_only && !s->is_training; /* a browser keeps that by host: it would bind the real one, too */
    err = has_packs(o) && !s->is_training ? evening_start(cx, o, &s->folder, s->audit, &s->evening) : ANS_OK;
    if (err != ANS_OK) {
        return err;
    }
    err = list_door_open(cx, &s->folder, &s->lists);
    if (err != ANS_OK) {
        return err;
    }
    rest.lists = list_door_of(s->lists);
    rest.packs = evening_packs(s->evening);
    rest.orgs = s->orgs;
    rest.gate = s->gate;
    rest.accounts = s->accounts;
    rest.audit = s->audit;
    rest.smart = s->smart;
    rest.may_fetch_loopback = o->fetch_loopback;
    err = ans_rest_new(cx, &rest, &s->rest);
    if (err == ANS_OK) {
        ans_rest_set_http(s->rest, s->http);
    }
    if (err == ANS_OK) {
        evening_tell_by(s->evening, s->rest);
    }
    err = err == ANS_OK && s->alerts ? alerts_start(cx, s->alerts, s->rest) : err;
    return err == ANS_OK && !o->auth ? load_content(cx, s) : err; /* --auth off: the record holds what it is given and no more */
}

/* Without accounts: the way to the first one. */
static ans_err announce_first(ans_cx *cx, const options *o, server *s)
{
    ans_str code;
    ans_err err = s->accounts ? ans_accounts_first_code(cx, s->accounts, &code) : ANS_OK;
    if (err == ANS_OK && s->accounts && code.n) {
        say("there is no account yet. Open the pages and make the first administrator with this one-time code: %.*s%s%s%s",
            ANS_FMT(code), o->memory ? "" : " (also in ", o->memory ? "" : o->data, o->memory ? "" : "/first-code)");
    }
    return err;
}

static void announce(const options *o, const server *s)
{
    ans_str address = ans_http_address(s->http);
    if (o->auth) {
        say("--auth off: whoever can use this machine can read and write");
    }
    if (s->is_training) {
        say("this folder is for training: every screen says so");
    }
    if (o->sync_normal) {
        say("--sync-normal: a power cut may lose acknowledged writes; for comparison only");
    }
    if (ans_web_asset_count == 0) {
        say("this build has no pages (web/dist was absent); FHIR is served at /fhir");
    }
    if (s->tls) {
        tls_announce(s->tls);
    }
    printf("listening on %s://%.*s\n", s->tls ? "https" : "http", ANS_FMT(address));
    (void)fflush(stdout); /* main looks at stdout once more */
}

static ans_err tell(ans_cx *cx, const server *s, uint8_t deed)
{
    return trail_tell(cx, s->audit, deed, "serve", ANS_STR("version=" ANS_VERSION), ANS_STR_NONE);
}

static void run(ans_cx *cx, const options *o, server *s)
{
    catch_signals(s->http);
    if (o->end_with_input && !ans_child_watch(on_input_end, s->http)) {
        say("cannot start a thread");
        return;
    }
    announce(o, s);
    ans_log("info", "event=start address=%.*s data=%s timezone=%.*s version=%s",
            ANS_FMT(ans_http_address(s->http)), o->memory ? "memory" : o->data,
            ANS_FMT(s->folder.zone_name), ANS_VERSION);
    ans_http_run(s->http);
    ans_log("info", "event=stop reason=signal");
    if (tell(cx, s, ANS_DID_SERVER_STOP) != ANS_OK) {
        ans_log("error", "event=audit_failed deed=server-stop");
    }
}

static void close_all(server *s)
{
    training_stop(s->training); /* it ends before the address does that it stands beside */
    alerts_stop(s->alerts); /* these ask the rest */
    evening_stop(s->evening);
    ans_rest_free(s->rest);
    evening_free(s->evening);
    list_door_close(s->lists);
    if (s->http) {
        ans_http_close(s->http);
    }
    tls_stop(s->tls);
    clock_stop(s->clock);
    ans_smart_close(s->smart);
    ans_accounts_close(s->accounts);
    ans_gate_stop(s->gate);
    ans_kept_stop(s->kept);
    folder_close(&s->folder);
    ans_kept_free(s->kept);
    alerts_free(s->alerts);
    ans_gate_free(s->gate);
    ans_orgs_free(s->orgs); /* the store's writer tells it of every write */
    ans_audit_free(s->audit); /* and signs its last head while it closes */
}

/* Passwords and records must not cross a network in the clear. */
static bool is_address_allowed(const options *o, const server *s)
{
    if (ans_http_is_loopback(s->http)) {
        return true;
    }
    if (o->auth) {
        say("%s is not a loopback address; with --auth off only 127.0.0.1, [::1] and localhost are accepted", o->listen);
        return false;
    }
    if (!has_tls(o) && !ans_str_starts(base_url(o), ANS_STR("https://"))) {
        say("%s is not a loopback address: add --tls, or put a proxy that speaks TLS before it and say --base-url https://..., or "
            "listen on 127.0.0.1, [::1] or localhost",
            o->listen);
        return false;
    }
    return true;
}

/* ---- whose process this is ---- */

static ans_err change_user(ans_cx *cx, const options *o)
{
    ans_user user;
    ans_err err = ans_user_find(cx, o->user, &user);
    err = err == ANS_OK && !o->memory ? ans_user_folder(cx, &user, o->data) : err;
    return err == ANS_OK ? ans_user_become(cx, &user) : err;
}

/* After the address is taken, before anything is opened. False after saying why not. */
static bool settle_user(ans_cx *cx, const options *o, const server *s)
{
    if (!ans_user_is_root()) {
        ans_user user;
        bool is_self = !o->user || (ans_user_find(cx, o->user, &user) == ANS_OK && ans_user_is_self(&user));
        if (!is_self) {
            say("only root can become %s", o->user);
        }
        return is_self;
    }
    if (o->user && strcmp(o->user, "root") != 0) {
        ans_err err = change_user(cx, o);
        if (err != ANS_OK) {
            say_issues(cx, err);
        }
        return err == ANS_OK;
    }
    if (!o->user && !ans_http_is_loopback(s->http)) { /* a mistake in this program would be others' to use */
        say("this is root, and others can reach %s: say --user NAME (it takes the address, then becomes NAME for good), or --user root where "
            "nobody else is, as in a container; see also: ansinh help service",
            o->listen);
        return false;
    }
    if (!o->user) {
        say("running as root: good for trying out on this machine; to serve others: --user NAME, or ansinh service");
    }
    return true;
}

int run_serve(ans_cx *cx, const options *o)
{
    server s = {0};
    if (!is_auth_understood(o) || !is_alerts_understood(o) || !is_training_understood(o) || !is_pack_understood(o)) {
        return EXIT_USAGE;
    }
    if (!base_url(o).p) {
        say("--base-url begins with http:// or https://");
        return EXIT_USAGE;
    }
    if ((o->tls_cert == NULL) != (o->tls_key == NULL) || (o->tls && o->memory)) {
        say("--tls-cert and --tls-key go together%s", o->memory ? ", and a server in memory keeps no certificate of its own" : "");
        return EXIT_USAGE;
    }
    ans_err err = open_http(cx, o, &s);
    if (err != ANS_OK) {
        say_issues(cx, err);
        return err == ANS_E_VALUE ? EXIT_USAGE : EXIT_FINDINGS;
    }
    if (!is_address_allowed(o, &s) || !settle_user(cx, o, &s)) {
        ans_http_close(s.http);
        return EXIT_USAGE;
    }
    err = open_rest(cx, o, &s);
    err = err == ANS_OK ? announce_first(cx, o, &s) : err;
    err = err == ANS_OK ? tell(cx, &s, ANS_DID_SERVER_START) : err;
    if (err == ANS_OK) {
        run(cx, o, &s);
    }
    close_all(&s);
    return err == ANS_OK ? EXIT_DONE : fail(cx, err);
}
