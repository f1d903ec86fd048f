/* A small document kept as JSON: texts, times, flags and bytes by name. What is empty is not written and reads as empty. Accounts,
 * sessions, devices and what programs were granted are kept so (docs/schema.md).
 *
 * Threads: none of its own. Memory: the writer's and the context's. */
#ifndef ANS_AUTH_FLAT_H
#define ANS_AUTH_FLAT_H

#include "base/cx.h"
#include "json/json.h"

void ans_flat_text(ans_jw *w, const char *name, const char *value);
void ans_flat_time(ans_jw *w, const char *name, int64_t us); /* any number that is not negative; 0 is not written */
void ans_flat_flag(ans_jw *w, const char *name, bool v);
void ans_flat_bytes(ans_jw *w, const uint8_t *p, size_t n); /* a value in hex, of at most 64 bytes; the name was written before */

/* bad: something did not fit where it was to go, so nothing of the document counts. Set by the caller to false for each document. */
typedef struct ans_flat {
    ans_cx *cx;
    ans_json doc;
    bool bad;
} ans_flat;

void ans_flat_get_text(ans_flat *f, ans_jnode at, const char *name, char *to, size_t size); /* ends with a NUL */
int64_t ans_flat_get_time(const ans_flat *f, ans_jnode at, const char *name);
bool ans_flat_get_flag(const ans_flat *f, const char *name);
void ans_flat_get_bytes(ans_flat *f, ans_jnode n, uint8_t *to, size_t size); /* exactly size bytes */

#endif
