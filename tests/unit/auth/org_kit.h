/* Organisations in a store in memory, with a clock that tests set. Resources are put as text; "A->B health 2020..2024" lines make
 * links. */
#ifndef TEST_ORG_KIT_H
#define TEST_ORG_KIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "auth/org.h"
#include "base/os.h"

typedef struct kit {
    ans_cx cx;
    ans_search *search;
    ans_store *store;
    ans_orgs *orgs;
} kit;

static int64_t kit_clock_us;

static int64_t kit_now(void)
{
    return kit_clock_us;
}

/* "2025-06-12": noon of that day in Viet Nam. */
static inline int64_t kit_noon(const char *day)
{
    ans_day d;
    assert_true(ans_day_parse(ans_str_of(day), &d));
    return ((int64_t)d * 86400 + 5 * 3600) * 1000000;
}

static inline void kit_at(const char *day)
{
    kit_clock_us = kit_noon(day);
    ans_clock_set(kit_now);
}

static inline void kit_open(kit *k)
{
    const ans_zone *zone;
    *k = (kit){.cx = {.arena = ans_arena_new((size_t)1 << 32)}};
    assert_true(ans_base_start());
    assert_int_equal(ans_zone_open(&k->cx, ANS_STR("Asia/Ho_Chi_Minh"), &zone), ANS_OK);
    assert_int_equal(ans_search_new(&k->cx, zone, &k->search), ANS_OK);
    ans_store_options o = {.in_memory = true, .create = true, .index = ans_search_index_body, .index_arg = k->search};
    assert_int_equal(ans_store_open(&k->cx, &o, &k->store), ANS_OK);
    assert_int_equal(ans_search_bind(&k->cx, k->search, k->store), ANS_OK);
    assert_int_equal(ans_orgs_new(&k->cx, k->store, k->search, &k->orgs), ANS_OK);
}

static inline void kit_close(kit *k)
{
    ans_store_close(k->store);
    ans_orgs_free(k->orgs);
    ans_search_free(k->search);
    ans_arena_free(k->cx.arena);
    ans_clock_set(NULL);
}

static inline int kit_setup(void **state)
{
    kit *k = malloc(sizeof *k);
    assert_non_null(k);
    kit_open(k);
    *state = k;
    return 0;
}

static inline int kit_teardown(void **state)
{
    kit_close(*state);
    free(*state);
    return 0;
}

/* ---- writing ---- */

static inline ans_change kit_change(kit *k, const char *json)
{
    ans_json doc;
    ans_str body = ans_arena_dup(k->cx.arena, ans_str_of(json));
    assert_int_equal(ans_json_parse(&k->cx, body, NULL, &doc), ANS_OK);
    ans_type type = ans_fhir_type_named(ans_json_get_string(&k->cx, &doc, 0, ANS_STR("resourceType")));
    ans_change c = {.ref = {ans_search_type_number(k->search, type), ans_json_get_string(&k->cx, &doc, 0, ANS_STR("id"))}};
    c.body = body;
    c.hash = ans_hash_content(body);
    assert_int_equal(ans_search_index(k->search, &k->cx, type, &doc, 0, &c.rows), ANS_OK);
    return c;
}

static inline void kit_commit(kit *k, ans_change *changes, uint32_t count)
{
    ans_txn txn = {.cx = &k->cx, .changes = changes, .count = count};
    assert_int_equal(ans_store_commit(k->store, &txn), ANS_OK);
}

static inline void kit_put(kit *k, const char *json)
{
    ans_change c = kit_change(k, json);
    kit_commit(k, &c, 1);
}

static inline void kit_delete(kit *k, const char *type, const char *id)
{
    ans_change c = {.ref = {ans_search_type_number(k->search, ans_fhir_type_named(ans_str_of(type))), ans_str_of(id)},
                    .is_delete = true};
    kit_commit(k, &c, 1);
}

#define KIT_FMT(k, ...) (ans_arena_fmt((k)->cx.arena, __VA_ARGS__).p)

static inline void kit_org(kit *k, const char *id)
{
    kit_put(k, KIT_FMT(k, "{\"resourceType\":\"Organization\",\"id\":\"%s\",\"name\":\"%s\"}", id, id));
}

static inline const char *kit_period(kit *k, const char *from, const char *to)
{
    return KIT_FMT(k, "{%s%s%s%s%s%s%s}", from ? "\"start\":\"" : "", from ? from : "", from ? "\"" : "", from && to ? "," : "",
                   to ? "\"end\":\"" : "", to ? to : "", to ? "\"" : "");
}

static inline const char *kit_link_json(kit *k, const char *id, const char *lower, const char *upper, const char *code,
                                        const char *line, const char *from, const char *to, const char *more)
{
    return KIT_FMT(k,
                   "{\"resourceType\":\"OrganizationAffiliation\",\"id\":\"%s\",\"organization\":{\"reference\":\"Organization/%s\"},"
                   "\"participatingOrganization\":{\"reference\":\"Organization/%s\"},\"period\":%s,"
                   "\"code\":[{\"coding\":[{\"system\":\"urn:ansinh:organization-relation\",\"code\":\"%s\"}]}]%s%s%s%s}",
                   id, upper, lower, kit_period(k, from, to), code,
                   line ? ",\"specialty\":[{\"coding\":[{\"system\":\"urn:ansinh:line\",\"code\":\"" : "", line ? line : "",
                   line ? "\"}]}]" : "", more ? more : "");
}

/* lower stands below upper. */
static inline void kit_parent(kit *k, const char *id, const char *lower, const char *upper, const char *line, const char *from,
                              const char *to)
{
    kit_put(k, kit_link_json(k, id, lower, upper, "parent", line, from, to, NULL));
}

/* ---- asking ---- */

static inline ans_as_of kit_on(const char *day)
{
    ans_day d;
    assert_true(ans_day_parse(ans_str_of(day), &d));
    return ans_as_of_day(d);
}

/* What was valid on a day, as known at noon of another. */
static inline ans_as_of kit_known(const char *day, const char *known)
{
    ans_as_of a = kit_on(day);
    a.known_us = kit_noon(known);
    return a;
}

static inline ans_org kit_find(kit *k, const char *id)
{
    return ans_orgs_find(k->orgs, ans_str_of(id));
}

static inline ans_lines kit_line(kit *k, const char *code)
{
    ans_lines line = ans_orgs_line(k->orgs, ans_str_of(code));
    assert_int_not_equal(line, 0);
    return line;
}

static inline const char *kit_name(kit *k, const char *id, ans_as_of a)
{
    ans_str s = ans_orgs_name(&k->cx, k->orgs, kit_find(k, id), a);
    return s.p ? s.p : "-";
}

static int kit_by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Ids, sorted, with blanks between; "-" for none. */
static inline const char *kit_sorted(kit *k, const char **ids, uint32_t count)
{
    ans_str out = ANS_STR("");
    qsort(ids, count, sizeof *ids, kit_by_text);
    for (uint32_t i = 0; i < count; i++) {
        out = ans_arena_fmt(k->cx.arena, "%.*s%s%s", ANS_FMT(out), i ? " " : "", ids[i]);
    }
    return count ? out.p : "-";
}

static inline const char *kit_subtree(kit *k, const char *root, const char *line, ans_as_of a)
{
    ans_org_set set;
    const char **ids = ANS_NEW_N(k->cx.arena, const char *, ans_orgs_count(k->orgs) + 1);
    uint32_t count = 0;
    ans_org top = kit_find(k, root);
    assert_int_equal(ans_orgs_subtree(&k->cx, k->orgs, top, kit_line(k, line), a, &set), ANS_OK);
    for (ans_org org = 1; org <= ans_orgs_count(k->orgs); org++) {
        bool within = ans_orgs_is_within(k->orgs, org, top, kit_line(k, line), a);
        assert_int_equal(within, ans_org_set_has(&set, org)); /* the gate's question and the set always agree */
        if (within) {
            ids[count++] = ans_orgs_id(k->orgs, org).p;
        }
    }
    assert_int_equal(count, set.count);
    return kit_sorted(k, ids, count);
}

static inline const char *kit_ends(kit *k, const ans_org_link *links, uint32_t count, bool upper)
{
    const char **ids = ANS_NEW_N(k->cx.arena, const char *, count + 1);
    for (uint32_t i = 0; i < count; i++) {
        ids[i] = ans_orgs_id(k->orgs, upper ? links[i].upper : links[i].lower).p;
    }
    return kit_sorted(k, ids, count);
}

static inline const char *kit_parents(kit *k, const char *id, const char *line, ans_as_of a)
{
    ans_org_link *links;
    uint32_t count;
    assert_int_equal(ans_orgs_parents(&k->cx, k->orgs, kit_find(k, id), kit_line(k, line), a, &links, &count), ANS_OK);
    return kit_ends(k, links, count, true);
}

/* "merge:B@2025-07-01 handover:C@2026-01-01" in the order told. */
static inline const char *kit_story(kit *k, const char *id, bool forward, const char *function, ans_as_of a)
{
    static const char *const names[] = {"parent", "merge", "split", "handover", "rename"};
    ans_org_link *l;
    uint32_t count;
    ans_str out = ANS_STR("");
    assert_int_equal(ans_orgs_succession(&k->cx, k->orgs, kit_find(k, id), forward, ans_str_of(function), a, &l, &count), ANS_OK);
    for (uint32_t i = 0; i < count; i++) {
        out = ans_arena_fmt(k->cx.arena, "%.*s%s%u:%s:%s@%s", ANS_FMT(out), i ? " " : "", l[i].depth, names[l[i].relation],
                            ans_orgs_id(k->orgs, forward ? l[i].upper : l[i].lower).p, ans_day_print(k->cx.arena, l[i].from).p);
    }
    return count ? out.p : "-";
}

static inline const char *kit_responsible(kit *k, const char *function, const char *root, const char *line, ans_as_of a)
{
    ans_org *list;
    uint32_t count;
    ans_org top = root ? kit_find(k, root) : 0;
    assert_int_equal(ans_orgs_responsible(&k->cx, k->orgs, ans_str_of(function), top, kit_line(k, line), a, &list, &count), ANS_OK);
    const char **ids = ANS_NEW_N(k->cx.arena, const char *, count + 1);
    for (uint32_t i = 0; i < count; i++) {
        ids[i] = ans_orgs_id(k->orgs, list[i]).p;
    }
    return kit_sorted(k, ids, count);
}

static inline const char *kit_troubles(kit *k)
{
    ans_org_problem *p;
    uint32_t count;
    ans_str out = ANS_STR("");
    assert_int_equal(ans_orgs_problems(&k->cx, k->orgs, 100, &p, &count), ANS_OK);
    for (uint32_t i = 0; i < count; i++) {
        out = ans_arena_fmt(k->cx.arena, "%.*s%s%s", ANS_FMT(out), i ? " | " : "", p[i].text.p);
    }
    return count ? out.p : "-";
}

#define SAME(got, want) assert_string_equal((got), (want))

#endif
