/* Another process of this very program, beside this one: started with arguments, read line by line, ended. It holds one end of a pipe as its
 * standard input and we the other, so that it learns when this process is gone, however it went (ans_child_watch, in the child). It
 * gets no other file of ours. One thread at a time. */
#ifndef ANS_BASE_CHILD_H
#define ANS_BASE_CHILD_H

#include <sys/types.h>

#include "base/cx.h"

typedef struct ans_child {
    pid_t pid; /* 0: there is none */
    int in, out; /* our ends of its standard input and output */
} ans_child;

/* words: what follows the program's name, ended by NULL.
 * errors   ANS_E_IO */
ANS_MUST_USE ans_err ans_child_start(ans_cx *cx, const char *const *words, ans_child *out);
/* The next bytes it printed, at most n, waiting so long for them; 0: none, or it has closed its output. */
size_t ans_child_read(const ans_child *c, char *out, size_t n, uint32_t ms);
/* True once it has ended by itself; then out_code is its exit code (or 128 and its signal), and c is none any more. */
bool ans_child_ended(ans_child *c, int *out_code);
/* Its input is closed, which is how it is asked; after grace_ms it is killed. Accepts none. */
void ans_child_end(ans_child *c, uint32_t grace_ms);
/* In the child: calls ended(arg) once, from a thread of its own, when standard input ends. False: no thread could be started. */
ANS_MUST_USE bool ans_child_watch(void (*ended)(void *arg), void *arg);

#endif
