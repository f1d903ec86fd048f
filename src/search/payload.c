/* The byte form of search values: what stands in a row between slot and rid. Compared as memcmp, so everything is big-endian
 * and numbers are bent to sort as bytes. Each form is told in docs/schema.md ("Index rows").
 *
 *   token      code hash 6 | system hash 3 (0 none, FFFFFF implied by the element)
 *   date       class 1 | low tick 8 | precision 1          classes 0, 1: one point in time
 *              class 1 | low tick 8 | high tick 8          classes 2, 3: periods
 *   number     0 | double 8          2 | double 8 | double 8: the two ends of a Range
 *   quantity   0 or 2 | double 8 | system hash 3 | code hash 3 | [upper end 8]
 *              1 or 3 | canonical unit hash 3 | double 8 | [upper end 8]
 *              in a composite: the first form, and the second without its first byte behind it
 *   string     folded text | 00 | flags 1 (cut, name) | original text when it differs
 *   uri        hash 8 of the text: the same few profiles stand on every resource
 *   reference  0 | rid of the target     1 | hash 8 of the url     2 | token of the identifier    3 | Type/id (composites)
 *   composite  length 1 | first payload | length 1 | second payload ...
 *   any        FF: the element is there and has none of these
 */
#include "search/search_int.h"

static ans_err add(ans_cx *cx, payloads *out, payload p)
{
    payload *at = ans_arena_grow(cx->arena, out->at, out->count, &out->cap, 2, sizeof *at);
    if (!at) {
        return ans_cx_nomem(cx);
    }
    out->at = at;
    out->at[out->count++] = p;
    return ANS_OK;
}

/* ---- small forms ---- */

void put_number(ans_buf *b, double v)
{
    uint64_t bits;
    v = v == 0 ? 0 : v; /* one zero */
    memcpy(&bits, &v, 8);
    bits = bits >> 63 ? ~bits : bits | UINT64_C(1) << 63;
    put_u32(b, (uint32_t)(bits >> 32));
    put_u32(b, (uint32_t)bits);
}

static uint64_t get_u64(const char *p)
{
    uint64_t v = 0;
    for (int i = 0; i < 8; i++) {
        v = v << 8 | (uint8_t)p[i];
    }
    return v;
}

double get_number(const char *p)
{
    uint64_t bits = get_u64(p);
    bits = bits >> 63 ? bits & ~(UINT64_C(1) << 63) : ~bits;
    double v;
    memcpy(&v, &bits, 8);
    return v;
}

void put_tick(ans_buf *b, ans_tick t)
{
    uint64_t bits = (uint64_t)t ^ UINT64_C(1) << 63;
    put_u32(b, (uint32_t)(bits >> 32));
    put_u32(b, (uint32_t)bits);
}

ans_tick get_tick(const char *p)
{
    return (ans_tick)(get_u64(p) ^ UINT64_C(1) << 63);
}

static void put_u24(ans_buf *b, uint32_t v)
{
    char three[3] = {(char)(v >> 16), (char)(v >> 8), (char)v};
    ans_buf_add_mem(b, three, 3);
}

uint32_t system_hash(const ans_search *s, ans_str system)
{
    if (system.n == 0) {
        return 0;
    }
    uint32_t h = (uint32_t)(ans_hash64(s->key, system) >> 40);
    return h == 0 || h == TOKEN_ANY_SYSTEM ? 1 : h;
}

void code_hash(const ans_search *s, ans_str code, char out[6])
{
    uint64_t h = ans_hash64(s->key, code);
    for (int i = 0; i < 6; i++) {
        out[i] = (char)(h >> (56 - 8 * i));
    }
}

void put_token(const ans_search *s, ans_buf *b, ans_str system, ans_str code, bool any_system)
{
    char six[6];
    code_hash(s, code, six);
    ans_buf_add_mem(b, six, 6);
    put_u24(b, any_system ? TOKEN_ANY_SYSTEM : system_hash(s, system));
}

/* ---- dates ---- */

#define DAY_TICKS (ANS_TICKS_PER_SECOND * 86400)

/* A day on which clocks were set back has more than 24 hours. */
ans_tick date_class_span(int date_class)
{
    return date_class == DATE_SHORT || date_class == DATE_PERIOD_SHORT ? DAY_TICKS * 2
           : date_class == DATE_MEDIUM                                 ? DAY_TICKS * 367
                                                                       : ANS_TICK_MAX;
}

int date_class_of(uint8_t precision, ans_tick low, ans_tick high)
{
    if (precision == PRECISION_PERIOD) {
        return low > ANS_TICK_MIN && high < ANS_TICK_MAX && high - low <= DAY_TICKS ? DATE_PERIOD_SHORT : DATE_PERIOD_LONG;
    }
    return precision >= ANS_PREC_DAY ? DATE_SHORT : DATE_MEDIUM;
}

static void put_date(ans_buf *b, const sv *v)
{
    int class = date_class_of(v->precision, v->low, v->high);
    ans_buf_add_c(b, (char)class);
    put_tick(b, v->low);
    if (class == DATE_PERIOD_SHORT || class == DATE_PERIOD_LONG) {
        put_tick(b, v->high);
    } else {
        ans_buf_add_c(b, (char)v->precision);
    }
}

/* The length of a point in time follows from its precision. Days, months and years are counted on the zone's calendar: the
 * date is the one whose beginning in the zone is `low`; noon UTC of it or of its neighbour lies within in every zone. */
static ans_tick end_of_date(const ans_search *s, ans_tick low, uint8_t precision)
{
    int64_t noon = low + DAY_TICKS / 2;
    int64_t first = noon / DAY_TICKS - (noon % DAY_TICKS < 0);
    ans_tick from, to = low + DAY_TICKS;
    for (int64_t days = first - 1; days <= first + 1; days++) {
        int year, month, day;
        ans_civil_from_days(days, &year, &month, &day);
        ans_datetime d = {.year = (int16_t)year, .month = (uint8_t)month, .day = (uint8_t)day, .precision = precision};
        ans_datetime_range(&d, s->zone, &from, &to);
        if (from == low) {
            break;
        }
    }
    return to;
}

static ans_tick end_of_point(const ans_search *s, ans_tick low, uint8_t precision)
{
    switch (precision) {
    case ANS_PREC_FRACTION:
        return low + 1;
    case ANS_PREC_SECOND:
        return low + ANS_TICKS_PER_SECOND;
    case ANS_PREC_MINUTE:
        return low + ANS_TICKS_PER_SECOND * 60;
    case ANS_PREC_HOUR:
        return low + ANS_TICKS_PER_SECOND * 3600;
    default:
        return end_of_date(s, low, precision);
    }
}

void date_decode(const ans_search *s, ans_str p, ans_tick *low, ans_tick *high)
{
    *low = get_tick(p.p);
    *high = p.n >= 16 ? get_tick(p.p + 8) : end_of_point(s, *low, (uint8_t)p.p[8]);
}

/* ---- numbers and quantities ---- */

static bool is_range(const sv *v)
{
    return v->from_open || v->to_open || ans_decimal_cmp(v->from, v->to) != 0;
}

static void put_low(ans_buf *b, const sv *v, ans_decimal from)
{
    put_number(b, v->from_open ? -1.0 / 0.0 : ans_decimal_double(from));
}

static void put_high(ans_buf *b, const sv *v, ans_decimal to)
{
    if (is_range(v)) {
        put_number(b, v->to_open ? 1.0 / 0.0 : ans_decimal_double(to));
    }
}

static void put_quantity(const ans_search *s, ans_buf *b, const sv *v, ans_str system, ans_str code)
{
    ans_buf_add_c(b, is_range(v) ? NUMBER_RANGE : NUMBER_POINT);
    put_low(b, v, v->from);
    put_u24(b, system_hash(s, system));
    put_u24(b, system_hash(s, code));
    put_high(b, v, v->to);
}

bool search_canonical(const sv *v, ans_decimal *from, ans_decimal *to, ans_str *unit)
{
    ans_str code = v->code.n ? v->code : v->text;
    if (v->system.n && !ans_str_is(v->system, "http://unitsofmeasure.org")) {
        return false;
    }
    bool ok = code.n > 0;
    if (ok && !v->from_open) {
        ok = ans_ucum_canonical(v->from, code, from, unit);
    }
    if (ok && !v->to_open) {
        ok = ans_ucum_canonical(v->to, code, to, unit);
    }
    return ok;
}

/* ---- strings ---- */

static void put_string(ans_buf *b, ans_str folded, ans_str original, int flags)
{
    flags |= folded.n > FOLDED_MAX || original.n > ORIGINAL_MAX ? STRING_CUT : 0;
    ans_buf_add(b, ans_str_head(folded, FOLDED_MAX));
    ans_buf_add_c(b, 0);
    ans_buf_add_c(b, (char)flags);
    if (!ans_str_eq(folded, original)) {
        ans_buf_add(b, ans_str_head(original, ORIGINAL_MAX));
    }
}

/* One row a word: the name turned so that the word comes first. A query's most telling word finds the row, the other words
 * are looked for in the same row. */
static ans_err add_name(ans_cx *cx, const sv *v, payloads *out)
{
    ans_str folded = ans_text_fold(cx->arena, v->text);
    for (size_t at = 0; at < folded.n;) {
        ans_buf b, turned;
        ans_buf_init_arena(&turned, cx->arena, 2 * folded.n + 2);
        ans_buf_add(&turned, ans_str_from(folded, at));
        if (at) {
            ans_buf_add_c(&turned, ' ');
            ans_buf_add(&turned, ans_str_head(folded, at - 1));
        }
        ans_buf_init_arena(&b, cx->arena, 512);
        ans_str text, bytes;
        if (ans_buf_finish(&turned, &text) != ANS_OK) {
            return ans_cx_nomem(cx);
        }
        put_string(&b, text, v->text, STRING_NAME);
        ans_err err = ans_buf_finish(&b, &bytes);
        if (err == ANS_OK) {
            err = add(cx, out, (payload){.head = bytes, .from = v});
        }
        ptrdiff_t blank = ans_str_find(ans_str_from(folded, at), ' ');
        if (err != ANS_OK || blank < 0) {
            return err;
        }
        at += (size_t)blank + 1;
    }
    return ANS_OK;
}

/* ---- all of them ---- */

static void put_uri(const ans_search *s, ans_buf *b, ans_str text)
{
    uint64_t h = ans_hash64(s->key, text);
    put_u32(b, (uint32_t)(h >> 32));
    put_u32(b, (uint32_t)h);
}

static ans_err put_reference(ans_search *s, ans_buf *b, const sv *v, ans_ref *out_ref)
{
    if (v->target.type) {
        ans_buf_add_c(b, ROW_REF_LOCAL);
        *out_ref = v->target;
    } else if (v->text.n) {
        ans_buf_add_c(b, ROW_REF_URL);
        put_uri(s, b, v->text);
    } else {
        ans_buf_add_c(b, ROW_REF_IDENTIFIER);
        put_token(s, b, v->system, v->code, false);
    }
    return ANS_OK;
}

static ans_err add_bytes(ans_cx *cx, ans_buf *b, ans_ref ref, const sv *v, payloads *out)
{
    payload p = {.ref = ref, .from = v};
    ans_err err = ans_buf_finish(b, &p.head);
    return err == ANS_OK ? add(cx, out, p) : err;
}

static void put_canonical(const ans_search *s, ans_buf *b, const sv *v, ans_str unit, ans_decimal from, ans_decimal to)
{
    put_u24(b, system_hash(s, unit));
    put_low(b, v, from);
    put_high(b, v, to);
}

/* Up to three rows: as written, by the human unit when it differs from the code (`||unit` finds it too), and converted. Inside a
 * composite the converted form follows the written one in one row: there the token has narrowed the walk already. */
static ans_err add_quantity(ans_search *s, ans_cx *cx, const sv *v, bool in_composite, payloads *out)
{
    ans_buf b;
    ans_decimal from = v->from, to = v->to;
    ans_str unit;
    bool converts = search_canonical(v, &from, &to, &unit);
    ans_buf_init_arena(&b, cx->arena, 64);
    put_quantity(s, &b, v, v->system, v->code);
    if (converts && in_composite) {
        put_canonical(s, &b, v, unit, from, to);
    }
    ans_err err = add_bytes(cx, &b, (ans_ref){0}, v, out);
    if (err == ANS_OK && v->text.n && !ans_str_eq(v->code, v->text)) {
        ans_buf_init_arena(&b, cx->arena, 64);
        put_quantity(s, &b, v, ANS_STR_NONE, v->text);
        err = add_bytes(cx, &b, (ans_ref){0}, v, out);
    }
    if (err == ANS_OK && converts && !in_composite) {
        ans_buf_init_arena(&b, cx->arena, 64);
        ans_buf_add_c(&b, (char)(QUANTITY_CANONICAL + (is_range(v) ? NUMBER_RANGE : NUMBER_POINT)));
        put_canonical(s, &b, v, unit, from, to);
        err = add_bytes(cx, &b, (ans_ref){0}, v, out);
    }
    return err;
}

static ans_err one_payload(ans_search *s, ans_cx *cx, const sv *v, payloads *out);

/* Components follow each other with a length byte; a local reference in a composite is kept by hash of Type/id, since
 * a row has room for one referred rid only. */
static ans_err add_composite(ans_search *s, ans_cx *cx, const sv *v, payloads *out)
{
    payloads lists[8] = {0};
    uint32_t at[8] = {0};
    for (uint8_t i = 0; i < v->part_count; i++) {
        ans_err err = v->parts[i].type == ANS_SP_QUANTITY ? add_quantity(s, cx, &v->parts[i], true, &lists[i])
                                                          : one_payload(s, cx, &v->parts[i], &lists[i]);
        if (err != ANS_OK || lists[i].count == 0) {
            return err;
        }
    }
    for (;;) {
        ans_buf b;
        ans_buf_init_arena(&b, cx->arena, 2048);
        for (uint8_t i = 0; i < v->part_count; i++) {
            ans_str bytes = lists[i].at[at[i]].head;
            if (lists[i].at[at[i]].ref.type) {
                ans_ref r = lists[i].at[at[i]].ref;
                ans_str text = ans_arena_fmt(cx->arena, "\3%s/%.*s", ans_fhir_types[r.type].name, ANS_FMT(r.id));
                bytes = text;
            }
            bytes = ans_str_head(bytes, 255);
            ans_buf_add_c(&b, (char)bytes.n);
            ans_buf_add(&b, bytes);
        }
        ans_err err = add_bytes(cx, &b, (ans_ref){0}, v, out);
        uint8_t i = 0;
        while (i < v->part_count && ++at[i] == lists[i].count) {
            at[i++] = 0;
        }
        if (err != ANS_OK || i == v->part_count) {
            return err;
        }
    }
}

static ans_err one_payload(ans_search *s, ans_cx *cx, const sv *v, payloads *out)
{
    ans_buf b;
    ans_ref ref = {0};
    if (v->type == ANS_SP_STRING && v->is_name) {
        return add_name(cx, v, out);
    }
    if (v->type == ANS_SP_COMPOSITE) {
        return add_composite(s, cx, v, out);
    }
    if (v->type == ANS_SP_QUANTITY) {
        return add_quantity(s, cx, v, false, out);
    }
    ans_buf_init_arena(&b, cx->arena, 1024);
    switch ((ans_sp_type)v->type) {
    case ANS_SP_TOKEN:
        if (v->code.n == 0 && v->system.n == 0) {
            return ANS_OK; /* text only: :text asks the body */
        }
        put_token(s, &b, v->system, v->code, v->any_system);
        break;
    case ANS_SP_DATE:
        put_date(&b, v);
        break;
    case ANS_SP_NUMBER:
        ans_buf_add_c(&b, is_range(v) ? NUMBER_RANGE : NUMBER_POINT);
        put_low(&b, v, v->from);
        put_high(&b, v, v->to);
        break;
    case ANS_SP_STRING:
        put_string(&b, ans_text_fold(cx->arena, v->text), v->text, 0);
        break;
    case ANS_SP_URI:
        put_uri(s, &b, v->text);
        break;
    case ANS_SP_REFERENCE:
        (void)put_reference(s, &b, v, &ref);
        break;
    default:
        return ANS_OK;
    }
    return add_bytes(cx, &b, ref, v, out);
}

ans_err search_payloads(ans_search *s, ans_cx *cx, const svs *values, payloads *out)
{
    ans_err err = ANS_OK;
    for (uint32_t i = 0; err == ANS_OK && i < values->count; i++) {
        err = values->at[i].body_only ? ANS_OK : one_payload(s, cx, &values->at[i], out);
    }
    return err;
}

void ans_search_token_key(const ans_search *s, uint16_t slot, ans_str system, ans_str code, char out[ANS_TOKEN_KEY_BYTES])
{
    ans_buf b = {.p = out, .cap_ = ANS_TOKEN_KEY_BYTES, .max_ = ANS_TOKEN_KEY_BYTES};
    put_u16(&b, slot);
    put_token(s, &b, system, code, system.n == 0);
}

void ans_search_url_key(const ans_search *s, uint16_t slot, ans_str url, char out[ANS_TOKEN_KEY_BYTES])
{
    ans_buf b = {.p = out, .cap_ = ANS_TOKEN_KEY_BYTES, .max_ = ANS_TOKEN_KEY_BYTES};
    put_u16(&b, slot);
    ans_buf_add_c(&b, ROW_REF_URL);
    put_uri(s, &b, url);
}

void ans_search_target_key(uint16_t slot, ans_rid target, char out[ANS_TARGET_KEY_BYTES])
{
    ans_buf b = {.p = out, .cap_ = ANS_TARGET_KEY_BYTES, .max_ = ANS_TARGET_KEY_BYTES};
    put_u16(&b, slot);
    ans_buf_add_c(&b, ROW_REF_LOCAL);
    put_u32(&b, target);
}

ans_rid ans_search_row_target(ans_str row)
{
    return row.n == 11 && row.p[2] == ROW_REF_LOCAL ? ans_row_rid(ans_str_head(row, 7)) : 0;
}
