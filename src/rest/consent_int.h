/* Inside rest: consent, representation, requests of data subjects (docs/consent.md). */
#ifndef ANS_CONSENT_INT_H
#define ANS_CONSENT_INT_H

#include "auth/standing.h"
#include "rest/care_int.h"

#define GROUND "urn:ansinh:extension:ground"
#define WITHDRAWAL "urn:ansinh:extension:withdrawal"

/* consent.c: Patient/[id]/$consent-needs */
ans_err consent_needs_run(job *j, ans_reader *rd);

/* everything.c: Patient/[id]/$everything */
ans_err everything_run(job *j, ans_reader *rd);

/* data_request.c: Task/$data-requests, and its care rule */
ans_err data_requests_run(job *j, ans_reader *rd);
ans_err data_request_rule(care *c, const care_change *x);

/* consent_rule.c: care rules */
ans_err consent_rule(care *c, const care_change *x);
ans_err representation_rule(care *c, const care_change *x);
ans_err decision_rule(care *c, const care_change *x);

#endif
