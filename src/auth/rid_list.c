/* What one resource each says, in a row without gaps, found again by the resource's rid. An item begins with its rid. */
#include "auth/gate_int.h"

#include "base/os.h"

static char *item_at(const rid_list *l, size_t size, uint32_t i)
{
    return (char *)l->items + i * size;
}

void *rid_list_get(const rid_list *l, size_t size, ans_rid rid)
{
    uint32_t at = num_map_get(&l->place_of, rid);
    return at ? item_at(l, size, at - 1) : NULL;
}

bool rid_list_put(rid_list *l, size_t size, ans_rid rid, const void *item)
{
    void *old = rid_list_get(l, size, rid);
    if (!old) {
        if (l->count == l->cap) {
            uint32_t cap = l->cap ? l->cap * 2 : 64;
            void *items = ans_realloc(l->items, cap * size);
            if (!items) {
                return false;
            }
            l->items = items;
            l->cap = cap;
        }
        if (!num_map_put(&l->place_of, rid, l->count + 1)) {
            return false;
        }
        old = item_at(l, size, l->count++);
    }
    memcpy(old, item, size);
    return true;
}

bool rid_list_drop(rid_list *l, size_t size, ans_rid rid)
{
    uint32_t at = num_map_get(&l->place_of, rid);
    if (!at) {
        return false;
    }
    num_map_drop(&l->place_of, rid);
    if (at < l->count--) {
        ans_rid last;
        memcpy(item_at(l, size, at - 1), item_at(l, size, l->count), size);
        memcpy(&last, item_at(l, size, at - 1), sizeof last);
        num_map_move(&l->place_of, last, at);
    }
    return true;
}

void rid_list_done(rid_list *l)
{
    ans_free(l->items);
    num_map_done(&l->place_of);
    *l = (rid_list){0};
}
