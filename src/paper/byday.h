/* Inside the papers: tables with a column a day. */
#ifndef ANS_PAPER_BYDAY_H
#define ANS_PAPER_BYDAY_H

#include "paper/paper_int.h"

enum { BYDAY_MOST = 7 };

typedef struct byday_row {
    int group;                      /* rows stand by it, then by name */
    ans_str name, unit;
    ans_str said[BYDAY_MOST];       /* "07:31 Hà" one below the other */
    ans_decimal amount[BYDAY_MOST];
    uint32_t times[BYDAY_MOST], not_given[BYDAY_MOST];
    bool has_amount, is_uneven;     /* uneven: one of its uses says no amount */
} byday_row;

typedef struct byday {
    paper *p;
    byday_row *at;
    uint32_t count, cap;
} byday;

/* Words of papers.json. sum NULL: cells hold what was said, and nobody signs; else amounts, a sum, and a place to sign for each day. */
typedef struct byday_words {
    const char *name, *unit, *sum, *sign_nurse, *sign_person;
} byday_words;

/* The row of that group, name and unit, made when there is none. errors ANS_E_COSTLY more rows than a sheet is for */
ANS_MUST_USE ans_err byday_line(byday *l, int group, ans_str name, ans_str unit, byday_row **out);
void byday_sort(byday *l);
void byday_draw(paper *p, const byday *l, const byday_words *words);

#endif
