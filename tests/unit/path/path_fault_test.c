/* Memory that runs dry: the n-th allocation fails, once and for ever after, for n = 1, 2, ... until
 * none is left to fail. Each time the answer is the right error or the right result, and nothing
 * leaks (the sanitizer build looks). And memory that is capped: the answer is TOOBIG, never a
 * crash. */
#include "fixture.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/os.h"
#include "path/batch.h"

static const char *const expressions[] = {
    "Patient.name.given",
    "name.where(use = 'usual').given.first() & '\\u0041b'",
    "descendants().count()",
    "(1|2|3|4|5|6|7|8|9|10|11|12|13|14|15|16).select($this * 1.5).sort(-$this).first()",
    "name.given.where(matches('^V' & '.')).replaceMatches('n', '$0$0').upper()",
    "defineVariable('x', telecom).select(%x.rank.sum()) + %`ext-a`.length()",
    "('a,b,c'.split(',') | 'a'.toChars()).join(';').encode('base64')",
    "4 'g' * 3 'cm' = 12 'g.cm'",
    "now().toString().length() > 10",
    "(name | telecom | name).distinct().count() + deceased.type().name.length()",
    "extension('http://x/f').value.ofType(code) in ('a' | 'c')",
};

static ans_err work(ans_arena *arena, const char *expression, ans_str *out_text)
{
    ans_cx cx = {.arena = arena};
    ans_json doc;
    ans_items items = {0};
    ans_buf b;
    const ans_path *path;
    ans_err err = ans_json_parse(&cx, ans_str_of(patient_text), NULL, &doc);
    if (err) {
        return err;
    }
    ans_item focus = ans_item_of_resource(&doc, 0);
    err = ans_path_compile(&cx, arena, ans_str_of(expression), focus.type, &path);
    err = err ? err : ans_path_eval(&cx, path, NULL, &focus, &items);
    if (err) {
        return err;
    }
    ans_buf_init_arena(&b, arena, (size_t)1 << 20);
    for (uint32_t i = 0; i < items.count; i++) {
        ans_item_print(&cx, &items.at[i], &b);
    }
    return ans_buf_finish(&b, out_text);
}

static bool fail_at(uint64_t n, bool forever, const char *expression)
{
    ans_str text;
    ans_alloc_fail_after(n, forever);
    ans_arena *arena = ans_arena_new((size_t)16 << 20);
    ans_err err = arena ? work(arena, expression, &text) : ANS_E_NOMEM;
    bool reached = ans_alloc_fail_after(0, false) >= n;
    ans_arena_free(arena);
    if (reached ? err != ANS_E_NOMEM && err != ANS_OK : err != ANS_OK) {
        fail_msg("%s, allocation %llu: %s", expression, (unsigned long long)n, ans_err_name(err));
    }
    return reached;
}

static void path_fault__every_allocation(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(expressions); i++) {
        for (int forever = 0; forever < 2; forever++) {
            uint64_t n = 1;
            while (fail_at(n, forever, expressions[i])) {
                n++;
            }
            assert_in_range(n, 3, 5000);
        }
    }
}

static void path_fault__capped_memory(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(expressions); i++) {
        unsigned fine = 0;
        for (size_t cap = 1024; cap < (size_t)512 * 1024; cap += cap / 3) {
            ans_str text;
            ans_arena *arena = ans_arena_new(cap);
            assert_non_null(arena);
            ans_err err = work(arena, expressions[i], &text);
            if (err != ANS_OK && err != ANS_E_TOOBIG) {
                fail_msg("%s, %zu bytes: %s", expressions[i], cap, ans_err_name(err));
            }
            fine += err == ANS_OK;
            ans_arena_free(arena);
        }
        assert_true(fine > 0);
    }
}

static void path_batch__writes_a_line_for_each_case(void **state)
{
    static const char cases[] =
        "{\"name\":\"a\",\"expression\":\"Patient.name.given\",\"inputfile\":\"p.json\"}\n"
        "\n"
        "{\"name\":\"b\",\"expression\":\"1 +\",\"inputfile\":null}\n"
        "{\"name\":\"c\",\"expression\":\"1 + 1\"}\n"
        "{\"name\":\"d\",\"expression\":\"name.nome\",\"inputfile\":\"p.json\",\"mode\":\"strict\"}"
        "\n"
        "{\"name\":\"e\",\"expression\":\"1\",\"inputfile\":\"absent.json\"}";
    static const char *const starts[] = {
        "{\"name\":\"a\",\"result\":[\"Văn\",\"An\",null,\"Bé\"]}\n",
        "{\"name\":\"b\",\"error\":\"FHIRPath, character 4:", "{\"name\":\"c\",\"result\":[2]}\n",
        "{\"name\":\"d\",\"error\":\"FHIRPath, character 6:", "{\"name\":\"e\",\"error\":\""};
    char folder[] = "/tmp/ans_path_test_XXXXXX", file[64], *text = NULL;
    size_t size = 0;
    fixture f;
    (void)state;
    fixture_open(&f, NULL);
    assert_non_null(mkdtemp(folder));
    (void)snprintf(file, sizeof file, "%s/p.json", folder);
    assert_int_equal(ans_file_replace(&f.cx, file, ans_str_of(patient_text)), ANS_OK);
    (void)snprintf(file, sizeof file, "%s/cases", folder);
    assert_int_equal(ans_file_replace(&f.cx, file, ANS_STR(cases)), ANS_OK);
    FILE *out = open_memstream(&text, &size);
    assert_int_equal(ans_path_batch(&f.cx, file, folder, out), ANS_OK);
    (void)fclose(out);
    ans_str rest = {text, size}, line;
    for (size_t i = 0; i < COUNT(starts); i++) {
        const char *before = rest.p;
        assert_true(ans_str_cut(&rest, '\n', &line));
        assert_true(ans_str_starts((ans_str){before, line.n + 1}, ans_str_of(starts[i])));
    }
    assert_int_equal(rest.n, 0);
    free(text);
    (void)remove(file);
    (void)snprintf(file, sizeof file, "%s/p.json", folder);
    (void)remove(file);
    (void)rmdir(folder);
    assert_int_not_equal(ans_path_batch(&f.cx, file, folder, stdout), ANS_OK); /* no such file */
    fixture_close(&f);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(path_fault__every_allocation),
        cmocka_unit_test(path_fault__capped_memory),
        cmocka_unit_test(path_batch__writes_a_line_for_each_case),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
