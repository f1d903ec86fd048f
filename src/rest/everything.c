/* Patient/[id]/$everything: the whole record of one person as the caller may see it, the one operation that shares a record. A search by the
 * person's parameter, type after type, page after page: what a search would not show is not here either, and a bound program gets what its
 * purpose names. http://hl7.org/fhir/R4/operation-patient-everything.html */
#include "rest/consent_int.h"

enum { PAGE = 200, MOST_PAGE = 1000 };

typedef struct everything {
    job *j;
    ans_reader *rd;
    ans_str id;
    uint32_t count;          /* entries of a page */
    ans_str types;           /* names behind commas; empty: all */
    ans_str since;           /* "&_lastUpdated=ge..."; empty: from the beginning */
    ans_str said;            /* both as they stand in the links */
    ans_search_result out;
    uint32_t cap;
} everything;

/* "Observation" or "Observation~token": where the next page begins. */
static ans_err read_page(everything *e, ans_type *type, ans_str *token)
{
    ans_str page = ans_query_get(e->j->cx, e->j->route.query, "_page"), name;
    *type = ans_fhir_type_named(ANS_STR("Patient"));
    *token = ANS_STR_NONE;
    if (!page.n) {
        return ANS_OK;
    }
    *token = page;
    (void)ans_str_cut(token, '~', &name);
    *type = ans_fhir_type_named(name);
    return *type && ans_fhir_is_resource(*type) ? ANS_OK : ans_issue_add(e->j->cx, ANS_E_VALUE, ANS_STR("http._page"), "this is no page of this answer");
}

static ans_err read_count(everything *e)
{
    uint64_t n = PAGE;
    ans_str given = operation_param(e->j, "_count");
    if (given.p && (!ans_str_u64(given, &n) || n == 0)) {
        return ans_issue_add(e->j->cx, ANS_E_VALUE, ANS_STR("http._count"), "_count is a number from 1 on");
    }
    e->count = n < MOST_PAGE ? (uint32_t)n : MOST_PAGE;
    return ANS_OK;
}

static bool is_among(ans_str list, ans_str name)
{
    ans_str one;
    for (bool more = list.n > 0; more;) {
        more = ans_str_cut(&list, ',', &one);
        if (ans_str_eq(one, name)) {
            return true;
        }
    }
    return false;
}

static bool is_asked(const everything *e, ans_type t)
{
    return !e->types.n || is_among(e->types, ans_fhir_type_name(t));
}

static ans_err read_types(everything *e)
{
    ans_str rest = e->types = operation_param(e->j, "_type"), one;
    for (bool more = rest.n > 0; more;) {
        more = ans_str_cut(&rest, ',', &one);
        ans_type t = ans_fhir_type_named(one);
        if (!t || !ans_fhir_is_resource(t)) {
            return ans_issue_add(e->j->cx, ANS_E_VALUE, ANS_STR("http._type"), "_type is a list of resource types, joined by commas");
        }
    }
    return ANS_OK;
}

/* An instant has nothing to be encoded but a plus. */
static ans_err read_since(everything *e)
{
    ans_cx *cx = e->j->cx;
    ans_datetime d;
    ans_str given = operation_param(e->j, "_since"), zone = given, before = given;
    e->since = ANS_STR_NONE;
    if (given.n && !ans_datetime_parse(given, true, &d)) {
        return ans_issue_add(cx, ANS_E_VALUE, ANS_STR("http._since"), "'_since' must be an instant such as 2026-11-21T07:30:00+07:00");
    }
    if (ans_str_cut(&zone, '+', &before)) {
        given = ans_arena_fmt(cx->arena, "%.*s%%2B%.*s", ANS_FMT(before), ANS_FMT(zone));
    }
    e->since = given.n ? ans_arena_fmt(cx->arena, "&_lastUpdated=ge%.*s", ANS_FMT(given)) : ANS_STR_NONE;
    e->said = ans_arena_fmt(cx->arena, "%s%.*s%s%.*s", e->types.n ? "&_type=" : "", ANS_FMT(e->types), given.n ? "&_since=" : "", ANS_FMT(given));
    return e->said.p && (e->since.p || !given.n) ? ANS_OK : ans_cx_nomem(cx);
}

static ans_err add(everything *e, const ans_search_result *found)
{
    for (uint32_t i = 0; i < found->count; i++) {
        ans_search_entry *at = ans_arena_grow(e->j->cx->arena, e->out.entries, e->out.count, &e->cap, 64, sizeof *at);
        if (!at) {
            return ans_cx_nomem(e->j->cx);
        }
        e->out.entries = at;
        at[e->out.count++] = found->entries[i];
        audit_touch(e->j, &found->entries[i].version);
    }
    return ANS_OK;
}

/* One type, as much of it as there is room for. */
static ans_err ask(everything *e, ans_type type, ans_str token)
{
    ans_search_result found;
    ans_cx *cx = e->j->cx;
    ans_str name = ans_fhir_type_name(type);
    const char *code = ans_str_is(name, "Patient") ? "_id" : ans_gate_person_code(type);
    bool skipped = !code || !is_asked(e, type) || ans_str_is(name, "AuditEvent") || (!gate_is_open(e->j) && !ans_pass_may(e->j->pass, type, ANS_RIGHT_READ));
    if (skipped) {
        return ANS_OK;
    }
    ans_search_request rq = {.type = type, .strict = true, .filter = gate_filter(e->j)};
    rq.query = ans_arena_fmt(cx->arena, "%s=%s%.*s%.*s&_count=%u%s%.*s", code, *code == '_' ? "" : "Patient/", ANS_FMT(e->id), ANS_FMT(e->since), e->count - e->out.count,
                             token.n ? "&_page=" : "", ANS_FMT(token));
    ans_err err = rq.query.p ? ans_search_run(e->j->rest->o.search, cx, e->rd, &rq, &found) : ans_cx_nomem(cx);
    if (err != ANS_OK) {
        return err;
    }
    gate_drop_hidden(e->j, &found);
    e->out.next = found.next.n ? ans_arena_fmt(cx->arena, "%.*s~%.*s", ANS_FMT(name), ANS_FMT(found.next)) : ANS_STR_NONE;
    return add(e, &found);
}

static ans_err gather(everything *e, ans_type first, ans_str token)
{
    ans_type patient = ans_fhir_type_named(ANS_STR("Patient"));
    ans_err err = first == patient ? ask(e, patient, token) : ANS_OK; /* the person first */
    for (ans_type t = first == patient ? 1 : first; err == ANS_OK && t < ans_fhir_type_count && !e->out.next.n; t++) {
        if (!ans_fhir_is_resource(t) || t == patient || !is_asked(e, t)) {
            continue;
        }
        if (e->out.count >= e->count) {
            e->out.next = ans_fhir_type_name(t);
            return ANS_OK;
        }
        err = ask(e, t, t == first ? token : ANS_STR_NONE);
    }
    return err;
}

ans_err everything_run(job *j, ans_reader *rd)
{
    everything e = {.j = j, .rd = rd, .id = j->route.id};
    ans_ref ref = {ans_search_type_number(j->rest->o.search, j->route.type), j->route.id};
    ans_version v;
    ans_type first;
    ans_str token;
    format f;
    bool sees = false;
    ans_err err = gate_sees_ref(j, rd, ref, &sees);
    err = err == ANS_OK ? (sees ? ans_store_read(j->cx, rd, ref, &v) : ANS_E_NOTFOUND) : err;
    if (err == ANS_E_NOTFOUND || err == ANS_E_GONE) {
        return ans_issue_add(j->cx, ANS_E_NOTFOUND, ANS_STR("http.url"), "there is no such Patient");
    }
    err = err == ANS_OK ? read_page(&e, &first, &token) : err;
    err = err == ANS_OK ? read_count(&e) : err;
    err = err == ANS_OK ? read_types(&e) : err;
    err = err == ANS_OK ? read_since(&e) : err;
    err = err == ANS_OK ? format_read(j->cx, j->rq.query, &f) : err;
    err = err == ANS_OK ? gather(&e, first, token) : err;
    if (err != ANS_OK) {
        return err;
    }
    e.out.self = ans_arena_fmt(j->cx->arena, "_count=%u%.*s", e.count, ANS_FMT(e.said));
    err = searchset_write(j, &e.out, &f, ans_arena_fmt(j->cx->arena, "Patient/%.*s/$everything", ANS_FMT(e.id)));
    j->an.status = 200;
    return err == ANS_OK ? format_pretty(j->cx, &f, &j->an.body) : err;
}
