/* Snapshots made from differentials. R4's own profiles come with both, so the specification's own snapshots say what ours must be:
 * element by element, and what each says of number, type, value, binding and constraint. Then the corners, through what is refused. */
#include "fixture.h"

#include <dirent.h>

#include "valid/valid_int.h"

#define FOLDER "defs/node_modules/hl7.fhir.r4.examples"

/* ---- against R4's own ---- */

/* Where R4's snapshots are not what its differentials say, or say the same in other words: how many differences, and why. */
static const struct {
    const char *name;
    unsigned count;
} odd[] = {
    {"cholesterol", 2},              /* keeps sqty-1 and qty-3 where the differential says Quantity, no longer SimpleQuantity; the base asks them anyway */
    {"hdlcholesterol", 2},           /* the same */
    {"ldlcholesterol", 2},           /* the same */
    {"elementdefinition-de", 8},     /* unfolds two extensions that its differential does not go into */
    {"provenance-relevant-history", 2}, /* a slice does not get what the differential said of all agents; a contentReference to a slice */
    {"bp", 30},                      /* valueQuantity of a slice as value[x] of one type; here as the one slice by type, as everywhere else */
    {"familymemberhistory-genetic", 3}, /* three choices renamed by a slice nobody slices by */
};

typedef struct tally {
    unsigned profiles, elements, differences;
    bool is_loud;
} tally;

static unsigned expected(ans_str url)
{
    for (size_t i = 0; i < COUNT(odd); i++) {
        if (ans_str_is(ans_str_from(url, (size_t)ans_str_rfind(url, '/') + 1), odd[i].name)) {
            return odd[i].count;
        }
    }
    return 0;
}

static ans_jnode elements(const ans_json *doc)
{
    return ans_json_get(doc, ans_json_get(doc, 0, ANS_STR("snapshot")), ANS_STR("element"));
}

static ans_jnode element_of(ans_cx *cx, const ans_json *doc, ans_str id)
{
    ans_jnode list = elements(doc);
    ANS_JSON_EACH(doc, list, e) {
        if (ans_str_eq(ans_json_get_string(cx, doc, e, ANS_STR("id")), id)) {
            return e;
        }
    }
    return ANS_JNONE;
}

static ans_str printed(ans_cx *cx, const ans_json *doc, ans_jnode n)
{
    ans_buf b;
    ans_str out;
    ans_buf_init_arena(&b, cx->arena, 1 << 20);
    if (n != ANS_JNONE) {
        ans_json_print(doc, n, false, &b);
    }
    assert_int_equal(ans_buf_finish(&b, &out), ANS_OK);
    return out;
}

static bool is_compared(ans_str key)
{
    static const char *const whole[] = {"path", "sliceName", "min", "max", "type", "contentReference", "maxLength"};
    for (size_t i = 0; i < COUNT(whole); i++) {
        if (ans_str_is(key, whole[i])) {
            return true;
        }
    }
    return ans_str_starts(key, ANS_STR("fixed")) || ans_str_starts(key, ANS_STR("pattern"));
}

static void differ(tally *t, ans_str url, ans_str id, ans_str what, ans_str theirs, ans_str ours)
{
    t->differences++;
    if (!t->is_loud) {
        return;
    }
    print_message("%.*s %.*s %.*s: %.*s, here %.*s\n", ANS_FMT(url), ANS_FMT(id), ANS_FMT(what), ANS_FMT(ans_str_head(theirs, theirs.n < 200 ? theirs.n : 200)),
                  ANS_FMT(ans_str_head(ours, ours.n < 200 ? ours.n : 200)));
}

static void compare_element(ans_cx *cx, tally *t, ans_str url, ans_str id, const ans_json *theirs, ans_jnode a, const ans_json *ours, ans_jnode b)
{
    t->elements++;
    ANS_JSON_EACH(theirs, a, m) {
        ans_str key = ans_json_key(theirs, m), x, y;
        if (is_compared(key)) {
            x = printed(cx, theirs, m);
            y = printed(cx, ours, ans_json_get(ours, b, key));
            if (!ans_str_eq(x, y)) {
                differ(t, url, id, key, x, y);
            }
        }
    }
    ans_jnode list = ans_json_get(theirs, a, ANS_STR("constraint"));
    for (ans_jnode c = list == ANS_JNONE ? ANS_JNONE : ans_json_first(theirs, list); c != ANS_JNONE; c = ans_json_next(theirs, list, c)) {
        ans_str key = ans_json_get_string(cx, theirs, c, ANS_STR("key"));
        ans_jnode mine = ans_json_get(ours, b, ANS_STR("constraint"));
        bool found = false;
        for (ans_jnode d = mine == ANS_JNONE ? ANS_JNONE : ans_json_first(ours, mine); d != ANS_JNONE; d = ans_json_next(ours, mine, d)) {
            found = found || ans_str_eq(ans_json_get_string(cx, ours, d, ANS_STR("key")), key);
        }
        if (!found) {
            differ(t, url, id, ANS_STR("constraint"), key, ANS_STR_NONE);
        }
    }
    ans_str x = printed(cx, theirs, ans_json_get(theirs, ans_json_get(theirs, a, ANS_STR("binding")), ANS_STR("valueSet")));
    ans_str y = printed(cx, ours, ans_json_get(ours, ans_json_get(ours, b, ANS_STR("binding")), ANS_STR("valueSet")));
    if (x.n && !ans_str_eq(x, y)) {
        differ(t, url, id, ANS_STR("binding"), x, y);
    }
}

static void compare(ans_cx *cx, tally *t, ans_str url, const ans_json *theirs, const ans_json *ours)
{
    ans_jnode list = elements(theirs), own = elements(ours);
    ANS_JSON_EACH(theirs, list, e) {
        ans_str id = ans_json_get_string(cx, theirs, e, ANS_STR("id"));
        ans_jnode b = element_of(cx, ours, id);
        if (b == ANS_JNONE) {
            differ(t, url, id, ANS_STR("element"), ANS_STR("there"), ANS_STR("not"));
        } else {
            compare_element(cx, t, url, id, theirs, e, ours, b);
        }
    }
    ANS_JSON_EACH(ours, own, e) {
        ans_str id = ans_json_get_string(cx, ours, e, ANS_STR("id"));
        if (element_of(cx, theirs, id) == ANS_JNONE) {
            differ(t, url, id, ANS_STR("element"), ANS_STR("not there"), ANS_STR("there"));
        }
    }
}

/* The same definition without its snapshot. */
static ans_str bare(ans_cx *cx, const ans_json *doc)
{
    ans_buf b;
    ans_jw w;
    ans_str out;
    ans_buf_init_arena(&b, cx->arena, (size_t)8 << 20);
    ans_jw_init(&w, &b);
    ans_jw_begin(&w, '{');
    ANS_JSON_EACH(doc, 0, m) {
        if (!ans_str_is(ans_json_key(doc, m), "snapshot")) {
            ans_jw_key(&w, ans_json_key(doc, m));
            ans_jw_copy(&w, doc, m);
        }
    }
    ans_jw_end(&w, '}');
    assert_int_equal(ans_buf_finish(&b, &out), ANS_OK);
    return out;
}

static void check_profile(fixture *f, tally *t, const char *path)
{
    ans_cx cx = {.arena = f->scratch};
    ans_json doc, without;
    ans_str text;
    ans_valid_made made;
    ans_arena_reset(f->scratch);
    assert_int_equal(ans_file_read(&cx, path, 64 << 20, &text), ANS_OK);
    assert_int_equal(ans_json_parse(&cx, text, NULL, &doc), ANS_OK);
    ans_str url = ans_json_get_string(&cx, &doc, 0, ANS_STR("url"));
    if (!ans_str_is(ans_json_get_string(&cx, &doc, 0, ANS_STR("derivation")), "constraint") || elements(&doc) == ANS_JNONE) {
        return;
    }
    assert_int_equal(ans_json_parse(&cx, bare(&cx, &doc), NULL, &without), ANS_OK);
    assert_int_equal(ans_valid_snapshot(&cx, f->view, &without, f->scratch, &made), ANS_OK);
    tally own = {0}; /* quietly; aloud when it is not what is expected */
    for (int round = 0; round < 2; round++) {
        own.differences = 0;
        own.is_loud = round == 1;
        if (made.why.n) {
            differ(&own, url, ANS_STR_NONE, made.why, ANS_STR("made"), ANS_STR("refused"));
        } else {
            compare(&cx, &own, url, &doc, made.doc);
        }
        if (own.differences == expected(url)) {
            break;
        }
    }
    t->profiles++;
    t->elements += own.elements;
    t->differences += own.differences != expected(url);
}

static void snapshot__as_the_specification_makes_them(void **state)
{
    fixture *f = *state;
    DIR *dir = opendir(FOLDER);
    tally t = {0};
    assert_non_null(dir);
    for (struct dirent *e; (e = readdir(dir));) {
        char path[512];
        (void)snprintf(path, sizeof path, FOLDER "/%s", e->d_name);
        if (strncmp(e->d_name, "StructureDefinition-", 20) == 0) {
            check_profile(f, &t, path);
        }
    }
    (void)closedir(dir);
    print_message("%u profiles, %u elements, %u of them otherwise than told\n", t.profiles, t.elements, t.differences);
    assert_true(t.profiles > 400);
    assert_int_equal(t.differences, 0);
}

/* ---- the corners ---- */

#define BASE "http://hl7.org/fhir/StructureDefinition/"
#define OURS "http://example.org/fhir/StructureDefinition/"
#define SD(name, type, base, elements)                                                                                                  \
    "{\"resourceType\":\"StructureDefinition\",\"id\":\"" name "\",\"url\":\"" OURS name "\",\"name\":\"" name "\",\"status\":\"active\","      \
    "\"kind\":\"resource\",\"abstract\":false,\"type\":\"" type "\",\"baseDefinition\":\"" base "\",\"derivation\":\"constraint\","             \
    "\"differential\":{\"element\":[" elements "]}}"
#define EL(path, rest) "{\"path\":\"" path "\"," rest "}"
#define IDEL(id, path, rest) "{\"id\":\"" id "\",\"path\":\"" path "\"," rest "}"
#define BY_CODE "\"slicing\":{\"discriminator\":[{\"type\":\"pattern\",\"path\":\"code\"}],\"rules\":\"open\"}"
#define LOINC(c) "\"patternCodeableConcept\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"" c "\"}]}"

static const char *const definitions[] = {
    /* a member of a type, without ids and without the elements between */
    SD("family", "Patient", BASE "Patient", EL("Patient.name.family", "\"min\":1")),
    SD("born", "Patient", OURS "family", EL("Patient.birthDate", "\"min\":1") "," EL("Patient.name", "\"min\":1,\"max\":\"1\"")),
    /* slices: of the base, gone into by one derived from it, and one more */
    SD("pressure", "Observation", BASE "Observation",
       EL("Observation.component", "\"min\":1," BY_CODE) "," EL("Observation.component", "\"sliceName\":\"sys\",\"min\":1,\"max\":\"1\"") ","
       EL("Observation.component.code", LOINC("8480-6"))),
    SD("both", "Observation", OURS "pressure",
       IDEL("Observation.component:sys.value[x]", "Observation.component.value[x]", "\"min\":1,\"type\":[{\"code\":\"Quantity\"}]") ","
       IDEL("Observation.component:dia", "Observation.component", "\"sliceName\":\"dia\",\"min\":1,\"max\":\"1\"") ","
       IDEL("Observation.component:dia.code", "Observation.component.code", LOINC("8462-4"))),
    /* in short, and below it */
    SD("weight", "Observation", BASE "Observation", EL("Observation.valueQuantity", "\"min\":1") "," EL("Observation.valueQuantity.code", "\"min\":1,\"fixedCode\":\"kg\"")),
    /* a content reference, gone into */
    SD("section", "Questionnaire", BASE "Questionnaire", EL("Questionnaire.item.item.item.text", "\"min\":1")),
    /* an extension by its profile; extensions are sliced by URL without a word */
    SD("place", "Patient", BASE "Patient",
       IDEL("Patient.extension:place", "Patient.extension", "\"sliceName\":\"place\",\"min\":1,\"type\":[{\"code\":\"Extension\",\"profile\":[\"" BASE "patient-birthPlace\"]}]")),
    /* of no use */
    SD("orphan", "Patient", OURS "nobody", EL("Patient.active", "\"min\":1")),
    SD("itself", "Patient", OURS "itself", EL("Patient.active", "\"min\":1")),
    SD("stranger", "Patient", BASE "Patient", EL("Patient.wings", "\"min\":1")),
    SD("choice", "Observation", BASE "Observation", EL("Observation.value[x].unit", "\"min\":1")),
    SD("twice", "Patient", BASE "Patient", EL("Patient.active", "\"min\":1") "," EL("Patient.active", "\"max\":\"0\"")),
    SD("nameless", "Patient", BASE "Patient", "{\"min\":1}"),
};

static void holds(fixture *f, const char *name, const row *rows, size_t count)
{
    char url[128];
    (void)snprintf(url, sizeof url, OURS "%s", name);
    check_rows(f, url, rows, count);
}

#define P(members) "{\"resourceType\":\"Patient\"" members "}"
#define O(members) "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"x\"}" members "}"
#define PART(code, value) "{\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"" code "\"}]}" value "}"
#define Q ",\"valueQuantity\":{\"value\":1}"

#define ITEM(id, type, members) ",\"item\":[{\"linkId\":\"" id "\",\"type\":\"" type "\"" members "}]"
#define THREE(members) ITEM("1", "group", ITEM("2", "group", ITEM("3", "string", members)))
#define Q_(members) "{\"resourceType\":\"Questionnaire\",\"status\":\"active\"" members "}"

static void snapshot__holds(void **state)
{
    static const row family[] = {{P(",\"name\":[{\"family\":\"A\"}]"), ""}, {P(""), ""}, {P(",\"name\":[{\"text\":\"A\"}]"), "Patient.name[0] required"}};
    static const row born[] = {{P(",\"name\":[{\"family\":\"A\"}],\"birthDate\":\"1950\""), ""},
                               {P(",\"name\":[{\"text\":\"A\"}]"), "Patient.name[0] required; Patient required"},
                               {P(",\"birthDate\":\"1950\""), "Patient required"},
                               {P(",\"birthDate\":\"1950\",\"name\":[{\"family\":\"A\"},{\"family\":\"B\"}]"), "Patient.name structure"}};
    static const row pressure[] = {{O(",\"component\":[" PART("8480-6", "") "," PART("1", "") "]"), ""},
                                   {O(",\"component\":[" PART("1", "") "]"), "Observation.component required"},
                                   {O(""), "Observation required"}};
    static const row both[] = {{O(",\"component\":[" PART("8480-6", Q) "," PART("8462-4", "") "]"), ""},
                               {O(",\"component\":[" PART("8480-6", "") "," PART("8462-4", "") "]"), "Observation.component[0] required"},
                               {O(",\"component\":[" PART("8480-6", Q) "]"), "Observation.component required"}};
    static const row weight[] = {{O(",\"valueQuantity\":{\"value\":1,\"system\":\"http://unitsofmeasure.org\",\"code\":\"kg\"}"), ""},
                                 {O(",\"valueQuantity\":{\"value\":1,\"system\":\"http://unitsofmeasure.org\",\"code\":\"g\"}"), "Observation.value.code value"},
                                 {O(Q), "Observation.value required"},
                                 {O(",\"valueString\":\"x\""), "Observation.value structure"}};
    static const row section[] = {{Q_(THREE(",\"text\":\"x\"")), ""},
                                  {Q_(ITEM("1", "group", ITEM("2", "string", ""))), ""},
                                  {Q_(THREE("")), "Questionnaire.item[0].item[0].item[0] required"}};
    static const row place[] = {{P(",\"extension\":[{\"url\":\"" BASE "patient-birthPlace\",\"valueAddress\":{\"city\":\"Huế\"}}]"), ""},
                                {P(",\"extension\":[{\"url\":\"http://x\",\"valueCode\":\"a\"}]"), "Patient.extension required"},
                                {P(""), "Patient.extension required"}};
    holds(*state, "family", family, COUNT(family));
    holds(*state, "born", born, COUNT(born));
    holds(*state, "pressure", pressure, COUNT(pressure));
    holds(*state, "both", both, COUNT(both));
    holds(*state, "weight", weight, COUNT(weight));
    holds(*state, "section", section, COUNT(section));
    holds(*state, "place", place, COUNT(place));
}

static void snapshot__refuses(void **state)
{
    static const struct {
        const char *name, *why;
    } rows[] = {
        {"orphan", "is derived from what is not known here (" OURS "nobody)"},
        {"itself", "is derived through too many others (" OURS "itself)"},
        {"stranger", "speaks of an element that its base does not have (Patient.wings)"},
        {"choice", "goes into an element of no type, or of several (Observation.value[x])"},
        {"twice", "speaks of an element twice (Patient.active)"},
        {"nameless", "has an element without a path, or one too deep"},
    };
    fixture *f = *state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        ans_cx cx = {.arena = f->scratch};
        char url[128];
        const ans_json *doc;
        ans_valid_made made;
        ans_arena_reset(f->scratch);
        (void)snprintf(url, sizeof url, OURS "%s", rows[i].name);
        const ans_def *def = ans_defs_find(f->view, ans_fhir_type_named(ANS_STR("StructureDefinition")), ans_str_of(url));
        assert_non_null(def);
        assert_int_equal(ans_def_doc(&cx, f->view, def, &doc), ANS_OK);
        assert_int_equal(ans_valid_snapshot(&cx, f->view, doc, f->scratch, &made), ANS_OK);
        assert_string_equal(ans_arena_dup(f->scratch, made.why).p, rows[i].why);
        assert_string_equal(judged(f, NULL, P(""), url, true), "Patient invariant; Patient not-supported"); /* dom-6; and said, not passed over */
    }
}

static int open_definitions(void **state)
{
    static fixture f;
    static ans_defs_text content[COUNT(definitions)];
    for (size_t i = 0; i < COUNT(definitions); i++) {
        content[i].body = ans_str_of(definitions[i]);
    }
    fixture_open(&f, content, COUNT(definitions));
    *state = &f;
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(snapshot__holds),
        cmocka_unit_test(snapshot__refuses),
        cmocka_unit_test(snapshot__as_the_specification_makes_them),
    };
    return cmocka_run_group_tests(tests, open_definitions, close_all);
}
