/* The engine against the slow search, on random worlds and random questions, over both back ends; half of the questions by somebody from whom
 * a third of the documents is hidden. A failure prints the seed:
 * SEED=n repeats it. */
#include "prop/search_run.h"

static uint32_t questions(world *w, crit **out, ans_type *type, ans_str *query)
{
    ans_buf b;
    bool at_bedside = chance(w, 15);
    uint32_t count = chance(w, 55) ? 1 : 1 + below(w, 3);
    ans_buf_init_arena(&b, w->brief, 65536);
    *type = ans_fhir_type_named(at_bedside ? ANS_STR("Observation") : ans_str_of(PICK(w, kinds)));
    count = at_bedside ? bedside_crits(w, *type, out) : count;
    for (uint32_t i = 0; i < count; i++) {
        out[i] = at_bedside ? out[i] : any_crit(w, *type, 0);
        write_crit(out[i], &b);
    }
    assert_int_equal(ans_buf_finish(&b, query), ANS_OK);
    return count;
}

static uint64_t asked_count, hit_count, bodies_count;

/* The same question asked of the bodies alone, as a transaction asks of what it is about to write. */
static void compare_bodies(world *w, crit **list, uint32_t count, ans_type type, ans_str query, const bool *want)
{
    ans_cx cx = {.arena = w->brief};
    ans_body *bodies = ANS_NEW_N(w->brief, ans_body, w->count + 1);
    uint32_t n = 0, wanted = 0, first = 0, got, got_first;
    for (uint32_t i = 0; i < count; i++) {
        if (list[i]->kind != PLAIN && list[i]->kind != MISSING && list[i]->kind != BY_ID) {
            return;
        }
    }
    for (uint32_t i = 0; i < w->count; i++) {
        const doc *d = &w->docs[i];
        if (is_there(w, d) && d->type == type) {
            first = want[i] && !wanted ? n : first;
            wanted += want[i];
            bodies[n++] = (ans_body){&d->json, 0, ans_str_of(d->id)};
        }
    }
    ans_bodies *all;
    assert_int_equal(ans_search_bodies(w->search, &cx, type, bodies, n, &all), ANS_OK);
    for (int time = 0; time < 2; time++) { /* the second is answered by what the first remembered */
        assert_int_equal(ans_search_meets(all, &cx, query, &got, &got_first), ANS_OK);
        if (got != wanted || (wanted && got_first != first)) {
            fail_query("bodies alone are judged otherwise", query, NULL);
        }
    }
    bodies_count += wanted > 0;
}

static void compare(world *w)
{
    crit *list[MOST_AT_BEDSIDE];
    ans_type type;
    ans_str query;
    uint32_t want_count, count = questions(w, list, &type, &query);
    bool *want = expected(w, list, count, &want_count);
    compare_bodies(w, list, count, type, query, want);
    answer a = all_pages(w, type, query, 1 + below(w, 60));
    asked_count++;
    hit_count += a.count > 0;
    for (uint32_t i = 0; i < a.count; i++) {
        if (!want[a.at[i]]) {
            fail_query("found but does not match", query, &w->docs[a.at[i]]);
        }
        want[a.at[i]] = false;
    }
    for (uint32_t i = 0; i < w->count; i++) {
        if (want[i]) {
            fail_query("matches but was not found", query, &w->docs[i]);
        }
    }
    if (a.has_total && a.total != want_count) {
        fail_query("a wrong total", query, NULL);
    }
    ans_search_result r;
    (void)page(w, type, query, ANS_STR_NONE, true, &r);
    if (!r.has_total || r.total != want_count) {
        fail_query("a wrong count", query, NULL);
    }
}

static void run_compare(world *w)
{
    for (int i = 0; i < 1500; i++) {
        any_veil(w);
        compare(w);
        ans_arena_reset(w->brief);
        if (i % 10 == 9) {
            change(w, 30, 25);
        }
    }
}

static void run_compare_large(world *w)
{
    for (int i = 0; i < 60; i++) {
        any_veil(w);
        compare(w);
        ans_arena_reset(w->brief);
    }
}

static void small_in_memory(void **state)
{
    (void)state;
    world_of(run_compare, true, 250, COUNT(kinds));
}

static void small_on_disk(void **state)
{
    (void)state;
    world_of(run_compare, false, 250, COUNT(kinds));
}

static void large_on_disk(void **state)
{
    (void)state;
    world_of(run_compare_large, false, 4000, COUNT(kinds));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_in_memory),
        cmocka_unit_test(small_on_disk),
        cmocka_unit_test(large_on_disk),
    };
    ans_log_quiet(true);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    print_message("%llu questions, %llu with an answer, %llu answered by bodies alone\n", (unsigned long long)asked_count, (unsigned long long)hit_count,
                  (unsigned long long)bodies_count);
    return failed;
}
