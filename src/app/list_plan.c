/* What importing a list would write, as data: which edition, the resources, how they differ from what is there, the transaction. Nothing is
 * printed and nothing written here (list.h). */
#include "app/list.h"
#include "app/zip.h"
#include "term/term.h"

/* ---- what is there ---- */

ans_err list_version(list_work *l, const char *type, ans_str id, uint32_t vid, ans_version *out)
{
    ans_ref ref = {ans_search_type_number(l->search, ans_fhir_type_named(ans_str_of(type))), id};
    ans_err err = vid ? ans_store_vread(l->cx, l->rd, ref, vid, out) : ans_store_read(l->cx, l->rd, ref, out);
    if (err == ANS_E_NOTFOUND || err == ANS_E_GONE) {
        *out = (ans_version){.vid = 0};
        return ANS_OK;
    }
    return err;
}

ans_err list_add_step(list_work *l, const char *type, ans_str id, ans_str body)
{
    ans_version v;
    ans_list_plan *p = l->plan;
    ans_err err = list_version(l, type, id, 0, &v);
    if (err != ANS_OK || p->step_count == ANS_LIST_STEPS) {
        return err != ANS_OK ? err : ANS_E_BUG;
    }
    p->steps[p->step_count++] = (ans_list_step){.type = type, .id = id, .body = body, .was = v.body, .vid = v.vid};
    return ANS_OK;
}

/* ---- the difference ---- */

static ans_err index_of(ans_cx *cx, ans_str body, const ans_term_system **out)
{
    ans_json *doc = ANS_NEW(cx->arena, ans_json);
    *out = NULL;
    if (!body.n) {
        return ANS_OK;
    }
    ans_err err = doc ? ans_json_parse(cx, body, NULL, doc) : ans_cx_nomem(cx);
    return err == ANS_OK ? ans_term_system_of_doc(cx, doc, 0, out) : err;
}

static const ans_term_concept *concept_of(const ans_term_system *s, ans_str code)
{
    uint32_t at = s ? ans_term_place(s, code) : ANS_TERM_NONE;
    return at == ANS_TERM_NONE ? NULL : ans_term_concept_at(s, at);
}

static void note_line(ans_list_difference *d, ans_list_sort sort, const ans_term_concept *c, ans_str before)
{
    if (d->count[sort] < ANS_LIST_SHOWN) {
        d->lines[sort][d->count[sort]] = (ans_list_line){c->code, c->display, before};
    }
    d->count[sort]++;
}

ans_err list_compare(ans_cx *cx, ans_str before, ans_str after, ans_list_difference *out)
{
    const ans_term_system *old, *new;
    *out = (ans_list_difference){0};
    ans_err err = index_of(cx, before, &old);
    err = err == ANS_OK ? index_of(cx, after, &new) : err;
    for (int i = 0; err == ANS_OK && i < ANS_LIST_SORTS; i++) {
        out->lines[i] = ANS_NEW_N(cx->arena, ans_list_line, ANS_LIST_SHOWN);
        err = out->lines[i] ? ANS_OK : ans_cx_nomem(cx);
    }
    out->codes = err == ANS_OK && new ? ans_term_system_count(new) : 0;
    for (uint32_t i = 0; i < out->codes; i++) {
        const ans_term_concept *c = ans_term_concept_at(new, i), *was = concept_of(old, c->code);
        if (!was) {
            note_line(out, ANS_LIST_NEW, c, ANS_STR_NONE);
        } else if (!ans_str_eq(was->display, c->display)) {
            note_line(out, ANS_LIST_RENAMED, c, was->display);
        } else {
            out->same++;
        }
    }
    for (uint32_t i = 0; err == ANS_OK && old && i < ans_term_system_count(old); i++) {
        const ans_term_concept *c = ans_term_concept_at(old, i);
        if (!concept_of(new, c->code)) {
            note_line(out, ANS_LIST_GONE, c, ANS_STR_NONE);
        }
    }
    return err;
}

/* ---- which edition ---- */

static ans_str id_of(list_work *l, ans_str edition)
{
    ans_str id = ans_arena_fmt(l->cx->arena, "%s-%.*s", l->kind->id, ANS_FMT(edition));
    char *p = (char *)(uintptr_t)id.p;
    for (size_t i = 0; id.p && i < id.n; i++) {
        char c = p[i];
        bool good = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.';
        p[i] = good ? c : '-';
    }
    return id;
}

static ans_err bad_use(list_work *l, const char *why, const char *what)
{
    l->plan->why = why;
    return ans_issue_add(l->cx, ANS_E_VALUE, ANS_STR_NONE, "%s", what);
}

/* The newest edition known when none is named; its period stays unless another is given. */
static ans_err choose_edition(list_work *l, const ans_list_ask *ask, ans_version *there)
{
    ans_str last = l->id_count ? l->ids[l->id_count - 1] : ans_str_of(l->kind->id);
    ans_json doc;
    l->edition.id = ask->edition.n ? id_of(l, ask->edition) : last;
    l->edition.version = ask->edition.n ? ask->edition : ANS_STR("1");
    if (!ans_id_is_valid(l->edition.id)) {
        return bad_use(l, "edition", "an edition's name has at most 40 letters, digits, points and dashes");
    }
    ans_err err = list_version(l, "CodeSystem", l->edition.id, 0, there);
    if (err == ANS_OK && there->vid) {
        err = ans_json_parse(l->cx, there->body, NULL, &doc);
        ans_str version = err == ANS_OK ? ans_json_get_string(l->cx, &doc, 0, ANS_STR("version")) : ANS_STR_NONE;
        l->edition.version = version.n && !ask->edition.n ? version : l->edition.version;
        err = err == ANS_OK ? list_period(l->cx, there->body, &l->edition.from, &l->edition.to) : err;
    }
    if (err == ANS_OK && ask->from_date.n) {
        l->edition.from = ask->from_date;
        if (!list_day_before(l->cx, l->edition.from).p) {
            return bad_use(l, "day", "the day from which an edition is valid is written as 2026-07-01 (--from-date)");
        }
    }
    bool others = l->id_count > (there->vid ? 1u : 0u);
    return err == ANS_OK && others && !l->edition.from.n
               ? bad_use(l, "other-edition", "there is another edition: say from which day this one is valid (--from-date)")
               : err;
}

/* Each edition ends the day before the next begins: the others' ends, and this one's. */
static ans_err fit_periods(list_work *l)
{
    ans_err err = ANS_OK;
    for (uint32_t i = 0; err == ANS_OK && l->edition.from.n && i < l->id_count; i++) {
        ans_version v;
        ans_str from, to, body;
        err = ans_str_eq(l->ids[i], l->edition.id) ? ANS_OK : list_version(l, "CodeSystem", l->ids[i], 0, &v);
        if (err != ANS_OK || ans_str_eq(l->ids[i], l->edition.id) || !v.vid) {
            continue;
        }
        err = list_period(l->cx, v.body, &from, &to);
        if (err == ANS_OK && ans_str_cmp(from, l->edition.from) < 0) {
            ans_str end = list_day_before(l->cx, l->edition.from);
            if (to.n && ans_str_cmp(to, end) <= 0) {
                continue;
            }
            err = list_close_period(l->cx, v.body, end, &body);
            err = err == ANS_OK ? list_add_step(l, "CodeSystem", l->ids[i], body) : err;
        } else if (err == ANS_OK) {
            ans_str end = list_day_before(l->cx, from);
            l->edition.to = end.n && (!l->edition.to.n || ans_str_cmp(end, l->edition.to) < 0) ? end : l->edition.to;
        }
    }
    return err;
}

/* Chapters have names in a list of their own. */
static ans_err name_chapters(list_work *l, list_entries *entries)
{
    const ans_term_system *chapters;
    ans_version v;
    const list_kind *kind = list_kind_named("icd10-chapters");
    ans_err err = l->kind->is_icd ? list_version(l, "CodeSystem", ans_str_of(kind->id), 0, &v) : ANS_OK;
    if (err != ANS_OK || !l->kind->is_icd || !v.vid) {
        return err;
    }
    err = index_of(l->cx, v.body, &chapters);
    for (uint32_t i = 0; err == ANS_OK && i < entries->count; i++) {
        list_entry *e = &entries->at[i];
        const ans_term_concept *c = e->is_group && e->line == 0 ? concept_of(chapters, e->code) : NULL;
        e->vi = c ? c->display : e->vi;
    }
    return err;
}

/* ---- the transaction ---- */

/* Each entry only while its resource is as it was looked at: what somebody writes in between stops the whole, instead of being lost. */
ans_err list_bundle(list_work *l)
{
    ans_buf b;
    ans_buf_init_arena(&b, l->cx->arena, (size_t)1 << 30);
    ANS_BUF_LIT(&b, "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[");
    for (uint32_t i = 0; i < l->plan->step_count; i++) {
        const ans_list_step *s = &l->plan->steps[i];
        ans_buf_fmt(&b, "%s{\"request\":{\"method\":\"%s\",\"url\":\"%s/%.*s\",", i ? "," : "", s->body.n ? "PUT" : "DELETE", s->type, ANS_FMT(s->id));
        if (s->vid) {
            ans_buf_fmt(&b, "\"ifMatch\":\"W/\\\"%u\\\"\"}", s->vid);
        } else {
            ANS_BUF_LIT(&b, "\"ifNoneMatch\":\"*\"}");
        }
        if (s->body.n) {
            ANS_BUF_LIT(&b, ",\"resource\":");
            ans_buf_add(&b, s->body);
        }
        ans_buf_add_c(&b, '}');
    }
    ANS_BUF_LIT(&b, "]}");
    return ans_buf_finish(&b, &l->plan->bundle);
}

/* ---- the two steps ---- */

static const char *why_unreadable(ans_str bytes, ans_err err)
{
    return err == ANS_E_TOOBIG                                     ? "large"
           : err != ANS_E_SYNTAX                                   ? NULL
           : zip_is(bytes)                                         ? "damaged"
           : ans_str_starts(bytes, ANS_STR("\xD0\xCF\x11\xE0"))    ? "xls"
           : ans_str_utf8(bytes)                                   ? "damaged"
                                                                   : "utf8";
}

ans_err list_take_table(ans_cx *cx, const list_kind *kind, ans_str bytes, bool leave_out, list_entries *out, ans_list_plan *plan)
{
    sheet table;
    ans_err err = sheet_read(cx, bytes, &table);
    if (err != ANS_OK) {
        plan->why = why_unreadable(bytes, err);
        return err;
    }
    err = list_read(cx, kind, &table, leave_out, out);
    plan->restored = out->restored;
    plan->refused = out->refused;
    plan->refusals = out->refusals;
    plan->why = err == ANS_E_INVALID ? (out->refused ? "row" : out->count ? "damaged" : "heads") : err == ANS_E_TOOBIG ? "large" : NULL;
    return err;
}

static ans_err fill(list_work *l, const ans_list_ask *ask, list_entries *entries)
{
    ans_version there;
    ans_str system, set, before;
    ans_list_plan *p = l->plan;
    ans_err err = choose_edition(l, ask, &there);
    err = err == ANS_OK ? fit_periods(l) : err;
    err = err == ANS_OK ? name_chapters(l, entries) : err;
    err = err == ANS_OK ? list_code_system(l->cx, l->kind, &l->edition, entries, &system) : err;
    err = err == ANS_OK ? list_value_set(l->cx, l->kind, &set) : err;
    p->main_step = p->step_count;
    err = err == ANS_OK ? list_add_step(l, "CodeSystem", l->edition.id, system) : err;
    err = err == ANS_OK ? list_add_step(l, "ValueSet", ans_str_of(l->kind->id), set) : err;
    if (err != ANS_OK) {
        return err;
    }
    before = there.body;
    if (!there.vid && l->id_count) { /* a new edition: against the newest there is */
        err = list_version(l, "CodeSystem", l->ids[l->id_count - 1], 0, &there);
        before = there.body;
    }
    p->edition = l->edition.version;
    p->from = l->edition.from;
    p->to = l->edition.to;
    p->steps[p->main_step].has_difference = true;
    err = err == ANS_OK ? list_compare(l->cx, before, system, &p->steps[p->main_step].difference) : err;
    err = err == ANS_OK ? list_bundle(l) : err;
    return err == ANS_OK ? list_remember_this(l, ask->by) : err;
}

ans_err list_make_plan(ans_cx *cx, ans_store *store, const ans_search *search, const list_kind *kind, const ans_list_ask *ask,
                       list_entries *entries, ans_list_plan *plan)
{
    list_work l = {.cx = cx, .store = store, .search = search, .kind = kind, .plan = plan};
    plan->kind = kind->name;
    plan->system = kind->system;
    ans_err err = list_open(&l);
    err = err == ANS_OK ? fill(&l, ask, entries) : err;
    list_close(&l);
    return err;
}
