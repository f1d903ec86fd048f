/* Requests of data subjects (to see, correct, erase ...) and until when each has to be acknowledged and answered. Pure arithmetic over a
 * table (content/access/requests.json). The FHIR form is told in docs/consent.md.
 *
 * Threads: all functions from any thread. */
#ifndef ANS_AUTH_REQUEST_H
#define ANS_AUTH_REQUEST_H

#include "auth/org.h"

#define ANS_REQUEST_SYSTEM "urn:ansinh:data-request"
#define ANS_REQUEST_MOST 16
#define ANS_HOLIDAY_MOST 64

typedef struct ans_request_kind {
    ans_str code, vi, en;
    uint32_t acknowledge; /* working days */
    uint32_t days, third_party, extension; /* 0: there is none */
} ans_request_kind;

typedef struct ans_holiday {
    int year, month, day; /* year 0: every year */
} ans_holiday;

typedef struct ans_requests {
    ans_request_kind list[ANS_REQUEST_MOST];
    uint32_t count;
    ans_holiday holidays[ANS_HOLIDAY_MOST];
    uint32_t holiday_count;
} ans_requests;

/* text: empty for the table built into the program. Lives in cx's arena.
 * errors   ANS_E_INVALID: the issue says what is wrong */
ANS_MUST_USE ans_err ans_requests_read(ans_cx *cx, ans_str text, const ans_requests **out);
/* NULL: no such one */
const ans_request_kind *ans_request_named(const ans_requests *requests, ans_str code);

typedef struct ans_request_due {
    ans_day acknowledge, answer; /* last days */
} ans_request_due;

/* received: the day it came, which does not count. */
ans_request_due ans_request_due_of(const ans_requests *requests, const ans_request_kind *kind, ans_day received, bool third_party, bool extended);

#endif
