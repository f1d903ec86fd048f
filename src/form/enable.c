/* Which items are enabled. The rules of enableWhen stand in one table, so that the pages can mirror them (docs/forms.md).
 *
 * The question an item looks at is found where it is nearest: in the innermost instance around the item that has the question
 * somewhere below it. Of several answers one that fits is enough; `!=` holds when none is equal, also when there is none.
 * spec: http://hl7.org/fhir/R4/questionnaire-definitions.html#Questionnaire.item.enableWhen */
#include "form/form_int.h"

enum { LESS = RELATION_LESS, EQUAL = RELATION_EQUAL, MORE = RELATION_MORE };

/* The one table: operator, the relations of an answer to the value that fit it, whether fitting answers speak against it. */
static const struct {
    const char *name;
    uint8_t fits;
    bool none_may; /* holds when no answer fits */
} operators[] = {
    {"=", EQUAL, false}, {"!=", EQUAL, true}, {">", MORE, false}, {"<", LESS, false}, {">=", MORE | EQUAL, false}, {"<=", LESS | EQUAL, false},
};

/* ---- one answer and one value: less, equal, more, or 0 (they do not compare) ---- */

static bool read_number(const ans_json *doc, ans_jnode n, ans_decimal *out)
{
    return n != ANS_JNONE && ans_json_kind_of(doc, n) == ANS_JSON_NUMBER && ans_decimal_parse(ans_json_raw(doc, n), out);
}

static uint8_t relation_of(int order)
{
    return order < 0 ? LESS : order > 0 ? MORE : EQUAL;
}

/* Units of one dimension compare by what they are; others only when they are written the same. */
static uint8_t compare_measures(ans_decimal x, ans_str x_unit, ans_decimal y, ans_str y_unit)
{
    ans_str x_base, y_base;
    if (!x_unit.n || !y_unit.n || ans_str_eq(x_unit, y_unit)) {
        return relation_of(ans_decimal_cmp(x, y));
    }
    bool known = ans_ucum_canonical(x, x_unit, &x, &x_base) && ans_ucum_canonical(y, y_unit, &y, &y_base);
    return known && ans_str_eq(x_base, y_base) ? relation_of(ans_decimal_cmp(x, y)) : 0;
}

static uint8_t compare_quantities(ans_cx *cx, const ans_json *a_doc, ans_jnode a, const ans_json *b_doc, ans_jnode b)
{
    ans_decimal x, y;
    ans_str ax = ans_json_get_string(cx, a_doc, a, ANS_STR("code")), bx = ans_json_get_string(cx, b_doc, b, ANS_STR("code"));
    ax = ax.n ? ax : ans_json_get_string(cx, a_doc, a, ANS_STR("unit"));
    bx = bx.n ? bx : ans_json_get_string(cx, b_doc, b, ANS_STR("unit"));
    if (!read_number(a_doc, ans_json_get(a_doc, a, ANS_STR("value")), &x) || !read_number(b_doc, ans_json_get(b_doc, b, ANS_STR("value")), &y)) {
        return 0;
    }
    return compare_measures(x, ax, y, bx);
}

static uint8_t compare_dates(const ans_zone *zone, ans_str a, ans_str b)
{
    ans_datetime x, y;
    ans_tick x_low, x_high, y_low, y_high;
    if (!ans_datetime_parse(a, false, &x) || !ans_datetime_parse(b, false, &y)) {
        return 0;
    }
    ans_datetime_range(&x, zone, &x_low, &x_high);
    ans_datetime_range(&y, zone, &y_low, &y_high);
    return x_high <= y_low ? LESS : y_high <= x_low ? MORE : x_low == y_low && x_high == y_high ? EQUAL : 0;
}

static uint8_t compare_texts(use *u, ans_str key, ans_str a, ans_str b)
{
    if (ans_str_eq(a, b)) {
        return EQUAL;
    }
    if (ans_str_is(key, "valueDate") || ans_str_is(key, "valueDateTime")) {
        return compare_dates(u->env->zone, a, b);
    }
    return relation_of(ans_str_cmp(a, b)); /* times; strings only say that they differ */
}

uint8_t form_compare(use *u, const ans_json *a_doc, ans_jnode a, ans_str key, ans_jnode b)
{
    const ans_json *b_doc = u->form->doc;
    ans_json_kind kind = ans_json_kind_of(a_doc, a), other = ans_json_kind_of(b_doc, b);
    ans_decimal x, y;
    if (read_number(a_doc, a, &x) && read_number(b_doc, b, &y)) {
        return relation_of(ans_decimal_cmp(x, y));
    }
    if (kind == ANS_JSON_STRING && other == ANS_JSON_STRING) {
        return compare_texts(u, key, ans_json_string(u->cx, a_doc, a), ans_json_string(u->cx, b_doc, b));
    }
    if (ans_str_is(key, "valueQuantity") && kind == ANS_JSON_OBJECT && other == ANS_JSON_OBJECT) {
        return compare_quantities(u->cx, a_doc, a, b_doc, b);
    }
    if (ans_str_is(key, "valueReference")) {
        ans_str x_ref = ans_json_get_string(u->cx, a_doc, a, ANS_STR("reference"));
        return x_ref.n && ans_str_eq(x_ref, ans_json_get_string(u->cx, b_doc, b, ANS_STR("reference"))) ? EQUAL : 0;
    }
    if (kind == ANS_JSON_OBJECT && other == ANS_JSON_OBJECT) {
        coding left = form_coding(u->cx, a_doc, a), right = form_coding(u->cx, b_doc, b);
        return form_same_coding(&left, &right) ? EQUAL : 0;
    }
    return kind == other && (kind == ANS_JSON_TRUE || kind == ANS_JSON_FALSE) ? EQUAL : 0;
}

/* ---- one enableWhen ---- */

/* The instance whose answers count: of the items around the dependent one, the innermost that has the question below it. */
static uint32_t around(use *u, const scope *s, uint32_t question, const scope **out)
{
    const ans_form *f = u->form;
    const scope *at = s->up;
    while (at && at->up && !(question > at->item && question < f->items[at->item].end)) {
        at = at->up;
    }
    *out = at;
    return at ? at->at : NO_ITEM;
}

static bool fits(use *u, ans_jnode answer, ans_jnode value, uint8_t wanted)
{
    ans_str key;
    ans_jnode given = form_value_of(u->response.doc, answer, &key);
    return given != ANS_JNONE && (form_compare(u, u->response.doc, given, key, value) & wanted) != 0;
}

/* Answers of the question within an instance: how many, and whether one fits. */
static uint32_t count_answers(use *u, uint32_t within, uint32_t question, ans_jnode value, uint8_t wanted, bool *out_fits)
{
    const laid *r = &u->response;
    uint32_t count = 0;
    *out_fits = false;
    for (uint32_t i = within == NO_ITEM ? NO_ITEM : r->first[question]; i != NO_ITEM && i < r->at[within].end; i = r->at[i].next) {
        if (!form_look(u, 1)) {
            return count;
        }
        ans_jnode answers = i > within ? form_list(r->doc, r->at[i].node, "answer") : ANS_JNONE;
        for (ans_jnode a = answers == ANS_JNONE ? ANS_JNONE : ans_json_first(r->doc, answers); a != ANS_JNONE;
             a = ans_json_next(r->doc, answers, a)) {
            if (!form_look(u, 1)) {
                return count;
            }
            count++;
            *out_fits = *out_fits || (wanted && fits(u, a, value, wanted));
        }
    }
    return count;
}

/* answer[x] of an enableWhen. */
static ans_jnode wanted_value(const ans_json *doc, ans_jnode when)
{
    ANS_JSON_EACH(doc, when, n)
    {
        ans_str key = ans_json_key(doc, n);
        if (key.n > 6 && ans_str_starts(key, ANS_STR("answer"))) {
            return n;
        }
    }
    return ANS_JNONE;
}

/* A condition that cannot be read does not hold. */
static bool holds(use *u, const scope *s, ans_jnode when)
{
    const ans_json *doc = u->form->doc;
    const scope *instance;
    bool any;
    uint32_t question = form_item_named(u->form, ans_json_get_string(u->cx, doc, when, ANS_STR("question")));
    ans_str operator = ans_json_get_string(u->cx, doc, when, ANS_STR("operator"));
    ans_jnode value = ans_json_kind_of(doc, when) == ANS_JSON_OBJECT ? wanted_value(doc, when) : ANS_JNONE;
    if (question == NO_ITEM || value == ANS_JNONE) {
        return false;
    }
    uint32_t within = around(u, s, question, &instance);
    if (ans_str_is(operator, "exists")) {
        bool exists = count_answers(u, within, question, value, 0, &any) > 0;
        return exists == (ans_json_kind_of(doc, value) == ANS_JSON_TRUE);
    }
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++) {
        if (ans_str_is(operator, operators[i].name)) {
            (void)count_answers(u, within, question, value, operators[i].fits, &any);
            return any != operators[i].none_may;
        }
    }
    return false;
}

/* ---- an item ---- */

static bool conditions_hold(use *u, const scope *s, const form_item *it)
{
    const ans_json *doc = u->form->doc;
    bool all = true, any = false;
    if (it->enable_when == ANS_JNONE || ans_json_first(doc, it->enable_when) == ANS_JNONE) {
        return true;
    }
    ANS_JSON_EACH(doc, it->enable_when, when)
    {
        bool is_settled = it->any_enables ? any : !all;
        if (is_settled || !form_look(u, 1)) {
            break;
        }
        bool one = holds(u, s, when);
        all = all && one;
        any = any || one;
    }
    return it->any_enables ? any : all;
}

ans_err form_is_enabled(use *u, const scope *s, bool *out)
{
    const form_item *it = &u->form->items[s->item];
    ans_items items;
    *out = conditions_hold(u, s, it);
    if (!u->looks) {
        return form_spent(u);
    }
    if (!*out || !it->enable) {
        return ANS_OK;
    }
    ans_err err = form_evaluate(u, s, it->enable, &items);
    if (err == ANS_OK) {
        const ans_item *one = items.count == 1 ? &items.at[0] : NULL;
        *out = one && (one->kind == ANS_ITEM_BOOLEAN ? one->flag
                                                     : one->kind == ANS_ITEM_NODE && one->node != ANS_JNONE &&
                                                           ans_json_kind_of(one->doc, one->node) == ANS_JSON_TRUE);
    }
    return err;
}
