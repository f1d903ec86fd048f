/* Page tokens: the largest rid of the first page's moment (later arrivals are not shown, so pages do not overlap), the type's place
 * in a search over several, and where the last page ended. In hex as they are while everybody sees everything; sealed for who
 * asks where a filter says who that is: a rid counts the whole record, and a place is a row of it. */
#include "search/search_int.h"

#define SEALED 's' /* no hex digit */
#define MOST_BYTES 8192

static ans_str hex_of(ans_cx *cx, ans_str head, ans_str bytes)
{
    static const char digits[] = "0123456789abcdef";
    ans_buf hex;
    ans_str out = ANS_STR_NONE;
    ans_buf_init_arena(&hex, cx->arena, 2 * MOST_BYTES + 256);
    ans_buf_add(&hex, head);
    for (size_t i = 0; i < bytes.n; i++) {
        ans_buf_add_c(&hex, digits[(uint8_t)bytes.p[i] >> 4]);
        ans_buf_add_c(&hex, digits[bytes.p[i] & 15]);
    }
    return ans_buf_finish(&hex, &out) == ANS_OK ? out : ANS_STR_NONE;
}

static ans_str bytes_of(ans_cx *cx, ans_str text)
{
    char *bytes = ans_arena_alloc(cx->arena, text.n / 2 + 1);
    if (!bytes || text.n % 2) {
        return ANS_STR_NONE;
    }
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        int v = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
        if (v < 0) {
            return ANS_STR_NONE;
        }
        bytes[i / 2] = (char)(i % 2 ? bytes[i / 2] | v : v << 4);
    }
    return (ans_str){bytes, text.n / 2};
}

ans_str ans_page_seal(ans_search *s, ans_cx *cx, ans_str who, ans_str bytes)
{
    uint8_t *sealed = ans_arena_alloc(cx->arena, bytes.n + ANS_SEAL_BYTES);
    if (!sealed || bytes.n > MOST_BYTES) {
        return ANS_STR_NONE;
    }
    ans_seal(s->key, who, bytes, sealed);
    return hex_of(cx, ANS_STR("s"), (ans_str){(const char *)sealed, bytes.n + ANS_SEAL_BYTES});
}

ans_str ans_page_open(ans_search *s, ans_cx *cx, ans_str who, ans_str text)
{
    ans_str sealed = text.n > 1 && text.p[0] == SEALED ? bytes_of(cx, ans_str_from(text, 1)) : ANS_STR_NONE;
    if (sealed.n <= ANS_SEAL_BYTES) {
        return ANS_STR_NONE;
    }
    uint8_t *bytes = ans_arena_alloc(cx->arena, sealed.n);
    bool opened = bytes && ans_unseal(s->key, who, sealed, bytes);
    return opened ? (ans_str){(const char *)bytes, sealed.n - ANS_SEAL_BYTES} : ANS_STR_NONE;
}

static ans_str who_of(const exec *x)
{
    return x->filter ? x->filter->seal : ANS_STR_NONE;
}

ans_str token_write(exec *x, const page_token *t)
{
    ans_buf b;
    ans_str bytes, who = who_of(x);
    ans_buf_init_arena(&b, x->cx->arena, MOST_BYTES);
    put_u32(&b, t->top);
    put_u16(&b, t->type_at);
    ans_buf_add(&b, t->place);
    if (ans_buf_finish(&b, &bytes) != ANS_OK) {
        return ANS_STR_NONE;
    }
    return who.n ? ans_page_seal(x->s, x->cx, who, bytes) : hex_of(x->cx, ANS_STR_NONE, bytes);
}

bool token_read(exec *x, ans_str text, page_token *out)
{
    ans_str who = who_of(x);
    ans_str bytes = who.n ? ans_page_open(x->s, x->cx, who, text) : bytes_of(x->cx, text);
    if (bytes.n < 6) {
        return false;
    }
    out->top = ans_row_rid(ans_str_head(bytes, 4));
    out->type_at = (uint16_t)((uint8_t)bytes.p[4] << 8 | (uint8_t)bytes.p[5]);
    out->place = ans_str_from(bytes, 6);
    return true;
}
