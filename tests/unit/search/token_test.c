/* Tokens: systems given, absent and implied, :of-type, :not, :text (search.html#token). */
#include "unit/search/fixture.h"

static void systems(void **state)
{
    fixture f;
    static const row rows[] = {
        {"Patient?identifier=77", "a b c"},
        {"Patient?identifier=http://s%7C77", "a"},
        {"Patient?identifier=%7C77", "b"},
        {"Patient?identifier=http://s%7C", "a"},
        {"Patient?identifier=http://none%7C77", "-"},
        {"Patient?identifier:not=77", "d"},
        {"Patient?identifier:not=http://s%7C77", "b c d"},
        {"Patient?identifier=77,a%5C%7Cb", "a b c d"},
        {"Patient?identifier=a%7Cb", "-"},
        {"Patient?gender=male", "a"},
        {"Patient?gender=http://hl7.org/fhir/administrative-gender%7Cmale", "a"},
        {"Patient?gender:not=male", "b c d"},
        {"Patient?active=true", "a"},
        {"Patient?telecom=0901", "b"},
    };
    (void)state;
    fixture_open(&f);
    put(&f, "{\"resourceType\":\"Patient\",\"id\":\"a\",\"active\":true,\"gender\":\"male\",\"identifier\":[{\"system\":\"http://s\",\"value\":\"77\"}]}");
    put(&f, "{\"resourceType\":\"Patient\",\"id\":\"b\",\"gender\":\"female\",\"identifier\":[{\"value\":\"77\"}],\"telecom\":[{\"value\":\"0901\"}]}");
    put(&f, "{\"resourceType\":\"Patient\",\"id\":\"c\",\"identifier\":[{\"system\":\"http://t\",\"value\":\"77\"}]}");
    put(&f, "{\"resourceType\":\"Patient\",\"id\":\"d\",\"identifier\":[{\"value\":\"a|b\"}]}");
    check_rows(&f, rows, COUNT(rows));
    fixture_close(&f);
}

static void identifiers_of_a_type(void **state)
{
    fixture f;
    static const row rows[] = {
        {"Patient?identifier:of-type=http://v2%7CMR%7C77", "two"},
        {"Patient?identifier:of-type=http://v2%7CSS%7C77", "one two"},
        {"Patient?identifier:of-type=%7CLOCAL%7Ca%5C%7Cb", "odd"},
        {"Patient?identifier:of-type=http://v2%7CMR%7C78", "-"},
        {"Patient?identifier:of-type=http://v2%7CMR%7C77&identifier=77", "two"},
        {"Patient?identifier:of-type=http://v2%7CMR%7C77&_summary=count", "-"},
        {"Patient?identifier:of-type=http://v2%7C77", "!VALUE"},
        {"Patient?identifier:of-type=http://v2%7CMR%7C", "!VALUE"},
        {"Patient?identifier:of-type=77", "!VALUE"},
        {"Patient?identifier:text=medical", "two"},
    };
    (void)state;
    fixture_open(&f);
    put(&f, "{\"resourceType\":\"Patient\",\"id\":\"plain\",\"identifier\":[{\"value\":\"77\"}]}");
    put(&f, "{\"resourceType\":\"Patient\",\"id\":\"one\",\"identifier\":[{\"type\":{\"coding\":[{\"system\":\"http://v2\",\"code\":\"SS\"}]},\"value\":\"77\"}]}");
    put(&f, "{\"resourceType\":\"Patient\",\"id\":\"two\",\"identifier\":[{\"type\":{\"coding\":[{\"system\":\"http://v2\",\"code\":\"SS\"},"
            "{\"system\":\"http://v2\",\"code\":\"MR\"}],\"text\":\"Medical record\"},\"value\":\"77\"}]}");
    put(&f, "{\"resourceType\":\"Patient\",\"id\":\"odd\",\"identifier\":[{\"type\":{\"coding\":[{\"code\":\"LOCAL\"}]},\"value\":\"a|b\"}]}");
    check_rows(&f, rows, COUNT(rows));
    (void)ask(&f, "Patient?identifier:of-type=http://v2%7CSS%7C77&_summary=count");
    assert_int_equal(f.last.total, 2);
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(systems), cmocka_unit_test(identifiers_of_a_type)};
    ans_log_quiet(true);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
