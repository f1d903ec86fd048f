/* Inside the shift board: what board.c gathers, board_due.c asks of it, and board_write.c shows. */
#ifndef ANS_REST_BOARD_INT_H
#define ANS_REST_BOARD_INT_H

#include "fhir/timing.h"
#include "rest/rest_int.h"

/* A ward, a room, a bed. */
typedef struct spot {
    ans_str id, name, above; /* above: id of the place it is part of */
} spot;

/* A text of a record shown as it stands: a risk, an allergy. JSON of a CodeableConcept. */
typedef struct mark {
    ans_str concept;
    struct mark *next;
} mark;

/* An alert that nobody has closed yet. */
typedef struct open_alert {
    ans_str task, title, title_en, priority, status, at;
    struct open_alert *next;
} open_alert;

typedef enum due_what { DUE_VITALS, DUE_MEDICINE, DUE_CARE } due_what;

/* What is still open at one moment. */
typedef struct due {
    int64_t at_us;
    uint32_t count;
    due_what what;
    ans_str kind; /* of care: a code of urn:ansinh:care */
    struct due *next;
} due;

typedef struct person {
    ans_str id, name, birth, gender; /* gender, birth: as written, may be empty */
    ans_str encounter, bed;          /* bed: id of the active location; may be empty */
    ans_str since;                   /* of the stay */
    bool is_assigned;                /* to whoever asks */
    bool is_unseen;                  /* whoever asks does not see their care (unseen.c) */
    mark *risks, *allergies;
    ans_str score, band, score_id; /* of the last NEWS2; score empty: not complete */
    ans_str score_at;              /* as written */
    int64_t score_us, vitals_us;   /* 0: none within the window */
    int64_t glucose_us;            /* of the newest glucose; 0: none within the window */
    bool is_glucose_low;
    due *dues;
    open_alert *alerts;
} person;

/* Who is on leave or in hospital. kind: leave or hospital; from, until: as written; any may be empty. is_seen: the caller may see who it is */
typedef struct away {
    ans_str id, name, encounter, bed, kind, from, until;
    bool is_seen;
    struct away *next;
} away;

typedef struct board {
    job *j;
    ans_cx *cx;
    ans_reader *rd;
    const ans_zone *zone;
    int64_t now_us;
    ans_str place_name, facility;
    spot *spots; /* by id */
    uint32_t spot_count, spot_room;
    person *people; /* by id */
    uint32_t count;
    ans_str patients; /* "Patient/a,Patient/b" for searches */
    bool was_struck;
    bool is_ward; /* or any other place; else a facility */
    away *aways;
    struct dose *doses; /* those that may be open, by name once all are there */
    uint32_t dose_count;
    struct check *checks; /* board_care.c */
    int64_t done_us;
} board;

typedef ans_err board_take(board *b, const ans_json *doc, ans_str id);

/* board.c: every body that a search finds, one after the other; the doc lives in the cx's arena. */
ANS_MUST_USE ans_err board_each(board *b, const char *type, ans_str query, board_take *take);
/* The same of one person: patient=Patient/<id>&<more> */
ANS_MUST_USE ans_err board_each_of(board *b, const person *p, const char *type, ans_str more, board_take *take);
/* As the query says itself (_sort, _count), which must bound it. */
ANS_MUST_USE ans_err board_newest_of(board *b, const person *p, const char *type, ans_str more, board_take *take);
bool board_is_struck(board *b, const ans_json *doc); /* entered in error */
person *board_person(const board *b, ans_str id); /* NULL: not one of ours */
/* The person that the member `key` (a Reference) names. */
person *board_subject(board *b, const ans_json *doc, const char *key);
ans_str board_reference(board *b, const ans_json *doc, ans_jnode object, const char *key); /* id behind the slash */
const spot *board_spot(const board *b, ans_str id);
/* Microseconds of a date or dateTime (its beginning); INT64_MIN when it is none. */
int64_t board_time(const board *b, ans_str text);
ans_str board_since(board *b, int64_t hours); /* "2026-11-21T10:00:00.000Z", so many hours ago */

/* board_due.c */
ANS_MUST_USE ans_err board_dues(board *b);
typedef ans_err open_moment(board *b, person *p, void *arg, const ans_moment *m);
/* Every hour of a timing (a Timing with repeat.timeOfDay) that lies in the board's window, PAST hours back to AHEAD hours ahead. */
ANS_MUST_USE ans_err board_each_moment(board *b, const ans_json *doc, ans_jnode timing, person *p, void *arg, open_moment *take);
ANS_MUST_USE ans_err board_add_due(board *b, person *p, due_what what, ans_str kind, int64_t us);
/* The span an order holds for, with the stay's beginning in it: [out_from, out_until). */
void board_span(board *b, const ans_json *doc, ans_jnode timing, const person *p, int64_t *out_from, int64_t *out_until);

/* board_care.c: what is to be done for somebody besides doses and rounds */
ANS_MUST_USE ans_err board_care(board *b);
#define BOARD_PAST_US INT64_C(43200000000)  /* 12 hours */
#define BOARD_AHEAD_US INT64_C(36000000000) /* 10 hours */

/* board_away.c: a stay whose person is on leave; then who they all are */
ANS_MUST_USE ans_err board_take_away(board *b, const ans_json *doc, ans_str id);
ANS_MUST_USE ans_err board_name_aways(board *b);

/* board_write.c */
ANS_MUST_USE ans_err board_write(board *b, ans_str *out);

#endif
