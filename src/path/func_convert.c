/* Conversions: for each target one rule, used by toX() (the value or empty) and convertsToX()
 * (whether there is one). spec: http://hl7.org/fhirpath/N1/#conversion */
#include "path/path_int.h"

typedef struct conversion conversion;
struct conversion {
    const char *to, *converts; /* "toInteger", "convertsToInteger" */
    bool (*convert)(const ans_item *v, ans_item *out);
};

/* (+|-)?digits, and (.digits)? when fraction is allowed; the whole of s. */
static bool read_number(ans_str s, bool fraction, ans_decimal *out)
{
    bool negative = s.n > 0 && s.p[0] == '-';
    if (s.n > 0 && (s.p[0] == '-' || s.p[0] == '+')) {
        s = ans_str_from(s, 1);
    }
    size_t i = 0, digits = 0;
    while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9') {
        i++;
    }
    digits = i;
    if (fraction && digits > 0 && i + 1 < s.n && s.p[i] == '.') {
        i++;
        while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9') {
            i++;
        }
    }
    if (digits == 0 || i != s.n || s.p[i - 1] == '.') {
        return false;
    }
    while (s.n > 1 && s.p[0] == '0' && s.p[1] != '.') {
        s = ans_str_from(s, 1); /* JSON, and so ans_decimal_parse, has no leading zeros */
    }
    if (!ans_decimal_parse(s, out)) {
        return false;
    }
    out->negative = negative && out->digits != 0;
    return true;
}

static bool to_boolean(const ans_item *v, ans_item *out)
{
    static const char *const yes[] = {"true", "t", "yes", "y", "1", "1.0"};
    static const char *const no[] = {"false", "f", "no", "n", "0", "0.0"};
    out->kind = ANS_ITEM_BOOLEAN;
    switch (v->kind) {
    case ANS_ITEM_BOOLEAN:
        out->flag = v->flag;
        return true;
    case ANS_ITEM_INTEGER:
    case ANS_ITEM_DECIMAL:
        out->flag = ans_decimal_cmp(v->number, ans_path_dec(1)) == 0;
        return out->flag || v->number.digits == 0;
    case ANS_ITEM_STRING:
        for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++) {
            out->flag = ans_str_ieq(v->text, ans_str_of(yes[i]));
            if (out->flag || ans_str_ieq(v->text, ans_str_of(no[i]))) {
                return true;
            }
        }
        return false;
    default:
        return false;
    }
}

static bool to_whole(const ans_item *v, int64_t low, int64_t high, ans_item *out)
{
    int64_t n;
    out->kind = ANS_ITEM_INTEGER;
    if (v->kind == ANS_ITEM_BOOLEAN) {
        out->number = ans_path_dec(v->flag);
        return true;
    }
    out->number = v->number;
    if (v->kind != ANS_ITEM_INTEGER &&
        (v->kind != ANS_ITEM_STRING || !read_number(v->text, false, &out->number))) {
        return false;
    }
    return ans_path_dec_int(out->number, &n) && n >= low && n <= high;
}

static bool to_integer(const ans_item *v, ans_item *out)
{
    return to_whole(v, INT32_MIN, INT32_MAX, out);
}

static bool to_long(const ans_item *v, ans_item *out)
{
    return to_whole(v, INT64_MIN, INT64_MAX, out);
}

static bool to_decimal(const ans_item *v, ans_item *out)
{
    out->kind = ANS_ITEM_DECIMAL;
    out->number = v->number;
    switch (v->kind) {
    case ANS_ITEM_BOOLEAN:
        out->number = (ans_decimal){.digits = v->flag ? 10 : 0, .scale = 1};
        return true;
    case ANS_ITEM_INTEGER:
    case ANS_ITEM_DECIMAL:
        return true;
    default:
        return v->kind == ANS_ITEM_STRING && read_number(v->text, true, &out->number);
    }
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* 4 days, 1.5 'mg', 7 */
static bool read_quantity(ans_str s, ans_item *out)
{
    size_t i = 0;
    while (i < s.n &&
           (s.p[i] == '+' || s.p[i] == '-' || s.p[i] == '.' || (s.p[i] >= '0' && s.p[i] <= '9'))) {
        i++;
    }
    if (!read_number(ans_str_head(s, i), true, &out->number)) {
        return false;
    }
    while (i < s.n && is_blank(s.p[i])) {
        i++;
    }
    ans_str unit = ans_str_from(s, i);
    if (unit.n == 0) {
        out->text = ANS_STR("1");
        return i == s.n;
    }
    if (unit.n > 2 && unit.p[0] == '\'' && unit.p[unit.n - 1] == '\'') {
        out->text = (ans_str){unit.p + 1, unit.n - 2};
        return ans_str_find(out->text, '\'') < 0;
    }
    out->text = unit;
    return ans_path_calendar_unit(unit) != PCAL_NONE;
}

static bool to_quantity(const ans_item *v, ans_item *out)
{
    if (v->kind == ANS_ITEM_QUANTITY) {
        *out = *v;
        return true;
    }
    if (v->kind == ANS_ITEM_STRING) {
        out->kind = ANS_ITEM_QUANTITY;
        return read_quantity(v->text, out);
    }
    if (!to_decimal(v, out)) {
        return false;
    }
    out->kind = ANS_ITEM_QUANTITY;
    out->text = ANS_STR("1");
    return true;
}

static bool to_date(const ans_item *v, ans_item *out)
{
    out->kind = ANS_ITEM_DATE;
    if (v->kind == ANS_ITEM_STRING) {
        if (!ans_path_when_read(v->text, ANS_ITEM_DATETIME, &out->when)) {
            return false;
        }
    } else if (v->kind == ANS_ITEM_DATE || v->kind == ANS_ITEM_DATETIME) {
        out->when = v->when;
    } else {
        return false;
    }
    const ans_datetime *d = &out->when; /* the date part of it */
    out->when =
        (ans_datetime){.year = d->year,
                       .month = d->month,
                       .day = d->day,
                       .precision = d->precision < ANS_PREC_DAY ? d->precision : ANS_PREC_DAY};
    return true;
}

static bool to_datetime(const ans_item *v, ans_item *out)
{
    out->kind = ANS_ITEM_DATETIME;
    out->when = v->when;
    if (v->kind == ANS_ITEM_STRING) {
        return ans_path_when_read(v->text, ANS_ITEM_DATETIME, &out->when);
    }
    return v->kind == ANS_ITEM_DATE || v->kind == ANS_ITEM_DATETIME;
}

static bool to_time(const ans_item *v, ans_item *out)
{
    out->kind = ANS_ITEM_TIME;
    out->when = v->when;
    return v->kind == ANS_ITEM_TIME ||
           (v->kind == ANS_ITEM_STRING && ans_path_when_read(v->text, ANS_ITEM_TIME, &out->when));
}

static const conversion conversions[] = {
    {"toBoolean", "convertsToBoolean", to_boolean},
    {"toInteger", "convertsToInteger", to_integer},
    {"toLong", "convertsToLong", to_long},
    {"toDecimal", "convertsToDecimal", to_decimal},
    {"toQuantity", "convertsToQuantity", to_quantity},
    {"toDate", "convertsToDate", to_date},
    {"toDateTime", "convertsToDateTime", to_datetime},
    {"toTime", "convertsToTime", to_time},
};

static const conversion *conversion_named(ans_str name, bool *asks)
{
    for (size_t i = 0; i < sizeof conversions / sizeof conversions[0]; i++) {
        *asks = ans_str_is(name, conversions[i].converts);
        if (*asks || ans_str_is(name, conversions[i].to)) {
            return &conversions[i];
        }
    }
    return NULL;
}

static ans_err to_unit(pev *ev, const pstep *call, ans_item *q, bool *ok)
{
    ans_str unit;
    bool has;
    ans_err err = ans_path_arg_string(ev, call, 0, &unit, &has);
    if (!err && *ok && has) {
        *ok = ans_path_quantity_convert(q, unit, &q->number);
        q->text = unit;
    }
    return err;
}

static ans_err fn_convert(pev *ev, const pstep *call, uint32_t in)
{
    ans_item v, out = {0};
    bool asks;
    const conversion *c = conversion_named(call->name, &asks);
    ans_err err = ans_path_value(ev, &ev->at[in], &v);
    if (err) {
        return err;
    }
    int64_t whole;
    if (ev->is_form && v.kind == ANS_ITEM_DECIMAL && c->convert == to_integer &&
        ans_path_dec_int(v.number, &whole)) {
        v = (ans_item){.kind = ANS_ITEM_INTEGER, .number = ans_path_dec(whole)};
    }
    bool ok = c->convert(&v, &out);
    if (call->arg_count) {
        err = to_unit(ev, call, &out, &ok);
    }
    if (err || asks) {
        return err ? err : ans_path_set_bool(ev, in, ok);
    }
    ev->n = in;
    return ok ? ans_path_push(ev, &out) : ANS_OK;
}

static ans_err fn_to_string(pev *ev, const pstep *call, uint32_t in)
{
    ans_item v;
    bool asks = call->name.p[0] == 'c';
    ans_err err = ans_path_value(ev, &ev->at[in], &v);
    if (err) {
        return err;
    }
    bool ok = v.kind != ANS_ITEM_NODE && v.kind != ANS_ITEM_TYPEINFO;
    if (asks) {
        return ans_path_set_bool(ev, in, ok);
    }
    if (!ok) {
        ev->n = in;
        return ANS_OK;
    }
    ans_str text = ans_path_text_of(ev, &ev->at[in]); /* as the document has it */
    return ans_path_set_string(ev, in, text.p ? text : ans_path_print_value(ev->cx->arena, &v));
}

const pfunc ans_path_funcs_convert[] = {
    {"toBoolean", 0, 0, PFN_SINGLE, fn_convert},
    {"convertsToBoolean", 0, 0, PFN_SINGLE, fn_convert},
    {"toInteger", 0, 0, PFN_SINGLE, fn_convert},
    {"convertsToInteger", 0, 0, PFN_SINGLE, fn_convert},
    {"toLong", 0, 0, PFN_SINGLE, fn_convert},
    {"convertsToLong", 0, 0, PFN_SINGLE, fn_convert},
    {"toDecimal", 0, 0, PFN_SINGLE, fn_convert},
    {"convertsToDecimal", 0, 0, PFN_SINGLE, fn_convert},
    {"toQuantity", 0, 1, PFN_SINGLE, fn_convert},
    {"convertsToQuantity", 0, 1, PFN_SINGLE, fn_convert},
    {"toDate", 0, 0, PFN_SINGLE, fn_convert},
    {"convertsToDate", 0, 0, PFN_SINGLE, fn_convert},
    {"toDateTime", 0, 0, PFN_SINGLE, fn_convert},
    {"convertsToDateTime", 0, 0, PFN_SINGLE, fn_convert},
    {"toTime", 0, 0, PFN_SINGLE, fn_convert},
    {"convertsToTime", 0, 0, PFN_SINGLE, fn_convert},
    {"toString", 0, 0, PFN_SINGLE, fn_to_string},
    {"convertsToString", 0, 0, PFN_SINGLE, fn_to_string},
    {NULL, 0, 0, 0, NULL},
};
