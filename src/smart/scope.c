/* Reading, meeting and printing of scopes. */
#include "smart/scope.h"

#include "search/search.h"

static const struct {
    const char *text;
    uint32_t flag;
} flags[] = {
    {"openid", ANS_PERMIT_OPENID},       {"fhirUser", ANS_PERMIT_FHIR_USER},
    {"profile", ANS_PERMIT_PROFILE},     {"launch", ANS_PERMIT_LAUNCH},
    {"launch/patient", ANS_PERMIT_LAUNCH_PATIENT}, {"launch/encounter", ANS_PERMIT_LAUNCH_ENCOUNTER},
    {"offline_access", ANS_PERMIT_OFFLINE}, {"online_access", ANS_PERMIT_ONLINE},
};

static const char *const contexts[] = {[ANS_OF_PATIENT] = "patient", [ANS_OF_USER] = "user", [ANS_OF_SYSTEM] = "system"};
static const char letters[] = "cruds"; /* in the order of the bits of limit.h */
enum { ALL_LETTERS = 31, V1_READ = ANS_LIMIT_READ | ANS_LIMIT_SEARCH, V1_WRITE = ANS_LIMIT_CREATE | ANS_LIMIT_UPDATE | ANS_LIMIT_DELETE };

/* ---- reading ---- */

/* The letters of v2 stand in their order, each once. 0: they are none. */
static uint8_t letters_of(ans_str text, bool *is_v1)
{
    uint8_t out = 0;
    size_t at = 0;
    *is_v1 = true;
    if (ans_str_is(text, "*")) {
        return ALL_LETTERS;
    }
    if (ans_str_is(text, "read") || ans_str_is(text, "write")) {
        return text.p[0] == 'r' ? V1_READ : V1_WRITE;
    }
    *is_v1 = false;
    for (size_t i = 0; i < sizeof letters - 1; i++) {
        if (at < text.n && text.p[at] == letters[i]) {
            out |= (uint8_t)(1u << i);
            at++;
        }
    }
    return at == text.n ? out : 0;
}

/* Only what is told by one look at the index: token parameters with a value of their own. */
static bool is_token_param(ans_type type, ans_str code)
{
    const ans_type bases[] = {type, ans_fhir_type_named(ANS_STR("Resource"))};
    for (size_t i = 0; i < 2; i++) {
        uint16_t count = 0;
        const ans_sp *sp = ans_sp_of(bases[i], &count);
        for (uint16_t k = 0; sp && k < count; k++) {
            if (ans_str_is(code, sp[k].code)) {
                return sp[k].type == ANS_SP_TOKEN && sp[k].expression && !ans_str_is(code, "_id");
            }
        }
    }
    return false;
}

/* "system|code,system|code" of one parameter. */
static bool read_codes(ans_str value, ans_limit_term *out)
{
    enum { MOST_CODES = 8 };
    _Static_assert((int)MOST_CODES <= ANS_TERM_MOST_CODES, "they have room");
    ans_str one;
    for (bool more = true; more;) {
        more = ans_str_cut(&value, ',', &one);
        ans_str code = one, system;
        bool has_system = ans_str_cut(&code, '|', &system);
        code = has_system ? code : one;
        if (!code.n || (has_system && !system.n) || ans_str_find(one, '\\') >= 0 || out->count == MOST_CODES) {
            return false;
        }
        out->codes[out->count++] = (ans_limit_code){.system = has_system ? system : ANS_STR_NONE, .code = code};
    }
    return true;
}

/* False: a condition that is not understood, which must not be taken as none. */
static bool read_terms(ans_cx *cx, ans_str query, ans_limit_rule *rule)
{
    enum { MOST_TERMS = 4 };
    ans_limit_term *terms = ANS_NEW_N(cx->arena, ans_limit_term, MOST_TERMS);
    ans_str one, name;
    if (!terms || !rule->type) {
        return false;
    }
    rule->terms = terms;
    for (bool more = query.n > 0; more;) {
        more = ans_str_cut(&query, '&', &one);
        bool has_value = ans_str_cut(&one, '=', &name);
        ans_str code = has_value ? ans_query_decode(cx, name) : ANS_STR_NONE;
        ans_str value = has_value ? ans_query_decode(cx, one) : ANS_STR_NONE;
        if (rule->term_count == MOST_TERMS || !code.n || !value.n || !is_token_param(rule->type, code)) {
            return false;
        }
        ans_limit_term *to = &terms[rule->term_count++];
        *to = (ans_limit_term){.param = code};
        if (!read_codes(value, to)) {
            return false;
        }
    }
    return rule->term_count > 0;
}

/* "patient/Observation.rs?category=x|y". False: it is none of ours. */
static bool read_resource(ans_cx *cx, ans_str text, ans_permit *out)
{
    ans_str rest = text, context, name, query = text;
    if (!ans_str_cut(&rest, '/', &context)) {
        return false;
    }
    *out = (ans_permit){.of = UINT8_MAX};
    for (uint8_t i = 0; i < sizeof contexts / sizeof *contexts; i++) {
        out->of = ans_str_is(context, contexts[i]) ? i : out->of;
    }
    ans_str head;
    bool has_query = ans_str_cut(&rest, '?', &head);
    query = has_query ? rest : ANS_STR_NONE;
    if (out->of == UINT8_MAX || !ans_str_cut(&head, '.', &name)) {
        return false;
    }
    out->rule.letters = letters_of(head, &out->is_v1);
    out->rule.in_person = out->of == ANS_OF_PATIENT;
    out->rule.type = ans_str_is(name, "*") ? 0 : ans_fhir_type_named(name);
    out->query = query;
    bool typed = ans_str_is(name, "*") || (out->rule.type && ans_fhir_is_resource(out->rule.type));
    if (!typed || !out->rule.letters || (has_query && !read_terms(cx, query, &out->rule))) {
        return false;
    }
    if (has_query) { /* a condition is asked of what is there: nothing can be written by it */
        out->rule.letters &= V1_READ;
    }
    return out->rule.letters != 0;
}

/* scope-token of RFC 6749, 3.3 */
static bool is_scope_text(ans_str text)
{
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        if (c < 0x20 || c > 0x7E || c == '"' || c == '\\') {
            return false;
        }
    }
    return text.n <= ANS_SCOPE_MOST_BYTES;
}

static uint32_t flag_of(ans_str text)
{
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        if (ans_str_is(text, flags[i].text)) {
            return flags[i].flag;
        }
    }
    return 0;
}

ans_err ans_permits_read(ans_cx *cx, ans_str text, ans_permits *out)
{
    ans_permits p = {.list = ANS_NEW_N(cx->arena, ans_permit, ANS_SCOPE_MOST)};
    ans_str copy = ans_arena_dup(cx->arena, text), one;
    if (!p.list || (text.n && !copy.p)) {
        return ans_cx_nomem(cx);
    }
    if (!is_scope_text(text)) {
        return ans_issue_add(cx, ANS_E_VALUE, ANS_STR("scope"), "scopes are printable ASCII, at most %d bytes", ANS_SCOPE_MOST_BYTES);
    }
    for (bool more = copy.n > 0; more;) {
        more = ans_str_cut(&copy, ' ', &one);
        uint32_t flag = flag_of(one);
        if (!one.n || flag) {
            p.flags |= flag;
        } else if (p.count == ANS_SCOPE_MOST) {
            return ans_issue_add(cx, ANS_E_VALUE, ANS_STR("scope"), "at most %d scopes", ANS_SCOPE_MOST);
        } else if (read_resource(cx, one, &p.list[p.count])) {
            p.count++;
        } else {
            p.unknown++;
        }
    }
    *out = p;
    return ANS_OK;
}

/* ---- meeting ---- */

static bool holds_term(const ans_limit_rule *r, const ans_limit_term *t)
{
    for (uint32_t i = 0; i < r->term_count; i++) {
        const ans_limit_term *u = &r->terms[i];
        bool same = ans_str_eq(u->param, t->param) && u->count == t->count;
        for (uint32_t k = 0; same && k < t->count; k++) {
            same = ans_str_eq(u->codes[k].system, t->codes[k].system) && ans_str_eq(u->codes[k].code, t->codes[k].code);
        }
        if (same) {
            return true;
        }
    }
    return false;
}

/* Both conditions. */
static bool join_terms(ans_cx *cx, const ans_permit *a, const ans_permit *b, ans_permit *out)
{
    uint32_t n = 0;
    ans_limit_term *terms = ANS_NEW_N(cx->arena, ans_limit_term, a->rule.term_count + b->rule.term_count + 1);
    if (!terms) {
        return false;
    }
    for (uint32_t i = 0; i < a->rule.term_count; i++) {
        terms[n++] = a->rule.terms[i];
    }
    bool more = false;
    for (uint32_t i = 0; i < b->rule.term_count; i++) {
        if (!holds_term(&a->rule, &b->rule.terms[i])) {
            terms[n++] = b->rule.terms[i];
            more = true;
        }
    }
    out->rule.terms = n ? terms : NULL;
    out->rule.term_count = n;
    out->query = !more               ? a->query
                 : !a->query.n ? b->query
                               : ans_arena_fmt(cx->arena, "%.*s&%.*s", ANS_FMT(a->query), ANS_FMT(b->query));
    return !n || out->query.p;
}

/* False: they have nothing in common. */
static bool meet_one(ans_cx *cx, const ans_permit *asked, const ans_permit *allowed, ans_permit *out)
{
    bool context = asked->of == allowed->of || (asked->of == ANS_OF_PATIENT && allowed->of == ANS_OF_USER);
    bool type = asked->rule.type == allowed->rule.type || !asked->rule.type || !allowed->rule.type;
    *out = *asked;
    out->rule.letters = asked->rule.letters & allowed->rule.letters;
    out->rule.type = asked->rule.type ? asked->rule.type : allowed->rule.type;
    if (!context || !type || !out->rule.letters || !join_terms(cx, asked, allowed, out)) {
        return false;
    }
    out->rule.letters &= out->rule.term_count ? V1_READ : ALL_LETTERS;
    return out->rule.letters != 0;
}

static bool is_same(const ans_permit *a, const ans_permit *b)
{
    return a->of == b->of && a->rule.type == b->rule.type && a->rule.letters == b->rule.letters && ans_str_eq(a->query, b->query);
}

static void add(ans_permits *to, const ans_permit *one)
{
    for (uint32_t i = 0; i < to->count; i++) {
        if (is_same(&to->list[i], one)) {
            return;
        }
    }
    to->list[to->count++] = *one;
}

ans_err ans_permits_meet(ans_cx *cx, const ans_permits *asked, const ans_permits *allowed, ans_permits *out)
{
    ans_permits p = {.flags = asked->flags & allowed->flags, .list = ANS_NEW_N(cx->arena, ans_permit, ANS_SCOPE_MOST), .unknown = asked->unknown};
    if (!p.list) {
        return ans_cx_nomem(cx);
    }
    for (uint32_t i = 0; i < asked->count; i++) {
        for (uint32_t k = 0; k < allowed->count; k++) {
            ans_permit one;
            if (!meet_one(cx, &asked->list[i], &allowed->list[k], &one)) {
                continue;
            }
            if (p.count == ANS_SCOPE_MOST) {
                return ans_issue_add(cx, ANS_E_VALUE, ANS_STR("scope"), "at most %d scopes", ANS_SCOPE_MOST);
            }
            add(&p, &one);
        }
    }
    *out = p;
    return ANS_OK;
}

/* ---- printing ---- */

static void print_one(ans_buf *b, const ans_permit *p)
{
    uint8_t l = p->rule.letters;
    ans_buf_fmt(b, "%s/%s.", contexts[p->of], p->rule.type ? ans_fhir_types[p->rule.type].name : "*");
    if (p->is_v1 && (l == ALL_LETTERS || l == V1_READ || l == V1_WRITE)) {
        ans_buf_add(b, ans_str_of(l == ALL_LETTERS ? "*" : l == V1_READ ? "read" : "write"));
    } else {
        for (size_t i = 0; i < sizeof letters - 1; i++) {
            if (l >> i & 1) {
                ans_buf_add_c(b, letters[i]);
            }
        }
    }
    if (p->query.n) {
        ans_buf_add_c(b, '?');
        ans_buf_add(b, p->query);
    }
}

ans_err ans_permit_print(ans_cx *cx, const ans_permit *p, ans_str *out)
{
    ans_buf b;
    ans_buf_init_arena(&b, cx->arena, 2 * ANS_SCOPE_MOST_BYTES + 256);
    print_one(&b, p);
    return ans_buf_finish(&b, out);
}

ans_err ans_permits_print(ans_cx *cx, const ans_permits *p, ans_str *out)
{
    ans_buf b;
    ans_buf_init_arena(&b, cx->arena, ANS_SCOPE_MOST_BYTES); /* what is given must fit where it is asked for again */
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        if (p->flags & flags[i].flag) {
            ans_buf_fmt(&b, "%s%s", b.n ? " " : "", flags[i].text);
        }
    }
    for (uint32_t i = 0; i < p->count; i++) {
        ans_buf_add(&b, b.n ? ANS_STR(" ") : ANS_STR_NONE);
        print_one(&b, &p->list[i]);
    }
    ans_err err = ans_buf_finish(&b, out);
    return err == ANS_OK ? ANS_OK : ans_issue_add(cx, ANS_E_VALUE, ANS_STR("scope"), "what would be given is longer than %d bytes", ANS_SCOPE_MOST_BYTES);
}

/* ---- use ---- */

bool ans_permits_has(const ans_permits *p, ans_permit_of of)
{
    for (uint32_t i = 0; i < p->count; i++) {
        if (p->list[i].of == of) {
            return true;
        }
    }
    return false;
}

ans_err ans_permits_limit(ans_cx *cx, const ans_permits *p, ans_str patient, ans_limit *out)
{
    ans_limit_rule *rules = ANS_NEW_N(cx->arena, ans_limit_rule, p->count + 1);
    if (!rules) {
        return ans_cx_nomem(cx);
    }
    for (uint32_t i = 0; i < p->count; i++) {
        rules[i] = p->list[i].rule;
    }
    *out = (ans_limit){.patient = patient, .rules = rules, .count = p->count};
    return ANS_OK;
}
