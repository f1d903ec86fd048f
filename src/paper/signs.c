/* Vital signs out of Observations: the codes of web/src/vitals/kinds.ts. What was not measured is said so; what is in another unit than the
 * usual one keeps its unit and stays off the chart. */
#include "paper/paper_int.h"

#include <math.h>

typedef struct kind {
    const char *codes[3]; /* LOINC, SNOMED CT, ours */
    const char *unit;     /* UCUM: shown without its unit, and drawn */
} kind;

static const kind kinds[SIGNS] = {
    [SIGN_PULSE] = {{"8867-4"}, "/min"},
    [SIGN_TEMPERATURE] = {{"8310-5", "8331-1"}, "Cel"},
    [SIGN_PRESSURE] = {{"85354-9", "55284-4"}, "mm[Hg]"},
    [SIGN_BREATHING] = {{"9279-1"}, "/min"},
    [SIGN_SPO2] = {{"59408-5", "2708-6"}, "%"},
    [SIGN_OXYGEN] = {{"57485005"}, NULL},
    [SIGN_AWAKE] = {{"80288-4"}, NULL},
    [SIGN_NEWS2] = {{"news2", "1104051000000101"}, "{score}"},
    [SIGN_GLUCOSE] = {{"15074-8", "2339-0"}, "mmol/L"},
    [SIGN_WEIGHT] = {{"29463-7"}, "kg"},
};
const char *const sign_keys[SIGNS] = {"sign.pulse", "sign.temperature", "sign.pressure", "sign.breathing", "sign.spo2",
                                      "sign.oxygen", "sign.awake",       "sign.news2",    "sign.glucose",   "sign.weight"};

static bool find_kind(paper *p, const ans_json *doc, sign *out)
{
    ans_jnode code = ans_json_get(doc, 0, ANS_STR("code"));
    for (int i = 0; i < SIGNS; i++) {
        for (size_t k = 0; k < 3 && kinds[i].codes[k]; k++) {
            if (has_code(p, doc, code, NULL, kinds[i].codes[k])) {
                *out = (sign)i;
                return true;
            }
        }
    }
    return false;
}

/* A number in its usual unit stands alone; in another one with its unit. */
static ans_str measured(paper *p, const ans_json *doc, ans_jnode q, const kind *k, double *out)
{
    ans_decimal d;
    ans_jnode value = ans_json_get(doc, q, ANS_STR("value"));
    bool is_usual = k->unit && ans_str_is(text_at(p, doc, q, "code"), k->unit);
    *out = is_usual && value != ANS_JNONE && ans_decimal_parse(ans_json_raw(doc, value), &d) ? ans_decimal_double(d) : NAN;
    return value == ANS_JNONE ? ANS_STR("") : is_usual ? number_text(p, ans_json_raw(doc, value)) : quantity_text(p, doc, q);
}

static ans_str pressure(paper *p, const ans_json *doc, double *out)
{
    ans_jnode parts = ans_json_get(doc, 0, ANS_STR("component"));
    ans_str high = ANS_STR(""), low = ANS_STR("");
    double ignored;
    *out = NAN;
    if (parts == ANS_JNONE) {
        return ANS_STR("");
    }
    ANS_JSON_EACH(doc, parts, one)
    {
        ans_jnode code = ans_json_get(doc, one, ANS_STR("code")), q = ans_json_get(doc, one, ANS_STR("valueQuantity"));
        if (has_code(p, doc, code, LOINC, "8480-6")) {
            high = measured(p, doc, q, &kinds[SIGN_PRESSURE], out);
        } else if (has_code(p, doc, code, LOINC, "8462-4")) {
            low = measured(p, doc, q, &kinds[SIGN_PRESSURE], &ignored);
        }
    }
    return !high.n && !low.n ? ANS_STR("") : fmt(p, "%.*s/%.*s", ANS_FMT(high.n ? high : ANS_STR("?")), ANS_FMT(low.n ? low : ANS_STR("?")));
}

bool read_sign(paper *p, const found *f, reading *out)
{
    const ans_json *doc = f->doc;
    sign s;
    if (f->us == INT64_MIN || !find_kind(p, doc, &s)) {
        return false;
    }
    reading r = {.sign = s, .us = f->us, .number = NAN};
    r.text = s == SIGN_PRESSURE                                             ? pressure(p, doc, &r.number)
             : ans_json_get(doc, 0, ANS_STR("valueQuantity")) != ANS_JNONE ? measured(p, doc, ans_json_get(doc, 0, ANS_STR("valueQuantity")), &kinds[s], &r.number)
                                                                           : value_text(p, doc, 0);
    if (!r.text.n) {
        r.text = word(p, "sign.none");
    }
    *out = r;
    return true;
}

ans_err ask_signs(paper *p, ans_str patient, int64_t from_us, int64_t until_us, reading **out, uint32_t *out_count)
{
    char from[ANS_INSTANT_BYTES], until[ANS_INSTANT_BYTES];
    list l;
    ans_instant_print(from_us, from);
    ans_instant_print(until_us, until);
    ans_str more = fmt(p, "date=ge%.*s&date=lt%.*s&code=8867-4,8310-5,8331-1,85354-9,55284-4,9279-1,59408-5,2708-6,57485005,80288-4,news2,15074-8,2339-0,29463-7",
                       ANS_INSTANT_BYTES, from, ANS_INSTANT_BYTES, until);
    ans_err err = ask_list(p, "Observation", of_person(p, patient, more.p), "effectiveDateTime", &l);
    reading *at = err == ANS_OK ? ANS_NEW_N(p->cx->arena, reading, l.count + 1) : NULL;
    if (!at) {
        return err != ANS_OK ? err : ans_cx_nomem(p->cx);
    }
    *out_count = 0;
    for (uint32_t i = 0; i < l.count; i++) {
        if (!is_struck(p, l.at[i].doc) && !is_guarded(p, l.at[i].doc) && read_sign(p, &l.at[i], &at[*out_count])) {
            (*out_count)++;
        }
    }
    *out = at;
    return ANS_OK;
}
