/* Members of a Task that the program itself writes: an alert (task.c), and what the server has to tell the head (rest/notice.h). One way to write a
 * coding, a reference and the English beside a text, so that whoever reads Tasks reads one shape.
 *
 * Threads: any. What does not fit is the buffer's error. */
#ifndef ANS_RULE_PUT_H
#define ANS_RULE_PUT_H

#include "json/json.h"

/* {"system", "code"} */
void ans_put_coding(ans_jw *w, const char *system, ans_str code);
/* "key": {"coding": [that]}; key NULL: an element of a list */
void ans_put_concept(ans_jw *w, const char *key, const char *system, ans_str code);
/* "key": {"reference", "display"}; key NULL: an element of a list; without a display none */
void ans_put_reference(ans_jw *w, const char *key, ans_str reference, ans_str display);
/* "_key": the translation of a text; nothing without one. http://hl7.org/fhir/R4/extension-translation.html */
void ans_put_english(ans_jw *w, const char *underscored, ans_str text);

#endif
