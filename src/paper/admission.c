/* The decision on admission, as the facility's head signs it: what it rests on comes from the way in (content/stay/admission.json), who and when
 * from the stay, its number from the decision that was entered, if one was. What is not known is left to be written. */
#include "paper/story.h"

static ans_err way_of(paper *p, const ans_json *stay, ans_str *out_name, ans_str *out_basis)
{
    ans_json ways;
    ans_str code = code_of(p, stay, node_at(stay, 0, "hospitalization.admitSource"), "urn:ansinh:admission-way");
    *out_name = concept_text(p, stay, node_at(stay, 0, "hospitalization.admitSource"));
    *out_basis = ANS_STR("");
    ans_err err = ans_json_parse(p->cx, (ans_str){ans_paper_ways, ans_paper_ways_bytes}, NULL, &ways);
    ans_jnode all = err == ANS_OK ? ans_json_get(&ways, 0, ANS_STR("ways")) : ANS_JNONE;
    for (ans_jnode w = all != ANS_JNONE && code.n ? ans_json_first(&ways, all) : ANS_JNONE; w != ANS_JNONE; w = ans_json_next(&ways, all, w)) {
        if (ans_str_eq(text_at(p, &ways, w, "code"), code)) {
            *out_name = text_at(p, &ways, w, "vi");
            *out_basis = text_at(p, &ways, w, "basis");
        }
    }
    return err;
}

/* The newest decision that was entered: "12/QĐ-TTBTXH". */
static ans_err number_of(paper *p, ans_str *out_number, ans_str *out_day)
{
    list l;
    *out_number = *out_day = ANS_STR("");
    ans_err err = ask_list(p, "Contract", fmt(p, "subject=Patient/%.*s", ANS_FMT(p->who.id)), "issued", &l);
    for (uint32_t i = 0; err == ANS_OK && i < l.count; i++) {
        const ans_json *doc = l.at[i].doc;
        if (!is_struck(p, doc)) {
            *out_number = text_at(p, doc, 0, "identifier.value");
            *out_day = text_at(p, doc, 0, "issued");
        }
    }
    return err;
}

static void article(paper *p, const char *key, ans_str text)
{
    ans_sheet_text(p->s, (ans_style){.size = 12, .above = 6}, fmt(p, "%.*s %.*s", ANS_FMT(word(p, key)), ANS_FMT(text)));
}

static void draw_decision(paper *p, ans_str way, ans_str basis)
{
    ans_str person = join(p, p->who.name, ", ", p->who.birth.n ? fmt(p, "%.*s %.*s", ANS_FMT(word(p, "born")), ANS_FMT(date_text(p, p->who.birth))) : ANS_STR(""));
    ans_str since = p->who.since.n ? date_text(p, ans_str_head(p->who.since, 10)) : word(p, "admission.blank");
    ans_sheet_text(p->s, (ans_style){.face = ANS_FACE_BOLD, .align = ANS_CENTRE, .size = 12, .above = 2}, word(p, "admission.about"));
    ans_sheet_text(p->s, (ans_style){.face = ANS_FACE_BOLD, .align = ANS_CENTRE, .size = 12, .above = 12}, word_with(p, "admission.head", "facility", p->who.facility));
    ans_sheet_text(p->s, (ans_style){.face = ANS_FACE_ITALIC, .size = 12, .above = 10}, word_with(p, "admission.basis", "basis", basis.n ? basis : word(p, "admission.blank")));
    ans_sheet_text(p->s, (ans_style){.face = ANS_FACE_ITALIC, .size = 12, .above = 2}, word(p, "admission.basis2"));
    ans_sheet_text(p->s, (ans_style){.face = ANS_FACE_ITALIC, .size = 12, .above = 2}, word(p, "admission.basis3"));
    ans_sheet_text(p->s, (ans_style){.face = ANS_FACE_BOLD, .align = ANS_CENTRE, .size = 13, .above = 10}, word(p, "admission.decides"));
    article(p, "admission.article1", fmt(p, "%.*s %.*s (%.*s), %.*s: %.*s; %.*s %.*s.", ANS_FMT(word(p, "admission.takes")), ANS_FMT(person), ANS_FMT(p->who.record.n ? p->who.record : word(p, "admission.blank")),
                                         ANS_FMT(word(p, "admission.way")), ANS_FMT(way.n ? way : word(p, "admission.blank")), ANS_FMT(word(p, "admission.from")), ANS_FMT(since)));
    article(p, "admission.article2", word_with(p, "admission.cares", "ward", p->who.ward.n ? join(p, p->who.ward, ", ", p->who.bed) : word(p, "admission.blank")));
    article(p, "admission.article3", word(p, "admission.holds"));
}

ans_err paper_admission(paper *p)
{
    const ans_json *stay = NULL;
    ans_str way = ANS_STR(""), basis = ANS_STR(""), number, day;
    ans_err err = ask_who(p, p->ask->id);
    err = err == ANS_OK ? ask_one(p, "Encounter", p->who.stay, &stay) : err;
    if (err == ANS_OK && !stay) {
        return ans_issue_add(p->cx, ANS_E_NOTFOUND, ANS_STR("http.url"), "there is no stay of this Patient");
    }
    err = err == ANS_OK ? way_of(p, stay, &way, &basis) : err;
    err = err == ANS_OK ? number_of(p, &number, &day) : err;
    if (err != ANS_OK) {
        return err;
    }
    draw_title(p);
    ans_sheet_text(p->s, (ans_style){.align = ANS_CENTRE, .above = 2},
                   fmt(p, "%.*s %.*s%s%.*s", ANS_FMT(word(p, "admission.number")), ANS_FMT(number.n ? number : word(p, "admission.blank")), day.n ? ", " : "", ANS_FMT(date_text(p, day))));
    draw_decision(p, way, basis);
    ans_sheet_text(p->s, (ans_style){.face = ANS_FACE_ITALIC, .size = 10, .above = 10}, word(p, "admission.to"));
    return ANS_OK;
}
