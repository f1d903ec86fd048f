/* Is a resource what its definitions say? Structure, cardinality, primitives, choices, references, fixed and pattern values, slices,
 * invariants, bindings, profiles and the places of extensions, against R4 itself, the profiles a resource names and those given.
 *
 * What is found are issues, not errors: a function here fails only when the work could not be done. Any thread.
 * spec: http://hl7.org/fhir/R4/validation.html, http://hl7.org/fhir/R4/profiling.html */
#ifndef ANS_VALID_VALID_H
#define ANS_VALID_VALID_H

#include "defs/defs.h"
#include "path/path.h"
#include "term/term.h"

typedef enum ans_valid_severity {
    ANS_VALID_ERROR,
    ANS_VALID_WARNING,
    ANS_VALID_INFORMATION
} ans_valid_severity;

/* Text: what was found and what was expected; of a record's content only codes, types and URLs. */
typedef struct ans_valid_issue {
    uint8_t severity;      /* ans_valid_severity */
    const char *code;      /* FHIR issue type: "structure", "required", "value", "invariant", "code-invalid" ... */
    ans_str expression;    /* FHIRPath of the place: "Patient.name[0].given[1]" */
    ans_str text;
    ans_str profile;       /* the definition that says so; empty: R4 itself */
    bool is_form;          /* an error of form against R4 itself: what stands there is no JSON of that type (unknown elements, wrong kinds,
                              malformed values, too many, codes outside a required value set); not what is absent or disagrees */
} ans_valid_issue;

typedef struct ans_valid_result {
    const ans_valid_issue *issues; /* in the order of the document, at most ANS_VALID_MOST_ISSUES */
    uint32_t count;
    uint32_t errors, warnings;     /* all that were met, kept or not */
    uint32_t form_errors;          /* of the errors */
    bool is_cut;                   /* more were met than are kept */
} ans_valid_result;

#define ANS_VALID_MOST_ISSUES 100

/* What only the caller knows; every entry may be NULL. Called on the thread that validates, memory from cx->arena. */
typedef struct ans_valid_host {
    void *arg;
    /* The resource a reference to the record points to, as far as the caller may see it. ANS_E_NOTFOUND: not there, or not to be
     * seen; the two must not be told apart. */
    ans_err (*resolve)(void *arg, ans_cx *cx, ans_str reference, const ans_json **out_doc);
    /* Is the code in the value set? NULL: every binding is unknown. ans_term_has fits. */
    ans_err (*has_code)(void *arg, ans_cx *cx, const ans_defs_view *defs, ans_str value_set, const ans_term_code *code,
                        ans_term_verdict *out);
} ans_valid_host;

typedef struct ans_valid_env {
    const ans_defs_view *defs;
    const ans_zone *zone;       /* for comparisons of times without one; may be NULL */
    const ans_valid_host *host; /* may be NULL */
    const ans_str *profiles;    /* canonical URLs the resource is held against, whatever it names */
    uint32_t profile_count;
    uint32_t max_steps;         /* 0: 2,000,000 and 16 for each node of the document; elements looked at, constraints count 20 */
    bool implied;               /* also the profiles that R4 asks for by code: vital signs */
    bool no_meta;               /* leave meta.profile alone */
    bool form_only;             /* only what can be an error of form: no constraints, no profiles, nothing about references */
    bool engine_only;           /* no invariant by hand: for the tests that hold the two against each other */
} ans_valid_env;

/* owns     out->issues and all texts live in cx->arena; profile URLs as long as the view
 * errors   ANS_E_NOMEM, ANS_E_TOOBIG (the arena), ANS_E_TIMEOUT (cx's deadline), ANS_E_COSTLY (max_steps), those of the store */
ANS_MUST_USE ans_err ans_valid_resource(ans_cx *cx, const ans_valid_env *env, const ans_json *doc, ans_jnode root,
                                        ans_valid_result *out);

const char *ans_valid_severity_name(uint8_t severity); /* "error" */

/* Is the text a value of the primitive type, by the regular expression R4 gives it (and a day of the calendar)? raw: as it stands in
 * JSON without quotes, decoded. Types that are no primitives: false. */
bool ans_valid_is_primitive(ans_type type, ans_str text);

#endif
