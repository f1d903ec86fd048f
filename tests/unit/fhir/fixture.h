/* What the tests of this room share: cmocka, a context with its arena, and a small random source
 * with a printed seed. */
#ifndef TEST_FHIR_FIXTURE_H
#define TEST_FHIR_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/cx.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static inline ans_cx cx_new(void)
{
    ans_cx cx = {.arena = ans_arena_new((size_t)16 * 1024 * 1024)};
    assert_non_null(cx.arena);
    return cx;
}

/* xorshift64*: the same sequence for the same seed on every machine. */
static inline uint64_t next_random(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * UINT64_C(0x2545F4914F6CDD1D);
}

/* TEST_SEED in the environment repeats a run. */
static inline uint64_t seed_of_run(const char *test)
{
    const char *given = getenv("TEST_SEED");
    uint64_t seed = given ? strtoull(given, NULL, 10) : 20261121;
    printf("%s: TEST_SEED=%llu\n", test, (unsigned long long)seed);
    return seed ? seed : 1;
}

#endif
