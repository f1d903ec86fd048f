/* Questions of terminology, warm, one thread: is a code in a value set, what a code is, and the pages of a list filtered as somebody
 * types.
 *
 *     bench_term [ICD10.tsv]
 *
 * The list is a file as `ansinh list import icd10` takes it (code, vi, en, chapter, block, type); without one an invented list of
 * the same size stands in for it. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/os.h"
#include "search/search.h"
#include "term/term.h"

enum { ROUNDS = 200000 };

typedef struct bench {
    ans_cx cx;
    ans_defs *defs;
    ans_term_scope scope;
} bench;

static void must(ans_err err, const char *what)
{
    if (err != ANS_OK) {
        fprintf(stderr, "%s: %s\n", what, ans_err_text(err));
        exit(1);
    }
}

static void time_has(bench *b, const char *set, const char *system, const char *code)
{
    ans_term_code c = {.system = system ? ans_str_of(system) : ANS_STR_NONE, .code = ans_str_of(code)};
    ans_term_verdict v = ANS_TERM_UNKNOWN;
    ans_cx cx = {.arena = ans_arena_new((size_t)1 << 26)};
    for (int warm = 0; warm < 100; warm++) {
        must(ans_term_has(&cx, b->scope.defs, ans_str_of(set), &c, &v), "has");
    }
    int64_t start = ans_mono_us();
    for (int i = 0; i < ROUNDS; i++) {
        must(ans_term_has(&cx, b->scope.defs, ans_str_of(set), &c, &v), "has");
    }
    int64_t us = ans_mono_us() - start;
    printf("has %-60s %-14s verdict %d  %6.0f ns\n", set, code, (int)v, (double)us * 1000 / ROUNDS);
    ans_arena_free(cx.arena);
}

int main(void)
{
    bench b = {.cx = {.arena = ans_arena_new((size_t)1 << 30)}, .scope = {.day = ANS_TERM_TODAY}};
    ans_defs_options o = {0};
    if (!ans_base_start() || !b.cx.arena) {
        return 1;
    }
    must(ans_defs_open(&b.cx, &o, &b.defs), "open");
    must(ans_defs_enter(&b.cx, b.defs, &b.scope.defs), "enter");
    time_has(&b, "http://hl7.org/fhir/ValueSet/administrative-gender|4.0.1", NULL, "female");
    time_has(&b, "http://hl7.org/fhir/ValueSet/observation-status|4.0.1", NULL, "final");
    time_has(&b, "http://hl7.org/fhir/ValueSet/observation-vitalsignresult", "http://loinc.org", "8867-4");
    time_has(&b, "http://terminology.hl7.org/ValueSet/v3-ActEncounterCode", "http://terminology.hl7.org/CodeSystem/v3-ActCode", "AMB");
    time_has(&b, "http://hl7.org/fhir/ValueSet/ucum-units", NULL, "mm[Hg]");
    ans_defs_leave(b.scope.defs);
    ans_defs_stop(b.defs);
    ans_defs_free(b.defs);
    ans_arena_free(b.cx.arena);
    return 0;
}
