/* Slices: which of a list's members is which, by discriminators, and what each slice asks. A discriminator names a place below the
 * member; what the slice's own rules fix there (a fixed value or pattern at it, above it or below it, a required value set, a type,
 * a profile) decides. Where they fix nothing nobody can tell, and then nothing is said of that slice's number.
 * spec: http://hl7.org/fhir/R4/profiling.html#discriminator */
#include "valid/valid_int.h"

typedef enum verdict { NO, YES, UNCLEAR } verdict;

/* What a rule says may stand in its slices; and a place may have several rules: an element's and those of its slices. */
enum { MOST_BELOW = 64 };

typedef struct found {
    vitem *at;
    uint32_t count;
} found;

/* ---- the document below an item ---- */

static ans_err add_found(vrun *v, found *f, uint32_t *cap, vitem item)
{
    vitem *grown = ans_arena_grow(v->cx->arena, f->at, f->count, cap, 4, sizeof item);
    if (!grown) {
        return ans_cx_nomem(v->cx);
    }
    f->at = grown;
    f->at[f->count++] = item;
    return ans_valid_spend(v, 1);
}

/* Children of an element name; only those with a node of their own. */
static ans_err children(vrun *v, const vitem *item, ans_str name, found *out)
{
    uint32_t cap = 0;
    ans_err err = ANS_OK;
    ans_jnode object = ans_fhir_types[item->type].kind == ANS_FHIR_PRIMITIVE ? item->beside : item->node;
    *out = (found){0};
    for (ans_jnode m = object == ANS_JNONE ? ANS_JNONE : ans_json_first(v->doc, object); err == ANS_OK && m != ANS_JNONE; m = ans_json_next(v->doc, object, m)) {
        const ans_fhir_member *k = ans_fhir_member_of(item->type, ans_json_key(v->doc, m));
        if (!k || !ans_str_eq((ans_str){k->element, k->element_len}, name)) {
            continue;
        }
        if (!k->is_array || ans_json_kind_of(v->doc, m) != ANS_JSON_ARRAY) {
            err = add_found(v, out, &cap, (vitem){m, ANS_JNONE, k->type, MANY});
            continue;
        }
        for (ans_jnode n = ans_json_first(v->doc, m); err == ANS_OK && n != ANS_JNONE; n = ans_json_next(v->doc, m, n)) {
            err = add_found(v, out, &cap, (vitem){n, ANS_JNONE, k->type, MANY});
        }
    }
    for (uint32_t i = 0; i < out->count; i++) { /* a resource says its own type */
        if (ans_fhir_types[out->at[i].type].kind == ANS_FHIR_RESOURCE) {
            ans_type own = ans_item_of_resource(v->doc, out->at[i].node).type;
            out->at[i].type = own ? own : out->at[i].type;
        }
    }
    return err;
}

static ans_err step(vrun *v, const vitem *item, const vseg *seg, found *out)
{
    ans_err err = ANS_OK;
    uint32_t cap = 0;
    *out = (found){0};
    if (seg->kind == VSEG_NAME) {
        return children(v, item, seg->name, out);
    }
    if (seg->kind == VSEG_OF_TYPE) {
        return ans_str_eq(ans_fhir_type_name(item->type), seg->name) ? add_found(v, out, &cap, *item) : ANS_OK;
    }
    if (seg->kind == VSEG_RESOLVE) {
        ans_item target = {.node = ANS_JNONE};
        bool there = false;
        ans_str reference = ans_valid_member(v, item->node, "reference");
        err = reference.n ? ans_valid_resolve(v, reference, &target, &there) : ANS_OK;
        return err == ANS_OK && there && target.doc == v->doc ? add_found(v, out, &cap, (vitem){target.node, ANS_JNONE, target.type, MANY}) : err;
    }
    found all;
    err = children(v, item, ANS_STR("extension"), &all);
    for (uint32_t i = 0; err == ANS_OK && i < all.count; i++) {
        if (ans_str_eq(ans_valid_member(v, all.at[i].node, "url"), seg->name)) {
            err = add_found(v, out, &cap, all.at[i]);
        }
    }
    return err;
}

/* ---- the rules below a rule ---- */

static ans_str without_version(ans_str url)
{
    ptrdiff_t bar = ans_str_find(url, '|');
    return bar < 0 ? url : ans_str_head(url, (size_t)bar);
}

static const vrule *child_named(const vrule *r, ans_str name)
{
    for (uint32_t i = 0; i < r->child_count; i++) {
        if (ans_str_eq(r->children[i]->name, name)) {
            return r->children[i];
        }
    }
    return NULL;
}

/* The rules that hold at one step below: the child, its slices, or what the profile of the type says. */
static ans_err rules_below(vrun *v, const vrule *r, const vseg *seg, const vrule **out, uint32_t *out_count)
{
    ans_str name = seg->kind == VSEG_EXTENSION ? ANS_STR("extension") : seg->name;
    const vrule *c = seg->kind == VSEG_NAME || seg->kind == VSEG_EXTENSION ? child_named(r, name) : r;
    const vprofile *p = NULL;
    ans_err err = ANS_OK;
    *out_count = 0;
    if (seg->kind == VSEG_RESOLVE) {
        err = r->type_count && r->types[0].target_count ? ans_valid_profile(v, r->types[0].targets[0], &p) : ANS_OK;
        c = p && !p->is_base ? p->root : NULL;
    } else if (!c && r->type_count && r->types[0].profile_count) {
        err = ans_valid_profile(v, r->types[0].profiles[0], &p);
        c = p && p->root ? child_named(p->root, name) : NULL;
    }
    if (err == ANS_OK && c) {
        out[(*out_count)++] = c;
        for (uint32_t i = 0; i < c->slice_count && seg->kind != VSEG_RESOLVE && *out_count < MOST_BELOW; i++) {
            out[(*out_count)++] = c->slices[i];
        }
    }
    return err;
}

/* ---- by value ---- */

static ans_err by_value(vrun *v, const vitem *item, const vrule *r, const vseg *segs, uint32_t count, verdict *out);

/* At the place itself nothing is fixed: then what is fixed below it. */
static ans_err by_what_is_below(vrun *v, const vitem *item, const vrule *r, verdict *out)
{
    ans_err err = ANS_OK;
    verdict all = UNCLEAR;
    if (++v->depth > 64) {
        v->depth--;
        *out = UNCLEAR;
        return ANS_OK;
    }
    for (uint32_t i = 0; err == ANS_OK && i < r->child_count && all != NO; i++) {
        vseg seg = {VSEG_NAME, r->children[i]->name};
        verdict one = UNCLEAR;
        bool fixes = r->children[i]->min > 0 || r->children[i]->fixed != ANS_JNONE || r->children[i]->pattern != ANS_JNONE || r->children[i]->slice_count;
        err = fixes ? by_value(v, item, r, &seg, 1, &one) : ANS_OK;
        all = one == UNCLEAR ? all : one;
    }
    v->depth--;
    *out = all;
    return err;
}

static ans_err at_the_place(vrun *v, const vitem *item, const vrule *r, verdict *out)
{
    if (r->strength == VBIND_REQUIRED) {
        ans_term_verdict in;
        ans_err err = ans_valid_in_value_set(v, item, r->value_set, &in);
        *out = in == ANS_TERM_IN ? YES : in == ANS_TERM_OUT ? NO : UNCLEAR;
        return err;
    }
    return by_what_is_below(v, item, r, out);
}

/* The profile of an extension's type fixes its url, whether or not it is spelt out below the slice. */
static bool is_url_of_profile(const vitem *item, const vrule *r, const vseg *segs, uint32_t count)
{
    return count == 1 && segs->kind == VSEG_NAME && ans_str_is(segs->name, "url") && ans_str_is(ans_fhir_type_name(item->type), "Extension") &&
           r->type_count && r->types[0].profile_count;
}

static ans_err one_step(vrun *v, const vitem *item, const vrule *r, const vseg *segs, uint32_t count, verdict *out)
{
    const vrule *rules[MOST_BELOW + 1];
    uint32_t rule_count;
    found f;
    bool clear = false;
    ans_err err = rules_below(v, r, segs, rules, &rule_count);
    err = err == ANS_OK ? step(v, item, segs, &f) : err;
    *out = UNCLEAR;
    for (uint32_t i = 0; err == ANS_OK && i < f.count && *out != YES; i++) {
        for (uint32_t k = 0; err == ANS_OK && k < rule_count && *out != YES; k++) {
            verdict one;
            err = by_value(v, &f.at[i], rules[k], segs + 1, count - 1, &one);
            clear = clear || one != UNCLEAR;
            *out = one == YES ? YES : *out;
        }
    }
    if (err == ANS_OK && *out != YES) {
        *out = clear || (rule_count && f.count == 0) ? NO : UNCLEAR;
    }
    return err;
}

static ans_err by_value(vrun *v, const vitem *item, const vrule *r, const vseg *segs, uint32_t count, verdict *out)
{
    ans_err err = ans_valid_spend(v, 1);
    if (err != ANS_OK) {
        return err;
    }
    if (r->fixed != ANS_JNONE || r->pattern != ANS_JNONE) {
        bool same = item->node != ANS_JNONE && (r->fixed == ANS_JNONE || ans_valid_is_fixed(v, item->node, r->doc, r->fixed)) &&
                    (r->pattern == ANS_JNONE || ans_valid_has_pattern(v, item->node, r->doc, r->pattern));
        *out = same ? YES : NO;
        return ANS_OK;
    }
    if (is_url_of_profile(item, r, segs, count)) {
        ans_str url = ans_valid_member(v, item->node, "url");
        *out = ans_str_eq(url, without_version(r->types[0].profiles[0])) ? YES : NO;
        return ANS_OK;
    }
    return count == 0 ? at_the_place(v, item, r, out) : one_step(v, item, r, segs, count, out);
}

/* ---- by existence, type and profile ---- */

static ans_err walk_path(vrun *v, const vitem *item, const vseg *segs, uint32_t count, found *out)
{
    uint32_t cap = 0;
    *out = (found){0};
    ans_err err = add_found(v, out, &cap, *item);
    for (uint32_t s = 0; err == ANS_OK && s < count; s++) {
        found next = {0};
        uint32_t next_cap = 0;
        for (uint32_t i = 0; err == ANS_OK && i < out->count; i++) {
            found some;
            err = step(v, &out->at[i], &segs[s], &some);
            for (uint32_t k = 0; err == ANS_OK && k < some.count; k++) {
                err = add_found(v, &next, &next_cap, some.at[k]);
            }
        }
        *out = next;
    }
    return err;
}

/* The rule at the end of the names of a path (resolve() and ofType() stay where they are). */
static const vrule *rule_at(const vrule *r, const vdisc *d, bool *out_resolved)
{
    *out_resolved = false;
    for (uint32_t i = 0; r && i < d->count; i++) {
        *out_resolved = d->segs[i].kind == VSEG_RESOLVE;
        r = d->segs[i].kind == VSEG_NAME ? child_named(r, d->segs[i].name) : r;
    }
    return r;
}

static ans_err by_existence(vrun *v, const vitem *item, const vrule *slice, const vdisc *d, verdict *out)
{
    found f;
    bool resolved;
    const vrule *r = rule_at(slice, d, &resolved);
    ans_err err = walk_path(v, item, d->segs, d->count, &f);
    *out = !r || (r->min == 0 && r->max > 0) ? UNCLEAR : (f.count > 0) == (r->max > 0) ? YES : NO;
    return err;
}

static ans_err by_type(vrun *v, const vitem *item, const vrule *slice, const vdisc *d, verdict *out)
{
    found f;
    bool resolved;
    const vrule *r = rule_at(slice, d, &resolved);
    ans_err err = walk_path(v, item, d->segs, d->count, &f);
    *out = r && r->type_count ? NO : UNCLEAR;
    for (uint32_t i = 0; err == ANS_OK && r && i < r->type_count; i++) {
        const vtype *t = &r->types[i];
        for (uint32_t k = 0; k < f.count; k++) {
            for (uint32_t n = 0; resolved && n < t->target_count; n++) {
                *out = t->target_types[n] && ans_fhir_is_a(f.at[k].type, t->target_types[n]) ? YES : *out;
            }
            *out = !resolved && t->type && ans_fhir_is_a(f.at[k].type, t->type) ? YES : *out;
        }
    }
    return err;
}

static ans_err by_profile(vrun *v, const vitem *item, const vrule *slice, const vdisc *d, const vplace *at, verdict *out)
{
    found f;
    bool resolved, yes = false, known = false;
    const vrule *r = rule_at(slice, d, &resolved);
    ans_err err = walk_path(v, item, d->segs, d->count, &f);
    for (uint32_t i = 0; err == ANS_OK && r && i < r->type_count; i++) {
        const vtype *t = &r->types[i];
        uint32_t count = resolved ? t->target_count : t->profile_count;
        for (uint32_t n = 0; err == ANS_OK && n < count && f.count && !yes; n++) {
            const vprofile *p;
            err = ans_valid_profile(v, resolved ? t->targets[n] : t->profiles[n], &p);
            known = known || (err == ANS_OK && p && p->root);
            err = err == ANS_OK && p && p->root ? ans_valid_conforms(v, &f.at[0], p, at, &yes) : err;
        }
    }
    *out = yes ? YES : known ? NO : UNCLEAR;
    return err;
}

/* ---- which slice ---- */

/* Without discriminators a choice is sliced by its types, and anything else as its people say, which nobody can check. */
static ans_err matches(vrun *v, const vrule *of, const vrule *slice, const vitem *item, const vplace *at, verdict *out)
{
    static const vdisc this_type = {.kind = VDISC_TYPE};
    const vslicing *s = of->slicing;
    ans_err err = ANS_OK;
    *out = YES;
    if (!s || s->count == 0) {
        if (of->is_choice) {
            return by_type(v, item, slice, &this_type, out);
        }
        *out = UNCLEAR;
    }
    for (uint32_t i = 0; err == ANS_OK && s && i < s->count && *out != NO; i++) {
        const vdisc *d = &s->discs[i];
        verdict one = UNCLEAR;
        if (!d->is_unknown) {
            err = d->kind == VDISC_EXISTS    ? by_existence(v, item, slice, d, &one)
                  : d->kind == VDISC_TYPE    ? by_type(v, item, slice, d, &one)
                  : d->kind == VDISC_PROFILE ? by_profile(v, item, slice, d, at, &one)
                                             : by_value(v, item, slice, d->segs, d->count, &one);
        }
        *out = one == YES ? *out : one;
    }
    return err;
}

typedef struct sorting {
    uint32_t *of_item; /* slice of each; MANY: none */
    uint32_t *counts;
    bool *is_unclear;  /* of each slice */
    bool any_unclear;
} sorting;

static ans_err sort_items(vrun *v, const vrule *rule, const vitem *items, uint32_t count, const vplace *at, sorting *out)
{
    ans_err err = ANS_OK;
    *out = (sorting){ANS_NEW_N(v->cx->arena, uint32_t, count + 1), ANS_NEW_N(v->cx->arena, uint32_t, rule->slice_count + 1),
                     ANS_NEW_N(v->cx->arena, bool, rule->slice_count + 1), false};
    if (!out->of_item || !out->counts || !out->is_unclear) {
        return ans_cx_nomem(v->cx);
    }
    for (uint32_t i = 0; err == ANS_OK && i < count; i++) {
        out->of_item[i] = MANY;
        for (uint32_t k = 0; err == ANS_OK && k < rule->slice_count && out->of_item[i] == MANY; k++) {
            verdict is;
            err = matches(v, rule, rule->slices[k], &items[i], at, &is);
            out->of_item[i] = is == YES ? k : MANY;
            out->counts[k] += is == YES;
            out->is_unclear[k] = out->is_unclear[k] || is == UNCLEAR;
            out->any_unclear = out->any_unclear || is == UNCLEAR;
        }
    }
    return err;
}

/* ---- what is asked of them ---- */

static void count_slices(vrun *v, const vrule *rule, const sorting *s, const vplace *at)
{
    for (uint32_t k = 0; k < rule->slice_count; k++) {
        const vrule *slice = rule->slices[k];
        if (s->is_unclear[k]) {
            ans_valid_say(v, ANS_VALID_INFORMATION, "processing", at, "which values are of the slice %.*s cannot be told here", ANS_FMT(slice->slice));
        } else if (s->counts[k] < slice->min) {
            ans_valid_say(v, ANS_VALID_ERROR, "required", at, "found %u of the slice %.*s, expected at least %u", s->counts[k], ANS_FMT(slice->slice), slice->min);
        }
        if (s->counts[k] > slice->max) {
            ans_valid_say(v, ANS_VALID_ERROR, "structure", at, "found %u of the slice %.*s, expected at most %u", s->counts[k], ANS_FMT(slice->slice), slice->max);
        }
    }
}

static void check_order(vrun *v, const vrule *rule, const vitem *items, uint32_t count, const sorting *s, const vplace *at)
{
    uint32_t last = 0;
    bool open = false;
    for (uint32_t i = 0; i < count; i++) {
        vplace here = {at->up, at->name, items[i].index};
        if (s->of_item[i] == MANY) {
            open = true;
            if (rule->slicing->is_closed && !s->any_unclear) {
                ans_valid_say(v, ANS_VALID_ERROR, "structure", &here, "found a value that is of none of the slices, expected none (closed slicing of %.*s)", ANS_FMT(rule->path));
            }
            continue;
        }
        if (rule->slicing->is_ordered && s->of_item[i] < last) {
            ans_valid_say(v, ANS_VALID_ERROR, "structure", &here, "found the slice %.*s behind a later one, expected the order of the definition",
                          ANS_FMT(rule->slices[s->of_item[i]]->slice));
        }
        if (rule->slicing->is_open_at_end && open) {
            ans_valid_say(v, ANS_VALID_ERROR, "structure", &here, "found a slice behind values of none, expected those at the end");
        }
        last = s->of_item[i];
    }
}

static const vtype *type_of(const vrule *r, ans_type t)
{
    for (uint32_t i = 0; i < r->type_count; i++) {
        if (r->types[i].type == t || (ans_fhir_types[t].kind == ANS_FHIR_RESOURCE && r->types[i].type)) {
            return &r->types[i];
        }
    }
    return NULL;
}

static ans_err hold_against(vrun *v, const vrule *rule, const vitem *items, uint32_t count, const sorting *s, const vplace *at)
{
    ans_err err = ANS_OK;
    for (uint32_t i = 0; err == ANS_OK && i < count; i++) {
        if (s->of_item[i] != MANY) {
            const vrule *slice = rule->slices[s->of_item[i]];
            vplace here = {at->up, at->name, items[i].index};
            err = ans_valid_item(v, &items[i], slice, type_of(slice, items[i].type), &here);
        }
    }
    return err;
}

static ans_err reslices(vrun *v, const vrule *rule, const vitem *items, uint32_t count, const sorting *s, const vplace *at)
{
    ans_err err = ANS_OK;
    for (uint32_t k = 0; err == ANS_OK && k < rule->slice_count; k++) {
        if (!rule->slices[k]->slicing || !rule->slices[k]->slice_count || !s->counts[k]) {
            continue;
        }
        vitem *some = ANS_NEW_N(v->cx->arena, vitem, s->counts[k]);
        uint32_t n = 0;
        for (uint32_t i = 0; some && i < count; i++) {
            if (s->of_item[i] == k) {
                some[n++] = items[i];
            }
        }
        err = some ? ans_valid_slices(v, rule->slices[k], some, n, at) : ans_cx_nomem(v->cx);
    }
    return err;
}

/* Depth: reslices lie within each other as deep as their names have slashes, and a definition's elements are limited. */
ans_err ans_valid_slices(vrun *v, const vrule *rule, const vitem *items, uint32_t count, const vplace *at)
{
    sorting s;
    if (v->is_base) {
        return ANS_OK;
    }
    ans_err err = sort_items(v, rule, items, count, at, &s);
    if (err != ANS_OK) {
        return err;
    }
    count_slices(v, rule, &s, at);
    check_order(v, rule, items, count, &s, at);
    err = hold_against(v, rule, items, count, &s, at);
    return err == ANS_OK ? reslices(v, rule, items, count, &s, at) : err;
}
