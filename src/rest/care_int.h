/* Inside rest: the care rules (care_rule.c, care_there.c, care_bed.c, care_come.c, care_person.c, care_link.c, care_order.c, care_word.c, care_visit.c, care_stock.c, care_photo.c,
 * care_house.c, care_own.c). */
#ifndef ANS_CARE_INT_H
#define ANS_CARE_INT_H

#include "rest/rest_int.h"

/* A change of a type that has rules, or that rules look at. */
typedef struct care_change {
    ans_change *change;
    ans_type type;
    ans_json now; /* what it becomes; count 0: a deletion */
    ans_json old; /* its current version; count 0: there is none */
    uint32_t old_vid;
    int64_t old_us; /* when that was committed */
} care_change;

typedef struct care_person care_person;

typedef struct care {
    job *j;
    ans_cx *cx;
    ans_reader *rd;
    const ans_zone *zone;
    ans_tick time;
    bool at_commit; /* on the writer's thread: only what another write could have moved */
    care_change *list; /* by reference */
    uint32_t count;
    ans_type t_patient, t_encounter, t_location, t_order;
    care_person *persons; /* found so far (care_there.c) */
} care;

typedef ans_err care_rule(care *c, const care_change *x);

/* An instant or a span of time as it was written. */
typedef struct care_time {
    ans_tick low, high;
    bool is_there;
} care_time;

enum { CARE_AHEAD_MINUTES = 5 }; /* clocks differ so much */
#define CARE_AHEAD (CARE_AHEAD_MINUTES * 60 * ANS_TICKS_PER_SECOND)

/* care_rule.c */
ANS_PRINTF(4, 5) ans_err care_refuse(care *c, const care_change *x, const char *where, const char *fmt, ...);
ans_str care_string(const care *c, const ans_json *doc, const char *name);
bool care_status_is(const care *c, const ans_json *doc, const char *status);
care_time care_time_at(const care *c, const ans_json *doc, ans_jnode object, const char *name);
/* Type and id behind object.reference, when it is one of this server: as it would be looked up. id empty: none. */
ans_ref care_reference(const care *c, const ans_json *doc, ans_jnode object);
/* The change of this transaction to that resource, or NULL. */
const care_change *care_changed(const care *c, ans_ref ref);
/* What the resource will be after this transaction; count 0: it will not be there. */
ANS_MUST_USE ans_err care_read(care *c, ans_ref ref, ans_json *out);
/* Is it the caller: their Practitioner, or a PractitionerRole of theirs? */
bool care_is_me(care *c, ans_ref who);
/* Is the caller an author of it (one reference, or several)? */
bool care_is_author(care *c, const ans_json *doc);

/* Is the new version the old one, but for members that are free and lists that grew at their end? meta is the server's. */
bool care_is_kept(care *c, const care_change *x, const char *const *is_free, const char *const *grows);
/* The same value, however it is spelt. */
bool care_same(const care *c, const ans_json *a, ans_jnode x, const ans_json *b, ans_jnode y);
/* An extension urn:ansinh:extension:reason with words. */
bool care_has_reason(care *c, const ans_json *doc);

/* care_there.c */
ans_err care_dose(care *c, const care_change *x);
ans_err care_there(care *c, const care_change *x);
/* Has the person died, or have they lived here and are not here now, in whatever way? */
ANS_MUST_USE ans_err care_is_gone(care *c, ans_ref person, bool *out);
/* Is it an organisation outside (kind external), whose people and stays are not ours to judge? */
bool care_is_external(care *c, ans_str organization_id);
/* Does it name such a house, or one of another server? */
bool care_is_elsewhere(care *c, const ans_json *doc, const char *member);

/* care_bed.c */
ans_err care_bed(care *c, const care_change *x);
/* Could it lie, when it is committed, in a place where it did not lie before? */
bool care_takes_bed(care *c, const care_change *x);
ans_err care_bed_closed(care *c, const care_change *x);
/* Does it put a bed out of use? */
bool care_closes_bed(care *c, const care_change *x);

/* care_come.c */
ans_err care_come(care *c, const care_change *x);
/* Does it open a stay, or end one? */
bool care_comes_or_goes(care *c, const care_change *x);
/* Has the person an open stay after this transaction, beside `but` (which may be NULL)? */
ANS_MUST_USE ans_err care_has_open_stay(care *c, ans_ref subject, const care_change *but, bool *out);
/* How many medicines are active for the person after this transaction. */
ANS_MUST_USE ans_err care_orders_left(care *c, ans_ref subject, uint32_t *out);

/* care_person.c */
ans_err care_born(care *c, const care_change *x);
ans_err care_change_by(care *c, const care_change *x);

/* care_link.c */
ans_err care_link(care *c, const care_change *x);
bool care_is_replaced(care *c, const ans_json *person);
/* The next link of that type behind *at (ANS_JNONE: the first), to a Patient; id empty: there is none. */
ans_ref care_link_of(care *c, const ans_json *person, const char *type, ans_jnode *at);

/* care_house.c */
ans_err care_team(care *c, const care_change *x);
ans_err care_house(care *c, const care_change *x);

/* care_order.c */
ans_err care_order(care *c, const care_change *x);
ans_err care_checked(care *c, const care_change *x);
/* Two records of one person become one, or two again, and the order goes with its own. */
bool care_goes_along(care *c, const care_change *x);
/* Does it stop with the stay of its person, in this transaction? */
bool care_ends_with_stay(care *c, const care_change *x);

/* Does it stand again as it stood, with the stay it stopped with, whose end is taken back in this transaction a moment later? */
bool care_returns_with_stay(care *c, const care_change *x);

/* care_word.c: orders given by word. */
bool care_is_by_word(care *c, const ans_json *doc);
ans_err care_word(care *c, const care_change *x);

/* care_photo.c */
ans_err care_face(care *c, const care_change *x);
ans_err care_media(care *c, const care_change *x);

/* care_own.c: what an account of a person in care, or of who represents them, may write. Asked of every change of theirs. */
ANS_MUST_USE ans_err care_own(care *c, const care_change *x);

/* care_visit.c */
ans_err care_signature(care *c, const care_change *x);
ans_err care_technique(care *c, const care_change *x);

#endif
