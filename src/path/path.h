/* FHIRPath: compile once, evaluate many times. One engine for search parameters, invariants, views and people.
 *
 * A compiled expression is immutable: any number of threads may evaluate it. Evaluation keeps its own stack (nothing a
 * resource or an expression holds can exhaust the C stack), allocates in cx->arena and counts steps against a limit.
 * What needs the outside world (resolve, memberOf, conformsTo) is asked of a host table of functions.
 * spec: http://hl7.org/fhirpath/N1/ and http://hl7.org/fhir/R4/fhirpath.html */
#ifndef ANS_PATH_PATH_H
#define ANS_PATH_PATH_H

#include "fhir/fhir.h"
#include "fhir/value.h"
#include "json/json.h"

typedef struct ans_path ans_path;

typedef enum ans_item_kind {
    ANS_ITEM_NODE,     /* an element of a document: doc, node (ANS_JNONE when only its `_x` sibling exists), type */
    ANS_ITEM_BOOLEAN,
    ANS_ITEM_INTEGER,
    ANS_ITEM_DECIMAL,
    ANS_ITEM_STRING,
    ANS_ITEM_DATE,
    ANS_ITEM_DATETIME,
    ANS_ITEM_TIME,
    ANS_ITEM_QUANTITY,
    ANS_ITEM_TYPEINFO
} ans_item_kind;

typedef struct ans_item {
    uint8_t kind;          /* ans_item_kind */
    bool flag;             /* BOOLEAN */
    ans_type type;         /* NODE: its FHIR type (a primitive's too: "dateTime"); 0 when unknown */
    ans_jnode node;        /* NODE */
    ans_jnode sibling;     /* NODE of a primitive: its `_x` object (id, extension) or ANS_JNONE */
    const ans_json *doc;   /* NODE */
    const char *element;   /* NODE: element name, for messages; may be NULL */
    ans_str text;          /* STRING; QUANTITY: unit; TYPEINFO: "FHIR.Patient" */
    ans_decimal number;    /* INTEGER, DECIMAL, QUANTITY */
    ans_datetime when;     /* DATE, DATETIME, TIME */
} ans_item;

typedef struct ans_items {
    ans_item *at;
    uint32_t count;
    uint32_t cap_;
} ans_items;

/* All optional. The functions may be called from any evaluating thread; what they return lives in cx->arena. */
typedef struct ans_path_host {
    void *arg;
    /* The resource a reference points to (out untouched and ANS_E_NOTFOUND when there is none). NULL table entry:
     * resolve() yields a bare item of the type the reference names, which is all `resolve() is Patient` needs. */
    ans_err (*resolve)(void *arg, ans_cx *cx, const ans_item *from, ans_str reference, ans_item *out);
    ans_err (*member_of)(void *arg, ans_cx *cx, const ans_item *item, ans_str value_set, bool *out);
    ans_err (*conforms_to)(void *arg, ans_cx *cx, const ans_item *item, ans_str profile, bool *out);
    /* weight() of one item: what an answer counts for. False in out_has: nothing says. */
    ans_err (*weight)(void *arg, ans_cx *cx, const ans_item *item, ans_item *out, bool *out_has);
} ans_path_host;

typedef struct ans_path_env {
    const ans_path_host *host;       /* may be NULL */
    const ans_item *resource;        /* %resource; NULL: the focus */
    const ans_item *root_resource;   /* %rootResource; NULL: same as resource */
    const ans_zone *zone;            /* for now() and values without a zone; NULL: now() is in UTC, and a value without
                                        zone compares with one that has it only where every zone agrees */
    int64_t now_us;                  /* what now() and today() are; 0: the clock */
    uint32_t max_steps;              /* 0: 1,000,000 */
    uint64_t *allowance;             /* steps left to a whole piece of work of many evaluations; NULL: each stands alone */
    const struct ans_path_var *vars; /* further %names */
    uint32_t var_count;
} ans_path_env;

typedef struct ans_path_var {
    ans_str name;
    ans_items value;
} ans_path_var;

/* Compile. context: the type the expression starts from, 0 when unknown: knowing it lets plain paths
 * (Observation.subject, value.as(Quantity)) run as member look-ups without a general step.
 * owns     *out and all it needs lives in arena (process lifetime for search parameters); text may go
 * errors   ANS_E_SYNTAX: the issue says position and what was expected */
ANS_MUST_USE ans_err ans_path_compile(ans_cx *cx, ans_arena *arena, ans_str text, ans_type context,
                                      const ans_path **out);

/* The same, checked against the types of R4: an element its type does not have, a path that begins with another type
 * than the context, an order asked of children() are ANS_E_SYNTAX too. context must be known. For content that people
 * write (views, rules); elements of unknown type (behind resolve() or a choice) are not checked. */
ANS_MUST_USE ans_err ans_path_compile_strict(ans_cx *cx, ans_arena *arena, ans_str text, ans_type context,
                                             const ans_path **out);

/* The same, as forms are written everywhere: an element that is a choice is also found by its JSON name (answer.valueCoding), and
 * toInteger() takes a decimal without fraction. spec: http://hl7.org/fhir/uv/sdc/expressions.html */
ANS_MUST_USE ans_err ans_path_compile_form(ans_cx *cx, ans_arena *arena, ans_str text, ans_type context,
                                           const ans_path **out);

/* The names behind % that the expression takes from its environment, each once; they live as long as the path. */
ANS_MUST_USE ans_err ans_path_names(ans_cx *cx, ans_arena *arena, const ans_path *path, const ans_str **out,
                                    uint32_t *out_count);

/* Evaluate with focus as $this and %context.
 * owns     out->at in cx->arena
 * errors   ANS_E_VALUE (a FHIRPath run-time error: several items where one is due, wrong type), ANS_E_COSTLY */
ANS_MUST_USE ans_err ans_path_eval(ans_cx *cx, const ans_path *path, const ans_path_env *env,
                                   const ans_item *focus, ans_items *out);

/* The root of a parsed resource as an item; type from its resourceType (0 when unknown). */
ans_item ans_item_of_resource(const ans_json *doc, ans_jnode node);
/* The children of an item by element name ("value" finds valueQuantity with its type). Appends to out (cx->arena). */
ANS_MUST_USE ans_err ans_item_children(ans_cx *cx, const ans_item *item, ans_str element, ans_items *out);
/* Item as JSON, for `ansinh fhirpath`. */
void ans_item_print(ans_cx *cx, const ans_item *item, ans_buf *out);
/* What an item is as a word: a string's and a primitive's text, a Reference's reference, Type/id of a resource; p NULL: it is none. */
ans_str ans_item_text(ans_cx *cx, const ans_item *item);
/* The same as a value of a search ("Observation?code={{...}}"), encoded; follows: a comma before it. */
void ans_item_add_to_query(ans_cx *cx, const ans_item *item, bool follows, ans_buf *b);

#endif
