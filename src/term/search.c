/* What a search means by a set of codes (search/search.h: ans_search_terms): those of a value set, or above and below one of them. */
#include "search/search.h"
#include "term/term.h"

typedef struct gather {
    ans_cx *cx;
    ans_search_code *at;
    uint32_t count, most;
} gather;

static ans_err add(gather *g, ans_str system, ans_str code)
{
    if (g->count == g->most) {
        return ans_issue_add(g->cx, ANS_E_COSTLY, ANS_STR_NONE, "this means more than %u codes", g->most);
    }
    ans_str kept_system = system.n ? ans_arena_dup(g->cx->arena, system) : ANS_STR(""), kept = ans_arena_dup(g->cx->arena, code);
    if (!kept_system.p || !kept.p) {
        return ans_cx_nomem(g->cx); /* what is defined may be let go before the search ends, so they are copies */
    }
    g->at[g->count++] = (ans_search_code){kept_system, kept};
    return ANS_OK;
}

static ans_err find_set(gather *g, const ans_term_scope *scope, ans_str name, const ans_term_set **out)
{
    static const ans_str local = ANS_STR("ValueSet/");
    *out = NULL;
    if (!ans_str_starts(name, local)) {
        return ans_term_set_find(g->cx, scope, name, out);
    }
    const ans_def *def = ans_defs_by_id(scope->defs, ans_fhir_type_named(ANS_STR("ValueSet")), ans_str_from(name, local.n));
    return def ? ans_term_set_of_def(g->cx, scope, def, out) : ANS_OK;
}

static ans_err of_set(gather *g, const ans_term_scope *scope, ans_str name)
{
    const ans_term_set *set;
    ans_term_expansion x;
    ans_term_expand_options o = {.count = g->most + 1};
    ans_err err = find_set(g, scope, name, &set);
    if (err == ANS_OK && !set) {
        return ans_issue_add(g->cx, ANS_E_VALUE, ANS_STR_NONE, "there is no value set %.*s here", ANS_FMT(name));
    }
    err = err == ANS_OK ? ans_term_expand(g->cx, scope, set, &o, &x) : err;
    if (err == ANS_OK && x.is_incomplete) {
        ans_issue_warn(g->cx, "incomplete", ANS_STR_NONE, "more codes may be in %.*s: a code system it stands on is not all here", ANS_FMT(name));
    }
    for (uint32_t i = 0; err == ANS_OK && i < x.count; i++) {
        err = add(g, x.items[i].system_url, x.items[i].code);
    }
    return err == ANS_E_NOTFOUND ? ANS_E_VALUE : err; /* of what was asked, not of an address */
}

static ans_err of_code(gather *g, const ans_term_scope *scope, ans_search_code of, bool is_below)
{
    const ans_term_system *s;
    ans_err err = ans_term_system_find(g->cx, scope, of.system, ANS_STR_NONE, &s);
    if (err != ANS_OK) {
        return err;
    }
    uint32_t place = s ? ans_term_place(s, of.code) : ANS_TERM_NONE;
    if (place == ANS_TERM_NONE) {
        return ans_issue_add(g->cx, ANS_E_VALUE, ANS_STR_NONE, "%s: what stands above and below the code is not known",
                             s ? "the code system here does not have it" : "its code system is not here");
    }
    for (uint32_t i = 0; err == ANS_OK && i < ans_term_system_count(s); i++) {
        bool fits = false;
        if (i % 256 == 0 && ans_cx_is_late(g->cx)) {
            return ANS_E_TIMEOUT;
        }
        err = is_below ? ans_term_is_below(g->cx, s, i, place, &fits) : ans_term_is_below(g->cx, s, place, i, &fits);
        err = err == ANS_OK && fits ? add(g, of.system, ans_term_concept_at(s, i)->code) : err;
    }
    return err;
}

ans_err ans_term_search_codes(void *defs, ans_cx *cx, ans_search_meaning meaning, ans_search_code of, uint32_t most, ans_search_code **out,
                              uint32_t *out_count)
{
    ans_term_scope scope = {.day = ANS_TERM_TODAY};
    gather g = {.cx = cx, .at = ANS_NEW_N(cx->arena, ans_search_code, most), .most = most};
    ans_err err = g.at ? ans_defs_enter(cx, defs, &scope.defs) : ans_cx_nomem(cx);
    if (err != ANS_OK) {
        return err;
    }
    err = meaning == ANS_CODES_IN ? of_set(&g, &scope, of.code) : of_code(&g, &scope, of, meaning == ANS_CODES_BELOW);
    ans_defs_leave(scope.defs);
    *out = g.at;
    *out_count = g.count;
    return err;
}
