/* Small documents: see flat.h. */
#include "auth/flat.h"

#include <stdio.h>
#include <string.h>

enum { BYTES_MOST = 64 };

void ans_flat_text(ans_jw *w, const char *name, const char *value)
{
    if (*value) {
        ans_jw_kv(w, ans_str_of(name), ans_str_of(value));
    }
}

void ans_flat_time(ans_jw *w, const char *name, int64_t us)
{
    if (us) {
        ans_jw_key(w, ans_str_of(name));
        ans_jw_int(w, us);
    }
}

void ans_flat_flag(ans_jw *w, const char *name, bool v)
{
    if (v) {
        ans_jw_key(w, ans_str_of(name));
        ans_jw_bool(w, true);
    }
}

void ans_flat_bytes(ans_jw *w, const uint8_t *p, size_t n)
{
    char text[2 * BYTES_MOST + 1];
    for (size_t i = 0; i < n && i < BYTES_MOST; i++) {
        (void)snprintf(text + 2 * i, 3, "%02x", p[i]);
    }
    ans_jw_str(w, (ans_str){text, 2 * n});
}

void ans_flat_get_text(ans_flat *f, ans_jnode at, const char *name, char *to, size_t size)
{
    ans_str s = ans_json_get_string(f->cx, &f->doc, at, ans_str_of(name));
    size_t n = s.n < size ? s.n : 0;
    f->bad = f->bad || s.n >= size;
    if (n) {
        memcpy(to, s.p, n);
    }
    to[n] = '\0';
}

int64_t ans_flat_get_time(const ans_flat *f, ans_jnode at, const char *name)
{
    uint64_t v = 0;
    ans_jnode n = ans_json_get(&f->doc, at, ans_str_of(name));
    return n != ANS_JNONE && ans_str_u64(ans_json_raw(&f->doc, n), &v) && v <= INT64_MAX ? (int64_t)v : 0;
}

bool ans_flat_get_flag(const ans_flat *f, const char *name)
{
    ans_jnode n = ans_json_get(&f->doc, 0, ans_str_of(name));
    return n != ANS_JNONE && ans_json_kind_of(&f->doc, n) == ANS_JSON_TRUE;
}

void ans_flat_get_bytes(ans_flat *f, ans_jnode n, uint8_t *to, size_t size)
{
    static const char digits[] = "0123456789abcdef";
    ans_str s = n == ANS_JNONE ? ANS_STR_NONE : ans_json_raw(&f->doc, n);
    f->bad = f->bad || s.n != 2 * size;
    for (size_t i = 0; i < size && !f->bad; i++) {
        ptrdiff_t high = ans_str_find(ans_str_of(digits), s.p[2 * i]), low = ans_str_find(ans_str_of(digits), s.p[2 * i + 1]);
        f->bad = high < 0 || low < 0;
        to[i] = (uint8_t)(high << 4 | low);
    }
}
