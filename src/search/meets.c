/* Does something that is not in the record yet meet a question? Only its body can be asked: there are no rows of it, and nothing
 * refers to it. */
#include "search/search_int.h"

#define SCRATCH_BYTES ((size_t)16 << 20)

static bool is_of_id(const pred *p, ans_str id)
{
    bool found = false;
    for (uint32_t i = 0; !found && i < p->value_count; i++) {
        found = id.n && ans_str_eq(p->values[i].code, id);
    }
    return found != (p->modifier == M_NOT);
}

static ans_err pred_meets(ans_search *s, ans_cx *cx, const pred *p, const ans_body *body, const ans_item *root, bool *out)
{
    *out = false;
    if (p->kind == PRED_CONSUMED) { /* :missing=false of what everything has */
        *out = true;
        return ANS_OK;
    }
    if (p->kind == PRED_ID) {
        *out = is_of_id(p, body->id);
        return ANS_OK;
    }
    if (p->kind != PRED_VALUES && p->kind != PRED_MISSING) {
        return ANS_OK;
    }
    bool found;
    ans_err err = pred_match_body(s, cx, p, root, &found);
    *out = err == ANS_OK && (p->kind == PRED_MISSING ? found != p->flag : found != (p->modifier == M_NOT));
    return err;
}

ans_err ans_search_meets(ans_search *search, ans_cx *cx, ans_type type, ans_str query_text, const ans_body *list, uint32_t count,
                         uint32_t *out_count, uint32_t *out_first)
{
    query q;
    ans_buf self;
    type_info *ti = search_type(search, type);
    ans_cx brief = {.arena = ans_arena_new(SCRATCH_BYTES), .deadline_us = cx->deadline_us};
    ans_err err = ti && brief.arena ? ANS_OK : ANS_E_NOMEM;
    ans_buf_init_arena(&self, cx->arena, (size_t)1 << 20);
    err = err == ANS_OK ? query_parse(search, cx, ti, query_text, ANS_STR_NONE, true, &q, &self) : err;
    *out_count = *out_first = 0;
    for (uint32_t i = 0; err == ANS_OK && i < count; i++) {
        ans_item root = ans_item_of_resource(list[i].doc, list[i].root);
        bool fits = q.count > 0;
        for (uint32_t k = 0; err == ANS_OK && fits && k < q.count; k++) {
            err = pred_meets(search, &brief, &q.preds[k], &list[i], &root, &fits);
        }
        if (err == ANS_OK && fits) {
            *out_first = *out_count ? *out_first : i;
            ++*out_count;
        }
        ans_arena_reset(brief.arena);
        if (err == ANS_OK && i % 256 == 255 && ans_cx_is_late(cx)) {
            err = ans_issue_add(cx, ANS_E_TIMEOUT, ANS_STR_NONE, "the condition took too long");
        }
    }
    err = brief.arena ? ans_issue_pass(cx, &brief, err) : err;
    ans_arena_free(brief.arena);
    return err;
}
