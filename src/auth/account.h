/* Accounts: who may come in. Kept durably in the data folder, in a space of its own of the store ("access", so that neither
 * searches nor exports of the record can meet it), and whole in memory: a request is identified by one hash and one
 * lookup, without the disk.
 *
 * Secrets are kept as hashes only: passwords and PINs by Argon2id, tokens (256 random bits) and recovery codes (80) by
 * BLAKE2b. The one exception is the secret of the second factor, which both sides must know: it is why the files of the
 * space are readable by their owner alone (mode 0600).
 *
 * Who may call. Reading and finding: any thread. What changes something waits for the disk and may work for 30 ms at a
 * password: it belongs on the accounts' own thread (ans_accounts_submit), never on a loop; a program without loops just calls.
 * sign.h has what people do at the door; this file is for those who keep the list. */
#ifndef ANS_AUTH_ACCOUNT_H
#define ANS_AUTH_ACCOUNT_H

#include "auth/who.h"

#define ANS_PASSWORD_MIN_CHARACTERS 10
#define ANS_PASSWORD_MAX_CHARACTERS 256
#define ANS_SESSION_MOST_SECONDS (16 * 3600)
#define ANS_IDLE_SECONDS 900
#define ANS_IDLE_SHARED_SECONDS 300
#define ANS_ONE_TIME_PASSWORD_SECONDS (72 * 3600)

typedef struct ans_accounts_options {
    const char *dir; /* the data folder, which exists */
    bool in_memory;  /* nothing is kept */
} ans_accounts_options;

/* errors   as ans_store_open; ANS_E_BUSY: a server holds the folder, use its socket */
ANS_MUST_USE ans_err ans_accounts_open(ans_cx *cx, const ans_accounts_options *options, ans_accounts **out);
void ans_accounts_close(ans_accounts *accounts); /* does what is queued first; accepts NULL */

/* Copy the accounts kept in the folder `from` (also beside a server) to the folder `to`, where the record was copied to before.
 * Without accounts nothing is done. Sessions and tokens go along: they are hashes, and a restored folder is the old one. */
ANS_MUST_USE ans_err ans_accounts_copy(ans_cx *cx, const char *from, const char *to);

/* True until there is an account of a person. */
bool ans_accounts_is_first(ans_accounts *accounts);
/* Without any account: a code that lets somebody make the first administrator (ans_sign_first). Each call makes another one;
 * *out in the arena, empty when there is an account. */
ANS_MUST_USE ans_err ans_accounts_first_code(ans_cx *cx, ans_accounts *accounts, ans_str *out);

/* ---- the accounts' own thread ---- */

typedef struct ans_accounts_task {
    struct ans_accounts_task *next_;
    void (*run)(struct ans_accounts_task *task); /* on that thread, once */
} ans_accounts_task;

/* Hand a task over. is_slow: it works at a password; those wait behind all others and at most 64 of them.
 * False: the queue is full, the task was not taken. Any thread. */
ANS_MUST_USE bool ans_accounts_submit(ans_accounts *accounts, ans_accounts_task *task, bool is_slow);

/* ---- what acts come to ---- */

typedef enum ans_sign {
    ANS_SIGN_OK = 0,
#define ANS_SIGN(name, code, http, text) ANS_SIGN_##name,
#include "auth/sign.def"
#undef ANS_SIGN
    ANS_SIGN_COUNT
} ans_sign;

const char *ans_sign_code(ans_sign sign); /* "wrong" */
const char *ans_sign_text(ans_sign sign); /* one English sentence */
int ans_sign_http(ans_sign sign);

/* ---- keeping the list ---- */

typedef struct ans_account {
    ans_str id, name, display, practitioner, direct_role;
    ans_str person;                    /* of a person in care or who represents them; else empty */
    ans_str purpose, recipient, basis; /* of a program bound to one; else empty */
    bool is_program, is_disabled, must_change, has_pin, has_totp;
    int64_t created_us, last_sign_in_us; /* 0: never */
} ans_account;

typedef struct ans_account_new {
    ans_str name;         /* 1 to 64 of a-z 0-9 . _ - @ (capital letters are made small) */
    ans_str display;      /* at most 200 bytes; empty: the name */
    ans_str practitioner; /* id of the Practitioner whose roles count, or empty */
    ans_str direct_role;  /* administrator, auditor, system, recipient, or empty */
    ans_str person;       /* "Patient/id" or "RelatedPerson/id": the account of a person in care, or of who represents them, and of nothing
                             else. Given once: who it belongs to never changes. Such an account has no PIN and stays on no shared device. */
    /* A program bound to a purpose (content/access/purposes.json) and the Organization it fetches for (its id) sees only whose data may
     * go there for that; basis: the document that gives it to them. Given once: another purpose is another account. With the role
     * recipient only, or with that of a Practitioner. */
    ans_str purpose, recipient, basis;
    ans_str password;     /* empty: one is made, which must be changed at the first sign-in and lives for 72 hours */
    ans_str pin;          /* optional: 4 to 8 digits */
    bool is_program;      /* comes with a token only: has neither password nor PIN */
} ans_account_new;

/* Add an account; out and out_password (empty when one was given, may be NULL) live in the arena. The demo makes its people
 * with this: {.name, .display, .practitioner, .direct_role, .password, .pin}, and nobody has to change anything.
 * returns  TAKEN, WEAK, BAD, FAILED */
ANS_MUST_USE ans_sign ans_account_add(ans_cx *cx, ans_accounts *accounts, const ans_account_new *n, ans_account *out,
                                      ans_str *out_password);
/* All, in the order of names; in the arena. */
ANS_MUST_USE ans_err ans_account_list(ans_cx *cx, ans_accounts *accounts, ans_account **out, uint32_t *out_count);
/* The key under which the pages of this account seal drafts on a device: 64 hex digits and a zero, the same at every start. For the account alone. */
void ans_account_draft_key(const ans_accounts *accounts, ans_str account, char out[65]);
/* By id or by name. NOT_FOUND */
ANS_MUST_USE ans_sign ans_account_get(ans_cx *cx, ans_accounts *accounts, ans_str id_or_name, ans_account *out);
/* What is to be different; NULL: as it is. */
typedef struct ans_account_change {
    const ans_str *display, *practitioner, *direct_role; /* as in ans_account_new; empty: none (display: the name) */
} ans_account_change;

/* Another display name, another Practitioner, another role of its own. With another Practitioner or role a person's sessions
 * end: what is open on a screen was opened, and would be signed, by whom they were before. Tokens go on.
 * returns  NOT_FOUND, BAD, FAILED */
ANS_MUST_USE ans_sign ans_account_change_to(ans_cx *cx, ans_accounts *accounts, ans_str id_or_name, const ans_account_change *change,
                                            ans_account *out);
/* Off: all its sessions and tokens end. */
ANS_MUST_USE ans_sign ans_account_switch(ans_cx *cx, ans_accounts *accounts, ans_str id_or_name, bool on);
/* A new one-time password; PIN and second factor are taken away, sessions and tokens end. Also switches on. */
ANS_MUST_USE ans_sign ans_account_reset(ans_cx *cx, ans_accounts *accounts, ans_str id_or_name, ans_str *out_password);
/* A bearer token, shown once. */
ANS_MUST_USE ans_sign ans_account_token(ans_cx *cx, ans_accounts *accounts, ans_str id_or_name, ans_str *out_token);
/* End all tokens of an account; out_count may be NULL. */
ANS_MUST_USE ans_sign ans_account_token_revoke(ans_cx *cx, ans_accounts *accounts, ans_str id_or_name, uint32_t *out_count);

/* ---- who asks ---- */

/* By the token of a session's cookie. touch: this is use, the idle clock starts anew. NOBODY when there is no such session,
 * it has ended, or the account is off. Well under a microsecond.
 * owns     views of out live in the arena */
void ans_who_by_session(ans_accounts *accounts, ans_arena *arena, ans_str token, bool touch, ans_who *out);
/* By a bearer token. */
void ans_who_by_bearer(ans_accounts *accounts, ans_arena *arena, ans_str token, ans_who *out);

#endif
