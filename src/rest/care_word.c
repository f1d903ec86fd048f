/* Care rules of orders given by word: a doctor who is not there says it, a nurse writes it down, reads it back and gives it, and the doctor signs later.
 *
 * The one idea: three facts stand apart and none takes the place of another. Who ordered it is the requester, who may prescribe and is not the
 * caller; who wrote it down is the recorder, the caller; when it was said is authoredOn, and when it was typed stands beside. It may be given at
 * once, and stands as `unsigned` until its requester, and nobody else, has put their name to it, or has denied it: then it is over, and stays
 * to be seen. Nothing else of it is ever rewritten. Of
 * somebody who has died or left since, it is closed from the start: it says what was done, and asks for nothing. */
#include "rest/care_int.h"

#define BY_WORD "urn:ansinh:order-by-word" /* of MedicationRequest.category: unsigned, signed, denied */
#define SAID "urn:ansinh:extension:by-word"
#define SIGNATURE "urn:ansinh:extension:order-signature"
#define DENIAL "urn:ansinh:extension:order-denial"
#define ONE_MINUTE (INT64_C(60) * ANS_TICKS_PER_SECOND)

static ans_ref member(care *c, const ans_json *doc, const char *name)
{
    ans_jnode n = ans_json_get(doc, 0, ans_str_of(name));
    return n == ANS_JNONE ? (ans_ref){0} : care_reference(c, doc, n);
}

/* "unsigned", "signed", "denied", or empty: it was not given by word. */
static ans_str state_of(care *c, const ans_json *doc)
{
    ans_jnode list = doc->count ? ans_json_get(doc, 0, ANS_STR("category")) : ANS_JNONE;
    for (ans_jnode n = list == ANS_JNONE ? ANS_JNONE : ans_json_first(doc, list); n != ANS_JNONE; n = ans_json_next(doc, list, n)) {
        ans_jnode codings = ans_json_get(doc, n, ANS_STR("coding"));
        for (ans_jnode one = codings == ANS_JNONE ? ANS_JNONE : ans_json_first(doc, codings); one != ANS_JNONE; one = ans_json_next(doc, codings, one)) {
            if (ans_str_is(ans_json_get_string(c->cx, doc, one, ANS_STR("system")), BY_WORD)) {
                return ans_json_get_string(c->cx, doc, one, ANS_STR("code"));
            }
        }
    }
    return ANS_STR_NONE;
}

bool care_is_by_word(care *c, const ans_json *doc)
{
    return state_of(c, doc).n > 0;
}

/* The last extension of that url among those of node; *count: how many there are. */
static ans_jnode extension_of(care *c, const ans_json *doc, ans_jnode node, const char *url, uint32_t *count)
{
    ans_jnode found = ANS_JNONE, list = doc->count ? ans_json_get(doc, node, ANS_STR("extension")) : ANS_JNONE;
    *count = 0;
    if (list == ANS_JNONE) {
        return found;
    }
    ANS_JSON_EACH(doc, list, one) {
        if (ans_str_is(ans_json_get_string(c->cx, doc, one, ANS_STR("url")), url)) {
            found = one;
            (*count)++;
        }
    }
    return found;
}

static bool is_read_back(care *c, const ans_json *doc, ans_jnode said)
{
    uint32_t count;
    ans_jnode part = said == ANS_JNONE ? ANS_JNONE : extension_of(c, doc, said, "read-back", &count);
    ans_jnode yes = part == ANS_JNONE ? ANS_JNONE : ans_json_get(doc, part, ANS_STR("valueBoolean"));
    return yes != ANS_JNONE && ans_json_kind_of(doc, yes) == ANS_JSON_TRUE;
}

static care_time typed_at(care *c, const ans_json *doc, ans_jnode said)
{
    uint32_t count;
    ans_jnode part = said == ANS_JNONE ? ANS_JNONE : extension_of(c, doc, said, "typed", &count);
    return part == ANS_JNONE ? (care_time){0} : care_time_at(c, doc, part, "valueDateTime");
}

/* Somebody of the staff whose role in force prescribes. Roles do not change with this write: asked once. */
static ans_err may_prescribe(care *c, ans_ref who, bool *out)
{
    const ans_pass *pass;
    ans_type type = who.id.n ? ans_search_type_of(c->j->rest->o.search, who.type) : 0;
    *out = c->at_commit;
    if (c->at_commit || !type || !ans_str_is(ans_fhir_type_name(type), "Practitioner")) {
        return ANS_OK;
    }
    ans_who them = {.kind = ANS_WHO_PERSON, .account = c->j->who.account, .practitioner = who.id};
    ans_err err = ans_gate_pass(c->j->rest->o.gate, c->cx, &them, &pass);
    if (err == ANS_OK) {
        *out = ans_pass_operation(pass, "prescribe");
    }
    return err;
}

/* ---- a new one ---- */

static ans_err judge_when(care *c, const care_change *x, ans_jnode said)
{
    care_time when = care_time_at(c, &x->now, 0, "authoredOn"), typed = typed_at(c, &x->now, said);
    if (!when.is_there || when.high - when.low > ONE_MINUTE) {
        return care_refuse(c, x, "authoredOn", "an order given by word says when it was given, to the minute");
    }
    if (!typed.is_there || typed.low > c->time + CARE_AHEAD || typed.high + CARE_AHEAD < when.low) {
        return care_refuse(c, x, "extension", "an order given by word says when it was written down: after it was given, and not in the future");
    }
    bool gone = false, stands = care_status_is(c, &x->now, "active");
    ans_err err = stands ? care_is_gone(c, member(c, &x->now, "subject"), &gone) : ANS_OK;
    return err == ANS_OK && gone ? care_refuse(c, x, "status", "the person has died or left since: what was ordered by word is written down as completed or stopped") : err;
}

static ans_err judge_names(care *c, const care_change *x)
{
    bool prescribes = false;
    ans_ref requester = member(c, &x->now, "requester");
    if (!ans_pass_operation(c->j->pass, "take-order")) {
        return care_refuse(c, x, "recorder", "no role of this account may write down an order given by word");
    }
    if (!care_is_me(c, member(c, &x->now, "recorder"))) {
        return care_refuse(c, x, "recorder", "who writes an order down is its recorder");
    }
    if (care_is_me(c, requester)) {
        return care_refuse(c, x, "requester", "an order given by word is another's: one's own is prescribed");
    }
    ans_err err = may_prescribe(c, requester, &prescribes);
    return err == ANS_OK && !prescribes ? care_refuse(c, x, "requester", "an order given by word names a Practitioner of this house who may prescribe") : err;
}

static ans_err judge_new(care *c, const care_change *x)
{
    uint32_t said_count, signatures, denials;
    ans_jnode said = extension_of(c, &x->now, 0, SAID, &said_count), copied = ans_json_get(&x->now, 0, ANS_STR("reportedBoolean"));
    (void)extension_of(c, &x->now, 0, SIGNATURE, &signatures);
    (void)extension_of(c, &x->now, 0, DENIAL, &denials);
    if (x->old.count && !care_status_is(c, &x->old, "draft")) {
        return care_refuse(c, x, "category", "an order becomes none that was given by word: write another");
    }
    if (!care_status_is(c, &x->now, "active") && !care_status_is(c, &x->now, "completed") && !care_status_is(c, &x->now, "stopped")) {
        return care_refuse(c, x, "status", "an order given by word is active, completed or stopped");
    }
    if (!ans_str_is(state_of(c, &x->now), "unsigned") || signatures || denials) {
        return care_refuse(c, x, "category", "an order given by word is signed after it was written down, by who gave it");
    }
    if (copied != ANS_JNONE && ans_json_kind_of(&x->now, copied) == ANS_JSON_TRUE) {
        return care_refuse(c, x, "reportedBoolean", "what was copied from a paper was not given by word");
    }
    if (said_count != 1 || !is_read_back(c, &x->now, said)) {
        return care_refuse(c, x, "extension", "an order given by word is read back to who gave it: say so (read-back)");
    }
    ans_err err = judge_names(c, x);
    return err == ANS_OK ? judge_when(c, x, said) : err;
}

/* ---- one that was written down ---- */

/* Its requester says, with their name and the time, that it is theirs (signed, SIGNATURE) or that it is not (denied, DENIAL). */
static ans_err judge_name(care *c, const care_change *x, const char *state, const char *url, const char *other)
{
    uint32_t before, now, count, others_before, others;
    (void)extension_of(c, &x->old, 0, url, &before);
    (void)extension_of(c, &x->old, 0, other, &others_before);
    (void)extension_of(c, &x->now, 0, other, &others);
    ans_jnode signature = extension_of(c, &x->now, 0, url, &now);
    ans_jnode part = signature == ANS_JNONE ? ANS_JNONE : extension_of(c, &x->now, signature, "who", &count);
    ans_jnode who = part == ANS_JNONE ? ANS_JNONE : ans_json_get(&x->now, part, ANS_STR("valueReference"));
    ans_jnode when_part = signature == ANS_JNONE ? ANS_JNONE : extension_of(c, &x->now, signature, "when", &count);
    care_time when = when_part == ANS_JNONE ? (care_time){0} : care_time_at(c, &x->now, when_part, "valueDateTime");
    ans_jnode old_list = ans_json_get(&x->old, 0, ANS_STR("category")), now_list = ans_json_get(&x->now, 0, ANS_STR("category"));
    bool moves = ans_str_is(state_of(c, &x->old), "unsigned") && ans_str_is(state_of(c, &x->now), state) && before == 0 && now == 1 && others == others_before &&
                 ans_json_count(&x->old, old_list) == ans_json_count(&x->now, now_list);
    if (!moves || !when.is_there || when.low > c->time + CARE_AHEAD || who == ANS_JNONE || !care_is_me(c, care_reference(c, &x->now, who))) {
        return care_refuse(c, x, "extension", "an order given by word is signed or denied once, in one's own name and not in the future");
    }
    return care_is_me(c, member(c, &x->old, "requester")) && ans_pass_operation(c->j->pass, "prescribe")
               ? ANS_OK
               : care_refuse(c, x, "extension", "only who gave an order by word signs it, and only who is said to have given it denies it");
}

/* What its doctor did not say asks for nothing any more; what was given on it stays as it was written down. */
static ans_err judge_denial(care *c, const care_change *x)
{
    static const char *const category[] = {"category", NULL}, *const end[] = {"category", "status", "statusReason", NULL}, *const extension[] = {"extension", NULL};
    bool stood = care_status_is(c, &x->old, "active") || care_status_is(c, &x->old, "on-hold");
    if (!care_is_kept(c, x, stood ? end : category, extension) || (stood && !care_status_is(c, &x->now, "stopped"))) {
        return care_refuse(c, x, "status", "an order that its doctor denies is stopped with that, and nothing else of it changes");
    }
    return judge_name(c, x, "denied", DENIAL, SIGNATURE);
}

/* Not rewritten while it stands, nor afterwards: signed, denied, ended, or marked by who wrote it down as their own slip before it was signed. */
static ans_err judge_old(care *c, const care_change *x)
{
    static const char *const nothing[] = {NULL}, *const end[] = {"status", "statusReason", NULL}, *const notes[] = {"note", NULL},
                      *const category[] = {"category", NULL}, *const extension[] = {"extension", NULL};
    if (!x->now.count) {
        return care_refuse(c, x, "", "an order given by word is never deleted");
    }
    if (care_is_kept(c, x, nothing, nothing) || care_goes_along(c, x) || care_returns_with_stay(c, x)) {
        return ANS_OK;
    }
    if (ans_str_is(state_of(c, &x->now), "denied") && !ans_str_is(state_of(c, &x->old), "denied")) {
        return judge_denial(c, x);
    }
    if (care_is_kept(c, x, category, extension)) {
        return judge_name(c, x, "signed", SIGNATURE, DENIAL);
    }
    if (!care_is_kept(c, x, end, notes)) {
        return care_refuse(c, x, "", "an order given by word stays as it was written down: it is signed, and it may be ended");
    }
    bool stood = care_status_is(c, &x->old, "active") || care_status_is(c, &x->old, "on-hold");
    bool slip = care_status_is(c, &x->now, "entered-in-error") && ans_str_is(state_of(c, &x->old), "unsigned") && care_is_me(c, member(c, &x->old, "recorder"));
    bool ends = stood && (care_ends_with_stay(c, x) || ans_pass_operation(c->j->pass, "prescribe"));
    return slip || ends ? ANS_OK : care_refuse(c, x, "status", "who wrote it down marks their own slip before it is signed; only who may prescribe stops, holds or resumes an order");
}

ans_err care_word(care *c, const care_change *x)
{
    return care_is_by_word(c, &x->old) ? judge_old(c, x) : judge_new(c, x);
}
