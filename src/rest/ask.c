/* Without sockets: one interaction as somebody, on this thread, in the steps of a call; and what applies or prepares whole files
 * (import, demo). */
#include "rest/rest_int.h"

#define MOST_TRIES 16
#define IMPORT_MAX ((size_t)1 << 30)

static ans_err run_bundle(job *j, ans_reader *rd)
{
    ans_err err = ANS_OK;
    for (int i = 0; i < MOST_TRIES; i++) {
        err = ans_reader_begin(j->cx, rd);
        if (err == ANS_OK) {
            err = bundle_prepare(j, rd);
            ans_reader_end(rd);
        }
        if (err != ANS_OK || bundle_is_batch(j)) {
            return err != ANS_OK ? err : bundle_batch(j, rd);
        }
        err = j->txn.count ? ans_store_commit(j->rest->o.store, &j->txn) : ANS_OK;
        if (err != ANS_E_RETRY) {
            break;
        }
    }
    if (err == ANS_OK) {
        bundle_reads(j, rd);
    }
    bundle_finish(j, err);
    return ANS_OK;
}

static ans_err run(job *j, ans_reader *rd)
{
    ans_err err = route_find(j->cx, j->rest, &j->rq, &j->route);
    if (err != ANS_OK || (j->route.what != I_BUNDLE && j->route.what != I_CAPABILITIES)) {
        return err != ANS_OK ? err : job_now(j, rd);
    }
    err = gate_enter(j);
    return err != ANS_OK ? err : j->route.what == I_BUNDLE ? run_bundle(j, rd) : capabilities_run(j);
}

ans_err ans_rest_ask(ans_rest *rest, ans_cx *cx, const ans_who *who, const ans_rest_question *q, ans_rest_answer *out)
{
    ans_reader *rd;
    job j = {.rest = rest,
             .cx = cx,
             .who = *who,
             .is_audited = q->is_inner,
             .base = rest->o.base_url.n ? rest->o.base_url : ANS_STR("http://localhost/fhir"),
             .rq = {.method = q->method, .path = q->path, .query = q->query, .body = q->body, .if_match = q->if_match,
                    .if_none_match = q->if_none_match, .if_none_exist = q->if_none_exist, .prefer = q->prefer}};
    ans_err err = ans_reader_open(cx, rest->o.store, &rd);
    if (err != ANS_OK) {
        return err;
    }
    err = run(&j, rd);
    if (err != ANS_OK) {
        job_fail(&j, err);
    }
    audit_entry(&j);
    ans_reader_close(rd);
    *out = (ans_rest_answer){j.an.status, j.an.body, j.an.etag, j.an.location, j.an.when_us ? http_date(cx, j.an.when_us) : ANS_STR_NONE};
    return ANS_OK;
}

/* ---- whole files ---- */

/* A lone resource is put under its own id. */
static ans_err single_put(job *j, ans_reader *rd, const ans_json *doc, ans_type t)
{
    ans_str id = ans_json_get_string(j->cx, doc, 0, ANS_STR("id"));
    if (!ans_id_is_valid(id)) {
        return ans_issue_add(j->cx, ANS_E_VALUE, ANS_STR("id"), "the resource needs an id of 1 to 64 letters, digits, '-' and '.'");
    }
    if (audit_owns(j->rest, t)) {
        return ans_issue_add(j->cx, ANS_E_METHOD, ANS_STR("resourceType"), "an AuditEvent is written by this program only");
    }
    j->route = (route){.what = I_UPDATE, .type = t, .id = id};
    j->txn = (ans_txn){.cx = j->cx, .arg = j, .changes = ANS_NEW(j->cx->arena, ans_change), .count = 1};
    if (!j->txn.changes) {
        return ans_cx_nomem(j->cx);
    }
    ans_err err = canon_change(j->rest, j->cx, doc, 0, t, id, NULL, NULL, &j->txn.changes[0]);
    ans_admission one = {.change = &j->txn.changes[0]};
    return err == ANS_OK ? gate_admit(j, rd, &one, 1) : err;
}

static ans_err prepare_apart(ans_rest *rest, ans_cx *cx, ans_reader *rd, ans_str body, const ans_rest_wait *wait,
                             enum opening how, job **out)
{
    ans_json doc;
    ans_type t;
    job *j = ANS_NEW(cx->arena, job);
    if (!j) {
        return ans_cx_nomem(cx);
    }
    *j = (job){.rest = rest, .cx = cx, .who = {.kind = ANS_WHO_OPEN}, .route = {.what = I_BUNDLE}, .base = ANS_STR("http://localhost/fhir"), .rq = {.body = body}};
    *out = j;
    ans_err err = gate_enter(j); /* open: for the labels of compartments */
    err = err == ANS_OK ? ans_json_parse(cx, body, &(ans_json_limits){.max_bytes = IMPORT_MAX}, &doc) : err;
    err = err == ANS_OK ? canon_type(cx, &doc, 0, ANS_STR("resourceType"), &t) : err;
    if (err != ANS_OK) {
        return err;
    }
    return ans_str_is(ans_fhir_type_name(t), "Bundle") ? bundle_open(j, &doc, rd, wait, how) : single_put(j, rd, &doc, t);
}

ans_err ans_rest_prepare(ans_rest *rest, ans_cx *cx, ans_reader *rd, ans_str body, const ans_rest_wait *wait, ans_txn *out)
{
    job *j;
    ans_err err = ans_reader_begin(cx, rd);
    if (err != ANS_OK) {
        return err;
    }
    err = prepare_apart(rest, cx, rd, body, wait, OPEN_IMPORT, &j);
    ans_reader_end(rd);
    if (err == ANS_OK) {
        *out = j->txn;
        out->arg = NULL;
    }
    return err;
}

/* by: whose work it is, NULL: the program's own. */
static ans_err apply(ans_rest *rest, ans_cx *cx, ans_str body, const job *by, job **out)
{
    ans_reader *rd;
    job *j = NULL;
    ans_err err = ans_reader_open(cx, rest->o.store, &rd);
    if (err != ANS_OK) {
        return err;
    }
    for (int tries = 0; tries < 8; tries++) {
        err = ans_reader_begin(cx, rd);
        if (err == ANS_OK) {
            err = prepare_apart(rest, cx, rd, body, NULL, OPEN_APPLY, &j);
            ans_reader_end(rd);
        }
        if (err == ANS_OK && bundle_is_batch(j)) {
            err = bundle_batch(j, rd);
            break;
        }
        if (err == ANS_OK && by) {
            j->who = by->who;
            j->role = by->role;
            j->address = by->address;
            j->route.op = by->route.op;
        }
        if (err == ANS_OK) {
            audit_attach(j);
            err = ans_store_commit(rest->o.store, &j->txn);
        }
        if (err != ANS_E_RETRY) {
            break;
        }
    }
    if (err == ANS_OK && j->bundle && !bundle_is_batch(j)) {
        bundle_reads(j, rd);
        bundle_finish(j, ANS_OK);
    }
    ans_reader_close(rd);
    *out = j;
    return err;
}

ans_err ans_rest_apply(ans_rest *rest, ans_cx *cx, ans_str body, ans_rest_answer *out)
{
    job *j;
    ans_err err = apply(rest, cx, body, NULL, &j);
    if (err == ANS_OK) {
        *out = (ans_rest_answer){.status = j->an.status ? j->an.status : 200, .body = j->an.body};
    }
    return err;
}

ans_err apply_for(job *j, ans_cx *cx, ans_str body)
{
    job *done;
    ans_err err = apply(j->rest, cx, body, j, &done);
    j->is_audited = j->is_audited || (err == ANS_OK && done->txn.journal);
    return err;
}
