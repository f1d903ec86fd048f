/* Any bytes as a resource and a FHIRPath Patch (a line each): refused with an error, or a text that parses. */
#include <stdlib.h>

#include "rest/rest_int.h"

#define ARENA_BYTES ((size_t)64 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ans_arena *arena = ans_arena_new(ARENA_BYTES);
    ans_cx cx = {.arena = arena};
    ans_str all = {(const char *)data, size}, text, out;
    ans_json doc, patch;
    (void)ans_str_cut(&all, '\n', &text);
    if (arena && ans_json_parse(&cx, text, NULL, &doc) == ANS_OK && ans_json_parse(&cx, all, NULL, &patch) == ANS_OK) {
        ans_err err = fhir_patch(&cx, NULL, text, &patch, &out);
        if (err == ANS_OK && ans_json_parse(&cx, out, NULL, &doc) != ANS_OK && !ans_arena_is_full(arena)) {
            abort();
        }
        if (err != ANS_OK && !cx.issues && !ans_arena_is_full(arena)) {
            abort();
        }
    }
    ans_arena_free(arena);
    return 0;
}
