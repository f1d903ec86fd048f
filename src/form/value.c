/* Answers from results: an expression gives items of FHIRPath, an item of a form wants one kind of value[x]. */
#include "form/form_int.h"

/* ---- what a result is, whatever it came as ---- */

static ans_json_kind json_kind(const ans_item *v)
{
    if (v->kind != ANS_ITEM_NODE) {
        return v->kind == ANS_ITEM_BOOLEAN                                      ? (v->flag ? ANS_JSON_TRUE : ANS_JSON_FALSE)
               : v->kind == ANS_ITEM_INTEGER || v->kind == ANS_ITEM_DECIMAL    ? ANS_JSON_NUMBER
               : v->kind == ANS_ITEM_QUANTITY || v->kind == ANS_ITEM_TYPEINFO ? ANS_JSON_OBJECT
                                                                               : ANS_JSON_STRING;
    }
    return v->doc && v->node != ANS_JNONE ? ans_json_kind_of(v->doc, v->node) : ANS_JSON_NULL;
}

/* Of a Quantity its value: an observation fills in an item that asks for a number. */
static bool number_of(const ans_item *v, ans_decimal *out)
{
    if (v->kind == ANS_ITEM_INTEGER || v->kind == ANS_ITEM_DECIMAL || v->kind == ANS_ITEM_QUANTITY) {
        *out = v->number;
        return true;
    }
    ans_json_kind kind = json_kind(v);
    ans_jnode n = v->kind != ANS_ITEM_NODE ? ANS_JNONE : kind == ANS_JSON_OBJECT ? ans_json_get(v->doc, v->node, ANS_STR("value")) : v->node;
    return n != ANS_JNONE && ans_json_kind_of(v->doc, n) == ANS_JSON_NUMBER && ans_decimal_parse(ans_json_raw(v->doc, n), out);
}

static bool is_whole(ans_decimal d, ans_decimal *out)
{
    while (d.scale > 0 && d.digits % 10 == 0) {
        d.digits /= 10;
        d.scale--;
    }
    while (d.scale < 0 && d.digits < INT32_MAX) {
        d.digits *= 10;
        d.scale++;
    }
    *out = d;
    return d.scale == 0 && d.digits <= INT32_MAX;
}

void form_put(ans_jw *w, const ans_json *doc, ans_jnode n)
{
    ans_jw_raw(w, ANS_STR("")); /* the comma, if one is due */
    ans_json_print(doc, n, false, w->buf);
}

void form_put_head(ans_jw *w, const ans_form *f, uint32_t item)
{
    ans_jnode text = ans_json_get(f->doc, f->items[item].node, ANS_STR("text"));
    ans_jw_kv(w, ANS_STR("linkId"), f->items[item].link_id);
    if (text != ANS_JNONE && ans_json_kind_of(f->doc, text) == ANS_JSON_STRING) {
        ans_jw_key(w, ANS_STR("text"));
        form_put(w, f->doc, text);
    }
}

static void kv(ans_jw *w, const char *key, ans_str value)
{
    ans_jw_kv(w, ans_str_of(key), value);
}

static bool write_number(use *u, const char *key, ans_decimal d, ans_jw *w)
{
    ans_str text = ans_decimal_print(u->cx->arena, d);
    ans_jw_key(w, ans_str_of(key));
    ans_jw_raw(w, text.p ? text : ANS_STR("null"));
    return text.p != NULL;
}

static bool same_member(ans_cx *cx, const char *name, const ans_json *a_doc, ans_jnode a, const ans_json *b_doc, ans_jnode b)
{
    return ans_str_eq(ans_json_get_string(cx, a_doc, a, ans_str_of(name)), ans_json_get_string(cx, b_doc, b, ans_str_of(name)));
}

/* The same number of the same unit: by its code, and by what it is called where neither has one. */
static bool same_quantity(ans_cx *cx, const ans_json *a_doc, ans_jnode a, const ans_json *b_doc, ans_jnode b)
{
    ans_decimal x, y;
    ans_jnode a_value = ans_json_get(a_doc, a, ANS_STR("value")), b_value = ans_json_get(b_doc, b, ANS_STR("value"));
    bool same = ans_decimal_parse(ans_json_raw(a_doc, a_value), &x) && ans_decimal_parse(ans_json_raw(b_doc, b_value), &y) && ans_decimal_cmp(x, y) == 0;
    bool is_coded = ans_json_get_string(cx, a_doc, a, ANS_STR("code")).n || ans_json_get_string(cx, b_doc, b, ANS_STR("code")).n;
    if (!is_coded) {
        return same && same_member(cx, "unit", a_doc, a, b_doc, b);
    }
    return same && same_member(cx, "code", a_doc, a, b_doc, b) && same_member(cx, "system", a_doc, a, b_doc, b);
}

bool form_same_value(ans_cx *cx, const ans_json *a_doc, ans_jnode a, const ans_json *b_doc, ans_jnode b)
{
    ans_json_kind kind = ans_json_kind_of(a_doc, a);
    ans_decimal x, y;
    if (kind != ans_json_kind_of(b_doc, b)) {
        return false;
    }
    if (kind == ANS_JSON_NUMBER) {
        return ans_decimal_parse(ans_json_raw(a_doc, a), &x) && ans_decimal_parse(ans_json_raw(b_doc, b), &y) && ans_decimal_cmp(x, y) == 0;
    }
    if (kind == ANS_JSON_STRING) {
        return ans_str_eq(ans_json_string(cx, a_doc, a), ans_json_string(cx, b_doc, b));
    }
    if (kind != ANS_JSON_OBJECT) {
        return true;
    }
    if (ans_json_get(a_doc, a, ANS_STR("value")) != ANS_JNONE && ans_json_get(b_doc, b, ANS_STR("value")) != ANS_JNONE) {
        return same_quantity(cx, a_doc, a, b_doc, b);
    }
    coding left = form_coding(cx, a_doc, a), right = form_coding(cx, b_doc, b);
    return form_same_coding(&left, &right) || (!left.code.n && !right.code.n);
}

/* ---- the kinds of items ---- */

static bool write_integer(use *u, const ans_item *v, ans_jw *w)
{
    ans_decimal d;
    return number_of(v, &d) && is_whole(d, &d) && write_number(u, "valueInteger", d, w);
}

static bool write_decimal(use *u, const ans_item *v, ans_jw *w)
{
    ans_decimal d;
    return number_of(v, &d) && write_number(u, "valueDecimal", d, w);
}

static bool write_boolean(const ans_item *v, ans_jw *w)
{
    ans_json_kind kind = json_kind(v);
    if (kind != ANS_JSON_TRUE && kind != ANS_JSON_FALSE) {
        return false;
    }
    ans_jw_key(w, ANS_STR("valueBoolean"));
    ans_jw_bool(w, kind == ANS_JSON_TRUE);
    return true;
}

/* A date is what stands before the T of a dateTime; a dateTime may be as short as a date. */
static bool write_when(use *u, uint8_t type, const ans_item *v, ans_jw *w)
{
    ans_str text = json_kind(v) == ANS_JSON_STRING ? ans_item_text(u->cx, v) : ANS_STR_NONE;
    ans_datetime d;
    if (type == ITEM_TIME) {
        bool is_time = text.n >= 8 && text.n <= 18 && text.p[2] == ':' && text.p[5] == ':';
        if (is_time) {
            kv(w, "valueTime", text);
        }
        return is_time;
    }
    if (type == ITEM_DATE) {
        text = ans_str_head(text, 10);
    }
    if (!text.n || !ans_datetime_parse(text, false, &d)) {
        return false;
    }
    kv(w, type == ITEM_DATE ? "valueDate" : "valueDateTime", text);
    return true;
}

static bool write_text(use *u, uint8_t type, const ans_item *v, ans_jw *w)
{
    ans_str text = ans_item_text(u->cx, v);
    if (text.n) {
        kv(w, type == ITEM_URL ? "valueUri" : "valueString", text);
    }
    return text.n > 0;
}

static bool write_copy(const char *key, const ans_json *doc, ans_jnode n, ans_jw *w)
{
    ans_jw_key(w, ans_str_of(key));
    form_put(w, doc, n);
    return true;
}

/* A number takes the unit that the form gives its item. */
static bool write_quantity(use *u, uint32_t item, const ans_item *v, ans_jw *w)
{
    const ans_json *doc = u->form->doc;
    ans_decimal d;
    if (v->kind == ANS_ITEM_NODE && json_kind(v) == ANS_JSON_OBJECT) {
        return write_copy("valueQuantity", v->doc, v->node, w);
    }
    if (!number_of(v, &d)) {
        return false;
    }
    ans_jnode ext = form_look_extension(u, doc, u->form->items[item].node, CORE_URL "questionnaire-unit", ANS_JNONE);
    coding unit = form_coding(u->cx, doc, ext == ANS_JNONE ? ANS_JNONE : ans_json_get(doc, ext, ANS_STR("valueCoding")));
    if (v->kind == ANS_ITEM_QUANTITY && v->text.n && !ans_str_is(v->text, "1")) {
        unit = (coding){.system = ANS_STR("http://unitsofmeasure.org"), .code = v->text, .display = v->text};
    }
    ans_jw_key(w, ANS_STR("valueQuantity"));
    ans_jw_begin(w, '{');
    bool done = write_number(u, "value", d, w);
    unit.display = unit.display.n ? unit.display : unit.code;
    const struct {
        const char *key;
        ans_str value;
    } parts[] = {{"unit", unit.display}, {"system", unit.system}, {"code", unit.code}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (parts[i].value.n) {
            kv(w, parts[i].key, parts[i].value);
        }
    }
    ans_jw_end(w, '}');
    return done;
}

static bool write_reference(use *u, const ans_item *v, ans_jw *w)
{
    bool is_object = v->kind == ANS_ITEM_NODE && json_kind(v) == ANS_JSON_OBJECT;
    if (is_object && ans_json_get(v->doc, v->node, ANS_STR("resourceType")) == ANS_JNONE) {
        return write_copy("valueReference", v->doc, v->node, w);
    }
    ans_str reference = ans_item_text(u->cx, v);
    if (!reference.n) {
        return false;
    }
    ans_jw_key(w, ANS_STR("valueReference"));
    ans_jw_begin(w, '{');
    kv(w, "reference", reference);
    ans_jw_end(w, '}');
    return true;
}

/* ---- choices ---- */

/* A Coding, or what has its members: a concept of a value set, the first coding of a CodeableConcept. */
static bool write_coding(use *u, const ans_json *doc, ans_jnode n, ans_jw *w)
{
    static const char *const members[] = {"extension", "system", "version", "code", "display", "userSelected"};
    ans_jnode list = form_list(doc, n, "coding");
    n = list != ANS_JNONE && ans_json_first(doc, list) != ANS_JNONE ? ans_json_first(doc, list) : n;
    coding c = form_coding(u->cx, doc, n);
    if (!c.code.n && !c.display.n) {
        return false;
    }
    ans_jw_key(w, ANS_STR("valueCoding"));
    ans_jw_begin(w, '{');
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        ans_jnode m = ans_json_get(doc, n, ans_str_of(members[i]));
        if (m != ANS_JNONE) {
            ans_jw_key(w, ans_str_of(members[i]));
            form_put(w, doc, m);
        }
    }
    ans_jw_end(w, '}');
    return true;
}

/* The option that a text names by its code, its display or its own text. */
static ans_jnode option_named(use *u, uint32_t item, ans_str text)
{
    const ans_form *f = u->form;
    ans_jnode options = f->items[item].options;
    for (ans_jnode o = options == ANS_JNONE ? ANS_JNONE : ans_json_first(f->doc, options); o != ANS_JNONE && form_look(u, 1);
         o = ans_json_next(f->doc, options, o)) {
        ans_str key;
        ans_jnode value = form_value_of(f->doc, o, &key);
        coding c = value == ANS_JNONE ? (coding){0} : form_coding(u->cx, f->doc, value);
        bool same = value != ANS_JNONE && ans_json_kind_of(f->doc, value) == ANS_JSON_STRING && ans_str_eq(ans_json_string(u->cx, f->doc, value), text);
        if (same || (c.code.n && ans_str_eq(c.code, text)) || (c.display.n && ans_str_eq(c.display, text))) {
            return value;
        }
    }
    return ANS_JNONE;
}

static bool write_option(use *u, ans_jnode value, ans_jw *w)
{
    const ans_json *doc = u->form->doc;
    if (ans_json_kind_of(doc, value) == ANS_JSON_OBJECT && ans_str_is(ans_json_key(doc, value), "valueCoding")) {
        return write_coding(u, doc, value, w);
    }
    ans_jw_key(w, ans_json_key(doc, value));
    form_put(w, doc, value);
    return true;
}

static bool write_choice(use *u, uint32_t item, const ans_item *v, ans_jw *w)
{
    if (v->kind == ANS_ITEM_NODE && json_kind(v) == ANS_JSON_OBJECT) {
        return write_coding(u, v->doc, v->node, w);
    }
    ans_str text = ans_item_text(u->cx, v);
    ans_jnode option = text.n ? option_named(u, item, text) : ANS_JNONE;
    if (option != ANS_JNONE) {
        return write_option(u, option, w);
    }
    return u->form->items[item].type == ITEM_OPEN_CHOICE && write_text(u, ITEM_STRING, v, w);
}

ans_err form_write_value(use *u, uint32_t item, const ans_item *v, ans_jw *w, bool *out_done)
{
    uint8_t type = u->form->items[item].type;
    *out_done = false;
    switch (type) {
    case ITEM_BOOLEAN:
        *out_done = write_boolean(v, w);
        break;
    case ITEM_INTEGER:
        *out_done = write_integer(u, v, w);
        break;
    case ITEM_DECIMAL:
        *out_done = write_decimal(u, v, w);
        break;
    case ITEM_DATE:
    case ITEM_DATETIME:
    case ITEM_TIME:
        *out_done = write_when(u, type, v, w);
        break;
    case ITEM_STRING:
    case ITEM_TEXT:
    case ITEM_URL:
        *out_done = write_text(u, type, v, w);
        break;
    case ITEM_CHOICE:
    case ITEM_OPEN_CHOICE:
        *out_done = write_choice(u, item, v, w);
        break;
    case ITEM_QUANTITY:
        *out_done = write_quantity(u, item, v, w);
        break;
    case ITEM_REFERENCE:
        *out_done = write_reference(u, v, w);
        break;
    case ITEM_ATTACHMENT:
        *out_done = v->kind == ANS_ITEM_NODE && json_kind(v) == ANS_JSON_OBJECT && write_copy("valueAttachment", v->doc, v->node, w);
        break;
    default:
        break;
    }
    return ans_arena_is_full(u->cx->arena) ? ans_cx_nomem(u->cx) : ANS_OK;
}
