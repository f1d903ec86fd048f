/* Hours of days on the clock of a place, against the days written out by hand. */
#include "fixture.h"

#include "fhir/timing.h"

typedef struct got {
    char text[2048];
    size_t n;
} got;

static ans_err note(void *arg, const ans_moment *m)
{
    got *g = arg;
    char when[ANS_INSTANT_BYTES];
    ans_instant_print(m->us, when);
    g->n += (size_t)snprintf(g->text + g->n, sizeof g->text - g->n, "%s%.16s", g->n ? " " : "", when);
    return ANS_OK;
}

static int64_t us_of(const char *text)
{
    ans_datetime d;
    ans_tick low, high;
    assert_true(ans_datetime_parse(ans_str_of(text), true, &d));
    ans_datetime_range(&d, NULL, &low, &high);
    return low / 10;
}

/* In UTC; the place is seven hours ahead. 2026-11-22 is a Sunday. */
static void timing__moments(void **state)
{
    static const struct {
        const char *repeat, *authored, *came, *wanted;
    } cases[] = {
        {"{\"timeOfDay\":[\"07:30:00\",\"19:00:00\"]}", NULL, NULL, "2026-11-22T12:00 2026-11-23T00:30"},
        {"{\"timeOfDay\":[\"00:00\"]}", NULL, NULL, "2026-11-22T17:00"},
        {"{\"timeOfDay\":[\"07:30\"],\"dayOfWeek\":[\"sun\"]}", NULL, NULL, ""},
        {"{\"timeOfDay\":[\"07:30\"],\"dayOfWeek\":[\"mon\"]}", NULL, NULL, "2026-11-23T00:30"},
        {"{\"timeOfDay\":[\"19:00\"],\"dayOfWeek\":[\"sun\",\"sat\"]}", NULL, NULL, "2026-11-22T12:00"},
        {"{\"timeOfDay\":[\"07:30\"],\"period\":2,\"periodUnit\":\"d\"}", "2026-11-21T01:00:00Z", NULL, "2026-11-23T00:30"},
        {"{\"timeOfDay\":[\"07:30\"],\"period\":2,\"periodUnit\":\"d\"}", "2026-11-20T01:00:00Z", NULL, ""},
        {"{\"timeOfDay\":[\"07:30\",\"19:00\"],\"boundsPeriod\":{\"end\":\"2026-11-22\"}}", NULL, NULL, "2026-11-22T12:00"},
        {"{\"timeOfDay\":[\"07:30\",\"19:00\"],\"boundsPeriod\":{\"start\":\"2026-11-23\"}}", NULL, NULL, "2026-11-23T00:30"},
        {"{\"timeOfDay\":[\"07:30\",\"19:00\"]}", NULL, "2026-11-22T13:00:00Z", "2026-11-23T00:30"},
        {"{\"timeOfDay\":[\"25:00\",\"aa:bb\",\"7:30\",\"\"]}", NULL, NULL, ""},
        {"{\"period\":2,\"periodUnit\":\"h\"}", NULL, NULL, ""},
        {"{}", NULL, NULL, ""},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        ans_cx cx = cx_new();
        const ans_zone *zone;
        ans_json doc;
        ans_timing t;
        got g = {.n = 0};
        ans_str text = ans_arena_fmt(cx.arena, "{\"repeat\":%s}", cases[i].repeat);
        assert_int_equal(ans_zone_open(&cx, ANS_STR("Asia/Ho_Chi_Minh"), &zone), ANS_OK);
        assert_int_equal(ans_json_parse(&cx, text, NULL, &doc), ANS_OK);
        ans_timing_read(&cx, &doc, 0, zone, cases[i].authored ? us_of(cases[i].authored) : INT64_MIN, cases[i].came ? us_of(cases[i].came) : INT64_MIN, &t);
        assert_int_equal(ans_timing_each(&t, zone, us_of("2026-11-22T11:00:00Z"), us_of("2026-11-23T11:00:00Z"), note, &g), ANS_OK);
        assert_string_equal(g.text, cases[i].wanted);
        ans_arena_free(cx.arena);
    }
}

/* What a clock shows is read back as the instant. */
static void timing__wall_clock(void **state)
{
    static const struct {
        const char *zone, *instant;
        int day, hour, minute;
    } cases[] = {{"Asia/Ho_Chi_Minh", "2026-11-22T17:30:00Z", 23, 0, 30}, {"Asia/Ho_Chi_Minh", "2026-11-22T16:59:59Z", 22, 23, 59},
                 {"UTC", "2026-11-22T17:30:00Z", 22, 17, 30},              {"-03:30", "2026-11-22T01:00:00Z", 21, 21, 30},
                 {"Asia/Ho_Chi_Minh", "1969-12-31T23:00:00Z", 1, 7, 0}, /* eight hours ahead until 1975 */
                 {"+07:00", "1969-12-31T23:00:00Z", 1, 6, 0}};
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        ans_cx cx = cx_new();
        const ans_zone *zone;
        assert_int_equal(ans_zone_open(&cx, ans_str_of(cases[i].zone), &zone), ANS_OK);
        ans_datetime d = ans_zone_wall(zone, us_of(cases[i].instant));
        assert_int_equal(d.day, cases[i].day);
        assert_int_equal(d.hour, cases[i].hour);
        assert_int_equal(d.minute, cases[i].minute);
        ans_arena_free(cx.arena);
    }
}

/* From when an order asks: what was prescribed here by its timing alone, a copy from its second check on. */
static void timing__copies(void **state)
{
#define CHECK_AT(when) "\"extension\":[{\"url\":\"urn:x\"},{\"url\":\"urn:ansinh:extension:second-check\",\"extension\":[{\"url\":\"who\"},{\"url\":\"when\",\"valueDateTime\":\"" when "\"}]}]"
    static const struct {
        const char *order, *asks; /* asks: NULL not before its check */
    } cases[] = {
        {"{\"status\":\"active\"}", ""},
        {"{\"reportedBoolean\":false," CHECK_AT("2026-11-22T09:00:00+07:00") "}", ""},
        {"{\"reportedBoolean\":true}", NULL},
        {"{\"reportedBoolean\":true,\"extension\":[{\"url\":\"urn:x\"}]}", NULL},
        {"{\"reportedBoolean\":true," CHECK_AT("2026-11-22T09:00:00+07:00") "}", "2026-11-22T01:00:00Z"},
        {"{\"reportedBoolean\":true,\"priorPrescription\":{\"reference\":\"MedicationRequest/x\"}," CHECK_AT("2026-11-22T09:00:00+07:00") "}", "2026-11-22T02:00:00Z"},
        {"{\"reportedBoolean\":true," CHECK_AT("gestern") "}", ""},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        ans_cx cx = cx_new();
        const ans_zone *zone;
        ans_json doc;
        assert_int_equal(ans_zone_open(&cx, ANS_STR("Asia/Ho_Chi_Minh"), &zone), ANS_OK);
        assert_int_equal(ans_json_parse(&cx, ans_str_of(cases[i].order), NULL, &doc), ANS_OK);
        int64_t want = !cases[i].asks ? INT64_MAX : *cases[i].asks ? us_of(cases[i].asks) : INT64_MIN;
        assert_true(ans_order_asks_from(&cx, &doc, zone) == want);
        ans_arena_free(cx.arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(timing__moments), cmocka_unit_test(timing__wall_clock), cmocka_unit_test(timing__copies)};
    return cmocka_run_group_tests_name("fhir_timing", tests, NULL, NULL);
}
