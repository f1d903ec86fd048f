/* bench_gate FOLDER [RESOURCES [PERSONS]]   what the gate costs: marks at start, a pass, a question, a count with and without a filter
 *
 * Writes RESOURCES (200,000) Observations of PERSONS (5,000) residents of 20 facilities into a new store in FOLDER, then measures in
 * processor time: making all marks from the rows, working out the pass of a nurse and of an officer of the whole line, one question, and
 * counting by code, by type and by status with and without the pass's filter. */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "auth/gate.h"
#include "base/os.h"

enum { FACILITIES = 20, TXN = 1000, TIMES = 5 };

typedef struct bench {
    ans_cx cx;
    ans_search *search;
    ans_store *store;
    ans_gate *gate;
    ans_reader *rd;
    ans_change *changes;
    uint32_t count;
} bench;

static double cpu_ms(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void must(ans_err err, const char *what)
{
    if (err != ANS_OK) {
        fprintf(stderr, "bench_gate: %s: %s\n", what, ans_err_name(err));
        exit(1);
    }
}

static void commit(bench *b)
{
    ans_txn txn = {.cx = &b->cx, .changes = b->changes, .count = b->count};
    must(b->count ? ans_store_commit(b->store, &txn) : ANS_OK, "commit");
    b->count = 0;
    ans_arena_reset(b->cx.arena);
    b->changes = ANS_NEW_N(b->cx.arena, ans_change, TXN);
}

static void put(bench *b, const char *type, ans_str id, ans_str body)
{
    ans_change *c = &b->changes[b->count++];
    *c = (ans_change){.ref = {ans_search_type_number(b->search, ans_fhir_type_named(ans_str_of(type))), id}, .body = body, .hash = ans_hash_content(body)};
    must(ans_search_index_body(b->search, &b->cx, c->ref.type, body, &c->rows), "index");
    if (b->count == TXN) {
        commit(b);
    }
}

#define TEXT(...) ans_arena_fmt(b->cx.arena, __VA_ARGS__)

static void fill(bench *b, uint32_t resources, uint32_t persons)
{
    commit(b);
    for (uint32_t i = 0; i < FACILITIES; i++) {
        put(b, "Organization", TEXT("f%u", i), TEXT("{\"resourceType\":\"Organization\",\"id\":\"f%u\",\"meta\":{},\"name\":\"f\"}", i));
        put(b, "PractitionerRole", TEXT("r%u", i),
            TEXT("{\"resourceType\":\"PractitionerRole\",\"id\":\"r%u\",\"meta\":{},\"practitioner\":{\"reference\":\"Practitioner/n%u\"},\"organization\":{\"reference\":\"Organization/f%u\"},"
                 "\"code\":[{\"coding\":[{\"system\":\"urn:ansinh:role\",\"code\":\"doctor\"}]}]}", i, i, i));
    }
    for (uint32_t i = 0; i < persons; i++) {
        put(b, "Patient", TEXT("p%u", i), TEXT("{\"resourceType\":\"Patient\",\"id\":\"p%u\",\"meta\":{},\"managingOrganization\":{\"reference\":\"Organization/f%u\"}}", i, i % FACILITIES));
    }
    for (uint32_t i = 0; i < resources; i++) {
        put(b, "Observation", TEXT("o%u", i),
            TEXT("{\"resourceType\":\"Observation\",\"id\":\"o%u\",\"meta\":{},\"status\":\"final\",\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"%s\"}]},"
                 "\"subject\":{\"reference\":\"Patient/p%u\"}}", i, i % 2 ? "8480-6" : "8462-4", i % persons));
    }
    commit(b);
}

static const ans_pass *pass_of(bench *b, const char *practitioner, const char *direct)
{
    const ans_pass *p;
    ans_who who = {.kind = ANS_WHO_PERSON, .account = ans_str_of(practitioner), .practitioner = ans_str_of(practitioner), .direct_role = ans_str_of(direct)};
    must(ans_gate_pass(b->gate, &b->cx, &who, &p), "pass");
    return p;
}

static void count(bench *b, const char *name, const char *query, const ans_pass *pass)
{
    ans_search_filter filter = {.sees = ans_pass_filter, .arg = pass};
    ans_search_request rq = {.type = ans_fhir_type_named(ANS_STR("Observation")), .query = ans_str_of(query), .count_only = true, .filter = pass ? &filter : NULL};
    ans_search_result r;
    double best = 1e9;
    for (int i = 0; i < TIMES; i++) {
        double began = cpu_ms();
        must(ans_reader_begin(&b->cx, b->rd), "begin");
        must(ans_search_run(b->search, &b->cx, b->rd, &rq, &r), "search");
        ans_reader_end(b->rd);
        double took = cpu_ms() - began;
        best = took < best ? took : best;
    }
    printf("count %-28s %10llu found %8.2f ms\n", name, (unsigned long long)r.total, best);
}

static void open_gate(bench *b)
{
    const ans_gate_options g = {.store = b->store, .search = b->search};
    double began = cpu_ms();
    size_t before = mallinfo2().uordblks;
    must(ans_gate_new(&b->cx, &g, &b->gate), "gate");
    double opened = cpu_ms() - began;
    must(ans_gate_wait(&b->cx, b->gate), "gate");
    printf("marks from rows: %.0f ms of processor time in the background (%.1f ms before), %.1f MB\n", cpu_ms() - began, opened,
           (double)(mallinfo2().uordblks - before) / 1e6);
}

static void measure(bench *b, uint32_t resources)
{
    const ans_type type = ans_fhir_type_named(ANS_STR("Observation"));
    open_gate(b);
    double began = cpu_ms();
    const ans_pass *doctor = pass_of(b, "n1", ""), *auditor = pass_of(b, "a", "administrator");
    printf("two passes: %.2f ms\n", cpu_ms() - began);
    began = cpu_ms();
    for (int i = 0; i < 100000; i++) {
        (void)pass_of(b, "n1", "");
    }
    printf("a pass again: %.0f ns\n", (cpu_ms() - began) * 1e6 / 100000);
    uint64_t seen = 0;
    began = cpu_ms();
    for (ans_rid rid = 1; rid <= resources; rid++) {
        seen += ans_pass_filter(doctor, type, rid);
    }
    printf("a question: %.1f ns (%llu yes)\n", (cpu_ms() - began) * 1e6 / resources, (unsigned long long)seen);
    (void)auditor;
    count(b, "of all", "", NULL);
    count(b, "of all, filtered", "", doctor);
    count(b, "by code", "code=http://loinc.org|8480-6", NULL);
    count(b, "by code, filtered", "code=http://loinc.org|8480-6", doctor);
    count(b, "code and status", "code=8480-6&status=final", NULL);
    count(b, "code and status, filtered", "code=8480-6&status=final", doctor);
}

int main(int argc, char **argv)
{
    bench b = {.cx = {.arena = ans_arena_new((size_t)1 << 34)}};
    const ans_zone *zone;
    uint64_t resources = 200000, persons = 5000;
    if (argc < 2 || (argc > 2 && !ans_str_u64(ans_str_of(argv[2]), &resources)) || (argc > 3 && !ans_str_u64(ans_str_of(argv[3]), &persons)) || !ans_base_start()) {
        fprintf(stderr, "bench_gate FOLDER [RESOURCES [PERSONS]]\n");
        return 2;
    }
    ans_log_quiet(true);
    must(ans_zone_open(&b.cx, ANS_STR("Asia/Ho_Chi_Minh"), &zone), "zone");
    must(ans_search_new(&b.cx, zone, &b.search), "search");
    ans_store_options o = {.dir = argv[1], .create = true, .sync_normal = true, .index = ans_search_index_body, .index_arg = b.search};
    must(ans_store_open(&b.cx, &o, &b.store), "store");
    must(ans_search_bind(&b.cx, b.search, b.store), "bind");
    ans_pos pos;
    ans_rid top;
    must(ans_reader_open(&b.cx, b.store, &b.rd), "reader");
    must(ans_store_head(&b.cx, b.rd, &pos, &top), "head");
    if (pos == 0) {
        fill(&b, (uint32_t)resources, (uint32_t)persons);
    }
    measure(&b, (uint32_t)resources);
    ans_reader_close(b.rd);
    ans_gate_stop(b.gate);
    ans_store_close(b.store);
    ans_gate_free(b.gate);
    ans_search_free(b.search);
    ans_arena_free(b.cx.arena);
    return 0;
}
