/* Dates as searches and records send them. What is read must mean a non-empty interval within the
 * years we know, the strict form must be a part of the lenient one, and no byte behind the text may
 * be looked at. */
#include <stdlib.h>

#include "fhir/value.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ans_str text = {(const char *)data, size};
    ans_datetime strict, lenient;
    ans_tick low, high, strict_low, strict_high;
    bool is_strict = ans_datetime_parse(text, false, &strict);
    bool is_lenient = ans_datetime_parse(text, true, &lenient);
    check(is_lenient || !is_strict);
    if (is_lenient) {
        ans_datetime_range(&lenient, NULL, &low, &high);
        check(ANS_TICK_MIN < low && low < high && high < ANS_TICK_MAX);
    }
    if (is_strict) {
        ans_datetime_range(&strict, NULL, &strict_low, &strict_high);
        check(strict_low == low && strict_high == high);
    }
    return 0;
}
