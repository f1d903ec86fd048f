/* One SELECT over kept views: a connection that cannot write, an authorizer that lets nothing but reading through, a clock, and limits. */
#include "view/keep.h"

#include <sqlite3.h>

#include "base/os.h"
#include "view/view_int.h"

enum { STEPS = 2000, DEFAULT_ROWS = 100000, DEFAULT_MS = 10000, MOST_SQL = 100000, BUSY_MS = 2000 };

typedef struct asking {
    ans_cx *cx;
    sqlite3 *db;
    sqlite3_stmt *s;
    int64_t until_us;
    bool is_late;
    ans_view_format format;
    ans_buf *out;
} asking;

/* Reading tables and calling functions that only compute. */
static int allow(void *arg, int action, const char *a, const char *b, const char *c, const char *d)
{
    static const char *const refused[] = {"load_extension", "writefile", "readfile", "edit", "fts3_tokenizer", "randomblob", "zeroblob"};
    (void)arg;
    (void)c;
    (void)d;
    if (action == SQLITE_FUNCTION) {
        for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
            if (b && strcmp(b, refused[i]) == 0) {
                return SQLITE_DENY;
            }
        }
        return SQLITE_OK;
    }
    if (action == SQLITE_READ && a && strcmp(a, "_views") == 0) {
        return SQLITE_DENY; /* how far the follower is: nobody's business */
    }
    return action == SQLITE_SELECT || action == SQLITE_READ || action == SQLITE_RECURSIVE ? SQLITE_OK : SQLITE_DENY;
}

static int tick(void *arg)
{
    asking *q = arg;
    q->is_late = ans_mono_us() > q->until_us;
    return q->is_late;
}

static ans_err open_file(asking *q, const char *path)
{
    if (!ans_file_exists(path)) {
        return ans_issue_add(q->cx, ANS_E_NOTFOUND, ANS_STR_NONE, "there are no kept views here yet");
    }
    if (sqlite3_open_v2(path, &q->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK) {
        return ans_issue_add(q->cx, ANS_E_IO, ANS_STR_NONE, "views.db cannot be opened");
    }
    (void)sqlite3_busy_timeout(q->db, BUSY_MS);
    (void)sqlite3_db_config(q->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    (void)sqlite3_db_config(q->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    (void)sqlite3_limit(q->db, SQLITE_LIMIT_LENGTH, 16 << 20);
    (void)sqlite3_limit(q->db, SQLITE_LIMIT_SQL_LENGTH, MOST_SQL);
    (void)sqlite3_limit(q->db, SQLITE_LIMIT_EXPR_DEPTH, 200);
    (void)sqlite3_limit(q->db, SQLITE_LIMIT_COMPOUND_SELECT, 50);
    (void)sqlite3_limit(q->db, SQLITE_LIMIT_VDBE_OP, 250000);
    (void)sqlite3_limit(q->db, SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000);
    (void)sqlite3_limit(q->db, SQLITE_LIMIT_ATTACHED, 0);
    (void)sqlite3_set_authorizer(q->db, allow, NULL);
    sqlite3_progress_handler(q->db, STEPS, tick, q);
    return ANS_OK;
}

static ans_err prepare(asking *q, ans_str sql)
{
    const char *tail = NULL;
    if (sql.n > MOST_SQL || memchr(sql.p, '\0', sql.n)) {
        return ans_issue_add(q->cx, ANS_E_INVALID, ANS_STR("query"), "a query has at most %d bytes, and no NUL", MOST_SQL);
    }
    int code = sqlite3_prepare_v2(q->db, sql.p, (int)sql.n, &q->s, &tail);
    if (code == SQLITE_AUTH) {
        return ans_issue_add(q->cx, ANS_E_FORBIDDEN, ANS_STR("query"), "only SELECT over the kept views is possible");
    }
    if (code != SQLITE_OK || !q->s) {
        return ans_issue_add(q->cx, ANS_E_INVALID, ANS_STR("query"), "%s", code == SQLITE_OK ? "there is no query" : sqlite3_errmsg(q->db));
    }
    while (tail < sql.p + sql.n && (*tail == ' ' || *tail == '\n' || *tail == '\t' || *tail == '\r' || *tail == ';')) {
        tail++;
    }
    if (tail < sql.p + sql.n) {
        return ans_issue_add(q->cx, ANS_E_INVALID, ANS_STR("query"), "one statement at a time");
    }
    return sqlite3_stmt_readonly(q->s) && !sqlite3_stmt_isexplain(q->s)
               ? ANS_OK
               : ans_issue_add(q->cx, ANS_E_FORBIDDEN, ANS_STR("query"), "only SELECT over the kept views is possible");
}

/* ---- rows ---- */

static ans_str text_of(const asking *q, int i)
{
    const char *text = (const char *)sqlite3_column_text(q->s, i);
    return (ans_str){text, text ? (size_t)sqlite3_column_bytes(q->s, i) : 0};
}

static void print_object(const asking *q)
{
    ans_buf_add_c(q->out, '{');
    for (int i = 0; i < sqlite3_column_count(q->s); i++) {
        int type = sqlite3_column_type(q->s, i);
        if (i) {
            ans_buf_add_c(q->out, ',');
        }
        ans_json_print_string(q->out, ans_str_of(sqlite3_column_name(q->s, i)));
        ans_buf_add_c(q->out, ':');
        if (type == SQLITE_NULL || type == SQLITE_BLOB) {
            ANS_BUF_LIT(q->out, "null");
        } else if (type == SQLITE_TEXT) {
            ans_json_print_string(q->out, text_of(q, i));
        } else {
            double d = sqlite3_column_double(q->s, i);
            ans_buf_add(q->out, type == SQLITE_INTEGER || (d - d == 0) ? text_of(q, i) : ANS_STR("null")); /* JSON has no infinity */
        }
    }
    ans_buf_add_c(q->out, '}');
}

static void print_line(const asking *q, bool is_head)
{
    for (int i = 0; i < sqlite3_column_count(q->s); i++) {
        if (i) {
            ans_buf_add_c(q->out, ',');
        }
        view_csv_field(q->out, is_head ? ans_str_of(sqlite3_column_name(q->s, i)) : text_of(q, i));
    }
    ANS_BUF_LIT(q->out, "\r\n");
}

static void print_row(const asking *q, uint32_t row)
{
    if (q->format == ANS_VIEW_CSV) {
        print_line(q, false);
        return;
    }
    if (q->format == ANS_VIEW_JSON && row) {
        ans_buf_add_c(q->out, ',');
    }
    print_object(q);
    if (q->format == ANS_VIEW_NDJSON) {
        ans_buf_add_c(q->out, '\n');
    }
}

static ans_err print_all(asking *q, const ans_sql_limits *limits)
{
    uint32_t rows = 0, most = limits->max_rows ? limits->max_rows : DEFAULT_ROWS;
    size_t most_bytes = limits->max_bytes ? limits->max_bytes : (size_t)64 << 20;
    if (q->format == ANS_VIEW_CSV) {
        print_line(q, true);
    } else if (q->format == ANS_VIEW_JSON) {
        ans_buf_add_c(q->out, '[');
    }
    int code;
    while ((code = sqlite3_step(q->s)) == SQLITE_ROW) {
        if (rows == most || q->out->n > most_bytes) {
            return ans_issue_add(q->cx, ANS_E_COSTLY, ANS_STR("query"), "more than %u rows or %zu MiB: ask for less (LIMIT, or sums)", most, most_bytes >> 20);
        }
        print_row(q, rows++);
    }
    if (q->is_late) {
        return ans_issue_add(q->cx, ANS_E_COSTLY, ANS_STR("query"), "the query takes longer than it may: ask for less");
    }
    if (q->format == ANS_VIEW_JSON) {
        ans_buf_add_c(q->out, ']');
    }
    return code == SQLITE_DONE ? ANS_OK : ans_issue_add(q->cx, ANS_E_INVALID, ANS_STR("query"), "%s", sqlite3_errmsg(q->db));
}

ans_err ans_sql_run(ans_cx *cx, const char *path, ans_str sql, const ans_sql_limits *limits, ans_view_format format, ans_buf *out)
{
    asking q = {.cx = cx, .format = format, .out = out, .until_us = ans_mono_us() + 1000 * (int64_t)(limits->max_ms ? limits->max_ms : DEFAULT_MS)};
    ans_err err = open_file(&q, path);
    err = err == ANS_OK ? prepare(&q, sql) : err;
    err = err == ANS_OK ? print_all(&q, limits) : err;
    (void)sqlite3_finalize(q.s);
    (void)sqlite3_close(q.db);
    return err;
}
