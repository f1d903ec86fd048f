/* Bundles: a transaction is one store transaction, all or nothing; a batch is its entries one by one; a collection (import
 * only) is its resources put under their own ids. http://hl7.org/fhir/R4/http.html#transaction
 *
 * Order in a transaction: conditions and ids first (of what is deleted, created, updated: bundle_ref.c), so that every fullUrl has its
 * Type/id; then bodies with their references rewritten; then one commit (each resource is touched at most once); reads last, after
 * the commit. Conditions are proved again by the guard. A batch is done in the same order, each entry for itself. */
#include "base/sort.h"
#include "rest/bundle_int.h"

#define MOST_ENTRIES 100000

ans_str bundle_at(ans_cx *cx, uint32_t i, const char *rest)
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

/* An instant, as the header says it; one that is none asks nothing. */
static ans_str read_since(ans_cx *cx, ans_str text)
{
    ans_datetime d;
    const ans_zone *utc;
    ans_tick low, high;
    if (!text.n || !ans_datetime_parse(text, true, &d) || ans_zone_open(cx, ANS_STR("UTC"), &utc) != ANS_OK) {
        return ANS_STR_NONE;
    }
    ans_datetime_range(&d, utc, &low, &high);
    return http_date(cx, low / 10);
}

static ans_err read_request(struct bundle_job *b, entry *e, uint32_t i)
{
    ans_cx *cx = b->job->cx;
    const ans_json *doc = &b->doc;
    ans_jnode rq = ans_json_get(doc, e->node, ANS_STR("request"));
    if (rq == ANS_JNONE) {
        return ans_issue_add(cx, ANS_E_INVALID, bundle_at(cx, i, ".request"), "an entry of a batch or transaction needs a request");
    }
    ans_str url = ans_json_get_string(cx, doc, rq, ANS_STR("url"));
    e->rq.method = ans_json_get_string(cx, doc, rq, ANS_STR("method"));
    if (!url.p || !e->rq.method.p) {
        return ans_issue_add(cx, ANS_E_INVALID, bundle_at(cx, i, ".request"), "a request needs a method and a url");
    }
    e->rq.query = bundle_url(b->job, url);
    (void)ans_str_cut(&e->rq.query, '?', &e->rq.path);
    e->rq.if_match = ans_json_get_string(cx, doc, rq, ANS_STR("ifMatch"));
    e->rq.if_none_match = ans_json_get_string(cx, doc, rq, ANS_STR("ifNoneMatch"));
    e->rq.if_none_exist = ans_json_get_string(cx, doc, rq, ANS_STR("ifNoneExist"));
    e->rq.if_modified_since = read_since(cx, ans_json_get_string(cx, doc, rq, ANS_STR("ifModifiedSince")));
    e->rq.prefer = b->is_batch ? b->job->rq.prefer : ANS_STR_NONE;
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
    ans_err err = canon_type(cx, &b->doc, e->resource, bundle_at(cx, i, ".resource"), &t);
    ans_str id = err == ANS_OK ? ans_json_get_string(cx, &b->doc, e->resource, ANS_STR("id")) : ANS_STR_NONE;
    if (err == ANS_OK && !ans_id_is_valid(id)) {
        return ans_issue_add(cx, ANS_E_VALUE, bundle_at(cx, i, ".resource.id"), "the resource needs an id of 1 to 64 letters, digits, '-' and '.'");
    }
    e->rq = (request){.method = ANS_STR("PUT")};
    if (err == ANS_OK) {
        e->rq.path = ans_arena_fmt(cx->arena, "%s/%.*s", ans_fhir_types[t].name, ANS_FMT(id));
    }
    return err;
}

/* What a history tells: each version is put under the id it has there. */
static ans_err replay_request(struct bundle_job *b, entry *e, uint32_t i)
{
    ans_cx *cx = b->job->cx;
    ans_jnode rq = ans_json_get(&b->doc, e->node, ANS_STR("request"));
    ans_str method = rq == ANS_JNONE ? ANS_STR_NONE : ans_json_get_string(cx, &b->doc, rq, ANS_STR("method"));
    if (e->resource == ANS_JNONE || ans_str_is(method, "DELETE")) {
        return read_request(b, e, i);
    }
    ans_err err = put_request(b, e, i);
    e->rq.body = ans_json_raw(&b->doc, e->resource);
    e->rq.prefer = b->job->rq.prefer;
    return err;
}

static ans_err read_entry(struct bundle_job *b, uint32_t i)
{
    ans_cx *cx = b->job->cx;
    entry *e = &b->entries[i];
    e->full_url = ans_json_get_string(cx, &b->doc, e->node, ANS_STR("fullUrl"));
    e->resource = ans_json_get(&b->doc, e->node, ANS_STR("resource"));
    ans_err err = b->is_collection ? put_request(b, e, i) : b->is_history ? replay_request(b, e, i) : read_request(b, e, i);
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
        return ans_issue_add(cx, ANS_E_UNSUPPORTED, bundle_at(cx, i, ".request.url"), "this interaction cannot stand in a Bundle");
    }
    if (!writes) {
        return ANS_OK;
    }
    ans_type t = 0;
    err = condition_text(cx, e->route.type, &e->rq.if_none_exist);
    err = err != ANS_OK ? err : canon_type(cx, &b->doc, e->resource, bundle_at(cx, i, ".resource"), &t);
    return err == ANS_OK && t != e->route.type
               ? ans_issue_add(cx, ANS_E_INVALID, bundle_at(cx, i, ".resource"), "the resource is a %s, the url says %s",
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
    b->is_call = how == OPEN_CALL;
    b->is_history = ans_str_is(kind, "history") && how == OPEN_CALL;
    b->is_batch = (is_batch && how != OPEN_IMPORT) || b->is_history;
    b->is_collection = how != OPEN_CALL && !is_transaction && !is_batch;
    if (!ans_str_is(ans_fhir_type_name(t), "Bundle") || (!is_transaction && !is_batch && !b->is_history && how == OPEN_CALL)) {
        return ans_issue_add(cx, ANS_E_INVALID, ANS_STR("Bundle.type"), "only a Bundle of type transaction, batch or history can be sent here");
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
            return ans_issue_add(cx, ANS_E_INVALID, bundle_at(cx, b->count, ""), "an entry must be an object");
        }
        b->entries[b->count].patched_vid = b->job->patched_vids ? b->job->patched_vids[b->count] : 0;
        err = read_entry(b, b->count++);
    }
    return err;
}

/* ---- ids and fullUrls ---- */

static ans_err several(struct bundle_job *b, uint32_t i)
{
    return ans_issue_add(b->job->cx, ANS_E_MULTI, bundle_at(b->job->cx, i, ".request"), "the condition matches more than one resource");
}

static ans_err find_condition(struct bundle_job *b, entry *e, uint32_t i, ans_str query)
{
    uint32_t count;
    ans_err err = refs_condition(b, b->rd, e, query, &count, &e->found);
    if (err != ANS_OK || count > 1) {
        return err != ANS_OK ? err : several(b, i);
    }
    e->condition = query;
    e->met = count == 1;
    e->id = e->met ? e->found.ref.id : ANS_STR_NONE;
    return ANS_OK;
}

/* What a conditional update is about comes after what is created: to meet that is an overlap. */
static ans_err find_update(struct bundle_job *b, entry *e, uint32_t i)
{
    uint32_t created = 0;
    ans_err err = find_condition(b, e, i, e->rq.query);
    err = err == ANS_OK ? refs_created(b, e->route.type, e->rq.query, &created) : err;
    if (err != ANS_OK || !created) {
        return err;
    }
    return e->met ? several(b, i)
                  : ans_issue_add(b->job->cx, ANS_E_INVALID, bundle_at(b->job->cx, i, ".request"), "the condition meets what another entry creates");
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
        err = e->route.what == I_UPDATE ? find_update(b, e, i) : find_condition(b, e, i, e->rq.query);
        if (err == ANS_OK && !e->met && e->route.what == I_UPDATE) {
            e->id = ans_id_is_valid(own) ? own : ANS_STR_NONE;
            if (!e->id.n) {
                canon_new_id(j->rest, j->cx, &e->id);
                e->id_made = true;
            }
        }
    } else if (e->route.what == I_UPDATE && !ans_str_eq(own, e->route.id)) {
        return ans_issue_add(j->cx, ANS_E_INVALID, bundle_at(j->cx, i, ".resource.id"), "the resource's id must be the one in the url");
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
            list[i]->twin = list[first];
        } else {
            first = i;
        }
    }
    for (uint32_t i = 0; i < n; i++) {
        list[i]->condition = list[i]->met ? ANS_STR_NONE : list[i]->condition; /* the first one's proof is enough */
    }
    return ANS_OK;
}

/* ---- changes ---- */

static ans_err guard(ans_txn *txn, ans_reader *rd)
{
    struct bundle_job *b = txn->guard_arg;
    gate_lend(b->job, rd);
    for (uint32_t i = 0; i < b->count; i++) {
        entry *e = &b->entries[i];
        uint32_t count;
        ans_version v;
        ans_err err = e->change && is_star(e->rq.if_match)
                          ? condition_exists(b->job->cx, rd, e->change->ref, bundle_at(b->job->cx, i, ".request.ifMatch"))
                          : ANS_OK;
        err = err == ANS_OK && e->patched_vid ? patch_stands(b->job, rd, e->change->ref, e->patched_vid) : err;
        if (err != ANS_OK) {
            return err;
        }
        if (!e->condition.n) {
            continue;
        }
        err = refs_condition(b, rd, e, e->condition, &count, &v);
        if (err != ANS_OK || (e->met ? count != 1 || !ans_str_eq(v.ref.id, e->id) : count != 0)) {
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
    canon_hook hook = {refs_rewrite, b};
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
            return err != ANS_OK || !e->rq.if_match.n ? err : ans_issue_add(j->cx, ANS_E_PRECOND, bundle_at(j->cx, i, ".request.ifMatch"), "there is no current version");
        }
        *c = (ans_change){.ref = ref, .is_delete = true};
    } else if ((e->route.what != I_CREATE && e->route.what != I_UPDATE) || (e->route.what == I_CREATE && e->met)) {
        return ANS_OK;
    } else {
        validate_how how = {.place = bundle_at(j->cx, i, ".resource")};
        err = canon_change(j->rest, j->cx, &b->doc, e->resource, e->route.type, e->id, b->is_collection ? NULL : &hook, &how, c);
        bool is_new = e->route.what == I_CREATE || (e->condition.n && !e->met) || ans_str_is(e->rq.if_none_match, "*");
        c->if_vid = is_new ? ANS_VID_ABSENT : ANS_VID_ANY;
    }
    if (is_star(e->rq.if_match) || e->patched_vid) {
        j->txn.guard = guard;
    }
    if (!is_star(e->rq.if_match) && err == ANS_OK && e->rq.if_match.n && !etag_vid(e->rq.if_match, &c->if_vid)) {
        return ans_issue_add(j->cx, ANS_E_PRECOND, bundle_at(j->cx, i, ".request.ifMatch"), "ifMatch is W/\"n\"");
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

static ans_err too_late(job *j)
{
    return ans_issue_add(j->cx, ANS_E_TIMEOUT, ANS_STR_NONE, "the Bundle took too long to prepare: send it in smaller ones");
}

/* Deletions, then creations, then updates: each sees what those before it leave (http.html#trules). */
static ans_err choose_ids(struct bundle_job *b)
{
    static const interaction order[] = {I_DELETE, I_CREATE, I_UPDATE};
    job *j = b->job;
    ans_err err = refs_new(b);
    for (int step = 0; err == ANS_OK && step < 3; step++) {
        for (uint32_t i = 0; err == ANS_OK && i < b->count; i++) {
            if (b->entries[i].route.what != order[step]) {
                continue;
            }
            err = choose_id(b, i);
            j->txn.guard = b->entries[i].condition.n ? guard : j->txn.guard;
            if (err == ANS_OK && order[step] != I_CREATE) {
                refs_touch(b, i);
            }
            if (err == ANS_OK && i % 64 == 63 && ans_cx_is_late(j->cx)) {
                err = too_late(j);
            }
        }
        err = err == ANS_OK && order[step] == I_CREATE ? join_twins(b) : err;
    }
    return err;
}

static ans_err prepare_changes(struct bundle_job *b)
{
    job *j = b->job;
    j->must_prove = false;
    j->txn = (ans_txn){.cx = j->cx, .arg = j, .guard_arg = b, .changes = ANS_NEW_N(j->cx->arena, ans_change, b->count + 1)};
    ans_err err = j->txn.changes ? ANS_OK : ans_cx_nomem(j->cx);
    err = err == ANS_OK ? choose_ids(b) : err;
    err = err == ANS_OK ? refs_make_map(b) : err;
    for (uint32_t i = 0; err == ANS_OK && i < b->count; i++) {
        err = write_change(b, i);
        if (err == ANS_OK && i % 64 == 63 && ans_cx_is_late(j->cx)) {
            err = too_late(j);
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
            return bundle_at(j->cx, i, change->is_delete ? "" : ".resource");
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
    bool resource = an->body.n > 0 && an->status < 300 && !an->is_outcome;
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
    if (an->when_us) {
        char when[ANS_INSTANT_BYTES];
        ans_instant_print(an->when_us, when);
        ans_jw_kv(w, ANS_STR("lastModified"), (ans_str){when, sizeof when});
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

/* The version an entry ends with: what it wrote, or what its condition met, which another entry may have made. */
static ans_version version_of(const entry *e)
{
    const ans_change *c = e->twin ? e->twin->change : e->change;
    return c ? (ans_version){.vid = c->vid, .when_us = c->when_us, .body = c->body} : e->found;
}

static void answer_change(struct bundle_job *b, entry *e)
{
    ans_cx *cx = b->job->cx;
    const ans_change *c = e->change;
    ans_version v = version_of(e);
    bool is_gone = e->route.what == I_DELETE;
    e->an.status = c ? (is_gone ? 204 : c->outcome == ANS_CREATED ? 201 : 200) : e->met ? 200 : 204;
    if (v.vid) {
        e->an.etag = etag_of(cx, v.vid);
        e->an.when_us = v.when_us;
    }
    if (v.vid && !is_gone) {
        e->an.location = ans_arena_fmt(cx->arena, "%s/%.*s/_history/%u", ans_fhir_types[e->route.type].name, ANS_FMT(e->id), v.vid);
    }
    if (c && !is_gone) {
        answer_preferred(b->job, &v, false, &e->an);
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
    if (ans_str_is(e->rq.method, "HEAD") && one.an.status < 300) {
        one.an.body = ANS_STR_NONE;
    }
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

/* The step of a batch that an entry belongs to. */
static int step_of(const entry *e)
{
    bool asks = ans_str_search(e->rq.path, ANS_STR("_search")) >= 0 || ans_str_find(e->rq.path, '$') >= 0;
    return ans_str_is(e->rq.method, "DELETE")                                        ? 0
           : ans_str_is(e->rq.method, "POST") && !asks                               ? 1
           : ans_str_is(e->rq.method, "PUT") || ans_str_is(e->rq.method, "PATCH") ? 2
                                                                                     : 3;
}

ans_err bundle_batch(job *j, ans_reader *rd)
{
    struct bundle_job *b = j->bundle;
    for (uint32_t i = b->count; b->is_history && i > 0; i--) {
        run_entry(b, &b->entries[i - 1], rd);
    }
    for (int step = 0; !b->is_history && step < 4; step++) {
        for (uint32_t i = 0; i < b->count; i++) {
            if (step_of(&b->entries[i]) == step) {
                run_entry(b, &b->entries[i], rd);
            }
        }
    }
    write_answer(b);
    return ANS_OK;
}
