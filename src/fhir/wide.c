/* 256-bit arithmetic by school rules, 64 bits at a time; long division goes bit by bit unless the
 * divisor is one limb, which is what units of measure need. */
#include "fhir/wide_int.h"

typedef unsigned __int128 u128;

wide wide_multiply(u128 a, u128 b)
{
    const uint64_t x[2] = {(uint64_t)a, (uint64_t)(a >> 64)},
                   y[2] = {(uint64_t)b, (uint64_t)(b >> 64)};
    wide out = {{0}};
    for (int i = 0; i < 2; i++) {
        uint64_t carry = 0;
        for (int j = 0; j < 2; j++) {
            u128 sum = (u128)x[i] * y[j] + out.limb[i + j] + carry;
            out.limb[i + j] = (uint64_t)sum;
            carry = (uint64_t)(sum >> 64);
        }
        out.limb[i + 2] = carry;
    }
    return out;
}

void wide_multiply_small(wide *v, uint64_t factor)
{
    uint64_t carry = 0;
    for (int i = 0; i < 4; i++) {
        u128 product = (u128)v->limb[i] * factor + carry;
        v->limb[i] = (uint64_t)product;
        carry = (uint64_t)(product >> 64);
    }
}

void wide_add_small(wide *v, uint64_t amount)
{
    for (int i = 0; i < 4 && amount; i++) {
        v->limb[i] += amount;
        amount = v->limb[i] < amount;
    }
}

uint64_t wide_divide_small(wide *v, uint64_t divisor)
{
    uint64_t rest = 0;
    for (int i = 3; i >= 0; i--) {
        u128 part = (u128)rest << 64 | v->limb[i];
        v->limb[i] = (uint64_t)(part / divisor);
        rest = (uint64_t)(part % divisor);
    }
    return rest;
}

int wide_compare(wide a, wide b)
{
    for (int i = 3; i >= 0; i--) {
        if (a.limb[i] != b.limb[i]) {
            return a.limb[i] < b.limb[i] ? -1 : 1;
        }
    }
    return 0;
}

wide wide_double(wide v)
{
    for (int i = 3; i > 0; i--) {
        v.limb[i] = v.limb[i] << 1 | v.limb[i - 1] >> 63;
    }
    v.limb[0] <<= 1;
    return v;
}

static wide subtract(wide a, wide b)
{
    uint64_t borrow = 0;
    for (int i = 0; i < 4; i++) {
        u128 part = (u128)a.limb[i] - b.limb[i] - borrow;
        a.limb[i] = (uint64_t)part;
        borrow = (uint64_t)(part >> 64) & 1;
    }
    return a;
}

wide wide_divide(wide dividend, wide divisor, wide *quotient)
{
    if (divisor.limb[1] == 0 && wide_is_u128(divisor)) {
        *quotient = dividend;
        return wide_of(wide_divide_small(quotient, divisor.limb[0]));
    }
    wide rest = {{0}}, result = {{0}};
    for (int bit = 255; bit >= 0; bit--) {
        rest = wide_double(rest);
        rest.limb[0] |= dividend.limb[bit / 64] >> (bit % 64) & 1;
        result = wide_double(result);
        if (wide_compare(rest, divisor) >= 0) {
            rest = subtract(rest, divisor);
            result.limb[0] |= 1;
        }
    }
    *quotient = result;
    return rest;
}
