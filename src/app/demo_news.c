/* Bands of one sign: up to and with `to` it has these points; the last band has no end. */
#include "app/demo_news.h"

#include <limits.h>

typedef struct band {
    int to, points;
} band;

/* clang-format off */
static const band breathing[] = {{8, 3}, {11, 1}, {20, 0}, {24, 2}, {INT_MAX, 3}};
static const band spo2_scale_1[] = {{91, 3}, {93, 2}, {95, 1}, {INT_MAX, 0}};
static const band spo2_scale_2_air[] = {{83, 3}, {85, 2}, {87, 1}, {INT_MAX, 0}};
static const band spo2_scale_2_oxygen[] = {{83, 3}, {85, 2}, {87, 1}, {92, 0}, {94, 1}, {96, 2}, {INT_MAX, 3}};
static const band systolic[] = {{90, 3}, {100, 2}, {110, 1}, {219, 0}, {INT_MAX, 3}};
static const band pulse[] = {{40, 3}, {50, 1}, {90, 0}, {110, 1}, {130, 2}, {INT_MAX, 3}};
static const band temperature[] = {{350, 3}, {360, 1}, {380, 0}, {390, 1}, {INT_MAX, 2}};
/* clang-format on */

static void add(demo_score *score, const band *bands, int value)
{
    while (value > bands->to) {
        bands++;
    }
    score->points += bands->points;
    score->has_three = score->has_three || bands->points == 3;
}

demo_score demo_news2(const demo_signs *s)
{
    demo_score score = {.points = (s->on_oxygen ? 2 : 0) + (s->is_alert ? 0 : 3),
                        .has_three = !s->is_alert};
    add(&score, breathing, s->breathing);
    add(&score,
        !s->has_scale_2 ? spo2_scale_1
        : s->on_oxygen  ? spo2_scale_2_oxygen
                        : spo2_scale_2_air,
        s->spo2);
    add(&score, systolic, s->systolic);
    add(&score, pulse, s->pulse);
    add(&score, temperature, s->temperature);
    return score;
}

const char *demo_band(demo_score score)
{
    return score.points >= 7   ? "emergency"
           : score.points >= 5 ? "urgent"
           : score.has_three   ? "single"
           : score.points >= 1 ? "low"
                               : "routine";
}
