/* The store's floor: SQLite alone doing the same inserts. Nothing is parsed, indexed, packed or answered here: the rows of a
 * store made before are read into memory and written again into an empty file with the same tables, in the order of the log, so
 * many resources a transaction, synchronous=FULL (or as told).
 *
 *     bench_sqlite_floor STORE.db DIR [--resources N] [--batch N] [--seconds S] [--sync full|normal]
 *
 * Prints resources per second. docs/schema.md tells the tables; the last four bytes of an index row name its owner. */
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MOST_COLUMNS = 9, CACHE_KIB = 48 << 10 };

typedef struct cell {
    int kind; /* SQLITE_INTEGER, SQLITE_TEXT, SQLITE_BLOB, SQLITE_NULL */
    int64_t number;
    const char *bytes;
    int n;
} cell;

typedef struct key {
    const char *bytes;
    int n;
} key;

typedef struct item { /* one resource: its number, its first version, its index rows */
    cell resource[4], version[MOST_COLUMNS];
    uint32_t first_key, key_count;
} item;

typedef struct floor_run {
    sqlite3 *from, *to;
    item *items;
    uint32_t *of_rid; /* rid -> item + 1 */
    key *keys;
    uint32_t count, cap, batch;
    int64_t rids;
    sqlite3_stmt *add_resource, *add_version, *add_key;
    key *sorted;
} floor_run;

static void die(sqlite3 *db, const char *what)
{
    fprintf(stderr, "bench_sqlite_floor: %s: %s\n", what, db ? sqlite3_errmsg(db) : "no memory");
    exit(1);
}

static void *room(size_t bytes)
{
    void *p = calloc(1, bytes ? bytes : 1);
    if (!p) {
        die(NULL, "reading");
    }
    return p;
}

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *st;
    if (sqlite3_prepare_v2(db, sql, -1, &st, NULL) != SQLITE_OK) {
        die(db, sql);
    }
    return st;
}

static void execute(sqlite3 *db, const char *sql)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) {
        die(db, sql);
    }
}

static int64_t number(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *st = prepare(db, sql);
    int64_t n = sqlite3_step(st) == SQLITE_ROW ? sqlite3_column_int64(st, 0) : 0;
    sqlite3_finalize(st);
    return n;
}

/* ---- reading ---- */

static cell take(sqlite3_stmt *st, int at)
{
    cell c = {.kind = sqlite3_column_type(st, at)};
    if (c.kind == SQLITE_INTEGER) {
        c.number = sqlite3_column_int64(st, at);
    } else if (c.kind != SQLITE_NULL) {
        const void *p = sqlite3_column_blob(st, at);
        c.n = sqlite3_column_bytes(st, at);
        char *copy = room((size_t)c.n);
        if (c.n > 0) {
            memcpy(copy, p, (size_t)c.n);
        }
        c.bytes = copy;
    }
    return c;
}

static void read_items(floor_run *f)
{
    char sql[400];
    (void)snprintf(sql, sizeof sql,
                   "SELECT r.rid, r.type, r.pos, r.id, v.pos, v.rid, v.vid, v.type, v.prev, v.when_us, v.hash, v.dict, v.body FROM version v"
                   " JOIN resource r ON r.rid = v.rid WHERE v.vid = 1 AND r.pos = v.pos ORDER BY v.pos LIMIT %u",
                   f->cap);
    sqlite3_stmt *st = prepare(f->from, sql);
    f->rids = number(f->from, "SELECT max(rid) FROM resource");
    f->items = room(f->cap * sizeof *f->items);
    f->of_rid = room(((size_t)f->rids + 1) * sizeof *f->of_rid);
    while (sqlite3_step(st) == SQLITE_ROW) {
        item *it = &f->items[f->count++];
        for (int i = 0; i < 4; i++) {
            it->resource[i] = take(st, i);
        }
        for (int i = 0; i < MOST_COLUMNS; i++) {
            it->version[i] = take(st, 4 + i);
        }
        f->of_rid[it->resource[0].number] = f->count;
    }
    sqlite3_finalize(st);
    if (f->count == 0) {
        die(NULL, "the store holds nothing");
    }
}

static item *owner(const floor_run *f, sqlite3_stmt *st)
{
    const uint8_t *p = sqlite3_column_blob(st, 0);
    int n = sqlite3_column_bytes(st, 0);
    uint32_t rid = n < 4 ? 0 : (uint32_t)p[n - 4] << 24 | (uint32_t)p[n - 3] << 16 | (uint32_t)p[n - 2] << 8 | p[n - 1];
    uint32_t at = rid && rid <= f->rids ? f->of_rid[rid] : 0;
    return at ? &f->items[at - 1] : NULL;
}

/* Twice through the index: once to count each resource's rows, once to put them where they belong. */
static void read_keys(floor_run *f)
{
    uint32_t sum = 0;
    for (int round = 0; round < 2; round++) {
        sqlite3_stmt *st = prepare(f->from, "SELECT k FROM key");
        while (sqlite3_step(st) == SQLITE_ROW) {
            item *it = owner(f, st);
            if (it && round == 1) {
                cell c = take(st, 0);
                f->keys[it->first_key + it->key_count] = (key){c.bytes, c.n};
            }
            if (it) {
                it->key_count++;
            }
        }
        sqlite3_finalize(st);
        for (uint32_t i = 0; round == 0 && i < f->count; i++) {
            f->items[i].first_key = sum;
            sum += f->items[i].key_count;
            f->items[i].key_count = 0;
        }
        f->keys = round == 0 ? room(sum * sizeof *f->keys) : f->keys;
    }
    f->sorted = room(sum * sizeof *f->sorted);
}

/* ---- writing ---- */

static void copy_tables(floor_run *f)
{
    sqlite3_stmt *st = prepare(f->from, "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND tbl_name IN ('resource', 'version', 'key')");
    while (sqlite3_step(st) == SQLITE_ROW) {
        execute(f->to, (const char *)sqlite3_column_text(st, 0));
    }
    sqlite3_finalize(st);
}

static void bind(sqlite3_stmt *st, int at, const cell *c)
{
    if (c->kind == SQLITE_INTEGER) {
        sqlite3_bind_int64(st, at, c->number);
    } else if (c->kind == SQLITE_TEXT) {
        sqlite3_bind_text(st, at, c->bytes, c->n, SQLITE_STATIC);
    } else if (c->kind == SQLITE_BLOB) {
        sqlite3_bind_blob(st, at, c->bytes, c->n, SQLITE_STATIC);
    } else {
        sqlite3_bind_null(st, at);
    }
}

static void add(floor_run *f, sqlite3_stmt *st, const cell *cells, int count)
{
    for (int i = 0; i < count; i++) {
        bind(st, i + 1, &cells[i]);
    }
    if (sqlite3_step(st) != SQLITE_DONE || sqlite3_reset(st) != SQLITE_OK) {
        die(f->to, "inserting");
    }
}

static int by_bytes(const void *a, const void *b)
{
    const key *x = a, *y = b;
    int c = memcmp(x->bytes, y->bytes, (size_t)(x->n < y->n ? x->n : y->n));
    return c ? c : x->n - y->n;
}

static void write_batch(floor_run *f, uint32_t from, uint32_t to)
{
    uint32_t n = 0;
    execute(f->to, "BEGIN IMMEDIATE");
    for (uint32_t i = from; i < to; i++) {
        item *it = &f->items[i];
        add(f, f->add_resource, it->resource, 4);
        add(f, f->add_version, it->version, MOST_COLUMNS);
        memcpy(f->sorted + n, f->keys + it->first_key, it->key_count * sizeof *f->keys);
        n += it->key_count;
    }
    qsort(f->sorted, n, sizeof *f->sorted, by_bytes);
    for (uint32_t i = 0; i < n; i++) {
        sqlite3_bind_blob(f->add_key, 1, f->sorted[i].bytes, f->sorted[i].n, SQLITE_STATIC);
        if (sqlite3_step(f->add_key) != SQLITE_DONE || sqlite3_reset(f->add_key) != SQLITE_OK) {
            die(f->to, "inserting");
        }
    }
    execute(f->to, "COMMIT");
}

static void open_target(floor_run *f, const char *dir, const char *sync)
{
    char path[1024], pragmas[300];
    (void)snprintf(path, sizeof path, "%s/floor.db", dir);
    (void)remove(path);
    if (sqlite3_open(path, &f->to) != SQLITE_OK) {
        die(f->to, path);
    }
    (void)snprintf(pragmas, sizeof pragmas,
                   "PRAGMA page_size = 4096; PRAGMA journal_mode = WAL; PRAGMA synchronous = %s; PRAGMA cache_size = -%d;"
                   " PRAGMA wal_autocheckpoint = 65536",
                   sync, CACHE_KIB);
    execute(f->to, pragmas);
    copy_tables(f);
    f->add_resource = prepare(f->to, "INSERT INTO resource(rid, type, pos, id) VALUES(?1, ?2, ?3, ?4)");
    f->add_version = prepare(f->to, "INSERT INTO version(pos, rid, vid, type, prev, when_us, hash, dict, body)"
                                    " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");
    f->add_key = prepare(f->to, "INSERT INTO key(k) VALUES(?1)");
}

static void close_target(floor_run *f, const char *dir)
{
    char path[1024];
    sqlite3_finalize(f->add_resource);
    sqlite3_finalize(f->add_version);
    sqlite3_finalize(f->add_key);
    sqlite3_close(f->to);
    (void)snprintf(path, sizeof path, "%s/floor.db", dir);
    (void)remove(path);
}

int main(int argc, char **argv)
{
    floor_run f = {.cap = 100000, .batch = 64};
    const char *sync = "FULL";
    double seconds = 1e9;
    if (argc < 3 || argc % 2 == 0) {
        return fprintf(stderr, "usage: bench_sqlite_floor STORE.db DIR [--resources N] [--batch N] [--seconds S] [--sync full|normal]\n"), 2;
    }
    for (int i = 3; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--resources") == 0) {
            f.cap = (uint32_t)strtoul(argv[i + 1], NULL, 10);
        } else if (strcmp(argv[i], "--batch") == 0) {
            f.batch = (uint32_t)strtoul(argv[i + 1], NULL, 10);
        } else if (strcmp(argv[i], "--seconds") == 0) {
            seconds = strtod(argv[i + 1], NULL);
        } else if (strcmp(argv[i], "--sync") == 0) {
            sync = strcmp(argv[i + 1], "normal") == 0 ? "NORMAL" : "FULL";
        }
    }
    if (f.cap == 0 || f.batch == 0) {
        return fprintf(stderr, "bench_sqlite_floor: --resources and --batch are at least 1\n"), 2;
    }
    if (sqlite3_open_v2(argv[1], &f.from, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK) {
        die(f.from, argv[1]);
    }
    read_items(&f);
    read_keys(&f);
    open_target(&f, argv[2], sync);
    uint32_t done = 0;
    double start = now_s();
    while (done < f.count && now_s() - start < seconds) {
        uint32_t to = done + f.batch < f.count ? done + f.batch : f.count;
        write_batch(&f, done, to);
        done = to;
    }
    printf("%.0f\n", done / (now_s() - start));
    close_target(&f, argv[2]);
    sqlite3_close(f.from);
    return 0;
}
