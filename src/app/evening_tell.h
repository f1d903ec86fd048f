/* Inside the evening's packs: what is said of each, in the audit and to the head of the facility. */
#ifndef ANS_APP_EVENING_TELL_H
#define ANS_APP_EVENING_TELL_H

#include "app/evening.h"

enum { EVENING_TEXT = 128 };

/* Who asked for a pack, cut to what fits. */
typedef struct evening_asker {
    char account[EVENING_TEXT], name[EVENING_TEXT], display[EVENING_TEXT], practitioner[EVENING_TEXT];
} evening_asker;
void evening_asker_keep(evening_asker *to, const ans_pack_asker *from);

/* The people on a pack, as the audit counts them. */
typedef struct evening_people {
    ans_rid *at;
    uint32_t count, cap;
    bool is_short; /* there was no memory for all */
} evening_people;
/* Notes a Patient; other resources are nothing to it. */
void evening_people_add(evening_people *people, ans_arena *arena, ans_search *search, const ans_version *v);

/* An entry "print" with the people on it, by who asked or by the program itself (by NULL); on disk when it returns. audit NULL: nothing. */
ANS_MUST_USE ans_err evening_audit(ans_cx *cx, ans_audit *audit, const folder *f, ans_str facility, const evening_asker *by, const evening_made *made,
                                   evening_people *people);
/* A Task for the head, while none is open; and that it is over. */
ANS_MUST_USE ans_err evening_notice(ans_cx *cx, ans_rest *rest, const folder *f, ans_str facility, int64_t since_us);
ANS_MUST_USE ans_err evening_notice_over(ans_cx *cx, ans_rest *rest, ans_str facility);

#endif
