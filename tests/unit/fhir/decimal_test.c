/* Decimals: reading, printing, implicit ranges, and arithmetic against a slow model with 600
 * digits. */
#include "fixture.h"

#include "fhir/value.h"

static ans_decimal dec(const char *text)
{
    ans_decimal d = {0};
    if (!ans_decimal_parse(ans_str_of(text), &d)) {
        fail_msg("%s is not read", text);
    }
    return d;
}

static void check_print(ans_cx *cx, ans_decimal d, const char *expected)
{
    ans_str text = ans_decimal_print(cx->arena, d);
    assert_non_null(text.p);
    assert_int_equal(text.n, strlen(text.p));
    assert_string_equal(text.p, expected);
}

#define NINES_38 "99999999999999999999999999999999999999"

static void decimal__parse_and_print(void **state)
{
    (void)state;
    static const struct {
        const char *text, *printed; /* NULL: refused */
        int scale;
    } cases[] = {
        {"0", "0", 0},
        {"-0", "0", 0},
        {"0.00", "0.00", 2},
        {"105.00", "105.00", 2},
        {"1.50", "1.50", 2},
        {"-1.50", "-1.50", 2},
        {"100", "100", 0},
        {"2e-3", "0.002", 3},
        {"2E-3", "0.002", 3},
        {"2.0e-3", "0.0020", 4},
        {"1e3", "1000", -3},
        {"1E+3", "1000", -3},
        {"1.50e2", "150", 0},
        {"0e3", "0", -3},
        {"0.001", "0.001", 3},
        {"007", "7", 0},
        {NINES_38, NINES_38, 0},
        {"0." NINES_38, "0." NINES_38, 38},
        {"-0.0" NINES_38, "-0.0" NINES_38, 39},
        {"000000" NINES_38, NINES_38, 0},
        {NINES_38 "0", NULL, 0},
        {"100000000000000000000000000000000000000", NULL, 0},
        {"1.0000000000000000000000000000000000000", "1.0000000000000000000000000000000000000", 37},
        {"1.00000000000000000000000000000000000000", NULL, 0},
        {"", NULL, 0},
        {"-", NULL, 0},
        {"+1", NULL, 0},
        {".5", NULL, 0},
        {"5.", NULL, 0},
        {"1.e3", NULL, 0},
        {"1e", NULL, 0},
        {"1e+", NULL, 0},
        {"1e9999", "1", -9999},
        {"1e-9999", "0", 9999},
        {"1e10000", NULL, 0},
        {"1e99999999999999999999", NULL, 0},
        {"0.1e-9999", NULL, 0},
        {"1,5", NULL, 0},
        {" 1", NULL, 0},
        {"1 ", NULL, 0},
        {"--1", NULL, 0},
        {"0x10", NULL, 0},
        {"1_000", NULL, 0},
        {"NaN", NULL, 0},
    };
    ans_cx cx = cx_new();
    for (size_t i = 0; i < COUNT(cases); i++) {
        ans_decimal d;
        bool ok = ans_decimal_parse(ans_str_of(cases[i].text), &d);
        if (ok != (cases[i].printed != NULL)) {
            fail_msg("\"%s\": %d", cases[i].text, ok);
        }
        if (ok && abs(d.scale) < 100) {
            check_print(&cx, d, cases[i].printed);
        }
        if (ok) {
            assert_int_equal(d.scale, cases[i].scale);
        }
    }
    assert_int_equal(ans_decimal_print(cx.arena, dec("1e9999")).n, 10000);
    assert_int_equal(ans_decimal_print(cx.arena, dec("-1e-9999")).n, 10002);
    ans_arena_free(cx.arena);
}

static void decimal__range(void **state)
{
    (void)state;
    static const struct {
        const char *text, *low, *high;
    } cases[] = {
        {"5.4", "5.35", "5.45"},
        {"2e-3", "0.0015", "0.0025"},
        {"100", "99.5", "100.5"},
        {"100.00", "99.995", "100.005"},
        {"1e2", "50", "150"},
        {"0", "-0.5", "0.5"},
        {"0.0", "-0.05", "0.05"},
        {"-5.4", "-5.45", "-5.35"},
        {"-0.5", "-0.55", "-0.45"},
        {"1234567890123456789012345678901234567", "1234567890123456789012345678901234566.5",
         "1234567890123456789012345678901234567.5"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        ans_decimal low, high;
        assert_true(ans_decimal_range(dec(cases[i].text), &low, &high));
        if (ans_decimal_cmp(low, dec(cases[i].low)) != 0 ||
            ans_decimal_cmp(high, dec(cases[i].high)) != 0) {
            fail_msg("range of %s", cases[i].text);
        }
    }
    ans_decimal low = dec("1"), high = dec("2");
    assert_false(ans_decimal_range(dec(NINES_38), &low, &high));
    assert_int_equal(ans_decimal_cmp(low, dec("1")), 0); /* out is left alone */
    assert_int_equal(ans_decimal_cmp(high, dec("2")), 0);
}

static void decimal__compare(void **state)
{
    (void)state;
    /* ascending; '=' in front: same as the one before */
    static const char *const order[] = {
        "-1e9999", ("-" NINES_38), "-100",   "=-1e2",   "=-100.00", "-99.99", "-1e-9999", "0",
        "=-0",     "=0e9999",      "=0.000", "1e-9999", "2e-9999",  "0.001",  "=1e-3",    "0.0011",
        "1",       "=1.000000",    "9.99",   "10",      NINES_38,   "1e38",   "1.1e38",   "1e9999",
    };
    int value[COUNT(order)], rank = 0;
    for (size_t i = 0; i < COUNT(order); i++) {
        rank += order[i][0] != '=';
        value[i] = rank;
    }
    for (size_t i = 0; i < COUNT(order); i++) {
        for (size_t k = 0; k < COUNT(order); k++) {
            ans_decimal a = dec(order[i] + (order[i][0] == '=')),
                        b = dec(order[k] + (order[k][0] == '='));
            int expected = (value[i] > value[k]) - (value[i] < value[k]);
            if (ans_decimal_cmp(a, b) != expected) {
                fail_msg("%s and %s compare as %d", order[i], order[k], ans_decimal_cmp(a, b));
            }
            double x = ans_decimal_double(a), y = ans_decimal_double(b);
            assert_true(expected == 0 ? x == y : expected < 0 ? x <= y : x >= y);
        }
    }
}

static void decimal__double(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double value;
    } cases[] = {
        {"0.1", 0.1},
        {"-0.1", -0.1},
        {"105.00", 105.0},
        {"1e22", 1e22},
        {"1e23", 1e23},
        {"123456789012345678", 123456789012345678.0},
        {"0.30000000000000004", 0.30000000000000004},
        {"2.2250738585072014e-308", 2.2250738585072014e-308},
        {"4.9e-324", 4.9e-324},
        {"1.7976931348623157e308", 1.7976931348623157e308},
        {"12345678901234567890123456789012345678", 12345678901234567890123456789012345678.0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        if (ans_decimal_double(dec(cases[i].text)) != cases[i].value) {
            fail_msg("%s is %.17g", cases[i].text, ans_decimal_double(dec(cases[i].text)));
        }
    }
}

typedef bool (*operation)(ans_decimal a, ans_decimal b, ans_decimal *out);

static void decimal__add_mul(void **state)
{
    (void)state;
    static const struct {
        char op;
        const char *a, *b, *result; /* NULL: does not fit */
    } cases[] = {
        {'+', "1.10", "2.2", "3.30"},
        {'+', "1", "-1.00", "0.00"},
        {'+', "-1", "-2", "-3"},
        {'+', "1e3", "1", "1001"},
        {'+', "1e30", "0.000000000", "1000000000000000000000000000000.0000000"},
        {'+', "1e30", "0.500000000", "1000000000000000000000000000000.5000000"},
        {'+', "1e30", "0.000000001", NULL},
        {'+', NINES_38, "1", "100000000000000000000000000000000000000"},
        {'+', NINES_38, "2", NULL},
        {'+', NINES_38, "-" NINES_38, "0"},
        {'+', "1e9999", "1", NULL},
        {'+', "1e9999", "0", "="},
        {'*', "1.10", "2.0", "2.200"},
        {'*', "-3", "0.0", "0.0"},
        {'*', "-3", "-2", "6"},
        {'*', "1e20", "1e20", "10000000000000000000000000000000000000000"},
        {'*', "123456789012345678901", "98765432109876543210", NULL},
        {'*', "12345678901234567890", "98765432109876543", "1219326311370217949644871231852004270"},
        {'*', "20000000000000000000", "50000000000000000000",
         "1000000000000000000000000000000000000000"},
        {'*', "1e9999", "10", "1e"},
        {'*', "1e9999", "1e1", NULL},
        {'*', "1e-9999", "0.1", NULL},
    };
    ans_cx cx = cx_new();
    for (size_t i = 0; i < COUNT(cases); i++) {
        operation op = cases[i].op == '+' ? ans_decimal_add : ans_decimal_mul;
        ans_decimal a = dec(cases[i].a), b = dec(cases[i].b), out;
        bool ok = op(a, b, &out);
        if (ok != (cases[i].result != NULL)) {
            fail_msg("%s %c %s: %d", cases[i].a, cases[i].op, cases[i].b, ok);
        }
        if (ok && cases[i].result[0] == '=') {
            assert_int_equal(ans_decimal_cmp(out, a), 0);
        } else if (ok && strcmp(cases[i].result, "1e") == 0) {
            assert_int_equal(out.scale, -9999);
            assert_true(out.digits == 10);
        } else if (ok) {
            check_print(&cx, out, cases[i].result);
        }
    }
    ans_arena_free(cx.arena);
}

static void decimal__div(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        int scale;
        const char *result;
    } cases[] = {
        {"1", "3", 4, "0.3333"},
        {"2", "3", 4, "0.6667"},
        {"-2", "3", 4, "-0.6667"},
        {"1", "4", 8, "0.25"},
        {"1", "8", 2, "0.13"}, /* half up */
        {"-1", "8", 2, "-0.13"},
        {"10", "2", 8, "5"},
        {"1.20", "0.4", 8, "3"},
        {"7", "0.07", 8, "100"},
        {"1", "3", 0, "0"},
        {"2", "3", 0, "1"},
        {"5", "10", 0, "1"},
        {"49", "100", 0, "0"},
        {"99999", "1", -3, "100000"},
        {"1", "1e20", 8, "0"},
        {"0", "5", 8, "0"},
        {"-0", "5", 8, "0"},
        {"1", "0", 8, NULL},
        {"1e30", "3", 9, NULL},
        {"1e30", "3", 7, "333333333333333333333333333333.3333333"},
        {NINES_38, NINES_38, 37, "1"},
        {NINES_38, "0." NINES_38, 0, NULL}, /* 1e38 has 39 digits */
        {"1", NINES_38, 38, "0.00000000000000000000000000000000000001"},
        {"1", "3", 38,
         "0."
         "33333333333333333333333333333333333333"},
        {"1e-20", "1e20", 40, "0.0000000000000000000000000000000000000001"},
    };
    ans_cx cx = cx_new();
    for (size_t i = 0; i < COUNT(cases); i++) {
        ans_decimal out;
        bool ok = ans_decimal_div(dec(cases[i].a), dec(cases[i].b), cases[i].scale, &out);
        if (ok != (cases[i].result != NULL)) {
            fail_msg("%s / %s: %d", cases[i].a, cases[i].b, ok);
        }
        if (ok) {
            check_print(&cx, out, cases[i].result);
        }
    }
    ans_arena_free(cx.arena);
}

/* ---- the slow model: 600 decimal digits, the point in the middle ---- */

#define MODEL_DIGITS 600
#define MODEL_POINT 300

typedef struct model {
    int digit[MODEL_DIGITS]; /* lowest first; digit[MODEL_POINT] counts ones */
} model;

static model model_of(ans_decimal d)
{
    model m = {{0}};
    for (int at = MODEL_POINT - d.scale; d.digits; at++, d.digits /= 10) {
        m.digit[at] = (int)(d.digits % 10);
    }
    return m;
}

static void model_carry(model *m)
{
    for (int i = 0; i < MODEL_DIGITS - 1; i++) {
        int carry = m->digit[i] / 10 - (m->digit[i] % 10 < 0);
        m->digit[i] -= carry * 10;
        m->digit[i + 1] += carry;
    }
}

static int model_compare(const model *a, const model *b)
{
    for (int i = MODEL_DIGITS - 1; i >= 0; i--) {
        if (a->digit[i] != b->digit[i]) {
            return a->digit[i] < b->digit[i] ? -1 : 1;
        }
    }
    return 0;
}

static model model_add(const model *a, const model *b, int sign)
{
    model m;
    for (int i = 0; i < MODEL_DIGITS; i++) {
        m.digit[i] = a->digit[i] + sign * b->digit[i];
    }
    model_carry(&m);
    return m;
}

static model model_multiply(const model *a, const model *b)
{
    model m = {{0}};
    for (int i = 0; i < MODEL_DIGITS; i++) {
        for (int k = 0; a->digit[i] && k < MODEL_DIGITS; k++) {
            int at = i + k - MODEL_POINT;
            if (b->digit[k]) {
                assert_true(at >= 0 && at < MODEL_DIGITS);
                m.digit[at] += a->digit[i] * b->digit[k];
            }
        }
    }
    model_carry(&m);
    return m;
}

static int model_significant(const model *m)
{
    int low = 0, high = MODEL_DIGITS - 1;
    while (low < MODEL_DIGITS && !m->digit[low]) {
        low++;
    }
    while (high > low && !m->digit[high]) {
        high--;
    }
    return low == MODEL_DIGITS ? 0 : high - low + 1;
}

static ans_decimal random_decimal(uint64_t *random)
{
    ans_decimal d = {.scale = (int16_t)((int)(next_random(random) % 81) - 40)};
    int digits = (int)(next_random(random) % 39);
    for (int i = 0; i < digits; i++) {
        d.digits = d.digits * 10 + next_random(random) % 10;
    }
    d.negative = next_random(random) % 2 && d.digits;
    return d;
}

static void check_pair(ans_decimal a, ans_decimal b)
{
    model x = model_of(a), y = model_of(b);
    int magnitude = model_compare(&x, &y);
    ans_decimal sum, product;
    model want = a.negative == b.negative ? model_add(&x, &y, 1)
                 : magnitude >= 0         ? model_add(&x, &y, -1)
                                          : model_add(&y, &x, -1);
    bool want_negative = magnitude >= 0 ? a.negative : b.negative;
    if (ans_decimal_add(a, b, &sum)) {
        model got = model_of(sum);
        assert_int_equal(model_compare(&got, &want), 0);
        assert_true(sum.digits == 0 ? !sum.negative : sum.negative == want_negative);
    } else {
        assert_true(model_significant(&want) > 38 ||
                    model_significant(&x) + abs(a.scale - b.scale) > 38 ||
                    model_significant(&y) + abs(a.scale - b.scale) > 38);
    }
    want = model_multiply(&x, &y);
    if (ans_decimal_mul(a, b, &product)) {
        model got = model_of(product);
        assert_int_equal(model_compare(&got, &want), 0);
        assert_true(product.negative == (product.digits && a.negative != b.negative));
    } else {
        assert_true(model_significant(&want) > 38);
    }
    int order = a.negative != b.negative ? (a.negative ? -1 : 1)
                : a.negative             ? -magnitude
                                         : magnitude;
    assert_int_equal(ans_decimal_cmp(a, b), order);
    assert_int_equal(ans_decimal_cmp(b, a), -order);
    double p = ans_decimal_double(a), q = ans_decimal_double(b);
    assert_true(order < 0 ? p <= q : order > 0 ? p >= q : p == q);
}

static void decimal__agrees_with_model(void **state)
{
    (void)state;
    uint64_t random = seed_of_run("decimal__agrees_with_model");
    for (int i = 0; i < 5000; i++) {
        ans_decimal a = random_decimal(&random), b = random_decimal(&random);
        if (i % 8 == 0) { /* near to a */
            b = a;
            b.digits += next_random(&random) % 3;
            b.negative = a.negative && b.digits;
        }
        check_pair(a, b);
    }
}

/* q = a / b rounded half up: |a - q * b| <= |b| * half a unit. */
static void decimal__division_error(void **state)
{
    (void)state;
    uint64_t random = seed_of_run("decimal__division_error");
    int done = 0;
    for (int i = 0; i < 20000; i++) {
        ans_decimal a = random_decimal(&random), b = random_decimal(&random), q, product, error,
                    bound;
        int scale = (int)(next_random(&random) % 20);
        a.digits %= UINT64_C(1000000000000);
        b.digits %= UINT64_C(1000000);
        if (!ans_decimal_div(a, b, scale, &q) || !ans_decimal_mul(q, b, &product)) {
            continue;
        }
        product.negative = !product.negative;
        ans_decimal half = {.digits = 5, .scale = (int16_t)(scale + 1)};
        if (!ans_decimal_add(a, product, &error) || !ans_decimal_mul(b, half, &bound)) {
            continue;
        }
        error.negative = bound.negative = false;
        assert_true(ans_decimal_cmp(error, bound) <= 0);
        assert_true(q.scale <= scale);
        done++;
    }
    assert_true(done > 1000);
}

static void decimal__print_round_trip(void **state)
{
    (void)state;
    ans_cx cx = cx_new();
    uint64_t random = seed_of_run("decimal__print_round_trip");
    for (int i = 0; i < 20000; i++) {
        ans_decimal a = random_decimal(&random), b;
        if (a.scale < 0 || (a.scale == 0 && a.digits == 0)) {
            a.scale = (int16_t)-a.scale;
        }
        ans_str text = ans_decimal_print(cx.arena, a);
        assert_true(ans_decimal_parse(text, &b));
        assert_true(a.digits == b.digits && a.scale == b.scale && a.negative == b.negative);
        ans_arena_reset(cx.arena);
    }
    ans_arena_free(cx.arena);
}

static void decimal__print_out_of_memory(void **state)
{
    (void)state;
    ans_arena *small = ans_arena_new(64);
    assert_non_null(ans_decimal_print(small, dec("1.5")).p);
    assert_null(ans_decimal_print(small, dec("1e9000")).p);
    ans_arena_free(small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decimal__parse_and_print),
        cmocka_unit_test(decimal__range),
        cmocka_unit_test(decimal__compare),
        cmocka_unit_test(decimal__double),
        cmocka_unit_test(decimal__add_mul),
        cmocka_unit_test(decimal__div),
        cmocka_unit_test(decimal__agrees_with_model),
        cmocka_unit_test(decimal__division_error),
        cmocka_unit_test(decimal__print_round_trip),
        cmocka_unit_test(decimal__print_out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
