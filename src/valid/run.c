/* One run: what it found, the profiles it needs, and its limits. */
#include "valid/valid_int.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/os.h"

enum { MOST_STEPS = 2000000, MOST_DEPTH = 80 };

#define WORK_BYTES ((size_t)64 << 20)

const char *ans_valid_severity_name(uint8_t severity)
{
    return severity == ANS_VALID_ERROR ? "error" : severity == ANS_VALID_WARNING ? "warning" : "information";
}

ans_err ans_valid_spend(vrun *v, uint32_t steps)
{
    uint32_t most = v->env->max_steps ? v->env->max_steps : MOST_STEPS + v->doc->count * 16; /* a large resource may take its time */
    uint32_t before = v->steps;
    v->steps += steps;
    if (v->steps > most) {
        return ans_issue_add(v->cx, ANS_E_COSTLY, ANS_STR_NONE, "holding this against its definitions takes more than %u steps", most);
    }
    if (before / 4096 != v->steps / 4096 && ans_cx_is_late(v->cx)) {
        return ans_issue_add(v->cx, ANS_E_TIMEOUT, ANS_STR_NONE, "holding this against its definitions took too long");
    }
    return ANS_OK;
}

/* ---- issues ---- */

static void add_place(ans_buf *b, const vplace *at)
{
    const vplace *up[256];
    uint32_t count = 0;
    for (; at && count < sizeof up / sizeof *up; at = at->up) {
        up[count++] = at;
    }
    while (count-- > 0) {
        if (b->n) {
            ans_buf_add_c(b, '.');
        }
        ans_buf_add(b, up[count]->name);
        if (up[count]->index != MANY) {
            ans_buf_fmt(b, "[%u]", up[count]->index);
        }
    }
}

static ans_str place_text(vrun *v, const vplace *at)
{
    ans_buf b;
    ans_str out;
    ans_buf_init_arena(&b, v->cx->arena, 16384);
    add_place(&b, at);
    return ans_buf_finish(&b, &out) == ANS_OK ? out : ANS_STR_NONE;
}

static bool is_said(const vrun *v, const ans_valid_issue *issue)
{
    for (uint32_t i = 0; i < v->out->count; i++) {
        if (ans_str_eq(v->issues[i].expression, issue->expression) && ans_str_eq(v->issues[i].text, issue->text)) {
            return true;
        }
    }
    return false;
}

void ans_valid_say(vrun *v, ans_valid_severity severity, const char *code, const vplace *at, const char *fmt, ...)
{
    char text[1024];
    va_list args;
    v->quiet_errors += severity == ANS_VALID_ERROR;
    if (v->is_quiet) {
        return;
    }
    va_start(args, fmt);
    int n = vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    size_t kept = n < 0 ? 0 : (size_t)n < sizeof text ? (size_t)n : sizeof text - 1;
    while (kept && !ans_str_utf8((ans_str){text, kept})) {
        kept--; /* cut within a character */
    }
    ans_valid_issue issue = {severity, code, place_text(v, at), {text, kept}, v->is_base || !v->profile ? ANS_STR_NONE : v->profile->url, false};
    issue.is_form = !issue.profile.n && severity == ANS_VALID_ERROR && (strcmp(code, "structure") == 0 || strcmp(code, "value") == 0 || strcmp(code, "code-invalid") == 0);
    if (is_said(v, &issue)) {
        return;
    }
    v->out->errors += severity == ANS_VALID_ERROR;
    v->out->form_errors += issue.is_form;
    v->out->warnings += severity == ANS_VALID_WARNING;
    v->out->is_cut = v->out->count == ANS_VALID_MOST_ISSUES;
    issue.text = v->out->is_cut ? ANS_STR_NONE : ans_arena_dup(v->cx->arena, issue.text);
    if (!v->out->is_cut && issue.text.p) {
        v->issues[v->out->count++] = issue;
    }
}

/* ---- profiles ---- */

static ans_err compiled(vrun *v, ans_str url, const vprofile **out)
{
    const void *made = NULL;
    const ans_def *def = ans_defs_find(v->env->defs, v->structure_definition, url);
    ans_err err = def ? ans_def_made(v->cx, v->env->defs, def, ANS_DEF_VALID, ans_valid_compile, &made) : ANS_OK;
    *out = made;
    return err;
}

ans_err ans_valid_profile(vrun *v, ans_str url, const vprofile **out)
{
    return compiled(v, url, out);
}

ans_err ans_valid_base(vrun *v, ans_type type, const vprofile **out)
{
    *out = v->by_type ? atomic_load_explicit(&v->by_type[type], memory_order_acquire) : NULL;
    if (*out) {
        return ANS_OK;
    }
    char url[128];
    int n = snprintf(url, sizeof url, "http://hl7.org/fhir/StructureDefinition/%s", ans_fhir_types[type].name);
    ans_err err = compiled(v, (ans_str){url, (size_t)n}, out);
    if (err == ANS_OK && *out && (!(*out)->root || !(*out)->is_base)) {
        *out = NULL;
    }
    if (err == ANS_OK && *out && v->by_type) {
        atomic_store_explicit(&v->by_type[type], *out, memory_order_release);
    }
    return err;
}

/* ---- against a profile ---- */

ans_err ans_valid_against(vrun *v, const vitem *item, const vprofile *profile, const vplace *at)
{
    const vprofile *before = v->profile;
    bool was_base = v->is_base;
    if (!profile->root) {
        ans_valid_say(v, ANS_VALID_WARNING, "not-supported", at, "nothing is held against the profile %.*s: %.*s",
                      ANS_FMT(profile->url), ANS_FMT(profile->why));
        return ANS_OK;
    }
    if (!ans_fhir_is_a(item->type, profile->type)) {
        ans_valid_say(v, ANS_VALID_ERROR, "structure", at, "found %s, but the profile %.*s is about %s", ans_fhir_types[item->type].name,
                      ANS_FMT(profile->url), ans_fhir_types[profile->type].name);
        return ANS_OK;
    }
    if (profile->is_base || v->env->form_only) { /* the base walk has asked */
        return ANS_OK;
    }
    if (v->depth == MOST_DEPTH) {
        return ans_issue_add(v->cx, ANS_E_COSTLY, ANS_STR_NONE, "profiles lead into one another more than %d times", MOST_DEPTH);
    }
    v->depth++;
    v->profile = profile;
    v->is_base = false;
    ans_err err = ans_valid_item(v, item, profile->root, NULL, at);
    v->profile = before;
    v->is_base = was_base;
    v->depth--;
    return err;
}

ans_err ans_valid_by_url(vrun *v, const vitem *item, ans_str url, const vplace *at)
{
    const vprofile *p;
    ans_err err = ans_valid_profile(v, url, &p);
    if (err != ANS_OK || p) {
        return err == ANS_OK ? ans_valid_against(v, item, p, at) : err;
    }
    ans_valid_say(v, ANS_VALID_WARNING, "not-found", at, "the profile %.*s is not known here, so nothing is held against it", ANS_FMT(url));
    return ANS_OK;
}

ans_err ans_valid_conforms(vrun *v, const vitem *item, const vprofile *profile, const vplace *at, bool *out)
{
    bool was_quiet = v->is_quiet;
    uint32_t before = v->quiet_errors;
    v->is_quiet = true;
    ans_err err = ans_valid_against(v, item, profile, at);
    *out = v->quiet_errors == before;
    v->is_quiet = was_quiet;
    v->quiet_errors = before;
    return err;
}

/* ---- FHIRPath's questions ---- */

static ans_err host_resolve(void *arg, ans_cx *cx, const ans_item *from, ans_str reference, ans_item *out)
{
    vrun *v = arg;
    bool found = false;
    (void)cx;
    (void)from;
    ans_err err = ans_valid_resolve(v, reference, out, &found);
    if (err == ANS_OK && !found) { /* what the reference says of itself is enough for `resolve() is Patient` */
        ans_reference r;
        ans_reference_parse(reference, &r);
        *out = (ans_item){.kind = ANS_ITEM_NODE, .type = r.type, .node = ANS_JNONE, .sibling = ANS_JNONE, .text = reference};
        return r.type ? ANS_OK : ANS_E_NOTFOUND;
    }
    return err;
}

static ans_err host_member_of(void *arg, ans_cx *cx, const ans_item *item, ans_str value_set, bool *out)
{
    vrun *v = arg;
    ans_term_verdict verdict = ANS_TERM_UNKNOWN;
    (void)cx;
    ans_err err = ANS_OK;
    if (item->kind == ANS_ITEM_NODE && item->doc == v->doc) {
        err = ans_valid_in_value_set(v, &(vitem){item->node, item->sibling, item->type, MANY}, value_set, &verdict);
    }
    *out = verdict != ANS_TERM_OUT;
    return err;
}

static ans_err host_conforms(void *arg, ans_cx *cx, const ans_item *item, ans_str url, bool *out)
{
    vrun *v = arg;
    const vprofile *p;
    (void)cx;
    *out = true;
    if (item->kind != ANS_ITEM_NODE || item->doc != v->doc || item->node == ANS_JNONE) {
        return ANS_OK;
    }
    ans_err err = ans_valid_profile(v, url, &p);
    if (err == ANS_OK && p && p->is_base) {
        *out = ans_fhir_is_a(item->type, p->type);
        return ANS_OK;
    }
    return err == ANS_OK && p ? ans_valid_conforms(v, &(vitem){item->node, item->sibling, item->type, MANY}, p, NULL, out) : err;
}

/* ---- the whole ---- */

static ans_err given_profiles(vrun *v, ans_jnode root)
{
    ans_err err = ANS_OK;
    vitem item = {root, ANS_JNONE, ans_item_of_resource(v->doc, root).type, MANY};
    vplace at = {NULL, ans_fhir_type_name(item.type), MANY};
    v->resource = v->root_resource = ans_item_of_resource(v->doc, root);
    v->container = root;
    for (uint32_t i = 0; err == ANS_OK && item.type && i < v->env->profile_count; i++) {
        err = ans_valid_by_url(v, &item, v->env->profiles[i], &at);
    }
    return err;
}

static ans_err start(vrun *v)
{
    const vprofile *element = NULL;
    v->structure_definition = ans_fhir_type_named(ANS_STR("StructureDefinition"));
    v->value_set = ans_fhir_type_named(ANS_STR("ValueSet"));
    v->code_system = ans_fhir_type_named(ANS_STR("CodeSystem"));
    v->quantity = ans_fhir_type_named(ANS_STR("Quantity"));
    v->issues = ANS_NEW_N(v->cx->arena, ans_valid_issue, ANS_VALID_MOST_ISSUES);
    v->work.arena = ans_arena_new(WORK_BYTES);
    v->work.deadline_us = v->cx->deadline_us;
    if (!v->issues || !v->work.arena) {
        return ans_cx_nomem(v->cx);
    }
    v->host = (ans_path_host){.arg = v, .resolve = host_resolve, .member_of = host_member_of, .conforms_to = host_conforms};
    v->path_env = (ans_path_env){.host = &v->host, .resource = &v->resource, .root_resource = &v->root_resource, .zone = v->env->zone, .max_steps = MOST_STEPS};
    ans_err err = compiled(v, ANS_STR("http://hl7.org/fhir/StructureDefinition/Element"), &element);
    v->by_type = element ? element->by_type : NULL;
    return err;
}

ans_err ans_valid_resource(ans_cx *cx, const ans_valid_env *env, const ans_json *doc, ans_jnode root, ans_valid_result *out)
{
    ans_valid_result result = {0};
    vrun v = {.cx = cx, .env = env, .doc = doc, .out = &result, .is_base = true, .container = ANS_JNONE, .bundle = ANS_JNONE};
    ans_err err = start(&v);
    err = err == ANS_OK ? ans_valid_one_resource(&v, root, NULL, NULL) : err;
    err = err == ANS_OK && env->profile_count ? given_profiles(&v, root) : err;
    ans_arena_free(v.work.arena);
    if (err == ANS_OK) {
        result.issues = v.issues;
        *out = result;
    }
    return err;
}
