/* Who may see and do what, decided in one place for every door: FHIR interactions, operations, history, export, search.
 *
 * Ideas.
 * - Rights are a table (content/access/rights.json): role x group of types x act -> scopes. Nothing of it stands in code.
 * - Every resource has a mark: whose it is, and which compartments it lies in. Marks are in memory, one per rid; they are made
 *   from index rows at start, in the background, and kept right by every commit before its answer goes out.
 * - An owner is a person, an organisation or a member of staff. Where owners are (facility, ward, team) is in memory too, so
 *   that moving a resident shows at once.
 * - A pass says, for one account, which owners lie within each scope of each of its roles. It is worked out once and kept until
 *   a role, a place or an organisation changes. Asking it about a resource is two look-ups: a search of millions stays one.
 * - What a pass does not see does not exist for it: no answer, count, order or page link tells otherwise.
 * - Newest rights hold for every moment asked about: the past is seen with today's eyes.
 *
 * Threads: all functions from any thread, unless they say otherwise. */
#ifndef ANS_AUTH_GATE_H
#define ANS_AUTH_GATE_H

#include "auth/who.h"
#include "search/search.h"

typedef enum ans_right {
    ANS_RIGHT_READ,      /* read, search */
    ANS_RIGHT_CREATE,
    ANS_RIGHT_UPDATE,
    ANS_RIGHT_DELETE,
    ANS_RIGHT_HISTORY,   /* versions before the current one */
    ANS_RIGHT_SIGN,
    ANS_RIGHT_EXPORT,
    ANS_RIGHT_AGGREGATE, /* figures without persons */
    ANS_RIGHT_COUNT
} ans_right;

/* Compartments (labels), as bits. At most 15: the highest bit of a mark in memory says that it is known. */
typedef uint16_t ans_labels;
enum {
    ANS_LABEL_HIV = 1,
    ANS_LABEL_ETH = 2,   /* substance use */
    ANS_LABEL_PSY = 4,   /* mental-health narrative */
    ANS_LABEL_SDV = 8,   /* abuse, violence */
    ANS_LABEL_ADOPT = 16, /* adoption, origin of an abandoned child */
    ANS_LABEL_VISIT = 32, /* what was written at a visit */
    ANS_LABEL_REQ = 64,   /* requests and complaints of data subjects: not for those they may be about */
    ANS_LABEL_MH = 128,   /* what tells of mental illness: instruments, their scores and follow-up, reasons by code */
    ANS_LABEL_NOPAT = 256 /* not for the person and who represents them; staff sees it as anything else */
};
#define ANS_LABEL_COUNT 9

typedef struct ans_pass ans_pass; /* immutable */

/* Whose a resource is, and its labels. owner is a number of the gate's own: 0 nobody's. */
typedef struct ans_mark {
    uint32_t owner;
    ans_labels labels;
} ans_mark;

typedef struct ans_gate_options {
    ans_store *store;
    ans_search *search;
    const ans_orgs *orgs;   /* NULL: an organisation has nothing below it but what it names as partOf */
    ans_str rights;         /* JSON text; empty: the table built into the program */
    ans_str compartments;   /* the same */
} ans_gate_options;

/* Reads the tables (strictly: a name that is no role, type, act, scope or label stops the start) and begins to make the marks on
 * a thread of its own. After the search is bound to the store. */
ANS_MUST_USE ans_err ans_gate_new(ans_cx *cx, const ans_gate_options *options, ans_gate **out);
/* Before the store closes, when nobody asks any more; ans_gate_free after it, since the store's writer tells of every write. */
void ans_gate_stop(ans_gate *gate);
void ans_gate_free(ans_gate *gate);
/* Are the marks made? Calls that need them wait. Not on an event loop. */
bool ans_gate_is_ready(ans_gate *gate);
ANS_MUST_USE ans_err ans_gate_wait(ans_cx *cx, ans_gate *gate);
/* Roles, places or organisations changed by another way than a commit the gate was told of. */
void ans_gate_forget(ans_gate *gate);

/* ---- passes ---- */

/* The pass of who, for the roles in force now. It lives as long as cx's arena.
 * errors   ANS_E_LOGIN nobody, or locked, or the password must be changed first; ANS_E_FORBIDDEN the account of a person in care, or of who
 *          represents them, is closed today */
ANS_MUST_USE ans_err ans_gate_pass(ans_gate *gate, ans_cx *cx, const ans_who *who, const ans_pass **out);

/* With who->limit it is the account's pass within that limit, of this call alone. A limit gives no operation but `transfer`, and nothing
 * that only broken glass shows: that is for a person's eyes. */

/* Rules of a limit that name codes are looked up in the index: by this reader, from now on. Without one they give nothing. */
void ans_pass_look_with(const ans_pass *pass, ans_reader *rd);
/* Does the token itself reach the type with one of these letters (ANS_LIMIT_...)? True without a limit. */
bool ans_pass_within(const ans_pass *pass, ans_type type, uint8_t letters);

/* Everything, without looking: --auth off, the local socket, the role system. */
bool ans_pass_is_open(const ans_pass *pass);
/* Anywhere at all: without it the type is answered 403. */
bool ans_pass_may(const ans_pass *pass, ans_type type, ans_right act);
/* This resource. A resource without a mark is nobody's: only the scope `all` reaches it. */
bool ans_pass_sees(const ans_pass *pass, ans_type type, ans_rid rid, ans_right act);
/* The same with a mark that is known better than the one in memory. */
bool ans_pass_sees_as(const ans_pass *pass, ans_type type, ans_rid rid, ans_mark mark, ans_right act);
/* A resource of this type with this mark: before it is written, an old version, an entry of the log. */
bool ans_pass_allows(const ans_pass *pass, ans_type type, ans_mark mark, ans_right act);
/* An operation by its name in the table: "metrics", "transfer", "break-glass", "accounts". */
bool ans_pass_operation(const ans_pass *pass, const char *name);
bool ans_pass_has_role(const ans_pass *pass, const char *role);
/* The first role that reaches a type with this right; empty: none. Lives as long as the gate. */
ans_str ans_pass_role(const ans_pass *pass, ans_type type, ans_right right);
/* Why it is allowed, for the audit. */
typedef struct ans_grounds {
    ans_str role;
    bool by_glass;       /* only because the glass is broken */
    bool is_compartment; /* it lies in one */
} ans_grounds;
bool ans_pass_grounds(const ans_pass *pass, ans_type type, ans_mark mark, ans_right right, ans_grounds *out);
/* For ans_search_request: sees what may be read, and of a token what may be searched. arg is the pass. */
bool ans_pass_filter(const void *pass, ans_type type, ans_rid rid);

/* A role in force, for showing. Views live in the cx's arena. */
typedef struct ans_role {
    ans_str role;
    ans_str organization;  /* id; empty for a direct role */
    ans_str *wards;        /* ids of Locations */
    uint32_t ward_count;   /* 0: the whole facility */
    int64_t until_us;      /* 0: no end */
} ans_role;
ANS_MUST_USE ans_err ans_gate_roles(ans_gate *gate, ans_cx *cx, const ans_who *who, ans_role **out, uint32_t *out_count);

/* ---- accounts of a person in care, or of who represents them (own.c) ---- */

typedef enum ans_own_state {
    ANS_OWN_OPEN,
    ANS_OWN_NO_RECORD, /* there is no such Patient or RelatedPerson (any more) */
    ANS_OWN_CHILD,     /* below the age from which a child is asked itself */
    ANS_OWN_ENDED,     /* who represented the person does not, today */
    ANS_OWN_DEAD       /* the person died: representation ended with it */
} ans_own_state;
extern const char *const ans_own_codes[]; /* "open", "no-record" ... */
#define ANS_OWN_RECORDS 16

typedef struct ans_own {
    uint8_t state;    /* ans_own_state; the others below are known as far as they were found */
    ans_str patient;  /* id of the record that counts: of one that was replaced the one that replaced it */
    ans_str related;  /* id of the RelatedPerson; empty: the account is the person's own */
    ans_rid person, self; /* of both */
    ans_rid records[ANS_OWN_RECORDS]; /* of the record that counts and those it replaced */
    uint32_t record_count;
    bool decides;     /* they, and nobody else, decide about the person's HIV test */
    bool has_birth;   /* the record that counts says when the person was born */
    ans_datetime birth;
} ans_own;

/* Whose record the account of who->person may see today: asked of the record, as of the day. */
ANS_MUST_USE ans_err ans_gate_own(ans_gate *gate, ans_cx *cx, const ans_who *who, ans_own *out);
/* Is this (a year, a month, a day) when the person was born, as far as both say it? Who makes the account says so: an id is easily another's. */
bool ans_own_is_born(const ans_own *own, const ans_datetime *birth);
/* Is it the pass of such an account? */
bool ans_pass_is_own(const ans_pass *pass);
/* May it call this operation of FHIR? Such accounts call those that the table names; everybody else any that their reads reach. */
bool ans_pass_calls(const ans_pass *pass, const char *operation);

/* ---- writing ---- */

/* A change about to be submitted. */
typedef struct ans_admission {
    ans_change *change;
    bool id_made;     /* this server made the id: nothing can stand there */
    bool must_exist;  /* If-Match was given, or a patch */
} ans_admission;

/* May these changes be made, together? Also puts into the bodies what belongs there: the labels of compartments (by their codes, by
 * what they refer to, and those they had), and the facility as a tag where nothing else says whose a resource is.
 * A reference to what the pass does not see is refused like one to what is not there; so is putting something under an id that
 * is taken by what is not seen, or that others could guess (ids made here and UUIDs cannot be).
 * errors   ANS_E_NOTFOUND as a read would say; ANS_E_FORBIDDEN; ANS_E_RULE a reference to nothing */
ANS_MUST_USE ans_err ans_gate_admit(ans_gate *gate, const ans_pass *pass, ans_cx *cx, ans_reader *rd, ans_admission *list,
                                    uint32_t count);
/* An old version, or a deleted resource's last one: is it for this pass, by what it says itself and by its current mark? */
bool ans_gate_shows_version(ans_gate *gate, const ans_pass *pass, ans_cx *cx, ans_reader *rd, const ans_version *version,
                            ans_right right);
/* Labels that a kept body says of itself. */
ans_labels ans_gate_body_labels(const ans_gate *gate, ans_cx *cx, ans_str body);

/* ---- break-glass ---- */

typedef struct ans_glass {
    ans_str account, display, patient, purpose, reason; /* patient: id */
    ans_rid person;
    int64_t since_us, until_us;
} ans_glass;

#define ANS_GLASS_MOST_MINUTES 60
/* Codes of http://terminology.hl7.org/CodeSystem/v3-PurposeOfUse that open. */
extern const char *const ans_glass_purposes[];

/* Open one person's record to one account for some minutes (0: 60). Not kept over a restart. The caller writes the audit's entry
 * first, durably: ans_glass_check says whether it may be, and fills `out`; ans_glass_open opens.
 * errors   ANS_E_FORBIDDEN no role of it may; ANS_E_NOTFOUND the person is not seen; ANS_E_VALUE purpose, reason (at least 10
 *          characters), minutes */
ANS_MUST_USE ans_err ans_glass_check(ans_gate *gate, ans_cx *cx, ans_reader *rd, const ans_pass *pass, const ans_who *who,
                                     ans_str patient, ans_str purpose, ans_str reason, uint32_t minutes, ans_glass *out);
ANS_MUST_USE ans_err ans_glass_open(ans_gate *gate, ans_cx *cx, const ans_glass *glass);
/* Newest first: one's own, and those about persons whose log one may read. In the arena. */
ANS_MUST_USE ans_err ans_glass_list(ans_gate *gate, ans_cx *cx, const ans_pass *pass, const ans_who *who, ans_glass **out,
                                    uint32_t *out_count);

/* ---- marks ---- */

ans_mark ans_gate_mark(const ans_gate *gate, ans_rid rid);
/* The rid of an owner when it is a Patient, else 0. */
ans_rid ans_gate_person(ans_gate *gate, uint32_t owner);
/* The mark whose owner is this Patient, or this Practitioner (by id), without labels. */
ans_mark ans_gate_mark_of_person(ans_gate *gate, ans_rid patient);
ans_mark ans_gate_mark_of_staff(ans_gate *gate, ans_str practitioner);
/* As if something belonged to this place (a Location's id) alone: for acts that are for who works there, though what comes of them is the
 * facility's. Owner 0: no such place is known. */
ans_mark ans_gate_mark_of_place(ans_gate *gate, ans_str location);
/* The search parameter by which a type's resources name the person they are about ("patient", "subject" ...); NULL: there is none. */
const char *ans_gate_person_code(ans_type type);
/* "HIV PSY" for the bits, in the arena. */
ans_str ans_label_names(ans_arena *arena, ans_labels labels);

#endif
