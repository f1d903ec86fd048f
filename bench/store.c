/* What the store can do by itself, beside the floor that the disk sets.
 *
 *     bench_store [--resources N] [--seconds S] [--dir DIR]
 *
 * The resources are made here: observations of about 1.2 KB with 17 index rows in the proportions
 * of a real clinical record: some stand together (patient first), some spread (token hashes).
 * Prints one figure per line: name, value, unit. */
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/os.h"
#include "store/store.h"

enum { OBSERVATION = 1, PATIENT = 2, ENCOUNTER = 3, PER_PATIENT = 400, SUBMITTERS = 64, ROWS = 17 };

typedef struct options {
    uint32_t resources;
    double seconds;
    const char *dir;
} options;

static double now_s(void)
{
    return (double)ans_mono_us() / 1e6;
}

static void say(const char *name, double value, const char *unit)
{
    printf("%-44s %14.1f %s\n", name, value, unit);
    fflush(stdout);
}

static void must(ans_err err, ans_cx *cx, const char *doing)
{
    if (!err)
        return;
    fprintf(stderr, "%s: %s %.*s\n", doing, ans_err_name(err),
            cx && cx->last_ ? (int)cx->last_->text.n : 0, cx && cx->last_ ? cx->last_->text.p : "");
    exit(1);
}

static uint64_t mix(uint64_t x)
{
    x += UINT64_C(0x9E3779B97F4A7C15);
    x = (x ^ x >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ x >> 27) * UINT64_C(0x94D049BB133111EB);
    return x ^ x >> 31;
}

/* ---- resources ---- */

static ans_str uuid(ans_arena *a, uint64_t kind, uint64_t n)
{
    uint64_t h = mix(n * 8 + kind), l = mix(h);
    return ans_arena_fmt(a, "%08x-%04x-%04x-%04x-%012llx", (unsigned)(h >> 32),
                         (unsigned)(h >> 16 & 0xFFFF), (unsigned)(h & 0xFFFF), (unsigned)(l >> 48),
                         (unsigned long long)(l & 0xFFFFFFFFFFFF));
}

static ans_str body_of(ans_arena *a, uint64_t n)
{
    uint64_t r = mix(n);
    ans_str id = uuid(a, OBSERVATION, n), patient = uuid(a, PATIENT, n / PER_PATIENT);
    return ans_arena_fmt(
        a,
        "{\"resourceType\":\"Observation\",\"id\":\"%.*s\",\"status\":\"final\",\"category\":[{"
        "\"coding\":[{\"system\":"
        "\"http://terminology.hl7.org/CodeSystem/"
        "observation-category\",\"code\":\"vital-signs\",\"display\":\"vital-"
        "signs\"}]}],\"code\":{\"coding\":[{\"system\":\"http://"
        "loinc.org\",\"code\":\"%u-%u\",\"display\":\"Measurement "
        "number %u of the synthetic set\"}],\"text\":\"Measurement number %u of the synthetic "
        "set\"},\"subject\":{"
        "\"reference\":\"Patient/%.*s\"},\"encounter\":{\"reference\":\"Encounter/"
        "%.*s\"},\"effectiveDateTime\":\"20%02u-%02u-"
        "%02uT%02u:%02u:%02u+07:00\",\"issued\":\"20%02u-%02u-%02uT%02u:%02u:%02u.%03u+07:00\","
        "\"valueQuantity\":{\"value\":"
        "%u.%u,\"unit\":\"mm[Hg]\",\"system\":\"http://"
        "unitsofmeasure.org\",\"code\":\"mm[Hg]\"},\"component\":[{\"code\":{"
        "\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"8462-4\",\"display\":\"Diastolic "
        "Blood Pressure\"}]},"
        "\"valueQuantity\":{\"value\":%u.%u,\"unit\":\"mm[Hg]\",\"code\":\"mm[Hg]\"}}]}",
        ANS_FMT(id), (unsigned)(r % 90), (unsigned)(r % 7), (unsigned)(r % 90), (unsigned)(r % 90),
        ANS_FMT(patient), ANS_FMT(uuid(a, ENCOUNTER, n / 8)), (unsigned)(10 + r % 16),
        (unsigned)(1 + r / 16 % 12), (unsigned)(1 + r / 256 % 28), (unsigned)(r / 4096 % 24),
        (unsigned)(r / 65536 % 60), (unsigned)(r >> 20 & 31), (unsigned)(10 + r % 16),
        (unsigned)(1 + r / 16 % 12), (unsigned)(1 + r / 256 % 28), (unsigned)(r / 4096 % 24),
        (unsigned)(r / 65536 % 60), (unsigned)(r >> 20 & 31), (unsigned)(r >> 24 & 511),
        (unsigned)(r >> 32 & 255), (unsigned)(r >> 40 & 7), (unsigned)(r >> 44 & 127),
        (unsigned)(r >> 52 & 7));
}

static ans_str bytes_of(ans_arena *a, unsigned slot, uint64_t value, unsigned n)
{
    char p[16] = {(char)(slot >> 8), (char)slot};
    for (unsigned i = 0; i < n; i++)
        p[2 + i] = (char)(value >> 8 * (n - 1 - i));
    return ans_arena_dup(a, (ans_str){p, 2 + n});
}

/* 6 rows by patient (with code and date), 3 by encounter, 8 spread: about what search makes of an
 * observation. */
static ans_rows rows_of(ans_arena *a, uint64_t n)
{
    ans_row *row = ANS_NEW_N(a, ans_row, ROWS);
    uint64_t r = mix(n), date = 1262304000 + r % 500000000, code = mix(r % 90);
    for (unsigned i = 0; i < ROWS; i++) {
        if (i < 6) {
            ans_str tail = bytes_of(a, (unsigned)(code >> 8 * i & 0xFFFF), date, 4);
            row[i] = (ans_row){
                bytes_of(a, 10 + i, 0, 0), {PATIENT, uuid(a, PATIENT, n / PER_PATIENT)}, tail};
        } else if (i < 9) {
            row[i] = (ans_row){bytes_of(a, 10 + i, 0, 0),
                               {ENCOUNTER, uuid(a, ENCOUNTER, n / 8)},
                               bytes_of(a, i, date, 4)};
        } else if (i < 12) {
            row[i] =
                (ans_row){.head = bytes_of(a, 10 + i, code, 8), .tail = bytes_of(a, 0, date, 4)};
        } else if (i < 15) {
            row[i] = (ans_row){.head = bytes_of(a, 10 + i, date, 5)};
        } else {
            row[i] = (ans_row){.head = bytes_of(a, 10 + i, mix(n * 32 + i), 8)};
        }
    }
    return (ans_rows){row, ROWS};
}

static ans_err no_index(void *arg, ans_cx *cx, uint16_t type, ans_str body, ans_rows *out)
{
    (void)arg;
    (void)cx;
    (void)type;
    (void)body;
    *out = (ans_rows){0}; /* nothing is updated here */
    return ANS_OK;
}

static ans_change change_of(ans_arena *a, uint64_t n)
{
    ans_change c = {.ref = {OBSERVATION, uuid(a, OBSERVATION, n)},
                    .body = body_of(a, n),
                    .rows = rows_of(a, n)};
    c.hash = ans_hash_content(c.body);
    return c;
}

/* ---- the floor ---- */

static double syncs_per_second(const char *dir, double seconds)
{
    char path[300], page[4096] = {1};
    double start = now_s(), n = 0;
    (void)snprintf(path, sizeof path, "%s/floor", dir);
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    if (fd < 0)
        must(ANS_E_IO, NULL, path);
    for (; now_s() - start < seconds; n++) {
        if (write(fd, page, sizeof page) != (ssize_t)sizeof page || fdatasync(fd) != 0)
            must(ANS_E_IO, NULL, path);
    }
    close(fd);
    unlink(path);
    return n / (now_s() - start);
}

static double cpu_s(int who)
{
    struct rusage u;
    getrusage(who, &u);
    return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
           (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

/* ---- loading: one thread makes and submits, the writer follows ---- */

static atomic_uint in_flight, failed;

static void loaded(ans_txn *txn, ans_err err)
{
    if (err)
        atomic_fetch_add(&failed, 1);
    ans_arena_free(txn->cx->arena);
    atomic_fetch_sub(&in_flight, 1);
}

static void load_one(ans_store *store, uint64_t first, uint32_t count)
{
    ans_arena *a = ans_arena_new((size_t)64 << 20);
    ans_cx *cx = ANS_NEW(a, ans_cx);
    ans_txn *txn = ANS_NEW(a, ans_txn);
    *cx = (ans_cx){.arena = a};
    *txn = (ans_txn){
        .cx = cx, .changes = ANS_NEW_N(a, ans_change, count), .count = count, .done = loaded};
    for (uint32_t i = 0; i < count; i++)
        txn->changes[i] = change_of(a, first + i);
    atomic_fetch_add(&in_flight, 1);
    ans_store_submit(store, txn);
}

/* Also says what the writer thread spends: it is the one that cannot be had twice. */
static double load(ans_store *store, uint64_t from, uint64_t to)
{
    double start = now_s(), all = cpu_s(RUSAGE_SELF), own = cpu_s(RUSAGE_THREAD);
    for (uint64_t n = from; n < to; n += 100) {
        while (atomic_load(&in_flight) > 100)
            usleep(200);
        load_one(store, n, to - n < 100 ? (uint32_t)(to - n) : 100);
    }
    while (atomic_load(&in_flight) > 0)
        usleep(200);
    if (atomic_load(&failed))
        must(ANS_E_IO, NULL, "loading");
    all = cpu_s(RUSAGE_SELF) - all;
    own = cpu_s(RUSAGE_THREAD) - own;
    say("load: writer thread, processor time", (all - own) * 1e6 / (double)(to - from), "us");
    return (double)(to - from) / (now_s() - start);
}

/* ---- durable creates by many ---- */

typedef struct crowd {
    ans_store *store;
    atomic_uint_fast64_t next, done, cpu_us;
    double until;
} crowd;

static void *submitter(void *arg)
{
    crowd *c = arg;
    ans_cx cx = {.arena = ans_arena_new((size_t)16 << 20)};
    while (now_s() < c->until) {
        ans_change change = change_of(cx.arena, atomic_fetch_add(&c->next, 1));
        ans_txn txn = {.cx = &cx, .changes = &change, .count = 1};
        must(ans_store_commit(c->store, &txn), &cx, "creating");
        atomic_fetch_add(&c->done, 1);
        ans_arena_reset(cx.arena);
    }
    ans_arena_free(cx.arena);
    atomic_fetch_add(&c->cpu_us, (uint64_t)(cpu_s(RUSAGE_THREAD) * 1e6));
    return NULL;
}

static double creates_per_second(ans_store *store, uint64_t first, double seconds, int threads)
{
    pthread_t t[SUBMITTERS];
    double start = now_s(), all = cpu_s(RUSAGE_SELF);
    crowd c = {.store = store, .next = first, .until = start + seconds};
    for (int i = 0; i < threads; i++)
        pthread_create(&t[i], NULL, submitter, &c);
    for (int i = 0; i < threads; i++)
        pthread_join(t[i], NULL);
    double done = (double)atomic_load(&c.done), cpu = (cpu_s(RUSAGE_SELF) - all) * 1e6;
    say("creates: submitting threads, processor time", (double)atomic_load(&c.cpu_us) / done, "us");
    say("creates: writer thread, processor time", (cpu - (double)atomic_load(&c.cpu_us)) / done,
        "us");
    return (double)atomic_load(&c.done) / (now_s() - start);
}

/* ---- reading ---- */

static int by_value(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

static int64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void reads(ans_store *store, uint32_t resources)
{
    enum { N = 40000 };
    int64_t *ns = malloc(N * sizeof *ns);
    ans_cx cx = {.arena = ans_arena_new((size_t)16 << 20)};
    ans_reader *rd;
    ans_version v;
    must(ns ? ANS_OK : ANS_E_NOMEM, &cx, "reading");
    must(ans_reader_open(&cx, store, &rd), &cx, "reading");
    for (int i = 0; i < N; i++) {
        ans_ref ref = {OBSERVATION, uuid(cx.arena, OBSERVATION, mix((uint64_t)i) % resources)};
        int64_t start = now_ns();
        must(ans_store_read(&cx, rd, ref, &v), &cx, "reading");
        ns[i] = now_ns() - start;
        ans_arena_reset(cx.arena);
    }
    qsort(ns, N, sizeof *ns, by_value);
    say("read by id, p50", (double)ns[N / 2] / 1e3, "us");
    say("read by id, p99", (double)ns[N / 100 * 99] / 1e3, "us");
    must(ans_reader_begin(&cx, rd), &cx, "reading");
    for (int i = 0; i < N; i++) {
        int64_t start = now_ns();
        ans_err err =
            ans_store_read_rid(&cx, rd, (ans_rid)(1 + mix((uint64_t)i) % resources), true, &v);
        must(err == ANS_E_NOTFOUND ? ANS_OK : err, &cx,
             "reading"); /* some numbers are only referred to */
        ns[i] = now_ns() - start;
        ans_arena_reset(cx.arena);
    }
    qsort(ns, N, sizeof *ns, by_value);
    say("read by number in a snapshot, p50", (double)ns[N / 2] / 1e3, "us");
    ans_reader_close(rd);
    ans_arena_free(cx.arena);
    free(ns);
}

static void walks(ans_store *store)
{
    ans_cx cx = {.arena = ans_arena_new((size_t)16 << 20)};
    ans_reader *rd;
    ans_cursor *cur;
    ans_str row;
    uint64_t n = 0, count;
    must(ans_reader_open(&cx, store, &rd), &cx, "walking");
    must(ans_reader_begin(&cx, rd), &cx, "walking");
    double start = now_s();
    must(ans_store_count_rows(&cx, rd, ANS_STR("\0"), ANS_STR("\xff"), 0, &count), &cx, "counting");
    say("count rows, first time", (double)count / (now_s() - start) / 1e6, "M/s");
    start = now_s();
    must(ans_store_count_rows(&cx, rd, ANS_STR("\0\x0a"), ANS_STR("\0\x0b"), 0, &count), &cx,
         "counting");
    say("count rows of one slot", (double)count / (now_s() - start) / 1e6, "M/s");
    must(ans_cursor_open(&cx, rd, ANS_STR("\0\x0b"), ANS_STR("\0\x10"), &cur), &cx, "walking");
    start = now_s();
    must(ans_cursor_seek(&cx, cur, ANS_STR_NONE, &row), &cx, "walking");
    for (; row.p && n < 3000000; n++)
        must(ans_cursor_next(&cx, cur, &row), &cx, "walking");
    say("cursor steps", (double)n / (now_s() - start) / 1e6, "M/s");
    start = now_s();
    for (n = 0; n < 100000; n++) {
        char key[6] = {0, 0x0b, (char)(mix(n) >> 16), (char)(mix(n) >> 8), (char)mix(n), 0};
        key[2] = 0;
        must(ans_cursor_seek(&cx, cur, (ans_str){key, 6}, &row), &cx, "seeking");
    }
    say("cursor seeks at random", (double)n / (now_s() - start) / 1e3, "k/s");
    ans_cursor_close(cur);
    ans_reader_close(rd);
    ans_arena_free(cx.arena);
}

/* ---- all ---- */

static double rss_mb(void)
{
    FILE *f = fopen("/proc/self/statm", "r");
    long pages = 0, resident = 0;
    if (!f)
        return 0;
    if (fscanf(f, "%ld %ld", &pages, &resident) != 2)
        resident = 0;
    fclose(f);
    return (double)resident * (double)sysconf(_SC_PAGESIZE) / 1048576;
}

static ans_store *open_store(ans_cx *cx, const char *dir, const char *space, bool sync_normal)
{
    ans_store *store;
    ans_store_options o = {
        .dir = dir, .space = space, .create = true, .index = no_index, .sync_normal = sync_normal};
    o.dictionary = body_of(cx->arena, 12345);
    must(ans_store_open(cx, &o, &store), cx, "opening");
    return store;
}

static void bench(const options *o)
{
    ans_cx cx = {.arena = ans_arena_new((size_t)16 << 20)};
    double floor = syncs_per_second(o->dir, 1);
    ans_store_stats s;
    say("floor: write 4 KiB + fdatasync", floor, "/s");
    ans_store *store = open_store(&cx, o->dir, "main", false);
    say("load in transactions of 100", load(store, 0, o->resources), "/s");
    say("resident after loading", rss_mb(), "MB");
    ans_store_close(store);
    int64_t start = ans_mono_us();
    store = open_store(&cx, o->dir, "main", false);
    say("open an existing store", (double)(ans_mono_us() - start) / 1e3, "ms");
    ans_store_stats_get(store, &s);
    say("bytes on disk per resource", (double)s.file_bytes / o->resources, "B");
    reads(store, o->resources);
    walks(store);
    say("resident after reading", rss_mb(), "MB");
    double creates = creates_per_second(store, o->resources, o->seconds, SUBMITTERS);
    say("durable creates, 64 submitters", creates, "/s");
    say("  of the floor", creates / floor, "x");
    say("durable creates, 1 submitter", creates_per_second(store, (uint64_t)o->resources * 2, 1, 1),
        "/s");
    say("load on top, in transactions of 100",
        load(store, (uint64_t)o->resources * 3, (uint64_t)o->resources * 3 + 50000), "/s");
    say("resident at the end", rss_mb(), "MB");
    ans_store_close(store);
    store = open_store(&cx, o->dir, "normal", true);
    say("synchronous=NORMAL: 64 submitters", creates_per_second(store, 0, o->seconds, SUBMITTERS),
        "/s");
    ans_store_close(store);
    ans_arena_free(cx.arena);
}

int main(int argc, char **argv)
{
    char made[200], command[300];
    options o = {.resources = 100000, .seconds = 3};
    for (int i = 1; i + 1 < argc; i += 2) {
        uint64_t n;
        if (strcmp(argv[i], "--resources") == 0 && ans_str_u64(ans_str_of(argv[i + 1]), &n))
            o.resources = (uint32_t)n;
        else if (strcmp(argv[i], "--seconds") == 0 && ans_str_u64(ans_str_of(argv[i + 1]), &n))
            o.seconds = (double)n;
        else if (strcmp(argv[i], "--dir") == 0)
            o.dir = argv[i + 1];
        else
            return fprintf(stderr,
                           "usage: bench_store [--resources N] [--seconds S] [--dir DIR]\n"),
                   2;
    }
    if (o.dir) {
        bench(&o);
        return 0;
    }
    (void)snprintf(made, sizeof made, "%s/ansinh-bench-XXXXXX", P_tmpdir);
    if (!mkdtemp(made))
        return 1;
    o.dir = made;
    bench(&o);
    (void)snprintf(command, sizeof command, "rm -rf '%s'", made);
    return system(command) != 0;
}
