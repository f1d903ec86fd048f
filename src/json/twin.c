/* Duplicate member names. The first eight bytes of a name and its length make a signature; names
 * whose signatures differ differ. Small objects, nearly all there are, compare signatures pairwise,
 * and a 64-bit mask of those met so far spares most of the comparing. Wide objects sort their
 * names, so that a hostile one costs n log n and not n squared. */
#include "json/json_int.h"

#define PAIRWISE_MAX 32u

typedef struct name {
    uint64_t hash; /* of the text: sorting mostly looks no further */
    const char *p; /* decoded */
    uint32_t n;
    ans_jnode node;
} name;

static inline uint64_t signature(const ans_json *doc, const ans_json_node *node, size_t text_end)
{
    uint64_t w = 0;
    if (node->key_len >= 8 || (size_t)node->key_at + 8 <= text_end) {
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

static ans_str text_of(const name *one)
{
    return (ans_str){one->p, one->n};
}

/* An order in which equal names stand together, in the order of the document. Names of one hash,
 * which only a hostile writer makes, are told apart by their text. */
static bool is_before(const name *a, const name *b)
{
    if (a->hash != b->hash)
        return a->hash < b->hash;
    int order = ans_str_cmp(text_of(a), text_of(b));
    return order ? order < 0 : a->node < b->node;
}

/* Multiplicative, eight bytes at a step. Need not withstand anybody: see is_before. */
static uint64_t hash_text(const char *p, size_t n)
{
    uint64_t h = UINT64_C(0xCBF29CE484222325) ^ n;
    for (; n >= 8; p += 8, n -= 8)
        h = (h ^ h >> 32 ^ ans_json_load8(p)) * UINT64_C(0x9E3779B97F4A7C15);
    for (; n > 0; p++, n--)
        h = (h ^ (unsigned char)*p) * UINT64_C(0x100000001B3);
    return h;
}

static void sift_down(name *names, size_t root, size_t n)
{
    for (size_t child = 2 * root + 1; child < n; child = 2 * root + 1) {
        if (child + 1 < n && is_before(&names[child], &names[child + 1]))
            child++;
        if (!is_before(&names[root], &names[child]))
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
        ans_str text = ans_json_key(doc, child);
        if (doc->nodes[child].flags & ANS_JSON_KEY_ESCAPED)
            text = ans_json_decode(cx->arena, text);
        if (!text.p)
            return ans_cx_nomem(cx);
        names[i++] = (name){hash_text(text.p, text.n), text.p, (uint32_t)text.n, child};
    }
    sort_names(names, n);
    for (i = 1; i < n; i++) {
        if (ans_str_eq(text_of(&names[i - 1]), text_of(&names[i])) && names[i].node < *out)
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
