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
#include "base/sort.h"
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

/* ---- a list of ICD-10's size ---- */

static const char ICD[] = "http://fhir.hl7.org.vn/core/CodeSystem/vn-icd10-cs";

static void add_text(ans_buf *b, ans_str text)
{
    ans_json_print_string(b, text);
}

/* The file's rows, or invented ones, as a flat CodeSystem: what a filter costs does not depend on the hierarchy. */
static ans_str list_body(bench *b, const char *path, uint32_t *out_count)
{
    static const char *const words[] = {"bệnh", "viêm", "phổi", "tâm", "thần", "cấp", "mạn", "không", "đặc", "hiệu", "xương", "khớp"};
    ans_str text = ANS_STR_NONE, line, code, vi, en, body;
    ans_buf out;
    uint32_t count = 0;
    ans_buf_init_arena(&out, b->cx.arena, (size_t)64 << 20);
    ans_buf_fmt(&out, "{\"resourceType\":\"CodeSystem\",\"id\":\"i\",\"url\":\"%s\",\"status\":\"active\",\"content\":\"complete\",\"concept\":[", ICD);
    if (path) {
        must(ans_file_read(&b->cx, path, (size_t)64 << 20, &text), path);
        (void)ans_str_cut(&text, '\n', &line);
    }
    for (bool more = true; more;) {
        char made_code[16], made_name[200];
        if (path) {
            more = ans_str_cut(&text, '\n', &line) && text.n;
            (void)ans_str_cut(&line, '\t', &code);
            (void)ans_str_cut(&line, '\t', &vi);
            (void)ans_str_cut(&line, '\t', &en);
        } else {
            (void)snprintf(made_code, sizeof made_code, "%c%02u.%u", 'A' + count / 500, count / 10 % 100, count % 10);
            (void)snprintf(made_name, sizeof made_name, "%s %s %s %s %s %s %u", words[count % 12], words[count / 12 % 12], words[count / 5 % 12],
                           words[count / 7 % 12], words[count / 11 % 12], words[count / 13 % 12], count);
            code = ans_str_of(made_code);
            vi = en = ans_str_of(made_name);
            more = count + 1 < 12219;
        }
        ans_buf_fmt(&out, "%s{\"code\":", count ? "," : "");
        add_text(&out, code);
        ANS_BUF_LIT(&out, ",\"display\":");
        add_text(&out, vi);
        ANS_BUF_LIT(&out, ",\"designation\":[{\"language\":\"en\",\"value\":");
        add_text(&out, en);
        ANS_BUF_LIT(&out, "}]}");
        count++;
    }
    ANS_BUF_LIT(&out, "]}");
    must(ans_buf_finish(&out, &body), "list");
    *out_count = count;
    return body;
}

static int by_time(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Pages of twenty, as a list under an input box asks for them at every key. */
static void time_filters(bench *b)
{
    static const char *const typed[] = {"t", "ta", "tam", "tam t", "tam th", "tam than", "tâm thần p", "b", "be", "benh", "benh t", "bệnh tả", "F20", "f", "viem phoi",
                                        "viêm ph", "gay xuong", "k", "kh", "khong dac hieu", "dai thao duong", "đái th", "schizo", "unspec"};
    enum { TIMES = 4000, TYPED = sizeof typed / sizeof *typed };
    static int64_t us[TIMES];
    ans_term_code code = {.system = ans_str_of(ICD), .code = ANS_STR("F20.0")};
    ans_arena *arena = ans_arena_new((size_t)64 << 20);
    const ans_term_set *set;
    ans_term_expansion x;
    uint32_t found = 0;
    for (int i = 0; i < TIMES; i++) {
        ans_cx cx = {.arena = arena};
        ans_term_expand_options o = {.filter = ans_str_of(typed[i % TYPED]), .count = 20};
        int64_t start = ans_mono_us();
        must(ans_term_set_find(&cx, &b->scope, ANS_STR("http://fhir.hl7.org.vn/core/CodeSystem/vn-icd10-cs?fhir_vs"), &set), "set");
        must(ans_term_expand(&cx, &b->scope, set, &o, &x), "expand");
        us[i] = ans_mono_us() - start;
        if (i == 0) {
            printf("first $expand (makes the index of words): %.1f ms\n", (double)us[0] / 1000);
        }
        found += x.total > 0;
        ans_arena_reset(arena);
    }
    ans_sort(us + 1, TIMES - 1, sizeof *us, by_time);
    printf("$expand with a filter: p50 %" PRId64 " us, p99 %" PRId64 " us, worst %" PRId64 " us (%u of %d found something)\n", us[TIMES / 2], us[TIMES * 99 / 100],
           us[TIMES - 1], found, TIMES);
    int64_t start = ans_mono_us();
    for (int i = 0; i < ROUNDS / 10; i++) {
        ans_cx cx = {.arena = arena};
        const ans_term_system *s;
        ans_term_names names;
        ans_str display;
        must(ans_term_system_find(&cx, &b->scope, code.system, ANS_STR_NONE, &s), "find");
        must(ans_term_names_of(&cx, &b->scope, s, &names), "names");
        uint32_t place = ans_term_place(s, code.code);
        must(place == ANS_TERM_NONE ? ANS_OK : ans_term_display(&cx, &names, place, ANS_STR("en"), &display), "display");
        ans_arena_reset(arena);
    }
    int64_t all = ans_mono_us() - start;
    printf("lookup (system, supplements, display in English): %.0f a second\n", (double)(ROUNDS / 10) * 1e6 / (double)all);
    ans_arena_free(arena);
}

int main(int argc, char **argv)
{
    bench b = {.cx = {.arena = ans_arena_new((size_t)1 << 30)}, .scope = {.day = ANS_TERM_TODAY}};
    uint32_t count = 0;
    if (!ans_base_start() || !b.cx.arena) {
        return 1;
    }
    ans_defs_text list = {.body = list_body(&b, argc > 1 ? argv[1] : NULL, &count)};
    ans_defs_options o = {.content = &list, .content_count = 1};
    must(ans_defs_open(&b.cx, &o, &b.defs), "open");
    must(ans_defs_enter(&b.cx, b.defs, &b.scope.defs), "enter");
    time_has(&b, "http://hl7.org/fhir/ValueSet/administrative-gender|4.0.1", NULL, "female");
    time_has(&b, "http://hl7.org/fhir/ValueSet/observation-status|4.0.1", NULL, "final");
    time_has(&b, "http://hl7.org/fhir/ValueSet/observation-vitalsignresult", "http://loinc.org", "8867-4");
    time_has(&b, "http://terminology.hl7.org/ValueSet/v3-ActEncounterCode", "http://terminology.hl7.org/CodeSystem/v3-ActCode", "AMB");
    time_has(&b, "http://hl7.org/fhir/ValueSet/ucum-units", NULL, "mm[Hg]");
    printf("a list of %u codes\n", count);
    time_filters(&b);
    ans_defs_leave(b.scope.defs);
    ans_defs_stop(b.defs);
    ans_defs_free(b.defs);
    ans_arena_free(b.cx.arena);
    return 0;
}
