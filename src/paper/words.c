/* Words: of papers.json, and what the record says as people write it. */
#include "paper/paper_int.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/buf.h"
#include "paper/text.h"

enum { WORD_BYTES = 1 << 16 };

ans_err paper_table_read(ans_cx *cx, const ans_json **out)
{
    ans_json *doc = ANS_NEW(cx->arena, ans_json);
    if (!doc) {
        return ans_cx_nomem(cx);
    }
    *out = doc;
    return ans_json_parse(cx, (ans_str){ans_paper_table, ans_paper_table_bytes}, NULL, doc);
}

ans_jnode paper_form_named(const ans_json *table, ans_str code)
{
    return ans_json_get(table, ans_json_get(table, 0, ANS_STR("forms")), code);
}

static ans_str said(paper *p, ans_jnode of, ans_str key)
{
    ans_jnode n = ans_json_get(p->table, of, key);
    if (n != ANS_JNONE && ans_json_kind_of(p->table, n) == ANS_JSON_OBJECT) {
        n = ans_json_get(p->table, n, ANS_STR("vi"));
    }
    return ans_json_string(p->cx, p->table, n);
}

ans_str word(paper *p, const char *key)
{
    ans_str name = ans_str_of(key), text = said(p, ans_json_get(p->table, p->form, ANS_STR("words")), name);
    text = text.p ? text : said(p, ans_json_get(p->table, 0, ANS_STR("words")), name);
    return text.p ? text : name;
}

ans_str word_with(paper *p, const char *key, const char *name, ans_str value)
{
    ans_str text = word(p, key), place = fmt(p, "{%s}", name);
    ptrdiff_t at = ans_str_search(text, place);
    return at < 0 ? text : fmt(p, "%.*s%.*s%.*s", ANS_FMT(ans_str_head(text, (size_t)at)), ANS_FMT(value), ANS_FMT(ans_str_from(text, (size_t)at + place.n)));
}

ans_str form_text(paper *p, const char *path)
{
    ans_str text = said(p, p->form, ans_str_of(path));
    return text.p ? text : ANS_STR("");
}

bool form_is(paper *p, const char *key)
{
    return true_at(p->table, p->form, key);
}

ans_str fmt(paper *p, const char *text, ...)
{
    va_list args, again;
    va_start(args, text);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, text, again);
    va_end(again);
    char *at = n >= 0 ? ans_arena_alloc(p->cx->arena, (size_t)n + 1) : NULL;
    if (at) {
        (void)vsnprintf(at, (size_t)n + 1, text, args);
    }
    va_end(args);
    return at ? (ans_str){at, (size_t)n} : ANS_STR(""); /* a full arena shows itself at the next document */
}

/* ---- JSON ---- */

ans_jnode node_at(const ans_json *doc, ans_jnode n, const char *path)
{
    ans_str rest = ans_str_of(path), name;
    for (bool more = true; more && n != ANS_JNONE;) {
        more = ans_str_cut(&rest, '.', &name);
        n = ans_json_get(doc, n, name);
        if (n != ANS_JNONE && ans_json_kind_of(doc, n) == ANS_JSON_ARRAY) {
            n = ans_json_first(doc, n);
        }
    }
    return n;
}

ans_str text_at(paper *p, const ans_json *doc, ans_jnode n, const char *path)
{
    ans_str text = ans_json_string(p->cx, doc, node_at(doc, n, path));
    return text.p ? text : ANS_STR("");
}

bool true_at(const ans_json *doc, ans_jnode n, const char *path)
{
    ans_jnode at = node_at(doc, n, path);
    return at != ANS_JNONE && ans_json_kind_of(doc, at) == ANS_JSON_TRUE;
}

ans_str reference_at(paper *p, const ans_json *doc, ans_jnode n, const char *path)
{
    ans_reference ref;
    ans_reference_parse(text_at(p, doc, node_at(doc, n, path), "reference"), &ref);
    return ref.kind == ANS_REF_LOCAL || ref.kind == ANS_REF_ABSOLUTE ? ref.id : ANS_STR("");
}

ans_str concept_text(paper *p, const ans_json *doc, ans_jnode concept)
{
    ans_str text = text_at(p, doc, concept, "text");
    text = text.n ? text : text_at(p, doc, concept, "coding.display");
    return text.n ? text : text_at(p, doc, concept, "coding.code");
}

ans_str code_of(paper *p, const ans_json *doc, ans_jnode concept, const char *system)
{
    ans_jnode codings = ans_json_get(doc, concept, ANS_STR("coding"));
    if (codings == ANS_JNONE) {
        return ANS_STR("");
    }
    ANS_JSON_EACH(doc, codings, one)
    {
        if (!system || ans_str_is(text_at(p, doc, one, "system"), system)) {
            return text_at(p, doc, one, "code");
        }
    }
    return ANS_STR("");
}

bool has_code(paper *p, const ans_json *doc, ans_jnode concept, const char *system, const char *code)
{
    ans_jnode codings = ans_json_get(doc, concept, ANS_STR("coding"));
    if (codings == ANS_JNONE) {
        return false;
    }
    ANS_JSON_EACH(doc, codings, one)
    {
        if ((!system || ans_str_is(text_at(p, doc, one, "system"), system)) && ans_str_is(text_at(p, doc, one, "code"), code)) {
            return true;
        }
    }
    return false;
}

ans_str number_text(paper *p, ans_str number)
{
    ans_str copy = fmt(p, "%.*s", ANS_FMT(number));
    ptrdiff_t at = ans_str_find(copy, '.');
    if (at >= 0) {
        ((char *)(uintptr_t)copy.p)[at] = ','; /* our own copy */
    }
    return copy;
}

/* What is longer than a paper shows of one text (at most four bytes a letter) grows no more: a list of thousands would be copied at each of them. */
ans_str join(paper *p, ans_str a, const char *between, ans_str b)
{
    return a.n > (size_t)4 * ANS_LETTERS_MOST ? a : !a.n ? b : !b.n ? a : fmt(p, "%.*s%s%.*s", ANS_FMT(a), between, ANS_FMT(b));
}

ans_str quantity_text(paper *p, const ans_json *doc, ans_jnode quantity)
{
    ans_jnode value = ans_json_get(doc, quantity, ANS_STR("value"));
    ans_str unit = text_at(p, doc, quantity, "unit");
    unit = unit.n ? unit : text_at(p, doc, quantity, "code");
    return value == ANS_JNONE ? ANS_STR("") : join(p, number_text(p, ans_json_raw(doc, value)), " ", unit);
}

ans_str value_text(paper *p, const ans_json *doc, ans_jnode n)
{
    ans_jnode q = ans_json_get(doc, n, ANS_STR("valueQuantity")), c = ans_json_get(doc, n, ANS_STR("valueCodeableConcept")),
              i = ans_json_get(doc, n, ANS_STR("valueInteger")), b = ans_json_get(doc, n, ANS_STR("valueBoolean"));
    ans_str when = text_at(p, doc, n, "valueDateTime"), text = text_at(p, doc, n, "valueString");
    return q != ANS_JNONE   ? quantity_text(p, doc, q)
           : c != ANS_JNONE ? concept_text(p, doc, c)
           : i != ANS_JNONE ? ans_json_raw(doc, i)
           : b != ANS_JNONE ? word(p, true_at(doc, n, "valueBoolean") ? "yes" : "no")
           : when.n         ? date_text(p, when)
                            : text;
}

/* ---- days and hours ---- */

int64_t us_at(const paper *p, int64_t day, int hour, int minute)
{
    int year, month, date;
    ans_tick low, high;
    ans_civil_from_days(day, &year, &month, &date);
    ans_datetime d = {.year = (int16_t)year, .month = (uint8_t)month, .day = (uint8_t)date, .hour = (uint8_t)hour, .minute = (uint8_t)minute, .precision = ANS_PREC_MINUTE};
    ans_datetime_range(&d, p->zone, &low, &high);
    return low / 10;
}

int64_t us_of_day(const paper *p, int64_t day)
{
    return us_at(p, day, 0, 0);
}

int64_t day_of(const paper *p, int64_t us)
{
    ans_datetime d = ans_zone_wall(p->zone, us);
    return ans_days_from_civil(d.year, d.month, d.day);
}

int64_t time_of(const paper *p, ans_str fhir)
{
    ans_datetime d;
    ans_tick low, high;
    if (!fhir.n || !ans_datetime_parse(fhir, true, &d)) {
        return INT64_MIN;
    }
    ans_datetime_range(&d, p->zone, &low, &high);
    return low / 10;
}

ans_str day_text(paper *p, int64_t day)
{
    int year, month, date;
    ans_civil_from_days(day, &year, &month, &date);
    return fmt(p, "%02d/%02d/%04d", date, month, year);
}

ans_str day_short(paper *p, int64_t day)
{
    return ans_str_head(day_text(p, day), 5);
}

ans_str date_text(paper *p, ans_str fhir)
{
    ans_datetime d;
    if (!fhir.n || !ans_datetime_parse(fhir, true, &d)) {
        return fhir;
    }
    return d.precision == ANS_PREC_YEAR    ? fmt(p, "%04d", d.year)
           : d.precision == ANS_PREC_MONTH ? fmt(p, "%02d/%04d", d.month, d.year)
           : d.precision == ANS_PREC_DAY   ? fmt(p, "%02d/%02d/%04d", d.day, d.month, d.year)
                                           : moment_text(p, time_of(p, fhir));
}

ans_str clock_text(paper *p, int64_t us)
{
    ans_datetime d = ans_zone_wall(p->zone, us);
    return fmt(p, "%02d:%02d", d.hour, d.minute);
}

ans_str moment_text(paper *p, int64_t us)
{
    ans_datetime d = ans_zone_wall(p->zone, us);
    return fmt(p, "%02d/%02d/%04d %02d:%02d", d.day, d.month, d.year, d.hour, d.minute);
}
