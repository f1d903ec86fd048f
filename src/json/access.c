/* Reading a tape: members, decoded strings, places. Text that holds no escapes is never copied. */
#include "json/json_int.h"

unsigned ans_json_utf8_len(const char *p, const char *end)
{
    const unsigned char *u = (const unsigned char *)p;
    size_t left = (size_t)(end - p);
    unsigned char low = 0x80, high = 0xBF; /* what the second byte may be */
    if (u[0] < 0x80)
        return 1;
    if (u[0] < 0xC2 || u[0] > 0xF4)
        return 0;
    if (u[0] < 0xE0)
        return left >= 2 && (u[1] & 0xC0) == 0x80 ? 2 : 0;
    if (u[0] == 0xE0 || u[0] == 0xF0)
        low = u[0] == 0xE0 ? 0xA0 : 0x90; /* longer than needed */
    else if (u[0] == 0xED || u[0] == 0xF4)
        high = u[0] == 0xED ? 0x9F : 0x8F; /* surrogates; above U+10FFFF */
    if (left < 3 || u[1] < low || u[1] > high || (u[2] & 0xC0) != 0x80)
        return 0;
    if (u[0] < 0xF0)
        return 3;
    return left >= 4 && (u[3] & 0xC0) == 0x80 ? 4 : 0;
}

static uint32_t hex4(const char *p)
{
    uint32_t v = 0;
    for (int i = 0; i < 4; i++)
        v = v << 4 | (uint32_t)(p[i] <= '9' ? p[i] - '0' : (p[i] | 0x20) - 'a' + 10);
    return v;
}

unsigned ans_json_decode_one(const char **p, char out[4])
{
    const char *at = *p;
    if (*at != '\\') {
        *p = at + 1;
        out[0] = *at;
        return 1;
    }
    if (at[1] == 'u') {
        uint32_t c = hex4(at + 2);
        *p = at + 6;
        if (c >= 0xD800 && c < 0xDC00) {
            c = 0x10000 + ((c - 0xD800) << 10) + (hex4(at + 8) - 0xDC00);
            *p = at + 12;
        }
        return ans_utf8_write(c, out);
    }
    *p = at + 2;
    switch (at[1]) {
    case 'b':
        out[0] = '\b';
        break;
    case 'f':
        out[0] = '\f';
        break;
    case 'n':
        out[0] = '\n';
        break;
    case 'r':
        out[0] = '\r';
        break;
    case 't':
        out[0] = '\t';
        break;
    default:
        out[0] = at[1];
    }
    return 1;
}

/* Decoded text is never longer than its escaped form. */
ans_str ans_json_decode(ans_arena *arena, ans_str raw)
{
    char *to = ans_arena_alloc(arena, raw.n + 1);
    const char *from = raw.p, *end = raw.p + raw.n;
    size_t n = 0;
    if (!to)
        return ANS_STR_NONE;
    while (from < end) {
        const char *slash = memchr(from, '\\', (size_t)(end - from));
        size_t plain = (size_t)((slash ? slash : end) - from);
        memcpy(to + n, from, plain); /* narratives are long runs between escapes */
        n += plain;
        from += plain;
        if (slash) {
            char c[4];
            unsigned len = ans_json_decode_one(&from, c);
            memcpy(to + n, c, len);
            n += len;
        }
    }
    to[n] = '\0';
    return (ans_str){to, n};
}

/* Is raw, decoded, the same text as plain? */
static bool decodes_to(ans_str raw, ans_str plain)
{
    const char *from = raw.p, *end = raw.p + raw.n;
    size_t at = 0;
    while (from < end) {
        char c[4];
        unsigned len = ans_json_decode_one(&from, c);
        if (plain.n - at < len || memcmp(plain.p + at, c, len) != 0)
            return false;
        at += len;
    }
    return at == plain.n;
}

ans_jnode ans_json_get(const ans_json *doc, ans_jnode obj, ans_str name)
{
    if (obj == ANS_JNONE || doc->nodes[obj].kind != ANS_JSON_OBJECT)
        return ANS_JNONE;
    ans_jnode end = doc->nodes[obj].next;
    for (ans_jnode n = obj + 1; n < end; n = doc->nodes[n].next) {
        const ans_json_node *node = &doc->nodes[n];
        if (!(node->flags & ANS_JSON_KEY_ESCAPED) && ans_str_eq(ans_json_key(doc, n), name))
            return n;
        if (node->flags & ANS_JSON_KEY_ESCAPED && decodes_to(ans_json_key(doc, n), name))
            return n;
    }
    return ANS_JNONE;
}

uint32_t ans_json_count(const ans_json *doc, ans_jnode parent)
{
    uint32_t count = 0;
    ANS_JSON_EACH(doc, parent, child)
    count++;
    return count;
}

ans_str ans_json_string(ans_cx *cx, const ans_json *doc, ans_jnode n)
{
    if (n == ANS_JNONE || doc->nodes[n].kind != ANS_JSON_STRING)
        return ANS_STR_NONE;
    ans_str raw = ans_json_raw(doc, n);
    if (!(doc->nodes[n].flags & ANS_JSON_ESCAPED))
        return raw;
    return ans_json_decode(cx->arena, raw);
}

ans_str ans_json_get_string(ans_cx *cx, const ans_json *doc, ans_jnode obj, ans_str name)
{
    return ans_json_string(cx, doc, ans_json_get(doc, obj, name));
}

/* Columns count characters, as editors do: continuation bytes of UTF-8 are passed over. */
void ans_json_line_column(ans_str text, size_t at, uint32_t *out_line, uint32_t *out_column)
{
    uint32_t line = 1, column = 1;
    for (size_t i = 0; i < at && i < text.n; i++) {
        if (text.p[i] == '\n') {
            line++;
            column = 1;
        } else if (((unsigned char)text.p[i] & 0xC0) != 0x80) {
            column++;
        }
    }
    *out_line = line;
    *out_column = column;
}
