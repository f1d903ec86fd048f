/* Many threads want the same thing at once: conditions are proved where nothing can come between. */
#include "unit/rest/fixture.h"

#include <pthread.h>

#define THREADS 64

typedef struct racer {
    fixture *f;
    const char *body;
    pthread_barrier_t *start;
    ans_arena *arena;
    ans_err err;
    char status[32];
} racer;

static void *race(void *arg)
{
    racer *r = arg;
    ans_cx cx = {.arena = r->arena};
    ans_rest_answer answer;
    (void)pthread_barrier_wait(r->start);
    for (int tries = 0; tries < 50; tries++) { /* a state that moved eight times is the client's to try again */
        r->err = ans_rest_apply(r->f->rest, &cx, ans_str_of(r->body), &answer);
        if (r->err != ANS_E_RETRY) {
            break;
        }
    }
    if (r->err == ANS_OK) {
        ans_str mark = ANS_STR("\"status\":\"");
        ptrdiff_t at = ans_str_search(answer.body, mark);
        ans_str status = ans_str_head(ans_str_from(answer.body, (size_t)at + mark.n), 3);
        memcpy(r->status, status.p, status.n);
    }
    return NULL;
}

/* Run the same body, or one body each, on all threads at once; how many answered with that status (or that error). */
static uint32_t run(fixture *f, const char *(*body_of)(fixture *f, int i), const char *status, ans_err err, uint32_t *out_failed)
{
    static racer racers[THREADS];
    pthread_t threads[THREADS];
    pthread_barrier_t start;
    uint32_t count = 0;
    *out_failed = 0;
    assert_int_equal(pthread_barrier_init(&start, NULL, THREADS), 0);
    for (int i = 0; i < THREADS; i++) {
        racers[i] = (racer){.f = f, .body = body_of(f, i), .start = &start, .arena = ans_arena_new((size_t)64 << 20)};
        assert_int_equal(pthread_create(&threads[i], NULL, race, &racers[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        count += racers[i].err == ANS_OK && strcmp(racers[i].status, status) == 0;
        *out_failed += racers[i].err == err && err != ANS_OK;
        ans_arena_free(racers[i].arena);
    }
    (void)pthread_barrier_destroy(&start);
    return count;
}

static const char *create_in_batch(fixture *f, int i)
{
    (void)f;
    (void)i;
    return "{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":[{\"resource\":{\"resourceType\":\"Patient\",\"identifier\":[{\"value\":\"1\"}]},"
           "\"request\":{\"method\":\"POST\",\"url\":\"Patient\",\"ifNoneExist\":\"identifier=1\"}}]}";
}

static const char *create_in_transaction(fixture *f, int i)
{
    (void)f;
    (void)i;
    return "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[{\"resource\":{\"resourceType\":\"Patient\",\"identifier\":[{\"value\":\"2\"}]},"
           "\"request\":{\"method\":\"POST\",\"url\":\"Patient\",\"ifNoneExist\":\"identifier=2\"}}]}";
}

static const char *update_by_condition(fixture *f, int i)
{
    (void)f;
    (void)i;
    return "{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":[{\"resource\":{\"resourceType\":\"Patient\",\"identifier\":[{\"value\":\"3\"}]},"
           "\"request\":{\"method\":\"PUT\",\"url\":\"Patient?identifier=3\"}}]}";
}

static const char *number_of(fixture *f, const char *query)
{
    SAME(call(f, ans_arena_fmt(f->cx.arena, "GET Patient?%s", query).p, NULL, NULL), "200 OK");
    return look(f, "entry.0.resource.total");
}

static void one_is_made(void **state)
{
    fixture f;
    uint32_t failed;
    (void)state;
    fixture_open(&f);
    assert_int_equal(run(&f, create_in_batch, "201", ANS_OK, &failed), 1);
    SAME(number_of(&f, "identifier=1"), "1");
    assert_int_equal(run(&f, create_in_batch, "200", ANS_OK, &failed), THREADS);
    assert_int_equal(run(&f, create_in_transaction, "201", ANS_OK, &failed), 1);
    SAME(number_of(&f, "identifier=2"), "1");
    assert_int_equal(run(&f, update_by_condition, "201", ANS_OK, &failed), 1);
    SAME(number_of(&f, "identifier=3"), "1");
    fixture_close(&f);
}

static const char *update_if_match(fixture *f, int i)
{
    return ans_arena_fmt(f->cx.arena,
                         "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"a\",\"name\":[{\"text\":\"n%d\"}]},"
                         "\"request\":{\"method\":\"PUT\",\"url\":\"Patient/a\",\"ifMatch\":\"W/\\\"1\\\"\"}}]}",
                         i)
        .p;
}

static void one_wins(void **state)
{
    fixture f;
    uint32_t failed;
    (void)state;
    fixture_open(&f);
    SAME(call(&f, "PUT Patient/a", "{\"resourceType\":\"Patient\",\"id\":\"a\"}", NULL), "201 Created");
    assert_int_equal(run(&f, update_if_match, "200", ANS_E_PRECOND, &failed), 1);
    assert_int_equal(failed, THREADS - 1);
    SAME(call(&f, "GET Patient/a/_history?_count=0", NULL, NULL), "200 OK");
    SAME(look(&f, "entry.0.resource.total"), "2");
    fixture_close(&f);
}

/* Deleted and made again by turns: never two at once, and every version in its place. */
static const char *make_or_break(fixture *f, int i)
{
    return i % 2 ? "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[{\"request\":{\"method\":\"DELETE\",\"url\":\"Patient?identifier=4\"}}]}"
                 : ans_arena_fmt(f->cx.arena,
                                 "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[{\"resource\":{\"resourceType\":\"Patient\",\"identifier\":[{\"value\":\"4\"}]},"
                                 "\"request\":{\"method\":\"POST\",\"url\":\"Patient\",\"ifNoneExist\":\"identifier=4\"}}]}")
                       .p;
}

static void by_turns(void **state)
{
    fixture f;
    uint32_t failed;
    (void)state;
    fixture_open(&f);
    for (int round = 0; round < 4; round++) {
        (void)run(&f, make_or_break, "201", ANS_E_MULTI, &failed);
        assert_int_equal(failed, 0);
        assert_true(strcmp(number_of(&f, "identifier=4"), "2") < 0);
    }
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(one_is_made), cmocka_unit_test(one_wins), cmocka_unit_test(by_turns)};
    ans_log_quiet(true);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
