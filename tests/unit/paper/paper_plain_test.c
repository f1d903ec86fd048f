/* The words of a narrative: whatever its tags wear and however it writes its letters, no word is lost. */
#include "paper_kit.h"

#include "paper/story.h"

static void plain__the_words_and_their_lines(void **state)
{
    static const char *const table[][2] = {
        {"", ""},
        {"<div xmlns=\"http://www.w3.org/1999/xhtml\"><ul><li>một</li><li>hai</li></ul></div>", "một\nhai"},
        {"<div>đầu<h2>Kết luận</h2><p>Ổn <b>định</b></p>cuối</div>", "đầu\nKết luận\nỔn định\ncuối"},
        {"<table><tr><th>Mạch</th><td>88</td></tr><tr><td>SpO2</td><td>97 %</td></tr></table>", "Mạch 88 \nSpO2 97 %"},
        {"<p>\n   Ăn  kém,\r\n\tngủ\n</p>", "Ăn kém, ngủ"},
        {"<p>&#272;&#x1ee1; &#X61; &amp;lt; 5 &lt; 6 &quot;x&apos; &agrave; a&b &#0;&#xd800;&#x110000; &#;</p>", "Đỡ a &lt; 5 < 6 \"x' &agrave; a&b \uFFFD\uFFFD\uFFFD &#;"},
        {"<p style=\"color:red\" onclick='hit(\">\")' class=\"a>b\">đọc được</p>", "đọc được"},
        {"<style>p{}</style><SCRIPT>x<p></script ><!-- <p>c</p> -->chữ<?x y?><!DOCTYPE z>", "chữ"},
        {"<p>a</p><style>b", "a"},
        {"<p>a</p><!-- b", "a"},
        {"<p><![CDATA[1 < 2 &amp;]]> x</p><![CDATA[y", "1 < 2 &amp; x\ny"},
        {"<p>1 < 2 <3 a<b \"</p><p title=\"x", "1 < 2 <3 a<b \"\n<p title=\"x"},
        {"<", "<"},
        {"a&", "a&"},
    };
    (void)state;
    ans_cx cx = cx_new();
    for (size_t i = 0; i < COUNT(table); i++) {
        ans_str words;
        assert_int_equal(plain_words(&cx, ans_str_of(table[i][0]), &words), ANS_OK);
        assert_memory_equal(words.p, table[i][1], words.n);
        assert_int_equal(words.n, strlen(table[i][1]));
    }
    ans_arena_free(cx.arena);
}

/* Each byte sequence of these, cut anywhere: it ends, and reads nothing behind the end (the sanitizer looks). */
static void plain__anything_comes_to_an_end(void **state)
{
    static const char *const bits[] = {"<", ">", "\"", "'", "<!--", "-->", "<li", "</li>", "/>", "&#", "&amp;", ";", "<style>", "</style", "<![CDATA[", "]]>", "<?", "a", " ", "="};
    char text[400];
    uint64_t a = 7;
    (void)state;
    for (int turn = 0; turn < 20000; turn++) {
        size_t n = 0;
        for (uint32_t k = 0; k < 20; k++) {
            a = a * 6364136223846793005U + 1442695040888963407U;
            const char *bit = bits[(a >> 33) % COUNT(bits)];
            memcpy(text + n, bit, strlen(bit));
            n += strlen(bit);
        }
        ans_cx cx = cx_new();
        ans_str words, cut = {memcpy(ans_arena_alloc(cx.arena, n - turn % 3), text, n - turn % 3), n - turn % 3};
        assert_int_equal(plain_words(&cx, cut, &words), ANS_OK);
        assert_true(words.n <= cut.n);
        ans_arena_free(cx.arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(plain__the_words_and_their_lines), cmocka_unit_test(plain__anything_comes_to_an_end)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
