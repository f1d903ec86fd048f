/* Arenas: a list of growing pages, bump allocation, clean-ups in reverse order. The first page is kept at reset, so a
 * connection that answers ordinary requests allocates nothing from the heap.
 *
 * Under AddressSanitizer every allocation is a page of its own: an overrun is then seen at once. */
#include "base/arena.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#define FIRST_PAGE_BYTES ((size_t)8 * 1024)
#define LARGEST_STEP_BYTES ((size_t)1024 * 1024)
#define ALIGN ((size_t)16)

#if defined(__SANITIZE_ADDRESS__)
#define PAGE_PER_ALLOCATION 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define PAGE_PER_ALLOCATION 1
#endif
#endif
#ifndef PAGE_PER_ALLOCATION
#define PAGE_PER_ALLOCATION 0
#endif

typedef struct page page;
struct page {
    page *next;
    size_t size; /* of data */
    _Alignas(16) char data[];
};

typedef struct cleanup cleanup;
struct cleanup {
    cleanup *next;
    void (*fn)(void *arg);
    void *arg;
};

struct ans_arena {
    page *pages;     /* newest first; the last one is the first page */
    char *at, *end;  /* free part of the newest page */
    cleanup *cleanups;
    size_t used, max, step;
    bool full;
};

/* ---- the door, with its test hook ---- */

static atomic_uint_fast64_t seen;
static uint64_t fail_at; /* 0: off; set before threads start */
static bool fail_forever;

static bool must_fail(void)
{
    if (fail_at == 0) {
        return false;
    }
    uint64_t n = atomic_fetch_add_explicit(&seen, 1, memory_order_relaxed) + 1;
    return n == fail_at || (fail_forever && n > fail_at);
}

uint64_t ans_alloc_fail_after(uint64_t n, bool forever)
{
    uint64_t count = atomic_exchange(&seen, 0);
    fail_at = n;
    fail_forever = forever;
    return count;
}

void *ans_alloc(size_t bytes)
{
    return must_fail() ? NULL : malloc(bytes ? bytes : 1);
}

void *ans_realloc(void *p, size_t bytes)
{
    return must_fail() ? NULL : realloc(p, bytes ? bytes : 1);
}

void ans_free(void *p)
{
    free(p);
}

/* ---- arenas ---- */

ans_arena *ans_arena_new(size_t max_bytes)
{
    ans_arena *arena = ans_alloc(sizeof *arena);
    if (arena) {
        *arena = (ans_arena){.max = max_bytes, .step = FIRST_PAGE_BYTES};
    }
    return arena;
}

static void run_cleanups(ans_arena *arena)
{
    while (arena->cleanups) {
        cleanup *c = arena->cleanups;
        arena->cleanups = c->next;
        c->fn(c->arg);
    }
}

static void free_pages(ans_arena *arena, bool keep_first)
{
    page *p = arena->pages;
    while (p && (p->next || !keep_first)) {
        page *next = p->next;
        ans_free(p);
        p = next;
    }
    arena->pages = p;
}

ans_arena *ans_arena_free(ans_arena *arena)
{
    if (arena) {
        run_cleanups(arena);
        free_pages(arena, false);
        ans_free(arena);
    }
    return NULL;
}

void ans_arena_reset(ans_arena *arena)
{
    run_cleanups(arena);
    free_pages(arena, !PAGE_PER_ALLOCATION);
    if (arena->pages && arena->pages->size > FIRST_PAGE_BYTES) {
        ans_free(arena->pages);
        arena->pages = NULL;
    }
    arena->at = arena->pages ? arena->pages->data : NULL;
    arena->end = arena->pages ? arena->pages->data + arena->pages->size : NULL;
    arena->used = 0;
    arena->step = FIRST_PAGE_BYTES;
    arena->full = false;
}

static bool add_page(ans_arena *arena, size_t bytes)
{
    size_t size = bytes > arena->step || PAGE_PER_ALLOCATION ? bytes : arena->step;
    page *p = ans_alloc(sizeof *p + size);
    if (!p) {
        return false;
    }
    p->size = size;
    p->next = arena->pages;
    arena->pages = p;
    arena->at = p->data;
    arena->end = p->data + size;
    if (arena->step < LARGEST_STEP_BYTES) {
        arena->step *= 2;
    }
    return true;
}

void *ans_arena_alloc(ans_arena *arena, size_t bytes)
{
    size_t rounded = (bytes + ALIGN - 1) & ~(ALIGN - 1);
    if (rounded < bytes || rounded > arena->max - arena->used) {
        arena->full = true;
        return NULL;
    }
    if ((PAGE_PER_ALLOCATION || !arena->at || rounded > (size_t)(arena->end - arena->at)) &&
        !add_page(arena, rounded)) {
        return NULL;
    }
    void *p = arena->at;
    arena->at += rounded;
    arena->used += rounded;
    return p;
}

void *ans_arena_zalloc(ans_arena *arena, size_t bytes)
{
    void *p = ans_arena_alloc(arena, bytes);
    return p ? memset(p, 0, bytes) : NULL;
}

void *ans_arena_grow(ans_arena *arena, void *at, uint32_t count, uint32_t *cap, uint32_t first, size_t element_bytes)
{
    if (count < *cap) {
        return at;
    }
    if (*cap > UINT32_MAX / 2) {
        arena->full = true;
        return NULL;
    }
    uint32_t wider = *cap ? *cap * 2 : first;
    void *to = ans_arena_alloc(arena, wider * element_bytes);
    if (!to) {
        return NULL;
    }
    if (count) {
        memcpy(to, at, count * element_bytes);
    }
    *cap = wider;
    return to;
}

ans_str ans_arena_dup(ans_arena *arena, ans_str s)
{
    char *p = ans_arena_alloc(arena, s.n == SIZE_MAX ? s.n : s.n + 1);
    if (!p) {
        return ANS_STR_NONE;
    }
    if (s.n) {
        memcpy(p, s.p, s.n);
    }
    p[s.n] = '\0';
    return (ans_str){p, s.n};
}

ans_str ans_arena_fmt(ans_arena *arena, const char *fmt, ...)
{
    va_list args, again;
    va_start(args, fmt);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    char *p = n < 0 ? NULL : ans_arena_alloc(arena, (size_t)n + 1);
    if (p) {
        (void)vsnprintf(p, (size_t)n + 1, fmt, again);
    }
    va_end(again);
    return p ? (ans_str){p, (size_t)n} : ANS_STR_NONE;
}

ans_err ans_arena_cleanup(ans_arena *arena, void (*fn)(void *arg), void *arg)
{
    cleanup *c = ans_arena_alloc(arena, sizeof *c);
    if (!c) {
        return ans_arena_err(arena);
    }
    *c = (cleanup){arena->cleanups, fn, arg};
    arena->cleanups = c;
    return ANS_OK;
}

size_t ans_arena_used(const ans_arena *arena)
{
    return arena->used;
}

bool ans_arena_is_full(const ans_arena *arena)
{
    return arena->full;
}

ans_err ans_arena_err(const ans_arena *arena)
{
    return arena->full ? ANS_E_TOOBIG : ANS_E_NOMEM;
}
