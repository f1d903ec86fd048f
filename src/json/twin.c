/* Duplicate member names. The first eight bytes of a name and its length make a signature; names
 * whose signatures differ differ. Small objects, nearly all there are, compare signatures pairwise,
 * and a 64-bit mask of those met so far spares most of the comparing. Wide objects sort their
 * names, so that a hostile one costs n log n and not n squared. */
#include "json/json_int.h"

#define PAIRWISE_MAX 32u

typedef struct name {
    ans_str text; /* decoded */
    ans_jnode node;
} name;

static inline uint64_t signature(const ans_json *doc, const ans_json_node *node, size_t text_end)
{
    uint64_t w = 0;
    if (node->key_len >= 8 || node->key_at + 8u <= text_end) {
        w = ans_json_load8(doc->text + node->key_at);
        if (node->key_len < 8)
            w &= (UINT64_C(1) << (8 * node->key_len)) - 1;
    } else {
        for (unsigned i = node->key_len; i-- > 0;)
            w = w << 8 | (unsigned char)doc->text[node->key_at + i];
    }
    return w ^ (uint64_t)node->key_len << 52;
}

/* Multiplicative hash: the top six bits depend on all others. */
static inline uint64_t mask_bit(uint64_t signature)
{
    return UINT64_C(1) << (signature * UINT64_C(0x9E3779B97F4A7C15) >> 58);
}

/* Did an earlier member, of those whose nodes and signatures are given, have the name of
 * members[n]? */
static bool seen_before(const ans_json *doc, const uint64_t *marks, const ans_jnode *members,
                        uint32_t n)
{
    ans_str key = ans_json_key(doc, members[n]);
    for (uint32_t i = 0; i < n; i++) {
        if (marks[i] == marks[n] && ans_str_eq(key, ans_json_key(doc, members[i])))
            return true;
    }
    return false;
}

/* Order of names; among equal ones, of the text. */
static int compare(const name *a, const name *b)
{
    int c = ans_str_cmp(a->text, b->text);
    return c ? c : (a->node > b->node) - (a->node < b->node);
}

static void sift_down(name *names, size_t root, size_t n)
{
    for (size_t child = 2 * root + 1; child < n; child = 2 * root + 1) {
        if (child + 1 < n && compare(&names[child], &names[child + 1]) < 0)
            child++;
        if (compare(&names[root], &names[child]) >= 0)
            return;
        name held = names[root];
        names[root] = names[child];
        names[child] = held;
        root = child;
    }
}

/* Heap sort: no memory, no bad case. */
static void sort_names(name *names, size_t n)
{
    for (size_t i = n / 2; i-- > 0;)
        sift_down(names, i, n);
    for (size_t left = n; left-- > 1;) {
        name held = names[0];
        names[0] = names[left];
        names[left] = held;
        sift_down(names, 0, left);
    }
}

/* The way for wide objects and for names with escapes, which are compared decoded. */
static __attribute__((noinline)) ans_err find_sorted(ans_cx *cx, const ans_json *doc, ans_jnode obj,
                                                     ans_jnode *out)
{
    size_t n = ans_json_count(doc, obj), i = 0;
    name *names = ans_arena_alloc(cx->arena, n * sizeof *names);
    if (!names)
        return ans_cx_nomem(cx);
    ANS_JSON_EACH(doc, obj, child)
    {
        names[i].text = ans_json_key(doc, child);
        names[i].node = child;
        if (doc->nodes[child].flags & ANS_JSON_KEY_ESCAPED)
            names[i].text = ans_json_decode(cx->arena, names[i].text);
        if (!names[i++].text.p)
            return ans_cx_nomem(cx);
    }
    sort_names(names, n);
    for (i = 1; i < n; i++) {
        if (ans_str_eq(names[i - 1].text, names[i].text) && names[i].node < *out)
            *out = names[i].node;
    }
    return ANS_OK;
}

ans_err ans_json_find_twin(ans_cx *cx, const ans_json *doc, ans_jnode obj, ans_jnode *out)
{
    uint64_t marks[PAIRWISE_MAX], met = 0;
    ans_jnode members[PAIRWISE_MAX];
    uint32_t n = 0;
    size_t text_end = (size_t)doc->nodes[obj].at + doc->nodes[obj].len;
    ans_jnode end = doc->nodes[obj].next;
    *out = ANS_JNONE;
    for (ans_jnode child = obj + 1; child < end; child = doc->nodes[child].next) {
        const ans_json_node *node = &doc->nodes[child];
        if (n == PAIRWISE_MAX || node->flags & ANS_JSON_KEY_ESCAPED)
            return find_sorted(cx, doc, obj, out);
        uint64_t mark = signature(doc, node, text_end);
        uint64_t bit = mask_bit(mark);
        marks[n] = mark;
        members[n] = child;
        if (met & bit && seen_before(doc, marks, members, n)) {
            *out = child;
            return ANS_OK;
        }
        met |= bit;
        n++;
    }
    return ANS_OK;
}
