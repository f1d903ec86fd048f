/* Compiling: what is refused and where, depth and length, the strict check, every search parameter
 * of R4. */
#include "fixture.h"

static void path_syntax__says_where(void **state)
{
    static const struct {
        const char *expression;
        unsigned character;
    } rows[] = {
        {"", 1},
        {"name.", 6},
        {"name..given", 6},
        {"name given", 6},
        {"(name", 6},
        {"name)", 5},
        {"name[", 6},
        {"name[0", 7},
        {"name.where(", 12},
        {"name.where()", 6},
        {"name.count(1)", 6},
        {"name.nothing()", 6},
        {"1 +", 4},
        {"+ + ", 5},
        {"and", 1},
        {"1 and", 6},
        {"$that", 1},
        {"%", 2},
        {"{1}", 2},
        {"'abc", 1},
        {"`abc", 1},
        {"/* abc", 1},
        {"@T14:34:28+10:00", 14},
        {"@x", 1},
        {"a # b", 3},
        {"a ! b", 3},
        {"x is", 5},
        {"x is 5", 6},
        {"x is T.y", 7},
        {"x.ofType()", 10},
        {"1 is Integer + 1", 14},
        {"\xFF", 0},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        fixture f;
        const ans_path *path = NULL;
        char want[40];
        fixture_open(&f, NULL);
        ans_err err = ans_path_compile(&f.cx, f.cx.arena, ans_str_of(rows[i].expression), 0, &path);
        if (err != ANS_E_SYNTAX) {
            fail_msg("%s: %s", rows[i].expression, ans_err_name(err));
        }
        assert_null(path); /* out is untouched */
        (void)snprintf(want, sizeof want, "FHIRPath, character %u:", rows[i].character);
        if (rows[i].character && ans_str_search(f.cx.last_->text, ans_str_of(want)) != 0) {
            fail_msg("%s: %s", rows[i].expression, f.cx.last_->text.p);
        }
        fixture_close(&f);
    }
}

/* n times open, then middle, then n times close. */
static ans_err compile_nested(const char *open, const char *middle, const char *close, size_t n)
{
    fixture f;
    ans_buf b;
    ans_str text;
    const ans_path *path;
    ans_items out;
    fixture_open(&f, NULL);
    ans_buf_init_arena(&b, f.cx.arena, (size_t)8 << 20);
    for (size_t i = 0; i < n; i++) {
        ans_buf_add(&b, ans_str_of(open));
    }
    ans_buf_add(&b, ans_str_of(middle));
    for (size_t i = 0; i < n; i++) {
        ans_buf_add(&b, ans_str_of(close));
    }
    assert_int_equal(ans_buf_finish(&b, &text), ANS_OK);
    ans_err err = ans_path_compile(&f.cx, f.cx.arena, text, 0, &path);
    err = err ? err : ans_path_eval(&f.cx, path, NULL, NULL, &out);
    fixture_close(&f);
    return err;
}

static void path_syntax__depth_is_bounded(void **state)
{
    (void)state;
    assert_int_equal(compile_nested("(", "1", ")", 90), ANS_OK);
    assert_int_equal(compile_nested("(", "1", ")", 5000), ANS_E_SYNTAX);
    assert_int_equal(compile_nested("iif(true,", "1", ")", 90), ANS_OK);
    assert_int_equal(compile_nested("iif(true,", "1", ")", 20000), ANS_E_SYNTAX);
    assert_int_equal(
        compile_nested("1 implies 2 or 3 and 4 in 5 = 6 < 7 | 8 + 9 * -(", "1", ")", 90),
        ANS_E_VALUE); /* deep, and a comparison of booleans at the end */
    assert_int_equal(compile_nested("a[", "0", "]", 5000), ANS_E_SYNTAX);
    /* long is not deep */
    assert_int_equal(compile_nested("", "1", " + 1", 20000), ANS_OK);
    assert_int_equal(compile_nested("- ", "1", "", 20000), ANS_OK);
    assert_int_equal(compile_nested("", "1", " | 1", 20000), ANS_OK);
    assert_int_equal(compile_nested("", "a", ".b", 20000), ANS_OK);
    assert_int_equal(compile_nested("", "a", "[0]", 20000), ANS_OK);
    assert_int_equal(compile_nested("", "true", " and true", 20000), ANS_OK);
    assert_int_equal(compile_nested("", "1", " is Integer", 20000), ANS_OK);
    assert_int_equal(compile_nested("", "1", " is Integer + 1", 20000), ANS_E_SYNTAX);
    assert_int_equal(compile_nested("", "1", " + 1", 100000), ANS_E_SYNTAX); /* too long */
}

static void path_strict__knows_the_types(void **state)
{
    static const struct {
        const char *type, *expression;
        bool fine;
    } rows[] = {
        {"Patient", "name.given", true},
        {"Patient", "name.given1", false},
        {"Patient", "Patient.name.where(use = 'a').family", true},
        {"Patient", "Patient.name.where(usage = 'a').family", false},
        {"Patient", "name.select(given.first() & familie)", false},
        {"Patient", "Encounter.name", false},
        {"Patient", "Resource.id", true},
        {"Patient", "DomainResource.text.div", true},
        {"Patient", "deceased", true},
        {"Patient", "deceasedBoolean", false},
        {"Patient", "contained.name", true},
        {"Patient", "children().skip(1)", false},
        {"Patient", "children().first()", false},
        {"Patient", "descendants()[0]", false},
        {"Patient", "children().count()", true},
        {"Patient", "birthDate.extension('x').value", true},
        {"Patient", "birthDate.extension('x').values", false},
        {"Patient", "managingOrganization.resolve().anything", true},
        {"Observation", "value.unit", true},
        {"Observation", "(value as Quantity).unit", true},
        {"Observation", "(value as Period).unit", false},
        {"Observation", "value.ofType(Quantity).start", false},
        {"Observation", "component.value.ofType(CodeableConcept).coding.code", true},
        {"Observation", "component.valu", false},
        {"Bundle", "entry.resource.ofType(Patient).name", true},
        {"Bundle", "entry.resource.ofType(Patient).nome", false},
        {"Bundle", "entry.resource.name", true},
        {"Questionnaire", "repeat(item).item.linkId", true},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        fixture f;
        const ans_path *path;
        fixture_open(&f, NULL);
        ans_type type = ans_fhir_type_named(ans_str_of(rows[i].type));
        ans_err err =
            ans_path_compile_strict(&f.cx, f.cx.arena, ans_str_of(rows[i].expression), type, &path);
        if (err != (rows[i].fine ? ANS_OK : ANS_E_SYNTAX)) {
            fail_msg("%s: %s", rows[i].expression, ans_err_name(err));
        }
        err = ans_path_compile(&f.cx, f.cx.arena, ans_str_of(rows[i].expression), type, &path);
        assert_int_equal(err, ANS_OK);
        fixture_close(&f);
    }
}

/* Compile one expression for a context and evaluate it there. */
static void use_parameter(fixture *f, const char *expression, ans_type context,
                          const ans_item *focus)
{
    const ans_path *path;
    ans_items out;
    ans_err err = ans_path_compile(&f->cx, f->cx.arena, ans_str_of(expression), context, &path);
    err = err ? err : ans_path_eval(&f->cx, path, NULL, focus, &out);
    if (err) {
        fail_msg("%s %s: %s", ans_fhir_types[context].name, expression, f->cx.last_->text.p);
    }
}

static void path_parameters__of_r4_compile(void **state)
{
    unsigned expressions = 0, components = 0;
    (void)state;
    for (unsigned i = 0; i < ans_sp_count; i++) {
        const ans_sp *sp = &ans_sp_table[i];
        fixture f;
        ans_json doc;
        fixture_open(&f, NULL);
        ans_str text = ans_arena_fmt(f.cx.arena, "{\"resourceType\":\"%s\",\"id\":\"x\"}",
                                     ans_fhir_types[sp->base].name);
        assert_int_equal(ans_json_parse(&f.cx, text, NULL, &doc), ANS_OK);
        ans_item focus = ans_item_of_resource(&doc, 0);
        if (sp->expression) {
            use_parameter(&f, sp->expression, sp->base, &focus);
            expressions++;
        }
        for (unsigned k = 0; k < sp->component_count; k++) {
            use_parameter(&f, sp->components[k].expression, 0, &focus);
            components++;
        }
        fixture_close(&f);
    }
    assert_true(expressions > 1500 && components > 40);
}

static void path_parameters__find_values(void **state)
{
    static const struct {
        const char *code, *expected;
    } rows[] = {
        {"status", "\"final\""},
        {"patient", "{\"reference\":\"Patient/p1\"}"},
        {"date", "\"2026-03-04T05:06:07+07:00\""},
        {"component-value-concept", ""},
        {"value-string", ""},
        {"_id", "\"o\""},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        fixture f;
        fixture_open(&f, observation_text);
        const ans_sp *sp = ans_sp_named(f.focus.type, ans_str_of(rows[i].code));
        assert_non_null(sp);
        ans_str got = run_in(&f, sp->expression, f.focus.type, NULL);
        assert_string_equal(ans_arena_dup(f.cx.arena, got).p, rows[i].expected);
        fixture_close(&f);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(path_syntax__says_where),
        cmocka_unit_test(path_syntax__depth_is_bounded),
        cmocka_unit_test(path_strict__knows_the_types),
        cmocka_unit_test(path_parameters__of_r4_compile),
        cmocka_unit_test(path_parameters__find_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
