/* Code systems, value sets and maps, by canonical URL and by date, over what is defined (defs/defs.h). Any thread.
 *
 * Every question is asked in a scope: what is defined, and the day that chooses between editions of a code system (an extension
 * urn:ansinh:valid-period on the CodeSystem; docs/terminology.md). Codes are nobody's data: texts of errors may name them.
 * spec: http://hl7.org/fhir/R4/terminology-service.html, http://hl7.org/fhir/R4/valueset.html */
#ifndef ANS_TERM_TERM_H
#define ANS_TERM_TERM_H

#include "defs/defs.h"
#include "fhir/value.h"

typedef enum ans_term_verdict {
    ANS_TERM_IN,
    ANS_TERM_OUT,
    ANS_TERM_UNKNOWN /* the value set or a code system it stands on is not here, or its content is not complete */
} ans_term_verdict;

typedef struct ans_term_code {
    ans_str system;  /* p NULL: not said (a `code` element: any system of the value set) */
    ans_str version; /* may be empty */
    ans_str code;
    ans_str display; /* empty: not looked at; ans_term_has never does, ans_term_display does */
} ans_term_code;

/* Is the code in the value set ("url" or "url|version")? Fast: bindings of every write ask this (well below 1 us once warm).
 * Editions by date: those of today.
 * errors   ANS_E_NOMEM, ANS_E_CORRUPT and those of the store; what is not known is a verdict, not an error */
ANS_MUST_USE ans_err ans_term_has(ans_cx *cx, const ans_defs_view *defs, ans_str value_set, const ans_term_code *code,
                                  ans_term_verdict *out);
/* Is the code one of its own system? UNKNOWN when the system is not here or not complete. */
ANS_MUST_USE ans_err ans_term_is_code(ans_cx *cx, const ans_defs_view *defs, const ans_term_code *code, ans_term_verdict *out);

/* ---- the same on a day ---- */

#define ANS_TERM_TODAY INT32_MIN

typedef struct ans_term_scope {
    const ans_defs_view *defs;
    int32_t day; /* ANS_TERM_TODAY, or days since 1970-01-01: of the end of a visit, say */
} ans_term_scope;

/* The calendar day that a date, dateTime or instant is written with (its first, of a month or a year). False: it is none. */
bool ans_term_day(ans_str text, int32_t *out);

ANS_MUST_USE ans_err ans_term_has_at(ans_cx *cx, const ans_term_scope *scope, ans_str value_set, const ans_term_code *code,
                                     ans_term_verdict *out);
ANS_MUST_USE ans_err ans_term_is_code_at(ans_cx *cx, const ans_term_scope *scope, const ans_term_code *code, ans_term_verdict *out);

/* ---- code systems ---- */

#define ANS_TERM_NONE UINT32_MAX

typedef struct ans_term_concept {
    ans_str code, display;
    ans_jnode at;      /* in the document; ANS_JNONE: it has none */
    uint32_t parent;   /* the first one, or ANS_TERM_NONE */
    bool is_abstract;  /* not for use itself (notSelectable) */
    bool is_inactive;  /* retired, or inactive */
} ans_term_concept;

/* An index of one CodeSystem. Valid as long as the view it was found through. */
typedef struct ans_term_system ans_term_system;

/* The code system of a URL: the version given; else the edition of the scope's day; else the newest. "url|version" is understood
 * too. *out NULL: it is not here (systems that are rules, such as units, have no index). */
ANS_MUST_USE ans_err ans_term_system_find(ans_cx *cx, const ans_term_scope *scope, ans_str url, ans_str version,
                                          const ans_term_system **out);
/* Of a definition of type CodeSystem; of a document that is no definition (owns: in cx->arena). */
ANS_MUST_USE ans_err ans_term_system_of_def(ans_cx *cx, const ans_term_scope *scope, const ans_def *def, const ans_term_system **out);
ANS_MUST_USE ans_err ans_term_system_of_doc(ans_cx *cx, const ans_json *doc, ans_jnode root, const ans_term_system **out);

ans_str ans_term_system_url(const ans_term_system *s);
ans_str ans_term_system_version(const ans_term_system *s);
const ans_json *ans_term_system_doc(const ans_term_system *s); /* NULL: built in */
uint32_t ans_term_system_count(const ans_term_system *s);
bool ans_term_system_is_complete(const ans_term_system *s);
/* Place of a code, or ANS_TERM_NONE; where the system compares without case, so does this. */
uint32_t ans_term_place(const ans_term_system *s, ans_str code);
const ans_term_concept *ans_term_concept_at(const ans_term_system *s, uint32_t place);
/* Parents and children, in the document's order; each returns how many and, at *out, their places. */
ANS_MUST_USE ans_err ans_term_parents(ans_cx *cx, const ans_term_system *s, uint32_t place, uint32_t *out_count, const uint32_t **out);
uint32_t ans_term_children(const ans_term_system *s, uint32_t place, const uint32_t **out);
/* Does lower stand below upper (or is it the same)? */
ANS_MUST_USE ans_err ans_term_is_below(ans_cx *cx, const ans_term_system *s, uint32_t lower, uint32_t upper, bool *out);

/* ---- value sets ---- */

typedef struct ans_term_set ans_term_set; /* a compiled ValueSet */

/* By "url" or "url|version"; also what a CodeSystem names as its valueSet, and SYSTEM?fhir_vs. *out NULL: not here. */
ANS_MUST_USE ans_err ans_term_set_find(ans_cx *cx, const ans_term_scope *scope, ans_str canonical, const ans_term_set **out);
ANS_MUST_USE ans_err ans_term_set_of_def(ans_cx *cx, const ans_term_scope *scope, const ans_def *def, const ans_term_set **out);
/* Of a document given with a call. owns: in cx->arena. errors: ANS_E_INVALID, with the place below "ValueSet" */
ANS_MUST_USE ans_err ans_term_set_of_doc(ans_cx *cx, const ans_json *doc, ans_jnode root, const ans_term_set **out);
ANS_MUST_USE ans_err ans_term_set_has(ans_cx *cx, const ans_term_scope *scope, const ans_term_set *set, const ans_term_code *code,
                                      ans_term_verdict *out);

#endif
