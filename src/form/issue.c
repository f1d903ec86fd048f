/* What was found: one list, in the order of the document, cut where it would become a book. */
#include <stdarg.h>
#include <stdio.h>

#include "form/form_int.h"

static const ans_form_issue rules[] = {
#define FORM_RULE(name, key, severity, code, vi, en) {severity, code, key, vi, {NULL, 0}, {en, sizeof(en) - 1}},
#include "form/rules.def"
#undef FORM_RULE
};

static ans_err keep(ans_cx *cx, ans_form_result *r, const ans_form_issue *issue)
{
    r->errors += strcmp(issue->severity, "error") == 0;
    r->warnings += strcmp(issue->severity, "warning") == 0;
    if (r->count == ANS_FORM_MOST_ISSUES) {
        return ANS_OK;
    }
    ans_form_issue *grown = ans_arena_grow(cx->arena, r->issues, r->count, &r->cap_, 8, sizeof *grown);
    if (!grown || !issue->text.p) {
        return ans_cx_nomem(cx);
    }
    r->issues = grown;
    r->issues[r->count++] = *issue;
    return ANS_OK;
}

ans_err form_broken(ans_cx *cx, ans_form_result *r, form_rule rule, ans_str place, const char *detail, ...)
{
    char more[300];
    ans_form_issue issue = rules[rule];
    va_list args;
    va_start(args, detail);
    (void)vsnprintf(more, sizeof more, detail, args);
    va_end(args);
    issue.expression = place;
    if (more[0]) {
        issue.text = ans_arena_fmt(cx->arena, "%.*s: %s", ANS_FMT(issue.text), more);
    }
    return keep(cx, r, &issue);
}

ans_err form_wrong(ans_cx *cx, ans_form_result *r, const char *severity, const char *rule, ans_str place, const char *fmt, ...)
{
    char text[400];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    ans_form_issue issue = {.severity = severity, .code = "invalid", .rule = rule, .expression = place};
    issue.text = ans_arena_dup(cx->arena, ans_str_of(text));
    return keep(cx, r, &issue);
}
