/* Letters: every one of Vietnamese has a glyph in every face, composed or not; what cannot be printed is a box; lines fit. */
#include "paper_kit.h"

#include "paper/font.h"
#include "paper/qr.h"

/* All vowels with all tones and the rest of the alphabet, small and large. */
static const char alphabet[] =
    "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"
    "AÀẢÃÁẠĂẰẲẴẮẶÂẦẨẪẤẬBCDĐEÈẺẼÉẸÊỀỂỄẾỆGHIÌỈĨÍỊKLMNOÒỎÕÓỌÔỒỔỖỐỘƠỜỞỠỚỢPQRSTUÙỦŨÚỤƯỪỬỮỨỰVXYỲỶỸÝỴ"
    "fjwzFJWZ0123456789.,;:!?()[]/%+-–…·°µ≥≤×₂²“”«»₫";

static bool has_box(ans_letters l)
{
    for (uint32_t i = 0; i < l.n; i++) {
        if (l.at[i] == 0x25A1) {
            return true;
        }
    }
    return false;
}

static void text__every_vietnamese_letter(void **state)
{
    ans_letters l;
    ans_cx cx = cx_new();
    ans_pdf *pdf = pdf_new(&cx);
    (void)state;
    assert_int_equal(ans_letters_of(&cx, pdf, ans_str_of(alphabet), &l), ANS_OK);
    assert_true(l.n > 180);
    assert_false(has_box(l));
    for (uint32_t i = 0; i < l.n; i++) {
        assert_true(ans_pdf_has(pdf, l.at[i]));
        assert_true(ans_pdf_width(pdf, ANS_FACE_BOLD, 10, (ans_letters){&l.at[i], 1}) > 1);
    }
    ans_arena_free(cx.arena);
}

static void text__decomposed_is_composed(void **state)
{
    static const struct {
        const char *given, *wanted;
    } cases[] = {{"Nguye\xCC\x82\xCC\x83n", "Nguyễn"}, {"e\xCC\xA3\xCC\x82", "ệ"}, {"o\xCC\x9B\xCC\x80", "ờ"}, {"u\xCC\x9B\xCC\xA3", "ự"}};
    ans_cx cx = cx_new();
    ans_pdf *pdf = pdf_new(&cx);
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        ans_letters a, b;
        assert_int_equal(ans_letters_of(&cx, pdf, ans_str_of(cases[i].given), &a), ANS_OK);
        assert_int_equal(ans_letters_of(&cx, pdf, ans_str_of(cases[i].wanted), &b), ANS_OK);
        assert_int_equal(a.n, b.n);
        assert_memory_equal(a.at, b.at, a.n * sizeof *a.at);
    }
    ans_arena_free(cx.arena);
}

static void text__what_cannot_be_printed(void **state)
{
    static const struct {
        const char *given, *wanted;
    } cases[] = {{"a\x01\x02 b\x7F", "a b"},
                 {"a\xE2\x80\xAE" "b\xE2\x80\x8B" "c", "abc"}, /* turned round, and a blank of no width */
                 {"\xF0\x9F\x98\x80!", "□!"},                   /* a face */
                 {"\xE4\xB8\xAD", "□"},                         /* a letter that the faces do not have */
                 {"\xFF\xFE!", "□□!"},                          /* no UTF-8 */
                 {"  a \t\r b  ", "a b"},
                 {"a\n\n", "a"},
                 {"", ""}};
    ans_cx cx = cx_new();
    ans_pdf *pdf = pdf_new(&cx);
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        ans_letters a, b;
        assert_int_equal(ans_letters_of(&cx, pdf, ans_str_of(cases[i].given), &a), ANS_OK);
        assert_int_equal(ans_letters_of(&cx, pdf, ans_str_of(cases[i].wanted), &b), ANS_OK);
        assert_int_equal(a.n, b.n);
        assert_memory_equal(a.at, b.at, a.n * sizeof *a.at);
    }
    ans_arena_free(cx.arena);
}

static void text__lines(void **state)
{
    ans_letters all, rest, line;
    ans_cx cx = cx_new();
    ans_pdf *pdf = pdf_new(&cx);
    uint32_t lines = 0, letters = 0;
    (void)state;
    assert_int_equal(ans_letters_of(&cx, pdf, ANS_STR("Uống sau ăn sáng, một viên; nghỉ\nkhi huyết áp dưới 100/60 "
                                                      "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch"), &all), ANS_OK);
    for (rest = all; ans_letters_line(pdf, ANS_FACE_PLAIN, 10, 60, &rest, &line); lines++) {
        letters += line.n;
        assert_true(ans_pdf_width(pdf, ANS_FACE_PLAIN, 10, line) <= 60.001);
        assert_true(line.n == 0 || (line.at[0] != ' ' && line.at[0] != '\n'));
    }
    assert_true(lines > 6 && letters > all.n - lines * 2);
    /* a line narrower than a letter still takes one */
    for (rest = all, lines = 0; ans_letters_line(pdf, ANS_FACE_PLAIN, 10, 0.5, &rest, &line); lines++) {
        assert_true(line.n <= 1);
    }
    assert_true(lines >= all.n / 2);
    ans_arena_free(cx.arena);
}

static void text__too_long_is_cut(void **state)
{
    ans_letters l;
    ans_buf b;
    ans_str text;
    ans_cx cx = cx_new();
    ans_pdf *pdf = pdf_new(&cx);
    (void)state;
    ans_buf_init_arena(&b, cx.arena, (size_t)4 << 20);
    for (int i = 0; i < 200000; i++) {
        ans_buf_add(&b, ANS_STR("ệ"));
    }
    assert_int_equal(ans_buf_finish(&b, &text), ANS_OK);
    assert_int_equal(ans_letters_of(&cx, pdf, text, &l), ANS_OK);
    assert_int_equal(l.n, ANS_LETTERS_MOST);
    assert_int_equal(l.at[l.n - 1], 0x2026);
    ans_arena_free(cx.arena);
}

static void text__qr_code(void **state)
{
    ans_qr qr;
    ans_cx cx = cx_new();
    char big[ANS_QR_MOST_BYTES + 1];
    (void)state;
    assert_int_equal(ans_qr_make(&cx, ANS_STR("ansinh:Patient/1/paper/vitals?v=0"), &qr), ANS_OK);
    assert_true(qr.side >= 21 && qr.side % 4 == 1);
    for (uint32_t i = 0; i < 7; i++) { /* the upper edge of the first finder */
        assert_int_equal(qr.dark[i], 1);
    }
    assert_int_equal(qr.dark[7], 0);
    memset(big, 'a', sizeof big);
    assert_int_equal(ans_qr_make(&cx, (ans_str){big, sizeof big}, &qr), ANS_E_TOOBIG);
    assert_int_equal(ans_qr_make(&cx, ANS_STR(""), &qr), ANS_E_TOOBIG);
    ans_arena_free(cx.arena);
}

/* Files that are no faces, and faces cut off or with a byte changed: refused or read, never more. */
extern const char ans_paper_plain[];
extern const size_t ans_paper_plain_bytes;

static void text__broken_faces(void **state)
{
    (void)state;
    for (size_t i = 0; i < 400; i++) {
        ans_font font;
        ans_str part;
        ans_cx cx = cx_new();
        char *copy = malloc(ans_paper_plain_bytes); /* its end is watched by the sanitizer */
        assert_non_null(copy);
        memcpy(copy, ans_paper_plain, ans_paper_plain_bytes);
        size_t n = i < 100 ? i * 4 : i < 200 ? ans_paper_plain_bytes / 100 * (i - 100) : ans_paper_plain_bytes;
        if (i >= 200) {
            copy[i - 200] ^= 0x55;
        }
        char *exact = malloc(n ? n : 1);
        assert_non_null(exact);
        memcpy(exact, copy, n);
        if (ans_font_open(&cx, (ans_str){exact, n}, &font) == ANS_OK) {
            uint16_t glyphs[] = {0, ans_font_glyph(&font, 'A'), ans_font_glyph(&font, 0x1EC7)};
            if (glyphs[1] && glyphs[2] && glyphs[1] != glyphs[2]) {
                assert_true(ans_font_subset(&cx, &font, glyphs, 3, &part) == ANS_OK || cx.issues || ans_arena_is_full(cx.arena));
            }
        }
        free(exact);
        free(copy);
        ans_arena_free(cx.arena);
    }
}

static void text__part_of_a_face(void **state)
{
    ans_font font;
    ans_str part;
    ans_cx cx = cx_new();
    (void)state;
    assert_int_equal(ans_font_open(&cx, (ans_str){ans_paper_plain, ans_paper_plain_bytes}, &font), ANS_OK);
    uint16_t glyphs[] = {0, ans_font_glyph(&font, 'A'), ans_font_glyph(&font, 0x1EC7)}; /* ệ is put together from others */
    assert_true(glyphs[1] && glyphs[2]);
    assert_int_equal(ans_font_subset(&cx, &font, glyphs, 3, &part), ANS_OK);
    assert_true(part.n > 300 && part.n < 5000);
    assert_int_equal(part.n % 4, 0);
    assert_int_equal(ans_font_glyph(&font, 0x4E2D), 0);
    assert_int_equal(ans_font_width(&font, ans_font_glyph(&font, ' ')), 250);
    ans_arena_free(cx.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text__every_vietnamese_letter), cmocka_unit_test(text__decomposed_is_composed), cmocka_unit_test(text__what_cannot_be_printed),
        cmocka_unit_test(text__lines),                   cmocka_unit_test(text__too_long_is_cut),        cmocka_unit_test(text__qr_code),
        cmocka_unit_test(text__broken_faces),            cmocka_unit_test(text__part_of_a_face),
    };
    return ans_base_start() ? cmocka_run_group_tests_name("paper_text", tests, NULL, NULL) : 1;
}
