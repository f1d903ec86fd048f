/* Netting: within one batch the operations on one key alternate, because a change takes away
 * exactly the rows that are there and adds rows that are not. So the first operation tells whether
 * the row stood before the batch and the last one whether it stands after it; if both agree there
 * is nothing to do. */
#include "store/rows.h"

#include <stdlib.h>

enum { KEEP_ENTRIES = 1 << 17, KEEP_BYTES = 4 << 20 };

struct ans_rowlist_entry {
    uint64_t prefix; /* the first 8 bytes, big-endian: most comparisons end here */
    size_t at;
    uint32_t n;
    uint32_t order; /* in which the operation came, twice; lowest bit: an add */
};

size_t ans_row_key_bytes(const ans_row *row)
{
    return row->head.n + (row->ref.type ? 4 : 0) + row->tail.n + 4;
}

static char *put_rid(char *p, ans_rid rid)
{
    p[0] = (char)(rid >> 24);
    p[1] = (char)(rid >> 16);
    p[2] = (char)(rid >> 8);
    p[3] = (char)rid;
    return p + 4;
}

static char *put_str(char *p, ans_str s)
{
    if (s.n > 0)
        memcpy(p, s.p, s.n);
    return p + s.n;
}

void ans_row_key_put(char *p, const ans_row *row, ans_rid ref, ans_rid owner)
{
    p = put_str(p, row->head);
    if (row->ref.type)
        p = put_rid(p, ref);
    p = put_str(p, row->tail);
    put_rid(p, owner);
}

static ans_err no_memory(ans_cx *cx)
{
    return ans_issue_add(cx, ANS_E_NOMEM, ANS_STR_NONE, "no memory for index rows");
}

static bool make_room(ans_rowlist *list, size_t bytes)
{
    if (list->count == list->cap) {
        uint32_t cap = list->cap ? list->cap * 2 : 1024;
        ans_rowlist_entry *at = ans_realloc(list->at, cap * sizeof *at);
        if (!at)
            return false;
        list->at = at;
        list->cap = cap;
    }
    if (list->used + bytes > list->size) {
        size_t size =
            list->size * 2 > list->used + bytes ? list->size * 2 : list->used + bytes + 32768;
        char *p = ans_realloc(list->bytes, size);
        if (!p)
            return false;
        list->bytes = p;
        list->size = size;
    }
    return true;
}

static uint64_t prefix_of(const char *p, size_t n)
{
    uint64_t v = 0;

    for (size_t i = 0; i < 8; i++)
        v = v << 8 | (i < n ? (uint8_t)p[i] : 0);
    return v;
}

ans_err ans_rowlist_add(ans_cx *cx, ans_rowlist *list, const ans_row *row, ans_rid ref,
                        ans_rid owner, bool is_add)
{
    size_t n = ans_row_key_bytes(row);

    if (n > ANS_ROW_MAX_BYTES)
        return ans_issue_add(cx, ANS_E_TOOBIG, ANS_STR_NONE, "an index row is over %u bytes",
                             ANS_ROW_MAX_BYTES);
    if (list->count >= UINT32_MAX / 4 || !make_room(list, n))
        return no_memory(cx);
    char *p = list->bytes + list->used;
    ans_row_key_put(p, row, ref, owner);
    list->at[list->count] = (ans_rowlist_entry){.prefix = prefix_of(p, n),
                                                .at = list->used,
                                                .n = (uint32_t)n,
                                                .order = list->count << 1 | is_add};
    list->count++;
    list->used += n;
    return ANS_OK;
}

static int compare_keys(const ans_rowlist_entry *a, const ans_rowlist_entry *b, const char *bytes)
{
    if (a->prefix != b->prefix)
        return a->prefix < b->prefix ? -1 : 1;
    return ans_str_cmp((ans_str){bytes + a->at, a->n}, (ans_str){bytes + b->at, b->n});
}

static int compare(const void *pa, const void *pb, void *bytes)
{
    const ans_rowlist_entry *a = pa, *b = pb;
    int c = compare_keys(a, b, bytes);

    if (c)
        return c;
    return a->order < b->order ? -1 : a->order > b->order;
}

ans_err ans_rowlist_net(ans_cx *cx, ans_rowlist *list, const ans_rowop **out, uint32_t *out_count)
{
    uint32_t n = 0;

    if (list->count > list->ops_cap) {
        ans_rowop *ops = ans_realloc(list->ops, list->cap * sizeof *ops);
        if (!ops)
            return no_memory(cx);
        list->ops = ops;
        list->ops_cap = list->cap;
    }
    if (list->count > 1)
        qsort_r(list->at, list->count, sizeof *list->at, compare, list->bytes);
    for (uint32_t i = 0, j; i < list->count; i = j) {
        const ans_rowlist_entry *first = &list->at[i];
        for (j = i + 1; j < list->count && compare_keys(first, &list->at[j], list->bytes) == 0;)
            j++;
        bool stood = !(first->order & 1), stands = list->at[j - 1].order & 1;
        if (stood != stands)
            list->ops[n++] = (ans_rowop){{list->bytes + first->at, first->n}, stands};
    }
    *out = list->ops;
    *out_count = n;
    return ANS_OK;
}

void ans_rowlist_reset(ans_rowlist *list)
{
    if (list->cap > KEEP_ENTRIES || list->size > KEEP_BYTES) {
        ans_rowlist_done(list);
        return;
    }
    list->count = 0;
    list->used = 0;
}

void ans_rowlist_done(ans_rowlist *list)
{
    ans_free(list->at);
    ans_free(list->bytes);
    ans_free(list->ops);
    *list = (ans_rowlist){0};
}
