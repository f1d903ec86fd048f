/* The board as a Parameters resource: one `resident` a person, its parts as docs/board.md tells. */
#include "rest/board_int.h"

static void begin(ans_jw *w, const char *name)
{
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("name"), ans_str_of(name));
}

static void text(ans_jw *w, const char *name, const char *type, ans_str value)
{
    if (value.n) {
        begin(w, name);
        ans_jw_kv(w, ans_str_of(type), value);
        ans_jw_end(w, '}');
    }
}

static void instant(ans_jw *w, const char *name, int64_t us)
{
    char when[ANS_INSTANT_BYTES];
    ans_instant_print(us, when);
    text(w, name, "valueInstant", (ans_str){when, sizeof when});
}

static void number(ans_jw *w, const char *name, const char *type, ans_str value)
{
    begin(w, name);
    ans_jw_key(w, ans_str_of(type));
    ans_jw_raw(w, value);
    ans_jw_end(w, '}');
}

static void reference(board *b, ans_jw *w, const char *name, const char *type, ans_str id, ans_str display)
{
    if (!id.n) {
        return;
    }
    begin(w, name);
    ans_jw_key(w, ANS_STR("valueReference"));
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("reference"), ans_arena_fmt(b->cx->arena, "%s/%.*s", type, ANS_FMT(id)));
    if (display.n) {
        ans_jw_kv(w, ANS_STR("display"), display);
    }
    ans_jw_end(w, '}');
    ans_jw_end(w, '}');
}

static void marks(ans_jw *w, const char *name, const mark *list)
{
    for (const mark *m = list; m; m = m->next) {
        number(w, name, "valueCodeableConcept", m->concept);
    }
}

static void part(ans_jw *w, const char *name)
{
    begin(w, name);
    ans_jw_key(w, ANS_STR("part"));
    ans_jw_begin(w, '[');
}

static void end_part(ans_jw *w)
{
    ans_jw_end(w, ']');
    ans_jw_end(w, '}');
}

static void score(board *b, ans_jw *w, const person *p)
{
    if (!p->score_us) {
        return;
    }
    part(w, "news2");
    reference(b, w, "observation", "Observation", p->score_id, ANS_STR_NONE);
    text(w, "at", "valueDateTime", p->score_at);
    if (p->score.n) {
        number(w, "score", "valueDecimal", p->score);
    }
    text(w, "band", "valueCode", p->band);
    end_part(w);
}

static void dues(board *b, ans_jw *w, const person *p)
{
    static const char *const whats[] = {[DUE_VITALS] = "vitals", [DUE_MEDICINE] = "medicine", [DUE_CARE] = "care"};
    for (const due *d = p->dues; d; d = d->next) {
        part(w, "due");
        text(w, "what", "valueCode", ans_str_of(whats[d->what]));
        instant(w, "at", d->at_us);
        number(w, "count", "valueInteger", ans_arena_fmt(b->cx->arena, "%u", d->count));
        text(w, "kind", "valueCode", d->kind);
        end_part(w);
    }
}

static void alerts(board *b, ans_jw *w, const person *p)
{
    for (const open_alert *a = p->alerts; a; a = a->next) {
        part(w, "alert");
        reference(b, w, "task", "Task", a->task, ANS_STR_NONE);
        text(w, "title", "valueString", a->title);
        text(w, "title-en", "valueString", a->title_en);
        text(w, "priority", "valueCode", a->priority);
        text(w, "status", "valueCode", a->status);
        end_part(w);
    }
}

/* The bed, and the two places around it: a room and a ward as a rule. */
static void where(board *b, ans_jw *w, const person *p)
{
    const spot *bed = board_spot(b, p->bed), *room = bed ? board_spot(b, bed->above) : NULL;
    const spot *ward = room ? board_spot(b, room->above) : NULL;
    if (bed) {
        reference(b, w, "bed", "Location", bed->id, bed->name);
    }
    if (room) {
        reference(b, w, "room", "Location", room->id, room->name);
    }
    if (ward) {
        reference(b, w, "ward", "Location", ward->id, ward->name);
    }
}

static void resident(board *b, ans_jw *w, const person *p)
{
    part(w, "resident");
    reference(b, w, "patient", "Patient", p->id, p->name);
    text(w, "birthDate", "valueDate", p->birth);
    text(w, "gender", "valueCode", p->gender);
    reference(b, w, "encounter", "Encounter", p->encounter, ANS_STR_NONE);
    where(b, w, p);
    if (p->is_assigned) {
        number(w, "assigned", "valueBoolean", ANS_STR("true"));
    }
    marks(w, "risk", p->risks);
    marks(w, "allergy", p->allergies);
    score(b, w, p);
    alerts(b, w, p);
    dues(b, w, p);
    end_part(w);
}

ans_err board_write(board *b, ans_str *out)
{
    ans_buf buf;
    ans_jw w;
    bool is_ward = b->j->route.type == ans_fhir_type_named(ANS_STR("Location"));
    ans_buf_init_arena(&buf, b->cx->arena, (size_t)64 << 20);
    ans_jw_init(&w, &buf);
    ans_jw_begin(&w, '{');
    ans_jw_kv(&w, ANS_STR("resourceType"), ANS_STR("Parameters"));
    ans_jw_key(&w, ANS_STR("parameter"));
    ans_jw_begin(&w, '[');
    instant(&w, "now", b->now_us);
    reference(b, &w, "place", is_ward ? "Location" : "Organization", b->j->route.id, b->place_name);
    reference(b, &w, "facility", "Organization", b->facility, ANS_STR_NONE);
    for (uint32_t i = 0; i < b->count; i++) {
        resident(b, &w, &b->people[i]);
    }
    ans_jw_end(&w, ']');
    ans_jw_end(&w, '}');
    return ans_buf_finish(&buf, out);
}
