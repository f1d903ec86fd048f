#include "paper/text.h"

#include <utf8proc.h>

enum { BOX = 0x25A1, MORE = 0x2026 };

/* Characters that are not seen themselves: controls, marks of direction, joiners, variants. */
static bool is_unseen(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xAD || (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) ||
           (c >= 0xFE00 && c <= 0xFE0F) || c == 0xFEFF || (c >= 0xE0000 && c <= 0xE0FFF);
}

static bool is_blank(uint32_t c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == 0xA0 || (c >= 0x2000 && c <= 0x200A) || c == 0x202F || c == 0x205F || c == 0x3000;
}

/* Composed, as code points. Never more than there are bytes, but for a few characters that come apart. */
static ans_err compose(ans_cx *cx, ans_str text, utf8proc_int32_t **out, utf8proc_ssize_t *out_n)
{
    const utf8proc_option_t how = UTF8PROC_STABLE | UTF8PROC_COMPOSE;
    utf8proc_ssize_t room = (utf8proc_ssize_t)text.n * 4 + 4;
    utf8proc_int32_t *at = ans_arena_alloc(cx->arena, (size_t)room * sizeof *at);
    if (!at) {
        return ans_cx_nomem(cx);
    }
    utf8proc_ssize_t n = ans_str_utf8(text) ? utf8proc_decompose((const utf8proc_uint8_t *)text.p, (utf8proc_ssize_t)text.n, at, room, how) : -1;
    n = n >= 0 && n <= room ? utf8proc_normalize_utf32(at, n, how) : -1;
    if (n < 0) { /* byte for byte: what is no letter becomes a box */
        n = (utf8proc_ssize_t)text.n;
        for (utf8proc_ssize_t i = 0; i < n; i++) {
            at[i] = (uint8_t)text.p[i] < 0x80 ? text.p[i] : BOX;
        }
    }
    *out = at;
    *out_n = n;
    return ANS_OK;
}

ans_err ans_letters_of(ans_cx *cx, const ans_pdf *pdf, ans_str text, ans_letters *out)
{
    utf8proc_int32_t *from = NULL;
    utf8proc_ssize_t n = 0;
    bool is_cut = text.n > ANS_LETTERS_MOST * 4;
    if (is_cut) {
        text.n = ANS_LETTERS_MOST * 4;
        while (text.n && ((uint8_t)text.p[text.n] & 0xC0) == 0x80) {
            text.n--;
        }
    }
    ans_err err = compose(cx, text, &from, &n);
    uint32_t *at = err == ANS_OK ? ans_arena_alloc(cx->arena, ((size_t)n + 1) * sizeof *at) : NULL;
    uint32_t count = 0;
    if (!at) {
        return err != ANS_OK ? err : ans_cx_nomem(cx);
    }
    for (utf8proc_ssize_t i = 0; i < n && count < ANS_LETTERS_MOST; i++) {
        uint32_t c = (uint32_t)from[i];
        bool follows_blank = count == 0 || at[count - 1] == ' ' || at[count - 1] == '\n';
        if (c == '\n') {
            at[count++] = '\n';
        } else if (is_blank(c)) {
            if (!follows_blank) {
                at[count++] = ' ';
            }
        } else if (!is_unseen(c)) {
            at[count++] = ans_pdf_has(pdf, c) ? c : BOX;
        }
    }
    is_cut = is_cut || count == ANS_LETTERS_MOST;
    if (is_cut) {
        at[count < ANS_LETTERS_MOST ? count++ : count - 1] = MORE;
    }
    while (count && (at[count - 1] == ' ' || at[count - 1] == '\n')) {
        count--;
    }
    *out = (ans_letters){at, count};
    return ANS_OK;
}

static bool may_break_behind(uint32_t c)
{
    return c == '-' || c == '/' || c == ',' || c == ';' || c == 0x2013;
}

/* How many letters of the rest stand on the line, and where the next begins. */
static uint32_t fit(const ans_pdf *pdf, ans_face face, double size, double width, ans_letters rest, uint32_t *out_next)
{
    uint32_t good = 0, next = 0, i = 0;
    double used = 0;
    for (; i < rest.n; i++) {
        uint32_t c = rest.at[i];
        if (c == '\n') {
            *out_next = i + 1;
            return i;
        }
        if (c == ' ' && i > 0) {
            good = i;
            next = i + 1;
        }
        used += ans_pdf_width(pdf, face, size, (ans_letters){&rest.at[i], 1});
        if (used > width && c != ' ') {
            break;
        }
        if (may_break_behind(c)) {
            good = next = i + 1;
        }
    }
    if (i == rest.n) {
        good = next = i;
    } else if (good == 0) {
        good = next = i ? i : 1; /* a line takes a letter, however narrow it is */
    }
    *out_next = next;
    return good;
}

bool ans_letters_line(const ans_pdf *pdf, ans_face face, double size, double width, ans_letters *rest, ans_letters *out_line)
{
    uint32_t next = 0;
    if (rest->n == 0) {
        return false;
    }
    uint32_t n = fit(pdf, face, size, width, *rest, &next);
    *out_line = (ans_letters){rest->at, n};
    *rest = (ans_letters){rest->at + next, rest->n - next};
    return true;
}
