/* Writing, on the one connection that may. */
#include "store/sqlite/sqlite_int.h"

static ans_err run(ans_cx *cx, sq_conn *c, sq_st which)
{
    sqlite3_stmt *st;
    ans_err err = sq_prepare(cx, c, which, &st);

    return err ? err : sq_run(cx, c, st);
}

ans_err sq_write_begin(ans_cx *cx, void *conn)
{
    return run(cx, conn, SQ_BEGIN_WRITE);
}

ans_err sq_write_commit(ans_cx *cx, void *conn)
{
    sq_conn *c = conn;
    ans_err err;

    sq_pending_commit(c);
    err = run(cx, c, SQ_COMMIT);
    c->is_commit_lost = err != ANS_OK;
    if (!err)
        sq_pending_committed(c);
    return err;
}

/* When a commit failed in its sync, its frames may stand whole in the log file although nobody here
 * sees them, and a restart would find them: what we refused would be there. Writing anything now
 * overwrites the first of them. (It must be something new: a page that does not change is not
 * written.) */
static void bury_lost_commit(sq_conn *c)
{
    c->is_commit_lost = false;
    if (sqlite3_exec(c->db, "BEGIN IMMEDIATE", NULL, NULL, NULL) != SQLITE_OK)
        return;
    (void)sqlite3_exec(
        c->db,
        "INSERT OR REPLACE INTO meta(key, value) VALUES('lost-commit', randomblob(8)); COMMIT",
        NULL, NULL, NULL);
    if (!sqlite3_get_autocommit(c->db))
        sqlite3_exec(c->db, "ROLLBACK", NULL, NULL, NULL);
}

/* After some errors SQLite has rolled back by itself, after others the transaction is still open:
 * it is asked. */
void sq_write_rollback(void *conn)
{
    sq_conn *c = conn;

    for (int i = 0; i < SQ_COUNT; i++) {
        if (c->st[i])
            sqlite3_reset(c->st[i]);
    }
    sqlite3_finalize(c->bulk);
    c->bulk = NULL;
    if (!sqlite3_get_autocommit(c->db))
        sqlite3_exec(c->db, "ROLLBACK", NULL, NULL, NULL);
    if (c->is_commit_lost)
        bury_lost_commit(c);
    sq_pending_rollback(c);
}

/* ---- resources and versions ---- */

static ans_err add_to(ans_cx *cx, sq_conn *c, sq_st which, ans_rid rid, ans_ref ref, ans_pos pos)
{
    uint8_t packed[16];
    sqlite3_stmt *st;
    ans_err err = sq_prepare(cx, c, which, &st);

    if (err)
        return err;
    sqlite3_bind_int64(st, 1, rid);
    sqlite3_bind_int(st, 2, ref.type);
    sqlite3_bind_int64(st, 3, (int64_t)pos);
    sq_bind_id(st, 4, ref.id, packed);
    return sq_run(cx, c, st);
}

ans_err sq_resource_add(ans_cx *cx, void *conn, ans_rid rid, ans_ref ref, ans_pos pos)
{
    ans_err err = add_to(cx, conn, SQ_RESOURCE_ADD, rid, ref, pos);

    return err ? err : add_to(cx, conn, SQ_PLACE_ADD, rid, ref, pos);
}

ans_err sq_resource_set(ans_cx *cx, void *conn, ans_rid rid, ans_ref ref, ans_pos pos)
{
    uint8_t packed[16];
    sqlite3_stmt *resource, *place;
    ans_err err = sq_prepare(cx, conn, SQ_RESOURCE_SET, &resource);

    if (!err)
        err = sq_prepare(cx, conn, SQ_PLACE_SET, &place);
    if (err)
        return err;
    sqlite3_bind_int64(resource, 1, rid);
    sqlite3_bind_int64(resource, 2, (int64_t)pos);
    sqlite3_bind_int64(place, 2, (int64_t)pos);
    sqlite3_bind_int(place, 3, ref.type);
    sq_bind_id(place, 4, ref.id, packed);
    err = sq_run(cx, conn, resource);
    return err ? err : sq_run(cx, conn, place);
}

/* NULL where it saves bytes: prev of a first version, hash and body of a deletion, dict of an
 * unpacked body. */
ans_err sq_version_add(ans_cx *cx, void *conn, const ans_rec *rec)
{
    sqlite3_stmt *st;
    ans_err err = sq_prepare(cx, conn, SQ_VERSION_ADD, &st);

    if (err)
        return err;
    sqlite3_bind_int64(st, 1, (int64_t)rec->pos);
    sqlite3_bind_int64(st, 2, rec->rid);
    sqlite3_bind_int64(st, 3, rec->vid);
    sqlite3_bind_int(st, 4, rec->ref.type);
    if (rec->prev)
        sqlite3_bind_int64(st, 5, (int64_t)rec->prev);
    else
        sqlite3_bind_null(st, 5);
    sqlite3_bind_int64(st, 6, rec->when_us);
    sqlite3_bind_null(st, 7);
    sqlite3_bind_null(st, 8);
    sqlite3_bind_null(st, 9);
    if (!rec->is_delete) {
        sqlite3_bind_blob(st, 7, rec->hash.b, sizeof rec->hash.b, SQLITE_STATIC);
        if (rec->body.dict != ANS_DICT_RAW)
            sqlite3_bind_int(st, 8, rec->body.dict);
        sq_bind_blob(st, 9, rec->body.bytes);
    }
    return sq_run(cx, conn, st);
}

ans_err sq_key_apply(ans_cx *cx, sq_conn *c, const ans_rowop *ops, uint32_t count)
{
    sqlite3_stmt *add, *take;
    uint32_t taken = 0;
    ans_err err = sq_prepare(cx, c, SQ_ROWS_ADD, &add);

    if (!err)
        err = sq_prepare(cx, c, SQ_ROW_REMOVE, &take);
    for (uint32_t i = 0; !err && i < count; i++) {
        if (ops[i].is_add)
            continue;
        sq_bind_blob(take, 1, ops[i].key);
        err = sq_run(cx, c, take);
        taken++;
    }
    if (err || taken == count)
        return err;
    c->feed = ops;
    c->feed_count = count;
    err = sq_run(cx, c, add);
    c->feed = NULL;
    c->feed_count = 0;
    return err;
}

/* ---- names and settings ---- */

static int bind_text(sqlite3_stmt *st, int at, ans_str s)
{
    return sqlite3_bind_text64(st, at, s.p ? s.p : "", s.n, SQLITE_STATIC, SQLITE_UTF8);
}

ans_err sq_name_get(ans_cx *cx, void *conn, ans_str name, uint16_t *out)
{
    sqlite3_stmt *st;
    bool has_row = false;
    ans_err err = sq_prepare(cx, conn, SQ_NAME_GET, &st);

    if (err)
        return err;
    bind_text(st, 1, name);
    err = sq_step(cx, conn, st, &has_row);
    if (err)
        return err;
    if (has_row)
        *out = (uint16_t)sqlite3_column_int(st, 0);
    sqlite3_reset(st);
    return has_row ? ANS_OK : ANS_E_NOTFOUND;
}

ans_err sq_name_add(ans_cx *cx, void *conn, ans_str name, uint16_t *out)
{
    sq_conn *c = conn;
    sqlite3_stmt *st;
    ans_err err = sq_prepare(cx, c, SQ_NAME_ADD, &st);

    if (err)
        return err;
    bind_text(st, 1, name);
    err = sq_run(cx, c, st);
    if (err)
        return err;
    int64_t number = sqlite3_last_insert_rowid(c->db);
    if (number > UINT16_MAX)
        return ans_issue_add(cx, ANS_E_TOOBIG, ANS_STR_NONE, "a store keeps at most %d names",
                             UINT16_MAX);
    *out = (uint16_t)number;
    return ANS_OK;
}

ans_err sq_meta_get(ans_cx *cx, void *conn, ans_str key, ans_str *out)
{
    sqlite3_stmt *st;
    bool has_row = false;
    ans_str value = ANS_STR_NONE;
    ans_err err = sq_prepare(cx, conn, SQ_META_GET, &st);

    if (err)
        return err;
    bind_text(st, 1, key);
    err = sq_step(cx, conn, st, &has_row);
    if (err)
        return err;
    if (has_row)
        value = ans_arena_dup(cx->arena, sq_column(st, 0));
    sqlite3_reset(st);
    if (!has_row)
        return ANS_E_NOTFOUND;
    if (!value.p)
        return ans_cx_nomem(cx);
    *out = value;
    return ANS_OK;
}

ans_err sq_meta_set(ans_cx *cx, void *conn, ans_str key, ans_str value)
{
    sqlite3_stmt *st;
    ans_err err = sq_prepare(cx, conn, SQ_META_SET, &st);

    if (err)
        return err;
    bind_text(st, 1, key);
    sq_bind_blob(st, 2, value);
    return sq_run(cx, conn, st);
}
