/* fhirpath: one expression on one resource, or a whole file of cases (path/batch.h). */
#include <stdio.h>

#include "app/app.h"
#include "base/os.h"
#include "path/batch.h"
#include "path/path.h"

#define INPUT_BYTES ((size_t)256 << 20)
#define RESULT_BYTES ((size_t)256 << 20)

static ans_err print_results(ans_cx *cx, const ans_items *items)
{
    ans_buf b;
    ans_str text;
    ans_buf_init(&b, RESULT_BYTES);
    for (uint32_t i = 0; i < items->count; i++) {
        ans_item_print(cx, &items->at[i], &b);
        ans_buf_add_c(&b, '\n');
    }
    ans_err err = ans_buf_finish(&b, &text);
    if (err == ANS_OK) {
        (void)fwrite(text.p, 1, text.n, stdout); /* main looks at stdout once more */
    }
    ans_buf_done(&b);
    return err;
}

static ans_err evaluate(ans_cx *cx, const options *o)
{
    const char *file = o->args[0];
    const ans_path *path;
    const ans_zone *zone;
    ans_items items = {0};
    ans_json doc;
    ans_str text;
    ans_err err = input_read(cx, file, INPUT_BYTES, &text);
    err = err == ANS_OK ? ans_json_parse(cx, text, NULL, &doc) : err;
    err = err == ANS_OK ? ans_zone_open(cx, ANS_STR(DEFAULT_ZONE), &zone) : err;
    if (err != ANS_OK) {
        return err;
    }
    ans_item focus = ans_item_of_resource(&doc, 0);
    ans_path_env env = {.zone = zone};
    err = ans_path_compile(cx, cx->arena, ans_str_of(o->expression), focus.type, &path);
    err = err == ANS_OK ? ans_path_eval(cx, path, &env, &focus, &items) : err;
    return err == ANS_OK ? print_results(cx, &items) : err;
}

int run_fhirpath(ans_cx *cx, const options *o)
{
    bool is_single = o->expression && o->arg_count == 1 && !o->batch;
    bool is_batch = o->batch && !o->expression && o->arg_count == 0;
    if (!is_single && !is_batch) {
        say("usage: ansinh fhirpath -e EXPR FILE, or ansinh fhirpath --batch CASES --inputs DIR");
        return EXIT_USAGE;
    }
    ans_err err = is_single ? evaluate(cx, o) : ans_path_batch(cx, o->batch, o->inputs, stdout);
    return err == ANS_OK ? EXIT_DONE : fail(cx, err);
}
