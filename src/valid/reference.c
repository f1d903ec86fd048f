/* References: what may stand in them, what they may point to, and whether what they name is here: within the resource, within the
 * Bundle around it, or (for FHIRPath alone) in the record.
 * spec: http://hl7.org/fhir/R4/references.html, http://hl7.org/fhir/R4/bundle.html#references */
#include "valid/valid_int.h"

#include "base/sort.h"

/* ---- what is in a Bundle or in Parameters ---- */

static int by_url(const void *a, const void *b)
{
    return ans_str_cmp(((const ventry *)a)->full_url, ((const ventry *)b)->full_url);
}

static ans_str type_and_id(vrun *v, ans_jnode resource)
{
    ans_str type = ans_valid_member(v, resource, "resourceType"), id = ans_valid_member(v, resource, "id");
    return type.n && id.n ? ans_arena_fmt(v->cx->arena, "%.*s/%.*s", ANS_FMT(type), ANS_FMT(id)) : ANS_STR_NONE;
}

typedef struct gathering {
    vrun *v;
    ventry *at;
    uint32_t count, cap;
} gathering;

static ans_err add_entry(gathering *g, ans_str url, ans_jnode resource)
{
    ventry *grown = url.n ? ans_arena_grow(g->v->cx->arena, g->at, g->count, &g->cap, 16, sizeof *g->at) : g->at;
    if (url.n && !grown) {
        return ans_cx_nomem(g->v->cx);
    }
    g->at = grown;
    if (url.n) {
        g->at[g->count++] = (ventry){url, resource};
    }
    return ANS_OK;
}

static bool is_list(const vrun *v, ans_jnode n)
{
    return n != ANS_JNONE && ans_json_kind_of(v->doc, n) == ANS_JSON_ARRAY;
}

/* An entry without a fullUrl is known by its type and id. */
static ans_err gather_bundle(gathering *g, ans_jnode bundle)
{
    vrun *v = g->v;
    ans_jnode list = ans_json_get(v->doc, bundle, ANS_STR("entry"));
    ans_err err = ANS_OK;
    for (ans_jnode e = is_list(v, list) ? ans_json_first(v->doc, list) : ANS_JNONE; err == ANS_OK && e != ANS_JNONE; e = ans_json_next(v->doc, list, e)) {
        ans_jnode resource = ans_json_get(v->doc, e, ANS_STR("resource"));
        ans_str url = ans_valid_member(v, e, "fullUrl");
        if (resource != ANS_JNONE && ans_json_kind_of(v->doc, resource) == ANS_JSON_OBJECT) {
            err = add_entry(g, url.n ? url : type_and_id(v, resource), resource);
        }
    }
    return err;
}

static ans_str said_full_url(vrun *v, ans_jnode parameter)
{
    ans_jnode list = ans_json_get(v->doc, parameter, ANS_STR("extension"));
    for (ans_jnode e = is_list(v, list) ? ans_json_first(v->doc, list) : ANS_JNONE; e != ANS_JNONE; e = ans_json_next(v->doc, list, e)) {
        if (ans_str_is(ans_valid_member(v, e, "url"), "http://hl7.org/fhir/StructureDefinition/parameters-fullUrl")) {
            return ans_valid_member(v, e, "valueUri");
        }
    }
    return ANS_STR_NONE;
}

/* Parameters carry resources one beside another, in parts, and in Bundles. Depth: the parser's limit. */
static ans_err gather_parameters(gathering *g, ans_jnode list)
{
    vrun *v = g->v;
    ans_err err = ANS_OK;
    for (ans_jnode p = is_list(v, list) ? ans_json_first(v->doc, list) : ANS_JNONE; err == ANS_OK && p != ANS_JNONE; p = ans_json_next(v->doc, list, p)) {
        ans_jnode resource = ans_json_get(v->doc, p, ANS_STR("resource"));
        if (resource != ANS_JNONE && ans_json_kind_of(v->doc, resource) == ANS_JSON_OBJECT) {
            err = add_entry(g, said_full_url(v, p), resource);
            err = err == ANS_OK ? add_entry(g, type_and_id(v, resource), resource) : err;
            bool is_bundle = ans_str_is(ans_valid_member(v, resource, "resourceType"), "Bundle");
            err = err == ANS_OK && is_bundle ? gather_bundle(g, resource) : err;
        }
        err = err == ANS_OK ? gather_parameters(g, ans_json_get(v->doc, p, ANS_STR("part"))) : err;
    }
    return err;
}

ans_err ans_valid_entries(vrun *v, ans_jnode node, bool is_bundle)
{
    gathering g = {.v = v};
    ans_err err = is_bundle ? gather_bundle(&g, node) : gather_parameters(&g, ans_json_get(v->doc, node, ANS_STR("parameter")));
    if (err != ANS_OK) {
        return err;
    }
    v->has_type = is_bundle ? NULL : ANS_NEW_N(v->cx->arena, bool, ans_fhir_type_count);
    if (!is_bundle && !v->has_type) {
        return ans_cx_nomem(v->cx);
    }
    for (uint32_t i = 0; i < g.count && !is_bundle; i++) {
        v->has_type[ans_item_of_resource(v->doc, g.at[i].resource).type] = true;
    }
    ans_sort(g.at, g.count, sizeof *g.at, by_url);
    v->entries = g.at;
    v->entry_count = g.count;
    v->bundle = is_bundle ? node : ANS_JNONE;
    v->is_parameters = !is_bundle;
    return ANS_OK;
}

static ans_jnode entry_named(const vrun *v, ans_str url)
{
    ventry key = {.full_url = url};
    const ventry *e = ans_sorted_find(&key, v->entries, v->entry_count, sizeof *v->entries, by_url);
    return e ? e->resource : ANS_JNONE;
}

/* Where a reference within an entry points: relative ones beside the entry's own fullUrl, if that is its resource's address. */
static ans_jnode entry_meant(vrun *v, ans_str reference, const ans_reference *r)
{
    ptrdiff_t history = r->version.n ? ans_str_search(reference, ANS_STR("/_history/")) : -1;
    ans_str plain = history > 0 ? ans_str_head(reference, (size_t)history) : reference;
    ans_reference own;
    ans_jnode n = entry_named(v, plain);
    if (n != ANS_JNONE || r->kind != ANS_REF_LOCAL || !v->entry_url.n) {
        return n;
    }
    ans_reference_parse(v->entry_url, &own);
    bool is_own = own.type == v->root_resource.type && ans_str_eq(own.id, ans_valid_member(v, v->root_resource.node, "id"));
    return own.base.n && is_own ? entry_named(v, ans_arena_fmt(v->cx->arena, "%.*s/%.*s", ANS_FMT(own.base), ANS_FMT(plain))) : ANS_JNONE;
}

/* ---- resolving ---- */

static ans_jnode contained(vrun *v, ans_str id)
{
    ans_jnode list = v->container == ANS_JNONE ? ANS_JNONE : ans_json_get(v->doc, v->container, ANS_STR("contained"));
    if (!id.n) {
        return v->container;
    }
    for (ans_jnode n = is_list(v, list) ? ans_json_first(v->doc, list) : ANS_JNONE; n != ANS_JNONE; n = ans_json_next(v->doc, list, n)) {
        v->steps++;
        if (ans_str_eq(ans_valid_member(v, n, "id"), id)) {
            return n;
        }
    }
    return ANS_JNONE;
}

ans_err ans_valid_resolve(vrun *v, ans_str reference, ans_item *out, bool *out_found)
{
    ans_reference r;
    const ans_json *doc = NULL;
    ans_reference_parse(reference, &r);
    ans_jnode n = r.kind == ANS_REF_FRAGMENT ? contained(v, ans_str_from(reference, 1)) : entry_meant(v, reference, &r);
    *out_found = n != ANS_JNONE;
    if (*out_found) {
        *out = ans_item_of_resource(v->doc, n);
        return ANS_OK;
    }
    if (r.kind == ANS_REF_FRAGMENT || !v->env->host || !v->env->host->resolve) {
        return ANS_OK;
    }
    ans_err err = v->env->host->resolve(v->env->host->arg, v->cx, reference, &doc);
    *out_found = err == ANS_OK && doc;
    if (*out_found) {
        *out = ans_item_of_resource(doc, 0);
    }
    return err == ANS_E_NOTFOUND ? ANS_OK : err;
}

/* ---- what a reference may point to ---- */

static bool is_allowed(vrun *v, const vtype *type, ans_type t, ans_err *err)
{
    bool any_unknown = false;
    for (uint32_t i = 0; i < type->target_count; i++) {
        ans_type target = type->target_types[i];
        const vprofile *p = NULL;
        if (!target && *err == ANS_OK) {
            *err = ans_valid_profile(v, type->targets[i], &p);
            target = p ? p->type : 0;
            any_unknown = any_unknown || !target;
        }
        if (target && ans_fhir_is_a(t, target)) {
            return true;
        }
    }
    return any_unknown || !type->target_count;
}

static void wrong_target(vrun *v, const vtype *type, ans_type t, const vplace *at)
{
    char wanted[512] = "";
    size_t n = 0;
    for (uint32_t i = 0; i < type->target_count; i++) {
        ans_str name = type->targets[i];
        name = ans_str_from(name, (size_t)(ans_str_rfind(name, '/') + 1));
        if (n + name.n + 3 >= sizeof wanted) {
            break;
        }
        memcpy(wanted + n, ", ", 2);
        n += n ? 2 : 0;
        memcpy(wanted + n, name.p, name.n);
        n += name.n;
    }
    ans_valid_say(v, ANS_VALID_ERROR, "invalid", at, "found a reference to %s, expected one to %.*s", ans_fhir_types[t].name, (int)n, wanted);
}

/* In a document and in a message some references must be within; those are asked of the Bundle (below). In Parameters a reference
 * to a type that is carried along means one of those. */
static bool must_be_here(const vrun *v, const ans_reference *r)
{
    return v->is_parameters && r->kind == ANS_REF_LOCAL && r->type && v->has_type[r->type];
}

static void check_aggregation(vrun *v, const vtype *type, const ans_reference *r, bool is_bundled, const vplace *at)
{
    uint8_t is = r->kind == ANS_REF_FRAGMENT ? VAGG_CONTAINED : is_bundled ? VAGG_BUNDLED | VAGG_REFERENCED : VAGG_REFERENCED;
    if (type->aggregation && !(type->aggregation & is)) {
        ans_valid_say(v, ANS_VALID_ERROR, "invalid", at, "found a reference to what is %s, which is not how it must be given here",
                      is & VAGG_CONTAINED ? "contained" : is_bundled ? "in the Bundle" : "elsewhere");
    }
}

/* Guides of R4 list what they hold, and hold types of later releases (ActorDefinition). */
static bool is_in_guide(const vplace *at)
{
    while (at && at->up) {
        at = at->up;
    }
    return at && ans_str_is(at->name, "ImplementationGuide");
}

static void check_form(vrun *v, ans_str reference, const ans_reference *r, const vplace *at)
{
    bool is_absolute = ans_str_find(reference, ':') > 0;
    if (r->kind == ANS_REF_OTHER && !is_absolute) {
        ans_valid_say(v, is_in_guide(at) ? ANS_VALID_WARNING : ANS_VALID_ERROR, "invalid", at, "found a relative reference that is no [type]/[id]");
    }
}

ans_err ans_valid_reference(vrun *v, const vitem *item, const vtype *type, const vplace *at)
{
    ans_str reference = ans_valid_member(v, item->node, "reference"), said = ans_valid_member(v, item->node, "type");
    ans_type said_type = said.n ? ans_fhir_type_named(said) : 0;
    ans_reference r = {0};
    ans_item target = {0};
    bool here = false;
    ans_err err = ANS_OK;
    if (reference.n) {
        ans_reference_parse(reference, &r);
        const ans_valid_env *env = v->env;
        ans_valid_env alone = *env; /* the record is not asked: whether something is there is nobody's business */
        alone.host = NULL;
        v->env = &alone;
        err = ans_valid_resolve(v, reference, &target, &here);
        v->env = env;
        check_form(v, reference, &r, at);
        if (v->is_base && !here && (r.kind == ANS_REF_FRAGMENT || must_be_here(v, &r))) {
            ans_valid_say(v, ANS_VALID_ERROR, "not-found", at, "found a reference to what is not here, expected it %s",
                          r.kind == ANS_REF_FRAGMENT ? "among the contained resources" : "among the resources of the Parameters");
        }
    }
    ans_type t = here ? target.type : r.type ? r.type : said_type;
    if (err == ANS_OK && said_type && reference.n && (here || r.type) && !ans_fhir_is_a(t, said_type)) {
        ans_valid_say(v, ANS_VALID_ERROR, "invalid", at, "found a reference to %s whose type says %s", ans_fhir_types[t].name, ans_fhir_types[said_type].name);
    }
    if (err == ANS_OK && type && t && ans_fhir_is_resource(t) && !is_allowed(v, type, t, &err) && err == ANS_OK) {
        wrong_target(v, type, t, at);
    }
    if (err == ANS_OK && type && reference.n) {
        check_aggregation(v, type, &r, here, at);
    }
    return err;
}

ans_err ans_valid_canonical(vrun *v, const vitem *item, const vtype *type, const vplace *at)
{
    ans_str url = item->node == ANS_JNONE || ans_json_kind_of(v->doc, item->node) != ANS_JSON_STRING ? ANS_STR_NONE : ans_valid_string(v, item->node);
    ans_err err = ANS_OK;
    if (!url.n) {
        return ANS_OK;
    }
    if (url.p[0] != '#' && ans_str_find(url, ':') <= 0) {
        /* R4's own examples do so often that an error would refuse every tenth of them */
        ans_valid_say(v, ANS_VALID_WARNING, "invalid", at, "found a relative URL, expected an absolute one or a fragment");
        return ANS_OK;
    }
    const ans_def *def = type && type->target_count ? ans_defs_find(v->env->defs, 0, url) : NULL;
    if (!def || is_allowed(v, type, def->type, &err) || err != ANS_OK) {
        return err;
    }
    for (uint32_t i = 0; i < type->target_count; i++) { /* another of the same URL may be of the right type */
        if (type->target_types[i] && ans_defs_find(v->env->defs, type->target_types[i], url)) {
            return ANS_OK;
        }
    }
    wrong_target(v, type, def->type, at);
    return ANS_OK;
}

/* ---- Bundles ---- */

static ans_err check_inside(vrun *v, ans_jnode reference, const vplace *at)
{
    ans_str text = ans_valid_member(v, reference, "reference");
    ans_reference r;
    if (!text.n || text.p[0] == '#') {
        return ANS_OK;
    }
    ans_reference_parse(text, &r);
    if (entry_meant(v, text, &r) == ANS_JNONE) {
        ans_valid_say(v, ANS_VALID_ERROR, "not-found", at, "found a reference to what is not in the Bundle, expected it there");
    }
    return ans_valid_spend(v, 1);
}

/* References below a member, lists and sections within sections alike. Depth: the parser's limit. */
static ans_err check_each(vrun *v, ans_jnode parent, const char *name, const char *within, const vplace *up)
{
    ans_jnode n = ans_json_get(v->doc, parent, ans_str_of(name));
    ans_jnode list = within ? ans_json_get(v->doc, parent, ans_str_of(within)) : ANS_JNONE;
    ans_err err = ANS_OK;
    if (n != ANS_JNONE && ans_json_kind_of(v->doc, n) == ANS_JSON_OBJECT) {
        vplace at = {up, ans_str_of(name), MANY};
        err = check_inside(v, n, &at);
    }
    uint32_t i = 0;
    for (ans_jnode c = is_list(v, n) ? ans_json_first(v->doc, n) : ANS_JNONE; err == ANS_OK && c != ANS_JNONE; c = ans_json_next(v->doc, n, c)) {
        vplace at = {up, ans_str_of(name), i++};
        err = check_inside(v, c, &at);
    }
    i = 0;
    for (ans_jnode c = is_list(v, list) ? ans_json_first(v->doc, list) : ANS_JNONE; err == ANS_OK && c != ANS_JNONE; c = ans_json_next(v->doc, list, c)) {
        vplace at = {up, ans_str_of(within), i++};
        err = check_each(v, c, "entry", "section", &at);
    }
    return err;
}

static bool is_absolute(ans_str url)
{
    return ans_str_find(url, ':') > 0;
}

/* "SHALL NOT disagree with the id in the resource" (Bundle.entry.fullUrl), where the URL is one of a FHIR server. */
static void check_same_id(vrun *v, ans_str url, ans_jnode resource, const vplace *at)
{
    ans_reference r;
    ans_str id = ans_valid_member(v, resource, "id");
    ans_reference_parse(url, &r);
    if (url.n && id.n && r.kind == ANS_REF_ABSOLUTE && r.type && r.id.n && (r.type != ans_item_of_resource(v->doc, resource).type || !ans_str_eq(r.id, id))) {
        ans_valid_say(v, ANS_VALID_WARNING, "invalid", at, "found a URL of another type or id than those of the resource");
    }
}

static void check_full_urls(vrun *v, ans_jnode list, const vplace *at)
{
    uint32_t i = 0;
    ANS_JSON_EACH(v->doc, list, e) {
        vplace entry = {at, ANS_STR("entry"), i++}, here = {&entry, ANS_STR("fullUrl"), MANY};
        ans_str url = ans_valid_member(v, e, "fullUrl");
        if (url.n && !is_absolute(url)) {
            ans_valid_say(v, ANS_VALID_ERROR, "invalid", &here, "found a relative URL, expected an absolute one");
        }
        check_same_id(v, url, ans_json_get(v->doc, e, ANS_STR("resource")), &here);
    }
}

ans_err ans_valid_bundle(vrun *v, ans_jnode node, const vplace *at)
{
    ans_str kind = ans_valid_member(v, node, "type"), entry_url = v->entry_url;
    ans_jnode list = ans_json_get(v->doc, node, ANS_STR("entry"));
    ans_jnode first = is_list(v, list) ? ans_json_first(v->doc, list) : ANS_JNONE;
    bool is_document = ans_str_is(kind, "document");
    ans_err err = ANS_OK;
    if (first == ANS_JNONE) {
        return ANS_OK;
    }
    check_full_urls(v, list, at);
    if (!is_document && !ans_str_is(kind, "message")) {
        return ANS_OK;
    }
    ans_jnode head = ans_json_get(v->doc, first, ANS_STR("resource"));
    ans_item root = v->root_resource;
    vplace entry = {at, ANS_STR("entry"), 0}, resource = {&entry, ANS_STR("resource"), MANY};
    if (head == ANS_JNONE) {
        return ANS_OK;
    }
    v->entry_url = ans_valid_member(v, first, "fullUrl");
    v->root_resource = ans_item_of_resource(v->doc, head);
    err = is_document ? check_each(v, head, "subject", "section", &resource) : check_each(v, head, "focus", NULL, &resource);
    v->entry_url = entry_url;
    v->root_resource = root;
    return err;
}
