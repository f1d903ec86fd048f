/* The medicine sheet (what was given at which hour, by whom) and the daily disclosure (how much in a day, signed by who got it). Both from the
 * doses that have an answer; the disclosure is read by many and names neither a diagnosis nor what lies in a compartment. */
#include "paper/byday.h"

enum { MOST_CELL = 2000 };

static void add_amount(paper *p, const ans_json *doc, byday_row *to, int day)
{
    ans_decimal d;
    ans_jnode value = node_at(doc, 0, "dosage.dose.value");
    bool has = value != ANS_JNONE && ans_decimal_parse(ans_json_raw(doc, value), &d) && ans_decimal_add(to->amount[day], d, &to->amount[day]);
    (void)p;
    to->has_amount = to->has_amount || has;
    to->is_uneven = to->is_uneven || !has;
    to->times[day]++;
}

static ans_err take(byday *l, const found *f)
{
    paper *p = l->p;
    byday_row *to = NULL;
    ans_str medicine, who = ANS_STR(""), status = text_at(p, f->doc, 0, "status"), unit = text_at(p, f->doc, 0, "dosage.dose.unit");
    int day = (int)(day_of(p, f->us) - p->first_day);
    bool is_given = ans_str_is(status, "completed") || ans_str_is(status, "in-progress");
    if (day < 0 || day >= BYDAY_MOST) {
        return ANS_OK;
    }
    ans_err err = medicine_name(p, f->doc, &medicine);
    err = err == ANS_OK ? byday_line(l, 0, medicine, unit, &to) : err;
    err = err == ANS_OK ? ask_staff(p, reference_at(p, f->doc, 0, "performer.actor"), &who) : err;
    if (err != ANS_OK) {
        return err;
    }
    if (is_given) {
        add_amount(p, f->doc, to, day);
    } else {
        to->not_given[day]++;
    }
    ans_str what = is_given ? quantity_text(p, f->doc, node_at(f->doc, 0, "dosage.dose")) : concept_text(p, f->doc, node_at(f->doc, 0, "statusReason"));
    what = what.n || is_given ? what : word(p, "medicine.not-given");
    ans_str said = join(p, join(p, clock_text(p, f->us), " ", what), ", ", who);
    if (to->said[day].n < MOST_CELL) {
        to->said[day] = join(p, to->said[day], "\n", said);
    }
    return ANS_OK;
}

static ans_err gather(paper *p, byday *out)
{
    list given = {0};
    *out = (byday){.p = p};
    ans_err err = ask_list(p, "MedicationAdministration", of_person(p, p->who.id, within(p, "effective-time").p), "effectiveDateTime", &given);
    for (uint32_t i = 0; err == ANS_OK && i < given.count; i++) {
        bool is_shown = given.at[i].us != INT64_MIN && !is_struck(p, given.at[i].doc) && !is_guarded(p, given.at[i].doc);
        err = is_shown ? take(out, &given.at[i]) : ANS_OK;
    }
    byday_sort(out);
    return err;
}

static ans_err sheet_of(paper *p, bool has_problems, const byday_words *w)
{
    byday l;
    ans_err err = draw_identity(p, has_problems);
    err = err == ANS_OK ? gather(p, &l) : err;
    if (err == ANS_OK) {
        byday_draw(p, &l, w);
    }
    return err;
}

ans_err paper_medicine(paper *p)
{
    static const byday_words words = {.name = "medicine.name", .unit = "medicine.unit"};
    return sheet_of(p, true, &words);
}

ans_err paper_disclosure(paper *p)
{
    static const byday_words words = {"medicine.name", "medicine.unit", "medicine.sum", "medicine.sign-nurse", "medicine.sign-person"};
    return sheet_of(p, false, &words);
}
