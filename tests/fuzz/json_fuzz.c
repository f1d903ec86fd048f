/* Any bytes: the parser refuses them with a place, or makes a tape whose printed forms parse to the
 * same tape. The first byte chooses the limits, so that small files reach them. */
#include <stdlib.h>

#include "json/json.h"

#define ARENA_BYTES ((size_t)32 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static bool same(const ans_json *a, const ans_json *b)
{
    if (a->count != b->count)
        return false;
    for (ans_jnode n = 0; n < a->count; n++) {
        const ans_json_node *x = ans_json_at(a, n), *y = ans_json_at(b, n);
        if (x->kind != y->kind || x->next != y->next || x->flags != y->flags ||
            !ans_str_eq(ans_json_key(a, n), ans_json_key(b, n)))
            return false;
        if (x->kind < ANS_JSON_ARRAY && !ans_str_eq(ans_json_raw(a, n), ans_json_raw(b, n)))
            return false;
    }
    return true;
}

static void check_printed(ans_cx *cx, const ans_json *doc, const ans_json_limits *limits,
                          bool pretty)
{
    ans_buf b;
    ans_str s;
    ans_json again;
    ans_json_limits deep = {.max_depth = limits->max_depth};
    ans_buf_init(&b, ARENA_BYTES);
    ans_json_print(doc, 0, pretty, &b);
    must(ans_buf_finish(&b, &s) == ANS_OK);
    ans_err err = ans_json_parse(cx, s, &deep, &again);
    must(err == ANS_OK ? same(doc, &again) : ans_arena_is_full(cx->arena));
    ans_buf_done(&b);
}

/* Names found through ans_json_get, strings decoded and well-formed. */
static void check_access(ans_cx *cx, const ans_json *doc)
{
    for (ans_jnode n = 0; n < doc->count; n++) {
        const ans_json_node *node = ans_json_at(doc, n);
        must(node->next > n && node->next <= doc->count);
        ans_str s = ans_json_string(cx, doc, n);
        must(!s.p || ans_str_utf8(s));
        if (node->kind != ANS_JSON_OBJECT || ans_json_count(doc, n) > 100)
            continue;
        ANS_JSON_EACH(doc, n, child)
        {
            if (!(ans_json_at(doc, child)->flags & ANS_JSON_KEY_ESCAPED))
                must(ans_json_get(doc, n, ans_json_key(doc, child)) == child);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    ans_arena *arena = ans_arena_new(ARENA_BYTES);
    ans_cx cx = {.arena = arena};
    ans_json_limits limits = {.max_depth = data[0] & 7, .max_bytes = data[0] & 8 ? 256 : 0};
    ans_json doc;
    char *text = ans_alloc(size - 1); /* tight: a look beyond the end is seen */
    if (arena && text) {
        memcpy(text, data + 1, size - 1);
        ans_err err = ans_json_parse(&cx, (ans_str){text, size - 1}, &limits, &doc);
        if (err == ANS_OK) {
            check_access(&cx, &doc);
            check_printed(&cx, &doc, &limits, false);
            check_printed(&cx, &doc, &limits, true);
        } else {
            must(err == ANS_E_SYNTAX || err == ANS_E_TOOBIG);
            must(cx.issues && cx.issues->text.n > 0);
        }
    }
    ans_free(text);
    ans_arena_free(arena);
    return 0;
}
