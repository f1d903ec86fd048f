/* Rules: content that says when somebody must be told, and whom.
 *
 * A rule is a FHIR PlanDefinition of type eca-rule (docs/rules.md tells how one is written): triggers (a write of a type, with codes and a
 * condition; or the clock), variables (FHIRPath, or searches of the record), and actions, of which the first whose condition holds raises
 * one alert. It is compiled once; then any number of threads ask it about one resource after another. A rule may come from anybody: whatever
 * it holds is bounded (expressions, steps, questions to the record), and what is wrong with it is said with its place.
 *
 * spec: http://hl7.org/fhir/R4/plandefinition.html, http://hl7.org/fhir/R4/clinicalreasoning-topics-definitional-resources.html */
#ifndef ANS_RULE_RULE_H
#define ANS_RULE_RULE_H

#include "defs/defs.h"
#include "path/path.h"
#include "search/search.h"

typedef struct ans_rule ans_rule;

/* Is the definition one of ours at all? Other PlanDefinitions are none. */
bool ans_rule_is_one(ans_cx *cx, const ans_json *doc, ans_jnode root);
/* Compile a PlanDefinition (its node in doc).
 * owns     *out lives in arena, and needs doc no longer
 * errors   ANS_E_INVALID, ANS_E_SYNTAX: what is wrong, and where in the rule */
ANS_MUST_USE ans_err ans_rule_compile(ans_cx *cx, ans_arena *arena, const ans_json *doc, ans_jnode root, const ans_rule **out);
/* The same as what is made of a definition (ANS_DEF_RULE). */
ans_err ans_rule_make(ans_cx *cx, const ans_defs_view *view, const ans_def *def, const ans_json *doc, ans_arena *arena, void **out);
/* What a rule of content/ also has: id, version, title in both languages, source, review. errors ANS_E_INVALID: the first that is missing */
ANS_MUST_USE ans_err ans_rule_check_content(ans_cx *cx, const ans_json *doc, ans_jnode root);

typedef struct ans_rule_head {
    ans_str url, version, title, title_en;
    ans_str source, source_en, review; /* review: "needs-clinician", "reviewed" */
    bool is_clock;          /* asked by the clock, not by writes */
    int64_t every_us;       /* of a clock rule */
    bool needs_board;       /* asked about the shift board, which only tells of now */
} ans_rule_head;
const ans_rule_head *ans_rule_head_of(const ans_rule *rule);

/* ---- asking ---- */

/* What stands around a rule while it is asked. One thread; several questions share its allowance. */
typedef struct ans_rule_env {
    ans_reader *rd;
    ans_search *search;
    const ans_search_filter *filter; /* NULL: everything is seen */
    int64_t now_us;                  /* what now() is */
    uint64_t steps;                  /* of FHIRPath that are left; ans_rule_env_fill */
    uint32_t questions;              /* to the record that are left */
} ans_rule_env;
/* Fill the allowance of one resource. */
void ans_rule_env_fill(ans_rule_env *env);

typedef enum ans_alert_interrupt {
    ANS_ALERT_SILENT,  /* stands in the list */
    ANS_ALERT_BUDGET,  /* interrupts while the shift's budget lasts */
    ANS_ALERT_ALWAYS   /* of the few that always interrupt */
} ans_alert_interrupt;

#define ANS_ALERT_MOST_EVIDENCE 20u
#define ANS_ALERT_MOST_STEPS 4u

/* What a rule says of a resource. Views live in the cx's arena or in the rule. */
typedef struct ans_alert {
    const ans_rule *rule;
    uint32_t action;
    ans_str patient, encounter, ward; /* ids; all but patient may be empty */
    ans_str ward_name;
    ans_str key;                      /* while one of this key is open there is no second */
    ans_str cause;                    /* "Observation/1": the fact; empty when the clock asked */
    ans_str evidence[ANS_ALERT_MOST_EVIDENCE];
    uint32_t evidence_count;
    ans_str detail;                   /* "2,9 mmol/L"; may be empty */
    int64_t fact_us;                  /* when that was, by the fact itself; 0 when the clock asked or it does not say */
} ans_alert;

/* Does this rule want to see resources of this type? */
bool ans_rule_wants(const ans_rule *rule, ans_type type);
/* Ask about one resource (of the record, or an element of a board).
 * owns     out in cx->arena
 * errors   ANS_E_COSTLY over the allowance; ANS_E_VALUE an expression that fails; ANS_E_TIMEOUT; those of the store. *out_raised
 *          is false then */
ANS_MUST_USE ans_err ans_rule_ask(ans_cx *cx, const ans_rule *rule, ans_rule_env *env, const ans_item *focus, bool *out_raised,
                                  ans_alert *out);
/* When a fact was true by what it says itself, in microseconds; otherwise: `otherwise`. */
int64_t ans_rule_time_of(ans_cx *cx, const ans_json *doc, const ans_zone *zone, int64_t otherwise);

/* Whom a clock rule asks about: every resource that its population's query finds, one after the other; the doc lives until visit returns. */
typedef ans_err ans_rule_visit(void *arg, ans_cx *cx, const ans_item *focus);
ANS_MUST_USE ans_err ans_rule_population(ans_cx *cx, const ans_rule *rule, ans_rule_env *env, ans_rule_visit *visit, void *arg);

/* ---- rehearse.c: what a rule would have said ---- */

typedef struct ans_rehearsal {
    uint32_t days;       /* 1 to 366 */
    uint32_t max_facts;  /* 0: 500,000 */
} ans_rehearsal;

/* A Parameters resource (docs/rules.md): how many alerts the rule would have raised in the last days, by day and ward. What is over the
 * deadline of cx or over a limit is said ("partial"), not refused.
 * errors   ANS_E_UNSUPPORTED a rule that only knows of now; those of asking */
ANS_MUST_USE ans_err ans_rule_rehearse(ans_cx *cx, const ans_rule *rule, const ans_rule_env *env, const ans_rehearsal *how, ans_str *out);

#endif
