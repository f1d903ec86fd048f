/* Operators: logic with three values, equality and order of collections, membership, arithmetic.
 * spec: http://hl7.org/fhirpath/N1/#operations */
#include "path/path_int.h"

/* ---- logic ---- */

static ptri and_of(ptri a, ptri b)
{
    if (a == PTRI_FALSE || b == PTRI_FALSE) {
        return PTRI_FALSE;
    }
    return a == PTRI_TRUE && b == PTRI_TRUE ? PTRI_TRUE : PTRI_EMPTY;
}

static ptri not_of(ptri a)
{
    return a == PTRI_EMPTY ? PTRI_EMPTY : a == PTRI_TRUE ? PTRI_FALSE : PTRI_TRUE;
}

static ptri or_of(ptri a, ptri b)
{
    return not_of(and_of(not_of(a), not_of(b)));
}

static ans_err logic(pev *ev, int op, uint32_t in, uint32_t mid)
{
    ptri a, b, r;
    ans_err err = ans_path_truth(ev, in, mid, &a);
    err = err ? err : ans_path_truth(ev, mid, ev->n, &b);
    if (err) {
        return err;
    }
    if (op == POP_AND) {
        r = and_of(a, b);
    } else if (op == POP_OR) {
        r = or_of(a, b);
    } else if (op == POP_IMPLIES) {
        r = or_of(not_of(a), b);
    } else {
        r = a == PTRI_EMPTY || b == PTRI_EMPTY ? PTRI_EMPTY : a != b ? PTRI_TRUE : PTRI_FALSE;
    }
    return ans_path_set_tri(ev, in, r);
}

/* ---- equality, order, membership ---- */

static ans_err equality(pev *ev, int op, uint32_t in, uint32_t mid)
{
    ptri r;
    bool same;
    ans_err err;
    if (op == POP_EQ || op == POP_NE) {
        err = ans_path_equal_lists(ev, in, mid, ev->n, &r);
        return err ? err : ans_path_set_tri(ev, in, op == POP_NE ? not_of(r) : r);
    }
    err = ans_path_equivalent_lists(ev, in, mid, ev->n, &same);
    return err ? err : ans_path_set_bool(ev, in, same == (op == POP_EQV));
}

static ans_err order(pev *ev, int op, uint32_t in, uint32_t mid)
{
    int c = 0;
    bool known;
    if (mid == in || ev->n == mid) {
        ev->n = in;
        return ANS_OK;
    }
    if (mid - in > 1 || ev->n - mid > 1) {
        return ans_path_fail(ev, "a comparison of %u with %u items", mid - in, ev->n - mid);
    }
    ans_err err = ans_path_order(ev, &ev->at[in], &ev->at[mid], &c, &known);
    if (err) {
        return err;
    }
    if (!known) {
        ev->n = in;
        return ANS_OK;
    }
    bool r = op == POP_LT ? c < 0 : op == POP_LE ? c <= 0 : op == POP_GT ? c > 0 : c >= 0;
    return ans_path_set_bool(ev, in, r);
}

/* Is the one item of [one, one_end) among [many, many_end)? */
static ans_err membership(pev *ev, uint32_t in, uint32_t one, uint32_t one_end, uint32_t many,
                          uint32_t many_end)
{
    bool found = false;
    if (one == one_end) {
        ev->n = in;
        return ANS_OK;
    }
    if (one_end - one > 1) {
        return ans_path_fail(ev, "in, contains: %u items where one is due", one_end - one);
    }
    ans_err err = ans_path_spend(ev, many_end - many);
    for (uint32_t i = many; !err && !found && i < many_end; i++) {
        ptri t;
        err = ans_path_equal(ev, &ev->at[one], &ev->at[i], &t);
        found = !err && t == PTRI_TRUE;
    }
    return err ? err : ans_path_set_bool(ev, in, found);
}

/* ---- arithmetic ---- */

static ans_err unfit(pev *ev)
{
    return ans_path_fail(ev, "an operator between values of types it does not take");
}

static bool is_number(const ans_item *v)
{
    return v->kind == ANS_ITEM_INTEGER || v->kind == ANS_ITEM_DECIMAL;
}

/* Truncated division and its remainder. False: division by zero, or digits run out. */
static bool divide_whole(ans_decimal a, ans_decimal b, ans_decimal *quotient, ans_decimal *rest)
{
    ans_decimal q, back;
    if (b.digits == 0) {
        return false;
    }
    ans_decimal pa = a, pb = b;
    pa.negative = pb.negative = false;
    if (!ans_decimal_div(pa, pb, 1, &q) || !ans_path_dec_scale(q, 0, PDEC_TRUNCATE, &q) ||
        !ans_decimal_mul(q, pb, &back)) {
        return false;
    }
    if (ans_decimal_cmp(back, pa) > 0) { /* the quotient had been rounded up: 1.96 to 2.0 */
        if (!ans_decimal_add(q, ans_path_dec(-1), &q) || !ans_decimal_mul(q, pb, &back)) {
            return false;
        }
    }
    if (!ans_decimal_add(pa, ans_path_dec_neg(back), rest)) {
        return false;
    }
    q.negative = q.digits != 0 && a.negative != b.negative;
    rest->negative = rest->digits != 0 && a.negative;
    *quotient = q;
    return true;
}

static bool compute(int op, ans_decimal a, ans_decimal b, ans_decimal *out)
{
    ans_decimal other;
    switch (op) {
    case POP_ADD:
        return ans_path_dec_add(a, b, out);
    case POP_SUB:
        return ans_path_dec_add(a, ans_path_dec_neg(b), out);
    case POP_MUL:
        return ans_path_dec_mul(a, b, out);
    case POP_DIV:
        return ans_path_dec_div(a, b, out);
    case POP_IDIV:
        return divide_whole(a, b, out, &other);
    default:
        return divide_whole(a, b, &other, out);
    }
}

/* Integers have 32 bits; what does not fit is empty. */
static bool fits_integer(ans_decimal d)
{
    int64_t v;
    return ans_path_dec_int(d, &v) && v >= INT32_MIN && v <= INT32_MAX;
}

static ans_err numbers(pev *ev, int op, uint32_t in, const ans_item *a, const ans_item *b)
{
    ans_decimal r;
    bool whole = a->kind == ANS_ITEM_INTEGER && b->kind == ANS_ITEM_INTEGER && op != POP_DIV;
    whole = whole || op == POP_IDIV;
    if (!compute(op, a->number, b->number, &r) || (whole && !fits_integer(r))) {
        ev->n = in;
        return ANS_OK;
    }
    ans_item out = {.kind = whole ? ANS_ITEM_INTEGER : ANS_ITEM_DECIMAL, .number = r};
    return ans_path_set(ev, in, &out);
}

static ans_err quantities(pev *ev, int op, uint32_t in, ans_item *a, ans_item *b)
{
    ans_item out;
    bool has;
    if (op == POP_IDIV || op == POP_MOD) {
        return unfit(ev);
    }
    if (a->kind != ANS_ITEM_QUANTITY) {
        a->text = ANS_STR("1");
    }
    if (b->kind != ANS_ITEM_QUANTITY) {
        b->text = ANS_STR("1");
    }
    a->kind = b->kind = ANS_ITEM_QUANTITY;
    ans_err err = ans_path_quantity_math(ev, op, a, b, &out, &has);
    ev->n = in;
    return err || !has ? err : ans_path_push(ev, &out);
}

static ans_err move_date(pev *ev, int op, uint32_t in, ans_item *when, const ans_item *q)
{
    int unit = ans_path_arithmetic_unit(q->text);
    if (unit == PCAL_NONE) {
        return ans_path_fail(ev, "a date or time moves only by calendar units, weeks or shorter");
    }
    if (when->kind == ANS_ITEM_TIME && unit < PCAL_HOUR) {
        return ans_path_fail(ev, "a time moves only by hours or shorter");
    }
    ans_decimal amount = op == POP_SUB ? ans_path_dec_neg(q->number) : q->number;
    if (!ans_path_when_add(&when->when, when->kind, amount, unit)) {
        return ans_path_fail(ev, "a date outside of the years 1 to 9999");
    }
    return ans_path_set(ev, in, when);
}

static ans_err join(pev *ev, uint32_t in, ans_str a, ans_str b)
{
    return ans_path_set_string(ev, in, ans_path_concat(ev->cx->arena, a, b));
}

static bool is_when(const ans_item *v)
{
    return v->kind == ANS_ITEM_DATE || v->kind == ANS_ITEM_DATETIME || v->kind == ANS_ITEM_TIME;
}

static ans_err arithmetic(pev *ev, int op, uint32_t in, uint32_t mid)
{
    ans_item a, b;
    if (mid - in > 1 || ev->n - mid > 1) {
        return ans_path_fail(ev, "an operator between %u and %u items", mid - in, ev->n - mid);
    }
    if (mid == in || ev->n == mid || ans_path_is_void(&ev->at[in]) ||
        ans_path_is_void(&ev->at[mid])) {
        ev->n = in;
        return ANS_OK;
    }
    ans_err err = ans_path_value(ev, &ev->at[in], &a);
    err = err ? err : ans_path_value(ev, &ev->at[mid], &b);
    if (err) {
        return err;
    }
    if (is_number(&a) && is_number(&b)) {
        return numbers(ev, op, in, &a, &b);
    }
    if (is_when(&a) && b.kind == ANS_ITEM_QUANTITY && (op == POP_ADD || op == POP_SUB)) {
        return move_date(ev, op, in, &a, &b);
    }
    if ((a.kind == ANS_ITEM_QUANTITY || is_number(&a)) &&
        (b.kind == ANS_ITEM_QUANTITY || is_number(&b))) {
        return quantities(ev, op, in, &a, &b);
    }
    if (op == POP_ADD && a.kind == ANS_ITEM_STRING && b.kind == ANS_ITEM_STRING) {
        return join(ev, in, a.text, b.text);
    }
    return unfit(ev);
}

/* a & b: what is empty is the empty string. */
static ans_err concatenate(pev *ev, uint32_t in, uint32_t mid)
{
    uint32_t from[2] = {in, mid}, to[2] = {mid, ev->n};
    ans_str text[2] = {ANS_STR(""), ANS_STR("")};
    for (int i = 0; i < 2; i++) {
        ans_item v;
        if (to[i] - from[i] > 1) {
            return ans_path_fail(ev, "&: %u items where one is due", to[i] - from[i]);
        }
        if (to[i] == from[i] || ans_path_is_void(&ev->at[from[i]])) {
            continue;
        }
        ans_err err = ans_path_value(ev, &ev->at[from[i]], &v);
        if (err) {
            return err;
        }
        if (v.kind != ANS_ITEM_STRING) {
            return unfit(ev);
        }
        text[i] = v.text;
    }
    return join(ev, in, text[0], text[1]);
}

/* ---- all of them ---- */

ans_err ans_path_sign(pev *ev, uint32_t in, bool minus)
{
    ans_item v;
    if (ev->n == in) {
        return ANS_OK;
    }
    if (ev->n - in > 1) {
        return ans_path_fail(ev, "a sign before %u items", ev->n - in);
    }
    if (ans_path_is_void(&ev->at[in])) {
        ev->n = in;
        return ANS_OK;
    }
    ans_err err = ans_path_value(ev, &ev->at[in], &v);
    if (err) {
        return err;
    }
    if (!is_number(&v) && v.kind != ANS_ITEM_QUANTITY) {
        return ans_path_fail(ev, "a sign before what is no number");
    }
    if (minus) {
        v.number = ans_path_dec_neg(v.number);
    }
    return ans_path_set(ev, in, &v);
}

ans_err ans_path_apply(pev *ev, int op, uint32_t in, uint32_t mid)
{
    switch (op) {
    case POP_UNION:
        return ans_path_distinct(ev, in);
    case POP_EQ:
    case POP_NE:
    case POP_EQV:
    case POP_NEQV:
        return equality(ev, op, in, mid);
    case POP_LT:
    case POP_LE:
    case POP_GT:
    case POP_GE:
        return order(ev, op, in, mid);
    case POP_IN:
        return membership(ev, in, in, mid, mid, ev->n);
    case POP_CONTAINS:
        return membership(ev, in, mid, ev->n, in, mid);
    case POP_AND:
    case POP_OR:
    case POP_XOR:
    case POP_IMPLIES:
        return logic(ev, op, in, mid);
    case POP_CAT:
        return concatenate(ev, in, mid);
    default:
        return arithmetic(ev, op, in, mid);
    }
}
