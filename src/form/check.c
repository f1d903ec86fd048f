/* Can a form be used as it is? What an author can get wrong, said item by item: expressions that do not compile or name what nothing
 * defines, conditions on questions that are not there, choices without options, value sets that are not contained, units nobody knows,
 * limits that contradict each other. Forms of content/ also say where they come from. */
#include "base/sort.h"
#include "form/form_int.h"

typedef struct checking {
    use u; /* of the form over an empty response */
    ans_form_result *out;
    const ans_path *matches;
} checking;

static ans_str place_of(checking *c, uint32_t item)
{
    return form_place(c->u.cx, c->u.form, item);
}

static ans_err wrong(checking *c, const char *severity, const char *rule, uint32_t item, const char *text)
{
    return form_wrong(c->u.cx, c->out, severity, rule, place_of(c, item), "%s", text);
}

/* ---- expressions ---- */

static ans_err check_expressions(checking *c)
{
    const ans_form *f = c->u.form;
    ans_err err = ANS_OK;
    for (uint32_t i = 0; err == ANS_OK && i < f->expr_count; i++) {
        const form_expr *e = &f->exprs[i];
        if (e->broken.n) {
            err = form_wrong(c->u.cx, c->out, "error", "expression", place_of(c, e->owner), "%.*s%s%.*s", ANS_FMT(e->name), e->name.n ? ": " : "",
                             ANS_FMT(e->broken));
        }
        if (err == ANS_OK && e->use == EXPR_VARIABLE && !e->name.n) {
            err = wrong(c, "error", "expression", e->owner, "a variable needs a name");
        }
    }
    return err;
}

/* ---- conditions ---- */

static bool fits_question(uint8_t type, ans_str key)
{
    static const char *const keys[ITEM_TYPES] = {
        [ITEM_BOOLEAN] = "answerBoolean",   [ITEM_DECIMAL] = "answerDecimal", [ITEM_INTEGER] = "answerInteger", [ITEM_DATE] = "answerDate",
        [ITEM_DATETIME] = "answerDateTime", [ITEM_TIME] = "answerTime",       [ITEM_STRING] = "answerString",   [ITEM_TEXT] = "answerString",
        [ITEM_URL] = "answerString",        [ITEM_CHOICE] = "answerCoding",   [ITEM_OPEN_CHOICE] = "answerCoding",
        [ITEM_REFERENCE] = "answerReference", [ITEM_QUANTITY] = "answerQuantity"};
    return type == ITEM_CHOICE || type == ITEM_OPEN_CHOICE ? true : keys[type] && ans_str_is(key, keys[type]);
}

static ans_err check_condition(checking *c, uint32_t item, ans_jnode when)
{
    static const char *const known[] = {"exists", "=", "!=", ">", "<", ">=", "<="};
    const ans_form *f = c->u.form;
    ans_str question = ans_json_get_string(c->u.cx, f->doc, when, ANS_STR("question"));
    ans_str operator = ans_json_get_string(c->u.cx, f->doc, when, ANS_STR("operator")), key = ANS_STR_NONE;
    uint32_t asked = form_item_named(f, question);
    size_t op = 0;
    while (op < sizeof known / sizeof *known && !ans_str_is(operator, known[op])) {
        op++;
    }
    if (asked == NO_ITEM) {
        return form_wrong(c->u.cx, c->out, "error", "enableWhen", place_of(c, item), "enableWhen looks at an item that is not there");
    }
    if (asked == item || (item > asked && item < f->items[asked].end && f->items[asked].type == ITEM_GROUP) || f->items[asked].type == ITEM_DISPLAY) {
        return wrong(c, "error", "enableWhen", item, "enableWhen looks at what is no question, or at the item itself");
    }
    if (op == sizeof known / sizeof *known) {
        return wrong(c, "error", "enableWhen", item, "enableWhen has no operator of R4");
    }
    for (ans_jnode n = ans_json_first(f->doc, when); n != ANS_JNONE; n = ans_json_next(f->doc, when, n)) {
        key = ans_str_starts(ans_json_key(f->doc, n), ANS_STR("answer")) ? ans_json_key(f->doc, n) : key;
    }
    bool fits = op == 0 ? ans_str_is(key, "answerBoolean") : fits_question(f->items[asked].type, key);
    return fits ? ANS_OK : wrong(c, "error", "enableWhen", item, "the answer of enableWhen is not of the question's type (exists takes a boolean)");
}

static ans_err check_conditions(checking *c, uint32_t item)
{
    const ans_form *f = c->u.form;
    ans_jnode list = f->items[item].enable_when;
    ans_err err = ANS_OK;
    if (list == ANS_JNONE) {
        return ANS_OK;
    }
    if (ans_json_count(f->doc, list) > 1 && ans_json_get(f->doc, f->items[item].node, ANS_STR("enableBehavior")) == ANS_JNONE) {
        err = wrong(c, "error", "enableWhen", item, "several conditions need an enableBehavior");
    }
    for (ans_jnode n = ans_json_first(f->doc, list); err == ANS_OK && n != ANS_JNONE; n = ans_json_next(f->doc, list, n)) {
        err = ans_json_kind_of(f->doc, n) == ANS_JSON_OBJECT ? check_condition(c, item, n)
                                                             : wrong(c, "error", "enableWhen", item, "a condition must be an object");
    }
    return err;
}

/* ---- choices ---- */

static int order_codes(const void *a, const void *b)
{
    return ans_str_cmp(*(const ans_str *)a, *(const ans_str *)b);
}

static bool has_weight(const ans_json *doc, ans_jnode option, ans_jnode value)
{
    return form_extension(doc, option, CORE_URL "itemWeight", ANS_JNONE) != ANS_JNONE ||
           form_extension(doc, option, CORE_URL "ordinalValue", ANS_JNONE) != ANS_JNONE ||
           form_extension(doc, value, CORE_URL "itemWeight", ANS_JNONE) != ANS_JNONE ||
           form_extension(doc, value, CORE_URL "ordinalValue", ANS_JNONE) != ANS_JNONE;
}

static ans_err check_options(checking *c, uint32_t item)
{
    const ans_form *f = c->u.form;
    ans_jnode list = f->items[item].options;
    uint32_t all = ans_json_count(f->doc, list), count = 0, weighted = 0;
    ans_str *codes = ANS_NEW_N(c->u.cx->arena, ans_str, all + 1);
    ans_err err = codes ? ANS_OK : ans_cx_nomem(c->u.cx);
    for (ans_jnode o = ans_json_first(f->doc, list); err == ANS_OK && o != ANS_JNONE; o = ans_json_next(f->doc, list, o)) {
        ans_str key;
        ans_jnode value = form_value_of(f->doc, o, &key);
        if (value == ANS_JNONE) {
            err = wrong(c, "error", "options", item, "an answerOption without a value");
            continue;
        }
        weighted += ans_json_kind_of(f->doc, value) == ANS_JSON_OBJECT && has_weight(f->doc, o, value);
        coding own = form_coding(c->u.cx, f->doc, value);
        if (own.code.n) {
            codes[count++] = ans_arena_fmt(c->u.cx->arena, "%.*s|%.*s", ANS_FMT(own.system), ANS_FMT(own.code));
        }
        if (own.code.n && !own.display.n) {
            err = wrong(c, "warning", "options", item, "an answerOption has a code but no display");
        }
    }
    ans_sort(codes, count, sizeof *codes, order_codes);
    for (uint32_t i = 1; err == ANS_OK && i < count; i++) {
        if (ans_str_eq(codes[i], codes[i - 1])) {
            err = wrong(c, "error", "options", item, "two answerOptions have the same code");
        }
    }
    if (err == ANS_OK && weighted > 0 && weighted < all) {
        err = wrong(c, "warning", "weight", item, "some answerOptions have a weight, some have none");
    }
    return err;
}

static ans_err check_choice(checking *c, uint32_t item)
{
    const ans_form *f = c->u.form;
    const form_item *it = &f->items[item];
    bool is_choice = it->type == ITEM_CHOICE || it->type == ITEM_OPEN_CHOICE;
    ans_err err = ANS_OK;
    if (it->options != ANS_JNONE && it->value_set.n) {
        err = wrong(c, "error", "options", item, "answerOption and answerValueSet exclude each other");
    }
    if (err == ANS_OK && it->type == ITEM_CHOICE && it->options == ANS_JNONE && !it->value_set.n && !it->answers && !it->calculated) {
        err = wrong(c, "error", "options", item, "a choice needs answerOption, answerValueSet or answerExpression");
    }
    if (err == ANS_OK && !is_choice && it->value_set.n) {
        err = wrong(c, "error", "options", item, "only choices have an answerValueSet");
    }
    if (err == ANS_OK && ans_str_starts(it->value_set, ANS_STR("#"))) {
        ans_jnode set = form_contained(c->u.cx, f, it->value_set);
        bool is_set = set != ANS_JNONE && ans_str_is(ans_json_get_string(c->u.cx, f->doc, set, ANS_STR("resourceType")), "ValueSet");
        err = is_set ? ANS_OK : wrong(c, "error", "value-set", item, "the contained value set is not there");
    }
    return err == ANS_OK && it->options != ANS_JNONE ? check_options(c, item) : err;
}

/* ---- units, limits ---- */

static ans_err check_unit(checking *c, uint32_t item, const char *url)
{
    const ans_form *f = c->u.form;
    ans_err err = ANS_OK;
    for (ans_jnode n = form_extension(f->doc, f->items[item].node, url, ANS_JNONE); err == ANS_OK && n != ANS_JNONE && form_look(&c->u, 1);
         n = form_extension(f->doc, f->items[item].node, url, n)) {
        coding unit = form_coding(c->u.cx, f->doc, ans_json_get(f->doc, n, ANS_STR("valueCoding")));
        ans_decimal one = {.digits = 1}, base;
        ans_str base_unit;
        bool is_ucum = ans_str_is(unit.system, "http://unitsofmeasure.org");
        bool is_annotation = unit.code.n > 0 && unit.code.p[0] == '{';
        if (!unit.code.n || (is_ucum && !is_annotation && !ans_ucum_canonical(one, unit.code, &base, &base_unit))) {
            err = form_wrong(c->u.cx, c->out, unit.code.n ? "error" : "warning", "unit", place_of(c, item), "%s",
                             unit.code.n ? "the unit is none of UCUM that is known here" : "the unit has no code");
        }
    }
    return err;
}

static ans_err check_range(checking *c, uint32_t item)
{
    const ans_form *f = c->u.form;
    ans_str low_key, high_key;
    ans_jnode low = form_value_of(f->doc, form_extension(f->doc, f->items[item].node, CORE_URL "minValue", ANS_JNONE), &low_key);
    ans_jnode high = form_value_of(f->doc, form_extension(f->doc, f->items[item].node, CORE_URL "maxValue", ANS_JNONE), &high_key);
    if (low == ANS_JNONE || high == ANS_JNONE) {
        return ANS_OK;
    }
    uint8_t relation = form_compare(&c->u, f->doc, low, low_key, high);
    return !ans_str_eq(low_key, high_key) || relation == RELATION_MORE || relation == 0
               ? wrong(c, "error", "limits", item, "minValue is above maxValue, or they are of different types")
               : ANS_OK;
}

static ans_err check_pattern(checking *c, uint32_t item)
{
    const ans_form *f = c->u.form;
    ans_str key;
    ans_jnode n = form_value_of(f->doc, form_extension(f->doc, f->items[item].node, CORE_URL "regex", ANS_JNONE), &key);
    ans_item pattern = {.kind = ANS_ITEM_STRING}, focus = {.kind = ANS_ITEM_STRING, .text = ANS_STR("")};
    ans_path_var var = {ANS_STR("pattern"), {.at = &pattern, .count = 1}};
    ans_path_env env = {.vars = &var, .var_count = 1, .allowance = &c->u.steps, .max_steps = MOST_STEPS_EACH};
    ans_cx work = {.arena = c->u.cx->arena};
    ans_items items;
    if (n == ANS_JNONE) {
        return ANS_OK;
    }
    pattern.text = ans_json_string(c->u.cx, f->doc, n);
    return ans_path_eval(&work, c->matches, &env, &focus, &items) == ANS_OK ? ANS_OK : wrong(c, "error", "limits", item, "the pattern is no regular expression");
}

/* ---- an item ---- */

static ans_err check_item(checking *c, uint32_t item)
{
    const ans_form *f = c->u.form;
    const form_item *it = &f->items[item];
    ans_err err = check_conditions(c, item);
    err = err == ANS_OK ? check_choice(c, item) : err;
    err = err == ANS_OK ? check_unit(c, item, CORE_URL "questionnaire-unit") : err;
    err = err == ANS_OK ? check_unit(c, item, CORE_URL "questionnaire-unitOption") : err;
    err = err == ANS_OK ? check_range(c, item) : err;
    err = err == ANS_OK ? check_pattern(c, item) : err;
    if (err == ANS_OK && it->type == ITEM_GROUP && it->end == item + 1) {
        err = wrong(c, "warning", "group", item, "a group without items");
    }
    if (err == ANS_OK && it->type == ITEM_DISPLAY && (it->required || it->repeats || it->read_only)) {
        err = wrong(c, "error", "display", item, "a display is neither required nor repeated nor readOnly");
    }
    if (err == ANS_OK && it->required && it->calculated && !it->read_only) {
        err = wrong(c, "warning", "calculated", item, "a calculated item that is required should be readOnly");
    }
    bool has_text = ans_json_get_string(c->u.cx, f->doc, it->node, ANS_STR("text")).n > 0;
    return err == ANS_OK && !has_text && !it->hidden && it->type != ITEM_GROUP ? wrong(c, "warning", "text", item, "no text for people to read") : err;
}

/* ---- forms of content/ ---- */

/* What every form of content/ says of itself: member or extension, and why people want to know. */
static ans_err check_content(checking *c)
{
    static const char *const members[] = {"url", "version", "title", "status", "id"};
    static const struct {
        const char *url, *says;
    } extensions[] = {{"urn:ansinh:form-licence", "may it be used"},
                      {"urn:ansinh:form-source", "where does it come from"},
                      {"urn:ansinh:form-translation", "who translated it, was the translation validated"},
                      {"urn:ansinh:form-review", "has a clinician reviewed it"}};
    const ans_form *f = c->u.form;
    ans_err err = ANS_OK;
    for (size_t i = 0; err == ANS_OK && i < sizeof members / sizeof *members; i++) {
        if (!ans_json_get_string(c->u.cx, f->doc, f->root, ans_str_of(members[i])).n) {
            err = form_wrong(c->u.cx, c->out, "error", "content", ANS_STR("Questionnaire"), "%s is missing", members[i]);
        }
    }
    for (size_t i = 0; err == ANS_OK && i < sizeof extensions / sizeof *extensions; i++) {
        ans_str key;
        ans_jnode ext = form_extension(f->doc, f->root, extensions[i].url, ANS_JNONE);
        if (form_value_of(f->doc, ext, &key) == ANS_JNONE) {
            err = form_wrong(c->u.cx, c->out, "error", "content", ANS_STR("Questionnaire"), "the extension %s is missing: %s?", extensions[i].url,
                             extensions[i].says);
        }
    }
    return err;
}

ans_err ans_form_check(ans_cx *cx, const ans_form *form, const ans_form_env *env, bool is_content, ans_form_result *out)
{
    static const char matches[] = "matchesFull(%pattern)";
    checking c = {.out = out};
    ans_json *empty = ANS_NEW(cx->arena, ans_json);
    *out = (ans_form_result){0};
    if (!empty) {
        return ans_cx_nomem(cx);
    }
    ans_err err = ans_json_parse(cx, ANS_STR("{\"resourceType\":\"QuestionnaireResponse\"}"), NULL, empty);
    err = err == ANS_OK ? form_use_begin(cx, form, env, empty, 0, &c.u) : err;
    err = err == ANS_OK ? ans_path_compile(cx, cx->arena, ans_str_of(matches), 0, &c.matches) : err;
    err = err == ANS_OK ? check_expressions(&c) : err;
    for (uint32_t i = 1; err == ANS_OK && i < form->count; i++) {
        err = check_item(&c, i);
    }
    if (err == ANS_OK && form->count == 1) {
        err = wrong(&c, "warning", "items", 0, "the form asks nothing");
    }
    return err == ANS_OK && is_content ? check_content(&c) : err;
}
