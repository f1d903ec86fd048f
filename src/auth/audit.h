/* What was done, by whom, when, on whom and with what outcome: one compact entry per request, in the store's chained journal
 * (store/journal.h), shown as AuditEvent by rest.
 *
 * An entry stands by itself: the account's name and the display name stand in it, so it can be read when the account is long
 * gone. It holds no content of the record: rids instead of names, parameter names instead of values. */
#ifndef ANS_AUTH_AUDIT_H
#define ANS_AUTH_AUDIT_H

#include "auth/who.h"
#include "store/journal.h"

/* ANS_ACT(name, number on disk, "name in urn:ansinh:act", FHIR action). Numbers are never used again. */
#define ANS_ACTS(ANS_ACT)                                                                                                      \
    ANS_ACT(READ, 1, "read", 'R')                                                                                              \
    ANS_ACT(VREAD, 2, "vread", 'R')                                                                                            \
    ANS_ACT(HISTORY, 3, "history", 'R')                                                                                        \
    ANS_ACT(SEARCH, 4, "search", 'E')                                                                                          \
    ANS_ACT(CREATE, 5, "create", 'C')                                                                                          \
    ANS_ACT(UPDATE, 6, "update", 'U')                                                                                          \
    ANS_ACT(DELETE, 7, "delete", 'D')                                                                                          \
    ANS_ACT(TRANSACTION, 8, "transaction", 'E')                                                                                \
    ANS_ACT(BATCH, 9, "batch", 'E')                                                                                            \
    ANS_ACT(OPERATION, 10, "operation", 'E')                                                                                   \
    ANS_ACT(SIGN_IN, 20, "sign-in", 'E')                                                                                       \
    ANS_ACT(SIGN_IN_FAILED, 21, "sign-in-failed", 'E')                                                                         \
    ANS_ACT(SIGN_OUT, 22, "sign-out", 'E')                                                                                     \
    ANS_ACT(SWITCH, 23, "switch", 'E')                                                                                         \
    ANS_ACT(LOCK, 24, "lock", 'E')                                                                                             \
    ANS_ACT(UNLOCK, 25, "unlock", 'E')                                                                                         \
    ANS_ACT(BREAK_GLASS, 30, "break-glass", 'E')                                                                               \
    ANS_ACT(EXPORT, 31, "export", 'R')                                                                                         \
    ANS_ACT(PRINT, 32, "print", 'R')                                                                                           \
    ANS_ACT(USER_CHANGE, 40, "user-change", 'U')                                                                               \
    ANS_ACT(DEVICE_CHANGE, 41, "device-change", 'U')                                                                           \
    ANS_ACT(SERVER_START, 50, "server-start", 'E')                                                                             \
    ANS_ACT(SERVER_STOP, 51, "server-stop", 'E')                                                                               \
    ANS_ACT(IMPORT, 52, "import", 'C')                                                                                         \
    ANS_ACT(REFUSED, 60, "refused", 'E')

typedef enum ans_act {
#define ANS_ACT(name, number, text, action) ANS_ACT_##name = number,
    ANS_ACTS(ANS_ACT)
#undef ANS_ACT
} ans_act;

/* "sign-in", and 'C' 'R' 'U' 'D' 'E'; NULL and 0 for a number that means nothing. */
const char *ans_act_name(uint8_t act);
char ans_act_action(uint8_t act);

/* One thing that was done. Empty strings and zeros: not known or not meant. */
typedef struct ans_event {
    uint8_t act;           /* ans_act */
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
    const ans_rid *patients; /* whose record it was */
    uint32_t patient_count;
    const ans_rid *resources; /* what was read, returned or written */
    uint32_t resource_count;
} ans_event;

/* To bytes and keys, in cx->arena. */
ANS_MUST_USE ans_err ans_event_encode(ans_cx *cx, const ans_event *event, ans_note *out);
/* Back; views into bytes, lists in cx->arena. errors ANS_E_CORRUPT, without an issue. */
ANS_MUST_USE ans_err ans_event_decode(ans_cx *cx, ans_str bytes, ans_event *out);
/* The journal's key of an account, for searches; may also meet entries of others (a hash). */
uint32_t ans_account_key(ans_str account);

/* The audit of a store that is open for writing. dir: where `audit.key` is or will be made (0600); NULL: heads are not
 * signed. From here on the store signs its heads. */
ANS_MUST_USE ans_err ans_audit_new(ans_cx *cx, ans_store *store, const char *dir, ans_audit **out);
/* Before the store closes. The store signs its last head while it closes, so this only lets go of what is not needed for that;
 * call ans_audit_end after ans_store_close. */
void ans_audit_end(ans_audit *audit);

/* Durable within a second: ordinary reads, sign-ins. Any thread. errors: as ans_journal_later; refuse the request with 503. */
ANS_MUST_USE ans_err ans_audit_later(ans_audit *audit, ans_cx *cx, const ans_event *event);
/* On disk when it returns: break-glass. Not on an event loop or the writer's thread. */
ANS_MUST_USE ans_err ans_audit_now(ans_audit *audit, ans_cx *cx, const ans_event *event);

#endif
