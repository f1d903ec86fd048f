/* What a program's token allows at most, beside what its account may: a list of rules, each for one type or all, some of them only
 * within one person's compartment, some only where a resource bears a code. A pass with a limit sees the intersection.
 *
 * A rule says nothing about who may do what: without the role's right, a rule gives nothing (pass_ask.c). */
#ifndef ANS_AUTH_LIMIT_H
#define ANS_AUTH_LIMIT_H

#include "fhir/fhir.h"

/* The letters of SMART's scopes, v2. */
enum { ANS_LIMIT_CREATE = 1, ANS_LIMIT_READ = 2, ANS_LIMIT_UPDATE = 4, ANS_LIMIT_DELETE = 8, ANS_LIMIT_SEARCH = 16 };

#define ANS_TERM_MOST_CODES 12

/* A token parameter of the type has one of these codes now, or none of them. */
typedef struct ans_limit_code {
    ans_str system, code; /* system empty: of an element whose system is implied, such as status */
} ans_limit_code;

typedef struct ans_limit_term {
    ans_str param; /* "category"; of a reference parameter the code is "$self": it names whoever asks */
    bool is_not;   /* none of these */
    ans_limit_code codes[ANS_TERM_MOST_CODES];
    uint32_t count;
} ans_limit_term;

typedef struct ans_limit_rule {
    ans_type type;   /* 0: all */
    uint8_t letters;
    bool in_person;
    bool is_self;    /* only the resource that stands for whoever asks: their RelatedPerson */
    const ans_limit_term *terms; /* all of them; with terms only reading and searching is given */
    uint32_t term_count;
} ans_limit_rule;

/* Lives as long as the call's arena. */
typedef struct ans_limit {
    ans_str patient; /* id; empty: rules within a person's compartment reach nothing */
    const ans_limit_rule *rules;
    uint32_t count;
} ans_limit;

#endif
