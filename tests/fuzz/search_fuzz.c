/* Query strings, against a small record: whatever is asked ends in an answer or a refusal, and an answer names what exists. */
#include "world.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const types[] = {"Patient", "Observation", "ValueSet"};
    world *w = world_get();
    if (size < 1 || size > 4096) {
        return 0;
    }
    ans_cx cx = world_cx();
    ans_search_result result;
    ans_search_request request = {.type = data[0] % 4 == 3 ? 0 : ans_fhir_type_named(ans_str_of(types[data[0] % 4])),
                                  .query = {(const char *)data + 1, size - 1},
                                  .strict = data[0] & 8};
    world_must(ans_reader_begin(&cx, w->rd));
    ans_err err = ans_search_run(w->search, &cx, w->rd, &request, &result);
    ans_reader_end(w->rd);
    if (err == ANS_E_BUG || err == ANS_E_CORRUPT || err == ANS_E_IO) {
        abort();
    }
    for (uint32_t i = 0; err == ANS_OK && i < result.count; i++) {
        if (!result.entries[i].version.body.n) {
            abort();
        }
    }
    return 0;
}
