/* National bodies: the Government, ministries, their units, what they answer for and what became of them. */
#include "app/content.h"

static const char *const BODY[] = {"id", "kind", "name", "english", "from", "to", "legal", "source", NULL};
enum { B_ID, B_KIND, B_NAME, B_ENGLISH, B_FROM, B_TO };
static const char *const PARENT[] = {"child", "parent", "line", "from", "to", "legal", "source", NULL};
enum { P_CHILD, P_PARENT, P_LINE, P_FROM, P_TO, P_LEGAL };
static const char *const DUTY[] = {"body", "function", "line", "from", "to", "legal", "source", NULL};
enum { D_BODY, D_FUNCTION, D_LINE, D_FROM, D_TO, D_LEGAL };
static const char *const NEXT[] = {"from", "to", "relation", "function", "date", "legal", "source", NULL};
enum { N_FROM, N_TO, N_RELATION, N_FUNCTION, N_DATE, N_LEGAL };
static const char *const LEVEL[] = {"level", "from", "to", "legal", "source", NULL};
enum { L_LEVEL, L_FROM, L_TO, L_LEGAL };

typedef struct tables {
    content_table bodies, parents, duties, nexts, levels;
} tables;

static ans_err body_known(content *c, const content_table *t, uint32_t row, uint32_t column, const content_table *bodies)
{
    ans_str id = content_cell(t, row, column);
    for (uint32_t i = 0; i < bodies->rows; i++) {
        if (ans_str_eq(content_cell(bodies, i, B_ID), id)) {
            return ANS_OK;
        }
    }
    return content_bad(c, t, row, "there is no body %.*s", ANS_FMT(id));
}

static ans_err span(content *c, const content_table *t, uint32_t row, uint32_t from_column, ans_day *from, ans_day *to)
{
    ans_err err = content_day(c, t, row, from_column, ANS_DAY_MIN, from);
    err = err == ANS_OK ? content_day(c, t, row, from_column + 1, ANS_DAY_MAX, to) : err;
    return err == ANS_OK && *from > *to ? content_bad(c, t, row, "it ends before it begins") : err;
}

/* ---- organisations ---- */

static ans_err write_duties(content *c, const tables *t, ans_str body)
{
    ans_day from, to;
    ans_err err = ANS_OK;
    for (uint32_t i = 0; err == ANS_OK && i < t->duties.rows; i++) {
        if (!ans_str_eq(content_cell(&t->duties, i, D_BODY), body)) {
            continue;
        }
        err = span(c, &t->duties, i, D_FROM, &from, &to);
        if (err == ANS_OK) {
            content_duty(c, content_cell(&t->duties, i, D_FUNCTION), content_cell(&t->duties, i, D_LINE), from, to,
                         content_cell(&t->duties, i, D_LEGAL));
        }
    }
    return err;
}

static ans_err write_levels(content *c, const content_table *t)
{
    ans_day from, to;
    ans_err err = ANS_OK;
    for (uint32_t i = 0; err == ANS_OK && i < t->rows; i++) {
        err = span(c, t, i, L_FROM, &from, &to);
        ans_jw_begin(&c->w, '{');
        ans_jw_kv(&c->w, ANS_STR("url"), ANS_STR("urn:ansinh:extension:administrative-level"));
        ans_jw_key(&c->w, ANS_STR("extension"));
        ans_jw_begin(&c->w, '[');
        content_part(c, "value", "valueCode", content_cell(t, i, L_LEVEL));
        content_period_part(c, from, to);
        content_part(c, "legal-basis", "valueString", content_cell(t, i, L_LEGAL));
        ans_jw_end(&c->w, ']');
        ans_jw_end(&c->w, '}');
    }
    return err;
}

/* All rows of the body that begins in `row`. */
static ans_err write_body(content *c, const tables *t, uint32_t row)
{
    const content_table *b = &t->bodies;
    ans_str id = content_cell(b, row, B_ID), kind = content_cell(b, row, B_KIND), name = ANS_STR_NONE;
    ans_day from, to;
    ans_err err = content_code_known(c, b, row, "urn:ansinh:organization-kind", kind);
    content_begin(c, "Organization", id, "organisations");
    ans_jw_key(&c->w, ANS_STR("extension"));
    ans_jw_begin(&c->w, '[');
    for (uint32_t i = row; err == ANS_OK && i < b->rows && ans_str_eq(content_cell(b, i, B_ID), id); i++) {
        err = span(c, b, i, B_FROM, &from, &to);
        name = content_cell(b, i, B_NAME);
        content_dated_name(c, name, from, to);
    }
    err = err == ANS_OK ? write_duties(c, t, id) : err;
    if (err == ANS_OK && ans_str_is(kind, "government")) {
        err = write_levels(c, &t->levels);
    }
    ans_jw_end(&c->w, ']');
    content_org_tail(c, content_text(c, "%.*s", ANS_FMT(kind)).p, name);
    ans_jw_key(&c->w, ANS_STR("alias"));
    ans_jw_begin(&c->w, '[');
    ans_jw_str(&c->w, content_cell(b, row, B_ENGLISH));
    ans_jw_end(&c->w, ']');
    return err == ANS_OK ? content_end(c) : err;
}

static ans_err write_bodies(content *c, const tables *t)
{
    ans_err err = ANS_OK;
    for (uint32_t i = 0; err == ANS_OK && i < t->bodies.rows; i++) {
        if (i == 0 || !ans_str_eq(content_cell(&t->bodies, i, B_ID), content_cell(&t->bodies, i - 1, B_ID))) {
            err = write_body(c, t, i);
        }
    }
    return err;
}

/* ---- links ---- */

static ans_err write_parents(content *c, const tables *t)
{
    const content_table *p = &t->parents;
    ans_err err = ANS_OK;
    for (uint32_t i = 0; err == ANS_OK && i < p->rows; i++) {
        content_link l = {.lower = content_cell(p, i, P_CHILD), .upper = content_cell(p, i, P_PARENT), .relation = "parent"};
        l.line = content_cell(p, i, P_LINE);
        l.legal = content_cell(p, i, P_LEGAL);
        err = body_known(c, p, i, P_CHILD, &t->bodies);
        err = err == ANS_OK ? body_known(c, p, i, P_PARENT, &t->bodies) : err;
        err = err == ANS_OK ? content_code_known(c, p, i, "urn:ansinh:line", l.line) : err;
        err = err == ANS_OK ? span(c, p, i, P_FROM, &l.from, &l.to) : err;
        l.id = content_text(c, "%.*s.%.*s%s%.*s", ANS_FMT(l.lower), ANS_FMT(l.line), content_cell(p, i, P_FROM).n ? "." : "",
                            ANS_FMT(content_cell(p, i, P_FROM)));
        err = err == ANS_OK ? content_put_link(c, &l) : err;
    }
    return err;
}

static ans_err write_nexts(content *c, const tables *t)
{
    const content_table *n = &t->nexts;
    ans_err err = ANS_OK;
    for (uint32_t i = 0; err == ANS_OK && i < n->rows; i++) {
        content_link l = {.lower = content_cell(n, i, N_FROM), .upper = content_cell(n, i, N_TO), .to = ANS_DAY_MAX};
        ans_str relation = content_text(c, "succession-%.*s", ANS_FMT(content_cell(n, i, N_RELATION)));
        l.relation = relation.p;
        l.function = content_cell(n, i, N_FUNCTION);
        l.legal = content_cell(n, i, N_LEGAL);
        err = body_known(c, n, i, N_FROM, &t->bodies);
        err = err == ANS_OK ? body_known(c, n, i, N_TO, &t->bodies) : err;
        err = err == ANS_OK ? content_code_known(c, n, i, "urn:ansinh:organization-relation", relation) : err;
        err = err == ANS_OK && l.function.n ? content_code_known(c, n, i, "urn:ansinh:function", l.function) : err;
        err = err == ANS_OK ? content_day(c, n, i, N_DATE, ANS_DAY_MIN, &l.from) : err;
        l.id = content_text(c, "%.*s.to.%.*s%s%.*s", ANS_FMT(l.lower), ANS_FMT(l.upper), l.function.n ? "." : "", ANS_FMT(l.function));
        err = err == ANS_OK ? content_put_link(c, &l) : err;
    }
    return err;
}

static ans_err check_duties(content *c, const tables *t)
{
    ans_err err = ANS_OK;
    for (uint32_t i = 0; err == ANS_OK && i < t->duties.rows; i++) {
        err = body_known(c, &t->duties, i, D_BODY, &t->bodies);
        err = err == ANS_OK ? content_code_known(c, &t->duties, i, "urn:ansinh:function", content_cell(&t->duties, i, D_FUNCTION)) : err;
        err = err == ANS_OK ? content_code_known(c, &t->duties, i, "urn:ansinh:line", content_cell(&t->duties, i, D_LINE)) : err;
    }
    return err;
}

ans_err content_orgs(content *c)
{
    tables t;
    ans_err err = content_table_read(c, "/organisations/bodies.tsv", BODY, &t.bodies);
    err = err == ANS_OK ? content_table_read(c, "/organisations/parents.tsv", PARENT, &t.parents) : err;
    err = err == ANS_OK ? content_table_read(c, "/organisations/duties.tsv", DUTY, &t.duties) : err;
    err = err == ANS_OK ? content_table_read(c, "/organisations/successions.tsv", NEXT, &t.nexts) : err;
    err = err == ANS_OK ? content_table_read(c, "/organisations/levels.tsv", LEVEL, &t.levels) : err;
    err = err == ANS_OK ? check_duties(c, &t) : err;
    err = err == ANS_OK ? write_bodies(c, &t) : err;
    err = err == ANS_OK ? write_parents(c, &t) : err;
    return err == ANS_OK ? write_nexts(c, &t) : err;
}
