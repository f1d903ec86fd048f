/* $tree: organisations of one line as of a date, flat and in order: each behind its parent, with its depth and how many stand
 * directly below it. */
#include "rest/org_ops.h"
#include "base/sort.h"

enum { DEEPEST = 64 };

typedef struct tree {
    org_call c;
    ans_lines line;
    uint32_t depth_limit;
    ans_org_set seen;
} tree;

static int by_id(const void *a, const void *b)
{
    const ans_str *x = a, *y = b;
    return ans_str_cmp(*x, *y);
}

static ans_err out_one(tree *t, ans_org org, ans_org parent, uint32_t depth, uint32_t children)
{
    org_call *c = &t->c;
    org_out_open(c, "organization");
    org_out_number(c, "depth", depth);
    if (parent) {
        org_out_text(c, "parent", "valueString",
                     ans_arena_fmt(c->j->cx->arena, "Organization/%.*s", ANS_FMT(ans_orgs_id(c->orgs, parent))));
    }
    org_out_number(c, "children", children);
    ans_err err = org_out_facts(c, org);
    org_out_close(c);
    return err;
}

/* The children's ids in order; each once. */
static ans_err children(tree *t, ans_org org, ans_str **out, uint32_t *out_count)
{
    ans_org_link *l;
    uint32_t count, n = 0;
    org_call *c = &t->c;
    ans_err err = ans_orgs_children(c->j->cx, c->orgs, org, t->line, c->a, &l, &count);
    if (err != ANS_OK) {
        return err;
    }
    ans_str *ids = ANS_NEW_N(c->j->cx->arena, ans_str, count + 1);
    if (!ids) {
        return ans_cx_nomem(c->j->cx);
    }
    for (uint32_t i = 0; i < count; i++) {
        if ((i == 0 || l[i].lower != l[i - 1].lower) && org_sees(c, l[i].lower)) {
            ids[n++] = ans_orgs_id(c->orgs, l[i].lower);
        }
    }
    ans_sort(ids, n, sizeof *ids, by_id);
    *out = ids;
    *out_count = n;
    return ANS_OK;
}

static ans_err walk(tree *t, ans_org org, ans_org parent, uint32_t depth)
{
    ans_str *ids = NULL;
    uint32_t count = 0;
    org_call *c = &t->c;
    if (!org_sees(c, org)) {
        return ANS_OK;
    }
    if (ans_org_set_has(&t->seen, org) || org / 64 >= t->seen.word_count || ans_cx_is_late(c->j->cx)) {
        return ans_cx_is_late(c->j->cx) ? ANS_E_TIMEOUT : ANS_OK; /* a second way to the same one is not told again */
    }
    t->seen.words[org / 64] |= (uint64_t)1 << (org % 64);
    ans_err err = children(t, org, &ids, &count);
    err = err == ANS_OK ? out_one(t, org, parent, depth, count) : err;
    for (uint32_t i = 0; err == ANS_OK && depth < t->depth_limit && i < count; i++) {
        err = walk(t, ans_orgs_find(c->orgs, ids[i]), org, depth + 1);
    }
    return err;
}

/* Without a root: whatever has a child in this line that day and no parent. */
static ans_err walk_roots(tree *t)
{
    org_call *c = &t->c;
    ans_org_link *up, *down;
    uint32_t ups, downs;
    ans_err err = ANS_OK;
    for (ans_org org = 1; err == ANS_OK && org <= ans_orgs_count(c->orgs); org++) {
        err = ans_orgs_parents(c->j->cx, c->orgs, org, t->line, c->a, &up, &ups);
        if (err != ANS_OK || ups) {
            continue;
        }
        err = ans_orgs_children(c->j->cx, c->orgs, org, t->line, c->a, &down, &downs);
        bool is_root = false;
        for (uint32_t i = 0; err == ANS_OK && i < downs; i++) {
            is_root = is_root || down[i].lines != ANS_LINES_ALL; /* a facility with departments is no root of a line */
        }
        err = err == ANS_OK && is_root ? walk(t, org, 0, 0) : err;
    }
    return err;
}

static ans_err out_levels(tree *t)
{
    ans_org_value *v;
    uint32_t count;
    org_call *c = &t->c;
    ans_err err = ANS_OK;
    for (ans_org org = 1; err == ANS_OK && org <= ans_orgs_count(c->orgs); org++) {
        err = ans_orgs_values(c->j->cx, c->orgs, org, ANS_ORG_LEVEL, c->a, &v, &count);
        for (uint32_t i = 0; err == ANS_OK && i < count; i++) {
            org_out_text(c, "level", "valueCode", v[i].value);
        }
    }
    return err;
}

static ans_err read_limits(tree *t)
{
    uint64_t depth = DEEPEST;
    org_call *c = &t->c;
    ans_str given = operation_param(c->j, "depth");
    if (given.n && (!ans_str_u64(given, &depth) || depth > DEEPEST)) {
        return ans_issue_add(c->j->cx, ANS_E_VALUE, ANS_STR("http.depth"), "depth is a number from 0 to %d", DEEPEST);
    }
    t->depth_limit = (uint32_t)depth;
    t->seen.word_count = ans_orgs_count(c->orgs) / 64 + 1;
    t->seen.words = ANS_NEW_N(c->j->cx->arena, uint64_t, t->seen.word_count);
    return t->seen.words ? ANS_OK : ans_cx_nomem(c->j->cx);
}

ans_err org_tree_run(job *j, ans_reader *rd)
{
    tree t = {0};
    ans_org root = 0;
    (void)rd;
    ans_err err = org_call_begin(j, &t.c);
    err = err == ANS_OK ? org_call_line(&t.c, 0, &t.line) : err;
    err = err != ANS_OK ? err : j->route.id.n ? org_call_self(&t.c, &root) : org_call_named(&t.c, "root", &root);
    err = err == ANS_OK ? read_limits(&t) : err;
    if (err != ANS_OK) {
        return err;
    }
    org_out_text(&t.c, "line", "valueCode", ans_orgs_line_code(t.c.orgs, t.line));
    if (t.line == ans_orgs_line(t.c.orgs, ANS_STR("civil"))) {
        err = out_levels(&t);
    }
    if (err == ANS_OK) {
        err = root ? walk(&t, root, 0, 0) : walk_roots(&t);
    }
    return err == ANS_OK ? org_call_end(&t.c) : err;
}
