/* The 24-hour pack: what a ward needs on paper when the power or the program is gone. First what everybody reads (how to go on, whom to call,
 * who lies where), then a page or two for each person: who it is, allergies and risks in words, diet, the medicines of the next 24 hours with
 * boxes to tick and sign, and tables to fill in. It lies in the ward, so what is in a compartment is not in it: the medicines of those stand
 * in the sealed part, which is made for every ward, full or empty, and kept by who may give them. */
#include "paper/ward.h"

#define PACK_HOURS 24

enum { BLANK_SIGNS = 6, BLANK_CARE = 7, MOST_STEPS = 12, COLUMNS_OF_DOSE = 5 };

static void heading(paper *p, const char *key)
{
    ans_sheet_need(p->s, 60);
    ans_sheet_text(p->s, (ans_style){.face = ANS_FACE_BOLD, .size = 11, .above = 5}, word(p, key));
    ans_sheet_gap(p->s, 1);
}

static int64_t until_of(const paper *p)
{
    return p->ask->now_us + PACK_HOURS * US_PER_HOUR;
}

static ans_str room_bed(paper *p, const identity *w)
{
    return ans_str_starts(w->bed, w->room) ? w->bed : join(p, w->room, " · ", w->bed); /* "P.203-G2" says both */
}

static ans_str identity_of(paper *p, const identity *w)
{
    return join(p, join(p, w->age, ", ", w->gender), ", ", w->record);
}

/* ---- the first pages ---- */

static void draw_steps(paper *p)
{
    ans_jnode steps = ans_json_get(p->table, p->form, ANS_STR("steps"));
    int n = 0;
    heading(p, "pack.steps");
    for (ans_jnode s = steps != ANS_JNONE ? ans_json_first(p->table, steps) : ANS_JNONE; s != ANS_JNONE && n < MOST_STEPS; s = ans_json_next(p->table, steps, s)) {
        ans_sheet_text(p->s, (ans_style){0}, fmt(p, "%d. %.*s", ++n, ANS_FMT(ans_json_string(p->cx, p->table, s))));
    }
}

static void draw_phones(paper *p, const ward *w)
{
    const ans_fact facts[] = {{.name = word(p, "pack.phone.house"), .value = w->phone, .is_open = true},
                              {.name = word(p, "pack.phone.doctor"), .is_open = true},
                              {.name = word(p, "pack.phone.head"), .is_open = true},
                              {.name = word(p, "pack.phone.hospital"), .is_open = true},
                              {.name = word(p, "pack.phone.emergency"), .value = ANS_STR("115")},
                              {.name = word(p, "pack.phone.fire"), .value = ANS_STR("114")}};
    heading(p, "pack.phones");
    ans_sheet_facts(p->s, facts, sizeof facts / sizeof *facts, 2);
}

static void draw_people(paper *p, const ward *w)
{
    static const double widths[] = {5, 15, 30, 26, 24};
    const char *const keys[] = {"number", "pack.place", "name", "pack.warnings", "diet"};
    ans_cell head[5];
    for (int i = 0; i < 5; i++) {
        head[i] = (ans_cell){.text = word(p, keys[i]), .face = ANS_FACE_BOLD, .align = ANS_CENTRE};
    }
    const ans_table table = {.widths = widths, .columns = 5, .size = 9.5, .head = head, .head_rows = 1};
    heading(p, "pack.people");
    ans_sheet_table(p->s, &table);
    for (uint32_t i = 0; i < w->count; i++) {
        const lodger *l = &w->at[i];
        bool is_said = ans_str_starts(l->allergies, word(p, "allergies")) || !l->allergies.n;
        ans_str known = join(p, is_said ? l->allergies : fmt(p, "%.*s: %.*s", ANS_FMT(word(p, "allergies")), ANS_FMT(l->allergies)), "\n", l->risks);
        ans_str warnings = l->is_unseen ? word(p, "pack.unseen.short") : known;
        const ans_cell row[] = {{.text = fmt(p, "%u", i + 1), .align = ANS_CENTRE},
                                {.text = room_bed(p, &l->who)},
                                {.text = fmt(p, "%.*s\n%.*s", ANS_FMT(l->who.name), ANS_FMT(identity_of(p, &l->who)))},
                                {.text = warnings},
                                {.text = l->diet}};
        ans_sheet_row(p->s, row);
    }
    ans_sheet_table_end(p->s);
}

/* Nobody gives them anything today; whoever comes back is looked for here, and may be called. */
static void draw_away(paper *p, const ward *w)
{
    static const double widths[] = {5, 13, 25, 20, 22, 15};
    const char *const keys[] = {"number", "pack.place", "name", "pack.away.why", "pack.away.where", "pack.away.back"};
    ans_cell head[6];
    if (w->away_count == 0) {
        return;
    }
    ans_sheet_break(p->s);
    for (int i = 0; i < 6; i++) {
        head[i] = (ans_cell){.text = word(p, keys[i]), .face = ANS_FACE_BOLD, .align = ANS_CENTRE};
    }
    const ans_table table = {.widths = widths, .columns = 6, .size = 9.5, .head = head, .head_rows = 1, .least = 30};
    heading(p, "pack.away");
    ans_sheet_text(p->s, (ans_style){0}, word(p, "pack.away.about"));
    ans_sheet_table(p->s, &table);
    for (uint32_t i = 0; i < w->away_count; i++) {
        const lodger *l = &w->away[i];
        bool is_leave = ans_str_is(l->away_kind, "leave"), is_ill = ans_str_is(l->away_kind, "hospital");
        ans_str why = is_leave || is_ill ? word(p, is_leave ? "pack.away.leave" : "pack.away.hospital") : ANS_STR("");
        ans_str from = l->away_from.n ? word_with(p, "pack.away.from", "day", date_text(p, l->away_from)) : ANS_STR("");
        ans_str until = l->away_until.n ? word_with(p, "pack.away.until", "day", date_text(p, l->away_until)) : ANS_STR("");
        const ans_cell row[] = {{.text = fmt(p, "%u", i + 1), .align = ANS_CENTRE},
                                {.text = room_bed(p, &l->who)},
                                {.text = fmt(p, "%.*s\n%.*s", ANS_FMT(l->who.name), ANS_FMT(identity_of(p, &l->who)))},
                                {.text = join(p, join(p, why, "\n", from), "\n", until)},
                                {.text = join(p, join(p, l->away_where, "\n", l->away_with), "\n", l->relatives)},
                                {.text = ANS_STR("")}};
        ans_sheet_row(p->s, row);
    }
    ans_sheet_table_end(p->s);
}

static void draw_front(paper *p, const ward *w)
{
    draw_title(p);
    ans_str from = moment_text(p, p->ask->now_us), until = moment_text(p, until_of(p));
    ans_sheet_text(p->s, (ans_style){.face = ANS_FACE_BOLD, .align = ANS_CENTRE, .size = 12}, fmt(p, "%.*s – %.*s", ANS_FMT(from), ANS_FMT(until)));
    ans_sheet_text(p->s, (ans_style){.face = ANS_FACE_ITALIC, .align = ANS_CENTRE}, word_with(p, "pack.count", "n", fmt(p, "%u", w->count)));
}

/* ---- a person's pages ---- */

static ans_str dose_text(paper *p, const dose *d)
{
    ans_str text = join(p, d->medicine, "\n", d->how.n ? d->how : d->amount);
    return d->is_controlled ? join(p, text, "\n", word(p, "pack.controlled")) : text;
}

/* The doses of the compartments, or the others. */
static void draw_doses(paper *p, const dose *at, uint32_t count, bool is_sealed)
{
    static const double widths[] = {10, 44, 13, 13, 20};
    const char *const keys[] = {"pack.due", "pack.medicine", "pack.given", "pack.hour", "pack.signature"};
    ans_cell head[COLUMNS_OF_DOSE];
    uint32_t drawn = 0;
    for (int i = 0; i < COLUMNS_OF_DOSE; i++) {
        head[i] = (ans_cell){.text = word(p, keys[i]), .face = ANS_FACE_BOLD, .align = ANS_CENTRE};
    }
    const ans_table table = {.widths = widths, .columns = COLUMNS_OF_DOSE, .size = 9.5, .head = head, .head_rows = 1, .least = 20};
    heading(p, "pack.doses");
    ans_sheet_table(p->s, &table);
    const char *const whens[DOSE_KINDS] = {[DOSE_NEEDED] = "pack.needed", [DOSE_TIMELESS] = "pack.timeless", [DOSE_UNCHECKED] = "pack.unchecked"};
    for (dose_kind kind = 0; kind < DOSE_KINDS; kind++) {
        for (uint32_t i = 0; i < count; i++) {
            if (at[i].is_guarded != is_sealed || at[i].kind != kind) {
                continue;
            }
            ans_str when = kind != DOSE_DUE ? word(p, whens[kind]) : fmt(p, "%.*s\n%.*s", ANS_FMT(clock_text(p, at[i].us)), ANS_FMT(day_short(p, day_of(p, at[i].us))));
            const ans_cell row[] = {{.text = when, .face = ANS_FACE_BOLD, .align = ANS_CENTRE}, {.text = dose_text(p, &at[i])},
                                    {.text = word(p, kind == DOSE_UNCHECKED ? "pack.not-given" : "pack.tick"), .has_box = kind != DOSE_UNCHECKED}, {.text = ANS_STR("")}, {.text = ANS_STR("")}};
            ans_sheet_row(p->s, row);
            drawn++;
        }
    }
    if (drawn == 0) {
        const ans_cell row[COLUMNS_OF_DOSE] = {{.text = word(p, "pack.no-doses"), .span = COLUMNS_OF_DOSE}};
        ans_sheet_row(p->s, row);
    }
    ans_sheet_table_end(p->s);
}

static void draw_signs_table(paper *p, const lodger *l)
{
    static const double widths[] = {13, 10, 11, 14, 10, 10, 10, 13, 13};
    const char *const keys[] = {"pack.hour", "sign.pulse.short", "sign.temperature.short", "sign.pressure.short", "sign.breathing.short",
                                "sign.spo2.short", "sign.oxygen.short", "sign.awake.short", "pack.signature"};
    enum { COLUMNS = sizeof keys / sizeof *keys };
    ans_cell head[COLUMNS];
    for (int i = 0; i < COLUMNS; i++) {
        head[i] = (ans_cell){.text = word(p, keys[i]), .face = ANS_FACE_BOLD, .align = ANS_CENTRE};
    }
    const ans_table table = {.widths = widths, .columns = COLUMNS, .size = 9, .head = head, .head_rows = 1, .least = 17};
    heading(p, "pack.signs");
    ans_sheet_table(p->s, &table);
    uint32_t rows = l->round_count + 2 > BLANK_SIGNS - 2 ? l->round_count + 2 : BLANK_SIGNS - 2;
    for (uint32_t i = 0; i < rows; i++) {
        ans_str when = i < l->round_count ? fmt(p, "%.*s %.*s", ANS_FMT(clock_text(p, l->rounds[i])), ANS_FMT(day_short(p, day_of(p, l->rounds[i])))) : ANS_STR("");
        const ans_cell row[COLUMNS] = {{.text = when, .align = ANS_CENTRE}};
        ans_sheet_row(p->s, row);
    }
    ans_sheet_table_end(p->s);
}

static void draw_care_table(paper *p)
{
    static const double widths[] = {13, 38, 38, 14};
    const char *const keys[] = {"pack.hour", "care.seen", "care.done", "pack.signature"};
    ans_cell head[4];
    for (int i = 0; i < 4; i++) {
        head[i] = (ans_cell){.text = word(p, keys[i]), .face = ANS_FACE_BOLD, .align = ANS_CENTRE};
    }
    const ans_table table = {.widths = widths, .columns = 4, .size = 9, .head = head, .head_rows = 1, .least = 19};
    heading(p, "pack.care");
    ans_sheet_table(p->s, &table);
    for (int i = 0; i < BLANK_CARE; i++) {
        const ans_cell row[4] = {{.span = 0}};
        ans_sheet_row(p->s, row);
    }
    ans_sheet_table_end(p->s);
}

static void draw_name(paper *p, const lodger *l)
{
    ans_sheet_running(p->s, ANS_STR(""));
    ans_sheet_break(p->s);
    ans_sheet_running(p->s, join(p, join(p, l->who.name, " · ", room_bed(p, &l->who)), " · ", l->who.record));
    ans_sheet_text(p->s, (ans_style){.face = ANS_FACE_BOLD, .size = 15}, l->who.name);
    ans_sheet_text(p->s, (ans_style){.size = 11}, join(p, join(p, join(p, l->who.ward, " · ", room_bed(p, &l->who)), " · ", identity_of(p, &l->who)), ", ",
                                                       l->who.birth.n ? fmt(p, "%.*s %.*s", ANS_FMT(word(p, "born")), ANS_FMT(date_text(p, l->who.birth))) : ANS_STR("")));
}

/* What is not seen is not none: room to write, and whom to ask. */
static void draw_unseen(paper *p, const lodger *l)
{
    draw_name(p, l);
    ans_sheet_text(p->s, (ans_style){.face = ANS_FACE_BOLD}, word(p, "pack.unseen"));
    draw_signs_table(p, l);
    draw_care_table(p);
}

static ans_err draw_person(paper *p, const lodger *l)
{
    if (l->is_unseen) {
        draw_unseen(p, l);
        return ANS_OK;
    }
    dose *doses = NULL;
    uint32_t count = 0;
    ans_err err = ask_doses(p, l->who.id, l->who.since, p->ask->now_us, until_of(p), &doses, &count);
    const ans_fact facts[] = {{.name = word(p, "allergies"), .value = l->allergies.n ? l->allergies : word(p, "allergies.none"), .is_whole = true},
                              {.name = word(p, "risks"), .value = l->risks, .is_whole = true},
                              {.name = word(p, "diet"), .value = l->diet, .is_whole = true},
                              {.name = word(p, "care.orders"), .value = l->care, .is_whole = true},
                              {.name = word(p, "news2.last"), .value = l->score, .is_whole = true},
                              {.name = word(p, "relatives"), .value = l->relatives, .is_whole = true}};
    if (err == ANS_OK) {
        draw_name(p, l);
        ans_sheet_facts(p->s, facts, sizeof facts / sizeof *facts, 1);
        draw_doses(p, doses, count, false);
        ans_sheet_text(p->s, (ans_style){.face = ANS_FACE_ITALIC, .size = 8}, word(p, "pack.sealed-note"));
        draw_signs_table(p, l);
        draw_care_table(p);
    }
    return err;
}

ans_err paper_pack(paper *p)
{
    ward w;
    ans_err err = ask_ward(p, &w);
    for (uint32_t i = 0; err == ANS_OK && i < w.count; i++) {
        err = ask_lodger(p, &w.at[i], p->ask->now_us, until_of(p));
    }
    for (uint32_t i = 0; err == ANS_OK && i < w.away_count; i++) {
        err = ask_lodger(p, &w.away[i], p->ask->now_us, until_of(p));
    }
    if (err != ANS_OK) {
        return err;
    }
    draw_front(p, &w);
    draw_steps(p);
    draw_phones(p, &w);
    draw_people(p, &w);
    draw_away(p, &w);
    for (uint32_t i = 0; err == ANS_OK && i < w.count; i++) {
        err = draw_person(p, &w.at[i]);
    }
    return err;
}

/* ---- the sealed part ---- */

ans_err paper_sealed(paper *p)
{
    ward w;
    uint32_t drawn = 0;
    ans_err err = ask_ward(p, &w);
    if (err != ANS_OK) {
        return err;
    }
    draw_front(p, &w);
    ans_sheet_text(p->s, (ans_style){.above = 6}, word(p, "sealed.about"));
    for (uint32_t i = 0; err == ANS_OK && i < w.count; i++) {
        dose *doses = NULL;
        uint32_t count = 0;
        bool any = false;
        err = ask_doses(p, w.at[i].who.id, w.at[i].who.since, p->ask->now_us, until_of(p), &doses, &count);
        for (uint32_t k = 0; k < count; k++) {
            any = any || doses[k].is_guarded;
        }
        if (err == ANS_OK && any) {
            draw_name(p, &w.at[i]);
            draw_doses(p, doses, count, true);
            drawn++;
        }
    }
    if (drawn == 0) {
        ans_sheet_text(p->s, (ans_style){.face = ANS_FACE_BOLD, .above = 12}, word(p, "sealed.none"));
    }
    p->shown = drawn;
    return err;
}
