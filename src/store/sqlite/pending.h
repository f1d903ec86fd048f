/* Index rows that are not in the table `key` yet.
 *
 * The one idea: the rows of one new resource belong to a dozen far places of `key`, and a batch of a few resources would write a
 * page for each of them. So a batch writes its row changes, sorted, as one record behind the others into the table `pending`,
 * and memory keeps them in a form that can be searched. When there are many of them they go into `key` in one sorted pass, a stretch of
 * it with each of the following batches, so that nobody waits long; when nothing else is to do, all at once. What a search sees
 * is `key` with `pending` on top, and that is the same before and after.
 *
 * In memory a batch is a run: sorted and never changed. A view is the runs that hold exactly the records lo..hi of the table;
 * a snapshot reads lo and hi and takes the view that has them, so it never mixes moments. Runs of like size are merged, so
 * a view has few. As a row's changes alternate (rows.c), two of them on one row cancel out, and each that is left moves the number of
 * rows by one. */
#ifndef ANS_STORE_SQLITE_PENDING_H
#define ANS_STORE_SQLITE_PENDING_H

#include "store/store_int.h"

enum { PENDING_RUNS = 40 }; /* each is larger than the next one, so this many never come */

typedef struct pending_run pending_run;

typedef struct pending_view {
    atomic_uint users;
    int64_t lo, hi;  /* of the table */
    int64_t leaving; /* runs[0] is on its way into `key`: it holds the records up to this number; 0: none is */
    uint32_t gone;   /* so many of its changes are in `key` */
    uint64_t ops, bytes;
    uint32_t count;
    pending_run *runs[PENDING_RUNS]; /* oldest first */
} pending_view;

/* runs.c: all functions that make something answer NULL when there is no memory, and leave no issue. */
pending_run *pending_run_new(const ans_rowop *ops, uint32_t count);
/* Sorted, each key once; views into the run. NULL also when the bytes are damaged. */
pending_run *pending_run_decode(ans_str bytes);
bool pending_encode(ans_buf *out, const ans_rowop *ops, uint32_t count);
void pending_run_free(pending_run *run);

/* old (may be NULL) with one run more, the table's record number seq. The run is the view's, also on failure. */
pending_view *pending_view_with(const pending_view *old, pending_run *run, int64_t seq);
/* The same with everything in one run that is leaving, or with more gone of the one that is. */
pending_view *pending_view_leaving(const pending_view *old, int64_t lo, uint32_t gone);
/* Without the run that has left; NULL with *out_ok true: nothing is pending. */
pending_view *pending_view_left(const pending_view *old, int64_t lo, bool *out_ok);
/* The key of the leaving run's first change that waits; p NULL: all is gone. */
ans_str pending_front(const pending_view *view);
/* How many changes of runs[0] come before key. */
uint32_t pending_before(const pending_view *view, ans_str key);
/* Up to count changes of the leaving run, the next to go, in an array that the caller frees. */
ans_rowop *pending_next(const pending_view *view, uint32_t count, uint32_t *out_count);
pending_view *pending_view_use(pending_view *view);
void pending_view_done(pending_view *view);
/* All of a view, sorted and each key once, in one array that the caller frees; the keys are views into the view. */
ans_rowop *pending_all(const pending_view *view, uint32_t *out_count);

/* How many rows of [low, high) are more and how many are less than in `key`. */
void pending_count(const pending_view *view, ans_str low, ans_str high, uint64_t *out_more, uint64_t *out_less);

/* Walking: peek is the smallest row at or behind where it stands, and whether it is there or away; pass goes behind it. */
typedef struct pending_cursor {
    const pending_view *view;
    uint32_t at[PENDING_RUNS];
} pending_cursor;

void pending_seek(pending_cursor *cur, ans_str key);
bool pending_peek(const pending_cursor *cur, ans_rowop *out);
void pending_pass(pending_cursor *cur, ans_str key);

#endif
