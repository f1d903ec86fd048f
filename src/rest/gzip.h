/* zlib over a call's memory, for the two files of this room that see it: what comes packed (body.c) and what goes packed (pack.c). */
#ifndef ANS_REST_GZIP_H
#define ANS_REST_GZIP_H

#include <zlib.h>

#include "base/arena.h"

enum { GZIP = 15 + 16 }; /* windowBits: 32 KiB of window, the head and sum of RFC 1952 */

/* A stream that takes its memory from the arena and leaves it there: it goes with the call. */
z_stream gzip_stream(ans_arena *arena);

#endif
