/* Any Bundle or resource against a store in memory: applied whole or not at all, answered with JSON, and the index stays what a
 * rebuild would make it. */
#include <stdlib.h>

#include "base/os.h"
#include "rest/rest.h"

#define INPUTS_A_STORE 500

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static ans_cx keep;
static ans_search *search;
static ans_store *store;
static ans_rest *rest;
static ans_reader *rd;
static uint32_t inputs;

static void must(bool holds)
{
    if (!holds) {
        abort();
    }
}

static void stop(void)
{
    ans_check_report report;
    must(ans_store_check(&keep, store, NULL, NULL, &report) == ANS_OK);
    must(report.bad_bodies + report.bad_rows + report.log_gaps + report.other == 0);
    ans_rest_free(rest);
    ans_reader_close(rd);
    ans_store_close(store);
    ans_search_free(search);
    keep.arena = ans_arena_free(keep.arena);
    keep.issues = keep.last_ = NULL;
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
    ans_rest_options r = {.store = store, .search = search, .threads = 1, .version = "fuzz"};
    must(ans_rest_new(&keep, &r, &rest) == ANS_OK);
    inputs = 0;
}

static bool is_batch(ans_cx *cx, ans_str body)
{
    ans_json doc;
    return ans_json_parse(cx, body, NULL, &doc) == ANS_OK && ans_str_is(ans_json_get_string(cx, &doc, 0, ANS_STR("type")), "batch");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ans_pos before, after;
    ans_rid rid;
    ans_rest_answer answer;
    ans_json doc;
    if (keep.arena && inputs++ == INPUTS_A_STORE) {
        stop();
    }
    if (!keep.arena) {
        start();
    }
    ans_cx cx = {.arena = ans_arena_new((size_t)128 << 20), .deadline_us = ans_mono_us() + 5000000};
    char *text = ans_alloc(size + 1);
    must(cx.arena && text);
    memcpy(text, data, size);
    ans_str body = {text, size};
    must(ans_store_head(&cx, rd, &before, &rid) == ANS_OK);
    ans_err err = ans_rest_apply(rest, &cx, body, &answer);
    must(err != ANS_E_BUG && err != ANS_E_CORRUPT && err != ANS_E_IO);
    if (err == ANS_OK) {
        must(answer.status >= 200 && answer.status < 600);
        must(answer.body.n == 0 || ans_json_parse(&cx, answer.body, NULL, &doc) == ANS_OK);
    } else {
        must(cx.issues || err == ANS_E_NOMEM || err == ANS_E_TOOBIG || err == ANS_E_RETRY);
        must(ans_store_head(&cx, rd, &after, &rid) == ANS_OK);
        must(after == before || is_batch(&cx, body));
    }
    ans_free(text);
    ans_arena_free(cx.arena);
    return 0;
}
