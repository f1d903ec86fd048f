/* Values: the form of primitives, fixed and pattern values, limits.
 * spec: http://hl7.org/fhir/R4/datatypes.html, http://hl7.org/fhir/R4/elementdefinition-definitions.html#ElementDefinition.pattern_x_ */
#include "valid/valid_int.h"

/* ---- primitives: one pass each over the text, no steps back ---- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

/* Exactly n digits; moves behind them. */
static bool take_digits(ans_str *s, size_t n, unsigned *out)
{
    *out = 0;
    for (size_t i = 0; i < n; i++) {
        if (i >= s->n || !is_digit(s->p[i])) {
            return false;
        }
        *out = *out * 10 + (unsigned)(s->p[i] - '0');
    }
    *s = ans_str_from(*s, n);
    return true;
}

static bool take_char(ans_str *s, char c)
{
    bool yes = s->n && s->p[0] == c;
    *s = yes ? ans_str_from(*s, 1) : *s;
    return yes;
}

static bool take_time(ans_str *s)
{
    unsigned h, m, sec, any;
    if (!take_digits(s, 2, &h) || h > 23 || !take_char(s, ':') || !take_digits(s, 2, &m) || m > 59 || !take_char(s, ':') ||
        !take_digits(s, 2, &sec) || sec > 60) {
        return false;
    }
    if (!take_char(s, '.')) {
        return true;
    }
    if (!take_digits(s, 1, &any)) {
        return false;
    }
    while (take_digits(s, 1, &any)) {
    }
    return true;
}

static bool take_zone(ans_str *s)
{
    unsigned h, m;
    if (take_char(s, 'Z')) {
        return true;
    }
    return (take_char(s, '+') || take_char(s, '-')) && take_digits(s, 2, &h) && take_char(s, ':') && take_digits(s, 2, &m) && m <= 59 &&
           (h < 14 || (h == 14 && m == 0));
}

typedef enum moment { DATE, DATE_TIME, INSTANT } moment;

static bool is_moment(ans_str s, moment kind)
{
    unsigned y, m = 1, d = 1;
    if (!take_digits(&s, 4, &y) || y == 0) {
        return false;
    }
    if (!s.n) {
        return kind != INSTANT;
    }
    if (!take_char(&s, '-') || !take_digits(&s, 2, &m) || m < 1 || m > 12) {
        return false;
    }
    if (!s.n) {
        return kind != INSTANT;
    }
    if (!take_char(&s, '-') || !take_digits(&s, 2, &d) || d < 1 || (int)d > ans_days_in_month((int)y, (int)m)) {
        return false;
    }
    if (!s.n) {
        return kind != INSTANT;
    }
    return kind != DATE && take_char(&s, 'T') && take_time(&s) && take_zone(&s) && !s.n;
}

static bool is_time(ans_str s)
{
    return take_time(&s) && !s.n;
}

/* At least one character and no blank; the code's single blanks within. */
static bool is_token(ans_str s, bool blanks_within)
{
    if (!s.n || is_blank(s.p[0]) || is_blank(s.p[s.n - 1])) {
        return false;
    }
    for (size_t i = 1; i < s.n; i++) {
        if (is_blank(s.p[i]) && (!blanks_within || is_blank(s.p[i - 1]))) {
            return false;
        }
    }
    return true;
}

static bool is_oid(ans_str s)
{
    if (!ans_str_starts(s, ANS_STR("urn:oid:")) || s.n < 11 || s.p[8] < '0' || s.p[8] > '2') {
        return false;
    }
    for (size_t i = 9; i < s.n;) {
        size_t start = i + 1;
        if (s.p[i] != '.') {
            return false;
        }
        for (i = start; i < s.n && is_digit(s.p[i]); i++) {
        }
        if (i == start || (s.p[start] == '0' && i > start + 1)) {
            return false;
        }
    }
    return true;
}

static bool is_hex(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool is_uuid(ans_str s)
{
    if (!ans_str_starts(s, ANS_STR("urn:uuid:")) || s.n != 45) {
        return false;
    }
    for (size_t i = 9; i < s.n; i++) {
        bool dash = i == 17 || i == 22 || i == 27 || i == 32;
        if (dash ? s.p[i] != '-' : !is_hex(s.p[i])) {
            return false;
        }
    }
    return true;
}

/* A URI that says it is an OID or a UUID, and is none, has the form of a URI all the same. */
static bool is_odd_urn(ans_str s)
{
    return (ans_str_starts(s, ANS_STR("urn:oid:")) && !is_oid(s)) || (ans_str_starts(s, ANS_STR("urn:uuid:")) && !is_uuid(s));
}

/* Groups of four characters; blanks may stand between groups. */
static bool is_base64(ans_str s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '+' || c == '/' || c == '=';
        if (!letter && !is_blank(c)) {
            return false;
        }
        n += letter;
    }
    return n > 0 && n % 4 == 0;
}

static bool is_whole(ans_str s, int64_t low)
{
    uint64_t v;
    bool minus = s.n > 1 && s.p[0] == '-';
    ans_str digits = minus ? ans_str_from(s, 1) : s;
    if (!ans_str_u64(digits, &v) || (digits.n > 1 && digits.p[0] == '0') || v > (minus ? UINT64_C(2147483648) : UINT64_C(2147483647))) {
        return false;
    }
    return (minus ? -(int64_t)v : (int64_t)v) >= low;
}

/* Has text that is not blank. */
static bool is_text(ans_str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (!is_blank(s.p[i])) {
            return true;
        }
    }
    return false;
}

/* XHTML knows five entities by name, and numbers. */
static bool has_entities(ans_str s)
{
    static const char *const names[] = {"amp", "lt", "gt", "quot", "apos"};
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] != '&') {
            continue;
        }
        ans_str rest = ans_str_head(ans_str_from(s, i + 1), 12);
        ptrdiff_t end = ans_str_find(rest, ';');
        bool known = end > 1 && rest.p[0] == '#';
        for (size_t k = 0; k < sizeof names / sizeof *names && end > 0; k++) {
            known = known || ans_str_is(ans_str_head(rest, (size_t)end), names[k]);
        }
        if (!known) {
            return false;
        }
    }
    return true;
}

/* The div says that it is XHTML. */
static bool has_namespace(ans_str s)
{
    ptrdiff_t end = ans_str_find(s, '>');
    ans_str head = ans_str_head(s, end < 0 ? s.n : (size_t)end);
    return ans_str_search(head, ANS_STR("http://www.w3.org/1999/xhtml")) >= 0 && ans_str_search(head, ANS_STR("xmlns")) >= 0;
}

typedef enum form { F_NONE, F_BOOLEAN, F_INTEGER, F_UNSIGNED, F_POSITIVE, F_DECIMAL, F_STRING, F_MARKDOWN, F_CODE, F_ID, F_URI, F_OID, F_UUID,
                    F_BASE64, F_DATE, F_DATE_TIME, F_INSTANT, F_TIME, F_XHTML } form;

static const struct form_row {
    const char *name;
    uint8_t form;
    const char *expected;
} forms[] = {
    {"boolean", F_BOOLEAN, "true or false"},
    {"integer", F_INTEGER, "an integer of 32 bits"},
    {"unsignedInt", F_UNSIGNED, "an integer from 0 to 2147483647"},
    {"positiveInt", F_POSITIVE, "an integer from 1 to 2147483647"},
    {"decimal", F_DECIMAL, "a number"},
    {"string", F_STRING, "a string with text in it"},
    {"markdown", F_MARKDOWN, "a string with text in it"},
    {"code", F_CODE, "a code: no blanks around it and single ones within"},
    {"id", F_ID, "an id of 1 to 64 letters, digits, '-' and '.'"},
    {"uri", F_URI, "a URI without blanks"},
    {"url", F_URI, "a URL without blanks"},
    {"canonical", F_URI, "a canonical URL without blanks"},
    {"oid", F_OID, "urn:oid: and an OID"},
    {"uuid", F_UUID, "urn:uuid: and a UUID"},
    {"base64Binary", F_BASE64, "base64"},
    {"date", F_DATE, "a date: YYYY, YYYY-MM or YYYY-MM-DD"},
    {"dateTime", F_DATE_TIME, "a date, or a date with a time (hh:mm:ss) and a zone"},
    {"instant", F_INSTANT, "YYYY-MM-DDThh:mm:ss with a zone"},
    {"time", F_TIME, "hh:mm:ss"},
    {"xhtml", F_XHTML, "XHTML, whose only named entities are amp, lt, gt, quot and apos"},
};

static const struct form_row *form_of(ans_type type)
{
    ans_str name = ans_fhir_type_name(type);
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        if (forms[i].name[0] == name.p[0] && ans_str_is(name, forms[i].name)) {
            return &forms[i];
        }
    }
    return NULL;
}

static bool fits(uint8_t which, ans_str s)
{
    switch ((form)which) {
    case F_BOOLEAN:
        return ans_str_is(s, "true") || ans_str_is(s, "false");
    case F_INTEGER:
        return is_whole(s, INT64_MIN);
    case F_UNSIGNED:
        return is_whole(s, 0);
    case F_POSITIVE:
        return is_whole(s, 1);
    case F_DECIMAL:
        return s.n > 0; /* JSON's numbers are all decimals */
    case F_STRING:
    case F_MARKDOWN:
        return is_text(s);
    case F_CODE:
        return is_token(s, true);
    case F_ID:
        return ans_id_is_valid(s);
    case F_URI:
        return is_token(s, false);
    case F_OID:
        return is_oid(s);
    case F_UUID:
        return is_uuid(s);
    case F_BASE64:
        return is_base64(s);
    case F_DATE:
        return is_moment(s, DATE);
    case F_DATE_TIME:
        return is_moment(s, DATE_TIME);
    case F_INSTANT:
        return is_moment(s, INSTANT);
    case F_TIME:
        return is_time(s);
    case F_XHTML:
        return has_entities(s);
    case F_NONE:
        break;
    }
    return false;
}

bool ans_valid_is_primitive(ans_type type, ans_str text)
{
    const struct form_row *f = form_of(type);
    ans_decimal d;
    return f && (f->form != F_DECIMAL || ans_decimal_parse(text, &d)) && fits(f->form, text);
}

void ans_valid_value(vrun *v, const vitem *item, const vplace *at)
{
    const struct form_row *f = form_of(item->type);
    ans_json_kind kind = ans_json_kind_of(v->doc, item->node);
    if (!f) {
        return;
    }
    bool is_number = f->form >= F_INTEGER && f->form <= F_DECIMAL;
    bool kind_fits = f->form == F_BOOLEAN ? kind == ANS_JSON_TRUE || kind == ANS_JSON_FALSE : is_number ? kind == ANS_JSON_NUMBER : kind == ANS_JSON_STRING;
    ans_str text = ans_json_raw(v->doc, item->node);
    bool is_plain = f->form == F_XHTML && ans_str_search(text, ANS_STR("\\u0026")) < 0; /* entities stand in it as they are */
    text = kind == ANS_JSON_STRING && !is_plain ? ans_json_string(v->cx, v->doc, item->node) : text;
    if (!kind_fits || !fits(f->form, text)) {
        ans_valid_say(v, ANS_VALID_ERROR, kind_fits ? "value" : "structure", at, "found no %s, expected %s", f->name, f->expected);
    } else if (f->form == F_XHTML && !has_namespace(text)) { /* many write it so by hand: it is kept */
        ans_valid_say(v, ANS_VALID_ERROR, "invariant", at, "found a narrative without the namespace of XHTML, expected <div xmlns=\"http://www.w3.org/1999/xhtml\">");
    } else if (f->form == F_URI && (ans_str_starts(text, ANS_STR("oid:")) || ans_str_starts(text, ANS_STR("uuid:")))) {
        ans_valid_say(v, ANS_VALID_ERROR, "invalid", at, "found a URI that begins with oid: or uuid:, expected urn:oid: or urn:uuid:");
    } else if (f->form == F_URI && is_odd_urn(text)) {
        ans_valid_say(v, ANS_VALID_WARNING, "value", at, "found urn:oid: or urn:uuid: without an OID or UUID behind it");
    }
}

/* ---- fixed and pattern ---- */

static bool same_scalar(vrun *v, ans_jnode a, const ans_json *other, ans_jnode b)
{
    ans_json_kind kind = ans_json_kind_of(v->doc, a);
    ans_decimal x, y;
    if (kind != ans_json_kind_of(other, b)) {
        return false;
    }
    if (kind == ANS_JSON_STRING) {
        return ans_str_eq(ans_json_string(v->cx, v->doc, a), ans_json_string(v->cx, other, b));
    }
    return kind != ANS_JSON_NUMBER || (ans_decimal_parse(ans_json_raw(v->doc, a), &x) && ans_decimal_parse(ans_json_raw(other, b), &y) && ans_decimal_cmp(x, y) == 0);
}

static bool holds(vrun *v, ans_jnode a, const ans_json *other, ans_jnode b, bool exactly);

/* Every member of the pattern's list is in the list; exactly: at the same place. */
static bool holds_list(vrun *v, ans_jnode a, const ans_json *other, ans_jnode b, bool exactly)
{
    ans_jnode beside = ans_json_first(v->doc, a);
    if (exactly && ans_json_count(v->doc, a) != ans_json_count(other, b)) {
        return false;
    }
    ANS_JSON_EACH(other, b, wanted) {
        bool found = exactly && holds(v, beside, other, wanted, true);
        for (ans_jnode n = exactly ? ANS_JNONE : ans_json_first(v->doc, a); n != ANS_JNONE && !found; n = ans_json_next(v->doc, a, n)) {
            v->steps++;
            found = holds(v, n, other, wanted, false);
        }
        if (!found) {
            return false;
        }
        beside = exactly ? ans_json_next(v->doc, a, beside) : ANS_JNONE;
    }
    return true;
}

/* Depth: that of the definition's document. */
static bool holds(vrun *v, ans_jnode a, const ans_json *other, ans_jnode b, bool exactly)
{
    ans_json_kind kind = ans_json_kind_of(other, b);
    if (a == ANS_JNONE || ans_json_kind_of(v->doc, a) != kind) {
        return false;
    }
    if (kind == ANS_JSON_ARRAY) {
        return holds_list(v, a, other, b, exactly);
    }
    if (kind != ANS_JSON_OBJECT) {
        return same_scalar(v, a, other, b);
    }
    if (exactly && ans_json_count(v->doc, a) != ans_json_count(other, b)) {
        return false;
    }
    ANS_JSON_EACH(other, b, wanted) {
        ans_jnode n = ans_json_get(v->doc, a, ans_json_key(other, wanted));
        if (n == ANS_JNONE || !holds(v, n, other, wanted, exactly)) {
            return false;
        }
    }
    return true;
}

bool ans_valid_has_pattern(vrun *v, ans_jnode node, const ans_json *other, ans_jnode pattern)
{
    return holds(v, node, other, pattern, false);
}

bool ans_valid_is_fixed(vrun *v, ans_jnode node, const ans_json *other, ans_jnode fixed)
{
    return holds(v, node, other, fixed, true);
}

ans_str ans_valid_brief(vrun *v, const ans_json *doc, ans_jnode node)
{
    enum { MOST = 200 };
    ans_buf b;
    ans_str text;
    ans_buf_init_arena(&b, v->cx->arena, (size_t)1 << 20);
    ans_json_print(doc, node, false, &b);
    if (ans_buf_finish(&b, &text) != ANS_OK) {
        return ANS_STR_NONE;
    }
    text = ans_str_head(text, MOST);
    while (text.n && !ans_str_utf8(text)) {
        text.n--;
    }
    return text;
}

/* ---- limits ---- */

static size_t characters(ans_str s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        n += ((unsigned char)s.p[i] & 0xC0) != 0x80;
    }
    return n;
}

/* The order of two values of one type; false: they have none. */
static bool order(vrun *v, ans_jnode node, const ans_json *doc, ans_jnode limit, ans_str key, int *out)
{
    ans_json_kind kind = ans_json_kind_of(v->doc, node);
    ans_decimal a, b;
    ans_datetime x, y;
    if (kind == ANS_JSON_OBJECT) { /* Quantity: of one unit */
        ans_jnode value = ans_json_get(v->doc, node, ANS_STR("value")), other = ans_json_get(doc, limit, ANS_STR("value"));
        bool same_unit = ans_str_eq(ans_valid_member(v, node, "code"), ans_json_get_string(v->cx, doc, limit, ANS_STR("code")));
        if (value == ANS_JNONE || other == ANS_JNONE || !same_unit || !ans_decimal_parse(ans_json_raw(v->doc, value), &a) ||
            !ans_decimal_parse(ans_json_raw(doc, other), &b)) {
            return false;
        }
        *out = ans_decimal_cmp(a, b);
        return true;
    }
    if (kind == ANS_JSON_NUMBER) {
        bool both = ans_decimal_parse(ans_json_raw(v->doc, node), &a) && ans_decimal_parse(ans_json_raw(doc, limit), &b);
        *out = both ? ans_decimal_cmp(a, b) : 0;
        return both;
    }
    ans_str s = ans_valid_string(v, node), t = ans_json_string(v->cx, doc, limit);
    if (ans_str_is(key, "Time")) {
        *out = ans_str_cmp(s, t);
        return s.n && t.n;
    }
    if (!ans_datetime_parse(s, true, &x) || !ans_datetime_parse(t, true, &y)) {
        return false;
    }
    ans_tick low, high, low2, high2;
    ans_datetime_range(&x, v->env->zone, &low, &high);
    ans_datetime_range(&y, v->env->zone, &low2, &high2);
    *out = high <= low2 ? -1 : low >= high2 ? 1 : 0;
    return true;
}

ans_err ans_valid_limits(vrun *v, const vitem *item, const vrule *rule, const vplace *at)
{
    int which;
    if (item->node == ANS_JNONE) {
        return ANS_OK;
    }
    if (rule->min_value != ANS_JNONE && order(v, item->node, rule->doc, rule->min_value, rule->min_key, &which) && which < 0) {
        ans_str limit = ans_valid_brief(v, rule->doc, rule->min_value);
        ans_valid_say(v, ANS_VALID_ERROR, "value", at, "found less than is allowed, expected at least %.*s", ANS_FMT(limit));
    }
    if (rule->max_value != ANS_JNONE && order(v, item->node, rule->doc, rule->max_value, rule->max_key, &which) && which > 0) {
        ans_str limit = ans_valid_brief(v, rule->doc, rule->max_value);
        ans_valid_say(v, ANS_VALID_ERROR, "value", at, "found more than is allowed, expected at most %.*s", ANS_FMT(limit));
    }
    if (rule->max_length && ans_json_kind_of(v->doc, item->node) == ANS_JSON_STRING) {
        size_t n = characters(ans_valid_string(v, item->node));
        if (n > rule->max_length) {
            ans_valid_say(v, ANS_VALID_ERROR, "too-long", at, "found %zu characters, expected at most %u", n, rule->max_length);
        }
    }
    return ANS_OK;
}
