/* Programs of others: which are known, what people allowed them, and the tokens they hold. OAuth 2.0 as SMART App Launch 2 wants it,
 * free of sockets: rest has the doors, this room the rules.
 *
 * Ideas.
 * - A client is a program that an administrator registered. A grant is what one person allowed one client (or what a client of its own
 *   account was given for five minutes); code, access token and refresh token belong to a grant and die with it.
 * - Tokens are 256 random bits and mean nothing by themselves; kept are BLAKE2b hashes. A refresh token has a second part that stays
 *   the same through its rotations: who comes with that part and an old rest uses a copy, and the grant ends.
 * - A token never gives a right: it says who asks (the account) and what at most (who->limit); the gate does the rest.
 * - What was answered is on the disk (auth/beside.h).
 *
 * Threads. What changes something waits for the disk: on the accounts' own thread (ans_accounts_submit). ans_smart_who, lists and
 * ans_smart_read_ask: any thread.
 *
 * spec: http://hl7.org/fhir/smart-app-launch/STU2/, RFC 6749, 7009, 7523, 7636, 7662, 9700 */
#ifndef ANS_SMART_SMART_H
#define ANS_SMART_SMART_H

#include "auth/who.h"
#include "smart/scope.h"

typedef struct ans_smart ans_smart;

#define ANS_CODE_SECONDS 60
#define ANS_ACCESS_SECONDS 3600
#define ANS_BACKEND_SECONDS 300
#define ANS_REFRESH_SECONDS (90 * 86400)
#define ANS_LAUNCH_SECONDS 300
#define ANS_ASSERTION_SECONDS 300
#define ANS_CLOCK_SECONDS 60 /* that another machine's clock may go wrong */
#define ANS_KEYS_SECONDS 3600
#define ANS_KEYS_AGAIN_SECONDS 30
#define ANS_REDIRECT_MOST 8

/* errors as ans_beside_each */
ANS_MUST_USE ans_err ans_smart_open(ans_cx *cx, ans_accounts *accounts, ans_smart **out);
void ans_smart_close(ans_smart *smart); /* before the accounts; accepts NULL */

typedef enum ans_oauth {
    ANS_OAUTH_OK = 0,
#define ANS_OAUTH(name, code, http, text) ANS_OAUTH_##name,
#include "smart/oauth.def"
#undef ANS_OAUTH
    ANS_OAUTH_COUNT
} ans_oauth;
const char *ans_oauth_code(ans_oauth o); /* "invalid_grant" */
const char *ans_oauth_text(ans_oauth o);
int ans_oauth_http(ans_oauth o);

/* ---- clients ---- */

typedef enum ans_client_kind {
    ANS_CLIENT_PUBLIC, /* keeps no secret: a page, an app on a phone */
    ANS_CLIENT_SECRET, /* client_secret_basic, client_secret_post */
    ANS_CLIENT_KEY     /* private_key_jwt */
} ans_client_kind;
const char *ans_client_kind_name(ans_client_kind kind); /* "public", "secret", "key" */

typedef struct ans_client {
    ans_str id;           /* 1 to 40 of a-z 0-9 . _ - ; empty when added: one is made */
    ans_str name;         /* what people see; at most 200 bytes */
    ans_str scope;        /* the most it may be given */
    ans_str organization; /* id of the Organization that answers for it; may be empty */
    ans_str purpose;      /* code of content/access/purposes.json: it sees only whose data may go to `organization` for that; may be empty.
                             Of a client with an account of its own it is the account's, and empty here */
    ans_str account;      /* id of the program account it acts as by itself (Backend Services); empty: it acts for people */
    ans_str launch_url;   /* where it is opened from a person's page; may be empty */
    ans_str jwks, jwks_url; /* of kind KEY: one of them */
    ans_str redirects[ANS_REDIRECT_MOST];
    uint32_t redirect_count;
    uint8_t kind;         /* ans_client_kind */
    bool is_disabled;
    bool may_introspect;  /* asks about tokens of others: a resource server */
    int64_t created_us;
} ans_client;

/* Could it be added? is_own: with an account that is not known yet. */
ANS_MUST_USE ans_oauth ans_client_check(ans_cx *cx, ans_smart *smart, const ans_client *n, bool is_own);
/* Add a client; *out_secret (of kind SECRET) is shown once. In the arena.
 * returns  TAKEN, BAD (an issue of cx says what), FULL, FAILED */
ANS_MUST_USE ans_oauth ans_client_add(ans_cx *cx, ans_smart *smart, const ans_client *n, ans_client *out, ans_str *out_secret);
/* In the order of names; in the arena. Any thread. */
ANS_MUST_USE ans_err ans_client_list(ans_cx *cx, ans_smart *smart, ans_client **out, uint32_t *out_count);
ANS_MUST_USE ans_oauth ans_client_get(ans_cx *cx, ans_smart *smart, ans_str id, ans_client *out);
/* Off: nothing of it is answered until it is on again; what it held goes on then. */
ANS_MUST_USE ans_oauth ans_client_switch(ans_cx *cx, ans_smart *smart, ans_str id, bool on);
/* Gone, with all it was allowed. */
ANS_MUST_USE ans_oauth ans_client_remove(ans_cx *cx, ans_smart *smart, ans_str id);
ANS_MUST_USE ans_oauth ans_client_new_secret(ans_cx *cx, ans_smart *smart, ans_str id, ans_str *out_secret);
/* Does a page at this origin, as a browser sends it ("https://charts.example"), belong to a client that is on, keeps no secret and comes
 * back there? Any thread. */
bool ans_smart_is_origin(ans_smart *smart, ans_str origin);
/* An address that a client may come back to, or have its keys at. http only for this machine itself. */
bool ans_client_is_redirect(ans_str url);

/* ---- asking a person ---- */

/* Whom a program is opened for, and which of their stays: the context of a launch. Ids; empty: none. */
typedef struct ans_smart_about {
    ans_str patient, encounter;
} ans_smart_about;

typedef struct ans_smart_ask {
    ans_client client;
    ans_str redirect_uri, state, nonce, challenge, launch;
    ans_permits permits;  /* what was asked for and may be given */
    ans_smart_about about; /* of the launch */
    bool needs_patient, needs_encounter; /* one is to be chosen */
} ans_smart_ask;

/* An authorization request as it stands in the address, of the person signed in. base: of this FHIR service.
 * *out_redirect: an error may be told to the program (its address is proved); else only to the person. */
ANS_MUST_USE ans_oauth ans_smart_read_ask(ans_cx *cx, ans_smart *smart, ans_str query, ans_str base, const ans_who *who,
                                          ans_smart_ask *out, bool *out_redirect);
/* They said yes, to `kept` of the scopes, and chose the person and the stay that the caller has looked at (of the launch where it names
 * them, and then ask->about counts). *out_code in the arena.
 * returns  SCOPE nothing is left; REQUEST a person or a stay is needed; LAUNCH; FULL; FAILED */
ANS_MUST_USE ans_oauth ans_smart_allow(ans_cx *cx, ans_smart *smart, const ans_smart_ask *ask, const ans_who *who, ans_str kept,
                                       const ans_smart_about *chosen, ans_str *out_code);
/* Open a client from a person's page; *out_launch in the arena, good once, within five minutes, for this account. */
ANS_MUST_USE ans_oauth ans_smart_launch(ans_cx *cx, ans_smart *smart, const ans_who *who, ans_str client,
                                        const ans_smart_about *about, ans_str *out_launch);
/* Where the browser goes for it. In the arena. */
ans_str ans_smart_launch_url(ans_cx *cx, ans_str launch_url, ans_str base, ans_str launch);
/* redirect_uri with what is to be told: code, or error; state as it came. In the arena. */
ans_str ans_smart_redirect(ans_cx *cx, const ans_smart_ask *ask, ans_str code, ans_oauth error);

/* ---- tokens ---- */

typedef struct ans_smart_call {
    ans_str form;          /* body, application/x-www-form-urlencoded */
    ans_str authorization; /* header, or p NULL */
    ans_str token_url;     /* audience of assertions */
    ans_str base;          /* of the FHIR service: issuer */
    bool has_fetched;      /* keys were fetched for this call: not twice */
} ans_smart_call;

typedef struct ans_smart_answer {
    ans_str json;                  /* body, also of an error */
    ans_str fetch_client, fetch_url; /* KEYS: what to fetch; then ans_smart_set_keys, and the same call again with has_fetched */
    ans_who who;                   /* the account it came to, for the audit */
    const char *what;              /* "authorization_code" ... for the audit */
    bool wants_basic;              /* of CLIENT: it came with a Basic header */
    bool has_ended;                /* a code or token was used that should not be about any more: its grant ended */
} ans_smart_answer;

ANS_MUST_USE ans_oauth ans_smart_token(ans_cx *cx, ans_smart *smart, const ans_smart_call *call, ans_smart_answer *out);
ANS_MUST_USE ans_oauth ans_smart_introspect(ans_cx *cx, ans_smart *smart, const ans_smart_call *call, ans_smart_answer *out);
ANS_MUST_USE ans_oauth ans_smart_revoke(ans_cx *cx, ans_smart *smart, const ans_smart_call *call, ans_smart_answer *out);
/* What was found at a client's jwks_url; empty: nothing. Kept in memory for an hour. Any thread. */
void ans_smart_set_keys(ans_smart *smart, ans_str client, ans_str jwks);
/* Our own public keys. Makes the key when there is none. */
ANS_MUST_USE ans_oauth ans_smart_keys(ans_cx *cx, ans_smart *smart, ans_str *out_json);

/* By an access token; NOBODY. Some microseconds. owns: views of out, and its limit, in the arena of cx */
void ans_smart_who(ans_smart *smart, ans_cx *cx, ans_str token, ans_who *out);

/* ---- what people allowed ---- */

typedef struct ans_smart_grant {
    ans_str id, client, client_name, scope, patient;
    int64_t since_us, used_us, until_us;
} ans_smart_grant;
/* Of one account, newest first; in the arena. Any thread. */
ANS_MUST_USE ans_err ans_smart_grants(ans_cx *cx, ans_smart *smart, ans_str account, ans_smart_grant **out, uint32_t *out_count);
/* End one of the account's own. NOT_FOUND: also when it is another's. */
ANS_MUST_USE ans_oauth ans_smart_end(ans_cx *cx, ans_smart *smart, ans_str account, ans_str id);

#endif
