/* Views by example: what each part of a ViewDefinition does to rows, and what is refused before a row is made. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/os.h"
#include "view/view.h"

static const char person[] =
    "{\"resourceType\":\"Patient\",\"id\":\"p\",\"active\":true,\"birthDate\":\"1948-03-02\",\"gender\":\"female\","
    "\"name\":[{\"family\":\"Vừ\",\"given\":[\"Thị\",\"Mỷ\"]},{\"family\":\"Lý\"}],"
    "\"contact\":[{\"name\":{\"family\":\"Giàng\"},\"telecom\":[{\"value\":\"1\"},{\"value\":\"2\"}]},{\"name\":{\"family\":\"Sùng\"}}],"
    "\"multipleBirthInteger\":2}";
static const char form[] =
    "{\"resourceType\":\"QuestionnaireResponse\",\"id\":\"q\",\"status\":\"completed\",\"item\":[{\"linkId\":\"1\",\"item\":[{\"linkId\":\"1.1\",\"answer\":"
    "[{\"valueInteger\":3,\"item\":[{\"linkId\":\"1.1.1\"}]}]},{\"linkId\":\"1.2\"}]},{\"linkId\":\"2\"}]}";

/* Rows of a view over one resource as text, or "!" and the issue's place and text. */
static ans_str rows_of(ans_cx *cx, const char *view_text, const char *resource_text, ans_view_format format)
{
    ans_json view_doc, doc;
    const ans_view *view;
    const ans_zone *zone;
    ans_buf b;
    ans_str text;
    ans_view_printer p = {.out = &b, .format = format};
    ans_buf_init_arena(&b, cx->arena, 1 << 20);
    assert_int_equal(ans_json_parse(cx, ans_str_of(view_text), NULL, &view_doc), ANS_OK);
    assert_int_equal(ans_json_parse(cx, ans_str_of(resource_text), NULL, &doc), ANS_OK);
    assert_int_equal(ans_zone_open(cx, ANS_STR("Asia/Ho_Chi_Minh"), &zone), ANS_OK);
    ans_err err = ans_view_compile(cx, cx->arena, &view_doc, 0, &view);
    if (err == ANS_OK) {
        ans_view_print_begin(&p, view);
        err = ans_view_run(cx, view, zone, &doc, 0, ans_view_print, &p);
        ans_view_print_end(&p);
    }
    if (err != ANS_OK) {
        assert_non_null(cx->last_);
        return ans_arena_fmt(cx->arena, "!%.*s: %.*s", ANS_FMT(cx->last_->expression), ANS_FMT(cx->last_->text));
    }
    assert_int_equal(ans_buf_finish(&b, &text), ANS_OK);
    return ans_arena_dup(cx->arena, text);
}

static void check(const char *view, const char *resource, ans_view_format format, const char *wanted)
{
    ans_cx cx = {.arena = ans_arena_new((size_t)256 << 20)};
    ans_str got = rows_of(&cx, view, resource, format);
    bool same = wanted[0] == '!' ? ans_str_starts(got, ans_str_of(wanted)) : ans_str_is(got, wanted);
    if (!same) {
        fail_msg("%s\n got    %.*s\n wanted %s", view, ANS_FMT(got), wanted);
    }
    ans_arena_free(cx.arena);
}

#define V(select) "{\"resourceType\":\"ViewDefinition\",\"resource\":\"Patient\",\"select\":[" select "]}"
#define COL(name, path) "{\"name\":\"" name "\",\"path\":\"" path "\"}"

static void view__rows(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {V("{\"column\":[" COL("id", "id") "," COL("born", "birthDate") "," COL("n", "multipleBirth") "," COL("no", "deceased") "]}"),
         "{\"id\":\"p\",\"born\":\"1948-03-02\",\"n\":2,\"no\":null}\n"},
        /* each with each */
        {V("{\"forEach\":\"name\",\"column\":[" COL("f", "family") "]},{\"forEach\":\"contact\",\"column\":[" COL("c", "name.family") "]}"),
         "{\"f\":\"Vừ\",\"c\":\"Giàng\"}\n{\"f\":\"Vừ\",\"c\":\"Sùng\"}\n{\"f\":\"Lý\",\"c\":\"Giàng\"}\n{\"f\":\"Lý\",\"c\":\"Sùng\"}\n"},
        /* nothing to look at: no row, or a row of nulls */
        {V("{\"column\":[" COL("id", "id") "]},{\"forEach\":\"photo\",\"column\":[" COL("t", "title") "]}"), ""},
        {V("{\"column\":[" COL("id", "id") "]},{\"forEachOrNull\":\"photo\",\"column\":[" COL("t", "title") "],\"select\":[{\"column\":[" COL("u", "url") "]}]}"),
         "{\"id\":\"p\",\"t\":null,\"u\":null}\n"},
        /* below an item that has none, beside one that has */
        {V("{\"forEach\":\"contact\",\"column\":[" COL("c", "name.family") "],\"select\":[{\"forEachOrNull\":\"telecom\",\"column\":[" COL("v", "value") "]}]}"),
         "{\"c\":\"Giàng\",\"v\":\"1\"}\n{\"c\":\"Giàng\",\"v\":\"2\"}\n{\"c\":\"Sùng\",\"v\":null}\n"},
        /* one after the other, in the same columns */
        {V("{\"unionAll\":[{\"forEach\":\"name\",\"column\":[" COL("f", "family") "]},{\"forEach\":\"contact.name\",\"column\":[" COL("f", "family") "]}]},"
           "{\"column\":[" COL("id", "id") "]}"),
         "{\"f\":\"Vừ\",\"id\":\"p\"}\n{\"f\":\"Lý\",\"id\":\"p\"}\n{\"f\":\"Giàng\",\"id\":\"p\"}\n{\"f\":\"Sùng\",\"id\":\"p\"}\n"},
        {V("{\"forEach\":\"name\",\"column\":[" COL("i", "%rowIndex") "," COL("f", "family") "]},{\"column\":[" COL("o", "%rowIndex") "]}"),
         "{\"i\":0,\"f\":\"Vừ\",\"o\":0}\n{\"i\":1,\"f\":\"Lý\",\"o\":0}\n"},
        {V("{\"column\":[{\"name\":\"g\",\"path\":\"name.given\",\"collection\":true}," COL("k", "getResourceKey()") "]}"),
         "{\"g\":[\"Thị\",\"Mỷ\"],\"k\":\"p\"}\n"},
        {"{\"resource\":\"Patient\",\"constant\":[{\"name\":\"who\",\"valueCode\":\"female\"},{\"name\":\"year\",\"valueInteger\":2}],"
         "\"where\":[{\"path\":\"gender = %who\"},{\"path\":\"active\"}],\"select\":[{\"column\":[" COL("same", "multipleBirth = %year") "]}]}",
         "{\"same\":true}\n"},
        {"{\"resource\":\"Patient\",\"where\":[{\"path\":\"deceased\"}],\"select\":[{\"column\":[" COL("id", "id") "]}]}", ""},
        {"{\"resource\":\"Patient\",\"where\":[{\"path\":\"contact.first().name.exists()\"}],\"select\":[{\"column\":[" COL("id", "id") "]}]}", "{\"id\":\"p\"}\n"},
        {"{\"resource\":\"Observation\",\"select\":[{\"column\":[" COL("id", "id") "]}]}", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        check(cases[i][0], person, ANS_VIEW_NDJSON, cases[i][1]);
    }
}

/* An element that is there only by its extensions is nothing. */
static void view__void(void **state)
{
    static const char void_person[] = "{\"resourceType\":\"Patient\",\"id\":\"v\",\"_active\":{\"extension\":[{\"url\":\"u\",\"valueCode\":\"unknown\"}]}}";
    (void)state;
    check("{\"resource\":\"Patient\",\"where\":[{\"path\":\"active\"}],\"select\":[{\"column\":[" COL("id", "id") "]}]}", void_person, ANS_VIEW_NDJSON, "");
}

static void view__repeat(void **state)
{
    (void)state;
    check("{\"resource\":\"QuestionnaireResponse\",\"select\":[{\"repeat\":[\"item\",\"answer.item\"],\"column\":[" COL("l", "linkId") "]}]}", form,
          ANS_VIEW_NDJSON, "{\"l\":\"1\"}\n{\"l\":\"1.1\"}\n{\"l\":\"1.1.1\"}\n{\"l\":\"1.2\"}\n{\"l\":\"2\"}\n");
    check("{\"resource\":\"QuestionnaireResponse\",\"select\":[{\"repeat\":[\"$this\"],\"column\":[" COL("l", "id") "]}]}", form, ANS_VIEW_NDJSON,
          "!: repeat leads to more than");
}

static void view__refused(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"{}", "!ViewDefinition.resource"},
        {"{\"resource\":\"HumanName\",\"select\":[{\"column\":[]}]}", "!ViewDefinition.resource"},
        {"{\"resource\":\"Patient\"}", "!ViewDefinition.select"},
        {"{\"resource\":\"Patient\",\"select\":[]}", "!ViewDefinition.select"},
        {"{\"resource\":\"Patient\",\"select\":{}}", "!ViewDefinition.select: must be a list"},
        {V("{}"), "!ViewDefinition.select[0]: a select needs"},
        {V("1"), "!ViewDefinition.select[0]: must be an object"},
        {V("{\"forEach\":1,\"column\":[" COL("a", "id") "]}"), "!ViewDefinition.select[0].forEach: must be a FHIRPath"},
        {V("{\"forEach\":\"name\",\"forEachOrNull\":\"name\",\"column\":[" COL("a", "id") "]}"), "!ViewDefinition.select[0]: only one of"},
        {V("{\"column\":[{\"name\":\"a\"}]}"), "!ViewDefinition.select[0].column[0]: a column needs a path"},
        {V("{\"column\":[" COL("1a", "id") "]}"), "!ViewDefinition.select[0].column[0].name: a column's name"},
        {V("{\"column\":[" COL("a b", "id") "]}"), "!ViewDefinition.select[0].column[0].name"},
        {V("{\"column\":[" COL("a", "id") "," COL("a", "id") "]}"), "!ViewDefinition.select[0].column[1].name: a column of this name"},
        {V("{\"column\":[" COL("a", "@@") "]}"), "!"},
        {V("{\"column\":[" COL("a", "%unknown") "]}"), "!"},
        {V("{\"column\":[" COL("a", "name.family") "]}"), "!: the column a has several values"},
        {V("{\"unionAll\":[{\"column\":[" COL("a", "id") "]},{\"column\":[" COL("b", "id") "]}]}"), "!ViewDefinition.select[0].unionAll[1]: the branches"},
        {V("{\"unionAll\":[{\"column\":[" COL("a", "id") "]},{\"column\":[" COL("a", "id") "," COL("b", "id") "]}]}"),
         "!ViewDefinition.select[0].unionAll[1]: the branches"},
        {V("{\"column\":[" COL("a", "id") "]},{\"unionAll\":[{\"column\":[" COL("b", "id") "]},{\"column\":[" COL("a", "id") "]}]}"),
         "!ViewDefinition.select[1].unionAll[1].column[0].name: a column of this name"},
        {"{\"resource\":\"Patient\",\"where\":[{}],\"select\":[{\"column\":[" COL("a", "id") "]}]}", "!ViewDefinition.where[0]: a condition"},
        {"{\"resource\":\"Patient\",\"where\":[{\"path\":\"name.family\"}],\"select\":[{\"column\":[" COL("a", "id") "]}]}",
         "!ViewDefinition.where: a condition must be"},
        {"{\"resource\":\"Patient\",\"constant\":[{\"name\":\"a\"}],\"select\":[{\"column\":[" COL("a", "id") "]}]}", "!ViewDefinition.constant[0]"},
        {"{\"resource\":\"Patient\",\"constant\":[{\"name\":\"a\",\"valueInteger\":1},{\"name\":\"a\",\"valueInteger\":2}],"
         "\"select\":[{\"column\":[" COL("a", "id") "]}]}", "!ViewDefinition.constant[1]"},
        {V("{\"column\":[" COL("a", "nobody.where(use = %missing)") "]}"), "!ViewDefinition.select[0].column[0].path"},
        {"{\"resource\":\"Patient\",\"where\":[{\"path\":\"nobody = %missing\"}],\"select\":[{\"column\":[" COL("a", "id") "]}]}",
         "!ViewDefinition.where[0].path"},
        {"{\"resource\":\"Patient\",\"constant\":[{\"name\":\"a\",\"valueNonsense\":1}],\"select\":[{\"column\":[" COL("a", "id") "]}]}",
         "!ViewDefinition.constant[0]"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        check(cases[i][0], person, ANS_VIEW_NDJSON, cases[i][1]);
    }
}

static void view__formats(void **state)
{
    (void)state;
    static const char view[] = V("{\"forEach\":\"name\",\"column\":[" COL("f", "family & ', ' & 'a\\\\\\\"b'") "," COL("n", "given.first()") "]}");
    check(view, person, ANS_VIEW_JSON, "[{\"f\":\"Vừ, a\\\"b\",\"n\":\"Thị\"},\n{\"f\":\"Lý, a\\\"b\",\"n\":null}]\n");
    check(view, person, ANS_VIEW_CSV, "f,n\r\n\"Vừ, a\"\"b\",Thị\r\n\"Lý, a\"\"b\",\r\n");
    check(V("{\"forEach\":\"photo\",\"column\":[" COL("t", "title") "]}"), person, ANS_VIEW_JSON, "[]\n");
    check(V("{\"column\":[{\"name\":\"g\",\"path\":\"name.given\",\"collection\":true}]}"), person, ANS_VIEW_CSV, "g\r\n\"[\"\"Thị\"\",\"\"Mỷ\"\"]\"\r\n");
}

/* What a spreadsheet would run is made text; numbers stay numbers, and other formats keep every word. */
static void view__formulas(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"'=1+1'", "\"'=1+1\""},          {"'+HYPERLINK(1)'", "\"'+HYPERLINK(1)\""}, {"'-2+3|cmd'", "\"'-2+3|cmd\""}, {"'@SUM(1)'", "\"'@SUM(1)\""},
        {"'  =1'", "\"'  =1\""},          {"'\\t=1'", "\"'\t=1\""},              {"'\\r=1'", "\"'\r=1\""},       {"'='", "\"'=\""},
        {"'-12.5'", "-12.5"},             {"'+84123456789'", "+84123456789"},        {"'-1e3'", "-1e3"},              {"'a=1'", "a=1"},
        {"'=1,\\\"x'", "\"'=1,\"\"x\""}, {"-3.50", "-3.50"},                      {"'Vừ'", "Vừ"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char view[500], want[100];
        (void)snprintf(view, sizeof view, "{\"resource\":\"Patient\",\"select\":[{\"column\":[{\"name\":\"c\",\"path\":\"%s\"}]}]}", cases[i][0]);
        (void)snprintf(want, sizeof want, "c\r\n%s\r\n", cases[i][1]);
        check(view, person, ANS_VIEW_CSV, want);
    }
    check(V("{\"column\":[" COL("c", "'=1+1'") "]}"), person, ANS_VIEW_NDJSON, "{\"c\":\"=1+1\"}\n");
}

/* Deep and wide views end in a refusal, not in the stack. */
static void view__limits(void **state)
{
    (void)state;
    char deep[4096] = "{\"resource\":\"Patient\",\"select\":[";
    for (int i = 0; i < 28; i++) {
        strcat(deep, "{\"select\":[");
    }
    strcat(deep, "{\"column\":[" COL("a", "id") "]}");
    for (int i = 0; i < 28; i++) {
        strcat(deep, "]}");
    }
    strcat(deep, "]}");
    check(deep, person, ANS_VIEW_NDJSON, "!ViewDefinition.select[0]");
    char wide[4096] = "{\"resource\":\"Patient\",\"select\":[{\"column\":[" COL("a", "id") "]}";
    for (int i = 0; i < 20; i++) { /* 4 to the 20th rows */
        strcat(wide, ",{\"forEach\":\"name | contact.name\",\"select\":[{\"column\":[{\"name\":\"");
        char name[3] = {(char)('b' + i), 'x', 0};
        strcat(wide, name);
        strcat(wide, "\",\"path\":\"family\"}]}]}");
    }
    strcat(wide, "]}");
    check(wide, person, ANS_VIEW_CSV, "!");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(view__rows),    cmocka_unit_test(view__repeat), cmocka_unit_test(view__void), cmocka_unit_test(view__refused),
        cmocka_unit_test(view__formats), cmocka_unit_test(view__formulas), cmocka_unit_test(view__limits),
    };
    return ans_base_start() ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
