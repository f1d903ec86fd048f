/* A record with a few definitions, and questions of one line each about what is in a value set. */
#ifndef TEST_TERM_KIT_H
#define TEST_TERM_KIT_H

#include "../search/fixture.h"

#include <string.h>

#include "defs/defs.h"
#include "term/term.h"

typedef struct world {
    fixture f;
    ans_defs *defs;
    ans_term_scope scope;
} world;

static inline void again(world *w)
{
    ans_defs_leave(w->scope.defs);
    assert_int_equal(ans_defs_enter(&w->f.cx, w->defs, &w->scope.defs), ANS_OK);
}

static inline void open_world(world *w)
{
    *w = (world){.scope = {.day = ANS_TERM_TODAY}};
    fixture_open(&w->f);
    ans_defs_options o = {.store = w->f.store, .search = w->f.search};
    assert_int_equal(ans_defs_open(&w->f.cx, &o, &w->defs), ANS_OK);
    assert_int_equal(ans_defs_enter(&w->f.cx, w->defs, &w->scope.defs), ANS_OK);
}

static inline void close_world(world *w)
{
    ans_defs_leave(w->scope.defs);
    ans_defs_stop(w->defs);
    fixture_close(&w->f);
    ans_defs_free(w->defs);
}

/* "system#code", "#code" with an empty system, or "code" without one. */
static inline ans_term_code code_of(const char *text)
{
    ans_term_code c = {.code = ans_str_of(text)};
    ptrdiff_t at = ans_str_rfind(c.code, '#');
    if (at >= 0) {
        c.system = ans_str_head(c.code, (size_t)at);
        c.code = ans_str_from(c.code, (size_t)at + 1);
    }
    return c;
}

static const char *const verdicts[] = {"in", "out", "unknown"};

static inline void has(world *w, const char *set, const char *code, const char *wanted)
{
    ans_term_code c = code_of(code);
    ans_term_verdict v;
    assert_int_equal(ans_term_has_at(&w->f.cx, &w->scope, ans_str_of(set), &c, &v), ANS_OK);
    if (strcmp(verdicts[v], wanted) != 0) {
        fail_msg("%s in %s: got %s, wanted %s", code, set, verdicts[v], wanted);
    }
}

static inline void is_code(world *w, const char *code, const char *wanted)
{
    ans_term_code c = code_of(code);
    ans_term_verdict v;
    assert_int_equal(ans_term_is_code_at(&w->f.cx, &w->scope, &c, &v), ANS_OK);
    if (strcmp(verdicts[v], wanted) != 0) {
        fail_msg("%s: got %s, wanted %s", code, verdicts[v], wanted);
    }
}

/* Single quotes for double ones, so that resources can be read in C. */
static inline void put_text(world *w, const char *text)
{
    ans_str s = ans_arena_dup(w->f.cx.arena, ans_str_of(text));
    char *p = (char *)(uintptr_t)s.p;
    for (size_t i = 0; i < s.n; i++) {
        p[i] = p[i] == '\'' ? '"' : p[i];
    }
    put(&w->f, s.p);
}

#endif
