/* Where interactions ask the gate (auth/gate.h). Nothing is decided here: this only knows which right an interaction needs. */
#include "auth/limit.h"
#include "rest/rest_int.h"

/* The others show nothing of the record, or look for themselves. */
static bool needs_gate(uint8_t what)
{
    return what != I_ASSET && what != I_SIGN && what != I_SMART && what != I_HEALTH && what != I_CAPABILITIES;
}

bool gate_is_waiting(const job *j)
{
    return j->rest->o.gate && needs_gate(j->route.what) && !ans_gate_is_ready(j->rest->o.gate);
}

ans_err gate_enter(job *j)
{
    ans_gate *gate = j->rest->o.gate;
    if (!gate || !needs_gate(j->route.what)) {
        return ANS_OK;
    }
    ans_err err = j->pass ? ANS_OK : ans_gate_pass(gate, j->cx, &j->who, &j->pass);
    if (err != ANS_OK) {
        return err;
    }
    j->role = ans_pass_role(j->pass, j->route.type, ANS_RIGHT_READ);
    ans_str seal = !j->who.client.n ? j->who.account /* a page link of one token is none for the account, or for another token */
                                    : ans_arena_fmt(j->cx->arena, "%.*s %.*s", ANS_FMT(j->who.account), ANS_FMT(j->who.session));
    if (j->who.client.n && !seal.p) {
        return ans_cx_nomem(j->cx);
    }
    j->filter = (ans_search_filter){.sees = ans_pass_filter, .arg = j->pass, .seal = seal};
    return gate_check_route(j, &j->route);
}

/* By the role, and by the letter that a token needs for it. */
static bool may(const job *j, const route *r, ans_right right, uint8_t letter)
{
    return ans_pass_may(j->pass, r->type, right) && ans_pass_within(j->pass, r->type, letter);
}

void gate_lend(const job *j, ans_reader *rd)
{
    if (j->pass) {
        ans_pass_look_with(j->pass, rd);
    }
}

static bool reaches(const job *j, const route *r)
{
    switch ((interaction)r->what) {
    case I_READ:
    case I_VREAD:
        return may(j, r, ANS_RIGHT_READ, ANS_LIMIT_READ);
    case I_SEARCH:
        return !r->type || may(j, r, ANS_RIGHT_READ, ANS_LIMIT_SEARCH);
    case I_OPERATION:
        return ans_pass_calls(j->pass, r->op->name) && (!r->type || ans_pass_may(j->pass, r->type, ANS_RIGHT_READ));
    case I_HISTORY:
        return !r->type || may(j, r, ANS_RIGHT_HISTORY, r->id.n ? ANS_LIMIT_READ : ANS_LIMIT_SEARCH);
    case I_CREATE:
        return ans_pass_may(j->pass, r->type, ANS_RIGHT_CREATE);
    case I_UPDATE:
        return ans_pass_may(j->pass, r->type, ANS_RIGHT_UPDATE) || ans_pass_may(j->pass, r->type, ANS_RIGHT_CREATE);
    case I_DELETE:
        return ans_pass_may(j->pass, r->type, ANS_RIGHT_DELETE);
    case I_METRICS:
        return ans_pass_operation(j->pass, "metrics");
    default:
        return true;
    }
}

ans_err gate_check_route(job *j, const route *r)
{
    if (gate_is_open(j) || reaches(j, r)) {
        return ANS_OK;
    }
    return ans_issue_add(j->cx, ANS_E_FORBIDDEN, ANS_STR("http.url"), "no role of this account%s may do this%s%s",
                         j->who.client.n ? ", or no scope of this token," : "", r->type ? " to any " : "",
                         r->type ? ans_fhir_types[r->type].name : "");
}

const ans_search_filter *gate_filter(const job *j)
{
    return gate_is_open(j) ? NULL : &j->filter;
}

bool gate_shows(job *j, ans_reader *rd, const ans_version *v, ans_right right)
{
    ans_type type = ans_search_type_of(j->rest->o.search, v->ref.type);
    if (gate_is_open(j)) {
        return true;
    }
    if (right == ANS_RIGHT_READ && !v->is_delete) { /* the current version, with what its own text says */
        ans_mark m = ans_gate_mark(j->rest->o.gate, v->rid);
        m.labels |= ans_gate_body_labels(j->rest->o.gate, j->cx, v->body);
        return ans_pass_sees_as(j->pass, type, v->rid, m, right);
    }
    return ans_gate_shows_version(j->rest->o.gate, j->pass, j->cx, rd, v, right);
}

ans_err gate_sees_ref(job *j, ans_reader *rd, ans_ref ref, bool *out)
{
    ans_rid rid;
    ans_type type = ans_search_type_of(j->rest->o.search, ref.type);
    *out = gate_is_open(j);
    ans_err err = *out ? ANS_OK : ans_store_rid(j->cx, rd, ref, &rid);
    if (err == ANS_OK && !*out) {
        *out = ans_pass_sees(j->pass, type, rid, ANS_RIGHT_READ);
    }
    return err == ANS_E_NOTFOUND ? ANS_OK : err;
}

ans_err gate_admit(job *j, ans_reader *rd, ans_admission *list, uint32_t count)
{
    if (!j->pass || !count) {
        return ANS_OK;
    }
    ans_err err = ans_gate_admit(j->rest->o.gate, j->pass, j->cx, rd, list, count);
    return err == ANS_OK && !gate_is_open(j) ? care_admit(j, rd) : err;
}

void gate_drop_hidden(job *j, ans_search_result *result)
{
    uint32_t n = 0;
    for (uint32_t i = 0; !gate_is_open(j) && i < result->count; i++) {
        if (gate_shows(j, NULL, &result->entries[i].version, ANS_RIGHT_READ)) {
            result->entries[n++] = result->entries[i];
        }
    }
    result->count = gate_is_open(j) ? result->count : n;
}
