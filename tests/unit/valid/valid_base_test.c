/* Against R4 itself: the form of primitives, what may stand where, and how often. */
#include "fixture.h"

typedef struct form {
    const char *type, *good[8], *bad[12];
} form;

static void valid__primitives(void **state)
{
    static const form forms[] = {
        {"boolean", {"true", "false"}, {"True", "1", ""}},
        {"integer", {"0", "-1", "2147483647", "-2147483648"}, {"2147483648", "01", "1.0", "1e3", "-", ""}},
        {"unsignedInt", {"0", "7"}, {"-1"}},
        {"positiveInt", {"1"}, {"0", "-1"}},
        {"decimal", {"1.50", "-0.1", "1e3"}, {"x", ""}},
        {"string", {"a", " a", "Trần\nThị"}, {"", " ", "\n\t"}},
        {"code", {"a", "a b", "a-b"}, {"", " a", "a ", "a  b", "a\tb\t"}},
        {"id", {"a.b-C9", "1"}, {"", "a_b", "a b", "0123456789012345678901234567890123456789012345678901234567890123456789"}},
        {"uri", {"http://x/y", "urn:oid:1.2", "relative"}, {"", "a b", " a"}},
        {"oid", {"urn:oid:1.2.3", "urn:oid:2.16.840.0"}, {"1.2.3", "urn:oid:3.1", "urn:oid:1", "urn:oid:1.02", "urn:oid:1."}},
        {"uuid", {"urn:uuid:c757873d-ec9a-4326-a141-556f43239520"}, {"c757873d-ec9a-4326-a141-556f43239520", "urn:uuid:c757873d-ec9a-4326-a141-55"}},
        {"base64Binary", {"YWJj", "YWI=", "YWJj\nYWJj"}, {"", "YWJ", "YW.j"}},
        {"date", {"2024", "2024-02", "2024-02-29"}, {"0000", "24", "2023-02-29", "2024-13", "2024-1", "2024-01-01T00:00:00Z", "2024-"}},
        {"dateTime", {"2024", "2024-02-29T23:59:60Z", "2024-02-29T01:02:03.4567+07:00", "2024-01-01T00:00:00-14:00"},
         {"2024-02-29T23:59Z", "2024-02-29T23:59:00", "2024-02-29T24:00:00Z", "2024-01-01T00:00:00+14:01", "2024-01-01T00:00:00.Z", "2024T"}},
        {"instant", {"2024-02-29T23:59:59Z"}, {"2024", "2024-02-29", "2024-02-29T23:59:59"}},
        {"time", {"00:00:00", "23:59:59.1"}, {"24:00:00", "1:00:00", "12:00", "12:00:00Z"}},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(forms); i++) {
        ans_type t = ans_fhir_type_named(ans_str_of(forms[i].type));
        for (size_t k = 0; forms[i].good[k]; k++) {
            if (!ans_valid_is_primitive(t, ans_str_of(forms[i].good[k]))) {
                fail_msg("%s should take \"%s\"", forms[i].type, forms[i].good[k]);
            }
        }
        for (size_t k = 0; forms[i].bad[k]; k++) {
            if (ans_valid_is_primitive(t, ans_str_of(forms[i].bad[k]))) {
                fail_msg("%s should not take \"%s\"", forms[i].type, forms[i].bad[k]);
            }
        }
    }
    assert_false(ans_valid_is_primitive(ans_fhir_type_named(ANS_STR("HumanName")), ANS_STR("x")));
}

#define P(members) "{\"resourceType\":\"Patient\"" members "}"
#define O(members) "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"x\"}" members "}"

static const row structure[] = {
    {P(""), ""},
    {P(",\"active\":true,\"name\":[{\"family\":\"A\",\"given\":[\"b\"]}]"), ""},
    {"{\"resourceType\":\"Nothing\"}", "Resource structure"},
    {"[]", "Resource structure"},
    /* closed content */
    {P(",\"nickname\":\"x\""), "Patient structure"},
    {P(",\"name\":[{\"family\":\"A\",\"resourceType\":\"x\"}]"), "Patient.name[0] structure"},
    {P(",\"_name\":[{\"id\":\"x\"}]"), "Patient structure"},
    /* kinds and lists */
    {P(",\"active\":\"true\""), "Patient.active structure"},
    {P(",\"multipleBirthInteger\":1.5"), "Patient.multipleBirth value"},
    {P(",\"name\":{\"family\":\"A\"}"), "Patient.name structure"},
    {P(",\"birthDate\":[\"2000\"]"), "Patient.birthDate structure"},
    {P(",\"name\":[]"), "Patient.name structure"},
    {P(",\"name\":[{}]"), "Patient.name[0] structure"},
    {P(",\"name\":[\"A\"]"), "Patient.name[0] structure"},
    {P(",\"birthDate\":null"), "Patient.birthDate structure"},
    /* beside */
    {P(",\"_birthDate\":{\"extension\":[{\"url\":\"http://x/y\",\"valueString\":\"z\"}]}"), ""},
    {P(",\"_birthDate\":{\"id\":\"only\"}"), "Patient.birthDate invariant"},
    {P(",\"_birthDate\":\"x\""), "Patient.birthDate structure"},
    {P(",\"name\":[{\"given\":[\"a\",null],\"_given\":[null,{\"extension\":[{\"url\":\"http://x/y\",\"valueCode\":\"z\"}]}]}]"), ""},
    {P(",\"name\":[{\"given\":[\"a\",null]}]"), "Patient.name[0].given[1] structure"},
    /* cardinality and choices */
    {"{\"resourceType\":\"Observation\"}", "Observation required; Observation required"},
    {O(",\"component\":[{\"valueString\":\"x\"}]"), "Observation.component[0] required"},
    {P(",\"deceasedBoolean\":true,\"deceasedDateTime\":\"2000\""), "Patient.deceased structure"},
    {P(",\"deceasedString\":\"yes\""), "Patient structure"},
    /* within backbones, contentReference and types */
    {O(",\"component\":[{\"code\":{\"text\":\"a\"},\"referenceRange\":[{\"low\":{\"value\":1}}]}]"), ""},
    {O(",\"component\":[{\"code\":{\"text\":\"a\"},\"referenceRange\":[{\"type\":{\"text\":\"t\"}}]}]"), "Observation.component[0].referenceRange[0] invariant"},
    {O(",\"valueQuantity\":{\"value\":\"1\"}"), "Observation.value.value structure"},
    /* SimpleQuantity: a profile of the base itself */
    {O(",\"referenceRange\":[{\"low\":{\"value\":1,\"comparator\":\"<\"}}]"), "Observation.referenceRange[0].low.comparator structure; Observation.referenceRange[0].low invariant"},
};

static void valid__structure(void **state)
{
    check_rows(*state, NULL, structure, COUNT(structure));
}

static const row more[] = {
    /* invariants */
    {P(",\"contact\":[{\"gender\":\"male\"}]"), "Patient.contact[0] invariant"},
    {P(",\"identifier\":[{\"period\":{\"start\":\"2020\",\"end\":\"2019\"}}]"), "Patient.identifier[0].period invariant"},
    {P(",\"extension\":[{\"url\":\"http://x/y\"}]"), "Patient.extension[0] invariant"},
    {P(",\"text\":{\"status\":\"generated\",\"div\":\"<div xmlns='http://www.w3.org/1999/xhtml'>a<script/></div>\"}"),
     "Patient.text.div invariant; Patient.text.div invariant"},
    {P(",\"text\":{\"status\":\"generated\",\"div\":\"<div xmlns='http://www.w3.org/1999/xhtml'>a&reg;b</div>\"}"), "Patient.text.div value"},
    {P(",\"text\":{\"status\":\"generated\",\"div\":\"<div xmlns='http://www.w3.org/1999/xhtml'>a&amp;&#174;b</div>\"}"), ""},
    {P(",\"contained\":[{\"resourceType\":\"Organization\",\"id\":\"o\",\"name\":\"x\"}]"), "Patient invariant"},
    {P(",\"contained\":[{\"resourceType\":\"Organization\",\"id\":\"o\",\"name\":\"x\"}],\"managingOrganization\":{\"reference\":\"#o\"}"), ""},
    /* references */
    {P(",\"managingOrganization\":{\"reference\":\"#o\"}"), "Patient.managingOrganization invariant; Patient.managingOrganization not-found"},
    {P(",\"managingOrganization\":{\"reference\":\"Patient/1\"}"), "Patient.managingOrganization invalid"},
    {P(",\"managingOrganization\":{\"reference\":\"Organization/1\"}"), ""},
    {P(",\"managingOrganization\":{\"reference\":\"o1\"}"), "Patient.managingOrganization invalid"},
    {P(",\"managingOrganization\":{\"reference\":\"Organization/1\",\"type\":\"Patient\"}"), "Patient.managingOrganization invalid"},
    {P(",\"managingOrganization\":{\"reference\":\"urn:uuid:c757873d-ec9a-4326-a141-556f43239520\"}"), ""},
    {P(",\"contained\":[{\"resourceType\":\"Patient\",\"id\":\"o\"}],\"managingOrganization\":{\"reference\":\"#o\"}"), "Patient.managingOrganization invalid"},
    /* systems */
    {P(",\"maritalStatus\":{\"coding\":[{\"system\":\"#x\",\"code\":\"y\"}]}"), "Patient.maritalStatus.coding[0].system invalid"},
    {P(",\"maritalStatus\":{\"coding\":[{\"system\":\"http://hl7.org/fhir/ValueSet/administrative-gender\",\"code\":\"y\"}]}"),
     "Patient.maritalStatus.coding[0].system invalid"},
    /* extensions where their definition allows them */
    {P(",\"extension\":[{\"url\":\"http://hl7.org/fhir/StructureDefinition/patient-birthPlace\",\"valueAddress\":{\"city\":\"Huế\"}}]"), ""},
    {P(",\"extension\":[{\"url\":\"http://hl7.org/fhir/StructureDefinition/patient-birthPlace\",\"valueString\":\"Huế\"}]"), "Patient.extension[0].value structure"},
    {O(",\"extension\":[{\"url\":\"http://hl7.org/fhir/StructureDefinition/patient-birthPlace\",\"valueAddress\":{\"city\":\"Huế\"}}]"), "Observation.extension[0] extension"},
    {P(",\"_birthDate\":{\"extension\":[{\"url\":\"http://hl7.org/fhir/StructureDefinition/patient-birthTime\",\"valueDateTime\":\"2000-01-01T00:00:00Z\"}]}"), ""},
    {P(",\"name\":[{\"family\":\"a\",\"_family\":{\"extension\":[{\"url\":\"http://hl7.org/fhir/StructureDefinition/humanname-own-name\",\"valueString\":\"b\"}]}}]"), ""},
    {P(",\"extension\":[{\"url\":\"own-name\",\"valueString\":\"b\"}]"), "Patient.extension[0] extension"},
};

static void valid__invariants_references_extensions(void **state)
{
    check_rows(*state, NULL, more, COUNT(more));
}

#define B(type, entries) "{\"resourceType\":\"Bundle\",\"type\":\"" type "\",\"entry\":[" entries "]}"
#define E(url, resource) "{\"fullUrl\":\"" url "\",\"resource\":" resource "}"
#define ORG "{\"resourceType\":\"Organization\",\"id\":\"o\",\"name\":\"x\"}"

static const row bundles[] = {
    {B("collection", E("http://x/Patient/p", "{\"resourceType\":\"Patient\",\"id\":\"p\",\"gender\":1}")), "Bundle.entry[0].resource.gender structure"},
    {B("collection", E("Patient/p", "{\"resourceType\":\"Patient\",\"id\":\"p\"}")), "Bundle.entry[0].fullUrl invalid"},
    {B("collection", E("urn:uuid:c757873d-ec9a-4326-a141-556f43239520", ORG) ","
       E("urn:uuid:c757873d-ec9a-4326-a141-556f43239521", P(",\"managingOrganization\":{\"reference\":\"urn:uuid:c757873d-ec9a-4326-a141-556f43239520\"}"))), ""},
    /* what an entry names is of the wrong type there */
    {B("collection", E("urn:uuid:c757873d-ec9a-4326-a141-556f43239520", P("")) ","
       E("urn:uuid:c757873d-ec9a-4326-a141-556f43239521", P(",\"managingOrganization\":{\"reference\":\"urn:uuid:c757873d-ec9a-4326-a141-556f43239520\"}"))),
     "Bundle.entry[1].resource.managingOrganization invalid"},
    /* a message carries what it is about */
    {B("message", E("http://x/MessageHeader/m", "{\"resourceType\":\"MessageHeader\",\"id\":\"m\",\"eventUri\":\"http://e\",\"source\":{\"endpoint\":\"http://s\"},"
       "\"focus\":[{\"reference\":\"Organization/o\"}]}") "," E("http://x/Organization/o", ORG)), ""},
    {B("message", E("http://x/MessageHeader/m", "{\"resourceType\":\"MessageHeader\",\"id\":\"m\",\"eventUri\":\"http://e\",\"source\":{\"endpoint\":\"http://s\"},"
       "\"focus\":[{\"reference\":\"Organization/other\"}]}") "," E("http://x/Organization/o", ORG)), "Bundle.entry[0].resource.focus[0] not-found"},
    {"{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"a\",\"resource\":{\"resourceType\":\"Patient\",\"id\":\"1\"}},"
     "{\"name\":\"b\",\"valueReference\":{\"reference\":\"Patient/2\"}}]}", "Parameters.parameter[1].value not-found"},
};

static void valid__bundles(void **state)
{
    check_rows(*state, NULL, bundles, COUNT(bundles));
}

/* However wrong a resource is, the list of issues has an end, and so has the work. */
static void valid__limits(void **state)
{
    fixture *f = *state;
    ans_cx cx = {.arena = f->scratch};
    ans_json doc;
    ans_valid_result r;
    ans_buf b;
    ans_str text;
    ans_arena_reset(f->scratch);
    ans_buf_init_arena(&b, f->cx.arena, 1 << 20);
    ANS_BUF_LIT(&b, "{\"resourceType\":\"Patient\",\"name\":[");
    for (int i = 0; i < 6000; i++) {
        ans_buf_fmt(&b, "%s{\"x%d\":1,\"use\":\"old\"}", i ? "," : "", i);
    }
    ANS_BUF_LIT(&b, "]}");
    assert_int_equal(ans_buf_finish(&b, &text), ANS_OK);
    assert_int_equal(ans_json_parse(&cx, text, NULL, &doc), ANS_OK);
    ans_valid_env env = {.defs = f->view};
    assert_int_equal(ans_valid_resource(&cx, &env, &doc, 0, &r), ANS_OK);
    assert_int_equal(r.count, ANS_VALID_MOST_ISSUES);
    assert_int_equal(r.errors, 6000);
    assert_true(r.is_cut);
    env.max_steps = 100;
    assert_int_equal(ans_valid_resource(&cx, &env, &doc, 0, &r), ANS_E_COSTLY);
    env.max_steps = 0;
    cx.deadline_us = 1;
    assert_int_equal(ans_valid_resource(&cx, &env, &doc, 0, &r), ANS_E_TIMEOUT);
}

/* Errors of form are found where the whole costs too much: nothing that can be padded stands before them. */
static void valid__form_only(void **state)
{
    fixture *f = *state;
    ans_cx cx = {.arena = f->scratch};
    ans_json doc;
    ans_valid_result r;
    ans_buf b;
    ans_str text;
    ans_arena_reset(f->scratch);
    ans_buf_init_arena(&b, f->cx.arena, 1 << 22);
    ANS_BUF_LIT(&b, "{\"resourceType\":\"QuestionnaireResponse\",\"status\":[\"completed\",5],\"item\":[");
    for (int i = 0; i < 60000; i++) {
        ans_buf_fmt(&b, "%s{\"linkId\":\"a\"}", i ? "," : "");
    }
    ANS_BUF_LIT(&b, "],\"nonsense\":{}}");
    assert_int_equal(ans_buf_finish(&b, &text), ANS_OK);
    assert_int_equal(ans_json_parse(&cx, text, NULL, &doc), ANS_OK);
    ans_valid_env env = {.defs = f->view, .max_steps = 1000000};
    assert_int_equal(ans_valid_resource(&cx, &env, &doc, 0, &r), ANS_E_COSTLY);
    env.form_only = true;
    assert_int_equal(ans_valid_resource(&cx, &env, &doc, 0, &r), ANS_OK);
    assert_int_equal(r.form_errors, 2);
    assert_int_equal(r.errors, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(valid__primitives),
        cmocka_unit_test(valid__structure),
        cmocka_unit_test(valid__invariants_references_extensions),
        cmocka_unit_test(valid__bundles),
        cmocka_unit_test(valid__limits),
        cmocka_unit_test(valid__form_only),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
