/* Bags of items: is an equal one already there? A hash that equal items share keeps unions,
 * distinct() and repeat() linear; equality itself is always decided by ans_path_equal.
 *
 * Small bags are plain lists: most unions join a handful of items. */
#include "path/path_int.h"

#define LIST_ITEMS 8 /* up to here looking at each is cheaper than hashing */

struct pbag {
    ans_item *items;
    uint32_t *hashes;
    uint32_t count, cap;
    uint32_t *slots; /* index + 1 of an item, open addressing; NULL while small */
    uint32_t mask;
};

static uint32_t mix(uint64_t h)
{
    h ^= h >> 31;
    h *= UINT64_C(0x9E3779B97F4A7C15);
    return (uint32_t)(h >> 32);
}

static uint32_t hash_text(ans_str s, uint32_t seed)
{
    uint64_t h = seed + UINT64_C(0xCBF29CE484222325);
    for (size_t i = 0; i < s.n; i++) {
        h = (h ^ (unsigned char)s.p[i]) * UINT64_C(0x100000001B3);
    }
    return mix(h);
}

static uint32_t hash_number(ans_decimal d)
{
    ans_decimal t = ans_path_dec_trim(d);
    while (t.scale < 0 && t.digits <= UINT64_MAX) { /* 1e3 is 1000 */
        t.digits *= 10;
        t.scale++;
    }
    return mix((uint64_t)t.digits ^ (uint64_t)(t.digits >> 64) ^ (uint64_t)(uint16_t)t.scale << 48);
}

/* Zones make values equal that look different: those share one hash, unless no zone is in play. */
static uint32_t hash_when(const pev *ev, const ans_item *v)
{
    const ans_datetime *d = &v->when;
    if (v->kind != ANS_ITEM_TIME && d->precision > ANS_PREC_DAY && (d->has_zone || ev->zone)) {
        return mix(((uint64_t)d->minute % 15) + 1); /* offsets are quarters of an hour */
    }
    uint64_t date = (uint64_t)d->year << 16 | (uint64_t)d->month << 8 | d->day;
    uint64_t clock = (uint64_t)d->hour << 16 | (uint64_t)d->minute << 8 | d->second;
    return mix(date << 24 ^ clock ^ (uint64_t)d->fraction << 40);
}

/* Equal documents have the same names and the same texts, in whatever order. */
static uint32_t hash_document(const ans_item *v)
{
    ans_jnode object = ans_path_object_of(v);
    uint32_t h = 7;
    if (object == ANS_JNONE) {
        return hash_text(v->text, v->type);
    }
    ANS_JSON_EACH(v->doc, object, n)
    {
        const ans_json_node *node = ans_json_at(v->doc, n);
        h += hash_text(ans_json_key(v->doc, n), 1);
        if (node->kind == ANS_JSON_STRING && !(node->flags & ANS_JSON_ESCAPED)) {
            h += hash_text(ans_json_raw(v->doc, n), 2);
        }
    }
    return h;
}

static ans_err hash_item(pev *ev, const ans_item *item, uint32_t *out)
{
    ans_item v;
    ans_err err = ans_path_value(ev, item, &v);
    if (err) {
        return err;
    }
    switch (v.kind) {
    case ANS_ITEM_BOOLEAN:
        *out = v.flag ? 3 : 5;
        break;
    case ANS_ITEM_INTEGER:
    case ANS_ITEM_DECIMAL:
        *out = hash_number(v.number);
        break;
    case ANS_ITEM_QUANTITY: /* units convert */
        *out = ans_str_is(v.text, "1") ? hash_number(v.number) : 11;
        break;
    case ANS_ITEM_STRING:
    case ANS_ITEM_TYPEINFO:
        *out = hash_text(v.text, 3);
        break;
    case ANS_ITEM_NODE:
        *out = hash_document(&v);
        break;
    default:
        *out = hash_when(ev, &v);
    }
    return ANS_OK;
}

ans_err ans_path_bag_new(pev *ev, pbag **out)
{
    *out = ANS_NEW(ev->cx->arena, pbag);
    return *out ? ANS_OK : ans_cx_nomem(ev->cx);
}

static ans_err enlarge(pev *ev, pbag *bag)
{
    uint32_t cap = bag->cap ? bag->cap * 4 : LIST_ITEMS;
    ans_item *items = ans_arena_alloc(ev->cx->arena, cap * sizeof *items);
    uint32_t *hashes = ans_arena_alloc(ev->cx->arena, cap * sizeof *hashes);
    uint32_t *slots = cap > LIST_ITEMS ? ANS_NEW_N(ev->cx->arena, uint32_t, cap * 2) : NULL;
    if (!items || !hashes || (cap > LIST_ITEMS && !slots)) {
        return ans_cx_nomem(ev->cx);
    }
    if (bag->count) {
        memcpy(items, bag->items, bag->count * sizeof *items);
        memcpy(hashes, bag->hashes, bag->count * sizeof *hashes);
    }
    bool hashed = bag->slots != NULL;
    bag->items = items;
    bag->hashes = hashes;
    bag->slots = slots;
    bag->cap = cap;
    bag->mask = cap * 2 - 1;
    for (uint32_t i = 0; slots && i < bag->count; i++) {
        ans_err err = hashed ? ANS_OK : hash_item(ev, &items[i], &hashes[i]);
        if (err) {
            return err;
        }
        uint32_t at = hashes[i] & bag->mask;
        while (slots[at]) {
            at = (at + 1) & bag->mask;
        }
        slots[at] = i + 1;
    }
    return ANS_OK;
}

static ans_err is_same(pev *ev, const ans_item *a, const ans_item *b, bool *out)
{
    ptri t;
    ans_err err = ans_path_spend(ev, 1);
    err = err ? err : ans_path_equal(ev, a, b, &t);
    *out = !err && t == PTRI_TRUE;
    return err;
}

static ans_err look(pev *ev, const pbag *bag, const ans_item *item, uint32_t hash, bool *out,
                    uint32_t *out_slot)
{
    ans_err err = ANS_OK;
    *out = false;
    if (!bag->slots) {
        for (uint32_t i = 0; !err && !*out && i < bag->count; i++) {
            err = is_same(ev, item, &bag->items[i], out);
        }
        return err;
    }
    uint32_t at = hash & bag->mask;
    while (!err && !*out && bag->slots[at]) {
        uint32_t i = bag->slots[at] - 1;
        if (bag->hashes[i] == hash) {
            err = is_same(ev, item, &bag->items[i], out);
        }
        at = (at + 1) & bag->mask;
    }
    *out_slot = at;
    return err;
}

ans_err ans_path_bag_has(pev *ev, pbag *bag, const ans_item *item, bool add, bool *out_had)
{
    uint32_t hash = 0, slot = 0;
    ans_err err = ANS_OK;
    if (add && bag->count == bag->cap) {
        err = enlarge(ev, bag);
    }
    if (!err && bag->slots) {
        err = hash_item(ev, item, &hash);
    }
    err = err ? err : look(ev, bag, item, hash, out_had, &slot);
    if (err || *out_had || !add) {
        return err;
    }
    bag->items[bag->count] = *item;
    bag->hashes[bag->count] = hash;
    bag->count++;
    if (bag->slots) {
        bag->slots[slot] = bag->count;
    }
    return ANS_OK;
}

ans_err ans_path_bag_of(pev *ev, uint32_t from, uint32_t to, pbag **out)
{
    bool had;
    ans_err err = ans_path_bag_new(ev, out);
    for (uint32_t i = from; !err && i < to; i++) {
        err = ans_path_bag_has(ev, *out, &ev->at[i], true, &had);
    }
    return err;
}

ans_err ans_path_distinct(pev *ev, uint32_t in)
{
    pbag *bag;
    uint32_t kept = in, end = ev->n;
    if (end - in < 2) {
        return ANS_OK;
    }
    ans_err err = ans_path_bag_new(ev, &bag);
    for (uint32_t i = in; !err && i < end; i++) {
        bool had = false;
        err = ans_path_bag_has(ev, bag, &ev->at[i], true, &had);
        if (!err && !had) {
            ev->at[kept++] = ev->at[i];
        }
    }
    ev->n = err ? ev->n : kept;
    return err;
}
