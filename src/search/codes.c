/* :in, :not-in, :above and :below on tokens. The codes meant are asked of whoever knows terminology; from then on they are values as if
 * they had been listed with commas, so everything behind this (ranges, plans, pages) knows nothing of it.
 * spec: http://hl7.org/fhir/R4/search.html#token */
#include "search/search_int.h"

enum { MOST_MEANINGS = 64 }; /* each asks terminology for up to MOST_VALUES codes */

void ans_search_set_terms(ans_search *search, ans_search_terms terms)
{
    search->terms = terms;
}

bool means_codes(const param *p, uint8_t modifier)
{
    return p->sp->type == ANS_SP_TOKEN &&
           (modifier == M_IN || modifier == M_NOT_IN || modifier == M_ABOVE || modifier == M_BELOW);
}

static ans_err add_codes(ans_cx *cx, const param *p, const ans_search_code *codes, uint32_t count, pred *out)
{
    if (out->value_count + count > MOST_VALUES) {
        return ans_issue_add(cx, ANS_E_COSTLY, ans_str_of(p->sp->code), "this means more than %d codes", MOST_VALUES);
    }
    for (uint32_t i = 0; i < count; i++) {
        out->values[out->value_count++] =
            (pvalue){.has_system = codes[i].system.n > 0, .system = codes[i].system, .code = codes[i].code};
    }
    return ANS_OK;
}

/* A value set has one name, whose bars are part of it (url|version); a code has two parts. */
static ans_err read_meaning(ans_search *s, ans_cx *cx, const param *p, uint8_t modifier, ans_str one, ans_search_code *out)
{
    pvalue v;
    ans_err err = pvalue_parse(s, cx, p, M_NONE, 0, one, &v);
    bool is_set = modifier == M_IN || modifier == M_NOT_IN;
    if (err == ANS_OK && is_set && v.has_system) {
        v.code = ans_arena_fmt(cx->arena, "%.*s|%.*s", ANS_FMT(v.system), ANS_FMT(v.code));
        v.system = ANS_STR_NONE;
    }
    if (err == ANS_OK && !v.code.p) {
        return ans_cx_nomem(cx);
    }
    if (err == ANS_OK && !is_set && (!v.system.n || !v.code.n)) {
        return ans_issue_add(cx, ANS_E_VALUE, ans_str_of(p->sp->code), "the value must be system|code with :above and :below");
    }
    *out = (ans_search_code){v.system, v.code};
    return err;
}

ans_err code_values(ans_search *s, ans_cx *cx, const param *p, uint8_t modifier, ans_str text, pred *out)
{
    ans_search_meaning meaning = modifier == M_BELOW ? ANS_CODES_BELOW : modifier == M_ABOVE ? ANS_CODES_ABOVE : ANS_CODES_IN;
    ans_err err = ANS_OK;
    if (!s->terms.codes) {
        return ans_issue_add(cx, ANS_E_UNSUPPORTED, ans_str_of(p->sp->code), "codes are not known here");
    }
    out->modifier = modifier == M_NOT_IN ? M_NOT : M_NONE;
    out->values = ANS_NEW_N(cx->arena, pvalue, MOST_VALUES);
    if (!out->values) {
        return ans_cx_nomem(cx);
    }
    uint32_t asked = 0;
    for (bool more = true; more && err == ANS_OK;) {
        ans_str one;
        ans_search_code of, *codes = NULL;
        uint32_t count = 0;
        if (asked++ == MOST_MEANINGS) {
            return ans_issue_add(cx, ANS_E_COSTLY, ans_str_of(p->sp->code), "at most %d value sets or codes with :in, :not-in, :above and :below", MOST_MEANINGS);
        }
        more = value_cut(&text, &one);
        err = read_meaning(s, cx, p, modifier, one, &of);
        err = err == ANS_OK ? s->terms.codes(s->terms.arg, cx, meaning, of, MOST_VALUES, &codes, &count) : err;
        err = err == ANS_OK ? add_codes(cx, p, codes, count, out) : err;
    }
    return err;
}
