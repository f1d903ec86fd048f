/* A template: a resource contained in the form, copied member by member.
 *
 * An element with a templateExtractContext is there once for each item its expression gives (in a list), or only when it gives one; that
 * item is what the expressions below it begin with. An element or primitive with a templateExtractValue becomes what its expression
 * gives, or is left out. What is empty in the end is left out too.
 * spec: http://hl7.org/fhir/uv/sdc/extraction.html#template-based-extraction */
#include "form/extract_int.h"

enum { MOST_COPIES = 1000 }; /* of one element of a template */

static ans_err copy_object(extracting *x, const scope *s, ans_jnode n, bool *out_any);

static bool is_of_template(ans_str url)
{
    return ans_str_is(url, SDC_URL "templateExtractContext") || ans_str_is(url, SDC_URL "templateExtractValue");
}

/* The text of an extension as an expression of the scope's item. Copies of one template come one after another, so it is kept. */
static ans_err compiled(extracting *x, const scope *s, ans_jnode ext, ans_str text, const form_expr **out)
{
    const ans_form *f = x->u.form;
    form_expr *e = &x->kept[ext % KEPT_EXPRESSIONS].e;
    bool is_kept = x->kept[ext % KEPT_EXPRESSIONS].ext == ext && x->kept[ext % KEPT_EXPRESSIONS].item == s->item;
    *out = e;
    if (is_kept) {
        return form_look(&x->u, 1) ? ANS_OK : form_spent(&x->u);
    }
    if (!form_look(&x->u, 1000 + text.n * 16 + f->expr_count * (uint64_t)16)) {
        return form_spent(&x->u);
    }
    x->kept[ext % KEPT_EXPRESSIONS].ext = ext;
    x->kept[ext % KEPT_EXPRESSIONS].item = s->item;
    return form_read_elsewhere(x->u.cx, x->u.cx->arena, f, s->item, text, e);
}

/* What the expression of an extension gives; false in *out_there: the element has no such extension. */
static ans_err evaluate(extracting *x, const scope *s, ans_jnode element, const char *url, bool *out_there, ans_items *out)
{
    const ans_form *f = x->u.form;
    const form_expr *e;
    ans_jnode ext = element == ANS_JNONE ? ANS_JNONE : form_extension(f->doc, element, url, ANS_JNONE);
    *out_there = ext != ANS_JNONE;
    if (!*out_there) {
        return ANS_OK;
    }
    ans_jnode value = ans_json_get(f->doc, ext, ANS_STR("valueExpression"));
    ans_str text = value != ANS_JNONE ? ans_json_get_string(x->u.cx, f->doc, value, ANS_STR("expression"))
                                      : ans_json_get_string(x->u.cx, f->doc, ext, ANS_STR("valueString"));
    ans_err err = compiled(x, s, ext, text, &e);
    err = err == ANS_OK ? form_evaluate(&x->u, s, e, out) : err;
    out->count = out->count < MOST_COPIES ? out->count : MOST_COPIES;
    return err;
}

/* A result as it stands: a node copied, a value written. False: it has nothing to write. */
static bool put_item(extracting *x, const ans_item *item)
{
    form_mark m = form_mark_here(&x->w);
    ans_jw_raw(&x->w, ANS_STR(""));
    size_t before = x->w.buf->n;
    ans_item_print(x->u.cx, item, x->w.buf);
    ans_str text = {x->w.buf->p + before, x->w.buf->n - before};
    if (!text.n || ans_str_is(text, "null") || ans_str_is(text, "\"\"")) {
        form_take_back(&x->w, m);
        return false;
    }
    return true;
}

/* ---- elements ---- */

/* One element of a list or of a member, and whatever its extensions make of it. alone: at most one may come of it. */
static ans_err copy_element(extracting *x, const scope *s, ans_jnode n, bool alone, bool *out_any)
{
    const ans_json *doc = x->u.form->doc;
    ans_items items = {0};
    bool there, any;
    if (ans_json_kind_of(doc, n) != ANS_JSON_OBJECT) {
        form_put(&x->w, doc, n);
        *out_any = true;
        return ANS_OK;
    }
    ans_err err = evaluate(x, s, n, SDC_URL "templateExtractValue", &there, &items);
    if (err != ANS_OK || there) {
        for (uint32_t i = 0; err == ANS_OK && i < items.count && !(alone && *out_any); i++) {
            *out_any = put_item(x, &items.at[i]) || *out_any;
        }
        return err;
    }
    err = evaluate(x, s, n, SDC_URL "templateExtractContext", &there, &items);
    if (err == ANS_OK && !there) {
        err = copy_object(x, s, n, &any);
        *out_any = *out_any || any;
        return err;
    }
    for (uint32_t i = 0; err == ANS_OK && i < items.count && !(alone && *out_any); i++) {
        scope inner = *s;
        inner.focus = items.at[i];
        err = copy_object(x, &inner, n, &any);
        *out_any = *out_any || any;
    }
    return err;
}

static ans_err copy_list(extracting *x, const scope *s, ans_jnode list, bool *out_any)
{
    const ans_json *doc = x->u.form->doc;
    ans_err err = ANS_OK;
    ans_jw_begin(&x->w, '[');
    for (ans_jnode n = ans_json_first(doc, list); err == ANS_OK && n != ANS_JNONE; n = ans_json_next(doc, list, n)) {
        bool any = false;
        bool is_ours = ans_json_kind_of(doc, n) == ANS_JSON_OBJECT && is_of_template(ans_json_get_string(x->u.cx, doc, n, ANS_STR("url")));
        err = is_ours ? ANS_OK : copy_element(x, s, n, false, &any);
        *out_any = *out_any || any;
    }
    ans_jw_end(&x->w, ']');
    return err;
}

/* "_name" with a templateExtractValue: the primitive itself. In a list ("_given") each gives its values one after another. */
static ans_err copy_primitive(extracting *x, const scope *s, ans_jnode n, bool *out_there, bool *out_any)
{
    const ans_json *doc = x->u.form->doc;
    bool is_list = ans_json_kind_of(doc, n) == ANS_JSON_ARRAY;
    ans_err err = ANS_OK;
    *out_there = *out_any = false;
    if (is_list) {
        ans_jw_begin(&x->w, '[');
    }
    for (ans_jnode one = is_list ? ans_json_first(doc, n) : n; err == ANS_OK && one != ANS_JNONE;
         one = is_list ? ans_json_next(doc, n, one) : ANS_JNONE) {
        ans_items items = {0};
        bool there = false;
        err = ans_json_kind_of(doc, one) == ANS_JSON_OBJECT ? evaluate(x, s, one, SDC_URL "templateExtractValue", &there, &items) : ANS_OK;
        *out_there = *out_there || there;
        for (uint32_t i = 0; err == ANS_OK && i < items.count && (is_list || !*out_any); i++) {
            *out_any = put_item(x, &items.at[i]) || *out_any;
        }
    }
    if (is_list) {
        ans_jw_end(&x->w, ']');
    }
    return err;
}

/* ---- members ---- */

static ans_err copy_member(extracting *x, const scope *s, ans_jnode object, ans_jnode n, bool *out_any)
{
    const ans_json *doc = x->u.form->doc;
    ans_str key = ans_json_key(doc, n);
    form_mark m = form_mark_here(&x->w);
    bool there = false, any = false;
    ans_err err = ANS_OK;
    if (ans_str_starts(key, ANS_STR("_"))) {
        ans_jw_key(&x->w, ans_str_from(key, 1));
        err = copy_primitive(x, s, n, &there, &any);
        if (!there) { /* a sibling like any other */
            form_take_back(&x->w, m);
            ans_jw_key(&x->w, key);
            form_put(&x->w, doc, n);
            any = true;
        }
    } else {
        ans_str sibling = ans_arena_fmt(x->u.cx->arena, "_%.*s", ANS_FMT(key));
        ans_jnode beside = sibling.p ? ans_json_get(doc, object, sibling) : ANS_JNONE;
        if (beside != ANS_JNONE && ans_json_kind_of(doc, beside) == ANS_JSON_OBJECT &&
            form_extension(doc, beside, SDC_URL "templateExtractValue", ANS_JNONE) != ANS_JNONE) {
            return ANS_OK; /* only holds the place */
        }
        ans_jw_key(&x->w, key);
        err = ans_json_kind_of(doc, n) == ANS_JSON_ARRAY ? copy_list(x, s, n, &any) : copy_element(x, s, n, true, &any);
    }
    if (!any) {
        form_take_back(&x->w, m);
    }
    *out_any = *out_any || (any && !ans_str_is(key, "resourceType") && !ans_str_is(key, "id"));
    return err;
}

/* As deep as JSON may be. */
static ans_err copy_object(extracting *x, const scope *s, ans_jnode n, bool *out_any)
{
    const ans_json *doc = x->u.form->doc;
    bool is_resource = ans_json_get(doc, n, ANS_STR("resourceType")) != ANS_JNONE;
    form_mark m = form_mark_here(&x->w);
    ans_err err = ANS_OK;
    *out_any = false;
    ans_jw_begin(&x->w, '{');
    for (ans_jnode c = ans_json_first(doc, n); err == ANS_OK && c != ANS_JNONE; c = ans_json_next(doc, n, c)) {
        bool is_local_id = is_resource && ans_str_is(ans_json_key(doc, c), "id"); /* it only names the template */
        if (is_local_id && x->put_id.n) {
            ans_jw_kv(&x->w, ANS_STR("id"), x->put_id);
            x->put_id = ANS_STR_NONE;
        }
        err = is_local_id ? ANS_OK : copy_member(x, s, n, c, out_any);
    }
    ans_jw_end(&x->w, '}');
    if (!*out_any) {
        form_take_back(&x->w, m);
    }
    return err;
}

/* ---- templates ---- */

ans_err form_evaluate_part(extracting *x, const scope *s, ans_jnode ext, const char *part, ans_items *out)
{
    const ans_form *f = x->u.form;
    ans_jnode p = form_extension(f->doc, ext, part, ANS_JNONE);
    ans_jnode value = p == ANS_JNONE ? ANS_JNONE : ans_json_get(f->doc, p, ANS_STR("valueExpression"));
    const form_expr *e;
    *out = (ans_items){0};
    if (p == ANS_JNONE) {
        return ANS_OK;
    }
    ans_str text = value != ANS_JNONE ? ans_json_get_string(x->u.cx, f->doc, value, ANS_STR("expression"))
                                      : ans_json_get_string(x->u.cx, f->doc, p, ANS_STR("valueString"));
    ans_err err = compiled(x, s, p, text, &e);
    return err == ANS_OK ? form_evaluate(&x->u, s, e, out) : err;
}

ans_err form_node_of(extracting *x, const ans_item *item, const ans_json **out_doc, ans_jnode *out)
{
    ans_json *doc = ANS_NEW(x->u.cx->arena, ans_json);
    ans_buf b;
    ans_str text;
    *out_doc = item->doc;
    *out = item->node;
    if (item->kind == ANS_ITEM_NODE) {
        return ANS_OK;
    }
    ans_buf_init_arena(&b, x->u.cx->arena, MOST_BYTES);
    ans_item_print(x->u.cx, item, &b);
    *out_doc = doc;
    *out = 0;
    return doc && ans_buf_finish(&b, &text) == ANS_OK ? ans_json_parse(x->u.cx, text, NULL, doc) : ans_cx_nomem(x->u.cx);
}

static ans_err one_text(extracting *x, const scope *s, ans_jnode ext, const char *part, ans_str *out)
{
    ans_items items;
    ans_err err = form_evaluate_part(x, s, ext, part, &items);
    *out = err == ANS_OK && items.count == 1 ? ans_item_text(x->u.cx, &items.at[0]) : ANS_STR_NONE;
    return err;
}

static ans_err apply(extracting *x, const scope *s, ans_jnode ext)
{
    const ans_form *f = x->u.form;
    ans_jnode part = form_extension(f->doc, ext, "template", ANS_JNONE);
    ans_jnode reference = part == ANS_JNONE ? ANS_JNONE : ans_json_get(f->doc, part, ANS_STR("valueReference"));
    ans_jnode template = form_contained(x->u.cx, f, ans_json_get_string(x->u.cx, f->doc, reference, ANS_STR("reference")));
    ans_str type = template == ANS_JNONE ? ANS_STR_NONE : ans_json_get_string(x->u.cx, f->doc, template, ANS_STR("resourceType"));
    ans_str url, id;
    bool any = false;
    if (!type.n || !ans_fhir_is_resource(ans_fhir_type_named(type))) {
        ans_issue_warn(x->u.cx, "processing", form_place(x->u.cx, f, s->item), "the template is not contained in the form");
        return ANS_OK;
    }
    form_mark m = form_mark_here(&x->w);
    ans_err err = one_text(x, s, ext, "fullUrl", &url);
    err = err == ANS_OK ? one_text(x, s, ext, "resourceId", &id) : err;
    if (err != ANS_OK) {
        return err;
    }
    x->put_id = id = ans_id_is_valid(id) ? id : ANS_STR_NONE;
    form_begin_entry(x, url);
    err = copy_element(x, s, template, true, &any);
    form_end_entry(x, type, id);
    x->put_id = ANS_STR_NONE;
    if (!any) {
        form_take_back(&x->w, m);
    }
    return err;
}

ans_err form_apply_templates(extracting *x, const scope *s)
{
    const ans_form *f = x->u.form;
    ans_jnode element = f->items[s->item].node;
    ans_err err = ANS_OK;
    for (ans_jnode n = form_extension(f->doc, element, SDC_URL "templateExtract", ANS_JNONE); err == ANS_OK && n != ANS_JNONE;
         n = form_extension(f->doc, element, SDC_URL "templateExtract", n)) {
        err = apply(x, s, n);
    }
    return err;
}
