/* Members of a Task that the program itself writes. */
#include "rule/put.h"

void ans_put_coding(ans_jw *w, const char *system, ans_str code)
{
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("system"), ans_str_of(system));
    ans_jw_kv(w, ANS_STR("code"), code);
    ans_jw_end(w, '}');
}

void ans_put_concept(ans_jw *w, const char *key, const char *system, ans_str code)
{
    if (key) {
        ans_jw_key(w, ans_str_of(key));
    }
    ans_jw_begin(w, '{');
    ans_jw_key(w, ANS_STR("coding"));
    ans_jw_begin(w, '[');
    ans_put_coding(w, system, code);
    ans_jw_end(w, ']');
    ans_jw_end(w, '}');
}

void ans_put_reference(ans_jw *w, const char *key, ans_str reference, ans_str display)
{
    if (key) {
        ans_jw_key(w, ans_str_of(key));
    }
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("reference"), reference);
    if (display.n) {
        ans_jw_kv(w, ANS_STR("display"), display);
    }
    ans_jw_end(w, '}');
}

void ans_put_english(ans_jw *w, const char *underscored, ans_str text)
{
    if (!text.n) {
        return;
    }
    ans_jw_key(w, ans_str_of(underscored));
    ans_jw_begin(w, '{');
    ans_jw_key(w, ANS_STR("extension"));
    ans_jw_begin(w, '[');
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("url"), ANS_STR("http://hl7.org/fhir/StructureDefinition/translation"));
    ans_jw_key(w, ANS_STR("extension"));
    ans_jw_begin(w, '[');
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("url"), ANS_STR("lang"));
    ans_jw_kv(w, ANS_STR("valueCode"), ANS_STR("en"));
    ans_jw_end(w, '}');
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("url"), ANS_STR("content"));
    ans_jw_kv(w, ANS_STR("valueString"), text);
    ans_jw_end(w, '}');
    ans_jw_end(w, ']');
    ans_jw_end(w, '}');
    ans_jw_end(w, ']');
    ans_jw_end(w, '}');
}
