/* What programs and their browsers send: scopes, authorization requests, forms at the token door, assertions, key sets. The first byte
 * chooses. Whatever comes: nothing is given to who did not prove anything, no signature is found good under a key whose secret half
 * nobody has, and what is printed of scopes is read as the same again and lies within what was allowed. */
#include <stdio.h>
#include <stdlib.h>

#include "auth/account.h"
#include "base/os.h"
#include "smart/jose.h"
#include "smart/smart.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Its private half was thrown away when it was made. */
static const char KEYS[] = "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-384\",\"kid\":\"k\",\"alg\":\"ES384\","
                           "\"x\":\"9tr0dDiIAKht7wT-vC97R8XjwRaXjsLpoDbQ92meBKHwArQ8UU9NWLs-drkWxYMe\","
                           "\"y\":\"Y5NXNc8_-XbAT3WMYeR4x9L_YH_xcT2tVbsIJoxRO8xXo4Hwc2IZxjMz4U1IdbkR\"}]}";
static ans_accounts *accounts;
static ans_smart *smart;
static ans_who who;

static void must(bool ok, const char *what)
{
    if (!ok) {
        fprintf(stderr, "smart_fuzz: %s\n", what);
        abort();
    }
}

static void start(void)
{
    static ans_cx cx; /* of the process */
    const ans_accounts_options o = {.in_memory = true};
    const ans_account_new n = {.name = ANS_STR("ha"), .password = ANS_STR("known to nobody here")};
    const ans_client app = {.id = ANS_STR("app"), .name = ANS_STR("App"), .scope = ANS_STR("openid launch/patient patient/Observation.rs?category=a|b user/Patient.r"),
                            .redirects = {ANS_STR("https://a.example/cb")}, .redirect_count = 1};
    const ans_client hidden = {.id = ANS_STR("hidden"), .name = ANS_STR("H"), .kind = ANS_CLIENT_SECRET, .scope = ANS_STR("user/*.cruds"),
                               .redirects = {ANS_STR("https://a.example/cb")}, .redirect_count = 1};
    ans_client signer = {.id = ANS_STR("signer"), .name = ANS_STR("S"), .kind = ANS_CLIENT_KEY, .scope = ANS_STR("system/*.rs"), .jwks = ans_str_of(KEYS)}, made;
    ans_account account;
    ans_str secret;
    cx.arena = ans_arena_new((size_t)64 << 20);
    must(cx.arena && ans_base_start() && ans_accounts_open(&cx, &o, &accounts) == ANS_OK, "no accounts");
    ans_log_quiet(true);
    must(ans_account_add(&cx, accounts, &n, &account, NULL) == ANS_SIGN_OK && ans_smart_open(&cx, accounts, &smart) == ANS_OK, "no room");
    who = (ans_who){.kind = ANS_WHO_PERSON, .account = account.id};
    signer.account = account.id;
    must(ans_client_add(&cx, smart, &app, &made, &secret) == ANS_OAUTH_OK && ans_client_add(&cx, smart, &hidden, &made, &secret) == ANS_OAUTH_OK &&
             ans_client_add(&cx, smart, &signer, &made, &secret) == ANS_OAUTH_OK, "no clients");
}

static void scopes(ans_cx *cx, ans_str text)
{
    ans_permits p, again, allowed, both, rest;
    ans_str line, second;
    if (ans_permits_read(cx, text, &p) != ANS_OK) {
        return;
    }
    must(p.count <= ANS_SCOPE_MOST, "too many");
    if (ans_permits_print(cx, &p, &line) == ANS_OK) {
        must(ans_permits_read(cx, line, &again) == ANS_OK && again.unknown == 0 && again.count == p.count && again.flags == p.flags, "printed otherwise than read");
        must(ans_permits_print(cx, &again, &second) == ANS_OK && ans_str_eq(line, second), "printed differently");
    }
    must(ans_permits_read(cx, ANS_STR("openid patient/Observation.rs patient/Condition.c?x=y user/Patient.r"), &allowed) == ANS_OK, "no scopes of ours");
    if (ans_permits_meet(cx, &p, &allowed, &both) != ANS_OK) {
        return;
    }
    for (uint32_t i = 0; i < both.count; i++) {
        const ans_permit *one = &both.list[i];
        bool observation = one->rule.type == ans_fhir_type_named(ANS_STR("Observation")), person = one->rule.type == ans_fhir_type_named(ANS_STR("Patient"));
        must((observation && one->of == ANS_OF_PATIENT) || person, "more than allowed");
        must(!(one->rule.letters & ~(uint32_t)(observation ? ANS_LIMIT_READ | ANS_LIMIT_SEARCH : ANS_LIMIT_READ)), "more letters than allowed");
        must(one->of != ANS_OF_PATIENT || one->rule.in_person, "out of the compartment");
    }
    must(ans_permits_meet(cx, &both, &allowed, &rest) != ANS_OK || rest.count == both.count, "what was allowed is not allowed");
}

static void assertion(ans_cx *cx, ans_str text)
{
    ans_jwt jwt;
    if (ans_jwt_read(cx, text, &jwt) == ANS_OK) {
        must(ans_jwt_is_signed(cx, &jwt, ans_str_of(KEYS)) != ANS_JWT_SIGNED, "a forged signature");
    }
}

static void form(ans_cx *cx, ans_str text, uint8_t door)
{
    static ans_oauth (*const doors[])(ans_cx *, ans_smart *, const ans_smart_call *, ans_smart_answer *) = {ans_smart_token, ans_smart_introspect, ans_smart_revoke};
    ans_smart_answer out;
    ans_json doc;
    ans_smart_call call = {.form = text, .token_url = ANS_STR("https://x.example/oauth/token"), .base = ANS_STR("https://x.example/fhir")};
    ptrdiff_t line = ans_str_find(text, '\n');
    if (line >= 0) {
        call.authorization = ans_str_head(text, (size_t)line);
        call.form = ans_str_from(text, (size_t)line + 1);
    }
    ans_oauth o = doors[door % 3](cx, smart, &call, &out);
    must(o != ANS_OAUTH_FAILED && o != ANS_OAUTH_KEYS, "a fault of ours");
    must(o != ANS_OAUTH_OK || door % 3 == 2, "something was given");
    must(!out.json.n || ans_json_parse(cx, out.json, NULL, &doc) == ANS_OK, "an answer that is no JSON");
}

static void request(ans_cx *cx, ans_str text)
{
    ans_smart_ask ask;
    bool back;
    ans_oauth o = ans_smart_read_ask(cx, smart, text, ANS_STR("https://x.example/fhir"), &who, &ask, &back);
    must(!back || ans_str_is(ask.redirect_uri, "https://a.example/cb"), "sent where nobody registered");
    must(back || o != ANS_OAUTH_OK, "allowed without an address");
    if (o == ANS_OAUTH_OK) {
        must(ask.challenge.n == 43 && !ans_permits_has(&ask.permits, ANS_OF_SYSTEM), "asked for without a proof, or too much");
    }
    if (back) {
        ans_str to = ans_smart_redirect(cx, &ask, ANS_STR("c"), o);
        must(ans_str_starts(to, ANS_STR("https://a.example/cb?")) && ans_str_find(to, '\n') < 0 && ans_str_find(to, '#') < 0, "sent elsewhere");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ans_cx cx = {.arena = ans_arena_new((size_t)64 << 20)};
    if (!smart) {
        start();
    }
    if (cx.arena && size) {
        ans_str text = ans_arena_dup(cx.arena, (ans_str){(const char *)data + 1, size - 1});
        switch (data[0] % 8) {
        case 0:
        case 1:
            scopes(&cx, text);
            break;
        case 2:
            assertion(&cx, text);
            break;
        case 3:
            must(ans_jwks_check(&cx, text) == ANS_OK || cx.last_, "refused without a word");
            break;
        case 4:
            request(&cx, text);
            break;
        default:
            form(&cx, text, data[0] % 8);
        }
    }
    ans_arena_free(cx.arena);
    return 0;
}
