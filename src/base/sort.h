/* Sorting and finding in an array that may be empty and then may not be there: the C library's own calls are undefined for
 * a null array even of no elements, which every list of an empty unit of work is. */
#ifndef ANS_BASE_SORT_H
#define ANS_BASE_SORT_H

#include <stddef.h>
#include <stdlib.h>

typedef int (*ans_order)(const void *a, const void *b);

/* n elements of size bytes each; at may be NULL when n is 0. Not stable. */
static inline void ans_sort(void *at, size_t n, size_t size, ans_order order)
{
    if (n > 1) {
        qsort(at, n, size, order);
    }
}

/* The element of a sorted array that is equal to key, or NULL. */
static inline void *ans_sorted_find(const void *key, const void *at, size_t n, size_t size, ans_order order)
{
    return n > 0 ? bsearch(key, at, n, size, order) : NULL;
}

#endif
