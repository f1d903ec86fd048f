/* A small record in memory for harnesses: made once, a few resources, the whole engine behind it. */
#ifndef ANS_FUZZ_WORLD_H
#define ANS_FUZZ_WORLD_H

#include <stdlib.h>

#include "base/os.h"
#include "rest/rest.h"

typedef struct world {
    ans_cx cx;
    ans_store *store;
    ans_search *search;
    ans_rest *rest;
    ans_reader *rd;
} world;

static const char world_bundle[] =
    "{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":["
    "{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"p1\",\"name\":[{\"text\":\"Nguy\xe1\xbb\x85n Th\xe1\xbb\x8b H\xc3\xb2" "a\"}],"
    "\"gender\":\"female\",\"birthDate\":\"1948\",\"identifier\":[{\"system\":\"urn:t\",\"value\":\"1\"}]}},"
    "{\"resource\":{\"resourceType\":\"Observation\",\"id\":\"o1\",\"status\":\"final\",\"code\":{\"coding\":[{\"system\":\"http://loinc.org\","
    "\"code\":\"8867-4\"}]},\"subject\":{\"reference\":\"Patient/p1\"},\"effectiveDateTime\":\"2026-11-21T07:41:00+07:00\","
    "\"valueQuantity\":{\"value\":72,\"unit\":\"/min\",\"system\":\"http://unitsofmeasure.org\",\"code\":\"/min\"}}},"
    "{\"resource\":{\"resourceType\":\"ValueSet\",\"id\":\"v1\",\"url\":\"http://x.example/a/b\",\"status\":\"active\"}}]}";

static inline void world_must(ans_err err)
{
    if (err != ANS_OK) {
        abort();
    }
}

static inline world *world_get(void)
{
    static world w;
    const ans_zone *zone;
    ans_rest_answer answer;
    if (w.rest) {
        return &w;
    }
    w.cx.arena = ans_arena_new((size_t)256 << 20);
    world_must(ans_zone_open(&w.cx, ANS_STR("Asia/Ho_Chi_Minh"), &zone));
    world_must(ans_search_new(&w.cx, zone, &w.search));
    ans_store_options store = {.in_memory = true, .create = true, .index = ans_search_index_body, .index_arg = w.search};
    world_must(ans_store_open(&w.cx, &store, &w.store));
    world_must(ans_search_bind(&w.cx, w.search, w.store));
    ans_rest_options rest = {.store = w.store, .search = w.search, .threads = 1, .version = "fuzz"};
    world_must(ans_rest_new(&w.cx, &rest, &w.rest));
    world_must(ans_reader_open(&w.cx, w.store, &w.rd));
    world_must(ans_rest_apply(w.rest, &w.cx, ANS_STR(world_bundle), &answer));
    ans_log_quiet(true);
    return &w;
}

/* A context for one input. */
static inline ans_cx world_cx(void)
{
    static ans_arena *arena;
    arena = arena ? arena : ans_arena_new((size_t)64 << 20);
    ans_arena_reset(arena);
    return (ans_cx){.arena = arena, .deadline_us = ans_mono_us() + 2000000};
}

#endif
