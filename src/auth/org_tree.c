/* Walking links: up for the gate, down for a tree, along for succession. */
#include "auth/org_int.h"
#include "base/sort.h"

/* ---- every link of an organisation that holds ---- */

/* Walks the links known now at one end, and the past ones when the past is asked. */
typedef struct link_walk {
    const org_node *node;
    ans_org org;
    ans_as_of a;
    bool up; /* links in which it is the lower end */
    uint32_t i;
} link_walk;

static const org_link *walk_next(link_walk *w)
{
    const org_links *now = w->up ? &w->node->up : &w->node->down;
    while (w->i < now->count) {
        const org_link *l = now->at[w->i++];
        if (org_holds(l, w->a)) {
            return l;
        }
    }
    while (w->a.known_us && w->i - now->count < w->node->past.count) {
        const org_link *l = w->node->past.at[w->i++ - now->count];
        if ((w->up ? l->v.lower : l->v.upper) == w->org && org_holds(l, w->a)) {
            return l;
        }
    }
    return NULL;
}

static link_walk walk_from(const ans_orgs *orgs, ans_org org, bool up, ans_as_of a)
{
    return (link_walk){.node = &orgs->nodes[org], .org = org, .a = a, .up = up};
}

static bool is_parent_in(const org_link *l, ans_lines lines)
{
    return l->v.relation == ANS_ORG_PARENT && (l->v.lines & lines);
}

/* ---- up ---- */

enum { FEW = 48 };

/* What has been met on the way up: a short list, which is nearly always enough, and a set of bits beyond it. */
typedef struct met {
    ans_org few[FEW];
    uint32_t count, done; /* the first `done` of few have been walked */
    uint64_t *bits;
    ans_org *more;        /* a stack of those beyond few */
    uint32_t more_count;
} met;

static bool is_met(const met *m, ans_org org)
{
    if (m->bits) {
        return m->bits[org / 64] >> (org % 64) & 1;
    }
    for (uint32_t i = 0; i < m->count; i++) {
        if (m->few[i] == org) {
            return true;
        }
    }
    return false;
}

static void set_bit(uint64_t *bits, ans_org org)
{
    bits[org / 64] |= (uint64_t)1 << (org % 64);
}

/* False: no memory for a graph as tangled as that. */
static bool meet(const ans_orgs *orgs, met *m, ans_org org)
{
    if (is_met(m, org)) {
        return true;
    }
    if (m->count < FEW) {
        m->few[m->count++] = org;
    } else {
        if (!m->bits) {
            size_t words = orgs->count / 64 + 1;
            m->bits = ans_alloc(words * sizeof *m->bits);
            m->more = ans_alloc(((size_t)orgs->count + 1) * sizeof *m->more);
            if (!m->bits || !m->more) {
                return false;
            }
            memset(m->bits, 0, words * sizeof *m->bits);
            for (uint32_t i = 0; i < FEW; i++) {
                set_bit(m->bits, m->few[i]);
            }
        }
        m->more[m->more_count++] = org;
    }
    if (m->bits) {
        set_bit(m->bits, org);
    }
    return true;
}

static ans_org next_met(met *m)
{
    return m->done < m->count ? m->few[m->done++] : m->more_count ? m->more[--m->more_count] : 0;
}

/* Without memory it answers no: nobody is let in by that. */
bool org_is_within(const ans_orgs *orgs, ans_org org, ans_org root, ans_lines lines, ans_as_of a)
{
    met m;
    bool found = org == root;
    m.count = m.done = m.more_count = 0;
    m.bits = NULL;
    m.more = NULL;
    bool ok = meet(orgs, &m, org);
    for (ans_org at; ok && !found && (at = next_met(&m)) != 0;) {
        link_walk w = walk_from(orgs, at, true, a);
        for (const org_link *l; ok && !found && (l = walk_next(&w)) != NULL;) {
            if (is_parent_in(l, lines)) {
                found = l->v.upper == root;
                ok = meet(orgs, &m, l->v.upper);
            }
        }
    }
    ans_free(m.bits);
    ans_free(m.more);
    return found;
}

bool ans_orgs_is_within(ans_orgs *orgs, ans_org org, ans_org root, ans_lines lines, ans_as_of as_of)
{
    (void)pthread_rwlock_rdlock(&orgs->lock);
    bool within = org && root && org <= orgs->count && root <= orgs->count && org_is_within(orgs, org, root, lines, as_of);
    (void)pthread_rwlock_unlock(&orgs->lock);
    return within;
}

/* ---- down ---- */

static ans_err subtree(ans_cx *cx, const ans_orgs *orgs, ans_org root, ans_lines lines, ans_as_of a, ans_org_set *out)
{
    uint32_t words = orgs->count / 64 + 1, count = 0;
    ans_org_set set = {.words = ANS_NEW_N(cx->arena, uint64_t, words), .word_count = words};
    ans_org *queue = ANS_NEW_N(cx->arena, ans_org, orgs->count + 1);
    if (!set.words || !queue) {
        return ans_cx_nomem(cx);
    }
    if (root && root <= orgs->count) {
        set_bit(set.words, root);
        queue[count++] = root;
    }
    for (uint32_t i = 0; i < count; i++) {
        link_walk w = walk_from(orgs, queue[i], false, a);
        for (const org_link *l; (l = walk_next(&w)) != NULL;) {
            if (is_parent_in(l, lines) && !ans_org_set_has(&set, l->v.lower)) {
                set_bit(set.words, l->v.lower);
                queue[count++] = l->v.lower;
            }
        }
    }
    set.count = count;
    *out = set;
    return ANS_OK;
}

ans_err ans_orgs_subtree(ans_cx *cx, ans_orgs *orgs, ans_org root, ans_lines lines, ans_as_of as_of, ans_org_set *out)
{
    (void)pthread_rwlock_rdlock(&orgs->lock);
    ans_err err = subtree(cx, orgs, root, lines, as_of, out);
    (void)pthread_rwlock_unlock(&orgs->lock);
    return err;
}

/* ---- one step ---- */

ans_lines ans_orgs_lines_of(ans_orgs *orgs, ans_org org, ans_as_of as_of)
{
    ans_lines lines = 0;
    (void)pthread_rwlock_rdlock(&orgs->lock);
    for (int up = 0; up < 2 && org && org <= orgs->count; up++) {
        link_walk w = walk_from(orgs, org, up, as_of);
        for (const org_link *l; (l = walk_next(&w)) != NULL;) {
            lines |= l->v.relation == ANS_ORG_PARENT && l->v.lines != ANS_LINES_ALL ? l->v.lines : 0;
        }
    }
    (void)pthread_rwlock_unlock(&orgs->lock);
    return lines;
}

/* A copy whose texts live in the arena. False: no memory. */
static bool copy_link(ans_cx *cx, const org_link *l, ans_org_link *out)
{
    *out = l->v;
    out->legal_basis = ans_arena_dup(cx->arena, l->v.legal_basis);
    out->share = ans_arena_dup(cx->arena, l->v.share);
    out->function = ans_arena_dup(cx->arena, l->v.function);
    return out->legal_basis.p && out->share.p && out->function.p;
}

static int by_other_end(const void *a, const void *b)
{
    const ans_org_link *x = a, *y = b;
    if (x->upper != y->upper) {
        return x->upper < y->upper ? -1 : 1;
    }
    if (x->lower != y->lower) {
        return x->lower < y->lower ? -1 : 1;
    }
    return ans_str_cmp(x->id, y->id);
}

static ans_err neighbours(ans_cx *cx, link_walk w, ans_lines lines, ans_org_link **out,
                          uint32_t *out_count)
{
    const org_links *now = w.up ? &w.node->up : &w.node->down;
    uint32_t count = 0, most = now->count + (w.a.known_us ? w.node->past.count : 0);
    ans_org_link *list = ANS_NEW_N(cx->arena, ans_org_link, most + 1);
    if (!list) {
        return ans_cx_nomem(cx);
    }
    for (const org_link *l; (l = walk_next(&w)) != NULL;) {
        if (is_parent_in(l, lines) && !copy_link(cx, l, &list[count++])) {
            return ans_cx_nomem(cx);
        }
    }
    ans_sort(list, count, sizeof *list, by_other_end);
    *out = list;
    *out_count = count;
    return ANS_OK;
}

static ans_err ask_neighbours(ans_cx *cx, ans_orgs *orgs, ans_org org, bool up, ans_lines lines, ans_as_of as_of,
                              ans_org_link **out, uint32_t *out_count)
{
    ans_err err = ANS_OK;
    *out = NULL;
    *out_count = 0;
    (void)pthread_rwlock_rdlock(&orgs->lock);
    if (org && org <= orgs->count) {
        err = neighbours(cx, walk_from(orgs, org, up, as_of), lines, out, out_count);
    }
    (void)pthread_rwlock_unlock(&orgs->lock);
    return err;
}

ans_err ans_orgs_parents(ans_cx *cx, ans_orgs *orgs, ans_org org, ans_lines lines, ans_as_of as_of, ans_org_link **out,
                         uint32_t *out_count)
{
    return ask_neighbours(cx, orgs, org, true, lines, as_of, out, out_count);
}

ans_err ans_orgs_children(ans_cx *cx, ans_orgs *orgs, ans_org org, ans_lines lines, ans_as_of as_of, ans_org_link **out,
                          uint32_t *out_count)
{
    return ask_neighbours(cx, orgs, org, false, lines, as_of, out, out_count);
}
