/* Unit expressions of UCUM (https://ucum.org/ucum, sections 2 and 3) and their conversion.
 *
 *   term       = ["/"] component {("." | "/") component}        from left to right
 *   component  = (symbol | number | "(" term ")" | nothing) [annotation]
 *   symbol     = [prefix] atom [exponent]                       mm[Hg], s-1, 10*3, kg
 *   annotation = "{" ... "}"                                     stands for 1
 *
 * A unit is a fraction num / den times a power of ten, and a dimension; the one division happens at
 * the end, so that what has an exact decimal of up to 30 digits gets it and the rest is rounded
 * once.
 *
 * Where we differ: UCUM makes the mole a number (6.022e23), by which 1 mmol/L would equal a count
 * of particles in a litre, and its number has changed between versions. Nobody compares these, so
 * the mole is a base unit here; mass and substance are apart in UCUM anyway. The lumen (cd.sr) is a
 * base unit too. */
#include "fhir/value.h"

#include "fhir/ucum_int.h"
#include "fhir/wide_int.h"

#define LONGEST_CODE 200
#define DEEPEST 8
#define LARGEST_POWER 99
#define LARGEST_EXPONENT 300
#define DIGITS 30 /* of a result */

typedef unsigned __int128 u128;

typedef struct unit {
    u128 num, den;
    int exponent;  /* of ten */
    uint8_t class; /* ans_ucum_class: Celsius and Fahrenheit only while nothing else is in it */
    ans_ucum_dim dim;
} unit;

static const unit one = {.num = 1, .den = 1};

/* ---- computing with units ---- */

static bool is_one(const unit *u)
{
    static const ans_ucum_dim none;
    return u->num == 1 && u->den == 1 && u->exponent == 0 && u->class == ANS_UCUM_PLAIN &&
           memcmp(&u->dim, &none, sizeof none) == 0;
}

static bool add_small(int8_t *to, int amount)
{
    int sum = *to + amount;
    *to = (int8_t)sum;
    return sum >= -LARGEST_POWER && sum <= LARGEST_POWER;
}

static bool multiply_dim(ans_ucum_dim *to, const ans_ucum_dim *by, int sign)
{
    if (!add_small(&to->g, sign * by->g) || !add_small(&to->mol, sign * by->mol) ||
        !add_small(&to->m, sign * by->m) || !add_small(&to->s, sign * by->s)) {
        return false;
    }
    if (by->kind == ANS_UCUM_NONE) {
        return true;
    }
    if (to->kind != ANS_UCUM_NONE && to->kind != by->kind) {
        return false; /* two of these at once: nothing that care measures */
    }
    to->kind = by->kind;
    if (!add_small(&to->power, sign * by->power)) {
        return false;
    }
    if (to->power == 0) {
        to->kind = ANS_UCUM_NONE;
    }
    return true;
}

/* to = to * by^sign. A temperature with its own zero can be multiplied with nothing but 1 (UCUM
 * section 21). */
static bool multiply(unit *to, const unit *by, int sign)
{
    if (is_one(by)) {
        return true;
    }
    if (by->class >= ANS_UCUM_CELSIUS && is_one(to) && sign > 0) {
        *to = *by;
        return true;
    }
    if (by->class >= ANS_UCUM_CELSIUS || to->class >= ANS_UCUM_CELSIUS) {
        return false;
    }
    to->exponent += sign * by->exponent;
    return !__builtin_mul_overflow(to->num, sign > 0 ? by->num : by->den, &to->num) &&
           !__builtin_mul_overflow(to->den, sign > 0 ? by->den : by->num, &to->den) &&
           to->exponent >= -LARGEST_EXPONENT && to->exponent <= LARGEST_EXPONENT &&
           multiply_dim(&to->dim, &by->dim, sign);
}

static bool power(const unit *base, int exponent, unit *out)
{
    *out = one;
    for (int i = exponent < 0 ? -exponent : exponent; i > 0; i--) {
        if (!multiply(out, base, exponent < 0 ? -1 : 1)) {
            return false;
        }
    }
    return true;
}

/* ---- symbols ---- */

static const ans_ucum_atom *prefixed_atom(ans_str symbol, size_t prefix_length)
{
    const ans_ucum_atom *atom = ans_ucum_atom_named(ans_str_from(symbol, prefix_length));
    bool takes_prefix = atom && (atom->class == ANS_UCUM_METRIC || atom->class == ANS_UCUM_CELSIUS);
    return takes_prefix ? atom : NULL;
}

/* Whole symbols first ("cd" is the candela), then the longer prefix ("dag" is ten grams). */
static const ans_ucum_atom *find_atom(ans_str symbol, int *exponent)
{
    static const char letters[] = "YZEPTGMkhdcmunpfazy";
    static const int8_t powers[] = {24, 21, 18, 15, 12,  9,   6,   3,   2,  -1,
                                    -2, -3, -6, -9, -12, -15, -18, -21, -24};
    *exponent = 0;
    const ans_ucum_atom *atom = ans_ucum_atom_named(symbol);
    if (!atom && ans_str_starts(symbol, ANS_STR("da"))) {
        *exponent = 1;
        atom = prefixed_atom(symbol, 2);
    }
    const char *at = !atom && symbol.n ? memchr(letters, symbol.p[0], sizeof letters - 1) : NULL;
    if (at) {
        *exponent = powers[at - letters];
        atom = prefixed_atom(symbol, 1);
    }
    return atom;
}

static bool simple_unit(ans_str symbol, unit *out)
{
    int exponent;
    const ans_ucum_atom *atom = find_atom(symbol, &exponent);
    if (!atom) {
        return false;
    }
    *out = (unit){.num = atom->num,
                  .den = atom->den,
                  .exponent = atom->exponent + exponent,
                  .class = atom->class == ANS_UCUM_METRIC ? ANS_UCUM_PLAIN : atom->class,
                  .dim = atom->dim};
    return true;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Trailing digits with their sign: "s-1" -> "s" and -1, "10*3" -> "10*" and 3. None: 1. */
static bool cut_exponent(ans_str *symbol, int *exponent)
{
    size_t n = symbol->n;
    while (n > 0 && is_digit(symbol->p[n - 1])) {
        n--;
    }
    uint64_t value;
    ans_str digits = ans_str_from(*symbol, n);
    *exponent = 1;
    if (digits.n == 0) {
        return true;
    }
    if (!ans_str_u64(digits, &value) || value > LARGEST_POWER) {
        return false;
    }
    bool has_sign = n > 0 && (symbol->p[n - 1] == '-' || symbol->p[n - 1] == '+');
    *exponent = has_sign && symbol->p[n - 1] == '-' ? -(int)value : (int)value;
    symbol->n = n - has_sign;
    return true;
}

static bool parse_symbol(ans_str symbol, unit *out)
{
    uint64_t number;
    if (ans_str_u64(symbol, &number)) {
        *out = one;
        out->num = number;
        return number > 0;
    }
    int exponent;
    unit base;
    if (!cut_exponent(&symbol, &exponent) || !simple_unit(symbol, &base)) {
        return false;
    }
    if (exponent == 1) {
        *out = base;
        return true;
    }
    return power(&base, exponent, out);
}

/* ---- expressions ---- */

typedef struct scan {
    const char *p, *end;
    int depth;
} scan;

static bool parse_term(scan *s, unit *out);

/* Up to the next operator; what stands in brackets belongs to the symbol whatever it is. */
static ans_str take_symbol(scan *s)
{
    const char *from = s->p;
    bool in_brackets = false;
    while (s->p < s->end && (in_brackets || !memchr("./(){}", *s->p, 6))) {
        in_brackets = *s->p == '[' || (in_brackets && *s->p != ']');
        s->p++;
    }
    return (ans_str){from, (size_t)(s->p - from)};
}

static bool take(scan *s, char c)
{
    if (s->p < s->end && *s->p == c) {
        s->p++;
        return true;
    }
    return false;
}

/* False when an annotation is opened and not closed. */
static bool skip_annotation(scan *s, bool *found)
{
    *found = take(s, '{');
    if (!*found) {
        return true;
    }
    while (s->p < s->end && *s->p != '{' && *s->p != '}') {
        s->p++;
    }
    return take(s, '}');
}

static bool parse_component(scan *s, unit *out)
{
    bool has_unit = true, annotated;
    *out = one;
    if (take(s, '(')) {
        if (++s->depth > DEEPEST || !parse_term(s, out) || !take(s, ')')) {
            return false;
        }
        s->depth--;
    } else {
        ans_str symbol = take_symbol(s);
        has_unit = symbol.n > 0;
        if (has_unit && !parse_symbol(symbol, out)) {
            return false;
        }
    }
    return skip_annotation(s, &annotated) && (has_unit || annotated);
}

static bool parse_term(scan *s, unit *out)
{
    int sign = take(s, '/') ? -1 : 1;
    *out = one;
    for (;;) {
        unit component;
        if (!parse_component(s, &component) || !multiply(out, &component, sign)) {
            return false;
        }
        if (take(s, '/')) {
            sign = -1;
        } else if (take(s, '.')) {
            sign = 1;
        } else {
            return true;
        }
    }
}

static bool parse(ans_str code, unit *out)
{
    scan s = {code.p, code.p + code.n, 0};
    return code.n > 0 && code.n <= LONGEST_CODE && parse_term(&s, out) && s.p == s.end;
}

/* ---- conversion ---- */

static int count_digits(wide v)
{
    int n = 0;
    while (!wide_is_u128(v) || wide_u128(v) != 0) {
        wide_divide_small(&v, 10);
        n++;
    }
    return n;
}

/* v without its last n digits, rounded half up. */
static wide drop_digits(wide v, int n)
{
    uint64_t last = 0;
    for (; n > 0; n--) {
        last = wide_divide_small(&v, 10);
    }
    if (last >= 5) {
        wide_add_small(&v, 1);
    }
    return v;
}

/* value * num / den * 10^exponent with up to 30 digits, rounded where there are more. */
static bool scale_by(ans_decimal value, const unit *u, ans_decimal *out)
{
    wide dividend = wide_multiply(value.digits, u->num), divisor = wide_of(u->den), quotient;
    int scale = value.scale - u->exponent, added = 0;
    wide rest = wide_divide(dividend, divisor, &quotient);
    if (!wide_is_u128(rest) || wide_u128(rest) != 0) {
        added = DIGITS + 1 + count_digits(divisor) - count_digits(dividend);
        for (int i = 0; i < added; i++) {
            wide_multiply_small(&dividend, 10);
        }
        scale += added > 0 ? added : 0;
        (void)wide_divide(dividend, divisor, &quotient); /* the rest is below the digits kept */
    }
    while (added-- > 0) { /* zeros that nobody wrote */
        wide shorter = quotient;
        if (wide_divide_small(&shorter, 10) != 0) {
            break;
        }
        quotient = shorter;
        scale--;
    }
    int digits = count_digits(quotient);
    /* exact ones too: rounding only some would let a smaller value come out larger */
    if (digits > DIGITS) {
        quotient = drop_digits(quotient, digits - DIGITS);
        scale -= digits - DIGITS;
    }
    if (scale > 9999 || scale < -9999) {
        return false;
    }
    *out = (ans_decimal){
        .digits = wide_u128(quotient), .scale = (int16_t)scale, .negative = value.negative};
    return true;
}

static bool convert(ans_decimal value, const unit *u, ans_decimal *out)
{
    static const ans_decimal celsius_zero = {.digits = 27315, .scale = 2};
    static const ans_decimal fahrenheit_zero = {.digits = 45967, .scale = 2};
    static const unit five_ninths = {.num = 5, .den = 9};
    switch (u->class) {
    case ANS_UCUM_CELSIUS:
        return scale_by(value, u, &value) && ans_decimal_add(value, celsius_zero, out);
    case ANS_UCUM_FAHRENHEIT:
        return ans_decimal_add(value, fahrenheit_zero, &value) &&
               scale_by(value, &five_ninths, out);
    default:
        return scale_by(value, u, out);
    }
}

bool ans_ucum_canonical(ans_decimal value, ans_str code, ans_decimal *out, ans_str *out_unit)
{
    unit u;
    ans_decimal converted;
    if (!parse(code, &u)) {
        return false;
    }
    ans_str text = ans_ucum_dim_text(u.dim);
    if (!text.p || !convert(value, &u, &converted)) {
        return false;
    }
    *out = converted;
    *out_unit = text;
    return true;
}

bool ans_ucum_is_unit(ans_str code)
{
    unit u;
    return code.n > 0 && parse(code, &u);
}
