#include "view/keep.h"

#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/os.h"
#include "view/view_int.h"

enum { PAGE = 1000, MOST_NAME = 60, LOOK_EVERY_MS = 500, BUSY_MS = 5000, BEHIND = 10 };
#define PAGE_BYTES ((size_t)1 << 30)
#define SQL_BYTES ((size_t)1 << 18)

typedef struct kept_view {
    const ans_view *view;
    ans_str name;
    uint16_t type;
    ans_hash hash;
    ans_pos pos; /* the log up to here is in the table */
    sqlite3_stmt *take_out, *put_in;
} kept_view;

struct ans_kept {
    ans_arena *arena;
    ans_store *store;
    const ans_search *search;
    const ans_zone *zone;
    ans_reader *rd;
    sqlite3 *db;
    sqlite3_stmt *set_pos;
    kept_view *at;
    uint32_t count;
    bool follows, is_running;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t over;
    bool ending;
    atomic_bool has_changed;
};

/* ---- SQLite ---- */

static ans_err failed(ans_cx *cx, const ans_kept *k, const char *doing)
{
    return ans_issue_add(cx, ANS_E_IO, ANS_STR_NONE, "views.db: %s: %s", doing, k->db ? sqlite3_errmsg(k->db) : "no memory");
}

static ans_err run(ans_cx *cx, ans_kept *k, const char *sql)
{
    return sqlite3_exec(k->db, sql, NULL, NULL, NULL) == SQLITE_OK ? ANS_OK : failed(cx, k, "setting up");
}

static ans_err prepare(ans_cx *cx, ans_kept *k, ans_str sql, sqlite3_stmt **out)
{
    int code = sql.p ? sqlite3_prepare_v3(k->db, sql.p, (int)sql.n, SQLITE_PREPARE_PERSISTENT, out, NULL) : SQLITE_NOMEM;
    return code == SQLITE_OK ? ANS_OK : failed(cx, k, "preparing");
}

static ans_err step(ans_cx *cx, ans_kept *k, sqlite3_stmt *s)
{
    int code = sqlite3_step(s);
    (void)sqlite3_reset(s); /* says again what step said */
    return code == SQLITE_DONE || code == SQLITE_ROW ? ANS_OK : failed(cx, k, "writing");
}

/* ---- opening ---- */

bool ans_view_is_name(ans_str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i], low = (char)(c | 32);
        if (!((low >= 'a' && low <= 'z') || (i && ((c >= '0' && c <= '9') || c == '_')))) {
            return false;
        }
    }
    return s.n > 0 && s.n <= MOST_NAME && !ans_str_ieq(ans_str_head(s, 7), ANS_STR("sqlite_"));
}

/* SQL does not tell columns apart by the case of their letters. */
static ans_err check_columns(ans_cx *cx, const ans_view *view)
{
    uint32_t count;
    const ans_view_column *c = ans_view_columns(view, &count);
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t k = 0; k < i; k++) {
            if (ans_str_ieq(c[i].name, c[k].name)) {
                return ans_issue_add(cx, ANS_E_INVALID, ANS_STR("ViewDefinition.select.column"), "in a table %.*s and %.*s are one name",
                                     ANS_FMT(c[k].name), ANS_FMT(c[i].name));
            }
        }
    }
    return ANS_OK;
}

ans_err ans_kept_read(ans_cx *cx, ans_arena *arena, ans_str text, const ans_view **out, ans_str *out_name)
{
    ans_json doc;
    ans_err err = ans_json_parse(cx, text, NULL, &doc);
    ans_str name = err == ANS_OK ? ans_json_get_string(cx, &doc, 0, ANS_STR("name")) : ANS_STR_NONE;
    if (err == ANS_OK && !ans_view_is_name(name)) {
        err = ans_issue_add(cx, ANS_E_INVALID, ANS_STR("ViewDefinition.name"), "a kept view needs a name of letters, digits and _, at most 60");
    }
    err = err == ANS_OK ? ans_view_compile(cx, arena, &doc, 0, out) : err;
    err = err == ANS_OK ? check_columns(cx, *out) : err;
    *out_name = err == ANS_OK ? ans_arena_dup(arena, name) : ANS_STR_NONE;
    return err == ANS_OK && !out_name->p ? ans_cx_nomem(cx) : err;
}

static ans_err add_view(ans_cx *cx, ans_kept *k, ans_str text)
{
    kept_view *v = &k->at[k->count];
    ans_err err = ans_kept_read(cx, k->arena, text, &v->view, &v->name);
    for (uint32_t i = 0; err == ANS_OK && i < k->count; i++) {
        if (ans_str_ieq(k->at[i].name, v->name)) {
            err = ans_issue_add(cx, ANS_E_INVALID, ANS_STR("ViewDefinition.name"), "two kept views are called %.*s", ANS_FMT(v->name));
        }
    }
    if (err != ANS_OK) {
        return err;
    }
    /* "2": with meta's version id and time. A table filled before that is made anew. */
    ans_str made = ans_arena_fmt(k->arena, "2 %.*s", ANS_FMT(text));
    if (!made.p) {
        return ans_cx_nomem(cx);
    }
    v->hash = ans_hash_content(made);
    v->type = ans_search_type_number(k->search, ans_view_type(v->view));
    k->count++;
    return ANS_OK;
}

static const char *sql_type(ans_str type)
{
    static const char *const whole[] = {"integer", "positiveInt", "unsignedInt", "boolean", "integer64"};
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++) {
        if (ans_str_is(type, whole[i])) {
            return "INTEGER";
        }
    }
    return ans_str_is(type, "decimal") ? "REAL" : type.n ? "TEXT" : "";
}

static ans_err make_table(ans_cx *cx, ans_kept *k, const kept_view *v)
{
    ans_buf b;
    ans_str sql;
    uint32_t count;
    const ans_view_column *columns = ans_view_columns(v->view, &count);
    ans_buf_init_arena(&b, cx->arena, SQL_BYTES);
    ans_buf_fmt(&b, "DROP TABLE IF EXISTS \"%.*s\"; CREATE TABLE \"%.*s\" (", ANS_FMT(v->name), ANS_FMT(v->name));
    for (uint32_t i = 0; i < count; i++) {
        ans_buf_fmt(&b, "\"%.*s\" %s, ", ANS_FMT(columns[i].name), columns[i].is_collection ? "TEXT" : sql_type(columns[i].type));
    }
    ans_buf_fmt(&b, "_rid INTEGER NOT NULL); CREATE INDEX \"rids of %.*s\" ON \"%.*s\" (_rid);", ANS_FMT(v->name), ANS_FMT(v->name));
    ans_buf_add_c(&b, '\0');
    ans_err err = ans_buf_finish(&b, &sql);
    return err == ANS_OK ? run(cx, k, sql.p) : err;
}

/* How far it is, when table, definition and record are the ones that are remembered; otherwise it begins again. */
static ans_err settle_view(ans_cx *cx, ans_kept *k, kept_view *v)
{
    sqlite3_stmt *s;
    ans_pos head;
    ans_rid rid;
    ans_err err = prepare(cx, k, ANS_STR("SELECT pos FROM _views WHERE name = ?1 AND hash = ?2 AND record = ?3"), &s);
    err = err == ANS_OK ? ans_store_head(cx, k->rd, &head, &rid) : err;
    if (err != ANS_OK) {
        return err;
    }
    (void)sqlite3_bind_text(s, 1, v->name.p, (int)v->name.n, SQLITE_STATIC);
    (void)sqlite3_bind_blob(s, 2, v->hash.b, sizeof v->hash.b, SQLITE_STATIC);
    (void)sqlite3_bind_blob(s, 3, ans_store_hash_key(k->store), 16, SQLITE_STATIC);
    bool is_known = sqlite3_step(s) == SQLITE_ROW;
    v->pos = is_known ? (ans_pos)sqlite3_column_int64(s, 0) : 0;
    (void)sqlite3_finalize(s);
    if (is_known && v->pos <= head) {
        return ANS_OK;
    }
    v->pos = 0;
    return make_table(cx, k, v);
}

static ans_err prepare_view(ans_cx *cx, ans_kept *k, kept_view *v)
{
    ans_buf b;
    ans_str sql;
    uint32_t count;
    (void)ans_view_columns(v->view, &count);
    ans_err err = prepare(cx, k, ans_arena_fmt(cx->arena, "DELETE FROM \"%.*s\" WHERE _rid = ?1", ANS_FMT(v->name)), &v->take_out);
    ans_buf_init_arena(&b, cx->arena, SQL_BYTES);
    ans_buf_fmt(&b, "INSERT INTO \"%.*s\" VALUES (", ANS_FMT(v->name));
    for (uint32_t i = 0; i < count; i++) {
        ANS_BUF_LIT(&b, "?,");
    }
    ANS_BUF_LIT(&b, "?)");
    err = err == ANS_OK ? ans_buf_finish(&b, &sql) : err;
    return err == ANS_OK ? prepare(cx, k, sql, &v->put_in) : err;
}

/* Tables of views that are no longer kept go. */
static ans_err drop_others(ans_cx *cx, ans_kept *k)
{
    sqlite3_stmt *s;
    ans_buf b;
    ans_str sql;
    ans_buf_init_arena(&b, cx->arena, SQL_BYTES);
    ans_err err = prepare(cx, k, ANS_STR("SELECT name FROM _views"), &s);
    while (err == ANS_OK && sqlite3_step(s) == SQLITE_ROW) {
        ans_str name = {(const char *)sqlite3_column_text(s, 0), (size_t)sqlite3_column_bytes(s, 0)};
        bool is_kept = false;
        for (uint32_t i = 0; i < k->count; i++) {
            is_kept = is_kept || ans_str_eq(k->at[i].name, name);
        }
        if (!is_kept && ans_view_is_name(name)) {
            ans_buf_fmt(&b, "DROP TABLE IF EXISTS \"%.*s\"; DELETE FROM _views WHERE name = '%.*s';", ANS_FMT(name), ANS_FMT(name));
        }
    }
    (void)sqlite3_finalize(s);
    ans_buf_add_c(&b, '\0');
    err = err == ANS_OK ? ans_buf_finish(&b, &sql) : err;
    return err == ANS_OK ? run(cx, k, sql.p) : err;
}

static ans_err open_file(ans_cx *cx, ans_kept *k, const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600); /* before SQLite makes it readable by others */
    if (fd >= 0) {
        (void)close(fd);
    }
    if (sqlite3_open_v2(path, &k->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK) {
        return failed(cx, k, "opening");
    }
    (void)sqlite3_busy_timeout(k->db, BUSY_MS);
    ans_err err = run(cx, k,
                      "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-4000;"
                      "CREATE TABLE IF NOT EXISTS _views (name TEXT PRIMARY KEY, hash BLOB, record BLOB, pos INTEGER) WITHOUT ROWID;");
    err = err == ANS_OK ? drop_others(cx, k) : err;
    for (uint32_t i = 0; err == ANS_OK && i < k->count; i++) {
        err = settle_view(cx, k, &k->at[i]);
        err = err == ANS_OK ? prepare_view(cx, k, &k->at[i]) : err;
    }
    return err == ANS_OK ? prepare(cx, k, ANS_STR("INSERT OR REPLACE INTO _views VALUES (?1, ?2, ?3, ?4)"), &k->set_pos) : err;
}

/* ---- following ---- */

typedef struct filler {
    ans_kept *k;
    const kept_view *v;
    ans_rid rid;
} filler;

static ans_err bind_cell(ans_cx *cx, sqlite3_stmt *s, int at, const ans_view_column *c, const ans_items *cell)
{
    ans_str text;
    int code;
    ans_err err = cell->count ? view_cell_text(cx, c, cell, &text) : ANS_OK;
    if (err != ANS_OK) {
        return err;
    }
    if (!cell->count) {
        code = sqlite3_bind_null(s, at);
    } else if (!c->is_collection && cell->at[0].kind != ANS_ITEM_STRING && (ans_str_is(text, "true") || ans_str_is(text, "false"))) {
        code = sqlite3_bind_int(s, at, text.p[0] == 't');
    } else {
        code = sqlite3_bind_text(s, at, text.p, (int)text.n, SQLITE_TRANSIENT); /* the column's affinity makes numbers of digits */
    }
    return code == SQLITE_OK ? ANS_OK : ans_cx_nomem(cx);
}

static ans_err put_row(void *arg, ans_cx *cx, const ans_view *view, const ans_items *cells)
{
    const filler *f = arg;
    uint32_t count;
    const ans_view_column *columns = ans_view_columns(view, &count);
    ans_err err = ANS_OK;
    for (uint32_t i = 0; err == ANS_OK && i < count; i++) {
        err = bind_cell(cx, f->v->put_in, (int)i + 1, &columns[i], &cells[i]);
    }
    (void)sqlite3_bind_int64(f->v->put_in, (int)count + 1, f->rid);
    return err == ANS_OK ? step(cx, f->k, f->v->put_in) : err;
}

/* One version: its rows instead of those of the version before. A resource that a view cannot make rows of has none. */
static ans_err take_version(ans_cx *cx, ans_kept *k, const kept_view *v, const ans_version *version)
{
    ans_json doc;
    filler f = {.k = k, .v = v, .rid = version->rid};
    (void)sqlite3_bind_int64(v->take_out, 1, version->rid);
    ans_err err = version->is_first ? ANS_OK : step(cx, k, v->take_out);
    if (err != ANS_OK || version->is_delete || ans_json_parse(cx, ans_search_body_read(cx->arena, version), NULL, &doc) != ANS_OK) {
        return err;
    }
    err = ans_view_run(cx, v->view, k->zone, &doc, 0, put_row, &f);
    if (err == ANS_E_IO || err == ANS_E_NOMEM || err == ANS_OK) {
        return err;
    }
    (void)sqlite3_bind_int64(v->take_out, 1, version->rid);
    return step(cx, k, v->take_out);
}

static ans_err note_pos(ans_cx *cx, ans_kept *k, const kept_view *v)
{
    (void)sqlite3_bind_text(k->set_pos, 1, v->name.p, (int)v->name.n, SQLITE_STATIC);
    (void)sqlite3_bind_blob(k->set_pos, 2, v->hash.b, sizeof v->hash.b, SQLITE_STATIC);
    (void)sqlite3_bind_blob(k->set_pos, 3, ans_store_hash_key(k->store), 16, SQLITE_STATIC);
    (void)sqlite3_bind_int64(k->set_pos, 4, (sqlite3_int64)v->pos);
    return step(cx, k, k->set_pos);
}

/* A page of the log into one view, with how far it then is, in one transaction. */
static ans_err take_page(ans_cx *cx, ans_kept *k, kept_view *v, ans_pos head, bool *more)
{
    ans_version *at;
    uint32_t count = 0;
    ans_history_query q = {.type = v->type, .forward = true, .from = v->pos + 1, .limit = PAGE, .with_body = true};
    ans_err err = ans_store_history(cx, k->rd, &q, &at, &count);
    ans_pos was = v->pos;
    err = err == ANS_OK ? run(cx, k, "BEGIN") : err;
    if (err != ANS_OK) {
        return err;
    }
    for (uint32_t i = 0; err == ANS_OK && i < count; i++) {
        err = take_version(cx, k, v, &at[i]);
        v->pos = at[i].pos;
    }
    *more = count == PAGE;
    v->pos = *more || v->pos > head ? v->pos : head; /* what is not of this type is behind us too */
    err = err == ANS_OK ? note_pos(cx, k, v) : err;
    err = err == ANS_OK ? run(cx, k, "COMMIT") : err;
    if (err != ANS_OK) {
        (void)sqlite3_exec(k->db, "ROLLBACK", NULL, NULL, NULL); /* when COMMIT failed there may be none */
        v->pos = was;
    }
    return err;
}

static bool is_ending(ans_kept *k)
{
    (void)pthread_mutex_lock(&k->lock);
    bool ending = k->ending;
    (void)pthread_mutex_unlock(&k->lock);
    return ending;
}

ans_err ans_kept_catch_up(ans_cx *cx, ans_kept *k)
{
    ans_cx page = {.arena = ans_arena_new(PAGE_BYTES)};
    ans_pos head;
    ans_rid rid;
    ans_err err = page.arena ? ans_store_head(cx, k->rd, &head, &rid) : ans_cx_nomem(cx);
    for (uint32_t i = 0; err == ANS_OK && i < k->count; i++) {
        for (bool more = k->at[i].pos < head; err == ANS_OK && more && !is_ending(k);) {
            err = ans_issue_pass(cx, &page, take_page(&page, k, &k->at[i], head, &more));
            ans_arena_reset(page.arena);
            page.issues = page.last_ = NULL;
        }
    }
    ans_arena_free(page.arena);
    return err;
}

static void watch(void *arg, const ans_txn *txn)
{
    ans_kept *k = arg;
    (void)txn;
    atomic_store(&k->has_changed, true); /* the follower looks twice a second: many writes, one look */
}

static void rest_a_little(ans_kept *k)
{
    (void)pthread_mutex_lock(&k->lock);
    if (!k->ending) {
        (void)ans_cond_wait(&k->over, &k->lock, LOOK_EVERY_MS); /* early or late is fine */
    }
    (void)pthread_mutex_unlock(&k->lock);
}

static void *follow(void *arg)
{
    ans_kept *k = arg;
    ans_cx cx = {.arena = ans_arena_new((size_t)1 << 24)};
    ans_err said = ANS_OK;
    ans_thread_stand_back(BEHIND); /* a table of a million rows is made beside people's work, not before it */
    while (cx.arena && !is_ending(k)) {
        ans_err err = atomic_exchange(&k->has_changed, false) || said != ANS_OK ? ans_kept_catch_up(&cx, k) : said;
        if (err != said) { /* once, not twice a second */
            ans_log(err == ANS_OK ? "info" : "error", "event=kept_views error=%s", ans_err_name(err));
            said = err;
        }
        ans_arena_reset(cx.arena);
        cx.issues = cx.last_ = NULL;
        rest_a_little(k);
    }
    ans_arena_free(cx.arena);
    return NULL;
}

/* ---- the whole ---- */

static ans_err start(ans_cx *cx, ans_kept *k, const ans_kept_options *o)
{
    ans_err err = ANS_OK;
    k->at = ANS_NEW_N(k->arena, kept_view, o->count + 1);
    if (!k->at) {
        return ans_cx_nomem(cx);
    }
    for (uint32_t i = 0; err == ANS_OK && i < o->count; i++) {
        err = add_view(cx, k, o->views[i]);
    }
    err = err == ANS_OK ? ans_reader_open(cx, k->store, &k->rd) : err;
    err = err == ANS_OK ? open_file(cx, k, o->path) : err;
    err = err == ANS_OK && o->follow ? ans_store_watch(cx, k->store, watch, k) : err;
    k->follows = err == ANS_OK && o->follow;
    if (k->follows) {
        k->is_running = pthread_create(&k->thread, NULL, follow, k) == 0;
        err = k->is_running ? ANS_OK : ans_cx_nomem(cx);
    }
    return err;
}

ans_err ans_kept_open(ans_cx *cx, const ans_kept_options *o, ans_kept **out)
{
    ans_arena *arena = ans_arena_new((size_t)64 << 20);
    ans_kept *k = arena ? ANS_NEW(arena, ans_kept) : NULL;
    if (!k) {
        ans_arena_free(arena);
        return ans_cx_nomem(cx);
    }
    *k = (ans_kept){.arena = arena, .store = o->store, .search = o->search, .zone = ans_search_zone(o->search)};
    (void)pthread_mutex_init(&k->lock, NULL); /* default attributes cannot fail on Linux */
    (void)pthread_cond_init(&k->over, NULL);
    atomic_init(&k->has_changed, true);
    ans_err err = start(cx, k, o);
    *out = k;
    if (err != ANS_OK && !k->follows) {
        ans_kept_stop(k);
        ans_kept_free(k);
        *out = NULL;
    }
    return err;
}

void ans_kept_stop(ans_kept *k)
{
    if (!k) {
        return;
    }
    (void)pthread_mutex_lock(&k->lock);
    k->ending = true;
    (void)pthread_cond_signal(&k->over);
    (void)pthread_mutex_unlock(&k->lock);
    if (k->is_running) {
        (void)pthread_join(k->thread, NULL);
        k->is_running = false;
    }
    for (uint32_t i = 0; i < k->count; i++) {
        (void)sqlite3_finalize(k->at[i].take_out);
        (void)sqlite3_finalize(k->at[i].put_in);
        k->at[i].take_out = k->at[i].put_in = NULL;
    }
    (void)sqlite3_finalize(k->set_pos);
    (void)sqlite3_close(k->db);
    k->set_pos = NULL;
    k->db = NULL;
    if (k->rd) {
        ans_reader_close(k->rd);
        k->rd = NULL;
    }
}

void ans_kept_free(ans_kept *k)
{
    if (k) {
        (void)pthread_mutex_destroy(&k->lock);
        (void)pthread_cond_destroy(&k->over);
        ans_arena_free(k->arena);
    }
}
