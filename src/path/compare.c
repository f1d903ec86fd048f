/* Equality, equivalence and order of items. Equality and order know three answers: yes, no and
 * open.
 *
 * Documents are compared by an explicit stack of node pairs, so their depth costs memory, not C
 * stack; two subtrees with the same bytes are equal without a walk. spec:
 * http://hl7.org/fhirpath/N1/#equality, #comparison */
#include <utf8proc.h>

#include "path/path_int.h"

/* ---- documents ---- */

typedef struct pair {
    ans_jnode a, b;
} pair;

typedef struct walk {
    pev *ev;
    const ans_json *doc_a, *doc_b;
    pair *at;
    uint32_t n, cap;
    bool loose; /* equivalence */
} walk;

static ans_err add_pair(walk *w, ans_jnode a, ans_jnode b)
{
    if (w->n == w->cap) {
        uint32_t cap = w->cap ? w->cap * 2 : 32;
        pair *at = ans_arena_alloc(w->ev->cx->arena, cap * sizeof *at);
        if (!at) {
            return ans_cx_nomem(w->ev->cx);
        }
        if (w->n) {
            memcpy(at, w->at, w->n * sizeof *at);
        }
        w->at = at;
        w->cap = cap;
    }
    w->at[w->n++] = (pair){a, b};
    return ANS_OK;
}

static ans_item value_item(const ans_json *doc, ans_jnode n)
{
    return (ans_item){.kind = ANS_ITEM_NODE, .node = n, .sibling = ANS_JNONE, .doc = doc};
}

static ans_err same_scalar(walk *w, ans_jnode a, ans_jnode b, bool *out)
{
    ans_item x = value_item(w->doc_a, a), y = value_item(w->doc_b, b);
    if (w->loose) {
        return ans_path_equivalent(w->ev, &x, &y, out);
    }
    ptri t;
    ans_err err = ans_path_equal(w->ev, &x, &y, &t);
    *out = !err && t == PTRI_TRUE;
    return err;
}

static ans_err same_members(walk *w, ans_jnode a, ans_jnode b, bool *out)
{
    *out = ans_json_count(w->doc_a, a) == ans_json_count(w->doc_b, b);
    ANS_JSON_EACH(w->doc_a, a, n)
    {
        ans_jnode m = *out ? ans_json_get(w->doc_b, b, ans_json_key(w->doc_a, n)) : ANS_JNONE;
        if (m == ANS_JNONE) {
            *out = false;
            return ANS_OK;
        }
        ans_err err = add_pair(w, n, m);
        if (err) {
            return err;
        }
    }
    return ANS_OK;
}

static ans_err same_elements(walk *w, ans_jnode a, ans_jnode b, bool *out)
{
    ans_jnode n = ans_json_first(w->doc_a, a), m = ans_json_first(w->doc_b, b);
    while (n != ANS_JNONE && m != ANS_JNONE) {
        ans_err err = add_pair(w, n, m);
        if (err) {
            return err;
        }
        n = ans_json_next(w->doc_a, a, n);
        m = ans_json_next(w->doc_b, b, m);
    }
    *out = n == m; /* both at their end */
    return ANS_OK;
}

static ans_err same_nodes(walk *w, ans_jnode a, ans_jnode b, bool *out)
{
    ans_json_kind ka = ans_json_kind_of(w->doc_a, a), kb = ans_json_kind_of(w->doc_b, b);
    *out = true;
    if (ka == kb && ans_str_eq(ans_json_raw(w->doc_a, a), ans_json_raw(w->doc_b, b))) {
        return ans_path_spend(w->ev, 1);
    }
    ans_err err = add_pair(w, a, b);
    while (!err && *out && w->n > 0) {
        pair p = w->at[--w->n];
        ka = ans_json_kind_of(w->doc_a, p.a);
        kb = ans_json_kind_of(w->doc_b, p.b);
        err = ans_path_spend(w->ev, 1);
        if (err) {
            return err;
        }
        if (ka == ANS_JSON_NULL || kb == ANS_JSON_NULL) {
            *out = ka == kb;
        } else if (ka < ANS_JSON_ARRAY && kb < ANS_JSON_ARRAY) {
            err = same_scalar(w, p.a, p.b, out);
        } else if (ka != kb) {
            *out = false;
        } else if (ka == ANS_JSON_OBJECT) {
            err = same_members(w, p.a, p.b, out);
        } else {
            err = same_elements(w, p.a, p.b, out);
        }
    }
    return err;
}

static ans_err same_places(pev *ev, const ans_item *a, const ans_item *b, bool loose, bool *out)
{
    walk w = {.ev = ev, .doc_a = a->doc, .doc_b = b->doc, .loose = loose};
    if (!a->doc || !b->doc) { /* references nobody resolved: the same when they name the same */
        *out = a->doc == b->doc && a->type == b->type && ans_str_eq(a->text, b->text);
        return ANS_OK;
    }
    ans_jnode x = a->node != ANS_JNONE ? a->node : a->sibling,
              y = b->node != ANS_JNONE ? b->node : b->sibling;
    if (a->doc == b->doc && x == y) {
        *out = true;
        return ANS_OK;
    }
    if ((a->node == ANS_JNONE) != (b->node == ANS_JNONE)) {
        *out = false;
        return ANS_OK;
    }
    return same_nodes(&w, x, y, out);
}

/* ---- values ---- */

static bool is_number(const ans_item *v)
{
    return v->kind == ANS_ITEM_INTEGER || v->kind == ANS_ITEM_DECIMAL;
}

static bool is_when(const ans_item *v)
{
    return v->kind == ANS_ITEM_DATE || v->kind == ANS_ITEM_DATETIME;
}

/* Implicit conversions: a number beside a quantity is a quantity of unit 1. */
static void lift(ans_item *v, const ans_item *other)
{
    if (is_number(v) && other->kind == ANS_ITEM_QUANTITY) {
        v->kind = ANS_ITEM_QUANTITY;
        v->text = ANS_STR("1");
    }
}

/* The values of both, brought to one kind where the language says so; false when their kinds do not
 * meet. */
static ans_err values_of(pev *ev, const ans_item *a, const ans_item *b, ans_item *x, ans_item *y,
                         bool *out_same)
{
    ans_err err = ans_path_value(ev, a, x);
    err = err ? err : ans_path_value(ev, b, y);
    if (err) {
        return err;
    }
    lift(x, y);
    lift(y, x);
    *out_same = x->kind == y->kind || (is_number(x) && is_number(y)) || (is_when(x) && is_when(y));
    return ANS_OK;
}

static ptri tri(bool v)
{
    return v ? PTRI_TRUE : PTRI_FALSE;
}

ans_err ans_path_equal(pev *ev, const ans_item *a, const ans_item *b, ptri *out)
{
    ans_item x, y;
    bool same, known = true;
    int order = 0;
    ans_err err = values_of(ev, a, b, &x, &y, &same);
    if (err) {
        return err;
    }
    if (!same) {
        *out = ans_path_is_void(&x) || ans_path_is_void(&y) ? PTRI_EMPTY : PTRI_FALSE;
        return ANS_OK;
    }
    switch (x.kind) {
    case ANS_ITEM_BOOLEAN:
        *out = tri(x.flag == y.flag);
        break;
    case ANS_ITEM_INTEGER:
    case ANS_ITEM_DECIMAL:
        *out = tri(ans_decimal_cmp(x.number, y.number) == 0);
        break;
    case ANS_ITEM_STRING:
    case ANS_ITEM_TYPEINFO:
        *out = tri(ans_str_eq(x.text, y.text));
        break;
    case ANS_ITEM_QUANTITY:
        err = ans_path_quantity_cmp(&x, &y, false, &order, &known);
        *out = known ? tri(order == 0) : PTRI_EMPTY;
        break;
    case ANS_ITEM_NODE:
        err = same_places(ev, &x, &y, false, &same);
        *out = tri(same);
        break;
    default:
        known = ans_path_when_cmp(ev, &x.when, &y.when, x.kind == ANS_ITEM_TIME, &order);
        *out = known ? tri(order == 0) : PTRI_EMPTY;
    }
    return err;
}

ans_err ans_path_order(pev *ev, const ans_item *a, const ans_item *b, int *out, bool *out_known)
{
    ans_item x, y;
    bool same;
    ans_err err = values_of(ev, a, b, &x, &y, &same);
    if (err) {
        return err;
    }
    *out_known = true;
    if (ans_path_is_void(&x) || ans_path_is_void(&y)) {
        *out_known = false;
    } else if (ans_path_is_quantity(&x) && ans_path_is_quantity(&y)) {
        return ans_path_order_measured(ev, &x, &y, out, out_known);
    } else if (same && (x.kind == ANS_ITEM_INTEGER || x.kind == ANS_ITEM_DECIMAL)) {
        *out = ans_decimal_cmp(x.number, y.number);
    } else if (same && x.kind == ANS_ITEM_STRING) {
        *out = ans_str_cmp(x.text, y.text);
    } else if (same && x.kind == ANS_ITEM_QUANTITY) {
        return ans_path_quantity_cmp(&x, &y, false, out, out_known);
    } else if (same && (is_when(&x) || x.kind == ANS_ITEM_TIME)) {
        *out_known = ans_path_when_cmp(ev, &x.when, &y.when, x.kind == ANS_ITEM_TIME, out);
    } else {
        return ans_path_fail(ev, "values of these types have no order");
    }
    return ANS_OK;
}

/* ---- equivalence ---- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Letters without case, every white space alike, code point by code point. */
static bool equivalent_text(ans_str a, ans_str b)
{
    size_t i = 0, k = 0;
    while (i < a.n && k < b.n) {
        utf8proc_int32_t x = -1, y = -1;
        utf8proc_ssize_t nx =
            utf8proc_iterate((const utf8proc_uint8_t *)a.p + i, (utf8proc_ssize_t)(a.n - i), &x);
        utf8proc_ssize_t ny =
            utf8proc_iterate((const utf8proc_uint8_t *)b.p + k, (utf8proc_ssize_t)(b.n - k), &y);
        if (nx < 1 || ny < 1) {
            return false;
        }
        x = nx == 1 && is_blank(a.p[i]) ? ' ' : utf8proc_tolower(x);
        y = ny == 1 && is_blank(b.p[k]) ? ' ' : utf8proc_tolower(y);
        if (x != y) {
            return false;
        }
        i += (size_t)nx;
        k += (size_t)ny;
    }
    return i == a.n && k == b.n;
}

/* Rounded to the digits of the less precise; zeros at the end do not count as digits. */
static bool equivalent_numbers(ans_decimal a, ans_decimal b)
{
    ans_decimal x = ans_path_dec_trim(a), y = ans_path_dec_trim(b);
    int scale = x.scale < y.scale ? x.scale : y.scale;
    scale = scale < 0 ? 0 : scale;
    return ans_path_dec_scale(x, scale, PDEC_ROUND, &x) &&
           ans_path_dec_scale(y, scale, PDEC_ROUND, &y) && ans_decimal_cmp(x, y) == 0;
}

ans_err ans_path_equivalent(pev *ev, const ans_item *a, const ans_item *b, bool *out)
{
    ans_item x, y;
    bool same;
    int order = 0;
    ans_err err = values_of(ev, a, b, &x, &y, &same);
    *out = false;
    if (err || !same) {
        return err;
    }
    switch (x.kind) {
    case ANS_ITEM_BOOLEAN:
        *out = x.flag == y.flag;
        return ANS_OK;
    case ANS_ITEM_INTEGER:
    case ANS_ITEM_DECIMAL:
        *out = equivalent_numbers(x.number, y.number);
        return ANS_OK;
    case ANS_ITEM_STRING:
    case ANS_ITEM_TYPEINFO:
        *out = equivalent_text(x.text, y.text);
        return ANS_OK;
    case ANS_ITEM_QUANTITY:
        *out = ans_path_quantity_equivalent(&x, &y);
        return ANS_OK;
    case ANS_ITEM_NODE:
        return same_places(ev, &x, &y, true, out);
    default:
        *out = ans_path_when_same_precision(&x.when, &y.when) &&
               ans_path_when_cmp(ev, &x.when, &y.when, x.kind == ANS_ITEM_TIME, &order) &&
               order == 0;
        return ANS_OK;
    }
}

/* ---- lists ---- */

ans_err ans_path_equal_lists(pev *ev, uint32_t a, uint32_t mid, uint32_t end, ptri *out)
{
    uint32_t count = mid - a;
    if (count == 0 || end == mid) {
        *out = PTRI_EMPTY;
        return ANS_OK;
    }
    *out = tri(count == end - mid);
    for (uint32_t i = 0; i < count && *out != PTRI_FALSE; i++) {
        ptri one;
        ans_err err = ans_path_equal(ev, &ev->at[a + i], &ev->at[mid + i], &one);
        if (err) {
            return err;
        }
        *out = one == PTRI_TRUE ? *out : one;
    }
    return ANS_OK;
}

/* Each item of the left finds a partner of its own on the right. */
ans_err ans_path_equivalent_lists(pev *ev, uint32_t a, uint32_t mid, uint32_t end, bool *out)
{
    uint32_t count = mid - a, left = count;
    *out = count == end - mid;
    for (uint32_t i = 0; i < count && *out; i++) {
        bool found = false;
        for (uint32_t k = 0; k < left && !found; k++) {
            ans_err err = ans_path_spend(ev, 1);
            err = err ? err : ans_path_equivalent(ev, &ev->at[a + i], &ev->at[mid + k], &found);
            if (err) {
                return err;
            }
            if (found) { /* taken: the last one of the right moves into its place */
                ev->at[mid + k] = ev->at[mid + --left];
            }
        }
        *out = found;
    }
    return ANS_OK;
}
