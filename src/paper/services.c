/* The daily disclosure of services: what was done for a person on each day besides medicines, signed by who got it: days in a bed, procedures, tests
 * and pictures, vaccines, care. Read by many at a bed, so it names no diagnosis and nothing of a compartment. A facility without a licence to treat
 * discloses its care, and says so in the title (docs/licence.md). */
#include "paper/byday.h"
#include "paper/story.h"

typedef enum group { GROUP_BED, GROUP_PROCEDURE, GROUP_TEST, GROUP_REPORT, GROUP_VACCINE, GROUP_CARE } group;

/* A day in a bed is one on whose beginning or during which the stay ran; a day on which somebody was away all day is none. */
typedef struct span {
    int64_t from_us, until_us;
} span;

static ans_err use(byday *l, group g, ans_str name, const char *unit, int64_t us)
{
    byday_row *row = NULL;
    int64_t day = us == INT64_MIN ? -1 : day_of(l->p, us) - l->p->first_day;
    if (!name.n || day < 0 || day >= BYDAY_MOST || day >= l->p->days) {
        return ANS_OK;
    }
    ans_err err = byday_line(l, (int)g, name, word(l->p, unit), &row);
    if (err == ANS_OK) {
        ans_decimal one = {.digits = 1};
        row->times[day]++;
        row->has_amount = true;
        row->is_uneven = !ans_decimal_add(row->amount[day], one, &row->amount[day]) || row->is_uneven;
    }
    return err;
}

/* ---- days in a bed ---- */

static span away_of(paper *p, const ans_json *stay, ans_jnode extension)
{
    span s = {INT64_MAX, INT64_MAX};
    ans_jnode parts = ans_json_get(stay, extension, ANS_STR("extension"));
    if (!ans_str_is(text_at(p, stay, extension, "url"), "urn:ansinh:extension:away") || parts == ANS_JNONE) {
        return s;
    }
    ANS_JSON_EACH(stay, parts, one) {
        ans_str url = text_at(p, stay, one, "url");
        int64_t us = time_of(p, text_at(p, stay, one, "valueDateTime"));
        if (ans_str_is(url, "from") && us != INT64_MIN) {
            s.from_us = us;
        } else if (ans_str_is(url, "back") && us != INT64_MIN) {
            s.until_us = us;
        }
    }
    return s;
}

static bool is_away(paper *p, const ans_json *stay, int64_t from_us, int64_t until_us)
{
    ans_jnode all = ans_json_get(stay, 0, ANS_STR("extension"));
    for (ans_jnode e = all != ANS_JNONE ? ans_json_first(stay, all) : ANS_JNONE; e != ANS_JNONE; e = ans_json_next(stay, all, e)) {
        span away = away_of(p, stay, e);
        if (away.from_us <= from_us && away.until_us >= until_us) {
            return true;
        }
    }
    return false;
}

static ans_err beds(byday *l)
{
    paper *p = l->p;
    list stays;
    bool was_here[BYDAY_MOST] = {false};
    ans_err err = ask_list(p, "Encounter", of_person(p, p->who.id, "class=IMP&status=in-progress,onleave,finished&part-of:missing=true"), "period.start", &stays);
    for (uint32_t i = 0; err == ANS_OK && i < stays.count; i++) {
        const ans_json *doc = stays.at[i].doc;
        ans_str end = text_at(p, doc, 0, "period.end");
        bool is_over = ans_str_is(text_at(p, doc, 0, "status"), "finished"); /* without an end nobody knows since when: no day more than is known */
        int64_t until = end.n ? time_of(p, end) + (end.n == 10 ? US_PER_DAY : 0) : is_over ? stays.at[i].us : p->ask->now_us; /* a day alone is meant to its end */
        for (int day = 0; day < p->days && day < BYDAY_MOST && !is_struck(p, doc) && stays.at[i].us != INT64_MIN; day++) {
            int64_t from = us_of_day(p, p->first_day + day), to = us_of_day(p, p->first_day + day + 1);
            was_here[day] = was_here[day] || (stays.at[i].us < to && until > from && !is_away(p, doc, from, to));
        }
    }
    for (int day = 0; err == ANS_OK && day < BYDAY_MOST; day++) {
        err = was_here[day] ? use(l, GROUP_BED, word(p, "services.bed"), "services.day", us_of_day(p, p->first_day + day)) : ANS_OK;
    }
    return err;
}

/* ---- what was done ---- */

static const struct kind {
    group group;
    const char *type, *more, *time, *date, *code; /* time: its search parameter; date, code: where they stand */
    const char *done;                             /* the status that means it was done; NULL: any but what is struck */
} kinds[] = {
    {GROUP_PROCEDURE, "Procedure", "", "date", "performedDateTime", "code", "completed"},
    {GROUP_TEST, "Observation", "&category=laboratory", "date", "effectiveDateTime", "code", NULL},
    {GROUP_REPORT, "DiagnosticReport", "", "date", "effectiveDateTime", "code", NULL},
    {GROUP_VACCINE, "Immunization", "", "date", "occurrenceDateTime", "vaccineCode", "completed"},
};

static ans_err of_kind(byday *l, const struct kind *k)
{
    paper *p = l->p;
    list found_ones;
    ans_str query = fmt(p, "%.*s%s", ANS_FMT(within(p, k->time)), k->more);
    ans_err err = ask_list(p, k->type, of_person(p, p->who.id, query.p), k->date, &found_ones);
    for (uint32_t i = 0; err == ANS_OK && i < found_ones.count; i++) {
        const ans_json *doc = found_ones.at[i].doc;
        ans_jnode code = ans_json_get(doc, 0, ans_str_of(k->code));
        bool is_done = k->done ? ans_str_is(text_at(p, doc, 0, "status"), k->done) : !is_struck(p, doc);
        if (is_done && !is_struck(p, doc) && !is_guarded(p, doc) && !is_unsaid(p, doc, code)) {
            err = use(l, k->group, concept_text(p, doc, code), "services.times", found_ones.at[i].us);
        }
    }
    return err;
}

static ans_err care(byday *l)
{
    static const char *const given[] = {"meal", "hygiene", "turning", "activity", "observe"};
    paper *p = l->p;
    list all;
    ans_str query = fmt(p, "%.*s&code=" CARE "|meal," CARE "|hygiene," CARE "|turning," CARE "|activity," CARE "|observe", ANS_FMT(within(p, "date")));
    ans_err err = ask_list(p, "Observation", of_person(p, p->who.id, query.p), "effectiveDateTime", &all);
    for (uint32_t i = 0; err == ANS_OK && i < all.count; i++) {
        const ans_json *doc = all.at[i].doc;
        ans_str kind = code_of(p, doc, ans_json_get(doc, 0, ANS_STR("code")), CARE);
        for (size_t k = 0; err == ANS_OK && k < sizeof given / sizeof *given; k++) {
            bool is_it = ans_str_is(kind, given[k]) && !is_struck(p, doc) && !is_guarded(p, doc);
            err = is_it ? use(l, GROUP_CARE, word(p, fmt(p, "care.%s", given[k]).p), "services.times", all.at[i].us) : ANS_OK;
        }
    }
    return err;
}

ans_err paper_services(paper *p)
{
    static const byday_words words = {"services.name", "services.unit", "services.sum", "services.sign-nurse", "services.sign-person"};
    byday l = {.p = p};
    bool treats = false;
    ans_err err = ask_who(p, p->ask->id);
    err = err == ANS_OK ? ask_licence(p, &treats) : err;
    p->title = treats ? ANS_STR("") : word(p, "title.monitoring");
    err = err == ANS_OK ? draw_identity(p, false) : err;
    err = err == ANS_OK ? beds(&l) : err;
    for (size_t i = 0; err == ANS_OK && i < sizeof kinds / sizeof *kinds; i++) {
        err = of_kind(&l, &kinds[i]);
    }
    err = err == ANS_OK ? care(&l) : err;
    if (err == ANS_OK) {
        byday_sort(&l);
        byday_draw(p, &l, &words);
        ans_sheet_text(p->s, (ans_style){.face = ANS_FACE_ITALIC, .size = 9, .above = 4}, word(p, "services.note"));
    }
    return err;
}
