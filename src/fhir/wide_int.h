/* 256-bit unsigned integers, just what decimals need between two 128-bit ones: products and long
 * division. Four 64-bit limbs, lowest first. */
#ifndef ANS_FHIR_WIDE_INT_H
#define ANS_FHIR_WIDE_INT_H

#include <stdbool.h>
#include <stdint.h>

typedef struct wide {
    uint64_t limb[4];
} wide;

static inline wide wide_of(unsigned __int128 v)
{
    return (wide){{(uint64_t)v, (uint64_t)(v >> 64), 0, 0}};
}
static inline bool wide_is_u128(wide v)
{
    return v.limb[2] == 0 && v.limb[3] == 0;
}
static inline unsigned __int128 wide_u128(wide v)
{
    return (unsigned __int128)v.limb[1] << 64 | v.limb[0];
}

wide wide_multiply(unsigned __int128 a, unsigned __int128 b);
void wide_multiply_small(wide *v, uint64_t factor);            /* the caller knows that it fits */
void wide_add_small(wide *v, uint64_t amount);                 /* likewise */
uint64_t wide_divide_small(wide *v, uint64_t divisor);         /* returns the rest */
wide wide_divide(wide dividend, wide divisor, wide *quotient); /* returns the rest */
wide wide_double(wide v);
int wide_compare(wide a, wide b);

#endif
