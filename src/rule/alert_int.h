/* Inside alerts: the Task of one, and the follower's own. */
#ifndef ANS_RULE_ALERT_INT_H
#define ANS_RULE_ALERT_INT_H

#include <pthread.h>
#include <stdatomic.h>

#include "rule/alert.h"
#include "rule/rule_int.h"

#define ALERT_KEY "urn:ansinh:id:alert"
#define ALERT_CAUSE "urn:ansinh:id:alert-cause"
#define ALERT_CODE "urn:ansinh:task|alert"

enum { MOST_RULES = 512, NAME_BYTES = 32 };

typedef struct rule_state {
    ans_str url, version; /* heap, with why */
    ans_str why;
    ans_hash rule; /* of its text; zeros: it was never read */
    uint64_t asked, raised, failed;
    uint32_t failed_in_a_row;
    int64_t spent_us, next_us; /* next: of a clock rule */
    bool is_off;
} rule_state;

struct ans_alerts {
    ans_alerts_options o;
    ans_reader *rd;
    ans_reader *walk_rd; /* walks a population while rd answers about each */
    ans_pos pos;               /* shown to the rules up to here */
    ans_pos done_pos, kept_pos; /* up to where all is done that follows from it; what the file says of that */
    ans_pos told; /* the log up to here has been told to all watchers before us: the gate's marks are there */
    int64_t kept_us, next_look_us; /* when pos was kept; when the clock is due */
    pthread_t thread;
    pthread_mutex_t lock; /* states, ending, has_changed */
    pthread_cond_t wake;
    rule_state states[MOST_RULES];
    uint32_t state_count;
    bool is_running, ending, has_changed, is_open;
};

/* A Task as it stands. */
typedef struct alert_task {
    ans_version version;
    ans_json doc;
    ans_str status, priority;
    bool is_open;
} alert_task;

/* task.c: texts of a Task */
void alert_name(ans_str rule_url, ans_str what, char out[NAME_BYTES]); /* of a key or a cause: tells nothing */
ANS_MUST_USE ans_err alert_task_new(ans_cx *cx, const ans_alert *alert, int64_t now_us, ans_str *out);

typedef struct alert_change {
    const ans_alert *more; /* its cause and evidence are added, its priority and words when they weigh more; may be NULL */
    ans_str drop;           /* a cause that says so no longer: its name */
    ans_str status, reason; /* reason: code of urn:ansinh:alert-reason */
    ans_str role, note;     /* one more whom it is for; what is noted */
    int64_t due_us;         /* the next step; 0: none (with role) */
    uint32_t step;
} alert_change;
ANS_MUST_USE ans_err alert_task_again(ans_cx *cx, const alert_task *task, const alert_change *change, int64_t now_us, ans_str *out);
ANS_MUST_USE ans_err alert_task_read(ans_cx *cx, const ans_version *v, alert_task *out);
int alert_rank(ans_str priority);
uint32_t alert_step(ans_cx *cx, const alert_task *task);
uint32_t alert_causes(ans_cx *cx, const alert_task *task);
bool alert_has_identifier(ans_cx *cx, const alert_task *task, const char *system, ans_str value);
int64_t alert_due(ans_cx *cx, const alert_task *task); /* INT64_MAX: never */

/* raise.c: what becomes of what a rule said */
ANS_MUST_USE ans_err alert_raise(ans_cx *cx, ans_alerts *a, const ans_alert *alert, bool *out_new);
/* The fact says so no longer. */
ANS_MUST_USE ans_err alert_withdraw(ans_cx *cx, ans_alerts *a, ans_str rule_url, ans_str cause);
/* Open alerts of a clock rule whose key is none of those. */
ANS_MUST_USE ans_err alert_settle(ans_cx *cx, ans_alerts *a, ans_str rule_url, const ans_str *names, uint32_t count);
ANS_MUST_USE ans_err alert_escalate(ans_cx *cx, ans_alerts *a, const ans_defs_view *view);

#endif
