/* What becomes of what a rule said: a new alert, more evidence for one that is open, or nothing, when the fact has caused one already or
 * the last one of its key was closed a short while ago. Only the follower's thread writes alerts, so what it looked up still holds;
 * people change them meanwhile, and then it looks again. */
#include "rule/alert_int.h"

#include "base/os.h"

enum { MOST_TRIES = 5, MOST_OPEN = 5000, MOST_OF_ONE = 50 };

/* ---- looking ---- */

static ans_err find(ans_cx *cx, ans_alerts *a, ans_str query, uint32_t most, alert_task **out, uint32_t *out_count)
{
    ans_search_result found;
    ans_search_request rq = {.type = ans_fhir_type_named(ANS_STR("Task")), .query = query, .strict = true, .limit = most};
    ans_err err = query.p ? ans_reader_begin(cx, a->rd) : ans_cx_nomem(cx);
    if (err != ANS_OK) {
        return err;
    }
    err = ans_search_run(a->o.search, cx, a->rd, &rq, &found);
    ans_reader_end(a->rd);
    *out = err == ANS_OK ? ANS_NEW_N(cx->arena, alert_task, found.count + 1) : NULL;
    *out_count = 0;
    if (!*out) {
        return err != ANS_OK ? err : ans_cx_nomem(cx);
    }
    for (uint32_t i = 0; err == ANS_OK && i < found.count; i++) {
        err = alert_task_read(cx, &found.entries[i].version, &(*out)[(*out_count)++]);
    }
    return err;
}

static ans_err find_named(ans_cx *cx, ans_alerts *a, const char *system, ans_str rule_url, ans_str what, alert_task **out, uint32_t *out_count)
{
    char name[NAME_BYTES];
    alert_name(rule_url, what, name);
    return find(cx, a, ans_arena_fmt(cx->arena, "identifier=%s|%.*s&_sort=-_lastUpdated&_count=%d", system, NAME_BYTES, name, MOST_OF_ONE), 0, out, out_count);
}

static ans_err find_open(ans_cx *cx, ans_alerts *a, const char *status, alert_task **out, uint32_t *out_count)
{
    return find(cx, a, ans_arena_fmt(cx->arena, "code=" ALERT_CODE "&status=%s", status), MOST_OPEN, out, out_count);
}

/* ---- writing ---- */

static ans_err write_new(ans_cx *cx, ans_alerts *a, const ans_alert *alert)
{
    ans_alert_write w = {0};
    ans_err err = alert_task_new(cx, alert, ans_now_us(), &w.body);
    return err == ANS_OK ? a->o.write(a->o.arg, cx, &w) : err;
}

static ans_err write_again(ans_cx *cx, ans_alerts *a, const alert_task *task, const alert_change *change)
{
    ans_alert_write w = {.id = task->version.ref.id, .if_vid = task->version.vid};
    ans_err err = alert_task_again(cx, task, change, ans_now_us(), &w.body);
    return err == ANS_OK ? a->o.write(a->o.arg, cx, &w) : err;
}

/* ---- raising ---- */

/* Nothing to do: the fact has caused an alert that was not taken back. */
static ans_err has_caused(ans_cx *cx, ans_alerts *a, const ans_alert *alert, bool *out)
{
    alert_task *at;
    uint32_t count = 0;
    *out = false;
    ans_err err = alert->cause.n ? find_named(cx, a, ALERT_CAUSE, alert->rule->head.url, alert->cause, &at, &count) : ANS_OK;
    for (uint32_t i = 0; err == ANS_OK && i < count; i++) {
        *out = *out || !ans_str_is(at[i].status, "cancelled");
    }
    return err;
}

/* Closed so short a while ago, and not less grave. One that was taken back says nothing. */
static bool keeps_quiet(const alert_task *t, const rule_action *action)
{
    return !t->is_open && !ans_str_is(t->status, "cancelled") && ans_now_us() - t->version.when_us < action->quiet_us &&
           alert_rank(t->priority) >= alert_rank(action->priority);
}

static ans_err raise_once(ans_cx *cx, ans_alerts *a, const ans_alert *alert, bool *out_new)
{
    const rule_action *action = &alert->rule->actions[alert->action];
    alert_task *at;
    uint32_t count = 0;
    bool is_known;
    ans_err err = has_caused(cx, a, alert, &is_known);
    if (err != ANS_OK || is_known) {
        return err;
    }
    err = find_named(cx, a, ALERT_KEY, alert->rule->head.url, alert->key, &at, &count);
    for (uint32_t i = 0; err == ANS_OK && i < count; i++) {
        if (at[i].is_open) {
            const alert_change more = {.more = alert};
            bool is_news = alert->cause.n || alert_rank(action->priority) > alert_rank(at[i].priority);
            return is_news ? write_again(cx, a, &at[i], &more) : ANS_OK; /* the clock says the same again and again */
        }
    }
    for (uint32_t i = 0; err == ANS_OK && i < count; i++) {
        if (keeps_quiet(&at[i], action)) {
            return ANS_OK;
        }
    }
    err = err == ANS_OK ? write_new(cx, a, alert) : err;
    *out_new = err == ANS_OK;
    return err;
}

ans_err alert_raise(ans_cx *cx, ans_alerts *a, const ans_alert *alert, bool *out_new)
{
    ans_err err = ANS_E_PRECOND;
    *out_new = false;
    for (int i = 0; i < MOST_TRIES && err == ANS_E_PRECOND; i++) {
        err = raise_once(cx, a, alert, out_new);
    }
    return err;
}

/* ---- taking back ---- */

static ans_err cancel(ans_cx *cx, ans_alerts *a, const alert_task *t, const char *reason)
{
    const alert_change change = {.status = ANS_STR("cancelled"), .reason = ans_str_of(reason)};
    ans_err err = write_again(cx, a, t, &change);
    return err == ANS_E_PRECOND ? ANS_OK : err; /* somebody is at it: it stays */
}

static ans_err drop_cause(ans_cx *cx, ans_alerts *a, const alert_task *t, ans_str name)
{
    const alert_change change = {.drop = name};
    ans_err err = write_again(cx, a, t, &change);
    return err == ANS_E_PRECOND ? ANS_OK : err;
}

/* With the last fact the alert goes; while others say so it stays. */
ans_err alert_withdraw(ans_cx *cx, ans_alerts *a, ans_str rule_url, ans_str cause)
{
    alert_task *at;
    char name[NAME_BYTES];
    uint32_t count = 0;
    alert_name(rule_url, cause, name);
    ans_err err = find_named(cx, a, ALERT_CAUSE, rule_url, cause, &at, &count);
    for (uint32_t i = 0; err == ANS_OK && i < count; i++) {
        if (at[i].is_open) {
            err = alert_causes(cx, &at[i]) == 1 ? cancel(cx, a, &at[i], "withdrawn") : drop_cause(cx, a, &at[i], (ans_str){name, sizeof name});
        }
    }
    return err;
}

static bool is_of(ans_cx *cx, const alert_task *t, ans_str rule_url)
{
    ans_str canonical = ans_json_get_string(cx, &t->doc, 0, ANS_STR("instantiatesCanonical")), url = canonical;
    ans_str rest = canonical;
    (void)ans_str_cut(&rest, '|', &url);
    return ans_str_eq(url, rule_url);
}

ans_err alert_settle(ans_cx *cx, ans_alerts *a, ans_str rule_url, const ans_str *names, uint32_t count)
{
    alert_task *at;
    uint32_t open = 0;
    ans_err err = find_open(cx, a, "requested,received,accepted,in-progress", &at, &open);
    for (uint32_t i = 0; err == ANS_OK && i < open; i++) {
        bool stands = !is_of(cx, &at[i], rule_url);
        for (uint32_t k = 0; !stands && k < count; k++) {
            stands = alert_has_identifier(cx, &at[i], ALERT_KEY, names[k]);
        }
        err = stands ? ANS_OK : cancel(cx, a, &at[i], "settled");
    }
    return err;
}

/* ---- escalating ---- */

static const rule_action *action_behind(ans_cx *cx, const ans_defs_view *view, const alert_task *t)
{
    ans_cx work = {.arena = cx->arena}; /* a rule that is gone or broken has no next step */
    const void *made;
    ans_str canonical = ans_json_get_string(&work, &t->doc, 0, ANS_STR("instantiatesCanonical"));
    ans_jnode codings = ans_json_get(&t->doc, ans_json_get(&t->doc, 0, ANS_STR("code")), ANS_STR("coding"));
    const ans_def *def = ans_defs_find(view, ans_fhir_type_named(ANS_STR("PlanDefinition")), canonical);
    if (!def || codings == ANS_JNONE || ans_json_kind_of(&t->doc, codings) != ANS_JSON_ARRAY ||
        ans_def_made(&work, view, def, ANS_DEF_RULE, ans_rule_make, &made) != ANS_OK) {
        return NULL;
    }
    const ans_rule *rule = made;
    ANS_JSON_EACH(&t->doc, codings, n)
    {
        ans_str code = ans_json_get_string(&work, &t->doc, n, ANS_STR("code"));
        for (uint32_t i = 0; i < rule->action_count; i++) {
            if (ans_str_eq(rule->actions[i].kind, code)) {
                return &rule->actions[i];
            }
        }
    }
    return NULL;
}

static ans_err escalate_one(ans_cx *cx, ans_alerts *a, const ans_defs_view *view, const alert_task *t)
{
    const rule_action *action = action_behind(cx, view, t);
    uint32_t step = alert_step(cx, t);
    if (!action || step >= action->step_count) {
        return ANS_OK;
    }
    int64_t now = ans_now_us();
    ans_str note = ans_arena_fmt(cx->arena, "Quá giờ chưa ai xác nhận: chuyển thêm cho %.*s / not acknowledged in time: passed on to %.*s",
                                 ANS_FMT(action->steps[step].role), ANS_FMT(action->steps[step].role));
    alert_change change = {.role = action->steps[step].role, .note = note, .step = step + 1};
    change.due_us = step + 1 < action->step_count ? now + action->steps[step + 1].after_us : 0;
    ans_err err = note.p ? write_again(cx, a, t, &change) : ans_cx_nomem(cx);
    return err == ANS_E_PRECOND ? ANS_OK : err; /* the next look sees what became of it */
}

ans_err alert_escalate(ans_cx *cx, ans_alerts *a, const ans_defs_view *view)
{
    alert_task *at;
    uint32_t count = 0;
    ans_err err = find_open(cx, a, "requested", &at, &count);
    int64_t now = ans_now_us();
    for (uint32_t i = 0; err == ANS_OK && i < count; i++) {
        err = alert_due(cx, &at[i]) <= now ? escalate_one(cx, a, view, &at[i]) : ANS_OK;
    }
    return err;
}
