/* Opening a data folder: the store, the search bound to it, and the time zone that its index was
 * made with.
 *
 * The zone is a property of the data: a date without a zone becomes an interval in the index, so
 * another zone needs another index. It is fixed when the folder is made and changed by reindex
 * alone. The search has to be told it when it is made, and it stands in the store: so the store is
 * opened first, with an index function that finds the search later.
 *
 * The same holds for search parameters that are not R4's own: those in the record count from the next reindex on.
 *
 * Settings kept with the data: "timezone" its name; "search-parameters" those the index was made with; "reindex" present while the
 * index is being made anew. */
#include "app/app.h"

#include "app/content.h"
#include "app/embedded.h"
#include "base/os.h"
#include "term/term.h"

#define PARAMETERS_BYTES ((size_t)16 << 20)

static const ans_str ZONE_KEY = ANS_STR("timezone");
static const ans_str PARAMETERS_KEY = ANS_STR("search-parameters");
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

static void put_parameter(ans_cx *cx, ans_jw *w, ans_str body)
{
    static const char *const members[] = {"url", "code", "base", "type", "expression", "target"};
    ans_json doc;
    if (ans_json_parse(cx, body, NULL, &doc) != ANS_OK || ans_str_is(ans_json_get_string(cx, &doc, 0, ANS_STR("status")), "retired")) {
        return;
    }
    ans_jw_begin(w, '{');
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        ans_jnode n = ans_json_get(&doc, 0, ans_str_of(members[i]));
        if (n != ANS_JNONE) {
            ans_jw_key(w, ans_str_of(members[i]));
            ans_jw_copy(w, &doc, n);
        }
    }
    ans_jw_end(w, '}');
}

/* The current SearchParameters of the record, with an open reader. */
static ans_err collect(ans_cx *cx, ans_reader *rd, uint16_t type, ans_jw *w)
{
    enum { PAGE = 200 };
    ans_history_query q = {.type = type, .forward = true, .from = 1, .limit = PAGE};
    uint32_t count = PAGE;
    ans_err err = ANS_OK;
    while (err == ANS_OK && count == PAGE) {
        ans_version *v, now;
        err = ans_store_history(cx, rd, &q, &v, &count);
        for (uint32_t i = 0; err == ANS_OK && i < count; i++) {
            q.from = v[i].pos + 1;
            ans_err found = ans_store_read(cx, rd, v[i].ref, &now);
            if (found == ANS_OK && now.vid == v[i].vid) {
                put_parameter(cx, w, now.body);
            }
            err = found == ANS_E_GONE ? ANS_OK : found;
        }
    }
    return err;
}

static ans_err read_parameters(ans_cx *cx, const folder *f, ans_str *out)
{
    const ans_str name = ANS_STR("SearchParameter");
    uint16_t type;
    ans_reader *rd;
    ans_buf b;
    ans_jw w;
    ans_buf_init_arena(&b, cx->arena, PARAMETERS_BYTES);
    ans_jw_init(&w, &b);
    ans_jw_begin(&w, '[');
    ans_err err = ans_store_names(cx, f->store, &name, 1, &type);
    err = err == ANS_OK ? ans_reader_open(cx, f->store, &rd) : err;
    if (err != ANS_OK) {
        return err;
    }
    err = collect(cx, rd, type, &w);
    ans_reader_close(rd);
    ans_jw_end(&w, ']');
    return err == ANS_OK ? ans_buf_finish(&b, out) : err;
}

/* The parameters beside R4's own: those the index was made with, or, before it is made anew, those of the record. */
static ans_err extend(ans_cx *cx, folder *f, bool anew)
{
    ans_search_extended extended;
    ans_err err = anew ? read_parameters(cx, f, &f->parameters) : ans_store_meta_get(cx, f->store, PARAMETERS_KEY, &f->parameters);
    err = err == ANS_OK ? ans_search_extend(cx, f->search, f->parameters, &extended) : err;
    if (err == ANS_OK && anew && extended.left_out) {
        say("%u search parameters of the record cannot be used (composite, of a code that is there already, or not understood)", extended.left_out);
    }
    return err;
}

static ans_err open_defs(ans_cx *cx, folder *f)
{
    ans_defs_options o = {.store = f->store, .search = f->search};
    ans_err err = content_definitions(cx, &o);
    err = err == ANS_OK ? ans_defs_open(cx, &o, &f->defs) : err;
    if (err == ANS_OK) {
        ans_search_set_terms(f->search, (ans_search_terms){f->defs, ans_term_search_codes});
    }
    return err;
}

/* What only the folder's owner may read, and what whoever copied the folder may have opened to others. A copy that is only read (a backup
 * on a stick without modes) is let through. */
static ans_err refuse_open_secrets(ans_cx *cx, const options *o, folder_use use)
{
    static const char *const names[] = {"main.db", "access.db", "audit.key", "first-code", "tls/key.pem"};
    ans_err err = ANS_OK;
    for (size_t i = 0; i < sizeof names / sizeof *names && use != FOLDER_READ && !o->memory; i++) {
        ans_str path = ans_arena_fmt(cx->arena, "%s/%s", o->data, names[i]);
        ans_err one = path.p ? ans_file_private(cx, path.p) : ans_cx_nomem(cx);
        err = one != ANS_OK ? one : err;
    }
    return err;
}

static ans_err open_folder(ans_cx *cx, const options *o, folder_use use, bool anew, folder *out)
{
    const ans_zone *zone;
    folder f = {0};
    /* an unknown zone must not leave a folder behind */
    ans_err err = o->timezone ? ans_zone_open(cx, ans_str_of(o->timezone), &zone) : ANS_OK;
    err = err == ANS_OK ? refuse_open_secrets(cx, o, use) : err;
    err = err == ANS_OK ? open_store(cx, o, use, &f) : err;
    if (err != ANS_OK) {
        return err;
    }
    err = settle_zone(cx, o, use, anew, &f);
    err = err == ANS_OK && !anew ? refuse_half_index(cx, o, &f) : err;
    err = err == ANS_OK ? ans_zone_open(cx, f.zone_name, &zone) : err;
    err = err == ANS_OK ? ans_search_new(cx, zone, &f.search) : err;
    *f.hook = f.search;
    err = err == ANS_OK ? extend(cx, &f, anew) : err;
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
    err = err == ANS_OK ? ans_store_meta_set(cx, f->store, PARAMETERS_KEY, f->parameters) : err;
    return err == ANS_OK ? ans_store_meta_set(cx, f->store, REINDEX_KEY, ANS_STR_NONE) : err;
}

ans_err folder_rest(ans_cx *cx, const options *o, const folder *f, ans_rest **out)
{
    ans_rest_options rest = {
        .store = f->store, .search = f->search, .defs = f->defs, .threads = 1, .loops = 1, .version = ANS_VERSION, .validate = ans_str_of(o->validate)};
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
