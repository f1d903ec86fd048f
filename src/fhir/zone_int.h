/* Zones inside the room: what datetime.c asks zone.c, and what zone.c asks tz_rule.c. All times in
 * seconds since 1970. */
#ifndef ANS_FHIR_ZONE_INT_H
#define ANS_FHIR_ZONE_INT_H

#include "fhir/value.h"

/* First and last instant at which clocks of the zone (NULL: UTC) show this wall time. They differ
 * only where clocks were set back. For a wall time that was skipped both are what a clock that was
 * not set forward would have shown. */
void ans_zone_instants(const ans_zone *zone, int64_t wall, int64_t *out_first, int64_t *out_last);

/* A rule for all years to come, as POSIX TZ writes it: "CET-1CEST,M3.5.0,M10.5.0/3" (IEEE 1003.1,
 * chapter 8.3; RFC 8536 section 3.3.1 allows hours up to 167). */
typedef struct ans_tz_day {
    char kind; /* 'M': the week-th weekday of month; 'J': day 1..365 without 29 February; 'D': day
                  0..365 */
    int month, week, weekday, day;
    int seconds; /* wall time of the change, from midnight; may be negative or beyond a day */
} ans_tz_day;

typedef struct ans_tz_rule {
    int32_t standard, summer; /* seconds east of UTC */
    bool has_summer;
    ans_tz_day begin, end; /* of summer time */
} ans_tz_rule;

bool ans_tz_rule_parse(ans_str text, ans_tz_rule *out);
int32_t ans_tz_rule_offset(const ans_tz_rule *rule, int64_t utc);

#endif
