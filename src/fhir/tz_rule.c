/* POSIX TZ rules: the last line of a TZif file says with one of them what holds behind its last
 * listed change. */
#include "fhir/zone_int.h"

typedef struct scan {
    const char *p, *end;
} scan;

static bool take(scan *s, char c)
{
    if (s->p < s->end && *s->p == c) {
        s->p++;
        return true;
    }
    return false;
}

static bool take_number(scan *s, int low, int high, int *out)
{
    int value = 0, n = 0;
    while (s->p < s->end && *s->p >= '0' && *s->p <= '9' && n < 4) {
        value = value * 10 + (*s->p++ - '0');
        n++;
    }
    *out = value;
    return n > 0 && value >= low && value <= high;
}

/* A name of letters, or <...> around letters, digits and signs. */
static bool skip_name(scan *s)
{
    const char *from = s->p;
    bool quoted = take(s, '<');
    while (s->p < s->end && (quoted ? *s->p != '>' : (*s->p | 32) >= 'a' && (*s->p | 32) <= 'z')) {
        s->p++;
    }
    return s->p > from && (!quoted || take(s, '>'));
}

/* [+-]hh[:mm[:ss]] */
static bool take_seconds(scan *s, int *out)
{
    int hours, minutes = 0, seconds = 0;
    bool negative = take(s, '-');
    if (!negative) {
        (void)take(s, '+'); /* optional */
    }
    if (!take_number(s, 0, 167, &hours) || (take(s, ':') && !take_number(s, 0, 59, &minutes)) ||
        (take(s, ':') && !take_number(s, 0, 59, &seconds))) {
        return false;
    }
    int total = hours * 3600 + minutes * 60 + seconds;
    *out = negative ? -total : total;
    return true;
}

static bool take_day(scan *s, ans_tz_day *out)
{
    out->seconds = 2 * 3600;
    bool ok;
    if (take(s, 'M')) {
        out->kind = 'M';
        ok = take_number(s, 1, 12, &out->month) && take(s, '.') &&
             take_number(s, 1, 5, &out->week) && take(s, '.') &&
             take_number(s, 0, 6, &out->weekday);
    } else if (take(s, 'J')) {
        out->kind = 'J';
        ok = take_number(s, 1, 365, &out->day);
    } else {
        out->kind = 'D';
        ok = take_number(s, 0, 365, &out->day);
    }
    return ok && (!take(s, '/') || take_seconds(s, &out->seconds));
}

bool ans_tz_rule_parse(ans_str text, ans_tz_rule *out)
{
    scan s = {text.p, text.p + text.n};
    ans_tz_rule rule = {0};
    int west;
    if (!skip_name(&s) || !take_seconds(&s, &west)) {
        return false;
    }
    rule.standard = rule.summer = -west;
    if (s.p < s.end) {
        rule.has_summer = true;
        rule.summer = rule.standard + 3600;
        if (!skip_name(&s)) {
            return false;
        }
        if (s.p < s.end && *s.p != ',') {
            if (!take_seconds(&s, &west)) {
                return false;
            }
            rule.summer = -west;
        }
        if (!take(&s, ',') || !take_day(&s, &rule.begin) || !take(&s, ',') ||
            !take_day(&s, &rule.end)) {
            return false;
        }
    }
    *out = rule;
    return s.p == s.end;
}

/* Wall time of the change in that year, in seconds since 1970. */
static int64_t change_in(const ans_tz_day *day, int year)
{
    int64_t first = ans_days_from_civil(year, 1, 1), at;
    if (day->kind == 'M') {
        int64_t month = ans_days_from_civil(year, day->month, 1);
        int first_weekday = (int)((month % 7 + 11) % 7); /* 1970-01-01 was a Thursday */
        int in_month = (day->weekday - first_weekday + 7) % 7 + (day->week - 1) * 7;
        while (in_month >= ans_days_in_month(year, day->month)) {
            in_month -= 7; /* the fifth means the last */
        }
        at = month + in_month;
    } else if (day->kind == 'J') {
        bool leap = ans_days_in_month(year, 2) == 29;
        at = first + day->day - 1 + (leap && day->day >= 60);
    } else {
        at = first + day->day;
    }
    return at * 86400 + day->seconds;
}

int32_t ans_tz_rule_offset(const ans_tz_rule *rule, int64_t utc)
{
    if (!rule->has_summer) {
        return rule->standard;
    }
    int64_t wall = utc + rule->standard;
    int year, month, day;
    ans_civil_from_days(wall / 86400 - (wall % 86400 < 0), &year, &month, &day);
    int64_t begin = change_in(&rule->begin, year) - rule->standard;
    int64_t end = change_in(&rule->end, year) - rule->summer;
    bool is_summer = begin < end ? utc >= begin && utc < end : utc >= begin || utc < end;
    return is_summer ? rule->summer : rule->standard;
}
