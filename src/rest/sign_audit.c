/* What was done at the door leaves its entry in the audit: coming in, trying to, leaving, and every change of accounts, devices
 * and secrets. In front of the answer: a session whose beginning could not be told is not handed out.
 *
 * A name that was typed stands in an entry only when there is such an account: people type passwords into the wrong field. */
#include "rest/sign_int.h"

typedef struct told {
    const char *method, *path; /* of the route */
    uint8_t deed;
    const char *operation;     /* what more there is to say, or NULL */
} told;

static const told table[] = {
    {"POST", "/auth/first", ANS_DID_SIGN_IN, "first"},
    {"POST", "/auth/sign-in", ANS_DID_SIGN_IN, NULL},
    {"POST", "/auth/sign-out", ANS_DID_SIGN_OUT, NULL},
    {"POST", "/auth/password", ANS_DID_USER_CHANGE, "password"},
    {"POST", "/auth/pin", ANS_DID_USER_CHANGE, "pin"},
    {"POST", "/auth/switch", ANS_DID_SWITCH, NULL},
    {"POST", "/auth/witness", ANS_DID_WITNESS, NULL},
    {"POST", "/auth/lock", ANS_DID_LOCK, NULL},
    {"POST", "/auth/unlock", ANS_DID_UNLOCK, NULL},
    {"POST", "/auth/totp/confirm", ANS_DID_USER_CHANGE, "totp"},
    {"POST", "/auth/totp/off", ANS_DID_USER_CHANGE, "totp-off"},
    {"DELETE", "/auth/sessions/*", ANS_DID_USER_CHANGE, "session-end"},
    {"POST", "/auth/device", ANS_DID_DEVICE_CHANGE, "add"},
    {"DELETE", "/auth/device", ANS_DID_DEVICE_CHANGE, "remove"},
    {"DELETE", "/auth/devices/*", ANS_DID_DEVICE_CHANGE, "remove"},
    {"POST", "/auth/clock", ANS_DID_OPERATION, "clock-accept"},
    {"POST", "/auth/training", ANS_DID_OPERATION, "training"},
    {"DELETE", "/auth/apps/*", ANS_DID_APP_END, NULL},
    {"POST", "/auth/authorize/allow", ANS_DID_APP_ALLOW, NULL},
    {"POST", "/auth/launch", ANS_DID_APP_ALLOW, "launch"},
    {"POST", "/auth/clients", ANS_DID_CLIENT_CHANGE, "add"},
    {"DELETE", "/auth/clients/*", ANS_DID_CLIENT_CHANGE, "remove"},
    {"POST", "/auth/clients/*/enable", ANS_DID_CLIENT_CHANGE, "enable"},
    {"POST", "/auth/clients/*/disable", ANS_DID_CLIENT_CHANGE, "disable"},
    {"POST", "/auth/clients/*/secret", ANS_DID_CLIENT_CHANGE, "secret"},
    {"POST", "/auth/users", ANS_DID_USER_CHANGE, "add"},
    {"POST", "/auth/users/*", ANS_DID_USER_CHANGE, "change"},
    {"POST", "/auth/users/*/enable", ANS_DID_USER_CHANGE, "enable"},
    {"POST", "/auth/users/*/disable", ANS_DID_USER_CHANGE, "disable"},
    {"POST", "/auth/users/*/reset", ANS_DID_USER_CHANGE, "reset"},
    {"POST", "/auth/users/*/token", ANS_DID_USER_CHANGE, "token"},
    {"DELETE", "/auth/users/*/token", ANS_DID_USER_CHANGE, "token-revoke"},
};

static const told *told_of(const sign_call *c)
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (strcmp(table[i].path, c->route->path) == 0 && strcmp(table[i].method, c->route->method) == 0) {
            return &table[i];
        }
    }
    return NULL;
}

static ans_str account_name(const sign_call *c, ans_str id_or_name)
{
    ans_account x;
    bool known = id_or_name.n && ans_account_get(c->j->cx, c->j->rest->o.accounts, id_or_name, &x) == ANS_SIGN_OK;
    return known ? x.name : ANS_STR_NONE;
}

static ans_str subject_of(sign_call *c, uint8_t deed)
{
    if (deed == ANS_DID_DEVICE_CHANGE) {
        ans_str name = sign_text(c, "name");
        return name.n ? name : c->id.n ? c->id : c->from.device;
    }
    if (deed == ANS_DID_CLIENT_CHANGE || deed == ANS_DID_APP_ALLOW || deed == ANS_DID_APP_END) {
        return c->client.n ? c->client : c->id; /* the program */
    }
    if (deed == ANS_DID_SWITCH || deed == ANS_DID_WITNESS) {
        return account_name(c, sign_text(c, "account"));
    }
    if (deed == ANS_DID_USER_CHANGE && !c->id.n && c->route->need != NEED_ADMIN) {
        return c->j->who.name; /* their own */
    }
    bool of_session = strcmp(c->route->path, "/auth/sessions/*") == 0;
    return of_session ? c->j->who.name : account_name(c, c->id.n ? c->id : sign_text(c, "name"));
}

/* Nothing was tried: somebody was told to wait, or the request was none. */
static bool is_idle_talk(ans_sign sign)
{
    return sign == ANS_SIGN_WAIT || sign == ANS_SIGN_FULL || sign == ANS_SIGN_CODE || sign == ANS_SIGN_BAD || sign == ANS_SIGN_METHOD ||
           sign == ANS_SIGN_NOT_FOUND;
}

static uint8_t deed_of(const sign_call *c, uint8_t deed)
{
    bool comes_in = deed == ANS_DID_SIGN_IN || deed == ANS_DID_SWITCH || deed == ANS_DID_UNLOCK || deed == ANS_DID_WITNESS;
    return comes_in && c->result != ANS_SIGN_OK ? ANS_DID_SIGN_IN_FAILED : deed;
}

/* A failed one says what was tried. */
static const char *operation_of(const sign_call *c, const told *t)
{
    bool failed = c->result != ANS_SIGN_OK;
    return t->operation                              ? t->operation
           : failed && t->deed == ANS_DID_SWITCH ? "switch"
           : failed && t->deed == ANS_DID_UNLOCK ? "unlock"
           : failed && t->deed == ANS_DID_WITNESS ? "witness"
                                                     : "";
}

/* What of an account was changed: the names only. */
static ans_str parameters_of(const sign_call *c, const told *t)
{
    static const char *const names[] = {"display", "practitioner", "directRole"};
    ans_str out = ANS_STR_NONE;
    for (size_t i = 0; i < sizeof names / sizeof *names && c->doc.count && ans_str_is(ans_str_of(t->path), "/auth/users/*"); i++) {
        bool has = ans_json_get(&c->doc, 0, ans_str_of(names[i])) != ANS_JNONE;
        out = has ? ans_arena_fmt(c->j->cx->arena, "%.*s%s%s", ANS_FMT(out), out.n ? "," : "", names[i]) : out;
    }
    return out;
}

bool sign_tell(sign_call *c)
{
    job *j = c->j;
    ans_audit *audit = j->rest->o.audit;
    const told *t = audit ? told_of(c) : NULL;
    bool left_already = t && t->deed == ANS_DID_SIGN_OUT && j->who.kind == ANS_WHO_NOBODY;
    if (!t || left_already || is_idle_talk(c->result)) {
        return true;
    }
    ans_event e = {.deed = deed_of(c, t->deed),
                   .status = (uint16_t)(c->result == ANS_SIGN_OK ? 200 : ans_sign_http(c->result)),
                   .who = j->who,
                   .role = j->who.direct_role,
                   .address = c->from.address,
                   .operation = ans_str_of(operation_of(c, t)),
                   .parameters = parameters_of(c, t),
                   .subject = subject_of(c, t->deed),
                   .patients = &c->patient,
                   .patient_count = c->patient ? 1 : 0,
                   .request = j->cx->request_id};
    if (c->out.token.n) { /* the one who came in */
        ans_who_by_session(j->rest->o.accounts, j->cx->arena, c->out.token, false, &e.who);
    }
    return (j->call ? ans_audit_later(audit, j->cx, &e) : ans_audit_now(audit, j->cx, &e)) == ANS_OK;
}

/* ---- at the machine ---- */

static bool is_plain(ans_str s, size_t most)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < 0x20 || s.p[i] > 0x7E) {
            return false;
        }
    }
    return s.n <= most;
}

ans_sign run_told(sign_call *c)
{
    ans_audit *audit = c->j->rest->o.audit;
    ans_str deed = sign_text(c, "deed"), what = sign_text(c, "operation"), parameters = sign_text(c, "parameters"), by = sign_text(c, "by");
    bool takes = ans_str_is(deed, ans_deed_name(ANS_DID_EXPORT)), prints = ans_str_is(deed, ans_deed_name(ANS_DID_PRINT));
    if (c->j->who.kind != ANS_WHO_LOCAL) {
        return ANS_SIGN_NOT_ALLOWED; /* who is not at the machine has not taken anything out there */
    }
    if ((!takes && !prints) || !what.n || !by.n || !is_plain(what, 40) || !is_plain(parameters, 200) || !is_plain(by, 64)) {
        return ANS_SIGN_BAD;
    }
    const ans_event e = {.deed = takes ? ANS_DID_EXPORT : ANS_DID_PRINT,
                         .status = 200,
                         .who = {.kind = ANS_WHO_LOCAL, .name = by},
                         .operation = what,
                         .parameters = parameters,
                         .request = c->j->cx->request_id};
    return !audit || ans_audit_now(audit, c->j->cx, &e) == ANS_OK ? ANS_SIGN_OK : ANS_SIGN_FAILED;
}
