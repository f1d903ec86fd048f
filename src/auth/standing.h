/* What the record says of one person that decides who acts for them: birth and death, who represents them, what was decided about their
 * capacity. Asked by the care rules and operations of consent (rest) and by the gate (own.c). docs/consent.md tells the forms.
 *
 * Threads: no state; views live as long as the document that was read, what grows lives in cx's arena. */
#ifndef ANS_AUTH_STANDING_H
#define ANS_AUTH_STANDING_H

#include "auth/consent.h"

#define DECISION_SYSTEM "urn:ansinh:decision"
#define DECISION "urn:ansinh:extension:decision"
#define PERIOD "urn:ansinh:extension:period"

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

#endif
