/* Functions on dates, times and precision: the clock, components, boundaries.
 *
 * A boundary is the first or last value that the written one may stand for: 1.587 stands for 1.5865
 * up to 1.5875, 2014 for the whole year, a dateTime without zone for any place on earth. spec:
 * http://hl7.org/fhirpath/N1/#current-date-and-time-functions; boundaries, precision and components
 * from the trial use parts of FHIRPath 2.0 and 3.0 */
#include "path/path_int.h"

#define DECIMAL_DIGITS 8        /* precision of a boundary when none is asked for */
#define DECIMAL_MOST 31         /* more than that no decimal here can show beside its whole part */
#define EARLIEST_ZONE (14 * 60) /* a wall-clock time is reached there first */
#define LATEST_ZONE (-12 * 60)

/* ---- the clock ---- */

static ans_err fn_now(pev *ev, const pstep *call, uint32_t in)
{
    ans_item v = {.kind = ANS_ITEM_DATETIME, .when = ans_path_now(ev)};
    (void)call;
    return ans_path_set(ev, in, &v);
}

static ans_datetime date_part(const ans_datetime *d)
{
    return (ans_datetime){.year = d->year,
                          .month = d->month,
                          .day = d->day,
                          .precision = d->precision < ANS_PREC_DAY ? d->precision : ANS_PREC_DAY};
}

static ans_datetime time_part(const ans_datetime *d)
{
    ans_datetime t = *d;
    t.year = 1;
    t.month = t.day = 1;
    t.has_zone = false;
    t.zone_minutes = 0;
    return t;
}

static ans_err fn_today(pev *ev, const pstep *call, uint32_t in)
{
    ans_datetime now = ans_path_now(ev);
    ans_item v = {.kind = ANS_ITEM_DATE, .when = date_part(&now)};
    (void)call;
    return ans_path_set(ev, in, &v);
}

static ans_err fn_time_of_day(pev *ev, const pstep *call, uint32_t in)
{
    ans_datetime now = ans_path_now(ev);
    ans_item v = {.kind = ANS_ITEM_TIME, .when = time_part(&now)};
    (void)call;
    return ans_path_set(ev, in, &v);
}

/* ---- components ---- */

static ans_err input_when(pev *ev, const pstep *call, uint32_t in, ans_item *out)
{
    ans_err err = ans_path_value(ev, &ev->at[in], out);
    if (!err && out->kind != ANS_ITEM_DATE && out->kind != ANS_ITEM_DATETIME &&
        out->kind != ANS_ITEM_TIME) {
        err = ans_path_fail(ev, "%.*s() called on what is no date or time", ANS_FMT(call->name));
    }
    return err;
}

typedef struct component {
    const char *name;
    uint8_t precision;
} component;

static const component components[] = {
    {"yearOf", ANS_PREC_YEAR},
    {"monthOf", ANS_PREC_MONTH},
    {"dayOf", ANS_PREC_DAY},
    {"hourOf", ANS_PREC_HOUR},
    {"minuteOf", ANS_PREC_MINUTE},
    {"secondOf", ANS_PREC_SECOND},
    {"millisecondOf", ANS_PREC_FRACTION},
};

static int64_t component_of(const ans_datetime *d, uint8_t precision)
{
    const int64_t parts[] = {d->year,
                             d->month,
                             d->day,
                             d->hour,
                             d->minute,
                             d->second,
                             d->fraction / (ANS_TICKS_PER_SECOND / 1000)};
    return parts[precision];
}

static ans_err fn_component(pev *ev, const pstep *call, uint32_t in)
{
    ans_item v;
    const component *c = components;
    ans_err err = input_when(ev, call, in, &v);
    if (err) {
        return err;
    }
    while (!ans_str_is(call->name, c->name)) {
        c++;
    }
    if (v.when.precision < c->precision ||
        (v.kind == ANS_ITEM_TIME && c->precision < ANS_PREC_HOUR)) {
        ev->n = in;
        return ANS_OK;
    }
    return ans_path_set_int(ev, in, component_of(&v.when, c->precision));
}

static ans_err fn_offset(pev *ev, const pstep *call, uint32_t in)
{
    ans_item v;
    ans_decimal hours;
    ans_err err = input_when(ev, call, in, &v);
    if (err || !v.when.has_zone) {
        ev->n = in;
        return err;
    }
    if (!ans_path_dec_div(ans_path_dec(v.when.zone_minutes), ans_path_dec(60), &hours) ||
        (hours.scale == 0 && !ans_path_dec_scale(hours, 1, PDEC_ROUND, &hours))) {
        ev->n = in;
        return ANS_OK;
    }
    return ans_path_set_decimal(ev, in, hours);
}

/* dateOf, timeOf */
static ans_err fn_part(pev *ev, const pstep *call, uint32_t in)
{
    ans_item v;
    bool date = call->name.p[0] == 'd';
    ans_err err = input_when(ev, call, in, &v);
    if (err) {
        return err;
    }
    if (date ? v.kind == ANS_ITEM_TIME
             : v.kind == ANS_ITEM_DATE || v.when.precision < ANS_PREC_HOUR) {
        ev->n = in;
        return ANS_OK;
    }
    ans_item out = {.kind = date ? ANS_ITEM_DATE : ANS_ITEM_TIME};
    out.when = date ? date_part(&v.when) : time_part(&v.when);
    return ans_path_set(ev, in, &out);
}

/* ---- precision ---- */

/* Digits of a date or time, by its precision: YYYYMMDDhhmmssfff */
static int date_digits(const ans_item *v)
{
    static const uint8_t digits[] = {4, 6, 8, 10, 12, 14, 14};
    int n = digits[v->when.precision] +
            (v->when.precision == ANS_PREC_FRACTION ? v->when.fraction_digits : 0);
    return v->kind == ANS_ITEM_TIME ? n - 8 : n;
}

static ans_err fn_precision(pev *ev, const pstep *call, uint32_t in)
{
    ans_item v;
    ans_err err = ans_path_value(ev, &ev->at[in], &v);
    if (err) {
        return err;
    }
    switch (v.kind) {
    case ANS_ITEM_INTEGER:
    case ANS_ITEM_DECIMAL:
    case ANS_ITEM_QUANTITY:
        return ans_path_set_int(ev, in, v.number.scale > 0 ? v.number.scale : 0);
    case ANS_ITEM_DATE:
    case ANS_ITEM_DATETIME:
    case ANS_ITEM_TIME:
        return ans_path_set_int(ev, in, date_digits(&v));
    default:
        return ans_path_fail(ev, "%.*s() called on what has no precision", ANS_FMT(call->name));
    }
}

/* ---- boundaries ---- */

/* Half a unit of the last digit down or up, then to the digits asked for, outwards. */
static bool bound_number(ans_decimal d, bool high, int digits, ans_decimal *out)
{
    ans_decimal half = {
        .digits = 5, .scale = (int16_t)((d.scale > 0 ? d.scale : 0) + 1), .negative = !high};
    return digits >= 0 && digits <= DECIMAL_MOST && ans_decimal_add(d, half, out) &&
           ans_path_dec_scale(*out, digits, high ? PDEC_CEILING : PDEC_FLOOR, out);
}

/* Fill in what is not written with the first or last it may be. */
static void fill(ans_datetime *d, bool high)
{
    if (d->precision < ANS_PREC_MONTH) {
        d->month = high ? 12 : 1;
    }
    if (d->precision < ANS_PREC_DAY) {
        d->day = (uint8_t)(high ? ans_days_in_month(d->year, d->month) : 1);
    }
    if (d->precision < ANS_PREC_HOUR) {
        d->hour = high ? 23 : 0;
    }
    if (d->precision < ANS_PREC_MINUTE) {
        d->minute = high ? 59 : 0;
    }
    if (d->precision < ANS_PREC_SECOND) {
        d->second = high ? 59 : 0;
    }
    if (d->precision < ANS_PREC_FRACTION) {
        d->fraction = high ? ANS_TICKS_PER_SECOND / 1000 * 999 : 0;
        d->fraction_digits = 3;
    }
}

/* digits: 4, 6, 8, 10, 12, 14, 17 of a date and time; 2, 4, 6, 9 of a time. False: there is no such
 * precision. */
static bool bound_when(ans_item *v, bool high, int digits)
{
    static const uint8_t steps[] = {4, 6, 8, 10, 12, 14, 17};
    int precision = 0, full = v->kind == ANS_ITEM_TIME ? digits + 8 : digits;
    while (precision <= ANS_PREC_FRACTION && steps[precision] != full) {
        precision++;
    }
    if (precision > ANS_PREC_FRACTION || (v->kind == ANS_ITEM_TIME && precision < ANS_PREC_HOUR) ||
        (v->kind == ANS_ITEM_DATE && precision > ANS_PREC_DAY)) {
        return false;
    }
    ans_datetime *d = &v->when;
    fill(d, high);
    if (v->kind == ANS_ITEM_DATETIME && !d->has_zone) {
        d->has_zone = true;
        d->zone_minutes = high ? LATEST_ZONE : EARLIEST_ZONE;
    }
    d->precision = (uint8_t)precision;
    d->fraction_digits = 3;
    return true;
}

static ans_err fn_boundary(pev *ev, const pstep *call, uint32_t in)
{
    ans_item v;
    int64_t digits = 0;
    bool has = false, ok, high = call->name.p[0] == 'h';
    ans_err err = ans_path_value(ev, &ev->at[in], &v);
    if (!err && call->arg_count) {
        err = ans_path_arg_int(ev, call, 0, &digits, &has);
    }
    if (err) {
        return err;
    }
    if (digits < -1 || digits > 100) {
        digits = -1; /* no value has such a precision */
    }
    switch (v.kind) {
    case ANS_ITEM_INTEGER:
    case ANS_ITEM_DECIMAL:
    case ANS_ITEM_QUANTITY:
        v.kind = v.kind == ANS_ITEM_QUANTITY ? ANS_ITEM_QUANTITY : ANS_ITEM_DECIMAL;
        ok = bound_number(v.number, high, has ? (int)digits : DECIMAL_DIGITS, &v.number);
        break;
    case ANS_ITEM_DATE:
        ok = bound_when(&v, high, has ? (int)digits : 8);
        break;
    case ANS_ITEM_DATETIME:
        ok = bound_when(&v, high, has ? (int)digits : 17);
        break;
    case ANS_ITEM_TIME:
        ok = bound_when(&v, high, has ? (int)digits : 9);
        break;
    default:
        return ans_path_fail(ev, "%.*s() called on what has no precision", ANS_FMT(call->name));
    }
    ev->n = in;
    return ok ? ans_path_push(ev, &v) : ANS_OK;
}

/* Do two quantities have the same dimension? */
static ans_err fn_comparable(pev *ev, const pstep *call, uint32_t in)
{
    ans_item a, b;
    uint32_t from = ev->n;
    ans_err err = ans_path_run(ev, call->args[0]);
    if (err || ev->n == from) {
        ev->n = in;
        return err;
    }
    if (ev->n - from > 1) {
        return ans_path_fail(ev, "comparable(): an argument of %u items where one is due",
                             ev->n - from);
    }
    err = ans_path_value(ev, &ev->at[in], &a);
    err = err ? err : ans_path_value(ev, &ev->at[from], &b);
    if (!err && (a.kind != ANS_ITEM_QUANTITY || b.kind != ANS_ITEM_QUANTITY)) {
        err = ans_path_fail(ev, "comparable() is for quantities");
    }
    return err ? err : ans_path_set_bool(ev, in, ans_path_quantity_comparable(&a, &b));
}

const pfunc ans_path_funcs_time[] = {
    {"now", 0, 0, 0, fn_now},
    {"today", 0, 0, 0, fn_today},
    {"timeOfDay", 0, 0, 0, fn_time_of_day},
    {"yearOf", 0, 0, PFN_SINGLE, fn_component},
    {"monthOf", 0, 0, PFN_SINGLE, fn_component},
    {"dayOf", 0, 0, PFN_SINGLE, fn_component},
    {"hourOf", 0, 0, PFN_SINGLE, fn_component},
    {"minuteOf", 0, 0, PFN_SINGLE, fn_component},
    {"secondOf", 0, 0, PFN_SINGLE, fn_component},
    {"millisecondOf", 0, 0, PFN_SINGLE, fn_component},
    {"timezoneOffsetOf", 0, 0, PFN_SINGLE, fn_offset},
    {"dateOf", 0, 0, PFN_SINGLE, fn_part},
    {"timeOf", 0, 0, PFN_SINGLE, fn_part},
    {"precision", 0, 0, PFN_SINGLE, fn_precision},
    {"lowBoundary", 0, 1, PFN_SINGLE, fn_boundary},
    {"highBoundary", 0, 1, PFN_SINGLE, fn_boundary},
    {"comparable", 1, 1, PFN_SINGLE, fn_comparable},
    {NULL, 0, 0, 0, NULL},
};
