/* Extensions: what their definition says, and where it allows them to stand.
 * spec: http://hl7.org/fhir/R4/defining-extensions.html#context */
#include "valid/valid_int.h"

/* ---- where ---- */

/* The definition's path of the element that carries the extension, in every form a context may have: "Patient.contact.name",
 * its type ("HumanName"), and the types that is one of ("Element"). */
static bool is_in_types(ans_str wanted, ans_type t)
{
    for (; t; t = ans_fhir_types[t].base) {
        if (ans_str_eq(ans_fhir_type_name(t), wanted)) {
            return true;
        }
    }
    return false;
}

/* Element names from the resource (or extension) down to here, compared from the end. */
static bool is_path(ans_str wanted, const vplace *at)
{
    while (at) {
        ptrdiff_t dot = ans_str_rfind(wanted, '.');
        ans_str last = ans_str_from(wanted, (size_t)(dot + 1));
        if (last.n > 3 && ans_str_is(ans_str_from(last, last.n - 3), "[x]")) {
            last.n -= 3;
        }
        if (dot < 0) {
            return ans_str_eq(last, at->name) || ans_str_is(at->name, "resource") || ans_str_is(at->name, "contained");
        }
        if (!ans_str_eq(last, at->name)) {
            return false;
        }
        wanted = ans_str_head(wanted, (size_t)dot);
        at = at->up;
    }
    return false;
}

/* The first name of a path that begins below a type that is not the resource: "HumanName.family". */
static bool is_below_type(ans_str wanted, const vplace *at)
{
    ptrdiff_t dot = ans_str_find(wanted, '.');
    const vplace *up[64];
    uint32_t n = 0;
    for (const vplace *p = at; p && n < 64; p = p->up) {
        up[n++] = p;
    }
    ans_str rest = ans_str_from(wanted, (size_t)(dot + 1)), part;
    ans_type t = dot > 0 ? ans_fhir_type_named(ans_str_head(wanted, (size_t)dot)) : 0;
    uint32_t parts = 1;
    for (size_t i = 0; i < rest.n; i++) {
        parts += rest.p[i] == '.';
    }
    if (!t || parts > n) {
        return false;
    }
    for (uint32_t i = parts; i-- > 0;) {
        (void)ans_str_cut(&rest, '.', &part);
        part.n -= part.n > 3 && ans_str_is(ans_str_from(part, part.n - 3), "[x]") ? 3 : 0;
        if (!ans_str_eq(part, up[i]->name)) {
            return false;
        }
    }
    return true;
}

/* at: the place of the extension; carrier: the element it stands on. */
static bool is_element_context(ans_str wanted, const vplace *at, ans_type carrier)
{
    ptrdiff_t hash = ans_str_find(wanted, '#');
    wanted = hash >= 0 ? ans_str_from(wanted, (size_t)hash + 1) : wanted;
    return ans_str_is(wanted, "Element") || ans_str_is(wanted, "*") || is_in_types(wanted, carrier) || is_path(wanted, at->up) ||
           (ans_str_find(wanted, '.') > 0 && is_below_type(wanted, at->up));
}

/* A part of another extension. */
static bool is_extension_context(vrun *v, ans_str wanted, ans_jnode carrier)
{
    return ans_str_eq(ans_valid_member(v, carrier, "url"), wanted);
}

/* Where R4's own definitions use an extension, though the context that R4 gives it is narrower. */
static bool is_used_here(ans_str url, ans_str carrier)
{
    static const char *const uses[][2] = {
        {"structuredefinition-fhir-type", "ElementDefinition.type"},
        {"structuredefinition-normative-version", "CodeSystem"},
        {"structuredefinition-normative-version", "ValueSet"},
        {"structuredefinition-normative-version", "OperationDefinition"},
        {"structuredefinition-normative-version", "ElementDefinition"},
        {"regex", "ElementDefinition.type"},
        {"translation", "ValueSet.expansion.contains"},
        {"valueset-concept-comments", "CodeSystem.concept"},
        {"capabilitystatement-expectation", "CapabilityStatement.rest.resource"},           /* as every guide does */
        {"capabilitystatement-expectation", "CapabilityStatement.rest.resource.operation"},
    };
    static const ans_str core = ANS_STR("http://hl7.org/fhir/StructureDefinition/");
    bool found = false;
    for (size_t i = 0; !found && ans_str_starts(url, core) && i < sizeof uses / sizeof *uses; i++) {
        found = ans_str_is(ans_str_from(url, core.n), uses[i][0]) && ans_str_is(carrier, uses[i][1]);
    }
    return found;
}

/* A context in FHIRPath is let pass: in R4 its focus is not settled. */
static bool is_allowed_here(vrun *v, const vprofile *p, const vplace *at)
{
    if (is_used_here(p->url, ans_fhir_type_name(v->carrier_type))) {
        return true;
    }
    ans_jnode list = ans_json_get(p->doc, 0, ANS_STR("context"));
    bool any = false;
    if (list == ANS_JNONE || ans_json_kind_of(p->doc, list) != ANS_JSON_ARRAY) {
        return true;
    }
    ANS_JSON_EACH(p->doc, list, c) {
        ans_str type = ans_json_get_string(v->cx, p->doc, c, ANS_STR("type")), expression = ans_json_get_string(v->cx, p->doc, c, ANS_STR("expression"));
        any = any || ans_str_is(type, "fhirpath") || (ans_str_is(type, "element") && is_element_context(expression, at, v->carrier_type)) ||
              (ans_str_is(type, "extension") && is_extension_context(v, expression, v->carrier));
    }
    return any;
}

/* ---- what ---- */

ans_err ans_valid_extension(vrun *v, const vitem *item, bool is_modifier, const vplace *at)
{
    ans_str url = ans_valid_member(v, item->node, "url");
    const vprofile *p = NULL;
    if (!url.n) {
        return ANS_OK;
    }
    if (ans_str_find(url, ':') <= 0) {
        /* names of parts stand within an extension only, and its own definition knows them */
        bool is_part = at->up && (ans_str_is(at->up->name, "extension") || ans_str_is(at->up->name, "modifierExtension"));
        if (!is_part) {
            ans_valid_say(v, ANS_VALID_ERROR, "extension", at, "found an extension with a relative url, expected an absolute one");
        }
        return ANS_OK;
    }
    ans_err err = ans_valid_profile(v, url, &p);
    if (err != ANS_OK || !p || !p->root || !ans_str_is(ans_fhir_type_name(p->type), "Extension")) {
        bool is_core = ans_str_starts(url, ANS_STR("http://hl7.org/fhir/StructureDefinition/"));
        if (err == ANS_OK && is_modifier) {
            ans_valid_say(v, ANS_VALID_WARNING, "extension", at, "found a modifier extension that is not known here: %.*s", ANS_FMT(ans_str_head(url, 200)));
        } else if (err == ANS_OK && is_core) {
            ans_valid_say(v, ANS_VALID_WARNING, "extension", at, "found an extension that R4 does not define: %.*s", ANS_FMT(ans_str_head(url, 200)));
        }
        return err;
    }
    if (!is_allowed_here(v, p, at)) {
        ans_valid_say(v, ANS_VALID_ERROR, "extension", at, "found the extension %.*s, which its definition does not allow on this element", ANS_FMT(url));
    }
    if (is_modifier != p->is_modifier) {
        ans_valid_say(v, ANS_VALID_ERROR, "extension", at, "found the extension %.*s as %s, its definition says the other", ANS_FMT(url), is_modifier ? "a modifier" : "no modifier");
    }
    return ans_valid_against(v, item, p, at);
}
