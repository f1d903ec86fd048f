/* Opening a data folder: the store, the search bound to it, and the time zone that its index was
 * made with.
 *
 * The zone is a property of the data: a date without a zone becomes an interval in the index, so
 * another zone needs another index. It is fixed when the folder is made and changed by reindex
 * alone. The search has to be told it when it is made, and it stands in the store: so the store is
 * opened first, with an index function that finds the search later.
 *
 * Settings kept with the data: "timezone" its name; "reindex" present while the index is being made
 * anew. */
#include "app/app.h"

#include "app/content.h"
#include "app/embedded.h"

static const ans_str ZONE_KEY = ANS_STR("timezone");
static const ans_str REINDEX_KEY = ANS_STR("reindex");

static ans_err index_later(void *arg, ans_cx *cx, uint16_t type, ans_str body, ans_rows *out)
{
    ans_search *const *search = arg; /* set before the first write */
    return ans_search_index_body(*search, cx, type, body, out);
}

static ans_err open_store(ans_cx *cx, const options *o, folder_use use, folder *out)
{
    ans_store_options store = {
        .dir = o->data,
        .create = use >= FOLDER_CREATE,
        .keep_warm = use == FOLDER_SERVE,
        .read_only = use == FOLDER_READ,
        .in_memory = o->memory,
        .sync_normal = o->sync_normal,
        .dictionary = {(const char *)ans_dictionary, ans_dictionary_bytes},
        .index = index_later,
    };
    out->hook = ANS_NEW(cx->arena, ans_search *);
    if (!out->hook) {
        return ans_cx_nomem(cx);
    }
    store.index_arg = out->hook;
    return ans_store_open(cx, &store, &out->store);
}

/* The zone kept with the data; a new folder gets the one asked for. */
static ans_err settle_zone(ans_cx *cx, const options *o, folder_use use, bool may_change, folder *f)
{
    ans_str kept, wanted = o->timezone ? ans_str_of(o->timezone) : ANS_STR_NONE;
    ans_err err = ans_store_meta_get(cx, f->store, ZONE_KEY, &kept);
    if (err != ANS_OK) {
        return err;
    }
    f->is_new = !kept.p;
    if (!kept.p) {
        f->zone_name = wanted.p ? wanted : ANS_STR(DEFAULT_ZONE);
        return use == FOLDER_READ ? ANS_OK
                                  : ans_store_meta_set(cx, f->store, ZONE_KEY, f->zone_name);
    }
    f->zone_name = may_change && wanted.p ? wanted : kept;
    if (wanted.p && !may_change && !ans_str_eq(wanted, kept)) {
        return ans_issue_add(cx, ANS_E_CONFLICT, ANS_STR_NONE,
                             "%s was indexed with time zone %.*s; to change it: ansinh reindex "
                             "--data %s --timezone %.*s",
                             o->data, ANS_FMT(kept), o->data, ANS_FMT(wanted));
    }
    return ANS_OK;
}

static ans_err refuse_half_index(ans_cx *cx, const options *o, const folder *f)
{
    ans_str mark;
    ans_err err = ans_store_meta_get(cx, f->store, REINDEX_KEY, &mark);
    if (err == ANS_OK && mark.n) {
        return ans_issue_add(cx, ANS_E_CONFLICT, ANS_STR_NONE,
                             "a reindex of %s with time zone %.*s was not finished; run: ansinh "
                             "reindex --data %s --timezone %.*s",
                             o->data, ANS_FMT(mark), o->data, ANS_FMT(mark));
    }
    return err;
}

static ans_err open_defs(ans_cx *cx, folder *f)
{
    ans_defs_options o = {.store = f->store, .search = f->search};
    ans_err err = content_definitions(cx, &o);
    return err == ANS_OK ? ans_defs_open(cx, &o, &f->defs) : err;
}

static ans_err open_folder(ans_cx *cx, const options *o, folder_use use, bool anew, folder *out)
{
    const ans_zone *zone;
    folder f = {0};
    /* an unknown zone must not leave a folder behind */
    ans_err err = o->timezone ? ans_zone_open(cx, ans_str_of(o->timezone), &zone) : ANS_OK;
    err = err == ANS_OK ? open_store(cx, o, use, &f) : err;
    if (err != ANS_OK) {
        return err;
    }
    err = settle_zone(cx, o, use, anew, &f);
    err = err == ANS_OK && !anew ? refuse_half_index(cx, o, &f) : err;
    err = err == ANS_OK ? ans_zone_open(cx, f.zone_name, &zone) : err;
    err = err == ANS_OK ? ans_search_new(cx, zone, &f.search) : err;
    *f.hook = f.search;
    err = err == ANS_OK ? ans_search_bind(cx, f.search, f.store) : err;
    err = err == ANS_OK && use != FOLDER_READ ? open_defs(cx, &f) : err;
    if (err != ANS_OK) {
        folder_close(&f);
        return err;
    }
    *out = f;
    return ANS_OK;
}

ans_err folder_open(ans_cx *cx, const options *o, folder_use use, folder *out)
{
    return open_folder(cx, o, use, false, out);
}

ans_err folder_open_anew(ans_cx *cx, const options *o, folder *out)
{
    return open_folder(cx, o, FOLDER_WRITE, true, out);
}

ans_err folder_reindex_begin(ans_cx *cx, const folder *f)
{
    return ans_store_meta_set(cx, f->store, REINDEX_KEY, f->zone_name);
}

ans_err folder_reindex_end(ans_cx *cx, const folder *f)
{
    ans_err err = ans_store_meta_set(cx, f->store, ZONE_KEY, f->zone_name);
    return err == ANS_OK ? ans_store_meta_set(cx, f->store, REINDEX_KEY, ANS_STR_NONE) : err;
}

ans_err folder_rest(ans_cx *cx, const folder *f, ans_rest **out)
{
    ans_rest_options rest = {
        .store = f->store, .search = f->search, .defs = f->defs, .threads = 1, .loops = 1, .version = ANS_VERSION};
    return ans_rest_new(cx, &rest, out);
}

ans_str local_path(ans_cx *cx, const options *o)
{
    return ans_arena_fmt(cx->arena, "%s/ansinh.sock", o->data);
}

void folder_close(folder *f)
{
    ans_defs_stop(f->defs);
    ans_store_close(f->store);
    ans_defs_free(f->defs); /* the store's writer tells it of every write */
    ans_search_free(f->search);
    *f = (folder){0};
}
