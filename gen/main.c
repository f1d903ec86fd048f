/* gen_fhir PACKAGE MANIFEST OUT.c   write the tables of the definitions in the folder PACKAGE to
 * OUT.c gen_fhir --manifest PACKAGE       print what defs/MANIFEST should say about them (after
 * changing the pinned version) */
#include "gen.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/os.h"

#define MODEL_BYTES ((size_t)256 * 1024 * 1024)
#define OUTPUT_BYTES ((size_t)32 * 1024 * 1024)

_Noreturn void gen_die(const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    fputs("gen_fhir: ", stderr);
    vfprintf(stderr, fmt, args);
    fputc('\n', stderr);
    va_end(args);
    exit(1);
}

void *gen_alloc(gen *g, size_t bytes)
{
    void *p = ans_arena_zalloc(g->cx.arena, bytes);
    if (!p) {
        gen_die("out of memory");
    }
    return p;
}

ans_str gen_dup(gen *g, ans_str s)
{
    ans_str copy = ans_arena_dup(g->cx.arena, s);
    if (!copy.p) {
        gen_die("out of memory");
    }
    return copy;
}

void *gen_more(gen *g, void *array, size_t count, size_t *cap, size_t size)
{
    if (count < *cap) {
        return array;
    }
    size_t new_cap = *cap ? *cap * 2 : 16;
    void *copy = gen_alloc(g, new_cap * size);
    if (count) {
        memcpy(copy, array, count * size);
    }
    *cap = new_cap;
    return copy;
}

static void write_tables(gen *g, const char *path)
{
    ans_buf out;
    ans_str text;
    ans_buf_init(&out, OUTPUT_BYTES);
    gen_print(g, &out);
    gen_print_params(g, &out);
    gen_print_compartments(g, &out);
    if (ans_buf_finish(&out, &text) != ANS_OK || ans_file_replace(&g->cx, path, text) != ANS_OK) {
        gen_die("cannot write %s", path);
    }
    printf("gen_fhir: %zu types, %zu search parameters\n", g->type_count, g->param_count);
    ans_buf_done(&out);
}

static void generate(gen *g, const char *manifest, const char *path)
{
    gen_pack_verify(g, manifest);
    for (size_t i = 0; i < g->pack.count; i++) {
        gen_types_read(g, &g->pack.files[i]);
    }
    gen_types_finish(g);
    for (size_t i = 0; i < g->pack.count; i++) {
        gen_params_read(g, &g->pack.files[i]);
    }
    gen_params_finish(g);
    for (size_t i = 0; i < g->pack.count; i++) {
        gen_compartments_read(g, &g->pack.files[i]);
    }
    write_tables(g, path);
}

int main(int argc, char **argv)
{
    bool print_manifest = argc == 3 && strcmp(argv[1], "--manifest") == 0;
    if (argc != 4 && !print_manifest) {
        gen_die("usage: gen_fhir PACKAGE MANIFEST OUT.c | gen_fhir --manifest PACKAGE");
    }
    gen g = {.cx = {.arena = ans_arena_new(MODEL_BYTES)}};
    if (!g.cx.arena) {
        gen_die("out of memory");
    }
    gen_pack_read(&g, argv[print_manifest ? 2 : 1]);
    if (print_manifest) {
        printf("%.*s", ANS_FMT(g.pack.manifest));
    } else {
        generate(&g, argv[2], argv[3]);
    }
    ans_arena_free(g.cx.arena);
    return 0;
}
