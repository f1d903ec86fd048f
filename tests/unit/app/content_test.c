/* The organisations that come with the program: every trap of the reform of 2025 comes out right, loading twice is loading once, an
 * upgrade changes what changed and leaves alone what somebody here changed. Run in the top folder. */
#include "app/content.h" /* first: cmocka has a macro named fail */

#include "unit/auth/org_kit.h"

#define SYSTEM_2004 "urn:ansinh:id:province-code-2004"
#define SYSTEM_2025 "urn:ansinh:id:province-code-2025"
#define FAR ans_as_of_day(ANS_DAY_MAX)

typedef struct world {
    kit k;
    ans_rest *rest;
} world;

static content_report load(world *w, const char *dir)
{
    content_report r;
    ans_err err = content_load(&w->k.cx, w->k.store, w->rest, dir, &r);
    if (err != ANS_OK) {
        fail_msg("%s", w->k.cx.last_ ? w->k.cx.last_->text.p : ans_err_text(err));
    }
    return r;
}

static int setup(void **state)
{
    world *w = malloc(sizeof *w);
    assert_non_null(w);
    *w = (world){0};
    kit_open(&w->k);
    ans_rest_options o = {.store = w->k.store, .search = w->k.search, .threads = 1, .version = "test"};
    assert_int_equal(ans_rest_new(&w->k.cx, &o, &w->rest), ANS_OK);
    assert_true(load(w, NULL).created > 1900);
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    world *w = *state;
    ans_rest_free(w->rest);
    kit_close(&w->k);
    free(w);
    return 0;
}

static const char *by_code(kit *k, const char *system, const char *code, const char *day)
{
    ans_org org = ans_orgs_by_code(k->orgs, ans_str_of(system), ans_str_of(code), kit_on(day));
    return org ? ans_orgs_id(k->orgs, org).p : "-";
}

/* Provinces directly below the Government that day. */
static uint32_t provinces(kit *k, const char *day, const char *kind)
{
    ans_org_link *l;
    uint32_t count, found = 0;
    assert_int_equal(ans_orgs_children(&k->cx, k->orgs, kit_find(k, "vn-government"), kit_line(k, "civil"), kit_on(day), &l, &count), ANS_OK);
    for (uint32_t i = 0; i < count; i++) {
        ans_str got = ans_orgs_code(&k->cx, k->orgs, l[i].lower, ANS_ORG_KIND, ANS_STR("urn:ansinh:province-kind"), kit_on(day));
        found += kind ? ans_str_is(got, kind) : got.n > 0;
    }
    return found;
}

static void nothing_is_wrong_with_it(void **state)
{
    world *w = *state;
    SAME(kit_troubles(&w->k), "-");
}

static void sixty_three_became_thirty_four(void **state)
{
    world *w = *state;
    kit *k = &w->k;
    static const struct {
        const char *day;
        uint32_t all, cities;
    } rows[] = {
        {"2024-12-31", 63, 5}, {"2025-01-01", 63, 6}, {"2025-06-11", 63, 6}, {"2025-06-12", 34, 6}, {"2025-07-01", 34, 6},
        {"2026-04-29", 34, 6}, {"2026-04-30", 34, 7}, {"2026-09-01", 34, 8}, {"2026-09-20", 34, 9}, {"2026-11-21", 34, 9},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(provinces(k, rows[i].day, NULL), rows[i].all);
        assert_int_equal(provinces(k, rows[i].day, "thanh-pho"), rows[i].cities);
    }
}

/* Trap 1: the same digits, another territory. */
static void inherited_codes(void **state)
{
    world *w = *state;
    kit *k = &w->k;
    static const struct {
        const char *code, *old, *old_name, *new, *new_name, *namesake; /* the code that the old namesake had */
    } rows[] = {
        {"24", "vn-province-24-2004", "Tỉnh Bắc Giang", "vn-province-24-2025", "Tỉnh Bắc Ninh", "27"},
        {"15", "vn-province-15-2004", "Tỉnh Yên Bái", "vn-province-15-2025", "Tỉnh Lào Cai", "10"},
        {"44", "vn-province-44-2004", "Tỉnh Quảng Bình", "vn-province-44-2025", "Tỉnh Quảng Trị", "45"},
        {"52", "vn-province-52-2004", "Tỉnh Bình Định", "vn-province-52-2025", "Tỉnh Gia Lai", "64"},
        {"80", "vn-province-80-2004", "Tỉnh Long An", "vn-province-80-2025", "Tỉnh Tây Ninh", "72"},
        {"82", "vn-province-82-2004", "Tỉnh Tiền Giang", "vn-province-82-2025", "Tỉnh Đồng Tháp", "87"},
        {"91", "vn-province-91-2004", "Tỉnh Kiên Giang", "vn-province-91-2025", "Tỉnh An Giang", "89"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        SAME(by_code(k, SYSTEM_2004, rows[i].code, "2025-06-01"), rows[i].old);
        SAME(by_code(k, SYSTEM_2025, rows[i].code, "2025-07-01"), rows[i].new);
        SAME(by_code(k, SYSTEM_2004, rows[i].code, "2025-07-01"), "-");
        SAME(by_code(k, SYSTEM_2025, rows[i].code, "2025-06-30"), "-");
        SAME(kit_name(k, rows[i].old, kit_on("2025-06-01")), rows[i].old_name);
        SAME(kit_name(k, rows[i].new, kit_on("2025-07-01")), rows[i].new_name);
        SAME(kit_name(k, rows[i].old, kit_on("2025-07-01")), "-");
        SAME(kit_name(k, by_code(k, SYSTEM_2004, rows[i].namesake, "2025-06-01"), kit_on("2025-06-01")), rows[i].new_name);
        SAME(by_code(k, SYSTEM_2025, rows[i].namesake, "2025-07-01"), "-");
    }
}

/* Trap 3: the places where the programme was tried out, and a merger of three. */
static void where_the_pilots_went(void **state)
{
    world *w = *state;
    kit *k = &w->k;
    SAME(kit_story(k, "vn-province-24-2004", true, "", FAR), "1:merge:vn-province-24-2025@2025-06-12");
    SAME(kit_story(k, "vn-province-49-2004", true, "", FAR), "1:merge:vn-province-48-2025@2025-06-12");
    SAME(kit_story(k, "vn-province-58-2004", true, "", FAR), "1:merge:vn-province-56-2025@2025-06-12");
    SAME(kit_story(k, "vn-province-68-2025", false, "", ans_as_of_day(ANS_DAY_MIN)),
         "1:merge:vn-province-60-2004@2025-06-12 1:merge:vn-province-67-2004@2025-06-12 1:merge:vn-province-68-2004@2025-06-12");
    SAME(kit_story(k, "vn-province-01-2004", true, "", FAR), "-");
    ans_org_link *l;
    uint32_t count;
    assert_int_equal(ans_orgs_succession(&k->cx, k->orgs, kit_find(k, "vn-province-49-2004"), true, ANS_STR_NONE, FAR, &l, &count), ANS_OK);
    SAME(l[0].legal_basis.p, "NQ 202/2025/QH15");
}

/* Every unit of 2004 is either still there or went into exactly one of 2025. */
static void nobody_is_lost(void **state)
{
    world *w = *state;
    kit *k = &w->k;
    uint32_t old = 0, merged = 0;
    for (ans_org org = 1; org <= ans_orgs_count(k->orgs); org++) {
        ans_str id = ans_orgs_id(k->orgs, org);
        if (!ans_str_starts(id, ANS_STR("vn-province-")) || ans_str_search(id, ANS_STR("-2004")) < 0) {
            continue;
        }
        ans_org_link *l;
        uint32_t count;
        bool is_there = ans_orgs_exists(k->orgs, org, kit_on("2026-11-21"));
        assert_int_equal(ans_orgs_succession(&k->cx, k->orgs, org, true, ANS_STR_NONE, FAR, &l, &count), ANS_OK);
        assert_int_equal(count, is_there ? 0 : 1);
        assert_true(is_there || ans_orgs_exists(k->orgs, l[0].upper, kit_on("2026-11-21")));
        old++;
        merged += !is_there;
    }
    assert_int_equal(old, 63);
    assert_int_equal(merged, 52);
}

/* Trap 5: from province to city without another code, in the middle of the year; and Hue. */
static void cities_change_the_names_of_their_bodies(void **state)
{
    world *w = *state;
    kit *k = &w->k;
    static const struct {
        const char *id, *day, *name;
    } rows[] = {
        {"vn-province-75-2025", "2026-04-29", "Tỉnh Đồng Nai"},
        {"vn-province-75-2025", "2026-04-30", "Thành phố Đồng Nai"},
        {"vn-health-75-2025", "2026-04-29", "Sở Y tế tỉnh Đồng Nai"},
        {"vn-health-75-2025", "2026-04-30", "Sở Y tế thành phố Đồng Nai"},
        {"vn-province-24-2025", "2026-09-20", "Thành phố Bắc Ninh"},
        {"vn-police-24-2025", "2026-09-19", "Công an tỉnh Bắc Ninh"},
        {"vn-province-22-2004", "2026-08-31", "Tỉnh Quảng Ninh"},
        {"vn-home-affairs-22-2004", "2026-09-01", "Sở Nội vụ thành phố Quảng Ninh"},
        {"vn-province-46-2004", "2024-12-31", "Tỉnh Thừa Thiên Huế"},
        {"vn-province-46-2004", "2025-01-01", "Thành phố Huế"},
        {"vn-labour-46-2004", "2024-12-31", "Sở Lao động - Thương binh và Xã hội tỉnh Thừa Thiên Huế"},
        {"vn-labour-46-2004", "2025-02-28", "Sở Lao động - Thương binh và Xã hội thành phố Huế"},
        {"vn-labour-46-2004", "2025-03-01", "-"},
        {"vn-labour-49-2004", "2023-06-01", "Sở Lao động - Thương binh và Xã hội tỉnh Quảng Nam"},
        {"vn-health-49-2004", "2025-06-30", "Sở Y tế tỉnh Quảng Nam"},
        {"vn-health-49-2004", "2025-07-01", "-"},
        {"vn-health-48-2025", "2025-06-30", "-"},
        {"vn-health-48-2025", "2025-07-01", "Sở Y tế thành phố Đà Nẵng"},
        {"vn-health-79-2025", "2026-01-01", "Sở Y tế Thành phố Hồ Chí Minh"},
        {"vn-molisa", "2025-02-28", "Bộ Lao động - Thương binh và Xã hội"},
        {"vn-molisa", "2025-03-01", "-"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        SAME(kit_name(k, rows[i].id, kit_on(rows[i].day)), rows[i].name);
    }
}

static void who_answers_for_what(void **state)
{
    world *w = *state;
    kit *k = &w->k;
    static const struct {
        const char *function, *in, *day, *who;
    } rows[] = {
        {"social-protection", "vn-province-49-2004", "2023-06-01", "vn-labour-49-2004"},
        {"social-protection", "vn-province-49-2004", "2025-02-28", "vn-labour-49-2004"},
        {"social-protection", "vn-province-49-2004", "2025-03-01", "vn-health-49-2004"},
        {"drug-rehabilitation", "vn-province-49-2004", "2025-03-01", "vn-police-49-2004"},
        {"people-with-merit", "vn-province-49-2004", "2025-03-01", "vn-home-affairs-49-2004"},
        /* the unit has merged, the departments not yet */
        {"social-protection", "vn-province-48-2025", "2025-06-12", "vn-health-48-2004 vn-health-49-2004"},
        {"social-protection", "vn-province-48-2025", "2025-06-30", "vn-health-48-2004 vn-health-49-2004"},
        {"social-protection", "vn-province-48-2025", "2025-07-01", "vn-health-48-2025"},
        {"drug-rehabilitation", "vn-province-48-2025", "2026-11-21", "vn-police-48-2025"},
        {"people-with-merit", "vn-province-01-2004", "2026-11-21", "vn-home-affairs-01-2004"},
        {"social-protection", "vn-province-01-2004", "2023-01-01", "vn-labour-01-2004"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        SAME(kit_responsible(k, rows[i].function, rows[i].in, "civil", kit_on(rows[i].day)), rows[i].who);
    }
    SAME(kit_responsible(k, "vocational-education", NULL, "civil", kit_on("2024-01-01")), "vn-molisa");
    SAME(kit_responsible(k, "vocational-education", NULL, "civil", kit_on("2026-01-01")), "vn-moet");
}

static void the_ministry_split(void **state)
{
    world *w = *state;
    kit *k = &w->k;
    SAME(kit_story(k, "vn-molisa", true, "drug-rehabilitation", FAR), "1:handover:vn-mps@2025-03-01");
    SAME(kit_story(k, "vn-molisa", true, "people-with-merit", FAR), "1:handover:vn-moha@2025-03-01");
    SAME(kit_story(k, "vn-molisa", true, "social-protection", FAR), "1:handover:vn-moh@2025-03-01");
    SAME(kit_story(k, "vn-labour-49-2004", true, "social-protection", FAR),
         "1:handover:vn-health-49-2004@2025-03-01 2:merge:vn-health-48-2025@2025-07-01");
    SAME(kit_story(k, "vn-labour-01-2004", true, "drug-rehabilitation", FAR), "1:handover:vn-police-01-2004@2025-03-01");
    SAME(kit_story(k, "vn-police-56-2025", false, "drug-rehabilitation", ans_as_of_day(ANS_DAY_MIN)),
         "1:merge:vn-police-56-2004@2025-07-01 1:merge:vn-police-58-2004@2025-07-01 2:handover:vn-labour-56-2004@2025-03-01 "
         "2:handover:vn-labour-58-2004@2025-03-01");
}

static void each_line_is_a_tree(void **state)
{
    world *w = *state;
    kit *k = &w->k;
    static const struct {
        const char *root, *line, *day;
        uint32_t count; /* below it */
    } rows[] = {
        {"vn-molisa", "labour", "2024-06-01", 63 + 4}, {"vn-molisa", "labour", "2025-03-01", 0},
        {"vn-moh", "health", "2024-06-01", 63},        {"vn-moh", "health", "2025-06-30", 63 + 2},
        {"vn-moh", "health", "2025-07-01", 34 + 2},    {"vn-moha", "home-affairs", "2025-07-01", 34 + 1},
        {"vn-mps", "public-security", "2026-01-01", 34 + 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ans_org_set set;
        assert_int_equal(ans_orgs_subtree(&k->cx, k->orgs, kit_find(k, rows[i].root), kit_line(k, rows[i].line), kit_on(rows[i].day), &set),
                         ANS_OK);
        assert_int_equal(set.count, rows[i].count + 1);
    }
}

static bool has_level(kit *k, const char *level, const char *day)
{
    ans_org_value *v;
    uint32_t count;
    bool has = false;
    assert_int_equal(ans_orgs_values(&k->cx, k->orgs, kit_find(k, "vn-government"), ANS_ORG_LEVEL, kit_on(day), &v, &count), ANS_OK);
    for (uint32_t i = 0; i < count; i++) {
        has = has || ans_str_is(v[i].value, level);
    }
    return has;
}

static void districts_are_gone(void **state)
{
    world *w = *state;
    assert_true(has_level(&w->k, "district", "2025-06-30"));
    assert_false(has_level(&w->k, "district", "2025-07-01"));
    assert_true(has_level(&w->k, "commune", "2025-07-01"));
}

/* ---- loading ---- */

static void run(const char *fmt, ...)
{
    char line[600];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(line, sizeof line, fmt, args);
    va_end(args);
    assert_int_equal(system(line), 0);
}

static void temporary(char *out, size_t n)
{
    const char *base = getenv("TMPDIR");
    (void)snprintf(out, n, "%s/ansinh-content-XXXXXX", base && *base ? base : P_tmpdir);
    assert_non_null(mkdtemp(out));
    run("cp -r content/. '%s/'", out); /* the whole edition: what is left out counts as dropped */
}

static void what_is_embedded_is_the_folder(void **state)
{
    world *w = *state;
    ans_str embedded, kept;
    assert_int_equal(content_edition(&w->k.cx, NULL, &embedded), ANS_OK);
    assert_int_equal(content_edition(&w->k.cx, "content", &kept), ANS_OK);
    assert_true(ans_str_eq(embedded, kept));
}

static ans_pos head(kit *k)
{
    ans_store_stats s;
    ans_store_stats_get(k->store, &s);
    return s.pos;
}

static void an_upgrade_changes_what_changed(void **state)
{
    world *w = *state;
    kit *k = &w->k;
    char dir[200];
    ans_pos before = head(k);
    content_report r = load(w, NULL);
    assert_int_equal(r.created + r.updated + r.kept, 0);
    assert_int_equal(head(k), before);
    temporary(dir, sizeof dir);
    /* a new edition that says the same but for one name; and one body is no longer part of it */
    run("sed -i 's/Cục Bà mẹ và Trẻ em/Cục Bà mẹ, Trẻ em/' '%s/organisations/bodies.tsv'", dir);
    run("sed -i '/^vn-molisa-merit\\t/d' '%s/organisations/'*.tsv", dir);
    r = load(w, dir);
    assert_int_equal(r.created, 0);
    assert_int_equal(r.updated, 1);
    assert_int_equal(r.kept, 0);
    assert_int_equal(r.dropped, 3); /* the body, its parent link, its succession */
    assert_int_equal(head(k), before + 1);
    SAME(kit_name(k, "vn-moh-mother-child", kit_on("2026-01-01")), "Cục Bà mẹ, Trẻ em");
    SAME(kit_name(k, "vn-molisa-merit", kit_on("2024-01-01")), "Cục Người có công");
    r = load(w, dir);
    assert_int_equal(head(k), before + 1);
    run("rm -rf '%s'", dir);
}

static void what_was_changed_here_stays(void **state)
{
    world *w = *state;
    kit *k = &w->k;
    char dir[200];
    kit_put(k, "{\"resourceType\":\"Organization\",\"id\":\"vn-mps-c04\",\"name\":\"Ours\"}");
    kit_delete(k, "Organization", "vn-moha-merit");
    temporary(dir, sizeof dir);
    run("sed -i 's/ (C04)/ C04/; s/^vn-moha-merit\\tagency\\tCục/vn-moha-merit\\tagency\\tVụ/; s/\\tCục Trẻ em/\\tCục Trẻ em mới/' '%s/organisations/bodies.tsv'", dir);
    ans_pos before = head(k);
    content_report r = load(w, dir);
    assert_int_equal(r.updated, 1);
    assert_int_equal(r.kept, 2);
    assert_int_equal(head(k), before + 1);
    SAME(kit_name(k, "vn-mps-c04", kit_on("2026-01-01")), "Ours");
    SAME(kit_name(k, "vn-moha-merit", kit_on("2026-01-01")), "-");
    SAME(kit_name(k, "vn-molisa-children", kit_on("2024-01-01")), "Cục Trẻ em mới");
    run("rm -rf '%s'", dir);
}

static void faults_name_file_and_line(void **state)
{
    static const struct {
        const char *edit, *want;
    } rows[] = {
        {"s/\\tsocial-protection\\tlabour\\t/\\tsocial-protektion\\tlabour\\t/' duties.tsv", "content/organisations/duties.tsv:3: urn:ansinh:function has no code social-protektion"},
        {"s/^vn-moh\\tvn-government/vn-moh\\tvn-nobody/' parents.tsv", "content/organisations/parents.tsv:4: there is no body vn-nobody"},
        {"s/\\tlabour\\t\\t2025-02-28/\\tlabour\\t\\t2025-02-29/' parents.tsv", "content/organisations/parents.tsv:18: a day is written 2025-06-12"},
        {"s/^49-2004\\t48-2025\\t2025-06-12/49-2004\\t48-2025\\t2025-06-13/' province-mergers.tsv", "content/organisations/province-mergers.tsv:25: the units' spans do not meet on that day"},
        {"s/^49-2004\\t48-2025/49-2004\\t99-2025/' province-mergers.tsv", "content/organisations/province-mergers.tsv:25: there is no such unit, or it went into another one already"},
        {"s/\\ttinh\\tThừa/\\thuyen\\tThừa/' provinces.tsv", "content/organisations/provinces.tsv:39: urn:ansinh:province-kind has no code huyen"},
        {"s/^level\\t/niveau\\t/' levels.tsv", "content/organisations/levels.tsv:2: the columns are not the ones of this table"},
        {"s/^district\\t/district/' levels.tsv", "content/organisations/levels.tsv:4: 5 cells are wanted, in UTF-8"},
    };
    world *w = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char dir[200];
        content_report r;
        temporary(dir, sizeof dir);
        run("cd '%s/organisations' && sed -i '%s", dir, rows[i].edit);
        ans_pos before = head(&w->k);
        w->k.cx.issues = w->k.cx.last_ = NULL;
        assert_int_equal(content_load(&w->k.cx, w->k.store, w->rest, dir, &r), ANS_E_INVALID);
        SAME(w->k.cx.last_->text.p, rows[i].want);
        assert_int_equal(head(&w->k), before); /* nothing was written */
        run("rm -rf '%s'", dir);
    }
}

#define ONE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ONE(nothing_is_wrong_with_it),
        ONE(sixty_three_became_thirty_four),
        ONE(inherited_codes),
        ONE(where_the_pilots_went),
        ONE(nobody_is_lost),
        ONE(cities_change_the_names_of_their_bodies),
        ONE(who_answers_for_what),
        ONE(the_ministry_split),
        ONE(each_line_is_a_tree),
        ONE(districts_are_gone),
        ONE(what_is_embedded_is_the_folder),
        ONE(an_upgrade_changes_what_changed),
        ONE(what_was_changed_here_stays),
        ONE(faults_name_file_and_line),
    };
    return cmocka_run_group_tests_name("content", tests, NULL, NULL);
}
