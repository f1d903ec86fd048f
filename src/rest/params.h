/* Inside rest: an answer as a Parameters resource, printed member by member. A parameter without a value is left out. */
#ifndef ANS_REST_PARAMS_H
#define ANS_REST_PARAMS_H

#include "base/cx.h"
#include "json/json.h"

/* The resource up to its list of parameters, and its end. */
void params_open(ans_jw *w);
void params_close(ans_jw *w);
/* {"name":name,type:value}; nothing when the value is empty */
void params_text(ans_jw *w, const char *name, const char *type, ans_str value);
/* The value as JSON: a number, true, a CodeableConcept. */
void params_raw(ans_jw *w, const char *name, const char *type, ans_str value);
void params_int(ans_jw *w, const char *name, int64_t value);  /* valueInteger */
void params_bool(ans_jw *w, const char *name, bool value);
void params_instant(ans_jw *w, const char *name, int64_t us);
/* Nothing without an id; display may be empty. */
void params_reference(ans_cx *cx, ans_jw *w, const char *name, const char *type, ans_str id, ans_str display);
/* A parameter with parts: what is printed between the two. */
void params_part(ans_jw *w, const char *name);
void params_end_part(ans_jw *w);

#endif
