/* Organisations against an obvious slow model: a list of everything that was ever written, looked through from the beginning for
 * every question. Random trees, moves, merges, deletions; random questions at random days, as known now and then. A failure
 * prints the seed: SEED=n repeats it. */
#include "unit/auth/org_kit.h"

enum { NEVER = -1000, ORGS = 14, LINKS = 40, DAYS = 60, ROUNDS = 200, STEPS = 60 };

/* One version of a link, or of an organisation's name (upper < 0). */
typedef struct said {
    int id, lower, upper, relation, line, function, from, to;
    int64_t at_us, until_us;
} said;

typedef struct model {
    kit *k;
    uint64_t seed, state;
    said log[STEPS * 4];
    int count;
} model;

static const char *const lines[] = {"health", "civil", "education"};
static const char *const relations[] = {"parent", "succession-merge", "succession-split", "succession-handover", "succession-rename"};
static const char *const functions[] = {"", "f", "g"};

static uint32_t below(model *m, uint32_t n)
{
    m->state ^= m->state << 13;
    m->state ^= m->state >> 7;
    m->state ^= m->state << 17;
    return (uint32_t)((m->state >> 32) % n);
}

static const char *org_id(model *m, int org)
{
    return KIT_FMT(m->k, "o%d", org);
}

static const char *day_text(model *m, int day)
{
    return ans_day_print(m->k->cx.arena, 20000 + day).p;
}

/* ---- changing ---- */

static void forget(model *m, int id, bool is_name)
{
    for (int i = 0; i < m->count; i++) {
        if (m->log[i].id == id && (m->log[i].upper < 0) == is_name && m->log[i].until_us == INT64_MAX) {
            m->log[i].until_us = kit_clock_us;
        }
    }
}

static bool is_there(model *m, int id)
{
    for (int i = 0; i < m->count; i++) {
        if (m->log[i].id == id && m->log[i].upper >= 0 && m->log[i].until_us == INT64_MAX) {
            return true;
        }
    }
    return false;
}

static void write_link(model *m)
{
    said s = {.id = (int)below(m, LINKS), .lower = (int)below(m, ORGS), .upper = (int)below(m, ORGS), .at_us = kit_clock_us,
              .until_us = INT64_MAX};
    s.relation = below(m, 3) ? 0 : (int)below(m, 5);
    s.line = (int)below(m, 3);
    s.function = s.relation ? (int)below(m, 3) : 0;
    s.from = below(m, 4) ? (int)below(m, DAYS) : NEVER;
    s.to = s.relation || below(m, 2) ? NEVER : (s.from == NEVER ? 0 : s.from) + (int)below(m, DAYS);
    const char *more = s.function ? KIT_FMT(m->k,
                                            ",\"extension\":[{\"url\":\"urn:ansinh:extension:function\",\"valueCoding\":{\"code\":\"%s\"}}]",
                                            functions[s.function])
                                  : NULL;
    forget(m, s.id, false);
    kit_put(m->k, kit_link_json(m->k, KIT_FMT(m->k, "l%d", s.id), org_id(m, s.lower), org_id(m, s.upper), relations[s.relation],
                                lines[s.line], s.from == NEVER ? NULL : day_text(m, s.from), s.to == NEVER ? NULL : day_text(m, s.to), more));
    m->log[m->count++] = s;
}

/* A name from a day on, another one before. */
static void write_name(model *m)
{
    int org = (int)below(m, ORGS), day = (int)below(m, DAYS);
    forget(m, org, true);
    kit_put(m->k,
            KIT_FMT(m->k,
                    "{\"resourceType\":\"Organization\",\"id\":\"o%d\",\"extension\":[{\"url\":\"urn:ansinh:extension:dated-name\","
                    "\"extension\":[{\"url\":\"value\",\"valueString\":\"n%d\"},{\"url\":\"period\",\"valuePeriod\":{\"start\":\"%s\"}}]},"
                    "{\"url\":\"urn:ansinh:extension:dated-name\",\"extension\":[{\"url\":\"value\",\"valueString\":\"before\"},"
                    "{\"url\":\"period\",\"valuePeriod\":{\"end\":\"%s\"}}]}]}",
                    org, m->count, day_text(m, day), day_text(m, day - 1)));
    m->log[m->count] = (said){.id = org, .upper = -1, .from = day, .line = m->count, .at_us = kit_clock_us, .until_us = INT64_MAX};
    m->count++;
}

static void step(model *m)
{
    kit_clock_us += 1000000;
    uint32_t what = below(m, 10);
    if (what < 7) {
        write_link(m);
    } else if (what < 9) {
        write_name(m);
    } else {
        int id = (int)below(m, LINKS);
        if (is_there(m, id)) {
            kit_delete(m->k, "OrganizationAffiliation", KIT_FMT(m->k, "l%d", id));
            forget(m, id, false);
        }
    }
}

/* ---- the slow answers ---- */

static bool known(const said *s, int64_t known_us)
{
    return known_us ? known_us >= s->at_us && known_us < s->until_us : s->until_us == INT64_MAX;
}

static bool parent_holds(const said *s, int line, int day, int64_t known_us)
{
    return s->upper >= 0 && s->relation == 0 && s->line == line && known(s, known_us) && day >= s->from &&
           (s->to == NEVER || day <= s->to);
}

/* Add whoever has a parent among them, until nobody is added. */
static void slow_subtree(model *m, int root, int line, int day, int64_t known_us, bool *in)
{
    memset(in, 0, ORGS * sizeof *in);
    in[root] = true;
    for (bool more = true; more;) {
        more = false;
        for (int i = 0; i < m->count; i++) {
            const said *s = &m->log[i];
            if (parent_holds(s, line, day, known_us) && in[s->upper] && !in[s->lower]) {
                in[s->lower] = more = true;
            }
        }
    }
}

/* Every path, one step after the other; marks the links on it. */
static void slow_story(model *m, int org, bool forward, int day, int function, int bound, int64_t known_us, bool *marked, int depth)
{
    for (int i = 0; i < m->count && depth < 12; i++) {
        const said *s = &m->log[i];
        if (s->upper < 0 || s->relation == 0 || !known(s, known_us) || (forward ? s->lower : s->upper) != org ||
            (forward ? s->from < day || s->from > bound : s->from > day || s->from < bound) ||
            (s->function && function && s->function != function)) {
            continue;
        }
        marked[i] = true;
        slow_story(m, forward ? s->upper : s->lower, forward, s->from, function ? function : s->function, bound, known_us, marked,
                   depth + 1);
    }
}

static const char *slow_name(model *m, int org, int day, int64_t known_us)
{
    for (int i = 0; i < m->count; i++) {
        const said *s = &m->log[i];
        if (s->upper < 0 && s->id == org && known(s, known_us)) {
            return day >= s->from ? KIT_FMT(m->k, "n%d", s->line) : "before";
        }
    }
    return "-";
}

/* ---- comparing ---- */

static void compare(model *m, const char *what, const char *got, const char *want)
{
    if (strcmp(got, want) != 0) {
        fail_msg("SEED=%llu %s: got %s, want %s", (unsigned long long)m->seed, what, got, want);
    }
}

static const char *ids_of(model *m, const bool *in)
{
    const char *ids[ORGS];
    uint32_t count = 0;
    for (int i = 0; i < ORGS; i++) {
        if (in[i]) {
            ids[count++] = org_id(m, i);
        }
    }
    return kit_sorted(m->k, ids, count);
}

static void ask_story(model *m, int org, int day, int64_t known_us)
{
    static bool marked[STEPS * 4];
    bool forward = below(m, 2);
    int function = (int)below(m, 3);
    const char *ids[STEPS * 4];
    uint32_t want_count = 0, count;
    ans_org_link *l;
    ans_as_of a = {.day = 20000 + day, .known_us = known_us};
    if (below(m, 2)) {
        a.day = forward ? ANS_DAY_MAX : ANS_DAY_MIN;
    }
    memset(marked, 0, sizeof marked);
    int bound = a.day == ANS_DAY_MAX ? DAYS * 3 : a.day == ANS_DAY_MIN ? NEVER : day;
    slow_story(m, org, forward, forward ? NEVER : DAYS * 3, function, bound, known_us, marked, 0);
    for (int i = 0; i < m->count; i++) {
        if (marked[i]) {
            ids[want_count++] = KIT_FMT(m->k, "l%d", m->log[i].id);
        }
    }
    const char *want = kit_sorted(m->k, ids, want_count);
    assert_int_equal(ans_orgs_succession(&m->k->cx, m->k->orgs, kit_find(m->k, org_id(m, org)), forward,
                                         ans_str_of(functions[function]), a, &l, &count),
                     ANS_OK);
    assert_true(count <= STEPS * 4);
    for (uint32_t i = 0; i < count; i++) {
        ids[i] = l[i].id.p;
        assert_true(i == 0 || l[i].depth >= l[i - 1].depth);
    }
    compare(m, forward ? "what became of it" : "what was before", kit_sorted(m->k, ids, count), want);
}

static void ask(model *m)
{
    bool in[ORGS];
    int org = (int)below(m, ORGS), line = (int)below(m, 3), day = (int)below(m, DAYS + 10) - 5;
    int64_t known_us = below(m, 2) ? 0 : kit_clock_us - (int64_t)below(m, STEPS) * 1000000 - 500000;
    ans_as_of a = {.day = 20000 + day, .known_us = known_us};
    if (!kit_find(m->k, org_id(m, org)) || !ans_orgs_line(m->k->orgs, ans_str_of(lines[line]))) {
        return;
    }
    slow_subtree(m, org, line, day, known_us, in);
    compare(m, "subtree", kit_subtree(m->k, org_id(m, org), lines[line], a), ids_of(m, in));
    memset(in, 0, sizeof in);
    for (int i = 0; i < m->count; i++) {
        if (parent_holds(&m->log[i], line, day, known_us) && m->log[i].lower == org) {
            in[m->log[i].upper] = true;
        }
    }
    ans_org_link *l;
    uint32_t count;
    bool got[ORGS] = {false};
    assert_int_equal(ans_orgs_parents(&m->k->cx, m->k->orgs, kit_find(m->k, org_id(m, org)), kit_line(m->k, lines[line]), a, &l, &count),
                     ANS_OK);
    for (uint32_t i = 0; i < count; i++) {
        got[atoi(ans_orgs_id(m->k->orgs, l[i].upper).p + 1)] = true;
    }
    compare(m, "parents", ids_of(m, got), ids_of(m, in));
    compare(m, "name", kit_name(m->k, org_id(m, org), a), slow_name(m, org, day, known_us));
    ask_story(m, org, day, known_us);
}

static void one_world(uint64_t seed)
{
    kit k;
    model m = {.k = &k, .seed = seed, .state = seed * 0x9e3779b97f4a7c15u + 1};
    kit_at("2024-01-01");
    kit_open(&k);
    for (int i = 0; i < STEPS; i++) {
        step(&m);
        ask(&m);
    }
    for (int i = 0; i < STEPS; i++) {
        ask(&m);
    }
    ans_orgs *followed = k.orgs; /* and the same when read back */
    assert_int_equal(ans_orgs_new(&k.cx, k.store, k.search, &k.orgs), ANS_OK);
    for (int i = 0; i < STEPS; i++) {
        ask(&m);
    }
    ans_store_close(k.store);
    k.store = NULL;
    ans_orgs_free(followed);
    kit_close(&k);
}

static void organisations_equal_the_model(void **state)
{
    const char *given = getenv("SEED");
    (void)state;
    if (given) {
        one_world(strtoull(given, NULL, 10));
        return;
    }
    for (uint64_t i = 0; i < ROUNDS; i++) {
        one_world(20261122 + i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(organisations_equal_the_model)};
    return cmocka_run_group_tests_name("org_random", tests, NULL, NULL);
}
