/* Inside demo: a province of invented facilities and people. Everything follows from the seed, the
 * numbers asked for and the day it is made.
 *
 * One Bundle is gathered in a buffer and applied; each resource in it is put under a stable id
 * ("demo-patient-7"), so that making it twice makes it once. Every resource carries the security
 * label HTEST (test data), so that nobody can take it for a real person. Each resident has random
 * numbers of his own (demo_reseed), so that the hour at which the demo is made changes no person.
 */
#ifndef ANS_APP_DEMO_H
#define ANS_APP_DEMO_H

#include "app/trail.h"
#include "base/buf.h"
#include "json/json.h"

#define ICD10 "http://hl7.org/fhir/sid/icd-10"
#define SNOMED "http://snomed.info/sct"
#define LOINC "http://loinc.org"
#define UCUM "http://unitsofmeasure.org"
#define TERMINOLOGY "http://terminology.hl7.org/CodeSystem/"
#define SID "http://fhir.hl7.org.vn/core/sid/" /* VN Core community draft 0.6.0: content/profiles */

enum { ROOM_BEDS = 4, WARD_RESIDENTS = 40, ZONE_MINUTES = 420, MINUTES_PER_DAY = 1440 };

/* The kinds of facility, in the order in which a province gets them. */
typedef enum demo_kind { KIND_ELDERLY, KIND_MENTAL, KIND_DRUGS, KIND_VETERANS, KINDS } demo_kind;

/* Where staff stand in a facility's numbering: these first, then six to each ward. */
typedef enum demo_post {
    POST_HEAD,
    POST_DOCTOR,
    POST_ASSISTANT,
    POST_PHARMACIST,
    POST_SOCIAL,
    POST_REHAB,
    POST_RECORDS,
    FACILITY_POSTS,
    WARD_NURSES = 3,
    WARD_CARERS = 5,
    WARD_STAFF = WARD_NURSES + WARD_CARERS
} demo_post;

typedef struct facility {
    uint32_t number; /* from 1 */
    demo_kind kind;
    uint32_t first, residents;  /* numbers of its residents */
    uint32_t first_ward, wards; /* numbers of its wards, from 1 through the province */
    uint32_t first_staff;       /* number of its head */
} facility;

typedef struct demo {
    const options *o;
    ans_cx *cx;
    ans_rest *rest;
    ans_audit *audit;
    ans_cx scratch;
    ans_buf text;
    ans_jw w;
    uint64_t state; /* of the random numbers */
    int64_t now_us;
    int64_t today;    /* days since 1970, where the facilities are */
    int now;          /* minute of that day */
    uint64_t count;   /* resources written */
    uint32_t entries; /* in the open Bundle */
    facility *facilities;
    uint32_t facility_count;
    uint32_t *use, *given; /* of the facility being written, by ward and medicine: hundredths of units a day, and before the last count */
} demo;

enum { DEMO_MEDICINES = 30 };

enum { MAX_MEDICINES = 12 };

/* What the parts of a record have in common. */
typedef struct resident {
    uint32_t number; /* from 1 */
    const facility *f;
    uint32_t ward; /* number of it */
    uint32_t bed;  /* in the ward, from 1 */
    bool is_male;
    int age;
    int64_t since;                                         /* the day of coming */
    bool has_pressure, has_diabetes, has_lungs, has_heart; /* they show in the vital signs */
    bool is_sick;                                          /* looked at every four hours */
    bool is_wary;                                          /* may harm himself: observed */
    bool has_hypertension;                                 /* I10: on the register */
    bool has_scale_2;                                      /* a doctor set the second SpO2 scale */
    bool lies_down;                                        /* may get a pressure injury: turned */
} resident;

/* Of each house the first has an account of their own, and the second is represented by a guardian who has one (of the first house, in fact). */
static inline uint32_t demo_own_of(const facility *f)
{
    return f->first;
}
static inline uint32_t demo_ward_of(const facility *f)
{
    return f->first + 1;
}

/* Numbers of the staff of a ward and of a facility. */
uint32_t demo_nurse(demo *d, const resident *r); /* one of the ward's */
uint32_t demo_carer(demo *d, const resident *r);
static inline uint32_t demo_post_of(const facility *f, demo_post post)
{
    return f->first_staff + (uint32_t)post;
}
uint32_t demo_ward_staff(const facility *f, uint32_t ward); /* the first of its nurses */
/* The nurse in charge of a facility stands beside that numbering, so that nobody's number hangs on whether there is one. */
static inline uint32_t demo_head_nurse(const facility *f)
{
    return 100000000 + f->number;
}

uint64_t demo_random(demo *d);
int demo_between(demo *d, int low, int high); /* both included */
bool demo_chance(demo *d, int percent);
/* From here on the numbers of this one thing (a person, a day of a person), whatever came before.
 */
void demo_reseed(demo *d, uint64_t who, uint64_t what);

/* demo_write.c. Between begin and end the writer stands in the resource's object, behind id and
 * meta. Text given to demo_json is JSON already. */
void demo_begin(demo *d, const char *type, const char *fmt_id, ...) ANS_PRINTF(3, 4);
/* With one more label beside HTEST: a compartment ("HIV", "ETH", "PSY", "SDV"), or one of another system than v3-ActCode. */
void demo_begin_labelled(demo *d, const char *type, const char *label, const char *fmt_id, ...)
    ANS_PRINTF(4, 5);
void demo_begin_labelled_in(demo *d, const char *type, const char *system, const char *label, const char *fmt_id, ...)
    ANS_PRINTF(5, 6);
/* Of a house itself and of nobody in it: says whose it is. */
void demo_begin_of_house(demo *d, const facility *f, const char *type, const char *fmt_id, ...) ANS_PRINTF(4, 5);
void demo_end(demo *d);
void demo_text(demo *d, const char *key, const char *fmt, ...) ANS_PRINTF(3, 4);
void demo_json(demo *d, const char *key, const char *fmt, ...) ANS_PRINTF(3, 4);
void demo_reference(demo *d, const char *key, const char *fmt, ...) ANS_PRINTF(3, 4);
/* key: {coding: [{system, code, display}], text}; text NULL: none; display NULL: none */
void demo_concept(demo *d, const char *key, const char *system, const char *code,
                  const char *display, const char *text);
void demo_subject(demo *d, const char *key, const resident *r);
/* subject and encounter */
void demo_about(demo *d, const resident *r);
/* A Timing: every day at these `n` minutes of the day. */
void demo_times(demo *d, const char *key, const int16_t *minutes, int n);
/* "2026-11-21", and with the minute of the day "2026-11-21T06:30:00+07:00" */
ans_str demo_day(demo *d, int64_t day);
ans_str demo_minute(demo *d, int64_t day, int minute);
/* "HH:MM" in the scratch arena */
ans_str demo_clock(demo *d, int minute);

/* demo_plan.c: which facilities, how many people in each. */
ANS_MUST_USE ans_err demo_plan(demo *d);
const char *demo_facility_id(demo *d, const facility *f);
const char *demo_ward_id(demo *d, uint32_t ward);

/* demo_place.c */
void demo_province(demo *d);
void demo_facility(demo *d, const facility *f);
/* demo_roster.c: who works which shift, this month and the ones beside it */
void demo_roster(demo *d, const facility *f);
/* demo_people.c */
typedef struct demo_person_name {
    const char *family, *middle, *given;
} demo_person_name;
demo_person_name demo_pick_name(demo *d, bool is_male);
/* demo_place.c: the name of one of the staff, whenever it is asked; no random number is used up by it */
demo_person_name demo_staff_name(demo *d, uint32_t number, const char *role);
void demo_name(demo *d, bool is_male);
resident demo_resident(demo *d, const facility *f, uint32_t number);
/* demo_record.c: problems, allergies, risks, medicines (demo_medicine.c) */
void demo_record(demo *d, resident *r);
void demo_medicine(demo *d, const resident *r, const char *name, int number);
/* What a ward keeps of a medicine of the table, by its place there. */
typedef struct demo_item {
    const char *text, *unit; /* in the scratch arena */
    bool is_controlled;
} demo_item;
demo_item demo_medicine_item(demo *d, int medicine);
/* demo_stock.c: the cupboards of the wards, once their residents are known */
void demo_stock(demo *d, const facility *f);
void demo_stock_use(demo *d, const resident *r, int medicine, uint32_t hundredths);
void demo_stock_given(demo *d, const resident *r, int medicine, int64_t day, int minute, uint32_t hundredths);
ans_str demo_stock_page(demo *d, uint32_t ward, int medicine, int64_t day, int minute);
/* demo_vitals.c */
void demo_vitals(demo *d, const resident *r);
/* demo_visit.c: licences, and visits that were signed */
bool demo_treats(const facility *f);
void demo_licence(demo *d, const facility *f);
void demo_visits(demo *d, const resident *r);
/* demo_screen.c: forms that were answered, scores, what is to be followed up */
void demo_screenings(demo *d, const resident *r);
/* demo_daily.c: meals, sleep, orders of care, a pressure injury */
void demo_daily(demo *d, const resident *r);
/* demo_event.c: incidents and notes */
void demo_events(demo *d, const resident *r);
/* demo_state.c: people who are not just living there, in houses large enough */
typedef enum demo_state { STATE_USUAL, STATE_LEAVE, STATE_HOSPITAL, STATE_ISOLATED, STATE_DEPOT, STATE_RESTRAINED, STATE_MOVING, STATE_UNKNOWN } demo_state;
demo_state demo_state_of(const demo *d, const facility *f, uint32_t number);
void demo_away(demo *d, const resident *r, demo_state state); /* within the stay: since when, where, until when */
void demo_states(demo *d, const resident *r);
void demo_unknown(demo *d, const facility *f, uint32_t number);
/* demo_consent.c: representation by decision, consents, requests */
void demo_consents(demo *d, const resident *r);
/* demo_account.c: who may sign in, and the table that says so */
ANS_MUST_USE ans_err demo_accounts(demo *d);
/* Who may sign in to a folder with one facility, as JSON: name, title, and the password and PIN of all. In the arena of cx. */
ANS_MUST_USE ans_err demo_logins(ans_cx *cx, ans_str *out);

#endif
