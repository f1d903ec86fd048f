/* Searching the audit: newest first, page by page. Patient, entity and agent go through the journal's keys, dates through its times,
 * everything else is compared entry by entry; a page stops as soon as it is full. http://hl7.org/fhir/R4/auditevent.html#search */
#include "rest/rest_int.h"

enum { PAGE_DEFAULT = 50, PAGE_MAX = 500, CRITERIA_MAX = 32, VALUES_MAX = 64, LATE_EVERY = 1024, LATE_EVERY_OWN = 16, MOST_NAMED = 50 };

typedef enum criterion_kind {
    BY_ID, BY_PATIENT, BY_ENTITY, BY_AGENT, BY_ALTID, BY_AGENT_NAME, BY_AGENT_ROLE, BY_ACTION, BY_OUTCOME, BY_TYPE, BY_SUBTYPE, BY_ADDRESS
} criterion_kind;

static const struct {
    const char *name;
    uint8_t kind;
} parameters[] = {{"_id", BY_ID},           {"patient", BY_PATIENT},       {"entity", BY_ENTITY},   {"agent", BY_AGENT},
                  {"altid", BY_ALTID},      {"agent-name", BY_AGENT_NAME}, {"action", BY_ACTION},   {"outcome", BY_OUTCOME},
                  {"agent-role", BY_AGENT_ROLE}, {"type", BY_TYPE},        {"subtype", BY_SUBTYPE}, {"address", BY_ADDRESS}};

/* One parameter; its values are alternatives. */
typedef struct criterion {
    uint8_t kind;
    uint32_t count;
    ans_str text[VALUES_MAX]; /* folded for names; the code of a token; the id of a reference */
    ans_str system[VALUES_MAX];
    uint32_t number[VALUES_MAX]; /* rid or key; 0: names nothing that is there */
} criterion;

typedef struct search {
    job *j;
    ans_reader *rd;
    criterion *at;
    uint32_t count;
    uint64_t page;        /* size */
    uint64_t before;
    int64_t since_us, until_us;
    bool is_count, with_total;
    ans_own own;          /* of an account of a person in care or who represents them */
    ans_cx brief;         /* of one entry */
    /* found */
    ans_event *events;
    uint64_t found, total, looked;
    uint32_t cap;
    bool is_more;
    ans_err err;
} search;

/* ---- values ---- */

static ans_err bad_value(search *s, const char *name, const char *what)
{
    return ans_issue_add(s->j->cx, ANS_E_VALUE, ans_arena_dup(s->j->cx->arena, ans_str_of(name)), "%s", what);
}

/* "Patient/1", or only an id where a type is meant. */
static ans_err read_reference(search *s, criterion *c, const char *name, ans_str value)
{
    ans_reference ref;
    ans_type fixed = c->kind == BY_PATIENT ? ans_fhir_type_named(ANS_STR("Patient")) : c->kind == BY_AGENT ? ans_fhir_type_named(ANS_STR("Practitioner")) : 0;
    ans_reference_parse(value, &ref);
    if (ref.kind != ANS_REF_LOCAL && fixed && ans_id_is_valid(value)) {
        ref = (ans_reference){.kind = ANS_REF_LOCAL, .type = fixed, .id = value};
    }
    if (ref.kind != ANS_REF_LOCAL || (fixed && ref.type != fixed)) {
        return bad_value(s, name, "the value is a reference of this server, such as Patient/1");
    }
    if (c->kind == BY_AGENT) {
        c->text[c->count] = ref.id;
        c->number[c->count++] = ans_practitioner_key(ref.id);
        return ANS_OK;
    }
    ans_rid rid = 0;
    ans_ref at = {ans_search_type_number(s->j->rest->o.search, ref.type), ref.id};
    ans_err err = ans_store_rid(s->j->cx, s->rd, at, &rid);
    if (err != ANS_OK && err != ANS_E_NOTFOUND) {
        return err;
    }
    c->number[c->count++] = rid;
    return ANS_OK;
}

/* [system]|code, |code or code */
static void read_token(criterion *c, ans_str value)
{
    ans_str head;
    c->system[c->count] = ANS_STR_NONE;
    if (ans_str_cut(&value, '|', &head)) {
        c->system[c->count] = head;
        c->text[c->count++] = value;
    } else {
        c->text[c->count++] = head;
    }
}

static ans_err read_value(search *s, criterion *c, const char *name, ans_str value)
{
    if (c->count == VALUES_MAX) {
        return bad_value(s, name, "at most 64 values");
    }
    if (c->kind == BY_PATIENT || c->kind == BY_ENTITY || c->kind == BY_AGENT) {
        return read_reference(s, c, name, value);
    }
    if (c->kind == BY_AGENT_NAME) {
        c->text[c->count++] = ans_text_fold(s->j->cx->arena, value);
        return ANS_OK;
    }
    if (c->kind == BY_ADDRESS) {
        c->text[c->count++] = value;
        return ANS_OK;
    }
    read_token(c, value);
    if (c->kind == BY_ALTID) {
        c->number[c->count - 1] = ans_account_key(c->text[c->count - 1]);
    }
    return ANS_OK;
}

static ans_err read_criterion(search *s, uint8_t kind, const char *name, ans_str values)
{
    ans_str one;
    ans_err err = ANS_OK;
    if (s->count == CRITERIA_MAX) {
        return bad_value(s, name, "at most 32 parameters");
    }
    criterion *c = &s->at[s->count++];
    c->kind = kind;
    for (bool more = values.n > 0; err == ANS_OK && more;) {
        more = ans_str_cut(&values, ',', &one);
        err = one.n ? read_value(s, c, name, one) : ANS_OK;
    }
    return err == ANS_OK && c->count == 0 ? bad_value(s, name, "the parameter has no value") : err;
}

/* What times may an entry have? The intersection of all that was said. */
static ans_err read_date(search *s, const char *name, ans_str value)
{
    static const char prefixes[] = "eqgeleltgtsaeb";
    ans_datetime d;
    ans_tick low, high;
    const char *at = value.n > 2 ? strstr(prefixes, ans_arena_dup(s->j->cx->arena, ans_str_head(value, 2)).p) : NULL;
    bool has_prefix = at && (at - prefixes) % 2 == 0;
    ans_str prefix = has_prefix ? ans_str_head(value, 2) : ANS_STR("eq");
    if (!ans_datetime_parse(has_prefix ? ans_str_from(value, 2) : value, true, &d)) {
        return bad_value(s, name, "the value is a date or a time, with eq, ge, le, gt or lt in front");
    }
    ans_datetime_range(&d, ans_search_zone(s->j->rest->o.search), &low, &high);
    int64_t first = low / 10, behind = (high + 9) / 10; /* ticks are 100 ns */
    int64_t since = INT64_MIN, until = INT64_MAX;
    if (ans_str_is(prefix, "eq") || ans_str_is(prefix, "ge")) {
        since = first;
    }
    if (ans_str_is(prefix, "gt") || ans_str_is(prefix, "sa")) {
        since = behind;
    }
    if (ans_str_is(prefix, "eq") || ans_str_is(prefix, "le")) {
        until = behind - 1;
    }
    if (ans_str_is(prefix, "lt") || ans_str_is(prefix, "eb")) {
        until = first - 1;
    }
    s->since_us = since > s->since_us ? since : s->since_us;
    s->until_us = until < s->until_us ? until : s->until_us;
    return ANS_OK;
}

/* ---- the query ---- */

static ans_err read_result_parameter(search *s, ans_str name, ans_str value, bool *out_known)
{
    *out_known = true;
    if (ans_str_is(name, "_count")) {
        if (!ans_str_u64(value, &s->page)) {
            return bad_value(s, "_count", "_count is a number");
        }
        s->page = s->page > PAGE_MAX ? PAGE_MAX : s->page;
        s->is_count = s->is_count || s->page == 0;
        return ANS_OK;
    }
    if (ans_str_is(name, "_page") && audit_is_own(s->j)) { /* numbers of entries count what everybody does: sealed */
        value = ans_page_open(s->j->rest->o.search, s->j->cx, s->j->filter.seal, value);
    }
    if (ans_str_is(name, "_page")) {
        return ans_str_u64(value, &s->before) && s->before > 0 ? ANS_OK : bad_value(s, "_page", "this page link is none of this server");
    }
    if (ans_str_is(name, "_sort")) {
        return ans_str_is(value, "-date") || ans_str_is(value, "-_lastUpdated") ? ANS_OK : bad_value(s, "_sort", "the audit is sorted by -date only");
    }
    if (ans_str_is(name, "_summary")) {
        s->is_count = s->is_count || ans_str_is(value, "count");
        return ANS_OK;
    }
    if (ans_str_is(name, "_total")) {
        s->with_total = ans_str_is(value, "accurate");
        return ANS_OK;
    }
    *out_known = ans_str_is(name, "_format") || ans_str_is(name, "_pretty") || ans_str_is(name, "_elements");
    return ANS_OK;
}

bool audit_is_searched_by(const char *code)
{
    bool found = strcmp(code, "date") == 0 || strcmp(code, "_lastUpdated") == 0;
    for (size_t i = 0; !found && i < sizeof parameters / sizeof *parameters; i++) {
        found = strcmp(code, parameters[i].name) == 0;
    }
    return found;
}

/* What an entry shows to the person it is about may be asked for; anything else would be guessed by asking. */
static bool is_own_criterion(uint8_t kind)
{
    return kind == BY_PATIENT || kind == BY_ACTION || kind == BY_OUTCOME || kind == BY_TYPE || kind == BY_SUBTYPE || kind == BY_AGENT_ROLE;
}

static ans_err read_parameter(search *s, ans_str name, ans_str value)
{
    bool is_known;
    ans_cx *cx = s->j->cx;
    for (size_t i = 0; i < sizeof parameters / sizeof *parameters; i++) {
        if (ans_str_is(name, parameters[i].name) && audit_is_own(s->j) && !is_own_criterion(parameters[i].kind)) {
            return bad_value(s, parameters[i].name, "one's own log is searched by patient, date, type, subtype, action, outcome and agent-role");
        }
        if (ans_str_is(name, parameters[i].name)) {
            return read_criterion(s, parameters[i].kind, parameters[i].name, value);
        }
    }
    if (ans_str_is(name, "date") || ans_str_is(name, "_lastUpdated")) {
        return read_date(s, "date", value);
    }
    ans_err err = read_result_parameter(s, name, value, &is_known);
    if (err != ANS_OK || is_known) {
        return err;
    }
    ans_str place = ans_arena_dup(cx->arena, name);
    if (ans_str_search(s->j->rq.prefer, ANS_STR("handling=strict")) >= 0) {
        return ans_issue_add(cx, ANS_E_UNSUPPORTED, place, "the audit is not searched by this parameter");
    }
    ans_issue_warn(cx, "not-supported", place, "the audit is not searched by this parameter: it was ignored");
    return ANS_OK;
}

static ans_err read_query(search *s, ans_str query)
{
    ans_str pair, name;
    ans_err err = ANS_OK;
    for (bool more = query.n > 0; err == ANS_OK && more;) {
        more = ans_str_cut(&query, '&', &pair);
        (void)ans_str_cut(&pair, '=', &name);
        ans_str key = ans_query_decode(s->j->cx, name), value = ans_query_decode(s->j->cx, pair);
        if (!key.p || !value.p) {
            return ans_issue_add(s->j->cx, ANS_E_VALUE, ANS_STR("http.url"), "a parameter is not encoded as it must be");
        }
        err = key.n ? read_parameter(s, key, value) : ANS_OK;
    }
    return err;
}

/* ---- comparing ---- */

static bool has_rid(const ans_rid *at, uint32_t count, ans_rid rid)
{
    uint32_t i = 0;
    while (i < count && at[i] != rid) {
        i++;
    }
    return rid && i < count;
}

static bool is_token(const criterion *c, uint32_t i, const char *system, const char *code)
{
    bool is_system = !c->system[i].n || ans_str_is(c->system[i], system);
    return is_system && (!c->text[i].n || ans_str_is(c->text[i], code));
}

static bool has_coding(const criterion *c, uint32_t i, const ans_event *e)
{
    audit_coding list[2];
    uint32_t n = audit_codings(e, c->kind == BY_TYPE, list);
    for (uint32_t k = 0; k < n; k++) {
        if (is_token(c, i, list[k].system, list[k].code)) {
            return true;
        }
    }
    return false;
}

static bool has_name(ans_cx *cx, ans_str name, ans_str part)
{
    return name.n && ans_str_search(ans_text_fold(cx->arena, name), part) >= 0;
}

static bool is_char(ans_str text, char c)
{
    return text.n == 1 && text.p[0] == c;
}

static bool meets(ans_cx *cx, const search *s, const criterion *c, uint32_t i, const ans_event *e)
{
    uint64_t id;
    if (audit_is_own(s->j) && c->kind == BY_PATIENT && !has_rid(s->own.records, s->own.record_count, c->number[i])) {
        return false; /* who else an entry names is not told */
    }
    switch ((criterion_kind)c->kind) {
    case BY_ID:
        return ans_str_u64(c->text[i], &id) && id == e->seq;
    case BY_PATIENT:
        return has_rid(e->patients, e->patient_count, c->number[i]);
    case BY_ENTITY:
        return has_rid(e->patients, e->patient_count, c->number[i]) || has_rid(e->resources, e->resource_count, c->number[i]);
    case BY_AGENT:
        return ans_str_eq(e->who.practitioner, c->text[i]);
    case BY_ALTID:
        return ans_str_eq(e->who.account, c->text[i]);
    case BY_AGENT_NAME:
        return has_name(cx, e->who.name, c->text[i]) || has_name(cx, e->who.display, c->text[i]);
    case BY_AGENT_ROLE:
        return e->role.n && ans_str_eq(e->role, c->text[i]) && (!c->system[i].n || ans_str_is(c->system[i], "urn:ansinh:role"));
    case BY_ACTION:
        return is_char(c->text[i], ans_deed_action(e->deed));
    case BY_OUTCOME:
        return is_char(c->text[i], audit_outcome(e));
    case BY_TYPE:
    case BY_SUBTYPE:
        return has_coding(c, i, e);
    case BY_ADDRESS:
        return ans_str_starts(e->address, c->text[i]);
    }
    return false;
}

static bool is_wanted(ans_cx *cx, const search *s, const ans_event *e)
{
    bool all = true;
    for (uint32_t k = 0; all && k < s->count; k++) {
        bool any = false;
        for (uint32_t i = 0; !any && i < s->at[k].count; i++) {
            any = meets(cx, s, &s->at[k], i, e);
        }
        all = any;
    }
    return all && audit_sees(s->j, cx, s->rd, e);
}

/* ---- looking ---- */

static bool keep_event(search *s, const ans_event *e)
{
    ans_arena *arena = s->j->cx->arena;
    ans_event *at = s->events;
    if (s->found == s->cap || !at) {
        at = ans_arena_grow(arena, s->events, (uint32_t)s->found, &s->cap, 64, sizeof *at);
    }
    if (!at) {
        return false;
    }
    s->events = at;
    at[s->found++] = *e;
    return true;
}

/* What the journal shows ends with the visit: an event that stays is decoded again from copies. */
static ans_err copy_event(search *s, const ans_entry *entry)
{
    ans_cx *cx = s->j->cx;
    ans_entry copy = *entry;
    ans_event e;
    uint32_t *keys = ans_arena_alloc(cx->arena, (entry->key_count + 1) * sizeof *keys);
    copy.bytes = ans_arena_dup(cx->arena, entry->bytes);
    if (!keys || !copy.bytes.p) {
        return ans_cx_nomem(cx);
    }
    if (entry->key_count) {
        memcpy(keys, entry->keys, entry->key_count * sizeof *keys);
    }
    copy.keys = keys;
    ans_err err = ans_event_decode(cx, &copy, &e);
    return err == ANS_OK && !keep_event(s, &e) ? ans_cx_nomem(cx) : err;
}

static bool visit(void *arg, const ans_entry *entry)
{
    search *s = arg;
    ans_event e;
    ans_arena_reset(s->brief.arena);
    s->brief.issues = s->brief.last_ = NULL;
    bool is_met = ans_event_decode(&s->brief, entry, &e) == ANS_OK && is_wanted(&s->brief, s, &e);
    uint64_t often = audit_is_own(s->j) ? LATE_EVERY_OWN : LATE_EVERY; /* what an entry touched is looked up there */
    if (++s->looked % often == 0 && ans_cx_is_late(s->j->cx)) {
        s->err = ans_issue_add(s->j->cx, ANS_E_TIMEOUT, ANS_STR("date"), "looking through the audit took too long: narrow it by date, patient or agent");
        return false;
    }
    if (!is_met) {
        return true;
    }
    s->total++;
    if (!s->is_count && s->found < s->page) {
        s->err = copy_event(s, entry);
        return s->err == ANS_OK;
    }
    s->is_more = true;
    return s->is_count || s->with_total;
}

/* ---- where to look ---- */

static bool has_keys(const criterion *c)
{
    return c->kind == BY_PATIENT || c->kind == BY_ENTITY || c->kind == BY_AGENT || c->kind == BY_ALTID;
}

/* The journal's own filters; whatever they let through is compared all the same. False: nothing can be found. */
static bool narrow(search *s, ans_journal_query *q, uint32_t all[CRITERIA_MAX])
{
    uint64_t id;
    *q = (ans_journal_query){.before = s->before, .all = all};
    for (uint32_t k = 0; k < s->count; k++) {
        const criterion *c = &s->at[k];
        uint32_t known = 0;
        for (uint32_t i = 0; i < c->count; i++) {
            known += c->number[i] != 0;
        }
        if (has_keys(c) && known == 0) {
            return false;
        }
        if (has_keys(c) && c->count == 1) {
            all[q->all_count++] = c->number[0];
        } else if (has_keys(c) && known == c->count && !q->any_count) {
            q->any = c->number;
            q->any_count = c->count;
        }
        if (c->kind == BY_ID && c->count == 1 && ans_str_u64(c->text[0], &id) && id > 0 && id < UINT64_MAX) {
            q->after = id - 1;
            q->before = q->before && q->before < id + 1 ? q->before : id + 1;
        }
    }
    q->since_us = s->since_us > 0 ? s->since_us : 0;
    q->until_us = s->until_us < INT64_MAX ? s->until_us : 0;
    return s->since_us <= s->until_us && s->until_us > 0;
}

static ans_err look(search *s)
{
    uint32_t all[CRITERIA_MAX];
    ans_journal_query q;
    if (!narrow(s, &q, all)) {
        return ANS_OK;
    }
    s->brief.arena = ans_arena_new((size_t)16 << 20);
    if (!s->brief.arena) {
        return ANS_E_NOMEM;
    }
    ans_err err = ans_journal_walk(s->j->cx, s->rd, &q, visit, s);
    ans_arena_free(s->brief.arena);
    return err == ANS_OK ? s->err : err;
}

/* ---- the Bundle ---- */

/* The query without _page, as it came (still encoded). */
static ans_str without_page(ans_cx *cx, ans_str query)
{
    ans_buf b;
    ans_str pair, out = ANS_STR_NONE;
    ans_buf_init_arena(&b, cx->arena, query.n + 1);
    for (bool more = query.n > 0; more;) {
        more = ans_str_cut(&query, '&', &pair);
        if (pair.n && !ans_str_starts(pair, ANS_STR("_page="))) {
            ans_buf_add(&b, b.n ? ANS_STR("&") : ANS_STR_NONE);
            ans_buf_add(&b, pair);
        }
    }
    return ans_buf_finish(&b, &out) == ANS_OK ? out : ANS_STR_NONE;
}

static void write_link(ans_jw *w, const char *relation, ans_str url)
{
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("relation"), ans_str_of(relation));
    ans_jw_kv(w, ANS_STR("url"), url);
    ans_jw_end(w, '}');
}

static void write_links(const search *s, ans_jw *w, ans_str query)
{
    ans_cx *cx = s->j->cx;
    ans_str self = without_page(cx, query);
    ans_str url = ans_arena_fmt(cx->arena, "%.*s/AuditEvent%s%.*s", ANS_FMT(s->j->base), self.n ? "?" : "", ANS_FMT(self));
    ans_jw_key(w, ANS_STR("link"));
    ans_jw_begin(w, '[');
    write_link(w, "self", url);
    if (s->is_more && s->found > 0) {
        ans_str page = ans_arena_fmt(cx->arena, "%llu", (unsigned long long)s->events[s->found - 1].seq);
        page = audit_is_own(s->j) ? ans_page_seal(s->j->rest->o.search, cx, s->j->filter.seal, page) : page;
        write_link(w, "next", ans_arena_fmt(cx->arena, "%.*s%s_page=%.*s", ANS_FMT(url), self.n ? "&" : "?", ANS_FMT(page)));
    }
    ans_jw_end(w, ']');
}

/* The references that the question names: of many in an entry these are shown first. */
static ans_err asked_of(const search *s, audit_naming *out)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < s->count; i++) {
        n += s->at[i].kind == BY_PATIENT || s->at[i].kind == BY_ENTITY ? s->at[i].count : 0;
    }
    ans_rid *asked = ANS_NEW_N(s->j->cx->arena, ans_rid, n + 1);
    if (!asked) {
        return ans_cx_nomem(s->j->cx);
    }
    *out = (audit_naming){.asked = asked, .most = MOST_NAMED};
    for (uint32_t i = 0; i < s->count; i++) {
        for (uint32_t k = 0; (s->at[i].kind == BY_PATIENT || s->at[i].kind == BY_ENTITY) && k < s->at[i].count; k++) {
            asked[out->asked_count++] = s->at[i].number[k];
        }
    }
    return ANS_OK;
}

static ans_err write_one(search *s, ans_jw *w, const format *f, const ans_event *e, const audit_naming *naming)
{
    ans_cx *cx = s->j->cx;
    ans_buf b;
    ans_jw inner;
    ans_str body;
    ans_buf_init_arena(&b, cx->arena, (size_t)64 << 20);
    ans_jw_init(&inner, &b);
    ans_err err = audit_write_event(s->j, s->rd, &inner, e, naming);
    err = err == ANS_OK ? ans_buf_finish(&b, &body) : err;
    err = err == ANS_OK ? format_resource(cx, f, body, &body) : err;
    if (err != ANS_OK) {
        return err;
    }
    ans_jw_begin(w, '{');
    ans_str id = audit_is_own(s->j) ? audit_own_id(s->j, e->seq) : ans_arena_fmt(cx->arena, "%llu", (unsigned long long)e->seq);
    ans_jw_kv(w, ANS_STR("fullUrl"), ans_arena_fmt(cx->arena, "%.*s/AuditEvent/%.*s", ANS_FMT(s->j->base), ANS_FMT(id)));
    ans_jw_key(w, ANS_STR("resource"));
    ans_jw_raw(w, body);
    ans_jw_key(w, ANS_STR("search"));
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("mode"), ANS_STR("match"));
    ans_jw_end(w, '}');
    ans_jw_end(w, '}');
    return ANS_OK;
}

static void write_warnings(search *s, ans_jw *w)
{
    if (!s->j->cx->issues) {
        return;
    }
    ans_jw_begin(w, '{');
    ans_jw_key(w, ANS_STR("resource"));
    ans_jw_raw(w, outcome_body(s->j->cx, ANS_OK, ANS_STR("http.url")));
    ans_jw_key(w, ANS_STR("search"));
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("mode"), ANS_STR("outcome"));
    ans_jw_end(w, '}');
    ans_jw_end(w, '}');
}

static ans_err write_bundle(search *s, ans_str query, const format *f)
{
    ans_buf b;
    ans_jw w;
    audit_naming naming;
    ans_err err = asked_of(s, &naming);
    if (err != ANS_OK) {
        return err;
    }
    ans_buf_init_arena(&b, s->j->cx->arena, (size_t)256 << 20);
    ans_jw_init(&w, &b);
    ans_jw_begin(&w, '{');
    ans_jw_kv(&w, ANS_STR("resourceType"), ANS_STR("Bundle"));
    ans_jw_kv(&w, ANS_STR("type"), ANS_STR("searchset"));
    if (s->is_count || (s->with_total && !s->before)) {
        ans_jw_key(&w, ANS_STR("total"));
        ans_jw_int(&w, (int64_t)s->total);
    }
    write_links(s, &w, query);
    if (s->found || s->j->cx->issues) {
        ans_jw_key(&w, ANS_STR("entry"));
        ans_jw_begin(&w, '[');
        for (uint64_t i = 0; err == ANS_OK && i < s->found; i++) {
            err = write_one(s, &w, f, &s->events[i], &naming);
        }
        write_warnings(s, &w);
        ans_jw_end(&w, ']');
    }
    ans_jw_end(&w, '}');
    s->j->an.status = 200;
    err = err == ANS_OK ? ans_buf_finish(&b, &s->j->an.body) : err;
    return err == ANS_OK ? format_pretty(s->j->cx, f, &s->j->an.body) : err;
}

/* To look at the audit of a person is to look at something of theirs. */
static void touch_patients(const search *s)
{
    for (uint32_t k = 0; k < s->count; k++) {
        for (uint32_t i = 0; s->at[k].kind == BY_PATIENT && i < s->at[k].count; i++) {
            audit_touch_patient(s->j, s->at[k].number[i]);
        }
    }
}

/* The log of one person is found by that person, whatever else was asked. */
static ans_err confine(search *s)
{
    criterion *c = &s->at[0];
    ans_err err = audit_is_own(s->j) ? ans_gate_own(s->j->rest->o.gate, s->j->cx, &s->j->who, &s->own) : ANS_OK;
    if (err != ANS_OK || !audit_is_own(s->j)) {
        return err;
    }
    s->count = 1;
    c->kind = BY_PATIENT;
    for (c->count = 0; c->count < s->own.record_count; c->count++) {
        c->number[c->count] = s->own.records[c->count];
    }
    return ANS_OK;
}

ans_err audit_search(job *j, ans_reader *rd)
{
    format f;
    ans_cx *cx = j->cx;
    ans_str query = j->rq.query;
    search s = {.j = j, .rd = rd, .page = PAGE_DEFAULT, .since_us = INT64_MIN, .until_us = INT64_MAX};
    if (j->rq.is_form && j->rq.body.n) {
        query = query.n ? ans_arena_fmt(cx->arena, "%.*s&%.*s", ANS_FMT(query), ANS_FMT(j->rq.body)) : j->rq.body;
    }
    s.at = ANS_NEW_N(cx->arena, criterion, CRITERIA_MAX);
    if (!s.at) {
        return ans_cx_nomem(cx);
    }
    ans_err err = format_read(cx, query, &f);
    err = err == ANS_OK ? confine(&s) : err;
    err = err == ANS_OK ? read_query(&s, query) : err;
    if (err != ANS_OK) {
        return err;
    }
    touch_patients(&s);
    err = look(&s);
    return err == ANS_OK ? write_bundle(&s, query, &f) : err;
}
