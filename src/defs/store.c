/* The record's definitions. The writer's thread only notes which ones changed; who takes the next view reads them. */
#include "defs/defs_int.h"

enum { PAGE = 200, MOST_CHANGES = 4096 };
#define PAGE_BYTES ((size_t)1 << 30)

static const char *const followed[DEFS_TYPES] = {"StructureDefinition", "ValueSet", "CodeSystem", "ConceptMap", "Questionnaire",
                                                 "SearchParameter", "Measure", "Library", "ImplementationGuide", "PlanDefinition",
                                                 "ActivityDefinition", "OperationDefinition", "NamingSystem", "MessageDefinition"};

/* ---- noting (writer's thread) ---- */

static bool is_followed(const ans_defs *defs, uint16_t type)
{
    ans_str name = ans_fhir_type_name(ans_search_type_of(defs->search, type));
    for (unsigned i = 0; i < DEFS_TYPES; i++) {
        if (ans_str_is(name, followed[i])) {
            return true;
        }
    }
    return false;
}

/* With change_lock held. What cannot be listed makes everything be read again. */
static void note_change(ans_defs *defs, ans_ref ref)
{
    if (defs->change_count == defs->change_cap && !defs->is_all_changed) {
        uint32_t cap = defs->change_cap ? defs->change_cap * 2 : 64;
        defs_changed *more = cap <= MOST_CHANGES ? ans_realloc(defs->changes, cap * sizeof *more) : NULL;
        defs->is_all_changed = !more;
        defs->changes = more ? more : defs->changes;
        defs->change_cap = more ? cap : defs->change_cap;
    }
    char *id = defs->is_all_changed ? NULL : ans_alloc(ref.id.n);
    if (!id) {
        defs->is_all_changed = true;
        return;
    }
    memcpy(id, ref.id.p, ref.id.n);
    defs->changes[defs->change_count++] = (defs_changed){.type = ref.type, .id = {id, ref.id.n}};
}

static void watch(void *arg, const ans_txn *txn)
{
    ans_defs *defs = arg;
    for (uint32_t i = 0; i < txn->count; i++) {
        const ans_change *c = &txn->changes[i];
        if (c->outcome != ANS_UNCHANGED && c->outcome != ANS_ABSENT && is_followed(defs, c->ref.type)) {
            (void)pthread_mutex_lock(&defs->change_lock);
            note_change(defs, c->ref);
            (void)pthread_mutex_unlock(&defs->change_lock);
        }
    }
}

ans_err defs_follow(ans_cx *cx, ans_defs *defs)
{
    return ans_store_watch(cx, defs->store, watch, defs);
}

bool defs_is_changed(ans_defs *defs)
{
    (void)pthread_mutex_lock(&defs->change_lock);
    bool changed = defs->change_count > 0 || defs->is_all_changed;
    (void)pthread_mutex_unlock(&defs->change_lock);
    return changed;
}

/* ---- the table (lock held) ---- */

static defs_node *node_new(const ans_version *v, const ans_def *head, ans_type type)
{
    size_t n = v->ref.id.n + head->url.n + head->version.n;
    defs_node *node = ans_alloc(sizeof *node + n);
    if (!node) {
        return NULL;
    }
    *node = (defs_node){.from = DEFS_FROM_STORE, .holders = 1, .def = *head};
    node->store.type = v->ref.type;
    node->store.vid = v->vid;
    node->store.pos = v->pos;
    node->def.type = type;
    char *at = (char *)(node + 1);
    const ans_str parts[] = {v->ref.id, head->url, head->version};
    ans_str *const places[] = {&node->def.id, &node->def.url, &node->def.version};
    for (unsigned i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (parts[i].n) {
            memcpy(at, parts[i].p, parts[i].n);
        }
        *places[i] = (ans_str){at, parts[i].n};
        at += parts[i].n;
    }
    return node;
}

static void take_out(ans_defs *defs, ans_ref ref)
{
    for (uint32_t i = 0; i < defs->count; i++) {
        defs_node *node = defs->at[i];
        if (node->store.type == ref.type && ans_str_eq(node->def.id, ref.id)) {
            defs_node_let_go(node);
            defs->at[i] = defs->at[--defs->count];
            return;
        }
    }
}

/* A definition without URL is nobody's; one that cannot be read is not one. */
static ans_err take(ans_cx *cx, ans_defs *defs, const ans_version *v)
{
    ans_def head = {0};
    take_out(defs, v->ref);
    if (v->is_delete || defs_read_head(cx, v->body, &head) != ANS_OK || !head.url.n) {
        return ANS_OK;
    }
    if (defs->count == defs->cap) {
        uint32_t cap = defs->cap ? defs->cap * 2 : 64;
        defs_node **more = ans_realloc(defs->at, cap * sizeof *more);
        if (!more) {
            return ans_cx_nomem(cx);
        }
        defs->at = more;
        defs->cap = cap;
    }
    defs_node *node = node_new(v, &head, ans_search_type_of(defs->search, v->ref.type));
    if (!node) {
        return ans_cx_nomem(cx);
    }
    defs->at[defs->count++] = node;
    return ANS_OK;
}

/* What was made of a definition and of others of its type is made again when one of those changed: a node of the same words takes
 * its place, for the views to come. */
static ans_err renew_leaning(ans_cx *cx, ans_defs *defs, uint16_t type)
{
    for (uint32_t i = 0; i < defs->count; i++) {
        defs_node *old = defs->at[i];
        if (old->store.type != type || !atomic_load(&old->leans)) {
            continue;
        }
        ans_version v = {.ref = {.type = type, .id = old->def.id}, .vid = old->store.vid, .pos = old->store.pos};
        defs->at[i] = node_new(&v, &old->def, old->def.type);
        if (!defs->at[i]) {
            defs->at[i] = old;
            return ans_cx_nomem(cx);
        }
        defs_node_let_go(old);
    }
    return ANS_OK;
}

/* ---- reading (lock and read_lock held) ---- */

static ans_err read_type(ans_cx *cx, ans_defs *defs, uint16_t type)
{
    ans_history_query q = {.type = type, .forward = true, .from = 1, .limit = PAGE, .with_body = true};
    ans_cx page = {.arena = ans_arena_new(PAGE_BYTES)};
    uint32_t count = PAGE;
    ans_err err = page.arena ? ANS_OK : ans_cx_nomem(cx);
    while (err == ANS_OK && count == PAGE) {
        ans_version *v;
        err = ans_issue_pass(cx, &page, ans_store_history(&page, defs->rd, &q, &v, &count));
        for (uint32_t i = 0; err == ANS_OK && i < count; i++) {
            err = take(&page, defs, &v[i]);
            q.from = v[i].pos + 1;
        }
        ans_arena_reset(page.arena);
        page.issues = page.last_ = NULL;
    }
    ans_arena_free(page.arena);
    return err;
}

static ans_err read_all(ans_cx *cx, ans_defs *defs)
{
    ans_err err = ANS_OK;
    for (uint32_t i = 0; i < defs->count; i++) {
        defs_node_let_go(defs->at[i]);
    }
    defs->count = 0;
    for (unsigned i = 0; err == ANS_OK && i < DEFS_TYPES; i++) {
        uint16_t type = ans_search_type_number(defs->search, ans_fhir_type_named(ans_str_of(followed[i])));
        err = type ? read_type(cx, defs, type) : ANS_OK;
    }
    return err;
}

static ans_err read_changed(ans_cx *cx, ans_defs *defs, const defs_changed *changes, uint32_t count)
{
    ans_cx one = {.arena = ans_arena_new(PAGE_BYTES)};
    ans_err err = one.arena ? ANS_OK : ans_cx_nomem(cx);
    for (uint32_t i = 0; err == ANS_OK && i < count; i++) {
        ans_version v;
        ans_ref ref = {.type = changes[i].type, .id = changes[i].id};
        err = ans_store_read(&one, defs->rd, ref, &v);
        if (err == ANS_E_GONE || err == ANS_E_NOTFOUND) {
            take_out(defs, ref);
            err = ANS_OK;
        } else if (err == ANS_OK) {
            err = take(&one, defs, &v);
        }
        err = ans_issue_pass(cx, &one, err);
        err = err == ANS_OK ? renew_leaning(cx, defs, ref.type) : err;
        ans_arena_reset(one.arena);
        one.issues = one.last_ = NULL;
    }
    ans_arena_free(one.arena);
    return err;
}

/* A failure makes the next one read everything: no change is forgotten. */
ans_err defs_catch_up(ans_cx *cx, ans_defs *defs)
{
    (void)pthread_mutex_lock(&defs->change_lock);
    defs_changed *changes = defs->changes;
    uint32_t count = defs->change_count;
    bool is_all = defs->is_all_changed || !defs->is_loaded;
    defs->changes = NULL;
    defs->change_count = defs->change_cap = 0;
    defs->is_all_changed = false;
    (void)pthread_mutex_unlock(&defs->change_lock);
    (void)pthread_mutex_lock(&defs->read_lock);
    ans_err err = defs->rd ? ANS_OK : ans_reader_open(cx, defs->store, &defs->rd);
    err = err != ANS_OK ? err : is_all ? read_all(cx, defs) : read_changed(cx, defs, changes, count);
    (void)pthread_mutex_unlock(&defs->read_lock);
    defs->is_loaded = err == ANS_OK;
    for (uint32_t i = 0; i < count; i++) {
        ans_free((char *)(uintptr_t)changes[i].id.p);
    }
    ans_free(changes);
    return err;
}

ans_err defs_stored_text(ans_cx *cx, ans_defs *defs, const defs_node *node, ans_arena *arena, ans_str *out)
{
    ans_version v;
    ans_cx own = {.arena = arena};
    ans_ref ref = {.type = node->store.type, .id = node->def.id};
    ans_err err = ans_store_vread(&own, defs->rd, ref, node->store.vid, &v);
    *out = v.body;
    return ans_issue_pass(cx, &own, err);
}
