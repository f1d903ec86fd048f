/* The context of one unit of work: its arena, its deadline, and the issues that will become an OperationOutcome. Leaf
 * code adds the issue and returns its error; middle code passes the code up unchanged; only rest translates. */
#ifndef ANS_BASE_CX_H
#define ANS_BASE_CX_H

#include "base/arena.h"

typedef struct ans_issue ans_issue;
struct ans_issue {
    ans_issue *next;
    ans_err err;
    const char *code;     /* FHIR issue code; from err unless narrower */
    const char *severity; /* "fatal" "error" "warning" "information" */
    ans_str expression;   /* FHIRPath of the place, or empty */
    ans_str text;
};

typedef struct ans_cx {
    ans_arena *arena;
    uint64_t request_id;
    int64_t deadline_us; /* ans_mono_us time; 0 = none */
    ans_issue *issues;   /* newest last */
    ans_issue *last_;
} ans_cx;

/* Record an issue and return err, so that the usual line is: return ans_issue_add(cx, ANS_E_X, where, "...").
 * text: one line, factual, limits with numbers and units; never a value from a patient's record. */
ans_err ans_issue_add(ans_cx *cx, ans_err err, ans_str expression, const char *fmt, ...)
    ANS_PRINTF(4, 5);
/* A warning or information: does not make the request fail. */
void ans_issue_warn(ans_cx *cx, const char *code, ans_str expression, const char *fmt, ...)
    ANS_PRINTF(4, 5);
/* Copy the newest issue of a piece of work that had a context of its own; nothing for ANS_OK. Returns err. */
ans_err ans_issue_pass(ans_cx *to, const ans_cx *from, ans_err err);
/* For allocations from cx->arena that came back NULL. */
ans_err ans_cx_nomem(ans_cx *cx);
bool ans_cx_is_late(const ans_cx *cx);

#endif
