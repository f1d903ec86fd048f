/* Inside the making of a pass: where.c lays the owners out for each role, pass.c makes grants of that and keeps the pass, pass_ask.c answers from it. */
#ifndef ANS_AUTH_PASS_INT_H
#define ANS_AUTH_PASS_INT_H

#include "auth/gate_int.h"

typedef struct where_of {
    ans_gate *g;
    ans_pass *pass;
    int64_t now_us;
    uint32_t staff;
    ans_scopes *where;     /* being filled */
    uint32_t facility;
    bool whole_facility;   /* the role names no wards */
    bool has_line;
    ans_org_set line;      /* of the role's organisation */
    ans_lines lines;
    ans_cx cx;             /* scratch for sets */
    uint32_t own;          /* the person whose record the account sees; 0: an account of staff or a program */
    ans_scopes own_bits;
    bool is_bound;         /* to a purpose and a recipient */
    uint32_t purpose, recipient;
} where_of;

/* What it says changes then: it is not used beyond that. */
static inline void pass_keep_until(ans_pass *p, int64_t now_us, int64_t at_us)
{
    p->until_us = at_us > now_us && at_us < p->until_us ? at_us : p->until_us;
}

/* where.c */
/* Lines of all organisations, asked once a day and edition. */
void where_refresh_lines(ans_gate *g, ans_day day);
/* All of b->where, for a role with its house; role NULL: of no house. */
void where_fill(where_of *b, const fact *role);
/* What is left of it when it is bound: persons who may be shown, organisations, and what is nobody's. */
void where_bind(where_of *b);

/* pass_ask.c: the order of ans_pass.past */
int past_order(const void *a, const void *b);

#endif
