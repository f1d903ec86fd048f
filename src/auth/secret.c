/* Secrets, by libsodium: https://doc.libsodium.org/password_hashing */
#include "auth/secret.h"

#include "auth/account.h"
#include "base/os.h"

#include <sodium.h>
#include <utf8proc.h>

/* OWASP's second choice for Argon2id (19 MiB, 2 rounds, 1 lane). Raising them is changing a number: old hashes are known by
 * their own parameters and are made anew at the next sign-in. */
static const size_t PASSWORD_MEMORY = (size_t)19 << 20;
static const unsigned long long PASSWORD_ROUNDS = 2;
/* A PIN has few values: no work makes guessing it from the file hard. What guards it is three tries on one device. */
static const size_t PIN_MEMORY = (size_t)1 << 20;
static const unsigned long long PIN_ROUNDS = 2;

_Static_assert(ANS_SECRET_HASH_BYTES == crypto_pwhash_STRBYTES, "room for a hash");
_Static_assert(ANS_TOKEN_BYTES + 1 == sodium_base64_ENCODED_LEN(32, sodium_base64_VARIANT_URLSAFE_NO_PADDING), "room for a token");

bool ans_secret_hash(ans_secret_kind kind, ans_str secret, char out[ANS_SECRET_HASH_BYTES])
{
    bool pin = kind == ANS_SECRET_PIN;
    return crypto_pwhash_str_alg(out, secret.p ? secret.p : "", secret.n, pin ? PIN_ROUNDS : PASSWORD_ROUNDS,
                                 pin ? PIN_MEMORY : PASSWORD_MEMORY, crypto_pwhash_ALG_ARGON2ID13) == 0;
}

bool ans_secret_is(const char *hash, ans_str secret)
{
    return crypto_pwhash_str_verify(hash, secret.p ? secret.p : "", secret.n) == 0;
}

bool ans_secret_is_weak_hash(const char *hash)
{
    return crypto_pwhash_str_needs_rehash(hash, PASSWORD_ROUNDS, PASSWORD_MEMORY) != 0;
}

void ans_secret_token(char out[ANS_TOKEN_BYTES + 1])
{
    uint8_t random[32];
    ans_random(random, sizeof random);
    (void)sodium_bin2base64(out, ANS_TOKEN_BYTES + 1, random, sizeof random, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    ans_secret_forget(random, sizeof random);
}

static const char CODE_LETTERS[] = "23456789ABCDEFGHJKMNPQRSTVWXYZ45"; /* 32; the two doubles cost a hundredth of a bit */

void ans_secret_code(uint32_t groups, char *out)
{
    for (uint32_t i = 0; i < groups * 4; i++) {
        uint8_t byte;
        ans_random(&byte, 1);
        *out++ = CODE_LETTERS[byte & 31];
        if (i % 4 == 3) {
            *out++ = i + 1 < groups * 4 ? '-' : '\0';
        }
    }
}

size_t ans_secret_code_read(ans_str typed, char *out, size_t n)
{
    size_t at = 0;
    for (size_t i = 0; i < typed.n && at < n; i++) {
        char c = typed.p[i];
        if (c != '-' && c != ' ') {
            out[at++] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
        }
    }
    out[at] = '\0';
    return at;
}

void ans_secret_digest(ans_str s, uint8_t out[ANS_DIGEST_BYTES])
{
    (void)crypto_generichash(out, ANS_DIGEST_BYTES, (const uint8_t *)s.p, s.n, NULL, 0); /* sizes are constant */
}

bool ans_secret_same(const uint8_t *a, const uint8_t *b, size_t n)
{
    return sodium_memcmp(a, b, n) == 0;
}

void ans_secret_forget(void *p, size_t n)
{
    sodium_memzero(p, n);
}

/* ---- rules ---- */

ans_str ans_password_normal(ans_arena *arena, ans_str password)
{
    if (password.n > (size_t)ANS_PASSWORD_MAX_CHARACTERS * 4 || !ans_str_utf8(password)) {
        return ANS_STR_NONE;
    }
    const utf8proc_option_t options = UTF8PROC_STABLE | UTF8PROC_COMPOSE;
    utf8proc_ssize_t room = (utf8proc_ssize_t)password.n * 4 + 1; /* no character comes apart into more */
    utf8proc_int32_t *points = ans_arena_alloc(arena, (size_t)room * sizeof *points);
    if (!points) {
        return ANS_STR_NONE;
    }
    utf8proc_ssize_t n = utf8proc_decompose((const utf8proc_uint8_t *)password.p, (utf8proc_ssize_t)password.n, points, room - 1, options);
    n = n >= 0 && n < room ? utf8proc_reencode(points, n, options) : -1; /* in place, with a NUL behind */
    return n >= 0 ? (ans_str){(const char *)points, (size_t)n} : ANS_STR_NONE;
}

static size_t characters(ans_str s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        n += ((uint8_t)s.p[i] & 0xC0) != 0x80;
    }
    return n;
}

/* Of the most common passwords in published leaks, those with ten characters or more, and what is near at hand here. */
static const char *const common[] = {
    "1234567890",   "12345678910",  "0123456789",   "0987654321",   "9876543210",   "1234554321",   "123456789a",   "a123456789",
    "123456789q",   "1q2w3e4r5t",   "1q2w3e4r5t6y", "qwertyuiop",   "qwerty12345",  "qwerty123456", "qwertyuiop1",  "asdfghjkl1",
    "1qaz2wsx3edc", "zaq12wsxcde3", "password12",   "password123",  "password1234", "password12345", "passw0rd123", "p@ssw0rd123",
    "iloveyou12",   "iloveyou123",  "iloveyou1234", "abc123456789", "abcd123456",   "abcdefghij",   "abcd1234567",  "aa12345678",
    "aa123456789",  "a1234567890",  "q123456789",   "matkhau123",   "matkhau1234",  "matkhau12345", "matkhau123456", "anhyeuem123",
    "emyeuanh123",  "vietnam123",   "vietnam1234",  "vietnam2026",  "hanoi123456",  "saigon12345",  "123456789abc", "administrator",
    "admin12345",   "admin123456",  "welcome123",   "welcome1234",  "changeme123",  "letmein1234",  "1111122222",   "1122334455",
    "123123123123", "1231231231",   "147258369a",   "1472583690",   "0000011111",   "superman123",  "football123",  "princess123",
    "dragon12345",  "monkey12345",  "sunshine123",  "benhvien123",  "bacsi12345",   "dieuduong123", "trungtam123",  "yeuthuong123",
};

static bool is_common(ans_str password)
{
    for (size_t i = 0; i < sizeof common / sizeof *common; i++) {
        if (ans_str_ieq(password, ans_str_of(common[i]))) {
            return true;
        }
    }
    return false;
}

/* One byte again and again, or each one more (or less) than the one before. */
static bool is_run(ans_str s)
{
    for (int step = -1; step <= 1; step++) {
        size_t i = 1;
        while (i < s.n && s.p[i] - s.p[i - 1] == step) {
            i++;
        }
        if (i >= s.n) {
            return true;
        }
    }
    return false;
}

bool ans_password_is_good(ans_str password, ans_str name)
{
    size_t n = characters(password);
    return n >= ANS_PASSWORD_MIN_CHARACTERS && n <= ANS_PASSWORD_MAX_CHARACTERS && !is_run(password) && !is_common(password) &&
           !ans_str_ieq(password, name);
}

bool ans_pin_is_good(ans_str pin)
{
    for (size_t i = 0; i < pin.n; i++) {
        if (pin.p[i] < '0' || pin.p[i] > '9') {
            return false;
        }
    }
    return pin.n >= 4 && pin.n <= 8 && !is_run(pin);
}
