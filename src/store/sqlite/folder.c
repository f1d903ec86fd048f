/* The data folder: FORMAT (one line, written last, so a folder without it is not a store yet),
 * <space>.db with SQLite's own -wal and -shm beside it, <space>.lock.
 *
 * The lock is taken through SQLite's file door as well: POSIX locks vanish when any descriptor of
 * the file is closed anywhere in the process, and SQLite's unix layer knows how to live with that.
 * The holder's pid stands in the file. */
#include "store/sqlite/sqlite_int.h"

#include <stdio.h>
#include <unistd.h>

enum { FORMAT_MAX_BYTES = 4096, WRITE_CACHE_KIB = 48 << 10, READ_CACHE_KIB = 8 << 10 };

static const char FORMAT_HEAD[] = "ansinh-store ";

/* ---- names of files ---- */

static char *text_new(const char *text)
{
    size_t n = strlen(text) + 1;
    char *p = ans_alloc(n);

    return p ? memcpy(p, text, n) : NULL;
}

static char *path_new(const char *dir, const char *name, const char *end)
{
    size_t n = strlen(dir) + strlen(name) + strlen(end) + 2;
    char *p = ans_alloc(n);

    if (p)
        (void)snprintf(p, n, "%s/%s%s", dir, name, end);
    return p;
}

static bool is_space_name(const char *name)
{
    size_t n = strlen(name);

    for (size_t i = 0; i < n; i++) {
        char c = name[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-' && c != '_')
            return false;
    }
    return n > 0 && n <= 32;
}

void sq_folder_free(sq_folder *f)
{
    if (!f)
        return;
    sq_pending_forget(f);
    pthread_mutex_destroy(&f->views_lock);
    ans_free(f->dir);
    ans_free(f->space);
    ans_free(f->db_path);
    ans_free(f->lock_path);
    ans_free(f->format_path);
    ans_free(f);
}

ans_err sq_folder_new(ans_cx *cx, const ans_store_options *o, sq_folder **out)
{
    const char *space = o->space ? o->space : "main";
    sq_folder *f;

    if (!o->dir || !is_space_name(space))
        return ans_issue_add(cx, ANS_E_INVALID, ANS_STR_NONE,
                             "a store needs a folder, and a name of at most 32 of a-z 0-9 - _");
    f = ans_alloc(sizeof *f);
    if (!f)
        return ans_issue_add(cx, ANS_E_NOMEM, ANS_STR_NONE, "no memory for the store");
    *f = (sq_folder){.sync_normal = o->sync_normal};
    pthread_mutex_init(&f->views_lock, NULL);
    f->dir = text_new(o->dir);
    f->space = text_new(space);
    f->db_path = path_new(o->dir, space, ".db");
    f->lock_path = path_new(o->dir, space, ".lock");
    f->format_path = path_new(o->dir, "FORMAT", "");
    if (!f->dir || !f->space || !f->db_path || !f->lock_path || !f->format_path) {
        sq_folder_free(f);
        return ans_issue_add(cx, ANS_E_NOMEM, ANS_STR_NONE, "no memory for the store");
    }
    *out = f;
    return ANS_OK;
}

/* ---- the format ---- */

static ans_err too_new(ans_cx *cx, const char *path, uint64_t found)
{
    return ans_issue_add(
        cx, ANS_E_UNSUPPORTED, ANS_STR_NONE,
        "%s is of format %llu; this program knows formats up to %u: use a newer program", path,
        (unsigned long long)found, ANS_STORE_FORMAT);
}

/* *out 0: there is no FORMAT file. */
static ans_err read_format(ans_cx *cx, const sq_folder *f, uint64_t *out)
{
    ans_str text, head = ANS_STR(FORMAT_HEAD), number;
    ans_err err;

    *out = 0;
    if (!ans_file_exists(f->format_path))
        return ANS_OK;
    err = ans_file_read(cx, f->format_path, FORMAT_MAX_BYTES, &text);
    if (err)
        return err;
    ans_str_cut(&text, '\n', &number);
    if (!ans_str_starts(number, head) || !ans_str_u64(ans_str_from(number, head.n), out) ||
        *out == 0)
        return ans_issue_add(cx, ANS_E_CORRUPT, ANS_STR_NONE, "%s cannot be understood",
                             f->format_path);
    return *out > ANS_STORE_FORMAT ? too_new(cx, f->format_path, *out) : ANS_OK;
}

ans_err sq_write_format(ans_cx *cx, const char *path)
{
    ans_str text = ans_arena_fmt(cx->arena, "%s%u\n", FORMAT_HEAD, ANS_STORE_FORMAT);

    return text.p ? ans_file_replace(cx, path, text) : ans_cx_nomem(cx);
}

/* ---- plain files through SQLite's door ---- */

void sq_file_close(sq_file *file)
{
    if (file->f && file->f->pMethods)
        file->f->pMethods->xClose(file->f);
    ans_free(file->f);
    sqlite3_free_filename(file->name);
    *file = (sq_file){0};
}

/* The name must live as long as the file: SQLite's layer keeps the pointer. */
int sq_file_open(const char *path, int flags, sq_file *out)
{
    sqlite3_vfs *vfs = sqlite3_vfs_find(ANS_VFS_NAME);
    sq_file file = {.f = ans_alloc((size_t)vfs->szOsFile)};
    int rc = SQLITE_NOMEM;

    file.name = sqlite3_create_filename(path, "", "", 0, NULL);
    if (file.f)
        memset(file.f, 0, (size_t)vfs->szOsFile);
    if (file.f && file.name)
        rc = vfs->xOpen(vfs, file.name, file.f, flags | SQLITE_OPEN_MAIN_DB, NULL);
    if (rc == SQLITE_OK)
        *out = file;
    else
        sq_file_close(&file);
    return rc;
}

int sq_file_delete(const char *path)
{
    sqlite3_vfs *vfs = sqlite3_vfs_find(ANS_VFS_NAME);

    return vfs->xDelete(vfs, path, 1);
}

static uint32_t big_endian(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* Look at a database's first bytes without letting SQLite touch it: its version and owner stand at
 * 60 and 68. */
static ans_err peek(ans_cx *cx, const sq_folder *f)
{
    uint8_t head[100];
    sq_file file;
    sqlite3_int64 size = 0;
    int rc = sq_file_open(f->db_path, SQLITE_OPEN_READONLY, &file);

    if (rc != SQLITE_OK)
        return sq_fail(cx, NULL, rc, "opening the store's file");
    rc = file.f->pMethods->xFileSize(file.f, &size);
    if (rc == SQLITE_OK && size >= (sqlite3_int64)sizeof head)
        rc = file.f->pMethods->xRead(file.f, head, sizeof head, 0);
    sq_file_close(&file);
    if (rc != SQLITE_OK)
        return sq_fail(cx, NULL, rc, "reading the store's file");
    if (size < (sqlite3_int64)sizeof head)
        return ANS_OK; /* not written yet, or all of it in the log: looked at again after opening */
    if (memcmp(head, "SQLite format 3", 16) != 0)
        return ans_issue_add(cx, ANS_E_CORRUPT, ANS_STR_NONE, "%s is not a store", f->db_path);
    if (big_endian(head + 60) > ANS_STORE_FORMAT)
        return too_new(cx, f->db_path, big_endian(head + 60));
    if (big_endian(head + 60) > 0 && big_endian(head + 68) != ANS_SQLITE_APP_ID)
        return ans_issue_add(cx, ANS_E_CORRUPT, ANS_STR_NONE, "%s belongs to another program",
                             f->db_path);
    return ANS_OK;
}

/* ---- the lock ---- */

static ans_err busy(ans_cx *cx, const sq_folder *f, sqlite3_file *file)
{
    char text[24] = {0};
    uint64_t pid = 0;
    int rc = file->pMethods->xRead(file, text, sizeof text - 1, 0);
    ans_str line = ans_str_of(text), number;

    ans_str_cut(&line, '\n', &number);
    if ((rc == SQLITE_OK || rc == SQLITE_IOERR_SHORT_READ) && ans_str_u64(number, &pid))
        return ans_issue_add(cx, ANS_E_BUSY, ANS_STR_NONE, "process %llu holds %s",
                             (unsigned long long)pid, f->lock_path);
    return ans_issue_add(cx, ANS_E_BUSY, ANS_STR_NONE, "another process holds %s", f->lock_path);
}

static int lock_and_sign(sqlite3_file *f)
{
    char text[24];
    int n = snprintf(text, sizeof text, "%ld\n", (long)getpid());
    int rc = f->pMethods->xLock(f, SQLITE_LOCK_SHARED);

    if (rc == SQLITE_OK)
        rc = f->pMethods->xLock(f, SQLITE_LOCK_RESERVED);
    if (rc == SQLITE_OK)
        rc = f->pMethods->xLock(f, SQLITE_LOCK_EXCLUSIVE);
    if (rc == SQLITE_OK)
        rc = f->pMethods->xTruncate(f, 0);
    if (rc == SQLITE_OK)
        rc = f->pMethods->xWrite(f, text, n, 0);
    return rc;
}

static ans_err take_lock(ans_cx *cx, sq_folder *f)
{
    sq_file file;
    ans_err err;
    int rc = sq_file_open(f->lock_path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, &file);

    if (rc != SQLITE_OK)
        return sq_fail(cx, NULL, rc, "opening the store's lock");
    rc = lock_and_sign(file.f);
    if (rc == SQLITE_OK) {
        f->lock = file;
        return ANS_OK;
    }
    err = (rc & 0xFF) == SQLITE_BUSY ? busy(cx, f, file.f)
                                     : sq_fail(cx, NULL, rc, "locking the store");
    file.f->pMethods->xUnlock(file.f, SQLITE_LOCK_NONE);
    sq_file_close(&file);
    return err;
}

static void drop_lock(sq_folder *f)
{
    if (!f->lock.f)
        return;
    f->lock.f->pMethods->xUnlock(f->lock.f, SQLITE_LOCK_NONE);
    sq_file_close(&f->lock);
}

/* ---- tables ---- */

static const char TABLES[] =
    "CREATE TABLE resource(rid INTEGER PRIMARY KEY, type INTEGER NOT NULL, pos INTEGER NOT NULL, "
    "id NOT NULL);"
    "CREATE TABLE place(type INTEGER NOT NULL, id NOT NULL, rid INTEGER NOT NULL, pos INTEGER NOT "
    "NULL,"
    " PRIMARY KEY(type, id)) WITHOUT ROWID;"
    "CREATE TABLE version(pos INTEGER PRIMARY KEY, rid INTEGER NOT NULL, vid INTEGER NOT NULL,"
    " type INTEGER NOT NULL, prev INTEGER, when_us INTEGER NOT NULL, hash BLOB, dict INTEGER, body "
    "BLOB);"
    "CREATE UNIQUE INDEX version_rid ON version(rid, vid) WHERE vid > 1;"
    "CREATE INDEX version_type ON version(type);"
    "CREATE TABLE key(k BLOB NOT NULL PRIMARY KEY) WITHOUT ROWID;"
    "CREATE TABLE name(number INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);"
    "CREATE TABLE meta(key TEXT NOT NULL PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE dict(number INTEGER PRIMARY KEY, bytes BLOB NOT NULL);";

/* Index rows on their way into `key`: since format 2. */
static const char PENDING_TABLE[] =
    "CREATE TABLE IF NOT EXISTS pending(seq INTEGER PRIMARY KEY, ops BLOB NOT NULL);";

/* The journal's. A store that was made before it gets them when it is opened for writing. */
static const char JOURNAL_TABLES[] =
    "CREATE TABLE IF NOT EXISTS journal(seq INTEGER PRIMARY KEY, count INTEGER NOT NULL,"
    " from_us INTEGER NOT NULL, to_us INTEGER NOT NULL, hash BLOB NOT NULL, keys BLOB NOT NULL,"
    " dict INTEGER, body BLOB NOT NULL);"
    "CREATE TABLE IF NOT EXISTS journal_group(seq INTEGER PRIMARY KEY, last INTEGER NOT NULL,"
    " keys BLOB NOT NULL);"
    "CREATE TABLE IF NOT EXISTS journal_head(seq INTEGER PRIMARY KEY, prev INTEGER NOT NULL,"
    " when_us INTEGER NOT NULL, hash BLOB NOT NULL, key_id BLOB NOT NULL, signature BLOB NOT "
    "NULL);";

static ans_err ask_pragma(ans_cx *cx, sq_conn *c, const char *sql, int64_t *out)
{
    sqlite3_stmt *st = NULL;
    int rc = sqlite3_prepare_v2(c->db, sql, -1, &st, NULL);

    if (rc == SQLITE_OK) {
        rc = sqlite3_step(st);
        *out = rc == SQLITE_ROW ? sqlite3_column_int64(st, 0) : 0;
    }
    ans_err err = rc == SQLITE_ROW || rc == SQLITE_DONE
                      ? ANS_OK
                      : sq_fail(cx, c, rc, "reading the store's file");
    sqlite3_finalize(st);
    return err;
}

static ans_err add_dictionary(ans_cx *cx, sq_conn *c, ans_str bytes)
{
    sqlite3_stmt *st;
    ans_err err = sq_prepare(cx, c, SQ_DICT_ADD, &st);

    if (err)
        return err;
    sqlite3_bind_int(st, 1, 1);
    sq_bind_blob(st, 2, bytes);
    return sq_run(cx, c, st);
}

static ans_err make_tables(ans_cx *cx, sq_conn *c, const ans_store_options *o)
{
    uint8_t key[16];
    ans_err err = sq_exec(cx, c, TABLES);

    ans_random(key, sizeof key);
    if (!err)
        err = sq_meta_set(cx, c, ANS_STR("hash-key"), (ans_str){(const char *)key, sizeof key});
    if (!err && o->dictionary.n > 0)
        err = add_dictionary(cx, c, o->dictionary);
    return err;
}

static ans_err in_one_go(ans_cx *cx, sq_conn *c, const ans_store_options *o)
{
    ans_str pragmas =
        ans_arena_fmt(cx->arena, "PRAGMA application_id = %d; PRAGMA user_version = %u",
                      ANS_SQLITE_APP_ID, ANS_STORE_FORMAT);
    ans_err err = pragmas.p ? sq_exec(cx, c, "BEGIN IMMEDIATE") : ans_cx_nomem(cx);

    if (!err && o)
        err = make_tables(cx, c, o);
    if (!err)
        err = sq_exec(cx, c, JOURNAL_TABLES);
    if (!err)
        err = sq_exec(cx, c, PENDING_TABLE);
    if (!err)
        err = sq_exec(cx, c, pragmas.p);
    if (!err)
        err = sq_write_commit(cx, c);
    if (err)
        sq_write_rollback(c);
    return err;
}

/* What an older program made gets what it lacks when it is opened for writing. */
static ans_err know_tables(ans_cx *cx, sq_conn *c, sq_folder *f, const ans_store_options *o, int64_t version)
{
    int64_t tables = 0;
    ans_err err =
        ask_pragma(cx, c, "SELECT count(*) FROM sqlite_schema WHERE name LIKE 'journal%'", &tables);

    if (!err && (tables < 3 || version < ANS_STORE_FORMAT) && !o->read_only)
        err = in_one_go(cx, c, NULL);
    f->has_pending = version >= ANS_STORE_FORMAT || !o->read_only;
    f->has_journal = tables >= 3 || !o->read_only;
    return err;
}

/* All of a new store's content in one transaction: it is whole or it is not there. */
static ans_err make_or_know(ans_cx *cx, sq_conn *c, sq_folder *f, const ans_store_options *o)
{
    int64_t version = 0, app = 0;
    ans_err err = ask_pragma(cx, c, "PRAGMA user_version", &version);

    if (!err)
        err = ask_pragma(cx, c, "PRAGMA application_id", &app);
    if (err)
        return err;
    if (version > ANS_STORE_FORMAT)
        return too_new(cx, f->db_path, (uint64_t)version);
    if (version > 0)
        return app == ANS_SQLITE_APP_ID
                   ? know_tables(cx, c, f, o, version)
                   : ans_issue_add(cx, ANS_E_CORRUPT, ANS_STR_NONE, "%s belongs to another program",
                                   f->db_path);
    if (!o->create || o->read_only)
        return ans_issue_add(cx, ANS_E_NOTFOUND, ANS_STR_NONE, "%s holds no store", f->dir);
    f->has_journal = f->has_pending = true;
    return in_one_go(cx, c, o);
}

/* ---- connections ---- */

static ans_err tune(ans_cx *cx, sq_conn *c, int cache_kib)
{
    char sql[200];

    (void)snprintf(sql, sizeof sql,
                   "PRAGMA cache_size = -%d; PRAGMA mmap_size = 0; PRAGMA secure_delete = OFF",
                   cache_kib);
    return sq_exec(cx, c, sql);
}

static int count_frames(void *arg, sqlite3 *db, const char *name, int frames)
{
    sq_conn *c = arg;
    uint64_t bytes = (uint64_t)frames * (4096 + 24);

    (void)db;
    (void)name;
    c->wal_frames = frames;
    if (bytes > atomic_load_explicit(&c->folder->wal_bytes, memory_order_relaxed))
        atomic_store_explicit(&c->folder->wal_bytes, bytes, memory_order_relaxed);
    return SQLITE_OK;
}

static ans_err set_wal(ans_cx *cx, sq_conn *c)
{
    sqlite3_stmt *st = NULL;
    bool is_wal = false;
    ans_err err = sq_exec(cx, c, "PRAGMA page_size = 4096; PRAGMA wal_autocheckpoint = 0");
    int rc;

    if (err)
        return err;
    rc = sqlite3_prepare_v2(c->db, "PRAGMA journal_mode = WAL", -1, &st, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_step(st);
    if (rc == SQLITE_ROW)
        is_wal = ans_str_is(ans_str_of((const char *)sqlite3_column_text(st, 0)), "wal");
    sqlite3_finalize(st);
    if (rc != SQLITE_ROW)
        return sq_fail(cx, c, rc, "opening the store's log");
    if (!is_wal)
        return ans_issue_add(cx, ANS_E_IO, ANS_STR_NONE,
                             "the file system cannot carry a write-ahead log");
    return ANS_OK;
}

/* The checkpoint is the writer thread's business (care.c), never a by-product of a commit. */
static ans_err make_writer(ans_cx *cx, sq_folder *f, const ans_store_options *o, sq_conn **out)
{
    sq_conn *c = NULL;
    ans_err err = sq_conn_new(cx, f, f->db_path,
                              SQLITE_OPEN_READWRITE | (o->create ? SQLITE_OPEN_CREATE : 0), &c);

    if (!err)
        err = set_wal(cx, c);
    if (!err)
        err = sq_exec(cx, c,
                      o->sync_normal ? "PRAGMA synchronous = NORMAL" : "PRAGMA synchronous = FULL");
    if (!err)
        err = tune(cx, c, WRITE_CACHE_KIB);
    if (!err)
        err = make_or_know(cx, c, f, o);
    if (err) {
        sq_conn_free(c);
        return err;
    }
    c->wal_frames =
        1; /* perhaps more: what a killed process left is tidied up when we are first idle */
    sqlite3_wal_hook(c->db, count_frames, c);
    if (!o->sync_normal)
        ans_vfs_gather(c->db);
    *out = c;
    return ANS_OK;
}

static ans_err make_reader(ans_cx *cx, sq_folder *f, sq_conn **out)
{
    sq_conn *c = NULL;
    ans_err err = sq_conn_new(cx, f, f->db_path, SQLITE_OPEN_READONLY, &c);

    if (!err)
        err = tune(cx, c, READ_CACHE_KIB);
    if (err) {
        sq_conn_free(c);
        return err;
    }
    *out = c;
    return ANS_OK;
}

ans_err sq_conn_open(ans_cx *cx, ans_store *store, void **out)
{
    sq_conn *c;
    ans_err err = make_reader(cx, store->be, &c);

    if (!err)
        *out = c;
    return err;
}

/* ---- open and close ---- */

static ans_err read_settings(ans_cx *cx, sq_conn *c, ans_store *store)
{
    ans_str key = ANS_STR_NONE, dictionary = ANS_STR_NONE;
    sqlite3_stmt *st;
    bool has_row = false;
    ans_err err = sq_meta_get(cx, c, ANS_STR("hash-key"), &key);

    if (err == ANS_E_NOTFOUND || (!err && key.n != sizeof store->hash_key))
        return ans_issue_add(cx, ANS_E_CORRUPT, ANS_STR_NONE, "the store's hash key is missing");
    if (!err)
        err = sq_prepare(cx, c, SQ_DICT_GET, &st);
    if (err)
        return err;
    memcpy(store->hash_key, key.p, sizeof store->hash_key);
    sqlite3_bind_int(st, 1, 1);
    err = sq_step(cx, c, st, &has_row);
    if (err)
        return err;
    if (has_row)
        dictionary = sq_column(st, 0);
    err = ans_codec_new(cx, dictionary, 1, &store->codec);
    sqlite3_reset(st);
    return err;
}

static ans_err open_to_write(ans_cx *cx, const ans_store_options *o, ans_store *store,
                             uint64_t format)
{
    sq_folder *f = store->be;
    sq_conn *c = NULL;
    ans_err err = o->create ? ans_dir_make(cx, f->dir) : ANS_OK;

    if (!err)
        err = take_lock(cx, f);
    if (!err)
        err = make_writer(cx, f, o, &c);
    if (err)
        return err;
    store->write_conn = c;
    err = read_settings(cx, c, store);
    if (!err)
        err = sq_pending_open(cx, c);
    if (!err && format != ANS_STORE_FORMAT)
        err = sq_write_format(cx, f->format_path);
    if (!err && o->keep_warm)
        sq_warm_start(store);
    return err;
}

static ans_err open_to_read(ans_cx *cx, const ans_store_options *o, ans_store *store)
{
    sq_conn *c = NULL;
    ans_err err = make_reader(cx, store->be, &c);

    if (!err)
        err = make_or_know(cx, c, store->be, o);
    if (!err)
        err = read_settings(cx, c, store);
    sq_conn_free(c);
    return err;
}

ans_err sq_open(ans_cx *cx, const ans_store_options *o, ans_store *store)
{
    sq_folder *f;
    uint64_t format;
    bool is_there;
    ans_err err;

    if (ans_vfs_setup() != SQLITE_OK)
        return ans_issue_add(cx, ANS_E_NOMEM, ANS_STR_NONE, "SQLite cannot start");
    err = sq_folder_new(cx, o, &f);
    if (err)
        return err;
    store->be = f;
    err = read_format(cx, f, &format);
    if (err)
        return err;
    is_there = format && ans_file_exists(f->db_path);
    if (!is_there && (o->read_only || !o->create))
        return ans_issue_add(cx, ANS_E_NOTFOUND, ANS_STR_NONE, "%s holds no store", f->dir);
    if (ans_file_exists(f->db_path))
        err = peek(cx, f);
    if (err)
        return err;
    return o->read_only ? open_to_read(cx, o, store) : open_to_write(cx, o, store, format);
}

void sq_close(ans_store *store)
{
    sq_folder *f = store->be;
    sq_conn *c = store->write_conn;

    if (!f)
        return;
    sq_warm_stop(f);
    if (c)
        (void)sq_pending_settle(c); /* failing, they wait for the next start */
    if (c) /* the last words of the log into the file; whatever fails is still in the log */
        (void)sqlite3_wal_checkpoint_v2(c->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    sq_conn_free(c);
    store->write_conn = NULL;
    drop_lock(f);
    sq_folder_free(f);
    store->be = NULL;
}
