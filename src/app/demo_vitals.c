/* Two weeks of vital signs of a demo resident: each person has a baseline, days wander around it, a
 * few get a fever, and now and then something could not be measured. In the codes of the R4
 * vital-signs profiles, as the page writes them. */
#include "app/demo.h"

enum { ROUNDS = 2 };

typedef struct baseline {
    int systolic, diastolic, pulse, breathing, spo2, temperature, weight,
        glucose;    /* the last three in tenths */
    int fever_from; /* days ago; -1: none */
    bool on_oxygen;
} baseline;

typedef struct moment {
    const resident *r;
    const baseline *b;
    int64_t day;
    int days_ago, round, minute;
    int nurse;
} moment;

static baseline baseline_of(demo *d, const resident *r)
{
    baseline b = {.systolic = demo_between(d, 108, 132),
                  .diastolic = demo_between(d, 64, 80),
                  .pulse = demo_between(d, 62, 84),
                  .breathing = demo_between(d, 14, 18),
                  .spo2 = demo_between(d, 95, 98),
                  .temperature = demo_between(d, 363, 368),
                  .weight = demo_between(d, 380, 640),
                  .glucose = demo_between(d, 48, 58),
                  .fever_from = -1};
    if (r->has_pressure) {
        b.systolic += demo_between(d, 10, 28);
        b.diastolic += demo_between(d, 5, 14);
    }
    if (r->has_diabetes) {
        b.glucose += demo_between(d, 15, 55);
    }
    if (r->has_lungs || r->has_heart) {
        b.spo2 = demo_between(d, 89, 93);
        b.breathing += demo_between(d, 2, 5);
        b.on_oxygen = demo_chance(d, 50);
    }
    if (demo_chance(d, 8)) {
        b.fever_from = demo_between(d, 1, 3);
    }
    return b;
}

/* ---- writing one Observation ---- */

static void begin(demo *d, const moment *m, const char *what, const char *system, const char *code,
                  const char *text)
{
    demo_begin(d, "Observation", "demo-%s-%u-%d-%d", what, m->r->number, m->days_ago, m->round);
    demo_text(d, "status", "final");
    ans_jw_key(&d->w, ANS_STR("category"));
    ans_jw_raw(&d->w, ANS_STR("[{\"coding\":[{\"system\":\"" TERMINOLOGY
                              "observation-category\",\"code\":\"vital-signs\"}]}]"));
    demo_concept(d, "code", system, code, NULL, text);
    demo_reference(d, "subject", "Patient/demo-patient-%u", m->r->number);
    demo_reference(d, "encounter", "Encounter/demo-stay-%u", m->r->number);
    ans_jw_kv(&d->w, ANS_STR("effectiveDateTime"), demo_minute(d, m->day, m->minute));
    ans_jw_key(&d->w, ANS_STR("performer"));
    ans_jw_begin(&d->w, '[');
    ans_jw_begin(&d->w, '{');
    demo_text(d, "reference", "Practitioner/demo-staff-%d", m->nurse);
    ans_jw_end(&d->w, '}');
    ans_jw_end(&d->w, ']');
}

/* tenths: the value has one digit behind the point */
static void quantity(demo *d, int value, bool tenths, const char *unit, const char *code)
{
    ans_str number = tenths ? ans_arena_fmt(d->scratch.arena, "%d.%d", value / 10, value % 10)
                            : ans_arena_fmt(d->scratch.arena, "%d", value);
    ans_jw_key(&d->w, ANS_STR("valueQuantity"));
    ans_jw_begin(&d->w, '{');
    ans_jw_key(&d->w, ANS_STR("value"));
    ans_jw_raw(&d->w, number);
    demo_text(d, "unit", "%s", unit);
    demo_text(d, "system", UCUM);
    demo_text(d, "code", "%s", code);
    ans_jw_end(&d->w, '}');
}

static void measured(demo *d, const moment *m, const char *what, const char *code, const char *text,
                     int value, bool tenths, const char *unit, const char *ucum)
{
    begin(d, m, what, LOINC, code, text);
    if (demo_chance(d, 2)) {
        demo_concept(d, "dataAbsentReason", TERMINOLOGY "data-absent-reason", "not-performed", NULL,
                     "Không đo được");
    } else {
        quantity(d, value, tenths, unit, ucum);
    }
    demo_end(d);
}

static void component(demo *d, const char *code, const char *text, int value)
{
    ans_jw_begin(&d->w, '{');
    demo_concept(d, "code", LOINC, code, NULL, text);
    quantity(d, value, false, "mmHg", "mm[Hg]");
    ans_jw_end(&d->w, '}');
}

static void pressure(demo *d, const moment *m)
{
    int systolic = m->b->systolic + demo_between(d, -9, 9);
    begin(d, m, "bp", LOINC, "85354-9", "Huyết áp");
    ans_jw_key(&d->w, ANS_STR("component"));
    ans_jw_begin(&d->w, '[');
    component(d, "8480-6", "Huyết áp tâm thu", systolic);
    component(d, "8462-4", "Huyết áp tâm trương",
              m->b->diastolic + (systolic - m->b->systolic) / 2 + demo_between(d, -4, 4));
    ans_jw_end(&d->w, ']');
    demo_end(d);
}

static void oxygen(demo *d, const moment *m)
{
    begin(d, m, "oxygen", SNOMED, "57485005", "Đang thở oxy");
    ans_jw_key(&d->w, ANS_STR("valueBoolean"));
    ans_jw_bool(&d->w, m->b->on_oxygen);
    demo_end(d);
}

static void consciousness(demo *d, const moment *m)
{
    begin(d, m, "awake", LOINC, "80288-4", "Ý thức");
    demo_concept(d, "valueCodeableConcept", SNOMED, "248234008", "Mentally alert", "Tỉnh táo");
    demo_end(d);
}

/* ---- rounds ---- */

static void make_round(demo *d, const moment *m)
{
    const baseline *b = m->b;
    int fever = b->fever_from >= m->days_ago ? demo_between(d, 12, 22) : 0;
    pressure(d, m);
    measured(d, m, "pulse", "8867-4", "Mạch", b->pulse + fever + demo_between(d, -6, 6), false,
             "/min", "/min");
    measured(d, m, "temp", "8310-5", "Nhiệt độ", b->temperature + fever + demo_between(d, -3, 4),
             true, "°C", "Cel");
    measured(d, m, "breath", "9279-1", "Nhịp thở",
             b->breathing + fever / 6 + demo_between(d, -1, 2), false, "/min", "/min");
    measured(d, m, "spo2", "59408-5", "SpO2", b->spo2 - (fever ? 1 : 0) + demo_between(d, -1, 1),
             false, "%", "%");
    if (m->round == 0) {
        oxygen(d, m);
        consciousness(d, m);
    }
    if (m->round == 0 && m->days_ago % 7 == 0) {
        measured(d, m, "weight", "29463-7", "Cân nặng",
                 b->weight - m->days_ago / 7 + demo_between(d, -3, 3), true, "kg", "kg");
    }
    if (m->round == 0 && m->r->has_diabetes) {
        measured(d, m, "glucose", "15074-8", "Đường huyết", b->glucose + demo_between(d, -9, 14),
                 true, "mmol/L", "mmol/L");
    }
}

void demo_vitals(demo *d, const resident *r)
{
    static const int start[ROUNDS] = {6 * 60 + 10, 16 * 60};
    baseline b = baseline_of(d, r);
    int now = (int)((d->now_us / 60000000 + ZONE_MINUTES) % 1440);
    for (int ago = (int)d->o->days - 1; ago >= 0; ago--) {
        for (int round = 0; round < ROUNDS; round++) {
            moment m = {
                r,   &b,    d->today - ago,
                ago, round, start[round] + (int)(r->number * 2 % 90) + demo_between(d, 0, 8),
                0};
            m.nurse = demo_between(d, 2, PRACTITIONERS);
            if (ago == 0 && m.minute > now) {
                continue; /* has not happened yet */
            }
            make_round(d, &m);
        }
    }
}
