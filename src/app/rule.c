/* rule: check files, list what there is, rehearse over the record; the last two ask the record like any client. */
#include <stdio.h>

#include "app/app.h"
#include "auth/rights.h"
#include "base/os.h"
#include "rule/rule.h"

enum { DEFAULT_DAYS = 90 };
#define RULE_BYTES ((size_t)1 << 20)

/* ---- check ---- */

static bool is_role(const ans_rights *rights, ans_cx *cx, const ans_json *doc, ans_jnode n)
{
    ans_str code = ans_json_get_string(cx, doc, n, ANS_STR("valueCode"));
    return !ans_str_is(ans_json_get_string(cx, doc, n, ANS_STR("url")), "role") || ans_rights_role(rights, code) != UINT32_MAX;
}

/* Every role that is named is one of the table of rights: an alert for nobody is none. */
static ans_err check_roles(ans_cx *cx, const ans_json *doc)
{
    const ans_rights *rights;
    ans_err err = ans_rights_read(cx, ANS_STR_NONE, &rights);
    for (ans_jnode n = 0; err == ANS_OK && n < doc->count; n++) {
        bool is_coding = ans_json_kind_of(doc, n) == ANS_JSON_OBJECT && ans_str_is(ans_json_get_string(cx, doc, n, ANS_STR("system")), "urn:ansinh:role");
        bool fits = !is_coding || ans_rights_role(rights, ans_json_get_string(cx, doc, n, ANS_STR("code"))) != UINT32_MAX;
        if (!fits || (ans_json_kind_of(doc, n) == ANS_JSON_OBJECT && !is_role(rights, cx, doc, n))) {
            err = ans_issue_add(cx, ANS_E_INVALID, ANS_STR("urn:ansinh:role"), "there is no such role; ansinh access lists them");
        }
    }
    return err;
}

static ans_err check_one(ans_cx *cx, const char *path, bool is_content)
{
    ans_json doc;
    ans_str text;
    const ans_rule *rule;
    ans_err err = input_read(cx, path, RULE_BYTES, &text);
    err = err == ANS_OK ? ans_json_parse(cx, text, NULL, &doc) : err;
    err = err == ANS_OK ? ans_rule_compile(cx, cx->arena, &doc, 0, &rule) : err;
    err = err == ANS_OK ? check_roles(cx, &doc) : err;
    return err == ANS_OK && is_content ? ans_rule_check_content(cx, &doc, 0) : err;
}

static int check(ans_cx *cx, const options *o)
{
    int code = o->arg_count > 1 ? EXIT_DONE : EXIT_USAGE;
    for (int i = 1; i < o->arg_count; i++) {
        ans_cx work = {.arena = ans_arena_new((size_t)256 << 20)};
        ans_err err = work.arena ? check_one(&work, o->args[i], o->content) : ans_cx_nomem(cx);
        if (err != ANS_OK) {
            say("%s: it cannot be used", o->args[i]);
            code = fail(&work, err);
        }
        ans_arena_free(work.arena);
    }
    if (o->arg_count < 2) {
        say("rule check takes files");
    }
    return code;
}

/* ---- list ---- */

static ans_str part_of(ans_cx *cx, const ans_json *doc, ans_jnode rule, const char *name)
{
    ans_jnode parts = ans_json_get(doc, rule, ANS_STR("part"));
    if (parts == ANS_JNONE) {
        return ANS_STR_NONE;
    }
    ANS_JSON_EACH(doc, parts, p)
    {
        if (ans_str_is(ans_json_get_string(cx, doc, p, ANS_STR("name")), name)) {
            ans_jnode value = ans_json_next(doc, p, ans_json_first(doc, p));
            ans_str text = value == ANS_JNONE ? ANS_STR_NONE : ans_json_string(cx, doc, value);
            return text.p || value == ANS_JNONE ? text : ans_json_raw(doc, value);
        }
    }
    return ANS_STR_NONE;
}

static void print_rule(ans_cx *cx, const ans_json *doc, ans_jnode rule)
{
    static const char *const columns[] = {"raised", "acted", "dismissed", "withdrawn", "settled", "open"};
    printf("%-20.*s", ANS_FMT(part_of(cx, doc, rule, "id")));
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        printf(" %9.*s", ANS_FMT(part_of(cx, doc, rule, columns[i])));
    }
    printf("  %.*s, %.*s%s\n", ANS_FMT(part_of(cx, doc, rule, "title")), ANS_FMT(part_of(cx, doc, rule, "review")),
           ans_str_is(part_of(cx, doc, rule, "off"), "true") ? ", OFF" : "");
}

static ans_err ask(ans_cx *cx, const options *o, const char *method, ans_str path, ans_str body, ans_json *out)
{
    record_door r = {0};
    ans_rest_answer answer;
    ans_err err = path.p ? record_open(cx, o, &r) : ans_cx_nomem(cx);
    err = err == ANS_OK ? record_ask(cx, &r, method, path, body, &answer) : err;
    err = err == ANS_OK && answer.status != 200 ? record_refused(cx, &answer) : err;
    err = err == ANS_OK ? ans_json_parse(cx, answer.body, NULL, out) : err;
    record_close(&r);
    return err;
}

static int list(ans_cx *cx, const options *o)
{
    ans_json doc;
    ans_err err = ask(cx, o, "GET", ANS_STR("PlanDefinition/$alerts"), ANS_STR_NONE, &doc);
    ans_jnode rules = err == ANS_OK ? ans_json_get(&doc, 0, ANS_STR("parameter")) : ANS_JNONE;
    if (err != ANS_OK || rules == ANS_JNONE) {
        return err == ANS_OK ? EXIT_FINDINGS : fail(cx, err);
    }
    printf("%-20s %9s %9s %9s %9s %9s %9s\n", "rule (90 days)", "raised", "acted", "dismissed", "withdrawn", "settled", "open");
    ANS_JSON_EACH(&doc, rules, n)
    {
        if (ans_str_is(ans_json_get_string(cx, &doc, n, ANS_STR("name")), "rule")) {
            print_rule(cx, &doc, n);
        }
    }
    return EXIT_DONE;
}

/* ---- dry-run ---- */

static ans_err print(ans_cx *cx, const ans_json *doc)
{
    ans_buf b;
    ans_str text;
    ans_buf_init_arena(&b, cx->arena, RULE_BYTES * 8);
    ans_json_print(doc, 0, true, &b);
    ans_buf_add_c(&b, '\n');
    ans_err err = ans_buf_finish(&b, &text);
    if (err == ANS_OK && fwrite(text.p, 1, text.n, stdout) != text.n) {
        err = ans_issue_add(cx, ANS_E_IO, ANS_STR_NONE, "standard output cannot be written");
    }
    return err;
}

static int dry_run(ans_cx *cx, const options *o)
{
    ans_json doc;
    ans_str text = ANS_STR_NONE, path;
    unsigned days = o->days ? o->days : DEFAULT_DAYS;
    bool is_file = o->arg_count == 2 && ans_file_exists(o->args[1]);
    if (o->arg_count != 2 || (!is_file && !ans_id_is_valid(ans_str_of(o->args[1])))) {
        say("rule dry-run takes a file, or the id of a rule");
        return EXIT_USAGE;
    }
    ans_err err = is_file ? input_read(cx, o->args[1], RULE_BYTES, &text) : ANS_OK;
    path = is_file ? ans_arena_fmt(cx->arena, "PlanDefinition/$dry-run?days=%u", days)
                   : ans_arena_fmt(cx->arena, "PlanDefinition/%s/$dry-run?days=%u", o->args[1], days);
    err = err == ANS_OK ? ask(cx, o, is_file ? "POST" : "GET", path, text, &doc) : err;
    err = err == ANS_OK ? print(cx, &doc) : err;
    return err == ANS_OK ? EXIT_DONE : fail(cx, err);
}

int run_rule(ans_cx *cx, const options *o)
{
    const char *act = o->args[0];
    if (strcmp(act, "check") == 0) {
        return check(cx, o);
    }
    if (strcmp(act, "list") == 0) {
        return list(cx, o);
    }
    if (strcmp(act, "dry-run") == 0) {
        return dry_run(cx, o);
    }
    say("rule knows check, list and dry-run");
    return EXIT_USAGE;
}
