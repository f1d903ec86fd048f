/* Issues gather in the context. When even the issue cannot be allocated the error code alone goes up. */
#include "base/cx.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/os.h"

#define LONGEST_ISSUE_BYTES 600

static void add(ans_cx *cx, ans_err err, const char *code, const char *severity, ans_str expression,
                const char *fmt, va_list args)
{
    char text[LONGEST_ISSUE_BYTES];
    ans_issue *issue = cx->arena ? ANS_NEW(cx->arena, ans_issue) : NULL;
    if (!issue) {
        return;
    }
    int n = vsnprintf(text, sizeof text, fmt, args);
    size_t length = n < 0 ? 0 : (size_t)n < sizeof text ? (size_t)n : sizeof text - 1;
    while (length && !ans_str_utf8((ans_str){text, length})) {
        length--; /* a cut in the middle of a letter */
    }
    issue->err = err;
    issue->code = code;
    issue->severity = severity;
    issue->expression = ans_arena_dup(cx->arena, expression);
    issue->text = ans_arena_dup(cx->arena, (ans_str){text, length});
    if (cx->last_) {
        cx->last_->next = issue;
    } else {
        cx->issues = issue;
    }
    cx->last_ = issue;
}

ans_err ans_issue_add(ans_cx *cx, ans_err err, ans_str expression, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    add(cx, err, ans_err_issue(err), "error", expression, fmt, args);
    va_end(args);
    return err;
}

void ans_issue_warn(ans_cx *cx, const char *code, ans_str expression, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    add(cx, ANS_OK, code, "warning", expression, fmt, args);
    va_end(args);
}

ans_err ans_cx_nomem(ans_cx *cx)
{
    ans_err err = ans_arena_err(cx->arena);
    if (err == ANS_E_TOOBIG) {
        return ans_issue_add(cx, err, ANS_STR_NONE, "the request needs more memory than one request may use");
    }
    return err;
}

bool ans_cx_is_late(const ans_cx *cx)
{
    return cx->deadline_us != 0 && ans_mono_us() > cx->deadline_us;
}

ans_err ans_issue_pass(ans_cx *to, const ans_cx *from, ans_err err)
{
    const ans_issue *issue = from->last_;
    ans_str where = ANS_STR_NONE;
    if (err == ANS_OK || !issue) {
        return err;
    }
    if (issue->expression.n) {
        where = ans_arena_dup(to->arena, issue->expression);
    }
    return ans_issue_add(to, err, where, "%.*s", ANS_FMT(issue->text));
}
