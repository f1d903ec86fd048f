/* Responses against their forms: one row a rule, with what keeps it beside it. */
#include "kit.h"

typedef struct example {
    const char *items, *answers; /* of the form, of a completed response */
    const char *wanted;          /* rule@place of each issue, with spaces between */
} example;

static ans_str rules_of(ans_cx *cx, const char *form_text, const char *response)
{
    ans_json form_doc, doc;
    const ans_form *form;
    ans_form_result r;
    ans_form_env env = {0};
    ans_buf b;
    ans_str out;
    parse(cx, form_text, &form_doc);
    parse(cx, response, &doc);
    assert_int_equal(ans_zone_open(cx, ANS_STR("Asia/Ho_Chi_Minh"), &env.zone), ANS_OK);
    ans_err err = ans_form_compile(cx, cx->arena, &form_doc, 0, &form);
    err = err == ANS_OK ? ans_form_check_response(cx, form, &env, &doc, 0, &r) : err;
    if (err != ANS_OK) {
        return refusal(cx);
    }
    ans_buf_init_arena(&b, cx->arena, 1 << 20);
    for (uint32_t i = 0; i < r.count; i++) {
        ans_str place = ans_str_from(r.issues[i].expression, sizeof "QuestionnaireResponse" - 1);
        assert_true(r.issues[i].vi && *r.issues[i].vi && r.issues[i].text.n);
        ans_buf_fmt(&b, "%s%s@%.*s", i ? " " : "", r.issues[i].rule, ANS_FMT(place));
    }
    assert_int_equal(ans_buf_finish(&b, &out), ANS_OK);
    return out;
}

static void check(const char *form, const char *response, const char *wanted)
{
    ans_cx cx = {.arena = ans_arena_new((size_t)256 << 20)};
    ans_str got = rules_of(&cx, form, response);
    if (!ans_str_is(got, wanted)) {
        fail_msg("%s\n%s\n got    %.*s\n wanted %s", form, response, ANS_FMT(got), wanted);
    }
    ans_arena_free(cx.arena);
}

static void check_all(const example *rows, size_t count)
{
    ans_cx cx = {.arena = ans_arena_new((size_t)256 << 20)};
    for (size_t i = 0; i < count; i++) {
        ans_str form = ans_arena_fmt(cx.arena, "{'resourceType':'Questionnaire','status':'active','item':[%s]}", rows[i].items);
        ans_str response = ans_arena_fmt(cx.arena, "{'resourceType':'QuestionnaireResponse','status':'completed','item':[%s]}", rows[i].answers);
        check(form.p, response.p, rows[i].wanted);
    }
    ans_arena_free(cx.arena);
}

#define Q(link, type, rest) "{'linkId':'" link "','type':'" type "'" rest "}"
#define A(link, value) "{'linkId':'" link "','answer':[" value "]}"
#define EXT(url, value) "{'url':'http://hl7.org/fhir/StructureDefinition/" url "'," value "}"
#define WITH(ext) ",'extension':[" ext "]"

static const example structure[] = {
    {Q("a", "string", ""), A("a", "{'valueString':'x'}"), ""},
    {Q("a", "string", ""), A("b", "{'valueString':'x'}"), "unknown-item@.item[0]"},
    {Q("a", "string", ""), "{'answer':[]}", "unknown-item@.item[0]"},
    {Q("a", "string", ""), "7", "shape@.item[0]"},
    {Q("a", "string", ""), "{'linkId':'a','answer':{}}", "shape@.item[0]"},
    {Q("a", "string", "") "," Q("b", "string", ""), A("b", "{'valueString':'x'}") "," A("a", "{'valueString':'x'}"), "order@.item[1]"},
    {Q("a", "string", ""), A("a", "{'valueString':'x'},{'valueString':'y'}"), "repeats@.item[0]"},
    {Q("a", "string", ",'repeats':true"), A("a", "{'valueString':'x'},{'valueString':'y'}"), ""},
    {Q("a", "string", ",'repeats':true"), A("a", "{'valueString':'x'}") "," A("a", "{'valueString':'y'}"), "repeats@.item[1]"},
    {Q("g", "group", ",'item':[" Q("a", "string", "") "]"), "{'linkId':'g'},{'linkId':'g'}", "repeats@.item[1]"},
    {Q("g", "group", ",'repeats':true,'item':[" Q("a", "string", "") "]"), "{'linkId':'g'},{'linkId':'g'}", ""},
    {Q("g", "group", ",'item':[" Q("a", "string", "") "]"), A("g", "{'valueString':'x'}"), "no-question@.item[0]"},
    {Q("d", "display", ""), A("d", "{'valueString':'x'}"), "no-question@.item[0]"},
    {Q("g", "group", ",'item':[" Q("a", "string", "") "]"), A("a", "{'valueString':'x'}"), "unknown-item@.item[0]"},
    {Q("a", "string", ",'item':[" Q("b", "string", "") "]"), "{'linkId':'a','item':[{'linkId':'b'}]}", "below-answer@.item[0]"},
    {Q("a", "string", ",'item':[" Q("b", "integer", "") "]"), A("a", "{'valueString':'x','item':[" A("b", "{'valueString':'y'}") "]}"),
     "type@.item[0].answer[0].item[0].answer[0]"},
    {Q("a", "string", ""), A("a", "{}"), "empty@.item[0].answer[0]"},
    {Q("a", "string", ""), A("a", "{'_valueString':{'extension':[]}}"), ""},
};

static const example required[] = {
    {Q("a", "string", ",'required':true"), "", "required@"},
    {Q("a", "string", ",'required':true"), "{'linkId':'a'}", "required@"},
    {Q("g", "group", ",'item':[" Q("a", "string", ",'required':true") "]"), "{'linkId':'g'}", "required@.item[0]"},
    {Q("g", "group", ",'item':[" Q("a", "string", ",'required':true") "]"), "", "required@"},
    {Q("g", "group", ",'repeats':true,'item':[" Q("a", "string", ",'required':true") "]"), "", ""},
    {Q("g", "group", ",'required':true,'item':[" Q("a", "string", "") "]"), "", "required@"},
    {Q("g", "group", ",'required':true,'item':[" Q("a", "string", "") "]"), "{'linkId':'g'}", "required@"},
    {Q("g", "group", ",'required':true,'item':[" Q("a", "string", "") "]"), "{'linkId':'g','item':[" A("a", "{'valueString':'x'}") "]}", ""},
    /* below a question that is not answered nothing is missing */
    {Q("a", "boolean", ",'item':[" Q("b", "string", ",'required':true") "]"), "", ""},
    {Q("a", "boolean", ",'item':[" Q("b", "string", ",'required':true") "]"), A("a", "{'valueBoolean':true}"), "required@.item[0].answer[0]"},
    {Q("a", "string", ",'repeats':true" WITH(EXT("questionnaire-minOccurs", "'valueInteger':2"))), A("a", "{'valueString':'x'}"), "min-occurs@"},
    {Q("a", "string", ",'repeats':true" WITH(EXT("questionnaire-maxOccurs", "'valueInteger':1"))), A("a", "{'valueString':'x'},{'valueString':'y'}"),
     "max-occurs@"},
};

#define WHEN(op, answer) ",'enableWhen':[{'question':'q','operator':'" op "'," answer "}]"
#define IF(type, op, answer, given) Q("q", type, ",'repeats':true") "," Q("a", "string", WHEN(op, answer)), given A("a", "{'valueString':'x'}")

static const example enabled[] = {
    {IF("boolean", "=", "'answerBoolean':true", A("q", "{'valueBoolean':true}") ","), ""},
    {IF("boolean", "=", "'answerBoolean':true", A("q", "{'valueBoolean':false}") ","), "not-enabled@.item[1]"},
    {IF("boolean", "=", "'answerBoolean':true", ""), "not-enabled@.item[0]"},
    {IF("boolean", "!=", "'answerBoolean':true", ""), ""},
    {IF("boolean", "!=", "'answerBoolean':true", A("q", "{'valueBoolean':true}") ","), "not-enabled@.item[1]"},
    {IF("boolean", "exists", "'answerBoolean':true", A("q", "{'valueBoolean':false}") ","), ""},
    {IF("boolean", "exists", "'answerBoolean':true", ""), "not-enabled@.item[0]"},
    {IF("boolean", "exists", "'answerBoolean':false", ""), ""},
    {IF("integer", ">", "'answerInteger':5", A("q", "{'valueInteger':5}") ","), "not-enabled@.item[1]"},
    {IF("integer", ">", "'answerInteger':5", A("q", "{'valueInteger':4},{'valueInteger':6}") ","), ""},
    {IF("integer", ">=", "'answerInteger':5", A("q", "{'valueInteger':5}") ","), ""},
    {IF("decimal", "<", "'answerDecimal':5.0", A("q", "{'valueDecimal':4.99}") ","), ""},
    {IF("decimal", "<=", "'answerDecimal':5", A("q", "{'valueDecimal':5.00}") ","), ""},
    {IF("date", "<", "'answerDate':'2026-01-01'", A("q", "{'valueDate':'2025'}") ","), ""},
    {IF("date", "<", "'answerDate':'2026-03-01'", A("q", "{'valueDate':'2026'}") ","), "not-enabled@.item[1]"},
    {IF("time", ">", "'answerTime':'12:00:00'", A("q", "{'valueTime':'13:00:00'}") ","), ""},
    {IF("string", "=", "'answerString':'x'", A("q", "{'valueString':'x'}") ","), ""},
    {IF("choice", "=", "'answerCoding':{'system':'u:s','code':'n'}", A("q", "{'valueCoding':{'system':'u:s','code':'n','display':'N'}}") ","), ""},
    {IF("choice", "=", "'answerCoding':{'system':'u:s','code':'n'}", A("q", "{'valueCoding':{'system':'u:t','code':'n'}}") ","),
     "not-enabled@.item[1]"},
    {IF("quantity", ">", "'answerQuantity':{'value':1,'unit':'kg','code':'kg'}", A("q", "{'valueQuantity':{'value':1500,'unit':'g','code':'g'}}") ","), ""},
    {IF("quantity", ">", "'answerQuantity':{'value':1,'unit':'kg','code':'kg'}", A("q", "{'valueQuantity':{'value':1500,'unit':'m','code':'m'}}") ","),
     "not-enabled@.item[1]"},
    /* any, all */
    {Q("q", "integer", "") "," Q("a", "string", ",'enableBehavior':'any','enableWhen':[{'question':'q','operator':'=','answerInteger':1},{'question':'q','operator':'=','answerInteger':2}]"),
     A("q", "{'valueInteger':2}") "," A("a", "{'valueString':'x'}"), ""},
    {Q("q", "integer", "") "," Q("a", "string", ",'enableBehavior':'all','enableWhen':[{'question':'q','operator':'>','answerInteger':1},{'question':'q','operator':'<','answerInteger':3}]"),
     A("q", "{'valueInteger':3}") "," A("a", "{'valueString':'x'}"), "not-enabled@.item[1]"},
    /* what is not enabled lacks nothing; what is below it neither */
    {Q("q", "boolean", "") "," Q("a", "string", ",'required':true" WHEN("=", "'answerBoolean':true")), A("q", "{'valueBoolean':false}"), ""},
    {Q("q", "boolean", "") "," Q("a", "string", ",'required':true" WHEN("=", "'answerBoolean':true")), A("q", "{'valueBoolean':true}"), "required@"},
    /* the question beside it in the same instance */
    {Q("g", "group", ",'repeats':true,'item':[" Q("q", "boolean", "") "," Q("a", "string", WHEN("=", "'answerBoolean':true")) "]"),
     "{'linkId':'g','item':[" A("q", "{'valueBoolean':true}") "," A("a", "{'valueString':'x'}") "]},{'linkId':'g','item':[" A(
         "q", "{'valueBoolean':false}") "," A("a", "{'valueString':'x'}") "]}",
     "not-enabled@.item[1].item[1]"},
    {Q("q", "integer", "") "," Q("a", "string", WITH("{'url':'http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-enableWhenExpression',"
                                                     "'valueExpression':{'language':'text/fhirpath','expression':'%resource.item.where(linkId=`q`).answer.value > 3'}}")),
     A("q", "{'valueInteger':3}") "," A("a", "{'valueString':'x'}"), "not-enabled@.item[1]"},
};

#define ON(type, rest, value) Q("a", type, rest), A("a", "{" value "}")

static const example answers[] = {
    {ON("integer", "", "'valueInteger':3"), ""},
    {ON("integer", "", "'valueInteger':3.0"), "type@.item[0].answer[0]"},
    {ON("integer", "", "'valueDecimal':3"), "type@.item[0].answer[0]"},
    {ON("boolean", "", "'valueBoolean':'true'"), "type@.item[0].answer[0]"},
    {ON("date", "", "'valueDate':'2026-02-30'"), "type@.item[0].answer[0]"},
    {ON("date", "", "'valueDate':'2026-02'"), ""},
    {ON("dateTime", "", "'valueDateTime':'2026-02-03T08:00:00+07:00'"), ""},
    {ON("time", "", "'valueTime':'8h'"), "type@.item[0].answer[0]"},
    {ON("string", "", "'valueString':''"), "type@.item[0].answer[0]"},
    {ON("url", "", "'valueUri':'https://x'"), ""},
    {ON("string", ",'maxLength':3", "'valueString':'đđđ'"), ""},
    {ON("string", ",'maxLength':3", "'valueString':'đđđđ'"), "max-length@.item[0].answer[0]"},
    {ON("string", WITH(EXT("minLength", "'valueInteger':2")), "'valueString':'x'"), "min-length@.item[0].answer[0]"},
    {ON("string", WITH(EXT("regex", "'valueString':'[0-9]{12}'")), "'valueString':'0123456789012'"), "regex@.item[0].answer[0]"},
    {ON("string", WITH(EXT("regex", "'valueString':'[0-9]{12}'")), "'valueString':'012345678901'"), ""},
    {ON("integer", WITH(EXT("minValue", "'valueInteger':1")), "'valueInteger':0"), "min-value@.item[0].answer[0]"},
    {ON("integer", WITH(EXT("maxValue", "'valueInteger':1")), "'valueInteger':2"), "max-value@.item[0].answer[0]"},
    {ON("decimal", WITH(EXT("maxValue", "'valueDecimal':1.5")), "'valueDecimal':1.50"), ""},
    {ON("date", WITH(EXT("maxValue", "'valueDate':'2026-01-01'")), "'valueDate':'2026-01-02'"), "max-value@.item[0].answer[0]"},
    {ON("decimal", WITH(EXT("maxDecimalPlaces", "'valueInteger':1")), "'valueDecimal':1.25"), "max-decimal-places@.item[0].answer[0]"},
    {ON("choice", ",'answerOption':[{'valueCoding':{'code':'n'}}]", "'valueCoding':{'code':'n'}"), ""},
    {ON("choice", ",'answerOption':[{'valueCoding':{'code':'n'}}]", "'valueCoding':{'code':'m'}"), "option@.item[0].answer[0]"},
    {ON("choice", ",'answerOption':[{'valueCoding':{'code':'n'}}]", "'valueString':'n'"), "type@.item[0].answer[0]"},
    {ON("choice", ",'answerOption':[{'valueString':'n'}]", "'valueString':'n'"), ""},
    {ON("choice", ",'answerOption':[{'valueInteger':1}]", "'valueInteger':2"), "option@.item[0].answer[0]"},
    {ON("open-choice", ",'answerOption':[{'valueCoding':{'code':'n'}}]", "'valueString':'khác'"), ""},
    {ON("choice", ",'answerValueSet':'http://x'", "'valueCoding':{'code':'n'}"), "value-set-unknown@.item[0].answer[0]"},
    {ON("quantity", WITH(EXT("questionnaire-unitOption", "'valueCoding':{'code':'kg'}")), "'valueQuantity':{'value':1,'code':'g'}"),
     "unit@.item[0].answer[0]"},
    {ON("quantity", WITH(EXT("minValue", "'valueQuantity':{'value':1,'code':'kg'}")), "'valueQuantity':{'value':900,'code':'g'}"),
     "min-value@.item[0].answer[0]"},
    {ON("reference", WITH(EXT("questionnaire-referenceResource", "'valueCode':'Patient'")), "'valueReference':{'reference':'Group/1'}"),
     "type@.item[0].answer[0]"},
    {Q("a", "choice", ",'repeats':true,'answerOption':[{'valueCoding':{'code':'n'}},{'valueCoding':{'code':'0'}" WITH(
         EXT("questionnaire-optionExclusive", "'valueBoolean':true")) "}]"),
     A("a", "{'valueCoding':{'code':'n'}},{'valueCoding':{'code':'0'}}"), "exclusive@.item[0]"},
    {Q("a", "integer", WITH(CALC("2"))), A("a", "{'valueInteger':3}"), "calculated@.item[0]"},
    /* a score where the form gives none; one that cannot be worked out here says nothing */
    {Q("n", "integer", "") "," Q("a", "integer", WITH(CALC("%resource.item.where(linkId=`n`).answer.value"))), A("a", "{'valueInteger':99}"), "calculated@.item[0]"},
    {Q("a", "integer", WITH(CALC("`x`.toChars().single()"))), A("a", "{'valueInteger':1}"), "calculated@.item[0]"},
    {Q("a", "integer", WITH(CALC("(1|2).single()"))), A("a", "{'valueInteger':1}"), ""},
    {Q("a", "integer", WITH(VAR("v", "(1|2).single()") "," CALC("%v"))), A("a", "{'valueInteger':1}"), ""},
    {Q("a", "quantity", WITH(CALC("3 `kg`"))), A("a", "{'valueQuantity':{'value':3.0,'unit':'kilo','system':'http://unitsofmeasure.org','code':'kg'}}"), ""},
    {Q("a", "quantity", WITH(CALC("3 `kg`"))), A("a", "{'valueQuantity':{'value':3,'unit':'kg','system':'http://unitsofmeasure.org','code':'g'}}"), "calculated@.item[0]"},
    {Q("a", "quantity", WITH(CALC("3 `kg`"))), A("a", "{'valueQuantity':{'value':3,'unit':'kg'}}"), "calculated@.item[0]"},
    {Q("a", "quantity", WITH(CALC("3"))), A("a", "{'valueQuantity':{'value':3}}"), ""},
    {Q("a", "quantity", WITH(CALC("3"))), A("a", "{'valueQuantity':{'value':3,'unit':'g'}}"), "calculated@.item[0]"},
    {Q("a", "integer", WITH(CALC("3"))), A("a", "{'valueInteger':3}"), ""},
    {Q("a", "integer", WITH(EXT("questionnaire-constraint", "'extension':[{'url':'expression','valueString':'answer.value > 3'},{'url':'human','valueString':'x'}]"))),
     A("a", "{'valueInteger':3}"), "constraint@.item[0]"},
};

static void test_structure(void **state)
{
    (void)state;
    check_all(structure, sizeof structure / sizeof *structure);
}

static void test_required(void **state)
{
    (void)state;
    check_all(required, sizeof required / sizeof *required);
}

static void test_enabled(void **state)
{
    (void)state;
    check_all(enabled, sizeof enabled / sizeof *enabled);
}

static void test_answers(void **state)
{
    (void)state;
    check_all(answers, sizeof answers / sizeof *answers);
}

static void test_head(void **state)
{
    (void)state;
    static const char form[] = "{'resourceType':'Questionnaire','url':'http://x/f','version':'2','item':[" Q("a", "string", ",'required':true") "]}";
    check(form, "{'resourceType':'QuestionnaireResponse','status':'in-progress','questionnaire':'http://x/f|2'}", "");
    check(form, "{'resourceType':'QuestionnaireResponse','status':'done'}", "status@.status");
    check(form, "{'resourceType':'QuestionnaireResponse','status':'in-progress','questionnaire':'http://x/g'}", "questionnaire@.questionnaire");
    check(form, "{'resourceType':'QuestionnaireResponse','status':'in-progress','questionnaire':'http://x/f|1'}", "questionnaire@.questionnaire");
    check(form, "{'resourceType':'QuestionnaireResponse','status':'amended','questionnaire':'http://x/f'}", "required@");
}

/* A value set that the form contains is known without anybody's help. */
static void test_value_sets(void **state)
{
    (void)state;
    static const char form[] = "{'resourceType':'Questionnaire','contained':[{'resourceType':'ValueSet','id':'v','compose':{'include':[{'system':'u:s',"
                               "'concept':[{'code':'n'}]}]}},{'resourceType':'ValueSet','id':'w','compose':{'include':[{'system':'u:s','filter':[]}]}}],'item':[" Q(
                                   "a", "choice", ",'answerValueSet':'#v'") "," Q("b", "choice", ",'answerValueSet':'#w'") "]}";
    check(form, ANSWERS(",'item':[" A("a", "{'valueCoding':{'system':'u:s','code':'n'}}") "]"), "");
    check(form, ANSWERS(",'item':[" A("a", "{'valueCoding':{'system':'u:s','code':'m'}}") "]"), "value-set@.item[0].answer[0]");
    check(form, ANSWERS(",'item':[" A("b", "{'valueCoding':{'system':'u:s','code':'m'}}") "]"), "value-set-unknown@.item[0].answer[0]");
}

/* What every answer asks of its item is counted: many extensions times many answers end at a limit. */
static void test_many_extensions(void **state)
{
    (void)state;
    ans_cx cx = {.arena = ans_arena_new((size_t)256 << 20)};
    ans_buf b;
    ans_str text;
    ans_json form_doc, doc;
    const ans_form *form;
    ans_form_result r;
    ans_buf_init_arena(&b, cx.arena, (size_t)16 << 20);
    ANS_BUF_LIT(&b, "{\"resourceType\":\"Questionnaire\",\"item\":[{\"linkId\":\"q\",\"type\":\"integer\",\"repeats\":true,\"extension\":[{\"url\":\"x\"}");
    for (int i = 0; i < 20000; i++) {
        ANS_BUF_LIT(&b, ",{\"url\":\"x\"}");
    }
    ANS_BUF_LIT(&b, "]}]}");
    assert_int_equal(ans_buf_finish(&b, &text), ANS_OK);
    assert_int_equal(ans_json_parse(&cx, text, NULL, &form_doc), ANS_OK);
    assert_int_equal(ans_form_compile(&cx, cx.arena, &form_doc, 0, &form), ANS_OK);
    ans_buf_init_arena(&b, cx.arena, (size_t)16 << 20);
    ANS_BUF_LIT(&b, "{\"resourceType\":\"QuestionnaireResponse\",\"status\":\"completed\",\"item\":[{\"linkId\":\"q\",\"answer\":[{\"valueInteger\":1}");
    for (int i = 0; i < 5000; i++) {
        ANS_BUF_LIT(&b, ",{\"valueInteger\":1}");
    }
    ANS_BUF_LIT(&b, "]}]}");
    assert_int_equal(ans_buf_finish(&b, &text), ANS_OK);
    assert_int_equal(ans_json_parse(&cx, text, NULL, &doc), ANS_OK);
    assert_int_equal(ans_form_check_response(&cx, form, NULL, &doc, 0, &r), ANS_E_COSTLY);
    ans_arena_free(cx.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_structure), cmocka_unit_test(test_required), cmocka_unit_test(test_enabled),
        cmocka_unit_test(test_answers),   cmocka_unit_test(test_head),     cmocka_unit_test(test_value_sets),
        cmocka_unit_test(test_many_extensions),
    };
    return ans_base_start() ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
