/* list_door: official lists for a running server (rest/official.h). One import at a time: a file may cost hundreds of megabytes while it is
 * read, and two plans made side by side would not know of one another. */
#include <stdatomic.h>

#include "app/list.h"

struct list_door {
    ans_lists door;
    ans_store *store;
    const ans_search *search;
    atomic_bool is_busy;
};

static bool begin(void *arg)
{
    list_door *d = arg;
    return !atomic_exchange(&d->is_busy, true);
}

static void end(void *arg)
{
    list_door *d = arg;
    atomic_store(&d->is_busy, false);
}

static ans_err kind_of(ans_cx *cx, ans_str name, const list_kind **out)
{
    ans_str copy = ans_arena_dup(cx->arena, name);
    *out = copy.p ? list_kind_named(copy.p) : NULL;
    return !copy.p ? ans_cx_nomem(cx) : *out ? ANS_OK : ans_issue_add(cx, ANS_E_VALUE, ANS_STR("kind"), "there is no official list of that name");
}

static ans_err plan(void *arg, ans_cx *cx, const ans_list_ask *ask, ans_list_plan *out)
{
    list_door *d = arg;
    const list_kind *kind;
    list_entries entries;
    ans_err err = kind_of(cx, ask->kind, &kind);
    err = err == ANS_OK ? list_take_table(cx, kind, ask->bytes, ask->leave_out, &entries, out) : err;
    return err == ANS_OK ? list_make_plan(cx, d->store, d->search, kind, ask, &entries, out) : err;
}

static ans_err plan_undo(void *arg, ans_cx *cx, const ans_list_ask *ask, ans_list_plan *out)
{
    list_door *d = arg;
    const list_kind *kind;
    ans_err err = kind_of(cx, ask->kind, &kind);
    return err == ANS_OK ? list_make_undo(cx, d->store, d->search, kind, out) : err;
}

static ans_err remember(void *arg, ans_cx *cx, const ans_list_plan *p)
{
    list_door *d = arg;
    return list_remember(cx, d->store, p);
}

static ans_err look(void *arg, ans_cx *cx, ans_list_state **out, uint32_t *out_count)
{
    list_door *d = arg;
    return list_look(cx, d->store, d->search, out, out_count);
}

ans_err list_door_open(ans_cx *cx, const folder *f, list_door **out)
{
    list_door *d = ans_alloc(sizeof *d);
    if (!d) {
        return ans_cx_nomem(cx);
    }
    *d = (list_door){.store = f->store, .search = f->search};
    d->door = (ans_lists){d, begin, end, plan, plan_undo, remember, look};
    *out = d;
    return ANS_OK;
}

const ans_lists *list_door_of(list_door *d)
{
    return d ? &d->door : NULL;
}

void list_door_close(list_door *d)
{
    ans_free(d);
}
