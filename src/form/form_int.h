/* Inside the form room: the compiled form, the response laid beside it, and one use of both.
 *
 * A form is a flat list of items in their order, parents before children, like the tape of json: item 0 is the Questionnaire itself,
 * `end` of an item is the first behind all that is below it. A response is laid beside it in the same manner, each of its items
 * knowing which item of the form it answers.
 *
 * An expression belongs to one item. The names behind its % are looked up once, when the form is compiled: a variable of the same
 * item or of one around it, the innermost first. A scope is an item at one place of the response: it has the values of the item's
 * variables there, worked out when they are first asked for. */
#ifndef ANS_FORM_INT_H
#define ANS_FORM_INT_H

#include "form/form.h"

enum {
    MOST_ITEMS = 10000,
    MOST_DEPTH = 24,
    MOST_EXPRESSIONS = 20000,
    MOST_OPTIONS = 20000,   /* of all items together */
    MOST_ANSWERED = 100000, /* items of one response */
    MOST_CHAIN = 64,        /* variables that build on one another */
    MOST_NAMES = 200000,    /* behind % in all expressions together */
    MOST_LAUNCHED = 32,
};
#define MOST_STEPS_EACH 200000u       /* of one expression: they also bound its memory, some 100 bytes a step */
#define MOST_STEPS UINT64_C(4000000)  /* of all expressions of one use */
#define MOST_LOOKS UINT64_C(50000000) /* answers, options and concepts compared in one use */
#define MOST_BYTES ((size_t)16 << 20) /* of what is written */
#define NO_ITEM UINT32_MAX

/* ---- the form ---- */

typedef enum item_type {
    ITEM_GROUP,
    ITEM_DISPLAY,
    ITEM_BOOLEAN,
    ITEM_DECIMAL,
    ITEM_INTEGER,
    ITEM_DATE,
    ITEM_DATETIME,
    ITEM_TIME,
    ITEM_STRING,
    ITEM_TEXT,
    ITEM_URL,
    ITEM_CHOICE,
    ITEM_OPEN_CHOICE,
    ITEM_ATTACHMENT,
    ITEM_REFERENCE,
    ITEM_QUANTITY,
    ITEM_TYPES
} item_type;
extern const char *const item_type_names[ITEM_TYPES];

/* What an expression is for. */
typedef enum expr_use {
    EXPR_VARIABLE,
    EXPR_CALCULATED,
    EXPR_INITIAL,
    EXPR_ENABLE,
    EXPR_ANSWERS,    /* answerExpression */
    EXPR_CONTEXT,    /* itemPopulationContext */
    EXPR_CONSTRAINT, /* questionnaire-constraint */
    EXPR_OTHER       /* read so that check sees it: candidateExpression, contextExpression */
} expr_use;

/* What a name means: an expression of the form, or one of these. */
#define NAME_UNKNOWN UINT32_MAX
#define NAME_QUESTIONNAIRE (UINT32_MAX - 1)
#define NAME_ITEM (UINT32_MAX - 2)
#define NAME_LAUNCH (UINT32_MAX - 3)
#define NAME_LEAST (UINT32_MAX - 3)

/* A piece of an x-fhir-query: text, then what stood in {{}} behind it. */
typedef struct query_part {
    ans_str text;
    const ans_path *path; /* NULL: the last piece */
} query_part;

typedef struct form_expr {
    ans_jnode node;       /* the Expression (of a constraint: its extension) */
    uint32_t owner;       /* item */
    uint8_t use;          /* expr_use */
    bool is_query;        /* x-fhir-query: made of parts */
    uint8_t state;        /* while ranks are found: 0 not yet, 1 under way, 2 done */
    uint32_t rank;        /* of variables that build on one another */
    uint32_t slot;        /* among the named ones of its item; NO_ITEM: not named */
    ans_str name, text;
    const ans_path *path; /* NULL: broken, or a query */
    query_part *parts;
    uint32_t part_count;
    ans_str broken;       /* why it cannot be used */
    const ans_str *names; /* behind its % */
    uint32_t *refs;       /* what each means */
    uint32_t name_count;
} form_expr;

typedef struct form_item {
    ans_jnode node;
    ans_str link_id;
    uint32_t parent, end, depth;
    uint8_t type; /* item_type */
    bool required, repeats, read_only, hidden, any_enables;
    bool has_calculated; /* it, or an item below it */
    ans_jnode options, enable_when; /* lists or ANS_JNONE */
    ans_str value_set;
    const form_expr *calculated, *initial, *enable, *answers, *population;
    uint32_t first_expr, expr_count; /* all of its own */
    uint32_t slot_count;
} form_item;

struct ans_form {
    const ans_json *doc;
    ans_jnode root;
    ans_str url, version;
    form_item *items;
    uint32_t count;
    uint32_t *by_link; /* items 1.. sorted by linkId */
    form_expr *exprs;
    uint32_t expr_count;
    ans_type response_type, response_item_type, item_type, questionnaire_type;
};

/* ---- compile.c ---- */

/* NO_ITEM: none of this linkId. */
uint32_t form_item_named(const ans_form *f, ans_str link_id);
/* Where an item stands, for issues: "Questionnaire.item.where(linkId='x')". */
ans_str form_place(ans_cx *cx, const ans_form *f, uint32_t item);
/* The next extension of an element with this url behind `after` (ANS_JNONE: the first), or ANS_JNONE. */
ans_jnode form_extension(const ans_json *doc, ans_jnode element, const char *url, ans_jnode after);
/* The value[x] of an extension, option or answer: its node, and its member's name in *out_key; ANS_JNONE: none. */
ans_jnode form_value_of(const ans_json *doc, ans_jnode element, ans_str *out_key);
bool form_is_true(const ans_json *doc, ans_jnode object, const char *name);
/* The list member of an object: ANS_JNONE when it is none. */
ans_jnode form_list(const ans_json *doc, ans_jnode object, const char *name);

#define SDC_URL "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-"
#define CORE_URL "http://hl7.org/fhir/StructureDefinition/"

/* ---- expr.c ---- */

/* Read the expressions of an item (its extensions) into f->exprs. */
ANS_MUST_USE ans_err form_read_expressions(ans_cx *cx, ans_arena *arena, ans_form *f, uint32_t item, uint32_t *cap);
/* When all are read: what their names mean; no variable may build on itself. */
ANS_MUST_USE ans_err form_resolve_names(ans_cx *cx, ans_arena *arena, ans_form *f);

/* An expression that stands elsewhere in the form (a template), as if it belonged to the item. Broken as any other may be. */
ANS_MUST_USE ans_err form_read_elsewhere(ans_cx *cx, ans_arena *arena, const ans_form *f, uint32_t item, ans_str text, form_expr *out);

/* ---- respond.c: a response laid beside its form ---- */

typedef struct answered {
    ans_jnode node;
    uint32_t parent, end;
    uint32_t item;   /* of the form; NO_ITEM: unknown, or not where the form has it */
    uint32_t next;   /* the next with the same item; NO_ITEM */
    ans_jnode below; /* the answer it stands under; ANS_JNONE: its parent item or the response */
} answered;

typedef struct laid {
    const ans_json *doc;
    ans_jnode root;
    answered *at; /* in their order; at[0] is the response itself, item 0 */
    uint32_t count;
    uint32_t *first; /* of each item of the form; NO_ITEM */
} laid;

ANS_MUST_USE ans_err form_lay(ans_cx *cx, const ans_form *f, const ans_json *doc, ans_jnode root, laid *out);
/* The innermost item a node of the response stands in; 0: in none. */
uint32_t form_answered_around(const laid *r, ans_jnode node);

/* ---- run.c: expressions at a place ---- */

typedef struct value_slot {
    bool is_known;
    ans_items value;
    bool lacks; /* as of a use */
} value_slot;

typedef struct scope scope;
struct scope {
    const scope *up;
    uint32_t item;     /* of the form */
    uint32_t at;       /* in the response; NO_ITEM: not there */
    ans_item focus;    /* the response's item; one made for the purpose when it is not there */
    value_slot *slots; /* of the item's named expressions */
};

typedef struct use {
    ans_cx *cx;
    const ans_form *form;
    const ans_form_env *env;
    laid response;
    uint64_t steps, looks; /* left: of expressions, of what is looked up beside them */
    ans_item resource;
    ans_path_host host;
    bool lacks;           /* an expression evaluated since somebody set this to false asked for what is not known here: it failed,
                             the form was not launched with it, the record is not asked */
    bool *warned;         /* expressions that a warning was given for; of form->expr_count */
} use;

ANS_MUST_USE ans_err form_use_begin(ans_cx *cx, const ans_form *f, const ans_form_env *env, const ans_json *doc, ans_jnode root, use *out);
/* up NULL: the response itself. node ANS_JNONE: the item is not there. */
ANS_MUST_USE ans_err form_enter(use *u, const scope *up, uint32_t item, uint32_t at, ans_jnode node, scope *out);
/* Count n looks. False: none are left, or no time is; what is found from now on is nothing; form_evaluate and form_is_enabled fail. */
bool form_look(use *u, uint64_t n);
/* That it is so: ANS_E_TIMEOUT or ANS_E_COSTLY, with its issue. */
ANS_MUST_USE ans_err form_spent(use *u);
/* form_extension, counted: for what is asked of every answer, or in every instance. Found in compile.c. */
ans_jnode form_look_extension(use *u, const ans_json *doc, ans_jnode element, const char *url, ans_jnode after);
/* An expression of the scope's item. One that fails gives nothing, and a warning once.
 * errors   ANS_E_COSTLY, ANS_E_TIMEOUT, ANS_E_NOMEM, ANS_E_TOOBIG: the whole use ends */
ANS_MUST_USE ans_err form_evaluate(use *u, const scope *s, const form_expr *e, ans_items *out);
/* Is the scope's item enabled (enableWhen, enableWhenExpression)? Items around it are not asked. */
ANS_MUST_USE ans_err form_is_enabled(use *u, const scope *s, bool *out);

/* ---- option.c: what may be chosen, and what it counts for ---- */

typedef struct coding {
    ans_str system, version, code, display;
} coding;
coding form_coding(ans_cx *cx, const ans_json *doc, ans_jnode node);
/* Same code; the systems are the same, or one of them says none. Codings without code: same display. */
bool form_same_coding(const coding *a, const coding *b);
/* The answerOption of an item whose value is the one given (a value[x] of an answer); ANS_JNONE. */
ans_jnode form_option_of(use *u, uint32_t item, const ans_json *doc, ans_jnode value, ans_str key);
/* The contained value set "#id": ANS_JNONE. */
ans_jnode form_contained(ans_cx *cx, const ans_form *f, ans_str reference);
/* The concept of a value set (contained in the form, or a definition) that has the coding's code, when the value set lists its
 * content. *out: IN; OUT; UNKNOWN when it does not list it. */
ans_jnode form_listed_concept(use *u, const ans_json *doc, ans_jnode value_set, const coding *c, ans_term_verdict *out);
/* host->weight. arg is the use. */
ans_err form_weight(void *arg, ans_cx *cx, const ans_item *item, ans_item *out, bool *out_has);

/* ---- enable.c: comparing ---- */

enum { RELATION_LESS = 1, RELATION_EQUAL = 2, RELATION_MORE = 4 };
/* A value[x] of the response (its key says which) and a value of the form: one of the above, or 0: they do not compare. */
uint8_t form_compare(use *u, const ans_json *doc, ans_jnode value, ans_str key, ans_jnode form_value);

/* ---- issue.c ---- */

typedef enum form_rule {
#define FORM_RULE(name, key, severity, code, vi, en) RULE_##name,
#include "form/rules.def"
#undef FORM_RULE
} form_rule;

/* detail may be "". */
ANS_MUST_USE ans_err form_broken(ans_cx *cx, ans_form_result *r, form_rule rule, ans_str place, const char *detail, ...) ANS_PRINTF(5, 6);
/* Of a form: rule is its own key. */
ANS_MUST_USE ans_err form_wrong(ans_cx *cx, ans_form_result *r, const char *severity, const char *rule, ans_str place, const char *fmt, ...)
    ANS_PRINTF(6, 7);

/* ---- value.c: answers from items ---- */

/* Two values of one kind: numbers by value, quantities by value and unit, codings by system and code, all else as text. */
bool form_same_value(ans_cx *cx, const ans_json *a_doc, ans_jnode a, const ans_json *b_doc, ans_jnode b);
/* Where the writing stood, to go back to when nothing came of what was begun. */
typedef struct form_mark {
    size_t n;
    bool comma;
} form_mark;
static inline form_mark form_mark_here(const ans_jw *w)
{
    return (form_mark){w->buf->n, w->comma_};
}
static inline void form_take_back(ans_jw *w, form_mark m)
{
    w->buf->n = m.n;
    w->comma_ = m.comma;
}
/* linkId and text of an item that begins. */
void form_put_head(ans_jw *w, const ans_form *f, uint32_t item);
void form_put(ans_jw *w, const ans_json *doc, ans_jnode n); /* a node as a value */
/* Write the value[x] that an item of this type has from a result ("valueInteger":3). False in *out_done: it cannot have this value,
 * or there is none (an empty string). */
ANS_MUST_USE ans_err form_write_value(use *u, uint32_t item, const ans_item *value, ans_jw *w, bool *out_done);

#endif
