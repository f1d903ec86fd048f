/* One interaction as somebody, on this thread: the same steps as a call, without a socket. */
#include "rest/rest_int.h"

#define MOST_TRIES 16

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
    ans_reader_close(rd);
    *out = (ans_rest_answer){j.an.status, j.an.body, j.an.etag, j.an.location, j.an.last_modified};
    return ANS_OK;
}
