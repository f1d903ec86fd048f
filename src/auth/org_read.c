/* From FHIR to facts: the only place that knows the form of docs/organisations.md. */
#include "auth/org_int.h"

#define EXTENSION "urn:ansinh:extension:"

typedef struct reader {
    ans_cx *cx;
    ans_json doc;
    org_said *said;
    uint32_t cap;
    int64_t known_us;
} reader;

/* ---- pieces ---- */

static ans_jnode get(const reader *r, ans_jnode n, const char *name)
{
    return ans_json_get(&r->doc, n, ans_str_of(name));
}

static ans_str text(const reader *r, ans_jnode n, const char *name)
{
    return ans_json_get_string(r->cx, &r->doc, n, ans_str_of(name));
}

/* The extension of ours with that name, among the children of n. */
static ans_jnode extension(const reader *r, ans_jnode n, const char *name)
{
    ans_jnode all = get(r, n, "extension");
    if (all == ANS_JNONE) {
        return ANS_JNONE;
    }
    ANS_JSON_EACH(&r->doc, all, e)
    {
        ans_str url = text(r, e, "url"), head = ANS_STR(EXTENSION);
        if (ans_str_starts(url, head) ? ans_str_is(ans_str_from(url, head.n), name) : ans_str_is(url, name)) {
            return e;
        }
    }
    return ANS_JNONE;
}

/* `urn:ansinh:extension:recorded` of n (or the part `recorded` of an extension of ours), or what is given. */
static int64_t recorded(const reader *r, ans_jnode n, int64_t otherwise)
{
    int64_t at;
    return ans_moment_parse(text(r, extension(r, n, "recorded"), "valueDateTime"), &at) ? at : otherwise;
}

static ans_day last_day(const ans_datetime *d)
{
    int month = d->precision == ANS_PREC_YEAR ? 12 : d->month;
    int day = d->precision < ANS_PREC_DAY ? ans_days_in_month(d->year, month) : d->day;
    return (ans_day)ans_days_from_civil(d->year, month, day);
}

/* False: a bound that is no date, or the end stands before the start. */
static bool period(const reader *r, ans_jnode n, ans_day *from, ans_day *to, int64_t *end_recorded)
{
    ans_str start = text(r, n, "start"), end = text(r, n, "end");
    ans_datetime d;
    *from = ANS_DAY_MIN;
    *to = ANS_DAY_MAX;
    *end_recorded = INT64_MIN;
    if (start.n && !ans_day_parse(start, from)) {
        return false;
    }
    if (end.n) {
        if (!ans_datetime_parse(end, true, &d)) {
            return false;
        }
        *to = last_day(&d);
        *end_recorded = recorded(r, get(r, n, "_end"), INT64_MIN);
    }
    return *from <= *to;
}

static ans_err add(reader *r, const org_fact *fact)
{
    org_said *said = r->said;
    org_fact *grown = ans_arena_grow(r->cx->arena, said->facts, said->count, &r->cap, 8, sizeof *grown);
    if (!grown) {
        return ans_cx_nomem(r->cx);
    }
    said->facts = grown;
    said->facts[said->count++] = *fact;
    return ANS_OK;
}

static ans_err bad(const reader *r, const char *what)
{
    return ans_issue_add(r->cx, ANS_E_INVALID, ANS_STR_NONE, "%s cannot be understood", what);
}

/* ---- Organization ---- */

static ans_err read_identifiers(reader *r)
{
    ans_jnode all = get(r, 0, "identifier");
    if (all == ANS_JNONE) {
        return ANS_OK;
    }
    ANS_JSON_EACH(&r->doc, all, n)
    {
        ans_jnode when = get(r, n, "period");
        org_fact f = {.v = {.fact = ANS_ORG_CODE, .is_undated = when == ANS_JNONE}};
        f.v.system = text(r, n, "system");
        f.v.value = text(r, n, "value");
        f.v.recorded_us = recorded(r, n, r->known_us);
        if (!period(r, when, &f.v.from, &f.v.to, &f.end_recorded_us)) {
            return bad(r, "identifier.period");
        }
        ans_err err = f.v.value.n ? add(r, &f) : ANS_OK;
        if (err != ANS_OK) {
            return err;
        }
    }
    return ANS_OK;
}

static void set_coding(const reader *r, ans_jnode coding, org_fact *f)
{
    f->v.system = text(r, coding, "system");
    f->v.value = text(r, coding, "code");
    f->v.display = text(r, coding, "display");
}

static ans_err read_types(reader *r)
{
    ans_jnode all = get(r, 0, "type");
    if (all == ANS_JNONE) {
        return ANS_OK;
    }
    ANS_JSON_EACH(&r->doc, all, concept)
    {
        ans_jnode codings = get(r, concept, "coding");
        if (codings == ANS_JNONE) {
            continue;
        }
        ANS_JSON_EACH(&r->doc, codings, n)
        {
            org_fact f = {.v = {.fact = ANS_ORG_KIND, .is_undated = true, .from = ANS_DAY_MIN, .to = ANS_DAY_MAX}};
            f.end_recorded_us = INT64_MIN;
            f.v.recorded_us = r->known_us;
            set_coding(r, n, &f);
            ans_err err = f.v.value.n ? add(r, &f) : ANS_OK;
            if (err != ANS_OK) {
                return err;
            }
        }
    }
    return ANS_OK;
}

/* The value of one dated extension; which parts it has depends on its kind. */
static void read_value(const reader *r, ans_jnode e, org_fact *f)
{
    ans_jnode value = extension(r, e, "value");
    switch ((ans_org_fact)f->v.fact) {
    case ANS_ORG_KIND:
        set_coding(r, get(r, value, "valueCoding"), f);
        break;
    case ANS_ORG_RESPONSIBILITY:
        set_coding(r, get(r, extension(r, e, "function"), "valueCoding"), f);
        f->v.system = text(r, extension(r, e, "line"), "valueCode");
        break;
    case ANS_ORG_LEVEL:
        f->v.value = text(r, value, "valueCode");
        break;
    case ANS_ORG_NAME:
    case ANS_ORG_CODE:
        f->v.value = text(r, value, "valueString");
        break;
    }
    f->v.legal_basis = text(r, extension(r, e, "legal-basis"), "valueString");
}

static ans_err read_dated(reader *r, ans_jnode e, ans_org_fact fact)
{
    org_fact f = {.v = {.fact = (uint8_t)fact}};
    read_value(r, e, &f);
    f.v.recorded_us = recorded(r, e, r->known_us);
    if (f.v.value.n == 0) {
        return bad(r, "a dated extension without its value");
    }
    if (!period(r, get(r, extension(r, e, "period"), "valuePeriod"), &f.v.from, &f.v.to, &f.end_recorded_us)) {
        return bad(r, "the period of a dated extension");
    }
    return add(r, &f);
}

static ans_err read_extensions(reader *r)
{
    static const struct {
        const char *url;
        ans_org_fact fact;
    } ours[] = {{EXTENSION "dated-name", ANS_ORG_NAME},
                {EXTENSION "dated-kind", ANS_ORG_KIND},
                {EXTENSION "responsibility", ANS_ORG_RESPONSIBILITY},
                {EXTENSION "administrative-level", ANS_ORG_LEVEL}};
    ans_jnode all = get(r, 0, "extension");
    if (all == ANS_JNONE) {
        return ANS_OK;
    }
    ANS_JSON_EACH(&r->doc, all, e)
    {
        ans_str url = text(r, e, "url");
        for (size_t i = 0; i < sizeof ours / sizeof *ours; i++) {
            ans_err err = ans_str_is(url, ours[i].url) ? read_dated(r, e, ours[i].fact) : ANS_OK;
            if (err != ANS_OK) {
                return err;
            }
        }
    }
    return ANS_OK;
}

/* The id in "Organization/x"; empty when it is something else. */
static ans_str organization_id(const reader *r, ans_jnode reference)
{
    ans_reference ref;
    ans_str s = text(r, reference, "reference");
    ans_reference_parse(s, &ref);
    bool is_ours = s.n && ref.kind == ANS_REF_LOCAL && ref.type == ans_fhir_type_named(ANS_STR("Organization"));
    return is_ours ? ref.id : ANS_STR_NONE;
}

ans_err org_read(ans_cx *cx, ans_str body, int64_t known_us, org_said *out)
{
    reader r = {.cx = cx, .said = out, .known_us = known_us};
    org_fact name = {.v = {.fact = ANS_ORG_NAME, .is_undated = true, .from = ANS_DAY_MIN, .to = ANS_DAY_MAX}};
    *out = (org_said){0};
    ans_err err = ans_json_parse(cx, body, NULL, &r.doc);
    if (err != ANS_OK) {
        return err;
    }
    err = read_extensions(&r);
    err = err == ANS_OK ? read_identifiers(&r) : err;
    err = err == ANS_OK ? read_types(&r) : err;
    name.v.value = text(&r, 0, "name");
    name.v.recorded_us = known_us;
    name.end_recorded_us = INT64_MIN;
    err = err == ANS_OK && name.v.value.n ? add(&r, &name) : err;
    out->part_of = organization_id(&r, get(&r, 0, "partOf"));
    return err;
}

/* ---- OrganizationAffiliation ---- */

/* Calls back for every code of a system in a list of CodeableConcepts. */
static uint32_t codes_of(const reader *r, ans_jnode list, const char *system, ans_str *out, uint32_t most)
{
    uint32_t count = 0;
    if (list == ANS_JNONE) {
        return 0;
    }
    ANS_JSON_EACH(&r->doc, list, concept)
    {
        ans_jnode codings = get(r, concept, "coding");
        if (codings == ANS_JNONE) {
            continue;
        }
        ANS_JSON_EACH(&r->doc, codings, n)
        {
            ans_str code = ans_str_is(text(r, n, "system"), system) ? text(r, n, "code") : ANS_STR_NONE;
            if (code.n && count < most) {
                out[count++] = code;
            }
        }
    }
    return count;
}

static bool relation_named(ans_str code, uint8_t *out)
{
    static const char *const names[] = {"parent", "succession-merge", "succession-split", "succession-handover",
                                        "succession-rename"};
    for (uint8_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (ans_str_is(code, names[i])) {
            *out = i;
            return true;
        }
    }
    return false;
}

static void read_grounds(const reader *r, org_link_said *out)
{
    ans_jnode share = get(r, extension(r, 0, "share"), "valueDecimal");
    out->legal_basis = text(r, extension(r, 0, "legal-basis"), "valueString");
    out->share = share == ANS_JNONE ? ANS_STR_NONE : ans_json_raw(&r->doc, share);
    out->function = text(r, get(r, extension(r, 0, "function"), "valueCoding"), "code");
}

ans_err org_link_read(ans_cx *cx, ans_str body, org_link_said *out)
{
    reader r = {.cx = cx};
    ans_str code;
    *out = (org_link_said){.is_active = true};
    ans_err err = ans_json_parse(cx, body, NULL, &r.doc);
    if (err != ANS_OK) {
        return err;
    }
    ans_jnode active = get(&r, 0, "active");
    out->is_active = active == ANS_JNONE || ans_json_kind_of(&r.doc, active) != ANS_JSON_FALSE;
    if (codes_of(&r, get(&r, 0, "code"), RELATION_SYSTEM, &code, 1) == 0) {
        return ANS_OK;
    }
    out->is_ours = true;
    out->upper = organization_id(&r, get(&r, 0, "organization"));
    out->lower = organization_id(&r, get(&r, 0, "participatingOrganization"));
    out->line_count = codes_of(&r, get(&r, 0, "specialty"), LINE_SYSTEM, out->lines, LINES_MOST);
    out->recorded_us = recorded(&r, 0, INT64_MIN);
    read_grounds(&r, out);
    if (!relation_named(code, &out->relation)) {
        return bad(&r, "the relation");
    }
    if (!period(&r, get(&r, 0, "period"), &out->from, &out->to, &out->end_recorded_us)) {
        return bad(&r, "period");
    }
    if (!out->upper.n || !out->lower.n) {
        return bad(&r, "organization or participatingOrganization");
    }
    return out->relation == ANS_ORG_PARENT && out->line_count == 0 ? bad(&r, "a parent link without a line") : ANS_OK;
}
