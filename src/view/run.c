/* From one resource to its rows.
 *
 * Each part of a node must be combined with every row of the parts before it. Instead of gathering rows and multiplying them, a part
 * is given what is left to do after it (a chain of frames); whoever comes to the end of the chain has filled a whole row. The
 * depth of calls is bounded by the number of selects, which compile.c limits. */
#include "view/view_int.h"

enum { MOST_ROWS = 1000000, MOST_REPEATS = 100000 };

typedef struct run {
    ans_cx *cx;
    const ans_view *view;
    ans_path_env env;
    ans_path_var *vars;
    ans_items *cells;
    ans_view_row *row;
    void *arg;
    uint32_t rows;
} run;

/* What is left to do: the parts of a node from `at` on, with its item, and then what is left above it. */
typedef struct frame frame;
struct frame {
    const node *n;
    uint32_t at;
    const ans_item *item;
    ans_items index; /* %rowIndex there */
    const frame *up;
};

static ans_err go_on(run *r, const frame *f);

static ans_err eval(run *r, const ans_path *path, const ans_item *focus, ans_items *out)
{
    *out = (ans_items){0};
    return ans_path_eval(r->cx, path, &r->env, focus, out);
}

static ans_items *index_of(run *r)
{
    return &r->vars[r->view->var_count - 1].value;
}

static ans_err set_index(run *r, uint32_t index)
{
    ans_item *item = ANS_NEW(r->cx->arena, ans_item);
    if (!item) {
        return ans_cx_nomem(r->cx);
    }
    *item = (ans_item){.kind = ANS_ITEM_INTEGER, .number = {.digits = index}, .node = ANS_JNONE, .sibling = ANS_JNONE};
    *index_of(r) = (ans_items){.at = item, .count = 1};
    return ANS_OK;
}

static ans_err fill(run *r, const node *n, const ans_item *item)
{
    for (uint32_t i = 0; i < n->column_count; i++) {
        const column *c = &n->columns[i];
        const ans_view_column *about = &r->view->columns[c->at];
        ans_err err = eval(r, c->path, item, &r->cells[c->at]);
        if (err != ANS_OK) {
            return err;
        }
        if (r->cells[c->at].count > 1 && !about->is_collection) {
            return ans_issue_add(r->cx, ANS_E_VALUE, ANS_STR_NONE,
                                 "the column %.*s has several values: say collection: true, or take one of them", ANS_FMT(about->name));
        }
    }
    return ANS_OK;
}

static ans_err run_item(run *r, const node *n, const ans_item *item, uint32_t index, const frame *after)
{
    bool is_counted = n->each || n->repeat_count;
    ans_err err = is_counted ? set_index(r, index) : ANS_OK;
    frame mine = {n, 0, item, *index_of(r), after};
    err = err == ANS_OK ? fill(r, n, item) : err;
    return err == ANS_OK ? go_on(r, &mine) : err;
}

/* A list of items that grows. */
typedef struct pile {
    ans_items items;
    uint32_t cap;
} pile;

static ans_err pile_add(run *r, pile *p, const ans_item *item)
{
    if (p->items.count == p->cap) {
        uint32_t cap = p->cap ? p->cap * 2 : 32;
        ans_item *grown = ANS_NEW_N(r->cx->arena, ans_item, cap);
        if (!grown) {
            return ans_cx_nomem(r->cx);
        }
        if (p->items.count) {
            memcpy(grown, p->items.at, p->items.count * sizeof *grown);
        }
        p->items.at = grown;
        p->cap = cap;
    }
    p->items.at[p->items.count++] = *item;
    return ANS_OK;
}

/* What one item leads to, last first: the pile is worked off from its end. */
static ans_err push_next(run *r, const node *n, const ans_item *item, pile *todo)
{
    ans_err err = ANS_OK;
    for (uint32_t i = n->repeat_count; err == ANS_OK && i-- > 0;) {
        ans_items found;
        err = eval(r, n->repeat[i], item, &found);
        for (uint32_t k = found.count; err == ANS_OK && k-- > 0;) {
            err = pile_add(r, todo, &found.at[k]);
        }
    }
    return err;
}

/* Depth first, each item before what it leads to. */
static ans_err follow(run *r, const node *n, const ans_item *from, ans_items *out)
{
    pile todo = {0}, found = {0};
    ans_err err = push_next(r, n, from, &todo);
    while (err == ANS_OK && todo.items.count) {
        ans_item item = todo.items.at[--todo.items.count];
        err = pile_add(r, &found, &item);
        err = err == ANS_OK ? push_next(r, n, &item, &todo) : err;
        if (err == ANS_OK && found.items.count + todo.items.count > MOST_REPEATS) {
            err = ans_issue_add(r->cx, ANS_E_COSTLY, ANS_STR_NONE, "repeat leads to more than %d elements", MOST_REPEATS);
        }
    }
    *out = found.items;
    return err;
}

static ans_err items_of(run *r, const node *n, const ans_item *item, ans_items *out)
{
    return n->repeat_count ? follow(r, n, item, out) : eval(r, n->each, item, out);
}

static ans_err run_node(run *r, const node *n, const ans_item *item, const frame *after)
{
    ans_items items;
    if (!n->each && n->repeat_count == 0) {
        return run_item(r, n, item, 0, after);
    }
    ans_err err = items_of(r, n, item, &items);
    if (err == ANS_OK && items.count == 0 && n->or_null) {
        for (uint32_t i = n->first; i < n->last; i++) {
            r->cells[i] = (ans_items){0};
        }
        return go_on(r, after);
    }
    for (uint32_t i = 0; err == ANS_OK && i < items.count; i++) {
        err = run_item(r, n, &items.at[i], i, after);
    }
    return err;
}

static ans_err emit(run *r)
{
    if (++r->rows > MOST_ROWS) {
        return ans_issue_add(r->cx, ANS_E_COSTLY, ANS_STR_NONE, "one resource makes more than %d rows", MOST_ROWS);
    }
    return r->row(r->arg, r->cx, r->view, r->cells);
}

static ans_err go_on(run *r, const frame *f)
{
    while (f && f->at == f->n->part_count) {
        f = f->up;
    }
    if (!f) {
        return emit(r);
    }
    const part *p = &f->n->parts[f->at];
    frame next = {f->n, f->at + 1, f->item, f->index, f->up};
    ans_err err = ANS_OK;
    for (uint32_t i = 0; err == ANS_OK && i < p->count; i++) {
        *index_of(r) = f->index;
        err = run_node(r, p->alternatives[i], f->item, &next);
    }
    return err;
}

/* Is the resource meant? Several conditions must all hold; nothing is no. */
static ans_err is_meant(run *r, const ans_item *focus, bool *out)
{
    *out = true;
    for (uint32_t i = 0; *out && i < r->view->where_count; i++) {
        ans_items items;
        ans_err err = eval(r, r->view->where[i], focus, &items);
        if (err != ANS_OK) {
            return err;
        }
        ans_item *v = items.count == 1 ? &items.at[0] : NULL;
        bool is_node = v && v->kind == ANS_ITEM_NODE && ans_str_is(ans_fhir_type_name(v->type), "boolean");
        if (items.count > 1 || (v && v->kind != ANS_ITEM_BOOLEAN && !is_node)) {
            return ans_issue_add(r->cx, ANS_E_VALUE, ANS_STR("ViewDefinition.where"), "a condition must be true, false or nothing");
        }
        bool is_void = is_node && v->node == ANS_JNONE; /* only its id or extensions are there */
        *out = v && !is_void && (is_node ? ans_json_kind_of(v->doc, v->node) == ANS_JSON_TRUE : v->flag);
    }
    return ANS_OK;
}

ans_err ans_view_run(ans_cx *cx, const ans_view *view, const ans_zone *zone, const ans_json *doc, ans_jnode root, ans_view_row *row,
                     void *arg)
{
    ans_item focus = ans_item_of_resource(doc, root);
    run r = {.cx = cx, .view = view, .row = row, .arg = arg};
    bool meant = false;
    if (focus.type != view->type) {
        return ANS_OK;
    }
    r.cells = ANS_NEW_N(cx->arena, ans_items, view->column_count + 1);
    r.vars = ANS_NEW_N(cx->arena, ans_path_var, view->var_count);
    if (!r.cells || !r.vars) {
        return ans_cx_nomem(cx);
    }
    memset(r.cells, 0, (view->column_count + 1) * sizeof *r.cells);
    memcpy(r.vars, view->vars, view->var_count * sizeof *r.vars);
    r.env = (ans_path_env){.resource = &focus, .zone = zone, .vars = r.vars, .var_count = view->var_count};
    ans_err err = set_index(&r, 0);
    err = err == ANS_OK ? is_meant(&r, &focus, &meant) : err;
    frame whole = {view->root, 0, &focus, *index_of(&r), NULL};
    return err == ANS_OK && meant ? go_on(&r, &whole) : err;
}
