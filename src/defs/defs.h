/* What is defined: profiles, value sets, code systems, maps and forms by their canonical URL, from three places: R4's own definitions
 * (packed into the program, gen/), the program's content/, and what the record holds (packages and what people put there).
 *
 * Two words. `ans_defs` is the register; it follows the store. `ans_defs_view` is what was defined at one moment: take one at the start
 * of a unit of work, leave it at the end; definitions found through it stay until then, whatever is written meanwhile. A definition is
 * parsed at its first use, and what somebody makes of it (a compiled profile, an index of codes) is kept beside it and goes with it.
 *
 * Asked without a version, R4's own answers first, then the newest of the record and of content/. Two of one URL and version in the
 * record: the one written last. Any thread.
 * spec: http://hl7.org/fhir/R4/references.html#canonical */
#ifndef ANS_DEFS_DEFS_H
#define ANS_DEFS_DEFS_H

#include "fhir/fhir.h"
#include "json/json.h"
#include "search/search.h"

typedef struct ans_defs ans_defs;
typedef struct ans_defs_view ans_defs_view;

typedef struct ans_def {
    ans_type type;         /* of the resource: StructureDefinition, ValueSet, Questionnaire ... */
    bool is_core;          /* of R4 itself: lives as long as the process and never changes */
    bool is_retired;       /* status retired */
    ans_str url, version;  /* version may be empty */
    ans_str id;            /* the logical id in the record or the package */
} ans_def;

typedef struct ans_defs_text {
    ans_str body; /* one resource as JSON; must outlive the register */
} ans_defs_text;

typedef struct ans_defs_options {
    ans_store *store;             /* NULL: only what is built in */
    const ans_search *search;     /* over that store; NULL when store is */
    const ans_defs_text *content; /* built in beside R4 */
    uint32_t content_count;
} ans_defs_options;

/* Opening reads nothing yet; the store's definitions are read when the first view is taken. With a store: start-up only, before the
 * first write (it watches the store).
 * errors   ANS_E_INVALID: a resource of content lacks resourceType, id or url */
ANS_MUST_USE ans_err ans_defs_open(ans_cx *cx, const ans_defs_options *options, ans_defs **out);
/* Before the store closes, when no view is out: gives the reader back. Both accept NULL. */
void ans_defs_stop(ans_defs *defs);
/* After the store was closed, whose writer tells it of every write. */
void ans_defs_free(ans_defs *defs);

/* What is defined now. Costs a lock when nothing was written since the last one; otherwise what changed is read.
 * errors   the store's */
ANS_MUST_USE ans_err ans_defs_enter(ans_cx *cx, ans_defs *defs, const ans_defs_view **out);
void ans_defs_leave(const ans_defs_view *view); /* accepts NULL */

/* The definition of a type by "url" or "url|version". Without a version the newest that is not retired. type 0: any type.
 * NULL: there is none such. */
const ans_def *ans_defs_find(const ans_defs_view *view, ans_type type, ans_str canonical);
/* By the id within the record (or the core package); NULL: none. */
const ans_def *ans_defs_by_id(const ans_defs_view *view, ans_type type, ans_str id);
/* Walk the definitions of a type (0: all), core first. *at starts as 0; NULL at the end. */
const ans_def *ans_defs_next(const ans_defs_view *view, ans_type type, uint32_t *at);
/* Where to start for all but R4's own. */
uint32_t ans_defs_past_core(const ans_defs_view *view);

/* The definition's document, root 0, immutable, parsed once; narrative and what only people read is left out of R4's own
 * (gen/defs.c says what). Valid as long as the view. Strings of it may be kept by what is made of the definition.
 * errors   ANS_E_NOMEM; the store's when it has to be read */
ANS_MUST_USE ans_err ans_def_doc(ans_cx *cx, const ans_defs_view *view, const ans_def *def, const ans_json **out);

/* What somebody makes of a definition once: valid a compiled profile, term an index of codes, form a compiled form, rule a compiled rule. */
typedef enum ans_def_slot { ANS_DEF_VALID, ANS_DEF_TERM, ANS_DEF_FORM, ANS_DEF_RULE, ANS_DEF_SLOTS } ans_def_slot;

/* Make it. arena belongs to what is made and dies with the definition, at once when making fails. Keep pointers into doc and into definitions with is_core only: others
 * may be replaced while this one stays, so look them up by their URL at every use. Must not call ans_def_made. */
typedef ans_err ans_def_make_fn(ans_cx *cx, const ans_defs_view *view, const ans_def *def, const ans_json *doc, ans_arena *arena,
                                void **out);
/* What stands in the slot, made at the first call. One thread makes at a time. An error that lies in the definition (SYNTAX, INVALID,
 * VALUE, UNSUPPORTED) is kept with its issue, any other is not. Once it is made, or cannot be, this is a look at a pointer. */
ANS_MUST_USE ans_err ans_def_made(ans_cx *cx, const ans_defs_view *view, const ans_def *def, ans_def_slot slot, ans_def_make_fn *make,
                                  const void **out);

/* From within make: what is made of def is made of other definitions of its type as well, so it is made anew once one of them changes. */
void ans_def_leans(const ans_def *def);

/* For what is kept elsewhere and depends on definitions: a number that is another whenever a view differs from the one before. */
uint64_t ans_defs_edition(const ans_defs_view *view);

#endif
