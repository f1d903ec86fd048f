/* Functions on collections: existence, filtering, parts, combining. Also the table of all
 * functions' tables. spec: http://hl7.org/fhirpath/N1/#existence, #filtering-and-projection,
 * #subsetting, #combining */
#include "path/path_int.h"

const pfunc *ans_path_func_named(ans_str name)
{
    static const pfunc *const tables[] = {
        ans_path_funcs_list, ans_path_funcs_logic, ans_path_funcs_convert, ans_path_funcs_text,
        ans_path_funcs_code, ans_path_funcs_math,  ans_path_funcs_tree,    ans_path_funcs_time,
        ans_path_funcs_sort, ans_path_funcs_span,  ans_path_funcs_html,
        ans_path_funcs_form,
    };
    for (size_t t = 0; t < sizeof tables / sizeof tables[0]; t++) {
        for (const pfunc *f = tables[t]; f->name; f++) {
            if (ans_str_is(name, f->name)) {
                return f;
            }
        }
    }
    return NULL;
}

/* ---- existence ---- */

static ans_err fn_empty(pev *ev, const pstep *call, uint32_t in)
{
    (void)call;
    return ans_path_set_bool(ev, in, ev->n == in);
}

/* How many items of [in, n) satisfy the first argument; stops early once more than `enough` do. */
static ans_err count_where(pev *ev, const pstep *call, uint32_t in, uint32_t enough, uint32_t *out)
{
    uint32_t end = ev->n, count = 0;
    for (uint32_t i = in; i < end && count < enough; i++) {
        ptri t;
        ans_err err = ans_path_test_on(ev, call->args[0], &ev->at[i], i - in, &t);
        if (err) {
            return err;
        }
        count += t == PTRI_TRUE ? 1 : 0;
    }
    *out = count;
    return ANS_OK;
}

static ans_err fn_exists(pev *ev, const pstep *call, uint32_t in)
{
    uint32_t count = ev->n - in;
    ans_err err = call->arg_count ? count_where(ev, call, in, 1, &count) : ANS_OK;
    return err ? err : ans_path_set_bool(ev, in, count > 0);
}

static ans_err fn_all(pev *ev, const pstep *call, uint32_t in)
{
    uint32_t end = ev->n;
    bool all = true;
    for (uint32_t i = in; all && i < end; i++) {
        ptri t;
        ans_err err = ans_path_test_on(ev, call->args[0], &ev->at[i], i - in, &t);
        if (err) {
            return err;
        }
        all = t == PTRI_TRUE;
    }
    return ans_path_set_bool(ev, in, all);
}

static ans_err fn_count(pev *ev, const pstep *call, uint32_t in)
{
    (void)call;
    return ans_path_set_int(ev, in, ev->n - in);
}

/* allTrue, anyTrue, allFalse, anyFalse: by the first letters of the name */
static ans_err fn_booleans(pev *ev, const pstep *call, uint32_t in)
{
    bool all = call->name.p[1] == 'l', want = call->name.p[3] == 'T', result = all;
    for (uint32_t i = in; i < ev->n && result == all; i++) {
        ans_item v;
        if (ans_path_is_void(&ev->at[i])) {
            continue;
        }
        ans_err err = ans_path_value(ev, &ev->at[i], &v);
        if (err) {
            return err;
        }
        if (v.kind != ANS_ITEM_BOOLEAN) {
            return ans_path_fail(ev, "%.*s(): an item that is no boolean", ANS_FMT(call->name));
        }
        result = v.flag == want;
    }
    return ans_path_set_bool(ev, in, result);
}

/* Are all items of [from, to) in the bag? */
static ans_err all_in(pev *ev, pbag *bag, uint32_t from, uint32_t to, bool *out)
{
    ans_err err = ANS_OK;
    *out = true;
    for (uint32_t i = from; !err && *out && i < to; i++) {
        err = ans_path_bag_has(ev, bag, &ev->at[i], false, out);
    }
    return err;
}

static ans_err fn_subset(pev *ev, const pstep *call, uint32_t in)
{
    bool superset = ans_str_is(call->name, "supersetOf"), yes = false;
    uint32_t mid = ev->n;
    pbag *bag;
    ans_err err = ans_path_run(ev, call->args[0]);
    err = err        ? err
          : superset ? ans_path_bag_of(ev, in, mid, &bag)
                     : ans_path_bag_of(ev, mid, ev->n, &bag);
    err = err ? err : superset ? all_in(ev, bag, mid, ev->n, &yes) : all_in(ev, bag, in, mid, &yes);
    return err ? err : ans_path_set_bool(ev, in, yes);
}

static ans_err fn_distinct(pev *ev, const pstep *call, uint32_t in)
{
    (void)call;
    return ans_path_distinct(ev, in);
}

static ans_err fn_is_distinct(pev *ev, const pstep *call, uint32_t in)
{
    (void)call;
    uint32_t count = ev->n - in;
    ans_err err = ans_path_distinct(ev, in);
    return err ? err : ans_path_set_bool(ev, in, ev->n - in == count);
}

/* ---- filtering and projection ---- */

static ans_err fn_where(pev *ev, const pstep *call, uint32_t in)
{
    uint32_t end = ev->n, kept = in;
    for (uint32_t i = in; i < end; i++) {
        ptri t;
        ans_err err = ans_path_test_on(ev, call->args[0], &ev->at[i], i - in, &t);
        if (err) {
            return err;
        }
        if (t == PTRI_TRUE) {
            ev->at[kept++] = ev->at[i];
        }
    }
    ev->n = kept;
    return ANS_OK;
}

static ans_err fn_select(pev *ev, const pstep *call, uint32_t in)
{
    uint32_t end = ev->n;
    ans_err err = ANS_OK;
    for (uint32_t i = in; !err && i < end; i++) {
        err = ans_path_run_on(ev, call->args[0], &ev->at[i], i - in);
    }
    ans_path_drop(ev, in, end);
    return err;
}

/* The output is its own queue: what the projection of one item adds is looked at in its turn.
 * repeat() keeps only what it has not seen, repeatAll() everything (the limit of steps ends what
 * would not end). */
static ans_err fn_repeat(pev *ev, const pstep *call, uint32_t in)
{
    uint32_t end = ev->n;
    bool once = ans_str_is(call->name, "repeat");
    pbag *seen;
    ans_err err = ans_path_bag_new(ev, &seen);
    for (uint32_t i = in; !err && i < ev->n; i++) {
        uint32_t kept = ev->n, from = ev->n;
        err = ans_path_run_on(ev, call->args[0], &ev->at[i], i - in);
        for (uint32_t k = from; !err && k < ev->n; k++) {
            bool had = false;
            err = ans_path_spend(ev, 1);
            err = err || !once ? err : ans_path_bag_has(ev, seen, &ev->at[k], true, &had);
            if (!err && !had) {
                ev->at[kept++] = ev->at[k];
            }
        }
        ev->n = kept;
    }
    ans_path_drop(ev, in, end);
    return err;
}

/* ---- parts ---- */

static ans_err fn_single(pev *ev, const pstep *call, uint32_t in)
{
    (void)call;
    if (ev->n - in > 1) {
        return ans_path_fail(ev, "single() called on %u items", ev->n - in);
    }
    return ANS_OK;
}

static void keep_range(pev *ev, uint32_t in, uint32_t from, uint32_t to)
{
    ev->n = to;
    ans_path_drop(ev, in, from);
}

static ans_err fn_first(pev *ev, const pstep *call, uint32_t in)
{
    (void)call;
    ev->n = ev->n > in ? in + 1 : in;
    return ANS_OK;
}

static ans_err fn_last(pev *ev, const pstep *call, uint32_t in)
{
    (void)call;
    keep_range(ev, in, ev->n > in ? ev->n - 1 : in, ev->n);
    return ANS_OK;
}

static ans_err fn_tail(pev *ev, const pstep *call, uint32_t in)
{
    (void)call;
    keep_range(ev, in, ev->n > in ? in + 1 : in, ev->n);
    return ANS_OK;
}

static ans_err fn_skip(pev *ev, const pstep *call, uint32_t in)
{
    int64_t n = 0;
    bool has;
    uint32_t count = ev->n - in;
    ans_err err = ans_path_arg_int(ev, call, 0, &n, &has);
    if (err) {
        return err;
    }
    n = n < 0 ? 0 : n > count ? count : n;
    keep_range(ev, in, has ? in + (uint32_t)n : ev->n, ev->n);
    return ANS_OK;
}

static ans_err fn_take(pev *ev, const pstep *call, uint32_t in)
{
    int64_t n = 0;
    bool has;
    uint32_t count = ev->n - in;
    ans_err err = ans_path_arg_int(ev, call, 0, &n, &has);
    if (err) {
        return err;
    }
    n = !has || n < 0 ? 0 : n > count ? count : n;
    ev->n = in + (uint32_t)n;
    return ANS_OK;
}

/* intersect keeps each item that is in both, once; exclude keeps what is not in the other, as it
 * stands. */
static ans_err keep_by_other(pev *ev, const pstep *call, uint32_t in, bool wanted)
{
    uint32_t mid = ev->n, kept = in;
    pbag *other;
    ans_err err = ans_path_run(ev, call->args[0]);
    err = err ? err : ans_path_bag_of(ev, mid, ev->n, &other);
    for (uint32_t i = in; !err && i < mid; i++) {
        bool had = false;
        err = ans_path_bag_has(ev, other, &ev->at[i], false, &had);
        if (!err && had == wanted) {
            ev->at[kept++] = ev->at[i];
        }
    }
    ev->n = kept;
    return err;
}

static ans_err fn_intersect(pev *ev, const pstep *call, uint32_t in)
{
    ans_err err = keep_by_other(ev, call, in, true);
    return err ? err : ans_path_distinct(ev, in);
}

static ans_err fn_exclude(pev *ev, const pstep *call, uint32_t in)
{
    return keep_by_other(ev, call, in, false);
}

static ans_err fn_combine(pev *ev, const pstep *call, uint32_t in)
{
    (void)in;
    return ans_path_run(ev,
                        call->args[0]); /* a second argument (keep the order) is always so here */
}

static ans_err fn_union(pev *ev, const pstep *call, uint32_t in)
{
    ans_err err = ans_path_run(ev, call->args[0]);
    return err ? err : ans_path_distinct(ev, in);
}

const pfunc ans_path_funcs_list[] = {
    {"empty", 0, 0, 0, fn_empty},
    {"exists", 0, 1, PFN_LAMBDA, fn_exists},
    {"all", 1, 1, PFN_LAMBDA, fn_all},
    {"count", 0, 0, 0, fn_count},
    {"allTrue", 0, 0, 0, fn_booleans},
    {"anyTrue", 0, 0, 0, fn_booleans},
    {"allFalse", 0, 0, 0, fn_booleans},
    {"anyFalse", 0, 0, 0, fn_booleans},
    {"subsetOf", 1, 1, 0, fn_subset},
    {"supersetOf", 1, 1, 0, fn_subset},
    {"distinct", 0, 0, PFN_SAME, fn_distinct},
    {"isDistinct", 0, 0, 0, fn_is_distinct},
    {"where", 1, 1, PFN_LAMBDA | PFN_SAME, fn_where},
    {"select", 1, 1, PFN_LAMBDA, fn_select},
    {"repeat", 1, 1, PFN_LAMBDA | PFN_DYNAMIC, fn_repeat},
    {"repeatAll", 1, 1, PFN_LAMBDA | PFN_DYNAMIC, fn_repeat},
    {"single", 0, 0, PFN_SAME, fn_single},
    {"first", 0, 0, PFN_SAME | PFN_ORDERED, fn_first},
    {"last", 0, 0, PFN_SAME | PFN_ORDERED, fn_last},
    {"tail", 0, 0, PFN_SAME | PFN_ORDERED, fn_tail},
    {"skip", 1, 1, PFN_SAME | PFN_ORDERED, fn_skip},
    {"take", 1, 1, PFN_SAME | PFN_ORDERED, fn_take},
    {"intersect", 1, 1, PFN_SAME, fn_intersect},
    {"exclude", 1, 1, PFN_SAME, fn_exclude},
    {"combine", 1, 2, 0, fn_combine},
    {"union", 1, 1, 0, fn_union},
    {NULL, 0, 0, 0, NULL},
};
