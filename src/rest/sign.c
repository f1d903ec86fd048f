/* /auth: the doors of sign-in for people's browsers (and the command line, through the Unix socket). Answers and errors are
 * plain JSON, not FHIR: {"problem":"wrong","text":"..."}; the codes stand in auth/sign.def. */
#include "rest/sign_int.h"

#include <stdio.h>

#include "base/os.h"

enum { MOST_BODY_BYTES = 16 << 10, MOST_KEYS_BODY_BYTES = 64 << 10 }; /* with a program's keys */

/* ---- what the endpoints do ---- */

ans_str sign_text(sign_call *c, const char *name)
{
    return c->doc.count ? ans_json_get_string(c->j->cx, &c->doc, 0, ans_str_of(name)) : ANS_STR_NONE;
}

static ans_accounts *of(const sign_call *c)
{
    return c->j->rest->o.accounts;
}

static ans_sign run_me(sign_call *c)
{
    (void)c; /* the answer says it all */
    return ANS_SIGN_OK;
}

static ans_sign run_first(sign_call *c)
{
    return ans_sign_first(c->j->cx, of(c), &c->from, sign_text(c, "code"), sign_text(c, "name"), sign_text(c, "display"),
                          sign_text(c, "password"), &c->out);
}

static ans_sign run_sign_in(sign_call *c)
{
    return ans_sign_in(c->j->cx, of(c), &c->from, sign_text(c, "name"), sign_text(c, "password"), sign_text(c, "code"), &c->out);
}

static ans_sign run_sign_out(sign_call *c)
{
    return ans_sign_leave(c->j->cx, of(c), &c->from);
}

static ans_sign run_password(sign_call *c)
{
    return ans_sign_password(c->j->cx, of(c), &c->from, sign_text(c, "old"), sign_text(c, "new"), &c->out);
}

static ans_sign run_pin(sign_call *c)
{
    return ans_sign_pin(c->j->cx, of(c), &c->from, sign_text(c, "password"), sign_text(c, "pin"), &c->out);
}

static ans_sign run_switch(sign_call *c)
{
    return ans_sign_switch(c->j->cx, of(c), &c->from, sign_text(c, "account"), sign_text(c, "pin"), &c->out);
}

static ans_sign run_witness(sign_call *c)
{
    ans_who who = {0};
    ans_sign sign = ans_sign_witness(c->j->cx, of(c), &c->from, sign_text(c, "account"), sign_text(c, "pin"), &who);
    if (sign == ANS_SIGN_OK) {
        ans_jw_begin(&c->w, '{');
        ans_jw_kv(&c->w, ANS_STR("account"), who.account);
        ans_jw_kv(&c->w, ANS_STR("display"), who.display);
        ans_jw_kv(&c->w, ANS_STR("practitioner"), ans_arena_fmt(c->j->cx->arena, "Practitioner/%.*s", ANS_FMT(who.practitioner)));
        sign_put_time(&c->w, "at", ans_now_us());
        ans_jw_end(&c->w, '}');
    }
    return sign;
}

static ans_sign run_lock(sign_call *c)
{
    return ans_sign_lock(c->j->cx, of(c), &c->from);
}

static ans_sign run_unlock(sign_call *c)
{
    return ans_sign_unlock(c->j->cx, of(c), &c->from, sign_text(c, "pin"), sign_text(c, "password"), &c->out);
}

static ans_sign run_totp_begin(sign_call *c)
{
    ans_str secret, uri;
    ans_sign sign = ans_sign_totp_begin(c->j->cx, of(c), &c->from, sign_text(c, "password"), &secret, &uri, &c->out);
    if (sign == ANS_SIGN_OK) {
        ans_jw_begin(&c->w, '{');
        ans_jw_kv(&c->w, ANS_STR("secret"), secret);
        ans_jw_kv(&c->w, ANS_STR("uri"), uri);
        ans_jw_end(&c->w, '}');
    }
    return sign;
}

static ans_sign run_totp_confirm(sign_call *c)
{
    ans_str *codes;
    uint32_t n;
    ans_sign sign = ans_sign_totp_confirm(c->j->cx, of(c), &c->from, sign_text(c, "code"), &codes, &n, &c->out);
    if (sign != ANS_SIGN_OK) {
        return sign;
    }
    ans_jw_begin(&c->w, '{');
    ans_jw_key(&c->w, ANS_STR("recovery"));
    ans_jw_begin(&c->w, '[');
    for (uint32_t i = 0; i < n; i++) {
        ans_jw_str(&c->w, codes[i]);
    }
    ans_jw_end(&c->w, ']');
    ans_jw_end(&c->w, '}');
    return sign;
}

static ans_sign run_totp_off(sign_call *c)
{
    return ans_sign_totp_off(c->j->cx, of(c), &c->from, sign_text(c, "password"), &c->out);
}

static ans_sign run_device_add(sign_call *c)
{
    return ans_device_add(c->j->cx, of(c), &c->from, sign_text(c, "name"), &c->out);
}

static ans_sign run_device_leave(sign_call *c)
{
    return c->from.device.n ? ans_device_remove(c->j->cx, of(c), c->from.device) : ANS_SIGN_NOT_FOUND;
}

/* ---- the clock of the server ---- */

static ans_sign run_clock(sign_call *c)
{
    ans_jw_begin(&c->w, '{');
    ans_jw_kv(&c->w, ANS_STR("state"), ans_str_of(ans_clock_name(clock_state(c->j->rest))));
    sign_put_time(&c->w, "serverTime", ans_now_us());
    ans_jw_end(&c->w, '}');
    return ANS_SIGN_OK;
}

static ans_sign run_clock_accept(sign_call *c)
{
    ans_clock *clock = c->j->rest->o.clock;
    return clock && !ans_clock_accept(clock, ans_now_us(), ans_boot_us()) ? ANS_SIGN_EARLY : run_clock(c);
}

/* ---- the table ---- */

static const sign_route routes[] = {
    {"GET", "/auth/me", NEED_NOTHING, THEN_ME, false, false, run_me},
    {"POST", "/auth/first", NEED_NOTHING, THEN_ME, true, true, run_first},
    {"POST", "/auth/sign-in", NEED_NOTHING, THEN_ME, true, true, run_sign_in},
    {"POST", "/auth/sign-out", NEED_NOTHING, THEN_NOTHING, true, false, run_sign_out},
    {"POST", "/auth/password", NEED_PERSON, THEN_ME, true, true, run_password},
    {"POST", "/auth/pin", NEED_PRESENT, THEN_NOTHING, true, true, run_pin},
    {"POST", "/auth/switch", NEED_NOTHING, THEN_ME, true, false, run_switch},
    {"POST", "/auth/witness", NEED_PRESENT, THEN_BODY, true, false, run_witness},
    {"POST", "/auth/lock", NEED_CALLER, THEN_ME, true, false, run_lock},
    {"POST", "/auth/unlock", NEED_CALLER, THEN_ME, true, true, run_unlock},
    {"POST", "/auth/totp/begin", NEED_PRESENT, THEN_BODY, true, true, run_totp_begin},
    {"POST", "/auth/totp/confirm", NEED_PRESENT, THEN_BODY, true, false, run_totp_confirm},
    {"POST", "/auth/totp/off", NEED_PRESENT, THEN_NOTHING, true, true, run_totp_off},
    {"GET", "/auth/sessions", NEED_PRESENT, THEN_BODY, false, false, run_sessions},
    {"DELETE", "/auth/sessions/*", NEED_PRESENT, THEN_NOTHING, true, false, run_session_end},
    {"POST", "/auth/device", NEED_REGISTRAR, THEN_ME, true, false, run_device_add},
    {"DELETE", "/auth/device", NEED_REGISTRAR, THEN_NOTHING, true, false, run_device_leave},
    {"GET", "/auth/devices", NEED_REGISTRAR, THEN_BODY, false, false, run_devices},
    {"DELETE", "/auth/devices/*", NEED_REGISTRAR, THEN_NOTHING, true, false, run_device_remove},
    {"POST", "/auth/break-glass", NEED_PRESENT, THEN_BODY, false, false, run_glass},
    {"GET", "/auth/break-glass", NEED_PRESENT, THEN_BODY, false, false, run_glasses},
    {"GET", "/auth/clock", NEED_ADMIN, THEN_BODY, false, false, run_clock},
    {"POST", "/auth/clock", NEED_ADMIN, THEN_BODY, false, false, run_clock_accept},
    {"POST", "/auth/told", NEED_ADMIN, THEN_NOTHING, false, false, run_told},
    {"GET", "/auth/training", NEED_REGISTRAR, THEN_BODY, false, false, run_training},
    {"POST", "/auth/training", NEED_REGISTRAR, THEN_BODY, false, false, run_training_want},
    {"GET", "/auth/apps", NEED_PRESENT, THEN_BODY, false, false, run_apps},
    {"DELETE", "/auth/apps/*", NEED_PRESENT, THEN_NOTHING, true, false, run_app_end},
    {"POST", "/auth/authorize", NEED_PRESENT, THEN_BODY, false, false, run_authorize},
    {"POST", "/auth/authorize/allow", NEED_PRESENT, THEN_BODY, true, false, run_allow},
    {"POST", "/auth/authorize/refuse", NEED_PRESENT, THEN_BODY, false, false, run_refuse},
    {"GET", "/auth/launch", NEED_PRESENT, THEN_BODY, false, false, run_launches},
    {"POST", "/auth/launch", NEED_PRESENT, THEN_BODY, false, false, run_launch},
    {"GET", "/auth/clients", NEED_ADMIN, THEN_BODY, false, false, run_clients},
    {"POST", "/auth/clients", NEED_ADMIN, THEN_BODY, true, false, run_client_add},
    {"DELETE", "/auth/clients/*", NEED_ADMIN, THEN_NOTHING, true, false, run_client_remove},
    {"POST", "/auth/clients/*/enable", NEED_ADMIN, THEN_NOTHING, true, false, run_client_enable},
    {"POST", "/auth/clients/*/disable", NEED_ADMIN, THEN_NOTHING, true, false, run_client_disable},
    {"POST", "/auth/clients/*/secret", NEED_ADMIN, THEN_BODY, true, false, run_client_secret},
    {"GET", "/auth/users", NEED_ADMIN, THEN_BODY, false, false, run_users},
    {"POST", "/auth/users", NEED_ADMIN, THEN_BODY, true, true, run_user_add},
    {"POST", "/auth/users/*", NEED_ADMIN, THEN_BODY, true, false, run_user_change},
    {"POST", "/auth/users/*/enable", NEED_ADMIN, THEN_NOTHING, true, false, run_user_enable},
    {"POST", "/auth/users/*/disable", NEED_ADMIN, THEN_NOTHING, true, false, run_user_disable},
    {"POST", "/auth/users/*/reset", NEED_ADMIN, THEN_BODY, true, true, run_user_reset},
    {"POST", "/auth/users/*/token", NEED_ADMIN, THEN_BODY, true, false, run_user_token},
    {"DELETE", "/auth/users/*/token", NEED_ADMIN, THEN_BODY, true, false, run_user_token_revoke},
};

static bool fits(const char *pattern, ans_str path, ans_str *out_id)
{
    ans_str left = ans_str_of(pattern), want, step;
    for (bool more = true; more;) {
        more = ans_str_cut(&left, '/', &want);
        bool has_more = ans_str_cut(&path, '/', &step);
        if (ans_str_is(want, "*") && step.n) {
            *out_id = step;
        } else if (!ans_str_eq(want, step)) {
            return false;
        }
        if (more != has_more) {
            return false;
        }
    }
    return true;
}

/* NULL with *out_sign METHOD or NOT_FOUND. */
static const sign_route *find_route(ans_str method, ans_str path, ans_str *out_id, ans_sign *out_sign)
{
    *out_sign = ANS_SIGN_NOT_FOUND;
    for (size_t i = 0; i < sizeof routes / sizeof *routes; i++) {
        if (!fits(routes[i].path, path, out_id)) {
            continue;
        }
        if (ans_str_is(method, routes[i].method)) {
            return &routes[i];
        }
        *out_sign = ANS_SIGN_METHOD;
    }
    return NULL;
}

ans_str sign_allowed(const job *j)
{
    ans_str list = ANS_STR_NONE, id;
    for (size_t i = 0; i < sizeof routes / sizeof *routes; i++) {
        if (fits(routes[i].path, j->call->path, &id)) {
            list = ans_arena_fmt(j->cx->arena, "%.*s%s%s", ANS_FMT(list), list.n ? ", " : "", routes[i].method);
        }
    }
    return list;
}

/* ---- answers ---- */

static ans_str cookie(sign_call *c, ans_str name, ans_str token, const char *path, bool keep)
{
    bool secure = c->j->rest->o.is_https || ans_str_starts(c->j->rest->o.base_url, ANS_STR("https://"));
    return ans_arena_fmt(c->j->cx->arena, "%.*s=%.*s; Path=%s; HttpOnly; SameSite=Strict%s%s", ANS_FMT(name), ANS_FMT(token), path,
                         secure ? "; Secure" : "", !token.n ? "; Max-Age=0" : keep ? "; Max-Age=34560000" : "");
}

static void set_cookies(sign_call *c)
{
    answer *an = &c->j->an;
    if (c->out.token.n || (c->route->run == run_sign_out && c->result == ANS_SIGN_OK)) {
        an->cookies[0] = cookie(c, who_cookie_name(c->j->rest, false), c->out.token, "/", false);
    }
    if (c->out.device_token.n || (c->route->run == run_device_leave && c->result == ANS_SIGN_OK)) {
        an->cookies[1] = cookie(c, who_cookie_name(c->j->rest, true), c->out.device_token, "/auth", true);
    }
}

static void say_problem(job *j, ans_sign sign, uint32_t wait_seconds, ans_str detail)
{
    ans_buf b;
    ans_jw w;
    wait_seconds = sign == ANS_SIGN_FULL ? 1 : wait_seconds;
    ans_buf_init_arena(&b, j->cx->arena, 1024);
    ans_jw_init(&w, &b);
    ans_jw_begin(&w, '{');
    ans_jw_kv(&w, ANS_STR("problem"), ans_str_of(ans_sign_code(sign)));
    ans_jw_kv(&w, ANS_STR("text"), ans_str_of(ans_sign_text(sign)));
    if (detail.n) {
        ans_jw_kv(&w, ANS_STR("detail"), detail);
    }
    if (wait_seconds) {
        ans_jw_key(&w, ANS_STR("waitSeconds"));
        ans_jw_int(&w, wait_seconds);
        j->an.retry_seconds = wait_seconds;
    }
    ans_jw_end(&w, '}');
    j->an.status = ans_sign_http(sign);
    j->an.content_type = "application/json";
    if (ans_buf_finish(&b, &j->an.body) != ANS_OK) {
        j->an.status = 503;
    }
}

static void fail(job *j, ans_sign sign)
{
    say_problem(j, sign, 0, ANS_STR_NONE);
    job_reply(j);
}

void sign_throttle(job *j, uint32_t seconds)
{
    say_problem(j, ANS_SIGN_PACE, seconds, ANS_STR_NONE);
    job_reply(j);
}

/* The caller as things are after the act, and the whole answer. On a pool thread. */
static void me_step(job *j, ans_reader *rd)
{
    sign_call *c = j->sign;
    ans_str device = c->from.device;
    if (c->out.token.n) {
        ans_who_by_session(of(c), j->cx->arena, c->out.token, false, &j->who);
    } else if (c->route->run != run_me) {
        who_find(j); /* locked, unlocked or on a device by now */
    }
    if (c->out.device_token.n) {
        device = ans_device_by_token(of(c), j->cx->arena, c->out.device_token);
    }
    j->an.status = 200;
    j->an.content_type = "application/json";
    if (sign_me(j, rd, &j->who, device, &j->an.body) != ANS_OK) {
        say_problem(j, ANS_SIGN_FAILED, 0, ANS_STR_NONE);
    }
    job_reply(j);
}

/* After run: the answer, except the body of THEN_ME. */
static void fill_answer(sign_call *c)
{
    job *j = c->j;
    if (!sign_tell(c)) {
        c->result = ANS_SIGN_FAILED;
    }
    if (c->result == ANS_SIGN_FAILED) {
        ans_log("error", "event=sign_failed id=%llu", (unsigned long long)j->cx->request_id);
    }
    if (c->result != ANS_SIGN_OK) {
        say_problem(j, c->result, c->out.wait_seconds, c->detail);
        return;
    }
    set_cookies(c);
    j->an.status = c->route->then == THEN_NOTHING ? 204 : 200;
    j->an.content_type = "application/json";
    if (c->route->then == THEN_BODY && ans_buf_finish(&c->b, &j->an.body) != ANS_OK) {
        say_problem(j, ANS_SIGN_FAILED, 0, ANS_STR_NONE);
    }
}

/* On whatever thread it ran. */
static void answer_call(sign_call *c)
{
    fill_answer(c);
    if (c->result == ANS_SIGN_OK && c->route->then == THEN_ME) {
        job_later(c->j, me_step);
    } else {
        job_reply(c->j);
    }
}

/* ---- the way of a call ---- */

static ans_sign read_body(sign_call *c)
{
    ans_str type = c->j->call ? ans_http_header_get(c->j->call, "content-type") : ANS_STR("json");
    size_t most = c->route->run == run_client_add ? MOST_KEYS_BODY_BYTES : MOST_BODY_BYTES;
    const ans_json_limits limits = {.max_depth = 8, .max_bytes = most};
    if (!c->j->rq.body.n) {
        return ANS_SIGN_OK;
    }
    if (ans_str_search(type, ANS_STR("json")) < 0 || c->j->rq.body.n > most ||
        ans_json_parse(c->j->cx, c->j->rq.body, &limits, &c->doc) != ANS_OK || ans_json_kind_of(&c->doc, 0) != ANS_JSON_OBJECT) {
        return ANS_SIGN_BAD;
    }
    return ANS_SIGN_OK;
}

static bool is_admin(job *j)
{
    return j->who.kind == ANS_WHO_LOCAL || sign_has_role(j, "administrator");
}

static ans_sign may(sign_call *c)
{
    const ans_who *who = &c->j->who;
    sign_need need = c->route->need;
    if (who->client.n) {
        return ANS_SIGN_NOT_ALLOWED; /* a program that was let in to the record was not let in here */
    }
    if (need == NEED_NOTHING || (need == NEED_ADMIN && who->kind == ANS_WHO_LOCAL)) {
        return ANS_SIGN_OK;
    }
    if (who->kind != ANS_WHO_PERSON && !(who->kind == ANS_WHO_PROGRAM && need == NEED_ADMIN)) {
        return who->kind == ANS_WHO_NOBODY ? ANS_SIGN_NOBODY : ANS_SIGN_NOT_ALLOWED; /* doors for people */
    }
    if (need != NEED_CALLER && who->is_locked) {
        return ANS_SIGN_LOCKED;
    }
    if (c->route->run != run_lock && who_is_another(c->j)) { /* out of sight is right for everybody */
        return ANS_SIGN_OTHER;
    }
    if (need >= NEED_PRESENT && who->must_change) {
        return ANS_SIGN_NOT_ALLOWED;
    }
    bool allowed = need < NEED_ADMIN || is_admin(c->j) || (need == NEED_REGISTRAR && sign_has_role(c->j, "facility-head"));
    return allowed ? ANS_SIGN_OK : ANS_SIGN_NOT_ALLOWED;
}

/* A server that lets no programs in (one for training) has none to list, and no doors about them. */
static ans_sign run_route(sign_call *c)
{
    static const char *const doors[] = {"/auth/apps", "/auth/authorize", "/auth/launch", "/auth/clients"};
    bool about_programs = false;
    for (size_t i = 0; i < sizeof doors / sizeof *doors; i++) {
        about_programs = about_programs || ans_str_starts(ans_str_of(c->route->path), ans_str_of(doors[i]));
    }
    if (about_programs && c->j->who.person.n) {
        return ANS_SIGN_NOT_ALLOWED; /* no program asks in the name of a person in care */
    }
    if (!about_programs || c->j->rest->o.smart) {
        return c->route->run(c);
    }
    if (strcmp(c->route->method, "GET") != 0) {
        return ANS_SIGN_NOT_FOUND;
    }
    ans_jw_begin(&c->w, '[');
    ans_jw_end(&c->w, ']');
    return ANS_SIGN_OK;
}

static void run_on_accounts(ans_accounts_task *task)
{
    sign_call *c = (sign_call *)(void *)task; /* its first member */
    c->result = run_route(c);
    answer_call(c);
}

static void sign_step(job *j, ans_reader *rd)
{
    sign_call *c = j->sign;
    (void)rd;
    c->result = may(c);
    c->result = c->result == ANS_SIGN_OK ? read_body(c) : c->result;
    ans_buf_init_arena(&c->b, j->cx->arena, (size_t)64 << 20);
    ans_jw_init(&c->w, &c->b);
    if (c->result != ANS_SIGN_OK) {
        answer_call(c);
    } else if (!c->route->on_accounts) {
        c->result = run_route(c);
        answer_call(c);
    } else if (!ans_accounts_submit(of(c), &c->task, c->route->is_slow)) {
        fail(j, ANS_SIGN_FULL);
    }
}

void sign_run(job *j, bool is_full)
{
    sign_call *c = ANS_NEW(j->cx->arena, sign_call);
    ans_sign sign = ANS_SIGN_FAILED;
    ans_str id = ANS_STR_NONE;
    bool head = ans_str_is(j->rq.method, "HEAD");
    const sign_route *found = c ? find_route(head ? ANS_STR("GET") : j->rq.method, j->call->path, &id, &sign) : NULL;
    if (!found) {
        fail(j, sign);
        return;
    }
    bool is_clock = found->run == run_clock || found->run == run_clock_accept;
    if (!j->rest->o.accounts && found->run != run_me && !(is_clock && j->call->is_local)) { /* --auth off: there is nobody to sign in */
        fail(j, ANS_SIGN_OFF);
        return;
    }
    if (who_is_forged(j) || is_full) {
        fail(j, is_full ? ANS_SIGN_FULL : ANS_SIGN_CSRF);
        return;
    }
    *c = (sign_call){.task = {.run = run_on_accounts},
                     .j = j,
                     .route = found,
                     .id = id,
                     .from = {.session = j->who.kind == ANS_WHO_PERSON ? j->who.session : ANS_STR_NONE,
                              .address = j->address,
                              .agent = ans_http_header_get(j->call, "user-agent")}};
    if (j->rest->o.accounts) {
        c->from.device = ans_device_by_token(j->rest->o.accounts, j->cx->arena, who_device_token(j));
    }
    j->sign = c;
    job_later(j, sign_step);
}

/* ---- without sockets ---- */

ans_err ans_rest_sign_local(ans_cx *cx, ans_accounts *accounts, ans_smart *smart, ans_audit *audit, ans_str method, ans_str path, ans_str body,
                            ans_rest_answer *out)
{
    ans_rest rest = {.o = {.accounts = accounts, .smart = smart, .audit = audit}}; /* all that these endpoints look at */
    job j = {.rest = &rest, .cx = cx, .who = {.kind = ANS_WHO_LOCAL}, .rq = {.method = method, .body = body}};
    sign_call c = {.j = &j};
    c.route = find_route(method, path, &c.id, &c.result);
    ans_err err = ans_purposes_read(cx, ANS_STR_NONE, &rest.purposes);
    if (err != ANS_OK) {
        return err;
    }
    if (!c.route) {
        say_problem(&j, c.result, 0, ANS_STR_NONE);
        *out = (ans_rest_answer){.status = j.an.status, .body = j.an.body};
        return ANS_OK;
    }
    ans_buf_init_arena(&c.b, cx->arena, (size_t)64 << 20);
    ans_jw_init(&c.w, &c.b);
    c.result = may(&c);
    c.result = c.result == ANS_SIGN_OK ? read_body(&c) : c.result;
    c.result = c.result == ANS_SIGN_OK ? c.route->run(&c) : c.result;
    fill_answer(&c);
    *out = (ans_rest_answer){.status = j.an.status, .body = j.an.body};
    return ANS_OK;
}
