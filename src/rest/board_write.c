/* The board as a Parameters resource: one `resident` a person, its parts as docs/board.md tells. */
#include "rest/board_int.h"

#include "rest/params.h"

static void marks(ans_jw *w, const char *name, const mark *list)
{
    for (const mark *m = list; m; m = m->next) {
        params_raw(w, name, "valueCodeableConcept", m->concept);
    }
}

static void score(board *b, ans_jw *w, const person *p)
{
    if (!p->score_us) {
        return;
    }
    params_part(w, "news2");
    params_reference(b->cx, w, "observation", "Observation", p->score_id, ANS_STR_NONE);
    params_text(w, "at", "valueDateTime", p->score_at);
    if (p->score.n) {
        params_raw(w, "score", "valueDecimal", p->score);
    }
    params_text(w, "band", "valueCode", p->band);
    params_end_part(w);
}

static void dues(board *b, ans_jw *w, const person *p)
{
    static const char *const whats[] = {[DUE_VITALS] = "vitals", [DUE_MEDICINE] = "medicine", [DUE_CARE] = "care"};
    for (const due *d = p->dues; d; d = d->next) {
        params_part(w, "due");
        params_text(w, "what", "valueCode", ans_str_of(whats[d->what]));
        params_instant(w, "at", d->at_us);
        params_raw(w, "count", "valueInteger", ans_arena_fmt(b->cx->arena, "%u", d->count));
        params_text(w, "kind", "valueCode", d->kind);
        params_end_part(w);
    }
}

static void alerts(board *b, ans_jw *w, const person *p)
{
    for (const open_alert *a = p->alerts; a; a = a->next) {
        params_part(w, "alert");
        params_reference(b->cx, w, "task", "Task", a->task, ANS_STR_NONE);
        params_text(w, "title", "valueString", a->title);
        params_text(w, "title-en", "valueString", a->title_en);
        params_text(w, "priority", "valueCode", a->priority);
        params_text(w, "status", "valueCode", a->status);
        params_text(w, "at", "valueDateTime", a->at);
        params_end_part(w);
    }
}

/* The bed, and the two places around it: a room and a ward as a rule. */
static void where(board *b, ans_jw *w, ans_str id)
{
    const spot *bed = board_spot(b, id), *room = bed ? board_spot(b, bed->above) : NULL;
    const spot *ward = room ? board_spot(b, room->above) : NULL;
    if (bed) {
        params_reference(b->cx, w, "bed", "Location", bed->id, bed->name);
    }
    if (room) {
        params_reference(b->cx, w, "room", "Location", room->id, room->name);
    }
    if (ward) {
        params_reference(b->cx, w, "ward", "Location", ward->id, ward->name);
    }
}

static void resident(board *b, ans_jw *w, const person *p)
{
    params_part(w, "resident");
    params_reference(b->cx, w, "patient", "Patient", p->id, p->name);
    params_text(w, "birthDate", "valueDate", p->birth);
    params_text(w, "gender", "valueCode", p->gender);
    params_reference(b->cx, w, "encounter", "Encounter", p->encounter, ANS_STR_NONE);
    where(b, w, p->bed);
    if (p->is_assigned) {
        params_raw(w, "assigned", "valueBoolean", ANS_STR("true"));
    }
    if (p->is_unseen) {
        params_raw(w, "unseen", "valueBoolean", ANS_STR("true"));
    }
    marks(w, "risk", p->risks);
    marks(w, "allergy", p->allergies);
    score(b, w, p);
    alerts(b, w, p);
    dues(b, w, p);
    params_end_part(w);
}

/* Whom the caller may not see is not on the board. */
static void aways(board *b, ans_jw *w)
{
    for (const away *a = b->aways; a; a = a->next) {
        if (!a->is_seen) {
            continue;
        }
        params_part(w, "away");
        params_reference(b->cx, w, "patient", "Patient", a->id, a->name);
        params_reference(b->cx, w, "encounter", "Encounter", a->encounter, ANS_STR_NONE);
        where(b, w, a->bed);
        params_text(w, "kind", "valueCode", a->kind);
        params_text(w, "from", "valueDateTime", a->from);
        params_text(w, "until", "valueDateTime", a->until);
        params_end_part(w);
    }
}

ans_err board_write(board *b, ans_str *out)
{
    ans_buf buf;
    ans_jw w;
    ans_buf_init_arena(&buf, b->cx->arena, (size_t)64 << 20);
    ans_jw_init(&w, &buf);
    params_open(&w);
    params_instant(&w, "now", b->now_us);
    params_reference(b->cx, &w, "place", b->is_ward ? "Location" : "Organization", b->j->route.id, b->place_name);
    params_reference(b->cx, &w, "facility", "Organization", b->facility, ANS_STR_NONE);
    for (uint32_t i = 0; i < b->count; i++) {
        resident(b, &w, &b->people[i]);
    }
    aways(b, &w);
    params_close(&w);
    return ans_buf_finish(&buf, out);
}
