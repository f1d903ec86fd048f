/* Search parameters by type and code. The table is sorted by base, then code: two binary searches.
 */
#include "fhir/fhir.h"

static int compare(const ans_sp *sp, ans_type base, ans_str code)
{
    return sp->base != base ? (int)sp->base - (int)base : ans_str_cmp(ans_str_of(sp->code), code);
}

/* First entry that is not below (base, code). */
static uint16_t lower_bound(ans_type base, ans_str code)
{
    uint16_t low = 0, high = ans_sp_count;
    while (low < high) {
        uint16_t middle = (uint16_t)((low + high) / 2);
        if (compare(&ans_sp_table[middle], base, code) < 0) {
            low = (uint16_t)(middle + 1);
        } else {
            high = middle;
        }
    }
    return low;
}

const ans_sp *ans_sp_named(ans_type t, ans_str code)
{
    for (ans_type base = t; base; base = ans_fhir_types[base].base) {
        uint16_t i = lower_bound(base, code);
        if (i < ans_sp_count && compare(&ans_sp_table[i], base, code) == 0) {
            return &ans_sp_table[i];
        }
    }
    return NULL;
}

const ans_compartment *ans_compartment_of(ans_type of, ans_type type)
{
    for (uint16_t i = 0; i < ans_compartment_count; i++) {
        const ans_compartment *c = &ans_compartment_table[i];
        if (c->of == of && c->type == type) {
            return c;
        }
    }
    return NULL;
}

const ans_sp *ans_sp_of(ans_type base, uint16_t *out_count)
{
    uint16_t first = lower_bound(base, ANS_STR_NONE);
    *out_count = (uint16_t)(lower_bound((ans_type)(base + 1), ANS_STR_NONE) - first);
    return &ans_sp_table[first];
}

const char *ans_sp_type_name(ans_sp_type t)
{
    static const char *const names[] = {"number",    "date",     "string", "token",  "reference",
                                        "composite", "quantity", "uri",    "special"};
    return names[t];
}
