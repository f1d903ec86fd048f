/* Extract: what a response says as resources of their own, in a transaction Bundle.
 *
 * By observation: answers of items with a code, where observationExtract says so (the item, a group around it, or the form), become
 * Observations. By template: a resource contained in the form is copied, its expressions worked out (template.c). By definition: items
 * say which element of a resource they ask for (define.c). Who may keep what comes out is decided where the Bundle is sent.
 * spec: http://hl7.org/fhir/uv/sdc/extraction.html */
#include <stdio.h>

#include "base/os.h"
#include "form/extract_int.h"

/* ---- entries ---- */

static ans_str new_urn(ans_cx *cx)
{
    uint8_t r[16];
    ans_random(r, sizeof r);
    r[6] = (uint8_t)((r[6] & 0x0f) | 0x40);
    r[8] = (uint8_t)((r[8] & 0x3f) | 0x80);
    ans_str s = ans_arena_fmt(cx->arena, "urn:uuid:%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", r[0], r[1], r[2], r[3], r[4],
                              r[5], r[6], r[7], r[8], r[9], r[10], r[11], r[12], r[13], r[14], r[15]);
    return s.p ? s : ANS_STR("urn:uuid:");
}

void form_begin_entry(extracting *x, ans_str full_url)
{
    ans_jw_begin(&x->w, '{');
    ans_jw_kv(&x->w, ANS_STR("fullUrl"), full_url.n ? full_url : new_urn(x->u.cx));
    ans_jw_key(&x->w, ANS_STR("resource"));
}

void form_end_entry(extracting *x, ans_str type, ans_str id)
{
    ans_str url = id.n ? ans_arena_fmt(x->u.cx->arena, "%.*s/%.*s", ANS_FMT(type), ANS_FMT(id)) : type;
    ans_jw_key(&x->w, ANS_STR("request"));
    ans_jw_begin(&x->w, '{');
    ans_jw_kv(&x->w, ANS_STR("method"), id.n ? ANS_STR("PUT") : ANS_STR("POST"));
    ans_jw_kv(&x->w, ANS_STR("url"), url.p ? url : type);
    ans_jw_end(&x->w, '}');
    ans_jw_end(&x->w, '}');
}

/* ---- by observation ---- */

static void copy_member(extracting *x, ans_jnode from, const char *name, const char *as)
{
    const ans_json *doc = x->u.response.doc;
    ans_jnode n = ans_json_get(doc, from, ans_str_of(name));
    if (n != ANS_JNONE) {
        ans_jw_key(&x->w, ans_str_of(as));
        form_put(&x->w, doc, n);
    }
}

static void write_code(extracting *x, uint32_t item)
{
    const ans_form *f = x->u.form;
    ans_jnode codes = form_list(f->doc, f->items[item].node, "code");
    ans_jnode text = ans_json_get(f->doc, f->items[item].node, ANS_STR("text"));
    ans_jnode category = form_look_extension(&x->u, f->doc, f->items[item].node, SDC_URL "observation-extract-category", ANS_JNONE);
    category = category == ANS_JNONE ? form_look_extension(&x->u, f->doc, f->root, SDC_URL "observation-extract-category", ANS_JNONE) : category;
    category = category == ANS_JNONE ? ANS_JNONE : ans_json_get(f->doc, category, ANS_STR("valueCodeableConcept"));
    if (category != ANS_JNONE) {
        ans_jw_key(&x->w, ANS_STR("category"));
        ans_jw_begin(&x->w, '[');
        form_put(&x->w, f->doc, category);
        ans_jw_end(&x->w, ']');
    }
    ans_jw_key(&x->w, ANS_STR("code"));
    ans_jw_begin(&x->w, '{');
    ans_jw_key(&x->w, ANS_STR("coding"));
    form_put(&x->w, f->doc, codes);
    if (text != ANS_JNONE) {
        ans_jw_key(&x->w, ANS_STR("text"));
        form_put(&x->w, f->doc, text);
    }
    ans_jw_end(&x->w, '}');
}

/* A number with the unit that the form gives its item. */
static void write_measure(extracting *x, uint32_t item, ans_jnode value)
{
    const ans_form *f = x->u.form;
    ans_jnode ext = form_look_extension(&x->u, f->doc, f->items[item].node, CORE_URL "questionnaire-unit", ANS_JNONE);
    coding unit = form_coding(x->u.cx, f->doc, ext == ANS_JNONE ? ANS_JNONE : ans_json_get(f->doc, ext, ANS_STR("valueCoding")));
    ans_jw_key(&x->w, ANS_STR("valueQuantity"));
    ans_jw_begin(&x->w, '{');
    ans_jw_key(&x->w, ANS_STR("value"));
    form_put(&x->w, x->u.response.doc, value);
    if (unit.code.n) {
        ans_jw_kv(&x->w, ANS_STR("unit"), unit.display.n ? unit.display : unit.code);
        if (unit.system.n) {
            ans_jw_kv(&x->w, ANS_STR("system"), unit.system);
        }
        ans_jw_kv(&x->w, ANS_STR("code"), unit.code);
    }
    ans_jw_end(&x->w, '}');
}

/* value[x] of an Observation from value[x] of an answer: fewer types, so some become others. False: there is none for it. */
static bool write_value(extracting *x, uint32_t item, ans_jnode value, ans_str key)
{
    static const struct {
        const char *from, *to;
    } same[] = {{"valueBoolean", "valueBoolean"},   {"valueString", "valueString"}, {"valueTime", "valueTime"},
                {"valueDateTime", "valueDateTime"}, {"valueDate", "valueDateTime"}, {"valueQuantity", "valueQuantity"},
                {"valueUri", "valueString"}};
    const ans_form *f = x->u.form;
    bool has_unit = form_look_extension(&x->u, f->doc, f->items[item].node, CORE_URL "questionnaire-unit", ANS_JNONE) != ANS_JNONE;
    if (ans_str_is(key, "valueDecimal") || (ans_str_is(key, "valueInteger") && has_unit)) {
        write_measure(x, item, value);
        return true;
    }
    if (ans_str_is(key, "valueInteger")) {
        ans_jw_key(&x->w, key);
        form_put(&x->w, x->u.response.doc, value);
        return true;
    }
    if (ans_str_is(key, "valueCoding")) {
        ans_jw_key(&x->w, ANS_STR("valueCodeableConcept"));
        ans_jw_begin(&x->w, '{');
        ans_jw_key(&x->w, ANS_STR("coding"));
        ans_jw_begin(&x->w, '[');
        form_put(&x->w, x->u.response.doc, value);
        ans_jw_end(&x->w, ']');
        ans_jw_end(&x->w, '}');
        return true;
    }
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        if (ans_str_is(key, same[i].from)) {
            ans_jw_key(&x->w, ans_str_of(same[i].to));
            form_put(&x->w, x->u.response.doc, value);
            return true;
        }
    }
    return false;
}

static void write_source(extracting *x)
{
    const ans_json *doc = x->u.response.doc;
    ans_jnode root = x->u.response.root;
    ans_str id = ans_json_get_string(x->u.cx, doc, root, ANS_STR("id"));
    ans_str reference = id.n ? ans_arena_fmt(x->u.cx->arena, "QuestionnaireResponse/%.*s", ANS_FMT(id)) : ANS_STR_NONE;
    copy_member(x, root, "subject", "subject");
    copy_member(x, root, "encounter", "encounter");
    copy_member(x, root, "authored", "effectiveDateTime");
    if (ans_str_search(ans_json_get_string(x->u.cx, doc, root, ANS_STR("authored")), ANS_STR("T")) >= 0) {
        copy_member(x, root, "authored", "issued");
    }
    if (ans_json_get(doc, root, ANS_STR("author")) != ANS_JNONE) {
        ans_jw_key(&x->w, ANS_STR("performer"));
        ans_jw_begin(&x->w, '[');
        form_put(&x->w, doc, ans_json_get(doc, root, ANS_STR("author")));
        ans_jw_end(&x->w, ']');
    }
    if (reference.n) {
        ans_jw_key(&x->w, ANS_STR("derivedFrom"));
        ans_jw_begin(&x->w, '[');
        ans_jw_begin(&x->w, '{');
        ans_jw_kv(&x->w, ANS_STR("reference"), reference);
        ans_jw_end(&x->w, '}');
        ans_jw_end(&x->w, ']');
    }
}

static void write_observation(extracting *x, uint32_t item, ans_jnode answer)
{
    form_mark m = form_mark_here(&x->w);
    ans_str key;
    ans_jnode value = form_value_of(x->u.response.doc, answer, &key);
    if (value == ANS_JNONE) {
        return;
    }
    form_begin_entry(x, ANS_STR_NONE);
    ans_jw_begin(&x->w, '{');
    ans_jw_kv(&x->w, ANS_STR("resourceType"), ANS_STR("Observation"));
    ans_jw_kv(&x->w, ANS_STR("status"), ANS_STR("final"));
    write_code(x, item);
    write_source(x);
    bool done = write_value(x, item, value, key);
    ans_jw_end(&x->w, '}');
    form_end_entry(x, ANS_STR("Observation"), ANS_STR_NONE);
    if (!done) {
        form_take_back(&x->w, m);
    }
}

static ans_err observe(extracting *x, const scope *s, ans_jnode node)
{
    const ans_form *f = x->u.form;
    const ans_json *doc = x->u.response.doc;
    ans_jnode codes = form_list(f->doc, f->items[s->item].node, "code"), answers = form_list(doc, node, "answer");
    if (codes == ANS_JNONE || answers == ANS_JNONE) {
        return ANS_OK;
    }
    ANS_JSON_EACH(doc, answers, a)
    {
        write_observation(x, s->item, a);
    }
    return ANS_OK;
}

/* ---- the walk ---- */

/* Does observationExtract of the element say yes, no, or nothing (then what is said around it holds). */
static bool is_observed(use *u, ans_jnode element, bool around)
{
    const ans_form *f = u->form;
    ans_jnode ext = form_look_extension(u, f->doc, element, SDC_URL "observationExtract", ANS_JNONE);
    return ext == ANS_JNONE ? around : form_is_true(f->doc, ext, "valueBoolean");
}

/* An item of the response and all below it. As deep as the form. */
static ans_err walk(extracting *x, const scope *up, uint32_t at, bool observed)
{
    const laid *r = &x->u.response;
    const ans_form *f = x->u.form;
    uint32_t item = r->at[at].item;
    scope s;
    bool is_enabled = false;
    if (item == NO_ITEM) {
        return ANS_OK;
    }
    ans_err err = form_enter(&x->u, up, item, at, r->at[at].node, &s);
    err = err == ANS_OK ? form_is_enabled(&x->u, &s, &is_enabled) : err;
    if (err != ANS_OK || !is_enabled) {
        return err;
    }
    observed = is_observed(&x->u, f->items[item].node, observed);
    err = observed && item != 0 ? observe(x, &s, r->at[at].node) : ANS_OK;
    err = err == ANS_OK ? form_apply_definitions(x, up, at) : err;
    err = err == ANS_OK ? form_apply_templates(x, &s) : err;
    for (uint32_t i = at + 1; err == ANS_OK && i < r->at[at].end; i = r->at[i].end) {
        err = walk(x, &s, i, observed);
    }
    return err;
}

ans_err ans_form_extract(ans_cx *cx, const ans_form *form, const ans_form_env *env, const ans_json *response, ans_jnode root, ans_str *out)
{
    extracting x;
    ans_buf b;
    ans_buf_init_arena(&b, cx->arena, MOST_BYTES);
    ans_jw_init(&x.w, &b);
    ans_err err = form_use_begin(cx, form, env, response, root, &x.u);
    x.put_id = ANS_STR_NONE;
    x.kept = ans_arena_zalloc(cx->arena, KEPT_EXPRESSIONS * sizeof *x.kept);
    err = err == ANS_OK && !x.kept ? ans_cx_nomem(cx) : err;
    ans_jw_begin(&x.w, '{');
    ans_jw_kv(&x.w, ANS_STR("resourceType"), ANS_STR("Bundle"));
    ans_jw_kv(&x.w, ANS_STR("type"), ANS_STR("transaction"));
    form_mark m = form_mark_here(&x.w);
    ans_jw_key(&x.w, ANS_STR("entry"));
    ans_jw_begin(&x.w, '[');
    size_t before = b.n;
    err = err == ANS_OK ? walk(&x, NULL, 0, false) : err;
    err = err == ANS_OK && !x.u.looks ? form_spent(&x.u) : err;
    bool any = b.n > before;
    ans_jw_end(&x.w, ']');
    if (!any) {
        form_take_back(&x.w, m);
    }
    ans_jw_end(&x.w, '}');
    if (err == ANS_OK && ans_buf_finish(&b, out) != ANS_OK) {
        err = ans_issue_add(cx, ANS_E_TOOBIG, ANS_STR("Bundle"), "what is extracted would be more than 16 MiB");
    }
    return err;
}
