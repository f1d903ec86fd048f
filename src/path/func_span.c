/* How far apart two dates are, and where an item stands in its document.
 *
 * duration() counts whole periods (a birthday that has come), difference() the boundaries crossed
 * (a calendar year that has begun). Both look at the wall clock as written for days and longer, at
 * the instant for hours and shorter. spec: FHIRPath 3.0, date and time interval functions,
 * pathname() */
#include "path/path_int.h"

#define TICKS_PER_HOUR (3600 * ANS_TICKS_PER_SECOND)
#define TICKS_PER_DAY (24 * TICKS_PER_HOUR)
#define SUNDAY_SHIFT 4 /* 1970-01-01 was a Thursday, weeks begin with Sunday */

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0 ? 1 : 0);
}

static uint8_t precision_of(int unit)
{
    static const uint8_t precisions[] = {
        [PCAL_YEAR] = ANS_PREC_YEAR,     [PCAL_MONTH] = ANS_PREC_MONTH,
        [PCAL_WEEK] = ANS_PREC_DAY,      [PCAL_DAY] = ANS_PREC_DAY,
        [PCAL_HOUR] = ANS_PREC_HOUR,     [PCAL_MINUTE] = ANS_PREC_MINUTE,
        [PCAL_SECOND] = ANS_PREC_SECOND, [PCAL_MILLISECOND] = ANS_PREC_SECOND};
    return precisions[unit];
}

static int64_t ticks_of(int unit)
{
    static const int64_t ticks[] = {
        [PCAL_WEEK] = 7 * TICKS_PER_DAY,      [PCAL_DAY] = TICKS_PER_DAY,
        [PCAL_HOUR] = TICKS_PER_HOUR,         [PCAL_MINUTE] = TICKS_PER_HOUR / 60,
        [PCAL_SECOND] = ANS_TICKS_PER_SECOND, [PCAL_MILLISECOND] = ANS_TICKS_PER_SECOND / 1000};
    return ticks[unit];
}

static int64_t month_number(const ans_datetime *d)
{
    return (int64_t)d->year * 12 + d->month - 1;
}

static int64_t whole_months(const ans_datetime *a, const ans_datetime *b)
{
    ans_datetime x = *a, y = *b; /* what is left of each beside year and month */
    x.year = y.year = 2000;
    x.month = y.month = 1;
    int64_t months = month_number(b) - month_number(a);
    int64_t rest = ans_path_when_ticks(&y) - ans_path_when_ticks(&x);
    return months > 0 && rest < 0 ? months - 1 : months < 0 && rest > 0 ? months + 1 : months;
}

static int64_t whole_periods(const ans_datetime *a, const ans_datetime *b, int unit)
{
    if (unit == PCAL_YEAR) {
        return whole_months(a, b) / 12;
    }
    if (unit == PCAL_MONTH) {
        return whole_months(a, b);
    }
    return (ans_path_when_ticks(b) - ans_path_when_ticks(a)) / ticks_of(unit);
}

static int64_t boundaries(const ans_datetime *a, const ans_datetime *b, int unit)
{
    int64_t shift = unit == PCAL_WEEK ? SUNDAY_SHIFT * TICKS_PER_DAY : 0;
    if (unit == PCAL_YEAR) {
        return b->year - a->year;
    }
    if (unit == PCAL_MONTH) {
        return month_number(b) - month_number(a);
    }
    return floor_div(ans_path_when_ticks(b) + shift, ticks_of(unit)) -
           floor_div(ans_path_when_ticks(a) + shift, ticks_of(unit));
}

/* Forget what the coarser of the two does not say either. */
static void level(ans_datetime *a, ans_datetime *b)
{
    ans_datetime *fine = a->precision > b->precision ? a : b;
    uint8_t p = a->precision < b->precision ? a->precision : b->precision;
    fine->month = p < ANS_PREC_MONTH ? 1 : fine->month;
    fine->day = p < ANS_PREC_DAY ? 1 : fine->day;
    fine->hour = p < ANS_PREC_HOUR ? 0 : fine->hour;
    fine->minute = p < ANS_PREC_MINUTE ? 0 : fine->minute;
    fine->second = p < ANS_PREC_SECOND ? 0 : fine->second;
}

static bool is_when(const ans_item *v)
{
    return v->kind == ANS_ITEM_DATE || v->kind == ANS_ITEM_DATETIME || v->kind == ANS_ITEM_TIME;
}

static ans_err other_when(pev *ev, const pstep *call, ans_item *out, bool *out_has)
{
    uint32_t from = ev->n;
    ans_err err = ans_path_run(ev, call->args[0]);
    if (!err && ev->n - from > 1) {
        err = ans_path_fail(ev, "%.*s(): an argument of %u items where one is due",
                            ANS_FMT(call->name), ev->n - from);
    }
    *out_has = !err && ev->n - from == 1 && !ans_path_is_void(&ev->at[from]);
    if (*out_has) {
        err = ans_path_value(ev, &ev->at[from], out);
    }
    ev->n = from;
    return err;
}

/* duration, difference */
static ans_err fn_span(pev *ev, const pstep *call, uint32_t in)
{
    ans_item a, b;
    ans_str word;
    bool has, has_word;
    ans_err err = ans_path_value(ev, &ev->at[in], &a);
    err = err ? err : other_when(ev, call, &b, &has);
    err = err ? err : ans_path_arg_string(ev, call, 1, &word, &has_word);
    if (err || !has || !has_word) {
        ev->n = in;
        return err;
    }
    int unit = ans_path_calendar_unit(word);
    if (!is_when(&a) || !is_when(&b) || (a.kind == ANS_ITEM_TIME) != (b.kind == ANS_ITEM_TIME) ||
        unit == PCAL_NONE || (a.kind == ANS_ITEM_TIME && unit < PCAL_HOUR)) {
        return ans_path_fail(ev, "%.*s() is for two dates or two times, and a calendar unit",
                             ANS_FMT(call->name));
    }
    bool zoned = unit >= PCAL_HOUR && (a.when.has_zone || b.when.has_zone);
    ev->n = in;
    if (a.when.precision < precision_of(unit) || b.when.precision < precision_of(unit) ||
        (zoned && (!ans_path_when_utc(ev, &a.when) || !ans_path_when_utc(ev, &b.when)))) {
        return ANS_OK;
    }
    level(&a.when, &b.when);
    bool whole = ans_str_is(call->name, "duration");
    return ans_path_set_int(
        ev, in, whole ? whole_periods(&a.when, &b.when, unit) : boundaries(&a.when, &b.when, unit));
}

/* ---- pathname ---- */

/* Add the name of member n of an object of type t; *out_type is the type of what it holds. */
static void add_name(ans_buf *b, const ans_json *doc, ans_jnode n, ans_type t, bool brief,
                     ans_type *out_type, bool *out_indexed)
{
    ans_str key = ans_json_key(doc, n);
    if (key.n > 0 && key.p[0] == '_') {
        key = ans_str_from(key, 1);
    }
    const ans_fhir_member *m = t ? ans_fhir_member_of(t, key) : NULL;
    ans_buf_add_c(b, '.');
    ans_buf_add(b, m ? ans_str_of(m->element) : key);
    *out_type = m ? m->type : 0;
    *out_indexed = !brief || !m || m->is_array;
}

/* The child of a container in whose subtree the target stands. */
static ans_jnode child_towards(const ans_json *doc, ans_jnode parent, ans_jnode target,
                               uint32_t *out_index)
{
    *out_index = 0;
    ANS_JSON_EACH(doc, parent, n)
    {
        if (target < ans_json_at(doc, n)->next) {
            return n;
        }
        *out_index += 1;
    }
    return ANS_JNONE;
}

static ans_err path_to(pev *ev, const ans_item *root, ans_jnode target, bool brief, ans_str *out)
{
    const ans_json *doc = root->doc;
    ans_jnode at = root->node;
    ans_type type = root->type;
    bool indexed;
    uint32_t index;
    ans_buf b;
    ans_buf_init_arena(&b, ev->cx->arena, 65536);
    ans_buf_add(&b, type ? ans_fhir_type_name(type) : ANS_STR("Resource"));
    while (at != target) {
        ans_jnode n = child_towards(doc, at, target, &index);
        add_name(&b, doc, n, type, brief, &type, &indexed);
        index = 0;
        if (n != target && ans_json_kind_of(doc, n) == ANS_JSON_ARRAY) {
            n = child_towards(doc, n, target, &index);
            indexed = true;
        }
        if (indexed) {
            ans_buf_fmt(&b, "[%u]", index);
        }
        if (type && ans_fhir_types[type].kind == ANS_FHIR_RESOURCE) {
            type = ans_item_of_resource(doc, n).type;
        }
        at = n;
    }
    return ans_buf_finish(&b, out) ? ans_cx_nomem(ev->cx) : ANS_OK;
}

/* Where the items stand, from the resource down; what was computed, or stands elsewhere, has no
 * place. */
static ans_err fn_pathname(pev *ev, const pstep *call, uint32_t in)
{
    const ans_item *root = ev->env->resource ? ev->env->resource : ev->focus;
    uint32_t end = ev->n, kept = in;
    ptri brief = PTRI_FALSE;
    ans_err err = call->arg_count ? ans_path_run(ev, call->args[0]) : ANS_OK;
    err = err ? err : ans_path_truth(ev, end, ev->n, &brief);
    ev->n = end;
    for (uint32_t i = in; !err && i < end; i++) {
        ans_item item = ev->at[i];
        ans_jnode target = item.node != ANS_JNONE ? item.node : item.sibling;
        if (item.kind != ANS_ITEM_NODE || !root || root->kind != ANS_ITEM_NODE || !item.doc ||
            item.doc != root->doc || root->node == ANS_JNONE || target < root->node ||
            target >= ans_json_at(root->doc, root->node)->next) {
            continue;
        }
        ans_item name = {.kind = ANS_ITEM_STRING};
        err = path_to(ev, root, target, brief == PTRI_TRUE, &name.text);
        ev->at[kept++] = name;
    }
    ev->n = err ? ev->n : kept;
    return err;
}

const pfunc ans_path_funcs_span[] = {
    {"duration", 2, 2, PFN_SINGLE, fn_span},
    {"difference", 2, 2, PFN_SINGLE, fn_span},
    {"pathname", 0, 1, 0, fn_pathname},
    {NULL, 0, 0, 0, NULL},
};
