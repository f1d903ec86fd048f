/* Any JSON as a ViewDefinition over a few resources: rows that are JSON, or a refusal that says why. */
#include <stdlib.h>

#include "base/os.h"
#include "view/view.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const resources[] = {
    "{\"resourceType\":\"Patient\",\"id\":\"p\",\"name\":[{\"family\":\"A\",\"given\":[\"b\",\"c\"]},{\"family\":\"D\"}],\"birthDate\":\"1948\"}",
    "{\"resourceType\":\"Observation\",\"id\":\"o\",\"status\":\"final\",\"code\":{\"text\":\"x\"},\"valueQuantity\":{\"value\":1.50,\"unit\":\"mg\"}}",
    "{\"resourceType\":\"QuestionnaireResponse\",\"status\":\"completed\",\"item\":[{\"linkId\":\"1\",\"item\":[{\"linkId\":\"2\"}]}]}",
};

static void must(bool holds)
{
    if (!holds) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ans_cx cx = {.arena = ans_arena_new((size_t)64 << 20), .deadline_us = ans_mono_us() + 2000000};
    ans_json view_doc, doc, rows;
    const ans_view *view = NULL;
    ans_str text;
    must(cx.arena && ans_base_start());
    ans_err err = ans_json_parse(&cx, (ans_str){(const char *)data, size}, NULL, &view_doc);
    err = err == ANS_OK ? ans_view_compile(&cx, cx.arena, &view_doc, 0, &view) : err;
    for (size_t i = 0; err == ANS_OK && i < sizeof resources / sizeof *resources; i++) {
        ans_buf b;
        ans_view_printer p = {.out = &b, .format = ANS_VIEW_JSON};
        ans_buf_init_arena(&b, cx.arena, 1 << 20);
        must(ans_json_parse(&cx, ans_str_of(resources[i]), NULL, &doc) == ANS_OK);
        ans_view_print_begin(&p, view);
        err = ans_view_run(&cx, view, NULL, &doc, 0, ans_view_print, &p);
        ans_view_print_end(&p);
        must(err != ANS_OK || ans_buf_finish(&b, &text) != ANS_OK || ans_json_parse(&cx, text, NULL, &rows) == ANS_OK ||
             ans_arena_alloc(cx.arena, 1 << 20) == NULL);
    }
    must(err == ANS_OK || cx.issues || err == ANS_E_NOMEM || err == ANS_E_TOOBIG);
    must(err != ANS_E_BUG);
    ans_arena_free(cx.arena);
    return 0;
}
