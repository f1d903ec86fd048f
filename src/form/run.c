/* Expressions at a place of a response: which values the names have there, and which items are enabled. */
#include "base/os.h"
#include "form/form_int.h"

#define LOOKS_A_TIME 4096 /* between two looks at the clock */

/* ---- the use of a form ---- */

ans_err form_use_begin(ans_cx *cx, const ans_form *f, const ans_form_env *env, const ans_json *doc, ans_jnode root, use *out)
{
    static const ans_form_env none;
    *out = (use){.cx = cx, .form = f, .env = env ? env : &none, .steps = MOST_STEPS, .looks = MOST_LOOKS, .warned = ANS_NEW_N(cx->arena, bool, f->expr_count + 1)};
    if (!out->warned) {
        return ans_cx_nomem(cx);
    }
    out->host.weight = form_weight;
    out->resource = (ans_item){.kind = ANS_ITEM_NODE, .type = f->response_type, .node = root, .sibling = ANS_JNONE, .doc = doc};
    return form_lay(cx, f, doc, root, &out->response);
}

/* An item that the response does not have, as far as it can be there: with its linkId. */
static ans_err make_focus(use *u, uint32_t item, ans_item *out)
{
    ans_json *doc = ANS_NEW(u->cx->arena, ans_json);
    ans_buf b;
    ans_str text;
    ans_jw w;
    ans_buf_init_arena(&b, u->cx->arena, MOST_BYTES);
    ans_jw_init(&w, &b);
    ans_jw_begin(&w, '{');
    ans_jw_kv(&w, ANS_STR("linkId"), u->form->items[item].link_id);
    ans_jw_end(&w, '}');
    ans_err err = doc ? ans_buf_finish(&b, &text) : ANS_E_NOMEM;
    err = err == ANS_OK ? ans_json_parse(u->cx, text, NULL, doc) : ans_cx_nomem(u->cx);
    *out = (ans_item){.kind = ANS_ITEM_NODE, .type = u->form->response_item_type, .sibling = ANS_JNONE, .doc = doc};
    return err;
}

ans_err form_enter(use *u, const scope *up, uint32_t item, uint32_t at, ans_jnode node, scope *out)
{
    const form_item *it = &u->form->items[item];
    *out = (scope){.up = up, .item = item, .at = at};
    if (it->slot_count) {
        out->slots = ANS_NEW_N(u->cx->arena, value_slot, it->slot_count);
        if (!out->slots) {
            return ans_cx_nomem(u->cx);
        }
    }
    if (!up) {
        out->focus = u->resource;
        return ANS_OK;
    }
    if (node == ANS_JNONE) {
        return it->expr_count ? make_focus(u, item, &out->focus) : ANS_OK;
    }
    out->focus = (ans_item){
        .kind = ANS_ITEM_NODE, .type = u->form->response_item_type, .node = node, .sibling = ANS_JNONE, .doc = u->response.doc};
    return ANS_OK;
}

bool form_look(use *u, uint64_t n)
{
    uint64_t before = u->looks;
    u->looks = before > n ? before - n : 0;
    if (before / LOOKS_A_TIME != u->looks / LOOKS_A_TIME && ans_cx_is_late(u->cx)) {
        u->looks = 0;
    }
    return u->looks > 0;
}

ans_err form_spent(use *u)
{
    return ans_cx_is_late(u->cx) ? ans_issue_add(u->cx, ANS_E_TIMEOUT, ANS_STR("Questionnaire"), "form and response together take too long")
                                 : ans_issue_add(u->cx, ANS_E_COSTLY, ANS_STR("Questionnaire"), "form and response together would cost too much");
}

/* ---- one expression ---- */

static ans_err warn(use *u, const form_expr *e, ans_str why)
{
    size_t at = (size_t)((uintptr_t)e - (uintptr_t)u->form->exprs) / sizeof *e;
    u->lacks = true;
    bool *warned = &u->warned[at < u->form->expr_count ? at : u->form->expr_count]; /* the last is for those of templates */
    if (!*warned) {
        *warned = true;
        ans_issue_warn(u->cx, "processing", form_place(u->cx, u->form, e->owner), "an expression gives nothing: %.*s", ANS_FMT(why));
    }
    return ANS_OK;
}

static ans_err value_of_name(use *u, const scope *s, uint32_t ref, ans_str name, ans_items *out)
{
    const ans_form *f = u->form;
    ans_item *one = ref == NAME_QUESTIONNAIRE || ref == NAME_ITEM ? ANS_NEW(u->cx->arena, ans_item) : NULL;
    *out = (ans_items){0};
    if (ref == NAME_LAUNCH) {
        for (uint32_t i = 0; i < u->env->var_count; i++) {
            if (ans_str_eq(u->env->vars[i].name, name)) {
                *out = u->env->vars[i].value;
            }
        }
        u->lacks = u->lacks || !out->count;
        return ANS_OK;
    }
    if (ref >= NAME_LEAST) {
        bool is_item = ref == NAME_ITEM && s->item != 0;
        if (!one) {
            return ref == NAME_UNKNOWN ? ANS_OK : ans_cx_nomem(u->cx);
        }
        *one = (ans_item){.kind = ANS_ITEM_NODE, .sibling = ANS_JNONE, .doc = f->doc};
        one->type = is_item ? f->item_type : f->questionnaire_type;
        one->node = is_item ? f->items[s->item].node : f->root;
        *out = (ans_items){.at = one, .count = 1};
        return ANS_OK;
    }
    const form_expr *e = &f->exprs[ref];
    while (s && s->item != e->owner) {
        s = s->up;
    }
    if (!s) {
        return ans_issue_add(u->cx, ANS_E_BUG, ANS_STR_NONE, "a variable outside of its item");
    }
    value_slot *slot = &s->slots[e->slot];
    if (!slot->is_known) { /* as deep as MOST_CHAIN */
        bool lacked = u->lacks;
        u->lacks = false;
        ans_err err = form_evaluate(u, s, e, &slot->value);
        slot->is_known = err == ANS_OK;
        slot->lacks = u->lacks;
        u->lacks = lacked;
        if (err != ANS_OK) {
            return err;
        }
    }
    u->lacks = u->lacks || slot->lacks;
    *out = slot->value;
    return ANS_OK;
}

static ans_err vars_of(use *u, const scope *s, const form_expr *e, ans_path_env *env)
{
    ans_path_var *vars = e->name_count ? ANS_NEW_N(u->cx->arena, ans_path_var, e->name_count) : NULL;
    ans_err err = e->name_count && !vars ? ans_cx_nomem(u->cx) : ANS_OK;
    for (uint32_t i = 0; err == ANS_OK && i < e->name_count; i++) {
        vars[i].name = e->names[i];
        err = value_of_name(u, s, e->refs[i], e->names[i], &vars[i].value);
    }
    env->vars = vars;
    env->var_count = e->name_count;
    return err;
}

/* Values of a use that ends are all the same to it; a fault of the expression ends only itself. */
static ans_err run_path(use *u, const form_expr *e, const ans_path *path, const ans_path_env *env, const ans_item *focus, ans_items *out)
{
    ans_cx work = {.arena = u->cx->arena, .deadline_us = u->cx->deadline_us};
    ans_err err = ans_path_eval(&work, path, env, focus, out);
    if (err == ANS_E_VALUE || err == ANS_E_UNSUPPORTED || err == ANS_E_SYNTAX) {
        *out = (ans_items){0};
        return warn(u, e, work.last_ ? work.last_->text : ANS_STR("it fails"));
    }
    if (err != ANS_OK && work.last_ && !work.last_->expression.n) {
        work.last_->expression = form_place(u->cx, u->form, e->owner);
    }
    return ans_issue_pass(u->cx, &work, err);
}

/* What stands in {{}} becomes text; nothing there: the query cannot be asked. */
static ans_err run_query(use *u, const form_expr *e, const ans_path_env *env, const ans_item *focus, ans_items *out)
{
    ans_buf b;
    ans_str query;
    bool is_whole = true;
    ans_item *bundle = ANS_NEW(u->cx->arena, ans_item);
    ans_buf_init_arena(&b, u->cx->arena, 1 << 16);
    ans_err err = bundle ? ANS_OK : ans_cx_nomem(u->cx);
    for (uint32_t i = 0; err == ANS_OK && i < e->part_count; i++) {
        ans_items items = {0};
        ans_buf_add(&b, e->parts[i].text);
        err = e->parts[i].path ? run_path(u, e, e->parts[i].path, env, focus, &items) : ANS_OK;
        is_whole = is_whole && (!e->parts[i].path || items.count > 0);
        for (uint32_t k = 0; err == ANS_OK && k < items.count; k++) {
            ans_item_add_to_query(u->cx, &items.at[k], k > 0, &b);
        }
    }
    if (err != ANS_OK || !is_whole || !u->env->query) {
        u->lacks = true;
        return err;
    }
    err = ans_buf_finish(&b, &query) == ANS_OK ? u->env->query(u->env->query_arg, u->cx, query, bundle) : ans_cx_nomem(u->cx);
    *out = (ans_items){.at = bundle, .count = err == ANS_OK};
    return err;
}

ans_err form_evaluate(use *u, const scope *s, const form_expr *e, ans_items *out)
{
    ans_path_env env = {.host = &u->host, .resource = &u->resource, .zone = u->env->zone, .allowance = &u->steps, .max_steps = MOST_STEPS_EACH};
    *out = (ans_items){0};
    u->host.arg = u;
    if (e->broken.n || (!e->path && !e->is_query)) {
        return warn(u, e, e->broken);
    }
    if (!u->looks || ans_cx_is_late(u->cx)) {
        return form_spent(u);
    }
    ans_err err = vars_of(u, s, e, &env);
    if (err != ANS_OK) {
        return err;
    }
    return e->is_query ? run_query(u, e, &env, &s->focus, out) : run_path(u, e, e->path, &env, &s->focus, out);
}
