/* /auth/authorize, /auth/launch, /auth/apps: where a person is asked by our page whether a program may come in, opens one from
 * somebody's record, and sees and ends what was allowed. Of the person signed in, with the page's own proofs against forged calls. */
#include "auth/limit.h"
#include "rest/sign_int.h"

static ans_smart *of(const sign_call *c)
{
    return c->j->rest->o.smart;
}

ans_sign sign_of_oauth(sign_call *c, ans_oauth o)
{
    const ans_issue *story = c->j->cx->last_;
    c->detail = o == ANS_OAUTH_BAD && story ? story->text : o == ANS_OAUTH_OK ? ANS_STR_NONE : ans_str_of(ans_oauth_text(o));
    switch (o) {
    case ANS_OAUTH_OK:
        return ANS_SIGN_OK;
    case ANS_OAUTH_NOT_FOUND:
        return ANS_SIGN_NOT_FOUND;
    case ANS_OAUTH_TAKEN:
        return ANS_SIGN_TAKEN;
    case ANS_OAUTH_FULL:
        return ANS_SIGN_FULL;
    case ANS_OAUTH_FAILED:
        return ANS_SIGN_FAILED;
    case ANS_OAUTH_UNAUTHORIZED:
        return ANS_SIGN_NOT_ALLOWED;
    default:
        return ANS_SIGN_BAD;
    }
}

/* ---- whom it is about, and which stay ---- */

/* "Patient/x" or "x" */
static ans_str id_in(sign_call *c, const char *member, ans_str head)
{
    ans_str text = sign_text(c, member);
    return ans_str_starts(text, head) ? ans_str_from(text, head.n) : text;
}

static ans_smart_about about_in(sign_call *c)
{
    return (ans_smart_about){.patient = id_in(c, "patient", ANS_STR("Patient/")), .encounter = id_in(c, "encounter", ANS_STR("Encounter/"))};
}

/* What the one who allows it may see; else as if it were not there. */
static ans_err look_up(job *j, ans_reader *rd, const char *name, ans_str id, ans_version *out)
{
    ans_type type = ans_fhir_type_named(ans_str_of(name));
    const ans_ref ref = {ans_search_type_number(j->rest->o.search, type), id};
    ans_err err = id.n ? ans_store_read(j->cx, rd, ref, out) : ANS_E_NOTFOUND;
    bool seen = err == ANS_OK && ans_pass_sees(j->pass, type, out->rid, ANS_RIGHT_READ);
    return err == ANS_OK && !seen ? ANS_E_NOTFOUND : err;
}

static ans_err is_stay_of(job *j, const ans_version *stay, ans_str patient)
{
    ans_json doc;
    ans_reference r;
    ans_err err = ans_json_parse(j->cx, stay->body, NULL, &doc);
    if (err != ANS_OK) {
        return err;
    }
    ans_reference_parse(ans_json_get_string(j->cx, &doc, ans_json_get(&doc, 0, ANS_STR("subject")), ANS_STR("reference")), &r);
    bool same = r.kind == ANS_REF_LOCAL && r.type == ans_fhir_type_named(ANS_STR("Patient")) && ans_str_eq(r.id, patient);
    return same ? ANS_OK : ANS_E_NOTFOUND;
}

static ans_err look_at(sign_call *c, const ans_smart_about *about)
{
    job *j = c->j;
    ans_reader *rd;
    ans_version person, stay;
    ans_err err = ans_gate_pass(j->rest->o.gate, j->cx, &j->who, &j->pass);
    err = err == ANS_OK ? ans_reader_open(j->cx, j->rest->o.store, &rd) : err;
    if (err != ANS_OK) {
        return err;
    }
    err = look_up(j, rd, "Patient", about->patient, &person);
    if (err == ANS_OK && about->encounter.n) {
        err = look_up(j, rd, "Encounter", about->encounter, &stay);
        err = err == ANS_OK ? is_stay_of(j, &stay, about->patient) : err;
    }
    ans_reader_close(rd);
    c->patient = err == ANS_OK ? person.rid : 0; /* for the audit */
    return err;
}

/* Somebody whom the one who allows it may see, and a stay of that person. */
static ans_sign find_about(sign_call *c, const ans_smart_about *about)
{
    ans_err err = c->j->rest->o.gate ? look_at(c, about) : ANS_E_NOTFOUND;
    return err == ANS_OK ? ANS_SIGN_OK : err == ANS_E_NOTFOUND || err == ANS_E_GONE ? ANS_SIGN_NOT_FOUND : ANS_SIGN_FAILED;
}

/* ---- asking ---- */

static ans_oauth read_ask(sign_call *c, ans_smart_ask *out, bool *out_redirect)
{
    ans_oauth o = ans_smart_read_ask(c->j->cx, of(c), sign_text(c, "query"), job_base(c->j), &c->j->who, out, out_redirect);
    c->client = out->client.id;
    return o;
}

static void put_error(sign_call *c, const ans_smart_ask *ask, ans_oauth o, bool may_redirect)
{
    ans_jw_begin(&c->w, '{');
    ans_jw_kv(&c->w, ANS_STR("error"), ans_str_of(ans_oauth_code(o)));
    ans_jw_kv(&c->w, ANS_STR("text"), ans_str_of(ans_oauth_text(o)));
    if (ask->client.name.n) {
        ans_jw_kv(&c->w, ANS_STR("name"), ask->client.name);
    }
    if (may_redirect) {
        ans_jw_kv(&c->w, ANS_STR("redirect"), ans_smart_redirect(c->j->cx, ask, ANS_STR_NONE, o));
    }
    ans_jw_end(&c->w, '}');
}

static void put_redirect(sign_call *c, ans_str url)
{
    ans_jw_begin(&c->w, '{');
    ans_jw_kv(&c->w, ANS_STR("redirect"), url);
    ans_jw_end(&c->w, '}');
}

/* One line of what is asked for, in parts, so that the page can say it in words. */
static bool put_permit(sign_call *c, const ans_permit *p)
{
    static const char *const contexts[] = {[ANS_OF_PATIENT] = "patient", [ANS_OF_USER] = "user", [ANS_OF_SYSTEM] = "system"};
    static const char letters[] = "cruds";
    char some[sizeof letters];
    size_t n = 0;
    ans_str text;
    if (ans_permit_print(c->j->cx, p, &text) != ANS_OK) {
        return false;
    }
    for (size_t i = 0; i < sizeof letters - 1; i++) {
        if (p->rule.letters >> i & 1) {
            some[n++] = letters[i];
        }
    }
    ans_jw_begin(&c->w, '{');
    ans_jw_kv(&c->w, ANS_STR("scope"), text);
    ans_jw_kv(&c->w, ANS_STR("of"), ans_str_of(contexts[p->of]));
    if (p->rule.type) {
        ans_jw_kv(&c->w, ANS_STR("type"), ans_fhir_type_name(p->rule.type));
    }
    ans_jw_kv(&c->w, ANS_STR("letters"), (ans_str){some, n});
    if (p->query.n) {
        ans_jw_kv(&c->w, ANS_STR("condition"), ans_query_decode(c->j->cx, p->query));
    }
    ans_jw_end(&c->w, '}');
    return true;
}

static void put_text(ans_jw *w, const char *key, ans_str value)
{
    if (value.n) {
        ans_jw_kv(w, ans_str_of(key), value);
    }
}

static ans_sign put_ask(sign_call *c, const ans_smart_ask *ask)
{
    ans_permits flags = {.flags = ask->permits.flags};
    ans_str line;
    bool whole = ans_permits_print(c->j->cx, &flags, &line) == ANS_OK;
    ans_jw_begin(&c->w, '{');
    ans_jw_kv(&c->w, ANS_STR("client"), ask->client.id);
    ans_jw_kv(&c->w, ANS_STR("name"), ask->client.name);
    put_text(&c->w, "organization", ask->client.organization);
    put_text(&c->w, "purpose", ask->client.purpose);
    ans_jw_kv(&c->w, ANS_STR("goesTo"), ask->redirect_uri);
    ans_jw_kv(&c->w, ANS_STR("flags"), line);
    put_text(&c->w, "patient", ask->about.patient);
    put_text(&c->w, "encounter", ask->about.encounter);
    ans_jw_key(&c->w, ANS_STR("needsPatient"));
    ans_jw_bool(&c->w, ask->needs_patient);
    ans_jw_key(&c->w, ANS_STR("needsEncounter"));
    ans_jw_bool(&c->w, ask->needs_encounter);
    ans_jw_key(&c->w, ANS_STR("scopes"));
    ans_jw_begin(&c->w, '[');
    for (uint32_t i = 0; whole && i < ask->permits.count; i++) {
        whole = put_permit(c, &ask->permits.list[i]);
    }
    ans_jw_end(&c->w, ']');
    ans_jw_end(&c->w, '}');
    return whole ? ANS_SIGN_OK : ANS_SIGN_FAILED;
}

ans_sign run_authorize(sign_call *c)
{
    ans_smart_ask ask;
    bool may_redirect;
    ans_oauth o = read_ask(c, &ask, &may_redirect);
    if (o == ANS_OAUTH_OK) {
        return put_ask(c, &ask);
    }
    put_error(c, &ask, o, may_redirect);
    return ANS_SIGN_OK;
}

/* On the accounts' thread. What is wrong with the person or the choice is said to the page: the program hears of it only when it is over. */
ans_sign run_allow(sign_call *c)
{
    ans_smart_ask ask;
    bool may_redirect;
    ans_str code;
    ans_smart_about chosen = about_in(c);
    ans_oauth o = read_ask(c, &ask, &may_redirect);
    if (o != ANS_OAUTH_OK) {
        put_error(c, &ask, o, may_redirect);
        return ANS_SIGN_OK;
    }
    chosen.patient = ask.needs_patient ? chosen.patient : ask.about.patient;
    chosen.encounter = ask.needs_encounter ? chosen.encounter : ask.about.encounter;
    if (chosen.patient.n || ask.needs_patient) {
        ans_sign found = find_about(c, &chosen);
        if (found != ANS_SIGN_OK) {
            return found;
        }
    }
    o = ans_smart_allow(c->j->cx, of(c), &ask, &c->j->who, sign_text(c, "scopes"), &chosen, &code);
    if (o != ANS_OAUTH_OK) {
        return sign_of_oauth(c, o);
    }
    put_redirect(c, ans_smart_redirect(c->j->cx, &ask, code, ANS_OAUTH_OK));
    return ANS_SIGN_OK;
}

ans_sign run_refuse(sign_call *c)
{
    ans_smart_ask ask;
    bool may_redirect;
    ans_oauth o = read_ask(c, &ask, &may_redirect);
    if (!may_redirect) {
        return sign_of_oauth(c, o);
    }
    put_redirect(c, ans_smart_redirect(c->j->cx, &ask, ANS_STR_NONE, ANS_OAUTH_DENIED));
    return ANS_SIGN_OK;
}

/* ---- opening from a person's page ---- */

ans_sign run_launches(sign_call *c)
{
    ans_client *list;
    uint32_t n;
    if (ans_client_list(c->j->cx, of(c), &list, &n) != ANS_OK) {
        return ANS_SIGN_FAILED;
    }
    ans_jw_begin(&c->w, '[');
    for (uint32_t i = 0; i < n; i++) {
        if (!list[i].is_disabled && list[i].launch_url.n) {
            ans_jw_begin(&c->w, '{');
            ans_jw_kv(&c->w, ANS_STR("client"), list[i].id);
            ans_jw_kv(&c->w, ANS_STR("name"), list[i].name);
            ans_jw_end(&c->w, '}');
        }
    }
    ans_jw_end(&c->w, ']');
    return ANS_SIGN_OK;
}

ans_sign run_launch(sign_call *c)
{
    ans_client app;
    ans_str token;
    ans_smart_about about = about_in(c);
    ans_sign found = find_about(c, &about);
    if (found != ANS_SIGN_OK) {
        return found;
    }
    c->client = sign_text(c, "client");
    ans_oauth o = ans_smart_launch(c->j->cx, of(c), &c->j->who, c->client, &about, &token);
    o = o == ANS_OAUTH_OK ? ans_client_get(c->j->cx, of(c), c->client, &app) : o;
    if (o != ANS_OAUTH_OK) {
        return sign_of_oauth(c, o);
    }
    ans_str url = ans_smart_launch_url(c->j->cx, app.launch_url, job_base(c->j), token);
    ans_jw_begin(&c->w, '{');
    ans_jw_kv(&c->w, ANS_STR("url"), url);
    ans_jw_end(&c->w, '}');
    return url.p ? ANS_SIGN_OK : ANS_SIGN_FAILED;
}

/* ---- what was allowed ---- */

ans_sign run_apps(sign_call *c)
{
    ans_smart_grant *list;
    uint32_t n;
    if (ans_smart_grants(c->j->cx, of(c), c->j->who.account, &list, &n) != ANS_OK) {
        return ANS_SIGN_FAILED;
    }
    ans_jw_begin(&c->w, '[');
    for (uint32_t i = 0; i < n; i++) {
        ans_jw_begin(&c->w, '{');
        ans_jw_kv(&c->w, ANS_STR("id"), list[i].id);
        ans_jw_kv(&c->w, ANS_STR("client"), list[i].client);
        ans_jw_kv(&c->w, ANS_STR("name"), list[i].client_name);
        ans_jw_kv(&c->w, ANS_STR("scope"), list[i].scope);
        put_text(&c->w, "patient", list[i].patient);
        sign_put_time(&c->w, "since", list[i].since_us);
        sign_put_time(&c->w, "lastUsed", list[i].used_us);
        sign_put_time(&c->w, "until", list[i].until_us);
        ans_jw_end(&c->w, '}');
    }
    ans_jw_end(&c->w, ']');
    return ANS_SIGN_OK;
}

ans_sign run_app_end(sign_call *c)
{
    return sign_of_oauth(c, ans_smart_end(c->j->cx, of(c), c->j->who.account, c->id));
}
