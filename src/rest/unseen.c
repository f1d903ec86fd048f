/* Whose care the caller does not see: GET [base]/Patient/$unseen?patient=<id>,<id>... or ?ward=<id>
 *
 * The one idea: who is seen and whose care is seen are two things. A nurse sees who lives in the ward next door, and of their medicines nothing: a
 * search answers with none, and a page that took that for "none is ordered" would be believed. This tells of a person only that the roles of the
 * caller do not reach their care, which the table of roles says to everybody; what there is of it is told nobody. */
#include "rest/params.h"
#include "rest/rest_int.h"

enum { MOST_ASKED = 2000 };

/* What the screens show of somebody's care. What no role of the caller reaches in anybody's record is refused by its type, and pages say so by themselves. */
static const char *const care[] = {"Observation", "MedicationRequest", "MedicationAdministration", "AllergyIntolerance", "Condition", "ServiceRequest"};

static bool is_unseen(job *j, ans_rid person)
{
    bool is = false;
    ans_mark mark = ans_gate_mark_of_person(j->rest->o.gate, person);
    for (size_t i = 0; i < sizeof care / sizeof *care && !is; i++) {
        ans_type type = ans_fhir_type_named(ans_str_of(care[i]));
        is = ans_pass_may(j->pass, type, ANS_RIGHT_READ) && !ans_pass_allows(j->pass, type, mark, ANS_RIGHT_READ);
    }
    return is;
}

/* Of whom the caller does not see at all nothing is told. */
ans_err unseen_care(job *j, ans_reader *rd, ans_str id, bool *out)
{
    ans_ref ref = {ans_search_type_number(j->rest->o.search, ans_fhir_type_named(ANS_STR("Patient"))), id};
    ans_rid rid = 0;
    bool sees = false;
    ans_err err = gate_is_open(j) ? ANS_OK : gate_sees_ref(j, rd, ref, &sees);
    err = err == ANS_OK && sees ? ans_store_rid(j->cx, rd, ref, &rid) : err;
    *out = err == ANS_OK && rid && is_unseen(j, rid);
    return err == ANS_E_NOTFOUND ? ANS_OK : err;
}

bool unseen_place(job *j, ans_str ward)
{
    ans_type type = ans_fhir_type_named(ANS_STR("Patient"));
    return !gate_is_open(j) && !ans_pass_allows(j->pass, type, ans_gate_mark_of_place(j->rest->o.gate, ward), ANS_RIGHT_READ);
}

static ans_err put(job *j, ans_reader *rd, ans_jw *w, ans_str id)
{
    bool is;
    ans_err err = unseen_care(j, rd, id, &is);
    if (err == ANS_OK && is) {
        params_reference(j->cx, w, "patient", "Patient", id, ANS_STR_NONE);
    }
    return err;
}

ans_err unseen_run(job *j, ans_reader *rd)
{
    ans_str rest = operation_param(j, "patient"), id;
    uint32_t n = 0;
    ans_err err = ANS_OK;
    ans_buf b;
    ans_jw w;
    ans_str ward = operation_param(j, "ward");
    if (!rest.n && !ward.n) {
        return ans_issue_add(j->cx, ANS_E_VALUE, ANS_STR("http.patient"), "patient says about whom (ids, with commas between them), or ward where they live");
    }
    ans_buf_init_arena(&b, j->cx->arena, (size_t)1 << 20);
    ans_jw_init(&w, &b);
    params_open(&w);
    err = ward.n ? board_unseen(j, rd, ward, &w) : ANS_OK;
    while (err == ANS_OK && rest.n) {
        (void)ans_str_cut(&rest, ',', &id);
        err = ++n > MOST_ASKED ? ans_issue_add(j->cx, ANS_E_COSTLY, ANS_STR("http.patient"), "at most %d persons at once", MOST_ASKED) : put(j, rd, &w, id);
    }
    params_close(&w);
    return err == ANS_OK ? operation_answer(j, &b) : err;
}
