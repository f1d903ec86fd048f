/* The table of rights and the compartments: read strictly; the page of documentation is what the table says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "auth/rights.h"
#include "base/os.h"

static ans_str replaced(ans_cx *cx, ans_str text, const char *what, const char *with)
{
    ptrdiff_t at = ans_str_search(text, ans_str_of(what));
    if (at < 0) {
        print_error("not in the table: %s\n", what);
        fail();
    }
    return ans_arena_fmt(cx->arena, "%.*s%s%.*s", (int)at, text.p, with, ANS_FMT(ans_str_from(text, (size_t)at + strlen(what))));
}

static void strict(void **state)
{
    (void)state;
    static const struct {
        const char *what, *with;
    } slips[] = {
        {"\"read history\"", "\"read histroy\""}, {"{\"facility\": \"read\"}", "{\"facilty\": \"read\"}"}, {"\"Observation\"]", "\"Observations\"]"},
        {"\"Flag\", ", ""},                 {"\"Flag\", ", "\"Flag\", \"Patient\", "},             {"\"labels\"", "\"lables\""},
        {"\"HIV\": \"assigned", "\"HVI\": \"assigned"}, {"\"operations\": \"break-glass ", "\"operations\": \"brake-glass "},
        {"\"identity\": {\"ward\"", "\"identities\": {\"ward\""}, {"\"carer\": {", "\"nurse\": {"},
    };
    ans_str whole = {ans_access_rights, ans_access_rights_bytes};
    for (size_t i = 0; i < sizeof slips / sizeof *slips; i++) {
        ans_cx cx = {.arena = ans_arena_new((size_t)64 << 20)};
        const ans_rights *r;
        assert_int_equal(ans_rights_read(&cx, ANS_STR_NONE, &r), ANS_OK);
        ans_err err = ans_rights_read(&cx, replaced(&cx, whole, slips[i].what, slips[i].with), &r);
        if (err != ANS_E_INVALID && err != ANS_E_SYNTAX) {
            print_error("was taken: %s\n", slips[i].with);
            fail();
        }
        ans_arena_free(cx.arena);
    }
}

static void codes(void **state)
{
    (void)state;
    ans_cx cx = {.arena = ans_arena_new((size_t)64 << 20)};
    const ans_compartments *c;
    static const struct {
        const char *type, *system, *code, *labels;
    } cases[] = {
        {"Condition", "http://hl7.org/fhir/sid/icd-10", "B20", "HIV"},
        {"Condition", "http://hl7.org/fhir/sid/icd-10", "B24.9", "HIV"},
        {"Condition", "http://hl7.org/fhir/sid/icd-10", "B2", ""},
        {"Condition", "http://hl7.org/fhir/sid/icd-10", "B200", "HIV"},
        {"Condition", "http://hl7.org/fhir/sid/icd-10-cm", "B20", ""},
        {"Condition", "http://hl7.org/fhir/sid/icd-10", "Y09", "SDV"},
        {"Condition", "http://hl7.org/fhir/sid/icd-10", "Y00", "SDV"},
        {"Condition", "http://hl7.org/fhir/sid/icd-10", "X84", ""},
        {"Condition", "http://hl7.org/fhir/sid/icd-10", "F20", ""},
        {"DocumentReference", "http://hl7.org/fhir/sid/icd-10", "F20", "PSY"},
        {"DocumentReference", "http://hl7.org/fhir/sid/icd-10", "F19.2", "ETH"},
        {"Condition", "http://hl7.org/fhir/sid/icd-10", "F17.2", ""},
        {"MedicationRequest", "http://www.whocc.no/atc", "J05AF05", "HIV"},
        {"MedicationRequest", "http://www.whocc.no/atc", "J05AF10", ""},
        {"MedicationRequest", "http://www.whocc.no/atc", "N07BC02", "ETH"},
        {"Basic", "urn:ansinh:document-kind", "adoption", "ADOPT"},
        {"Condition", "http://fhir.hl7.org.vn/core/CodeSystem/vn-icd10-cs", "B22.1", "HIV"},
        {"Composition", "urn:ansinh:document", "visit", "VISIT"},
        {"Basic", "urn:ansinh:decision", "compulsory-rehabilitation", "ETH"},
        {"Basic", "urn:ansinh:decision", "compulsory-treatment", "PSY"},
        {"Basic", "urn:ansinh:decision", "capacity-lost", ""},
        {"Consent", "urn:ansinh:consent-purpose", "hiv-test", "HIV"},
        {"Consent", "urn:ansinh:consent-purpose", "images", ""},
        {"Task", "urn:ansinh:data-request", "complaint", "REQ"},
        /* the instruments of content/forms: what is answered and scored, not the form itself */
        {"QuestionnaireResponse", "urn:ansinh:answer", "assist-q2-4", "ETH"},
        {"QuestionnaireResponse", "urn:ansinh:band", "audit-c-positive", "ETH"},
        {"Observation", "urn:ansinh:score", "assist-opioids", "ETH"},
        {"Observation", "urn:ansinh:score", "cows", "ETH"},
        {"Observation", "urn:ansinh:score", "audit", "ETH"},
        {"Observation", "urn:ansinh:score", "auditory", ""},
        {"Observation", "urn:ansinh:score", "phq-9", "MH"},
        {"QuestionnaireResponse", "urn:ansinh:answer", "two-weeks-3", "MH"},
        {"QuestionnaireResponse", "urn:ansinh:band", "gds-15-mild", "MH"},
        {"Task", "urn:ansinh:alert", "srq-20-item-17", "MH"},
        {"Task", "urn:ansinh:positive", "pc-ptsd-5-3", "MH"},
        {"Task", "urn:ansinh:positive", "assist-injection", "ETH"},
        {"Observation", "urn:ansinh:score", "news2", ""},
        {"Observation", "urn:ansinh:score", "barthel", ""},
        {"Questionnaire", "urn:ansinh:answer", "assist-q2-4", ""},
        {"Questionnaire", "urn:ansinh:score", "phq-9", ""},
        {"CarePlan", "urn:ansinh:score", "phq-9", ""},
        {"Observation", "http://loinc.org", "44261-6", "MH"},
        {"Appointment", "http://hl7.org/fhir/sid/icd-10", "F32.1", "MH"},
        {"Task", "http://hl7.org/fhir/sid/icd-10", "F90.0", "MH"},
        {"ServiceRequest", "http://hl7.org/fhir/sid/icd-10", "F70", ""},
        {"ServiceRequest", "http://hl7.org/fhir/sid/icd-10", "F03", ""},
        {"Encounter", "http://hl7.org/fhir/sid/icd-10", "F20", ""},
    };
    assert_int_equal(ans_compartments_read(&cx, ANS_STR_NONE, &c), ANS_OK);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ans_json doc;
        ans_str body = ans_arena_fmt(cx.arena, "{\"resourceType\":\"%s\",\"x\":[{\"y\":{\"coding\":[{\"code\":\"%s\",\"system\":\"%s\"}]}}]}", cases[i].type,
                                     cases[i].code, cases[i].system);
        assert_int_equal(ans_json_parse(&cx, body, NULL, &doc), ANS_OK);
        ans_labels got = ans_compartments_labels(c, &cx, ans_fhir_type_named(ans_str_of(cases[i].type)), &doc, 0);
        assert_string_equal(got ? ans_label_names(cx.arena, got).p : "", cases[i].labels);
    }
    ans_arena_free(cx.arena);
}

/* By the form that is answered or asked for, whatever the answers; what care needs stays open beside bare references. */
static void forms(void **state)
{
    (void)state;
    ans_cx cx = {.arena = ans_arena_new((size_t)64 << 20)};
    const ans_compartments *c;
    static const struct {
        const char *type, *more, *labels, *open;
    } cases[] = {
        {"QuestionnaireResponse", "\"questionnaire\":\"urn:ansinh:form:phq-9\"", "MH", ""},
        {"QuestionnaireResponse", "\"questionnaire\":\"urn:ansinh:form:phq-9|2026.1\"", "MH", ""},
        {"QuestionnaireResponse", "\"questionnaire\":\"urn:ansinh:form:\\u0070hq-9\"", "MH", ""},
        {"QuestionnaireResponse", "\"questionnaire\":\"urn:ansinh:form:audit-c\"", "ETH", ""},
        {"QuestionnaireResponse", "\"questionnaire\":\"urn:ansinh:form:barthel\"", "", ""},
        {"QuestionnaireResponse", "\"questionnaire\":\"urn:ansinh:form:phq-99\"", "", ""},
        {"ServiceRequest", "\"instantiatesCanonical\":[\"urn:ansinh:form:gad-7\"]", "MH", ""},
        {"Questionnaire", "\"url\":\"urn:ansinh:form:phq-9\"", "", ""},
        {"Task", "\"code\":{\"coding\":[{\"system\":\"urn:ansinh:task\",\"code\":\"alert\"}]}", "", "MH"},
        {"Task", "\"code\":{\"coding\":[{\"system\":\"urn:ansinh:task\",\"code\":\"screening-follow-up\"}]}", "", ""},
        {"ServiceRequest", "\"code\":{\"coding\":[{\"system\":\"urn:ansinh:care\",\"code\":\"observe\"}]}", "", "MH"},
        {"ServiceRequest", "\"code\":{\"text\":\"x\"}", "", ""},
        {"MedicationRequest", "\"status\":\"active\"", "", "MH"},
        {"Communication", "\"status\":\"completed\"", "", ""},
    };
    assert_int_equal(ans_compartments_read(&cx, ANS_STR_NONE, &c), ANS_OK);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ans_json doc;
        ans_type type = ans_fhir_type_named(ans_str_of(cases[i].type));
        assert_int_equal(ans_json_parse(&cx, ans_arena_fmt(cx.arena, "{\"resourceType\":\"%s\",%s}", cases[i].type, cases[i].more), NULL, &doc), ANS_OK);
        ans_labels got = ans_compartments_labels(c, &cx, type, &doc, 0), open = ans_compartments_open(c, &cx, type, &doc, 0);
        assert_string_equal(got ? ans_label_names(cx.arena, got).p : "", cases[i].labels);
        assert_string_equal(open ? ans_label_names(cx.arena, open).p : "", cases[i].open);
    }
    ans_arena_free(cx.arena);
}

/* A slip in the table of compartments would open what is meant to be shut. */
static void strict_compartments(void **state)
{
    (void)state;
    static const struct {
        const char *what, *with;
    } slips[] = {
        {"\"stems\"", "\"stem\""}, {"\"forms\"", "\"form\""}, {"\"open\"", "\"opened\""}, {"{\"type\": \"Goal\"}", "{\"type\": \"Gaol\"}"},
        {"{\"type\": \"Goal\"}", "{\"type\": \"Goal\", \"code\": \"x\"}"}, {"{\"type\": \"Goal\"}", "{\"typ\": \"Goal\"}"},
        {"\"form_types\": [\"AdverseEvent\"", "\"form_types\": [\"AdversEvent\""}, {"\"MH\": {", "\"MHX\": {"}, {"\"prefix\"", "\"prefx\""},
    };
    ans_str whole = {ans_access_compartments, ans_access_compartments_bytes};
    for (size_t i = 0; i < sizeof slips / sizeof *slips; i++) {
        ans_cx cx = {.arena = ans_arena_new((size_t)64 << 20)};
        const ans_compartments *c;
        ans_err err = ans_compartments_read(&cx, replaced(&cx, whole, slips[i].what, slips[i].with), &c);
        if (err != ANS_E_INVALID) {
            print_error("was taken: %s\n", slips[i].with);
            fail();
        }
        ans_arena_free(cx.arena);
    }
}

static void page(void **state)
{
    (void)state;
    ans_cx cx = {.arena = ans_arena_new((size_t)64 << 20)};
    const ans_rights *r;
    ans_str want, is;
    assert_int_equal(ans_rights_read(&cx, ANS_STR_NONE, &r), ANS_OK);
    assert_int_equal(ans_rights_print(&cx, r, &want), ANS_OK);
    assert_int_equal(ans_file_read(&cx, "docs/access.md", (size_t)1 << 20, &is), ANS_OK);
    if (!ans_str_eq(want, is)) {
        print_error("docs/access.md is not what the table says: ansinh access > docs/access.md\n");
        fail();
    }
    ans_arena_free(cx.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(strict), cmocka_unit_test(codes), cmocka_unit_test(forms), cmocka_unit_test(strict_compartments),
                                       cmocka_unit_test(page)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
