/* Compartments: which codes put a resource into one (content/access/compartments.json), and what a resource's own text says. */
#include "auth/rights.h"

typedef struct reading {
    ans_cx *cx;
    const ans_json *doc;
    ans_compartments *out;
} reading;

static ans_err bad(reading *r, const char *what, ans_str name)
{
    return ans_issue_add(r->cx, ANS_E_INVALID, ANS_STR("compartments.json"), "%s: '%.*s'", what, ANS_FMT(name));
}

static ans_err read_list(reading *r, ans_jnode object, const char *name, const ans_str **out, uint32_t *out_count)
{
    ans_jnode list = ans_json_get(r->doc, object, ans_str_of(name));
    uint32_t count = 0;
    if (list == ANS_JNONE) {
        return ANS_OK;
    }
    ans_str *at = ANS_NEW_N(r->cx->arena, ans_str, ans_json_count(r->doc, list) + 1);
    if (!at) {
        return ans_cx_nomem(r->cx);
    }
    ANS_JSON_EACH(r->doc, list, n) {
        at[count] = ans_json_string(r->cx, r->doc, n);
        if (!at[count++].n) {
            return bad(r, "a text is wanted in", ans_str_of(name));
        }
    }
    *out = at;
    *out_count = count;
    return ANS_OK;
}

static ans_err read_rule_types(reading *r, ans_jnode n, ans_code_rule *rule)
{
    const ans_str *names = NULL;
    uint32_t count = 0;
    ans_err err = read_list(r, n, "types", &names, &count);
    ans_type *types = err == ANS_OK ? ANS_NEW_N(r->cx->arena, ans_type, count + 1) : NULL;
    if (!types) {
        return err != ANS_OK ? err : ans_cx_nomem(r->cx);
    }
    for (uint32_t i = 0; i < count; i++) {
        types[i] = ans_fhir_type_named(names[i]);
        if (!types[i] || !ans_fhir_is_resource(types[i])) {
            return bad(r, "no resource type", names[i]);
        }
    }
    rule->types = types;
    rule->type_count = count;
    return ANS_OK;
}

static ans_err read_rule(reading *r, ans_jnode n, uint8_t label)
{
    ans_compartments *out = r->out;
    ans_code_rule *rule = &out->rules[out->rule_count++];
    *rule = (ans_code_rule){.label = label,
                            .system = ans_json_get_string(r->cx, r->doc, n, ANS_STR("system")),
                            .from = ans_json_get_string(r->cx, r->doc, n, ANS_STR("from")),
                            .to = ans_json_get_string(r->cx, r->doc, n, ANS_STR("to")),
                            .prefix = ans_json_get_string(r->cx, r->doc, n, ANS_STR("prefix"))};
    ans_err err = read_list(r, n, "list", &rule->list, &rule->list_count);
    err = err == ANS_OK ? read_list(r, n, "except", &rule->except, &rule->except_count) : err;
    err = err == ANS_OK ? read_rule_types(r, n, rule) : err;
    bool one_way = (rule->from.n && rule->to.n && rule->from.n == rule->to.n) + (rule->prefix.n > 0) + (rule->list_count > 0) == 1;
    if (err == ANS_OK && (!rule->system.n || !one_way)) {
        return bad(r, "a rule needs a system and one of from/to, prefix, list", rule->system);
    }
    ANS_JSON_EACH(r->doc, n, m) {
        static const char *const known = " system from to prefix list except types ";
        ans_str key = ans_arena_fmt(r->cx->arena, " %.*s ", ANS_FMT(ans_json_key(r->doc, m)));
        if (ans_str_search(ans_str_of(known), key) < 0) {
            return bad(r, "unknown member", ans_json_key(r->doc, m));
        }
    }
    return err;
}

static ans_err read_label(reading *r, ans_jnode n, uint8_t label)
{
    ans_jnode security = ans_json_get(r->doc, n, ANS_STR("security")), codes = ans_json_get(r->doc, n, ANS_STR("codes"));
    if (security == ANS_JNONE || codes == ANS_JNONE) {
        return bad(r, "security and codes are wanted", ans_json_key(r->doc, n));
    }
    ANS_JSON_EACH(r->doc, security, s) {
        ans_security *one = &r->out->security[r->out->security_count++];
        *one = (ans_security){label, ans_json_get_string(r->cx, r->doc, s, ANS_STR("system")), ans_json_get_string(r->cx, r->doc, s, ANS_STR("code"))};
        if (!one->system.n || !one->code.n) {
            return bad(r, "a coding needs system and code", ans_json_key(r->doc, n));
        }
    }
    ans_err err = ANS_OK;
    for (ans_jnode c = ans_json_first(r->doc, codes); err == ANS_OK && c != ANS_JNONE; c = ans_json_next(r->doc, codes, c)) {
        err = read_rule(r, c, label);
    }
    return err;
}

static ans_err read_all(reading *r)
{
    ans_jnode labels = ans_json_get(r->doc, 0, ANS_STR("labels"));
    ans_compartments *out = r->out;
    uint32_t most = r->doc->count;
    out->rules = ANS_NEW_N(r->cx->arena, ans_code_rule, most);
    out->security = ANS_NEW_N(r->cx->arena, ans_security, most);
    if (!out->rules || !out->security) {
        return ans_cx_nomem(r->cx);
    }
    for (uint8_t i = 0; i < ANS_LABEL_COUNT; i++) {
        ans_jnode n = ans_json_get(r->doc, labels, ans_str_of(ans_label_codes[i]));
        ans_err err = n == ANS_JNONE ? bad(r, "missing", ans_str_of(ans_label_codes[i])) : read_label(r, n, i);
        if (err != ANS_OK) {
            return err;
        }
    }
    if (ans_json_count(r->doc, labels) != ANS_LABEL_COUNT) {
        return bad(r, "a label this program does not know", ANS_STR("labels"));
    }
    const ans_str *inherit = NULL;
    ans_err err = read_list(r, 0, "inherit", &inherit, &out->inherit_count);
    out->inherit = (ans_str *)inherit;
    return err;
}

ans_err ans_compartments_read(ans_cx *cx, ans_str text, const ans_compartments **out)
{
    ans_json *doc = ANS_NEW(cx->arena, ans_json);
    ans_compartments *c = ANS_NEW(cx->arena, ans_compartments);
    ans_str kept = ans_arena_dup(cx->arena, text.n ? text : (ans_str){ans_access_compartments, ans_access_compartments_bytes});
    if (!doc || !c || !kept.p) {
        return ans_cx_nomem(cx);
    }
    ans_err err = ans_json_parse(cx, kept, NULL, doc);
    err = err == ANS_OK ? read_all(&(reading){cx, doc, c}) : err;
    *out = c;
    return err;
}

/* ---- judging ---- */

static bool in_list(const ans_str *list, uint32_t count, ans_str code)
{
    for (uint32_t i = 0; i < count; i++) {
        if (ans_str_eq(list[i], code)) {
            return true;
        }
    }
    return false;
}

static bool is_excepted(const ans_code_rule *rule, ans_str code)
{
    for (uint32_t i = 0; i < rule->except_count; i++) {
        if (ans_str_starts(code, rule->except[i])) {
            return true;
        }
    }
    return false;
}

bool ans_code_rule_fits(const ans_code_rule *rule, ans_type type, ans_str system, ans_str code)
{
    bool of_type = rule->type_count == 0;
    for (uint32_t i = 0; i < rule->type_count && !of_type; i++) {
        of_type = rule->types[i] == type;
    }
    if (!of_type || !ans_str_eq(system, rule->system) || is_excepted(rule, code)) {
        return false;
    }
    if (rule->prefix.n) {
        return ans_str_starts(code, rule->prefix);
    }
    if (rule->from.n) { /* by its first letters: B22.1 lies in B20..B24 */
        ans_str head = ans_str_head(code, rule->from.n);
        return head.n == rule->from.n && ans_str_cmp(head, rule->from) >= 0 && ans_str_cmp(head, rule->to) <= 0;
    }
    if (in_list(rule->list, rule->list_count, code)) {
        return true;
    }
    for (uint32_t i = 0; i < rule->list_count; i++) { /* O98.7 holds O98.71 */
        if (ans_str_find(rule->list[i], '.') > 0 && ans_str_starts(code, rule->list[i])) {
            return true;
        }
    }
    return false;
}

static uint8_t code_labels(const ans_compartments *c, ans_type type, ans_str system, ans_str code)
{
    uint8_t out = 0;
    for (uint32_t i = 0; i < c->rule_count; i++) {
        if (!(out >> c->rules[i].label & 1) && ans_code_rule_fits(&c->rules[i], type, system, code)) {
            out = (uint8_t)(out | 1u << c->rules[i].label);
        }
    }
    return out;
}

/* Every object with a system and a code below the root is a coding, wherever it stands. Nodes are a flat list. */
uint8_t ans_compartments_labels(const ans_compartments *c, ans_cx *cx, ans_type type, const ans_json *doc, ans_jnode root)
{
    uint8_t out = ans_compartments_marked(c, cx, doc, root);
    ans_jnode meta = ans_json_get(doc, root, ANS_STR("meta"));
    for (ans_jnode n = root; n < doc->nodes[root].next; n++) {
        if (n == meta) {
            n = doc->nodes[n].next - 1;
            continue;
        }
        if (ans_json_kind_of(doc, n) != ANS_JSON_OBJECT) {
            continue;
        }
        ans_str code = ans_json_get_string(cx, doc, n, ANS_STR("code"));
        ans_str system = code.n ? ans_json_get_string(cx, doc, n, ANS_STR("system")) : ANS_STR_NONE;
        if (system.n) {
            out |= code_labels(c, type, system, code);
        }
    }
    return out;
}

uint8_t ans_compartments_marked(const ans_compartments *c, ans_cx *cx, const ans_json *doc, ans_jnode root)
{
    ans_jnode list = ans_json_get(doc, ans_json_get(doc, root, ANS_STR("meta")), ANS_STR("security"));
    uint8_t out = 0;
    if (list == ANS_JNONE) {
        return 0;
    }
    ANS_JSON_EACH(doc, list, n) {
        ans_str system = ans_json_get_string(cx, doc, n, ANS_STR("system")), code = ans_json_get_string(cx, doc, n, ANS_STR("code"));
        for (uint32_t i = 0; i < c->security_count; i++) {
            if (ans_str_eq(c->security[i].system, system) && ans_str_eq(c->security[i].code, code)) {
                out = (uint8_t)(out | 1u << c->security[i].label);
            }
        }
    }
    return out;
}

ans_str ans_label_names(ans_arena *arena, uint8_t labels)
{
    ans_buf b;
    ans_str out = ANS_STR_NONE;
    ans_buf_init_arena(&b, arena, 64);
    for (uint32_t i = 0; i < ANS_LABEL_COUNT; i++) {
        if (labels >> i & 1) {
            ans_buf_add(&b, b.n ? ANS_STR(" ") : ANS_STR_NONE);
            ans_buf_add(&b, ans_str_of(ans_label_codes[i]));
        }
    }
    return ans_buf_finish(&b, &out) == ANS_OK ? ans_arena_dup(arena, out) : ANS_STR_NONE;
}
