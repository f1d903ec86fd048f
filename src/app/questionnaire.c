/* questionnaire: what the form engine says of files, without a record. */
#include <stdio.h>

#include "app/app.h"
#include "base/os.h"
#include "form/form.h"

#define INPUT_BYTES ((size_t)64 << 20)
#define FORM_BYTES ((size_t)1 << 30) /* what one form may need while it is checked */

static ans_err read_document(ans_cx *cx, const char *path, ans_json *out)
{
    ans_str text;
    ans_err err = input_read(cx, path, INPUT_BYTES, &text);
    return err == ANS_OK ? ans_json_parse(cx, text, NULL, out) : err;
}

static ans_err read_form(ans_cx *cx, const char *path, ans_json *doc, const ans_form **out)
{
    ans_err err = read_document(cx, path, doc);
    return err == ANS_OK ? ans_form_compile(cx, cx->arena, doc, 0, out) : err;
}

static ans_err print(ans_cx *cx, ans_str text)
{
    ans_json doc;
    ans_buf b;
    ans_err err = ans_json_parse(cx, text, NULL, &doc);
    ans_buf_init_arena(&b, cx->arena, INPUT_BYTES);
    if (err == ANS_OK) {
        ans_json_print(&doc, 0, true, &b);
        ans_buf_add_c(&b, '\n');
        err = ans_buf_finish(&b, &text);
    }
    if (err == ANS_OK && fwrite(text.p, 1, text.n, stdout) != text.n) {
        err = ans_issue_add(cx, ANS_E_IO, ANS_STR_NONE, "standard output cannot be written");
    }
    return err;
}

/* Would another round change what the first gave? */
static bool still_moves(const ans_cx *cx, const ans_form *form, const ans_form_env *env, ans_str text)
{
    ans_cx work = {.arena = cx->arena};
    ans_json doc;
    ans_str again;
    return ans_json_parse(&work, text, NULL, &doc) == ANS_OK && ans_form_calculate(&work, form, env, &doc, 0, 1, &again) == ANS_OK &&
           !ans_str_eq(text, again);
}

static ans_err calculate(ans_cx *cx, const options *o)
{
    ans_json form_doc, doc;
    const ans_form *form;
    ans_str text;
    ans_form_env env = {0};
    ans_err err = read_form(cx, o->args[1], &form_doc, &form);
    err = err == ANS_OK ? read_document(cx, o->args[2], &doc) : err;
    err = err == ANS_OK ? ans_zone_open(cx, ANS_STR(DEFAULT_ZONE), &env.zone) : err;
    err = err == ANS_OK ? ans_form_calculate(cx, form, &env, &doc, 0, o->settle ? ANS_FORM_SETTLE : 1, &text) : err;
    if (err == ANS_OK && !o->settle && still_moves(cx, form, &env, text)) {
        say("some items are calculated from calculated items and would change again; see --settle");
    }
    return err == ANS_OK ? print(cx, text) : err;
}

/* ---- check, validate: what was found, one line each; errors make the exit code 1 ---- */

static void print_issues(const char *file, const ans_form_result *r)
{
    for (uint32_t i = 0; i < r->count; i++) {
        const ans_form_issue *x = &r->issues[i];
        printf("%s: %s: %.*s: ", file, x->severity, ANS_FMT(x->expression));
        if (x->vi) {
            printf("%s / ", x->vi);
        }
        printf("%.*s [%s]\n", ANS_FMT(x->text), x->rule);
    }
    if (r->errors + r->warnings > r->count) {
        printf("%s: %u errors and %u warnings in all\n", file, r->errors, r->warnings);
    }
}

static ans_err check_one(ans_cx *cx, const char *path, bool is_content, uint32_t *errors)
{
    ans_json doc;
    const ans_form *form;
    ans_form_result r;
    ans_cx work = {.arena = ans_arena_new(FORM_BYTES)};
    ans_err err = work.arena ? read_form(&work, path, &doc, &form) : ans_cx_nomem(cx);
    err = err == ANS_OK ? ans_form_check(&work, form, NULL, is_content, &r) : err;
    if (err == ANS_OK) {
        print_issues(path, &r);
        *errors += r.errors;
    } else {
        say("%s: it cannot be used", path);
    }
    err = ans_issue_pass(cx, &work, err);
    ans_arena_free(work.arena);
    return err;
}

static ans_err found(ans_cx *cx, uint32_t errors, const char *what)
{
    return errors ? ans_issue_add(cx, ANS_E_INVALID, ANS_STR_NONE, "%u errors in the %s", errors, what) : ANS_OK;
}

static ans_err check(ans_cx *cx, const options *o)
{
    uint32_t errors = 0;
    ans_err err = ANS_OK;
    for (int i = 1; err == ANS_OK && i < o->arg_count; i++) {
        err = check_one(cx, o->args[i], o->content, &errors);
    }
    return err == ANS_OK ? found(cx, errors, o->arg_count > 2 ? "forms" : "form") : err;
}

static ans_err validate(ans_cx *cx, const options *o)
{
    ans_json form_doc, doc;
    const ans_form *form;
    ans_form_result r;
    ans_form_env env = {0};
    ans_err err = read_form(cx, o->args[1], &form_doc, &form);
    err = err == ANS_OK ? read_document(cx, o->args[2], &doc) : err;
    err = err == ANS_OK ? ans_zone_open(cx, ANS_STR(DEFAULT_ZONE), &env.zone) : err;
    err = err == ANS_OK ? ans_form_check_response(cx, form, &env, &doc, 0, &r) : err;
    if (err == ANS_OK) {
        print_issues(o->args[2], &r);
        err = found(cx, r.errors, "response");
    }
    return err;
}

static const struct {
    const char *name;
    ans_err (*run)(ans_cx *cx, const options *o);
    int args; /* behind the name; -1: one or more */
} acts[] = {{"calculate", calculate, 2}, {"check", check, -1}, {"validate", validate, 2}};

int run_questionnaire(ans_cx *cx, const options *o)
{
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) {
        bool fits = acts[i].args < 0 ? o->arg_count > 1 : o->arg_count == acts[i].args + 1;
        if (strcmp(o->args[0], acts[i].name) == 0 && fits) {
            ans_err err = acts[i].run(cx, o);
            if (err == ANS_OK && cx->issues) {
                say_issues(cx, ANS_OK); /* warnings */
            }
            return err == ANS_OK ? EXIT_DONE : fail(cx, err);
        }
    }
    say("usage: ansinh questionnaire calculate FORM RESPONSE [--settle], validate FORM RESPONSE, or check FORM... [--content]");
    return EXIT_USAGE;
}
