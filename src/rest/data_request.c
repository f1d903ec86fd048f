/* Requests of data subjects: Task/$data-requests, which says until when each has to be acknowledged and answered, and the care rule that keeps
 * their course in order. What is due is worked out when somebody looks, from the table (auth/request.h): it stands nowhere in the record,
 * so a holiday that is put right counts at once. docs/consent.md tells the form. */
#include "rest/consent_int.h"

#include "base/os.h"

enum { MOST_REQUESTS = 1000 };
#define ANSWER_BYTES ((size_t)4 << 20)
#define EXTENDED "urn:ansinh:extension:extended"
#define ACKNOWLEDGED "urn:ansinh:extension:acknowledged"
#define THIRD_PARTY "urn:ansinh:extension:third-party"

/* ---- reading ---- */

static ans_str kind_of(const paper *p)
{
    return p->doc->count ? paper_code(p, paper_at(p, 0, "code"), ANS_REQUEST_SYSTEM) : ANS_STR_NONE;
}

static bool is_true(const paper *p, ans_jnode n)
{
    return n != ANS_JNONE && ans_json_kind_of(p->doc, n) == ANS_JSON_TRUE;
}

/* It came from an account of a person in care or of who represents them. */
static bool is_from_account(const paper *p)
{
    ans_jnode list = paper_at(p, 0, "identifier");
    for (ans_jnode n = list == ANS_JNONE ? list : ans_json_first(p->doc, list); n != ANS_JNONE; n = ans_json_next(p->doc, list, n)) {
        if (ans_str_is(paper_text(p, n, "system"), ANS_ACCOUNT_SYSTEM)) {
            return true;
        }
    }
    return false;
}

/* When the terms begin: with authoredOn, as whoever took it in says. Of what came from an account of a person in care nobody took it in: then not
 * before it was there, however long a line was down and whatever day it was given. */
static ans_err received_at(ans_cx *cx, ans_reader *rd, ans_ref ref, const paper *p, int64_t *out_us)
{
    ans_version v = {0};
    ans_json doc;
    if (!ans_moment_parse(paper_text(p, 0, "authoredOn"), out_us)) {
        *out_us = 0;
    }
    if (!is_from_account(p)) {
        return ANS_OK;
    }
    ans_err err = ans_store_vread(cx, rd, ref, 1, &v);
    if (err != ANS_OK) {
        return err == ANS_E_NOTFOUND || err == ANS_E_GONE ? ANS_OK : err;
    }
    err = ans_json_parse(cx, v.body, NULL, &doc);
    bool since = err == ANS_OK && is_from_account(&(paper){cx, &doc}); /* nobody makes it one afterwards */
    *out_us = since && v.when_us > *out_us ? v.when_us : *out_us;
    return err;
}

static ans_request_due due_of(const ans_requests *all, const ans_request_kind *kind, const paper *p, int64_t received_us, bool extended)
{
    return ans_request_due_of(all, kind, received_us ? ans_day_of(received_us) : 0, is_true(p, paper_at(p, paper_extension(p, 0, THIRD_PARTY), "valueBoolean")), extended);
}

static bool is_answered(ans_str status)
{
    return ans_str_is(status, "completed") || ans_str_is(status, "rejected");
}

/* ---- $data-requests ---- */

static void put(ans_jw *w, const char *name, const char *key, ans_str value)
{
    if (value.n) {
        ans_jw_begin(w, '{');
        ans_jw_kv(w, ANS_STR("name"), ans_str_of(name));
        ans_jw_kv(w, ans_str_of(key), value);
        ans_jw_end(w, '}');
    }
}

static void put_reference(ans_jw *w, const char *name, ans_str reference)
{
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("name"), ans_str_of(name));
    ans_jw_key(w, ANS_STR("valueReference"));
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("reference"), reference);
    ans_jw_end(w, '}');
    ans_jw_end(w, '}');
}

static void put_request(job *j, ans_jw *w, const paper *p, ans_str id, int64_t received_us)
{
    const ans_requests *all = j->rest->requests;
    const ans_request_kind *kind = ans_request_named(all, kind_of(p));
    ans_jnode extended = paper_extension(p, 0, EXTENDED);
    ans_str status = paper_text(p, 0, "status"), acknowledged = paper_text(p, paper_extension(p, 0, ACKNOWLEDGED), "valueDateTime");
    if (!kind || ans_str_is(status, "entered-in-error")) {
        return;
    }
    ans_request_due due = due_of(all, kind, p, received_us, extended != ANS_JNONE);
    ans_day today = ans_day_of(ans_now_us());
    bool answered = is_answered(status);
    const char *late = answered ? "" : today > due.answer ? "answer" : !acknowledged.n && today > due.acknowledge ? "acknowledge" : "";
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("name"), ANS_STR("request"));
    ans_jw_key(w, ANS_STR("part"));
    ans_jw_begin(w, '[');
    put_reference(w, "task", ans_arena_fmt(j->cx->arena, "Task/%.*s", ANS_FMT(id)));
    put_reference(w, "patient", paper_text(p, paper_at(p, 0, "for"), "reference"));
    put(w, "kind", "valueCode", kind->code);
    put(w, "state", "valueCode", ans_str_of(answered ? "answered" : acknowledged.n ? "acknowledged" : "new"));
    put(w, "received", "valueDateTime", paper_text(p, 0, "authoredOn"));
    put(w, "acknowledgeBy", "valueDate", ans_day_print(j->cx->arena, due.acknowledge));
    put(w, "answerBy", "valueDate", ans_day_print(j->cx->arena, due.answer));
    put(w, "extended", "valueString", paper_text(p, paper_extension(p, extended, "reason"), "valueString"));
    put(w, "mayExtend", "valueCode", ans_str_of(!answered && kind->extension && extended == ANS_JNONE && today <= due.answer ? "yes" : ""));
    put(w, "overdue", "valueCode", ans_str_of(late));
    ans_jw_end(w, ']');
    ans_jw_end(w, '}');
}

static ans_err put_requests(job *j, ans_reader *rd, ans_jw *w)
{
    ans_search_result found;
    ans_str patient = operation_param(j, "patient"), head = ANS_STR("Patient/");
    patient = ans_str_starts(patient, head) ? ans_str_from(patient, head.n) : patient;
    if (patient.n && !ans_id_is_valid(patient)) {
        return ans_issue_add(j->cx, ANS_E_VALUE, ANS_STR("http.patient"), "patient is an id");
    }
    ans_str query = patient.n ? ans_arena_fmt(j->cx->arena, "code=" ANS_REQUEST_SYSTEM "|&patient=Patient/%.*s", ANS_FMT(patient))
                              : ANS_STR("code=" ANS_REQUEST_SYSTEM "|&status=requested,received,accepted,in-progress,on-hold");
    ans_search_request rq = {.type = j->route.type, .strict = true, .limit = MOST_REQUESTS, .query = query, .filter = gate_filter(j)};
    ans_err err = ans_search_run(j->rest->o.search, j->cx, rd, &rq, &found);
    if (err == ANS_OK && found.count == MOST_REQUESTS) {
        return ans_issue_add(j->cx, ANS_E_COSTLY, ANS_STR_NONE, "more than %d requests: ask for one person's", MOST_REQUESTS);
    }
    for (uint32_t i = 0; err == ANS_OK && i < found.count; i++) {
        ans_json doc;
        const ans_version *v = &found.entries[i].version;
        audit_touch(j, v);
        int64_t received_us;
        paper p = {j->cx, &doc};
        err = ans_json_parse(j->cx, v->body, NULL, &doc);
        err = err == ANS_OK ? received_at(j->cx, rd, v->ref, &p, &received_us) : err;
        if (err == ANS_OK) {
            put_request(j, w, &p, v->ref.id, received_us);
        }
    }
    return err;
}

static void put_number(ans_jw *w, const char *name, uint32_t v)
{
    if (v) {
        ans_jw_begin(w, '{');
        ans_jw_kv(w, ANS_STR("name"), ans_str_of(name));
        ans_jw_key(w, ANS_STR("valueInteger"));
        ans_jw_int(w, v);
        ans_jw_end(w, '}');
    }
}

static void put_kinds(ans_jw *w, const ans_requests *all)
{
    for (uint32_t i = 0; i < all->count; i++) {
        const ans_request_kind *k = &all->list[i];
        ans_jw_begin(w, '{');
        ans_jw_kv(w, ANS_STR("name"), ANS_STR("kind"));
        ans_jw_key(w, ANS_STR("part"));
        ans_jw_begin(w, '[');
        put(w, "code", "valueCode", k->code);
        put(w, "vi", "valueString", k->vi);
        put(w, "en", "valueString", k->en);
        put_number(w, "days", k->days);
        put_number(w, "extension", k->extension);
        ans_jw_end(w, ']');
        ans_jw_end(w, '}');
    }
}

ans_err data_requests_run(job *j, ans_reader *rd)
{
    ans_buf b;
    ans_jw w;
    ans_buf_init_arena(&b, j->cx->arena, ANSWER_BYTES);
    ans_jw_init(&w, &b);
    ans_jw_begin(&w, '{');
    ans_jw_kv(&w, ANS_STR("resourceType"), ANS_STR("Parameters"));
    ans_jw_key(&w, ANS_STR("parameter"));
    ans_jw_begin(&w, '[');
    put(&w, "date", "valueDate", ans_day_print(j->cx->arena, ans_day_of(ans_now_us())));
    put_kinds(&w, j->rest->requests);
    ans_err err = put_requests(j, rd, &w);
    ans_jw_end(&w, ']');
    ans_jw_end(&w, '}');
    return err == ANS_OK ? operation_answer(j, &b) : err;
}

/* ---- the rule ---- */

typedef struct course {
    care *c;
    const care_change *x;
    paper now, old;
    const ans_request_kind *kind;
} course;

static ans_err refuse(course *r, const char *where, const char *text)
{
    return care_refuse(r->c, r->x, where, "%s", text);
}

/* The moment behind a name: false when it is not there, no time, or in the future. */
static bool is_past(course *r, ans_jnode object, const char *name)
{
    care_time t = care_time_at(r->c, r->now.doc, object, name);
    return t.is_there && t.low <= r->c->time + CARE_AHEAD;
}

static uint32_t extended_times(const paper *p)
{
    ans_jnode list = paper_at(p, 0, "extension");
    uint32_t n = 0;
    for (ans_jnode e = list == ANS_JNONE ? list : ans_json_first(p->doc, list); e != ANS_JNONE; e = ans_json_next(p->doc, list, e)) {
        n += ans_str_is(paper_text(p, e, "url"), EXTENDED);
    }
    return n;
}

/* Once, with a reason, while the term still runs. */
static ans_err check_extended(course *r)
{
    ans_jnode e = paper_extension(&r->now, 0, EXTENDED), before = r->old.doc->count ? paper_extension(&r->old, 0, EXTENDED) : ANS_JNONE;
    int64_t us = 0;
    if (before != ANS_JNONE) {
        bool same = e != ANS_JNONE && extended_times(&r->now) == 1 && ans_str_eq(ans_json_raw(r->old.doc, before), ans_json_raw(r->now.doc, e));
        return same ? ANS_OK : refuse(r, "extension", "the term was extended once, as it stands there");
    }
    if (e == ANS_JNONE) {
        return ANS_OK;
    }
    bool said = extended_times(&r->now) == 1 && ans_str_trim(paper_text(&r->now, paper_extension(&r->now, e, "reason"), "valueString")).n &&
                is_past(r, paper_extension(&r->now, e, "when"), "valueDateTime") &&
                ans_moment_parse(paper_text(&r->now, paper_extension(&r->now, e, "when"), "valueDateTime"), &us);
    if (!said || !r->kind->extension) {
        return refuse(r, "extension", r->kind->extension ? "a term is extended once, with when and reason" : "the term of this kind cannot be extended");
    }
    int64_t received_us;
    ans_err err = received_at(r->c->cx, r->c->rd, r->x->change->ref, &r->now, &received_us);
    bool runs = err == ANS_OK && ans_day_of(us) <= due_of(r->c->j->rest->requests, r->kind, &r->now, received_us, false).answer;
    return err == ANS_OK && !runs ? refuse(r, "extension", "the term was over before it was extended") : err;
}

static ans_err check_answer(course *r)
{
    ans_str status = paper_text(&r->now, 0, "status");
    ans_jnode output = paper_at(&r->now, 0, "output"), first = output == ANS_JNONE ? output : ans_json_first(r->now.doc, output);
    if (!is_answered(status)) {
        return ANS_OK;
    }
    if (!is_past(r, paper_at(&r->now, 0, "executionPeriod"), "end")) {
        return refuse(r, "executionPeriod.end", "when it was answered is wanted");
    }
    bool said = ans_str_is(status, "completed") ? first != ANS_JNONE && ans_str_trim(paper_text(&r->now, first, "valueString")).n
                                                : ans_str_trim(paper_text(&r->now, paper_at(&r->now, 0, "statusReason"), "text")).n > 0;
    return said ? ANS_OK : refuse(r, ans_str_is(status, "completed") ? "output" : "statusReason", "what was answered, or why it was refused, is wanted");
}

static ans_err check_begin(course *r)
{
    ans_ref who = care_reference(r->c, r->now.doc, paper_at(&r->now, 0, "for"));
    ans_str received = paper_text(&r->now, 0, "authoredOn");
    if (!r->kind) {
        return refuse(r, "code", "this is no kind of request");
    }
    if (!who.id.n || ans_search_type_of(r->c->j->rest->o.search, who.type) != r->c->t_patient) {
        return refuse(r, "for", "a request names its person, as Patient/id");
    }
    if (received.n < sizeof "2026-01-01" - 1 || !is_past(r, 0, "authoredOn")) {
        return refuse(r, "authoredOn", "the day on which it was received is wanted");
    }
    if (r->old.doc->count &&
        (!ans_str_eq(kind_of(&r->old), r->kind->code) || !ans_str_eq(paper_text(&r->old, 0, "authoredOn"), received) ||
         !ans_str_eq(paper_text(&r->old, paper_at(&r->old, 0, "for"), "reference"), paper_text(&r->now, paper_at(&r->now, 0, "for"), "reference")))) {
        return refuse(r, "", "kind, person and day of receipt stay as they are: the terms run from them");
    }
    ans_jnode acknowledged = paper_extension(&r->now, 0, ACKNOWLEDGED);
    return acknowledged == ANS_JNONE || is_past(r, acknowledged, "valueDateTime") ? ANS_OK : refuse(r, "extension", "acknowledged in the future");
}

ans_err data_request_rule(care *c, const care_change *x)
{
    static const char *const nothing[] = {NULL}, *const status[] = {"status", NULL}, *const why[] = {"extension", NULL};
    course r = {.c = c, .x = x, .now = {c->cx, &x->now}, .old = {c->cx, &x->old}};
    bool was = kind_of(&r.old).n > 0;
    if (!was && !kind_of(&r.now).n) {
        return ANS_OK;
    }
    if (!x->now.count) {
        return refuse(&r, "", "a request is answered, or marked entered-in-error; it is never deleted");
    }
    r.kind = ans_request_named(c->j->rest->requests, kind_of(&r.now));
    if (was && care_status_is(c, &x->now, "entered-in-error") && !care_status_is(c, &x->old, "entered-in-error")) {
        return care_is_kept(c, x, status, why) && care_has_reason(c, &x->now)
                   ? ANS_OK
                   : refuse(&r, "", "marked entered-in-error with a reason (urn:ansinh:extension:reason) and everything else as it was");
    }
    if (was && (is_answered(paper_text(&r.old, 0, "status")) || care_status_is(c, &x->old, "entered-in-error"))) {
        return care_is_kept(c, x, nothing, nothing) ? ANS_OK : refuse(&r, "status", "what was answered stays: record a new request");
    }
    ans_err err = check_begin(&r);
    err = err == ANS_OK ? check_extended(&r) : err;
    return err == ANS_OK ? check_answer(&r) : err;
}
