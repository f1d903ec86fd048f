/* The nursing care sheet: when, what was seen, what was done, by whom. Entries of one minute by one hand stand in one row. */
#include "paper/paper_int.h"

#include "base/sort.h"

typedef struct entry {
    int64_t minute;
    ans_str who, seen, done;
} entry;

/* Of quick care: what was observed; the others were done. */
static bool is_seen(ans_str kind)
{
    static const char *const seen[] = {"bowel", "urine", "sleep", "mood", "observe", "skin", "seizure", "neuro", "restraint-check", "output", "note"};
    for (size_t i = 0; i < sizeof seen / sizeof *seen; i++) {
        if (ans_str_is(kind, seen[i])) {
            return true;
        }
    }
    return false;
}

/* "Bữa ăn: Ăn hết, 200 mL" with what was said besides and what was typed. */
static ans_str care_text(paper *p, const ans_json *doc, ans_str kind)
{
    ans_str text = value_text(p, doc, 0), note = text_at(p, doc, 0, "note.text");
    ans_jnode parts = ans_json_get(doc, 0, ANS_STR("component"));
    for (ans_jnode c = parts != ANS_JNONE ? ans_json_first(doc, parts) : ANS_JNONE; c != ANS_JNONE; c = ans_json_next(doc, parts, c)) {
        if (!has_code(p, doc, ans_json_get(doc, c, ANS_STR("code")), CARE, "meal-share")) { /* the answer in figures */
            ans_str code = code_of(p, doc, ans_json_get(doc, c, ANS_STR("valueCodeableConcept")), NULL);
            bool has_words = !code.n || text_at(p, doc, c, "valueCodeableConcept.text").n > 0;
            text = join(p, text, ", ", has_words ? value_text(p, doc, c) : word(p, fmt(p, "answer.%.*s", ANS_FMT(code)).p));
        }
    }
    text = join(p, text, ", ", note);
    return join(p, word(p, fmt(p, "care.%.*s", ANS_FMT(kind)).p), ": ", text);
}

static ans_err performer_of(paper *p, const ans_json *doc, const char *path, ans_str *out)
{
    ans_jnode who = node_at(doc, 0, path);
    *out = text_at(p, doc, who, "display");
    ans_reference ref;
    ans_reference_parse(text_at(p, doc, who, "reference"), &ref);
    return out->n || ref.kind != ANS_REF_LOCAL ? ANS_OK : ask_staff(p, ref.id, out);
}

static ans_err read_observation(paper *p, const found *f, entry *out)
{
    reading r;
    ans_str kind = code_of(p, f->doc, ans_json_get(f->doc, 0, ANS_STR("code")), CARE);
    *out = (entry){.minute = f->us / US_PER_MINUTE};
    if (kind.n) {
        ans_str text = care_text(p, f->doc, kind);
        *(is_seen(kind) ? &out->seen : &out->done) = text;
    } else if (read_sign(p, f, &r)) {
        out->seen = fmt(p, "%.*s %.*s", ANS_FMT(word(p, fmt(p, "%s.short", sign_keys[r.sign]).p)), ANS_FMT(r.text));
    }
    return out->seen.n || out->done.n ? performer_of(p, f->doc, "performer", &out->who) : ANS_OK;
}

static ans_err read_given(paper *p, const found *f, entry *out)
{
    ans_str medicine, status = text_at(p, f->doc, 0, "status");
    ans_err err = medicine_name(p, f->doc, &medicine);
    bool is_given = ans_str_is(status, "completed") || ans_str_is(status, "in-progress");
    ans_str why = concept_text(p, f->doc, node_at(f->doc, 0, "statusReason"));
    *out = (entry){.minute = f->us / US_PER_MINUTE};
    out->done = is_given ? word_with(p, "care.given", "medicine", medicine)
                         : join(p, word_with(p, "care.not-given", "medicine", medicine), ": ", why);
    return err == ANS_OK ? performer_of(p, f->doc, "performer.actor", &out->who) : err;
}

static int by_minute(const void *x, const void *y)
{
    const entry *a = x, *b = y;
    return a->minute != b->minute ? (a->minute < b->minute ? -1 : 1) : ans_str_cmp(a->who, b->who);
}

static void draw_rows(paper *p, const entry *at, uint32_t count)
{
    static const double widths[] = {13, 38, 38, 14};
    const ans_cell head[] = {{.text = word(p, "care.time"), .face = ANS_FACE_BOLD, .align = ANS_CENTRE},
                             {.text = word(p, "care.seen"), .face = ANS_FACE_BOLD, .align = ANS_CENTRE},
                             {.text = word(p, "care.done"), .face = ANS_FACE_BOLD, .align = ANS_CENTRE},
                             {.text = word(p, "care.who"), .face = ANS_FACE_BOLD, .align = ANS_CENTRE}};
    const ans_table table = {.widths = widths, .columns = 4, .head = head, .head_rows = 1};
    ans_sheet_table(p->s, &table);
    for (uint32_t i = 0; i < count;) {
        entry e = at[i++];
        for (; i < count && at[i].minute == e.minute && ans_str_eq(at[i].who, e.who); i++) {
            e.seen = join(p, e.seen, "; ", at[i].seen);
            e.done = join(p, e.done, "; ", at[i].done);
        }
        const ans_cell row[] = {{.text = moment_text(p, e.minute * US_PER_MINUTE)}, {.text = e.seen}, {.text = e.done}, {.text = e.who}};
        ans_sheet_row(p->s, row);
    }
    if (count == 0) {
        const ans_cell row[] = {{.text = word(p, "nothing"), .span = 4}, {.span = 0}, {.span = 0}, {.span = 0}};
        ans_sheet_row(p->s, row);
    }
    ans_sheet_table_end(p->s);
}

ans_err paper_care(paper *p)
{
    list seen = {0}, given = {0};
    ans_err err = draw_identity(p, true);
    err = err == ANS_OK ? ask_list(p, "Observation", of_person(p, p->who.id, within(p, "date").p), "effectiveDateTime", &seen) : err;
    err = err == ANS_OK ? ask_list(p, "MedicationAdministration", of_person(p, p->who.id, within(p, "effective-time").p), "effectiveDateTime", &given) : err;
    entry *at = err == ANS_OK ? ANS_NEW_N(p->cx->arena, entry, seen.count + given.count + 1) : NULL;
    uint32_t count = 0;
    if (!at) {
        return err != ANS_OK ? err : ans_cx_nomem(p->cx);
    }
    for (uint32_t i = 0; err == ANS_OK && i < seen.count; i++) {
        bool is_shown = seen.at[i].us != INT64_MIN && !is_struck(p, seen.at[i].doc) && !is_guarded(p, seen.at[i].doc);
        err = is_shown ? read_observation(p, &seen.at[i], &at[count]) : ANS_OK;
        count += is_shown && (at[count].seen.n || at[count].done.n);
    }
    for (uint32_t i = 0; err == ANS_OK && i < given.count; i++) {
        bool is_shown = given.at[i].us != INT64_MIN && !is_struck(p, given.at[i].doc) && !is_guarded(p, given.at[i].doc);
        err = is_shown ? read_given(p, &given.at[i], &at[count]) : ANS_OK;
        count += is_shown;
    }
    ans_sort(at, count, sizeof *at, by_minute);
    if (err == ANS_OK) {
        draw_rows(p, at, count);
    }
    return err;
}
