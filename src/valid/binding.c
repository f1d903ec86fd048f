/* Codes: is what stands here in the value set that is bound to it? And is the system of a coding a system at all?
 * spec: http://hl7.org/fhir/R4/terminologies.html#strength */
#include "valid/valid_int.h"

static ans_err ask(vrun *v, ans_str value_set, const ans_term_code *code, ans_term_verdict *out)
{
    const ans_valid_host *host = v->env->host;
    *out = ANS_TERM_UNKNOWN;
    return host && host->has_code && code->code.n ? host->has_code(host->arg, v->cx, v->env->defs, value_set, code, out) : ANS_OK;
}

/* The short names that the RESTful interface has for its own formats (http.html#mime-type); R4's TestScripts are full of them. */
static bool is_short_format(ans_str value_set, ans_str code)
{
    return ans_str_starts(value_set, ANS_STR("http://hl7.org/fhir/ValueSet/mimetypes")) && (ans_str_is(code, "xml") || ans_str_is(code, "json") || ans_str_is(code, "ttl"));
}

static ans_err ask_coding(vrun *v, ans_jnode node, const char *code_name, ans_str value_set, ans_term_verdict *out)
{
    ans_term_code code = {.system = ans_valid_member(v, node, "system"), .version = ans_valid_member(v, node, "version"), .code = ans_valid_member(v, node, code_name)};
    *out = ANS_TERM_OUT;
    if (!code.code.n) {
        *out = ANS_TERM_UNKNOWN;
        return ANS_OK;
    }
    if (!code.system.n) { /* a coding without a system is in no value set */
        return ANS_OK;
    }
    return ask(v, value_set, &code, out);
}

/* A concept is in when one of its codings is; without codings nobody can tell. */
static ans_err ask_concept(vrun *v, ans_jnode node, ans_str value_set, ans_term_verdict *out)
{
    ans_jnode list = ans_json_get(v->doc, node, ANS_STR("coding"));
    bool is_list = list != ANS_JNONE && ans_json_kind_of(v->doc, list) == ANS_JSON_ARRAY;
    ans_err err = ANS_OK;
    *out = is_list ? ANS_TERM_OUT : ANS_TERM_UNKNOWN;
    for (ans_jnode n = is_list ? ans_json_first(v->doc, list) : ANS_JNONE; err == ANS_OK && n != ANS_JNONE && *out != ANS_TERM_IN; n = ans_json_next(v->doc, list, n)) {
        ans_term_verdict one;
        err = ask_coding(v, n, "code", value_set, &one);
        *out = one == ANS_TERM_OUT ? *out : one;
    }
    return err;
}

ans_err ans_valid_in_value_set(vrun *v, const vitem *item, ans_str value_set, ans_term_verdict *out)
{
    const char *type = ans_fhir_types[item->type].name;
    *out = ANS_TERM_UNKNOWN;
    if (item->node == ANS_JNONE) {
        return ANS_OK;
    }
    ans_json_kind kind = ans_json_kind_of(v->doc, item->node);
    if (kind == ANS_JSON_STRING) {
        ans_term_code code = {.code = ans_valid_string(v, item->node)};
        if (is_short_format(value_set, code.code)) {
            *out = ANS_TERM_IN;
            return ANS_OK;
        }
        return ask(v, value_set, &code, out);
    }
    if (kind != ANS_JSON_OBJECT) {
        return ANS_OK;
    }
    if (strcmp(type, "CodeableConcept") == 0) {
        return ask_concept(v, item->node, value_set, out);
    }
    bool is_coded = strcmp(type, "Coding") == 0 || ans_fhir_is_a(item->type, v->quantity);
    return is_coded ? ask_coding(v, item->node, "code", value_set, out) : ANS_OK;
}

/* A binding on a choice of Quantity and concepts (component.value[x] of vital signs) may speak of units or of concepts; it does not say. */
static bool may_be_of_units(const vrun *v, const vitem *item, const vrule *rule)
{
    bool has_quantity = false;
    for (uint32_t i = 0; i < rule->type_count; i++) {
        has_quantity = has_quantity || rule->types[i].type == v->quantity;
    }
    return rule->is_choice && has_quantity && item->type != v->quantity;
}

/* A preferred binding may have a limit: languages are any of BCP 47, and nothing else. */
static ans_err check_limit(vrun *v, const vitem *item, const vrule *rule, const vplace *at)
{
    ans_term_verdict in;
    if (!rule->max_value_set.n || v->env->form_only) {
        return ANS_OK;
    }
    ans_err err = ans_valid_in_value_set(v, item, rule->max_value_set, &in);
    if (err == ANS_OK && in == ANS_TERM_OUT) {
        ans_valid_say(v, ANS_VALID_ERROR, "invalid", at, "found a code that is not in the largest value set allowed here, %.*s", ANS_FMT(rule->max_value_set));
    }
    return err;
}

/* "Required" speaks of the concept, not only of codes: words alone are none of the value set. */
static bool has_only_words(const vrun *v, const vitem *item)
{
    return strcmp(ans_fhir_types[item->type].name, "CodeableConcept") == 0 && ans_json_kind_of(v->doc, item->node) == ANS_JSON_OBJECT &&
           ans_json_get(v->doc, item->node, ANS_STR("coding")) == ANS_JNONE && ans_json_get(v->doc, item->node, ANS_STR("text")) != ANS_JNONE;
}

ans_err ans_valid_binding(vrun *v, const vitem *item, const vrule *rule, const vplace *at)
{
    ans_term_verdict in;
    if (item->node == ANS_JNONE) {
        return ANS_OK;
    }
    if (rule->strength == VBIND_WEAKER) {
        return check_limit(v, item, rule, at);
    }
    if (rule->strength == VBIND_REQUIRED && has_only_words(v, item)) {
        ans_valid_say(v, ANS_VALID_ERROR, "required", at, "found words and no code, expected one of the value set %.*s", ANS_FMT(rule->value_set));
        return ANS_OK;
    }
    ans_err err = ans_valid_in_value_set(v, item, rule->value_set, &in);
    if (err != ANS_OK || in != ANS_TERM_OUT || !v->env->host || !v->env->host->has_code) {
        return err;
    }
    bool is_string = ans_json_kind_of(v->doc, item->node) == ANS_JSON_STRING;
    ans_str code = is_string ? ans_str_head(ans_valid_string(v, item->node), 64) : ANS_STR_NONE;
    bool is_required = rule->strength == VBIND_REQUIRED && !may_be_of_units(v, item, rule);
    ans_valid_say(v, is_required ? ANS_VALID_ERROR : ANS_VALID_WARNING, "code-invalid", at, "found %s%.*s%s, expected one of the value set %.*s%s", is_string ? "'" : "no code that fits",
                  ANS_FMT(code), is_string ? "'" : "", ANS_FMT(rule->value_set), is_required ? "" : " unless none of it fits");
    return ANS_OK;
}

/* ---- systems ---- */

static bool has_scheme(ans_str url)
{
    ptrdiff_t colon = ans_str_find(url, ':');
    ptrdiff_t slash = ans_str_find(url, '/');
    return colon > 0 && (slash < 0 || colon < slash);
}

void ans_valid_coding(vrun *v, const vitem *item, const vplace *at)
{
    ans_str system = ans_valid_member(v, item->node, "system");
    vplace here = {at, ANS_STR("system"), MANY};
    if (!system.n) {
        return;
    }
    if (!has_scheme(system)) {
        ans_valid_say(v, ANS_VALID_ERROR, "invalid", &here, "found a system that is relative or local, expected an absolute URI");
        return;
    }
    bool is_coding = ans_str_is(ans_fhir_type_name(item->type), "Coding");
    ans_str value = is_coding ? ANS_STR_NONE : ans_valid_member(v, item->node, "value");
    if (value.n && ans_str_is(system, "urn:ietf:rfc:3986") && !has_scheme(value)) { /* Identifier.system: "the value SHALL be a full URI" */
        vplace beside = {at, ANS_STR("value"), MANY};
        ans_valid_say(v, ANS_VALID_WARNING, "invalid", &beside, "found no full URI, which the system urn:ietf:rfc:3986 says it is");
    }
    if (is_coding && ans_str_search(system, ANS_STR("/ValueSet/")) > 0 && ans_defs_find(v->env->defs, v->value_set, system) && !ans_defs_find(v->env->defs, v->code_system, system)) {
        ans_valid_say(v, ANS_VALID_ERROR, "invalid", &here, "found the URL of a value set (%.*s), expected that of a code system", ANS_FMT(ans_str_head(system, 200)));
    }
}
