/* POST and GET /auth/break-glass: the entry of the audit is on disk before the glass is open, and what is read through it is
 * marked in every entry after that. */
#include "rest/sign_int.h"

/* "Patient/x" or "x" */
static ans_str patient_id(sign_call *c)
{
    ans_str text = sign_text(c, "patient"), head = ANS_STR("Patient/");
    return ans_str_starts(text, head) ? ans_str_from(text, head.n) : text;
}

static bool read_minutes(sign_call *c, uint32_t *out)
{
    uint64_t n = 0;
    ans_jnode at = c->doc.count ? ans_json_get(&c->doc, 0, ANS_STR("minutes")) : ANS_JNONE;
    bool fine = at == ANS_JNONE || (ans_json_kind_of(&c->doc, at) == ANS_JSON_NUMBER && ans_str_u64(ans_json_raw(&c->doc, at), &n) && n >= 1 && n < 1000);
    *out = (uint32_t)n;
    return fine;
}

static ans_sign tell(job *j, const ans_glass *g)
{
    ans_event e = {.deed = ANS_DID_BREAK_GLASS,
                   .is_break_glass = true,
                   .status = 200,
                   .who = j->who,
                   .role = ans_pass_role(j->pass, ans_fhir_type_named(ANS_STR("Patient")), ANS_RIGHT_READ),
                   .address = j->address,
                   .purpose = g->purpose,
                   .reason = g->reason,
                   .request = j->cx->request_id,
                   .patients = &g->person,
                   .patient_count = 1};
    return !j->rest->o.audit || ans_audit_now(j->rest->o.audit, j->cx, &e) == ANS_OK ? ANS_SIGN_OK : ANS_SIGN_FAILED;
}

static ans_sign enter(sign_call *c)
{
    job *j = c->j;
    if (!j->rest->o.gate) {
        return ANS_SIGN_NOT_FOUND;
    }
    return ans_gate_pass(j->rest->o.gate, j->cx, &j->who, &j->pass) == ANS_OK ? ANS_SIGN_OK : ANS_SIGN_NOT_ALLOWED;
}

static ans_err check(sign_call *c, uint32_t minutes, ans_glass *out)
{
    job *j = c->j;
    ans_reader *rd;
    ans_err err = ans_reader_open(j->cx, j->rest->o.store, &rd);
    if (err != ANS_OK) {
        return err;
    }
    err = ans_glass_check(j->rest->o.gate, j->cx, rd, j->pass, &j->who, patient_id(c), sign_text(c, "purpose"), sign_text(c, "reason"), minutes, out);
    ans_reader_close(rd);
    return err;
}

ans_sign run_glass(sign_call *c)
{
    ans_glass g;
    uint32_t minutes;
    ans_sign sign = enter(c);
    if (sign != ANS_SIGN_OK) {
        return sign;
    }
    ans_err err = read_minutes(c, &minutes) ? check(c, minutes, &g) : ANS_E_VALUE;
    if (err != ANS_OK) {
        return err == ANS_E_FORBIDDEN ? ANS_SIGN_NOT_ALLOWED : err == ANS_E_NOTFOUND ? ANS_SIGN_NOT_FOUND : err == ANS_E_VALUE ? ANS_SIGN_BAD : ANS_SIGN_FAILED;
    }
    sign = tell(c->j, &g);
    if (sign != ANS_SIGN_OK || ans_glass_open(c->j->rest->o.gate, c->j->cx, &g) != ANS_OK) {
        return ANS_SIGN_FAILED;
    }
    ans_jw_begin(&c->w, '{');
    sign_put_time(&c->w, "until", g.until_us);
    ans_jw_end(&c->w, '}');
    return ANS_SIGN_OK;
}

/* To the person it is told by their log (rest/audit_own.c): here stand accounts. */
ans_sign run_glasses(sign_call *c)
{
    ans_glass *list;
    uint32_t n;
    ans_sign sign = enter(c);
    sign = sign == ANS_SIGN_OK && ans_pass_is_own(c->j->pass) ? ANS_SIGN_NOT_ALLOWED : sign;
    if (sign != ANS_SIGN_OK || ans_glass_list(c->j->rest->o.gate, c->j->cx, c->j->pass, &c->j->who, &list, &n) != ANS_OK) {
        return sign != ANS_SIGN_OK ? sign : ANS_SIGN_FAILED;
    }
    ans_jw_begin(&c->w, '[');
    for (uint32_t i = 0; i < n; i++) {
        ans_jw_begin(&c->w, '{');
        ans_jw_kv(&c->w, ANS_STR("patient"), ans_arena_fmt(c->j->cx->arena, "Patient/%.*s", ANS_FMT(list[i].patient)));
        ans_jw_kv(&c->w, ANS_STR("account"), list[i].account);
        ans_jw_kv(&c->w, ANS_STR("display"), list[i].display);
        ans_jw_kv(&c->w, ANS_STR("purpose"), list[i].purpose);
        ans_jw_kv(&c->w, ANS_STR("reason"), list[i].reason);
        sign_put_time(&c->w, "since", list[i].since_us);
        sign_put_time(&c->w, "until", list[i].until_us);
        ans_jw_end(&c->w, '}');
    }
    ans_jw_end(&c->w, ']');
    return ANS_SIGN_OK;
}
