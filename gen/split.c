/* Union expressions of search parameters that serve several types, such as
 *   AllergyIntolerance.code | Condition.code | (DeviceRequest.code as CodeableConcept)
 * are cut at their top-level bars, and each type keeps its own alternatives: evaluating the others
 * on every resource would only cost time. An alternative that begins with no type name of the
 * parameter ("name | alias") concerns all. */
#include "gen.h"

static bool is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* Length of the alternative at the start of s: up to a bar outside parentheses and quotes. */
static size_t alternative_length(ans_str s)
{
    int depth = 0;
    char quote = 0;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (quote) {
            i += c == '\\';
            quote = c == quote ? 0 : quote;
        } else if (c == '\'' || c == '"' || c == '`') {
            quote = c;
        } else if (c == '(' || c == '[' || c == '{') {
            depth++;
        } else if (c == ')' || c == ']' || c == '}') {
            depth--;
        } else if (c == '|' && depth == 0) {
            return i;
        }
    }
    if (depth || quote) {
        gen_die("unbalanced expression %.*s", ANS_FMT(s));
    }
    return s.n;
}

static ans_str first_name(ans_str s)
{
    while (s.n && (s.p[0] == '(' || s.p[0] == ' ')) {
        s = ans_str_from(s, 1);
    }
    size_t n = 0;
    while (n < s.n && is_name_char(s.p[n])) {
        n++;
    }
    return ans_str_head(s, n);
}

static bool concerns(ans_str alternative, ans_str base, const ans_str *bases, size_t base_count)
{
    ans_str name = first_name(alternative);
    if (ans_str_eq(name, base)) {
        return true;
    }
    for (size_t i = 0; i < base_count; i++) {
        if (ans_str_eq(name, bases[i])) {
            return false;
        }
    }
    return true;
}

ans_str gen_split_for(gen *g, ans_str expression, ans_str base, const ans_str *bases,
                      size_t base_count)
{
    ans_buf out;
    ans_buf_init_arena(&out, g->cx.arena, 64 * 1024);
    while (expression.n) {
        size_t n = alternative_length(expression);
        ans_str alternative = ans_str_trim(ans_str_head(expression, n));
        expression = ans_str_from(expression, n + 1);
        if (concerns(alternative, base, bases, base_count)) {
            ans_buf_add(&out, out.n ? ANS_STR(" | ") : ANS_STR(""));
            ans_buf_add(&out, alternative);
        }
    }
    ans_str text;
    if (ans_buf_finish(&out, &text) != ANS_OK) {
        gen_die("out of memory");
    }
    return text;
}
