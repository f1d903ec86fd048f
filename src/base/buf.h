/* A growing byte buffer with a mandatory maximum and a sticky error: append freely, test once in ans_buf_finish.
 * Heap-backed; ans_buf_done frees it. With an arena given it grows inside the arena and needs no done. */
#ifndef ANS_BASE_BUF_H
#define ANS_BASE_BUF_H

#include "base/arena.h"

typedef struct ans_buf {
    char *p;
    size_t n, cap_, max_;
    ans_arena *arena_;
    ans_err err_;
} ans_buf;

void ans_buf_init(ans_buf *b, size_t max_bytes);
void ans_buf_init_arena(ans_buf *b, ans_arena *arena, size_t max_bytes);
void ans_buf_done(ans_buf *b);
void ans_buf_reset(ans_buf *b); /* empty, error cleared, memory kept */
/* Room for n more bytes at the end; NULL when over the maximum. Follow with b->n += written. */
char *ans_buf_room(ans_buf *b, size_t n);
void ans_buf_add(ans_buf *b, ans_str s);
void ans_buf_add_c(ans_buf *b, char c);
void ans_buf_add_mem(ans_buf *b, const void *p, size_t n);
void ans_buf_fmt(ans_buf *b, const char *fmt, ...) ANS_PRINTF(2, 3);
void ans_buf_u64(ans_buf *b, uint64_t v); /* decimal */
#define ANS_BUF_LIT(b, lit) ans_buf_add_mem((b), (lit), sizeof(lit) - 1)
/* The bytes so far (borrowed from the buffer) or the first error met. */
ANS_MUST_USE ans_err ans_buf_finish(ans_buf *b, ans_str *out);

#endif
