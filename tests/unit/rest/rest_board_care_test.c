/* Care on the shift board: what was ordered, what a fact asks for, and what counts as done (Sunday 22/11/2026, 10:30 where the ward is). */
#include "unit/rest/board_kit.h"

#define EVERY(n, unit) "\"occurrenceTiming\":{\"repeat\":{\"frequency\":1,\"period\":" n ",\"periodUnit\":\"" unit "\"}}"
#define AT(times) "\"occurrenceTiming\":{\"repeat\":{\"timeOfDay\":[" times "]}}"
#define EVENTS(times) "\"occurrenceTiming\":{\"event\":[" times "]}"
#define TURNING "{\"system\":\"urn:ansinh:care\",\"code\":\"turning\"}"
#define RESTRAINT "{\"system\":\"urn:ansinh:care\",\"code\":\"restraint-check\"}"
#define WEIGHT "{\"system\":\"urn:ansinh:care\",\"code\":\"weight\"},{\"system\":\"http://loinc.org\",\"code\":\"29463-7\"}"
#define WRITTEN "\"authoredOn\":\"2026-11-22T09:00:00+07:00\","
#define LONG_AGO "\"authoredOn\":\"2026-11-01\","

static const struct {
    const char *what, *codes, *timing, *status;
    const char *seen, *seen_status, *at; /* the coding of one Observation, or NULL */
    const char *want;
} orders[] = {
    {"never done: from when it was written", TURNING, WRITTEN EVERY("2", "h"), "active", NULL, NULL, NULL, "turning@09:00"},
    {"two hours after the last", TURNING, LONG_AGO EVERY("2", "h"), "active", TURNING, "final", "2026-11-22T09:45:00+07:00", "turning@11:45"},
    {"late for as long as it takes", TURNING, LONG_AGO EVERY("2", "h"), "active", TURNING, "final", "2026-11-21T06:15:00+07:00", "turning@08:15"},
    {"struck through does not count", TURNING, WRITTEN EVERY("2", "h"), "active", TURNING, "entered-in-error", "2026-11-22T10:00:00+07:00", "turning@09:00"},
    {"another kind does not count", TURNING, WRITTEN EVERY("2", "h"), "active", WEIGHT, "final", "2026-11-22T10:00:00+07:00", "turning@09:00"},
    {"every quarter of an hour", TURNING, WRITTEN EVERY("15", "min"), "active", TURNING, "final", "2026-11-22T10:20:00+07:00", "turning@10:35"},
    {"stopped", TURNING, WRITTEN EVERY("2", "h"), "revoked", NULL, NULL, NULL, "-"},
    {"over: its bound has passed", TURNING, "\"occurrenceTiming\":{\"repeat\":{\"boundsPeriod\":{\"start\":\"2026-11-22T06:00:00+07:00\",\"end\":\"2026-11-22T10:00:00+07:00\"},\"period\":30,\"periodUnit\":\"min\"}}",
     "active", NULL, NULL, NULL, "-"},
    {"a restraint whose bound has passed is late from then on, whatever was checked", RESTRAINT, "\"occurrenceTiming\":{\"repeat\":{\"boundsPeriod\":{\"start\":\"2026-11-22T06:00:00+07:00\",\"end\":\"2026-11-22T10:00:00+07:00\"},\"period\":30,\"periodUnit\":\"min\"}}",
     "active", RESTRAINT, "final", "2026-11-22T10:10:00+07:00", "restraint-over@10:00"},
    {"until it is off", RESTRAINT, "\"occurrenceTiming\":{\"repeat\":{\"boundsPeriod\":{\"start\":\"2026-11-22T06:00:00+07:00\",\"end\":\"2026-11-22T10:00:00+07:00\"},\"period\":30,\"periodUnit\":\"min\"}}", "completed", NULL, NULL, NULL, "-"},
    {"the bound has not passed", TURNING, "\"occurrenceTiming\":{\"repeat\":{\"boundsPeriod\":{\"start\":\"2026-11-22T10:00:00+07:00\",\"end\":\"2026-11-22T12:00:00+07:00\"},\"period\":30,\"periodUnit\":\"min\"}}",
     "active", TURNING, "final", "2026-11-22T10:10:00+07:00", "turning@10:40"},
    {"the weight of the month, known by its own code", WEIGHT, LONG_AGO EVERY("1", "mo"), "active", "{\"system\":\"http://loinc.org\",\"code\":\"29463-7\"}", "final",
     "2026-10-23T15:00:00+07:00", "weight@15:00"},
    {"the weight of this month", WEIGHT, LONG_AGO EVERY("1", "mo"), "active", "{\"system\":\"http://loinc.org\",\"code\":\"29463-7\"}", "final",
     "2026-11-10T15:00:00+07:00", "-"},
    {"hours of the day: the newest missed and the next", TURNING, LONG_AGO AT("\"06:00:00\",\"08:00:00\",\"10:00:00\",\"12:00:00\""), "active", NULL, NULL, NULL,
     "turning@12:00 turning@10:00"},
    {"hours of the day: a little early counts", TURNING, LONG_AGO AT("\"08:00:00\",\"10:00:00\""), "active", TURNING, "final", "2026-11-22T09:05:00+07:00", "-"},
    {"instants", TURNING, LONG_AGO EVENTS("\"2026-11-22T10:00:00+07:00\",\"2026-11-22T10:30:00+07:00\",\"2026-11-22T11:00:00+07:00\""), "active", TURNING, "final",
     "2026-11-22T10:05:00+07:00", "turning@11:00 turning@10:30"},
    {"one instant", TURNING, LONG_AGO "\"occurrenceDateTime\":\"2026-11-22T10:15:00+07:00\"", "active", NULL, NULL, NULL, "turning@10:15"},
    {"one instant, done", TURNING, LONG_AGO "\"occurrenceDateTime\":\"2026-11-22T10:15:00+07:00\"", "active", TURNING, "final", "2026-11-22T10:16:00+07:00", "-"},
    {"a period of nothing", TURNING, WRITTEN EVERY("0", "h"), "active", NULL, NULL, NULL, "-"},
    {"a period out of bounds", TURNING, WRITTEN EVERY("99999999999", "h"), "active", NULL, NULL, NULL, "-"},
    {"a unit that is none of ours", TURNING, WRITTEN EVERY("2", "a"), "active", NULL, NULL, NULL, "-"},
    {"a code that would be a search", "{\"system\":\"urn:ansinh:care\",\"code\":\"x&patient=Patient/p1\"}", WRITTEN EVERY("2", "h"), "active", NULL, NULL, NULL, "-"},
    {"no timing", TURNING, WRITTEN "\"priority\":\"routine\"", "active", NULL, NULL, NULL, "-"},
};

static void expect(fixture *f, size_t i, const char *what, const char *want)
{
    const char *got = dues(f, ans_arena_fmt(f->cx.arena, "p%zu", i).p);
    if (strcmp(got, want) != 0) {
        fail_msg("%s: got %s, wanted %s", what, got, want);
    }
}

static void board_care__orders(void **state)
{
    fixture f;
    (void)state;
    open_ward(&f);
    for (size_t i = 0; i < COUNT(orders); i++) {
        const char *id = ans_arena_fmt(f.cx.arena, "p%zu", i).p;
        live(&f, id, "bed", "2026-01-01", "in-progress");
        put(&f, "ServiceRequest", ans_arena_fmt(f.cx.arena, "s%zu", i).p,
            ans_arena_fmt(f.cx.arena, "\"status\":\"%s\",\"intent\":\"order\",\"subject\":{\"reference\":\"Patient/%s\"},\"code\":{\"coding\":[%s]},%s", orders[i].status, id,
                          orders[i].codes, orders[i].timing)
                .p);
        if (orders[i].seen) {
            put(&f, "Observation", ans_arena_fmt(f.cx.arena, "o%zu", i).p,
                ans_arena_fmt(f.cx.arena, "\"status\":\"%s\",\"code\":{\"coding\":[%s]},\"subject\":{\"reference\":\"Patient/%s\"},\"effectiveDateTime\":\"%s\"",
                              orders[i].seen_status, orders[i].seen, id, orders[i].at)
                    .p);
        }
    }
    ask(&f, "Location/ward/$board");
    for (size_t i = 0; i < COUNT(orders); i++) {
        expect(&f, i, orders[i].what, orders[i].want);
    }
    fixture_close(&f);
}

static const struct {
    const char *what, *value, *unit, *at, *status;
    const char *again_value, *again_at; /* a second one, or NULL */
    const char *want;
} sugars[] = {
    {"3.8 mmol/L", "3.8", "mmol/L", "10:20", "final", NULL, NULL, "glucose@10:35"},
    {"3.9 mmol/L is not low", "3.9", "mmol/L", "10:20", "final", NULL, NULL, "-"},
    {"3.90 neither", "3.90", "mmol/L", "10:20", "final", NULL, NULL, "-"},
    {"54 mg/dL", "54", "mg/dL", "10:20", "final", NULL, NULL, "glucose@10:35"},
    {"54 mmol/L is not low", "54", "mmol/L", "10:20", "final", NULL, NULL, "-"},
    {"70 mg/dL is 3.89 mmol/L", "70", "mg/dL", "10:20", "final", NULL, NULL, "glucose@10:35"},
    {"71 mg/dL is 3.94", "71", "mg/dL", "10:20", "final", NULL, NULL, "-"},
    {"measured again and well", "3.1", "mmol/L", "09:20", "final", "5.6", "09:36", "-"},
    {"measured again and still low", "3.1", "mmol/L", "09:20", "final", "3.5", "09:36", "glucose@09:51"},
    {"struck through", "3.1", "mmol/L", "09:20", "entered-in-error", NULL, NULL, "-"},
    {"in a unit we do not know", "3.1", "g/L", "09:20", "final", NULL, NULL, "-"},
};

static void sugar(fixture *f, size_t i, const char *name, const char *value, const char *unit, const char *at, const char *status)
{
    put(f, "Observation", ans_arena_fmt(f->cx.arena, "%s%zu", name, i).p,
        ans_arena_fmt(f->cx.arena,
                      "\"status\":\"%s\",\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"%s\"}]},\"subject\":{\"reference\":\"Patient/p%zu\"},"
                      "\"effectiveDateTime\":\"2026-11-22T%s:00+07:00\",\"valueQuantity\":{\"value\":%s,\"code\":\"%s\",\"system\":\"http://unitsofmeasure.org\"}",
                      status, strcmp(unit, "mg/dL") == 0 ? "2339-0" : "15074-8", i, at, value, unit)
            .p);
}

static void board_care__glucose(void **state)
{
    fixture f;
    (void)state;
    open_ward(&f);
    for (size_t i = 0; i < COUNT(sugars); i++) {
        live(&f, ans_arena_fmt(f.cx.arena, "p%zu", i).p, "bed", "2026-01-01", "in-progress");
        sugar(&f, i, "a", sugars[i].value, sugars[i].unit, sugars[i].at, sugars[i].status);
        if (sugars[i].again_value) {
            sugar(&f, i, "b", sugars[i].again_value, sugars[i].unit, sugars[i].again_at, "final");
        }
    }
    ask(&f, "Location/ward/$board");
    for (size_t i = 0; i < COUNT(sugars); i++) {
        expect(&f, i, sugars[i].what, sugars[i].want);
    }
    fixture_close(&f);
}

#define CHECKS(kind, events) \
    "\"extension\":[{\"url\":\"urn:ansinh:extension:checks\",\"extension\":[{\"url\":\"kind\",\"valueCode\":\"" kind \
    "\"},{\"url\":\"timing\",\"valueTiming\":{\"event\":[" events "]}}]}"

static const struct {
    const char *what, *rest, *date, *seen_at, *want;
} falls[] = {
    {"looked at half-hourly", CHECKS("neuro", "\"2026-11-22T10:00:00+07:00\",\"2026-11-22T10:30:00+07:00\",\"2026-11-22T11:00:00+07:00\"") "],", "2026-11-22T09:30:00+07:00",
     "2026-11-22T10:02:00+07:00", "neuro@11:00 neuro@10:30"},
    {"the last one is done", CHECKS("neuro", "\"2026-11-22T10:00:00+07:00\"") "],", "2026-11-22T09:30:00+07:00", "2026-11-22T10:02:00+07:00", "-"},
    {"taken back", CHECKS("neuro", "\"2026-11-22T10:00:00+07:00\"") ",{\"url\":\"urn:ansinh:extension:entered-in-error\",\"valueBoolean\":true}],",
     "2026-11-22T09:30:00+07:00", NULL, "-"},
    {"asks for nothing", "", "2026-11-22T09:30:00+07:00", NULL, "-"},
    {"a kind that would be a search", CHECKS("x,y|z", "\"2026-11-22T10:00:00+07:00\"") "],", "2026-11-22T09:30:00+07:00", NULL, "-"},
};

static void board_care__incidents(void **state)
{
    fixture f;
    (void)state;
    open_ward(&f);
    for (size_t i = 0; i < COUNT(falls); i++) {
        live(&f, ans_arena_fmt(f.cx.arena, "p%zu", i).p, "bed", "2026-01-01", "in-progress");
        put(&f, "AdverseEvent", ans_arena_fmt(f.cx.arena, "e%zu", i).p,
            ans_arena_fmt(f.cx.arena, "%s\"actuality\":\"actual\",\"subject\":{\"reference\":\"Patient/p%zu\"},\"date\":\"%s\"", falls[i].rest, i, falls[i].date).p);
        if (falls[i].seen_at) {
            put(&f, "Observation", ans_arena_fmt(f.cx.arena, "o%zu", i).p,
                ans_arena_fmt(f.cx.arena,
                              "\"status\":\"final\",\"code\":{\"coding\":[{\"system\":\"urn:ansinh:care\",\"code\":\"neuro\"}]},\"subject\":{\"reference\":\"Patient/p%zu\"},"
                              "\"effectiveDateTime\":\"%s\"",
                              i, falls[i].seen_at)
                    .p);
        }
    }
    ask(&f, "Location/ward/$board");
    for (size_t i = 0; i < COUNT(falls); i++) {
        expect(&f, i, falls[i].what, falls[i].want);
    }
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(board_care__orders),
        cmocka_unit_test(board_care__glucose),
        cmocka_unit_test(board_care__incidents),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
