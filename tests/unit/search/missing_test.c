/* :missing asks whether the element is there (search.html#modifiers), whether or not its value can be searched. */
#include "unit/search/fixture.h"

static void element_without_searchable_value(void **state)
{
    fixture f;
    static const row rows[] = {
        {"Observation?code:missing=true", "none"},
        {"Observation?code:missing=false", "text coded contained absolute"},
        {"Observation?code:missing=false&status=final", "text coded contained absolute"},
        {"Observation?combo-code:missing=true", "none"},
        {"Observation?combo-code:missing=false", "text coded contained absolute"},
        {"Observation?subject:missing=false", "contained absolute"},
        {"Observation?subject:missing=true", "text coded none"},
        {"Observation?patient:missing=false", "absolute"},
        {"Observation?patient:missing=true", "text coded contained none"},
        {"Observation?value-quantity:missing=false", "coded"},
        {"Observation?date:missing=true", "text coded contained none absolute"},
        {"Observation?code:text=drowsy", "text"},
        {"Observation?code=http://s%7C", "coded"},
        {"Observation?value-quantity=ne5", "-"},
        {"Observation?_sort=-code&code:missing=false", "coded absolute contained text"},
        {"Observation?_id:missing=true", "-"},
        {"Observation?_id:missing=false&status=final&_id:not=text,none", "coded contained absolute"},
        {"Observation?_id:not=text", "coded contained none absolute"},
        {"Observation?_id:exact=text", "!VALUE"},
        {"Observation?_lastUpdated:missing=true", "-"},
        {"Observation?_lastUpdated:missing=false&_count=2", "text coded"},
        {"Observation?code:missing=maybe", "!VALUE"},
    };
    (void)state;
    fixture_open(&f);
    put(&f, "{\"resourceType\":\"Observation\",\"id\":\"text\",\"status\":\"final\",\"code\":{\"text\":\"Drowsy\"}}");
    put(&f, "{\"resourceType\":\"Observation\",\"id\":\"coded\",\"status\":\"final\",\"code\":{\"coding\":[{\"system\":\"http://s\",\"code\":\"zz\"}]},"
            "\"valueQuantity\":{\"unit\":\"mg\"}}");
    put(&f, "{\"resourceType\":\"Observation\",\"id\":\"contained\",\"status\":\"final\",\"code\":{\"text\":\"x\"},\"subject\":{\"reference\":\"#p\"}}");
    put(&f, "{\"resourceType\":\"Observation\",\"id\":\"none\",\"status\":\"final\"}");
    put(&f, "{\"resourceType\":\"Observation\",\"id\":\"absolute\",\"status\":\"final\",\"code\":{\"text\":\"y\"},"
            "\"subject\":{\"reference\":\"http://other.example/fhir/Patient/1\"}}");
    check_rows(&f, rows, COUNT(rows));
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(element_without_searchable_value)};
    ans_log_quiet(true);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
