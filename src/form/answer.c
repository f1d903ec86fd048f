/* One answer against its item: type, limits, pattern, options, value set, unit. */
#include "base/os.h"
#include "form/verify_int.h"

/* The one table of types: what value[x] an item takes, and how it stands in JSON. */
static const struct {
    const char *key;
    ans_json_kind kind;
} takes[ITEM_TYPES] = {
    [ITEM_BOOLEAN] = {"valueBoolean", ANS_JSON_TRUE},          [ITEM_DECIMAL] = {"valueDecimal", ANS_JSON_NUMBER},
    [ITEM_INTEGER] = {"valueInteger", ANS_JSON_NUMBER},        [ITEM_DATE] = {"valueDate", ANS_JSON_STRING},
    [ITEM_DATETIME] = {"valueDateTime", ANS_JSON_STRING},      [ITEM_TIME] = {"valueTime", ANS_JSON_STRING},
    [ITEM_STRING] = {"valueString", ANS_JSON_STRING},          [ITEM_TEXT] = {"valueString", ANS_JSON_STRING},
    [ITEM_URL] = {"valueUri", ANS_JSON_STRING},                [ITEM_CHOICE] = {"valueCoding", ANS_JSON_OBJECT},
    [ITEM_OPEN_CHOICE] = {"valueCoding", ANS_JSON_OBJECT},     [ITEM_ATTACHMENT] = {"valueAttachment", ANS_JSON_OBJECT},
    [ITEM_REFERENCE] = {"valueReference", ANS_JSON_OBJECT},    [ITEM_QUANTITY] = {"valueQuantity", ANS_JSON_OBJECT},
};

typedef struct judging {
    verifying *v;
    const scope *s;
    const form_item *it;
    ans_jnode value;
    ans_str key, place;
} judging;

static ans_err broken(const judging *j, form_rule rule, const char *detail)
{
    return form_broken(j->v->u.cx, j->v->out, rule, j->place, "linkId '%.*s'%s%s", ANS_FMT(j->it->link_id), *detail ? ", " : "", detail);
}

ans_err form_check_start(verifying *v)
{
    static const char matches[] = "matchesFull(%pattern)";
    v->counts = ANS_NEW_N(v->u.cx->arena, counted, v->u.form->count);
    return v->counts ? ans_path_compile(v->u.cx, v->u.cx->arena, ans_str_of(matches), 0, &v->matches) : ans_cx_nomem(v->u.cx);
}

/* ---- type ---- */

static bool is_shape(const ans_json *doc, ans_jnode value, uint8_t type)
{
    ans_json_kind kind = ans_json_kind_of(doc, value);
    ans_str raw = ans_json_raw(doc, value);
    ans_datetime d;
    if (kind != takes[type].kind && !(type == ITEM_BOOLEAN && kind == ANS_JSON_FALSE)) {
        return false;
    }
    switch (type) {
    case ITEM_INTEGER:
        return ans_str_find(raw, '.') < 0 && ans_str_find(raw, 'e') < 0 && ans_str_find(raw, 'E') < 0;
    case ITEM_DATE:
        return raw.n <= 10 && ans_datetime_parse(raw, false, &d);
    case ITEM_DATETIME:
        return ans_datetime_parse(raw, false, &d);
    case ITEM_TIME:
        return raw.n >= 8 && raw.n <= 18 && raw.p[2] == ':' && raw.p[5] == ':';
    default:
        return kind != ANS_JSON_STRING || raw.n > 0;
    }
}

/* Options of a choice may be other than codings: then answers are what the options are. */
static bool is_of_type(const judging *j)
{
    const ans_form *f = j->v->u.form;
    const ans_json *doc = j->v->u.response.doc;
    uint8_t type = j->it->type;
    ans_str option_key;
    if (takes[type].key && ans_str_is(j->key, takes[type].key)) {
        return is_shape(doc, j->value, type);
    }
    if (type == ITEM_OPEN_CHOICE && ans_str_is(j->key, "valueString")) {
        return is_shape(doc, j->value, ITEM_STRING);
    }
    if (type != ITEM_CHOICE && type != ITEM_OPEN_CHOICE) {
        return false;
    }
    for (ans_jnode o = j->it->options == ANS_JNONE ? ANS_JNONE : ans_json_first(f->doc, j->it->options); o != ANS_JNONE && form_look(&j->v->u, 1);
         o = ans_json_next(f->doc, j->it->options, o)) {
        if (form_value_of(f->doc, o, &option_key) != ANS_JNONE && ans_str_eq(option_key, j->key)) {
            return true;
        }
    }
    return false;
}

/* ---- texts and numbers ---- */

static uint64_t letters(ans_str s)
{
    uint64_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        n += ((uint8_t)s.p[i] & 0xc0) != 0x80;
    }
    return n;
}

static bool read_count(const ans_json *doc, ans_jnode n, uint64_t *out)
{
    return n != ANS_JNONE && ans_str_u64(ans_json_raw(doc, n), out);
}

static ans_jnode limit_node(const judging *j, const char *url)
{
    const ans_json *doc = j->v->u.form->doc;
    ans_str key;
    return form_value_of(doc, form_look_extension(&j->v->u, doc, j->it->node, url, ANS_JNONE), &key);
}

static ans_err check_pattern(const judging *j, ans_str text)
{
    use *u = &j->v->u;
    ans_jnode n = limit_node(j, CORE_URL "regex");
    ans_item pattern = {.kind = ANS_ITEM_STRING}, focus = {.kind = ANS_ITEM_STRING, .text = text};
    ans_path_var var = {ANS_STR("pattern"), {.at = &pattern, .count = 1}};
    ans_path_env env = {.vars = &var, .var_count = 1, .allowance = &u->steps, .max_steps = MOST_STEPS_EACH};
    ans_cx work = {.arena = u->cx->arena, .deadline_us = u->cx->deadline_us};
    ans_items items = {0};
    if (n == ANS_JNONE) {
        return ANS_OK;
    }
    pattern.text = ans_json_string(u->cx, u->form->doc, n);
    ans_err err = ans_path_eval(&work, j->v->matches, &env, &focus, &items);
    if (err == ANS_E_VALUE || err == ANS_E_SYNTAX) {
        return ANS_OK; /* no pattern: check says so of the form */
    }
    bool fits = items.count == 1 && items.at[0].kind == ANS_ITEM_BOOLEAN && items.at[0].flag;
    return err != ANS_OK ? ans_issue_pass(u->cx, &work, err) : fits ? ANS_OK : broken(j, RULE_REGEX, "");
}

static ans_err check_text(const judging *j)
{
    const ans_json *doc = j->v->u.form->doc;
    uint64_t limit;
    ans_str text = ans_json_string(j->v->u.cx, j->v->u.response.doc, j->value);
    ans_err err = ANS_OK;
    if (read_count(doc, ans_json_get(doc, j->it->node, ANS_STR("maxLength")), &limit) && letters(text) > limit) {
        err = form_broken(j->v->u.cx, j->v->out, RULE_MAX_LENGTH, j->place, "linkId '%.*s', at most %llu letters", ANS_FMT(j->it->link_id),
                          (unsigned long long)limit);
    }
    if (err == ANS_OK && read_count(doc, limit_node(j, CORE_URL "minLength"), &limit) && letters(text) < limit) {
        err = form_broken(j->v->u.cx, j->v->out, RULE_MIN_LENGTH, j->place, "linkId '%.*s', at least %llu letters", ANS_FMT(j->it->link_id),
                          (unsigned long long)limit);
    }
    return err == ANS_OK ? check_pattern(j, text) : err;
}

static ans_err check_decimals(const judging *j)
{
    const ans_json *doc = j->v->u.response.doc;
    ans_jnode n = ans_json_kind_of(doc, j->value) == ANS_JSON_OBJECT ? ans_json_get(doc, j->value, ANS_STR("value")) : j->value;
    ans_str raw = n == ANS_JNONE ? ANS_STR_NONE : ans_json_raw(doc, n);
    ptrdiff_t point = ans_str_find(raw, '.');
    uint64_t limit;
    if (point < 0 || !read_count(j->v->u.form->doc, limit_node(j, CORE_URL "maxDecimalPlaces"), &limit)) {
        return ANS_OK;
    }
    return raw.n - (size_t)point - 1 > limit ? broken(j, RULE_DECIMALS, "") : ANS_OK;
}

/* minValue, maxValue, and what SDC has for quantities. A limit that does not compare with the answer limits nothing. */
static ans_err check_range(const judging *j)
{
    static const struct {
        const char *url;
        uint8_t breaks;
        form_rule rule;
    } ranges[] = {{CORE_URL "minValue", RELATION_LESS, RULE_MIN_VALUE},
                  {CORE_URL "maxValue", RELATION_MORE, RULE_MAX_VALUE},
                  {SDC_URL "minQuantity", RELATION_LESS, RULE_MIN_VALUE},
                  {SDC_URL "maxQuantity", RELATION_MORE, RULE_MAX_VALUE}};
    ans_err err = ANS_OK;
    for (size_t i = 0; err == ANS_OK && i < sizeof ranges / sizeof *ranges; i++) {
        ans_jnode n = limit_node(j, ranges[i].url);
        if (n != ANS_JNONE && form_compare(&j->v->u, j->v->u.response.doc, j->value, j->key, n) == ranges[i].breaks) {
            err = broken(j, ranges[i].rule, "");
        }
    }
    return err == ANS_OK ? check_decimals(j) : err;
}

static ans_err check_unit(const judging *j)
{
    use *u = &j->v->u;
    const ans_json *doc = u->form->doc;
    ans_jnode n = form_look_extension(u, doc, j->it->node, CORE_URL "questionnaire-unitOption", ANS_JNONE);
    ans_str code = ans_json_get_string(u->cx, u->response.doc, j->value, ANS_STR("code"));
    ans_str unit = ans_json_get_string(u->cx, u->response.doc, j->value, ANS_STR("unit"));
    if (n == ANS_JNONE) {
        return ANS_OK;
    }
    for (; n != ANS_JNONE && form_look(u, 1); n = form_look_extension(u, doc, j->it->node, CORE_URL "questionnaire-unitOption", n)) {
        coding own = form_coding(u->cx, doc, ans_json_get(doc, n, ANS_STR("valueCoding")));
        if ((code.n && ans_str_eq(code, own.code)) || (!code.n && unit.n && (ans_str_eq(unit, own.code) || ans_str_eq(unit, own.display)))) {
            return ANS_OK;
        }
    }
    return broken(j, RULE_UNIT, "");
}

/* ---- choices ---- */

static ans_err ask_value_set(const judging *j, const coding *c, ans_term_verdict *out)
{
    use *u = &j->v->u;
    ans_jnode own = form_contained(u->cx, u->form, j->it->value_set);
    ans_term_code code = {c->system.n ? c->system : ANS_STR_NONE, c->version, c->code, ANS_STR_NONE};
    *out = ANS_TERM_UNKNOWN;
    if (own != ANS_JNONE) {
        (void)form_listed_concept(u, u->form->doc, own, c, out);
        return ANS_OK;
    }
    bool is_contained = ans_str_starts(j->it->value_set, ANS_STR("#"));
    return u->env->has_code && !is_contained && c->code.n ? u->env->has_code(u->cx, u->env->defs, j->it->value_set, &code, out) : ANS_OK;
}

static ans_err check_choice(const judging *j)
{
    use *u = &j->v->u;
    bool is_coding = ans_str_is(j->key, "valueCoding");
    if (j->it->type == ITEM_OPEN_CHOICE && ans_str_is(j->key, "valueString")) {
        return check_text(j);
    }
    if (j->it->options != ANS_JNONE) {
        return form_option_of(u, j->s->item, u->response.doc, j->value, j->key) != ANS_JNONE ? ANS_OK : broken(j, RULE_OPTION, "");
    }
    if (!j->it->value_set.n || !is_coding) {
        return ANS_OK;
    }
    ans_term_verdict verdict;
    coding c = form_coding(u->cx, u->response.doc, j->value);
    ans_err err = ask_value_set(j, &c, &verdict);
    if (err != ANS_OK || verdict == ANS_TERM_IN) {
        return err;
    }
    return verdict == ANS_TERM_OUT ? broken(j, RULE_VALUE_SET, "") : broken(j, RULE_NOT_KNOWN, "");
}

/* A reference to one of the types the item wants. */
static ans_err check_reference(const judging *j)
{
    use *u = &j->v->u;
    const ans_json *doc = u->form->doc;
    ans_jnode n = form_look_extension(u, doc, j->it->node, CORE_URL "questionnaire-referenceResource", ANS_JNONE);
    ans_reference r = {0};
    ans_reference_parse(ans_json_get_string(u->cx, u->response.doc, j->value, ANS_STR("reference")), &r);
    if (n == ANS_JNONE || !r.type) {
        return ANS_OK;
    }
    for (; n != ANS_JNONE && form_look(u, 1); n = form_look_extension(u, doc, j->it->node, CORE_URL "questionnaire-referenceResource", n)) {
        if (ans_str_eq(ans_json_get_string(u->cx, doc, n, ANS_STR("valueCode")), ans_fhir_type_name(r.type))) {
            return ANS_OK;
        }
    }
    return broken(j, RULE_TYPE, "a reference to another type");
}

/* ---- an answer ---- */

static ans_err check_value(const judging *j)
{
    switch (j->it->type) {
    case ITEM_STRING:
    case ITEM_TEXT:
    case ITEM_URL:
        return check_text(j);
    case ITEM_CHOICE:
    case ITEM_OPEN_CHOICE:
        return check_choice(j);
    case ITEM_QUANTITY: {
        ans_err err = check_unit(j);
        return err == ANS_OK ? check_range(j) : err;
    }
    case ITEM_REFERENCE:
        return check_reference(j);
    default: {
        /* a plain item may have its values listed too */
        bool listed = j->it->options != ANS_JNONE && ans_json_first(j->v->u.form->doc, j->it->options) != ANS_JNONE;
        ans_err err = check_range(j);
        bool out = listed && form_option_of(&j->v->u, j->s->item, j->v->u.response.doc, j->value, j->key) == ANS_JNONE;
        return err == ANS_OK && out ? broken(j, RULE_OPTION, "") : err;
    }
    }
}

ans_err form_check_answer(verifying *v, const scope *s, ans_jnode answer, ans_str place)
{
    judging j = {.v = v, .s = s, .it = &v->u.form->items[s->item], .place = place};
    const ans_json *doc = v->u.response.doc;
    if (ans_cx_is_late(v->u.cx)) {
        return ans_issue_add(v->u.cx, ANS_E_TIMEOUT, ANS_STR("QuestionnaireResponse"), "checking the response takes too long");
    }
    j.value = form_value_of(doc, answer, &j.key);
    if (j.value == ANS_JNONE) {
        bool has_extension = ans_json_get(doc, answer, ANS_STR("extension")) != ANS_JNONE;
        ANS_JSON_EACH(doc, answer, n)
        {
            has_extension = has_extension || ans_str_starts(ans_json_key(doc, n), ANS_STR("_value"));
        }
        return has_extension ? ANS_OK : broken(&j, RULE_EMPTY, ""); /* a reason why there is no value, say */
    }
    return is_of_type(&j) ? check_value(&j) : broken(&j, RULE_TYPE, item_type_names[j.it->type]);
}

/* ---- all answers of an item ---- */

static bool is_exclusive(use *u, uint32_t item, ans_jnode answer)
{
    const ans_form *f = u->form;
    ans_str key;
    ans_jnode value = form_value_of(u->response.doc, answer, &key);
    ans_jnode option = value == ANS_JNONE ? ANS_JNONE : form_option_of(u, item, u->response.doc, value, key);
    ans_jnode ext = option == ANS_JNONE ? ANS_JNONE : form_look_extension(u, f->doc, option, CORE_URL "questionnaire-optionExclusive", ANS_JNONE);
    return ext != ANS_JNONE && form_is_true(f->doc, ext, "valueBoolean");
}

/* The answers given, and those the expression gives: the same in the same order? */
static ans_err check_calculated(verifying *v, const scope *s, ans_jnode answers, ans_str place)
{
    use *u = &v->u;
    const form_item *it = &u->form->items[s->item];
    const ans_json *doc = u->response.doc;
    ans_items values;
    ans_jnode a = ans_json_first(doc, answers);
    bool same = true;
    u->lacks = false;
    ans_err err = form_evaluate(u, s, it->calculated, &values);
    if (err == ANS_OK && !values.count && u->lacks) {
        return ANS_OK; /* nobody can tell here */
    }
    for (uint32_t i = 0; err == ANS_OK && same && i < values.count; i++) {
        ans_str text, key;
        ans_json wanted;
        ans_buf b;
        ans_jw w;
        bool done;
        ans_buf_init_arena(&b, u->cx->arena, MOST_BYTES);
        ans_jw_init(&w, &b);
        ans_jw_begin(&w, '{');
        err = form_write_value(u, s->item, &values.at[i], &w, &done);
        ans_jw_end(&w, '}');
        if (err != ANS_OK || !done || ans_buf_finish(&b, &text) != ANS_OK || ans_json_parse(u->cx, text, NULL, &wanted) != ANS_OK) {
            continue;
        }
        ans_jnode given = a == ANS_JNONE ? ANS_JNONE : form_value_of(doc, a, &key);
        same = given != ANS_JNONE && form_same_value(u->cx, doc, given, &wanted, 1);
        a = a == ANS_JNONE ? a : ans_json_next(doc, answers, a);
    }
    same = same && a == ANS_JNONE; /* no value wants no answer: a score that the form does not give is nobody's to give */
    return err == ANS_OK && !same ? form_broken(u->cx, v->out, RULE_CALCULATED, place, "linkId '%.*s'", ANS_FMT(it->link_id)) : err;
}

ans_err form_check_together(verifying *v, const scope *s, ans_jnode answers, ans_str place)
{
    const form_item *it = &v->u.form->items[s->item];
    const ans_json *doc = v->u.response.doc;
    bool exclusive = false;
    if (it->calculated && !it->calculated->broken.n) {
        return check_calculated(v, s, answers, place);
    }
    if (it->options == ANS_JNONE || ans_json_count(doc, answers) < 2) {
        return ANS_OK;
    }
    ANS_JSON_EACH(doc, answers, a)
    {
        exclusive = exclusive || is_exclusive(&v->u, s->item, a);
    }
    return exclusive ? form_broken(v->u.cx, v->out, RULE_EXCLUSIVE, place, "linkId '%.*s'", ANS_FMT(it->link_id)) : ANS_OK;
}
