/* Bundles and single resources, written into a small record: whatever is sent ends in an answer or a refusal. */
#include "world.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    world *w = world_get();
    ans_cx cx = world_cx();
    ans_rest_answer answer;
    if (size > 65536) {
        return 0;
    }
    ans_err err = ans_rest_apply(w->rest, &cx, (ans_str){(const char *)data, size}, &answer);
    if (err == ANS_E_BUG || err == ANS_E_CORRUPT || err == ANS_E_IO) {
        abort();
    }
    return 0;
}
