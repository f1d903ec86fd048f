/* From a Questionnaire to the flat list of its items. */
#include <stdio.h>

#include "base/sort.h"
#include "form/form_int.h"

const char *const item_type_names[ITEM_TYPES] = {"group",    "display", "boolean", "decimal", "integer",     "date",       "dateTime",  "time",
                                                 "string",   "text",    "url",     "choice",  "open-choice", "attachment", "reference", "quantity"};

typedef struct build {
    ans_cx *cx;
    ans_arena *arena;
    ans_form *form;
    uint32_t item_cap, expr_cap, options;
} build;

/* ---- looking around in documents ---- */

ans_jnode form_list(const ans_json *doc, ans_jnode object, const char *name)
{
    ans_jnode n = ans_json_get(doc, object, ans_str_of(name));
    return n != ANS_JNONE && ans_json_kind_of(doc, n) == ANS_JSON_ARRAY ? n : ANS_JNONE;
}

bool form_is_true(const ans_json *doc, ans_jnode object, const char *name)
{
    ans_jnode n = ans_json_get(doc, object, ans_str_of(name));
    return n != ANS_JNONE && ans_json_kind_of(doc, n) == ANS_JSON_TRUE;
}

static ans_jnode next_extension(const ans_json *doc, ans_jnode element, const char *url, ans_jnode after, uint64_t *out_passed)
{
    ans_jnode all = form_list(doc, element, "extension");
    *out_passed = 0;
    if (all == ANS_JNONE) {
        return ANS_JNONE;
    }
    ans_jnode n = after == ANS_JNONE ? ans_json_first(doc, all) : ans_json_next(doc, all, after);
    for (; n != ANS_JNONE; n = ans_json_next(doc, all, n)) {
        ++*out_passed;
        ans_jnode u = ans_json_get(doc, n, ANS_STR("url"));
        if (u != ANS_JNONE && ans_str_is(ans_json_raw(doc, u), url)) {
            return n;
        }
    }
    return ANS_JNONE;
}

ans_jnode form_extension(const ans_json *doc, ans_jnode element, const char *url, ans_jnode after)
{
    uint64_t passed;
    return next_extension(doc, element, url, after, &passed);
}

ans_jnode form_look_extension(use *u, const ans_json *doc, ans_jnode element, const char *url, ans_jnode after)
{
    uint64_t passed = 0;
    ans_jnode n = u->looks ? next_extension(doc, element, url, after, &passed) : ANS_JNONE;
    return form_look(u, passed) ? n : ANS_JNONE;
}

ans_jnode form_value_of(const ans_json *doc, ans_jnode element, ans_str *out_key)
{
    if (element == ANS_JNONE || ans_json_kind_of(doc, element) != ANS_JSON_OBJECT) {
        return ANS_JNONE;
    }
    ANS_JSON_EACH(doc, element, n)
    {
        ans_str key = ans_json_key(doc, n);
        if (key.n > 5 && ans_str_starts(key, ANS_STR("value"))) {
            *out_key = key;
            return n;
        }
    }
    return ANS_JNONE;
}

ans_str form_place(ans_cx *cx, const ans_form *f, uint32_t item)
{
    if (item == 0) {
        return ANS_STR("Questionnaire");
    }
    ans_str s = ans_arena_fmt(cx->arena, "Questionnaire.item.where(linkId='%.*s')", ANS_FMT(f->items[item].link_id));
    return s.p ? s : ANS_STR("Questionnaire.item");
}

/* ---- by linkId ---- */

/* The list is sorted through the items it names, which a comparison cannot see: so pairs are sorted, then their numbers kept. */
typedef struct named {
    ans_str link_id;
    uint32_t item;
} named;

static int order_named(const void *a, const void *b)
{
    const named *x = a, *y = b;
    int d = ans_str_cmp(x->link_id, y->link_id);
    return d ? d : (x->item > y->item) - (x->item < y->item);
}

uint32_t form_item_named(const ans_form *f, ans_str link_id)
{
    uint32_t low = 0, high = f->count - 1;
    while (low < high) {
        uint32_t mid = low + (high - low) / 2;
        if (ans_str_cmp(f->items[f->by_link[mid]].link_id, link_id) < 0) {
            low = mid + 1;
        } else {
            high = mid;
        }
    }
    return low < f->count - 1 && ans_str_eq(f->items[f->by_link[low]].link_id, link_id) ? f->by_link[low] : NO_ITEM;
}

static ans_err index_links(build *b)
{
    ans_form *f = b->form;
    named *all = ANS_NEW_N(b->cx->arena, named, f->count);
    f->by_link = ANS_NEW_N(b->arena, uint32_t, f->count);
    if (!all || !f->by_link) {
        return ans_cx_nomem(b->cx);
    }
    for (uint32_t i = 1; i < f->count; i++) {
        all[i - 1] = (named){f->items[i].link_id, i};
    }
    ans_sort(all, f->count - 1, sizeof *all, order_named);
    for (uint32_t i = 0; i + 1 < f->count; i++) {
        f->by_link[i] = all[i].item;
        if (i > 0 && ans_str_eq(all[i].link_id, all[i - 1].link_id)) {
            return ans_issue_add(b->cx, ANS_E_INVALID, form_place(b->cx, f, all[i].item), "two items have this linkId");
        }
    }
    return ANS_OK;
}

/* ---- items ---- */

static ans_err wrong(build *b, uint32_t item, const char *what)
{
    return ans_issue_add(b->cx, ANS_E_INVALID, form_place(b->cx, b->form, item), "%s", what);
}

static ans_err read_type(build *b, uint32_t at, ans_jnode n)
{
    ans_str type = ans_json_get_string(b->cx, b->form->doc, n, ANS_STR("type"));
    for (uint8_t t = 0; t < ITEM_TYPES; t++) {
        if (ans_str_is(type, item_type_names[t])) {
            b->form->items[at].type = t;
            return ANS_OK;
        }
    }
    return wrong(b, at, "type must be one of those of R4 (group, display, boolean, decimal, integer, date, ...)");
}

static ans_err read_item(build *b, uint32_t at, ans_jnode n)
{
    const ans_json *doc = b->form->doc;
    form_item *it = &b->form->items[at];
    ans_str link = ans_json_get_string(b->cx, doc, n, ANS_STR("linkId"));
    if (!link.n) {
        return wrong(b, it->parent, "an item needs a linkId");
    }
    it->link_id = ans_arena_dup(b->arena, link);
    it->value_set = ans_arena_dup(b->arena, ans_json_get_string(b->cx, doc, n, ANS_STR("answerValueSet")));
    if (!it->link_id.p || !it->value_set.p) {
        return ans_cx_nomem(b->cx);
    }
    ans_jnode hidden = form_extension(doc, n, CORE_URL "questionnaire-hidden", ANS_JNONE);
    it->required = form_is_true(doc, n, "required");
    it->repeats = form_is_true(doc, n, "repeats");
    it->read_only = form_is_true(doc, n, "readOnly");
    it->hidden = hidden != ANS_JNONE && form_is_true(doc, hidden, "valueBoolean");
    it->any_enables = ans_str_is(ans_json_get_string(b->cx, doc, n, ANS_STR("enableBehavior")), "any");
    it->options = form_list(doc, n, "answerOption");
    it->enable_when = form_list(doc, n, "enableWhen");
    b->options += it->options == ANS_JNONE ? 0 : ans_json_count(doc, it->options);
    if (b->options > MOST_OPTIONS) {
        return wrong(b, at, "more than 20000 answer options in one form: use a value set");
    }
    return read_type(b, at, n);
}

static ans_err add_item(build *b, ans_jnode n, uint32_t parent, uint32_t depth, uint32_t *out)
{
    ans_form *f = b->form;
    if (f->count > MOST_ITEMS || depth > MOST_DEPTH) {
        return wrong(b, parent, depth > MOST_DEPTH ? "items stand more than 24 deep" : "more than 10000 items");
    }
    form_item *grown = ans_arena_grow(b->arena, f->items, f->count, &b->item_cap, 64, sizeof *grown);
    if (!grown) {
        return ans_cx_nomem(b->cx);
    }
    f->items = grown;
    *out = f->count++;
    f->items[*out] = (form_item){.node = n, .parent = parent, .depth = depth, .options = ANS_JNONE, .enable_when = ANS_JNONE};
    return ANS_OK;
}

/* As deep as MOST_DEPTH. */
static ans_err add_items(build *b, uint32_t parent, ans_jnode object, uint32_t depth)
{
    const ans_json *doc = b->form->doc;
    ans_err err = form_read_expressions(b->cx, b->arena, b->form, parent, &b->expr_cap);
    ans_jnode list = ans_json_get(doc, object, ANS_STR("item"));
    if (err == ANS_OK && list != ANS_JNONE && ans_json_kind_of(doc, list) != ANS_JSON_ARRAY) {
        return wrong(b, parent, "item must be a list");
    }
    for (ans_jnode n = list == ANS_JNONE ? ANS_JNONE : ans_json_first(doc, list); err == ANS_OK && n != ANS_JNONE;
         n = ans_json_next(doc, list, n)) {
        uint32_t at = 0;
        err = ans_json_kind_of(doc, n) == ANS_JSON_OBJECT ? add_item(b, n, parent, depth, &at) : wrong(b, parent, "an item must be an object");
        err = err == ANS_OK ? read_item(b, at, n) : err;
        err = err == ANS_OK ? add_items(b, at, n, depth + 1) : err;
        if (err == ANS_OK && b->form->items[at].type == ITEM_DISPLAY && b->form->count > at + 1) {
            err = wrong(b, at, "a display has no items below it");
        }
    }
    b->form->items[parent].end = b->form->count;
    return err;
}

static ans_err read_head(build *b)
{
    ans_form *f = b->form;
    ans_str type = ans_json_get_string(b->cx, f->doc, f->root, ANS_STR("resourceType"));
    if (!ans_str_is(type, "Questionnaire")) {
        return ans_issue_add(b->cx, ANS_E_INVALID, ANS_STR("Questionnaire"), "this is no Questionnaire");
    }
    f->url = ans_arena_dup(b->arena, ans_json_get_string(b->cx, f->doc, f->root, ANS_STR("url")));
    f->version = ans_arena_dup(b->arena, ans_json_get_string(b->cx, f->doc, f->root, ANS_STR("version")));
    f->questionnaire_type = ans_fhir_type_named(ANS_STR("Questionnaire"));
    f->item_type = ans_fhir_type_named(ANS_STR("Questionnaire.item"));
    f->response_type = ans_fhir_type_named(ANS_STR("QuestionnaireResponse"));
    f->response_item_type = ans_fhir_type_named(ANS_STR("QuestionnaireResponse.item"));
    return f->url.p && f->version.p ? ANS_OK : ans_cx_nomem(b->cx);
}

ans_err ans_form_compile(ans_cx *cx, ans_arena *arena, const ans_json *doc, ans_jnode root, const ans_form **out)
{
    build b = {.cx = cx, .arena = arena, .form = ANS_NEW(arena, ans_form)};
    uint32_t top;
    if (!b.form) {
        return ans_cx_nomem(cx);
    }
    b.form->doc = doc;
    b.form->root = root;
    ans_err err = read_head(&b);
    err = err == ANS_OK ? add_item(&b, root, NO_ITEM, 0, &top) : err;
    err = err == ANS_OK ? add_items(&b, 0, root, 1) : err;
    err = err == ANS_OK ? index_links(&b) : err;
    err = err == ANS_OK ? form_resolve_names(cx, arena, b.form) : err;
    if (err == ANS_OK) {
        *out = b.form;
    }
    return err;
}

ans_err ans_form_make(ans_cx *cx, const ans_defs_view *view, const ans_def *def, const ans_json *doc, ans_arena *arena, void **out)
{
    const ans_form *form;
    (void)view;
    (void)def;
    ans_err err = ans_form_compile(cx, arena, doc, 0, &form);
    if (err == ANS_OK) {
        *out = (void *)(uintptr_t)form;
    }
    return err;
}

ans_str ans_form_url(const ans_form *form)
{
    return form->url;
}

ans_str ans_form_version(const ans_form *form)
{
    return form->version;
}
