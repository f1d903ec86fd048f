/* The expressions of a form: read from extensions, compiled, and their names found.
 *
 * One table says which extension means what. An expression that cannot be used (another language, no FHIRPath, a name that nothing
 * defines) is kept with the reason: a form with one bad expression is still a form. A variable that builds on itself is refused. */
#include "base/sort.h"
#include "form/form_int.h"

/* The one table of expressions: extension, use. */
static const struct {
    const char *url;
    uint8_t use;
} extensions[] = {
    {CORE_URL "variable", EXPR_VARIABLE},
    {SDC_URL "calculatedExpression", EXPR_CALCULATED},
    {CORE_URL "cqf-calculatedValue", EXPR_CALCULATED},
    {SDC_URL "initialExpression", EXPR_INITIAL},
    {SDC_URL "enableWhenExpression", EXPR_ENABLE},
    {SDC_URL "answerExpression", EXPR_ANSWERS},
    {SDC_URL "itemPopulationContext", EXPR_CONTEXT},
    {SDC_URL "candidateExpression", EXPR_OTHER},
    {SDC_URL "contextExpression", EXPR_OTHER},
    {CORE_URL "questionnaire-constraint", EXPR_CONSTRAINT},
    {CORE_URL "targetConstraint", EXPR_CONSTRAINT},
};

typedef struct reading {
    ans_cx *cx;
    ans_arena *arena;
    ans_form *form;
    uint32_t item;
    uint32_t *cap;
} reading;

/* ---- one expression ---- */

static ans_err keep_reason(reading *r, form_expr *e, const ans_cx *work, const char *otherwise)
{
    ans_str why = work && work->last_ ? work->last_->text : ans_str_of(otherwise);
    e->broken = ans_arena_dup(r->arena, why);
    return e->broken.p ? ANS_OK : ans_cx_nomem(r->cx);
}

static ans_err compile_path(reading *r, form_expr *e)
{
    ans_cx work = {.arena = r->cx->arena, .deadline_us = r->cx->deadline_us};
    ans_type focus = r->item == 0 ? r->form->response_type : r->form->response_item_type;
    ans_err err = ans_path_compile_form(&work, r->arena, e->text, focus, &e->path);
    if (err == ANS_E_SYNTAX || err == ANS_E_VALUE) {
        e->path = NULL;
        return keep_reason(r, e, &work, "cannot be read");
    }
    if (err != ANS_OK) {
        return ans_issue_pass(r->cx, &work, err);
    }
    return ans_path_names(r->cx, r->arena, e->path, &e->names, &e->name_count);
}

static ans_err add_names(reading *r, form_expr *e, const ans_path *path)
{
    const ans_str *more, *had = e->names;
    uint32_t count;
    ans_err err = ans_path_names(r->cx, r->arena, path, &more, &count);
    ans_str *all = err == ANS_OK ? ANS_NEW_N(r->arena, ans_str, e->name_count + count + 1) : NULL;
    if (!all) {
        return err != ANS_OK ? err : ans_cx_nomem(r->cx);
    }
    for (uint32_t i = 0; i < e->name_count; i++) {
        all[i] = had[i];
    }
    for (uint32_t i = 0; i < count; i++) {
        all[e->name_count + i] = more[i];
    }
    e->names = all;
    e->name_count += count;
    return ANS_OK;
}

/* The path of one {{}}, compiled as any other. */
static ans_err add_part(reading *r, form_expr *e, ans_str text, ans_str inner)
{
    query_part *p = &e->parts[e->part_count++];
    p->text = text;
    if (!inner.p) {
        return ANS_OK;
    }
    form_expr one = {.owner = e->owner, .text = inner};
    ans_err err = compile_path(r, &one);
    p->path = one.path;
    e->broken = one.broken.n ? one.broken : e->broken;
    return err == ANS_OK && one.path ? add_names(r, e, one.path) : err;
}

static ans_err read_query(reading *r, form_expr *e)
{
    ans_str rest = e->text;
    uint32_t braces = 1;
    for (size_t i = 0; i + 1 < rest.n; i++) {
        braces += rest.p[i] == '{' && rest.p[i + 1] == '{';
    }
    e->is_query = true;
    if (braces > MOST_LAUNCHED) {
        return keep_reason(r, e, NULL, "more than 32 {{}} in one query");
    }
    e->parts = ANS_NEW_N(r->arena, query_part, braces + 1);
    ans_err err = e->parts ? ANS_OK : ans_cx_nomem(r->cx);
    while (err == ANS_OK && !e->broken.n) {
        ptrdiff_t open = ans_str_search(rest, ANS_STR("{{"));
        if (open < 0) {
            return add_part(r, e, rest, ANS_STR_NONE);
        }
        ans_str inner = ans_str_from(rest, (size_t)open + 2);
        ptrdiff_t close = ans_str_search(inner, ANS_STR("}}"));
        if (close < 0) {
            return keep_reason(r, e, NULL, "{{ without }}");
        }
        err = add_part(r, e, ans_str_head(rest, (size_t)open), ans_str_head(inner, (size_t)close));
        rest = ans_str_from(inner, (size_t)close + 2);
    }
    return err;
}

static ans_err read_text(reading *r, form_expr *e, ans_str language)
{
    if (e->use == EXPR_CONSTRAINT || ans_str_is(language, "text/fhirpath") || !language.n) {
        return e->text.n ? compile_path(r, e) : keep_reason(r, e, NULL, "the expression is missing");
    }
    if (ans_str_is(language, "application/x-fhir-query")) {
        return read_query(r, e);
    }
    return keep_reason(r, e, NULL, "only text/fhirpath and application/x-fhir-query are understood");
}

/* Where an Expression stands: valueExpression; a constraint has its text in an extension of its own. */
static ans_str text_of(reading *r, ans_jnode ext, form_expr *e, ans_str *out_language)
{
    const ans_json *doc = r->form->doc;
    ans_jnode value = ans_json_get(doc, ext, ANS_STR("valueExpression"));
    if (e->use == EXPR_CONSTRAINT) {
        ans_jnode part = form_extension(doc, ext, "expression", ANS_JNONE);
        ans_jnode inner = part == ANS_JNONE ? ANS_JNONE : ans_json_get(doc, part, ANS_STR("valueExpression"));
        return inner != ANS_JNONE ? ans_json_get_string(r->cx, doc, inner, ANS_STR("expression"))
                                  : ans_json_get_string(r->cx, doc, part, ANS_STR("valueString"));
    }
    if (value == ANS_JNONE) {
        return ans_json_get_string(r->cx, doc, ext, ANS_STR("valueString")); /* cqf-calculatedValue, and what older forms have */
    }
    *out_language = ans_json_get_string(r->cx, doc, value, ANS_STR("language"));
    e->name = ans_json_get_string(r->cx, doc, value, ANS_STR("name"));
    return ans_json_get_string(r->cx, doc, value, ANS_STR("expression"));
}

static ans_err add_expression(reading *r, ans_jnode ext, uint8_t kind)
{
    ans_form *f = r->form;
    ans_str language = ANS_STR_NONE;
    if (f->expr_count == MOST_EXPRESSIONS) {
        return ans_issue_add(r->cx, ANS_E_INVALID, form_place(r->cx, f, r->item), "more than 20000 expressions in one form");
    }
    form_expr *grown = ans_arena_grow(r->arena, f->exprs, f->expr_count, r->cap, 32, sizeof *grown);
    if (!grown) {
        return ans_cx_nomem(r->cx);
    }
    f->exprs = grown;
    form_expr *e = &f->exprs[f->expr_count];
    *e = (form_expr){.node = ext, .owner = r->item, .use = kind, .slot = NO_ITEM};
    ans_str text = text_of(r, ext, e, &language);
    e->text = ans_arena_dup(r->arena, text);
    e->name = ans_arena_dup(r->arena, e->name);
    if (!e->text.p || !e->name.p) {
        return ans_cx_nomem(r->cx);
    }
    if (e->name.n) {
        e->slot = f->items[r->item].slot_count++;
    }
    f->expr_count++;
    return read_text(r, e, language);
}

static int use_of(ans_str url)
{
    for (size_t i = 0; i < sizeof extensions / sizeof *extensions; i++) {
        if (ans_str_is(url, extensions[i].url)) {
            return extensions[i].use;
        }
    }
    return -1;
}

ans_err form_read_expressions(ans_cx *cx, ans_arena *arena, ans_form *f, uint32_t item, uint32_t *cap)
{
    reading r = {cx, arena, f, item, cap};
    ans_jnode all = form_list(f->doc, f->items[item].node, "extension");
    ans_err err = ANS_OK;
    f->items[item].first_expr = f->expr_count;
    for (ans_jnode n = all == ANS_JNONE ? ANS_JNONE : ans_json_first(f->doc, all); err == ANS_OK && n != ANS_JNONE;
         n = ans_json_next(f->doc, all, n)) {
        ans_jnode url = ans_json_get(f->doc, n, ANS_STR("url"));
        int kind = url == ANS_JNONE ? -1 : use_of(ans_json_raw(f->doc, url));
        err = kind < 0 ? ANS_OK : add_expression(&r, n, (uint8_t)kind);
    }
    f->items[item].expr_count = f->expr_count - f->items[item].first_expr;
    return err;
}

/* ---- names ---- */

typedef struct named {
    uint32_t owner, at;
    ans_str name;
} named;

typedef struct naming {
    ans_cx *cx;
    ans_arena *arena;
    ans_form *form;
    named *all; /* by owner, then name, then place */
    uint32_t count, names;
    ans_str launched[MOST_LAUNCHED];
    uint32_t launched_count;
} naming;

static int order_named(const void *a, const void *b)
{
    const named *x = a, *y = b;
    int d = (x->owner > y->owner) - (x->owner < y->owner);
    d = d ? d : ans_str_cmp(x->name, y->name);
    return d ? d : (x->at > y->at) - (x->at < y->at);
}

static ans_err list_named(naming *n)
{
    const ans_form *f = n->form;
    n->all = ANS_NEW_N(n->cx->arena, named, f->expr_count + 1);
    if (!n->all) {
        return ans_cx_nomem(n->cx);
    }
    for (uint32_t i = 0; i < f->expr_count; i++) {
        if (f->exprs[i].name.n) {
            n->all[n->count++] = (named){f->exprs[i].owner, i, f->exprs[i].name};
        }
    }
    ans_sort(n->all, n->count, sizeof *n->all, order_named);
    return ANS_OK;
}

/* What a form may be launched with: the names SDC always has, and its own launchContext extensions. */
static void list_launched(naming *n)
{
    static const char *const usual[] = {"patient", "encounter", "user", "subject", "location", "study", "clinical", "source"};
    const ans_form *f = n->form;
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) {
        n->launched[n->launched_count++] = ans_str_of(usual[i]);
    }
    for (ans_jnode x = form_extension(f->doc, f->root, SDC_URL "launchContext", ANS_JNONE); x != ANS_JNONE && n->launched_count < MOST_LAUNCHED;
         x = form_extension(f->doc, f->root, SDC_URL "launchContext", x)) {
        ans_jnode part = form_extension(f->doc, x, "name", ANS_JNONE);
        ans_jnode code = part == ANS_JNONE ? ANS_JNONE : ans_json_get(f->doc, part, ANS_STR("valueCoding"));
        ans_str own = code != ANS_JNONE ? ans_json_get_string(n->cx, f->doc, code, ANS_STR("code"))
                                          : ans_json_get_string(n->cx, f->doc, part, ANS_STR("valueId"));
        if (own.n) {
            n->launched[n->launched_count++] = own;
        }
    }
}

/* Of the expressions of one item with one name the first that is not `from`. */
static uint32_t named_here(const naming *n, uint32_t owner, ans_str name, uint32_t from)
{
    named key = {owner, 0, name};
    uint32_t low = 0, high = n->count;
    while (low < high) {
        uint32_t mid = low + (high - low) / 2;
        if (order_named(&n->all[mid], &key) < 0) {
            low = mid + 1;
        } else {
            high = mid;
        }
    }
    for (; low < n->count && n->all[low].owner == owner && ans_str_eq(n->all[low].name, name); low++) {
        if (n->all[low].at != from) {
            return n->all[low].at;
        }
    }
    return NAME_UNKNOWN;
}

/* The innermost expression of this name around an expression, or what else the name stands for. */
static uint32_t meaning(const naming *n, uint32_t owner, uint32_t from, ans_str name)
{
    const ans_form *f = n->form;
    if (ans_str_is(name, "questionnaire")) {
        return NAME_QUESTIONNAIRE;
    }
    if (ans_str_is(name, "qitem")) {
        return NAME_ITEM;
    }
    for (uint32_t item = owner; item != NO_ITEM; item = f->items[item].parent) {
        uint32_t found = f->items[item].slot_count ? named_here(n, item, name, from) : NAME_UNKNOWN;
        if (found != NAME_UNKNOWN) {
            return found;
        }
    }
    for (uint32_t i = 0; i < n->launched_count; i++) {
        if (ans_str_eq(n->launched[i], name)) {
            return NAME_LAUNCH;
        }
    }
    return NAME_UNKNOWN;
}

static ans_err resolve(naming *n, form_expr *e, uint32_t at)
{
    e->refs = ANS_NEW_N(n->arena, uint32_t, e->name_count + 1);
    if (!e->refs) {
        return ans_cx_nomem(n->cx);
    }
    n->names += e->name_count;
    if (n->names > MOST_NAMES) {
        return ans_issue_add(n->cx, ANS_E_INVALID, ANS_STR("Questionnaire"), "the expressions name more than 200000 variables");
    }
    for (uint32_t i = 0; i < e->name_count; i++) {
        e->refs[i] = meaning(n, e->owner, at, e->names[i]);
        if (e->refs[i] == NAME_UNKNOWN && !e->broken.n) {
            e->broken = ans_arena_fmt(n->arena, "nothing around the item defines %%%.*s", ANS_FMT(e->names[i]));
            if (!e->broken.p) {
                return ans_cx_nomem(n->cx);
            }
        }
    }
    return ANS_OK;
}

/* As deep as MOST_CHAIN. */
static ans_err rank(ans_cx *cx, ans_form *f, uint32_t at, uint32_t depth)
{
    form_expr *e = &f->exprs[at];
    ans_err err = ANS_OK;
    if (e->state == 1 || depth > MOST_CHAIN) {
        return ans_issue_add(cx, ANS_E_INVALID, form_place(cx, f, e->owner), "%s",
                             e->state == 1 ? "a variable builds on itself" : "more than 64 variables build on one another");
    }
    if (e->state == 2) {
        return ANS_OK;
    }
    e->state = 1;
    for (uint32_t i = 0; err == ANS_OK && i < e->name_count; i++) {
        uint32_t to = e->refs[i];
        err = to >= NAME_LEAST ? ANS_OK : rank(cx, f, to, depth + 1);
        if (err == ANS_OK && to < NAME_LEAST && f->exprs[to].rank + 1 > e->rank) {
            e->rank = f->exprs[to].rank + 1;
        }
    }
    e->state = 2;
    if (err == ANS_OK && e->rank > MOST_CHAIN) {
        err = ans_issue_add(cx, ANS_E_INVALID, form_place(cx, f, e->owner), "more than 64 variables build on one another");
    }
    return err;
}

/* Exprs have stopped moving: items may point at theirs. The first of a use counts. */
static void hand_out(ans_form *f)
{
    for (uint32_t i = 0; i < f->expr_count; i++) {
        form_item *it = &f->items[f->exprs[i].owner];
        const form_expr **to = f->exprs[i].use == EXPR_CALCULATED ? &it->calculated
                               : f->exprs[i].use == EXPR_INITIAL  ? &it->initial
                               : f->exprs[i].use == EXPR_ENABLE   ? &it->enable
                               : f->exprs[i].use == EXPR_ANSWERS  ? &it->answers
                               : f->exprs[i].use == EXPR_CONTEXT  ? &it->population
                                                                  : NULL;
        if (to && !*to) {
            *to = &f->exprs[i];
        }
        for (uint32_t at = f->exprs[i].owner; f->exprs[i].use == EXPR_CALCULATED && at != NO_ITEM; at = f->items[at].parent) {
            f->items[at].has_calculated = true;
        }
    }
}

ans_err form_resolve_names(ans_cx *cx, ans_arena *arena, ans_form *f)
{
    naming n = {.cx = cx, .arena = arena, .form = f};
    ans_err err = list_named(&n);
    list_launched(&n);
    for (uint32_t i = 0; err == ANS_OK && i < f->expr_count; i++) {
        err = resolve(&n, &f->exprs[i], i);
    }
    for (uint32_t i = 0; err == ANS_OK && i < f->expr_count; i++) {
        err = rank(cx, f, i, 0);
    }
    hand_out(f);
    return err;
}

/* The lists of names are made again for each: templates have few expressions, and forms few names. */
ans_err form_read_elsewhere(ans_cx *cx, ans_arena *arena, const ans_form *f, uint32_t item, ans_str text, form_expr *out)
{
    reading r = {cx, arena, (ans_form *)(uintptr_t)f, item, NULL}; /* only read here */
    naming n = {.cx = cx, .arena = arena, .form = r.form};
    *out = (form_expr){.owner = item, .use = EXPR_OTHER, .slot = NO_ITEM, .text = text};
    ans_err err = text.n ? compile_path(&r, out) : keep_reason(&r, out, NULL, "the expression is missing");
    err = err == ANS_OK && out->name_count ? list_named(&n) : err;
    list_launched(&n);
    return err == ANS_OK ? resolve(&n, out, UINT32_MAX) : err;
}
