/* bench_path TYPE BUNDLE...: nanoseconds per evaluation of every search parameter of TYPE over the
 * resources of that type in the bundles: what import pays for each resource. */
#include <stdio.h>

#include "base/os.h"
#include "path/path.h"

#define ROUNDS 20
#define MAX_RESOURCES 4000
#define FILE_MAX_BYTES ((size_t)256 * 1024 * 1024)

typedef struct bench {
    ans_cx cx;
    ans_type type;
    ans_item resources[MAX_RESOURCES];
    unsigned count;
    uint64_t evaluations;
    int64_t us;
} bench;

static ans_err load(bench *b, const char *file)
{
    ans_str text;
    ans_json *doc = ANS_NEW(b->cx.arena, ans_json);
    ans_err err = doc ? ans_file_read(&b->cx, file, FILE_MAX_BYTES, &text) : ANS_E_NOMEM;
    err = err ? err : ans_json_parse(&b->cx, text, NULL, doc);
    if (err) {
        return err;
    }
    ans_jnode entries = ans_json_get(doc, 0, ANS_STR("entry"));
    if (entries == ANS_JNONE) {
        return ANS_OK;
    }
    ANS_JSON_EACH(doc, entries, entry)
    {
        ans_jnode n = ans_json_get(doc, entry, ANS_STR("resource"));
        ans_item item = n == ANS_JNONE ? (ans_item){0} : ans_item_of_resource(doc, n);
        if (n != ANS_JNONE && item.type == b->type && b->count < MAX_RESOURCES) {
            b->resources[b->count++] = item;
        }
    }
    return ANS_OK;
}

/* One expression over all resources, some rounds; the arena of the results is emptied now and then.
 */
static ans_err measure(bench *b, const ans_sp *sp, const ans_path *path, ans_arena *scratch)
{
    ans_cx cx = {.arena = scratch};
    uint64_t items = 0;
    int64_t start = ans_mono_us();
    for (unsigned round = 0; round < ROUNDS; round++) {
        for (unsigned i = 0; i < b->count; i++) {
            ans_items out;
            ans_err err = ans_path_eval(&cx, path, NULL, &b->resources[i], &out);
            if (err) {
                return err;
            }
            items += out.count;
            if (i % 32 == 0) {
                ans_arena_reset(scratch);
            }
        }
    }
    int64_t us = ans_mono_us() - start;
    uint64_t n = (uint64_t)ROUNDS * b->count;
    printf("%8.1f ns  %5.2f items  %-28s %.90s\n", (double)us * 1000 / (double)n,
           (double)items / (double)n, sp->code, sp->expression);
    b->us += us;
    b->evaluations += n;
    return ANS_OK;
}

static ans_err measure_all(bench *b, ans_arena *scratch)
{
    for (ans_type base = b->type; base; base = ans_fhir_types[base].base) {
        uint16_t count;
        const ans_sp *sp = ans_sp_of(base, &count);
        for (unsigned i = 0; i < count; i++) {
            const ans_path *path;
            if (!sp[i].expression) {
                continue;
            }
            ans_err err =
                ans_path_compile(&b->cx, b->cx.arena, ans_str_of(sp[i].expression), b->type, &path);
            err = err ? err : measure(b, &sp[i], path, scratch);
            if (err) {
                return err;
            }
        }
    }
    return ANS_OK;
}

static int fail(const bench *b, ans_err err)
{
    fprintf(stderr, "%s\n",
            b->cx.last_ && b->cx.last_->text.p ? b->cx.last_->text.p : ans_err_text(err));
    return 1;
}

int main(int argc, char **argv)
{
    static bench b;
    b.type = argc > 2 ? ans_fhir_type_named(ans_str_of(argv[1])) : 0;
    if (!b.type) {
        fprintf(stderr, "usage: bench_path TYPE BUNDLE...\n");
        return 2;
    }
    b.cx.arena = ans_arena_new((size_t)2 << 30);
    ans_arena *scratch = ans_arena_new((size_t)64 << 20);
    ans_err err = b.cx.arena && scratch ? ANS_OK : ANS_E_NOMEM;
    for (int i = 2; !err && i < argc; i++) {
        err = load(&b, argv[i]);
    }
    err = err ? err : measure_all(&b, scratch);
    if (!err && b.evaluations) {
        printf("%8.1f ns per evaluation, %u resources, %llu evaluations\n",
               (double)b.us * 1000 / (double)b.evaluations, b.count,
               (unsigned long long)b.evaluations);
    }
    int code = err ? fail(&b, err) : 0;
    ans_arena_free(scratch);
    ans_arena_free(b.cx.arena);
    return code;
}
