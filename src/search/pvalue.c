/* Reading one value of a search parameter by the parameter's type. Escapes: \, \| \$ \\ (search.html#escaping). */
#include "search/search_int.h"

#include "base/os.h"

static ans_err bad(ans_cx *cx, const param *p, const char *expected)
{
    return ans_issue_add(cx, ANS_E_VALUE, ans_str_of(p->sp->code), "the value of '%s' must be %s", p->sp->code, expected);
}

/* Position of the first unescaped c, or -1. */
static ptrdiff_t find_bare(ans_str s, char c)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '\\') {
            i++;
        } else if (s.p[i] == c) {
            return (ptrdiff_t)i;
        }
    }
    return -1;
}

bool value_cut(ans_str *rest, ans_str *out)
{
    ptrdiff_t comma = find_bare(*rest, ',');
    *out = comma < 0 ? *rest : ans_str_head(*rest, (size_t)comma);
    *rest = comma < 0 ? ANS_STR_NONE : ans_str_from(*rest, (size_t)comma + 1);
    return comma >= 0;
}

static ans_str unescape(ans_cx *cx, ans_str s)
{
    if (ans_str_find(s, '\\') < 0) {
        return s;
    }
    char *to = ans_arena_alloc(cx->arena, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; to && i < s.n; i++) {
        if (s.p[i] == '\\' && i + 1 < s.n && memchr(",|$\\", s.p[i + 1], 4)) {
            i++;
        }
        to[n++] = s.p[i];
    }
    return to ? (ans_str){to, n} : ANS_STR_NONE;
}

static uint8_t take_prefix(ans_str *s)
{
    static const char names[][3] = {"eq", "ne", "lt", "gt", "le", "ge", "sa", "eb", "ap"};
    for (uint8_t i = 0; i < 9; i++) {
        if (s->n > 2 && memcmp(s->p, names[i], 2) == 0) {
            *s = ans_str_from(*s, 2);
            return i;
        }
    }
    return P_EQ;
}

static ans_err read_token(ans_cx *cx, ans_str value, pvalue *out)
{
    ptrdiff_t bar = find_bare(value, '|');
    out->has_system = bar >= 0;
    out->system = bar >= 0 ? unescape(cx, ans_str_head(value, (size_t)bar)) : ANS_STR_NONE;
    out->code = unescape(cx, bar >= 0 ? ans_str_from(value, (size_t)bar + 1) : value);
    return ANS_OK;
}

/* system|code|value: the first two are of the identifier's type, the value's hash finds the rows. */
static ans_err read_of_type(ans_cx *cx, const param *p, ans_str value, pvalue *out)
{
    ptrdiff_t first = find_bare(value, '|');
    ans_str rest = ans_str_from(value, (size_t)(first + 1));
    ptrdiff_t second = first < 0 ? -1 : find_bare(rest, '|');
    if (second <= 0 || (size_t)second + 1 == rest.n) {
        return bad(cx, p, "system|code|value with :of-type");
    }
    out->system = unescape(cx, ans_str_head(value, (size_t)first));
    out->type_code = unescape(cx, ans_str_head(rest, (size_t)second));
    out->code = unescape(cx, ans_str_from(rest, (size_t)second + 1));
    return ANS_OK;
}

/* ap: a tenth of the distance from now, each way (search.html#prefix). */
static void widen(pvalue *v)
{
    ans_tick now = ans_now_us() * 10;
    ans_tick distance = v->low > now ? v->low - now : now - v->low;
    v->low -= distance / 10;
    v->high += distance / 10;
}

static ans_err read_date(ans_search *s, ans_cx *cx, const param *p, ans_str value, pvalue *out)
{
    ans_datetime d;
    out->prefix = take_prefix(&value);
    if (!ans_datetime_parse(value, true, &d)) {
        return bad(cx, p, "a date such as 2026, 2026-11, 2026-11-21 or 2026-11-21T07:30:00+07:00, with an optional prefix");
    }
    search_date_range(s, &d, &out->low, &out->high);
    if (out->prefix == P_AP) {
        widen(out);
    }
    return ANS_OK;
}

static ans_err read_number(ans_cx *cx, const param *p, ans_str value, pvalue *out)
{
    out->prefix = take_prefix(&value);
    if (!ans_decimal_parse(value, &out->number) || !ans_decimal_range(out->number, &out->from, &out->to)) {
        return bad(cx, p, "a number such as 5.4 or 2e-3, with an optional prefix");
    }
    return ANS_OK;
}

static ans_err read_quantity(ans_cx *cx, const param *p, ans_str value, pvalue *out)
{
    ptrdiff_t bar = find_bare(value, '|');
    ans_err err = read_number(cx, p, bar >= 0 ? ans_str_head(value, (size_t)bar) : value, out);
    if (err != ANS_OK || bar < 0) {
        return err;
    }
    ans_str unit = ans_str_from(value, (size_t)bar + 1);
    ptrdiff_t second = find_bare(unit, '|');
    out->system = unescape(cx, second >= 0 ? ans_str_head(unit, (size_t)second) : unit);
    out->code = second >= 0 ? unescape(cx, ans_str_from(unit, (size_t)second + 1)) : ANS_STR_NONE;
    if (out->code.n && ans_str_is(out->system, "http://unitsofmeasure.org")) {
        ans_str unit_from, unit_to, unit_name;
        if (ans_ucum_canonical(out->number, out->code, &out->canonical, &unit_name) &&
            ans_ucum_canonical(out->from, out->code, &out->canonical_from, &unit_from) &&
            ans_ucum_canonical(out->to, out->code, &out->canonical_to, &unit_to)) {
            out->canonical_unit = unit_name;
        }
    }
    return ANS_OK;
}

static ans_err read_string(ans_cx *cx, ans_str value, pvalue *out)
{
    out->text = unescape(cx, value);
    out->folded = ans_text_fold(cx->arena, out->text);
    ans_str rest = out->folded, word;
    uint32_t most = 1;
    for (size_t i = 0; i < rest.n; i++) {
        most += rest.p[i] == ' ';
    }
    out->words = ANS_NEW_N(cx->arena, ans_str, most);
    if (!out->words || !out->folded.p) {
        return ans_cx_nomem(cx);
    }
    for (bool more = rest.n > 0; more;) {
        more = ans_str_cut(&rest, ' ', &word);
        uint32_t at = out->word_count++; /* longest first: the pickiest takes its word before the others */
        while (at > 0 && out->words[at - 1].n < word.n) {
            out->words[at] = out->words[at - 1];
            at--;
        }
        out->words[at] = word;
    }
    return ANS_OK;
}

static ans_err target(ans_cx *cx, pvalue *out, uint32_t most, ans_type type, ans_str id)
{
    if (!out->targets) {
        out->targets = ANS_NEW_N(cx->arena, ans_ref, most);
    }
    if (!out->targets) {
        return ans_cx_nomem(cx);
    }
    out->targets[out->target_count++] = (ans_ref){type, id};
    return ANS_OK;
}

/* A bare id may mean any of the allowed types; `:Patient=1` and `Patient/1` name one. */
static ans_err read_reference(ans_cx *cx, const param *p, ans_type named, ans_str value, pvalue *out)
{
    ans_reference r;
    value = unescape(cx, value);
    ans_reference_parse(value, &r);
    if (r.kind == ANS_REF_LOCAL && r.type) {
        return named && named != r.type ? ANS_OK : target(cx, out, 1, r.type, r.id);
    }
    if (!ans_id_is_valid(value)) {
        out->is_url = true;
        out->text = value;
        return ANS_OK;
    }
    if (named || p->alias_target) {
        return target(cx, out, 1, named ? named : p->alias_target, value);
    }
    ans_err err = ANS_OK;
    for (uint8_t i = 0; err == ANS_OK && i < p->sp->target_count; i++) {
        err = target(cx, out, p->sp->target_count, p->sp->targets[i], value);
    }
    for (ans_type t = 1; err == ANS_OK && p->sp->target_count == 0 && t < ans_fhir_type_count; t++) {
        err = ans_fhir_is_resource(t) ? target(cx, out, ans_fhir_type_count, t, value) : ANS_OK;
    }
    return err;
}

static ans_err read_composite(ans_search *s, ans_cx *cx, const param *p, ans_str value, pvalue *out)
{
    uint8_t count = p->sp->component_count;
    out->parts = ANS_NEW_N(cx->arena, pvalue, count);
    if (!out->parts) {
        return ans_cx_nomem(cx);
    }
    for (uint8_t i = 0; i < count; i++) {
        ptrdiff_t end = find_bare(value, '$');
        if ((end < 0) != (i == count - 1)) {
            return bad(cx, p, "one value a component, joined by $");
        }
        ans_sp component = {.code = p->sp->code, .type = p->sp->components[i].type};
        param part = {.sp = &component};
        ans_err err = pvalue_parse(s, cx, &part, M_NONE, 0, end < 0 ? value : ans_str_head(value, (size_t)end), &out->parts[i]);
        if (err != ANS_OK) {
            return err;
        }
        value = end < 0 ? value : ans_str_from(value, (size_t)end + 1);
    }
    return ANS_OK;
}

ans_err pvalue_parse(ans_search *s, ans_cx *cx, const param *p, uint8_t with, ans_type named_target, ans_str value,
                     pvalue *out)
{
    *out = (pvalue){0};
    if (value.n == 0) {
        return bad(cx, p, "given: an empty value finds nothing");
    }
    switch ((ans_sp_type)p->sp->type) {
    case ANS_SP_TOKEN:
        return with == M_OF_TYPE ? read_of_type(cx, p, value, out)
               : with == M_TEXT  ? read_string(cx, value, out)
                                 : read_token(cx, value, out);
    case ANS_SP_DATE:
        return read_date(s, cx, p, value, out);
    case ANS_SP_NUMBER:
        return read_number(cx, p, value, out);
    case ANS_SP_QUANTITY:
        return read_quantity(cx, p, value, out);
    case ANS_SP_STRING: {
        ans_err err = read_string(cx, value, out);
        return err == ANS_OK && out->folded.n == 0 && with != M_EXACT ? bad(cx, p, "more than blanks and marks") : err;
    }
    case ANS_SP_URI:
        out->text = unescape(cx, value);
        return ANS_OK;
    case ANS_SP_REFERENCE:
        return with == M_IDENTIFIER ? read_token(cx, value, out) : read_reference(cx, p, named_target, value, out);
    case ANS_SP_COMPOSITE:
        return read_composite(s, cx, p, value, out);
    case ANS_SP_SPECIAL:
        break;
    }
    return bad(cx, p, "of a kind this server knows");
}
