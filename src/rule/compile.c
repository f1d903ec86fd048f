/* From a PlanDefinition to a rule. Whatever is wrong is said here, with its place, before anything is asked: an expression that cannot be
 * read, a name that nothing defines, a role or priority that does not exist. */
#include "rule/rule_int.h"

#define VARIABLE_URL "http://hl7.org/fhir/StructureDefinition/variable"
#define TRANSLATION_URL "http://hl7.org/fhir/StructureDefinition/translation"

enum { MOST_TEXT = 2000 };
#define US_PER_MINUTE INT64_C(60000000)
#define MOST_MINUTES INT64_C(1051200) /* two years */

typedef struct build {
    ans_cx *cx;
    ans_arena *arena;
    const ans_json *doc;
    ans_rule *rule;
    ans_type focus; /* what the expressions start from; 0: not known */
} build;

static ans_err wrong(build *b, const char *where, const char *what)
{
    return ans_issue_add(b->cx, ANS_E_INVALID, ans_str_of(where), "%s", what);
}

/* ---- reading ---- */

static ans_str text_at(build *b, ans_jnode obj, const char *name)
{
    return obj == ANS_JNONE ? ANS_STR_NONE : ans_json_get_string(b->cx, b->doc, obj, ans_str_of(name));
}

static ans_jnode list_at(build *b, ans_jnode obj, const char *name)
{
    ans_jnode n = obj == ANS_JNONE ? ANS_JNONE : ans_json_get(b->doc, obj, ans_str_of(name));
    return n != ANS_JNONE && ans_json_kind_of(b->doc, n) == ANS_JSON_ARRAY ? n : ANS_JNONE;
}

static ans_jnode first_of(build *b, ans_jnode list)
{
    return list == ANS_JNONE ? ANS_JNONE : ans_json_first(b->doc, list);
}

/* The extension of this url behind `after` (ANS_JNONE: the first). */
static ans_jnode extension(build *b, ans_jnode obj, const char *url, ans_jnode after)
{
    ans_jnode list = list_at(b, obj, "extension");
    ans_jnode n = list == ANS_JNONE ? ANS_JNONE : after == ANS_JNONE ? ans_json_first(b->doc, list) : ans_json_next(b->doc, list, after);
    while (n != ANS_JNONE && !ans_str_is(text_at(b, n, "url"), url)) {
        n = ans_json_next(b->doc, list, n);
    }
    return n;
}

static ans_err keep(build *b, ans_str s, ans_str *out)
{
    *out = ans_arena_dup(b->arena, s.n > MOST_TEXT ? ans_str_head(s, MOST_TEXT) : s);
    return out->p ? ANS_OK : ans_cx_nomem(b->cx);
}

/* The English beside a text: extension translation of "_name". */
static ans_str english(build *b, ans_jnode obj, const char *underscored)
{
    ans_jnode sibling = ans_json_get(b->doc, obj, ans_str_of(underscored));
    for (ans_jnode x = extension(b, sibling, TRANSLATION_URL, ANS_JNONE); x != ANS_JNONE; x = extension(b, sibling, TRANSLATION_URL, x)) {
        if (ans_str_is(text_at(b, extension(b, x, "lang", ANS_JNONE), "valueCode"), "en")) {
            return text_at(b, extension(b, x, "content", ANS_JNONE), "valueString");
        }
    }
    return ANS_STR_NONE;
}

/* A Duration or a pair of period and unit, in minutes, hours or days. */
static ans_err span(build *b, const char *where, ans_jnode number, ans_str unit, int64_t *out_us)
{
    uint64_t n;
    int64_t each = ans_str_is(unit, "min") ? 1 : ans_str_is(unit, "h") ? 60 : ans_str_is(unit, "d") ? 1440 : 0;
    if (number == ANS_JNONE || !each || !ans_str_u64(ans_json_raw(b->doc, number), &n) || n == 0 || n > (uint64_t)(MOST_MINUTES / each)) {
        return wrong(b, where, "must be a whole number of min, h or d, at most two years");
    }
    *out_us = (int64_t)n * each * US_PER_MINUTE;
    return ANS_OK;
}

static ans_err duration(build *b, const char *where, ans_jnode ext, int64_t *out_us)
{
    ans_jnode d = ans_json_get(b->doc, ext, ANS_STR("valueDuration"));
    return span(b, where, ans_json_get(b->doc, d, ANS_STR("value")), text_at(b, d, "code"), out_us);
}

/* ---- expressions ---- */

static bool is_known(const build *b, ans_str name)
{
    static const char *const given[] = {"patient", "stay", "ward"};
    for (size_t i = 0; i < sizeof given / sizeof *given; i++) {
        if (ans_str_is(name, given[i])) {
            return true;
        }
    }
    for (uint32_t i = 0; i < b->rule->var_count; i++) {
        if (ans_str_eq(b->rule->vars[i].name, name)) {
            return true;
        }
    }
    return false;
}

static ans_err compile_path(build *b, const char *where, ans_str text, const ans_path **out)
{
    const ans_str *names;
    uint32_t count;
    ans_str kept;
    ans_err err = keep(b, text, &kept);
    if (err == ANS_OK && text.n > MOST_TEXT) {
        return wrong(b, where, "an expression has at most 2000 bytes");
    }
    if (err == ANS_OK) {
        err = b->focus ? ans_path_compile_strict(b->cx, b->arena, kept, b->focus, out) : ans_path_compile(b->cx, b->arena, kept, 0, out);
    }
    if (err != ANS_OK) {
        if (b->cx->last_ && !b->cx->last_->expression.n) {
            b->cx->last_->expression = ans_str_of(where);
        }
        return err;
    }
    err = ans_path_names(b->cx, b->arena, *out, &names, &count);
    for (uint32_t i = 0; err == ANS_OK && i < count; i++) {
        if (!is_known(b, names[i])) {
            err = ans_issue_add(b->cx, ANS_E_INVALID, ans_str_of(where), "nothing before it defines %%%.*s", ANS_FMT(names[i]));
        }
    }
    return err;
}

/* "Flag?patient=..&status=.." asks for what Flag can be searched by. Behind a dot or a colon the search itself looks. */
static ans_err check_query(build *b, const char *where, ans_str query)
{
    ans_str type, one, name;
    if (!ans_str_cut(&query, '?', &type) || !ans_fhir_is_resource(ans_fhir_type_named(type))) {
        return wrong(b, where, "a query is Type?parameter=value");
    }
    for (bool more = true; more;) {
        more = ans_str_cut(&query, '&', &one);
        name = one;
        (void)ans_str_cut(&one, '=', &name);
        for (size_t i = 0; i < name.n; i++) {
            name.n = name.p[i] == ':' || name.p[i] == '.' ? i : name.n;
        }
        if (name.n && name.p[0] != '_' && !ans_sp_named(ans_fhir_type_named(type), name)) {
            return ans_issue_add(b->cx, ANS_E_INVALID, ans_str_of(where), "%.*s cannot be searched by %.*s", ANS_FMT(type), ANS_FMT(name));
        }
    }
    return ANS_OK;
}

static ans_err compile_query(build *b, const char *where, ans_str rest, rule_expr *e)
{
    ans_err err = ANS_OK;
    e->parts = ANS_NEW_N(b->arena, rule_part, MOST_PARTS);
    if (!e->parts) {
        return ans_cx_nomem(b->cx);
    }
    while (err == ANS_OK) {
        if (e->part_count == MOST_PARTS) {
            return wrong(b, where, "more than 15 {{}} in one query");
        }
        rule_part *p = &e->parts[e->part_count++];
        ptrdiff_t open = ans_str_search(rest, ANS_STR("{{"));
        err = keep(b, open < 0 ? rest : ans_str_head(rest, (size_t)open), &p->text);
        if (open < 0 || err != ANS_OK) {
            return err;
        }
        ans_str inner = ans_str_from(rest, (size_t)open + 2);
        ptrdiff_t close = ans_str_search(inner, ANS_STR("}}"));
        if (close < 0) {
            return wrong(b, where, "{{ without }}");
        }
        err = compile_path(b, where, ans_str_head(inner, (size_t)close), &p->path);
        rest = ans_str_from(inner, (size_t)close + 2);
    }
    return err;
}

/* An Expression: text/fhirpath, or application/x-fhir-query where may_ask. */
static ans_err expression(build *b, const char *where, ans_jnode n, bool may_ask, rule_expr *out)
{
    ans_str text = text_at(b, n, "expression"), language = text_at(b, n, "language");
    *out = (rule_expr){0};
    if (!text.n) {
        return wrong(b, where, "the expression is missing");
    }
    if (ans_str_is(language, "text/fhirpath")) {
        return compile_path(b, where, text, &out->path);
    }
    if (may_ask && ans_str_is(language, "application/x-fhir-query")) {
        ans_err err = check_query(b, where, text);
        return err == ANS_OK ? compile_query(b, where, text, out) : err;
    }
    return wrong(b, where, may_ask ? "language is text/fhirpath or application/x-fhir-query" : "language is text/fhirpath");
}

/* An extension with an Expression, when it is there. */
static ans_err optional(build *b, ans_jnode obj, const char *url, bool may_ask, rule_expr *out)
{
    ans_jnode x = extension(b, obj, url, ANS_JNONE);
    return x == ANS_JNONE ? ANS_OK : expression(b, url, ans_json_get(b->doc, x, ANS_STR("valueExpression")), may_ask, out);
}

/* ---- head ---- */

static ans_err read_head(build *b, ans_jnode root)
{
    ans_rule_head *h = &b->rule->head;
    const struct {
        ans_str from;
        ans_str *to;
    } texts[] = {
        {text_at(b, root, "url"), &h->url},
        {text_at(b, root, "version"), &h->version},
        {text_at(b, root, "title"), &h->title},
        {english(b, root, "_title"), &h->title_en},
        {text_at(b, extension(b, root, "urn:ansinh:rule-source", ANS_JNONE), "valueString"), &h->source},
        {english(b, extension(b, root, "urn:ansinh:rule-source", ANS_JNONE), "_valueString"), &h->source_en},
        {text_at(b, extension(b, root, "urn:ansinh:rule-review", ANS_JNONE), "valueCode"), &h->review},
    };
    ans_err err = ANS_OK;
    for (size_t i = 0; err == ANS_OK && i < sizeof texts / sizeof *texts; i++) {
        err = keep(b, texts[i].from, texts[i].to);
    }
    ans_jnode fresh = extension(b, root, "urn:ansinh:rule-fresh", ANS_JNONE);
    b->rule->fresh_us = 24 * 60 * US_PER_MINUTE;
    err = err == ANS_OK && fresh != ANS_JNONE ? duration(b, "urn:ansinh:rule-fresh", fresh, &b->rule->fresh_us) : err;
    return err != ANS_OK ? err : h->url.n && h->title.n ? ANS_OK : wrong(b, "PlanDefinition", "url and title are needed");
}

/* A variable's name, each once and none of those given. */
static ans_err name_variable(build *b, ans_jnode value, rule_var *out)
{
    ans_str name = text_at(b, value, "name");
    if (!name.n || name.n > 60 || is_known(b, name)) {
        return wrong(b, "PlanDefinition.extension(variable)", "a variable has a name of its own, at most 60 bytes");
    }
    return keep(b, name, &out->name);
}

static ans_err read_variables(build *b, ans_jnode root)
{
    ans_err err = ANS_OK;
    for (ans_jnode x = extension(b, root, VARIABLE_URL, ANS_JNONE); err == ANS_OK && x != ANS_JNONE; x = extension(b, root, VARIABLE_URL, x)) {
        ans_jnode value = ans_json_get(b->doc, x, ANS_STR("valueExpression"));
        rule_var v = {0};
        if (b->rule->var_count == MOST_VARS) {
            return wrong(b, "PlanDefinition.extension(variable)", "more than 24 variables");
        }
        err = name_variable(b, value, &v);
        err = err == ANS_OK ? expression(b, "PlanDefinition.extension(variable)", value, true, &v.expr) : err;
        b->rule->vars[b->rule->var_count] = v;
        b->rule->var_count += err == ANS_OK;
    }
    return err;
}

/* ---- triggers ---- */

static ans_err read_code(build *b, ans_jnode coding, rule_trigger *t)
{
    rule_code *c = &t->codes[t->code_count];
    if (t->code_count++ == MOST_CODES) {
        return wrong(b, "PlanDefinition.action.trigger.data.codeFilter", "more than 64 codes");
    }
    ans_err err = keep(b, text_at(b, coding, "system"), &c->system);
    err = err == ANS_OK ? keep(b, text_at(b, coding, "code"), &c->code) : err;
    return err == ANS_OK && !c->code.n ? wrong(b, "PlanDefinition.action.trigger.data.codeFilter.code", "code is missing") : err;
}

static ans_err read_codes(build *b, ans_jnode data, rule_trigger *t)
{
    static const char where[] = "PlanDefinition.action.trigger.data.codeFilter";
    ans_jnode list = list_at(b, data, "codeFilter"), filter = first_of(b, list);
    if (filter == ANS_JNONE) {
        return ANS_OK;
    }
    ans_jnode codes = list_at(b, filter, "code");
    if (ans_json_count(b->doc, list) > 1 || codes == ANS_JNONE || !text_at(b, filter, "path").n) {
        return wrong(b, where, "one filter, with path and code");
    }
    t->codes = ANS_NEW_N(b->arena, rule_code, MOST_CODES + 1);
    ans_err err = t->codes ? keep(b, text_at(b, filter, "path"), &t->code_path) : ans_cx_nomem(b->cx);
    err = err == ANS_OK ? compile_path(b, where, t->code_path, &t->codes_at.path) : err;
    ANS_JSON_EACH(b->doc, codes, one)
    {
        err = err == ANS_OK ? read_code(b, one, t) : err;
    }
    return err;
}

static ans_err read_data_trigger(build *b, ans_jnode n)
{
    static const char where[] = "PlanDefinition.action.trigger";
    rule_trigger *t = &b->rule->triggers[b->rule->trigger_count];
    ans_jnode data = first_of(b, list_at(b, n, "data")), condition = ans_json_get(b->doc, n, ANS_STR("condition"));
    if (b->rule->trigger_count++ == MOST_TRIGGERS - 1) {
        return wrong(b, where, "more than 7 triggers");
    }
    t->type = ans_fhir_type_named(text_at(b, data, "type"));
    if (!ans_fhir_is_resource(t->type)) {
        return wrong(b, where, "data.type is a type of resource");
    }
    b->focus = t->type;
    ans_err err = read_codes(b, data, t);
    return err == ANS_OK && condition != ANS_JNONE ? expression(b, "PlanDefinition.action.trigger.condition", condition, false, &t->condition) : err;
}

static ans_err read_clock_trigger(build *b, ans_jnode n)
{
    ans_jnode repeat = ans_json_get(b->doc, ans_json_get(b->doc, n, ANS_STR("timingTiming")), ANS_STR("repeat"));
    ans_rule_head *h = &b->rule->head;
    h->is_clock = true;
    return span(b, "PlanDefinition.action.trigger.timingTiming.repeat", ans_json_get(b->doc, repeat, ANS_STR("period")),
                text_at(b, repeat, "periodUnit"), &h->every_us);
}

/* Triggers stand at the first action; those of the others are none of ours. */
static ans_err read_triggers(build *b, ans_jnode action)
{
    static const char where[] = "PlanDefinition.action.trigger";
    ans_jnode list = list_at(b, action, "trigger");
    ans_err err = ANS_OK;
    if (list == ANS_JNONE) {
        return wrong(b, where, "the first action says when the rule is asked");
    }
    ANS_JSON_EACH(b->doc, list, n)
    {
        ans_str type = text_at(b, n, "type");
        bool is_data = ans_str_is(type, "data-changed") || ans_str_is(type, "data-added") || ans_str_is(type, "data-modified");
        if (err == ANS_OK) {
            err = is_data ? read_data_trigger(b, n) : ans_str_is(type, "periodic") ? read_clock_trigger(b, n) : wrong(b, where, "type is data-changed or periodic");
        }
    }
    for (uint32_t i = 0; i < b->rule->trigger_count; i++) {
        b->focus = b->rule->triggers[i].type == b->rule->triggers[0].type ? b->focus : 0;
    }
    if (err == ANS_OK && b->rule->head.is_clock == (b->rule->trigger_count > 0)) {
        return wrong(b, where, "a rule is asked by writes or by the clock, not by both");
    }
    return err;
}

static ans_err read_population(build *b, ans_jnode root)
{
    static const char where[] = "urn:ansinh:rule-population";
    ans_jnode x = extension(b, root, where, ANS_JNONE), value = ans_json_get(b->doc, x, ANS_STR("valueExpression"));
    if (b->rule->head.is_clock != (x != ANS_JNONE)) {
        return wrong(b, where, "a clock rule says whom it is asked about, and only a clock rule");
    }
    b->rule->head.needs_board = ans_str_is(text_at(b, value, "language"), RULE_BOARD);
    if (x == ANS_JNONE || b->rule->head.needs_board) {
        return ANS_OK;
    }
    ans_err err = expression(b, where, value, true, &b->rule->population);
    return err == ANS_OK && !b->rule->population.part_count ? wrong(b, where, "language is application/x-fhir-query or " RULE_BOARD) : err;
}

/* ---- actions ---- */

static ans_err read_roles(build *b, ans_jnode action, rule_action *a)
{
    static const char where[] = "PlanDefinition.action.participant";
    ans_jnode list = list_at(b, action, "participant");
    ans_err err = ANS_OK;
    if (list == ANS_JNONE) {
        return wrong(b, where, "whom it is for is missing");
    }
    ANS_JSON_EACH(b->doc, list, n)
    {
        ans_jnode coding = first_of(b, list_at(b, ans_json_get(b->doc, n, ANS_STR("role")), "coding"));
        ans_str code = text_at(b, coding, "code");
        if (err == ANS_OK && (a->role_count == MOST_ROLES || !code.n)) {
            err = wrong(b, where, "role is a code of urn:ansinh:role, at most 8 of them");
        }
        err = err == ANS_OK ? keep(b, code, &a->roles[a->role_count++]) : err;
    }
    return err;
}

static ans_err read_steps(build *b, ans_jnode action, rule_action *a)
{
    static const char where[] = "urn:ansinh:rule-escalation";
    ans_err err = ANS_OK;
    for (ans_jnode x = extension(b, action, where, ANS_JNONE); err == ANS_OK && x != ANS_JNONE; x = extension(b, action, where, x)) {
        rule_step *s = &a->steps[a->step_count];
        ans_str role = text_at(b, extension(b, x, "role", ANS_JNONE), "valueCode");
        if (a->step_count++ == ANS_ALERT_MOST_STEPS - 1 || !role.n) {
            return wrong(b, where, "after and role, at most 3 times");
        }
        err = duration(b, where, extension(b, x, "after", ANS_JNONE), &s->after_us);
        err = err == ANS_OK ? keep(b, role, &s->role) : err;
    }
    return err;
}

static ans_err read_interrupt(build *b, ans_jnode action, rule_action *a)
{
    ans_jnode x = extension(b, action, "urn:ansinh:rule-interrupt", ANS_JNONE);
    ans_str code = text_at(b, x, "valueCode");
    a->interrupt = ans_str_is(code, "always") ? ANS_ALERT_ALWAYS : ans_str_is(code, "budget") ? ANS_ALERT_BUDGET : ANS_ALERT_SILENT;
    return x != ANS_JNONE && a->interrupt == ANS_ALERT_SILENT && !ans_str_is(code, "never")
               ? wrong(b, "urn:ansinh:rule-interrupt", "is always, budget or never")
               : ANS_OK;
}

static ans_err read_words(build *b, ans_jnode action, rule_action *a)
{
    static const char *const priorities[] = {"routine", "urgent", "asap", "stat"};
    ans_jnode coding = first_of(b, list_at(b, first_of(b, list_at(b, action, "code")), "coding"));
    ans_str priority = text_at(b, action, "priority");
    ans_err err = keep(b, text_at(b, coding, "code"), &a->kind);
    err = err == ANS_OK ? keep(b, text_at(b, action, "title"), &a->title) : err;
    err = err == ANS_OK ? keep(b, english(b, action, "_title"), &a->title_en) : err;
    err = err == ANS_OK ? keep(b, text_at(b, action, "description"), &a->text) : err;
    err = err == ANS_OK ? keep(b, english(b, action, "_description"), &a->text_en) : err;
    for (size_t i = 0; i < sizeof priorities / sizeof *priorities; i++) {
        if (ans_str_is(priority, priorities[i])) {
            a->priority = ans_str_of(priorities[i]);
        }
    }
    if (err == ANS_OK && (!a->kind.n || !a->title.n || !a->text.n || !a->priority.n)) {
        return wrong(b, "PlanDefinition.action", "code (urn:ansinh:alert-kind), title, description and priority are needed");
    }
    return err;
}

static ans_err read_action(build *b, ans_jnode action)
{
    rule_action *a = &b->rule->actions[b->rule->action_count];
    ans_jnode condition = first_of(b, list_at(b, action, "condition"));
    ans_jnode quiet = extension(b, action, "urn:ansinh:rule-quiet", ANS_JNONE);
    if (b->rule->action_count++ == MOST_ACTIONS - 1) {
        return wrong(b, "PlanDefinition.action", "more than 7 actions");
    }
    ans_err err = read_words(b, action, a);
    err = err == ANS_OK ? read_roles(b, action, a) : err;
    err = err == ANS_OK ? read_steps(b, action, a) : err;
    err = err == ANS_OK ? read_interrupt(b, action, a) : err;
    err = err == ANS_OK && condition != ANS_JNONE
              ? expression(b, "PlanDefinition.action.condition", ans_json_get(b->doc, condition, ANS_STR("expression")), false, &a->condition)
              : err;
    err = err == ANS_OK ? optional(b, action, "urn:ansinh:rule-key", false, &a->key) : err;
    err = err == ANS_OK ? optional(b, action, "urn:ansinh:rule-evidence", false, &a->evidence) : err;
    err = err == ANS_OK ? optional(b, action, "urn:ansinh:rule-detail", false, &a->detail) : err;
    a->quiet_us = 12 * 60 * US_PER_MINUTE;
    return err == ANS_OK && quiet != ANS_JNONE ? duration(b, "urn:ansinh:rule-quiet", quiet, &a->quiet_us) : err;
}

static ans_err read_actions(build *b, ans_jnode root)
{
    ans_jnode list = list_at(b, root, "action");
    ans_err err = ANS_OK;
    if (list == ANS_JNONE) {
        return wrong(b, "PlanDefinition.action", "there is no action");
    }
    err = read_triggers(b, ans_json_first(b->doc, list));
    err = err == ANS_OK ? read_population(b, root) : err;
    err = err == ANS_OK ? optional(b, root, "urn:ansinh:rule-subject", false, &b->rule->subject) : err;
    err = err == ANS_OK ? read_variables(b, root) : err;
    ANS_JSON_EACH(b->doc, list, n)
    {
        err = err == ANS_OK ? read_action(b, n) : err;
    }
    return err;
}

/* ---- the whole ---- */

bool ans_rule_is_one(ans_cx *cx, const ans_json *doc, ans_jnode root)
{
    build b = {.cx = cx, .doc = doc};
    ans_jnode coding = first_of(&b, list_at(&b, ans_json_get(doc, root, ANS_STR("type")), "coding"));
    return ans_str_is(text_at(&b, root, "resourceType"), "PlanDefinition") && ans_str_is(text_at(&b, coding, "code"), "eca-rule");
}

ans_err ans_rule_compile(ans_cx *cx, ans_arena *arena, const ans_json *doc, ans_jnode root, const ans_rule **out)
{
    build b = {.cx = cx, .arena = arena, .doc = doc, .rule = ANS_NEW(arena, ans_rule)};
    if (!b.rule) {
        return ans_cx_nomem(cx);
    }
    if (!ans_rule_is_one(cx, doc, root)) {
        return wrong(&b, "PlanDefinition.type", "a rule is a PlanDefinition of type eca-rule");
    }
    b.rule->hash = ans_hash_content(ans_json_raw(doc, root));
    ans_err err = read_head(&b, root);
    err = err == ANS_OK ? read_actions(&b, root) : err;
    if (err == ANS_OK) {
        *out = b.rule;
    }
    return err;
}

ans_err ans_rule_make(ans_cx *cx, const ans_defs_view *view, const ans_def *def, const ans_json *doc, ans_arena *arena, void **out)
{
    const ans_rule *rule;
    (void)view;
    (void)def;
    ans_err err = ans_rule_compile(cx, arena, doc, 0, &rule);
    *out = err == ANS_OK ? (void *)(uintptr_t)rule : NULL;
    return err;
}

ans_err ans_rule_check_content(ans_cx *cx, const ans_json *doc, ans_jnode root)
{
    build b = {.cx = cx, .doc = doc};
    const struct {
        ans_str text;
        const char *where;
    } wanted[] = {
        {text_at(&b, root, "id"), "PlanDefinition.id"},
        {text_at(&b, root, "version"), "PlanDefinition.version"},
        {text_at(&b, root, "status"), "PlanDefinition.status"},
        {english(&b, root, "_title"), "PlanDefinition.title (English)"},
        {text_at(&b, extension(&b, root, "urn:ansinh:rule-source", ANS_JNONE), "valueString"), "urn:ansinh:rule-source"},
        {english(&b, extension(&b, root, "urn:ansinh:rule-source", ANS_JNONE), "_valueString"), "urn:ansinh:rule-source (English)"},
        {text_at(&b, extension(&b, root, "urn:ansinh:rule-review", ANS_JNONE), "valueCode"), "urn:ansinh:rule-review"},
    };
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        if (!wanted[i].text.n) {
            return wrong(&b, wanted[i].where, "a rule of content/ needs it");
        }
    }
    ans_jnode actions = list_at(&b, root, "action");
    for (ans_jnode n = first_of(&b, actions); n != ANS_JNONE; n = ans_json_next(doc, actions, n)) {
        if (!english(&b, n, "_title").n || !english(&b, n, "_description").n) {
            return wrong(&b, "PlanDefinition.action", "a rule of content/ says title and description in English too");
        }
    }
    return ANS_OK;
}

const ans_rule_head *ans_rule_head_of(const ans_rule *rule)
{
    return &rule->head;
}
