/* Profiles that R4 itself asks for without being named: vital signs, by the LOINC code that the table of the profile gives to each.
 * "If implementations are exchanging vital signs using FHIR, they SHALL conform to this profile."
 * spec: http://hl7.org/fhir/R4/observation-vitalsigns.html */
#include "valid/valid_int.h"

static const struct vital_row {
    const char *code, *profile;
} vitals[] = {
    {"85353-1", "vitalsigns"}, {"9279-1", "resprate"},     {"8867-4", "heartrate"},   {"2708-6", "oxygensat"}, {"59408-5", "oxygensat"}, {"8310-5", "bodytemp"},
    {"8302-2", "bodyheight"},  {"9843-4", "headcircum"},   {"29463-7", "bodyweight"}, {"39156-5", "bmi"},      {"85354-9", "bp"},
};

static const char *vital_of(ans_str code)
{
    for (size_t i = 0; i < sizeof vitals / sizeof *vitals; i++) {
        if (ans_str_is(code, vitals[i].code)) {
            return vitals[i].profile;
        }
    }
    return NULL;
}

ans_err ans_valid_implied(vrun *v, const vitem *item, const vplace *at)
{
    ans_jnode list = ans_json_get(v->doc, ans_json_get(v->doc, item->node, ANS_STR("code")), ANS_STR("coding"));
    ans_err err = ANS_OK;
    bool is_list = list != ANS_JNONE && ans_json_kind_of(v->doc, list) == ANS_JSON_ARRAY;
    for (ans_jnode n = is_list ? ans_json_first(v->doc, list) : ANS_JNONE; err == ANS_OK && n != ANS_JNONE; n = ans_json_next(v->doc, list, n)) {
        const char *name = ans_str_is(ans_valid_member(v, n, "system"), "http://loinc.org") ? vital_of(ans_valid_member(v, n, "code")) : NULL;
        ans_str url = name ? ans_arena_fmt(v->cx->arena, "http://hl7.org/fhir/StructureDefinition/%s", name) : ANS_STR_NONE;
        if (name) {
            err = url.p ? ans_valid_by_url(v, item, url, at) : ans_cx_nomem(v->cx);
        }
    }
    return err;
}
