/* Rules over HTTP: PlanDefinition/<id>/$dry-run (or $dry-run with a rule that comes along) says how often a rule would have raised an alert;
 * PlanDefinition/$alerts how often each did, and what became of it. Both see what the caller may see and nothing else.
 * docs/rules.md tells the answers. */
#include "rest/rest_int.h"

#include "base/os.h"
#include "rest/params.h"
#include "rule/alert.h"

enum { DAYS = 90, MOST_DAYS = 366, RUN_SECONDS = 10, MOST_TOLD = 1000, MOST_RULES = 512 };
#define US_PER_DAY INT64_C(86400000000)
#define MOST_BYTES ((size_t)8 << 20)

/* Rehearsals are long: one at a time, so that they never take more than one thread of the pool. */
static atomic_flag is_rehearsing = ATOMIC_FLAG_INIT;

static ans_err days_of(job *j, uint32_t *out)
{
    ans_str text = operation_param(j, "days");
    uint64_t n = DAYS;
    if (text.n && (!ans_str_u64(text, &n) || n < 1 || n > MOST_DAYS)) {
        return ans_issue_add(j->cx, ANS_E_VALUE, ANS_STR("http.days"), "days is 1 to %d", MOST_DAYS);
    }
    *out = (uint32_t)n;
    return ANS_OK;
}

/* ---- $dry-run ---- */

static ans_jnode posted_rule(job *j, ans_json *doc)
{
    ans_jnode list = ANS_JNONE;
    if (!j->rq.body.n || ans_json_parse(j->cx, j->rq.body, NULL, doc) != ANS_OK) {
        return ANS_JNONE;
    }
    if (ans_str_is(ans_json_get_string(j->cx, doc, 0, ANS_STR("resourceType")), "PlanDefinition")) {
        return 0;
    }
    list = ans_json_get(doc, 0, ANS_STR("parameter"));
    if (list == ANS_JNONE || ans_json_kind_of(doc, list) != ANS_JSON_ARRAY) {
        return ANS_JNONE;
    }
    ANS_JSON_EACH(doc, list, p)
    {
        if (ans_str_is(ans_json_get_string(j->cx, doc, p, ANS_STR("name")), "rule")) {
            return ans_json_get(doc, p, ANS_STR("resource"));
        }
    }
    return ANS_JNONE;
}

static ans_err rule_of(job *j, const ans_defs_view *view, ans_json *doc, const ans_rule **out)
{
    const void *made;
    if (!j->route.id.n) {
        ans_jnode n = posted_rule(j, doc);
        return n == ANS_JNONE ? ans_issue_add(j->cx, ANS_E_INVALID, ANS_STR("Parameters.parameter"), "post a PlanDefinition, or Parameters with rule")
                              : ans_rule_compile(j->cx, j->cx->arena, doc, n, out);
    }
    const ans_def *def = ans_defs_by_id(view, j->route.type, j->route.id);
    if (!def) {
        return ans_issue_add(j->cx, ANS_E_NOTFOUND, ANS_STR("http.url"), "no rule of this id is defined here");
    }
    ans_err err = ans_def_made(j->cx, view, def, ANS_DEF_RULE, ans_rule_make, &made);
    *out = err == ANS_OK ? made : NULL;
    return err;
}

static ans_err rehearse(job *j, ans_reader *rd, const ans_rule *rule, uint32_t days, ans_str *out)
{
    ans_rule_env env = {.rd = rd, .search = j->rest->o.search, .filter = gate_filter(j), .now_us = ans_now_us()};
    const ans_rehearsal how = {.days = days};
    ans_cx work = {.arena = j->cx->arena, .deadline_us = ans_mono_us() + RUN_SECONDS * INT64_C(1000000)};
    if (atomic_flag_test_and_set(&is_rehearsing)) {
        return ans_issue_add(j->cx, ANS_E_BUSY, ANS_STR_NONE, "another rule is being rehearsed: try again in some seconds");
    }
    ans_err err = ans_rule_rehearse(&work, rule, &env, &how, out);
    atomic_flag_clear(&is_rehearsing);
    return ans_issue_pass(j->cx, &work, err);
}

ans_err rule_dry_run(job *j, ans_reader *rd)
{
    const ans_defs_view *view;
    const ans_rule *rule = NULL;
    ans_json doc;
    ans_str text = ANS_STR_NONE;
    uint32_t days;
    ans_buf b;
    if (!j->rest->o.defs) {
        return ans_issue_add(j->cx, ANS_E_UNSUPPORTED, ANS_STR("http.url"), "definitions are not offered here");
    }
    if (!gate_is_open(j) && !ans_pass_may(j->pass, ans_fhir_type_named(ANS_STR("Task")), ANS_RIGHT_READ)) {
        return ans_issue_add(j->cx, ANS_E_FORBIDDEN, ANS_STR("http.url"), "no role of this account sees alerts");
    }
    ans_err err = days_of(j, &days);
    err = err == ANS_OK ? ans_defs_enter(j->cx, j->rest->o.defs, &view) : err;
    if (err != ANS_OK) {
        return err;
    }
    err = rule_of(j, view, &doc, &rule);
    err = err == ANS_OK ? rehearse(j, rd, rule, days, &text) : err;
    ans_defs_leave(view);
    ans_buf_init_arena(&b, j->cx->arena, MOST_BYTES);
    ans_buf_add(&b, text);
    return err == ANS_OK ? operation_answer(j, &b) : err;
}

/* ---- $alerts ---- */

enum { T_RAISED, T_OPEN, T_SEEN, T_ACTED, T_DISMISSED, T_WITHDRAWN, T_SETTLED, T_COUNT };
static const char *const tally_names[T_COUNT] = {"raised", "open", "acknowledged", "acted", "dismissed", "withdrawn", "settled"};

typedef struct tally {
    ans_str url;
    uint32_t n[T_COUNT];
} tally;

typedef struct counting {
    job *j;
    tally *at;
    uint32_t count;
} counting;

static tally *tally_of(counting *c, ans_str url)
{
    for (uint32_t i = 0; i < c->count; i++) {
        if (ans_str_eq(c->at[i].url, url)) {
            return &c->at[i];
        }
    }
    if (c->count == MOST_RULES) {
        return NULL;
    }
    c->at[c->count] = (tally){.url = ans_arena_dup(c->j->cx->arena, url)};
    return c->at[c->count].url.p ? &c->at[c->count++] : NULL;
}

static bool is_settled(ans_cx *cx, const ans_json *doc)
{
    ans_jnode list = ans_json_get(doc, ans_json_get(doc, 0, ANS_STR("statusReason")), ANS_STR("coding"));
    ans_jnode first = list == ANS_JNONE || ans_json_kind_of(doc, list) != ANS_JSON_ARRAY ? ANS_JNONE : ans_json_first(doc, list);
    return first != ANS_JNONE && ans_str_is(ans_json_get_string(cx, doc, first, ANS_STR("code")), "settled");
}

static void count_one(tally *t, ans_cx *cx, const ans_json *doc)
{
    ans_str status = ans_json_get_string(cx, doc, 0, ANS_STR("status"));
    t->n[T_RAISED]++;
    t->n[T_OPEN] += ans_str_is(status, "requested");
    t->n[T_SEEN] += ans_str_is(status, "received") || ans_str_is(status, "accepted") || ans_str_is(status, "in-progress");
    t->n[T_ACTED] += ans_str_is(status, "completed");
    t->n[T_DISMISSED] += ans_str_is(status, "rejected");
    if (ans_str_is(status, "cancelled")) {
        t->n[is_settled(cx, doc) ? T_SETTLED : T_WITHDRAWN]++;
    }
}

static ans_err count_task(void *arg, const ans_version *v, bool *more)
{
    counting *c = arg;
    ans_json doc;
    ans_cx one = {.arena = ans_arena_new((size_t)8 << 20)};
    ans_err err = one.arena ? ans_json_parse(&one, v->body, NULL, &doc) : ans_cx_nomem(c->j->cx);
    ans_str canonical = err == ANS_OK ? ans_json_get_string(&one, &doc, 0, ANS_STR("instantiatesCanonical")) : ANS_STR_NONE, url = canonical;
    (void)ans_str_cut(&canonical, '|', &url);
    tally *t = url.n ? tally_of(c, url) : NULL;
    if (t) {
        count_one(t, &one, &doc);
    }
    ans_arena_free(one.arena);
    *more = err == ANS_OK;
    return err;
}

static ans_err count_tasks(counting *c, ans_reader *rd, uint32_t days)
{
    char from[ANS_INSTANT_BYTES];
    ans_cx *cx = c->j->cx;
    ans_instant_print(ans_now_us() - days * US_PER_DAY, from);
    ans_search_request rq = {.type = ans_fhir_type_named(ANS_STR("Task")), .strict = true, .filter = gate_filter(c->j),
                             .query = ans_arena_fmt(cx->arena, "code=urn:ansinh:task|alert&authored-on=ge%.*s", ANS_INSTANT_BYTES, from)};
    c->at = ANS_NEW_N(cx->arena, tally, MOST_RULES);
    return rq.query.p && c->at ? ans_search_each(c->j->rest->o.search, cx, rd, &rq, count_task, c) : ans_cx_nomem(cx);
}

typedef struct telling {
    job *j;
    const counting *counts;
    const ans_rule_state *states;
    uint32_t state_count;
    ans_jw *w;
} telling;

/* How often it was asked counts what everybody writes, in every house: for who may see figures of the server. */
static bool sees_server(const job *j)
{
    return gate_is_open(j) || ans_pass_operation(j->pass, "metrics");
}

/* How it does since the server started: asked, time, whether it was switched off. */
static void put_state(const telling *t, ans_str url, ans_str version)
{
    bool whole = sees_server(t->j);
    for (uint32_t i = 0; i < t->state_count; i++) {
        const ans_rule_state *s = &t->states[i];
        if (ans_str_eq(s->url, url) && ans_str_eq(s->version, version)) {
            if (whole) {
                params_int(t->w, "asked", (int64_t)s->asked);
                params_int(t->w, "failed", (int64_t)s->failed);
                params_int(t->w, "microseconds", s->asked ? s->spent_us / (int64_t)s->asked : 0);
            }
            params_bool(t->w, "off", s->is_off);
            params_text(t->w, "why", "valueString", s->why);
        }
    }
}

static void put_counts(const telling *t, ans_str url)
{
    static const tally none;
    const tally *n = &none;
    for (uint32_t i = 0; i < t->counts->count; i++) {
        n = ans_str_eq(t->counts->at[i].url, url) ? &t->counts->at[i] : n;
    }
    for (int i = 0; i < T_COUNT; i++) {
        params_int(t->w, tally_names[i], n->n[i]);
    }
}

static void put_rule(const telling *t, const ans_def *def, const ans_json *doc, const ans_rule *rule)
{
    params_part(t->w, "rule");
    params_text(t->w, "url", "valueCanonical", def->url);
    params_text(t->w, "version", "valueString", def->version);
    params_text(t->w, "id", "valueId", def->id);
    params_text(t->w, "title", "valueString", ans_json_get_string(t->j->cx, doc, 0, ANS_STR("title")));
    params_text(t->w, "status", "valueCode", ans_json_get_string(t->j->cx, doc, 0, ANS_STR("status")));
    if (rule) {
        const ans_rule_head *h = ans_rule_head_of(rule);
        params_text(t->w, "title-en", "valueString", h->title_en);
        params_text(t->w, "source", "valueString", h->source);
        params_text(t->w, "source-en", "valueString", h->source_en);
        params_text(t->w, "review", "valueCode", h->review);
        params_text(t->w, "trigger", "valueCode", h->is_clock ? ANS_STR("clock") : ANS_STR("write"));
    }
    put_counts(t, def->url);
    put_state(t, def->url, def->version);
    params_end_part(t->w);
}

static ans_err put_rules(const telling *t, const ans_defs_view *view)
{
    const ans_type type = ans_fhir_type_named(ANS_STR("PlanDefinition"));
    const ans_def *def;
    uint32_t told = 0;
    for (uint32_t at = ans_defs_past_core(view); (def = ans_defs_next(view, type, &at)) != NULL && told < MOST_TOLD;) {
        ans_cx work = {.arena = t->j->cx->arena};
        const ans_json *doc;
        const void *made = NULL;
        if (ans_defs_find(view, type, def->url) != def || ans_def_doc(&work, view, def, &doc) != ANS_OK || !ans_rule_is_one(&work, doc, 0)) {
            continue;
        }
        ans_err err = ans_def_made(&work, view, def, ANS_DEF_RULE, ans_rule_make, &made);
        put_rule(t, def, doc, err == ANS_OK ? made : NULL);
        told++;
    }
    return ANS_OK;
}

ans_err rule_alerts(job *j, ans_reader *rd)
{
    const ans_defs_view *view;
    counting counts = {.j = j};
    ans_rule_state *states = NULL;
    ans_buf b;
    ans_jw w;
    telling t = {.j = j, .counts = &counts, .w = &w};
    uint32_t days;
    if (!j->rest->o.defs) {
        return ans_issue_add(j->cx, ANS_E_UNSUPPORTED, ANS_STR("http.url"), "definitions are not offered here");
    }
    ans_err err = days_of(j, &days);
    err = err == ANS_OK ? count_tasks(&counts, rd, days) : err;
    err = err == ANS_OK && j->rest->o.alerts ? ans_alerts_states(j->cx, j->rest->o.alerts, &states, &t.state_count) : err;
    t.states = states;
    err = err == ANS_OK ? ans_defs_enter(j->cx, j->rest->o.defs, &view) : err;
    if (err != ANS_OK) {
        return err;
    }
    ans_buf_init_arena(&b, j->cx->arena, MOST_BYTES);
    ans_jw_init(&w, &b);
    params_open(&w);
    params_int(&w, "days", days);
    err = put_rules(&t, view);
    params_close(&w);
    ans_defs_leave(view);
    return err == ANS_OK ? operation_answer(j, &b) : err;
}
