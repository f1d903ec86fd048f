/* From a resource to search values: evaluate the parameter's expression, then read each item by its FHIR type, as the table in
 * http://hl7.org/fhir/R4/search.html#string .. #quantity says which types fit which parameter type. An item of another
 * type yields nothing: a body that is stored is indexed as far as it can be understood. */
#include "search/search_int.h"

static ans_err add(ans_cx *cx, svs *out, sv value)
{
    sv *at = ans_arena_grow(cx->arena, out->at, out->count, &out->cap, 2, sizeof *at);
    if (!at) {
        return ans_cx_nomem(cx);
    }
    out->at = at;
    out->at[out->count++] = value;
    return ANS_OK;
}

static ans_str member(ans_cx *cx, const ans_item *it, const char *name)
{
    return ans_json_get_string(cx, it->doc, it->node, ans_str_of(name));
}

static ans_item child(const ans_item *it, const char *name, const char *type)
{
    ans_item out = *it;
    out.node = ans_json_get(it->doc, it->node, ans_str_of(name));
    out.type = ans_fhir_type_named(ans_str_of(type));
    return out;
}

static bool is_type(const ans_item *it, const char *name)
{
    return it->kind == ANS_ITEM_NODE && ans_str_is(ans_fhir_type_name(it->type), name);
}

static bool is_object(const ans_item *it)
{
    return it->kind == ANS_ITEM_NODE && it->node != ANS_JNONE && ans_json_kind_of(it->doc, it->node) == ANS_JSON_OBJECT;
}

/* A primitive's text, whether it stands in the document or was computed. p NULL: not a primitive with a value. */
static ans_str scalar(ans_cx *cx, const ans_item *it)
{
    if (it->kind == ANS_ITEM_STRING) {
        return it->text;
    }
    if (it->kind == ANS_ITEM_BOOLEAN) {
        return it->flag ? ANS_STR("true") : ANS_STR("false");
    }
    if (it->kind == ANS_ITEM_INTEGER || it->kind == ANS_ITEM_DECIMAL) {
        return ans_decimal_print(cx->arena, it->number);
    }
    if (it->kind != ANS_ITEM_NODE || it->node == ANS_JNONE) {
        return ANS_STR_NONE;
    }
    ans_json_kind kind = ans_json_kind_of(it->doc, it->node);
    if (kind == ANS_JSON_STRING) {
        return ans_json_string(cx, it->doc, it->node);
    }
    return kind == ANS_JSON_TRUE || kind == ANS_JSON_FALSE || kind == ANS_JSON_NUMBER ? ans_json_raw(it->doc, it->node)
                                                                                      : ANS_STR_NONE;
}

/* ---- token ---- */

static ans_err coding(ans_cx *cx, const ans_item *it, svs *out)
{
    sv v = {.type = ANS_SP_TOKEN,
            .system = member(cx, it, "system"),
            .code = member(cx, it, "code"),
            .text = member(cx, it, "display")};
    return v.code.n || v.system.n || v.text.n ? add(cx, out, v) : ANS_OK;
}

static ans_err concept(ans_cx *cx, const ans_item *it, svs *out)
{
    ans_jnode list = ans_json_get(it->doc, it->node, ANS_STR("coding"));
    ans_err err = ANS_OK;
    if (list != ANS_JNONE) {
        ANS_JSON_EACH(it->doc, list, n) {
            ans_item c = *it;
            c.node = n;
            if (err == ANS_OK && is_object(&c)) {
                err = coding(cx, &c, out);
            }
        }
    }
    ans_str text = member(cx, it, "text");
    return err == ANS_OK && text.n ? add(cx, out, (sv){.type = ANS_SP_TOKEN, .text = text}) : err;
}

/* One value for each coding of the identifier's type: :of-type may name any of them. Their rows are the same row. */
static ans_err identifier(ans_cx *cx, const ans_item *it, svs *out)
{
    sv v = {.type = ANS_SP_TOKEN, .system = member(cx, it, "system"), .code = member(cx, it, "value")};
    ans_item type = child(it, "type", "CodeableConcept");
    svs codings = {0};
    ans_err err = ANS_OK;
    if (v.code.n == 0 && v.system.n == 0) {
        return ANS_OK;
    }
    if (is_object(&type)) {
        v.text = member(cx, &type, "text");
        err = concept(cx, &type, &codings);
    }
    for (uint32_t i = 0; err == ANS_OK && i < codings.count; i++) {
        const sv *c = &codings.at[i];
        if (c->code.n) {
            v.type_system = c->system;
            v.type_code = c->code;
            err = add(cx, out, v);
        }
    }
    return err == ANS_OK && !v.type_code.n ? add(cx, out, v) : err;
}

static ans_err token(ans_cx *cx, const ans_item *it, svs *out)
{
    if (is_type(it, "CodeableConcept") && is_object(it)) {
        return concept(cx, it, out);
    }
    if (is_type(it, "Coding") && is_object(it)) {
        return coding(cx, it, out);
    }
    if (is_type(it, "Identifier") && is_object(it)) {
        return identifier(cx, it, out);
    }
    if (is_type(it, "ContactPoint") && is_object(it)) {
        ans_str value = member(cx, it, "value");
        return value.n ? add(cx, out, (sv){.type = ANS_SP_TOKEN, .code = value, .any_system = true}) : ANS_OK;
    }
    ans_str text = scalar(cx, it);
    bool implied = it->kind == ANS_ITEM_BOOLEAN || is_type(it, "code") || is_type(it, "boolean");
    return text.n ? add(cx, out, (sv){.type = ANS_SP_TOKEN, .code = text, .any_system = implied}) : ANS_OK;
}

/* ---- date ---- */

void search_date_range(const ans_search *s, const ans_datetime *d, ans_tick *low, ans_tick *high)
{
    ans_datetime_range(d, s->zone, low, high);
    if (d->precision == ANS_PREC_FRACTION) {
        *high = *low + 1; /* written to a fraction: that instant, so that .500 and .5000000 are one moment */
    }
}

static bool date_text(ans_search *s, ans_str text, sv *out)
{
    ans_datetime d;
    if (!ans_datetime_parse(text, true, &d)) {
        return false;
    }
    *out = (sv){.type = ANS_SP_DATE, .precision = d.precision};
    search_date_range(s, &d, &out->low, &out->high);
    return true;
}

static bool period(ans_search *s, ans_cx *cx, const ans_item *it, sv *out)
{
    sv end;
    ans_str from = member(cx, it, "start"), to = member(cx, it, "end");
    bool has_start = from.n && date_text(s, from, out), has_end = to.n && date_text(s, to, &end);
    if (!has_start && !has_end) {
        return false;
    }
    *out = (sv){.type = ANS_SP_DATE,
                .precision = PRECISION_PERIOD,
                .low = has_start ? out->low : ANS_TICK_MIN,
                .high = has_end ? end.high : ANS_TICK_MAX};
    return true;
}

/* A Timing counts as the span of its events and its bounds. */
static bool timing(ans_search *s, ans_cx *cx, const ans_item *it, sv *out)
{
    sv all = {.type = ANS_SP_DATE, .precision = PRECISION_PERIOD, .low = ANS_TICK_MAX, .high = ANS_TICK_MIN}, one;
    ans_jnode events = ans_json_get(it->doc, it->node, ANS_STR("event"));
    if (events != ANS_JNONE) {
        ANS_JSON_EACH(it->doc, events, n) {
            if (date_text(s, ans_json_string(cx, it->doc, n), &one)) {
                all.low = one.low < all.low ? one.low : all.low;
                all.high = one.high > all.high ? one.high : all.high;
            }
        }
    }
    ans_item repeat = child(it, "repeat", "Element");
    ans_item bounds = repeat.node == ANS_JNONE ? repeat : child(&repeat, "boundsPeriod", "Period");
    if (bounds.node != ANS_JNONE && period(s, cx, &bounds, &one)) {
        all.low = one.low < all.low ? one.low : all.low;
        all.high = one.high > all.high ? one.high : all.high;
    }
    *out = all;
    return all.low < all.high;
}

static ans_err date(ans_search *s, ans_cx *cx, const ans_item *it, svs *out)
{
    sv v;
    bool found;
    if (it->kind == ANS_ITEM_DATE || it->kind == ANS_ITEM_DATETIME) {
        v = (sv){.type = ANS_SP_DATE, .precision = it->when.precision};
        search_date_range(s, &it->when, &v.low, &v.high);
        found = true;
    } else if (is_object(it)) {
        found = is_type(it, "Period")   ? period(s, cx, it, &v)
                : is_type(it, "Timing") ? timing(s, cx, it, &v)
                                        : false;
    } else {
        ans_str text = scalar(cx, it);
        found = text.n && date_text(s, text, &v);
    }
    return found ? add(cx, out, v) : ANS_OK;
}

/* ---- number, quantity ---- */

static bool decimal_member(const ans_item *it, const char *name, ans_decimal *out)
{
    ans_jnode n = ans_json_get(it->doc, it->node, ans_str_of(name));
    return n != ANS_JNONE && ans_json_kind_of(it->doc, n) == ANS_JSON_NUMBER &&
           ans_decimal_parse(ans_json_raw(it->doc, n), out);
}

static ans_err quantity(ans_cx *cx, const ans_item *it, svs *out)
{
    sv v = {.type = ANS_SP_QUANTITY, .has_number = true};
    if (!is_object(it)) {
        return ANS_OK;
    }
    if (is_type(it, "Money")) {
        v.system = ANS_STR("urn:iso:std:iso:4217");
        v.code = member(cx, it, "currency");
    } else if (is_type(it, "Range")) {
        ans_item low = child(it, "low", "Quantity"), high = child(it, "high", "Quantity");
        const ans_item *any = low.node != ANS_JNONE ? &low : &high;
        if (any->node == ANS_JNONE) {
            return ANS_OK;
        }
        v.from_open = low.node == ANS_JNONE || !decimal_member(&low, "value", &v.from);
        v.to_open = high.node == ANS_JNONE || !decimal_member(&high, "value", &v.to);
        v.system = member(cx, any, "system");
        v.code = member(cx, any, "code");
        v.text = member(cx, any, "unit");
        return v.from_open && v.to_open ? ANS_OK : add(cx, out, v);
    } else {
        v.system = member(cx, it, "system");
        v.code = member(cx, it, "code");
        v.text = member(cx, it, "unit");
    }
    if (!decimal_member(it, "value", &v.from)) {
        return ANS_OK;
    }
    v.to = v.from;
    return add(cx, out, v);
}

static ans_err number(ans_cx *cx, const ans_item *it, svs *out)
{
    sv v = {.type = ANS_SP_NUMBER, .has_number = true};
    if (is_object(it)) {
        svs as_quantity = {0};
        ans_err err = quantity(cx, it, &as_quantity);
        if (err != ANS_OK || as_quantity.count == 0) {
            return err;
        }
        v = as_quantity.at[0];
        v.type = ANS_SP_NUMBER;
        return add(cx, out, v);
    }
    ans_str text = scalar(cx, it);
    if (!text.n || !ans_decimal_parse(text, &v.from)) {
        return ANS_OK;
    }
    v.to = v.from;
    return add(cx, out, v);
}

/* ---- string ---- */

static ans_err add_text(ans_cx *cx, ans_str text, bool is_name, svs *out)
{
    return text.n ? add(cx, out, (sv){.type = ANS_SP_STRING, .text = text, .is_name = is_name}) : ANS_OK;
}

/* Every string below a member: one value each (Address.line, HumanName.given ...). */
static ans_err add_parts(ans_cx *cx, const ans_item *it, const char *const *names, svs *out)
{
    ans_err err = ANS_OK;
    for (; *names && err == ANS_OK; names++) {
        ans_jnode n = ans_json_get(it->doc, it->node, ans_str_of(*names));
        if (n == ANS_JNONE) {
            continue;
        }
        if (ans_json_kind_of(it->doc, n) != ANS_JSON_ARRAY) {
            err = add_text(cx, ans_json_string(cx, it->doc, n), false, out);
            continue;
        }
        ANS_JSON_EACH(it->doc, n, one) {
            if (err == ANS_OK) {
                err = add_text(cx, ans_json_string(cx, it->doc, one), false, out);
            }
        }
    }
    return err;
}

/* A human name is one text: as written, and its parts in order when they say something else. Its words are then found
 * in any order (payload.c writes one row a word). */
static ans_err human_name(ans_cx *cx, const ans_item *it, svs *out)
{
    static const char *const parts[] = {"family", "given", "suffix", "prefix", NULL}; /* the order sorting goes by */
    svs pieces = {0};
    ans_str text = member(cx, it, "text");
    ans_err err = add_parts(cx, it, parts, &pieces);
    ans_buf all;
    ans_buf_init_arena(&all, cx->arena, 4096);
    for (uint32_t i = 0; i < pieces.count; i++) {
        if (i) {
            ans_buf_add_c(&all, ' ');
        }
        ans_buf_add(&all, pieces.at[i].text);
    }
    ans_str joined = {0};
    if (err != ANS_OK || ans_buf_finish(&all, &joined) != ANS_OK) {
        return err; /* a name of more than 4 KB is not searched by its parts */
    }
    err = add_text(cx, text, true, out);
    if (err == ANS_OK && !ans_str_eq(text, joined)) {
        err = add_text(cx, joined, true, out);
    }
    for (uint32_t i = 0; err == ANS_OK && i < pieces.count; i++) {
        pieces.at[i].body_only = true;
        err = add(cx, out, pieces.at[i]);
    }
    return err;
}

static ans_err string(ans_cx *cx, const ans_item *it, svs *out)
{
    static const char *const address[] = {"text", "line", "city", "district", "state", "postalCode", "country", NULL};
    static const char *const contact[] = {"value", NULL};
    static const char *const text[] = {"text", NULL};
    if (!is_object(it)) {
        return add_text(cx, scalar(cx, it), false, out);
    }
    return is_type(it, "HumanName")      ? human_name(cx, it, out)
           : is_type(it, "Address")      ? add_parts(cx, it, address, out)
           : is_type(it, "ContactPoint") ? add_parts(cx, it, contact, out)
                                         : add_parts(cx, it, text, out);
}

/* ---- reference, uri ---- */

static sv url_value(ans_str url)
{
    return (sv){.type = ANS_SP_REFERENCE, .text = url};
}

static ans_err literal(ans_cx *cx, ans_str text, svs *out)
{
    ans_reference r;
    ans_reference_parse(text, &r);
    if (r.kind == ANS_REF_LOCAL && r.type) {
        return add(cx, out, (sv){.type = ANS_SP_REFERENCE, .target = {r.type, r.id}});
    }
    return r.kind == ANS_REF_FRAGMENT || r.kind == ANS_REF_SEARCH ? ANS_OK : add(cx, out, url_value(text));
}

static ans_err reference(ans_cx *cx, const ans_item *it, svs *out)
{
    if (is_object(it) && ans_fhir_is_resource(it->type)) { /* Bundle.entry[0].resource: the resource itself */
        ans_str id = member(cx, it, "id");
        return id.n ? add(cx, out, (sv){.type = ANS_SP_REFERENCE, .target = {it->type, id}}) : ANS_OK;
    }
    if (!is_object(it)) { /* canonical or uri, with or without |version */
        ans_str text = scalar(cx, it), bare;
        ans_err err = text.n ? literal(cx, text, out) : ANS_OK;
        ans_str rest = text;
        if (err == ANS_OK && text.n && ans_str_cut(&rest, '|', &bare)) {
            err = add(cx, out, url_value(bare));
        }
        return err;
    }
    ans_str text = member(cx, it, "reference");
    ans_err err = text.n ? literal(cx, text, out) : ANS_OK;
    ans_item logical = child(it, "identifier", "Identifier");
    if (err == ANS_OK && logical.node != ANS_JNONE && is_object(&logical)) {
        sv v = {.type = ANS_SP_REFERENCE, .system = member(cx, &logical, "system"), .code = member(cx, &logical, "value")};
        err = v.code.n || v.system.n ? add(cx, out, v) : ANS_OK;
    }
    return err;
}

static ans_err uri(ans_cx *cx, const ans_item *it, svs *out)
{
    ans_str text = scalar(cx, it);
    return text.n ? add(cx, out, (sv){.type = ANS_SP_URI, .text = text}) : ANS_OK;
}

/* ---- all of them ---- */

static ans_err one_value(ans_search *s, ans_cx *cx, uint8_t type, const ans_item *it, svs *out)
{
    switch ((ans_sp_type)type) {
    case ANS_SP_TOKEN:
        return token(cx, it, out);
    case ANS_SP_DATE:
        return date(s, cx, it, out);
    case ANS_SP_NUMBER:
        return number(cx, it, out);
    case ANS_SP_QUANTITY:
        return quantity(cx, it, out);
    case ANS_SP_STRING:
        return string(cx, it, out);
    case ANS_SP_REFERENCE:
        return reference(cx, it, out);
    case ANS_SP_URI:
        return uri(cx, it, out);
    case ANS_SP_COMPOSITE:
    case ANS_SP_SPECIAL:
        break;
    }
    return ANS_OK;
}

/* Every combination of the component values found below one item. */
static ans_err combine(ans_cx *cx, const svs *lists, uint8_t count, svs *out)
{
    uint32_t at[8] = {0};
    for (;;) {
        sv v = {.type = ANS_SP_COMPOSITE, .part_count = count, .parts = ANS_NEW_N(cx->arena, sv, count)};
        if (!v.parts) {
            return ans_cx_nomem(cx);
        }
        for (uint8_t i = 0; i < count; i++) {
            v.parts[i] = lists[i].at[at[i]];
        }
        ans_err err = add(cx, out, v);
        uint8_t i = 0;
        while (i < count && ++at[i] == lists[i].count) {
            at[i++] = 0;
        }
        if (err != ANS_OK || i == count) {
            return err;
        }
    }
}

static ans_err composite(ans_search *s, ans_cx *cx, const param *p, const ans_item *root, const ans_item *it, svs *out)
{
    svs lists[8] = {0};
    uint8_t count = p->sp->component_count;
    if (count == 0 || count > 8) {
        return ANS_OK;
    }
    ans_path_env env = {.resource = root, .zone = s->zone};
    for (uint8_t i = 0; i < count; i++) {
        ans_items items = {0};
        ans_err err = ans_path_eval(cx, p->parts[i], &env, it, &items);
        for (uint32_t k = 0; err == ANS_OK && k < items.count; k++) {
            err = one_value(s, cx, p->sp->components[i].type, &items.at[k], &lists[i]);
        }
        if (err == ANS_E_NOMEM || err == ANS_E_TOOBIG) {
            return err;
        }
        if (lists[i].count == 0) {
            return ANS_OK;
        }
    }
    return combine(cx, lists, count, out);
}

ans_err search_values(ans_search *s, ans_cx *cx, const param *p, const ans_item *root, svs *out)
{
    ans_items items = {0};
    ans_path_env env = {.resource = root, .zone = s->zone};
    if (!p->path) {
        return ANS_OK;
    }
    ans_err err = ans_path_eval(cx, p->path, &env, root, &items);
    if (err != ANS_OK) {
        return err == ANS_E_NOMEM || err == ANS_E_TOOBIG ? err : ANS_OK;
    }
    for (uint32_t i = 0; err == ANS_OK && i < items.count; i++) {
        err = p->sp->type == ANS_SP_COMPOSITE ? composite(s, cx, p, root, &items.at[i], out)
                                              : one_value(s, cx, p->sp->type, &items.at[i], out);
    }
    out->present = out->count > 0 || (items.count > 0 && p->sp->type != ANS_SP_COMPOSITE);
    return err;
}
