/* CodeSystem/$lookup and $subsumes. spec: http://hl7.org/fhir/R4/codesystem-operations.html */
#include "rest/term_int.h"

/* ---- $lookup ---- */

static bool is_wanted(const term_call *c, ans_str property)
{
    for (uint32_t i = 0; i < c->property_count; i++) {
        if (ans_str_is(c->properties[i], "*") || ans_str_eq(c->properties[i], property)) {
            return true;
        }
    }
    return !c->property_count;
}

static void put_designations(term_call *c, const ans_term_designations *list)
{
    for (uint32_t i = 0; i < list->count; i++) {
        const ans_term_designation *d = &list->at[i];
        term_open(c, "designation");
        term_put(c, "language", "valueCode", d->language);
        if (d->use != ANS_JNONE && ans_json_kind_of(d->doc, d->use) == ANS_JSON_OBJECT) {
            ans_jw_begin(&c->w, '{');
            ans_jw_kv(&c->w, ANS_STR("name"), ANS_STR("use"));
            ans_jw_key(&c->w, ANS_STR("valueCoding"));
            ans_jw_copy(&c->w, d->doc, d->use);
            ans_jw_end(&c->w, '}');
        }
        term_put(c, "value", "valueString", d->value);
        term_close(c);
    }
}

static void put_relative(term_call *c, const char *property, const ans_term_system *s, uint32_t place)
{
    term_open(c, "property");
    term_put(c, "code", "valueCode", ans_str_of(property));
    term_put(c, "value", "valueCode", ans_term_concept_at(s, place)->code);
    term_close(c);
}

static ans_err put_relatives(term_call *c, const ans_term_system *s, uint32_t place)
{
    const uint32_t *others;
    uint32_t count = 0;
    ans_err err = ans_term_parents(c->cx, s, place, &count, &others);
    for (uint32_t i = 0; err == ANS_OK && is_wanted(c, ANS_STR("parent")) && i < count; i++) {
        put_relative(c, "parent", s, others[i]);
    }
    count = ans_term_children(s, place, &others);
    for (uint32_t i = 0; err == ANS_OK && is_wanted(c, ANS_STR("child")) && i < count; i++) {
        put_relative(c, "child", s, others[i]);
    }
    return err;
}

static void put_property(term_call *c, const ans_json *doc, ans_jnode p, ans_str code)
{
    term_open(c, "property");
    term_put(c, "code", "valueCode", code);
    ANS_JSON_EACH(doc, p, member)
    {
        if (ans_str_starts(ans_json_key(doc, member), ANS_STR("value"))) {
            ans_jw_begin(&c->w, '{');
            ans_jw_kv(&c->w, ANS_STR("name"), ANS_STR("value"));
            ans_jw_key(&c->w, ans_json_key(doc, member));
            ans_jw_copy(&c->w, doc, member);
            ans_jw_end(&c->w, '}');
            break;
        }
    }
    term_close(c);
}

/* Parents and children were said already, however the system writes them. */
static void put_properties(term_call *c, const ans_term_system *s, uint32_t place)
{
    const ans_json *doc;
    ans_jnode root, at = ans_term_concept_at(s, place)->at;
    ans_term_system_doc(s, &doc, &root);
    ans_jnode list = doc && at != ANS_JNONE ? ans_json_get(doc, at, ANS_STR("property")) : ANS_JNONE;
    if (list == ANS_JNONE) {
        return;
    }
    ANS_JSON_EACH(doc, list, p)
    {
        ans_str code = ans_json_get_string(c->cx, doc, p, ANS_STR("code"));
        if (code.n && !ans_str_is(code, "parent") && !ans_str_is(code, "child") && is_wanted(c, code)) {
            put_property(c, doc, p, code);
        }
    }
}

static ans_str name_of(term_call *c, const ans_term_system *s)
{
    const ans_json *doc;
    ans_jnode root;
    ans_term_system_doc(s, &doc, &root);
    ans_str name = doc ? ans_json_get_string(c->cx, doc, root, ANS_STR("title")) : ANS_STR_NONE;
    name = !name.n && doc ? ans_json_get_string(c->cx, doc, root, ANS_STR("name")) : name;
    return name.n ? name : ans_term_system_url(s);
}

static ans_err put_concept(term_call *c, const ans_term_system *s, uint32_t place)
{
    ans_term_names names;
    ans_term_designations list;
    ans_str display;
    ans_err err = ans_term_names_of(c->cx, &c->scope, s, &names);
    err = err == ANS_OK ? ans_term_display(c->cx, &names, place, c->language, &display) : err;
    err = err == ANS_OK ? ans_term_designations_of(c->cx, &names, place, &list) : err;
    if (err != ANS_OK) {
        return err;
    }
    const ans_term_concept *concept = ans_term_concept_at(s, place);
    term_begin(c);
    term_put(c, "name", "valueString", name_of(c, s));
    term_put(c, "version", "valueString", ans_term_system_version(s));
    term_put(c, "display", "valueString", display.n ? display : concept->code);
    if (is_wanted(c, ANS_STR("designation"))) {
        put_designations(c, &list);
    }
    err = put_relatives(c, s, place);
    put_properties(c, s, place);
    term_end(c);
    return err;
}

/* A unit, a language: it has no name but itself. */
static ans_err put_rule(term_call *c, const ans_term_code *code)
{
    term_begin(c);
    term_put(c, "name", "valueString", code->system);
    term_put(c, "display", "valueString", code->code);
    term_end(c);
    return ANS_OK;
}

static ans_err lookup(term_call *c)
{
    ans_term_code code;
    const ans_term_system *s;
    ans_term_verdict v;
    ans_err err = term_read_properties(c);
    err = err == ANS_OK ? term_code_asked(c, "version", &code) : err;
    if (err == ANS_OK && !code.system.n) {
        return term_bad(c, ANS_E_INVALID, "system", "say which code system");
    }
    err = err == ANS_OK ? ans_term_system_find(c->cx, &c->scope, code.system, code.version, &s) : err;
    if (err != ANS_OK) {
        return err;
    }
    if (!s) {
        err = ans_term_is_code_at(c->cx, &c->scope, &code, &v);
        return err == ANS_OK && v == ANS_TERM_IN ? put_rule(c, &code)
               : err != ANS_OK                   ? err
               : ans_term_is_rule(code.system)   ? term_bad(c, ANS_E_NOTFOUND, "code", "is none of %.*s", ANS_FMT(code.system))
                                                 : term_bad(c, ANS_E_NOTFOUND, "system", "this code system, or that version of it, is not here");
    }
    uint32_t place = ans_term_place(s, code.code);
    return place != ANS_TERM_NONE
               ? put_concept(c, s, place)
               : term_bad(c, ANS_E_NOTFOUND, "code", "is none of %.*s version %.*s%s", ANS_FMT(ans_term_system_url(s)),
                          ANS_FMT(ans_term_system_version(s)), ans_term_system_is_complete(s) ? "" : ", which is not complete here");
}

ans_err term_lookup(job *j, ans_reader *rd)
{
    (void)rd;
    return term_run(j, lookup);
}

/* ---- $subsumes ---- */

static ans_err place_of(term_call *c, const ans_term_system *s, const char *name, ans_str code, uint32_t *out)
{
    *out = ans_term_place(s, code);
    return *out != ANS_TERM_NONE ? ANS_OK : term_bad(c, ANS_E_NOTFOUND, name, "is no code of %.*s", ANS_FMT(ans_term_system_url(s)));
}

static ans_err read_pair(term_call *c, ans_term_code *a, ans_term_code *b)
{
    bool has_a = term_coding(c, "codingA", a), has_b = term_coding(c, "codingB", b);
    if (!has_a) {
        *a = (ans_term_code){.code = term_param(c, "codeA")};
    }
    if (!has_b) {
        *b = (ans_term_code){.code = term_param(c, "codeB")};
    }
    if (!a->code.n || !b->code.n) {
        return term_bad(c, ANS_E_INVALID, a->code.n ? "codeB" : "codeA", "give codeA and codeB with system, or codingA and codingB");
    }
    if (a->system.n && b->system.n && !ans_str_eq(a->system, b->system)) {
        return term_bad(c, ANS_E_INVALID, "codingB", "both codes must be of one code system");
    }
    return ANS_OK;
}

static ans_err subsumes(term_call *c)
{
    ans_term_code a, b;
    const ans_term_system *s = NULL;
    ans_str url, version = term_param(c, "version");
    uint32_t at_a = 0, at_b = 0;
    bool a_below = false, b_below = false;
    ans_err err = read_pair(c, &a, &b);
    if (err == ANS_OK && (a.system.n || b.system.n) && !c->j->route.id.n) {
        err = ans_term_system_find(c->cx, &c->scope, a.system.n ? a.system : b.system, a.version.n ? a.version : version, &s);
    } else if (err == ANS_OK) {
        err = term_system(c, "system", version, &s, &url);
    }
    if (err == ANS_OK && !s) {
        return term_bad(c, ANS_E_NOTFOUND, "system", "this code system, or that version of it, is not here");
    }
    err = err == ANS_OK ? place_of(c, s, "codeA", a.code, &at_a) : err;
    err = err == ANS_OK ? place_of(c, s, "codeB", b.code, &at_b) : err;
    err = err == ANS_OK ? ans_term_is_below(c->cx, s, at_a, at_b, &a_below) : err;
    err = err == ANS_OK ? ans_term_is_below(c->cx, s, at_b, at_a, &b_below) : err;
    if (err != ANS_OK) {
        return err;
    }
    term_begin(c);
    term_put(c, "outcome", "valueCode",
             ans_str_of(at_a == at_b ? "equivalent" : b_below ? "subsumes" : a_below ? "subsumed-by" : "not-subsumed"));
    term_end(c);
    return ANS_OK;
}

ans_err term_subsumes(job *j, ans_reader *rd)
{
    (void)rd;
    return term_run(j, subsumes);
}
