/* Dates and times as FHIRPath sees them: read by precision, compared part by part, moved by
 * calendar units.
 *
 * Comparing goes from the year down. The first part that differs decides; when one value ends
 * before that, the answer is open. A value without a zone is read in the zone of the evaluation;
 * without one it may mean any place on earth, so only what holds for all of them is an answer.
 * spec: http://hl7.org/fhirpath/N1/#datetime-equality, #datetime-arithmetic */
#include <stdio.h>

#include "base/os.h"
#include "path/path_int.h"

#define TICKS_PER_MINUTE (60 * ANS_TICKS_PER_SECOND)
#define TICKS_PER_HOUR (60 * TICKS_PER_MINUTE)
#define TICKS_PER_DAY (24 * TICKS_PER_HOUR)
#define FRACTION_DIGITS 7
#define EAST_MINUTES (14 * 60) /* the farthest offsets in use */
#define WEST_MINUTES (-12 * 60)

/* ---- reading ---- */

typedef struct scan {
    ans_str s;
    size_t at;
} scan;

/* Exactly n digits at the current place, moved past. */
static bool digits(scan *sc, unsigned n, int *out)
{
    int v = 0;
    if (sc->s.n - sc->at < n) {
        return false;
    }
    for (unsigned i = 0; i < n; i++) {
        char c = sc->s.p[sc->at + i];
        if (c < '0' || c > '9') {
            return false;
        }
        v = v * 10 + (c - '0');
    }
    sc->at += n;
    *out = v;
    return true;
}

static char here(const scan *sc)
{
    return sc->at < sc->s.n ? sc->s.p[sc->at] : '\0';
}

/* c and two digits behind it, or nothing is taken. */
static bool part(scan *sc, char c, int *out)
{
    scan next = {sc->s, sc->at + 1};
    if (here(sc) != c || !digits(&next, 2, out)) {
        return false;
    }
    sc->at = next.at;
    return true;
}

static bool fraction(scan *sc, ans_datetime *d)
{
    size_t start = sc->at + 1, at = start;
    uint32_t ticks = 0;
    if (here(sc) != '.') {
        return false;
    }
    for (; at < sc->s.n && sc->s.p[at] >= '0' && sc->s.p[at] <= '9'; at++) {
        if (at - start < FRACTION_DIGITS) {
            ticks = ticks * 10 + (uint32_t)(sc->s.p[at] - '0');
        }
    }
    size_t n = at - start;
    if (n == 0) {
        return false;
    }
    for (size_t i = n; i < FRACTION_DIGITS; i++) {
        ticks *= 10;
    }
    sc->at = at;
    d->fraction = ticks;
    d->fraction_digits = (uint8_t)(n < FRACTION_DIGITS ? n : FRACTION_DIGITS);
    d->precision = ANS_PREC_FRACTION;
    return true;
}

/* hh[:mm[:ss[.f+]]] */
static bool clock_time(scan *sc, ans_datetime *d)
{
    int v;
    if (!digits(sc, 2, &v) || v > 23) {
        return false;
    }
    d->hour = (uint8_t)v;
    d->precision = ANS_PREC_HOUR;
    if (!part(sc, ':', &v)) {
        return true;
    }
    if (v > 59) {
        return false;
    }
    d->minute = (uint8_t)v;
    d->precision = ANS_PREC_MINUTE;
    if (!part(sc, ':', &v)) {
        return true;
    }
    if (v > 60) { /* 60: a leap second */
        return false;
    }
    d->second = (uint8_t)v;
    d->precision = ANS_PREC_SECOND;
    (void)fraction(sc, d); /* none is fine */
    return true;
}

static bool zone(scan *sc, ans_datetime *d)
{
    char sign = here(sc);
    int hours, minutes;
    if (sign == 'Z') {
        d->has_zone = true;
        sc->at++;
        return true;
    }
    scan next = *sc;
    if ((sign != '+' && sign != '-') || !part(&next, sign, &hours) || !part(&next, ':', &minutes)) {
        return true; /* no zone: the sign is an operator */
    }
    if (hours > 14 || minutes > 59) {
        return false;
    }
    d->has_zone = true;
    d->zone_minutes = (int16_t)((sign == '-' ? -1 : 1) * (hours * 60 + minutes));
    sc->at = next.at;
    return true;
}

static bool calendar_date(scan *sc, ans_datetime *d)
{
    int v;
    if (!digits(sc, 4, &v) || v == 0) {
        return false;
    }
    d->year = (int16_t)v;
    d->month = d->day = 1;
    d->precision = ANS_PREC_YEAR;
    if (!part(sc, '-', &v)) {
        return true;
    }
    if (v < 1 || v > 12) {
        return false;
    }
    d->month = (uint8_t)v;
    d->precision = ANS_PREC_MONTH;
    if (!part(sc, '-', &v)) {
        return true;
    }
    if (v < 1 || v > ans_days_in_month(d->year, d->month)) {
        return false;
    }
    d->day = (uint8_t)v;
    d->precision = ANS_PREC_DAY;
    return true;
}

bool ans_path_when_scan(ans_str s, size_t *out_used, uint8_t *out_kind, ans_datetime *out)
{
    scan sc = {s, 0};
    ans_datetime d = {.year = 1, .month = 1, .day = 1};
    uint8_t kind = ANS_ITEM_DATE;
    if (here(&sc) == 'T') {
        sc.at++;
        kind = ANS_ITEM_TIME;
        if (!clock_time(&sc, &d)) {
            return false;
        }
    } else if (!calendar_date(&sc, &d)) {
        return false;
    } else if (here(&sc) == 'T') {
        kind = ANS_ITEM_DATETIME;
        sc.at++;
        if (here(&sc) >= '0' && here(&sc) <= '9' &&
            (d.precision != ANS_PREC_DAY || !clock_time(&sc, &d) || !zone(&sc, &d))) {
            return false;
        }
    }
    *out_used = sc.at;
    *out_kind = kind;
    *out = d;
    return true;
}

bool ans_path_when_read(ans_str s, ans_item_kind want, ans_datetime *out)
{
    scan sc = {s, 0};
    size_t used;
    uint8_t kind;
    if (want == ANS_ITEM_TIME) {
        ans_datetime d = {.year = 1, .month = 1, .day = 1};
        sc.at = here(&sc) == 'T' ? 1 : 0;
        if (!clock_time(&sc, &d) || sc.at != s.n) {
            return false;
        }
        *out = d;
        return true;
    }
    ans_datetime d;
    if (!ans_path_when_scan(s, &used, &kind, &d) || used != s.n || kind == ANS_ITEM_TIME) {
        return false;
    }
    if (want == ANS_ITEM_DATE && kind != ANS_ITEM_DATE) {
        return false;
    }
    *out = d;
    return true;
}

/* ---- arithmetic on the line of ticks ---- */

static int64_t local_ticks(const ans_datetime *d)
{
    int64_t t = ans_days_from_civil(d->year, d->month, d->day) * TICKS_PER_DAY;
    return t + d->hour * TICKS_PER_HOUR + d->minute * TICKS_PER_MINUTE +
           d->second * ANS_TICKS_PER_SECOND + (int64_t)d->fraction;
}

/* Set the fields from ticks; precision and zone stay. False: not in the years 1 to 9999. */
static bool set_ticks(ans_datetime *d, int64_t t)
{
    int64_t days = t / TICKS_PER_DAY, rest = t % TICKS_PER_DAY;
    int year, month, day;
    if (rest < 0) {
        rest += TICKS_PER_DAY;
        days--;
    }
    ans_civil_from_days(days, &year, &month, &day);
    if (year < 1 || year > 9999) {
        return false;
    }
    d->year = (int16_t)year;
    d->month = (uint8_t)month;
    d->day = (uint8_t)day;
    d->hour = (uint8_t)(rest / TICKS_PER_HOUR);
    d->minute = (uint8_t)(rest / TICKS_PER_MINUTE % 60);
    d->second = (uint8_t)(rest / ANS_TICKS_PER_SECOND % 60);
    d->fraction = (uint32_t)(rest % ANS_TICKS_PER_SECOND);
    return true;
}

/* The same instant on a clock that is so many minutes east of UTC. */
static ans_datetime moved(const ans_datetime *d, int from_minutes, int to_minutes)
{
    ans_datetime m = *d;
    if (!set_ticks(&m, local_ticks(d) + (to_minutes - from_minutes) * TICKS_PER_MINUTE)) {
        return *d; /* at the very edge of the calendar: nothing to compare there */
    }
    m.zone_minutes = (int16_t)to_minutes;
    return m;
}

/* Offset of a zone for a wall-clock time in it. */
static int zone_minutes_at(const ans_zone *z, const ans_datetime *local)
{
    ans_datetime d = *local;
    ans_tick low, high;
    d.has_zone = false;
    ans_datetime_range(&d, z, &low, &high);
    return (int)((local_ticks(&d) - low) / TICKS_PER_MINUTE);
}

/* Offset of a zone at an instant given as a wall-clock time in UTC. */
static int zone_minutes_of(const ans_zone *z, const ans_datetime *utc)
{
    int guess = zone_minutes_at(z, utc);
    ans_datetime local = moved(utc, 0, guess);
    return zone_minutes_at(z, &local);
}

ans_datetime ans_path_now(pev *ev)
{
    if (!ev->has_now) {
        ans_datetime d = {.precision = ANS_PREC_FRACTION, .fraction_digits = 3, .has_zone = true};
        int64_t ms = (ev->env->now_us ? ev->env->now_us : ans_now_us()) / 1000;
        (void)set_ticks(&d, ms * (ANS_TICKS_PER_SECOND / 1000));
        ev->now = ev->zone ? moved(&d, 0, zone_minutes_of(ev->zone, &d)) : d;
        ev->has_now = true;
    }
    return ev->now;
}

int64_t ans_path_when_ticks(const ans_datetime *d)
{
    return local_ticks(d);
}

bool ans_path_when_utc(pev *ev, ans_datetime *d)
{
    if (d->has_zone) {
        *d = moved(d, d->zone_minutes, 0);
    } else if (ev->zone) {
        *d = moved(d, zone_minutes_at(ev->zone, d), 0);
        d->has_zone = true;
    }
    return d->has_zone;
}

/* ---- comparing ---- */

static int64_t part_of(const ans_datetime *d, int precision)
{
    switch (precision) {
    case ANS_PREC_YEAR:
        return d->year;
    case ANS_PREC_MONTH:
        return d->month;
    case ANS_PREC_DAY:
        return d->day;
    case ANS_PREC_HOUR:
        return d->hour;
    case ANS_PREC_MINUTE:
        return d->minute;
    default: /* seconds with their fraction are one decimal */
        return d->second * ANS_TICKS_PER_SECOND + (int64_t)d->fraction;
    }
}

static int coarse(const ans_datetime *d)
{
    return d->precision > ANS_PREC_SECOND ? ANS_PREC_SECOND : d->precision;
}

static bool cmp_parts(const ans_datetime *a, const ans_datetime *b, int first, int *out)
{
    int end_a = coarse(a), end_b = coarse(b);
    for (int p = first; p <= end_a && p <= end_b; p++) {
        int64_t x = part_of(a, p), y = part_of(b, p);
        if (x != y) {
            *out = x < y ? -1 : 1;
            return true;
        }
    }
    *out = 0;
    return end_a == end_b;
}

/* zoned has a zone, bare has none. */
static bool cmp_mixed(pev *ev, const ans_datetime *zoned, const ans_datetime *bare, int *out)
{
    ans_datetime utc = moved(zoned, zoned->zone_minutes, 0), x;
    if (bare->precision <= ANS_PREC_DAY) {
        x = ev->zone ? moved(&utc, 0, zone_minutes_of(ev->zone, &utc)) : *zoned;
        return cmp_parts(&x, bare, ANS_PREC_YEAR, out);
    }
    if (ev->zone) {
        x = moved(bare, zone_minutes_at(ev->zone, bare), 0);
        return cmp_parts(&utc, &x, ANS_PREC_YEAR, out);
    }
    int east, west;
    x = moved(bare, EAST_MINUTES, 0);
    bool known = cmp_parts(&utc, &x, ANS_PREC_YEAR, &east);
    x = moved(bare, WEST_MINUTES, 0);
    known = cmp_parts(&utc, &x, ANS_PREC_YEAR, &west) && known;
    *out = east;
    return known && east == west;
}

bool ans_path_when_cmp(pev *ev, const ans_datetime *a, const ans_datetime *b, bool is_time,
                       int *out)
{
    if (is_time) {
        return cmp_parts(a, b, ANS_PREC_HOUR, out);
    }
    bool az = a->has_zone && a->precision > ANS_PREC_DAY;
    bool bz = b->has_zone && b->precision > ANS_PREC_DAY;
    if (az && bz) {
        ans_datetime x = moved(a, a->zone_minutes, 0), y = moved(b, b->zone_minutes, 0);
        return cmp_parts(&x, &y, ANS_PREC_YEAR, out);
    }
    if (az) {
        return cmp_mixed(ev, a, b, out);
    }
    if (bz) {
        bool known = cmp_mixed(ev, b, a, out);
        *out = -*out;
        return known;
    }
    return cmp_parts(a, b, ANS_PREC_YEAR, out);
}

bool ans_path_when_same_precision(const ans_datetime *a, const ans_datetime *b)
{
    return coarse(a) == coarse(b);
}

/* ---- moving by calendar units ---- */

static bool add_months(ans_datetime *d, int64_t months)
{
    int64_t m = (int64_t)d->year * 12 + (d->month - 1) + months;
    if (m < 12 || m >= INT64_C(10000) * 12) {
        return false;
    }
    d->year = (int16_t)(m / 12);
    d->month = (uint8_t)(m % 12 + 1);
    int last = ans_days_in_month(d->year, d->month);
    d->day = (uint8_t)(d->day > last ? last : d->day);
    return true;
}

/* What is finer than the value counts only in whole units of the value's precision. */
static bool add_days(ans_datetime *d, int64_t days)
{
    if (d->precision == ANS_PREC_YEAR) {
        return add_months(d, days / 365 * 12);
    }
    if (d->precision == ANS_PREC_MONTH) {
        return add_months(d, days / 30);
    }
    return set_ticks(d, local_ticks(d) + days * TICKS_PER_DAY);
}

static void show_fraction(ans_datetime *d)
{
    uint32_t unit = 1;
    unsigned need = FRACTION_DIGITS;
    while (need > 0 && d->fraction / unit % 10 == 0) {
        unit *= 10;
        need--;
    }
    if (need > d->fraction_digits) {
        d->fraction_digits = (uint8_t)(need < 3 ? 3 : need);
        d->precision = ANS_PREC_FRACTION;
    }
}

static bool add_ticks(ans_datetime *d, ans_item_kind kind, int64_t ticks)
{
    if (kind != ANS_ITEM_TIME && d->precision <= ANS_PREC_DAY) {
        return add_days(d, ticks / TICKS_PER_DAY);
    }
    if (d->precision == ANS_PREC_HOUR) {
        ticks -= ticks % TICKS_PER_HOUR;
    } else if (d->precision == ANS_PREC_MINUTE) {
        ticks -= ticks % TICKS_PER_MINUTE;
    }
    if (kind == ANS_ITEM_TIME) { /* the clock goes round */
        ticks = (local_ticks(d) - local_ticks(&(ans_datetime){.year = 1, .month = 1, .day = 1}) +
                 ticks) %
                TICKS_PER_DAY;
        ticks += ticks < 0 ? TICKS_PER_DAY : 0;
        d->hour = (uint8_t)(ticks / TICKS_PER_HOUR);
        d->minute = (uint8_t)(ticks / TICKS_PER_MINUTE % 60);
        d->second = (uint8_t)(ticks / ANS_TICKS_PER_SECOND % 60);
        d->fraction = (uint32_t)(ticks % ANS_TICKS_PER_SECOND);
    } else if (!set_ticks(d, local_ticks(d) + ticks)) {
        return false;
    }
    show_fraction(d);
    return true;
}

bool ans_path_when_add(ans_datetime *d, ans_item_kind kind, ans_decimal amount, int unit)
{
    static const int64_t ticks[] = {[PCAL_HOUR] = TICKS_PER_HOUR,
                                    [PCAL_MINUTE] = TICKS_PER_MINUTE,
                                    [PCAL_SECOND] = ANS_TICKS_PER_SECOND,
                                    [PCAL_MILLISECOND] = ANS_TICKS_PER_SECOND / 1000};
    int64_t n;
    bool exact = unit >= PCAL_SECOND; /* only there do decimals count */
    ans_decimal whole;
    if (exact && !ans_path_dec_mul(amount, ans_path_dec(ticks[unit]), &amount)) {
        return false;
    }
    if (!ans_path_dec_scale(amount, 0, PDEC_TRUNCATE, &whole) || !ans_path_dec_int(whole, &n)) {
        return false;
    }
    if (exact && (n > INT64_MAX / 4 || n < INT64_MIN / 4)) {
        return false;
    }
    switch (unit) {
    case PCAL_YEAR:
        return n < 10000 && n > -10000 && add_months(d, n * 12);
    case PCAL_MONTH:
        return add_months(d, d->precision == ANS_PREC_YEAR ? n / 12 * 12 : n);
    case PCAL_WEEK:
    case PCAL_DAY:
        n *= unit == PCAL_WEEK ? 7 : 1;
        return n < 4000000 && n > -4000000 && add_days(d, n);
    case PCAL_HOUR:
    case PCAL_MINUTE: {
        int64_t most = (unit == PCAL_HOUR ? 1 : 60) * INT64_C(88000000); /* ten thousand years */
        return n < most && n > -most && add_ticks(d, kind, n * ticks[unit]);
    }
    default:
        return add_ticks(d, kind, n);
    }
}

/* ---- printing ---- */

static size_t print_clock(char *to, size_t size, const ans_datetime *d)
{
    int n = snprintf(to, size, "%02d", d->hour);
    if (d->precision >= ANS_PREC_MINUTE) {
        n += snprintf(to + n, size - (size_t)n, ":%02d", d->minute);
    }
    if (d->precision >= ANS_PREC_SECOND) {
        n += snprintf(to + n, size - (size_t)n, ":%02d", d->second);
    }
    if (d->precision == ANS_PREC_FRACTION) {
        char f[16];
        (void)snprintf(f, sizeof f, "%07u", d->fraction);
        n += snprintf(to + n, size - (size_t)n, ".%.*s", d->fraction_digits, f);
    }
    return (size_t)n;
}

ans_str ans_path_when_print(ans_arena *arena, ans_item_kind kind, const ans_datetime *d)
{
    char to[64];
    size_t n = 0;
    if (kind != ANS_ITEM_TIME) {
        n = (size_t)snprintf(to, sizeof to, "%04d", d->year);
        if (d->precision >= ANS_PREC_MONTH) {
            n += (size_t)snprintf(to + n, sizeof to - n, "-%02d", d->month);
        }
        if (d->precision >= ANS_PREC_DAY) {
            n += (size_t)snprintf(to + n, sizeof to - n, "-%02d", d->day);
        }
    }
    if (d->precision >= ANS_PREC_HOUR) {
        if (kind != ANS_ITEM_TIME) {
            to[n++] = 'T';
        }
        n += print_clock(to + n, sizeof to - n, d);
    }
    if (d->has_zone && d->precision >= ANS_PREC_HOUR && kind != ANS_ITEM_TIME) {
        int z = d->zone_minutes < 0 ? -d->zone_minutes : d->zone_minutes;
        n += z == 0 ? (size_t)snprintf(to + n, sizeof to - n, "Z")
                    : (size_t)snprintf(to + n, sizeof to - n, "%c%02d:%02d",
                                       d->zone_minutes < 0 ? '-' : '+', z / 60, z % 60);
    }
    return ans_arena_dup(arena, (ans_str){to, n});
}
