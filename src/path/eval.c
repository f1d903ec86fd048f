/* The evaluator: runs the tree over one stack of items. See path_int.h for the rule of the stack.
 *
 * Work is counted: each step and each item pushed is one unit, comparisons of documents add theirs,
 * and at the limit the evaluation ends with ANS_E_COSTLY. The same count bounds the memory of the
 * stack. */
#include <stdarg.h>
#include <stdio.h>

#include "path/path_int.h"

#define DEFAULT_STEPS 1000000u

ans_err ans_path_fail(pev *ev, const char *fmt, ...)
{
    char text[200];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    return ans_issue_add(ev->cx, ANS_E_VALUE, ANS_STR_NONE, "FHIRPath: %s", text);
}

static uint32_t limit_of(const ans_path_env *env)
{
    uint32_t limit = env->max_steps ? env->max_steps : DEFAULT_STEPS;
    return env->allowance && *env->allowance < limit ? (uint32_t)*env->allowance : limit;
}

static ans_err too_costly(pev *ev)
{
    uint32_t limit = limit_of(ev->env);
    return ans_issue_add(ev->cx, ANS_E_COSTLY, ANS_STR_NONE,
                         "FHIRPath: the expression takes more than %u steps here", limit);
}

ans_err ans_path_spend(pev *ev, uint32_t n)
{
    if (ev->steps < n) {
        ev->steps = 0;
        return too_costly(ev);
    }
    ev->steps -= n;
    return ANS_OK;
}

/* Items beyond the limit of steps are never held, so the doubling ends. */
ans_err ans_path_grow(pev *ev, uint32_t more)
{
    ans_err err = ans_path_spend(ev, ev->cap / 2); /* half of these pushes are still to come */
    if (err) {
        return err;
    }
    uint32_t cap = ev->cap;
    while (cap - ev->n < more) {
        cap *= 2;
    }
    ans_item *at = ans_arena_alloc(ev->cx->arena, cap * sizeof *at);
    if (!at) {
        return ans_cx_nomem(ev->cx);
    }
    memcpy(at, ev->at, ev->n * sizeof *at);
    ev->at = at;
    ev->cap = cap;
    return ANS_OK;
}

void ans_path_drop(pev *ev, uint32_t in, uint32_t from)
{
    if (in != from && ev->n > from) {
        memmove(ev->at + in, ev->at + from, (ev->n - from) * sizeof *ev->at);
    }
    ev->n -= from - in;
}

ans_err ans_path_keep(pev *ev, uint32_t from, uint32_t to, ans_items *out)
{
    ans_items items = {.count = to - from, .cap_ = to - from};
    if (items.count) {
        items.at = ans_arena_alloc(ev->cx->arena, items.count * sizeof *items.at);
        if (!items.at) {
            return ans_cx_nomem(ev->cx);
        }
        memcpy(items.at, ev->at + from, items.count * sizeof *items.at);
    }
    *out = items;
    return ANS_OK;
}

static ans_err push_all(pev *ev, ans_items items)
{
    ans_err err = ans_path_spend(ev, items.count);
    for (uint32_t i = 0; !err && i < items.count; i++) {
        err = ans_path_push(ev, &items.at[i]);
    }
    return err;
}

/* ---- results ---- */

ans_err ans_path_set(pev *ev, uint32_t in, const ans_item *item)
{
    ev->n = in;
    return ans_path_push(ev, item);
}

ans_err ans_path_set_bool(pev *ev, uint32_t in, bool v)
{
    return ans_path_set(ev, in, &(ans_item){.kind = ANS_ITEM_BOOLEAN, .flag = v});
}

ans_err ans_path_set_tri(pev *ev, uint32_t in, ptri v)
{
    ev->n = in;
    return v == PTRI_EMPTY ? ANS_OK : ans_path_set_bool(ev, in, v == PTRI_TRUE);
}

ans_err ans_path_set_int(pev *ev, uint32_t in, int64_t v)
{
    return ans_path_set(ev, in, &(ans_item){.kind = ANS_ITEM_INTEGER, .number = ans_path_dec(v)});
}

ans_err ans_path_set_decimal(pev *ev, uint32_t in, ans_decimal d)
{
    return ans_path_set(ev, in, &(ans_item){.kind = ANS_ITEM_DECIMAL, .number = d});
}

ans_err ans_path_set_string(pev *ev, uint32_t in, ans_str s)
{
    if (!s.p) {
        return ans_cx_nomem(ev->cx);
    }
    return ans_path_set(ev, in, &(ans_item){.kind = ANS_ITEM_STRING, .text = s});
}

/* One item where a condition is due: a boolean is itself, anything else is there and so true. */
ans_err ans_path_truth(pev *ev, uint32_t from, uint32_t to, ptri *out)
{
    if (from == to) {
        *out = PTRI_EMPTY;
        return ANS_OK;
    }
    if (to - from > 1) {
        return ans_path_fail(ev, "%u items where a condition is due", to - from);
    }
    ans_item v;
    if (ans_path_is_void(&ev->at[from])) {
        *out = PTRI_EMPTY;
        return ANS_OK;
    }
    ans_err err = ans_path_value(ev, &ev->at[from], &v);
    if (!err) {
        *out = v.kind == ANS_ITEM_BOOLEAN && !v.flag ? PTRI_FALSE : PTRI_TRUE;
    }
    return err;
}

/* ---- arguments ---- */

ans_err ans_path_run_all(pev *ev, const pexpr *e, ans_items self)
{
    pframe frame = {.up = ev->frame, .self = self, .index = -1};
    if (ev->frame) {
        frame.index = ev->frame->index;
        frame.total = ev->frame->total;
        frame.has_total = ev->frame->has_total;
    }
    ev->frame = &frame;
    ans_err err = ans_path_run(ev, e);
    ev->frame = frame.up;
    return err;
}

ans_err ans_path_run_on(pev *ev, const pexpr *e, const ans_item *self, int64_t index)
{
    ans_item one = *self;
    pframe frame = {.up = ev->frame, .self = {.at = &one, .count = 1}, .index = index};
    if (ev->frame) {
        frame.total = ev->frame->total;
        frame.has_total = ev->frame->has_total;
    }
    ev->frame = &frame;
    ans_err err = ans_path_run(ev, e);
    ev->frame = frame.up;
    return err;
}

ans_err ans_path_test_on(pev *ev, const pexpr *e, const ans_item *self, int64_t index, ptri *out)
{
    uint32_t from = ev->n;
    ans_err err = ans_path_run_on(ev, e, self, index);
    err = err ? err : ans_path_truth(ev, from, ev->n, out);
    ev->n = from;
    return err;
}

static ans_err one_value(pev *ev, const pstep *call, unsigned i, ans_item *out, bool *out_has)
{
    uint32_t from = ev->n;
    ans_err err = ans_path_run(ev, call->args[i]);
    uint32_t count = ev->n - from;
    *out_has = count == 1 && !ans_path_is_void(&ev->at[from]);
    if (!err && count > 1) {
        err = ans_path_fail(ev, "%.*s(): an argument of %u items where one is due",
                            ANS_FMT(call->name), count);
    }
    if (!err && *out_has) {
        err = ans_path_value(ev, &ev->at[from], out);
    }
    ev->n = from;
    return err;
}

ans_err ans_path_arg_string(pev *ev, const pstep *call, unsigned i, ans_str *out, bool *out_has)
{
    ans_item v;
    ans_err err = one_value(ev, call, i, &v, out_has);
    if (err || !*out_has) {
        return err;
    }
    if (v.kind != ANS_ITEM_STRING) {
        return ans_path_fail(ev, "%.*s(): the argument must be a string", ANS_FMT(call->name));
    }
    *out = v.text;
    return ANS_OK;
}

ans_err ans_path_arg_int(pev *ev, const pstep *call, unsigned i, int64_t *out, bool *out_has)
{
    ans_item v;
    ans_err err = one_value(ev, call, i, &v, out_has);
    if (err || !*out_has) {
        return err;
    }
    if (v.kind != ANS_ITEM_INTEGER || !ans_path_dec_int(v.number, out)) {
        return ans_path_fail(ev, "%.*s(): the argument must be an integer", ANS_FMT(call->name));
    }
    return ANS_OK;
}

/* ---- heads ---- */

static ans_err push_var(pev *ev, const pstep *s)
{
    for (const pvariable *v = ev->vars; v; v = v->up) {
        if (ans_str_eq(v->name, s->name)) {
            return push_all(ev, v->value);
        }
    }
    for (uint32_t i = 0; i < ev->env->var_count; i++) {
        if (ans_str_eq(ev->env->vars[i].name, s->name)) {
            return push_all(ev, ev->env->vars[i].value);
        }
    }
    const ans_item *resource = ev->env->resource ? ev->env->resource : ev->focus;
    const ans_item *item = NULL;
    switch (s->var) {
    case PVAR_CONTEXT:
        item = ev->focus;
        break;
    case PVAR_RESOURCE:
        item = resource;
        break;
    case PVAR_ROOT_RESOURCE:
        item = ev->env->root_resource ? ev->env->root_resource : resource;
        break;
    case PVAR_CONSTANT:
        item = s->value;
        break;
    default:
        return ans_path_fail(ev, "%%%.*s is not defined", ANS_FMT(s->name));
    }
    return item ? ans_path_push(ev, item) : ANS_OK;
}

static ans_err push_root(pev *ev, const pstep *s)
{
    ans_err err = ANS_OK;
    for (uint32_t i = 0; !err && i < ev->frame->self.count; i++) {
        const ans_item *item = &ev->frame->self.at[i];
        if (item->kind == ANS_ITEM_NODE && ans_fhir_is_a(item->type, s->type.fhir)) {
            err = ans_path_push(ev, item);
        }
    }
    return err;
}

static ans_err push_head(pev *ev, const pstep *s)
{
    switch (s->kind) {
    case PSTEP_LITERAL:
        return ans_path_push(ev, s->value);
    case PSTEP_EMPTY:
        return ANS_OK;
    case PSTEP_INDEX_VAR:
        if (ev->frame->index < 0) {
            return ans_path_fail(ev, "$index outside of a function that walks a collection");
        }
        return ans_path_push(
            ev, &(ans_item){.kind = ANS_ITEM_INTEGER, .number = ans_path_dec(ev->frame->index)});
    case PSTEP_TOTAL:
        if (!ev->frame->has_total) {
            return ans_path_fail(ev, "$total outside of aggregate()");
        }
        return push_all(ev, ev->frame->total);
    case PSTEP_VAR:
        return push_var(ev, s);
    case PSTEP_PAREN:
        return ans_path_run(ev, s->args[0]);
    case PSTEP_ROOT:
        return push_root(ev, s);
    default:
        return push_all(ev, ev->frame->self);
    }
}

/* ---- steps ---- */

static ans_err member_of(pev *ev, const pstep *s, const ans_item *item)
{
    if (item->kind == ANS_ITEM_NODE && item->type == s->of && s->of != 0) {
        return ans_path_push_members(ev, item, s->members, s->member_count);
    }
    return ans_path_push_named(ev, item, s->name);
}

static ans_err member(pev *ev, const pstep *s, uint32_t in)
{
    uint32_t end = ev->n;
    ans_item item;
    if (end - in == 1) { /* the usual case needs no moving */
        item = ev->at[in];
        ev->n = in;
        return member_of(ev, s, &item);
    }
    ans_err err = ans_path_spend(ev, end - in);
    for (uint32_t i = in; !err && i < end; i++) {
        item = ev->at[i];
        err = member_of(ev, s, &item);
    }
    ans_path_drop(ev, in, end);
    return err;
}

static ans_err call(pev *ev, const pstep *s, uint32_t in)
{
    if (s->fn->flags & PFN_SINGLE) {
        if (ev->n == in) {
            return ANS_OK;
        }
        if (ev->n - in > 1) {
            return ans_path_fail(ev, "%s() called on %u items where one is due", s->fn->name,
                                 ev->n - in);
        }
        if (ans_path_is_void(&ev->at[in])) {
            ev->n = in;
            return ANS_OK;
        }
    }
    return s->fn->fn(ev, s, in);
}

static ans_err at_index(pev *ev, const pstep *s, uint32_t in)
{
    int64_t index = 0;
    bool has;
    pstep arg = {.name = ANS_STR("[index]"), .args = s->args};
    ans_err err = ans_path_arg_int(ev, &arg, 0, &index, &has);
    if (err) {
        return err;
    }
    if (!has || index < 0 || index >= (int64_t)(ev->n - in)) {
        ev->n = in;
        return ANS_OK;
    }
    ev->at[in] = ev->at[in + (uint32_t)index];
    ev->n = in + 1;
    return ANS_OK;
}

static ans_err is_type(pev *ev, const pstep *s, uint32_t in)
{
    if (ev->n == in) {
        return ANS_OK;
    }
    if (ev->n - in > 1) {
        return ans_path_fail(ev, "is: %u items where one is due", ev->n - in);
    }
    return ans_path_set_bool(ev, in, ans_path_is_type(&ev->at[in], s->type));
}

static ans_err of_type(pev *ev, const pstep *s, uint32_t in)
{
    uint32_t kept = in;
    if (s->kind == PSTEP_AS && ev->n - in > 1) {
        return ans_path_fail(ev, "as(): %u items where one is due", ev->n - in);
    }
    for (uint32_t i = in; i < ev->n; i++) {
        if (ans_path_is_exactly(&ev->at[i], s->type)) {
            if (kept != i) {
                ev->at[kept] = ev->at[i];
            }
            kept++;
        }
    }
    ev->n = kept;
    return ANS_OK;
}

static ans_err step(pev *ev, const pstep *s, uint32_t in)
{
    if (ev->steps == 0) {
        return too_costly(ev);
    }
    ev->steps--;
    switch (s->kind) {
    case PSTEP_MEMBER:
        return member(ev, s, in);
    case PSTEP_CALL:
        return call(ev, s, in);
    case PSTEP_INDEX:
        return at_index(ev, s, in);
    case PSTEP_IS:
        return is_type(ev, s, in);
    case PSTEP_AS:
    case PSTEP_OF_TYPE:
        return of_type(ev, s, in);
    default:
        return ans_path_where_resolves(ev, s, in);
    }
}

static ans_err run_chain(pev *ev, const pexpr *e)
{
    uint32_t in = ev->n;
    const pvariable *vars = ev->vars;
    const pstep *s = e->steps, *end = s + e->count;
    ans_err err = push_head(ev, s);
    if (s->kind <= PSTEP_ROOT) {
        s++;
    }
    for (; !err && s < end; s++) {
        err = step(ev, s, in);
    }
    ev->vars = vars; /* what the chain defined ends with it */
    return err;
}

/* ---- operators ---- */

static ans_err sign(pev *ev, const pexpr *e)
{
    uint32_t in = ev->n;
    ans_err err = ans_path_run(ev, e->operands[0]);
    return err ? err : ans_path_sign(ev, in, e->kind == PEXPR_NEGATE);
}

static ans_err run_binary(pev *ev, const pexpr *e)
{
    uint32_t in = ev->n;
    if (e->ops[0] == POP_UNION) { /* nothing else has its precedence: drop repetitions once */
        ans_err err = ANS_OK;
        for (unsigned i = 0; !err && i < e->count; i++) {
            err = ans_path_run(ev, e->operands[i]);
        }
        return err ? err : ans_path_distinct(ev, in);
    }
    ans_err err = ans_path_run(ev, e->operands[0]);
    for (unsigned i = 1; !err && i < e->count; i++) {
        uint32_t mid = ev->n;
        err = ans_path_spend(ev, 1);
        err = err ? err : ans_path_run(ev, e->operands[i]);
        err = err ? err : ans_path_apply(ev, e->ops[i - 1], in, mid);
    }
    return err;
}

ans_err ans_path_run(pev *ev, const pexpr *e)
{
    switch (e->kind) {
    case PEXPR_CHAIN:
        return run_chain(ev, e);
    case PEXPR_BINARY:
        return run_binary(ev, e);
    default:
        return sign(ev, e);
    }
}

ans_err ans_path_eval(ans_cx *cx, const ans_path *path, const ans_path_env *env,
                      const ans_item *focus, ans_items *out)
{
    static const ans_path_env no_env;
    pev ev;
    ans_item self;
    pframe frame = {.index = -1};
    if (focus) {
        self = *focus;
        frame.self = (ans_items){.at = &self, .count = 1};
    }
    ev.cx = cx;
    ev.env = env ? env : &no_env;
    ev.zone = ev.env->zone;
    ev.at = ev.inline_;
    ev.n = 0;
    ev.cap = PEV_INLINE_ITEMS;
    ev.steps = limit_of(ev.env);
    uint32_t given = ev.steps;
    ev.has_now = false;
    ev.is_form = path->is_form;
    ev.frame = &frame;
    ev.vars = NULL;
    ev.focus = focus ? &self : NULL;
    ans_err err = ans_path_run(&ev, path->root);
    if (ev.env->allowance) {
        *ev.env->allowance -= given - ev.steps;
    }
    return err ? err : ans_path_keep(&ev, 0, ev.n, out);
}
