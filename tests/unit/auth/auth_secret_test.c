/* Passwords, PINs, codes: what is accepted, what is kept, and the codes of RFC 6238. */
#include "door.h"

#include "auth/secret.h"
#include "auth/totp.h"

static ans_arena *arena;

static int setup(void **state)
{
    (void)state;
    assert_true(ans_base_start());
    arena = ans_arena_new((size_t)1 << 24);
    return arena ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    arena = ans_arena_free(arena);
    return 0;
}

static void hashes(void **state)
{
    char one[ANS_SECRET_HASH_BYTES], two[ANS_SECRET_HASH_BYTES], pin[ANS_SECRET_HASH_BYTES];
    (void)state;
    assert_true(ans_secret_hash(ANS_SECRET_PASSWORD, PASSWORD, one));
    assert_true(ans_secret_hash(ANS_SECRET_PASSWORD, PASSWORD, two));
    assert_true(ans_secret_hash(ANS_SECRET_PIN, ANS_STR("1942"), pin));
    assert_non_null(strstr(one, "$argon2id$v=19$m=19456,t=2,p=1$"));
    assert_string_not_equal(one, two); /* salted */
    assert_true(ans_secret_is(one, PASSWORD));
    assert_false(ans_secret_is(one, ANS_STR("ba con cò trắng ")));
    assert_false(ans_secret_is(one, ANS_STR_NONE));
    assert_false(ans_secret_is("", PASSWORD));
    assert_false(ans_secret_is("nonsense", PASSWORD));
    assert_true(ans_secret_is(pin, ANS_STR("1942")));
    assert_false(ans_secret_is_weak_hash(one));
    assert_true(ans_secret_is_weak_hash(pin)); /* less work: would be made anew */
}

static void unicode(void **state)
{
    (void)state;
    /* "trắng" composed, and with the breve and the acute as marks of their own: one password, two keyboards */
    ans_str composed = ans_password_normal(arena, ANS_STR("tr\xE1\xBA\xAFng"));
    ans_str decomposed = ans_password_normal(arena, ANS_STR("tra\xCC\x86\xCC\x81ng"));
    assert_true(ans_str_eq(composed, decomposed));
    assert_int_equal(composed.n, 7);
    assert_null(ans_password_normal(arena, ANS_STR("\xFF\xFE")).p);
    assert_non_null(ans_password_normal(arena, ANS_STR_NONE).p);
}

static void password_rules(void **state)
{
    static const struct {
        const char *password;
        bool good;
    } cases[] = {
        {"", false},
        {"ngắn thôi", false},              /* 9 characters, though 13 bytes */
        {"vừa đủ dài", true},              /* 10 */
        {"aaaaaaaaaaaa", false},
        {"abcdefghijkl", false},
        {"987654321098", true},            /* a run that breaks is no run */
        {"zyxwvutsrqpo", false},
        {"Password123", false},
        {"MATKHAU123", false},
        {"dieuduong.ha", false},           /* the name itself */
        {"DieuDuong.Ha", false},
        {"ansinh-demo-2026", true},
        {"correct horse battery staple", true},
    };
    char longest[258];
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        if (ans_password_is_good(ans_str_of(cases[i].password), ANS_STR("dieuduong.ha")) != cases[i].good) {
            fail_msg("case %zu: %s", i, cases[i].password);
        }
    }
    for (size_t i = 0; i < sizeof longest; i++) {
        longest[i] = (char)('a' + i * 7 % 26);
    }
    assert_true(ans_password_is_good((ans_str){longest, 256}, ANS_STR_NONE));
    assert_false(ans_password_is_good((ans_str){longest, 257}, ANS_STR_NONE));
}

static void pin_rules(void **state)
{
    static const struct {
        const char *pin;
        bool good;
    } cases[] = {{"", false},     {"194", false},       {"1942", true},   {"19421942", true}, {"194219421", false},
                 {"0000", false}, {"1234", false},      {"4321", false},  {"12a4", false},    {"1243", true},
                 {" 1942", false}, {"9876", false}};
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        if (ans_pin_is_good(ans_str_of(cases[i].pin)) != cases[i].good) {
            fail_msg("case %zu: %s", i, cases[i].pin);
        }
    }
}

static void codes(void **state)
{
    char code[4 * 5], bare[17], token[ANS_TOKEN_BYTES + 1], other[ANS_TOKEN_BYTES + 1];
    (void)state;
    ans_secret_code(4, code);
    assert_int_equal(strlen(code), 19);
    assert_true(code[4] == '-' && code[9] == '-' && code[14] == '-');
    assert_int_equal(ans_secret_code_read(ans_str_of(code), bare, 16), 16);
    assert_int_equal(ans_secret_code_read(ANS_STR("ab-c d"), bare, 16), 4);
    SAME(bare, "ABCD");
    assert_int_equal(ans_secret_code_read(ANS_STR("12345678901234567890"), bare, 16), 16); /* no further than there is room */
    ans_secret_token(token);
    ans_secret_token(other);
    assert_int_equal(strlen(token), ANS_TOKEN_BYTES);
    assert_string_not_equal(token, other);
}

/* ---- the second factor ---- */

static const uint8_t rfc_secret[] = "12345678901234567890";

static void rfc_6238(void **state)
{
    static const struct {
        int64_t seconds;
        uint32_t code; /* appendix B has eight digits; six are the last six */
    } cases[] = {{59, 94287082}, {1111111109, 7081804}, {1111111111, 14050471}, {1234567890, 89005924}, {2000000000, 69279037}, {20000000000, 65353130}};
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_int_equal(ans_totp_code(rfc_secret, cases[i].seconds / 30), cases[i].code % 1000000);
    }
}

static void totp_window(void **state)
{
    char text[16];
    const int64_t step = 1234567890 / 30;
    (void)state;
    for (int64_t off = -3; off <= 3; off++) {
        (void)snprintf(text, sizeof text, "%06u", ans_totp_code(rfc_secret, step + off));
        int64_t found = ans_totp_match(rfc_secret, ans_str_of(text), 1234567890, 0);
        assert_int_equal(found, off >= -1 && off <= 1 ? step + off : 0);
        assert_int_equal(ans_totp_match(rfc_secret, ans_str_of(text), 1234567890, step + off), 0); /* once */
    }
    assert_int_equal(ans_totp_match(rfc_secret, ANS_STR("5924"), 1234567890, 0), 0);
    assert_int_equal(ans_totp_match(rfc_secret, ANS_STR("+05924"), 1234567890, 0), 0);
    assert_int_equal(ans_totp_match(rfc_secret, ANS_STR("0059240"), 1234567890, 0), 0);
    assert_int_equal(ans_totp_match(rfc_secret, ANS_STR("005924"), 1234567890, 0), step);
}

static void totp_words(void **state)
{
    (void)state;
    ans_str text = ans_totp_base32(arena, rfc_secret);
    assert_true(ans_str_is(text, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"));
    assert_true(ans_str_is(ans_totp_uri(arena, text, ANS_STR("ha")),
                           "otpauth://totp/An%20Sinh:ha?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=An%20Sinh&algorithm=SHA1&digits=6&period=30"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hashes),   cmocka_unit_test(unicode),     cmocka_unit_test(password_rules), cmocka_unit_test(pin_rules), cmocka_unit_test(codes),
        cmocka_unit_test(rfc_6238), cmocka_unit_test(totp_window), cmocka_unit_test(totp_words),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
