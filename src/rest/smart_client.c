/* /auth/clients: the list of programs that are known, kept by administrators and by the owner of the data folder (`ansinh client`). */
#include "auth/account.h"
#include "auth/consent.h"
#include "rest/sign_int.h"

static ans_smart *of(const sign_call *c)
{
    return c->j->rest->o.smart;
}

static void put_text(ans_jw *w, const char *key, ans_str value)
{
    if (value.n) {
        ans_jw_kv(w, ans_str_of(key), value);
    }
}

static void put_flag(ans_jw *w, const char *key, bool v)
{
    ans_jw_key(w, ans_str_of(key));
    ans_jw_bool(w, v);
}

/* name_of: of the account it acts as, for people */
static void put_client(sign_call *c, const ans_client *x, ans_str secret)
{
    ans_account account;
    bool known = x->account.n && ans_account_get(c->j->cx, c->j->rest->o.accounts, x->account, &account) == ANS_SIGN_OK;
    ans_jw_begin(&c->w, '{');
    ans_jw_kv(&c->w, ANS_STR("id"), x->id);
    ans_jw_kv(&c->w, ANS_STR("name"), x->name);
    ans_jw_kv(&c->w, ANS_STR("kind"), ans_str_of(ans_client_kind_name((ans_client_kind)x->kind)));
    put_text(&c->w, "scope", x->scope);
    put_text(&c->w, "organization", x->organization);
    put_text(&c->w, "purpose", known ? account.purpose : x->purpose);
    put_text(&c->w, "account", known ? account.name : x->account);
    put_text(&c->w, "launch", x->launch_url);
    put_text(&c->w, "keysUrl", x->jwks_url);
    put_flag(&c->w, "hasKeys", x->jwks.n > 0);
    put_flag(&c->w, "introspect", x->may_introspect);
    put_flag(&c->w, "disabled", x->is_disabled);
    ans_jw_key(&c->w, ANS_STR("redirects"));
    ans_jw_begin(&c->w, '[');
    for (uint32_t i = 0; i < x->redirect_count; i++) {
        ans_jw_str(&c->w, x->redirects[i]);
    }
    ans_jw_end(&c->w, ']');
    sign_put_time(&c->w, "created", x->created_us);
    put_text(&c->w, "secret", secret);
    ans_jw_end(&c->w, '}');
}

ans_sign run_clients(sign_call *c)
{
    ans_client *list;
    uint32_t n;
    if (!of(c) || ans_client_list(c->j->cx, of(c), &list, &n) != ANS_OK) {
        return of(c) ? ANS_SIGN_FAILED : ANS_SIGN_NOT_FOUND;
    }
    ans_jw_begin(&c->w, '[');
    for (uint32_t i = 0; i < n; i++) {
        put_client(c, &list[i], ANS_STR_NONE);
    }
    ans_jw_end(&c->w, ']');
    return ANS_SIGN_OK;
}

/* ---- adding ---- */

static bool is_true(sign_call *c, const char *name)
{
    ans_jnode n = c->doc.count ? ans_json_get(&c->doc, 0, ans_str_of(name)) : ANS_JNONE;
    return n != ANS_JNONE && ans_json_kind_of(&c->doc, n) == ANS_JSON_TRUE;
}

/* "Type/x" or "x". */
static ans_str id_of(ans_str text, ans_str head)
{
    return ans_str_starts(text, head) ? ans_str_from(text, head.n) : text;
}

static ans_str organization(sign_call *c)
{
    return id_of(sign_text(c, "organization"), ANS_STR("Organization/"));
}

/* Of programs for people: one that people can consent to, since no account names the law it would rest on. */
static bool is_known_purpose(sign_call *c, ans_str code, bool is_own)
{
    const ans_purposes *purposes;
    uint32_t i = code.n && ans_purposes_read(c->j->cx, ANS_STR_NONE, &purposes) == ANS_OK ? ans_purpose_named(purposes, code) : UINT32_MAX;
    return !code.n || (i != UINT32_MAX && (is_own || purposes->list[i].basis != ANS_BASIS_LAW));
}

static bool read_redirects(sign_call *c, ans_client *out)
{
    ans_jnode list = c->doc.count ? ans_json_get(&c->doc, 0, ANS_STR("redirects")) : ANS_JNONE;
    if (list == ANS_JNONE) {
        return true;
    }
    if (ans_json_kind_of(&c->doc, list) != ANS_JSON_ARRAY || ans_json_count(&c->doc, list) > ANS_REDIRECT_MOST) {
        return false;
    }
    ANS_JSON_EACH(&c->doc, list, n)
    {
        out->redirects[out->redirect_count++] = ans_json_string(c->j->cx, &c->doc, n);
    }
    return true;
}

/* Keys come as an object, or as its text. */
static ans_str keys_of(sign_call *c)
{
    ans_jnode n = c->doc.count ? ans_json_get(&c->doc, 0, ANS_STR("keys")) : ANS_JNONE;
    bool object = n != ANS_JNONE && ans_json_kind_of(&c->doc, n) == ANS_JSON_OBJECT;
    return object ? ans_json_raw(&c->doc, n) : sign_text(c, "keys");
}

/* The program account that the client acts as; made when there is none of that name, with the roles of a Practitioner: what a program may do
 * is told as for anybody, by PractitionerRoles with dates and places. */
static ans_sign find_account(sign_call *c, ans_str name, ans_str *out_id)
{
    ans_account x;
    ans_sign sign = ans_account_get(c->j->cx, c->j->rest->o.accounts, name, &x);
    ans_str practitioner = id_of(sign_text(c, "practitioner"), ANS_STR("Practitioner/")), role = sign_text(c, "directRole");
    ans_str purpose = sign_text(c, "purpose");
    if (sign == ANS_SIGN_NOT_FOUND && (practitioner.n || role.n)) {
        const ans_account_new n = {.name = name,
                                   .display = sign_text(c, "name"),
                                   .practitioner = practitioner,
                                   .direct_role = role,
                                   .purpose = purpose,
                                   .recipient = purpose.n ? organization(c) : ANS_STR_NONE,
                                   .basis = sign_text(c, "basis"),
                                   .is_program = true};
        sign = ans_account_add(c->j->cx, c->j->rest->o.accounts, &n, &x, NULL);
    }
    if (sign == ANS_SIGN_OK && (!x.is_program || !ans_str_eq(x.purpose, purpose))) {
        c->detail = x.is_program ? ANS_STR("that account is there, for another purpose") : ANS_STR("that account is a person's");
        return ANS_SIGN_BAD;
    }
    if (sign == ANS_SIGN_NOT_FOUND) {
        c->detail = ANS_STR("there is no account of that name: give the Practitioner whose roles it shall have");
        return ANS_SIGN_BAD;
    }
    *out_id = sign == ANS_SIGN_OK ? x.id : ANS_STR_NONE;
    return sign;
}

static bool read_kind(sign_call *c, uint8_t *out)
{
    ans_str text = sign_text(c, "kind");
    for (uint8_t i = 0; i <= ANS_CLIENT_KEY; i++) {
        if (ans_str_is(text, ans_client_kind_name((ans_client_kind)i))) {
            *out = i;
            return true;
        }
    }
    return false;
}

ans_sign run_client_add(sign_call *c)
{
    ans_client made, n = {.id = sign_text(c, "id"),
                          .name = sign_text(c, "name"),
                          .scope = sign_text(c, "scope"),
                          .organization = organization(c),
                          .launch_url = sign_text(c, "launch"),
                          .jwks = keys_of(c),
                          .jwks_url = sign_text(c, "keysUrl"),
                          .may_introspect = is_true(c, "introspect")};
    ans_str secret, account = sign_text(c, "account"), purpose = sign_text(c, "purpose");
    if (!of(c)) {
        return ANS_SIGN_NOT_FOUND;
    }
    n.purpose = account.n ? ANS_STR_NONE : purpose;
    if (!is_known_purpose(c, purpose, account.n > 0)) {
        c->detail = ANS_STR("purpose is a code of the purposes of consent; one that rests on law needs an account of its own");
        return ANS_SIGN_BAD;
    }
    if (!read_kind(c, &n.kind) || !read_redirects(c, &n)) {
        c->detail = ANS_STR("kind is public, secret or key; redirects are a list of at most 8 addresses");
        return ANS_SIGN_BAD;
    }
    ans_oauth o = ans_client_check(c->j->cx, of(c), &n, account.n > 0); /* before an account is made for it */
    ans_sign sign = o != ANS_OAUTH_OK ? sign_of_oauth(c, o) : account.n ? find_account(c, account, &n.account) : ANS_SIGN_OK;
    if (sign != ANS_SIGN_OK) {
        return sign;
    }
    o = ans_client_add(c->j->cx, of(c), &n, &made, &secret);
    if (o == ANS_OAUTH_OK) {
        c->client = made.id;
        put_client(c, &made, secret);
    }
    return sign_of_oauth(c, o);
}

/* ---- one of them ---- */

ans_sign run_client_remove(sign_call *c)
{
    return of(c) ? sign_of_oauth(c, ans_client_remove(c->j->cx, of(c), c->id)) : ANS_SIGN_NOT_FOUND;
}

ans_sign run_client_enable(sign_call *c)
{
    return of(c) ? sign_of_oauth(c, ans_client_switch(c->j->cx, of(c), c->id, true)) : ANS_SIGN_NOT_FOUND;
}

ans_sign run_client_disable(sign_call *c)
{
    return of(c) ? sign_of_oauth(c, ans_client_switch(c->j->cx, of(c), c->id, false)) : ANS_SIGN_NOT_FOUND;
}

ans_sign run_client_secret(sign_call *c)
{
    ans_str secret;
    ans_oauth o = of(c) ? ans_client_new_secret(c->j->cx, of(c), c->id, &secret) : ANS_OAUTH_NOT_FOUND;
    if (o == ANS_OAUTH_OK) {
        ans_jw_begin(&c->w, '{');
        ans_jw_kv(&c->w, ANS_STR("secret"), secret);
        ans_jw_end(&c->w, '}');
    }
    return sign_of_oauth(c, o);
}
