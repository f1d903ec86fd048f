/* Decimals with up to 38 digits in a 128-bit integer. Nothing is rounded unless a caller says how
 * far (division): what does not fit is refused. Products and dividends pass through 256 bits
 * (wide.h), comparison never computes 10^n beyond 38 digits, so a hostile 1e9000 costs nothing. */
#include "fhir/value.h"

#include <stdlib.h>

#include "fhir/wide_int.h"

#define MAX_DIGITS 38
#define MAX_SCALE 9999

typedef unsigned __int128 u128;

#define TEN_19 UINT64_C(10000000000000000000)

/* 10^n for n up to 38. */
static u128 power_of_ten(int n)
{
    static const uint64_t tens[] = {
        UINT64_C(1),
        UINT64_C(10),
        UINT64_C(100),
        UINT64_C(1000),
        UINT64_C(10000),
        UINT64_C(100000),
        UINT64_C(1000000),
        UINT64_C(10000000),
        UINT64_C(100000000),
        UINT64_C(1000000000),
        UINT64_C(10000000000),
        UINT64_C(100000000000),
        UINT64_C(1000000000000),
        UINT64_C(10000000000000),
        UINT64_C(100000000000000),
        UINT64_C(1000000000000000),
        UINT64_C(10000000000000000),
        UINT64_C(100000000000000000),
        UINT64_C(1000000000000000000),
        TEN_19,
    };
    return n <= 19 ? tens[n] : (u128)TEN_19 * tens[n - 19];
}

/* How many digits, 0 for 0. */
static int digit_count(u128 v)
{
    int n = 0;
    while (v >= TEN_19) {
        v /= TEN_19;
        n += 19;
    }
    for (uint64_t rest = (uint64_t)v; rest; rest /= 10) {
        n++;
    }
    return n;
}

/* ---- reading and printing ---- */

/* Digits from s.p[*at] on; counts them, and false once there are too many to keep. */
static bool take_digits(ans_str s, size_t *at, u128 *digits, int *out_count)
{
    const u128 limit = power_of_ten(MAX_DIGITS - 1);
    int n = 0;
    for (; *at < s.n && s.p[*at] >= '0' && s.p[*at] <= '9'; (*at)++, n++) {
        if (*digits >= limit || n > MAX_SCALE) {
            return false;
        }
        *digits = *digits * 10 + (unsigned)(s.p[*at] - '0');
    }
    *out_count = n;
    return n > 0;
}

static bool take_exponent(ans_str s, size_t *at, int *out)
{
    bool negative = false;
    int value = 0;
    if (*at < s.n && (s.p[*at] == '-' || s.p[*at] == '+')) {
        negative = s.p[(*at)++] == '-';
    }
    size_t from = *at;
    for (; *at < s.n && s.p[*at] >= '0' && s.p[*at] <= '9'; (*at)++) {
        value = value * 10 + (s.p[*at] - '0');
        if (value > MAX_SCALE) {
            return false;
        }
    }
    *out = negative ? -value : value;
    return *at > from;
}

bool ans_decimal_parse(ans_str s, ans_decimal *out)
{
    ans_decimal d = {0};
    size_t at = 0;
    int whole, behind = 0, exponent = 0;
    if (at < s.n && s.p[at] == '-') {
        d.negative = true;
        at++;
    }
    if (!take_digits(s, &at, &d.digits, &whole)) {
        return false;
    }
    if (at < s.n && s.p[at] == '.') {
        at++;
        if (!take_digits(s, &at, &d.digits, &behind)) {
            return false;
        }
    }
    if (at < s.n && (s.p[at] == 'e' || s.p[at] == 'E')) {
        at++;
        if (!take_exponent(s, &at, &exponent)) {
            return false;
        }
    }
    int scale = behind - exponent;
    if (at != s.n || scale > MAX_SCALE || scale < -MAX_SCALE) {
        return false;
    }
    d.scale = (int16_t)scale;
    *out = d;
    return true;
}

/* The digits as text, at least one, written backwards from end. */
static char *print_digits(u128 v, char *end)
{
    do {
        *--end = (char)('0' + (int)(v % 10));
        v /= 10;
    } while (v);
    return end;
}

ans_str ans_decimal_print(ans_arena *arena, ans_decimal d)
{
    char digits[40], *end = digits + sizeof digits;
    const char *first = print_digits(d.digits, end);
    size_t count = (size_t)(end - first), scale = d.scale > 0 ? (size_t)d.scale : 0;
    size_t zeros_behind = d.scale < 0 && d.digits ? (size_t)-d.scale : 0;
    size_t zeros_before = count <= scale ? scale - count + 1 : 0;
    char *text = ans_arena_alloc(arena, count + zeros_behind + zeros_before + 3);
    if (!text) {
        return ANS_STR_NONE;
    }
    char *p = text;
    if (d.negative && d.digits) {
        *p++ = '-';
    }
    memset(p, '0', zeros_before);
    memcpy(p + zeros_before, first, count);
    memset(p + zeros_before + count, '0', zeros_behind);
    size_t n = zeros_before + count + zeros_behind;
    if (scale) {
        memmove(p + n - scale + 1, p + n - scale, scale);
        p[n - scale] = '.';
        n++;
    }
    p[n] = '\0';
    return (ans_str){text, (size_t)(p - text) + n};
}

double ans_decimal_double(ans_decimal d)
{
    static const double tens[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                  1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                  1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    double value;
    if (d.digits < (u128)1 << 53 && d.scale >= -22 && d.scale <= 22) {
        /* both operands are exact, so the one operation rounds correctly */
        value = d.scale >= 0 ? (double)(uint64_t)d.digits / tens[d.scale]
                             : (double)(uint64_t)d.digits * tens[-d.scale];
    } else {
        char text[64], *end = text + 48;
        const char *first = print_digits(d.digits, end);
        *end++ = 'e';
        int exponent = -d.scale;
        if (exponent < 0) {
            *end++ = '-';
            exponent = -exponent;
        }
        for (int power = 10000; power; power /= 10) {
            *end++ = (char)('0' + exponent / power % 10);
        }
        *end = '\0';
        value = strtod(first, NULL); /* no point in it, so the locale does not matter */
    }
    return d.negative ? -value : value;
}

/* ---- comparing ---- */

static int compare_magnitude(ans_decimal a, ans_decimal b)
{
    int a_count = digit_count(a.digits), b_count = digit_count(b.digits);
    int a_top = a_count - a.scale, b_top = b_count - b.scale; /* digits before the point */
    if (a_top != b_top) {
        return a_top < b_top ? -1 : 1;
    }
    if (a_count < b_count) {
        a.digits *= power_of_ten(b_count - a_count);
    } else {
        b.digits *= power_of_ten(a_count - b_count);
    }
    return a.digits < b.digits ? -1 : a.digits > b.digits;
}

int ans_decimal_cmp(ans_decimal a, ans_decimal b)
{
    int a_sign = a.digits == 0 ? 0 : a.negative ? -1 : 1;
    int b_sign = b.digits == 0 ? 0 : b.negative ? -1 : 1;
    if (a_sign != b_sign) {
        return a_sign < b_sign ? -1 : 1;
    }
    return a_sign * (a_sign ? compare_magnitude(a, b) : 0);
}

/* ---- computing ---- */

/* The widest value that keeps all its digits: false when 38 are not enough even without trailing
 * zeros behind the point. */
static bool fit(wide v, int scale, bool negative, ans_decimal *out)
{
    const u128 limit = power_of_ten(MAX_DIGITS);
    while (!wide_is_u128(v) || wide_u128(v) >= limit) {
        wide rest = v;
        if (wide_divide_small(&rest, 10) != 0) {
            return false;
        }
        v = rest;
        scale--;
    }
    if (scale > MAX_SCALE || scale < -MAX_SCALE) {
        return false;
    }
    *out = (ans_decimal){.digits = wide_u128(v), .scale = (int16_t)scale, .negative = negative};
    return true;
}

/* Give d the scale asked for by adding digits; false when 38 are not enough. */
static bool rescale_up(ans_decimal *d, int scale)
{
    int more = scale - d->scale;
    if (d->digits && digit_count(d->digits) + more > MAX_DIGITS) {
        return false;
    }
    d->digits = d->digits ? d->digits * power_of_ten(more) : 0;
    d->scale = (int16_t)scale;
    return true;
}

/* Drop trailing zeros until the scale is as low as asked for. */
static void rescale_down(ans_decimal *d, int scale)
{
    while (d->scale > scale && d->digits % 10 == 0) {
        d->digits /= 10;
        d->scale--;
    }
}

bool ans_decimal_add(ans_decimal a, ans_decimal b, ans_decimal *out)
{
    ans_decimal *high = a.scale >= b.scale ? &a : &b, *low = a.scale >= b.scale ? &b : &a;
    if (!rescale_up(low, high->scale)) {
        /* 1e30 + 0.000000000: meet at the lowest scale that loses nothing */
        int reachable = low->scale + MAX_DIGITS - digit_count(low->digits);
        rescale_down(high, reachable);
        if (high->scale > reachable || !rescale_up(low, high->scale)) {
            return false;
        }
    }
    ans_decimal sum = {.scale = a.scale};
    if (a.negative == b.negative) {
        sum.digits = a.digits + b.digits; /* 2e38 < 2^128 */
        sum.negative = a.negative;
    } else {
        bool a_larger = a.digits >= b.digits;
        sum.digits = a_larger ? a.digits - b.digits : b.digits - a.digits;
        sum.negative = a_larger ? a.negative : b.negative;
    }
    return fit(wide_of(sum.digits), sum.scale, sum.negative && sum.digits, out);
}

bool ans_decimal_mul(ans_decimal a, ans_decimal b, ans_decimal *out)
{
    wide product = wide_multiply(a.digits, b.digits);
    bool is_zero = a.digits == 0 || b.digits == 0;
    return fit(product, a.scale + b.scale, a.negative != b.negative && !is_zero, out);
}

/* Quotient times 10^scale, rounded half up. more: power of ten that a.digits still lacks. */
static bool divide_digits(u128 a, u128 b, int more, u128 *out)
{
    int top = digit_count(a) + more - digit_count(b); /* digits of the quotient, or one less */
    if (top > MAX_DIGITS) {
        return false;
    }
    if (a == 0 || top < -1) { /* below a tenth: rounds to nothing */
        *out = 0;
        return true;
    }
    wide dividend = wide_of(a), divisor = wide_of(b), quotient;
    for (int i = 0; i < more; i++) {
        wide_multiply_small(&dividend, 10);
    }
    for (int i = 0; i > more; i--) {
        wide_multiply_small(&divisor, 10);
    }
    wide rest = wide_divide(dividend, divisor, &quotient);
    if (!wide_is_u128(quotient)) {
        return false;
    }
    u128 q = wide_u128(quotient);
    if (wide_compare(wide_double(rest), divisor) >= 0) {
        q++;
    }
    *out = q;
    return q < power_of_ten(MAX_DIGITS);
}

bool ans_decimal_div(ans_decimal a, ans_decimal b, int scale, ans_decimal *out)
{
    if (b.digits == 0 || scale > MAX_SCALE || scale < -MAX_SCALE) {
        return false;
    }
    u128 q;
    if (!divide_digits(a.digits, b.digits, scale - a.scale + b.scale, &q)) {
        return false;
    }
    ans_decimal result = {
        .digits = q, .scale = (int16_t)scale, .negative = q && a.negative != b.negative};
    rescale_down(&result, scale < 0 ? scale : 0);
    *out = result;
    return true;
}

bool ans_decimal_range(ans_decimal d, ans_decimal *out_low, ans_decimal *out_high)
{
    ans_decimal half = {.digits = 5, .scale = (int16_t)(d.scale + 1)};
    ans_decimal minus_half = half, low, high;
    minus_half.negative = true;
    if (!ans_decimal_add(d, minus_half, &low) || !ans_decimal_add(d, half, &high)) {
        return false;
    }
    *out_low = low;
    *out_high = high;
    return true;
}
