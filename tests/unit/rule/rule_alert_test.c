/* Rules and alerts over a store in memory, with a clock of the test's own: what is refused when a rule is read, and the life of an alert
 * (raised once, added to, escalated, quiet, taken back), and that a rule that fails is switched off and holds nobody. */
#include "../search/fixture.h"

#include <dirent.h>
#include <unistd.h>

#include "base/hash.h"
#include "rule/alert.h"

#define NOON_US INT64_C(1795323600000000) /* 2026-11-22T05:00:00Z, noon at the ward */
#define MINUTES(n) ((n)*INT64_C(60000000))

static int64_t clock_us = NOON_US;

static int64_t test_clock(void)
{
    return clock_us;
}

/* ---- reading rules ---- */

#define RULE_OF(trigger, more, action)                                                                                                         \
    "{\"resourceType\":\"PlanDefinition\",\"id\":\"r\",\"url\":\"urn:test:rule\",\"version\":\"1\",\"status\":\"active\",\"title\":\"T\","      \
    "\"type\":{\"coding\":[{\"code\":\"eca-rule\"}]},\"extension\":[" more "],\"action\":[{\"title\":\"t\",\"description\":\"d\","               \
    "\"priority\":\"urgent\",\"code\":[{\"coding\":[{\"system\":\"urn:ansinh:alert-kind\",\"code\":\"k\"}]}],"                                   \
    "\"participant\":[{\"role\":{\"coding\":[{\"code\":\"nurse\"}]}}],\"trigger\":[" trigger "]" action "}]}"
#define ON_OBSERVATION "{\"type\":\"data-changed\",\"data\":[{\"type\":\"Observation\"}]}"
#define WHEN(expression) ",\"condition\":[{\"kind\":\"applicability\",\"expression\":{\"language\":\"text/fhirpath\",\"expression\":\"" expression "\"}}]"
#define VARIABLE(name, language, expression)                                                                                                   \
    "{\"url\":\"http://hl7.org/fhir/StructureDefinition/variable\",\"valueExpression\":{\"name\":\"" name "\",\"language\":\"" language             \
    "\",\"expression\":\"" expression "\"}}"

static const struct {
    const char *what, *rule, *wrong; /* a part of what is said; NULL: it is fine */
} readings[] = {
    {"the least", RULE_OF(ON_OBSERVATION, "", ""), NULL},
    {"a condition", RULE_OF(ON_OBSERVATION, "", WHEN("value.value > 3")), NULL},
    {"no FHIRPath", RULE_OF(ON_OBSERVATION, "", WHEN("value.value >")), "expected"},
    {"an element that Observation does not have", RULE_OF(ON_OBSERVATION, "", WHEN("valeu.exists()")), "valeu"},
    {"a name that nothing defines", RULE_OF(ON_OBSERVATION, "", WHEN("%before > 3")), "%before"},
    {"a name of a variable", RULE_OF(ON_OBSERVATION, VARIABLE("before", "text/fhirpath", "value.value"), WHEN("%before > 3")), NULL},
    {"a variable of a later one", RULE_OF(ON_OBSERVATION, VARIABLE("a", "text/fhirpath", "%b") "," VARIABLE("b", "text/fhirpath", "1"), ""), "%b"},
    {"two of one name", RULE_OF(ON_OBSERVATION, VARIABLE("a", "text/fhirpath", "1") "," VARIABLE("a", "text/fhirpath", "1"), ""), "name of its own"},
    {"a query", RULE_OF(ON_OBSERVATION, VARIABLE("a", "application/x-fhir-query", "Observation?patient={{%patient.id}}"), ""), NULL},
    {"a query without end", RULE_OF(ON_OBSERVATION, VARIABLE("a", "application/x-fhir-query", "Observation?patient={{%patient.id"), ""), "{{"},
    {"a query for what cannot be asked", RULE_OF(ON_OBSERVATION, VARIABLE("a", "application/x-fhir-query", "Flag?patient={{%patient.id}}&status=active"), ""), "Flag cannot be searched by status"},
    {"a query of no type", RULE_OF(ON_OBSERVATION, VARIABLE("a", "application/x-fhir-query", "Flags?patient=1"), ""), "Type?parameter"},
    {"another language", RULE_OF(ON_OBSERVATION, VARIABLE("a", "text/cql", "1"), ""), "language is"},
    {"no such type", RULE_OF("{\"type\":\"data-changed\",\"data\":[{\"type\":\"Thing\"}]}", "", ""), "type of resource"},
    {"no trigger of ours", RULE_OF("{\"type\":\"named-event\",\"name\":\"x\"}", "", ""), "data-changed or periodic"},
    {"a clock without population", RULE_OF("{\"type\":\"periodic\",\"timingTiming\":{\"repeat\":{\"period\":1,\"periodUnit\":\"h\"}}}", "", ""), "whom it is asked about"},
    {"a clock in years", RULE_OF("{\"type\":\"periodic\",\"timingTiming\":{\"repeat\":{\"period\":1,\"periodUnit\":\"a\"}}}", "", ""), "min, h or d"},
    {"a clock that runs wild", RULE_OF("{\"type\":\"periodic\",\"timingTiming\":{\"repeat\":{\"period\":0,\"periodUnit\":\"min\"}}}", "", ""), "min, h or d"},
    {"writes and the clock", RULE_OF(ON_OBSERVATION ",{\"type\":\"periodic\",\"timingTiming\":{\"repeat\":{\"period\":1,\"periodUnit\":\"h\"}}}", "", ""), "not by both"},
    {"an escalation without role", RULE_OF(ON_OBSERVATION, "", ",\"extension\":[{\"url\":\"urn:ansinh:rule-escalation\",\"extension\":[{\"url\":\"after\",\"valueDuration\":{\"value\":1,\"code\":\"h\"}}]}]"), "after and role"},
    {"interrupts now and then", RULE_OF(ON_OBSERVATION, "", ",\"extension\":[{\"url\":\"urn:ansinh:rule-interrupt\",\"valueCode\":\"often\"}]"), "always, budget or never"},
    {"no rule at all", "{\"resourceType\":\"PlanDefinition\",\"url\":\"urn:x\",\"title\":\"T\"}", "eca-rule"},
    {"another thing", "{\"resourceType\":\"Patient\"}", "eca-rule"},
};

static void rules__are_read(void **state)
{
    ans_cx cx = {.arena = ans_arena_new((size_t)1 << 26)};
    (void)state;
    for (size_t i = 0; i < COUNT(readings); i++) {
        ans_json doc;
        const ans_rule *rule;
        cx.issues = cx.last_ = NULL;
        assert_int_equal(ans_json_parse(&cx, ans_str_of(readings[i].rule), NULL, &doc), ANS_OK);
        ans_err err = ans_rule_compile(&cx, cx.arena, &doc, 0, &rule);
        if (!readings[i].wrong ? err != ANS_OK : err == ANS_OK || ans_str_search(cx.last_->text, ans_str_of(readings[i].wrong)) < 0) {
            fail_msg("%s: %s %.*s", readings[i].what, ans_err_name(err), cx.last_ ? (int)cx.last_->text.n : 0, cx.last_ ? cx.last_->text.p : "");
        }
    }
    ans_arena_free(cx.arena);
}

static void rules__of_content(void **state)
{
    ans_cx cx = {.arena = ans_arena_new((size_t)1 << 26)};
    DIR *dir = opendir("content/rules");
    int count = 0;
    (void)state;
    assert_non_null(dir);
    for (const struct dirent *d = readdir(dir); d; d = readdir(dir)) {
        ans_json doc;
        ans_str text;
        const ans_rule *rule;
        if (ans_str_find(ans_str_of(d->d_name), '.') <= 0) {
            continue;
        }
        assert_int_equal(ans_file_read(&cx, ans_arena_fmt(cx.arena, "content/rules/%s", d->d_name).p, 1 << 20, &text), ANS_OK);
        assert_int_equal(ans_json_parse(&cx, text, NULL, &doc), ANS_OK);
        ans_err err = ans_rule_compile(&cx, cx.arena, &doc, 0, &rule);
        err = err == ANS_OK ? ans_rule_check_content(&cx, &doc, 0) : err;
        if (err != ANS_OK) {
            fail_msg("%s: %.*s", d->d_name, ANS_FMT(cx.last_->text));
        }
        count++;
    }
    (void)closedir(dir);
    assert_true(count >= 12);
    ans_arena_free(cx.arena);
}

/* ---- a world ---- */

typedef struct world {
    fixture f;
    ans_defs *defs;
    ans_alerts *alerts;
    int made;
    bool refuses; /* the record takes no alert */
    const char *path; /* of the file that says how far; NULL: none */
    int shown, done;  /* versions shown to who else goes by the log; how often it was asked to do */
    ans_err not_yet;  /* it cannot */
    int unseen;       /* so many times it cannot even look */
} world;

static ans_err other_seen(void *arg, ans_cx *cx, const ans_version *at, uint32_t count)
{
    world *w = arg;
    for (uint32_t i = 0; i < count; i++) {
        assert_true(at[i].is_delete || at[i].body.n > 0);
    }
    if (w->unseen) {
        w->unseen--;
        return ans_issue_add(cx, ANS_E_NOMEM, ANS_STR_NONE, "not now");
    }
    w->shown += (int)count;
    return ANS_OK;
}

static ans_err other_caught_up(void *arg, ans_cx *cx)
{
    world *w = arg;
    w->done++;
    return w->not_yet ? ans_issue_add(cx, w->not_yet, ANS_STR_NONE, "not now") : ANS_OK;
}

/* What the rest does: an id, and the version it must meet. */
static ans_err write_task(void *arg, ans_cx *cx, const ans_alert_write *w)
{
    world *x = arg;
    ans_json doc;
    if (x->refuses) {
        return ans_issue_add(cx, ANS_E_BUSY, ANS_STR_NONE, "not now");
    }
    ans_str id = w->id.n ? w->id : ans_arena_fmt(x->f.cx.arena, "alert-%d", ++x->made), body = w->body;
    if (!w->id.n) {
        body = ans_arena_fmt(cx->arena, "{\"id\":\"%.*s\",%.*s", ANS_FMT(id), ANS_FMT(ans_str_from(body, 1)));
    }
    assert_int_equal(ans_json_parse(cx, body, NULL, &doc), ANS_OK);
    ans_type type = ans_fhir_type_named(ANS_STR("Task"));
    ans_change c = {.ref = {ans_search_type_number(x->f.search, type), id}, .body = body, .hash = ans_hash_content(body), .if_vid = w->if_vid};
    assert_int_equal(ans_search_index(x->f.search, cx, type, &doc, 0, &c.rows), ANS_OK);
    ans_txn txn = {.cx = cx, .changes = &c, .count = 1};
    return ans_store_commit(x->f.store, &txn);
}

static void open_alerts(world *w)
{
    ans_alerts_options o = {.store = w->f.store, .search = w->f.search, .defs = w->defs, .write = write_task, .seen = other_seen, .caught_up = other_caught_up,
                            .path = w->path, .arg = w};
    assert_int_equal(ans_alerts_open(&w->f.cx, &o, &w->alerts), ANS_OK);
    assert_int_equal(ans_alerts_start(&w->f.cx, w->alerts), ANS_OK);
}

/* rule: a file of content/rules, or the text of one */
static void open_world(world *w, const char *rule)
{
    ans_str text = ans_str_of(rule);
    *w = (world){0};
    clock_us = NOON_US;
    ans_clock_set(test_clock);
    fixture_open(&w->f);
    if (rule[0] != '{') {
        assert_int_equal(ans_file_read(&w->f.cx, ans_arena_fmt(w->f.cx.arena, "content/rules/%s.json", rule).p, 1 << 20, &text), ANS_OK);
    }
    ans_defs_options o = {.store = w->f.store, .search = w->f.search};
    assert_int_equal(ans_defs_open(&w->f.cx, &o, &w->defs), ANS_OK);
    open_alerts(w);
    put(&w->f, ans_arena_dup(w->f.cx.arena, text).p);
    put(&w->f, "{\"resourceType\":\"Location\",\"id\":\"w\",\"name\":\"Khu A\",\"physicalType\":{\"coding\":[{\"code\":\"wa\"}]}}");
    put(&w->f, "{\"resourceType\":\"Location\",\"id\":\"b\",\"partOf\":{\"reference\":\"Location/w\"}}");
    put(&w->f, "{\"resourceType\":\"Patient\",\"id\":\"p\"}");
    put(&w->f, "{\"resourceType\":\"Encounter\",\"id\":\"e\",\"status\":\"in-progress\",\"class\":{\"code\":\"IMP\"},\"subject\":{\"reference\":\"Patient/p\"},"
               "\"period\":{\"start\":\"2026-10-01\"},\"location\":[{\"location\":{\"reference\":\"Location/b\"},\"status\":\"active\"}]}");
}

static void close_alerts(world *w)
{
    ans_alerts_stop(w->alerts);
}

static void close_world(world *w)
{
    close_alerts(w);
    ans_defs_stop(w->defs);
    fixture_close(&w->f);
    ans_alerts_free(w->alerts);
    ans_defs_free(w->defs);
    ans_clock_set(NULL);
}

static void follow(world *w)
{
    assert_int_equal(ans_alerts_catch_up(&w->f.cx, w->alerts), ANS_OK);
}

static void tick(world *w, int64_t minutes)
{
    clock_us += MINUTES(minutes);
    assert_int_equal(ans_alerts_clock(&w->f.cx, w->alerts), ANS_OK);
}

static void glucose(world *w, const char *id, const char *value, const char *unit)
{
    char when[ANS_INSTANT_BYTES];
    ans_instant_print(clock_us, when);
    put(&w->f, ans_arena_fmt(w->f.cx.arena,
                             "{\"resourceType\":\"Observation\",\"id\":\"%s\",\"status\":\"final\",\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"15074-8\"}]},"
                             "\"subject\":{\"reference\":\"Patient/p\"},\"effectiveDateTime\":\"%.*s\",\"valueQuantity\":{\"value\":%s,\"code\":\"%s\"}}",
                             id, ANS_INSTANT_BYTES, when, value, unit)
                   .p);
}

/* The alerts as one line: "alert-1:requested:stat:glucose-very-low:2" with the number of causes. */
static const char *alerts(world *w)
{
    ans_arena *arena = w->f.cx.arena;
    ans_str out = ANS_STR("");
    assert_true(ask(&w->f, "Task?code=urn:ansinh:task|alert&_sort=_id").n > 0);
    for (uint32_t i = 0; i < w->f.last.count; i++) {
        ans_json doc;
        int causes = 0;
        assert_int_equal(ans_json_parse(&w->f.cx, w->f.last.entries[i].version.body, NULL, &doc), ANS_OK);
        ans_jnode list = ans_json_get(&doc, 0, ANS_STR("identifier"));
        ANS_JSON_EACH(&doc, list, n)
        {
            causes += ans_str_is(ans_json_get_string(&w->f.cx, &doc, n, ANS_STR("system")), "urn:ansinh:id:alert-cause");
        }
        ans_jnode codings = ans_json_get(&doc, ans_json_get(&doc, 0, ANS_STR("code")), ANS_STR("coding"));
        ans_str kind = ans_json_get_string(&w->f.cx, &doc, ans_json_next(&doc, codings, ans_json_first(&doc, codings)), ANS_STR("code"));
        ans_jnode roles = ans_json_get(&doc, 0, ANS_STR("performerType"));
        out = ans_arena_fmt(arena, "%s%s%.*s:%.*s:%.*s:%.*s:%d/%u", out.p, i ? " " : "", ANS_FMT(w->f.last.entries[i].version.ref.id),
                            ANS_FMT(ans_json_get_string(&w->f.cx, &doc, 0, ANS_STR("status"))),
                            ANS_FMT(ans_json_get_string(&w->f.cx, &doc, 0, ANS_STR("priority"))), ANS_FMT(kind), causes, ans_json_count(&doc, roles));
    }
    return out.p;
}

#define SAME(got, want) assert_string_equal((got), (want))

/* Somebody acknowledges, acts, dismisses. */
static void becomes(world *w, const char *id, const char *from, const char *to)
{
    ans_version v;
    ans_ref ref = {ans_search_type_number(w->f.search, ans_fhir_type_named(ANS_STR("Task"))), ans_str_of(id)};
    assert_int_equal(ans_store_read(&w->f.cx, w->f.rd, ref, &v), ANS_OK);
    ans_str was = ans_arena_fmt(w->f.cx.arena, "\"status\":\"%s\"", from);
    ptrdiff_t at = ans_str_search(v.body, was);
    assert_true(at >= 0);
    put(&w->f, ans_arena_fmt(w->f.cx.arena, "%.*s\"status\":\"%s\"%.*s", (int)at, v.body.p, to, ANS_FMT(ans_str_from(v.body, (size_t)at + was.n))).p);
}

/* ---- the life of an alert ---- */

static void alert__once(void **state)
{
    world w;
    (void)state;
    open_world(&w, "hypoglycaemia");
    glucose(&w, "g0", "3.9", "mmol/L");
    follow(&w);
    SAME(alerts(&w), "");
    glucose(&w, "g1", "3.8", "mmol/L");
    follow(&w);
    SAME(alerts(&w), "alert-1:requested:asap:glucose-low:1/2");
    close_alerts(&w); /* who has forgotten how far it was goes over it all again */
    ans_alerts *old = w.alerts;
    open_alerts(&w);
    follow(&w);
    follow(&w);
    SAME(alerts(&w), "alert-1:requested:asap:glucose-low:1/2");
    glucose(&w, "g2", "3.5", "mmol/L");
    follow(&w);
    SAME(alerts(&w), "alert-1:requested:asap:glucose-low:2/2");
    close_world(&w);
    ans_alerts_free(old);
}

static void alert__graver(void **state)
{
    world w;
    (void)state;
    open_world(&w, "hypoglycaemia");
    glucose(&w, "g1", "3.5", "mmol/L");
    follow(&w);
    becomes(&w, "alert-1", "requested", "received");
    glucose(&w, "g2", "52", "mg/dL"); /* 2.89 mmol/L */
    follow(&w);
    SAME(alerts(&w), "alert-1:requested:stat:glucose-very-low:2/4");
    glucose(&w, "g3", "3.5", "mmol/L"); /* less grave: added, no more */
    follow(&w);
    SAME(alerts(&w), "alert-1:requested:stat:glucose-very-low:3/4");
    close_world(&w);
}

static void alert__quiet(void **state)
{
    world w;
    (void)state;
    open_world(&w, "hypoglycaemia");
    glucose(&w, "g1", "3.5", "mmol/L");
    follow(&w);
    becomes(&w, "alert-1", "requested", "completed");
    clock_us += MINUTES(5);
    glucose(&w, "g2", "3.5", "mmol/L");
    follow(&w);
    SAME(alerts(&w), "alert-1:completed:asap:glucose-low:1/2");
    glucose(&w, "g3", "2.5", "mmol/L"); /* what is graver is told all the same */
    follow(&w);
    SAME(alerts(&w), "alert-1:completed:asap:glucose-low:1/2 alert-2:requested:stat:glucose-very-low:1/4");
    becomes(&w, "alert-2", "requested", "rejected");
    clock_us += MINUTES(120);
    glucose(&w, "g4", "3.5", "mmol/L");
    follow(&w);
    SAME(alerts(&w), "alert-1:completed:asap:glucose-low:1/2 alert-2:rejected:stat:glucose-very-low:1/4 alert-3:requested:asap:glucose-low:1/2");
    close_world(&w);
}

static void alert__taken_back(void **state)
{
    world w;
    (void)state;
    open_world(&w, "hypoglycaemia");
    glucose(&w, "g1", "2.5", "mmol/L");
    glucose(&w, "g2", "2.6", "mmol/L");
    follow(&w);
    SAME(alerts(&w), "alert-1:requested:stat:glucose-very-low:2/4");
    glucose(&w, "g1", "5.5", "mmol/L"); /* a slip of the finger, mended */
    follow(&w);
    SAME(alerts(&w), "alert-1:requested:stat:glucose-very-low:1/4");
    take_away(&w.f, "Observation", "g2");
    follow(&w);
    SAME(alerts(&w), "alert-1:cancelled:stat:glucose-very-low:1/4");
    glucose(&w, "g1", "2.2", "mmol/L"); /* it was right after all: a cancelled alert silences nothing */
    follow(&w);
    SAME(alerts(&w), "alert-1:cancelled:stat:glucose-very-low:1/4 alert-2:requested:stat:glucose-very-low:1/4");
    close_world(&w);
}

static void alert__old_facts(void **state)
{
    world w;
    (void)state;
    open_world(&w, "hypoglycaemia");
    clock_us -= MINUTES(1500);
    glucose(&w, "g1", "2.5", "mmol/L"); /* 25 hours old when it is seen */
    clock_us += MINUTES(1500);
    follow(&w);
    SAME(alerts(&w), "");
    close_world(&w);
}

static void alert__escalates(void **state)
{
    world w;
    (void)state;
    open_world(&w, "hypoglycaemia");
    glucose(&w, "g1", "2.5", "mmol/L");
    follow(&w);
    tick(&w, 9);
    SAME(alerts(&w), "alert-1:requested:stat:glucose-very-low:1/4");
    tick(&w, 1);
    SAME(alerts(&w), "alert-1:requested:stat:glucose-very-low:1/5");
    tick(&w, 1);
    SAME(alerts(&w), "alert-1:requested:stat:glucose-very-low:1/5");
    tick(&w, 19);
    SAME(alerts(&w), "alert-1:requested:stat:glucose-very-low:1/6");
    tick(&w, 600); /* there is no third step */
    SAME(alerts(&w), "alert-1:requested:stat:glucose-very-low:1/6");
    clock_us += MINUTES(60);
    glucose(&w, "g9", "2.5", "mmol/L");
    follow(&w);
    becomes(&w, "alert-1", "requested", "received");
    tick(&w, 600);
    SAME(alerts(&w), "alert-1:received:stat:glucose-very-low:2/6");
    close_world(&w);
}

static void alert__by_the_clock(void **state)
{
    world w;
    (void)state;
    open_world(&w, "no-bowel-motion");
    put(&w.f, "{\"resourceType\":\"Observation\",\"id\":\"o1\",\"status\":\"final\",\"code\":{\"coding\":[{\"system\":\"urn:ansinh:care\",\"code\":\"bowel\"}]},"
              "\"subject\":{\"reference\":\"Patient/p\"},\"effectiveDateTime\":\"2026-11-21T08:00:00+07:00\",\"valueCodeableConcept\":{\"coding\":[{\"system\":\"urn:ansinh:care:bowel\",\"code\":\"none\"}]}}");
    tick(&w, 0);
    SAME(alerts(&w), "alert-1:requested:routine:no-bowel-motion:0/2");
    tick(&w, 61); /* the same, an hour later */
    SAME(alerts(&w), "alert-1:requested:routine:no-bowel-motion:0/2");
    put(&w.f, "{\"resourceType\":\"Observation\",\"id\":\"o2\",\"status\":\"final\",\"code\":{\"coding\":[{\"system\":\"urn:ansinh:care\",\"code\":\"bowel\"}]},"
              "\"subject\":{\"reference\":\"Patient/p\"},\"effectiveDateTime\":\"2026-11-22T12:30:00+07:00\",\"valueCodeableConcept\":{\"coding\":[{\"system\":\"urn:ansinh:care:bowel\",\"code\":\"4\"}]}}");
    tick(&w, 30); /* not its time yet */
    SAME(alerts(&w), "alert-1:requested:routine:no-bowel-motion:0/2");
    tick(&w, 31);
    SAME(alerts(&w), "alert-1:cancelled:routine:no-bowel-motion:0/2");
    close_world(&w);
}

/* ---- restraint ---- */

/* Of one kind, from 11:00 until `until` of this noon. */
static void restrain(world *w, const char *id, const char *status, const char *kind, const char *until)
{
    put(&w->f, ans_arena_fmt(w->f.cx.arena,
                             "{\"resourceType\":\"ServiceRequest\",\"id\":\"%s\",\"status\":\"%s\",\"intent\":\"order\",\"code\":{\"coding\":[{\"system\":\"urn:ansinh:care\","
                             "\"code\":\"restraint-check\"}]},\"subject\":{\"reference\":\"Patient/p\"},\"extension\":[{\"url\":\"urn:ansinh:extension:restraint-kind\","
                             "\"valueCodeableConcept\":{\"coding\":[{\"system\":\"urn:ansinh:restraint-kind\",\"code\":\"%s\"}]}}],\"occurrenceTiming\":{\"repeat\":{"
                             "\"boundsPeriod\":{\"start\":\"2026-11-22T11:00:00+07:00\",\"end\":\"2026-11-22T%s:00+07:00\"},\"frequency\":1,\"period\":30,\"periodUnit\":\"min\"}}}",
                             id, status, kind, until)
                   .p);
}

/* Past its end it is said within the minute, passed on, said more gravely after an hour though somebody has seen it; released, it goes by itself. */
static void alert__restraint_over(void **state)
{
    world w;
    (void)state;
    open_world(&w, "restraint-over");
    restrain(&w, "r1", "active", "wrist", "12:10");
    tick(&w, 9);
    SAME(alerts(&w), "");
    tick(&w, 1);
    SAME(alerts(&w), "alert-1:requested:asap:restraint-over:0/3");
    tick(&w, 15); /* graver, to the doctor; then to the head */
    SAME(alerts(&w), "alert-1:requested:stat:restraint-over:0/4");
    tick(&w, 30);
    SAME(alerts(&w), "alert-1:requested:stat:restraint-over:0/5");
    becomes(&w, "alert-1", "requested", "received");
    tick(&w, 14);
    SAME(alerts(&w), "alert-1:received:stat:restraint-over:0/5");
    restrain(&w, "r1", "completed", "wrist", "12:10");
    tick(&w, 1);
    SAME(alerts(&w), "alert-1:cancelled:stat:restraint-over:0/5");
    close_world(&w);
}

/* Seen and left at that: after an hour it is said again, more gravely. Closed and not released: it is said again after a quarter of an hour. */
static void alert__restraint_still_over(void **state)
{
    world w;
    (void)state;
    open_world(&w, "restraint-over");
    restrain(&w, "r1", "active", "wrist", "12:00");
    tick(&w, 0);
    becomes(&w, "alert-1", "requested", "received");
    tick(&w, 59);
    SAME(alerts(&w), "alert-1:received:asap:restraint-over:0/3");
    tick(&w, 1);
    SAME(alerts(&w), "alert-1:requested:stat:restraint-far-over:0/3");
    becomes(&w, "alert-1", "requested", "completed");
    tick(&w, 14);
    SAME(alerts(&w), "alert-1:completed:stat:restraint-far-over:0/3");
    tick(&w, 1);
    SAME(alerts(&w), "alert-1:completed:stat:restraint-far-over:0/3 alert-2:requested:stat:restraint-far-over:0/3");
    close_world(&w);
}

/* A new order of the same kind is what stands; one of another kind frees no hand. Who no longer lives here is not tied here. */
static void alert__restraint_anew(void **state)
{
    world w;
    (void)state;
    open_world(&w, "restraint-over");
    restrain(&w, "r1", "active", "wrist", "12:10");
    restrain(&w, "r2", "active", "belt", "14:00");
    tick(&w, 10);
    SAME(alerts(&w), "alert-1:requested:asap:restraint-over:0/3");
    restrain(&w, "r3", "active", "wrist", "13:00");
    tick(&w, 1);
    SAME(alerts(&w), "alert-1:cancelled:asap:restraint-over:0/3");
    tick(&w, 49); /* that one ends, too */
    SAME(alerts(&w), "alert-1:cancelled:asap:restraint-over:0/3 alert-2:requested:asap:restraint-over:0/3");
    take_away(&w.f, "Encounter", "e");
    tick(&w, 1);
    SAME(alerts(&w), "alert-1:cancelled:asap:restraint-over:0/3 alert-2:cancelled:asap:restraint-over:0/3");
    close_world(&w);
}

/* ---- rules that fail ---- */

static const ans_rule_state *state_of(world *w)
{
    ans_rule_state *at;
    uint32_t count;
    assert_int_equal(ans_alerts_states(&w->f.cx, w->alerts, &at, &count), ANS_OK);
    assert_int_equal(count, 1);
    return at;
}

static const struct {
    const char *what, *condition;
} failing[] = {
    {"an error each time", "(1 | 2) > 1"},
    {"without end", "descendants().select(%resource.descendants()).select(%resource.descendants()).select(%resource.descendants()).select(%resource.descendants()).select(%resource.descendants()).select(%resource.descendants()).count() > 0"},
};

static void rule__is_switched_off(void **state)
{
    (void)state;
    ans_log_quiet(true);
    for (size_t i = 0; i < COUNT(failing); i++) {
        world w;
        char text[4000];
        const char *head = RULE_OF(ON_OBSERVATION, "", WHEN("@"));
        const char *at = strchr(head, '@');
        (void)snprintf(text, sizeof text, "%.*s%s%s", (int)(at - head), head, failing[i].condition, at + 1);
        open_world(&w, text);
        for (int k = 0; k < 4; k++) {
            glucose(&w, ans_arena_fmt(w.f.cx.arena, "g%d", k).p, "2.5", "mmol/L");
        }
        follow(&w);
        assert_false(state_of(&w)->is_off);
        glucose(&w, "g5", "2.5", "mmol/L");
        glucose(&w, "g6", "2.5", "mmol/L");
        follow(&w);
        assert_true(state_of(&w)->is_off);
        assert_true(state_of(&w)->why.n > 0);
        assert_int_equal(state_of(&w)->asked, 5);
        put(&w.f, RULE_OF(ON_OBSERVATION, "", WHEN("true"))); /* mended: it counts again */
        glucose(&w, "g7", "2.5", "mmol/L");
        follow(&w);
        assert_false(state_of(&w)->is_off);
        SAME(alerts(&w), "alert-1:requested:urgent:k:1/1");
        close_world(&w);
    }
    ans_log_quiet(false);
}

/* A record that takes nothing for a while: nothing is lost, nothing is there twice. */
static void alert__waits_for_the_record(void **state)
{
    world w;
    (void)state;
    open_world(&w, "hypoglycaemia");
    glucose(&w, "g1", "2.5", "mmol/L");
    w.refuses = true;
    assert_int_equal(ans_alerts_catch_up(&w.f.cx, w.alerts), ANS_E_BUSY);
    w.refuses = false;
    follow(&w);
    follow(&w);
    SAME(alerts(&w), "alert-1:requested:stat:glucose-very-low:1/4");
    close_world(&w);
}

/* Who else goes by the log sees every version once; a start goes over it again from where all was done that followed from it. */
static void alert__others_go_by_the_log(void **state)
{
    world w;
    char path[64];
    (void)state;
    (void)snprintf(path, sizeof path, "/tmp/ansinh-alert-pos-%d", (int)getpid());
    open_world(&w, "hypoglycaemia");
    follow(&w);
    int base = w.shown;
    assert_true(base > 0);
    assert_int_equal(w.done, 1);
    follow(&w); /* nothing is new: nobody is asked */
    assert_int_equal(w.done, 1);
    ans_alerts *first = w.alerts;
    close_alerts(&w);
    w.path = path;
    open_alerts(&w);
    follow(&w); /* nothing was kept */
    assert_int_equal(w.shown, 2 * base);
    ans_alerts *second = w.alerts;
    close_alerts(&w); /* keeps how far */
    open_alerts(&w);
    follow(&w);
    assert_int_equal(w.shown, 2 * base);
    w.not_yet = ANS_E_BUSY;
    put(&w.f, "{\"resourceType\":\"Location\",\"id\":\"new\"}");
    assert_int_equal(ans_alerts_catch_up(&w.f.cx, w.alerts), ANS_E_BUSY);
    assert_int_equal(w.shown, 2 * base + 1);
    ans_alerts *third = w.alerts;
    close_alerts(&w);
    w.not_yet = ANS_OK;
    open_alerts(&w);
    follow(&w); /* it was seen before, and nothing came of it yet */
    assert_int_equal(w.shown, 2 * base + 2);
    /* what it could not look at is shown again, in this run, and the rules have not passed it either */
    w.unseen = 2;
    put(&w.f, "{\"resourceType\":\"Location\",\"id\":\"newer\"}");
    assert_int_equal(ans_alerts_catch_up(&w.f.cx, w.alerts), ANS_E_NOMEM);
    assert_int_equal(ans_alerts_catch_up(&w.f.cx, w.alerts), ANS_E_NOMEM);
    assert_int_equal(w.shown, 2 * base + 2);
    follow(&w);
    assert_int_equal(w.shown, 2 * base + 3);
    /* what is left for later is no failure, is asked for again, and a start begins before it */
    w.not_yet = ANS_E_RETRY;
    int done = w.done;
    put(&w.f, "{\"resourceType\":\"Location\",\"id\":\"newest\"}");
    follow(&w);
    follow(&w);
    assert_int_equal(w.done, done + 2);
    ans_alerts *fourth = w.alerts;
    close_alerts(&w);
    w.not_yet = ANS_OK;
    open_alerts(&w);
    follow(&w);
    assert_int_equal(w.shown, 2 * base + 5);
    assert_int_equal(w.done, done + 3);
    follow(&w);
    assert_int_equal(w.done, done + 3);
    close_world(&w);
    ans_alerts_free(fourth);
    ans_alerts_free(first);
    ans_alerts_free(second);
    ans_alerts_free(third);
    (void)unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rules__are_read),       cmocka_unit_test(rules__of_content),    cmocka_unit_test(alert__once),
        cmocka_unit_test(alert__graver),         cmocka_unit_test(alert__quiet),         cmocka_unit_test(alert__taken_back),
        cmocka_unit_test(alert__old_facts),      cmocka_unit_test(alert__escalates),     cmocka_unit_test(alert__by_the_clock),
        cmocka_unit_test(alert__restraint_over), cmocka_unit_test(alert__restraint_still_over), cmocka_unit_test(alert__restraint_anew),
        cmocka_unit_test(rule__is_switched_off), cmocka_unit_test(alert__waits_for_the_record),
        cmocka_unit_test(alert__others_go_by_the_log),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
