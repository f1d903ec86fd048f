/* Inside rest: what the record says of who represents a person and what was decided about them (docs/consent.md). */
#ifndef ANS_CONSENT_INT_H
#define ANS_CONSENT_INT_H

#include "auth/consent.h"
#include "rest/care_int.h"

#define DECISION_SYSTEM "urn:ansinh:decision"
#define DECISION "urn:ansinh:extension:decision"
#define PERIOD "urn:ansinh:extension:period"
#define GROUND "urn:ansinh:extension:ground"
#define WITHDRAWAL "urn:ansinh:extension:withdrawal"

/* A document being read. */
typedef struct paper {
    ans_cx *cx;
    const ans_json *doc;
} paper;

ans_str paper_text(const paper *p, ans_jnode object, const char *name);
ans_jnode paper_at(const paper *p, ans_jnode object, const char *name);
/* The first extension of that url in object; ANS_JNONE. */
ans_jnode paper_extension(const paper *p, ans_jnode object, const char *url);
/* The first day a text can mean, or the last. False: it is no date. */
bool paper_day(ans_str text, bool is_end, ans_day *out);
/* number, date and by of an extension DECISION below object: all three are said. */
bool paper_is_decided(const paper *p, ans_jnode object);
/* The code of the first coding of that system in a CodeableConcept. */
ans_str paper_code(const paper *p, ans_jnode concept, const char *system);

/* Facts of one person, grown in cx's arena. */
typedef struct standing {
    ans_subject subject;
    ans_representative *list;
    ans_capacity_decision *decisions;
    uint32_t list_cap, decision_cap;
} standing;

void standing_patient(ans_cx *cx, const ans_json *doc, standing *out);
ANS_MUST_USE ans_err standing_related(ans_cx *cx, ans_str id, const ans_json *doc, standing *out);
ANS_MUST_USE ans_err standing_decision(ans_cx *cx, const ans_json *doc, standing *out);

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
