/* Alerts: what rules raised, as Tasks of the record; and who raises them, a follower of the log with a clock.
 *
 * The idea: an alert carries the name of the fact that caused it (urn:ansinh:id:alert-cause), so that raising it twice is raising it once.
 * The follower may therefore forget how far it was and go over the last writes again: whenever the program ends, no alert is lost and none
 * is there twice. How far it is stands in a small file that may be thrown away; it then begins three days back.
 *
 * The life of an alert is its Task's: requested (open), received (acknowledged), completed (acted on), rejected (dismissed, with a reason);
 * cancelled when its fact was struck or what the clock asked is no longer so. While one of a key is open there is no second: evidence
 * is added to it. One that nobody acknowledges goes to the next role when its time is over.
 *
 * A rule that fails, is slow or asks too much is switched off with a word; it never holds a write or a start. */
#ifndef ANS_RULE_ALERT_H
#define ANS_RULE_ALERT_H

#include "rule/rule.h"

typedef struct ans_alerts ans_alerts;

/* A write of a Task: id empty makes a new one, if_vid is the version it changes. */
typedef struct ans_alert_write {
    ans_str id, body;
    uint32_t if_vid;
} ans_alert_write;

typedef struct ans_alerts_options {
    ans_store *store;
    ans_search *search;
    ans_defs *defs;
    const char *path; /* of the file that says how far; NULL: nothing is kept */
    bool follow;      /* on a thread of its own */
    /* Write it and wait for the commit. errors ANS_E_PRECOND: it has another version by now */
    ans_err (*write)(void *arg, ans_cx *cx, const ans_alert_write *write);
    /* Every resident of every shift board, as the element of its answer (docs/board.md); NULL: rules about boards are not asked. */
    ans_err (*boards)(void *arg, ans_cx *cx, ans_rule_visit *visit, void *visit_arg);
    /* Who else goes by the log: shown every page of it before the rules, newest versions or not, and again until that succeeds; and asked, once
     * its end is reached, to do what is to be done. ANS_E_RETRY: something is left, ask again within a second or so. No rule is asked
     * meanwhile: it keeps itself short. A start goes over the log again from where all was done. NULL: nobody. */
    ans_err (*seen)(void *arg, ans_cx *cx, const ans_version *at, uint32_t count);
    ans_err (*caught_up)(void *arg, ans_cx *cx);
    void *arg; /* of all */
} ans_alerts_options;

/* Opening reads how far it was; nothing is asked yet. Start-up only, before the first write: it watches the store, behind whoever an alert's
 * writing stands on (the gate, whose marks pass the labels of evidence on). */
ANS_MUST_USE ans_err ans_alerts_open(ans_cx *cx, const ans_alerts_options *options, ans_alerts **out);
/* write and boards may be called from now on; with follow the thread begins. */
ANS_MUST_USE ans_err ans_alerts_start(ans_cx *cx, ans_alerts *alerts);
/* Ends the thread and gives the reader back; before the store closes. ans_alerts_free after it. Both accept NULL. */
void ans_alerts_stop(ans_alerts *alerts);
void ans_alerts_free(ans_alerts *alerts);

/* For who does not follow, and for tests: the log up to its end; then what the clock asks, if its time has come. */
ANS_MUST_USE ans_err ans_alerts_catch_up(ans_cx *cx, ans_alerts *alerts);
ANS_MUST_USE ans_err ans_alerts_clock(ans_cx *cx, ans_alerts *alerts);

/* How a rule does since the program started. */
typedef struct ans_rule_state {
    ans_str url, version;
    uint64_t asked, raised, failed;
    int64_t spent_us;
    bool is_off;
    ans_str why; /* it is off, or failed the last time it did; may be empty */
} ans_rule_state;
/* owns     *out and its texts in cx->arena
 * threads  any */
ANS_MUST_USE ans_err ans_alerts_states(ans_cx *cx, ans_alerts *alerts, ans_rule_state **out, uint32_t *out_count);

#endif
