/* Keys under which a browser seals what somebody has typed and not sent (web/src/access/vault.ts). Each account has its own, made of one
 * secret of this server and the account's id, so nothing is kept for an account, and a tablet that is lost or handed on holds no key. */
#include "auth/account_int.h"

#include "auth/beside.h"

#define NAME ANS_STR("secret")

static ans_err take(void *arg, ans_cx *cx, ans_str id, ans_str body)
{
    ans_accounts *a = arg;
    ans_json doc;
    if (!ans_str_eq(id, NAME)) {
        return ANS_OK;
    }
    ans_err err = ans_json_parse(cx, body, NULL, &doc);
    ans_str secret = err == ANS_OK ? ans_json_get_string(cx, &doc, 0, ANS_STR("secret")) : ANS_STR_NONE;
    if (secret.n != ANS_TOKEN_BYTES) {
        return ANS_E_CORRUPT;
    }
    memcpy(a->draft_secret, secret.p, secret.n);
    return ANS_OK;
}

ans_err draft_open(ans_cx *cx, ans_accounts *a)
{
    ans_err err = ans_beside_each(cx, a, ANS_BESIDE_DRAFT, take, a);
    if (err != ANS_OK || a->draft_secret[0]) {
        return err;
    }
    ans_secret_token(a->draft_secret);
    ans_beside made = {.kind = ANS_BESIDE_DRAFT, .id = NAME, .body = ans_arena_fmt(cx->arena, "{\"secret\":\"%s\"}", a->draft_secret)};
    return made.body.p ? ans_beside_keep(cx, a, &made, 1) : ans_cx_nomem(cx);
}

void ans_account_draft_key(const ans_accounts *a, ans_str id, char out[2 * ANS_DIGEST_BYTES + 1])
{
    static const char hex[] = "0123456789abcdef";
    char text[ANS_TOKEN_BYTES + 96];
    uint8_t digest[ANS_DIGEST_BYTES];
    size_t n = id.n < 64 ? id.n : 64;
    memcpy(text, a->draft_secret, ANS_TOKEN_BYTES);
    text[ANS_TOKEN_BYTES] = '\n';
    memcpy(text + ANS_TOKEN_BYTES + 1, id.p, n);
    ans_secret_digest((ans_str){text, ANS_TOKEN_BYTES + 1 + n}, digest);
    for (size_t i = 0; i < ANS_DIGEST_BYTES; i++) {
        out[2 * i] = hex[digest[i] >> 4];
        out[2 * i + 1] = hex[digest[i] & 15];
    }
    out[2 * ANS_DIGEST_BYTES] = 0;
    ans_secret_forget(text, sizeof text);
}
