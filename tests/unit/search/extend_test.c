/* Search parameters beside R4's own: which are taken, which are left out, and that thousands of them cost no more than they may. */
#include "fixture.h"

#define FARM(more) "{\"code\":\"farm\",\"base\":[\"Patient\"],\"type\":\"token\",\"expression\":\"Patient.extension.where(url='urn:farm').value\"" more "}"

static void open_extended(fixture *f, const char *definitions, ans_search_extended *out)
{
    const ans_zone *zone;
    *f = (fixture){.cx = {.arena = ans_arena_new((size_t)1 << 30)}};
    assert_true(ans_base_start());
    assert_int_equal(ans_zone_open(&f->cx, ANS_STR("Asia/Ho_Chi_Minh"), &zone), ANS_OK);
    assert_int_equal(ans_search_new(&f->cx, zone, &f->search), ANS_OK);
    assert_int_equal(ans_search_extend(&f->cx, f->search, ans_str_of(definitions), out), ANS_OK);
    ans_store_options o = {.in_memory = true, .create = true, .index = ans_search_index_body, .index_arg = f->search};
    assert_int_equal(ans_store_open(&f->cx, &o, &f->store), ANS_OK);
    assert_int_equal(ans_search_bind(&f->cx, f->search, f->store), ANS_OK);
    assert_int_equal(ans_reader_open(&f->cx, f->store, &f->rd), ANS_OK);
}

static void asked(fixture *f, const char *question, const char *wanted)
{
    ans_str got = ask(f, question);
    if (!ans_str_is(got, wanted)) {
        fail_msg("%s: got %.*s, wanted %s", question, ANS_FMT(got), wanted);
    }
}

static void taken_and_left_out(void **state)
{
    (void)state;
    static const struct {
        const char *definition;
        uint32_t added, left_out;
    } cases[] = {
        {FARM(""), 1, 0},
        {FARM("") "," FARM(""), 1, 1},
        {"{\"code\":\"name\",\"base\":[\"Patient\"],\"type\":\"string\",\"expression\":\"Patient.name\"}", 0, 1}, /* R4's own */
        {"{\"code\":\"a b\",\"base\":[\"Patient\"],\"type\":\"string\",\"expression\":\"Patient.name\"}", 0, 1},
        {"{\"code\":\"x\",\"base\":[\"Patient\"],\"type\":\"composite\",\"expression\":\"Patient\"}", 0, 1},
        {"{\"code\":\"x\",\"base\":[\"Patient\"],\"type\":\"string\",\"expression\":\"((\"}", 0, 1},
        {"{\"code\":\"x\",\"base\":[\"Patient\"],\"type\":\"string\"}", 0, 1},
        {"{\"code\":\"x\",\"base\":[\"Nothing\"],\"type\":\"string\",\"expression\":\"a\"}", 0, 0},
        {"{\"code\":\"x\",\"base\":[\"Patient\",\"Person\",\"Patient\"],\"type\":\"string\",\"expression\":\"name.text\"}", 2, 0},
        {"1,\"a\",{},[]", 0, 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        fixture f;
        ans_search_extended got;
        char text[1024];
        (void)snprintf(text, sizeof text, "[%s]", cases[i].definition);
        open_extended(&f, text, &got);
        if (got.added != cases[i].added || got.left_out != cases[i].left_out) {
            fail_msg("%s: added %u, left out %u", text, got.added, got.left_out);
        }
        fixture_close(&f);
    }
}

static void asked_by(void **state)
{
    (void)state;
    fixture f;
    ans_search_extended got;
    open_extended(&f, "[" FARM("") ",{\"code\":\"keeper\",\"base\":[\"Resource\"],\"type\":\"reference\",\"target\":[\"Practitioner\"],"
                                   "\"expression\":\"extension.where(url='urn:keeper').value\"}]", &got);
    put(&f, "{\"resourceType\":\"Patient\",\"id\":\"p\",\"extension\":[{\"url\":\"urn:farm\",\"valueCode\":\"duck\"},{\"url\":\"urn:keeper\",\"valueReference\":{"
            "\"reference\":\"Practitioner/k\"}}],\"name\":[{\"family\":\"Lý\"}]}");
    put(&f, "{\"resourceType\":\"Patient\",\"id\":\"q\"}");
    asked(&f, "Patient?farm=duck", "p");
    asked(&f, "Patient?farm:missing=true", "q");
    asked(&f, "Patient?keeper=Practitioner/k", "p");
    asked(&f, "Patient?name=ly&farm=duck", "p");
    asked(&f, "Observation?keeper=Practitioner/k", "-");
    fixture_close(&f);
}

/* 600 of every type: a hundred are taken, and the store's numbers suffice. */
static void many(void **state)
{
    (void)state;
    fixture f;
    ans_buf b;
    ans_str text;
    ans_search_extended got;
    uint32_t types = 0;
    ans_buf_init(&b, (size_t)1 << 20);
    for (int i = 0; i < 600; i++) {
        ans_buf_fmt(&b, "%s{\"code\":\"n%d\",\"base\":[\"Resource\"],\"type\":\"string\",\"expression\":\"id\"}", i ? "," : "[", i);
    }
    ans_buf_add(&b, ANS_STR("]\0"));
    assert_int_equal(ans_buf_finish(&b, &text), ANS_OK);
    ((char *)(uintptr_t)text.p)[text.n - 1] = '\0';
    open_extended(&f, text.p, &got);
    for (ans_type t = 1; t < ans_fhir_type_count; t++) {
        types += ans_fhir_is_resource(t);
    }
    assert_int_equal(got.added, types * 100);
    assert_int_equal(got.left_out, types * 500);
    put(&f, "{\"resourceType\":\"Patient\",\"id\":\"p\"}");
    asked(&f, "Patient?n99=p", "p");
    fixture_close(&f);
    ans_buf_done(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(taken_and_left_out),
        cmocka_unit_test(asked_by),
        cmocka_unit_test(many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
