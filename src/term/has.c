/* Is a code in a value set? Asked of the compose itself, part by part, never of an expansion that somebody would have to keep right:
 * an include of a whole system is one look-up in it, a list is a table, a filter on the hierarchy a walk upwards. */
#include "term/term_int.h"

static ans_str listed_code(const void *arg, uint32_t at)
{
    return ((const set_part *)arg)->codes[at].code;
}

static ans_term_verdict verdict_of(bool yes)
{
    return yes ? ANS_TERM_IN : ANS_TERM_OUT;
}

/* ---- filters ---- */

static void drop_scratch(void *arg)
{
    ans_arena_free(arg);
}

static ans_err scratch_of(walk *w, ans_arena **out)
{
    if (!w->scratch) {
        w->scratch = ans_arena_new((size_t)32 << 20);
        if (!w->scratch) {
            return ans_cx_nomem(w->cx);
        }
        ans_err err = ans_arena_cleanup(w->cx->arena, drop_scratch, w->scratch);
        if (err != ANS_OK) {
            w->scratch = ans_arena_free(w->scratch);
            return err;
        }
    }
    *out = w->scratch;
    return ANS_OK;
}

static ans_err regex_fits(walk *w, const set_filter *f, ans_str text, bool *out)
{
    static const ans_path_env env;
    ans_arena *scratch = NULL;
    ans_item item = {.kind = ANS_ITEM_STRING, .text = text};
    ans_items result = {0};
    ans_err err = scratch_of(w, &scratch);
    if (err != ANS_OK) {
        return err;
    }
    ans_cx work = {.arena = scratch, .deadline_us = w->cx->deadline_us};
    err = ans_path_eval(&work, f->regex, &env, &item, &result);
    *out = err == ANS_OK && result.count == 1 && result.at[0].flag;
    err = ans_issue_pass(w->cx, &work, err);
    ans_arena_reset(scratch);
    return err;
}

/* Sixteen values are compared in the time of one step elsewhere. */
static ans_err is_listed(walk *w, const set_filter *f, ans_str text, bool *out)
{
    ans_err err = walk_step(w, f->list_count / 16);
    *out = false;
    for (uint32_t i = 0; err == ANS_OK && !*out && i < f->list_count; i++) {
        *out = ans_str_eq(f->list[i], text);
    }
    return err;
}

/* One text: a code, or the value of a property. */
static ans_err text_fits(walk *w, const set_filter *f, ans_str text, bool *out)
{
    switch (f->op) {
    case OP_EQUAL:
        *out = ans_str_eq(text, f->value);
        return ANS_OK;
    case OP_REGEX:
        return regex_fits(w, f, text, out);
    case OP_IN:
    case OP_NOT_IN:
        return is_listed(w, f, text, out);
    default:
        *out = false;
        return ANS_OK;
    }
}

static ans_err hierarchy_takes(walk *w, const ans_term_system *s, uint32_t at, const set_filter *f, ans_term_verdict *out)
{
    uint32_t other = system_place(s, f->value);
    bool is_below = false;
    ans_err err = ANS_OK;
    if (other == ANS_TERM_NONE) {
        *out = s->content != CONTENT_COMPLETE ? ANS_TERM_UNKNOWN : verdict_of(f->op == OP_IS_NOT_A);
        return ANS_OK;
    }
    err = f->op == OP_GENERALIZES ? system_is_below(w->cx, s, other, at, &is_below) : system_is_below(w->cx, s, at, other, &is_below);
    *out = verdict_of(f->op == OP_IS_NOT_A ? !is_below : is_below && (f->op != OP_DESCENDENT || at != other));
    return err;
}

/* A property that neither the concept has nor the system declares is not known; one declared and absent is absent. */
static bool is_declared(walk *w, const ans_term_system *s, ans_str property)
{
    ans_jnode list = s->doc ? list_of(s->doc, s->root, "property") : ANS_JNONE;
    static const char *const of_all[] = {"display", "parent", "child", "inactive", "notSelectable", "abstract"};
    for (size_t i = 0; i < sizeof of_all / sizeof *of_all; i++) {
        if (ans_str_is(property, of_all[i])) {
            return true;
        }
    }
    if (list == ANS_JNONE) {
        return false;
    }
    ANS_JSON_EACH(s->doc, list, p)
    {
        if (ans_str_eq(text_of(w->cx, s->doc, p, "code"), property)) {
            return true;
        }
    }
    return false;
}

typedef struct tally {
    uint32_t seen, fits; /* values of the property, and those that fit */
} tally;

static ans_err take_value(walk *w, const set_filter *f, ans_str value, tally *t)
{
    bool fits = false;
    ans_err err = text_fits(w, f, value, &fits);
    t->seen++;
    t->fits += fits;
    return err;
}

static ans_err take_values(walk *w, const ans_term_system *s, uint32_t at, const set_filter *f, tally *t)
{
    const ans_term_concept *c = &s->at[at];
    ans_jnode list = s->doc && c->at != ANS_JNONE ? list_of(s->doc, c->at, "property") : ANS_JNONE;
    ans_err err = ANS_OK;
    bool is_parent = ans_str_is(f->property, "parent"), is_child = ans_str_is(f->property, "child");
    if (ans_str_is(f->property, "display")) {
        return c->display.n ? take_value(w, f, c->display, t) : ANS_OK;
    }
    if (is_parent || is_child) {
        const uint32_t *others;
        uint32_t count = 0;
        err = is_parent ? ans_term_parents(w->cx, s, at, &count, &others) : ANS_OK;
        count = is_child ? ans_term_children(s, at, &others) : count;
        for (uint32_t i = 0; err == ANS_OK && i < count; i++) {
            err = take_value(w, f, s->at[others[i]].code, t);
        }
        return err;
    }
    for (ans_jnode p = list == ANS_JNONE ? list : ans_json_first(s->doc, list); err == ANS_OK && p != ANS_JNONE;
         p = ans_json_next(s->doc, list, p)) {
        if (ans_str_eq(text_of(w->cx, s->doc, p, "code"), f->property)) {
            err = take_value(w, f, property_text(w->cx, s->doc, p), t);
        }
    }
    return err;
}

static ans_err property_takes(walk *w, const ans_term_system *s, uint32_t at, const set_filter *f, ans_term_verdict *out)
{
    tally t = {0};
    ans_err err = take_values(w, s, at, f, &t);
    bool wanted = !ans_str_is(f->value, "false");
    if (f->op == OP_EXISTS) {
        *out = verdict_of((t.seen > 0) == wanted);
    } else if (t.seen == 0 && !is_declared(w, s, f->property)) {
        *out = ANS_TERM_UNKNOWN;
    } else if (f->op == OP_NOT_IN) {
        *out = verdict_of(t.fits == 0);
    } else if (t.seen == 0 && f->op == OP_EQUAL && ans_str_is(f->value, "false")) {
        *out = ANS_TERM_IN; /* a flag that is not set */
    } else {
        *out = verdict_of(t.fits > 0);
    }
    return err;
}

ans_err filter_takes(walk *w, const ans_term_system *s, uint32_t at, const set_filter *f, ans_term_verdict *out)
{
    bool fits = false;
    ans_err err = walk_step(w, 1);
    *out = ANS_TERM_UNKNOWN;
    if (err != ANS_OK || f->op == OP_UNKNOWN) {
        return err;
    }
    if (f->op == OP_IS_A || f->op == OP_DESCENDENT || f->op == OP_IS_NOT_A || f->op == OP_GENERALIZES) {
        return f->is_code ? hierarchy_takes(w, s, at, f, out) : ANS_OK;
    }
    if (!f->is_code) {
        return property_takes(w, s, at, f, out);
    }
    err = text_fits(w, f, s->at[at].code, &fits);
    *out = verdict_of(f->op == OP_EXISTS ? !ans_str_is(f->value, "false") : f->op == OP_NOT_IN ? !fits : fits);
    return err;
}

/* ---- one include or exclude ---- */

static ans_err listed_has(walk *w, const set_part *p, const ans_term_code *code, ans_term_verdict *out)
{
    uint32_t at = p->code_count ? table_find(&p->table, listed_code, p, code->code) : ANS_TERM_NONE;
    const ans_term_system *s = NULL;
    *out = ANS_TERM_OUT;
    if (at == ANS_TERM_NONE || ans_str_eq(p->codes[at].code, code->code)) {
        *out = verdict_of(at != ANS_TERM_NONE);
        return ANS_OK;
    }
    ans_err err = find_system(w, p->system, p->version, &s); /* written with other case: does the system mind? */
    *out = verdict_of(err == ANS_OK && s && s->table.folds && system_place(s, code->code) != ANS_TERM_NONE);
    return err;
}

static ans_err system_has(walk *w, const set_part *p, const ans_term_code *code, ans_term_verdict *out)
{
    const ans_term_system *s;
    ans_err err = find_system_of(w, p, code->version, &s);
    if (err != ANS_OK) {
        return err;
    }
    if (!s || s->content == CONTENT_SUPPLEMENT) {
        *out = known_is_code(p->system, code->code);
        *out = *out == ANS_TERM_IN && p->filter_count ? ANS_TERM_UNKNOWN : *out;
        return ANS_OK;
    }
    uint32_t at = system_place(s, code->code);
    if (at == ANS_TERM_NONE) {
        *out = s->content == CONTENT_COMPLETE ? ANS_TERM_OUT : ANS_TERM_UNKNOWN;
        return ANS_OK;
    }
    *out = ANS_TERM_IN;
    for (uint32_t i = 0; err == ANS_OK && *out != ANS_TERM_OUT && i < p->filter_count; i++) {
        ans_term_verdict one;
        err = filter_takes(w, s, at, &p->filters[i], &one);
        *out = one == ANS_TERM_IN ? *out : one;
    }
    return err;
}

ans_err sets_have(walk *w, const set_part *p, const ans_term_code *code, ans_term_verdict *out)
{
    ans_err err = ANS_OK;
    *out = ANS_TERM_IN;
    for (uint32_t i = 0; err == ANS_OK && *out != ANS_TERM_OUT && i < p->set_count; i++) {
        const ans_term_set *other;
        ans_term_verdict one = ANS_TERM_UNKNOWN;
        err = find_set(w, p->sets[i], &other);
        err = err == ANS_OK && other ? set_has(w, other, code, &one) : err;
        *out = one == ANS_TERM_IN ? *out : one;
    }
    return err;
}

static ans_err part_has(walk *w, const set_part *p, const ans_term_code *code, ans_term_verdict *out)
{
    ans_err err = walk_step(w, 1);
    bool is_other = p->system.n && code->system.p && !ans_str_eq(p->system, code->system);
    bool is_other_version = p->version.n && code->version.n && !ans_str_eq(p->version, code->version);
    *out = ANS_TERM_OUT;
    if (err != ANS_OK || is_other || is_other_version || (!p->system.n && !p->set_count)) {
        return err;
    }
    *out = ANS_TERM_IN;
    if (p->system.n) {
        err = p->has_codes ? listed_has(w, p, code, out) : system_has(w, p, code, out);
    }
    if (err == ANS_OK && *out != ANS_TERM_OUT && p->set_count) {
        ans_term_verdict here = *out;
        ans_term_code whole = *code;
        whole.system = p->system.n ? p->system : code->system;
        err = sets_have(w, p, &whole, out);
        *out = *out == ANS_TERM_IN ? here : *out;
    }
    return err;
}

/* ---- the whole ---- */

ans_err excludes_have(walk *w, const ans_term_set *set, const ans_term_code *code, ans_term_verdict *out)
{
    ans_err err = ANS_OK;
    *out = ANS_TERM_OUT;
    for (uint32_t i = 0; err == ANS_OK && *out != ANS_TERM_IN && i < set->exclude_count; i++) {
        ans_term_verdict one;
        err = part_has(w, &set->exclude[i], code, &one);
        *out = one == ANS_TERM_OUT ? *out : one;
    }
    return err;
}

/* compose.inactive false: a code that is not used any more is out. */
static ans_err is_hidden(walk *w, const set_part *p, const ans_term_code *code, bool *out)
{
    const ans_term_system *s = NULL;
    ans_str system = p->system.n ? p->system : code->system;
    ans_err err = system.n ? find_system(w, system, p->version, &s) : ANS_OK;
    uint32_t at = s ? system_place(s, code->code) : ANS_TERM_NONE;
    *out = at != ANS_TERM_NONE && s->at[at].is_inactive;
    return err;
}

static ans_err compose_has(walk *w, const ans_term_set *set, const ans_term_code *code, ans_term_verdict *out)
{
    ans_err err = ANS_OK;
    ans_term_verdict excluded;
    *out = ANS_TERM_OUT;
    for (uint32_t i = 0; err == ANS_OK && *out != ANS_TERM_IN && i < set->include_count; i++) {
        ans_term_verdict one;
        bool hidden = false;
        err = part_has(w, &set->include[i], code, &one);
        if (err == ANS_OK && one == ANS_TERM_IN && set->hides_inactive) {
            err = is_hidden(w, &set->include[i], code, &hidden);
        }
        *out = one == ANS_TERM_OUT || hidden ? *out : one;
    }
    if (err != ANS_OK || *out == ANS_TERM_OUT || !set->exclude_count) {
        return err;
    }
    err = excludes_have(w, set, code, &excluded);
    *out = excluded == ANS_TERM_IN ? ANS_TERM_OUT : excluded == ANS_TERM_UNKNOWN ? ANS_TERM_UNKNOWN : *out;
    return err;
}

static bool is_the_listed(const listed *l, const ans_term_code *code)
{
    return !l->is_group && ans_str_eq(l->code, code->code) && (!code->system.p || ans_str_eq(l->system, code->system));
}

/* The table knows the first of a code; the list is gone through for one of several systems, and for one that is not there. Sixteen
 * are compared in the time of one step elsewhere. */
static ans_err expansion_has(walk *w, const ans_term_set *set, const ans_term_code *code, ans_term_verdict *out)
{
    const set_part *p = &set->expansion;
    uint32_t at = p->code_count ? table_find(&p->table, listed_code, p, code->code) : ANS_TERM_NONE;
    bool found = at != ANS_TERM_NONE && is_the_listed(&p->codes[at], code);
    ans_err err = walk_step(w, found ? 1 : p->code_count / 16 + 1);
    for (uint32_t i = 0; err == ANS_OK && !found && i < p->code_count; i++) {
        found = is_the_listed(&p->codes[i], code);
    }
    *out = found ? ANS_TERM_IN : set->is_whole_expansion ? ANS_TERM_OUT : ANS_TERM_UNKNOWN;
    return err;
}

ans_err set_has(walk *w, const ans_term_set *set, const ans_term_code *code, ans_term_verdict *out)
{
    ans_err err = ANS_OK;
    for (uint32_t i = 0; i < w->depth; i++) {
        if (w->open[i] == set) {
            *out = ANS_TERM_OUT; /* a circle adds nothing to what is asked already */
            return ANS_OK;
        }
    }
    *out = ANS_TERM_UNKNOWN;
    if (w->depth == DEEPEST_SETS) {
        return ANS_OK;
    }
    w->open[w->depth++] = set;
    err = set->has_compose ? compose_has(w, set, code, out) : ANS_OK;
    w->depth--;
    if (err == ANS_OK && *out == ANS_TERM_UNKNOWN && set->has_expansion) {
        err = expansion_has(w, set, code, out);
    }
    return err;
}

/* ---- the face ---- */

/* What takes too many steps is not known; it must not keep a write from being taken. */
static ans_err ask(walk *w, const ans_term_set *set, const ans_term_code *code, ans_term_verdict *out)
{
    ans_err err = set_has(w, set, code, out);
    if (err == ANS_E_COSTLY) {
        *out = ANS_TERM_UNKNOWN;
        return ANS_OK;
    }
    return err;
}

ans_err ans_term_set_has(ans_cx *cx, const ans_term_scope *scope, const ans_term_set *set, const ans_term_code *code,
                         ans_term_verdict *out)
{
    walk w = walk_start(scope, cx);
    return ask(&w, set, code, out);
}

ans_err ans_term_has_at(ans_cx *cx, const ans_term_scope *scope, ans_str value_set, const ans_term_code *code, ans_term_verdict *out)
{
    walk w = walk_start(scope, cx);
    const ans_term_set *set;
    ans_err err = find_set(&w, value_set, &set);
    *out = ANS_TERM_UNKNOWN;
    return err == ANS_OK && set ? ask(&w, set, code, out) : err;
}

ans_err ans_term_has(ans_cx *cx, const ans_defs_view *defs, ans_str value_set, const ans_term_code *code, ans_term_verdict *out)
{
    return ans_term_has_at(cx, &(ans_term_scope){.defs = defs, .day = ANS_TERM_TODAY}, value_set, code, out);
}

ans_err ans_term_is_code_at(ans_cx *cx, const ans_term_scope *scope, const ans_term_code *code, ans_term_verdict *out)
{
    walk w = walk_start(scope, cx);
    set_part whole = {.system = code->system, .version = code->version};
    *out = ANS_TERM_UNKNOWN;
    return code->system.n ? system_has(&w, &whole, code, out) : ANS_OK;
}

ans_err ans_term_is_code(ans_cx *cx, const ans_defs_view *defs, const ans_term_code *code, ans_term_verdict *out)
{
    return ans_term_is_code_at(cx, &(ans_term_scope){.defs = defs, .day = ANS_TERM_TODAY}, code, out);
}
