/* GET /auth/me: all a page must know to draw its frame. The roles are those in force now. */
#include "rest/sign_int.h"

#include <stdio.h>
#include <time.h>

#include "auth/org.h"
#include "base/os.h"

void sign_put_time(ans_jw *w, const char *key, int64_t us)
{
    char text[40];
    struct tm tm;
    time_t seconds = (time_t)(us / 1000000);
    if (us <= 0) {
        return;
    }
    (void)gmtime_r(&seconds, &tm);
    size_t n = strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &tm);
    n += (size_t)snprintf(text + n, sizeof text - n, ".%03dZ", (int)(us / 1000 % 1000));
    ans_jw_kv(w, ans_str_of(key), (ans_str){text, n});
}

static void put_bool(ans_jw *w, const char *key, bool v)
{
    ans_jw_key(w, ans_str_of(key));
    ans_jw_bool(w, v);
}

bool sign_has_role(job *j, const char *role)
{
    ans_role *list;
    uint32_t n = 0;
    ans_gate *gate = j->rest->o.gate;
    if (gate && ans_gate_roles(gate, j->cx, &j->who, &list, &n) != ANS_OK) {
        return false;
    }
    for (uint32_t i = 0; i < n; i++) {
        if (ans_str_is(list[i].role, role)) {
            return true;
        }
    }
    return !gate && ans_str_is(j->who.direct_role, role);
}

static void put_account(ans_jw *w, const ans_account *x)
{
    ans_jw_key(w, ANS_STR("account"));
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("id"), x->id);
    ans_jw_kv(w, ANS_STR("name"), x->name);
    ans_jw_kv(w, ANS_STR("display"), x->display);
    if (x->practitioner.n) {
        char text[96];
        int n = snprintf(text, sizeof text, "Practitioner/%.*s", ANS_FMT(x->practitioner));
        ans_jw_kv(w, ANS_STR("practitioner"), (ans_str){text, (size_t)n});
    }
    put_bool(w, "hasPin", x->has_pin);
    put_bool(w, "hasTotp", x->has_totp);
    ans_jw_end(w, '}');
}

/* Of an account of a person in care or who represents them: whose record it sees today, or why none. */
static ans_err put_own(ans_jw *w, job *j, const ans_who *who)
{
    ans_own own;
    ans_gate *gate = j->rest->o.gate;
    ans_arena *a = j->cx->arena;
    ans_err err = gate && who->person.n ? ans_gate_own(gate, j->cx, who, &own) : ANS_OK;
    if (err != ANS_OK || !gate || !who->person.n) {
        return err;
    }
    ans_jw_key(w, ANS_STR("own"));
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("state"), ans_str_of(ans_own_codes[own.state]));
    if (own.state == ANS_OWN_OPEN) {
        ans_jw_kv(w, ANS_STR("patient"), ans_arena_fmt(a, "Patient/%.*s", ANS_FMT(own.patient)));
    }
    if (own.state == ANS_OWN_OPEN && own.related.n) {
        ans_jw_kv(w, ANS_STR("related"), ans_arena_fmt(a, "RelatedPerson/%.*s", ANS_FMT(own.related)));
    }
    ans_jw_end(w, '}');
    return ANS_OK;
}

static ans_str name_of_ward(job *j, ans_reader *rd, ans_str id)
{
    ans_version v;
    ans_json doc;
    ans_ref ref = {ans_search_type_number(j->rest->o.search, ans_fhir_type_named(ANS_STR("Location"))), id};
    bool read = ans_store_read(j->cx, rd, ref, &v) == ANS_OK && ans_json_parse(j->cx, v.body, NULL, &doc) == ANS_OK;
    return read ? ans_json_get_string(j->cx, &doc, 0, ANS_STR("name")) : ANS_STR_NONE;
}

static void put_named(ans_jw *w, const char *key, ans_str value)
{
    if (value.n) {
        ans_jw_kv(w, ans_str_of(key), value);
    }
}

static void put_roles(ans_jw *w, job *j, ans_reader *rd, const ans_role *list, uint32_t count)
{
    ans_orgs *orgs = j->rest->o.orgs;
    ans_as_of today = ans_as_of_day(ans_day_of(ans_now_us()));
    ans_jw_key(w, ANS_STR("roles"));
    ans_jw_begin(w, '[');
    for (uint32_t i = 0; i < count; i++) {
        ans_jw_begin(w, '{');
        ans_jw_kv(w, ANS_STR("role"), list[i].role);
        if (list[i].organization.n) {
            ans_jw_kv(w, ANS_STR("organization"), ans_arena_fmt(j->cx->arena, "Organization/%.*s", ANS_FMT(list[i].organization)));
            put_named(w, "organizationName", orgs ? ans_orgs_name(j->cx, orgs, ans_orgs_find(orgs, list[i].organization), today) : ANS_STR_NONE);
        }
        ans_jw_key(w, ANS_STR("wards"));
        ans_jw_begin(w, '[');
        for (uint32_t k = 0; k < list[i].ward_count; k++) {
            ans_jw_begin(w, '{');
            ans_jw_kv(w, ANS_STR("reference"), ans_arena_fmt(j->cx->arena, "Location/%.*s", ANS_FMT(list[i].wards[k])));
            put_named(w, "name", name_of_ward(j, rd, list[i].wards[k]));
            ans_jw_end(w, '}');
        }
        ans_jw_end(w, ']');
        sign_put_time(w, "until", list[i].until_us);
        ans_jw_end(w, '}');
    }
    ans_jw_end(w, ']');
}

/* Which screens make sense for which role. What may be read on them is decided at every request, not here. */
static const struct {
    const char *screen, *roles; /* roles: each between blanks */
} screens[] = {
    {"people", " carer nurse doctor assistant-doctor rehab-technician social-worker pharmacist records-clerk facility-head system "},
    {"ward", " carer nurse doctor assistant-doctor rehab-technician facility-head system "},
    {"alerts", " carer nurse doctor assistant-doctor pharmacist facility-head system "},
    {"drugs", " nurse doctor assistant-doctor pharmacist system "},
    {"stock", " nurse doctor assistant-doctor pharmacist facility-head system "},
    {"handover", " carer nurse doctor assistant-doctor facility-head system "},
    {"pack", " nurse doctor assistant-doctor facility-head system "},
    {"registers", " nurse doctor assistant-doctor facility-head system "},
    {"roster", " carer nurse doctor assistant-doctor rehab-technician social-worker pharmacist records-clerk facility-head system "},
    {"stay", " nurse doctor assistant-doctor social-worker records-clerk facility-head system "},
    {"break-glass", " carer nurse doctor assistant-doctor rehab-technician social-worker facility-head "},
    {"consent", " nurse doctor assistant-doctor social-worker records-clerk facility-head system "},
    {"requests", " social-worker records-clerk facility-head system "},
    {"figures", " facility-head province-officer ministry-officer "},
    {"accounts", " administrator "},
    {"devices", " administrator facility-head "},
    {"books", " facility-head system "},
    {"beds", " facility-head system "},
    {"lists", " administrator facility-head system "},
    {"audit", " auditor facility-head "},
};

/* A nurse in charge is a nurse, too. */
static bool is_role(ans_str mine, ans_str role)
{
    return ans_str_eq(mine, role) || (ans_str_eq(role, ANS_STR("nurse")) && ans_str_eq(mine, ANS_STR("head-nurse")));
}

static bool has_role(const ans_role *list, uint32_t count, ans_str role)
{
    for (uint32_t i = 0; i < count; i++) {
        if (is_role(list[i].role, role)) {
            return true;
        }
    }
    return false;
}

/* own: the account of a person in care, or of who represents them. Closed, its one screen says so. */
static void put_screens(ans_jw *w, const ans_role *list, uint32_t count, bool all, bool own)
{
    ans_jw_key(w, ANS_STR("screens"));
    ans_jw_begin(w, '[');
    for (size_t i = 0; i < sizeof screens / sizeof *screens; i++) {
        ans_str left = ans_str_trim(ans_str_of(screens[i].roles)), role;
        bool opens = all, more = true;
        while (more && !opens) {
            more = ans_str_cut(&left, ' ', &role);
            opens = has_role(list, count, role);
        }
        if (opens) {
            ans_jw_str(w, ans_str_of(screens[i].screen));
        }
    }
    if (own) {
        ans_jw_str(w, ANS_STR("mine"));
    }
    ans_jw_end(w, ']');
}

static ans_err put_device(ans_jw *w, job *j, ans_str id)
{
    ans_accounts *accounts = j->rest->o.accounts;
    ans_device_person *people = NULL;
    ans_device device;
    uint32_t n = 0;
    bool registered = id.n && ans_device_get(j->cx, accounts, id, &device) == ANS_SIGN_OK;
    ans_err err = registered ? ans_device_people(j->cx, accounts, id, &people, &n) : ANS_OK;
    ans_jw_key(w, ANS_STR("device"));
    ans_jw_begin(w, '{');
    put_bool(w, "registered", registered);
    if (registered) {
        ans_jw_kv(w, ANS_STR("id"), device.id);
        ans_jw_kv(w, ANS_STR("name"), device.name);
    }
    ans_jw_end(w, '}');
    ans_jw_key(w, ANS_STR("people"));
    ans_jw_begin(w, '[');
    for (uint32_t i = 0; i < n; i++) {
        ans_jw_begin(w, '{');
        ans_jw_kv(w, ANS_STR("account"), people[i].account);
        ans_jw_kv(w, ANS_STR("display"), people[i].display);
        put_bool(w, "hasPin", people[i].has_pin);
        ans_jw_end(w, '}');
    }
    ans_jw_end(w, ']');
    return err;
}

ans_err sign_me(job *j, ans_reader *rd, const ans_who *who, ans_str device, ans_str *out)
{
    ans_accounts *accounts = j->rest->o.accounts;
    ans_account account;
    ans_buf b;
    ans_jw w;
    ans_err err = ANS_OK;
    ans_role *roles = NULL;
    uint32_t role_count = 0;
    if (j->rest->o.gate && who->account.n) {
        err = ans_gate_roles(j->rest->o.gate, j->cx, who, &roles, &role_count);
        if (err != ANS_OK) {
            return err;
        }
    }
    bool on = accounts != NULL, signed_in = who->kind != ANS_WHO_NOBODY;
    ans_buf_init_arena(&b, j->cx->arena, (size_t)1 << 20);
    ans_jw_init(&w, &b);
    ans_jw_begin(&w, '{');
    ans_jw_kv(&w, ANS_STR("auth"), on ? ANS_STR("on") : ANS_STR("off"));
    put_bool(&w, "first", on && ans_accounts_is_first(accounts));
    put_bool(&w, "signedIn", signed_in);
    put_bool(&w, "locked", who->is_locked);
    put_bool(&w, "mustChange", who->must_change);
    ans_jw_key(&w, ANS_STR("idleSeconds"));
    ans_jw_int(&w, ans_session_idle_seconds(who));
    sign_put_time(&w, "serverTime", ans_now_us());
    if (on && who->account.n && ans_account_get(j->cx, accounts, who->account, &account) == ANS_SIGN_OK) {
        put_account(&w, &account);
        if (who->kind == ANS_WHO_PERSON && !who->is_locked && !who->must_change) {
            char key[65];
            ans_account_draft_key(accounts, account.id, key);
            ans_jw_kv(&w, ANS_STR("draftKey"), ans_str_of(key));
        }
    }
    err = signed_in && !who->is_locked ? put_own(&w, j, who) : ANS_OK;
    if (err != ANS_OK) {
        return err;
    }
    training_put_me(&w, j->rest);
    put_roles(&w, j, rd, roles, role_count);
    put_screens(&w, roles, role_count, !on || who->kind == ANS_WHO_LOCAL, who->person.n > 0);
    if (on) {
        err = put_device(&w, j, device);
    }
    ans_jw_end(&w, '}');
    return err == ANS_OK ? ans_buf_finish(&b, out) : err;
}
