/* Who belongs to the place and is not there: on leave, or in hospital. They stand below the board by name, with the day they are expected: a
 * shift that counts heads counts them too. Where they lay last is theirs, also when the bed was given away (docs/stay.md). */
#include "rest/board_int.h"

#define AWAY_URL "urn:ansinh:extension:away"

static ans_jnode last_of(const ans_json *doc, ans_jnode list)
{
    ans_jnode last = ANS_JNONE;
    if (list != ANS_JNONE && ans_json_kind_of(doc, list) == ANS_JSON_ARRAY) {
        ANS_JSON_EACH(doc, list, one)
        {
            last = one;
        }
    }
    return last;
}

/* The time away that has no end yet; a list of parts, or ANS_JNONE. */
static ans_jnode open_away(board *b, const ans_json *doc)
{
    ans_jnode list = ans_json_get(doc, 0, ANS_STR("extension")), open = ANS_JNONE;
    if (list == ANS_JNONE || ans_json_kind_of(doc, list) != ANS_JSON_ARRAY) {
        return ANS_JNONE;
    }
    ANS_JSON_EACH(doc, list, one)
    {
        ans_jnode parts = ans_json_get(doc, one, ANS_STR("extension"));
        if (!ans_str_is(ans_json_get_string(b->cx, doc, one, ANS_STR("url")), AWAY_URL) || parts == ANS_JNONE ||
            ans_json_kind_of(doc, parts) != ANS_JSON_ARRAY) {
            continue;
        }
        bool is_back = false;
        ANS_JSON_EACH(doc, parts, part)
        {
            is_back = is_back || ans_str_is(ans_json_get_string(b->cx, doc, part, ANS_STR("url")), "back");
        }
        open = is_back ? open : parts;
    }
    return open;
}

static void read_away(board *b, const ans_json *doc, away *a)
{
    ans_jnode parts = open_away(b, doc);
    if (parts == ANS_JNONE) {
        return; /* another program's leave, which says no more than that */
    }
    ANS_JSON_EACH(doc, parts, part)
    {
        ans_str url = ans_json_get_string(b->cx, doc, part, ANS_STR("url"));
        if (ans_str_is(url, "kind")) {
            a->kind = ans_json_get_string(b->cx, doc, part, ANS_STR("valueCode"));
        } else if (ans_str_is(url, "from")) {
            a->from = ans_json_get_string(b->cx, doc, part, ANS_STR("valueDateTime"));
        } else if (ans_str_is(url, "until")) {
            a->until = ans_json_get_string(b->cx, doc, part, ANS_STR("valueDateTime"));
        }
    }
}

ans_err board_take_away(board *b, const ans_json *doc, ans_str id)
{
    ans_jnode at = last_of(doc, ans_json_get(doc, 0, ANS_STR("location")));
    ans_str patient = board_reference(b, doc, 0, "subject");
    ans_str bed = at == ANS_JNONE ? ANS_STR_NONE : board_reference(b, doc, at, "location");
    if (!patient.n || (b->is_ward && !board_spot(b, bed))) {
        return ANS_OK;
    }
    away *a = ANS_NEW(b->cx->arena, away);
    if (!a) {
        return ans_cx_nomem(b->cx);
    }
    *a = (away){.id = patient, .encounter = id, .bed = bed, .next = b->aways};
    read_away(b, doc, a);
    b->aways = a;
    return ANS_OK;
}

static ans_err take_name(board *b, const ans_json *doc, ans_str id)
{
    ans_jnode names = ans_json_get(doc, 0, ANS_STR("name"));
    for (away *a = b->aways; a; a = a->next) {
        if (ans_str_eq(a->id, id)) {
            a->is_seen = true;
            a->name = names == ANS_JNONE || ans_json_first(doc, names) == ANS_JNONE
                          ? ANS_STR_NONE
                          : ans_json_get_string(b->cx, doc, ans_json_first(doc, names), ANS_STR("text"));
        }
    }
    return ANS_OK;
}

ans_err board_name_aways(board *b)
{
    ans_buf ids;
    ans_str list;
    if (!b->aways) {
        return ANS_OK;
    }
    ans_buf_init_arena(&ids, b->cx->arena, (size_t)1 << 20);
    for (const away *a = b->aways; a; a = a->next) {
        ans_buf_add(&ids, a == b->aways ? ANS_STR("_id=") : ANS_STR(","));
        ans_buf_add(&ids, a->id);
    }
    ans_err err = ans_buf_finish(&ids, &list);
    return err == ANS_OK ? board_each(b, "Patient", list, take_name) : err;
}
