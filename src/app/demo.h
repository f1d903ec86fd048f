/* Inside demo: a ward of invented people. Everything follows from the seed, the number of residents
 * and the day it is made.
 *
 * One Bundle is gathered in a buffer and applied; each resource in it is put under a stable id
 * ("demo-patient-7"), so that making the ward twice makes it once. Every resource carries the
 * security label HTEST (test data), so that nobody can take it for a real person. */
#ifndef ANS_APP_DEMO_H
#define ANS_APP_DEMO_H

#include "app/app.h"
#include "base/buf.h"
#include "json/json.h"

#define ICD10 "http://hl7.org/fhir/sid/icd-10"
#define SNOMED "http://snomed.info/sct"
#define LOINC "http://loinc.org"
#define UCUM "http://unitsofmeasure.org"
#define TERMINOLOGY "http://terminology.hl7.org/CodeSystem/"

enum { PRACTITIONERS = 6, ROOM_BEDS = 4, ZONE_MINUTES = 420 };

typedef struct demo {
    const options *o;
    ans_cx *cx;
    ans_rest *rest;
    ans_cx scratch;
    ans_buf text;
    ans_jw w;
    uint64_t state; /* of the random numbers */
    int64_t now_us;
    int64_t today;    /* days since 1970, where the ward is */
    uint64_t count;   /* resources written */
    uint32_t entries; /* in the open Bundle */
} demo;

/* What the parts of a record have in common. */
typedef struct resident {
    uint32_t number; /* from 1 */
    bool is_male;
    int age;
    bool has_pressure, has_diabetes, has_lungs, has_heart; /* they show in the vital signs */
} resident;

uint64_t demo_random(demo *d);
int demo_between(demo *d, int low, int high); /* both included */
bool demo_chance(demo *d, int percent);

/* demo.c: writing. Between begin and end the writer stands in the resource's object, behind id and
 * meta. */
void demo_begin(demo *d, const char *type, const char *fmt_id, ...) ANS_PRINTF(3, 4);
void demo_end(demo *d);
void demo_text(demo *d, const char *key, const char *fmt, ...) ANS_PRINTF(3, 4);
void demo_reference(demo *d, const char *key, const char *fmt, ...) ANS_PRINTF(3, 4);
/* key: {coding: [{system, code, display}], text}; text NULL: none; display NULL: none */
void demo_concept(demo *d, const char *key, const char *system, const char *code,
                  const char *display, const char *text);
/* "2026-11-21", and with the minute of the day "2026-11-21T06:30:00+07:00" */
ans_str demo_day(demo *d, int64_t day);
ans_str demo_minute(demo *d, int64_t day, int minute);

/* demo_people.c */
void demo_facility(demo *d);
resident demo_resident(demo *d, uint32_t number);
/* demo_record.c */
void demo_conditions(demo *d, resident *r);
/* demo_vitals.c */
void demo_vitals(demo *d, const resident *r);

#endif
