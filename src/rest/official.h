/* Official lists of a server as the door of rest asks for them: who reads tables (app/list_door.c) hands this table to the rest, which knows who
 * asks, writes, and keeps the audit. The command line goes through the same functions. */
#ifndef ANS_REST_OFFICIAL_H
#define ANS_REST_OFFICIAL_H

#include "base/cx.h"

#define ANS_LIST_FILE_BYTES ((size_t)32 << 20)  /* of a file that comes over the net */
#define ANS_LIST_WORK_BYTES ((size_t)320 << 20) /* all memory that one such file may cost */
enum { ANS_LIST_SHOWN = 100, ANS_LIST_REFUSED = 200, ANS_LIST_STEPS = 24 };

/* Codes that are new, that have another name, and that are gone. */
typedef enum ans_list_sort { ANS_LIST_NEW, ANS_LIST_RENAMED, ANS_LIST_GONE, ANS_LIST_SORTS } ans_list_sort;
typedef struct ans_list_line {
    ans_str code, name, before; /* before: RENAMED, its name until now */
} ans_list_line;
typedef struct ans_list_difference {
    uint32_t codes, same, count[ANS_LIST_SORTS];
    ans_list_line *lines[ANS_LIST_SORTS]; /* the first ANS_LIST_SHOWN of each */
} ans_list_difference;

/* A row that cannot be taken. */
typedef struct ans_list_refusal {
    uint32_t line, column; /* in the file, from 1; column 0: the row */
    const char *why;       /* "number" "code" "name" "twice" */
    uint32_t before;       /* twice: the line it stood in first */
    ans_str text;          /* all of it in one English line */
} ans_list_refusal;

/* One resource that will be written. */
typedef struct ans_list_step {
    const char *type;
    ans_str id, body;   /* body empty: it goes */
    ans_str was;        /* its text now; empty: there is none */
    uint32_t vid;       /* its version now; 0: there is none */
    bool has_difference;
    ans_list_difference difference;
} ans_list_step;

typedef struct ans_list_plan {
    const char *kind, *system;
    const char *why;    /* of a failure, when it is one that a person can mend: "heads" "empty" "damaged" "utf8" "xls" "large" "edition" "day" "other-edition"
                           "row" "changed" "nothing"; NULL: none of those */
    ans_str edition, from, to;
    uint32_t restored;  /* codes that got the zeros back which a spreadsheet took */
    uint32_t refused;   /* rows; the first ANS_LIST_REFUSED of them: */
    ans_list_refusal *refusals;
    ans_list_step steps[ANS_LIST_STEPS];
    uint32_t step_count, main_step; /* main_step: the list itself */
    ans_str undoes;     /* of an undo: when that import was */
    ans_str bundle;     /* the transaction; every entry holds only while its resource is as it was looked at */
    ans_str remember;   /* what will be known of past imports */
} ans_list_plan;

typedef struct ans_list_ask {
    ans_str kind, bytes, edition, from_date; /* bytes: empty for an undo */
    bool leave_out;      /* rows that cannot be taken are left out; else they stop it */
    ans_str by;          /* who asks, as others know them */
} ans_list_ask;

/* What is loaded. Each kind once, with its editions, the newest last, and its imports, the newest first. */
typedef struct ans_list_edition {
    ans_str id, version, from, to;
    uint32_t codes;
    int64_t when_us;
} ans_list_edition;
typedef struct ans_list_import {
    ans_str when, by, edition;
    uint32_t codes;
} ans_list_import;
typedef struct ans_list_state {
    const char *kind, *title, *title_en, *source;
    ans_list_edition *editions;
    uint32_t edition_count;
    ans_list_import *imports;
    uint32_t import_count;
} ans_list_state;

/* Memory of the answers is cx's. */
typedef struct ans_lists {
    void *arg;
    /* One at a time: false when another one is at it. What begins must end. */
    bool (*begin)(void *arg);
    void (*end)(void *arg);
    /* What would be written, and how it differs from what is there. Writes nothing. */
    ans_err (*plan)(void *arg, ans_cx *cx, const ans_list_ask *ask, ans_list_plan *out);
    ans_err (*plan_undo)(void *arg, ans_cx *cx, const ans_list_ask *ask, ans_list_plan *out);
    /* In front of the writing of an import, behind that of an undo: cut off between the two, the next one mends it. */
    ans_err (*remember)(void *arg, ans_cx *cx, const ans_list_plan *plan);
    ans_err (*look)(void *arg, ans_cx *cx, ans_list_state **out, uint32_t *out_count);
} ans_lists;

#endif
