/* Search parameters -> C text. Target lists and components are arrays of their definition; equal
 * target lists are one. */
#include "gen.h"

static void print_string(ans_buf *out, ans_str s)
{
    ans_buf_add_c(out, '"');
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c == '"' || c == '\\') {
            ans_buf_add_c(out, '\\');
            ans_buf_add_c(out, (char)c);
        } else if (c < 0x20 || c >= 0x7f || c == '?') { /* '?': no trigraphs */
            ans_buf_fmt(out, "\\%03o", c);
        } else {
            ans_buf_add_c(out, (char)c);
        }
    }
    ans_buf_add_c(out, '"');
}

static const char *const type_names[] = {"ANS_SP_NUMBER",   "ANS_SP_DATE",      "ANS_SP_STRING",
                                         "ANS_SP_TOKEN",    "ANS_SP_REFERENCE", "ANS_SP_COMPOSITE",
                                         "ANS_SP_QUANTITY", "ANS_SP_URI",       "ANS_SP_SPECIAL"};

static void print_targets(const gen *g, size_t number, ans_buf *out)
{
    const gen_def *def = &g->defs[number];
    if (def->target_count == 0 || def->targets_as != number) {
        return;
    }
    ans_buf_fmt(out, "\nstatic const ans_type targets_%zu[] = {\n", number);
    for (size_t i = 0; i < def->target_count; i++) {
        ans_buf_fmt(out, "    %u, /* %s */\n", def->targets[i], g->types[def->targets[i]]->name.p);
    }
    ANS_BUF_LIT(out, "};\n");
}

static void print_components(const gen_def *def, size_t number, ans_buf *out)
{
    if (def->component_count == 0) {
        return;
    }
    ans_buf_fmt(out, "\n/* %s */\nstatic const ans_sp_component components_%zu[] = {\n",
                def->source.p, number);
    for (size_t i = 0; i < def->component_count; i++) {
        const gen_component *c = &def->components[i];
        ANS_BUF_LIT(out, "    {.code = ");
        print_string(out, c->code);
        ANS_BUF_LIT(out, ", .expression = ");
        print_string(out, c->expression);
        ans_buf_fmt(out, ", .type = %s},\n", type_names[c->type]);
    }
    ANS_BUF_LIT(out, "};\n");
}

static void print_param(const gen *g, const gen_param *param, ans_buf *out)
{
    const gen_def *def = param->def;
    ans_buf_fmt(out, "    {.base = %u /* %s */, .code = ", param->base,
                g->types[param->base]->name.p);
    print_string(out, def->code);
    ans_buf_fmt(out, ", .type = %s,\n     .url = ", type_names[def->type]);
    print_string(out, def->url);
    if (param->expression.p) {
        ANS_BUF_LIT(out, ",\n     .expression = ");
        print_string(out, param->expression);
    }
    if (def->target_count) {
        ans_buf_fmt(out, ",\n     .target_count = %zu, .targets = targets_%zu", def->target_count,
                    def->targets_as);
    }
    if (def->component_count) {
        ans_buf_fmt(out, ",\n     .component_count = %zu, .components = components_%zu",
                    def->component_count, (size_t)(def - g->defs));
    }
    ANS_BUF_LIT(out, "},\n");
}

void gen_print_params(const gen *g, ans_buf *out)
{
    for (size_t i = 0; i < g->def_count; i++) {
        print_targets(g, i, out);
        print_components(&g->defs[i], i, out);
    }
    ans_buf_fmt(out, "\nconst uint16_t ans_sp_count = %zu;\nconst ans_sp ans_sp_table[] = {\n",
                g->param_count);
    for (size_t i = 0; i < g->param_count; i++) {
        print_param(g, &g->params[i], out);
    }
    ANS_BUF_LIT(out, "};\n");
}
