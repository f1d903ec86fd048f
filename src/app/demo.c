/* demo: the command, and what its parts write with. */
#include "app/demo.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/os.h"
#include "fhir/value.h"

#define BUNDLE_BYTES ((size_t)32 << 20)
#define SCRATCH_BYTES ((size_t)1 << 30)
enum { MINUTES_PER_DAY = 1440 };

/* ---- random numbers: splitmix64 ---- */

uint64_t demo_random(demo *d)
{
    uint64_t z = (d->state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

int demo_between(demo *d, int low, int high)
{
    return low + (int)(demo_random(d) % (uint64_t)(high - low + 1));
}

bool demo_chance(demo *d, int percent)
{
    return demo_between(d, 1, 100) <= percent;
}

/* ---- writing ---- */

static ans_str format(demo *d, const char *fmt, va_list args)
{
    char text[512];
    int n = vsnprintf(text, sizeof text, fmt, args);
    return ans_arena_dup(d->scratch.arena,
                         (ans_str){text, n < 0                     ? 0
                                         : (size_t)n < sizeof text ? (size_t)n
                                                                   : sizeof text - 1});
}

void demo_begin(demo *d, const char *type, const char *fmt_id, ...)
{
    va_list args;
    va_start(args, fmt_id);
    ans_str id = format(d, fmt_id, args);
    va_end(args);
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
    ans_jw_key(&d->w, ANS_STR("meta"));
    ans_jw_raw(&d->w, ANS_STR("{\"security\":[{\"system\":\"" TERMINOLOGY
                              "v3-ActReason\",\"code\":\"HTEST\"}]}"));
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

ans_str demo_day(demo *d, int64_t day)
{
    int year, month, date;
    ans_civil_from_days(day, &year, &month, &date);
    return ans_arena_fmt(d->scratch.arena, "%04d-%02d-%02d", year, month, date);
}

ans_str demo_minute(demo *d, int64_t day, int minute)
{
    ans_str date = demo_day(d, day);
    return ans_arena_fmt(d->scratch.arena, "%.*sT%02d:%02d:00+07:00", ANS_FMT(date), minute / 60,
                         minute % 60);
}

/* ---- Bundles ---- */

static void open_bundle(demo *d)
{
    ans_buf_reset(&d->text);
    ans_jw_init(&d->w, &d->text);
    d->entries = 0;
    ans_jw_begin(&d->w, '{');
    ans_jw_kv(&d->w, ANS_STR("resourceType"), ANS_STR("Bundle"));
    ans_jw_kv(&d->w, ANS_STR("type"), ANS_STR("transaction"));
    ans_jw_key(&d->w, ANS_STR("entry"));
    ans_jw_begin(&d->w, '[');
}

static ans_err apply_bundle(demo *d)
{
    ans_rest_answer answer;
    ans_str body;
    ans_jw_end(&d->w, ']');
    ans_jw_end(&d->w, '}');
    ans_err err = ans_buf_finish(&d->text, &body);
    err = err == ANS_OK ? ans_rest_apply(d->rest, &d->scratch, body, &answer) : err;
    if (err != ANS_OK) { /* the issues are in the scratch arena, which dies first */
        ans_str why = d->scratch.last_ ? d->scratch.last_->text : ans_str_of(ans_err_text(err));
        return ans_issue_add(d->cx, err, ANS_STR_NONE, "%.*s", ANS_FMT(why));
    }
    d->count += d->entries;
    ans_arena_reset(d->scratch.arena);
    d->scratch.issues = d->scratch.last_ = NULL;
    return ANS_OK;
}

static ans_err write_ward(demo *d)
{
    progress p;
    progress_start(&p, "demo", "resources", d->o->quiet);
    open_bundle(d);
    demo_facility(d);
    ans_err err = apply_bundle(d);
    for (uint32_t i = 1; err == ANS_OK && i <= d->o->residents; i++) {
        open_bundle(d);
        resident r = demo_resident(d, i);
        demo_conditions(d, &r);
        demo_vitals(d, &r);
        err = apply_bundle(d);
        progress_show(&p, i, d->o->residents, d->count);
    }
    progress_end(&p);
    return err;
}

int run_demo(ans_cx *cx, const options *o)
{
    demo d = {.o = o,
              .cx = cx,
              .state = o->seed,
              .now_us = ans_now_us(),
              .scratch = {.arena = ans_arena_new(SCRATCH_BYTES)}};
    folder f = {0};
    int64_t start = ans_mono_us();
    d.today = (d.now_us / 60000000 + ZONE_MINUTES) / MINUTES_PER_DAY;
    ans_buf_init(&d.text, BUNDLE_BYTES);
    ans_err err = d.scratch.arena ? folder_open(cx, o, FOLDER_CREATE, &f) : ANS_E_NOMEM;
    err = err == ANS_OK ? folder_rest(cx, &f, &d.rest) : err;
    err = err == ANS_OK ? write_ward(&d) : err;
    if (d.rest) {
        ans_rest_free(d.rest);
    }
    folder_close(&f);
    ans_buf_done(&d.text);
    ans_arena_free(d.scratch.arena);
    if (err != ANS_OK) {
        return fail(cx, err);
    }
    printf("%llu resources of %u invented residents in %.1f s\n", (unsigned long long)d.count,
           o->residents, (double)(ans_mono_us() - start) / 1e6);
    return EXIT_DONE;
}
