/* An item as the text that people and queries mean by it. */
#include "path/path_int.h"

#define TEXT_BYTES ((size_t)16 << 20)

static ans_str printed(ans_cx *cx, const ans_item *item)
{
    ans_buf b;
    ans_str text, out = ANS_STR_NONE;
    ans_buf_init_arena(&b, cx->arena, TEXT_BYTES);
    ans_item_print(cx, item, &b);
    if (ans_buf_finish(&b, &text) == ANS_OK && text.n) {
        ans_json doc;
        out = text;
        if (text.p[0] == '"') {
            out = ans_json_parse(cx, text, NULL, &doc) == ANS_OK ? ans_json_string(cx, &doc, 0) : ANS_STR_NONE;
        }
    }
    return out;
}

ans_str ans_item_text(ans_cx *cx, const ans_item *item)
{
    if (item->kind == ANS_ITEM_STRING) {
        return item->text;
    }
    if (item->kind != ANS_ITEM_NODE) {
        return printed(cx, item);
    }
    if (item->node == ANS_JNONE) {
        return ANS_STR_NONE;
    }
    const ans_json *doc = item->doc;
    switch (ans_json_kind_of(doc, item->node)) {
    case ANS_JSON_STRING:
        return ans_json_string(cx, doc, item->node);
    case ANS_JSON_NUMBER:
    case ANS_JSON_TRUE:
    case ANS_JSON_FALSE:
        return ans_json_raw(doc, item->node);
    case ANS_JSON_OBJECT: {
        ans_str reference = ans_json_get_string(cx, doc, item->node, ANS_STR("reference"));
        ans_str type = ans_json_get_string(cx, doc, item->node, ANS_STR("resourceType"));
        ans_str id = ans_json_get_string(cx, doc, item->node, ANS_STR("id"));
        return reference.n ? reference : type.n && id.n ? ans_arena_fmt(cx->arena, "%.*s/%.*s", ANS_FMT(type), ANS_FMT(id)) : ANS_STR_NONE;
    }
    default:
        return ANS_STR_NONE;
    }
}

void ans_item_add_to_query(ans_cx *cx, const ans_item *item, bool follows, ans_buf *b)
{
    static const char digits[] = "0123456789ABCDEF";
    ans_str text = ans_item_text(cx, item);
    if (follows) {
        ans_buf_add_c(b, ',');
    }
    for (size_t i = 0; i < text.n; i++) {
        uint8_t c = (uint8_t)text.p[i];
        bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c && strchr("-._~/:|", c));
        if (!plain) {
            ans_buf_add_c(b, '%');
            ans_buf_add_c(b, digits[c >> 4]);
        }
        ans_buf_add_c(b, plain ? (char)c : digits[c & 15]);
    }
}
