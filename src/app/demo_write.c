/* What the parts of demo write with: random numbers and resources. */
#include "app/demo.h"

#include <stdarg.h>
#include <stdio.h>

#include "fhir/value.h"

/* ---- random numbers: splitmix64 ---- */

uint64_t demo_random(demo *d)
{
    uint64_t z = (d->state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

void demo_reseed(demo *d, uint64_t who, uint64_t what)
{
    d->state = d->o->seed ^ (who * 0xd6e8feb86659fd93u) ^ (what * 0xa0761d6478bd642fu);
    d->state = demo_random(d);
}

int demo_between(demo *d, int low, int high)
{
    return low + (int)(demo_random(d) % (uint64_t)(high - low + 1));
}

bool demo_chance(demo *d, int percent)
{
    return demo_between(d, 1, 100) <= percent;
}

/* ---- resources ---- */

static ans_str format(demo *d, const char *fmt, va_list args)
{
    char text[1024];
    int n = vsnprintf(text, sizeof text, fmt, args);
    return ans_arena_dup(d->scratch.arena,
                         (ans_str){text, n < 0                     ? 0
                                         : (size_t)n < sizeof text ? (size_t)n
                                                                   : sizeof text - 1});
}

static void open_resource(demo *d, const char *type, ans_str id, const char *system, const char *label, const char *house)
{
    static const char test[] = "{\"system\":\"" TERMINOLOGY "v3-ActReason\",\"code\":\"HTEST\"}";
    d->entries++;
    ans_jw_begin(&d->w, '{');
    ans_jw_key(&d->w, ANS_STR("request"));
    ans_jw_begin(&d->w, '{');
    ans_jw_kv(&d->w, ANS_STR("method"), ANS_STR("PUT"));
    demo_text(d, "url", "%s/%.*s", type, ANS_FMT(id));
    ans_jw_end(&d->w, '}');
    ans_jw_key(&d->w, ANS_STR("resource"));
    ans_jw_begin(&d->w, '{');
    ans_jw_kv(&d->w, ANS_STR("resourceType"), ans_str_of(type));
    ans_jw_kv(&d->w, ANS_STR("id"), id);
    if (house) {
        demo_json(d, "meta", "{\"security\":[%s],\"tag\":[{\"system\":\"urn:ansinh:tag:facility\",\"code\":\"%s\"}]}", test, house);
    } else if (label) {
        demo_json(d, "meta",
                  "{\"security\":[%s,{\"system\":\"%s\",\"code\":\"%s\"}]}",
                  test, system, label);
    } else {
        demo_json(d, "meta", "{\"security\":[%s]}", test);
    }
}

void demo_begin(demo *d, const char *type, const char *fmt_id, ...)
{
    va_list args;
    va_start(args, fmt_id);
    ans_str id = format(d, fmt_id, args);
    va_end(args);
    open_resource(d, type, id, NULL, NULL, NULL);
}

void demo_begin_labelled(demo *d, const char *type, const char *label, const char *fmt_id, ...)
{
    va_list args;
    va_start(args, fmt_id);
    ans_str id = format(d, fmt_id, args);
    va_end(args);
    open_resource(d, type, id, TERMINOLOGY "v3-ActCode", label, NULL);
}

void demo_begin_labelled_in(demo *d, const char *type, const char *system, const char *label, const char *fmt_id, ...)
{
    va_list args;
    va_start(args, fmt_id);
    ans_str id = format(d, fmt_id, args);
    va_end(args);
    open_resource(d, type, id, system, label, NULL);
}

void demo_begin_of_house(demo *d, const facility *f, const char *type, const char *fmt_id, ...)
{
    va_list args;
    va_start(args, fmt_id);
    ans_str id = format(d, fmt_id, args);
    va_end(args);
    open_resource(d, type, id, NULL, NULL, demo_facility_id(d, f));
}

void demo_end(demo *d)
{
    ans_jw_end(&d->w, '}');
    ans_jw_end(&d->w, '}');
}

void demo_text(demo *d, const char *key, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    ans_str text = format(d, fmt, args);
    va_end(args);
    ans_jw_kv(&d->w, ans_str_of(key), text);
}

void demo_json(demo *d, const char *key, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    ans_str text = format(d, fmt, args);
    va_end(args);
    ans_jw_key(&d->w, ans_str_of(key));
    ans_jw_raw(&d->w, text);
}

void demo_reference(demo *d, const char *key, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    ans_str text = format(d, fmt, args);
    va_end(args);
    ans_jw_key(&d->w, ans_str_of(key));
    ans_jw_begin(&d->w, '{');
    ans_jw_kv(&d->w, ANS_STR("reference"), text);
    ans_jw_end(&d->w, '}');
}

void demo_concept(demo *d, const char *key, const char *system, const char *code,
                  const char *display, const char *text)
{
    ans_jw *w = &d->w;
    ans_jw_key(w, ans_str_of(key));
    ans_jw_begin(w, '{');
    ans_jw_key(w, ANS_STR("coding"));
    ans_jw_begin(w, '[');
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("system"), ans_str_of(system));
    ans_jw_kv(w, ANS_STR("code"), ans_str_of(code));
    if (display) {
        ans_jw_kv(w, ANS_STR("display"), ans_str_of(display));
    }
    ans_jw_end(w, '}');
    ans_jw_end(w, ']');
    if (text) {
        ans_jw_kv(w, ANS_STR("text"), ans_str_of(text));
    }
    ans_jw_end(w, '}');
}

void demo_subject(demo *d, const char *key, const resident *r)
{
    demo_reference(d, key, "Patient/demo-patient-%u", r->number);
}

void demo_about(demo *d, const resident *r)
{
    demo_subject(d, "subject", r);
    demo_reference(d, "encounter", "Encounter/demo-stay-%u", r->number);
}

void demo_times(demo *d, const char *key, const int16_t *minutes, int n)
{
    ans_jw *w = &d->w;
    ans_jw_key(w, ans_str_of(key));
    ans_jw_begin(w, '{');
    ans_jw_key(w, ANS_STR("repeat"));
    ans_jw_begin(w, '{');
    demo_json(d, "frequency", "%d", n);
    demo_json(d, "period", "1");
    demo_text(d, "periodUnit", "d");
    ans_jw_key(w, ANS_STR("timeOfDay"));
    ans_jw_begin(w, '[');
    for (int i = 0; i < n; i++) {
        ans_str clock = demo_clock(d, minutes[i]);
        ans_jw_str(w, ans_arena_fmt(d->scratch.arena, "%.*s:00", ANS_FMT(clock)));
    }
    ans_jw_end(w, ']');
    ans_jw_end(w, '}');
    ans_jw_end(w, '}');
}

ans_str demo_day(demo *d, int64_t day)
{
    int year, month, date;
    ans_civil_from_days(day, &year, &month, &date);
    return ans_arena_fmt(d->scratch.arena, "%04d-%02d-%02d", year, month, date);
}

ans_str demo_clock(demo *d, int minute)
{
    return ans_arena_fmt(d->scratch.arena, "%02d:%02d", minute / 60, minute % 60);
}

ans_str demo_minute(demo *d, int64_t day, int minute)
{
    ans_str date = demo_day(d, day);
    return ans_arena_fmt(d->scratch.arena, "%.*sT%02d:%02d:00+07:00", ANS_FMT(date), minute / 60,
                         minute % 60);
}
