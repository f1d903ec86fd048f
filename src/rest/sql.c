/* $sql: one SELECT over the kept views (view/keep.h). A row of a table does not say who may see it, so only those who see everything may ask:
 * the role system, the owner through the socket, anybody with --auth off. */
#include "rest/rest_int.h"
#include "view/keep.h"

#define MOST_BYTES ((size_t)64 << 20)

ans_err sql_run(job *j, ans_reader *rd)
{
    static const ans_sql_limits limits = {.max_bytes = MOST_BYTES};
    ans_view_format as = ANS_VIEW_NDJSON;
    ans_buf b;
    ans_str query = operation_param(j, "query"), text = operation_param(j, "_format");
    (void)rd;
    if (!gate_is_open(j)) {
        return ans_issue_add(j->cx, ANS_E_FORBIDDEN, ANS_STR("http.url"), "tables of the whole record are for programs with the role system");
    }
    if (!j->rest->o.views_path) {
        return ans_issue_add(j->cx, ANS_E_UNSUPPORTED, ANS_STR("http.url"), "this server keeps no views");
    }
    if (!query.n) {
        return ans_issue_add(j->cx, ANS_E_INVALID, ANS_STR("http.query"), "query is missing: one SELECT over the kept views");
    }
    if (text.n && !ans_view_format_named(text, &as)) {
        return ans_issue_add(j->cx, ANS_E_VALUE, ANS_STR("http._format"), "rows come as ndjson, json or csv");
    }
    ans_buf_init_arena(&b, j->cx->arena, MOST_BYTES * 2);
    ans_err err = ans_sql_run(j->cx, j->rest->o.views_path, query, &limits, as, &b);
    j->an.status = 200;
    j->an.content_type = ans_view_media_type(as);
    return err == ANS_OK ? ans_buf_finish(&b, &j->an.body) : err;
}
