/* Quantities: UCUM units by the fhir room's table, calendar durations by their own rule, and the
 * algebra of units that multiplying and dividing needs.
 *
 * A calendar unit is kept by its word ("day"): no UCUM code has that spelling. Years and months of
 * the calendar compare only with each other; all shorter ones are as long as UCUM's. spec:
 * http://hl7.org/fhirpath/N1/#quantity-equality, #time-valued-quantities */
#include <stdio.h>
#include <stdlib.h>

#include "path/path_int.h"

static const struct {
    ans_str one, many, ucum;
} calendar[] = {
    [PCAL_YEAR] = {ANS_STR("year"), ANS_STR("years"), ANS_STR("a")},
    [PCAL_MONTH] = {ANS_STR("month"), ANS_STR("months"), ANS_STR("mo")},
    [PCAL_WEEK] = {ANS_STR("week"), ANS_STR("weeks"), ANS_STR("wk")},
    [PCAL_DAY] = {ANS_STR("day"), ANS_STR("days"), ANS_STR("d")},
    [PCAL_HOUR] = {ANS_STR("hour"), ANS_STR("hours"), ANS_STR("h")},
    [PCAL_MINUTE] = {ANS_STR("minute"), ANS_STR("minutes"), ANS_STR("min")},
    [PCAL_SECOND] = {ANS_STR("second"), ANS_STR("seconds"), ANS_STR("s")},
    [PCAL_MILLISECOND] = {ANS_STR("millisecond"), ANS_STR("milliseconds"), ANS_STR("ms")},
};
#define CALENDAR_UNITS (int)(sizeof calendar / sizeof calendar[0])

int ans_path_calendar_unit(ans_str unit)
{
    for (int i = 0; i < CALENDAR_UNITS; i++) {
        if (ans_str_eq(unit, calendar[i].one) || ans_str_eq(unit, calendar[i].many)) {
            return i;
        }
    }
    return PCAL_NONE;
}

ans_str ans_path_calendar_name(int unit)
{
    return calendar[unit].one;
}

int ans_path_arithmetic_unit(ans_str unit)
{
    int i = ans_path_calendar_unit(unit);
    for (int k = PCAL_WEEK; i == PCAL_NONE && k < CALENDAR_UNITS; k++) {
        i = ans_str_eq(unit, calendar[k].ucum) ? k : i;
    }
    return i;
}

/* ---- comparing ---- */

static bool is_long_calendar(ans_str unit)
{
    int i = ans_path_calendar_unit(unit);
    return i == PCAL_YEAR || i == PCAL_MONTH;
}

static bool canonical(ans_decimal value, ans_str unit, ans_decimal *out, ans_str *out_unit)
{
    int i = ans_path_calendar_unit(unit);
    return ans_ucum_canonical(value, i == PCAL_NONE ? unit : calendar[i].ucum, out, out_unit);
}

static ans_decimal in_months(const ans_item *q)
{
    ans_decimal out = q->number;
    if (ans_path_calendar_unit(q->text) == PCAL_YEAR) {
        (void)ans_path_dec_mul(out, ans_path_dec(12),
                               &out); /* stays as it is when digits run out */
    }
    return out;
}

/* Both values in one unit. False: the units do not compare. */
static bool common(const ans_item *a, const ans_item *b, bool loose, ans_decimal *out_a,
                   ans_decimal *out_b)
{
    ans_str ua, ub;
    if (ans_str_eq(a->text, b->text)) {
        *out_a = a->number;
        *out_b = b->number;
        return true;
    }
    bool la = is_long_calendar(a->text), lb = is_long_calendar(b->text);
    if (la && lb) {
        *out_a = in_months(a);
        *out_b = in_months(b);
        return true;
    }
    if ((la || lb) && !loose) {
        return false;
    }
    return canonical(a->number, a->text, out_a, &ua) && canonical(b->number, b->text, out_b, &ub) &&
           ans_str_eq(ua, ub);
}

ans_err ans_path_quantity_cmp(const ans_item *a, const ans_item *b, bool loose, int *out,
                              bool *out_known)
{
    ans_decimal x, y;
    *out_known = common(a, b, loose, &x, &y);
    if (*out_known) {
        *out = ans_decimal_cmp(x, y);
    }
    return ANS_OK;
}

bool ans_path_quantity_comparable(const ans_item *a, const ans_item *b)
{
    ans_decimal x, y;
    return common(a, b, true, &x, &y);
}

bool ans_path_quantity_convert(const ans_item *q, ans_str unit, ans_decimal *out)
{
    ans_item one = {.kind = ANS_ITEM_QUANTITY, .text = unit, .number = ans_path_dec(1)};
    ans_decimal value, factor, zero;
    if (ans_str_eq(q->text, unit)) {
        *out = q->number;
        return true;
    }
    if (!common(q, &one, true, &value, &factor)) {
        return false;
    }
    ans_item none = {.kind = ANS_ITEM_QUANTITY, .text = unit, .number = ans_path_dec(0)};
    if (!common(q, &none, true, &value, &zero)) {
        return false;
    }
    /* a unit with an offset (Cel) has its zero elsewhere: canonical = zero + value * (factor -
     * zero) */
    ans_decimal step, moved;
    return ans_path_dec_add(factor, ans_path_dec_neg(zero), &step) &&
           ans_path_dec_add(value, ans_path_dec_neg(zero), &moved) &&
           ans_path_dec_div(moved, step, out);
}

/* Equivalence rounds to the digits of the less exact value, in the unit that one is written in. */
bool ans_path_quantity_equivalent(const ans_item *a, const ans_item *b)
{
    ans_decimal x, y, step_a, step_b;
    if (!common(a, b, true, &x, &y)) {
        return false;
    }
    ans_item sa = *a, sb = *b; /* one step of the last digit of each */
    ans_decimal ta = ans_path_dec_trim(a->number), tb = ans_path_dec_trim(b->number);
    sa.number = (ans_decimal){.digits = 1, .scale = ta.scale > 0 ? ta.scale : 0};
    sb.number = (ans_decimal){.digits = 1, .scale = tb.scale > 0 ? tb.scale : 0};
    if (!common(&sa, &sb, true, &step_a, &step_b)) {
        return false;
    }
    bool a_is_coarse = ans_decimal_cmp(step_a, step_b) >= 0;
    const ans_item *coarse = a_is_coarse ? a : b, *fine = a_is_coarse ? b : a;
    ans_decimal other;
    if (!ans_path_quantity_convert(fine, coarse->text, &other) ||
        !ans_path_dec_scale(other, (a_is_coarse ? sa : sb).number.scale, PDEC_ROUND, &other)) {
        return ans_decimal_cmp(x, y) == 0;
    }
    return ans_decimal_cmp(other, coarse->number) == 0;
}

/* ---- the algebra of units ---- */

#define MAX_TERMS 12

typedef struct term {
    ans_str atom;
    int power;
} term;

typedef struct product {
    term terms[MAX_TERMS];
    unsigned count;
} product;

static bool multiply_in(product *p, ans_str atom, int power)
{
    if (ans_str_is(atom, "1") || power == 0) {
        return true;
    }
    for (unsigned i = 0; i < p->count; i++) {
        if (ans_str_eq(p->terms[i].atom, atom)) {
            p->terms[i].power += power;
            return true;
        }
    }
    if (p->count == MAX_TERMS) {
        return false;
    }
    p->terms[p->count++] = (term){atom, power};
    return true;
}

/* "cm2" is cm and 2; the digits of "10*3" and of anything in brackets belong to the atom. */
static bool split_power(ans_str s, ans_str *atom, int *power)
{
    size_t n = s.n;
    while (n > 0 && s.p[n - 1] >= '0' && s.p[n - 1] <= '9') {
        n--;
    }
    size_t digits = n;
    if (n > 0 && (s.p[n - 1] == '-' || s.p[n - 1] == '+')) {
        n--;
    }
    if (n == 0 || digits == s.n || s.p[n - 1] == '*' || s.p[n - 1] == '^' || s.n - digits > 3) {
        *atom = s;
        *power = 1;
        return s.n > 0;
    }
    *atom = ans_str_head(s, n);
    *power = 0;
    for (size_t i = digits; i < s.n; i++) {
        *power = *power * 10 + (s.p[i] - '0');
    }
    *power = s.p[n] == '-' ? -*power : *power;
    return true;
}

/* Terms joined by . and /; brackets around terms are beyond it. */
static bool parse_unit(product *p, ans_str unit, int sign)
{
    size_t start = 0;
    int side = sign;
    unsigned depth = 0; /* [in_i'H2O]: what stands in square brackets is one atom */
    for (size_t i = 0; i <= unit.n; i++) {
        char c = i < unit.n ? unit.p[i] : '.';
        depth += c == '[' || c == '{' ? 1 : 0;
        depth -= (c == ']' || c == '}') && depth > 0 ? 1 : 0;
        if (c == '(' || c == ')') {
            return false;
        }
        if (depth > 0 || (c != '.' && c != '/')) {
            continue;
        }
        ans_str piece = {unit.p + start, i - start}, atom;
        int power;
        if (piece.n > 0 &&
            (!split_power(piece, &atom, &power) || !multiply_in(p, atom, power * side))) {
            return false;
        }
        if (piece.n == 0 && i < unit.n && !(c == '/' && i == 0)) {
            return false;
        }
        side = c == '/' ? -sign : sign;
        start = i + 1;
    }
    return depth == 0;
}

static void print_term(ans_buf *b, const term *t, int power)
{
    ans_buf_add(b, t->atom);
    if (power != 1) {
        ans_buf_u64(b, (uint64_t)power);
    }
}

static ans_str print_unit(ans_arena *arena, const product *p)
{
    ans_buf b;
    ans_str out;
    ans_buf_init_arena(&b, arena, 4096);
    for (unsigned i = 0; i < p->count; i++) {
        if (p->terms[i].power > 0) {
            if (b.n > 0) {
                ans_buf_add_c(&b, '.');
            }
            print_term(&b, &p->terms[i], p->terms[i].power);
        }
    }
    if (b.n == 0) {
        ans_buf_add_c(&b, '1');
    }
    for (unsigned i = 0; i < p->count; i++) {
        if (p->terms[i].power < 0) {
            ans_buf_add_c(&b, '/');
            print_term(&b, &p->terms[i], -p->terms[i].power);
        }
    }
    return ans_buf_finish(&b, &out) ? ANS_STR_NONE : out;
}

/* Two atoms of one dimension (cm and m) must not stand side by side. */
static bool has_rivals(const product *p)
{
    for (unsigned i = 0; i < p->count; i++) {
        for (unsigned k = i + 1; k < p->count; k++) {
            ans_decimal v;
            ans_str a, b;
            if (ans_ucum_canonical(ans_path_dec(1), p->terms[i].atom, &v, &a) &&
                ans_ucum_canonical(ans_path_dec(1), p->terms[k].atom, &v, &b) && ans_str_eq(a, b)) {
                return true;
            }
        }
    }
    return false;
}

static ans_str ucum_of(ans_str unit)
{
    int i = ans_path_calendar_unit(unit);
    return i == PCAL_NONE ? unit : calendar[i].ucum;
}

static ans_err multiply(pev *ev, int op, const ans_item *a, const ans_item *b, ans_item *out,
                        bool *out_has)
{
    int sign = op == POP_DIV ? -1 : 1;
    ans_decimal x = a->number, y = b->number;
    ans_str ua = ucum_of(a->text), ub = ucum_of(b->text);
    product p = {.count = 0};
    *out_has = false;
    if (!parse_unit(&p, ua, 1) || !parse_unit(&p, ub, sign) || has_rivals(&p)) {
        p.count = 0;
        if (!canonical(x, ua, &x, &ua) || !canonical(y, ub, &y, &ub) || !parse_unit(&p, ua, 1) ||
            !parse_unit(&p, ub, sign)) {
            return ANS_OK;
        }
    }
    ans_decimal v;
    if (op == POP_DIV ? !ans_path_dec_div(x, y, &v) : !ans_path_dec_mul(x, y, &v)) {
        return ANS_OK;
    }
    ans_str unit = print_unit(ev->cx->arena, &p);
    if (!unit.p) {
        return ans_cx_nomem(ev->cx);
    }
    *out = (ans_item){.kind = ANS_ITEM_QUANTITY, .number = v, .text = unit};
    *out_has = true;
    return ANS_OK;
}

/* The sum is in the finer unit of the two: 3 'm' + 3 'cm' is 303 'cm'. */
static bool sum(int op, const ans_item *a, const ans_item *b, ans_item *out)
{
    ans_item one_a = *a, one_b = *b;
    ans_decimal fa, fb, x, y;
    if (is_long_calendar(a->text) != is_long_calendar(b->text)) {
        return false;
    }
    one_a.number = one_b.number = ans_path_dec(1);
    if (!common(&one_a, &one_b, false, &fa, &fb)) {
        return false;
    }
    ans_str unit = ans_decimal_cmp(fa, fb) <= 0 ? a->text : b->text;
    if (!ans_path_quantity_convert(a, unit, &x) || !ans_path_quantity_convert(b, unit, &y)) {
        return false;
    }
    *out = (ans_item){.kind = ANS_ITEM_QUANTITY, .text = unit};
    return ans_path_dec_add(x, op == POP_SUB ? ans_path_dec_neg(y) : y, &out->number);
}

ans_err ans_path_quantity_math(pev *ev, int op, const ans_item *a, const ans_item *b, ans_item *out,
                               bool *out_has)
{
    if (op == POP_MUL || op == POP_DIV) {
        return multiply(ev, op, a, b, out, out_has);
    }
    *out_has = sum(op, a, b, out);
    return ANS_OK;
}
