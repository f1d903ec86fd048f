/* Values of R4: dates with their precision, decimals that keep their digits, quantities, references, ids. */
#ifndef ANS_FHIR_VALUE_H
#define ANS_FHIR_VALUE_H

#include "base/cx.h"

/* ---- time. A tick is 100 ns; 0 is 1970-01-01T00:00:00Z. Years 0001 to 9999. ---- */

typedef int64_t ans_tick;
#define ANS_TICKS_PER_SECOND INT64_C(10000000)
#define ANS_TICK_MIN (INT64_MIN / 2) /* before everything: an open start */
#define ANS_TICK_MAX (INT64_MAX / 2) /* behind everything: an open end */

typedef enum ans_precision {
    ANS_PREC_YEAR,
    ANS_PREC_MONTH,
    ANS_PREC_DAY,
    ANS_PREC_HOUR, /* FHIRPath only */
    ANS_PREC_MINUTE,
    ANS_PREC_SECOND,
    ANS_PREC_FRACTION
} ans_precision;

typedef struct ans_datetime {
    int16_t year;
    uint8_t month, day, hour, minute, second; /* month and day from 1; unused parts at their smallest */
    uint32_t fraction;                        /* ticks within the second */
    uint8_t fraction_digits;
    uint8_t precision;                        /* ans_precision */
    bool has_zone;
    int16_t zone_minutes;                     /* offset east of UTC */
} ans_datetime;

/* Time zone: fixed offset or an IANA name known to the system ("Asia/Ho_Chi_Minh", "UTC", "+07:00"). */
typedef struct ans_zone ans_zone;
ANS_MUST_USE ans_err ans_zone_open(ans_cx *cx, ans_str name, const ans_zone **out); /* process lifetime */
/* What a clock of the zone (NULL: UTC) shows at an instant (microseconds), to the second. */
struct ans_datetime ans_zone_wall(const ans_zone *zone, int64_t us);

/* Parse a FHIR date, dateTime or instant: YYYY, YYYY-MM, YYYY-MM-DD, YYYY-MM-DDThh:mm[:ss[.f+]][zone].
 * lenient also takes what searches send: no seconds, no zone, space instead of '+' (an undecoded plus).
 * More than 7 fraction digits are cut to ticks. False when it is none of these or not a real day. */
bool ans_datetime_parse(ans_str s, bool lenient, ans_datetime *out);
/* The half-open interval [low, high) of instants it can mean; zone used when the value has none. */
void ans_datetime_range(const ans_datetime *d, const ans_zone *zone, ans_tick *out_low,
                        ans_tick *out_high);
int64_t ans_days_from_civil(int year, int month, int day); /* days since 1970-01-01, proleptic Gregorian */
void ans_civil_from_days(int64_t days, int *out_year, int *out_month, int *out_day);
int ans_days_in_month(int year, int month);
/* "2026-11-21T07:41:00.123Z" from microseconds; always 24 bytes. */
#define ANS_INSTANT_BYTES 24
void ans_instant_print(int64_t us, char out[ANS_INSTANT_BYTES]);

/* ---- decimals: sign, up to 38 significant digits, scale; exact + - * and comparison ---- */

typedef struct ans_decimal {
    unsigned __int128 digits; /* value = (negative ? -1 : 1) * digits * 10^-scale */
    int16_t scale;            /* digits behind the point as written (105.00 -> 2); negative after 1e3 */
    bool negative;
} ans_decimal;

bool ans_decimal_parse(ans_str s, ans_decimal *out); /* JSON number or search number; false: not one or too long */
int ans_decimal_cmp(ans_decimal a, ans_decimal b);
bool ans_decimal_add(ans_decimal a, ans_decimal b, ans_decimal *out); /* false: does not fit in 38 digits */
bool ans_decimal_mul(ans_decimal a, ans_decimal b, ans_decimal *out);
/* a / b with at most `scale` digits behind the point, rounded half up; false when b is 0 or it does not fit. */
bool ans_decimal_div(ans_decimal a, ans_decimal b, int scale, ans_decimal *out);
/* The implicit range of a search value: half a unit of the last written digit each way: [low, high). */
bool ans_decimal_range(ans_decimal d, ans_decimal *out_low, ans_decimal *out_high);
double ans_decimal_double(ans_decimal d); /* nearest double: monotone in d */
/* Text in the arena: plain notation, its scale kept ("105.00"). */
ans_str ans_decimal_print(ans_arena *arena, ans_decimal d);

/* ---- ids and references ---- */

bool ans_id_is_valid(ans_str id); /* [A-Za-z0-9\-\.]{1,64} */

typedef enum ans_reference_kind {
    ANS_REF_LOCAL,     /* Patient/1, Patient/1/_history/2 */
    ANS_REF_ABSOLUTE,  /* http://x/fhir/Patient/1: base, type and id are set when it has that shape */
    ANS_REF_FRAGMENT,  /* #p1 */
    ANS_REF_URN,       /* urn:uuid:..., urn:oid:... */
    ANS_REF_SEARCH,    /* Patient?identifier=...: conditional */
    ANS_REF_OTHER
} ans_reference_kind;

typedef struct ans_reference {
    uint8_t kind;    /* ans_reference_kind */
    uint16_t type;   /* ans_type, 0 when not known */
    ans_str base;    /* "http://x/fhir" */
    ans_str id;
    ans_str version; /* behind /_history/ */
    ans_str query;   /* of ANS_REF_SEARCH, behind '?' */
} ans_reference;

void ans_reference_parse(ans_str s, ans_reference *out); /* views into s */

/* ---- UCUM (the units care uses; https://ucum.org). Own table in ucum.c with citations ---- */

/* Convert value in unit `code` to the canonical unit of its dimension. False: unit unknown (compare it as text only).
 * The conversion is exact or rounded at the 30th significant digit. out_unit is a constant such as "g", "m3.mol" with
 * the same text for every unit of one dimension. Special units (Cel, [degF]) convert with their offset. */
bool ans_ucum_canonical(ans_decimal value, ans_str code, ans_decimal *out, ans_str *out_unit);
/* Is the code a unit expression whose atoms are all in the table? */
bool ans_ucum_is_unit(ans_str code);

#endif
