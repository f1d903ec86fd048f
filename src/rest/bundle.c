/* Bundles: a transaction is one store transaction, all or nothing; a batch is its entries one by one; a collection (import
 * only) is its resources put under their own ids. http://hl7.org/fhir/R4/http.html#transaction
 *
 * Order in a transaction: conditions and ids first, so that every fullUrl has its Type/id; then bodies with their references
 * rewritten; then one commit (deletes, creates and updates touch each resource at most once, so their order cannot matter); reads
 * last, after the commit. Conditions are proved again by the guard. */
#include "rest/rest_int.h"
#include "base/sort.h"

#define MOST_ENTRIES 100000
#define MEMORY_SIZE 512

typedef struct entry {
    ans_jnode node, resource;
    ans_str full_url;
    request rq;
    route route;
    ans_str id;             /* of the resource written */
    ans_change *change;     /* NULL: a read, a deletion of nothing, or a conditional create that met one */
    ans_str condition;      /* query to prove again */
    bool met;               /* the condition matched `id` */
    bool id_made;           /* `id` was made here */
    uint32_t patched_vid;   /* what its patch was applied to; 0: it is none */
    answer an;
} entry;

typedef struct remembered {
    ans_str condition, target; /* "Practitioner?identifier=..." -> "Practitioner/1" */
} remembered;

struct bundle_job {
    job *job;
    ans_json doc;
    bool is_batch, is_collection;
    entry *entries;
    uint32_t count;
    uint32_t *map;          /* fullUrl hash -> entry index + 1 */
    uint32_t map_size;
    const ans_rest_wait *wait;
    ans_reader *rd;
    remembered *memory;     /* MEMORY_SIZE places, made at the first conditional reference */
    uint32_t at;            /* entry whose body is being written */
    ans_str beside;         /* base of its fullUrl when that is a URL: where its relative references point */
};

static ans_str place(ans_cx *cx, uint32_t i, const char *rest)
{
    return ans_arena_fmt(cx->arena, "Bundle.entry[%u]%s", i, rest);
}

/* ---- reading entries ---- */

ans_str bundle_url(const job *j, ans_str url)
{
    if (ans_str_starts(url, j->base) && url.n > j->base.n) {
        url = ans_str_from(url, j->base.n);
    }
    while (url.n && url.p[0] == '/') {
        url = ans_str_from(url, 1);
    }
    return url;
}

static ans_err read_request(struct bundle_job *b, entry *e, uint32_t i)
{
    ans_cx *cx = b->job->cx;
    const ans_json *doc = &b->doc;
    ans_jnode rq = ans_json_get(doc, e->node, ANS_STR("request"));
    if (rq == ANS_JNONE) {
        return ans_issue_add(cx, ANS_E_INVALID, place(cx, i, ".request"), "an entry of a batch or transaction needs a request");
    }
    ans_str url = ans_json_get_string(cx, doc, rq, ANS_STR("url"));
    e->rq.method = ans_json_get_string(cx, doc, rq, ANS_STR("method"));
    if (!url.p || !e->rq.method.p) {
        return ans_issue_add(cx, ANS_E_INVALID, place(cx, i, ".request"), "a request needs a method and a url");
    }
    e->rq.query = bundle_url(b->job, url);
    (void)ans_str_cut(&e->rq.query, '?', &e->rq.path);
    e->rq.if_match = ans_json_get_string(cx, doc, rq, ANS_STR("ifMatch"));
    e->rq.if_none_match = ans_json_get_string(cx, doc, rq, ANS_STR("ifNoneMatch"));
    e->rq.if_none_exist = ans_json_get_string(cx, doc, rq, ANS_STR("ifNoneExist"));
    if (e->resource != ANS_JNONE) {
        e->rq.body = ans_json_raw(doc, e->resource);
    }
    return ANS_OK;
}

/* Of a collection each resource is put under its own id. */
static ans_err put_request(struct bundle_job *b, entry *e, uint32_t i)
{
    ans_cx *cx = b->job->cx;
    ans_type t;
    ans_err err = canon_type(cx, &b->doc, e->resource, place(cx, i, ".resource"), &t);
    ans_str id = err == ANS_OK ? ans_json_get_string(cx, &b->doc, e->resource, ANS_STR("id")) : ANS_STR_NONE;
    if (err == ANS_OK && !ans_id_is_valid(id)) {
        return ans_issue_add(cx, ANS_E_VALUE, place(cx, i, ".resource.id"), "the resource needs an id of 1 to 64 letters, digits, '-' and '.'");
    }
    e->rq = (request){.method = ANS_STR("PUT")};
    if (err == ANS_OK) {
        e->rq.path = ans_arena_fmt(cx->arena, "%s/%.*s", ans_fhir_types[t].name, ANS_FMT(id));
    }
    return err;
}

static ans_err read_entry(struct bundle_job *b, uint32_t i)
{
    ans_cx *cx = b->job->cx;
    entry *e = &b->entries[i];
    e->full_url = ans_json_get_string(cx, &b->doc, e->node, ANS_STR("fullUrl"));
    e->resource = ans_json_get(&b->doc, e->node, ANS_STR("resource"));
    ans_err err = b->is_collection ? put_request(b, e, i) : read_request(b, e, i);
    if (err != ANS_OK || b->is_batch) {
        return err;
    }
    err = route_find(cx, b->job->rest, &e->rq, &e->route);
    err = err == ANS_OK && b->job->pass ? gate_check_route(b->job, &e->route) : err;
    if (err != ANS_OK) {
        return err;
    }
    bool writes = e->route.what == I_CREATE || e->route.what == I_UPDATE;
    if (e->route.what == I_BUNDLE || e->route.what == I_CAPABILITIES || e->route.is_patch) {
        return ans_issue_add(cx, ANS_E_UNSUPPORTED, place(cx, i, ".request.url"), "this interaction cannot stand in a Bundle");
    }
    if (!writes) {
        return ANS_OK;
    }
    ans_type t = 0;
    err = condition_text(cx, e->route.type, &e->rq.if_none_exist);
    err = err != ANS_OK ? err : canon_type(cx, &b->doc, e->resource, place(cx, i, ".resource"), &t);
    return err == ANS_OK && t != e->route.type
               ? ans_issue_add(cx, ANS_E_INVALID, place(cx, i, ".resource"), "the resource is a %s, the url says %s",
                               ans_fhir_types[t].name, ans_fhir_types[e->route.type].name)
               : err;
}

static ans_err read_bundle(struct bundle_job *b, enum opening how)
{
    ans_cx *cx = b->job->cx;
    ans_type t;
    ans_err err = canon_type(cx, &b->doc, 0, ANS_STR("resourceType"), &t);
    if (err != ANS_OK) {
        return err;
    }
    ans_str kind = ans_json_get_string(cx, &b->doc, 0, ANS_STR("type"));
    bool is_transaction = ans_str_is(kind, "transaction");
    bool is_batch = ans_str_is(kind, "batch");
    b->is_batch = is_batch && how != OPEN_IMPORT;
    b->is_collection = how != OPEN_CALL && !is_transaction && !is_batch;
    if (!ans_str_is(ans_fhir_type_name(t), "Bundle") || (!is_transaction && !is_batch && how == OPEN_CALL)) {
        return ans_issue_add(cx, ANS_E_INVALID, ANS_STR("Bundle.type"), "only a Bundle of type transaction or batch can be sent here");
    }
    ans_jnode list = ans_json_get(&b->doc, 0, ANS_STR("entry"));
    if (list != ANS_JNONE && ans_json_kind_of(&b->doc, list) != ANS_JSON_ARRAY) {
        return ans_issue_add(cx, ANS_E_INVALID, ANS_STR("Bundle.entry"), "'entry' must be an array");
    }
    uint32_t count = list == ANS_JNONE ? 0 : ans_json_count(&b->doc, list);
    if (count > MOST_ENTRIES) {
        return ans_issue_add(cx, ANS_E_TOOBIG, ANS_STR("Bundle.entry"), "a Bundle may have at most %d entries", MOST_ENTRIES);
    }
    b->entries = ANS_NEW_N(cx->arena, entry, count + 1);
    if (!b->entries) {
        return ans_cx_nomem(cx);
    }
    for (ans_jnode n = count ? ans_json_first(&b->doc, list) : ANS_JNONE; err == ANS_OK && n != ANS_JNONE; n = ans_json_next(&b->doc, list, n)) {
        b->entries[b->count].node = n;
        if (ans_json_kind_of(&b->doc, n) != ANS_JSON_OBJECT) {
            return ans_issue_add(cx, ANS_E_INVALID, place(cx, b->count, ""), "an entry must be an object");
        }
        b->entries[b->count].patched_vid = b->job->patched_vids ? b->job->patched_vids[b->count] : 0;
        err = read_entry(b, b->count++);
    }
    return err;
}

/* ---- ids and fullUrls ---- */

static uint32_t *map_slot(const struct bundle_job *b, ans_str url)
{
    /* the store's key: nobody outside can aim at one bucket */
    uint32_t at = (uint32_t)ans_hash64(ans_store_hash_key(b->job->rest->o.store), url) & (b->map_size - 1);
    while (b->map[at] && !ans_str_eq(b->entries[b->map[at] - 1].full_url, url)) {
        at = (at + 1) & (b->map_size - 1);
    }
    return &b->map[at];
}

static ans_err make_map(struct bundle_job *b)
{
    ans_cx *cx = b->job->cx;
    b->map_size = 16;
    while (b->map_size < b->count * 2) {
        b->map_size *= 2;
    }
    b->map = ANS_NEW_N(cx->arena, uint32_t, b->map_size);
    if (!b->map) {
        return ans_cx_nomem(cx);
    }
    for (uint32_t i = 0; i < b->count; i++) {
        entry *e = &b->entries[i];
        if (!e->full_url.n || !e->id.n) {
            continue;
        }
        uint32_t *slot = map_slot(b, e->full_url);
        if (*slot && !ans_str_eq(b->entries[*slot - 1].id, e->id)) {
            return ans_issue_add(cx, ANS_E_INVALID, place(cx, i, ".fullUrl"), "two entries have the same fullUrl");
        }
        *slot = i + 1;
    }
    return ANS_OK;
}

static ans_err find_condition(struct bundle_job *b, entry *e, uint32_t i, ans_str query)
{
    job *j = b->job;
    uint32_t count;
    ans_str id;
    ans_err err = condition_find(j, b->rd, e->route.type, query, &count, &id);
    if (err != ANS_OK) {
        return err;
    }
    if (count > 1) {
        return ans_issue_add(j->cx, ANS_E_MULTI, place(j->cx, i, ".request"), "the condition matches more than one resource");
    }
    e->condition = query;
    e->met = count == 1;
    e->id = id;
    return ANS_OK;
}

static ans_err choose_id(struct bundle_job *b, uint32_t i)
{
    job *j = b->job;
    entry *e = &b->entries[i];
    ans_err err = ANS_OK;
    ans_str own = e->resource == ANS_JNONE ? ANS_STR_NONE : ans_json_get_string(j->cx, &b->doc, e->resource, ANS_STR("id"));
    e->id = e->route.id;
    if (e->route.what == I_CREATE) {
        if (e->rq.if_none_exist.n) {
            err = find_condition(b, e, i, e->rq.if_none_exist);
        }
        if (err == ANS_OK && !e->met) {
            canon_new_id(j->rest, j->cx, &e->id);
            e->id_made = true;
        }
    } else if ((e->route.what == I_UPDATE || e->route.what == I_DELETE) && !e->route.id.n) {
        err = find_condition(b, e, i, e->rq.query);
        if (err == ANS_OK && !e->met && e->route.what == I_UPDATE) {
            e->id = ans_id_is_valid(own) ? own : ANS_STR_NONE;
            if (!e->id.n) {
                canon_new_id(j->rest, j->cx, &e->id);
                e->id_made = true;
            }
        }
    } else if (e->route.what == I_UPDATE && !ans_str_eq(own, e->route.id)) {
        return ans_issue_add(j->cx, ANS_E_INVALID, place(j->cx, i, ".resource.id"), "the resource's id must be the one in the url");
    }
    return err;
}

static int by_condition(const void *a, const void *b)
{
    const entry *x = *(entry *const *)a, *y = *(entry *const *)b;
    int order = x->route.type != y->route.type ? (x->route.type < y->route.type ? -1 : 1) : ans_str_cmp(x->condition, y->condition);
    return order ? order : x < y ? -1 : x > y;
}

/* Two creates with one condition that nothing meets yet: the second would find what the first makes, so it means that. */
static ans_err join_twins(struct bundle_job *b)
{
    uint32_t n = 0;
    entry **list = ANS_NEW_N(b->job->cx->arena, entry *, b->count + 1);
    if (!list) {
        return ans_cx_nomem(b->job->cx);
    }
    for (uint32_t i = 0; i < b->count; i++) {
        entry *e = &b->entries[i];
        if (e->route.what == I_CREATE && e->condition.n && !e->met) {
            list[n++] = e;
        }
    }
    ans_sort(list, n, sizeof *list, by_condition);
    for (uint32_t i = 1, first = 0; i < n; i++) {
        if (list[i]->route.type == list[first]->route.type && ans_str_eq(list[i]->condition, list[first]->condition)) {
            list[i]->id = list[first]->id;
            list[i]->met = true;
        } else {
            first = i;
        }
    }
    for (uint32_t i = 0; i < n; i++) {
        list[i]->condition = list[i]->met ? ANS_STR_NONE : list[i]->condition; /* the first one's proof is enough */
    }
    return ANS_OK;
}

/* ---- bodies ---- */

/* Conditional references repeat within a Bundle (the same practitioner at every visit): one search each is enough, since a
 * Bundle is one moment. The table only remembers; a place taken by another text is overwritten. */
static remembered *memory_of(struct bundle_job *b, ans_str text)
{
    uint64_t h = ans_hash64(ans_store_hash_key(b->job->rest->o.store), text);
    if (!b->memory) {
        b->memory = ANS_NEW_N(b->job->cx->arena, remembered, MEMORY_SIZE);
    }
    return b->memory ? &b->memory[h % MEMORY_SIZE] : NULL;
}

static ans_err conditional_reference(struct bundle_job *b, const ans_reference *r, ans_str *out)
{
    job *j = b->job;
    uint32_t count;
    ans_str id;
    for (;;) {
        ans_err err = condition_find(j, b->rd, r->type, r->query, &count, &id);
        if (err != ANS_OK) {
            return err;
        }
        if (count == 1) {
            *out = ans_arena_fmt(j->cx->arena, "%s/%.*s", ans_fhir_types[r->type].name, ANS_FMT(id));
            return out->p ? ANS_OK : ans_cx_nomem(j->cx);
        }
        if (count > 1) {
            return ans_issue_add(j->cx, ANS_E_MULTI, place(j->cx, b->at, ".resource"), "a conditional reference matches more than one %s", ans_fhir_types[r->type].name);
        }
        if (!b->wait) {
            break;
        }
        ans_reader_end(b->rd);
        bool again = b->wait->wait(b->wait->arg);
        err = ans_reader_begin(j->cx, b->rd);
        if (err != ANS_OK || !again) {
            b->wait = again ? b->wait : NULL; /* one last look at what landed meanwhile */
            if (err != ANS_OK) {
                return err;
            }
        }
    }
    return ans_issue_add(j->cx, ANS_E_PRECOND, place(j->cx, b->at, ".resource"), "a conditional reference matches no %s", ans_fhir_types[r->type].name);
}

/* The entry that a reference in the entry being written means: by fullUrl, or beside its own (bundle.html#references). */
static const entry *meant_entry(const struct bundle_job *b, ans_cx *cx, ans_str value, bool is_reference)
{
    if (ans_str_find(value, ':') > 0) {
        uint32_t at = *map_slot(b, value);
        return at ? &b->entries[at - 1] : NULL;
    }
    ans_reference r;
    if (!is_reference || !b->beside.n) {
        return NULL;
    }
    ans_reference_parse(value, &r);
    if (r.kind != ANS_REF_LOCAL || !r.type) {
        return NULL;
    }
    uint32_t at = *map_slot(b, ans_arena_fmt(cx->arena, "%.*s/%s/%.*s", ANS_FMT(b->beside), ans_fhir_types[r.type].name, ANS_FMT(r.id)));
    return at ? &b->entries[at - 1] : NULL;
}

static bool is_uri(ans_type t)
{
    static const char *const names[] = {"uri", "url", "oid", "uuid"};
    for (int i = 0; i < 4; i++) {
        if (ans_str_is(ans_fhir_type_name(t), names[i])) {
            return true;
        }
    }
    return false;
}

/* References by fullUrl become Type/id; so do elements of type uri, url, oid and uuid that are exactly an entry's fullUrl
 * (http.html#trules). A string that happens to read the same, such as an identifier's value, is left alone. */
static ans_err rewrite(void *arg, ans_cx *cx, ans_type type, ans_str key, ans_str value, ans_str *out)
{
    struct bundle_job *b = arg;
    bool is_reference = ans_str_is(key, "reference");
    if (is_reference || (ans_str_starts(value, ANS_STR("urn:")) && is_uri(type))) {
        const entry *e = meant_entry(b, cx, value, is_reference);
        if (e) {
            *out = ans_arena_fmt(cx->arena, "%s/%.*s", ans_fhir_types[e->route.type].name, ANS_FMT(e->id));
            return out->p ? ANS_OK : ans_cx_nomem(cx);
        }
    }
    if (is_reference && ans_str_find(value, '?') > 0) {
        ans_reference r;
        ans_reference_parse(value, &r);
        if (r.kind == ANS_REF_SEARCH && r.type) {
            remembered *known = memory_of(b, value);
            if (known && known->target.n && ans_str_eq(known->condition, value)) {
                *out = known->target;
                return ANS_OK;
            }
            ans_err err = conditional_reference(b, &r, out);
            if (err == ANS_OK && known) {
                *known = (remembered){value, *out};
            }
            return err;
        }
    }
    return ANS_OK;
}

static ans_err guard(ans_txn *txn, ans_reader *rd)
{
    struct bundle_job *b = txn->guard_arg;
    gate_lend(b->job, rd);
    for (uint32_t i = 0; i < b->count; i++) {
        entry *e = &b->entries[i];
        uint32_t count;
        ans_str id;
        ans_err err = e->change && is_star(e->rq.if_match)
                          ? condition_exists(b->job->cx, rd, e->change->ref, place(b->job->cx, i, ".request.ifMatch"))
                          : ANS_OK;
        err = err == ANS_OK && e->patched_vid ? patch_stands(b->job, rd, e->change->ref, e->patched_vid) : err;
        if (err != ANS_OK) {
            return err;
        }
        if (!e->condition.n) {
            continue;
        }
        err = condition_find(b->job, rd, e->route.type, e->condition, &count, &id);
        if (err != ANS_OK || (e->met ? count != 1 || !ans_str_eq(id, e->id) : count != 0)) {
            return err != ANS_OK ? err : ANS_E_RETRY;
        }
    }
    return care_prove(b->job, rd);
}

static ans_err write_change(struct bundle_job *b, uint32_t i)
{
    job *j = b->job;
    entry *e = &b->entries[i];
    ans_change *c = &j->txn.changes[j->txn.count];
    canon_hook hook = {rewrite, b};
    ans_reference own;
    ans_err err = ANS_OK;
    ans_reference_parse(e->full_url, &own);
    b->at = i;
    b->beside = own.kind == ANS_REF_ABSOLUTE ? own.base : ANS_STR_NONE;
    if (e->route.what == I_DELETE) {
        if (!e->id.n) {
            return ANS_OK; /* the condition matched nothing */
        }
        bool seen;
        ans_ref ref = {ans_search_type_number(j->rest->o.search, e->route.type), e->id};
        err = gate_sees_ref(j, b->rd, ref, &seen);
        if (err != ANS_OK || !seen) {
            return err != ANS_OK || !e->rq.if_match.n ? err : ans_issue_add(j->cx, ANS_E_PRECOND, place(j->cx, i, ".request.ifMatch"), "there is no current version");
        }
        *c = (ans_change){.ref = ref, .is_delete = true};
    } else if ((e->route.what != I_CREATE && e->route.what != I_UPDATE) || (e->route.what == I_CREATE && e->met)) {
        return ANS_OK;
    } else {
        validate_how how = {.place = place(j->cx, i, ".resource")};
        err = canon_change(j->rest, j->cx, &b->doc, e->resource, e->route.type, e->id, b->is_collection ? NULL : &hook, &how, c);
        bool is_new = e->route.what == I_CREATE || (e->condition.n && !e->met) || ans_str_is(e->rq.if_none_match, "*");
        c->if_vid = is_new ? ANS_VID_ABSENT : ANS_VID_ANY;
    }
    if (is_star(e->rq.if_match) || e->patched_vid) {
        j->txn.guard = guard;
    }
    if (!is_star(e->rq.if_match) && err == ANS_OK && e->rq.if_match.n && !etag_vid(e->rq.if_match, &c->if_vid)) {
        return ans_issue_add(j->cx, ANS_E_PRECOND, place(j->cx, i, ".request.ifMatch"), "ifMatch is W/\"n\"");
    }
    e->change = c;
    j->txn.count += err == ANS_OK;
    return err;
}

static int by_ref(const void *a, const void *b)
{
    const ans_ref *x = &(*(ans_change *const *)a)->ref, *y = &(*(ans_change *const *)b)->ref;
    return x->type != y->type ? (x->type < y->type ? -1 : 1) : ans_str_cmp(x->id, y->id);
}

/* A resource may be touched once: http.html#trules "identity overlaps" are an error. */
static ans_err refuse_overlap(struct bundle_job *b)
{
    ans_cx *cx = b->job->cx;
    uint32_t n = b->job->txn.count;
    ans_change **sorted = ANS_NEW_N(cx->arena, ans_change *, n + 1);
    if (!sorted) {
        return ans_cx_nomem(cx);
    }
    for (uint32_t i = 0; i < n; i++) {
        sorted[i] = &b->job->txn.changes[i];
    }
    ans_sort(sorted, n, sizeof *sorted, by_ref);
    for (uint32_t i = 1; i < n; i++) {
        if (by_ref(&sorted[i - 1], &sorted[i]) == 0) {
            return ans_issue_add(cx, ANS_E_INVALID, ANS_STR("Bundle.entry"), "two entries change the same %s",
                                 ans_fhir_types[ans_search_type_of(b->job->rest->o.search, sorted[i]->ref.type)].name);
        }
    }
    return ANS_OK;
}

static ans_err admit(struct bundle_job *b)
{
    job *j = b->job;
    ans_admission *list = j->pass ? ANS_NEW_N(j->cx->arena, ans_admission, b->count + 1) : NULL;
    uint32_t n = 0;
    if (!j->pass) {
        return ANS_OK;
    }
    for (uint32_t i = 0; list && i < b->count; i++) {
        const entry *e = &b->entries[i];
        if (e->change) {
            list[n++] = (ans_admission){e->change, e->id_made, e->rq.if_match.n > 0 || e->patched_vid};
        }
    }
    return list ? gate_admit(j, b->rd, list, n) : ans_cx_nomem(j->cx);
}

static ans_err prepare_changes(struct bundle_job *b)
{
    job *j = b->job;
    j->must_prove = false;
    j->txn = (ans_txn){.cx = j->cx, .arg = j, .guard_arg = b, .changes = ANS_NEW_N(j->cx->arena, ans_change, b->count + 1)};
    ans_err err = j->txn.changes ? ANS_OK : ans_cx_nomem(j->cx);
    for (uint32_t i = 0; err == ANS_OK && i < b->count; i++) {
        err = choose_id(b, i);
        j->txn.guard = b->entries[i].condition.n ? guard : j->txn.guard;
    }
    err = err == ANS_OK ? join_twins(b) : err;
    err = err == ANS_OK ? make_map(b) : err;
    for (uint32_t i = 0; err == ANS_OK && i < b->count; i++) {
        err = write_change(b, i);
        if (err == ANS_OK && i % 64 == 63 && ans_cx_is_late(j->cx)) {
            err = ans_issue_add(j->cx, ANS_E_TIMEOUT, ANS_STR_NONE, "the Bundle took too long to prepare: send it in smaller ones");
        }
    }
    err = err == ANS_OK ? refuse_overlap(b) : err;
    err = err == ANS_OK ? admit(b) : err;
    j->txn.guard = j->must_prove ? guard : j->txn.guard;
    return err;
}

ans_str bundle_place(const job *j, const ans_change *change)
{
    for (uint32_t i = 0; j->bundle && i < j->bundle->count; i++) {
        if (j->bundle->entries[i].change == change) {
            return place(j->cx, i, change->is_delete ? "" : ".resource");
        }
    }
    return ANS_STR_NONE;
}

ans_err bundle_open(job *j, const ans_json *doc, ans_reader *rd, const ans_rest_wait *wait, enum opening how)
{
    struct bundle_job *b = ANS_NEW(j->cx->arena, struct bundle_job);
    if (!b) {
        return ans_cx_nomem(j->cx);
    }
    *b = (struct bundle_job){.job = j, .doc = *doc, .wait = wait, .rd = rd};
    j->bundle = b;
    ans_err err = read_bundle(b, how);
    return err != ANS_OK || b->is_batch ? err : prepare_changes(b);
}

ans_err bundle_prepare(job *j, ans_reader *rd)
{
    ans_json doc;
    if (j->rq.body.n == 0) {
        return ans_issue_add(j->cx, ANS_E_INVALID, ANS_STR("http.body"), "the request needs a Bundle as its body");
    }
    ans_err err = ans_json_parse(j->cx, j->rq.body, NULL, &doc);
    err = err == ANS_OK ? bundle_patches(j, rd, &doc) : err;
    return err == ANS_OK ? bundle_open(j, &doc, rd, NULL, OPEN_CALL) : err;
}

bool bundle_has_reads(const job *j)
{
    for (uint32_t i = 0; i < j->bundle->count; i++) {
        uint8_t what = j->bundle->entries[i].route.what;
        if (what != I_CREATE && what != I_UPDATE && what != I_DELETE) {
            return true;
        }
    }
    return false;
}

bool bundle_is_batch(const job *j)
{
    return j->bundle && j->bundle->is_batch;
}

/* ---- the answer ---- */

static const char *status_text(int status)
{
    switch (status) {
    case 200:
        return "200 OK";
    case 201:
        return "201 Created";
    case 204:
        return "204 No Content";
    case 304:
        return "304 Not Modified";
    case 404:
        return "404 Not Found";
    case 410:
        return "410 Gone";
    case 412:
        return "412 Precondition Failed";
    case 422:
        return "422 Unprocessable Entity";
    default:
        return NULL;
    }
}

static void write_response(struct bundle_job *b, ans_jw *w, const entry *e)
{
    ans_cx *cx = b->job->cx;
    const answer *an = &e->an;
    const char *text = status_text(an->status);
    bool resource = an->body.n > 0 && an->status < 300;
    ans_jw_begin(w, '{');
    if (resource && e->id.n) {
        ans_jw_kv(w, ANS_STR("fullUrl"), ans_arena_fmt(cx->arena, "%.*s/%s/%.*s", ANS_FMT(b->job->base), ans_fhir_types[e->route.type].name, ANS_FMT(e->id)));
    }
    if (resource) {
        ans_jw_key(w, ANS_STR("resource"));
        ans_jw_raw(w, an->body);
    }
    ans_jw_key(w, ANS_STR("response"));
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("status"), text ? ans_str_of(text) : ans_arena_fmt(cx->arena, "%d", an->status));
    if (an->location.n) {
        ans_jw_kv(w, ANS_STR("location"), an->location);
    }
    if (an->etag.n) {
        ans_jw_kv(w, ANS_STR("etag"), an->etag);
    }
    if (an->last_modified.n) {
        ans_jw_kv(w, ANS_STR("lastModified"), an->last_modified);
    }
    if (!resource && an->body.n) {
        ans_jw_key(w, ANS_STR("outcome"));
        ans_jw_raw(w, an->body);
    }
    ans_jw_end(w, '}');
    ans_jw_end(w, '}');
}

static void write_answer(struct bundle_job *b)
{
    job *j = b->job;
    ans_buf buf;
    ans_jw w;
    ans_buf_init_arena(&buf, j->cx->arena, (size_t)256 << 20);
    ans_jw_init(&w, &buf);
    ans_jw_begin(&w, '{');
    ans_jw_kv(&w, ANS_STR("resourceType"), ANS_STR("Bundle"));
    ans_jw_kv(&w, ANS_STR("type"), b->is_batch ? ANS_STR("batch-response") : ANS_STR("transaction-response"));
    if (b->count) {
        ans_jw_key(&w, ANS_STR("entry"));
        ans_jw_begin(&w, '[');
        for (uint32_t i = 0; i < b->count; i++) {
            write_response(b, &w, &b->entries[i]);
        }
        ans_jw_end(&w, ']');
    }
    ans_jw_end(&w, '}');
    j->an.status = 200;
    ans_err err = ans_buf_finish(&buf, &j->an.body);
    if (err != ANS_OK) {
        job_fail(j, err);
    }
}

static ans_str instant_text(ans_cx *cx, int64_t us)
{
    char when[ANS_INSTANT_BYTES];
    ans_instant_print(us, when);
    return ans_arena_dup(cx->arena, (ans_str){when, sizeof when});
}

static void answer_change(struct bundle_job *b, entry *e)
{
    ans_cx *cx = b->job->cx;
    const ans_change *c = e->change;
    const char *type = ans_fhir_types[e->route.type].name;
    if (!c) {
        e->an.status = e->met ? 200 : 204;
        e->an.location = e->met ? ans_arena_fmt(cx->arena, "%s/%.*s", type, ANS_FMT(e->id)) : ANS_STR_NONE;
        return;
    }
    e->an.status = c->is_delete ? 204 : c->outcome == ANS_CREATED ? 201 : 200;
    if (c->vid) {
        e->an.etag = etag_of(cx, c->vid);
        e->an.last_modified = instant_text(cx, c->when_us);
        e->an.location = c->is_delete ? ANS_STR_NONE : ans_arena_fmt(cx->arena, "%s/%.*s/_history/%u", type, ANS_FMT(e->id), c->vid);
    }
}

void bundle_finish(job *j, ans_err err)
{
    struct bundle_job *b = j->bundle;
    if (err != ANS_OK) {
        if (err == ANS_E_PRECOND && j->cx->last_ && j->cx->last_->expression.n == 0) {
            j->cx->last_->expression = ANS_STR("Bundle.entry"); /* the store said what, but knows no entries */
        }
        job_fail(j, err);
        return;
    }
    for (uint32_t i = 0; i < b->count; i++) {
        entry *e = &b->entries[i];
        if (e->route.what == I_CREATE || e->route.what == I_UPDATE || e->route.what == I_DELETE) {
            answer_change(b, e);
        }
    }
    write_answer(b);
}

/* Rows of a view are no resource, and an entry has room for nothing else. */
static ans_err run_alone(job *one, ans_reader *rd)
{
    ans_err err = route_find(one->cx, one->rest, &one->rq, &one->route);
    if (err == ANS_OK && one->route.op && one->route.op->is_own_format) {
        return ans_issue_add(one->cx, ANS_E_UNSUPPORTED, ANS_STR("request.url"), "this operation cannot stand in a Bundle: its answer is no resource");
    }
    return err == ANS_OK ? job_now(one, rd) : err;
}

/* One entry as a call of its own, with its own issues. */
static void run_entry(struct bundle_job *b, entry *e, ans_reader *rd)
{
    job *j = b->job;
    ans_cx cx = {.arena = j->cx->arena, .request_id = j->cx->request_id, .deadline_us = j->cx->deadline_us};
    job one = {.rest = j->rest, .cx = &cx, .base = j->base, .who = j->who, .pass = j->pass, .role = j->role, .address = j->address, .rq = e->rq};
    ans_err err = ans_cx_is_late(&cx) ? ans_issue_add(&cx, ANS_E_TIMEOUT, ANS_STR_NONE, "the time for this Bundle is over: send it in smaller ones")
                                      : run_alone(&one, rd);
    if (err != ANS_OK) {
        job_fail(&one, err);
    }
    audit_entry(&one);
    e->an = one.an;
    e->route = one.route;
    e->id = one.route.id;
}

void bundle_reads(job *j, ans_reader *rd)
{
    struct bundle_job *b = j->bundle;
    for (uint32_t i = 0; i < b->count; i++) {
        uint8_t what = b->entries[i].route.what;
        if (what != I_CREATE && what != I_UPDATE && what != I_DELETE) {
            run_entry(b, &b->entries[i], rd);
        }
    }
}

ans_err bundle_batch(job *j, ans_reader *rd)
{
    struct bundle_job *b = j->bundle;
    for (uint32_t i = 0; i < b->count; i++) {
        run_entry(b, &b->entries[i], rd);
    }
    write_answer(b);
    return ANS_OK;
}
