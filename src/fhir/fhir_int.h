/* What the generator (gen/) and the look-ups (types.c) must agree on: one hash function and the
 * slot tables that were filled with it. Open addressing, linear probing, never more than half full,
 * so a probe always meets an empty slot.
 *
 * The hash reads the first and the last eight bytes and the length: enough to tell apart the names
 * of one type, and names that still collide only cost one comparison more. Its value depends on the
 * byte order of the machine, which is fine because the tables are built on the machine that runs
 * them. */
#ifndef ANS_FHIR_FHIR_INT_H
#define ANS_FHIR_FHIR_INT_H

#include "fhir/fhir.h"

/* All members of type t stand in slots [at, at + mask] of ans_fhir_member_slots: index of the
 * member + 1, 0 = empty. */
typedef struct ans_fhir_slots {
    uint32_t at;
    uint32_t mask;
} ans_fhir_slots;

extern const ans_fhir_slots ans_fhir_slots_of[]; /* by type; generated */
extern const uint8_t ans_fhir_member_slots[];    /* generated */
extern const uint16_t ans_fhir_type_slots[];     /* type numbers, 0 = empty; generated */
extern const uint32_t ans_fhir_type_mask;        /* generated */

static inline uint32_t ans_fhir_hash(ans_str s)
{
    uint64_t head = 0, tail = 0;
    if (s.n >= 8) {
        memcpy(&head, s.p, 8);
        memcpy(&tail, s.p + s.n - 8, 8);
    } else if (s.n >= 4) {
        memcpy(&head, s.p, 4);
        memcpy(&tail, s.p + s.n - 4, 4);
    } else if (s.n > 0) {
        head = (unsigned char)s.p[0];
        tail = (uint64_t)(unsigned char)s.p[s.n / 2] << 8 | (unsigned char)s.p[s.n - 1];
    }
    uint64_t h = (head ^ (tail << 29 | tail >> 35)) + s.n;
    h *= UINT64_C(0x9E3779B97F4A7C15);
    return (uint32_t)(h >> 40);
}

#endif
