/* Consent: who must give it, and who may have what because of it.
 *
 * Two questions, apart from each other.
 * - Who must consent for this person, for this purpose, on this day? A pure function of a birth date, of who represents the person
 *   and of what was decided about their capacity. Nothing is looked up, so it can be compared with a slow obvious model.
 * - May data of this person go to this recipient for this purpose now? From a table in memory, kept beside the gate's marks: made
 *   from the record at start, told of every commit before its answer goes out. A withdrawal counts at the next request.
 *
 * Purposes and ages are data (content/access/purposes.json). The FHIR forms are told in docs/consent.md.
 *
 * Threads: all functions from any thread. */
#ifndef ANS_AUTH_CONSENT_H
#define ANS_AUTH_CONSENT_H

#include "auth/org.h"
#include "fhir/value.h"
#include "json/json.h"

/* ---- purposes ---- */

typedef enum ans_basis {
    ANS_BASIS_CONSENT,  /* only with consent */
    ANS_BASIS_GROUND,   /* a recorded ground about this person (a referral, an emergency), or consent */
    ANS_BASIS_LAW,      /* a duty in law: a consent would claim a choice that is none */
    ANS_BASIS_DECISION  /* an authority decided: never a consent */
} ans_basis;

/* What somebody represents a person in; bits. */
enum { ANS_SCOPE_OF_DATA = 1, ANS_SCOPE_OF_CARE = 2, ANS_SCOPE_OF_PROPERTY = 4 };

typedef struct ans_purpose {
    ans_str code, vi, en;
    ans_str text_vi, text_en; /* what is agreed to; empty where nobody is asked */
    uint32_t edition;         /* of the text */
    uint8_t basis;            /* ans_basis */
    bool publishes;           /* private life is disclosed */
    bool own_test;            /* an HIV test: its own ages, and in writing for another */
    bool to_recipient;        /* leaves the house for an organisation that is named */
    uint8_t scope;            /* one of ANS_SCOPE_OF_* */
    const ans_str *groups;    /* groups of rights.json a program of this purpose may read */
    uint32_t group_count;
} ans_purpose;

#define ANS_PURPOSE_MOST 32
#define ANS_PURPOSE_SYSTEM "urn:ansinh:consent-purpose"

typedef struct ans_purposes {
    ans_purpose list[ANS_PURPOSE_MOST];
    uint32_t count;
    int adult, together, own_test; /* ages in full years */
    ans_str regime;                /* of what is asked for today */
} ans_purposes;

/* text: empty for the table built into the program. Lives in cx's arena.
 * errors   ANS_E_INVALID: the issue says what is wrong */
ANS_MUST_USE ans_err ans_purposes_read(ans_cx *cx, ans_str text, const ans_purposes **out);
/* UINT32_MAX: no such one */
uint32_t ans_purpose_named(const ans_purposes *purposes, ans_str code);

/* ---- who must consent ---- */

typedef enum ans_stands { ANS_STANDS_NOT, ANS_STANDS_PARENT, ANS_STANDS_GUARDIAN, ANS_STANDS_LEGAL } ans_stands;

typedef struct ans_representative {
    ans_str id;         /* of the RelatedPerson */
    uint8_t stands;     /* ans_stands */
    uint8_t scopes;     /* ANS_SCOPE_OF_* */
    bool by_decision;   /* number, day and who decided are known */
    ans_day from, to;   /* first and last day */
} ans_representative;

/* In the order of how much is taken away. */
typedef enum ans_capacity { ANS_CAPACITY_FULL, ANS_CAPACITY_DIFFICULT, ANS_CAPACITY_LIMITED, ANS_CAPACITY_LOST } ans_capacity;

/* FULL: given back, whatever was decided for days before. A diagnosis is no such decision. */
typedef struct ans_capacity_decision {
    uint8_t capacity;
    ans_day from, to;
} ans_capacity_decision;

typedef struct ans_subject {
    bool has_birth;
    ans_datetime birth;  /* as precise as it is known */
    ans_day died;        /* ANS_DAY_MAX: lives */
    const ans_representative *list;
    uint32_t count;
    const ans_capacity_decision *decisions;
    uint32_t decision_count;
} ans_subject;

#define ANS_NEED_MOST 16

typedef enum ans_need_why {
    ANS_NEED_ADULT,       /* themself */
    ANS_NEED_CHILD,       /* who represents the child */
    ANS_NEED_TOGETHER,    /* the child and who represents it */
    ANS_NEED_OWN_TEST,    /* themself, from the age of the law on */
    ANS_NEED_LOST,        /* the guardian of an adult */
    ANS_NEED_ASSISTED,    /* limited or difficult: both */
    ANS_NEED_NO_BIRTH,    /* nobody can be told: record at least the year of birth */
    ANS_NEED_DEAD,        /* nobody */
    ANS_NEED_LAW,         /* nobody is asked: a duty in law */
    ANS_NEED_DECISION,    /* nobody is asked: an authority decides */
    ANS_NEED_COUNT
} ans_need_why;
extern const char *const ans_need_codes[ANS_NEED_COUNT]; /* "adult", "child" ... */

typedef struct ans_need {
    uint8_t why;           /* ans_need_why */
    bool self, another;    /* who has to agree: the person, one who represents them */
    bool written;          /* on paper: the evidence is needed */
    int age;               /* full years; -1: not known */
    bool is_vague;         /* year or month of birth only: the younger age was taken */
    uint8_t capacity;      /* on that day */
    ans_day until;         /* the first day on which a birthday changes the answer; ANS_DAY_MAX: none will */
    uint8_t may[ANS_NEED_MOST]; /* places in the list of those who may act on that day */
    uint8_t may_count;
} ans_need;

/* Pure. */
void ans_consent_need(const ans_purposes *purposes, const ans_purpose *purpose, const ans_subject *subject, ans_day on, ans_need *out);
/* Full years on a day, the younger when the day of birth is not known. Somebody born on 29 February grows older on 1 March. */
int ans_age_on(const ans_datetime *birth, ans_day on);

/* ---- who may have what ---- */

/* May data of this person go to this organisation (both by id) for this purpose now? By consent, by a recorded ground, or because the law
 * asks for it. The gate is ready. */
bool ans_consent_allows(ans_gate *gate, ans_str patient, ans_str recipient, ans_str purpose, int64_t now_us);

#endif
