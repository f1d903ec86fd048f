/* What an item is: its type, its System value, its text. A FHIR primitive stays a node (with id and
 * extensions) until an operator or function asks for its value. spec:
 * http://hl7.org/fhir/R4/fhirpath.html#types */
#include "path/path_int.h"

ans_item ans_item_of_resource(const ans_json *doc, ans_jnode node)
{
    ans_item item = {.kind = ANS_ITEM_NODE, .node = node, .sibling = ANS_JNONE, .doc = doc};
    ans_jnode name = ans_json_get(doc, node, ANS_STR("resourceType"));
    if (name != ANS_JNONE && ans_json_kind_of(doc, name) == ANS_JSON_STRING) {
        item.type = ans_fhir_type_named(ans_json_raw(doc, name));
    }
    return item;
}

/* ---- types ---- */

ans_item_kind ans_path_system_kind(ans_type t)
{
    const ans_fhir_type *type = &ans_fhir_types[t];
    static const struct {
        const char *name;
        uint8_t kind;
    } others[] = {
        {"boolean", ANS_ITEM_BOOLEAN},     {"integer", ANS_ITEM_INTEGER},
        {"positiveInt", ANS_ITEM_INTEGER}, {"unsignedInt", ANS_ITEM_INTEGER},
        {"decimal", ANS_ITEM_DECIMAL},     {"date", ANS_ITEM_DATE},
        {"dateTime", ANS_ITEM_DATETIME},   {"instant", ANS_ITEM_DATETIME},
        {"time", ANS_ITEM_TIME},
    };
    if (t == 0 || type->kind != ANS_FHIR_PRIMITIVE) {
        return ANS_ITEM_NODE;
    }
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (strcmp(type->name, others[i].name) == 0) {
            return others[i].kind;
        }
    }
    return ANS_ITEM_STRING;
}

static bool is_system(const ans_item *item, uint8_t system)
{
    return system == PSYSTEM_ANY || (item->kind != ANS_ITEM_NODE && item->kind == system);
}

bool ans_path_is_type(const ans_item *item, ptype type)
{
    if (item->kind == ANS_ITEM_NODE && type.fhir && ans_fhir_is_a(item->type, type.fhir)) {
        return true;
    }
    return is_system(item, type.system);
}

bool ans_path_is_exactly(const ans_item *item, ptype type)
{
    if (item->kind == ANS_ITEM_NODE && type.fhir &&
        ans_fhir_types[type.fhir].kind == ANS_FHIR_PRIMITIVE) {
        return item->type == type.fhir;
    }
    return ans_path_is_type(item, type);
}

ans_str ans_path_type_name(ans_arena *arena, const ans_item *item)
{
    static const char *const names[] = {
        [ANS_ITEM_BOOLEAN] = "Boolean",   [ANS_ITEM_INTEGER] = "Integer",
        [ANS_ITEM_DECIMAL] = "Decimal",   [ANS_ITEM_STRING] = "String",
        [ANS_ITEM_DATE] = "Date",         [ANS_ITEM_DATETIME] = "DateTime",
        [ANS_ITEM_TIME] = "Time",         [ANS_ITEM_QUANTITY] = "Quantity",
        [ANS_ITEM_TYPEINFO] = "TypeInfo",
    };
    if (item->kind == ANS_ITEM_NODE) {
        return ans_arena_fmt(arena, "FHIR.%s",
                             item->type ? ans_fhir_types[item->type].name : "Element");
    }
    return ans_arena_fmt(arena, "System.%s", names[item->kind]);
}

bool ans_path_has_value(const ans_item *item)
{
    if (item->kind != ANS_ITEM_NODE) {
        return true;
    }
    return item->doc && item->node != ANS_JNONE &&
           ans_json_kind_of(item->doc, item->node) < ANS_JSON_ARRAY &&
           ans_json_kind_of(item->doc, item->node) != ANS_JSON_NULL;
}

bool ans_path_is_void(const ans_item *item)
{
    return item->kind == ANS_ITEM_NODE && item->node == ANS_JNONE && item->sibling != ANS_JNONE;
}

/* ---- values ---- */

/* What a JSON value means when its element's type is not known. */
static ans_item_kind kind_of_json(const ans_item *item)
{
    switch (ans_json_kind_of(item->doc, item->node)) {
    case ANS_JSON_TRUE:
    case ANS_JSON_FALSE:
        return ANS_ITEM_BOOLEAN;
    case ANS_JSON_NUMBER: {
        ans_str raw = ans_json_raw(item->doc, item->node);
        bool whole =
            ans_str_find(raw, '.') < 0 && ans_str_find(raw, 'e') < 0 && ans_str_find(raw, 'E') < 0;
        return whole ? ANS_ITEM_INTEGER : ANS_ITEM_DECIMAL;
    }
    default:
        return ANS_ITEM_STRING;
    }
}

static ans_err primitive_value(pev *ev, const ans_item *item, ans_item *out)
{
    ans_item_kind kind = item->type ? ans_path_system_kind(item->type) : kind_of_json(item);
    ans_item v = {.kind = (uint8_t)kind};
    ans_json_kind json = ans_json_kind_of(item->doc, item->node);
    ans_str raw = ans_json_raw(item->doc, item->node);
    bool ok = true;
    switch (kind) {
    case ANS_ITEM_BOOLEAN:
        v.flag = json == ANS_JSON_TRUE;
        ok = json == ANS_JSON_TRUE || json == ANS_JSON_FALSE;
        break;
    case ANS_ITEM_INTEGER:
    case ANS_ITEM_DECIMAL:
        ok = json == ANS_JSON_NUMBER && ans_decimal_parse(raw, &v.number);
        break;
    case ANS_ITEM_DATE:
    case ANS_ITEM_DATETIME:
    case ANS_ITEM_TIME:
        ok = json == ANS_JSON_STRING && ans_path_when_read(raw, kind, &v.when);
        break;
    case ANS_ITEM_STRING:
        ok = json == ANS_JSON_STRING;
        v.text = ok ? ans_json_string(ev->cx, item->doc, item->node) : ANS_STR_NONE;
        if (ok && !v.text.p) {
            return ans_cx_nomem(ev->cx);
        }
        break;
    default:
        ok = false;
    }
    *out = ok ? v : *item; /* a value that is not of its type compares with nothing */
    return ANS_OK;
}

static ans_err quantity_value(pev *ev, const ans_item *item, ans_item *out)
{
    static const struct {
        ans_str ucum;
        int unit;
    } times[] = {{ANS_STR("a"), PCAL_YEAR},     {ANS_STR("mo"), PCAL_MONTH},
                 {ANS_STR("d"), PCAL_DAY},      {ANS_STR("h"), PCAL_HOUR},
                 {ANS_STR("min"), PCAL_MINUTE}, {ANS_STR("s"), PCAL_SECOND}};
    const ans_json *doc = item->doc;
    ans_item v = {.kind = ANS_ITEM_QUANTITY};
    ans_jnode value = ans_json_get(doc, item->node, ANS_STR("value"));
    *out = *item;
    if (value == ANS_JNONE || ans_json_kind_of(doc, value) != ANS_JSON_NUMBER ||
        ans_json_get(doc, item->node, ANS_STR("comparator")) != ANS_JNONE ||
        !ans_decimal_parse(ans_json_raw(doc, value), &v.number)) {
        return ANS_OK;
    }
    ans_str system = ans_json_get_string(ev->cx, doc, item->node, ANS_STR("system"));
    v.text = ans_json_get_string(ev->cx, doc, item->node, ANS_STR("code"));
    if (!v.text.p || !ans_str_is(system, "http://unitsofmeasure.org")) {
        return ANS_OK;
    }
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        if (ans_str_eq(v.text, times[i].ucum)) {
            v.text = ans_path_calendar_name(times[i].unit);
            break;
        }
    }
    *out = v;
    return ANS_OK;
}

static bool is_quantity(ans_type t)
{
    for (; t; t = ans_fhir_types[t].base) {
        if (strcmp(ans_fhir_types[t].name, "Quantity") == 0) {
            return true;
        }
    }
    return false;
}

bool ans_path_is_quantity(const ans_item *item)
{
    return item->kind == ANS_ITEM_NODE && item->doc && item->node != ANS_JNONE &&
           is_quantity(item->type);
}

/* Value and unit (the code when there is one) of a Quantity without comparator. */
static bool measured(pev *ev, const ans_item *item, ans_decimal *out, ans_str *out_unit)
{
    ans_jnode value = ans_json_get(item->doc, item->node, ANS_STR("value"));
    *out_unit = ans_path_string_member(ev, item, ANS_STR("code"));
    if (!out_unit->p) {
        *out_unit = ans_path_string_member(ev, item, ANS_STR("unit"));
    }
    return value != ANS_JNONE && ans_json_kind_of(item->doc, value) == ANS_JSON_NUMBER &&
           ans_json_get(item->doc, item->node, ANS_STR("comparator")) == ANS_JNONE &&
           ans_decimal_parse(ans_json_raw(item->doc, value), out);
}

ans_err ans_path_order_measured(pev *ev, const ans_item *a, const ans_item *b, int *out,
                                bool *out_known)
{
    ans_decimal x, y;
    ans_str ux, uy, sx = ans_path_string_member(ev, a, ANS_STR("system")),
                    sy = ans_path_string_member(ev, b, ANS_STR("system"));
    *out_known = measured(ev, a, &x, &ux) && measured(ev, b, &y, &uy) && ans_str_eq(ux, uy) &&
                 ans_str_eq(sx, sy);
    if (*out_known) {
        *out = ans_decimal_cmp(x, y);
    }
    return ans_arena_is_full(ev->cx->arena) ? ans_cx_nomem(ev->cx) : ANS_OK;
}

ans_err ans_path_value(pev *ev, const ans_item *item, ans_item *out)
{
    if (item->kind != ANS_ITEM_NODE || !item->doc || item->node == ANS_JNONE) {
        *out = *item;
        return ANS_OK;
    }
    ans_json_kind json = ans_json_kind_of(item->doc, item->node);
    if (json < ANS_JSON_ARRAY && json != ANS_JSON_NULL) {
        return primitive_value(ev, item, out);
    }
    if (json == ANS_JSON_OBJECT && is_quantity(item->type)) {
        return quantity_value(ev, item, out);
    }
    *out = *item;
    return ANS_OK;
}

/* ---- text ---- */

ans_str ans_path_concat(ans_arena *arena, ans_str a, ans_str b)
{
    char *to = ans_arena_alloc(arena, a.n + b.n + 1);
    if (!to) {
        return ANS_STR_NONE;
    }
    if (a.n) {
        memcpy(to, a.p, a.n);
    }
    if (b.n) {
        memcpy(to + a.n, b.p, b.n);
    }
    to[a.n + b.n] = '\0';
    return (ans_str){to, a.n + b.n};
}

ans_str ans_path_text_of(pev *ev, const ans_item *item)
{
    if (item->kind == ANS_ITEM_STRING) {
        return item->text;
    }
    if (item->kind == ANS_ITEM_NODE && item->doc && item->node != ANS_JNONE) {
        return ans_json_string(ev->cx, item->doc, item->node);
    }
    return ANS_STR_NONE;
}

static ans_str print_quantity(ans_arena *arena, const ans_item *q)
{
    ans_str number = ans_decimal_print(arena, q->number);
    if (!number.p) {
        return number;
    }
    bool bare = ans_path_calendar_unit(q->text) != PCAL_NONE;
    const char *fmt = bare ? "%.*s %.*s" : "%.*s '%.*s'";
    return ans_arena_fmt(arena, fmt, ANS_FMT(number), ANS_FMT(q->text));
}

ans_str ans_path_print_value(ans_arena *arena, const ans_item *v)
{
    switch (v->kind) {
    case ANS_ITEM_BOOLEAN:
        return v->flag ? ANS_STR("true") : ANS_STR("false");
    case ANS_ITEM_INTEGER:
    case ANS_ITEM_DECIMAL:
        return ans_decimal_print(arena, v->number);
    case ANS_ITEM_STRING:
    case ANS_ITEM_TYPEINFO:
        return v->text;
    case ANS_ITEM_DATE:
    case ANS_ITEM_DATETIME:
    case ANS_ITEM_TIME:
        return ans_path_when_print(arena, v->kind, &v->when);
    case ANS_ITEM_QUANTITY:
        return print_quantity(arena, v);
    default:
        return ANS_STR_NONE;
    }
}

/* As JSON: nodes as they stand in their document, numbers and booleans bare, all else as strings.
 */
void ans_item_print(ans_cx *cx, const ans_item *item, ans_buf *out)
{
    if (item->kind == ANS_ITEM_NODE) {
        if (item->doc && item->node != ANS_JNONE) {
            ans_json_print(item->doc, item->node, false, out);
        } else {
            ANS_BUF_LIT(out, "null");
        }
        return;
    }
    ans_str text = ans_path_print_value(cx->arena, item);
    if (!text.p) {
        (void)ans_cx_nomem(
            cx); /* the buffer has no room for an error of ours: the caller sees null */
        ANS_BUF_LIT(out, "null");
    } else if (item->kind == ANS_ITEM_BOOLEAN || item->kind == ANS_ITEM_INTEGER ||
               item->kind == ANS_ITEM_DECIMAL) {
        ans_buf_add(out, text);
    } else {
        ans_json_print_string(out, text);
    }
}
