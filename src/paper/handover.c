/* The handover sheet: the newest signed handover of a ward until the end of the day asked for, in the words that were signed
 * (docs: Composition urn:ansinh:document|handover). Nothing is worked out anew, so paper and record cannot differ. */
#include "paper/story.h"

static ans_err newest(paper *p, ans_str ward, const ans_json **out)
{
    list l;
    ans_str query = fmt(p, "type=urn:ansinh:document|handover&subject=Location/%.*s&%.*s", ANS_FMT(ward), ANS_FMT(within(p, "date")));
    ans_err err = ask_list(p, "Composition", query, "date", &l);
    *out = NULL;
    for (uint32_t i = 0; err == ANS_OK && i < l.count; i++) {
        bool is_addendum = ans_json_get(l.at[i].doc, 0, ANS_STR("relatesTo")) != ANS_JNONE;
        *out = is_struck(p, l.at[i].doc) || is_addendum ? *out : l.at[i].doc;
    }
    if (err == ANS_OK && !*out) {
        return ans_issue_add(p->cx, ANS_E_NOTFOUND, ANS_STR("http.day"), "no handover of this place was signed in these days");
    }
    return err;
}

/* A block of somebody: its title, its lines. */
static void blocks_of(paper *p, const ans_json *doc, ans_jnode of, ans_str *out)
{
    ans_jnode all = ans_json_get(doc, of, ANS_STR("section"));
    for (ans_jnode s = all != ANS_JNONE ? ans_json_first(doc, all) : ANS_JNONE; s != ANS_JNONE; s = ans_json_next(doc, all, s)) {
        ans_str lines = plain_of(p, text_at(p, doc, s, "text.div"));
        *out = join(p, *out, "\n", join(p, text_at(p, doc, s, "title"), ": ", lines));
    }
}

static void draw_sections(paper *p, const ans_json *doc)
{
    static const double widths[] = {30, 70};
    const ans_cell head[] = {{.text = word(p, "handover.who"), .face = ANS_FACE_BOLD, .align = ANS_CENTRE}, {.text = word(p, "handover.what"), .face = ANS_FACE_BOLD, .align = ANS_CENTRE}};
    const ans_table table = {.widths = widths, .columns = 2, .head = head, .head_rows = 1};
    ans_jnode all = ans_json_get(doc, 0, ANS_STR("section"));
    ans_sheet_table(p->s, &table);
    for (ans_jnode s = all != ANS_JNONE ? ans_json_first(doc, all) : ANS_JNONE; s != ANS_JNONE; s = ans_json_next(doc, all, s)) {
        ans_str text = plain_of(p, text_at(p, doc, s, "text.div"));
        blocks_of(p, doc, s, &text);
        const ans_cell row[] = {{.text = text_at(p, doc, s, "title"), .face = ANS_FACE_BOLD}, {.text = text}};
        ans_sheet_row(p->s, row);
        p->shown++;
    }
    if (p->shown == 0) {
        const ans_cell row[] = {{.text = word(p, "handover.nothing"), .span = 2}, {.span = 0}};
        ans_sheet_row(p->s, row);
    }
    ans_sheet_table_end(p->s);
}

/* Who gave and who took over, as they signed. */
static void draw_attesters(paper *p, const ans_json *doc)
{
    ans_sign_place places[] = {{.post = word(p, "sign.giver"), .note = word(p, "sign.note")}, {.post = word(p, "sign.taker"), .note = word(p, "sign.note")}};
    ans_jnode all = ans_json_get(doc, 0, ANS_STR("attester"));
    int n = 0;
    for (ans_jnode a = all != ANS_JNONE ? ans_json_first(doc, all) : ANS_JNONE; a != ANS_JNONE && n < 2; a = ans_json_next(doc, all, a)) {
        places[n].name = text_at(p, doc, a, "party.display");
        places[n].note = fmt(p, "%.*s %.*s", ANS_FMT(word(p, "handover.signed")), ANS_FMT(date_text(p, text_at(p, doc, a, "time"))));
        n++;
    }
    ans_sheet_signs(p->s, ANS_STR(""), places, 2);
}

ans_err paper_handover(paper *p)
{
    const named *place;
    const ans_json *doc;
    ans_err err = ask_place(p, p->ask->id, &place);
    if (err == ANS_OK && !place) {
        return ans_issue_add(p->cx, ANS_E_NOTFOUND, ANS_STR("http.url"), "there is no such Location");
    }
    p->who.ward = err == ANS_OK ? place->name : ANS_STR("");
    err = err == ANS_OK && place->body.n ? ask_facility(p, place->body, &p->who) : err;
    err = err == ANS_OK ? newest(p, p->ask->id, &doc) : err;
    if (err != ANS_OK) {
        return err;
    }
    draw_title(p);
    ans_str span = join(p, date_text(p, text_at(p, doc, 0, "event.period.start")), " – ", date_text(p, text_at(p, doc, 0, "event.period.end")));
    ans_sheet_text(p->s, (ans_style){.face = ANS_FACE_ITALIC, .align = ANS_CENTRE}, span.n ? span : date_text(p, text_at(p, doc, 0, "date")));
    ans_sheet_gap(p->s, 6);
    draw_sections(p, doc);
    if (!ans_str_is(text_at(p, doc, 0, "status"), "final")) {
        ans_sheet_text(p->s, (ans_style){.face = ANS_FACE_BOLD, .above = 4}, word(p, "handover.open"));
    }
    draw_attesters(p, doc);
    return ANS_OK;
}
