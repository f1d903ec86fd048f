/* Units: every atom against UCUM's own definition, known conversions, the codes of the R4 value set
 * of common units. */
#include "fixture.h"

#include "base/os.h"
#include "fhir/ucum_int.h"
#include "json/json.h"

static ans_decimal dec(const char *text)
{
    ans_decimal d = {0};
    assert_true(ans_decimal_parse(ans_str_of(text), &d));
    return d;
}

/* Do both mean the same amount? */
static bool same(const char *a_value, const char *a_code, const char *b_value, const char *b_code)
{
    ans_decimal a, b;
    ans_str a_unit, b_unit;
    return ans_ucum_canonical(dec(a_value), ans_str_of(a_code), &a, &a_unit) &&
           ans_ucum_canonical(dec(b_value), ans_str_of(b_code), &b, &b_unit) &&
           ans_str_eq(a_unit, b_unit) && ans_decimal_cmp(a, b) == 0;
}

/* As ucum-essence.xml says it: one of the first is so many of the second. */
static const struct {
    const char *atom, *value, *unit;
} definitions[] = {
    {"10*", "10", "1"},
    {"10^", "10", "1"},
    {"[pi]", "3.141592653589793238", "1"},
    {"%", "1", "10*-2"},
    {"[ppth]", "1", "10*-3"},
    {"[ppm]", "1", "10*-6"},
    {"[ppb]", "1", "10*-9"},
    {"[pptr]", "1", "10*-12"},
    {"Hz", "1", "s-1"},
    {"N", "1", "kg.m/s2"},
    {"Pa", "1", "N/m2"},
    {"J", "1", "N.m"},
    {"W", "1", "J/s"},
    {"A", "1", "C/s"},
    {"V", "1", "J/C"},
    {"F", "1", "C/V"},
    {"Ohm", "1", "V/A"},
    {"S", "1", "Ohm-1"},
    {"Wb", "1", "V.s"},
    {"T", "1", "Wb/m2"},
    {"H", "1", "Wb/A"},
    {"lx", "1", "lm/m2"},
    {"Bq", "1", "s-1"},
    {"Gy", "1", "J/kg"},
    {"Sv", "1", "J/kg"},
    {"deg", "2", "[pi].rad/360"},
    {"circ", "2", "[pi].rad"},
    {"l", "1", "dm3"},
    {"L", "1", "l"},
    {"ar", "100", "m2"},
    {"min", "60", "s"},
    {"h", "60", "min"},
    {"d", "24", "h"},
    {"a_t", "365.24219", "d"},
    {"a_j", "365.25", "d"},
    {"a_g", "365.2425", "d"},
    {"a", "1", "a_j"},
    {"wk", "7", "d"},
    {"mo_s", "29.53059", "d"},
    {"mo_j", "1", "a_j/12"},
    {"mo_g", "1", "a_g/12"},
    {"mo", "1", "mo_j"},
    {"t", "1e3", "kg"},
    {"bar", "1e5", "Pa"},
    {"[g]", "9.80665", "m/s2"},
    {"atm", "101325", "Pa"},
    {"gf", "1", "g.[g]"},
    {"[lbf_av]", "1", "[lb_av].[g]"},
    {"dyn", "1", "g.cm/s2"},
    {"erg", "1", "dyn.cm"},
    {"P", "1", "dyn.s/cm2"},
    {"St", "1", "cm2/s"},
    {"G", "1e-4", "T"},
    {"Ci", "3.7e10", "Bq"},
    {"R", "2.58e-4", "C/kg"},
    {"RAD", "100", "erg/g"},
    {"REM", "1", "RAD"},
    {"[in_i]", "2.54", "cm"},
    {"[ft_i]", "12", "[in_i]"},
    {"[yd_i]", "3", "[ft_i]"},
    {"[mi_i]", "5280", "[ft_i]"},
    {"[fth_i]", "6", "[ft_i]"},
    {"[nmi_i]", "1852", "m"},
    {"[kn_i]", "1", "[nmi_i]/h"},
    {"[sin_i]", "1", "[in_i]2"},
    {"[sft_i]", "1", "[ft_i]2"},
    {"[syd_i]", "1", "[yd_i]2"},
    {"[cin_i]", "1", "[in_i]3"},
    {"[cft_i]", "1", "[ft_i]3"},
    {"[mi_us]", "6336000", "m/3937"},
    {"[gal_us]", "231", "[in_i]3"},
    {"[qt_us]", "1", "[gal_us]/4"},
    {"[pt_us]", "1", "[qt_us]/2"},
    {"[gil_us]", "1", "[pt_us]/4"},
    {"[foz_us]", "1", "[gil_us]/4"},
    {"[fdr_us]", "1", "[foz_us]/8"},
    {"[min_us]", "1", "[fdr_us]/60"},
    {"[tbs_us]", "1", "[foz_us]/2"},
    {"[tsp_us]", "1", "[tbs_us]/3"},
    {"[cup_us]", "16", "[tbs_us]"},
    {"[gal_br]", "4.54609", "l"},
    {"[qt_br]", "1", "[gal_br]/4"},
    {"[pt_br]", "1", "[qt_br]/2"},
    {"[gil_br]", "1", "[pt_br]/4"},
    {"[foz_br]", "1", "[gil_br]/5"},
    {"[gr]", "64.79891", "mg"},
    {"[lb_av]", "7000", "[gr]"},
    {"[oz_av]", "1", "[lb_av]/16"},
    {"[dr_av]", "1", "[oz_av]/16"},
    {"[scwt_av]", "100", "[lb_av]"},
    {"[ston_av]", "20", "[scwt_av]"},
    {"[stone_av]", "14", "[lb_av]"},
    {"[pwt_tr]", "24", "[gr]"},
    {"[oz_tr]", "20", "[pwt_tr]"},
    {"[lb_tr]", "12", "[oz_tr]"},
    {"[psi]", "1", "[lbf_av]/[in_i]2"},
    {"cal_th", "4.184", "J"},
    {"cal_IT", "4.1868", "J"},
    {"cal", "1", "cal_th"},
    {"[Cal]", "1", "kcal_th"},
    {"m[H2O]", "9.80665", "kPa"},
    {"m[Hg]", "133.3220", "kPa"},
    {"[in_i'H2O]", "1", "m[H2O].[in_i]/m"},
    {"[in_i'Hg]", "1", "m[Hg].[in_i]/m"},
    {"[PRU]", "1", "mm[Hg].s/ml"},
    {"[diop]", "1", "/m"},
    {"[Ch]", "1", "mm/[pi]"},
    {"[drp]", "1", "ml/20"},
    {"[MET]", "3.5", "mL/min/kg"},
    {"eq", "1", "mol"},
    {"osm", "1", "mol"},
    {"g%", "1", "g/dl"},
    {"[S]", "1", "10*-13.s"},
    {"[HPF]", "1", "1"},
    {"[LPF]", "100", "1"},
    {"[hnsf'U]", "1", "1"},
    {"kat", "1", "mol/s"},
    {"U", "1", "umol/min"},
    {"[IU]", "1", "[iU]"},
    {"Ao", "0.1", "nm"},
    {"b", "100", "fm2"},
    {"att", "1", "kgf/cm2"},
    {"[car_m]", "0.2", "g"},
    {"bit", "1", "1"},
    {"By", "8", "bit"},
    {"Cel", "274.15", "K"},
};

static void ucum__atoms_are_as_defined(void **state)
{
    (void)state;
    size_t without = 0; /* base and arbitrary units have no definition */
    for (size_t i = 0; i < ans_ucum_atom_count; i++) {
        const ans_ucum_atom *atom = &ans_ucum_atoms[i];
        assert_true(i == 0 || strcmp(ans_ucum_atoms[i - 1].code, atom->code) < 0);
        assert_ptr_equal(ans_ucum_atom_named(ans_str_of(atom->code)), atom);
        size_t k = 0;
        while (k < COUNT(definitions) && strcmp(definitions[k].atom, atom->code) != 0) {
            k++;
        }
        if (k < COUNT(definitions)) {
            if (!same("1", atom->code, definitions[k].value, definitions[k].unit)) {
                fail_msg("1 %s is not %s %s", atom->code, definitions[k].value,
                         definitions[k].unit);
            }
        } else {
            bool is_plain = atom->num == 1 && atom->den == 1 && atom->exponent == 0;
            bool is_base = abs(atom->dim.g) + abs(atom->dim.mol) + abs(atom->dim.m) +
                               abs(atom->dim.s) + abs(atom->dim.power) ==
                           1;
            assert_true(is_plain && is_base);
            without++;
        }
    }
    assert_int_equal(ans_ucum_atom_count, 169);
    assert_int_equal(without + COUNT(definitions), ans_ucum_atom_count);
}

static void ucum__canonical(void **state)
{
    (void)state;
    static const struct {
        const char *value, *code, *result, *unit;
    } cases[] = {
        {"5.6", "mmol/L", "5.6", "mol.m-3"},
        {"100.9", "mg/dL", "1009", "g.m-3"},
        {"120", "mm[Hg]", "15998640", "g.m-1.s-2"},
        {"72", "/min", "1.2", "s-1"},
        {"7.2", "10*3/uL", "7200000000000", "m-3"},
        {"7.2", "10*9/L", "7200000000000", "m-3"},
        {"7.2", "10^9/L", "7200000000000", "m-3"},
        {"22.5", "kg/m2", "22500", "g.m-2"},
        {"36.5", "Cel", "309.65", "K"},
        {"97.7", "[degF]", "309.65", "K"},
        {"-459.67", "[degF]", "0", "K"},
        {"300", "mCel", "273.45", "K"},
        {"98", "%", "0.98", "1"},
        {"15", "{score}", "15", "1"},
        {"15", "1", "15", "1"},
        {"15", "10*0", "15", "1"},
        {"3", "a", "94672800", "s"},
        {"1", "mo", "2629800", "s"},
        {"150", "[lb_av]", "68038.8555", "g"},
        {"70", "[in_i]", "1.778", "m"},
        {"40", "[IU]/mL", "40000000", "[iU].m-3"},
        {"2.5", "m[IU]/L", "2.5", "[iU].m-3"},
        {"4", "u[iU]/mL", "4", "[iU].m-3"},
        {"30", "U/L", "0.0005", "mol.m-3.s-1"},
        {"60", "ug/h", "0.0000000166666666666666666666666666667", "g.s-1"},
        {"1.0", "mg/kg/d", "0.0000000000115740740740740740740740740741", "s-1"},
        {"90", "mL/min/{1.73_m2}", "0.0000015", "m3.s-1"},
        {"90", "mL/min/(173.10*-2.m2)", "0.000000867052023121387283236994219653", "m.s-1"},
        {"0.5", "mV", "0.5", "C-1.g.m2.s-2"},
        {"7.40", "[pH]", "7.40", "[pH]"},
        {"0", "mg", "0.000", "g"},
        {"-5", "mg", "-0.005", "g"},
        {"1", "g/mol", "1", "g.mol-1"},
        {"1", "mg/mmol{creat}", "1", "g.mol-1"},
        {"1", "/{Specimen}", "1", "1"},
        {"1", "U/(10.g){feces}", "0.00000000166666666666666666666666666667", "g-1.mol.s-1"},
        {"1", "{vi\xc3\xaan}/d", "0.0000115740740740740740740740740741", "s-1"}, /* tablets a day */
    };
    ans_cx cx = cx_new();
    for (size_t i = 0; i < COUNT(cases); i++) {
        ans_decimal out;
        ans_str unit;
        if (!ans_ucum_canonical(dec(cases[i].value), ans_str_of(cases[i].code), &out, &unit)) {
            fail_msg("%s is not read", cases[i].code);
        }
        if (ans_decimal_cmp(out, dec(cases[i].result)) != 0 || !ans_str_is(unit, cases[i].unit)) {
            fail_msg("%s %s is %s %.*s", cases[i].value, cases[i].code,
                     ans_decimal_print(cx.arena, out).p, ANS_FMT(unit));
        }
    }
    ans_arena_free(cx.arena);
}

static void ucum__same(void **state)
{
    (void)state;
    static const struct {
        const char *a, *a_code, *b, *b_code;
        bool same;
    } cases[] = {
        {"1", "mL/min", "0.06", "L/h", true},
        {"1", "g", "1000", "mg", true},
        {"0.9", "g", "900", "mg", true},
        {"1", "kg", "1", "g", false},
        {"1", "mmol/L", "1", "mg/L", false},                   /* substance and mass stay apart */
        {"1", "mmol/L", "602213670000000000000", "/L", false}, /* and so do moles and counts */
        {"1", "[IU]/L", "1", "U/L", false},
        {"1", "[IU]/L", "1", "[USP'U]/L", false},
        {"1", "meq/L", "1", "mmol/L", true},
        {"1", "[degF]", "1", "Cel", false},
        {"-40", "[degF]", "-40", "Cel", true},
        {"120", "mm[Hg]", "15.99864", "kPa", true},
        {"1", "[ft_i]", "30.48", "cm", true},
        {"1", "h", "3600", "s", true},
        {"1", "wk", "168", "h", true},
        {"12", "mo", "1", "a", true},
        {"1", "10*3/uL", "1", "10*9/L", true},
        {"1", "g.m/s2", "1", "m.g.s-2", true},
        {"1", "m/s.s", "1", "m", true}, /* from left to right */
        {"1", "m/(s.s)", "1", "m/s2", true},
        {"1", "dag", "10", "g", true}, /* deka, not deci */
        {"1", "cd", "1", "cd", true},
        {"1", "min", "1", "m.[in_i]", false}, /* minute */
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        if (same(cases[i].a, cases[i].a_code, cases[i].b, cases[i].b_code) != cases[i].same) {
            fail_msg("%s %s and %s %s", cases[i].a, cases[i].a_code, cases[i].b, cases[i].b_code);
        }
    }
}

static void ucum__refused(void **state)
{
    (void)state;
    static const char *const codes[] = {
        "",
        " ",
        "mmHg",
        "ea",
        "TAB",
        "mcg",
        "ml/hr",
        "kmin",
        "k%",
        "km[Hg",
        "g]",
        "{x",
        "x}",
        "{a{b}}",
        "g..L",
        "g//L",
        "g/",
        "g.",
        ".g",
        "(g",
        "g)",
        "()",
        "g/()",
        "0",
        "g2{x}3",
        "g-",
        "-1",
        "g--1",
        "+",
        "Cel/min",
        "mL.Cel",
        "Cel2",
        "/Cel",
        "[degF].h",
        "k[degF]",
        "g100",
        "10*100",
        "m7",
        "m6/m-6",
        "18446744073709551616",
        "g.K.C",
        "g.[iU].[arb'U]",
        "[iU]2",
        "\xc2\xb5g",
        "g L",
        "((((((((((g))))))))))",
        "1000000000000000000.1000000000000000000.1000000000000000000",
    };
    for (size_t i = 0; i < COUNT(codes); i++) {
        ans_decimal out;
        ans_str unit = ANS_STR("untouched");
        if (ans_ucum_canonical(dec("1"), ans_str_of(codes[i]), &out, &unit)) {
            fail_msg("\"%s\" is read as %.*s", codes[i], ANS_FMT(unit));
        }
        assert_true(ans_str_is(unit, "untouched"));
    }
    char longest[300];
    memset(longest, 'm', sizeof longest);
    ans_decimal out;
    ans_str unit;
    assert_false(ans_ucum_canonical(dec("1"), (ans_str){longest, sizeof longest}, &out, &unit));
}

/* Values at the edges: 38 digits stay exact or are rounded to 30, never refused for their length.
 */
static void ucum__long_values(void **state)
{
    (void)state;
    assert_true(same("99999999999999999999999999999999999999", "mg",
                     "99999999999999999999999999999999.999999", "kg"));
    assert_true(same("12345678901234567890123456789012345678", "[lb_av]",
                     "5.59990575206998357520699835752e39", "g")); /* of 45 digits */
    assert_true(same("12345678901234567890123456789012345678", "/h",
                     "3.42935525034293552503429355250e33", "/s"));
    assert_true(same("1", "wk-1", "0.00000165343915343915343915343915344", "/s"));
    ans_decimal out;
    ans_str unit;
    assert_false(ans_ucum_canonical(dec("1e9999"), ANS_STR("kg"), &out, &unit));
    assert_false(ans_ucum_canonical(dec("1e-9999"), ANS_STR("mg"), &out, &unit));
}

/* ---- ValueSet ucum-common: what R4 itself calls common units ---- */

static void ucum__common_units(void **state)
{
    (void)state;
    static const char path[] = "defs/node_modules/hl7.fhir.r4.examples/ValueSet-ucum-common.json";
    ans_cx cx = cx_new();
    ans_str text;
    ans_json doc;
    assert_int_equal(ans_file_read(&cx, path, (size_t)4 * 1024 * 1024, &text), ANS_OK);
    assert_int_equal(ans_json_parse(&cx, text, NULL, &doc), ANS_OK);
    ans_jnode include =
        ans_json_get(&doc, ans_json_get(&doc, 0, ANS_STR("compose")), ANS_STR("include"));
    ans_jnode list = ans_json_get(&doc, ans_json_first(&doc, include), ANS_STR("concept"));
    int known = 0, unknown = 0;
    ANS_JSON_EACH(&doc, list, concept) {
        ans_str code = ans_json_get_string(&cx, &doc, concept, ANS_STR("code")), unit;
        ans_decimal out;
        bool ok = ans_ucum_canonical(dec("1"), code, &out, &unit);
        if (!ok && getenv("TEST_VERBOSE")) {
            printf("not read: %.*s\n", ANS_FMT(code));
        }
        known += ok;
        unknown += !ok;
    }
    ans_arena_free(cx.arena);
    /* the rest: surveyors' lengths, old British measures, printers' points, physical constants,
     * British thermal units */
    assert_int_equal(known, 1245);
    assert_int_equal(unknown, 119);
}

/* Scaling by a prefix and undoing it in the value is no change, whatever the unit. */
static void ucum__prefixes(void **state)
{
    (void)state;
    static const struct {
        const char *prefix;
        int power;
    } prefixes[] = {{"Y", 24}, {"Z", 21},  {"E", 18},  {"P", 15},  {"T", 12},  {"G", 9},  {"M", 6},
                    {"k", 3},  {"h", 2},   {"da", 1},  {"d", -1},  {"c", -2},  {"m", -3}, {"u", -6},
                    {"n", -9}, {"p", -12}, {"f", -15}, {"a", -18}, {"z", -21}, {"y", -24}};
    int tried = 0;
    for (size_t i = 0; i < ans_ucum_atom_count; i++) {
        const ans_ucum_atom *atom = &ans_ucum_atoms[i];
        for (size_t k = 0; k < COUNT(prefixes) && atom->class == ANS_UCUM_METRIC; k++) {
            char code[40], value[16];
            snprintf(code, sizeof code, "%s%s", prefixes[k].prefix, atom->code);
            snprintf(value, sizeof value, "1e%d", -prefixes[k].power);
            if (ans_ucum_atom_named(ans_str_of(code))) {
                continue; /* "cd" is the candela */
            }
            if (!same(value, code, "1", atom->code)) {
                fail_msg("%s", code);
            }
            tried++;
        }
    }
    assert_true(tried > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ucum__atoms_are_as_defined),
        cmocka_unit_test(ucum__canonical),
        cmocka_unit_test(ucum__same),
        cmocka_unit_test(ucum__refused),
        cmocka_unit_test(ucum__long_values),
        cmocka_unit_test(ucum__common_units),
        cmocka_unit_test(ucum__prefixes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
