/* Scopes: what a program asks for and what it is given, as text ("patient/Observation.rs openid") and as rules (auth/limit.h).
 * Pure: no clock, no store.
 *
 * Both forms of SMART are read, v2 (.cruds, with conditions) and v1 (.read .write .*), and printed as they were asked for unless less
 * was given. What is not known is left out and counted: a server may give less than was asked, and says what it gave.
 *
 * spec: http://hl7.org/fhir/smart-app-launch/STU2/scopes-and-launch-context.html */
#ifndef ANS_SMART_SCOPE_H
#define ANS_SMART_SCOPE_H

#include "auth/limit.h"
#include "base/cx.h"

#define ANS_SCOPE_MOST_BYTES 2000
#define ANS_SCOPE_MOST 64

enum {
    ANS_PERMIT_OPENID = 1,
    ANS_PERMIT_FHIR_USER = 2,
    ANS_PERMIT_PROFILE = 4,
    ANS_PERMIT_LAUNCH = 8,          /* the context comes with the launch */
    ANS_PERMIT_LAUNCH_PATIENT = 16, /* a person is to be chosen */
    ANS_PERMIT_OFFLINE = 32,
    ANS_PERMIT_ONLINE = 64,
    ANS_PERMIT_LAUNCH_ENCOUNTER = 128 /* and one of their stays */
};

typedef enum ans_permit_of { ANS_OF_PATIENT, ANS_OF_USER, ANS_OF_SYSTEM } ans_permit_of;

typedef struct ans_permit {
    uint8_t of;          /* ans_permit_of; rule.in_person for a patient's */
    bool is_v1;
    ans_str query;       /* the condition as it was written, behind '?'; it is kept as one piece */
    ans_limit_rule rule;
} ans_permit;

typedef struct ans_permits {
    uint32_t flags; /* ANS_PERMIT_ */
    ans_permit *list;
    uint32_t count;
    uint32_t unknown; /* left out: no scope of ours */
} ans_permits;

/* owns     all in cx->arena
 * errors   ANS_E_VALUE: too long, too many, or bytes that no scope has */
ANS_MUST_USE ans_err ans_permits_read(ans_cx *cx, ans_str text, ans_permits *out);
/* What of `asked` lies within `allowed`: a type of all types, fewer letters, a condition more. user/ allows patient/ (which is less);
 * nothing else allows another context. */
ANS_MUST_USE ans_err ans_permits_meet(ans_cx *cx, const ans_permits *asked, const ans_permits *allowed, ans_permits *out);
/* One line, in the order of RFC 6749: flags first. In the arena. */
ANS_MUST_USE ans_err ans_permits_print(ans_cx *cx, const ans_permits *permits, ans_str *out);
/* One resource scope by itself, as the line has it. */
ANS_MUST_USE ans_err ans_permit_print(ans_cx *cx, const ans_permit *permit, ans_str *out);
bool ans_permits_has(const ans_permits *permits, ans_permit_of of);
/* For who->limit. patient: id, or empty. */
ANS_MUST_USE ans_err ans_permits_limit(ans_cx *cx, const ans_permits *permits, ans_str patient, ans_limit *out);

#endif
