/* Who asks. Found once per call, before anything else is done with it, and never changed after that: a session that ends or
 * a role that is taken away shows at the next call.
 *
 * The room's parts, each with its own header: account.h (names, passwords, sessions, devices), org.h (organisations in
 * time), gate.h (what this caller may see and do), audit.h (what was done, in a chain). They know each other only through
 * this file. */
#ifndef ANS_AUTH_WHO_H
#define ANS_AUTH_WHO_H

#include "base/cx.h"

typedef struct ans_accounts ans_accounts;
typedef struct ans_orgs ans_orgs;
typedef struct ans_gate ans_gate;
typedef struct ans_audit ans_audit;

typedef enum ans_who_kind {
    ANS_WHO_NOBODY,  /* not signed in, or the session has ended */
    ANS_WHO_OPEN,    /* --auth off, and the program's own work (import, demo): everything is allowed */
    ANS_WHO_PERSON,  /* an account, through a session */
    ANS_WHO_PROGRAM, /* an account, through a bearer token */
    ANS_WHO_LOCAL    /* the owner of the data folder, through its socket */
} ans_who_kind;

/* Views live as long as the call's arena. */
typedef struct ans_who {
    uint8_t kind;         /* ans_who_kind */
    bool is_locked;       /* idle for too long: may only unlock, let another one in, or leave */
    bool must_change;     /* the password was given by somebody else: may only change it */
    ans_str account;      /* id of the account; empty for NOBODY, OPEN and LOCAL */
    ans_str name;         /* what is typed at sign-in: "dd.ha" */
    ans_str display;      /* "Điều dưỡng Hà" */
    ans_str practitioner; /* id of the Practitioner whose PractitionerRoles count; may be empty */
    ans_str person;       /* of a person in care or who represents them: "Patient/id" or "RelatedPerson/id"; else empty */
    ans_str direct_role;  /* code of a role given to the account itself (administrator, auditor, system); may be empty */
    ans_str purpose;      /* of a program bound to one: what it asks for (content/access/purposes.json); may be empty */
    ans_str recipient;    /* id of the Organization it asks for; empty without a purpose */
    ans_str session;      /* public id of the session or token: no secret */
    ans_str device;       /* id of the registered shared device, or empty */
    /* Of a program that asks by a token of its own (smart/smart.h); empty and NULL: by nobody but the account itself. */
    ans_str client;       /* id of the registered program */
    const struct ans_limit *limit; /* what its token allows at most (auth/limit.h) */
} ans_who;

#endif
