/* Functions on the tree: children, extensions, references, types; what FHIR adds to FHIRPath.
 *
 * resolve() finds contained resources itself; all others are the host's. Without a host (or when it
 * knows nothing) an unresolved reference is still an item of the type it names, with nothing in it:
 * enough for `resolve() is Patient`. spec: http://hl7.org/fhirpath/N1/#tree-navigation,
 * http://hl7.org/fhir/R4/fhirpath.html#functions */
#include "path/path_int.h"

static ans_err fn_children(pev *ev, const pstep *call, uint32_t in)
{
    uint32_t end = ev->n;
    ans_err err = ANS_OK;
    (void)call;
    for (uint32_t i = in; !err && i < end; i++) {
        ans_item item = ev->at[i];
        err = ans_path_push_children(ev, &item);
    }
    ans_path_drop(ev, in, end);
    return err;
}

/* The output is its own queue. */
static ans_err fn_descendants(pev *ev, const pstep *call, uint32_t in)
{
    uint32_t end = ev->n;
    ans_err err = ANS_OK;
    (void)call;
    for (uint32_t i = in; !err && i < ev->n; i++) {
        ans_item item = ev->at[i];
        err = ans_path_push_children(ev, &item);
    }
    ans_path_drop(ev, in, end);
    return err;
}

/* ---- extensions and primitives ---- */

static bool has_url(const ans_item *extension, ans_str url)
{
    ans_jnode object = ans_path_object_of(extension);
    ans_jnode n =
        object == ANS_JNONE ? ANS_JNONE : ans_json_get(extension->doc, object, ANS_STR("url"));
    return n != ANS_JNONE && ans_json_kind_of(extension->doc, n) == ANS_JSON_STRING &&
           ans_str_eq(ans_json_raw(extension->doc, n), url);
}

static ans_err push_extensions(pev *ev, uint32_t in, ans_str url)
{
    uint32_t end = ev->n, kept = end;
    for (uint32_t i = in; i < end; i++) {
        ans_item item = ev->at[i];
        uint32_t from = ev->n;
        ans_err err = ans_path_push_named(ev, &item, ANS_STR("extension"));
        if (err) {
            return err;
        }
        for (uint32_t k = from; k < ev->n; k++) {
            if (has_url(&ev->at[k], url)) {
                ev->at[kept++] = ev->at[k];
            }
        }
        ev->n = kept;
    }
    ans_path_drop(ev, in, end);
    return ANS_OK;
}

static ans_err fn_extension(pev *ev, const pstep *call, uint32_t in)
{
    ans_str url;
    bool has;
    ans_err err = ans_path_arg_string(ev, call, 0, &url, &has);
    if (err || !has) {
        ev->n = in;
        return err;
    }
    return push_extensions(ev, in, url);
}

static ans_err fn_has_extension(pev *ev, const pstep *call, uint32_t in)
{
    ans_err err = fn_extension(ev, call, in);
    return err ? err : ans_path_set_bool(ev, in, ev->n > in);
}

static ans_err fn_has_value(pev *ev, const pstep *call, uint32_t in)
{
    (void)call;
    return ans_path_set_bool(ev, in, ev->n - in == 1 && ans_path_has_value(&ev->at[in]));
}

static ans_err fn_get_value(pev *ev, const pstep *call, uint32_t in)
{
    ans_item v;
    (void)call;
    if (!ans_path_has_value(&ev->at[in])) {
        ev->n = in;
        return ANS_OK;
    }
    ans_err err = ans_path_value(ev, &ev->at[in], &v);
    return err ? err : ans_path_set(ev, in, &v);
}

/* Every modifierExtension must be one of those named, or the expression does not know what it is
 * looking at. */
static ans_err fn_check_modifiers(pev *ev, const pstep *call, uint32_t in)
{
    uint32_t end = ev->n;
    for (uint32_t i = in; i < end; i++) {
        ans_item item = ev->at[i];
        ans_err err = ans_path_push_named(ev, &item, ANS_STR("modifierExtension"));
        for (uint32_t k = end; !err && k < ev->n; k++) {
            bool known = false;
            for (unsigned a = 0; !err && !known && a < call->arg_count; a++) {
                ans_str url;
                bool has;
                err = ans_path_arg_string(ev, call, a, &url, &has);
                known = !err && has && has_url(&ev->at[k], url);
            }
            if (!err && !known) {
                err = ans_path_fail(ev, "checkModifiers(): a modifier extension that is not named");
            }
        }
        if (err) {
            return err;
        }
        ev->n = end;
    }
    return ANS_OK;
}

/* ---- references ---- */

/* The text of a reference: a Reference's own, or a uri, canonical or string itself. */
static ans_str reference_text(pev *ev, const ans_item *item)
{
    ans_str s = ans_path_text_of(ev, item);
    return s.p ? s : ans_path_string_member(ev, item, ANS_STR("reference"));
}

/* The type a reference names by its form, or its `type` element says. */
static ans_type named_type(pev *ev, const ans_item *item, ans_str text)
{
    ans_reference r;
    ans_reference_parse(text, &r);
    if (r.type) {
        return r.type;
    }
    ans_str type = item->kind == ANS_ITEM_NODE ? ans_path_string_member(ev, item, ANS_STR("type"))
                                               : ANS_STR_NONE;
    return type.p ? ans_fhir_type_named(type) : 0;
}

/* #id: a resource in `contained` of the outermost resource; # alone is that resource. */
static bool find_contained(pev *ev, const ans_item *item, ans_str id, ans_item *out)
{
    const ans_item *root = ev->env->root_resource ? ev->env->root_resource : ev->env->resource;
    root = root ? root : ev->focus;
    if (!root || root->kind != ANS_ITEM_NODE || !root->doc || root->node == ANS_JNONE) {
        return false;
    }
    if (item->kind == ANS_ITEM_NODE && item->doc != root->doc) {
        return false;
    }
    if (id.n == 0) {
        *out = *root;
        return true;
    }
    ans_jnode list = ans_json_get(root->doc, root->node, ANS_STR("contained"));
    if (list == ANS_JNONE || ans_json_kind_of(root->doc, list) != ANS_JSON_ARRAY) {
        return false;
    }
    ANS_JSON_EACH(root->doc, list, n)
    {
        ans_jnode own = ans_json_get(root->doc, n, ANS_STR("id"));
        if (own != ANS_JNONE && ans_str_eq(ans_json_raw(root->doc, own), id)) {
            *out = ans_item_of_resource(root->doc, n);
            return true;
        }
    }
    return false;
}

static ans_err resolve_one(pev *ev, const ans_item *item, ans_item *out, bool *out_found)
{
    ans_str text = reference_text(ev, item);
    const ans_path_host *host = ev->env->host;
    *out_found = false;
    if (!text.p) {
        return ANS_OK;
    }
    if (text.n > 0 && text.p[0] == '#') {
        *out_found = find_contained(ev, item, ans_str_from(text, 1), out);
        return ANS_OK;
    }
    if (host && host->resolve) {
        ans_err err = host->resolve(host->arg, ev->cx, item, text, out);
        *out_found = !err;
        return err == ANS_E_NOTFOUND ? ANS_OK : err;
    }
    ans_type type = named_type(ev, item, text);
    *out = (ans_item){
        .kind = ANS_ITEM_NODE, .type = type, .node = ANS_JNONE, .sibling = ANS_JNONE, .text = text};
    *out_found = type != 0;
    return ANS_OK;
}

static ans_err fn_resolve(pev *ev, const pstep *call, uint32_t in)
{
    uint32_t kept = in;
    (void)call;
    for (uint32_t i = in; i < ev->n; i++) {
        ans_item item = ev->at[i], target;
        bool found;
        ans_err err = ans_path_spend(ev, 1);
        err = err ? err : resolve_one(ev, &item, &target, &found);
        if (err) {
            return err;
        }
        if (found) {
            ev->at[kept++] = target;
        }
    }
    ev->n = kept;
    return ANS_OK;
}

/* The form of a reference mostly settles its type: only what says nothing (urn:uuid, #id) is
 * resolved. */
ans_err ans_path_where_resolves(pev *ev, const pstep *s, uint32_t in)
{
    uint32_t kept = in;
    for (uint32_t i = in; i < ev->n; i++) {
        ans_item item = ev->at[i], target = {.kind = ANS_ITEM_NODE};
        bool found = true;
        ans_reference r = {0};
        ans_str text = reference_text(ev, &item);
        if (text.p) {
            ans_reference_parse(text, &r);
        }
        target.type = r.type;
        ans_err err = r.type ? ANS_OK : resolve_one(ev, &item, &target, &found);
        if (err) {
            return err;
        }
        if (found && ans_path_is_type(&target, s->type)) {
            if (kept != i) {
                ev->at[kept] = item;
            }
            kept++;
        }
    }
    ev->n = kept;
    return ANS_OK;
}

/* SQL on FHIR: keys that join a reference to its resource. */
static ans_err fn_resource_key(pev *ev, const pstep *call, uint32_t in)
{
    uint32_t kept = in;
    (void)call;
    for (uint32_t i = in; i < ev->n; i++) {
        ans_item item = ev->at[i];
        ans_str id = item.kind == ANS_ITEM_NODE && ans_fhir_is_resource(item.type)
                         ? ans_path_string_member(ev, &item, ANS_STR("id"))
                         : ANS_STR_NONE;
        if (id.p) {
            ev->at[kept++] = (ans_item){.kind = ANS_ITEM_STRING, .text = id};
        }
    }
    ev->n = kept;
    return ANS_OK;
}

static ans_err fn_reference_key(pev *ev, const pstep *call, uint32_t in)
{
    uint32_t kept = in;
    ans_type want = 0;
    if (call->arg_count) {
        const pexpr *e = call->args[0];
        want = e->kind == PEXPR_CHAIN && e->count == 1 ? ans_fhir_type_named(e->steps[0].name) : 0;
        if (!want) {
            return ans_path_fail(ev, "getReferenceKey(): the argument must be a resource type");
        }
    }
    for (uint32_t i = in; i < ev->n; i++) {
        ans_item item = ev->at[i];
        ans_str text = reference_text(ev, &item);
        ans_reference r = {0};
        if (text.p) {
            ans_reference_parse(text, &r);
        }
        if (r.type && r.id.n && (!want || r.type == want)) {
            ev->at[kept++] = (ans_item){.kind = ANS_ITEM_STRING, .text = r.id};
        }
    }
    ev->n = kept;
    return ANS_OK;
}

/* ---- types, terminology, profiles ---- */

static ans_err fn_type(pev *ev, const pstep *call, uint32_t in)
{
    (void)call;
    for (uint32_t i = in; i < ev->n; i++) {
        ans_str name = ans_path_type_name(ev->cx->arena, &ev->at[i]);
        if (!name.p) {
            return ans_cx_nomem(ev->cx);
        }
        ev->at[i] = (ans_item){.kind = ANS_ITEM_TYPEINFO, .text = name};
    }
    return ANS_OK;
}

static ans_err fn_member_of(pev *ev, const pstep *call, uint32_t in)
{
    ans_str url;
    bool has, yes = false;
    const ans_path_host *host = ev->env->host;
    ans_err err = ans_path_arg_string(ev, call, 0, &url, &has);
    if (err || !has || !host || !host->member_of) {
        ev->n = in;
        return err;
    }
    ans_item item = ev->at[in];
    err = host->member_of(host->arg, ev->cx, &item, url, &yes);
    return err ? err : ans_path_set_bool(ev, in, yes);
}

/* Without a host only the types of R4 itself are known: their definitions are met by what is of
 * that type. */
static ans_err fn_conforms_to(pev *ev, const pstep *call, uint32_t in)
{
    static const ans_str base = ANS_STR("http://hl7.org/fhir/StructureDefinition/");
    ans_str url;
    bool has, yes = false;
    const ans_path_host *host = ev->env->host;
    ans_err err = ans_path_arg_string(ev, call, 0, &url, &has);
    if (err || !has) {
        ev->n = in;
        return err;
    }
    ans_item item = ev->at[in];
    if (host && host->conforms_to) {
        err = host->conforms_to(host->arg, ev->cx, &item, url, &yes);
        return err ? err : ans_path_set_bool(ev, in, yes);
    }
    ans_type type = ans_str_starts(url, base) ? ans_fhir_type_named(ans_str_from(url, base.n)) : 0;
    if (!type || item.kind != ANS_ITEM_NODE) {
        ev->n = in;
        return ANS_OK;
    }
    return ans_path_set_bool(ev, in, ans_fhir_is_a(item.type, type));
}

/* subsumes, subsumedBy, elementDefinition, slice: they need terminology or profiles that no host
 * table offers yet */
static ans_err fn_unknown(pev *ev, const pstep *call, uint32_t in)
{
    (void)call;
    ev->n = in;
    return ANS_OK;
}

const pfunc ans_path_funcs_tree[] = {
    {"children", 0, 0, PFN_UNORDERED, fn_children},
    {"descendants", 0, 0, PFN_UNORDERED, fn_descendants},
    {"extension", 1, 1, 0, fn_extension},
    {"hasExtension", 1, 1, 0, fn_has_extension},
    {"hasValue", 0, 0, 0, fn_has_value},
    {"getValue", 0, 0, PFN_SINGLE, fn_get_value},
    {"checkModifiers", 0, 255, PFN_SAME, fn_check_modifiers},
    {"resolve", 0, 0, 0, fn_resolve},
    {"getResourceKey", 0, 0, 0, fn_resource_key},
    {"getReferenceKey", 0, 1, 0, fn_reference_key},
    {"type", 0, 0, 0, fn_type},
    {"memberOf", 1, 1, PFN_SINGLE, fn_member_of},
    {"conformsTo", 1, 1, PFN_SINGLE, fn_conforms_to},
    {"subsumes", 1, 1, PFN_SINGLE, fn_unknown},
    {"subsumedBy", 1, 1, PFN_SINGLE, fn_unknown},
    {"elementDefinition", 0, 0, 0, fn_unknown},
    {"slice", 2, 2, 0, fn_unknown},
    {NULL, 0, 0, 0, NULL},
};
