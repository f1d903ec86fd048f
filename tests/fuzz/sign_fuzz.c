/* Bodies given to the doors below /auth. The first byte chooses the door, the rest is the body. Whatever comes: the answer is one of the
 * documented ones, names of accounts stay what names may be, and nobody comes in as root, whose
 * password stands in no input (others may be made here with a password and come in with it). */
#include <stdio.h>
#include <stdlib.h>

#include "auth/account.h"
#include "base/os.h"
#include "json/json.h"
#include "rest/rest.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct {
    const char *method, *path;
} doors[] = {
    {"POST", "/auth/sign-in"}, {"POST", "/auth/users"}, {"POST", "/auth/first"}, {"POST", "/auth/switch"}, {"POST", "/auth/users/root/token"},
    {"POST", "/auth/unlock"},  {"POST", "/auth/device"}, {"DELETE", "/auth/users/root/token"}, {"POST", "/auth/sign-out"}, {"GET", "/auth/users"},
};

static ans_accounts *accounts;

static void must(bool ok, const char *what)
{
    if (!ok) {
        fprintf(stderr, "sign_fuzz: %s\n", what);
        abort();
    }
}

static void start(ans_cx *cx)
{
    const ans_accounts_options o = {.in_memory = true};
    const ans_account_new n = {.name = ANS_STR("root"), .password = ANS_STR("known to nobody here"), .direct_role = ANS_STR("administrator")};
    ans_account made;
    must(ans_base_start() && ans_accounts_open(cx, &o, &accounts) == ANS_OK, "no accounts");
    must(ans_account_add(cx, accounts, &n, &made, NULL) == ANS_SIGN_OK, "no root");
}

static void check_names(ans_cx *cx)
{
    ans_account *list;
    uint32_t n;
    must(ans_account_list(cx, accounts, &list, &n) == ANS_OK, "no list");
    for (uint32_t i = 0; i < n; i++) {
        must(list[i].name.n > 0 && list[i].name.n <= 64 && ans_str_utf8(list[i].display), "a name that may not be");
        for (size_t k = 0; k < list[i].name.n; k++) {
            must(strchr("abcdefghijklmnopqrstuvwxyz0123456789._-@", list[i].name.p[k]) != NULL, "a letter that may not be");
        }
    }
}

static bool is_known(ans_str problem)
{
    for (int s = 1; s < ANS_SIGN_COUNT; s++) {
        if (ans_str_is(problem, ans_sign_code((ans_sign)s))) {
            return true;
        }
    }
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ans_cx cx = {.arena = ans_arena_new((size_t)64 << 20)};
    ans_rest_answer answer;
    ans_json doc;
    if (!cx.arena || size == 0) {
        ans_arena_free(cx.arena);
        return 0;
    }
    if (!accounts) {
        start(&cx);
    }
    size_t door = data[0] % (sizeof doors / sizeof *doors);
    ans_str body = ans_arena_dup(cx.arena, (ans_str){(const char *)data + 1, size - 1});
    must(ans_rest_sign_local(&cx, accounts, NULL, NULL, ans_str_of(doors[door].method), ans_str_of(doors[door].path), body, &answer) == ANS_OK, "no answer");
    must(answer.status >= 200 && answer.status < 500, "an answer that is a fault of ours");
    if (door == 0 || door == 2) {
        ans_str name = ans_json_parse(&cx, body, NULL, &doc) == ANS_OK ? ans_json_get_string(&cx, &doc, 0, ANS_STR("name")) : ANS_STR_NONE;
        must(answer.status >= 400 || (door == 0 && !ans_str_ieq(name, ANS_STR("root"))), "somebody came in");
    }
    if (answer.body.n) {
        must(ans_json_parse(&cx, answer.body, NULL, &doc) == ANS_OK, "an answer that is no JSON");
        must(answer.status < 300 || is_known(ans_json_get_string(&cx, &doc, 0, ANS_STR("problem"))), "a problem without a code");
    }
    check_names(&cx);
    ans_arena_free(cx.arena);
    return 0;
}
