/* Code systems, value sets and maps, by canonical URL and by date, over what is defined (defs/defs.h). Any thread.
 * spec: http://hl7.org/fhir/R4/terminology-service.html, http://hl7.org/fhir/R4/valueset.html */
#ifndef ANS_TERM_TERM_H
#define ANS_TERM_TERM_H

#include "defs/defs.h"

typedef enum ans_term_verdict {
    ANS_TERM_IN,
    ANS_TERM_OUT,
    ANS_TERM_UNKNOWN /* the value set or a code system it stands on is not here, or its content is not complete */
} ans_term_verdict;

typedef struct ans_term_code {
    ans_str system;  /* p NULL: not said (a `code` element: any system of the value set) */
    ans_str version; /* may be empty */
    ans_str code;
    ans_str display; /* empty: not looked at */
} ans_term_code;

/* Is the code in the value set ("url" or "url|version")? Fast: bindings of every write ask this (well below 1 us once warm).
 * errors   ANS_E_NOMEM, ANS_E_CORRUPT and those of the store; what is not known is a verdict, not an error */
ANS_MUST_USE ans_err ans_term_has(ans_cx *cx, const ans_defs_view *defs, ans_str value_set, const ans_term_code *code,
                                  ans_term_verdict *out);
/* Is the code one of its own system? UNKNOWN when the system is not here or not complete. */
ANS_MUST_USE ans_err ans_term_is_code(ans_cx *cx, const ans_defs_view *defs, const ans_term_code *code, ans_term_verdict *out);

#endif
