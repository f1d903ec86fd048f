/* Parameters, printed. */
#include "rest/params.h"

#include "fhir/value.h"

static void begin(ans_jw *w, const char *name)
{
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("name"), ans_str_of(name));
}

void params_open(ans_jw *w)
{
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("resourceType"), ANS_STR("Parameters"));
    ans_jw_key(w, ANS_STR("parameter"));
    ans_jw_begin(w, '[');
}

void params_close(ans_jw *w)
{
    ans_jw_end(w, ']');
    ans_jw_end(w, '}');
}

void params_text(ans_jw *w, const char *name, const char *type, ans_str value)
{
    if (value.n) {
        begin(w, name);
        ans_jw_kv(w, ans_str_of(type), value);
        ans_jw_end(w, '}');
    }
}

void params_raw(ans_jw *w, const char *name, const char *type, ans_str value)
{
    begin(w, name);
    ans_jw_key(w, ans_str_of(type));
    ans_jw_raw(w, value);
    ans_jw_end(w, '}');
}

void params_int(ans_jw *w, const char *name, int64_t value)
{
    begin(w, name);
    ans_jw_key(w, ANS_STR("valueInteger"));
    ans_jw_int(w, value);
    ans_jw_end(w, '}');
}

void params_bool(ans_jw *w, const char *name, bool value)
{
    begin(w, name);
    ans_jw_key(w, ANS_STR("valueBoolean"));
    ans_jw_bool(w, value);
    ans_jw_end(w, '}');
}

void params_instant(ans_jw *w, const char *name, int64_t us)
{
    char when[ANS_INSTANT_BYTES];
    ans_instant_print(us, when);
    params_text(w, name, "valueInstant", (ans_str){when, sizeof when});
}

void params_reference(ans_cx *cx, ans_jw *w, const char *name, const char *type, ans_str id, ans_str display)
{
    if (!id.n) {
        return;
    }
    begin(w, name);
    ans_jw_key(w, ANS_STR("valueReference"));
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("reference"), ans_arena_fmt(cx->arena, "%s/%.*s", type, ANS_FMT(id)));
    if (display.n) {
        ans_jw_kv(w, ANS_STR("display"), display);
    }
    ans_jw_end(w, '}');
    ans_jw_end(w, '}');
}

void params_part(ans_jw *w, const char *name)
{
    begin(w, name);
    ans_jw_key(w, ANS_STR("part"));
    ans_jw_begin(w, '[');
}

void params_end_part(ans_jw *w)
{
    ans_jw_end(w, ']');
    ans_jw_end(w, '}');
}
