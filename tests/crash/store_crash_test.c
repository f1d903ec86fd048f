/* kill -9 in front of every k-th write, sync, truncation and deletion, and at random moments under
 * load; and power cuts, where what was not synced arrives in part or not at all. A child process
 * writes and reports each acknowledged step through a pipe; the parent opens what is left: all that
 * was acknowledged is there, nothing is half there, the log has no gap, the index is what a rebuild
 * gives. Sampled; all with ANS_TEST_FULL=1. */
#include "crash/store_work.h"

#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

/* ---- a child that dies ---- */

static ans_store *open_in_child(ans_cx *cx, kit *k)
{
    ans_store_options options = kit_options(k);
    ans_store *store;
    if (ans_store_open(cx, &options, &store) != ANS_OK)
        _exit(3);
    return store;
}

/* Writes all steps with everything that happens in a life between: care, a new index, a restart. */
static void life(kit *k, int fd)
{
    ans_cx cx = {.arena = ans_arena_new((size_t)256 << 20)};
    ans_store *store = open_in_child(&cx, k);
    for (int s = 0; s < WORK_STEPS; s++) {
        if (work_step(&cx, store, s) != ANS_OK)
            _exit(4);
        if (write(fd, &s, sizeof s) != (ssize_t)sizeof s)
            _exit(5);
        if (s % 7 == 2)
            usleep(30000); /* long enough for the writer to tidy up: see main */
        if (s == WORK_STEPS / 3 && ans_store_reindex(&cx, store, NULL, NULL) != ANS_OK)
            _exit(6);
        if (s == WORK_STEPS / 2) {
            ans_store_close(store);
            store = open_in_child(&cx, k);
        }
    }
    ans_store_close(store);
    _exit(0);
}

/* The first failure is followed by death: what was refused must not stand up again. */
static void life_with_a_failure(kit *k, int fd)
{
    ans_cx cx = {.arena = ans_arena_new((size_t)256 << 20)};
    ans_store_options options = kit_options(k);
    ans_store *store;
    if (ans_store_open(&cx, &options, &store) != ANS_OK)
        _exit(0);
    for (int s = 0; s < WORK_STEPS; s++) {
        if (work_step(&cx, store, s) != ANS_OK)
            raise(SIGKILL);
        if (write(fd, &s, sizeof s) != (ssize_t)sizeof s)
            _exit(5);
    }
    _exit(0);
}

/* Run a life until it ends; the steps it reported are in done. Returns how it ended. */
static int outlive(kit *k, void (*live)(kit *k, int fd), bool *done)
{
    int fds[2], status, s;
    assert_int_equal(pipe(fds), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        close(fds[0]);
        live(k, fds[1]);
        _exit(1);
    }
    close(fds[1]);
    memset(done, 0, WORK_STEPS * sizeof *done);
    while (read(fds[0], &s, sizeof s) == (ssize_t)sizeof s)
        done[s] = true;
    close(fds[0]);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return status;
}

static int first_missing(const bool *done)
{
    for (int s = 0; s < WORK_STEPS; s++) {
        if (!done[s])
            return s;
    }
    return -1;
}

static bool was_killed(int status)
{
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

static void killed_at_every_operation(void **state)
{
    uint64_t n;
    bool is_over = false;
    (void)state;
    for (n = work_first(1); !is_over; n = work_next(n)) {
        bool done[WORK_STEPS];
        char spec[32];
        kit k;
        kit_init(&k, false);
        (void)snprintf(spec, sizeof spec, "kill:%llu", (unsigned long long)n);
        assert_true(ans_store_fault_parse(ans_str_of(spec)));
        int status = outlive(&k, life, done);
        ans_store_fault_set(ANS_FAULT_NONE, 0, false);
        is_over = WIFEXITED(status) && WEXITSTATUS(status) == 0;
        if (!is_over && !was_killed(status))
            fail_msg("kill %llu: the child ended otherwise: %d", (unsigned long long)n, status);
        work_verify(&k, done, first_missing(done), "killed at operation", (unsigned long long)n);
        kit_done(&k);
    }
    assert_true(n > 50);
}

static void refused_then_killed(void **state)
{
    bool is_over = false;
    (void)state;
    for (uint64_t n = work_first(10); !is_over; n = work_next(n)) {
        bool done[WORK_STEPS];
        kit k;
        kit_init(&k, false);
        ans_store_fault_set(ANS_FAULT_TORN, n, false);
        int status = outlive(&k, life_with_a_failure, done);
        ans_store_fault_set(ANS_FAULT_NONE, 0, false);
        is_over = WIFEXITED(status) && first_missing(done) < 0;
        work_verify(&k, done, -1, "refused at operation", (unsigned long long)n);
        kit_done(&k);
    }
}

/* ---- at random moments, with many writers ---- */

enum { WRITERS = 4, ROUNDS = 4000 };

typedef struct writer {
    ans_store *store;
    int fd, number;
} writer;

typedef struct note {
    int writer, round;
} note;

/* Each writer updates its own resource again and again; the body is its round. */
static void *write_rounds(void *arg)
{
    writer *w = arg;
    ans_cx cx = {.arena = ans_arena_new((size_t)16 << 20)};
    for (int round = 1; round < ROUNDS; round++) {
        char id[16], body[64];
        (void)snprintf(id, sizeof id, "w-%d", w->number);
        (void)snprintf(body, sizeof body, "%d\nr|1/w-%d|%d", round, (w->number + 1) % WRITERS,
                       round);
        ans_change c = {.ref = kit_ref(1, id), .body = kit_str(body)};
        c.hash = ans_hash_content(c.body);
        c.if_vid = round == 1 ? ANS_VID_ABSENT : (uint32_t)round - 1;
        if (kit_index(NULL, &cx, 1, c.body, &c.rows) != ANS_OK)
            _exit(3);
        ans_txn txn = {.cx = &cx, .changes = &c, .count = 1};
        note n = {w->number, round};
        if (ans_store_commit(w->store, &txn) != ANS_OK ||
            write(w->fd, &n, sizeof n) != (ssize_t)sizeof n)
            _exit(4);
        ans_arena_reset(cx.arena);
    }
    return NULL;
}

static void write_together(kit *k, int fd)
{
    ans_cx cx = {.arena = ans_arena_new((size_t)16 << 20)};
    ans_store *store = open_in_child(&cx, k);
    pthread_t threads[WRITERS];
    writer writers[WRITERS];
    for (int i = 0; i < WRITERS; i++) {
        writers[i] = (writer){store, fd, i};
        pthread_create(&threads[i], NULL, write_rounds, &writers[i]);
    }
    for (int i = 0; i < WRITERS; i++)
        pthread_join(threads[i], NULL);
    _exit(0);
}

static void verify_rounds(kit *k, const int *acknowledged)
{
    kit_open(k);
    for (int i = 0; i < WRITERS; i++) {
        char id[16];
        ans_version v;
        uint64_t round;
        (void)snprintf(id, sizeof id, "w-%d", i);
        ans_err err = ans_store_read(&k->cx, k->rd, kit_ref(1, id), &v);
        if (acknowledged[i] == 0 && err == ANS_E_NOTFOUND)
            continue;
        assert_int_equal(err, ANS_OK);
        ans_str rest = v.body, number;
        ans_str_cut(&rest, '\n', &number);
        assert_true(ans_str_u64(number, &round));
        assert_true((int)round >= acknowledged[i] && (int)round <= acknowledged[i] + 1);
        assert_int_equal(v.vid, round);
        for (uint32_t vid = 1; vid <= round; vid++)
            assert_int_equal(ans_store_vread(&k->cx, k->rd, kit_ref(1, id), vid, &v), ANS_OK);
    }
    kit_check_clean(k);
    kit_close(k);
}

static void killed_at_random_under_load(void **state)
{
    int rounds = getenv("ANS_TEST_FULL") && !work_is_shared() ? 60 : 8;
    (void)state;
    for (int round = 0; round < rounds; round++) {
        int fds[2], acknowledged[WRITERS] = {0}, status;
        note n;
        kit k;
        kit_init(&k, false);
        assert_int_equal(pipe(fds), 0);
        pid_t pid = fork();
        assert_true(pid >= 0);
        if (pid == 0) {
            close(fds[0]);
            write_together(&k, fds[1]);
        }
        close(fds[1]);
        int reports = 5 + round * 37 % 400; /* the moment: after so many acknowledgements */
        while (reports-- > 0 && read(fds[0], &n, sizeof n) == (ssize_t)sizeof n)
            acknowledged[n.writer] = n.round;
        kill(pid, SIGKILL);
        while (read(fds[0], &n, sizeof n) == (ssize_t)sizeof n)
            acknowledged[n.writer] = n.round;
        close(fds[0]);
        assert_int_equal(waitpid(pid, &status, 0), pid);
        verify_rounds(&k, acknowledged);
        kit_done(&k);
    }
}

/* ---- power cuts ----
 * One life is watched: every write, truncation, sync and deletion, and where in that sequence each
 * step was acknowledged. Then for many moments the files are built as a disk might hold them: what
 * was synced is there; each later write is there, or not, or torn at a sector. */

enum { EVENTS_MAX = 20000, FILES_MAX = 8, SECTOR = 512 };

typedef struct event {
    int file, acknowledged; /* acknowledged: a step, and nothing else; else -1 */
    uint64_t at;
    char *bytes;
    size_t n;
    bool is_sync, is_delete;
} event;

typedef struct recording {
    event events[EVENTS_MAX];
    int count;
    char files[FILES_MAX][256];
    int file_count;
} recording;

static int file_number(recording *r, const char *path)
{
    for (int i = 0; i < r->file_count; i++) {
        if (strcmp(r->files[i], path) == 0)
            return i;
    }
    assert_true(r->file_count < FILES_MAX);
    (void)snprintf(r->files[r->file_count], sizeof r->files[0], "%s", path);
    return r->file_count++;
}

static void record(void *arg, const ans_disk_event *e)
{
    recording *r = arg;
    if (!*e->path || r->count == EVENTS_MAX)
        return; /* temporary files have no name and no future */
    event *to = &r->events[r->count++];
    *to =
        (event){.file = file_number(r, e->path), .acknowledged = -1, .at = e->at, .n = e->bytes.n};
    to->is_sync = e->is_sync;
    to->is_delete = e->is_delete;
    if (e->bytes.p) {
        to->bytes = malloc(e->bytes.n);
        if (to->bytes)
            memcpy(to->bytes, e->bytes.p, e->bytes.n);
    }
}

static void record_life(kit *k, recording *r)
{
    ans_store_watch_disk(record, r);
    kit_open(k);
    for (int s = 0; s < WORK_STEPS; s++) {
        assert_int_equal(work_step(&k->cx, k->store, s), ANS_OK);
        assert_true(r->count < EVENTS_MAX);
        r->events[r->count++] = (event){.file = -1, .acknowledged = s};
        if (s % 7 == 2)
            usleep(30000);
        if (s == WORK_STEPS / 2) {
            kit_close(k);
            kit_open(k);
        }
    }
    kit_close(k);
    ans_store_watch_disk(NULL, NULL);
}

/* A file as it might be: content, and how much of it exists. */
typedef struct image {
    char *p;
    size_t n, cap;
    bool is_there;
} image;

static void image_write(image *f, uint64_t at, const char *bytes, size_t n)
{
    if (at + n > f->cap) {
        size_t cap = (size_t)(at + n) * 2;
        f->p = realloc(f->p, cap);
        assert_non_null(f->p);
        memset(f->p + f->cap, 0, cap - f->cap);
        f->cap = cap;
    }
    memcpy(f->p + at, bytes, n);
    f->n = f->n > at + n ? f->n : (size_t)at + n;
    f->is_there = true;
}

static void image_apply(image *f, const event *e, size_t n)
{
    if (e->bytes && n > 0)
        image_write(f, e->at, e->bytes, n);
    if (!e->bytes && f->n > e->at) {
        memset(f->p + e->at, 0, f->n - (size_t)e->at);
        f->n = (size_t)e->at;
    }
}

static uint32_t dice(uint64_t *x)
{
    *x ^= *x << 13;
    *x ^= *x >> 7;
    *x ^= *x << 17;
    return (uint32_t)(*x >> 33);
}

/* Is the event made durable by a sync of its file before `end`? */
static bool is_synced(const recording *r, int i, int end)
{
    for (int j = i + 1; j < end; j++) {
        if (r->events[j].file == r->events[i].file &&
            (r->events[j].is_sync || r->events[j].is_delete))
            return true;
    }
    return false;
}

static void build(const recording *r, int end, uint64_t seed, image *files)
{
    uint64_t x = seed * UINT64_C(0x9E3779B97F4A7C15) | 1;
    for (int i = 0; i < end; i++) {
        const event *e = &r->events[i];
        if (e->file < 0 || e->is_sync)
            continue;
        image *f = &files[e->file];
        if (e->is_delete) {
            f->is_there = false;
            f->n = 0;
            continue;
        }
        f->is_there = true;
        uint32_t fate = is_synced(r, i, end) ? 0 : dice(&x) % 3; /* there, lost, torn */
        if (fate == 0)
            image_apply(f, e, e->n);
        else if (fate == 2 && e->bytes)
            image_apply(f, e, e->n / SECTOR ? dice(&x) % (e->n / SECTOR) * SECTOR : 0);
    }
}

static void put_files(const recording *r, const image *files, const char *dir)
{
    char path[600];
    for (int i = 0; i < r->file_count; i++) {
        const char *name = strrchr(r->files[i], '/') + 1;
        if (!files[i].is_there || strstr(name, ".lock"))
            continue;
        (void)snprintf(path, sizeof path, "%s/%s", dir, name);
        FILE *f = fopen(path, "wb");
        assert_non_null(f);
        assert_int_equal(fwrite(files[i].p ? files[i].p : "", 1, files[i].n, f), files[i].n);
        assert_int_equal(fclose(f), 0);
    }
}

static void cut_at(const recording *r, int end, uint64_t seed)
{
    image files[FILES_MAX] = {{0}};
    bool done[WORK_STEPS] = {false};
    kit k;
    kit_init(&k, false);
    build(r, end, seed, files);
    put_files(r, files, k.dir);
    for (int i = 0; i < end; i++) {
        if (r->events[i].acknowledged >= 0)
            done[r->events[i].acknowledged] = true;
    }
    work_verify(&k, done, first_missing(done), "power cut after event", (unsigned long long)end);
    for (int i = 0; i < FILES_MAX; i++)
        free(files[i].p);
    kit_done(&k);
}

static void power_cuts(void **state)
{
    recording *r = calloc(1, sizeof *r);
    int step = work_is_shared() ? WORK_PARTS : getenv("ANS_TEST_FULL") ? 1 : 7;
    kit k;
    (void)state;
    assert_non_null(r);
    kit_init(&k, false);
    record_life(&k, r);
    assert_true(r->count > 100);
    for (int end = (int)work_first(1); end <= r->count; end += step)
        cut_at(r, end, (uint64_t)end);
    cut_at(r, r->count, 1);
    for (int i = 0; i < r->count; i++)
        free(r->events[i].bytes);
    free(r);
    kit_done(&k);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(killed_at_every_operation),
        cmocka_unit_test(refused_then_killed),
        cmocka_unit_test(killed_at_random_under_load),
        cmocka_unit_test(power_cuts),
    };
    int failed;
    (void)argc;
    if (work_was_shared_out(argv, &failed))
        return failed;
    ans_store_skip_sync(true);
    ans_store_pending_after(0, 15); /* a few steps wait, then they go into the index by and by */
    ans_store_idle_after(5);
    return cmocka_run_group_tests_name("store_crash", tests, NULL, NULL);
}
