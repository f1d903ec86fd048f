/* The journal in memory: three arrays, whose last places a snapshot knows by their counts. */
#include "store/mem/mem_int.h"

/* A copy in its own allocation, which also stands for an empty one. */
static bool copy(ans_str *s)
{
    char *p = ans_alloc(s->n + 1);

    if (p && s->n > 0)
        memcpy(p, s->p, s->n);
    if (p)
        s->p = p;
    return p != NULL;
}

static ans_block *block(const mem_store *m, size_t i)
{
    return (ans_block *)m->blocks.at + i;
}

ans_err mem_block_add(ans_cx *cx, void *conn, const ans_block *b)
{
    mem_conn *c = conn;
    ans_block *place = NULL, made = *b;

    if (!copy(&made.keys))
        return mem_no_memory(cx);
    if (!copy(&made.body.bytes)) {
        ans_free((void *)made.keys.p);
        return mem_no_memory(cx);
    }
    pthread_rwlock_wrlock(&c->m->lock);
    place = mem_array_add(&c->m->blocks, sizeof *place);
    if (place)
        *place = made;
    mem_unlock(c);
    if (place)
        return ANS_OK;
    ans_free((void *)made.keys.p);
    ans_free((void *)made.body.bytes.p);
    return mem_no_memory(cx);
}

ans_err mem_block_at(ans_cx *cx, void *conn, uint64_t seq, bool with_body, ans_block *out)
{
    mem_conn *c = conn;
    mem_moment now = mem_read_lock(c);
    size_t lo = 0, hi = now.blocks; /* the first with a larger number */

    (void)cx;
    (void)with_body;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (block(c->m, mid)->seq <= seq)
            lo = mid + 1;
        else
            hi = mid;
    }
    if (lo > 0)
        *out = *block(c->m, lo - 1);
    mem_unlock(c);
    return lo > 0 ? ANS_OK : ANS_E_NOTFOUND;
}

ans_err mem_group_add(ans_cx *cx, void *conn, const ans_group *g)
{
    mem_conn *c = conn;
    ans_group *place = NULL, made = *g;

    if (!copy(&made.keys))
        return mem_no_memory(cx);
    pthread_rwlock_wrlock(&c->m->lock);
    place = mem_array_add(&c->m->groups, sizeof *place);
    if (place)
        *place = made;
    mem_unlock(c);
    if (!place)
        ans_free((void *)made.keys.p);
    return place ? ANS_OK : mem_no_memory(cx);
}

ans_err mem_group_at(ans_cx *cx, void *conn, uint64_t seq, ans_group *out)
{
    mem_conn *c = conn;
    mem_moment now = mem_read_lock(c);
    const ans_group *at = (const ans_group *)c->m->groups.at;
    size_t i = now.groups;

    (void)cx;
    while (i > 0 && at[i - 1].seq > seq)
        i--;
    if (i > 0)
        *out = at[i - 1];
    mem_unlock(c);
    return i > 0 ? ANS_OK : ANS_E_NOTFOUND;
}

ans_err mem_head_add(ans_cx *cx, void *conn, const ans_head *h)
{
    mem_conn *c = conn;
    ans_head *place;

    pthread_rwlock_wrlock(&c->m->lock);
    place = mem_array_add(&c->m->heads, sizeof *place);
    if (place)
        *place = *h;
    mem_unlock(c);
    return place ? ANS_OK : mem_no_memory(cx);
}

ans_err mem_head_at(ans_cx *cx, void *conn, uint64_t seq, bool forward, ans_head *out)
{
    mem_conn *c = conn;
    mem_moment now = mem_read_lock(c);
    const ans_head *at = (const ans_head *)c->m->heads.at, *found = NULL;

    (void)cx;
    for (size_t i = 0; i < now.heads && !(forward && found); i++) {
        if (forward ? at[i].seq >= seq : at[i].seq <= seq)
            found = &at[i];
    }
    if (found)
        *out = *found;
    mem_unlock(c);
    return found ? ANS_OK : ANS_E_NOTFOUND;
}

/* Under the lock. */
void mem_journal_cut(mem_store *m, size_t blocks, size_t groups, size_t heads)
{
    while (m->blocks.count > blocks) {
        const ans_block *b = block(m, --m->blocks.count);
        ans_free((void *)b->keys.p);
        ans_free((void *)b->body.bytes.p);
    }
    while (m->groups.count > groups)
        ans_free((void *)((ans_group *)m->groups.at)[--m->groups.count].keys.p);
    m->heads.count = heads;
}
