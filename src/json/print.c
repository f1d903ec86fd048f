/* Printing. The text of a parsed document is known to be valid, so printing it never walks the
 * tape: strings and numbers are copied as they stand, only the white space between them is moved.
 * That makes "parse, print, parse" an identity of tapes by construction, and needs no stack for
 * closing brackets. */
#include "json/json_int.h"

/* The next quote or backslash from p on; there is one. The text was checked, so letters beyond
 * ASCII need no look. */
static const char *find_quote_or_slash(const char *p, const char *end)
{
    for (; end - p >= 8; p += 8) {
        uint64_t w = ans_json_load8(p);
        uint64_t quote = w ^ (ANS_JSON_ONES * '"');
        uint64_t slash = w ^ (ANS_JSON_ONES * '\\');
        uint64_t marks = ((quote - ANS_JSON_ONES) & ~quote) | ((slash - ANS_JSON_ONES) & ~slash);
        marks &= ANS_JSON_HIGH;
        if (marks)
            return p + (__builtin_ctzll(marks) >> 3);
    }
    while (*p != '"' && *p != '\\')
        p++;
    return p;
}

/* Behind the closing quote of the string that begins at p. */
static const char *skip_string(const char *p, const char *end)
{
    p = find_quote_or_slash(p + 1, end);
    while (*p == '\\')
        p = find_quote_or_slash(p + 2, end);
    return p + 1;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

/* Copies whole runs between white space; minified text is one run. */
static void print_minified(ans_str text, ans_buf *out)
{
    const char *p = text.p, *end = text.p + text.n, *run = p;
    while (p < end) {
        if (*p == '"') {
            p = skip_string(p, end);
        } else if (is_space(*p)) {
            ans_buf_add_mem(out, run, (size_t)(p - run));
            while (p < end && is_space(*p))
                p++;
            run = p;
        } else {
            p++;
        }
    }
    ans_buf_add_mem(out, run, (size_t)(end - run));
}

static void new_line(ans_buf *out, unsigned depth)
{
    static const char spaces[] = "                                ";
    ans_buf_add_c(out, '\n');
    for (size_t left = (size_t)depth * 2; left > 0;) {
        size_t n = left < sizeof spaces - 1 ? left : sizeof spaces - 1;
        ans_buf_add_mem(out, spaces, n);
        left -= n;
    }
}

/* Prints the opening bracket at p, with its closing one when nothing is between; returns the place
 * behind. */
static const char *print_open(const char *p, const char *end, unsigned *depth, ans_buf *out)
{
    ans_buf_add_c(out, *p++);
    while (p < end && is_space(*p))
        p++;
    if (*p == ']' || *p == '}') {
        ans_buf_add_c(out, *p);
        return p + 1;
    }
    new_line(out, ++*depth);
    return p;
}

static void print_pretty(ans_str text, ans_buf *out)
{
    const char *p = text.p, *end = text.p + text.n, *from;
    unsigned depth = 0;
    while (p < end) {
        switch (*p) {
        case '{':
        case '[':
            p = print_open(p, end, &depth, out);
            break;
        case '}':
        case ']':
            new_line(out, --depth);
            ans_buf_add_c(out, *p++);
            break;
        case ',':
            ans_buf_add_c(out, *p++);
            new_line(out, depth);
            break;
        case ':':
            ANS_BUF_LIT(out, ": ");
            p++;
            break;
        case '"':
            from = p;
            p = skip_string(p, end);
            ans_buf_add_mem(out, from, (size_t)(p - from));
            break;
        default:
            if (!is_space(*p))
                ans_buf_add_c(out, *p);
            p++;
        }
    }
}

void ans_json_print(const ans_json *doc, ans_jnode n, bool pretty, ans_buf *out)
{
    ans_str text = ans_json_raw(doc, n);
    if (ans_json_kind_of(doc, n) == ANS_JSON_STRING)
        text = (ans_str){text.p - 1, text.n + 2}; /* with its quotes */
    if (pretty)
        print_pretty(text, out);
    else
        print_minified(text, out);
}

static void print_escape(ans_buf *out, char c)
{
    static const char hex[] = "0123456789abcdef";
    char text[] = {'\\', 'u', '0', '0', hex[(unsigned char)c >> 4], hex[c & 15]};
    switch (c) {
    case '"':
    case '\\':
        text[1] = c;
        break;
    case '\b':
        text[1] = 'b';
        break;
    case '\f':
        text[1] = 'f';
        break;
    case '\n':
        text[1] = 'n';
        break;
    case '\r':
        text[1] = 'r';
        break;
    case '\t':
        text[1] = 't';
        break;
    default:
        ans_buf_add_mem(out, text, sizeof text);
        return;
    }
    ans_buf_add_mem(out, text, 2);
}

void ans_json_print_string(ans_buf *out, ans_str s)
{
    const char *p = s.n ? s.p : "", *end = p + s.n, *run = p;
    ans_buf_add_c(out, '"');
    while ((p = ans_json_skip_plain(p, end)) < end) {
        unsigned len = *p == '\0' ? 0 : ans_json_utf8_len(p, end);
        if (len > 1) {
            p += len;
            continue;
        }
        ans_buf_add_mem(out, run, (size_t)(p - run));
        if (len == 0)
            ANS_BUF_LIT(out, "\xEF\xBF\xBD");
        else
            print_escape(out, *p);
        run = ++p;
    }
    ans_buf_add_mem(out, run, (size_t)(end - run));
    ans_buf_add_c(out, '"');
}
