/* What the json tests share: a context with an arena, and the comparing of tapes. */
#ifndef ANS_TEST_UNIT_JSON_FIXTURE_H
#define ANS_TEST_UNIT_JSON_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "json/json.h"

#define ARENA_BYTES ((size_t)64 << 20)

static inline ans_cx cx_make(void)
{
    ans_arena *arena = ans_arena_new(ARENA_BYTES);
    assert_non_null(arena);
    return (ans_cx){.arena = arena};
}

static inline void cx_end(ans_cx *cx)
{
    cx->arena = ans_arena_free(cx->arena);
}

static inline void cx_again(ans_cx *cx)
{
    ans_arena_reset(cx->arena);
    cx->issues = cx->last_ = NULL;
}

/* Text on the heap without a byte to spare, so that AddressSanitizer sees every look beyond its
 * end. */
static inline ans_str tight(ans_str s)
{
    char *p = ans_alloc(s.n);
    assert_non_null(p);
    if (s.n)
        memcpy(p, s.p, s.n);
    return (ans_str){p, s.n};
}

/* Every promise of json.h about one tape. Returns what is broken, or NULL. */
static inline const char *tape_fault(const ans_json *doc, size_t text_n)
{
    if (doc->count == 0 || doc->nodes[0].next != doc->count)
        return "root does not span the tape";
    for (uint32_t i = 0; i < doc->count; i++) {
        const ans_json_node *n = &doc->nodes[i];
        if ((size_t)n->at + n->len > text_n || (size_t)n->key_at + n->key_len > text_n)
            return "outside the text";
        if (n->kind > ANS_JSON_OBJECT || n->next <= i || n->next > doc->count)
            return "kind or next out of range";
        if (n->kind < ANS_JSON_ARRAY && n->next != i + 1)
            return "scalar with children";
        if (n->kind < ANS_JSON_ARRAY)
            continue;
        for (uint32_t c = i + 1; c < n->next; c = doc->nodes[c].next) {
            if (doc->nodes[c].next > n->next)
                return "child reaches beyond its parent";
            if (n->kind == ANS_JSON_ARRAY && (doc->nodes[c].key_len || doc->nodes[c].key_at))
                return "array element with a name";
            if (n->kind == ANS_JSON_OBJECT && doc->nodes[c].key_at == 0)
                return "member without a name";
        }
    }
    return NULL;
}

/* Do two tapes say the same, apart from white space? */
static inline bool tape_same(const ans_json *a, const ans_json *b)
{
    if (a->count != b->count)
        return false;
    for (uint32_t i = 0; i < a->count; i++) {
        const ans_json_node *x = &a->nodes[i], *y = &b->nodes[i];
        if (x->kind != y->kind || x->next != y->next || x->flags != y->flags ||
            !ans_str_eq(ans_json_key(a, i), ans_json_key(b, i)))
            return false;
        if (x->kind < ANS_JSON_ARRAY && !ans_str_eq(ans_json_raw(a, i), ans_json_raw(b, i)))
            return false;
    }
    return true;
}

#endif
