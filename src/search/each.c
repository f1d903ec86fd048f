/* Everything that a question finds, however much it is: page after page within one moment, with the memory of one page. */
#include "search/search_int.h"

enum { PAGE = 500 };
#define PAGE_BYTES ((size_t)1 << 30)

static ans_err hand_out(const ans_search_result *r, ans_search_visit *visit, void *arg, bool *more)
{
    ans_err err = ANS_OK;
    for (uint32_t i = 0; err == ANS_OK && *more && i < r->count; i++) {
        err = r->entries[i].mode == ANS_MATCH ? visit(arg, &r->entries[i].version, more) : ANS_OK;
    }
    return err;
}

ans_err ans_search_each(ans_search *search, ans_cx *cx, ans_reader *rd, const ans_search_request *request, ans_search_visit *visit,
                        void *arg)
{
    ans_cx page = {.arena = ans_arena_new(PAGE_BYTES), .deadline_us = cx->deadline_us};
    ans_str token = ANS_STR_NONE;
    bool more = true;
    ans_err err = page.arena ? ANS_OK : ans_cx_nomem(cx);
    while (err == ANS_OK && more) {
        ans_search_result r;
        ans_search_request rq = *request;
        rq.query = ans_arena_fmt(cx->arena, "%.*s%s_count=%d%s%.*s", ANS_FMT(request->query), request->query.n ? "&" : "", PAGE,
                                 token.n ? "&_page=" : "", ANS_FMT(token));
        err = rq.query.p ? ans_search_run(search, &page, rd, &rq, &r) : ans_cx_nomem(cx);
        err = ans_issue_pass(cx, &page, err);
        err = err == ANS_OK ? hand_out(&r, visit, arg, &more) : err;
        more = err == ANS_OK && more && r.next.n > 0;
        token = more ? ans_arena_dup(cx->arena, r.next) : ANS_STR_NONE;
        err = more && !token.p ? ans_cx_nomem(cx) : err;
        ans_arena_reset(page.arena);
        page.issues = page.last_ = NULL;
    }
    ans_arena_free(page.arena);
    return err;
}
