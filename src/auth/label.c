/* Compartments: which codes and forms put a resource into one (content/access/compartments.json), what a resource's own text says, and
 * what stays open beside one because care needs it. */
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

static ans_err read_types(reading *r, ans_jnode n, const char *name, const ans_type **out, uint32_t *out_count)
{
    const ans_str *names = NULL;
    uint32_t count = 0;
    ans_err err = read_list(r, n, name, &names, &count);
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
    *out = types;
    *out_count = count;
    return ANS_OK;
}

/* Members of a table are few and known: a slip in a name would open what is meant to be shut. known: " one two ". */
static ans_err read_names(reading *r, ans_jnode n, const char *known)
{
    ANS_JSON_EACH(r->doc, n, m) {
        ans_str key = ans_arena_fmt(r->cx->arena, " %.*s ", ANS_FMT(ans_json_key(r->doc, m)));
        if (ans_str_search(ans_str_of(known), key) < 0) {
            return bad(r, "unknown member", ans_json_key(r->doc, m));
        }
    }
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
    err = err == ANS_OK ? read_types(r, n, "types", &rule->types, &rule->type_count) : err;
    bool one_way = (rule->from.n && rule->to.n && rule->from.n == rule->to.n) + (rule->prefix.n > 0) + (rule->list_count > 0) == 1;
    if (err == ANS_OK && (!rule->system.n || !one_way)) {
        return bad(r, "a rule needs a system and one of from/to, prefix, list", rule->system);
    }
    return err == ANS_OK ? read_names(r, n, " system from to prefix list except types ") : err;
}

static ans_err read_forms(reading *r, ans_jnode n, const char *name, uint8_t label)
{
    const ans_str *list = NULL;
    uint32_t count = 0;
    ans_err err = read_list(r, n, name, &list, &count);
    for (uint32_t i = 0; err == ANS_OK && i < count; i++) {
        r->out->forms[r->out->form_count++] = (ans_form_rule){label, strcmp(name, "forms") == 0, list[i]};
    }
    return err;
}

static ans_err read_open(reading *r, ans_jnode n, uint8_t label)
{
    ans_str type = ans_json_get_string(r->cx, r->doc, n, ANS_STR("type"));
    ans_open_rule *rule = &r->out->open[r->out->open_count++];
    *rule = (ans_open_rule){.label = label,
                            .type = ans_fhir_type_named(type),
                            .system = ans_json_get_string(r->cx, r->doc, n, ANS_STR("system")),
                            .code = ans_json_get_string(r->cx, r->doc, n, ANS_STR("code"))};
    if (!rule->type || !ans_fhir_is_resource(rule->type) || (rule->code.n && !rule->system.n)) {
        return bad(r, "no resource type, or a code without a system", type);
    }
    return read_names(r, n, " type system code ");
}

static ans_err read_label(reading *r, ans_jnode n, uint8_t label)
{
    ans_jnode open = ans_json_get(r->doc, n, ANS_STR("open"));
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
    err = err == ANS_OK ? read_forms(r, n, "forms", label) : err;
    err = err == ANS_OK ? read_forms(r, n, "stems", label) : err;
    for (ans_jnode o = open == ANS_JNONE ? open : ans_json_first(r->doc, open); err == ANS_OK && o != ANS_JNONE; o = ans_json_next(r->doc, open, o)) {
        err = read_open(r, o, label);
    }
    return err == ANS_OK ? read_names(r, n, " title security codes forms stems open ") : err;
}

static ans_err read_all(reading *r)
{
    ans_jnode labels = ans_json_get(r->doc, 0, ANS_STR("labels"));
    ans_compartments *out = r->out;
    uint32_t most = r->doc->count;
    out->rules = ANS_NEW_N(r->cx->arena, ans_code_rule, most);
    out->security = ANS_NEW_N(r->cx->arena, ans_security, most);
    out->forms = ANS_NEW_N(r->cx->arena, ans_form_rule, most);
    out->open = ANS_NEW_N(r->cx->arena, ans_open_rule, most);
    if (!out->rules || !out->security || !out->forms || !out->open) {
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
    return err == ANS_OK ? read_types(r, 0, "form_types", &out->form_types, &out->form_type_count) : err;
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

/* ---- forms ---- */

#define FORM_URL "urn:ansinh:form:"

static bool is_form_type(const ans_compartments *c, ans_type type)
{
    bool is = false;
    for (uint32_t i = 0; i < c->form_type_count && !is; i++) {
        is = c->form_types[i] == type;
    }
    return is;
}

/* A code, or with is_form the id of a form, that belongs to a stem. */
static ans_labels stem_labels(const ans_compartments *c, ans_str code, bool is_form)
{
    ans_labels out = 0;
    for (uint32_t i = 0; i < c->form_count; i++) {
        const ans_form_rule *f = &c->forms[i];
        bool longer = code.n > f->stem.n && code.p[f->stem.n] == '-' && ans_str_starts(code, f->stem);
        if (is_form ? f->is_form && ans_str_eq(code, f->stem) : longer || ans_str_eq(code, f->stem)) {
            out = (ans_labels)(out | 1u << f->label);
        }
    }
    return out;
}

static bool is_form_system(ans_str system)
{
    static const char *const systems[] = {"answer", "band", "score", "alert", "positive"};
    ans_str rest = ans_str_starts(system, ANS_STR("urn:ansinh:")) ? ans_str_from(system, 11) : ANS_STR_NONE;
    for (size_t i = 0; i < sizeof systems / sizeof *systems && rest.n; i++) {
        if (ans_str_is(rest, systems[i])) {
            return true;
        }
    }
    return false;
}

/* A text that names a form: what is answered, what is asked for. */
static ans_labels form_labels(const ans_compartments *c, ans_str text)
{
    ans_str id;
    if (!ans_str_starts(text, ANS_STR(FORM_URL))) {
        return 0;
    }
    text = ans_str_from(text, sizeof FORM_URL - 1);
    (void)ans_str_cut(&text, '|', &id);
    return stem_labels(c, id, true);
}

static ans_labels code_labels(const ans_compartments *c, ans_type type, ans_str system, ans_str code)
{
    ans_labels out = is_form_system(system) && is_form_type(c, type) ? stem_labels(c, code, false) : 0;
    for (uint32_t i = 0; i < c->rule_count; i++) {
        if (!(out >> c->rules[i].label & 1) && ans_code_rule_fits(&c->rules[i], type, system, code)) {
            out = (ans_labels)(out | 1u << c->rules[i].label);
        }
    }
    return out;
}

/* Every object with a system and a code below the root is a coding, wherever it stands; every text that begins as the url of a form does names
 * one. Nodes are a flat list. */
ans_labels ans_compartments_labels(const ans_compartments *c, ans_cx *cx, ans_type type, const ans_json *doc, ans_jnode root)
{
    ans_labels out = ans_compartments_marked(c, cx, doc, root);
    bool has_forms = is_form_type(c, type);
    ans_jnode meta = ans_json_get(doc, root, ANS_STR("meta"));
    for (ans_jnode n = root; n < doc->nodes[root].next; n++) {
        if (n == meta) {
            n = doc->nodes[n].next - 1;
            continue;
        }
        if (ans_json_kind_of(doc, n) != ANS_JSON_OBJECT) {
            bool is_text = has_forms && ans_json_kind_of(doc, n) == ANS_JSON_STRING && ans_json_raw(doc, n).n > sizeof FORM_URL;
            out |= is_text ? form_labels(c, ans_json_string(cx, doc, n)) : 0;
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

static bool has_coding(ans_cx *cx, const ans_json *doc, ans_jnode root, ans_str system, ans_str code)
{
    for (ans_jnode n = root; n < doc->nodes[root].next; n++) {
        if (ans_json_kind_of(doc, n) == ANS_JSON_OBJECT && ans_str_eq(ans_json_get_string(cx, doc, n, ANS_STR("system")), system) &&
            (!code.n || ans_str_eq(ans_json_get_string(cx, doc, n, ANS_STR("code")), code))) {
            return true;
        }
    }
    return false;
}

ans_labels ans_compartments_open(const ans_compartments *c, ans_cx *cx, ans_type type, const ans_json *doc, ans_jnode root)
{
    ans_labels out = 0;
    for (uint32_t i = 0; i < c->open_count; i++) {
        const ans_open_rule *r = &c->open[i];
        if (r->type == type && (!r->system.n || has_coding(cx, doc, root, r->system, r->code))) {
            out = (ans_labels)(out | 1u << r->label);
        }
    }
    return out;
}

ans_labels ans_compartments_marked(const ans_compartments *c, ans_cx *cx, const ans_json *doc, ans_jnode root)
{
    ans_jnode list = ans_json_get(doc, ans_json_get(doc, root, ANS_STR("meta")), ANS_STR("security"));
    ans_labels out = 0;
    if (list == ANS_JNONE) {
        return 0;
    }
    ANS_JSON_EACH(doc, list, n) {
        ans_str system = ans_json_get_string(cx, doc, n, ANS_STR("system")), code = ans_json_get_string(cx, doc, n, ANS_STR("code"));
        for (uint32_t i = 0; i < c->security_count; i++) {
            if (ans_str_eq(c->security[i].system, system) && ans_str_eq(c->security[i].code, code)) {
                out = (ans_labels)(out | 1u << c->security[i].label);
            }
        }
    }
    return out;
}

ans_str ans_label_names(ans_arena *arena, ans_labels labels)
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
