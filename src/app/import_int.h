/* Inside import. A pipeline: one thread reads and unpacks files ahead, two prepare (parse,
 * canonical bytes, index rows), the store's writer commits, and the command's own thread shows
 * progress, keeps the journal and frees.
 *
 *   EMPTY -> READ -> WORKING -> PREPARED -> SENT -> LANDED -> EMPTY
 *                                             `-> FAILED -> LANDED
 *
 * Items are numbered in file order, stand in a ring of WINDOW places, and are sent to the store in
 * that order, whoever prepared them. What must see what came before (conditions) waits until every
 * earlier item has landed: the lowest item never waits for another, so the pipeline cannot stand
 * still. A failed item is taken up again by the command's thread, unit by unit, when it is the
 * lowest. */
#ifndef ANS_APP_IMPORT_INT_H
#define ANS_APP_IMPORT_INT_H

#include <pthread.h>

#include "app/app.h"
#include "app/journal.h"
#include "app/source.h"

enum { WINDOW = 64, WORKERS = 2, MOST_MERGED = 4096, MOST_TRIES = 8 };
#define WINDOW_BYTES                                                                               \
    ((uint64_t)24 << 20) /* of text between reading and landing, unless one item alone is larger   \
                          */
#define ITEM_BYTES ((size_t)8 << 30) /* an upper bound of one item's arena */

typedef enum item_state { EMPTY, READ, WORKING, PREPARED, SENT, FAILED, LANDED } item_state;

typedef struct input {
    const char *path;
    uint64_t bytes, raw_base; /* raw_base: bytes of the files before it */
    ans_hash hash;
} input;

/* One line, document or Bundle entry. */
typedef struct unit {
    ans_str text;
    uint64_t offset; /* of the line or document in the decoded text */
    uint32_t line;
    uint32_t entry; /* of a Bundle that had to be taken apart, from 1; 0: the whole */
} unit;

typedef struct counts {
    uint64_t created, updated, unchanged, deleted, rejected;
} counts;

struct import;

typedef struct item {
    struct import *im;
    uint64_t seq;
    item_state state;
    input *in;
    source_piece piece;
    bool is_last;   /* of its file */
    bool is_broken; /* its file could not be read to the end */
    ans_arena *arena;
    ans_cx cx;
    ans_txn txn;    /* the part being gathered, then sent */
    uint32_t room;  /* of txn.changes */
    uint32_t *seen; /* references in the part: place + 1, by hash */
    unit *units;    /* in the part */
    uint32_t unit_count;
    ans_err err;
    counts counts;
} item;

typedef struct import {
    const options *o;
    folder folder;
    ans_audit *audit;
    ans_rest *rest;
    journal *journal;
    input *inputs;
    uint32_t input_count, skipped;
    uint64_t bytes_total;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    item items[WINDOW];
    uint64_t pushed, taken, turn, landed, reaped; /* seqs: each is the next one to do so */
    uint64_t bytes_held;
    bool is_read; /* the reader has come to its end */
    bool is_sending;
    _Atomic ans_err fatal; /* the disk is full or broken: nothing more is tried */
    ans_cx fatal_cx;       /* its issues */
    ans_cx reject_cx;
    int reject_fd;
    uint64_t rejected_files; /* what had no item to count it; reject_lock */
    ans_str reject_path;
    pthread_mutex_t reject_lock;
} import;

/* The disk or the memory fails: it will fail for the next resource as well. */
static inline bool is_fatal(ans_err err)
{
    return err == ANS_E_IO || err == ANS_E_NOSPACE || err == ANS_E_CORRUPT || err == ANS_E_NOMEM;
}

static inline item *item_at(import *im, uint64_t seq)
{
    return &im->items[seq % WINDOW];
}

/* import.c */
void import_stop(import *im, ans_err err,
                 const ans_cx *why); /* the first call counts; wakes everybody */
void import_land(import *im);        /* moves `landed` on; lock held */

/* import_list.c: the files, in the order of their names. */
ANS_MUST_USE ans_err import_list(ans_cx *cx, import *im);

/* import_unit.c: a worker's part. */
void import_prepare(item *it, ans_reader *rd);
void import_count(item *it); /* what the committed part did */
void import_singly(item *it,
                   ans_reader *rd); /* units of a failed part, one by one, waiting for each */
void import_send(import *im);       /* what is prepared and has its turn */

/* reject.c */
void import_reject(item *it, const unit *u, ans_err err, const ans_cx *why);
void import_reject_file(import *im, const input *in, uint32_t line, const char *reason);
ANS_MUST_USE ans_err import_reject_finish(ans_cx *cx, import *im);

#endif
