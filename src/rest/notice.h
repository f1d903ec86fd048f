/* Inside the program: Tasks that the server itself writes for the head of a facility, where no write of a person tells of something: more was
 * given than the book has, a pack could not be made.
 *
 * The idea: a notice is written only when none of its name (Task.identifier) is there, or, without a name, when none of its code and focus is open.
 * So whoever notices may notice again, and forget what was told. */
#ifndef ANS_REST_NOTICE_H
#define ANS_REST_NOTICE_H

#include "rest/rest.h"

typedef struct ans_notice {
    const char *system;      /* of its name; NULL: it has none */
    ans_str name;
    const char *code;        /* of urn:ansinh:task */
    bool is_urgent;
    ans_str text, text_en;   /* no patient's data: it is the whole house's */
    ans_str focus, about;    /* references; about may be empty */
    ans_str facility;        /* id of the Organization whose head it is for */
} ans_notice;

/* Once for a name, whatever became of the Task of that name; without a name once while one is open. With it an entry in the audit, as of any write.
 * errors   ANS_E_RULE the record does not take it; others: try again
 * threads  not on the writer's thread */
ANS_MUST_USE ans_err ans_rest_notice(ans_rest *rest, ans_cx *cx, const ans_notice *notice);
/* What notices of that code told of this focus is over: Tasks of them that nobody has closed are completed. */
ANS_MUST_USE ans_err ans_rest_notice_over(ans_rest *rest, ans_cx *cx, const char *code, ans_str focus);

/* ---- ward stock beside the log (docs/stock.md) ---- */

/* Cards that writes may have taken something from, until they are looked at. */
typedef struct ans_stock_watch ans_stock_watch;
/* The rules wait while cards are looked at. */
typedef struct ans_stock_patience {
    uint32_t first_ms, longest_ms; /* for reckoning up one card: at first, and when that was not enough several times */
    uint32_t wait_ms;              /* until it is tried again; doubled each time, to thirty-two times as long */
    uint32_t whole_ms;             /* for all cards of one call, but for the last one that was begun */
} ans_stock_patience;
/* In cx's arena. */
ANS_MUST_USE ans_err ans_stock_watch_new(ans_cx *cx, const ans_stock_patience *patience, ans_stock_watch **out);
/* Notes the cards of doses and counts among these versions, which have their bodies. Errors as of ans_stock_watch_tell, which it calls when
 * there are many. */
ANS_MUST_USE ans_err ans_stock_watch_see(ans_stock_watch *watch, ans_rest *rest, ans_cx *cx, const ans_version *at, uint32_t count);
/* A notice for each of them of which more was given than the book has: one for a card and its last count.
 * errors   ANS_E_RETRY some could not be reckoned up or told of now: they are kept, each for its own time. Call again. A card that
 *          took too long eleven times is let go with a word in the log, until something is taken from it or it is counted. */
ANS_MUST_USE ans_err ans_stock_watch_tell(ans_stock_watch *watch, ans_rest *rest, ans_cx *cx);

#endif
