/* Forms over HTTP: QuestionnaireResponse/$calculate and $extract, Questionnaire/$populate, and what $validate (validate.c) says of a
 * response by its form. A form comes with the call, or is one of those defined (by its canonical URL, with the version the response names).
 *
 * What populate asks of the record is asked as the caller, request by request, through the same door as a search of theirs: the gate
 * decides what is seen, and each leaves its entry in the audit.
 * spec: http://hl7.org/fhir/uv/sdc/populate.html, http://hl7.org/fhir/uv/sdc/extraction.html */
#include "form/form.h"
#include "rest/rest_int.h"

#define MOST_BYTES ((size_t)16 << 20)

enum { MOST_QUERIES = 60, MOST_LAUNCHED = 16, MOST_VERSIONS = 100 };

typedef struct form_call {
    job *j;
    ans_reader *rd;
    ans_json doc; /* what was posted */
    ans_jnode parameters; /* list; ANS_JNONE: the resource itself was posted */
    const ans_defs_view *view;
    const ans_form *form;
    ans_form_env env;
    ans_path_var vars[MOST_LAUNCHED];
    ans_item items[MOST_LAUNCHED];
    uint32_t queries;
} form_call;

/* ---- what was posted ---- */

static ans_jnode parameter(form_call *c, const char *name, ans_jnode after)
{
    if (c->parameters == ANS_JNONE) {
        return ANS_JNONE;
    }
    ans_jnode p = after == ANS_JNONE ? ans_json_first(&c->doc, c->parameters) : ans_json_next(&c->doc, c->parameters, after);
    while (p != ANS_JNONE && !ans_str_is(ans_json_get_string(c->j->cx, &c->doc, p, ANS_STR("name")), name)) {
        p = ans_json_next(&c->doc, c->parameters, p);
    }
    return p;
}

static ans_jnode resource_named(form_call *c, const char *name)
{
    ans_jnode p = parameter(c, name, ANS_JNONE);
    return p == ANS_JNONE ? ANS_JNONE : ans_json_get(&c->doc, p, ANS_STR("resource"));
}

static ans_err read_posted(form_call *c)
{
    c->parameters = ANS_JNONE;
    if (!c->j->rq.body.n) {
        return ANS_OK;
    }
    ans_err err = ans_json_parse(c->j->cx, c->j->rq.body, NULL, &c->doc);
    bool wraps = err == ANS_OK && ans_str_is(ans_json_get_string(c->j->cx, &c->doc, 0, ANS_STR("resourceType")), "Parameters");
    if (wraps) {
        c->parameters = ans_json_get(&c->doc, 0, ANS_STR("parameter"));
        if (c->parameters != ANS_JNONE && ans_json_kind_of(&c->doc, c->parameters) != ANS_JSON_ARRAY) {
            return ans_issue_add(c->j->cx, ANS_E_INVALID, ANS_STR("Parameters.parameter"), "must be a list");
        }
    }
    return err;
}

/* The response: a parameter, or the body itself. */
static ans_err find_response(form_call *c, ans_jnode *out)
{
    static const char *const names[] = {"response", "questionnaire-response", "questionnaireResponse", "resource"};
    *out = ANS_JNONE;
    for (size_t i = 0; i < sizeof names / sizeof *names && *out == ANS_JNONE; i++) {
        *out = resource_named(c, names[i]);
    }
    if (*out == ANS_JNONE && c->parameters == ANS_JNONE && c->j->rq.body.n) {
        *out = 0;
    }
    return *out != ANS_JNONE ? ANS_OK
                             : ans_issue_add(c->j->cx, ANS_E_INVALID, ANS_STR("Parameters.parameter"), "post a Parameters resource with response");
}

/* ---- the form ---- */

/* The text of a version of the form that the record has, or had: an old answer is read with its old form. */
static ans_err old_text(form_call *c, const ans_def *def, ans_str url, ans_str version, ans_json *doc, bool *out_found)
{
    job *j = c->j;
    ans_ref ref = {ans_search_type_number(j->rest->o.search, def->type), def->id};
    ans_history_query q = {.limit = MOST_VERSIONS, .with_body = true};
    ans_version *all;
    uint32_t count = 0;
    ans_err err = ans_store_rid(j->cx, c->rd, ref, &q.rid);
    err = err == ANS_OK ? ans_store_history(j->cx, c->rd, &q, &all, &count) : err;
    for (uint32_t i = 0; err == ANS_OK && !*out_found && i < count; i++) {
        if (all[i].is_delete || !gate_shows(j, c->rd, &all[i], ANS_RIGHT_HISTORY)) {
            continue;
        }
        err = ans_json_parse(j->cx, all[i].body, NULL, doc);
        *out_found = err == ANS_OK && ans_str_eq(ans_json_get_string(j->cx, doc, 0, ANS_STR("url")), url) &&
                     ans_str_eq(ans_json_get_string(j->cx, doc, 0, ANS_STR("version")), version);
        if (*out_found) {
            audit_touch(j, &all[i]);
        }
    }
    return err == ANS_E_NOTFOUND ? ANS_OK : err;
}

/* "url|version" that is defined no longer: what stands under that URL now leads to what stood there. */
static ans_err old_form(form_call *c, ans_str canonical, bool *out_found)
{
    ans_str version = canonical, url;
    ans_json *doc = ANS_NEW(c->j->cx->arena, ans_json);
    *out_found = false;
    if (!doc || !c->view || !c->rd || !ans_str_cut(&version, '|', &url)) {
        return doc ? ANS_OK : ans_cx_nomem(c->j->cx);
    }
    const ans_def *def = ans_defs_find(c->view, ans_fhir_type_named(ANS_STR("Questionnaire")), url);
    ans_err err = def ? old_text(c, def, url, version, doc, out_found) : ANS_OK;
    return err == ANS_OK && *out_found ? ans_form_compile(c->j->cx, c->j->cx->arena, doc, 0, &c->form) : err;
}

static ans_err defined_form(form_call *c, ans_str canonical)
{
    ans_cx *cx = c->j->cx;
    const void *made;
    const ans_def *def = c->view ? ans_defs_find(c->view, ans_fhir_type_named(ANS_STR("Questionnaire")), canonical) : NULL;
    if (!def) {
        bool found;
        ans_err err = old_form(c, canonical, &found);
        return err != ANS_OK || found ? err : ans_issue_add(cx, ANS_E_NOTFOUND, ANS_STR("Questionnaire.url"), "no form of this URL (and version) is defined here");
    }
    ans_err err = ans_def_made(cx, c->view, def, ANS_DEF_FORM, ans_form_make, &made);
    c->form = err == ANS_OK ? made : NULL;
    return err;
}

/* Given as a resource, named by a parameter, or named by the response. */
static ans_err find_form(form_call *c, ans_jnode response)
{
    static const char *const names[] = {"questionnaireUrl", "questionnaire", "canonical", "url"};
    ans_cx *cx = c->j->cx;
    ans_jnode given = resource_named(c, "questionnaire");
    ans_str canonical = ANS_STR_NONE;
    if (given != ANS_JNONE) {
        return ans_form_compile(cx, cx->arena, &c->doc, given, &c->form);
    }
    for (size_t i = 0; i < sizeof names / sizeof *names && !canonical.n; i++) {
        canonical = operation_param(c->j, names[i]);
    }
    if (!canonical.n && response != ANS_JNONE) {
        canonical = ans_json_get_string(cx, &c->doc, response, ANS_STR("questionnaire"));
    }
    return canonical.n ? defined_form(c, canonical)
                       : ans_issue_add(cx, ANS_E_INVALID, ANS_STR("Parameters.parameter"), "say which form: questionnaire (the resource) or questionnaireUrl");
}

/* ---- the record, as the caller ---- */

/* One read or search of theirs. What they may not see, or what is not there, is an answer without text. */
static ans_err ask(form_call *c, ans_str path, ans_str query, ans_str *out)
{
    job *j = c->j;
    ans_cx cx = {.arena = j->cx->arena, .request_id = j->cx->request_id, .deadline_us = j->cx->deadline_us};
    job one = {.rest = j->rest, .cx = &cx, .base = j->base, .who = j->who, .pass = j->pass, .role = j->role, .address = j->address,
               .rq = {.method = ANS_STR("GET"), .path = path, .query = query}};
    *out = ANS_STR_NONE;
    if (c->queries++ == MOST_QUERIES) {
        return ans_issue_add(j->cx, ANS_E_COSTLY, ANS_STR("Questionnaire"), "the form asks the record more than %d questions", MOST_QUERIES);
    }
    ans_err err = route_find(&cx, j->rest, &one.rq, &one.route);
    if (err == ANS_OK && ((one.route.what != I_SEARCH && one.route.what != I_READ) || !one.route.type)) {
        return ans_issue_add(j->cx, ANS_E_UNSUPPORTED, ANS_STR("Questionnaire"), "a form's query is a search of one type, or a read");
    }
    err = err == ANS_OK ? gate_enter(&one) : err;
    if (err == ANS_OK) {
        err = one.route.what == I_SEARCH ? search_run(&one, c->rd) : read_run(&one, c->rd);
    }
    if (err != ANS_OK) {
        job_fail(&one, err);
    }
    audit_entry(&one);
    bool is_refused = err == ANS_E_FORBIDDEN || err == ANS_E_NOTFOUND || err == ANS_E_GONE;
    if (err != ANS_OK && !is_refused) {
        return ans_issue_pass(j->cx, &cx, err);
    }
    *out = err == ANS_OK && one.an.status < 300 ? one.an.body : ANS_STR_NONE;
    return one.an.status >= 500 ? ans_issue_add(j->cx, ANS_E_BUSY, ANS_STR_NONE, "the record cannot be asked now") : ANS_OK;
}

static ans_err parse_item(form_call *c, ans_str text, ans_item *out)
{
    ans_json *doc = ANS_NEW(c->j->cx->arena, ans_json);
    ans_err err = doc ? ans_json_parse(c->j->cx, text, NULL, doc) : ans_cx_nomem(c->j->cx);
    if (err == ANS_OK) {
        *out = ans_item_of_resource(doc, 0);
    }
    return err;
}

/* For the form engine: "Observation?patient=..." */
static ans_err run_query(void *arg, ans_cx *cx, ans_str query, ans_item *out)
{
    form_call *c = arg;
    ans_str path, text;
    (void)cx;
    (void)ans_str_cut(&query, '?', &path);
    ans_err err = ask(c, path, query, &text);
    return err == ANS_OK ? parse_item(c, text.n ? text : ANS_STR("{\"resourceType\":\"Bundle\",\"type\":\"searchset\"}"), out) : err;
}

/* ---- launching ---- */

static void launch(form_call *c, ans_str name, const ans_item *item)
{
    uint32_t n = c->env.var_count;
    if (n < MOST_LAUNCHED) {
        c->items[n] = *item;
        c->vars[n] = (ans_path_var){name, {.at = &c->items[n], .count = 1}};
        c->env.vars = c->vars;
        c->env.var_count++;
    }
}

static ans_err launch_reference(form_call *c, const char *name, ans_str reference)
{
    ans_reference r;
    ans_item item;
    ans_str text;
    ans_reference_parse(reference, &r);
    if (r.kind != ANS_REF_LOCAL || !r.id.n) {
        return ANS_OK;
    }
    ans_err err = ask(c, reference, ANS_STR_NONE, &text);
    err = err == ANS_OK && text.n ? parse_item(c, text, &item) : err;
    if (err == ANS_OK && text.n) {
        launch(c, ans_str_of(name), &item);
    }
    return err;
}

/* context: name, and content (a resource or a reference). */
static ans_err launch_context(form_call *c, ans_jnode context)
{
    ans_jnode parts = ans_json_get(&c->doc, context, ANS_STR("part"));
    ans_str name = ANS_STR_NONE, reference = ANS_STR_NONE;
    ans_jnode resource = ANS_JNONE;
    if (parts == ANS_JNONE || ans_json_kind_of(&c->doc, parts) != ANS_JSON_ARRAY) {
        return ANS_OK;
    }
    ANS_JSON_EACH(&c->doc, parts, p)
    {
        ans_str part = ans_json_get_string(c->j->cx, &c->doc, p, ANS_STR("name"));
        if (ans_str_is(part, "name")) {
            name = ans_json_get_string(c->j->cx, &c->doc, p, ANS_STR("valueString"));
        } else if (ans_str_is(part, "content")) {
            resource = ans_json_get(&c->doc, p, ANS_STR("resource"));
            ans_jnode r = ans_json_get(&c->doc, p, ANS_STR("valueReference"));
            reference = ans_json_get_string(c->j->cx, &c->doc, r, ANS_STR("reference"));
        }
    }
    if (name.n && resource != ANS_JNONE) {
        ans_item item = ans_item_of_resource(&c->doc, resource);
        launch(c, name, &item);
    } else if (name.n && reference.n) {
        ans_str kept = ans_arena_dup(c->j->cx->arena, name);
        return kept.p ? launch_reference(c, kept.p, reference) : ans_cx_nomem(c->j->cx);
    }
    return ANS_OK;
}

static ans_str local(ans_str reference, const char *type, ans_cx *cx)
{
    bool is_bare = reference.n && ans_id_is_valid(reference);
    ans_str s = is_bare ? ans_arena_fmt(cx->arena, "%s/%.*s", type, ANS_FMT(reference)) : reference;
    return s.p ? s : ANS_STR_NONE;
}

static ans_err launch_all(form_call *c, ans_form_head *head)
{
    ans_cx *cx = c->j->cx;
    ans_err err = ANS_OK;
    head->subject = local(operation_param(c->j, "subject"), "Patient", cx);
    head->encounter = local(operation_param(c->j, "encounter"), "Encounter", cx);
    head->author = c->j->who.practitioner.n ? local(c->j->who.practitioner, "Practitioner", cx) : ANS_STR_NONE;
    for (ans_jnode p = parameter(c, "context", ANS_JNONE); err == ANS_OK && p != ANS_JNONE; p = parameter(c, "context", p)) {
        err = launch_context(c, p);
    }
    err = err == ANS_OK && head->subject.n ? launch_reference(c, "patient", head->subject) : err;
    err = err == ANS_OK && head->encounter.n ? launch_reference(c, "encounter", head->encounter) : err;
    return err == ANS_OK && head->author.n ? launch_reference(c, "user", head->author) : err;
}

/* ---- the operations ---- */

static ans_err begin(form_call *c, job *j, ans_reader *rd)
{
    *c = (form_call){.j = j, .rd = rd};
    c->env.zone = ans_search_zone(j->rest->o.search);
    ans_err err = read_posted(c);
    err = err == ANS_OK && j->rest->o.defs ? ans_defs_enter(j->cx, j->rest->o.defs, &c->view) : err;
    c->env.defs = c->view;
    c->env.has_code = c->view ? ans_term_has : NULL;
    return err;
}

static ans_err answer_text(form_call *c, ans_str text)
{
    ans_buf b;
    ans_buf_init_arena(&b, c->j->cx->arena, MOST_BYTES);
    ans_buf_add(&b, text);
    return operation_answer(c->j, &b);
}

/* What may be settled: settle=true goes on until items calculated from calculated items have their values. */
ans_err form_calculate_run(job *j, ans_reader *rd)
{
    form_call c;
    ans_jnode response = ANS_JNONE;
    ans_str text;
    ans_err err = begin(&c, j, rd);
    err = err == ANS_OK ? find_response(&c, &response) : err;
    err = err == ANS_OK ? find_form(&c, response) : err;
    bool settle = err == ANS_OK && ans_str_is(operation_param(j, "settle"), "true");
    err = err == ANS_OK ? ans_form_calculate(j->cx, c.form, &c.env, &c.doc, response, settle ? ANS_FORM_SETTLE : 1, &text) : err;
    err = err == ANS_OK ? answer_text(&c, text) : err;
    ans_defs_leave(c.view);
    return err;
}

ans_err form_extract_run(job *j, ans_reader *rd)
{
    form_call c;
    ans_jnode response = ANS_JNONE;
    ans_str text;
    ans_err err = begin(&c, j, rd);
    err = err == ANS_OK ? find_response(&c, &response) : err;
    err = err == ANS_OK ? find_form(&c, response) : err;
    err = err == ANS_OK ? ans_form_extract(j->cx, c.form, &c.env, &c.doc, response, &text) : err;
    err = err == ANS_OK ? answer_text(&c, text) : err;
    ans_defs_leave(c.view);
    return err;
}

/* Questionnaire/<id>/$populate: a form of the record or of those built in. */
static ans_err form_of_address(form_call *c)
{
    const ans_def *def = c->view ? ans_defs_by_id(c->view, c->j->route.type, c->j->route.id) : NULL;
    const void *made;
    if (!def) {
        return ans_issue_add(c->j->cx, ANS_E_NOTFOUND, ANS_STR("http.url"), "no form of this id is defined here");
    }
    ans_err err = ans_def_made(c->j->cx, c->view, def, ANS_DEF_FORM, ans_form_make, &made);
    c->form = err == ANS_OK ? made : NULL;
    return err;
}

ans_err form_populate_run(job *j, ans_reader *rd)
{
    form_call c;
    ans_form_head head = {0};
    ans_str text;
    ans_err err = begin(&c, j, rd);
    c.env.query = run_query;
    c.env.query_arg = &c;
    err = err != ANS_OK ? err : j->route.id.n ? form_of_address(&c) : find_form(&c, ANS_JNONE);
    err = err == ANS_OK ? launch_all(&c, &head) : err;
    err = err == ANS_OK ? ans_form_populate(j->cx, c.form, &c.env, &head, &text) : err;
    err = err == ANS_OK ? answer_text(&c, text) : err;
    ans_defs_leave(c.view);
    return err;
}

/* ---- $validate ---- */

static void write_issue(ans_jw *w, const ans_form_issue *i)
{
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("severity"), ans_str_of(i->severity));
    ans_jw_kv(w, ANS_STR("code"), ans_str_of(i->code));
    ans_jw_key(w, ANS_STR("details"));
    ans_jw_begin(w, '{');
    ans_jw_key(w, ANS_STR("coding"));
    ans_jw_begin(w, '[');
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("system"), ANS_STR("urn:ansinh:form-rule"));
    ans_jw_kv(w, ANS_STR("code"), ans_str_of(i->rule));
    ans_jw_end(w, '}');
    ans_jw_end(w, ']');
    if (i->vi) {
        ans_jw_kv(w, ANS_STR("text"), ans_str_of(i->vi));
    }
    ans_jw_end(w, '}');
    ans_jw_kv(w, ANS_STR("diagnostics"), i->text);
    ans_jw_key(w, ANS_STR("expression"));
    ans_jw_begin(w, '[');
    ans_jw_str(w, i->expression);
    ans_jw_end(w, ']');
    ans_jw_end(w, '}');
}

/* The form that came along, or the one the response names; none of either: false. */
static ans_err form_for(form_call *c, const ans_json *doc, ans_jnode response, ans_jnode given, bool *out_has)
{
    ans_cx *cx = c->j->cx;
    ans_cx work = {.arena = cx->arena, .deadline_us = cx->deadline_us}; /* that there is none is no fault of the response */
    ans_str canonical = ans_json_get_string(cx, doc, response, ANS_STR("questionnaire"));
    job quiet = *c->j;
    *out_has = given != ANS_JNONE || (canonical.n && c->view);
    if (given != ANS_JNONE || !*out_has) {
        return given == ANS_JNONE ? ANS_OK : ans_form_compile(cx, cx->arena, doc, given, &c->form);
    }
    quiet.cx = &work;
    form_call inner = {.j = &quiet, .rd = c->rd, .view = c->view, .parameters = ANS_JNONE};
    ans_err err = defined_form(&inner, canonical);
    c->form = inner.form;
    c->j->touched = quiet.touched;
    c->j->patients = quiet.patients;
    *out_has = err == ANS_OK;
    return err == ANS_E_NOTFOUND ? ANS_OK : ans_issue_pass(cx, &work, err);
}

ans_err form_write_issues(job *j, ans_reader *rd, const ans_defs_view *view, const ans_json *doc, ans_jnode response, ans_jnode form, ans_jw *w)
{
    form_call c = {.j = j, .rd = rd, .view = view, .parameters = ANS_JNONE};
    ans_form_result r = {0};
    bool has = false;
    c.env = (ans_form_env){.zone = ans_search_zone(j->rest->o.search), .defs = view, .has_code = view ? ans_term_has : NULL};
    ans_err err = form_for(&c, doc, response, form, &has);
    err = err == ANS_OK && has ? ans_form_check_response(j->cx, c.form, &c.env, doc, response, &r) : err;
    for (uint32_t i = 0; err == ANS_OK && i < r.count; i++) {
        write_issue(w, &r.issues[i]);
    }
    return err;
}
