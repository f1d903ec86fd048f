/* What the tests of validation share: a register of R4 with a few profiles of our own, and a resource's issues as lines of text. */
#ifndef TEST_VALID_FIXTURE_H
#define TEST_VALID_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/os.h"
#include "valid/valid.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

typedef struct fixture {
    ans_cx cx;
    ans_defs *defs;
    const ans_defs_view *view;
    const ans_zone *zone;
    ans_arena *scratch;
} fixture;

static inline void fixture_open(fixture *f, const ans_defs_text *content, uint32_t count)
{
    ans_defs_options o = {.content = content, .content_count = count};
    *f = (fixture){.cx = {.arena = ans_arena_new((size_t)256 << 20)}, .scratch = ans_arena_new((size_t)256 << 20)};
    assert_true(ans_base_start());
    assert_int_equal(ans_zone_open(&f->cx, ANS_STR("Asia/Ho_Chi_Minh"), &f->zone), ANS_OK);
    assert_int_equal(ans_defs_open(&f->cx, &o, &f->defs), ANS_OK);
    assert_int_equal(ans_defs_enter(&f->cx, f->defs, &f->view), ANS_OK);
}

static inline void fixture_close(fixture *f)
{
    ans_defs_leave(f->view);
    ans_defs_stop(f->defs);
    ans_defs_free(f->defs);
    ans_arena_free(f->scratch);
    ans_arena_free(f->cx.arena);
}

static inline void add_lines(ans_buf *b, const ans_valid_result *r, bool all)
{
    for (uint32_t i = 0; i < r->count; i++) {
        const ans_valid_issue *s = &r->issues[i];
        if (s->severity == ANS_VALID_ERROR || all) {
            ans_buf_fmt(b, "%s%.*s %s", b->n ? "; " : "", ANS_FMT(s->expression), s->code);
        }
    }
}

/* "Patient.name structure; Patient.x structure": the errors (all: every issue) by place and code; the scratch arena holds it. */
static inline const char *judged(fixture *f, const ans_valid_env *more, const char *text, const char *profile, bool all)
{
    ans_cx cx = {.arena = f->scratch};
    ans_json doc;
    ans_valid_result r;
    ans_buf b;
    ans_str out, url = ans_str_of(profile ? profile : "");
    ans_valid_env env = more ? *more : (ans_valid_env){0};
    ans_arena_reset(f->scratch);
    env.defs = f->view;
    env.zone = f->zone;
    env.profiles = &url;
    env.profile_count = profile ? 1 : 0;
    assert_int_equal(ans_json_parse(&cx, ans_str_of(text), NULL, &doc), ANS_OK);
    assert_int_equal(ans_valid_resource(&cx, &env, &doc, 0, &r), ANS_OK);
    ans_buf_init_arena(&b, f->scratch, 1 << 20);
    add_lines(&b, &r, all);
    assert_int_equal(ans_buf_finish(&b, &out), ANS_OK);
    return out.n ? ans_arena_dup(f->scratch, out).p : "";
}

typedef struct row {
    const char *text, *wanted;
} row;

static inline void check_rows(fixture *f, const char *profile, const row *rows, size_t count)
{
    unsigned wrong = 0;
    for (size_t i = 0; i < count; i++) {
        const char *got = judged(f, NULL, rows[i].text, profile, false);
        if (strcmp(got, rows[i].wanted) != 0) {
            print_error("%s\n  expected %s\n  got      %s\n", rows[i].text, rows[i].wanted, got);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

/* For cmocka's group: one register for all tests, R4's own definitions only. */
static inline int open_all(void **state)
{
    static fixture f;
    fixture_open(&f, NULL, 0);
    *state = &f;
    return 0;
}

static inline int close_all(void **state)
{
    fixture_close(*state);
    return 0;
}

#endif
