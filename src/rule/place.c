/* Where a person lives now: the stay in progress, its active bed, and the ward that bed is in (the nearest Location above it of
 * physicalType wa; without one the uppermost). */
#include "rule/rule_int.h"

enum { MOST_ABOVE = 6 };

static ans_str reference_id(ans_cx *cx, const ans_json *doc, ans_jnode object, const char *key)
{
    ans_reference r;
    ans_jnode n = ans_json_get(doc, object, ans_str_of(key));
    ans_reference_parse(n == ANS_JNONE ? ANS_STR_NONE : ans_json_get_string(cx, doc, n, ANS_STR("reference")), &r);
    return r.kind == ANS_REF_LOCAL || r.kind == ANS_REF_ABSOLUTE ? r.id : ANS_STR_NONE;
}

static ans_str bed_of(ans_cx *cx, const ans_json *doc)
{
    ans_str bed = ANS_STR_NONE;
    ans_jnode list = ans_json_get(doc, 0, ANS_STR("location"));
    if (list == ANS_JNONE || ans_json_kind_of(doc, list) != ANS_JSON_ARRAY) {
        return bed;
    }
    ANS_JSON_EACH(doc, list, one)
    {
        ans_str status = ans_json_get_string(cx, doc, one, ANS_STR("status"));
        if (!status.n || ans_str_is(status, "active")) {
            bed = reference_id(cx, doc, one, "location");
        }
    }
    return bed;
}

static bool is_ward(ans_cx *cx, const ans_json *doc)
{
    ans_jnode list = ans_json_get(doc, ans_json_get(doc, 0, ANS_STR("physicalType")), ANS_STR("coding"));
    ans_jnode first = list == ANS_JNONE ? ANS_JNONE : ans_json_first(doc, list);
    return first != ANS_JNONE && ans_str_is(ans_json_get_string(cx, doc, first, ANS_STR("code")), "wa");
}

static ans_err climb(ans_cx *cx, ans_rule_env *env, ans_str id, rule_place *out)
{
    ans_err err = ANS_OK;
    for (int i = 0; err == ANS_OK && id.n && i < MOST_ABOVE; i++) {
        ans_item spot;
        bool found;
        err = rule_read(cx, env, ANS_STR("Location"), id, &spot, &found);
        if (err != ANS_OK || !found) {
            return err;
        }
        out->ward = id;
        out->ward_name = ans_json_get_string(cx, spot.doc, 0, ANS_STR("name"));
        id = is_ward(cx, spot.doc) ? ANS_STR_NONE : reference_id(cx, spot.doc, 0, "partOf");
    }
    return err;
}

ans_err rule_place_of(ans_cx *cx, ans_rule_env *env, ans_str patient, rule_place *out)
{
    ans_items stays;
    uint32_t questions = env->questions;
    *out = (rule_place){0};
    env->questions = 1; /* every rule needs it: it is not one of the rule's own questions */
    ans_str query = ans_arena_fmt(cx->arena, "patient=Patient/%.*s&status=in-progress", ANS_FMT(patient));
    ans_err err = query.p ? rule_find(cx, env, ANS_STR("Encounter"), query, 4, &stays) : ans_cx_nomem(cx);
    env->questions = questions;
    if (err != ANS_OK || stays.count == 0) {
        return err;
    }
    out->stay = stays.at[0];
    out->has_stay = true;
    out->encounter = ans_json_get_string(cx, out->stay.doc, 0, ANS_STR("id"));
    return climb(cx, env, bed_of(cx, out->stay.doc), out);
}
