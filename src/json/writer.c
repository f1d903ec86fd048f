/* The writer: a comma belongs before whatever follows a finished value, and a value is finished by
 * itself or by its closing bracket. So one bit says it all, and no stack of levels is needed. */
#include "json/json_int.h"

void ans_jw_init(ans_jw *w, ans_buf *buf)
{
    *w = (ans_jw){.buf = buf};
}

static void separate(ans_jw *w, bool comma_behind)
{
    if (w->comma_)
        ans_buf_add_c(w->buf, ',');
    w->comma_ = comma_behind;
}

void ans_jw_begin(ans_jw *w, char bracket)
{
    separate(w, false);
    ans_buf_add_c(w->buf, bracket);
}

void ans_jw_end(ans_jw *w, char bracket)
{
    ans_buf_add_c(w->buf, bracket);
    w->comma_ = true;
}

void ans_jw_key(ans_jw *w, ans_str key)
{
    separate(w, false);
    ans_json_print_string(w->buf, key);
    ans_buf_add_c(w->buf, ':');
}

void ans_jw_str(ans_jw *w, ans_str s)
{
    separate(w, true);
    ans_json_print_string(w->buf, s);
}

void ans_jw_int(ans_jw *w, int64_t v)
{
    separate(w, true);
    if (v < 0)
        ans_buf_add_c(w->buf, '-');
    ans_buf_u64(w->buf, v < 0 ? -(uint64_t)v : (uint64_t)v);
}

void ans_jw_bool(ans_jw *w, bool v)
{
    separate(w, true);
    ans_buf_add(w->buf, v ? ANS_STR("true") : ANS_STR("false"));
}

void ans_jw_raw(ans_jw *w, ans_str json)
{
    separate(w, true);
    ans_buf_add(w->buf, json);
}

void ans_jw_copy(ans_jw *w, const ans_json *doc, ans_jnode n)
{
    separate(w, true);
    ans_json_print(doc, n, false, w->buf);
}

void ans_jw_kv(ans_jw *w, ans_str key, ans_str value)
{
    ans_jw_key(w, key);
    ans_jw_str(w, value);
}
