/* Between verify.c, which walks a response, and answer.c, which judges one answer. */
#ifndef ANS_FORM_VERIFY_H
#define ANS_FORM_VERIFY_H

#include "form/form_int.h"

/* Of one item in one list. */
typedef struct counted {
    uint32_t items, answers; /* answers of a group: its instances, of a required one those with an answer */
} counted;

typedef struct verifying {
    use u;
    ans_form_result *out;
    bool must_be_whole;      /* completed or amended: what is required must be there */
    const ans_path *matches; /* for patterns */
    counted *counts;         /* by item of the form, of the list it is in that is under way */
} verifying;

ans_str form_below(verifying *v, ans_str place, const char *member, uint32_t at);
ANS_MUST_USE ans_err form_check_start(verifying *v);
/* One answer of the scope's item: its value, not what stands below it. */
ANS_MUST_USE ans_err form_check_answer(verifying *v, const scope *s, ans_jnode answer, ans_str place);
/* All answers of the scope's item together. */
ANS_MUST_USE ans_err form_check_together(verifying *v, const scope *s, ans_jnode answers, ans_str place);

#endif
