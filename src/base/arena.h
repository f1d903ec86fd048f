/* An arena: everything a unit of work allocates lives here and dies once. Memory comes from the one door ans_alloc,
 * which tests make fail on demand. Lifetimes: process, connection, request, batch (the writer's). */
#ifndef ANS_BASE_ARENA_H
#define ANS_BASE_ARENA_H

#include "base/err.h"
#include "base/str.h"

typedef struct ans_arena ans_arena;

/* The door for heap memory of ours. NULL when the process runs dry or a test says so. */
void *ans_alloc(size_t bytes);
void *ans_realloc(void *p, size_t bytes);
void ans_free(void *p);
/* Test hook: fail the n-th ans_alloc from now (1 = next), once or for ever after; n = 0 turns it off.
 * Returns how many allocations were seen since the last call. Not for concurrent tests. */
uint64_t ans_alloc_fail_after(uint64_t n, bool forever);

/* max_bytes: an allocation beyond it returns NULL and marks the arena as full (an ordinary event: ANS_E_TOOBIG). */
ans_arena *ans_arena_new(size_t max_bytes);
ans_arena *ans_arena_free(ans_arena *arena); /* runs the clean-ups; accepts NULL; returns NULL */
void ans_arena_reset(ans_arena *arena);      /* runs the clean-ups, keeps the first page */

/* 16-byte aligned, not zeroed. NULL when full or dry. */
void *ans_arena_alloc(ans_arena *arena, size_t bytes) __attribute__((malloc));
void *ans_arena_zalloc(ans_arena *arena, size_t bytes) __attribute__((malloc));
/* Copy with a NUL behind it (not counted). p is NULL when full. */
ans_str ans_arena_dup(ans_arena *arena, ans_str s);
ans_str ans_arena_fmt(ans_arena *arena, const char *fmt, ...) ANS_PRINTF(2, 3);
/* Run fn(arg) at reset or free, in reverse order. */
ANS_MUST_USE ans_err ans_arena_cleanup(ans_arena *arena, void (*fn)(void *arg), void *arg);
size_t ans_arena_used(const ans_arena *arena);
bool ans_arena_is_full(const ans_arena *arena); /* the cap was hit (not: the process ran dry) */
/* The error that fits a NULL from this arena: TOOBIG or NOMEM. */
ans_err ans_arena_err(const ans_arena *arena);

/* For lists that grow by one: the array at `at` with room behind its count elements, moved and doubled (from `first`) when *cap
 * is reached. The new places are not zeroed. NULL when the arena is full or dry; then at and *cap stay as they are. */
void *ans_arena_grow(ans_arena *arena, void *at, uint32_t count, uint32_t *cap, uint32_t first, size_t element_bytes);

#define ANS_NEW(arena, type) ((type *)ans_arena_zalloc((arena), sizeof(type)))
#define ANS_NEW_N(arena, type, n) ((type *)ans_arena_zalloc((arena), sizeof(type) * (size_t)(n)))

#endif
