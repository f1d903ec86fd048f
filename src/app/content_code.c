/* Code lists: every system becomes a CodeSystem, and every code that another table uses must be in one. */
#include "app/content.h"

static const char *const COLUMNS[] = {"system", "code", "name", "english", "source", NULL};
enum { SYSTEM, CODE, NAME, ENGLISH };
static const char *const FUNCTION_COLUMNS[] = {"code", "name", "english", "source", NULL};
enum { F_CODE, F_NAME, F_ENGLISH };

#define FUNCTIONS "urn:ansinh:function"

struct content_codes {
    content_table codes, functions;
};

static void concept_row(content *c, ans_str code, ans_str name, ans_str english)
{
    ans_jw_begin(&c->w, '{');
    ans_jw_kv(&c->w, ANS_STR("code"), code);
    ans_jw_kv(&c->w, ANS_STR("display"), name);
    ans_jw_key(&c->w, ANS_STR("designation"));
    ans_jw_begin(&c->w, '[');
    ans_jw_begin(&c->w, '{');
    ans_jw_kv(&c->w, ANS_STR("language"), ANS_STR("en"));
    ans_jw_kv(&c->w, ANS_STR("value"), english);
    ans_jw_end(&c->w, '}');
    ans_jw_end(&c->w, ']');
    ans_jw_end(&c->w, '}');
}

/* urn:ansinh:line is kept as ansinh-line. */
static void begin_system(content *c, ans_str system)
{
    ans_str tail = ans_str_from(system, sizeof "urn:ansinh:" - 1);
    content_begin(c, "CodeSystem", content_text(c, "ansinh-%.*s", ANS_FMT(tail)), "organisations");
    ans_jw_kv(&c->w, ANS_STR("language"), ANS_STR("vi"));
    ans_jw_kv(&c->w, ANS_STR("url"), system);
    ans_jw_kv(&c->w, ANS_STR("status"), ANS_STR("active"));
    ans_jw_kv(&c->w, ANS_STR("content"), ANS_STR("complete"));
    ans_jw_key(&c->w, ANS_STR("concept"));
    ans_jw_begin(&c->w, '[');
}

static ans_err end_system(content *c)
{
    ans_jw_end(&c->w, ']');
    return content_end(c);
}

/* Rows of one system stand together. */
static ans_err write_systems(content *c, const content_table *t)
{
    ans_str open = ANS_STR_NONE;
    ans_err err = ANS_OK;
    for (uint32_t i = 0; err == ANS_OK && i < t->rows; i++) {
        ans_str system = content_cell(t, i, SYSTEM);
        if (!ans_str_starts(system, ANS_STR("urn:ansinh:")) || !content_cell(t, i, CODE).n || !content_cell(t, i, NAME).n) {
            return content_bad(c, t, i, "a system of ours, a code and a name are wanted");
        }
        if (!ans_str_eq(system, open)) {
            err = open.n ? end_system(c) : ANS_OK;
            begin_system(c, system);
            open = system;
        }
        concept_row(c, content_cell(t, i, CODE), content_cell(t, i, NAME), content_cell(t, i, ENGLISH));
    }
    return err == ANS_OK && open.n ? end_system(c) : err;
}

static ans_err write_functions(content *c, const content_table *t)
{
    begin_system(c, ANS_STR(FUNCTIONS));
    for (uint32_t i = 0; i < t->rows; i++) {
        concept_row(c, content_cell(t, i, F_CODE), content_cell(t, i, F_NAME), content_cell(t, i, F_ENGLISH));
    }
    return end_system(c);
}

ans_err content_codes(content *c)
{
    struct content_codes *k = ANS_NEW(c->cx->arena, struct content_codes);
    if (!k) {
        return ans_cx_nomem(c->cx);
    }
    c->codes = k;
    ans_err err = content_table_read(c, "/organisations/codes.tsv", COLUMNS, &k->codes);
    err = err == ANS_OK ? content_table_read(c, "/organisations/functions.tsv", FUNCTION_COLUMNS, &k->functions) : err;
    err = err == ANS_OK ? write_systems(c, &k->codes) : err;
    return err == ANS_OK ? write_functions(c, &k->functions) : err;
}

ans_err content_code_known(content *c, const content_table *t, uint32_t row, const char *system, ans_str code)
{
    const struct content_codes *k = c->codes;
    bool is_function = strcmp(system, FUNCTIONS) == 0;
    const content_table *list = is_function ? &k->functions : &k->codes;
    for (uint32_t i = 0; i < list->rows; i++) {
        if (is_function ? ans_str_eq(content_cell(list, i, F_CODE), code)
                        : ans_str_is(content_cell(list, i, SYSTEM), system) && ans_str_eq(content_cell(list, i, CODE), code)) {
            return ANS_OK;
        }
    }
    return content_bad(c, t, row, "%s has no code %.*s", system, ANS_FMT(code));
}
