/* Any query against a small store: refused with an issue, or answered so that the pages together are as many as the count, none
 * twice, whatever page link comes with it. The first byte chooses the type and how it is asked. */
#include <stdlib.h>

#include "base/os.h"
#include "search/search.h"

#define MOST_PAGES 40

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const types[] = {"Patient", "Observation", "ValueSet", "", "Organization", "Encounter", "RiskAssessment", "List"};
static ans_cx keep;
static ans_search *search;
static ans_store *store;
static ans_reader *rd;

static void must(bool holds)
{
    if (!holds) {
        abort();
    }
}

static void put(const char *json)
{
    ans_json doc;
    ans_str body = ans_str_of(json);
    must(ans_json_parse(&keep, body, NULL, &doc) == ANS_OK);
    ans_type type = ans_fhir_type_named(ans_json_get_string(&keep, &doc, 0, ANS_STR("resourceType")));
    ans_change c = {.ref = {ans_search_type_number(search, type), ans_json_get_string(&keep, &doc, 0, ANS_STR("id"))},
                    .body = body,
                    .hash = ans_hash_content(body)};
    must(ans_search_index(search, &keep, type, &doc, 0, &c.rows) == ANS_OK);
    ans_txn txn = {.cx = &keep, .changes = &c, .count = 1};
    must(ans_store_commit(store, &txn) == ANS_OK);
}

static void fill(void)
{
    static const char *const names[] = {"Nguyễn Văn An", "Đặng Hòa", "Dang Hoà", "Trần Thị Bình", "smith, j|k$l", ""};
    static const char *const dates[] = {"1950", "1975-06-12", "1975-06", "2026-11-21", "2000-02-29", "1931-04-30"};
    for (int i = 0; i < 24; i++) {
        ans_str p = ans_arena_fmt(keep.arena,
                                  "{\"resourceType\":\"Patient\",\"id\":\"p%d\",\"name\":[{\"text\":\"%s\",\"given\":[\"%s\"]}],\"birthDate\":\"%s\",\"gender\":\"%s\","
                                  "\"identifier\":[{\"system\":\"http://s%d\",\"value\":\"7\"}],\"managingOrganization\":{\"reference\":\"Organization/o%d\"}}",
                                  i, names[i % 6], names[(i + 1) % 6], dates[i % 6], i % 2 ? "male" : "female", i, i % 3);
        ans_str o = ans_arena_fmt(keep.arena,
                                  "{\"resourceType\":\"Observation\",\"id\":\"v%d\",\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"8480-6\"}],\"text\":\"x\"},"
                                  "\"subject\":{\"reference\":\"Patient/p%d\"},\"effectiveDateTime\":\"%sT07:30:00Z\",\"valueQuantity\":{\"value\":%d.5,\"unit\":\"mg\","
                                  "\"system\":\"http://unitsofmeasure.org\",\"code\":\"mg\"}}",
                                  i, i % 8, "2026-11-21", i);
        put(p.p);
        put(o.p);
    }
    put("{\"resourceType\":\"Organization\",\"id\":\"o0\",\"name\":\"Trung tâm\",\"partOf\":{\"reference\":\"Organization/o1\"}}");
    put("{\"resourceType\":\"Organization\",\"id\":\"o1\",\"name\":\"Sở\"}");
    put("{\"resourceType\":\"Encounter\",\"id\":\"e\",\"subject\":{\"reference\":\"Patient/p1\"},\"period\":{\"start\":\"2026-11\"}}");
    put("{\"resourceType\":\"RiskAssessment\",\"id\":\"r\",\"prediction\":[{\"probabilityDecimal\":0.5},{\"probabilityRange\":{\"low\":{\"value\":0.1}}}]}");
    put("{\"resourceType\":\"ValueSet\",\"id\":\"s\",\"url\":\"http://a/b/c\",\"title\":\"A long title\"}");
    put("{\"resourceType\":\"List\",\"id\":\"l\",\"entry\":[{\"item\":{\"reference\":\"Patient/p2\"}}]}");
}

static void start(void)
{
    const ans_zone *zone;
    keep.arena = ans_arena_new((size_t)1 << 30);
    ans_log_quiet(true);
    must(ans_base_start());
    must(ans_zone_open(&keep, ANS_STR("Asia/Ho_Chi_Minh"), &zone) == ANS_OK);
    must(ans_search_new(&keep, zone, &search) == ANS_OK);
    ans_store_options o = {.in_memory = true, .create = true, .index = ans_search_index_body, .index_arg = search};
    must(ans_store_open(&keep, &o, &store) == ANS_OK);
    must(ans_search_bind(&keep, search, store) == ANS_OK);
    must(ans_reader_open(&keep, store, &rd) == ANS_OK);
    fill();
}

static ans_err run(ans_cx *cx, const ans_search_request *rq, ans_search_result *out)
{
    must(ans_reader_begin(cx, rd) == ANS_OK);
    ans_err err = ans_search_run(search, cx, rd, rq, out);
    ans_reader_end(rd);
    return err;
}

static bool is_mine(ans_err err)
{
    return err == ANS_E_BUG || err == ANS_E_CORRUPT || err == ANS_E_IO;
}

/* The same question from its first page on: as many as were counted, none twice. */
static void check_pages(ans_cx *cx, ans_search_request rq)
{
    bool *seen = ANS_NEW_N(cx->arena, bool, 4096);
    ans_search_result r, counted;
    ans_str self = rq.query, token = ANS_STR_NONE;
    uint64_t matches = 0;
    int pages = 0;
    rq.count_only = true;
    if (!seen || run(cx, &rq, &counted) != ANS_OK) {
        return;
    }
    rq.count_only = false;
    do {
        rq.query = token.n ? ans_arena_fmt(cx->arena, "%.*s%s_page=%.*s", ANS_FMT(self), self.n ? "&" : "", ANS_FMT(token)) : self;
        if (run(cx, &rq, &r) != ANS_OK) {
            return; /* out of memory or time */
        }
        token = r.next;
        for (uint32_t i = 0; i < r.count; i++) {
            must(r.entries[i].version.rid < 4096);
            if (r.entries[i].mode == ANS_MATCH) {
                must(!seen[r.entries[i].version.rid]);
                seen[r.entries[i].version.rid] = true;
                matches++;
            }
        }
    } while (token.n && ++pages < MOST_PAGES);
    bool whole = !token.n && (matches > 0 || r.count > 0 || counted.total == 0);
    must(!whole || matches == counted.total);
    must(matches <= counted.total);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!keep.arena) {
        start();
    }
    if (size < 1 || size > 8192) {
        return 0;
    }
    ans_cx cx = {.arena = ans_arena_new((size_t)128 << 20), .deadline_us = ans_mono_us() + 5000000};
    char *text = ans_alloc(size); /* tight: a look beyond the end is seen */
    ans_search_result result;
    must(cx.arena && text);
    memcpy(text, data + 1, size - 1);
    ans_search_request rq = {.type = ans_fhir_type_named(ans_str_of(types[data[0] & 7])),
                             .query = {text, size - 1},
                             .strict = data[0] & 8,
                             .count_only = data[0] & 16,
                             .limit = data[0] & 32 ? 2 : 0};
    ans_err err = run(&cx, &rq, &result);
    must(!is_mine(err));
    must(err == ANS_OK || cx.issues || err == ANS_E_NOMEM || err == ANS_E_TOOBIG);
    if (err == ANS_OK && !rq.limit && !rq.count_only && ans_str_search(result.self, ANS_STR("=ap")) < 0) {
        rq.query = result.self;
        check_pages(&cx, rq);
    }
    ans_free(text);
    ans_arena_free(cx.arena);
    return 0;
}
