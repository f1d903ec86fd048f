/* History: what is listed, newest first; pages that writes between them do not shift; _since and _at. */
#include "unit/rest/fixture.h"

static int64_t clock_us;

static int64_t set_clock(void)
{
    return clock_us;
}

/* vids and types of the entries: "Patient/a:2 Group/g:1" */
static const char *listed(fixture *f)
{
    ans_buf b;
    ans_str out;
    ans_buf_init_arena(&b, f->cx.arena, (size_t)1 << 20);
    for (int i = 0;; i++) {
        const char *url = look(f, ans_arena_fmt(f->cx.arena, "entry.0.resource.entry.%d.fullUrl", i).p);
        if (strcmp(url, "-") == 0) {
            break;
        }
        ans_str etag = ans_str_of(look(f, ans_arena_fmt(f->cx.arena, "entry.0.resource.entry.%d.response.etag", i).p));
        ans_buf_fmt(&b, "%s%s:%.*s", i ? " " : "", url + strlen("http://localhost/fhir/"), (int)etag.n - 4, etag.p + 3);
    }
    ans_buf_add_c(&b, 0);
    assert_int_equal(ans_buf_finish(&b, &out), ANS_OK);
    return out.p;
}

static const char *history(fixture *f, const char *url)
{
    const char *status = call(f, ans_arena_fmt(f->cx.arena, "GET %s", url).p, NULL, NULL);
    return strcmp(status, "200 OK") == 0 ? listed(f) : status;
}

static void put(fixture *f, const char *type, const char *id, int n)
{
    clock_us += 3600 * INT64_C(1000000);
    (void)call(f, ans_arena_fmt(f->cx.arena, "PUT %s/%s", type, id).p,
               ans_arena_fmt(f->cx.arena, "{\"resourceType\":\"%s\",\"id\":\"%s\",\"identifier\":[{\"value\":\"%d\"}]}", type, id, n).p, NULL);
}

/* One thing an hour from 2026-11-21T08:00Z on: a:1, g:1, a:2, b:1, a:3 (deleted), a:4 */
static void write_some(fixture *f)
{
    ans_clock_set(set_clock);
    fixture_open(f);
    clock_us = INT64_C(1795244400000000); /* 07:00 */
    put(f, "Patient", "a", 1);
    put(f, "Group", "g", 1);
    put(f, "Patient", "a", 2);
    put(f, "Patient", "b", 1);
    clock_us += 3600 * INT64_C(1000000);
    (void)call(f, "DELETE Patient/a", NULL, NULL);
    put(f, "Patient", "a", 3);
}

static void levels(void **state)
{
    fixture f;
    (void)state;
    write_some(&f);
    SAME(history(&f, "Patient/a/_history"), "Patient/a:4 Patient/a:3 Patient/a:2 Patient/a:1");
    SAME(look(&f, "entry.0.resource.total"), "4");
    SAME(history(&f, "Patient/_history"), "Patient/a:4 Patient/a:3 Patient/b:1 Patient/a:2 Patient/a:1");
    SAME(history(&f, "_history"), "Patient/a:4 Patient/a:3 Patient/b:1 Patient/a:2 Group/g:1 Patient/a:1");
    SAME(history(&f, "Patient/_history?_count=0"), "");
    SAME(look(&f, "entry.0.resource.total"), "5");
    SAME(history(&f, "Device/_history"), "");
    SAME(history(&f, "Patient/none/_history"), "404 Not Found");
    SAME(history(&f, "_history?_count=x"), "400");
    SAME(history(&f, "_history?_page=x"), "400");
    SAME(history(&f, "_history?_since=x"), "400");
    fixture_close(&f);
    ans_clock_set(NULL);
}

static void pages(void **state)
{
    fixture f;
    (void)state;
    write_some(&f);
    SAME(history(&f, "_history?_count=4"), "Patient/a:4 Patient/a:3 Patient/b:1 Patient/a:2");
    ans_str next = ans_str_of(look(&f, "entry.0.resource.link.1.url"));
    SAME(look(&f, "entry.0.resource.link.1.relation"), "next");
    put(&f, "Patient", "c", 1);
    put(&f, "Patient", "a", 9);
    assert_true(ans_str_starts(next, ANS_STR("http://localhost/fhir/_history?_count=4&_page=")));
    SAME(history(&f, ans_arena_fmt(f.cx.arena, "%.*s", ANS_FMT(ans_str_from(next, strlen("http://localhost/fhir/")))).p), "Group/g:1 Patient/a:1");
    SAME(look(&f, "entry.0.resource.link.1.url"), "-");
    fixture_close(&f);
    ans_clock_set(NULL);
}

static void times(void **state)
{
    static const struct {
        const char *url, *expected;
    } rows[] = {
        {"_history?_since=2026-11-21T11:00:00Z", "Patient/a:4 Patient/a:3 Patient/b:1"},
        {"_history?_since=2026-11-21T18:00:00%2B07:00", "Patient/a:4 Patient/a:3 Patient/b:1"},
        {"_history?_since=2026-11-21T11:00:00.001Z", "Patient/a:4 Patient/a:3"},
        {"_history?_since=2027", ""},
        {"Patient/a/_history?_since=2026-11-21T10:30:00Z", "Patient/a:4 Patient/a:3"},
        /* current at that second: b since 11:00, g since 09:00, a:2 since 10:00 */
        {"_history?_at=2026-11-21T11:30:00Z", "Patient/b:1 Patient/a:2 Group/g:1"},
        {"Patient/a/_history?_at=2026-11-21T08:30:00Z", "Patient/a:1"},
        {"Patient/a/_history?_at=2026-11-21T10:00:00Z", "Patient/a:2"},
        {"Patient/a/_history?_at=2026-11-21T07:00:00Z", ""},
        {"Patient/a/_history?_at=2026-11-21T12:30:00Z", ""}, /* deleted then */
        {"Patient/_history?_at=2026-11-21T12:30:00Z", "Patient/b:1"},
        {"Patient/a/_history?_at=2026-11-21", "Patient/a:4 Patient/a:3 Patient/a:2 Patient/a:1"},
        {"Patient/a/_history?_at=2026-11-22", "Patient/a:4"},
        {"_history?_at=2026-11-21T11:30:00Z&_count=2", "Patient/b:1 Patient/a:2"},
        {"_history?_at=x", "400"},
    };
    fixture f;
    (void)state;
    write_some(&f);
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *got = history(&f, rows[i].url);
        if (strcmp(got, rows[i].expected) != 0) {
            fail_msg("%s: %s", rows[i].url, got);
        }
    }
    SAME(history(&f, "_history?_at=2026-11-21T11:30:00Z&_count=2"), "Patient/b:1 Patient/a:2");
    ans_str next = ans_str_of(look(&f, "entry.0.resource.link.1.url"));
    SAME(history(&f, ans_arena_fmt(f.cx.arena, "%.*s", ANS_FMT(ans_str_from(next, strlen("http://localhost/fhir/")))).p), "Group/g:1");
    fixture_close(&f);
    ans_clock_set(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(levels), cmocka_unit_test(pages), cmocka_unit_test(times)};
    ans_log_quiet(true);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
