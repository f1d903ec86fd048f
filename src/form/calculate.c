/* Calculate: the response again, with the values of the calculated items.
 *
 * Form and response are walked together and the answer is written on the way. An item that the response does not have is begun all
 * the same and taken back when nothing came of it; so groups appear only around something calculated. Items of the response keep
 * their order, a new one is put before the first that the form has behind it. */
#include "form/form_int.h"

typedef struct filling {
    use *u;
    ans_jw w;
    uint32_t *seen; /* by item of the form: the list (by its number) that has it */
    uint32_t lists;
} filling;

static ans_err write_list(filling *x, const scope *s, ans_jnode object, bool *out_any);

/* ---- answers ---- */

static ans_err cannot(filling *x, uint32_t item, bool *warned)
{
    if (!*warned) {
        ans_issue_warn(x->u->cx, "processing", form_place(x->u->cx, x->u->form, item), "the calculated value is none that a %s can have",
                       item_type_names[x->u->form->items[item].type]);
    }
    *warned = true;
    return ANS_OK;
}

/* One new answer. What stood below the answer in its place stays below it. */
static ans_err write_answer(filling *x, const scope *s, const ans_item *value, ans_jnode before, bool *out_done)
{
    form_mark m = form_mark_here(&x->w), list;
    bool any = false;
    ans_jw_begin(&x->w, '{');
    ans_err err = form_write_value(x->u, s->item, value, &x->w, out_done);
    if (err != ANS_OK || !*out_done) {
        form_take_back(&x->w, m);
        return err;
    }
    list = form_mark_here(&x->w);
    ans_jw_key(&x->w, ANS_STR("item"));
    ans_jw_begin(&x->w, '[');
    err = write_list(x, s, before, &any);
    ans_jw_end(&x->w, ']');
    if (!any) {
        form_take_back(&x->w, list);
    }
    ans_jw_end(&x->w, '}');
    return err;
}

/* "answer":[...] from the item's expression; nothing when it has no value. */
static ans_err write_calculated(filling *x, const scope *s, ans_jnode given, bool *out_any)
{
    const ans_json *doc = x->u->response.doc;
    form_mark m = form_mark_here(&x->w);
    ans_items values;
    bool warned = false, done;
    ans_jnode before = given == ANS_JNONE ? ANS_JNONE : ans_json_first(doc, given);
    ans_err err = form_evaluate(x->u, s, x->u->form->items[s->item].calculated, &values);
    *out_any = false;
    ans_jw_key(&x->w, ANS_STR("answer"));
    ans_jw_begin(&x->w, '[');
    for (uint32_t i = 0; err == ANS_OK && i < values.count; i++) {
        ans_str text = ans_item_text(x->u->cx, &values.at[i]);
        if (text.p && !text.n) {
            continue; /* '' says that there is no value */
        }
        err = write_answer(x, s, &values.at[i], before, &done);
        err = err == ANS_OK && !done ? cannot(x, s->item, &warned) : err;
        *out_any = *out_any || done;
        before = before == ANS_JNONE ? before : ans_json_next(doc, given, before);
    }
    ans_jw_end(&x->w, ']');
    if (!*out_any) {
        form_take_back(&x->w, m);
    }
    return err;
}

/* The answers as they are, each with what stands below it. */
static ans_err write_given_answers(filling *x, const scope *s, ans_jnode given)
{
    const ans_json *doc = x->u->response.doc;
    ans_err err = ANS_OK;
    ans_jw_key(&x->w, ANS_STR("answer"));
    ans_jw_begin(&x->w, '[');
    ANS_JSON_EACH(doc, given, a)
    {
        if (err != ANS_OK || ans_json_kind_of(doc, a) != ANS_JSON_OBJECT) {
            form_put(&x->w, doc, a);
            continue;
        }
        bool any = false;
        ans_jw_begin(&x->w, '{');
        ANS_JSON_EACH(doc, a, n)
        {
            if (!ans_str_is(ans_json_key(doc, n), "item")) {
                ans_jw_key(&x->w, ans_json_key(doc, n));
                form_put(&x->w, doc, n);
            }
        }
        form_mark m = form_mark_here(&x->w);
        ans_jw_key(&x->w, ANS_STR("item"));
        ans_jw_begin(&x->w, '[');
        err = write_list(x, s, a, &any);
        ans_jw_end(&x->w, ']');
        if (!any) {
            form_take_back(&x->w, m);
        }
        ans_jw_end(&x->w, '}');
    }
    ans_jw_end(&x->w, ']');
    return err;
}

static ans_err write_answers(filling *x, const scope *s, ans_jnode node, bool *out_any)
{
    ans_jnode given = node == ANS_JNONE ? ANS_JNONE : form_list(x->u->response.doc, node, "answer");
    if (x->u->form->items[s->item].calculated) {
        return write_calculated(x, s, given, out_any);
    }
    *out_any = given != ANS_JNONE;
    return given == ANS_JNONE ? ANS_OK : write_given_answers(x, s, given);
}

/* ---- items ---- */

/* "item":[...] below an item or the response itself; nothing when it stays empty. */
static ans_err write_items(filling *x, const scope *s, ans_jnode node, bool *out_any)
{
    form_mark m = form_mark_here(&x->w);
    ans_jw_key(&x->w, ANS_STR("item"));
    ans_jw_begin(&x->w, '[');
    ans_err err = write_list(x, s, node, out_any);
    ans_jw_end(&x->w, ']');
    if (!*out_any) {
        form_take_back(&x->w, m);
    }
    return err;
}

static bool asks(const filling *x, uint32_t item)
{
    return item != 0 && x->u->form->items[item].type != ITEM_GROUP && x->u->form->items[item].type != ITEM_DISPLAY;
}

/* What follows from the scope's item: its answers, and the items below it. */
static ans_err write_inside(filling *x, const scope *s, ans_jnode node, bool *out_any)
{
    bool answers = false, items = false;
    ans_err err = asks(x, s->item) ? write_answers(x, s, node, &answers) : ANS_OK;
    if (err == ANS_OK && (!asks(x, s->item) || (node != ANS_JNONE && form_list(x->u->response.doc, node, "item") != ANS_JNONE))) {
        err = write_items(x, s, node, &items);
    }
    *out_any = answers || items;
    return err;
}

static bool is_inner(ans_str key)
{
    return ans_str_is(key, "item") || ans_str_is(key, "answer");
}

static void copy_members(filling *x, ans_jnode object)
{
    const ans_json *doc = x->u->response.doc;
    ANS_JSON_EACH(doc, object, n)
    {
        if (!is_inner(ans_json_key(doc, n))) {
            ans_jw_key(&x->w, ans_json_key(doc, n));
            form_put(&x->w, doc, n);
        }
    }
}

/* An item of the response. One that is not enabled stays as it is, but has no calculated answer. */
static ans_err write_given(filling *x, const scope *up, uint32_t item, ans_jnode node, bool *out_any)
{
    scope s;
    bool is_enabled, any;
    form_mark m = form_mark_here(&x->w);
    ans_err err = form_enter(x->u, up, item, form_answered_around(&x->u->response, node), node, &s);
    err = err == ANS_OK ? form_is_enabled(x->u, &s, &is_enabled) : err;
    if (err != ANS_OK) {
        return err;
    }
    bool is_calculated = x->u->form->items[item].calculated && asks(x, item);
    *out_any = true;
    if (!is_enabled) {
        if (is_calculated) {
            *out_any = false;
        } else {
            form_put(&x->w, x->u->response.doc, node);
        }
        return ANS_OK;
    }
    ans_jw_begin(&x->w, '{');
    copy_members(x, node);
    err = write_inside(x, &s, node, &any);
    ans_jw_end(&x->w, '}');
    if (is_calculated && !any) {
        form_take_back(&x->w, m);
        *out_any = false;
    }
    return err;
}

/* An item that the response does not have. A repeating group has then no instance, which is not for us to begin. */
static ans_err write_new(filling *x, const scope *up, uint32_t item, bool *out_any)
{
    const form_item *it = &x->u->form->items[item];
    scope s;
    bool is_enabled = true, any = false;
    form_mark m = form_mark_here(&x->w);
    *out_any = false;
    if (it->type == ITEM_DISPLAY || (it->type == ITEM_GROUP && it->repeats && !it->required) || !it->has_calculated) {
        return ANS_OK;
    }
    ans_err err = form_enter(x->u, up, item, NO_ITEM, ANS_JNONE, &s);
    err = err == ANS_OK ? form_is_enabled(x->u, &s, &is_enabled) : err;
    if (err != ANS_OK || !is_enabled) {
        return err;
    }
    ans_jw_begin(&x->w, '{');
    form_put_head(&x->w, x->u->form, item);
    err = write_inside(x, &s, ANS_JNONE, &any);
    ans_jw_end(&x->w, '}');
    if (!any) {
        form_take_back(&x->w, m);
    }
    *out_any = any;
    return err;
}

/* ---- a list of items ---- */

static uint32_t item_of(filling *x, uint32_t parent, ans_jnode n)
{
    const ans_form *f = x->u->form;
    const ans_json *doc = x->u->response.doc;
    ans_str link = ans_json_kind_of(doc, n) == ANS_JSON_OBJECT ? ans_json_get_string(x->u->cx, doc, n, ANS_STR("linkId")) : ANS_STR_NONE;
    uint32_t item = link.n ? form_item_named(f, link) : NO_ITEM;
    return item != NO_ITEM && f->items[item].parent == parent ? item : NO_ITEM;
}

/* New items from *next up to (not including) the item `until`. */
static ans_err write_missing(filling *x, const scope *s, uint32_t list, uint32_t *next, uint32_t until, bool *any)
{
    const ans_form *f = x->u->form;
    ans_err err = ANS_OK;
    for (; err == ANS_OK && *next < until; *next = f->items[*next].end) {
        bool one = false;
        err = x->seen[*next] == list ? ANS_OK : write_new(x, s, *next, &one);
        *any = *any || one;
    }
    return err;
}

/* The items below the scope's item: those that `object` has in its list, and the new ones. As deep as the form. */
static ans_err write_list(filling *x, const scope *s, ans_jnode object, bool *out_any)
{
    const ans_form *f = x->u->form;
    const ans_json *doc = x->u->response.doc;
    ans_jnode given = object == ANS_JNONE ? ANS_JNONE : form_list(doc, object, "item");
    ans_jnode first = given == ANS_JNONE ? ANS_JNONE : ans_json_first(doc, given);
    uint32_t list = ++x->lists, next = s->item + 1;
    ans_err err = ANS_OK;
    *out_any = false;
    for (ans_jnode n = first; n != ANS_JNONE; n = ans_json_next(doc, given, n)) {
        uint32_t item = item_of(x, s->item, n);
        if (item != NO_ITEM) {
            x->seen[item] = list;
        }
    }
    for (ans_jnode n = first; err == ANS_OK && n != ANS_JNONE; n = ans_json_next(doc, given, n)) {
        uint32_t item = item_of(x, s->item, n);
        bool any = true;
        if (item == NO_ITEM) {
            form_put(&x->w, doc, n);
        } else {
            err = write_missing(x, s, list, &next, item, out_any);
            err = err == ANS_OK ? write_given(x, s, item, n, &any) : err;
        }
        *out_any = *out_any || any;
    }
    return err == ANS_OK ? write_missing(x, s, list, &next, f->items[s->item].end, out_any) : err;
}

/* ---- a round ---- */

static ans_err fill(use *u, ans_buf *b)
{
    filling x = {.u = u, .seen = ANS_NEW_N(u->cx->arena, uint32_t, u->form->count)};
    scope top;
    bool any, is_enabled;
    if (!x.seen) {
        return ans_cx_nomem(u->cx);
    }
    ans_jw_init(&x.w, b);
    ans_err err = form_enter(u, NULL, 0, 0, u->response.root, &top);
    err = err == ANS_OK ? form_is_enabled(u, &top, &is_enabled) : err;
    ans_jw_begin(&x.w, '{');
    copy_members(&x, u->response.root);
    err = err == ANS_OK ? write_inside(&x, &top, u->response.root, &any) : err;
    ans_jw_end(&x.w, '}');
    return err;
}

static ans_err one_round(ans_cx *cx, const ans_form *f, const ans_form_env *env, const ans_json *doc, ans_jnode root, ans_str *out)
{
    use u;
    ans_buf b;
    ans_buf_init_arena(&b, cx->arena, MOST_BYTES);
    ans_err err = form_use_begin(cx, f, env, doc, root, &u);
    err = err == ANS_OK ? fill(&u, &b) : err;
    err = err == ANS_OK && !u.looks ? form_spent(&u) : err;
    if (err == ANS_OK && ans_buf_finish(&b, out) != ANS_OK) {
        err = ans_issue_add(cx, ANS_E_TOOBIG, ANS_STR("QuestionnaireResponse"), "the response would be more than 16 MiB");
    }
    return err;
}

ans_err ans_form_calculate(ans_cx *cx, const ans_form *form, const ans_form_env *env, const ans_json *response, ans_jnode root,
                           uint32_t rounds, ans_str *out)
{
    ans_json doc;
    ans_str text, next;
    ans_err err = one_round(cx, form, env, response, root, &text);
    for (uint32_t i = 1; err == ANS_OK && i < rounds; i++) {
        err = ans_json_parse(cx, text, NULL, &doc);
        err = err == ANS_OK ? one_round(cx, form, env, &doc, 0, &next) : err;
        if (err == ANS_OK && ans_str_eq(text, next)) {
            break;
        }
        if (err == ANS_OK && i + 1 == rounds) {
            return ans_issue_add(cx, ANS_E_RULE, ANS_STR("Questionnaire"), "calculated items still change after %u rounds", rounds);
        }
        text = next;
    }
    if (err == ANS_OK) {
        *out = text;
    }
    return err;
}
