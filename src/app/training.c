/* Keeping the training server: making its folder (in DATA/training.new, in place only when it is whole), starting it on the first port that is
 * free, noticing when it ends. What goes wrong is a word the page knows (why), never the end of the real server. */
#include "app/training.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/child.h"
#include "base/os.h"
#include "base/user.h"

enum {
    MOST_PORTS = 20,
    LOOK_MS = 1000,
    STEP_MS = 100,
    MAKE_MS = 180000,
    START_MS = 60000,
    GRACE_MS = 5000,
    MOST_SAID = 4096,
    NEEDED_MIB = 256, /* the folder, its log and room for a day of training; measured: docs/training.md */
};

static const ans_str TRAINING_KEY = ANS_STR("training");

struct training {
    const options *o;
    ans_str address;
    ans_cx cx; /* its own, for texts as long as it lives */
    const char *folder, *part, *cert, *key;
    ans_training door;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    /* under the lock */
    ans_training_status status;
    ans_training_wish wish;
    bool is_ending;
    /* the keeper's */
    bool is_started;
    ans_child child;
};

/* ---- the mark ---- */

ans_err training_is_marked(ans_cx *cx, ans_store *store, bool *out)
{
    ans_str kept;
    ans_err err = ans_store_meta_get(cx, store, TRAINING_KEY, &kept);
    *out = err == ANS_OK && kept.n > 0;
    return err;
}

ans_err training_mark(ans_cx *cx, ans_store *store)
{
    return ans_store_meta_set(cx, store, TRAINING_KEY, ANS_STR("1"));
}

/* ---- what others see ---- */

static void get_status(void *arg, ans_training_status *out)
{
    training *t = arg;
    (void)pthread_mutex_lock(&t->lock);
    *out = t->status;
    (void)pthread_mutex_unlock(&t->lock);
}

static void want(void *arg, ans_training_wish wish)
{
    training *t = arg;
    (void)pthread_mutex_lock(&t->lock);
    t->wish = wish;
    if (wish != ANS_TRAINING_END) {
        t->status = (ans_training_status){.state = ANS_TRAINING_MAKING};
    }
    (void)pthread_cond_signal(&t->wake);
    (void)pthread_mutex_unlock(&t->lock);
}

static void set_status(training *t, ans_training_state state, const char *why, uint32_t port)
{
    (void)pthread_mutex_lock(&t->lock);
    t->status = (ans_training_status){.state = state, .why = why, .port = port};
    (void)pthread_mutex_unlock(&t->lock);
    ans_log(state == ANS_TRAINING_FAILED ? "error" : "info", "event=training state=%s port=%u",
            state == ANS_TRAINING_ON ? "on" : state == ANS_TRAINING_FAILED ? why : "off", port);
}

static bool is_ending(training *t)
{
    (void)pthread_mutex_lock(&t->lock);
    bool ending = t->is_ending;
    (void)pthread_mutex_unlock(&t->lock);
    return ending;
}

/* ---- the folder ---- */

static bool has_room(const training *t)
{
    uint64_t left;
    return !ans_disk_free(t->o->data, &left) || left >= (t->o->reserve_mib + NEEDED_MIB) << 20;
}

/* One facility of forty people with a week behind them. NULL: it is there. */
static const char *make(training *t, ans_cx *cx)
{
    const char *const words[] = {"demo", "--training", "--quiet", "--data", t->part, "--facilities", "1", "--residents", "40", "--days", "7", NULL};
    char said[MOST_SAID];
    int code = -1;
    if (!has_room(t)) {
        return "disk";
    }
    if (ans_dir_remove(cx, t->part) != ANS_OK || ans_child_start(cx, words, &t->child) != ANS_OK) {
        return "folder";
    }
    for (uint32_t ms = 0; ms < MAKE_MS && !is_ending(t); ms += STEP_MS) {
        (void)ans_child_read(&t->child, said, sizeof said, STEP_MS); /* so that it never waits for us */
        if (ans_child_ended(&t->child, &code)) {
            break;
        }
    }
    ans_child_end(&t->child, 0);
    bool done = code == EXIT_DONE && ans_dir_remove(cx, t->folder) == ANS_OK && rename(t->part, t->folder) == 0;
    return done ? NULL : "folder";
}

/* ---- the server ---- */

/* True when it listens. False: ended, or said nothing in time. */
static bool wait_until_listening(training *t)
{
    char said[MOST_SAID];
    size_t n = 0;
    int code;
    for (uint32_t ms = 0; ms < START_MS && !is_ending(t); ms += STEP_MS) {
        n += ans_child_read(&t->child, said + n, sizeof said - n, STEP_MS);
        if (ans_str_search((ans_str){said, n}, ANS_STR("listening on ")) >= 0) {
            return true;
        }
        if (n == sizeof said || ans_child_ended(&t->child, &code)) {
            break;
        }
    }
    ans_child_end(&t->child, GRACE_MS);
    return false;
}

static bool serve_at(training *t, ans_cx *cx, ans_str host, uint32_t port)
{
    ans_str listen = ans_arena_fmt(cx->arena, "%.*s:%u", ANS_FMT(host), port);
    const char *words[24] = {"serve", "--data", t->folder, "--listen", listen.p, "--end-with-input", "--threads", "2", "--loops", "1", "--quiet"};
    int n = 11;
    if (t->cert) {
        words[n++] = "--tls-cert";
        words[n++] = t->cert;
        words[n++] = "--tls-key";
        words[n++] = t->key;
    }
    if (ans_user_is_root()) {
        words[n++] = "--user";
        words[n++] = "root";
    }
    words[n] = NULL;
    return listen.p && ans_child_start(cx, words, &t->child) == ANS_OK && wait_until_listening(t);
}

/* The ports behind the real one's; a port that is taken ends the other process before it has opened anything. */
static const char *start(training *t, ans_cx *cx)
{
    uint64_t own = 0;
    ptrdiff_t colon = ans_str_rfind(t->address, ':');
    ans_str host = ans_str_head(t->address, colon < 0 ? 0 : (size_t)colon);
    if (colon < 0 || !ans_str_u64(ans_str_from(t->address, (size_t)colon + 1), &own)) {
        return "port";
    }
    for (uint32_t i = 1; i <= MOST_PORTS && own + i <= 65535 && !is_ending(t); i++) {
        if (serve_at(t, cx, host, (uint32_t)own + i)) {
            set_status(t, ANS_TRAINING_ON, NULL, (uint32_t)own + i);
            return NULL;
        }
    }
    return "port";
}

static void act(training *t, ans_training_wish wish)
{
    ans_cx cx = {.arena = ans_arena_new((size_t)1 << 20)};
    const char *why = t->o->base_url ? "proxy" : NULL; /* who comes through it could not follow to another port */
    ans_child_end(&t->child, GRACE_MS);
    if (wish == ANS_TRAINING_END || !cx.arena) {
        set_status(t, ANS_TRAINING_OFF, NULL, 0);
        ans_arena_free(cx.arena);
        return;
    }
    ans_str db = ans_arena_fmt(cx.arena, "%s/main.db", t->folder);
    if (!why && (wish == ANS_TRAINING_ANEW || !db.p || !ans_file_exists(db.p))) {
        why = make(t, &cx);
    }
    why = why ? why : start(t, &cx);
    if (why) {
        set_status(t, ANS_TRAINING_FAILED, why, 0);
    }
    ans_arena_free(cx.arena);
}

static void *keep(void *arg)
{
    training *t = arg;
    int code;
    (void)pthread_mutex_lock(&t->lock);
    while (!t->is_ending) {
        ans_training_wish wish = t->wish;
        t->wish = ANS_TRAINING_NO_WISH;
        if (wish == ANS_TRAINING_NO_WISH) {
            (void)ans_cond_wait(&t->wake, &t->lock, LOOK_MS);
            if (t->child.pid == 0 || t->is_ending || t->wish != ANS_TRAINING_NO_WISH) {
                continue;
            }
        }
        (void)pthread_mutex_unlock(&t->lock);
        if (wish != ANS_TRAINING_NO_WISH) {
            act(t, wish);
        } else if (ans_child_ended(&t->child, &code)) {
            ans_log("error", "event=training_ended code=%d", code);
            set_status(t, ANS_TRAINING_FAILED, "ended", 0);
        }
        (void)pthread_mutex_lock(&t->lock);
    }
    (void)pthread_mutex_unlock(&t->lock);
    ans_child_end(&t->child, GRACE_MS);
    return NULL;
}

/* ---- life ---- */

static ans_err name_files(training *t)
{
    bool own = t->o->tls && !t->o->tls_cert;
    ans_arena *a = t->cx.arena;
    t->folder = ans_arena_fmt(a, "%s/training", t->o->data).p;
    t->part = ans_arena_fmt(a, "%s/training.new", t->o->data).p;
    t->cert = own ? ans_arena_fmt(a, "%s/tls/cert.pem", t->o->data).p : t->o->tls_cert;
    t->key = own ? ans_arena_fmt(a, "%s/tls/key.pem", t->o->data).p : t->o->tls_key;
    return t->folder && t->part && (!own || (t->cert && t->key)) ? ANS_OK : ANS_E_NOMEM;
}

ans_err training_start(ans_cx *cx, const options *o, ans_str address, training **out)
{
    training *t = ANS_NEW(cx->arena, training);
    if (!t) {
        return ans_cx_nomem(cx);
    }
    *t = (training){.o = o, .address = address, .cx = {.arena = cx->arena}};
    if (name_files(t) != ANS_OK) {
        return ans_cx_nomem(cx);
    }
    t->door = (ans_training){.arg = t, .status = get_status, .want = want};
    (void)pthread_mutex_init(&t->lock, NULL);
    (void)pthread_cond_init(&t->wake, NULL);
    t->is_started = pthread_create(&t->thread, NULL, keep, t) == 0;
    *out = t;
    if (!t->is_started) {
        return ans_issue_add(cx, ANS_E_NOMEM, ANS_STR_NONE, "cannot start a thread");
    }
    if (o->training && strcmp(o->training, "on") == 0) {
        want(t, ANS_TRAINING_BEGIN);
    }
    return ANS_OK;
}

const ans_training *training_door(training *t)
{
    return t ? &t->door : NULL;
}

void training_stop(training *t)
{
    if (!t || !t->is_started) {
        return;
    }
    (void)pthread_mutex_lock(&t->lock);
    t->is_ending = true;
    (void)pthread_cond_signal(&t->wake);
    (void)pthread_mutex_unlock(&t->lock);
    (void)pthread_join(t->thread, NULL);
    (void)pthread_mutex_destroy(&t->lock);
    (void)pthread_cond_destroy(&t->wake);
}
