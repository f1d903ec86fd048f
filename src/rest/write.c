/* create, update, patch, delete and their conditional forms. http://hl7.org/fhir/R4/http.html#create
 *
 * A condition is decided on the reader's moment and proved again by the transaction's guard on the writer's thread, where
 * nothing can come between; if the answer moved, the whole call is prepared anew (ANS_E_RETRY). */
#include "rest/rest_int.h"

#include "json/patch.h"

#define CONDITION_COST 5000000 /* the guard searches on the writer's thread, and everybody waits */

ans_err condition_search(job *j, ans_reader *rd, ans_type type, ans_str query, uint32_t limit, ans_search_result *out)
{
    ans_cx *cx = j->cx;
    ans_search_request rq = {.type = type, .query = query, .base = j->base, .strict = true, .limit = limit, .max_cost = CONDITION_COST, .filter = gate_filter(j)};
    ans_err err = query.n ? ans_search_run(j->rest->o.search, cx, rd, &rq, out) : ANS_OK;
    if (err == ANS_OK && (query.n == 0 || out->criteria == 0)) { /* _count or _format alone would mean every resource of the type */
        return ans_issue_add(cx, ANS_E_PRECOND, ANS_STR("http.url"), "a condition needs at least one search parameter");
    }
    return err;
}

ans_err condition_find(job *j, ans_reader *rd, ans_type type, ans_str query, uint32_t *out_count, ans_str *out_id)
{
    ans_search_result result;
    ans_err err = condition_search(j, rd, type, query, 2, &result);
    if (err == ANS_OK) {
        *out_count = result.count;
        *out_id = result.count ? result.entries[0].version.ref.id : ANS_STR_NONE;
    }
    return err;
}

ans_err condition_exists(ans_cx *cx, ans_reader *rd, ans_ref ref, ans_str where)
{
    ans_version v;
    ans_err err = ans_store_read(cx, rd, ref, &v);
    return err == ANS_E_NOTFOUND || err == ANS_E_GONE ? ans_issue_add(cx, ANS_E_PRECOND, where, "there is no current version") : err;
}

static ans_err several(ans_cx *cx)
{
    return ans_issue_add(cx, ANS_E_MULTI, ANS_STR("http.url"), "the condition matches more than one resource");
}

ans_err condition_text(ans_cx *cx, ans_type type, ans_str *text)
{
    ans_str query = *text, path;
    if (!ans_str_cut(&query, '?', &path) || ans_str_find(path, '=') >= 0) { /* a ? may stand in a value */
        return ANS_OK;
    }
    ans_str name = ans_fhir_type_name(type);
    bool is_type = path.n == 0 || ans_str_eq(path, name) ||
                   (path.n > name.n && path.p[path.n - name.n - 1] == '/' && ans_str_eq(ans_str_from(path, path.n - name.n), name));
    *text = query;
    return is_type ? ANS_OK : ans_issue_add(cx, ANS_E_VALUE, ANS_STR("http.If-None-Exist"), "the condition is about another type than the address");
}

/* ---- the guard ---- */

static ans_str condition_of(const job *j)
{
    return j->route.what == I_CREATE ? j->rq.if_none_exist : j->route.id.n ? ANS_STR_NONE : j->rq.query;
}

ans_err patch_stands(job *j, ans_reader *rd, ans_ref ref, uint32_t vid)
{
    ans_version now;
    ans_err err = ans_store_read(j->cx, rd, ref, &now);
    if (err != ANS_OK && err != ANS_E_GONE) {
        return err;
    }
    return err == ANS_OK && now.vid == vid ? ANS_OK : ANS_E_RETRY;
}

static ans_err guard(ans_txn *txn, ans_reader *rd)
{
    job *j = txn->guard_arg;
    uint32_t count;
    ans_str id, condition = condition_of(j);
    bool must_be = j->route.what != I_CREATE && is_star(j->rq.if_match);
    gate_lend(j, rd);
    ans_err err = must_be ? condition_exists(j->cx, rd, txn->changes[0].ref, ANS_STR("http.If-Match")) : ANS_OK;
    err = err == ANS_OK && j->patched_vid ? patch_stands(j, rd, txn->changes[0].ref, j->patched_vid) : err;
    err = err == ANS_OK ? care_prove(j, rd) : err;
    if (err != ANS_OK || !condition.n) {
        return err;
    }
    err = condition_find(j, rd, j->route.type, condition, &count, &id);
    if (err != ANS_OK) {
        return err;
    }
    bool same = j->met ? count == 1 && ans_str_eq(id, txn->changes[0].ref.id) : count == 0;
    return same ? ANS_OK : ANS_E_RETRY;
}

/* ---- prepare ---- */

static ans_err parse_resource(job *j, ans_str text, ans_json *doc)
{
    ans_type t;
    ans_err err = ans_json_parse(j->cx, text, NULL, doc);
    err = err == ANS_OK ? canon_type(j->cx, doc, 0, ANS_STR("resourceType"), &t) : err;
    if (err == ANS_OK && t != j->route.type) {
        return ans_issue_add(j->cx, ANS_E_INVALID, ANS_STR("resourceType"), "the resource is a %s, the address says %s",
                             ans_fhir_types[t].name, ans_fhir_types[j->route.type].name);
    }
    return err;
}

static ans_err need_body(job *j)
{
    return j->rq.body.n ? ANS_OK
                        : ans_issue_add(j->cx, ANS_E_INVALID, ANS_STR("http.body"), "the request needs a %s as its body",
                                        j->route.is_patch ? "JSON Patch" : "resource");
}

static ans_err parse_body(job *j, ans_json *doc)
{
    ans_err err = need_body(j);
    return err == ANS_OK ? parse_resource(j, j->rq.body, doc) : err;
}

static bool prefers(const job *j, const char *what)
{
    return ans_str_search(j->rq.prefer, ans_str_of(what)) >= 0;
}

/* Does the answer list what is wrong with what was kept? */
static bool wants_outcome(const job *j)
{
    return prefers(j, "return=OperationOutcome");
}

void answer_preferred(job *j, const ans_version *v, bool by_default, answer *an)
{
    if (wants_outcome(j)) {
        an->is_outcome = true;
        an->body = j->cx->issues ? outcome_body(j->cx, ANS_OK, ANS_STR_NONE)
                                 : ANS_STR("{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":\"information\",\"code\":"
                                           "\"informational\",\"diagnostics\":\"stored\"}]}");
    } else if (!prefers(j, "return=minimal") && (by_default || prefers(j, "return=representation"))) {
        an->body = ans_search_body(j->cx->arena, v);
    }
}

/* The existing resource a conditional create met: answered as it is. */
static ans_err answer_existing(job *j, ans_reader *rd, ans_str id)
{
    ans_version v;
    ans_err err = ans_store_read(j->cx, rd, (ans_ref){ans_search_type_number(j->rest->o.search, j->route.type), id}, &v);
    if (err != ANS_OK) {
        return err;
    }
    audit_touch(j, &v);
    answer_version(j, &v);
    j->an.status = 200;
    j->an.location = ans_arena_fmt(j->cx->arena, "%.*s/%s/%.*s/_history/%u", ANS_FMT(j->base),
                                   ans_fhir_types[j->route.type].name, ANS_FMT(id), v.vid);
    answer_preferred(j, &v, true, &j->an);
    return j->an.body.p || prefers(j, "return=minimal") ? ANS_OK : ans_cx_nomem(j->cx);
}

/* A reference with this server's own address in front means a resource here: it is kept as Type/id, so that chains, includes and
 * compartments know it. As a rule there is none, which one look at the text says. */
ans_err write_own_reference(const job *j, ans_str value, ans_str *out)
{
    ans_reference r;
    bool is_own = j->base.n && value.n > j->base.n + 1 && ans_str_starts(value, j->base) && value.p[j->base.n] == '/';
    ans_str local = is_own ? ans_str_from(value, j->base.n + 1) : ANS_STR_NONE;
    ans_reference_parse(local, &r);
    if (local.n && r.kind == ANS_REF_LOCAL && r.type) {
        *out = local;
    }
    return ANS_OK;
}

static ans_err replace_own(void *arg, ans_cx *cx, ans_type type, ans_str key, ans_str value, ans_str *out)
{
    (void)cx;
    (void)type;
    return ans_str_is(key, "reference") ? write_own_reference(arg, value, out) : ANS_OK;
}

static ans_err make_change(job *j, const ans_json *doc, ans_str id, const validate_how *how)
{
    canon_hook own = {replace_own, j};
    bool has_own = j->base.n && ans_str_search(ans_json_raw(doc, 0), j->base) >= 0;
    return canon_change(j->rest, j->cx, doc, 0, j->route.type, id, has_own ? &own : NULL, how, &j->txn.changes[0]);
}

static ans_err prepare_create(job *j, ans_reader *rd)
{
    validate_how how = {.tells = wants_outcome(j)};
    ans_json doc;
    ans_str id;
    ans_err err = parse_body(j, &doc);
    err = err == ANS_OK ? condition_text(j->cx, j->route.type, &j->rq.if_none_exist) : err;
    if (err == ANS_OK && j->rq.if_none_exist.n) {
        uint32_t count;
        err = condition_find(j, rd, j->route.type, j->rq.if_none_exist, &count, &id);
        if (err != ANS_OK || count) {
            return err != ANS_OK ? err : count > 1 ? several(j->cx) : answer_existing(j, rd, id);
        }
        j->txn.guard = guard;
    }
    if (err == ANS_OK) {
        canon_new_id(j->rest, j->cx, &id);
        j->id_made = true;
        err = make_change(j, &doc, id, &how);
    }
    j->txn.changes[0].if_vid = ANS_VID_ABSENT;
    j->txn.count = err == ANS_OK ? 1 : 0;
    return err;
}

/* conditional: the resource was looked for, and j->met says whether it was found. */
static ans_err version_condition(job *j, bool conditional, ans_change *change)
{
    if (conditional && !j->met && j->rq.if_match.n) {
        return ans_issue_add(j->cx, ANS_E_PRECOND, ANS_STR("http.If-Match"), "the condition met nothing: there is no current version");
    }
    if (conditional && j->met && is_star(j->rq.if_none_match)) {
        return ans_issue_add(j->cx, ANS_E_PRECOND, ANS_STR("http.If-None-Match"), "the condition met a resource that is there");
    }
    if (is_star(j->rq.if_none_match)) {
        change->if_vid = ANS_VID_ABSENT;
    }
    if (is_star(j->rq.if_match)) {
        j->txn.guard = guard;
    } else if (j->rq.if_match.n && !etag_vid(j->rq.if_match, &change->if_vid)) {
        return ans_issue_add(j->cx, ANS_E_PRECOND, ANS_STR("http.If-Match"), "If-Match is W/\"n\", a version id of this resource");
    }
    return ANS_OK;
}

static ans_err body_id(job *j, const ans_json *doc, ans_str *out)
{
    ans_jnode n = ans_json_get(doc, 0, ANS_STR("id"));
    *out = ans_json_string(j->cx, doc, n);
    if (n != ANS_JNONE && (!out->p || !ans_id_is_valid(*out))) {
        return ans_issue_add(j->cx, ANS_E_VALUE, ANS_STR("id"), "an id has 1 to 64 letters, digits, '-' and '.'");
    }
    return ANS_OK;
}

static ans_err prepare_update(job *j, ans_reader *rd)
{
    validate_how how = {.tells = wants_outcome(j)};
    ans_json doc;
    ans_str id, given = j->route.id;
    bool conditional = given.n == 0;
    ans_err err = parse_body(j, &doc);
    err = err == ANS_OK ? body_id(j, &doc, &id) : err;
    if (err != ANS_OK) {
        return err;
    }
    if (given.n && !ans_str_eq(given, id)) {
        return ans_issue_add(j->cx, ANS_E_INVALID, ANS_STR("id"), "the resource's id must be the one in the address");
    }
    if (conditional) { /* PUT Type?condition */
        uint32_t count;
        ans_str found;
        err = condition_find(j, rd, j->route.type, j->rq.query, &count, &found);
        if (err != ANS_OK || count > 1) {
            return err != ANS_OK ? err : several(j->cx);
        }
        if (count && id.n && !ans_str_eq(id, found)) {
            return ans_issue_add(j->cx, ANS_E_INVALID, ANS_STR("id"), "the resource's id is not that of the match");
        }
        j->met = count == 1;
        j->txn.guard = guard;
        given = count ? found : id;
        if (given.n == 0) {
            canon_new_id(j->rest, j->cx, &given);
            j->id_made = true;
        }
    }
    err = make_change(j, &doc, given, &how);
    if (err != ANS_OK) {
        return err;
    }
    j->txn.changes[0].if_vid = conditional && !j->met ? ANS_VID_ABSENT : ANS_VID_ANY;
    j->txn.count = 1;
    return version_condition(j, conditional, &j->txn.changes[0]);
}

/* What a patch is for: found by its address or its one match, seen by who asks, and at the version If-Match names. */
static ans_err patch_target(job *j, ans_reader *rd, ans_str *out_id, ans_version *out)
{
    ans_str id = j->route.id;
    uint32_t count = 1, vid = 0;
    ans_err err = id.n ? ANS_OK : condition_find(j, rd, j->route.type, j->rq.query, &count, &id);
    *out_id = id;
    if (err != ANS_OK || count > 1) {
        return err != ANS_OK ? err : several(j->cx);
    }
    err = count ? ans_store_read(j->cx, rd, (ans_ref){ans_search_type_number(j->rest->o.search, j->route.type), id}, out) : ANS_E_NOTFOUND;
    if ((err == ANS_OK || err == ANS_E_GONE) && !gate_shows(j, rd, out, ANS_RIGHT_READ)) {
        err = ANS_E_NOTFOUND;
    }
    if (err != ANS_OK) {
        return ans_issue_add(j->cx, err, ANS_STR("http.url"), "there is no current %s to patch", ans_fhir_types[j->route.type].name);
    }
    if (j->rq.if_match.n && etag_vid(j->rq.if_match, &vid) && vid != out->vid) {
        return ans_issue_add(j->cx, ANS_E_PRECOND, ANS_STR("http.If-Match"), "another version is the current one");
    }
    return ANS_OK;
}

static ans_err apply_patch(job *j, ans_str text, const ans_json *patch, ans_str *out)
{
    ans_json doc;
    if (j->rq.is_fhir_patch) {
        return fhir_patch(j->cx, ans_search_zone(j->rest->o.search), text, patch, out);
    }
    bool is_merge = j->rq.is_merge || (j->rq.is_maybe_merge && ans_json_kind_of(patch, 0) == ANS_JSON_OBJECT);
    if (!is_merge) {
        return ans_json_patch(j->cx, text, patch, out);
    }
    ans_err err = ans_json_parse(j->cx, text, NULL, &doc);
    return err == ANS_OK ? ans_json_merge(j->cx, &doc, patch, out) : err;
}

ans_err write_patched(job *j, ans_reader *rd, ans_str *out_id, uint32_t *out_vid, ans_str *out)
{
    ans_version v;
    ans_json patch, doc;
    ans_str text, id, own;
    ans_err err = need_body(j);
    err = err == ANS_OK ? ans_json_parse(j->cx, j->rq.body, NULL, &patch) : err;
    err = err == ANS_OK ? patch_target(j, rd, &id, &v) : err;
    if (err != ANS_OK) {
        return err;
    }
    text = ans_search_body(j->cx->arena, &v);
    err = text.p ? apply_patch(j, text, &patch, &text) : ans_cx_nomem(j->cx);
    err = err == ANS_OK ? parse_resource(j, text, &doc) : err;
    err = err == ANS_OK ? body_id(j, &doc, &own) : err;
    if (err == ANS_OK && !ans_str_eq(own, id)) {
        err = ans_issue_add(j->cx, ANS_E_INVALID, ANS_STR("id"), "a patch does not change the id");
    }
    *out_id = id;
    *out_vid = v.vid;
    *out = text;
    return err;
}

static ans_err prepare_patch(job *j, ans_reader *rd)
{
    validate_how how = {.tells = wants_outcome(j)};
    ans_json doc;
    ans_str text, id;
    uint32_t vid;
    ans_err err = write_patched(j, rd, &id, &vid, &text);
    err = err == ANS_OK ? ans_json_parse(j->cx, text, NULL, &doc) : err;
    err = err == ANS_OK ? make_change(j, &doc, id, &how) : err;
    if (err != ANS_OK) {
        return err;
    }
    j->met = true;
    j->patched_vid = vid;
    j->txn.guard = guard;
    j->txn.changes[0].if_vid = ANS_VID_ANY;
    j->txn.count = 1;
    return version_condition(j, !j->route.id.n, &j->txn.changes[0]);
}

static ans_err prepare_delete(job *j, ans_reader *rd)
{
    ans_str id = j->route.id;
    if (id.n == 0) {
        uint32_t count;
        ans_err err = condition_find(j, rd, j->route.type, j->rq.query, &count, &id);
        if (err != ANS_OK || count > 1) {
            return err != ANS_OK ? err : several(j->cx);
        }
        j->met = count == 1;
        if (!j->met) {
            j->an.status = 204;
            return version_condition(j, true, &j->txn.changes[0]);
        }
        j->txn.guard = guard;
    }
    ans_ref ref = {ans_search_type_number(j->rest->o.search, j->route.type), id};
    bool seen;
    ans_err seen_err = gate_sees_ref(j, rd, ref, &seen);
    if (seen_err != ANS_OK) {
        return seen_err;
    }
    if (!seen) { /* as if it were not there */
        j->an.status = 204;
        return j->rq.if_match.n ? ans_issue_add(j->cx, ANS_E_PRECOND, ANS_STR("http.If-Match"), "there is no current version") : ANS_OK;
    }
    j->txn.changes[0] =
        (ans_change){.ref = {ans_search_type_number(j->rest->o.search, j->route.type), id}, .is_delete = true};
    j->txn.count = 1;
    return version_condition(j, !j->route.id.n, &j->txn.changes[0]);
}

ans_err write_prepare(job *j, ans_reader *rd)
{
    ans_change *change = ANS_NEW(j->cx->arena, ans_change);
    if (!change) {
        return ans_cx_nomem(j->cx);
    }
    j->txn = (ans_txn){.cx = j->cx, .changes = change, .arg = j, .guard_arg = j};
    j->met = j->id_made = j->must_prove = false;
    j->patched_vid = 0;
    ans_err err = j->route.what == I_CREATE   ? prepare_create(j, rd)
                  : j->route.is_patch         ? prepare_patch(j, rd)
                  : j->route.what == I_UPDATE ? prepare_update(j, rd)
                                              : prepare_delete(j, rd);
    ans_admission one = {.change = change, .id_made = j->id_made, .must_exist = j->rq.if_match.n > 0 || j->route.is_patch};
    err = err == ANS_OK ? gate_admit(j, rd, &one, j->txn.count) : err;
    j->txn.guard = j->must_prove ? guard : j->txn.guard;
    return err;
}

/* ---- finish ---- */

void write_finish(job *j, ans_err err)
{
    const ans_change *c = &j->txn.changes[0];
    if (err != ANS_OK) {
        if (err == ANS_E_PRECOND && j->cx->last_ && j->cx->last_->expression.n == 0) {
            j->cx->last_->expression = ANS_STR("http.If-Match"); /* the store said what, but knows no headers */
        }
        job_fail(j, err);
        return;
    }
    ans_version v = {.vid = c->vid, .when_us = c->when_us, .body = c->body};
    if (c->vid) {
        answer_version(j, &v);
    }
    if (c->is_delete) {
        j->an.status = 204;
        return;
    }
    j->an.status = c->outcome == ANS_CREATED ? 201 : 200;
    j->an.location = ans_arena_fmt(j->cx->arena, "%.*s/%s/%.*s/_history/%u", ANS_FMT(j->base),
                                   ans_fhir_types[j->route.type].name, ANS_FMT(c->ref.id), c->vid);
    answer_preferred(j, &v, true, &j->an);
}
