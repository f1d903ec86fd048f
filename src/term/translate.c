/* A code of one system as codes of another, by ConceptMaps: forwards, or from what a map leads to back to where it comes from. */
#include "term/term_int.h"

enum { MOST_MATCHES = 1000, DEEPEST_MAPS = 4, STEPS_OF_GROUP = 8 /* a group takes as long as so many elements */ };

typedef struct work {
    ans_cx *cx;
    const ans_term_scope *scope;
    const ans_term_translate_options *o;
    ans_term_matches *out;
    uint32_t cap;
    int depth;
    walk walk;           /* only its steps: of all maps followed and, by the scope, of all codes of a call */
    const ans_json *doc; /* of the map looked at */
    ans_str url;
} work;

static ans_str text(work *w, ans_jnode obj, const char *name)
{
    return text_of(w->cx, w->doc, obj, name);
}

static ans_err step(work *w, uint32_t steps)
{
    ans_err err = walk_step(&w->walk, steps);
    return err == ANS_E_COSTLY ? ans_issue_add(w->cx, err, ANS_STR("ConceptMap.group"), "more than %d elements of maps to look at", STEPS_OF_TRANSLATE)
                               : err;
}

static ans_err add_match(work *w, ans_term_match m)
{
    if (w->out->count == MOST_MATCHES) {
        return ans_issue_add(w->cx, ANS_E_COSTLY, ANS_STR("ConceptMap.group"), "more than %d translations", MOST_MATCHES);
    }
    ans_term_match *at = ans_arena_grow(w->cx->arena, w->out->at, w->out->count, &w->cap, 8, sizeof *at);
    if (!at) {
        return ans_cx_nomem(w->cx);
    }
    m.map = w->url;
    m.doc = w->doc;
    w->out->at = at;
    w->out->at[w->out->count++] = m;
    return ANS_OK;
}

/* Equivalence is told from the source: backwards, wider is narrower. */
static ans_str turned(ans_str equivalence)
{
    return ans_str_is(equivalence, "wider")         ? ANS_STR("narrower")
           : ans_str_is(equivalence, "narrower")    ? ANS_STR("wider")
           : ans_str_is(equivalence, "subsumes")    ? ANS_STR("specializes")
           : ans_str_is(equivalence, "specializes") ? ANS_STR("subsumes")
                                                    : equivalence;
}

typedef struct group {
    ans_jnode at;
    ans_str source, source_version, target, target_version;
} group;

/* Elements of one group that say something of the code. */
static ans_err forwards(work *w, const group *g, ans_jnode element, bool *out_found)
{
    ans_jnode targets = list_of(w->doc, element, "target");
    ans_err err = ANS_OK;
    if (!ans_str_eq(text(w, element, "code"), w->o->code.code)) {
        return ANS_OK;
    }
    *out_found = true;
    for (ans_jnode t = targets == ANS_JNONE ? targets : ans_json_first(w->doc, targets); err == ANS_OK && t != ANS_JNONE;
         t = ans_json_next(w->doc, targets, t)) {
        err = add_match(w, (ans_term_match){.equivalence = text(w, t, "equivalence"),
                                            .concept = {g->target, g->target_version, text(w, t, "code"), text(w, t, "display")},
                                            .target = t});
    }
    return err;
}

static ans_err backwards(work *w, const group *g, ans_jnode element)
{
    ans_jnode targets = list_of(w->doc, element, "target");
    ans_err err = ANS_OK;
    for (ans_jnode t = targets == ANS_JNONE ? targets : ans_json_first(w->doc, targets); err == ANS_OK && t != ANS_JNONE;
         t = ans_json_next(w->doc, targets, t)) {
        err = step(w, 1);
        if (err == ANS_OK && ans_str_eq(text(w, t, "code"), w->o->code.code)) {
            err = add_match(w, (ans_term_match){.equivalence = turned(text(w, t, "equivalence")),
                                                .concept = {g->source, g->source_version, text(w, element, "code"), text(w, element, "display")},
                                                .target = ANS_JNONE});
        }
    }
    return err;
}

static ans_err translate_by(work *w, const ans_json *doc, ans_jnode root);

static ans_err other_map(work *w, ans_str url)
{
    const ans_def *def = ans_defs_find(w->scope->defs, ans_fhir_type_named(ANS_STR("ConceptMap")), url);
    const ans_json *doc, *here = w->doc;
    ans_str here_url = w->url;
    if (!def || w->depth == DEEPEST_MAPS) {
        return ANS_OK;
    }
    ans_err err = ans_def_doc(w->cx, w->scope->defs, def, &doc);
    w->depth++;
    err = err == ANS_OK ? translate_by(w, doc, 0) : err;
    w->depth--;
    w->doc = here;
    w->url = here_url;
    return err;
}

/* What a group says of codes it does not list. */
static ans_err unmapped(work *w, const group *g)
{
    ans_jnode u = ans_json_get(w->doc, g->at, ANS_STR("unmapped"));
    ans_str mode = u == ANS_JNONE ? ANS_STR_NONE : text(w, u, "mode");
    if (ans_str_is(mode, "provided")) {
        return add_match(w, (ans_term_match){.equivalence = ANS_STR("equal"),
                                             .concept = {g->target, g->target_version, w->o->code.code, ANS_STR_NONE},
                                             .target = ANS_JNONE});
    }
    if (ans_str_is(mode, "fixed")) {
        return add_match(w, (ans_term_match){.equivalence = ANS_STR("inexact"),
                                             .concept = {g->target, g->target_version, text(w, u, "code"), text(w, u, "display")},
                                             .target = ANS_JNONE});
    }
    return ans_str_is(mode, "other-map") ? other_map(w, text(w, u, "url")) : ANS_OK;
}

static bool is_asked(const work *w, const group *g)
{
    const ans_term_code *c = &w->o->code;
    ans_str from = w->o->is_reverse ? g->target : g->source, to = w->o->is_reverse ? g->source : g->target;
    ans_str version = w->o->is_reverse ? g->target_version : g->source_version;
    return (!c->system.n || !from.n || ans_str_eq(c->system, from)) && (!w->o->target_system.n || ans_str_eq(w->o->target_system, to)) &&
           (!c->version.n || !version.n || ans_str_eq(c->version, version));
}

static ans_err translate_by_group(work *w, ans_jnode n)
{
    group g = {.at = n,
               .source = text(w, n, "source"),
               .source_version = text(w, n, "sourceVersion"),
               .target = text(w, n, "target"),
               .target_version = text(w, n, "targetVersion")};
    ans_jnode elements = list_of(w->doc, n, "element");
    bool found = false;
    ans_err err = step(w, STEPS_OF_GROUP);
    if (err != ANS_OK || !is_asked(w, &g)) {
        return err;
    }
    for (ans_jnode e = elements == ANS_JNONE ? elements : ans_json_first(w->doc, elements); err == ANS_OK && e != ANS_JNONE;
         e = ans_json_next(w->doc, elements, e)) {
        err = step(w, 1);
        err = err != ANS_OK ? err : w->o->is_reverse ? backwards(w, &g, e) : forwards(w, &g, e, &found);
    }
    return err == ANS_OK && !w->o->is_reverse && !found ? unmapped(w, &g) : err;
}

static ans_err translate_by(work *w, const ans_json *doc, ans_jnode root)
{
    ans_jnode groups = list_of(doc, root, "group");
    ans_err err = ANS_OK;
    w->doc = doc;
    w->url = text(w, root, "url");
    for (ans_jnode g = groups == ANS_JNONE ? groups : ans_json_first(doc, groups); err == ANS_OK && g != ANS_JNONE;
         g = ans_json_next(doc, groups, g)) {
        err = translate_by_group(w, g);
    }
    return err;
}

/* "source" of sourceUri and sourceCanonical. */
static bool names(work *w, const ans_json *doc, const char *uri, const char *canonical, ans_str wanted)
{
    ans_str have = text_of(w->cx, doc, 0, uri), url;
    have = have.n ? have : text_of(w->cx, doc, 0, canonical);
    if (ans_str_eq(have, wanted)) {
        return true;
    }
    (void)ans_str_cut(&have, '|', &url);
    return ans_str_eq(url, wanted);
}

static bool is_between(work *w, const ans_json *doc)
{
    const ans_term_translate_options *o = w->o;
    ans_str source = o->is_reverse ? o->target_set : o->source_set, target = o->is_reverse ? o->source_set : o->target_set;
    return (!source.n || names(w, doc, "sourceUri", "sourceCanonical", source)) &&
           (!target.n || names(w, doc, "targetUri", "targetCanonical", target));
}

ans_err ans_term_translate(ans_cx *cx, const ans_term_scope *scope, const ans_json *map, ans_jnode root,
                           const ans_term_translate_options *options, ans_term_matches *out)
{
    const ans_type type = ans_fhir_type_named(ANS_STR("ConceptMap"));
    work w = {.cx = cx, .scope = scope, .o = options, .out = out, .walk = walk_start(scope, cx)};
    uint32_t at = 0;
    ans_err err = ANS_OK;
    w.walk.most_steps = STEPS_OF_TRANSLATE;
    *out = (ans_term_matches){0};
    if (map) {
        return translate_by(&w, map, root);
    }
    for (const ans_def *def; err == ANS_OK && (def = ans_defs_next(scope->defs, type, &at)) != NULL;) {
        const ans_json *doc;
        err = step(&w, 1);
        err = err != ANS_OK || def->is_retired ? err : ans_def_doc(cx, scope->defs, def, &doc);
        if (err == ANS_OK && !def->is_retired && is_between(&w, doc)) {
            err = translate_by(&w, doc, 0);
        }
    }
    return err;
}
