/* One rule asked about one resource: trigger, person and place, variables in their order, then the first action that holds. */
#include "rule/rule_int.h"

#define US_PER_TICK 10

void ans_rule_env_fill(ans_rule_env *env)
{
    env->steps = MOST_STEPS_OF_ONE;
    env->questions = MOST_QUESTIONS;
}

/* ---- the record ---- */

static ans_err take_item(ans_cx *cx, const ans_version *v, ans_item *out)
{
    ans_json *doc = ANS_NEW(cx->arena, ans_json);
    ans_err err = doc ? ans_json_parse(cx, ans_search_body_read(cx->arena, v), NULL, doc) : ans_cx_nomem(cx);
    if (err == ANS_OK) {
        *out = ans_item_of_resource(doc, 0);
    }
    return err;
}

ans_err rule_find(ans_cx *cx, ans_rule_env *env, ans_str type, ans_str query, uint32_t most, ans_items *out)
{
    ans_search_result found;
    ans_search_request rq = {.type = ans_fhir_type_named(type), .query = query, .strict = true, .limit = most, .filter = env->filter};
    *out = (ans_items){0};
    if (!ans_fhir_is_resource(rq.type)) {
        return ans_issue_add(cx, ANS_E_INVALID, ANS_STR("PlanDefinition"), "a rule's query is a search of one type");
    }
    if (env->questions == 0) {
        return ans_issue_add(cx, ANS_E_COSTLY, ANS_STR("PlanDefinition"), "the rule asks the record more than %d questions", MOST_QUESTIONS);
    }
    env->questions--;
    ans_err err = ans_search_run(env->search, cx, env->rd, &rq, &found);
    out->at = err == ANS_OK ? ANS_NEW_N(cx->arena, ans_item, found.count + 1) : NULL;
    if (!out->at) {
        return err != ANS_OK ? err : ans_cx_nomem(cx);
    }
    for (uint32_t i = 0; err == ANS_OK && i < found.count; i++) {
        err = take_item(cx, &found.entries[i].version, &out->at[out->count]);
        out->count += err == ANS_OK;
    }
    return err;
}

ans_err rule_read(ans_cx *cx, ans_rule_env *env, ans_str type, ans_str id, ans_item *out, bool *out_found)
{
    ans_version v;
    ans_cx work = {.arena = cx->arena, .deadline_us = cx->deadline_us}; /* that it is not there is no fault */
    ans_type t = ans_fhir_type_named(type);
    ans_ref ref = {ans_search_type_number(env->search, t), id};
    *out_found = false;
    if (!ans_fhir_is_resource(t) || !ref.type) {
        return ANS_OK;
    }
    ans_err err = ans_store_read(&work, env->rd, ref, &v);
    if (err == ANS_E_NOTFOUND || err == ANS_E_GONE) {
        return ANS_OK;
    }
    bool sees = err == ANS_OK && (!env->filter || env->filter->sees(env->filter->arg, t, v.rid));
    err = sees ? take_item(&work, &v, out) : err;
    *out_found = err == ANS_OK && sees;
    return ans_issue_pass(cx, &work, err);
}

static ans_err resolve(void *arg, ans_cx *cx, const ans_item *from, ans_str reference, ans_item *out)
{
    rule_asking *a = arg;
    ans_reference r;
    bool found = false;
    (void)from;
    ans_reference_parse(reference, &r);
    if ((r.kind != ANS_REF_LOCAL && r.kind != ANS_REF_ABSOLUTE) || !r.type || !r.id.n) {
        return ANS_E_NOTFOUND;
    }
    if (a->env->questions == 0) {
        return ans_issue_add(cx, ANS_E_COSTLY, ANS_STR("PlanDefinition"), "the rule asks the record more than %d questions", MOST_QUESTIONS);
    }
    a->env->questions--;
    ans_err err = rule_read(cx, a->env, ans_fhir_type_name(r.type), r.id, out, &found);
    return err == ANS_OK && !found ? ANS_E_NOTFOUND : err;
}

/* ---- expressions ---- */

static ans_err run_path(rule_asking *a, const ans_path *path, ans_items *out)
{
    ans_path_env env = {.host = &a->host, .resource = a->focus, .zone = ans_search_zone(a->env->search), .now_us = a->env->now_us,
                        .max_steps = MOST_STEPS_OF_ONE, .allowance = &a->env->steps, .vars = a->vars, .var_count = a->var_count};
    return ans_path_eval(a->cx, path, &env, a->focus, out);
}

/* What stands in {{}} becomes text; where it is nothing, nothing is asked. */
static ans_err run_query(rule_asking *a, const rule_expr *e, ans_items *out)
{
    ans_buf b;
    ans_str query, type;
    bool is_whole = true;
    ans_err err = ANS_OK;
    ans_buf_init_arena(&b, a->cx->arena, 1 << 16);
    for (uint32_t i = 0; err == ANS_OK && i < e->part_count; i++) {
        ans_items items = {0};
        ans_buf_add(&b, e->parts[i].text);
        err = e->parts[i].path ? run_path(a, e->parts[i].path, &items) : ANS_OK;
        is_whole = is_whole && (!e->parts[i].path || items.count > 0);
        for (uint32_t k = 0; err == ANS_OK && k < items.count; k++) {
            ans_item_add_to_query(a->cx, &items.at[k], k > 0, &b);
        }
    }
    if (err != ANS_OK || !is_whole) {
        return err;
    }
    err = ans_buf_finish(&b, &query);
    (void)ans_str_cut(&query, '?', &type);
    ans_str sorted = ans_query_get(a->cx, query, "_sort");
    return err == ANS_OK ? rule_find(a->cx, a->env, type, query, sorted.n ? 0 : MOST_FOUND, out) : err;
}

ans_err rule_evaluate(rule_asking *a, const rule_expr *e, ans_items *out)
{
    *out = (ans_items){0};
    return e->path ? run_path(a, e->path, out) : e->part_count ? run_query(a, e, out) : ANS_OK;
}

/* A condition that gives nothing does not hold. */
static ans_err holds(rule_asking *a, const rule_expr *e, bool *out)
{
    ans_items items;
    ans_err err = rule_evaluate(a, e, &items);
    *out = err == ANS_OK && (!rule_expr_is(e) || (items.count == 1 && items.at[0].kind == ANS_ITEM_BOOLEAN && items.at[0].flag));
    if (err == ANS_OK && items.count == 1 && items.at[0].kind == ANS_ITEM_NODE) { /* an element of type boolean */
        *out = ans_str_is(ans_item_text(a->cx, &items.at[0]), "true");
    }
    return err;
}

static ans_err words(rule_asking *a, const rule_expr *e, ans_str *out)
{
    ans_items items;
    ans_err err = rule_evaluate(a, e, &items);
    *out = err == ANS_OK && items.count ? ans_item_text(a->cx, &items.at[0]) : ANS_STR_NONE;
    return err;
}

/* ---- triggers ---- */

static bool same_code(const rule_code *c, ans_str system, ans_str code)
{
    return ans_str_eq(c->code, code) && (!c->system.n || ans_str_eq(c->system, system));
}

static bool has_coding(rule_asking *a, const rule_trigger *t, const ans_json *doc, ans_jnode n)
{
    ans_str code = ans_json_get_string(a->cx, doc, n, ANS_STR("code")), system = ans_json_get_string(a->cx, doc, n, ANS_STR("system"));
    for (uint32_t i = 0; i < t->code_count; i++) {
        if (same_code(&t->codes[i], system, code)) {
            return true;
        }
    }
    return false;
}

/* A CodeableConcept, a Coding, or a code. */
static bool fits_codes(rule_asking *a, const rule_trigger *t, const ans_item *item)
{
    if (item->kind != ANS_ITEM_NODE || item->node == ANS_JNONE) {
        return false;
    }
    if (ans_json_kind_of(item->doc, item->node) != ANS_JSON_OBJECT) {
        ans_str text = ans_item_text(a->cx, item);
        for (uint32_t i = 0; i < t->code_count; i++) {
            if (ans_str_eq(t->codes[i].code, text)) {
                return true;
            }
        }
        return false;
    }
    ans_jnode list = ans_json_get(item->doc, item->node, ANS_STR("coding"));
    if (list == ANS_JNONE || ans_json_kind_of(item->doc, list) != ANS_JSON_ARRAY) {
        return has_coding(a, t, item->doc, item->node);
    }
    ANS_JSON_EACH(item->doc, list, one)
    {
        if (has_coding(a, t, item->doc, one)) {
            return true;
        }
    }
    return false;
}

static ans_err fits(rule_asking *a, const rule_trigger *t, bool *out)
{
    ans_items items = {0};
    *out = t->type == a->focus->type;
    if (!*out) {
        return ANS_OK;
    }
    ans_err err = t->code_count ? rule_evaluate(a, &t->codes_at, &items) : ANS_OK;
    *out = err == ANS_OK && !t->code_count;
    for (uint32_t i = 0; err == ANS_OK && !*out && i < items.count; i++) {
        *out = fits_codes(a, t, &items.at[i]);
    }
    return err == ANS_OK && *out ? holds(a, &t->condition, out) : err;
}

ans_err rule_triggered(rule_asking *a, bool *out)
{
    ans_err err = ANS_OK;
    *out = false;
    for (uint32_t i = 0; err == ANS_OK && !*out && i < a->rule->trigger_count; i++) {
        err = fits(a, &a->rule->triggers[i], out);
    }
    return err;
}

bool ans_rule_wants(const ans_rule *rule, ans_type type)
{
    for (uint32_t i = 0; i < rule->trigger_count; i++) {
        if (rule->triggers[i].type == type) {
            return true;
        }
    }
    return false;
}

/* ---- when a fact was ---- */

int64_t ans_rule_time_of(ans_cx *cx, const ans_json *doc, const ans_zone *zone, int64_t otherwise)
{
    static const char *const members[] = {"effectiveDateTime", "effectiveInstant", "authoredOn", "authored", "occurrenceDateTime",
                                          "performedDateTime", "recordedDate", "date", "issued"};
    static const char *const periods[] = {"effectivePeriod", "performedPeriod", "period"};
    ans_str text = ANS_STR_NONE;
    ans_datetime d;
    ans_tick low, high;
    for (size_t i = 0; i < sizeof members / sizeof *members && !text.n; i++) {
        text = ans_json_get_string(cx, doc, 0, ans_str_of(members[i]));
    }
    for (size_t i = 0; i < sizeof periods / sizeof *periods && !text.n; i++) {
        text = ans_json_get_string(cx, doc, ans_json_get(doc, 0, ans_str_of(periods[i])), ANS_STR("start"));
    }
    if (!text.n || !ans_datetime_parse(text, true, &d)) {
        return otherwise;
    }
    ans_datetime_range(&d, zone, &low, &high);
    return d.precision >= ANS_PREC_MINUTE ? low / US_PER_TICK : high / US_PER_TICK - 1; /* a day counts to its end */
}

static bool is_struck(ans_cx *cx, const ans_item *focus)
{
    ans_str status = ans_json_get_string(cx, focus->doc, focus->node, ANS_STR("status"));
    return ans_str_is(status, "entered-in-error");
}

static bool is_fresh(const rule_asking *a)
{
    int64_t at = a->rule->head.is_clock ? a->env->now_us
                                        : ans_rule_time_of(a->cx, a->focus->doc, ans_search_zone(a->env->search), a->env->now_us);
    return at > a->env->now_us - a->rule->fresh_us;
}

/* ---- whom it is about ---- */

static ans_str id_behind(ans_str reference)
{
    ans_reference r;
    ans_reference_parse(reference, &r);
    bool is_person = (r.kind == ANS_REF_LOCAL || r.kind == ANS_REF_ABSOLUTE) && ans_str_is(ans_fhir_type_name(r.type), "Patient");
    return is_person ? r.id : ANS_STR_NONE;
}

static ans_err subject_of(rule_asking *a, ans_str *out)
{
    static const char *const members[] = {"subject", "patient", "for"};
    const ans_item *f = a->focus;
    *out = ANS_STR_NONE;
    if (rule_expr_is(&a->rule->subject)) {
        ans_err err = words(a, &a->rule->subject, out);
        *out = id_behind(*out);
        return err;
    }
    if (ans_str_is(ans_fhir_type_name(f->type), "Patient")) {
        *out = ans_json_get_string(a->cx, f->doc, f->node, ANS_STR("id"));
    }
    for (size_t i = 0; i < sizeof members / sizeof *members && !out->n; i++) {
        ans_jnode n = ans_json_get(f->doc, f->node, ans_str_of(members[i]));
        *out = n == ANS_JNONE ? ANS_STR_NONE : id_behind(ans_json_get_string(a->cx, f->doc, n, ANS_STR("reference")));
    }
    return ANS_OK;
}

static ans_err give(rule_asking *a, const char *name, const ans_item *item, bool is_there)
{
    ans_item *kept = ANS_NEW(a->cx->arena, ans_item);
    if (!kept) {
        return ans_cx_nomem(a->cx);
    }
    *kept = *item;
    a->vars[a->var_count++] = (ans_path_var){ans_str_of(name), {.at = kept, .count = is_there}};
    return ANS_OK;
}

/* %patient, %stay, %ward */
static ans_err give_person(rule_asking *a, ans_str id, rule_place *place, bool *out_found)
{
    ans_item patient, ward;
    ans_err err = rule_read(a->cx, a->env, ANS_STR("Patient"), id, &patient, out_found);
    if (err != ANS_OK || !*out_found) {
        return err;
    }
    err = rule_place_of(a->cx, a->env, id, place);
    ward = (ans_item){.kind = ANS_ITEM_STRING, .text = place->ward};
    err = err == ANS_OK ? give(a, "patient", &patient, true) : err;
    err = err == ANS_OK ? give(a, "stay", &place->stay, place->has_stay) : err;
    return err == ANS_OK ? give(a, "ward", &ward, place->ward.n > 0) : err;
}

/* ---- the answer ---- */

static ans_str own_reference(rule_asking *a)
{
    ans_str text = ans_item_text(a->cx, a->focus);
    return a->rule->head.needs_board ? ANS_STR_NONE : text;
}

static void add_evidence(ans_alert *out, ans_str reference)
{
    ans_reference r;
    ans_reference_parse(reference, &r);
    if (r.kind != ANS_REF_LOCAL || !r.type || out->evidence_count == ANS_ALERT_MOST_EVIDENCE) {
        return;
    }
    for (uint32_t i = 0; i < out->evidence_count; i++) {
        if (ans_str_eq(out->evidence[i], reference)) {
            return;
        }
    }
    out->evidence[out->evidence_count++] = reference;
}

static ans_err fill_evidence(rule_asking *a, const rule_action *action, ans_alert *out)
{
    ans_items items;
    ans_str own = own_reference(a);
    ans_err err = rule_evaluate(a, &action->evidence, &items);
    if (own.n) {
        add_evidence(out, own);
    }
    for (uint32_t i = 0; err == ANS_OK && i < items.count; i++) {
        add_evidence(out, ans_item_text(a->cx, &items.at[i]));
    }
    return err;
}

static ans_err fill(rule_asking *a, uint32_t at, const rule_place *place, ans_str patient, ans_alert *out)
{
    const rule_action *action = &a->rule->actions[at];
    ans_alert alert = {.rule = a->rule, .action = at, .patient = patient, .encounter = place->encounter, .ward = place->ward, .ward_name = place->ward_name};
    ans_err err = words(a, &action->key, &alert.key);
    err = err == ANS_OK ? words(a, &action->detail, &alert.detail) : err;
    err = err == ANS_OK ? fill_evidence(a, action, &alert) : err;
    alert.key = alert.key.n ? alert.key : ans_arena_fmt(a->cx->arena, "Patient/%.*s", ANS_FMT(patient));
    alert.cause = a->rule->head.is_clock ? ANS_STR_NONE : own_reference(a);
    alert.fact_us = a->rule->head.is_clock ? 0 : ans_rule_time_of(a->cx, a->focus->doc, ans_search_zone(a->env->search), 0);
    if (err == ANS_OK) {
        *out = alert;
    }
    return err == ANS_OK && !out->key.p ? ans_cx_nomem(a->cx) : err;
}

void rule_begin(rule_asking *a, ans_cx *cx, const ans_rule *rule, ans_rule_env *env, const ans_item *focus)
{
    *a = (rule_asking){.cx = cx, .rule = rule, .env = env, .focus = focus, .host = {.resolve = resolve}};
    a->host.arg = a;
}

static ans_err first_action(rule_asking *a, uint32_t *out)
{
    ans_err err = ANS_OK;
    bool does = false;
    *out = a->rule->action_count;
    for (uint32_t i = 0; err == ANS_OK && !does && i < a->rule->action_count; i++) {
        err = holds(a, &a->rule->actions[i].condition, &does);
        *out = does ? i : *out;
    }
    return err;
}

ans_err ans_rule_ask(ans_cx *cx, const ans_rule *rule, ans_rule_env *env, const ans_item *focus, bool *out_raised, ans_alert *out)
{
    rule_asking a;
    rule_place place = {0};
    ans_str patient = ANS_STR_NONE;
    bool goes_on = true;
    uint32_t action = 0;
    *out_raised = false;
    rule_begin(&a, cx, rule, env, focus);
    ans_err err = rule->head.is_clock ? ANS_OK : rule_triggered(&a, &goes_on);
    if (err != ANS_OK || !goes_on || is_struck(cx, focus) || !is_fresh(&a)) {
        return err;
    }
    err = subject_of(&a, &patient);
    err = err == ANS_OK && patient.n ? give_person(&a, patient, &place, &goes_on) : err;
    if (err != ANS_OK || !patient.n || !goes_on) {
        return err;
    }
    for (uint32_t i = 0; err == ANS_OK && i < rule->var_count; i++) {
        a.vars[a.var_count].name = rule->vars[i].name;
        err = rule_evaluate(&a, &rule->vars[i].expr, &a.vars[a.var_count].value);
        a.var_count++;
    }
    err = err == ANS_OK ? first_action(&a, &action) : err;
    if (err != ANS_OK || action == rule->action_count) {
        return err;
    }
    err = fill(&a, action, &place, patient, out);
    *out_raised = err == ANS_OK;
    return err;
}

/* ---- whom the clock asks about ---- */

typedef struct walking {
    ans_cx *cx;
    ans_rule_visit *visit;
    void *arg;
    uint32_t count;
} walking;

static ans_err walk(void *arg, const ans_version *v, bool *more)
{
    walking *w = arg;
    ans_item item;
    ans_cx one = {.arena = ans_arena_new((size_t)64 << 20), .deadline_us = w->cx->deadline_us};
    ans_err err = one.arena ? take_item(&one, v, &item) : ans_cx_nomem(w->cx);
    err = err == ANS_OK ? w->visit(w->arg, &one, &item) : err;
    *more = err == ANS_OK && ++w->count < MOST_POPULATION;
    err = ans_issue_pass(w->cx, &one, err);
    ans_arena_free(one.arena);
    return err;
}

ans_err ans_rule_population(ans_cx *cx, const ans_rule *rule, ans_rule_env *env, ans_rule_visit *visit, void *arg)
{
    walking w = {.cx = cx, .visit = visit, .arg = arg};
    rule_asking a;
    ans_json nothing;
    ans_buf b;
    ans_str query, type;
    ans_err err = ans_json_parse(cx, ANS_STR("{}"), NULL, &nothing);
    ans_item focus = err == ANS_OK ? ans_item_of_resource(&nothing, 0) : (ans_item){0};
    rule_begin(&a, cx, rule, env, &focus);
    ans_buf_init_arena(&b, cx->arena, 1 << 16);
    for (uint32_t i = 0; err == ANS_OK && i < rule->population.part_count; i++) {
        ans_items items = {0};
        const rule_part *p = &rule->population.parts[i];
        ans_buf_add(&b, p->text);
        err = p->path ? run_path(&a, p->path, &items) : ANS_OK;
        for (uint32_t k = 0; err == ANS_OK && k < items.count; k++) {
            ans_item_add_to_query(cx, &items.at[k], k > 0, &b);
        }
    }
    err = err == ANS_OK ? ans_buf_finish(&b, &query) : err;
    if (err != ANS_OK) {
        return err;
    }
    (void)ans_str_cut(&query, '?', &type);
    ans_search_request rq = {.type = ans_fhir_type_named(type), .query = query, .strict = true, .filter = env->filter};
    if (!ans_fhir_is_resource(rq.type)) {
        return ans_issue_add(cx, ANS_E_INVALID, ANS_STR("urn:ansinh:rule-population"), "the population is a search of one type");
    }
    return ans_search_each(env->search, cx, env->rd, &rq, walk, &w);
}
