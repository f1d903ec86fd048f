/* A response laid beside its form: a flat list of its items, each with the item of the form that it answers, and for each item of
 * the form the chain of those that answer it. What is not of the expected shape is passed over here; check.c says so. */
#include "form/form_int.h"

typedef struct laying {
    ans_cx *cx;
    const ans_form *form;
    laid *r;
    uint32_t cap;
    uint32_t *last; /* of each chain */
} laying;

static uint32_t item_for(laying *l, uint32_t parent_item, ans_jnode n)
{
    ans_str link = ans_json_get_string(l->cx, l->r->doc, n, ANS_STR("linkId"));
    uint32_t item = link.n && parent_item != NO_ITEM ? form_item_named(l->form, link) : NO_ITEM;
    return item != NO_ITEM && l->form->items[item].parent == parent_item ? item : NO_ITEM;
}

static ans_err add(laying *l, ans_jnode n, uint32_t parent, ans_jnode below, uint32_t item, uint32_t *out)
{
    laid *r = l->r;
    if (r->count == MOST_ANSWERED) {
        return ans_issue_add(l->cx, ANS_E_INVALID, ANS_STR("QuestionnaireResponse"), "more than 100000 items in one response");
    }
    answered *grown = ans_arena_grow(l->cx->arena, r->at, r->count, &l->cap, 64, sizeof *grown);
    if (!grown) {
        return ans_cx_nomem(l->cx);
    }
    r->at = grown;
    *out = r->count++;
    r->at[*out] = (answered){.node = n, .parent = parent, .item = item, .next = NO_ITEM, .below = below};
    if (item != NO_ITEM) {
        *(r->first[item] == NO_ITEM ? &r->first[item] : &r->at[l->last[item]].next) = *out;
        l->last[item] = *out;
    }
    return ANS_OK;
}

static ans_err lay_list(laying *l, ans_jnode object, uint32_t parent, ans_jnode below, uint32_t depth);

static ans_err lay_one(laying *l, ans_jnode n, uint32_t parent, ans_jnode below, uint32_t depth)
{
    const ans_json *doc = l->r->doc;
    uint32_t at = 0;
    if (ans_json_kind_of(doc, n) != ANS_JSON_OBJECT) {
        return ANS_OK;
    }
    ans_err err = add(l, n, parent, below, item_for(l, l->r->at[parent].item, n), &at);
    err = err == ANS_OK ? lay_list(l, n, at, ANS_JNONE, depth + 1) : err;
    ans_jnode answers = err == ANS_OK ? form_list(doc, n, "answer") : ANS_JNONE;
    for (ans_jnode a = answers == ANS_JNONE ? ANS_JNONE : ans_json_first(doc, answers); err == ANS_OK && a != ANS_JNONE;
         a = ans_json_next(doc, answers, a)) {
        err = lay_list(l, a, at, a, depth + 1);
    }
    l->r->at[at].end = l->r->count;
    return err;
}

/* As deep as the form may be: what lies deeper answers nothing. */
static ans_err lay_list(laying *l, ans_jnode object, uint32_t parent, ans_jnode below, uint32_t depth)
{
    const ans_json *doc = l->r->doc;
    ans_jnode list = ans_json_kind_of(doc, object) == ANS_JSON_OBJECT && depth <= MOST_DEPTH ? form_list(doc, object, "item") : ANS_JNONE;
    ans_err err = ANS_OK;
    for (ans_jnode n = list == ANS_JNONE ? ANS_JNONE : ans_json_first(doc, list); err == ANS_OK && n != ANS_JNONE;
         n = ans_json_next(doc, list, n)) {
        err = lay_one(l, n, parent, below, depth);
    }
    return err;
}

ans_err form_lay(ans_cx *cx, const ans_form *f, const ans_json *doc, ans_jnode root, laid *out)
{
    laying l = {.cx = cx, .form = f, .r = out, .last = ANS_NEW_N(cx->arena, uint32_t, f->count)};
    uint32_t top = 0;
    *out = (laid){.doc = doc, .root = root, .first = ANS_NEW_N(cx->arena, uint32_t, f->count)};
    if (!l.last || !out->first) {
        return ans_cx_nomem(cx);
    }
    if (!ans_str_is(ans_json_get_string(cx, doc, root, ANS_STR("resourceType")), "QuestionnaireResponse")) {
        return ans_issue_add(cx, ANS_E_INVALID, ANS_STR("QuestionnaireResponse"), "this is no QuestionnaireResponse");
    }
    memset(out->first, 0xff, f->count * sizeof *out->first);
    ans_err err = add(&l, root, NO_ITEM, ANS_JNONE, 0, &top);
    err = err == ANS_OK ? lay_list(&l, root, 0, ANS_JNONE, 1) : err;
    out->at[0].end = out->count;
    return err;
}

uint32_t form_answered_around(const laid *r, ans_jnode node)
{
    uint32_t low = 0, high = r->count;
    while (high - low > 1) { /* the last that begins at or before the node */
        uint32_t mid = low + (high - low) / 2;
        if (r->at[mid].node <= node) {
            low = mid;
        } else {
            high = mid;
        }
    }
    while (low > 0 && r->doc->nodes[r->at[low].node].next <= node) {
        low = r->at[low].parent;
    }
    return low;
}
