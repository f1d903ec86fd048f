/* Inside the term room: an index of a CodeSystem (system.c), a compiled compose of a ValueSet (set.c), and the walk over both.
 *
 * Both are made of one document alone and kept beside it (ans_def_made), so that neither goes stale when another definition is
 * replaced. What ties them together is looked up by URL at each question: a value set of one system is two look-ups, which is
 * cheap, and is right after every write. */
#ifndef ANS_TERM_INT_H
#define ANS_TERM_INT_H

#include <pthread.h>
#include <stdatomic.h>

#include "path/path.h"
#include "term/term.h"

enum {
    DEEPEST_SETS = 24,      /* value sets that import one another */
    DEEPEST_CONCEPTS = 64,  /* concepts within concepts */
    STEPS_OF_HAS = 200000,  /* parts of value sets tried and concepts passed to answer for one code */
    STEPS_OF_EXPAND = 20000000,
    STEPS_OF_TRANSLATE = 5000000, /* elements and targets of maps looked at */
    LONGEST_LIST = 10000,   /* values of a filter `in` or `not-in` */
    MOST_ITEMS = 2000000    /* of one expansion */
};

/* A table from code to place, open addressing; several codes that differ in case only may stand in it. */
typedef struct code_table {
    uint32_t *slots; /* place + 1 */
    uint32_t mask;
    bool folds; /* letters compare without case when none is equal */
} code_table;

typedef struct word_index word_index;

struct ans_term_system {
    ans_str url, version, value_set, language, supplements;
    const ans_json *doc; /* NULL: built in */
    ans_jnode root;
    ans_term_concept *at;
    uint32_t count;
    code_table table;
    uint8_t content;      /* system_content */
    bool is_forest;       /* no concept has a second parent */
    bool has_period;
    int32_t first, last;  /* days it is valid, both included */
    uint32_t *more_first, *more;   /* further parents: of concept i, more[more_first[i] .. more_first[i + 1]); not of a forest */
    uint32_t *child_first, *child; /* the same for children, in the order of the document */
    uint32_t *tops;                /* without a parent */
    uint32_t top_count;
    pthread_mutex_t lock;          /* words are made at their first use */
    const word_index *_Atomic words;
    ans_arena *word_arena;
};

typedef enum system_content { CONTENT_NONE, CONTENT_EXAMPLE, CONTENT_FRAGMENT, CONTENT_COMPLETE, CONTENT_SUPPLEMENT } system_content;

/* system.c */
ans_err system_make(ans_cx *cx, const ans_defs_view *view, const ans_def *def, const ans_json *doc, ans_arena *arena, void **out);
ANS_MUST_USE ans_err system_read(ans_cx *cx, const ans_json *doc, ans_jnode root, ans_arena *arena, ans_term_system **out);
/* Of codes that have no document: lines of "code<TAB>display". */
ANS_MUST_USE ans_err system_of_lines(ans_cx *cx, ans_str url, ans_str lines, ans_arena *arena, ans_term_system **out);

/* table.c */
ANS_MUST_USE ans_err table_make(ans_arena *arena, uint32_t count, bool folds, code_table *out);
/* The code of a place, for whoever keeps the table. */
typedef ans_str table_code(const void *arg, uint32_t at);
uint32_t table_find(const code_table *t, table_code *code_of, const void *arg, ans_str code);
/* False: this very code is there already (*out_at says where). */
bool table_add(code_table *t, table_code *code_of, const void *arg, uint32_t at, uint32_t *out_at);

/* words.c */
ANS_MUST_USE ans_err words_of(ans_cx *cx, const ans_term_system *s, const word_index **out);
/* Bits of the concepts that a filter finds, and of those that have its accents too; in cx->arena. */
ANS_MUST_USE ans_err words_find(ans_cx *cx, const ans_term_names *names, ans_str filter, uint64_t **out_all, uint64_t **out_exact);
/* The same asked of one text. */
ANS_MUST_USE ans_err words_fit(ans_cx *cx, ans_str filter, ans_str code, ans_str display, bool *out, bool *out_exact);

static inline bool bit_get(const uint64_t *bits, uint32_t at)
{
    return bits[at / 64] >> (at % 64) & 1;
}
static inline void bit_set(uint64_t *bits, uint32_t at)
{
    bits[at / 64] |= UINT64_C(1) << (at % 64);
}

/* ---- value sets ---- */

typedef enum filter_op {
    OP_UNKNOWN, OP_IS_A, OP_DESCENDENT, OP_IS_NOT_A, OP_EQUAL, OP_REGEX, OP_IN, OP_NOT_IN, OP_EXISTS, OP_GENERALIZES
} filter_op;

typedef struct set_filter {
    uint8_t op; /* filter_op */
    bool is_code;  /* of the code itself, not of a property */
    ans_str property, value;
    const ans_path *regex;
    ans_str *list; /* in, not-in */
    uint32_t list_count;
} set_filter;

typedef struct listed {
    ans_str system, code, display; /* system: of an expansion */
    ans_jnode at;
    uint32_t depth;                /* in an expansion */
    bool is_group;                 /* of an expansion: only a heading, or abstract */
} listed;

/* One include or exclude; or what an expansion contains, as one. */
typedef struct set_part {
    ans_str system, version;
    listed *codes;
    uint32_t code_count;
    code_table table;
    bool has_codes;
    set_filter *filters;
    uint32_t filter_count;
    ans_str *sets; /* canonicals: a code must be in every one */
    uint32_t set_count;
    /* The system, once found and of R4 itself: those never change and outlive this. */
    const ans_term_system *_Atomic core;
} set_part;

struct ans_term_set {
    ans_str url, version;
    const ans_json *doc;
    ans_jnode root;
    set_part *include, *exclude;
    uint32_t include_count, exclude_count;
    bool has_compose, has_expansion, hides_inactive;
    bool is_whole_expansion; /* what it contains is all there is */
    set_part expansion;
};

ans_err set_make(ans_cx *cx, const ans_defs_view *view, const ans_def *def, const ans_json *doc, ans_arena *arena, void **out);

/* ---- one question ---- */

typedef struct walk {
    ans_cx *cx;
    const ans_defs_view *defs;
    int32_t day; /* that picks versions */
    uint32_t steps, most_steps;
    uint32_t *spent; /* of the scope: steps, written back */
    uint32_t depth;
    ans_arena *scratch; /* of expressions; dies with cx->arena */
    const ans_term_set *open[DEEPEST_SETS]; /* value sets being asked: one that comes again is cut off */
} walk;

/* find.c */
walk walk_start(const ans_term_scope *scope, ans_cx *cx);
/* errors   ANS_E_COSTLY, without an issue: for one code it only means that the answer is not known; ANS_E_TIMEOUT */
ANS_MUST_USE ans_err walk_step(walk *w, uint32_t steps);
/* The code system, of that version when one is given; NULL: it is not here. */
ANS_MUST_USE ans_err find_system(walk *w, ans_str url, ans_str version, const ans_term_system **out);
/* Of a part, whose own version goes before the one of the code. */
ANS_MUST_USE ans_err find_system_of(walk *w, const set_part *part, ans_str version, const ans_term_system **out);
ANS_MUST_USE ans_err find_set(walk *w, ans_str canonical, const ans_term_set **out);
uint32_t system_place(const ans_term_system *s, ans_str code); /* ANS_TERM_NONE */

/* below.c: hierarchy */
ANS_MUST_USE ans_err system_is_below(ans_cx *cx, const ans_term_system *s, uint32_t lower, uint32_t upper, bool *out);
/* Set the bits of a concept and all below it. */
ANS_MUST_USE ans_err system_add_below(ans_cx *cx, const ans_term_system *s, uint32_t top, uint64_t *bits);

/* has.c */
ANS_MUST_USE ans_err set_has(walk *w, const ans_term_set *set, const ans_term_code *code, ans_term_verdict *out);
ANS_MUST_USE ans_err filter_takes(walk *w, const ans_term_system *s, uint32_t at, const set_filter *f, ans_term_verdict *out);
ANS_MUST_USE ans_err sets_have(walk *w, const set_part *part, const ans_term_code *code, ans_term_verdict *out);
ANS_MUST_USE ans_err excludes_have(walk *w, const ans_term_set *set, const ans_term_code *code, ans_term_verdict *out);

/* known.c: systems that are rules and not lists */
ans_term_verdict known_is_code(ans_str system, ans_str code);
/* Built in as a list: NULL when it is not. */
ANS_MUST_USE ans_err known_list(ans_cx *cx, ans_str system, const ans_term_system **out);

ans_str text_of(ans_cx *own, const ans_json *doc, ans_jnode obj, const char *name);
/* The value[x] of a concept's property as text; p NULL when it has none. */
ans_str property_text(ans_cx *cx, const ans_json *doc, ans_jnode property);

static inline bool is_true(const ans_json *doc, ans_jnode n)
{
    return n != ANS_JNONE && ans_json_kind_of(doc, n) == ANS_JSON_TRUE;
}
static inline ans_jnode list_of(const ans_json *doc, ans_jnode obj, const char *name)
{
    ans_jnode n = ans_json_get(doc, obj, ans_str_of(name));
    return n != ANS_JNONE && ans_json_kind_of(doc, n) == ANS_JSON_ARRAY ? n : ANS_JNONE;
}

#endif
