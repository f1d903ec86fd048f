/* The walk over a document: members to slots by key, slots against the rules of the children, values against their own rule. One
 * function for both walks; what only the base walk asks stands behind is_base.
 *
 * Depth: every call goes one level down the document, whose depth the parser limits, or into a profile, which run.c counts. */
#include "valid/valid_int.h"

enum { USUAL_CHILDREN = 64 };

static bool is_primitive(ans_type t)
{
    return ans_fhir_types[t].kind == ANS_FHIR_PRIMITIVE;
}

static bool is_resource(ans_type t)
{
    return ans_fhir_types[t].kind == ANS_FHIR_RESOURCE;
}

ans_str ans_valid_string(vrun *v, ans_jnode node)
{
    return node == ANS_JNONE ? ANS_STR_NONE : ans_json_string(v->cx, v->doc, node);
}

ans_str ans_valid_member(vrun *v, ans_jnode node, const char *name)
{
    return ans_valid_string(v, ans_json_get(v->doc, node, ans_str_of(name)));
}

static ans_json_kind kind_of(const vrun *v, ans_jnode n)
{
    return n == ANS_JNONE ? ANS_JSON_NULL : ans_json_kind_of(v->doc, n);
}

static const char *kind_name(ans_json_kind k)
{
    return k == ANS_JSON_OBJECT ? "an object" : k == ANS_JSON_ARRAY ? "an array" : k == ANS_JSON_STRING ? "a string" : k == ANS_JSON_NUMBER ? "a number"
           : k == ANS_JSON_NULL ? "null" : "true or false";
}

static void barred(vrun *v, const vrule *r, const vkey *k, const vplace *at)
{
    char allowed[256] = "";
    size_t n = 0;
    for (uint32_t i = 0; i < r->type_count && n + 80 < sizeof allowed; i++) {
        const char *name = ans_fhir_types[r->types[i].type].name;
        size_t len = strlen(name);
        memcpy(allowed + n, ", ", 2);
        n += n ? 2 : 0;
        memcpy(allowed + n, name, len + 1);
        n += len;
    }
    ans_valid_say(v, ANS_VALID_ERROR, "structure", at, "found a %s, expected %s", ans_fhir_types[k->member->type].name, allowed);
}

/* ---- lists ---- */

typedef struct pairs {
    const vrun *v;
    ans_jnode list, beside; /* arrays, or one value */
    ans_jnode node, second;
    uint32_t index, count;
    bool is_list;
} pairs;

static uint32_t length(const vrun *v, ans_jnode n)
{
    return n == ANS_JNONE ? 0 : ans_json_kind_of(v->doc, n) == ANS_JSON_ARRAY ? ans_json_count(v->doc, n) : 1;
}

static pairs pairs_of(const vrun *v, const vslot *s)
{
    uint32_t a = length(v, s->node), b = length(v, s->beside);
    pairs p = {.v = v, .list = s->node, .beside = s->beside, .count = a > b ? a : b, .is_list = s->key->member->is_array};
    p.node = !p.is_list ? s->node : s->node == ANS_JNONE ? ANS_JNONE : ans_json_first(v->doc, s->node);
    p.second = !p.is_list ? s->beside : s->beside == ANS_JNONE ? ANS_JNONE : ans_json_first(v->doc, s->beside);
    return p;
}

static ans_jnode unless_null(const vrun *v, ans_jnode n)
{
    return kind_of(v, n) == ANS_JSON_NULL ? ANS_JNONE : n;
}

static bool next_pair(pairs *p, ans_type type, vitem *out)
{
    if (p->index == p->count) {
        return false;
    }
    *out = (vitem){p->node, p->second, type, p->is_list ? p->index : MANY};
    if (is_primitive(type)) {
        out->node = p->is_list ? unless_null(p->v, p->node) : p->node;
        out->beside = unless_null(p->v, p->second);
    }
    p->index++;
    p->node = p->is_list && p->node != ANS_JNONE ? ans_json_next(p->v->doc, p->list, p->node) : ANS_JNONE;
    p->second = p->is_list && p->second != ANS_JNONE ? ans_json_next(p->v->doc, p->beside, p->second) : ANS_JNONE;
    return true;
}

/* An array exactly where the definition allows several; false: said, and nothing to look at. */
static bool has_form(vrun *v, const vslot *s, ans_jnode n, const vplace *at)
{
    bool is_list = kind_of(v, n) == ANS_JSON_ARRAY;
    if (n == ANS_JNONE || (is_list == s->key->member->is_array && (!is_list || ans_json_first(v->doc, n) != ANS_JNONE))) {
        return true;
    }
    if (v->is_base && is_list && s->key->member->is_array) {
        ans_valid_say(v, ANS_VALID_ERROR, "structure", at, "found an array without members, expected none at all where there are no values");
    } else if (v->is_base) {
        ans_valid_say(v, ANS_VALID_ERROR, "structure", at, "found %s, expected %s", kind_name(kind_of(v, n)), is_list ? "one value" : "an array");
    }
    return false;
}

/* ---- children ---- */

static void absent(vrun *v, const vrule *shape, const vrule *r, const vplace *up)
{
    vplace at = {up, r->name, MANY};
    bool is_system = shape->type && is_primitive(shape->type) && ans_str_is(r->name, "value");
    bool by_slice = false;
    for (uint32_t i = 0; i < r->slice_count; i++) {
        by_slice = by_slice || r->slices[i]->min > 0;
    }
    if (r->min > 0 && !is_system) {
        ans_valid_say(v, ANS_VALID_ERROR, "required", up, "found no %.*s, expected at least %u (%.*s)", ANS_FMT(r->name), r->min, ANS_FMT(r->path));
    } else if (by_slice && !is_system) {
        for (uint32_t i = 0; i < r->slice_count; i++) {
            if (r->slices[i]->min > 0) {
                ans_valid_say(v, ANS_VALID_ERROR, "required", &at, "found none of the slice %.*s, expected at least %u", ANS_FMT(r->slices[i]->slice), r->slices[i]->min);
            }
        }
    }
}

static ans_err each_of(vrun *v, const vrule *r, const vslot *s, const vplace *up)
{
    const vtype *type = r->type_count ? &r->types[s->key->type_at] : NULL;
    pairs p = pairs_of(v, s);
    vitem item;
    ans_err err = ANS_OK;
    while (err == ANS_OK && next_pair(&p, s->key->member->type, &item)) {
        vplace at = {up, r->name, item.index};
        err = ans_valid_spend(v, 1);
        err = err == ANS_OK ? ans_valid_item(v, &item, r, type, &at) : err;
    }
    return err;
}

static ans_err slices_of(vrun *v, const vrule *r, const vslot *s, const vplace *up)
{
    pairs p = pairs_of(v, s);
    vitem *items = ANS_NEW_N(v->cx->arena, vitem, p.count + 1);
    vplace at = {up, r->name, MANY};
    uint32_t n = 0;
    if (!items) {
        return ans_cx_nomem(v->cx);
    }
    while (next_pair(&p, s->key->member->type, &items[n])) {
        n++;
    }
    return ans_valid_slices(v, r, items, n, &at);
}

static ans_err child(vrun *v, const vrule *shape, const vrule *r, const vslot *s, const vplace *up)
{
    vplace at = {up, r->name, MANY};
    if (!s->key) {
        absent(v, shape, r, up);
        return ANS_OK;
    }
    if (s->key->type_at == VKEY_BARRED) {
        barred(v, r, s->key, &at);
        return ANS_OK;
    }
    bool has_node = has_form(v, s, s->node, &at), has_beside = has_form(v, s, s->beside, &at);
    vslot good = {has_node ? s->node : ANS_JNONE, has_beside ? s->beside : ANS_JNONE, s->key};
    if (!has_node || !has_beside) {
        return ANS_OK;
    }
    uint32_t a = length(v, good.node), b = length(v, good.beside), count = a > b ? a : b;
    if (count < r->min) {
        ans_valid_say(v, ANS_VALID_ERROR, "required", &at, "found %u, expected at least %u (%.*s)", count, r->min, ANS_FMT(r->path));
    }
    if (count > r->max) {
        ans_valid_say(v, ANS_VALID_ERROR, "structure", &at, "found %u, expected at most %u (%.*s)", count, r->max, ANS_FMT(r->path));
    }
    ans_err err = v->is_base || r->does_work ? each_of(v, r, &good, up) : ANS_OK;
    return err == ANS_OK && r->slicing && (r->slice_count || r->slicing->is_closed) ? slices_of(v, r, &good, up) : err;
}

/* ---- objects ---- */

static void strange(vrun *v, ans_str key, const vplace *at, const vrule *shape)
{
    if (v->is_base && !(ans_str_is(key, "resourceType") && is_resource(shape->type))) {
        ans_valid_say(v, ANS_VALID_ERROR, "structure", at, "found '%.*s', which %s does not have", (int)(key.n > 64 ? 64 : key.n), key.p ? key.p : "",
                      ans_fhir_types[shape->type].name);
    }
}

static void take_member(vrun *v, ans_jnode m, const vrule *shape, vslot *slots, const vplace *at)
{
    ans_str key = ans_json_key(v->doc, m);
    bool is_beside = key.n > 1 && key.p[0] == '_';
    const vkey *k = ans_valid_key(shape, is_beside ? ans_str_from(key, 1) : key);
    if (!k || (is_beside && !is_primitive(k->member->type))) {
        strange(v, key, at, shape);
        return;
    }
    if (k->child == NO_CHILD) {
        return;
    }
    vslot *s = &slots[k->child];
    if (s->key && s->key != k) {
        vplace here = {at, shape->children[k->child]->name, MANY};
        if (v->is_base) {
            ans_valid_say(v, ANS_VALID_ERROR, "structure", &here, "found %s and %s, expected only one of a choice", s->key->member->key, k->member->key);
        }
        return;
    }
    s->key = k;
    *(is_beside ? &s->beside : &s->node) = m;
}

ans_err ans_valid_object(vrun *v, const vitem *item, const vrule *shape, const vplace *at)
{
    vslot local[USUAL_CHILDREN];
    vslot *slots = shape->child_count <= USUAL_CHILDREN ? local : ANS_NEW_N(v->cx->arena, vslot, shape->child_count);
    ans_jnode object = is_primitive(item->type) ? item->beside : item->node;
    ans_err err = ANS_OK;
    if (!slots) {
        return ans_cx_nomem(v->cx);
    }
    for (uint32_t i = 0; i < shape->child_count; i++) {
        slots[i] = (vslot){ANS_JNONE, ANS_JNONE, NULL};
    }
    if (object != ANS_JNONE) {
        ANS_JSON_EACH(v->doc, object, m) {
            take_member(v, m, shape, slots, at);
        }
    }
    ans_jnode carrier = v->carrier;
    ans_type carrier_type = v->carrier_type;
    for (uint32_t i = 0; err == ANS_OK && i < shape->child_count; i++) {
        v->carrier = object;
        v->carrier_type = item->type;
        if (slots[i].key || shape->children[i]->min || shape->children[i]->slice_count) {
            err = child(v, shape, shape->children[i], &slots[i], at);
        }
    }
    v->carrier = carrier;
    v->carrier_type = carrier_type;
    return err;
}

/* ---- values: what the base asks ---- */

static ans_err base_primitive(vrun *v, const vitem *item, const vplace *at)
{
    const vprofile *base;
    if (item->node == ANS_JNONE && item->beside == ANS_JNONE) {
        ans_valid_say(v, ANS_VALID_ERROR, "structure", at, "found null without an extension beside it, expected a value or an extension");
        return ANS_OK;
    }
    if (item->node != ANS_JNONE) {
        ans_valid_value(v, item, at);
    }
    if (item->beside == ANS_JNONE) {
        return ANS_OK;
    }
    if (kind_of(v, item->beside) != ANS_JSON_OBJECT) {
        ans_valid_say(v, ANS_VALID_ERROR, "structure", at, "found %s beside the value, expected an object with id or extension", kind_name(kind_of(v, item->beside)));
        return ANS_OK;
    }
    ans_err err = ans_valid_base(v, item->type, &base);
    return err == ANS_OK && base ? ans_valid_object(v, item, base->root, at) : err;
}

static ans_err base_complex(vrun *v, const vitem *item, const vrule *rule, const vplace *at)
{
    const vrule *shape = rule->child_count ? rule : rule->content_rule;
    const vprofile *base = NULL;
    if (kind_of(v, item->node) != ANS_JSON_OBJECT) {
        ans_valid_say(v, ANS_VALID_ERROR, "structure", at, "found %s, expected an object (%s)", kind_name(kind_of(v, item->node)), ans_fhir_types[item->type].name);
        return ANS_OK;
    }
    if (ans_json_first(v->doc, item->node) == ANS_JNONE) {
        ans_valid_say(v, ANS_VALID_ERROR, "structure", at, "found an object without members, expected a value or nothing at all");
        return ANS_OK;
    }
    ans_err err = shape ? ANS_OK : ans_valid_base(v, item->type, &base);
    shape = shape ? shape : base ? base->root : NULL;
    if (err == ANS_OK && !shape) {
        ans_valid_say(v, ANS_VALID_WARNING, "not-supported", at, "the type %s has no definition here", ans_fhir_types[item->type].name);
    }
    err = err == ANS_OK && shape ? ans_valid_object(v, item, shape, at) : err;
    return err == ANS_OK && shape && shape != rule ? ans_valid_constraints(v, item, shape, at) : err;
}

/* What is not asked of every complex type, by the type. */
static ans_err base_special(vrun *v, const vitem *item, const vrule *rule, const vtype *type, const vplace *at)
{
    const char *name = ans_fhir_types[item->type].name;
    if (v->env->form_only && strcmp(name, "Extension") != 0) {
        return ANS_OK;
    }
    if (kind_of(v, item->node) != ANS_JSON_OBJECT) {
        return strcmp(name, "canonical") == 0 ? ans_valid_canonical(v, item, type, at) : ANS_OK;
    }
    if (strcmp(name, "Reference") == 0) {
        return ans_valid_reference(v, item, type, at);
    }
    if (strcmp(name, "Extension") == 0) {
        return ans_valid_extension(v, item, ans_str_is(rule->name, "modifierExtension"), at);
    }
    if (strcmp(name, "Coding") == 0 || strcmp(name, "Identifier") == 0) {
        ans_valid_coding(v, item, at);
    }
    return ANS_OK;
}

static ans_err base_value(vrun *v, const vitem *item, const vrule *rule, const vtype *type, const vplace *at)
{
    ans_err err = is_primitive(item->type) ? base_primitive(v, item, at) : base_complex(v, item, rule, at);
    return err == ANS_OK ? base_special(v, item, rule, type, at) : err;
}

/* ---- values: what any rule asks ---- */

static ans_err type_profiles(vrun *v, const vitem *item, const vtype *type, const vplace *at)
{
    bool any = false;
    ans_err err = ANS_OK;
    if (!type || !type->profile_count) {
        return ANS_OK;
    }
    if (type->profile_count == 1) {
        return ans_valid_by_url(v, item, type->profiles[0], at);
    }
    for (uint32_t i = 0; err == ANS_OK && i < type->profile_count && !any; i++) {
        const vprofile *p;
        err = ans_valid_profile(v, type->profiles[i], &p);
        any = err == ANS_OK && !p; /* nobody can tell */
        err = err == ANS_OK && p ? ans_valid_conforms(v, item, p, at, &any) : err;
    }
    if (err == ANS_OK && !any) {
        ans_valid_say(v, ANS_VALID_ERROR, "structure", at, "found a value that none of the %u profiles fits that are allowed here, such as %.*s", type->profile_count,
                      ANS_FMT(type->profiles[0]));
    }
    return err;
}

static void fixed_values(vrun *v, const vitem *item, const vrule *rule, const vplace *at)
{
    if (item->node == ANS_JNONE) {
        return;
    }
    if (rule->fixed != ANS_JNONE && !ans_valid_is_fixed(v, item->node, rule->doc, rule->fixed)) {
        ans_str wanted = ans_valid_brief(v, rule->doc, rule->fixed);
        ans_valid_say(v, ANS_VALID_ERROR, "value", at, "found another value, expected exactly %.*s", ANS_FMT(wanted));
    }
    if (rule->pattern != ANS_JNONE && !ans_valid_has_pattern(v, item->node, rule->doc, rule->pattern)) {
        ans_str wanted = ans_valid_brief(v, rule->doc, rule->pattern);
        ans_valid_say(v, ANS_VALID_ERROR, "value", at, "found a value without the pattern %.*s", ANS_FMT(wanted));
    }
}

/* Resources within resources have their own base walk; here only what the rule above says of them. */
static ans_err profiled_resource(vrun *v, const vitem *item, const vrule *rule, const vtype *type, const vplace *at)
{
    vitem own = *item;
    own.type = ans_item_of_resource(v->doc, item->node).type;
    if (!own.type) {
        return ANS_OK;
    }
    if (type && type->type && !ans_fhir_is_a(own.type, type->type)) {
        ans_valid_say(v, ANS_VALID_ERROR, "structure", at, "found a %s, expected a %s", ans_fhir_types[own.type].name, ans_fhir_types[type->type].name);
        return ANS_OK;
    }
    ans_item resource = v->resource;
    v->resource = ans_item_of_resource(v->doc, item->node);
    ans_err err = rule->child_count ? ans_valid_object(v, &own, rule, at) : ANS_OK;
    err = err == ANS_OK ? type_profiles(v, &own, type, at) : err;
    err = err == ANS_OK ? ans_valid_constraints(v, &own, rule, at) : err;
    v->resource = resource;
    return err;
}

/* Is it of the kind its type has, with something in it? If not, that was said, and nothing more can be asked of it. */
static bool is_formed(const vrun *v, const vitem *item)
{
    ans_json_kind kind = kind_of(v, item->node);
    if (is_primitive(item->type)) {
        return (item->node == ANS_JNONE && kind_of(v, item->beside) == ANS_JSON_OBJECT) || (kind != ANS_JSON_NULL && kind < ANS_JSON_ARRAY);
    }
    return kind == ANS_JSON_OBJECT && ans_json_first(v->doc, item->node) != ANS_JNONE;
}

ans_err ans_valid_item(vrun *v, const vitem *item, const vrule *rule, const vtype *type, const vplace *at)
{
    ans_err err;
    if (is_resource(item->type) && !rule->is_root) {
        return v->is_base ? ans_valid_one_resource(v, item->node, type, at) : profiled_resource(v, item, rule, type, at);
    }
    if (v->is_base) {
        err = base_value(v, item, rule, type, at);
    } else {
        bool is_open = is_primitive(item->type) || kind_of(v, item->node) == ANS_JSON_OBJECT;
        err = rule->child_count && is_open ? ans_valid_object(v, item, rule, at) : ANS_OK;
        bool refers = err == ANS_OK && type && (type->target_count || type->aggregation) && kind_of(v, item->node) == ANS_JSON_OBJECT;
        err = refers ? ans_valid_reference(v, item, type, at) : err;
    }
    if (!is_formed(v, item)) {
        return err;
    }
    fixed_values(v, item, rule, at);
    err = err == ANS_OK ? ans_valid_limits(v, item, rule, at) : err;
    err = err == ANS_OK && rule->strength ? ans_valid_binding(v, item, rule, at) : err;
    err = err == ANS_OK && rule->constraint_count ? ans_valid_constraints(v, item, rule, at) : err;
    return err == ANS_OK ? type_profiles(v, item, type, at) : err;
}

/* ---- resources ---- */

typedef struct kept {
    ans_item resource, root_resource;
    ans_jnode container, bundle;
    ventry *entries;
    uint32_t entry_count;
    bool is_parameters, *has_type;
    ans_str entry_url;
} kept;

static ans_err named_profiles(vrun *v, const vitem *item, const vplace *at)
{
    ans_jnode list = ans_json_get(v->doc, ans_json_get(v->doc, item->node, ANS_STR("meta")), ANS_STR("profile"));
    ans_err err = ANS_OK;
    if (v->env->no_meta || kind_of(v, list) != ANS_JSON_ARRAY) {
        return ANS_OK;
    }
    for (ans_jnode n = ans_json_first(v->doc, list); err == ANS_OK && n != ANS_JNONE; n = ans_json_next(v->doc, list, n)) {
        ans_str url = ans_valid_string(v, n);
        err = url.n ? ans_valid_by_url(v, item, url, at) : ANS_OK;
    }
    return err;
}

static ans_err walk_resource(vrun *v, const vitem *item, const vplace *at)
{
    const vprofile *base;
    ans_err err = ans_valid_base(v, item->type, &base);
    if (err == ANS_OK && !base) {
        ans_valid_say(v, ANS_VALID_WARNING, "not-supported", at, "the type %s has no definition here", ans_fhir_types[item->type].name);
        return ANS_OK;
    }
    v->profile = base;
    err = err == ANS_OK ? ans_valid_object(v, item, base->root, at) : err;
    err = err == ANS_OK ? ans_valid_constraints(v, item, base->root, at) : err;
    v->profile = NULL;
    err = err == ANS_OK ? named_profiles(v, item, at) : err;
    bool is_vital = v->env->implied && ans_str_is(ans_fhir_type_name(item->type), "Observation");
    return err == ANS_OK && is_vital ? ans_valid_implied(v, item, at) : err;
}

/* The type of a resource node; 0: said. */
static ans_type resource_type(vrun *v, ans_jnode node, const vtype *allowed, const vplace *at)
{
    ans_str name = kind_of(v, node) == ANS_JSON_OBJECT ? ans_valid_member(v, node, "resourceType") : ANS_STR_NONE;
    ans_type t = name.n ? ans_fhir_type_named(name) : 0;
    if (!t || !ans_fhir_is_resource(t)) {
        ans_valid_say(v, ANS_VALID_ERROR, "structure", at, "found no resource of FHIR R4: 'resourceType' is missing or unknown");
        return 0;
    }
    if (allowed && allowed->type && !ans_fhir_is_a(t, allowed->type)) {
        ans_valid_say(v, ANS_VALID_ERROR, "structure", at, "found a %s, expected a %s", ans_fhir_types[t].name, ans_fhir_types[allowed->type].name);
    }
    return t;
}

ans_err ans_valid_one_resource(vrun *v, ans_jnode node, const vtype *allowed, const vplace *at)
{
    vplace top = {NULL, ANS_STR("Resource"), MANY};
    const vprofile *profile = v->profile;
    ans_type t = resource_type(v, node, allowed, at ? at : &top);
    if (!t) {
        return ANS_OK;
    }
    top.name = ans_fhir_type_name(t);
    vitem item = {node, ANS_JNONE, t, MANY};
    kept k = {v->resource, v->root_resource, v->container, v->bundle, v->entries, v->entry_count, v->is_parameters, v->has_type, v->entry_url};
    bool is_contained = at && ans_str_is(at->name, "contained");
    bool is_bundle = ans_str_is(top.name, "Bundle");
    v->resource = ans_item_of_resource(v->doc, node);
    if (!is_contained) {
        v->root_resource = v->resource;
        v->container = node;
        bool is_entry = v->bundle != ANS_JNONE && at && ans_str_is(at->name, "resource");
        v->entry_url = is_entry ? ans_valid_member(v, v->carrier, "fullUrl") : ANS_STR_NONE;
    }
    ans_err err = ANS_OK;
    if (is_bundle || ans_str_is(top.name, "Parameters")) {
        err = ans_valid_entries(v, node, is_bundle);
    }
    err = err == ANS_OK ? walk_resource(v, &item, at ? at : &top) : err;
    err = err == ANS_OK && is_bundle && !v->env->form_only ? ans_valid_bundle(v, node, at ? at : &top) : err;
    v->resource = k.resource;
    v->root_resource = k.root_resource;
    v->container = k.container;
    v->bundle = k.bundle;
    v->entries = k.entries;
    v->entry_count = k.entry_count;
    v->is_parameters = k.is_parameters;
    v->has_type = k.has_type;
    v->entry_url = k.entry_url;
    v->profile = profile;
    return err;
}
