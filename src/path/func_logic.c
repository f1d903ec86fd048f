/* Functions that steer an evaluation: conditions, variables, aggregates, tracing.
 * spec: http://hl7.org/fhirpath/N1/#boolean-logic, #aggregates, #utility-functions; defineVariable,
 * coalesce and the named aggregates come from FHIRPath 3.0 */
#include "path/path_int.h"

static ans_err fn_not(pev *ev, const pstep *call, uint32_t in)
{
    ptri t;
    (void)call;
    ans_err err = ans_path_truth(ev, in, ev->n, &t);
    if (err) {
        return err;
    }
    return ans_path_set_tri(ev, in, t == PTRI_EMPTY ? t : t == PTRI_TRUE ? PTRI_FALSE : PTRI_TRUE);
}

/* The input as $this of the arguments: one item or none, in storage of the caller. */
static ans_items take_input(pev *ev, uint32_t in, ans_item *storage)
{
    ans_items self = {.count = ev->n - in};
    if (self.count) {
        *storage = ev->at[in];
        self.at = storage;
    }
    ev->n = in;
    return self;
}

/* Only the branch that is taken is evaluated. */
static ans_err fn_iif(pev *ev, const pstep *call, uint32_t in)
{
    ans_item one, criterion;
    bool yes = false;
    if (ev->n - in > 1) {
        return ans_path_fail(ev, "iif() called on %u items where one is due", ev->n - in);
    }
    ans_items self = take_input(ev, in, &one);
    ans_err err = ans_path_run_all(ev, call->args[0], self);
    if (err) {
        return err;
    }
    if (ev->n - in > 1) {
        return ans_path_fail(ev, "iif(): a condition of %u items", ev->n - in);
    }
    if (ev->n - in == 1 && !ans_path_is_void(&ev->at[in])) {
        err = ans_path_value(ev, &ev->at[in], &criterion);
        if (!err && criterion.kind != ANS_ITEM_BOOLEAN) {
            err = ans_path_fail(ev, "iif(): the condition must be a boolean");
        }
        yes = !err && criterion.flag;
    }
    ev->n = in;
    if (err || (!yes && call->arg_count < 3)) {
        return err;
    }
    return ans_path_run_all(ev, call->args[yes ? 1 : 2], self);
}

/* The first argument that is not empty. */
static ans_err fn_coalesce(pev *ev, const pstep *call, uint32_t in)
{
    ans_item one;
    ans_err err = ANS_OK;
    if (ev->n - in > 1) {
        return ans_path_fail(ev, "coalesce() called on %u items where one is due", ev->n - in);
    }
    ans_items self = take_input(ev, in, &one);
    for (unsigned i = 0; !err && ev->n == in && i < call->arg_count; i++) {
        err = ans_path_run_all(ev, call->args[i], self);
    }
    return err;
}

/* Diagnostics would carry what is in the record, so nothing is written anywhere; the projection is
 * still evaluated, for its errors. */
static ans_err fn_trace(pev *ev, const pstep *call, uint32_t in)
{
    ans_str name;
    bool has;
    uint32_t end = ev->n;
    ans_err err = ans_path_arg_string(ev, call, 0, &name, &has);
    for (uint32_t i = in; !err && call->arg_count > 1 && i < end; i++) {
        err = ans_path_run_on(ev, call->args[1], &ev->at[i], i - in);
        ev->n = end;
    }
    return err;
}

static bool is_known_name(ans_str name)
{
    static const char *const names[] = {"context", "resource", "rootResource",
                                        "ucum",    "sct",      "loinc"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (ans_str_is(name, names[i])) {
            return true;
        }
    }
    return ans_str_starts(name, ANS_STR("vs-")) || ans_str_starts(name, ANS_STR("ext-"));
}

static ans_err fn_define_variable(pev *ev, const pstep *call, uint32_t in)
{
    ans_str name;
    bool has;
    uint32_t end = ev->n;
    ans_err err = ans_path_arg_string(ev, call, 0, &name, &has);
    if (err) {
        return err;
    }
    if (!has || is_known_name(name)) {
        return ans_path_fail(ev, "defineVariable(): a name that is empty or taken by the language");
    }
    for (const pvariable *v = ev->vars; v; v = v->up) {
        if (ans_str_eq(v->name, name)) {
            return ans_path_fail(ev, "defineVariable(): %%%.*s is already defined", ANS_FMT(name));
        }
    }
    pvariable *v = ANS_NEW(ev->cx->arena, pvariable);
    if (!v) {
        return ans_cx_nomem(ev->cx);
    }
    v->name = name;
    err = ans_path_keep(ev, in, end, &v->value);
    if (!err && call->arg_count > 1) {
        err = ans_path_run_all(ev, call->args[1], v->value);
        err = err ? err : ans_path_keep(ev, end, ev->n, &v->value);
        ev->n = end;
    }
    v->up = ev->vars;
    ev->vars = err ? ev->vars : v;
    return err;
}

/* ---- aggregates ---- */

static ans_err fn_aggregate(pev *ev, const pstep *call, uint32_t in)
{
    uint32_t end = ev->n;
    ans_items total = {0};
    ans_err err = ANS_OK;
    if (call->arg_count > 1) {
        err = ans_path_run(ev, call->args[1]);
        err = err ? err : ans_path_keep(ev, end, ev->n, &total);
        ev->n = end;
    }
    const pframe *outer = ev->frame;
    for (uint32_t i = in; !err && i < end; i++) {
        ans_item one = ev->at[i];
        pframe frame = {.up = outer,
                        .self = {.at = &one, .count = 1},
                        .index = i - in,
                        .total = total,
                        .has_total = true};
        ev->frame = &frame;
        err = ans_path_run(ev, call->args[0]);
        ev->frame = outer;
        err = err ? err : ans_path_keep(ev, end, ev->n, &total);
        ev->n = end;
    }
    ev->n = in;
    for (uint32_t i = 0; !err && i < total.count; i++) {
        err = ans_path_push(ev, &total.at[i]);
    }
    return err;
}

/* sum and avg: items added by the + of the language */
static ans_err add_up(pev *ev, uint32_t in)
{
    uint32_t end = ev->n;
    ans_item first = ev->at[in];
    ans_err err = ans_path_push(ev, &first);
    for (uint32_t i = in + 1; !err && i < end && ev->n > end; i++) {
        ans_item next = ev->at[i];
        err = ans_path_spend(ev, 1);
        err = err ? err : ans_path_push(ev, &next);
        err = err ? err : ans_path_apply(ev, POP_ADD, end, end + 1);
    }
    ans_path_drop(ev, in, end);
    return err;
}

static ans_err fn_sum(pev *ev, const pstep *call, uint32_t in)
{
    (void)call;
    return ev->n == in ? ANS_OK : add_up(ev, in);
}

static ans_err fn_avg(pev *ev, const pstep *call, uint32_t in)
{
    uint32_t count = ev->n - in;
    (void)call;
    if (count == 0) {
        return ANS_OK;
    }
    ans_err err = add_up(ev, in);
    if (err || ev->n == in) {
        return err;
    }
    err = ans_path_push(ev, &(ans_item){.kind = ANS_ITEM_INTEGER, .number = ans_path_dec(count)});
    return err ? err : ans_path_apply(ev, POP_DIV, in, in + 1);
}

/* min and max: by the order of the language; open comparisons leave the result open */
static ans_err fn_extreme(pev *ev, const pstep *call, uint32_t in)
{
    int want = ans_str_is(call->name, "min") ? -1 : 1;
    uint32_t best = in;
    for (uint32_t i = in + 1; i < ev->n; i++) {
        int c = 0;
        bool known;
        ans_err err = ans_path_order(ev, &ev->at[i], &ev->at[best], &c, &known);
        if (err) {
            return err;
        }
        if (!known) {
            ev->n = in;
            return ANS_OK;
        }
        best = c * want > 0 ? i : best;
    }
    if (ev->n > in) {
        ev->at[in] = ev->at[best];
        ev->n = in + 1;
    }
    return ANS_OK;
}

const pfunc ans_path_funcs_logic[] = {
    {"not", 0, 0, 0, fn_not},
    {"iif", 2, 3, PFN_KEYS, fn_iif},
    {"coalesce", 1, 255, PFN_KEYS, fn_coalesce},
    {"trace", 1, 2, PFN_SAME | PFN_COLLECTION, fn_trace},
    {"defineVariable", 1, 2, PFN_SAME | PFN_COLLECTION, fn_define_variable},
    {"aggregate", 1, 2, PFN_LAMBDA, fn_aggregate},
    {"sum", 0, 0, PFN_SAME, fn_sum},
    {"avg", 0, 0, 0, fn_avg},
    {"min", 0, 0, PFN_SAME, fn_extreme},
    {"max", 0, 0, PFN_SAME, fn_extreme},
    {NULL, 0, 0, 0, NULL},
};
