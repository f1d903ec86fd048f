/* The table of rights: JSON -> masks of scopes by role, group and act. Strict: whatever is not understood stops the start, and every
 * resource type must stand in exactly one group. */
#include "auth/rights.h"

const char *const ans_right_names[ANS_RIGHT_COUNT] = {"read", "create", "update", "delete", "history", "sign", "export", "aggregate"};
const char *const ans_scope_names[ANS_SCOPE_COUNT] = {"self", "assigned", "ward", "facility", "line", "tree", "public", "glass", "all", "consent",
                                                          "own", "decides", "home"};
const char *const ans_label_codes[ANS_LABEL_COUNT] = {"HIV", "ETH", "PSY", "SDV", "ADOPT", "VISIT", "REQ", "MH", "NOPAT"};

typedef struct reading {
    ans_cx *cx;
    const ans_json *doc;
    ans_rights *out;
} reading;

static ans_err bad(reading *r, const char *what, ans_str name)
{
    return ans_issue_add(r->cx, ANS_E_INVALID, ANS_STR("rights.json"), "%s: '%.*s'", what, ANS_FMT(name));
}

static ans_str text_of(reading *r, ans_jnode object, const char *name)
{
    return ans_json_get_string(r->cx, r->doc, object, ans_str_of(name));
}

static uint32_t named(ans_str name, const char *const *names, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (ans_str_is(name, names[i])) {
            return i;
        }
    }
    return UINT32_MAX;
}

/* "read create" -> bits */
static ans_err bits_of(reading *r, ans_str words, const char *const *names, uint32_t count, uint32_t *out)
{
    ans_str one;
    *out = 0;
    for (bool more = words.n > 0; more;) {
        more = ans_str_cut(&words, ' ', &one);
        uint32_t i = named(one, names, count);
        if (i == UINT32_MAX) {
            return bad(r, "no such word", one);
        }
        *out |= 1u << i;
    }
    return *out ? ANS_OK : bad(r, "nothing is named", words);
}

/* Only these members, so that a slip of the pen does not pass for silence. */
static ans_err only(reading *r, ans_jnode object, const char *const *names)
{
    if (object == ANS_JNONE || ans_json_kind_of(r->doc, object) != ANS_JSON_OBJECT) {
        return bad(r, "an object is wanted", ANS_STR_NONE);
    }
    ANS_JSON_EACH(r->doc, object, n) {
        uint32_t count = 0;
        while (names[count]) {
            count++;
        }
        if (named(ans_json_key(r->doc, n), names, count) == UINT32_MAX) {
            return bad(r, "unknown member", ans_json_key(r->doc, n));
        }
    }
    return ANS_OK;
}

static void read_title(reading *r, ans_jnode object, ans_str *vi, ans_str *en)
{
    *vi = text_of(r, object, "vi");
    *en = text_of(r, object, "en");
}

static bool is_true(reading *r, ans_jnode object, const char *name)
{
    ans_jnode n = ans_json_get(r->doc, object, ans_str_of(name));
    return n != ANS_JNONE && ans_json_kind_of(r->doc, n) == ANS_JSON_TRUE;
}

/* ---- groups ---- */

static ans_err read_types(reading *r, ans_jnode list, uint8_t group)
{
    ANS_JSON_EACH(r->doc, list, n) {
        ans_str name = ans_json_string(r->cx, r->doc, n);
        ans_type t = ans_fhir_type_named(name);
        if (!t || !ans_fhir_is_resource(t)) {
            return bad(r, "no resource type", name);
        }
        if (r->out->group_of[t] != UINT8_MAX) {
            return bad(r, "a type in two groups", name);
        }
        r->out->group_of[t] = group;
    }
    return ANS_OK;
}

static ans_err read_groups(reading *r, ans_jnode groups)
{
    static const char *const members[] = {"title", "open", "types", NULL};
    ans_err err = groups == ANS_JNONE ? bad(r, "missing", ANS_STR("groups")) : ANS_OK;
    for (ans_jnode n = err == ANS_OK ? ans_json_first(r->doc, groups) : ANS_JNONE; err == ANS_OK && n != ANS_JNONE;
         n = ans_json_next(r->doc, groups, n)) {
        uint32_t at = r->out->group_count++;
        ans_jnode types = ans_json_get(r->doc, n, ANS_STR("types"));
        if (at == ANS_GROUP_MOST || types == ANS_JNONE) {
            return bad(r, "too many groups, or one without types", ans_json_key(r->doc, n));
        }
        r->out->groups[at] = (ans_group){.code = ans_json_key(r->doc, n), .is_open = is_true(r, n, "open")};
        read_title(r, ans_json_get(r->doc, n, ANS_STR("title")), &r->out->groups[at].vi, &r->out->groups[at].en);
        err = only(r, n, members);
        err = err == ANS_OK ? read_types(r, types, (uint8_t)at) : err;
    }
    for (ans_type t = 1; err == ANS_OK && t < ans_fhir_type_count; t++) {
        if (ans_fhir_is_resource(t) && r->out->group_of[t] == UINT8_MAX) {
            return bad(r, "a type in no group", ans_fhir_type_name(t));
        }
    }
    return err;
}

uint32_t ans_rights_group(const ans_rights *rights, ans_str code)
{
    for (uint32_t i = 0; i < rights->group_count; i++) {
        if (ans_str_eq(rights->groups[i].code, code)) {
            return i;
        }
    }
    return UINT32_MAX;
}

/* ---- roles ---- */

/* {"identity": {"facility": "read", "ward": "history"}} */
static ans_err read_masks(reading *r, ans_jnode object, ans_masks masks)
{
    ANS_JSON_EACH(r->doc, object, g) {
        uint32_t group = ans_rights_group(r->out, ans_json_key(r->doc, g));
        if (group == UINT32_MAX) {
            return bad(r, "no such group", ans_json_key(r->doc, g));
        }
        ANS_JSON_EACH(r->doc, g, s) {
            uint32_t acts, scope = named(ans_json_key(r->doc, s), ans_scope_names, ANS_SCOPE_COUNT);
            if (scope == UINT32_MAX) {
                return bad(r, "no such scope", ans_json_key(r->doc, s));
            }
            ans_err err = bits_of(r, ans_json_string(r->cx, r->doc, s), ans_right_names, ANS_RIGHT_COUNT, &acts);
            if (err != ANS_OK) {
                return err;
            }
            for (uint32_t a = 0; a < ANS_RIGHT_COUNT; a++) {
                masks[group][a] = (ans_scopes)(masks[group][a] | (acts >> a & 1) << scope);
            }
        }
    }
    return ANS_OK;
}

static ans_err read_labels(reading *r, ans_jnode object, ans_scopes *labels)
{
    for (ans_jnode n = object == ANS_JNONE ? ANS_JNONE : ans_json_first(r->doc, object); n != ANS_JNONE;
         n = ans_json_next(r->doc, object, n)) {
        uint32_t scopes, label = named(ans_json_key(r->doc, n), ans_label_codes, ANS_LABEL_COUNT);
        if (label == UINT32_MAX) {
            return bad(r, "no such label", ans_json_key(r->doc, n));
        }
        ans_err err = bits_of(r, ans_json_string(r->cx, r->doc, n), ans_scope_names, ANS_SCOPE_COUNT, &scopes);
        if (err != ANS_OK) {
            return err;
        }
        labels[label] = (ans_scopes)scopes;
    }
    return ANS_OK;
}

/* {"PSY": ["consent"]}: groups in which a label opens, and no other. */
static ans_err read_label_groups(reading *r, ans_jnode object, uint32_t *groups)
{
    for (ans_jnode n = object == ANS_JNONE ? ANS_JNONE : ans_json_first(r->doc, object); n != ANS_JNONE; n = ans_json_next(r->doc, object, n)) {
        uint32_t label = named(ans_json_key(r->doc, n), ans_label_codes, ANS_LABEL_COUNT);
        if (label == UINT32_MAX) {
            return bad(r, "no such label", ans_json_key(r->doc, n));
        }
        ANS_JSON_EACH(r->doc, n, g) {
            uint32_t group = ans_rights_group(r->out, ans_json_string(r->cx, r->doc, g));
            if (group == UINT32_MAX) {
                return bad(r, "no such group", ans_json_string(r->cx, r->doc, g));
            }
            groups[label] |= 1u << group;
        }
    }
    return ANS_OK;
}

static ans_err read_operations(reading *r, ans_str words, uint32_t *out)
{
    ans_str one;
    for (bool more = words.n > 0; more;) {
        more = ans_str_cut(&words, ' ', &one);
        uint32_t i = ans_rights_operation(r->out, one);
        if (i == UINT32_MAX) {
            return bad(r, "no such operation", one);
        }
        *out |= 1u << i;
    }
    return ANS_OK;
}

/* ---- what a person in care is shown ---- */

typedef struct showing {
    reading *r;
    ans_limit_rule *at;
    uint32_t count;
} showing;

static ans_err add_shown(showing *s, ans_limit_rule rule)
{
    if (s->count == ANS_SHOWS_MOST) {
        return bad(s->r, "too many types are shown", ans_fhir_type_name(rule.type));
    }
    s->at[s->count++] = rule;
    return ANS_OK;
}

/* {"status": ["final", "amended"], "code:not": ["urn:ansinh:care|note"]}: of each parameter one of these codes, or none of them. A reference
 * is compared with whoever asks only: {"consentor": ["$self"]}. */
static ans_err read_terms(reading *r, ans_type type, ans_jnode object, ans_limit_rule *out)
{
    ans_limit_term *terms = ANS_NEW_N(r->cx->arena, ans_limit_term, ans_json_count(r->doc, object) + 1);
    if (!terms) {
        return ans_cx_nomem(r->cx);
    }
    ANS_JSON_EACH(r->doc, object, p) {
        ans_limit_term *t = &terms[out->term_count++];
        ans_str modifier = ans_json_key(r->doc, p), name;
        bool modified = ans_str_cut(&modifier, ':', &name);
        const ans_sp *sp = ans_sp_named(type, name);
        *t = (ans_limit_term){.param = name, .is_not = ans_str_is(modifier, "not")};
        bool of_self = sp && sp->type == ANS_SP_REFERENCE;
        if (!sp || (sp->type != ANS_SP_TOKEN && !of_self) || modified != t->is_not || ans_json_kind_of(r->doc, p) != ANS_JSON_ARRAY) {
            return bad(r, "no token parameter with codes", ans_json_key(r->doc, p));
        }
        ANS_JSON_EACH(r->doc, p, c) {
            ans_str code = ans_json_string(r->cx, r->doc, c), system = ANS_STR_NONE;
            if (ans_str_find(code, '|') >= 0) {
                (void)ans_str_cut(&code, '|', &system);
            }
            if (!code.n || t->count == ANS_TERM_MOST_CODES || of_self != ans_str_is(code, "$self")) {
                return bad(r, "no code, or too many", t->param);
            }
            t->codes[t->count++] = (ans_limit_code){system, code};
        }
        if (!t->count) {
            return bad(r, "nothing is named", t->param);
        }
    }
    out->terms = terms;
    return ANS_OK;
}

/* {"Patient": "all", "RelatedPerson": "self", "Observation": {"status": ["final"]}} */
static ans_err read_shown(showing *s, ans_jnode object)
{
    reading *r = s->r;
    ANS_JSON_EACH(r->doc, object, n) {
        ans_limit_rule rule = {.type = ans_fhir_type_named(ans_json_key(r->doc, n)), .letters = ANS_LIMIT_READ | ANS_LIMIT_SEARCH};
        ans_str how = ans_json_string(r->cx, r->doc, n);
        bool terms = ans_json_kind_of(r->doc, n) == ANS_JSON_OBJECT;
        rule.is_self = ans_str_is(how, "self");
        if (!rule.type || !ans_fhir_is_resource(rule.type) || (!terms && !rule.is_self && !ans_str_is(how, "all"))) {
            return bad(r, "shown is a type: all, self or codes of parameters", ans_json_key(r->doc, n));
        }
        ans_err err = terms ? read_terms(r, rule.type, n, &rule) : ANS_OK;
        err = err == ANS_OK ? add_shown(s, rule) : err;
        if (err != ANS_OK) {
            return err;
        }
    }
    return ANS_OK;
}

/* What has no persons in it is read by the masks alone. */
static ans_err add_open(showing *s)
{
    ans_err err = ANS_OK;
    for (ans_type t = 1; err == ANS_OK && t < ans_fhir_type_count; t++) {
        uint8_t group = ans_fhir_is_resource(t) ? s->r->out->group_of[t] : UINT8_MAX;
        if (group != UINT8_MAX && s->r->out->groups[group].is_open) {
            err = add_shown(s, (ans_limit_rule){.type = t, .letters = ANS_LIMIT_READ | ANS_LIMIT_SEARCH});
        }
    }
    return err;
}

/* {"Consent": "create update"} */
static ans_err add_written(showing *s, ans_jnode object)
{
    ans_err err = ANS_OK;
    for (ans_jnode n = object == ANS_JNONE ? object : ans_json_first(s->r->doc, object); err == ANS_OK && n != ANS_JNONE;
         n = ans_json_next(s->r->doc, object, n)) {
        uint32_t acts;
        ans_type type = ans_fhir_type_named(ans_json_key(s->r->doc, n));
        err = type && ans_fhir_is_resource(type) ? bits_of(s->r, ans_json_string(s->r->cx, s->r->doc, n), ans_right_names, ANS_RIGHT_COUNT, &acts)
                                                 : bad(s->r, "no resource type", ans_json_key(s->r->doc, n));
        uint8_t letters = err != ANS_OK ? 0 : (uint8_t)((acts >> ANS_RIGHT_CREATE & 1 ? ANS_LIMIT_CREATE : 0) | (acts >> ANS_RIGHT_UPDATE & 1 ? ANS_LIMIT_UPDATE : 0));
        err = err == ANS_OK ? add_shown(s, (ans_limit_rule){.type = type, .letters = letters}) : err;
    }
    return err;
}

static ans_err read_personal(reading *r, ans_jnode n, ans_role_rights *role)
{
    showing s = {.r = r, .at = ANS_NEW_N(r->cx->arena, ans_limit_rule, ANS_SHOWS_MOST)};
    ans_jnode shows = ans_json_get(r->doc, n, ANS_STR("shows"));
    if (!s.at) {
        return ans_cx_nomem(r->cx);
    }
    if (shows == ANS_JNONE || (!ans_str_is(role->personal, "Patient") && !ans_str_is(role->personal, "RelatedPerson"))) {
        return bad(r, "a personal role is of Patient or RelatedPerson, and says what it shows", role->code);
    }
    ans_err err = read_shown(&s, shows);
    err = err == ANS_OK ? add_written(&s, ans_json_get(r->doc, n, ANS_STR("writes"))) : err;
    err = err == ANS_OK ? add_open(&s) : err;
    role->shows = (ans_limit){.rules = s.at, .count = s.count};
    role->calls = text_of(r, n, "calls");
    return err;
}

static ans_err read_role(reading *r, ans_jnode n)
{
    static const char *const members[] = {"title", "direct", "everything", "personal", "rights", "purpose", "labels", "within", "operations",
                                          "shows", "writes", "calls", NULL};
    ans_rights *out = r->out;
    ans_role_rights *role = &out->roles[out->role_count];
    if (out->role_count == ANS_ROLE_MOST || ans_rights_role(out, ans_json_key(r->doc, n)) != UINT32_MAX) {
        return bad(r, "too many roles, or twice the same", ans_json_key(r->doc, n));
    }
    *role = out->everyone;
    role->code = ans_json_key(r->doc, n);
    role->is_direct = is_true(r, n, "direct");
    role->is_everything = is_true(r, n, "everything");
    role->personal = text_of(r, n, "personal");
    if (role->personal.n) { /* what is kept from them is open to everyone else */
        memset(role->labels, 0, sizeof role->labels);
    }
    read_title(r, ans_json_get(r->doc, n, ANS_STR("title")), &role->vi, &role->en);
    ans_jnode rights = ans_json_get(r->doc, n, ANS_STR("rights")), purpose = ans_json_get(r->doc, n, ANS_STR("purpose"));
    ans_err err = only(r, n, members);
    err = err == ANS_OK && rights != ANS_JNONE ? read_masks(r, rights, role->masks) : err;
    role->has_purpose = purpose != ANS_JNONE;
    err = err == ANS_OK && role->has_purpose ? read_masks(r, purpose, role->purpose) : err;
    err = err == ANS_OK ? read_labels(r, ans_json_get(r->doc, n, ANS_STR("labels")), role->labels) : err;
    err = err == ANS_OK ? read_label_groups(r, ans_json_get(r->doc, n, ANS_STR("within")), role->label_groups) : err;
    err = err == ANS_OK ? read_operations(r, text_of(r, n, "operations"), &role->operations) : err;
    err = err == ANS_OK && role->personal.n ? read_personal(r, n, role) : err;
    out->role_count++;
    return err;
}

static ans_err read_all(reading *r)
{
    static const char *const members[] = {"about", "review", "groups", "operations", "everyone", "staff-labels", "roles", NULL};
    ans_rights *out = r->out;
    ans_jnode operations = ans_json_get(r->doc, 0, ANS_STR("operations")), everyone = ans_json_get(r->doc, 0, ANS_STR("everyone"));
    ans_jnode roles = ans_json_get(r->doc, 0, ANS_STR("roles"));
    ans_err err = only(r, 0, members);
    err = err == ANS_OK ? read_groups(r, ans_json_get(r->doc, 0, ANS_STR("groups"))) : err;
    if (err != ANS_OK || operations == ANS_JNONE || everyone == ANS_JNONE || roles == ANS_JNONE) {
        return err != ANS_OK ? err : bad(r, "missing", ANS_STR("operations, everyone or roles"));
    }
    ANS_JSON_EACH(r->doc, operations, n) {
        uint32_t i = out->operation_count++;
        if (i == ANS_OPERATION_MOST) {
            return bad(r, "too many operations", ANS_STR_NONE);
        }
        out->operations[i] = ans_json_key(r->doc, n);
        read_title(r, n, &out->operations_vi[i], &out->operations_en[i]);
    }
    err = read_masks(r, everyone, out->everyone.masks);
    err = err == ANS_OK ? read_labels(r, ans_json_get(r->doc, 0, ANS_STR("staff-labels")), out->everyone.labels) : err;
    for (ans_jnode n = ans_json_first(r->doc, roles); err == ANS_OK && n != ANS_JNONE; n = ans_json_next(r->doc, roles, n)) {
        err = read_role(r, n);
    }
    return err;
}

ans_err ans_rights_read(ans_cx *cx, ans_str text, const ans_rights **out)
{
    ans_json *doc = ANS_NEW(cx->arena, ans_json);
    ans_rights *rights = ANS_NEW(cx->arena, ans_rights);
    ans_str kept = ans_arena_dup(cx->arena, text.n ? text : (ans_str){ans_access_rights, ans_access_rights_bytes});
    if (!doc || !rights || !kept.p) {
        return ans_cx_nomem(cx);
    }
    rights->group_of = ans_arena_alloc(cx->arena, ans_fhir_type_count);
    if (!rights->group_of) {
        return ans_cx_nomem(cx);
    }
    memset(rights->group_of, UINT8_MAX, ans_fhir_type_count);
    ans_err err = ans_json_parse(cx, kept, NULL, doc);
    err = err == ANS_OK ? read_all(&(reading){cx, doc, rights}) : err;
    *out = rights;
    return err;
}

uint32_t ans_rights_role(const ans_rights *rights, ans_str code)
{
    for (uint32_t i = 0; i < rights->role_count; i++) {
        if (ans_str_eq(rights->roles[i].code, code)) {
            return i;
        }
    }
    return UINT32_MAX;
}

uint32_t ans_rights_operation(const ans_rights *rights, ans_str code)
{
    for (uint32_t i = 0; i < rights->operation_count; i++) {
        if (ans_str_eq(rights->operations[i], code)) {
            return i;
        }
    }
    return UINT32_MAX;
}
