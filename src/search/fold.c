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
    return c >= 0x300 && (c < 0x370 || utf8proc_category(c) == UTF8PROC_CATEGORY_MN);
}

static bool is_blank(utf8proc_int32_t c)
{
    return c == ' ' || (c >= 9 && c <= 13) || c == 0xA0 || (c >= 0x1680 && utf8proc_category(c) == UTF8PROC_CATEGORY_ZS);
}

/* ---- letters and their marks ----
 * Asking utf8proc for each letter is a third of the work of a name search, so the answers for Latin letters, with which
 * Vietnamese is written, are kept: U+0000 to U+024F and U+1E00 to U+1EFF, a letter and at most two marks. */

enum { LOW_END = 0x250, HIGH_FIRST = 0x1E00, HIGH_END = 0x1F00, MOST_PARTS = 8, KEPT_PARTS = 3 };

typedef struct letter {
    uint16_t parts[KEPT_PARTS];
    uint8_t count; /* 0: not kept, ask */
} letter;

static letter letters[LOW_END + HIGH_END - HIGH_FIRST];
static pthread_once_t letters_made = PTHREAD_ONCE_INIT;

static letter *kept_letter(utf8proc_int32_t c)
{
    return c < LOW_END ? &letters[c] : c >= HIGH_FIRST && c < HIGH_END ? &letters[LOW_END + c - HIGH_FIRST] : NULL;
}

static utf8proc_ssize_t ask_letter(utf8proc_int32_t c, utf8proc_int32_t *parts)
{
    int last_class = UTF8PROC_BOUNDCLASS_START;
    return utf8proc_decompose_char(c, parts, MOST_PARTS, UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD, &last_class);
}

static void make_letters(void)
{
    for (utf8proc_int32_t c = 0; c < HIGH_END; c = c + 1 == LOW_END ? HIGH_FIRST : c + 1) {
        utf8proc_int32_t parts[MOST_PARTS];
        utf8proc_ssize_t count = ask_letter(c, parts);
        letter *l = kept_letter(c);
        for (utf8proc_ssize_t i = 0; count <= KEPT_PARTS && i < count && parts[i] <= UINT16_MAX; i++) {
            l->parts[i] = (uint16_t)parts[i];
            l->count = (uint8_t)(i + 1 == count ? count : 0);
        }
    }
}

static utf8proc_ssize_t parts_of(utf8proc_int32_t c, utf8proc_int32_t *parts)
{
    const letter *l = kept_letter(c);
    for (int i = 0; l && i < l->count; i++) {
        parts[i] = l->parts[i];
    }
    return l && l->count ? l->count : ask_letter(c, parts);
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
    if (c < 0x80) {
        ans_buf_add_c(f->out, (char)c);
        return;
    }
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
    (void)pthread_once(&letters_made, make_letters); /* cannot fail with a valid control */
    folder f = {.out = &out, .keep_marks = keep_marks};
    for (size_t i = 0; i < text.n;) {
        utf8proc_int32_t c, parts[MOST_PARTS];
        utf8proc_ssize_t used = utf8proc_iterate((const utf8proc_uint8_t *)text.p + i, (utf8proc_ssize_t)(text.n - i), &c);
        if (used <= 0) {
            break; /* a letter cut in two at the length limit; stored text is well-formed */
        }
        i += (size_t)used;
        utf8proc_ssize_t count = parts_of(c, parts);
        for (utf8proc_ssize_t k = 0; k < count && k < MOST_PARTS; k++) {
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
