/* Photos of care: of a person, a picture, and small; who may not see the person sees none. */
#include "unit/rest/access_kit.h"

#define MEDIA(subject, type, data) \
    "{\"resourceType\":\"Media\",\"status\":\"completed\",\"type\":{\"coding\":[{\"system\":\"urn:ansinh:photo\",\"code\":\"wound\"}]}," subject \
    "\"content\":{\"contentType\":\"" type "\",\"data\":\"" data "\"}}"
#define OF(id) "\"subject\":{\"reference\":\"Patient/" id "\"},"

static void write_is(country *c, const char *as, const char *url, const char *body, int want, const char *where)
{
    int status = ask(c, as, url, body);
    if (status != want) {
        print_error("%s %s: %d, expected %d: %.*s\n", as, url, status, want, ANS_FMT(c->got.body));
    }
    assert_int_equal(status, want);
    if (where) {
        assert_string_equal(look(c, "issue.0.expression.0"), where);
    }
}

/* A body whose data is so long. */
static const char *large(country *c, const char *before, size_t n, const char *after)
{
    size_t b = strlen(before), a = strlen(after);
    char *out = ans_arena_alloc(c->brief, b + n + a + 1);
    assert_non_null(out);
    memcpy(out, before, b);
    memset(out + b, 'A', n);
    memcpy(out + b + n, after, a + 1);
    return out;
}

static void media(void **state)
{
    country *c = *state;
    write_is(c, "nurse", "POST Media", MEDIA(OF("p1"), "image/jpeg", "AAAA"), 201, NULL);
    const char *id = look(c, "id");
    write_is(c, "nurse", "POST Media", MEDIA("", "image/jpeg", "AAAA"), 422, "Media.subject");
    write_is(c, "nurse", "POST Media", MEDIA(OF("p1"), "text/html", "AAAA"), 422, "Media.content");
    write_is(c, "nurse", "POST Media", MEDIA(OF("p1"), "image/svg+xml", "AAAA"), 422, "Media.content");
    static const char before[] = "{\"resourceType\":\"Media\",\"status\":\"completed\",\"type\":{\"coding\":[{\"system\":\"urn:ansinh:photo\",\"code\":\"wound\"}]}," OF("p1")
        "\"content\":{\"contentType\":\"image/jpeg\",\"data\":\"";
    write_is(c, "nurse", "POST Media", large(c, before, 1400 * 1024 + 4, "\"}}"), 422, "Media.content");
    write_is(c, "nurse", "POST Media", large(c, before, 1000 * 1024, "\"}}"), 201, NULL);
    assert_int_equal(ask(c, "nurse", text(c, "GET Media/%s", id), NULL), 200);
    assert_int_equal(ask(c, "carer", text(c, "GET Media/%s", id), NULL), 403);
    assert_int_equal(ask(c, "nurse-2", text(c, "GET Media/%s", id), NULL), 404); /* of another ward */
    assert_int_equal(ask(c, "doctor-f2", text(c, "GET Media/%s", id), NULL), 404);
    /* any other Media is nobody's business here */
    write_is(c, "nurse", "POST Media", "{\"resourceType\":\"Media\",\"status\":\"completed\"," OF("p1") "\"content\":{\"contentType\":\"audio/ogg\",\"data\":\"AAAA\"}}", 201, NULL);
}

static void faces(void **state)
{
    country *c = *state;
#define PERSON(type) "{\"resourceType\":\"Patient\",\"id\":\"p1\",\"managingOrganization\":{\"reference\":\"Organization/f1\"},\"photo\":[{\"contentType\":\"" type "\",\"data\":\""
    write_is(c, "nurse", "PUT Patient/p1", PERSON("image/jpeg") "AAAA\"}]}", 200, NULL);
    write_is(c, "nurse", "PUT Patient/p1", PERSON("application/pdf") "AAAA\"}]}", 422, "Patient.photo");
    write_is(c, "nurse", "PUT Patient/p1", large(c, PERSON("image/jpeg"), 64 * 1024 + 4, "\"}]}"), 422, "Patient.photo");
    write_is(c, "carer", "PUT Patient/p1", PERSON("image/jpeg") "BBBB\"}]}", 403, NULL);
    /* what stood there before is not judged again */
    put(c, "%s", PERSON("image/gif") "CCCC\"}]}");
    write_is(c, "nurse", "PUT Patient/p1", PERSON("image/gif") "CCCC\"}],\"gender\":\"male\"}", 200, NULL);
}

int main(void)
{
#define ONE(f) cmocka_unit_test_setup_teardown(f, open_country, close_country)
    const struct CMUnitTest tests[] = {ONE(media), ONE(faces)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
