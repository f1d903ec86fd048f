/* Reading a query string: percent-decoding, parameters with modifiers, chains and reverse chains of any depth, and the
 * result parameters. What is not understood is an error under handling=strict and a warning otherwise. */
#include "search/search_int.h"

#define DEEPEST_CHAIN 8
#define WIDEST_CHAIN 256
#define PAGE_DEFAULT 20
#define PAGE_MAX 1000
#define MOST_PARAMETERS 256

static int hex(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

ans_str ans_query_decode(ans_cx *cx, ans_str s)
{
    char *to = ans_arena_alloc(cx->arena, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; to && i < s.n; i++) {
        if (s.p[i] == '%') {
            int high = i + 2 < s.n ? hex(s.p[i + 1]) : -1, low = i + 2 < s.n ? hex(s.p[i + 2]) : -1;
            if (high < 0 || low < 0 || high + low == 0) {
                return ANS_STR_NONE;
            }
            to[n++] = (char)(high << 4 | low);
            i += 2;
        } else {
            to[n++] = s.p[i] == '+' ? ' ' : s.p[i];
        }
    }
    ans_str out = {to, n};
    return to && ans_str_utf8(out) && !memchr(to, 0, n) ? out : ANS_STR_NONE;
}

ans_str ans_query_get(ans_cx *cx, ans_str query_text, const char *name)
{
    ans_str pair, key;
    for (bool more = query_text.n > 0; more;) {
        more = ans_str_cut(&query_text, '&', &pair);
        (void)ans_str_cut(&pair, '=', &key);
        if (ans_str_is(key, name)) {
            return ans_query_decode(cx, pair);
        }
    }
    return ANS_STR_NONE;
}

/* ---- parameters ---- */

static ans_err modifier_of(ans_cx *cx, const param *p, ans_str name, uint8_t *out, ans_type *out_type)
{
    static const struct {
        const char *name;
        uint8_t modifier;
        uint32_t types; /* bit of each ans_sp_type it goes with */
    } known[] = {
        {"missing", M_MISSING, UINT32_MAX},
        {"exact", M_EXACT, 1u << ANS_SP_STRING},
        {"contains", M_CONTAINS, 1u << ANS_SP_STRING},
        {"text", M_TEXT, 1u << ANS_SP_TOKEN},
        {"not", M_NOT, 1u << ANS_SP_TOKEN},
        {"above", M_ABOVE, 1u << ANS_SP_URI | 1u << ANS_SP_TOKEN},
        {"below", M_BELOW, 1u << ANS_SP_URI | 1u << ANS_SP_TOKEN},
        {"in", M_IN, 1u << ANS_SP_TOKEN},
        {"not-in", M_NOT_IN, 1u << ANS_SP_TOKEN},
        {"identifier", M_IDENTIFIER, 1u << ANS_SP_REFERENCE},
        {"of-type", M_OF_TYPE, 1u << ANS_SP_TOKEN},
    };
    *out = M_NONE;
    *out_type = 0;
    if (name.n == 0) {
        return ANS_OK;
    }
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (ans_str_is(name, known[i].name) && known[i].types >> p->sp->type & 1) {
            *out = known[i].modifier;
            return ANS_OK;
        }
    }
    ans_type t = p->sp->type == ANS_SP_REFERENCE ? ans_fhir_type_named(name) : 0;
    if (t && ans_fhir_is_resource(t)) {
        *out = M_TYPE;
        *out_type = t;
        return ANS_OK;
    }
    return ans_issue_add(cx, ANS_E_VALUE, ans_str_of(p->sp->code), "the modifier ':%.*s' does not go with '%s' (%s)",
                         ANS_FMT(name), p->sp->code, ans_sp_type_name(p->sp->type));
}

/* What stands behind the record's own address in an absolute reference; empty: it is none. */
static ans_str behind_base(const param *p, uint8_t with, ans_str base, ans_str value)
{
    ans_reference r;
    bool asked = p->sp->type == ANS_SP_REFERENCE && with != M_IDENTIFIER && base.n && value.n > base.n + 1;
    if (!asked || !ans_str_starts(value, base) || value.p[base.n] != '/') {
        return ANS_STR_NONE;
    }
    value = ans_str_from(value, base.n + 1);
    ans_reference_parse(value, &r);
    return r.kind == ANS_REF_LOCAL && r.type ? value : ANS_STR_NONE;
}

static ans_err add_values(ans_search *s, ans_cx *cx, const param *p, uint8_t with, ans_type named, ans_str base, ans_str text, pred *out)
{
    uint32_t most = 1;
    for (size_t i = 0; i < text.n; i++) {
        most += text.p[i] == ',';
    }
    if (most > MOST_VALUES) {
        return ans_issue_add(cx, ANS_E_COSTLY, ans_str_of(p->sp->code), "a parameter may have at most %d values", MOST_VALUES);
    }
    out->values = ANS_NEW_N(cx->arena, pvalue, most * (base.n && p->sp->type == ANS_SP_REFERENCE ? 2 : 1));
    if (!out->values) {
        return ans_cx_nomem(cx);
    }
    ans_err err = ANS_OK;
    for (bool more = true; more && err == ANS_OK;) {
        ans_str one;
        more = value_cut(&text, &one);
        err = pvalue_parse(s, cx, p, with, named, one, &out->values[out->value_count++]);
        ans_str here = err == ANS_OK ? behind_base(p, with, base, one) : ANS_STR_NONE;
        if (here.n) {
            err = pvalue_parse(s, cx, p, with, named, here, &out->values[out->value_count++]);
        }
    }
    return err;
}

static ans_err one_inner(ans_search *s, ans_cx *cx, ans_type type, ans_str name, ans_str value, chain_size size, pred *out,
                         bool *out_unknown)
{
    type_info *ti = search_type(s, type);
    query *q = &out->inner[out->inner_count];
    if (!ti) {
        return ANS_E_NOMEM;
    }
    q->preds = ANS_NEW(cx->arena, pred);
    if (!q->preds) {
        return ans_cx_nomem(cx);
    }
    ans_err err = pred_parse(s, cx, ti, name, value, (chain_size){size.depth + 1, size.width, size.base}, q->preds, out_unknown);
    if (err == ANS_OK && !*out_unknown) {
        q->type = ti;
        q->count = 1;
        out->inner_count++;
    }
    return err;
}

static bool has_param(ans_search *s, ans_type t, ans_str name)
{
    ans_str code = name;
    size_t n = 0;
    while (n < code.n && code.p[n] != ':' && code.p[n] != '.') {
        n++;
    }
    code.n = n;
    type_info *ti = search_type(s, t);
    return ti && (search_param(ti, code) || ans_str_is(code, "_id") || ans_str_is(code, "_has") ||
                  ans_str_is(code, "_lastUpdated") || ans_str_is(code, "_list"));
}

/* subject:Patient.family=x  ->  rest = "family", one query for each possible target type that knows it. */
static ans_err chain(ans_search *s, ans_cx *cx, const param *p, ans_type named, ans_str rest, ans_str value, chain_size size,
                     pred *out, bool *out_unknown)
{
    *out = (pred){.kind = PRED_CHAIN, .param = p};
    if (p->sp->type != ANS_SP_REFERENCE) {
        return ans_issue_add(cx, ANS_E_VALUE, ans_str_of(p->sp->code), "'%s' is no reference and cannot be chained", p->sp->code);
    }
    ans_type only = named ? named : p->alias_target;
    uint32_t count = only ? 1 : p->sp->target_count;
    if (count == 0) {
        return ans_issue_add(cx, ANS_E_VALUE, ans_str_of(p->sp->code),
                             "'%s' can refer to any type: name one, as in %s:Patient.name", p->sp->code, p->sp->code);
    }
    out->inner = ANS_NEW_N(cx->arena, query, count);
    if (!out->inner) {
        return ans_cx_nomem(cx);
    }
    uint32_t known = 0;
    for (uint32_t i = 0; i < count; i++) {
        known += has_param(s, only ? only : p->sp->targets[i], rest);
    }
    if (size.width * known > WIDEST_CHAIN) {
        return ans_issue_add(cx, ANS_E_COSTLY, ans_str_of(p->sp->code),
                             "this chain leads to more than %d types at once: name one, as in %s:Patient.name", WIDEST_CHAIN, p->sp->code);
    }
    size.width *= known;
    ans_err err = ANS_OK;
    for (uint32_t i = 0; err == ANS_OK && i < count; i++) {
        ans_type t = only ? only : p->sp->targets[i];
        bool unknown = false;
        if (has_param(s, t, rest)) {
            err = one_inner(s, cx, t, rest, value, size, out, &unknown);
        }
    }
    *out_unknown = err == ANS_OK && out->inner_count == 0;
    return err;
}

/* _has:Observation:patient:code=x */
static ans_err reverse_chain(ans_search *s, ans_cx *cx, const type_info *type, ans_str rest, ans_str value, chain_size size,
                             pred *out, bool *out_unknown)
{
    ans_str type_name, via;
    *out = (pred){.kind = PRED_HAS};
    bool whole = ans_str_cut(&rest, ':', &type_name) && ans_str_cut(&rest, ':', &via);
    ans_type t = whole ? ans_fhir_type_named(type_name) : 0;
    type_info *ti = t ? search_type(s, t) : NULL;
    const param *p = ti ? search_param(ti, via) : NULL;
    if (!p || p->sp->type != ANS_SP_REFERENCE) {
        return ans_issue_add(cx, ANS_E_VALUE, ANS_STR("_has"), "_has needs a type and one of its reference parameters: _has:Observation:patient:code");
    }
    bool fits = p->sp->target_count == 0 || p->alias_target == type->type;
    for (uint8_t i = 0; i < p->sp->target_count; i++) {
        fits = fits || p->sp->targets[i] == type->type;
    }
    if (!fits) {
        return ans_issue_add(cx, ANS_E_VALUE, ANS_STR("_has"), "%s.%s never refers to %s", ans_fhir_types[t].name, p->sp->code,
                             ans_fhir_types[type->type].name);
    }
    out->via = p;
    out->inner = ANS_NEW(cx->arena, query);
    return out->inner ? one_inner(s, cx, t, rest, value, size, out, out_unknown) : ans_cx_nomem(cx);
}

static ans_err read_missing(ans_cx *cx, ans_str name, ans_str value, bool *out)
{
    *out = ans_str_is(value, "true");
    return *out || ans_str_is(value, "false") ? ANS_OK : ans_issue_add(cx, ANS_E_VALUE, name, "':missing' is true or false");
}

/* Parameters every type has that no definition's expression can answer. */
static ans_err special(ans_search *s, ans_cx *cx, ans_str code, ans_str mod, ans_str value, pred *out, bool *out_found)
{
    static const ans_sp id = {.code = "_id", .type = ANS_SP_TOKEN}, updated = {.code = "_lastUpdated", .type = ANS_SP_DATE},
                        list = {.code = "_list", .type = ANS_SP_TOKEN};
    static const param id_param = {.sp = &id}, updated_param = {.sp = &updated}, list_param = {.sp = &list};
    const param *p = ans_str_is(code, "_id")            ? &id_param
                     : ans_str_is(code, "_lastUpdated") ? &updated_param
                     : ans_str_is(code, "_list")        ? &list_param
                                                        : NULL;
    *out_found = p != NULL;
    if (!p) {
        return ANS_OK;
    }
    *out = (pred){.kind = p == &id_param ? PRED_ID : p == &updated_param ? PRED_UPDATED : PRED_LIST, .param = p};
    if (ans_str_is(mod, "missing") && p != &list_param) { /* never: no id finds nothing, and nothing is asked of the others */
        bool missing = false;
        ans_err err = read_missing(cx, code, value, &missing);
        out->kind = missing ? PRED_ID : PRED_CONSUMED;
        return err;
    }
    out->modifier = ans_str_is(mod, "not") && p == &id_param ? M_NOT : M_NONE;
    if (mod.n && !out->modifier) {
        return ans_issue_add(cx, ANS_E_VALUE, code, "the modifier ':%.*s' does not go with '%s'", ANS_FMT(mod), p->sp->code);
    }
    return add_values(s, cx, p, M_NONE, 0, ANS_STR_NONE, value, out);
}

ans_err pred_parse(ans_search *s, ans_cx *cx, type_info *type, ans_str name, ans_str value, chain_size size, pred *out,
                   bool *out_unknown)
{
    *out_unknown = false;
    if (size.depth > DEEPEST_CHAIN) {
        return ans_issue_add(cx, ANS_E_COSTLY, ANS_STR_NONE, "a chain may have at most %d links", DEEPEST_CHAIN);
    }
    if (ans_str_starts(name, ANS_STR("_has:"))) {
        return reverse_chain(s, cx, type, ans_str_from(name, 5), value, size, out, out_unknown);
    }
    ans_str rest = name, head, code, mod;
    bool chained = ans_str_cut(&rest, '.', &head);
    mod = head;
    (void)ans_str_cut(&mod, ':', &code);
    bool found = false;
    ans_err err = chained ? ANS_OK : special(s, cx, code, mod, value, out, &found);
    const param *p = found || err != ANS_OK ? NULL : search_param(type, code);
    *out_unknown = !found && (!p || (!p->path && !p->alias));
    if (err != ANS_OK || found || *out_unknown) {
        return err;
    }
    uint8_t with;
    ans_type named;
    err = modifier_of(cx, p, mod, &with, &named);
    if (err != ANS_OK) {
        return err;
    }
    if (chained) {
        return chain(s, cx, p, named, rest, value, size, out, out_unknown);
    }
    *out = (pred){.kind = with == M_MISSING ? PRED_MISSING : PRED_VALUES, .modifier = with, .param = p};
    return with == M_MISSING       ? read_missing(cx, name, value, &out->flag)
           : means_codes(p, with) ? code_values(s, cx, p, with, value, out)
                                  : add_values(s, cx, p, with, named, size.base, value, out);
}

/* ---- result parameters ---- */

static ans_err read_sort(ans_cx *cx, const type_info *ti, ans_str text, query *q)
{
    sort_key *keys = ANS_NEW_N(cx->arena, sort_key, q->sort_count + text.n + 1);
    if (!keys) {
        return ans_cx_nomem(cx);
    }
    if (q->sort_count) { /* a second _sort goes on behind the first */
        memcpy(keys, q->sort, q->sort_count * sizeof *keys);
    }
    q->sort = keys;
    ans_str one;
    for (bool more = text.n > 0; more;) {
        more = ans_str_cut(&text, ',', &one);
        sort_key k = {.descending = one.n && one.p[0] == '-'};
        one = ans_str_from(one, k.descending ? 1 : 0);
        k.by_id = ans_str_is(one, "_id");
        k.by_updated = ans_str_is(one, "_lastUpdated");
        k.param = k.by_id || k.by_updated || !ti ? NULL : search_param(ti, one);
        bool known = k.by_id || k.by_updated || (k.param && (k.param->path || k.param->alias));
        if (!known || (k.param && k.param->sp->type == ANS_SP_COMPOSITE)) {
            return ans_issue_add(cx, ANS_E_VALUE, ANS_STR("_sort"), "cannot sort by '%.*s'", ANS_FMT(one));
        }
        q->sort[q->sort_count++] = k;
    }
    return ANS_OK;
}

/* Source:param[:Target] or Source:* or * */
static ans_err read_include(ans_search *s, ans_cx *cx, ans_str text, bool reverse, bool iterate, query *q)
{
    ans_str source, code, target = text;
    include_rule rule = {.reverse = reverse, .iterate = iterate};
    bool any = ans_str_is(text, "*");
    (void)ans_str_cut(&target, ':', &source);
    (void)ans_str_cut(&target, ':', &code);
    if (!any) {
        ans_type t = ans_fhir_type_named(source);
        rule.source = t ? search_type(s, t) : NULL;
        rule.param = rule.source && !ans_str_is(code, "*") ? search_param(rule.source, code) : NULL;
        rule.target = target.n ? ans_fhir_type_named(target) : 0;
    }
    bool bad = (!any && !rule.source) || (!any && !ans_str_is(code, "*") && !rule.param) ||
               (rule.param && rule.param->sp->type != ANS_SP_REFERENCE) || (target.n && !rule.target && !any);
    if (bad || (any && reverse)) {
        return ans_issue_add(cx, ANS_E_VALUE, reverse ? ANS_STR("_revinclude") : ANS_STR("_include"),
                             "'%.*s' is not Type:reference-parameter[:Type]", ANS_FMT(text));
    }
    include_rule *rules = ANS_NEW_N(cx->arena, include_rule, q->include_count + 1);
    if (!rules) {
        return ans_cx_nomem(cx);
    }
    if (q->include_count) {
        memcpy(rules, q->includes, q->include_count * sizeof *rules);
    }
    rules[q->include_count++] = rule;
    q->includes = rules;
    return ANS_OK;
}

static ans_err read_count(ans_cx *cx, ans_str value, query *q)
{
    uint64_t n;
    if (!ans_str_u64(value, &n)) {
        return ans_issue_add(cx, ANS_E_VALUE, ANS_STR("_count"), "_count must be a number from 0 to %d", PAGE_MAX);
    }
    q->page_size = n > PAGE_MAX ? PAGE_MAX : (uint32_t)n;
    q->count_only = q->count_only || n == 0; /* search.html#count: as _summary=count */
    return ANS_OK;
}

static ans_err result_param(ans_search *s, ans_cx *cx, ans_str name, ans_str value, query *q, bool *out_known)
{
    static const char *const passive[] = {"_format", "_pretty", "_elements", NULL};
    ans_str code, mod = name;
    (void)ans_str_cut(&mod, ':', &code);
    *out_known = true;
    for (int i = 0; passive[i]; i++) {
        if (ans_str_is(name, passive[i])) {
            return ANS_OK;
        }
    }
    if (ans_str_is(name, "_count")) {
        return read_count(cx, value, q);
    }
    if (ans_str_is(name, "_sort")) {
        return read_sort(cx, q->type, value, q);
    }
    if (ans_str_is(code, "_include") || ans_str_is(code, "_revinclude")) {
        bool iterate = ans_str_is(mod, "iterate") || ans_str_is(mod, "recurse");
        return mod.n && !iterate ? ans_issue_add(cx, ANS_E_VALUE, name, "the only modifier here is ':iterate'")
                                 : read_include(s, cx, value, ans_str_is(code, "_revinclude"), iterate, q);
    }
    if (ans_str_is(name, "_summary")) {
        q->count_only = q->count_only || ans_str_is(value, "count");
        return ANS_OK;
    }
    if (ans_str_is(name, "_total")) {
        q->total_accurate = ans_str_is(value, "accurate") || ans_str_is(value, "estimate");
        q->total_none = ans_str_is(value, "none");
        return q->total_accurate || q->total_none ? ANS_OK
                                                  : ans_issue_add(cx, ANS_E_VALUE, name, "_total is none, estimate or accurate");
    }
    if (ans_str_is(name, "_page")) {
        q->page = value;
    } else if (ans_str_is(name, "_type")) {
        q->types = value;
    } else {
        *out_known = false;
    }
    return ANS_OK;
}

/* ---- the whole query ---- */

static ans_err one_pair(ans_search *s, ans_cx *cx, ans_str raw, ans_str name, ans_str value, ans_str base, bool strict, query *q,
                        ans_buf *self)
{
    bool known = false, unknown = false;
    if (!name.p || !value.p) {
        return ans_issue_add(cx, ANS_E_SYNTAX, ANS_STR_NONE, "the query holds a bad percent escape or text that is not UTF-8");
    }
    if (name.n == 0) {
        return ANS_OK;
    }
    ans_err err = result_param(s, cx, name, value, q, &known);
    if (err == ANS_OK && !known) {
        err = pred_parse(s, cx, q->type, name, value, (chain_size){0, 1, base}, &q->preds[q->count], &unknown);
        q->count += err == ANS_OK && !unknown;
    }
    if (err == ANS_OK && unknown) {
        if (strict) {
            return ans_issue_add(cx, ANS_E_UNSUPPORTED, name, "unknown search parameter '%.*s' for %s", ANS_FMT(name),
                                 ans_fhir_types[q->type->type].name);
        }
        ans_issue_warn(cx, "not-supported", name, "unknown search parameter '%.*s' was ignored", ANS_FMT(name));
    }
    if (err == ANS_OK && !unknown && !ans_str_is(name, "_page")) {
        ans_buf_add(self, self->n ? ANS_STR("&") : ANS_STR_NONE);
        ans_buf_add(self, raw);
    }
    return err;
}

ans_err query_parse(ans_search *s, ans_cx *cx, type_info *type, ans_str text, ans_str base, bool strict, query *out, ans_buf *self)
{
    *out = (query){.type = type, .page_size = PAGE_DEFAULT};
    uint32_t most = 1;
    for (size_t i = 0; i < text.n; i++) {
        most += text.p[i] == '&';
    }
    if (most > MOST_PARAMETERS) {
        return ans_issue_add(cx, ANS_E_COSTLY, ANS_STR_NONE, "a query may have at most %d parameters", MOST_PARAMETERS);
    }
    out->preds = ANS_NEW_N(cx->arena, pred, most + 1); /* and that of query_within */
    if (!out->preds) {
        return ans_cx_nomem(cx);
    }
    ans_str pair, name;
    for (bool more = text.n > 0; more;) {
        more = ans_str_cut(&text, '&', &pair);
        ans_str value = pair;
        (void)ans_str_cut(&value, '=', &name);
        ans_err err = one_pair(s, cx, pair, ans_query_decode(cx, name), ans_query_decode(cx, value), base, strict, out, self);
        if (err != ANS_OK) {
            return err;
        }
    }
    return ANS_OK;
}

/* ---- compartments: http://hl7.org/fhir/R4/compartmentdefinition.html ---- */

static ans_err place_in(ans_search *s, ans_cx *cx, type_info *type, const char *code, ans_str whose, pred *out)
{
    bool unknown = false;
    ans_err err = pred_parse(s, cx, type, ans_str_of(code), whose, (chain_size){.width = 1}, out, &unknown);
    return err == ANS_OK && unknown ? ANS_E_BUG : err;
}

ans_err query_within(ans_search *s, ans_cx *cx, ans_type of, ans_str id, query *q)
{
    const ans_compartment *c = ans_compartment_of(of, q->type->type);
    pred *p = &q->preds[q->count];
    ans_str whose = ANS_STR_NONE, one;
    for (bool more = id.n > 0; more;) {
        more = ans_str_cut(&id, ',', &one);
        whose = ans_arena_fmt(cx->arena, "%.*s%s%s/%.*s", ANS_FMT(whose), whose.n ? "," : "", ans_fhir_types[of].name, ANS_FMT(one));
    }
    if (!c) {
        return ans_issue_add(cx, ANS_E_NOTFOUND, ANS_STR("http.url"), "no %s is in the compartment of a %s", ans_fhir_types[q->type->type].name,
                             ans_fhir_types[of].name);
    }
    if (!whose.p) {
        return ans_cx_nomem(cx);
    }
    q->count++;
    if (c->count == 1) {
        return place_in(s, cx, q->type, c->codes[0], whose, p);
    }
    *p = (pred){.kind = PRED_ANY, .inner = ANS_NEW(cx->arena, query), .inner_count = 1};
    pred *members = ANS_NEW_N(cx->arena, pred, c->count);
    if (!p->inner || !members) {
        return ans_cx_nomem(cx);
    }
    *p->inner = (query){.type = q->type, .preds = members, .count = c->count};
    ans_err err = ANS_OK;
    for (uint8_t i = 0; err == ANS_OK && i < c->count; i++) {
        err = place_in(s, cx, q->type, c->codes[i], whose, &members[i]);
    }
    return err;
}
