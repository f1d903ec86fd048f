/* sort(): stable, by any number of keys, each ascending or (with a minus before it, or `desc`
 * behind it) descending. An empty key comes before all others, whichever the direction. spec:
 * FHIRPath 3.0, sort(keySelector) */
#include "path/path_int.h"

typedef struct key {
    ans_item value;
    bool has;
} key;

typedef struct sorting {
    pev *ev;
    const pstep *call;
    unsigned keys; /* for each item */
    key *key;
    uint32_t *order, *spare;
} sorting;

static bool is_descending(const pstep *call, unsigned i)
{
    return call->arg_count && (call->args[i]->descending || call->args[i]->kind == PEXPR_NEGATE);
}

static ans_err read_key(sorting *s, const ans_item *item, uint32_t index, unsigned i, key *out)
{
    pev *ev = s->ev;
    uint32_t from = ev->n;
    ans_err err;
    if (s->call->arg_count == 0) {
        err = ans_path_push(ev, item);
    } else {
        const pexpr *e = s->call->args[i];
        err = ans_path_run_on(ev, e->kind == PEXPR_NEGATE ? e->operands[0] : e, item, index);
    }
    if (!err && ev->n - from > 1) {
        err = ans_path_fail(ev, "sort(): a key of %u items", ev->n - from);
    }
    out->has = !err && ev->n - from == 1 && !ans_path_is_void(&ev->at[from]);
    if (out->has) {
        err = ans_path_value(ev, &ev->at[from], &out->value);
    }
    ev->n = from;
    return err;
}

/* Does item b come before item a? */
static ans_err is_before(const sorting *s, uint32_t b, uint32_t a, bool *out)
{
    *out = false;
    for (unsigned i = 0; i < s->keys; i++) {
        const key *x = &s->key[(size_t)a * s->keys + i], *y = &s->key[(size_t)b * s->keys + i];
        int c = 0;
        bool known = true;
        if (!x->has || !y->has) {
            if (x->has != y->has) {
                *out = x->has;
                return ANS_OK;
            }
            continue;
        }
        ans_err err = ans_path_spend(s->ev, 1);
        err = err ? err : ans_path_order(s->ev, &y->value, &x->value, &c, &known);
        if (err) {
            return err;
        }
        if (known && c != 0) {
            *out = is_descending(s->call, i) ? c > 0 : c < 0;
            return ANS_OK;
        }
    }
    return ANS_OK;
}

static ans_err merge(sorting *s, uint32_t from, uint32_t mid, uint32_t to)
{
    uint32_t i = from, k = mid, n = from;
    while (i < mid && k < to) {
        bool right;
        ans_err err = is_before(s, s->order[k], s->order[i], &right);
        if (err) {
            return err;
        }
        s->spare[n++] = right ? s->order[k++] : s->order[i++];
    }
    while (i < mid) {
        s->spare[n++] = s->order[i++];
    }
    while (k < to) {
        s->spare[n++] = s->order[k++];
    }
    memcpy(s->order + from, s->spare + from, (to - from) * sizeof *s->order);
    return ANS_OK;
}

static ans_err merge_all(sorting *s, uint32_t count)
{
    for (uint32_t width = 1; width < count; width *= 2) {
        for (uint32_t from = 0; from + width < count; from += 2 * width) {
            uint32_t to = from + 2 * width < count ? from + 2 * width : count;
            ans_err err = merge(s, from, from + width, to);
            if (err) {
                return err;
            }
        }
    }
    return ANS_OK;
}

static ans_err fn_sort(pev *ev, const pstep *call, uint32_t in)
{
    uint32_t count = ev->n - in;
    sorting s = {.ev = ev, .call = call, .keys = call->arg_count ? call->arg_count : 1};
    ans_items items;
    ans_err err = ANS_OK;
    for (unsigned k = 0; !err && k < s.keys; k++) {
        err = ans_path_spend(ev, count);
    }
    err = err ? err : ans_path_keep(ev, in, ev->n, &items);
    if (err || count < 2) {
        return err;
    }
    s.key = ANS_NEW_N(ev->cx->arena, key, (size_t)count * s.keys);
    s.order = ANS_NEW_N(ev->cx->arena, uint32_t, count);
    s.spare = ANS_NEW_N(ev->cx->arena, uint32_t, count);
    if (!s.key || !s.order || !s.spare) {
        return ans_cx_nomem(ev->cx);
    }
    for (uint32_t i = 0; !err && i < count; i++) {
        s.order[i] = i;
        for (unsigned k = 0; !err && k < s.keys; k++) {
            err = read_key(&s, &items.at[i], i, k, &s.key[(size_t)i * s.keys + k]);
        }
    }
    err = err ? err : merge_all(&s, count);
    for (uint32_t i = 0; !err && i < count; i++) {
        ev->at[in + i] = items.at[s.order[i]];
    }
    return err;
}

const pfunc ans_path_funcs_sort[] = {
    {"sort", 0, 255, PFN_KEYS | PFN_SAME, fn_sort},
    {NULL, 0, 0, 0, NULL},
};
