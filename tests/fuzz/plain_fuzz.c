/* Any bytes as a narrative: reading its words ends, reads nothing behind the end, and makes nothing longer than what it was made of. */
#include <stdlib.h>

#include "paper/story.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ans_cx cx = {.arena = ans_arena_new((size_t)64 << 20)};
    ans_str words;
    if (!cx.arena) {
        abort();
    }
    ans_err err = plain_words(&cx, (ans_str){(const char *)data, size}, &words);
    if (err == ANS_OK ? words.n > size : err != ANS_E_NOMEM && err != ANS_E_TOOBIG) {
        abort();
    }
    ans_arena_free(cx.arena);
    return 0;
}
