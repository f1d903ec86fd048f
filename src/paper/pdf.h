/* A PDF of text, lines and areas in the faces of this program: pages with their text as glyphs of embedded part-faces and a map back to
 * letters, so that it is found, copied and read aloud. Nothing of the surroundings goes into it: the same calls make the same bytes.
 *
 * Lengths are points (1/72 inch), x from the left edge, y from the top edge downwards; text stands on its line (y).
 * Errors stick: draw freely, ask once in ans_pdf_finish.
 *
 * spec: ISO 32000-1 (PDF 1.7), 9.7 composite fonts, 9.10.3 ToUnicode */
#ifndef ANS_PAPER_PDF_H
#define ANS_PAPER_PDF_H

#include "base/cx.h"

typedef enum ans_face { ANS_FACE_PLAIN, ANS_FACE_BOLD, ANS_FACE_ITALIC, ANS_FACES } ans_face;

/* Letters as code points: what ans_letters made, so each has a glyph. */
typedef struct ans_letters {
    const uint32_t *at;
    uint32_t n;
} ans_letters;

typedef struct ans_pdf ans_pdf;
typedef struct ans_pdf_page ans_pdf_page;

#define ANS_PDF_MOST_PAGES 1500

typedef struct ans_pdf_options {
    ans_str title;    /* of the form: nobody's name */
    ans_str program;  /* "An Sinh 0.1" */
    int64_t created_us;
    uint32_t most_pages; /* 0: ANS_PDF_MOST_PAGES */
} ans_pdf_options;

ANS_MUST_USE ans_err ans_pdf_new(ans_cx *cx, const ans_pdf_options *options, ans_pdf **out);
/* Pages may be drawn on in any order until the end. Never NULL: after an error (too many pages among them) it is one that goes nowhere. */
ans_pdf_page *ans_pdf_page_new(ans_pdf *pdf, double width, double height);
uint32_t ans_pdf_page_count(const ans_pdf *pdf);
ans_pdf_page *ans_pdf_page_at(ans_pdf *pdf, uint32_t number); /* from 0 */

double ans_pdf_width(const ans_pdf *pdf, ans_face face, double size, ans_letters text);
bool ans_pdf_has(const ans_pdf *pdf, uint32_t letter); /* in every face */
void ans_pdf_text(ans_pdf_page *page, ans_face face, double size, double x, double y, ans_letters text);
/* dash: length of dashes and gaps; 0: a whole line */
void ans_pdf_line(ans_pdf_page *page, double x1, double y1, double x2, double y2, double width, double dash);
void ans_pdf_area(ans_pdf_page *page, double x, double y, double width, double height, double grey); /* filled; 0 is black */
void ans_pdf_frame(ans_pdf_page *page, double x, double y, double width, double height, double line);
void ans_pdf_dot(ans_pdf_page *page, double x, double y, double radius);
/* What text and lines cover, over all pages: beyond the edges of a page lies a fault. */
typedef struct ans_pdf_reach {
    double left, top, right, bottom;
} ans_pdf_reach;
ans_pdf_reach ans_pdf_reached(const ans_pdf *pdf);

/* owns     out in cx->arena
 * errors   ANS_E_TOOBIG more pages than allowed, or more bytes than the arena holds */
ANS_MUST_USE ans_err ans_pdf_finish(ans_pdf *pdf, ans_str *out);

#endif
