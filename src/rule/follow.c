/* The follower: every write of the log is shown to the rules that want its type, as soon as it is committed; what the clock asks is asked
 * in between. One thread does it all, and each question has its own small allowance, so that no rule can hold another for long. */
#include "rule/alert_int.h"

#include <stdio.h>

#include "base/hash.h"
#include "base/os.h"

enum {
    PAGE = 200,
    CLOCK_EVERY_MS = 5000,
    ASK_MS = 400,          /* one question to one rule */
    SLOW_US = 60000,       /* on average, over SLOW_OVER questions: switched off */
    SLOW_OVER = 50,
    FAILS_IN_A_ROW = 5,
    BACK_HOURS = 72,       /* where the log begins for who has no memory of it */
    KEEP_EVERY_MS = 3000
};
#define PAGE_BYTES ((size_t)256 << 20)
#define US_PER_HOUR INT64_C(3600000000)

/* ---- rules and how they do ---- */

static ans_str heap_copy(ans_str s)
{
    char *p = ans_alloc(s.n + 1);
    if (p && s.n) {
        memcpy(p, s.p, s.n);
    }
    return p ? (ans_str){p, s.n} : ANS_STR_NONE;
}

/* NULL: there are too many rules, or no memory; such a rule is not asked. */
static rule_state *state_of(ans_alerts *a, const ans_rule_head *h, const ans_rule *rule)
{
    rule_state *s = NULL;
    (void)pthread_mutex_lock(&a->lock);
    for (uint32_t i = 0; i < a->state_count && !s; i++) {
        rule_state *one = &a->states[i];
        s = ans_str_eq(one->url, h->url) && ans_str_eq(one->version, h->version) ? one : NULL;
    }
    if (!s && a->state_count < MOST_RULES) {
        rule_state fresh = {.url = heap_copy(h->url), .version = heap_copy(h->version)};
        if (fresh.url.p && fresh.version.p) {
            s = &a->states[a->state_count++];
            *s = fresh;
        } else {
            ans_free((void *)(uintptr_t)fresh.url.p);
            ans_free((void *)(uintptr_t)fresh.version.p);
        }
    }
    if (s && rule && !ans_hash_eq(&s->rule, &rule->hash)) { /* it was written anew: it may try again */
        s->rule = rule->hash;
        s->is_off = false;
        s->asked = s->failed_in_a_row = 0;
        s->spent_us = 0;
    }
    (void)pthread_mutex_unlock(&a->lock);
    return s;
}

/* With the lock held, as below. */
static void keep_why(rule_state *s, ans_str why)
{
    ans_str kept = heap_copy(why);
    if (kept.p) {
        ans_free((void *)(uintptr_t)s->why.p);
        s->why = kept;
    }
}

static void switch_off(rule_state *s, ans_str why)
{
    s->is_off = true;
    keep_why(s, why);
    ans_log("error", "event=rule_off rule=%.*s why=\"%.*s\"", ANS_FMT(s->url), ANS_FMT(why));
}

/* Faults of the rule itself; others are the machine's and are tried again. */
static bool is_of_rule(ans_err err)
{
    return err == ANS_E_VALUE || err == ANS_E_COSTLY || err == ANS_E_TIMEOUT || err == ANS_E_INVALID || err == ANS_E_SYNTAX ||
           err == ANS_E_UNSUPPORTED || err == ANS_E_TOOBIG;
}

static void meter(ans_alerts *a, rule_state *s, int64_t us, ans_err err, const ans_cx *cx)
{
    (void)pthread_mutex_lock(&a->lock);
    s->asked++;
    s->spent_us += us;
    s->failed += err != ANS_OK;
    if (err != ANS_OK && !s->is_off) {
        keep_why(s, cx->last_ ? cx->last_->text : ANS_STR_NONE);
    }
    s->failed_in_a_row = is_of_rule(err) ? s->failed_in_a_row + 1 : 0;
    if (s->failed_in_a_row >= FAILS_IN_A_ROW && !s->is_off) {
        switch_off(s, cx->last_ ? cx->last_->text : ANS_STR("it fails again and again"));
    }
    if (s->asked >= SLOW_OVER && s->spent_us / (int64_t)s->asked > SLOW_US && !s->is_off) {
        switch_off(s, ANS_STR("it is slow: more than 60 ms a question"));
    }
    (void)pthread_mutex_unlock(&a->lock);
}

/* ---- the rules there are ---- */

typedef struct rule_list {
    const ans_rule *at[MOST_RULES];
    rule_state *states[MOST_RULES];
    uint32_t count;
} rule_list;

static bool is_active(ans_cx *cx, const ans_json *doc)
{
    return ans_str_is(ans_json_get_string(cx, doc, 0, ANS_STR("status")), "active");
}

/* One that cannot be compiled is switched off with what is wrong. */
static void note_broken(ans_alerts *a, const ans_def *def, const ans_cx *cx)
{
    const ans_rule_head head = {.url = def->url, .version = def->version};
    rule_state *s = state_of(a, &head, NULL);
    (void)pthread_mutex_lock(&a->lock);
    if (s && !s->is_off) {
        switch_off(s, cx->last_ ? cx->last_->text : ANS_STR("it cannot be read"));
    }
    (void)pthread_mutex_unlock(&a->lock);
}

static ans_err list_rules(ans_cx *cx, ans_alerts *a, const ans_defs_view *view, rule_list *out)
{
    const ans_type type = ans_fhir_type_named(ANS_STR("PlanDefinition"));
    const ans_def *def;
    ans_err err = ANS_OK;
    out->count = 0;
    for (uint32_t at = ans_defs_past_core(view); err == ANS_OK && (def = ans_defs_next(view, type, &at)) != NULL;) {
        ans_cx work = {.arena = cx->arena};
        const ans_json *doc;
        const void *made = NULL;
        /* one URL may be there several times (content and record, versions): the one that answers is asked */
        if (out->count == MOST_RULES || ans_defs_find(view, type, def->url) != def || ans_def_doc(&work, view, def, &doc) != ANS_OK ||
            !ans_rule_is_one(&work, doc, 0) || !is_active(&work, doc)) {
            continue;
        }
        err = ans_def_made(&work, view, def, ANS_DEF_RULE, ans_rule_make, &made);
        if (is_of_rule(err)) {
            note_broken(a, def, &work);
            err = ANS_OK;
        } else if (err == ANS_OK) {
            const ans_rule *rule = made;
            out->states[out->count] = state_of(a, &rule->head, rule);
            out->at[out->count] = rule;
            out->count += out->states[out->count] != NULL;
        }
    }
    return err;
}

/* ---- one question ---- */

static ans_err ask(ans_cx *cx, ans_alerts *a, const ans_rule *rule, rule_state *s, const ans_item *focus, bool *out_raised, ans_alert *out)
{
    ans_cx work = {.arena = cx->arena, .deadline_us = ans_mono_us() + ASK_MS * INT64_C(1000)};
    ans_rule_env env = {.rd = a->rd, .search = a->o.search, .now_us = ans_now_us()};
    int64_t from = ans_mono_us();
    *out_raised = false;
    ans_rule_env_fill(&env);
    ans_err err = ans_reader_begin(cx, a->rd);
    if (err != ANS_OK) {
        return err;
    }
    err = ans_rule_ask(&work, rule, &env, focus, out_raised, out);
    ans_reader_end(a->rd);
    meter(a, s, ans_mono_us() - from, err, &work);
    return is_of_rule(err) ? ANS_OK : ans_issue_pass(cx, &work, err);
}

/* The record does not take what the rule says, and will not the next time. */
static bool is_refusal(ans_err err)
{
    return is_of_rule(err) || err == ANS_E_RULE || err == ANS_E_UNFIT || err == ANS_E_FORBIDDEN || err == ANS_E_PRECOND || err == ANS_E_CONFLICT;
}

static ans_err raise(ans_cx *cx, ans_alerts *a, rule_state *s, const ans_alert *alert)
{
    bool is_new;
    ans_cx work = {.arena = cx->arena};
    ans_err err = alert_raise(&work, a, alert, &is_new);
    if (is_refusal(err)) {
        meter(a, s, 0, ANS_E_INVALID, &work);
        return ANS_OK;
    }
    err = ans_issue_pass(cx, &work, err);
    if (err == ANS_OK && is_new) {
        (void)pthread_mutex_lock(&a->lock);
        s->raised++;
        (void)pthread_mutex_unlock(&a->lock);
    }
    return err;
}

/* ---- the log ---- */

static bool is_alert(ans_cx *cx, const ans_item *focus)
{
    ans_jnode codings = ans_json_get(focus->doc, ans_json_get(focus->doc, 0, ANS_STR("code")), ANS_STR("coding"));
    ans_jnode first = codings == ANS_JNONE || ans_json_kind_of(focus->doc, codings) != ANS_JSON_ARRAY ? ANS_JNONE : ans_json_first(focus->doc, codings);
    return first != ANS_JNONE && ans_str_is(ans_json_get_string(cx, focus->doc, first, ANS_STR("system")), "urn:ansinh:task") &&
           ans_str_is(ans_json_get_string(cx, focus->doc, first, ANS_STR("code")), "alert");
}

static ans_err show(ans_cx *cx, ans_alerts *a, const rule_list *rules, const ans_version *v, ans_type type)
{
    ans_json doc;
    ans_item focus = {0};
    ans_str cause = ans_arena_fmt(cx->arena, "%.*s/%.*s", ANS_FMT(ans_fhir_type_name(type)), ANS_FMT(v->ref.id));
    ans_err err = cause.p ? ANS_OK : ans_cx_nomem(cx);
    if (err == ANS_OK && !v->is_delete) {
        err = ans_json_parse(cx, ans_search_body_read(cx->arena, v), NULL, &doc);
        focus = err == ANS_OK ? ans_item_of_resource(&doc, 0) : focus;
    }
    if (err != ANS_OK || (!v->is_delete && is_alert(cx, &focus))) {
        return err;
    }
    for (uint32_t i = 0; err == ANS_OK && i < rules->count; i++) {
        bool raised = false;
        ans_alert alert;
        if (rules->states[i]->is_off || !ans_rule_wants(rules->at[i], type)) {
            continue;
        }
        err = v->is_delete ? ANS_OK : ask(cx, a, rules->at[i], rules->states[i], &focus, &raised, &alert);
        if (err == ANS_OK && raised) {
            err = raise(cx, a, rules->states[i], &alert);
        } else if (err == ANS_OK && !v->is_first) {
            err = alert_withdraw(cx, a, rules->at[i]->head.url, cause);
        }
    }
    return err;
}

static bool wants(const rule_list *rules, ans_type type)
{
    for (uint32_t i = 0; i < rules->count; i++) {
        if (ans_rule_wants(rules->at[i], type)) {
            return true;
        }
    }
    return false;
}

/* A version that is no longer the newest says nothing: its successor will. */
static ans_err take(ans_alerts *a, const rule_list *rules, const ans_version *v)
{
    ans_type type = ans_search_type_of(a->o.search, v->ref.type);
    ans_version now;
    if (!wants(rules, type)) {
        return ANS_OK;
    }
    ans_cx one = {.arena = ans_arena_new(PAGE_BYTES)};
    if (!one.arena) {
        return ANS_E_NOMEM;
    }
    ans_err err = ans_store_read_rid(&one, a->rd, v->rid, false, &now);
    bool is_newest = (err == ANS_OK || err == ANS_E_GONE) && now.vid == v->vid;
    err = is_newest ? show(&one, a, rules, v, type) : err == ANS_E_GONE || err == ANS_E_NOTFOUND ? ANS_OK : err;
    if (err == ANS_E_SYNTAX || err == ANS_E_CORRUPT) { /* `check` tells of it; the writes behind it are not held */
        ans_log("error", "event=alerts_skipped pos=%llu error=%s", (unsigned long long)v->pos, ans_err_name(err));
        err = ANS_OK;
    }
    ans_arena_free(one.arena);
    return err;
}

static bool is_ending(ans_alerts *a)
{
    (void)pthread_mutex_lock(&a->lock);
    bool ending = a->ending;
    (void)pthread_mutex_unlock(&a->lock);
    return ending;
}

static ans_pos told_of(ans_alerts *a)
{
    (void)pthread_mutex_lock(&a->lock);
    ans_pos told = a->told;
    (void)pthread_mutex_unlock(&a->lock);
    return told;
}

static ans_err take_page(ans_cx *cx, ans_alerts *a, const rule_list *rules, bool *more)
{
    ans_version *at;
    uint32_t count = 0;
    ans_history_query q = {.forward = true, .from = a->pos + 1, .limit = PAGE, .with_body = true};
    ans_err err = ans_store_history(cx, a->rd, &q, &at, &count);
    ans_pos told = told_of(a);
    uint32_t ready = 0;
    while (err == ANS_OK && ready < count && at[ready].pos <= told) { /* others are committed, and their watchers are being told: we are next */
        ready++;
    }
    *more = err == ANS_OK && ready == PAGE;
    /* first, and shown again when anything fails: who looks notes the same thing twice, but never misses one */
    err = err == ANS_OK && ready && a->o.seen ? a->o.seen(a->o.arg, cx, at, ready) : err;
    for (uint32_t i = 0; err == ANS_OK && i < ready && !is_ending(a); i++) {
        err = take(a, rules, &at[i]);
        a->pos = err == ANS_OK ? at[i].pos : a->pos;
    }
    return err;
}

ans_err ans_alerts_catch_up(ans_cx *cx, ans_alerts *a)
{
    const ans_defs_view *view;
    rule_list *rules = ANS_NEW(cx->arena, rule_list);
    bool more = true;
    ans_err err = rules ? ans_defs_enter(cx, a->o.defs, &view) : ans_cx_nomem(cx);
    if (err != ANS_OK) {
        return err;
    }
    err = list_rules(cx, a, view, rules);
    while (err == ANS_OK && more && !is_ending(a)) {
        ans_cx page = {.arena = ans_arena_new(PAGE_BYTES)};
        err = page.arena ? take_page(&page, a, rules, &more) : ans_cx_nomem(cx);
        err = ans_issue_pass(cx, &page, err);
        ans_arena_free(page.arena);
    }
    ans_defs_leave(view);
    if (a->pos == a->done_pos || is_ending(a)) {
        return err;
    }
    ans_err other = a->o.caught_up ? a->o.caught_up(a->o.arg, cx) : ANS_OK;
    a->done_pos = other == ANS_OK ? a->pos : a->done_pos;
    other = other == ANS_E_RETRY ? ANS_OK : other; /* it has something left for later, and nobody waits for that */
    return err == ANS_OK ? other : err;
}

/* ---- the clock ---- */

typedef struct round {
    ans_alerts *a;
    const ans_rule *rule;
    rule_state *state;
    ans_arena *arena; /* of the names */
    ans_str *names;   /* of the keys that stand */
    uint32_t count, cap;
} round;

static ans_err keep_name(round *r, const ans_alert *alert)
{
    char name[NAME_BYTES];
    ans_str *grown = ans_arena_grow(r->arena, r->names, r->count, &r->cap, 64, sizeof *grown);
    alert_name(r->rule->head.url, alert->key, name);
    if (grown) {
        r->names = grown;
        r->names[r->count] = ans_arena_dup(r->arena, (ans_str){name, sizeof name});
    }
    return grown && r->names[r->count++].p ? ANS_OK : ANS_E_NOMEM;
}

static ans_err ask_one(void *arg, ans_cx *cx, const ans_item *focus)
{
    round *r = arg;
    ans_alert alert;
    bool raised, changed;
    ans_alerts *a = r->a;
    (void)pthread_mutex_lock(&a->lock);
    changed = a->has_changed && a->is_running;
    a->has_changed = a->has_changed && !changed;
    bool ends = a->ending || r->state->is_off;
    (void)pthread_mutex_unlock(&a->lock);
    if (ends) {
        return ANS_E_RETRY; /* the round is over and has settled nothing */
    }
    ans_err err = changed ? ans_alerts_catch_up(cx, a) : ANS_OK; /* who writes does not wait for the clock */
    err = err == ANS_OK ? ask(cx, a, r->rule, r->state, focus, &raised, &alert) : err;
    err = err == ANS_OK && raised ? raise(cx, a, r->state, &alert) : err;
    return err == ANS_OK && raised ? keep_name(r, &alert) : err;
}

static ans_err run_round(ans_cx *cx, ans_alerts *a, const ans_rule *rule, rule_state *s)
{
    ans_cx work = {.arena = ans_arena_new(PAGE_BYTES)};
    round r = {.a = a, .rule = rule, .state = s, .arena = work.arena};
    ans_rule_env env = {.rd = a->walk_rd, .search = a->o.search, .now_us = ans_now_us()};
    uint64_t failed = s->failed;
    ans_err err = work.arena ? ANS_OK : ans_cx_nomem(cx);
    ans_rule_env_fill(&env);
    if (err == ANS_OK && rule->head.needs_board) {
        err = a->o.boards ? a->o.boards(a->o.arg, &work, ask_one, &r) : ANS_E_RETRY;
    } else if (err == ANS_OK) {
        err = ans_reader_begin(&work, a->walk_rd);
        if (err == ANS_OK) {
            err = ans_rule_population(&work, rule, &env, ask_one, &r);
            ans_reader_end(a->walk_rd);
        }
    }
    /* settled only when all were asked and none failed */
    err = err == ANS_OK && s->failed == failed ? alert_settle(&work, a, rule->head.url, r.names, r.count) : err;
    if (is_of_rule(err)) {
        meter(a, s, 0, err, &work);
        err = ANS_OK;
    }
    err = err == ANS_E_RETRY ? ANS_OK : ans_issue_pass(cx, &work, err);
    ans_arena_free(work.arena);
    return err;
}

ans_err ans_alerts_clock(ans_cx *cx, ans_alerts *a)
{
    const ans_defs_view *view;
    rule_list *rules = ANS_NEW(cx->arena, rule_list);
    ans_err err = rules ? ans_defs_enter(cx, a->o.defs, &view) : ans_cx_nomem(cx);
    if (err != ANS_OK) {
        return err;
    }
    err = list_rules(cx, a, view, rules);
    for (uint32_t i = 0; err == ANS_OK && i < rules->count && !is_ending(a); i++) {
        rule_state *s = rules->states[i];
        if (rules->at[i]->head.is_clock && !s->is_off && s->next_us <= ans_now_us()) {
            s->next_us = ans_now_us() + rules->at[i]->head.every_us;
            err = run_round(cx, a, rules->at[i], s);
        }
    }
    err = err == ANS_OK && !is_ending(a) ? alert_escalate(cx, a, view) : err;
    ans_defs_leave(view);
    return err;
}

/* ---- how far ---- */

/* "<record> <pos>": of another record it says nothing. */
static ans_str record_name(const ans_alerts *a, char out[33])
{
    const uint8_t *key = ans_store_hash_key(a->o.store);
    for (int i = 0; i < 16; i++) {
        (void)snprintf(out + 2 * i, 3, "%02x", key[i]); /* always fits */
    }
    return (ans_str){out, 32};
}

static ans_err begin_back(ans_cx *cx, ans_alerts *a)
{
    ans_version *at;
    uint32_t count = 0;
    ans_rid rid;
    ans_history_query q = {.forward = true, .from = 1, .limit = 1, .since_us = ans_now_us() - BACK_HOURS * US_PER_HOUR};
    ans_err err = ans_store_head(cx, a->rd, &a->pos, &rid);
    err = err == ANS_OK ? ans_store_history(cx, a->rd, &q, &at, &count) : err;
    a->pos = err == ANS_OK && count ? at[0].pos - 1 : a->pos;
    return err;
}

static ans_err read_pos(ans_cx *cx, ans_alerts *a)
{
    char name[33];
    ans_str text, record;
    uint64_t pos;
    ans_pos head;
    ans_rid rid;
    ans_err err = ans_store_head(cx, a->rd, &head, &rid);
    a->told = err == ANS_OK ? head : 0;
    if (err != ANS_OK || !a->o.path || !ans_file_exists(a->o.path) || ans_file_read(cx, a->o.path, 200, &text) != ANS_OK) {
        cx->issues = cx->last_ = NULL;
        return err == ANS_OK ? begin_back(cx, a) : err;
    }
    text = ans_str_trim(text);
    bool is_ours = ans_str_cut(&text, ' ', &record) && ans_str_eq(record, record_name(a, name)) && ans_str_u64(text, &pos) && pos <= head;
    a->pos = a->kept_pos = is_ours ? pos : 0;
    return is_ours ? ANS_OK : begin_back(cx, a);
}

static void keep_pos(ans_cx *cx, ans_alerts *a, bool is_last)
{
    char name[33];
    int64_t now = ans_mono_us();
    if (!a->o.path || a->done_pos == a->kept_pos || (!is_last && now - a->kept_us < KEEP_EVERY_MS * INT64_C(1000))) {
        return;
    }
    ans_str text = ans_arena_fmt(cx->arena, "%.*s %llu\n", ANS_FMT(record_name(a, name)), (unsigned long long)a->done_pos);
    a->kept_us = now;
    if (text.p && ans_file_replace(cx, a->o.path, text) == ANS_OK) { /* without it a start goes over more of the log */
        a->kept_pos = a->done_pos;
    }
}

/* ---- the thread ---- */

static void watch(void *arg, const ans_txn *txn)
{
    ans_alerts *a = arg;
    (void)pthread_mutex_lock(&a->lock);
    for (uint32_t i = 0; i < txn->count; i++) {
        const ans_change *c = &txn->changes[i];
        bool is_new = c->outcome != ANS_UNCHANGED && c->outcome != ANS_ABSENT;
        a->told = is_new && c->pos > a->told ? c->pos : a->told;
    }
    if (!a->has_changed) {
        a->has_changed = true;
        (void)pthread_cond_signal(&a->wake);
    }
    (void)pthread_mutex_unlock(&a->lock);
}

/* Until something was written, or the clock is due; true: something was written. */
static bool wait_for_news(ans_alerts *a, bool is_behind)
{
    struct timespec until;
    (void)clock_gettime(CLOCK_REALTIME, &until); /* cannot fail */
    until.tv_sec += is_behind ? 1 : CLOCK_EVERY_MS / 1000;
    (void)pthread_mutex_lock(&a->lock);
    if (!a->has_changed && !a->ending) {
        (void)pthread_cond_timedwait(&a->wake, &a->lock, &until); /* early or late is fine */
    } else if (is_behind && !a->ending) {
        (void)pthread_mutex_unlock(&a->lock);
        (void)clock_nanosleep(CLOCK_MONOTONIC, 0, &(struct timespec){.tv_nsec = 200000000}, NULL); /* it failed: not at once again */
        (void)pthread_mutex_lock(&a->lock);
    }
    bool changed = a->has_changed;
    a->has_changed = false;
    (void)pthread_mutex_unlock(&a->lock);
    return changed;
}

static void *follow(void *arg)
{
    ans_alerts *a = arg;
    ans_cx cx = {.arena = ans_arena_new((size_t)64 << 20)};
    ans_err said = ANS_OK;
    bool changed = true;
    while (cx.arena && !is_ending(a)) {
        bool is_behind = said != ANS_OK || a->pos != a->done_pos;
        ans_err err = changed || is_behind ? ans_alerts_catch_up(&cx, a) : ANS_OK;
        if ((err == ANS_OK || err == ANS_E_RETRY) && ans_mono_us() >= a->next_look_us) {
            a->next_look_us = ans_mono_us() + CLOCK_EVERY_MS * INT64_C(1000);
            ans_err other = ans_alerts_clock(&cx, a);
            err = err == ANS_OK ? other : err;
        }
        if (err != said) { /* once, not again and again */
            ans_log(err == ANS_OK ? "info" : "error", "event=alerts error=%s", ans_err_name(err));
            said = err;
        }
        keep_pos(&cx, a, false);
        ans_arena_reset(cx.arena);
        cx.issues = cx.last_ = NULL;
        changed = wait_for_news(a, said != ANS_OK || a->pos != a->done_pos);
    }
    ans_arena_free(cx.arena);
    return NULL;
}

/* ---- the whole ---- */

ans_err ans_alerts_open(ans_cx *cx, const ans_alerts_options *o, ans_alerts **out)
{
    ans_alerts *a = ans_alloc(sizeof *a);
    if (!a) {
        return ans_cx_nomem(cx);
    }
    *a = (ans_alerts){.o = *o, .has_changed = true};
    (void)pthread_mutex_init(&a->lock, NULL); /* default attributes cannot fail on Linux */
    (void)pthread_cond_init(&a->wake, NULL);
    ans_err err = ans_reader_open(cx, o->store, &a->rd);
    err = err == ANS_OK ? ans_reader_open(cx, o->store, &a->walk_rd) : err;
    err = err == ANS_OK ? read_pos(cx, a) : err;
    a->done_pos = a->pos;
    err = err == ANS_OK ? ans_store_watch(cx, o->store, watch, a) : err;
    if (err != ANS_OK) {
        ans_alerts_stop(a);
        ans_alerts_free(a);
        return err;
    }
    keep_pos(cx, a, true);
    *out = a;
    return ANS_OK;
}

ans_err ans_alerts_start(ans_cx *cx, ans_alerts *a)
{
    a->is_running = a->o.follow && pthread_create(&a->thread, NULL, follow, a) == 0;
    return a->is_running == a->o.follow ? ANS_OK : ans_cx_nomem(cx);
}

void ans_alerts_stop(ans_alerts *a)
{
    if (!a) {
        return;
    }
    (void)pthread_mutex_lock(&a->lock);
    a->ending = true;
    (void)pthread_cond_signal(&a->wake);
    (void)pthread_mutex_unlock(&a->lock);
    if (a->is_running) {
        (void)pthread_join(a->thread, NULL);
        a->is_running = false;
    }
    ans_cx cx = {.arena = ans_arena_new((size_t)1 << 20)};
    if (cx.arena && a->rd) {
        keep_pos(&cx, a, true);
    }
    ans_arena_free(cx.arena);
    ans_reader **const readers[] = {&a->rd, &a->walk_rd};
    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++) {
        if (*readers[i]) {
            ans_reader_close(*readers[i]);
            *readers[i] = NULL;
        }
    }
}

void ans_alerts_free(ans_alerts *a)
{
    for (uint32_t i = 0; a && i < a->state_count; i++) {
        ans_free((void *)(uintptr_t)a->states[i].url.p);
        ans_free((void *)(uintptr_t)a->states[i].version.p);
        ans_free((void *)(uintptr_t)a->states[i].why.p);
    }
    if (a) {
        (void)pthread_mutex_destroy(&a->lock);
        (void)pthread_cond_destroy(&a->wake);
        ans_free(a);
    }
}

ans_err ans_alerts_states(ans_cx *cx, ans_alerts *a, ans_rule_state **out, uint32_t *out_count)
{
    *out = ANS_NEW_N(cx->arena, ans_rule_state, MOST_RULES);
    if (!*out) {
        return ans_cx_nomem(cx);
    }
    (void)pthread_mutex_lock(&a->lock);
    for (uint32_t i = 0; i < a->state_count; i++) {
        const rule_state *s = &a->states[i];
        (*out)[i] = (ans_rule_state){.url = ans_arena_dup(cx->arena, s->url), .version = ans_arena_dup(cx->arena, s->version),
                                     .asked = s->asked, .raised = s->raised, .failed = s->failed, .spent_us = s->spent_us, .is_off = s->is_off,
                                     .why = ans_arena_dup(cx->arena, s->why)};
    }
    *out_count = a->state_count;
    (void)pthread_mutex_unlock(&a->lock);
    return ANS_OK;
}
