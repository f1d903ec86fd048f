/* Pages: each match once, whatever is written between them and however that changes the plan; and links that were tampered with. */
#include "unit/search/fixture.h"

static void put_patient(fixture *f, const char *id, const char *name, const char *birth_date)
{
    ans_str json = ans_arena_fmt(f->cx.arena, "{\"resourceType\":\"Patient\",\"id\":\"%s\"%s%s%s%s%s%s}", id, name ? ",\"name\":[{\"text\":\"" : "",
                                 name ? name : "", name ? "\"}]" : "", birth_date ? ",\"birthDate\":\"" : "", birth_date ? birth_date : "",
                                 birth_date ? "\"" : "");
    put(f, json.p);
}

static void put_many(fixture *f, const char *prefix, uint32_t count, const char *name, const char *birth_date)
{
    for (uint32_t i = 0; i < count; i++) {
        ans_str id = ans_arena_fmt(f->cx.arena, "%s%u", prefix, i);
        put_patient(f, id.p, name, birth_date);
    }
}

/* All pages, with `between` run behind the first; each id that begins with `wanted` must come once. */
static void check_pages(fixture *f, const char *question, const char *wanted, uint32_t count, void (*between)(fixture *))
{
    uint8_t *seen = ANS_NEW_N(f->cx.arena, uint8_t, count);
    ans_str link = ans_str_of(question);
    for (uint32_t pages = 0; link.n && pages < 10000; pages++) {
        ans_str got = ask(f, link.p);
        assert_false(ans_str_starts(got, ANS_STR("!")));
        for (uint32_t i = 0; i < f->last.count; i++) {
            ans_str id = f->last.entries[i].version.ref.id;
            uint64_t number = 0;
            if (ans_str_starts(id, ans_str_of(wanted)) && ans_str_u64(ans_str_from(id, strlen(wanted)), &number)) {
                assert_true(number < count);
                assert_int_equal(seen[number]++, 0);
            }
        }
        link = f->last.next.n ? ans_arena_fmt(f->cx.arena, "%s&_page=%.*s", question, ANS_FMT(f->last.next)) : ANS_STR_NONE;
        if (pages == 0 && between) {
            assert_true(link.n > 0);
            between(f);
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        assert_int_equal(seen[i], 1);
    }
}

static void many_more_names(fixture *f)
{
    put_many(f, "n", 80, "An", NULL);
}

/* Names lead the first page; behind it dates are the fewer. */
static void another_predicate_is_cheaper(void **state)
{
    fixture f;
    (void)state;
    fixture_open(&f);
    put_many(&f, "p", 20, "An", "1950-01-01");
    put_many(&f, "q", 20, NULL, "1950-01-01");
    check_pages(&f, "Patient?name=an&birthdate=gt1900&_count=6", "p", 20, many_more_names);
    fixture_close(&f);
}

static void many_more_of_one_word(fixture *f)
{
    put_many(f, "n", 80, "An", NULL);
    put_many(f, "o", 3, "Binh", NULL);
}

static void another_word_is_rarer(void **state)
{
    fixture f;
    (void)state;
    fixture_open(&f);
    put_many(&f, "p", 20, "Binh An", NULL);
    put_many(&f, "q", 40, "Binh", NULL);
    check_pages(&f, "Patient?name=binh%20an&_count=6", "p", 20, many_more_of_one_word);
    fixture_close(&f);
}

static void over_the_edge(fixture *f)
{
    put_many(f, "n", 60, "Hoa", NULL);
}

/* 2,048 rows are collected and ranked, more are walked. */
static void ranking_becomes_walking(void **state)
{
    fixture f;
    (void)state;
    fixture_open(&f);
    put_many(&f, "a", 1010, "Hòa", NULL);
    put_many(&f, "b", 1010, "Hoa", NULL);
    check_pages(&f, "Patient?name=h%C3%B2a&_count=400", "b", 1010, over_the_edge);
    check_pages(&f, "Patient?name=h%C3%B2a&_count=400", "a", 1010, NULL);
    fixture_close(&f);
}

static void fewer_than_ranked(fixture *f)
{
    for (uint32_t i = 0; i < 100; i++) {
        ans_str id = ans_arena_fmt(f->cx.arena, "q%u", i);
        take_away(f, "Patient", id.p);
    }
}

static void walking_becomes_ranking(void **state)
{
    fixture f;
    (void)state;
    fixture_open(&f);
    put_many(&f, "p", 1000, "Hoa Hanh", NULL); /* two rows each within the walk */
    put_many(&f, "q", 100, "Ha", NULL);
    check_pages(&f, "Patient?name=h&_count=300", "p", 1000, fewer_than_ranked);
    fixture_close(&f);
}

static void put_tokens(fixture *f, const char *prefix, uint32_t from, uint32_t to)
{
    for (uint32_t i = from; i < to; i++) {
        for (uint32_t k = 0; k < 3; k++) {
            put(f, ans_arena_fmt(f->cx.arena, "{\"resourceType\":\"Patient\",\"id\":\"%s%u\",\"identifier\":[{\"system\":\"http://s%u\",\"value\":\"7\"}]}",
                                 prefix, i * 3 + k, i)
                       .p);
        }
    }
}

static void more_systems(fixture *f)
{
    put_tokens(f, "n", 12, 24);
}

/* A code stands with more systems than are merged: new ones come in between the old. */
static void systems_come_between(void **state)
{
    fixture f;
    (void)state;
    fixture_open(&f);
    put_tokens(&f, "p", 0, 12);
    check_pages(&f, "Patient?identifier=7&_count=5", "p", 36, more_systems);
    check_pages(&f, "Patient?identifier=7,8&_count=5", "p", 36, NULL);
    fixture_close(&f);
}

static void put_sets(fixture *f, const char *prefix, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        put(f, ans_arena_fmt(f->cx.arena, "{\"resourceType\":\"ValueSet\",\"id\":\"%s%u\",\"url\":\"http://a/%s/%u\"}", prefix, i, prefix, i).p);
    }
}

static void more_sets(fixture *f)
{
    put_sets(f, "n", 40);
}

static void uris_come_between(void **state)
{
    fixture f;
    (void)state;
    fixture_open(&f);
    put_sets(&f, "p", 40);
    check_pages(&f, "ValueSet?url:below=http://a&_count=7", "p", 40, more_sets);
    fixture_close(&f);
}

static void several_values(void **state)
{
    fixture f;
    (void)state;
    fixture_open(&f);
    put_many(&f, "p", 30, "An Binh", "1950-01-01");
    check_pages(&f, "Patient?name=binh,an%20b,an&_count=7", "p", 30, many_more_names);
    check_pages(&f, "Patient?birthdate=gt1940,1950,lt1960&_count=7", "p", 30, NULL);
    fixture_close(&f);
}

/* Any bit of a link turned: an answer or a refusal, never a crash, and never more than the search finds. */
static void tampered_links(void **state)
{
    static const char *const questions[] = {"Patient?_count=3",
                                            "Patient?name=an&_count=3",
                                            "Patient?name=binh%20an,an&_count=3",
                                            "Patient?birthdate=gt1900&_count=3",
                                            "Patient?_sort=-birthdate,name&_count=3",
                                            "Patient?_sort=_id&_count=3",
                                            "?_type=Patient,Group&_count=3"};
    static const char *const made_up[] = {"0", "00", "zz", "77", "000000000000", "ffffffffffff", "ffffffff0000", "ffffffff000072ffffffff",
                                          "000000000000770000000000000000000000000000", "ffffffff0000770100000000ff01020304050607",
                                          "ffffffff00007701000000000000", "00000001000000000001ffff", "FFFFFFFF0000"};
    fixture f;
    (void)state;
    fixture_open(&f);
    put_many(&f, "p", 12, "An Binh", "1950-01-01");
    for (size_t q = 0; q < COUNT(questions); q++) {
        (void)ask(&f, questions[q]);
        ans_str next = ans_arena_dup(f.cx.arena, f.last.next);
        assert_true(next.n > 0);
        for (size_t i = 0; i < next.n * 4; i++) {
            static const char digits[] = "0123456789abcdef";
            char *bent = (char *)ans_arena_dup(f.cx.arena, next).p;
            const char *at = strchr(digits, bent[i / 4]);
            bent[i / 4] = digits[(at - digits) ^ (1 << (i & 3))];
            (void)ask(&f, ans_arena_fmt(f.cx.arena, "%s&_page=%s", questions[q], bent).p);
            assert_true(f.last.count <= 3);
        }
        for (size_t i = 0; i < COUNT(made_up); i++) {
            (void)ask(&f, ans_arena_fmt(f.cx.arena, "%s&_page=%s", questions[q], made_up[i]).p);
        }
        for (size_t other = 0; other < COUNT(questions); other++) {
            (void)ask(&f, ans_arena_fmt(f.cx.arena, "%s&_page=%.*s", questions[other], ANS_FMT(next)).p);
        }
        for (size_t n = 0; n < next.n; n++) {
            (void)ask(&f, ans_arena_fmt(f.cx.arena, "%s&_page=%.*s", questions[q], (int)n, next.p).p);
        }
    }
    assert_true(ans_str_is(ask(&f, "Patient?_page=%zz"), "!SYNTAX"));
    assert_true(ans_str_is(ask(&f, "Patient?_page=xyz"), "!VALUE"));
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(another_predicate_is_cheaper), cmocka_unit_test(another_word_is_rarer),
        cmocka_unit_test(ranking_becomes_walking),      cmocka_unit_test(walking_becomes_ranking),
        cmocka_unit_test(systems_come_between),         cmocka_unit_test(uris_come_between),
        cmocka_unit_test(several_values),               cmocka_unit_test(tampered_links),
    };
    ans_log_quiet(true);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
