/* bench_orgs FOLDER [COUNT]   how long organisations take to read at a start, to ask, and to follow a write
 *
 * Makes a store in FOLDER, when it is not there, with COUNT organisations (20,000), each with a dated name and a code, in a tree of three steps, and
 * one parent link each; then opens it anew. Prints processor time of this process. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "auth/org.h"
#include "base/os.h"

enum { PER_COMMIT = 1000 };

static double cpu_ms(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void must(ans_err err)
{
    if (err != ANS_OK) {
        fprintf(stderr, "bench_orgs: %s\n", ans_err_text(err));
        exit(1);
    }
}

typedef struct world {
    ans_cx cx;
    ans_search *search;
    ans_store *store;
    ans_change changes[PER_COMMIT];
    uint32_t count;
} world;

static void open_store(world *w, const char *dir, bool create)
{
    const ans_zone *zone;
    must(ans_zone_open(&w->cx, ANS_STR("Asia/Ho_Chi_Minh"), &zone));
    must(ans_search_new(&w->cx, zone, &w->search));
    ans_store_options o = {.dir = dir, .create = create, .index = ans_search_index_body, .index_arg = w->search};
    must(ans_store_open(&w->cx, &o, &w->store));
    must(ans_search_bind(&w->cx, w->search, w->store));
}

static void flush(world *w)
{
    ans_txn txn = {.cx = &w->cx, .changes = w->changes, .count = w->count};
    must(ans_store_commit(w->store, &txn));
    w->count = 0;
}

static void put(world *w, const char *type, ans_str id, ans_str body)
{
    ans_type t = ans_fhir_type_named(ans_str_of(type));
    ans_json doc;
    ans_change *c = &w->changes[w->count++];
    *c = (ans_change){.ref = {ans_search_type_number(w->search, t), id}, .body = body, .hash = ans_hash_content(body)};
    must(ans_json_parse(&w->cx, body, NULL, &doc));
    must(ans_search_index(w->search, &w->cx, t, &doc, 0, &c->rows));
    if (w->count == PER_COMMIT) {
        flush(w);
    }
}

static void make(world *w, uint32_t n)
{
    ans_arena *a = w->cx.arena;
    ans_str id = ans_arena_fmt(a, "o%u", n);
    put(w, "Organization", id,
        ans_arena_fmt(a,
                      "{\"resourceType\":\"Organization\",\"id\":\"o%u\",\"extension\":[{\"extension\":[{\"url\":\"value\",\"valueString\":"
                      "\"Ủy ban nhân dân xã số %u\"},{\"url\":\"period\",\"valuePeriod\":{\"start\":\"2025-07-01\"}}],\"url\":"
                      "\"urn:ansinh:extension:dated-name\"}],\"identifier\":[{\"system\":\"urn:ansinh:id:commune-code-2025\",\"value\":\"%05u\","
                      "\"period\":{\"start\":\"2025-07-01\"}}],\"active\":true,\"type\":[{\"coding\":[{\"system\":"
                      "\"urn:ansinh:organization-kind\",\"code\":\"commune\"}]}],\"name\":\"Ủy ban nhân dân xã số %u\"}",
                      n, n, n, n));
    put(w, "OrganizationAffiliation", ans_arena_fmt(a, "l%u", n),
        ans_arena_fmt(a,
                      "{\"resourceType\":\"OrganizationAffiliation\",\"id\":\"l%u\",\"active\":true,\"period\":{\"start\":\"2025-07-01\"},"
                      "\"organization\":{\"reference\":\"Organization/o%u\"},\"participatingOrganization\":{\"reference\":"
                      "\"Organization/o%u\"},\"code\":[{\"coding\":[{\"system\":\"urn:ansinh:organization-relation\",\"code\":\"parent\"}]}],"
                      "\"specialty\":[{\"coding\":[{\"system\":\"urn:ansinh:line\",\"code\":\"civil\"}]}]}",
                      n, n / 30, n));
}

static void ask(ans_orgs *orgs, ans_cx *cx, uint32_t count)
{
    ans_as_of a = {.day = ans_day_of(ans_now_us())};
    ans_lines civil = ans_orgs_line(orgs, ANS_STR("civil"));
    uint32_t within = 0;
    ans_org_set set;
    double start = cpu_ms();
    for (uint32_t i = 0; i < 1000000; i++) {
        within += ans_orgs_is_within(orgs, 1 + i % count, 2, civil, a);
    }
    printf("is_within: %.3f us, %u of 1000000 within\n", (cpu_ms() - start) / 1e3, within);
    start = cpu_ms();
    must(ans_orgs_subtree(cx, orgs, 1, civil, a, &set));
    printf("subtree of %u: %.3f ms\n", set.count, cpu_ms() - start);
}

int main(int argc, char **argv)
{
    static world w;
    ans_orgs *orgs;
    uint32_t count = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 20000;
    if (argc < 2 || !ans_base_start()) {
        fprintf(stderr, "usage: bench_orgs FOLDER [COUNT]\n");
        return 2;
    }
    w.cx.arena = ans_arena_new((size_t)1 << 32);
    if (!ans_file_exists(argv[1])) {
        open_store(&w, argv[1], true);
        for (uint32_t n = 0; n < count; n++) {
            make(&w, n);
        }
        flush(&w);
        ans_store_close(w.store);
        ans_search_free(w.search);
    }
    open_store(&w, argv[1], false);
    double start = cpu_ms();
    int64_t wall = ans_mono_us();
    must(ans_orgs_new(&w.cx, w.store, w.search, &orgs));
    printf("read %u organisations and %u links: %.1f ms of processor, %.1f ms\n", count, count, cpu_ms() - start,
           (double)(ans_mono_us() - wall) / 1e3);
    ask(orgs, &w.cx, count);
    start = cpu_ms();
    for (uint32_t n = 0; n < 1000; n++) {
        make(&w, count + n);
    }
    flush(&w);
    printf("2000 writes followed (with the store's work): %.1f ms\n", cpu_ms() - start);
    ans_store_close(w.store);
    ans_orgs_free(orgs);
    ans_search_free(w.search);
    ans_arena_free(w.cx.arena);
    return 0;
}
