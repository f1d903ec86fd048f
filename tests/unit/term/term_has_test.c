/* Membership: every way a compose can say what is in it, what is not known, circles, editions by date. */
#include "kit.h"

#include "base/buf.h"
#include "json/json.h"

#define R4 "http://hl7.org/fhir/ValueSet/"
#define V3 "http://terminology.hl7.org/ValueSet/"
#define V3CS "http://terminology.hl7.org/CodeSystem/"

typedef struct question {
    const char *set, *code, *wanted;
} question;

static void core(void **state)
{
    (void)state;
    static const question rows[] = {
        {R4 "administrative-gender", "female", "in"},
        {R4 "administrative-gender|4.0.1", "female", "in"},
        {R4 "administrative-gender|4.0.0", "female", "unknown"},
        {R4 "administrative-gender", "Female", "out"}, /* case matters there */
        {R4 "administrative-gender", "http://hl7.org/fhir/administrative-gender#male", "in"},
        {R4 "administrative-gender", "http://example.org/x#male", "out"},
        {R4 "administrative-gender", "", "out"},
        {R4 "observation-vitalsignresult", "http://loinc.org#8867-4", "in"},
        {R4 "observation-vitalsignresult", "http://loinc.org#0000-0", "out"}, /* a list says all */
        {R4 "nothing", "x", "unknown"},
        {R4 "condition-code", "http://snomed.info/sct#38341003", "unknown"},
        {R4 "condition-code", "http://example.org/x#38341003", "out"},
        {V3 "v3-ActEncounterCode", V3CS "v3-ActCode#AMB", "in"},
        {V3 "v3-ActEncounterCode", V3CS "v3-ActCode#_ActEncounterCode", "out"}, /* excluded */
        {V3 "v3-ActEncounterCode", V3CS "v3-ActCode#ANNGEN", "out"},
        {V3 "v3-ActEncounterCode", V3CS "v3-ActCode#XYZZY", "out"},
        {R4 "v3-nothing", "x", "unknown"},
        {R4 "currencies", "VND", "in"},
        {R4 "currencies", "VNX", "out"},
        {R4 "mimetypes", "application/fhir+json", "in"},
        {R4 "mimetypes", "text/html; charset=utf-8", "in"},
        {R4 "mimetypes", "jpeg", "out"},
        {R4 "all-languages", "vi-VN", "in"},
        {R4 "all-languages", "vi_VN", "out"},
        {R4 "all-languages", "vi-", "out"},
        {R4 "ucum-units", "mm[Hg]", "in"},
        {R4 "ucum-units", "mmHg", "out"},
        {R4 "ucum-units", "[hp'_X]", "unknown"},
        {R4 "iso3166-1-2", "VN", "in"},
        {R4 "iso3166-1-2", "XQ", "out"},
        {R4 "action-participant-role", "http://terminology.hl7.org/CodeSystem/practitioner-role#doctor", "out"}, /* of both sets only */
        {R4 "units-of-time", "http://unitsofmeasure.org#wk", "in"},
        {R4 "units-of-time", "wks", "out"},
        {"http://snomed.info/sct?fhir_vs", "http://snomed.info/sct#1", "unknown"},
    };
    world w;
    open_world(&w);
    for (size_t i = 0; i < COUNT(rows); i++) {
        has(&w, rows[i].set, rows[i].code, rows[i].wanted);
    }
    is_code(&w, "http://hl7.org/fhir/administrative-gender#other", "in");
    is_code(&w, "http://hl7.org/fhir/administrative-gender#none", "out");
    is_code(&w, "http://loinc.org#8867-4", "unknown");
    is_code(&w, "urn:iso:std:iso:4217#EUR", "in");
    is_code(&w, "http://unitsofmeasure.org#{score}", "in");
    is_code(&w, "urn:ietf:rfc:3986#urn:oid:1.2.3", "in");
    is_code(&w, "urn:ietf:rfc:3986#no uri", "out");
    is_code(&w, "urn:ietf:rfc:3986#http://x/a b", "out");
    is_code(&w, "plain", "unknown");
    close_world(&w);
}

static const char animals[] =
    "{'resourceType':'CodeSystem','id':'animals','url':'urn:t:animals','version':'1','status':'active','content':'complete',"
    "'caseSensitive':true,'valueSet':'urn:t:all-animals',"
    "'property':[{'code':'legs','type':'integer'},{'code':'inactive','type':'boolean'},{'code':'parent','type':'code'}],"
    "'concept':[{'code':'animal','concept':[{'code':'mammal','concept':[{'code':'cat','display':'Con mèo','property':[{'code':'legs','valueInteger':4}]},"
    "{'code':'bat','property':[{'code':'legs','valueInteger':2},{'code':'parent','valueCode':'flyer'}]}]},"
    "{'code':'bird','property':[{'code':'parent','valueCode':'flyer'}],'concept':[{'code':'hen','property':[{'code':'legs','valueInteger':2}]},"
    "{'code':'dodo','property':[{'code':'inactive','valueBoolean':true}]}]}]},{'code':'flyer'},{'code':'rock'}]}";

static void put_set(world *w, const char *id, const char *compose)
{
    char text[2000];
    (void)snprintf(text, sizeof text, "{'resourceType':'ValueSet','id':'%s','url':'urn:t:%s','status':'active','compose':{%s}}", id, id, compose);
    put_text(w, text);
}

/* The codes of animals that are in the set, in the order asked. */
static void members(world *w, const char *set, const char *wanted)
{
    static const char *const codes[] = {"animal", "mammal", "cat", "bat", "bird", "hen", "dodo", "flyer", "rock", "none"};
    char got[200] = "", url[100];
    (void)snprintf(url, sizeof url, "urn:t:%s", set);
    for (size_t i = 0; i < COUNT(codes); i++) {
        ans_term_code c = {.system = ANS_STR("urn:t:animals"), .code = ans_str_of(codes[i])};
        ans_term_verdict v;
        assert_int_equal(ans_term_has_at(&w->f.cx, &w->scope, ans_str_of(url), &c, &v), ANS_OK);
        if (v != ANS_TERM_OUT) {
            (void)snprintf(got + strlen(got), sizeof got - strlen(got), "%s%s%s", *got ? " " : "", codes[i], v == ANS_TERM_UNKNOWN ? "?" : "");
        }
    }
    if (strcmp(got, wanted) != 0) {
        fail_msg("%s: got \"%s\", wanted \"%s\"", set, got, wanted);
    }
}

#define OF(more) "'include':[{'system':'urn:t:animals'" more "}]"
#define FILTER(property, op, value) OF(",'filter':[{'property':'" property "','op':'" op "','value':'" value "'}]")

static void composes(void **state)
{
    (void)state;
    static const struct {
        const char *compose, *wanted;
    } rows[] = {
        {OF(""), "animal mammal cat bat bird hen dodo flyer rock"},
        {OF(",'version':'1'"), "animal mammal cat bat bird hen dodo flyer rock"},
        {OF(",'version':'2'"), "animal? mammal? cat? bat? bird? hen? dodo? flyer? rock? none?"},
        {OF(",'concept':[{'code':'cat'},{'code':'none'}]"), "cat none"},
        {OF(",'concept':[]"), ""},
        {FILTER("concept", "is-a", "bird"), "bird hen dodo"},
        {FILTER("concept", "is-a", "flyer"), "bat bird hen dodo flyer"}, /* through the second parent */
        {FILTER("concept", "descendent-of", "bird"), "hen dodo"},
        {FILTER("concept", "is-not-a", "animal"), "flyer rock"},
        {FILTER("concept", "generalizes", "bat"), "animal mammal bat flyer"},
        {FILTER("concept", "is-a", "none"), ""},
        {FILTER("concept", "is-not-a", "none"), "animal mammal cat bat bird hen dodo flyer rock"},
        {FILTER("code", "=", "cat"), "cat"},
        {FILTER("concept", "in", "cat, hen,none"), "cat hen"},
        {FILTER("concept", "not-in", "cat,hen,animal,rock"), "mammal bat bird dodo flyer"},
        {FILTER("code", "regex", "[a-c]at"), "cat bat"},
        {FILTER("code", "regex", ".*(.o.*"), "animal? mammal? cat? bat? bird? hen? dodo? flyer? rock?"}, /* no expression */
        {FILTER("legs", "=", "2"), "bat hen"},
        {FILTER("legs", "exists", "true"), "cat bat hen"},
        {FILTER("legs", "exists", "false"), "animal mammal bird dodo flyer rock"},
        {FILTER("legs", "in", "4,6"), "cat"},
        {FILTER("wings", "=", "2"), "animal? mammal? cat? bat? bird? hen? dodo? flyer? rock?"},
        {FILTER("display", "regex", ".*mèo"), "cat"},
        {FILTER("parent", "=", "flyer"), "bat bird"},
        {FILTER("child", "=", "cat"), "mammal"},
        {FILTER("concept", "sounds-like", "x"), "animal? mammal? cat? bat? bird? hen? dodo? flyer? rock?"},
        {FILTER("inactive", "=", "false"), "animal mammal cat bat bird hen flyer rock"},
        {"'inactive':false," OF(""), "animal mammal cat bat bird hen flyer rock"},
        {OF(",'filter':[{'property':'concept','op':'is-a','value':'animal'},{'property':'legs','op':'=','value':'2'}]"), "bat hen"},
        {OF("") ",'exclude':[{'system':'urn:t:animals','filter':[{'property':'concept','op':'is-a','value':'animal'}]}]", "flyer rock"},
        {OF("") ",'exclude':[{'system':'urn:t:animals','concept':[{'code':'rock'}]}]", "animal mammal cat bat bird hen dodo flyer"},
        {OF("") ",'exclude':[{'valueSet':['urn:t:nowhere']}]", "animal? mammal? cat? bat? bird? hen? dodo? flyer? rock?"},
        {"'include':[{'valueSet':['urn:t:all-animals']}]", "animal mammal cat bat bird hen dodo flyer rock"},
        {"'include':[{'valueSet':['urn:t:set5','urn:t:set6']}]", "bird hen dodo"}, /* in both */
        {"'include':[{'valueSet':['urn:t:set5']},{'valueSet':['urn:t:set3']}]", "cat bird hen dodo none"},
        {OF(",'valueSet':['urn:t:set17']"), "bat hen"},
        {"'include':[{'valueSet':['urn:t:set36']},{'system':'urn:t:animals','concept':[{'code':'cat'}]}]", "cat"}, /* itself */
        {"'include':[{'valueSet':['urn:t:set38']}]", "rock"},                                                     /* two in a circle */
        {"'include':[{'valueSet':['urn:t:set37']},{'system':'urn:t:animals','concept':[{'code':'rock'}]}]", "rock"},
        {"'include':[{'valueSet':['urn:t:nowhere']},{'system':'urn:t:animals','concept':[{'code':'cat'}]}]",
         "animal? mammal? cat bat? bird? hen? dodo? flyer? rock? none?"},
        {"'include':[{'concept':[{'code':'cat'}]}]", ""}, /* no system: nothing */
        {"'exclude':[{'system':'urn:t:animals'}]", ""},
    };
    world w;
    open_world(&w);
    put_text(&w, animals);
    for (size_t i = 0; i < COUNT(rows); i++) {
        char id[20];
        (void)snprintf(id, sizeof id, "set%zu", i);
        put_set(&w, id, rows[i].compose);
    }
    again(&w);
    for (size_t i = 0; i < COUNT(rows); i++) {
        char id[20];
        (void)snprintf(id, sizeof id, "set%zu", i);
        members(&w, id, rows[i].wanted);
    }
    members(&w, "all-animals", "animal mammal cat bat bird hen dodo flyer rock");
    members(&w, "all-animals|1", "animal mammal cat bat bird hen dodo flyer rock");
    members(&w, "animals?fhir_vs", "animal mammal cat bat bird hen dodo flyer rock");
    members(&w, "animals?fhir_vs=isa/bird", "bird hen dodo");
    members(&w, "animals?fhir_vs=near/bird", "animal? mammal? cat? bat? bird? hen? dodo? flyer? rock?");
    close_world(&w);
}

/* Many sets, each of which imports the one below four times: the work is four times as much at each unless somebody counts. */
static void many_ways(void **state)
{
    (void)state;
    world w;
    ans_term_verdict v;
    ans_term_code c = {.code = ANS_STR("x"), .system = ANS_STR("urn:t:none")};
    open_world(&w);
    for (int i = 0; i < 23; i++) {
        char id[20], compose[200];
        (void)snprintf(id, sizeof id, "way%d", i);
        (void)snprintf(compose, sizeof compose,
                       "'include':[{'valueSet':['urn:t:way%d']},{'valueSet':['urn:t:way%d']},{'valueSet':['urn:t:way%d']},{'valueSet':['urn:t:way%d']}]",
                       i + 1, i + 1, i + 1, i + 1);
        put_set(&w, id, compose);
    }
    put_set(&w, "way23", "'include':[{'system':'urn:t:none','concept':[{'code':'y'}]}]");
    again(&w);
    assert_int_equal(ans_term_has(&w.f.cx, w.scope.defs, ANS_STR("urn:t:way0"), &c, &v), ANS_OK);
    assert_int_equal(v, ANS_TERM_UNKNOWN);
    assert_int_equal(ans_term_has(&w.f.cx, w.scope.defs, ANS_STR("urn:t:way18"), &c, &v), ANS_OK);
    assert_int_equal(v, ANS_TERM_OUT);
    close_world(&w);
}

/* Hierarchies nobody means: circles by property, a code twice, codes without case, concepts without a code. */
static void odd_systems(void **state)
{
    (void)state;
    world w;
    open_world(&w);
    put_text(&w, "{'resourceType':'CodeSystem','id':'c','url':'urn:t:circle','status':'active','content':'complete','concept':["
                 "{'code':'a','property':[{'code':'parent','valueCode':'b'}]},{'code':'b','property':[{'code':'parent','valueCode':'c'}]},"
                 "{'code':'c','property':[{'code':'parent','valueCode':'a'},{'code':'parent','valueCode':'d'},{'code':'parent','valueCode':'c'}]},"
                 "{'code':'d','property':[{'code':'child','valueCode':'a'}]},{'display':'no code','concept':[{'code':'e'}]},"
                 "{'code':'X','concept':[{'code':'z'}]},{'code':'x'},{'code':'d','concept':[{'code':'z'}]}]}");
    put_set(&w, "all", "'include':[{'system':'urn:t:circle','filter':[{'property':'concept','op':'is-a','value':'d'}]}]");
    put_text(&w, "{'resourceType':'CodeSystem','id':'f','url':'urn:t:fragment','status':'active','content':'fragment','concept':[{'code':'a'}]}");
    again(&w);
    has(&w, "urn:t:all", "urn:t:circle#a", "in");
    has(&w, "urn:t:all", "urn:t:circle#c", "in");
    has(&w, "urn:t:all", "urn:t:circle#z", "in"); /* stands below X and, in its second place, below d */
    has(&w, "urn:t:all", "urn:t:circle#e", "out");
    is_code(&w, "urn:t:circle#E", "in"); /* caseSensitive is not said */
    is_code(&w, "urn:t:circle#ee", "out");
    is_code(&w, "urn:t:fragment#a", "in");
    is_code(&w, "urn:t:fragment#b", "unknown");
    close_world(&w);
}

static void put_edition(world *w, const char *id, const char *version, const char *period, const char *code)
{
    char text[1000];
    (void)snprintf(text, sizeof text,
                   "{'resourceType':'CodeSystem','id':'%s','url':'urn:t:icd','version':'%s','status':'active','content':'complete',"
                   "'extension':[{'url':'urn:ansinh:valid-period','valuePeriod':{%s}}],'concept':[{'code':'same'},{'code':'%s'}]}",
                   id, version, period, code);
    put_text(w, text);
}

static void has_on(world *w, const char *day, const char *code, const char *wanted)
{
    assert_true(ans_term_day(ans_str_of(day), &w->scope.day));
    has(w, "urn:t:diagnoses", code, wanted);
    w->scope.day = ANS_TERM_TODAY;
}

static int64_t before(void)
{
    return INT64_C(1782838799) * 1000000; /* 2026-06-30T16:59:59Z: 23:59:59 in Vietnam */
}

static int64_t after(void)
{
    return INT64_C(1782838800) * 1000000;
}

static void editions(void **state)
{
    (void)state;
    world w;
    open_world(&w);
    put_edition(&w, "new", "2026", "'start':'2026-07-01'", "fresh");
    put_edition(&w, "old", "2020", "'start':'2020-11','end':'2026-06-30'", "stale");
    put_set(&w, "diagnoses", "'include':[{'system':'urn:t:icd'}]");
    put_set(&w, "fixed", "'include':[{'system':'urn:t:icd','version':'2020'}]");
    again(&w);
    has_on(&w, "2026-06-30", "urn:t:icd#stale", "in");
    has_on(&w, "2026-06-30", "urn:t:icd#fresh", "out");
    has_on(&w, "2026-07-01", "urn:t:icd#stale", "out");
    has_on(&w, "2026-07-01T00:10:00+07:00", "urn:t:icd#fresh", "in"); /* the day as it is written */
    has_on(&w, "2020-10-31", "urn:t:icd#same", "unknown");            /* before every edition */
    has_on(&w, "2020-11-01", "urn:t:icd#same", "in");
    has(&w, "urn:t:fixed", "urn:t:icd#stale", "in");
    has(&w, "urn:t:fixed", "urn:t:icd#fresh", "out");
    ans_clock_set(before);
    has(&w, "urn:t:diagnoses", "urn:t:icd#stale", "in");
    ans_clock_set(after);
    has(&w, "urn:t:diagnoses", "urn:t:icd#stale", "out");
    has(&w, "urn:t:diagnoses", "urn:t:icd#fresh", "in");
    ans_clock_set(NULL);
    close_world(&w);
}

/* What is replaced is answered anew, though value sets over it stay as they were made. */
static void follows(void **state)
{
    (void)state;
    world w;
    open_world(&w);
    put_text(&w, animals);
    put_set(&w, "v", OF(""));
    again(&w);
    has(&w, "urn:t:v", "urn:t:animals#cow", "out");
    put_text(&w, "{'resourceType':'CodeSystem','id':'animals','url':'urn:t:animals','status':'active','content':'complete','concept':[{'code':'cow'}]}");
    has(&w, "urn:t:v", "urn:t:animals#cow", "out"); /* a view is one moment */
    again(&w);
    has(&w, "urn:t:v", "urn:t:animals#cow", "in");
    has(&w, "urn:t:v", "urn:t:animals#cat", "out");
    take_away(&w.f, "CodeSystem", "animals");
    again(&w);
    has(&w, "urn:t:v", "urn:t:animals#cow", "unknown");
    close_world(&w);
}

/* Members of an expansion that are no objects, many more than there is room for: told from the answer, and by AddressSanitizer. */
static void odd_expansions(void **state)
{
    (void)state;
    ans_cx cx = {.arena = ans_arena_new((size_t)16 << 20)};
    ans_buf text;
    ans_str whole;
    ans_json doc;
    const ans_term_set *set;
    assert_non_null(cx.arena);
    ans_buf_init_arena(&text, cx.arena, (size_t)4 << 20);
    ANS_BUF_LIT(&text, "{\"resourceType\":\"ValueSet\",\"expansion\":{\"contains\":[{\"system\":\"urn:s\",\"code\":\"a\"}");
    for (int i = 0; i < 100000; i++) {
        ANS_BUF_LIT(&text, ",\"a\"");
    }
    ANS_BUF_LIT(&text, "]}}");
    assert_int_equal(ans_buf_finish(&text, &whole), ANS_OK);
    assert_int_equal(ans_json_parse(&cx, whole, NULL, &doc), ANS_OK);
    size_t before = ans_arena_used(cx.arena);
    assert_int_equal(ans_term_set_of_doc(&cx, &doc, 0, &set), ANS_OK);
    assert_true(ans_arena_used(cx.arena) - before < 4096); /* room for one code */
    ans_arena_free(cx.arena);
}

static void expansions(void **state)
{
    (void)state;
    world w;
    open_world(&w);
    put_text(&w, "{'resourceType':'ValueSet','id':'e','url':'urn:t:e','status':'active','expansion':{'timestamp':'2026-01-01','contains':["
                 "{'display':'group','contains':[{'system':'urn:s','code':'a'}]},{'system':'urn:s2','code':'a'},{'system':'urn:s','code':'g','abstract':true}]}}");
    put_text(&w, "{'resourceType':'ValueSet','id':'p','url':'urn:t:p','status':'active','compose':{'include':[{'system':'urn:unheard'}]},"
                 "'expansion':{'timestamp':'2026-01-01','total':9,'contains':[{'system':'urn:unheard','code':'a'}]}}");
    put_text(&w, "{'resourceType':'ValueSet','id':'o','url':'urn:t:o','status':'active','expansion':{'timestamp':'2026-01-01','total':4,'contains':["
                 "'a',7,[{'code':'x'}],{'system':'urn:s','code':'a','contains':[null,'b']}]}}");
    again(&w);
    has(&w, "urn:t:o", "urn:s#a", "in");
    has(&w, "urn:t:o", "urn:s#b", "unknown"); /* what is no object is none of the four */
    has(&w, "urn:t:e", "urn:s#a", "in");
    has(&w, "urn:t:e", "urn:s2#a", "in");
    has(&w, "urn:t:e", "urn:s3#a", "out");
    has(&w, "urn:t:e", "urn:s#g", "out");
    has(&w, "urn:t:p", "urn:unheard#a", "in");
    has(&w, "urn:t:p", "urn:unheard#b", "unknown"); /* it says that there are more */
    close_world(&w);
}

/* Questions of one call share their steps: when they are spent, the next is not known, and each of its own still is. */
static void shared_steps(void **state)
{
    (void)state;
    static const char *const sets[] = {"urn:t:filtered", "urn:t:came"};
    world w;
    open_world(&w);
    put_text(&w, "{'resourceType':'CodeSystem','id':'animals','url':'urn:t:animals','status':'active','content':'complete','concept':[{'code':'cow'}]}");
    put_text(&w, "{'resourceType':'ValueSet','id':'f','url':'urn:t:filtered','status':'active','compose':{'include':[{'system':'urn:t:animals',"
                 "'filter':[{'property':'code','op':'in','value':'cow,hen'}]}]}}");
    put_text(&w, "{'resourceType':'ValueSet','id':'c','url':'urn:t:came','status':'active','expansion':{'timestamp':'2026-01-01','contains':["
                 "{'system':'urn:t:animals','code':'cow'}]}}");
    again(&w);
    for (size_t i = 0; i < COUNT(sets); i++) {
        uint32_t spent = 0, questions = 0;
        ans_term_code code = code_of("urn:t:animals#cow");
        ans_term_verdict v = ANS_TERM_IN;
        w.scope.spent = &spent;
        for (; v == ANS_TERM_IN && questions < 1000000; questions++) {
            assert_int_equal(ans_term_has_at(&w.f.cx, &w.scope, ans_str_of(sets[i]), &code, &v), ANS_OK);
        }
        assert_int_equal(v, ANS_TERM_UNKNOWN);
        assert_in_range(questions, 1000, 300000);
        w.scope.spent = NULL;
        has(&w, sets[i], "urn:t:animals#cow", "in");
    }
    close_world(&w);
}

/* A filter's list costs steps by its length, and has an end. */
static void long_lists(void **state)
{
    (void)state;
    static const struct {
        int commas;
        const char *wanted;
        uint32_t least_spent;
    } rows[] = {{9, "in", 0}, {9999, "in", 600}, {10000, "unknown", 0}, {1000000, "unknown", 0}};
    world w;
    open_world(&w);
    put_text(&w, "{'resourceType':'CodeSystem','id':'animals','url':'urn:t:animals','status':'active','content':'complete','concept':[{'code':'cow'}]}");
    again(&w);
    for (size_t i = 0; i < COUNT(rows); i++) {
        ans_cx cx = {.arena = ans_arena_new((size_t)64 << 20)};
        ans_term_code code = code_of("urn:t:animals#cow");
        ans_term_verdict v;
        const ans_term_set *set;
        ans_json doc;
        ans_buf text;
        ans_str whole;
        uint32_t spent = 0;
        assert_non_null(cx.arena);
        ans_buf_init_arena(&text, cx.arena, (size_t)4 << 20);
        ANS_BUF_LIT(&text, "{\"resourceType\":\"ValueSet\",\"compose\":{\"include\":[{\"system\":\"urn:t:animals\",\"filter\":[{\"property\":\"code\",\"op\":\"in\","
                           "\"value\":\"");
        for (int k = 0; k < rows[i].commas; k++) {
            ans_buf_add_c(&text, ',');
        }
        ANS_BUF_LIT(&text, "cow\"}]}]}}");
        assert_int_equal(ans_buf_finish(&text, &whole), ANS_OK);
        assert_int_equal(ans_json_parse(&cx, whole, NULL, &doc), ANS_OK);
        size_t before = ans_arena_used(cx.arena);
        assert_int_equal(ans_term_set_of_doc(&cx, &doc, 0, &set), ANS_OK);
        assert_true(ans_arena_used(cx.arena) - before < (size_t)256 << 10);
        ans_term_scope scope = {.defs = w.scope.defs, .day = ANS_TERM_TODAY, .spent = &spent};
        assert_int_equal(ans_term_set_has(&cx, &scope, set, &code, &v), ANS_OK);
        assert_string_equal(verdicts[v], rows[i].wanted);
        assert_true(spent >= rows[i].least_spent);
        ans_arena_free(cx.arena);
    }
    close_world(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(core),     cmocka_unit_test(composes), cmocka_unit_test(many_ways),  cmocka_unit_test(odd_systems),
        cmocka_unit_test(editions), cmocka_unit_test(follows),  cmocka_unit_test(expansions), cmocka_unit_test(odd_expansions),
        cmocka_unit_test(shared_steps), cmocka_unit_test(long_lists),
    };
    return cmocka_run_group_tests_name("term_has", tests, NULL, NULL);
}
