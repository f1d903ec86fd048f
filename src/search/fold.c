/* Folding of text. Vietnamese names are typed without accents, in any word order, with the tone on either letter of a
 * diphthong (hòa, hoà). Folding takes the marks away (and d-bar, which is a letter of its own to Unicode and survives
 * decomposition); the tone key keeps them but writes the tone behind the word, so that both placements read the same. */
#include "search/search_int.h"

#include <utf8proc.h>

#define LONGEST_TEXT_BYTES ((size_t)64 * 1024)

enum { MARK_GRAVE = 0x300, MARK_ACUTE = 0x301, MARK_TILDE = 0x303, MARK_HOOK = 0x309, MARK_DOT = 0x323 };

static bool is_tone(utf8proc_int32_t c)
{
    return c == MARK_GRAVE || c == MARK_ACUTE || c == MARK_TILDE || c == MARK_HOOK || c == MARK_DOT;
}

static bool is_mark(utf8proc_int32_t c)
{
    return c >= 0x300 && utf8proc_category(c) == UTF8PROC_CATEGORY_MN;
}

static bool is_blank(utf8proc_int32_t c)
{
    return c == ' ' || (c >= 9 && c <= 13) || c == 0xA0 || (c > 0x7F && utf8proc_category(c) == UTF8PROC_CATEGORY_ZS);
}

static utf8proc_int32_t plain_letter(utf8proc_int32_t c)
{
    return c == 0x111 || c == 0x110 ? 'd' : c; /* d-bar */
}

/* Pure ASCII is most of what is typed and half of what is stored: no tables needed. */
static bool fold_ascii(ans_str text, char *to, size_t *out_n)
{
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if ((unsigned char)c >= 0x80) {
            return false;
        }
        if (c == ' ' || (c >= 9 && c <= 13)) {
            if (n && to[n - 1] != ' ') {
                to[n++] = ' ';
            }
        } else {
            to[n++] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
        }
    }
    *out_n = n && to[n - 1] == ' ' ? n - 1 : n;
    return true;
}

typedef struct folder {
    ans_buf *out;
    bool keep_marks;
    char tone; /* of the word so far, 0 without */
    bool blank_due;
} folder;

static void put(folder *f, utf8proc_int32_t c)
{
    utf8proc_uint8_t bytes[4];
    ans_buf_add_mem(f->out, bytes, (size_t)utf8proc_encode_char(c, bytes));
}

static void end_word(folder *f)
{
    if (f->tone) {
        ans_buf_add_c(f->out, f->tone);
        f->tone = 0;
    }
}

static void take(folder *f, utf8proc_int32_t c)
{
    if (is_blank(c)) {
        end_word(f);
        f->blank_due = f->out->n > 0;
        return;
    }
    if (f->blank_due) {
        ans_buf_add_c(f->out, ' ');
        f->blank_due = false;
    }
    if (!is_mark(c)) {
        put(f, f->keep_marks ? c : plain_letter(c));
    } else if (f->keep_marks && is_tone(c)) {
        f->tone = c == MARK_GRAVE ? '\1' : c == MARK_ACUTE ? '\2' : c == MARK_TILDE ? '\3' : c == MARK_HOOK ? '\4' : '\5';
    } else if (f->keep_marks) {
        put(f, c);
    }
}

static ans_str fold(ans_arena *arena, ans_str text, bool keep_marks)
{
    text = ans_str_head(text, LONGEST_TEXT_BYTES);
    ans_buf out;
    ans_buf_init_arena(&out, arena, 4 * LONGEST_TEXT_BYTES);
    char *room = ans_buf_room(&out, text.n + 1);
    size_t n = 0;
    if (!room || fold_ascii(text, room, &n)) {
        return room ? (ans_str){room, n} : ANS_STR_NONE;
    }
    folder f = {.out = &out, .keep_marks = keep_marks};
    for (size_t i = 0; i < text.n;) {
        utf8proc_int32_t c, parts[8];
        utf8proc_ssize_t used = utf8proc_iterate((const utf8proc_uint8_t *)text.p + i, (utf8proc_ssize_t)(text.n - i), &c);
        if (used <= 0) {
            break; /* a letter cut in two at the length limit; stored text is well-formed */
        }
        i += (size_t)used;
        int last_class = UTF8PROC_BOUNDCLASS_START;
        utf8proc_ssize_t count = utf8proc_decompose_char(c, parts, 8, UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD, &last_class);
        for (utf8proc_ssize_t k = 0; k < count && k < 8; k++) {
            take(&f, parts[k]);
        }
    }
    end_word(&f);
    ans_str done;
    return ans_buf_finish(&out, &done) == ANS_OK ? done : ANS_STR_NONE;
}

ans_str ans_text_fold(ans_arena *arena, ans_str text)
{
    return fold(arena, text, false);
}

ans_str ans_text_tones(ans_arena *arena, ans_str text)
{
    return fold(arena, text, true);
}
