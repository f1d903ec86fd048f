/* Functions on numbers. Rounding is exact; roots, powers and logarithms go through double and come
 * back with 15 digits. spec: http://hl7.org/fhirpath/N1/#math */
#include <math.h>

#include "path/path_int.h"

static ans_err input_number(pev *ev, const pstep *call, uint32_t in, bool quantities, ans_item *out)
{
    ans_err err = ans_path_value(ev, &ev->at[in], out);
    if (!err && out->kind != ANS_ITEM_INTEGER && out->kind != ANS_ITEM_DECIMAL &&
        !(quantities && out->kind == ANS_ITEM_QUANTITY)) {
        err = ans_path_fail(ev, "%.*s() called on what is no number", ANS_FMT(call->name));
    }
    return err;
}

static ans_err fn_abs(pev *ev, const pstep *call, uint32_t in)
{
    ans_item v;
    ans_err err = input_number(ev, call, in, true, &v);
    v.number.negative = false;
    return err ? err : ans_path_set(ev, in, &v);
}

/* ceiling, floor, truncate */
static ans_err fn_whole(pev *ev, const pstep *call, uint32_t in)
{
    ans_item v;
    int mode = call->name.p[0] == 'c'   ? PDEC_CEILING
               : call->name.p[0] == 'f' ? PDEC_FLOOR
                                        : PDEC_TRUNCATE;
    int64_t n;
    ans_err err = input_number(ev, call, in, true, &v);
    if (err) {
        return err;
    }
    if (!ans_path_dec_scale(v.number, 0, mode, &v.number) || !ans_path_dec_int(v.number, &n) ||
        n > INT32_MAX || n < INT32_MIN) {
        ev->n = in;
        return ANS_OK;
    }
    v.kind = v.kind == ANS_ITEM_QUANTITY ? ANS_ITEM_QUANTITY : ANS_ITEM_INTEGER;
    return ans_path_set(ev, in, &v);
}

static ans_err fn_round(pev *ev, const pstep *call, uint32_t in)
{
    ans_item v;
    int64_t digits = 0;
    bool has = true;
    ans_err err = input_number(ev, call, in, true, &v);
    if (!err && call->arg_count) {
        err = ans_path_arg_int(ev, call, 0, &digits, &has);
    }
    if (err) {
        return err;
    }
    if (digits < 0) {
        return ans_path_fail(ev, "round(): the number of digits must not be negative");
    }
    if (!has) {
        ev->n = in;
        return ANS_OK;
    }
    if (digits < v.number.scale) {
        (void)ans_path_dec_scale(v.number, (int)digits, PDEC_ROUND,
                                 &v.number); /* fewer digits always fit */
    }
    v.kind = v.kind == ANS_ITEM_QUANTITY ? ANS_ITEM_QUANTITY : ANS_ITEM_DECIMAL;
    return ans_path_set(ev, in, &v);
}

/* A result that is no number (the root of -1) is empty. */
static ans_err set_double(pev *ev, uint32_t in, double v)
{
    ans_decimal d;
    if (!ans_path_dec_of_double(v, &d)) {
        ev->n = in;
        return ANS_OK;
    }
    return ans_path_set_decimal(ev, in, d);
}

static ans_err fn_exp(pev *ev, const pstep *call, uint32_t in)
{
    ans_item v;
    ans_err err = input_number(ev, call, in, false, &v);
    return err ? err : set_double(ev, in, exp(ans_decimal_double(v.number)));
}

static ans_err fn_ln(pev *ev, const pstep *call, uint32_t in)
{
    ans_item v;
    ans_err err = input_number(ev, call, in, false, &v);
    return err ? err : set_double(ev, in, log(ans_decimal_double(v.number)));
}

static ans_err fn_sqrt(pev *ev, const pstep *call, uint32_t in)
{
    ans_item v;
    ans_err err = input_number(ev, call, in, false, &v);
    return err ? err : set_double(ev, in, sqrt(ans_decimal_double(v.number)));
}

/* The one number an argument gives; *out_has false when it is empty. */
static ans_err arg_number(pev *ev, const pstep *call, ans_item *out, bool *out_has)
{
    uint32_t from = ev->n;
    ans_err err = ans_path_run(ev, call->args[0]);
    if (!err && ev->n - from > 1) {
        err = ans_path_fail(ev, "%.*s(): an argument of %u items where one is due",
                            ANS_FMT(call->name), ev->n - from);
    }
    *out_has = !err && ev->n - from == 1 && !ans_path_is_void(&ev->at[from]);
    if (*out_has) {
        err = input_number(ev, call, from, false, out);
    }
    ev->n = from;
    return err;
}

static ans_err fn_log(pev *ev, const pstep *call, uint32_t in)
{
    ans_item v, base;
    bool has;
    ans_err err = input_number(ev, call, in, false, &v);
    err = err ? err : arg_number(ev, call, &base, &has);
    if (err || !has) {
        ev->n = in;
        return err;
    }
    return set_double(ev, in,
                      log(ans_decimal_double(v.number)) / log(ans_decimal_double(base.number)));
}

/* base^n by squaring, exact as far as the digits go. */
static bool power_exact(ans_decimal base, int64_t n, ans_decimal *out)
{
    ans_decimal result = ans_path_dec(1);
    while (n > 0) {
        if (n & 1 && !ans_decimal_mul(result, base, &result)) {
            return false;
        }
        n >>= 1;
        if (n > 0 && !ans_decimal_mul(base, base, &base)) {
            return false;
        }
    }
    *out = result;
    return true;
}

static ans_err fn_power(pev *ev, const pstep *call, uint32_t in)
{
    ans_item v, exponent;
    bool has;
    int64_t n;
    ans_err err = input_number(ev, call, in, false, &v);
    err = err ? err : arg_number(ev, call, &exponent, &has);
    if (err || !has) {
        ev->n = in;
        return err;
    }
    bool whole = v.kind == ANS_ITEM_INTEGER && exponent.kind == ANS_ITEM_INTEGER;
    ans_decimal d;
    if (ans_path_dec_int(exponent.number, &n) && n >= 0 && power_exact(v.number, n, &d)) {
        int64_t r;
        if (!whole) {
            return ans_path_set_decimal(ev, in, d);
        }
        if (ans_path_dec_int(d, &r) && r <= INT32_MAX && r >= INT32_MIN) {
            return ans_path_set_int(ev, in, r);
        }
        ev->n = in;
        return ANS_OK;
    }
    if (whole) { /* a negative exponent: no integer */
        ev->n = in;
        return ANS_OK;
    }
    return set_double(ev, in,
                      pow(ans_decimal_double(v.number), ans_decimal_double(exponent.number)));
}

const pfunc ans_path_funcs_math[] = {
    {"abs", 0, 0, PFN_SINGLE, fn_abs},
    {"ceiling", 0, 0, PFN_SINGLE, fn_whole},
    {"floor", 0, 0, PFN_SINGLE, fn_whole},
    {"truncate", 0, 0, PFN_SINGLE, fn_whole},
    {"round", 0, 1, PFN_SINGLE, fn_round},
    {"exp", 0, 0, PFN_SINGLE, fn_exp},
    {"ln", 0, 0, PFN_SINGLE, fn_ln},
    {"log", 1, 1, PFN_SINGLE, fn_log},
    {"power", 1, 1, PFN_SINGLE, fn_power},
    {"sqrt", 0, 0, PFN_SINGLE, fn_sqrt},
    {NULL, 0, 0, 0, NULL},
};
