/* htmlChecks(): what may stand in a narrative. */
#include "fixture.h"

static void path_html__plain_formatting_only(void **state)
{
    static const struct {
        const char *div, *expected;
    } rows[] = {
        {"<div xmlns='http://www.w3.org/1999/xhtml'><p>a</p></div>", "true"},
        {"<div><p class='x' style=\\\"a:b\\\">a<br/>b</p><!-- c --></div>", "true"},
        {"<div><img src='a.png' alt='a'/></div>", "true"},
        {"<div><a href='http://x/y'>a</a> &lt; <b>b</b></div> ", "true"},
        {"<div><table><tr><td colspan='2'>a</td></tr></table></div>", "true"},
        {"<div></div>", "false"},
        {"<div>  <p> </p></div>", "false"},
        {"<div><p>a</div></p>", "false"},
        {"<div><p>a</p>", "false"},
        {"<div>a</div>b", "false"},
        {"<div>a</div><div>b</div>", "false"},
        {"<div>a</div> <!-- b -->", "true"},
        {"<p>a</p>", "false"},
        {"a", "false"},
        {"<div><script>a</script></div>", "false"},
        {"<div><object>a</object></div>", "false"},
        {"<div><form>a</form></div>", "false"},
        {"<div onclick='a'>a</div>", "false"},
        {"<div><a href='javascript:a'>a</a></div>", "false"},
        {"<div><a href=' JavaScript:a'>a</a></div>", "false"},
        {"<div class=a>a</div>", "false"},
        {"<div class>a</div>", "false"},
        {"<div class='a>a</div>", "false"},
        {"<div>a<", "false"},
        {"<div>a</", "false"},
        {"<div>a<br/", "false"},
        {"<div>a<!-- </div>", "false"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        fixture f;
        char text[300];
        (void)snprintf(
            text, sizeof text,
            "{\"resourceType\":\"Patient\",\"text\":{\"status\":\"generated\",\"div\":\"%s\"}}",
            rows[i].div);
        fixture_open(&f, text);
        ans_str got = run_in(&f, "text.`div`.htmlChecks()", f.focus.type, NULL);
        if (!ans_str_is(got, rows[i].expected)) {
            fail_msg("%s: %.*s", rows[i].div, ANS_FMT(got));
        }
        assert_true(ans_str_is(run_in(&f, "text.status.htmlChecks()", 0, NULL), ""));
        fixture_close(&f);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(path_html__plain_formatting_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
