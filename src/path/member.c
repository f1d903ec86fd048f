/* Walking documents by the type tables: what an item has under an element's name, with the types of
 * its values.
 *
 * A choice element is looked for once over all its JSON names (valueQuantity, valueString ...). A
 * primitive has two places, `birthDate` and `_birthDate`; either alone makes an item, and in arrays
 * they are read side by side. */
#include "path/path_int.h"

ans_jnode ans_path_object_of(const ans_item *item)
{
    if (item->kind != ANS_ITEM_NODE || !item->doc) {
        return ANS_JNONE;
    }
    if (item->node != ANS_JNONE && ans_json_kind_of(item->doc, item->node) == ANS_JSON_OBJECT) {
        return item->node;
    }
    if (item->sibling != ANS_JNONE &&
        ans_json_kind_of(item->doc, item->sibling) == ANS_JSON_OBJECT) {
        return item->sibling;
    }
    return ANS_JNONE;
}

/* ---- pushing values ---- */

typedef struct place {
    const ans_json *doc;
    const char *element;
    ans_type type;
    bool is_resource;
    ans_jnode node, sibling;
} place;

static ans_err push_one(pev *ev, const place *p, ans_jnode node, ans_jnode sibling)
{
    if (node != ANS_JNONE && p->doc->nodes[node].kind == ANS_JSON_NULL) {
        node = ANS_JNONE;
    }
    if (sibling != ANS_JNONE && p->doc->nodes[sibling].kind != ANS_JSON_OBJECT) {
        sibling = ANS_JNONE;
    }
    if (node == ANS_JNONE && sibling == ANS_JNONE) {
        return ANS_OK;
    }
    if (ev->n == ev->cap) {
        ans_err err = ans_path_grow(ev, 1);
        if (err) {
            return err;
        }
    }
    ans_item *item = &ev->at[ev->n++];
    *item = (ans_item){
        .kind = ANS_ITEM_NODE, .type = p->type, .node = node, .sibling = sibling, .doc = p->doc};
    if (p->is_resource && node != ANS_JNONE) {
        *item = ans_item_of_resource(p->doc, node);
    }
    item->element = p->element;
    return ANS_OK;
}

static ans_err push_array(pev *ev, const place *p)
{
    const ans_json *doc = p->doc;
    bool values = p->node != ANS_JNONE && doc->nodes[p->node].kind == ANS_JSON_ARRAY;
    bool siblings = p->sibling != ANS_JNONE && doc->nodes[p->sibling].kind == ANS_JSON_ARRAY;
    ans_jnode v = values ? ans_json_first(doc, p->node) : ANS_JNONE;
    ans_jnode s = siblings ? ans_json_first(doc, p->sibling) : ANS_JNONE;
    ans_err err = ANS_OK;
    while (!err && (v != ANS_JNONE || s != ANS_JNONE)) {
        err = push_one(ev, p, v, s);
        v = v == ANS_JNONE ? v : ans_json_next(doc, p->node, v);
        s = s == ANS_JNONE ? s : ans_json_next(doc, p->sibling, s);
    }
    return err;
}

static ans_err push_place(pev *ev, const place *p)
{
    const ans_json_node *nodes = p->doc->nodes;
    if ((p->node != ANS_JNONE && nodes[p->node].kind == ANS_JSON_ARRAY) ||
        (p->sibling != ANS_JNONE && nodes[p->sibling].kind == ANS_JSON_ARRAY)) {
        return push_array(ev, p);
    }
    if (p->node == ANS_JNONE && p->sibling == ANS_JNONE) {
        return ANS_OK;
    }
    return push_one(ev, p, p->node, p->sibling);
}

static place place_of(const ans_json *doc, const ans_fhir_member *m)
{
    const ans_fhir_type *t = &ans_fhir_types[m->type];
    return (place){doc, m->element, m->type, t->kind == ANS_FHIR_RESOURCE, ANS_JNONE, ANS_JNONE};
}

/* ---- one name ---- */

/* Both places of a member in one pass over the object. Member names with escapes are never FHIR's.
 */
static void find(const ans_json *doc, ans_jnode object, const char *key, size_t len,
                 bool is_primitive, place *out)
{
    const ans_json_node *nodes = doc->nodes;
    for (ans_jnode n = object + 1, end = nodes[object].next; n < end; n = nodes[n].next) {
        const char *name = doc->text + nodes[n].key_at;
        if (nodes[n].key_len == len && memcmp(name, key, len) == 0) {
            out->node = n;
            if (!is_primitive || out->sibling != ANS_JNONE) {
                return;
            }
        } else if (is_primitive && nodes[n].key_len == len + 1 && name[0] == '_' &&
                   memcmp(name + 1, key, len) == 0) {
            out->sibling = n;
            if (out->node != ANS_JNONE) {
                return;
            }
        }
    }
}

static ans_err push_single(pev *ev, const ans_json *doc, ans_jnode object, const ans_fhir_member *m)
{
    place p = place_of(doc, m);
    find(doc, object, m->key, m->key_len, ans_fhir_types[m->type].kind == ANS_FHIR_PRIMITIVE, &p);
    return push_place(ev, &p);
}

/* ---- choices ---- */

static const ans_fhir_member *among(const ans_fhir_member *const *members, unsigned count,
                                    const char *key, size_t len)
{
    for (unsigned i = 0; i < count; i++) {
        if (members[i]->key_len == len && memcmp(members[i]->key, key, len) == 0) {
            return members[i];
        }
    }
    return NULL;
}

static ans_err push_choice(pev *ev, const ans_json *doc, ans_jnode object,
                           const ans_fhir_member *const *members, unsigned count)
{
    const ans_json_node *nodes = doc->nodes;
    const char *element = members[0]->element;
    size_t element_len = members[0]->element_len;
    const ans_fhir_member *found = NULL;
    place p = {.doc = doc, .node = ANS_JNONE, .sibling = ANS_JNONE};
    ans_err err = ANS_OK;
    for (ans_jnode n = object + 1, end = nodes[object].next; !err && n < end; n = nodes[n].next) {
        const char *name = doc->text + nodes[n].key_at;
        size_t len = nodes[n].key_len;
        bool sibling = len > 0 && name[0] == '_';
        name += sibling ? 1 : 0;
        len -= sibling ? 1 : 0;
        if (len <= element_len || memcmp(name, element, element_len) != 0) {
            continue;
        }
        const ans_fhir_member *m = among(members, count, name, len);
        if (m && m != found) { /* a second type would be a fault of the document: show both */
            err = push_place(ev, &p);
            p = place_of(doc, m);
            found = m;
        }
        if (m) {
            *(sibling ? &p.sibling : &p.node) = n;
        }
    }
    return err ? err : push_place(ev, &p);
}

ans_err ans_path_push_members(pev *ev, const ans_item *item, const ans_fhir_member *const *members,
                              unsigned count)
{
    ans_jnode object = ans_path_object_of(item);
    if (object == ANS_JNONE || count == 0) {
        return ANS_OK;
    }
    return count == 1 ? push_single(ev, item->doc, object, members[0])
                      : push_choice(ev, item->doc, object, members, count);
}

ans_err ans_path_members_of(ans_arena *arena, ans_type t, ans_str name,
                            const ans_fhir_member *const **out, uint16_t *out_count)
{
    const ans_fhir_type *type = &ans_fhir_types[t];
    const ans_fhir_member *first = t ? ans_fhir_element_of(t, name) : NULL;
    uint16_t count = 0;
    *out = NULL;
    *out_count = 0;
    if (!first) {
        return ANS_OK;
    }
    for (unsigned i = 0; i < type->member_count; i++) {
        count = (uint16_t)(count + (type->members[i].order == first->order ? 1 : 0));
    }
    const ans_fhir_member **all = ANS_NEW_N(arena, const ans_fhir_member *, count);
    if (!all) {
        return ans_arena_err(arena);
    }
    for (unsigned i = 0, k = 0; i < type->member_count; i++) {
        if (type->members[i].order == first->order) {
            all[k++] = &type->members[i];
        }
    }
    *out = all;
    *out_count = count;
    return ANS_OK;
}

ans_err ans_path_choice_named(ans_arena *arena, ans_type t, ans_str key,
                              const ans_fhir_member *const **out, uint16_t *out_count)
{
    const ans_fhir_member *m = ans_fhir_member_of(t, key);
    if (!m || !m->is_choice) {
        return ANS_OK;
    }
    const ans_fhir_member **all = ANS_NEW_N(arena, const ans_fhir_member *, 1);
    if (!all) {
        return ans_arena_err(arena);
    }
    all[0] = m;
    *out = all;
    *out_count = 1;
    return ANS_OK;
}

/* ---- without a prepared look-up ---- */

static ans_err push_type_member(pev *ev, const ans_item *item, ans_str name)
{
    ans_str space = item->text, own;
    if (!ans_str_cut(&space, '.', &own)) {
        return ANS_OK;
    }
    if (ans_str_is(name, "namespace")) {
        return ans_path_push(ev, &(ans_item){.kind = ANS_ITEM_STRING, .text = own});
    }
    if (ans_str_is(name, "name")) {
        return ans_path_push(ev, &(ans_item){.kind = ANS_ITEM_STRING, .text = space});
    }
    if (!ans_str_is(name, "baseType")) {
        return ANS_OK;
    }
    ans_item base = {.kind = ANS_ITEM_STRING, .text = ANS_STR("System.Any")};
    ans_type t = ans_str_is(own, "FHIR") ? ans_fhir_type_named(space) : 0;
    if (t && ans_fhir_types[t].base) {
        base.text =
            ans_arena_fmt(ev->cx->arena, "FHIR.%s", ans_fhir_types[ans_fhir_types[t].base].name);
    }
    return base.text.p ? ans_path_push(ev, &base) : ans_cx_nomem(ev->cx);
}

static ans_err push_untyped(pev *ev, const ans_item *item, ans_str name)
{
    ans_jnode object = ans_path_object_of(item);
    place p = {.doc = item->doc, .node = ANS_JNONE, .sibling = ANS_JNONE};
    if (object == ANS_JNONE) {
        return ANS_OK;
    }
    find(item->doc, object, name.p, name.n, true, &p);
    return push_place(ev, &p);
}

ans_err ans_path_push_named(pev *ev, const ans_item *item, ans_str name)
{
    if (item->kind == ANS_ITEM_TYPEINFO) {
        return push_type_member(ev, item, name);
    }
    if (item->kind != ANS_ITEM_NODE || !item->doc) {
        return ANS_OK;
    }
    if (!item->type) {
        return push_untyped(ev, item, name);
    }
    const ans_fhir_member *m = ans_fhir_element_of(item->type, name);
    const ans_fhir_member *by_key = !m && ev->is_form ? ans_fhir_member_of(item->type, name) : NULL;
    if (by_key && by_key->is_choice) {
        return ans_path_push_members(ev, item, &by_key, 1);
    }
    if (!m) {
        return ANS_OK;
    }
    if (!m->is_choice) {
        return ans_path_push_members(ev, item, &m, 1);
    }
    const ans_fhir_member *const *members;
    uint16_t count;
    ans_err err = ans_path_members_of(ev->cx->arena, item->type, name, &members, &count);
    return err ? err : ans_path_push_members(ev, item, members, count);
}

ans_err ans_item_children(ans_cx *cx, const ans_item *item, ans_str element, ans_items *out)
{
    static const ans_path_env env;
    pev ev = {.cx = cx, .env = &env, .steps = UINT32_MAX};
    ev.at = ev.inline_;
    ev.cap = PEV_INLINE_ITEMS;
    ans_err err = ans_path_push_named(&ev, item, element);
    if (err || ev.n == 0) {
        return err;
    }
    if (out->count + ev.n > out->cap_) {
        uint32_t cap = out->cap_ * 2 > out->count + ev.n ? out->cap_ * 2 : out->count + ev.n;
        ans_item *at = ans_arena_alloc(cx->arena, cap * sizeof *at);
        if (!at) {
            return ans_cx_nomem(cx);
        }
        if (out->count) {
            memcpy(at, out->at, out->count * sizeof *at);
        }
        out->at = at;
        out->cap_ = cap;
    }
    memcpy(out->at + out->count, ev.at, ev.n * sizeof *ev.at);
    out->count += ev.n;
    return ANS_OK;
}

ans_str ans_path_string_member(pev *ev, const ans_item *item, ans_str name)
{
    ans_jnode object = ans_path_object_of(item);
    return object == ANS_JNONE ? ANS_STR_NONE
                               : ans_json_get_string(ev->cx, item->doc, object, name);
}

/* ---- all children ---- */

static bool has_underscores(const ans_json *doc, ans_jnode object)
{
    ANS_JSON_EACH(doc, object, n)
    {
        ans_str key = ans_json_key(doc, n);
        if (key.n > 0 && key.p[0] == '_') {
            return true;
        }
    }
    return false;
}

static ans_err push_child(pev *ev, const ans_item *item, ans_jnode object, ans_jnode n,
                          bool underscores)
{
    const ans_json *doc = item->doc;
    ans_str key = ans_json_key(doc, n);
    place p = {.doc = doc, .node = n, .sibling = ANS_JNONE};
    if (key.n > 0 && key.p[0] == '_') {
        key = ans_str_from(key, 1);
        if (ans_json_get(doc, object, key) != ANS_JNONE) {
            return ANS_OK; /* its value stands elsewhere and takes it along */
        }
        p.node = ANS_JNONE;
        p.sibling = n;
    } else if (underscores && key.n > 0) {
        place both = {.doc = doc, .node = ANS_JNONE, .sibling = ANS_JNONE};
        find(doc, object, key.p, key.n, true, &both);
        p.sibling = both.sibling;
    }
    if (item->type) {
        const ans_fhir_member *m = ans_fhir_member_of(item->type, key);
        if (!m) {
            return ANS_OK;
        }
        place typed = place_of(doc, m);
        p.element = typed.element;
        p.type = typed.type;
        p.is_resource = typed.is_resource;
    }
    return push_place(ev, &p);
}

ans_err ans_path_push_children(pev *ev, const ans_item *item)
{
    ans_jnode object = ans_path_object_of(item);
    ans_err err = ANS_OK;
    if (object == ANS_JNONE) {
        return ANS_OK;
    }
    bool underscores = has_underscores(item->doc, object);
    for (ans_jnode n = ans_json_first(item->doc, object); !err && n != ANS_JNONE;
         n = ans_json_next(item->doc, object, n)) {
        err = ans_path_spend(ev, 1);
        err = err ? err : push_child(ev, item, object, n, underscores);
    }
    return err;
}
