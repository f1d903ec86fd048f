/* Against profiles: fixed and pattern values, limits, slices by each kind of discriminator, profiles of types, references and
 * extensions, and profiles that cannot be used. */
#include "fixture.h"

#define BASE "http://hl7.org/fhir/StructureDefinition/"
#define OURS "http://example.org/fhir/StructureDefinition/"
#define SD(name, type, elements)                                                                                                       \
    "{\"resourceType\":\"StructureDefinition\",\"id\":\"" name "\",\"url\":\"" OURS name "\",\"name\":\"" name "\",\"status\":\"active\","    \
    "\"kind\":\"resource\",\"abstract\":false,\"type\":\"" type "\",\"baseDefinition\":\"" BASE type "\",\"derivation\":\"constraint\","      \
    "\"snapshot\":{\"element\":[" elements "]}}"
#define EL(id, path, rest) "{\"id\":\"" id "\",\"path\":\"" path "\"," rest "}"
#define ANY "\"min\":0,\"max\":\"*\""
#define TYPE(t) "\"type\":[{\"code\":\"" t "\"}]"
#define DISC(type, path, rules) "\"slicing\":{\"discriminator\":[{\"type\":\"" type "\",\"path\":\"" path "\"}],\"rules\":\"" rules "\"}"
#define SLICE(name) "\"sliceName\":\"" name "\""

static const char *const definitions[] = {
    /* values */
    SD("values", "Patient",
       EL("Patient", "Patient", ANY) "," EL("Patient.active", "Patient.active", "\"min\":1,\"max\":\"1\"," TYPE("boolean") ",\"fixedBoolean\":true") ","
       EL("Patient.name", "Patient.name", "\"min\":1,\"max\":\"2\"," TYPE("HumanName")) ","
       EL("Patient.name.family", "Patient.name.family", "\"min\":1,\"max\":\"1\"," TYPE("string") ",\"maxLength\":5") ","
       EL("Patient.birthDate", "Patient.birthDate", "\"min\":0,\"max\":\"1\"," TYPE("date") ",\"minValueDate\":\"1900-01-01\",\"maxValueDate\":\"2020-12-31\"") ","
       EL("Patient.maritalStatus", "Patient.maritalStatus",
          "\"min\":0,\"max\":\"1\"," TYPE("CodeableConcept") ",\"patternCodeableConcept\":{\"coding\":[{\"system\":\"http://m\",\"code\":\"M\"}]}") ","
       EL("Patient.multipleBirth[x]", "Patient.multipleBirth[x]", "\"min\":0,\"max\":\"1\"," TYPE("integer") ",\"minValueInteger\":1,\"maxValueInteger\":8") ","
       EL("Patient.photo", "Patient.photo", "\"min\":0,\"max\":\"0\"," TYPE("Attachment")) ","
       EL("Patient.link", "Patient.link", ANY "," TYPE("BackboneElement") ",\"constraint\":[{\"key\":\"our-1\",\"severity\":\"error\",\"human\":\"h\",\"expression\":\"type = 'seealso'\"}]")),
    /* by value, in a fixed value of a deeper slice, and in a pattern above the place */
    SD("by-value", "Observation",
       EL("Observation", "Observation", ANY) ","
       EL("Observation.category", "Observation.category", "\"min\":1,\"max\":\"*\"," TYPE("CodeableConcept") "," DISC("value", "coding.code", "open")) ","
       EL("Observation.category:vital", "Observation.category", SLICE("vital") ",\"min\":1,\"max\":\"1\"," TYPE("CodeableConcept")) ","
       EL("Observation.category:vital.coding", "Observation.category.coding", ANY "," TYPE("Coding")) ","
       EL("Observation.category:vital.coding.code", "Observation.category.coding.code", "\"min\":1,\"max\":\"1\"," TYPE("code") ",\"fixedCode\":\"vital-signs\"") ","
       EL("Observation.component", "Observation.component", "\"min\":0,\"max\":\"*\"," TYPE("BackboneElement") "," DISC("pattern", "code", "closed")) ","
       EL("Observation.component:sys", "Observation.component", SLICE("sys") ",\"min\":0,\"max\":\"1\"," TYPE("BackboneElement")) ","
       EL("Observation.component:sys.code", "Observation.component.code",
          "\"min\":1,\"max\":\"1\"," TYPE("CodeableConcept") ",\"patternCodeableConcept\":{\"coding\":[{\"code\":\"8480-6\"}]}") ","
       EL("Observation.component:sys.value[x]", "Observation.component.value[x]", "\"min\":1,\"max\":\"1\"," TYPE("Quantity"))),
    SD("by-exists", "Patient",
       EL("Patient", "Patient", ANY) "," EL("Patient.name", "Patient.name", ANY "," TYPE("HumanName") "," DISC("exists", "period", "open")) ","
       EL("Patient.name:old", "Patient.name", SLICE("old") ",\"min\":0,\"max\":\"1\"," TYPE("HumanName")) ","
       EL("Patient.name:old.period", "Patient.name.period", "\"min\":1,\"max\":\"1\"," TYPE("Period")) ","
       EL("Patient.name:now", "Patient.name", SLICE("now") ",\"min\":1,\"max\":\"1\"," TYPE("HumanName")) ","
       EL("Patient.name:now.period", "Patient.name.period", "\"min\":0,\"max\":\"0\"," TYPE("Period"))),
    SD("by-type", "Observation",
       EL("Observation", "Observation", ANY) ","
       EL("Observation.value[x]", "Observation.value[x]", "\"min\":0,\"max\":\"1\"," TYPE("Quantity") "," DISC("type", "$this", "closed")) ","
       EL("Observation.value[x]:valueQuantity", "Observation.value[x]", SLICE("valueQuantity") ",\"min\":1,\"max\":\"1\"," TYPE("Quantity")) ","
       EL("Observation.value[x]:valueQuantity.unit", "Observation.value[x].unit", "\"min\":1,\"max\":\"1\"," TYPE("string"))),
    SD("by-resolved", "Observation",
       EL("Observation", "Observation", ANY) "," EL("Observation.performer", "Observation.performer", ANY "," TYPE("Reference") "," DISC("type", "resolve()", "open")) ","
       EL("Observation.performer:person", "Observation.performer", SLICE("person") ",\"min\":1,\"max\":\"1\",\"type\":[{\"code\":\"Reference\",\"targetProfile\":[\"" BASE "Practitioner\"]}]")),
    SD("active-patient", "Patient", EL("Patient", "Patient", ANY) "," EL("Patient.active", "Patient.active", "\"min\":1,\"max\":\"1\"," TYPE("boolean"))),
    SD("by-profile", "Bundle",
       EL("Bundle", "Bundle", ANY) "," EL("Bundle.entry", "Bundle.entry", ANY "," TYPE("BackboneElement") "," DISC("profile", "resource", "open")) ","
       EL("Bundle.entry:active", "Bundle.entry", SLICE("active") ",\"min\":1,\"max\":\"1\"," TYPE("BackboneElement")) ","
       EL("Bundle.entry:active.resource", "Bundle.entry.resource", "\"min\":1,\"max\":\"1\",\"type\":[{\"code\":\"Patient\",\"profile\":[\"" OURS "active-patient\"]}]")),
    SD("ordered", "Patient",
       EL("Patient", "Patient", ANY) ","
       EL("Patient.name", "Patient.name", ANY "," TYPE("HumanName") ",\"slicing\":{\"discriminator\":[{\"type\":\"value\",\"path\":\"use\"}],\"rules\":\"openAtEnd\",\"ordered\":true}") ","
       EL("Patient.name:a", "Patient.name", SLICE("a") "," ANY "," TYPE("HumanName")) ","
       EL("Patient.name:a.use", "Patient.name.use", "\"min\":1,\"max\":\"1\"," TYPE("code") ",\"fixedCode\":\"official\"") ","
       EL("Patient.name:b", "Patient.name", SLICE("b") "," ANY "," TYPE("HumanName")) ","
       EL("Patient.name:b.use", "Patient.name.use", "\"min\":1,\"max\":\"1\"," TYPE("code") ",\"fixedCode\":\"usual\"")),
    /* an extension that must be there, told by the profile of its type */
    SD("with-place", "Patient",
       EL("Patient", "Patient", ANY) "," EL("Patient.extension", "Patient.extension", ANY "," TYPE("Extension") "," DISC("value", "url", "open")) ","
       EL("Patient.extension:place", "Patient.extension",
          SLICE("place") ",\"min\":1,\"max\":\"1\",\"type\":[{\"code\":\"Extension\",\"profile\":[\"" BASE "patient-birthPlace\"]}]")),
    SD("narrow-reference", "Patient",
       EL("Patient", "Patient", ANY) ","
       EL("Patient.generalPractitioner", "Patient.generalPractitioner", ANY ",\"type\":[{\"code\":\"Reference\",\"targetProfile\":[\"" BASE "Practitioner\"],\"aggregation\":[\"contained\"]}]")),
    /* of no use */
    "{\"resourceType\":\"StructureDefinition\",\"id\":\"bare\",\"url\":\"" OURS "bare\",\"name\":\"b\",\"status\":\"active\",\"kind\":\"resource\",\"type\":\"Patient\","
    "\"derivation\":\"constraint\",\"differential\":{\"element\":[{\"id\":\"Patient\",\"path\":\"Patient\"}]}}",
    SD("disordered", "Patient", EL("Patient", "Patient", ANY) "," EL("Patient.name.family", "Patient.name.family", "\"min\":1,\"max\":\"1\"")),
    SD("needless", "Patient", EL("Patient", "Patient", ANY ",\"constraint\":[{\"key\":\"bad\",\"severity\":\"error\",\"human\":\"h\",\"expression\":\"name.(\"}]")),
    SD("itself", "Patient",
       EL("Patient", "Patient", ANY) "," EL("Patient.contained", "Patient.contained", ANY ",\"type\":[{\"code\":\"Patient\",\"profile\":[\"" OURS "itself\"]}]")),
};

static void check(fixture *f, const char *name, const row *rows, size_t count)
{
    char url[128];
    (void)snprintf(url, sizeof url, OURS "%s", name);
    check_rows(f, url, rows, count);
}

#define P(members) "{\"resourceType\":\"Patient\"" members "}"
#define OK_VALUES ",\"active\":true,\"name\":[{\"family\":\"A\"}]"

static void valid__values(void **state)
{
    static const row rows[] = {
        {P(OK_VALUES), ""},
        {P(""), "Patient required; Patient required"},
        {P(",\"active\":false,\"name\":[{\"family\":\"A\"}]"), "Patient.active value"},
        {P(",\"active\":true,\"name\":[{\"text\":\"A\"}]"), "Patient.name[0] required"},
        {P(",\"active\":true,\"name\":[{\"family\":\"abcdef\"}]"), "Patient.name[0].family too-long"},
        {P(",\"active\":true,\"name\":[{\"family\":\"ươớợử\"}]"), ""}, /* five characters, not bytes */
        {P(",\"active\":true,\"name\":[{\"family\":\"a\"},{\"family\":\"b\"},{\"family\":\"c\"}]"), "Patient.name structure"},
        {P(OK_VALUES ",\"birthDate\":\"1899-12-31\""), "Patient.birthDate value"},
        {P(OK_VALUES ",\"birthDate\":\"2021\""), "Patient.birthDate value"},
        {P(OK_VALUES ",\"birthDate\":\"2020\""), ""},
        {P(OK_VALUES ",\"maritalStatus\":{\"coding\":[{\"system\":\"http://x\",\"code\":\"M\"},{\"system\":\"http://m\",\"code\":\"M\",\"display\":\"d\"}],\"text\":\"t\"}"), ""},
        {P(OK_VALUES ",\"maritalStatus\":{\"coding\":[{\"system\":\"http://x\",\"code\":\"M\"}]}"), "Patient.maritalStatus value"},
        {P(OK_VALUES ",\"multipleBirthInteger\":9"), "Patient.multipleBirth value"},
        {P(OK_VALUES ",\"multipleBirthBoolean\":true"), "Patient.multipleBirth structure"},
        {P(OK_VALUES ",\"photo\":[{\"title\":\"x\"}]"), "Patient.photo structure"},
        {P(OK_VALUES ",\"link\":[{\"other\":{\"reference\":\"Patient/1\"},\"type\":\"refer\"}]"), "Patient.link[0] invariant"},
    };
    check(*state, "values", rows, COUNT(rows));
}

#define O(members) "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"x\"}" members "}"
#define VITAL ",\"category\":[{\"coding\":[{\"code\":\"vital-signs\"}]}]"
#define COMPONENT(code, value) "{\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"" code "\"}]}" value "}"
#define Q ",\"valueQuantity\":{\"value\":1}"

static void valid__slices_by_value(void **state)
{
    static const row rows[] = {
        {O(VITAL), ""},
        {O(""), "Observation required"},
        {O(",\"category\":[{\"coding\":[{\"code\":\"other\"}]}]"), "Observation.category required"},
        {O(",\"category\":[{\"coding\":[{\"code\":\"other\"},{\"code\":\"vital-signs\"}]},{\"text\":\"t\"}]"), "Observation.category[0].coding[0].code value"},
        {O(",\"category\":[{\"coding\":[{\"code\":\"vital-signs\"}]},{\"coding\":[{\"code\":\"vital-signs\"}]}]"), "Observation.category structure"},
        {O(VITAL ",\"component\":[" COMPONENT("8480-6", Q) "]"), ""},
        {O(VITAL ",\"component\":[" COMPONENT("8480-6", ",\"valueString\":\"x\"") "]"), "Observation.component[0].value structure"},
        {O(VITAL ",\"component\":[" COMPONENT("8480-6", "") "]"), "Observation.component[0] required"},
        {O(VITAL ",\"component\":[" COMPONENT("8480-6", Q) "," COMPONENT("8480-6", Q) "]"), "Observation.component structure"},
        {O(VITAL ",\"component\":[" COMPONENT("1", Q) "]"), "Observation.component[0] structure"}, /* closed */
    };
    check(*state, "by-value", rows, COUNT(rows));
}

static void valid__slices_by_other_things(void **state)
{
    static const row exists[] = {
        {P(",\"name\":[{\"family\":\"a\"}]"), ""},
        {P(",\"name\":[{\"family\":\"a\"},{\"family\":\"b\",\"period\":{\"end\":\"2020\"}}]"), ""},
        {P(",\"name\":[{\"family\":\"a\"},{\"family\":\"b\"}]"), "Patient.name structure"},
        {P(",\"name\":[{\"family\":\"b\",\"period\":{\"end\":\"2020\"}}]"), "Patient.name required"},
    };
    static const row types[] = {
        {O(",\"valueQuantity\":{\"value\":1,\"unit\":\"kg\"}"), ""},
        {O(",\"valueQuantity\":{\"value\":1}"), "Observation.value required"},
        {O(",\"valueString\":\"x\""), "Observation.value structure"},
        {O(""), "Observation.value required"},
    };
    static const row resolved[] = {
        {O(",\"performer\":[{\"reference\":\"#d\"}],\"contained\":[{\"resourceType\":\"Practitioner\",\"id\":\"d\"}]"), ""},
        {O(",\"performer\":[{\"reference\":\"#d\"}],\"contained\":[{\"resourceType\":\"Patient\",\"id\":\"d\"}]"), "Observation.performer required"},
    };
    static const row profiles[] = {
        {"{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[{\"fullUrl\":\"http://x/Patient/a\",\"resource\":" P(",\"active\":true") "}]}", ""},
        {"{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[{\"fullUrl\":\"http://x/Patient/a\",\"resource\":" P("") "}]}", "Bundle.entry required"},
    };
    static const row order[] = {
        {P(",\"name\":[{\"use\":\"official\"},{\"use\":\"usual\"},{\"use\":\"old\"}]"), ""},
        {P(",\"name\":[{\"use\":\"usual\"},{\"use\":\"official\"}]"), "Patient.name[1] structure"},
        {P(",\"name\":[{\"use\":\"old\"},{\"use\":\"official\"}]"), "Patient.name[1] structure"},
    };
    static const row place[] = {
        {P(",\"extension\":[{\"url\":\"" BASE "patient-birthPlace\",\"valueAddress\":{\"city\":\"Vinh\"}}]"), ""},
        {P(",\"extension\":[{\"url\":\"http://x/y\",\"valueString\":\"Vinh\"}]"), "Patient.extension required"},
        {P(""), "Patient.extension required"},
    };
    static const row reference[] = {
        {P(",\"generalPractitioner\":[{\"reference\":\"#d\"}],\"contained\":[{\"resourceType\":\"Practitioner\",\"id\":\"d\"}]"), ""},
        {P(",\"generalPractitioner\":[{\"reference\":\"Practitioner/1\"}]"), "Patient.generalPractitioner[0] invalid"},
        {P(",\"generalPractitioner\":[{\"reference\":\"#d\"}],\"contained\":[{\"resourceType\":\"Organization\",\"id\":\"d\",\"name\":\"x\"}]"), "Patient.generalPractitioner[0] invalid"},
    };
    check(*state, "by-exists", exists, COUNT(exists));
    check(*state, "by-type", types, COUNT(types));
    check(*state, "by-resolved", resolved, COUNT(resolved));
    check(*state, "by-profile", profiles, COUNT(profiles));
    check(*state, "ordered", order, COUNT(order));
    check(*state, "with-place", place, COUNT(place));
    check(*state, "narrow-reference", reference, COUNT(reference));
}

/* What cannot be used is said, and refuses nothing. */
static void valid__profiles_of_no_use(void **state)
{
    fixture *f = *state;
    assert_string_equal(judged(f, NULL, P(",\"text\":{\"status\":\"empty\",\"div\":\"<div xmlns='http://www.w3.org/1999/xhtml'>a</div>\"}"), OURS "bare", true), "Patient not-supported");
    assert_string_equal(judged(f, NULL, P(""), OURS "disordered", false), "");
    assert_string_equal(judged(f, NULL, P(""), OURS "needless", false), "");
    assert_string_equal(judged(f, NULL, P(",\"name\":[{\"x\":1,\"text\":\"y\"}]"), OURS "unknown", false), "Patient.name[0] structure");
    assert_string_equal(judged(f, NULL, O(""), OURS "values", false), "Observation structure");
    assert_string_equal(judged(f, NULL, P(",\"contained\":[{\"resourceType\":\"Patient\",\"id\":\"a\"}],\"link\":[{\"type\":\"refer\",\"other\":{\"reference\":\"#a\"}}]"), OURS "itself", false), "");
}

/* meta.profile counts as one given, and an unknown one is a warning. */
static void valid__named_profiles(void **state)
{
    fixture *f = *state;
    ans_valid_env env = {.no_meta = true};
    assert_string_equal(judged(f, NULL, P(",\"meta\":{\"profile\":[\"" OURS "active-patient\"]}"), NULL, false), "Patient required");
    assert_string_equal(judged(f, NULL, P(",\"meta\":{\"profile\":[\"http://nobody/knows\"]}"), NULL, false), "");
    assert_non_null(strstr(judged(f, NULL, P(",\"meta\":{\"profile\":[\"http://nobody/knows\"]}"), NULL, true), "not-found"));
    assert_string_equal(judged(f, &env, P(",\"meta\":{\"profile\":[\"" OURS "active-patient\"]}"), NULL, false), "");
    /* and one of R4's own */
    assert_string_equal(judged(f, NULL, O(VITAL ",\"meta\":{\"profile\":[\"" BASE "bp\"]},\"subject\":{\"reference\":\"Patient/1\"},\"effectiveDateTime\":\"2024-01-01\""), NULL, false),
                        "Observation.category required; Observation.code.coding required; Observation required; Observation invariant");
}

/* Vital signs by their LOINC code, when that is asked. */
static void valid__implied_profiles(void **state)
{
    static const char weight[] = "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"29463-7\"}]}}";
    static const char other[] = "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"coding\":[{\"system\":\"http://x\",\"code\":\"29463-7\"}]}}";
    ans_valid_env env = {.implied = true};
    assert_string_equal(judged(*state, &env, weight, NULL, false),
                        "Observation required; Observation required; Observation required; Observation invariant");
    assert_string_equal(judged(*state, NULL, weight, NULL, false), "");
    assert_string_equal(judged(*state, &env, other, NULL, false), "");
}

/* ---- codes ---- */

static ans_err has_code(void *arg, ans_cx *cx, const ans_defs_view *defs, ans_str value_set, const ans_term_code *code, ans_term_verdict *out)
{
    (void)arg;
    (void)cx;
    (void)defs;
    bool known = ans_str_starts(value_set, ANS_STR("http://hl7.org/fhir/ValueSet/administrative-gender"));
    *out = !known ? ANS_TERM_UNKNOWN : ans_str_is(code->code, "male") ? ANS_TERM_IN : ANS_TERM_OUT;
    return ANS_OK;
}

static void valid__bindings(void **state)
{
    const ans_valid_host host = {.has_code = has_code};
    ans_valid_env env = {.host = &host};
    assert_string_equal(judged(*state, &env, P(",\"gender\":\"male\""), NULL, false), "");
    assert_string_equal(judged(*state, &env, P(",\"gender\":\"manly\""), NULL, false), "Patient.gender code-invalid");
    assert_string_equal(judged(*state, NULL, P(",\"gender\":\"manly\""), NULL, false), ""); /* nobody knows codes */
    assert_string_equal(judged(*state, &env, P(",\"name\":[{\"use\":\"strange\"}]"), NULL, false), "");
}

static int open_with_profiles(void **state)
{
    static fixture f;
    static ans_defs_text content[COUNT(definitions)];
    for (size_t i = 0; i < COUNT(definitions); i++) {
        content[i].body = ans_str_of(definitions[i]);
    }
    fixture_open(&f, content, COUNT(definitions));
    *state = &f;
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(valid__values),         cmocka_unit_test(valid__slices_by_value),
        cmocka_unit_test(valid__slices_by_other_things), cmocka_unit_test(valid__profiles_of_no_use),
        cmocka_unit_test(valid__named_profiles), cmocka_unit_test(valid__bindings),
        cmocka_unit_test(valid__implied_profiles),
    };
    return cmocka_run_group_tests(tests, open_with_profiles, close_all);
}
