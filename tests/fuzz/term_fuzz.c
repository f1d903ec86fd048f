/* Any JSON as a CodeSystem or a ValueSet, which people may post: an index that holds what it says, an expansion whose codes are in the
 * value set, or a refusal. Value sets stand on R4's own definitions. */
#include <stdlib.h>

#include "base/os.h"
#include "term/term.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds) {
        abort();
    }
}

static const ans_defs_view *definitions(void)
{
    static ans_arena *arena; /* until the process ends */
    static ans_defs *defs;
    static const ans_defs_view *view;
    if (!view) {
        ans_defs_options o = {0};
        arena = ans_arena_new((size_t)256 << 20);
        ans_cx cx = {.arena = arena};
        must(arena && ans_defs_open(&cx, &o, &defs) == ANS_OK && ans_defs_enter(&cx, defs, &view) == ANS_OK);
    }
    return view;
}

static void walk_system(ans_cx *cx, const ans_term_system *s)
{
    uint32_t count = ans_term_system_count(s), parents;
    const uint32_t *others;
    bool below;
    for (uint32_t i = 0; i < count && i < 200; i++) {
        must(ans_term_place(s, ans_term_concept_at(s, i)->code) == i);
        if (ans_term_parents(cx, s, i, &parents, &others) != ANS_OK) {
            return;
        }
        for (uint32_t k = 0; k < parents; k++) {
            must(others[k] < count);
            must(ans_term_is_below(cx, s, i, others[k], &below) != ANS_OK || below);
        }
        for (uint32_t k = 0, children = ans_term_children(s, i, &others); k < children; k++) {
            must(others[k] < count);
        }
    }
}

static void ask_set(ans_cx *cx, const ans_term_set *set, ans_str filter)
{
    ans_term_scope scope = {.defs = definitions(), .day = ANS_TERM_TODAY};
    ans_term_expand_options o = {.filter = filter, .language = ANS_STR("vi"), .count = 100, .is_nested = true};
    ans_term_expansion x;
    ans_err err = ans_term_expand(cx, &scope, set, &o, &x);
    must(err == ANS_OK || cx->issues || err == ANS_E_NOMEM || err == ANS_E_TOOBIG || err == ANS_E_TIMEOUT);
    for (uint32_t i = 0; err == ANS_OK && i < x.count; i++) {
        ans_term_code code = {.system = x.items[i].system_url, .code = x.items[i].code};
        ans_term_verdict v;
        must(ans_term_set_has(cx, &scope, set, &code, &v) != ANS_OK || v != ANS_TERM_OUT);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    must(ans_base_start());
    (void)definitions();
    ans_cx cx = {.arena = ans_arena_new((size_t)256 << 20), .deadline_us = ans_mono_us() + 2000000};
    ans_json doc;
    const ans_term_system *s;
    const ans_term_set *set;
    must(cx.arena);
    if (ans_json_parse(&cx, (ans_str){(const char *)data, size}, NULL, &doc) == ANS_OK) {
        if (ans_term_system_of_doc(&cx, &doc, 0, &s) == ANS_OK) {
            walk_system(&cx, s);
        }
        cx.issues = cx.last_ = NULL;
        if (ans_term_set_of_doc(&cx, &doc, 0, &set) == ANS_OK) {
            ask_set(&cx, set, ans_json_get_string(&cx, &doc, 0, ANS_STR("title")));
        }
    }
    ans_arena_free(cx.arena);
    return 0;
}
