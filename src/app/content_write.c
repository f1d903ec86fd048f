/* Writing resources of content: the parts that several kinds of them have in common. */
#include "app/content.h"

#include <stdarg.h>
#include <stdio.h>

#define RESOURCE_BYTES ((size_t)4 << 20)
#define EXTENSION "urn:ansinh:extension:"

ans_str content_text(content *c, const char *fmt, ...)
{
    char text[512];
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    return ans_arena_dup(c->cx->arena, (ans_str){text, n < 0 ? 0 : (size_t)n < sizeof text ? (size_t)n : sizeof text - 1});
}

void content_begin(content *c, const char *type, ans_str id, const char *part)
{
    content_resource *grown = ans_arena_grow(c->cx->arena, c->at, c->count, &c->cap, 1024, sizeof *grown);
    ans_buf_init_arena(&c->b, c->cx->arena, RESOURCE_BYTES);
    ans_jw_init(&c->w, &c->b);
    if (grown) {
        c->at = grown;
        c->at[c->count] = (content_resource){.type = type, .id = id};
    } else {
        c->b.err_ = ANS_E_NOMEM; /* met in content_end */
    }
    ans_jw_begin(&c->w, '{');
    ans_jw_kv(&c->w, ANS_STR("resourceType"), ans_str_of(type));
    ans_jw_kv(&c->w, ANS_STR("id"), id);
    ans_jw_key(&c->w, ANS_STR("meta"));
    ans_jw_begin(&c->w, '{');
    ans_jw_key(&c->w, ANS_STR("tag"));
    ans_jw_begin(&c->w, '[');
    content_coding(c, NULL, "urn:ansinh:tag:content", ans_str_of(part));
    ans_jw_end(&c->w, ']');
    ans_jw_end(&c->w, '}');
}

ans_err content_end(content *c)
{
    ans_str body;
    ans_jw_end(&c->w, '}');
    ans_err err = ans_buf_finish(&c->b, &body);
    if (err != ANS_OK) {
        return ans_cx_nomem(c->cx);
    }
    content_resource *r = &c->at[c->count];
    if (!ans_id_is_valid(r->id)) {
        return ans_issue_add(c->cx, ANS_E_INVALID, ANS_STR_NONE, "content: %.*s is no id", ANS_FMT(r->id));
    }
    r->body = body;
    c->count++;
    return ANS_OK;
}

void content_coding(content *c, const char *key, const char *system, ans_str code)
{
    if (key) {
        ans_jw_key(&c->w, ans_str_of(key));
    }
    ans_jw_begin(&c->w, '{');
    ans_jw_kv(&c->w, ANS_STR("system"), ans_str_of(system));
    ans_jw_kv(&c->w, ANS_STR("code"), code);
    ans_jw_end(&c->w, '}');
}

void content_concept(content *c, const char *key, const char *system, ans_str code)
{
    ans_jw_key(&c->w, ans_str_of(key));
    ans_jw_begin(&c->w, '[');
    ans_jw_begin(&c->w, '{');
    ans_jw_key(&c->w, ANS_STR("coding"));
    ans_jw_begin(&c->w, '[');
    content_coding(c, NULL, system, code);
    ans_jw_end(&c->w, ']');
    ans_jw_end(&c->w, '}');
    ans_jw_end(&c->w, ']');
}

void content_reference(content *c, const char *key, ans_str organization)
{
    ans_jw_key(&c->w, ans_str_of(key));
    ans_jw_begin(&c->w, '{');
    ans_jw_kv(&c->w, ANS_STR("reference"), content_text(c, "Organization/%.*s", ANS_FMT(organization)));
    ans_jw_end(&c->w, '}');
}

void content_period(content *c, const char *key, ans_day from, ans_day to)
{
    if (from == ANS_DAY_MIN && to == ANS_DAY_MAX) {
        return;
    }
    ans_jw_key(&c->w, ans_str_of(key));
    ans_jw_begin(&c->w, '{');
    if (from != ANS_DAY_MIN) {
        ans_jw_kv(&c->w, ANS_STR("start"), ans_day_print(c->cx->arena, from));
    }
    if (to != ANS_DAY_MAX) {
        ans_jw_kv(&c->w, ANS_STR("end"), ans_day_print(c->cx->arena, to));
    }
    ans_jw_end(&c->w, '}');
}

void content_period_part(content *c, ans_day from, ans_day to)
{
    if (from == ANS_DAY_MIN && to == ANS_DAY_MAX) {
        return;
    }
    ans_jw_begin(&c->w, '{');
    ans_jw_kv(&c->w, ANS_STR("url"), ANS_STR("period"));
    content_period(c, "valuePeriod", from, to);
    ans_jw_end(&c->w, '}');
}

void content_part(content *c, const char *url, const char *value_key, ans_str value)
{
    if (!value.n) {
        return;
    }
    ans_jw_begin(&c->w, '{');
    ans_jw_kv(&c->w, ANS_STR("url"), ans_str_of(url));
    ans_jw_kv(&c->w, ans_str_of(value_key), value);
    ans_jw_end(&c->w, '}');
}

static void begin_extension(content *c, const char *url)
{
    ans_jw_begin(&c->w, '{');
    ans_jw_kv(&c->w, ANS_STR("url"), ans_str_of(url));
    ans_jw_key(&c->w, ANS_STR("extension"));
    ans_jw_begin(&c->w, '[');
}

static void end_extension(content *c)
{
    ans_jw_end(&c->w, ']');
    ans_jw_end(&c->w, '}');
}

void content_dated_name(content *c, ans_str name, ans_day from, ans_day to)
{
    begin_extension(c, EXTENSION "dated-name");
    content_part(c, "value", "valueString", name);
    content_period_part(c, from, to);
    end_extension(c);
}

void content_duty(content *c, ans_str function, ans_str line, ans_day from, ans_day to, ans_str legal)
{
    begin_extension(c, EXTENSION "responsibility");
    content_part(c, "line", "valueCode", line);
    ans_jw_begin(&c->w, '{');
    ans_jw_kv(&c->w, ANS_STR("url"), ANS_STR("function"));
    content_coding(c, "valueCoding", "urn:ansinh:function", function);
    ans_jw_end(&c->w, '}');
    content_period_part(c, from, to);
    content_part(c, "legal-basis", "valueString", legal);
    end_extension(c);
}

void content_org_tail(content *c, const char *kind, ans_str name)
{
    ans_jw_key(&c->w, ANS_STR("active"));
    ans_jw_bool(&c->w, true);
    content_concept(c, "type", "urn:ansinh:organization-kind", ans_str_of(kind));
    ans_jw_kv(&c->w, ANS_STR("name"), name);
}

ans_err content_put_link(content *c, const content_link *l)
{
    content_begin(c, "OrganizationAffiliation", l->id, "organisations");
    if (l->legal.n || l->function.n) {
        ans_jw_key(&c->w, ANS_STR("extension"));
        ans_jw_begin(&c->w, '[');
        content_part(c, EXTENSION "legal-basis", "valueString", l->legal);
        if (l->function.n) {
            ans_jw_begin(&c->w, '{');
            ans_jw_kv(&c->w, ANS_STR("url"), ANS_STR(EXTENSION "function"));
            content_coding(c, "valueCoding", "urn:ansinh:function", l->function);
            ans_jw_end(&c->w, '}');
        }
        ans_jw_end(&c->w, ']');
    }
    ans_jw_key(&c->w, ANS_STR("active"));
    ans_jw_bool(&c->w, true);
    content_period(c, "period", l->from, l->to);
    content_reference(c, "organization", l->upper);
    content_reference(c, "participatingOrganization", l->lower);
    content_concept(c, "code", "urn:ansinh:organization-relation", ans_str_of(l->relation));
    if (l->line.n) {
        content_concept(c, "specialty", "urn:ansinh:line", l->line);
    }
    return content_end(c);
}
