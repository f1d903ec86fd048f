/* The room by itself, with the clock in hand: addresses, codes and tokens at the end of their time, what is kept over a restart, how
 * many there may be, and keys. Assertions with real keys of others are made in tests/app/smart.mjs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "auth/account.h"
#include "base/hash.h"
#include "base/os.h"
#include "smart/jose.h"
#include "smart/smart.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

typedef struct world {
    ans_cx cx;
    ans_accounts *accounts;
    ans_smart *smart;
    ans_who who;
    ans_client app;
    char dir[64];
} world;

static int64_t now_us;

static int64_t clock_now(void)
{
    return now_us;
}

static void pass_seconds(int64_t seconds)
{
    now_us += seconds * 1000000;
}

static void open_rooms(world *w)
{
    const ans_accounts_options o = {.dir = w->dir};
    assert_int_equal(ans_accounts_open(&w->cx, &o, &w->accounts), ANS_OK);
    assert_int_equal(ans_smart_open(&w->cx, w->accounts, &w->smart), ANS_OK);
}

static void close_rooms(world *w)
{
    ans_smart_close(w->smart);
    ans_accounts_close(w->accounts);
}

static void start(world *w)
{
    ans_account made;
    ans_str secret;
    const ans_account_new n = {.name = ANS_STR("ha"), .password = ANS_STR("ba con co trang"), .practitioner = ANS_STR("p-ha")};
    *w = (world){.cx = {.arena = ans_arena_new((size_t)1 << 30)}, .dir = "/tmp/ansinh-smart-test.XXXXXX"};
    assert_non_null(w->cx.arena);
    assert_non_null(mkdtemp(w->dir));
    assert_true(ans_base_start());
    ans_log_quiet(true);
    now_us = INT64_C(1790000000000000);
    ans_clock_set(clock_now);
    open_rooms(w);
    assert_int_equal(ans_account_add(&w->cx, w->accounts, &n, &made, NULL), ANS_SIGN_OK);
    w->who = (ans_who){.kind = ANS_WHO_PERSON, .account = made.id, .practitioner = ANS_STR("p-ha")};
    const ans_client c = {.id = ANS_STR("app"), .name = ANS_STR("App"), .scope = ANS_STR("openid launch/patient launch/encounter offline_access patient/*.cruds user/*.rs"),
                          .launch_url = ANS_STR("https://a.example/launch"), .redirects = {ANS_STR("https://a.example/cb")}, .redirect_count = 1};
    assert_int_equal(ans_client_add(&w->cx, w->smart, &c, &w->app, &secret), ANS_OAUTH_OK);
}

static void stop(world *w)
{
    char command[100];
    close_rooms(w);
    ans_arena_free(w->cx.arena);
    ans_clock_set(NULL);
    (void)snprintf(command, sizeof command, "rm -rf %s", w->dir);
    assert_int_equal(system(command), 0);
}

#define BASE ANS_STR("https://x.example/fhir")
#define VERIFIER "0123456789012345678901234567890123456789abc"

/* RFC 7636: the challenge of the verifier above, made by the room's own means. */
static ans_str challenge(world *w)
{
    uint8_t digest[32];
    ans_sha256(ANS_STR(VERIFIER), digest);
    return ans_base64url(w->cx.arena, digest, sizeof digest);
}

static ans_oauth ask(world *w, const char *scope, ans_smart_ask *out)
{
    bool back;
    ans_str c = challenge(w);
    ans_str query = ans_arena_fmt(w->cx.arena,
                                  "response_type=code&client_id=app&redirect_uri=https%%3A%%2F%%2Fa.example%%2Fcb&state=s&aud=https://x.example/fhir"
                                  "&scope=%s&code_challenge=%.*s&code_challenge_method=S256", scope, ANS_FMT(c));
    return ans_smart_read_ask(&w->cx, w->smart, query, BASE, &w->who, out, &back);
}

static ans_str code(world *w, const char *scope)
{
    ans_smart_ask a;
    ans_str out;
    assert_int_equal(ask(w, scope, &a), ANS_OAUTH_OK);
    assert_int_equal(ans_smart_allow(&w->cx, w->smart, &a, &w->who, ANS_STR("openid offline_access launch/patient patient/*.cruds user/*.cruds"), &(ans_smart_about){.patient = ANS_STR("p1")}, &out),
                     ANS_OAUTH_OK);
    return out;
}

static ans_oauth token(world *w, ans_str form, ans_smart_answer *out)
{
    const ans_smart_call call = {.form = form, .token_url = ANS_STR("https://x.example/oauth/token"), .base = BASE};
    return ans_smart_token(&w->cx, w->smart, &call, out);
}

static ans_oauth redeem(world *w, ans_str given, ans_smart_answer *out)
{
    return token(w, ans_arena_fmt(w->cx.arena, "grant_type=authorization_code&client_id=app&redirect_uri=https%%3A%%2F%%2Fa.example%%2Fcb&code_verifier=" VERIFIER "&code=%.*s",
                                  ANS_FMT(given)), out);
}

static ans_oauth refresh(world *w, ans_str given, ans_smart_answer *out)
{
    return token(w, ans_arena_fmt(w->cx.arena, "grant_type=refresh_token&client_id=app&refresh_token=%.*s", ANS_FMT(given)), out);
}

static ans_str member(world *w, ans_str json, const char *name)
{
    ans_json doc;
    assert_int_equal(ans_json_parse(&w->cx, json, NULL, &doc), ANS_OK);
    return ans_json_get_string(&w->cx, &doc, 0, ans_str_of(name));
}

static uint8_t kind_of(world *w, ans_str access)
{
    ans_who who;
    ans_smart_who(w->smart, &w->cx, access, &who);
    assert_true((who.kind == ANS_WHO_NOBODY) == (who.limit == NULL));
    return who.kind;
}

/* ---- */

static void addresses(void **state)
{
    static const struct {
        const char *url;
        bool wanted;
    } cases[] = {
        {"https://a.example/cb", true},      {"https://a.example", true},          {"https://a.example/cb?x=1", true}, {"http://localhost:3000/cb", true},
        {"http://127.0.0.1:1/", true},       {"http://[::1]:1/", true},            {"vn.example.app:/cb", true},       {"vn.example.app://x", true},
        {"http://a.example/cb", false},      {"http://localhost.evil/cb", false},  {"http://127.0.0.1.evil/", false},  {"http://127.0.0.1@evil/", false},
        {"https://me:secret@a.example/", false}, {"https://a.example/#x", false},  {"https://", false},                {"https:///x", false},
        {"javascript:alert(1)", false},      {"data:text/html,x", false},          {"file:///etc/passwd", false},      {"app:/cb", false},
        {"https://a.example/ x", false},     {"https://a.example/\"", false},      {"", false},                        {"Vn.Example:/x", false},
        {"https://a.example\\@b.example/", false},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        if (ans_client_is_redirect(ans_str_of(cases[i].url)) != cases[i].wanted) {
            fail_msg("%s", cases[i].url);
        }
    }
}

static void times(void **state)
{
    world w;
    ans_smart_answer got;
    (void)state;
    start(&w);
    ans_str late = code(&w, "launch/patient+patient/*.rs");
    pass_seconds(ANS_CODE_SECONDS);
    assert_int_equal(redeem(&w, late, &got), ANS_OAUTH_GRANT);
    ans_str c = code(&w, "launch/patient+patient/*.rs+offline_access");
    pass_seconds(ANS_CODE_SECONDS - 1);
    assert_int_equal(redeem(&w, c, &got), ANS_OAUTH_OK);
    ans_str access = member(&w, got.json, "access_token"), first = member(&w, got.json, "refresh_token");
    assert_true(ans_str_is(member(&w, got.json, "patient"), "p1"));
    assert_int_equal(kind_of(&w, access), ANS_WHO_PROGRAM);
    pass_seconds(ANS_ACCESS_SECONDS - 1);
    assert_int_equal(kind_of(&w, access), ANS_WHO_PROGRAM);
    pass_seconds(1);
    assert_int_equal(kind_of(&w, access), ANS_WHO_NOBODY);
    assert_int_equal(refresh(&w, first, &got), ANS_OAUTH_OK);
    ans_str second = member(&w, got.json, "refresh_token");
    pass_seconds(ANS_REFRESH_SECONDS);
    assert_int_equal(refresh(&w, second, &got), ANS_OAUTH_GRANT);
    stop(&w);
}

static void restart(void **state)
{
    world w;
    ans_smart_answer got;
    ans_str before, after;
    (void)state;
    start(&w);
    assert_int_equal(redeem(&w, code(&w, "openid+offline_access+launch/patient+patient/*.rs"), &got), ANS_OAUTH_OK);
    ans_str access = member(&w, got.json, "access_token"), first = member(&w, got.json, "refresh_token");
    ans_str open = code(&w, "launch/patient+patient/*.rs");
    assert_int_equal(ans_smart_keys(&w.cx, w.smart, &before), ANS_OAUTH_OK);
    close_rooms(&w);
    open_rooms(&w);
    assert_int_equal(kind_of(&w, access), ANS_WHO_PROGRAM);
    assert_int_equal(redeem(&w, open, &got), ANS_OAUTH_OK); /* a code outlives a restart, too */
    assert_int_equal(redeem(&w, open, &got), ANS_OAUTH_GRANT);
    assert_int_equal(refresh(&w, first, &got), ANS_OAUTH_OK);
    ans_str second = member(&w, got.json, "refresh_token");
    close_rooms(&w);
    open_rooms(&w);
    assert_int_equal(refresh(&w, first, &got), ANS_OAUTH_GRANT); /* a copy is known as one after a restart */
    assert_true(got.has_ended);
    assert_int_equal(refresh(&w, second, &got), ANS_OAUTH_GRANT);
    assert_int_equal(ans_smart_keys(&w.cx, w.smart, &after), ANS_OAUTH_OK);
    assert_true(ans_str_eq(before, after));
    stop(&w);
}

/* The 33rd of one account ends the first; what is over makes room by itself. */
static void many(void **state)
{
    world w;
    ans_smart_answer got;
    ans_smart_grant *list;
    uint32_t n;
    ans_str first = ANS_STR_NONE;
    (void)state;
    start(&w);
    for (int i = 0; i < 33; i++) {
        pass_seconds(1);
        assert_int_equal(redeem(&w, code(&w, "launch/patient+patient/*.rs+offline_access"), &got), ANS_OAUTH_OK);
        first = i == 0 ? member(&w, got.json, "access_token") : first;
        assert_int_equal(kind_of(&w, first), i < 32 ? ANS_WHO_PROGRAM : ANS_WHO_NOBODY);
    }
    assert_int_equal(ans_smart_grants(&w.cx, w.smart, w.who.account, &list, &n), ANS_OK);
    assert_int_equal(n, 32);
    pass_seconds(ANS_REFRESH_SECONDS + ANS_ACCESS_SECONDS);
    assert_int_equal(ans_smart_grants(&w.cx, w.smart, w.who.account, &list, &n), ANS_OK);
    assert_int_equal(n, 0);
    assert_int_equal(redeem(&w, code(&w, "launch/patient+patient/*.rs"), &got), ANS_OAUTH_OK);
    stop(&w);
}

static void accounts_end(void **state)
{
    world w;
    ans_smart_answer got;
    ans_str password;
    uint32_t n;
    (void)state;
    start(&w);
    assert_int_equal(redeem(&w, code(&w, "launch/patient+patient/*.rs+offline_access"), &got), ANS_OAUTH_OK);
    ans_str access = member(&w, got.json, "access_token"), again = member(&w, got.json, "refresh_token");
    pass_seconds(1);
    assert_int_equal(ans_account_token_revoke(&w.cx, w.accounts, ANS_STR("ha"), &n), ANS_SIGN_OK);
    assert_int_equal(kind_of(&w, access), ANS_WHO_NOBODY);
    assert_int_equal(refresh(&w, again, &got), ANS_OAUTH_GRANT);
    pass_seconds(1);
    assert_int_equal(redeem(&w, code(&w, "launch/patient+patient/*.rs"), &got), ANS_OAUTH_OK);
    access = member(&w, got.json, "access_token");
    assert_int_equal(ans_account_switch(&w.cx, w.accounts, ANS_STR("ha"), false), ANS_SIGN_OK);
    assert_int_equal(kind_of(&w, access), ANS_WHO_NOBODY);
    assert_int_equal(ans_account_switch(&w.cx, w.accounts, ANS_STR("ha"), true), ANS_SIGN_OK);
    assert_int_equal(kind_of(&w, access), ANS_WHO_NOBODY); /* all of its tokens ended */
    pass_seconds(1);
    assert_int_equal(redeem(&w, code(&w, "launch/patient+patient/*.rs"), &got), ANS_OAUTH_OK);
    access = member(&w, got.json, "access_token");
    pass_seconds(1);
    assert_int_equal(ans_account_reset(&w.cx, w.accounts, ANS_STR("ha"), &password), ANS_SIGN_OK);
    assert_int_equal(kind_of(&w, access), ANS_WHO_NOBODY);
    stop(&w);
}

static void ticking(void **state)
{
    world w;
    ans_smart_ask a;
    ans_str out;
    ans_smart_answer got;
    (void)state;
    start(&w);
    assert_int_equal(ask(&w, "launch/patient+patient/Observation.rs+patient/Condition.rs", &a), ANS_OAUTH_OK);
    assert_int_equal(ans_smart_allow(&w.cx, w.smart, &a, &w.who, ANS_STR(""), &(ans_smart_about){.patient = ANS_STR("p1")}, &out), ANS_OAUTH_SCOPE); /* nothing left */
    assert_int_equal(ans_smart_allow(&w.cx, w.smart, &a, &w.who, ANS_STR("patient/Patient.rs"), &(ans_smart_about){.patient = ANS_STR("p1")}, &out), ANS_OAUTH_SCOPE); /* not asked */
    assert_int_equal(ans_smart_allow(&w.cx, w.smart, &a, &w.who, ANS_STR("patient/Condition.rs"), &(ans_smart_about){0}, &out), ANS_OAUTH_REQUEST); /* of whom? */
    assert_int_equal(ans_smart_allow(&w.cx, w.smart, &a, &w.who, ANS_STR("patient/*.cruds"), &(ans_smart_about){.patient = ANS_STR("p1")}, &out), ANS_OAUTH_OK); /* no more than asked */
    assert_int_equal(redeem(&w, out, &got), ANS_OAUTH_OK);
    assert_true(ans_str_is(member(&w, got.json, "scope"), "launch/patient patient/Observation.rs patient/Condition.rs"));
    stop(&w);
}

static void launching(void **state)
{
    world w;
    ans_smart_ask a;
    ans_str l, out;
    bool back;
    (void)state;
    start(&w);
    w.app.scope = ANS_STR("launch patient/*.rs");
    w.app.id = ANS_STR("app2");
    ans_client made;
    ans_str secret;
    assert_int_equal(ans_client_add(&w.cx, w.smart, &w.app, &made, &secret), ANS_OAUTH_OK);
    for (int round = 0; round < 2; round++) {
        assert_int_equal(ans_smart_launch(&w.cx, w.smart, &w.who, ANS_STR("app2"), &(ans_smart_about){.patient = ANS_STR("p7"), .encounter = ANS_STR("e7")}, &l), ANS_OAUTH_OK);
        ans_str query = ans_arena_fmt(w.cx.arena,
                                      "response_type=code&client_id=app2&redirect_uri=https%%3A%%2F%%2Fa.example%%2Fcb&aud=https://x.example/fhir/"
                                      "&scope=launch+patient/*.rs&code_challenge=%.*s&code_challenge_method=S256&launch=%.*s",
                                      ANS_FMT(challenge(&w)), ANS_FMT(l));
        if (round == 0) {
            pass_seconds(ANS_LAUNCH_SECONDS);
            assert_int_equal(ans_smart_read_ask(&w.cx, w.smart, query, BASE, &w.who, &a, &back), ANS_OAUTH_LAUNCH);
            continue;
        }
        assert_int_equal(ans_smart_read_ask(&w.cx, w.smart, query, BASE, &w.who, &a, &back), ANS_OAUTH_OK);
        assert_true(ans_str_is(a.about.patient, "p7") && ans_str_is(a.about.encounter, "e7") && !a.needs_patient && !a.needs_encounter);
        assert_int_equal(ans_smart_allow(&w.cx, w.smart, &a, &w.who, ANS_STR("patient/*.rs"), &(ans_smart_about){.patient = ANS_STR("p1")}, &out), ANS_OAUTH_OK);
        assert_int_equal(ans_smart_allow(&w.cx, w.smart, &a, &w.who, ANS_STR("patient/*.rs"), &(ans_smart_about){.patient = ANS_STR("p1")}, &out), ANS_OAUTH_LAUNCH); /* once */
    }
    stop(&w);
}

/* launch/encounter: one of the stays of the person who is chosen; both are told, again with every refresh, and after a restart. */
static void stays(void **state)
{
    static const struct {
        const char *patient, *encounter;
        ans_oauth wanted;
    } cases[] = {{"", "", ANS_OAUTH_REQUEST}, {"p1", "", ANS_OAUTH_REQUEST}, {"", "e1", ANS_OAUTH_REQUEST}, {"p1", "e1", ANS_OAUTH_OK}};
    world w;
    ans_smart_ask a;
    ans_str out = ANS_STR_NONE;
    ans_smart_answer got;
    (void)state;
    start(&w);
    assert_int_equal(ask(&w, "launch/encounter+user/Observation.rs+offline_access", &a), ANS_OAUTH_OK);
    assert_true(a.needs_patient && a.needs_encounter);
    for (size_t i = 0; i < COUNT(cases); i++) {
        const ans_smart_about chosen = {ans_str_of(cases[i].patient), ans_str_of(cases[i].encounter)};
        assert_int_equal(ans_smart_allow(&w.cx, w.smart, &a, &w.who, ANS_STR("user/Observation.rs offline_access"), &chosen, &out), cases[i].wanted);
    }
    assert_int_equal(redeem(&w, out, &got), ANS_OAUTH_OK);
    assert_true(ans_str_is(member(&w, got.json, "patient"), "p1") && ans_str_is(member(&w, got.json, "encounter"), "e1"));
    ans_str again = member(&w, got.json, "refresh_token");
    close_rooms(&w);
    open_rooms(&w);
    assert_int_equal(refresh(&w, again, &got), ANS_OAUTH_OK);
    assert_true(ans_str_is(member(&w, got.json, "encounter"), "e1"));
    /* who did not ask for a stay is told of none, whatever was sent along */
    assert_int_equal(ask(&w, "launch/patient+patient/Observation.rs", &a), ANS_OAUTH_OK);
    assert_true(a.needs_patient && !a.needs_encounter);
    assert_int_equal(ans_smart_allow(&w.cx, w.smart, &a, &w.who, ANS_STR("patient/Observation.rs"), &(ans_smart_about){ANS_STR("p1"), ANS_STR("e1")}, &out), ANS_OAUTH_OK);
    assert_int_equal(redeem(&w, out, &got), ANS_OAUTH_OK);
    assert_true(ans_str_search(got.json, ANS_STR("encounter")) < 0 && ans_str_is(member(&w, got.json, "patient"), "p1"));
    stop(&w);
}

static void keys(void **state)
{
    ans_cx cx = {.arena = ans_arena_new((size_t)64 << 20)};
    ans_str mine, open, text, set;
    ans_jwt jwt;
    (void)state;
    assert_true(ans_base_start());
    assert_int_equal(ans_jose_new_key(&cx, ANS_STR("k1"), &mine), ANS_OK);
    assert_int_equal(ans_jose_public(&cx, mine, &open), ANS_OK);
    assert_true(ans_str_search(open, ANS_STR("\"d\"")) < 0 && ans_str_search(open, ANS_STR("\"p\"")) < 0);
    assert_int_equal(ans_jwt_sign(&cx, mine, ANS_STR("{\"a\":1}"), &text), ANS_OK);
    assert_int_equal(ans_jwt_read(&cx, text, &jwt), ANS_OK);
    assert_true(ans_str_is(jwt.alg, "RS256") && ans_str_is(jwt.kid, "k1"));
    /* signed as it is, RS256 is none of the algorithms that count from others */
    set = ans_arena_fmt(cx.arena, "{\"keys\":[%.*s]}", ANS_FMT(open));
    assert_int_equal(ans_jwt_is_signed(&cx, &jwt, set), ANS_JWT_FORGED);
    assert_int_equal(ans_jwks_check(&cx, set), ANS_E_VALUE); /* alg RS256 says it may not sign RS384 */
    assert_int_equal(ans_jwks_check(&cx, ANS_STR("{}")), ANS_E_VALUE);
    assert_int_equal(ans_jwks_check(&cx, ANS_STR("{\"keys\":{}}")), ANS_E_VALUE);
    assert_int_equal(ans_jwks_check(&cx, ANS_STR("{\"keys\":[1,null,\"x\",{}]}")), ANS_E_VALUE);
    assert_int_equal(ans_jwks_check(&cx, ANS_STR("{\"keys\":[{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}]}")), ANS_E_VALUE); /* too weak */
    /* a point that lies on no curve */
    assert_int_equal(ans_jwks_check(&cx, ANS_STR("{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-384\",\"x\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\","
                                                 "\"y\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}]}")),
                     ANS_E_VALUE);
    /* what is no base64 reaches no library */
    assert_int_equal(ans_jwks_check(&cx, ANS_STR("{\"keys\":[{\"kty\":\"RSA\",\"n\":\"A\",\"e\":\"AQAB\"},{\"kty\":\"RSA\",\"n\":\"AQAB=\",\"e\":\"=\"},"
                                                 "{\"kty\":\"EC\",\"crv\":\"P-384\",\"x\":\"AAAAA\",\"y\":\"\"}]}")), ANS_E_VALUE);
    static const char *const bad[] = {"", ".", "..", "a.b", "a.b.c", "e30.e30.", "e30.e30.AA", "bm90IGpzb24.e30.AA", "W10.e30.AA", "eyJhbGciOiJSUzM4NCJ9.W10.AA",
                                      "eyJhbGciOiJSUzM4NCJ9.e30.A+A", "eyJhbGciOiJSUzM4NCJ9.e30.AA.AA", "eyJhbGciOjF9.e30.AA"};
    for (size_t i = 0; i < COUNT(bad); i++) {
        if (ans_jwt_read(&cx, ans_str_of(bad[i]), &jwt) != ANS_E_VALUE) {
            fail_msg("%s", bad[i]);
        }
    }
    ans_arena_free(cx.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses), cmocka_unit_test(times), cmocka_unit_test(restart),   cmocka_unit_test(many),
        cmocka_unit_test(accounts_end), cmocka_unit_test(ticking), cmocka_unit_test(launching), cmocka_unit_test(stays),  cmocka_unit_test(keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
