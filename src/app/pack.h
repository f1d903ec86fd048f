/* Several files as one stream of bytes, for a sealed backup: for each file the length of its name (1 byte, 1 to 64), its name, its size (8
 * bytes, big-endian) and its bytes; a 0 where the next name would be is the end. Names are plain: letters, digits, '.', '-', '_',
 * not a '.' first; no folders; none twice.
 *
 * Whoever has a public key can seal any bytes, so the reader believes nothing. */
#ifndef ANS_APP_PACK_H
#define ANS_APP_PACK_H

#include "base/cx.h"

#define PACK_MOST_FILES 32
#define PACK_NAME_BYTES 64

bool pack_is_name(ans_str name);
/* What stands before the bytes of a file. p NULL: no memory. In cx->arena. */
ans_str pack_head(ans_cx *cx, ans_str name, uint64_t size);

/* Where files go that are read. NULL: they are only looked at. */
typedef struct pack_sink {
    ans_err (*open)(void *arg, ans_cx *cx, ans_str name, uint64_t size);
    ans_err (*write)(void *arg, ans_cx *cx, ans_str bytes);
    ans_err (*close)(void *arg, ans_cx *cx);
    void *arg;
} pack_sink;

typedef struct pack_reader {
    const pack_sink *sink;
    uint64_t bytes;                 /* of all files so far */
    uint32_t count;                 /* files begun */
    bool is_done;
    /* private */
    char head_[1 + PACK_NAME_BYTES + 8];
    uint32_t head_n_;
    uint64_t left_;
    bool in_file_;
    char names_[PACK_MOST_FILES][PACK_NAME_BYTES + 1];
} pack_reader;

/* Start from a zeroed struct with its sink. Take the next bytes.
 * errors   ANS_E_CORRUPT; those of the sink */
ANS_MUST_USE ans_err pack_take(ans_cx *cx, pack_reader *r, ans_str bytes);
/* errors   ANS_E_CORRUPT it ends in the middle */
ANS_MUST_USE ans_err pack_end(ans_cx *cx, const pack_reader *r);

#endif
