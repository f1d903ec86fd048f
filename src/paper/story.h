/* Inside the papers: what those about a whole person tell. */
#ifndef ANS_PAPER_STORY_H
#define ANS_PAPER_STORY_H

#include "base/buf.h"
#include "paper/paper_int.h"

/* In words, an item a line; empty: nothing is known (to the asker). */
typedef struct story {
    ans_str problems, allergies, medicines, procedures, vaccines, course, advice, signs, results;
    int64_t signs_us;
} story;

/* Of p->who. */
ANS_MUST_USE ans_err ask_story(paper *p, story *out);
ANS_MUST_USE ans_err ask_licence(paper *p, bool *out); /* may the facility treat today? docs/licence.md */

/* The words of a narrative, a line for each block of it.
 * owns     out in cx->arena */
ANS_MUST_USE ans_err plain_words(ans_cx *cx, ans_str div, ans_str *out);
ans_str plain_of(paper *p, ans_str div); /* the same; empty when memory is short */

void draw_person(paper *p); /* who it is, as authorities ask */

/* One of its parts: a line in bold by that key of the words, and the text. is_open: without a text there is room to write it by hand. */
void draw_section(paper *p, const char *key, ans_str text, bool is_open);
/* The newest signs and when they were taken; empty: there are none. */
ans_str signs_text(paper *p, const story *s);

#endif
