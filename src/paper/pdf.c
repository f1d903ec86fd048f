#include "paper/pdf.h"

#include <math.h>
#include <stdio.h>
#include <zlib.h>

#include "base/buf.h"
#include "fhir/value.h"
#include "paper/font.h"

#define FILE_BYTES ((size_t)128 << 20)
#define PAGE_BYTES ((size_t)8 << 20)

enum { FIRST_FONT_OBJECT = 4, OBJECTS_OF_FONT = 5, OBJECTS_OF_PAGE = 2, MAP_LINES = 100 };

typedef struct face {
    ans_font font;
    uint16_t *number; /* of a glyph in the part-face; 0: not taken (.notdef is always 0) */
    uint16_t *glyphs;
    uint32_t *letters; /* what each stands for */
    uint32_t count, glyphs_cap, letters_cap;
} face;

struct ans_pdf_page {
    ans_pdf *pdf;
    double width, height;
    ans_buf ops;
};

struct ans_pdf {
    ans_cx *cx;
    ans_pdf_options o;
    face faces[ANS_FACES];
    ans_pdf_page **pages;
    uint32_t count, cap;
    ans_pdf_page nowhere;
    ans_pdf_reach reach;
    ans_err err;
};

/* ---- the faces, built in ---- */

extern const char ans_paper_plain[], ans_paper_bold[], ans_paper_italic[];
extern const size_t ans_paper_plain_bytes, ans_paper_bold_bytes, ans_paper_italic_bytes;

static ans_err open_faces(ans_pdf *pdf)
{
    const ans_str files[ANS_FACES] = {[ANS_FACE_PLAIN] = {ans_paper_plain, ans_paper_plain_bytes},
                                      [ANS_FACE_BOLD] = {ans_paper_bold, ans_paper_bold_bytes},
                                      [ANS_FACE_ITALIC] = {ans_paper_italic, ans_paper_italic_bytes}};
    ans_err err = ANS_OK;
    for (int i = 0; err == ANS_OK && i < ANS_FACES; i++) {
        face *f = &pdf->faces[i];
        err = ans_font_open(pdf->cx, files[i], &f->font);
        f->number = err == ANS_OK ? ANS_NEW_N(pdf->cx->arena, uint16_t, f->font.glyphs) : NULL;
        err = err == ANS_OK && !f->number ? ans_cx_nomem(pdf->cx) : err;
    }
    return err;
}

static void fail(ans_pdf *pdf, ans_err err)
{
    pdf->err = pdf->err == ANS_OK ? err : pdf->err;
}

static void note_glyph(ans_pdf *pdf, face *f, uint16_t glyph, uint32_t letter)
{
    ans_arena *a = pdf->cx->arena;
    uint16_t *glyphs = ans_arena_grow(a, f->glyphs, f->count, &f->glyphs_cap, 128, sizeof *glyphs);
    uint32_t *letters = glyphs ? ans_arena_grow(a, f->letters, f->count, &f->letters_cap, 128, sizeof *letters) : NULL;
    f->glyphs = glyphs ? glyphs : f->glyphs;
    if (!letters) {
        fail(pdf, ans_cx_nomem(pdf->cx));
        return;
    }
    f->letters = letters;
    f->number[glyph] = (uint16_t)f->count;
    glyphs[f->count] = glyph;
    letters[f->count++] = letter;
}

/* The number of a letter within the part-face. */
static uint16_t number_of(ans_pdf *pdf, face *f, uint32_t letter)
{
    uint16_t glyph = ans_font_glyph(&f->font, letter);
    if (f->count == 0) {
        note_glyph(pdf, f, 0, 0xFFFD);
    }
    if (glyph && !f->number[glyph]) {
        note_glyph(pdf, f, glyph, letter);
    }
    return f->number[glyph];
}

ans_err ans_pdf_new(ans_cx *cx, const ans_pdf_options *options, ans_pdf **out)
{
    ans_pdf *pdf = ANS_NEW(cx->arena, ans_pdf);
    if (!pdf) {
        return ans_cx_nomem(cx);
    }
    *pdf = (ans_pdf){.cx = cx, .o = *options, .reach = {1e9, 1e9, -1e9, -1e9}};
    pdf->o.most_pages = options->most_pages ? options->most_pages : ANS_PDF_MOST_PAGES;
    pdf->nowhere.pdf = pdf;
    ans_buf_init_arena(&pdf->nowhere.ops, cx->arena, 0);
    ans_err err = open_faces(pdf);
    *out = err == ANS_OK ? pdf : NULL;
    return err;
}

/* ---- pages ---- */

ans_pdf_page *ans_pdf_page_new(ans_pdf *pdf, double width, double height)
{
    ans_cx *cx = pdf->cx;
    if (pdf->count == pdf->o.most_pages) {
        fail(pdf, ans_issue_add(cx, ANS_E_TOOBIG, ANS_STR_NONE, "more than %u pages in one paper: ask for fewer days or a smaller place", pdf->o.most_pages));
    }
    ans_pdf_page *page = pdf->err == ANS_OK ? ANS_NEW(cx->arena, ans_pdf_page) : NULL;
    ans_pdf_page **pages = page ? ans_arena_grow(cx->arena, pdf->pages, pdf->count, &pdf->cap, 16, sizeof *pages) : NULL;
    if (!pages) {
        fail(pdf, pdf->err == ANS_OK ? ans_cx_nomem(cx) : pdf->err);
        return &pdf->nowhere;
    }
    *page = (ans_pdf_page){.pdf = pdf, .width = width, .height = height};
    ans_buf_init_arena(&page->ops, cx->arena, PAGE_BYTES);
    pdf->pages = pages;
    pages[pdf->count++] = page;
    return page;
}

uint32_t ans_pdf_page_count(const ans_pdf *pdf)
{
    return pdf->count;
}

ans_pdf_page *ans_pdf_page_at(ans_pdf *pdf, uint32_t number)
{
    return number < pdf->count ? pdf->pages[number] : &pdf->nowhere;
}

static void reach(ans_pdf *pdf, double left, double top, double right, double bottom)
{
    ans_pdf_reach *r = &pdf->reach;
    *r = (ans_pdf_reach){left < r->left ? left : r->left, top < r->top ? top : r->top, right > r->right ? right : r->right, bottom > r->bottom ? bottom : r->bottom};
}

ans_pdf_reach ans_pdf_reached(const ans_pdf *pdf)
{
    return pdf->reach;
}

double ans_pdf_width(const ans_pdf *pdf, ans_face which, double size, ans_letters text)
{
    const ans_font *font = &pdf->faces[which].font;
    uint32_t sum = 0;
    for (uint32_t i = 0; i < text.n; i++) {
        sum += ans_font_width(font, ans_font_glyph(font, text.at[i]));
    }
    return (double)sum * size / 1000.0;
}

bool ans_pdf_has(const ans_pdf *pdf, uint32_t letter)
{
    bool has = true;
    for (int i = 0; has && i < ANS_FACES; i++) {
        has = ans_font_glyph(&pdf->faces[i].font, letter) != 0;
    }
    return has;
}

/* ---- drawing ---- */

void ans_pdf_text(ans_pdf_page *page, ans_face which, double size, double x, double y, ans_letters text)
{
    ans_pdf *pdf = page->pdf;
    face *f = &pdf->faces[which];
    if (page == &pdf->nowhere || text.n == 0) {
        return;
    }
    ans_buf_fmt(&page->ops, "BT /F%d %.2f Tf %.2f %.2f Td <", (int)which, size, x, page->height - y);
    for (uint32_t i = 0; i < text.n; i++) {
        ans_buf_fmt(&page->ops, "%04X", number_of(pdf, f, text.at[i]));
    }
    ANS_BUF_LIT(&page->ops, "> Tj ET\n");
    reach(pdf, x, y - size * f->font.ascent / 1000.0, x + ans_pdf_width(pdf, which, size, text), y - size * f->font.descent / 1000.0);
}

void ans_pdf_line(ans_pdf_page *page, double x1, double y1, double x2, double y2, double width, double dash)
{
    if (page == &page->pdf->nowhere) {
        return;
    }
    if (dash > 0) {
        ans_buf_fmt(&page->ops, "[%.2f %.2f] 0 d ", dash, dash);
    }
    ans_buf_fmt(&page->ops, "%.2f w %.2f %.2f m %.2f %.2f l S%s\n", width, x1, page->height - y1, x2, page->height - y2, dash > 0 ? " [] 0 d" : "");
    reach(page->pdf, fmin(x1, x2), fmin(y1, y2), fmax(x1, x2), fmax(y1, y2));
}

void ans_pdf_area(ans_pdf_page *page, double x, double y, double width, double height, double grey)
{
    if (page == &page->pdf->nowhere) {
        return;
    }
    ans_buf_fmt(&page->ops, "%.2f g %.2f %.2f %.2f %.2f re f 0 g\n", grey, x, page->height - y - height, width, height);
    reach(page->pdf, x, y, x + width, y + height);
}

void ans_pdf_frame(ans_pdf_page *page, double x, double y, double width, double height, double line)
{
    if (page == &page->pdf->nowhere) {
        return;
    }
    ans_buf_fmt(&page->ops, "%.2f w %.2f %.2f %.2f %.2f re S\n", line, x, page->height - y - height, width, height);
    reach(page->pdf, x, y, x + width, y + height);
}

/* A round line of no length, as thick as the dot. */
void ans_pdf_dot(ans_pdf_page *page, double x, double y, double radius)
{
    if (page == &page->pdf->nowhere) {
        return;
    }
    ans_buf_fmt(&page->ops, "1 J %.2f w %.2f %.2f m %.2f %.2f l S 0 J\n", radius * 2, x, page->height - y, x, page->height - y);
    reach(page->pdf, x - radius, y - radius, x + radius, y + radius);
}

/* ---- the file ---- */

typedef struct file {
    ans_pdf *pdf;
    ans_buf b;
    uint32_t *at; /* of each object */
    uint32_t objects;
    z_stream z;
} file;

static void *zip_room(void *arena, uInt n, uInt size)
{
    return ans_arena_alloc(arena, (size_t)n * size);
}

static void zip_leave(void *arena, void *p)
{
    (void)arena; /* goes with the arena */
    (void)p;
}

static void begin(file *f, uint32_t object)
{
    f->at[object] = (uint32_t)f->b.n;
    ans_buf_fmt(&f->b, "%u 0 obj\n", object);
}

static void end(file *f)
{
    ANS_BUF_LIT(&f->b, "\nendobj\n");
}

/* more: further members of its dictionary */
static ans_err put_stream(file *f, uint32_t object, ans_str bytes, const char *more)
{
    ans_cx *cx = f->pdf->cx;
    if (deflateReset(&f->z) != Z_OK || bytes.n > UINT32_MAX / 2) {
        return ans_issue_add(cx, ANS_E_BUG, ANS_STR_NONE, "a page cannot be packed");
    }
    uLong room = deflateBound(&f->z, bytes.n);
    uint8_t *to = ans_arena_alloc(cx->arena, room);
    if (!to) {
        return ans_cx_nomem(cx);
    }
    f->z.next_in = (Bytef *)(uintptr_t)bytes.p; /* zlib does not write there */
    f->z.avail_in = (uInt)bytes.n;
    f->z.next_out = to;
    f->z.avail_out = (uInt)room;
    if (deflate(&f->z, Z_FINISH) != Z_STREAM_END) {
        return ans_issue_add(cx, ANS_E_BUG, ANS_STR_NONE, "a page cannot be packed");
    }
    begin(f, object);
    ans_buf_fmt(&f->b, "<< /Length %lu /Filter /FlateDecode%s >>\nstream\n", f->z.total_out, more);
    ans_buf_add_mem(&f->b, to, f->z.total_out);
    ANS_BUF_LIT(&f->b, "\nendstream");
    end(f);
    return ANS_OK;
}

/* UTF-8 as a text string of PDF: UTF-16 with its mark, in hexadecimal. */
static void put_text(ans_buf *b, ans_str s)
{
    ANS_BUF_LIT(b, "<FEFF");
    for (size_t i = 0; i < s.n;) {
        uint8_t c = (uint8_t)s.p[i];
        size_t n = c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
        uint32_t v = n == 1 ? c : n == 2 ? c & 0x1Fu : n == 3 ? c & 0x0Fu : 0xFFFD;
        for (size_t k = 1; k < n && n < 4; k++) {
            v = v << 6 | (i + k < s.n ? (uint8_t)s.p[i + k] & 0x3Fu : 0u);
        }
        ans_buf_fmt(b, "%04X", v);
        i += n;
    }
    ans_buf_add_c(b, '>');
}

static ans_err put_info(file *f)
{
    char when[ANS_INSTANT_BYTES];
    const ans_pdf_options *o = &f->pdf->o;
    ans_instant_print(o->created_us, when);
    begin(f, 3);
    ANS_BUF_LIT(&f->b, "<< /Title ");
    put_text(&f->b, o->title);
    ANS_BUF_LIT(&f->b, " /Producer ");
    put_text(&f->b, o->program);
    ans_buf_fmt(&f->b, " /CreationDate (D:%.4s%.2s%.2s%.2s%.2s%.2sZ) >>", when, when + 5, when + 8, when + 11, when + 14, when + 17);
    end(f);
    return ANS_OK;
}

static void put_catalog(file *f, uint32_t first_page)
{
    begin(f, 1);
    ANS_BUF_LIT(&f->b, "<< /Type /Catalog /Pages 2 0 R /Lang (vi) /ViewerPreferences << /DisplayDocTitle true >> >>");
    end(f);
    begin(f, 2);
    ans_buf_fmt(&f->b, "<< /Type /Pages /Count %u /Kids [", f->pdf->count);
    for (uint32_t i = 0; i < f->pdf->count; i++) {
        ans_buf_fmt(&f->b, " %u 0 R", first_page + i * OBJECTS_OF_PAGE);
    }
    ANS_BUF_LIT(&f->b, " ] >>");
    end(f);
}

/* Glyphs back to letters. */
static ans_err put_map(file *f, const face *a, uint32_t object)
{
    ans_str text;
    ans_buf b;
    ans_buf_init_arena(&b, f->pdf->cx->arena, PAGE_BYTES);
    ANS_BUF_LIT(&b, "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) "
                    "/Supplement 0 >> def\n/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n");
    for (uint32_t i = 0; i < a->count; i += MAP_LINES) {
        uint32_t n = a->count - i < MAP_LINES ? a->count - i : MAP_LINES;
        ans_buf_fmt(&b, "%u beginbfchar\n", n);
        for (uint32_t k = i; k < i + n; k++) {
            ans_buf_fmt(&b, "<%04X> <%04X>\n", k, a->letters[k]);
        }
        ANS_BUF_LIT(&b, "endbfchar\n");
    }
    ANS_BUF_LIT(&b, "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
    ans_err err = ans_buf_finish(&b, &text);
    return err == ANS_OK ? put_stream(f, object, text, "") : err;
}

static ans_err put_face(file *f, const face *a, ans_face which, uint32_t first)
{
    static const char *const names[ANS_FACES] = {"LiberationSerif", "LiberationSerif-Bold", "LiberationSerif-Italic"};
    const ans_font *font = &a->font;
    ans_str part;
    char length[64];
    char tag[8] = {'A', 'N', 'S', 'I', 'N', (char)('A' + which), '+', 0};
    begin(f, first);
    ans_buf_fmt(&f->b, "<< /Type /Font /Subtype /Type0 /BaseFont /%s%s /Encoding /Identity-H /DescendantFonts [%u 0 R] /ToUnicode %u 0 R >>", tag, names[which],
                first + 1, first + 4);
    end(f);
    begin(f, first + 1);
    ans_buf_fmt(&f->b, "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /%s%s /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> "
                       "/FontDescriptor %u 0 R /CIDToGIDMap /Identity /DW 1000 /W [0 [", tag, names[which], first + 2);
    for (uint32_t i = 0; i < a->count; i++) {
        ans_buf_fmt(&f->b, " %u", ans_font_width(font, a->glyphs[i]));
    }
    ANS_BUF_LIT(&f->b, "]] >>");
    end(f);
    begin(f, first + 2);
    ans_buf_fmt(&f->b, "<< /Type /FontDescriptor /FontName /%s%s /Flags %d /FontBBox [%d %d %d %d] /ItalicAngle %d /Ascent %d /Descent %d /CapHeight 662 /StemV %d "
                       "/FontFile2 %u 0 R >>",
                tag, names[which], which == ANS_FACE_ITALIC ? 68 : 4, font->box[0], font->box[1], font->box[2], font->box[3], which == ANS_FACE_ITALIC ? -16 : 0,
                font->ascent, font->descent, which == ANS_FACE_BOLD ? 140 : 80, first + 3);
    end(f);
    ans_err err = ans_font_subset(f->pdf->cx, font, a->glyphs, a->count, &part);
    if (err != ANS_OK) {
        return err;
    }
    (void)snprintf(length, sizeof length, " /Length1 %zu", part.n);
    err = put_stream(f, first + 3, part, length);
    return err == ANS_OK ? put_map(f, a, first + 4) : err;
}

static ans_err put_pages(file *f, uint32_t first_page, ans_str fonts)
{
    ans_err err = ANS_OK;
    for (uint32_t i = 0; err == ANS_OK && i < f->pdf->count; i++) {
        ans_pdf_page *page = f->pdf->pages[i];
        uint32_t object = first_page + i * OBJECTS_OF_PAGE;
        ans_str ops;
        begin(f, object);
        ans_buf_fmt(&f->b, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %.2f %.2f] /Resources << /Font << %.*s >> >> /Contents %u 0 R >>", page->width, page->height,
                    ANS_FMT(fonts), object + 1);
        end(f);
        err = ans_buf_finish(&page->ops, &ops);
        err = err == ANS_OK ? put_stream(f, object + 1, ops, "") : err;
    }
    return err;
}

static ans_err put_end(file *f, ans_str *out)
{
    size_t at = f->b.n;
    ans_buf_fmt(&f->b, "xref\n0 %u\n0000000000 65535 f \n", f->objects);
    for (uint32_t i = 1; i < f->objects; i++) {
        ans_buf_fmt(&f->b, "%010u 00000 n \n", f->at[i]);
    }
    ans_buf_fmt(&f->b, "trailer\n<< /Size %u /Root 1 0 R /Info 3 0 R >>\nstartxref\n%zu\n%%%%EOF\n", f->objects, at);
    return ans_buf_finish(&f->b, out);
}

static ans_err put_all(file *f, ans_str *out)
{
    ans_pdf *pdf = f->pdf;
    ans_str list = ANS_STR("");
    uint32_t next = FIRST_FONT_OBJECT;
    ans_err err = put_info(f);
    for (int i = 0; err == ANS_OK && i < ANS_FACES; i++) {
        if (pdf->faces[i].count) {
            err = put_face(f, &pdf->faces[i], (ans_face)i, next);
            list = ans_arena_fmt(pdf->cx->arena, "%.*s /F%d %u 0 R", ANS_FMT(list), i, next);
            next += OBJECTS_OF_FONT;
        }
    }
    put_catalog(f, next);
    err = err == ANS_OK ? put_pages(f, next, list) : err;
    f->objects = next + pdf->count * OBJECTS_OF_PAGE;
    return err == ANS_OK ? put_end(f, out) : err;
}

ans_err ans_pdf_finish(ans_pdf *pdf, ans_str *out)
{
    file f = {.pdf = pdf, .z = {.zalloc = zip_room, .zfree = zip_leave, .opaque = pdf->cx->arena}};
    if (pdf->err != ANS_OK) {
        return pdf->err;
    }
    f.at = ANS_NEW_N(pdf->cx->arena, uint32_t, FIRST_FONT_OBJECT + ANS_FACES * OBJECTS_OF_FONT + pdf->count * OBJECTS_OF_PAGE);
    if (!f.at || deflateInit(&f.z, 6) != Z_OK) {
        return ans_cx_nomem(pdf->cx);
    }
    ans_buf_init_arena(&f.b, pdf->cx->arena, FILE_BYTES);
    ANS_BUF_LIT(&f.b, "%PDF-1.7\n%\xE2\xE3\xCF\xD3\n");
    ans_err err = put_all(&f, out);
    (void)deflateEnd(&f.z);
    return err;
}
