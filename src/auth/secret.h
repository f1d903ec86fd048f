/* Secrets: passwords and PINs by Argon2id, tokens and codes from the machine's randomness, the rules of what may be a password.
 * The only file of the room that sees libsodium. */
#ifndef ANS_AUTH_SECRET_H
#define ANS_AUTH_SECRET_H

#include "base/cx.h"

#define ANS_SECRET_HASH_BYTES 128 /* "$argon2id$v=19$m=...": the parameters stand in it, so that they can be raised */
#define ANS_TOKEN_BYTES 43        /* 256 random bits as base64url */
#define ANS_DIGEST_BYTES 32

typedef enum ans_secret_kind { ANS_SECRET_PASSWORD, ANS_SECRET_PIN } ans_secret_kind;

/* Works for a time: 19 MiB and 2 rounds for a password, 1 MiB and 2 rounds for a PIN. False: no memory. */
ANS_MUST_USE bool ans_secret_hash(ans_secret_kind kind, ans_str secret, char out[ANS_SECRET_HASH_BYTES]);
/* The same time whether it is right or wrong. */
bool ans_secret_is(const char *hash, ans_str secret);
/* The hash was made with less work than is asked for now. */
bool ans_secret_is_weak_hash(const char *hash);

void ans_secret_token(char out[ANS_TOKEN_BYTES + 1]);
/* groups x 4 characters of an alphabet without 0 1 I L O U, joined by '-': 20 bits a group; for typing. */
void ans_secret_code(uint32_t groups, char *out); /* room for groups * 5 */
/* What people type: small letters made large, blanks and '-' left out. Room for n + 1. */
size_t ans_secret_code_read(ans_str typed, char *out, size_t n);
/* BLAKE2b-256: for tokens and codes, which cannot be guessed and so need no slow hash. */
void ans_secret_digest(ans_str s, uint8_t out[ANS_DIGEST_BYTES]);
bool ans_secret_same(const uint8_t *a, const uint8_t *b, size_t n); /* in constant time */
void ans_secret_forget(void *p, size_t n);

/* What is hashed is the password in Unicode NFC: the same letters typed on another keyboard are the same password.
 * p NULL: it is no UTF-8, or memory is short. */
ans_str ans_password_normal(ans_arena *arena, ans_str password);
/* Long enough, not too long, not the name, not one that everybody tries. */
bool ans_password_is_good(ans_str password, ans_str name);
/* 4 to 8 digits, not all the same, not a run up or down. */
bool ans_pin_is_good(ans_str pin);

#endif
