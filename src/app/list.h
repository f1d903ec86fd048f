/* Official lists an operator has as tables (ICD-10, techniques, units of administration) become a CodeSystem and a ValueSet.
 *
 * Three steps, as with content: the table is read by the names of its columns (list_read.c), its rows become entries that stand
 * below one another, the entries become a resource (list_write.c). What is there already is compared with it, the difference is
 * worked out as data (list_plan.c, list_past.c), and only then written: by the command (list.c), or by whoever asks the server (list_door.c). */
#ifndef ANS_APP_LIST_H
#define ANS_APP_LIST_H

#include "app/app.h"
#include "app/sheet.h"
#include "json/json.h"
#include "rest/official.h"

/* What a column of a kind is for. */
typedef enum list_role { ROLE_CODE, ROLE_VI, ROLE_EN, ROLE_CHAPTER, ROLE_BLOCK, ROLE_PARENT, ROLE_PROPERTY, ROLES } list_role;

typedef struct list_column {
    uint8_t role;
    bool is_needed;
    const char *names;    /* heads it is known by, without accents and case, with | between */
    const char *property; /* ROLE_PROPERTY, ROLE_PARENT */
} list_column;

typedef struct list_kind {
    const char *name, *id; /* "icd10", "vn-icd10" */
    const char *system, *value_set;
    const char *title, *title_en;
    const list_column *columns; /* ends with no names */
    bool is_icd;                /* the hierarchy of codes, and the marks of ICD-10 */
    bool is_numbered;           /* CHAPTER.NUMBER counting up, of which spreadsheets take the zeros at the end */
    const char *source;
} list_kind;

const list_kind *list_kind_named(const char *name); /* NULL: none such */
void list_kinds_say(void);

typedef struct list_property {
    ans_str code, value; /* value "true": a flag */
} list_property;

typedef struct list_entry {
    ans_str code, vi, en, parent;
    ans_str other; /* another Vietnamese name */
    list_property *properties;
    uint32_t property_count, property_cap;
    uint32_t line; /* in the file; 0: made of what others say (a chapter, a block) */
    bool is_group; /* not for use itself */
    uint32_t up, first, next; /* list_write.c: places of a tree, from 1 */
} list_entry;

typedef struct list_entries {
    list_entry *at;
    uint32_t count, cap;
    uint32_t restored; /* codes that got their zeros back */
    uint32_t refused;  /* rows that could not be taken; the first ANS_LIST_REFUSED of them: */
    ans_list_refusal *refusals;
} list_entries;

/* leave_out: rows that cannot be taken are noted and left out, instead of an error.
 * errors   ANS_E_INVALID with the line of the file, which is the one refusal noted; or (none noted) a table without heads or codes */
ANS_MUST_USE ans_err list_read(ans_cx *cx, const list_kind *kind, const sheet *table, bool leave_out, list_entries *out);

typedef struct list_edition {
    ans_str id, version;
    ans_str from, to; /* the days it is valid; both empty: no period is written */
} list_edition;

/* The resources as JSON. Order within entries may change. */
ANS_MUST_USE ans_err list_code_system(ans_cx *cx, const list_kind *kind, const list_edition *edition, list_entries *entries, ans_str *out);
ANS_MUST_USE ans_err list_value_set(ans_cx *cx, const list_kind *kind, ans_str *out);
/* The period of a CodeSystem's text; both empty: it has none. */
ANS_MUST_USE ans_err list_period(ans_cx *cx, ans_str body, ans_str *out_from, ans_str *out_to);
/* The text with the end of its period set. */
ANS_MUST_USE ans_err list_close_period(ans_cx *cx, ans_str body, ans_str to, ans_str *out);
ans_str list_day_before(ans_cx *cx, ans_str day); /* p NULL: that is no day */

/* What an import or its undo looks at while it is planned. */
typedef struct list_work {
    ans_cx *cx;
    ans_store *store;
    const ans_search *search;
    const list_kind *kind;
    ans_reader *rd;
    ans_str journal;              /* lines, the newest last */
    ans_str ids[ANS_LIST_STEPS];  /* of the editions known */
    uint32_t id_count;
    list_edition edition;
    ans_list_plan *plan;
} list_work;

/* list_plan.c: a file as entries, and entries as a plan. The two steps are apart so that a bad file is told before any folder is opened.
 * errors   of both: plan->why says what a person can mend */
ANS_MUST_USE ans_err list_take_table(ans_cx *cx, const list_kind *kind, ans_str bytes, bool leave_out, list_entries *out, ans_list_plan *plan);
ANS_MUST_USE ans_err list_make_plan(ans_cx *cx, ans_store *store, const ans_search *search, const list_kind *kind, const ans_list_ask *ask,
                                    list_entries *entries, ans_list_plan *plan);
/* list_past.c: what undoes the last import that changed something; what is remembered of imports; what is loaded. */
ANS_MUST_USE ans_err list_make_undo(ans_cx *cx, ans_store *store, const ans_search *search, const list_kind *kind, ans_list_plan *plan);
ANS_MUST_USE ans_err list_remember(ans_cx *cx, ans_store *store, const ans_list_plan *plan);
ANS_MUST_USE ans_err list_look(ans_cx *cx, ans_store *store, const ans_search *search, ans_list_state **out, uint32_t *out_count);
/* Between the two files. */
ANS_MUST_USE ans_err list_open(list_work *l); /* cx, store, search and kind are set */
void list_close(list_work *l);
ANS_MUST_USE ans_err list_version(list_work *l, const char *type, ans_str id, uint32_t vid, ans_version *out); /* vid 0: now; out->vid 0: there is none */
ANS_MUST_USE ans_err list_add_step(list_work *l, const char *type, ans_str id, ans_str body);
ANS_MUST_USE ans_err list_compare(ans_cx *cx, ans_str before, ans_str after, ans_list_difference *out); /* before empty: against nothing */
ANS_MUST_USE ans_err list_bundle(list_work *l);
ANS_MUST_USE ans_err list_remember_this(list_work *l, ans_str by);
const list_kind *list_kind_at(uint32_t i); /* NULL behind the last */

/* list_door.c: the same for a running server. */
typedef struct list_door list_door;
ANS_MUST_USE ans_err list_door_open(ans_cx *cx, const folder *f, list_door **out);
const ans_lists *list_door_of(list_door *d); /* NULL for NULL */
void list_door_close(list_door *d);

#endif
