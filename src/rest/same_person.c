/* One person under two records: what was written under a record that another one replaced is found from the survivor.
 *
 * The one idea: nothing that was written is moved. A Patient that says link type `replaces` stands for those it names, so a search that
 * asks for that patient (patient=S, subject=Patient/S, for=S) asks for them as well. What was signed stays as it was signed, and
 * taking the link away puts everything back. Links are followed through those that were replaced before, at most 8 deep and 32 wide. */
#include "rest/rest_int.h"

enum { MOST_DEEP = 8, MOST_WIDE = 32 };

typedef struct persons {
    job *j;
    ans_reader *rd;
    ans_type patient;
    ans_str ids[MOST_WIDE];
    uint32_t count, asked; /* ids[0 .. asked) are those the query names */
} persons;

static bool has(const persons *p, ans_str id)
{
    for (uint32_t i = 0; i < p->count; i++) {
        if (ans_str_eq(p->ids[i], id)) {
            return true;
        }
    }
    return false;
}

static ans_str patient_in(const persons *p, ans_str text)
{
    ans_reference r;
    ans_reference_parse(text, &r);
    if (r.kind == ANS_REF_LOCAL && r.type == p->patient) {
        return r.id;
    }
    return ans_id_is_valid(text) ? text : ANS_STR_NONE;
}

/* Those that this one replaced, behind the others. */
static ans_err add_replaced(persons *p, ans_str id)
{
    ans_cx *cx = p->j->cx;
    ans_ref ref = {ans_search_type_number(p->j->rest->o.search, p->patient), id};
    ans_version v;
    ans_json doc;
    bool sees = false;
    ans_err err = gate_sees_ref(p->j, p->rd, ref, &sees);
    err = err == ANS_OK && sees ? ans_store_read(cx, p->rd, ref, &v) : err;
    if (err == ANS_E_NOTFOUND || err == ANS_E_GONE || (err == ANS_OK && !sees)) {
        return ANS_OK;
    }
    if (err != ANS_OK || ans_str_search(v.body, ANS_STR("\"replaces\"")) < 0) {
        return err;
    }
    err = ans_json_parse(cx, v.body, NULL, &doc);
    ans_jnode list = err == ANS_OK ? ans_json_get(&doc, 0, ANS_STR("link")) : ANS_JNONE;
    if (list == ANS_JNONE) {
        return err;
    }
    ANS_JSON_EACH(&doc, list, one) {
        bool it = ans_str_is(ans_json_get_string(cx, &doc, one, ANS_STR("type")), "replaces");
        ans_jnode other = ans_json_get(&doc, one, ANS_STR("other"));
        ans_str replaced = it ? patient_in(p, ans_json_get_string(cx, &doc, other, ANS_STR("reference"))) : ANS_STR_NONE;
        if (replaced.n && p->count < MOST_WIDE && !has(p, replaced)) {
            p->ids[p->count++] = replaced;
        }
    }
    return ANS_OK;
}

/* A parameter that may refer to a person, asked as it stands or as :Patient. */
static bool asks_for_person(const persons *p, ans_str name)
{
    ans_str code;
    (void)ans_str_cut(&name, ':', &code);
    const ans_sp *sp = !name.n || ans_str_is(name, "Patient") ? ans_sp_named(p->j->route.type, code) : NULL;
    for (uint8_t i = 0; sp && sp->type == ANS_SP_REFERENCE && i < sp->target_count; i++) {
        if (sp->targets[i] == p->patient) {
            return true;
        }
    }
    return false;
}

static ans_err find_persons(persons *p, ans_str value)
{
    ans_str one;
    ans_err err = ANS_OK;
    p->count = 0;
    for (bool more = value.n > 0; more && p->count < MOST_WIDE;) {
        more = ans_str_cut(&value, ',', &one);
        ans_str id = patient_in(p, one);
        if (id.n && !has(p, id)) {
            p->ids[p->count++] = id;
        }
    }
    p->asked = p->count;
    uint32_t from = 0, until = p->count;
    for (int deep = 0; err == ANS_OK && deep < MOST_DEEP && from < until; deep++) {
        for (uint32_t i = from; err == ANS_OK && i < until; i++) {
            err = add_replaced(p, p->ids[i]);
        }
        from = until;
        until = p->count;
    }
    return err;
}

ans_err same_person_query(job *j, ans_reader *rd, ans_str *query)
{
    ans_str left = *query, pair;
    ans_buf b;
    bool changed = false;
    persons p = {.j = j, .rd = rd, .patient = ans_fhir_type_named(ANS_STR("Patient"))};
    if (!j->route.type || !left.n || j->route.type == p.patient) {
        return ANS_OK;
    }
    ans_buf_init_arena(&b, j->cx->arena, query->n + (size_t)MOST_WIDE * 96 * 8);
    for (bool more = true; more;) {
        more = ans_str_cut(&left, '&', &pair);
        ans_str value = pair, name;
        (void)ans_str_cut(&value, '=', &name);
        ans_err err = ANS_OK;
        p.count = p.asked = 0;
        if (asks_for_person(&p, ans_query_decode(j->cx, name))) {
            err = find_persons(&p, ans_query_decode(j->cx, value));
        }
        if (err != ANS_OK) {
            return err;
        }
        ans_buf_add(&b, b.n ? ANS_STR("&") : ANS_STR_NONE);
        ans_buf_add(&b, pair);
        for (uint32_t i = p.asked; i < p.count; i++) {
            changed = true;
            ANS_BUF_LIT(&b, ",Patient/");
            ans_buf_add(&b, p.ids[i]);
        }
    }
    return changed ? ans_buf_finish(&b, query) : ANS_OK;
}

ans_err same_person_within(job *j, ans_reader *rd, ans_str *ids)
{
    persons p = {.j = j, .rd = rd, .patient = ans_fhir_type_named(ANS_STR("Patient"))};
    ans_err err = j->route.within == p.patient ? find_persons(&p, *ids) : ANS_OK;
    for (uint32_t i = p.asked; err == ANS_OK && i < p.count; i++) {
        *ids = ans_arena_fmt(j->cx->arena, "%.*s,%.*s", ANS_FMT(*ids), ANS_FMT(p.ids[i]));
        err = ids->p ? ANS_OK : ans_cx_nomem(j->cx);
    }
    return err;
}
