/* Text by value: pointer and length, not NUL-terminated, never owning. */
#ifndef ANS_BASE_STR_H
#define ANS_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct ans_str {
    const char *p;
    size_t n;
} ans_str;

#define ANS_STR(lit) ((ans_str){(lit), sizeof(lit) - 1})
#define ANS_STR_NONE ((ans_str){NULL, 0})
/* for printf: "%.*s", ANS_FMT(s) */
#define ANS_FMT(s) (int)(s).n, (s).p ? (s).p : ""

static inline ans_str ans_str_of(const char *z)
{
    return (ans_str){z, z ? strlen(z) : 0};
}
static inline bool ans_str_eq(ans_str a, ans_str b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}
static inline bool ans_str_is(ans_str a, const char *z)
{
    return ans_str_eq(a, ans_str_of(z));
}
static inline bool ans_str_starts(ans_str s, ans_str head)
{
    return s.n >= head.n && (head.n == 0 || memcmp(s.p, head.p, head.n) == 0);
}
static inline ans_str ans_str_from(ans_str s, size_t at)
{
    return at >= s.n ? (ans_str){s.n ? s.p + s.n : s.p, 0} : (ans_str){s.p + at, s.n - at};
}
static inline ans_str ans_str_head(ans_str s, size_t n)
{
    return (ans_str){s.p, n < s.n ? n : s.n};
}

/* Order as memcmp, the shorter first when one is the other's beginning. */
int ans_str_cmp(ans_str a, ans_str b);
/* Position of c or of part in s, or -1. */
ptrdiff_t ans_str_find(ans_str s, char c);
ptrdiff_t ans_str_rfind(ans_str s, char c);
ptrdiff_t ans_str_search(ans_str s, ans_str part);
/* Cut at the first c: *head gets what is before it and *s what is after it; false (head = all, s empty) without c. */
bool ans_str_cut(ans_str *s, char c, ans_str *head);
ans_str ans_str_trim(ans_str s);                      /* ASCII white space */
bool ans_str_ieq(ans_str a, ans_str b);               /* ASCII letters compared without case */
bool ans_str_u64(ans_str s, uint64_t *out);           /* all decimal digits, no overflow, at least one */
bool ans_hex_read(ans_str s, uint8_t *out, size_t n);  /* exactly n bytes as lower-case hexadecimal digits */
void ans_hex_write(const uint8_t *p, size_t n, char *out); /* 2 n digits and a NUL */
bool ans_str_utf8(ans_str s);                         /* well-formed UTF-8 (RFC 3629) */
unsigned ans_utf8_write(uint32_t c, char out[4]);     /* a scalar value; how many bytes */

#endif
