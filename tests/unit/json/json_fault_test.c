/* Memory that runs dry: the n-th allocation fails, once and for ever after, for n = 1, 2, ... until
 * none is left to fail. Each time the answer is the right error or the right result, and nothing
 * leaks (the sanitizer build looks). */
#include "fixture.h"

#define MAX ((size_t)16 << 20)

static const char text[] = "{\"resourceType\":\"Patient\",\"na\\u006de\":[{\"text\":"
                           "\"Nguy\\u1ec5n\\n\"},{\"given\":[\"\\u0041n\",\"B\"]}],"
                           "\"a\":1,\"b\":2,\"c\":3,\"d\":4,\"e\":[1,2,3,4,5,6,7,8,9,10,11,12,13,"
                           "14,15,16,17,18,19,20,21,22,23,24,"
                           "[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[]"
                           ",[],[],[],[],[],[],[],[]]}";

/* Parse, read, print. Every allocation happens below here. */
static ans_err work(ans_arena *arena, ans_str input, size_t *out_printed)
{
    ans_cx cx = {.arena = arena};
    ans_json doc;
    ans_buf b;
    ans_str s;
    ans_err err = ans_json_parse(&cx, input, NULL, &doc);
    if (err)
        return err;
    for (ans_jnode n = 0; n < doc.count; n++) {
        if (ans_json_kind_of(&doc, n) == ANS_JSON_STRING && !ans_json_string(&cx, &doc, n).p)
            return ans_cx_nomem(&cx);
    }
    ans_buf_init(&b, MAX);
    ans_json_print(&doc, 0, true, &b);
    err = ans_buf_finish(&b, &s);
    *out_printed = b.n;
    ans_buf_done(&b);
    return err;
}

/* One round: the n-th allocation fails. Returns whether it came to that. */
static bool fail_at(uint64_t n, bool forever, ans_str input, ans_err expected)
{
    size_t printed = 0;
    ans_alloc_fail_after(n, forever);
    ans_arena *arena = ans_arena_new(ARENA_BYTES);
    ans_err err = arena ? work(arena, input, &printed) : ANS_E_NOMEM;
    bool reached = ans_alloc_fail_after(0, false) >= n;
    ans_arena_free(arena);
    /* a lost issue does not change the code: bad text stays bad text */
    if (err != (reached ? ANS_E_NOMEM : expected) && (expected == ANS_OK || err != expected))
        fail_msg("allocation %llu: %s", (unsigned long long)n, ans_err_name(err));
    assert_true(err || printed > input.n);
    return reached;
}

static void sweep(ans_str input, ans_err expected)
{
    for (int forever = 0; forever < 2; forever++) {
        uint64_t n = 1;
        while (fail_at(n, forever, input, expected))
            n++;
        assert_in_range(n, 3, 1000);
    }
}

static void json_fault__good_text(void **state)
{
    (void)state;
    sweep(ANS_STR(text), ANS_OK);
}

/* The code survives even when its issue cannot be kept. */
static void json_fault__bad_text(void **state)
{
    (void)state;
    sweep((ans_str){text, sizeof text - 2}, ANS_E_SYNTAX);
}

static void json_fault__wide_object(void **state)
{
    (void)state;
    static char wide[64 * 12 + 2];
    size_t n = 0;
    for (int i = 0; i < 64; i++)
        n +=
            (size_t)snprintf(wide + n, sizeof wide - n, "%c\"k%02d\":%d", i ? ',' : '{', i, i % 10);
    wide[n++] = '}';
    sweep((ans_str){wide, n}, ANS_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_fault__good_text),
        cmocka_unit_test(json_fault__bad_text),
        cmocka_unit_test(json_fault__wide_object),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
