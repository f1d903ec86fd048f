/* A paper that is refused, said to whoever pressed its link: the words are content (papers.json), the status is all it tells. */
#include "paper/paper_int.h"

ans_str ans_paper_refusal(ans_cx *cx, int status)
{
    const ans_paper_ask ask = {0};
    paper p = {.cx = cx, .ask = &ask}; /* no form: the words of all */
    if (paper_table_read(cx, &p.table) != ANS_OK) {
        return ANS_STR_NONE;
    }
    const char *key = status == 401 ? "refused.401" : status == 403 ? "refused.403" : status == 404 ? "refused.404" : status >= 500 ? "refused.5" : "refused.4";
    ans_str title = word(&p, "refused.title"), why = word(&p, key);
    return fmt(&p,
               "<!doctype html><html lang=\"vi\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>%.*s</title></head>"
               "<body><h1>%.*s</h1><p>%.*s</p><p>%.*s</p></body></html>",
               ANS_FMT(title), ANS_FMT(title), ANS_FMT(why), ANS_FMT(word(&p, "refused.back")));
}
