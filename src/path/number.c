/* Decimals of FHIRPath on top of ans_decimal: exact as long as 38 digits carry them, then rounded
 * rather than lost. */
#include <math.h>
#include <stdio.h>

#include "path/path_int.h"

#define MAX_DIGITS 38
#define DIVISION_SCALE 16 /* digits behind the point a quotient may have; FHIRPath asks for 8 */

static unsigned __int128 power_of_ten(int n)
{
    unsigned __int128 p = 1;
    while (n-- > 0) {
        p *= 10;
    }
    return p;
}

static int digit_count(unsigned __int128 v)
{
    int n = 1;
    while (v >= 10) {
        v /= 10;
        n++;
    }
    return n;
}

ans_decimal ans_path_dec(int64_t v)
{
    uint64_t magnitude = v < 0 ? (uint64_t)0 - (uint64_t)v : (uint64_t)v;
    return (ans_decimal){.digits = magnitude, .negative = v < 0};
}

ans_decimal ans_path_dec_trim(ans_decimal d)
{
    while (d.scale > 0 && d.digits % 10 == 0) {
        d.digits /= 10;
        d.scale--;
    }
    if (d.digits == 0) {
        d.scale = 0;
        d.negative = false;
    }
    return d;
}

/* Fewer digits: what is cut off decides by mode whether the last one goes up. */
static ans_decimal shortened(ans_decimal d, int cut, int mode)
{
    unsigned __int128 unit = cut > MAX_DIGITS ? 0 : power_of_ten(cut);
    unsigned __int128 rest = unit ? d.digits % unit : d.digits;
    bool up = false;
    d.digits = unit ? d.digits / unit : 0;
    d.scale = (int16_t)(d.scale - cut);
    if (mode == PDEC_ROUND) {
        up = unit && rest >= unit - rest;
    } else if (mode == PDEC_FLOOR) {
        up = d.negative && rest != 0;
    } else if (mode == PDEC_CEILING) {
        up = !d.negative && rest != 0;
    }
    d.digits += up ? 1 : 0;
    d.negative = d.negative && d.digits != 0;
    return d;
}

bool ans_path_dec_scale(ans_decimal d, int scale, int mode, ans_decimal *out)
{
    if (d.scale > scale) {
        *out = shortened(d, d.scale - scale, mode);
        return true;
    }
    int more = scale - d.scale;
    if (d.digits != 0 && digit_count(d.digits) + more > MAX_DIGITS) {
        return false;
    }
    d.digits = d.digits ? d.digits * power_of_ten(more) : 0;
    d.scale = (int16_t)scale;
    *out = d;
    return true;
}

bool ans_path_dec_int(ans_decimal d, int64_t *out)
{
    ans_decimal whole;
    if (!ans_path_dec_scale(ans_path_dec_trim(d), 0, PDEC_TRUNCATE, &whole) ||
        whole.digits > (unsigned __int128)INT64_MAX || ans_decimal_cmp(whole, d) != 0) {
        return false;
    }
    *out = whole.negative ? -(int64_t)whole.digits : (int64_t)whole.digits;
    return true;
}

/* At most n significant digits. */
static ans_decimal significant(ans_decimal d, int n)
{
    int have = digit_count(d.digits);
    return have > n ? shortened(d, have - n, PDEC_ROUND) : d;
}

bool ans_path_dec_mul(ans_decimal a, ans_decimal b, ans_decimal *out)
{
    if (ans_decimal_mul(a, b, out)) {
        return true;
    }
    a = ans_path_dec_trim(a);
    b = ans_path_dec_trim(b);
    if (ans_decimal_mul(a, b, out)) {
        return true;
    }
    int da = digit_count(a.digits), db = digit_count(b.digits), half = MAX_DIGITS / 2;
    int keep_a = db < half ? MAX_DIGITS - db : da < half ? da : half;
    a = significant(a, keep_a);
    b = significant(b, MAX_DIGITS - digit_count(a.digits));
    return ans_decimal_mul(a, b, out);
}

bool ans_path_dec_add(ans_decimal a, ans_decimal b, ans_decimal *out)
{
    static const int scales[] = {MAX_DIGITS, 24, DIVISION_SCALE, 8, 0};
    for (size_t i = 0; i < sizeof scales / sizeof scales[0]; i++) {
        ans_decimal x = a, y = b;
        if (x.scale > scales[i]) {
            x = shortened(x, x.scale - scales[i], PDEC_ROUND);
        }
        if (y.scale > scales[i]) {
            y = shortened(y, y.scale - scales[i], PDEC_ROUND);
        }
        if (ans_decimal_add(x, y, out)) {
            return true;
        }
    }
    return false;
}

bool ans_path_dec_div(ans_decimal a, ans_decimal b, ans_decimal *out)
{
    if (b.digits == 0) {
        return false;
    }
    for (int scale = DIVISION_SCALE; scale >= 0; scale -= 4) {
        if (ans_decimal_div(a, b, scale, out)) {
            *out = ans_path_dec_trim(*out);
            return true;
        }
    }
    return false;
}

bool ans_path_dec_of_double(double v, ans_decimal *out)
{
    char text[40];
    if (!isfinite(v)) {
        return false;
    }
    int n = snprintf(text, sizeof text, "%.15g", v);
    ans_decimal d;
    if (!ans_decimal_parse((ans_str){text, (size_t)n}, &d)) {
        return false;
    }
    if (d.scale < 0 && !ans_path_dec_scale(d, 0, PDEC_TRUNCATE, &d)) {
        return false;
    }
    *out = d;
    return true;
}
