/* Writing to memory: everything of a transaction stands behind what `now` shows, until the commit
 * moves `now`. */
#include "store/mem/mem_int.h"

void *mem_array_add(mem_array *a, size_t size)
{
    if (a->count == a->cap) {
        size_t cap = a->cap ? a->cap * 2 : 64;
        char *at = ans_realloc(a->at, cap * size);
        if (!at)
            return NULL;
        a->at = at;
        a->cap = cap;
    }
    return a->at + a->count++ * size;
}

/* ---- names and settings ---- */

ans_err mem_name_get(ans_cx *cx, void *conn, ans_str name, uint16_t *out)
{
    mem_conn *c = conn;
    mem_moment now = mem_read_lock(c);
    size_t i = 0;

    (void)cx;
    while (i < now.names && !ans_str_eq(((ans_str *)c->m->names.at)[i], name))
        i++;
    mem_unlock(c);
    if (i == now.names)
        return ANS_E_NOTFOUND;
    *out = (uint16_t)(i + 1);
    return ANS_OK;
}

/* A copy of two strings in one allocation; the first one owns it. */
static bool copy_two(ans_str *a, ans_str *b)
{
    char *p = ans_alloc(a->n + b->n + 1);

    if (!p)
        return false;
    if (a->n > 0)
        memcpy(p, a->p, a->n);
    if (b->n > 0)
        memcpy(p + a->n, b->p, b->n);
    *a = (ans_str){p, a->n};
    *b = (ans_str){p + a->n, b->n};
    return true;
}

ans_err mem_name_add(ans_cx *cx, void *conn, ans_str name, uint16_t *out)
{
    mem_conn *c = conn;
    ans_str none = ANS_STR_NONE, *place = NULL;

    pthread_rwlock_wrlock(&c->m->lock);
    if (c->m->names.count < UINT16_MAX && copy_two(&name, &none)) {
        place = mem_array_add(&c->m->names, sizeof *place);
        if (place)
            *place = name;
        else
            ans_free((void *)name.p);
    }
    *out = (uint16_t)c->m->names.count;
    mem_unlock(c);
    return place ? ANS_OK : mem_no_memory(cx);
}

ans_err mem_meta_get(ans_cx *cx, void *conn, ans_str key, ans_str *out)
{
    mem_conn *c = conn;
    mem_moment now = mem_read_lock(c);
    const mem_setting *at = (const mem_setting *)c->m->settings.at, *found = NULL;
    ans_str value = ANS_STR_NONE;

    for (size_t i = 0; i < c->m->settings.count; i++) {
        if (at[i].epoch <= now.epoch && ans_str_eq(at[i].key, key))
            found = &at[i];
    }
    if (found)
        value = ans_arena_dup(cx->arena, found->value);
    mem_unlock(c);
    if (!found)
        return ANS_E_NOTFOUND;
    if (!value.p)
        return ans_cx_nomem(cx);
    *out = value;
    return ANS_OK;
}

ans_err mem_meta_set(ans_cx *cx, void *conn, ans_str key, ans_str value)
{
    mem_conn *c = conn;
    mem_setting *place = NULL;

    if (!copy_two(&key, &value))
        return mem_no_memory(cx);
    pthread_rwlock_wrlock(&c->m->lock);
    place = mem_array_add(&c->m->settings, sizeof *place);
    if (place)
        *place = (mem_setting){key, value, c->m->now.epoch + 1};
    mem_unlock(c);
    if (!place)
        ans_free((void *)key.p);
    return place ? ANS_OK : mem_no_memory(cx);
}

/* ---- writing ---- */

ans_err mem_write_begin(ans_cx *cx, void *conn)
{
    (void)cx;
    (void)conn;
    return ANS_OK;
}

ans_err mem_write_commit(ans_cx *cx, void *conn)
{
    mem_conn *c = conn;
    mem_store *m = c->m;

    (void)cx;
    pthread_rwlock_wrlock(&m->lock);
    mem_rowset_commit(m->rows, m->snapshots == 0);
    m->now = mem_moment_of(c);
    mem_unlock(c);
    return ANS_OK;
}

static void undo_settings(mem_store *m)
{
    mem_setting *at = (mem_setting *)m->settings.at;

    while (m->settings.count > 0 && at[m->settings.count - 1].epoch > m->now.epoch)
        ans_free((void *)at[--m->settings.count].key.p);
    while (m->names.count > m->now.names)
        ans_free((void *)((ans_str *)m->names.at)[--m->names.count].p);
}

void mem_write_rollback(void *conn)
{
    mem_conn *c = conn;
    mem_store *m = c->m;

    pthread_rwlock_wrlock(&m->lock);
    mem_rowset_rollback(m->rows, m->now.epoch + 1);
    while (m->resources.count > m->now.rid)
        ans_free((void *)mem_resource_at(m, (ans_rid)m->resources.count--)->id.p);
    for (ans_rid rid = 1; rid <= m->now.rid; rid++)
        mem_resource_at(m, rid)->pos = mem_pos_seen(m, rid, &m->now);
    while (m->versions.count > m->now.pos)
        ans_free((void *)mem_version_at(m, m->versions.count--)->body.bytes.p);
    undo_settings(m);
    mem_journal_cut(m, m->now.blocks, m->now.groups, m->now.heads);
    if (m->map_size > 0)
        (void)mem_map_make(m, m->map_size); /* the same size: allocates nothing */
    mem_unlock(c);
}

ans_err mem_resource_add(ans_cx *cx, void *conn, ans_rid rid, ans_ref ref, ans_pos pos)
{
    mem_conn *c = conn;
    mem_store *m = c->m;
    ans_str id = ref.id, none = ANS_STR_NONE;
    mem_resource *r = NULL;

    if (!copy_two(&id, &none))
        return mem_no_memory(cx);
    pthread_rwlock_wrlock(&m->lock);
    bool has_map = m->resources.count * 2 < m->map_size ||
                   mem_map_make(m, m->map_size ? m->map_size * 2 : 256) == ANS_OK;
    if (has_map && rid == m->resources.count + 1)
        r = mem_array_add(&m->resources, sizeof *r);
    if (r) {
        *r = (mem_resource){ref.type, id, pos};
        mem_map_put(m, rid);
    }
    mem_unlock(c);
    if (!r)
        ans_free((void *)id.p);
    return r ? ANS_OK : mem_no_memory(cx);
}

ans_err mem_resource_set(ans_cx *cx, void *conn, ans_rid rid, ans_ref ref, ans_pos pos)
{
    mem_conn *c = conn;

    (void)cx;
    (void)ref;
    pthread_rwlock_wrlock(&c->m->lock);
    mem_resource_at(c->m, rid)->pos = pos;
    mem_unlock(c);
    return ANS_OK;
}

ans_err mem_version_add(ans_cx *cx, void *conn, const ans_rec *rec)
{
    mem_conn *c = conn;
    ans_rec copy = *rec, *place = NULL;
    ans_str none = ANS_STR_NONE;

    copy.ref.id = ANS_STR_NONE;
    if (!copy_two(&copy.body.bytes, &none))
        return mem_no_memory(cx);
    pthread_rwlock_wrlock(&c->m->lock);
    if (rec->pos == c->m->versions.count + 1)
        place = mem_array_add(&c->m->versions, sizeof *place);
    if (place) {
        *place = copy;
        c->m->body_bytes += copy.body.bytes.n;
    }
    mem_unlock(c);
    if (!place)
        ans_free((void *)copy.body.bytes.p);
    return place ? ANS_OK : mem_no_memory(cx);
}

ans_err mem_rows_apply(ans_cx *cx, void *conn, const ans_rowop *ops, uint32_t count)
{
    mem_conn *c = conn;
    uint64_t epoch = c->m->now.epoch + 1; /* only we move it */
    ans_err err = ANS_OK;

    pthread_rwlock_wrlock(&c->m->lock);
    for (uint32_t i = 0; !err && i < count; i++)
        err = ops[i].is_add ? mem_rowset_add(c->m->rows, ops[i].key, epoch)
                            : mem_rowset_remove(c->m->rows, ops[i].key, epoch);
    mem_unlock(c);
    return err ? mem_no_memory(cx) : ANS_OK;
}

ans_err mem_bulk_clear(ans_cx *cx, void *conn)
{
    mem_conn *c = conn;

    pthread_rwlock_wrlock(&c->m->lock);
    ans_err err = mem_rowset_clear(c->m->rows, c->m->now.epoch + 1);
    mem_unlock(c);
    return err ? mem_no_memory(cx) : ANS_OK;
}

ans_err mem_bulk_add(ans_cx *cx, void *conn, ans_str key)
{
    return mem_rows_apply(cx, conn, &(ans_rowop){key, true}, 1);
}

ans_err mem_bulk_finish(ans_cx *cx, void *conn)
{
    (void)cx;
    (void)conn;
    return ANS_OK;
}

bool mem_tidy(ans_store *store, bool is_idle)
{
    (void)store;
    (void)is_idle;
    return false;
}
