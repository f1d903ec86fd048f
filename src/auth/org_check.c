/* Looking for what is wrong: overlaps, cycles, blanks, what could not be read. */
#include "auth/org_int.h"

typedef struct finder {
    ans_cx *cx;
    const ans_orgs *orgs;
    ans_org_problem *found;
    uint32_t count, cap, limit;
} finder;

static ans_err report(finder *f, ans_org_trouble trouble, ans_org org, ans_day day, ans_str what)
{
    static const char *const words[] = {"overlap", "cycle", "no such Organization", "cannot be understood"};
    if (f->count == f->limit) {
        return ANS_OK;
    }
    ans_org_problem *grown = ans_arena_grow(f->cx->arena, f->found, f->count, &f->cap, 16, sizeof *grown);
    ans_str text = ans_arena_fmt(f->cx->arena, "%s: %.*s: %.*s", words[trouble], ANS_FMT(f->orgs->nodes[org].id), ANS_FMT(what));
    if (!grown || !text.p) {
        return ans_cx_nomem(f->cx);
    }
    f->found = grown;
    f->found[f->count++] = (ans_org_problem){.trouble = (uint8_t)trouble, .org = org, .day = day, .text = text};
    return ANS_OK;
}

static ans_day later(ans_day a, ans_day b)
{
    return a > b ? a : b;
}

static bool overlap(ans_day from1, ans_day to1, ans_day from2, ans_day to2, ans_day *out)
{
    *out = later(from1, from2);
    return from1 <= to2 && from2 <= to1;
}

static ans_err parents_overlap(finder *f, ans_org org)
{
    const org_links *up = &f->orgs->nodes[org].up;
    ans_err err = ANS_OK;
    ans_day day;
    for (uint32_t i = 0; i < up->count; i++) {
        const ans_org_link *a = &up->at[i]->v;
        for (uint32_t k = 0; err == ANS_OK && k < i; k++) {
            const ans_org_link *b = &up->at[k]->v;
            if (a->relation == ANS_ORG_PARENT && b->relation == ANS_ORG_PARENT && (a->lines & b->lines) &&
                overlap(a->from, a->to, b->from, b->to, &day)) {
                err = report(f, ANS_ORG_OVERLAP, org, day, ANS_STR("two parents in one line"));
            }
        }
    }
    return err;
}

static ans_err facts_overlap(finder *f, ans_org org)
{
    const org_record *r = org_record_of(&f->orgs->nodes[org], 0);
    ans_err err = ANS_OK;
    ans_day day;
    for (uint32_t i = 0; r && i < r->count; i++) {
        const ans_org_value *a = &r->facts[i].v;
        bool is_single = !a->is_undated && a->fact != ANS_ORG_RESPONSIBILITY && a->fact != ANS_ORG_LEVEL;
        for (uint32_t k = 0; err == ANS_OK && is_single && k < i; k++) {
            const ans_org_value *b = &r->facts[k].v;
            if (b->fact == a->fact && !b->is_undated && ans_str_eq(a->system, b->system) &&
                overlap(a->from, a->to, b->from, b->to, &day)) {
                err = report(f, ANS_ORG_OVERLAP, org, day, a->fact == ANS_ORG_NAME ? ANS_STR("two names") : a->system);
            }
        }
    }
    return err;
}

/* A cycle holds from some day on: the day on which one of its links begins. */
static ans_err cycles(finder *f, ans_org org)
{
    const org_links *up = &f->orgs->nodes[org].up;
    ans_err err = ANS_OK;
    for (uint32_t i = 0; err == ANS_OK && i < up->count; i++) {
        const ans_org_link *l = &up->at[i]->v;
        for (uint32_t line = 0; err == ANS_OK && l->relation == ANS_ORG_PARENT && line < f->orgs->line_count; line++) {
            ans_lines bit = (ans_lines)1 << line;
            if ((l->lines & bit) && org_is_within(f->orgs, l->upper, org, bit, ans_as_of_day(l->from))) {
                err = report(f, ANS_ORG_CYCLE, org, l->from, f->orgs->lines[line]);
            }
        }
    }
    return err;
}

static ans_err look_at(finder *f, ans_org org)
{
    const org_node *node = &f->orgs->nodes[org];
    if (!org_record_of(node, 0)) {
        bool is_named = node->up.count || node->down.count;
        return is_named ? report(f, ANS_ORG_BLANK, org, ANS_DAY_MIN, ANS_STR("a link names it")) : ANS_OK;
    }
    ans_err err = parents_overlap(f, org);
    err = err == ANS_OK ? facts_overlap(f, org) : err;
    return err == ANS_OK ? cycles(f, org) : err;
}

ans_err ans_orgs_problems(ans_cx *cx, ans_orgs *orgs, uint32_t limit, ans_org_problem **out, uint32_t *out_count)
{
    finder f = {.cx = cx, .orgs = orgs, .limit = limit};
    ans_err err = ANS_OK;
    (void)pthread_rwlock_rdlock(&orgs->lock);
    for (ans_org org = 1; err == ANS_OK && org <= orgs->count && f.count < limit; org++) {
        err = look_at(&f, org);
    }
    for (uint32_t i = 0; err == ANS_OK && i < orgs->entry_count; i++) {
        err = orgs->entries[i].is_unread ? report(&f, ANS_ORG_UNREAD, 0, ANS_DAY_MIN, orgs->entries[i].id) : ANS_OK;
    }
    if (err == ANS_OK && orgs->is_torn) {
        err = report(&f, ANS_ORG_UNREAD, 0, ANS_DAY_MIN, ANS_STR("memory ran out while following the record; start again"));
    }
    (void)pthread_rwlock_unlock(&orgs->lock);
    *out = f.found;
    *out_count = f.count;
    return err;
}
