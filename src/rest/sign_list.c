/* /auth: the lists of sessions, devices and accounts, and what is done to one of them. */
#include "rest/sign_int.h"

static ans_accounts *of(const sign_call *c)
{
    return c->j->rest->o.accounts;
}

static void put_flag(ans_jw *w, const char *key, bool v)
{
    ans_jw_key(w, ans_str_of(key));
    ans_jw_bool(w, v);
}

/* ---- sessions ---- */

ans_sign run_sessions(sign_call *c)
{
    ans_session *list;
    uint32_t n;
    if (ans_session_list(c->j->cx, of(c), c->j->who.account, &list, &n) != ANS_OK) {
        return ANS_SIGN_FAILED;
    }
    ans_jw_begin(&c->w, '[');
    for (uint32_t i = 0; i < n; i++) {
        ans_jw_begin(&c->w, '{');
        ans_jw_kv(&c->w, ANS_STR("id"), list[i].id);
        ans_jw_kv(&c->w, ANS_STR("device"), list[i].device_name);
        ans_jw_kv(&c->w, ANS_STR("agent"), list[i].agent);
        sign_put_time(&c->w, "since", list[i].since_us);
        sign_put_time(&c->w, "lastUsed", list[i].last_used_us);
        put_flag(&c->w, "token", list[i].is_token);
        put_flag(&c->w, "current", ans_str_eq(list[i].id, c->j->who.session));
        ans_jw_end(&c->w, '}');
    }
    ans_jw_end(&c->w, ']');
    return ANS_SIGN_OK;
}

ans_sign run_session_end(sign_call *c)
{
    return ans_session_end(c->j->cx, of(c), c->j->who.account, c->id);
}

/* ---- devices ---- */

ans_sign run_devices(sign_call *c)
{
    ans_device *list;
    uint32_t n;
    if (ans_device_list(c->j->cx, of(c), &list, &n) != ANS_OK) {
        return ANS_SIGN_FAILED;
    }
    ans_jw_begin(&c->w, '[');
    for (uint32_t i = 0; i < n; i++) {
        ans_jw_begin(&c->w, '{');
        ans_jw_kv(&c->w, ANS_STR("id"), list[i].id);
        ans_jw_kv(&c->w, ANS_STR("name"), list[i].name);
        sign_put_time(&c->w, "since", list[i].since_us);
        put_flag(&c->w, "current", ans_str_eq(list[i].id, c->from.device));
        ans_jw_end(&c->w, '}');
    }
    ans_jw_end(&c->w, ']');
    return ANS_SIGN_OK;
}

ans_sign run_device_remove(sign_call *c)
{
    return ans_device_remove(c->j->cx, of(c), c->id);
}

/* ---- accounts ---- */

static void put_user(ans_jw *w, const ans_account *x, ans_str password)
{
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("account"), x->id);
    ans_jw_kv(w, ANS_STR("name"), x->name);
    ans_jw_kv(w, ANS_STR("display"), x->display);
    if (x->practitioner.n) {
        ans_jw_kv(w, ANS_STR("practitioner"), x->practitioner);
    }
    if (x->direct_role.n) {
        ans_jw_kv(w, ANS_STR("directRole"), x->direct_role);
    }
    if (x->person.n) {
        ans_jw_kv(w, ANS_STR("person"), x->person);
    }
    if (x->purpose.n) {
        ans_jw_kv(w, ANS_STR("purpose"), x->purpose);
        ans_jw_kv(w, ANS_STR("recipient"), x->recipient);
        ans_jw_kv(w, ANS_STR("basis"), x->basis);
    }
    put_flag(w, "program", x->is_program);
    put_flag(w, "disabled", x->is_disabled);
    put_flag(w, "mustChange", x->must_change);
    put_flag(w, "hasPin", x->has_pin);
    put_flag(w, "hasTotp", x->has_totp);
    sign_put_time(w, "created", x->created_us);
    sign_put_time(w, "lastUsed", x->last_sign_in_us);
    if (password.n) {
        ans_jw_kv(w, ANS_STR("password"), password);
    }
    ans_jw_end(w, '}');
}

ans_sign run_users(sign_call *c)
{
    ans_account *list;
    uint32_t n;
    if (ans_account_list(c->j->cx, of(c), &list, &n) != ANS_OK) {
        return ANS_SIGN_FAILED;
    }
    ans_jw_begin(&c->w, '[');
    for (uint32_t i = 0; i < n; i++) {
        put_user(&c->w, &list[i], ANS_STR_NONE);
    }
    ans_jw_end(&c->w, ']');
    return ANS_SIGN_OK;
}

static bool flag(sign_call *c, const char *name)
{
    ans_jnode n = c->doc.count ? ans_json_get(&c->doc, 0, ans_str_of(name)) : ANS_JNONE;
    return n != ANS_JNONE && ans_json_kind_of(&c->doc, n) == ANS_JSON_TRUE;
}

/* "Practitioner/x" or "x". */
static ans_str practitioner(sign_call *c)
{
    ans_str given = sign_text(c, "practitioner"), type = ANS_STR("Practitioner/");
    return ans_str_starts(given, type) ? ans_str_from(given, type.n) : given;
}

/* "Organization/x" or "x". */
static ans_str recipient(sign_call *c)
{
    ans_str given = sign_text(c, "recipient"), type = ANS_STR("Organization/");
    return ans_str_starts(given, type) ? ans_str_from(given, type.n) : given;
}

/* A purpose of the table that sends something somewhere; what rests on law names its document. */
static bool is_purpose(sign_call *c)
{
    const ans_purposes *p = c->j->rest->purposes;
    ans_str code = sign_text(c, "purpose");
    if (!code.n) {
        return true;
    }
    uint32_t i = p ? ans_purpose_named(p, code) : UINT32_MAX;
    return i != UINT32_MAX && p->list[i].to_recipient && (p->list[i].basis != ANS_BASIS_LAW || ans_str_trim(sign_text(c, "basis")).n);
}

/* The account of a person in care, or of who represents them, opens one record for good, and who makes it sees no records: so the birth of
 * the person, which they were told, must be the one that stands there. A wrong one and no such record have the same answer. */
static ans_sign check_birth(sign_call *c)
{
    const ans_who who = {.person = sign_text(c, "person")};
    ans_datetime birth;
    ans_own own;
    if (!who.person.n) {
        return ANS_SIGN_OK;
    }
    if (!ans_datetime_parse(sign_text(c, "birth"), false, &birth)) {
        return ANS_SIGN_BAD;
    }
    if (!c->j->rest->o.gate) {
        c->detail = ANS_STR("whose record it is can only be looked up while the server runs");
        return ANS_SIGN_FAILED;
    }
    ans_err err = ans_gate_own(c->j->rest->o.gate, c->j->cx, &who, &own);
    return err != ANS_OK ? ANS_SIGN_FAILED : ans_own_is_born(&own, &birth) ? ANS_SIGN_OK : ANS_SIGN_BIRTH;
}

ans_sign run_user_add(sign_call *c)
{
    ans_sign born = is_purpose(c) ? check_birth(c) : ANS_SIGN_BAD;
    if (born != ANS_SIGN_OK) {
        return born;
    }
    ans_account made;
    ans_str password = ANS_STR_NONE;
    const ans_account_new n = {
        .name = sign_text(c, "name"),
        .display = sign_text(c, "display"),
        .practitioner = practitioner(c),
        .direct_role = sign_text(c, "directRole"),
        .person = sign_text(c, "person"),
        .purpose = sign_text(c, "purpose"),
        .recipient = recipient(c),
        .basis = ans_str_trim(sign_text(c, "basis")),
        /* a password chosen by another one is for the owner of the folder only */
        .password = c->j->who.kind == ANS_WHO_LOCAL ? sign_text(c, "password") : ANS_STR_NONE,
        .is_program = flag(c, "program"),
    };
    ans_sign sign = ans_account_add(c->j->cx, of(c), &n, &made, &password);
    if (sign == ANS_SIGN_OK) {
        put_user(&c->w, &made, password);
    }
    return sign;
}

/* A member that may be left out; *out is of use when it was not. */
static const ans_str *given(sign_call *c, const char *name, ans_str *out, bool *bad)
{
    ans_jnode n = c->doc.count ? ans_json_get(&c->doc, 0, ans_str_of(name)) : ANS_JNONE;
    *bad = *bad || (n != ANS_JNONE && ans_json_kind_of(&c->doc, n) != ANS_JSON_STRING);
    *out = sign_text(c, name);
    return n == ANS_JNONE ? NULL : out;
}

/* Not one's own rights: nobody gives himself the record, and the last administrator is not gone by a slip of the finger. */
ans_sign run_user_change(sign_call *c)
{
    ans_account x;
    ans_str display, role, link;
    bool bad = false;
    ans_account_change change = {.display = given(c, "display", &display, &bad),
                                 .practitioner = given(c, "practitioner", &link, &bad),
                                 .direct_role = given(c, "directRole", &role, &bad)};
    link = practitioner(c);
    ans_sign sign = bad ? ANS_SIGN_BAD : ans_account_get(c->j->cx, of(c), c->id, &x);
    bool own = sign == ANS_SIGN_OK && c->j->who.account.n && ans_str_eq(x.id, c->j->who.account);
    if (own && (change.practitioner || change.direct_role)) {
        return ANS_SIGN_NOT_ALLOWED;
    }
    sign = sign == ANS_SIGN_OK ? ans_account_change_to(c->j->cx, of(c), c->id, &change, &x) : sign;
    if (sign == ANS_SIGN_OK) {
        put_user(&c->w, &x, ANS_STR_NONE);
    }
    return sign;
}

ans_sign run_user_enable(sign_call *c)
{
    return ans_account_switch(c->j->cx, of(c), c->id, true);
}

/* Not oneself: the last administrator would be gone by a slip of the finger. */
ans_sign run_user_disable(sign_call *c)
{
    ans_account x;
    ans_sign sign = ans_account_get(c->j->cx, of(c), c->id, &x);
    if (sign == ANS_SIGN_OK && ans_str_eq(x.id, c->j->who.account)) {
        return ANS_SIGN_NOT_ALLOWED;
    }
    return sign == ANS_SIGN_OK ? ans_account_switch(c->j->cx, of(c), c->id, false) : sign;
}

ans_sign run_user_reset(sign_call *c)
{
    ans_account x;
    ans_str password;
    ans_sign sign = ans_account_reset(c->j->cx, of(c), c->id, &password);
    sign = sign == ANS_SIGN_OK ? ans_account_get(c->j->cx, of(c), c->id, &x) : sign;
    if (sign == ANS_SIGN_OK) {
        put_user(&c->w, &x, password);
    }
    return sign;
}

ans_sign run_user_token(sign_call *c)
{
    ans_str token;
    ans_sign sign = ans_account_token(c->j->cx, of(c), c->id, &token);
    if (sign == ANS_SIGN_OK) {
        ans_jw_begin(&c->w, '{');
        ans_jw_kv(&c->w, ANS_STR("token"), token);
        ans_jw_end(&c->w, '}');
    }
    return sign;
}

ans_sign run_user_token_revoke(sign_call *c)
{
    uint32_t n;
    ans_sign sign = ans_account_token_revoke(c->j->cx, of(c), c->id, &n);
    if (sign == ANS_SIGN_OK) {
        ans_jw_begin(&c->w, '{');
        ans_jw_key(&c->w, ANS_STR("revoked"));
        ans_jw_int(&c->w, n);
        ans_jw_end(&c->w, '}');
    }
    return sign;
}
