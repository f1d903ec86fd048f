/* SearchParameters -> one entry a (base type, code). What is left out, and why:
 * - the three examples of the package (id "example...", experimental): they are examples, two of
 * them clash with real ones
 * - ten definitions without base (codesystem-extensions-*, valueset-extensions-*): they name no
 * type to search A definition without expression stays, with none: it is a name that other code
 * gives a meaning (_text, _filter). A reference that may aim at every resource type lists none,
 * which means any. */
#include "gen.h"

#include <stdlib.h>

#define JSON_BYTES ((size_t)16 * 1024 * 1024)

typedef struct reader {
    gen *g;
    ans_cx cx; /* lives as long as the file is read */
    ans_json doc;
    const gen_file *file;
} reader;

static ans_str text_of(reader *r, ans_jnode obj, const char *name)
{
    ans_str text = ans_json_get_string(&r->cx, &r->doc, obj, ans_str_of(name));
    return text.p ? gen_dup(r->g, text) : text;
}

static uint8_t type_of(const reader *r, ans_str name)
{
    static const char *const names[] = {"number",    "date",     "string", "token",  "reference",
                                        "composite", "quantity", "uri",    "special"};
    for (uint8_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (ans_str_is(name, names[i])) {
            return i; /* the order of ans_sp_type */
        }
    }
    gen_die("%s: search parameter type %.*s", r->file->name.p, ANS_FMT(name));
}

static void read_bases(reader *r, gen_def *def)
{
    ans_jnode list = ans_json_get(&r->doc, 0, ANS_STR("base"));
    def->bases = gen_alloc(r->g, sizeof def->bases[0] * ans_json_count(&r->doc, list));
    ANS_JSON_EACH(&r->doc, list, base) {
        def->bases[def->base_count++] = gen_dup(r->g, ans_json_string(&r->cx, &r->doc, base));
    }
}

static int by_number(const void *a, const void *b)
{
    return (int)*(const uint16_t *)a - (int)*(const uint16_t *)b;
}

static size_t resource_count(const gen *g)
{
    size_t n = 0;
    for (size_t t = 1; t < g->type_count; t++) {
        n += g->types[t]->kind == ANS_FHIR_RESOURCE && !g->types[t]->is_abstract;
    }
    return n;
}

static void read_targets(reader *r, gen_def *def)
{
    ans_jnode list = ans_json_get(&r->doc, 0, ANS_STR("target"));
    if (list == ANS_JNONE) {
        return;
    }
    def->targets = gen_alloc(r->g, sizeof def->targets[0] * ans_json_count(&r->doc, list));
    ANS_JSON_EACH(&r->doc, list, target) {
        uint16_t number = gen_type_number(r->g, ans_json_string(&r->cx, &r->doc, target));
        if (!number) {
            gen_die("%s: unknown target", r->file->name.p);
        }
        def->targets[def->target_count++] = number;
    }
    qsort(def->targets, def->target_count, sizeof def->targets[0], by_number);
    if (def->target_count + 1 >= resource_count(r->g)) {
        def->target_count = 0; /* all but Parameters, which nobody can refer to */
    }
}

static void read_components(reader *r, gen_def *def)
{
    ans_jnode list = ans_json_get(&r->doc, 0, ANS_STR("component"));
    if (list == ANS_JNONE) {
        return;
    }
    uint32_t n = ans_json_count(&r->doc, list);
    def->components = gen_alloc(r->g, sizeof def->components[0] * n);
    ANS_JSON_EACH(&r->doc, list, component) {
        def->components[def->component_count++] =
            (gen_component){.definition = text_of(r, component, "definition"),
                            .expression = text_of(r, component, "expression")};
    }
}

static void read_definition(reader *r)
{
    gen *g = r->g;
    ans_jnode experimental = ans_json_get(&r->doc, 0, ANS_STR("experimental"));
    if (ans_str_starts(text_of(r, 0, "id"), ANS_STR("example")) && experimental != ANS_JNONE &&
        ans_json_kind_of(&r->doc, experimental) == ANS_JSON_TRUE) {
        return;
    }
    if (ans_json_get(&r->doc, 0, ANS_STR("base")) == ANS_JNONE) {
        return;
    }
    gen_def def = {.url = text_of(r, 0, "url"),
                   .code = text_of(r, 0, "code"),
                   .expression = text_of(r, 0, "expression"),
                   .source = r->file->name,
                   .type = type_of(r, text_of(r, 0, "type"))};
    if (!def.url.p || !def.code.p) {
        gen_die("%s: no url or no code", r->file->name.p);
    }
    read_bases(r, &def);
    read_targets(r, &def);
    read_components(r, &def);
    g->defs = gen_more(g, g->defs, g->def_count, &g->def_cap_, sizeof g->defs[0]);
    g->defs[g->def_count++] = def;
}

void gen_params_read(gen *g, const gen_file *file)
{
    if (!ans_str_starts(file->name, ANS_STR("SearchParameter-"))) {
        return;
    }
    reader r = {.g = g, .file = file};
    r.cx.arena = ans_arena_new(JSON_BYTES);
    if (!r.cx.arena || ans_json_parse(&r.cx, file->text, NULL, &r.doc) != ANS_OK) {
        gen_die("cannot parse %s", file->name.p);
    }
    read_definition(&r);
    ans_arena_free(r.cx.arena);
}

static void resolve_component(const gen *g, const gen_def *def, gen_component *component)
{
    for (size_t i = 0; i < g->def_count; i++) {
        if (ans_str_eq(g->defs[i].url, component->definition)) {
            component->code = g->defs[i].code;
            component->type = g->defs[i].type;
            return;
        }
    }
    gen_die("%s: component %.*s is not defined", def->source.p, ANS_FMT(component->definition));
}

static bool same_targets(const gen_def *a, const gen_def *b)
{
    return a->target_count == b->target_count &&
           (a->target_count == 0 ||
            memcmp(a->targets, b->targets, a->target_count * sizeof a->targets[0]) == 0);
}

static void finish_definition(gen *g, size_t number)
{
    gen_def *def = &g->defs[number];
    for (size_t i = 0; i < def->component_count; i++) {
        resolve_component(g, def, &def->components[i]);
    }
    while (!same_targets(&g->defs[def->targets_as], def)) {
        def->targets_as++;
    }
    for (size_t i = 0; i < def->base_count; i++) {
        gen_param param = {.base = gen_type_number(g, def->bases[i]), .def = def};
        if (def->expression.p) {
            param.expression =
                gen_split_for(g, def->expression, def->bases[i], def->bases, def->base_count);
        }
        if (!param.base || (def->expression.p && param.expression.n == 0)) {
            gen_die("%s: nothing for base %.*s", def->source.p, ANS_FMT(def->bases[i]));
        }
        g->params = gen_more(g, g->params, g->param_count, &g->param_cap_, sizeof g->params[0]);
        g->params[g->param_count++] = param;
    }
}

static int by_base_and_code(const void *a, const void *b)
{
    const gen_param *x = a, *y = b;
    return x->base != y->base ? (int)x->base - (int)y->base
                              : ans_str_cmp(x->def->code, y->def->code);
}

void gen_params_finish(gen *g)
{
    for (size_t i = 0; i < g->def_count; i++) {
        finish_definition(g, i);
    }
    qsort(g->params, g->param_count, sizeof g->params[0], by_base_and_code);
    for (size_t i = 1; i < g->param_count; i++) {
        if (by_base_and_code(&g->params[i - 1], &g->params[i]) == 0) {
            gen_die("%s: the code is defined twice", g->params[i].def->source.p);
        }
    }
    if (g->param_count > UINT16_MAX) {
        gen_die("%zu search parameters", g->param_count);
    }
}
