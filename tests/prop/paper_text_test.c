/* Random text, of every plane and of broken bytes, in every part of a sheet: it stays on the page, lines keep every letter, and the file closes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/os.h"
#include "paper/sheet.h"
#include "paper/text.h"

enum { ROUNDS = 300 };

static uint64_t seed;

static uint32_t roll(uint32_t n)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (uint32_t)(seed >> 33) % n;
}

static void put_letter(ans_buf *b)
{
    static const char *const pieces[] = {"ệ", "Nguyễn", " ", " ", "\n", "\xE2\x80\xAE", "\xD7\xA9", "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x92\xBB", "a\xCC\x81\xCC\x82\xCC\x83", "-", "/", "\t", "\x01", "W"};
    if (roll(40) == 0) {
        ans_buf_add_c(b, (char)(uint8_t)roll(256)); /* makes the whole text no UTF-8 at times */
    } else {
        ans_buf_add(b, ans_str_of(pieces[roll(sizeof pieces / sizeof *pieces)]));
    }
}

static ans_str some_text(ans_cx *cx)
{
    ans_buf b;
    ans_str text;
    uint32_t n = roll(10) == 0 ? roll(4000) : roll(60);
    ans_buf_init_arena(&b, cx->arena, (size_t)1 << 20);
    for (uint32_t i = 0; i < n; i++) {
        put_letter(&b);
    }
    assert_int_equal(ans_buf_finish(&b, &text), ANS_OK);
    return text.p ? text : ANS_STR("");
}

static void draw_table(ans_cx *cx, ans_sheet *s)
{
    double widths[ANS_TABLE_MOST_COLUMNS];
    ans_cell cells[ANS_TABLE_MOST_COLUMNS];
    uint32_t columns = 1 + roll(16);
    for (uint32_t i = 0; i < columns; i++) {
        widths[i] = 1 + roll(9);
        cells[i] = (ans_cell){.text = ANS_STR("đầu"), .face = (uint8_t)roll(3)};
    }
    const ans_table table = {.widths = widths, .columns = columns, .size = 7 + roll(5), .head = cells, .head_rows = roll(2), .least = roll(40)};
    ans_cell row[ANS_TABLE_MOST_COLUMNS];
    ans_sheet_table(s, &table);
    for (uint32_t r = roll(12); r > 0; r--) {
        for (uint32_t i = 0; i < columns; i++) {
            row[i] = (ans_cell){.text = some_text(cx), .face = (uint8_t)roll(3), .align = (uint8_t)roll(3), .span = (uint8_t)roll(4), .has_box = roll(5) == 0};
        }
        ans_sheet_row(s, row);
    }
    ans_sheet_table_end(s);
}

static void draw(ans_cx *cx, ans_sheet *s)
{
    for (uint32_t i = 1 + roll(6); i > 0; i--) {
        const ans_fact facts[] = {{.name = some_text(cx), .value = some_text(cx)}, {.name = some_text(cx), .is_open = true}, {.name = ANS_STR("x"), .value = some_text(cx), .is_whole = true}};
        const ans_sign_place places[] = {{.post = some_text(cx), .name = some_text(cx)}, {.post = ANS_STR("B")}};
        switch (roll(5)) {
        case 0:
            ans_sheet_text(s, (ans_style){.face = (uint8_t)roll(3), .align = (uint8_t)roll(3), .size = 8 + roll(8)}, some_text(cx));
            break;
        case 1:
            ans_sheet_facts(s, facts, 3, 1 + roll(3));
            break;
        case 2:
            ans_sheet_running(s, some_text(cx));
            ans_sheet_break(s);
            break;
        case 3:
            if (roll(4) == 0) {
                ans_sheet_signs(s, ANS_STR("ngày"), places, 2);
            }
            break;
        default:
            draw_table(cx, s);
        }
    }
}

static void random_text_stays_on_the_page(void **state)
{
    (void)state;
    for (int i = 0; i < ROUNDS; i++) {
        uint64_t at = seed;
        bool is_wide = roll(2) == 0;
        ans_cx cx = {.arena = ans_arena_new((size_t)256 << 20)};
        ans_sheet *s;
        ans_str bytes;
        const ans_sheet_options o = {.is_wide = is_wide, .title = ANS_STR("t"), .program = ANS_STR("p"), .printed_text = ANS_STR("in"), .caution = ANS_STR("c"), .page_text = ANS_STR("Trang")};
        assert_int_equal(ans_sheet_new(&cx, &o, &s), ANS_OK);
        draw(&cx, s);
        ans_err err = ans_sheet_finish(s, ANS_STR("ansinh:Patient/1"), &bytes);
        ans_pdf_reach r = ans_pdf_reached(ans_sheet_pdf(s));
        bool is_within = r.left >= 0 && r.top >= 0 && r.right <= (is_wide ? 841.89 : 595.28) && r.bottom <= (is_wide ? 595.28 : 841.89);
        if (err != ANS_OK || !is_within) {
            fail_msg("seed %llu: %s, reaches %.1f %.1f %.1f %.1f", (unsigned long long)at, ans_err_name(err), r.left, r.top, r.right, r.bottom);
        }
        ans_arena_free(cx.arena);
    }
}

/* Lines hold all letters but blanks and line ends, in order. */
static void lines_keep_every_letter(void **state)
{
    (void)state;
    for (int i = 0; i < ROUNDS; i++) {
        uint64_t at = seed;
        ans_cx cx = {.arena = ans_arena_new((size_t)64 << 20)};
        ans_pdf *pdf;
        ans_letters all, rest, line;
        uint32_t k = 0;
        double width = 5 + roll(300);
        assert_int_equal(ans_pdf_new(&cx, &(ans_pdf_options){.title = ANS_STR("t")}, &pdf), ANS_OK);
        assert_int_equal(ans_letters_of(&cx, pdf, some_text(&cx), &all), ANS_OK);
        for (rest = all; ans_letters_line(pdf, ANS_FACE_ITALIC, 9, width, &rest, &line);) {
            for (uint32_t n = 0; n < line.n; n++, k++) {
                while (k < all.n && (all.at[k] == ' ' || all.at[k] == '\n') && all.at[k] != line.at[n]) {
                    k++;
                }
                if (k >= all.n || all.at[k] != line.at[n]) {
                    fail_msg("seed %llu: letter %u is lost", (unsigned long long)at, k);
                }
            }
        }
        while (k < all.n && (all.at[k] == ' ' || all.at[k] == '\n')) {
            k++;
        }
        if (k != all.n) {
            fail_msg("seed %llu: %u letters are lost at the end", (unsigned long long)at, all.n - k);
        }
        ans_arena_free(cx.arena);
    }
}

int main(void)
{
    const char *given = getenv("SEED");
    uint64_t n;
    if (!ans_base_start()) {
        return 1;
    }
    ans_random(&seed, sizeof seed);
    seed = given && ans_str_u64(ans_str_of(given), &n) ? n : seed;
    seed |= 1;
    printf("SEED=%llu\n", (unsigned long long)seed);
    const struct CMUnitTest tests[] = {cmocka_unit_test(random_text_stays_on_the_page), cmocka_unit_test(lines_keep_every_letter)};
    return cmocka_run_group_tests_name("paper_text_random", tests, NULL, NULL);
}
