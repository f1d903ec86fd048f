/* Ids and references. */
#include "fixture.h"

#include "fhir/fhir.h"
#include "fhir/value.h"

#define A64 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static void id__is_valid(void **state)
{
    (void)state;
    static const struct {
        const char *id;
        bool valid;
    } cases[] = {
        {"1", true},         {"a-B.9", true}, {A64, true},    {A64 "a", false},
        {"", false},         {"a_b", false},  {"a b", false}, {"a/b", false},
        {"\xc3\xa9", false}, {"-", true},     {".", true},    {"a\n", false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_int_equal(ans_id_is_valid(ans_str_of(cases[i].id)), cases[i].valid);
    }
    assert_false(ans_id_is_valid(ANS_STR("a\0b")));
}

typedef struct reference_case {
    const char *text;
    ans_reference_kind kind;
    const char *type, *base, *id, *version, *query;
} reference_case;

static const reference_case cases[] = {
    {"Patient/1", ANS_REF_LOCAL, "Patient", "", "1", "", ""},
    {"Patient/1/_history/2", ANS_REF_LOCAL, "Patient", "", "1", "2", ""},
    {"Patient/_history", ANS_REF_OTHER, "", "", "", "", ""},
    {"Patient/1/_history", ANS_REF_OTHER, "", "", "", "", ""},
    {"Patient/1/_history/", ANS_REF_OTHER, "", "", "", "", ""},
    {"Patient/1/_history/2/3", ANS_REF_OTHER, "", "", "", "", ""},
    {"Patient/", ANS_REF_OTHER, "", "", "", "", ""},
    {"Patient", ANS_REF_OTHER, "", "", "", "", ""},
    {"/Patient/1", ANS_REF_OTHER, "", "", "", "", ""},
    {"x/Patient/1", ANS_REF_OTHER, "", "", "", "", ""},
    {"patient/1", ANS_REF_OTHER, "", "", "", "", ""},
    {"Nothing/1", ANS_REF_OTHER, "", "", "", "", ""},
    {"DomainResource/1", ANS_REF_OTHER, "", "", "", "", ""},
    {"HumanName/1", ANS_REF_OTHER, "", "", "", "", ""},
    {"Patient/a b", ANS_REF_OTHER, "", "", "", "", ""},
    {"Patient/" A64 "a", ANS_REF_OTHER, "", "", "", "", ""},
    {"", ANS_REF_OTHER, "", "", "", "", ""},
    {"http://x/fhir/Patient/1", ANS_REF_ABSOLUTE, "Patient", "http://x/fhir", "1", "", ""},
    {"https://x.vn:8443/a/b/Patient/1/_history/7", ANS_REF_ABSOLUTE, "Patient",
     "https://x.vn:8443/a/b", "1", "7", ""},
    {"http://x/Patient/1", ANS_REF_ABSOLUTE, "Patient", "http://x", "1", "", ""},
    {"http://Patient/1", ANS_REF_ABSOLUTE, "", "", "", "", ""},
    {"http:///Patient/1", ANS_REF_ABSOLUTE, "", "", "", "", ""},
    {"http://x/y/z", ANS_REF_ABSOLUTE, "", "", "", "", ""},
    {"http://x/Patient/1?a=b", ANS_REF_ABSOLUTE, "", "", "", "", ""},
    {"http://x/Patient?a=b", ANS_REF_ABSOLUTE, "", "", "", "", ""},
    {"http://x/StructureDefinition/y|1.0", ANS_REF_ABSOLUTE, "", "", "", "", ""},
    {"http://", ANS_REF_ABSOLUTE, "", "", "", "", ""},
    {"://x/Patient/1", ANS_REF_OTHER, "", "", "", "", ""},
    {"#p1", ANS_REF_FRAGMENT, "", "", "p1", "", ""},
    {"#", ANS_REF_FRAGMENT, "", "", "", "", ""},
    {"urn:uuid:c757873d-ec9a-4326-a141-556f43239520", ANS_REF_URN, "", "", "", "", ""},
    {"urn:oid:1.2.3", ANS_REF_URN, "", "", "", "", ""},
    {"Patient?identifier=a|b", ANS_REF_SEARCH, "Patient", "", "", "", "identifier=a|b"},
    {"Patient?", ANS_REF_SEARCH, "Patient", "", "", "", ""},
    {"Nothing?identifier=a", ANS_REF_OTHER, "", "", "", "", ""},
    {"?identifier=a", ANS_REF_OTHER, "", "", "", "", ""},
    {"Practitioner?identifier=http://x/y|1", ANS_REF_SEARCH, "Practitioner", "", "", "",
     "identifier=http://x/y|1"},
};

static void reference__parse(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const reference_case *c = &cases[i];
        ans_reference r;
        ans_reference_parse(ans_str_of(c->text), &r);
        bool same = r.kind == c->kind && r.type == ans_fhir_type_named(ans_str_of(c->type)) &&
                    ans_str_is(r.base, c->base) && ans_str_is(r.id, c->id) &&
                    ans_str_is(r.version, c->version) && ans_str_is(r.query, c->query);
        if (!same) {
            fail_msg("%s: kind %d type %d base %.*s id %.*s version %.*s query %.*s", c->text,
                     r.kind, r.type, ANS_FMT(r.base), ANS_FMT(r.id), ANS_FMT(r.version),
                     ANS_FMT(r.query));
        }
    }
}

/* Each resource type works as a reference, local and absolute, and the parts are views into the
 * text. */
static void reference__every_type(void **state)
{
    (void)state;
    for (ans_type t = 1; t < ans_fhir_type_count; t++) {
        char text[200];
        ans_reference r;
        snprintf(text, sizeof text, "http://x/fhir/%s/abc", ans_fhir_types[t].name);
        ans_reference_parse(ans_str_of(text), &r);
        assert_int_equal(r.kind, ANS_REF_ABSOLUTE);
        assert_int_equal(r.type, ans_fhir_is_resource(t) ? t : 0);
        ans_reference_parse(ans_str_of(text + 14), &r);
        assert_int_equal(r.kind, ans_fhir_is_resource(t) ? ANS_REF_LOCAL : ANS_REF_OTHER);
        assert_true(r.id.n == 0 || r.id.p == text + strlen(text) - 3);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(id__is_valid),
        cmocka_unit_test(reference__parse),
        cmocka_unit_test(reference__every_type),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
