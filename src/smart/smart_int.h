/* Inside of smart: what is held in memory and how it is kept. As in auth/account_int.h: one thread at a time changes things (it holds
 * `change`), on the disk first, then in place under the write lock; who holds `change` reads without a lock. */
#ifndef ANS_SMART_SMART_INT_H
#define ANS_SMART_SMART_INT_H

#include <pthread.h>

#include "auth/beside.h"
#include "auth/secret.h"
#include "smart/jose.h"
#include "smart/smart.h"

enum {
    ID_BYTES = 13,
    CLIENT_ID_BYTES = 41,
    ACCOUNT_BYTES = 13,
    REFERENCE_BYTES = 65,
    NONCE_BYTES = 257,
    CHALLENGE_BYTES = 44,
    FAMILY_CHARS = 22, /* 128 bits: the part of a refresh token that stays */
    MOST_URL_BYTES = 1000,
    MOST_CLIENTS = 500,
    MOST_GRANTS = 20000,
    MOST_OF_ACCOUNT = 32,  /* of a person: one more ends the oldest */
    MOST_OF_BACKEND = 32,  /* live tokens of a client by itself */
    MOST_LAUNCHES = 1000,
    MOST_ASSERTIONS = 50000,
    GRANT_BUCKETS = 1024,
    TIDY_AT_ONCE = 32
};

#define SECOND INT64_C(1000000)

typedef struct client {
    char id[CLIENT_ID_BYTES];
    uint8_t kind;
    bool is_disabled, may_introspect;
    uint8_t secret[ANS_DIGEST_BYTES];
    char account[ACCOUNT_BYTES], organization[REFERENCE_BYTES], purpose[33];
    uint8_t origins[ANS_REDIRECT_MOST][ANS_DIGEST_BYTES]; /* of the pages of a public one */
    uint32_t origin_count;
    char *body; /* the document, a view of all the rest; owned */
    size_t body_n;
    char *keys; /* fetched; NULL: none; owned */
    size_t keys_n;
    int64_t keys_us, tried_us; /* monotonic */
} client;

typedef struct app_grant app_grant;
struct app_grant {
    char id[ID_BYTES], client[CLIENT_ID_BYTES], account[ACCOUNT_BYTES], patient[REFERENCE_BYTES], encounter[REFERENCE_BYTES];
    char scope[ANS_SCOPE_MOST_BYTES + 1], nonce[NONCE_BYTES], challenge[CHALLENGE_BYTES];
    uint8_t code[ANS_DIGEST_BYTES], redirect[ANS_DIGEST_BYTES], access[ANS_DIGEST_BYTES], family[ANS_DIGEST_BYTES], refresh[ANS_DIGEST_BYTES];
    bool is_own;    /* of a client by itself */
    bool is_online; /* its refresh token is good while the person is signed in somewhere */
    bool code_used;
    int64_t since_us, code_until_us, access_until_us, refresh_until_us; /* 0: there is none */
    int64_t used_us;  /* atomic; not kept */
    app_grant *next;  /* in its bucket, by access */
};

typedef struct launch {
    uint8_t digest[ANS_DIGEST_BYTES];
    char client[CLIENT_ID_BYTES], account[ACCOUNT_BYTES], patient[REFERENCE_BYTES], encounter[REFERENCE_BYTES];
    int64_t until_us;
} launch;

/* An assertion that was taken, until it is over by itself. */
typedef struct taken {
    char id[ID_BYTES];
    uint8_t digest[ANS_DIGEST_BYTES];
    int64_t until_us;
} taken;

struct ans_smart {
    ans_accounts *accounts;
    pthread_mutex_t change;
    pthread_rwlock_t lock;
    client **clients;
    uint32_t client_count, client_cap;
    app_grant **grants;
    uint32_t grant_count, grant_cap;
    app_grant *buckets[GRANT_BUCKETS];
    taken *taken;             /* change */
    uint32_t taken_count, taken_cap;
    launch *launches;         /* change */
    uint32_t launch_count, launch_cap;
    char *key;                /* our private JWK; NULL: none yet; change and lock */
};

/* What one act writes. */
typedef struct writing {
    ans_cx *cx;
    ans_smart *s;
    ans_beside *list;
    uint32_t count, cap;
    bool failed;
} writing;

/* ---- held.c: callers hold change, or the read lock for finding ---- */
client *find_client(const ans_smart *s, ans_str id);
app_grant *find_grant(const ans_smart *s, ans_str id);
app_grant *find_by_access(const ans_smart *s, const uint8_t digest[ANS_DIGEST_BYTES]);
app_grant *find_by_code(const ans_smart *s, const uint8_t digest[ANS_DIGEST_BYTES]);
app_grant *find_by_family(const ans_smart *s, const uint8_t digest[ANS_DIGEST_BYTES]);
ANS_MUST_USE bool put_client(ans_smart *s, const client *next, ans_str body);
void drop_client(ans_smart *s, client *c);
ANS_MUST_USE bool put_grant(ans_smart *s, const app_grant *next);
void drop_grant(ans_smart *s, app_grant *g);
bool is_grant_over(const app_grant *g, int64_t now_us);
ANS_MUST_USE bool apps_grow(void *list_at, uint32_t count, uint32_t *cap, size_t element_bytes);
void apps_free(ans_smart *s);

/* ---- keep.c ---- */
ANS_MUST_USE ans_err apps_load(ans_cx *cx, ans_smart *s);
void write_grant(writing *w, const app_grant *g);
void write_gone(writing *w, ans_beside_kind kind, const char *id);
void write_text(writing *w, ans_beside_kind kind, const char *id, ans_str body);
void write_taken(writing *w, const taken *t);
ANS_MUST_USE bool write_all(writing *w);
/* Grants and assertions that are over go with what is written; call write_tidied behind a write that was kept. */
void write_tidy(writing *w, int64_t now_us);
void write_tidied(writing *w, int64_t now_us);

/* ---- client.c ---- */
ANS_MUST_USE bool client_view(ans_cx *cx, ans_str body, ans_client *out);
/* Fills what is looked at often from a document. */
ANS_MUST_USE bool client_read(ans_cx *cx, ans_str id, ans_str body, client *out);

/* ---- assertion.c ---- */
typedef struct prover {
    const client *c;
    ans_oauth result;
    taken assertion; /* id "": none was used */
} prover;
/* Which client is this, and did it prove so? Callers hold change. KEYS: out->fetch_ is filled. */
ANS_MUST_USE ans_oauth prove_client(ans_cx *cx, ans_smart *s, const ans_smart_call *call, prover *p, ans_smart_answer *out);

/* ---- smart.c ---- */
void smart_id(char out[ID_BYTES]);
void text_copy(char *to, size_t size, ans_str s); /* what is longer was refused before */
/* A parameter of a form: *twice when it is there more than once. */
ans_str form_get(ans_cx *cx, ans_str form, const char *name, bool *twice);
ANS_MUST_USE ans_oauth end_grants(ans_cx *cx, ans_smart *s, app_grant *const *list, uint32_t count);

#endif
