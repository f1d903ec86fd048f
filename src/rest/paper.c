/* $paper: an official paper as PDF, gathered through the eyes of who asks (src/paper).
 *
 *   GET [base]/Patient/<id>/$paper?form=vitals&start=2026-11-15&end=2026-11-21        day=... for one day
 *   GET [base]/Location/<ward>/$paper?form=handover                                    and of an Organization, for the whole facility
 *
 * $pack of an Organization: GET tells of its 24-hour packs, POST has one made now (app/evening.c). The files themselves are the folder
 * owner's: who wants one on paper prints it by $paper, and gets what they may see. */
#include "base/os.h"
#include "paper/keep.h"
#include "paper/paper.h"
#include "rest/params.h"
#include "rest/rest_int.h"

/* Who looks, and within which moment. */
typedef struct eyes {
    job *j;
    ans_reader *rd;
} eyes;

/* The last look of the gate, and the audit's note: what goes on paper was read. */
static bool shows(void *arg, const ans_version *v)
{
    job *j = ((eyes *)arg)->j;
    bool is_shown = gate_shows(j, NULL, v, ANS_RIGHT_READ);
    if (is_shown) {
        audit_touch(j, v);
    }
    return is_shown;
}

static bool reads(void *arg, ans_str type)
{
    const job *j = ((eyes *)arg)->j;
    return gate_is_open(j) || ans_pass_may(j->pass, ans_fhir_type_named(type), ANS_RIGHT_READ);
}

static bool is_unseen(void *arg, ans_str patient_id)
{
    eyes *e = arg;
    bool is;
    return unseen_care(e->j, e->rd, patient_id, &is) == ANS_OK && is;
}

static ans_str param(job *j, const char *name)
{
    ans_str given = operation_param(j, name);
    return given.p ? given : ANS_STR("");
}

ans_err paper_run(job *j, ans_reader *rd)
{
    ans_paper paper;
    ans_str day = param(j, "day");
    eyes e = {j, rd};
    ans_paper_ask ask = {.view = {.rd = rd, .search = j->rest->o.search, .filter = gate_filter(j), .shows = shows, .reads = reads, .is_unseen = is_unseen, .arg = &e},
                         .form = param(j, "form"),
                         .type = ans_fhir_type_name(j->route.type),
                         .id = j->route.id,
                         .start = day.n ? day : param(j, "start"),
                         .end = day.n ? day : param(j, "end"),
                         .now_us = ans_now_us(),
                         .by = j->who.display.n ? j->who.display : j->who.name,
                         .program = ans_arena_fmt(j->cx->arena, "An Sinh %s", j->rest->o.version),
                         .is_training = j->rest->o.is_training};
    ans_err err = ans_paper_print(j->cx, &ask, &paper);
    if (err != ANS_OK) {
        return err;
    }
    j->an.status = 200;
    j->an.body = paper.bytes;
    j->an.content_type = "application/pdf";
    return ANS_OK;
}

/* Papers are opened by a link in a window of their own: a refusal is for the eyes of whoever pressed it. Programs get the OperationOutcome. */
void paper_refuse(job *j)
{
    ans_str accept = j->call ? ans_http_header_get(j->call, "accept") : ANS_STR_NONE;
    bool is_paper = j->call && ans_str_search(j->call->path, ANS_STR("/$paper")) >= 0;
    ans_str page = is_paper && ans_str_search(accept, ANS_STR("text/html")) >= 0 ? ans_paper_refusal(j->cx, j->an.status) : ANS_STR_NONE;
    if (page.n) {
        j->an.body = page;
        j->an.content_type = "text/html; charset=utf-8";
    }
}

/* ---- $pack ---- */

static ans_err pack_allowed(job *j, ans_reader *rd)
{
    bool sees = false;
    ans_ref ref = {ans_search_type_number(j->rest->o.search, j->route.type), j->route.id};
    ans_version v;
    ans_err err = gate_sees_ref(j, rd, ref, &sees);
    err = err == ANS_OK ? (sees ? ans_store_read(j->cx, rd, ref, &v) : ANS_E_NOTFOUND) : err;
    if (err == ANS_E_NOTFOUND || err == ANS_E_GONE) {
        return ans_issue_add(j->cx, ANS_E_NOTFOUND, ANS_STR("http.url"), "there is no such Organization");
    }
    if (err == ANS_OK && !gate_is_open(j) && !ans_pass_operation(j->pass, "pack")) {
        return ans_issue_add(j->cx, ANS_E_FORBIDDEN, ANS_STR("http.url"), "no role of this account may look after the packs");
    }
    if (err == ANS_OK && !j->rest->o.packs) {
        return ans_issue_add(j->cx, ANS_E_UNSUPPORTED, ANS_STR("http.url"), "this server makes no packs (--pack off)");
    }
    return err;
}

static void put_ward(job *j, ans_jw *w, const ans_pack_ward *ward)
{
    params_part(w, "ward");
    params_reference(j->cx, w, "place", "Location", ward->id, ward->name);
    params_int(w, "people", ward->people);
    params_int(w, "pages", ward->pages);
    params_int(w, "bytes", (int64_t)ward->bytes);
    params_end_part(w);
}

static ans_err pack_answer(job *j, const ans_pack_state *s)
{
    ans_buf b;
    ans_jw w;
    ans_buf_init_arena(&b, j->cx->arena, (size_t)1 << 20);
    ans_jw_init(&w, &b);
    params_open(&w);
    params_instant(&w, "now", ans_now_us());
    params_bool(&w, "making", s->is_making);
    if (s->at_minute >= 0) {
        params_text(&w, "at", "valueTime", ans_arena_fmt(j->cx->arena, "%02d:%02d:00", s->at_minute / 60, s->at_minute % 60));
    }
    if (s->made_us) {
        params_instant(&w, "made", s->made_us);
    }
    if (s->failed_us) {
        params_instant(&w, "failed-since", s->failed_us);
        params_text(&w, "failed", "valueCode", ans_str_of(s->failed));
    }
    for (uint32_t i = 0; i < s->ward_count; i++) {
        put_ward(j, &w, &s->wards[i]);
    }
    params_close(&w);
    return operation_answer(j, &b);
}

ans_err pack_run(job *j, ans_reader *rd)
{
    ans_pack_state state;
    const ans_packs *packs = j->rest->o.packs;
    bool is_make = ans_str_is(j->rq.method, "POST");
    ans_err err = pack_allowed(j, rd);
    if (err == ANS_OK && is_make) {
        packs->make(packs->arg, j->route.id, &(ans_pack_asker){j->who.account, j->who.name, j->who.display, j->who.practitioner});
    }
    err = err == ANS_OK ? packs->look(packs->arg, j->cx, j->route.id, &state) : err;
    err = err == ANS_OK ? pack_answer(j, &state) : err;
    j->an.status = err == ANS_OK && is_make ? 202 : j->an.status;
    return err;
}
