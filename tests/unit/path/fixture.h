/* What the path tests share: small resources, and an expression evaluated to a line of text. */
#ifndef TEST_PATH_FIXTURE_H
#define TEST_PATH_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "path/path.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* clang-format off */
static const char patient_text[] =
    "{\"resourceType\":\"Patient\",\"id\":\"p1\","
    "\"meta\":{\"lastUpdated\":\"2026-01-02T03:04:05.678Z\",\"tag\":[{\"system\":\"s\",\"code\":\"a\"},{\"code\":\"b\"}]},"
    "\"contained\":[{\"resourceType\":\"Organization\",\"id\":\"o1\",\"name\":\"Inside\"}],"
    "\"extension\":[{\"url\":\"http://x/e\",\"valueInteger\":7},{\"url\":\"http://x/f\",\"valueCode\":\"c\"}],"
    "\"active\":true,"
    "\"name\":[{\"use\":\"official\",\"family\":\"Nguyễn\",\"given\":[\"Văn\",\"An\"]},"
    "{\"use\":\"usual\",\"given\":[null,\"Bé\"],"
    "\"_given\":[{\"extension\":[{\"url\":\"http://x/g\",\"valueString\":\"none\"}]},null]}],"
    "\"telecom\":[{\"system\":\"phone\",\"value\":\"1\",\"rank\":2},{\"system\":\"email\",\"value\":\"e\",\"rank\":1}],"
    "\"gender\":\"male\","
    "\"_birthDate\":{\"id\":\"bd\",\"extension\":[{\"url\":\"http://x/t\",\"valueDateTime\":\"1950-01-02T03:04:00+07:00\"}]},"
    "\"deceasedBoolean\":false,"
    "\"managingOrganization\":{\"reference\":\"#o1\"},"
    "\"generalPractitioner\":[{\"reference\":\"Practitioner/d1\"},{\"reference\":\"urn:uuid:c757873d-ec9a-4326-a141-556f43239520\",\"type\":\"Organization\"},"
    "{\"reference\":\"http://other/fhir/PractitionerRole/r1\"},{\"display\":\"nobody\"}],"
    "\"multipleBirthInteger\":2}";

static const char observation_text[] =
    "{\"resourceType\":\"Observation\",\"id\":\"o\",\"status\":\"final\","
    "\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"85354-9\"}],\"text\":\"BP\"},"
    "\"subject\":{\"reference\":\"Patient/p1\"},"
    "\"effectiveDateTime\":\"2026-03-04T05:06:07+07:00\","
    "\"valueQuantity\":{\"value\":185.0,\"unit\":\"lbs\",\"system\":\"http://unitsofmeasure.org\",\"code\":\"[lb_av]\"},"
    "\"component\":[{\"code\":{\"text\":\"a\"},\"valueQuantity\":{\"value\":120,\"unit\":\"mmHg\",\"system\":\"http://unitsofmeasure.org\",\"code\":\"mm[Hg]\"}},"
    "{\"code\":{\"text\":\"b\"},\"valueString\":\"high\",\"_valueString\":{\"id\":\"vs\"}},"
    "{\"code\":{\"text\":\"c\"},\"valueQuantity\":{\"value\":3,\"system\":\"http://unitsofmeasure.org\",\"code\":\"a\"}},"
    "{\"code\":{\"text\":\"d\"},\"valueQuantity\":{\"value\":4,\"comparator\":\">\",\"system\":\"http://unitsofmeasure.org\",\"code\":\"d\"}}]}";
/* clang-format on */

typedef struct fixture {
    ans_cx cx;
    ans_json doc;
    ans_item focus;
    bool has_focus;
} fixture;

static inline void fixture_open(fixture *f, const char *resource)
{
    *f = (fixture){.cx = {.arena = ans_arena_new((size_t)64 << 20)}};
    assert_non_null(f->cx.arena);
    if (resource) {
        assert_int_equal(ans_json_parse(&f->cx, ans_str_of(resource), NULL, &f->doc), ANS_OK);
        f->focus = ans_item_of_resource(&f->doc, 0);
        f->has_focus = true;
    }
}

static inline void fixture_close(fixture *f)
{
    f->cx.arena = ans_arena_free(f->cx.arena);
}

/* The result as JSON values joined by commas, or ! and the name of the error. */
static inline ans_str run_in(fixture *f, const char *expression, ans_type context,
                             const ans_path_env *env)
{
    const ans_path *path;
    ans_items items = {0};
    ans_buf b;
    ans_str out;
    ans_err err = ans_path_compile(&f->cx, f->cx.arena, ans_str_of(expression), context, &path);
    if (!err) {
        err = ans_path_eval(&f->cx, path, env, f->has_focus ? &f->focus : NULL, &items);
    }
    ans_buf_init_arena(&b, f->cx.arena, (size_t)8 << 20);
    if (err) {
        ans_buf_fmt(&b, "!%s", ans_err_name(err));
        assert_non_null(f->cx.last_); /* each error has its story */
        assert_true(f->cx.last_->text.n > 0);
    }
    for (uint32_t i = 0; i < items.count; i++) {
        if (i > 0) {
            ans_buf_add_c(&b, ',');
        }
        ans_item_print(&f->cx, &items.at[i], &b);
    }
    assert_int_equal(ans_buf_finish(&b, &out), ANS_OK);
    return out;
}

typedef struct row {
    const char *expression, *expected;
} row;

/* Each row must give the same with the context's type known and unknown. */
static inline void check_rows(const char *resource, const row *rows, size_t count)
{
    unsigned wrong = 0;
    for (size_t i = 0; i < count; i++) {
        for (int typed = 0; typed < 2; typed++) {
            fixture f;
            fixture_open(&f, resource);
            ans_str got = run_in(&f, rows[i].expression, typed ? f.focus.type : 0, NULL);
            if (!ans_str_is(got, rows[i].expected)) {
                print_error("%s\n  expected %s\n  got      %.*s\n", rows[i].expression,
                            rows[i].expected, ANS_FMT(got));
                wrong++;
            }
            fixture_close(&f);
        }
    }
    assert_int_equal(wrong, 0);
}

#endif
