/* What org.h promises, one rule per test. */
#include "unit/auth/org_kit.h"

#define EXT "urn:ansinh:extension:"
#define DATED_NAME(name, period)                                                                                       \
    "{\"url\":\"" EXT "dated-name\",\"extension\":[{\"url\":\"value\",\"valueString\":\"" name "\"},"                    \
    "{\"url\":\"period\",\"valuePeriod\":" period "}]}"

static void days_are_read_and_printed(void **state)
{
    kit *k = *state;
    static const struct {
        const char *text, *want; /* NULL: refused */
    } rows[] = {
        {"2024-06-01", "2024-06-01"}, {"2024-02-29", "2024-02-29"}, {"2023-02-29", NULL},      {"2024", "2024-01-01"},
        {"2024-06", "2024-06-01"},    {"", NULL},                   {"yesterday", NULL},       {"0001-01-01", "0001-01-01"},
        {"2024-06-01T23:30:00+07:00", "2024-06-01"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ans_day day;
        bool ok = ans_day_parse(ans_str_of(rows[i].text), &day);
        assert_int_equal(ok, rows[i].want != NULL);
        if (ok) {
            SAME(ans_day_print(k->cx.arena, day).p, rows[i].want);
        }
    }
    /* midnight in Viet Nam is 17:00 the day before in UTC */
    assert_int_equal(ans_day_of(INT64_C(17) * 3600 * 1000000 - 1), 0);
    assert_int_equal(ans_day_of(INT64_C(17) * 3600 * 1000000), 1);
    assert_int_equal(ans_day_of(-INT64_C(7) * 3600 * 1000000), 0);
    assert_int_equal(ans_day_of(-INT64_C(7) * 3600 * 1000000 - 1), -1);
}

static void a_facility_moves_by_its_link_alone(void **state)
{
    kit *k = *state;
    kit_org(k, "province");
    kit_org(k, "labour");
    kit_org(k, "health-dep");
    kit_org(k, "home");
    kit_parent(k, "l1", "labour", "province", "health", NULL, NULL);
    kit_parent(k, "l2", "health-dep", "province", "health", NULL, NULL);
    kit_put(k, "{\"resourceType\":\"Patient\",\"id\":\"p\",\"managingOrganization\":{\"reference\":\"Organization/home\"}}");
    kit_parent(k, "h1", "home", "labour", "health", "2010-01-01", NULL);
    SAME(kit_subtree(k, "labour", "health", kit_on("2026-01-01")), "home labour");
    ans_cx cx = {.arena = ans_arena_new(1 << 20)};
    ans_reader *rd;
    ans_version before, after;
    assert_int_equal(ans_reader_open(&cx, k->store, &rd), ANS_OK);
    ans_ref patient = {ans_search_type_number(k->search, ans_fhir_type_named(ANS_STR("Patient"))), ANS_STR("p")};
    assert_int_equal(ans_store_read(&cx, rd, patient, &before), ANS_OK);
    ans_pos pos_before, pos_after;
    ans_rid rid;
    assert_int_equal(ans_store_head(&cx, rd, &pos_before, &rid), ANS_OK);
    /* the move: one link ends, another begins */
    kit_parent(k, "h1", "home", "labour", "health", "2010-01-01", "2025-02-28");
    kit_parent(k, "h2", "home", "health-dep", "health", "2025-03-01", NULL);
    SAME(kit_parents(k, "home", "health", kit_on("2009-12-31")), "-");
    SAME(kit_parents(k, "home", "health", kit_on("2010-01-01")), "labour");
    SAME(kit_parents(k, "home", "health", kit_on("2025-02-28")), "labour");
    SAME(kit_parents(k, "home", "health", kit_on("2025-03-01")), "health-dep");
    SAME(kit_subtree(k, "province", "health", kit_on("2024-01-01")), "health-dep home labour province");
    SAME(kit_subtree(k, "province", "health", kit_on("2026-01-01")), "health-dep home labour province");
    SAME(kit_subtree(k, "labour", "health", kit_on("2026-01-01")), "labour");
    assert_int_equal(ans_store_head(&cx, rd, &pos_after, &rid), ANS_OK);
    assert_int_equal(pos_after, pos_before + 2); /* two links were written, and nothing else */
    assert_int_equal(ans_store_read(&cx, rd, patient, &after), ANS_OK);
    assert_int_equal(after.vid, before.vid);
    assert_true(ans_str_eq(after.body, before.body));
    SAME(kit_troubles(k), "-");
    ans_reader_close(rd);
    ans_arena_free(cx.arena);
}

static void lines_are_trees_of_their_own(void **state)
{
    kit *k = *state;
    kit_org(k, "a");
    kit_org(k, "b");
    kit_org(k, "c");
    kit_parent(k, "1", "c", "a", "health", NULL, NULL);
    kit_parent(k, "2", "c", "b", "civil\"},{\"system\":\"urn:ansinh:line\",\"code\":\"education", NULL, NULL);
    SAME(kit_parents(k, "c", "health", kit_on("2026-01-01")), "a");
    SAME(kit_parents(k, "c", "civil", kit_on("2026-01-01")), "b");
    SAME(kit_parents(k, "c", "education", kit_on("2026-01-01")), "b");
    SAME(kit_parents(k, "c", "home-affairs", kit_on("2026-01-01")), "-");
    assert_int_equal(ans_orgs_line(k->orgs, ANS_STR("sport")), 0);
    assert_int_equal(ans_orgs_lines_of(k->orgs, kit_find(k, "c"), kit_on("2026-01-01")),
                     kit_line(k, "health") | kit_line(k, "civil") | kit_line(k, "education"));
    assert_int_equal(ans_orgs_lines_of(k->orgs, kit_find(k, "a"), kit_on("2026-01-01")), kit_line(k, "health"));
    assert_false(ans_orgs_is_within(k->orgs, kit_find(k, "c"), kit_find(k, "b"), kit_line(k, "health"), kit_on("2026-01-01")));
    assert_true(ans_orgs_is_within(k->orgs, kit_find(k, "c"), kit_find(k, "b"), kit_line(k, "health") | kit_line(k, "civil"),
                                   kit_on("2026-01-01")));
    assert_false(ans_orgs_is_within(k->orgs, kit_find(k, "c"), 0, ANS_LINES_ALL, kit_on("2026-01-01")));
    assert_false(ans_orgs_is_within(k->orgs, 0, 0, ANS_LINES_ALL, kit_on("2026-01-01")));
    assert_false(ans_orgs_is_within(k->orgs, 99, 99, ANS_LINES_ALL, kit_on("2026-01-01")));
    SAME(kit_troubles(k), "-");
}

static void departments_follow_their_facility(void **state)
{
    kit *k = *state;
    kit_org(k, "ministry");
    kit_org(k, "home");
    kit_put(k, "{\"resourceType\":\"Organization\",\"id\":\"ward\",\"partOf\":{\"reference\":\"Organization/home\"}}");
    kit_parent(k, "1", "home", "ministry", "health", "2025-03-01", NULL);
    SAME(kit_subtree(k, "ministry", "health", kit_on("2026-01-01")), "home ministry ward");
    SAME(kit_subtree(k, "ministry", "health", kit_on("2024-01-01")), "ministry");
    SAME(kit_subtree(k, "home", "public-security", kit_on("2024-01-01")), "home ward");
    kit_put(k, "{\"resourceType\":\"Organization\",\"id\":\"ward\",\"partOf\":{\"reference\":\"Organization/ministry\"}}");
    SAME(kit_subtree(k, "home", "health", kit_on("2024-01-01")), "home");
    kit_put(k, "{\"resourceType\":\"Organization\",\"id\":\"ward\"}");
    SAME(kit_subtree(k, "ministry", "health", kit_on("2026-01-01")), "home ministry");
    kit_put(k, "{\"resourceType\":\"Organization\",\"id\":\"ward\",\"partOf\":{\"reference\":\"Organization/home\"}}");
    kit_delete(k, "Organization", "ward");
    SAME(kit_subtree(k, "home", "health", kit_on("2026-01-01")), "home");
}

static void names_kinds_and_codes_have_their_days(void **state)
{
    kit *k = *state;
    kit_put(k, "{\"resourceType\":\"Organization\",\"id\":\"dn\",\"name\":\"Thành phố Đồng Nai\",\"extension\":["
               DATED_NAME("Tỉnh Đồng Nai", "{\"end\":\"2026-04-29\"}") ","
               DATED_NAME("Thành phố Đồng Nai", "{\"start\":\"2026-04-30\"}") ","
               "{\"url\":\"" EXT "dated-kind\",\"extension\":[{\"url\":\"value\",\"valueCoding\":{\"system\":\"urn:ansinh:province-kind\","
               "\"code\":\"tinh\",\"display\":\"tỉnh\"}},{\"url\":\"period\",\"valuePeriod\":{\"end\":\"2026-04-29\"}}]},"
               "{\"url\":\"" EXT "dated-kind\",\"extension\":[{\"url\":\"value\",\"valueCoding\":{\"system\":\"urn:ansinh:province-kind\","
               "\"code\":\"thanh-pho\"}},{\"url\":\"period\",\"valuePeriod\":{\"start\":\"2026-04-30\"}}]}],"
               "\"type\":[{\"coding\":[{\"system\":\"urn:ansinh:organization-kind\",\"code\":\"province\"}]}],"
               "\"identifier\":[{\"system\":\"s:2004\",\"value\":\"75\",\"period\":{\"end\":\"2025-06-30\"}},"
               "{\"system\":\"s:2025\",\"value\":\"75\",\"period\":{\"start\":\"2025-07-01\"}},{\"system\":\"s:tax\",\"value\":\"9\"}]}");
    SAME(kit_name(k, "dn", kit_on("2026-04-29")), "Tỉnh Đồng Nai");
    SAME(kit_name(k, "dn", kit_on("2026-04-30")), "Thành phố Đồng Nai");
    ans_org dn = kit_find(k, "dn");
    ans_str kind = ANS_STR("urn:ansinh:province-kind"), unit = ANS_STR("urn:ansinh:organization-kind");
    SAME(ans_orgs_code(&k->cx, k->orgs, dn, ANS_ORG_KIND, kind, kit_on("2025-01-01")).p, "tinh");
    SAME(ans_orgs_code(&k->cx, k->orgs, dn, ANS_ORG_KIND, kind, kit_on("2027-01-01")).p, "thanh-pho");
    SAME(ans_orgs_code(&k->cx, k->orgs, dn, ANS_ORG_KIND, unit, kit_on("1990-01-01")).p, "province");
    SAME(ans_orgs_code(&k->cx, k->orgs, dn, ANS_ORG_CODE, ANS_STR("s:2004"), kit_on("2025-06-30")).p, "75");
    assert_null(ans_orgs_code(&k->cx, k->orgs, dn, ANS_ORG_CODE, ANS_STR("s:2004"), kit_on("2025-07-01")).p);
    SAME(ans_orgs_code(&k->cx, k->orgs, dn, ANS_ORG_CODE, ANS_STR("s:tax"), kit_on("1990-01-01")).p, "9");
    assert_int_equal(ans_orgs_by_code(k->orgs, ANS_STR("s:2025"), ANS_STR("75"), kit_on("2025-07-01")), dn);
    assert_int_equal(ans_orgs_by_code(k->orgs, ANS_STR("s:2025"), ANS_STR("75"), kit_on("2025-06-30")), 0);
    assert_int_equal(ans_orgs_by_code(k->orgs, ANS_STR("s:2004"), ANS_STR("75"), kit_on("2025-06-30")), dn);
    ans_org_value *v;
    uint32_t count;
    assert_int_equal(ans_orgs_values(&k->cx, k->orgs, dn, ANS_ORG_KIND, kit_on("2025-01-01"), &v, &count), ANS_OK);
    assert_int_equal(count, 2);
    SAME(v[0].display.p, "tỉnh");
    assert_true(v[1].is_undated);
    SAME(kit_troubles(k), "-");
}

static void without_a_dated_name_it_does_not_exist(void **state)
{
    kit *k = *state;
    kit_put(k, "{\"resourceType\":\"Organization\",\"id\":\"old\",\"name\":\"Old\",\"extension\":["
               DATED_NAME("Old", "{\"start\":\"2007-08-01\",\"end\":\"2025-02-28\"}") "]}");
    kit_org(k, "plain");
    SAME(kit_name(k, "old", kit_on("2007-07-31")), "-");
    SAME(kit_name(k, "old", kit_on("2025-02-28")), "Old");
    SAME(kit_name(k, "old", kit_on("2025-03-01")), "-");
    assert_true(ans_orgs_exists(k->orgs, kit_find(k, "old"), kit_on("2025-02-28")));
    assert_false(ans_orgs_exists(k->orgs, kit_find(k, "old"), kit_on("2025-03-01")));
    assert_true(ans_orgs_exists(k->orgs, kit_find(k, "plain"), kit_on("1900-01-01")));
    assert_false(ans_orgs_exists(k->orgs, kit_find(k, "nobody"), kit_on("2025-03-01")));
    kit_delete(k, "Organization", "plain");
    assert_false(ans_orgs_exists(k->orgs, kit_find(k, "plain"), kit_on("1900-01-01")));
}

#define DUTY(function, period)                                                                                         \
    "{\"url\":\"" EXT "responsibility\",\"extension\":[{\"url\":\"line\",\"valueCode\":\"health\"},{\"url\":\"function\","      \
    "\"valueCoding\":{\"system\":\"urn:ansinh:function\",\"code\":\"" function "\"}},{\"url\":\"period\",\"valuePeriod\":" period "},"    \
    "{\"url\":\"legal-basis\",\"valueString\":\"Law\"}]}"

static void who_is_responsible_where_and_when(void **state)
{
    kit *k = *state;
    kit_org(k, "qn");
    kit_org(k, "dn");
    kit_put(k, "{\"resourceType\":\"Organization\",\"id\":\"labour-qn\",\"extension\":[" DUTY("social", "{\"end\":\"2025-02-28\"}") "]}");
    kit_put(k, "{\"resourceType\":\"Organization\",\"id\":\"health-qn\",\"extension\":[" DUTY("social", "{\"start\":\"2025-03-01\"}") ","
               DUTY("cure", "{}") "]}");
    kit_put(k, "{\"resourceType\":\"Organization\",\"id\":\"health-dn\",\"extension\":[" DUTY("social", "{\"start\":\"2025-03-01\"}") "]}");
    kit_parent(k, "1", "labour-qn", "qn", "civil", NULL, "2025-02-28");
    kit_parent(k, "2", "health-qn", "qn", "civil", NULL, NULL);
    kit_parent(k, "3", "health-dn", "dn", "civil", NULL, NULL);
    SAME(kit_responsible(k, "social", "qn", "civil", kit_on("2024-06-01")), "labour-qn");
    SAME(kit_responsible(k, "social", "qn", "civil", kit_on("2025-03-01")), "health-qn");
    SAME(kit_responsible(k, "social", "dn", "civil", kit_on("2024-06-01")), "-");
    SAME(kit_responsible(k, "social", NULL, "civil", kit_on("2026-06-01")), "health-dn health-qn");
    SAME(kit_responsible(k, "cure", NULL, "civil", kit_on("1990-06-01")), "health-qn");
    ans_org_value *v;
    uint32_t count;
    assert_int_equal(ans_orgs_values(&k->cx, k->orgs, kit_find(k, "health-qn"), ANS_ORG_RESPONSIBILITY, kit_on("2026-01-01"), &v, &count),
                     ANS_OK);
    assert_int_equal(count, 2);
    SAME(v[0].system.p, "health");
    SAME(v[0].legal_basis.p, "Law");
}

static void follows(kit *k, const char *id, const char *from, const char *to, const char *how, const char *day, const char *function)
{
    const char *more = function ? KIT_FMT(k, ",\"extension\":[{\"url\":\"" EXT "function\",\"valueCoding\":{\"code\":\"%s\"}},{\"url\":\"" EXT
                                             "share\",\"valueDecimal\":0.50},{\"url\":\"" EXT "legal-basis\",\"valueString\":\"NQ 202\"}]",
                                          function)
                                : NULL;
    kit_put(k, kit_link_json(k, id, from, to, how, NULL, day, NULL, more));
}

static void what_became_of_it(void **state)
{
    kit *k = *state;
    static const char *const ids[] = {"labour", "health", "police", "new-health", "other", "before", "last"};
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        kit_org(k, ids[i]);
    }
    follows(k, "0", "before", "labour", "succession-rename", "2007-08-01", NULL);
    follows(k, "1", "labour", "health", "succession-handover", "2025-03-01", "social");
    follows(k, "2", "labour", "police", "succession-handover", "2025-03-01", "drugs");
    follows(k, "3", "health", "new-health", "succession-merge", "2025-07-01", NULL);
    follows(k, "4", "other", "new-health", "succession-merge", "2025-07-01", NULL);
    follows(k, "5", "health", "last", "succession-handover", "2020-01-01", "social");  /* before it got it from labour */
    follows(k, "6", "new-health", "last", "succession-handover", "2026-01-01", "cure"); /* not what labour gave */
    ans_as_of all = ans_as_of_day(ANS_DAY_MAX), ever = ans_as_of_day(ANS_DAY_MIN);
    SAME(kit_story(k, "labour", true, "", all),
         "1:handover:health@2025-03-01 1:handover:police@2025-03-01 2:merge:new-health@2025-07-01");
    SAME(kit_story(k, "labour", true, "drugs", all), "1:handover:police@2025-03-01");
    SAME(kit_story(k, "labour", true, "", kit_on("2025-06-30")), "1:handover:health@2025-03-01 1:handover:police@2025-03-01");
    SAME(kit_story(k, "health", true, "", all),
         "1:handover:last@2020-01-01 1:merge:new-health@2025-07-01 2:handover:last@2026-01-01");
    SAME(kit_story(k, "new-health", false, "social", ever),
         "1:merge:health@2025-07-01 1:merge:other@2025-07-01 2:handover:labour@2025-03-01 3:rename:before@2007-08-01");
    SAME(kit_story(k, "new-health", false, "social", kit_on("2025-03-01")),
         "1:merge:health@2025-07-01 1:merge:other@2025-07-01 2:handover:labour@2025-03-01");
    SAME(kit_story(k, "nobody", true, "", all), "-");
    follows(k, "7", "last", "labour", "succession-handover", "2030-01-01", NULL); /* round in a circle it goes, and ends */
    SAME(kit_story(k, "police", true, "", all), "-");
    SAME(kit_story(k, "last", true, "", all), "1:handover:labour@2030-01-01");
    ans_org_link *l;
    uint32_t count;
    assert_int_equal(ans_orgs_succession(&k->cx, k->orgs, kit_find(k, "labour"), true, ANS_STR("social"), all, &l, &count), ANS_OK);
    SAME(l[0].share.p, "0.50");
    SAME(l[0].legal_basis.p, "NQ 202");
    SAME(l[0].function.p, "social");
    assert_true(ans_str_is(l[0].id, "1"));
}

static void as_known_then(void **state)
{
    kit *k = *state;
    kit_at("2024-01-10");
    kit_org(k, "a");
    kit_org(k, "b");
    kit_org(k, "x");
    kit_parent(k, "1", "x", "a", "health", "2020-01-01", NULL);
    kit_at("2025-06-12");
    kit_parent(k, "1", "x", "a", "health", "2020-01-01", "2025-06-30");
    kit_parent(k, "2", "x", "b", "health", "2025-07-01", NULL);
    kit_put(k, "{\"resourceType\":\"Organization\",\"id\":\"x\",\"name\":\"X new\"}");
    kit_at("2026-01-01");
    kit_delete(k, "OrganizationAffiliation", "2");
    kit_delete(k, "Organization", "x");
    SAME(kit_parents(k, "x", "health", kit_known("2025-08-01", "2024-01-09")), "-");
    SAME(kit_parents(k, "x", "health", kit_known("2025-08-01", "2025-06-01")), "a");
    SAME(kit_parents(k, "x", "health", kit_known("2025-08-01", "2025-07-01")), "b");
    SAME(kit_parents(k, "x", "health", kit_known("2025-08-01", "2026-02-01")), "-");
    SAME(kit_parents(k, "x", "health", kit_on("2025-08-01")), "-");
    SAME(kit_subtree(k, "a", "health", kit_known("2025-08-01", "2025-06-01")), "a x");
    SAME(kit_subtree(k, "b", "health", kit_known("2025-08-01", "2025-07-01")), "b x");
    SAME(kit_name(k, "x", kit_known("2025-08-01", "2025-06-01")), "x");
    SAME(kit_name(k, "x", kit_known("2025-08-01", "2025-07-01")), "X new");
    SAME(kit_name(k, "x", kit_known("2025-08-01", "2023-07-01")), "-");
    SAME(kit_name(k, "x", kit_known("2025-08-01", "2026-07-01")), "-");
}

static void what_was_known_before_it_was_written(void **state)
{
    kit *k = *state;
    kit_at("2026-11-22");
    kit_org(k, "a");
    kit_org(k, "b");
    kit_put(k, "{\"resourceType\":\"Organization\",\"id\":\"x\",\"extension\":[{\"url\":\"" EXT "dated-name\",\"extension\":["
               "{\"url\":\"value\",\"valueString\":\"X\"},{\"url\":\"recorded\",\"valueDateTime\":\"2020-01-01\"},"
               "{\"url\":\"period\",\"valuePeriod\":{\"end\":\"2025-06-30\",\"_end\":{\"extension\":[{\"url\":\"" EXT
               "recorded\",\"valueDateTime\":\"2025-06-12\"}]}}}]}]}");
    static const char recorded[] = ",\"extension\":[{\"url\":\"" EXT "recorded\",\"valueDateTime\":\"2020-01-01T00:00:00+07:00\"}]";
    ans_str json = ans_str_of(kit_link_json(k, "1", "x", "a", "parent", "health", "2020-01-01", "2025-06-30", recorded));
    ptrdiff_t at = ans_str_search(json, ANS_STR("\"end\":\"2025-06-30\""));
    assert_true(at > 0);
    kit_put(k, KIT_FMT(k, "%.*s,\"_end\":{\"extension\":[{\"url\":\"" EXT "recorded\",\"valueDateTime\":\"2025-06-12\"}]}%s",
                       (int)at + 18, json.p, json.p + at + 18));
    kit_put(k, kit_link_json(k, "2", "x", "b", "parent", "health", "2025-07-01", NULL,
                             ",\"extension\":[{\"url\":\"" EXT "recorded\",\"valueDateTime\":\"2025-06-12\"}]"));
    SAME(kit_parents(k, "x", "health", kit_known("2025-08-01", "2019-12-31")), "-");
    SAME(kit_parents(k, "x", "health", kit_known("2025-08-01", "2025-06-11")), "a");
    SAME(kit_parents(k, "x", "health", kit_known("2025-08-01", "2025-06-12")), "b");
    SAME(kit_parents(k, "x", "health", kit_on("2025-06-30")), "a");
    SAME(kit_name(k, "x", kit_known("2025-08-01", "2025-06-11")), "X");
    SAME(kit_name(k, "x", kit_known("2025-08-01", "2025-06-12")), "-");
    SAME(kit_name(k, "x", kit_known("2024-08-01", "2019-06-12")), "-");
}

static void troubles_are_told(void **state)
{
    kit *k = *state;
    kit_org(k, "a");
    kit_org(k, "b");
    kit_org(k, "c");
    SAME(kit_troubles(k), "-");
    kit_parent(k, "1", "c", "a", "health", "2020", "2021");
    kit_parent(k, "2", "c", "b", "health", "2022", NULL);
    SAME(kit_troubles(k), "-"); /* a year's end is its last day */
    kit_parent(k, "2", "c", "b", "health", "2021-12-31", NULL);
    SAME(kit_troubles(k), "overlap: c: two parents in one line");
    SAME(kit_parents(k, "c", "health", kit_on("2021-12-31")), "a b");
    kit_parent(k, "2", "c", "b", "civil", "2021-12-31", NULL);
    SAME(kit_troubles(k), "-");
    kit_parent(k, "3", "a", "c", "health", "2021-06-01", NULL); /* c below a below c for half a year */
    SAME(kit_troubles(k), "cycle: a: health");
    SAME(kit_subtree(k, "a", "health", kit_on("2021-07-01")), "a c");
    SAME(kit_subtree(k, "c", "health", kit_on("2021-07-01")), "a c");
    kit_delete(k, "OrganizationAffiliation", "3");
    kit_parent(k, "4", "a", "a", "health", NULL, NULL);
    SAME(kit_troubles(k), "cycle: a: health");
    kit_delete(k, "OrganizationAffiliation", "4");
    kit_parent(k, "5", "ghost", "a", "health", NULL, NULL);
    SAME(kit_troubles(k), "no such Organization: ghost: a link names it");
    kit_delete(k, "OrganizationAffiliation", "5");
    kit_put(k, "{\"resourceType\":\"Organization\",\"id\":\"b\",\"extension\":[" DATED_NAME("B", "{\"end\":\"2020\"}") ","
               DATED_NAME("B2", "{\"start\":\"2020-12-31\"}") "]}");
    SAME(kit_troubles(k), "overlap: b: two names");
    kit_org(k, "b");
    SAME(kit_troubles(k), "-");
}

static void what_cannot_be_understood_is_told_and_harmless(void **state)
{
    kit *k = *state;
    static const char *const bad[] = {
        /* no line, no relation of ours, turned period, no date, an end elsewhere */
        "\"code\":[{\"coding\":[{\"system\":\"urn:ansinh:organization-relation\",\"code\":\"parent\"}]}],"
        "\"organization\":{\"reference\":\"Organization/a\"},\"participatingOrganization\":{\"reference\":\"Organization/b\"}",
        "\"code\":[{\"coding\":[{\"system\":\"urn:ansinh:organization-relation\",\"code\":\"friend\"}]}],"
        "\"organization\":{\"reference\":\"Organization/a\"},\"participatingOrganization\":{\"reference\":\"Organization/b\"}",
        "\"code\":[{\"coding\":[{\"system\":\"urn:ansinh:organization-relation\",\"code\":\"succession-merge\"}]}],"
        "\"organization\":{\"reference\":\"Organization/a\"},\"participatingOrganization\":{\"reference\":\"Organization/b\"},"
        "\"period\":{\"start\":\"2025-01-01\",\"end\":\"2024-01-01\"}",
        "\"code\":[{\"coding\":[{\"system\":\"urn:ansinh:organization-relation\",\"code\":\"succession-merge\"}]}],"
        "\"organization\":{\"reference\":\"Organization/a\"},\"participatingOrganization\":{\"reference\":\"Organization/b\"},"
        "\"period\":{\"start\":\"soon\"}",
        "\"code\":[{\"coding\":[{\"system\":\"urn:ansinh:organization-relation\",\"code\":\"succession-merge\"}]}],"
        "\"organization\":{\"reference\":\"http://elsewhere.example/fhir/Organization/a\"},"
        "\"participatingOrganization\":{\"display\":\"b\"}",
    };
    kit_org(k, "a");
    kit_org(k, "b");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        kit_put(k, KIT_FMT(k, "{\"resourceType\":\"OrganizationAffiliation\",\"id\":\"bad\",%s}", bad[i]));
        SAME(kit_troubles(k), "cannot be understood: : bad");
        SAME(kit_story(k, "b", true, "", ans_as_of_day(ANS_DAY_MAX)), "-");
    }
    kit_delete(k, "OrganizationAffiliation", "bad");
    SAME(kit_troubles(k), "-");
    /* somebody else's relations are none of ours */
    kit_put(k, "{\"resourceType\":\"OrganizationAffiliation\",\"id\":\"other\",\"code\":[{\"text\":\"partner\"}]}");
    kit_put(k, "{\"resourceType\":\"OrganizationAffiliation\",\"id\":\"none\"}");
    SAME(kit_troubles(k), "-");
    /* switched off is gone */
    kit_put(k, kit_link_json(k, "off", "b", "a", "parent", "health", NULL, NULL, ",\"active\":false"));
    SAME(kit_parents(k, "b", "health", kit_on("2026-01-01")), "-");
    kit_put(k, kit_link_json(k, "off", "b", "a", "parent", "health", NULL, NULL, ",\"active\":true"));
    SAME(kit_parents(k, "b", "health", kit_on("2026-01-01")), "a");
}

static void editions_and_numbers(void **state)
{
    kit *k = *state;
    uint64_t edition = ans_orgs_edition(k->orgs);
    kit_put(k, "{\"resourceType\":\"Patient\",\"id\":\"p\"}");
    assert_int_equal(ans_orgs_edition(k->orgs), edition);
    kit_org(k, "a");
    assert_true(ans_orgs_edition(k->orgs) > edition);
    edition = ans_orgs_edition(k->orgs);
    kit_org(k, "a"); /* unchanged */
    assert_int_equal(ans_orgs_edition(k->orgs), edition);
    ans_org a = kit_find(k, "a");
    assert_int_equal(ans_orgs_rid(k->orgs, a), 2);
    kit_parent(k, "1", "a", "later", "health", NULL, NULL);
    assert_true(ans_orgs_edition(k->orgs) > edition);
    assert_int_equal(ans_orgs_rid(k->orgs, kit_find(k, "later")), 0);
    kit_org(k, "later");
    assert_int_not_equal(ans_orgs_rid(k->orgs, kit_find(k, "later")), 0);
    assert_int_equal(kit_find(k, "a"), a);
    assert_int_equal(ans_orgs_find(k->orgs, ANS_STR("never")), 0);
    assert_int_equal(ans_orgs_count(k->orgs), 2);
    assert_true(ans_str_is(ans_orgs_line_code(k->orgs, kit_line(k, "civil")), "civil"));
}

/* What was followed write by write equals what is read back at a start. */
static void a_start_reads_the_same(void **state)
{
    kit *k = *state;
    kit_at("2024-01-10");
    kit_org(k, "a");
    kit_org(k, "x");
    kit_parent(k, "1", "x", "a", "health", "2020-01-01", NULL);
    kit_at("2025-06-12");
    kit_parent(k, "1", "x", "b", "health", "2020-01-01", NULL);
    kit_delete(k, "Organization", "a");
    ans_orgs *followed = k->orgs;
    assert_int_equal(ans_orgs_new(&k->cx, k->store, k->search, &k->orgs), ANS_OK);
    SAME(kit_parents(k, "x", "health", kit_on("2025-08-01")), "b");
    SAME(kit_parents(k, "x", "health", kit_known("2025-08-01", "2025-06-01")), "a");
    SAME(kit_name(k, "a", kit_known("2025-08-01", "2025-06-01")), "a");
    SAME(kit_name(k, "a", kit_on("2025-08-01")), "-");
    kit_org(k, "c"); /* both follow */
    assert_int_not_equal(ans_orgs_find(followed, ANS_STR("c")), 0);
    assert_int_not_equal(kit_find(k, "c"), 0);
    ans_store_close(k->store);
    ans_orgs_free(followed);
    k->store = NULL;
    SAME(kit_name(k, "c", kit_on("2025-08-01")), "c"); /* it does not need the store any more */
}

#define ONE(test) cmocka_unit_test_setup_teardown(test, kit_setup, kit_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ONE(days_are_read_and_printed),
        ONE(a_facility_moves_by_its_link_alone),
        ONE(lines_are_trees_of_their_own),
        ONE(departments_follow_their_facility),
        ONE(names_kinds_and_codes_have_their_days),
        ONE(without_a_dated_name_it_does_not_exist),
        ONE(who_is_responsible_where_and_when),
        ONE(what_became_of_it),
        ONE(as_known_then),
        ONE(what_was_known_before_it_was_written),
        ONE(troubles_are_told),
        ONE(what_cannot_be_understood_is_told_and_harmless),
        ONE(editions_and_numbers),
        ONE(a_start_reads_the_same),
    };
    return cmocka_run_group_tests_name("org", tests, NULL, NULL);
}
