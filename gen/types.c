/* StructureDefinitions -> types and members. Only what R4 itself defines: specialisations and the
 * two roots (Element, Resource); no profiles, no logical models. Members come from the snapshot, so
 * inherited ones are there already.
 *
 * The rules that are not visible in the data:
 * - An element with children in the snapshot is a backbone, a type named by its path.
 * - The values of primitives ("code.value") are no JSON members; neither is what a type forbids
 *   (max 0: xhtml.extension).
 * - Types named by FHIRPath's system (System.String) carry the FHIR type in an extension. For
 *   Resource.id the extension says string although the text of the standard means id: id it is. */
#include "gen.h"

#include <stdlib.h>

#define JSON_BYTES ((size_t)64 * 1024 * 1024)

static const ans_str system_types = {"http://hl7.org/fhirpath/System.", 31};
static const ans_str definitions = {"http://hl7.org/fhir/StructureDefinition/", 40};

typedef struct reader {
    gen *g;
    ans_cx cx; /* lives as long as the file is read */
    ans_json doc;
    const gen_file *file;
    size_t first; /* index of this file's first type */
} reader;

static ans_str text_of(reader *r, ans_jnode obj, const char *name)
{
    return ans_json_get_string(&r->cx, &r->doc, obj, ans_str_of(name));
}

static bool is_true(const reader *r, ans_jnode obj, const char *name)
{
    ans_jnode n = ans_json_get(&r->doc, obj, ans_str_of(name));
    return n != ANS_JNONE && ans_json_kind_of(&r->doc, n) == ANS_JSON_TRUE;
}

static gen_type *add_type(reader *r, ans_str name, ans_str base_name, ans_fhir_kind kind)
{
    gen *g = r->g;
    gen_type *type = gen_alloc(g, sizeof *type);
    type->name = gen_dup(g, name);
    type->base_name = gen_dup(g, base_name);
    type->source = r->file->name;
    type->kind = (uint8_t)kind;
    g->types = gen_more(g, g->types, g->type_count, &g->type_cap_, sizeof(gen_type *));
    g->types[g->type_count++] = type;
    return type;
}

/* The type of this file with that path: the newest first, parents stand shortly before their
 * children. */
static gen_type *type_at(const reader *r, ans_str path)
{
    for (size_t i = r->g->type_count; i > r->first; i--) {
        if (ans_str_eq(r->g->types[i - 1]->name, path)) {
            return r->g->types[i - 1];
        }
    }
    return NULL;
}

static uint16_t cardinality(const reader *r, ans_str text)
{
    uint64_t n;
    if (ans_str_is(text, "*")) {
        return UINT16_MAX;
    }
    if (!ans_str_u64(text, &n) || n >= UINT16_MAX) {
        gen_die("%s: cardinality %.*s", r->file->name.p, ANS_FMT(text));
    }
    return (uint16_t)n;
}

static bool has_children(const reader *r, ans_str path, ans_jnode list, ans_jnode element)
{
    ans_jnode next = ans_json_next(&r->doc, list, element);
    if (next == ANS_JNONE) {
        return false;
    }
    ans_str next_path = ans_json_raw(&r->doc, ans_json_get(&r->doc, next, ANS_STR("path")));
    return ans_str_starts(next_path, path) && next_path.n > path.n && next_path.p[path.n] == '.';
}

static ans_str system_type(reader *r, ans_jnode type, ans_jnode element)
{
    ans_jnode base = ans_json_get(&r->doc, element, ANS_STR("base"));
    ans_str base_path = text_of(r, base, "path");
    ans_jnode extensions = ans_json_get(&r->doc, type, ANS_STR("extension"));
    if (ans_str_is(base_path, "Resource.id")) {
        return ANS_STR("id");
    }
    if (extensions == ANS_JNONE && ans_str_is(base_path, "Element.id")) {
        return ANS_STR("string"); /* xhtml.id came without */
    }
    if (extensions == ANS_JNONE) {
        gen_die("%s: a system type without its FHIR type", r->file->name.p);
    }
    ANS_JSON_EACH(&r->doc, extensions, extension) {
        ans_str url = text_of(r, extension, "url");
        if (ans_str_search(url, ANS_STR("structuredefinition-fhir-type")) >= 0) {
            return text_of(r, extension, "valueUrl");
        }
    }
    gen_die("%s: a system type without its FHIR type", r->file->name.p);
}

static ans_str type_name(reader *r, ans_jnode type, ans_jnode element)
{
    ans_str code = text_of(r, type, "code");
    return ans_str_starts(code, system_types) ? system_type(r, type, element) : code;
}

static void add_member(reader *r, gen_type *owner, gen_member member)
{
    gen *g = r->g;
    member.key = gen_dup(g, member.key);
    member.element = gen_dup(g, member.element);
    member.type_name = gen_dup(g, member.type_name);
    owner->members =
        gen_more(g, owner->members, owner->count, &owner->cap_, sizeof owner->members[0]);
    owner->members[owner->count++] = member;
}

/* value[x] -> valueQuantity, valueString, ... */
static void add_choice(reader *r, gen_type *owner, gen_member member, ans_jnode element)
{
    member.is_choice = true;
    member.element.n -= 3;
    ans_jnode types = ans_json_get(&r->doc, element, ANS_STR("type"));
    ANS_JSON_EACH(&r->doc, types, type) {
        member.type_name = type_name(r, type, element);
        ans_str key = ans_arena_fmt(r->cx.arena, "%.*s%.*s", ANS_FMT(member.element),
                                    ANS_FMT(member.type_name));
        if (!key.p) {
            gen_die("out of memory");
        }
        char *first = (char *)key.p + member.element.n;
        *first = (char)(*first >= 'a' && *first <= 'z' ? *first - 32 : *first);
        member.key = key;
        add_member(r, owner, member);
    }
}

static bool is_choice(ans_str name)
{
    return name.n > 3 && memcmp(name.p + name.n - 3, "[x]", 3) == 0;
}

static void read_element(reader *r, ans_jnode list, ans_jnode element, uint16_t order)
{
    ans_str path = text_of(r, element, "path");
    ptrdiff_t dot = ans_str_rfind(path, '.');
    if (dot < 0) {
        return; /* the type itself */
    }
    gen_type *owner = type_at(r, ans_str_head(path, (size_t)dot));
    if (!owner) {
        gen_die("%s: %.*s stands outside its parent", r->file->name.p, ANS_FMT(path));
    }
    ans_str name = ans_str_from(path, (size_t)dot + 1);
    uint16_t max = cardinality(r, text_of(r, element, "max"));
    if (max == 0 || (owner->kind == ANS_FHIR_PRIMITIVE && ans_str_is(name, "value"))) {
        return;
    }
    ans_jnode base = ans_json_get(&r->doc, element, ANS_STR("base"));
    ans_jnode min = ans_json_get(&r->doc, element, ANS_STR("min"));
    gen_member member = {.key = name,
                         .element = name,
                         .min = cardinality(r, ans_json_raw(&r->doc, min)),
                         .max = max,
                         .order = order,
                         .is_array = cardinality(r, text_of(r, base, "max")) > 1,
                         .is_summary = is_true(r, element, "isSummary"),
                         .is_modifier = is_true(r, element, "isModifier")};
    if (is_choice(name)) {
        add_choice(r, owner, member, element);
        return;
    }
    ans_str reference = text_of(r, element, "contentReference");
    ans_jnode types = ans_json_get(&r->doc, element, ANS_STR("type"));
    if (reference.p) {
        member.type_name = ans_str_from(reference, 1); /* behind '#' */
    } else if (types != ANS_JNONE && ans_json_count(&r->doc, types) == 1) {
        member.type_name = type_name(r, ans_json_first(&r->doc, types), element);
    } else {
        gen_die("%s: %.*s has no single type", r->file->name.p, ANS_FMT(path));
    }
    if (has_children(r, path, list, element)) {
        add_type(r, path, member.type_name, ANS_FHIR_BACKBONE);
        member.type_name = path;
    }
    add_member(r, owner, member);
}

static bool kind_of(ans_str kind, ans_fhir_kind *out)
{
    if (ans_str_is(kind, "resource")) {
        *out = ANS_FHIR_RESOURCE;
    } else if (ans_str_is(kind, "complex-type")) {
        *out = ANS_FHIR_COMPLEX;
    } else if (ans_str_is(kind, "primitive-type")) {
        *out = ANS_FHIR_PRIMITIVE;
    } else {
        return false; /* logical */
    }
    return true;
}

static void read_definition(reader *r)
{
    ans_fhir_kind kind;
    ans_str derivation = text_of(r, 0, "derivation");
    if ((derivation.p && !ans_str_is(derivation, "specialization")) ||
        !kind_of(text_of(r, 0, "kind"), &kind)) {
        return;
    }
    ans_str base = text_of(r, 0, "baseDefinition");
    gen_type *type = add_type(r, text_of(r, 0, "type"), ans_str_from(base, definitions.n), kind);
    type->is_abstract = is_true(r, 0, "abstract");
    ans_jnode snapshot = ans_json_get(&r->doc, 0, ANS_STR("snapshot"));
    ans_jnode list = ans_json_get(&r->doc, snapshot, ANS_STR("element"));
    if (list == ANS_JNONE) {
        gen_die("%s: no snapshot", r->file->name.p);
    }
    uint16_t order = 0;
    ANS_JSON_EACH(&r->doc, list, element) {
        read_element(r, list, element, order++);
    }
}

void gen_types_read(gen *g, const gen_file *file)
{
    if (!ans_str_starts(file->name, ANS_STR("StructureDefinition-"))) {
        return;
    }
    if (g->type_count == 0) { /* number 0 means none */
        g->types = gen_more(g, NULL, 0, &g->type_cap_, sizeof(gen_type *));
        g->types[g->type_count++] = NULL;
    }
    reader r = {.g = g, .file = file, .first = g->type_count};
    r.cx.arena = ans_arena_new(JSON_BYTES);
    if (!r.cx.arena || ans_json_parse(&r.cx, file->text, NULL, &r.doc) != ANS_OK) {
        gen_die("cannot parse %s", file->name.p);
    }
    read_definition(&r);
    ans_arena_free(r.cx.arena);
}

static int by_type_name(const void *a, const void *b)
{
    return ans_str_cmp((*(gen_type *const *)a)->name, (*(gen_type *const *)b)->name);
}

static int by_key(const void *a, const void *b)
{
    return ans_str_cmp(((const gen_member *)a)->key, ((const gen_member *)b)->key);
}

uint16_t gen_type_number(const gen *g, ans_str name)
{
    size_t low = 1, high = g->type_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = ans_str_cmp(g->types[middle]->name, name);
        if (order == 0) {
            return (uint16_t)middle;
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return 0;
}

static void check_type(const gen *g, const gen_type *type)
{
    if (type->base_name.n && !gen_type_number(g, type->base_name)) {
        gen_die("%.*s specialises %.*s, which is not defined", ANS_FMT(type->name),
                ANS_FMT(type->base_name));
    }
    if (type->count >= UINT8_MAX || type->name.n > UINT8_MAX) {
        gen_die("%.*s is larger than the tables can hold", ANS_FMT(type->name));
    }
    for (size_t i = 0; i < type->count; i++) {
        const gen_member *m = &type->members[i];
        if (!gen_type_number(g, m->type_name) || m->key.n > UINT8_MAX) {
            gen_die("%.*s.%.*s is of type %.*s, which is not defined", ANS_FMT(type->name),
                    ANS_FMT(m->key), ANS_FMT(m->type_name));
        }
        if (i > 0 && ans_str_eq(m->key, type->members[i - 1].key)) {
            gen_die("%.*s.%.*s is defined twice", ANS_FMT(type->name), ANS_FMT(m->key));
        }
    }
}

void gen_types_finish(gen *g)
{
    if (g->type_count < 2 || g->type_count > UINT16_MAX) {
        gen_die("%zu types", g->type_count);
    }
    qsort(g->types + 1, g->type_count - 1, sizeof g->types[0], by_type_name);
    for (size_t i = 1; i < g->type_count; i++) {
        if (i > 1 && ans_str_eq(g->types[i]->name, g->types[i - 1]->name)) {
            gen_die("%s is defined twice", g->types[i]->name.p);
        }
        qsort(g->types[i]->members, g->types[i]->count, sizeof(gen_member), by_key);
    }
    for (size_t i = 1; i < g->type_count; i++) {
        check_type(g, g->types[i]);
    }
}
