/* Errors: one enum from one table (err.def). A fallible function returns ans_err; the story behind it is in cx->issues
 * (cx.h), never in a global. */
#ifndef ANS_BASE_ERR_H
#define ANS_BASE_ERR_H

typedef enum ans_err {
    ANS_OK = 0,
#define ANS_ERR(name, http, issue, text) ANS_E_##name,
#include "base/err.def"
#undef ANS_ERR
    ANS_ERR_COUNT
} ans_err;

#define ANS_MUST_USE __attribute__((warn_unused_result))
#define ANS_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

const char *ans_err_name(ans_err err);  /* "NOTFOUND"; "OK" for ANS_OK */
const char *ans_err_text(ans_err err);  /* one lower-case sentence */
const char *ans_err_issue(ans_err err); /* OperationOutcome.issue.code */
int ans_err_http(ans_err err);          /* 200 for ANS_OK */

#endif
