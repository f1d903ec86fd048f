/* A growing buffer with a maximum and a sticky error. */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>

#define SMALLEST_BYTES ((size_t)256)

void ans_buf_init(ans_buf *b, size_t max_bytes)
{
    *b = (ans_buf){.max_ = max_bytes};
}

void ans_buf_init_arena(ans_buf *b, ans_arena *arena, size_t max_bytes)
{
    *b = (ans_buf){.max_ = max_bytes, .arena_ = arena};
}

void ans_buf_done(ans_buf *b)
{
    if (!b->arena_) {
        ans_free(b->p);
    }
    b->p = NULL;
    b->n = b->cap_ = 0;
}

void ans_buf_reset(ans_buf *b)
{
    b->n = 0;
    b->err_ = ANS_OK;
}

static bool grow(ans_buf *b, size_t need)
{
    size_t cap = b->cap_ ? b->cap_ : SMALLEST_BYTES;
    while (cap < need) {
        cap *= 2;
    }
    char *p = b->arena_ ? ans_arena_alloc(b->arena_, cap) : ans_realloc(b->p, cap);
    if (!p) {
        b->err_ = b->arena_ ? ans_arena_err(b->arena_) : ANS_E_NOMEM;
        return false;
    }
    if (b->arena_ && b->n) {
        memcpy(p, b->p, b->n);
    }
    b->p = p;
    b->cap_ = cap;
    return true;
}

char *ans_buf_room(ans_buf *b, size_t n)
{
    if (b->err_ != ANS_OK) {
        return NULL;
    }
    if (n > b->max_ || b->n > b->max_ - n) {
        b->err_ = ANS_E_TOOBIG;
        return NULL;
    }
    if ((!b->p || b->n + n > b->cap_) && !grow(b, b->n + n)) {
        return NULL;
    }
    return b->p + b->n;
}

void ans_buf_add_mem(ans_buf *b, const void *p, size_t n)
{
    char *to = n ? ans_buf_room(b, n) : NULL;
    if (to) {
        memcpy(to, p, n);
        b->n += n;
    }
}

void ans_buf_add(ans_buf *b, ans_str s)
{
    ans_buf_add_mem(b, s.p, s.n);
}

void ans_buf_add_c(ans_buf *b, char c)
{
    char *to = ans_buf_room(b, 1);
    if (to) {
        *to = c;
        b->n++;
    }
}

void ans_buf_fmt(ans_buf *b, const char *fmt, ...)
{
    va_list args, again;
    va_start(args, fmt);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    char *to = n < 0 ? NULL : ans_buf_room(b, (size_t)n + 1);
    if (to) {
        (void)vsnprintf(to, (size_t)n + 1, fmt, again);
        b->n += (size_t)n;
    }
    va_end(again);
}

void ans_buf_u64(ans_buf *b, uint64_t v)
{
    char text[20];
    size_t at = sizeof text;
    do {
        text[--at] = (char)('0' + v % 10);
        v /= 10;
    } while (v);
    ans_buf_add_mem(b, text + at, sizeof text - at);
}

ans_err ans_buf_finish(ans_buf *b, ans_str *out)
{
    if (b->err_ != ANS_OK) {
        return b->err_;
    }
    *out = (ans_str){b->p ? b->p : "", b->n};
    return ANS_OK;
}
