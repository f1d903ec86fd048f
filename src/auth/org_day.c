/* Days: what periods are kept in. A time of day within a period is cut off: a transfer happens on a day. */
#include "auth/org.h"
#include "fhir/value.h"

enum { ZONE_MINUTES = 420, MINUTES_PER_DAY = 1440 }; /* Viet Nam has had UTC+7 since 1975, without summer time */

bool ans_day_parse(ans_str text, ans_day *out)
{
    ans_datetime d;
    if (!ans_datetime_parse(text, true, &d)) {
        return false;
    }
    *out = (ans_day)ans_days_from_civil(d.year, d.month, d.day);
    return true;
}

bool ans_moment_parse(ans_str text, int64_t *out_us)
{
    ans_datetime d;
    if (!ans_datetime_parse(text, true, &d)) {
        return false;
    }
    int64_t seconds = ans_days_from_civil(d.year, d.month, d.day) * 86400 + d.hour * 3600 + d.minute * 60 + d.second;
    *out_us = seconds * 1000000 + d.fraction / 10;
    *out_us -= (int64_t)(d.has_zone ? d.zone_minutes : ZONE_MINUTES) * 60000000;
    return true;
}

ans_str ans_day_print(ans_arena *arena, ans_day day)
{
    int year, month, date;
    if (day == ANS_DAY_MIN || day == ANS_DAY_MAX) {
        return ANS_STR_NONE;
    }
    ans_civil_from_days(day, &year, &month, &date);
    return ans_arena_fmt(arena, "%04d-%02d-%02d", year, month, date);
}

ans_day ans_day_of(int64_t us)
{
    int64_t minutes = us / 60000000 - (us % 60000000 < 0) + ZONE_MINUTES;
    return (ans_day)(minutes / MINUTES_PER_DAY - (minutes % MINUTES_PER_DAY < 0));
}
