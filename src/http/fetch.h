/* Fetching a small document from an address that somebody registered: the keys of a program. Never an address within: what the name
 * resolves to is looked at where the connection is made, so a name that changes its mind finds no way in either.
 *
 * The one wrapper of libcurl. No redirects, no proxy, no cookies, certificates verified, at most five seconds. */
#ifndef ANS_HTTP_FETCH_H
#define ANS_HTTP_FETCH_H

#include "base/cx.h"

#define ANS_FETCH_MS 5000

typedef struct ans_fetch {
    ans_str url;
    size_t most_bytes;
    bool may_loopback; /* http or https to this machine itself, for tests; otherwise https to public addresses only */
} ans_fetch;

/* *out in the arena. Waits: not on a loop.
 * errors   ANS_E_VALUE not an address for this; ANS_E_IO no answer of 200 in time; ANS_E_TOOBIG */
ANS_MUST_USE ans_err ans_http_fetch(ans_cx *cx, const ans_fetch *fetch, ans_str *out);

/* Is this address (in network order: 4 or 16 bytes) one of the open network? */
bool ans_http_is_public(const uint8_t *address, size_t bytes);

#endif
