/* Who represents a person and what was decided about them, read from the record. docs/consent.md tells the forms. */
#include "auth/standing.h"

ans_str paper_text(const paper *p, ans_jnode object, const char *name)
{
    return ans_json_get_string(p->cx, p->doc, object, ans_str_of(name));
}

ans_jnode paper_at(const paper *p, ans_jnode object, const char *name)
{
    return ans_json_get(p->doc, object, ans_str_of(name));
}

ans_jnode paper_extension(const paper *p, ans_jnode object, const char *url)
{
    ans_jnode list = paper_at(p, object, "extension");
    for (ans_jnode n = list == ANS_JNONE ? list : ans_json_first(p->doc, list); n != ANS_JNONE; n = ans_json_next(p->doc, list, n)) {
        if (ans_str_is(paper_text(p, n, "url"), url)) {
            return n;
        }
    }
    return ANS_JNONE;
}

bool paper_day(ans_str text, bool is_end, ans_day *out)
{
    ans_datetime d;
    if (!ans_datetime_parse(text, true, &d)) {
        return false;
    }
    int month = is_end && d.precision < ANS_PREC_MONTH ? 12 : d.month;
    int day = is_end && d.precision < ANS_PREC_DAY ? ans_days_in_month(d.year, month) : d.day;
    *out = (ans_day)ans_days_from_civil(d.year, month, day);
    return true;
}

bool paper_is_decided(const paper *p, ans_jnode object)
{
    ans_jnode d = paper_extension(p, object, DECISION);
    ans_day day;
    return d != ANS_JNONE && ans_str_trim(paper_text(p, paper_extension(p, d, "number"), "valueString")).n &&
           ans_str_trim(paper_text(p, paper_extension(p, d, "by"), "valueString")).n &&
           paper_day(paper_text(p, paper_extension(p, d, "date"), "valueDate"), false, &day);
}

ans_str paper_code(const paper *p, ans_jnode concept, const char *system)
{
    ans_jnode codings = paper_at(p, concept, "coding");
    for (ans_jnode n = codings == ANS_JNONE ? codings : ans_json_first(p->doc, codings); n != ANS_JNONE; n = ans_json_next(p->doc, codings, n)) {
        if (ans_str_is(paper_text(p, n, "system"), system)) {
            return paper_text(p, n, "code");
        }
    }
    return ANS_STR_NONE;
}

static bool is_true(const paper *p, ans_jnode n, bool otherwise)
{
    return n == ANS_JNONE ? otherwise : ans_json_kind_of(p->doc, n) == ANS_JSON_TRUE;
}

/* False: one of its ends cannot be read. */
static bool read_period(const paper *p, ans_jnode period, ans_day *from, ans_day *to)
{
    ans_str start = paper_text(p, period, "start"), end = paper_text(p, period, "end");
    return (!start.n || paper_day(start, false, from)) && (!end.n || paper_day(end, true, to));
}

void standing_patient(ans_cx *cx, const ans_json *doc, standing *out)
{
    paper p = {cx, doc};
    ans_day died = ANS_DAY_MAX;
    out->subject.has_birth = ans_datetime_parse(paper_text(&p, 0, "birthDate"), false, &out->subject.birth);
    ans_str when = paper_text(&p, 0, "deceasedDateTime");
    bool dated = when.n && paper_day(when, true, &died);
    out->subject.died = dated ? died : is_true(&p, paper_at(&p, 0, "deceasedBoolean"), false) ? ANS_DAY_MIN : ANS_DAY_MAX;
}

/* What the codes say they are; bits 1 << ans_stands. */
static unsigned stands_of(const paper *p)
{
    static const char *const parents = " PRN MTH FTH NMTH NFTH ADOPTP ";
    unsigned out = 0;
    ans_jnode list = paper_at(p, 0, "relationship");
    for (ans_jnode n = list == ANS_JNONE ? list : ans_json_first(p->doc, list); n != ANS_JNONE; n = ans_json_next(p->doc, list, n)) {
        ans_str role = paper_code(p, n, "http://terminology.hl7.org/CodeSystem/v3-RoleCode"), ours = paper_code(p, n, "urn:ansinh:representation");
        bool parent = role.n && ans_str_search(ans_str_of(parents), ans_arena_fmt(p->cx->arena, " %.*s ", ANS_FMT(role))) >= 0;
        out |= parent || ans_str_is(ours, "parent") ? 1u << ANS_STANDS_PARENT : 0;
        out |= ans_str_is(role, "GUARD") || ans_str_is(ours, "guardian") ? 1u << ANS_STANDS_GUARDIAN : 0;
        out |= ans_str_is(ours, "legal-representative") ? 1u << ANS_STANDS_LEGAL : 0;
    }
    return out;
}

/* In what the decision makes them act; nothing said: in everything. */
static uint8_t scopes_of(const paper *p)
{
    ans_jnode d = paper_extension(p, 0, DECISION), list = paper_at(p, d, "extension");
    uint8_t out = 0;
    bool said = false;
    for (ans_jnode n = list == ANS_JNONE ? list : ans_json_first(p->doc, list); n != ANS_JNONE; n = ans_json_next(p->doc, list, n)) {
        ans_str code = ans_str_is(paper_text(p, n, "url"), "scope") ? paper_text(p, n, "valueCode") : ANS_STR_NONE;
        said = said || code.n;
        out |= ans_str_is(code, "data") ? ANS_SCOPE_OF_DATA : ans_str_is(code, "care") ? ANS_SCOPE_OF_CARE : 0;
        out |= ans_str_is(code, "property") ? ANS_SCOPE_OF_PROPERTY : 0;
    }
    return said ? out : ANS_SCOPE_OF_DATA | ANS_SCOPE_OF_CARE | ANS_SCOPE_OF_PROPERTY;
}

/* One that is a parent and a guardian stands twice in the list. */
ans_err standing_related(ans_cx *cx, ans_str id, const ans_json *doc, standing *out)
{
    paper p = {cx, doc};
    ans_representative r = {.id = ans_arena_dup(cx->arena, id), .from = ANS_DAY_MIN, .to = ANS_DAY_MAX};
    unsigned stands = is_true(&p, paper_at(&p, 0, "active"), true) ? stands_of(&p) : 0;
    r.by_decision = paper_is_decided(&p, 0);
    if (!read_period(&p, paper_at(&p, 0, "period"), &r.from, &r.to)) {
        return ANS_OK; /* days that cannot be read make nobody act */
    }
    for (uint8_t kind = ANS_STANDS_PARENT; kind <= ANS_STANDS_LEGAL; kind++) {
        if (!(stands >> kind & 1)) {
            continue;
        }
        ans_representative *at = ans_arena_grow(cx->arena, out->list, out->subject.count, &out->list_cap, 8, sizeof *at);
        if (!at || !r.id.p) {
            return ans_cx_nomem(cx);
        }
        r.stands = kind;
        r.scopes = kind == ANS_STANDS_PARENT ? 7 : scopes_of(&p);
        out->list = at;
        out->list[out->subject.count++] = r;
        out->subject.list = out->list;
    }
    return ANS_OK;
}

/* Days that cannot be read: it counts always, since it protects. */
ans_err standing_decision(ans_cx *cx, const ans_json *doc, standing *out)
{
    static const char *const codes[] = {"capacity-restored", "capacity-difficult", "capacity-limited", "capacity-lost"}; /* as ans_capacity */
    paper p = {cx, doc};
    ans_str code = paper_code(&p, paper_at(&p, 0, "code"), DECISION_SYSTEM);
    ans_capacity_decision d = {.capacity = UINT8_MAX, .from = ANS_DAY_MIN, .to = ANS_DAY_MAX};
    for (uint8_t i = 0; i <= ANS_CAPACITY_LOST; i++) {
        d.capacity = ans_str_is(code, codes[i]) ? i : d.capacity;
    }
    bool dated = read_period(&p, paper_at(&p, paper_extension(&p, 0, PERIOD), "valuePeriod"), &d.from, &d.to);
    if (d.capacity == UINT8_MAX || (d.capacity == ANS_CAPACITY_FULL && (!dated || d.from == ANS_DAY_MIN))) {
        return ANS_OK;
    }
    ans_capacity_decision *at = ans_arena_grow(cx->arena, out->decisions, out->subject.decision_count, &out->decision_cap, 8, sizeof *at);
    if (!at) {
        return ans_cx_nomem(cx);
    }
    out->decisions = at;
    at[out->subject.decision_count++] = d;
    out->subject.decisions = at;
    return ANS_OK;
}
