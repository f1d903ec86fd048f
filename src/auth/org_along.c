/* Succession: what became of an organisation, what was before it.
 *
 * A story respects time and function. Forward, each step happens on the day of the step before it or later: what a successor gave
 * away before it received anything is not part of the story. A step that hands over one function carries that function on:
 * behind it only steps for the same function, or for everything, belong to the story. */
#include "auth/org_int.h"
#include "base/sort.h"

/* Somewhere the story has come to. */
typedef struct station {
    ans_org org;
    ans_day day;      /* it came there that day */
    uint32_t depth;
    ans_str function; /* empty: everything */
} station;

typedef struct story {
    ans_cx *cx;
    const ans_orgs *orgs;
    bool forward;
    ans_as_of a;
    station *stations;
    uint32_t count, cap;
    const org_link **told;
    uint32_t told_count, told_cap;
    uint32_t *depths;
    uint32_t depth_cap;
} story;

static bool is_told(const story *s, const org_link *l)
{
    for (uint32_t i = 0; i < s->told_count; i++) {
        if (s->told[i] == l) {
            return true;
        }
    }
    return false;
}

/* Whether a place that was visited before says all that this one could. */
static bool covers(const story *s, const station *old, const station *new)
{
    bool in_time = s->forward ? old->day <= new->day : old->day >= new->day;
    return old->org == new->org && in_time && (old->function.n == 0 || ans_str_eq(old->function, new->function));
}

static ans_err go_to(story *s, const station *to)
{
    for (uint32_t i = 0; i < s->count; i++) {
        if (covers(s, &s->stations[i], to)) {
            return ANS_OK;
        }
    }
    station *grown = ans_arena_grow(s->cx->arena, s->stations, s->count, &s->cap, 16, sizeof *grown);
    if (!grown) {
        return ans_cx_nomem(s->cx);
    }
    s->stations = grown;
    s->stations[s->count++] = *to;
    return ANS_OK;
}

static ans_err tell(story *s, const org_link *l, uint32_t depth)
{
    if (is_told(s, l)) {
        return ANS_OK;
    }
    uint32_t cap = s->told_cap;
    const org_link **told = ans_arena_grow(s->cx->arena, s->told, s->told_count, &s->told_cap, 16, sizeof *told);
    uint32_t *depths = ans_arena_grow(s->cx->arena, s->depths, s->told_count, &cap, 16, sizeof *depths);
    if (!told || !depths) {
        return ans_cx_nomem(s->cx);
    }
    s->told = told;
    s->depths = depths;
    s->told[s->told_count] = l;
    s->depths[s->told_count++] = depth;
    return ANS_OK;
}

static bool is_known(const org_link *l, ans_as_of a)
{
    return !a.known_us || (a.known_us >= l->v.recorded_us && a.known_us < l->until_us);
}

static ans_err follow_link(story *s, station from, const org_link *l)
{
    bool is_next = l->v.relation != ANS_ORG_PARENT && is_known(l, s->a);
    is_next = is_next && (s->forward ? l->v.from >= from.day && l->v.from <= s->a.day
                                     : l->v.from <= from.day && l->v.from >= s->a.day);
    if (!is_next || (l->v.function.n && from.function.n && !ans_str_eq(l->v.function, from.function))) {
        return ANS_OK;
    }
    station to = {.org = s->forward ? l->v.upper : l->v.lower,
                  .day = l->v.from,
                  .depth = from.depth + 1,
                  .function = from.function.n ? from.function : l->v.function};
    ans_err err = tell(s, l, to.depth);
    return err == ANS_OK ? go_to(s, &to) : err;
}

static ans_err follow_all(story *s, station from)
{
    const org_node *node = &s->orgs->nodes[from.org];
    const org_links *now = s->forward ? &node->up : &node->down;
    ans_err err = ANS_OK;
    for (uint32_t i = 0; err == ANS_OK && i < now->count; i++) {
        err = follow_link(s, from, now->at[i]);
    }
    for (uint32_t i = 0; err == ANS_OK && s->a.known_us && i < node->past.count; i++) {
        const org_link *l = node->past.at[i];
        err = (s->forward ? l->v.lower : l->v.upper) == from.org ? follow_link(s, from, l) : ANS_OK;
    }
    return err;
}

static int by_depth(const void *a, const void *b)
{
    const ans_org_link *x = a, *y = b;
    if (x->depth != y->depth) {
        return x->depth < y->depth ? -1 : 1;
    }
    if (x->from != y->from) {
        return x->from < y->from ? -1 : 1;
    }
    return ans_str_cmp(x->id, y->id);
}

static ans_err copy_out(story *s, ans_org_link **out, uint32_t *out_count)
{
    ans_org_link *list = ANS_NEW_N(s->cx->arena, ans_org_link, s->told_count + 1);
    if (!list) {
        return ans_cx_nomem(s->cx);
    }
    for (uint32_t i = 0; i < s->told_count; i++) {
        list[i] = s->told[i]->v;
        list[i].depth = s->depths[i];
        list[i].legal_basis = ans_arena_dup(s->cx->arena, list[i].legal_basis);
        list[i].share = ans_arena_dup(s->cx->arena, list[i].share);
        list[i].function = ans_arena_dup(s->cx->arena, list[i].function);
        if (!list[i].legal_basis.p || !list[i].share.p || !list[i].function.p) {
            return ans_cx_nomem(s->cx);
        }
    }
    ans_sort(list, s->told_count, sizeof *list, by_depth);
    *out = list;
    *out_count = s->told_count;
    return ANS_OK;
}

ans_err ans_orgs_succession(ans_cx *cx, ans_orgs *orgs, ans_org org, bool forward, ans_str function, ans_as_of as_of,
                            ans_org_link **out, uint32_t *out_count)
{
    story s = {.cx = cx, .orgs = orgs, .forward = forward, .a = as_of};
    station start = {.org = org, .day = forward ? ANS_DAY_MIN : ANS_DAY_MAX, .function = function};
    ans_err err = ANS_OK;
    (void)pthread_rwlock_rdlock(&orgs->lock);
    if (org && org <= orgs->count) {
        err = go_to(&s, &start);
    }
    for (uint32_t i = 0; err == ANS_OK && i < s.count; i++) {
        err = follow_all(&s, s.stations[i]);
    }
    err = err == ANS_OK ? copy_out(&s, out, out_count) : err;
    (void)pthread_rwlock_unlock(&orgs->lock);
    return err;
}
