/* Accounts of a person in care, or of who represents them: whose record they see today. Asked of the record when a pass is made: birth and death,
 * the representation and its days, decisions on capacity, the record that replaced another (auth/standing.h, auth/consent.h).
 *
 * Nothing here opens more than the table says: what is not understood closes the account. Why it is so: docs/decisions/0008. */
#include "auth/gate_int.h"
#include "auth/standing.h"

#include "base/os.h"

#define FOLLOWS_MOST 8

const char *const ans_own_codes[] = {"open", "no-record", "child", "ended", "dead"};

typedef struct asking {
    ans_gate *g;
    ans_cx *cx;
    ans_own *out;
    standing s;
    bool found;     /* the document that was asked for */
    ans_json doc;
} asking;

/* Its current version, copied. */
static ans_err read_one(asking *a, ans_type type, ans_str id, ans_rid *out_rid)
{
    ans_version v;
    ans_ref ref = {a->g->own[type].number, id};
    ans_err err = id.n ? ans_store_read(a->cx, a->g->rd, ref, &v) : ANS_E_NOTFOUND;
    a->found = err == ANS_OK;
    if (err != ANS_OK) {
        return err == ANS_E_NOTFOUND || err == ANS_E_GONE ? ANS_OK : err;
    }
    *out_rid = v.rid;
    ans_str body = ans_arena_dup(a->cx->arena, v.body);
    return body.p ? ans_json_parse(a->cx, body, NULL, &a->doc) : ans_cx_nomem(a->cx);
}

static ans_str reference_of(const asking *a, ans_jnode at, ans_type type)
{
    paper p = {a->cx, &a->doc};
    ans_reference r;
    ans_reference_parse(paper_text(&p, at, "reference"), &r);
    return r.kind == ANS_REF_LOCAL && r.type == type ? r.id : ANS_STR_NONE;
}

/* The id of the record that replaced this one; empty: none did. */
static ans_str replaced_by(const asking *a)
{
    paper p = {a->cx, &a->doc};
    ans_jnode list = paper_at(&p, 0, "link");
    for (ans_jnode n = list == ANS_JNONE ? list : ans_json_first(&a->doc, list); n != ANS_JNONE; n = ans_json_next(&a->doc, list, n)) {
        if (ans_str_is(paper_text(&p, n, "type"), "replaced-by")) {
            return reference_of(a, paper_at(&p, n, "other"), a->g->kinds[OWNER_PERSON]);
        }
    }
    return ANS_STR_NONE;
}

/* The Patient that counts, with what it says of birth and death. */
static ans_err find_patient(asking *a, ans_str id)
{
    ans_rid rid = 0;
    for (int i = 0; i < FOLLOWS_MOST; i++) {
        ans_err err = read_one(a, a->g->kinds[OWNER_PERSON], id, &rid);
        if (err != ANS_OK || !a->found) {
            return err;
        }
        ans_str next = replaced_by(a);
        if (!next.n) {
            a->out->patient = ans_arena_dup(a->cx->arena, id);
            a->out->person = rid;
            standing_patient(a->cx, &a->doc, &a->s);
            return a->out->patient.p ? ANS_OK : ans_cx_nomem(a->cx);
        }
        id = next;
    }
    a->found = false; /* round in a circle */
    return ANS_OK;
}

/* A RelatedPerson: who they are for this person, and whom they name. */
static ans_err find_related(asking *a, ans_str id, ans_str *out_patient)
{
    ans_err err = read_one(a, a->g->t_related, id, &a->out->self);
    if (err != ANS_OK || !a->found) {
        return err;
    }
    a->out->related = ans_arena_dup(a->cx->arena, id);
    paper p = {a->cx, &a->doc};
    *out_patient = reference_of(a, paper_at(&p, 0, "patient"), a->g->kinds[OWNER_PERSON]);
    return a->out->related.p ? standing_related(a->cx, id, &a->doc, &a->s) : ans_cx_nomem(a->cx);
}

static ans_err visit_decision(void *arg, const ans_version *v, bool *more)
{
    asking *a = arg;
    ans_json doc;
    ans_str body = ans_arena_dup(a->cx->arena, v->body);
    *more = true;
    ans_err err = body.p ? ans_json_parse(a->cx, body, NULL, &doc) : ans_cx_nomem(a->cx);
    return err == ANS_OK ? standing_decision(a->cx, &doc, &a->s) : err;
}

/* The record that counts and those it replaced, with the decisions of each: they are about the person, not about a record. */
static ans_err find_records(asking *a)
{
    ans_gate *g = a->g;
    ans_err err = ANS_OK;
    uint32_t kept = owner_real(g, num_map_get(&g->by_rid, a->out->person));
    for (uint32_t n = 1; err == ANS_OK && kept && n < g->owner_count; n++) {
        ans_version v = {0};
        uint32_t at = owner_real(g, n);
        for (int i = 0; i < FOLLOWS_MOST && at != kept && g->owners[at].follows; i++) {
            at = owner_real(g, g->owners[at].follows);
        }
        if (at != kept || g->owners[n].same || g->owners[n].kind != OWNER_PERSON || !g->owners[n].rid) {
            continue;
        }
        if (a->out->record_count < ANS_OWN_RECORDS) {
            a->out->records[a->out->record_count++] = g->owners[n].rid;
        }
        err = ans_store_read_rid(a->cx, g->rd, g->owners[n].rid, false, &v);
        ans_search_request rq = {.type = g->t_basic, .strict = true, .query = err == ANS_OK ? ans_arena_fmt(a->cx->arena, "subject=Patient/%.*s", ANS_FMT(v.ref.id)) : ANS_STR_NONE};
        err = err == ANS_OK ? ans_search_each(g->o.search, a->cx, g->rd, &rq, visit_decision, a) : err == ANS_E_GONE || err == ANS_E_NOTFOUND ? ANS_OK : err;
    }
    return err;
}

/* ---- what that makes them ---- */

static bool is_among(const asking *a, const ans_need *need)
{
    for (uint8_t i = 0; i < need->may_count; i++) {
        if (ans_str_eq(a->s.list[need->may[i]].id, a->out->related)) {
            return true;
        }
    }
    return false;
}

/* Who acts for this person in what concerns their data, and who decides about the test that the law keeps for itself. */
static void judge(asking *a)
{
    const ans_purposes *all = a->g->purposes;
    const ans_purpose data = {.basis = ANS_BASIS_CONSENT, .scope = ANS_SCOPE_OF_DATA};
    const ans_purpose test = {.basis = ANS_BASIS_CONSENT, .own_test = true, .scope = ANS_SCOPE_OF_CARE};
    ans_day today = ans_day_of(ans_now_us());
    bool related = a->out->related.n > 0;
    ans_need need, tested;
    ans_consent_need(all, &data, &a->s.subject, today, &need);
    ans_consent_need(all, &test, &a->s.subject, today, &tested);
    if (need.why == ANS_NEED_DEAD) {
        a->out->state = ANS_OWN_DEAD;
    } else if (related) {
        a->out->state = need.another && is_among(a, &need) ? ANS_OWN_OPEN : ANS_OWN_ENDED;
    } else {
        a->out->state = need.age >= 0 && need.age < all->together ? ANS_OWN_CHILD : ANS_OWN_OPEN;
    }
    a->out->decides = related ? tested.another && !tested.self && is_among(a, &tested) : tested.self;
}

static ans_err ask_record(asking *a, ans_str person)
{
    ans_reference r;
    ans_reference_parse(person, &r);
    ans_str patient = r.id;
    bool related = r.kind == ANS_REF_LOCAL && r.type == a->g->t_related;
    if (r.kind != ANS_REF_LOCAL || (!related && r.type != a->g->kinds[OWNER_PERSON])) {
        return ANS_OK;
    }
    ans_err err = related ? find_related(a, r.id, &patient) : ANS_OK;
    if (err != ANS_OK || (related && !a->found)) {
        return err;
    }
    err = find_patient(a, patient);
    a->out->has_birth = err == ANS_OK && a->found && a->s.subject.has_birth;
    a->out->birth = a->s.subject.birth;
    err = err == ANS_OK && a->found ? find_records(a) : err;
    if (err == ANS_OK && a->out->person) {
        judge(a);
    }
    return err;
}

ans_err ans_gate_own(ans_gate *g, ans_cx *cx, const ans_who *who, ans_own *out)
{
    asking a = {.g = g, .cx = cx, .out = out};
    *out = (ans_own){.state = ANS_OWN_NO_RECORD};
    ans_err err = ans_gate_wait(cx, g);
    if (err != ANS_OK) {
        return err;
    }
    (void)pthread_mutex_lock(&g->lock);
    err = g->rd ? ans_reader_begin(cx, g->rd) : ans_issue_add(cx, ANS_E_IO, ANS_STR_NONE, "the server is going down");
    if (err == ANS_OK) {
        err = ask_record(&a, who->person);
        ans_reader_end(g->rd);
    }
    (void)pthread_mutex_unlock(&g->lock);
    return err;
}

bool ans_own_is_born(const ans_own *own, const ans_datetime *birth)
{
    const ans_datetime *a = &own->birth, *b = birth;
    uint8_t both = a->precision < b->precision ? a->precision : b->precision;
    return own->has_birth && a->year == b->year && (both < ANS_PREC_MONTH || a->month == b->month) && (both < ANS_PREC_DAY || a->day == b->day);
}

ans_err own_closed(ans_cx *cx, const ans_own *own)
{
    static const char *const why[] = {
        [ANS_OWN_NO_RECORD] = "there is no record for this account",
        [ANS_OWN_CHILD] = "this account is closed: until the seventh birthday who represents the child looks at its record",
        [ANS_OWN_ENDED] = "this account is closed: the record names no representation of this person that holds today",
        [ANS_OWN_DEAD] = "this account is closed: the person died, and representation ended with it; who inherits asks the facility in writing",
    };
    return ans_issue_add(cx, ANS_E_FORBIDDEN, ANS_STR_NONE, "%s", why[own->state]);
}

uint32_t own_role(const ans_rights *rights, ans_str person)
{
    ans_str type;
    (void)ans_str_cut(&person, '/', &type);
    for (uint32_t i = 0; i < rights->role_count; i++) {
        if (rights->roles[i].personal.n && ans_str_eq(rights->roles[i].personal, type)) {
            return i;
        }
    }
    return UINT32_MAX;
}

/* ---- asking ---- */

bool ans_pass_is_own(const ans_pass *p)
{
    return p->is_own;
}

bool ans_pass_calls(const ans_pass *p, const char *operation)
{
    ans_str left = p->is_own ? p->grants[0].role->calls : ANS_STR_NONE, one;
    for (bool more = left.n > 0; more;) {
        more = ans_str_cut(&left, ' ', &one);
        if (ans_str_is(one, operation)) {
            return true;
        }
    }
    return !p->is_own;
}
