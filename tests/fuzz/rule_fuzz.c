/* Any JSON as a rule, asked about a few resources of a small record and rehearsed over it: an answer that is JSON, or a refusal that says why. */
#include <stdlib.h>

#include "base/hash.h"
#include "base/os.h"
#include "rule/rule.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const record[] = {
    "{\"resourceType\":\"Location\",\"id\":\"w\",\"name\":\"Khu A\",\"physicalType\":{\"coding\":[{\"code\":\"wa\"}]}}",
    "{\"resourceType\":\"Patient\",\"id\":\"p\",\"birthDate\":\"1948\"}",
    "{\"resourceType\":\"Encounter\",\"id\":\"e\",\"status\":\"in-progress\",\"subject\":{\"reference\":\"Patient/p\"},"
    "\"location\":[{\"location\":{\"reference\":\"Location/w\"}}]}",
    "{\"resourceType\":\"Observation\",\"id\":\"o\",\"status\":\"final\",\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"15074-8\"}]},"
    "\"subject\":{\"reference\":\"Patient/p\"},\"effectiveDateTime\":\"2026-11-22T05:00:00Z\",\"valueQuantity\":{\"value\":2.50,\"code\":\"mmol/L\"}}",
    "{\"resourceType\":\"MedicationRequest\",\"id\":\"m\",\"status\":\"active\",\"subject\":{\"reference\":\"Patient/p\"},"
    "\"medicationCodeableConcept\":{\"text\":\"Amoxicilin\"},\"authoredOn\":\"2026-11-22\"}",
};
enum { COUNT = sizeof record / sizeof *record };
#define NOW_US INT64_C(1795323600000000) /* 2026-11-22T05:00:00Z */

static ans_cx world;
static ans_search *search;
static ans_reader *rd;

static void must(bool holds)
{
    if (!holds) {
        abort();
    }
}

static void put(ans_store *store, const char *text)
{
    ans_json doc;
    ans_str body = ans_str_of(text);
    must(ans_json_parse(&world, body, NULL, &doc) == ANS_OK);
    ans_type type = ans_fhir_type_named(ans_json_get_string(&world, &doc, 0, ANS_STR("resourceType")));
    ans_change c = {.ref = {ans_search_type_number(search, type), ans_json_get_string(&world, &doc, 0, ANS_STR("id"))}, .body = body, .hash = ans_hash_content(body)};
    must(ans_search_index(search, &world, type, &doc, 0, &c.rows) == ANS_OK);
    ans_txn txn = {.cx = &world, .changes = &c, .count = 1};
    must(ans_store_commit(store, &txn) == ANS_OK);
}

static void open_world(void)
{
    const ans_zone *zone;
    ans_store *store;
    world = (ans_cx){.arena = ans_arena_new((size_t)1 << 30)};
    must(ans_base_start() && world.arena);
    must(ans_zone_open(&world, ANS_STR("+07:00"), &zone) == ANS_OK && ans_search_new(&world, zone, &search) == ANS_OK);
    ans_store_options o = {.in_memory = true, .create = true, .index = ans_search_index_body, .index_arg = search};
    must(ans_store_open(&world, &o, &store) == ANS_OK && ans_search_bind(&world, search, store) == ANS_OK);
    for (int i = 0; i < COUNT; i++) {
        put(store, record[i]);
    }
    must(ans_reader_open(&world, store, &rd) == ANS_OK);
}

static void ask_all(ans_cx *cx, const ans_rule *rule)
{
    for (int i = 0; i < COUNT; i++) {
        ans_json doc;
        ans_alert alert;
        bool raised = false;
        ans_cx work = {.arena = cx->arena, .deadline_us = cx->deadline_us};
        ans_rule_env env = {.rd = rd, .search = search, .now_us = NOW_US};
        ans_rule_env_fill(&env);
        must(ans_json_parse(&work, ans_str_of(record[i]), NULL, &doc) == ANS_OK);
        ans_item focus = ans_item_of_resource(&doc, 0);
        ans_err err = ans_rule_ask(&work, rule, &env, &focus, &raised, &alert);
        must(err == ANS_OK || (!raised && (work.issues || err == ANS_E_NOMEM || err == ANS_E_TOOBIG)));
        must(err != ANS_E_BUG && (!raised || (alert.patient.n && alert.key.n && alert.evidence_count <= ANS_ALERT_MOST_EVIDENCE)));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ans_json rule_doc, answer;
    const ans_rule *rule;
    ans_str text;
    if (!search) {
        open_world();
    }
    ans_cx cx = {.arena = ans_arena_new((size_t)64 << 20), .deadline_us = ans_mono_us() + 500000};
    must(cx.arena != NULL);
    ans_err err = ans_json_parse(&cx, (ans_str){(const char *)data, size}, NULL, &rule_doc);
    err = err == ANS_OK ? ans_rule_compile(&cx, cx.arena, &rule_doc, 0, &rule) : err;
    must(err == ANS_OK || cx.issues || err == ANS_E_NOMEM || err == ANS_E_TOOBIG);
    if (err == ANS_OK) {
        const ans_rule_env env = {.rd = rd, .search = search, .now_us = NOW_US};
        const ans_rehearsal how = {.days = 3, .max_facts = 50};
        must(ans_reader_begin(&cx, rd) == ANS_OK);
        ask_all(&cx, rule);
        err = ans_rule_rehearse(&cx, rule, &env, &how, &text);
        ans_reader_end(rd);
        must(err != ANS_OK || ans_json_parse(&cx, text, NULL, &answer) == ANS_OK || ans_arena_is_full(cx.arena));
        must(err != ANS_E_BUG);
    }
    ans_arena_free(cx.arena);
    return 0;
}
