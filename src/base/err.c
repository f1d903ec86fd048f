/* The error table, expanded from err.def. */
#include "base/err.h"

static const struct {
    const char *name, *issue, *text;
    int http;
} table[ANS_ERR_COUNT] = {
    [ANS_OK] = {"OK", "informational", "done", 200},
#define ANS_ERR(name_, http_, issue_, text_) [ANS_E_##name_] = {#name_, issue_, text_, http_},
#include "base/err.def"
#undef ANS_ERR
};

static unsigned index_of(ans_err err)
{
    return (unsigned)err < ANS_ERR_COUNT ? (unsigned)err : (unsigned)ANS_E_BUG;
}

const char *ans_err_name(ans_err err)
{
    return table[index_of(err)].name;
}

const char *ans_err_text(ans_err err)
{
    return table[index_of(err)].text;
}

const char *ans_err_issue(ans_err err)
{
    return table[index_of(err)].issue;
}

int ans_err_http(ans_err err)
{
    return table[index_of(err)].http;
}
