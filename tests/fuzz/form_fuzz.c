/* Any JSON as a form and as a response to it (a line "---" between): compiled, checked, verified, calculated. What comes out is JSON,
 * or a refusal that says why; never more memory or time than the limits allow. */
#include <stdlib.h>

#include "base/os.h"
#include "form/form.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds) {
        abort();
    }
}

static ans_err use_form(ans_cx *cx, const ans_form *form, const ans_json *doc)
{
    ans_form_result r;
    ans_json out_doc;
    ans_str out = ANS_STR_NONE;
    ans_form_env env = {0};
    must(ans_zone_open(cx, ANS_STR("UTC"), &env.zone) == ANS_OK || ans_arena_is_full(cx->arena));
    ans_err err = ans_form_check(cx, form, &env, true, &r);
    err = err == ANS_OK ? ans_form_check_response(cx, form, &env, doc, 0, &r) : err;
    must(err != ANS_OK || r.count <= ANS_FORM_MOST_ISSUES);
    err = err == ANS_OK ? ans_form_calculate(cx, form, &env, doc, 0, 3, &out) : err;
    must(err != ANS_OK || ans_json_parse(cx, out, NULL, &out_doc) == ANS_OK || ans_arena_is_full(cx->arena));
    return err;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ans_cx cx = {.arena = ans_arena_new((size_t)256 << 20), .deadline_us = ans_mono_us() + 4000000};
    ans_str text = {(const char *)data, size}, answers = ANS_STR("{\"resourceType\":\"QuestionnaireResponse\",\"status\":\"completed\"}");
    ans_json form_doc, doc;
    const ans_form *form = NULL;
    ptrdiff_t line = ans_str_search(text, ANS_STR("\n---\n"));
    must(cx.arena && ans_base_start());
    if (line >= 0) {
        answers = ans_str_from(text, (size_t)line + 5);
        text = ans_str_head(text, (size_t)line);
    }
    ans_err err = ans_json_parse(&cx, text, NULL, &form_doc);
    err = err == ANS_OK ? ans_form_compile(&cx, cx.arena, &form_doc, 0, &form) : err;
    err = err == ANS_OK ? ans_json_parse(&cx, answers, NULL, &doc) : err;
    err = err == ANS_OK ? use_form(&cx, form, &doc) : err;
    must(err == ANS_OK || cx.issues || err == ANS_E_NOMEM || err == ANS_E_TOOBIG);
    must(err != ANS_E_BUG);
    ans_arena_free(cx.arena);
    return 0;
}
