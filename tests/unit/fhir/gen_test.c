/* gen_fhir as a program: same definitions, same bytes; other definitions than the pinned ones, no
 * tables. */
#include "fixture.h"

#include <sys/wait.h>
#include <unistd.h>

#include "base/os.h"

#define PACKAGE "defs/node_modules/hl7.fhir.r4.examples"
#define BIG ((size_t)8 * 1024 * 1024)

static char build[512]; /* the build folder: this program is BUILD/test/gen_test */
static char folder[600];

static int start(void **state)
{
    (void)state;
    ssize_t n = readlink("/proc/self/exe", build, sizeof build - 1);
    if (n <= 0) {
        return -1;
    }
    for (int i = 0; i < 2; i++) {
        char *slash = strrchr(build, '/');
        if (!slash) {
            return -1;
        }
        *slash = '\0';
    }
    snprintf(folder, sizeof folder, "%s/gen-test-XXXXXX", build);
    return mkdtemp(folder) ? 0 : -1;
}

static int stop(void **state)
{
    (void)state;
    char command[700];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

/* Run gen_fhir; what it prints, on both streams, goes to folder/said. Returns its exit status. */
static int run(const char *arguments)
{
    char command[4096];
    snprintf(command, sizeof command, "'%s/gen-build/gen_fhir' %s >'%s/said' 2>&1", build,
             arguments, folder);
    int status = system(command);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static ans_str content(ans_cx *cx, const char *parent, const char *name)
{
    char path[1024];
    ans_str text = ANS_STR_NONE;
    snprintf(path, sizeof path, "%s/%s", parent, name);
    assert_int_equal(ans_file_read(cx, path, BIG, &text), ANS_OK);
    return text;
}

static void write_file(ans_cx *cx, const char *name, const char *text)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    assert_int_equal(ans_file_replace(cx, path, ans_str_of(text)), ANS_OK);
}

static void gen__same_bytes(void **state)
{
    (void)state;
    ans_cx cx = cx_new();
    char arguments[1024];
    snprintf(arguments, sizeof arguments, PACKAGE " defs/MANIFEST '%s/tables.c'", folder);
    assert_int_equal(run(arguments), 0);
    ans_str again = content(&cx, folder, "tables.c"),
            built = content(&cx, build, "gen/fhir_tables.c");
    assert_true(ans_str_eq(again, built));
    ans_arena_free(cx.arena);
}

static void gen__manifest(void **state)
{
    (void)state;
    ans_cx cx = cx_new();
    assert_int_equal(run("--manifest " PACKAGE), 0);
    ans_str said = content(&cx, folder, "said"), pinned = content(&cx, "defs", "MANIFEST");
    assert_true(said.n > 0 && ans_str_search(pinned, said) >= 0);
    ans_arena_free(cx.arena);
}

static void check_refused(const char *arguments, const char *reason)
{
    ans_cx cx = cx_new();
    char path[1024];
    assert_int_equal(run(arguments), 1);
    ans_str said = content(&cx, folder, "said");
    if (ans_str_search(said, ans_str_of(reason)) < 0) {
        fail_msg("gen_fhir %s said: %.*s", arguments, ANS_FMT(said));
    }
    snprintf(path, sizeof path, "%s/refused.c", folder);
    assert_false(ans_file_exists(path));
    ans_arena_free(cx.arena);
}

static void gen__refuses(void **state)
{
    (void)state;
    ans_cx cx = cx_new();
    char arguments[2048];
    write_file(&cx, "manifest", "# another\nfiles 1\nbytes 2\nsha256 00\n");
    snprintf(arguments, sizeof arguments, PACKAGE " '%s/manifest' '%s/refused.c'", folder, folder);
    check_refused(arguments, "not those that are pinned");
    snprintf(arguments, sizeof arguments, PACKAGE " '%s/absent' '%s/refused.c'", folder, folder);
    check_refused(arguments, "cannot read");
    snprintf(arguments, sizeof arguments, "'%s' defs/MANIFEST '%s/refused.c'", folder, folder);
    check_refused(arguments, "no definitions");
    snprintf(arguments, sizeof arguments, "'%s/absent' defs/MANIFEST '%s/refused.c'", folder,
             folder);
    check_refused(arguments, "npm ci");
    check_refused("", "usage");
    write_file(&cx, "StructureDefinition-Patient.json",
               "{\"resourceType\":\"StructureDefinition\"}");
    snprintf(arguments, sizeof arguments, "'%s' defs/MANIFEST '%s/refused.c'", folder, folder);
    check_refused(arguments, "not those that are pinned");
    ans_arena_free(cx.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gen__same_bytes),
        cmocka_unit_test(gen__manifest),
        cmocka_unit_test(gen__refuses),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
