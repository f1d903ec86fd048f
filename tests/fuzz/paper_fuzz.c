/* Any bytes as the texts of a paper: lines of the input are title, facts, cells and signatures. It always makes a file, or says why not, and
 * nothing lies beyond the page. */
#include <stdlib.h>

#include "base/os.h"
#include "paper/sheet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds) {
        abort();
    }
}

static ans_str next(ans_str *rest)
{
    ans_str line;
    (void)ans_str_cut(rest, '\n', &line);
    return line.p ? line : ANS_STR("");
}

static void draw(ans_sheet *s, ans_str rest)
{
    static const double widths[] = {1, 5, 3, 0.2};
    ans_cell head[4];
    for (int i = 0; i < 4; i++) {
        head[i] = (ans_cell){.text = next(&rest), .span = i == 1 ? 2 : 0};
    }
    const ans_fact facts[] = {{.name = next(&rest), .value = next(&rest)}, {.name = next(&rest), .is_open = true}};
    const ans_table table = {.widths = widths, .columns = 4, .head = head, .head_rows = 1};
    ans_sheet_running(s, next(&rest));
    ans_sheet_facts(s, facts, 2, 2);
    ans_sheet_table(s, &table);
    for (int rows = 0; rest.n && rows < 200; rows++) {
        ans_cell row[4];
        for (int i = 0; i < 4; i++) {
            row[i] = (ans_cell){.text = next(&rest), .face = (uint8_t)(i % 3), .align = (uint8_t)(rows % 3), .has_box = i == 2};
        }
        ans_sheet_row(s, row);
    }
    ans_sheet_table_end(s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ans_cx cx = {.arena = ans_arena_new((size_t)256 << 20)};
    ans_sheet *s;
    ans_str bytes, all = {(const char *)data, size};
    bool is_wide = size && data[0] & 1;
    must(cx.arena && ans_base_start());
    const ans_sheet_options o = {.is_wide = is_wide, .title = ans_str_head(all, 40), .program = ANS_STR("p"), .printed_text = next(&all), .caution = next(&all), .page_text = ANS_STR("Trang"), .most_pages = 100};
    must(ans_sheet_new(&cx, &o, &s) == ANS_OK);
    draw(s, all);
    ans_err err = ans_sheet_finish(s, ANS_STR("ansinh:Patient/1"), &bytes);
    ans_pdf_reach r = ans_pdf_reached(ans_sheet_pdf(s));
    must(err == ANS_OK || (err == ANS_E_TOOBIG && cx.issues));
    must(err != ANS_OK || (ans_str_starts(bytes, ANS_STR("%PDF-")) && bytes.n > 500));
    must(r.left >= 0 && r.top >= 0 && r.right <= (is_wide ? 841.89 : 595.28) && r.bottom <= (is_wide ? 595.28 : 841.89));
    ans_arena_free(cx.arena);
    return 0;
}
