/* bench_valid FILE...: microseconds to hold each resource (a JSON file) against R4 and the profiles it names; the median and the best of
 * many rounds, parsing apart. What every write pays. */
#include <stdio.h>

#include "base/os.h"
#include "base/sort.h"
#include "valid/valid.h"

enum { ROUNDS = 2001, FILE_MAX = 64 << 20 };

typedef struct bench {
    ans_cx cx;
    const ans_defs_view *view;
    const ans_zone *zone;
    double us[ROUNDS];
} bench;

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static ans_err once(bench *b, const ans_valid_host *host, const ans_json *doc, ans_valid_result *out, double *us)
{
    ans_valid_env env = {.defs = b->view, .zone = b->zone, .host = host};
    ans_cx cx = {.arena = b->cx.arena};
    int64_t start = ans_mono_us();
    ans_err err = ANS_OK;
    for (int i = 0; err == ANS_OK && i < 10; i++) { /* the clock counts microseconds */
        err = ans_valid_resource(&cx, &env, doc, 0, out);
    }
    *us = (double)(ans_mono_us() - start) / 10;
    return err;
}

static ans_err has_code(void *arg, ans_cx *cx, const ans_defs_view *defs, ans_str value_set, const ans_term_code *code, ans_term_verdict *out)
{
    (void)arg;
    return ans_term_has(cx, defs, value_set, code, out);
}

static ans_err measure(bench *b, const char *file)
{
    ans_arena *keep = ans_arena_new(FILE_MAX);
    ans_cx own = {.arena = keep};
    ans_valid_host host = {.has_code = has_code};
    ans_str text;
    ans_json doc;
    ans_valid_result r = {0};
    ans_err err = keep ? ans_file_read(&own, file, FILE_MAX, &text) : ANS_E_NOMEM;
    err = err == ANS_OK ? ans_json_parse(&own, text, NULL, &doc) : err;
    for (int i = 0; err == ANS_OK && i < ROUNDS; i++) {
        ans_arena_reset(b->cx.arena);
        err = once(b, &host, &doc, &r, &b->us[i]);
    }
    if (err == ANS_OK) {
        ans_sort(b->us, ROUNDS, sizeof *b->us, by_value);
        printf("%8.1f us median  %8.1f us best  %6zu bytes  %u errors  %s\n", b->us[ROUNDS / 2], b->us[0], text.n, r.errors, file);
    }
    ans_arena_free(keep);
    return err;
}

int main(int argc, char **argv)
{
    static bench b;
    ans_defs *defs = NULL;
    ans_defs_options o = {0};
    b.cx.arena = ans_arena_new((size_t)256 << 20);
    if (argc < 2 || !b.cx.arena || !ans_base_start()) {
        (void)fprintf(stderr, "usage: bench_valid FILE...\n");
        return 2;
    }
    ans_err err = ans_zone_open(&b.cx, ANS_STR("Asia/Ho_Chi_Minh"), &b.zone);
    err = err == ANS_OK ? ans_defs_open(&b.cx, &o, &defs) : err;
    err = err == ANS_OK ? ans_defs_enter(&b.cx, defs, &b.view) : err;
    for (int i = 1; err == ANS_OK && i < argc; i++) {
        err = measure(&b, argv[i]);
    }
    if (err != ANS_OK) {
        (void)fprintf(stderr, "bench_valid: %s\n", ans_err_text(err));
    }
    ans_defs_leave(b.view);
    ans_defs_stop(defs);
    ans_defs_free(defs);
    ans_arena_free(b.cx.arena);
    return err == ANS_OK ? 0 : 1;
}
