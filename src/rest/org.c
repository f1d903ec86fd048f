/* Operations on one organisation or all: as of a date, succession, responsibility, problems. docs/organisations.md tells them. */
#include "rest/org_ops.h"

#include "base/os.h"

#define ANSWER_BYTES ((size_t)64 << 20)

/* ---- parameters ---- */

ans_err org_call_begin(job *j, org_call *out)
{
    *out = (org_call){.j = j, .orgs = j->rest->o.orgs};
    ans_str date = operation_param(j, "date"), known = operation_param(j, "known");
    if (!out->orgs) {
        return ans_issue_add(j->cx, ANS_E_UNSUPPORTED, ANS_STR("http.url"), "this operation is not supported");
    }
    out->a.day = ans_day_of(ans_now_us());
    if (date.p && !ans_day_parse(date, &out->a.day)) {
        return ans_issue_add(j->cx, ANS_E_VALUE, ANS_STR("http.date"), "date is written YYYY-MM-DD");
    }
    if (known.p && !ans_moment_parse(known, &out->a.known_us)) {
        return ans_issue_add(j->cx, ANS_E_VALUE, ANS_STR("http.known"), "known is a date or a dateTime");
    }
    ans_buf_init_arena(&out->b, j->cx->arena, ANSWER_BYTES);
    ans_jw_init(&out->w, &out->b);
    ans_jw_begin(&out->w, '{');
    ans_jw_kv(&out->w, ANS_STR("resourceType"), ANS_STR("Parameters"));
    ans_jw_key(&out->w, ANS_STR("parameter"));
    ans_jw_begin(&out->w, '[');
    org_out_text(out, "date", "valueDate", ans_day_print(j->cx->arena, out->a.day));
    org_out_text(out, "known", "valueDateTime", known);
    return ANS_OK;
}

ans_err org_call_end(org_call *c)
{
    ans_jw_end(&c->w, ']');
    ans_jw_end(&c->w, '}');
    return operation_answer(c->j, &c->b);
}

bool org_sees(const org_call *c, ans_org org)
{
    static const ans_str name = ANS_STR("Organization");
    return gate_is_open(c->j) || ans_pass_sees(c->j->pass, ans_fhir_type_named(name), ans_orgs_rid(c->orgs, org), ANS_RIGHT_READ);
}

static ans_err find(org_call *c, ans_str id, ans_org *out)
{
    *out = ans_orgs_find(c->orgs, id);
    *out = *out && org_sees(c, *out) ? *out : 0;
    return *out ? ANS_OK : ans_issue_add(c->j->cx, ANS_E_NOTFOUND, ANS_STR("http.url"), "there is no such Organization");
}

ans_err org_call_named(org_call *c, const char *name, ans_org *out)
{
    ans_str given = operation_param(c->j, name), head = ANS_STR("Organization/");
    *out = 0;
    if (!given.n) {
        return ANS_OK;
    }
    return find(c, ans_str_starts(given, head) ? ans_str_from(given, head.n) : given, out);
}

ans_err org_call_self(org_call *c, ans_org *out)
{
    return find(c, c->j->route.id, out);
}

ans_err org_call_line(org_call *c, ans_lines otherwise, ans_lines *out)
{
    ans_str given = operation_param(c->j, "line");
    *out = given.n ? ans_orgs_line(c->orgs, given) : otherwise;
    return *out ? ANS_OK : ans_issue_add(c->j->cx, ANS_E_VALUE, ANS_STR("http.line"), "no organisation stands in a line of that name");
}

/* ---- writing ---- */

void org_out_text(org_call *c, const char *name, const char *value_key, ans_str value)
{
    if (!value.n) {
        return;
    }
    ans_jw_begin(&c->w, '{');
    ans_jw_kv(&c->w, ANS_STR("name"), ans_str_of(name));
    ans_jw_kv(&c->w, ans_str_of(value_key), value);
    ans_jw_end(&c->w, '}');
}

void org_out_number(org_call *c, const char *name, uint32_t value)
{
    ans_jw_begin(&c->w, '{');
    ans_jw_kv(&c->w, ANS_STR("name"), ans_str_of(name));
    ans_jw_key(&c->w, ANS_STR("valueInteger"));
    ans_jw_int(&c->w, value);
    ans_jw_end(&c->w, '}');
}

void org_out_open(org_call *c, const char *name)
{
    ans_jw_begin(&c->w, '{');
    ans_jw_kv(&c->w, ANS_STR("name"), ans_str_of(name));
    ans_jw_key(&c->w, ANS_STR("part"));
    ans_jw_begin(&c->w, '[');
}

void org_out_close(org_call *c)
{
    ans_jw_end(&c->w, ']');
    ans_jw_end(&c->w, '}');
}

void org_out_reference(org_call *c, const char *name, ans_org org, ans_as_of a)
{
    ans_str display = ans_orgs_name(c->j->cx, c->orgs, org, a);
    if (!display.n) {
        display = ans_orgs_last_name(c->j->cx, c->orgs, org);
    }
    ans_jw_begin(&c->w, '{');
    ans_jw_kv(&c->w, ANS_STR("name"), ans_str_of(name));
    ans_jw_key(&c->w, ANS_STR("valueReference"));
    ans_jw_begin(&c->w, '{');
    ans_jw_kv(&c->w, ANS_STR("reference"), ans_arena_fmt(c->j->cx->arena, "Organization/%.*s", ANS_FMT(ans_orgs_id(c->orgs, org))));
    if (display.n) {
        ans_jw_kv(&c->w, ANS_STR("display"), display);
    }
    ans_jw_end(&c->w, '}');
    ans_jw_end(&c->w, '}');
}

static void write_optional(ans_jw *w, const char *key, ans_str value)
{
    if (value.n) {
        ans_jw_kv(w, ans_str_of(key), value);
    }
}

static void out_coded(org_call *c, const char *name, const char *value_key, const char *code_key, const ans_org_value *v)
{
    ans_jw_begin(&c->w, '{');
    ans_jw_kv(&c->w, ANS_STR("name"), ans_str_of(name));
    ans_jw_key(&c->w, ans_str_of(value_key));
    ans_jw_begin(&c->w, '{');
    write_optional(&c->w, "system", v->system);
    ans_jw_kv(&c->w, ans_str_of(code_key), v->value);
    write_optional(&c->w, "display", v->display);
    ans_jw_end(&c->w, '}');
    ans_jw_end(&c->w, '}');
}

ans_err org_out_facts(org_call *c, ans_org org)
{
    ans_org_value *v;
    uint32_t count;
    org_out_reference(c, "reference", org, c->a);
    org_out_text(c, "name", "valueString", ans_orgs_name(c->j->cx, c->orgs, org, c->a));
    ans_err err = ans_orgs_values(c->j->cx, c->orgs, org, ANS_ORG_KIND, c->a, &v, &count);
    for (uint32_t i = 0; err == ANS_OK && i < count; i++) {
        out_coded(c, "kind", "valueCoding", "code", &v[i]);
    }
    err = err == ANS_OK ? ans_orgs_values(c->j->cx, c->orgs, org, ANS_ORG_CODE, c->a, &v, &count) : err;
    for (uint32_t i = 0; err == ANS_OK && i < count; i++) {
        out_coded(c, "code", "valueIdentifier", "value", &v[i]);
    }
    return err;
}

static void out_days(org_call *c, ans_day from, ans_day to)
{
    if (from == ANS_DAY_MIN && to == ANS_DAY_MAX) {
        return;
    }
    ans_jw_begin(&c->w, '{');
    ans_jw_kv(&c->w, ANS_STR("name"), ANS_STR("period"));
    ans_jw_key(&c->w, ANS_STR("valuePeriod"));
    ans_jw_begin(&c->w, '{');
    write_optional(&c->w, "start", ans_day_print(c->j->cx->arena, from));
    write_optional(&c->w, "end", ans_day_print(c->j->cx->arena, to));
    ans_jw_end(&c->w, '}');
    ans_jw_end(&c->w, '}');
}

/* ---- $as-of ---- */

static ans_err out_parents(org_call *c, ans_org org)
{
    ans_org_link *l;
    uint32_t count;
    ans_err err = ans_orgs_parents(c->j->cx, c->orgs, org, ANS_LINES_ALL, c->a, &l, &count);
    for (uint32_t i = 0; err == ANS_OK && i < count; i++) {
        if (!org_sees(c, l[i].upper)) {
            continue;
        }
        org_out_open(c, "parent");
        for (ans_lines left = l[i].lines; left && l[i].lines != ANS_LINES_ALL; left &= left - 1) {
            org_out_text(c, "line", "valueCode", ans_orgs_line_code(c->orgs, left));
        }
        org_out_reference(c, "organization", l[i].upper, c->a);
        out_days(c, l[i].from, l[i].to);
        org_out_text(c, "legal-basis", "valueString", l[i].legal_basis);
        org_out_close(c);
    }
    return err;
}

static ans_err out_duties(org_call *c, ans_org org)
{
    ans_org_value *v;
    uint32_t count;
    ans_err err = ans_orgs_values(c->j->cx, c->orgs, org, ANS_ORG_RESPONSIBILITY, c->a, &v, &count);
    for (uint32_t i = 0; err == ANS_OK && i < count; i++) {
        org_out_open(c, "responsibility");
        org_out_text(c, "function", "valueCode", v[i].value);
        org_out_text(c, "display", "valueString", v[i].display);
        org_out_text(c, "line", "valueCode", v[i].system);
        out_days(c, v[i].from, v[i].to);
        org_out_text(c, "legal-basis", "valueString", v[i].legal_basis);
        org_out_close(c);
    }
    err = err == ANS_OK ? ans_orgs_values(c->j->cx, c->orgs, org, ANS_ORG_LEVEL, c->a, &v, &count) : err;
    for (uint32_t i = 0; err == ANS_OK && i < count; i++) {
        org_out_text(c, "level", "valueCode", v[i].value);
    }
    return err;
}

ans_err org_as_of_run(job *j, ans_reader *rd)
{
    org_call c;
    ans_org org = 0;
    (void)rd;
    ans_err err = org_call_begin(j, &c);
    err = err == ANS_OK ? org_call_self(&c, &org) : err;
    if (err != ANS_OK) {
        return err;
    }
    ans_jw_begin(&c.w, '{');
    ans_jw_kv(&c.w, ANS_STR("name"), ANS_STR("exists"));
    ans_jw_key(&c.w, ANS_STR("valueBoolean"));
    ans_jw_bool(&c.w, ans_orgs_exists(c.orgs, org, c.a));
    ans_jw_end(&c.w, '}');
    err = org_out_facts(&c, org);
    err = err == ANS_OK ? out_parents(&c, org) : err;
    err = err == ANS_OK ? out_duties(&c, org) : err;
    return err == ANS_OK ? org_call_end(&c) : err;
}

/* ---- $succession ---- */

static void out_step(org_call *c, const ans_org_link *l)
{
    static const char *const names[] = {"parent", "merge", "split", "handover", "rename"};
    org_out_open(c, "step");
    org_out_number(c, "depth", l->depth);
    org_out_text(c, "relation", "valueCode", ans_str_of(names[l->relation]));
    org_out_text(c, "date", "valueDate", ans_day_print(c->j->cx->arena, l->from));
    org_out_reference(c, "predecessor", l->lower, ans_as_of_day(l->from == ANS_DAY_MIN ? l->from : l->from - 1));
    org_out_reference(c, "successor", l->upper, ans_as_of_day(l->from));
    org_out_text(c, "function", "valueCode", l->function);
    org_out_text(c, "share", "valueString", l->share);
    org_out_text(c, "legal-basis", "valueString", l->legal_basis);
    org_out_text(c, "link", "valueString", ans_arena_fmt(c->j->cx->arena, "OrganizationAffiliation/%.*s", ANS_FMT(l->id)));
    org_out_close(c);
}

ans_err org_succession_run(job *j, ans_reader *rd)
{
    org_call c;
    ans_org org = 0;
    ans_org_link *l;
    uint32_t count;
    ans_str direction = operation_param(j, "direction"), function = operation_param(j, "function");
    bool forward = !direction.n || ans_str_is(direction, "forward");
    (void)rd;
    if (!forward && !ans_str_is(direction, "back")) {
        return ans_issue_add(j->cx, ANS_E_VALUE, ANS_STR("http.direction"), "direction is forward or back");
    }
    bool has_date = operation_param(j, "date").n > 0;
    ans_err err = org_call_begin(j, &c);
    err = err == ANS_OK ? org_call_self(&c, &org) : err;
    if (err != ANS_OK) {
        return err;
    }
    if (!has_date && !forward) {
        c.a.day = ANS_DAY_MIN; /* the whole story; forward it ends today */
    }
    err = ans_orgs_succession(j->cx, c.orgs, org, forward, function, c.a, &l, &count);
    for (uint32_t i = 0; err == ANS_OK && i < count; i++) {
        if (org_sees(&c, l[i].lower) && org_sees(&c, l[i].upper)) {
            out_step(&c, &l[i]);
        }
    }
    return err == ANS_OK ? org_call_end(&c) : err;
}

/* ---- $responsible ---- */

static ans_err out_responsible(org_call *c, ans_str function, ans_org root, ans_lines lines, uint32_t *count)
{
    ans_org *list;
    ans_err err = ans_orgs_responsible(c->j->cx, c->orgs, function, root, lines, c->a, &list, count);
    for (uint32_t i = 0; err == ANS_OK && i < *count; i++) {
        if (!org_sees(c, list[i])) {
            continue;
        }
        org_out_open(c, "organization");
        err = org_out_facts(c, list[i]);
        org_out_close(c);
    }
    return err;
}

/* Somewhere that is no more that day: in its place whoever it went into, and is there that day. */
static ans_err ask_heirs(org_call *c, ans_str function, ans_org root, ans_lines lines)
{
    ans_org_link *l;
    uint32_t count, found;
    ans_err err = ans_orgs_succession(c->j->cx, c->orgs, root, true, ANS_STR_NONE, c->a, &l, &count);
    for (uint32_t i = 0; err == ANS_OK && i < count; i++) {
        if (!ans_orgs_exists(c->orgs, l[i].upper, c->a) || l[i].function.n || !org_sees(c, l[i].upper) || !org_sees(c, l[i].lower)) {
            continue;
        }
        org_out_reference(c, "in-place-of", l[i].lower, ans_as_of_day(l[i].from == ANS_DAY_MIN ? l[i].from : l[i].from - 1));
        org_out_reference(c, "in", l[i].upper, c->a);
        err = out_responsible(c, function, l[i].upper, lines, &found);
    }
    return err;
}

ans_err org_responsible_run(job *j, ans_reader *rd)
{
    org_call c;
    ans_org root = 0;
    ans_lines lines = 0;
    uint32_t count;
    ans_str function = operation_param(j, "function");
    (void)rd;
    ans_err err = org_call_begin(j, &c);
    err = err == ANS_OK ? org_call_named(&c, "in", &root) : err;
    err = err == ANS_OK ? org_call_line(&c, ans_orgs_line(c.orgs, ANS_STR("civil")), &lines) : err;
    if (err == ANS_OK && !function.n) {
        err = ans_issue_add(j->cx, ANS_E_VALUE, ANS_STR("http.function"), "say which function: function=...");
    }
    if (err != ANS_OK) {
        return err;
    }
    err = root && !ans_orgs_exists(c.orgs, root, c.a) ? ask_heirs(&c, function, root, lines)
                                                      : out_responsible(&c, function, root, lines, &count);
    return err == ANS_OK ? org_call_end(&c) : err;
}

/* ---- $problems ---- */

ans_err org_problems_run(job *j, ans_reader *rd)
{
    static const char *const codes[] = {"overlap", "cycle", "blank", "unread"};
    org_call c;
    ans_org_problem *p;
    uint32_t count;
    (void)rd;
    ans_err err = org_call_begin(j, &c);
    err = err == ANS_OK ? ans_orgs_problems(j->cx, c.orgs, 1000, &p, &count) : err;
    for (uint32_t i = 0; err == ANS_OK && i < count; i++) {
        if (!gate_is_open(j) && (!p[i].org || !org_sees(&c, p[i].org))) {
            continue;
        }
        org_out_open(&c, "problem");
        org_out_text(&c, "code", "valueCode", ans_str_of(codes[p[i].trouble]));
        if (p[i].org) {
            org_out_reference(&c, "organization", p[i].org, c.a);
        }
        org_out_text(&c, "date", "valueDate", ans_day_print(j->cx->arena, p[i].day));
        org_out_text(&c, "text", "valueString", p[i].text);
        org_out_close(&c);
    }
    return err == ANS_OK ? org_call_end(&c) : err;
}
