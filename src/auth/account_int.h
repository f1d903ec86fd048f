/* Inside of accounts: what is held in memory, how it is kept, and what the files call in each other.
 *
 * Documents (account, session, device) are plain structs of fixed size. Only one thread at a time changes anything (it holds
 * `change`): it works on a copy, has the copy written to the disk, and then puts it in place under the write lock. Readers take
 * the read lock for the few instructions of a lookup. So who holds `change` reads without a lock. */
#ifndef ANS_AUTH_ACCOUNT_INT_H
#define ANS_AUTH_ACCOUNT_INT_H

#include <pthread.h>

#include "auth/account.h"
#include "auth/beside.h"
#include "auth/delay.h"
#include "auth/secret.h"
#include "auth/sign.h"
#include "auth/totp.h"
#include "json/json.h"
#include "store/store.h"

enum {
    ID_BYTES = 13, /* 12 characters and a NUL */
    NAME_BYTES = 65,
    DISPLAY_BYTES = 201,
    REFERENCE_BYTES = 65,
    PERSON_BYTES = REFERENCE_BYTES + 14, /* with "RelatedPerson/" */
    ROLE_BYTES = 33,
    PURPOSE_BYTES = 41,
    AGENT_BYTES = 121,
    RECOVERY_CODES = 10,
    DEVICE_PEOPLE = 64,
    MOST_WRONG_PINS = 3,
    FREE_ADDRESS_TRIES = 10,
    MOST_SESSIONS = 32 /* of one account: one more ends the oldest */
};

typedef struct account {
    char id[ID_BYTES], name[NAME_BYTES], display[DISPLAY_BYTES], practitioner[REFERENCE_BYTES], role[ROLE_BYTES];
    char person[PERSON_BYTES];         /* "Patient/id", "RelatedPerson/id" */
    char purpose[PURPOSE_BYTES], recipient[REFERENCE_BYTES], basis[DISPLAY_BYTES]; /* of a program bound to one */
    char password[ANS_SECRET_HASH_BYTES], pin[ANS_SECRET_HASH_BYTES]; /* "": none */
    uint8_t totp[ANS_TOTP_SECRET_BYTES], new_totp[ANS_TOTP_SECRET_BYTES]; /* new: waits for its first code; not kept */
    uint8_t recovery[RECOVERY_CODES][ANS_DIGEST_BYTES];
    uint32_t recovery_count;
    bool has_totp, has_new_totp, is_program, is_disabled, must_change;
    int64_t totp_step; /* of the last code used */
    int64_t created_us, last_sign_in_us;
    int64_t password_until_us; /* of a one-time password; 0: for ever */
    int64_t ended_us;          /* when all tokens ended last: what was allowed before counts no more */
} account;

typedef struct device_person {
    char account[ID_BYTES];
    uint32_t wrong;      /* PINs in a row */
    int64_t password_us; /* last sign-in with the password here */
} device_person;

typedef struct device {
    char id[ID_BYTES], name[DISPLAY_BYTES];
    uint8_t digest[ANS_DIGEST_BYTES];
    int64_t since_us;
    uint32_t person_count;
    device_person people[DEVICE_PEOPLE];
} device;

typedef struct session {
    uint8_t digest[ANS_DIGEST_BYTES];
    char id[ID_BYTES], agent[AGENT_BYTES];
    account *account; /* borrowed: accounts are never removed */
    char device[ID_BYTES];
    bool is_token, is_locked; /* is_locked: by hand, or found idle; atomic */
    int64_t since_us, until_us, last_used_us; /* until 0: for ever; last_used: atomic */
} session;

typedef struct task_list {
    ans_accounts_task *first, *last;
    uint32_t count;
} task_list;

struct ans_accounts {
    ans_store *store;
    uint16_t types[3 + ANS_BESIDE_COUNT], slot; /* numbers of the names in the store */
    pthread_rwlock_t lock;
    account **accounts;
    uint32_t account_count, account_cap;
    device **devices;
    uint32_t device_count, device_cap;
    session **sessions; /* open addressing by digest; session_cap is a power of two */
    uint32_t session_count, session_cap;
    pthread_mutex_t change;
    ans_delays delays;                      /* change */
    char draft_secret[ANS_TOKEN_BYTES + 1]; /* never changes once made (draft.c) */
    char dummy[ANS_SECRET_HASH_BYTES];      /* what names that do not exist are compared with */
    uint8_t first_code[ANS_DIGEST_BYTES];   /* change */
    bool has_first_code;                    /* change */
    char *first_path;                       /* of the file that holds it; NULL: in memory */
    pthread_t thread;
    pthread_mutex_t queue_lock;
    pthread_cond_t work;
    task_list quick, slow; /* queue_lock */
    bool ending, has_thread;
};

/* ---- held.c: in memory. Callers hold change; those named find_ also work under the read lock ---- */
account *find_account(const ans_accounts *a, ans_str id_or_name);
account *find_account_by_name(const ans_accounts *a, ans_str name);
session *find_session(const ans_accounts *a, const uint8_t digest[ANS_DIGEST_BYTES]);
session *find_session_by_id(const ans_accounts *a, ans_str id);
device *find_device(const ans_accounts *a, ans_str id);
device_person *find_person(device *d, const char *account_id);
/* Put in place; a new one is copied to the heap. held_room before the disk is written leaves them little to fail for. */
ANS_MUST_USE bool held_room(ans_accounts *a);
ANS_MUST_USE bool put_account(ans_accounts *a, const account *next);
ANS_MUST_USE bool put_device(ans_accounts *a, const device *next);
ANS_MUST_USE bool put_session(ans_accounts *a, const session *next);
void drop_session(ans_accounts *a, session *s);
void drop_device(ans_accounts *a, device *d);
void held_free(ans_accounts *a);

/* ---- draft.c ---- */
/* The server's secret behind the keys of drafts: read, or made at the first start. */
ANS_MUST_USE ans_err draft_open(ans_cx *cx, ans_accounts *a);

/* ---- keep.c: on the disk ---- */

enum { ONE_TIME_LETTERS = 16 }; /* of a password that is shown once, 80 bits */
enum { T_ACCOUNT, T_SESSION, T_DEVICE, T_BESIDE };

/* A set of documents to be written together. */
typedef struct keep {
    ans_cx *cx;
    ans_accounts *a;
    ans_change *at;
    uint32_t count, cap;
    bool failed;
} keep;

ANS_MUST_USE ans_err keep_open(ans_cx *cx, const ans_accounts_options *o, ans_accounts *a);
ANS_MUST_USE ans_err keep_load(ans_cx *cx, ans_accounts *a);
void keep_account(keep *k, const account *x);
void keep_device(keep *k, const device *x);
void keep_session(keep *k, const session *x);
void drop_kept_session(keep *k, const session *x);
void drop_kept_device(keep *k, const device *x);
/* body empty: it is taken away. */
void keep_text(keep *k, int type, ans_str id, ans_str body);
/* All current documents of one type, in no order; cx of the visit is emptied after each. */
ANS_MUST_USE ans_err keep_each(ans_cx *cx, const ans_accounts *a, ans_reader *rd, int type,
                               ans_err (*visit)(void *arg, ans_cx *cx, const ans_version *v), void *arg);
/* On the disk when it answers true. */
ANS_MUST_USE bool keep_commit(keep *k);

/* ---- account.c: callers hold change ---- */
ANS_MUST_USE ans_sign add_account(ans_cx *cx, ans_accounts *a, const ans_account_new *n, account *out, ans_str *out_password);
ANS_MUST_USE ans_sign keep_one(ans_cx *cx, ans_accounts *a, const account *next);
void forget_first_code(ans_accounts *a);

/* ---- sessions.c ---- */
/* A session as it is: its clock moves under the readers' hands. */
session copy_session(ans_accounts *a, const session *s);
/* Write next and end all sessions (and tokens, which it notes in next) of it but `spare`. */
ANS_MUST_USE ans_sign end_sessions(ans_cx *cx, ans_accounts *a, account *next, bool tokens, const session *spare);
/* The session of a request, if it still holds; NULL. */
/* Take away what is over; save: also keep when the others were last used. */
void sessions_tidy(ans_accounts *a, bool save);
session *session_of(ans_accounts *a, const ans_sign_from *from);
bool is_over(const session *s, int64_t now_us);
void make_id(char out[ID_BYTES]);
void text_put(char *to, size_t size, ans_str s); /* cut at a character's end */

/* ---- worker.c ---- */
ANS_MUST_USE bool worker_start(ans_accounts *a);
void worker_stop(ans_accounts *a);

#endif
