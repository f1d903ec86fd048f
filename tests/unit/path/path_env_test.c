/* What comes from outside: the host's functions, variables, zone, clock, limits; and one path used
 * by many threads. */
#include "fixture.h"

#include <pthread.h>

#include "base/os.h"

typedef struct outside {
    const ans_item *target;
    unsigned calls;
} outside;

static ans_err host_resolve(void *arg, ans_cx *cx, const ans_item *from, ans_str reference,
                            ans_item *out)
{
    outside *o = arg;
    (void)cx;
    (void)from;
    o->calls++;
    if (!ans_str_is(reference, "urn:uuid:c757873d-ec9a-4326-a141-556f43239520")) {
        return ANS_E_NOTFOUND;
    }
    *out = *o->target;
    return ANS_OK;
}

static ans_err host_member_of(void *arg, ans_cx *cx, const ans_item *item, ans_str value_set,
                              bool *out)
{
    (void)arg;
    (void)cx;
    (void)item;
    *out = ans_str_is(value_set, "http://x/vs");
    return ANS_OK;
}

static ans_err host_conforms_to(void *arg, ans_cx *cx, const ans_item *item, ans_str profile,
                                bool *out)
{
    (void)arg;
    (void)item;
    *out = true;
    return ans_str_is(profile, "http://x/p")
               ? ANS_OK
               : ans_issue_add(cx, ANS_E_NOTFOUND, ANS_STR_NONE, "no such profile");
}

static void path_host__is_asked(void **state)
{
    static const row rows[] = {
        {"generalPractitioner.resolve().name", "\"Inside\""},
        {"generalPractitioner.where(resolve() is Organization).count()", "1"},
        {"gender.memberOf('http://x/vs')", "true"},
        {"gender.memberOf('http://x/other')", "false"},
        {"gender.memberOf({})", ""},
        {"conformsTo('http://x/p')", "true"},
        {"conformsTo('http://x/q')", "!NOTFOUND"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        fixture f;
        fixture_open(&f, patient_text);
        ans_json organization;
        ans_str text = ANS_STR("{\"resourceType\":\"Organization\",\"name\":\"Inside\"}");
        assert_int_equal(ans_json_parse(&f.cx, text, NULL, &organization), ANS_OK);
        ans_item target = ans_item_of_resource(&organization, 0);
        outside o = {&target, 0};
        ans_path_host host = {.arg = &o, .resolve = host_resolve, .member_of = host_member_of, .conforms_to = host_conforms_to};
        ans_path_env env = {.host = &host};
        ans_str got = run_in(&f, rows[i].expression, f.focus.type, &env);
        assert_string_equal(ans_arena_dup(f.cx.arena, got).p, rows[i].expected);
        if (i == 1) {
            assert_int_equal(o.calls, 1); /* the others name their type */
        }
        fixture_close(&f);
    }
}

static void path_env__variables(void **state)
{
    fixture f;
    (void)state;
    fixture_open(&f, patient_text);
    ans_item one = {.kind = ANS_ITEM_STRING, .text = ANS_STR("v")};
    ans_items name = {0};
    assert_int_equal(ans_item_children(&f.cx, &f.focus, ANS_STR("name"), &name), ANS_OK);
    ans_path_var vars[] = {{ANS_STR("one"), {.at = &one, .count = 1}},
                           {ANS_STR("none"), {0}},
                           {ANS_STR("my names"), name}};
    ans_path_env env = {.vars = vars, .var_count = 3, .resource = &f.focus};
    f.focus = name.at[1]; /* the focus is an element, the resource stays */
    assert_true(ans_str_is(run_in(&f, "%one & %none", 0, &env), "\"v\""));
    assert_true(ans_str_is(run_in(&f, "%none", 0, &env), ""));
    assert_true(ans_str_is(run_in(&f, "%`my names`.use", 0, &env), "\"official\",\"usual\""));
    assert_true(ans_str_is(run_in(&f, "use", 0, &env), "\"usual\""));
    assert_true(ans_str_is(run_in(&f, "HumanName.use", 0, &env), "\"usual\""));
    assert_true(ans_str_is(run_in(&f, "%context.use", 0, &env), "\"usual\""));
    assert_true(ans_str_is(run_in(&f, "%two", 0, &env), "!VALUE"));
    assert_true(ans_str_is(run_in(&f, "defineVariable('one', 2).select(%one)", 0, &env), "2"));
    fixture_close(&f);
}

static int64_t fixed_clock(void)
{
    return INT64_C(1767225600123456); /* 2026-01-01T00:00:00.123456Z */
}

static void path_env__zone_and_clock(void **state)
{
    static const row in_zone[] = {
        {"now()", "\"2026-01-01T07:00:00.123+07:00\""},
        {"today()", "\"2026-01-01\""},
        {"timeOfDay()", "\"07:00:00.123\""},
        {"@2025-12-31T20:00:00Z < @2026-01-01T03:00:01", "true"},
        {"@2025-12-31T20:00:00Z = @2026-01-01T03:00:00", "true"},
        {"@2025-12-31T20:00:00Z > @2025-12-31", "true"},
        {"(@2025-12-31T20:00:00Z | @2026-01-01T03:00:00).count()", "1"},
    };
    static const row in_utc[] = {
        {"now()", "\"2026-01-01T00:00:00.123Z\""},
        {"@2025-12-31T20:00:00Z = @2026-01-01T03:00:00", ""},
        {"@2025-12-31T20:00:00Z > @2025-12-31", ""},
    };
    fixture f;
    const ans_zone *zone;
    (void)state;
    ans_clock_set(fixed_clock);
    fixture_open(&f, NULL);
    assert_int_equal(ans_zone_open(&f.cx, ANS_STR("Asia/Ho_Chi_Minh"), &zone), ANS_OK);
    ans_path_env env = {.zone = zone};
    for (size_t i = 0; i < COUNT(in_zone); i++) {
        ans_str got = run_in(&f, in_zone[i].expression, 0, &env);
        assert_string_equal(ans_arena_dup(f.cx.arena, got).p, in_zone[i].expected);
    }
    fixture_close(&f);
    check_rows(NULL, in_utc, COUNT(in_utc));
    ans_clock_set(NULL);
}

static void path_env__limits(void **state)
{
    static const char *const endless[] = {
        "1.repeat($this + 1)",
        "1.repeatAll($this)",
        "(1 | 2 | 3 | 4 | 5 | 6 | 7 | 8).repeatAll(1 | 2 | 3)",
        "descendants().select(%resource.descendants().select(%resource.descendants()))",
        ("(1|2|3|4|5|6|7|8|9).select(($this|11|12|13|14|15|16|17).select((21|22|23|24|25|26)."
         "select("
         "(31|32|33|34|35).select((41|42|43|44|45).select(1)))))"),
    };
    (void)state;
    for (size_t i = 0; i < COUNT(endless); i++) {
        fixture f;
        ans_path_env env = {.max_steps = 3000};
        fixture_open(&f, patient_text);
        assert_string_equal(ans_arena_dup(f.cx.arena, run_in(&f, endless[i], f.focus.type, &env)).p,
                            "!COSTLY");
        fixture_close(&f);
    }
}

typedef struct worker {
    const ans_path *path;
    const ans_item *focus;
    unsigned wrong;
} worker;

static void *evaluate_often(void *arg)
{
    worker *w = arg;
    ans_arena *arena = ans_arena_new((size_t)8 << 20);
    for (unsigned i = 0; arena && i < 2000; i++) {
        ans_cx cx = {.arena = arena};
        ans_items out;
        ans_err err = ans_path_eval(&cx, w->path, NULL, w->focus, &out);
        w->wrong += err || out.count != 2;
        ans_arena_reset(arena);
    }
    w->wrong += arena == NULL;
    ans_arena_free(arena);
    return NULL;
}

static void path_eval__is_shared_by_threads(void **state)
{
    fixture f;
    const ans_path *path;
    worker w[3];
    pthread_t threads[3];
    (void)state;
    fixture_open(&f, patient_text);
    ans_str text =
        ANS_STR("name.given.where(matches('^[BV]')).union(name.where(family.matches('\\\\d'))"
                ".family) | telecom.where(rank > 5)");
    assert_int_equal(ans_path_compile(&f.cx, f.cx.arena, text, f.focus.type, &path), ANS_OK);
    for (int i = 0; i < 3; i++) {
        w[i] = (worker){path, &f.focus, 0};
        assert_int_equal(pthread_create(&threads[i], NULL, evaluate_often, &w[i]), 0);
    }
    for (int i = 0; i < 3; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(w[i].wrong, 0);
    }
    fixture_close(&f);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(path_host__is_asked),
        cmocka_unit_test(path_env__variables),
        cmocka_unit_test(path_env__zone_and_clock),
        cmocka_unit_test(path_env__limits),
        cmocka_unit_test(path_eval__is_shared_by_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
