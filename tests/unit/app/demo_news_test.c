/* The demo's NEWS2 against the published bands, typed here value by value and not by their ends: every value of every sign, with all
 * the others at nothing. */
#include "app/demo_news.h" /* before cmocka, whose macro fail is also a function's name there */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static const demo_signs well = {.breathing = 16, .spo2 = 97, .systolic = 120, .pulse = 70, .temperature = 370, .is_alert = true};

static int breathing_points(int v)
{
    return v <= 8 || v >= 25 ? 3 : v >= 21 ? 2 : v <= 11 ? 1 : 0;
}

static int scale_1_points(int v)
{
    return v >= 96 ? 0 : v >= 94 ? 1 : v >= 92 ? 2 : 3;
}

static int scale_2_points(int v, bool oxygen)
{
    if (v >= 93 && oxygen) {
        return v >= 97 ? 3 : v >= 95 ? 2 : 1;
    }
    return v >= 88 ? 0 : v >= 86 ? 1 : v >= 84 ? 2 : 3;
}

static int systolic_points(int v)
{
    return v >= 220 || v <= 90 ? 3 : v <= 100 ? 2 : v <= 110 ? 1 : 0;
}

static int pulse_points(int v)
{
    return v <= 40 || v >= 131 ? 3 : v >= 111 ? 2 : v <= 50 || v >= 91 ? 1 : 0;
}

static int temperature_points(int tenths)
{
    return tenths <= 350 ? 3 : tenths >= 391 ? 2 : tenths <= 360 || tenths >= 381 ? 1 : 0;
}

static void expect(const demo_signs *s, int points, int worst)
{
    demo_score score = demo_news2(s);
    assert_int_equal(score.points, points);
    assert_int_equal(score.has_three, worst == 3);
}

static void demo_news__each_sign(void **state)
{
    (void)state;
    expect(&well, 0, 0);
    for (int v = 0; v <= 450; v++) {
        demo_signs s = well;
        s.breathing = v;
        expect(&s, breathing_points(v), breathing_points(v));
        s = well;
        s.systolic = v;
        expect(&s, systolic_points(v), systolic_points(v));
        s = well;
        s.pulse = v;
        expect(&s, pulse_points(v), pulse_points(v));
        s = well;
        s.temperature = v;
        expect(&s, temperature_points(v), temperature_points(v));
    }
}

static void demo_news__oxygen(void **state)
{
    (void)state;
    for (int v = 0; v <= 100; v++) {
        for (int oxygen = 0; oxygen < 2; oxygen++) {
            demo_signs s = well;
            s.spo2 = v;
            s.on_oxygen = oxygen;
            expect(&s, scale_1_points(v) + 2 * oxygen, scale_1_points(v));
            s.has_scale_2 = true;
            expect(&s, scale_2_points(v, oxygen) + 2 * oxygen, scale_2_points(v, oxygen));
        }
    }
    demo_signs confused = well;
    confused.is_alert = false;
    expect(&confused, 3, 3);
}

static void demo_news__bands(void **state)
{
    (void)state;
    for (int points = 0; points <= 20; points++) {
        for (int three = 0; three < 2; three++) {
            const char *wanted = points >= 7 ? "emergency" : points >= 5 ? "urgent" : three ? "single" : points ? "low" : "routine";
            assert_string_equal(demo_band((demo_score){.points = points, .has_three = three}), wanted);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(demo_news__each_sign),
        cmocka_unit_test(demo_news__oxygen),
        cmocka_unit_test(demo_news__bands),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
