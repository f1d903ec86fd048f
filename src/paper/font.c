#include "paper/font.h"

#include "base/buf.h"

#define FONT_BYTES ((size_t)4 << 20)

enum { MOST_PARTS = 64, HAS_WORDS = 1, HAS_SCALE = 8, HAS_MORE = 0x20, HAS_TWO_SCALES = 0x40, HAS_MATRIX = 0x80, HAS_PROGRAM = 0x100 };

static uint16_t u16(ans_str s, size_t at)
{
    return (uint16_t)(at + 2 <= s.n ? (uint8_t)s.p[at] << 8 | (uint8_t)s.p[at + 1] : 0);
}

static int16_t i16(ans_str s, size_t at)
{
    return (int16_t)u16(s, at);
}

static uint32_t u32(ans_str s, size_t at)
{
    return (uint32_t)u16(s, at) << 16 | u16(s, at + 2);
}

static ans_str part(ans_str s, size_t at, size_t n)
{
    return at <= s.n && n <= s.n - at ? (ans_str){s.p + at, n} : ANS_STR_NONE;
}

static ans_str table(ans_str bytes, const char *tag)
{
    uint16_t count = u16(bytes, 4);
    for (size_t i = 0; i < count; i++) {
        if (ans_str_is(part(bytes, 12 + i * 16, 4), tag)) {
            return part(bytes, u32(bytes, 12 + i * 16 + 8), u32(bytes, 12 + i * 16 + 12));
        }
    }
    return ANS_STR_NONE;
}

/* Windows, Unicode: what every face of today has. */
static ans_str map_of(ans_str cmap)
{
    uint16_t count = u16(cmap, 2);
    for (size_t i = 0; i < count; i++) {
        uint32_t at = u32(cmap, 4 + i * 8 + 4);
        if (u16(cmap, 4 + i * 8) == 3 && u16(cmap, 4 + i * 8 + 2) == 1 && u16(cmap, at) == 4) {
            return part(cmap, at, u16(cmap, (size_t)at + 2));
        }
    }
    return ANS_STR_NONE;
}

static int16_t thousandths(const ans_font *f, int16_t v)
{
    return (int16_t)(v * 1000 / f->units);
}

ans_err ans_font_open(ans_cx *cx, ans_str bytes, ans_font *out)
{
    ans_font f = {.bytes = bytes, .head = table(bytes, "head"), .hhea = table(bytes, "hhea"), .hmtx = table(bytes, "hmtx"),
                  .loca = table(bytes, "loca"), .maxp = table(bytes, "maxp"), .glyf = table(bytes, "glyf"), .map = map_of(table(bytes, "cmap"))};
    f.units = u16(f.head, 18);
    f.glyphs = u16(f.maxp, 4);
    f.metrics = u16(f.hhea, 34);
    f.is_long = u16(f.head, 50) == 1;
    bool is_whole = f.head.n >= 54 && f.hhea.n >= 36 && f.maxp.n >= 32 && f.units && f.glyphs && f.metrics && f.metrics <= f.glyphs && f.map.n &&
                    f.hmtx.n >= (size_t)f.metrics * 4 && f.loca.n >= ((size_t)f.glyphs + 1) * (f.is_long ? 4 : 2);
    if (!is_whole) {
        return ans_issue_add(cx, ANS_E_CORRUPT, ANS_STR_NONE, "a font of this program cannot be read");
    }
    f.ascent = thousandths(&f, i16(f.hhea, 4));
    f.descent = thousandths(&f, i16(f.hhea, 6));
    for (size_t i = 0; i < 4; i++) {
        f.box[i] = thousandths(&f, i16(f.head, 36 + i * 2));
    }
    *out = f;
    return ANS_OK;
}

uint16_t ans_font_glyph(const ans_font *f, uint32_t letter)
{
    size_t segments = u16(f->map, 6) / 2, ends = 14, starts = ends + segments * 2 + 2, deltas = starts + segments * 2, ranges = deltas + segments * 2;
    size_t low = 0, high = segments;
    while (low < high) { /* the first segment that ends at the letter or behind it */
        size_t middle = (low + high) / 2;
        if (u16(f->map, ends + middle * 2) < letter) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    uint16_t start = u16(f->map, starts + low * 2), range = u16(f->map, ranges + low * 2), delta = u16(f->map, deltas + low * 2);
    if (letter > 0xFFFF || low == segments || letter < start) {
        return 0;
    }
    uint16_t glyph = range ? u16(f->map, ranges + low * 2 + range + (letter - start) * 2) : (uint16_t)letter;
    glyph = glyph || !range ? (uint16_t)(glyph + delta) : 0;
    return glyph < f->glyphs ? glyph : 0;
}

uint32_t ans_font_width(const ans_font *f, uint16_t glyph)
{
    size_t at = glyph < f->metrics ? glyph : (size_t)f->metrics - 1u;
    return ((uint32_t)u16(f->hmtx, at * 4) * 1000u + f->units / 2u) / f->units;
}

/* ---- a part of a face ---- */

typedef struct subset {
    ans_cx *cx;
    const ans_font *f;
    uint16_t *old_of, *new_of; /* new_of: 0 is none, but for .notdef */
    uint32_t count;
    ans_buf glyf, loca, hmtx;
} subset;

static ans_str outline(const ans_font *f, uint16_t glyph)
{
    size_t from = f->is_long ? u32(f->loca, (size_t)glyph * 4) : (size_t)u16(f->loca, (size_t)glyph * 2) * 2;
    size_t to = f->is_long ? u32(f->loca, (size_t)glyph * 4 + 4) : (size_t)u16(f->loca, (size_t)glyph * 2 + 2) * 2;
    return to > from ? part(f->glyf, from, to - from) : ANS_STR_NONE;
}

static void put16(ans_buf *b, uint16_t v)
{
    ans_buf_add_c(b, (char)(uint8_t)(v >> 8));
    ans_buf_add_c(b, (char)(uint8_t)v);
}

static void put32(ans_buf *b, uint32_t v)
{
    put16(b, (uint16_t)(v >> 16));
    put16(b, (uint16_t)v);
}

/* To a multiple of four; counted beforehand: a full buffer takes nothing more. */
static void pad(ans_buf *b)
{
    for (size_t n = (4 - b->n % 4) % 4; n > 0; n--) {
        ans_buf_add_c(b, 0);
    }
}

static uint16_t take(subset *s, uint16_t old)
{
    if (!s->new_of[old] && old != s->old_of[0]) {
        s->new_of[old] = (uint16_t)s->count;
        s->old_of[s->count++] = old; /* room for every glyph of the face: each is taken once */
    }
    return s->new_of[old];
}

static void put_simple(subset *s, ans_str g)
{
    size_t ends = 10 + (size_t)u16(g, 0) * 2, points = ends + 2 + u16(g, ends);
    ans_buf_add(&s->glyf, ans_str_head(g, ends));
    put16(&s->glyf, 0);
    ans_buf_add(&s->glyf, ans_str_from(g, points));
}

static void put_composite(subset *s, ans_str g)
{
    size_t at = 10;
    uint16_t flags = HAS_MORE;
    ans_buf_add(&s->glyf, ans_str_head(g, 10));
    for (int i = 0; i < MOST_PARTS && flags & HAS_MORE && at + 4 <= g.n; i++) {
        flags = u16(g, at);
        uint16_t old = u16(g, at + 2);
        size_t more = (flags & HAS_WORDS ? 4u : 2u) + (flags & HAS_MATRIX ? 8u : flags & HAS_TWO_SCALES ? 4u : flags & HAS_SCALE ? 2u : 0u);
        put16(&s->glyf, (uint16_t)(flags & ~HAS_PROGRAM));
        put16(&s->glyf, old < s->f->glyphs ? take(s, old) : 0);
        ans_buf_add(&s->glyf, part(g, at + 4, more));
        at += 4 + more;
    }
}

/* The list grows while it is walked: parts come behind what is put together from them. */
static void put_glyphs(subset *s)
{
    for (uint32_t i = 0; i < s->count; i++) {
        ans_str g = outline(s->f, s->old_of[i]);
        size_t at = s->old_of[i] < s->f->metrics ? s->old_of[i] : (size_t)s->f->metrics - 1u;
        put32(&s->loca, (uint32_t)s->glyf.n);
        put16(&s->hmtx, u16(s->f->hmtx, at * 4));
        put16(&s->hmtx, g.n ? u16(g, 2) : 0); /* left side: that of the outline, as these faces have it */
        if (g.n >= 12) {
            if (i16(g, 0) >= 0) {
                put_simple(s, g);
            } else {
                put_composite(s, g);
            }
        }
        pad(&s->glyf);
    }
    put32(&s->loca, (uint32_t)s->glyf.n);
}

static uint32_t checksum(ans_str s)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < s.n; i += 4) {
        uint32_t word = 0;
        for (size_t k = 0; k < 4; k++) {
            word = word << 8 | (i + k < s.n ? (uint8_t)s.p[i + k] : 0u);
        }
        sum += word;
    }
    return sum;
}

static ans_str with16(ans_cx *cx, ans_str s, size_t at, uint16_t v)
{
    ans_str copy = ans_arena_dup(cx->arena, s);
    if (copy.p) {
        ((char *)(uintptr_t)copy.p)[at] = (char)(uint8_t)(v >> 8); /* our own copy */
        ((char *)(uintptr_t)copy.p)[at + 1] = (char)(uint8_t)v;
    }
    return copy;
}

static ans_err put_file(subset *s, ans_str *out)
{
    static const char *const tags[] = {"glyf", "head", "hhea", "hmtx", "loca", "maxp"};
    enum { TABLES = sizeof tags / sizeof *tags };
    ans_cx *cx = s->cx;
    ans_str t[TABLES] = {[1] = with16(cx, ans_str_head(s->f->head, 54), 50, 1), [2] = with16(cx, ans_str_head(s->f->hhea, 36), 34, (uint16_t)s->count),
                         [5] = with16(cx, ans_str_head(s->f->maxp, 32), 4, (uint16_t)s->count)};
    ans_err err = ans_buf_finish(&s->glyf, &t[0]);
    err = err == ANS_OK ? ans_buf_finish(&s->hmtx, &t[3]) : err;
    err = err == ANS_OK ? ans_buf_finish(&s->loca, &t[4]) : err;
    if (err != ANS_OK || !t[1].p || !t[2].p || !t[5].p) {
        return err != ANS_OK ? err : ans_cx_nomem(cx);
    }
    ans_buf b;
    ans_buf_init_arena(&b, cx->arena, FONT_BYTES);
    put32(&b, 0x00010000);
    put16(&b, TABLES);
    put16(&b, 64); /* the three numbers for a search by halves among six tables */
    put16(&b, 2);
    put16(&b, TABLES * 16 - 64);
    size_t at = 12 + TABLES * 16;
    for (size_t i = 0; i < TABLES; i++) {
        ans_buf_add_mem(&b, tags[i], 4);
        put32(&b, checksum(t[i]));
        put32(&b, (uint32_t)at);
        put32(&b, (uint32_t)t[i].n);
        at += (t[i].n + 3) / 4 * 4;
    }
    for (size_t i = 0; i < TABLES; i++) {
        ans_buf_add(&b, t[i]);
        pad(&b);
    }
    return ans_buf_finish(&b, out);
}

ans_err ans_font_subset(ans_cx *cx, const ans_font *f, const uint16_t *glyphs, uint32_t count, ans_str *out)
{
    subset s = {.cx = cx, .f = f, .old_of = ANS_NEW_N(cx->arena, uint16_t, f->glyphs), .new_of = ANS_NEW_N(cx->arena, uint16_t, f->glyphs)};
    if (!s.old_of || !s.new_of) {
        return ans_cx_nomem(cx);
    }
    ans_buf_init_arena(&s.glyf, cx->arena, FONT_BYTES);
    ans_buf_init_arena(&s.loca, cx->arena, FONT_BYTES);
    ans_buf_init_arena(&s.hmtx, cx->arena, FONT_BYTES);
    for (uint32_t i = 0; i < count && s.count < f->glyphs; i++) {
        s.old_of[s.count] = glyphs[i];
        s.new_of[glyphs[i]] = (uint16_t)s.count++;
    }
    put_glyphs(&s);
    return put_file(&s, out);
}
