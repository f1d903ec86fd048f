/* Scopes as text: what is read, what is printed, what two of them have in common. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/os.h"
#include "smart/scope.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static ans_cx cx;

static int start(void **state)
{
    (void)state;
    cx.arena = ans_arena_new((size_t)64 << 20);
    return cx.arena && ans_base_start() ? 0 : -1;
}

static int stop(void **state)
{
    (void)state;
    ans_arena_free(cx.arena);
    return 0;
}

static const char *read_and_print(const char *text)
{
    ans_permits p;
    ans_str out;
    assert_int_equal(ans_permits_read(&cx, ans_str_of(text), &p), ANS_OK);
    assert_int_equal(ans_permits_print(&cx, &p, &out), ANS_OK);
    return ans_arena_dup(cx.arena, out).p;
}

#define CATEGORY "?category=http://terminology.hl7.org/CodeSystem/observation-category|laboratory"

static void reading(void **state)
{
    static const struct {
        const char *text, *wanted;
    } cases[] = {
        {"", ""},
        {"openid fhirUser", "openid fhirUser"},
        {"patient/Observation.rs", "patient/Observation.rs"},
        {"patient/*.cruds", "patient/*.cruds"},
        {"user/Patient.r", "user/Patient.r"},
        {"system/Patient.s", "system/Patient.s"},
        {"patient/Observation.read", "patient/Observation.read"},
        {"patient/Observation.write", "patient/Observation.write"},
        {"patient/*.*", "patient/*.*"},
        {"patient/Observation.rs" CATEGORY, "patient/Observation.rs" CATEGORY},
        {"patient/Observation.cruds" CATEGORY, "patient/Observation.rs" CATEGORY}, /* a condition is of what is there */
        {"patient/Observation.rs?category=a|b,a|c&status=final", "patient/Observation.rs?category=a|b,a|c&status=final"},
        {"patient/Patient.rs launch/patient openid", "openid launch/patient patient/Patient.rs"},
        {"  openid   patient/Patient.rs ", "openid patient/Patient.rs"},
        /* not scopes of ours: left out */
        {"patient/Observation.sr", ""},      /* out of order */
        {"patient/Observation.rr", ""},
        {"patient/Observation.x", ""},
        {"patient/Observation.", ""},
        {"patient/Observation", ""},
        {"patient/observation.rs", ""},
        {"patient/HumanName.rs", ""},        /* a type, and no resource */
        {"patient/Resource.rs", ""},
        {"patient/.rs", ""},
        {"patients/Observation.rs", ""},
        {"/Observation.rs", ""},
        {"Observation.rs", ""},
        {"patient/Observation.c" CATEGORY, ""},
        {"patient/Observation.rs?", ""},     /* an empty condition is not taken as none */
        {"patient/Observation.rs?category", ""},
        {"patient/Observation.rs?category=", ""},
        {"patient/Observation.rs?category=|x", ""},
        {"patient/Observation.rs?category=a|", ""},
        {"patient/Observation.rs?category=a|b,", ""},
        {"patient/Observation.rs?date=2026", ""}, /* no token parameter */
        {"patient/Observation.rs?subject=Patient/1", ""},
        {"patient/Observation.rs?_has:x:y:z=1", ""},
        {"patient/Observation.rs?patient.name=a", ""},
        {"patient/Observation.rs?category:not=a|b", ""},
        {"patient/Observation.rs?nonsense=a|b", ""},
        {"patient/Observation.rs?_id=a", ""},
        {"patient/*.rs?category=a|b", ""},   /* of which type? */
        {"patient/Observation.rs?status=a&status=b&status=c&status=d&status=e", ""},
        {"patient/Observation.rs?status=1,2,3,4,5,6,7,8,9", ""},
        {"launch/encounter", "launch/encounter"},
        {"launch/questionnaire", ""},
        {"OPENID", ""},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_string_equal(read_and_print(cases[i].text), cases[i].wanted);
    }
}

static void refusing(void **state)
{
    ans_permits p;
    char *many = ans_arena_alloc(cx.arena, 70 * 16), *at = many, *wide = ans_arena_alloc(cx.arena, ANS_SCOPE_MOST_BYTES + 2);
    (void)state;
    assert_int_equal(ans_permits_read(&cx, ANS_STR("patient/Patient.rs\n"), &p), ANS_E_VALUE);
    assert_int_equal(ans_permits_read(&cx, ANS_STR("patient/\"Patient\".rs"), &p), ANS_E_VALUE);
    assert_int_equal(ans_permits_read(&cx, ANS_STR("patient/Patient.rs\x7f"), &p), ANS_E_VALUE);
    assert_int_equal(ans_permits_read(&cx, ANS_STR("b\xE1\xBB\x87nh"), &p), ANS_E_VALUE);
    memset(wide, 'x', ANS_SCOPE_MOST_BYTES + 1);
    assert_int_equal(ans_permits_read(&cx, (ans_str){wide, ANS_SCOPE_MOST_BYTES + 1}, &p), ANS_E_VALUE);
    assert_int_equal(ans_permits_read(&cx, (ans_str){wide, ANS_SCOPE_MOST_BYTES}, &p), ANS_OK);
    for (int i = 0; i < 65; i++) {
        memcpy(at, "user/Group.rs ", 14);
        at += 14;
    }
    assert_int_equal(ans_permits_read(&cx, (ans_str){many, 65 * 14 - 1}, &p), ANS_E_VALUE);
    assert_int_equal(ans_permits_read(&cx, (ans_str){many, 64 * 14 - 1}, &p), ANS_OK);
}

static void meeting(void **state)
{
    static const struct {
        const char *asked, *allowed, *wanted;
    } cases[] = {
        {"patient/Observation.rs", "patient/Observation.rs", "patient/Observation.rs"},
        {"patient/*.cruds", "patient/Observation.rs", "patient/Observation.rs"},
        {"patient/*.*", "patient/Observation.rs", "patient/Observation.read"},
        {"patient/Observation.rs", "patient/*.cruds", "patient/Observation.rs"},
        {"patient/Observation.rs", "user/*.rs", "patient/Observation.rs"},  /* less than it may */
        {"user/Observation.rs", "patient/*.rs", ""},                        /* more than it may */
        {"system/Observation.rs", "user/*.cruds", ""},
        {"patient/Observation.cruds", "patient/*.rs patient/Observation.c", "patient/Observation.rs patient/Observation.c"},
        {"patient/Condition.rs", "patient/Observation.rs", ""},
        {"patient/Observation.cud", "patient/Observation.rs", ""},
        {"patient/Observation.rs", "patient/Observation.rs" CATEGORY, "patient/Observation.rs" CATEGORY},
        {"patient/Observation.rs" CATEGORY, "patient/Observation.rs", "patient/Observation.rs" CATEGORY},
        {"patient/Observation.rs" CATEGORY, "patient/Observation.rs" CATEGORY, "patient/Observation.rs" CATEGORY},
        {"patient/Observation.rs?status=final", "patient/Observation.rs" CATEGORY,
         "patient/Observation.rs?status=final&category=http://terminology.hl7.org/CodeSystem/observation-category|laboratory"},
        {"patient/Observation.cruds", "patient/Observation.cruds?status=final", "patient/Observation.rs?status=final"},
        {"openid offline_access launch", "openid launch", "openid launch"},
        {"launch/encounter user/*.rs", "launch/patient user/*.rs", "user/*.rs"},
        {"patient/*.rs patient/Observation.rs", "patient/Observation.rs", "patient/Observation.rs"}, /* once */
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        ans_permits asked, allowed, both;
        ans_str out;
        assert_int_equal(ans_permits_read(&cx, ans_str_of(cases[i].asked), &asked), ANS_OK);
        assert_int_equal(ans_permits_read(&cx, ans_str_of(cases[i].allowed), &allowed), ANS_OK);
        assert_int_equal(ans_permits_meet(&cx, &asked, &allowed, &both), ANS_OK);
        assert_int_equal(ans_permits_print(&cx, &both, &out), ANS_OK);
        assert_string_equal(ans_arena_dup(cx.arena, out).p, cases[i].wanted);
    }
}

static void rules(void **state)
{
    ans_permits p;
    ans_limit limit;
    (void)state;
    assert_int_equal(ans_permits_read(&cx, ANS_STR("openid patient/Observation.rs?category=s|a,s|b user/*.c"), &p), ANS_OK);
    assert_int_equal(ans_permits_limit(&cx, &p, ANS_STR("p1"), &limit), ANS_OK);
    assert_int_equal(limit.count, 2);
    assert_int_equal(limit.rules[0].type, ans_fhir_type_named(ANS_STR("Observation")));
    assert_int_equal(limit.rules[0].letters, ANS_LIMIT_READ | ANS_LIMIT_SEARCH);
    assert_true(limit.rules[0].in_person && limit.rules[0].term_count == 1 && limit.rules[0].terms[0].count == 2);
    assert_true(ans_str_is(limit.rules[0].terms[0].codes[1].code, "b") && ans_str_is(limit.rules[0].terms[0].codes[1].system, "s"));
    assert_true(limit.rules[1].type == 0 && limit.rules[1].letters == ANS_LIMIT_CREATE && !limit.rules[1].in_person);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(reading), cmocka_unit_test(refusing), cmocka_unit_test(meeting), cmocka_unit_test(rules)};
    return cmocka_run_group_tests(tests, start, stop);
}
