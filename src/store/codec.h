/* Bodies packed with zstd, level 3, with the store's dictionary when it has one. A record of 1-2 KB
 * without one hardly shrinks; with one it becomes a seventh. The frame's four magic bytes are the
 * same for all and are left off. */
#ifndef ANS_STORE_CODEC_H
#define ANS_STORE_CODEC_H

#include "base/cx.h"

typedef struct ans_codec ans_codec;

#define ANS_DICT_RAW (-1) /* not packed at all: packing would not have made it smaller */
#define ANS_DICT_NONE 0   /* packed without a dictionary */

typedef struct ans_packed {
    ans_str bytes;
    int32_t dict; /* ANS_DICT_RAW, ANS_DICT_NONE or a dictionary's number */
} ans_packed;

/* What one thread needs to unpack; zero it before the first use. */
typedef struct ans_unpacker {
    void *dctx;
    char *frame;
    size_t cap;
} ans_unpacker;

/* dictionary: empty for none; copied. number: what `dict` of bodies packed with it will be, from 1.
 */
ANS_MUST_USE ans_err ans_codec_new(ans_cx *cx, ans_str dictionary, int32_t number, ans_codec **out);
ans_codec *ans_codec_free(ans_codec *codec);

/* Any thread. The result lives in cx->arena. */
ANS_MUST_USE ans_err ans_codec_pack(ans_cx *cx, ans_codec *codec, ans_str body, ans_packed *out);
/* The body in cx->arena, with a NUL behind it that is not counted. errors ANS_E_CORRUPT, without an
 * issue. */
ANS_MUST_USE ans_err ans_codec_unpack(ans_cx *cx, const ans_codec *codec, ans_unpacker *u,
                                      ans_packed packed, ans_str *out);
void ans_unpacker_done(ans_unpacker *u);

#endif
