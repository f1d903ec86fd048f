/* A definition's document and what is made of it: both at first use, both in arenas of the definition. What cannot be made leaves
 * nothing behind but the reason, so that asking again costs nothing. */
#include "defs/defs_int.h"

#define MOST_BYTES ((size_t)512 << 20)

/* Views and their nodes are handed out as const: what fills in at first use is not part of what they say. */
static defs_node *node_of(const ans_def *def)
{
    return (defs_node *)(uintptr_t)def;
}

void defs_node_empty(defs_node *node)
{
    for (int i = 0; i < ANS_DEF_SLOTS; i++) { /* before what they point into */
        node->made_arenas[i] = ans_arena_free(node->made_arenas[i]);
        atomic_store(&node->made[i], NULL);
        atomic_store(&node->failed[i], NULL);
    }
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
    } else {
        node->arena = ans_arena_free(node->arena);
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

void ans_def_leans(const ans_def *def)
{
    atomic_store(&node_of(def)->leans, true);
}

/* Does the error lie in the definition alone? Whatever else (memory, time) may go better the next time. */
static bool is_lasting(ans_err err)
{
    return err == ANS_E_SYNTAX || err == ANS_E_INVALID || err == ANS_E_VALUE || err == ANS_E_UNSUPPORTED;
}

/* With make_lock held, and the document read: nobody else allocates in the node's arena then. Without memory it is not remembered. */
static void remember(defs_node *node, ans_def_slot slot, ans_err err, const ans_issue *issue)
{
    defs_failure *f = ANS_NEW(node->arena, defs_failure);
    if (!f) {
        return;
    }
    f->err = err;
    f->text = issue ? ans_arena_dup(node->arena, issue->text) : ANS_STR_NONE;
    f->expression = issue ? ans_arena_dup(node->arena, issue->expression) : ANS_STR_NONE;
    atomic_store(&node->failed[slot], f);
}

static ans_err say_again(ans_cx *cx, const defs_failure *f)
{
    return ans_issue_add(cx, f->err, f->expression, "%.*s", ANS_FMT(f->text.n ? f->text : ANS_STR("the definition cannot be used")));
}

/* With make_lock held. */
static ans_err make_slot(ans_cx *cx, const ans_defs_view *view, const ans_def *def, const ans_json *doc, ans_def_slot slot, ans_def_make_fn *make)
{
    defs_node *node = node_of(def);
    void *made = NULL;
    const ans_issue *before = cx->last_;
    ans_arena *arena = ans_arena_new(MOST_BYTES);
    if (!arena) {
        return ans_cx_nomem(cx);
    }
    ans_err err = make(cx, view, def, doc, arena, &made);
    if (err == ANS_OK) {
        node->made_arenas[slot] = arena;
        atomic_store(&node->made[slot], made);
        return ANS_OK;
    }
    ans_arena_free(arena);
    if (is_lasting(err)) {
        remember(node, slot, err, cx->last_ != before ? cx->last_ : NULL);
    }
    return err;
}

ans_err ans_def_made(ans_cx *cx, const ans_defs_view *view, const ans_def *def, ans_def_slot slot, ans_def_make_fn *make, const void **out)
{
    defs_node *node = node_of(def);
    const ans_json *doc;
    const defs_failure *failed = atomic_load(&node->failed[slot]);
    *out = atomic_load(&node->made[slot]);
    if (*out || failed) {
        return *out ? ANS_OK : say_again(cx, failed);
    }
    ans_err err = ans_def_doc(cx, view, def, &doc);
    if (err != ANS_OK) {
        return err;
    }
    (void)pthread_mutex_lock(&view->defs->make_lock);
    failed = atomic_load(&node->failed[slot]); /* while this one waited */
    if (failed) {
        err = say_again(cx, failed);
    } else if (!atomic_load(&node->made[slot])) {
        err = make_slot(cx, view, def, doc, slot, make);
    }
    (void)pthread_mutex_unlock(&view->defs->make_lock);
    *out = atomic_load(&node->made[slot]);
    return err;
}
