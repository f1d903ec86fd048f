/* The register: what is built in, what the record adds, which one answers, and that what was found stays until its view is left. */
#include "../search/fixture.h"

#include <pthread.h>
#include <string.h>

#include "defs/defs.h"

typedef struct world {
    fixture f;
    ans_defs *defs;
    const ans_defs_view *view;
} world;

#define VS(id, url, version, more) "{\"resourceType\":\"ValueSet\",\"id\":\"" id "\",\"url\":\"" url "\",\"version\":\"" version "\"," more "\"status\":\"active\"}"

static const char content_text[] = VS("built", "urn:test:set", "5", "");

static void open_world(world *w, bool with_content)
{
    *w = (world){0};
    fixture_open(&w->f);
    ans_defs_text text = {.body = ANS_STR(content_text)};
    ans_defs_options o = {.store = w->f.store, .search = w->f.search, .content = &text, .content_count = with_content};
    assert_int_equal(ans_defs_open(&w->f.cx, &o, &w->defs), ANS_OK);
    assert_int_equal(ans_defs_enter(&w->f.cx, w->defs, &w->view), ANS_OK);
}

static void again(world *w)
{
    ans_defs_leave(w->view);
    assert_int_equal(ans_defs_enter(&w->f.cx, w->defs, &w->view), ANS_OK);
}

static void close_world(world *w)
{
    ans_defs_leave(w->view);
    ans_defs_stop(w->defs);
    fixture_close(&w->f);
    ans_defs_free(w->defs);
}

static ans_type type(const char *name)
{
    return ans_fhir_type_named(ans_str_of(name));
}

static void finds(const world *w, const char *canonical, const char *id)
{
    const ans_def *def = ans_defs_find(w->view, 0, ans_str_of(canonical));
    if (!id ? def != NULL : !def || !ans_str_is(def->id, id)) {
        fail_msg("%s: got %.*s, wanted %s", canonical, def ? (int)def->id.n : 4, def ? def->id.p : "none", id ? id : "none");
    }
}

static ans_str text_of(world *w, const char *canonical, const char *key)
{
    const ans_json *doc;
    const ans_def *def = ans_defs_find(w->view, 0, ans_str_of(canonical));
    assert_non_null(def);
    assert_int_equal(ans_def_doc(&w->f.cx, w->view, def, &doc), ANS_OK);
    return ans_json_get_string(&w->f.cx, doc, 0, ans_str_of(key));
}

static void core_is_here(void **state)
{
    (void)state;
    world w;
    open_world(&w, false);
    finds(&w, "http://hl7.org/fhir/StructureDefinition/Observation", "Observation");
    finds(&w, "http://hl7.org/fhir/StructureDefinition/Observation|4.0.1", "Observation");
    finds(&w, "http://hl7.org/fhir/StructureDefinition/Observation|4.0.0", NULL);
    finds(&w, "http://hl7.org/fhir/StructureDefinition/bp", "bp");
    finds(&w, "http://hl7.org/fhir/ValueSet/administrative-gender", "administrative-gender");
    finds(&w, "http://hl7.org/fhir/nothing", NULL);
    finds(&w, "", NULL);
    finds(&w, "|", NULL);
    assert_null(ans_defs_find(w.view, type("CodeSystem"), ANS_STR("http://hl7.org/fhir/ValueSet/administrative-gender")));
    assert_non_null(ans_defs_by_id(w.view, type("CodeSystem"), ANS_STR("administrative-gender")));
    assert_null(ans_defs_by_id(w.view, type("CodeSystem"), ANS_STR("nothing")));
    close_world(&w);
}

/* Every one can be unpacked and read, holds what programs ask for, and nothing that is for readers. */
static void core_is_whole(void **state)
{
    (void)state;
    world w;
    open_world(&w, false);
    uint32_t at = 0, count = 0, snapshots = 0;
    for (const ans_def *def; (def = ans_defs_next(w.view, 0, &at)) != NULL; count++) {
        const ans_json *doc;
        assert_int_equal(ans_def_doc(&w.f.cx, w.view, def, &doc), ANS_OK);
        assert_true(def->is_core && def->type);
        assert_true(ans_str_eq(ans_json_get_string(&w.f.cx, doc, 0, ANS_STR("resourceType")), ans_fhir_type_name(def->type)));
        assert_true(ans_str_eq(ans_json_get_string(&w.f.cx, doc, 0, ANS_STR("url")), def->url));
        assert_true(ans_json_get(doc, 0, ANS_STR("text")) == ANS_JNONE);
        snapshots += ans_json_get(doc, 0, ANS_STR("snapshot")) != ANS_JNONE;
    }
    assert_int_equal(count, 655 + 1316 + 1062 + 80);
    assert_int_equal(snapshots, 653);
    at = count = 0;
    while (ans_defs_next(w.view, type("StructureDefinition"), &at)) {
        count++;
    }
    assert_int_equal(count, 655);
    close_world(&w);
}

static void record_is_followed(void **state)
{
    (void)state;
    world w;
    open_world(&w, false);
    put(&w.f, VS("a", "urn:test:set", "1.9", ""));
    finds(&w, "urn:test:set", NULL); /* a view is one moment */
    again(&w);
    uint64_t edition = ans_defs_edition(w.view);
    finds(&w, "urn:test:set", "a");
    put(&w.f, VS("b", "urn:test:set", "1.10", ""));
    again(&w);
    assert_true(ans_defs_edition(w.view) != edition);
    finds(&w, "urn:test:set", "b"); /* 1.10 is newer than 1.9 */
    finds(&w, "urn:test:set|1.9", "a");
    put(&w.f, "{\"resourceType\":\"ValueSet\",\"id\":\"b\",\"url\":\"urn:test:set\",\"version\":\"1.10\",\"status\":\"retired\"}");
    again(&w);
    finds(&w, "urn:test:set", "a"); /* one in use before one that is retired */
    finds(&w, "urn:test:set|1.10", "b");
    take_away(&w.f, "ValueSet", "a");
    again(&w);
    finds(&w, "urn:test:set", "b");
    finds(&w, "urn:test:set|1.9", NULL);
    put(&w.f, VS("c", "urn:test:other", "1", ""));
    put(&w.f, VS("c", "urn:test:moved", "1", "")); /* the same resource under another URL */
    put(&w.f, "{\"resourceType\":\"ValueSet\",\"id\":\"d\",\"status\":\"active\"}");
    put(&w.f, "{\"resourceType\":\"Patient\",\"id\":\"p\"}");
    again(&w);
    finds(&w, "urn:test:other", NULL);
    finds(&w, "urn:test:moved", "c");
    assert_null(ans_defs_by_id(w.view, type("ValueSet"), ANS_STR("d"))); /* without URL nobody's */
    edition = ans_defs_edition(w.view);
    put(&w.f, "{\"resourceType\":\"Patient\",\"id\":\"q\"}");
    again(&w);
    assert_int_equal(ans_defs_edition(w.view), edition);
    close_world(&w);
}

static void who_answers(void **state)
{
    (void)state;
    world w;
    open_world(&w, true);
    finds(&w, "urn:test:set", "built");
    put(&w.f, VS("mine", "urn:test:set", "5", ""));
    put(&w.f, VS("gender", "http://hl7.org/fhir/ValueSet/administrative-gender", "9", ""));
    again(&w);
    finds(&w, "urn:test:set", "mine"); /* the record before content/ of the same version */
    finds(&w, "http://hl7.org/fhir/ValueSet/administrative-gender", "administrative-gender");
    finds(&w, "http://hl7.org/fhir/ValueSet/administrative-gender|9", "gender");
    put(&w.f, VS("last", "urn:test:set", "5", ""));
    again(&w);
    finds(&w, "urn:test:set", "last"); /* the one written last */
    put(&w.f, VS("old", "urn:test:set", "4", ""));
    again(&w);
    finds(&w, "urn:test:set", "last");
    close_world(&w);
}

static void found_stays(void **state)
{
    (void)state;
    world w;
    const ans_defs_view *before;
    const ans_json *doc;
    open_world(&w, false);
    put(&w.f, VS("a", "urn:test:set", "1", "\"name\":\"first\","));
    assert_int_equal(ans_defs_enter(&w.f.cx, w.defs, &before), ANS_OK);
    const ans_def *def = ans_defs_find(before, 0, ANS_STR("urn:test:set"));
    put(&w.f, VS("a", "urn:test:set", "2", "\"name\":\"second\","));
    again(&w);
    assert_true(ans_str_is(text_of(&w, "urn:test:set", "name"), "second"));
    assert_int_equal(ans_def_doc(&w.f.cx, before, def, &doc), ANS_OK); /* read only now, and still the first */
    assert_true(ans_str_is(ans_json_get_string(&w.f.cx, doc, 0, ANS_STR("name")), "first"));
    assert_true(ans_str_is(def->version, "1"));
    ans_defs_leave(before);
    close_world(&w);
}

static ans_err count_making(ans_cx *cx, const ans_defs_view *view, const ans_def *def, const ans_json *doc, ans_arena *arena, void **out)
{
    static int made;
    (void)view;
    int *p = ANS_NEW(arena, int);
    assert_true(cx && def->url.n && doc->count > 0 && p);
    *p = ++made;
    *out = p;
    return ANS_OK;
}

static ans_err fail_making(ans_cx *cx, const ans_defs_view *view, const ans_def *def, const ans_json *doc, ans_arena *arena, void **out)
{
    (void)cx, (void)view, (void)def, (void)doc, (void)arena, (void)out;
    return ANS_E_COSTLY;
}

static void made_once(void **state)
{
    (void)state;
    world w;
    const void *one, *two;
    open_world(&w, false);
    put(&w.f, VS("a", "urn:test:set", "1", ""));
    again(&w);
    const ans_def *def = ans_defs_find(w.view, 0, ANS_STR("urn:test:set"));
    assert_int_equal(ans_def_made(&w.f.cx, w.view, def, ANS_DEF_TERM, fail_making, &one), ANS_E_COSTLY);
    assert_int_equal(ans_def_made(&w.f.cx, w.view, def, ANS_DEF_TERM, count_making, &one), ANS_OK);
    put(&w.f, VS("b", "urn:test:more", "1", ""));
    again(&w);
    assert_ptr_equal(ans_defs_find(w.view, 0, ANS_STR("urn:test:set")), def); /* the same, for nobody changed it */
    assert_int_equal(ans_def_made(&w.f.cx, w.view, def, ANS_DEF_TERM, count_making, &two), ANS_OK);
    assert_ptr_equal(one, two);
    assert_int_equal(ans_def_made(&w.f.cx, w.view, def, ANS_DEF_FORM, count_making, &two), ANS_OK);
    assert_ptr_not_equal(one, two);
    close_world(&w);
}

static ans_err lean_making(ans_cx *cx, const ans_defs_view *view, const ans_def *def, const ans_json *doc, ans_arena *arena, void **out)
{
    ans_def_leans(def);
    return count_making(cx, view, def, doc, arena, out);
}

/* What was made of others too goes when one of its type does, for whoever looks from then on; who looked before keeps it. */
static void leaning(void **state)
{
    (void)state;
    world w;
    const void *one, *two;
    open_world(&w, false);
    put(&w.f, VS("a", "urn:test:set", "1", ""));
    put(&w.f, VS("b", "urn:test:base", "1", ""));
    again(&w);
    const ans_def *def = ans_defs_find(w.view, 0, ANS_STR("urn:test:set"));
    assert_int_equal(ans_def_made(&w.f.cx, w.view, def, ANS_DEF_TERM, lean_making, &one), ANS_OK);
    int first = *(const int *)one;
    const ans_defs_view *before = w.view;
    put(&w.f, VS("b", "urn:test:base", "2", ""));
    assert_int_equal(ans_defs_enter(&w.f.cx, w.defs, &w.view), ANS_OK);
    const ans_def *anew = ans_defs_find(w.view, 0, ANS_STR("urn:test:set"));
    assert_ptr_not_equal(anew, def);
    assert_int_equal(ans_def_made(&w.f.cx, w.view, anew, ANS_DEF_TERM, lean_making, &two), ANS_OK);
    assert_int_not_equal(*(const int *)two, first);
    assert_int_equal(*(const int *)one, first); /* still there */
    assert_ptr_equal(ans_defs_find(before, 0, ANS_STR("urn:test:set")), def);
    ans_defs_leave(before);
    close_world(&w);
}

static int wrong_makings, freed_arenas;

static void note_freed(void *arg)
{
    (void)arg;
    freed_arenas++;
}

static ans_err wrong_making(ans_cx *cx, const ans_defs_view *view, const ans_def *def, const ans_json *doc, ans_arena *arena, void **out)
{
    (void)view, (void)def, (void)doc, (void)out;
    wrong_makings++;
    assert_int_equal(ans_arena_cleanup(arena, note_freed, NULL), ANS_OK);
    return ans_issue_add(cx, ANS_E_INVALID, ANS_STR("ValueSet.compose"), "this is wrong");
}

/* What cannot be made is tried once, leaves nothing behind, and says every time why. */
static void failed_once(void **state)
{
    (void)state;
    world w;
    const void *made;
    open_world(&w, false);
    put(&w.f, VS("a", "urn:test:set", "1", ""));
    again(&w);
    const ans_def *def = ans_defs_find(w.view, 0, ANS_STR("urn:test:set"));
    wrong_makings = freed_arenas = 0;
    for (int i = 0; i < 3; i++) {
        ans_cx cx = {.arena = w.f.cx.arena};
        assert_int_equal(ans_def_made(&cx, w.view, def, ANS_DEF_FORM, wrong_making, &made), ANS_E_INVALID);
        assert_null(made);
        assert_true(cx.last_ && ans_str_is(cx.last_->text, "this is wrong") && ans_str_is(cx.last_->expression, "ValueSet.compose"));
    }
    assert_int_equal(wrong_makings, 1);
    assert_int_equal(freed_arenas, 1);
    assert_int_equal(ans_def_made(&w.f.cx, w.view, def, ANS_DEF_TERM, count_making, &made), ANS_OK); /* another slot */
    put(&w.f, VS("a", "urn:test:set", "2", "")); /* mended: another definition */
    again(&w);
    def = ans_defs_find(w.view, 0, ANS_STR("urn:test:set"));
    assert_int_equal(ans_def_made(&w.f.cx, w.view, def, ANS_DEF_FORM, count_making, &made), ANS_OK);
    close_world(&w);
}

/* ---- beside a writer ---- */

enum { ROUNDS = 60, READERS = 3 };

static void *look_up(void *arg)
{
    world *w = arg;
    ans_cx cx = {.arena = ans_arena_new((size_t)64 << 20)};
    for (int i = 0; i < ROUNDS * 4; i++) {
        const ans_defs_view *view;
        const void *made;
        const ans_json *doc;
        assert_int_equal(ans_defs_enter(&cx, w->defs, &view), ANS_OK);
        const ans_def *def = ans_defs_find(view, 0, ANS_STR("urn:test:set"));
        assert_int_equal(def ? ans_def_doc(&cx, view, def, &doc) : ANS_OK, ANS_OK);
        assert_int_equal(def ? ans_def_made(&cx, view, def, ANS_DEF_TERM, count_making, &made) : ANS_OK, ANS_OK);
        assert_int_equal(ans_def_doc(&cx, view, ans_defs_find(view, 0, ANS_STR("http://hl7.org/fhir/ValueSet/iso3166-1-2")), &doc), ANS_OK);
        ans_defs_leave(view);
        ans_arena_reset(cx.arena);
    }
    ans_arena_free(cx.arena);
    return NULL;
}

static void beside_a_writer(void **state)
{
    (void)state;
    world w;
    pthread_t threads[READERS];
    open_world(&w, false);
    for (int i = 0; i < READERS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, look_up, &w), 0);
    }
    for (int i = 0; i < ROUNDS; i++) {
        char text[256];
        (void)snprintf(text, sizeof text, VS("a", "urn:test:set", "%d", ""), i);
        put(&w.f, text);
    }
    for (int i = 0; i < READERS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    again(&w);
    assert_true(ans_str_is(text_of(&w, "urn:test:set", "version"), "59"));
    close_world(&w);
}

/* More changes than are listed: everything is read again. */
static void many_changes(void **state)
{
    (void)state;
    world w;
    open_world(&w, false);
    for (int i = 0; i < 4200; i++) {
        char text[256];
        (void)snprintf(text, sizeof text, VS("n%d", "urn:test:n%d", "1", ""), i % 50, i % 50);
        text[strlen(text) - 1] = '}';
        put(&w.f, i % 2 ? text : VS("x", "urn:test:x", "1", ""));
        if (i == 4100) {
            take_away(&w.f, "ValueSet", "x");
        }
    }
    again(&w);
    finds(&w, "urn:test:n49", "n49");
    finds(&w, "urn:test:x", "x");
    close_world(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(core_is_here), cmocka_unit_test(core_is_whole), cmocka_unit_test(record_is_followed),
        cmocka_unit_test(who_answers),  cmocka_unit_test(found_stays),   cmocka_unit_test(made_once), cmocka_unit_test(failed_once),
        cmocka_unit_test(leaning),
        cmocka_unit_test(beside_a_writer), cmocka_unit_test(many_changes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
