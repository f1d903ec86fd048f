/* Inside the papers: one print, what it asks of the record, and words. */
#ifndef ANS_PAPER_PAPER_INT_H
#define ANS_PAPER_PAPER_INT_H

#include "paper/paper.h"
#include "paper/sheet.h"

#define US_PER_MINUTE INT64_C(60000000)
#define US_PER_HOUR (60 * US_PER_MINUTE)
#define US_PER_DAY (24 * US_PER_HOUR)


#define LOINC "http://loinc.org"
#define CARE "urn:ansinh:care"

/* A resource that was found, and when it was by its own date (INT64_MIN: no date). */
typedef struct found {
    const ans_json *doc;
    ans_str id;
    int64_t us;
} found;

typedef struct list {
    found *at;
    uint32_t count;
} list;

typedef struct named {
    ans_str id, name, above, body; /* body: of a place, the organisation that manages it */
} named;

/* Whose paper it is, and where they live. */
typedef struct identity {
    const ans_json *doc; /* the Patient */
    ans_str id, name, birth, age, gender, record;
    ans_str stay, since; /* Encounter: id, beginning */
    ans_str bed, room, ward, ward_id;
    ans_str facility_id, facility, body;
} identity;

typedef struct paper {
    ans_cx *cx;
    const ans_paper_ask *ask;
    const ans_zone *zone;
    const ans_json *table; /* papers.json */
    ans_jnode form;
    ans_sheet *s;
    identity who;
    ans_str title; /* instead of the form's own; empty: that one */
    int64_t first_day, days; /* civil days from 1970 */
    int64_t from_us, until_us;
    named *places, *people; /* looked up so far: Location; Practitioner */
    uint32_t place_count, place_cap, people_count, people_cap;
    uint32_t shown;         /* persons on it */
} paper;

typedef ans_err paper_draw(paper *p);
paper_draw paper_vitals, paper_care, paper_medicine, paper_disclosure, paper_services, paper_transfer, paper_summary, paper_admission, paper_referral, paper_handover, paper_pack, paper_sealed;

/* ---- words.c: what stands in papers.json, and values of the record as people write them ---- */

ANS_MUST_USE ans_err paper_table_read(ans_cx *cx, const ans_json **out);
ans_jnode paper_form_named(const ans_json *table, ans_str code);
/* A word of the form, else of all forms; the key itself when there is none, so that it is seen. */
ans_str word(paper *p, const char *key);
/* "{name}" in a word replaced. */
ans_str word_with(paper *p, const char *key, const char *name, ans_str value);
/* A text of the form by its path: "title", "legal". */
ans_str form_text(paper *p, const char *path);
bool form_is(paper *p, const char *key); /* true stands there */
ans_str fmt(paper *p, const char *text, ...) ANS_PRINTF(2, 3);

ans_jnode node_at(const ans_json *doc, ans_jnode n, const char *path); /* "code.coding.code": of a list the first */
ans_str text_at(paper *p, const ans_json *doc, ans_jnode n, const char *path);
bool true_at(const ans_json *doc, ans_jnode n, const char *path);
ans_str reference_at(paper *p, const ans_json *doc, ans_jnode n, const char *path); /* the id behind the slash */
/* The text of a CodeableConcept, else its first display, else its code. */
ans_str concept_text(paper *p, const ans_json *doc, ans_jnode concept);
bool has_code(paper *p, const ans_json *doc, ans_jnode concept, const char *system, const char *code); /* system NULL: any */
ans_str code_of(paper *p, const ans_json *doc, ans_jnode concept, const char *system); /* empty: none */
ans_str quantity_text(paper *p, const ans_json *doc, ans_jnode quantity);
ans_str number_text(paper *p, ans_str number); /* comma decimals */
/* value[x] of an Observation or a component in words; empty: none */
ans_str value_text(paper *p, const ans_json *doc, ans_jnode n);
ans_str day_text(paper *p, int64_t day);       /* 21/11/2026 */
ans_str day_short(paper *p, int64_t day);      /* 21/11 */
ans_str date_text(paper *p, ans_str fhir);     /* as exact as it was written */
ans_str clock_text(paper *p, int64_t us);      /* 07:41 */
ans_str moment_text(paper *p, int64_t us);     /* 21/11/2026 07:41 */
int64_t day_of(const paper *p, int64_t us);    /* civil day of the place's clock */
int64_t us_of_day(const paper *p, int64_t day);
int64_t us_at(const paper *p, int64_t day, int hour, int minute);
int64_t time_of(const paper *p, ans_str fhir); /* INT64_MIN: none */
ans_str join(paper *p, ans_str a, const char *between, ans_str b); /* without what is empty */

/* ---- source.c: asking the record ---- */

/* Everything a search finds that may be shown, by its own date, the oldest first. date: path of the date, NULL: none. */
ANS_MUST_USE ans_err ask_list(paper *p, const char *type, ans_str query, const char *date, list *out);
ANS_MUST_USE ans_err ask_one(paper *p, const char *type, ans_str id, const ans_json **out); /* *out NULL: there is none */
/* "patient=Patient/x&<more>" */
ans_str of_person(paper *p, ans_str id, const char *more);
/* "&date=ge...&date=lt..." of the paper's days */
ans_str within(paper *p, const char *code);
bool is_struck(paper *p, const ans_json *doc);
/* In a compartment, by its labels: not for a paper that lies at a bed. False for a form that says holds_guarded: it goes into the file. */
bool is_guarded(paper *p, const ans_json *doc);
/* A diagnosis that is not said aloud, whatever its labels: mental illness, HIV, sexually transmitted disease. */
bool is_unsaid(paper *p, const ans_json *doc, ans_jnode concept);
ANS_MUST_USE ans_err ask_staff(paper *p, ans_str id, ans_str *out_name);
ANS_MUST_USE ans_err ask_place(paper *p, ans_str id, const named **out); /* NULL: not seen */
ANS_MUST_USE ans_err ask_who(paper *p, ans_str patient);
ANS_MUST_USE ans_err ask_who_of(paper *p, const ans_json *patient, const ans_json *stay, identity *out); /* stay may be NULL */
ANS_MUST_USE ans_err ask_facility(paper *p, ans_str id, identity *out);
/* The name of the medicine of a MedicationRequest or MedicationAdministration. */
ANS_MUST_USE ans_err medicine_name(paper *p, const ans_json *doc, ans_str *out);

/* ---- parts that several forms have ---- */

ans_str title_text(paper *p); /* as the facility may call it */
void draw_title(paper *p);          /* head of the facility, title, days */
ANS_MUST_USE ans_err draw_identity(paper *p, bool has_problems);
void draw_signs(paper *p);          /* as the form says */

/* signs.c: vital signs read out of Observations */
typedef enum sign { SIGN_PULSE, SIGN_TEMPERATURE, SIGN_PRESSURE, SIGN_BREATHING, SIGN_SPO2, SIGN_OXYGEN, SIGN_AWAKE, SIGN_NEWS2, SIGN_GLUCOSE, SIGN_WEIGHT, SIGNS } sign;
extern const char *const sign_keys[SIGNS]; /* words */
typedef struct reading {
    sign sign;
    int64_t us;
    ans_str text;    /* "104/62" */
    double number;   /* for the chart, in its usual unit; NAN: none */
} reading;
/* False: it is no vital sign. */
bool read_sign(paper *p, const found *f, reading *out);
/* Readings of a person between two moments, the oldest first. */
ANS_MUST_USE ans_err ask_signs(paper *p, ans_str patient, int64_t from_us, int64_t until_us, reading **out, uint32_t *out_count);

/* orders.c: what is due between two moments */
/* Does who prints it see of this person's care nothing? */
bool is_unseen(const paper *p, ans_str patient);

/* At an hour; as needed; ordered without hours; of a copy that nobody has compared with its paper yet, which is not given. */
typedef enum dose_kind { DOSE_DUE, DOSE_NEEDED, DOSE_TIMELESS, DOSE_UNCHECKED, DOSE_KINDS } dose_kind;
typedef struct dose {
    dose_kind kind;
    int64_t us; /* of DOSE_DUE; else 0 */
    ans_str medicine, amount, how; /* "1 viên"; "Uống sau ăn" */
    bool is_guarded, is_controlled;
} dose;
ANS_MUST_USE ans_err ask_doses(paper *p, ans_str patient, ans_str since, int64_t from_us, int64_t until_us, dose **out, uint32_t *out_count);

#endif
