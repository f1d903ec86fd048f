/* Keeping the last believed time, and the command that believes the clock again. */
#include "app/clock.h"

#include <pthread.h>
#include <stdio.h>
#include <time.h>

#include "base/os.h"
#include "json/json.h"

#define HEAD "ansinh-clock 1\n"
#define LOOK_MS 10000
#define KEEP_US (INT64_C(600) * 1000000)

struct clock_keeper {
    ans_clock clock;
    ans_store *store;
    const char *path; /* NULL: in memory */
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    ans_clock_state said;
    int64_t kept_us; /* mono */
    bool is_ending, is_started;
};

/* ---- the file ---- */

typedef struct kept {
    int64_t believed_us; /* 0: there is no file */
    int64_t newest_us;   /* of the log at that time: it may run ahead, of a clock that was believed wrongly, and never goes back */
    bool was_doubtful;   /* what the log says since then is of no use */
} kept;

static ans_err read_kept(ans_cx *cx, const char *path, kept *out)
{
    ans_str text, line, word = ANS_STR(HEAD), newest;
    uint64_t us, log_us;
    *out = (kept){0};
    if (!ans_file_exists(path)) {
        return ANS_OK;
    }
    ans_err err = ans_file_read(cx, path, 256, &text);
    if (err != ANS_OK) {
        return err;
    }
    bool ours = ans_str_starts(text, word);
    line = ans_str_from(text, word.n);
    (void)ans_str_cut(&line, ' ', &word);
    (void)ans_str_cut(&line, ' ', &newest);
    if (!ours || !ans_str_u64(word, &us) || us > INT64_MAX / 2 || !ans_str_u64(newest, &log_us) || log_us > INT64_MAX / 2) {
        say("%s cannot be understood and is made anew", path);
        return ANS_OK;
    }
    *out = (kept){(int64_t)us, (int64_t)log_us, !ans_str_starts(line, ANS_STR("right"))};
    return ANS_OK;
}

/* When the newest version was written; 0: there is none. */
static ans_err newest_of(ans_cx *cx, ans_store *store, int64_t *out_us)
{
    const ans_history_query q = {.limit = 1};
    ans_version *v = NULL;
    uint32_t n = 0;
    ans_reader *rd;
    ans_err err = ans_reader_open(cx, store, &rd);
    if (err != ANS_OK) {
        return err;
    }
    err = ans_store_history(cx, rd, &q, &v, &n);
    *out_us = err == ANS_OK && n ? v[0].when_us : 0;
    ans_reader_close(rd);
    return err;
}

static ans_err write_kept(ans_cx *cx, ans_store *store, const char *path, int64_t believed_us, ans_clock_state state)
{
    int64_t newest = 0;
    ans_err err = newest_of(cx, store, &newest);
    if (err != ANS_OK) {
        return err;
    }
    ans_str text = ans_arena_fmt(cx->arena, HEAD "%lld %lld %s\n", (long long)believed_us, (long long)newest, ans_clock_name(state));
    return text.p ? ans_file_replace(cx, path, text) : ans_cx_nomem(cx);
}

/* What is believed from before: the file, and the log when it goes on from there. */
static ans_err believed_before(ans_cx *cx, ans_store *store, const char *path, int64_t *out_us)
{
    kept k = {0};
    int64_t newest = 0;
    ans_err err = path ? read_kept(cx, path, &k) : ANS_OK;
    err = err == ANS_OK ? newest_of(cx, store, &newest) : err;
    bool log_counts = k.believed_us == 0 || (!k.was_doubtful && newest > k.newest_us && newest > k.believed_us);
    *out_us = log_counts ? newest : k.believed_us;
    return err;
}

/* ---- keeping ---- */

static void keep_now(clock_keeper *k, ans_clock_state state)
{
    ans_cx cx = {.arena = ans_arena_new((size_t)1 << 16)};
    int64_t believed = ans_clock_believed_us(&k->clock);
    k->kept_us = ans_mono_us();
    if (!cx.arena || (k->path && believed && write_kept(&cx, k->store, k->path, believed, state) != ANS_OK)) {
        ans_log("error", "event=clock_not_kept");
    }
    ans_arena_free(cx.arena);
}

static void look(clock_keeper *k)
{
    ans_clock_state state = ans_clock_look(&k->clock, ans_now_us(), ans_boot_us());
    if (state != k->said) {
        ans_log(state == ANS_CLOCK_RIGHT ? "info" : "error", "event=clock state=%s", ans_clock_name(state));
    }
    if (state != k->said || ans_mono_us() - k->kept_us > KEEP_US) {
        keep_now(k, state);
    }
    k->said = state;
}

static void *keep(void *arg)
{
    clock_keeper *k = arg;
    (void)pthread_mutex_lock(&k->lock);
    while (!k->is_ending) {
        (void)ans_cond_wait(&k->wake, &k->lock, LOOK_MS);
        look(k);
    }
    (void)pthread_mutex_unlock(&k->lock);
    return NULL;
}

ans_err clock_start(ans_cx *cx, const options *o, ans_store *store, clock_keeper **out)
{
    clock_keeper *k = ANS_NEW(cx->arena, clock_keeper);
    ans_str path = ans_arena_fmt(cx->arena, "%s/clock", o->data);
    int64_t before = 0;
    if (!k || !path.p) {
        return ans_cx_nomem(cx);
    }
    *k = (clock_keeper){.store = store, .path = o->memory ? NULL : path.p};
    ans_err err = believed_before(cx, store, k->path, &before);
    if (err != ANS_OK) {
        return err;
    }
    ans_clock_init(&k->clock, before);
    k->said = ans_clock_look(&k->clock, ans_now_us(), ans_boot_us());
    if (k->said != ANS_CLOCK_RIGHT) {
        say("the clock of this machine is in doubt (%s): signing waits until it is right, or until: ansinh clock accept", ans_clock_name(k->said));
        ans_log("error", "event=clock state=%s", ans_clock_name(k->said));
    }
    keep_now(k, k->said);
    (void)pthread_mutex_init(&k->lock, NULL);
    (void)pthread_cond_init(&k->wake, NULL);
    *out = k;
    k->is_started = pthread_create(&k->thread, NULL, keep, k) == 0;
    return k->is_started ? ANS_OK : ans_issue_add(cx, ANS_E_NOMEM, ANS_STR_NONE, "cannot start a thread");
}

ans_clock *clock_of(clock_keeper *k)
{
    return k ? &k->clock : NULL;
}

void clock_stop(clock_keeper *k)
{
    if (!k || !k->is_started) {
        return;
    }
    (void)pthread_mutex_lock(&k->lock);
    k->is_ending = true;
    (void)pthread_cond_signal(&k->wake);
    (void)pthread_mutex_unlock(&k->lock);
    (void)pthread_join(k->thread, NULL);
    keep_now(k, k->said);
    (void)pthread_cond_destroy(&k->wake);
    (void)pthread_mutex_destroy(&k->lock);
    ans_clock_done(&k->clock);
}

/* ---- the command ---- */

static void print_state(ans_str state, int64_t wall_us)
{
    char text[32];
    time_t seconds = (time_t)(wall_us / 1000000);
    struct tm tm;
    (void)gmtime_r(&seconds, &tm);
    (void)strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &tm);
    printf("%.*s; this machine says %s UTC\n", ANS_FMT(state), text);
}

static ans_err ask_server(ans_cx *cx, int fd, bool accept, ans_str *out_state)
{
    ans_rest_answer answer;
    ans_json doc;
    ans_err err = local_ask(cx, fd, accept ? ANS_STR("POST") : ANS_STR("GET"), ANS_STR("/auth/clock"), ANS_STR("{}"), &answer);
    err = err == ANS_OK ? ans_json_parse(cx, answer.body, NULL, &doc) : err;
    if (err != ANS_OK) {
        return err;
    }
    *out_state = ans_json_get_string(cx, &doc, 0, ANS_STR("state"));
    ans_str text = ans_json_get_string(cx, &doc, 0, ANS_STR("text"));
    return answer.status < 300 && out_state->n ? ANS_OK : ans_issue_add(cx, ANS_E_FORBIDDEN, ANS_STR_NONE, "%.*s", ANS_FMT(text));
}

/* Nobody serves it: what the next start would say. */
static ans_err ask_folder(ans_cx *cx, const options *o, bool accept, ans_str *out_state)
{
    ans_str path = ans_arena_fmt(cx->arena, "%s/clock", o->data);
    ans_clock clock;
    int64_t before = 0;
    folder f;
    ans_err err = path.p ? folder_open(cx, o, FOLDER_READ, &f) : ans_cx_nomem(cx);
    if (err != ANS_OK) {
        return err;
    }
    err = believed_before(cx, f.store, path.p, &before);
    ans_clock_init(&clock, before);
    int64_t now = ans_now_us();
    ans_clock_state state = ans_clock_look(&clock, now, 0);
    ans_clock_done(&clock);
    if (err == ANS_OK && accept) {
        err = now < ANS_CLOCK_EARLIEST_US
                  ? ans_issue_add(cx, ANS_E_VALUE, ANS_STR_NONE, "this time is before the program was written: set the clock of this machine")
                  : write_kept(cx, f.store, path.p, now, ANS_CLOCK_RIGHT);
        state = ANS_CLOCK_RIGHT;
    }
    folder_close(&f);
    *out_state = ans_str_of(ans_clock_name(state));
    return err;
}

int run_clock(ans_cx *cx, const options *o)
{
    bool accept = o->arg_count > 0;
    ans_str socket_path = local_path(cx, o), state = ANS_STR_NONE;
    if (accept && strcmp(o->args[0], "accept") != 0) {
        say("clock knows only accept");
        return EXIT_USAGE;
    }
    int fd = socket_path.p ? ans_http_local_connect(socket_path.p) : -1;
    ans_err err = fd >= 0 ? ask_server(cx, fd, accept, &state) : ask_folder(cx, o, accept, &state);
    if (err != ANS_OK) {
        return fail(cx, err);
    }
    print_state(state, ans_now_us());
    return ans_str_is(state, "right") ? EXIT_DONE : EXIT_FINDINGS;
}
