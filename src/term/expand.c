/* What is in a value set, page by page.
 *
 * Candidates are counted out part by part, each is asked of what could keep it out (other value sets of the include, excludes), and
 * taken once. With a filter, a system's words are asked first, so that typing in a list of twelve thousand looks at the few that
 * fit and not at all of them. */
#include "term/term_int.h"

enum { DEEPEST_SHOWN = 48 };

/* What is known of one code system while a value set is counted out. */
typedef struct seen_system {
    const ans_term_system *s;
    ans_term_names names;
    uint64_t *taken;
    uint64_t *fits, *exact; /* with a filter; NULL: not asked yet */
} seen_system;

/* An include being counted out, and the one it is counted out for, up to that of the value set asked for: all of them may keep a
 * candidate out. */
typedef struct asker asker;
struct asker {
    const asker *next;
    const ans_term_set *set; /* whose excludes are asked */
    const set_part *part;
    uint32_t from;           /* of part->sets: the first that is still to be asked */
};

typedef struct expand {
    walk w;
    const ans_term_expand_options *o;
    ans_term_item *items;
    uint32_t count, cap;
    seen_system *systems;
    uint32_t system_count, system_cap;
    code_table loose; /* items of systems that are not here, by "system|code" */
    ans_str *loose_keys;
    uint32_t loose_count, loose_cap;
    bool is_incomplete;
    const ans_term_set *open[DEEPEST_SETS]; /* being counted out; w has its own list of those being asked */
    uint32_t depth;
} expand;

/* ---- systems ---- */

static ans_err see_system(expand *x, const ans_term_system *s, seen_system **out)
{
    for (uint32_t i = 0; i < x->system_count; i++) {
        if (x->systems[i].s == s) {
            *out = &x->systems[i];
            return ANS_OK;
        }
    }
    ans_term_scope scope = {.defs = x->w.defs, .day = x->w.day};
    seen_system *at = ans_arena_grow(x->w.cx->arena, x->systems, x->system_count, &x->system_cap, 4, sizeof *at);
    if (!at) {
        return ans_cx_nomem(x->w.cx);
    }
    x->systems = at;
    at += x->system_count;
    *at = (seen_system){.s = s, .taken = ANS_NEW_N(x->w.cx->arena, uint64_t, s->count / 64 + 1)};
    ans_err err = at->taken ? ans_term_names_of(x->w.cx, &scope, s, &at->names) : ans_cx_nomem(x->w.cx);
    if (err == ANS_OK && x->o->filter.n) {
        err = words_find(x->w.cx, &at->names, x->o->filter, &at->fits, &at->exact);
    }
    x->system_count += err == ANS_OK;
    x->is_incomplete |= s->content != CONTENT_COMPLETE;
    *out = at;
    return err;
}

/* ---- taking ---- */

static ans_str loose_key(const void *arg, uint32_t at)
{
    return ((const expand *)arg)->loose_keys[at];
}

static ans_err take_loose(expand *x, const ans_term_item *item, bool *out_is_new)
{
    ans_arena *arena = x->w.cx->arena;
    ans_str key = ans_arena_fmt(arena, "%.*s|%.*s", ANS_FMT(item->system_url), ANS_FMT(item->code));
    uint32_t cap = x->loose_cap, where;
    ans_str *keys = ans_arena_grow(arena, x->loose_keys, x->loose_count, &x->loose_cap, 64, sizeof *keys);
    if (!key.p || !keys) {
        return ans_cx_nomem(x->w.cx);
    }
    x->loose_keys = keys;
    if (cap != x->loose_cap) {
        ans_err err = table_make(arena, x->loose_cap, false, &x->loose);
        for (uint32_t i = 0; err == ANS_OK && i < x->loose_count; i++) {
            (void)table_add(&x->loose, loose_key, x, i, &where); /* they differ */
        }
        if (err != ANS_OK) {
            return err;
        }
    }
    keys[x->loose_count] = key;
    *out_is_new = table_add(&x->loose, loose_key, x, x->loose_count, &where);
    x->loose_count += *out_is_new;
    return ANS_OK;
}

/* Does the filter find it, and with its accents? What the value set itself calls it counts too. */
static ans_err is_wanted(expand *x, ans_term_item *item, const seen_system *seen, bool *out)
{
    bool by_index = seen && seen->fits && bit_get(seen->fits, item->place);
    *out = true;
    item->is_exact_ = !x->o->filter.n || (by_index && bit_get(seen->exact, item->place));
    if (!x->o->filter.n || item->is_exact_) {
        return ANS_OK;
    }
    bool exact = false;
    if (item->listed != ANS_JNONE) {
        ans_err err = words_fit(x->w.cx, x->o->filter, item->code, item->display, out, &exact);
        if (err != ANS_OK) {
            return err;
        }
        exact = exact && *out;
    }
    *out = by_index || (item->listed != ANS_JNONE && *out);
    item->is_exact_ = exact;
    return ANS_OK;
}

static ans_err take(expand *x, ans_term_item *item)
{
    seen_system *seen = NULL;
    bool is_new = true, wanted = false;
    ans_err err = item->system ? see_system(x, item->system, &seen) : ANS_OK;
    if (err != ANS_OK || (x->o->is_active_only && item->is_inactive) || (x->o->hides_abstract && item->is_abstract)) {
        return err;
    }
    err = is_wanted(x, item, seen, &wanted);
    if (err != ANS_OK || !wanted) {
        return err;
    }
    if (seen) {
        is_new = !bit_get(seen->taken, item->place);
        bit_set(seen->taken, item->place);
    } else {
        err = take_loose(x, item, &is_new);
    }
    if (err != ANS_OK || !is_new) {
        return err;
    }
    ans_term_item *at = x->count < MOST_ITEMS ? ans_arena_grow(x->w.cx->arena, x->items, x->count, &x->cap, 256, sizeof *at) : NULL;
    if (!at) {
        return x->count < MOST_ITEMS ? ans_cx_nomem(x->w.cx) : ANS_E_COSTLY;
    }
    x->items = at;
    x->items[x->count++] = *item;
    return ANS_OK;
}

static ans_err not_known(expand *x, const char *where, const char *what, ans_str name)
{
    return ans_issue_add(x->w.cx, ANS_E_NOTFOUND, ans_str_of(where), "%s is not here: %.*s", what, ANS_FMT(name));
}

static ans_err let_through(expand *x, const asker *a, const ans_term_item *item, bool *out)
{
    ans_term_code code = {.system = item->system_url, .code = item->code};
    set_part sets = {.sets = a->part ? a->part->sets + a->from : NULL, .set_count = a->part ? a->part->set_count - a->from : 0};
    ans_term_verdict v = ANS_TERM_IN;
    ans_err err = walk_step(&x->w, 1);
    *out = !(a->set->hides_inactive && item->is_inactive);
    if (err == ANS_OK && *out && sets.set_count) {
        err = sets_have(&x->w, &sets, &code, &v);
        *out = v == ANS_TERM_IN;
    }
    if (err == ANS_OK && v == ANS_TERM_UNKNOWN) {
        return not_known(x, "ValueSet.compose.include.valueSet", "one of these value sets, or what it stands on,", sets.sets[0]);
    }
    v = ANS_TERM_OUT;
    if (err == ANS_OK && *out && a->set->exclude_count) {
        err = excludes_have(&x->w, a->set, &code, &v);
        *out = v == ANS_TERM_OUT;
    }
    if (err == ANS_OK && v == ANS_TERM_UNKNOWN) {
        return not_known(x, "ValueSet.compose.exclude", "what an exclude stands on, in", a->set->url);
    }
    return err;
}

static ans_err offer(expand *x, const asker *a, ans_term_item *item)
{
    bool goes = true;
    ans_err err = ANS_OK;
    for (; a && err == ANS_OK && goes; a = a->next) {
        err = let_through(x, a, item, &goes);
    }
    return err == ANS_OK && goes ? take(x, item) : err;
}

/* ---- candidates ---- */

static ans_term_item item_at(const ans_term_system *s, uint32_t place)
{
    const ans_term_concept *c = &s->at[place];
    return (ans_term_item){.system = s,
                           .place = place,
                           .system_url = s->url,
                           .version = s->version,
                           .code = c->code,
                           .display = c->display,
                           .listed = ANS_JNONE,
                           .is_abstract = c->is_abstract,
                           .is_inactive = c->is_inactive};
}

static ans_err offer_listed(expand *x, const asker *a, const ans_term_set *set, const listed *l, ans_str system, const ans_term_system *s)
{
    uint32_t place = s ? system_place(s, l->code) : ANS_TERM_NONE;
    ans_term_item item = {.place = ANS_TERM_NONE, .system_url = system, .code = l->code};
    if (place != ANS_TERM_NONE) {
        item = item_at(s, place);
    }
    item.display = l->display.n ? l->display : item.display;
    item.doc = set->doc;
    item.listed = l->at;
    return offer(x, a, &item);
}

static ans_err offer_list(expand *x, const asker *a, const ans_term_set *set, const set_part *p)
{
    const ans_term_system *s;
    ans_err err = find_system_of(&x->w, p, ANS_STR_NONE, &s);
    for (uint32_t i = 0; err == ANS_OK && i < p->code_count; i++) {
        err = offer_listed(x, a, set, &p->codes[i], p->system, s);
    }
    return err;
}

/* The expansion that came with a value set, as far as its compose does not say otherwise. */
static ans_err offer_expansion(expand *x, const asker *a, const ans_term_set *set)
{
    ans_err err = ANS_OK;
    for (uint32_t i = 0; err == ANS_OK && i < set->expansion.code_count; i++) {
        const listed *l = &set->expansion.codes[i];
        const ans_term_system *s = NULL;
        ans_term_code code = {.system = l->system, .code = l->code};
        ans_term_verdict v = ANS_TERM_OUT;
        if (l->is_group) {
            continue;
        }
        err = set_has(&x->w, set, &code, &v);
        if (err != ANS_OK || v == ANS_TERM_OUT) {
            continue;
        }
        err = l->system.n ? find_system(&x->w, l->system, ANS_STR_NONE, &s) : ANS_OK;
        err = err == ANS_OK ? offer_listed(x, a, set, l, l->system, s) : err;
    }
    return err;
}

/* What an is-a leaves, before each is asked of all filters; everything without one. */
static ans_err first_bits(expand *x, const ans_term_system *s, const set_part *p, uint64_t **out)
{
    size_t n = s->count / 64 + 1;
    uint64_t *bits = ANS_NEW_N(x->w.cx->arena, uint64_t, n);
    if (!bits) {
        return ans_cx_nomem(x->w.cx);
    }
    *out = bits;
    for (uint32_t i = 0; i < p->filter_count; i++) {
        const set_filter *f = &p->filters[i];
        uint32_t top = f->is_code && (f->op == OP_IS_A || f->op == OP_DESCENDENT) ? system_place(s, f->value) : ANS_TERM_NONE;
        if (top != ANS_TERM_NONE) {
            return system_add_below(x->w.cx, s, top, bits);
        }
    }
    memset(bits, 0xFF, n * sizeof *bits);
    return ANS_OK;
}

static ans_err fits_filters(expand *x, const ans_term_system *s, uint32_t at, const set_part *p, bool *out)
{
    ans_err err = ANS_OK;
    *out = true;
    for (uint32_t i = 0; err == ANS_OK && *out && i < p->filter_count; i++) {
        ans_term_verdict v;
        err = filter_takes(&x->w, s, at, &p->filters[i], &v);
        *out = v == ANS_TERM_IN;
        if (err == ANS_OK && v == ANS_TERM_UNKNOWN) {
            return ans_issue_add(x->w.cx, ANS_E_UNSUPPORTED, ANS_STR("ValueSet.compose.include.filter"),
                                 "this filter is not known for %.*s: %.*s", ANS_FMT(s->url), ANS_FMT(p->filters[i].property));
        }
    }
    return err;
}

static ans_err offer_system(expand *x, const asker *a, const set_part *p)
{
    const ans_term_system *s;
    seen_system *seen;
    uint64_t *bits = NULL;
    ans_err err = find_system_of(&x->w, p, ANS_STR_NONE, &s);
    if (err != ANS_OK || !s || s->content == CONTENT_SUPPLEMENT || s->content == CONTENT_NONE) {
        return err != ANS_OK ? err
               : ans_term_is_rule(p->system)
                   ? ans_issue_add(x->w.cx, ANS_E_COSTLY, ANS_STR("ValueSet.compose.include"), "the codes of %.*s cannot be listed", ANS_FMT(p->system))
                   : not_known(x, "ValueSet.compose.include", "the code system, or what it contains,", p->system);
    }
    err = see_system(x, s, &seen);
    err = err == ANS_OK ? first_bits(x, s, p, &bits) : err;
    if (err != ANS_OK) {
        return err;
    }
    const uint64_t *fits = seen->fits; /* what is seen may move when others are */
    for (uint32_t i = 0; err == ANS_OK && i < s->count; i++) {
        bool goes = bit_get(bits, i) && (!fits || bit_get(fits, i));
        err = goes ? fits_filters(x, s, i, p, &goes) : ANS_OK;
        if (err == ANS_OK && goes) {
            ans_term_item item = item_at(s, i);
            err = offer(x, a, &item);
        }
    }
    return err;
}

static ans_err offer_set(expand *x, const asker *outer, const ans_term_set *set);

static ans_err offer_part(expand *x, const asker *outer, const ans_term_set *set, const set_part *p)
{
    asker a = {.next = outer, .set = set, .part = p, .from = p->system.n ? 0 : 1};
    const ans_term_set *other;
    if (p->system.n) {
        return p->has_codes ? offer_list(x, &a, set, p) : offer_system(x, &a, p);
    }
    if (!p->set_count) {
        return ANS_OK;
    }
    ans_err err = find_set(&x->w, p->sets[0], &other);
    if (err == ANS_OK && !other) {
        return not_known(x, "ValueSet.compose.include.valueSet", "the value set", p->sets[0]);
    }
    return err == ANS_OK ? offer_set(x, &a, other) : err;
}

/* Is there only the expansion that came with it? */
static ans_err only_expansion(expand *x, const ans_term_set *set, bool *out)
{
    ans_err err = ANS_OK;
    *out = set->has_expansion && !set->has_compose;
    for (uint32_t i = 0; err == ANS_OK && set->has_expansion && !*out && i < set->include_count; i++) {
        const set_part *p = &set->include[i];
        const ans_term_system *s = NULL;
        err = p->system.n && !p->has_codes ? find_system_of(&x->w, p, ANS_STR_NONE, &s) : ANS_OK;
        *out = p->system.n && !p->has_codes && !s;
    }
    return err;
}

static ans_err offer_set(expand *x, const asker *outer, const ans_term_set *set)
{
    bool stored;
    ans_err err = walk_step(&x->w, 1);
    for (uint32_t i = 0; i < x->depth; i++) {
        if (x->open[i] == set) {
            return err; /* a circle adds nothing */
        }
    }
    if (err != ANS_OK || x->depth == DEEPEST_SETS) {
        return err != ANS_OK ? err : ANS_E_COSTLY;
    }
    err = only_expansion(x, set, &stored);
    if (err == ANS_OK && stored) {
        asker a = {.next = outer, .set = set};
        return offer_expansion(x, &a, set);
    }
    x->open[x->depth++] = set;
    for (uint32_t i = 0; err == ANS_OK && i < set->include_count; i++) {
        err = offer_part(x, outer, set, &set->include[i]);
    }
    x->depth--;
    return err;
}

/* ---- the page ---- */

/* Each item below its nearest ancestor among the items; in the order of a walk down. */
typedef struct tree {
    uint32_t *parent, *first, *next; /* by item; first and next count from 1 */
    uint32_t *item_of;               /* by place */
} tree;

static ans_err make_tree(expand *x, const ans_term_system *s, tree *t)
{
    ans_arena *arena = x->w.cx->arena;
    t->parent = ANS_NEW_N(arena, uint32_t, x->count + 1);
    t->first = ANS_NEW_N(arena, uint32_t, x->count + 1); /* the last one: of the tops */
    t->next = ANS_NEW_N(arena, uint32_t, x->count + 1);
    t->item_of = ANS_NEW_N(arena, uint32_t, s->count + 1);
    if (!t->parent || !t->first || !t->next || !t->item_of) {
        return ans_cx_nomem(x->w.cx);
    }
    for (uint32_t i = 0; i < x->count; i++) {
        t->item_of[x->items[i].place] = i + 1;
    }
    for (uint32_t i = x->count; i-- > 0;) {
        uint32_t up = s->at[x->items[i].place].parent;
        while (up != ANS_TERM_NONE && !t->item_of[up]) {
            up = s->at[up].parent;
        }
        t->parent[i] = up == ANS_TERM_NONE ? x->count : t->item_of[up] - 1;
        t->next[i] = t->first[t->parent[i]];
        t->first[t->parent[i]] = i + 1;
    }
    return ANS_OK;
}

static ans_err nest(expand *x, bool *out_is_nested)
{
    tree t = {0};
    const ans_term_system *s = x->systems[0].s;
    ans_term_item *sorted = ANS_NEW_N(x->w.cx->arena, ans_term_item, x->count + 1);
    ans_err err = sorted ? make_tree(x, s, &t) : ans_cx_nomem(x->w.cx);
    uint32_t count = 0, depth = 0;
    for (uint32_t at = err == ANS_OK ? t.first[x->count] : 0; at;) {
        uint32_t i = at - 1;
        sorted[count] = x->items[i];
        sorted[count++].depth = depth < DEEPEST_SHOWN ? depth : DEEPEST_SHOWN;
        *out_is_nested |= depth > 0;
        if ((at = t.first[i]) != 0) {
            depth++;
            continue;
        }
        for (at = t.next[i]; !at && t.parent[i] != x->count; at = t.next[i]) {
            i = t.parent[i];
            depth--;
        }
    }
    x->items = err == ANS_OK ? sorted : x->items;
    return err;
}

/* Those with the very accents first, otherwise in order. */
static ans_err rank(expand *x)
{
    ans_term_item *sorted = ANS_NEW_N(x->w.cx->arena, ans_term_item, x->count + 1);
    uint32_t count = 0;
    if (!sorted) {
        return ans_cx_nomem(x->w.cx);
    }
    for (int exact = 1; exact >= 0; exact--) {
        for (uint32_t i = 0; i < x->count; i++) {
            if (x->items[i].is_exact_ == (exact == 1)) {
                sorted[count++] = x->items[i];
            }
        }
    }
    x->items = sorted;
    return ANS_OK;
}

/* In the language asked for: as the value set says it, as the code system does. */
static ans_err name_item(expand *x, ans_term_item *item)
{
    ans_str language = x->o->language, plain, said = ANS_STR_NONE;
    ans_term_designations list = {0};
    ans_err err = ANS_OK;
    seen_system *seen;
    if (item->listed != ANS_JNONE && language.n) {
        err = ans_term_designations_in(x->w.cx, item->doc, item->listed, &list);
        said = ans_term_designation_for(&list, language);
    }
    if (err == ANS_OK && !said.n && item->system) {
        err = see_system(x, item->system, &seen);
        plain = item->system->at[item->place].display;
        err = err == ANS_OK ? ans_term_display(x->w.cx, &seen->names, item->place, language, &said) : err;
        said = err == ANS_OK && ans_str_eq(said, plain) && item->display.n ? item->display : said;
    }
    item->display = said.n ? said : item->display;
    return err;
}

static ans_err finish(expand *x, ans_term_expansion *out)
{
    const ans_term_expand_options *o = x->o;
    ans_err err = ANS_OK;
    *out = (ans_term_expansion){.total = x->count, .is_incomplete = x->is_incomplete, .system_count = x->system_count};
    if (o->filter.n) {
        err = rank(x);
    } else if (o->is_nested && o->offset == 0 && o->count >= x->count && x->system_count == 1 && !x->loose_count) {
        err = nest(x, &out->is_nested);
    }
    uint32_t left = o->offset < x->count ? x->count - o->offset : 0;
    out->count = left < o->count ? left : o->count;
    out->items = out->count ? x->items + o->offset : NULL;
    out->systems = ANS_NEW_N(x->w.cx->arena, const ans_term_system *, x->system_count + 1);
    if (err == ANS_OK && !out->systems) {
        return ans_cx_nomem(x->w.cx);
    }
    for (uint32_t i = 0; err == ANS_OK && i < out->count; i++) {
        err = name_item(x, &out->items[i]);
    }
    for (uint32_t i = 0; err == ANS_OK && i < x->system_count; i++) {
        out->systems[i] = x->systems[i].s;
    }
    return err;
}

ans_err ans_term_expand(ans_cx *cx, const ans_term_scope *scope, const ans_term_set *set, const ans_term_expand_options *options,
                        ans_term_expansion *out)
{
    expand x = {.w = walk_start(scope, cx), .o = options};
    x.w.most_steps = STEPS_OF_EXPAND;
    ans_err err = offer_set(&x, NULL, set);
    if (err == ANS_E_COSTLY && !cx->issues) {
        return ans_issue_add(cx, err, ANS_STR("ValueSet.compose"), "more than %d codes or %d steps, or value sets more than %d deep",
                             MOST_ITEMS, STEPS_OF_EXPAND, DEEPEST_SETS);
    }
    return err == ANS_OK ? finish(&x, out) : err;
}
