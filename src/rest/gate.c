/* Where interactions ask the gate (auth/gate.h). Nothing is decided here: this only knows which right an interaction needs. */
#include "rest/rest_int.h"

bool gate_is_waiting(const job *j)
{
    bool needs = j->route.what != I_ASSET && j->route.what != I_SIGN && j->route.what != I_HEALTH && j->route.what != I_CAPABILITIES;
    return j->rest->o.gate && needs && !ans_gate_is_ready(j->rest->o.gate);
}

ans_err gate_enter(job *j)
{
    ans_gate *gate = j->rest->o.gate;
    uint8_t what = j->route.what;
    if (!gate || what == I_ASSET || what == I_SIGN || what == I_HEALTH || what == I_CAPABILITIES) {
        return ANS_OK;
    }
    ans_err err = j->pass ? ANS_OK : ans_gate_pass(gate, j->cx, &j->who, &j->pass);
    if (err != ANS_OK) {
        return err;
    }
    j->role = ans_pass_role(j->pass, j->route.type, ANS_RIGHT_READ);
    j->filter = (ans_search_filter){.sees = ans_pass_filter, .arg = j->pass, .seal = j->who.account};
    return gate_check_route(j, &j->route);
}

static bool reaches(const job *j, const route *r)
{
    switch ((interaction)r->what) {
    case I_READ:
    case I_SEARCH:
    case I_OPERATION:
        return !r->type || ans_pass_may(j->pass, r->type, ANS_RIGHT_READ);
    case I_VREAD:
        return ans_pass_may(j->pass, r->type, ANS_RIGHT_READ);
    case I_HISTORY:
        return !r->type || ans_pass_may(j->pass, r->type, ANS_RIGHT_HISTORY);
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
    return ans_issue_add(j->cx, ANS_E_FORBIDDEN, ANS_STR("http.url"), "no role of this account may do this%s%s", r->type ? " to any " : "",
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
        return ans_pass_allows(j->pass, type, m, right);
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
