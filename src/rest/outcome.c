/* From an error and its issues to an OperationOutcome. http://hl7.org/fhir/R4/operationoutcome.html */
#include "rest/rest_int.h"

/* The worst issue decides the status; a warning decides nothing. */
int outcome_status(const ans_cx *cx, ans_err err)
{
    (void)cx;
    return ans_err_http(err);
}

static void write_issue(ans_jw *w, const char *severity, const char *code, ans_str text, ans_str place)
{
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("severity"), ans_str_of(severity));
    ans_jw_kv(w, ANS_STR("code"), ans_str_of(code));
    ans_jw_kv(w, ANS_STR("diagnostics"), text);
    if (place.n) {
        ans_jw_key(w, ANS_STR("expression"));
        ans_jw_begin(w, '[');
        ans_jw_str(w, place);
        ans_jw_end(w, ']');
    }
    ans_jw_end(w, '}');
}

/* Errors of ours tell the client no more than that they are ours: the log has the rest. */
static bool is_ours(ans_err err)
{
    return err == ANS_E_IO || err == ANS_E_CORRUPT || err == ANS_E_BUG;
}

ans_str outcome_body(ans_cx *cx, ans_err err, ans_str place)
{
    static const ans_str last_resort = ANS_STR(
        "{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":\"error\",\"code\":\"throttled\",\"diagnostics\":"
        "\"out of memory, nothing was done\",\"expression\":[\"http.url\"]}]}");
    static const ans_str too_big = ANS_STR(
        "{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":\"error\",\"code\":\"too-long\",\"diagnostics\":"
        "\"the request needs more memory than one request may use\",\"expression\":[\"http.url\"]}]}");
    ans_buf b;
    ans_jw w;
    bool said = false;
    ans_buf_init_arena(&b, cx->arena, (size_t)1 << 20);
    ans_jw_init(&w, &b);
    ans_jw_begin(&w, '{');
    ans_jw_kv(&w, ANS_STR("resourceType"), ANS_STR("OperationOutcome"));
    ans_jw_key(&w, ANS_STR("issue"));
    ans_jw_begin(&w, '[');
    for (const ans_issue *i = cx->issues; i && !is_ours(err); i = i->next) {
        write_issue(&w, i->severity, i->code, i->text, i->expression.n ? i->expression : place);
        said = said || i->err != ANS_OK;
    }
    if (!said && err != ANS_OK) {
        write_issue(&w, "error", ans_err_issue(err), ans_str_of(ans_err_text(err)), place);
    }
    ans_jw_end(&w, ']');
    ans_jw_end(&w, '}');
    ans_str out;
    return ans_buf_finish(&b, &out) == ANS_OK ? out : err == ANS_E_TOOBIG ? too_big : last_resort;
}
