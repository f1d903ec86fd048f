/* A small store in memory, resources put as text, questions asked as "Type?query" and answered as one line: the ids in the
 * order they came ("p1 p2", "-" for none), included ones behind a bar, or ! and the name of the error. */
#ifndef TEST_SEARCH_FIXTURE_H
#define TEST_SEARCH_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/os.h"
#include "search/search.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

typedef struct fixture {
    ans_cx cx;
    ans_search *search;
    ans_store *store;
    ans_reader *rd;
    ans_search_result last; /* of the last question */
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
    assert_int_equal(ans_reader_open(&f->cx, f->store, &f->rd), ANS_OK);
}

static inline void fixture_close(fixture *f)
{
    ans_check_report report;
    assert_int_equal(ans_store_check(&f->cx, f->store, NULL, NULL, &report), ANS_OK);
    assert_int_equal(report.bad_rows + report.bad_bodies + report.other, 0);
    ans_reader_close(f->rd);
    ans_store_close(f->store);
    ans_search_free(f->search);
    ans_arena_free(f->cx.arena);
}

static inline void commit(fixture *f, ans_change *c)
{
    ans_txn txn = {.cx = &f->cx, .changes = c, .count = 1};
    assert_int_equal(ans_store_commit(f->store, &txn), ANS_OK);
}

static inline void put(fixture *f, const char *json)
{
    ans_json doc;
    ans_str body = ans_arena_dup(f->cx.arena, ans_str_of(json));
    assert_int_equal(ans_json_parse(&f->cx, body, NULL, &doc), ANS_OK);
    ans_type type = ans_fhir_type_named(ans_json_get_string(&f->cx, &doc, 0, ANS_STR("resourceType")));
    ans_change c = {.ref = {ans_search_type_number(f->search, type), ans_json_get_string(&f->cx, &doc, 0, ANS_STR("id"))},
                    .body = body,
                    .hash = ans_hash_content(body)};
    assert_int_equal(ans_search_index(f->search, &f->cx, type, &doc, 0, &c.rows), ANS_OK);
    commit(f, &c);
}

static inline void take_away(fixture *f, const char *type, const char *id)
{
    ans_change c = {.ref = {ans_search_type_number(f->search, ans_fhir_type_named(ans_str_of(type))), ans_str_of(id)}, .is_delete = true};
    commit(f, &c);
}

static inline ans_str shown(fixture *f, ans_err err)
{
    ans_buf b;
    ans_str out;
    bool bar = false;
    ans_buf_init_arena(&b, f->cx.arena, (size_t)1 << 20);
    if (err != ANS_OK) {
        ans_buf_fmt(&b, "!%s", ans_err_name(err));
        assert_non_null(f->cx.last_); /* each error has its story */
    }
    for (uint32_t i = 0; err == ANS_OK && i < f->last.count; i++) {
        const ans_search_entry *e = &f->last.entries[i];
        if (e->mode == ANS_INCLUDE && !bar) {
            ans_buf_add(&b, b.n ? ANS_STR(" |") : ANS_STR("|"));
            bar = true;
        }
        ans_buf_add(&b, b.n ? ANS_STR(" ") : ANS_STR_NONE);
        ans_buf_add(&b, e->version.ref.id);
    }
    if (b.n == 0) {
        ans_buf_add_c(&b, '-');
    }
    assert_int_equal(ans_buf_finish(&b, &out), ANS_OK);
    return ans_arena_dup(f->cx.arena, out);
}

static inline ans_str ask_as(fixture *f, const char *question, ans_search_request rq)
{
    ans_str rest = ans_str_of(question), type;
    (void)ans_str_cut(&rest, '?', &type);
    rq.type = ans_fhir_type_named(type);
    rq.query = rest;
    f->cx.issues = f->cx.last_ = NULL;
    assert_int_equal(ans_reader_begin(&f->cx, f->rd), ANS_OK);
    ans_err err = ans_search_run(f->search, &f->cx, f->rd, &rq, &f->last);
    ans_reader_end(f->rd);
    return shown(f, err);
}

static inline ans_str ask(fixture *f, const char *question)
{
    return ask_as(f, question, (ans_search_request){.strict = true});
}

typedef struct row {
    const char *question, *expected;
} row;

static inline void check_rows(fixture *f, const row *rows, size_t count)
{
    unsigned wrong = 0;
    for (size_t i = 0; i < count; i++) {
        ans_str got = ask(f, rows[i].question);
        if (!ans_str_is(got, rows[i].expected)) {
            print_error("%s\n  expected %s\n  got      %.*s %s\n", rows[i].question, rows[i].expected, ANS_FMT(got),
                        f->cx.last_ ? f->cx.last_->text.p : "");
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

#endif
