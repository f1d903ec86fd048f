/* Shared inside the json room: how strings are scanned. Eight bytes are looked at together; the
 * first byte that is not plain ASCII text of a string is found by arithmetic on the whole word, so
 * names and codes pass in a few steps. */
#ifndef ANS_JSON_JSON_INT_H
#define ANS_JSON_JSON_INT_H

#include "json/json.h"

#define ANS_JSON_ONES UINT64_C(0x0101010101010101)
#define ANS_JSON_HIGH UINT64_C(0x8080808080808080)

/* Eight bytes as a number whose lowest byte is the first in memory. */
static inline uint64_t ans_json_load8(const char *p)
{
    uint64_t w;
    memcpy(&w, p, sizeof w);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    w = __builtin_bswap64(w);
#endif
    return w;
}

/* Marks (bit 7) the bytes of w that end a plain run: quote, backslash, below 0x20, above 0x7F. A
 * borrow can mark bytes above a marked one wrongly, never below it, so the lowest mark is exact. */
static inline uint64_t ans_json_special8(uint64_t w)
{
    uint64_t quote = w ^ (ANS_JSON_ONES * '"');
    uint64_t slash = w ^ (ANS_JSON_ONES * '\\');
    return ((quote - ANS_JSON_ONES) | (slash - ANS_JSON_ONES) | (w - ANS_JSON_ONES * 0x20) | w) &
           ANS_JSON_HIGH;
}

static inline bool ans_json_is_special(char c)
{
    unsigned char u = (unsigned char)c;
    return u == '"' || u == '\\' || u < 0x20 || u > 0x7F;
}

/* First byte from p on that ends a plain run, or end. */
static inline const char *ans_json_skip_plain(const char *p, const char *end)
{
    while (end - p >= 8) {
        uint64_t marks = ans_json_special8(ans_json_load8(p));
        if (marks)
            return p + (__builtin_ctzll(marks) >> 3);
        p += 8;
    }
    while (p < end && !ans_json_is_special(*p))
        p++;
    return p;
}

/* Length of the well-formed UTF-8 sequence at p (RFC 3629), or 0. p < end. */
unsigned ans_json_utf8_len(const char *p, const char *end);

/* One decoded character of a checked string: reads at *p, moves *p behind it, writes up to 4 bytes,
 * returns how many. A byte that begins no escape is handed on as it is. */
unsigned ans_json_decode_one(const char **p, char out[4]);

/* A checked, escaped string decoded into the arena; p is NULL when the arena is full. */
ans_str ans_json_decode(ans_arena *arena, ans_str raw);

/* Looks for two members of one name. *out is the later of them, or ANS_JNONE. obj must be closed.
 */
ANS_MUST_USE ans_err ans_json_find_twin(ans_cx *cx, const ans_json *doc, ans_jnode obj,
                                        ans_jnode *out);

#endif
