/* A skip list of (key, added). The same key may stand several times, one behind the other, with
 * pasts that do not overlap; any epoch sees at most one of them. */
#include "store/mem/mem_int.h"

enum { LEVELS = 20 };

typedef struct node node;
struct node {
    uint64_t added, removed;
    uint32_t n;
    uint8_t levels;
    bool is_touched; /* in the list of this epoch */
    node *next[];    /* levels of them, then the key's bytes */
};

struct mem_rowset {
    node *head;
    uint64_t random;
    node **touched; /* by the epoch being written */
    size_t touched_count, touched_cap;
    node **dead; /* removed by a committed epoch, not freed yet */
    size_t dead_count, dead_cap;
    uint64_t bytes;
};

static ans_str key_of(const node *x)
{
    return (ans_str){(const char *)&x->next[x->levels], x->n};
}

static size_t size_of(unsigned levels, size_t n)
{
    return sizeof(node) + levels * sizeof(node *) + n;
}

mem_rowset *mem_rowset_new(void)
{
    mem_rowset *set = ans_alloc(sizeof *set);
    node *head = ans_alloc(size_of(LEVELS, 0));

    if (!set || !head) {
        ans_free(set);
        ans_free(head);
        return NULL;
    }
    memset(head, 0, size_of(LEVELS, 0));
    head->levels = LEVELS;
    *set = (mem_rowset){.head = head, .random = UINT64_C(0x2545F4914F6CDD1D)};
    return set;
}

mem_rowset *mem_rowset_free(mem_rowset *set)
{
    if (!set)
        return NULL;
    for (node *x = set->head, *next; x; x = next) {
        next = x->next[0];
        ans_free(x);
    }
    ans_free(set->touched);
    ans_free(set->dead);
    ans_free(set);
    return NULL;
}

/* before[i]: the last node on level i that stands before (key, added). */
static void find(const mem_rowset *set, ans_str key, uint64_t added, node **before)
{
    node *x = set->head;

    for (int i = LEVELS - 1; i >= 0; i--) {
        for (node *y = x->next[i]; y; y = x->next[i]) {
            int c = ans_str_cmp(key_of(y), key);
            if (c > 0 || (c == 0 && y->added >= added))
                break;
            x = y;
        }
        before[i] = x;
    }
}

static bool is_seen(const node *x, uint64_t epoch)
{
    return x->added <= epoch && epoch < x->removed;
}

static const node *seen_from(const node *x, uint64_t epoch)
{
    while (x && !is_seen(x, epoch))
        x = x->next[0];
    return x;
}

ans_str mem_rowset_seek(const mem_rowset *set, ans_str key, bool is_after, uint64_t epoch)
{
    node *before[LEVELS];
    const node *x;

    find(set, key, is_after ? UINT64_MAX : 0, before);
    x = seen_from(before[0]->next[0], epoch);
    return x ? key_of(x) : ANS_STR_NONE;
}

uint64_t mem_rowset_count(const mem_rowset *set, ans_str low, ans_str high, uint64_t limit,
                          uint64_t epoch)
{
    node *before[LEVELS];
    uint64_t n = 0;

    find(set, low, 0, before);
    for (const node *x = before[0]->next[0]; x; x = x->next[0]) {
        if ((high.n > 0 && ans_str_cmp(key_of(x), high) >= 0) || (limit && n == limit))
            break;
        n += is_seen(x, epoch);
    }
    return n;
}

/* ---- changes ---- */

static bool list_add(node ***at, size_t *count, size_t *cap, node *x)
{
    if (*count == *cap) {
        size_t more = *cap ? *cap * 2 : 64;
        node **p = ans_realloc(*at, more * sizeof *p);
        if (!p)
            return false;
        *at = p;
        *cap = more;
    }
    (*at)[(*count)++] = x;
    return true;
}

static bool touch(mem_rowset *set, node *x)
{
    if (x->is_touched)
        return true;
    if (!list_add(&set->touched, &set->touched_count, &set->touched_cap, x))
        return false;
    x->is_touched = true;
    return true;
}

static unsigned draw_levels(mem_rowset *set)
{
    unsigned levels = 1;

    set->random ^= set->random << 13;
    set->random ^= set->random >> 7;
    set->random ^= set->random << 17;
    for (uint64_t r = set->random; (r & 3) == 0 && levels < LEVELS; r >>= 2)
        levels++;
    return levels;
}

static node *node_seen(const mem_rowset *set, ans_str key, uint64_t epoch)
{
    node *before[LEVELS];

    find(set, key, 0, before);
    for (node *x = before[0]->next[0]; x && ans_str_eq(key_of(x), key); x = x->next[0]) {
        if (is_seen(x, epoch))
            return x;
    }
    return NULL;
}

ans_err mem_rowset_add(mem_rowset *set, ans_str key, uint64_t epoch)
{
    node *before[LEVELS];
    unsigned levels = draw_levels(set);
    node *x;

    if (node_seen(set, key, epoch))
        return ANS_OK;
    x = ans_alloc(size_of(levels, key.n));
    if (!x)
        return ANS_E_NOMEM;
    *x = (node){
        .added = epoch, .removed = MEM_EPOCH_NONE, .n = (uint32_t)key.n, .levels = (uint8_t)levels};
    memcpy(&x->next[levels], key.p, key.n);
    if (!touch(set, x)) {
        ans_free(x);
        return ANS_E_NOMEM;
    }
    find(set, key, UINT64_MAX, before);
    for (unsigned i = 0; i < levels; i++) {
        x->next[i] = before[i]->next[i];
        before[i]->next[i] = x;
    }
    set->bytes += size_of(levels, key.n);
    return ANS_OK;
}

ans_err mem_rowset_remove(mem_rowset *set, ans_str key, uint64_t epoch)
{
    node *x = node_seen(set, key, epoch);

    if (!x)
        return ANS_OK;
    if (!touch(set, x))
        return ANS_E_NOMEM;
    x->removed = epoch;
    return ANS_OK;
}

ans_err mem_rowset_clear(mem_rowset *set, uint64_t epoch)
{
    for (node *x = set->head->next[0]; x; x = x->next[0]) {
        if (!is_seen(x, epoch))
            continue;
        if (!touch(set, x))
            return ANS_E_NOMEM;
        x->removed = epoch;
    }
    return ANS_OK;
}

/* Several nodes may have one key and one added, so the node itself is looked for among its equals.
 */
static void unlink_node(mem_rowset *set, node *x)
{
    node *before[LEVELS];

    find(set, key_of(x), x->added, before);
    for (unsigned i = 0; i < x->levels; i++) {
        node *y = before[i];
        while (y->next[i] != x)
            y = y->next[i];
        y->next[i] = x->next[i];
    }
    set->bytes -= size_of(x->levels, x->n);
    ans_free(x);
}

void mem_rowset_rollback(mem_rowset *set, uint64_t epoch)
{
    for (size_t i = 0; i < set->touched_count; i++) {
        node *x = set->touched[i];
        x->is_touched = false;
        if (x->added == epoch)
            unlink_node(set, x);
        else
            x->removed = MEM_EPOCH_NONE;
    }
    set->touched_count = 0;
}

void mem_rowset_commit(mem_rowset *set, bool may_free)
{
    for (size_t i = 0; i < set->touched_count; i++) {
        node *x = set->touched[i];
        x->is_touched = false;
        /* not remembering a dead row costs its bytes, nothing else */
        if (x->removed != MEM_EPOCH_NONE)
            (void)list_add(&set->dead, &set->dead_count, &set->dead_cap, x);
    }
    set->touched_count = 0;
    if (!may_free)
        return;
    for (size_t i = 0; i < set->dead_count; i++)
        unlink_node(set, set->dead[i]);
    set->dead_count = 0;
}

uint64_t mem_rowset_bytes(const mem_rowset *set)
{
    return set->bytes;
}
