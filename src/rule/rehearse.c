/* A rule asked about the past: each fact at the moment it was true, each person once a day. Facts are those that stand now (what was
 * mended since is not told), people are where they live now, and an alert is taken to keep its key quiet for the time its action says: it is a
 * rehearsal, not a history. */
#include "rule/rule_int.h"

#include "base/os.h"
#include "base/sort.h"

enum { MOST_DAYS = 366, MOST_FACTS = 500000, MOST_WARDS = 500, CHECK_EVERY = 64 };
#define US_PER_DAY INT64_C(86400000000)
#define OUT_BYTES ((size_t)4 << 20)

typedef struct hit {
    int64_t us;
    ans_hash key, person;
    uint32_t action, ward;
} hit;

typedef struct ward_row {
    ans_str id, name;
    uint32_t raised;
} ward_row;

typedef struct rehearsal {
    ans_cx *cx;
    const ans_rule *rule;
    const ans_rule_env *env;
    const ans_zone *zone;
    uint32_t days, max_facts;
    uint64_t asked, failed;
    bool is_partial;
    ans_str problem; /* of the first question that failed */
    int64_t now_us, from_us, first_day, today;
    hit *hits;
    uint32_t count, cap;
    ward_row wards[MOST_WARDS];
    uint32_t ward_count;
} rehearsal;

/* ---- days of the place ---- */

static int64_t start_of(const rehearsal *r, int64_t day)
{
    int year, month, date;
    ans_tick low, high;
    ans_civil_from_days(day, &year, &month, &date);
    ans_datetime d = {.year = (int16_t)year, .month = (uint8_t)month, .day = (uint8_t)date, .precision = ANS_PREC_DAY};
    ans_datetime_range(&d, r->zone, &low, &high);
    return low / 10;
}

static int64_t day_of(const rehearsal *r, int64_t us)
{
    int64_t day = us / US_PER_DAY + 1; /* a place's clock is at most a day off UTC's */
    while (start_of(r, day) > us) {
        day--;
    }
    return day;
}

/* ---- one question ---- */

static uint32_t ward_number(rehearsal *r, const ans_alert *a)
{
    for (uint32_t i = 0; i < r->ward_count; i++) {
        if (ans_str_eq(r->wards[i].id, a->ward)) {
            return i;
        }
    }
    ward_row row = {.id = ans_arena_dup(r->cx->arena, a->ward), .name = ans_arena_dup(r->cx->arena, a->ward_name)};
    if (r->ward_count == MOST_WARDS || !row.id.p || !row.name.p) {
        r->is_partial = true;
        return 0;
    }
    r->wards[r->ward_count] = row;
    return r->ward_count++;
}

static ans_err add_hit(rehearsal *r, const ans_alert *a, int64_t us)
{
    hit *grown = ans_arena_grow(r->cx->arena, r->hits, r->count, &r->cap, 256, sizeof *grown);
    if (!grown) {
        return ans_cx_nomem(r->cx);
    }
    r->hits = grown;
    r->hits[r->count++] = (hit){.us = us, .key = ans_hash_content(a->key), .person = ans_hash_content(a->patient), .action = a->action, .ward = ward_number(r, a)};
    return ANS_OK;
}

static bool is_spent(rehearsal *r)
{
    bool late = r->asked % CHECK_EVERY == 0 && ans_cx_is_late(r->cx);
    r->is_partial = r->is_partial || late || r->asked >= r->max_facts;
    return r->is_partial;
}

static ans_err ask_at(rehearsal *r, ans_cx *cx, const ans_item *focus, int64_t us)
{
    ans_rule_env env = *r->env;
    ans_cx work = {.arena = cx->arena, .deadline_us = r->cx->deadline_us};
    ans_alert alert;
    bool raised;
    env.now_us = us;
    ans_rule_env_fill(&env);
    r->asked++;
    ans_err err = ans_rule_ask(&work, r->rule, &env, focus, &raised, &alert);
    if (err == ANS_E_NOMEM || err == ANS_E_IO || err == ANS_E_CORRUPT) {
        return ans_issue_pass(cx, &work, err);
    }
    if (err != ANS_OK && !r->failed++) {
        r->problem = ans_arena_dup(r->cx->arena, work.last_ ? work.last_->text : ANS_STR("it fails"));
    }
    return err == ANS_OK && raised ? add_hit(r, &alert, us) : ANS_OK;
}

/* ---- facts ---- */

static ans_err take_fact(void *arg, const ans_version *v, bool *more)
{
    rehearsal *r = arg;
    ans_json doc;
    ans_cx one = {.arena = ans_arena_new((size_t)64 << 20)};
    ans_err err = one.arena ? ans_json_parse(&one, ans_search_body_read(one.arena, v), NULL, &doc) : ans_cx_nomem(r->cx);
    if (err == ANS_OK) {
        ans_item focus = ans_item_of_resource(&doc, 0);
        int64_t us = ans_rule_time_of(&one, &doc, r->zone, v->when_us);
        err = us >= r->from_us && us <= r->now_us ? ask_at(r, &one, &focus, us) : ANS_OK;
    }
    *more = err == ANS_OK && !is_spent(r);
    err = ans_issue_pass(r->cx, &one, err);
    ans_arena_free(one.arena);
    return err;
}

/* The parameter that tells when a fact was; those without are found by when they were received. */
static const char *date_parameter(ans_type type)
{
    static const char *const known[][2] = {{"Observation", "date"}, {"MedicationAdministration", "effective-time"}, {"MedicationRequest", "authoredon"},
                                           {"Task", "authored-on"}, {"QuestionnaireResponse", "authored"}, {"Encounter", "date"},
                                           {"AdverseEvent", "date"}, {"Procedure", "date"}, {"Condition", "recorded-date"}, {"DiagnosticReport", "date"}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (ans_str_is(ans_fhir_type_name(type), known[i][0])) {
            return known[i][1];
        }
    }
    return "_lastUpdated";
}

static ans_str facts_query(rehearsal *r, const rule_trigger *t)
{
    char from[ANS_INSTANT_BYTES];
    ans_buf b;
    ans_str out;
    bool any = false;
    ans_instant_print(r->from_us, from);
    ans_buf_init_arena(&b, r->cx->arena, 1 << 16);
    ans_buf_fmt(&b, "%s=ge%.*s", date_parameter(t->type), ANS_INSTANT_BYTES, from);
    for (uint32_t i = 0; ans_str_is(t->code_path, "code") && i < t->code_count; i++) {
        ans_item code = {.kind = ANS_ITEM_STRING, .text = ans_arena_fmt(r->cx->arena, "%.*s%s%.*s", ANS_FMT(t->codes[i].system), t->codes[i].system.n ? "|" : "",
                                                                           ANS_FMT(t->codes[i].code))};
        ans_buf_add(&b, any ? ANS_STR("") : ANS_STR("&code="));
        ans_item_add_to_query(r->cx, &code, any, &b);
        any = true;
    }
    return ans_buf_finish(&b, &out) == ANS_OK ? out : ANS_STR_NONE;
}

static ans_err walk_facts(rehearsal *r)
{
    ans_err err = ANS_OK;
    for (uint32_t i = 0; err == ANS_OK && i < r->rule->trigger_count && !r->is_partial; i++) {
        const rule_trigger *t = &r->rule->triggers[i];
        ans_search_request rq = {.type = t->type, .query = facts_query(r, t), .strict = true, .filter = r->env->filter};
        err = rq.query.p ? ans_search_each(r->env->search, r->cx, r->env->rd, &rq, take_fact, r) : ans_cx_nomem(r->cx);
    }
    return err;
}

/* ---- people, day by day ---- */

static ans_err take_person(void *arg, ans_cx *cx, const ans_item *focus)
{
    rehearsal *r = arg;
    ans_err err = ANS_OK;
    for (int64_t day = r->first_day; err == ANS_OK && day <= r->today && !r->is_partial; day++) {
        int64_t noon = start_of(r, day) + US_PER_DAY / 2;
        ans_cx one = {.arena = ans_arena_new((size_t)64 << 20)};
        err = !one.arena ? ans_cx_nomem(cx) : noon <= r->now_us ? ask_at(r, &one, focus, noon) : ANS_OK;
        err = ans_issue_pass(cx, &one, err);
        ans_arena_free(one.arena);
        (void)is_spent(r);
    }
    return err;
}

/* ---- counting ---- */

static int by_key_and_time(const void *a, const void *b)
{
    const hit *x = a, *y = b;
    int d = memcmp(x->key.b, y->key.b, sizeof x->key.b);
    return d ? d : (x->us > y->us) - (x->us < y->us);
}

static int by_person(const void *a, const void *b)
{
    return memcmp(((const hit *)a)->person.b, ((const hit *)b)->person.b, ANS_HASH_BYTES);
}

/* Hits of one key within its quiet time are one alert. */
static void keep_alerts(rehearsal *r)
{
    uint32_t kept = 0;
    ans_sort(r->hits, r->count, sizeof *r->hits, by_key_and_time);
    for (uint32_t i = 0; i < r->count; i++) {
        const hit *h = &r->hits[i];
        bool is_more = kept && memcmp(r->hits[kept - 1].key.b, h->key.b, ANS_HASH_BYTES) == 0 &&
                       h->us - r->hits[kept - 1].us < r->rule->actions[h->action].quiet_us;
        if (!is_more) {
            r->hits[kept++] = *h;
        }
    }
    r->count = kept;
}

static uint32_t count_persons(rehearsal *r)
{
    uint32_t persons = 0;
    ans_sort(r->hits, r->count, sizeof *r->hits, by_person);
    for (uint32_t i = 0; i < r->count; i++) {
        persons += i == 0 || by_person(&r->hits[i - 1], &r->hits[i]) != 0;
    }
    return persons;
}

/* ---- the answer ---- */

static void put_int(ans_jw *w, const char *name, uint64_t n)
{
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("name"), ans_str_of(name));
    ans_jw_key(w, ANS_STR("valueInteger"));
    ans_jw_int(w, (int64_t)n);
    ans_jw_end(w, '}');
}

static void put_text(ans_jw *w, const char *name, const char *kind, ans_str text)
{
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("name"), ans_str_of(name));
    ans_jw_kv(w, ans_str_of(kind), text);
    ans_jw_end(w, '}');
}

static void begin_parts(ans_jw *w, const char *name)
{
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("name"), ans_str_of(name));
    ans_jw_key(w, ANS_STR("part"));
    ans_jw_begin(w, '[');
}

static void end_parts(ans_jw *w)
{
    ans_jw_end(w, ']');
    ans_jw_end(w, '}');
}

static void put_days(rehearsal *r, ans_jw *w)
{
    for (int64_t day = r->first_day; day <= r->today; day++) {
        int64_t from = start_of(r, day), until = start_of(r, day + 1);
        uint32_t raised = 0;
        int year, month, date;
        for (uint32_t i = 0; i < r->count; i++) {
            raised += r->hits[i].us >= from && r->hits[i].us < until;
        }
        if (raised) {
            ans_civil_from_days(day, &year, &month, &date);
            begin_parts(w, "day");
            put_text(w, "date", "valueDate", ans_arena_fmt(r->cx->arena, "%04d-%02d-%02d", year, month, date));
            put_int(w, "raised", raised);
            end_parts(w);
        }
    }
}

static void put_wards(rehearsal *r, ans_jw *w)
{
    for (uint32_t i = 0; i < r->count; i++) {
        r->wards[r->hits[i].ward].raised++;
    }
    for (uint32_t i = 0; i < r->ward_count; i++) {
        begin_parts(w, "ward");
        if (r->wards[i].id.n) {
            ans_jw_begin(w, '{');
            ans_jw_kv(w, ANS_STR("name"), ANS_STR("ward"));
            ans_jw_key(w, ANS_STR("valueReference"));
            ans_jw_begin(w, '{');
            ans_jw_kv(w, ANS_STR("reference"), ans_arena_fmt(r->cx->arena, "Location/%.*s", ANS_FMT(r->wards[i].id)));
            ans_jw_kv(w, ANS_STR("display"), r->wards[i].name);
            ans_jw_end(w, '}');
            ans_jw_end(w, '}');
        }
        put_int(w, "raised", r->wards[i].raised);
        end_parts(w);
    }
}

static void put_kinds(rehearsal *r, ans_jw *w)
{
    for (uint32_t k = 0; k < r->rule->action_count; k++) {
        uint32_t raised = 0;
        for (uint32_t i = 0; i < r->count; i++) {
            raised += r->hits[i].action == k;
        }
        begin_parts(w, "kind");
        put_text(w, "kind", "valueCode", r->rule->actions[k].kind);
        put_int(w, "raised", raised);
        end_parts(w);
    }
}

static ans_err answer(rehearsal *r, ans_str *out)
{
    ans_buf b;
    ans_jw w;
    uint32_t facts = r->count;
    ans_buf_init_arena(&b, r->cx->arena, OUT_BYTES);
    ans_jw_init(&w, &b);
    keep_alerts(r);
    ans_jw_begin(&w, '{');
    ans_jw_kv(&w, ANS_STR("resourceType"), ANS_STR("Parameters"));
    ans_jw_key(&w, ANS_STR("parameter"));
    ans_jw_begin(&w, '[');
    put_text(&w, "rule", "valueCanonical", ans_arena_fmt(r->cx->arena, "%.*s|%.*s", ANS_FMT(r->rule->head.url), ANS_FMT(r->rule->head.version)));
    put_int(&w, "days", r->days);
    ans_jw_begin(&w, '{');
    ans_jw_kv(&w, ANS_STR("name"), ANS_STR("partial"));
    ans_jw_key(&w, ANS_STR("valueBoolean"));
    ans_jw_bool(&w, r->is_partial);
    ans_jw_end(&w, '}');
    put_int(&w, "asked", r->asked);
    put_int(&w, "failed", r->failed);
    if (r->problem.n) {
        put_text(&w, "problem", "valueString", r->problem);
    }
    put_int(&w, "held", facts);
    put_int(&w, "raised", r->count);
    put_int(&w, "persons", count_persons(r));
    put_kinds(r, &w);
    put_days(r, &w);
    put_wards(r, &w);
    ans_jw_end(&w, ']');
    ans_jw_end(&w, '}');
    return ans_buf_finish(&b, out) == ANS_OK ? ANS_OK : ans_cx_nomem(r->cx);
}

ans_err ans_rule_rehearse(ans_cx *cx, const ans_rule *rule, const ans_rule_env *env, const ans_rehearsal *how, ans_str *out)
{
    rehearsal *r = ANS_NEW(cx->arena, rehearsal);
    if (!r) {
        return ans_cx_nomem(cx);
    }
    if (rule->head.needs_board) {
        return ans_issue_add(cx, ANS_E_UNSUPPORTED, ANS_STR("urn:ansinh:rule-population"), "a rule about the shift board only knows of now: it cannot be rehearsed");
    }
    if (how->days < 1 || how->days > MOST_DAYS) {
        return ans_issue_add(cx, ANS_E_VALUE, ANS_STR("days"), "days is 1 to %d", MOST_DAYS);
    }
    *r = (rehearsal){.cx = cx, .rule = rule, .env = env, .zone = ans_search_zone(env->search), .days = how->days, .now_us = env->now_us};
    r->max_facts = how->max_facts ? how->max_facts : MOST_FACTS;
    r->today = day_of(r, r->now_us);
    r->first_day = r->today - how->days + 1;
    r->from_us = start_of(r, r->first_day);
    ans_rule_env people = *env;
    ans_rule_env_fill(&people);
    ans_err err = rule->head.is_clock ? ans_rule_population(cx, rule, &people, take_person, r) : walk_facts(r);
    bool ran_out = err == ANS_E_TIMEOUT || err == ANS_E_COSTLY;
    r->is_partial = r->is_partial || ran_out;
    return err == ANS_OK || ran_out ? answer(r, out) : err;
}
