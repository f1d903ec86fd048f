/* Inside the search room: the registry, search values, payloads, predicates, sets. */
#ifndef ANS_SEARCH_INT_H
#define ANS_SEARCH_INT_H

#include <pthread.h>
#include <stdatomic.h>

#include "path/path.h"
#include "search/search.h"

/* ---- registry (registry.c) ---- */

typedef struct param param;
struct param {
    const ans_sp *sp;
    uint16_t slot;
    const ans_path *path;      /* NULL: no expression, never matches */
    const ans_path **parts;    /* composite: one path a component */
    const param *alias;        /* rows are kept under this parameter: `patient` under `subject` */
    ans_type alias_target;     /* and only rows that refer to this type count */
    const param *members[4];   /* a union of other parameters (combo-code): their rows are its rows */
    uint8_t member_count;
};

/* No rows of its own: answered from those of others, or (_id) from the store itself. */
bool param_has_rows(const param *p);

typedef struct type_info {
    ans_type type;
    uint16_t number;
    uint16_t all_slot;         /* rows slot|rid: every current resource of the type */
    uint16_t pc_slot, pd_slot; /* patient|code|date and patient|date, 0 when the type lacks the parameters */
    param *params;             /* own and inherited ones, in ans_sp order */
    uint16_t count;
    const param *patient, *code, *date;
    atomic_bool ready;         /* expressions compiled */
} type_info;

struct ans_search {
    ans_arena *arena;          /* process lifetime; guarded by lock while compiling */
    pthread_mutex_t lock;
    const ans_zone *zone;
    uint8_t key[16];
    ans_search_terms terms;    /* codes NULL: nobody knows */
    type_info *types;          /* one per concrete resource type */
    uint16_t count;
    uint16_t *of_type;         /* ans_type -> index + 1 into types */
    uint16_t *of_number;       /* store number -> index + 1 */
    uint32_t numbers;
};

/* With compiled expressions; NULL when t is no resource type or memory ran out. */
type_info *search_type(ans_search *s, ans_type t);
type_info *search_type_numbered(ans_search *s, uint16_t number);
const param *search_param(const type_info *ti, ans_str code);
/* Which of a type's parameters are answered from the rows of others. */
void registry_find_aliases(type_info *ti);

/* ---- search values (value.c) ---- */

typedef struct sv sv;
struct sv {
    uint8_t type;           /* ans_sp_type */
    bool is_name;           /* string: a whole human name, found by its words in any order */
    bool any_system;        /* token of a plain code: its system is implied */
    bool body_only;         /* a part of a human name: its row is the whole name's */
    bool has_number;        /* quantity, number */
    uint8_t precision;      /* date of one point: ans_precision; PRECISION_PERIOD for two ends */
    uint8_t part_count;     /* composite */
    ans_str system, code;   /* token; quantity */
    ans_str text;           /* string; uri; token display; quantity unit; reference url */
    ans_tick low, high;     /* date: [low, high) */
    ans_decimal from, to;   /* number, quantity: one value, or a Range's two ends (to_open / from_open) */
    bool from_open, to_open;
    ans_ref target;         /* reference: type is an ans_type here, 0 when it is a url */
    ans_str type_system, type_code; /* identifier token: a coding of its type */
    sv *parts;
};
#define PRECISION_PERIOD 100

typedef struct svs {
    sv *at;
    uint32_t count, cap;
    bool present; /* the element is there, searchable or not (:missing) */
} svs;

/* Values of one parameter in one resource. */
ANS_MUST_USE ans_err search_values(ans_search *s, ans_cx *cx, const param *p, const ans_item *root, svs *out);
/* [low, high) of a dateTime as search means it: a fraction of a second is that instant. */
void search_date_range(const ans_search *s, const ans_datetime *d, ans_tick *low, ans_tick *high);

/* ---- payloads (payload.c): the bytes of a row between slot and rid ---- */

#define TOKEN_BYTES 9        /* code hash 6, system hash 3 */
#define TOKEN_ANY_SYSTEM 0xFFFFFFu
#define NUMBER_BYTES 8
#define FOLDED_MAX 64        /* bytes of folded text kept in a row */
#define ORIGINAL_MAX 96
enum { ROW_REF_LOCAL = 0, ROW_REF_URL = 1, ROW_REF_IDENTIFIER = 2 };
enum { ROW_REF_NAMED = 3 }; /* within composites: Type/id as text */
enum { NUMBER_POINT = 0, NUMBER_RANGE = 2, QUANTITY_CANONICAL = 1 }; /* canonical is added to one of the others */
#define ROW_PRESENT 0xFF     /* a payload of this one byte: the element is there and holds nothing to search for */
enum { STRING_CUT = 1, STRING_NAME = 2 };
enum { DATE_SHORT = 0, DATE_MEDIUM = 1, DATE_PERIOD_SHORT = 2, DATE_PERIOD_LONG = 3, DATE_CLASSES = 4 };

typedef struct payload {
    ans_str head;   /* before the referred rid */
    ans_ref ref;    /* ans_type numbering; type 0: none */
    ans_str tail;
    const sv *from;
} payload;

typedef struct payloads {
    payload *at;
    uint32_t count, cap;
} payloads;

ANS_MUST_USE ans_err search_payloads(ans_search *s, ans_cx *cx, const svs *values, payloads *out);

/* A quantity in the canonical unit of its dimension, when its unit is known to UCUM. */
bool search_canonical(const sv *v, ans_decimal *from, ans_decimal *to, ans_str *unit);
void put_number(ans_buf *b, double v);          /* 8 bytes that sort as the number */
double get_number(const char *p);
void put_tick(ans_buf *b, ans_tick t);
ans_tick get_tick(const char *p);
void put_token(const ans_search *s, ans_buf *b, ans_str system, ans_str code, bool any_system);
uint32_t system_hash(const ans_search *s, ans_str system); /* 0: no system */
void code_hash(const ans_search *s, ans_str code, char out[6]);
ans_tick date_class_span(int date_class);       /* longest duration in this class, ANS_TICK_MAX for the last */
int date_class_of(uint8_t precision, ans_tick low, ans_tick high);
/* payload bytes of a date behind its class byte -> the interval */
void date_decode(const ans_search *s, ans_str p, ans_tick *low, ans_tick *high);

/* ---- predicates (judge.c, range.c, pvalue.c, query.c) ---- */

enum compare { P_EQ, P_NE, P_LT, P_GT, P_LE, P_GE, P_SA, P_EB, P_AP };

enum modifiers {
    M_NONE, M_MISSING, M_EXACT, M_CONTAINS, M_TEXT, M_NOT, M_ABOVE, M_BELOW, M_IDENTIFIER, M_OF_TYPE, M_TYPE,
    M_IN, M_NOT_IN /* in codes.c these, and M_ABOVE and M_BELOW of a token, become a list of values */
};

typedef struct pvalue pvalue;
struct pvalue {
    uint8_t prefix;
    bool has_system;          /* "sys|code": a bar was there */
    ans_str system, code, text, folded;
    ans_str type_code;        /* :of-type, system is that of the type */
    ans_str *words;           /* folded words of a name query */
    uint32_t word_count;
    uint8_t word;             /* the one walked by, from 1; 0: the planner chooses. A page goes on as the one before */
    ans_tick low, high;       /* date */
    ans_decimal number, from, to;
    ans_decimal canonical, canonical_from, canonical_to;
    ans_str canonical_unit;   /* empty: compare units as text */
    ans_ref *targets;         /* reference: candidate resources (ans_type numbering) */
    uint32_t target_count;
    bool is_url;
    pvalue *parts;            /* composite */
};

typedef enum pred_kind {
    PRED_VALUES, PRED_MISSING, PRED_CHAIN, PRED_HAS, PRED_ID, PRED_UPDATED, PRED_LIST,
    PRED_BEDSIDE,  /* made by the planner: patients, with codes or dates or both, as one walk */
    PRED_ANY,      /* one of the predicates of inner[0]: a compartment, which several parameters lead to */
    PRED_CONSUMED  /* part of a PRED_BEDSIDE */
} pred_kind;

typedef struct range {
    ans_str low, high;        /* [low, high) of whole rows: slot included */
    bool exact;               /* every row of it matches, and rids ascend within it */
    const pvalue *value;      /* what it stands for */
} range;

typedef struct ranges {
    range *at;
    uint32_t count, cap;
} ranges;

/* A set of rids (set.c). */
typedef struct rids {
    uint64_t **blocks;        /* NULL: nothing yet; a place of it NULL: none of these */
    struct exec *x;
    ans_rid top;              /* largest rid it can hold */
    uint64_t count;
} rids;

typedef struct query query;
typedef struct pred pred;
struct pred {
    uint8_t kind;
    uint8_t modifier;
    bool flag;                /* :missing=true */
    const param *param;
    pvalue *values;           /* any of them */
    uint32_t value_count;
    query *inner;             /* chain: what the target must meet; has: what the referring resource must meet */
    uint32_t inner_count;     /* chain: one query per possible target type */
    const param *via;         /* has: the referring type's reference parameter */
    /* the planner's (plan.c) */
    bool planned;
    ranges ranges;
    uint64_t estimate;        /* rows to walk for the whole of it; a count up to a cap, or the number of resources */
    const pred *dates;        /* bedside: first of the date predicates, NULL without */
    const ans_rid *patients;  /* bedside: whose rows */
    uint32_t patient_count;
    rids set;                 /* set.blocks: worked out as a whole */
    ans_cursor **cursors;     /* for asking one rid at a time */
};

typedef struct sort_key {
    const param *param; /* NULL: by log position (_lastUpdated) or by id */
    bool by_id, by_updated, descending;
} sort_key;

typedef struct include_rule {
    const type_info *source;  /* NULL: any */
    const param *param;       /* NULL: every reference parameter of the source */
    ans_type target;          /* 0: any */
    bool iterate, reverse;
} include_rule;

struct query {
    type_info *type;
    uint16_t place;           /* of the type in a search over several: stays the same from page to page */
    pred *lead;               /* of the page before, which this one goes on; NULL: the cheapest leads */
    bool ranked;              /* how the page before was cut */
    pred *preds;              /* all of them */
    uint32_t count;
    sort_key *sort;
    uint32_t sort_count;
    include_rule *includes;
    uint32_t include_count;
    uint32_t page_size;
    bool count_only, total_accurate, total_none;
    ans_str page;             /* token */
    ans_str types;            /* _type */
};

/* base: as ans_search_request has it */
ANS_MUST_USE ans_err query_parse(ans_search *s, ans_cx *cx, type_info *type, ans_str text, ans_str base, bool strict,
                                 query *out, ans_buf *self);
/* Only what is in the compartment of the resource: one more predicate of q. */
ANS_MUST_USE ans_err query_within(ans_search *s, ans_cx *cx, ans_type of, ans_str id, query *q);
/* How deep a chain is, and to how many types its links lead together: `subject.x` on thirty types becomes thirty searches. */
typedef struct chain_size {
    uint32_t depth, width;
    ans_str base; /* goes along */
} chain_size;
/* "[prefix][code][.chain]" on a type, value already decoded. */
ANS_MUST_USE ans_err pred_parse(ans_search *s, ans_cx *cx, type_info *type, ans_str name, ans_str value,
                                chain_size size, pred *out, bool *out_unknown);
/* The next of the values of a parameter, which commas without \ join. False: it was the last. */
bool value_cut(ans_str *rest, ans_str *out);
enum { MOST_VALUES = 4096 }; /* of one parameter */
/* The values of a modifier that means a set of codes, and M_NONE or M_NOT in out->modifier. */
bool means_codes(const param *p, uint8_t modifier);
ANS_MUST_USE ans_err code_values(ans_search *s, ans_cx *cx, const param *p, uint8_t modifier, ans_str text, pred *out);
ANS_MUST_USE ans_err pvalue_parse(ans_search *s, ans_cx *cx, const param *p, uint8_t modifier, ans_type named_target,
                                  ans_str value, pvalue *out);

typedef enum verdict { NO, YES, MAYBE } verdict; /* MAYBE: the row does not hold enough, ask the body */

/* Ranges to walk for one value, and the judgement of a payload found there. rd finds the rids of reference targets. */
ANS_MUST_USE ans_err pvalue_ranges(ans_search *s, ans_cx *cx, ans_reader *rd, const pred *p, pvalue *v, ranges *out);
/* Of this class, dates that may meet the value begin in [from, to). */
void date_bounds(const pvalue *v, int date_class, ans_tick *out_from, ans_tick *out_to);
verdict pvalue_test(const ans_search *s, const pred *p, const pvalue *v, ans_str payload_bytes);
bool uri_fits(uint8_t modifier, const pvalue *v, ans_str text);
bool date_fits(uint8_t how, const pvalue *v, ans_tick low, ans_tick high);
/* Does the resource (root item) meet a PRED_VALUES by its own values? (before :not) */
ANS_MUST_USE ans_err pred_match_body(ans_search *s, ans_cx *cx, const pred *p, const ans_item *root, bool *out);
ANS_MUST_USE ans_err range_add(ans_cx *cx, ranges *r, ans_str low, ans_str high, bool exact);
ANS_MUST_USE ans_err range_add_prefix(ans_cx *cx, ranges *r, ans_str prefix, bool exact);

/* ---- sets of rids (set.c) ---- */

/* For rids up to top; it grows in the cx's arena. */
ANS_MUST_USE ans_err rids_init(struct exec *x, rids *set, ans_rid top);
bool rids_add(rids *set, ans_rid rid); /* true when it was new */
bool rids_has(const rids *set, ans_rid rid);
void rids_or(rids *set, const rids *other);
void rids_minus(rids *set, const rids *other);
ans_rid rids_after(const rids *set, ans_rid rid); /* smallest member > rid, 0 when there is none */

/* ---- executor (plan.c, exec.c, page.c, sort.c, include.c, run.c) ---- */

typedef struct exec {
    ans_search *s;
    ans_cx *cx;
    ans_reader *rd;
    ans_rid top;              /* largest rid of the moment asked about */
    uint64_t cost, max_cost;
    bool starved;             /* a set could not grow: what it would find is not all of it */
    ans_arena *scratch;       /* bodies read to be judged; reset after each */
    const ans_search_filter *filter;
} exec;

static inline bool exec_sees(const exec *x, ans_type type, ans_rid rid)
{
    return !x->filter || x->filter->sees(x->filter->arg, type, rid);
}

/* Ranges and estimates of every predicate, inner ones too; refuses too much work before any is done. */
ANS_MUST_USE ans_err exec_plan(exec *x, query *q);
/* What one costs, in row steps. */
enum { COST_OF_A_BODY = 30 /* read and judged */, COST_OF_A_VERSION = 8 /* its time, without the body */ };
/* bedside.c: before the rest is planned. */
ANS_MUST_USE ans_err bedside_plan(exec *x, query *q);
/* Does a row of its ranges meet its dates? */
bool bedside_fits(exec *x, const pred *p, ans_str row);
/* From a row that does not: to the first behind it that may, without a look at those between. */
ANS_MUST_USE ans_err bedside_skip(exec *x, const pred *p, ans_cursor *cur, ans_str row, ans_str *out);
/* The date's payload in a row of its ranges: empty when it has none. */
ans_str bedside_date(const pred *p, ans_str row);
/* Versions that _lastUpdated may mean, of every type. */
void exec_updated_span(const pvalue *v, ans_history_query *out);
/* All matches as a set. */
ANS_MUST_USE ans_err exec_set(exec *x, query *q, rids *out);
ANS_MUST_USE ans_err exec_count(exec *x, query *q, uint64_t *out);
/* A match of an unsorted page and where the page would end behind it: a place is a kind byte, then a rid, or (walk.c) the plan
 * and the row. It decides how the next page goes on, whatever the estimates have become. */
enum { PLACE_RID = 'r', PLACE_ROW = 'w' };
typedef struct page_item {
    ans_rid rid;
    ans_str place; /* empty: 'r' and the rid */
} page_item;
/* Matches from behind `after` (empty: from the start), at most limit of them, in an order that stays. */
ANS_MUST_USE ans_err exec_page(exec *x, query *q, ans_str after, uint32_t limit, page_item *out, uint32_t *out_count);
bool exec_walks(const pred *lead);
/* Before planning: take up the plan a walk's place holds. False when it is none of this query's. */
bool exec_resume(query *q, ans_str place);
ANS_MUST_USE ans_err exec_walk(exec *x, query *q, pred *lead, ans_str place, uint32_t limit, page_item *out, uint32_t *out_count);
/* For walks: one row judged; the other predicates prepared for about so many candidates and asked. */
ANS_MUST_USE ans_err exec_row_fits(exec *x, const pred *p, const range *r, ans_str row, bool *out);
ANS_MUST_USE ans_err exec_prepare(exec *x, query *q, const pred *lead, uint64_t candidates);
void exec_close_cursors(query *q); /* those that exec_prepare left open */
/* The predicate with the fewest rows that nothing has consumed; NULL: there is none. */
pred *exec_leading(query *q);
/* A predicate as a set of rids (p->set). */
ANS_MUST_USE ans_err exec_pred_set(exec *x, const type_info *ti, pred *p);
/* Is it at most MOST_SEEKABLE exact ranges, so that a rid is asked for by a seek in each? */
#define MOST_SEEKABLE 8
bool exec_is_seekable(const pred *p);
ANS_MUST_USE ans_err exec_others_fit(exec *x, query *q, const pred *lead, ans_rid rid, bool *out);
ANS_MUST_USE ans_err exec_late(exec *x, uint64_t step);
ANS_MUST_USE ans_err exec_is_current(exec *x, const type_info *ti, ans_rid rid, bool *out);
/* Read a resource and make it an item; document and version live in cx. */
ANS_MUST_USE ans_err exec_body(exec *x, ans_cx *cx, ans_rid rid, ans_version *out_version, ans_json *out_doc, ans_item *out);
/* Matches of all the queries together, in the order the first one asks for, from behind `after` (empty: from the start), at
 * most limit; *out_place is where the page ends. */
ANS_MUST_USE ans_err exec_sorted(exec *x, query *queries, uint32_t query_count, ans_str after, uint32_t limit, ans_rid *out,
                                 uint32_t *out_count, ans_str *out_place, uint64_t *out_total);
ANS_MUST_USE ans_err exec_includes(exec *x, const query *q, ans_search_result *result);
ANS_MUST_USE ans_err exec_owners(exec *x, const param *p, ans_rid target, rids *out);

/* token.c */
typedef struct page_token {
    ans_rid top;
    uint16_t type_at;
    ans_str place;
} page_token;
ans_str token_write(exec *x, const page_token *t);
bool token_read(exec *x, ans_str text, page_token *out);

ans_str slot_key(ans_cx *cx, uint16_t slot, ans_str rest);
static inline void put_u16(ans_buf *b, uint16_t v)
{
    char two[2] = {(char)(v >> 8), (char)(v & 255)};
    ans_buf_add_mem(b, two, 2);
}
static inline void put_u32(ans_buf *b, uint32_t v)
{
    char four[4] = {(char)(v >> 24), (char)(v >> 16), (char)(v >> 8), (char)v};
    ans_buf_add_mem(b, four, 4);
}

#endif
