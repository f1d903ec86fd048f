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

/* Every query finds the same Bundle; the form is launched with a Patient. */
static ans_err found(void *arg, ans_cx *cx, ans_str query, ans_item *out)
{
    must(ans_str_utf8(query));
    (void)cx;
    *out = ans_item_of_resource(arg, 0);
    return ANS_OK;
}

static ans_err populate(ans_cx *cx, const ans_form *form, ans_form_env env)
{
    static const char bundle[] = "{\"resourceType\":\"Bundle\",\"entry\":[{\"resource\":{\"resourceType\":\"Observation\",\"valueQuantity\":{\"value\":3}}},"
                                 "{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"p\",\"name\":[{\"family\":\"A\"}]}}]}";
    ans_json doc, out_doc;
    ans_str out;
    ans_form_head head = {.subject = ANS_STR("Patient/p")};
    if (ans_json_parse(cx, ANS_STR(bundle), NULL, &doc) != ANS_OK) {
        return ANS_E_NOMEM;
    }
    ans_item patient = {.kind = ANS_ITEM_STRING, .text = ANS_STR("Patient/p")};
    ans_path_var vars[] = {{ANS_STR("patient"), {.at = &patient, .count = 1}}};
    env.vars = vars;
    env.var_count = 1;
    env.query = found;
    env.query_arg = &doc;
    ans_err err = ans_form_populate(cx, form, &env, &head, &out);
    must(err != ANS_OK || ans_json_parse(cx, out, NULL, &out_doc) == ANS_OK || ans_arena_is_full(cx->arena));
    return err;
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
    err = err == ANS_OK ? ans_form_extract(cx, form, &env, doc, 0, &out) : err;
    must(err != ANS_OK || ans_json_parse(cx, out, NULL, &out_doc) == ANS_OK || ans_arena_is_full(cx->arena));
    return err == ANS_OK ? populate(cx, form, env) : err;
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
