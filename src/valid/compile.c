/* From a StructureDefinition's snapshot to a tree of rules. The order of a snapshot is that of a walk through the tree, so the last
 * rule met at each depth of the path is the parent of what follows; a slice stands behind the element it is of.
 *
 * What R4's own type says about the same element is left out of a profile's rules: the base walk has asked it already.
 * spec: http://hl7.org/fhir/R4/elementdefinition.html */
#include "valid/valid_int.h"

enum { MOST_ELEMENTS = 5000, MOST_DEPTH = 32 };

#define CORE "http://hl7.org/fhir/StructureDefinition/"

typedef struct build {
    ans_cx *cx;
    ans_cx own;       /* the definition's arena: what it allocates stays */
    const ans_json *doc, *base; /* base: R4's definition of the type; NULL when this is it */
    ans_jnode base_elements;
    ans_arena *arena;
    vprofile *p;
    vrule *at[MOST_DEPTH]; /* the last rule of each depth */
    const char *wrong;
} build;

static ans_err no_memory(build *b)
{
    return ans_issue_add(b->cx, ans_arena_err(b->arena), ANS_STR_NONE, "a definition needs more memory than there is");
}

static ans_str text(build *b, const ans_json *doc, ans_jnode n, const char *name)
{
    return ans_json_get_string(&b->own, doc, n, ans_str_of(name));
}

static uint32_t number(build *b, ans_jnode n, const char *name, uint32_t otherwise)
{
    ans_jnode m = ans_json_get(b->doc, n, ans_str_of(name));
    uint64_t v;
    if (m == ANS_JNONE || !ans_str_u64(ans_json_kind_of(b->doc, m) == ANS_JSON_STRING ? ans_json_string(&b->own, b->doc, m) : ans_json_raw(b->doc, m), &v)) {
        return otherwise;
    }
    return v > MANY - 1 ? MANY - 1 : (uint32_t)v;
}

static bool is_true(build *b, ans_jnode n, const char *name)
{
    ans_jnode m = ans_json_get(b->doc, n, ans_str_of(name));
    return m != ANS_JNONE && ans_json_kind_of(b->doc, m) == ANS_JSON_TRUE;
}

/* The members of an array; anything else counts as none. */
static ans_jnode list_of(const ans_json *doc, ans_jnode obj, const char *name, uint32_t *out_count)
{
    ans_jnode list = ans_json_get(doc, obj, ans_str_of(name));
    bool is_list = list != ANS_JNONE && ans_json_kind_of(doc, list) == ANS_JSON_ARRAY;
    *out_count = is_list ? ans_json_count(doc, list) : 0;
    return is_list ? list : ANS_JNONE;
}

/* ---- what the base says of the same element ---- */

static ans_jnode base_element(build *b, ans_str path)
{
    for (ans_jnode e = b->base_elements == ANS_JNONE ? ANS_JNONE : ans_json_first(b->base, b->base_elements); e != ANS_JNONE;
         e = ans_json_next(b->base, b->base_elements, e)) {
        if (ans_str_eq(ans_json_get_string(&b->own, b->base, e, ANS_STR("path")), path)) {
            return e;
        }
    }
    return ANS_JNONE;
}

static bool base_has_constraint(build *b, ans_jnode element, ans_str key, ans_str expression)
{
    uint32_t count;
    ans_jnode list = element == ANS_JNONE ? ANS_JNONE : list_of(b->base, element, "constraint", &count);
    for (ans_jnode c = list == ANS_JNONE ? ANS_JNONE : ans_json_first(b->base, list); c != ANS_JNONE; c = ans_json_next(b->base, list, c)) {
        if (ans_str_eq(text(b, b->base, c, "key"), key) && ans_str_eq(text(b, b->base, c, "expression"), expression)) {
            return true;
        }
    }
    return false;
}

/* ---- parts of an element ---- */

static ans_err read_strings(build *b, ans_jnode obj, const char *name, ans_str **out, uint32_t *out_count)
{
    ans_jnode list = list_of(b->doc, obj, name, out_count);
    *out = *out_count ? ANS_NEW_N(b->arena, ans_str, *out_count) : NULL;
    if (*out_count && !*out) {
        return no_memory(b);
    }
    *out_count = 0;
    for (ans_jnode n = list == ANS_JNONE ? ANS_JNONE : ans_json_first(b->doc, list); n != ANS_JNONE; n = ans_json_next(b->doc, list, n)) {
        (*out)[(*out_count)++] = ans_json_string(&b->own, b->doc, n);
    }
    return ANS_OK;
}

static ans_type type_named(ans_str url)
{
    return ans_str_starts(url, ANS_STR(CORE)) ? ans_fhir_type_named(ans_str_from(url, sizeof CORE - 1)) : 0;
}

static ans_err read_type(build *b, ans_jnode t, ans_type member_type, vtype *out)
{
    ans_str code = text(b, b->doc, t, "code"), *aggregation;
    uint32_t count;
    out->type = ans_fhir_type_named(code);
    if (member_type && (!out->type || ans_fhir_types[member_type].kind == ANS_FHIR_BACKBONE)) {
        out->type = member_type; /* System.String behind ids and urls; BackboneElement, Element */
    }
    ans_err err = read_strings(b, t, "profile", &out->profiles, &out->profile_count);
    err = err == ANS_OK ? read_strings(b, t, "targetProfile", &out->targets, &out->target_count) : err;
    err = err == ANS_OK ? read_strings(b, t, "aggregation", &aggregation, &count) : err;
    for (uint32_t i = 0; err == ANS_OK && i < count; i++) {
        out->aggregation |= (uint8_t)(ans_str_is(aggregation[i], "contained") ? VAGG_CONTAINED : ans_str_is(aggregation[i], "referenced") ? VAGG_REFERENCED : VAGG_BUNDLED);
    }
    out->target_types = out->target_count ? ANS_NEW_N(b->arena, ans_type, out->target_count) : NULL;
    for (uint32_t i = 0; out->target_types && i < out->target_count; i++) {
        out->target_types[i] = type_named(out->targets[i]);
    }
    return err == ANS_OK && out->target_count && !out->target_types ? no_memory(b) : err;
}

static ans_err read_types(build *b, ans_jnode e, ans_type member_type, vrule *r)
{
    uint32_t count;
    ans_jnode list = list_of(b->doc, e, "type", &count);
    ans_err err = ANS_OK;
    r->types = count ? ANS_NEW_N(b->arena, vtype, count) : NULL;
    if (count && !r->types) {
        return no_memory(b);
    }
    for (ans_jnode t = list == ANS_JNONE ? ANS_JNONE : ans_json_first(b->doc, list); err == ANS_OK && t != ANS_JNONE; t = ans_json_next(b->doc, list, t)) {
        err = read_type(b, t, r->is_choice ? 0 : member_type, &r->types[r->type_count++]);
    }
    r->type = r->is_root ? b->p->type : r->type_count == 1 ? r->types[0].type : r->is_choice ? 0 : member_type;
    return err;
}

static bool is_hidden(build *b, ans_jnode base, ans_str key, ans_str expression)
{
    return b->base && (base_has_constraint(b, base, key, expression) || ans_str_is(key, "ele-1") || ans_str_is(key, "ext-1"));
}

static ans_err read_constraints(build *b, ans_jnode e, ans_jnode base, vrule *r)
{
    uint32_t count;
    ans_jnode list = list_of(b->doc, e, "constraint", &count);
    ans_err err = ANS_OK;
    r->constraints = count ? ANS_NEW_N(b->arena, vconstraint, count) : NULL;
    if (count && !r->constraints) {
        return no_memory(b);
    }
    for (ans_jnode n = list == ANS_JNONE ? ANS_JNONE : ans_json_first(b->doc, list); err == ANS_OK && n != ANS_JNONE; n = ans_json_next(b->doc, list, n)) {
        vconstraint c = {.key = text(b, b->doc, n, "key"), .human = text(b, b->doc, n, "human"), .expression = text(b, b->doc, n, "expression")};
        c.is_warning = ans_str_is(text(b, b->doc, n, "severity"), "warning");
        if (!c.expression.n || is_hidden(b, base, c.key, c.expression)) {
            continue;
        }
        err = ans_valid_constraint(b->cx, b->arena, r->type, &c);
        r->constraints[r->constraint_count++] = c;
    }
    return err;
}

static void read_binding(build *b, ans_jnode e, ans_jnode base, vrule *r)
{
    ans_jnode n = ans_json_get(b->doc, e, ANS_STR("binding"));
    ans_jnode other = b->base && base != ANS_JNONE ? ans_json_get(b->base, base, ANS_STR("binding")) : ANS_JNONE;
    ans_str strength = text(b, b->doc, n, "strength");
    ans_jnode extensions = ans_json_get(b->doc, n, ANS_STR("extension"));
    for (ans_jnode x = extensions == ANS_JNONE ? ANS_JNONE : ans_json_first(b->doc, extensions); x != ANS_JNONE; x = ans_json_next(b->doc, extensions, x)) {
        if (ans_str_is(text(b, b->doc, x, "url"), "http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet")) {
            r->max_value_set = text(b, b->doc, x, "valueCanonical");
        }
    }
    r->value_set = text(b, b->doc, n, "valueSet");
    if (!r->value_set.n || !strength.n ||
        (other != ANS_JNONE && ans_str_eq(text(b, b->base, other, "valueSet"), r->value_set) && ans_str_eq(text(b, b->base, other, "strength"), strength))) {
        return;
    }
    r->strength = ans_str_is(strength, "required") ? VBIND_REQUIRED : ans_str_is(strength, "extensible") ? VBIND_EXTENSIBLE : VBIND_WEAKER;
}

static void read_values(build *b, ans_jnode e, vrule *r)
{
    r->fixed = r->pattern = r->min_value = r->max_value = ANS_JNONE;
    ANS_JSON_EACH(b->doc, e, m) {
        ans_str key = ans_json_key(b->doc, m);
        if (ans_str_starts(key, ANS_STR("fixed"))) {
            r->fixed = m;
        } else if (ans_str_starts(key, ANS_STR("pattern"))) {
            r->pattern = m;
        } else if (ans_str_starts(key, ANS_STR("minValue"))) {
            r->min_value = m;
            r->min_key = ans_str_from(key, 8);
        } else if (ans_str_starts(key, ANS_STR("maxValue"))) {
            r->max_value = m;
            r->max_key = ans_str_from(key, 8);
        }
    }
    r->max_length = number(b, e, "maxLength", 0);
}

/* ---- slicing ---- */

/* The parts of a discriminator's path; dots within quotes do not part. */
static bool next_part(ans_str *rest, ans_str *out)
{
    size_t i = 0;
    bool quoted = false;
    while (i < rest->n && (quoted || rest->p[i] != '.')) {
        quoted = rest->p[i] == '\'' ? !quoted : quoted;
        i++;
    }
    *out = ans_str_head(*rest, i);
    *rest = ans_str_from(*rest, i + 1);
    return out->n > 0;
}

static ans_str between(ans_str s, size_t head)
{
    ans_str inner = ans_str_from(s, head);
    inner.n -= inner.n && inner.p[inner.n - 1] == ')';
    bool quoted = inner.n >= 2 && inner.p[0] == '\'' && inner.p[inner.n - 1] == '\'';
    return quoted ? (ans_str){inner.p + 1, inner.n - 2} : inner;
}

static ans_err read_disc(build *b, ans_jnode n, vdisc *out)
{
    ans_str type = text(b, b->doc, n, "type"), path = text(b, b->doc, n, "path"), part;
    out->kind = ans_str_is(type, "exists") ? VDISC_EXISTS : ans_str_is(type, "type") ? VDISC_TYPE : ans_str_is(type, "profile") ? VDISC_PROFILE : VDISC_VALUE;
    out->segs = ANS_NEW_N(b->arena, vseg, path.n / 2 + 2);
    if (!out->segs) {
        return no_memory(b);
    }
    while (next_part(&path, &part)) {
        vseg s = {VSEG_NAME, part};
        if (ans_str_is(part, "$this")) {
            continue;
        }
        if (ans_str_is(part, "resolve()")) {
            s.kind = VSEG_RESOLVE;
        } else if (ans_str_starts(part, ANS_STR("ofType("))) {
            s = (vseg){VSEG_OF_TYPE, between(part, 7)};
        } else if (ans_str_starts(part, ANS_STR("extension("))) {
            s = (vseg){VSEG_EXTENSION, between(part, 10)};
        } else if (ans_str_find(part, '(') >= 0) {
            out->is_unknown = true;
        }
        out->segs[out->count++] = s;
    }
    return ANS_OK;
}

static ans_err read_slicing(build *b, ans_jnode e, vrule *r)
{
    ans_jnode n = ans_json_get(b->doc, e, ANS_STR("slicing"));
    ans_err err = ANS_OK;
    if (n == ANS_JNONE || ans_json_kind_of(b->doc, n) != ANS_JSON_OBJECT) {
        return ANS_OK;
    }
    uint32_t count;
    ans_jnode list = list_of(b->doc, n, "discriminator", &count);
    vslicing *s = ANS_NEW(b->arena, vslicing);
    ans_str rules = text(b, b->doc, n, "rules");
    if (!s || !(s->discs = ANS_NEW_N(b->arena, vdisc, count + 1))) {
        return no_memory(b);
    }
    s->is_closed = ans_str_is(rules, "closed");
    s->is_open_at_end = ans_str_is(rules, "openAtEnd");
    s->is_ordered = is_true(b, n, "ordered");
    for (ans_jnode d = list == ANS_JNONE ? ANS_JNONE : ans_json_first(b->doc, list); err == ANS_OK && d != ANS_JNONE; d = ans_json_next(b->doc, list, d)) {
        err = read_disc(b, d, &s->discs[s->count++]);
    }
    r->slicing = s;
    return err;
}

/* ---- the tree ---- */

static vrule *last_child(const vrule *parent)
{
    return parent->child_count ? parent->children[parent->child_count - 1] : NULL;
}

/* Lists grow by doubling: there is room again whenever the count is a power of two. */
static bool append(build *b, vrule ***list, uint32_t *count, vrule *r)
{
    if ((*count & (*count - 1)) == 0) {
        vrule **grown = ANS_NEW_N(b->arena, vrule *, *count ? *count * 2 : 1);
        if (!grown) {
            return false;
        }
        if (*count) {
            memcpy(grown, *list, *count * sizeof **list);
        }
        *list = grown;
    }
    (*list)[(*count)++] = r;
    return true;
}

/* The slice that a reslice "a/b" is a part of, else the element itself. */
static vrule *sliced(vrule *of, ans_str slice)
{
    ptrdiff_t cut = ans_str_rfind(slice, '/');
    for (uint32_t i = 0; cut > 0 && i < of->slice_count; i++) {
        if (ans_str_eq(of->slices[i]->slice, ans_str_head(slice, (size_t)cut))) {
            return of->slices[i];
        }
    }
    return of;
}

static bool place(build *b, vrule *r, uint32_t depth)
{
    if (depth == 0) {
        b->p->root = r;
        b->at[0] = r;
        return true;
    }
    vrule *parent = b->at[depth - 1], *before = last_child(parent);
    r->up = parent;
    b->at[depth] = r;
    if (r->slice.n && before && ans_str_eq(before->name, r->name)) {
        vrule *of = sliced(before, r->slice);
        return append(b, &of->slices, &of->slice_count, r);
    }
    return append(b, &parent->children, &parent->child_count, r);
}

/* Its name and type: "value[x]", and as older profiles write it, "valueQuantity". */
static ans_type name_rule(build *b, vrule *r, uint32_t depth)
{
    ptrdiff_t dot = ans_str_rfind(r->path, '.');
    ans_type parent = depth ? b->at[depth - 1]->type : 0;
    r->name = ans_str_from(r->path, (size_t)(dot + 1));
    if (r->name.n > 3 && ans_str_is(ans_str_from(r->name, r->name.n - 3), "[x]")) {
        r->name.n -= 3;
        r->is_choice = true;
    }
    const ans_fhir_member *m = parent ? ans_fhir_element_of(parent, r->name) : NULL;
    const ans_fhir_member *short_form = parent && !m ? ans_fhir_member_of(parent, r->name) : NULL;
    if (short_form) {
        r->name = ans_str_of(short_form->element);
        r->is_choice = short_form->is_choice;
    }
    return m ? m->type : short_form ? short_form->type : 0;
}

static bool is_known_at(build *b, ans_str path, uint32_t depth)
{
    ptrdiff_t dot = ans_str_rfind(path, '.');
    return depth == 0 ? b->p->root == NULL
                      : depth < MOST_DEPTH && b->at[depth - 1] && ans_str_eq(b->at[depth - 1]->path, ans_str_head(path, (size_t)dot));
}

static ans_err add_element(build *b, ans_jnode e)
{
    vrule *r = ANS_NEW(b->arena, vrule);
    uint32_t depth = 0;
    if (!r) {
        return no_memory(b);
    }
    r->path = text(b, b->doc, e, "path");
    for (size_t i = 0; i < r->path.n; i++) {
        depth += r->path.p[i] == '.';
    }
    if (!r->path.n || !is_known_at(b, r->path, depth)) {
        b->wrong = "its elements do not stand in the order of the tree";
        return ANS_OK;
    }
    ans_str max = text(b, b->doc, e, "max"), content = text(b, b->doc, e, "contentReference");
    ans_type member_type = name_rule(b, r, depth);
    ptrdiff_t hash = ans_str_find(content, '#');
    r->slice = text(b, b->doc, e, "sliceName");
    r->is_root = depth == 0;
    r->doc = b->doc;
    r->min = number(b, e, "min", 0);
    r->max = ans_str_is(max, "*") || !max.n ? MANY : number(b, e, "max", MANY);
    r->content = hash >= 0 ? ans_str_from(content, (size_t)hash + 1) : ANS_STR_NONE;
    ans_jnode base = b->base ? base_element(b, r->path) : ANS_JNONE;
    read_values(b, e, r);
    read_binding(b, e, base, r);
    ans_err err = read_types(b, e, member_type, r);
    err = err == ANS_OK ? read_constraints(b, e, base, r) : err;
    err = err == ANS_OK ? read_slicing(b, e, r) : err;
    if (err == ANS_OK && (!place(b, r, depth) || !append(b, &b->p->rules, &b->p->rule_count, r))) {
        return no_memory(b);
    }
    for (uint32_t d = depth + 1; d < MOST_DEPTH; d++) {
        b->at[d] = NULL;
    }
    return err;
}

/* ---- keys ---- */

static uint32_t hash_of(ans_str key)
{
    return (uint32_t)(uint8_t)key.p[0] + (uint32_t)(uint8_t)key.p[key.n - 1] * 33u + (uint32_t)(uint8_t)key.p[key.n / 2] * 131u + (uint32_t)key.n * 7u;
}

const vkey *ans_valid_key(const vrule *rule, ans_str key)
{
    if (!rule->keys || !key.n) {
        return NULL;
    }
    for (uint32_t at = hash_of(key);; at++) {
        const vkey *k = &rule->keys[at & rule->key_mask];
        if (!k->member || ans_str_eq(k->key, key)) {
            return k->member ? k : NULL;
        }
    }
}

/* Which of the rule's types the member is; a Resource may have been narrowed to a Patient. */
static uint8_t type_at(const vrule *r, ans_type t)
{
    for (uint32_t i = 0; i < r->type_count && i < VKEY_BARRED; i++) {
        bool narrowed = ans_fhir_types[t].kind == ANS_FHIR_RESOURCE && r->types[i].type && ans_fhir_is_a(r->types[i].type, t);
        if (r->types[i].type == t || narrowed) {
            return (uint8_t)i;
        }
    }
    return r->type_count ? VKEY_BARRED : 0;
}

static ans_err make_keys(build *b, vrule *r)
{
    const ans_fhir_type *t = &ans_fhir_types[r->type];
    uint32_t size = 4;
    if (!r->type || !r->child_count) {
        return ANS_OK;
    }
    while (size < t->member_count * 2u) {
        size *= 2;
    }
    r->keys = ANS_NEW_N(b->arena, vkey, size);
    r->key_mask = size - 1;
    if (!r->keys) {
        return no_memory(b);
    }
    for (uint16_t i = 0; i < t->member_count; i++) {
        const ans_fhir_member *m = &t->members[i];
        vkey k = {{m->key, m->key_len}, m, NO_CHILD, 0};
        for (uint32_t c = 0; c < r->child_count && k.child == NO_CHILD; c++) {
            k.child = ans_str_eq(r->children[c]->name, (ans_str){m->element, m->element_len}) ? c : NO_CHILD;
        }
        k.type_at = k.child == NO_CHILD ? 0 : type_at(r->children[k.child], m->type);
        uint32_t at = hash_of(k.key);
        while (r->keys[at & r->key_mask].member) {
            at++;
        }
        r->keys[at & r->key_mask] = k;
    }
    return ANS_OK;
}

/* ---- behind the whole ---- */

static bool has_own_work(const vrule *r)
{
    bool typed = false;
    for (uint32_t i = 0; i < r->type_count; i++) {
        typed = typed || r->types[i].profile_count || r->types[i].target_count || r->types[i].aggregation;
    }
    return typed || r->fixed != ANS_JNONE || r->pattern != ANS_JNONE || r->min_value != ANS_JNONE || r->max_value != ANS_JNONE ||
           r->max_length || r->strength || r->constraint_count || r->child_count;
}

static ans_err finish_rules(build *b)
{
    ans_err err = ANS_OK;
    for (uint32_t i = b->p->rule_count; err == ANS_OK && i-- > 0;) {
        vrule *r = b->p->rules[i];
        for (uint32_t k = 0; r->content.n && k < b->p->rule_count && !r->content_rule; k++) {
            const vrule *o = b->p->rules[k];
            r->content_rule = ans_str_eq(o->path, r->content) && !o->slice.n ? o : NULL;
        }
        r->does_work = has_own_work(r);
        err = make_keys(b, r);
    }
    return err;
}

static ans_err find_base(build *b, const ans_defs_view *view)
{
    ans_str url = ans_arena_fmt(b->arena, CORE "%s", ans_fhir_types[b->p->type].name);
    const ans_def *def = ans_defs_find(view, ans_fhir_type_named(ANS_STR("StructureDefinition")), url);
    ans_err err = def ? ans_def_doc(b->cx, view, def, &b->base) : ANS_OK;
    uint32_t count;
    b->base_elements = err == ANS_OK && b->base ? list_of(b->base, ans_json_get(b->base, 0, ANS_STR("snapshot")), "element", &count) : ANS_JNONE;
    return err;
}

ans_err ans_valid_compile(ans_cx *cx, const ans_defs_view *view, const ans_def *def, const ans_json *doc, ans_arena *arena, void **out)
{
    vprofile *p = ANS_NEW(arena, vprofile);
    build b = {.cx = cx, .own = {.arena = arena}, .doc = doc, .arena = arena, .p = p, .base_elements = ANS_JNONE};
    uint32_t count;
    ans_valid_made made;
    if (!p) {
        return no_memory(&b);
    }
    ans_err err = ans_valid_snapshot(cx, view, doc, arena, &made);
    if (err != ANS_OK) {
        return err;
    }
    if (made.leans) {
        ans_def_leans(def);
    }
    doc = b.doc = made.doc;
    ans_jnode list = list_of(doc, ans_json_get(doc, 0, ANS_STR("snapshot")), "element", &count);
    *p = (vprofile){.def = def, .doc = doc, .url = def->url, .why = made.why};
    ans_str type = text(&b, doc, 0, "type");
    p->type = ans_fhir_type_named(ans_str_starts(type, ANS_STR(CORE)) ? ans_str_from(type, sizeof CORE - 1) : type);
    p->is_base = def->is_core && p->type && !ans_str_is(text(&b, doc, 0, "derivation"), "constraint");
    if (!p->why.n && (!count || !p->type)) {
        p->why = p->type ? ANS_STR("it has neither snapshot nor differential") : ANS_STR("it is of no type of R4");
    }
    err = !p->is_base && p->type ? find_base(&b, view) : ANS_OK;
    ans_jnode modifies = count ? ans_json_get(doc, ans_json_first(doc, list), ANS_STR("isModifier")) : ANS_JNONE;
    p->is_modifier = modifies != ANS_JNONE && ans_json_kind_of(doc, modifies) == ANS_JSON_TRUE;
    for (ans_jnode e = count && p->type ? ans_json_first(doc, list) : ANS_JNONE; err == ANS_OK && e != ANS_JNONE && !b.wrong; e = ans_json_next(doc, list, e)) {
        b.wrong = p->rule_count == MOST_ELEMENTS ? "it has too many elements" : NULL;
        err = b.wrong ? ANS_OK : add_element(&b, e);
    }
    if (b.wrong) {
        p->why = ans_str_of(b.wrong);
        p->root = NULL;
        p->rule_count = 0;
    }
    err = err == ANS_OK ? finish_rules(&b) : err;
    if (err == ANS_OK && p->is_base && ans_str_is(ans_fhir_type_name(p->type), "Element")) {
        p->by_type = ANS_NEW_N(arena, const vprofile *_Atomic, ans_fhir_type_count);
        err = p->by_type ? ANS_OK : no_memory(&b);
    }
    *out = p;
    return err;
}
