/* Hooks by which tests make the disk fail under a store. Never called by the program itself.
 * Process-wide.
 *
 * Every file operation of the sqlite back end passes one shim over SQLite's own door
 * (sqlite/vfs.c), which counts the operations and can fail one, or all from one on, or kill the
 * process in front of one. A torn write is written half. */
#ifndef ANS_STORE_STORE_TEST_H
#define ANS_STORE_STORE_TEST_H

#include "store/store.h"

typedef enum ans_fault {
    ANS_FAULT_NONE,
    ANS_FAULT_NOSPACE, /* writes, truncations, syncs: the disk is full */
    ANS_FAULT_IO,      /* every operation, reads and opens too: an I/O error */
    ANS_FAULT_TORN,    /* writes, truncations, syncs: half of a write arrives, then an I/O error */
    ANS_FAULT_KILL     /* writes, truncations, syncs, deletions: kill -9 before the operation */
} ans_fault;

/* Fail the n-th operation of that kind from now (1 = next), once or for ever after. ANS_FAULT_NONE
 * turns it off. */
void ans_store_fault_set(ans_fault fault, uint64_t n, bool forever);
/* The same from text, as a test program may get it: "kill:12" "io:3" "nospace:1+" "torn:7"; false
 * when malformed. */
bool ans_store_fault_parse(ans_str spec);
/* How many operations of that kind were seen since. */
uint64_t ans_store_fault_seen(void);

/* Watch what reaches the disk, so that a test can build the files a power cut would leave. Called
 * in front of every change of a file, under a lock. bytes.p NULL: a truncation to `at`; is_sync:
 * all before it on that file is durable. */
typedef struct ans_disk_event {
    const char *path;
    uint64_t at;
    ans_str bytes;
    bool is_sync, is_delete;
} ans_disk_event;
void ans_store_watch_disk(void (*fn)(void *arg, const ans_disk_event *event), void *arg);

/* Count syncs but do not bother the disk: a killed process loses nothing by it, and sweeps take a
 * tenth of the time. */
void ans_store_skip_sync(bool on);

/* How long the writer waits for work before it tidies up, milliseconds; 300 at first. */
void ans_store_idle_after(int64_t ms);

/* How many row changes make a batch go straight into the index, and how many may wait in front of it; 0: as the program has it. */
void ans_store_pending_after(uint32_t direct, uint32_t pending);

/* How SQLite means to answer each statement, one "name: plan" line each. A test reads it to find
 * scans. */
ANS_MUST_USE ans_err ans_store_plans(ans_cx *cx, ans_store *store, ans_str *out);

#endif
