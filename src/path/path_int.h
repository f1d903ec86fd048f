/* Inside the path room: tokens, the compiled form, the evaluator's state, and what its files ask of
 * each other.
 *
 * The compiled form is a tree of two shapes. A CHAIN is a head and the steps behind it
 * (Patient.name.where(..)[0]); a BINARY is a run of operands joined by operators of one precedence.
 * Both are flat lists, so the tree is only as deep as the brackets of the text, and the parser
 * bounds those: evaluation may recurse over the tree without fear for the C stack.
 *
 * The evaluator keeps one stack of items. Every collection is the top of that stack from some index
 * on: an expression pushes its result, a step replaces [in, n) by its own result. Pushing may move
 * the stack, so items are named by index, never by a pointer that is held across a push. */
#ifndef ANS_PATH_PATH_INT_H
#define ANS_PATH_PATH_INT_H

#include "path/path.h"

/* ---- tokens (lex.c) ---- */

typedef enum ptok_kind {
    PTOK_END,
    PTOK_WORD,   /* identifier or keyword */
    PTOK_QUOTED, /* `identifier` */
    PTOK_STRING,
    PTOK_NUMBER,
    PTOK_LONG, /* 45L */
    PTOK_WHEN, /* @date, @dateTime, @Ttime: see when_kind */
    PTOK_DOLLAR,
    PTOK_SYMBOL
} ptok_kind;

/* Symbols are their character, except the pairs. */
#define PSYM_LE 'l'
#define PSYM_GE 'g'
#define PSYM_NE 'n'
#define PSYM_NEQV 'N'

typedef struct ptok {
    uint8_t kind;
    uint8_t when_kind; /* ans_item_kind of a PTOK_WHEN */
    char symbol;
    uint32_t pos;
    ans_str text; /* WORD, DOLLAR (without $), NUMBER as written; QUOTED and STRING decoded */
    ans_datetime when;
} ptok;

typedef struct plex {
    ans_cx *cx;
    ans_arena *arena; /* of the compiled expression */
    ans_str text;
    size_t at;
    ptok tok; /* the current token */
} plex;

ANS_MUST_USE ans_err ans_path_lex_next(plex *lx);
/* ANS_E_SYNTAX with position and what was expected. */
ans_err ans_path_syntax(ans_cx *cx, uint32_t pos, const char *fmt, ...) ANS_PRINTF(3, 4);

/* ---- the compiled form ---- */

typedef struct pexpr pexpr;
typedef struct pstep pstep;
typedef struct pfunc pfunc;
typedef struct pev pev;

typedef enum pop {
    POP_NONE,
    POP_MUL,
    POP_DIV,
    POP_IDIV,
    POP_MOD,
    POP_ADD,
    POP_SUB,
    POP_CAT,
    POP_IS,
    POP_AS,
    POP_UNION,
    POP_LT,
    POP_LE,
    POP_GT,
    POP_GE,
    POP_EQ,
    POP_EQV,
    POP_NE,
    POP_NEQV,
    POP_IN,
    POP_CONTAINS,
    POP_AND,
    POP_OR,
    POP_XOR,
    POP_IMPLIES
} pop;

typedef enum pexpr_kind {
    PEXPR_CHAIN,
    PEXPR_BINARY,
    PEXPR_NEGATE, /* unary minus: one operand */
    PEXPR_PLUS    /* unary plus */
} pexpr_kind;

struct pexpr {
    uint8_t kind;
    bool descending; /* as a key of sort() */
    uint16_t count;  /* of steps or operands */
    uint32_t pos;
    pstep *steps;     /* CHAIN */
    pexpr **operands; /* the others */
    uint8_t *ops;     /* BINARY: ops[i] stands before operands[i + 1] */
};

/* What a type specifier means: a FHIR type, a System type, or (unqualified Quantity) either. */
#define PSYSTEM_NONE 0xFFu
#define PSYSTEM_ANY 0xFEu
typedef struct ptype {
    ans_type fhir;
    uint8_t system; /* ans_item_kind, PSYSTEM_ANY or PSYSTEM_NONE */
} ptype;

typedef enum pstep_kind {
    /* heads */
    PSTEP_LITERAL,
    PSTEP_EMPTY,
    PSTEP_THIS,
    PSTEP_INDEX_VAR,
    PSTEP_TOTAL,
    PSTEP_VAR,
    PSTEP_PAREN,
    PSTEP_ROOT, /* a type name that begins a path: the focus when it is of that type */
    /* steps */
    PSTEP_MEMBER,
    PSTEP_CALL,
    PSTEP_INDEX,
    PSTEP_IS,
    PSTEP_AS,            /* function form: one item at most */
    PSTEP_OF_TYPE,       /* also the operator `as` */
    PSTEP_WHERE_RESOLVES /* where(resolve() is T) in one step */
} pstep_kind;

/* Names that stand behind % and are known without an environment. */
typedef enum pvar {
    PVAR_OTHER,
    PVAR_CONTEXT,
    PVAR_RESOURCE,
    PVAR_ROOT_RESOURCE,
    PVAR_CONSTANT /* ucum, sct, loinc, vs-..., ext-...: the step's value */
} pvar;

struct pstep {
    uint8_t kind;
    uint8_t var; /* pvar */
    uint16_t arg_count;
    uint16_t member_count;
    ans_type of;    /* MEMBER: the type its members were looked up in; 0: none */
    bool unordered; /* the result has no order one may rely on (strict check) */
    uint32_t pos;
    ans_str name;
    ptype type;
    const pfunc *fn;
    pexpr **args;
    const ans_fhir_member *const *members; /* MEMBER: the members behind the element's name */
    const ans_item *value;                 /* LITERAL, VAR of a constant */
    const void *regex;                     /* CALL of a regex function with a literal pattern */
};

struct ans_path {
    ans_str text;
    ans_type context;
    bool is_form; /* compiled by ans_path_compile_form */
    const pexpr *root;
};

/* Deeper nesting of brackets, arguments and signs is refused. */
#define PATH_MAX_NESTING 100
#define PATH_MAX_TEXT_BYTES ((size_t)256 * 1024)

ANS_MUST_USE ans_err ans_path_parse(ans_cx *cx, ans_arena *arena, ans_str text, pexpr **out);

/* ---- functions ---- */

typedef ans_err (*pfunc_fn)(pev *ev, const pstep *call, uint32_t in);

#define PFN_SINGLE 1u       /* input: empty gives empty, several are an error */
#define PFN_LAMBDA 2u       /* the first argument is evaluated for each item */
#define PFN_SAME 4u         /* the result holds items of the input's type */
#define PFN_UNORDERED 8u    /* the result has no defined order */
#define PFN_ORDERED 16u     /* makes sense only on ordered input */
#define PFN_REGEX 32u       /* the first argument is a regular expression */
#define PFN_KEYS 64u        /* every argument is evaluated for each item */
#define PFN_COLLECTION 128u /* the last argument is evaluated on the input */
#define PFN_DYNAMIC 256u    /* the first argument meets items of types not known beforehand */

struct pfunc {
    const char *name;
    uint8_t min_args, max_args; /* max 255: any number */
    uint16_t flags;
    pfunc_fn fn;
};

const pfunc *ans_path_func_named(ans_str name);
/* The step where(resolve() is T) (tree.c). */
ANS_MUST_USE ans_err ans_path_where_resolves(pev *ev, const pstep *s, uint32_t in);
extern const pfunc ans_path_funcs_list[], ans_path_funcs_logic[], ans_path_funcs_convert[],
    ans_path_funcs_text[], ans_path_funcs_code[], ans_path_funcs_math[], ans_path_funcs_tree[],
    ans_path_funcs_time[], ans_path_funcs_sort[], ans_path_funcs_span[],
    ans_path_funcs_html[], ans_path_funcs_form[]; /* each ends with a NULL name */

/* ---- the evaluator's state ---- */

typedef struct pframe pframe;
struct pframe {
    const pframe *up;
    ans_items self;  /* $this, in storage that does not move */
    int64_t index;   /* $index; -1: none */
    ans_items total; /* $total */
    bool has_total;
};

typedef struct pvariable pvariable; /* defineVariable */
struct pvariable {
    const pvariable *up;
    ans_str name;
    ans_items value;
};

#define PEV_INLINE_ITEMS 12

struct pev {
    ans_cx *cx;
    const ans_path_env *env;
    const ans_zone *zone; /* NULL: none was given */
    ans_item *at;         /* the stack */
    uint32_t n, cap;
    uint32_t steps; /* left */
    bool has_now, is_form;
    const pframe *frame;
    const pvariable *vars;
    const ans_item *focus;
    ans_datetime now;
    ans_item inline_[PEV_INLINE_ITEMS];
};

typedef enum ptri { PTRI_FALSE, PTRI_TRUE, PTRI_EMPTY } ptri;

/* ---- eval.c ---- */

/* ANS_E_VALUE with a FHIRPath message. */
ans_err ans_path_fail(pev *ev, const char *fmt, ...) ANS_PRINTF(2, 3);
/* Count n units of work; ANS_E_COSTLY when the limit is reached. */
ANS_MUST_USE ans_err ans_path_spend(pev *ev, uint32_t n);
ANS_MUST_USE ans_err ans_path_grow(pev *ev, uint32_t more);
/* Push the result of e. */
ANS_MUST_USE ans_err ans_path_run(pev *ev, const pexpr *e);
/* Push the result of e with one item as $this. */
ANS_MUST_USE ans_err ans_path_run_on(pev *ev, const pexpr *e, const ans_item *self, int64_t index);
/* Push the result of e with a whole collection as $this; items must not move. */
ANS_MUST_USE ans_err ans_path_run_all(pev *ev, const pexpr *e, ans_items self);
/* Evaluate e for one item as a condition. */
ANS_MUST_USE ans_err ans_path_test_on(pev *ev, const pexpr *e, const ans_item *self, int64_t index,
                                      ptri *out);
/* Evaluate an argument that must be one string or number: *out_has is false when it is empty. */
ANS_MUST_USE ans_err ans_path_arg_string(pev *ev, const pstep *call, unsigned i, ans_str *out,
                                         bool *out_has);
ANS_MUST_USE ans_err ans_path_arg_int(pev *ev, const pstep *call, unsigned i, int64_t *out,
                                      bool *out_has);
/* Replace [in, n) by [from, n). */
void ans_path_drop(pev *ev, uint32_t in, uint32_t from);
/* A copy of stack items [from, to) that does not move. */
ANS_MUST_USE ans_err ans_path_keep(pev *ev, uint32_t from, uint32_t to, ans_items *out);

/* Push one item; the caller must have set every field it means. */
static inline ans_err ans_path_push(pev *ev, const ans_item *item)
{
    if (ev->n == ev->cap) {
        ans_err err = ans_path_grow(ev, 1);
        if (err) {
            return err;
        }
    }
    ev->at[ev->n++] = *item;
    return ANS_OK;
}
/* Replace [in, n) by one value. */
ANS_MUST_USE ans_err ans_path_set(pev *ev, uint32_t in, const ans_item *item);
ANS_MUST_USE ans_err ans_path_set_bool(pev *ev, uint32_t in, bool v);
ANS_MUST_USE ans_err ans_path_set_tri(pev *ev, uint32_t in, ptri v);
ANS_MUST_USE ans_err ans_path_set_int(pev *ev, uint32_t in, int64_t v);
ANS_MUST_USE ans_err ans_path_set_string(pev *ev, uint32_t in,
                                         ans_str s); /* s.p NULL: out of memory */
ANS_MUST_USE ans_err ans_path_set_decimal(pev *ev, uint32_t in, ans_decimal d);
/* [from, to) as one boolean by singleton evaluation. */
ANS_MUST_USE ans_err ans_path_truth(pev *ev, uint32_t from, uint32_t to, ptri *out);

/* ---- item.c: what items are ---- */

ans_item_kind ans_path_system_kind(ans_type t); /* of a primitive; ANS_ITEM_NODE when t is none */
/* The System value of an item: primitives and UCUM Quantities become values, all else stays as it
 * is. */
ANS_MUST_USE ans_err ans_path_value(pev *ev, const ans_item *item, ans_item *out);
bool ans_path_is_type(const ans_item *item, ptype type);
/* is_type, but a primitive must be of exactly that type (see README, where we differ). */
bool ans_path_is_exactly(const ans_item *item, ptype type);
ans_str ans_path_concat(ans_arena *arena, ans_str a, ans_str b);    /* p NULL: out of memory */
ans_str ans_path_type_name(ans_arena *arena, const ans_item *item); /* "FHIR.Patient" */
bool ans_path_has_value(const ans_item *item);
/* A Quantity of FHIR that is no System value: without UCUM code, or with a comparator. */
bool ans_path_is_quantity(const ans_item *item);
/* The order of two of them: known only when both are measured in the same words. */
ANS_MUST_USE ans_err ans_path_order_measured(pev *ev, const ans_item *a, const ans_item *b,
                                             int *out, bool *out_known);
/* A primitive that is there only by its id or extensions: where a value is due it counts as empty.
 */
bool ans_path_is_void(const ans_item *item);
/* The item's text when it is a string (or a primitive kept as a JSON string); p is NULL when it is
 * none. */
ans_str ans_path_text_of(pev *ev, const ans_item *item);
/* toString() of a value; p NULL when it has none. */
ans_str ans_path_print_value(ans_arena *arena, const ans_item *value);

/* ---- member.c: walking documents ---- */

/* Push what one item has under these members (the choices of one element). */
ANS_MUST_USE ans_err ans_path_push_members(pev *ev, const ans_item *item,
                                           const ans_fhir_member *const *members, unsigned count);
ANS_MUST_USE ans_err ans_path_push_named(pev *ev, const ans_item *item, ans_str name);
/* Push every child. */
ANS_MUST_USE ans_err ans_path_push_children(pev *ev, const ans_item *item);
/* The members of a type behind an element name; count 0: none. Allocates only for choices. */
ANS_MUST_USE ans_err ans_path_members_of(ans_arena *arena, ans_type t, ans_str name,
                                         const ans_fhir_member *const **out, uint16_t *out_count);
/* The one member that is a choice and has this JSON name ("valueCoding"); count 0: none. */
ANS_MUST_USE ans_err ans_path_choice_named(ans_arena *arena, ans_type t, ans_str key,
                                           const ans_fhir_member *const **out, uint16_t *out_count);
/* One string member of a node (reference, url, code), empty when absent. */
ans_str ans_path_string_member(pev *ev, const ans_item *item, ans_str name);
ans_jnode ans_path_object_of(const ans_item *item); /* where an item's members stand */

/* ---- compare.c ---- */

ANS_MUST_USE ans_err ans_path_equal(pev *ev, const ans_item *a, const ans_item *b, ptri *out);
ANS_MUST_USE ans_err ans_path_equivalent(pev *ev, const ans_item *a, const ans_item *b, bool *out);
/* < 0, 0, > 0; *out_known false when the answer is empty; types that do not compare are
 * ANS_E_VALUE. */
ANS_MUST_USE ans_err ans_path_order(pev *ev, const ans_item *a, const ans_item *b, int *out,
                                    bool *out_known);
/* Collections as ranges of the stack. */
ANS_MUST_USE ans_err ans_path_equal_lists(pev *ev, uint32_t a, uint32_t mid, uint32_t end,
                                          ptri *out);
ANS_MUST_USE ans_err ans_path_equivalent_lists(pev *ev, uint32_t a, uint32_t mid, uint32_t end,
                                               bool *out);

/* ---- bag.c: membership and distinct items, by hash ---- */

typedef struct pbag pbag;
ANS_MUST_USE ans_err ans_path_bag_new(pev *ev, pbag **out);
/* Is an equal item in the bag; when not and add is true, a copy of it is put there. */
ANS_MUST_USE ans_err ans_path_bag_has(pev *ev, pbag *bag, const ans_item *item, bool add,
                                      bool *out_had);
/* A bag of the stack items [from, to). */
ANS_MUST_USE ans_err ans_path_bag_of(pev *ev, uint32_t from, uint32_t to, pbag **out);
/* [in, n) without repetitions, in order. */
ANS_MUST_USE ans_err ans_path_distinct(pev *ev, uint32_t in);

/* ---- number.c ---- */

ans_decimal ans_path_dec(int64_t v);
bool ans_path_dec_int(ans_decimal d, int64_t *out); /* false: has a fraction or is too large */
ans_decimal ans_path_dec_trim(ans_decimal d);       /* no trailing zeros behind the point */
bool ans_path_dec_scale(ans_decimal d, int scale, int mode, ans_decimal *out); /* mode: PDEC_... */
#define PDEC_TRUNCATE 0
#define PDEC_FLOOR 1
#define PDEC_CEILING 2
#define PDEC_ROUND 3
bool ans_path_dec_mul(ans_decimal a, ans_decimal b,
                      ans_decimal *out); /* rounds when digits run out */
bool ans_path_dec_add(ans_decimal a, ans_decimal b, ans_decimal *out);
bool ans_path_dec_div(ans_decimal a, ans_decimal b,
                      ans_decimal *out); /* as exact as the digits allow */
bool ans_path_dec_of_double(double v, ans_decimal *out);
static inline ans_decimal ans_path_dec_neg(ans_decimal d)
{
    d.negative = !d.negative && d.digits != 0;
    return d;
}

/* ---- when.c: dates and times ---- */

/* Read a date, dateTime or time literal (without @) from the front of s. Time begins with 'T'. */
bool ans_path_when_scan(ans_str s, size_t *out_used, uint8_t *out_kind, ans_datetime *out);
bool ans_path_when_read(ans_str s, ans_item_kind want, ans_datetime *out); /* the whole of s */
/* <0 0 >0 into *out; false when precision or zone leave it open. */
bool ans_path_when_cmp(pev *ev, const ans_datetime *a, const ans_datetime *b, bool is_time,
                       int *out);
bool ans_path_when_same_precision(const ans_datetime *a, const ans_datetime *b);
ans_str ans_path_when_print(ans_arena *arena, ans_item_kind kind, const ans_datetime *d);
/* d plus an amount of a calendar unit (PCAL_...). False: out of range. */
bool ans_path_when_add(ans_datetime *d, ans_item_kind kind, ans_decimal amount, int unit);
ans_datetime ans_path_now(pev *ev);
/* Ticks since 1970 of the wall-clock time as it is written. */
int64_t ans_path_when_ticks(const ans_datetime *d);
/* Move to UTC; false (and nothing moved) when neither the value nor the evaluation has a zone. */
bool ans_path_when_utc(pev *ev, ans_datetime *d);

/* ---- unit.c: quantities ---- */

typedef enum pcal {
    PCAL_NONE = -1,
    PCAL_YEAR,
    PCAL_MONTH,
    PCAL_WEEK,
    PCAL_DAY,
    PCAL_HOUR,
    PCAL_MINUTE,
    PCAL_SECOND,
    PCAL_MILLISECOND
} pcal;

int ans_path_calendar_unit(ans_str unit); /* "day", "days" */
ans_str ans_path_calendar_name(int unit); /* "day" */
int ans_path_arithmetic_unit(
    ans_str unit); /* also what UCUM calls the same length: d, h, min, s, ms, wk */
/* a compared with b. *out_known false: units that do not compare. loose: a year is 'a', a month
 * 'mo'. */
ANS_MUST_USE ans_err ans_path_quantity_cmp(const ans_item *a, const ans_item *b, bool loose,
                                           int *out, bool *out_known);
bool ans_path_quantity_comparable(const ans_item *a, const ans_item *b);
bool ans_path_quantity_equivalent(const ans_item *a, const ans_item *b);
bool ans_path_quantity_convert(const ans_item *q, ans_str unit, ans_decimal *out);
/* op: POP_ADD, POP_SUB, POP_MUL, POP_DIV. *out_has false: the result is empty. */
ANS_MUST_USE ans_err ans_path_quantity_math(pev *ev, int op, const ans_item *a, const ans_item *b,
                                            ans_item *out, bool *out_has);

/* ---- math.c, logic.c: operators ---- */

/* Apply an operator to the operands [in, mid) and [mid, n): the result replaces both. */
ANS_MUST_USE ans_err ans_path_apply(pev *ev, int op, uint32_t in, uint32_t mid);
ANS_MUST_USE ans_err ans_path_arithmetic(pev *ev, int op, uint32_t in, uint32_t mid);
ANS_MUST_USE ans_err ans_path_sign(pev *ev, uint32_t in, bool minus); /* unary + and - */

/* ---- regex.c, func_text.c ---- */

/* The compiled pattern lives in arena; ANS_E_VALUE when it is none. flags: letters of "im". */
ANS_MUST_USE ans_err ans_path_regex_compile(ans_cx *cx, ans_arena *arena, ans_str pattern,
                                            ans_str flags, const void **out);
ANS_MUST_USE ans_err ans_path_regex_match(pev *ev, const void *regex, ans_str s, bool whole,
                                          bool *out);
ANS_MUST_USE ans_err ans_path_regex_replace(pev *ev, const void *regex, ans_str s, ans_str with,
                                            ans_str *out);
/* The one input item as text; ANS_E_VALUE when it is no string. */
ANS_MUST_USE ans_err ans_path_input_text(pev *ev, const pstep *call, uint32_t in, ans_str *out);

#endif
