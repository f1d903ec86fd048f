/* Bytes of a file, unpacked: gzip and zstd by their first bytes, anything else as it is. */
#ifndef ANS_APP_DECODE_H
#define ANS_APP_DECODE_H

#include "base/cx.h"

typedef struct decoder decoder;

/* fd stays the caller's; path is for messages and must stay. */
ANS_MUST_USE ans_err decoder_new(ans_cx *cx, int fd, const char *path, decoder **out);
void decoder_free(decoder *d); /* accepts NULL */
/* Some bytes, at most room; *out_n 0 only at the end.
 * errors   ANS_E_SYNTAX damaged or cut short; ANS_E_TOOBIG more than 64 MiB and a thousand times
 * what was read */
ANS_MUST_USE ans_err decoder_read(ans_cx *cx, decoder *d, char *to, size_t room, size_t *out_n);
uint64_t decoder_raw_bytes(const decoder *d); /* read from the file so far */

#endif
