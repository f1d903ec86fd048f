/* Code systems, value sets and maps, by canonical URL and by date, over what is defined (defs/defs.h). Any thread.
 *
 * Every question is asked in a scope: what is defined, and the day that chooses between editions of a code system (an extension
 * urn:ansinh:valid-period on the CodeSystem; docs/terminology.md). Codes are nobody's data: texts of errors may name them.
 * spec: http://hl7.org/fhir/R4/terminology-service.html, http://hl7.org/fhir/R4/valueset.html */
#ifndef ANS_TERM_TERM_H
#define ANS_TERM_TERM_H

#include "defs/defs.h"
#include "fhir/value.h"
#include "search/search.h"

typedef enum ans_term_verdict {
    ANS_TERM_IN,
    ANS_TERM_OUT,
    ANS_TERM_UNKNOWN /* the value set or a code system it stands on is not here, or its content is not complete */
} ans_term_verdict;

typedef struct ans_term_code {
    ans_str system;  /* p NULL: not said (a `code` element: any system of the value set) */
    ans_str version; /* may be empty */
    ans_str code;
    ans_str display; /* empty: not looked at; ans_term_has never does, ans_term_display does */
} ans_term_code;

/* Is the code in the value set ("url" or "url|version")? Fast: bindings of every write ask this (well below 1 us once warm).
 * Editions by date: those of today.
 * errors   ANS_E_NOMEM, ANS_E_CORRUPT and those of the store; what is not known is a verdict, not an error */
ANS_MUST_USE ans_err ans_term_has(ans_cx *cx, const ans_defs_view *defs, ans_str value_set, const ans_term_code *code,
                                  ans_term_verdict *out);
/* Is the code one of its own system? UNKNOWN when the system is not here or not complete. */
ANS_MUST_USE ans_err ans_term_is_code(ans_cx *cx, const ans_defs_view *defs, const ans_term_code *code, ans_term_verdict *out);

/* ---- the same on a day ---- */

#define ANS_TERM_TODAY INT32_MIN

typedef struct ans_term_scope {
    const ans_defs_view *defs;
    int32_t day; /* ANS_TERM_TODAY, or days since 1970-01-01: of the end of a visit, say */
    /* Steps that questions of one call have taken so far, which then share one allowance; NULL: each has its own. One thread. */
    uint32_t *spent;
} ans_term_scope;

/* The calendar day that a date, dateTime or instant is written with (its first, of a month or a year). False: it is none. */
bool ans_term_day(ans_str text, int32_t *out);

ANS_MUST_USE ans_err ans_term_has_at(ans_cx *cx, const ans_term_scope *scope, ans_str value_set, const ans_term_code *code,
                                     ans_term_verdict *out);
/* The system is a rule and no list: units, language tags, media types, URIs. */
bool ans_term_is_rule(ans_str system);
ANS_MUST_USE ans_err ans_term_is_code_at(ans_cx *cx, const ans_term_scope *scope, const ans_term_code *code, ans_term_verdict *out);

/* ---- code systems ---- */

#define ANS_TERM_NONE UINT32_MAX

typedef struct ans_term_concept {
    ans_str code, display;
    ans_jnode at;      /* in the document; ANS_JNONE: it has none */
    uint32_t parent;   /* the first one, or ANS_TERM_NONE */
    bool is_abstract;  /* not for use itself (notSelectable) */
    bool is_inactive;  /* retired, or inactive */
} ans_term_concept;

/* An index of one CodeSystem. Valid as long as the view it was found through. */
typedef struct ans_term_system ans_term_system;

/* The code system of a URL: the version given; else the edition of the scope's day; else the newest. "url|version" is understood
 * too. *out NULL: it is not here (systems that are rules, such as units, have no index). */
ANS_MUST_USE ans_err ans_term_system_find(ans_cx *cx, const ans_term_scope *scope, ans_str url, ans_str version,
                                          const ans_term_system **out);
/* Of a definition of type CodeSystem; of a document that is no definition (owns: in cx->arena). */
ANS_MUST_USE ans_err ans_term_system_of_def(ans_cx *cx, const ans_term_scope *scope, const ans_def *def, const ans_term_system **out);
ANS_MUST_USE ans_err ans_term_system_of_doc(ans_cx *cx, const ans_json *doc, ans_jnode root, const ans_term_system **out);

ans_str ans_term_system_url(const ans_term_system *s);
ans_str ans_term_system_version(const ans_term_system *s);
/* *out_doc NULL: built in, there is none. */
void ans_term_system_doc(const ans_term_system *s, const ans_json **out_doc, ans_jnode *out_root);
uint32_t ans_term_system_count(const ans_term_system *s);
bool ans_term_system_is_complete(const ans_term_system *s);
/* Place of a code, or ANS_TERM_NONE; where the system compares without case, so does this. */
uint32_t ans_term_place(const ans_term_system *s, ans_str code);
const ans_term_concept *ans_term_concept_at(const ans_term_system *s, uint32_t place);
/* Parents and children, in the document's order; each returns how many and, at *out, their places. */
ANS_MUST_USE ans_err ans_term_parents(ans_cx *cx, const ans_term_system *s, uint32_t place, uint32_t *out_count, const uint32_t **out);
uint32_t ans_term_children(const ans_term_system *s, uint32_t place, const uint32_t **out);
/* Does lower stand below upper (or is it the same)? */
ANS_MUST_USE ans_err ans_term_is_below(ans_cx *cx, const ans_term_system *s, uint32_t lower, uint32_t upper, bool *out);

/* ---- names ---- */

/* A code system with the supplements that are defined for it. */
typedef struct ans_term_names {
    const ans_term_system *system;
    const ans_term_system **supplements;
    uint32_t count;
} ans_term_names;

typedef struct ans_term_designation {
    ans_str language, value;
    ans_jnode use;       /* a Coding in doc, or ANS_JNONE */
    const ans_json *doc;
} ans_term_designation;

typedef struct ans_term_designations {
    ans_term_designation *at;
    uint32_t count, cap_;
} ans_term_designations;

ANS_MUST_USE ans_err ans_term_names_of(ans_cx *cx, const ans_term_scope *scope, const ans_term_system *s, ans_term_names *out);
/* All designations of a concept, the system's own first; those that stand in a concept of any document, added to the list. */
ANS_MUST_USE ans_err ans_term_designations_of(ans_cx *cx, const ans_term_names *names, uint32_t place, ans_term_designations *out);
ANS_MUST_USE ans_err ans_term_designations_in(ans_cx *cx, const ans_json *doc, ans_jnode concept, ans_term_designations *list);
/* The one of a language ("vi" takes "vi-VN"), one that is for display before others; empty: there is none. */
ans_str ans_term_designation_for(const ans_term_designations *list, ans_str language);
/* What to show of a concept in a language: its designation, or its display. language may be empty. */
ANS_MUST_USE ans_err ans_term_display(ans_cx *cx, const ans_term_names *names, uint32_t place, ans_str language, ans_str *out);

/* ---- value sets ---- */

typedef struct ans_term_set ans_term_set; /* a compiled ValueSet */

/* By "url" or "url|version"; also what a CodeSystem names as its valueSet, and SYSTEM?fhir_vs. *out NULL: not here. */
ANS_MUST_USE ans_err ans_term_set_find(ans_cx *cx, const ans_term_scope *scope, ans_str canonical, const ans_term_set **out);
ANS_MUST_USE ans_err ans_term_set_of_def(ans_cx *cx, const ans_term_scope *scope, const ans_def *def, const ans_term_set **out);
/* Of a document given with a call. owns: in cx->arena. errors: ANS_E_INVALID, with the place below "ValueSet" */
ANS_MUST_USE ans_err ans_term_set_of_doc(ans_cx *cx, const ans_json *doc, ans_jnode root, const ans_term_set **out);
/* The document of a value set; *out_doc NULL: it is implied by a code system, and there is none. */
void ans_term_set_doc(const ans_term_set *set, const ans_json **out_doc, ans_jnode *out_root);
ans_str ans_term_set_url(const ans_term_set *set);
/* What the value set itself calls a code that it lists (of that system, or of any when s is NULL), and which system it has there
 * (or the only one there is); empty when it does not say. */
ans_str ans_term_set_display(const ans_term_set *set, const ans_term_system *s, ans_str code);
ans_str ans_term_set_system(const ans_term_set *set, ans_str code);
ANS_MUST_USE ans_err ans_term_set_has(ans_cx *cx, const ans_term_scope *scope, const ans_term_set *set, const ans_term_code *code,
                                      ans_term_verdict *out);

/* ---- expansion ---- */

typedef struct ans_term_expand_options {
    ans_str filter;        /* as somebody types: every word begins a word of a name, or the code; empty: everything */
    ans_str language;      /* of the displays; may be empty */
    uint32_t offset, count; /* of the page */
    bool is_active_only;   /* without retired codes */
    bool hides_abstract;   /* without what is not for use itself */
    bool is_nested;        /* codes below their parents, when all are on the page and there is no filter */
} ans_term_expand_options;

typedef struct ans_term_item {
    const ans_term_system *system; /* NULL: not here; the value set lists the code itself */
    uint32_t place;                /* in it, or ANS_TERM_NONE */
    ans_str system_url, version, code, display;
    const ans_json *doc;           /* of the value set that lists it */
    ans_jnode listed;              /* its concept there, or ANS_JNONE */
    uint32_t depth;                /* of a nested expansion: comes behind its parent, which is one less deep */
    bool is_abstract, is_inactive;
    bool is_exact_;
} ans_term_item;

typedef struct ans_term_expansion {
    ans_term_item *items; /* the page */
    uint32_t count;
    uint32_t total;
    bool is_nested;
    const ans_term_system **systems; /* what was used */
    uint32_t system_count;
    bool is_incomplete;   /* a code system used is a fragment or an example: more codes may be in the set */
} ans_term_expansion;

/* One page of what is in a value set. Order: that of the value set and its systems; with a filter, those that have the very accents
 * come first.
 * errors   ANS_E_NOTFOUND a code system or value set it stands on is not here; ANS_E_UNSUPPORTED a filter that is not known;
 *          ANS_E_COSTLY it cannot be listed (units, languages), or is larger than 2,000,000 codes or 20 million steps */
ANS_MUST_USE ans_err ans_term_expand(ans_cx *cx, const ans_term_scope *scope, const ans_term_set *set,
                                     const ans_term_expand_options *options, ans_term_expansion *out);

/* For ans_search_set_terms (search/search.h), with the ans_defs as its arg: editions of today. */
ANS_MUST_USE ans_err ans_term_search_codes(void *defs, ans_cx *cx, ans_search_meaning meaning, ans_search_code of, uint32_t most,
                                           ans_search_code **out, uint32_t *out_count);

/* ---- maps ---- */

typedef struct ans_term_translate_options {
    ans_term_code code;
    ans_str source_set, target_set; /* with no map given: those between these value sets; may be empty */
    ans_str target_system;          /* may be empty */
    bool is_reverse;                /* from what a map leads to, back */
} ans_term_translate_options;

typedef struct ans_term_match {
    ans_str equivalence; /* as seen from the code asked for */
    ans_term_code concept; /* no code: the map says that there is none */
    ans_str map;         /* canonical of the ConceptMap */
    const ans_json *doc;
    ans_jnode target;    /* element.target in doc, with product and comment, or ANS_JNONE */
} ans_term_match;

typedef struct ans_term_matches {
    ans_term_match *at;
    uint32_t count;
} ans_term_matches;

/* By the ConceptMap at root of map; map NULL: by every one that fits. Other maps that a group names for what it does not list are
 * followed four deep.
 * owns     in cx->arena and the view
 * errors   ANS_E_COSTLY more than 1,000 translations, or 5 million elements looked at (by all that share the scope's steps) */
ANS_MUST_USE ans_err ans_term_translate(ans_cx *cx, const ans_term_scope *scope, const ans_json *map, ans_jnode root,
                                        const ans_term_translate_options *options, ans_term_matches *out);

/* ---- closure tables ---- */

enum { ANS_TERM_CLOSURES = 64, ANS_TERM_CLOSURES_OF_ONE = 8, ANS_TERM_CLOSURE_CONCEPTS = 2000 };

/* The tables of a process, by owner and name. The longest unused gives way: of the owner's own when he has as many as one may,
 * else of all. */
typedef struct ans_term_closures ans_term_closures;

ANS_MUST_USE ans_err ans_term_closures_new(ans_cx *cx, ans_term_closures **out);
void ans_term_closures_free(ans_term_closures *all); /* accepts NULL */

typedef struct ans_term_relation {
    ans_str system, lower, upper; /* lower stands below upper */
    uint32_t version;
} ans_term_relation;

typedef struct ans_term_relations {
    ans_term_relation *at;
    uint32_t count;
    uint32_t version; /* of the table now */
} ans_term_relations;

typedef struct ans_term_closure_call {
    ans_str owner; /* id of the account, whose tables nobody else sees; empty where there are none */
    ans_str name;
    const ans_term_code *codes; /* to add; none and no version: the table begins anew */
    uint32_t count;
    bool has_since;
    uint32_t since; /* relations behind this version */
} ans_term_closure_call;

/* owns     in cx->arena
 * errors   ANS_E_NOTFOUND no table of that owner and name; ANS_E_COSTLY it is full */
ANS_MUST_USE ans_err ans_term_closure(ans_cx *cx, const ans_term_scope *scope, ans_term_closures *all, const ans_term_closure_call *call,
                                      ans_term_relations *out);

#endif
