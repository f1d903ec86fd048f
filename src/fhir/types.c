/* Look-ups over the generated tables. Types and members are found through generated hash slots
 * (fhir_int.h), because every name of every resource that is read passes here; search parameters
 * through binary search, because they are looked up once per search. */
#include "fhir/fhir_int.h"

#include <assert.h>

ans_type ans_fhir_type_named(ans_str name)
{
    uint32_t i = ans_fhir_hash(name) & ans_fhir_type_mask;
    for (ans_type t = ans_fhir_type_slots[i]; t; t = ans_fhir_type_slots[i]) {
        if (ans_str_eq(ans_fhir_type_name(t), name)) {
            return t;
        }
        i = (i + 1) & ans_fhir_type_mask;
    }
    return 0;
}

bool ans_fhir_is_resource(ans_type t)
{
    assert(t < ans_fhir_type_count);
    return t && ans_fhir_types[t].kind == ANS_FHIR_RESOURCE && !ans_fhir_types[t].is_abstract;
}

bool ans_fhir_is_a(ans_type t, ans_type of)
{
    assert(t < ans_fhir_type_count);
    while (t && t != of) {
        t = ans_fhir_types[t].base;
    }
    return t != 0;
}

const ans_fhir_member *ans_fhir_member_of(ans_type t, ans_str key)
{
    assert(t < ans_fhir_type_count);
    const ans_fhir_member *members = ans_fhir_types[t].members;
    const uint8_t *slots = ans_fhir_member_slots + ans_fhir_slots_of[t].at;
    uint32_t mask = ans_fhir_slots_of[t].mask;
    uint32_t i = ans_fhir_hash(key) & mask;
    for (uint8_t slot = slots[i]; slot; slot = slots[i]) {
        const ans_fhir_member *m = &members[slot - 1];
        if (m->key_len == key.n && memcmp(m->key, key.p, key.n) == 0) {
            return m;
        }
        i = (i + 1) & mask;
    }
    return NULL;
}

static ans_str key_of(const ans_fhir_member *m)
{
    return (ans_str){m->key, m->key_len};
}

/* First member whose key is not below text. */
static uint16_t lower_bound(const ans_fhir_type *type, ans_str text)
{
    uint16_t low = 0, high = type->member_count;
    while (low < high) {
        uint16_t middle = (uint16_t)((low + high) / 2);
        if (ans_str_cmp(key_of(&type->members[middle]), text) < 0) {
            low = (uint16_t)(middle + 1);
        } else {
            high = middle;
        }
    }
    return low;
}

const ans_fhir_member *ans_fhir_element_of(ans_type t, ans_str element)
{
    const ans_fhir_member *plain = ans_fhir_member_of(t, element);
    if (plain && !plain->is_choice) {
        return plain;
    }
    /* the keys of a choice begin with its element's name, so they stand behind it, next to each
     * other */
    const ans_fhir_type *type = &ans_fhir_types[t];
    for (uint16_t i = lower_bound(type, element); i < type->member_count; i++) {
        const ans_fhir_member *m = &type->members[i];
        if (!ans_str_starts(key_of(m), element)) {
            break;
        }
        if (ans_str_eq((ans_str){m->element, m->element_len}, element)) {
            return m;
        }
    }
    return NULL;
}
