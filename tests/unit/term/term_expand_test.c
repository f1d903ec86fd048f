/* What is in a value set: order, filters, nesting, imports; names by language; closure tables and their limits. */
#include "kit.h"

#include "base/buf.h"
#include "json/json.h"

static const char diseases[] =
    "{'resourceType':'CodeSystem','id':'d','url':'urn:t:d','version':'1','status':'active','content':'complete','caseSensitive':true,'language':'vi',"
    "'property':[{'code':'parent','type':'code'}],'concept':["
    "{'code':'K1','display':'Tâm thần'},{'code':'K2','display':'Tạo hình'},{'code':'K3','display':'Ta hoà'},{'code':'K4','display':'Tả (thổ tả)'},"
    "{'code':'K5','display':'Đái tháo đường','designation':[{'language':'en','value':'Diabetes'}],'property':[{'code':'parent','valueCode':'K9'}]},"
    "{'code':'K6','display':'Hòa tan','property':[{'code':'parent','valueCode':'K5'}]},{'code':'K7','property':[{'code':'inactive','valueBoolean':true}]},"
    "{'code':'K9','display':'Nội tiết'}]}";

/* Codes of the page, a '(' before what stands below the code before; "!name" for an error. */
static void expands(world *w, const char *set, const ans_term_expand_options *o, const char *wanted)
{
    const ans_term_set *s;
    ans_term_expansion x;
    char got[600] = "";
    assert_int_equal(ans_term_set_find(&w->f.cx, &w->scope, ans_str_of(set), &s), ANS_OK);
    assert_non_null(s);
    ans_err err = ans_term_expand(&w->f.cx, &w->scope, s, o, &x);
    if (err != ANS_OK) {
        assert_true(w->f.cx.issues != NULL);
        (void)snprintf(got, sizeof got, "!%s", ans_err_name(err));
        w->f.cx.issues = w->f.cx.last_ = NULL;
    }
    for (uint32_t i = 0; err == ANS_OK && i < x.count; i++) {
        size_t n = strlen(got);
        (void)snprintf(got + n, sizeof got - n, "%s%.*s%.*s", i ? " " : "", (int)x.items[i].depth, "((((", ANS_FMT(x.items[i].code));
    }
    if (strcmp(got, wanted) != 0) {
        fail_msg("%s filter '%.*s': got \"%s\", wanted \"%s\"", set, ANS_FMT(o->filter), got, wanted);
    }
}

static void filters(void **state)
{
    (void)state;
    static const struct {
        const char *filter, *wanted;
    } rows[] = {
        {"ta", "K3 K6 K1 K2 K4"},     /* without a tone first; â is another letter, ạ and ả other tones */
        {"tâ", "K1 K2 K3 K4 K6"},
        {"tạ", "K2 K1 K3 K4 K6"}, /* typed on: tạo */
        {"tả", "K4 K1 K2 K3 K6"},
        {"hoa", "K3 K6"},
        {"hòa", "K3 K6"},             /* the tone on either letter */
        {"hoà", "K3 K6"},
        {"dai thao", "K5"},
        {"ĐÁI", "K5"},
        {"duong thao", "K5"},
        {"thao dai x", ""},
        {"diabet", "K5"},
        {"(thổ", "K4"},
        {"k4", "K4"},
        {"K", "K1 K2 K3 K4 K5 K6 K7 K9"},
        {"   ", "K1 K2 K3 K4 K5 K6 K7 K9"},
        {"than tam", "K1"},
        {"%", ""},
    };
    world w;
    open_world(&w);
    put_text(&w, diseases);
    again(&w);
    for (size_t i = 0; i < COUNT(rows); i++) {
        ans_term_expand_options o = {.filter = ans_str_of(rows[i].filter), .count = 100};
        expands(&w, "urn:t:d?fhir_vs", &o, rows[i].wanted);
    }
    expands(&w, "urn:t:d?fhir_vs", &(ans_term_expand_options){.count = 3, .offset = 2}, "K3 K4 K5");
    expands(&w, "urn:t:d?fhir_vs", &(ans_term_expand_options){.count = 3, .offset = 99}, "");
    expands(&w, "urn:t:d?fhir_vs", &(ans_term_expand_options){.count = 100, .is_active_only = true, .offset = 5}, "K6 K9");
    expands(&w, "urn:t:d?fhir_vs", &(ans_term_expand_options){.count = 100, .is_nested = true}, "K1 K2 K3 K4 K7 K9 (K5 ((K6"); /* whatever their order */
    close_world(&w);
}

static void put_set(world *w, const char *id, const char *compose)
{
    char text[2000];
    (void)snprintf(text, sizeof text, "{'resourceType':'ValueSet','id':'%s','url':'urn:t:%s','status':'active','compose':{%s}}", id, id, compose);
    put_text(w, text);
}

static void imports(void **state)
{
    (void)state;
    world w;
    ans_term_expand_options all = {.count = 100};
    open_world(&w);
    put_text(&w, diseases);
    put_set(&w, "a", "'include':[{'system':'urn:t:d','concept':[{'code':'K3'},{'code':'K1'},{'code':'K3'}]},{'system':'urn:s','concept':[{'code':'x'},{'code':'x'}]}]");
    put_set(&w, "b", "'include':[{'system':'urn:t:d','filter':[{'property':'code','op':'regex','value':'K[1-5]'}]}],'exclude':[{'system':'urn:t:d','concept':[{'code':'K1'}]}]");
    put_set(&w, "both", "'include':[{'valueSet':['urn:t:a','urn:t:b']}]");
    put_set(&w, "either", "'include':[{'valueSet':['urn:t:a']},{'valueSet':['urn:t:b']}],'exclude':[{'valueSet':['urn:t:both']}]");
    put_set(&w, "circle", "'include':[{'valueSet':['urn:t:circle2']},{'valueSet':['urn:t:a']}]");
    put_set(&w, "circle2", "'include':[{'valueSet':['urn:t:circle']},{'system':'urn:t:d','concept':[{'code':'K9'}]}]");
    put_set(&w, "gone", "'include':[{'valueSet':['urn:t:nowhere']}]");
    put_set(&w, "unheard", "'include':[{'system':'urn:unheard'}]");
    put_set(&w, "filter", "'include':[{'system':'urn:t:d','filter':[{'property':'colour','op':'=','value':'x'}]}]");
    put_set(&w, "hidden", "'inactive':false,'include':[{'system':'urn:t:d','filter':[{'property':'concept','op':'is-a','value':'K9'}]},{'system':'urn:t:d','concept':[{'code':'K7'}]}]");
    put_set(&w, "units", "'include':[{'system':'http://unitsofmeasure.org'}]");
    again(&w);
    expands(&w, "urn:t:a", &all, "K3 K1 x");
    expands(&w, "urn:t:b", &all, "K2 K3 K4 K5");
    expands(&w, "urn:t:both", &all, "K3");
    expands(&w, "urn:t:either", &all, "K1 x K2 K4 K5");
    expands(&w, "urn:t:circle", &all, "K9 K3 K1 x");
    expands(&w, "urn:t:gone", &all, "!NOTFOUND");
    expands(&w, "urn:t:unheard", &all, "!NOTFOUND");
    expands(&w, "urn:t:filter", &all, "!UNSUPPORTED");
    expands(&w, "urn:t:hidden", &all, "K5 K6 K9");
    expands(&w, "urn:t:units", &all, "!COSTLY");
    expands(&w, "http://hl7.org/fhir/ValueSet/observation-vitalsignresult", &(ans_term_expand_options){.count = 2}, "85353-1 9279-1");
    close_world(&w);
}

/* The same code in the expansion and by membership, for every value set of R4 that can be listed. */
static void core_agrees(void **state)
{
    (void)state;
    world w;
    open_world(&w);
    uint32_t at = 0, listed = 0, codes = 0;
    const ans_type type = ans_fhir_type_named(ANS_STR("ValueSet"));
    for (const ans_def *def; (def = ans_defs_next(w.scope.defs, type, &at)) != NULL;) {
        ans_cx cx = {.arena = ans_arena_new((size_t)256 << 20)};
        const ans_term_set *set;
        ans_term_expansion x;
        assert_int_equal(ans_term_set_of_def(&cx, &w.scope, def, &set), ANS_OK);
        ans_err err = ans_term_expand(&cx, &w.scope, set, &(ans_term_expand_options){.count = 50000}, &x);
        assert_true(err == ANS_OK || err == ANS_E_NOTFOUND || err == ANS_E_COSTLY || err == ANS_E_UNSUPPORTED);
        listed += err == ANS_OK;
        for (uint32_t i = 0; err == ANS_OK && i < x.count; i++, codes++) {
            ans_term_code code = {.system = x.items[i].system_url, .code = x.items[i].code};
            ans_term_verdict v;
            assert_int_equal(ans_term_set_has(&cx, &w.scope, set, &code, &v), ANS_OK);
            if (v != ANS_TERM_IN) {
                fail_msg("%.*s: %.*s#%.*s is listed and not in", ANS_FMT(def->url), ANS_FMT(code.system), ANS_FMT(code.code));
            }
        }
        ans_arena_free(cx.arena);
    }
    print_message("%u value sets with %u codes can be listed\n", listed, codes);
    assert_true(listed > 1100 && codes > 20000);
    close_world(&w);
}

static void closures(void **state)
{
    (void)state;
    world w;
    ans_term_closures *all;
    ans_term_relations r;
    ans_term_code codes[] = {{.system = ANS_STR("urn:t:d"), .code = ANS_STR("K6")}, {.system = ANS_STR("urn:t:d"), .code = ANS_STR("K9")}};
    open_world(&w);
    put_text(&w, diseases);
    again(&w);
    assert_int_equal(ans_term_closures_new(&w.f.cx, &all), ANS_OK);
    ans_term_closure_call begin = {.name = ANS_STR("n")}, add = {.name = ANS_STR("n"), .codes = codes, .count = 2};
    assert_int_equal(ans_term_closure(&w.f.cx, &w.scope, all, &add, &r), ANS_E_NOTFOUND);
    assert_int_equal(ans_term_closure(&w.f.cx, &w.scope, all, &begin, &r), ANS_OK);
    assert_int_equal(ans_term_closure(&w.f.cx, &w.scope, all, &add, &r), ANS_OK);
    assert_int_equal(r.count, 1);
    assert_true(ans_str_is(r.at[0].lower, "K6") && ans_str_is(r.at[0].upper, "K9"));
    assert_int_equal(ans_term_closure(&w.f.cx, &w.scope, all, &add, &r), ANS_OK);
    assert_int_equal(r.count, 0); /* they were known */
    ans_term_closure_call hers = add, anew = begin;
    hers.owner = anew.owner = ANS_STR("her");
    assert_int_equal(ans_term_closure(&w.f.cx, &w.scope, all, &hers, &r), ANS_E_NOTFOUND); /* another's is not seen, */
    assert_int_equal(ans_term_closure(&w.f.cx, &w.scope, all, &anew, &r), ANS_OK);         /* nor ended by one of that name */
    assert_int_equal(ans_term_closure(&w.f.cx, &w.scope, all, &hers, &r), ANS_OK);
    assert_int_equal(r.count, 1);
    assert_int_equal(ans_term_closure(&w.f.cx, &w.scope, all, &add, &r), ANS_OK);
    assert_int_equal(r.count, 0);
    for (uint32_t i = 0; i < ANS_TERM_CLOSURES; i++) { /* one who begins many pushes out his own only */
        ans_term_closure_call other = {.owner = ANS_STR("him"), .name = ans_arena_fmt(w.f.cx.arena, "o%u", i)};
        assert_int_equal(ans_term_closure(&w.f.cx, &w.scope, all, &other, &r), ANS_OK);
    }
    assert_int_equal(ans_term_closure(&w.f.cx, &w.scope, all, &add, &r), ANS_OK);
    assert_int_equal(ans_term_closure(&w.f.cx, &w.scope, all, &hers, &r), ANS_OK);
    for (uint32_t i = 0; i < ANS_TERM_CLOSURES; i++) { /* many who begin one do */
        ans_term_closure_call other = {.owner = ans_arena_fmt(w.f.cx.arena, "a%u", i), .name = ANS_STR("n")};
        assert_int_equal(ans_term_closure(&w.f.cx, &w.scope, all, &other, &r), ANS_OK);
    }
    assert_int_equal(ans_term_closure(&w.f.cx, &w.scope, all, &add, &r), ANS_E_NOTFOUND);
    ans_term_closure_call full = {.owner = ANS_STR("a9"), .name = ANS_STR("n")};
    ans_err err = ANS_OK;
    for (uint32_t i = 0; err == ANS_OK && i <= ANS_TERM_CLOSURE_CONCEPTS; i++) {
        ans_term_code one = {.system = ANS_STR("urn:x"), .code = ans_arena_fmt(w.f.cx.arena, "c%u", i)};
        full.codes = &one;
        full.count = 1;
        err = ans_term_closure(&w.f.cx, &w.scope, all, &full, &r);
    }
    assert_int_equal(err, ANS_E_COSTLY);
    ans_term_closures_free(all);
    close_world(&w);
}

/* One code that many groups pass on to other maps, and many codes asked of many elements: both come to an end. */
static void maps_have_an_end(void **state)
{
    (void)state;
    enum { GROUPS = 30, ELEMENTS = 10000 };
    world w;
    ans_buf text;
    ans_str whole;
    ans_json doc;
    ans_term_matches found;
    ans_term_translate_options o = {.code = {.system = ANS_STR("urn:a"), .code = ANS_STR("x")}};
    uint32_t spent = 0, asked = 0;
    open_world(&w);
    ans_buf_init_arena(&text, w.f.cx.arena, (size_t)4 << 20);
    ANS_BUF_LIT(&text, "{'resourceType':'ConceptMap','id':'m','url':'urn:t:m','status':'active','group':[");
    for (int i = 0; i < GROUPS; i++) {
        ANS_BUF_LIT(&text, "{'source':'urn:a','element':[{'code':'y'}],'unmapped':{'mode':'other-map','url':'urn:t:m'}}");
        ans_buf_add_c(&text, i + 1 < GROUPS ? ',' : ']');
    }
    ans_buf_add_c(&text, '}');
    assert_int_equal(ans_buf_finish(&text, &whole), ANS_OK);
    put_text(&w, ans_arena_dup(w.f.cx.arena, whole).p);
    again(&w);
    assert_int_equal(ans_term_translate(&w.f.cx, &w.scope, NULL, 0, &o, &found), ANS_E_COSTLY);

    ans_buf_init_arena(&text, w.f.cx.arena, (size_t)4 << 20);
    ANS_BUF_LIT(&text, "{\"resourceType\":\"ConceptMap\",\"group\":[{\"source\":\"urn:a\",\"element\":[");
    for (int i = 0; i < ELEMENTS; i++) {
        ANS_BUF_LIT(&text, "{\"code\":\"y\",\"target\":[{\"code\":\"z\"}]},");
    }
    ANS_BUF_LIT(&text, "{\"code\":\"z\"}]}]}");
    assert_int_equal(ans_buf_finish(&text, &whole), ANS_OK);
    assert_int_equal(ans_json_parse(&w.f.cx, whole, NULL, &doc), ANS_OK);
    for (int turned = 0; turned < 2; turned++) {
        ans_err err = ANS_OK;
        spent = asked = 0;
        w.scope.spent = &spent;
        o.is_reverse = turned;
        for (; err == ANS_OK && asked < 2000; asked++) {
            err = ans_term_translate(&w.f.cx, &w.scope, &doc, 0, &o, &found);
        }
        assert_int_equal(err, ANS_E_COSTLY);
        assert_in_range(asked, 100, 600);
        w.scope.spent = NULL;
        assert_int_equal(ans_term_translate(&w.f.cx, &w.scope, &doc, 0, &o, &found), ANS_OK);
    }
    close_world(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(filters), cmocka_unit_test(imports), cmocka_unit_test(core_agrees), cmocka_unit_test(closures),
                                       cmocka_unit_test(maps_have_an_end)};
    return cmocka_run_group_tests_name("term_expand", tests, NULL, NULL);
}
