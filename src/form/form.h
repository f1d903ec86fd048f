/* Questionnaires: what is asked, what follows from the answers, what is filled in beforehand, what is taken out.
 *
 * A form is compiled once; then any number of threads use it on one response after another. A form may come from anybody: whatever
 * it holds is bounded (items, depth, expressions, steps), and what is wrong with it is said with its place.
 *
 * spec: http://hl7.org/fhir/R4/questionnaire.html, http://hl7.org/fhir/uv/sdc/ (Structured Data Capture; README.md says which part) */
#ifndef ANS_FORM_FORM_H
#define ANS_FORM_FORM_H

#include "path/path.h"
#include "term/term.h"

typedef struct ans_form ans_form;

/* Compile a Questionnaire (its node in doc).
 * owns     *out lives in arena and points into doc, which must outlive it
 * errors   ANS_E_INVALID: no form, or over a limit, and where. An expression that cannot be used is no error here: it is passed over
 *          with a warning when its turn comes (ans_form_check lists them all) */
ANS_MUST_USE ans_err ans_form_compile(ans_cx *cx, ans_arena *arena, const ans_json *doc, ans_jnode root, const ans_form **out);
/* The same as what is made of a definition (ANS_DEF_FORM). */
ans_err ans_form_make(ans_cx *cx, const ans_defs_view *view, const ans_def *def, const ans_json *doc, ans_arena *arena, void **out);

ans_str ans_form_url(const ans_form *form);     /* canonical; may be empty */
ans_str ans_form_version(const ans_form *form); /* may be empty */

/* What stands around a form while it is used. All optional. */
typedef struct ans_form_env {
    const ans_zone *zone;
    const ans_defs_view *defs; /* for value sets that are not contained in the form, with has_code */
    const ans_path_var *vars;  /* what the form is launched with: %patient, %user ... */
    uint32_t var_count;
    /* Is the code in the value set? ans_term_has fits. NULL: only contained value sets are known. */
    ans_err (*has_code)(ans_cx *cx, const ans_defs_view *defs, ans_str value_set, const ans_term_code *code, ans_term_verdict *out);
    /* Answers an x-fhir-query ("Observation?patient=1&code=x", what stood in {{}} is filled in) as one Bundle item. */
    ans_err (*query)(void *arg, ans_cx *cx, ans_str query, ans_item *out);
    void *query_arg;
} ans_form_env;

/* ---- calculate ---- */

/* The response with its calculated items filled in, as JSON in cx->arena. Every calculated item gets the value of its expression,
 * or none; items and groups the response does not have yet are put where the form has them; everything else stays as it is.
 *
 * rounds: in one round all expressions see the response as it was given, so that an item calculated from another calculated item
 * follows in the next. 1 gives exactly one round; more repeats until nothing changes, at most so often.
 * errors   ANS_E_INVALID the response is none; ANS_E_COSTLY; ANS_E_RULE still changing after the rounds allowed (rounds > 1).
 *          An expression that fails leaves its item without answer, and a warning in cx */
ANS_MUST_USE ans_err ans_form_calculate(ans_cx *cx, const ans_form *form, const ans_form_env *env, const ans_json *response,
                                        ans_jnode root, uint32_t rounds, ans_str *out);
#define ANS_FORM_SETTLE 32u /* as many rounds as any sensible form needs */

/* ---- populate ---- */

/* Who and what a new response is about: references, each may be empty. */
typedef struct ans_form_head {
    ans_str subject, encounter, author;
} ans_form_head;

/* A new response with what is known beforehand: initialExpression (over what the form is launched with, and its queries), initial
 * values, the newest Observation of an item's code within its observationLinkPeriod (asked through env->query; %patient), groups once
 * for each item of their itemPopulationContext. Then calculated until nothing changes. As JSON in cx->arena.
 * errors   those of ans_form_calculate and of env->query. What fails is left out, with a warning in cx */
ANS_MUST_USE ans_err ans_form_populate(ans_cx *cx, const ans_form *form, const ans_form_env *env, const ans_form_head *head, ans_str *out);

/* ---- extract ---- */

/* What a response says as resources of their own: a transaction Bundle, as JSON in cx->arena. By observation (observationExtract),
 * by definition (itemExtractionContext, definitionExtract) and by template (templateExtract); docs/forms.md says how a form asks for it. An empty Bundle when the form asks for nothing.
 * errors   as ans_form_calculate */
ANS_MUST_USE ans_err ans_form_extract(ans_cx *cx, const ans_form *form, const ans_form_env *env, const ans_json *response, ans_jnode root,
                                      ans_str *out);

/* ---- check ---- */

typedef struct ans_form_issue {
    const char *severity; /* "error" "warning" "information" */
    const char *code;     /* FHIR issue type */
    const char *rule;     /* the rule's key: "required", "max-value" ... (rules.def, docs/forms.md) */
    const char *vi;       /* a response's: what is wrong, in Vietnamese; a form's: NULL */
    ans_str expression;   /* FHIRPath of the place: "QuestionnaireResponse.item[0].answer[1]" */
    ans_str text;         /* in English; linkIds, limits and types, never an answer */
} ans_form_issue;

typedef struct ans_form_result {
    ans_form_issue *issues; /* in the order of the document, at most ANS_FORM_MOST_ISSUES */
    uint32_t count, cap_;
    uint32_t errors, warnings; /* all that were met, kept or not */
} ans_form_result;
#define ANS_FORM_MOST_ISSUES 200u

/* Is the response what its form asks for? A response that is in progress, stopped or entered in error may lack answers.
 * owns     out->issues and texts in cx->arena
 * errors   ANS_E_INVALID the response is none; ANS_E_COSTLY, ANS_E_TIMEOUT, ANS_E_NOMEM. What breaks a rule is an issue, no error */
ANS_MUST_USE ans_err ans_form_check_response(ans_cx *cx, const ans_form *form, const ans_form_env *env, const ans_json *response,
                                             ans_jnode root, ans_form_result *out);

/* Can the form be used as it is? Expressions, conditions, options, value sets, units, limits; with is_content also what every form of
 * content/ says of itself: licence, source, translation, review. errors as above */
ANS_MUST_USE ans_err ans_form_check(ans_cx *cx, const ans_form *form, const ans_form_env *env, bool is_content, ans_form_result *out);

#endif
