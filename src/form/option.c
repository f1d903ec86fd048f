/* What may be chosen, and what a choice counts for.
 *
 * A score may stand on the coding that was answered, on the answerOption of the form, on the concept of a value set that lists it,
 * or on the concept of its code system: they are looked through in this order, the nearest wins.
 * spec: http://hl7.org/fhir/uv/sdc/expressions.html#fhirpath-supplements (weight), http://hl7.org/fhir/StructureDefinition/itemWeight */
#include "form/form_int.h"

/* The extensions that hold a score, the present one first; the others are what forms of other years have. */
static const char *const score_urls[] = {CORE_URL "itemWeight",           CORE_URL "ordinalValue",           CORE_URL "questionnaire-ordinalValue",
                                         CORE_URL "valueset-ordinalValue", CORE_URL "codesystem-ordinalValue", CORE_URL "iso21090-CO-value"};

coding form_coding(ans_cx *cx, const ans_json *doc, ans_jnode node)
{
    return (coding){ans_json_get_string(cx, doc, node, ANS_STR("system")), ans_json_get_string(cx, doc, node, ANS_STR("version")),
                    ans_json_get_string(cx, doc, node, ANS_STR("code")), ans_json_get_string(cx, doc, node, ANS_STR("display"))};
}

bool form_same_coding(const coding *a, const coding *b)
{
    bool same_system = !a->system.n || !b->system.n || ans_str_eq(a->system, b->system);
    if (a->code.n || b->code.n) {
        return same_system && ans_str_eq(a->code, b->code);
    }
    return same_system && a->display.n && ans_str_eq(a->display, b->display);
}

/* ---- options ---- */

static bool is_option(use *u, ans_jnode option_value, const ans_json *doc, ans_jnode value, bool is_coding, const coding *given)
{
    const ans_json *own = u->form->doc;
    ans_json_kind kind = ans_json_kind_of(own, option_value);
    ans_decimal x, y;
    if (kind != ans_json_kind_of(doc, value)) {
        return false;
    }
    if (is_coding) {
        coding c = form_coding(u->cx, own, option_value);
        return form_same_coding(&c, given);
    }
    if (kind == ANS_JSON_OBJECT) { /* a Reference */
        ans_str reference = ans_json_get_string(u->cx, own, option_value, ANS_STR("reference"));
        return reference.n && ans_str_eq(reference, ans_json_get_string(u->cx, doc, value, ANS_STR("reference")));
    }
    if (kind == ANS_JSON_NUMBER) {
        return ans_decimal_parse(ans_json_raw(own, option_value), &x) && ans_decimal_parse(ans_json_raw(doc, value), &y) &&
               ans_decimal_cmp(x, y) == 0;
    }
    return kind == ANS_JSON_STRING && ans_str_eq(ans_json_string(u->cx, own, option_value), ans_json_string(u->cx, doc, value));
}

ans_jnode form_option_of(use *u, uint32_t item, const ans_json *doc, ans_jnode value, ans_str key)
{
    const ans_form *f = u->form;
    ans_jnode options = f->items[item].options;
    bool is_coding = ans_str_is(key, "valueCoding");
    coding given = is_coding ? form_coding(u->cx, doc, value) : (coding){0};
    for (ans_jnode o = options == ANS_JNONE ? ANS_JNONE : ans_json_first(f->doc, options); o != ANS_JNONE && form_look(u, 1);
         o = ans_json_next(f->doc, options, o)) {
        ans_str own_key;
        ans_jnode own = form_value_of(f->doc, o, &own_key);
        if (own != ANS_JNONE && ans_str_eq(own_key, key) && is_option(u, own, doc, value, is_coding, &given)) {
            return o;
        }
    }
    return ANS_JNONE;
}

/* ---- value sets that list their content ---- */

ans_jnode form_contained(ans_cx *cx, const ans_form *f, ans_str reference)
{
    ans_jnode all = form_list(f->doc, f->root, "contained");
    for (ans_jnode n = all == ANS_JNONE || !ans_str_starts(reference, ANS_STR("#")) ? ANS_JNONE : ans_json_first(f->doc, all); n != ANS_JNONE;
         n = ans_json_next(f->doc, all, n)) {
        if (ans_str_eq(ans_json_get_string(cx, f->doc, n, ANS_STR("id")), ans_str_from(reference, 1))) {
            return n;
        }
    }
    return ANS_JNONE;
}

/* A concept with the code in a list and below it; as deep as JSON may be. below: the member that holds the concepts of a concept. */
static ans_jnode concept_in(use *u, const ans_json *doc, ans_jnode list, const coding *c, bool has_systems, const char *below)
{
    for (ans_jnode n = list == ANS_JNONE ? ANS_JNONE : ans_json_first(doc, list); n != ANS_JNONE && form_look(u, 1); n = ans_json_next(doc, list, n)) {
        coding own = form_coding(u->cx, doc, n);
        if (!has_systems) {
            own.system = ANS_STR_NONE;
        }
        if (form_same_coding(&own, c)) {
            return n;
        }
        ans_jnode deeper = concept_in(u, doc, form_list(doc, n, below), c, has_systems, below);
        if (deeper != ANS_JNONE) {
            return deeper;
        }
    }
    return ANS_JNONE;
}

static ans_jnode contained_code_system(use *u, const ans_json *doc, ans_str system)
{
    const ans_form *f = u->form;
    ans_jnode all = doc == f->doc && system.n ? form_list(doc, f->root, "contained") : ANS_JNONE;
    for (ans_jnode n = all == ANS_JNONE ? ANS_JNONE : ans_json_first(doc, all); n != ANS_JNONE && form_look(u, 1); n = ans_json_next(doc, all, n)) {
        if (ans_str_is(ans_json_get_string(u->cx, doc, n, ANS_STR("resourceType")), "CodeSystem") &&
            ans_str_eq(ans_json_get_string(u->cx, doc, n, ANS_STR("url")), system)) {
            return n;
        }
    }
    return ANS_JNONE;
}

/* One include: its concepts, or all of a code system that is contained beside it. */
static ans_jnode concept_of_include(use *u, const ans_json *doc, ans_jnode include, const coding *c, bool *out_is_listed)
{
    ans_str system = ans_json_get_string(u->cx, doc, include, ANS_STR("system"));
    ans_jnode list = form_list(doc, include, "concept");
    bool has_filter = form_list(doc, include, "filter") != ANS_JNONE || form_list(doc, include, "valueSet") != ANS_JNONE;
    if (list == ANS_JNONE && !has_filter) {
        ans_jnode own = contained_code_system(u, doc, system);
        list = own == ANS_JNONE ? ANS_JNONE : form_list(doc, own, "concept");
    }
    *out_is_listed = list != ANS_JNONE && !has_filter;
    bool same_system = !c->system.n || !system.n || ans_str_eq(system, c->system);
    return same_system ? concept_in(u, doc, list, c, false, "concept") : ANS_JNONE;
}

ans_jnode form_listed_concept(use *u, const ans_json *doc, ans_jnode value_set, const coding *c, ans_term_verdict *out)
{
    ans_jnode expansion = ans_json_get(doc, value_set, ANS_STR("expansion"));
    ans_jnode contains = expansion == ANS_JNONE ? ANS_JNONE : form_list(doc, expansion, "contains"), found = ANS_JNONE;
    *out = ANS_TERM_UNKNOWN;
    if (contains != ANS_JNONE) {
        found = concept_in(u, doc, contains, c, true, "contains");
        *out = found != ANS_JNONE ? ANS_TERM_IN : ANS_TERM_OUT;
        return found;
    }
    ans_jnode compose = ans_json_get(doc, value_set, ANS_STR("compose"));
    ans_jnode includes = compose == ANS_JNONE ? ANS_JNONE : form_list(doc, compose, "include");
    bool all_listed = includes != ANS_JNONE && form_list(doc, compose, "exclude") == ANS_JNONE;
    for (ans_jnode n = includes == ANS_JNONE ? ANS_JNONE : ans_json_first(doc, includes); n != ANS_JNONE && found == ANS_JNONE;
         n = ans_json_next(doc, includes, n)) {
        bool is_listed;
        found = concept_of_include(u, doc, n, c, &is_listed);
        all_listed = all_listed && is_listed;
    }
    *out = found != ANS_JNONE ? ANS_TERM_IN : all_listed ? ANS_TERM_OUT : ANS_TERM_UNKNOWN;
    return found;
}

/* ---- scores ---- */

static bool score_on(use *u, const ans_json *doc, ans_jnode element, ans_item *out)
{
    if (element == ANS_JNONE || ans_json_kind_of(doc, element) != ANS_JSON_OBJECT) {
        return false;
    }
    for (size_t i = 0; i < sizeof score_urls / sizeof *score_urls; i++) {
        ans_jnode ext = form_look_extension(u, doc, element, score_urls[i], ANS_JNONE);
        ans_jnode value = ext == ANS_JNONE ? ANS_JNONE : ans_json_get(doc, ext, ANS_STR("valueDecimal"));
        value = ext != ANS_JNONE && value == ANS_JNONE ? ans_json_get(doc, ext, ANS_STR("valueInteger")) : value;
        if (value != ANS_JNONE && ans_json_kind_of(doc, value) == ANS_JSON_NUMBER) {
            *out = (ans_item){.kind = ANS_ITEM_NODE, .node = value, .sibling = ANS_JNONE, .doc = doc};
            out->type = ans_fhir_type_named(ANS_STR("decimal"));
            return true;
        }
    }
    return false;
}

/* A concept's property that is its weight. */
static bool property_score(use *u, const ans_json *doc, ans_jnode concept, ans_item *out)
{
    ans_jnode all = form_list(doc, concept, "property");
    for (ans_jnode n = all == ANS_JNONE ? ANS_JNONE : ans_json_first(doc, all); n != ANS_JNONE && form_look(u, 1); n = ans_json_next(doc, all, n)) {
        ans_str code = ans_json_get_string(u->cx, doc, n, ANS_STR("code")), key;
        ans_jnode value = form_value_of(doc, n, &key);
        if ((ans_str_is(code, "itemWeight") || ans_str_is(code, "ordinalValue")) && value != ANS_JNONE &&
            ans_json_kind_of(doc, value) == ANS_JSON_NUMBER) {
            *out = (ans_item){.kind = ANS_ITEM_NODE, .node = value, .sibling = ANS_JNONE, .doc = doc};
            out->type = ans_fhir_type_named(ANS_STR("decimal"));
            return true;
        }
    }
    return false;
}

/* In the value set of an item, and in the code system of the coding, where the form contains them. */
static bool concept_score(use *u, uint32_t item, const coding *c, ans_item *out)
{
    const ans_form *f = u->form;
    ans_term_verdict verdict;
    ans_jnode set = form_contained(u->cx, f, f->items[item].value_set);
    ans_jnode concept = set == ANS_JNONE ? ANS_JNONE : form_listed_concept(u, f->doc, set, c, &verdict);
    if (concept != ANS_JNONE && (score_on(u, f->doc, concept, out) || property_score(u, f->doc, concept, out))) {
        return true;
    }
    ans_jnode system = contained_code_system(u, f->doc, c->system);
    concept = system == ANS_JNONE ? ANS_JNONE : concept_in(u, f->doc, form_list(f->doc, system, "concept"), c, false, "concept");
    return concept != ANS_JNONE && (score_on(u, f->doc, concept, out) || property_score(u, f->doc, concept, out));
}

/* What an answer of this item counts for by the form. */
static bool score_of_answer(use *u, uint32_t item, ans_jnode value, ans_str key, ans_item *out)
{
    const ans_form *f = u->form;
    const ans_json *doc = u->response.doc;
    ans_str own_key;
    ans_jnode option = form_option_of(u, item, doc, value, key);
    if (option != ANS_JNONE && (score_on(u, f->doc, option, out) || score_on(u, f->doc, form_value_of(f->doc, option, &own_key), out))) {
        return true;
    }
    coding c = ans_str_is(key, "valueCoding") ? form_coding(u->cx, doc, value) : (coding){0};
    return (c.code.n || c.display.n) && concept_score(u, item, &c, out);
}

/* The item of the form that something of the response answers. 0: it stands in no item; NO_ITEM: in one the form does not have there. */
static uint32_t item_answered(const use *u, const ans_item *item)
{
    ans_jnode node = item->node != ANS_JNONE ? item->node : item->sibling;
    return item->doc == u->response.doc && node != ANS_JNONE ? u->response.at[form_answered_around(&u->response, node)].item : 0;
}

static bool has_choices(const use *u, uint32_t item)
{
    return u->form->items[item].options != ANS_JNONE || u->form->items[item].value_set.n;
}

/* The form's points first: what a response says of itself counts only where the form has nothing to choose from, or anybody could send
 * a score of their own along with an answer; so also not in an item that the form does not have where it stands. */
ans_err form_weight(void *arg, ans_cx *cx, const ans_item *item, ans_item *out, bool *out_has)
{
    use *u = arg;
    const ans_json *doc = item->doc;
    ans_str key = ANS_STR_NONE;
    (void)cx;
    *out_has = false;
    if (item->kind != ANS_ITEM_NODE || !doc) {
        return ANS_OK;
    }
    bool is_object = item->node != ANS_JNONE && ans_json_kind_of(doc, item->node) == ANS_JSON_OBJECT;
    ans_jnode value = is_object ? form_value_of(doc, item->node, &key) : ANS_JNONE; /* an answer, an answerOption */
    uint32_t asked = item_answered(u, item);
    bool has_item = asked != 0 && asked != NO_ITEM;
    if (has_item && item->node != ANS_JNONE) {
        bool is_value = value == ANS_JNONE;
        *out_has = score_of_answer(u, asked, is_value ? item->node : value, is_value ? ans_json_key(doc, item->node) : key, out);
    }
    if (!*out_has && (asked == 0 || (has_item && !has_choices(u, asked)))) {
        *out_has = score_on(u, doc, item->node, out) || score_on(u, doc, item->sibling, out) || score_on(u, doc, value, out);
    }
    return u->looks ? ANS_OK : form_spent(u); /* a score not found for want of looks is no score of none */
}
