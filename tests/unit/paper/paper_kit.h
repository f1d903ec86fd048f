/* What the tests of papers share. */
#ifndef PAPER_KIT_H
#define PAPER_KIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/os.h"
#include "paper/sheet.h"
#include "paper/text.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))
#define A4_SHORT 595.28
#define A4_LONG 841.89

static inline ans_cx cx_new(void)
{
    ans_cx cx = {.arena = ans_arena_new((size_t)256 << 20)};
    assert_non_null(cx.arena);
    return cx;
}

static inline ans_pdf *pdf_new(ans_cx *cx)
{
    ans_pdf *pdf = NULL;
    assert_int_equal(ans_pdf_new(cx, &(ans_pdf_options){.title = ANS_STR("t"), .program = ANS_STR("p"), .created_us = 1}, &pdf), ANS_OK);
    return pdf;
}

static inline ans_sheet *sheet_new(ans_cx *cx, bool is_wide, uint32_t most_pages)
{
    ans_sheet *s = NULL;
    const ans_sheet_options o = {.is_wide = is_wide, .title = ANS_STR("Phiếu"), .program = ANS_STR("An Sinh"), .printed_us = INT64_C(1763800000000000),
                                 .printed_text = ANS_STR("Người in: Hà"), .caution = ANS_STR("Dữ liệu cá nhân"), .page_text = ANS_STR("Trang"), .most_pages = most_pages};
    assert_int_equal(ans_sheet_new(cx, &o, &s), ANS_OK);
    return s;
}

/* Nothing beyond the edges of the page. */
static inline void within_page(ans_sheet *s, bool is_wide)
{
    ans_pdf_reach r = ans_pdf_reached(ans_sheet_pdf(s));
    assert_true(r.left >= 0 && r.top >= 0);
    assert_true(r.right <= (is_wide ? A4_LONG : A4_SHORT) && r.bottom <= (is_wide ? A4_SHORT : A4_LONG));
}

#endif
