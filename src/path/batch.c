/* The batch runner: one case, one arena, one line. */
#include "path/batch.h"

#include "base/os.h"
#include "path/path_int.h"

#define CASES_MAX_BYTES ((size_t)64 * 1024 * 1024)
#define CASE_MAX_BYTES ((size_t)256 * 1024 * 1024) /* document, result and all between */

typedef struct batch_case {
    ans_str name, expression, input;
    bool strict;
} batch_case;

static ans_err read_case(ans_cx *cx, ans_str line, batch_case *out)
{
    ans_json doc;
    ans_err err = ans_json_parse(cx, line, NULL, &doc);
    if (err) {
        return err;
    }
    out->name = ans_json_get_string(cx, &doc, 0, ANS_STR("name"));
    out->expression = ans_json_get_string(cx, &doc, 0, ANS_STR("expression"));
    out->input = ans_json_get_string(cx, &doc, 0, ANS_STR("inputfile"));
    out->strict = ans_str_is(ans_json_get_string(cx, &doc, 0, ANS_STR("mode")), "strict");
    if (!out->name.p || !out->expression.p) {
        return ans_issue_add(cx, ANS_E_SYNTAX, ANS_STR_NONE, "a case needs name and expression");
    }
    return ANS_OK;
}

static ans_err read_input(ans_cx *cx, const char *inputs, ans_str name, ans_json *doc,
                          ans_item *out)
{
    ans_str text, path = ans_arena_fmt(cx->arena, "%s/%.*s", inputs, ANS_FMT(name));
    if (!path.p) {
        return ans_cx_nomem(cx);
    }
    ans_err err = ans_file_read(cx, path.p, CASES_MAX_BYTES, &text);
    err = err ? err : ans_json_parse(cx, text, NULL, doc);
    if (!err) {
        *out = ans_item_of_resource(doc, 0);
    }
    return err;
}

/* doc must outlive out, whose nodes stand in it. */
static ans_err run_case(ans_cx *cx, const char *inputs, const batch_case *c, ans_json *doc,
                        ans_items *out)
{
    ans_item focus = {.kind = ANS_ITEM_NODE};
    const ans_path *path;
    ans_err err = c->input.p ? read_input(cx, inputs, c->input, doc, &focus) : ANS_OK;
    if (!err && c->strict && focus.type) {
        err = ans_path_compile_strict(cx, cx->arena, c->expression, focus.type, &path);
    } else if (!err) {
        err = ans_path_compile(cx, cx->arena, c->expression, focus.type, &path);
    }
    return err ? err : ans_path_eval(cx, path, NULL, c->input.p ? &focus : NULL, out);
}

static void print_result(ans_cx *cx, const batch_case *c, ans_err err, const ans_items *items,
                         ans_buf *b)
{
    ANS_BUF_LIT(b, "{\"name\":");
    ans_json_print_string(b, c->name);
    if (err) {
        ANS_BUF_LIT(b, ",\"error\":");
        ans_json_print_string(b, cx->last_ ? cx->last_->text : ans_str_of(ans_err_text(err)));
    } else {
        ANS_BUF_LIT(b, ",\"result\":[");
        for (uint32_t i = 0; i < items->count; i++) {
            if (i > 0) {
                ans_buf_add_c(b, ',');
            }
            ans_item_print(cx, &items->at[i], b);
        }
        ans_buf_add_c(b, ']');
    }
    ANS_BUF_LIT(b, "}\n");
}

static ans_err one_line(ans_cx *cx, ans_str line, const char *inputs, FILE *out)
{
    batch_case c;
    ans_json doc;
    ans_items items = {0};
    ans_buf b;
    ans_str text;
    ans_err err = read_case(cx, line, &c);
    if (err) {
        return err;
    }
    err = run_case(cx, inputs, &c, &doc, &items);
    ans_buf_init(&b, CASE_MAX_BYTES);
    print_result(cx, &c, err, &items, &b);
    err = ans_buf_finish(&b, &text);
    if (!err && fwrite(text.p, 1, text.n, out) != text.n) {
        err = ANS_E_IO;
    }
    ans_buf_done(&b);
    return err;
}

ans_err ans_path_batch(ans_cx *cx, const char *cases, const char *inputs, FILE *out)
{
    ans_str all, line;
    ans_err err = ans_file_read(cx, cases, CASES_MAX_BYTES, &all);
    while (!err && all.n > 0) {
        (void)ans_str_cut(&all, '\n', &line);
        if (ans_str_trim(line).n == 0) {
            continue;
        }
        ans_arena *arena = ans_arena_new(CASE_MAX_BYTES);
        ans_cx own = {.arena = arena};
        err = arena ? one_line(&own, line, inputs, out) : ANS_E_NOMEM;
        if (err) {
            err = ans_issue_add(cx, err, ANS_STR_NONE, "the case cannot be run: %.200s",
                                own.last_ && own.last_->text.p ? own.last_->text.p
                                                               : ans_err_text(err));
        }
        ans_arena_free(arena);
    }
    return err;
}
