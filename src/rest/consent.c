/* Who represents a person and what was decided about them, read from the record; and Patient/[id]/$consent-needs, which says who must
 * consent to each purpose. docs/consent.md tells the forms; the rule itself is auth/consent.h. */
#include "rest/consent_int.h"

#include "base/os.h"

enum { MOST_RELATED = 500 };
#define ANSWER_BYTES ((size_t)4 << 20)

/* ---- reading ---- */

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
