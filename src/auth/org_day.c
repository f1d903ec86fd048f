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
