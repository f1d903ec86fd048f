/* The slow search: every current body is read and judged value by value, as http://hl7.org/fhir/R4/search.html says it. It shares
 * the definitions' expressions and FHIRPath with the engine, and nothing else: folding and units come from the world's
 * tables, numbers are fixed-point integers, and no index is asked. */
#ifndef TEST_SEARCH_MODEL_H
#define TEST_SEARCH_MODEL_H

#include "path/path.h"
#include "prop/search_world.h"

typedef __int128 fixed; /* value * 10^9 */

/* A value found in a body. */
typedef struct found found;
struct found {
    ans_str system, code, text; /* token, quantity; text: display or unit */
    bool any_system, text_only;
    ans_str type_system, type_code; /* identifier */
    ans_tick low, high;
    fixed from, to;
    bool no_from, no_to;
    ans_str raw; /* string, uri, url */
    bool is_name, is_part; /* a whole human name, a part of one */
    ans_type target; /* reference; 0 with url or identifier */
    ans_str id;
    bool is_identifier;
    found *parts;
};

typedef struct founds {
    found at[96];
    uint32_t count;
    bool present; /* the expression yields something */
} founds;

/* A value asked for: its meaning, and as typed (escaped, with prefix). */
typedef struct asked asked;
struct asked {
    char prefix[3];
    bool has_system;
    ans_str system, code, raw, folded, id;
    ans_tick low, high;
    fixed number, half;
    ans_type target;
    bool is_url;
    asked *parts;
    ans_str typed;
};

/* ---- expressions ---- */

static inline const ans_path *path_of(world *w, const char *expression)
{
    static struct {
        const char *text;
        const ans_path *path;
    } kept[4096];
    size_t at = ((uintptr_t)expression >> 2) % COUNT(kept);
    while (kept[at].text && kept[at].text != expression) {
        at = (at + 1) % COUNT(kept);
    }
    if (!kept[at].text) {
        static ans_arena *arena; /* of the process: worlds come and go */
        arena = arena ? arena : ans_arena_new((size_t)64 << 20);
        kept[at].text = expression;
        assert_int_equal(ans_path_compile(&w->cx, arena, ans_str_of(expression), 0, &kept[at].path), ANS_OK);
    }
    return kept[at].path;
}

static inline ans_items items_of(world *w, const char *expression, const doc *d, const ans_item *focus)
{
    ans_cx cx = {.arena = w->brief};
    ans_item root = ans_item_of_resource(&d->json, 0);
    ans_path_env env = {.resource = &root, .zone = w->zone};
    ans_items items = {0};
    assert_int_equal(ans_path_eval(&cx, path_of(w, expression), &env, focus ? focus : &root, &items), ANS_OK);
    return items;
}

/* ---- reading values ---- */

static inline ans_str str_in(world *w, const ans_item *it, const char *name)
{
    ans_cx cx = {.arena = w->brief};
    return ans_json_get_string(&cx, it->doc, it->node, ans_str_of(name));
}

static inline bool is_a(const ans_item *it, const char *type)
{
    return ans_str_is(ans_fhir_type_name(it->type), type);
}

static inline found *add(founds *out)
{
    assert_true(out->count < COUNT(out->at));
    out->at[out->count] = (found){0};
    return &out->at[out->count++];
}

static inline fixed power(int n)
{
    fixed out = 1;
    while (n-- > 0) {
        out *= 10;
    }
    return out;
}

/* "-5.40e1" -> its value and half a unit of its last digit */
static inline fixed read_fixed(ans_str s, fixed *half)
{
    fixed digits = 0;
    int scale = 0, exponent = 0;
    bool negative = false, behind = false;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '-') {
            negative = true;
        } else if (s.p[i] == '.') {
            behind = true;
        } else if (s.p[i] == 'e') {
            exponent = atoi(s.p + i + 1);
            break;
        } else {
            digits = digits * 10 + (s.p[i] - '0');
            scale += behind;
        }
    }
    if (half) {
        *half = power(9 + exponent - scale) / 2;
    }
    return (negative ? -digits : digits) * power(9 + exponent - scale);
}

static inline bool member_number(const ans_item *it, ans_jnode object, fixed *out)
{
    ans_jnode n = ans_json_get(it->doc, object, ANS_STR("value"));
    if (n == ANS_JNONE) {
        return false;
    }
    ans_str raw = ans_json_raw(it->doc, n);
    char copy[40];
    memcpy(copy, raw.p, raw.n);
    copy[raw.n] = '\0';
    *out = read_fixed((ans_str){copy, raw.n}, NULL);
    return true;
}

static inline void find_coding(world *w, const ans_item *it, ans_jnode node, founds *out)
{
    ans_item c = *it;
    c.node = node;
    found *f = add(out);
    f->system = str_in(w, &c, "system");
    f->code = str_in(w, &c, "code");
    f->text = str_in(w, &c, "display");
}

static inline void find_concept(world *w, const ans_item *it, founds *out)
{
    ans_jnode list = ans_json_get(it->doc, it->node, ANS_STR("coding"));
    for (ans_jnode n = list == ANS_JNONE ? list : ans_json_first(it->doc, list); n != ANS_JNONE; n = ans_json_next(it->doc, list, n)) {
        find_coding(w, it, n, out);
    }
    ans_str text = str_in(w, it, "text");
    if (text.n) {
        add(out)->text = text;
    }
}

static inline void find_identifier(world *w, const ans_item *it, founds *out)
{
    founds types = {.count = 0};
    ans_item type = *it;
    type.node = ans_json_get(it->doc, it->node, ANS_STR("type"));
    if (type.node != ANS_JNONE) {
        find_concept(w, &type, &types);
    }
    for (uint32_t i = 0; i < (types.count ? types.count : 1); i++) {
        found *f = add(out);
        f->system = str_in(w, it, "system");
        f->code = str_in(w, it, "value");
        f->text = type.node == ANS_JNONE ? ANS_STR_NONE : str_in(w, &type, "text");
        f->type_system = types.count ? types.at[i].system : ANS_STR_NONE;
        f->type_code = types.count ? types.at[i].code : ANS_STR_NONE;
    }
}

static inline ans_str scalar_of(world *w, const ans_item *it)
{
    ans_cx cx = {.arena = w->brief};
    if (it->kind == ANS_ITEM_BOOLEAN) {
        return it->flag ? ANS_STR("true") : ANS_STR("false");
    }
    if (it->kind == ANS_ITEM_STRING) {
        return it->text;
    }
    if (it->kind != ANS_ITEM_NODE || it->node == ANS_JNONE) {
        return ANS_STR_NONE;
    }
    ans_str s = ans_json_string(&cx, it->doc, it->node);
    return s.p ? s : ans_json_raw(it->doc, it->node);
}

static inline void find_token(world *w, const ans_item *it, founds *out)
{
    if (is_a(it, "CodeableConcept")) {
        find_concept(w, it, out);
    } else if (is_a(it, "Coding")) {
        find_coding(w, it, it->node, out);
    } else if (is_a(it, "Identifier")) {
        find_identifier(w, it, out);
    } else {
        found *f = add(out);
        f->code = is_a(it, "ContactPoint") ? str_in(w, it, "value") : scalar_of(w, it);
        f->any_system = it->kind == ANS_ITEM_BOOLEAN || is_a(it, "code") || is_a(it, "boolean") || is_a(it, "ContactPoint");
    }
}

static inline void read_moment(world *w, ans_str s, ans_tick *low, ans_tick *high)
{
    ans_datetime d;
    assert_true(ans_datetime_parse(s, true, &d));
    ans_datetime_range(&d, w->zone, low, high);
    *high = d.precision == ANS_PREC_FRACTION ? *low + 1 : *high;
}

static inline void find_date(world *w, const ans_item *it, founds *out)
{
    ans_tick unused;
    ans_str from, to;
    if (!is_a(it, "Period")) {
        found *f = add(out);
        read_moment(w, scalar_of(w, it), &f->low, &f->high);
        return;
    }
    from = str_in(w, it, "start");
    to = str_in(w, it, "end");
    if (!from.n && !to.n) {
        return;
    }
    found *f = add(out);
    f->low = ANS_TICK_MIN;
    f->high = ANS_TICK_MAX;
    if (from.n) {
        read_moment(w, from, &f->low, &unused);
    }
    if (to.n) {
        read_moment(w, to, &unused, &f->high);
    }
}

static inline void find_quantity(world *w, const ans_item *it, founds *out)
{
    found f = {0};
    ans_item measured = *it;
    if (it->kind == ANS_ITEM_NODE && !is_a(it, "Range") && ans_json_kind_of(it->doc, it->node) != ANS_JSON_OBJECT) {
        f.from = f.to = read_fixed(scalar_of(w, it), NULL);
    } else if (is_a(it, "Range")) {
        ans_jnode low = ans_json_get(it->doc, it->node, ANS_STR("low")), high = ans_json_get(it->doc, it->node, ANS_STR("high"));
        f.no_from = low == ANS_JNONE || !member_number(it, low, &f.from);
        f.no_to = high == ANS_JNONE || !member_number(it, high, &f.to);
        measured.node = low == ANS_JNONE ? high : low;
    } else if (member_number(it, it->node, &f.from)) {
        f.to = f.from;
    } else {
        return;
    }
    f.system = str_in(w, &measured, "system");
    f.code = str_in(w, &measured, "code");
    f.text = str_in(w, &measured, "unit");
    *add(out) = f;
}

/* The strings below one member, appended to a joined text. */
static inline void find_strings(world *w, const ans_item *it, const char *name, founds *out, ans_buf *joined)
{
    ans_cx cx = {.arena = w->brief};
    ans_jnode n = ans_json_get(it->doc, it->node, ans_str_of(name));
    if (n == ANS_JNONE) {
        return;
    }
    bool list = ans_json_kind_of(it->doc, n) == ANS_JSON_ARRAY;
    for (ans_jnode one = list ? ans_json_first(it->doc, n) : n; one != ANS_JNONE; one = list ? ans_json_next(it->doc, n, one) : ANS_JNONE) {
        found *f = add(out);
        f->raw = ans_json_string(&cx, it->doc, one);
        f->is_part = joined != NULL;
        if (joined) {
            ans_buf_add(joined, joined->n ? ANS_STR(" ") : ANS_STR_NONE);
            ans_buf_add(joined, f->raw);
        }
    }
}

static inline void find_string(world *w, const ans_item *it, founds *out)
{
    static const char *const parts[] = {"family", "given", "suffix", "prefix"};
    static const char *const places[] = {"text", "line", "city", "district", "state", "postalCode", "country"};
    ans_buf joined;
    if (is_a(it, "Address")) {
        for (size_t i = 0; i < COUNT(places); i++) {
            find_strings(w, it, places[i], out, NULL);
        }
    } else if (is_a(it, "HumanName")) {
        ans_buf_init_arena(&joined, w->brief, 65536);
        for (size_t i = 0; i < COUNT(parts); i++) {
            find_strings(w, it, parts[i], out, &joined);
        }
        ans_str all;
        assert_int_equal(ans_buf_finish(&joined, &all), ANS_OK);
        for (int i = 0; i < 2; i++) {
            ans_str one = i ? all : str_in(w, it, "text");
            if (one.n) {
                found *f = add(out);
                f->raw = one;
                f->is_name = true;
            }
        }
    } else {
        ans_str s = scalar_of(w, it);
        if (s.n) {
            add(out)->raw = s;
        }
    }
}

static inline void find_reference(world *w, const ans_item *it, founds *out)
{
    ans_reference r;
    ans_str text = str_in(w, it, "reference");
    ans_reference_parse(text, &r);
    if (text.n && r.kind == ANS_REF_LOCAL && r.type) {
        found *f = add(out);
        f->target = r.type;
        f->id = r.id;
    } else if (text.n && r.kind != ANS_REF_FRAGMENT) {
        add(out)->raw = text;
    }
    ans_item logical = *it;
    logical.node = ans_json_get(it->doc, it->node, ANS_STR("identifier"));
    if (logical.node != ANS_JNONE) {
        found *f = add(out);
        f->is_identifier = true;
        f->system = str_in(w, &logical, "system");
        f->code = str_in(w, &logical, "value");
    }
}

static inline void find_values(world *w, uint8_t type, const ans_item *it, founds *out)
{
    switch ((ans_sp_type)type) {
    case ANS_SP_TOKEN:
        find_token(w, it, out);
        break;
    case ANS_SP_DATE:
        find_date(w, it, out);
        break;
    case ANS_SP_NUMBER:
    case ANS_SP_QUANTITY:
        find_quantity(w, it, out);
        break;
    case ANS_SP_STRING:
        find_string(w, it, out);
        break;
    case ANS_SP_REFERENCE:
        find_reference(w, it, out);
        break;
    case ANS_SP_URI:
        add(out)->raw = scalar_of(w, it);
        break;
    case ANS_SP_COMPOSITE:
    case ANS_SP_SPECIAL:
        break;
    }
}

/* Every combination of what the components find below one item. */
static inline void find_composite(world *w, const ans_sp *sp, const doc *d, const ans_item *it, founds *out)
{
    founds *lists = ANS_NEW_N(w->brief, founds, sp->component_count);
    uint32_t combinations = 1;
    for (uint8_t i = 0; i < sp->component_count; i++) {
        ans_items items = items_of(w, sp->components[i].expression, d, it);
        for (uint32_t k = 0; k < items.count; k++) {
            find_values(w, sp->components[i].type, &items.at[k], &lists[i]);
        }
        combinations *= lists[i].count;
    }
    for (uint32_t c = 0; c < combinations; c++) {
        uint32_t rest = c;
        found *f = add(out);
        f->parts = ANS_NEW_N(w->brief, found, sp->component_count);
        for (uint8_t i = 0; i < sp->component_count; i++) {
            f->parts[i] = lists[i].at[rest % lists[i].count];
            rest /= lists[i].count;
        }
    }
}

static inline void model_values(world *w, const ans_sp *sp, const doc *d, founds *out)
{
    ans_items items = items_of(w, sp->expression, d, NULL);
    out->count = 0;
    for (uint32_t i = 0; i < items.count; i++) {
        if (sp->type == ANS_SP_COMPOSITE) {
            find_composite(w, sp, d, &items.at[i], out);
        } else {
            find_values(w, sp->type, &items.at[i], out);
        }
    }
    out->present = sp->type == ANS_SP_COMPOSITE ? out->count > 0 : items.count > 0;
}

/* ---- judging ---- */

static inline ans_str model_fold(world *w, ans_str s)
{
    ans_buf b;
    ans_str one, out;
    ans_buf_init_arena(&b, w->brief, 65536);
    for (bool more = s.n > 0; more;) {
        more = ans_str_cut(&s, ' ', &one);
        if (one.n == 0) {
            continue;
        }
        ans_buf_add(&b, b.n ? ANS_STR(" ") : ANS_STR_NONE);
        size_t i = 0;
        while (i < COUNT(words) && !ans_str_is(one, words[i].text)) {
            i++;
        }
        if (i < COUNT(words)) {
            ans_buf_add(&b, ans_str_of(words[i].folded));
        }
        for (size_t k = 0; i == COUNT(words) && k < one.n; k++) {
            ans_buf_add_c(&b, one.p[k] >= 'A' && one.p[k] <= 'Z' ? (char)(one.p[k] + 32) : one.p[k]);
        }
    }
    assert_int_equal(ans_buf_finish(&b, &out), ANS_OK);
    return out;
}

/* Each asked word begins a word of its own in the name: tried in every way. */
static inline bool words_meet(ans_str name, ans_str wanted, uint64_t taken)
{
    ans_str want, have, rest = name;
    if (wanted.n == 0) {
        return true;
    }
    (void)ans_str_cut(&wanted, ' ', &want);
    bool more = rest.n > 0;
    for (uint32_t i = 0; more && i < 64; i++) {
        more = ans_str_cut(&rest, ' ', &have);
        if (!(taken >> i & 1) && ans_str_starts(have, want) && words_meet(name, wanted, taken | UINT64_C(1) << i)) {
            return true;
        }
    }
    return false;
}

static inline bool string_meets(world *w, const char *modifier, const asked *q, const found *f)
{
    if (strcmp(modifier, "exact") == 0) {
        return ans_str_eq(q->raw, f->raw);
    }
    ans_str folded = model_fold(w, f->raw);
    if (strcmp(modifier, "contains") == 0) {
        return ans_str_search(folded, q->folded) >= 0;
    }
    return ans_str_starts(folded, q->folded) || (f->is_name && words_meet(folded, q->folded, 0));
}

static inline bool token_meets(world *w, const char *modifier, const asked *q, const found *f)
{
    if (strcmp(modifier, "text") == 0) {
        return f->text.n && ans_str_starts(model_fold(w, f->text), q->folded);
    }
    if (strcmp(modifier, "of-type") == 0) {
        return f->type_code.n && ans_str_eq(q->system, f->type_system) && ans_str_eq(q->id, f->type_code) && ans_str_eq(q->code, f->code);
    }
    return (f->code.n || f->system.n) && (!q->code.n || ans_str_eq(q->code, f->code)) &&
           (!q->has_system || f->any_system || ans_str_eq(q->system, f->system));
}

static inline bool is_prefix(const asked *q, const char *p)
{
    return strcmp(q->prefix, p) == 0;
}

static inline bool date_meets(const asked *q, const found *f)
{
    bool inside = q->low <= f->low && f->high <= q->high;
    if (is_prefix(q, "ap")) {
        ans_tick now = world_now() * 10, gap = q->low > now ? q->low - now : now - q->low;
        return f->low < q->high + gap / 10 && f->high > q->low - gap / 10;
    }
    return is_prefix(q, "ne")   ? !inside
           : is_prefix(q, "lt") ? f->low < q->low
           : is_prefix(q, "gt") ? f->high > q->high
           : is_prefix(q, "le") ? f->low < q->low || inside
           : is_prefix(q, "ge") ? f->high > q->high || inside
           : is_prefix(q, "sa") ? f->low >= q->high
           : is_prefix(q, "eb") ? f->high <= q->low
                                : inside;
}

/* One value is its own low and high end; an open end of a Range is beyond everything. */
static inline bool number_meets(const asked *q, const found *f, int64_t asked_factor, int64_t found_factor)
{
    fixed n = q->number * asked_factor, half = q->half * asked_factor;
    fixed low = f->from * found_factor, high = f->to * found_factor;
    bool point = !f->no_from && !f->no_to && low == high;
    bool inside = !f->no_from && !f->no_to && n - half <= low && (point ? high < n + half : high <= n + half);
    fixed slack = (n < 0 ? -n : n) / 10;
    return is_prefix(q, "ne")   ? !inside
           : is_prefix(q, "lt") ? f->no_from || low < n
           : is_prefix(q, "gt") ? f->no_to || high > n
           : is_prefix(q, "le") ? f->no_from || low <= n
           : is_prefix(q, "ge") ? f->no_to || high >= n
           : is_prefix(q, "sa") ? !f->no_from && low > n
           : is_prefix(q, "eb") ? !f->no_to && high < n
           : is_prefix(q, "ap") ? (f->no_from || low <= n + slack) && (f->no_to || high >= n - slack)
                                : inside;
}

static inline const unit *ucum_unit(ans_str code)
{
    for (size_t i = 0; i < COUNT(units); i++) {
        if (units[i].dimension >= 0 && ans_str_is(code, units[i].code)) {
            return &units[i];
        }
    }
    return ans_str_is(code, "ml") ? ucum_unit(ANS_STR("mL")) : NULL;
}

/* A quantity without a system counts as one in UCUM when its unit reads as UCUM (docs/conformance.md). */
static inline bool quantity_meets(const asked *q, const found *f)
{
    const unit *want = ans_str_is(q->system, UCUM) && q->code.n ? ucum_unit(q->code) : NULL;
    if (want) {
        const unit *have = f->system.n && !ans_str_is(f->system, UCUM) ? NULL : ucum_unit(f->code.n ? f->code : f->text);
        return have && have->dimension == want->dimension && number_meets(q, f, want->factor, have->factor);
    }
    bool system = !q->system.n || ans_str_eq(q->system, f->system);
    bool code = !q->code.n || ans_str_eq(q->code, f->code) || (!q->system.n && ans_str_eq(q->code, f->text));
    return system && code && number_meets(q, f, 1, 1);
}

/* :below goes by whole path steps; :above takes any beginning, as the public search suite has it; a urn has no levels. */
static inline bool is_below(ans_str whole, ans_str part)
{
    bool urn = ans_str_starts(whole, ANS_STR("urn:")) || ans_str_starts(part, ANS_STR("urn:"));
    return !urn && ans_str_starts(whole, part) && (whole.n == part.n || part.p[part.n - 1] == '/' || whole.p[part.n] == '/');
}

static inline bool is_above(ans_str whole, ans_str part)
{
    return !ans_str_starts(whole, ANS_STR("urn:")) && !ans_str_starts(part, ANS_STR("urn:")) && ans_str_starts(whole, part);
}

static inline bool uri_meets(const char *modifier, const asked *q, const found *f)
{
    return strcmp(modifier, "below") == 0   ? is_below(f->raw, q->raw)
           : strcmp(modifier, "above") == 0 ? is_above(q->raw, f->raw)
                                            : ans_str_eq(f->raw, q->raw);
}

static inline bool reference_meets(const char *modifier, const asked *q, const found *f)
{
    if (strcmp(modifier, "identifier") == 0) {
        return f->is_identifier && (!q->code.n || ans_str_eq(q->code, f->code)) && (!q->has_system || ans_str_eq(q->system, f->system));
    }
    if (q->is_url) {
        return f->raw.n && ans_str_eq(q->raw, f->raw);
    }
    return f->target && (!q->target || q->target == f->target) && ans_str_eq(q->id, f->id);
}

static inline bool value_meets(world *w, const ans_sp *sp, uint8_t type, const char *modifier, const asked *q, const found *f)
{
    switch ((ans_sp_type)type) {
    case ANS_SP_TOKEN:
        return token_meets(w, modifier, q, f);
    case ANS_SP_DATE:
        return date_meets(q, f);
    case ANS_SP_NUMBER:
        return number_meets(q, f, 1, 1);
    case ANS_SP_QUANTITY:
        return quantity_meets(q, f);
    case ANS_SP_STRING:
        return string_meets(w, modifier, q, f);
    case ANS_SP_URI:
        return uri_meets(modifier, q, f);
    case ANS_SP_REFERENCE:
        return reference_meets(modifier, q, f);
    case ANS_SP_COMPOSITE:
        for (uint8_t i = 0; i < sp->component_count; i++) {
            if (!value_meets(w, sp, sp->components[i].type, "", &q->parts[i], &f->parts[i])) {
                return false;
            }
        }
        return true;
    case ANS_SP_SPECIAL:
        break;
    }
    return false;
}

#endif
