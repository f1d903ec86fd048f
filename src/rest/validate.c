/* Validation at the door: $validate, and what is asked of every resource that is written (docs/decisions/0006).
 *
 * The record itself is asked only where a constraint resolves a reference, through the gate: what the caller may not see is not there.
 * spec: http://hl7.org/fhir/R4/resource-operation-validate.html */
#include "rest/rest_int.h"
#include "term/term.h"
#include "valid/valid.h"

enum { MOST_PROFILES = 20 };

/* ---- what is known of codes ---- */

static ans_err has_code(void *arg, ans_cx *cx, const ans_defs_view *defs, ans_str value_set, const ans_term_code *code, ans_term_verdict *out)
{
    (void)arg;
    return ans_term_has(cx, defs, value_set, code, out);
}

/* ---- references into the record ---- */

typedef struct asking {
    job *j;
    ans_reader *rd;
} asking;

static ans_err resolve(void *arg, ans_cx *cx, ans_str reference, const ans_json **out)
{
    asking *a = arg;
    ans_reference r;
    ans_version v;
    ans_reference_parse(reference, &r);
    bool is_ours = r.type && r.id.n && (r.kind == ANS_REF_LOCAL || (r.kind == ANS_REF_ABSOLUTE && ans_str_eq(r.base, a->j->base)));
    if (!is_ours) {
        return ANS_E_NOTFOUND;
    }
    ans_err err = ans_store_read(cx, a->rd, (ans_ref){ans_search_type_number(a->j->rest->o.search, r.type), r.id}, &v);
    if (err == ANS_E_GONE || (err == ANS_OK && !gate_shows(a->j, a->rd, &v, ANS_RIGHT_READ))) {
        return ANS_E_NOTFOUND;
    }
    ans_json *doc = err == ANS_OK ? ANS_NEW(cx->arena, ans_json) : NULL;
    if (err != ANS_OK || !doc) {
        return err != ANS_OK ? err : ans_cx_nomem(cx);
    }
    audit_touch(a->j, &v); /* what a constraint learns of it, the answer tells */
    *out = doc;
    return ans_json_parse(cx, v.body, NULL, doc);
}

/* ---- $validate ---- */

typedef struct question {
    job *j;
    ans_json doc;
    ans_jnode resource, form; /* form: the Questionnaire that came with a response */
    ans_str profiles[MOST_PROFILES], mode;
    uint32_t profile_count;
} question;

static ans_err add_profile(question *q, ans_str url)
{
    if (q->profile_count == MOST_PROFILES) {
        return ans_issue_add(q->j->cx, ANS_E_TOOBIG, ANS_STR("Parameters.parameter"), "at most %d profiles can be asked at once", MOST_PROFILES);
    }
    if (url.n) {
        q->profiles[q->profile_count++] = url;
    }
    return ANS_OK;
}

static ans_str value_of(question *q, ans_jnode parameter)
{
    ANS_JSON_EACH(&q->doc, parameter, m) {
        if (ans_str_starts(ans_json_key(&q->doc, m), ANS_STR("value"))) {
            return ans_json_string(q->j->cx, &q->doc, m);
        }
    }
    return ANS_STR_NONE;
}

static bool is_known(ans_str name)
{
    return ans_str_is(name, "resource") || ans_str_is(name, "questionnaire") || ans_str_is(name, "profile") || ans_str_is(name, "mode") || ans_str_is(name, "usageContext");
}

/* Parameters may be the question, or what is to be validated: the question names nothing but what $validate knows, and has a
 * resource. Below Parameters itself only Parameters can be meant. */
static bool is_question(question *q, ans_jnode list)
{
    bool has_resource = false;
    if (list == ANS_JNONE || ans_json_kind_of(&q->doc, list) != ANS_JSON_ARRAY) {
        return false;
    }
    ANS_JSON_EACH(&q->doc, list, p) {
        ans_str name = ans_json_get_string(q->j->cx, &q->doc, p, ANS_STR("name"));
        ans_jnode r = ans_json_get(&q->doc, p, ANS_STR("resource"));
        bool fits = !ans_str_is(ans_fhir_type_name(q->j->route.type), "Parameters") ||
                    ans_str_is(ans_json_get_string(q->j->cx, &q->doc, r, ANS_STR("resourceType")), "Parameters");
        has_resource = has_resource || (ans_str_is(name, "resource") && r != ANS_JNONE && fits);
        if (!is_known(name)) {
            return false;
        }
    }
    return has_resource || (q->j->route.id.n && ans_json_count(&q->doc, list) > 0);
}

static ans_err read_parameters(question *q, ans_jnode list)
{
    ans_err err = ANS_OK;
    q->resource = ANS_JNONE;
    for (ans_jnode p = ans_json_first(&q->doc, list); err == ANS_OK && p != ANS_JNONE; p = ans_json_next(&q->doc, list, p)) {
        ans_str name = ans_json_get_string(q->j->cx, &q->doc, p, ANS_STR("name"));
        if (ans_str_is(name, "resource")) {
            q->resource = ans_json_get(&q->doc, p, ANS_STR("resource"));
        } else if (ans_str_is(name, "questionnaire")) {
            q->form = ans_json_get(&q->doc, p, ANS_STR("resource"));
        } else if (ans_str_is(name, "profile")) {
            err = add_profile(q, value_of(q, p));
        } else if (ans_str_is(name, "mode")) {
            q->mode = value_of(q, p);
        }
    }
    return err;
}

/* The current version of the resource in the address. */
static ans_err read_kept(question *q, ans_reader *rd)
{
    job *j = q->j;
    ans_version v;
    ans_ref ref = {ans_search_type_number(j->rest->o.search, j->route.type), j->route.id};
    ans_err err = ans_store_read(j->cx, rd, ref, &v);
    if (err == ANS_OK && !gate_shows(j, rd, &v, ANS_RIGHT_READ)) {
        err = ANS_E_NOTFOUND;
    }
    if (err != ANS_OK) {
        return err == ANS_E_NOTFOUND ? ans_issue_add(j->cx, err, ANS_STR("http.url"), "there is no such resource") : err;
    }
    audit_touch(j, &v);
    ans_str body = ans_search_body(j->cx->arena, &v);
    q->resource = 0;
    return body.p ? ans_json_parse(j->cx, body, NULL, &q->doc) : ans_cx_nomem(j->cx);
}

static ans_err read_question(question *q, ans_reader *rd)
{
    job *j = q->j;
    ans_err err = ANS_OK;
    ans_str given = j->route.query.n ? ans_query_get(j->cx, j->route.query, "profile") : ANS_STR_NONE;
    q->mode = j->route.query.n ? ans_query_get(j->cx, j->route.query, "mode") : ANS_STR_NONE;
    err = add_profile(q, given);
    q->resource = ANS_JNONE;
    if (err == ANS_OK && j->rq.body.n) {
        err = ans_json_parse(j->cx, j->rq.body, NULL, &q->doc);
        q->resource = 0;
        ans_jnode list = err == ANS_OK ? ans_json_get(&q->doc, 0, ANS_STR("parameter")) : ANS_JNONE;
        bool wrapped = err == ANS_OK && ans_str_is(ans_json_get_string(j->cx, &q->doc, 0, ANS_STR("resourceType")), "Parameters") && is_question(q, list);
        err = wrapped ? read_parameters(q, list) : err;
    }
    if (err == ANS_OK && q->resource == ANS_JNONE && j->route.id.n) {
        return read_kept(q, rd);
    }
    return err == ANS_OK && q->resource == ANS_JNONE ? ans_issue_add(j->cx, ANS_E_INVALID, ANS_STR("http.body"), "post the resource to validate, or Parameters with it") : err;
}

static ans_err check_mode(const question *q)
{
    static const char *const modes[] = {"create", "update", "profile"};
    if (ans_str_is(q->mode, "delete") && q->j->route.id.n) {
        return ANS_OK;
    }
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        if (ans_str_is(q->mode, modes[i])) {
            return ANS_OK;
        }
    }
    return q->mode.n ? ans_issue_add(q->j->cx, ANS_E_UNSUPPORTED, ANS_STR("Parameters.parameter"), "the mode of $validate is create, update or profile, of a resource of the record also delete") : ANS_OK;
}

static void write_issue(ans_jw *w, const char *severity, const char *code, ans_str text, ans_str place, ans_str profile)
{
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("severity"), ans_str_of(severity));
    ans_jw_kv(w, ANS_STR("code"), ans_str_of(code));
    if (profile.n) {
        ans_jw_key(w, ANS_STR("details"));
        ans_jw_begin(w, '{');
        ans_jw_kv(w, ANS_STR("text"), profile);
        ans_jw_end(w, '}');
    }
    ans_jw_kv(w, ANS_STR("diagnostics"), text);
    if (place.n) {
        ans_jw_key(w, ANS_STR("expression"));
        ans_jw_begin(w, '[');
        ans_jw_str(w, place);
        ans_jw_end(w, ']');
    }
    ans_jw_end(w, '}');
}

/* A response is also held against its form (rest/form.c). */
static ans_err write_form_issues(question *q, ans_reader *rd, const ans_defs_view *view, ans_jw *w)
{
    ans_str type = ans_json_get_string(q->j->cx, &q->doc, q->resource, ANS_STR("resourceType"));
    return ans_str_is(type, "QuestionnaireResponse") ? form_write_issues(q->j, rd, view, &q->doc, q->resource, q->form, w) : ANS_OK;
}

/* May the resource of the address be deleted? References to it are nothing against it here, so: when it is there. */
static ans_err answer_deletable(question *q, ans_reader *rd)
{
    ans_buf b;
    ans_jw w;
    ans_err err = read_kept(q, rd);
    if (err != ANS_OK) {
        return err;
    }
    ans_buf_init_arena(&b, q->j->cx->arena, 4096);
    ans_jw_init(&w, &b);
    ans_jw_begin(&w, '{');
    ans_jw_kv(&w, ANS_STR("resourceType"), ANS_STR("OperationOutcome"));
    ans_jw_key(&w, ANS_STR("issue"));
    ans_jw_begin(&w, '[');
    write_issue(&w, "information", "informational", ANS_STR("nothing to object to"), ANS_STR_NONE, ANS_STR_NONE);
    ans_jw_end(&w, ']');
    ans_jw_end(&w, '}');
    return operation_answer(q->j, &b);
}

static ans_err answer_issues(question *q, ans_reader *rd, const ans_defs_view *view, const ans_valid_result *r, ans_str wrong_type)
{
    ans_buf b;
    ans_jw w;
    ans_buf_init_arena(&b, q->j->cx->arena, (size_t)4 << 20);
    ans_jw_init(&w, &b);
    ans_jw_begin(&w, '{');
    ans_jw_kv(&w, ANS_STR("resourceType"), ANS_STR("OperationOutcome"));
    ans_jw_key(&w, ANS_STR("issue"));
    ans_jw_begin(&w, '[');
    if (wrong_type.n) {
        write_issue(&w, "error", "invalid", wrong_type, ANS_STR("resourceType"), ANS_STR_NONE);
    }
    for (uint32_t i = 0; i < r->count; i++) {
        const ans_valid_issue *s = &r->issues[i];
        write_issue(&w, ans_valid_severity_name(s->severity), s->code, s->text, s->expression, s->profile);
    }
    if (r->is_cut) {
        write_issue(&w, r->errors > ANS_VALID_MOST_ISSUES ? "error" : "information", "informational", ANS_STR("there is more to say than is said here"), ANS_STR_NONE, ANS_STR_NONE);
    }
    ans_err err = write_form_issues(q, rd, view, &w);
    if (!w.comma_) { /* the list is empty */
        write_issue(&w, "information", "informational", ANS_STR("nothing to object to"), ANS_STR_NONE, ANS_STR_NONE);
    }
    ans_jw_end(&w, ']');
    ans_jw_end(&w, '}');
    return err == ANS_OK ? operation_answer(q->j, &b) : err;
}

static ans_str wrong_type(question *q)
{
    ans_str said = ans_json_get_string(q->j->cx, &q->doc, q->resource, ANS_STR("resourceType"));
    ans_type t = said.n ? ans_fhir_type_named(said) : 0;
    if (!t || !q->j->route.type || t == q->j->route.type) {
        return ANS_STR_NONE;
    }
    return ans_arena_fmt(q->j->cx->arena, "the resource is a %s, the address says %s", ans_fhir_types[t].name, ans_fhir_types[q->j->route.type].name);
}

ans_err validate_run(job *j, ans_reader *rd)
{
    question q = {.j = j, .form = ANS_JNONE};
    asking a = {j, rd};
    ans_valid_host host = {&a, resolve, has_code};
    ans_valid_result result = {0};
    const ans_defs_view *view;
    if (!j->rest->o.defs) {
        return ans_issue_add(j->cx, ANS_E_UNSUPPORTED, ANS_STR("http.url"), "there are no definitions here to validate against");
    }
    ans_err err = read_question(&q, rd);
    err = err == ANS_OK ? check_mode(&q) : err;
    if (err == ANS_OK && ans_str_is(q.mode, "delete")) {
        return answer_deletable(&q, rd);
    }
    err = err == ANS_OK ? ans_defs_enter(j->cx, j->rest->o.defs, &view) : err;
    if (err != ANS_OK) {
        return err;
    }
    ans_valid_env env = {.defs = view, .zone = ans_search_zone(j->rest->o.search), .host = &host, .profiles = q.profiles, .profile_count = q.profile_count, .implied = true};
    err = ans_valid_resource(j->cx, &env, &q.doc, q.resource, &result);
    err = err == ANS_OK ? answer_issues(&q, rd, view, &result, wrong_type(&q)) : err;
    ans_defs_leave(view);
    return err;
}

/* ---- on write ---- */

/* form: what is no JSON of its type is refused, what is absent or disagrees is counted (the default; docs/decisions/0006 has why). */
typedef enum validation { VALIDATE_OFF, VALIDATE_WARN, VALIDATE_FORM, VALIDATE_REJECT } validation;

static bool mode_named(ans_str name, uint8_t *out)
{
    static const char *const names[] = {"off", "warn", "form", "reject"};
    for (uint8_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (ans_str_is(name, names[i])) {
            *out = i;
            return true;
        }
    }
    return false;
}

ans_err validate_configure(ans_cx *cx, ans_rest *rest)
{
    ans_str all = rest->o.validate.n ? rest->o.validate : ANS_STR("form"), one, type;
    memset(rest->validation, VALIDATE_FORM, sizeof rest->validation);
    for (bool more = true; more;) {
        uint8_t mode;
        more = ans_str_cut(&all, ',', &one);
        bool has_type = ans_str_find(one, '=') >= 0;
        ans_str name = one;
        if (has_type) {
            (void)ans_str_cut(&name, '=', &type);
        }
        ans_type t = has_type ? ans_fhir_type_named(type) : 0;
        if (!mode_named(name, &mode) || (has_type && (!t || !ans_fhir_is_resource(t)))) {
            return ans_issue_add(cx, ANS_E_INVALID, ANS_STR_NONE, "--validate takes reject, form, warn or off, and the same for a type behind commas: warn,Observation=reject");
        }
        for (ans_type i = 0; i < ans_fhir_type_count && !has_type; i++) {
            rest->validation[i] = mode;
        }
        rest->validation[t] = mode;
    }
    return ANS_OK;
}

/* "Patient.name[0]" of the entry at place: "Bundle.entry[2].resource.name[0]". */
static ans_str place_of(ans_cx *cx, ans_str place, ans_str expression)
{
    ptrdiff_t dot = ans_str_find(expression, '.');
    if (!place.n) {
        return expression;
    }
    ans_str s = dot < 0 ? place : ans_arena_fmt(cx->arena, "%.*s%.*s", ANS_FMT(place), ANS_FMT(ans_str_from(expression, (size_t)dot)));
    return s.p ? s : place;
}

static ans_err refuse(ans_cx *cx, const ans_valid_result *r, ans_str place)
{
    for (uint32_t i = 0; i < r->count; i++) {
        const ans_valid_issue *s = &r->issues[i];
        ans_str at = place_of(cx, place, s->expression);
        if (s->severity == ANS_VALID_ERROR) {
            (void)ans_issue_add(cx, ANS_E_UNFIT, at, "%.*s", ANS_FMT(s->text));
            if (cx->last_) {
                cx->last_->code = s->code;
            }
        } else if (s->severity == ANS_VALID_WARNING) {
            ans_issue_warn(cx, s->code, at, "%.*s", ANS_FMT(s->text));
        }
    }
    return ANS_E_UNFIT;
}

/* Back to what was said before. */
static void forget_issues(ans_cx *cx, ans_issue *issues, ans_issue *last)
{
    cx->issues = issues;
    cx->last_ = last;
    if (last) {
        last->next = NULL;
    }
}

ans_err validate_write(ans_rest *rest, ans_cx *cx, const ans_json *doc, ans_jnode root, ans_type type, const validate_how *how)
{
    const ans_defs_view *view;
    ans_valid_host host = {.has_code = has_code};
    ans_valid_result result = {0};
    uint8_t mode = rest->validation[type];
    ans_issue *issues = cx->issues, *last = cx->last_;
    if (!rest->o.defs || mode == VALIDATE_OFF) {
        return ANS_OK;
    }
    ans_err err = ans_defs_enter(cx, rest->o.defs, &view);
    if (err != ANS_OK) {
        return err;
    }
    ans_valid_env env = {.defs = view, .zone = ans_search_zone(rest->o.search), .host = &host};
    err = ans_valid_resource(cx, &env, doc, root, &result);
    bool is_unjudged = err == ANS_E_COSTLY && mode != VALIDATE_REJECT; /* nobody can tell whether it disagrees: that is not refused */
    if (is_unjudged) {
        forget_issues(cx, issues, last);
        env.form_only = true;
        err = mode == VALIDATE_FORM ? ans_valid_resource(cx, &env, doc, root, &result) : ANS_OK;
    }
    ans_defs_leave(view);
    if (err != ANS_OK) {
        return err;
    }
    if (is_unjudged && !result.form_errors) {
        atomic_fetch_add_explicit(&rest->unfit_kept, 1, memory_order_relaxed);
        return ANS_OK;
    }
    bool is_refused = mode == VALIDATE_REJECT ? result.errors > 0 : mode == VALIDATE_FORM && result.form_errors > 0;
    if (result.errors) {
        atomic_fetch_add_explicit(is_refused ? &rest->unfit_refused : &rest->unfit_kept, 1, memory_order_relaxed);
    }
    for (uint32_t i = 0; how && how->tells && !is_refused && i < result.count; i++) {
        ans_issue_warn(cx, result.issues[i].code, place_of(cx, how->place, result.issues[i].expression), "%.*s", ANS_FMT(result.issues[i].text));
    }
    return is_refused ? refuse(cx, &result, how ? how->place : ANS_STR_NONE) : ANS_OK;
}
