/* Files as a stream, and back: a machine of two places, the head of a file and its bytes, which may be fed in pieces of any size. */
#include "app/pack.h"

#include <string.h>

enum { SIZE_BYTES = 8 };

bool pack_is_name(ans_str name)
{
    if (name.n == 0 || name.n > PACK_NAME_BYTES || name.p[0] == '.') {
        return false;
    }
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_')) {
            return false;
        }
    }
    return true;
}

ans_str pack_head(ans_cx *cx, ans_str name, uint64_t size)
{
    size_t n = 1 + name.n + SIZE_BYTES;
    char *p = ans_arena_alloc(cx->arena, n);
    if (!p) {
        return ANS_STR_NONE;
    }
    p[0] = (char)name.n;
    memcpy(p + 1, name.p, name.n);
    for (int i = 0; i < SIZE_BYTES; i++) {
        p[1 + name.n + (size_t)i] = (char)(size >> (8 * (SIZE_BYTES - 1 - i)));
    }
    return (ans_str){p, n};
}

static ans_err bad(ans_cx *cx, const char *what)
{
    return ans_issue_add(cx, ANS_E_CORRUPT, ANS_STR_NONE, "the backup cannot be understood: %s", what);
}

static ans_err end_file(ans_cx *cx, pack_reader *r)
{
    r->in_file_ = false;
    r->head_n_ = 0;
    return r->sink ? r->sink->close(r->sink->arg, cx) : ANS_OK;
}

static ans_err begin_file(ans_cx *cx, pack_reader *r)
{
    ans_str name = {r->head_ + 1, (uint8_t)r->head_[0]};
    uint64_t size = 0;
    for (int i = 0; i < SIZE_BYTES; i++) {
        size = size << 8 | (uint8_t)r->head_[1 + name.n + (size_t)i];
    }
    if (!pack_is_name(name) || r->count == PACK_MOST_FILES || size > (uint64_t)INT64_MAX - r->bytes) {
        return bad(cx, "a name, a number of files or a size that no backup has");
    }
    for (uint32_t i = 0; i < r->count; i++) {
        if (ans_str_is(name, r->names_[i])) {
            return bad(cx, "a file stands in it twice");
        }
    }
    memcpy(r->names_[r->count], name.p, name.n);
    r->names_[r->count++][name.n] = '\0';
    r->bytes += size;
    r->left_ = size;
    r->in_file_ = true;
    ans_err err = r->sink ? r->sink->open(r->sink->arg, cx, name, size) : ANS_OK;
    return err == ANS_OK && size == 0 ? end_file(cx, r) : err;
}

static ans_err take_head(ans_cx *cx, pack_reader *r, ans_str *bytes)
{
    if (r->head_n_ == 0) {
        uint8_t n = (uint8_t)bytes->p[0];
        r->is_done = n == 0;
        r->head_[r->head_n_++] = (char)n;
        *bytes = ans_str_from(*bytes, 1);
        return n > PACK_NAME_BYTES ? bad(cx, "a name is too long") : ANS_OK;
    }
    size_t whole = 1 + (size_t)(uint8_t)r->head_[0] + SIZE_BYTES, n = whole - r->head_n_;
    n = n < bytes->n ? n : bytes->n;
    memcpy(r->head_ + r->head_n_, bytes->p, n);
    r->head_n_ += (uint32_t)n;
    *bytes = ans_str_from(*bytes, n);
    return r->head_n_ == whole ? begin_file(cx, r) : ANS_OK;
}

static ans_err take_bytes(ans_cx *cx, pack_reader *r, ans_str *bytes)
{
    size_t n = r->left_ < bytes->n ? (size_t)r->left_ : bytes->n;
    ans_err err = r->sink ? r->sink->write(r->sink->arg, cx, ans_str_head(*bytes, n)) : ANS_OK;
    *bytes = ans_str_from(*bytes, n);
    r->left_ -= n;
    return err == ANS_OK && r->left_ == 0 ? end_file(cx, r) : err;
}

ans_err pack_take(ans_cx *cx, pack_reader *r, ans_str bytes)
{
    ans_err err = ANS_OK;
    while (err == ANS_OK && bytes.n) {
        err = r->is_done ? bad(cx, "something stands behind its end") : r->in_file_ ? take_bytes(cx, r, &bytes) : take_head(cx, r, &bytes);
    }
    return err;
}

ans_err pack_end(ans_cx *cx, const pack_reader *r)
{
    return r->is_done ? ANS_OK : bad(cx, "it ends in the middle");
}
