/* A terminology operation's call: where its parameters are, and how its answer is written. */
#include <stdarg.h>
#include <stdio.h>

#include "rest/term_int.h"

#define MOST_BYTES ((size_t)64 << 20)

/* ---- parameters ---- */

static ans_err read_posted(term_call *c)
{
    c->parameters = ANS_JNONE;
    if (!c->j->rq.body.n) {
        return ANS_OK;
    }
    ans_err err = ans_json_parse(c->cx, c->j->rq.body, NULL, &c->doc);
    if (err != ANS_OK) {
        c->doc.text = NULL;
        return err;
    }
    c->parameters = ans_json_get(&c->doc, 0, ANS_STR("parameter"));
    if (c->parameters != ANS_JNONE && ans_json_kind_of(&c->doc, c->parameters) != ANS_JSON_ARRAY) {
        return ans_issue_add(c->cx, ANS_E_INVALID, ANS_STR("Parameters.parameter"), "must be a list");
    }
    return ANS_OK;
}

static ans_err read_common(term_call *c)
{
    ans_str date = term_param(c, "date");
    c->scope.day = ANS_TERM_TODAY;
    c->language = term_param(c, "displayLanguage");
    if (date.n && !ans_term_day(date, &c->scope.day)) {
        return term_bad(c, ANS_E_VALUE, "date", "is no date");
    }
    return ANS_OK;
}

ans_err term_run(job *j, ans_err (*run)(term_call *c))
{
    term_call c = {.j = j, .cx = j->cx};
    if (!j->rest->o.defs) {
        return ans_issue_add(j->cx, ANS_E_UNSUPPORTED, ANS_STR("http.url"), "nothing is defined here");
    }
    ans_err err = ans_defs_enter(j->cx, j->rest->o.defs, &c.scope.defs);
    if (err != ANS_OK) {
        return err;
    }
    ans_buf_init_arena(&c.b, j->cx->arena, MOST_BYTES);
    ans_jw_init(&c.w, &c.b);
    err = read_posted(&c);
    err = err == ANS_OK ? read_common(&c) : err;
    err = err == ANS_OK ? run(&c) : err;
    err = err == ANS_OK ? operation_answer(j, &c.b) : err;
    ans_defs_leave(c.scope.defs);
    return err;
}

ans_err term_bad(term_call *c, ans_err err, const char *name, const char *fmt, ...)
{
    char text[400];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, fmt, args); /* cut when longer */
    va_end(args);
    ans_str where = c->parameters != ANS_JNONE ? ans_arena_fmt(c->cx->arena, "Parameters.parameter.where(name='%s')", name)
                                               : ans_arena_fmt(c->cx->arena, "http.%s", name);
    return ans_issue_add(c->cx, err, where, "%s: %s", name, text);
}

ans_jnode term_posted(term_call *c, const char *name, ans_jnode after)
{
    if (c->parameters == ANS_JNONE) {
        return ANS_JNONE;
    }
    ans_jnode p = after == ANS_JNONE ? ans_json_first(&c->doc, c->parameters) : ans_json_next(&c->doc, c->parameters, after);
    while (p != ANS_JNONE && !ans_str_is(ans_json_get_string(c->cx, &c->doc, p, ANS_STR("name")), name)) {
        p = ans_json_next(&c->doc, c->parameters, p);
    }
    return p;
}

static ans_str value_of(term_call *c, ans_jnode p)
{
    ANS_JSON_EACH(&c->doc, p, member)
    {
        if (ans_str_starts(ans_json_key(&c->doc, member), ANS_STR("value")) && ans_json_kind_of(&c->doc, member) < ANS_JSON_ARRAY) {
            ans_str text = ans_json_string(c->cx, &c->doc, member);
            return text.p ? text : ans_json_raw(&c->doc, member);
        }
    }
    return ANS_STR_NONE;
}

/* The n-th of a name, from 0. Linear in what was given: not for loops over concepts. */
static ans_str param_at(term_call *c, const char *name, uint32_t n)
{
    ans_str query = c->j->route.query, pair, key;
    for (bool more = query.n > 0; more;) {
        more = ans_str_cut(&query, '&', &pair);
        bool has_value = ans_str_cut(&pair, '=', &key);
        if (has_value && ans_str_is(ans_query_decode(c->cx, key), name) && n-- == 0) {
            return ans_query_decode(c->cx, pair);
        }
    }
    for (ans_jnode p = term_posted(c, name, ANS_JNONE); p != ANS_JNONE; p = term_posted(c, name, p)) {
        if (n-- == 0) {
            return value_of(c, p);
        }
    }
    return ANS_STR_NONE;
}

ans_str term_param(term_call *c, const char *name)
{
    return param_at(c, name, 0);
}

ans_err term_read_properties(term_call *c)
{
    ans_str one = param_at(c, "property", 0);
    c->property_count = 0;
    c->properties = one.p ? ANS_NEW_N(c->cx->arena, ans_str, MOST_PROPERTIES) : NULL;
    if (one.p && !c->properties) {
        return ans_cx_nomem(c->cx);
    }
    for (; one.p; one = param_at(c, "property", c->property_count)) {
        if (c->property_count == MOST_PROPERTIES) {
            return term_bad(c, ANS_E_COSTLY, "property", "name at most %d", MOST_PROPERTIES);
        }
        c->properties[c->property_count++] = one;
    }
    return ANS_OK;
}

ans_err term_flag(term_call *c, const char *name, bool unsaid, bool *out)
{
    ans_str text = term_param(c, name);
    *out = text.p ? ans_str_is(text, "true") : unsaid;
    return !text.p || *out || ans_str_is(text, "false") ? ANS_OK : term_bad(c, ANS_E_VALUE, name, "is true or false");
}

ans_err term_number(term_call *c, const char *name, uint32_t unsaid, uint32_t *out)
{
    ans_str text = term_param(c, name);
    uint64_t n = unsaid;
    if (text.p && (!ans_str_u64(text, &n) || n > INT32_MAX)) {
        return term_bad(c, ANS_E_VALUE, name, "is a number from 0");
    }
    *out = (uint32_t)n;
    return ANS_OK;
}

ans_jnode term_resource(term_call *c, const char *name, const char *type)
{
    ans_jnode p = term_posted(c, name, ANS_JNONE);
    if (p != ANS_JNONE) {
        return ans_json_get(&c->doc, p, ANS_STR("resource"));
    }
    return c->doc.text && ans_str_is(ans_json_get_string(c->cx, &c->doc, 0, ANS_STR("resourceType")), type) ? 0 : ANS_JNONE;
}

ans_term_code term_coding_in(term_call *c, ans_jnode coding)
{
    return (ans_term_code){.system = ans_json_get_string(c->cx, &c->doc, coding, ANS_STR("system")),
                           .version = ans_json_get_string(c->cx, &c->doc, coding, ANS_STR("version")),
                           .code = ans_json_get_string(c->cx, &c->doc, coding, ANS_STR("code")),
                           .display = ans_json_get_string(c->cx, &c->doc, coding, ANS_STR("display"))};
}

bool term_coding(term_call *c, const char *name, ans_term_code *out)
{
    ans_jnode p = term_posted(c, name, ANS_JNONE);
    ans_jnode coding = p == ANS_JNONE ? ANS_JNONE : ans_json_get(&c->doc, p, ANS_STR("valueCoding"));
    if (coding == ANS_JNONE) {
        return false;
    }
    *out = term_coding_in(c, coding);
    return true;
}

ans_err term_code_asked(term_call *c, const char *version_name, ans_term_code *out)
{
    if (!term_coding(c, "coding", out)) {
        *out = (ans_term_code){.system = term_param(c, "system"),
                               .version = version_name ? term_param(c, version_name) : ANS_STR_NONE,
                               .code = term_param(c, "code"),
                               .display = term_param(c, "display")};
    }
    return out->code.n ? ANS_OK : term_bad(c, ANS_E_INVALID, "code", "give code and system, or a coding that has both");
}

/* ---- what it is about ---- */

static const ans_def *def_of_id(term_call *c)
{
    return ans_defs_by_id(c->scope.defs, c->j->route.type, c->j->route.id);
}

static ans_err no_such_id(term_call *c)
{
    return ans_issue_add(c->cx, ANS_E_NOTFOUND, ANS_STR("http.url"), "there is none of that id, or it has no url");
}

ans_err term_set(term_call *c, const ans_term_set **out, const ans_json **out_doc, ans_jnode *out_root)
{
    ans_str url = term_param(c, "url"), version = term_param(c, "valueSetVersion");
    ans_jnode given = term_resource(c, "valueSet", "ValueSet");
    ans_err err = ANS_OK;
    *out = NULL;
    if (c->j->route.id.n) {
        const ans_def *def = def_of_id(c);
        err = def ? ans_term_set_of_def(c->cx, &c->scope, def, out) : no_such_id(c);
    } else if (given != ANS_JNONE) {
        err = ans_term_set_of_doc(c->cx, &c->doc, given, out);
    } else if (!url.n) {
        return term_bad(c, ANS_E_INVALID, "url", "say which value set: url, or post it as valueSet");
    } else {
        ans_str canonical = version.n ? ans_arena_fmt(c->cx->arena, "%.*s|%.*s", ANS_FMT(url), ANS_FMT(version)) : url;
        err = canonical.p ? ans_term_set_find(c->cx, &c->scope, canonical, out) : ans_cx_nomem(c->cx);
    }
    if (err == ANS_OK && !*out) {
        return term_bad(c, ANS_E_NOTFOUND, "url", "there is no value set %.*s here", ANS_FMT(url));
    }
    if (err == ANS_OK) {
        ans_term_set_doc(*out, out_doc, out_root);
    }
    return err;
}

ans_err term_system(term_call *c, const char *url_name, ans_str version, const ans_term_system **out, ans_str *out_url)
{
    ans_str url = url_name ? term_param(c, url_name) : ANS_STR_NONE;
    ans_jnode given = term_resource(c, "codeSystem", "CodeSystem");
    const ans_def *def = c->j->route.id.n ? def_of_id(c) : NULL;
    *out = NULL;
    *out_url = url;
    ans_err err = c->j->route.id.n     ? def ? ans_term_system_of_def(c->cx, &c->scope, def, out) : no_such_id(c)
                  : given != ANS_JNONE ? ans_term_system_of_doc(c->cx, &c->doc, given, out)
                  : url.n              ? ans_term_system_find(c->cx, &c->scope, url, version, out)
                                       : ANS_OK;
    if (err == ANS_OK && *out) {
        *out_url = ans_term_system_url(*out);
    }
    return err;
}

/* ---- the answer ---- */

void term_begin(term_call *c)
{
    ans_jw_begin(&c->w, '{');
    ans_jw_kv(&c->w, ANS_STR("resourceType"), ANS_STR("Parameters"));
    ans_jw_key(&c->w, ANS_STR("parameter"));
    ans_jw_begin(&c->w, '[');
}

void term_end(term_call *c)
{
    ans_jw_end(&c->w, ']');
    ans_jw_end(&c->w, '}');
}

void term_put(term_call *c, const char *name, const char *value, ans_str text)
{
    if (text.n) {
        ans_jw_begin(&c->w, '{');
        ans_jw_kv(&c->w, ANS_STR("name"), ans_str_of(name));
        ans_jw_kv(&c->w, ans_str_of(value), text);
        ans_jw_end(&c->w, '}');
    }
}

void term_put_flag(term_call *c, const char *name, bool flag)
{
    ans_jw_begin(&c->w, '{');
    ans_jw_kv(&c->w, ANS_STR("name"), ans_str_of(name));
    ans_jw_key(&c->w, ANS_STR("valueBoolean"));
    ans_jw_bool(&c->w, flag);
    ans_jw_end(&c->w, '}');
}

void term_open(term_call *c, const char *name)
{
    ans_jw_begin(&c->w, '{');
    ans_jw_kv(&c->w, ANS_STR("name"), ans_str_of(name));
    ans_jw_key(&c->w, ANS_STR("part"));
    ans_jw_begin(&c->w, '[');
}

void term_close(term_call *c)
{
    ans_jw_end(&c->w, ']');
    ans_jw_end(&c->w, '}');
}

static void put_said(ans_jw *w, const char *key, ans_str text)
{
    if (text.n) {
        ans_jw_kv(w, ans_str_of(key), text);
    }
}

void term_put_coding(ans_jw *w, const ans_term_code *code)
{
    ans_jw_begin(w, '{');
    put_said(w, "system", code->system);
    put_said(w, "version", code->version);
    put_said(w, "code", code->code);
    put_said(w, "display", code->display);
    ans_jw_end(w, '}');
}

void term_put_designation(ans_jw *w, const ans_term_designation *d)
{
    put_said(w, "language", d->language);
    if (d->use != ANS_JNONE && ans_json_kind_of(d->doc, d->use) == ANS_JSON_OBJECT) {
        ans_jw_key(w, ANS_STR("use"));
        ans_jw_copy(w, d->doc, d->use);
    }
    put_said(w, "value", d->value);
}
