/* The record summary and the slip to another facility: who it is, what is known, what was done, what comes next. A facility without a licence
 * to treat keeps health-monitoring records and issues no slip of the law: both papers then say so in their title (docs/licence.md). They go
 * to whoever cares next, so they hold what their printer may see, and lie at no bed. */
#include "paper/story.h"

/* Title by what the facility may do; then who it is. */
static ans_err open_paper(paper *p, bool *out_treats)
{
    ans_err err = ask_who(p, p->ask->id);
    err = err == ANS_OK ? ask_licence(p, out_treats) : err;
    if (err == ANS_OK) {
        p->title = *out_treats ? ANS_STR("") : word(p, "title.monitoring");
        draw_title(p);
    }
    return err;
}

ans_err paper_summary(paper *p)
{
    story s;
    bool treats;
    ans_err err = open_paper(p, &treats);
    err = err == ANS_OK ? ask_story(p, &s) : err;
    if (err != ANS_OK) {
        return err;
    }
    draw_person(p);
    draw_section(p, "summary.problems", s.problems, true);
    draw_section(p, "summary.allergies", s.allergies, true);
    draw_section(p, "summary.course", s.course, false);
    draw_section(p, "summary.signs", signs_text(p, &s), false);
    draw_section(p, "summary.results", s.results, false);
    draw_section(p, "summary.procedures", s.procedures, false);
    draw_section(p, "summary.medicines", s.medicines, true);
    draw_section(p, "summary.vaccines", s.vaccines, false);
    draw_section(p, "summary.advice", s.advice, true);
    if (!treats) {
        ans_sheet_text(p->s, (ans_style){.face = ANS_FACE_ITALIC, .size = 9, .above = 4}, word(p, "summary.no-licence"));
    }
    return ANS_OK;
}

/* ---- to another facility ---- */

/* The newest referral that is open: what for, and in whose words. */
static ans_err referral_of(paper *p, ans_str *out_what)
{
    list l;
    ans_err err = ask_list(p, "ServiceRequest", of_person(p, p->who.id, "status=active&category=http://snomed.info/sct|3457005"), "authoredOn", &l);
    *out_what = ANS_STR("");
    if (err == ANS_OK && l.count) {
        const ans_json *doc = l.at[l.count - 1].doc;
        ans_str reason = concept_text(p, doc, node_at(doc, 0, "reasonCode"));
        *out_what = join(p, concept_text(p, doc, ans_json_get(doc, 0, ANS_STR("code"))), ". ", reason);
    }
    return err;
}

static void draw_reasons(paper *p)
{
    static const double widths[] = {1};
    static const char *const keys[] = {"referral.reason1", "referral.reason2", "referral.reason3"};
    const ans_table table = {.widths = widths, .columns = 1, .size = 11};
    ans_sheet_text(p->s, (ans_style){.face = ANS_FACE_BOLD, .above = 5}, word(p, "referral.reasons"));
    ans_sheet_table(p->s, &table);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const ans_cell row[] = {{.text = word(p, keys[i]), .has_box = true}};
        ans_sheet_row(p->s, row);
    }
    ans_sheet_table_end(p->s);
}

ans_err paper_referral(paper *p)
{
    story s;
    bool treats;
    ans_str what;
    ans_err err = open_paper(p, &treats);
    err = err == ANS_OK ? ask_story(p, &s) : err;
    err = err == ANS_OK ? referral_of(p, &what) : err;
    if (err != ANS_OK) {
        return err;
    }
    const ans_fact to[] = {{.name = word(p, "referral.to"), .is_open = true, .is_whole = true}};
    const ans_fact end[] = {{.name = word(p, "referral.direction"), .is_open = true, .is_whole = true}, {.name = word(p, "referral.when"), .is_open = true},
                            {.name = word(p, "referral.transport"), .is_open = true}, {.name = word(p, "referral.escort"), .is_open = true, .is_whole = true}};
    ans_sheet_gap(p->s, 6);
    ans_sheet_facts(p->s, to, 1, 1);
    ans_sheet_text(p->s, (ans_style){.above = 2}, word_with(p, "referral.from", "facility", p->who.facility));
    draw_person(p);
    draw_section(p, "referral.what", what, true);
    draw_section(p, "referral.course", s.course, true);
    draw_section(p, "summary.signs", signs_text(p, &s), true);
    draw_section(p, "summary.results", s.results, true);
    draw_section(p, "summary.problems", s.problems, true);
    draw_section(p, "summary.allergies", s.allergies, true);
    draw_section(p, "referral.treatment", join(p, s.procedures, "\n", s.medicines), true);
    if (treats) {
        draw_reasons(p);
    }
    ans_sheet_gap(p->s, 4);
    ans_sheet_facts(p->s, end, sizeof end / sizeof *end, 2);
    return ANS_OK;
}
