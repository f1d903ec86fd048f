/* Walking resources: members, choices, primitives with their siblings, types, references, trees. */
#include "fixture.h"

static void path_member__finds_elements(void **state)
{
    static const row rows[] = {
        {"id", "\"p1\""},
        {"Patient.id", "\"p1\""},
        {"Resource.id", "\"p1\""},
        {"DomainResource.id", "\"p1\""},
        {"Observation.id", ""},
        {"Patient.name.family", "\"Nguyễn\""},
        {"name.given", "\"Văn\",\"An\",null,\"Bé\""},
        {"name[1].given[1]", "\"Bé\""},
        {"name[2].given", ""},
        {"name.`given`.first()", "\"Văn\""},
        {"`Patient`.gender", "\"male\""},
        {"name.nothing", ""},
        {"resourceType", ""},
        {"deceased", "false"},
        {"deceasedBoolean", ""},
        {"multipleBirth", "2"},
        {"contained.name", "\"Inside\""},
        {"contained.ofType(Organization).name", "\"Inside\""},
        {"contained.ofType(Patient)", ""},
        {"meta.tag.code", "\"a\",\"b\""},
        {"Patient.name.where(use = 'usual').given", "null,\"Bé\""},
        {"(name).family", "\"Nguyễn\""},
        {"(name | telecom).use", "\"official\",\"usual\""},
    };
    (void)state;
    check_rows(patient_text, rows, COUNT(rows));
}

static void path_member__sees_siblings(void **state)
{
    static const row rows[] = {
        {"birthDate.exists()", "true"},
        {"birthDate.hasValue()", "false"},
        {"birthDate.id", "\"bd\""},
        {"birthDate.extension('http://x/t').value", "\"1950-01-02T03:04:00+07:00\""},
        {"birthDate.extension('http://x/u').exists()", "false"},
        {"birthDate.extension.value is dateTime", "true"},
        {"birthDate.children().count()", "2"},
        {"birthDate = @1950-01-02", ""},
        {"birthDate < @1950-01-02", ""},
        {"birthDate + 1 day", ""},
        {"birthDate.toString()", ""},
        {"iif(birthDate, 1, 2)", "2"},
        {"birthDate and true", ""},
        {"name.given.join(' ')", "\"Văn An Bé\""},
        {"name.given.where(startsWith('B'))", "\"Bé\""},
        {"name.given.where($this = 'An')", "\"An\""},
        {"(name.given | name.given).count()", "4"},
        {"name.given.extension('http://x/g').value", "\"none\""},
        {"name.given.hasExtension('http://x/g')", "true"},
        {"name.given.select(hasValue())", "true,true,false,true"},
        {"name.given.where(hasValue()).count()", "3"},
        {"name.given[2].getValue()", ""},
        {"name.given[3].getValue()", "\"Bé\""},
        {"active.getValue()", "true"},
        {"hasValue()", "false"},
        {"extension('http://x/e').value", "7"},
        {"extension('http://x/e').value is integer", "true"},
        {"extension.value.ofType(code)", "\"c\""},
        {"extension({})", ""},
    };
    static const row choices[] = {
        {"component.value.id", "\"vs\""},
        {"component.value.ofType(string)", "\"high\""},
        {"component.value.ofType(string).id", "\"vs\""},
        {"(component.value as Quantity).count()", "3"},
        {"component.value.ofType(Period)", ""},
    };
    (void)state;
    check_rows(patient_text, rows, COUNT(rows));
    check_rows(observation_text, choices, COUNT(choices));
}

static void path_type__is_as_of_type(void **state)
{
    static const row rows[] = {
        {"$this is Observation", "true"},
        {"$this is DomainResource", "true"},
        {"$this is FHIR.Resource", "true"},
        {"$this is Patient", "false"},
        {"value is Quantity", "true"},
        {"value.is(Quantity)", "true"},
        {"value.is(FHIR.Quantity)", "true"},
        {"value.is(System.Quantity)", "false"},
        {"value is Element", "true"},
        {"value.as(Quantity).unit", "\"lbs\""},
        {"value.as(string)", ""},
        {"(value as Quantity).value", "185.0"},
        {"status is code", "true"},
        {"status is string", "true"},
        {"status.ofType(string)", ""},
        {"status.as(code)", "\"final\""},
        {"status is String", "false"},
        {"status is uri", "false"},
        {"component.is(BackboneElement)", "!VALUE"},
        {"component.first().is(BackboneElement)", "true"},
        {"component.as(BackboneElement)", "!VALUE"},
        {"component.value.as(Quantity)", "!VALUE"},
        {"{} is string", ""},
        {"1 is Integer", "true"},
        {"1 is System.Integer", "true"},
        {"1 is integer", "false"},
        {"1 is Any", "true"},
        {"'x' is String", "true"},
        {"@2015 is Date", "true"},
        {"@2015T is DateTime", "true"},
        {"4 'mg' is Quantity", "true"},
        {"value is System.Patient", "false"},
        {"value is Nothing", "!SYNTAX"},
        {"value.ofType(Nothing)", "!SYNTAX"},
        {"value.is(FHIR.Nothing)", "!SYNTAX"},
        {"value.is(System.Nothing)", "!SYNTAX"},
        {"status.type().name", "\"code\""},
        {"status.type().namespace", "\"FHIR\""},
        {"status.type().baseType", "\"FHIR.string\""},
        {"value.type()", "\"FHIR.Quantity\""},
        {"1.type()", "\"System.Integer\""},
        {"descendants().as(code).count()", "7"},
        {"component.value.pathname()",
         "\"Observation.component[0].value[0]\",\"Observation.component[1].value[0]\","
         "\"Observation.component[2].value[0]\",\"Observation.component[3].value[0]\""},
        {"component[1].value.id.pathname(true)", "\"Observation.component[1].value.id\""},
        {"code.coding.code.pathname(true)", "\"Observation.code.coding[0].code\""},
        {"(1 | status).pathname()", "\"Observation.status[0]\""},
        {"pathname()", "\"Observation\""},
        {"component.code.coding.pathname()", ""},
        {"1.type().baseType", "\"System.Any\""},
        {"'a'.type().namespace = 'System'", "true"},
        {"component.first().type().name", "\"Observation.component\""},
    };
    (void)state;
    check_rows(observation_text, rows, COUNT(rows));
}

static void path_tree__children_and_descendants(void **state)
{
    static const row rows[] = {
        {"code.coding.children()", "\"http://loinc.org\",\"85354-9\""},
        {"code.children().count()", "2"},
        {"component[1].children().count()", "2"},
        {"component[1].children().id", "\"vs\""},
        {"descendants().where($this is code)",
         "\"final\",\"[lb_av]\",\"85354-9\",\"mm[Hg]\",\"a\",\">\",\"d\""},
        {"descendants().count()", "43"},
        {"subject.descendants()", "\"Patient/p1\""},
        {"component.code.repeat(text)", "\"a\",\"b\",\"c\",\"d\""},
        {"component.repeat('x')", "\"x\""},
        {"repeat(component).count()", "4"},
        {"(1 | 2).repeatAll({})", ""},
    };
    (void)state;
    check_rows(observation_text, rows, COUNT(rows));
}

static void path_resolve__without_a_host(void **state)
{
    static const row rows[] = {
        {"generalPractitioner.where(resolve() is Practitioner).reference", "\"Practitioner/d1\""},
        {"generalPractitioner.where(resolve() is Organization).type", "\"Organization\""},
        {"generalPractitioner.where($this.resolve() is PractitionerRole).count()", "1"},
        {"generalPractitioner.where(resolve() is Resource).count()", "3"},
        {"generalPractitioner.resolve().count()", "3"},
        {"generalPractitioner.resolve().first() is Practitioner", "true"},
        {"generalPractitioner.resolve().id", ""},
        {"managingOrganization.resolve().name", "\"Inside\""},
        {"managingOrganization.where(resolve() is Organization).exists()", "true"},
        {"managingOrganization.where(resolve() is Patient).exists()", "false"},
        {"'#'.resolve().id", "\"p1\""},
        {"'Patient/9'.resolve() is Patient", "true"},
        {"'nonsense'.resolve()", ""},
        {"generalPractitioner.resolve().descendants()", ""},
        {"generalPractitioner.getReferenceKey()", "\"d1\",\"r1\""},
        {"generalPractitioner.getReferenceKey(Practitioner)", "\"d1\""},
        {"getResourceKey()", "\"p1\""},
        {"gender.memberOf('http://x/vs')", ""},
        {"conformsTo('http://x/profile')", ""},
        {"conformsTo('http://hl7.org/fhir/StructureDefinition/Patient')", "true"},
        {"conformsTo('http://hl7.org/fhir/StructureDefinition/Person')", "false"},
        {"checkModifiers('http://x/a').id", "\"p1\""},
    };
    (void)state;
    check_rows(patient_text, rows, COUNT(rows));
}

static void path_item__children_by_name(void **state)
{
    fixture f;
    ans_items out = {0};
    (void)state;
    fixture_open(&f, observation_text);
    assert_int_equal(ans_item_children(&f.cx, &f.focus, ANS_STR("component"), &out), ANS_OK);
    assert_int_equal(out.count, 4);
    assert_string_equal(ans_fhir_types[out.at[0].type].name, "Observation.component");
    ans_item component = out.at[1];
    assert_int_equal(ans_item_children(&f.cx, &component, ANS_STR("value"), &out), ANS_OK);
    assert_int_equal(out.count, 5); /* appended */
    assert_string_equal(ans_fhir_types[out.at[4].type].name, "string");
    assert_string_equal(out.at[4].element, "value");
    assert_int_not_equal(out.at[4].sibling, ANS_JNONE);
    fixture_close(&f);
}

static void path_member__of_unknown_documents(void **state)
{
    static const row rows[] = {
        {"a.b", "1,2"}, {"a.b.sum()", "3"},          {"c = 'x'", "true"}, {"d > 1.4", "true"},
        {"e", "true"},  {"children().count()", "5"}, {"c.id", "\"i\""},
    };
    (void)state;
    check_rows(
        "{\"a\":[{\"b\":1},{\"b\":2}],\"c\":\"x\",\"_c\":{\"id\":\"i\"},\"d\":1.5,\"e\":true}",
        rows, COUNT(rows));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(path_member__finds_elements),
        cmocka_unit_test(path_member__sees_siblings),
        cmocka_unit_test(path_type__is_as_of_type),
        cmocka_unit_test(path_tree__children_and_descendants),
        cmocka_unit_test(path_resolve__without_a_host),
        cmocka_unit_test(path_item__children_by_name),
        cmocka_unit_test(path_member__of_unknown_documents),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
