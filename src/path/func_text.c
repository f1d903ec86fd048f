/* Functions on strings. Positions and lengths count characters (code points), not bytes.
 * spec: http://hl7.org/fhirpath/N1/#string-manipulation */
#include <utf8proc.h>

#include "path/path_int.h"

#define TEXT_MAX_BYTES ((size_t)16 * 1024 * 1024)

ans_err ans_path_input_text(pev *ev, const pstep *call, uint32_t in, ans_str *out)
{
    ans_str s = ans_path_text_of(ev, &ev->at[in]);
    if (!s.p) {
        return ans_path_fail(ev, "%.*s() called on what is no string", ANS_FMT(call->name));
    }
    *out = s;
    return ans_path_spend(ev, (uint32_t)(s.n / 256));
}

/* The input and one string argument: what most of these functions take. *out_has: the argument is
 * there. */
static ans_err input_and_arg(pev *ev, const pstep *call, uint32_t in, ans_str *s, ans_str *arg,
                             bool *out_has)
{
    ans_err err = ans_path_input_text(ev, call, in, s);
    return err ? err : ans_path_arg_string(ev, call, 0, arg, out_has);
}

static ans_err set_none(pev *ev, uint32_t in)
{
    ev->n = in;
    return ANS_OK;
}

/* ---- characters ---- */

static size_t char_bytes(char c)
{
    unsigned char u = (unsigned char)c;
    return u < 0x80 ? 1 : u < 0xE0 ? 2 : u < 0xF0 ? 3 : 4;
}

static int64_t char_count(ans_str s)
{
    int64_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        n += ((unsigned char)s.p[i] & 0xC0) != 0x80;
    }
    return n;
}

/* Byte at which the n-th character begins (the end when there are fewer). */
static size_t char_at(ans_str s, int64_t n)
{
    size_t i = 0;
    while (i < s.n && n > 0) {
        i += char_bytes(s.p[i]);
        n--;
    }
    return i < s.n ? i : s.n;
}

static ans_err fn_length(pev *ev, const pstep *call, uint32_t in)
{
    ans_str s;
    ans_err err = ans_path_input_text(ev, call, in, &s);
    return err ? err : ans_path_set_int(ev, in, char_count(s));
}

static ans_err push_chars(pev *ev, uint32_t in, ans_str s)
{
    ans_err err = ANS_OK;
    ev->n = in;
    for (size_t i = 0; !err && i < s.n;) {
        size_t n = char_bytes(s.p[i]);
        err = ans_path_push(ev, &(ans_item){.kind = ANS_ITEM_STRING, .text = {s.p + i, n}});
        i += n;
    }
    return err;
}

static ans_err fn_to_chars(pev *ev, const pstep *call, uint32_t in)
{
    ans_str s;
    ans_err err = ans_path_input_text(ev, call, in, &s);
    return err ? err : push_chars(ev, in, s);
}

static ans_err fn_substring(pev *ev, const pstep *call, uint32_t in)
{
    ans_str s;
    int64_t start = 0, length = 0;
    bool has, has_length = false;
    ans_err err = ans_path_input_text(ev, call, in, &s);
    err = err ? err : ans_path_arg_int(ev, call, 0, &start, &has);
    if (!err && call->arg_count > 1) {
        err = ans_path_arg_int(ev, call, 1, &length, &has_length);
    }
    if (err) {
        return err;
    }
    if (!has || start < 0 || start >= char_count(s)) {
        return set_none(ev, in);
    }
    s = ans_str_from(s, char_at(s, start));
    if (has_length) {
        s = ans_str_head(s, length > 0 ? char_at(s, length) : 0);
    }
    return ans_path_set_string(ev, in, s);
}

/* ---- finding ---- */

static ptrdiff_t last_place(ans_str s, ans_str part)
{
    for (size_t i = s.n >= part.n ? s.n - part.n + 1 : 0; i-- > 0;) {
        if (memcmp(s.p + i, part.p, part.n) == 0) {
            return (ptrdiff_t)i;
        }
    }
    return -1;
}

/* indexOf, lastIndexOf */
static ans_err fn_index_of(pev *ev, const pstep *call, uint32_t in)
{
    ans_str s, part;
    bool has, last = call->name.p[0] == 'l';
    ans_err err = input_and_arg(ev, call, in, &s, &part, &has);
    if (err) {
        return err;
    }
    if (!has) {
        return set_none(ev, in);
    }
    ptrdiff_t at = part.n == 0 ? 0 : last ? last_place(s, part) : ans_str_search(s, part);
    return ans_path_set_int(ev, in, at < 0 ? -1 : char_count(ans_str_head(s, (size_t)at)));
}

static ans_err fn_starts_with(pev *ev, const pstep *call, uint32_t in)
{
    ans_str s, part;
    bool has;
    ans_err err = input_and_arg(ev, call, in, &s, &part, &has);
    if (err || !has) {
        return err ? err : set_none(ev, in);
    }
    return ans_path_set_bool(ev, in, ans_str_starts(s, part));
}

static ans_err fn_ends_with(pev *ev, const pstep *call, uint32_t in)
{
    ans_str s, part;
    bool has;
    ans_err err = input_and_arg(ev, call, in, &s, &part, &has);
    if (err || !has) {
        return err ? err : set_none(ev, in);
    }
    return ans_path_set_bool(ev, in,
                             s.n >= part.n && ans_str_eq(ans_str_from(s, s.n - part.n), part));
}

static ans_err fn_contains(pev *ev, const pstep *call, uint32_t in)
{
    ans_str s, part;
    bool has;
    ans_err err = input_and_arg(ev, call, in, &s, &part, &has);
    if (err || !has) {
        return err ? err : set_none(ev, in);
    }
    return ans_path_set_bool(ev, in, part.n == 0 || ans_str_search(s, part) >= 0);
}

/* ---- changing ---- */

/* upper, lower: letter by letter, so "ß" stays (it has no upper case of one letter that it came
 * from) */
static ans_err fn_case(pev *ev, const pstep *call, uint32_t in)
{
    ans_str s;
    bool upper = call->name.p[0] == 'u';
    ans_err err = ans_path_input_text(ev, call, in, &s);
    if (err) {
        return err;
    }
    char *to =
        ans_arena_alloc(ev->cx->arena, s.n * 2 + 4); /* a letter may grow from 2 bytes to 3 */
    size_t n = 0;
    if (!to) {
        return ans_cx_nomem(ev->cx);
    }
    for (size_t i = 0; i < s.n;) {
        utf8proc_int32_t c;
        utf8proc_ssize_t used =
            utf8proc_iterate((const utf8proc_uint8_t *)s.p + i, (utf8proc_ssize_t)(s.n - i), &c);
        if (used < 1) {
            to[n++] = s.p[i++]; /* no letter: kept as it is */
            continue;
        }
        c = upper ? utf8proc_toupper(c) : utf8proc_tolower(c);
        n += (size_t)utf8proc_encode_char(c, (utf8proc_uint8_t *)to + n);
        i += (size_t)used;
    }
    return ans_path_set_string(ev, in, (ans_str){to, n});
}

static ans_err set_buffer(pev *ev, uint32_t in, ans_buf *b)
{
    ans_str out;
    ans_err err = ans_buf_finish(b, &out);
    if (err == ANS_E_TOOBIG) {
        return ans_issue_add(ev->cx, ANS_E_COSTLY, ANS_STR_NONE,
                             "FHIRPath: a string grows beyond %zu bytes", TEXT_MAX_BYTES);
    }
    if (err) {
        return ans_cx_nomem(ev->cx);
    }
    out.p = out.p ? out.p : "";
    return ans_path_set_string(ev, in, out);
}

static void replace_all(ans_buf *b, ans_str s, ans_str part, ans_str with)
{
    if (part.n == 0) { /* around every character */
        ans_buf_add(b, with);
        for (size_t i = 0; i < s.n;) {
            size_t n = char_bytes(s.p[i]);
            ans_buf_add(b, (ans_str){s.p + i, n});
            ans_buf_add(b, with);
            i += n;
        }
        return;
    }
    for (;;) {
        ptrdiff_t at = ans_str_search(s, part);
        if (at < 0) {
            ans_buf_add(b, s);
            return;
        }
        ans_buf_add(b, ans_str_head(s, (size_t)at));
        ans_buf_add(b, with);
        s = ans_str_from(s, (size_t)at + part.n);
    }
}

static ans_err fn_replace(pev *ev, const pstep *call, uint32_t in)
{
    ans_str s, part, with;
    bool has, has_with;
    ans_buf b;
    ans_err err = input_and_arg(ev, call, in, &s, &part, &has);
    err = err ? err : ans_path_arg_string(ev, call, 1, &with, &has_with);
    if (err || !has || !has_with) {
        return err ? err : set_none(ev, in);
    }
    ans_buf_init_arena(&b, ev->cx->arena, TEXT_MAX_BYTES);
    replace_all(&b, s, part, with);
    return set_buffer(ev, in, &b);
}

static ans_err fn_trim(pev *ev, const pstep *call, uint32_t in)
{
    ans_str s;
    ans_err err = ans_path_input_text(ev, call, in, &s);
    if (err) {
        return err;
    }
    s = ans_str_trim(s);
    s.p = s.p ? s.p : "";
    return ans_path_set_string(ev, in, s);
}

static ans_err fn_split(pev *ev, const pstep *call, uint32_t in)
{
    ans_str s, separator;
    bool has;
    ans_err err = input_and_arg(ev, call, in, &s, &separator, &has);
    if (err || !has) {
        return err ? err : set_none(ev, in);
    }
    if (separator.n == 0) {
        return push_chars(ev, in, s);
    }
    ev->n = in;
    for (bool more = true; !err && more;) {
        ptrdiff_t at = ans_str_search(s, separator);
        more = at >= 0;
        ans_item piece = {.kind = ANS_ITEM_STRING, .text = more ? ans_str_head(s, (size_t)at) : s};
        err = ans_path_push(ev, &piece);
        s = more ? ans_str_from(s, (size_t)at + separator.n) : s;
    }
    return err;
}

static ans_err fn_join(pev *ev, const pstep *call, uint32_t in)
{
    ans_str separator = ANS_STR("");
    bool has;
    ans_buf b;
    ans_err err = call->arg_count ? ans_path_arg_string(ev, call, 0, &separator, &has) : ANS_OK;
    if (err) {
        return err;
    }
    /* of nothing: the empty string, as other engines and SQL on FHIR have it */
    ans_buf_init_arena(&b, ev->cx->arena, TEXT_MAX_BYTES);
    bool first = true;
    for (uint32_t i = in; i < ev->n; i++) {
        ans_str s;
        if (ans_path_is_void(&ev->at[i])) {
            continue;
        }
        err = ans_path_input_text(ev, call, i, &s);
        if (err) {
            return err;
        }
        if (!first) {
            ans_buf_add(&b, separator);
        }
        ans_buf_add(&b, s);
        first = false;
    }
    return set_buffer(ev, in, &b);
}

/* ---- regular expressions ---- */

/* The first argument as a pattern, with the flags of argument number flags when it is there. */
static ans_err pattern(pev *ev, const pstep *call, unsigned flags, const void **out, bool *out_has)
{
    ans_str text, letters = ANS_STR("");
    bool has_flags;
    *out_has = true;
    if (call->regex) {
        *out = call->regex;
        return ANS_OK;
    }
    ans_err err = ans_path_arg_string(ev, call, 0, &text, out_has);
    if (!err && call->arg_count > flags) {
        err = ans_path_arg_string(ev, call, flags, &letters, &has_flags);
    }
    if (err || !*out_has) {
        return err;
    }
    return ans_path_regex_compile(ev->cx, ev->cx->arena, text, letters, out);
}

/* matches, matchesFull */
static ans_err fn_matches(pev *ev, const pstep *call, uint32_t in)
{
    ans_str s;
    const void *regex;
    bool has, yes = false, whole = ans_str_is(call->name, "matchesFull");
    ans_err err = ans_path_input_text(ev, call, in, &s);
    err = err ? err : pattern(ev, call, 1, &regex, &has);
    if (err || !has) {
        return err ? err : set_none(ev, in);
    }
    err = ans_path_regex_match(ev, regex, s, whole, &yes);
    return err ? err : ans_path_set_bool(ev, in, yes);
}

static ans_err fn_replace_matches(pev *ev, const pstep *call, uint32_t in)
{
    ans_str s, with, text, out;
    const void *regex;
    bool has, has_with;
    ans_err err = ans_path_input_text(ev, call, in, &s);
    err = err ? err : ans_path_arg_string(ev, call, 0, &text, &has);
    err = err ? err : ans_path_arg_string(ev, call, 1, &with, &has_with);
    if (err || !has || !has_with) {
        return err ? err : set_none(ev, in);
    }
    if (text.n == 0) { /* no pattern, nothing to replace */
        return ans_path_set_string(ev, in, s);
    }
    err = pattern(ev, call, 2, &regex, &has);
    err = err ? err : ans_path_regex_replace(ev, regex, s, with, &out);
    return err ? err : ans_path_set_string(ev, in, out);
}

const pfunc ans_path_funcs_text[] = {
    {"length", 0, 0, PFN_SINGLE, fn_length},
    {"toChars", 0, 0, PFN_SINGLE, fn_to_chars},
    {"substring", 1, 2, PFN_SINGLE, fn_substring},
    {"indexOf", 1, 1, PFN_SINGLE, fn_index_of},
    {"lastIndexOf", 1, 1, PFN_SINGLE, fn_index_of},
    {"startsWith", 1, 1, PFN_SINGLE, fn_starts_with},
    {"endsWith", 1, 1, PFN_SINGLE, fn_ends_with},
    {"contains", 1, 1, PFN_SINGLE, fn_contains},
    {"upper", 0, 0, PFN_SINGLE, fn_case},
    {"lower", 0, 0, PFN_SINGLE, fn_case},
    {"replace", 2, 2, PFN_SINGLE, fn_replace},
    {"trim", 0, 0, PFN_SINGLE, fn_trim},
    {"split", 1, 1, PFN_SINGLE, fn_split},
    {"join", 0, 1, 0, fn_join},
    {"matches", 1, 2, PFN_SINGLE | PFN_REGEX, fn_matches},
    {"matchesFull", 1, 2, PFN_SINGLE | PFN_REGEX, fn_matches},
    {"replaceMatches", 2, 3, PFN_SINGLE | PFN_REGEX, fn_replace_matches},
    {NULL, 0, 0, 0, NULL},
};
