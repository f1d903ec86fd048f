/* A definition's document and what is made of it: both at first use, both in the definition's own arena. */
#include "defs/defs_int.h"

#define MOST_BYTES ((size_t)512 << 20)

/* Views and their nodes are handed out as const: what fills in at first use is not part of what they say. */
static defs_node *node_of(const ans_def *def)
{
    return (defs_node *)(uintptr_t)def;
}

void defs_node_empty(defs_node *node)
{
    node->arena = ans_arena_free(node->arena);
    atomic_store(&node->doc, NULL);
}

void defs_node_let_go(defs_node *node)
{
    if (--node->holders == 0) {
        defs_node_empty(node);
        ans_free(node);
    }
}

static ans_err read_text(ans_cx *cx, ans_defs *defs, const defs_node *node, ans_str *out)
{
    if (node->from == DEFS_FROM_CORE) {
        return defs_core_text(cx, defs, node->core, node->arena, out);
    }
    if (node->from == DEFS_FROM_CONTENT) {
        *out = node->body;
        return ANS_OK;
    }
    return defs_stored_text(cx, defs, node, node->arena, out);
}

/* With read_lock held. */
static ans_err read_doc(ans_cx *cx, ans_defs *defs, defs_node *node)
{
    ans_str text;
    node->arena = node->arena ? node->arena : ans_arena_new(MOST_BYTES);
    ans_json *doc = node->arena ? ANS_NEW(node->arena, ans_json) : NULL;
    if (!doc) {
        return ans_cx_nomem(cx);
    }
    ans_cx own = {.arena = node->arena};
    ans_err err = read_text(cx, defs, node, &text);
    err = err == ANS_OK ? ans_issue_pass(cx, &own, ans_json_parse(&own, text, NULL, doc)) : err;
    if (err == ANS_OK) {
        atomic_store(&node->doc, doc);
    }
    return err;
}

ans_err ans_def_doc(ans_cx *cx, const ans_defs_view *view, const ans_def *def, const ans_json **out)
{
    defs_node *node = node_of(def);
    ans_err err = ANS_OK;
    *out = atomic_load(&node->doc);
    if (*out) {
        return ANS_OK;
    }
    (void)pthread_mutex_lock(&view->defs->read_lock);
    if (!atomic_load(&node->doc)) {
        err = read_doc(cx, view->defs, node);
    }
    (void)pthread_mutex_unlock(&view->defs->read_lock);
    *out = atomic_load(&node->doc);
    return err;
}

ans_err ans_def_made(ans_cx *cx, const ans_defs_view *view, const ans_def *def, ans_def_slot slot, ans_def_make_fn *make, const void **out)
{
    defs_node *node = node_of(def);
    const ans_json *doc;
    void *made = NULL;
    *out = atomic_load(&node->made[slot]);
    if (*out) {
        return ANS_OK;
    }
    ans_err err = ans_def_doc(cx, view, def, &doc);
    if (err != ANS_OK) {
        return err;
    }
    (void)pthread_mutex_lock(&view->defs->make_lock);
    if (!atomic_load(&node->made[slot])) {
        err = make(cx, view, def, doc, node->arena, &made);
        if (err == ANS_OK) {
            atomic_store(&node->made[slot], made);
        }
    }
    (void)pthread_mutex_unlock(&view->defs->make_lock);
    *out = atomic_load(&node->made[slot]);
    return err;
}
