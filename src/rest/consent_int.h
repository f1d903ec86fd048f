/* Inside rest: consent, representation, requests of data subjects (docs/consent.md). */
#ifndef ANS_CONSENT_INT_H
#define ANS_CONSENT_INT_H

#include "auth/standing.h"
#include "rest/care_int.h"

#define GROUND "urn:ansinh:extension:ground"
#define WITHDRAWAL "urn:ansinh:extension:withdrawal"
#define ANS_ACCOUNT_SYSTEM "urn:ansinh:id:account" /* of a request: the account it came from */

/* consent.c: Patient/[id]/$consent-needs */
ans_err consent_needs_run(job *j, ans_reader *rd);

/* everything.c: Patient/[id]/$everything */
ans_err everything_run(job *j, ans_reader *rd);

/* data_request.c: Task/$data-requests, and its care rule */
ans_err data_requests_run(job *j, ans_reader *rd);
ans_err data_request_rule(care *c, const care_change *x);

/* consent_rule.c: care rules */
ans_err consent_rule(care *c, const care_change *x);
/* Could the person (related empty), or that RelatedPerson, consent today to the purpose of this Consent, alone? */
ANS_MUST_USE ans_err consent_alone(care *c, const care_change *x, ans_str related, bool *out);
/* Has the object only members of this list, each between blanks? */
bool paper_has_only(const paper *p, ans_jnode object, const char *known);
ans_err representation_rule(care *c, const care_change *x);
ans_err decision_rule(care *c, const care_change *x);

#endif
