/* CompartmentDefinitions -> one entry a (compartment, type): the reference parameters that place a resource of the type in it. What is left
 * out: the package's example, and "{def}", the resource the compartment is of. */
#include "gen.h"

#define JSON_BYTES ((size_t)64 * 1024 * 1024)

static ans_str kept(gen *g, ans_cx *cx, const ans_json *doc, ans_jnode object, const char *name)
{
    ans_str text = ans_json_get_string(cx, doc, object, ans_str_of(name));
    return text.p ? gen_dup(g, text) : text;
}

static void read_codes(gen *g, ans_cx *cx, const ans_json *doc, ans_jnode params, gen_compartment *c)
{
    ANS_JSON_EACH(doc, params, p)
    {
        ans_str code = ans_json_string(cx, doc, p);
        if (ans_str_is(code, "{def}")) {
            continue;
        }
        if (!code.p || c->count == GEN_COMPARTMENT_CODES) {
            gen_die("a compartment has more than %d parameters of a type", GEN_COMPARTMENT_CODES);
        }
        c->codes[c->count++] = gen_dup(g, code);
    }
}

void gen_compartments_read(gen *g, const gen_file *file)
{
    ans_cx cx = {.arena = ans_arena_new(JSON_BYTES)};
    ans_json doc;
    if (!ans_str_starts(file->name, ANS_STR("CompartmentDefinition-")) || ans_str_is(file->name, "CompartmentDefinition-example.json")) {
        ans_arena_free(cx.arena);
        return;
    }
    if (!cx.arena || ans_json_parse(&cx, file->text, NULL, &doc) != ANS_OK) {
        gen_die("cannot parse %s", file->name.p);
    }
    ans_str of = kept(g, &cx, &doc, 0, "code");
    ans_jnode list = ans_json_get(&doc, 0, ANS_STR("resource"));
    ANS_JSON_EACH(&doc, list, n)
    {
        ans_jnode params = ans_json_get(&doc, n, ANS_STR("param"));
        gen_compartment c = {.of = of, .type = kept(g, &cx, &doc, n, "code")};
        if (params == ANS_JNONE) {
            continue;
        }
        read_codes(g, &cx, &doc, params, &c);
        if (c.count) {
            g->compartments = gen_more(g, g->compartments, g->compartment_count, &g->compartment_cap_, sizeof g->compartments[0]);
            g->compartments[g->compartment_count++] = c;
        }
    }
    ans_arena_free(cx.arena);
}

void gen_print_compartments(const gen *g, ans_buf *out)
{
    ans_buf_fmt(out, "\nconst uint16_t ans_compartment_count = %zu;\nconst ans_compartment ans_compartment_table[] = {\n", g->compartment_count);
    for (size_t i = 0; i < g->compartment_count; i++) {
        const gen_compartment *c = &g->compartments[i];
        uint16_t of = gen_type_number(g, c->of), type = gen_type_number(g, c->type);
        if (!of || !type) {
            gen_die("the compartment of %s names the type %s", c->of.p, c->type.p);
        }
        ans_buf_fmt(out, "    {.of = %u /* %s */, .type = %u /* %s */, .count = %u, .codes = {", of, c->of.p, type, c->type.p, c->count);
        for (unsigned k = 0; k < c->count; k++) {
            ans_buf_fmt(out, "%s\"%.*s\"", k ? ", " : "", ANS_FMT(c->codes[k]));
        }
        ANS_BUF_LIT(out, "}},\n");
    }
    ANS_BUF_LIT(out, "};\n");
}
