/* Judging: does the payload of a row, or a value read from a body, meet a query value? The two judgements must agree (tests/prop);
 * a payload may answer MAYBE where it keeps less than the value, and then the body is asked. */
#include "search/search_int.h"

#include <math.h>

/* ---- judging payloads ---- */

static uint32_t get_u24(const char *p)
{
    return (uint32_t)(uint8_t)p[0] << 16 | (uint32_t)(uint8_t)p[1] << 8 | (uint8_t)p[2];
}

static verdict test_token(const ans_search *s, const pvalue *v, ans_str p)
{
    char six[6];
    uint32_t system = get_u24(p.p + 6);
    bool implied = system == TOKEN_ANY_SYSTEM;
    if (v->code.n) {
        code_hash(s, v->code, six);
        if (memcmp(six, p.p, 6) != 0) {
            return NO;
        }
    }
    return !v->has_system || implied || system == system_hash(s, v->system) ? YES : NO;
}

bool date_fits(uint8_t how, const pvalue *v, ans_tick low, ans_tick high)
{
    bool eq = v->low <= low && high <= v->high;
    switch ((enum compare)how) {
    case P_EQ:
        return eq;
    case P_NE:
        return !eq;
    case P_LT:
        return low < v->low;
    case P_GT:
        return high > v->high;
    case P_LE:
        return low < v->low || eq;
    case P_GE:
        return high > v->high || eq;
    case P_SA:
        return low >= v->high;
    case P_EB:
        return high <= v->low;
    case P_AP:
        return low < v->high && high > v->low; /* the value was widened when it was read */
    }
    return false;
}

/* low and high are the same for one value. The comparison is in doubles, on both sides: see docs/conformance.md. */
static bool number_fits(const pvalue *v, double low, double high, ans_decimal q, ans_decimal from, ans_decimal to)
{
    double value = ans_decimal_double(q);
    bool point = low == high;
    bool eq = (point && low == value) || /* more digits than a double has: the range is empty */
              (ans_decimal_double(from) <= low && (point ? low < ans_decimal_double(to) : high <= ans_decimal_double(to)));
    switch ((enum compare)v->prefix) {
    case P_EQ:
        return eq;
    case P_NE:
        return !eq;
    case P_LT:
        return low < value;
    case P_GT:
        return high > value;
    case P_LE:
        return low <= value;
    case P_GE:
        return high >= value;
    case P_SA:
        return low > value;
    case P_EB:
        return high < value;
    case P_AP: {
        double slack = fabs(value) / 10;
        return low <= value + slack && high >= value - slack;
    }
    }
    return false;
}

static verdict test_number(const pvalue *v, ans_str p)
{
    double low = get_number(p.p + 1), high = p.n >= 17 ? get_number(p.p + 9) : low;
    return number_fits(v, low, high, v->number, v->from, v->to) ? YES : NO;
}

static bool canonical_fits(const ans_search *s, const pvalue *v, ans_str p)
{
    double low = get_number(p.p + 3), high = p.n >= 19 ? get_number(p.p + 11) : low;
    return get_u24(p.p) == system_hash(s, v->canonical_unit) &&
           number_fits(v, low, high, v->canonical, v->canonical_from, v->canonical_to);
}

/* A row holds the value as written, or converted; the part of a composite holds both, one behind the other. */
static verdict test_quantity(const ans_search *s, const pvalue *v, ans_str p)
{
    bool want_canonical = v->canonical_unit.n > 0;
    size_t written = p.p[0] & NUMBER_RANGE ? 23 : 15;
    if (p.p[0] & QUANTITY_CANONICAL) {
        return want_canonical && canonical_fits(s, v, ans_str_from(p, 1)) ? YES : NO;
    }
    if (want_canonical) {
        return p.n > written && canonical_fits(s, v, ans_str_from(p, written)) ? YES : NO;
    }
    double low = get_number(p.p + 1), high = p.p[0] & NUMBER_RANGE ? get_number(p.p + 15) : low;
    bool unit = (v->system.n == 0 || get_u24(p.p + 9) == system_hash(s, v->system)) &&
                (v->code.n == 0 || get_u24(p.p + 12) == system_hash(s, v->code));
    return unit && number_fits(v, low, high, v->number, v->from, v->to) ? YES : NO;
}

/* Each word of the query begins a word of its own in text. Greedy from the longest query word is enough for prefixes: a
 * text word taken by a longer query word could only have served a shorter one that fits elsewhere or nowhere. */
static bool words_fit(const pvalue *v, ans_str text)
{
    uint64_t taken = 0;
    for (uint32_t w = 0; w < v->word_count; w++) {
        ans_str rest = text, word;
        bool found = false, more = rest.n > 0;
        for (uint32_t i = 0; more && !found; i++) {
            more = ans_str_cut(&rest, ' ', &word);
            if (i < 64 && !(taken >> i & 1) && ans_str_starts(word, v->words[w])) {
                taken |= UINT64_C(1) << i;
                found = true;
            }
        }
        if (!found) {
            return false;
        }
    }
    return true;
}

static verdict test_string(uint8_t modifier, const pvalue *v, ans_str p)
{
    ptrdiff_t end = ans_str_find(p, 0);
    if (end < 0 || (size_t)end + 2 > p.n) {
        return NO;
    }
    ans_str folded = ans_str_head(p, (size_t)end);
    ans_str original = ans_str_from(p, (size_t)end + 2);
    int flags = p.p[end + 1];
    bool is_name = flags & STRING_NAME, cut = flags & STRING_CUT;
    original = original.n ? original : folded;
    if (modifier == M_EXACT) {
        if (is_name || cut) {
            return ans_str_starts(v->folded, ans_str_head(folded, v->folded.n)) || is_name ? MAYBE : NO;
        }
        return ans_str_eq(original, v->text) ? YES : NO;
    }
    if (modifier == M_CONTAINS) {
        bool found = ans_str_search(folded, v->folded) >= 0;
        return is_name || cut ? (found || cut ? MAYBE : NO) : found ? YES : NO;
    }
    if (is_name) {
        return words_fit(v, folded) ? YES : cut ? MAYBE : NO;
    }
    if (ans_str_starts(folded, v->folded)) {
        return YES;
    }
    return cut && ans_str_starts(v->folded, folded) ? MAYBE : NO;
}

static bool is_urn(ans_str s)
{
    return ans_str_starts(s, ANS_STR("urn:"));
}

/* By whole steps of a path: x/12 is not below x/1. */
static bool is_below(ans_str uri, ans_str part)
{
    return part.n && !is_urn(uri) && !is_urn(part) && ans_str_starts(uri, part) &&
           (uri.n == part.n || part.p[part.n - 1] == '/' || uri.p[part.n] == '/');
}

bool uri_fits(uint8_t modifier, const pvalue *v, ans_str text)
{
    if (modifier == M_BELOW) {
        return is_below(text, v->text);
    }
    if (modifier == M_ABOVE) {
        /* any beginning counts (x#1 is above x#1-2), as the public search suite has it; only :below goes by whole steps */
        return !is_urn(text) && !is_urn(v->text) && ans_str_starts(v->text, text);
    }
    return ans_str_eq(text, v->text);
}

/* Rows of uris hold hashes: the ranges are exact, and only a composite's part is judged by its bytes. */
static verdict test_uri(const ans_search *s, const pvalue *v, ans_str p)
{
    uint64_t h = ans_hash64(s->key, v->text);
    for (int i = 0; i < 8; i++) {
        if ((uint8_t)p.p[i] != (uint8_t)(h >> (56 - 8 * i))) {
            return NO;
        }
    }
    return YES;
}

static verdict test_payload(const ans_search *s, uint8_t type, uint8_t modifier, const pvalue *v, ans_str p);

static verdict test_composite(const ans_search *s, const pred *p, const pvalue *v, ans_str bytes)
{
    verdict worst = YES;
    for (uint8_t i = 0; i < p->param->sp->component_count; i++) {
        if (bytes.n == 0) {
            return NO;
        }
        size_t n = (uint8_t)bytes.p[0];
        bytes = ans_str_from(bytes, 1);
        if (bytes.n < n) {
            return NO;
        }
        verdict one = test_payload(s, p->param->sp->components[i].type, M_NONE, &v->parts[i], ans_str_head(bytes, n));
        if (one == NO) {
            return NO;
        }
        worst = one == MAYBE || n == 255 ? MAYBE : worst;
        bytes = ans_str_from(bytes, n);
    }
    return worst;
}

static verdict test_payload(const ans_search *s, uint8_t type, uint8_t modifier, const pvalue *v, ans_str p)
{
    ans_tick low, high;
    switch ((ans_sp_type)type) {
    case ANS_SP_TOKEN:
        return modifier == M_OF_TYPE || modifier == M_TEXT ? MAYBE : test_token(s, v, p);
    case ANS_SP_DATE:
        date_decode(s, ans_str_from(p, 1), &low, &high);
        return date_fits(v->prefix, v, low, high) ? YES : NO;
    case ANS_SP_NUMBER:
        return test_number(v, p);
    case ANS_SP_QUANTITY:
        return test_quantity(s, v, p);
    case ANS_SP_STRING:
        return test_string(modifier, v, p);
    case ANS_SP_URI:
        return test_uri(s, v, p);
    case ANS_SP_REFERENCE:
    case ANS_SP_COMPOSITE:
    case ANS_SP_SPECIAL:
        break;
    }
    return MAYBE;
}

verdict pvalue_test(const ans_search *s, const pred *p, const pvalue *v, ans_str payload_bytes)
{
    if (payload_bytes.n == 1 && (uint8_t)payload_bytes.p[0] == ROW_PRESENT) {
        return NO;
    }
    return p->param->sp->type == ANS_SP_COMPOSITE ? test_composite(s, p, v, payload_bytes)
                                                  : test_payload(s, p->param->sp->type, p->modifier, v, payload_bytes);
}

/* ---- judging values ---- */

static bool match_token(ans_cx *cx, uint8_t modifier, const pvalue *v, const sv *value)
{
    if (modifier == M_TEXT) {
        ans_str folded = ans_text_fold(cx->arena, value->text);
        return value->text.n && ans_str_starts(folded, v->folded);
    }
    if (modifier == M_OF_TYPE) {
        return value->type_code.n && ans_str_eq(v->system, value->type_system) &&
               ans_str_eq(v->type_code, value->type_code) && ans_str_eq(v->code, value->code);
    }
    if (value->code.n == 0 && value->system.n == 0) {
        return false;
    }
    return (v->code.n == 0 || ans_str_eq(v->code, value->code)) &&
           (!v->has_system || value->any_system || ans_str_eq(v->system, value->system));
}

static double low_of(const sv *value)
{
    return value->from_open ? -INFINITY : ans_decimal_double(value->from);
}

static double high_of(const sv *value)
{
    return value->to_open ? INFINITY : ans_decimal_double(value->to);
}

static bool match_quantity(const pvalue *v, const sv *value)
{
    if (v->canonical_unit.n == 0) {
        bool unit = (v->system.n == 0 || ans_str_eq(v->system, value->system)) &&
                    (v->code.n == 0 || ans_str_eq(v->code, value->code) ||
                     (ans_str_eq(v->code, value->text) && v->system.n == 0));
        return unit && number_fits(v, low_of(value), high_of(value), v->number, v->from, v->to);
    }
    ans_decimal from = value->from, to = value->to;
    ans_str unit = {0}, code = value->code.n ? value->code : value->text;
    bool ucum = value->system.n == 0 || ans_str_is(value->system, "http://unitsofmeasure.org");
    if (!ucum || (!value->from_open && !ans_ucum_canonical(value->from, code, &from, &unit)) ||
        (!value->to_open && !ans_ucum_canonical(value->to, code, &to, &unit)) || !ans_str_eq(unit, v->canonical_unit)) {
        return false;
    }
    return number_fits(v, value->from_open ? -INFINITY : ans_decimal_double(from),
                       value->to_open ? INFINITY : ans_decimal_double(to), v->canonical, v->canonical_from,
                       v->canonical_to);
}

static bool match_string(ans_cx *cx, uint8_t modifier, const pvalue *v, const sv *value)
{
    if (modifier == M_EXACT) {
        return ans_str_eq(value->text, v->text);
    }
    ans_str folded = ans_text_fold(cx->arena, value->text);
    if (modifier == M_CONTAINS) {
        return ans_str_search(folded, v->folded) >= 0;
    }
    return value->is_name ? words_fit(v, folded) : ans_str_starts(folded, v->folded);
}

static bool match_reference(uint8_t modifier, const pvalue *v, const sv *value, ans_type only)
{
    if (modifier == M_IDENTIFIER) {
        return value->target.type == 0 && value->text.n == 0 &&
               (v->code.n == 0 || ans_str_eq(v->code, value->code)) &&
               (!v->has_system || ans_str_eq(v->system, value->system));
    }
    if (value->target.type == 0) {
        return v->is_url && value->text.n && ans_str_eq(v->text, value->text);
    }
    for (uint32_t i = 0; i < v->target_count; i++) {
        if (v->targets[i].type == value->target.type && ans_str_eq(v->targets[i].id, value->target.id) &&
            (only == 0 || only == value->target.type)) {
            return true;
        }
    }
    return false;
}

static bool match_value(const ans_search *s, ans_cx *cx, const pred *p, uint8_t type, uint8_t modifier, const pvalue *v,
                        const sv *value)
{
    switch ((ans_sp_type)type) {
    case ANS_SP_TOKEN:
        return match_token(cx, modifier, v, value);
    case ANS_SP_DATE:
        return date_fits(v->prefix, v, value->low, value->high);
    case ANS_SP_NUMBER:
        return number_fits(v, low_of(value), high_of(value), v->number, v->from, v->to);
    case ANS_SP_QUANTITY:
        return match_quantity(v, value);
    case ANS_SP_STRING:
        return match_string(cx, modifier, v, value);
    case ANS_SP_URI:
        return uri_fits(modifier, v, value->text);
    case ANS_SP_REFERENCE:
        return match_reference(modifier, v, value, p->param->alias_target);
    case ANS_SP_COMPOSITE:
        for (uint8_t i = 0; i < value->part_count; i++) {
            if (!match_value(s, cx, p, p->param->sp->components[i].type, M_NONE, &v->parts[i], &value->parts[i])) {
                return false;
            }
        }
        return value->part_count > 0;
    case ANS_SP_SPECIAL:
        break;
    }
    return false;
}

ans_err pred_match_body(ans_search *s, ans_cx *cx, const pred *p, const ans_item *root, bool *out)
{
    svs values = {0};
    ans_err err = search_values(s, cx, p->param, root, &values);
    if (err != ANS_OK) {
        return err;
    }
    bool found = p->kind == PRED_MISSING && values.present;
    for (uint32_t i = 0; !found && i < values.count; i++) {
        for (uint32_t k = 0; p->kind == PRED_VALUES && !found && k < p->value_count; k++) {
            found = match_value(s, cx, p, p->param->sp->type, p->modifier, &p->values[k], &values.at[i]);
        }
    }
    *out = found;
    return ANS_OK;
}
