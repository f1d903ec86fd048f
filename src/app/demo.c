/* demo: the command, and what its parts write with. */
#include "app/demo.h"

#include <stdio.h>

#include "app/content.h"
#include "app/training.h"
#include "base/os.h"

#define BUNDLE_BYTES ((size_t)32 << 20)
#define SCRATCH_BYTES ((size_t)1 << 30)

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

static void write_person(demo *d, const facility *f, uint32_t number)
{
    if (demo_state_of(d, f, number) == STATE_UNKNOWN) {
        demo_unknown(d, f, number);
        return;
    }
    resident r = demo_resident(d, f, number);
    demo_record(d, &r);
    demo_vitals(d, &r);
    demo_daily(d, &r);
    demo_events(d, &r);
    demo_consents(d, &r);
    demo_visits(d, &r);
    demo_screenings(d, &r);
    demo_states(d, &r);
}

static ans_err write_facility(demo *d, const facility *f, progress *p)
{
    d->use = ANS_NEW_N(d->cx->arena, uint32_t, (size_t)f->wards * DEMO_MEDICINES);
    d->given = ANS_NEW_N(d->cx->arena, uint32_t, (size_t)f->wards * DEMO_MEDICINES);
    if (!d->use || !d->given) {
        return ans_cx_nomem(d->cx);
    }
    open_bundle(d);
    demo_facility(d, f);
    demo_licence(d, f);
    demo_roster(d, f);
    ans_err err = apply_bundle(d);
    for (uint32_t i = f->first; err == ANS_OK && i < f->first + f->residents; i++) {
        open_bundle(d);
        write_person(d, f, i);
        err = apply_bundle(d);
        progress_show(p, i, d->o->residents, d->count);
    }
    open_bundle(d);
    demo_stock(d, f);
    return err == ANS_OK && d->entries ? apply_bundle(d) : err;
}

static ans_err write_province(demo *d)
{
    progress p;
    progress_start(&p, "demo", "resources", d->o->quiet);
    ans_err err = demo_plan(d);
    if (err == ANS_OK) {
        open_bundle(d);
        demo_province(d);
        err = apply_bundle(d);
    }
    for (uint32_t i = 0; err == ANS_OK && i < d->facility_count; i++) {
        err = write_facility(d, &d->facilities[i], &p);
    }
    progress_end(&p);
    return err;
}

/* Before anything is in it: a folder that holds real people must not become one that says they are none. */
static ans_err mark(ans_cx *cx, const options *o, const folder *f)
{
    if (!o->for_training) {
        return ANS_OK;
    }
    return f->is_new ? training_mark(cx, f->store) : ans_issue_add(cx, ANS_E_CONFLICT, ANS_STR_NONE, "%s is there already: --training makes a new folder", o->data);
}

static ans_err tell(demo *d, const char *operation)
{
    ans_str what = ans_arena_fmt(d->cx->arena, "residents=%u,facilities=%u,resources=%llu", d->o->residents, d->facility_count,
                                 (unsigned long long)d->count);
    return trail_tell(d->cx, d->audit, ANS_DID_IMPORT, operation, what, ANS_STR_NONE);
}

int run_demo(ans_cx *cx, const options *o)
{
    demo d = {.o = o,
              .cx = cx,
              .state = o->seed,
              .now_us = ans_now_us(),
              .scratch = {.arena = ans_arena_new(SCRATCH_BYTES)}};
    folder f = {0};
    content_report loaded;
    int64_t start = ans_mono_us();
    d.today = (d.now_us / 60000000 + ZONE_MINUTES) / MINUTES_PER_DAY;
    d.now = (int)((d.now_us / 60000000 + ZONE_MINUTES) % MINUTES_PER_DAY);
    ans_buf_init(&d.text, BUNDLE_BYTES);
    ans_err err = d.scratch.arena ? folder_open(cx, o, FOLDER_CREATE, &f) : ANS_E_NOMEM;
    err = err == ANS_OK ? mark(cx, o, &f) : err;
    err = err == ANS_OK ? folder_rest(cx, o, &f, &d.rest) : err;
    err = err == ANS_OK ? trail_open(cx, o, &f, &d.audit) : err;
    err = err == ANS_OK ? content_load(cx, f.store, d.rest, NULL, &loaded) : err;
    start = ans_mono_us();
    err = err == ANS_OK ? tell(&d, "demo-begin") : err;
    err = err == ANS_OK ? write_province(&d) : err;
    int64_t written = ans_mono_us();
    err = err == ANS_OK ? demo_accounts(&d) : err;
    err = err == ANS_OK ? tell(&d, "demo-end") : err;
    if (d.rest) {
        ans_rest_free(d.rest);
    }
    folder_close(&f);
    ans_audit_free(d.audit);
    ans_buf_done(&d.text);
    ans_arena_free(d.scratch.arena);
    if (err != ANS_OK) {
        return fail(cx, err);
    }
    printf("%llu resources of %u invented residents in %u facilities in %.1f s\n",
           (unsigned long long)d.count, o->residents, d.facility_count,
           (double)(written - start) / 1e6);
    return EXIT_DONE;
}
