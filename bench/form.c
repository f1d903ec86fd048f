/* bench_form FORM RESPONSE: microseconds to compile a form, to calculate a response of it, and to check the response. */
#include <stdio.h>

#include "base/os.h"
#include "form/form.h"

#define ROUNDS 2000
#define FILE_MAX_BYTES ((size_t)64 << 20)

static ans_err load(ans_cx *cx, const char *file, ans_json *out)
{
    ans_str text;
    ans_err err = ans_file_read(cx, file, FILE_MAX_BYTES, &text);
    return err == ANS_OK ? ans_json_parse(cx, text, NULL, out) : err;
}

typedef enum deed { COMPILE, CALCULATE, CHECK } deed;

static ans_err once(ans_cx *cx, deed what, const ans_json *form_doc, const ans_form *form, const ans_json *doc)
{
    const ans_form *made;
    ans_form_result r;
    ans_str out;
    return what == COMPILE     ? ans_form_compile(cx, cx->arena, form_doc, 0, &made)
           : what == CALCULATE ? ans_form_calculate(cx, form, NULL, doc, 0, 1, &out)
                               : ans_form_check_response(cx, form, NULL, doc, 0, &r);
}

int main(int argc, char **argv)
{
    static const char *const names[] = {"compile", "calculate", "check a response"};
    ans_cx cx = {.arena = ans_arena_new((size_t)1 << 30)};
    ans_json form_doc, doc;
    const ans_form *form = NULL;
    if (argc != 3 || !ans_base_start() || !cx.arena) {
        (void)fprintf(stderr, "usage: bench_form FORM RESPONSE\n");
        return 2;
    }
    ans_err err = load(&cx, argv[1], &form_doc);
    err = err == ANS_OK ? load(&cx, argv[2], &doc) : err;
    err = err == ANS_OK ? ans_form_compile(&cx, cx.arena, &form_doc, 0, &form) : err;
    ans_cx work = {.arena = ans_arena_new((size_t)1 << 30)};
    for (deed d = COMPILE; err == ANS_OK && d <= CHECK; d++) {
        int64_t best = INT64_MAX, start = ans_mono_us();
        for (int i = 0; err == ANS_OK && i < ROUNDS; i++) {
            int64_t from = ans_mono_us();
            err = once(&work, d, &form_doc, form, &doc);
            int64_t took = ans_mono_us() - from;
            best = took < best ? took : best;
            ans_arena_reset(work.arena);
            work.issues = work.last_ = NULL;
        }
        printf("%-18s %8.1f us mean, %lld us best of %d\n", names[d], (double)(ans_mono_us() - start) / ROUNDS, (long long)best, ROUNDS);
    }
    if (err != ANS_OK) {
        (void)fprintf(stderr, "%s\n", ans_err_text(err));
    }
    ans_arena_free(work.arena);
    ans_arena_free(cx.arena);
    return err == ANS_OK ? 0 : 1;
}
