/* A stored version as everybody sees it: version id and time, which the store keeps beside the bytes, put into meta. */
#include "search/search.h"

#define STAMP_BYTES 96 /* "versionId":"...","lastUpdated":"...", */

bool ans_search_body_add(ans_buf *b, const ans_version *v)
{
    /* {"resourceType":"T","id":"I","meta":{...  : the place is behind the brace of meta */
    static const char meta_key[] = "\"meta\":{";
    ptrdiff_t at = ans_str_search(ans_str_head(v->body, 256), (ans_str){meta_key, sizeof meta_key - 1});
    if (at < 0) {
        return false;
    }
    size_t n = (size_t)at + sizeof meta_key - 1;
    char when[ANS_INSTANT_BYTES];
    ans_instant_print(v->when_us, when);
    ans_buf_add(b, ans_str_head(v->body, n));
    ANS_BUF_LIT(b, "\"versionId\":\"");
    ans_buf_u64(b, v->vid);
    ANS_BUF_LIT(b, "\",\"lastUpdated\":\"");
    ans_buf_add_mem(b, when, sizeof when);
    ans_buf_add_c(b, '"');
    if (v->body.p[n] != '}') {
        ans_buf_add_c(b, ',');
    }
    ans_buf_add(b, ans_str_from(v->body, n));
    return true;
}

ans_str ans_search_body(ans_arena *arena, const ans_version *v)
{
    ans_buf b;
    ans_str out;
    ans_buf_init_arena(&b, arena, v->body.n + STAMP_BYTES);
    (void)ans_buf_room(&b, v->body.n + STAMP_BYTES); /* one piece of memory */
    return ans_search_body_add(&b, v) && ans_buf_finish(&b, &out) == ANS_OK ? out : ANS_STR_NONE;
}

ans_str ans_search_body_read(ans_arena *arena, const ans_version *v)
{
    ans_str body = ans_search_body(arena, v);
    return body.p ? body : v->body;
}
