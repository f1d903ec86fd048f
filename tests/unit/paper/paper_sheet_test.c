/* Sheets: nothing beyond the page, heads repeat, rows go on over pages, the same calls make the same bytes. */
#include "paper_kit.h"

static const double widths[] = {1, 4, 2};

static ans_str long_text(ans_cx *cx, const char *word, int times)
{
    ans_buf b;
    ans_str text;
    ans_buf_init_arena(&b, cx->arena, (size_t)8 << 20);
    for (int i = 0; i < times; i++) {
        ans_buf_fmt(&b, "%s ", word);
    }
    assert_int_equal(ans_buf_finish(&b, &text), ANS_OK);
    return text;
}

static void fill(ans_cx *cx, ans_sheet *s, int rows, ans_str text)
{
    const ans_cell head[] = {{.text = ANS_STR("STT"), .face = ANS_FACE_BOLD}, {.text = ANS_STR("Nội dung"), .span = 2}, {.text = ANS_STR("")}};
    const ans_table table = {.widths = widths, .columns = 3, .head = head, .head_rows = 1};
    const ans_head_line left[] = {{.text = ANS_STR("SỞ Y TẾ")}, {.text = ANS_STR("Trung tâm"), .is_ruled = true}};
    const ans_fact facts[] = {{.name = ANS_STR("Họ và tên"), .value = ANS_STR("Vừ Thị Mỷ")}, {.name = ANS_STR("Ghi chú"), .is_open = true},
                              {.name = ANS_STR("Dị ứng"), .value = text, .is_whole = true}};
    const ans_sign_place places[] = {{.post = ANS_STR("BÁC SĨ"), .note = ANS_STR("(Ký)")}, {.post = ANS_STR("ĐIỀU DƯỠNG")}};
    ans_sheet_head(s, left, 2, left, 1);
    ans_sheet_text(s, (ans_style){.face = ANS_FACE_BOLD, .align = ANS_CENTRE, .size = 15}, ANS_STR("PHIẾU"));
    ans_sheet_facts(s, facts, 3, 2);
    ans_sheet_running(s, ANS_STR("Vừ Thị Mỷ"));
    ans_sheet_table(s, &table);
    for (int i = 0; i < rows; i++) {
        const ans_cell row[] = {{.text = ans_arena_fmt(cx->arena, "%d", i)}, {.text = text}, {.text = ANS_STR("ký"), .has_box = true, .align = ANS_RIGHT}};
        ans_sheet_row(s, row);
    }
    ans_sheet_table_end(s);
    ans_sheet_signs(s, ANS_STR("ngày ... tháng ..."), places, 2);
}

static void sheet__within_the_page(void **state)
{
    static const struct {
        const char *word;
        int times, rows;
        uint32_t least_pages;
    } cases[] = {{"ngắn", 1, 1, 1}, {"vừa vừa", 30, 40, 2}, {"dài", 4000, 2, 4}, {"mộtchữrấtdàikhôngcókhoảngtrắngnàocảđểxemnócóbịcắtkhông", 50, 3, 2}};
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        for (int wide = 0; wide < 2; wide++) {
            ans_cx cx = cx_new();
            ans_str bytes;
            ans_sheet *s = sheet_new(&cx, wide != 0, 0);
            fill(&cx, s, cases[i].rows, long_text(&cx, cases[i].word, cases[i].times));
            assert_int_equal(ans_sheet_finish(s, ANS_STR("ansinh:Patient/1/paper/vitals"), &bytes), ANS_OK);
            within_page(s, wide != 0);
            assert_true(ans_sheet_pages(s) >= cases[i].least_pages);
            assert_true(ans_str_starts(bytes, ANS_STR("%PDF-1.7\n")));
            assert_true(ans_str_is(ans_str_from(bytes, bytes.n - 6), "%%EOF\n"));
            ans_arena_free(cx.arena);
        }
    }
}

static void sheet__the_same_again(void **state)
{
    ans_str first = ANS_STR_NONE;
    char hash[2][ANS_SHEET_HASH_DIGITS + 1];
    ans_cx kept = cx_new();
    (void)state;
    for (int i = 0; i < 2; i++) {
        ans_cx cx = cx_new();
        ans_str bytes;
        ans_sheet *s = sheet_new(&cx, false, 0);
        fill(&cx, s, 60, ANS_STR("Uống sau ăn"));
        ans_sheet_hash(s, hash[i]);
        assert_int_equal(ans_sheet_finish(s, ANS_STR("ansinh:x"), &bytes), ANS_OK);
        if (i == 0) {
            first = ans_arena_dup(kept.arena, bytes);
        } else {
            assert_int_equal(first.n, bytes.n);
            assert_memory_equal(first.p, bytes.p, bytes.n);
            assert_string_equal(hash[0], hash[1]);
        }
        ans_arena_free(cx.arena);
    }
    ans_arena_free(kept.arena);
}

/* The hash is of what is said: another word changes it, another paper size does not. */
static void sheet__the_hash(void **state)
{
    static const struct {
        const char *text;
        bool is_wide, is_same;
    } cases[] = {{"một", false, true}, {"một", true, true}, {"hai", false, false}};
    char wanted[ANS_SHEET_HASH_DIGITS + 1] = "", got[ANS_SHEET_HASH_DIGITS + 1];
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        ans_cx cx = cx_new();
        ans_sheet *s = sheet_new(&cx, cases[i].is_wide, 0);
        fill(&cx, s, 80, ans_str_of(cases[i].text)); /* over more pages on one than on the other */
        ans_sheet_hash(s, got);
        if (i == 0) {
            memcpy(wanted, got, sizeof wanted);
        }
        assert_int_equal(strcmp(wanted, got) == 0, cases[i].is_same);
        ans_arena_free(cx.arena);
    }
}

static void sheet__too_many_pages(void **state)
{
    ans_cx cx = cx_new();
    ans_str bytes;
    ans_sheet *s = sheet_new(&cx, false, 3);
    (void)state;
    fill(&cx, s, 500, ANS_STR("một dòng"));
    assert_int_equal(ans_sheet_finish(s, ANS_STR(""), &bytes), ANS_E_TOOBIG);
    assert_non_null(cx.issues);
    ans_arena_free(cx.arena);
}

static void sheet__no_memory(void **state)
{
    (void)state;
    for (size_t room = 4096; room < ((size_t)3 << 20); room += room / 3) {
        ans_cx cx = {.arena = ans_arena_new(room)};
        ans_sheet *s;
        ans_str bytes;
        const ans_sheet_options o = {.title = ANS_STR("t"), .program = ANS_STR("p"), .page_text = ANS_STR("Trang")};
        ans_err err = ans_sheet_new(&cx, &o, &s);
        if (err == ANS_OK) {
            fill(&cx, s, 30, ANS_STR("một dòng dài hơn một chút"));
            err = ans_sheet_finish(s, ANS_STR("ansinh:x"), &bytes);
        }
        assert_true(err == ANS_OK || err == ANS_E_TOOBIG || err == ANS_E_NOMEM);
        ans_arena_free(cx.arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(sheet__within_the_page), cmocka_unit_test(sheet__the_same_again), cmocka_unit_test(sheet__the_hash),
                                       cmocka_unit_test(sheet__too_many_pages), cmocka_unit_test(sheet__no_memory)};
    return ans_base_start() ? cmocka_run_group_tests_name("paper_sheet", tests, NULL, NULL) : 1;
}
