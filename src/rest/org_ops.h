/* Inside rest: what the operations on organisations have in common. They answer a Parameters resource. */
#ifndef ANS_REST_ORG_OPS_H
#define ANS_REST_ORG_OPS_H

#include "auth/org.h"
#include "rest/rest_int.h"

typedef struct org_call {
    job *j;
    ans_orgs *orgs;
    ans_as_of a;
    ans_buf b;
    ans_jw w;
} org_call;

/* Reads `date` (today when absent) and `known`, begins the Parameters resource and says the date in it. */
ANS_MUST_USE ans_err org_call_begin(job *j, org_call *out);
ANS_MUST_USE ans_err org_call_end(org_call *c);
/* `name` as "Organization/x" or "x". errors ANS_E_NOTFOUND; *out 0 when the parameter is absent */
ANS_MUST_USE ans_err org_call_named(org_call *c, const char *name, ans_org *out);
/* The organisation in the address. errors ANS_E_NOTFOUND */
ANS_MUST_USE ans_err org_call_self(org_call *c, ans_org *out);
/* Is it there, for who asks? */
bool org_sees(const org_call *c, ans_org org);
/* `line`; *out the given default when absent. errors ANS_E_VALUE no such line */
ANS_MUST_USE ans_err org_call_line(org_call *c, ans_lines otherwise, ans_lines *out);

/* One parameter, or one part when within `part`. Empty values are left out. */
void org_out_text(org_call *c, const char *name, const char *value_key, ans_str value);
void org_out_number(org_call *c, const char *name, uint32_t value);
void org_out_open(org_call *c, const char *name); /* {"name": ..., "part": [ */
void org_out_close(org_call *c);
/* A reference with the name of the day (or, when it had none then, the name it has at the end of its days). */
void org_out_reference(org_call *c, const char *name, ans_org org, ans_as_of a);
/* Parts of an organisation: reference, name, kinds, codes. */
ANS_MUST_USE ans_err org_out_facts(org_call *c, ans_org org);

#endif
