/* Hours of days: when a Timing with repeat.timeOfDay falls, on the clock of a place. What other Timings say (every so often, instants) is for who
 * asks. spec: http://hl7.org/fhir/R4/datatypes.html#Timing */
#ifndef ANS_FHIR_TIMING_H
#define ANS_FHIR_TIMING_H

#include "fhir/value.h"
#include "json/json.h"

#define ANS_TIMING_MOST_HOURS 48

typedef struct ans_timing {
    int64_t from_us, until_us; /* holds in [from, until); INT64_MIN, INT64_MAX: open */
    int every;                 /* days; 1: daily */
    int64_t first_day;         /* counted from here when every > 1 */
    bool has_weekdays;
    bool weekdays[7];          /* Monday first */
    uint16_t minutes[ANS_TIMING_MOST_HOURS]; /* of the day, in the order written */
    uint32_t count;            /* 0: it names no hours */
} ans_timing;

/* authored_us: what holds when no bound says from when (INT64_MIN: nothing does); nothing falls before came_us. A bound that is a day ends with
 * that day. What cannot be read names nothing. */
void ans_timing_read(ans_cx *cx, const ans_json *doc, ans_jnode timing, const ans_zone *zone, int64_t authored_us, int64_t came_us, ans_timing *out);

/* From when a MedicationRequest asks for doses, beside what its timing says: INT64_MIN unless it is a copy of a paper from outside (reportedBoolean). A copy
 * asks for nothing before a second person has compared it (INT64_MAX until then): what falls within the hour before may still be given, but not
 * where another order, which it replaces, has seen to it. */
int64_t ans_order_asks_from(ans_cx *cx, const ans_json *order, const ans_zone *zone);

typedef struct ans_moment {
    int64_t us;
    int64_t day; /* of the place's clock, from 1970 */
    int hour, minute;
} ans_moment;

typedef ans_err ans_timing_visit(void *arg, const ans_moment *m);
/* Each moment within [from, until), day after day. errors: what the visitor returned */
ANS_MUST_USE ans_err ans_timing_each(const ans_timing *t, const ans_zone *zone, int64_t from_us, int64_t until_us, ans_timing_visit *visit, void *arg);

#endif
