/* What the tests of forms share: a form and a response as text (with ' for "), and the answer or the refusal as text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/os.h"
#include "form/form.h"

static inline ans_str quoted(ans_cx *cx, const char *text)
{
    ans_str s = ans_arena_dup(cx->arena, ans_str_of(text));
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '\'') {
            ((char *)(uintptr_t)s.p)[i] = '"';
        } else if (s.p[i] == '`') {
            ((char *)(uintptr_t)s.p)[i] = '\'';
        }
    }
    return s;
}

static inline void parse(ans_cx *cx, const char *text, ans_json *out)
{
    if (ans_json_parse(cx, quoted(cx, text), NULL, out) != ANS_OK) {
        fail_msg("%s\n %.*s", text, ANS_FMT(cx->last_->text));
    }
}

/* "!place: text" of the newest issue. */
static inline ans_str refusal(ans_cx *cx)
{
    assert_non_null(cx->last_);
    return ans_arena_fmt(cx->arena, "!%.*s: %.*s", ANS_FMT(cx->last_->expression), ANS_FMT(cx->last_->text));
}

#define CALC(e) "{'url':'http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression','valueExpression':{'language':'text/fhirpath','expression':'" e "'}}"
#define VAR(n, e) "{'url':'http://hl7.org/fhir/StructureDefinition/variable','valueExpression':{'name':'" n "','language':'text/fhirpath','expression':'" e "'}}"
#define FORM(rest) "{'resourceType':'Questionnaire','status':'draft'," rest "}"
#define ANSWERS(rest) "{'resourceType':'QuestionnaireResponse','status':'completed'" rest "}"
