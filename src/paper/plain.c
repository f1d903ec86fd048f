/* The words of a narrative, which is XHTML and may be another system's: a line for each block, white space as XHTML has it. Read as the page reads
 * it (web/src/fhir/narrative.ts): what is no whole tag is text, since better an ugly line than a lost word; style sheets, scripts and comments are
 * not seen. A tag has no "<" in its attributes, and what nobody ends goes to the end: no text is gone over more than once. */
#include "paper/story.h"

typedef struct scan {
    ans_str s;
    size_t at;
    ans_buf b;
} scan;

static const char *const blocks[] = {"address", "blockquote", "br", "caption", "dd", "div", "dl", "dt",    "h1",    "h2",    "h3", "h4", "h5",
                                     "h6",      "hr",         "li", "ol",      "p",  "pre", "table", "tbody", "tfoot", "thead", "tr", "ul", NULL};
static const char *const cells[] = {"td", "th", NULL}, *const unseen[] = {"script", "style", NULL};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_one_of(ans_str name, const char *const *names)
{
    for (; *names; names++) {
        if (ans_str_ieq(name, ans_str_of(*names))) {
            return true;
        }
    }
    return false;
}

static void say(scan *r, const char *p, size_t n)
{
    bool is_new = !r->b.n || r->b.p[r->b.n - 1] == '\n', is_after = !is_new && r->b.p[r->b.n - 1] == ' ';
    if (n > 1 || !is_blank(*p)) {
        ans_buf_add_mem(&r->b, p, n);
    } else if (!is_new && !is_after) {
        ans_buf_add_c(&r->b, ' ');
    }
}

static void end_line(scan *r)
{
    if (r->b.n && r->b.p[r->b.n - 1] != '\n') {
        ans_buf_add_c(&r->b, '\n');
    }
}

static bool hex(ans_str s, uint64_t *out)
{
    *out = 0;
    for (size_t i = 0; i < s.n; i++) {
        char c = (char)(s.p[i] | 0x20);
        if (!is_digit(s.p[i]) && (c < 'a' || c > 'f')) {
            return false;
        }
        *out = *out * 16 + (uint64_t)(is_digit(s.p[i]) ? s.p[i] - '0' : c - 'a' + 10);
    }
    return s.n > 0;
}

/* What an entity without its "&" and ";" stands for; 0: it is none. */
static unsigned letter(ans_str name, char out[4])
{
    static const struct {
        const char *name;
        uint32_t code;
    } known[] = {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}, {"nbsp", ' '}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (ans_str_is(name, known[i].name)) {
            return ans_utf8_write(known[i].code, out);
        }
    }
    uint64_t code;
    bool is_hex = ans_str_starts(name, ANS_STR("#x")) || ans_str_starts(name, ANS_STR("#X"));
    if (!(is_hex ? hex(ans_str_from(name, 2), &code) : ans_str_starts(name, ANS_STR("#")) && ans_str_u64(ans_str_from(name, 1), &code))) {
        return 0;
    }
    bool is_scalar = code && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
    return ans_utf8_write(is_scalar ? (uint32_t)code : 0xFFFD, out);
}

static void entity(scan *r)
{
    char out[4];
    ptrdiff_t end = ans_str_find(ans_str_head(ans_str_from(r->s, r->at), 10), ';');
    unsigned n = end > 0 ? letter(ans_str_head(ans_str_from(r->s, r->at + 1), (size_t)end - 1), out) : 0;
    if (n) {
        say(r, out, n);
        r->at += (size_t)end + 1;
    } else {
        say(r, "&", 1);
        r->at += 1;
    }
}

/* Past the tag that begins at r->at; 0: it is none. */
static size_t tag_end(const scan *r)
{
    char quote = 0;
    for (size_t i = r->at + 1; i < r->s.n && r->s.p[i] != '<'; i++) {
        char c = r->s.p[i];
        if (!quote && c == '>') {
            return i + 1;
        }
        quote = quote ? (c == quote ? 0 : quote) : (c == '"' || c == '\'' ? c : 0);
    }
    return 0;
}

/* Goes past the mark; without one to the end. */
static void go_past(scan *r, ans_str mark)
{
    ptrdiff_t at = ans_str_search(ans_str_from(r->s, r->at), mark);
    r->at = at < 0 ? r->s.n : r->at + (size_t)at + mark.n;
}

static void skip_sheet(scan *r, ans_str name)
{
    while (r->at < r->s.n && !(ans_str_starts(ans_str_from(r->s, r->at), ANS_STR("</")) && ans_str_ieq(ans_str_head(ans_str_from(r->s, r->at + 2), name.n), name))) {
        r->at++;
    }
}

static bool is_name(ans_str s, size_t at)
{
    char c = s.p[at];
    return is_letter(c) || (at && (is_digit(c) || c == ':' || c == '.' || c == '-' || c == '_'));
}

static ans_str name_at(ans_str s)
{
    size_t n = 0;
    while (n < s.n && n < 31 && is_name(s, n)) {
        n++;
    }
    return ans_str_head(s, n < s.n && (is_blank(s.p[n]) || s.p[n] == '/' || s.p[n] == '>') ? n : 0);
}

static void cdata(scan *r)
{
    size_t from = r->at + 9;
    r->at = from;
    go_past(r, ANS_STR("]]>"));
    size_t end = ans_str_starts(ans_str_from(r->s, r->at - 3), ANS_STR("]]>")) ? r->at - 3 : r->at;
    for (size_t i = from; i < end; i++) {
        say(r, r->s.p + i, 1);
    }
}

static void mark(scan *r)
{
    ans_str rest = ans_str_from(r->s, r->at);
    bool is_end = ans_str_starts(rest, ANS_STR("</")), is_remark = rest.n > 1 && (rest.p[1] == '!' || rest.p[1] == '?');
    ans_str name = name_at(ans_str_from(rest, is_end ? 2 : 1));
    size_t end = name.n || is_remark ? tag_end(r) : 0;
    if (ans_str_starts(rest, ANS_STR("<!--"))) {
        r->at += 4;
        go_past(r, ANS_STR("-->"));
    } else if (ans_str_starts(rest, ANS_STR("<![CDATA["))) {
        cdata(r);
    } else if (!end) {
        say(r, "<", 1);
        r->at++;
    } else {
        bool is_empty = r->s.p[end - 2] == '/';
        r->at = end;
        if (is_one_of(name, blocks)) {
            end_line(r);
        } else if (is_one_of(name, cells)) {
            say(r, " ", 1);
        } else if (is_one_of(name, unseen) && !is_end && !is_empty) {
            skip_sheet(r, name);
        }
    }
}

ans_err plain_words(ans_cx *cx, ans_str div, ans_str *out)
{
    scan r = {.s = div};
    ans_buf_init_arena(&r.b, cx->arena, div.n + 16);
    while (r.at < r.s.n) {
        if (r.s.p[r.at] == '<') {
            mark(&r);
        } else if (r.s.p[r.at] == '&') {
            entity(&r);
        } else {
            say(&r, r.s.p + r.at++, 1);
        }
    }
    ans_str all;
    ans_err err = ans_buf_finish(&r.b, &all);
    *out = err == ANS_OK ? ans_str_trim(all) : ANS_STR("");
    return err;
}

ans_str plain_of(paper *p, ans_str div)
{
    ans_str words;
    return plain_words(p->cx, div, &words) == ANS_OK ? words : ANS_STR("");
}
