/* The FHIR interface without sockets: a store in memory, Bundles applied, single interactions asked as entries of a batch, and
 * small looks into the JSON that comes back. */
#ifndef TEST_REST_FIXTURE_H
#define TEST_REST_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/os.h"
#include "rest/rest.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

typedef struct fixture {
    ans_cx cx;
    ans_search *search;
    ans_store *store;
    ans_rest *rest;
    ans_json doc; /* of the last answer */
} fixture;

static inline void fixture_open(fixture *f)
{
    const ans_zone *zone;
    *f = (fixture){.cx = {.arena = ans_arena_new((size_t)1 << 30)}};
    assert_true(ans_base_start());
    assert_int_equal(ans_zone_open(&f->cx, ANS_STR("Asia/Ho_Chi_Minh"), &zone), ANS_OK);
    assert_int_equal(ans_search_new(&f->cx, zone, &f->search), ANS_OK);
    ans_store_options o = {.in_memory = true, .create = true, .index = ans_search_index_body, .index_arg = f->search};
    assert_int_equal(ans_store_open(&f->cx, &o, &f->store), ANS_OK);
    assert_int_equal(ans_search_bind(&f->cx, f->search, f->store), ANS_OK);
    ans_rest_options r = {.store = f->store, .search = f->search, .threads = 1, .version = "test"};
    assert_int_equal(ans_rest_new(&f->cx, &r, &f->rest), ANS_OK);
}

static inline void fixture_close(fixture *f)
{
    ans_check_report report;
    assert_int_equal(ans_store_check(&f->cx, f->store, NULL, NULL, &report), ANS_OK);
    assert_int_equal(report.bad_rows + report.bad_bodies + report.log_gaps + report.other, 0);
    ans_rest_free(f->rest);
    ans_store_close(f->store);
    ans_search_free(f->search);
    ans_arena_free(f->cx.arena);
}

/* Apply; "200" or ! and the name of the error. The answer's body is in f->doc. */
static inline const char *apply(fixture *f, const char *body)
{
    ans_rest_answer answer;
    f->cx.issues = f->cx.last_ = NULL;
    ans_err err = ans_rest_apply(f->rest, &f->cx, ans_arena_dup(f->cx.arena, ans_str_of(body)), &answer);
    f->doc = (ans_json){0};
    if (err != ANS_OK) {
        return ans_arena_fmt(f->cx.arena, "!%s", ans_err_name(err)).p;
    }
    if (answer.body.n) {
        assert_int_equal(ans_json_parse(&f->cx, answer.body, NULL, &f->doc), ANS_OK);
    }
    return ans_arena_fmt(f->cx.arena, "%d", answer.status).p;
}

/* "entry.0.response.status" in the last answer, as text without quotes; "-" when it is not there. */
static inline const char *look(fixture *f, const char *path)
{
    ans_str rest = ans_str_of(path), step;
    ans_jnode at = f->doc.count ? 0 : ANS_JNONE;
    for (bool more = true; more && at != ANS_JNONE;) {
        uint64_t index;
        more = ans_str_cut(&rest, '.', &step);
        if (!ans_str_u64(step, &index)) {
            at = ans_json_get(&f->doc, at, step);
            continue;
        }
        at = ans_json_first(&f->doc, at);
        ans_jnode parent = at == ANS_JNONE ? at : at - 1;
        for (; index > 0 && at != ANS_JNONE; index--) {
            at = ans_json_next(&f->doc, parent, at);
        }
    }
    if (at == ANS_JNONE) {
        return "-";
    }
    ans_str s = ans_json_string(&f->cx, &f->doc, at);
    return ans_arena_dup(f->cx.arena, s.p ? s : ans_json_raw(&f->doc, at)).p;
}

/* One interaction as a batch of one: "PUT Patient/1" with a body (or NULL) and further members of request, such as
 * "\"ifMatch\":\"W/\\\"1\\\"\"". Answers the status ("201 Created"). */
static inline const char *call(fixture *f, const char *what, const char *body, const char *more)
{
    ans_str url = ans_str_of(what), method;
    (void)ans_str_cut(&url, ' ', &method);
    ans_str bundle = ans_arena_fmt(f->cx.arena,
                                   "{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":[{%s%s%s\"request\":{\"method\":\"%.*s\",\"url\":\"%.*s\"%s%s}}]}",
                                   body ? "\"resource\":" : "", body ? body : "", body ? "," : "", ANS_FMT(method), ANS_FMT(url),
                                   more ? "," : "", more ? more : "");
    assert_string_equal(apply(f, bundle.p), "200");
    return look(f, "entry.0.response.status");
}

#define SAME(got, want) assert_string_equal((got), (want))

#endif
