/* The generated tables: counts and a digest (a change of either means that the definitions or the
 * generator changed and wants to be looked at), the promises of fhir.h about every entry, and
 * entries one knows by heart. */
#include "fixture.h"

#include "base/buf.h"
#include "base/hash.h"
#include "fhir/fhir.h"

static ans_type named(const char *name)
{
    ans_type t = ans_fhir_type_named(ans_str_of(name));
    if (!t) {
        fail_msg("no type %s", name);
    }
    return t;
}

/* ---- golden ---- */

static void describe_type(ans_buf *out, const ans_fhir_type *type)
{
    ans_buf_fmt(out, "%s %d %d %s\n", type->name, type->kind, type->is_abstract,
                ans_fhir_types[type->base].name);
    for (uint16_t i = 0; i < type->member_count; i++) {
        const ans_fhir_member *m = &type->members[i];
        ans_buf_fmt(out, " %s %s %s %d %d %d %d%d%d%d\n", m->key, m->element,
                    ans_fhir_types[m->type].name, m->min, m->max, m->order, m->is_choice,
                    m->is_summary, m->is_modifier, m->is_array);
    }
}

static void describe_param(ans_buf *out, const ans_sp *sp)
{
    ans_buf_fmt(out, "%s %s %s %s %s\n", ans_fhir_types[sp->base].name, sp->code,
                ans_sp_type_name(sp->type), sp->url, sp->expression ? sp->expression : "-");
    for (int i = 0; i < sp->target_count; i++) {
        ans_buf_fmt(out, " %s", ans_fhir_types[sp->targets[i]].name);
    }
    for (int i = 0; i < sp->component_count; i++) {
        const ans_sp_component *c = &sp->components[i];
        ans_buf_fmt(out, " %s %s %s;", c->code, ans_sp_type_name(c->type), c->expression);
    }
    ans_buf_add_c(out, '\n');
}

static void check_digest(ans_buf *text, const char *expected)
{
    ans_str all;
    uint8_t digest[32];
    char hex[65];
    assert_int_equal(ans_buf_finish(text, &all), ANS_OK);
    ans_sha256(all, digest);
    for (int i = 0; i < 32; i++) {
        snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    }
    ans_buf_done(text);
    assert_string_equal(hex, expected);
}

static void tables__types_golden(void **state)
{
    (void)state;
    int kinds[4] = {0}, members = 0, choices = 0, abstract = 0;
    ans_buf text;
    ans_buf_init(&text, (size_t)4 * 1024 * 1024);
    for (ans_type t = 1; t < ans_fhir_type_count; t++) {
        const ans_fhir_type *type = &ans_fhir_types[t];
        kinds[type->kind]++;
        members += type->member_count;
        abstract += type->is_abstract;
        for (uint16_t i = 0; i < type->member_count; i++) {
            choices += type->members[i].is_choice;
        }
        describe_type(&text, type);
    }
    assert_int_equal(ans_fhir_type_count, 683);
    assert_int_equal(kinds[ANS_FHIR_PRIMITIVE], 20);
    assert_int_equal(kinds[ANS_FHIR_COMPLEX], 41);
    assert_int_equal(kinds[ANS_FHIR_BACKBONE], 473);
    assert_int_equal(kinds[ANS_FHIR_RESOURCE], 148);
    assert_int_equal(abstract, 4);
    assert_int_equal(members, 8246);
    assert_int_equal(choices, 987);
    check_digest(&text, "5218388df605fb5327551c86ddc05463eaf1a9191be2dc290dd60252f8214f27");
}

static void tables__params_golden(void **state)
{
    (void)state;
    int types[ANS_SP_SPECIAL + 1] = {0}, silent = 0, any_target = 0, components = 0;
    ans_buf text;
    ans_buf_init(&text, (size_t)4 * 1024 * 1024);
    for (uint16_t i = 0; i < ans_sp_count; i++) {
        const ans_sp *sp = &ans_sp_table[i];
        types[sp->type]++;
        silent += sp->expression == NULL;
        any_target += sp->type == ANS_SP_REFERENCE && sp->target_count == 0;
        components += sp->component_count;
        describe_param(&text, sp);
    }
    assert_int_equal(ans_sp_count, 1718);
    assert_int_equal(types[ANS_SP_NUMBER], 7);
    assert_int_equal(types[ANS_SP_DATE], 140);
    assert_int_equal(types[ANS_SP_STRING], 206);
    assert_int_equal(types[ANS_SP_TOKEN], 675);
    assert_int_equal(types[ANS_SP_REFERENCE], 519);
    assert_int_equal(types[ANS_SP_COMPOSITE], 72);
    assert_int_equal(types[ANS_SP_QUANTITY], 40);
    assert_int_equal(types[ANS_SP_URI], 57);
    assert_int_equal(types[ANS_SP_SPECIAL], 2);
    assert_int_equal(silent, 6);
    assert_int_equal(any_target, 83);
    assert_int_equal(components, 148);
    check_digest(&text, "6af826a6a07392b6d839f038c8e1152082a3276b215889c9adc5bcae9b1b3bfe");
}

static void tables__compartments(void **state)
{
    (void)state;
    ans_type patient = ans_fhir_type_named(ANS_STR("Patient")), of[5] = {0};
    int kinds = 0, known;
    for (uint16_t i = 0; i < ans_compartment_count; i++) {
        const ans_compartment *c = &ans_compartment_table[i];
        assert_ptr_equal(ans_compartment_of(c->of, c->type), c); /* each pair once */
        assert_in_range(c->count, 1, ANS_COMPARTMENT_CODES);
        for (uint8_t k = 0; k < c->count; k++) {
            const ans_sp *sp = ans_sp_named(c->type, ans_str_of(c->codes[k]));
            assert_non_null(sp);
            assert_int_equal(sp->type, ANS_SP_REFERENCE);
        }
        for (known = 0; known < kinds && of[known] != c->of; known++) {
        }
        if (known == kinds) {
            assert_in_range(kinds, 0, 4);
            of[kinds++] = c->of;
        }
    }
    assert_int_equal(kinds, 5);
    const ans_compartment *c = ans_compartment_of(patient, ans_fhir_type_named(ANS_STR("Observation")));
    assert_non_null(c);
    assert_int_equal(c->count, 2);
    assert_string_equal(c->codes[0], "subject");
    assert_string_equal(c->codes[1], "performer");
    assert_null(ans_compartment_of(patient, ans_fhir_type_named(ANS_STR("Medication"))));
    assert_null(ans_compartment_of(ans_fhir_type_named(ANS_STR("Organization")), patient));
}

/* ---- promises of fhir.h ---- */

static ans_str key_of(const ans_fhir_member *m)
{
    return (ans_str){m->key, m->key_len};
}

static void check_member(ans_type t, const ans_fhir_member *m)
{
    assert_int_equal(strlen(m->key), m->key_len);
    assert_int_equal(strlen(m->element), m->element_len);
    assert_true(m->type > 0 && m->type < ans_fhir_type_count);
    assert_int_equal(m->is_array, m->max > 1);
    assert_true(m->min <= m->max && m->max > 0);
    assert_int_equal(m->is_choice, !ans_str_eq(key_of(m), ans_str_of(m->element)));
    assert_true(ans_str_starts(key_of(m), ans_str_of(m->element)));
    assert_ptr_equal(ans_fhir_member_of(t, key_of(m)), m);
    const ans_fhir_member *first = ans_fhir_element_of(t, ans_str_of(m->element));
    assert_non_null(first);
    assert_int_equal(first->order, m->order);
    assert_true(first <= m);
}

static void tables__types_hold_what_they_promise(void **state)
{
    (void)state;
    assert_int_equal(ans_fhir_type_name(0).n, 0);
    for (ans_type t = 1; t < ans_fhir_type_count; t++) {
        const ans_fhir_type *type = &ans_fhir_types[t];
        assert_int_equal(strlen(type->name), type->name_len);
        assert_int_equal(ans_fhir_type_named(ans_fhir_type_name(t)), t);
        for (uint16_t i = 0; i < type->member_count; i++) {
            check_member(t, &type->members[i]);
            assert_true(i == 0 ||
                        ans_str_cmp(key_of(&type->members[i - 1]), key_of(&type->members[i])) < 0);
        }
        ans_type top = t;
        while (ans_fhir_types[top].base) {
            assert_true(ans_fhir_is_a(t, top));
            top = ans_fhir_types[top].base;
        }
        assert_true(top == named("Element") || top == named("Resource"));
    }
}

static void tables__params_hold_what_they_promise(void **state)
{
    (void)state;
    uint16_t sum = 0, n;
    for (ans_type t = 0; t < ans_fhir_type_count; t++) {
        const ans_sp *of = ans_sp_of(t, &n);
        assert_true(n == 0 || of == &ans_sp_table[sum]);
        sum = (uint16_t)(sum + n);
        for (uint16_t i = 0; i < n; i++) {
            assert_int_equal(of[i].base, t);
            assert_ptr_equal(ans_sp_named(t, ans_str_of(of[i].code)), &of[i]);
            assert_true(i == 0 || strcmp(of[i - 1].code, of[i].code) < 0);
            assert_true((of[i].type == ANS_SP_COMPOSITE) == (of[i].component_count > 0));
            for (int k = 0; k < of[i].component_count; k++) {
                const ans_sp *part = ans_sp_named(t, ans_str_of(of[i].components[k].code));
                assert_non_null(part);
                assert_int_equal(part->type, of[i].components[k].type);
            }
            for (int k = 0; k < of[i].target_count; k++) {
                assert_true(ans_fhir_is_resource(of[i].targets[k]));
            }
        }
    }
    assert_int_equal(sum, ans_sp_count);
}

/* ---- entries one knows ---- */

static void tables__members(void **state)
{
    (void)state;
    static const struct {
        const char *type, *key;
        const char *element, *value_type; /* NULL: no such member */
        bool is_array, is_summary, is_modifier;
    } cases[] = {
        {"Patient", "birthDate", "birthDate", "date", false, true, false},
        {"Patient", "name", "name", "HumanName", true, true, false},
        {"Patient", "deceasedBoolean", "deceased", "boolean", false, true, true},
        {"Patient", "deceasedDateTime", "deceased", "dateTime", false, true, true},
        {"Patient", "deceased", NULL, NULL, false, false, false},
        {"Patient", "deceasedString", NULL, NULL, false, false, false},
        {"Patient", "_birthDate", NULL, NULL, false, false, false},
        {"Patient", "resourceType", NULL, NULL, false, false, false},
        {"Patient", "", NULL, NULL, false, false, false},
        {"Patient", "contact", "contact", "Patient.contact", true, false, false},
        {"Patient", "id", "id", "id", false, true, false},
        {"Patient", "contained", "contained", "Resource", true, false, false},
        {"Patient.contact", "id", "id", "string", false, false, false},
        {"Observation", "valueQuantity", "value", "Quantity", false, true, false},
        {"Observation", "status", "status", "code", false, true, true},
        {"Observation.component", "referenceRange", "referenceRange", "Observation.referenceRange",
         true, false, false},
        {"Questionnaire.item", "item", "item", "Questionnaire.item", true, false, false},
        {"Bundle.entry", "resource", "resource", "Resource", false, true, false},
        {"Bundle.entry", "link", "link", "Bundle.link", true, true, false},
        {"Extension", "url", "url", "uri", false, false, false},
        {"Extension", "valueBase64Binary", "value", "base64Binary", false, false, false},
        {"Extension", "valueReference", "value", "Reference", false, false, false},
        {"Timing", "repeat", "repeat", "Timing.repeat", false, true, false},
        {"Timing.repeat", "boundsPeriod", "bounds", "Period", false, true, false},
        {"ElementDefinition", "type", "type", "ElementDefinition.type", true, true, false},
        {"Age", "value", "value", "decimal", false, true, false},
        {"code", "extension", "extension", "Extension", true, false, false},
        {"code", "value", NULL, NULL, false, false, false},
        {"xhtml", "extension", NULL, NULL, false, false, false},
        {"Narrative", "div", "div", "xhtml", false, false, false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const ans_fhir_member *m =
            ans_fhir_member_of(named(cases[i].type), ans_str_of(cases[i].key));
        bool same =
            m ? cases[i].element && strcmp(m->element, cases[i].element) == 0 &&
                    m->type == named(cases[i].value_type) && m->is_array == cases[i].is_array &&
                    m->is_summary == cases[i].is_summary && m->is_modifier == cases[i].is_modifier
              : !cases[i].element;
        if (!same) {
            fail_msg("%s.%s", cases[i].type, cases[i].key);
        }
    }
    assert_null(ans_fhir_member_of(0, ANS_STR("id")));
    assert_null(ans_fhir_member_of(named("Patient"), ANS_STR_NONE));
}

static void tables__elements(void **state)
{
    (void)state;
    ans_type observation = named("Observation");
    const ans_fhir_member *value = ans_fhir_element_of(observation, ANS_STR("value"));
    assert_non_null(value);
    assert_string_equal(value->key, "valueBoolean");
    assert_null(ans_fhir_element_of(observation, ANS_STR("valueQuantity")));
    assert_null(ans_fhir_element_of(observation, ANS_STR("val")));
    assert_null(ans_fhir_element_of(observation, ANS_STR("zzz")));
    assert_null(ans_fhir_element_of(observation, ANS_STR_NONE));
    assert_string_equal(ans_fhir_element_of(observation, ANS_STR("status"))->key, "status");
}

static void tables__type_questions(void **state)
{
    (void)state;
    static const char *const unknown[] = {
        "",       "patient",    "Patien",         "PatientX",      "Definition",
        "FiveWs", "vitalsigns", "SimpleQuantity", "System.String", "Observation.nothing"};
    for (size_t i = 0; i < COUNT(unknown); i++) {
        assert_int_equal(ans_fhir_type_named(ans_str_of(unknown[i])), 0);
    }
    assert_true(ans_fhir_is_resource(named("Patient")));
    assert_false(ans_fhir_is_resource(named("DomainResource")));
    assert_false(ans_fhir_is_resource(named("HumanName")));
    assert_false(ans_fhir_is_resource(named("Patient.contact")));
    assert_false(ans_fhir_is_resource(0));
    assert_true(ans_fhir_is_a(named("Patient"), named("DomainResource")));
    assert_true(ans_fhir_is_a(named("Bundle"), named("Resource")));
    assert_false(ans_fhir_is_a(named("Bundle"), named("DomainResource")));
    assert_true(ans_fhir_is_a(named("Age"), named("Quantity")));
    assert_true(ans_fhir_is_a(named("code"), named("string")));
    assert_true(ans_fhir_is_a(named("Patient.contact"), named("BackboneElement")));
    assert_true(ans_fhir_is_a(named("Timing.repeat"), named("Element")));
    assert_false(ans_fhir_is_a(0, named("Element")));
    assert_false(ans_fhir_is_a(named("Patient"), 0));
}

static void tables__params(void **state)
{
    (void)state;
    static const struct {
        const char *type, *code, *base;
        ans_sp_type kind;
        const char *expression;
    } cases[] = {
        {"Observation", "patient", "Observation", ANS_SP_REFERENCE,
         "Observation.subject.where(resolve() is Patient)"},
        {"Observation", "date", "Observation", ANS_SP_DATE, "Observation.effective"},
        {"AllergyIntolerance", "date", "AllergyIntolerance", ANS_SP_DATE,
         "AllergyIntolerance.recordedDate"},
        {"AllergyIntolerance", "code", "AllergyIntolerance", ANS_SP_TOKEN,
         "AllergyIntolerance.code | AllergyIntolerance.reaction.substance"},
        {"DeviceRequest", "code", "DeviceRequest", ANS_SP_TOKEN,
         "(DeviceRequest.code as CodeableConcept)"},
        {"Observation", "value-quantity", "Observation", ANS_SP_QUANTITY,
         "(Observation.value as Quantity) | (Observation.value as SampledData)"},
        {"Observation", "combo-code-value-quantity", "Observation", ANS_SP_COMPOSITE,
         "Observation | Observation.component"},
        {"Patient", "family", "Patient", ANS_SP_STRING, "Patient.name.family"},
        {"Person", "email", "Person", ANS_SP_TOKEN, "Person.telecom.where(system='email')"},
        {"Patient", "deceased", "Patient", ANS_SP_TOKEN,
         "Patient.deceased.exists() and Patient.deceased != false"},
        {"InsurancePlan", "name", "InsurancePlan", ANS_SP_STRING, "name | alias"},
        {"Patient", "_id", "Resource", ANS_SP_TOKEN, "Resource.id"},
        {"Bundle", "_lastUpdated", "Resource", ANS_SP_DATE, "Resource.meta.lastUpdated"},
        {"Patient", "_text", "DomainResource", ANS_SP_STRING, NULL},
        {"Patient", "age", "Patient", ANS_SP_NUMBER, NULL},
        {"Location", "near", "Location", ANS_SP_SPECIAL, "Location.position"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const ans_sp *sp = ans_sp_named(named(cases[i].type), ans_str_of(cases[i].code));
        if (!sp || sp->base != named(cases[i].base) || sp->type != cases[i].kind ||
            !sp->expression != !cases[i].expression ||
            (sp->expression && strcmp(sp->expression, cases[i].expression) != 0)) {
            fail_msg("%s %s: %s", cases[i].type, cases[i].code, sp ? sp->expression : "none");
        }
    }
    assert_null(ans_sp_named(named("Bundle"), ANS_STR("_text")));
    assert_null(ans_sp_named(named("Patient"), ANS_STR("part-agree"))); /* an example */
    assert_null(ans_sp_named(named("Patient"), ANS_STR("")));
    assert_null(ans_sp_named(0, ANS_STR("_id")));
}

static void tables__param_targets(void **state)
{
    (void)state;
    const ans_sp *sp = ans_sp_named(named("Observation"), ANS_STR("patient"));
    assert_int_equal(sp->target_count,
                     2); /* clinical-patient: Group and Patient, for all its bases */
    assert_int_equal(sp->targets[0], named("Group"));
    assert_int_equal(sp->targets[1], named("Patient"));
    sp = ans_sp_named(named("Observation"), ANS_STR("focus")); /* any resource */
    assert_int_equal(sp->target_count, 0);
    sp = ans_sp_named(named("Observation"), ANS_STR("component-code-value-quantity"));
    assert_int_equal(sp->component_count, 2);
    assert_string_equal(sp->components[0].code, "component-code");
    assert_string_equal(sp->components[0].expression, "code");
    assert_string_equal(sp->components[1].code, "component-value-quantity");
    assert_string_equal(sp->components[1].expression, "value.as(Quantity)");
    assert_int_equal(sp->components[1].type, ANS_SP_QUANTITY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables__types_golden),
        cmocka_unit_test(tables__params_golden),
        cmocka_unit_test(tables__compartments),
        cmocka_unit_test(tables__types_hold_what_they_promise),
        cmocka_unit_test(tables__params_hold_what_they_promise),
        cmocka_unit_test(tables__members),
        cmocka_unit_test(tables__elements),
        cmocka_unit_test(tables__type_questions),
        cmocka_unit_test(tables__params),
        cmocka_unit_test(tables__param_targets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
