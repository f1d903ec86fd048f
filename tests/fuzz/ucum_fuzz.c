/* "value unit" as a quantity search sends it: what is read converts to a constant name, and
 * converting a value twice as large gives a result that is not smaller in magnitude. Decimals are
 * printed and read back on the way. */
#include <stdlib.h>

#include "fhir/value.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds) {
        abort();
    }
}

static void check_decimal(ans_decimal value)
{
    ans_arena *arena = ans_arena_new((size_t)64 * 1024);
    ans_decimal again, low, high;
    ans_str text = ans_decimal_print(arena, value);
    check(text.p != NULL);
    if (ans_decimal_parse(text, &again)) { /* 1e40 prints more digits than are read */
        check(ans_decimal_cmp(value, again) == 0);
    }
    if (ans_decimal_range(value, &low, &high)) {
        check(ans_decimal_cmp(low, value) < 0 && ans_decimal_cmp(value, high) < 0);
        check(ans_decimal_double(low) <= ans_decimal_double(high));
    }
    ans_arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ans_str code = {(const char *)data, size}, number, unit, same;
    ans_decimal value, twice, out, more;
    const ans_decimal two = {.digits = 2};
    if (!ans_str_cut(&code, ' ', &number) || !ans_decimal_parse(number, &value)) {
        return 0;
    }
    check_decimal(value);
    value.negative = false;
    if (ans_decimal_mul(value, two, &twice) && ans_ucum_canonical(value, code, &out, &unit) &&
        ans_ucum_canonical(twice, code, &more, &same)) {
        check(unit.p == same.p && unit.n == same.n && unit.n > 0);
        check(ans_decimal_cmp(out, more) <= 0);
    }
    return 0;
}
