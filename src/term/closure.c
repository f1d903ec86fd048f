/* Closure tables ($closure): a client adds the concepts it meets and is told which stand below which. Kept in memory, by
 * account and name, so that nobody reads or ends what another has begun: a client that finds its table gone (a restart, or many
 * others since) begins again, as the specification wants it to be able to.
 * spec: http://hl7.org/fhir/R4/terminology-service.html#closure */
#include "term/term_int.h"

typedef struct member {
    ans_str system, code;
} member;

typedef struct closure {
    ans_str owner, name;
    ans_arena *arena;
    member *at;
    uint32_t count, cap;
    ans_term_relation *relations; /* in the order found */
    uint32_t relation_count, relation_cap;
    uint32_t version;             /* counts the calls that added something */
    uint64_t used;
} closure;

struct ans_term_closures {
    pthread_mutex_t lock;
    closure at[ANS_TERM_CLOSURES];
    uint64_t uses;
};

ans_err ans_term_closures_new(ans_cx *cx, ans_term_closures **out)
{
    ans_term_closures *all = ans_alloc(sizeof *all);
    if (!all) {
        return ans_cx_nomem(cx);
    }
    *all = (ans_term_closures){0};
    if (pthread_mutex_init(&all->lock, NULL) != 0) {
        ans_free(all);
        return ANS_E_NOMEM;
    }
    *out = all;
    return ANS_OK;
}

void ans_term_closures_free(ans_term_closures *all)
{
    for (uint32_t i = 0; all && i < ANS_TERM_CLOSURES; i++) {
        ans_arena_free(all->at[i].arena);
    }
    if (all) {
        (void)pthread_mutex_destroy(&all->lock); /* nobody holds it */
    }
    ans_free(all);
}

static closure *named(ans_term_closures *all, const ans_term_closure_call *call)
{
    for (uint32_t i = 0; i < ANS_TERM_CLOSURES; i++) {
        closure *c = &all->at[i];
        if (c->arena && ans_str_eq(c->name, call->name) && ans_str_eq(c->owner, call->owner)) {
            return c;
        }
    }
    return NULL;
}

/* The place for one more table of an owner: of his own the longest unused when he has as many as one may, else a free one, else
 * the longest unused of all (`used` of a free one is 0). */
static closure *place_for(ans_term_closures *all, ans_str owner)
{
    closure *own = NULL, *any = &all->at[0];
    uint32_t count = 0;
    for (uint32_t i = 0; i < ANS_TERM_CLOSURES; i++) {
        closure *c = &all->at[i];
        any = c->used < any->used ? c : any;
        if (c->arena && ans_str_eq(c->owner, owner)) {
            own = !own || c->used < own->used ? c : own;
            count++;
        }
    }
    return count >= ANS_TERM_CLOSURES_OF_ONE ? own : any;
}

/* An empty table of the name, in the place of the one of that name when there is one. */
static ans_err begin(ans_cx *cx, ans_term_closures *all, const ans_term_closure_call *call)
{
    closure *c = named(all, call);
    c = c ? c : place_for(all, call->owner);
    ans_arena_free(c->arena);
    *c = (closure){.arena = ans_arena_new((size_t)16 << 20), .used = ++all->uses};
    c->name = c->arena ? ans_arena_dup(c->arena, call->name) : ANS_STR_NONE;
    c->owner = c->arena ? ans_arena_dup(c->arena, call->owner) : ANS_STR_NONE;
    if (!c->name.p || !c->owner.p) {
        ans_arena_free(c->arena);
        *c = (closure){0};
        return ans_cx_nomem(cx);
    }
    return ANS_OK;
}

static ans_err full(ans_cx *cx)
{
    return ans_issue_add(cx, ANS_E_COSTLY, ANS_STR("Parameters.parameter"), "a closure table takes %d concepts", ANS_TERM_CLOSURE_CONCEPTS);
}

static ans_err relate(ans_cx *cx, closure *c, const member *lower, const member *upper)
{
    ans_term_relation *at = ans_arena_grow(c->arena, c->relations, c->relation_count, &c->relation_cap, 32, sizeof *at);
    if (!at) {
        return full(cx);
    }
    c->relations = at;
    at[c->relation_count++] = (ans_term_relation){.system = lower->system, .lower = lower->code, .upper = upper->code, .version = c->version};
    return ANS_OK;
}

/* Ask of a new member how it stands to each that is there. */
static ans_err relate_all(ans_cx *cx, const ans_term_scope *scope, closure *c, const member *new)
{
    const ans_term_system *s;
    ans_err err = ans_term_system_find(cx, scope, new->system, ANS_STR_NONE, &s);
    uint32_t here = err == ANS_OK && s ? system_place(s, new->code) : ANS_TERM_NONE;
    for (uint32_t i = 0; err == ANS_OK && here != ANS_TERM_NONE && i < c->count; i++) {
        bool below = false, above = false;
        uint32_t other = ans_str_eq(c->at[i].system, new->system) ? system_place(s, c->at[i].code) : ANS_TERM_NONE;
        if (other == ANS_TERM_NONE || other == here) {
            continue;
        }
        err = system_is_below(cx, s, here, other, &below);
        err = err == ANS_OK && !below ? system_is_below(cx, s, other, here, &above) : err;
        if (err == ANS_OK && (below || above)) {
            err = below ? relate(cx, c, new, &c->at[i]) : relate(cx, c, &c->at[i], new);
        }
    }
    return err;
}

static ans_err add_member(ans_cx *cx, const ans_term_scope *scope, closure *c, const ans_term_code *code)
{
    for (uint32_t i = 0; i < c->count; i++) {
        if (ans_str_eq(c->at[i].code, code->code) && ans_str_eq(c->at[i].system, code->system)) {
            return ANS_OK;
        }
    }
    member new = {.system = ans_arena_dup(c->arena, code->system), .code = ans_arena_dup(c->arena, code->code)};
    member *at = c->count < ANS_TERM_CLOSURE_CONCEPTS ? ans_arena_grow(c->arena, c->at, c->count, &c->cap, 32, sizeof *at) : NULL;
    if (!at || !new.system.p || !new.code.p) {
        return full(cx);
    }
    c->at = at;
    ans_err err = relate_all(cx, scope, c, &new);
    if (err == ANS_OK) {
        c->at[c->count++] = new;
    }
    return err;
}

/* Relations from `first` on, copied, as the table may go. */
static ans_err answer(ans_cx *cx, const closure *c, uint32_t first, ans_term_relations *out)
{
    out->version = c->version;
    out->count = c->relation_count - first;
    out->at = ANS_NEW_N(cx->arena, ans_term_relation, out->count + 1);
    for (uint32_t i = 0; out->at && i < out->count; i++) {
        const ans_term_relation *r = &c->relations[first + i];
        ans_term_relation copy = {ans_arena_dup(cx->arena, r->system), ans_arena_dup(cx->arena, r->lower), ans_arena_dup(cx->arena, r->upper), r->version};
        out->at[i] = copy;
        if (!copy.system.p || !copy.lower.p || !copy.upper.p) {
            return ans_cx_nomem(cx);
        }
    }
    return out->at ? ANS_OK : ans_cx_nomem(cx);
}

static ans_err add_all(ans_cx *cx, const ans_term_scope *scope, closure *c, const ans_term_code *codes, uint32_t count, ans_term_relations *out)
{
    uint32_t first = c->relation_count;
    ans_err err = ANS_OK;
    c->version++;
    for (uint32_t i = 0; err == ANS_OK && i < count; i++) {
        err = add_member(cx, scope, c, &codes[i]);
    }
    return err == ANS_OK ? answer(cx, c, first, out) : err;
}

ans_err ans_term_closure(ans_cx *cx, const ans_term_scope *scope, ans_term_closures *all, const ans_term_closure_call *call,
                         ans_term_relations *out)
{
    ans_err err = ANS_OK;
    *out = (ans_term_relations){0};
    (void)pthread_mutex_lock(&all->lock);
    closure *c = named(all, call);
    if (!call->count && !call->has_since) {
        err = begin(cx, all, call);
    } else if (!c) {
        err = ans_issue_add(cx, ANS_E_NOTFOUND, ANS_STR("Parameters.parameter"), "this closure table is not here (any more): begin it with its name alone");
    } else if (call->has_since && call->count) {
        err = ans_issue_add(cx, ANS_E_INVALID, ANS_STR("Parameters.parameter"), "give concepts to add, or a version to hear what came since, not both");
    } else {
        uint32_t first = 0;
        c->used = ++all->uses;
        while (call->has_since && first < c->relation_count && c->relations[first].version <= call->since) {
            first++;
        }
        err = call->has_since ? answer(cx, c, first, out) : add_all(cx, scope, c, call->codes, call->count, out);
    }
    (void)pthread_mutex_unlock(&all->lock);
    return err;
}
