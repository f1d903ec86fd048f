/* What is built in: R4's own definitions, packed by gen/defs.c, and the resources of content/. */
#include "defs/defs_int.h"

#include <zstd.h>

static const char *const kinds[] = {"StructureDefinition", "ValueSet", "CodeSystem", "ConceptMap"}; /* in the order of gen/defs.c */
enum { KINDS = sizeof kinds / sizeof *kinds };

ans_err defs_read_head(ans_cx *cx, ans_str body, ans_def *out)
{
    ans_json doc;
    ans_err err = ans_json_parse(cx, body, NULL, &doc);
    if (err != ANS_OK) {
        return err;
    }
    out->url = ans_json_get_string(cx, &doc, 0, ANS_STR("url"));
    ans_jnode names = out->url.n ? ANS_JNONE : ans_json_get(&doc, 0, ANS_STR("uniqueId")); /* a NamingSystem of R4 has no url: what it names */
    if (names != ANS_JNONE && ans_json_first(&doc, names) != ANS_JNONE) {
        out->url = ans_json_get_string(cx, &doc, ans_json_first(&doc, names), ANS_STR("value"));
    }
    out->version = ans_json_get_string(cx, &doc, 0, ANS_STR("version"));
    out->id = ans_json_get_string(cx, &doc, 0, ANS_STR("id"));
    out->is_retired = ans_str_is(ans_json_get_string(cx, &doc, 0, ANS_STR("status")), "retired");
    return ANS_OK;
}

static void add_core(ans_defs *defs)
{
    ans_type types[KINDS];
    for (unsigned k = 0; k < KINDS; k++) {
        types[k] = ans_fhir_type_named(ans_str_of(kinds[k]));
    }
    for (uint32_t i = 0; i < ans_defs_core_count; i++) {
        const ans_defs_core *c = &ans_defs_core_table[i];
        defs->built_in[i] = (defs_node){.from = DEFS_FROM_CORE,
                                        .core = c,
                                        .def = {.type = types[c->kind],
                                                .is_core = true,
                                                .is_retired = c->is_retired,
                                                .url = ans_str_of(c->url),
                                                .version = ans_str_of(c->version),
                                                .id = ans_str_of(c->id)}};
    }
    defs->core_count = defs->built_in_count = ans_defs_core_count;
}

/* The head's strings point into the body, which outlives the register, wherever they hold no escapes; a URL has none. */
static ans_err add_content(ans_cx *cx, ans_defs *defs, ans_str body)
{
    defs_node *node = &defs->built_in[defs->built_in_count];
    ans_cx scratch = {.arena = ans_arena_new((size_t)64 << 20)};
    ans_json doc;
    if (!scratch.arena) {
        return ans_cx_nomem(cx);
    }
    *node = (defs_node){.from = DEFS_FROM_CONTENT, .body = body};
    ans_err err = ans_json_parse(&scratch, body, NULL, &doc);
    if (err == ANS_OK) {
        node->def.type = ans_fhir_type_named(ans_json_get_string(&scratch, &doc, 0, ANS_STR("resourceType")));
        err = defs_read_head(&scratch, body, &node->def);
    }
    bool is_whole = err == ANS_OK && node->def.type && node->def.url.n && node->def.url.p >= body.p && node->def.url.p < body.p + body.n &&
                    node->def.id.n && node->def.id.p >= body.p && node->def.id.p < body.p + body.n;
    ans_arena_free(scratch.arena);
    if (!is_whole) {
        return ans_issue_add(cx, ANS_E_INVALID, ANS_STR_NONE, "a definition of the built-in content is not JSON with resourceType, id and url");
    }
    defs->built_in_count++;
    return ANS_OK;
}

static ans_str url_of(const void *arg, uint32_t i)
{
    return ((const ans_defs *)arg)->built_in[i].def.url;
}

ans_err defs_built_in(ans_cx *cx, ans_defs *defs, const ans_defs_options *o)
{
    size_t most = (size_t)ans_defs_core_count + o->content_count;
    defs->built_in = ans_alloc(most * sizeof *defs->built_in);
    if (!defs->built_in) {
        return ans_cx_nomem(cx);
    }
    add_core(defs);
    ans_err err = ANS_OK;
    for (uint32_t i = 0; err == ANS_OK && i < o->content_count; i++) {
        err = add_content(cx, defs, o->content[i].body);
    }
    return err == ANS_OK ? defs_index_make(defs->key, defs->built_in_count, url_of, defs, &defs->index) : err;
}

ans_err defs_core_text(ans_cx *cx, ans_defs *defs, const ans_defs_core *core, ans_arena *arena, ans_str *out)
{
    defs->dctx = defs->dctx ? defs->dctx : ZSTD_createDCtx();
    char *text = ans_arena_alloc(arena, core->full_bytes + 1);
    if (!defs->dctx || !text) {
        return ans_cx_nomem(cx);
    }
    size_t n = ZSTD_decompress_usingDict(defs->dctx, text, core->full_bytes, ans_defs_core_bytes + core->at, core->bytes, ans_defs_core_dictionary,
                                         ans_defs_core_dictionary_bytes);
    if (n != core->full_bytes) {
        return ans_issue_add(cx, ANS_E_BUG, ANS_STR_NONE, "a built-in definition cannot be unpacked");
    }
    text[n] = '\0';
    *out = (ans_str){text, n};
    return ANS_OK;
}
