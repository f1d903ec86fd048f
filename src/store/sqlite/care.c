/* Care of the file: checkpoints, a whole new index, SQLite's own check, copies, figures. */
#include "store/sqlite/sqlite_int.h"

#include <dirent.h>
#include <stdio.h>

#include "store/care.h"

enum {
    CHECKPOINT_FRAMES = 65536,       /* 256 MiB of log */
    CHECKPOINT_AGAIN_FRAMES = 16384, /* when an old reader kept the log from being restarted */
    LOG_KEEP_BYTES = 4 << 20,
    BUSY_MS = 5000,
    BACKUP_PAGES = 2048,
    FAULTS_MAX = 50
};

/* ---- checkpoints ----
 * The log is written into the file when it is large, and when nothing else is to do; then also the
 * page cache is given back. An old reader may keep us from finishing; nothing waits for it, the
 * next call tries again.
 *
 * At rest the log file stays 4 MiB long, filled with zeros at first: a commit that writes over what
 * exists needs the disk once, one that makes the file longer needs it for the file's length too
 * (measured: 10,000 against 5,000 syncs a second). A longer one is cut, so that starting again
 * after a crash has little to read. */

static int checkpoint(ans_store *store, int mode)
{
    sq_conn *c = store->write_conn;
    int rc;

    ans_readers_settle(store);
    sqlite3_busy_timeout(c->db, 0);
    rc = sqlite3_wal_checkpoint_v2(c->db, NULL, mode, NULL, NULL);
    sqlite3_busy_timeout(c->db, BUSY_MS);
    return rc;
}

static void tidy_between_batches(ans_store *store, sq_conn *c)
{
    if (c->wal_frames < CHECKPOINT_FRAMES)
        c->wal_next = CHECKPOINT_FRAMES;
    if (c->wal_frames < c->wal_next)
        return;
    /* failing, it is due again a little later */
    (void)checkpoint(store, SQLITE_CHECKPOINT_PASSIVE);
    c->wal_next = c->wal_frames + CHECKPOINT_AGAIN_FRAMES;
}

/* What is behind the last frame means nothing to SQLite. Failing is harmless: the file grows later.
 */
static void lengthen_log(sq_conn *c)
{
    static const char zeros[1 << 16];
    sqlite3_file *f = NULL;
    sqlite3_int64 size;

    if (sqlite3_file_control(c->db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &f) != SQLITE_OK || !f ||
        !f->pMethods || f->pMethods->xFileSize(f, &size) != SQLITE_OK || size >= LOG_KEEP_BYTES)
        return;
    while (size < LOG_KEEP_BYTES) {
        int n = LOG_KEEP_BYTES - size < (int)sizeof zeros ? (int)(LOG_KEEP_BYTES - size)
                                                          : (int)sizeof zeros;
        if (f->pMethods->xWrite(f, zeros, n, size) != SQLITE_OK)
            return;
        size += n;
    }
    (void)f->pMethods->xSync(f, SQLITE_SYNC_NORMAL);
}

bool sq_tidy(ans_store *store, bool is_idle)
{
    sq_conn *c = store->write_conn;

    if (!is_idle) {
        tidy_between_batches(store, c);
        return true;
    }
    if (!sq_pending_settle(c))
        return true;
    sq_pending_forget(c->folder);
    if (c->wal_frames == 0)
        return false;
    bool is_long = (int64_t)c->wal_frames * (4096 + 24) > LOG_KEEP_BYTES;
    if (checkpoint(store, is_long ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_RESTART) !=
        SQLITE_OK)
        return true;
    c->wal_frames = 0;
    lengthen_log(c);
    atomic_store_explicit(&c->folder->wal_bytes, LOG_KEEP_BYTES, memory_order_relaxed);
    sqlite3_db_release_memory(c->db);
    return false;
}

/* ---- a whole new index ----
 * The rows go to a temporary table first and into the index in order: written once, pages full. */

ans_err sq_bulk_clear(ans_cx *cx, void *conn)
{
    ans_err err = sq_pending_drop(cx, conn);

    return err ? err : sq_exec(
        cx, conn,
        "DELETE FROM key; DROP TABLE IF EXISTS temp.bulk; CREATE TEMP TABLE bulk(k BLOB NOT NULL)");
}

ans_err sq_bulk_add(ans_cx *cx, void *conn, ans_str key)
{
    sq_conn *c = conn;
    int rc;

    if (!c->bulk) {
        rc = sqlite3_prepare_v2(c->db, "INSERT INTO temp.bulk(k) VALUES(?1)", -1, &c->bulk, NULL);
        if (rc != SQLITE_OK)
            return sq_fail(cx, c, rc, "gathering index rows");
    }
    sq_bind_blob(c->bulk, 1, key);
    return sq_run(cx, c, c->bulk);
}

ans_err sq_bulk_finish(ans_cx *cx, void *conn)
{
    sq_conn *c = conn;

    sqlite3_finalize(c->bulk);
    c->bulk = NULL;
    return sq_exec(
        cx, c,
        "INSERT INTO key(k) SELECT DISTINCT k FROM temp.bulk ORDER BY k; DROP TABLE temp.bulk");
}

/* ---- SQLite's own check ---- */

ans_err sq_verify(ans_cx *cx, void *conn, uint64_t *out_faults)
{
    sq_conn *c = conn;
    sqlite3_stmt *st = NULL;
    uint64_t faults = 0;
    char sql[48];

    (void)snprintf(sql, sizeof sql, "PRAGMA integrity_check(%d)", FAULTS_MAX);
    int rc = sqlite3_prepare_v2(c->db, sql, -1, &st, NULL);
    while (rc == SQLITE_OK && (rc = sqlite3_step(st)) == SQLITE_ROW) {
        ans_str line = ans_str_of((const char *)sqlite3_column_text(st, 0));
        if (!ans_str_is(line, "ok")) {
            faults++;
            (void)ans_issue_add(cx, ANS_E_CORRUPT, ANS_STR_NONE, "sqlite: %.*s", ANS_FMT(line));
        }
        rc = SQLITE_OK;
    }
    ans_err err = rc == SQLITE_DONE ? ANS_OK : sq_fail(cx, c, rc, "checking the store's file");
    sqlite3_finalize(st);
    if (err == ANS_E_CORRUPT) { /* so damaged that the check itself ends: that is a finding, too */
        faults++;
        err = ANS_OK;
    }
    if (!err)
        *out_faults = faults;
    return err;
}

/* ---- copies ---- */

static ans_err must_be_empty(ans_cx *cx, const char *path)
{
    DIR *dir = opendir(path);
    bool is_empty = true;
    const struct dirent *e;

    if (!dir)
        return ans_issue_add(cx, ANS_E_IO, ANS_STR_NONE, "%s cannot be looked into", path);
    while ((e = readdir(dir)) && is_empty)
        is_empty = strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0;
    closedir(dir);
    if (is_empty)
        return ANS_OK;
    return ans_issue_add(cx, ANS_E_CONFLICT, ANS_STR_NONE,
                         "%s is not empty: a copy goes into an empty folder only", path);
}

/* The first data set goes into an empty folder; another one (the accounts) is put beside it. */
static ans_err must_have_room(ans_cx *cx, const sq_folder *f)
{
    if (strcmp(f->space, "main") == 0)
        return must_be_empty(cx, f->dir);
    if (ans_file_exists(f->db_path))
        return ans_issue_add(cx, ANS_E_CONFLICT, ANS_STR_NONE, "%s is there already", f->db_path);
    return ANS_OK;
}

static ans_err copy_pages(ans_cx *cx, sq_conn *from, sq_conn *to, ans_progress_fn *progress,
                          void *arg)
{
    sqlite3_backup *b = sqlite3_backup_init(to->db, "main", from->db, "main");
    int rc = SQLITE_OK;

    if (!b)
        return sq_fail(cx, to, sqlite3_errcode(to->db), "starting the copy");
    while (rc == SQLITE_OK) {
        rc = sqlite3_backup_step(b, BACKUP_PAGES);
        int total = sqlite3_backup_pagecount(b), left = sqlite3_backup_remaining(b);
        if (progress && (rc == SQLITE_OK || rc == SQLITE_DONE))
            progress(arg, (uint64_t)(total - left), (uint64_t)total);
    }
    int finish = sqlite3_backup_finish(b);
    if (rc == SQLITE_DONE)
        rc = finish;
    return rc == SQLITE_OK ? ANS_OK : sq_fail(cx, to, rc, "copying the store");
}

/* The copy gets a plain journal, so that it is one file and can be read from a read-only medium. */
static ans_err copy_file(ans_cx *cx, sq_folder *f, sq_conn *from, ans_progress_fn *progress,
                         void *arg)
{
    sq_conn *to = NULL;
    ans_err err = sq_conn_new(cx, f, f->db_path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, &to);

    if (!err)
        err = sq_exec(cx, to, "PRAGMA synchronous = FULL");
    if (!err)
        err = copy_pages(cx, from, to, progress, arg);
    if (!err)
        err = sq_exec(cx, to, "PRAGMA journal_mode = DELETE");
    sq_conn_free(to);
    return err;
}

ans_err sq_backup(ans_cx *cx, ans_store *store, void *conn, const char *to,
                  ans_progress_fn *progress, void *arg)
{
    const sq_folder *own = store->be;
    const ans_store_options o = {.dir = to, .space = own->space};
    sq_folder *f;
    ans_err err = sq_folder_new(cx, &o, &f);

    if (err)
        return err;
    err = ans_dir_make(cx, to);
    if (!err)
        err = must_have_room(cx, f);
    if (!err)
        err = copy_file(cx, f, conn, progress, arg);
    if (!err)
        err = sq_write_format(cx, f->format_path);
    if (!err) {
        err = ans_care_verify_copy(cx, store, conn, &o);
        if (err) /* without FORMAT nobody takes it for a store */
            (void)sq_file_delete(f->format_path);
    }
    sq_folder_free(f);
    return err;
}

/* ---- figures ---- */

void sq_stats(ans_store *store, ans_store_stats *out)
{
    const sq_folder *f = store->be;
    sq_conn *c;
    sqlite3_stmt *st = NULL;
    int64_t pages = 0;

    out->syncs = ans_vfs_syncs();
    pthread_mutex_lock(&store->care_lock);
    c = store->care->conn;
    if (sqlite3_prepare_v2(c->db, "PRAGMA page_count", -1, &st, NULL) == SQLITE_OK &&
        sqlite3_step(st) == SQLITE_ROW)
        pages = sqlite3_column_int64(st, 0);
    sqlite3_finalize(st);
    pthread_mutex_unlock(&store->care_lock);
    out->file_bytes =
        (uint64_t)pages * 4096 + atomic_load_explicit(&f->wal_bytes, memory_order_relaxed);
}
