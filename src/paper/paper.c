#include "paper/paper_int.h"

#include <stdio.h>

enum { MOST_SIGNS = 4, MOST_DAYS = 366 };

/* Forms of papers.json, each with the function that draws it. */
static const struct {
    const char *code;
    paper_draw *draw;
} drawn[] = {{"vitals", paper_vitals}, {"care", paper_care}, {"medicine", paper_medicine}, {"disclosure", paper_disclosure}, {"services", paper_services}, {"transfer", paper_transfer}, {"summary", paper_summary}, {"referral", paper_referral},
           {"admission", paper_admission}, {"handover", paper_handover}, {"pack", paper_pack}, {"sealed", paper_sealed}};

ans_err ans_paper_forms_of(ans_cx *cx, ans_str type, ans_str *out, uint32_t *out_count, uint32_t most)
{
    const ans_json *table;
    *out_count = 0;
    ans_err err = paper_table_read(cx, &table);
    ans_jnode forms = err == ANS_OK ? ans_json_get(table, 0, ANS_STR("forms")) : ANS_JNONE;
    if (forms == ANS_JNONE) {
        return err;
    }
    ANS_JSON_EACH(table, forms, form)
    {
        if (*out_count < most && ans_str_eq(ans_json_get_string(cx, table, form, ANS_STR("of")), type)) {
            out[(*out_count)++] = ans_json_key(table, form);
        }
    }
    return ANS_OK;
}

/* ---- what is asked for ---- */

static ans_err find_form(paper *p, paper_draw **out)
{
    p->form = paper_form_named(p->table, p->ask->form);
    for (size_t i = 0; i < sizeof drawn / sizeof *drawn && p->form != ANS_JNONE; i++) {
        ans_str of = form_text(p, "of");
        bool is_of = ans_str_eq(of, p->ask->type) || (ans_str_is(of, "Location") && ans_str_is(p->ask->type, "Organization"));
        if (ans_str_is(p->ask->form, drawn[i].code) && is_of) {
            *out = drawn[i].draw;
            return ANS_OK;
        }
    }
    return ans_issue_add(p->cx, ANS_E_VALUE, ANS_STR("http.form"), "form is not one of the papers of this resource type");
}

static bool day_named(ans_str text, int64_t *out)
{
    ans_datetime d;
    bool is_day = ans_datetime_parse(text, false, &d) && d.precision == ANS_PREC_DAY;
    *out = is_day ? ans_days_from_civil(d.year, d.month, d.day) : 0;
    return is_day;
}

static int64_t number_of(paper *p, const char *key)
{
    uint64_t n = 0;
    ans_jnode node = ans_json_get(p->table, p->form, ans_str_of(key));
    return node != ANS_JNONE && ans_str_u64(ans_json_raw(p->table, node), &n) && n <= MOST_DAYS ? (int64_t)n : 1;
}

/* Days without a beginning end today; with one they go on as long as the form usually does. */
static ans_err find_days(paper *p)
{
    const ans_paper_ask *ask = p->ask;
    int64_t usual = number_of(p, "days"), most = number_of(p, "most_days"), last = 0;
    bool has_start = ask->start.n > 0, has_end = ask->end.n > 0;
    if ((has_start && !day_named(ask->start, &p->first_day)) || (has_end && !day_named(ask->end, &last))) {
        return ans_issue_add(p->cx, ANS_E_VALUE, ANS_STR("http.start"), "start and end (or day) are days: 2026-11-21");
    }
    last = has_end ? last : has_start ? p->first_day + usual - 1 : day_of(p, ask->now_us);
    p->first_day = has_start ? p->first_day : last - usual + 1;
    p->days = last - p->first_day + 1;
    if (p->days < 1 || p->days > most) {
        return ans_issue_add(p->cx, ANS_E_VALUE, ANS_STR("http.end"), "this paper shows 1 to %d days", (int)most);
    }
    p->from_us = us_of_day(p, p->first_day);
    p->until_us = us_of_day(p, last + 1);
    return ANS_OK;
}

/* ---- parts that every paper has ---- */

static ans_err open_sheet(paper *p)
{
    ans_str who = word_with(p, "printed", "name", p->ask->by.n ? p->ask->by : word(p, "printed.nobody"));
    const ans_sheet_options o = {.is_wide = form_is(p, "wide"), .title = form_text(p, "title"), .program = p->ask->program, .printed_us = p->ask->now_us,
                                 .printed_text = fmt(p, "%.*s %.*s. %.*s", ANS_FMT(who), ANS_FMT(moment_text(p, p->ask->now_us)), ANS_FMT(form_text(p, "legal"))),
                                 .caution = word(p, "caution"), .page_text = word(p, "page"),
                                 .band = p->ask->is_training ? word(p, "training") : ANS_STR_NONE};
    return ans_sheet_new(p->cx, &o, &p->s);
}

ans_str title_text(paper *p)
{
    return p->title.n ? p->title : form_text(p, "title");
}

void draw_title(paper *p)
{
    bool has_motto = form_is(p, "motto");
    ans_head_line left[] = {{.text = p->who.body}, {.text = p->who.facility, .face = ANS_FACE_BOLD, .is_ruled = true}, {.text = has_motto ? ANS_STR("") : p->who.ward}};
    ans_head_line motto[] = {{.text = word(p, "country"), .face = ANS_FACE_BOLD}, {.text = word(p, "motto"), .face = ANS_FACE_BOLD, .is_ruled = true}};
    ans_head_line number[] = {{.text = p->who.record.n ? word_with(p, "record", "n", p->who.record) : ANS_STR("")}, {.text = form_text(p, "number")}};
    ans_sheet_head(p->s, left, 3, has_motto ? motto : number, 2);
    ans_sheet_text(p->s, (ans_style){.face = ANS_FACE_BOLD, .align = ANS_CENTRE, .size = 15}, title_text(p));
}

static void draw_days(paper *p)
{
    ans_str from = day_text(p, p->first_day), until = day_text(p, p->first_day + p->days - 1);
    ans_str text = p->days == 1 ? word_with(p, "day", "day", from) : fmt(p, "%.*s", ANS_FMT(word_with(p, "days", "from", from)));
    if (p->days > 1) {
        ptrdiff_t at = ans_str_search(text, ANS_STR("{until}"));
        text = at < 0 ? text : fmt(p, "%.*s%.*s%.*s", ANS_FMT(ans_str_head(text, (size_t)at)), ANS_FMT(until), ANS_FMT(ans_str_from(text, (size_t)at + 7)));
    }
    ans_sheet_text(p->s, (ans_style){.face = ANS_FACE_ITALIC, .align = ANS_CENTRE}, text);
}

/* Diagnoses that may be said on a paper at a bed. */
static ans_err problems_of(paper *p, ans_str *out)
{
    list l;
    ans_err err = ask_list(p, "Condition", of_person(p, p->who.id, "clinical-status=active"), "recordedDate", &l);
    *out = ANS_STR("");
    for (uint32_t i = 0; err == ANS_OK && i < l.count; i++) {
        ans_jnode code = ans_json_get(l.at[i].doc, 0, ANS_STR("code"));
        if (!is_struck(p, l.at[i].doc) && !is_guarded(p, l.at[i].doc) && !is_unsaid(p, l.at[i].doc, code)) {
            *out = join(p, *out, "; ", concept_text(p, l.at[i].doc, code));
        }
    }
    return err;
}

ans_err draw_identity(paper *p, bool has_problems)
{
    ans_str problems = ANS_STR("");
    ans_err err = ask_who(p, p->ask->id);
    err = err == ANS_OK && has_problems ? problems_of(p, &problems) : err;
    if (err != ANS_OK) {
        return err;
    }
    draw_title(p);
    draw_days(p);
    ans_sheet_gap(p->s, 4);
    ans_sheet_running(p->s, join(p, join(p, p->who.name, " · ", p->who.record), " · ", title_text(p)));
    const ans_fact facts[] = {{.name = word(p, "name"), .value = p->who.name},
                              {.name = word(p, "birth"), .value = join(p, date_text(p, p->who.birth), " · ", p->who.age)},
                              {.name = word(p, "gender"), .value = p->who.gender},
                              {.name = word(p, "ward"), .value = p->who.ward},
                              {.name = word(p, "room"), .value = p->who.room},
                              {.name = word(p, "bed"), .value = p->who.bed},
                              {.name = word(p, "problems"), .value = problems, .is_whole = true}};
    ans_sheet_facts(p->s, facts, sizeof facts / sizeof *facts, form_is(p, "wide") ? 3 : 2);
    ans_sheet_gap(p->s, 4);
    return ANS_OK;
}

void draw_signs(paper *p)
{
    ans_sign_place places[MOST_SIGNS];
    uint32_t n = 0;
    ans_jnode all = ans_json_get(p->table, p->form, ANS_STR("signs"));
    if (all == ANS_JNONE) {
        return;
    }
    ANS_JSON_EACH(p->table, all, one)
    {
        if (n < MOST_SIGNS) {
            places[n++] = (ans_sign_place){.post = word(p, fmt(p, "sign.%.*s", ANS_FMT(ans_json_string(p->cx, p->table, one))).p), .note = word(p, "sign.note")};
        }
    }
    if (n > 0) {
        ans_sheet_signs(p->s, word(p, "sign.day"), places, n);
    }
}

/* ---- a print ---- */

/* Leads back to the very thing: the record and the days, and which print it was. Nobody's name, diagnosis or card number. */
static ans_str code_of_print(paper *p, const char *hash)
{
    char from[16], until[16];
    const int64_t at[] = {p->first_day, p->first_day + p->days - 1};
    char *const to[] = {from, until};
    for (size_t i = 0; i < 2; i++) {
        int year, month, date;
        ans_civil_from_days(at[i], &year, &month, &date);
        (void)snprintf(to[i], sizeof from, "%04d-%02d-%02d", year % 10000, month, date);
    }
    return fmt(p, "ansinh:%.*s/%.*s/paper/%.*s?start=%s&end=%s&v=%s", ANS_FMT(p->ask->type), ANS_FMT(p->ask->id), ANS_FMT(p->ask->form), from, until, hash);
}

bool is_unseen(const paper *p, ans_str patient)
{
    const ans_paper_view *view = &p->ask->view;
    return view->is_unseen && view->is_unseen(view->arg, patient);
}

/* It would be the paper of somebody without medicines or allergies, and whoever holds it would believe that. What tells of the stay alone is another thing. */
static ans_err check_seen(paper *p)
{
    const ans_paper_view *view = &p->ask->view;
    ans_jnode needs = ans_json_get(p->table, p->form, ANS_STR("needs"));
    for (ans_jnode n = needs != ANS_JNONE ? ans_json_first(p->table, needs) : ANS_JNONE; n != ANS_JNONE && view->reads; n = ans_json_next(p->table, needs, n)) {
        ans_str type = ans_json_string(p->cx, p->table, n);
        if (!view->reads(view->arg, type)) {
            return ans_issue_add(p->cx, ANS_E_FORBIDDEN, ANS_STR("http.url"), "no role of this account reads any %.*s, and the paper would be read as if there were none", ANS_FMT(type));
        }
    }
    bool is_empty = ans_str_is(p->ask->type, "Patient") && !form_is(p, "of_stay") && is_unseen(p, p->ask->id);
    return is_empty ? ans_issue_add(p->cx, ANS_E_FORBIDDEN, ANS_STR("http.url"), "no role of this account sees the care of this person: the paper would be empty, and read as if there were nothing") : ANS_OK;
}

static ans_err print(paper *p, ans_paper *out)
{
    paper_draw *draw = NULL;
    ans_err err = paper_table_read(p->cx, &p->table);
    err = err == ANS_OK ? find_form(p, &draw) : err;
    err = err == ANS_OK ? check_seen(p) : err;
    err = err == ANS_OK ? find_days(p) : err;
    err = err == ANS_OK ? open_sheet(p) : err;
    err = err == ANS_OK ? draw(p) : err;
    if (err != ANS_OK) {
        return err;
    }
    draw_signs(p);
    ans_sheet_hash(p->s, out->hash);
    err = ans_sheet_finish(p->s, code_of_print(p, out->hash), &out->bytes);
    int year, month, date;
    ans_civil_from_days(p->first_day, &year, &month, &date);
    out->file = fmt(p, "%.*s-%04d-%02d-%02d.pdf", ANS_FMT(p->ask->form), year, month, date);
    out->pages = ans_sheet_pages(p->s);
    out->people = p->shown;
    return err;
}

ans_err ans_paper_print(ans_cx *cx, const ans_paper_ask *ask, ans_paper *out)
{
    paper p = {.cx = cx, .ask = ask, .zone = ans_search_zone(ask->view.search)};
    ans_paper made = {0};
    ans_err err = print(&p, &made);
    if (err == ANS_OK) {
        *out = made;
    }
    return err;
}
