/* A TrueType face: which glyph a letter has, how wide it is, and the part of the face that a document needs.
 *
 * The faces are our own, built into the program (gen/), so this reads one well-made kind of file: glyf outlines and a format 4 map.
 * Every offset is still looked at before it is followed: what lies outside reads as 0.
 *
 * spec: OpenType 1.9, cmap, glyf, head, hhea, hmtx, loca, maxp */
#ifndef ANS_PAPER_FONT_H
#define ANS_PAPER_FONT_H

#include "base/cx.h"

typedef struct ans_font {
    ans_str bytes;
    ans_str head, hhea, hmtx, loca, maxp, glyf;
    ans_str map;          /* format 4 */
    uint16_t glyphs, units, metrics; /* metrics: glyphs with a width of their own */
    bool is_long;         /* of loca */
    int16_t ascent, descent, box[4]; /* in thousandths of the size, as widths are */
} ans_font;

/* owns     out looks into bytes
 * errors   ANS_E_CORRUPT: no face of the kind above */
ANS_MUST_USE ans_err ans_font_open(ans_cx *cx, ans_str bytes, ans_font *out);
/* 0: the face has no such letter. */
uint16_t ans_font_glyph(const ans_font *font, uint32_t letter);
/* In thousandths of the size. */
uint32_t ans_font_width(const ans_font *font, uint16_t glyph);
/* A face of these glyphs alone, numbered in that order (the first is .notdef), and of those they are put together from; without what
 * only screens of old need (hinting).
 * owns     out in cx->arena */
ANS_MUST_USE ans_err ans_font_subset(ans_cx *cx, const ans_font *font, const uint16_t *glyphs, uint32_t count, ans_str *out);

#endif
