/* The shift board: who stands on it, and what is open for each at one moment (Sunday 22/11/2026, 10:30 where the ward is). */
#include "unit/rest/board_kit.h"

#define TIMES(text) "\"timing\":{\"repeat\":{\"frequency\":1,\"period\":1,\"periodUnit\":\"d\",\"timeOfDay\":[" text "]}}"

#define COPIED_AT(when) \
    "\"authoredOn\":\"2026-11-01\",\"reportedBoolean\":true,\"extension\":[{\"url\":\"urn:ansinh:extension:second-check\",\"extension\":[{\"url\":\"when\"," \
    "\"valueDateTime\":\"" when "\"}]}]"

static const struct {
    const char *what, *order; /* of dosageInstruction */
    const char *more;         /* of the MedicationRequest */
    const char *status, *since, *given; /* given: status of an administration of 07:30, or NULL */
    const char *want;
} doses[] = {
    {"open since 07:30", TIMES("\"07:30:00\""), "\"authoredOn\":\"2026-11-01\"", "active", "2026-01-01", NULL, "M07:30"},
    {"two hours of one order", TIMES("\"07:30:00\",\"18:00:00\""), "\"authoredOn\":\"2026-11-01\"", "active", "2026-01-01", NULL, "M18:00 M07:30"},
    {"given", TIMES("\"07:30:00\""), "\"authoredOn\":\"2026-11-01\"", "active", "2026-01-01", "completed", "-"},
    {"refused is an answer", TIMES("\"07:30:00\""), "\"authoredOn\":\"2026-11-01\"", "active", "2026-01-01", "not-done", "-"},
    {"struck through is none", TIMES("\"07:30:00\""), "\"authoredOn\":\"2026-11-01\"", "active", "2026-01-01", "entered-in-error", "M07:30"},
    {"not before it was written", TIMES("\"07:30:00\",\"11:30:00\""), "\"authoredOn\":\"2026-11-22T09:00:00+07:00\"", "active", "2026-01-01",
     NULL, "M11:30"},
    {"not before the person came", TIMES("\"07:30:00\",\"11:30:00\""), "\"authoredOn\":\"2026-11-01\"", "active", "2026-11-22T09:00:00+07:00",
     NULL, "M11:30"},
    {"copied from outside, nobody has checked it", TIMES("\"07:30:00\""), "\"authoredOn\":\"2026-11-01\",\"reportedBoolean\":true", "active", "2026-01-01", NULL, "-"},
    {"copied from outside and checked", TIMES("\"07:30:00\""),
     "\"authoredOn\":\"2026-11-01\",\"reportedBoolean\":true,\"extension\":[{\"url\":\"urn:ansinh:extension:second-check\",\"extension\":[{\"url\":"
     "\"who\",\"valueReference\":{\"reference\":\"Practitioner/x\"}}]}]",
     "active", "2026-01-01", NULL, "M07:30"},
    {"copied, checked at 09:00: what nobody could give before is nobody's missed dose", TIMES("\"07:30:00\",\"08:30:00\",\"11:30:00\""),
     COPIED_AT("2026-11-22T09:00:00+07:00"), "active", "2026-01-01", NULL, "M11:30 M08:30"},
    {"copied in place of another, which was given until then", TIMES("\"07:30:00\",\"08:30:00\",\"11:30:00\""),
     COPIED_AT("2026-11-22T09:00:00+07:00") ",\"priorPrescription\":{\"reference\":\"MedicationRequest/x\"}", "active", "2026-01-01", NULL, "M11:30"},
    {"stopped", TIMES("\"07:30:00\""), "\"authoredOn\":\"2026-11-01\"", "stopped", "2026-01-01", NULL, "-"},
    {"as needed is never due", "\"asNeededBoolean\":true," TIMES("\"07:30:00\""), "\"authoredOn\":\"2026-11-01\"", "active", "2026-01-01", NULL,
     "-"},
    {"a bound that ended yesterday",
     "\"timing\":{\"repeat\":{\"boundsPeriod\":{\"end\":\"2026-11-21\"},\"timeOfDay\":[\"07:30:00\"]}}", "\"authoredOn\":\"2026-11-01\"",
     "active", "2026-01-01", NULL, "-"},
    {"a bound that ends with today",
     "\"timing\":{\"repeat\":{\"boundsPeriod\":{\"end\":\"2026-11-22\"},\"timeOfDay\":[\"07:30:00\"]}}", "\"authoredOn\":\"2026-11-01\"",
     "active", "2026-01-01", NULL, "M07:30"},
    {"on Mondays", "\"timing\":{\"repeat\":{\"dayOfWeek\":[\"mon\"],\"timeOfDay\":[\"07:30:00\"]}}", "\"authoredOn\":\"2026-11-01\"", "active",
     "2026-01-01", NULL, "-"},
    {"on Sundays", "\"timing\":{\"repeat\":{\"dayOfWeek\":[\"sun\"],\"timeOfDay\":[\"07:30:00\"]}}", "\"authoredOn\":\"2026-11-01\"", "active",
     "2026-01-01", NULL, "M07:30"},
    {"every second day, from the 20th",
     "\"timing\":{\"repeat\":{\"period\":2,\"periodUnit\":\"d\",\"timeOfDay\":[\"07:30:00\"]}}", "\"authoredOn\":\"2026-11-20\"", "active",
     "2026-01-01", NULL, "M07:30"},
    {"every second day, from the 21st",
     "\"timing\":{\"repeat\":{\"period\":2,\"periodUnit\":\"d\",\"timeOfDay\":[\"07:30:00\"]}}", "\"authoredOn\":\"2026-11-21\"", "active",
     "2026-01-01", NULL, "-"},
    {"every fourth week", "\"timing\":{\"repeat\":{\"period\":4,\"periodUnit\":\"wk\",\"timeOfDay\":[\"07:30:00\"]}}",
     "\"authoredOn\":\"2026-10-25\"", "active", "2026-01-01", NULL, "M07:30"},
    {"nearly ten hours ahead", TIMES("\"20:29:00\""), "\"authoredOn\":\"2026-11-01\"", "active", "2026-01-01", NULL, "M20:29"},
    {"ten hours ahead", TIMES("\"20:30:00\""), "\"authoredOn\":\"2026-11-01\"", "active", "2026-01-01", NULL, "-"},
    {"twelve hours ago, yesterday", TIMES("\"22:30:00\""), "\"authoredOn\":\"2026-11-01\"", "active", "2026-01-01", NULL, "M22:30"},
    {"longer ago", TIMES("\"22:29:00\""), "\"authoredOn\":\"2026-11-01\"", "active", "2026-01-01", NULL, "-"},
    {"no hour at all", "\"text\":\"when it hurts\"", "\"authoredOn\":\"2026-11-01\"", "active", "2026-01-01", NULL, "-"},
    {"an hour that is none", TIMES("\"25:00:00\",\"x\""), "\"authoredOn\":\"2026-11-01\"", "active", "2026-01-01", NULL, "-"},
};

static void board__doses(void **state)
{
    fixture f;
    (void)state;
    open_ward(&f);
    for (size_t i = 0; i < COUNT(doses); i++) {
        const char *id = ans_arena_fmt(f.cx.arena, "p%zu", i).p;
        live(&f, id, "bed", doses[i].since, "in-progress");
        put(&f, "MedicationRequest", ans_arena_fmt(f.cx.arena, "m%zu", i).p,
            ans_arena_fmt(f.cx.arena,
                          "\"status\":\"%s\",\"intent\":\"order\",\"subject\":{\"reference\":\"Patient/%s\"},%s,\"dosageInstruction\":[{%s}]",
                          doses[i].status, id, doses[i].more, doses[i].order)
                .p);
        if (doses[i].given) {
            put(&f, "MedicationAdministration", ans_arena_fmt(f.cx.arena, "g%zu", i).p,
                ans_arena_fmt(f.cx.arena,
                              "\"identifier\":[{\"system\":\"urn:ansinh:id:dose\",\"value\":\"m%zu/2026-11-22T07:30\"}],\"status\":\"%s\","
                              "\"subject\":{\"reference\":\"Patient/%s\"},\"effectiveDateTime\":\"2026-11-22T07:40:00+07:00\"",
                              i, doses[i].given, id)
                    .p);
        }
    }
    ask(&f, "Location/ward/$board");
    for (size_t i = 0; i < COUNT(doses); i++) {
        const char *got = dues(&f, ans_arena_fmt(f.cx.arena, "p%zu", i).p);
        if (strcmp(got, doses[i].want) != 0) {
            fail_msg("%s: got %s, wanted %s", doses[i].what, got, doses[i].want);
        }
    }
    fixture_close(&f);
}

static const struct {
    const char *what, *times;
    const char *code, *status, *at; /* of one Observation, or NULL */
    const char *want;
} rounds[] = {
    {"missed at six, next at four", "\"06:00:00\",\"16:00:00\"", NULL, NULL, NULL, "V16:00 V06:00"},
    {"of missed ones the newest", "\"02:00:00\",\"06:00:00\",\"10:00:00\"", NULL, NULL, NULL, "V10:00"},
    {"made: a score", "\"06:00:00\"", "\"system\":\"urn:ansinh:score\",\"code\":\"news2\"", "final", "2026-11-22T06:10:00+07:00", "-"},
    {"made: a pulse", "\"06:00:00\"", "\"system\":\"http://loinc.org\",\"code\":\"8867-4\"", "final", "2026-11-22T06:10:00+07:00", "-"},
    {"an hour early counts", "\"06:00:00\"", "\"system\":\"http://loinc.org\",\"code\":\"85354-9\"", "final", "2026-11-22T05:00:00+07:00", "-"},
    {"earlier does not", "\"06:00:00\"", "\"system\":\"http://loinc.org\",\"code\":\"8867-4\"", "final", "2026-11-22T04:59:00+07:00", "V06:00"},
    {"entered in error", "\"06:00:00\"", "\"system\":\"http://loinc.org\",\"code\":\"8867-4\"", "entered-in-error",
     "2026-11-22T06:10:00+07:00", "V06:00"},
    {"a score in error", "\"06:00:00\"", "\"system\":\"urn:ansinh:score\",\"code\":\"news2\"", "entered-in-error", "2026-11-22T06:10:00+07:00",
     "V06:00"},
    {"a weight is no round", "\"06:00:00\"", "\"system\":\"http://loinc.org\",\"code\":\"29463-7\"", "final", "2026-11-22T06:10:00+07:00",
     "V06:00"},
    {"the one of eleven, made early", "\"11:00:00\"", "\"system\":\"http://loinc.org\",\"code\":\"8867-4\"", "final",
     "2026-11-22T10:20:00+07:00", "-"},
};

static void board__rounds(void **state)
{
    fixture f;
    (void)state;
    open_ward(&f);
    for (size_t i = 0; i < COUNT(rounds); i++) {
        const char *id = ans_arena_fmt(f.cx.arena, "p%zu", i).p;
        live(&f, id, "bed", "2026-01-01", "in-progress");
        put(&f, "ServiceRequest", ans_arena_fmt(f.cx.arena, "s%zu", i).p,
            ans_arena_fmt(f.cx.arena,
                          "\"status\":\"active\",\"intent\":\"order\",\"subject\":{\"reference\":\"Patient/%s\"},\"authoredOn\":\"2026-11-01\","
                          "\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"85353-1\"}]},"
                          "\"occurrenceTiming\":{\"repeat\":{\"timeOfDay\":[%s]}}",
                          id, rounds[i].times)
                .p);
        if (rounds[i].code) {
            put(&f, "Observation", ans_arena_fmt(f.cx.arena, "o%zu", i).p,
                ans_arena_fmt(f.cx.arena,
                              "\"status\":\"%s\",\"code\":{\"coding\":[{%s}]},\"subject\":{\"reference\":\"Patient/%s\"},"
                              "\"effectiveDateTime\":\"%s\",\"valueQuantity\":{\"value\":2}",
                              rounds[i].status, rounds[i].code, id, rounds[i].at)
                    .p);
        }
    }
    ask(&f, "Location/ward/$board");
    for (size_t i = 0; i < COUNT(rounds); i++) {
        const char *got = dues(&f, ans_arena_fmt(f.cx.arena, "p%zu", i).p);
        if (strcmp(got, rounds[i].want) != 0) {
            fail_msg("%s: got %s, wanted %s", rounds[i].what, got, rounds[i].want);
        }
    }
    fixture_close(&f);
}

/* "bed kind until" of who is away, "?": nobody of that name */
static const char *away_of(fixture *f, const char *id)
{
    ans_arena *a = f->cx.arena;
    for (int i = 0;; i++) {
        const char *base = ans_arena_fmt(a, "entry.0.resource.parameter.%d", i).p;
        const char *name = look(f, ans_arena_fmt(a, "%s.name", base).p), *kind = "-", *until = "-", *bed = "-";
        if (strcmp(name, "-") == 0) {
            return "?";
        }
        if (strcmp(name, "away") != 0 || strcmp(look(f, ans_arena_fmt(a, "%s.part.0.valueReference.display", base).p), id) != 0) {
            continue;
        }
        for (int k = 1; k < 8; k++) {
            const char *part = look(f, ans_arena_fmt(a, "%s.part.%d.name", base, k).p);
            kind = strcmp(part, "kind") == 0 ? look(f, ans_arena_fmt(a, "%s.part.%d.valueCode", base, k).p) : kind;
            until = strcmp(part, "until") == 0 ? look(f, ans_arena_fmt(a, "%s.part.%d.valueDateTime", base, k).p) : until;
            bed = strcmp(part, "bed") == 0 ? look(f, ans_arena_fmt(a, "%s.part.%d.valueReference.display", base, k).p) : bed;
        }
        return ans_arena_fmt(a, "%s %s %s", bed, kind, until).p;
    }
}

/* Who is there: by the active bed, whatever the level asked for; once for two stays. */
static void board__people(void **state)
{
    fixture f;
    (void)state;
    open_ward(&f);
    live(&f, "here", "bed", "2026-01-01", "in-progress");
    live(&f, "gone", "bed", "2026-01-01", "finished");
    live(&f, "elsewhere", "other", "2026-01-01", "in-progress");
    for (int i = 0; i < 3; i++) {
        static const char *const asked[] = {"Location/ward/$board", "Location/room/$board", "Location/bed/$board"};
        ask(&f, asked[i]);
        assert_string_equal(dues(&f, "here"), "-");
        assert_string_equal(dues(&f, "gone"), "?");
        assert_string_equal(dues(&f, "elsewhere"), "?");
    }
    ask(&f, "Location/other/$board");
    assert_string_equal(dues(&f, "elsewhere"), "-");
    assert_string_not_equal(look(&f, "entry.0.response.etag"), "-");
    assert_string_equal(dues(&f, "here"), "?");
    assert_string_equal(call(&f, "GET Location/nowhere/$board", NULL, NULL), "404 Not Found");
    assert_string_equal(look(&f, "entry.0.response.etag"), "-"); /* it would move with what others write: two refusals could be told apart */
    fixture_close(&f);
}

/* On leave with the bed kept, in hospital with the bed given away: below the board, by the place they lay in last. */
static void board__aways(void **state)
{
    static const char *const asked[] = {"Location/ward/$board", "Location/room/$board", "Location/bed/$board"};
    fixture f;
    (void)state;
    open_ward(&f);
    live(&f, "here", "bed", "2026-01-01", "in-progress");
    live(&f, "onleave", "bed", "2026-01-01", "onleave");
    live(&f, "elsewhere", "other", "2026-01-01", "onleave");
    put(&f, "Patient", "hospital", "\"name\":[{\"text\":\"hospital\"}]");
    put(&f, "Encounter", "stay-hospital",
        "\"status\":\"onleave\",\"class\":{\"code\":\"IMP\"},\"subject\":{\"reference\":\"Patient/hospital\"},"
        "\"extension\":[{\"url\":\"urn:ansinh:extension:away\",\"extension\":[{\"url\":\"kind\",\"valueCode\":\"leave\"},"
        "{\"url\":\"back\",\"valueDateTime\":\"2026-11-02\"}]},"
        "{\"url\":\"urn:ansinh:extension:away\",\"extension\":[{\"url\":\"kind\",\"valueCode\":\"hospital\"},"
        "{\"url\":\"from\",\"valueDateTime\":\"2026-11-20\"},{\"url\":\"until\",\"valueDateTime\":\"2026-11-25\"}]}],"
        "\"location\":[{\"location\":{\"reference\":\"Location/bed\"},\"status\":\"completed\"}]");
    for (int i = 0; i < 3; i++) {
        ask(&f, asked[i]);
        assert_string_equal(away_of(&f, "onleave"), "bed - -");
        assert_string_equal(away_of(&f, "hospital"), "bed hospital 2026-11-25");
        assert_string_equal(away_of(&f, "elsewhere"), "?");
        assert_string_equal(away_of(&f, "here"), "?");
        assert_string_equal(dues(&f, "here"), "-");
    }
    ask(&f, "Location/other/$board");
    assert_string_equal(away_of(&f, "elsewhere"), "other - -");
    assert_string_equal(away_of(&f, "onleave"), "?");
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(board__doses),
        cmocka_unit_test(board__rounds),
        cmocka_unit_test(board__people),
        cmocka_unit_test(board__aways),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
