/* Care rules of photos (docs/photos.md): a photo of care is about its person, is a picture, and is small. What a camera makes is made smaller by
 * the page; a program that does not is told so here, before the record of a person grows to something no tablet opens. */
#include "rest/stock_int.h"

enum { MOST_FACE = 64 * 1024, MOST_PHOTO = 1400 * 1024 }; /* letters of base64 */

static bool is_picture(ans_str type)
{
    return ans_str_is(type, "image/jpeg") || ans_str_is(type, "image/png") || ans_str_is(type, "image/webp");
}

/* Length of the data of an Attachment, without decoding it. */
static uint32_t length_of(const paper *p, ans_jnode attachment)
{
    ans_jnode data = attachment == ANS_JNONE ? attachment : paper_at(p, attachment, "data");
    return data == ANS_JNONE ? 0 : (uint32_t)ans_json_raw(p->doc, data).n;
}

/* What stood there before is not judged again. */
static bool stood(const care_change *x, ans_jnode photo)
{
    ans_jnode list = x->old.count ? ans_json_get(&x->old, 0, ANS_STR("photo")) : ANS_JNONE;
    if (list == ANS_JNONE) {
        return false;
    }
    ANS_JSON_EACH(&x->old, list, one) {
        if (ans_str_eq(ans_json_raw(&x->old, one), ans_json_raw(&x->now, photo))) {
            return true;
        }
    }
    return false;
}

ans_err care_face(care *c, const care_change *x)
{
    paper p = {c->cx, &x->now};
    ans_jnode list = x->now.count ? paper_at(&p, 0, "photo") : ANS_JNONE;
    if (list == ANS_JNONE) {
        return ANS_OK;
    }
    ANS_JSON_EACH(&x->now, list, one) {
        uint32_t length = length_of(&p, one);
        if (length > MOST_FACE && !stood(x, one)) {
            return care_refuse(c, x, "photo", "a portrait is at most %d kB here: make it smaller", MOST_FACE * 3 / 4 / 1024);
        }
        if (length && !is_picture(paper_text(&p, one, "contentType")) && !stood(x, one)) {
            return care_refuse(c, x, "photo", "a portrait is image/jpeg, image/png or image/webp");
        }
    }
    return ANS_OK;
}

ans_err care_media(care *c, const care_change *x)
{
    paper p = {c->cx, &x->now};
    ans_jnode type = x->now.count ? paper_at(&p, 0, "type") : ANS_JNONE, content = type == ANS_JNONE ? type : paper_at(&p, 0, "content");
    if (type == ANS_JNONE || !paper_code(&p, type, "urn:ansinh:photo").n || x->old.count) {
        return ANS_OK; /* not one of ours, or judged when it came */
    }
    ans_jnode subject = paper_at(&p, 0, "subject");
    ans_ref person = subject == ANS_JNONE ? (ans_ref){0} : care_reference(c, &x->now, subject);
    if (!person.id.n || ans_search_type_of(c->j->rest->o.search, person.type) != c->t_patient) {
        return care_refuse(c, x, "subject", "a photo is of a person: who may not see the person does not see it");
    }
    if (content == ANS_JNONE || !is_picture(paper_text(&p, content, "contentType"))) {
        return care_refuse(c, x, "content", "a photo is image/jpeg, image/png or image/webp");
    }
    return length_of(&p, content) > MOST_PHOTO ? care_refuse(c, x, "content", "a photo is at most %d kB here: make it smaller", MOST_PHOTO * 3 / 4 / 1024) : ANS_OK;
}
