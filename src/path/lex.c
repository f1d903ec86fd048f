/* Tokens of FHIRPath. The text is the compiled expression's own copy in its arena, so tokens may
 * point into it. spec: http://hl7.org/fhirpath/N1/grammar.html */
#include <stdarg.h>
#include <stdio.h>

#include "path/path_int.h"

ans_err ans_path_syntax(ans_cx *cx, uint32_t pos, const char *fmt, ...)
{
    char text[200];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    return ans_issue_add(cx, ANS_E_SYNTAX, ANS_STR_NONE, "FHIRPath, character %u: %s", pos + 1,
                         text);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static char peek(const plex *lx, size_t ahead)
{
    return lx->at + ahead < lx->text.n ? lx->text.p[lx->at + ahead] : '\0';
}

/* ---- white space and comments ---- */

static ans_err skip_block(plex *lx)
{
    size_t start = lx->at;
    ptrdiff_t end = ans_str_search(ans_str_from(lx->text, lx->at + 2), ANS_STR("*/"));
    if (end < 0) {
        return ans_path_syntax(lx->cx, (uint32_t)start, "comment without end");
    }
    lx->at += 2 + (size_t)end + 2;
    return ANS_OK;
}

static ans_err skip_blank(plex *lx)
{
    while (lx->at < lx->text.n) {
        char c = lx->text.p[lx->at];
        if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
            lx->at++;
        } else if (c == '/' && peek(lx, 1) == '/') {
            while (lx->at < lx->text.n && lx->text.p[lx->at] != '\n' &&
                   lx->text.p[lx->at] != '\r') {
                lx->at++;
            }
        } else if (c == '/' && peek(lx, 1) == '*') {
            ans_err err = skip_block(lx);
            if (err) {
                return err;
            }
        } else {
            break;
        }
    }
    return ANS_OK;
}

/* ---- quoted text ---- */

static int hex_digit(char c)
{
    if (is_digit(c)) {
        return c - '0';
    }
    char lower = (char)(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/* Four hex digits at p, or -1. */
static int32_t hex4(ans_str s, size_t at)
{
    int32_t v = 0;
    if (at + 4 > s.n) {
        return -1;
    }
    for (size_t i = 0; i < 4; i++) {
        int d = hex_digit(s.p[at + i]);
        if (d < 0) {
            return -1;
        }
        v = v << 4 | d;
    }
    return v;
}

/* A \u escape at raw[at] (the u); a surrogate pair is one character, half a pair becomes U+FFFD. */
static size_t unicode_escape(ans_str raw, size_t *at, char *to)
{
    int32_t c = hex4(raw, *at + 1);
    if (c < 0) {
        to[0] = 'u'; /* no escape: the backslash alone goes */
        *at += 1;
        return 1;
    }
    *at += 5;
    if (c >= 0xD800 && c < 0xDC00 && *at + 1 < raw.n && raw.p[*at] == '\\' &&
        raw.p[*at + 1] == 'u') {
        int32_t low = hex4(raw, *at + 2);
        if (low >= 0xDC00 && low < 0xE000) {
            *at += 6;
            return ans_utf8_write((uint32_t)(0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00)), to);
        }
    }
    return ans_utf8_write(c >= 0xD800 && c < 0xE000 ? 0xFFFDu : (uint32_t)c, to);
}

/* Decoding never makes text longer: the shortest escape of a 3-byte letter has 6 bytes. */
static ans_str decode(ans_arena *arena, ans_str raw)
{
    char *to = ans_arena_alloc(arena, raw.n + 1);
    size_t n = 0, at = 0;
    if (!to) {
        return ANS_STR_NONE;
    }
    while (at < raw.n) {
        char c = raw.p[at++];
        if (c != '\\' || at == raw.n) {
            to[n++] = c;
            continue;
        }
        c = raw.p[at];
        if (c == 'u') {
            n += unicode_escape(raw, &at, to + n);
            continue;
        }
        at++;
        to[n++] = c == 'n' ? '\n' : c == 'r' ? '\r' : c == 't' ? '\t' : c == 'f' ? '\f' : c;
    }
    to[n] = '\0';
    return (ans_str){to, n};
}

static ans_err quoted(plex *lx, ptok_kind kind)
{
    char quote = lx->text.p[lx->at];
    size_t start = ++lx->at;
    bool escaped = false;
    while (lx->at < lx->text.n && lx->text.p[lx->at] != quote) {
        escaped = escaped || lx->text.p[lx->at] == '\\';
        lx->at += lx->text.p[lx->at] == '\\' ? 2 : 1;
    }
    if (lx->at >= lx->text.n) {
        return ans_path_syntax(lx->cx, (uint32_t)start - 1, "text without closing %c", quote);
    }
    ans_str raw = {lx->text.p + start, lx->at - start};
    lx->at++;
    lx->tok.kind = (uint8_t)kind;
    lx->tok.text = escaped ? decode(lx->arena, raw) : raw;
    return lx->tok.text.p ? ANS_OK : ans_arena_err(lx->arena);
}

/* ---- the rest ---- */

static void number(plex *lx)
{
    size_t start = lx->at;
    while (is_digit(peek(lx, 0))) {
        lx->at++;
    }
    lx->tok.kind = PTOK_NUMBER;
    if (peek(lx, 0) == '.' && is_digit(peek(lx, 1))) {
        lx->at++;
        while (is_digit(peek(lx, 0))) {
            lx->at++;
        }
    } else if (peek(lx, 0) == 'L') {
        lx->tok.kind = PTOK_LONG;
    }
    lx->tok.text = (ans_str){lx->text.p + start, lx->at - start};
    lx->at += lx->tok.kind == PTOK_LONG ? 1 : 0;
}

static void word(plex *lx, ptok_kind kind)
{
    size_t start = lx->at;
    while (is_word(peek(lx, 0)) || is_digit(peek(lx, 0))) {
        lx->at++;
    }
    lx->tok.kind = (uint8_t)kind;
    lx->tok.text = (ans_str){lx->text.p + start, lx->at - start};
}

static ans_err when(plex *lx)
{
    size_t used = 0;
    ans_str rest = ans_str_from(lx->text, lx->at + 1);
    if (!ans_path_when_scan(rest, &used, &lx->tok.when_kind, &lx->tok.when)) {
        return ans_path_syntax(lx->cx, lx->tok.pos, "no valid date or time behind @");
    }
    lx->tok.kind = PTOK_WHEN;
    lx->at += 1 + used;
    return ANS_OK;
}

static ans_err symbol(plex *lx)
{
    char c = lx->text.p[lx->at], d = peek(lx, 1);
    lx->tok.kind = PTOK_SYMBOL;
    lx->tok.symbol = c;
    lx->at++;
    if ((c == '<' || c == '>') && d == '=') {
        lx->tok.symbol = c == '<' ? PSYM_LE : PSYM_GE;
        lx->at++;
    } else if (c == '!' && (d == '=' || d == '~')) {
        lx->tok.symbol = d == '=' ? PSYM_NE : PSYM_NEQV;
        lx->at++;
    } else if (!strchr("()[]{}.,+-*/&|<>=~%", c) || c == '\0') {
        return ans_path_syntax(lx->cx, lx->tok.pos, "unexpected character");
    }
    return ANS_OK;
}

ans_err ans_path_lex_next(plex *lx)
{
    ans_err err = skip_blank(lx);
    if (err) {
        return err;
    }
    lx->tok = (ptok){.pos = (uint32_t)lx->at};
    char c = peek(lx, 0);
    if (lx->at >= lx->text.n) {
        lx->tok.kind = PTOK_END;
    } else if (is_word(c)) {
        word(lx, PTOK_WORD);
    } else if (is_digit(c)) {
        number(lx);
    } else if (c == '\'') {
        return quoted(lx, PTOK_STRING);
    } else if (c == '`' || c == '"') { /* ".." was the older spelling of a quoted name */
        return quoted(lx, PTOK_QUOTED);
    } else if (c == '@') {
        return when(lx);
    } else if (c == '$') {
        lx->at++;
        word(lx, PTOK_DOLLAR);
    } else {
        return symbol(lx);
    }
    return ANS_OK;
}
