/* Encodings and escapes of strings.
 * spec: http://hl7.org/fhirpath/N1/#additional-string-functions */
#include "path/path_int.h"

#define TEXT_MAX_BYTES ((size_t)16 * 1024 * 1024)

static const char hex_digits[] = "0123456789abcdef";
static const char base64_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char base64url_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

typedef struct coding {
    const char *name;
    void (*encode)(ans_buf *b, ans_str s);
    bool (*decode)(ans_buf *b, ans_str s); /* false: s is not so encoded */
} coding;

/* ---- hex, base64 ---- */

static void encode_hex(ans_buf *b, ans_str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        ans_buf_add_c(b, hex_digits[c >> 4]);
        ans_buf_add_c(b, hex_digits[c & 15]);
    }
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool decode_hex(ans_buf *b, ans_str s)
{
    for (size_t i = 0; i + 1 < s.n; i += 2) {
        int high = hex_value(s.p[i]), low = hex_value(s.p[i + 1]);
        if (high < 0 || low < 0) {
            return false;
        }
        ans_buf_add_c(b, (char)(high << 4 | low));
    }
    return s.n % 2 == 0;
}

static void encode_64(ans_buf *b, ans_str s, const char *digits)
{
    for (size_t i = 0; i < s.n; i += 3) {
        size_t left = s.n - i;
        uint32_t v = (uint32_t)(unsigned char)s.p[i] << 16;
        v |= left > 1 ? (uint32_t)(unsigned char)s.p[i + 1] << 8 : 0;
        v |= left > 2 ? (uint32_t)(unsigned char)s.p[i + 2] : 0;
        ans_buf_add_c(b, digits[v >> 18]);
        ans_buf_add_c(b, digits[v >> 12 & 63]);
        ans_buf_add_c(b, left > 1 ? digits[v >> 6 & 63] : '=');
        ans_buf_add_c(b, left > 2 ? digits[v & 63] : '=');
    }
}

static bool decode_64(ans_buf *b, ans_str s, const char *digits)
{
    uint32_t v = 0;
    unsigned bits = 0;
    while (s.n > 0 && s.p[s.n - 1] == '=') {
        s.n--;
    }
    for (size_t i = 0; i < s.n; i++) {
        const char *at = s.p[i] ? strchr(digits, s.p[i]) : NULL;
        if (!at) {
            return false;
        }
        v = v << 6 | (uint32_t)(at - digits);
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            ans_buf_add_c(b, (char)(v >> bits & 0xFF));
        }
    }
    return s.n % 4 != 1;
}

static void encode_base64(ans_buf *b, ans_str s)
{
    encode_64(b, s, base64_digits);
}

static void encode_base64url(ans_buf *b, ans_str s)
{
    encode_64(b, s, base64url_digits);
}

static bool decode_base64(ans_buf *b, ans_str s)
{
    return decode_64(b, s, base64_digits);
}

static bool decode_base64url(ans_buf *b, ans_str s)
{
    return decode_64(b, s, base64url_digits);
}

/* ---- html, json ---- */

static const struct {
    char c;
    ans_str name;
} entities[] = {
    {'&', ANS_STR("&amp;")},  {'<', ANS_STR("&lt;")},   {'>', ANS_STR("&gt;")},
    {'"', ANS_STR("&quot;")}, {'\'', ANS_STR("&#39;")}, {'\'', ANS_STR("&apos;")},
};
#define ENTITIES (sizeof entities / sizeof entities[0])

static void escape_html(ans_buf *b, ans_str s)
{
    for (size_t i = 0; i < s.n; i++) {
        size_t k = 0;
        while (k < ENTITIES && entities[k].c != s.p[i]) {
            k++;
        }
        if (k < ENTITIES) {
            ans_buf_add(b, entities[k].name);
        } else {
            ans_buf_add_c(b, s.p[i]);
        }
    }
}

static void add_utf8(ans_buf *b, uint32_t c)
{
    if (c == 0 || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000)) {
        c = 0xFFFD;
    }
    if (c < 0x80) {
        ans_buf_add_c(b, (char)c);
        return;
    }
    if (c < 0x800) {
        ans_buf_add_c(b, (char)(0xC0 | c >> 6));
    } else if (c < 0x10000) {
        ans_buf_add_c(b, (char)(0xE0 | c >> 12));
        ans_buf_add_c(b, (char)(0x80 | (c >> 6 & 0x3F)));
    } else {
        ans_buf_add_c(b, (char)(0xF0 | c >> 18));
        ans_buf_add_c(b, (char)(0x80 | (c >> 12 & 0x3F)));
        ans_buf_add_c(b, (char)(0x80 | (c >> 6 & 0x3F)));
    }
    ans_buf_add_c(b, (char)(0x80 | (c & 0x3F)));
}

/* &#65; or &#x41; at the beginning of s: bytes used, 0 when it is none. */
static size_t numeric_entity(ans_str s, uint32_t *out)
{
    size_t i = 2;
    uint32_t v = 0, base = 10;
    if (s.n < 4 || s.p[0] != '&' || s.p[1] != '#') {
        return 0;
    }
    if (s.p[2] == 'x' || s.p[2] == 'X') {
        base = 16;
        i = 3;
    }
    size_t first = i;
    for (; i < s.n && i < first + 7; i++) {
        int d = hex_value(s.p[i]);
        if (d < 0 || d >= (int)base) {
            break;
        }
        v = v * base + (uint32_t)d;
    }
    if (i == first || i >= s.n || s.p[i] != ';') {
        return 0;
    }
    *out = v;
    return i + 1;
}

static bool unescape_html(ans_buf *b, ans_str s)
{
    while (s.n > 0) {
        size_t k = 0;
        uint32_t c;
        while (k < ENTITIES && !ans_str_starts(s, entities[k].name)) {
            k++;
        }
        if (k < ENTITIES) {
            ans_buf_add_c(b, entities[k].c);
            s = ans_str_from(s, entities[k].name.n);
            continue;
        }
        size_t used = numeric_entity(s, &c);
        if (used) {
            add_utf8(b, c);
        } else {
            ans_buf_add_c(b, s.p[0]);
        }
        s = ans_str_from(s, used ? used : 1);
    }
    return true;
}

static void escape_json(ans_buf *b, ans_str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        const char *short_form = strchr("\"\"\\\\\nn\rr\tt\ff\bb", (char)c);
        if (c >= 0x20 && c != '"' && c != '\\') {
            ans_buf_add_c(b, (char)c);
        } else if (c != 0 && short_form) {
            ans_buf_add_c(b, '\\');
            ans_buf_add_c(b, short_form[1]);
        } else {
            ans_buf_fmt(b, "\\u%04x", c);
        }
    }
}

/* Four hex digits at s[at], or -1. */
static int32_t hex4(ans_str s, size_t at)
{
    int32_t v = 0;
    for (size_t i = at; i < at + 4; i++) {
        int d = i < s.n ? hex_value(s.p[i]) : -1;
        if (d < 0) {
            return -1;
        }
        v = v << 4 | d;
    }
    return v;
}

static bool unescape_json(ans_buf *b, ans_str s)
{
    static const char short_forms[] = "nrtfb", meant[] = "\n\r\t\f\b";
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] != '\\' || i + 1 == s.n) {
            ans_buf_add_c(b, s.p[i]);
            continue;
        }
        char c = s.p[++i];
        if (c == 'u') {
            int32_t v = hex4(s, i + 1);
            if (v < 0) {
                return false;
            }
            i += 4;
            bool pair =
                v >= 0xD800 && v < 0xDC00 && i + 6 < s.n && s.p[i + 1] == '\\' && s.p[i + 2] == 'u';
            int32_t low = pair ? hex4(s, i + 3) : -1;
            if (low >= 0xDC00 && low < 0xE000) {
                v = 0x10000 + ((v - 0xD800) << 10) + (low - 0xDC00);
                i += 6;
            }
            add_utf8(b, (uint32_t)v);
            continue;
        }
        const char *at = c ? strchr(short_forms, c) : NULL;
        ans_buf_add_c(b, at ? meant[at - short_forms] : c);
    }
    return true;
}

/* ---- the functions ---- */

static const coding encodings[] = {
    {"hex", encode_hex, decode_hex},
    {"base64", encode_base64, decode_base64},
    {"urlbase64", encode_base64url, decode_base64url},
    {NULL, NULL, NULL},
};
static const coding escapes[] = {
    {"html", escape_html, unescape_html},
    {"json", escape_json, unescape_json},
    {NULL, NULL, NULL},
};

/* What does not decode, or not to text, is empty; so is an unknown format. */
static ans_err recode(pev *ev, const pstep *call, uint32_t in, const coding *list, bool back)
{
    ans_str s, format, out;
    bool has, ok = true;
    ans_buf b;
    ans_err err = ans_path_input_text(ev, call, in, &s);
    err = err ? err : ans_path_arg_string(ev, call, 0, &format, &has);
    if (err) {
        return err;
    }
    while (has && list->name && !ans_str_is(format, list->name)) {
        list++;
    }
    if (!has || !list->name) {
        ev->n = in;
        return ANS_OK;
    }
    ans_buf_init_arena(&b, ev->cx->arena, TEXT_MAX_BYTES);
    if (back) {
        ok = list->decode(&b, s);
    } else {
        list->encode(&b, s);
    }
    err = ans_buf_finish(&b, &out);
    if (err) {
        return ans_cx_nomem(ev->cx);
    }
    if (!ok || !ans_str_utf8(out)) {
        ev->n = in;
        return ANS_OK;
    }
    out.p = out.p ? out.p : "";
    return ans_path_set_string(ev, in, out);
}

static ans_err fn_encode(pev *ev, const pstep *call, uint32_t in)
{
    return recode(ev, call, in, encodings, false);
}

static ans_err fn_decode(pev *ev, const pstep *call, uint32_t in)
{
    return recode(ev, call, in, encodings, true);
}

static ans_err fn_escape(pev *ev, const pstep *call, uint32_t in)
{
    return recode(ev, call, in, escapes, false);
}

static ans_err fn_unescape(pev *ev, const pstep *call, uint32_t in)
{
    return recode(ev, call, in, escapes, true);
}

const pfunc ans_path_funcs_code[] = {
    {"encode", 1, 1, PFN_SINGLE, fn_encode},
    {"decode", 1, 1, PFN_SINGLE, fn_decode},
    {"escape", 1, 1, PFN_SINGLE, fn_escape},
    {"unescape", 1, 1, PFN_SINGLE, fn_unescape},
    {NULL, 0, 0, 0, NULL},
};
