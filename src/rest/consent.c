/* Patient/[id]/$consent-needs: who must consent to each purpose, by what the record says (auth/standing.h). The rule itself is auth/consent.h. */
#include "rest/consent_int.h"

#include "base/os.h"

enum { MOST_RELATED = 500 };
#define ANSWER_BYTES ((size_t)4 << 20)

/* ---- $consent-needs ---- */

typedef struct needs {
    job *j;
    ans_reader *rd;
    ans_jw w;
    standing s;
    ans_day on;
} needs;

static ans_err each_of(needs *n, const char *type, const char *parameter)
{
    ans_search_result found;
    ans_cx *cx = n->j->cx;
    ans_search_request rq = {.type = ans_fhir_type_named(ans_str_of(type)),
                             .strict = true,
                             .limit = MOST_RELATED,
                             .filter = gate_filter(n->j),
                             .query = ans_arena_fmt(cx->arena, "%s=Patient/%.*s", parameter, ANS_FMT(n->j->route.id))};
    ans_err err = ans_search_run(n->j->rest->o.search, cx, n->rd, &rq, &found);
    for (uint32_t i = 0; err == ANS_OK && i < found.count; i++) {
        ans_json doc;
        const ans_version *v = &found.entries[i].version;
        audit_touch(n->j, v);
        err = ans_json_parse(cx, v->body, NULL, &doc);
        bool related = err == ANS_OK && *type == 'R';
        err = err != ANS_OK ? err : related ? standing_related(cx, v->ref.id, &doc, &n->s) : standing_decision(cx, &doc, &n->s);
    }
    return err;
}

static void put_text(ans_jw *w, const char *name, const char *key, ans_str value)
{
    if (value.n) {
        ans_jw_begin(w, '{');
        ans_jw_kv(w, ANS_STR("name"), ans_str_of(name));
        ans_jw_kv(w, ans_str_of(key), value);
        ans_jw_end(w, '}');
    }
}

static void put_flag(ans_jw *w, const char *name, bool v)
{
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("name"), ans_str_of(name));
    ans_jw_key(w, ANS_STR("valueBoolean"));
    ans_jw_bool(w, v);
    ans_jw_end(w, '}');
}

static void put_number(ans_jw *w, const char *name, int64_t v)
{
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("name"), ans_str_of(name));
    ans_jw_key(w, ANS_STR("valueInteger"));
    ans_jw_int(w, v);
    ans_jw_end(w, '}');
}

static void put_related(needs *n, const char *name, const ans_representative *r)
{
    ans_jw_begin(&n->w, '{');
    ans_jw_kv(&n->w, ANS_STR("name"), ans_str_of(name));
    ans_jw_key(&n->w, ANS_STR("valueReference"));
    ans_jw_begin(&n->w, '{');
    ans_jw_kv(&n->w, ANS_STR("reference"), ans_arena_fmt(n->j->cx->arena, "RelatedPerson/%.*s", ANS_FMT(r->id)));
    ans_jw_end(&n->w, '}');
    ans_jw_end(&n->w, '}');
}

static void open_part(ans_jw *w, const char *name)
{
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("name"), ans_str_of(name));
    ans_jw_key(w, ANS_STR("part"));
    ans_jw_begin(w, '[');
}

static void close_part(ans_jw *w)
{
    ans_jw_end(w, ']');
    ans_jw_end(w, '}');
}

static void put_representatives(needs *n)
{
    static const char *const stands[] = {"", "parent", "guardian", "legal-representative"};
    for (uint32_t i = 0; i < n->s.subject.count; i++) {
        const ans_representative *r = &n->s.list[i];
        open_part(&n->w, "representative");
        put_related(n, "who", r);
        put_text(&n->w, "stands", "valueCode", ans_str_of(stands[r->stands]));
        put_flag(&n->w, "decided", r->by_decision);
        put_flag(&n->w, "now", r->from <= n->on && n->on <= r->to);
        put_text(&n->w, "from", "valueDate", ans_day_print(n->j->cx->arena, r->from));
        put_text(&n->w, "to", "valueDate", ans_day_print(n->j->cx->arena, r->to));
        close_part(&n->w);
    }
}

static void put_purpose(needs *n, const ans_purpose *p)
{
    static const char *const bases[] = {"consent", "ground", "law", "decision"};
    const ans_purposes *all = n->j->rest->purposes;
    ans_need need;
    ans_consent_need(all, p, &n->s.subject, n->on, &need);
    open_part(&n->w, "purpose");
    put_text(&n->w, "code", "valueCode", p->code);
    put_text(&n->w, "vi", "valueString", p->vi);
    put_text(&n->w, "en", "valueString", p->en);
    put_text(&n->w, "textVi", "valueString", p->text_vi);
    put_text(&n->w, "textEn", "valueString", p->text_en);
    put_number(&n->w, "edition", p->edition);
    put_text(&n->w, "basis", "valueCode", ans_str_of(bases[p->basis]));
    put_flag(&n->w, "toRecipient", p->to_recipient);
    put_text(&n->w, "why", "valueCode", ans_str_of(ans_need_codes[need.why]));
    put_flag(&n->w, "self", need.self);
    put_flag(&n->w, "another", need.another);
    put_flag(&n->w, "written", need.written);
    put_text(&n->w, "until", "valueDate", ans_day_print(n->j->cx->arena, need.until));
    for (uint8_t i = 0; i < need.may_count; i++) {
        put_related(n, "may", &n->s.list[need.may[i]]);
    }
    close_part(&n->w);
}

static void put_all(needs *n)
{
    static const char *const capacities[] = {"full", "difficult", "limited", "lost"};
    const ans_purposes *all = n->j->rest->purposes;
    ans_need need;
    ans_consent_need(all, &all->list[0], &n->s.subject, n->on, &need);
    ans_jw_begin(&n->w, '{');
    ans_jw_kv(&n->w, ANS_STR("resourceType"), ANS_STR("Parameters"));
    ans_jw_key(&n->w, ANS_STR("parameter"));
    ans_jw_begin(&n->w, '[');
    put_text(&n->w, "date", "valueDate", ans_day_print(n->j->cx->arena, n->on));
    if (need.age >= 0) {
        put_number(&n->w, "age", need.age);
        put_flag(&n->w, "ageIsVague", need.is_vague);
    }
    put_text(&n->w, "capacity", "valueCode", ans_str_of(capacities[need.capacity]));
    put_text(&n->w, "regime", "valueCode", all->regime);
    put_representatives(n);
    for (uint32_t i = 0; i < all->count; i++) {
        put_purpose(n, &all->list[i]);
    }
    ans_jw_end(&n->w, ']');
    ans_jw_end(&n->w, '}');
}

ans_err consent_needs_run(job *j, ans_reader *rd)
{
    needs n = {.j = j, .rd = rd, .on = ans_day_of(ans_now_us())};
    ans_str date = operation_param(j, "date");
    ans_ref ref = {ans_search_type_number(j->rest->o.search, j->route.type), j->route.id};
    ans_version v;
    ans_json doc;
    ans_buf b;
    bool sees = false;
    if (date.p && !ans_day_parse(date, &n.on)) {
        return ans_issue_add(j->cx, ANS_E_VALUE, ANS_STR("http.date"), "date is written YYYY-MM-DD");
    }
    ans_err err = gate_sees_ref(j, rd, ref, &sees);
    err = err == ANS_OK ? (sees ? ans_store_read(j->cx, rd, ref, &v) : ANS_E_NOTFOUND) : err;
    if (err == ANS_E_NOTFOUND || err == ANS_E_GONE) {
        return ans_issue_add(j->cx, ANS_E_NOTFOUND, ANS_STR("http.url"), "there is no such Patient");
    }
    err = err == ANS_OK ? ans_json_parse(j->cx, v.body, NULL, &doc) : err;
    if (err != ANS_OK) {
        return err;
    }
    audit_touch(j, &v);
    standing_patient(j->cx, &doc, &n.s);
    err = each_of(&n, "RelatedPerson", "patient");
    err = err == ANS_OK ? each_of(&n, "Basic", "subject") : err;
    if (err != ANS_OK) {
        return err;
    }
    ans_buf_init_arena(&b, j->cx->arena, ANSWER_BYTES);
    ans_jw_init(&n.w, &b);
    put_all(&n);
    return operation_answer(j, &b);
}
