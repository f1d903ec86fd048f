/* Calculated items by example: where they are put, what names mean, what answers count for, what is refused. */
#include "kit.h"

static ans_str calculated(ans_cx *cx, const char *form_text, const char *response, uint32_t rounds)
{
    ans_json form_doc, doc;
    const ans_form *form;
    const ans_zone *zone;
    ans_str out;
    parse(cx, form_text, &form_doc);
    parse(cx, response, &doc);
    assert_int_equal(ans_zone_open(cx, ANS_STR("Asia/Ho_Chi_Minh"), &zone), ANS_OK);
    ans_form_env env = {.zone = zone};
    ans_err err = ans_form_compile(cx, cx->arena, &form_doc, 0, &form);
    err = err == ANS_OK ? ans_form_calculate(cx, form, &env, &doc, 0, rounds, &out) : err;
    return err == ANS_OK ? out : refusal(cx);
}

static void check(const char *form, const char *response, uint32_t rounds, const char *wanted)
{
    ans_cx cx = {.arena = ans_arena_new((size_t)256 << 20)};
    ans_str got = calculated(&cx, form, response, rounds), want = quoted(&cx, wanted);
    bool same = want.p[0] == '!' ? ans_str_starts(got, want) : ans_str_eq(got, want);
    if (!same) {
        fail_msg("%s\n got    %.*s\n wanted %.*s", form, ANS_FMT(got), ANS_FMT(want));
    }
    ans_arena_free(cx.arena);
}

typedef struct example {
    const char *form, *response, *wanted;
} example;

#define HEAD "{'resourceType':'QuestionnaireResponse','status':'completed'"

/* ---- where ---- */

static const example places[] = {
    /* behind what the form has before it, before what the form has behind it; everything else stays as it is */
    {FORM("'item':[{'linkId':'a','type':'integer'},{'linkId':'s','type':'integer','text':'Tổng','extension':[" CALC(
         "%resource.item.where(linkId=`a`).answer.value+1") "]},{'linkId':'b','type':'string'}]"),
     ANSWERS(",'id':'r','item':[{'linkId':'a','answer':[{'valueInteger':2}]},{'linkId':'b','answer':[{'valueString':'x'}]}]"),
     HEAD ",'id':'r','item':[{'linkId':'a','answer':[{'valueInteger':2}]},{'linkId':'s','text':'Tổng','answer':[{'valueInteger':3}]},"
          "{'linkId':'b','answer':[{'valueString':'x'}]}]}"},
    /* a group that is not there yet; a repeating one is not begun; one without values stays away */
    {FORM("'item':[{'linkId':'g','type':'group','item':[{'linkId':'h','type':'group','item':[{'linkId':'s','type':'integer','extension':[" CALC(
         "7") "]}]}]},{'linkId':'r','type':'group','repeats':true,'item':[{'linkId':'t','type':'integer','extension':[" CALC(
         "7") "]}]},{'linkId':'e','type':'group','item':[{'linkId':'f','type':'integer','extension':[" CALC("{}") "]}]}]"),
     ANSWERS(""), HEAD ",'item':[{'linkId':'g','item':[{'linkId':'h','item':[{'linkId':'s','answer':[{'valueInteger':7}]}]}]}]}"},
    /* each instance of a group for itself; a stale value goes */
    {FORM("'item':[{'linkId':'g','type':'group','repeats':true,'extension':[" VAR("x", "item.where(linkId=`a`).answer.value") "],'item':[{'linkId':'a','type':"
          "'integer'},{'linkId':'s','type':'integer','extension':[" CALC("%x*2") "]}]}]"),
     ANSWERS(",'item':[{'linkId':'g','item':[{'linkId':'a','answer':[{'valueInteger':2}]}]},{'linkId':'g','item':[{'linkId':'s','answer':[{"
             "'valueInteger':9}]}]}]"),
     HEAD ",'item':[{'linkId':'g','item':[{'linkId':'a','answer':[{'valueInteger':2}]},{'linkId':'s','answer':[{'valueInteger':4}]}]},{'linkId':'g'}]}"},
    /* below an answer */
    {FORM("'item':[{'linkId':'a','type':'boolean','item':[{'linkId':'b','type':'string','extension':[" CALC("`đúng`") "]}]}]"),
     ANSWERS(",'item':[{'linkId':'a','answer':[{'valueBoolean':true}]}]"),
     HEAD ",'item':[{'linkId':'a','answer':[{'valueBoolean':true,'item':[{'linkId':'b','answer':[{'valueString':'đúng'}]}]}]}]}"},
    /* what the form does not know stays, and so does a wrong order */
    {FORM("'item':[{'linkId':'a','type':'string'},{'linkId':'b','type':'string'},{'linkId':'s','type':'integer','extension':[" CALC("1") "]}]"),
     ANSWERS(",'item':[{'linkId':'?','answer':[{'valueString':'z'}]},{'linkId':'b','answer':[{'valueString':'x'}]},{'linkId':'a'}]"),
     HEAD ",'item':[{'linkId':'?','answer':[{'valueString':'z'}]},{'linkId':'b','answer':[{'valueString':'x'}]},{'linkId':'a'},{'linkId':'s','answer':[{"
          "'valueInteger':1}]}]}"},
    /* not enabled: not calculated, and what stood there goes */
    {FORM("'item':[{'linkId':'a','type':'boolean'},{'linkId':'s','type':'integer','enableWhen':[{'question':'a','operator':'=','answerBoolean':true}],"
          "'extension':[" CALC("1") "]}]"),
     ANSWERS(",'item':[{'linkId':'a','answer':[{'valueBoolean':false}]},{'linkId':'s','answer':[{'valueInteger':1}]}]"),
     HEAD ",'item':[{'linkId':'a','answer':[{'valueBoolean':false}]}]}"},
};

static void test_places(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        check(places[i].form, places[i].response, 1, places[i].wanted);
    }
}

/* ---- names ---- */

#define ONE(type, expression) FORM("'item':[{'linkId':'s','type':'" type "','extension':[" CALC(expression) "]}]")
#define GIVES(value) HEAD ",'item':[{'linkId':'s','answer':[" value "]}]}"

static const example names[] = {
    {FORM("'title':'Tên','item':[{'linkId':'s','type':'string','extension':[" CALC("%questionnaire.title") "]}]"), ANSWERS(""),
     GIVES("{'valueString':'Tên'}")},
    {FORM("'item':[{'linkId':'s','type':'string','prefix':'1.','extension':[" CALC("%qitem.prefix") "]}]"), ANSWERS(""), GIVES("{'valueString':'1.'}")},
    {ONE("string", "%context.linkId"), ANSWERS(""), GIVES("{'valueString':'s'}")},
    {ONE("string", "%resource.status"), ANSWERS(""), GIVES("{'valueString':'completed'}")},
    {ONE("string", "%ucum"), ANSWERS(""), GIVES("{'valueString':'http://unitsofmeasure.org'}")},
    {ONE("string", "%patient.id"), ANSWERS(""), HEAD "}"}, /* not launched with one */
    /* the innermost wins; a variable sees those around it and beside it */
    {FORM("'extension':[" VAR("x", "1") "," VAR("y", "%x+10") "],'item':[{'linkId':'g','type':'group','extension':[" VAR("x", "%y+100") "],'item':[{'linkId':'s',"
          "'type':'integer','extension':[" CALC("%x") "]}]}]"),
     ANSWERS(""), HEAD ",'item':[{'linkId':'g','item':[{'linkId':'s','answer':[{'valueInteger':111}]}]}]}"},
    {FORM("'extension':[" VAR("x", "%y") "," VAR("y", "%x") "],'item':[]"), ANSWERS(""), "!Questionnaire: a variable builds on itself"},
    {ONE("integer", "%nobody"), ANSWERS(""), HEAD "}"},
    {ONE("integer", "1 +"), ANSWERS(""), HEAD "}"},
    {ONE("integer", "(1|2).single()"), ANSWERS(""), HEAD "}"},
};

static void test_names(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        check(names[i].form, names[i].response, 1, names[i].wanted);
    }
}

/* ---- values ---- */

#define UNIT "{'url':'http://hl7.org/fhir/StructureDefinition/questionnaire-unit','valueCoding':{'system':'http://unitsofmeasure.org','code':'kg'}}"

static const example values[] = {
    {ONE("integer", "4.0"), ANSWERS(""), GIVES("{'valueInteger':4}")},
    {ONE("integer", "4.5"), ANSWERS(""), HEAD "}"},
    {ONE("integer", "4000000000.0"), ANSWERS(""), HEAD "}"},
    {ONE("decimal", "1.50+1"), ANSWERS(""), GIVES("{'valueDecimal':2.50}")},
    {ONE("boolean", "1=1"), ANSWERS(""), GIVES("{'valueBoolean':true}")},
    {ONE("boolean", "1"), ANSWERS(""), HEAD "}"},
    {ONE("date", "@2026-11-22T08:00:00+07:00"), ANSWERS(""), GIVES("{'valueDate':'2026-11-22'}")},
    {ONE("dateTime", "@2026-11"), ANSWERS(""), GIVES("{'valueDateTime':'2026-11'}")},
    {ONE("time", "@T08:30:00"), ANSWERS(""), GIVES("{'valueTime':'08:30:00'}")},
    {ONE("date", "`hôm qua`"), ANSWERS(""), HEAD "}"},
    {ONE("text", "5"), ANSWERS(""), GIVES("{'valueString':'5'}")},
    {ONE("url", "`urn:x`"), ANSWERS(""), GIVES("{'valueUri':'urn:x'}")},
    {ONE("string", "``"), ANSWERS(""), HEAD "}"},
    {ONE("string", "`a`|`b`"), ANSWERS(""), GIVES("{'valueString':'a'},{'valueString':'b'}")},
    {ONE("quantity", "70.5 `kg`"), ANSWERS(""),
     GIVES("{'valueQuantity':{'value':70.5,'unit':'kg','system':'http://unitsofmeasure.org','code':'kg'}}")},
    {FORM("'item':[{'linkId':'s','type':'quantity','extension':[" UNIT "," CALC("70") "]}]"), ANSWERS(""),
     GIVES("{'valueQuantity':{'value':70,'unit':'kg','system':'http://unitsofmeasure.org','code':'kg'}}")},
    {ONE("open-choice", "`khác`"), ANSWERS(""), GIVES("{'valueString':'khác'}")},
    {ONE("choice", "`khác`"), ANSWERS(""), HEAD "}"},
    {FORM("'item':[{'linkId':'s','type':'choice','answerOption':[{'valueCoding':{'system':'u:s','code':'n','display':'Không'}}],'extension':[" CALC("`n`") "]}]"),
     ANSWERS(""), GIVES("{'valueCoding':{'system':'u:s','code':'n','display':'Không'}}")},
    {ONE("reference", "%resource.subject"), ANSWERS(",'subject':{'reference':'Patient/1'}"),
     "{'resourceType':'QuestionnaireResponse','status':'completed','subject':{'reference':'Patient/1'},'item':[{'linkId':'s','answer':[{"
     "'valueReference':{'reference':'Patient/1'}}]}]}"},
    /* the JSON name of a choice, and a whole number that is a decimal */
    {FORM("'item':[{'linkId':'a','type':'decimal'},{'linkId':'s','type':'integer','extension':[" CALC(
         "%resource.item.where(linkId=`a`).answer.valueDecimal.toInteger()+1") "]}]"),
     ANSWERS(",'item':[{'linkId':'a','answer':[{'valueDecimal':2}]}]"),
     HEAD ",'item':[{'linkId':'a','answer':[{'valueDecimal':2}]},{'linkId':'s','answer':[{'valueInteger':3}]}]}"},
};

static void test_values(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        check(values[i].form, values[i].response, 1, values[i].wanted);
    }
}

/* ---- weights: the same answer, its score in five places ---- */

#define WEIGHT(n) "'extension':[{'url':'http://hl7.org/fhir/StructureDefinition/itemWeight','valueDecimal':" n "}]"
#define ORDINAL(n) "'extension':[{'url':'http://hl7.org/fhir/StructureDefinition/ordinalValue','valueDecimal':" n "}]"
#define SUM "{'linkId':'s','type':'decimal','extension':[" CALC("%resource.descendants().where(linkId=`q`).answer.weight().sum()") "]}"
#define ASKED(coding) ANSWERS(",'item':[{'linkId':'q','answer':[{'valueCoding':" coding "}]}]")
#define SCORED(coding, n) HEAD ",'item':[{'linkId':'q','answer':[{'valueCoding':" coding "}]},{'linkId':'s','answer':[{'valueDecimal':" n "}]}]}"
#define PLAIN "{'system':'u:s','code':'n'}"

static const example weights[] = {
    {FORM("'item':[{'linkId':'q','type':'choice'}," SUM "]"), ASKED("{" ORDINAL("5") ",'code':'n'}"), SCORED("{" ORDINAL("5") ",'code':'n'}", "5")},
    {FORM("'item':[{'linkId':'q','type':'choice','answerOption':[{'valueCoding':{'code':'m'}," WEIGHT("1") "},{" WEIGHT("2") ",'valueCoding':" PLAIN "}]}," SUM "]"),
     ASKED(PLAIN), SCORED(PLAIN, "2")},
    {FORM("'item':[{'linkId':'q','type':'choice','answerOption':[{'valueCoding':{" ORDINAL("3") ",'system':'u:s','code':'n'}}]}," SUM "]"), ASKED(PLAIN),
     SCORED(PLAIN, "3")},
    {FORM("'contained':[{'resourceType':'ValueSet','id':'v','compose':{'include':[{'system':'u:s','concept':[{'code':'n'," WEIGHT(
         "4") "}]}]}}],'item':[{'linkId':'q','type':'choice','answerValueSet':'#v'}," SUM "]"),
     ASKED(PLAIN), SCORED(PLAIN, "4")},
    {FORM("'contained':[{'resourceType':'CodeSystem','id':'c','url':'u:s','concept':[{'code':'a','concept':[{'code':'n','property':[{'code':'itemWeight',"
          "'valueDecimal':6}]}]}]}],'item':[{'linkId':'q','type':'choice'}," SUM "]"),
     ASKED(PLAIN), SCORED(PLAIN, "6")},
    /* the form's points, whatever a response sends along */
    {FORM("'item':[{'linkId':'q','type':'choice','answerOption':[{" WEIGHT("2") ",'valueCoding':" PLAIN "}]}," SUM "]"),
     ASKED("{" ORDINAL("0") ",'system':'u:s','code':'n'}"), SCORED("{" ORDINAL("0") ",'system':'u:s','code':'n'}", "2")},
    /* also where the option chosen has none, where none was chosen, and by the coding or the answer itself */
    {FORM("'item':[{'linkId':'q','type':'choice','answerOption':[{'valueCoding':" PLAIN "}]}," SUM "]"),
     ASKED("{" ORDINAL("5") ",'system':'u:s','code':'n'}"), HEAD ",'item':[{'linkId':'q','answer':[{'valueCoding':{" ORDINAL("5") ",'system':'u:s','code':'n'}}]}]}"},
    {FORM("'item':[{'linkId':'q','type':'open-choice','answerOption':[{'valueCoding':" PLAIN "}]}," SUM "]"),
     ASKED("{" ORDINAL("5") ",'system':'u:s','code':'m'}"), HEAD ",'item':[{'linkId':'q','answer':[{'valueCoding':{" ORDINAL("5") ",'system':'u:s','code':'m'}}]}]}"},
    {FORM("'item':[{'linkId':'q','type':'choice','answerValueSet':'http://v'}," SUM "]"),
     ASKED("{" ORDINAL("5") ",'system':'u:s','code':'n'}"), HEAD ",'item':[{'linkId':'q','answer':[{'valueCoding':{" ORDINAL("5") ",'system':'u:s','code':'n'}}]}]}"},
    {FORM("'item':[{'linkId':'g','type':'group','item':[{'linkId':'q','type':'choice','answerOption':[{'valueCoding':" PLAIN "}]}]}," SUM "]"),
     ASKED("{" ORDINAL("5") ",'system':'u:s','code':'n'}"), HEAD ",'item':[{'linkId':'q','answer':[{'valueCoding':{" ORDINAL("5") ",'system':'u:s','code':'n'}}]}]}"},
    /* another system is another code */
    {FORM("'item':[{'linkId':'q','type':'choice','answerOption':[{'valueCoding':{'system':'u:t','code':'n'}," WEIGHT("1") "}]}," SUM "]"), ASKED(PLAIN),
     HEAD ",'item':[{'linkId':'q','answer':[{'valueCoding':" PLAIN "}]}]}"},
    /* the value, not the answer; the older name */
    {FORM("'item':[{'linkId':'q','type':'choice','answerOption':[{'valueCoding':" PLAIN "," WEIGHT("2") "}]},{'linkId':'s','type':'decimal','extension':[" CALC(
         "%resource.item.answer.value.ordinal()") "]}]"),
     ASKED(PLAIN), SCORED(PLAIN, "2")},
};

static void test_weights(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof weights / sizeof *weights; i++) {
        check(weights[i].form, weights[i].response, 1, weights[i].wanted);
    }
}

/* ---- rounds ---- */

static void test_rounds(void **state)
{
    (void)state;
    static const char chain[] = FORM("'item':[{'linkId':'a','type':'integer','extension':[" CALC("1") "]},{'linkId':'b','type':'integer','extension':[" CALC(
        "%resource.item.where(linkId=`a`).answer.value+1") "]}]");
    static const char counter[] =
        FORM("'item':[{'linkId':'a','type':'integer','extension':[" CALC("iif(answer.exists(),answer.value+1,1)") "]}]");
    check(chain, ANSWERS(""), 1, HEAD ",'item':[{'linkId':'a','answer':[{'valueInteger':1}]}]}");
    check(chain, ANSWERS(""), ANS_FORM_SETTLE,
          HEAD ",'item':[{'linkId':'a','answer':[{'valueInteger':1}]},{'linkId':'b','answer':[{'valueInteger':2}]}]}");
    check(counter, ANSWERS(""), ANS_FORM_SETTLE, "!Questionnaire: calculated items still change after 32 rounds");
}

/* ---- limits ---- */

#define CHARS "`aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa`.toChars()"

static void test_refusals(void **state)
{
    (void)state;
    check("{'resourceType':'Patient'}", ANSWERS(""), 1, "!Questionnaire: this is no Questionnaire");
    check(FORM("'item':[]"), "{'resourceType':'Patient'}", 1, "!QuestionnaireResponse: this is no QuestionnaireResponse");
    check(FORM("'item':[{'linkId':'a','type':'string'},{'linkId':'a','type':'string'}]"), ANSWERS(""), 1,
          "!Questionnaire.item.where(linkId=`a`): two items have this linkId");
    check(FORM("'item':[{'linkId':'a','type':'color'}]"), ANSWERS(""), 1, "!Questionnaire.item.where(linkId=`a`): type must be");
    check(FORM("'item':[{'type':'string'}]"), ANSWERS(""), 1, "!Questionnaire: an item needs a linkId");
    check(FORM("'item':{}"), ANSWERS(""), 1, "!Questionnaire: item must be a list");
    /* 30 letters by 30 by 30 ...: an expression ends at its limit, and with it the calculation */
    check(ONE("integer", "`aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa`.toChars().select(" CHARS ".select(" CHARS ".select(" CHARS ".select(" CHARS ")))).count()"),
          ANSWERS(""), 1, "!Questionnaire.item.where(linkId=`s`): FHIRPath: the expression takes more than");
}

/* A form of many items and of a long chain of variables: both meet their limits, not the machine's. */
static void test_limits(void **state)
{
    (void)state;
    ans_cx cx = {.arena = ans_arena_new((size_t)512 << 20)};
    ans_buf b;
    ans_str text;
    ans_json doc;
    const ans_form *form;
    ans_buf_init_arena(&b, cx.arena, (size_t)64 << 20);
    ANS_BUF_LIT(&b, "{\"resourceType\":\"Questionnaire\",\"item\":[{\"linkId\":\"x\",\"type\":\"group\"}");
    for (int i = 0; i < 10000; i++) {
        ans_buf_fmt(&b, ",{\"linkId\":\"%d\",\"type\":\"string\"}", i);
    }
    ANS_BUF_LIT(&b, "]}");
    assert_int_equal(ans_buf_finish(&b, &text), ANS_OK);
    assert_int_equal(ans_json_parse(&cx, text, NULL, &doc), ANS_OK);
    assert_int_equal(ans_form_compile(&cx, cx.arena, &doc, 0, &form), ANS_E_INVALID);
    ans_buf_init_arena(&b, cx.arena, (size_t)64 << 20);
    ANS_BUF_LIT(&b, "{\"resourceType\":\"Questionnaire\",\"extension\":[");
    for (int i = 0; i < 100; i++) {
        ans_buf_fmt(&b, "%s{\"url\":\"http://hl7.org/fhir/StructureDefinition/variable\",\"valueExpression\":{\"language\":\"text/fhirpath\",\"name\":\"v%d\",\"expression\":\"%%v%d|%%v%d\"}}",
                    i ? "," : "", i, i + 1, i + 1);
    }
    ANS_BUF_LIT(&b, "],\"item\":[]}");
    assert_int_equal(ans_buf_finish(&b, &text), ANS_OK);
    assert_int_equal(ans_json_parse(&cx, text, NULL, &doc), ANS_OK);
    assert_int_equal(ans_form_compile(&cx, cx.arena, &doc, 0, &form), ANS_E_INVALID);
    assert_true(ans_str_search(cx.last_->text, ANS_STR("more than 64 variables")) >= 0);
    ans_arena_free(cx.arena);
}

/* An item with many conditions on a question with many answers: none of them fits. */
static ans_err many_conditions(uint32_t conditions, uint32_t answers, int64_t deadline_us)
{
    ans_cx cx = {.arena = ans_arena_new((size_t)256 << 20), .deadline_us = deadline_us};
    ans_buf b;
    ans_str text;
    ans_json form_doc, doc;
    const ans_form *form;
    ans_buf_init_arena(&b, cx.arena, (size_t)16 << 20);
    ANS_BUF_LIT(&b, "{\"resourceType\":\"Questionnaire\",\"item\":[{\"linkId\":\"q\",\"type\":\"integer\",\"repeats\":true},{\"linkId\":\"s\",\"type\":\"integer\",\"enableBehavior\":\"any\",\"enableWhen\":[");
    for (uint32_t i = 0; i < conditions; i++) {
        ans_buf_fmt(&b, "%s{\"question\":\"q\",\"operator\":\"=\",\"answerInteger\":2}", i ? "," : "");
    }
    ANS_BUF_LIT(&b, "]}]}");
    assert_int_equal(ans_buf_finish(&b, &text), ANS_OK);
    assert_int_equal(ans_json_parse(&cx, text, NULL, &form_doc), ANS_OK);
    assert_int_equal(ans_form_compile(&cx, cx.arena, &form_doc, 0, &form), ANS_OK);
    ans_buf_init_arena(&b, cx.arena, (size_t)16 << 20);
    ANS_BUF_LIT(&b, "{\"resourceType\":\"QuestionnaireResponse\",\"status\":\"completed\",\"item\":[{\"linkId\":\"q\",\"answer\":[");
    for (uint32_t i = 0; i < answers; i++) {
        ans_buf_fmt(&b, "%s{\"valueInteger\":1}", i ? "," : "");
    }
    ANS_BUF_LIT(&b, "]},{\"linkId\":\"s\"}]}");
    assert_int_equal(ans_buf_finish(&b, &text), ANS_OK);
    assert_int_equal(ans_json_parse(&cx, text, NULL, &doc), ANS_OK);
    ans_err err = ans_form_calculate(&cx, form, NULL, &doc, 0, 1, &text);
    ans_arena_free(cx.arena);
    return err;
}

static void test_many_conditions(void **state)
{
    (void)state;
    assert_int_equal(many_conditions(100, 100, 0), ANS_OK);
    assert_int_equal(many_conditions(10000, 10000, 0), ANS_E_COSTLY);
    assert_int_equal(many_conditions(1000, 1000, 1), ANS_E_TIMEOUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_places),  cmocka_unit_test(test_names),    cmocka_unit_test(test_values), cmocka_unit_test(test_weights),
        cmocka_unit_test(test_rounds),  cmocka_unit_test(test_refusals), cmocka_unit_test(test_limits),
        cmocka_unit_test(test_many_conditions),
    };
    return ans_base_start() ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
