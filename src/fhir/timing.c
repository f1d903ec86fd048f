#include "fhir/timing.h"

#define US_PER_DAY INT64_C(86400000000)

static bool clock_of(ans_str text, uint16_t *out)
{
    if (text.n < 5 || text.p[2] != ':') {
        return false;
    }
    int hour = (text.p[0] - '0') * 10 + text.p[1] - '0', minute = (text.p[3] - '0') * 10 + text.p[4] - '0';
    bool is_time = hour >= 0 && hour < 24 && minute >= 0 && minute < 60;
    *out = is_time ? (uint16_t)(hour * 60 + minute) : 0;
    return is_time;
}

static int64_t instant_of(const ans_zone *zone, int64_t day, int hour, int minute)
{
    int year, month, date;
    ans_tick low, high;
    ans_civil_from_days(day, &year, &month, &date);
    ans_datetime d = {.year = (int16_t)year, .month = (uint8_t)month, .day = (uint8_t)date, .hour = (uint8_t)hour, .minute = (uint8_t)minute, .precision = ANS_PREC_MINUTE};
    ans_datetime_range(&d, zone, &low, &high);
    return low / 10;
}

static int64_t start_of_day(const ans_zone *zone, int64_t us)
{
    int64_t day = us / US_PER_DAY + 1; /* the place's clock is at most a day off UTC's */
    while (instant_of(zone, day, 0, 0) > us) {
        day--;
    }
    return day;
}

/* The beginning of a value, or its end. */
static int64_t bound_of(const ans_zone *zone, ans_str text, bool is_end)
{
    ans_datetime d;
    ans_tick low, high;
    if (!text.n || !ans_datetime_parse(text, true, &d)) {
        return is_end ? INT64_MAX : INT64_MIN;
    }
    ans_datetime_range(&d, zone, &low, &high);
    return (is_end ? high : low) / 10;
}

static void read_hours(ans_cx *cx, const ans_json *doc, ans_jnode repeat, ans_timing *t)
{
    ans_jnode times = ans_json_get(doc, repeat, ANS_STR("timeOfDay"));
    if (times == ANS_JNONE) {
        return;
    }
    ANS_JSON_EACH(doc, times, one)
    {
        if (t->count < ANS_TIMING_MOST_HOURS && clock_of(ans_json_string(cx, doc, one), &t->minutes[t->count])) {
            t->count++;
        }
    }
}

static void read_weekdays(ans_cx *cx, const ans_json *doc, ans_jnode repeat, ans_timing *t)
{
    static const char *const names[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
    ans_jnode days = ans_json_get(doc, repeat, ANS_STR("dayOfWeek"));
    t->has_weekdays = days != ANS_JNONE;
    if (days == ANS_JNONE) {
        return;
    }
    ANS_JSON_EACH(doc, days, one)
    {
        for (size_t i = 0; i < 7; i++) {
            t->weekdays[i] = t->weekdays[i] || ans_str_is(ans_json_string(cx, doc, one), names[i]);
        }
    }
}

void ans_timing_read(ans_cx *cx, const ans_json *doc, ans_jnode timing, const ans_zone *zone, int64_t authored_us, int64_t came_us, ans_timing *out)
{
    ans_jnode repeat = ans_json_get(doc, timing, ANS_STR("repeat")), bounds = ans_json_get(doc, repeat, ANS_STR("boundsPeriod"));
    ans_jnode period = ans_json_get(doc, repeat, ANS_STR("period"));
    int64_t start = bound_of(zone, ans_json_get_string(cx, doc, bounds, ANS_STR("start")), false);
    ans_str unit = ans_json_get_string(cx, doc, repeat, ANS_STR("periodUnit"));
    uint64_t n;
    *out = (ans_timing){.from_us = start != INT64_MIN ? start : authored_us,
                        .until_us = bound_of(zone, ans_json_get_string(cx, doc, bounds, ANS_STR("end")), true),
                        .every = 1};
    if (period != ANS_JNONE && ans_str_u64(ans_json_raw(doc, period), &n) && n > 0 && n < 1000) {
        out->every = ans_str_is(unit, "wk") ? (int)n * 7 : ans_str_is(unit, "d") ? (int)n : 1;
    }
    out->every = out->from_us == INT64_MIN ? 1 : out->every;
    out->first_day = out->every > 1 ? start_of_day(zone, out->from_us) : 0;
    out->from_us = came_us > out->from_us ? came_us : out->from_us;
    read_weekdays(cx, doc, repeat, out);
    read_hours(cx, doc, repeat, out);
}

/* The extension of a list with this url; ANS_JNONE: it has none. */
static ans_jnode extension_of(ans_cx *cx, const ans_json *doc, ans_jnode in, const char *url)
{
    ans_jnode list = ans_json_get(doc, in, ANS_STR("extension")), found = ANS_JNONE;
    for (ans_jnode e = list != ANS_JNONE ? ans_json_first(doc, list) : ANS_JNONE; found == ANS_JNONE && e != ANS_JNONE; e = ans_json_next(doc, list, e)) {
        found = ans_str_is(ans_json_get_string(cx, doc, e, ANS_STR("url")), url) ? e : ANS_JNONE;
    }
    return found;
}

int64_t ans_order_asks_from(ans_cx *cx, const ans_json *order, const ans_zone *zone)
{
    ans_jnode copied = ans_json_get(order, 0, ANS_STR("reportedBoolean"));
    if (copied == ANS_JNONE || ans_json_kind_of(order, copied) != ANS_JSON_TRUE) {
        return INT64_MIN;
    }
    ans_jnode check = extension_of(cx, order, 0, "urn:ansinh:extension:second-check");
    if (check == ANS_JNONE) {
        return INT64_MAX;
    }
    ans_jnode when = extension_of(cx, order, check, "when");
    int64_t us = when == ANS_JNONE ? INT64_MIN : bound_of(zone, ans_json_get_string(cx, order, when, ANS_STR("valueDateTime")), false);
    bool replaces = ans_json_get(order, 0, ANS_STR("priorPrescription")) != ANS_JNONE;
    return us == INT64_MIN || replaces ? us : us - US_PER_DAY / 24;
}

static bool falls_on(const ans_timing *t, int64_t day)
{
    int64_t weekday = ((day + 3) % 7 + 7) % 7; /* 1970-01-01 was a Thursday */
    return t->has_weekdays ? t->weekdays[weekday] : t->every <= 1 || (day - t->first_day) % t->every == 0;
}

ans_err ans_timing_each(const ans_timing *t, const ans_zone *zone, int64_t from_us, int64_t until_us, ans_timing_visit *visit, void *arg)
{
    for (int64_t day = from_us / US_PER_DAY - 1; t->count && day <= until_us / US_PER_DAY + 1; day++) {
        for (uint32_t i = 0; falls_on(t, day) && i < t->count; i++) {
            ans_moment m = {.day = day, .hour = t->minutes[i] / 60, .minute = t->minutes[i] % 60};
            m.us = instant_of(zone, day, m.hour, m.minute);
            bool is_in = m.us >= from_us && m.us < until_us && m.us >= t->from_us && m.us < t->until_us;
            ans_err err = is_in ? visit(arg, &m) : ANS_OK;
            if (err != ANS_OK) {
                return err;
            }
        }
    }
    return ANS_OK;
}
