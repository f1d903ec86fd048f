/* Invariants: compiled once with their definition, evaluated for every element they stand on. The few that stand nearly everywhere
 * are written by hand, chosen by the exact text of their expression; a test holds each against the engine.
 * spec: http://hl7.org/fhir/R4/conformance-rules.html#constraints */
#include "valid/valid_int.h"

static const struct hand_row {
    uint8_t hand;
    const char *expression;
} hands[] = {
    {VHAND_ELE_1, "hasValue() or (children().count() > id.count())"},
    {VHAND_ELE_1, "hasValue() or (children().count() > id.count()) or $this is Parameters"},
    {VHAND_EXT_1, "extension.exists() != value.exists()"},
    {VHAND_CONTAINED, "contained.contained.empty()"},
    {VHAND_CONTAINED, "contained.where((('#'+id in (%resource.descendants().reference | %resource.descendants().as(canonical) | "
                  "%resource.descendants().as(uri) | %resource.descendants().as(url))) or descendants().where(reference = '#').exists() or "
                  "descendants().where(as(canonical) = '#').exists() or descendants().where(as(canonical) = '#').exists()).not())"
                  ".trace('unmatched', id).empty()"},
    {VHAND_CONTAINED, "contained.meta.versionId.empty() and contained.meta.lastUpdated.empty()"},
    {VHAND_CONTAINED, "contained.meta.security.empty()"},
    {VHAND_DOM_6, "text.`div`.exists()"},
    {VHAND_REF_1, "reference.startsWith('#').not() or (reference.substring(1).trace('url') in %rootResource.contained.id.trace('ids'))"},
    {VHAND_PER_1, "start.hasValue().not() or end.hasValue().not() or (start <= end)"},
    {VHAND_QTY_3, "code.empty() or system.exists()"},
    {VHAND_SQTY_1, "comparator.empty()"},
    {VHAND_TRUE, "true"},
};

/* Slips of R4's own expressions, each against the sentence beside it and mended so in later releases: most of them give nothing,
 * which is no yes, where the element they speak of is absent. */
static const struct slip {
    const char *written, *meant;
} slips[] = {
    {"enableWhen.count() > 2 implies enableBehavior.exists()", "enableWhen.count() > 1 implies enableBehavior.exists()"},
    {"operator = 'exists' implies (answer is Boolean)", "operator = 'exists' implies (answer is boolean)"},
    {"name.matches('[A-Z]([A-Za-z0-9_]){0,254}')", "name.hasValue() implies name.matches('[A-Z]([A-Za-z0-9_]){0,254}')"},
    {"fullUrl.contains('/_history/').not()", "fullUrl.hasValue() implies fullUrl.contains('/_history/').not()"},
    {"probability is decimal implies (probability as decimal) <= 100", "(probability is decimal and probability.hasValue()) implies (probability as decimal) <= 100"},
    {"($this as dateTime).toString().length() >= 8", "($this is dateTime and hasValue()) implies toString().length() >= 8"},
    {"reference.startsWith('#').not() or (reference.substring(1).trace('url') in %rootResource.contained.id.trace('ids'))",
     "reference.hasValue() implies (reference.startsWith('#').not() or reference = '#' or reference.substring(1) in %rootResource.contained.id)"},
};

ans_err ans_valid_constraint(ans_cx *cx, ans_arena *arena, ans_type context, vconstraint *c)
{
    ans_cx own = {.arena = cx->arena};
    for (size_t i = 0; i < sizeof hands / sizeof *hands; i++) {
        c->hand = ans_str_is(c->expression, hands[i].expression) ? hands[i].hand : c->hand;
    }
    for (size_t i = 0; i < sizeof slips / sizeof *slips; i++) {
        c->expression = ans_str_is(c->expression, slips[i].written) ? ans_str_of(slips[i].meant) : c->expression;
    }
    c->path = NULL;
    ans_err err = ans_path_compile(&own, arena, c->expression, context, &c->path);
    return err == ANS_E_NOMEM || (err == ANS_E_TOOBIG && ans_arena_is_full(arena)) ? ans_issue_pass(cx, &own, err) : ANS_OK;
}

/* ---- by hand ---- */

static bool has(vrun *v, const vitem *item, const char *name)
{
    return ans_json_get(v->doc, item->node, ans_str_of(name)) != ANS_JNONE;
}

/* A choice is there when a member begins with its name. */
static bool has_choice(vrun *v, const vitem *item, ans_str name)
{
    ANS_JSON_EACH(v->doc, item->node, m) {
        ans_str key = ans_json_key(v->doc, m);
        key = key.n && key.p[0] == '_' ? ans_str_from(key, 1) : key;
        if (ans_str_starts(key, name) && ans_fhir_member_of(item->type, key)) {
            return true;
        }
    }
    return false;
}

/* A member beside id that the type knows; what it does not know is no content. */
static bool has_content(vrun *v, ans_jnode object, ans_type type)
{
    ANS_JSON_EACH(v->doc, object, m) {
        ans_str key = ans_json_key(v->doc, m);
        key = key.n && key.p[0] == '_' ? ans_str_from(key, 1) : key;
        if (!ans_str_is(key, "id") && ans_fhir_member_of(type, key)) {
            return true;
        }
    }
    return false;
}

static bool is_scalar(vrun *v, ans_jnode n)
{
    ans_json_kind kind = n == ANS_JNONE ? ANS_JSON_NULL : ans_json_kind_of(v->doc, n);
    return kind != ANS_JSON_NULL && kind < ANS_JSON_ARRAY;
}

/* start <= end where that can be told; what cannot is as good as true. */
static bool is_in_order(vrun *v, const vitem *item)
{
    ans_datetime a, b;
    ans_str start = ans_valid_member(v, item->node, "start"), end = ans_valid_member(v, item->node, "end");
    if (!ans_datetime_parse(start, false, &a) || !ans_datetime_parse(end, false, &b)) {
        return true;
    }
    if (a.precision == b.precision && a.precision <= ANS_PREC_DAY) {
        return a.year != b.year ? a.year < b.year : a.month != b.month ? a.month < b.month : a.day <= b.day;
    }
    return false;
}

/* Members that are null or empty, and values of the wrong kind, are wrong already; what follows from them is the engine's to say. */
static bool is_odd(vrun *v, const vitem *item)
{
    if (ans_fhir_types[item->type].kind == ANS_FHIR_PRIMITIVE) {
        return item->node != ANS_JNONE && !is_scalar(v, item->node);
    }
    if (item->node == ANS_JNONE || ans_json_kind_of(v->doc, item->node) != ANS_JSON_OBJECT) {
        return true;
    }
    ANS_JSON_EACH(v->doc, item->node, m) {
        ans_json_kind kind = ans_json_kind_of(v->doc, m);
        if (kind == ANS_JSON_NULL || (kind >= ANS_JSON_ARRAY && ans_json_first(v->doc, m) == ANS_JNONE)) {
            return true;
        }
    }
    return false;
}

/* Only plain dates are compared here; times and mixed precisions are the engine's, and so is what looks into contained resources. */
static bool is_by_hand(vrun *v, const vitem *item, uint8_t hand)
{
    if (v->env->engine_only || hand == VHAND_NONE || is_odd(v, item)) {
        return false;
    }
    if (hand == VHAND_CONTAINED) {
        return !has(v, item, "contained");
    }
    if (hand == VHAND_REF_1) { /* what begins with # is looked for by the engine */
        ans_str reference = ans_valid_member(v, item->node, "reference");
        return reference.n ? reference.p[0] != '#' : !has(v, item, "reference");
    }
    if (hand == VHAND_PER_1) {
        ans_str start = ans_valid_member(v, item->node, "start"), end = ans_valid_member(v, item->node, "end");
        ans_datetime d; /* what is no date is the engine's to complain of */
        return (!has(v, item, "start") && !has(v, item, "end")) || (start.n == end.n && start.n <= 10 && ans_datetime_parse(start, false, &d) && ans_datetime_parse(end, false, &d));
    }
    if (hand == VHAND_DOM_6) {
        ans_jnode text = ans_json_get(v->doc, item->node, ANS_STR("text")), div = ans_json_get(v->doc, text, ANS_STR("div"));
        return text == ANS_JNONE || is_scalar(v, div);
    }
    return true;
}

static bool holds_by_hand(vrun *v, const vitem *item, uint8_t hand)
{
    switch ((vhand)hand) {
    case VHAND_ELE_1:
        return ans_fhir_types[item->type].kind == ANS_FHIR_PRIMITIVE ? is_scalar(v, item->node) || (item->beside != ANS_JNONE && has_content(v, item->beside, item->type))
                                                                     : has_content(v, item->node, item->type);
    case VHAND_EXT_1:
        return has(v, item, "extension") != has_choice(v, item, ANS_STR("value"));
    case VHAND_DOM_6:
        return has(v, item, "text");
    case VHAND_QTY_3:
        return !(has(v, item, "code") || has(v, item, "_code")) || has(v, item, "system") || has(v, item, "_system");
    case VHAND_SQTY_1:
        return !has(v, item, "comparator") && !has(v, item, "_comparator");
    case VHAND_PER_1:
        return is_in_order(v, item);
    case VHAND_CONTAINED: /* nothing is */
    case VHAND_REF_1: /* no fragment */
    case VHAND_TRUE:
    case VHAND_NONE:
        break;
    }
    return true;
}

/* ---- by the engine ---- */

enum { MOST_WORK = 1 << 20 };

/* One true is a yes; nothing at all is none, as the reference implementation has it. */
static bool is_yes(const ans_items *items)
{
    if (items->count != 1) {
        return items->count > 1;
    }
    const ans_item *one = &items->at[0];
    if (one->kind == ANS_ITEM_BOOLEAN) {
        return one->flag;
    }
    bool is_boolean = one->kind == ANS_ITEM_NODE && one->doc && one->node != ANS_JNONE && ans_json_kind_of(one->doc, one->node) == ANS_JSON_FALSE;
    return !is_boolean;
}

static ans_err evaluate(vrun *v, const vitem *item, const vconstraint *c, const vplace *at, bool *out)
{
    ans_item focus = {.kind = ANS_ITEM_NODE, .type = item->type, .node = item->node, .sibling = item->beside, .doc = v->doc};
    ans_items items = {0};
    *out = true;
    if (ans_cx_is_late(v->cx)) { /* one expression may take its million steps, a thousand of them must not */
        return ans_issue_add(v->cx, ANS_E_TIMEOUT, ANS_STR_NONE, "holding this against its definitions took too long");
    }
    ans_err err = ans_path_eval(&v->work, c->path, &v->path_env, &focus, &items);
    if (err == ANS_OK) {
        *out = is_yes(&items);
    } else if (err == ANS_E_VALUE || err == ANS_E_COSTLY || (err == ANS_E_TOOBIG && ans_arena_is_full(v->work.arena))) {
        ans_valid_say(v, ANS_VALID_WARNING, "processing", at, "the constraint %.*s could not be evaluated here", ANS_FMT(c->key));
        err = ANS_OK;
    } else {
        return ans_issue_pass(v->cx, &v->work, err);
    }
    v->work.issues = v->work.last_ = NULL;
    if (v->path_depth == 1 && (ans_arena_used(v->work.arena) > MOST_WORK || ans_arena_is_full(v->work.arena))) {
        ans_arena_reset(v->work.arena);
    }
    return err;
}

ans_err ans_valid_constraints(vrun *v, const vitem *item, const vrule *rule, const vplace *at)
{
    ans_err err = ANS_OK;
    bool before = true;
    for (uint32_t i = 0; err == ANS_OK && !v->env->form_only && i < rule->constraint_count; i++) {
        const vconstraint *c = &rule->constraints[i];
        bool yes = true;
        if (is_by_hand(v, item, c->hand)) {
            yes = holds_by_hand(v, item, c->hand);
        } else if (i > 0 && c->path && ans_str_eq(c->expression, rule->constraints[i - 1].expression)) {
            yes = before; /* txt-1 and txt-2 ask the same, of the longest text there is */
        } else if (c->path) {
            err = ans_valid_spend(v, 20);
            v->path_depth++;
            err = err == ANS_OK ? evaluate(v, item, c, at, &yes) : err;
            v->path_depth--;
        } else {
            ans_valid_say(v, ANS_VALID_INFORMATION, "processing", at, "the constraint %.*s is no FHIRPath that can be read here", ANS_FMT(c->key));
        }
        before = yes;
        if (err == ANS_OK && !yes) {
            ans_valid_say(v, c->is_warning ? ANS_VALID_WARNING : ANS_VALID_ERROR, "invariant", at, "the constraint %.*s does not hold: %.*s", ANS_FMT(c->key), ANS_FMT(c->human));
        }
    }
    return err;
}
