/* What an author can get wrong, a row each: severity, rule and place of what check says. */
#include "kit.h"

typedef struct example {
    const char *form, *wanted;
} example;

static ans_str found_in(ans_cx *cx, const char *form_text, bool is_content)
{
    ans_json doc;
    const ans_form *form;
    ans_form_result r;
    ans_buf b;
    ans_str out;
    parse(cx, form_text, &doc);
    ans_err err = ans_form_compile(cx, cx->arena, &doc, 0, &form);
    err = err == ANS_OK ? ans_form_check(cx, form, NULL, is_content, &r) : err;
    if (err != ANS_OK) {
        return refusal(cx);
    }
    ans_buf_init_arena(&b, cx->arena, 1 << 20);
    for (uint32_t i = 0; i < r.count; i++) {
        ans_buf_fmt(&b, "%s%c %s %.*s", i ? "; " : "", r.issues[i].severity[0], r.issues[i].rule, ANS_FMT(r.issues[i].expression));
    }
    assert_int_equal(ans_buf_finish(&b, &out), ANS_OK);
    return out;
}

static void check(const char *form, bool is_content, const char *wanted)
{
    ans_cx cx = {.arena = ans_arena_new((size_t)256 << 20)};
    ans_str got = found_in(&cx, form, is_content), want = quoted(&cx, wanted);
    if (!ans_str_eq(got, want)) {
        fail_msg("%s\n got    %.*s\n wanted %.*s", form, ANS_FMT(got), ANS_FMT(want));
    }
    ans_arena_free(cx.arena);
}

#define ITEM(link, type, rest) "{'linkId':'" link "','type':'" type "','text':'?'" rest "}"
#define OF(items) "{'resourceType':'Questionnaire','item':[" items "]}"
#define EXT(url, value) "{'url':'http://hl7.org/fhir/StructureDefinition/" url "'," value "}"
#define WITH(ext) ",'extension':[" ext "]"
#define IN(link) "Questionnaire.item.where(linkId=`" link "`)"
#define UCUM "'valueCoding':{'system':'http://unitsofmeasure.org','code':"

static const example rows[] = {
    {OF(ITEM("a", "string", "")), ""},
    {OF(""), "w items Questionnaire"},
    {OF(ITEM("a", "integer", WITH(CALC("1 +")))), "e expression " IN("a")},
    {OF(ITEM("a", "integer", WITH(CALC("%x")))), "e expression " IN("a")},
    {OF(ITEM("a", "integer", WITH(CALC("nofunction()")))), "e expression " IN("a")},
    {OF(ITEM("a", "integer", WITH(VAR("", "1")))), "e expression " IN("a")},
    {OF(ITEM("a", "string", ",'enableWhen':[{'question':'b','operator':'=','answerString':'x'}]")), "e enableWhen " IN("a")},
    {OF(ITEM("a", "string", ",'enableWhen':[{'question':'a','operator':'=','answerString':'x'}]")), "e enableWhen " IN("a")},
    {OF(ITEM("b", "string", "") "," ITEM("a", "string", ",'enableWhen':[{'question':'b','operator':'~','answerString':'x'}]")), "e enableWhen " IN("a")},
    {OF(ITEM("b", "string", "") "," ITEM("a", "string", ",'enableWhen':[{'question':'b','operator':'=','answerInteger':1}]")), "e enableWhen " IN("a")},
    {OF(ITEM("b", "string", "") "," ITEM("a", "string", ",'enableWhen':[{'question':'b','operator':'exists','answerString':'x'}]")), "e enableWhen " IN("a")},
    {OF(ITEM("b", "string", "") "," ITEM("a", "string", ",'enableWhen':[{'question':'b','operator':'=','answerString':'x'},{'question':'b','operator':'=',"
                                                        "'answerString':'y'}]")),
     "e enableWhen " IN("a")},
    {OF(ITEM("a", "choice", "")), "e options " IN("a")},
    {OF(ITEM("a", "choice", ",'answerOption':[{'valueCoding':{'code':'n','display':'N'}},{'valueCoding':{'code':'n','display':'M'}}]")), "e options " IN("a")},
    {OF(ITEM("a", "choice", ",'answerOption':[{}]")), "e options " IN("a")},
    {OF(ITEM("a", "choice", ",'answerOption':[{'valueString':'x'}],'answerValueSet':'http://v'")), "e options " IN("a")},
    {OF(ITEM("a", "choice", ",'answerValueSet':'#v'")), "e value-set " IN("a")},
    {OF(ITEM("a", "string", ",'answerValueSet':'http://v'")), "e options " IN("a")},
    {OF(ITEM("a", "choice", ",'answerOption':[{'valueCoding':{'code':'n','display':'N'}},{'valueCoding':{'code':'m','display':'M'}," "'extension':[" EXT(
         "itemWeight", "'valueDecimal':1") "]}]")),
     "w weight " IN("a")},
    {OF(ITEM("a", "quantity", WITH(EXT("questionnaire-unit", UCUM "'kg'}")))), ""},
    {OF(ITEM("a", "quantity", WITH(EXT("questionnaire-unit", UCUM "'{điểm}'}")))), ""},
    {OF(ITEM("a", "quantity", WITH(EXT("questionnaire-unit", UCUM "'kilo'}")))), "e unit " IN("a")},
    {OF(ITEM("a", "integer", WITH(EXT("minValue", "'valueInteger':2") "," EXT("maxValue", "'valueInteger':1")))), "e limits " IN("a")},
    {OF(ITEM("a", "string", WITH(EXT("regex", "'valueString':'['")))), "e limits " IN("a")},
    {OF(ITEM("a", "group", "")), "w group " IN("a")},
    {OF(ITEM("a", "display", ",'required':true")), "e display " IN("a")},
    {OF("{'linkId':'a','type':'string'}"), "w text " IN("a")},
    {OF(ITEM("a", "integer", ",'required':true" WITH(CALC("1")))), "w calculated " IN("a")},
};

static void test_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        check(rows[i].form, false, rows[i].wanted);
    }
}

static void test_content(void **state)
{
    (void)state;
    check(OF(ITEM("a", "string", "")), true,
          "e content Questionnaire; e content Questionnaire; e content Questionnaire; e content Questionnaire; e content Questionnaire; "
          "e content Questionnaire; e content Questionnaire; e content Questionnaire; e content Questionnaire");
    check("{'resourceType':'Questionnaire','id':'f','url':'http://x/f','version':'1','title':'F','status':'active','extension':["
          "{'url':'urn:ansinh:form-licence','valueCoding':{'code':'A'}},{'url':'urn:ansinh:form-source','valueString':'s'},"
          "{'url':'urn:ansinh:form-translation','valueCoding':{'code':'t'}},{'url':'urn:ansinh:form-review','valueCoding':{'code':'r'}}],'item':[" ITEM(
              "a", "string", "") "]}",
          true, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows), cmocka_unit_test(test_content)};
    return ans_base_start() ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
