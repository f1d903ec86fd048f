/* Every answered request leaves its entry. A write's commits with it (audit_attach); a read's is kept in front of the answer:
 * in memory for ordinary ones, on disk where the gate said that it was specially protected or opened by break-glass.
 * While entries cannot be kept, nothing of the record is handed out: 503.
 *
 * Without an audit (--auth off) all of this does nothing. */
#include "rest/rest_int.h"
#include "base/sort.h"

enum { NAMES_MAX_BYTES = 400 };

/* ---- what was touched ---- */

static bool add_rid(job *j, rid_list *list, ans_rid rid)
{
    if (rid == 0 || (list->count && list->at[list->count - 1] == rid)) {
        return true;
    }
    if (list->count == list->cap) {
        ans_rid *at = ans_arena_grow(j->cx->arena, list->at, list->count, &list->cap, 8, sizeof *at);
        if (!at) {
            return false;
        }
        list->at = at;
    }
    list->at[list->count++] = rid;
    return true;
}

static bool is_patient(const job *j, uint16_t type_number)
{
    return ans_str_is(ans_fhir_type_name(ans_search_type_of(j->rest->o.search, type_number)), "Patient");
}

/* Whose record it is. */
static ans_rid patient_of(const job *j, uint16_t type_number, ans_rid rid)
{
    return is_patient(j, type_number) ? rid : 0;
}

/* Whose it is, and on what grounds it was shown. */
static ans_rid person_behind(job *j, const ans_version *v)
{
    ans_gate *gate = j->rest->o.gate;
    ans_grounds why;
    if (!gate || !j->pass) {
        return patient_of(j, v->ref.type, v->rid);
    }
    ans_mark m = ans_gate_mark(gate, v->rid);
    if (ans_pass_grounds(j->pass, ans_search_type_of(j->rest->o.search, v->ref.type), m, ANS_RIGHT_READ, &why)) {
        j->is_break_glass |= why.by_glass;
        j->role = why.role.n ? why.role : j->role;
    }
    j->is_compartment |= why.is_compartment;
    return m.owner ? ans_gate_person(gate, m.owner) : 0;
}

void audit_touch(job *j, const ans_version *v)
{
    if (!j->rest->o.audit) {
        return;
    }
    if (!add_rid(j, &j->touched, v->rid) || !add_rid(j, &j->patients, person_behind(j, v))) {
        j->is_untold = true;
    }
}

void audit_touch_patient(job *j, ans_rid patient)
{
    if (j->rest->o.audit && !add_rid(j, &j->patients, patient)) {
        j->is_untold = true;
    }
}

static int compare_rids(const void *pa, const void *pb)
{
    ans_rid a = *(const ans_rid *)pa, b = *(const ans_rid *)pb;
    return (a > b) - (a < b);
}

static void sort_once(rid_list *list)
{
    uint32_t kept = 0;
    if (list->count > 1) {
        ans_sort(list->at, list->count, sizeof *list->at, compare_rids);
    }
    for (uint32_t i = 0; i < list->count; i++) {
        if (i == 0 || list->at[i] != list->at[i - 1]) {
            list->at[kept++] = list->at[i];
        }
    }
    list->count = kept;
}

/* ---- who may look ---- */

/* An entry about persons is for those who may read the log of each of them; one about nobody is for those who may read that of
 * whoever did it. */
bool audit_sees(job *j, ans_cx *cx, ans_reader *rd, const ans_event *e)
{
    const ans_type type = ans_fhir_type_named(ANS_STR("AuditEvent"));
    ans_gate *gate = j->rest->o.gate;
    bool sees = true;
    if (gate_is_open(j) || audit_is_own(j)) {
        return gate_is_open(j) || audit_own_sees(j, cx, rd, e);
    }
    for (uint32_t i = 0; sees && i < e->patient_count; i++) {
        sees = ans_pass_allows(j->pass, type, ans_gate_mark_of_person(gate, e->patients[i]), ANS_RIGHT_READ);
    }
    return e->patient_count ? sees : ans_pass_allows(j->pass, type, ans_gate_mark_of_staff(gate, e->who.practitioner), ANS_RIGHT_READ);
}

/* ---- what was done ---- */

static uint8_t deed_of(const job *j)
{
    switch ((interaction)j->route.what) {
    case I_READ:
        return ANS_DID_READ;
    case I_VREAD:
        return ANS_DID_VREAD;
    case I_HISTORY:
        return ANS_DID_HISTORY;
    case I_SEARCH:
        return ANS_DID_SEARCH;
    case I_CREATE:
        return ANS_DID_CREATE;
    case I_UPDATE:
        return ANS_DID_UPDATE;
    case I_DELETE:
        return ANS_DID_DELETE;
    case I_BUNDLE:
        return j->bundle && bundle_is_batch(j) ? ANS_DID_BATCH : ANS_DID_TRANSACTION;
    case I_OPERATION:
        return ANS_DID_OPERATION;
    case I_NONE: /* an address or a method that is not there */
        return j->base.n ? ANS_DID_REFUSED : 0;
    default:
        return 0; /* pages, figures, what the server says of itself */
    }
}

/* Something of the record is in the answer, and no entry tells of it yet. */
static bool is_look(const job *j)
{
    return j->touched.count > 0 || j->route.what == I_READ || j->route.what == I_VREAD || j->route.what == I_HISTORY || j->route.what == I_SEARCH ||
           j->route.what == I_OPERATION;
}

static bool is_name(ans_str s)
{
    size_t i = 0;
    while (i < s.n && (('a' <= (s.p[i] | 32) && (s.p[i] | 32) <= 'z') || strchr("0123456789_-.:", s.p[i]))) {
        i++;
    }
    return s.n > 0 && s.n <= 64 && i == s.n;
}

/* Names of parameters, never their values: "name,birthdate". What does not look like a name may be anything: "?". */
static void add_names(ans_buf *b, ans_str query)
{
    ans_str pair, name;
    for (bool more = query.n > 0; more;) {
        more = ans_str_cut(&query, '&', &pair);
        (void)ans_str_cut(&pair, '=', &name);
        if (name.n == 0 || b->n + name.n + 1 > NAMES_MAX_BYTES) {
            continue;
        }
        ans_buf_add(b, b->n ? ANS_STR(",") : ANS_STR_NONE);
        ans_buf_add(b, is_name(name) ? name : ANS_STR("?"));
    }
}

static ans_str names_of(job *j)
{
    ans_buf b;
    ans_str out;
    if (!j->rq.query.n && !j->rq.is_form) {
        return ANS_STR_NONE;
    }
    ans_buf_init_arena(&b, j->cx->arena, NAMES_MAX_BYTES + 128);
    add_names(&b, j->rq.query);
    if (j->rq.is_form) {
        add_names(&b, j->rq.body);
    }
    return ans_buf_finish(&b, &out) == ANS_OK ? out : ANS_STR_NONE;
}

static ans_event event_of(job *j, int status)
{
    sort_once(&j->touched);
    sort_once(&j->patients);
    return (ans_event){.deed = deed_of(j),
                       .is_break_glass = j->is_break_glass,
                       .is_compartment = j->is_compartment,
                       .status = (uint16_t)status,
                       .type = j->route.type ? ans_search_type_number(j->rest->o.search, j->route.type) : 0,
                       .who = j->who,
                       .purpose = j->who.purpose,
                       .reason = j->who.recipient.n ? ans_arena_fmt(j->cx->arena, "Organization/%.*s", ANS_FMT(j->who.recipient)) : ANS_STR_NONE,
                       .role = j->role.n ? j->role : j->who.direct_role,
                       .address = j->address,
                       .operation = j->route.op ? ans_str_of(j->route.op->name) : ANS_STR_NONE,
                       .parameters = names_of(j),
                       .request = j->cx->request_id,
                       .patients = j->patients.at,
                       .patient_count = j->patients.count,
                       .resources = j->touched.at,
                       .resource_count = j->touched.count};
}

/* ---- with a write ---- */

/* On the writer's thread: the resource that a row of `patient` (or what stands for it) refers to. */
static ans_rid patient_in(job *j, ans_reader *rd, const ans_change *c)
{
    const ans_search *search = j->rest->o.search;
    uint16_t slot = ans_search_slot(search, ans_search_type_of(search, c->ref.type), ANS_STR("patient"));
    ans_rid rid = patient_of(j, c->ref.type, c->rid);
    for (uint32_t i = 0; slot && !rid && i < c->rows.count; i++) {
        const ans_row *row = &c->rows.at[i];
        bool is_it = row->head.n >= 2 && (uint8_t)row->head.p[0] == slot >> 8 && (uint8_t)row->head.p[1] == (slot & 255);
        if (is_it && row->ref.type && is_patient(j, row->ref.type) && ans_store_rid(j->cx, rd, row->ref, &rid) != ANS_OK) {
            rid = 0;
        }
    }
    if (!rid && c->rid && j->rest->o.gate) { /* a deletion has no rows, but the gate knows whose it was */
        ans_mark m = ans_gate_mark(j->rest->o.gate, c->rid);
        rid = m.owner ? ans_gate_person(j->rest->o.gate, m.owner) : 0;
    }
    return rid;
}

static int status_of(const job *j)
{
    const ans_change *c = j->txn.changes;
    return j->route.what == I_BUNDLE ? 200 : c->is_delete ? 204 : c->outcome == ANS_CREATED ? 201 : 200;
}

static ans_err note_write(ans_txn *txn, ans_reader *rd, ans_note *out)
{
    job *j = txn->arg;
    j->touched.count = j->patients.count = 0; /* it may be called twice */
    for (uint32_t i = 0; i < txn->count; i++) {
        const ans_change *c = &txn->changes[i];
        if (!add_rid(j, &j->touched, c->rid) || !add_rid(j, &j->patients, patient_in(j, rd, c))) {
            return ans_cx_nomem(j->cx);
        }
    }
    ans_event e = event_of(j, status_of(j));
    return ans_event_encode(j->cx, &e, out);
}

void audit_attach(job *j)
{
    if (j->rest->o.audit) {
        j->txn.journal = note_write;
    }
}

/* ---- before an answer ---- */

static bool must_wait(const job *j)
{
    return (j->is_compartment || j->is_break_glass) && is_look(j) && j->an.status < 400;
}

static bool is_told(const job *j)
{
    return !j->rest->o.audit || j->is_audited || j->who.kind == ANS_WHO_NOBODY || deed_of(j) == 0;
}

/* Nothing was handed out yet, and nothing will be. */
static void withhold(job *j, ans_err err)
{
    j->is_audited = true;
    if (!is_look(j)) {
        return; /* a refusal, or a Bundle whose entries have told themselves */
    }
    j->an = (answer){0};
    job_fail(j, err == ANS_E_TOOBIG || err == ANS_E_UNSUPPORTED ? ANS_E_BUSY : err);
}

static ans_err note_look(ans_txn *txn, ans_reader *rd, ans_note *out)
{
    job *j = txn->arg;
    (void)rd;
    ans_event e = event_of(j, j->an.status);
    return ans_event_encode(j->cx, &e, out);
}

static void look_noted(ans_txn *txn, ans_err err)
{
    job *j = txn->arg;
    j->is_audited = true;
    if (err != ANS_OK) {
        withhold(j, err);
    }
    job_reply(j);
}

static ans_err keep(job *j)
{
    ans_event e = event_of(j, j->an.status);
    return j->is_untold ? ans_cx_nomem(j->cx) : ans_audit_later(j->rest->o.audit, j->cx, &e);
}

bool audit_before_reply(job *j)
{
    if (is_told(j)) {
        return true;
    }
    if (must_wait(j) && !j->is_untold) {
        j->txn = (ans_txn){.cx = j->cx, .journal = note_look, .done = look_noted, .arg = j};
        ans_store_submit(j->rest->o.store, &j->txn);
        return false;
    }
    ans_err err = keep(j);
    if (err != ANS_OK) {
        withhold(j, err);
    }
    j->is_audited = true;
    return true;
}

void audit_entry(job *j)
{
    if (is_told(j)) {
        return;
    }
    ans_event e = event_of(j, j->an.status);
    ans_err err = must_wait(j) && !j->is_untold ? ans_audit_now(j->rest->o.audit, j->cx, &e) : keep(j);
    if (err != ANS_OK) {
        withhold(j, err);
    }
    j->is_audited = true;
}
