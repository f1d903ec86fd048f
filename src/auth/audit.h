/* What was done, by whom, when, on whom and with what outcome: one compact entry per request, in the store's chained journal
 * (store/journal.h), shown as AuditEvent by rest.
 *
 * An entry stands by itself: the account's name and the display name stand in it, so it can be read when the account is long
 * gone. It holds no content of the record: rids instead of names, parameter names instead of values. */
#ifndef ANS_AUTH_AUDIT_H
#define ANS_AUTH_AUDIT_H

#include "auth/who.h"
#include "store/journal.h"

/* ANS_DEED(name, number on disk, "its code in urn:ansinh:audit", FHIR action). Numbers are never used again. */
#define ANS_DEEDS(ANS_DEED)                                                                                                      \
    ANS_DEED(READ, 1, "read", 'R')                                                                                              \
    ANS_DEED(VREAD, 2, "vread", 'R')                                                                                            \
    ANS_DEED(HISTORY, 3, "history", 'R')                                                                                        \
    ANS_DEED(SEARCH, 4, "search", 'E')                                                                                          \
    ANS_DEED(CREATE, 5, "create", 'C')                                                                                          \
    ANS_DEED(UPDATE, 6, "update", 'U')                                                                                          \
    ANS_DEED(DELETE, 7, "delete", 'D')                                                                                          \
    ANS_DEED(TRANSACTION, 8, "transaction", 'E')                                                                                \
    ANS_DEED(BATCH, 9, "batch", 'E')                                                                                            \
    ANS_DEED(OPERATION, 10, "operation", 'E')                                                                                   \
    ANS_DEED(SIGN_IN, 20, "sign-in", 'E')                                                                                       \
    ANS_DEED(SIGN_IN_FAILED, 21, "sign-in-failed", 'E')                                                                         \
    ANS_DEED(SIGN_OUT, 22, "sign-out", 'E')                                                                                     \
    ANS_DEED(SWITCH, 23, "switch", 'E')                                                                                         \
    ANS_DEED(LOCK, 24, "lock", 'E')                                                                                             \
    ANS_DEED(UNLOCK, 25, "unlock", 'E')                                                                                         \
    ANS_DEED(WITNESS, 26, "witness", 'E')                                                                                       \
    ANS_DEED(BREAK_GLASS, 30, "break-glass", 'E')                                                                               \
    ANS_DEED(EXPORT, 31, "export", 'R')                                                                                         \
    ANS_DEED(PRINT, 32, "print", 'R')                                                                                           \
    ANS_DEED(USER_CHANGE, 40, "user-change", 'U')                                                                               \
    ANS_DEED(DEVICE_CHANGE, 41, "device-change", 'U')                                                                           \
    ANS_DEED(CLIENT_CHANGE, 42, "client-change", 'U')                                                                           \
    ANS_DEED(APP_ALLOW, 43, "app-allow", 'E')                                                                                   \
    ANS_DEED(APP_TOKEN, 44, "app-token", 'E')                                                                                   \
    ANS_DEED(APP_END, 45, "app-end", 'E')                                                                                           \
    ANS_DEED(SERVER_START, 50, "server-start", 'E')                                                                             \
    ANS_DEED(SERVER_STOP, 51, "server-stop", 'E')                                                                               \
    ANS_DEED(IMPORT, 52, "import", 'C')                                                                                         \
    ANS_DEED(REFUSED, 60, "refused", 'E')

typedef enum ans_deed {
#define ANS_DEED(name, number, text, action) ANS_DID_##name = number,
    ANS_DEEDS(ANS_DEED)
#undef ANS_DEED
} ans_deed;

/* "sign-in", and 'C' 'R' 'U' 'D' 'E'; NULL and 0 for a number that means nothing. */
const char *ans_deed_name(uint8_t deed);
char ans_deed_action(uint8_t deed);

/* One thing that was done. Empty strings and zeros: not known or not meant. */
typedef struct ans_event {
    uint8_t deed;          /* ans_deed */
    bool is_break_glass;   /* allowed only by an open break-glass */
    bool is_compartment;   /* touched what is specially protected */
    uint16_t status;       /* as answered: 200, 404 ... */
    uint16_t type;         /* the store's number of the resource type that a search or history was about; 0: several */
    ans_who who;
    ans_str role;          /* the role that allowed it: "nurse" */
    ans_str address;       /* where the call came from: "127.0.0.1" */
    ans_str operation;     /* "$everything" */
    ans_str parameters;    /* names only: "name,birthdate" */
    ans_str purpose;       /* of break-glass: a code of v3-PurposeOfUse; other acts: why, as the caller gave it */
    ans_str reason;        /* of break-glass, in words */
    ans_str subject;       /* the account that was changed, or tried to sign in, by its name; a device's name */
    uint64_t request;      /* id of the request, as in the log; 0 */
    int64_t when_us;       /* decoded only */
    uint64_t seq;          /* decoded only */
    const ans_rid *patients; /* whose record it was */
    uint32_t patient_count;
    const ans_rid *resources; /* what was read, returned or written */
    uint32_t resource_count;
} ans_event;

/* To bytes and keys, in cx->arena. */
ANS_MUST_USE ans_err ans_event_encode(ans_cx *cx, const ans_event *event, ans_note *out);
/* Back; views into the entry's bytes and keys, a few strings in cx->arena. errors ANS_E_CORRUPT, without an issue. */
ANS_MUST_USE ans_err ans_event_decode(ans_cx *cx, const ans_entry *entry, ans_event *out);
/* The journal's keys of an account (by its id) and of a Practitioner (by its id), for searches: hashes, so entries of others may be
 * met as well, and must be compared. Of patients and resources the rid itself is the key. */
uint32_t ans_account_key(ans_str account);
uint32_t ans_practitioner_key(ans_str practitioner);

/* The audit of a store that is open for writing. dir: where `audit.key` is or will be made (mode 0600); NULL: heads are not
 * signed. From here on the store signs its heads, the last one while it closes: free the audit after that. */
ANS_MUST_USE ans_err ans_audit_new(ans_cx *cx, ans_store *store, const char *dir, ans_audit **out);
void ans_audit_free(ans_audit *audit);

/* Durable within a second: ordinary reads, sign-ins. Any thread. errors: as ans_journal_later; refuse the request with 503. */
ANS_MUST_USE ans_err ans_audit_later(ans_audit *audit, ans_cx *cx, const ans_event *event);
/* On disk when it returns: break-glass. Not on an event loop or the writer's thread. */
ANS_MUST_USE ans_err ans_audit_now(ans_audit *audit, ans_cx *cx, const ans_event *event);

/* ---- verifying ---- */

#define ANS_PUBLIC_KEY_BYTES 32

/* The public half of `audit.key`; ANS_E_NOTFOUND when there is none. */
ANS_MUST_USE ans_err ans_audit_public_key(ans_cx *cx, const char *dir, uint8_t out[ANS_PUBLIC_KEY_BYTES]);
void ans_audit_key_id(const uint8_t key[ANS_PUBLIC_KEY_BYTES], uint8_t out[8]);

/* Whose signatures are believed: `key` when given, else any key the record itself knows (whoever could write all of the record
 * could also have written those: compare the id with one that was noted elsewhere). */
typedef struct ans_audit_judge {
    ans_cx *cx;
    ans_store *store;
    const uint8_t *key;
    uint8_t last_id[8], last_key[ANS_PUBLIC_KEY_BYTES]; /* of the record, kept from one head to the next */
    bool has_last;
} ans_audit_judge;
/* For ans_journal_check.signature; arg is an ans_audit_judge. */
ans_head_state ans_audit_judge_head(void *arg, const ans_head *head);

#endif
