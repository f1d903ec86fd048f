/* Provinces and the bodies each of them has.
 *
 * A unit lives from its first span to its last. Its bodies live a little longer or shorter: in a merger the units change on one
 * day and their bodies on a later one; in between the old bodies work below the new unit. */
#include "app/content.h"

static const char *const UNIT[] = {"unit", "code2004", "code2025", "kind", "name", "within", "from", "to", "legal", "source", NULL};
enum { U_UNIT, U_CODE2004, U_CODE2025, U_KIND, U_NAME, U_WITHIN, U_FROM, U_TO };
static const char *const LIST[] = {"column", "system", "from", "to", "legal", "source", NULL};
enum { C_COLUMN, C_SYSTEM, C_FROM, C_TO };
static const char *const MERGER[] = {"from", "to", "date", "bodies", "legal", "source", NULL};
enum { M_FROM, M_TO, M_DATE, M_BODIES, M_LEGAL };
static const char *const BODY[] = {"key", "name", "line", "parent", "from", "to", "legal", "source", NULL};
enum { B_KEY, B_NAME, B_LINE, B_PARENT, B_FROM, B_TO };
static const char *const DUTY[] = {"body", "function", "line", "from", "to", "legal", "source", NULL};
enum { D_BODY, D_FUNCTION, D_LINE, D_FROM, D_TO, D_LEGAL };
static const char *const HAND[] = {"from", "to", "function", "date", "legal", "source", NULL};
enum { H_FROM, H_TO, H_FUNCTION, H_DATE, H_LEGAL };

typedef struct spans {
    const char *kind; /* of the unit then: "Tỉnh", "Thành phố" */
    ans_str name, within;
    ans_day from, to;
} spans;

enum { MOST_SPANS = 16 };

typedef struct unit {
    ans_str id; /* "49-2004" */
    uint32_t row;
    spans span[MOST_SPANS];
    uint32_t count;
    ans_day bodies_from, bodies_to; /* of its bodies */
    const struct unit *heir;        /* the unit it went into, or NULL */
    ans_day merged;                 /* first day as part of it */
    uint32_t merger;                /* row */
} unit;

typedef struct provinces {
    content *c;
    content_table units, lists, mergers, bodies, duties, hands;
    unit *at;
    uint32_t count;
} provinces;

/* ---- reading ---- */

static ans_err span(content *c, const content_table *t, uint32_t row, uint32_t from_column, ans_day *from, ans_day *to)
{
    ans_err err = content_day(c, t, row, from_column, ANS_DAY_MIN, from);
    err = err == ANS_OK ? content_day(c, t, row, from_column + 1, ANS_DAY_MAX, to) : err;
    return err == ANS_OK && *from > *to ? content_bad(c, t, row, "it ends before it begins") : err;
}

static unit *unit_named(const provinces *p, ans_str id)
{
    for (uint32_t i = 0; i < p->count; i++) {
        if (ans_str_eq(p->at[i].id, id)) {
            return &p->at[i];
        }
    }
    return NULL;
}

/* "tỉnh Quảng Nam", "thành phố Đà Nẵng", or what the table says. */
static ans_str within(content *c, const content_table *t, uint32_t row, bool is_city)
{
    ans_str given = content_cell(t, row, U_WITHIN);
    return given.n ? given : content_text(c, "%s %.*s", is_city ? "thành phố" : "tỉnh", ANS_FMT(content_cell(t, row, U_NAME)));
}

static ans_err read_span(provinces *p, unit *u, uint32_t row)
{
    content *c = p->c;
    const content_table *t = &p->units;
    ans_str kind = content_cell(t, row, U_KIND);
    bool is_city = ans_str_is(kind, "thanh-pho");
    ans_err err = content_code_known(c, t, row, "urn:ansinh:province-kind", kind);
    if (err == ANS_OK && u->count == MOST_SPANS) {
        err = content_bad(c, t, row, "a unit has at most %d spans", MOST_SPANS);
    }
    if (err != ANS_OK) {
        return err;
    }
    spans *s = &u->span[u->count++];
    s->kind = is_city ? "Thành phố" : "Tỉnh";
    s->name = content_text(c, "%s %.*s", s->kind, ANS_FMT(content_cell(t, row, U_NAME)));
    s->within = within(c, t, row, is_city);
    err = span(c, t, row, U_FROM, &s->from, &s->to);
    bool follows = u->count == 1 || (s[-1].to != ANS_DAY_MAX && s->from == s[-1].to + 1);
    return err == ANS_OK && !follows ? content_bad(c, t, row, "it does not begin the day after the span before") : err;
}

static ans_err read_units(provinces *p)
{
    const content_table *t = &p->units;
    ans_err err = ANS_OK;
    p->at = ANS_NEW_N(p->c->cx->arena, unit, t->rows + 1);
    if (!p->at) {
        return ans_cx_nomem(p->c->cx);
    }
    for (uint32_t i = 0; err == ANS_OK && i < t->rows; i++) {
        ans_str id = content_cell(t, i, U_UNIT);
        if (i == 0 || !ans_str_eq(id, content_cell(t, i - 1, U_UNIT))) {
            if (unit_named(p, id)) {
                return content_bad(p->c, t, i, "the rows of a unit stand together");
            }
            p->at[p->count++] = (unit){.id = id, .row = i, .bodies_from = ANS_DAY_MIN, .bodies_to = ANS_DAY_MAX};
        }
        err = read_span(p, &p->at[p->count - 1], i);
    }
    return err;
}

static ans_err read_mergers(provinces *p)
{
    const content_table *t = &p->mergers;
    ans_err err = ANS_OK;
    for (uint32_t i = 0; err == ANS_OK && i < t->rows; i++) {
        unit *from = unit_named(p, content_cell(t, i, M_FROM)), *to = unit_named(p, content_cell(t, i, M_TO));
        ans_day date, bodies;
        if (!from || !to || from->heir) {
            return content_bad(p->c, t, i, "there is no such unit, or it went into another one already");
        }
        err = content_day(p->c, t, i, M_DATE, ANS_DAY_MIN, &date);
        err = err == ANS_OK ? content_day(p->c, t, i, M_BODIES, ANS_DAY_MIN, &bodies) : err;
        if (err == ANS_OK && (from->span[from->count - 1].to != date - 1 || to->span[0].from != date || bodies < date)) {
            err = content_bad(p->c, t, i, "the units' spans do not meet on that day");
        }
        from->heir = to;
        from->merged = date;
        from->merger = i;
        from->bodies_to = bodies - 1;
        to->bodies_from = bodies;
    }
    return err;
}

/* ---- units ---- */

static ans_str unit_id(const provinces *p, const unit *u)
{
    return content_text(p->c, "vn-province-%.*s", ANS_FMT(u->id));
}

static ans_err write_codes(provinces *p, const unit *u)
{
    content *c = p->c;
    ans_err err = ANS_OK;
    ans_jw_key(&c->w, ANS_STR("identifier"));
    ans_jw_begin(&c->w, '[');
    for (uint32_t i = 0; err == ANS_OK && i < p->lists.rows; i++) {
        uint32_t column = ans_str_is(content_cell(&p->lists, i, C_COLUMN), UNIT[U_CODE2004]) ? U_CODE2004 : U_CODE2025;
        ans_str code = content_cell(&p->units, u->row, column);
        ans_day from, to;
        err = span(c, &p->lists, i, C_FROM, &from, &to);
        if (err == ANS_OK && code.n) {
            ans_jw_begin(&c->w, '{');
            ans_jw_kv(&c->w, ANS_STR("system"), content_cell(&p->lists, i, C_SYSTEM));
            ans_jw_kv(&c->w, ANS_STR("value"), code);
            content_period(c, "period", from, to);
            ans_jw_end(&c->w, '}');
        }
    }
    ans_jw_end(&c->w, ']');
    return err;
}

static void write_kinds(provinces *p, const unit *u)
{
    content *c = p->c;
    for (uint32_t i = 0; i < u->count; i++) {
        ans_jw_begin(&c->w, '{');
        ans_jw_kv(&c->w, ANS_STR("url"), ANS_STR("urn:ansinh:extension:dated-kind"));
        ans_jw_key(&c->w, ANS_STR("extension"));
        ans_jw_begin(&c->w, '[');
        ans_jw_begin(&c->w, '{');
        ans_jw_kv(&c->w, ANS_STR("url"), ANS_STR("value"));
        content_coding(c, "valueCoding", "urn:ansinh:province-kind", content_cell(&p->units, u->row + i, U_KIND));
        ans_jw_end(&c->w, '}');
        content_period_part(c, u->span[i].from, u->span[i].to);
        content_part(c, "legal-basis", "valueString", content_cell(&p->units, u->row + i, U_TO + 1));
        ans_jw_end(&c->w, ']');
        ans_jw_end(&c->w, '}');
    }
}

static ans_err write_unit(provinces *p, const unit *u)
{
    content *c = p->c;
    const spans *last = &u->span[u->count - 1];
    content_begin(c, "Organization", unit_id(p, u), "organisations");
    ans_jw_key(&c->w, ANS_STR("extension"));
    ans_jw_begin(&c->w, '[');
    for (uint32_t i = 0; i < u->count; i++) {
        content_dated_name(c, u->span[i].name, u->span[i].from, u->span[i].to);
    }
    write_kinds(p, u);
    ans_jw_end(&c->w, ']');
    ans_err err = write_codes(p, u);
    content_org_tail(c, "province", last->name);
    err = err == ANS_OK ? content_end(c) : err;
    content_link l = {.id = content_text(c, "vn-province-%.*s.civil", ANS_FMT(u->id)), .lower = unit_id(p, u)};
    l.upper = ANS_STR("vn-government");
    l.line = ANS_STR("civil");
    l.relation = "parent";
    l.from = u->span[0].from;
    l.to = last->to;
    return err == ANS_OK ? content_put_link(c, &l) : err;
}

static ans_err put_succession(provinces *p, ans_str from, ans_str to, const char *relation, ans_str function, ans_day date, ans_str legal)
{
    content_link l = {.lower = from, .upper = to, .relation = relation, .function = function, .from = date, .to = ANS_DAY_MAX};
    l.legal = legal;
    l.id = content_text(p->c, "%.*s.to.%.*s%s%.*s", ANS_FMT(from), ANS_FMT(to), function.n ? "." : "", ANS_FMT(function));
    return content_put_link(p->c, &l);
}

/* ---- bodies of a unit ---- */

static ans_str body_id(const provinces *p, ans_str key, const unit *u)
{
    return content_text(p->c, "vn-%.*s-%.*s", ANS_FMT(key), ANS_FMT(u->id));
}

static ans_day later(ans_day a, ans_day b)
{
    return a > b ? a : b;
}

static ans_day earlier(ans_day a, ans_day b)
{
    return a < b ? a : b;
}

/* The days of a body; false: that unit never had it. */
static bool body_life(const provinces *p, const unit *u, uint32_t body, ans_day *from, ans_day *to)
{
    ans_day first = ANS_DAY_MIN, last = ANS_DAY_MAX;
    if (span(p->c, &p->bodies, body, B_FROM, &first, &last) != ANS_OK) {
        return false;
    }
    *from = later(first, u->bodies_from);
    *to = earlier(last, u->bodies_to);
    return *from <= *to;
}

static bool body_life_named(const provinces *p, const unit *u, ans_str key, ans_day *from, ans_day *to)
{
    for (uint32_t i = 0; i < p->bodies.rows; i++) {
        if (ans_str_eq(content_cell(&p->bodies, i, B_KEY), key)) {
            return body_life(p, u, i, from, to);
        }
    }
    return false;
}

static ans_err write_body_duties(provinces *p, ans_str key, ans_day first, ans_day last)
{
    const content_table *t = &p->duties;
    ans_day from, to;
    ans_err err = ANS_OK;
    for (uint32_t i = 0; err == ANS_OK && i < t->rows; i++) {
        if (!ans_str_eq(content_cell(t, i, D_BODY), key)) {
            continue;
        }
        err = content_code_known(p->c, t, i, "urn:ansinh:function", content_cell(t, i, D_FUNCTION));
        err = err == ANS_OK ? span(p->c, t, i, D_FROM, &from, &to) : err;
        from = later(from, first);
        to = earlier(to, last);
        if (err == ANS_OK && from <= to) {
            content_duty(p->c, content_cell(t, i, D_FUNCTION), content_cell(t, i, D_LINE), from, to, content_cell(t, i, D_LEGAL));
        }
    }
    return err;
}

/* The name follows the unit's; the last one stays until the body's end. */
static ans_str write_body_names(provinces *p, const unit *u, ans_str name, ans_day first, ans_day last)
{
    ans_str full = ANS_STR_NONE;
    for (uint32_t i = 0; i < u->count; i++) {
        ans_day from = later(u->span[i].from, first), to = i + 1 == u->count ? last : earlier(u->span[i].to, last);
        from = i == 0 ? first : from;
        if (from <= to) {
            full = content_text(p->c, "%.*s %.*s", ANS_FMT(name), ANS_FMT(u->span[i].within));
            content_dated_name(p->c, full, from, to);
        }
    }
    return full;
}

static ans_err put_parent(provinces *p, ans_str lower, ans_str upper, ans_str line, ans_day from, ans_day to, bool is_second)
{
    content_link l = {.lower = lower, .upper = upper, .line = line, .relation = "parent", .from = from, .to = to};
    l.id = content_text(p->c, "%.*s.%.*s%s", ANS_FMT(lower), ANS_FMT(line), is_second ? ".2" : "");
    return content_put_link(p->c, &l);
}

static ans_err write_body_parents(provinces *p, const unit *u, uint32_t body, ans_day from, ans_day to)
{
    const content_table *t = &p->bodies;
    ans_str id = body_id(p, content_cell(t, body, B_KEY), u), civil = ANS_STR("civil");
    ans_err err = put_parent(p, id, content_cell(t, body, B_PARENT), content_cell(t, body, B_LINE), from, to, false);
    bool outlives = u->heir && to >= u->merged;
    err = err == ANS_OK ? put_parent(p, id, unit_id(p, u), civil, from, outlives ? u->merged - 1 : to, false) : err;
    return err == ANS_OK && outlives ? put_parent(p, id, unit_id(p, u->heir), civil, u->merged, to, true) : err;
}

static ans_err write_body(provinces *p, const unit *u, uint32_t body)
{
    content *c = p->c;
    const content_table *t = &p->bodies;
    ans_str key = content_cell(t, body, B_KEY);
    ans_day from, to;
    if (!body_life(p, u, body, &from, &to)) {
        return ANS_OK;
    }
    content_begin(c, "Organization", body_id(p, key, u), "organisations");
    ans_jw_key(&c->w, ANS_STR("extension"));
    ans_jw_begin(&c->w, '[');
    ans_str name = write_body_names(p, u, content_cell(t, body, B_NAME), from, to);
    ans_err err = write_body_duties(p, key, from, to);
    ans_jw_end(&c->w, ']');
    content_org_tail(c, "authority", name);
    err = err == ANS_OK ? content_end(c) : err;
    err = err == ANS_OK ? write_body_parents(p, u, body, from, to) : err;
    ans_day heir_from, heir_to;
    if (err == ANS_OK && u->heir && to == u->bodies_to && body_life(p, u->heir, body, &heir_from, &heir_to)) {
        err = put_succession(p, body_id(p, key, u), body_id(p, key, u->heir), "succession-merge", ANS_STR_NONE, heir_from,
                             content_cell(&p->mergers, u->merger, M_LEGAL));
    }
    return err;
}

static ans_err write_hands(provinces *p, const unit *u)
{
    const content_table *t = &p->hands;
    ans_day date, a, b;
    ans_err err = ANS_OK;
    for (uint32_t i = 0; err == ANS_OK && i < t->rows; i++) {
        ans_str from = content_cell(t, i, H_FROM), to = content_cell(t, i, H_TO), function = content_cell(t, i, H_FUNCTION);
        err = content_code_known(p->c, t, i, "urn:ansinh:function", function);
        err = err == ANS_OK ? content_day(p->c, t, i, H_DATE, ANS_DAY_MIN, &date) : err;
        bool had = err == ANS_OK && body_life_named(p, u, from, &a, &b);
        if (had && body_life_named(p, u, to, &a, &b) && date >= a && date <= b) {
            err = put_succession(p, body_id(p, from, u), body_id(p, to, u), "succession-handover", function, date,
                                 content_cell(t, i, H_LEGAL));
        }
    }
    return err;
}

static ans_err write_all(provinces *p)
{
    ans_err err = ANS_OK;
    for (uint32_t i = 0; err == ANS_OK && i < p->bodies.rows; i++) {
        err = content_code_known(p->c, &p->bodies, i, "urn:ansinh:line", content_cell(&p->bodies, i, B_LINE));
    }
    for (uint32_t i = 0; err == ANS_OK && i < p->count; i++) {
        const unit *u = &p->at[i];
        err = write_unit(p, u);
        if (err == ANS_OK && u->heir) {
            err = put_succession(p, unit_id(p, u), unit_id(p, u->heir), "succession-merge", ANS_STR_NONE, u->merged,
                                 content_cell(&p->mergers, u->merger, M_LEGAL));
        }
        for (uint32_t body = 0; err == ANS_OK && body < p->bodies.rows; body++) {
            err = write_body(p, u, body);
        }
        err = err == ANS_OK ? write_hands(p, u) : err;
    }
    return err;
}

ans_err content_provinces(content *c)
{
    provinces *p = ANS_NEW(c->cx->arena, provinces);
    if (!p) {
        return ans_cx_nomem(c->cx);
    }
    p->c = c;
    ans_err err = content_table_read(c, "/organisations/provinces.tsv", UNIT, &p->units);
    err = err == ANS_OK ? content_table_read(c, "/organisations/code-lists.tsv", LIST, &p->lists) : err;
    err = err == ANS_OK ? content_table_read(c, "/organisations/province-mergers.tsv", MERGER, &p->mergers) : err;
    err = err == ANS_OK ? content_table_read(c, "/organisations/province-bodies.tsv", BODY, &p->bodies) : err;
    err = err == ANS_OK ? content_table_read(c, "/organisations/province-duties.tsv", DUTY, &p->duties) : err;
    err = err == ANS_OK ? content_table_read(c, "/organisations/province-handovers.tsv", HAND, &p->hands) : err;
    err = err == ANS_OK ? read_units(p) : err;
    err = err == ANS_OK ? read_mergers(p) : err;
    return err == ANS_OK ? write_all(p) : err;
}
