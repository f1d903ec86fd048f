/* Inside the papers: the people of a ward or facility, bed by bed, with what whoever cares for them has to know. */
#ifndef ANS_PAPER_WARD_H
#define ANS_PAPER_WARD_H

#include "paper/paper_int.h"

typedef struct lodger {
    identity who;
    ans_str allergies, risks, diet, relatives; /* in words; empty: none is known */
    ans_str care;                              /* what is ordered besides medicines: "Xoay trở mỗi 2 giờ" */
    ans_str score;                             /* "NEWS2 5, 07:10 21/11"; of the last 48 hours */
    bool is_unseen;                            /* who prints it does not see their care: what is empty says nothing */
    bool needs_rounds;                         /* vital signs are ordered */
    int64_t *rounds;                           /* of the hours asked for */
    uint32_t round_count;
    bool is_away;                              /* the stay goes on, the person is not in the house */
    ans_str away_kind, away_from, away_until, away_where, away_with; /* as far as it is said */
} lodger;

typedef struct ward {
    ans_str name, facility_id;
    ans_str phone; /* of the place or its facility */
    identity house;     /* facility and who directs it */
    lodger *at;    /* who is here, by room and bed */
    uint32_t count;
    lodger *away;  /* who is on leave or in hospital, in the same order */
    uint32_t away_count;
} ward;

/* Who lives in the place (a ward, room, bed; of an Organization, everybody), without what is of one person only. */
ANS_MUST_USE ans_err ask_ward(paper *p, ward *out);
/* What of one person has to be known, and the rounds between two moments. */
ANS_MUST_USE ans_err ask_lodger(paper *p, lodger *l, int64_t from_us, int64_t until_us);

#endif
