/* Search: resource -> index rows, query string -> answer, both from the same R4 definitions.
 *
 * The one idea: a search parameter turns a resource into a few small values (value.c); each value has one byte form
 * (payload.c) that sorts the way searches walk; a query value knows the byte ranges to walk and how to judge a payload
 * (pred.c). The executor (exec.c) only intersects sets of rids. The meaning of rows is told in docs/schema.md.
 *
 * spec: http://hl7.org/fhir/R4/search.html */
#ifndef ANS_SEARCH_SEARCH_H
#define ANS_SEARCH_SEARCH_H

#include "fhir/fhir.h"
#include "fhir/value.h"
#include "json/json.h"
#include "store/store.h"

typedef struct ans_search ans_search; /* every parameter of every type, bound to one store; process lifetime */

/* Make the registry: expressions are compiled at the first use of their type. zone: for values without one. */
ANS_MUST_USE ans_err ans_search_new(ans_cx *cx, const ans_zone *zone, ans_search **out);
/* Parameters beside R4's own: a JSON array of SearchParameters (code, base, type, expression, url, target). Before bind. What cannot be one
 * here is left out and counted: composite and special ones, a code that its type has already, an expression that does not
 * compile, more than 100 of one type. */
typedef struct ans_search_extended {
    uint32_t added, left_out; /* pairs of type and code */
} ans_search_extended;
ANS_MUST_USE ans_err ans_search_extend(ans_cx *cx, ans_search *search, ans_str definitions, ans_search_extended *out);
/* The parameters of a type that came so, one a call: *at starts as 0; NULL at the end. */
const ans_sp *ans_search_extra(const ans_search *search, ans_type type, uint32_t *at);
/* Take the store's numbers for type and slot names. Before the first index or search; start-up only. */
ANS_MUST_USE ans_err ans_search_bind(ans_cx *cx, ans_search *search, ans_store *store);
/* Which codes are meant by :in, :not-in, :above and :below on tokens: asked of whoever knows terminology, which stands right of this room.
 * Start-up only; without it these modifiers are refused.
 * owns     *out in cx->arena
 * errors   ANS_E_VALUE it is not known what is asked for; ANS_E_COSTLY more than `most` codes */
typedef struct ans_search_code {
    ans_str system, code;
} ans_search_code;
typedef enum ans_search_meaning {
    ANS_CODES_IN,    /* of a value set: of.code is its URL, or ValueSet/id of the record */
    ANS_CODES_BELOW, /* the code and what stands below it */
    ANS_CODES_ABOVE
} ans_search_meaning;
typedef struct ans_search_terms {
    void *arg;
    ans_err (*codes)(void *arg, ans_cx *cx, ans_search_meaning meaning, ans_search_code of, uint32_t most, ans_search_code **out,
                     uint32_t *out_count); /* any thread */
} ans_search_terms;
void ans_search_set_terms(ans_search *search, ans_search_terms terms);
void ans_search_free(ans_search *search);
/* The zone it was made with: the clock of the place whose record this is. */
const ans_zone *ans_search_zone(const ans_search *search);

/* Store number of a resource type and back; 0 when unknown. */
uint16_t ans_search_type_number(const ans_search *search, ans_type type);
ans_type ans_search_type_of(const ans_search *search, uint16_t number);

/* Index rows of a parsed resource (its root node); rows live in cx->arena. Any thread.
 * Values that are not what the definition says are left out: indexing never refuses a stored body. */
ANS_MUST_USE ans_err ans_search_index(ans_search *search, ans_cx *cx, ans_type type,
                                      const ans_json *doc, ans_jnode root, ans_rows *out);
/* The same from bytes, as the store wants it (arg is the ans_search). */
ans_err ans_search_index_body(void *arg, ans_cx *cx, uint16_t type_number, ans_str body, ans_rows *out);

/* ---- asking ---- */

/* What of the record is there for whoever asks. A resource it does not let through is found by no parameter, chain, include, count or
 * order, and holds no place on a page: the answer is that of a search in a record without it. */
typedef struct ans_search_filter {
    bool (*sees)(const void *arg, ans_type type, ans_rid rid); /* many times a microsecond; any thread */
    const void *arg;
    ans_str seal; /* who asks: page links are sealed for them, and are no links for another; may be empty */
} ans_search_filter;

typedef struct ans_search_request {
    ans_type type;        /* 0: all types (or those of _type) */
    ans_str query;        /* "name=a&_count=20", still percent-encoded; of a POST form too */
    bool strict;          /* Prefer: handling=strict */
    bool count_only;      /* only the number matters (conditional operations set limit instead) */
    uint32_t limit;       /* when not 0, the first so many matches and nothing else: _count, _page, _sort, _include and
                             _summary are not followed; conditional operations ask for 2 */
    uint64_t max_cost;    /* index steps allowed; 0: 50 million */
    const ans_search_filter *filter; /* NULL: everything is seen */
    ans_str base;         /* "http://host/fhir", this record's own address: references may be asked for with it in front; may be empty */
    ans_type within;      /* only what is in the compartment of this type ... */
    ans_str within_id;    /* ... with this id, or one of these behind commas; 0: of none */
} ans_search_request;

typedef enum ans_entry_mode { ANS_MATCH, ANS_INCLUDE } ans_entry_mode;

typedef struct ans_search_entry {
    ans_version version; /* with its body, unless count_only */
    uint8_t mode;        /* ans_entry_mode */
} ans_search_entry;

typedef struct ans_search_result {
    ans_search_entry *entries;
    uint32_t count;
    bool has_total;
    uint64_t total;
    ans_str next;    /* page token of the next page, empty at the end */
    ans_str self;    /* the query as understood, for the self link: parameters used, without _page */
    uint32_t criteria; /* parameters that narrow: 0 when everything of the type matches */
} ans_search_result;

/* Answer one page. The reader must be between begin and end: one moment for all of it.
 * errors   ANS_E_VALUE bad value or modifier; ANS_E_UNSUPPORTED unknown parameter under strict (a warning issue otherwise);
 *          ANS_E_COSTLY before work starts; ANS_E_TIMEOUT */
ANS_MUST_USE ans_err ans_search_run(ans_search *search, ans_cx *cx, ans_reader *rd,
                                    const ans_search_request *request, ans_search_result *out);

/* Bodies of one type that are not in the record (yet), to be asked questions. They live in cx's arena, with what the questions make
 * them remember; the list must stay as long as they do. One thread.
 * errors   ANS_E_NOMEM, also for what is no resource type */
typedef struct ans_body {
    const ans_json *doc;
    ans_jnode root;
    ans_str id; /* the one it will have; empty: nobody can know it yet */
} ans_body;
typedef struct ans_bodies ans_bodies;
ANS_MUST_USE ans_err ans_search_bodies(ans_search *search, ans_cx *cx, ans_type type, const ans_body *list, uint32_t count, ans_bodies **out);
/* Which of them meet a question: how many, and the first. What only the record could tell (chains, _has, _list, _lastUpdated) none of
 * them meets, and result parameters are not followed. References are compared as the bodies write them. cx has the arena that it had in
 * ans_search_bodies.
 * errors   as ans_search_run; ANS_E_TIMEOUT */
ANS_MUST_USE ans_err ans_search_meets(ans_bodies *bodies, ans_cx *cx, ans_str query, uint32_t *out_count, uint32_t *out_first);

/* ---- for those who read rows themselves (the gate's marks) ---- */

/* Slot of a type's parameter, an alias (`patient`) being that of its rows (`subject`); 0: the type has no such parameter, or it has
 * no rows of its own. code "#all": the slot of every current resource. */
uint16_t ans_search_slot(const ans_search *search, ans_type type, ans_str code);
/* Beginning of a token's rows in a slot: slot, code and system (empty: of an element whose system is implied, such as status). */
#define ANS_TOKEN_KEY_BYTES 11
void ans_search_token_key(const ans_search *search, uint16_t slot, ans_str system, ans_str code, char out[ANS_TOKEN_KEY_BYTES]);
/* The same of a reference parameter's rows that name a url, without |version. */
void ans_search_url_key(const ans_search *search, uint16_t slot, ans_str url, char out[ANS_TOKEN_KEY_BYTES]);
/* The same of one that names a resource of this server. */
#define ANS_TARGET_KEY_BYTES 7
void ans_search_target_key(uint16_t slot, ans_rid target, char out[ANS_TARGET_KEY_BYTES]);
/* The resource a row of a reference parameter refers to; 0 when it names none of this server. */
ans_rid ans_search_row_target(ans_str row);

/* A page link for one who asks, or NULL bytes when it was made for another or is none. */
ans_str ans_page_seal(ans_search *search, ans_cx *cx, ans_str who, ans_str bytes);
ans_str ans_page_open(ans_search *search, ans_cx *cx, ans_str who, ans_str text);

/* Form decoding of a name or value: %xx, and '+' for a blank. In the arena; p NULL when it is not well-formed UTF-8 or holds NUL. */
ans_str ans_query_decode(ans_cx *cx, ans_str s);
/* Every match of a question, in the order of pages: request->query without _count and _page. The visitor sets *more to false to
 * stop. A version's views live until the visitor returns.
 * errors   as ans_search_run, and what the visitor returned */
typedef ans_err ans_search_visit(void *arg, const ans_version *v, bool *more);
ANS_MUST_USE ans_err ans_search_each(ans_search *search, ans_cx *cx, ans_reader *rd, const ans_search_request *request,
                                     ans_search_visit *visit, void *arg);

/* A stored version as clients and expressions see it: version id and time put into meta. In the arena; p NULL when it is full or the bytes are
 * not of our making. */
ans_str ans_search_body(ans_arena *arena, const ans_version *v);
/* For expressions: the same, or the bytes as they are kept where they are not of our making. */
ans_str ans_search_body_read(ans_arena *arena, const ans_version *v);
/* The first appended to a buffer; false as there. */
ANS_MUST_USE bool ans_search_body_add(ans_buf *b, const ans_version *v);

/* The value of one result parameter (_count, _summary, _elements, _format ...), percent-decoded; p NULL when absent. */
ans_str ans_query_get(ans_cx *cx, ans_str query, const char *name);

/* Fold text for search: NFC input or not, lower case, no diacritics, d-bar to d, white space to single blanks. */
ans_str ans_text_fold(ans_arena *arena, ans_str text);
/* The same with marks kept and each word's tone as one byte (1 to 5) behind it, wherever it was placed: "hòa" and "hoà" are one. */
ans_str ans_text_tones(ans_arena *arena, ans_str text);

#endif
