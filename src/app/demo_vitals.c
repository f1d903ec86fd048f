/* Vital signs of a demo resident: what was ordered, and each round with its early-warning score.
 * Each person has a baseline, days wander around it, a few get a fever, and now and then something
 * could not be measured. In the codes of the R4 vital-signs profiles, as the page writes them; the
 * score as web/src/ward/news2.ts writes it. */
#include "app/demo_news.h"

enum { ROUNDS = 6, SIGNS = 5 };

typedef struct baseline {
    int systolic, diastolic, pulse, breathing, spo2, temperature, weight,
        glucose;    /* the last three in tenths */
    int fever_from; /* days ago; -1: none */
    bool on_oxygen;
} baseline;

/* One round of one person. */
typedef struct moment {
    const resident *r;
    const baseline *b;
    int64_t day;
    int minute, days_ago;
    uint32_t nurse;
    demo_signs signs;
    int diastolic;
    bool is_missing; /* one could not be measured: the score is not complete */
} moment;

static baseline baseline_of(demo *d, const resident *r)
{
    bool is_young = r->f->kind == KIND_DRUGS;
    baseline b = {.systolic = demo_between(d, is_young ? 112 : 114, is_young ? 126 : 134),
                  .diastolic = demo_between(d, 64, 80),
                  .pulse = demo_between(d, 62, 82),
                  .breathing = demo_between(d, 14, 18),
                  .spo2 = demo_between(d, 97, 98),
                  .temperature = demo_between(d, 364, 368),
                  .weight = demo_between(d, 380, 640),
                  .glucose = demo_between(d, 48, 58),
                  .fever_from = -1};
    if (r->has_pressure) {
        b.systolic += demo_between(d, 8, 24);
        b.diastolic += demo_between(d, 4, 12);
    }
    if (r->has_diabetes) {
        b.glucose += demo_between(d, 15, 55);
    }
    if (r->has_lungs || r->has_heart) {
        b.spo2 = demo_between(d, 90, 95);
        b.breathing += demo_between(d, 1, 3);
        b.on_oxygen = r->has_scale_2 || demo_chance(d, 20);
    }
    if (r->is_sick) {
        b.fever_from = demo_between(d, 1, 3);
    }
    return b;
}

/* ---- writing one Observation ---- */

static void head(demo *d, const moment *m, const char *what)
{
    demo_begin(d, "Observation", "demo-%s-%u-%d-%04d", what, m->r->number, (int)m->day, m->minute);
    demo_text(d, "status", "final");
}

static void tail(demo *d, const moment *m)
{
    demo_about(d, m->r);
    ans_jw_kv(&d->w, ANS_STR("effectiveDateTime"), demo_minute(d, m->day, m->minute));
    demo_json(d, "performer", "[{\"reference\":\"Practitioner/demo-staff-%u\"}]", m->nurse);
}

static void begin(demo *d, const moment *m, const char *what, const char *system, const char *code,
                  const char *text)
{
    head(d, m, what);
    demo_json(d, "category",
              "[{\"coding\":[{\"system\":\"" TERMINOLOGY
              "observation-category\",\"code\":\"vital-signs\"}]}]");
    demo_concept(d, "code", system, code, NULL, text);
    tail(d, m);
}

/* tenths: the value has one digit behind the point */
static void quantity(demo *d, int value, bool tenths, const char *unit, const char *code)
{
    ans_str number = tenths ? ans_arena_fmt(d->scratch.arena, "%d.%d", value / 10, value % 10)
                            : ans_arena_fmt(d->scratch.arena, "%d", value);
    demo_json(d, "valueQuantity",
              "{\"value\":%.*s,\"unit\":\"%s\",\"system\":\"" UCUM "\",\"code\":\"%s\"}",
              ANS_FMT(number), unit, code);
}

static void measured(demo *d, moment *m, const char *what, const char *code, const char *text,
                     int value, bool tenths, const char *unit, const char *ucum)
{
    begin(d, m, what, LOINC, code, text);
    if (demo_chance(d, 1) && demo_chance(d, 50)) {
        demo_concept(d, "dataAbsentReason", TERMINOLOGY "data-absent-reason", "not-performed", NULL,
                     "Không đo được");
        m->is_missing = true;
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
    begin(d, m, "bp", LOINC, "85354-9", "Huyết áp");
    ans_jw_key(&d->w, ANS_STR("component"));
    ans_jw_begin(&d->w, '[');
    component(d, "8480-6", "Huyết áp tâm thu", m->signs.systolic);
    component(d, "8462-4", "Huyết áp tâm trương", m->diastolic);
    ans_jw_end(&d->w, ']');
    demo_end(d);
}

static void oxygen(demo *d, const moment *m)
{
    begin(d, m, "oxygen", SNOMED, "57485005", "Đang thở oxy");
    demo_json(d, "valueBoolean", m->signs.on_oxygen ? "true" : "false");
    demo_end(d);
}

static void consciousness(demo *d, const moment *m)
{
    begin(d, m, "awake", LOINC, "80288-4", "Ý thức");
    demo_concept(d, "valueCodeableConcept", SNOMED, m->signs.is_alert ? "248234008" : "130987000",
                 m->signs.is_alert ? "Mentally alert" : "Acute confusion",
                 m->signs.is_alert ? "Tỉnh táo" : "Lú lẫn mới");
    demo_end(d);
}

/* ---- the score ---- */

static void members(demo *d, const moment *m)
{
    static const char *const of[] = {"breath", "spo2", "oxygen", "bp", "pulse", "awake", "temp"};
    ans_jw *w = &d->w;
    ans_jw_key(w, ANS_STR("hasMember"));
    ans_jw_begin(w, '[');
    for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
        ans_jw_begin(w, '{');
        demo_text(d, "reference", "Observation/demo-%s-%u-%d-%04d", of[i], m->r->number,
                  (int)m->day, m->minute);
        ans_jw_end(w, '}');
    }
    ans_jw_end(w, ']');
}

static void news2(demo *d, const moment *m)
{
    demo_score score = demo_news2(&m->signs);
    head(d, m, "news2");
    demo_json(d, "category",
              "[{\"coding\":[{\"system\":\"" TERMINOLOGY
              "observation-category\",\"code\":\"survey\"}]}]");
    demo_json(
        d, "code",
        "{\"coding\":[{\"system\":\"urn:ansinh:score\",\"code\":\"news2\"},{\"system\":\"" SNOMED
        "\",\"code\":\"1104051000000101\"}],\"text\":\"NEWS2\"}");
    tail(d, m);
    if (m->is_missing) {
        demo_concept(d, "dataAbsentReason", TERMINOLOGY "data-absent-reason", "unknown", NULL,
                     "Chưa đủ số đo để tính");
    } else {
        quantity(d, score.points, false, "điểm", "{score}");
        demo_json(d, "interpretation",
                  "[{\"coding\":[{\"system\":\"urn:ansinh:news2-band\",\"code\":\"%s\"}]}]",
                  demo_band(score));
    }
    demo_json(d, "component",
              "[{\"code\":{\"coding\":[{\"system\":\"urn:ansinh:score\",\"code\":\"spo2-scale\"}]},"
              "\"valueInteger\":%d}]",
              m->signs.has_scale_2 ? 2 : 1);
    members(d, m);
    demo_end(d);
}

/* ---- rounds ---- */

static void take_signs(demo *d, moment *m)
{
    const baseline *b = m->b;
    int fever = b->fever_from >= m->days_ago ? demo_between(d, 10, 22) : 0;
    m->signs = (demo_signs){.breathing = b->breathing + fever / 4 + demo_between(d, -1, 2),
                            .spo2 = b->spo2 - (fever ? 2 : 0) + demo_between(d, -1, 1),
                            .systolic = b->systolic - fever / 2 + demo_between(d, -9, 9),
                            .pulse = b->pulse + fever + demo_between(d, -6, 6),
                            .temperature = b->temperature + fever + demo_between(d, -3, 4),
                            .on_oxygen = b->on_oxygen,
                            .is_alert = !(fever && demo_chance(d, 8)),
                            .has_scale_2 = m->r->has_scale_2};
    m->diastolic = b->diastolic + (m->signs.systolic - b->systolic) / 2 + demo_between(d, -4, 4);
}

static void make_round(demo *d, moment *m, bool is_morning)
{
    take_signs(d, m);
    pressure(d, m);
    measured(d, m, "pulse", "8867-4", "Mạch", m->signs.pulse, false, "/min", "/min");
    measured(d, m, "temp", "8310-5", "Nhiệt độ", m->signs.temperature, true, "°C", "Cel");
    measured(d, m, "breath", "9279-1", "Nhịp thở", m->signs.breathing, false, "/min", "/min");
    measured(d, m, "spo2", "59408-5", "SpO2", m->signs.spo2, false, "%", "%");
    oxygen(d, m);
    consciousness(d, m);
    news2(d, m);
    if (is_morning && m->days_ago % 7 == 0) {
        measured(d, m, "weight", "29463-7", "Cân nặng",
                 m->b->weight - m->days_ago / 7 + demo_between(d, -3, 3), true, "kg", "kg");
    }
    if (is_morning && m->r->has_diabetes) {
        measured(d, m, "glucose", "15074-8", "Đường huyết", m->b->glucose + demo_between(d, -9, 14),
                 true, "mmol/L", "mmol/L");
    }
}

/* The hours of a person's rounds, in minutes; how many. */
static int rounds_of(const resident *r, int16_t out[ROUNDS])
{
    static const int16_t often[ROUNDS] = {120, 360, 600, 840, 1080, 1320}, usual[] = {360, 960};
    bool is_calm =
        !r->is_sick && (r->f->kind == KIND_DRUGS || (r->f->kind == KIND_MENTAL && r->number % 2));
    int n = r->is_sick ? ROUNDS : is_calm ? 1 : 2;
    memcpy(out, r->is_sick ? often : usual, sizeof *out * (size_t)n);
    return n;
}

static void order(demo *d, const resident *r, const int16_t *rounds, int n)
{
    demo_begin(d, "ServiceRequest", "demo-vitals-%u", r->number);
    demo_text(d, "status", "active");
    demo_text(d, "intent", "order");
    demo_concept(d, "code", LOINC, "85353-1", NULL, "Đo dấu hiệu sinh tồn");
    demo_about(d, r);
    demo_times(d, "occurrenceTiming", rounds, n);
    ans_jw_kv(&d->w, ANS_STR("authoredOn"), demo_day(d, r->is_sick ? d->today - 3 : r->since));
    demo_reference(d, "requester", "Practitioner/demo-staff-%u", demo_post_of(r->f, POST_DOCTOR));
    demo_end(d);
}

void demo_vitals(demo *d, const resident *r)
{
    int16_t rounds[ROUNDS];
    int n = rounds_of(r, rounds);
    demo_reseed(d, r->number, 'v');
    baseline b = baseline_of(d, r);
    order(d, r, rounds, n);
    for (int ago = (int)d->o->days - 1; ago >= 0; ago--) {
        demo_reseed(d, r->number, (uint64_t)(d->today - ago));
        /* who is sick now was looked at more often from the day it began */
        int here = r->is_sick && ago > 3 ? 2 : n;
        for (int i = 0; i < here; i++) {
            int start = here == 2 ? (i ? 960 : 360) : rounds[i];
            moment m = {.r = r, .b = &b, .day = d->today - ago, .days_ago = ago};
            m.minute = start + (int)(r->bed % 20) * 2 + demo_between(d, 0, 8);
            m.nurse = demo_nurse(d, r);
            if (ago > 0 || m.minute <= d->now) {
                make_round(d, &m, start == 360);
            }
        }
    }
}
