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
        {"Observation", "urn:ansinh:score", "phq-9", ""},
        {"Questionnaire", "urn:ansinh:answer", "assist-q2-4", ""},
    };
    assert_int_equal(ans_compartments_read(&cx, ANS_STR_NONE, &c), ANS_OK);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ans_json doc;
        ans_str body = ans_arena_fmt(cx.arena, "{\"resourceType\":\"%s\",\"x\":[{\"y\":{\"coding\":[{\"code\":\"%s\",\"system\":\"%s\"}]}}]}", cases[i].type,
                                     cases[i].code, cases[i].system);
        assert_int_equal(ans_json_parse(&cx, body, NULL, &doc), ANS_OK);
        uint8_t got = ans_compartments_labels(c, &cx, ans_fhir_type_named(ans_str_of(cases[i].type)), &doc, 0);
        assert_string_equal(got ? ans_label_names(cx.arena, got).p : "", cases[i].labels);
    }
    ans_arena_free(cx.arena);
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
    const struct CMUnitTest tests[] = {cmocka_unit_test(strict), cmocka_unit_test(codes), cmocka_unit_test(page)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
