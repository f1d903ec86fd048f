/* The register: what is built in stands in one table for ever, the record's in another that views copy. */
#include "defs/defs_int.h"

#include <zstd.h>

#include "base/os.h"

/* ---- opening ---- */

static bool start_locks(ans_defs *defs)
{
    pthread_mutex_t *const locks[] = {&defs->lock, &defs->read_lock, &defs->make_lock, &defs->change_lock};
    for (unsigned i = 0; i < sizeof locks / sizeof *locks; i++) {
        if (pthread_mutex_init(locks[i], NULL) != 0) {
            while (i-- > 0) {
                (void)pthread_mutex_destroy(locks[i]);
            }
            return false;
        }
    }
    return true;
}

ans_err ans_defs_open(ans_cx *cx, const ans_defs_options *options, ans_defs **out)
{
    ans_defs *defs = ans_alloc(sizeof *defs);
    if (!defs) {
        return ans_cx_nomem(cx);
    }
    *defs = (ans_defs){.store = options->store, .search = options->search};
    if (!start_locks(defs)) {
        ans_free(defs);
        return ans_cx_nomem(cx);
    }
    ans_random(defs->key, sizeof defs->key);
    ans_err err = defs_built_in(cx, defs, options);
    err = err == ANS_OK && defs->store ? defs_follow(cx, defs) : err;
    if (err != ANS_OK) {
        ans_defs_free(defs);
        return err;
    }
    *out = defs;
    return ANS_OK;
}

/* With lock held. */
static void let_view_go(ans_defs_view *view)
{
    if (--view->holders > 0) {
        return;
    }
    for (uint32_t i = 0; i < view->count; i++) {
        defs_node_let_go(view->at[i]);
    }
    defs_index_done(&view->index);
    ans_free(view->at);
    ans_free(view);
}

void ans_defs_stop(ans_defs *defs)
{
    if (defs && defs->now) {
        let_view_go(defs->now);
        defs->now = NULL;
    }
    if (defs && defs->rd) {
        ans_reader_close(defs->rd);
        defs->rd = NULL;
    }
}

void ans_defs_free(ans_defs *defs)
{
    if (!defs) {
        return;
    }
    ans_defs_stop(defs);
    for (uint32_t i = 0; i < defs->count; i++) {
        defs_node_let_go(defs->at[i]);
    }
    for (uint32_t i = 0; i < defs->built_in_count; i++) {
        defs_node_empty(&defs->built_in[i]);
    }
    for (uint32_t i = 0; i < defs->change_count; i++) {
        ans_free((char *)(uintptr_t)defs->changes[i].id.p);
    }
    ZSTD_freeDCtx(defs->dctx);
    defs_index_done(&defs->index);
    ans_free(defs->changes);
    ans_free(defs->at);
    ans_free(defs->built_in);
    (void)pthread_mutex_destroy(&defs->lock);
    (void)pthread_mutex_destroy(&defs->read_lock);
    (void)pthread_mutex_destroy(&defs->make_lock);
    (void)pthread_mutex_destroy(&defs->change_lock);
    ans_free(defs);
}

/* ---- views ---- */

static ans_str url_of(const void *arg, uint32_t i)
{
    return ((const ans_defs_view *)arg)->at[i]->def.url;
}

/* With lock held. */
static ans_err make_view(ans_defs *defs, ans_defs_view **out)
{
    ans_defs_view *view = ans_alloc(sizeof *view);
    defs_node **at = ans_alloc((defs->count + 1) * sizeof *at);
    if (!view || !at) {
        ans_free(view);
        ans_free(at);
        return ANS_E_NOMEM;
    }
    *view = (ans_defs_view){.defs = defs, .edition = ++defs->edition, .holders = 1, .count = defs->count, .at = at};
    for (uint32_t i = 0; i < defs->count; i++) {
        at[i] = defs->at[i];
        at[i]->holders++;
    }
    ans_err err = defs_index_make(defs->key, view->count, url_of, view, &view->index);
    if (err != ANS_OK) {
        let_view_go(view);
        return err;
    }
    *out = view;
    return ANS_OK;
}

/* With lock held. */
static ans_err renew(ans_cx *cx, ans_defs *defs)
{
    ans_defs_view *view;
    ans_err err = defs->store ? defs_catch_up(cx, defs) : ANS_OK;
    err = err == ANS_OK ? make_view(defs, &view) : err;
    if (err != ANS_OK) {
        return err == ANS_E_NOMEM ? ans_cx_nomem(cx) : err;
    }
    if (defs->now) {
        let_view_go(defs->now);
    }
    defs->now = view;
    return ANS_OK;
}

ans_err ans_defs_enter(ans_cx *cx, ans_defs *defs, const ans_defs_view **out)
{
    ans_err err = ANS_OK;
    (void)pthread_mutex_lock(&defs->lock);
    if (!defs->now || (defs->store && (!defs->is_loaded || defs_is_changed(defs)))) {
        err = renew(cx, defs);
    }
    if (err == ANS_OK) {
        defs->now->holders++;
        *out = defs->now;
    }
    (void)pthread_mutex_unlock(&defs->lock);
    return err;
}

void ans_defs_leave(const ans_defs_view *view)
{
    if (view) {
        ans_defs *defs = view->defs;
        (void)pthread_mutex_lock(&defs->lock);
        let_view_go((ans_defs_view *)(uintptr_t)view); /* const for whoever looks something up in it */
        (void)pthread_mutex_unlock(&defs->lock);
    }
}

uint64_t ans_defs_edition(const ans_defs_view *view)
{
    return view->edition;
}

/* ---- finding ---- */

/* "4.10" is newer than "4.9": runs of digits are compared as numbers. */
static int by_version(ans_str a, ans_str b)
{
    while (a.n && b.n) {
        uint64_t x = 0, y = 0;
        size_t i = 0, k = 0;
        for (; i < a.n && a.p[i] >= '0' && a.p[i] <= '9' && i < 18; i++) {
            x = x * 10 + (uint64_t)(a.p[i] - '0');
        }
        for (; k < b.n && b.p[k] >= '0' && b.p[k] <= '9' && k < 18; k++) {
            y = y * 10 + (uint64_t)(b.p[k] - '0');
        }
        if (i && k && x != y) {
            return x < y ? -1 : 1;
        }
        if (!(i && k) && a.p[0] != b.p[0]) {
            return (unsigned char)a.p[0] < (unsigned char)b.p[0] ? -1 : 1;
        }
        a = ans_str_from(a, i && k ? i : 1);
        b = ans_str_from(b, i && k ? k : 1);
    }
    return (a.n > 0) - (b.n > 0);
}

typedef struct wanted {
    ans_type type;
    ans_str url, version;
    bool has_version;
    const defs_node *best;
} wanted;

static bool is_better(const defs_node *a, const defs_node *than)
{
    if (!than || a->def.is_retired != than->def.is_retired) {
        return !than || than->def.is_retired;
    }
    if (a->def.is_core != than->def.is_core) {
        return a->def.is_core;
    }
    int order = by_version(a->def.version, than->def.version);
    if (order == 0 && a->from == DEFS_FROM_STORE && than->from == DEFS_FROM_STORE) {
        return a->store.pos > than->store.pos;
    }
    return order ? order > 0 : a->from > than->from;
}

static void look_at(wanted *w, const defs_node *node)
{
    bool is_it = (!w->type || node->def.type == w->type) && ans_str_eq(node->def.url, w->url) &&
                 (!w->has_version || ans_str_eq(node->def.version, w->version));
    if (is_it && is_better(node, w->best)) {
        w->best = node;
    }
}

const ans_def *ans_defs_find(const ans_defs_view *view, ans_type type, ans_str canonical)
{
    const ans_defs *defs = view->defs;
    wanted w = {.type = type, .url = canonical};
    for (size_t i = canonical.n; i-- > 0 && !w.has_version;) {
        if (canonical.p[i] == '|') {
            w.has_version = true;
            w.url.n = i;
            w.version = ans_str_from(canonical, i + 1);
        }
    }
    for (uint32_t i = defs_index_first(&defs->index, defs->key, w.url); i != UINT32_MAX; i = defs_index_next(&defs->index, i)) {
        look_at(&w, &defs->built_in[i]);
    }
    for (uint32_t i = defs_index_first(&view->index, defs->key, w.url); i != UINT32_MAX; i = defs_index_next(&view->index, i)) {
        look_at(&w, view->at[i]);
    }
    return w.best ? &w.best->def : NULL;
}

static const defs_node *number(const ans_defs_view *view, uint32_t i)
{
    const ans_defs *defs = view->defs;
    return i < defs->built_in_count                 ? &defs->built_in[i]
           : i - defs->built_in_count < view->count ? view->at[i - defs->built_in_count]
                                                    : NULL;
}

const ans_def *ans_defs_next(const ans_defs_view *view, ans_type type, uint32_t *at)
{
    for (const defs_node *node; (node = number(view, *at)) != NULL;) {
        (*at)++;
        if (!type || node->def.type == type) {
            return &node->def;
        }
    }
    return NULL;
}

uint32_t ans_defs_past_core(const ans_defs_view *view)
{
    return view->defs->core_count;
}

/* What people put in the record stands in front: its ids are what they see. */
const ans_def *ans_defs_by_id(const ans_defs_view *view, ans_type type, ans_str id)
{
    for (uint32_t i = view->defs->built_in_count + view->count; i-- > 0;) {
        const defs_node *node = number(view, i);
        if (node->def.type == type && ans_str_eq(node->def.id, id)) {
            return &node->def;
        }
    }
    return NULL;
}
