/* The sheet that goes along with somebody who moves from one house of the record to another: the newest transfer that was asked for and not called
 * off (docs/stay.md), as it was written, with what the other house has to know on the first day, and the two who sign. The sender prints it before,
 * the receiver after: each with what they may see then. */
#include "paper/story.h"

static bool stands(paper *p, const ans_json *doc)
{
    ans_str status = text_at(p, doc, 0, "status");
    return ans_str_is(status, "requested") || ans_str_is(status, "received") || ans_str_is(status, "accepted") || ans_str_is(status, "in-progress") ||
           ans_str_is(status, "completed");
}

static ans_err find_transfer(paper *p, const ans_json **out)
{
    list l;
    *out = NULL;
    ans_err err = ask_list(p, "Task", of_person(p, p->who.id, "code=urn:ansinh:task|transfer"), "authoredOn", &l);
    for (uint32_t i = 0; err == ANS_OK && i < l.count; i++) {
        *out = stands(p, l.at[i].doc) ? l.at[i].doc : *out;
    }
    return err == ANS_OK && !*out ? ans_issue_add(p->cx, ANS_E_NOTFOUND, ANS_STR("http.url"), "there is no transfer of this Patient") : err;
}

static ans_jnode input_of(paper *p, const ans_json *task, const char *code)
{
    ans_jnode all = ans_json_get(task, 0, ANS_STR("input"));
    for (ans_jnode n = all != ANS_JNONE ? ans_json_first(task, all) : ANS_JNONE; n != ANS_JNONE; n = ans_json_next(task, all, n)) {
        if (has_code(p, task, ans_json_get(task, n, ANS_STR("type")), "urn:ansinh:transfer", code)) {
            return n;
        }
    }
    return ANS_JNONE;
}

/* As the task says it, else as the house is called. */
static ans_err house_of(paper *p, const ans_json *task, ans_jnode reference, ans_str *out)
{
    const ans_json *house;
    *out = text_at(p, task, reference, "display");
    ans_str text = text_at(p, task, reference, "reference"), type;
    bool is_house = !out->n && ans_str_cut(&text, '/', &type) && ans_str_is(type, "Organization");
    ans_err err = is_house ? ask_one(p, "Organization", text, &house) : ANS_OK;
    if (err == ANS_OK && is_house && house) {
        *out = text_at(p, house, 0, "name");
    }
    return err;
}

static void draw_houses(paper *p, const ans_json *task, ans_str from, ans_str to)
{
    ans_str asked = text_at(p, task, 0, "authoredOn"), expected = text_at(p, task, 0, "restriction.period.end");
    bool is_done = ans_str_is(text_at(p, task, 0, "status"), "completed");
    ans_str taken = is_done ? text_at(p, task, 0, "lastModified") : ANS_STR("");
    const ans_fact facts[] = {{.name = word(p, "transfer.from"), .value = from, .is_open = true, .is_whole = true},
                              {.name = word(p, "transfer.to"), .value = to, .is_open = true, .is_whole = true},
                              {.name = word(p, "transfer.reason"), .value = concept_text(p, task, ans_json_get(task, 0, ANS_STR("reasonCode"))), .is_open = true, .is_whole = true},
                              {.name = word(p, "transfer.asked"), .value = asked.n ? moment_text(p, time_of(p, asked)) : ANS_STR("")},
                              {.name = word(p, "transfer.expected"), .value = date_text(p, expected)},
                              {.name = word(p, "transfer.taken"), .value = taken.n ? moment_text(p, time_of(p, taken)) : ANS_STR(""), .is_open = true}};
    ans_sheet_gap(p->s, 6);
    ans_sheet_facts(p->s, facts, sizeof facts / sizeof *facts, 2);
}

ans_err paper_transfer(paper *p)
{
    static const char *const parts[][2] = {{"transfer.summary", "summary"}, {"transfer.care", "care"}, {"transfer.medicines", "medicines"},
                                           {"transfer.papers", "papers"}, {"transfer.belongings", "belongings"}, {"transfer.escort", "escort"}};
    const ans_json *task = NULL;
    ans_str from, to;
    story s;
    ans_err err = ask_who(p, p->ask->id);
    err = err == ANS_OK ? find_transfer(p, &task) : err;
    err = err == ANS_OK ? house_of(p, task, node_at(task, input_of(p, task, "from"), "valueReference"), &from) : err;
    err = err == ANS_OK ? house_of(p, task, ans_json_get(task, 0, ANS_STR("owner")), &to) : err;
    err = err == ANS_OK ? ask_story(p, &s) : err;
    if (err != ANS_OK) {
        return err;
    }
    draw_title(p);
    draw_houses(p, task, from, to);
    draw_person(p);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        draw_section(p, parts[i][0], text_at(p, task, input_of(p, task, parts[i][1]), "valueString"), true);
    }
    draw_section(p, "summary.allergies", s.allergies, true);
    draw_section(p, "summary.problems", s.problems, false);
    draw_section(p, "transfer.standing", s.medicines, false);
    draw_section(p, "summary.signs", signs_text(p, &s), false);
    return ANS_OK;
}
