/* Inside the gate: the two tables of content/access, read once and strictly. */
#ifndef ANS_AUTH_RIGHTS_H
#define ANS_AUTH_RIGHTS_H

#include "auth/gate.h"
#include "auth/limit.h"

/* Where an owner lies for one role of one account; bits. What is narrower lies within what is wider. */
typedef uint16_t ans_scopes;
enum {
    ANS_SCOPE_SELF = 1,
    ANS_SCOPE_ASSIGNED = 2, /* on the care team of the person */
    ANS_SCOPE_WARD = 4,     /* the role's wards; the facility when it names none */
    ANS_SCOPE_FACILITY = 8,
    ANS_SCOPE_LINE = 16,    /* the subtree of the role's organisation in its line, today */
    ANS_SCOPE_TREE = 32,    /* any organisation of the same line */
    ANS_SCOPE_PUBLIC = 64,  /* authorities and administrative units */
    ANS_SCOPE_GLASS = 128,  /* the glass was broken for this person */
    ANS_SCOPE_ALL = 256,
    ANS_SCOPE_CONSENT = 512, /* of a program bound to a purpose: consent, ground or law lets this person's data go there */
    ANS_SCOPE_OWN = 1024,   /* the person whose record it is, or who represents them */
    ANS_SCOPE_DECIDES = 2048, /* the same, as long as they, and nobody else, decide about the person's HIV test */
    ANS_SCOPE_HOME = 4096   /* the house in which that person lives */
};
#define ANS_SCOPE_COUNT 13
#define ANS_SHOWS_MOST 128
#define ANS_GROUP_MOST 32
#define ANS_ROLE_MOST 32
#define ANS_OPERATION_MOST 16

typedef ans_scopes ans_masks[ANS_GROUP_MOST][ANS_RIGHT_COUNT];

typedef struct ans_role_rights {
    ans_str code, vi, en;
    bool is_direct;     /* may be given to an account itself; then it counts everywhere */
    bool is_everything;
    ans_masks masks;    /* what everyone may do is in them */
    ans_masks purpose;  /* added where the role names a legal purpose */
    bool has_purpose;
    ans_scopes labels[ANS_LABEL_COUNT];
    uint32_t label_groups[ANS_LABEL_COUNT]; /* bits: the label opens in these groups only; 0: in all */
    uint32_t operations;
    /* Of an account of a person in care, or of who represents them: it comes from the account, never from a PractitionerRole, and reaches
     * only what `shows` lets through, whatever its masks say. */
    ans_str personal;   /* "Patient" or "RelatedPerson": what the account names; empty: a role of staff or programs */
    ans_limit shows;
    ans_str calls;      /* operations of FHIR, between blanks */
} ans_role_rights;

typedef struct ans_group {
    ans_str code, vi, en;
    bool is_open;       /* no persons in it: owners and labels say nothing */
} ans_group;

typedef struct ans_rights {
    ans_group groups[ANS_GROUP_MOST];
    uint32_t group_count;
    uint8_t *group_of;  /* ans_type -> group */
    ans_role_rights everyone;
    ans_role_rights roles[ANS_ROLE_MOST];
    uint32_t role_count;
    ans_str operations[ANS_OPERATION_MOST], operations_vi[ANS_OPERATION_MOST], operations_en[ANS_OPERATION_MOST];
    uint32_t operation_count;
} ans_rights;

extern const char *const ans_right_names[ANS_RIGHT_COUNT];
extern const char *const ans_scope_names[ANS_SCOPE_COUNT];
extern const char *const ans_label_codes[ANS_LABEL_COUNT];

/* The tables built into the program (content/access). */
extern const char ans_access_rights[], ans_access_compartments[], ans_access_purposes[], ans_access_requests[];
extern const size_t ans_access_rights_bytes, ans_access_compartments_bytes, ans_access_purposes_bytes, ans_access_requests_bytes;

/* text: empty for the built-in one. Lives in cx's arena, views into a copy of the text.
 * errors   ANS_E_INVALID: the issue says where */
ANS_MUST_USE ans_err ans_rights_read(ans_cx *cx, ans_str text, const ans_rights **out);
/* UINT32_MAX: no such one */
uint32_t ans_rights_role(const ans_rights *rights, ans_str code);
uint32_t ans_rights_group(const ans_rights *rights, ans_str code);
uint32_t ans_rights_operation(const ans_rights *rights, ans_str code);
/* docs/access.md, in the arena. */
ANS_MUST_USE ans_err ans_rights_print(ans_cx *cx, const ans_rights *rights, ans_str *out);

/* ---- compartments ---- */

typedef struct ans_code_rule {
    uint8_t label;             /* index */
    ans_str system;
    ans_str from, to;          /* chapter range: B20..B24 holds B20, B22.1 */
    ans_str prefix;
    const ans_str *list;
    uint32_t list_count;
    const ans_str *except;
    uint32_t except_count;
    const ans_type *types;     /* of the resource; none: any */
    uint32_t type_count;
} ans_code_rule;

typedef struct ans_security {
    uint8_t label;
    ans_str system, code;
} ans_security;

/* What an instrument leaves behind: the response to the form of this id, and its scores, bands, answers, alerts, whose codes are the stem
 * or begin with it and a hyphen. */
typedef struct ans_form_rule {
    uint8_t label;
    bool is_form;              /* the id of a form too, not of codes alone */
    ans_str stem;
} ans_form_rule;

/* Care goes on beside a compartment: such a resource may refer to what lies in it and stays open, as long as it says nothing of it. */
typedef struct ans_open_rule {
    uint8_t label;
    ans_type type;
    ans_str system, code;      /* of a coding in it; empty: any. Without code: any of the system */
} ans_open_rule;

typedef struct ans_compartments {
    ans_code_rule *rules;
    uint32_t rule_count;
    ans_form_rule *forms;
    uint32_t form_count;
    const ans_type *form_types; /* of resources that forms label */
    uint32_t form_type_count;
    ans_open_rule *open;
    uint32_t open_count;
    ans_security *security;    /* the first of a label is what is written */
    uint32_t security_count;
    ans_str *inherit;          /* names of elements whose references pass labels on */
    uint32_t inherit_count;
} ans_compartments;

ANS_MUST_USE ans_err ans_compartments_read(ans_cx *cx, ans_str text, const ans_compartments **out);
bool ans_code_rule_fits(const ans_code_rule *rule, ans_type type, ans_str system, ans_str code);
/* Labels a resource has by its own codes and forms, and those its meta.security says. */
ans_labels ans_compartments_labels(const ans_compartments *c, ans_cx *cx, ans_type type, const ans_json *doc, ans_jnode root);
/* Labels that references without words of their own do not pass on to it. */
ans_labels ans_compartments_open(const ans_compartments *c, ans_cx *cx, ans_type type, const ans_json *doc, ans_jnode root);
/* Labels in meta.security alone. */
ans_labels ans_compartments_marked(const ans_compartments *c, ans_cx *cx, const ans_json *doc, ans_jnode root);

#endif
