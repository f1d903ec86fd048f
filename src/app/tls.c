/* The certificate of `serve`: given by two files, or made here. A house of one PC and three tablets has no name that an authority
 * would vouch for; its own certificate is compared once, by the fingerprint that serve prints. A thread looks every minute
 * whether the files have changed, and renews our own before it ends. */
#include "app/tls.h"

#include <ifaddrs.h>
#include <netdb.h>
#include <netinet/in.h>
#include <net/if.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#include "base/os.h"

enum { LOOK_SECONDS = 60, OWN_DAYS = 800, RENEW_DAYS = 30, MOST_NAMES = 32, MOST_NAME_BYTES = 256 };

struct tls_keeper {
    ans_tls *tls;
    const char *cert, *key; /* in the arena of the cx it was started with */
    bool is_own, is_ending, is_started;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
};

/* ---- names by which this machine is reached ---- */

typedef struct names {
    ans_str at[MOST_NAMES];
    uint32_t count;
} names;

static void add_name(ans_cx *cx, names *n, const char *text)
{
    for (uint32_t i = 0; i < n->count; i++) {
        if (ans_str_is(n->at[i], text)) {
            return;
        }
    }
    ans_str kept = ans_arena_dup(cx->arena, ans_str_of(text));
    if (kept.p && kept.n && n->count < MOST_NAMES) {
        n->at[n->count++] = kept;
    }
}

static void add_addresses(ans_cx *cx, names *n)
{
    struct ifaddrs *all = NULL;
    if (getifaddrs(&all) != 0) {
        return;
    }
    for (const struct ifaddrs *a = all; a; a = a->ifa_next) {
        char text[MOST_NAME_BYTES];
        bool is_v4 = a->ifa_addr && a->ifa_addr->sa_family == AF_INET;
        if (is_v4 && (a->ifa_flags & IFF_UP) &&
            getnameinfo(a->ifa_addr, sizeof(struct sockaddr_in), text, sizeof text, NULL, 0, NI_NUMERICHOST) == 0) {
            add_name(cx, n, text);
        }
    }
    freeifaddrs(all);
}

static void find_names(ans_cx *cx, names *n)
{
    char host[MOST_NAME_BYTES] = "";
    add_name(cx, n, "localhost");
    if (gethostname(host, sizeof host - 1) == 0 && host[0]) {
        add_name(cx, n, host);
        ans_str local = ans_arena_fmt(cx->arena, "%s.local", host); /* as the tablets' own name service says it */
        if (local.p && ans_str_find(ans_str_of(host), '.') < 0) {
            add_name(cx, n, local.p);
        }
    }
    add_name(cx, n, "127.0.0.1");
    add_addresses(cx, n);
}

static ans_err make_own(ans_cx *cx, const tls_keeper *k)
{
    names n = {0};
    find_names(cx, &n);
    return ans_tls_make(cx, k->cert, k->key, n.at, n.count, OWN_DAYS);
}

static bool ends_soon(ans_tls *tls)
{
    ans_tls_facts facts;
    ans_tls_facts_get(tls, &facts);
    return facts.until_s - ans_now_us() / 1000000 < RENEW_DAYS * INT64_C(86400);
}

/* ---- keeping ---- */

static void look(tls_keeper *k)
{
    ans_cx cx = {.arena = ans_arena_new((size_t)1 << 20)};
    bool changed = false;
    if (!cx.arena) {
        return;
    }
    ans_err err = k->is_own && ends_soon(k->tls) ? make_own(&cx, k) : ANS_OK;
    err = err == ANS_OK ? ans_tls_reload(&cx, k->tls, &changed) : err;
    if (err != ANS_OK) {
        ans_log("error", "event=certificate error=%s", ans_err_name(err));
    } else if (changed) {
        ans_log("info", "event=certificate state=changed");
    }
    ans_arena_free(cx.arena);
}

static void *keep(void *arg)
{
    tls_keeper *k = arg;
    (void)pthread_mutex_lock(&k->lock);
    while (!k->is_ending) {
        if (!ans_cond_wait(&k->wake, &k->lock, LOOK_SECONDS * 1000)) {
            (void)pthread_mutex_unlock(&k->lock);
            look(k);
            (void)pthread_mutex_lock(&k->lock);
        }
    }
    (void)pthread_mutex_unlock(&k->lock);
    return NULL;
}

/* ---- life ---- */

static ans_err choose_files(ans_cx *cx, const options *o, tls_keeper *k)
{
    k->is_own = !o->tls_cert;
    if (!k->is_own) {
        k->cert = o->tls_cert;
        k->key = o->tls_key;
        return ANS_OK;
    }
    ans_str dir = ans_arena_fmt(cx->arena, "%s/tls", o->data);
    ans_str cert = ans_arena_fmt(cx->arena, "%s/tls/cert.pem", o->data);
    ans_str key = ans_arena_fmt(cx->arena, "%s/tls/key.pem", o->data);
    if (!dir.p || !cert.p || !key.p) {
        return ans_cx_nomem(cx);
    }
    k->cert = cert.p;
    k->key = key.p;
    ans_err err = ans_dir_make(cx, dir.p);
    return err == ANS_OK && (!ans_file_exists(k->cert) || !ans_file_exists(k->key)) ? make_own(cx, k) : err;
}

ans_err tls_start(ans_cx *cx, const options *o, tls_keeper **out)
{
    tls_keeper *k = ANS_NEW(cx->arena, tls_keeper);
    if (!k) {
        return ans_cx_nomem(cx);
    }
    *k = (tls_keeper){0};
    *out = k;
    ans_err err = choose_files(cx, o, k);
    err = err == ANS_OK ? ans_tls_open(cx, k->cert, k->key, &k->tls) : err;
    if (err == ANS_E_VALUE && k->is_own) { /* key and certificate are two files: the power may have failed between them */
        say("the certificate in %s cannot be used: making another", k->cert);
        err = make_own(cx, k);
        err = err == ANS_OK ? ans_tls_open(cx, k->cert, k->key, &k->tls) : err;
    }
    if (err != ANS_OK) {
        return err;
    }
    look(k); /* our own may have ended while nothing ran */
    (void)pthread_mutex_init(&k->lock, NULL);
    (void)pthread_cond_init(&k->wake, NULL);
    k->is_started = pthread_create(&k->thread, NULL, keep, k) == 0;
    return k->is_started ? ANS_OK : ans_issue_add(cx, ANS_E_NOMEM, ANS_STR_NONE, "cannot start a thread");
}

ans_tls *tls_of(const tls_keeper *k)
{
    return k ? k->tls : NULL;
}

void tls_announce(const tls_keeper *k)
{
    ans_tls_facts facts;
    ans_tls_facts_get(k->tls, &facts);
    if (k->is_own) {
        say("the certificate is our own. A browser asks once whether to trust it; compare this fingerprint (SHA-256) first:\n  %s",
            facts.fingerprint);
    } else if (ends_soon(k->tls)) {
        say("the certificate in %s ends within %d days", k->cert, RENEW_DAYS);
    }
}

void tls_stop(tls_keeper *k)
{
    if (!k) {
        return;
    }
    if (k->is_started) {
        (void)pthread_mutex_lock(&k->lock);
        k->is_ending = true;
        (void)pthread_cond_signal(&k->wake);
        (void)pthread_mutex_unlock(&k->lock);
        (void)pthread_join(k->thread, NULL);
        (void)pthread_mutex_destroy(&k->lock);
        (void)pthread_cond_destroy(&k->wake);
    }
    ans_tls_free(k->tls);
}
