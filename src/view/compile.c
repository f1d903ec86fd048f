/* From a ViewDefinition to a tree of nodes. Whatever is wrong is said here, with its place, before a row is made. */
#include <stdio.h>

#include "view/view_int.h"

enum { MOST_COLUMNS = 1000, MOST_NODES = 500, MOST_DEPTH = 24 };

typedef struct build {
    ans_cx *cx;
    ans_arena *arena;
    const ans_json *doc;
    ans_view *view;
    uint32_t nodes, depth;
} build;

static ans_err wrong(build *b, ans_str where, const char *what)
{
    return ans_issue_add(b->cx, ANS_E_INVALID, where, "%s", what);
}

static ans_err no_memory(build *b)
{
    return ans_cx_nomem(b->cx);
}

static ans_str below(build *b, ans_str where, const char *name, int64_t at)
{
    ans_str s = at < 0 ? ans_arena_fmt(b->cx->arena, "%.*s.%s", ANS_FMT(where), name)
                       : ans_arena_fmt(b->cx->arena, "%.*s.%s[%lld]", ANS_FMT(where), name, (long long)at);
    return s.p ? s : where;
}

/* A list member: ANS_JNONE when absent; an error when it is no list. */
static ans_err list(build *b, ans_jnode obj, const char *name, ans_str where, ans_jnode *out)
{
    *out = ans_json_get(b->doc, obj, ans_str_of(name));
    if (*out != ANS_JNONE && ans_json_kind_of(b->doc, *out) != ANS_JSON_ARRAY) {
        return wrong(b, below(b, where, name, -1), "must be a list");
    }
    return ANS_OK;
}

static uint32_t count_of(build *b, ans_jnode list_node)
{
    return list_node == ANS_JNONE ? 0 : ans_json_count(b->doc, list_node);
}

/* %names are the view's constants. What is missing is said here: a run would only meet it where the data leads there. */
static ans_err names_are_known(build *b, const ans_path *path, ans_str where)
{
    const ans_str *names = NULL;
    uint32_t count = 0;
    ans_err err = ans_path_names(b->cx, b->cx->arena, path, &names, &count);
    for (uint32_t i = 0; err == ANS_OK && i < count; i++) {
        bool is_known = false;
        for (uint32_t k = 0; !is_known && k < b->view->var_count; k++) {
            is_known = ans_str_eq(b->view->vars[k].name, names[i]);
        }
        if (!is_known) {
            return ans_issue_add(b->cx, ANS_E_INVALID, where, "there is no constant %%%.*s", ANS_FMT(names[i]));
        }
    }
    return err;
}

static ans_err path_at(build *b, ans_jnode n, ans_str where, bool is_top, const ans_path **out)
{
    ans_str text = ans_json_string(b->cx, b->doc, n), kept;
    if (!text.p || !text.n) {
        return wrong(b, where, "must be a FHIRPath expression");
    }
    kept = ans_arena_dup(b->arena, text);
    if (!kept.p) {
        return no_memory(b);
    }
    ans_err err = ans_path_compile(b->cx, b->arena, kept, is_top ? b->view->type : 0, out);
    if (err != ANS_OK && b->cx->last_ && !b->cx->last_->expression.n) {
        b->cx->last_->expression = where;
    }
    return err == ANS_OK ? names_are_known(b, *out, where) : err;
}

static ans_err path_member(build *b, ans_jnode obj, const char *name, ans_str where, bool is_top, const ans_path **out)
{
    ans_jnode n = ans_json_get(b->doc, obj, ans_str_of(name));
    return n == ANS_JNONE ? ANS_OK : path_at(b, n, below(b, where, name, -1), is_top, out);
}

/* ---- columns ---- */

static bool is_name(ans_str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!letter && (i == 0 || !((c >= '0' && c <= '9') || c == '_'))) {
            return false;
        }
    }
    return s.n > 0 && s.n <= 255;
}

static ans_err name_column(build *b, ans_jnode n, ans_str where, ans_view_column *out)
{
    ans_view *v = b->view;
    ans_str name = ans_json_get_string(b->cx, b->doc, n, ANS_STR("name"));
    ans_str type = ans_json_get_string(b->cx, b->doc, n, ANS_STR("type"));
    ans_jnode collection = ans_json_get(b->doc, n, ANS_STR("collection"));
    if (!is_name(name)) {
        return wrong(b, below(b, where, "name", -1), "a column's name has letters, digits and _, and begins with a letter");
    }
    if (collection != ANS_JNONE && ans_json_kind_of(b->doc, collection) != ANS_JSON_TRUE &&
        ans_json_kind_of(b->doc, collection) != ANS_JSON_FALSE) {
        return wrong(b, below(b, where, "collection", -1), "must be true or false");
    }
    *out = (ans_view_column){.name = ans_arena_dup(b->arena, name), .type = ans_arena_dup(b->arena, type)};
    out->is_collection = collection != ANS_JNONE && ans_json_kind_of(b->doc, collection) == ANS_JSON_TRUE;
    for (uint32_t i = 0; i < v->column_count; i++) {
        if (ans_str_eq(v->columns[i].name, name)) {
            return wrong(b, below(b, where, "name", -1), "a column of this name is there already");
        }
    }
    return out->name.p ? ANS_OK : no_memory(b);
}

static ans_err add_column(build *b, ans_jnode n, ans_str where, bool is_top, column *out)
{
    ans_view *v = b->view;
    if (ans_json_kind_of(b->doc, n) != ANS_JSON_OBJECT) {
        return wrong(b, where, "must be an object");
    }
    if (v->column_count == MOST_COLUMNS) {
        return wrong(b, where, "more than 1000 columns");
    }
    ans_err err = name_column(b, n, where, &v->columns[v->column_count]);
    out->path = NULL;
    err = err == ANS_OK ? path_member(b, n, "path", where, is_top, &out->path) : err;
    if (err == ANS_OK && !out->path) {
        return wrong(b, where, "a column needs a path");
    }
    out->at = v->column_count;
    v->column_count += err == ANS_OK;
    return err;
}

static ans_err add_columns(build *b, ans_jnode obj, ans_str where, bool is_top, node *n)
{
    ans_jnode columns;
    ans_err err = list(b, obj, "column", where, &columns);
    n->columns = ANS_NEW_N(b->arena, column, count_of(b, columns) + 1);
    if (err != ANS_OK || !n->columns) {
        return err != ANS_OK ? err : no_memory(b);
    }
    if (columns == ANS_JNONE) {
        return ANS_OK;
    }
    ANS_JSON_EACH(b->doc, columns, c)
    {
        err = add_column(b, c, below(b, where, "column", n->column_count), is_top, &n->columns[n->column_count]);
        if (err != ANS_OK) {
            return err;
        }
        n->column_count++;
    }
    return ANS_OK;
}

/* ---- selects ---- */

static ans_err add_node(build *b, ans_jnode obj, ans_str where, bool is_top, node **out);

/* Branches of a union fill the same places of the row: the first names them, the others must name the same in the same order. */
static ans_err add_branch(build *b, ans_jnode obj, ans_str where, bool is_top, const node *model, node **out)
{
    ans_view *v = b->view;
    uint32_t after = v->column_count;
    ans_view_column *known = v->columns;
    uint32_t first = model->first, wanted = model->last - model->first;
    v->columns = ANS_NEW_N(b->cx->arena, ans_view_column, MOST_COLUMNS);
    if (!v->columns) {
        v->columns = known;
        return no_memory(b);
    }
    memcpy(v->columns, known, first * sizeof *known); /* what stands before is there for the check of names */
    v->column_count = first;
    ans_err err = add_node(b, obj, where, is_top, out);
    bool same = err == ANS_OK && v->column_count - first == wanted;
    for (uint32_t i = 0; same && i < wanted; i++) {
        same = ans_str_eq(v->columns[first + i].name, known[first + i].name) &&
               v->columns[first + i].is_collection == known[first + i].is_collection;
    }
    v->columns = known;
    v->column_count = after;
    return err == ANS_OK && !same ? wrong(b, where, "the branches of unionAll must have the same columns in the same order") : err;
}

static ans_err add_union(build *b, ans_jnode branches, ans_str where, bool is_top, part *out)
{
    out->alternatives = ANS_NEW_N(b->arena, node *, ans_json_count(b->doc, branches) + 1);
    if (!out->alternatives) {
        return no_memory(b);
    }
    ANS_JSON_EACH(b->doc, branches, n)
    {
        ans_str at = below(b, where, "unionAll", out->count);
        ans_err err = out->count == 0 ? add_node(b, n, at, is_top, &out->alternatives[0])
                                      : add_branch(b, n, at, is_top, out->alternatives[0], &out->alternatives[out->count]);
        if (err != ANS_OK) {
            return err;
        }
        out->count++;
    }
    return ANS_OK;
}

static ans_err add_select(build *b, ans_jnode obj, ans_str where, bool is_top, part *out)
{
    out->alternatives = ANS_NEW_N(b->arena, node *, 1);
    out->count = 1;
    return out->alternatives ? add_node(b, obj, where, is_top, &out->alternatives[0]) : no_memory(b);
}

static ans_err add_parts(build *b, ans_jnode obj, ans_str where, bool is_top, node *n)
{
    ans_jnode selects, branches;
    ans_err err = list(b, obj, "select", where, &selects);
    err = err == ANS_OK ? list(b, obj, "unionAll", where, &branches) : err;
    if (err != ANS_OK) {
        return err;
    }
    n->parts = ANS_NEW_N(b->arena, part, count_of(b, selects) + 1);
    if (!n->parts) {
        return no_memory(b);
    }
    memset(n->parts, 0, (count_of(b, selects) + 1) * sizeof *n->parts);
    for (ans_jnode s = selects == ANS_JNONE ? ANS_JNONE : ans_json_first(b->doc, selects); err == ANS_OK && s != ANS_JNONE;
         s = ans_json_next(b->doc, selects, s)) {
        err = add_select(b, s, below(b, where, "select", n->part_count), is_top, &n->parts[n->part_count]);
        n->part_count++;
    }
    if (err == ANS_OK && count_of(b, branches) > 0) {
        err = add_union(b, branches, where, is_top, &n->parts[n->part_count++]);
    }
    return err;
}

static ans_err add_repeat(build *b, ans_jnode obj, ans_str where, node *n)
{
    ans_jnode paths;
    ans_err err = list(b, obj, "repeat", where, &paths);
    n->repeat = ANS_NEW_N(b->arena, const ans_path *, count_of(b, paths) + 1);
    if (err != ANS_OK || !n->repeat || paths == ANS_JNONE) {
        return err != ANS_OK ? err : n->repeat ? ANS_OK : no_memory(b);
    }
    ANS_JSON_EACH(b->doc, paths, p)
    {
        /* the second round starts from what the first found, so the type is open */
        err = path_at(b, p, below(b, where, "repeat", n->repeat_count), false, &n->repeat[n->repeat_count]);
        if (err != ANS_OK) {
            return err;
        }
        n->repeat_count++;
    }
    return ANS_OK;
}

static ans_err add_each(build *b, ans_jnode obj, ans_str where, bool is_top, node *n)
{
    const ans_path *or_null = NULL;
    ans_err err = path_member(b, obj, "forEach", where, is_top, &n->each);
    err = err == ANS_OK ? path_member(b, obj, "forEachOrNull", where, is_top, &or_null) : err;
    err = err == ANS_OK ? add_repeat(b, obj, where, n) : err;
    if (err != ANS_OK) {
        return err;
    }
    if ((n->each != NULL) + (or_null != NULL) + (n->repeat_count > 0) > 1) {
        return wrong(b, where, "only one of forEach, forEachOrNull and repeat can stand in a select");
    }
    n->or_null = or_null;
    n->each = or_null ? or_null : n->each;
    return ANS_OK;
}

/* is_top: what it looks at is the resource itself. */
static ans_err add_node(build *b, ans_jnode obj, ans_str where, bool is_top, node **out)
{
    node *n = ANS_NEW(b->arena, node);
    if (!n) {
        return no_memory(b);
    }
    *n = (node){.first = b->view->column_count};
    *out = n;
    if (ans_json_kind_of(b->doc, obj) != ANS_JSON_OBJECT) {
        return wrong(b, where, "must be an object");
    }
    if (++b->nodes > MOST_NODES || b->depth == MOST_DEPTH) {
        return wrong(b, where, "more than 500 selects, or more than 24 within each other");
    }
    b->depth++;
    ans_err err = add_each(b, obj, where, is_top, n);
    bool is_same = is_top && !n->each && n->repeat_count == 0;
    err = err == ANS_OK ? add_columns(b, obj, where, is_same, n) : err;
    err = err == ANS_OK ? add_parts(b, obj, where, is_same, n) : err;
    b->depth--;
    n->last = b->view->column_count;
    if (err == ANS_OK && n->column_count + n->part_count == 0) {
        return wrong(b, where, "a select needs columns, selects or unionAll");
    }
    return err;
}

/* ---- constants ---- */

/* A constant is read as an element of its type: {"value": 5} with the type of valueX. */
static ans_err add_constant(build *b, ans_jnode n, ans_str where, ans_path_var *out)
{
    ans_str name = ans_json_get_string(b->cx, b->doc, n, ANS_STR("name"));
    ans_type type = 0;
    ans_jnode value = ANS_JNONE;
    ANS_JSON_EACH(b->doc, n, m)
    {
        ans_str key = ans_json_key(b->doc, m);
        if (ans_str_starts(key, ANS_STR("value")) && key.n > 5) {
            char first[64];
            ans_str rest = ans_str_from(key, 5);
            (void)snprintf(first, sizeof first, "%.*s", ANS_FMT(rest));
            first[0] = (char)(first[0] >= 'A' && first[0] <= 'Z' ? first[0] + 32 : first[0]);
            type = ans_fhir_type_named(ans_str_of(first)); /* valueInteger -> integer */
            type = type ? type : ans_fhir_type_named(rest); /* valueCoding -> Coding */
            value = m;
        }
    }
    if (!is_name(name) || value == ANS_JNONE || !type) {
        return wrong(b, where, "a constant has a name and one value[x] of a type of FHIR");
    }
    for (uint32_t i = 0; i < b->view->var_count; i++) {
        if (ans_str_eq(b->view->vars[i].name, name)) {
            return wrong(b, where, "a constant of this name is there already");
        }
    }
    ans_item *item = ANS_NEW(b->arena, ans_item);
    out->name = ans_arena_dup(b->arena, name);
    if (!item || !out->name.p) {
        return no_memory(b);
    }
    *item = (ans_item){.kind = ANS_ITEM_NODE, .type = type, .node = value, .sibling = ANS_JNONE, .doc = &b->view->constants};
    out->value = (ans_items){.at = item, .count = 1};
    return ANS_OK;
}

static ans_err add_constants(build *b, ans_jnode root)
{
    ans_jnode constants;
    ans_view *v = b->view;
    ans_err err = list(b, root, "constant", ANS_STR("ViewDefinition"), &constants);
    v->vars = ANS_NEW_N(b->arena, ans_path_var, count_of(b, constants) + 1);
    if (err != ANS_OK || !v->vars) {
        return err != ANS_OK ? err : no_memory(b);
    }
    if (constants != ANS_JNONE) {
        ANS_JSON_EACH(b->doc, constants, c)
        {
            err = add_constant(b, c, below(b, ANS_STR("ViewDefinition"), "constant", v->var_count), &v->vars[v->var_count]);
            if (err != ANS_OK) {
                return err;
            }
            v->var_count++;
        }
    }
    v->vars[v->var_count++] = (ans_path_var){.name = ANS_STR("rowIndex")};
    return ANS_OK;
}

/* ---- the whole ---- */

/* The view keeps its own copy of the document: constants are elements of it. */
static ans_err keep_document(build *b, ans_jnode root, const ans_json *doc)
{
    ans_buf buf;
    ans_str text;
    ans_buf_init_arena(&buf, b->arena, (size_t)1 << 20);
    ans_json_print(doc, root, false, &buf);
    ans_cx cx = {.arena = b->arena};
    ans_err err = ans_buf_finish(&buf, &text);
    err = err == ANS_OK ? ans_json_parse(&cx, text, NULL, &b->view->constants) : err;
    b->doc = &b->view->constants;
    return err;
}

static ans_err add_where(build *b, ans_jnode root)
{
    ans_jnode conditions;
    ans_view *v = b->view;
    ans_err err = list(b, root, "where", ANS_STR("ViewDefinition"), &conditions);
    v->where = ANS_NEW_N(b->arena, const ans_path *, count_of(b, conditions) + 1);
    if (err != ANS_OK || !v->where || conditions == ANS_JNONE) {
        return err != ANS_OK ? err : v->where ? ANS_OK : no_memory(b);
    }
    ANS_JSON_EACH(b->doc, conditions, c)
    {
        ans_str where = below(b, ANS_STR("ViewDefinition"), "where", v->where_count);
        err = path_member(b, c, "path", where, true, &v->where[v->where_count]);
        if (err == ANS_OK && !v->where[v->where_count]) {
            err = wrong(b, where, "a condition needs a path");
        }
        if (err != ANS_OK) {
            return err;
        }
        v->where_count++;
    }
    return ANS_OK;
}

ans_err ans_view_compile(ans_cx *cx, ans_arena *arena, const ans_json *doc, ans_jnode root, const ans_view **out)
{
    ans_view *v = ANS_NEW(arena, ans_view);
    build b = {.cx = cx, .arena = arena, .view = v};
    ans_jnode selects;
    if (!v) {
        return ans_cx_nomem(cx);
    }
    *v = (ans_view){.columns = ANS_NEW_N(arena, ans_view_column, MOST_COLUMNS)};
    ans_err err = v->columns ? keep_document(&b, root, doc) : ans_cx_nomem(cx);
    if (err != ANS_OK) {
        return err;
    }
    ans_str type = ans_json_get_string(cx, b.doc, 0, ANS_STR("resource"));
    v->type = type.p ? ans_fhir_type_named(type) : 0;
    if (!v->type || !ans_fhir_is_resource(v->type)) {
        return wrong(&b, ANS_STR("ViewDefinition.resource"), "must name a type of resource");
    }
    err = list(&b, 0, "select", ANS_STR("ViewDefinition"), &selects);
    if (err == ANS_OK && count_of(&b, selects) == 0) {
        err = wrong(&b, ANS_STR("ViewDefinition.select"), "a view needs a select");
    }
    err = err == ANS_OK ? add_constants(&b, 0) : err;
    err = err == ANS_OK ? add_where(&b, 0) : err;
    v->root = err == ANS_OK ? ANS_NEW(arena, node) : NULL;
    if (v->root) {
        *v->root = (node){0};
        err = add_parts(&b, 0, ANS_STR("ViewDefinition"), true, v->root);
        v->root->last = v->column_count;
    }
    *out = v;
    return err != ANS_OK ? err : v->root ? ANS_OK : ans_cx_nomem(cx);
}

ans_type ans_view_type(const ans_view *view)
{
    return view->type;
}

const ans_view_column *ans_view_columns(const ans_view *view, uint32_t *out_count)
{
    *out_count = view->column_count;
    return view->columns;
}
