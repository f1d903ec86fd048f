/* Dates with the precision they were written in (http://hl7.org/fhir/R4/datatypes.html#dateTime).
 *
 * The one idea: a date is the half-open interval of all instants it can mean. "2026" is a year
 * long, "2026-11-21" a day in somebody's zone, "07:41:00Z" a second. Search and FHIRPath compare
 * intervals and never guess a missing part. Calendar arithmetic is the proleptic Gregorian one in
 * whole days (Howard Hinnant, "chrono-compatible low-level date algorithms"): exact for every year,
 * no tables, no C library. */
#include "fhir/value.h"

#include "fhir/zone_int.h"

#define SECONDS_PER_DAY INT64_C(86400)
#define MAX_FRACTION_DIGITS 7

/* ---- the calendar ---- */

int64_t ans_days_from_civil(int year, int month, int day)
{
    int64_t y = (int64_t)year - (month <= 2);
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t year_of_era = y - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

void ans_civil_from_days(int64_t days, int *out_year, int *out_month, int *out_day)
{
    int64_t z = days + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t day_of_era = z - era * 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t shifted = (5 * day_of_year + 2) / 153; /* months counted from March */
    int month = (int)(shifted < 10 ? shifted + 3 : shifted - 9);
    *out_day = (int)(day_of_year - (153 * shifted + 2) / 5 + 1);
    *out_month = month;
    *out_year = (int)(year_of_era + era * 400 + (month <= 2));
}

int ans_days_in_month(int year, int month)
{
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[month - 1];
}

/* ---- reading ---- */

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

static bool at_end(const scan *s)
{
    return s->p == s->end;
}

/* Exactly n digits, value within [low, high]. */
static bool take_number(scan *s, int n, int low, int high, int *out)
{
    if (s->end - s->p < n) {
        return false;
    }
    int value = 0;
    for (int i = 0; i < n; i++) {
        char c = s->p[i];
        if (c < '0' || c > '9') {
            return false;
        }
        value = value * 10 + (c - '0');
    }
    s->p += n;
    *out = value;
    return value >= low && value <= high;
}

static bool take_fraction(scan *s, ans_datetime *d)
{
    int n = 0;
    for (; s->p < s->end && *s->p >= '0' && *s->p <= '9'; s->p++, n++) {
        if (n < MAX_FRACTION_DIGITS) {
            d->fraction = d->fraction * 10 + (uint32_t)(*s->p - '0');
        }
    }
    for (int i = n; i < MAX_FRACTION_DIGITS; i++) {
        d->fraction *= 10;
    }
    d->fraction_digits = (uint8_t)(n < MAX_FRACTION_DIGITS ? n : MAX_FRACTION_DIGITS);
    d->precision = ANS_PREC_FRACTION;
    return n > 0;
}

static bool take_zone(scan *s, bool lenient, ans_datetime *d)
{
    int hour, minute, sign = 1;
    d->has_zone = true;
    if (take(s, 'Z')) {
        return true;
    }
    if (take(s, '-')) {
        sign = -1;
    } else if (!take(s, '+') && !(lenient && take(s, ' '))) {
        return false;
    }
    if (!take_number(s, 2, 0, 14, &hour) || !take(s, ':') || !take_number(s, 2, 0, 59, &minute) ||
        (hour == 14 && minute > 0)) {
        return false;
    }
    d->zone_minutes = (int16_t)(sign * (hour * 60 + minute));
    return true;
}

static bool take_time(scan *s, bool lenient, ans_datetime *d)
{
    int hour, minute, second;
    if (!take_number(s, 2, 0, 23, &hour) || !take(s, ':') || !take_number(s, 2, 0, 59, &minute)) {
        return false;
    }
    d->hour = (uint8_t)hour;
    d->minute = (uint8_t)minute;
    d->precision = ANS_PREC_MINUTE;
    if (take(s, ':')) {
        if (!take_number(s, 2, 0, 60, &second)) { /* 60: a leap second, which R4 allows */
            return false;
        }
        d->second = (uint8_t)second;
        d->precision = ANS_PREC_SECOND;
        if (take(s, '.') && !take_fraction(s, d)) {
            return false;
        }
    } else if (!lenient) {
        return false;
    }
    return lenient && at_end(s) ? true : take_zone(s, lenient, d);
}

static bool take_date(scan *s, ans_datetime *d)
{
    int year, month, day;
    if (!take_number(s, 4, 1, 9999, &year)) {
        return false;
    }
    d->year = (int16_t)year;
    d->precision = ANS_PREC_YEAR;
    if (!take(s, '-')) {
        return true;
    }
    if (!take_number(s, 2, 1, 12, &month)) {
        return false;
    }
    d->month = (uint8_t)month;
    d->precision = ANS_PREC_MONTH;
    if (!take(s, '-')) {
        return true;
    }
    if (!take_number(s, 2, 1, ans_days_in_month(year, month), &day)) {
        return false;
    }
    d->day = (uint8_t)day;
    d->precision = ANS_PREC_DAY;
    return true;
}

bool ans_datetime_parse(ans_str s, bool lenient, ans_datetime *out)
{
    scan at = {s.p, s.p + s.n};
    ans_datetime d = {.month = 1, .day = 1};
    if (s.n == 0 || !take_date(&at, &d)) {
        return false;
    }
    if (d.precision == ANS_PREC_DAY && take(&at, 'T') && !take_time(&at, lenient, &d)) {
        return false;
    }
    if (!at_end(&at)) {
        return false;
    }
    *out = d;
    return true;
}

/* ---- meaning ---- */

/* Seconds since 1970 on the wall clock, zone left aside. */
static int64_t local_seconds(const ans_datetime *d)
{
    int64_t seconds = ans_days_from_civil(d->year, d->month, d->day) * SECONDS_PER_DAY;
    return seconds + d->hour * 3600 + d->minute * 60 + d->second;
}

static ans_tick length_in_ticks(const ans_datetime *d)
{
    ans_tick ticks = ANS_TICKS_PER_SECOND;
    switch (d->precision) {
    case ANS_PREC_HOUR:
        return ticks * 3600;
    case ANS_PREC_MINUTE:
        return ticks * 60;
    case ANS_PREC_FRACTION:
        for (int i = 0; i < d->fraction_digits; i++) {
            ticks /= 10;
        }
        return ticks;
    default:
        return ticks;
    }
}

/* First day behind the year, month or day. */
static int64_t next_day(const ans_datetime *d)
{
    switch (d->precision) {
    case ANS_PREC_YEAR:
        return ans_days_from_civil(d->year + 1, 1, 1);
    case ANS_PREC_MONTH:
        return ans_days_from_civil(d->year + d->month / 12, d->month % 12 + 1, 1);
    default:
        return ans_days_from_civil(d->year, d->month, d->day) + 1;
    }
}

void ans_datetime_range(const ans_datetime *d, const ans_zone *zone, ans_tick *out_low,
                        ans_tick *out_high)
{
    int64_t local = local_seconds(d), first, last;
    if (d->has_zone) {
        first = last = local - d->zone_minutes * 60;
    } else {
        ans_zone_instants(zone, local, &first, &last);
    }
    *out_low = first * ANS_TICKS_PER_SECOND + d->fraction;
    if (d->precision > ANS_PREC_DAY) {
        *out_high = last * ANS_TICKS_PER_SECOND + d->fraction + length_in_ticks(d);
        return;
    }
    ans_zone_instants(zone, next_day(d) * SECONDS_PER_DAY, &first, &last);
    *out_high = last * ANS_TICKS_PER_SECOND;
}

/* ---- printing ---- */

static char *put(char *p, int value, int digits)
{
    for (int i = digits - 1; i >= 0; i--) {
        p[i] = (char)('0' + value % 10);
        value /= 10;
    }
    return p + digits;
}

void ans_instant_print(int64_t us, char out[ANS_INSTANT_BYTES])
{
    const int64_t us_per_day = SECONDS_PER_DAY * 1000000;
    int64_t days = us / us_per_day, rest = us % us_per_day;
    if (rest < 0) {
        days--;
        rest += us_per_day;
    }
    int64_t ms = rest / 1000;
    int year, month, day;
    ans_civil_from_days(days, &year, &month, &day);
    if (year < 1) {
        year = month = day = 1, ms = 0;
    } else if (year > 9999) {
        year = 9999, month = 12, day = 31, ms = 86399999;
    }
    int clock = (int)ms;
    const int parts[] = {
        year, month, day, clock / 3600000, clock / 60000 % 60, clock / 1000 % 60, clock % 1000};
    static const char behind[] = "--T::.Z";
    char *p = out;
    for (int i = 0; i < 7; i++) {
        p = put(p, parts[i], i == 0 ? 4 : i == 6 ? 3 : 2);
        *p++ = behind[i];
    }
}
