/* The door to the operating system: clocks, files, randomness, log lines. Clocks can be set by tests. */
#ifndef ANS_BASE_OS_H
#define ANS_BASE_OS_H

#include <pthread.h>
#include <stdio.h>

#include "base/cx.h"

/* Once, before the first thread: starts libsodium. False: this machine has no source of randomness. */
ANS_MUST_USE bool ans_base_start(void);

/* The calling thread stands back when others want the processor: 19 the furthest, 0 not at all. */
void ans_thread_stand_back(int nice);
int64_t ans_now_us(void);  /* wall clock, UTC microseconds since 1970 */
int64_t ans_mono_us(void); /* monotonic */
int64_t ans_boot_us(void); /* the same, and it goes on while the machine sleeps */
void ans_clock_set(int64_t (*now_us)(void)); /* NULL: the real one again */

/* Wait for at most so long, whatever anybody does to the wall clock. False: the time is over. May wake early. */
bool ans_cond_wait(pthread_cond_t *cond, pthread_mutex_t *lock, uint32_t ms);

void ans_random(void *p, size_t n);

/* Whole file into the arena, or an issue naming the path; max_bytes guards. */
ANS_MUST_USE ans_err ans_file_read(ans_cx *cx, const char *path, size_t max_bytes, ans_str *out);
/* Write to path.tmp, fsync, rename over path, fsync the folder: the file is old or new, never half. */
ANS_MUST_USE ans_err ans_file_replace(ans_cx *cx, const char *path, ans_str bytes);
/* The last two steps of the same, for what was written another way: rename part over path and fsync the folder; part is gone after an error. */
ANS_MUST_USE ans_err ans_file_place(ans_cx *cx, const char *part, const char *path);
ANS_MUST_USE bool ans_stream_sync(FILE *file); /* flush and fsync; errno says why not */
ANS_MUST_USE ans_err ans_dir_make(ans_cx *cx, const char *path); /* with parents, 0700; existing is fine */
/* The folder with the files in it and in folders directly below; nothing there is fine. Links are taken away, never followed.
 * errors   ANS_E_IO also when it lies deeper */
ANS_MUST_USE ans_err ans_dir_remove(ans_cx *cx, const char *path);
bool ans_file_exists(const char *path);
/* Is this secret its owner's alone? True also when there is no such file.
 * errors   ANS_E_FORBIDDEN others can read or write it, or it is no file: the issue says what to do */
ANS_MUST_USE ans_err ans_file_private(ans_cx *cx, const char *path);
/* What the disk of this folder has left for us; false: nobody knows. */
bool ans_disk_free(const char *path, uint64_t *out_bytes);

/* One structured line to standard error: key=value pairs, no patient data. printf-like; a newline is added. */
void ans_log(const char *level, const char *fmt, ...) ANS_PRINTF(2, 3);
void ans_log_quiet(bool on);

#endif
