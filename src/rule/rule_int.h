/* Inside rule: the compiled rule, and what its files ask of each other. */
#ifndef ANS_RULE_INT_H
#define ANS_RULE_INT_H

#include "base/hash.h"
#include "rule/rule.h"

enum {
    MOST_TRIGGERS = 8, MOST_CODES = 64, MOST_VARS = 24, MOST_ACTIONS = 8, MOST_ROLES = 8, MOST_PARTS = 16,
    MOST_STEPS_OF_ONE = 400000, MOST_QUESTIONS = 24, MOST_FOUND = 500, MOST_POPULATION = 50000
};

/* A FHIRPath, or a query whose {{}} are FHIRPaths. */
typedef struct rule_part {
    ans_str text;         /* in front of the path */
    const ans_path *path; /* NULL: the text is all */
} rule_part;

typedef struct rule_expr {
    const ans_path *path; /* NULL: a query, or none at all */
    rule_part *parts;
    uint32_t part_count;
} rule_expr;

static inline bool rule_expr_is(const rule_expr *e)
{
    return e->path || e->part_count;
}

typedef struct rule_code {
    ans_str system, code; /* system empty: any */
} rule_code;

typedef struct rule_trigger {
    ans_type type;
    ans_str code_path;    /* "code"; empty: no filter */
    rule_expr codes_at;
    rule_code *codes;
    uint32_t code_count;
    rule_expr condition;
} rule_trigger;

typedef struct rule_var {
    ans_str name;
    rule_expr expr;
} rule_var;

typedef struct rule_step {
    int64_t after_us;
    ans_str role;
} rule_step;

typedef struct rule_action {
    ans_str kind, title, title_en, text, text_en;
    ans_str priority;     /* routine urgent asap stat */
    uint8_t interrupt;    /* ans_alert_interrupt */
    rule_expr condition, key, evidence, detail;
    int64_t quiet_us;
    ans_str roles[MOST_ROLES];
    uint32_t role_count;
    rule_step steps[ANS_ALERT_MOST_STEPS];
    uint32_t step_count;
} rule_action;

struct ans_rule {
    ans_rule_head head;
    ans_hash hash; /* of its text: to know it again */
    rule_trigger triggers[MOST_TRIGGERS];
    uint32_t trigger_count;
    rule_expr population, subject;
    int64_t fresh_us;     /* facts older than that say nothing any more; 0: they always do */
    rule_var vars[MOST_VARS];
    uint32_t var_count;
    rule_action actions[MOST_ACTIONS];
    uint32_t action_count;
};

/* The board's population: {"language": "urn:ansinh:board"} */
#define RULE_BOARD "urn:ansinh:board"

/* ask.c */
typedef struct rule_asking {
    ans_cx *cx;
    const ans_rule *rule;
    ans_rule_env *env;
    const ans_item *focus;
    ans_path_host host;
    ans_path_var vars[MOST_VARS + 4];
    uint32_t var_count;
} rule_asking;
ANS_MUST_USE ans_err rule_evaluate(rule_asking *a, const rule_expr *e, ans_items *out);
/* The documents that a search of one type finds, as items of resources. */
ANS_MUST_USE ans_err rule_find(ans_cx *cx, ans_rule_env *env, ans_str type, ans_str query, uint32_t most, ans_items *out);
/* Does the trigger fit, codes and condition? */
ANS_MUST_USE ans_err rule_triggered(rule_asking *a, bool *out);
void rule_begin(rule_asking *a, ans_cx *cx, const ans_rule *rule, ans_rule_env *env, const ans_item *focus);
ANS_MUST_USE ans_err rule_read(ans_cx *cx, ans_rule_env *env, ans_str type, ans_str id, ans_item *out, bool *out_found);

/* place.c: where a person lives now */
typedef struct rule_place {
    ans_str encounter, ward, ward_name;
    ans_item stay;
    bool has_stay;
} rule_place;
ANS_MUST_USE ans_err rule_place_of(ans_cx *cx, ans_rule_env *env, ans_str patient, rule_place *out);

#endif
